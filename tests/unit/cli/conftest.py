"""Commands against practice hosts, in this process or as a process of their own, with a home of their own."""

from __future__ import annotations

import json
import os
import select
import shutil
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from azdesk.cli import main as cli
from azdesk.practice import PracticeFleet
from azdesk.ui.enrolment.headless import Press

if sys.platform != "win32":
    import fcntl
    import pty
    import termios

DOMAIN = "company.com"
HOSTS = ("a251", "a253")


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a command said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Home:
    """A workstation: its environment, and what can be typed on it."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.data.mkdir()
        self._capsys = capsys
        self.windows: list[str | None] = []

    def environment(self) -> dict[str, str]:
        return {
            "HOME": str(self.folder),
            "USERPROFILE": str(self.folder),
            "AZDESK_DATA": str(self.data),
            "XDG_STATE_HOME": str(self.folder / "state"),
            "XDG_DATA_HOME": str(self.folder / "share"),
            "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
            "PYTHONWARNINGS": "default",
        }

    def knows(self, fleet: PracticeFleet) -> None:
        """Accept the keys of all hosts of a practice fleet."""
        shutil.copy(fleet.known_hosts, self.data / "known_hosts")

    def run(self, *argv: object) -> Answer:
        """In this process."""

        def window(document: str | None) -> int:
            self.windows.append(document)
            return 0

        self._capsys.readouterr()
        code = cli.run([str(word) for word in argv], window, lambda _folder: 0, Press)
        said = self._capsys.readouterr()
        return Answer(code=code, out=said.out, err=said.err)

    def start(self, *argv: object, **options: Any) -> subprocess.Popen[bytes]:
        """As a process of its own, with pipes unless told otherwise."""
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        environment = {**os.environ, **self.environment(), **options.pop("env", {})}
        command = [sys.executable, "-m", "azdesk", *map(str, argv)]
        return subprocess.Popen(command, env=environment, **{**pipes, **options})

    def process(self, *argv: object, stdin: str = "", **options: Any) -> Answer:
        """As a process of its own, until its end."""
        process = self.start(*argv, **{"stdin": subprocess.PIPE, **options})
        out, err = process.communicate(stdin.encode(), timeout=60)
        return Answer(code=process.returncode, out=out.decode(), err=err.decode())


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Home:
    place = Home(tmp_path, capsys)
    for name, value in place.environment().items():
        monkeypatch.setenv(name, value)
    for name in list(os.environ):
        if name.startswith(("AZDESK_SECRET_", "AZDESK_PASSPHRASE", "SSH_AUTH_SOCK")):
            monkeypatch.delenv(name)
    return place


@pytest.fixture
def fleet() -> Iterator[PracticeFleet]:
    """Two fresh application hosts, and nobody has accepted their keys."""
    with PracticeFleet.start(HOSTS, speed=200.0) as started:
        yield started


@pytest.fixture
def document(fleet: PracticeFleet, home: Home) -> Path:
    """Both hosts are to be one cluster; their keys are known."""
    home.knows(fleet)
    return fleet.write_document(home.folder / "office.azfleet", domain=DOMAIN)


class Screen:
    """A command on a pseudo-terminal, answered by a script."""

    def __init__(self, home: Home, *argv: object) -> None:
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 120, 0, 0))
        self.process = home.start(
            *argv,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            env={"TERM": "xterm-256color"},
        )
        os.close(slave)
        self.seen = ""
        self._at = 0

    def wait_for(self, text: str, seconds: float = 20.0) -> None:
        """Read until the text has come, behind what was waited for before."""
        deadline = time.monotonic() + seconds
        while text not in self.seen[self._at :]:
            assert time.monotonic() < deadline, f"no “{text}” in:\n{self.seen}"
            if not self._read(0.1) and self.process.poll() is not None:
                assert text in self.seen[self._at :], f"ended without “{text}”:\n{self.seen}"
        self._at = self.seen.index(text, self._at) + len(text)

    def type(self, text: str) -> None:
        # getpass throws away what was typed before it turned the echo off.
        time.sleep(0.1)
        os.write(self.master, text.encode())

    def interrupt(self) -> None:
        self.process.send_signal(signal.SIGINT)

    def end(self, seconds: float = 40.0) -> int:
        """The exit code, once the process has ended by itself."""
        deadline = time.monotonic() + seconds
        while self.process.poll() is None:
            assert time.monotonic() < deadline, f"still running:\n{self.seen}"
            self._read(0.1)
        while self._read(0.0):
            pass
        return self.process.returncode

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self.master)

    def _read(self, seconds: float) -> bool:
        if not select.select([self.master], [], [], seconds)[0]:
            return False
        try:
            data = os.read(self.master, 1 << 16)
        except OSError:  # Linux's word for: the other side is closed
            return False
        self.seen += data.decode(errors="replace")
        return bool(data)


@pytest.fixture
def screen(home: Home) -> Iterator[Callable[..., Screen]]:
    """Starts commands on pseudo-terminals; what still runs at the end is ended."""
    opened: list[Screen] = []

    def start(*argv: object) -> Screen:
        opened.append(Screen(home, *argv))
        return opened[-1]

    yield start
    for one in opened:
        one.close()


def add_account(fleet: PracticeFleet, host: str, user: str = "anna") -> None:
    """Somebody has an account there, which a purge would lose."""
    done = fleet.host(host).run(["ejabberdctl", "register", user, "localhost", "a-password"])
    assert done is not None
    assert done.exit == 0, done


def running_nodes(fleet: PracticeFleet, host: str) -> str:
    """The host's own word for its cluster."""
    said = fleet.host(host).run(["ejabberdctl", "list_cluster"])
    assert said is not None
    return said.out
