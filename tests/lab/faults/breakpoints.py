"""The helper with places where it can be held, so that a test acts at exactly one moment of a transaction.

AZDesk sends its helper anew over each link. These tests send it with a few lines more: at each place that the
worker passes it looks for the file `STOP_AT`; if that names the place, it writes its processes' numbers into
`REACHED` and waits until `GO` exists. The program itself knows nothing of this.
"""

from __future__ import annotations

import contextlib
import time
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from azdesk.onhost import bundle
from tests.lab.harness import Host

FOLDER = "/var/tmp/azdesk-faults"

_MORE = """
def _break_points(folder):
    import os, time
    from azdesk.onhost.machine import Machine
    from azdesk.onhost.store import Store

    def reach(place):
        try:
            with open(folder + "/stop-at") as file:
                wanted = file.read()
        except OSError:
            return
        if wanted.rstrip("~") != place:
            return
        os.remove(folder + "/stop-at")
        with open(folder + "/reached.part", "w") as file:
            file.write("%d %d" % (os.getpid(), os.getppid()))
        os.rename(folder + "/reached.part", folder + "/reached")
        # A name that ends in ~ only wants to know.
        while not wanted.endswith("~") and not os.path.exists(folder + "/go"):
            time.sleep(0.005)

    tell_step, run_all, commit = Worker._tell_step, Worker._run_all, Worker._commit
    write, replace, write_entry = Machine._write, Machine.replace, Store.write_entry

    def new_tell_step(self, index, state, message, seconds):
        if state == "running":
            reach("before %d" % index)
        tell_step(self, index, state, message, seconds)
        if state == "running":
            reach("during %d" % index)
        elif state == "done":
            reach("after %d" % index)
            if index == len(self.steps) - 1:
                reach("applied")

    def new_commit(self):
        reach("commit")
        commit(self)

    def new_write(self, fd, data, path, *, sync):
        name = path.rpartition("/")[2]
        if name.startswith(".azdesk-") and name.endswith(".new"):
            half = len(data) // 2
            write(self, fd, data[:half], path, sync=False)
            reach("half of " + name.split("-")[-1][:-4])
            data = data[half:]
        write(self, fd, data, path, sync=sync)

    def new_replace(self, source, target):
        step = source.rpartition("-")[2]
        step = step[:-4] if source.endswith(".new") else ""
        if step:
            reach("renaming " + step)
        replace(self, source, target)
        if step:
            reach("renamed " + step)

    def new_write_entry(self, entry):
        write_entry(self, entry)
        if entry["state"] == "committed":
            reach("committed")

    Worker._tell_step, Worker._commit = new_tell_step, new_commit
    Machine._write, Machine.replace, Store.write_entry = new_write, new_replace, new_write_entry


_break_points("@folder@")
"""


_CLOCK = """
_time = Machine.time
Machine.time = lambda self: _time(self) + @seconds@
"""


def payload(*, clock: int = 0) -> bytes:
    """What `bundle.payload` gives, with the places to stop at, and with a clock that is wrong by some seconds."""
    packed = _original().split(b"\n", 1)[1]
    parts = zlib.decompress(packed).split(b"\0")
    where = parts.index(b"worker") + 1
    parts[where] += _MORE.replace("@folder@", FOLDER).encode()
    parts[parts.index(b"machine") + 1] += _CLOCK.replace("@seconds@", str(clock)).encode()
    packed = zlib.compress(b"\0".join(parts), 9)
    return b"%d\n%b" % (len(packed), packed)


_original = bundle.payload


def install(patch: pytest.MonkeyPatch | None = None, *, clock: int = 0) -> None:
    """Let all links of this process, from now on, send the helper with places to stop at."""
    made = payload(clock=clock)
    if patch is not None:
        patch.setattr(bundle, "payload", lambda: made)
    else:
        bundle.payload = lambda: made  # type: ignore[assignment]


class BreakPoint:
    """One place on one host where the next transaction is to be held."""

    def __init__(self, host: Host, place: str) -> None:
        self.host = host
        self.place = place
        self.folder: Path = host.file("/var/tmp") / FOLDER.rpartition("/")[2]
        """Seen from this machine."""

    def set(self) -> None:
        self.clear()
        self.folder.mkdir(exist_ok=True)
        # A long step is not held, so that the cut comes while it runs.
        mark = "~" if self.place.startswith("during") else ""
        (self.folder / "stop-at").write_text(self.place + mark)

    def clear(self) -> None:
        for name in ("stop-at", "reached", "go"):
            (self.folder / name).unlink(missing_ok=True)

    def reached(self, *, timeout: float, still: object = None) -> tuple[int, int]:
        """Wait until the worker is there; process numbers of the worker and of the link's process on the host.

        Args:
            still: something with `is_alive`, without which waiting makes no sense.
        """
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            with contextlib.suppress(FileNotFoundError):
                worker, link = (self.folder / "reached").read_text().split()
                return int(worker), int(link)
            if still is not None and not still.is_alive():  # type: ignore[attr-defined]
                break
            time.sleep(0.005)
        raise AssertionError(f"{self.host.name} never came to the place “{self.place}”")

    def go_on(self) -> None:
        """Let the worker go on, if it still lives."""
        (self.folder / "go").touch()


@contextlib.contextmanager
def held(host: Host, place: str) -> Iterator[BreakPoint]:
    """Hold the next transaction on a host at a place; let go at the end in any case."""
    point = BreakPoint(host, place)
    point.set()
    try:
        yield point
    finally:
        point.go_on()


__all__ = ["FOLDER", "BreakPoint", "held", "install", "payload"]
