"""The helper as a real process, with real signals: as it is on a host."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from azdesk.onhost import bundle, process
from tests.unit.onhost.support import SECRET, Client, run, tree, unit, write_file

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the helper runs on Linux hosts")

PYTHON = os.environ.get("AZDESK_TEST_PYTHON", sys.executable)
"""The host's Python: any from 3.9 on."""
MACHINE = Path(__file__).with_name("killing_machine.py")
TRANSACTION = f"t{os.getpid()}"
"""Helpers end what a transaction of this name has left behind anywhere on the machine: tests run side by side."""


class Helper(Client):
    def __init__(self, root: Path, kill: str = ":0") -> None:
        env = {**os.environ, "AZDESK_ROOT": str(root), "AZDESK_MACHINE": str(MACHINE), "TEST_KILL": kill}
        self.process = subprocess.Popen(
            [PYTHON, "-I", "-S", "-u", "-c", bundle.loader()],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env, bufsize=0,
        )  # fmt: skip
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        super().__init__(self.process.stdin.write, self.process.stdout.read)
        self.raw(bundle.payload())
        self.hello = self.read()["hello"]

    def end(self) -> str:
        """Close the link; what it wrote to standard error."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        assert self.process.stderr is not None
        self.process.stdin.close()
        self.process.wait(20)
        if self.process.stdout.closed:
            return ""
        with self.process.stdout, self.process.stderr:
            return self.process.stderr.read().decode()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "root"
    make(root)
    return root


def make(root: Path) -> None:
    (root / "etc").mkdir(parents=True)
    (root / "var/lib").mkdir(parents=True)
    (root / "etc/hosts").write_text("old\n")
    (root / "etc/hosts").chmod(0o604)
    (root / "units.json").write_text(json.dumps({"chat.service": "active"}))


@pytest.fixture
def helpers(root: Path) -> Iterator[Callable[..., Helper]]:
    made: list[Helper] = []

    def start(kill: str = ":0") -> Helper:
        made.append(Helper(root, kill))
        return made[-1]

    yield start
    for helper in made:
        if helper.process.poll() is None:
            helper.process.kill()
        helper.end()


def steps() -> list[dict[str, Any]]:
    return [
        unit("chat.service", "stop"),
        write_file("/etc/hosts", "new @@T@@\n", "old\n", mode=0o600),
        write_file("/etc/fresh", "fresh\n", None),
        run("sh", "-c", "echo made > $0/made", "@ROOT@", undo=["rm", "-f", "@ROOT@/made"]),
        unit("chat.service", "start"),
    ]


def order(root: Path, extra: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    text = json.dumps(steps() + (extra or [])).replace("@ROOT@", str(root))
    return {"transaction": TRANSACTION, "steps": json.loads(text), "secrets": {"@@T@@": SECRET}, "probes": {}}


def begin(helper: Helper, heartbeat: float = 30.0) -> dict[str, Any]:
    return helper.ask(
        "begin", transaction=TRANSACTION, who="alice", title="Test", probes={}, heartbeat=heartbeat
    )


def wait_until(what: Callable[[], Any], seconds: float = 15.0) -> Any:
    until = time.monotonic() + seconds
    while not (value := what()):
        assert time.monotonic() < until, "did not happen"
        time.sleep(0.02)
    return value


def entry_of(helper: Helper) -> dict[str, Any]:
    """The journal's word once nobody is at work any more."""

    def ended() -> dict[str, Any] | None:
        entry = helper.ask("outcome", transaction=TRANSACTION)
        return entry if entry["state"] not in ("running", "applied") else None

    found: dict[str, Any] = wait_until(ended)
    return found


def no_secret_on_disk(root: Path) -> None:
    for path in (root / "var/lib/azdesk").rglob("*"):
        if path.is_file():
            assert SECRET.encode() not in path.read_bytes(), path


def test_apply_and_commit(root: Path, helpers: Callable[..., Helper]) -> None:
    helper = helpers()
    assert helper.hello["version"] == 1
    assert helper.hello["pid"] == helper.process.pid
    begin(helper)
    answer = helper.ask(
        "apply",
        **order(root),
    )
    assert [step["state"] for step in answer["steps"]] == ["done"] * 5, answer
    assert [event["state"] for event in helper.events] == ["running", "done"] * 5
    assert helper.ask("commit", transaction=TRANSACTION) == {"state": "committed"}
    assert helper.end() == ""
    assert (root / "etc/hosts").read_text() == f"new {SECRET}\n"
    no_secret_on_disk(root)
    again = helpers()
    assert again.hello["recovered"] == []
    assert begin(again)["error"]["kind"] == "ProtocolError", "a name is used once"


def count(root: Path, helpers: Callable[..., Helper]) -> int:
    """Changes that the worker makes up to its commit, as the killing machine counts them."""
    from tests.unit.onhost.support import Direct, FolderMachine, World

    world = World()
    world.add_unit("chat.service")
    copy = root.with_name("copy")
    shutil.copytree(root, copy)
    machine = FolderMachine(copy, world)
    order_here = order(copy)
    machine.world.answers["sh"] = machine.run(["true"], 1)
    assert Direct(machine).work(order_here["steps"])["state"] == "committed"
    return len(machine.notes)


@pytest.mark.parametrize("who", ["link", "worker", "both", "term"])
def test_kill_anywhere(tmp_path: Path, who: str, root: Path, helpers: Callable[..., Helper]) -> None:
    """Kill the link's process, the worker, or both, all along the way; then all is old or all is new."""
    total = count(root, helpers)
    assert total > 40
    old = tree(root)
    seen = set()
    numbers = range(3, total + 4, 3 if who != "term" else 8)
    for number in numbers:
        shutil.rmtree(root)
        make(root)
        helper = Helper(root, f"{who}:{number}")
        try:
            begin(helper)
            answer = helper.ask("apply", **order(root))
            if "error" not in answer:
                answer = helper.ask("commit", transaction=TRANSACTION)
            assert who in ("worker", "term") or number > total - 8, (who, number)
            if "error" in answer:
                assert answer["error"]["kind"] == "StepFailed", answer
        except (EOFError, BrokenPipeError):
            assert who in ("link", "both")
        helper.end()
        again = Helper(root)
        entry = entry_of(again)
        again.end()
        seen.add(entry["state"])
        if entry["state"] == "committed":
            assert (root / "etc/hosts").read_text() == f"new {SECRET}\n"
            assert (root / "etc/fresh").exists()
            assert (root / "made").exists()
        else:
            assert entry["state"] in ("recovered", "rolled-back", "never-begun"), (number, entry)
            now = tree(root)
            now.pop("/units.json")
            assert now == {key: value for key, value in old.items() if key != "/units.json"}, number
        assert json.loads((root / "units.json").read_text())["chat.service"] == "active"
        assert not list((root / "var/lib/azdesk/transactions").iterdir())
        no_secret_on_disk(root)
    assert {"recovered", "rolled-back"} & seen


def test_link_killed_after_each_step(root: Path, helpers: Callable[..., Helper]) -> None:
    old = tree(root)
    for boundary in range(10):
        helper = helpers()
        begin(helper)
        # Waits long enough after each step for the kill to come in time.
        pause = run("sleep", "0.2")
        given = order(root)
        given["steps"] = [step for one in given["steps"] for step in (one, pause)]
        ident = helper.start("apply", **given)
        events = 0
        while events <= boundary * 2:
            frame = helper.read()
            events += "event" in frame
        assert frame["id"] == ident
        os.kill(helper.process.pid, signal.SIGKILL)
        helper.end()
        again = helpers()
        entry = entry_of(again)
        assert entry["state"] == "rolled-back", entry
        assert "the connection ended" in entry["error"]
        now = tree(root)
        now["/units.json"] = old["/units.json"]
        assert now == old
        again.end()
        shutil.rmtree(root)
        make(root)


@pytest.mark.parametrize("when", ["during a command", "after the steps", "before the steps"])
def test_end_of_input_rolls_back(root: Path, helpers: Callable[..., Helper], when: str) -> None:
    old = tree(root)
    helper = helpers()
    begin(helper)
    started = time.monotonic()
    if when == "during a command":
        ident = helper.start("apply", **order(root, [run("sleep", "50", timeout=60)]))
        while len(helper.events) < 11:
            frame = helper.read()
            assert frame["id"] == ident
            helper.events.append(frame["event"])
    elif when == "after the steps":
        assert "error" not in helper.ask("apply", **order(root))
    helper.end()
    assert time.monotonic() - started < 10
    assert tree(root)["/etc/hosts"] == old["/etc/hosts"]
    assert tree(root).keys() == old.keys()
    again = helpers()
    state = again.ask("outcome", transaction=TRANSACTION)["state"]
    assert state == ("never-begun" if when == "before the steps" else "rolled-back")
    again.end()


@pytest.mark.parametrize("signal_number", [signal.SIGHUP, signal.SIGTERM])
def test_signals_to_the_link(root: Path, helpers: Callable[..., Helper], signal_number: int) -> None:
    old = tree(root)
    helper = helpers()
    begin(helper)
    assert "error" not in helper.ask("apply", **order(root))
    assert tree(root) != old
    helper.process.send_signal(signal_number)
    helper.process.wait(10)
    again = helpers()
    assert entry_of(again)["state"] == "rolled-back"
    assert tree(root)["/etc/hosts"] == old["/etc/hosts"]
    again.end()


def test_silence_rolls_back_and_is_told_afterwards(root: Path, helpers: Callable[..., Helper]) -> None:
    old = tree(root)
    helper = helpers()
    begin(helper, heartbeat=3)
    assert "error" not in helper.ask("apply", **order(root))
    until = time.monotonic() + 4
    while time.monotonic() < until:
        time.sleep(0.2)
        assert helper.ask("ping") == {}
    assert (root / "etc/fresh").exists()
    wait_until(lambda: not (root / "etc/fresh").exists())
    answer = helper.ask("commit", transaction=TRANSACTION)
    assert answer["error"]["kind"] == "PlanError"
    assert "was rolled back: the workstation was silent for 3 s" in answer["error"]["what"]
    assert tree(root)["/etc/hosts"] == old["/etc/hosts"]
    assert helper.ask("outcome", transaction=TRANSACTION)["state"] == "rolled-back"
    helper.end()


def test_stopped_link_process_does_not_hold_the_host_for_ever(
    root: Path, helpers: Callable[..., Helper]
) -> None:
    helper = helpers()
    begin(helper, heartbeat=3)
    pause = run("sleep", "60", timeout=90)
    helper.start("apply", **order(root, [pause]))
    while not (root / "made").exists():
        helper.ask("ping")
        time.sleep(0.05)
    helper.process.send_signal(signal.SIGSTOP)
    wait_until(lambda: (root / "etc/hosts").read_text() == "old\n", 40)
    helper.process.send_signal(signal.SIGCONT)
    assert helper.end() == ""


def test_cancel_in_the_middle_of_a_command(root: Path, helpers: Callable[..., Helper]) -> None:
    old = tree(root)
    helper = helpers()
    begin(helper)
    ident = helper.start("apply", **order(root, [run("sh", "-c", "sleep 60 & wait", timeout=90)]))
    wait_until((root / "made").exists)
    time.sleep(0.3)
    other = helpers()
    assert other.ask("outcome", transaction=TRANSACTION)["state"] == "running"
    other.end()
    started = time.monotonic()
    assert helper.ask("cancel") == {}
    answer = helper.finish(ident)
    assert answer["error"]["kind"] == "Cancelled"
    assert time.monotonic() - started < 5
    assert tree(root)["/etc/hosts"] == old["/etc/hosts"]
    assert [step["state"] for step in answer["error"]["entry"]["steps"]] == ["rolled-back"] * 5 + ["failed"]
    assert helper.ask("ping") == {}
    helper.end()


def test_commands_of_a_killed_worker_are_ended(root: Path, helpers: Callable[..., Helper]) -> None:
    helper = helpers()
    begin(helper)
    late = "sleep 3; echo late > $0/late"
    helper.start("apply", **order(root, [run("sh", "-c", late, str(root), timeout=60)]))
    wait_until((root / "made").exists)
    time.sleep(0.5)
    children = Path(f"/proc/{helper.process.pid}/task/{helper.process.pid}/children").read_text().split()
    assert len(children) == 1
    os.kill(int(children[0]), signal.SIGKILL)
    entry = entry_of(helper)
    assert entry["state"] == "recovered"
    time.sleep(3.2)
    assert not (root / "late").exists()
    assert not (root / "made").exists()
    helper.end()


def test_lock_of_another_workstation(root: Path, helpers: Callable[..., Helper]) -> None:
    first, second = helpers(), helpers()
    begin(first)
    error = second.ask("begin", transaction="t2", who="bob", title="Other", probes={}, heartbeat=9)["error"]
    assert error["kind"] == "HostLocked"
    assert error["what"].startswith("alice is changing this host since 20")
    assert "(“Test”); nothing was changed." in error["what"]
    first.process.kill()
    first.process.wait(10)
    assert "error" not in second.ask(
        "begin", transaction="t2", who="bob", title="Other", probes={}, heartbeat=9
    )
    assert second.ask("rollback", transaction="t2", reason="test") == {"state": "rolled-back", "left": []}
    first.end()
    second.end()


def test_running_transaction_is_told_to_others(root: Path, helpers: Callable[..., Helper]) -> None:
    first, second = helpers(), helpers()
    begin(first)
    assert "error" not in first.ask("apply", **order(root))
    assert second.ask("outcome", transaction=TRANSACTION)["state"] == "applied"
    assert second.ask("journal", limit=5)["entries"][0]["state"] == "applied"
    assert first.ask("rollback", transaction=TRANSACTION, reason="not as meant")["state"] == "rolled-back"
    assert second.ask("outcome", transaction=TRANSACTION)["state"] == "rolled-back"
    first.end()
    second.end()


def test_nothing_but_the_worker_survives(root: Path, helpers: Callable[..., Helper]) -> None:
    helper = helpers()
    begin(helper)
    assert "error" not in helper.ask("apply", **order(root))
    helper.ask("commit", transaction=TRANSACTION)
    children = Path(f"/proc/{helper.process.pid}/task/{helper.process.pid}/children").read_text().split()
    assert children == []
    helper.end()


@pytest.mark.skipif(
    os.name == "nt" or not hasattr(os, "geteuid") or os.geteuid() != 0, reason="mounts need root"
)
@pytest.mark.parametrize("fault", ["full", "read-only"])
def test_full_and_read_only_file_systems(root: Path, helpers: Callable[..., Helper], fault: str) -> None:
    etc = root / "etc"
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(etc)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("no mounts here")
    try:
        (etc / "hosts").write_text("old\n")
        if fault == "full":
            with pytest.raises(OSError, match="No space"):
                (etc / "filler").write_bytes(bytes(1 << 20))
        else:
            subprocess.run(["mount", "-o", "remount,ro", str(etc)], check=True)
        old = tree(root)
        helper = helpers()
        begin(helper)
        big = order(root)
        big["steps"][1]["content"] = "x" * 40000
        error = helper.ask("apply", **big)["error"]
        helper.end()
        assert error["kind"] == "StepFailed"
        words = "No space left on device" if fault == "full" else "Read-only file system"
        assert error["what"] == f"{words} while staging /etc/hosts. Nothing was changed."
        assert "/etc/hosts" in error["next"]
        assert tree(root) == old
    finally:
        subprocess.run(["umount", str(etc)], check=True)


@pytest.mark.parametrize("size", [0, 10, 3 << 20])
def test_what_is_fed_to_a_command_reaches_it_whole(size: int) -> None:
    fed = os.urandom(size).hex().encode()
    assert process.run(["cat"], 20.0, feed=fed).out == fed[-process.OUTPUT_LIMIT :].decode()
    assert process.run(["wc", "-c"], 20.0, feed=fed).out.split() == [str(len(fed))]
    # One that does not read it is not held up by it.
    assert process.run(["true"], 20.0, feed=fed).exit == 0


def test_wrong_start(root: Path) -> None:
    """A broken payload ends the helper with a word, not with a hang."""
    for data in (b"", b"abc\n", b"9999999999999\n", b"10\nshort"):
        done = subprocess.run(
            [PYTHON, "-I", "-S", "-u", "-c", bundle.loader()], input=data, capture_output=True, timeout=20, check=False
        )  # fmt: skip
        assert done.returncode
        assert b"no helper came" in done.stderr
    assert "'" not in bundle.loader()
