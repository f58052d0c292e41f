"""What can be done to a host: the steps that plans are made of.

A step is a value; the helper on the host carries it out and knows how to take it back (see each class).
Within a host's plan, steps run in the order of their `phase`, then of the features, then as yielded.

Wire form: ``{"kind": …, **fields}``.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any, ClassVar

from azdesk.core.probe import Probe


class Phase(enum.IntEnum):
    """When in a host's plan a step runs."""

    CHECK = 10
    """Preconditions, tested on the host before anything is touched."""
    INSTALL = 20
    """Packages."""
    STOP = 30
    """Services that must be down while their files change."""
    BACK_UP = 40
    """Archives of what later steps destroy."""
    WRITE = 50
    """Files and folders."""
    RELOAD = 60
    """Restart, reload, start: once per unit, whoever asked for it."""
    ACT = 70
    """What needs the services running again, such as joining a cluster."""
    VERIFY = 80
    """Proof on the host itself, before the workstation reads everything again."""


@dataclass(frozen=True, kw_only=True)
class SecretUse:
    """A secret that is put into a step on its way to the host: the plan has its name only."""

    token: str
    """Text that stands in the step's content where the secret belongs."""
    source: str
    """Where it comes from:

    - ``host:<name>:<path>``: a file on another host, or on this one;
    - ``random:<what>``: made up when it is applied; the same `what` is the same secret within one host's change;
    - ``kept:<purpose>:<name>``: kept on the workstation, see `azdesk.fleet.secret_names`;
    - ``digest:<user>:<realm>:<source>``: what a SIP server compares with, MD5 in hex, made of the secret of another source;
    - ``asterisk:<source>``: as it stands in one of Asterisk's files, made of the secret of another source;
    - ``issued:certificate`` and ``issued:key``: of the certificate that the fleet's authority issues for the host when it is
      applied, the same pair within one host's change.
    """
    sha256: str = ""
    """Digest the secret must have, when known at planning time: another one stops the plan."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """Base of all steps."""

    kind: ClassVar[str] = ""
    title: str
    """For people, as an imperative: ``Write /etc/hosts``."""
    feature: str = ""
    """Key of the feature that asked for it; filled in by the planner."""
    phase: Phase = Phase.WRITE
    irreversible: str = ""
    """What cannot be undone once the plan is done, in words for the admin; empty for most steps."""
    confirm: str = ""
    """Text the admin has to type to allow an irreversible step, usually the node's name."""
    timeout: float = 60.0
    """Seconds after which the step has failed."""
    subject: str = ""
    """What a `Phase.RELOAD` step is about (a unit): the planner keeps only the strongest step for each."""
    note: str = ""
    """What the admin should know of it before it is done; said once for each host."""
    needs_all: bool = False
    """It needs all hosts that belong together (see `away`) at hand: hosts with such a step change last, one by one."""

    new_login: bool = False
    """It may keep the workstation out: what the plan has done stays only if a new login succeeds after it."""

    @property
    def away(self) -> str:
        """Service that others may miss while the step runs. Hosts that belong together (the nodes of a cluster, the servers of
        the directory) never have the same one away at one time.
        """
        return ""

    def wire(self) -> dict[str, Any]:
        """The step as a JSON object for the helper."""
        out: dict[str, Any] = {"kind": self.kind}
        for f in fields(self):
            if f.name not in _FOR_REVIEW_ONLY:
                out[f.name] = _plain(getattr(self, f.name))
        return out


_FOR_REVIEW_ONLY = frozenset(
    {"before_text", "irreversible", "confirm", "subject", "note", "needs_all", "new_login"}
)


@dataclass(frozen=True, kw_only=True)
class WriteFile(Step):
    """Write a whole file: staged beside its place, renamed into it. Undo: the original comes back.

    A symbolic link in the place is followed, so that the file it points to is replaced.
    """

    kind: ClassVar[str] = "write-file"
    path: str
    content: str
    """The new content; where secrets belong it has the tokens of `secrets`."""
    mode: int = 0o644
    owner: str = "root"
    group: str = "root"
    before: str = ""
    """Digest (SHA-256, hex) of the content the plan was made from; empty: the file did not exist."""
    before_text: str | None = None
    """That content, for the review only; None when absent or secret."""
    secrets: tuple[SecretUse, ...] = ()


@dataclass(frozen=True, kw_only=True)
class RemoveFile(Step):
    """Remove one file. Undo: it comes back."""

    kind: ClassVar[str] = "remove-file"
    path: str
    before: str
    before_text: str | None = None


@dataclass(frozen=True, kw_only=True)
class MakeFolder(Step):
    """Make a folder with its parents, or set the attributes of one that exists. Undo: as it was."""

    kind: ClassVar[str] = "make-folder"
    path: str
    mode: int = 0o755
    owner: str = "root"
    group: str = "root"
    filled: bool = False
    """A service will put files there by itself: where the folder was new, undo removes them with it."""


@dataclass(frozen=True, kw_only=True)
class RemoveFolder(Step):
    """Remove a folder if it is empty. Undo: it is made again with its attributes."""

    kind: ClassVar[str] = "remove-folder"
    path: str


@dataclass(frozen=True, kw_only=True)
class Purge(Step):
    """Move files out of one folder by shell patterns. Undo: they come back; after the commit they are gone."""

    kind: ClassVar[str] = "purge"
    folder: str
    patterns: tuple[str, ...]
    folders: bool = False
    """Whether folders that match go as well, with all that is in them."""


@dataclass(frozen=True, kw_only=True)
class KeepFolder(Step):
    """Keep a small folder as it is, for a service that the later steps have change its files by itself.

    Undo: if it is not as it was, the service is stopped, the folder put back, and the service started if it ran. Since that comes
    after the undo of all later steps, those that change nothing else need none of their own.
    """

    kind: ClassVar[str] = "keep-folder"
    phase: Phase = Phase.BACK_UP
    folder: str
    unit: str


@dataclass(frozen=True, kw_only=True)
class Archive(Step):
    """Pack files into a backup kept on the host, for download and restoring.

    The archive is ``<state folder>/backups/<transaction>-<name>.tar.gz`` and stays after the plan, done or
    rolled back. A pattern with a slash names one path below the folder; what does not exist is left out.
    """

    kind: ClassVar[str] = "archive"
    phase: Phase = Phase.BACK_UP
    name: str
    folder: str
    patterns: tuple[str, ...] = ("*",)


@dataclass(frozen=True, kw_only=True)
class RestoreArchive(Step):
    """Unpack a backup made by `Archive` into its folder. Undo: the files it replaced come back."""

    kind: ClassVar[str] = "restore-archive"
    archive: str
    """File name in the backups folder."""
    folder: str


@dataclass(frozen=True, kw_only=True)
class Run(Step):
    """Run a command without a shell."""

    kind: ClassVar[str] = "run"
    phase: Phase = Phase.ACT
    argv: tuple[str, ...]
    feed: str = ""
    """Text that the command gets on standard input, with the tokens of `secrets` where they belong."""
    undo: tuple[str, ...] = ()
    """Command that takes it back; its failure does not stop the rest of the rollback."""
    undo_feed: str = ""
    """Text for the undo's standard input; it is kept in the transaction's log, so no secrets here."""
    undo_may_fail: bool = False
    """Whether its failure is no matter for this host: it is whole without it, what is left elsewhere a plan sees."""
    kept: tuple[str, ...] = ()
    """Command once the whole change is kept, for what was there only while it might be taken back; it may run twice, and its failure
    is no matter."""
    again_after_undo: bool = False
    """Run the same command once more after a rollback has put the files back (``systemctl daemon-reload``)."""
    ok: tuple[int, ...] = (0,)
    """Exit codes that mean success."""
    expect: str = ""
    """Regular expression that standard output must match; empty: anything."""
    logs: tuple[str, ...] = ()
    """Log files of the service, those that are there: what comes in while the command runs is looked at."""
    complaint: str = ""
    """Regular expression for a line in those with which the step has failed, whatever the command itself says."""
    secrets: tuple[SecretUse, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Unit(Step):
    """Change a systemd unit's state.

    Undo: a start is stopped, a stop is started, enable and disable are reversed if they changed anything;
    after a reload or restart the unit is reloaded or restarted again once the files are back.
    """

    kind: ClassVar[str] = "unit"
    phase: Phase = Phase.RELOAD
    unit: str
    action: str
    """start, stop, restart, reload, enable, disable, or try-restart."""

    @property
    def away(self) -> str:
        return self.unit if self.action in ("stop", "restart", "try-restart") else ""


@dataclass(frozen=True, kw_only=True)
class InstallPackages(Step):
    """Install distribution packages. Undo: those that were not there before are removed."""

    kind: ClassVar[str] = "install-packages"
    phase: Phase = Phase.INSTALL
    names: tuple[str, ...]
    timeout: float = 600.0


@dataclass(frozen=True, kw_only=True)
class Wait(Step):
    """Ask a probe again and again until its reading satisfies `expect`. Undo: nothing.

    For a command `expect` is a regular expression on its standard output (exit 0 needed), for an HTTP probe on
    the body of an answer with status 200; a connect probe must connect, an HTTP probe with empty `expect`
    must answer at all. Asterisk's manager interface must answer, and its answers as JSON must match.
    """

    kind: ClassVar[str] = "wait"
    phase: Phase = Phase.ACT
    probe: Probe
    expect: str = ""
    interval: float = 0.2
    """Seconds between two questions."""
    failure: str = ""
    """Sentence for the admin when the time is over."""


@dataclass(frozen=True, kw_only=True)
class Login(Step):
    """Log in from the host itself, as a client would, and out again: proof that an account works. Undo: nothing.

    All of `servers` are tried; one that takes the login is enough, and the step's message names those that do not.
    """

    kind: ClassVar[str] = "login"
    phase: Phase = Phase.VERIFY
    servers: tuple[str, ...]
    """What is logged in to, as URLs of an address with a port:

    - ``ldaps://192.168.11.250:636``, ``ldap://127.0.0.1:389``: a simple bind, then a search if `base` is given;
    - ``xmpp://127.0.0.1:5222`` (STARTTLS, never without) or ``xmpps://…`` (TLS from the start): SASL and a resource;
    - ``sip://127.0.0.1:5060`` (UDP), ``sip+tcp://…``, ``sips://…`` (TLS): REGISTER, answered with a digest, and taken back.
    """
    account: str
    """Bind DN, or the account's name without a domain."""
    password: str
    """The token of `secrets`; a text without one, such as an empty one, only for a login that must be refused."""
    domain: str = ""
    """XMPP and SIP: the domain of the account; empty for SIP: the address of the server."""
    ca: str = ""
    """File on the host with the authorities a server's certificate must come from; empty: certificates are not looked at."""
    name: str = ""
    """DNS name or IP address that the certificate must hold for; empty: the address in the URL, the domain for XMPP."""
    base: str = ""
    """LDAP: after the bind something must be found below this DN, as a proof that the account may read there."""
    search: str = ""
    """The filter (RFC 4515) for that; empty: anything."""
    refused: bool = False
    """The login must be refused as a wrong password is; then one server that takes it fails the step."""
    patient: bool = False
    """Whether every refusal is tried again until the time is over, as that of a server whose accounts or certificate have just changed,
    and not only no answer at all. Not with somebody else's directory: it may lock an account after a few failures."""
    timeout: float = 30.0
    interval: float = 0.5
    """Seconds between two rounds."""
    failure: str = ""
    """Sentence for the admin before what the servers said."""
    secrets: tuple[SecretUse, ...] = ()


def _plain(value: object) -> object:
    if isinstance(value, Probe):
        return value.wire()
    if isinstance(value, SecretUse):
        return {"token": value.token}
    if isinstance(value, enum.IntEnum):
        return int(value)
    if isinstance(value, Iterable) and not isinstance(value, str | bytes):
        return [_plain(item) for item in value]
    return value
