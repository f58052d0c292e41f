"""Every error that AZDesk expects, as one tree.

::

    AzdeskError
    ├── DocumentError         the fleet document is not valid (carries the problems, each with its line)
    │   └── ConflictError     the file was changed by someone else since it was opened
    ├── CredentialError       a secret is missing, or nowhere safe to keep it
    ├── LinkError             about reaching a host
    │   ├── Unreachable       no answer, refused, or the name does not resolve
    │   ├── HostKeyUnknown    never seen before: ask the admin
    │   ├── HostKeyChanged    not the key that known_hosts has: stop
    │   ├── LoginRefused      reached, but user, key or password is not accepted
    │   ├── SudoRefused       logged in, but not allowed to become root
    │   ├── NoPython          no python3 of a supported version on the host
    │   ├── LinkLost          the connection ended in the middle
    │   ├── LinkTimeout       connected, but no answer in time
    │   └── ProtocolError     the other side answered with something that makes no sense
    ├── ObserveError          a probe could not be read (absent is a value, unreadable is this)
    ├── PlanError             no plan can be made, or it may not run
    │   ├── PlanStale         the host changed since the plan was reviewed
    │   └── HostLocked        another workstation is changing the host right now
    ├── CertificateError      a certificate or its key cannot be read, used or issued
    │   ├── KeyLocked             its passphrase was not given, or is another one
    │   └── KeyMissing            the certificate is there, its key is not
    ├── DirectoryError        the directory refused something, or what was to go into it is not valid
    │   ├── DirectoryUnreachable  no server answers there, or no safe TLS with it
    │   │   └── DirectoryLost     the connection ended in the middle: what was under way may be done or not
    │   └── DirectoryRefused      the server said no; carries its code and the attribute it is about
    │       ├── BindRefused       name or password is not accepted, or not without TLS
    │       ├── AccessDenied      whoever is logged in may not do that
    │       ├── NoSuchEntry       the entry, or the one above it, does not exist
    │       ├── AlreadyExists     an entry of that name, or that value, is there already
    │       ├── SchemaViolation   an attribute or class is unknown, missing or has a wrong value
    │       └── LimitReached      the server, or the one who asked, wants no more in one answer
    ├── EnrolmentError        what was to go into a QR code or onto a sheet is missing or would break it
    ├── StepFailed            a step failed on the host; the transaction was rolled back
    └── Cancelled             the admin asked to stop

Each carries three sentences for the admin: *what* happened, *where*, and what to do *next*.
Library errors are translated where they enter; anything outside this tree is a bug.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class AzdeskError(Exception):
    """Base of all expected errors.

    Args:
        what: one sentence, what happened.
        where: host, file or field it happened at; may be empty.
        next_step: one sentence, what the admin can do; may be empty.
    """

    def __init__(self, what: str, *, where: str = "", next_step: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.next_step = next_step

    def __str__(self) -> str:
        head = f"{self.where}: {self.what}" if self.where else self.what
        return f"{head} {self.next_step}" if self.next_step else head


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One thing wrong in a document, told so that it can be mended."""

    path: str
    """Dotted path of the value, such as ``hosts.a251.address``."""
    message: str
    """What is wrong and what is allowed."""
    line: int | None = None
    """1-based line in the file, where known."""

    def __str__(self) -> str:
        place = f"line {self.line}: " if self.line else ""
        return f"{place}{self.path}: {self.message}" if self.path else f"{place}{self.message}"


class DocumentError(AzdeskError):
    """The fleet document is not valid; `problems` names every fault with its line."""

    def __init__(
        self, what: str, *, problems: Sequence[Problem] = (), where: str = "", next_step: str = ""
    ) -> None:
        super().__init__(what, where=where, next_step=next_step)
        self.problems = tuple(problems)

    def __str__(self) -> str:
        return "\n".join([super().__str__(), *(f"  {problem}" for problem in self.problems)])


class ConflictError(DocumentError):
    """The file on disk is no longer the one that was opened; `theirs` is its present text."""

    def __init__(self, what: str, *, theirs: str, where: str = "", next_step: str = "") -> None:
        super().__init__(what, where=where, next_step=next_step)
        self.theirs = theirs


class CredentialError(AzdeskError):
    """A secret is missing or there is nowhere safe to keep it."""


class LinkError(AzdeskError):
    """Reaching a host failed; `where` is the host's name."""


class Unreachable(LinkError):
    """No answer, connection refused, or the name does not resolve."""


class HostKeyUnknown(LinkError):
    """The host shows a key that is in no known_hosts file: ask, then remember."""

    def __init__(
        self, what: str, *, address: str, key_type: str, key_base64: str, fingerprint: str, where: str = ""
    ) -> None:
        super().__init__(
            what, where=where, next_step="Compare the fingerprint with the host's own, then accept the key."
        )
        self.address = address
        """``host`` or ``[host]:port``, as known_hosts writes it."""
        self.key_type = key_type
        self.key_base64 = key_base64
        self.fingerprint = fingerprint
        """``SHA256:…`` as ``ssh-keygen -l`` prints it."""


class HostKeyChanged(LinkError):
    """The host shows another key than the one known; nothing was sent to it."""

    def __init__(self, what: str, *, known: str, shown: str, where: str = "", next_step: str = "") -> None:
        super().__init__(what, where=where, next_step=next_step)
        self.known = known
        self.shown = shown


class LoginRefused(LinkError):
    """The host does not accept this user, key or password."""


class SudoRefused(LinkError):
    """The login works, becoming root does not."""


class NoPython(LinkError):
    """The host has no python3 ≥ 3.9; it can be installed with a step in plain sh."""


class LinkLost(LinkError):
    """The connection ended in the middle of something."""


class LinkTimeout(LinkError):
    """The host is connected but did not answer in time."""


class ProtocolError(LinkError):
    """The helper's answer makes no sense."""


class ObserveError(AzdeskError):
    """Something on a host could not be read, so nothing is known about it."""


class PlanError(AzdeskError):
    """No plan can be made, or the plan may not run."""


class PlanStale(PlanError):
    """The host is no longer as it was when the plan was reviewed; nothing was changed."""


class HostLocked(PlanError):
    """Another workstation is changing this host; nothing was changed."""


class CertificateError(AzdeskError):
    """A certificate or its key cannot be read, used or issued."""


class KeyLocked(CertificateError):
    """A key is encrypted, and its passphrase was not given, or is another one."""


class KeyMissing(CertificateError):
    """A certificate came without its key, which may be in a file of its own."""


class DirectoryError(AzdeskError):
    """The directory refused something, or what was to go into it is not valid."""


class DirectoryUnreachable(DirectoryError):
    """No server answers there, or it cannot be shown that it is the right one."""


class DirectoryLost(DirectoryUnreachable):
    """The connection ended in the middle: what was asked last may have been done or not."""


class DirectoryRefused(DirectoryError):
    """The server said no.

    Args:
        code: LDAP's result code (RFC 4511, appendix A).
        attribute: the attribute or class it is about, if the server named one.
        said: the server's own words.
    """

    def __init__(
        self,
        what: str,
        *,
        code: int = 80,
        attribute: str = "",
        said: str = "",
        where: str = "",
        next_step: str = "",
    ) -> None:
        super().__init__(what, where=where, next_step=next_step)
        self.code = code
        self.attribute = attribute
        self.said = said


class BindRefused(DirectoryRefused):
    """Name or password is not accepted, or not without TLS."""


class AccessDenied(DirectoryRefused):
    """Whoever is logged in may not do that."""


class NoSuchEntry(DirectoryRefused):
    """The entry, or the one above it, does not exist."""


class AlreadyExists(DirectoryRefused):
    """An entry of that name, or a value that can be there once only, is there already."""


class SchemaViolation(DirectoryRefused):
    """An attribute or class is unknown, not allowed or missing, or a value is not as it must be."""


class LimitReached(DirectoryRefused):
    """The server gives no more in one answer, or takes no longer over it."""


class EnrolmentError(AzdeskError):
    """What was to go into a QR code or onto a sheet is missing, or would break it; `where` is the person."""


class StepFailed(AzdeskError):
    """A step failed on the host; the host was put back to the state before."""


class Cancelled(AzdeskError):
    """The admin stopped the work."""

    def __init__(self, what: str = "Cancelled.", *, where: str = "", next_step: str = "") -> None:
        super().__init__(what, where=where, next_step=next_step)
