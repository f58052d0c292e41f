"""Asking systemd over D-Bus: one round trip for all units, and no process.

Only what is needed of the D-Bus specification: little-endian messages, methods with string arguments, and
three forms of answers. https://dbus.freedesktop.org/doc/dbus-specification.html, org.freedesktop.systemd1(5).
"""

from __future__ import annotations

import _socket
import os
from _thread import allocate_lock

from azdesk.onhost.fault import Fault

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from azdesk.onhost.machine import Machine

SOCKET = "/run/dbus/system_bus_socket"
TIMEOUT = 10.0
"""Seconds for an answer."""
_SYSTEMD = "org.freedesktop.systemd1"
_ROOT = "/org/freedesktop/systemd1"
_PROPERTIES = "org.freedesktop.DBus.Properties"
_SUFFIXES = {
    "service": "Service",
    "socket": "Socket",
    "mount": "Mount",
    "automount": "Automount",
    "swap": "Swap",
    "timer": "Timer",
    "path": "Path",
    "slice": "",
    "scope": "Scope",
    "target": "",
    "device": "",
}
_SIGNS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:-_.\\@")
_ABSENT = {
    "load": "not-found",
    "active": "inactive",
    "sub": "dead",
    "enabled": "",
    "description": "",
    "since": 0.0,
    "main_pid": 0,
    "result": "",
}

_ONE_AT_A_TIME = allocate_lock()
"""Probes that run side by side share the one connection."""

Arguments = "tuple[str | list[str], ...]"


class Bus:
    """A connection to the system bus.

    Raises:
        OSError: there is none.
    """

    def __init__(self, path: str = SOCKET) -> None:
        self.kept: dict[str, tuple[str, dict[str, Any]]] = {}
        """Path and state of units by the names asked for, as long as systemd has not told of a change."""
        self.trusted = False
        """Whether systemd has promised to tell of changes."""
        self._watched: set[str] = set()
        self._subscriptions: list[int] = []
        self._serial = 0
        self._data = b""
        self._out = b""
        self._sock = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
        try:
            self._sock.settimeout(TIMEOUT)
            self._sock.connect(path)
            uid = str(os.geteuid()).encode().hex()
            self._out = ("\0AUTH EXTERNAL %s\r\nBEGIN\r\n" % uid).encode()
            hello = self.queue(
                "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "Hello"
            )
            self._flush()
            while b"\r\n" not in self._data:
                self._more()
            line, _, self._data = self._data.partition(b"\r\n")
            if not line.startswith(b"OK "):
                raise OSError(13, "the system bus refuses this login")
            self.answers([hello])
        except BaseException:
            self._sock.close()
            raise

    def close(self) -> None:
        self._sock.close()

    def queue(self, to: str, path: str, interface: str, method: str, *arguments: str | list[str]) -> int:
        """Put a call into the next batch; returns its number."""
        self._serial += 1
        body, signature = b"", ""
        for argument in arguments:
            if isinstance(argument, str):
                body, signature = _text(body, argument), signature + "s"
            else:
                items = b""
                for item in argument:
                    items = _text(items, item)
                body = _padded(body, 4) + len(items).to_bytes(4, "little") + items
                signature += "as"
        head = b"l\1\0\1" + len(body).to_bytes(4, "little") + self._serial.to_bytes(4, "little")
        fields = b""
        for code, kind, value in ((1, b"o", path), (2, b"s", interface), (3, b"s", method), (6, b"s", to)):
            fields = _text(_padded(fields, 8) + bytes((code, 1)) + kind + b"\0", value)
        if signature:
            fields = _padded(fields, 8) + b"\10\1g\0" + bytes((len(signature),)) + signature.encode() + b"\0"
        self._out += _padded(head + len(fields).to_bytes(4, "little") + fields, 8) + body
        return self._serial

    def answers(self, numbers: list[int]) -> dict[int, bytes | None]:
        """Send the batch; bodies of the answers to these calls, None for an error.

        Raises:
            OSError: the connection is gone, or too slow.
        """
        self._flush()
        found: dict[int, bytes | None] = {}
        missing = set(numbers)
        while missing:
            number, body = self._next()
            if number in missing:
                missing.discard(number)
                found[number] = body
        return found

    def watch(self, path: str) -> None:
        """With the next batch, ask to be told when a unit changes, or systemd itself."""
        if not self._watched:
            self._subscriptions = [
                self.queue(_SYSTEMD, _ROOT, _SYSTEMD + ".Manager", "Subscribe"),
                self._match("path='%s',member='Reloading'" % _ROOT),
                self._match("path='%s',member='UnitFilesChanged'" % _ROOT),
            ]
        if path not in self._watched:
            self._watched.add(path)
            self._subscriptions.append(self._match("path='%s'" % path))

    def _match(self, rule: str) -> int:
        to = "org.freedesktop.DBus"
        return self.queue(
            to, "/org/freedesktop/DBus", to, "AddMatch", "type='signal',sender='%s',%s" % (_SYSTEMD, rule)
        )

    def listen(self) -> None:
        """Take what has come unasked.

        Raises:
            OSError: the connection is gone.
        """
        self._sock.settimeout(0.0)
        try:
            while True:
                self._more()
        except BlockingIOError:
            pass
        finally:
            self._sock.settimeout(TIMEOUT)
        while self._data:
            self._next()

    def found(self, batch: list[int]) -> dict[int, bytes | None]:
        """As `answers`, and whether the promises asked for with this batch were given."""
        subscriptions, self._subscriptions = self._subscriptions, []
        got = self.answers([*subscriptions, *batch])
        if subscriptions:
            self.trusted = all(got[number] is not None for number in subscriptions)
        return got

    def _forget(self, path: str) -> None:
        for name, (place, _) in list(self.kept.items()):
            if path in (place, _ROOT):
                del self.kept[name]

    def _flush(self) -> None:
        while self._out:
            self._out = self._out[self._sock.send(self._out) :]

    def _more(self) -> None:
        data = self._sock.recv(1 << 16)
        if not data:
            raise OSError(104, "the system bus closed the connection")
        self._data += data

    def _next(self) -> tuple[int, bytes | None]:
        """Number that the next message answers, and its body; (0, None) for a signal."""
        data = self._data
        while len(data) < 16:
            self._more()
            data = self._data
        order = "little" if data[:1] == b"l" else "big"
        if order == "big":
            raise OSError(71, "the system bus speaks another byte order")
        size = int.from_bytes(data[4:8], "little")
        fields = int.from_bytes(data[12:16], "little")
        start = (16 + fields + 7) & ~7
        while len(self._data) < start + size:
            self._more()
        message, self._data = self._data[: start + size], self._data[start + size :]
        if message[1] not in (2, 3):
            self._forget(_path_of(message, 16, 16 + fields))
            return 0, None
        return _reply_to(message, 16, 16 + fields), message[start:] if message[1] == 2 else None


def _field(message: bytes, at: int, end: int, wanted: int) -> int:
    """Where the value of a header field starts; 0 if there is no such field."""
    while at < end:
        at = (at + 7) & ~7
        code, kind = message[at], message[at + 2 : at + 3]
        at += 4
        if code == wanted:
            return at
        if kind == b"u":
            at += 4
        elif kind == b"g":
            at += message[at] + 2
        else:
            at += 4 + int.from_bytes(message[at : at + 4], "little") + 1
    return 0


def _reply_to(message: bytes, at: int, end: int) -> int:
    """The header field REPLY_SERIAL."""
    place = _field(message, at, end, 5)
    return int.from_bytes(message[place : place + 4], "little") if place else 0


def _path_of(message: bytes, at: int, end: int) -> str:
    """The header field PATH."""
    place = _field(message, at, end, 1)
    return _read_text(message, place)[0] if place else ""


def _padded(data: bytes, to: int) -> bytes:
    return data + bytes(-len(data) % to)


def _text(data: bytes, value: str) -> bytes:
    raw = value.encode()
    return _padded(data, 4) + len(raw).to_bytes(4, "little") + raw + b"\0"


def _read_text(data: bytes, at: int) -> tuple[str, int]:
    at = (at + 3) & ~3
    size = int.from_bytes(data[at : at + 4], "little")
    return data[at + 4 : at + 4 + size].decode("utf-8", "replace"), at + 5 + size


def _variant(body: bytes | None) -> Any:
    """The value of a variant that holds a text or a number; None for anything else."""
    if not body or body[0] != 1:
        return None
    kind = body[1:2]
    if kind in (b"s", b"o"):
        return _read_text(body, 3)[0]
    if kind == b"t":
        return int.from_bytes(body[8:16], "little")
    if kind == b"u":
        return int.from_bytes(body[4:8], "little")
    return None


def _listed(body: bytes | None) -> list[list[str]]:
    """The answer of ListUnitsByNames, a(ssssssouso): the first seven fields of each."""
    found: list[list[str]] = []
    if not body:
        return found
    end, at = min(8 + int.from_bytes(body[:4], "little"), len(body)), 8
    while at < end:
        at = (at + 7) & ~7
        unit = []
        for _ in range(7):
            value, at = _read_text(body, at)
            unit.append(value)
        at = ((at + 3) & ~3) + 4
        for _ in range(2):
            _, at = _read_text(body, at)
        found.append(unit)
    return found


def units(machine: Machine, names: Sequence[str]) -> dict[str, dict[str, Any]]:
    """See `azdesk.onhost.machine.Machine.units`.

    Raises:
        Fault: systemd cannot be asked.
    """
    with _ONE_AT_A_TIME:
        return _read(machine, names)


def _read(machine: Machine, names: Sequence[str]) -> dict[str, dict[str, Any]]:
    cache: dict[str, Bus] = machine.memory("bus", dict)
    for _ in range(2):
        try:
            bus = cache.get("bus")
            if bus is None:
                bus = cache["bus"] = Bus(machine.real(SOCKET))
            bus.listen()
            missing = [name for name in names if name not in bus.kept]
            found = _units(bus, missing) if missing else {}
            return {name: found[name] if name in found else dict(bus.kept[name][1]) for name in names}
        except (OSError, IndexError):
            # The bus may have been restarted since the last look; a new connection tells.
            old = cache.pop("bus", None)
            if old is None:
                break
            old.close()
    return _by_command(machine, names)


def _units(bus: Bus, names: Sequence[str]) -> dict[str, dict[str, Any]]:
    full = {name: _full(name) for name in names}
    valid = [name for name in names if _is_valid(full[name])]
    if not valid:
        return {name: dict(_ABSENT) for name in names}
    paths = {name: "%s/unit/%s" % (_ROOT, _escaped(full[name])) for name in valid}
    for name, path in paths.items():
        bus.watch(path)
        # Kept from now on, so that a change told of while the answers come in takes it away again.
        bus.kept[name] = path, {}
    listing = bus.queue(
        _SYSTEMD, _ROOT, _SYSTEMD + ".Manager", "ListUnitsByNames", [full[name] for name in valid]
    )
    wanted: dict[str, list[tuple[str, int]]] = {}
    for name, path in paths.items():
        special = _SUFFIXES.get(full[name].rpartition(".")[2], "")
        asked = [("enabled", "Unit", "UnitFileState"), ("since", "Unit", "StateChangeTimestamp")]
        if special:
            asked.append(("result", special, "Result"))
        if special == "Service":
            asked.append(("main_pid", "Service", "MainPID"))
        wanted[name] = [
            (key, bus.queue(_SYSTEMD, path, _PROPERTIES, "Get", "%s.%s" % (_SYSTEMD, interface), name_there))
            for key, interface, name_there in asked
        ]
    got = bus.found([listing, *[number for asked in wanted.values() for _, number in asked]])
    listed = _listed(got[listing])
    if len(listed) != len(valid):
        raise OSError(71, "systemd left units out of its answer")
    found = {name: dict(_ABSENT) for name in names}
    for name, unit in zip(valid, listed):
        state = found[name]
        state.update(description=unit[1], load=unit[2], active=unit[3], sub=unit[4])
        if unit[2] == "not-found":
            state["description"] = ""
            continue
        for key, number in wanted[name]:
            value = _variant(got[number])
            if value is not None:
                state[key] = value / 1e6 if key == "since" else value
    for name, path in paths.items():
        if bus.trusted and name in bus.kept:
            bus.kept[name] = path, dict(found[name])
        else:
            bus.kept.pop(name, None)
    return found


def _full(name: str) -> str:
    return name if name.rpartition(".")[2] in _SUFFIXES and "." in name else name + ".service"


def _is_valid(name: str) -> bool:
    return len(name) < 256 and not set(name) - _SIGNS and not name.startswith((".", "@"))


def _escaped(name: str) -> str:
    """A unit's name as part of an object path: all but letters and digits in hex."""
    return "".join(
        sign if sign.isalnum() and not (at == 0 and sign.isdigit()) else "_%02x" % ord(sign)
        for at, sign in enumerate(name)
    )


_SHOWN = {
    "LoadState": "load",
    "ActiveState": "active",
    "SubState": "sub",
    "UnitFileState": "enabled",
    "Description": "description",
    "StateChangeTimestamp": "since",
    "MainPID": "main_pid",
    "Result": "result",
}


def _by_command(machine: Machine, names: Sequence[str]) -> dict[str, dict[str, Any]]:
    """The same from systemctl, where there is no bus."""
    argv = ["systemctl", "show", "--timestamp=unix", "--property=" + ",".join(_SHOWN), "--"]
    result = machine.run([*argv, *[_full(name) for name in names]], TIMEOUT)
    if "timestamp" in result.err:  # systemd before 247
        argv.remove("--timestamp=unix")
        result = machine.run([*argv, *[_full(name) for name in names]], TIMEOUT)
    blocks = result.out.strip("\n").split("\n\n")
    if not result.found or result.exit or len(blocks) != len(names):
        lines = result.err.strip().splitlines() or ["no answer"]
        raise Fault("ObserveError", "systemd cannot be asked: %s." % lines[-1].rstrip("."))
    found = {}
    for name, block in zip(names, blocks):
        state = dict(_ABSENT)
        for line in block.splitlines():
            key, _, value = line.partition("=")
            if key == "StateChangeTimestamp":
                state["since"] = float(value[1:]) if value.startswith("@") else 0.0
            elif key == "MainPID":
                state["main_pid"] = int(value or 0)
            elif key in _SHOWN:
                state[_SHOWN[key]] = value
        if state["load"] == "not-found":
            state["description"] = state["result"] = ""
        found[name] = state
    return found
