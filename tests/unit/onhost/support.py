"""Hosts for the tests of the helper: a folder, simulated commands, and faults at any point."""

from __future__ import annotations

import hashlib
import json
import os
import socket
import struct
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from azdesk.onhost.machine import Machine, Result
from azdesk.onhost.server import serve
from azdesk.onhost.store import Store
from azdesk.onhost.worker import Control, Worker

SECRET = "sesame-open-4711"


class Dead(BaseException):
    """The power is gone."""


class World:
    """What outlives a helper: units, and what commands have done."""

    def __init__(self) -> None:
        self.units: dict[str, dict[str, Any]] = {}
        self.joined = False
        self.calls: list[list[str]] = []
        self.fed: list[bytes] = []
        self.answers: dict[str, Result | Callable[[Sequence[str]], Result]] = {}

    def add_unit(self, name: str, *, active: str = "active", enabled: str = "enabled") -> None:
        self.units[name] = {"load": "loaded", "active": active, "enabled": enabled, "restarts": 0}


class FolderMachine(Machine):
    """A host in a folder, in this process."""

    separate = False

    def __init__(self, root: Path, world: World | None = None) -> None:
        super().__init__(str(root))
        self.world = world or World()
        self.locks: set[str] = set()
        self.notes: list[tuple[str, str]] = []
        self.fault: Callable[[int, str, str], None] = lambda number, action, path: None
        self.silence: float | None = None

    def note(self, action: str, path: str) -> None:
        self.notes.append((action, path))
        self.fault(len(self.notes), action, path)

    def fsync(self, fd: int) -> None:
        pass

    def end_strays(self, transaction: str) -> None:
        pass

    def lock(self, path: str, holder: bytes) -> Callable[[], None] | None:
        if path in self.locks:
            return None
        self.locks.add(path)
        Path(self.real(path)).write_bytes(holder)
        return lambda: self.locks.discard(path)

    def units(self, names: Sequence[str]) -> dict[str, dict[str, Any]]:
        absent = {"load": "not-found", "active": "inactive", "enabled": ""}
        return {name: dict(self.world.units.get(name, absent)) for name in names}

    def run(
        self,
        argv: Sequence[str],
        timeout: float,
        *,
        stop: Callable[[], bool] | None = None,
        environment: Mapping[str, str] | None = None,
        feed: bytes = b"",
    ) -> Result:
        self.world.calls.append(list(argv))
        self.world.fed.append(feed)
        answer = self.world.answers.get(argv[0])
        if callable(answer):
            return answer(argv)
        if answer is not None:
            return answer
        if argv[0] == "systemctl":
            return self._systemctl(argv[1], *argv[2:])
        if argv[0] == "join":
            self.world.joined = True
        elif argv[0] == "leave":
            self.world.joined = False
        elif argv[0] == "reconfigure":  # what a service does with its own files
            own = Path(self.root) / "etc/phone.d"
            (own / "phones.conf").write_text("changed\n")
            (own / "old" / "line.conf").unlink(missing_ok=True)
            (own / "more").mkdir(exist_ok=True)
            (own / "more" / "line.conf").write_text("new\n")
            (Path(self.root) / "var/lib/phone/new/data").write_text("data")
        elif argv[0] == "sleep":
            event = threading.Event()
            for _ in range(int(timeout / 0.02)):
                if stop is not None and stop():
                    return Result(137, timed_out=True)
                event.wait(0.02)
            return Result(137, timed_out=True)
        elif argv[0] not in ("true", "echo"):
            return Result(127, found=False)
        return Result(0, " ".join(argv[1:]) + "\n")

    def _systemctl(self, action: str, *words: str) -> Result:
        unit = words[-1] if words else ""
        if action == "reset-failed":
            self.world.units.get(unit, {}).pop("result", None)
        if action in ("daemon-reload", "reset-failed"):
            return Result()
        state = self.world.units[unit]
        if action == "restart" and state.get("result") == "start-limit-hit":
            state["active"] = "failed"
            return Result(1, "", "Start request repeated too quickly.")
        if action in ("start", "restart") or (action == "try-restart" and state["active"] == "active"):
            state["active"] = "failed" if self._broken(unit) else "active"
            state["restarts"] += 1
            if state["active"] == "failed":
                return Result(1, "", f"Job for {unit} failed.")
        elif action == "stop":
            state["active"] = "inactive"
        elif action in ("enable", "disable"):
            state["enabled"] = action + "d"
        return Result()

    def _broken(self, unit: str) -> bool:
        config = Path(self.real(f"/etc/{unit.partition('.')[0]}.conf"))
        return config.exists() and "broken" in config.read_text()


def tree(root: Path, *, without_state: bool = True) -> dict[str, tuple[Any, ...]]:
    """Everything below a folder: type, mode, owner, group and content."""
    found = {}
    for folder, folders, files in os.walk(root):
        for name in [*folders, *files]:
            path = Path(folder, name)
            place = "/" + str(path.relative_to(root))
            if without_state and place.startswith("/var/lib/azdesk"):
                continue
            st = path.lstat()
            content = os.readlink(path) if path.is_symlink() else path.read_bytes() if path.is_file() else b""
            found[place] = (oct(st.st_mode), st.st_uid, st.st_gid, content)
    return found


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def write_file(path: str, content: str, before: str | None, **more: Any) -> dict[str, Any]:
    return {
        "kind": "write-file",
        "title": "Write " + path,
        "path": path,
        "content": content,
        "mode": 0o644,
        "owner": "root",
        "group": "root",
        "before": "" if before is None else sha(before),
        **more,
    }


def unit(name: str, action: str) -> dict[str, Any]:
    return {"kind": "unit", "title": f"{action} {name}", "unit": name, "action": action, "timeout": 5}


def run(*argv: str, **more: Any) -> dict[str, Any]:
    return {"kind": "run", "title": " ".join(argv), "argv": list(argv), "timeout": 5, **more}


def fill(root: Path) -> World:
    """A small host, and what runs on it."""
    for folder in ("etc/old-folder", "etc/empty", "var/lib/data/certs", "etc/default", "srv"):
        (root / folder).mkdir(parents=True)
    (root / "etc/hosts").write_text("127.0.0.1 localhost\n")
    (root / "etc/hosts").chmod(0o640)
    (root / "etc/chat.conf").write_text("old\n")
    (root / "etc/gone.conf").write_text("to be removed\n")
    (root / "etc/default/chat").write_text("NODE=old\n")
    (root / "etc/chat.cfg").symlink_to("/etc/default/chat")
    (root / "etc/old-folder").chmod(0o711)
    (root / "etc/empty").chmod(0o750)
    for name in ("schema.DAT", "a.DCD", "b.DCL", "cookie"):
        (root / "var/lib/data" / name).write_text("old " + name)
    (root / "var/lib/data/certs/x.pem").write_text("pem")
    (root / "etc/phone.d/old").mkdir(parents=True)
    (root / "etc/phone.d/old").chmod(0o700)
    (root / "etc/phone.d/phones.conf").write_text("one\n")
    (root / "etc/phone.d/old/line.conf").write_text("old\n")
    (root / "var/lib/phone").mkdir()
    world = World()
    world.add_unit("chat.service")
    world.add_unit("phone.service")
    world.add_unit("idle.service", active="inactive", enabled="disabled")
    return world


def many_steps() -> list[dict[str, Any]]:
    """One plan with each kind of step that works without the outside."""
    return [
        unit("chat.service", "stop"),
        {"kind": "archive", "title": "Back up", "name": "data", "folder": "/var/lib/data", "patterns": ["*"]},
        {"kind": "purge", "title": "Purge", "folder": "/var/lib/data", "patterns": ["*.DAT", "*.DC?"]},
        write_file("/etc/hosts", "127.0.0.1 localhost\n10.0.0.1 a251\n", "127.0.0.1 localhost\n", mode=0o600),
        write_file("/etc/chat.conf", f"cookie = {'@@T@@'}\n", "old\n"),
        write_file("/etc/chat.cfg", "NODE=new\n", "NODE=old\n"),
        {
            "kind": "make-folder",
            "title": "Make",
            "path": "/srv/a/b",
            "mode": 0o2770,
            "owner": "root",
            "group": "root",
        },
        write_file("/srv/a/b/new.conf", "fresh\n", None, mode=0o600),
        {
            "kind": "make-folder",
            "title": "Set",
            "path": "/etc/old-folder",
            "mode": 0o755,
            "owner": "root",
            "group": "root",
        },
        {
            "kind": "remove-file",
            "title": "Remove",
            "path": "/etc/gone.conf",
            "before": sha("to be removed\n"),
        },
        {"kind": "remove-folder", "title": "Remove", "path": "/etc/empty"},
        {"kind": "keep-folder", "title": "Keep", "folder": "/etc/phone.d", "unit": "phone.service"},
        {
            "kind": "make-folder",
            "title": "Make",
            "path": "/var/lib/phone/new",
            "mode": 0o700,
            "owner": "root",
            "group": "root",
            "filled": True,
        },
        run("reconfigure"),
        unit("idle.service", "enable"),
        unit("idle.service", "start"),
        unit("phone.service", "reload"),
        unit("chat.service", "start"),
        run("join", "a253", undo=["leave"]),
        {
            "kind": "wait",
            "title": "Wait",
            "probe": {"kind": "command", "argv": ["echo", "ready"]},
            "expect": "ready",
            "timeout": 2,
        },
    ]


class Direct:
    """A worker in this thread: commits as soon as all steps are done, or does what it is told instead."""

    def __init__(self, machine: FolderMachine, transaction: str = "t1") -> None:
        self.machine = machine
        self.store = Store(machine)
        self.transaction = transaction
        self.told: list[dict[str, Any]] = []
        self.then: dict[str, Any] = {"do": "commit"}
        self.control = Control(machine, self._tell, 60.0)

    def _tell(self, message: dict[str, Any]) -> None:
        self.told.append(message)
        if "applied" in message:
            self.control.put(self.then)

    def work(self, steps: list[dict[str, Any]], secrets: dict[str, str] | None = None) -> dict[str, Any]:
        self.store.prepare()
        order = {
            "transaction": self.transaction,
            "who": "alice@laptop",
            "title": "Test",
            "started": 1.0,
            "steps": steps,
            "secrets": {"@@T@@": SECRET} if secrets is None else secrets,
        }
        Worker(self.machine, self.store, self.control, order).work()
        ended: dict[str, Any] = self.told[-1]["ended"]
        return ended


class Client:
    """The workstation's end of a link, plain and blocking."""

    def __init__(self, send: Callable[[bytes], Any], receive: Callable[[int], bytes]) -> None:
        self._send = send
        self._receive = receive
        self._last = 0
        self.events: list[dict[str, Any]] = []

    def read(self) -> dict[str, Any]:
        head = self._exactly(4)
        value: dict[str, Any] = json.loads(self._exactly(struct.unpack(">I", head)[0]))
        return value

    def _exactly(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            part = self._receive(size - len(data))
            if not part:
                raise EOFError
            data += part
        return data

    def raw(self, data: bytes) -> None:
        self._send(data)

    def start(self, op: str, **fields: Any) -> int:
        self._last += 1
        body = json.dumps({"id": self._last, "op": op, **fields}).encode()
        self.raw(struct.pack(">I", len(body)) + body)
        return self._last

    def finish(self, ident: int) -> dict[str, Any]:
        """The answer: what is under ``ok`` or, with the key ``error``, the error."""
        while True:
            frame = self.read()
            if frame.get("id") != ident:
                continue
            if "event" in frame:
                self.events.append(frame["event"])
            elif "ok" in frame:
                answer: dict[str, Any] = frame["ok"]
                return answer
            else:
                return {"error": frame["error"]}

    def ask(self, op: str, **fields: Any) -> dict[str, Any]:
        return self.finish(self.start(op, **fields))


class InProcess(Client):
    """A link to a helper in a thread."""

    def __init__(self, machine: Machine) -> None:
        self.ours, theirs = socket.socketpair()
        self.ours.settimeout(20)
        super().__init__(self.ours.sendall, self.ours.recv)

        def work() -> None:
            with theirs:
                serve(theirs, theirs, machine)

        self.thread = threading.Thread(target=work, daemon=True)
        self.thread.start()
        self.hello = self.read()["hello"]

    def close(self) -> None:
        self.ours.close()
        self.thread.join(20)
        assert not self.thread.is_alive()
