"""Which host keys are known: known_hosts files as OpenSSH writes them, see sshd(8)."""

from __future__ import annotations

import base64
import binascii
import fnmatch
import hashlib
import hmac
import os
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from azdesk.core.errors import HostKeyChanged, HostKeyUnknown, LinkError
from azdesk.core.places import data_folder

KEY_TYPES = (
    "ssh-ed25519",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "ssh-rsa",
)
"""Types of host keys that can be checked, the preferred one first."""


@dataclass(frozen=True, kw_only=True)
class _Line:
    marker: str
    names: tuple[str, ...]
    key_type: str
    key: str
    file: Path
    number: int

    def matches(self, name: str) -> bool:
        found = False
        for pattern in self.names:
            if pattern.startswith("|1|"):
                found = found or _hashed_is(pattern, name)
            elif pattern.startswith("!"):
                if _like(name, pattern[1:]):
                    return False
            else:
                found = found or _like(name, pattern)
        return found

    @property
    def place(self) -> str:
        return f"{self.file}:{self.number}"


class HostKeys:
    """The host keys that the admin has accepted, here or in OpenSSH.

    Args:
        own: AZDesk's own file, the one `accept` writes to; None: ``known_hosts`` in AZDesk's data folder.
        others: files that are read as well; None: the user's and the system's.

    Files are read when first needed and again when they changed.
    """

    def __init__(self, own: Path | None = None, others: Sequence[Path] | None = None) -> None:
        self.own = own if own is not None else data_folder() / "known_hosts"
        self.others = tuple(others) if others is not None else _usual_files()
        self._cache: dict[Path, tuple[tuple[int, int], tuple[_Line, ...]]] = {}
        self._lock = threading.Lock()

    def known_types(self, name: str, more: Iterable[Path] = ()) -> tuple[str, ...]:
        """Types of the keys known for ``host`` or ``[host]:port``, in the order of `KEY_TYPES`.

        Offered to the host before other types, so that it shows the key we know and not another of its own.
        """
        lines = self._for_name(name, more)
        kept = {line.key_type for line in lines if not line.marker}
        return tuple(kind for kind in KEY_TYPES if kind in kept)

    def check(self, host: str, name: str, key_type: str, key: str, more: Iterable[Path] = ()) -> None:
        """Compare the key that a host shows with what is known.

        Args:
            host: the host's name, for error texts.
            name: ``host`` or ``[host]:port``, as known_hosts writes it.
            key_type: such as ``ssh-ed25519``.
            key: base64, as in the file.
            more: further files, such as ssh_config's UserKnownHostsFile.

        Raises:
            HostKeyUnknown: no key of any type is known for this name.
            HostKeyChanged: another key is known, or this one is revoked.
            LinkError: a file is there but cannot be read, so it is not known what it says.
        """
        files = tuple(more)
        shown = fingerprint(key)
        lines = self._for_name(name, files)
        bare = self._for_name(name[1:].partition("]")[0], files) if name.startswith("[") else []
        for line in (*lines, *bare):
            if line.marker == "@revoked" and line.key == key:
                raise HostKeyChanged(
                    f"The host shows a key that {line.place} marks as revoked. Nothing was sent to it.",
                    where=host,
                    known=f"revoked in {line.place}",
                    shown=shown,
                    next_step="Somebody else may be answering in its place: find out before you go on.",
                )
        plain = [line for line in lines if not line.marker]
        if any(line.key == key for line in plain):
            return
        if plain:
            raise self._changed(host, plain, shown)
        # As for OpenSSH, a key without a port counts for all ports; another one there is no contradiction.
        if any(line.key == key and not line.marker for line in bare):
            return
        raise HostKeyUnknown(
            f"Nobody has accepted the host's key yet. It shows {key_type} {shown}.",
            where=host,
            address=name,
            key_type=key_type,
            key_base64=key,
            fingerprint=shown,
        )

    def accept(self, error: HostKeyUnknown) -> None:
        """Remember the key that was asked about, in AZDesk's own file.

        Raises:
            LinkError: the file cannot be written.
        """
        line = f"{error.address} {error.key_type} {error.key_base64}\n"
        with self._lock:
            try:
                self.own.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                handle = os.open(self.own, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
                with os.fdopen(handle, "r+b") as file:
                    old = file.read()
                    if line.encode() in old.splitlines(keepends=True):
                        return
                    # One write at the end of the file: another AZDesk may be adding a key of its own.
                    file.write((b"\n" if old and not old.endswith(b"\n") else b"") + line.encode())
            except OSError as failure:
                raise LinkError(
                    f"The accepted key could not be written to {self.own}: {failure.strerror}.",
                    where=error.where,
                    next_step="Make that file writable, then accept the key again.",
                ) from failure

    def _changed(self, host: str, plain: Sequence[_Line], shown: str) -> HostKeyChanged:
        known = ", ".join(f"{line.key_type} {fingerprint(line.key)} ({line.place})" for line in plain)
        return HostKeyChanged(
            f"The host shows another key than the one known. Known: {known}. Shown: {shown}. "
            "Nothing was sent to it.",
            where=host,
            known=known,
            shown=shown,
            next_step="If it was installed anew, delete that line and accept the new key; if not, somebody "
            "else is answering in its place.",
        )

    def _for_name(self, name: str, more: Iterable[Path]) -> list[_Line]:
        wanted = name.lower()
        files = dict.fromkeys((self.own, *more, *self.others))
        return [line for file in files for line in self._lines(file) if line.matches(wanted)]

    def _lines(self, file: Path) -> tuple[_Line, ...]:
        try:
            info = file.stat()
            version = (info.st_mtime_ns, info.st_size)
            with self._lock:
                cached = self._cache.get(file)
            if cached is not None and cached[0] == version:
                return cached[1]
            lines = tuple(_parse(file, file.read_text("utf-8", "replace")))
        except (FileNotFoundError, NotADirectoryError):
            return ()  # most of these files exist on few machines
        except OSError as failure:
            # Going on without it would make a changed or revoked key look like one nobody has seen.
            raise LinkError(
                f"The file with known host keys could not be read: {failure.strerror}.",
                where=str(file),
                next_step="Make it a file that you may read, or take it away.",
            ) from failure
        with self._lock:
            self._cache[file] = (version, lines)
        return lines


def fingerprint(key: str) -> str:
    """``SHA256:…`` of a key given in base64, as ``ssh-keygen -l`` prints it."""
    digest = hashlib.sha256(base64.b64decode(key)).digest()
    return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")


def address_name(address: str, port: int) -> str:
    """How known_hosts writes an address with its port."""
    return address.lower() if port == 22 else f"[{address.lower()}]:{port}"


def _parse(file: Path, text: str) -> Iterator[_Line]:
    for number, raw in enumerate(text.splitlines(), 1):
        fields = raw.split()
        marker = fields.pop(0) if fields and fields[0].startswith("@") else ""
        # An unknown marker must not turn into a trusted key.
        if len(fields) < 3 or fields[0].startswith("#") or marker not in ("", "@revoked", "@cert-authority"):
            continue
        names, key_type, key = fields[:3]
        try:
            base64.b64decode(key, validate=True)
        except (binascii.Error, ValueError):
            continue
        yield _Line(
            marker=marker,
            names=tuple(part if part.startswith("|1|") else part.lower() for part in names.split(",")),
            key_type=key_type,
            key=key,
            file=file,
            number=number,
        )


def _like(name: str, pattern: str) -> bool:
    if "*" not in pattern and "?" not in pattern:
        return name == pattern
    # Brackets belong to [host]:port here; only * and ? are wildcards.
    return fnmatch.fnmatchcase(name, pattern.replace("[", "[[]"))


def _hashed_is(pattern: str, name: str) -> bool:
    parts = pattern.split("|")
    if len(parts) != 4:
        return False
    try:
        salt, digest = base64.b64decode(parts[2]), base64.b64decode(parts[3])
    except (binascii.Error, ValueError):
        return False
    return hmac.compare_digest(hmac.digest(salt, name.encode(), "sha1"), digest)


def _usual_files() -> tuple[Path, ...]:
    home = Path.home() / ".ssh"
    system = (
        Path(os.environ.get("PROGRAMDATA", "C:/ProgramData")) / "ssh" if os.name == "nt" else Path("/etc/ssh")
    )
    return (
        home / "known_hosts",
        home / "known_hosts2",
        system / "ssh_known_hosts",
        system / "ssh_known_hosts2",
    )
