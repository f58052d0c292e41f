"""A CUPS of our own with a driverless printer, as a Linux desktop has it: Qt's print dialog offers it, and what arrives is a file.

The printer is CUPS's simulator of an IPP Everywhere printer, which knows nothing of us. It wants a D-Bus to announce itself on; it gets
an empty one of its own.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

PRINTER = "front-office"
_PROGRAMS = ("cupsd", "ippeveprinter", "lpadmin", "dbus-daemon", "driverless")
_PATH = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/sbin"))
_FILES = """\
ServerRoot {0}/etc
StateDir {0}/state
CacheDir {0}/cache
RequestRoot {0}/spool
TempDir {0}/tmp
AccessLog {0}/access
ErrorLog {0}/errors
PageLog {0}/pages
SystemGroup root
"""
_SERVER = """\
Listen 127.0.0.1:{0}
Browsing Off
WebInterface No
DefaultAuthType None
<Location />
  Order allow,deny
  Allow all
</Location>
<Policy default>
  <Limit All>
    Order deny,allow
  </Limit>
</Policy>
"""

needs_printer = pytest.mark.skipif(
    not hasattr(os, "geteuid")
    or os.geteuid() != 0
    or not all(shutil.which(program, path=_PATH) for program in _PROGRAMS),
    reason="needs root, CUPS and its printer simulator",
)


class Cups:
    """The server and its printer; ended with the test."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.address = f"127.0.0.1:{_free_port()}"
        self.arrived = folder / "arrived"
        self._running: list[subprocess.Popen[bytes]] = []
        for name in ("etc", "state", "cache", "spool", "tmp", "arrived"):
            (folder / name).mkdir()
        (folder / "etc" / "cupsd.conf").write_text(_SERVER.format(self.address.rpartition(":")[2]))
        (folder / "etc" / "cups-files.conf").write_text(_FILES.format(folder))

    def start(self) -> None:
        bus = f"unix:path={self.folder}/bus"
        self._run("dbus-daemon", "--session", "--nofork", "--nopidfile", f"--address={bus}")
        _until((self.folder / "bus").exists, "a bus")
        port = _free_port()
        self._run(
            "ippeveprinter", "-r", "off", "-n", "localhost", "-p", str(port), "-k", "-d", str(self.arrived),
            "-f", "application/pdf", "Laser", DBUS_SYSTEM_BUS_ADDRESS=bus,
        )  # fmt: skip
        etc = self.folder / "etc"
        self._run("cupsd", "-f", "-c", str(etc / "cupsd.conf"), "-s", str(etc / "cups-files.conf"))
        for each in (port, int(self.address.rpartition(":")[2])):
            _until(partial(_listens, each), f"something at port {each}")
        subprocess.run(
            [_found("lpadmin"), "-p", PRINTER, "-E", "-v", f"ipp://localhost:{port}/ipp/print", "-m", "everywhere"],
            env={**os.environ, "CUPS_SERVER": self.address}, check=True, capture_output=True, timeout=60,
        )  # fmt: skip
        # The server asks the printer what it can after it has said yes.
        _until((etc / "ppd" / f"{PRINTER}.ppd").exists, "the printer's description")

    def stop(self) -> None:
        for process in reversed(self._running):
            process.terminate()
        for process in self._running:
            process.wait(20)
        self._running.clear()

    def reject(self) -> None:
        """The queue takes no more, as an admin's `cupsreject` says."""
        argv = [_found("cupsreject"), PRINTER]
        subprocess.run(argv, env={**os.environ, "CUPS_SERVER": self.address}, check=True, capture_output=True)

    def jobs(self) -> list[Path]:
        """What arrived at the printer whole, oldest first."""
        files = sorted(self.arrived.glob("*.pdf"), key=lambda path: path.stat().st_mtime_ns)
        return [path for path in files if path.read_bytes().rstrip().endswith(b"%%EOF")]

    def _run(self, program: str, *arguments: str, **more: str) -> None:
        argv, nothing = [_found(program), *arguments], subprocess.DEVNULL
        self._running.append(
            subprocess.Popen(argv, env={**os.environ, **more}, stdin=nothing, stdout=nothing, stderr=nothing)
        )


@contextmanager
def running(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cups]:
    """A server that this process prints with."""
    # Filters run as another user, who may not look into pytest's folders.
    with tempfile.TemporaryDirectory(prefix="azdesk-cups-") as name:
        Path(name).chmod(0o711)
        server = Cups(Path(name))
        # Threads to come read it from the environment; this one may have asked for printers before.
        monkeypatch.setenv("CUPS_SERVER", server.address)
        library = ctypes.CDLL("libcups.so.2")
        library.cupsSetServer(server.address.encode())
        try:
            server.start()
            yield server
        finally:
            library.cupsSetServer(None)
            server.stop()


def _found(program: str) -> str:
    path = shutil.which(program, path=_PATH)
    assert path is not None, program
    return path


def _until(ready: Callable[[], bool], what: str, patience: float = 60) -> None:
    until = time.monotonic() + patience
    while not ready():
        assert time.monotonic() < until, f"waited for {what}"
        time.sleep(0.02)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
