"""Asking systemd over D-Bus, against a small bus of our own."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from azdesk.onhost import bus
from azdesk.onhost.machine import Machine, Result

pytestmark = pytest.mark.skipif(not hasattr(socket, "AF_UNIX") or os.name == "nt", reason="hosts run Linux")


class FakeBus:
    """Bus and systemd in one: knows a few units, counts what it is asked, can tell of changes."""

    def __init__(self, path: Path) -> None:
        self.units = {
            "chat.service": ["Chat", "loaded", "active", "running", "enabled", 1_700_000_000_500_000, 42],
            "data-x.mount": ["Data", "loaded", "inactive", "dead", "", 0, 0],
        }
        self.asked: list[str] = []
        self.refuse_subscriptions = False
        self._server = socket.socket(socket.AF_UNIX)
        self._server.bind(str(path))
        self._server.listen()
        self._connections: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._server.close()
        self.drop()

    def drop(self) -> None:
        for connection in self._connections:
            connection.shutdown(socket.SHUT_RDWR)
            connection.close()
        self._connections.clear()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._server.accept()
            except OSError:
                return
            self._connections.append(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        data = b""
        try:
            while b"BEGIN\r\n" not in data:
                data += connection.recv(4096)
            head, _, data = data.partition(b"BEGIN\r\n")
            assert head == b"\0AUTH EXTERNAL %s\r\n" % str(os.geteuid()).encode().hex().encode()
            connection.sendall(b"OK 0123456789abcdef\r\n")
            while True:
                while len(data) < 16 or len(data) < self._size(data):
                    more = connection.recv(4096)
                    if not more:
                        return
                    data += more
                message, data = data[: self._size(data)], data[self._size(data) :]
                connection.sendall(self._answer(message))
        except OSError:
            return

    @staticmethod
    def _size(data: bytes) -> int:
        fields = int.from_bytes(data[12:16], "little")
        return ((16 + fields + 7) & ~7) + int.from_bytes(data[4:8], "little")

    def _answer(self, message: bytes) -> bytes:
        serial = int.from_bytes(message[8:12], "little")
        end = 16 + int.from_bytes(message[12:16], "little")
        member = bus._read_text(message, bus._field(message, 16, end, 3))[0]
        path = bus._path_of(message, 16, end)
        body = message[(end + 7) & ~7 :]
        self.asked.append(member)
        if member == "Get":
            interface, at = bus._read_text(body, 0)
            return self._property(serial, path, interface, bus._read_text(body, at)[0])
        if member == "ListUnitsByNames":
            return self._reply(serial, self._list(body))
        if member in ("Subscribe", "AddMatch") and self.refuse_subscriptions:
            return self._reply(serial, b"", error=True)
        return self._reply(serial, b"")

    def _list(self, body: bytes) -> bytes:
        names, at, end = [], 4, 4 + int.from_bytes(body[:4], "little")
        while at < end:
            name, at = bus._read_text(body, at)
            names.append(name)
        items = b""
        for name in names:
            unit = self.units.get(name, [name, "not-found", "inactive", "dead"])
            items = bus._padded(items, 8)
            for text in (name, *unit[:4], "", "/path"):
                items = bus._text(items, str(text))
            items = bus._text(bus._padded(items, 4) + bytes(4), "")
            items = bus._text(items, "/")
        return len(items).to_bytes(4, "little") + bytes(4) + items

    def _property(self, serial: int, path: str, interface: str, name: str) -> bytes:
        unit = next((u for n, u in self.units.items() if path.endswith("/" + bus._escaped(n))), None)
        if unit is None:
            return self._reply(serial, b"", error=True)
        if name == "StateChangeTimestamp":
            body = b"\1t\0" + bytes(5) + int(unit[5]).to_bytes(8, "little")
        elif name == "MainPID":
            assert interface.endswith(".Service")
            body = b"\1u\0\0" + int(unit[6]).to_bytes(4, "little")
        else:
            body = bus._text(b"\1s\0", {"UnitFileState": str(unit[4]), "Result": "success"}[name])
        return self._reply(serial, body)

    @staticmethod
    def _reply(serial: int, body: bytes, *, error: bool = False) -> bytes:
        fields = b"\5\1u\0" + serial.to_bytes(4, "little")
        head = b"l" + (b"\3" if error else b"\2") + b"\0\1" + len(body).to_bytes(4, "little") + b"\1\0\0\0"
        return bus._padded(head + len(fields).to_bytes(4, "little") + fields, 8) + body

    def signal(self, path: str) -> None:
        fields = bus._text(b"\1\1o\0", path)
        head = b"l\4\0\1" + bytes(4) + b"\1\0\0\0" + len(fields).to_bytes(4, "little")
        for connection in self._connections:
            connection.sendall(bus._padded(head + fields, 8))


class WithoutBus(Machine):
    def __init__(self, root: Path) -> None:
        super().__init__(str(root))
        self.calls: list[list[str]] = []
        self.answer = Result()

    def run(self, argv: Sequence[str], timeout: float, **more: Any) -> Result:
        self.calls.append(list(argv))
        return self.answer


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[WithoutBus]:
    (tmp_path / "run/dbus").mkdir(parents=True)
    machine = WithoutBus(tmp_path)
    yield machine
    machine.forget()


@pytest.fixture
def fake(machine: WithoutBus) -> Iterator[FakeBus]:
    fake = FakeBus(Path(machine.real(bus.SOCKET)))
    yield fake
    fake.close()


NAMES = ("chat", "data-x.mount", "none.service", "not a name!.service")


def test_states(machine: WithoutBus, fake: FakeBus) -> None:
    found = machine.units(NAMES)
    assert found["chat"] == {
        "load": "loaded", "active": "active", "sub": "running", "enabled": "enabled", "description": "Chat",
        "since": 1_700_000_000.5, "main_pid": 42, "result": "success",
    }  # fmt: skip
    assert (found["data-x.mount"]["active"], found["data-x.mount"]["main_pid"]) == ("inactive", 0)
    assert found["none.service"]["load"] == found["not a name!.service"]["load"] == "not-found"
    assert machine.calls == []


def test_asked_again_only_after_a_change(machine: WithoutBus, fake: FakeBus) -> None:
    machine.units(NAMES)
    fake.asked.clear()
    fake.units["chat.service"][2] = "failed"
    assert machine.units(NAMES)["chat"]["active"] == "active"
    assert [word for word in fake.asked if word != "ListUnitsByNames"] == []
    fake.signal("/org/freedesktop/systemd1/unit/chat_2eservice")
    assert machine.units(NAMES)["chat"]["active"] == "failed"
    assert fake.asked.count("Get") == 4, "only of the unit that changed"
    fake.asked.clear()
    fake.signal("/org/freedesktop/systemd1")
    machine.units(NAMES)
    assert fake.asked.count("Get") > 4, "of all, after systemd read its files again"


def test_a_plan_is_judged_by_fresh_answers(machine: WithoutBus, fake: FakeBus) -> None:
    machine.units(["chat"])
    fake.units["chat.service"][2] = "failed"
    machine.distrust()
    assert machine.units(["chat"])["chat"]["active"] == "failed"


def test_without_promises_it_asks_each_time(machine: WithoutBus, fake: FakeBus) -> None:
    fake.refuse_subscriptions = True
    machine.units(["chat"])
    fake.units["chat.service"][2] = "failed"
    assert machine.units(["chat"])["chat"]["active"] == "failed"


def test_bus_that_was_restarted(machine: WithoutBus, fake: FakeBus) -> None:
    machine.units(["chat"])
    fake.drop()
    assert machine.units(["chat"])["chat"]["active"] == "active"
    assert machine.calls == []


SHOWN = """\
LoadState=loaded
ActiveState=active
SubState=running
UnitFileState=enabled
Description=Chat
StateChangeTimestamp=@1700000000
MainPID=42
Result=success

LoadState=not-found
ActiveState=inactive
SubState=dead
Description=none.service
StateChangeTimestamp=
MainPID=0
Result=success
"""


def test_without_a_bus_systemctl_is_asked(machine: WithoutBus) -> None:
    machine.answer = Result(0, SHOWN)
    found = machine.units(["chat", "none.service"])
    assert found["chat"]["main_pid"] == 42
    assert found["chat"]["since"] == 1_700_000_000.0
    assert found["none.service"] == {**bus._ABSENT, "load": "not-found"}
    assert machine.calls[0][-2:] == ["chat.service", "none.service"]
    machine.answer = Result(1, "", "System has not been booted with systemd as init system.\n")
    with pytest.raises(Exception, match="systemd cannot be asked: System has not been booted"):
        machine.units(["chat"])
