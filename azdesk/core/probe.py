"""What can be read on a host, and what such a reading says.

A probe is a value that the helper on the host understands; probes never change anything. Each has one
reading. Three things are kept apart everywhere: *present*, *absent* (a value) and *unreadable* (an error:
`azdesk.core.errors.ObserveError`).

Wire form: ``{"kind": …, **fields}`` for a probe, and for its reading the mapping named in each class.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any, ClassVar, TypeAlias

from azdesk.core.errors import ObserveError

Raw: TypeAlias = Mapping[str, Any]
"""A reading as it came over the wire."""


@dataclass(frozen=True, kw_only=True)
class Probe:
    """Base of all probes."""

    kind: ClassVar[str] = ""

    def wire(self) -> dict[str, Any]:
        """The probe as a JSON object for the helper."""
        return {"kind": self.kind, **{f.name: _plain(getattr(self, f.name)) for f in fields(self)}}


@dataclass(frozen=True, kw_only=True)
class File(Probe):
    """Content and attributes of one file; a folder tells its attributes only.

    Reading: ``{exists, type, text, sha256, size, mode, owner, group, mtime, target}``. `text` is null for a
    secret file, a folder, or one larger than `limit`; bytes that are not UTF-8 come as surrogates. Of a link
    `type` and `target` are its own, all else is of the file it leads to, as `WriteFile` follows it, too.
    """

    kind: ClassVar[str] = "file"
    path: str
    secret: bool = False
    """Send only the digest of the content, never the content."""
    masks: tuple[str, ...] = ()
    """Regular expressions, matched line by line (``re.MULTILINE``), each with one named group: what the group holds stays on the host, and
    the text that is sent has ``••name••`` there. A `WriteFile` that uses the same as its token compares equal, see `masked`;
    `masks_for` makes masks that hide too much rather than too little."""
    limit: int = 1 << 20
    """Bytes; of a larger file only digest and size are sent."""


def masked(name: str) -> str:
    """What stands in a text where a secret was masked under this name; also the token to write such a text with."""
    return f"••{name}••"


def masks_for(name: str, *, before: str, after: str = "", mention: str) -> tuple[str, ...]:
    """Masks for a file of ours with a secret in it. In the form in which we write it the secret alone is hidden; where it is
    mentioned in any other form, since somebody edited the file, all that follows is: such a file never says too much.

    Args:
        name: of the group, see `File.masks`.
        before: what we write before the secret, from the beginning of its line.
        after: regular expression for what has to follow the secret's line.
        mention: regular expression for what gives a secret away, without groups.
    """
    lead = f"^{re.escape(before)}"
    return (
        f"{lead}(?P<{name}>[^\\r\\n]+)\\n{after}",
        # Ours, by now with its mark, is stepped over; what the second one finds goes with the rest of the file.
        f"{lead}{masked(name)}\\n{after}|(?:{mention})(?P<{name}>[\\s\\S]+)",
    )


@dataclass(frozen=True, kw_only=True)
class Listing(Probe):
    """Names directly in one folder that match shell patterns.

    Reading: ``{exists, entries: [{name, type, size, mtime}]}``, sorted by name.
    """

    kind: ClassVar[str] = "listing"
    path: str
    patterns: tuple[str, ...] = ("*",)


@dataclass(frozen=True, kw_only=True)
class Command(Probe):
    """A read-only command, without a shell.

    Reading: ``{found, exit, out, err, timed_out}``; `found` is false when there is no such program.
    """

    kind: ClassVar[str] = "command"
    argv: tuple[str, ...]
    timeout: float = 20.0
    """Seconds."""
    masks: tuple[str, ...] = ()
    """As with `File`: what of its standard output stays on the host."""
    unit: str = ""
    """The systemd unit that answers the command: while it is stopped the command is not run, and reads as one that ended with 1 and
    without a word. ejabberdctl starts an Erlang VM of its own to find out as much."""


@dataclass(frozen=True, kw_only=True)
class Units(Probe):
    """State of systemd units.

    Reading: ``{units: {name: {load, active, sub, enabled, description, since, main_pid, result}}}``, with
    systemd's own words (org.freedesktop.systemd1(5)); `load` is "not-found" for a unit that does not exist,
    `enabled` is systemctl is-enabled's word or "", `since` seconds since the epoch or 0.
    """

    kind: ClassVar[str] = "units"
    names: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Packages(Probe):
    """Versions of installed distribution packages.

    Reading: ``{packages: {name: version or null}}``.
    """

    kind: ClassVar[str] = "packages"
    names: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Http(Probe):
    """One POST with a JSON body to a server on the host's own loopback.

    Reading: ``{answered, status, body}``; `answered` is false when nothing listens there.
    """

    kind: ClassVar[str] = "http"
    port: int
    path: str
    body: str = "{}"
    timeout: float = 5.0


AmiAction: TypeAlias = tuple[tuple[str, str], ...]
"""A question to Asterisk: (field, value) pairs, the first of them (``Action``, its name)."""


@dataclass(frozen=True, kw_only=True)
class Ami(Probe):
    """Questions to Asterisk's manager interface on the host's own loopback.

    The helper takes the secret of `user` from the file `account`, in the form of manager.conf, so it never leaves the
    host. Reading: ``{answered, error, replies: [[{field: value}…]…]}``: for each action its response and the events
    of its list. `answered` is false, and `error` says why, when there is no such account, nothing listens, the login
    is refused or not all was answered; a single action's refusal is its response.
    """

    kind: ClassVar[str] = "ami"
    actions: tuple[AmiAction, ...]
    account: str
    """Path of a file on the host."""
    user: str
    port: int = 5038
    keep: int = 0
    """Items of each list that are sent at most; the event at its end has the number of all of them (ListItems)."""
    timeout: float = 3.0


@dataclass(frozen=True, kw_only=True)
class Fallback(Probe):
    """A cheap probe, and a costly one for when the cheap one gives no answer (HTTP: other than status 200).

    Reading: ``{used: "first" or "otherwise", reading: {…}}``. Still one round trip: the host decides.
    """

    kind: ClassVar[str] = "fallback"
    first: Probe
    otherwise: Probe


@dataclass(frozen=True, kw_only=True)
class Connect(Probe):
    """Whether a TCP connection from the host succeeds.

    Reading: ``{connected, seconds, error}``.
    """

    kind: ClassVar[str] = "connect"
    address: str
    port: int
    timeout: float = 3.0


@dataclass(frozen=True, kw_only=True)
class Resolve(Probe):
    """What a name resolves to on the host.

    Reading: ``{addresses: [...]}``, empty when it does not resolve.
    """

    kind: ClassVar[str] = "resolve"
    name: str


@dataclass(frozen=True, kw_only=True)
class Identity(Probe):
    """Who the host is.

    Reading: ``{hostname, machine_id, os_id, os_version, os_name, python, time, addresses: [...]}``.
    """

    kind: ClassVar[str] = "identity"


@dataclass(frozen=True, kw_only=True)
class Connection(Probe):
    """Where the SSH connection of this look comes from, as the host sees it.

    Reading: ``{client, port}``: an IP address, and the port of the host's sshd; empty and 0 where that cannot be told.
    """

    kind: ClassVar[str] = "connection"


@dataclass(frozen=True, kw_only=True)
class Mounts(Probe):
    """What is mounted at, or holds, the given paths.

    Reading: ``{mounts: {path: {mounted, source, fstype, options, free, size}}}``; `mounted` tells whether the
    path itself is a mount point; `free` and `size` in bytes; null for a path that does not exist.
    """

    kind: ClassVar[str] = "mounts"
    paths: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class FileReading:
    """A `File` probe's reading."""

    exists: bool
    type: str = "absent"
    """file, dir, link, other, or absent."""
    text: str | None = None
    sha256: str | None = None
    size: int = 0
    mode: int = 0
    owner: str = ""
    group: str = ""
    mtime: float = 0.0
    target: str | None = None
    """Where a link points."""


@dataclass(frozen=True, kw_only=True)
class CommandReading:
    """A `Command` probe's reading."""

    found: bool
    exit: int = 0
    out: str = ""
    err: str = ""
    timed_out: bool = False


@dataclass(frozen=True, kw_only=True)
class UnitReading:
    """State of one unit, see `Units`."""

    load: str
    active: str = "inactive"
    sub: str = ""
    enabled: str = ""
    description: str = ""
    since: float = 0.0
    main_pid: int = 0
    result: str = ""


@dataclass(frozen=True, kw_only=True)
class HttpReading:
    """An `Http` probe's reading."""

    answered: bool
    status: int = 0
    body: str = ""


@dataclass(frozen=True, kw_only=True)
class AmiReading:
    """An `Ami` probe's reading."""

    answered: bool
    error: str = ""
    replies: tuple[tuple[Mapping[str, str], ...], ...] = ()
    """For each action its response and the events that belong to it."""


class Readings:
    """All readings of one look at one host, by the keys the feature gave its probes.

    Each accessor raises `ObserveError` if that probe was unreadable, so no parser can take "could not be
    read" for "is not there".
    """

    def __init__(self, host: str, raw: Mapping[str, Raw], *, taken_at: float = 0.0) -> None:
        self.host = host
        self.raw = raw
        self.taken_at = taken_at

    def get(self, key: str) -> Raw:
        """The reading as it came."""
        reading = self.raw.get(key)
        if reading is None:
            raise ObserveError(f"The host sent no reading for “{key}”.", where=self.host)
        if reading.keys() == {"error"}:  # a refused connection has its error beside other things
            raise ObserveError(f"{key} could not be read: {reading['error']}.", where=self.host)
        return reading

    def file(self, key: str) -> FileReading:
        return FileReading(**_known(FileReading, self.get(key)))

    def command(self, key: str) -> CommandReading:
        return CommandReading(**_known(CommandReading, self.get(key)))

    def http(self, key: str) -> HttpReading:
        return HttpReading(**_known(HttpReading, self.get(key)))

    def ami(self, key: str) -> AmiReading:
        raw = self.get(key)
        try:
            replies = tuple(
                tuple({str(name): str(value) for name, value in message.items()} for message in reply)
                for reply in raw["replies"]
            )
            return AmiReading(answered=bool(raw["answered"]), error=str(raw["error"]), replies=replies)
        except (KeyError, TypeError, AttributeError):
            raise ObserveError(f"The host's answer for “{key}” makes no sense.", where=self.host) from None

    def answer(self, key: str) -> str | None:
        """Text of a `Fallback` between an HTTP probe and a command: body or standard output.

        None when neither answered: nothing listens, and the command is missing or failed.
        """
        reading = self.get(key)
        inner = Readings(self.host, {key: reading["reading"]})
        if "answered" in reading["reading"]:
            http = inner.http(key)
            return http.body if http.answered and http.status == 200 else None
        command = inner.command(key)
        if command.timed_out:
            raise ObserveError(f"{key} could not be read: the command did not end in time.", where=self.host)
        return command.out if command.found and command.exit == 0 else None

    def unit(self, key: str, name: str) -> UnitReading:
        units: Mapping[str, Raw] = self.get(key)["units"]
        return UnitReading(**_known(UnitReading, units[name]))

    def package(self, key: str, name: str) -> str | None:
        """Installed version, or None."""
        version: str | None = self.get(key)["packages"].get(name)
        return version

    def names(self, key: str) -> tuple[str, ...]:
        """Names found by a `Listing`; empty for an absent folder."""
        return tuple(entry["name"] for entry in self.get(key).get("entries", ()))


def _known(cls: Any, raw: Raw) -> dict[str, Any]:
    allowed = {f.name for f in fields(cls)}
    return {key: value for key, value in raw.items() if key in allowed}


def _plain(value: object) -> object:
    if isinstance(value, Probe):
        return value.wire()
    if isinstance(value, Iterable) and not isinstance(value, str | bytes):
        return list(value)
    return value
