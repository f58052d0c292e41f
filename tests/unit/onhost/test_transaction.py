"""A transaction ends in the new state or in the old one, wherever it is interrupted."""

from __future__ import annotations

import contextlib
import copy
import errno
import os
import shutil
import stat
import tarfile
from pathlib import Path
from typing import Any

import pytest

from azdesk.onhost import files, recovery
from azdesk.onhost.machine import Result
from azdesk.onhost.store import Store
from tests.unit.onhost.support import (
    SECRET,
    Dead,
    Direct,
    FolderMachine,
    fill,
    many_steps,
    run,
    sha,
    tree,
    unit,
    write_file,
)


def state_of(machine: FolderMachine) -> Any:
    """What the outside can see of a host."""
    units = {name: (u["active"], u["enabled"]) for name, u in machine.world.units.items()}
    return tree(Path(machine.root)), units, machine.world.joined


def no_rest(machine: FolderMachine) -> None:
    """Nothing of a transaction is left but journal and backups."""
    everything = tree(Path(machine.root), without_state=False)
    left = [
        path
        for path in everything
        if ".azdesk-" in path or "/transactions/" in path or path.endswith(".part")
    ]
    assert left == []


def everything_on_disk(machine: FolderMachine) -> bytes:
    state = Path(machine.root + machine.state)
    files = [path for path in state.rglob("*") if path.is_file() and "backups" not in path.parts]
    return b"".join(path.read_bytes() for path in files)


def fresh(tmp_path: Path, name: str) -> FolderMachine:
    root = tmp_path / name
    root.mkdir()
    return FolderMachine(root, fill(root))


def test_all_steps_are_done(machine: FolderMachine) -> None:
    direct = Direct(machine)
    ended = direct.work(many_steps())
    assert ended["state"] == "committed", ended
    root = Path(machine.root)
    assert (root / "etc/chat.conf").read_text() == f"cookie = {SECRET}\n"
    assert (root / "etc/chat.cfg").is_symlink()
    assert (root / "etc/default/chat").read_text() == "NODE=new\n"
    assert oct((root / "etc/hosts").stat().st_mode) == "0o100600"
    assert oct((root / "srv/a/b").stat().st_mode) == "0o42770"
    assert oct((root / "srv/a").stat().st_mode) == "0o40755"
    assert not (root / "etc/gone.conf").exists()
    assert not (root / "etc/empty").exists()
    assert sorted(path.name for path in (root / "var/lib/data").iterdir()) == ["certs", "cookie"]
    assert machine.world.joined
    assert machine.world.units["idle.service"] == {
        "load": "loaded", "active": "active", "enabled": "enabled", "restarts": 1,
    }  # fmt: skip
    entry = Store(machine).entry("t1")
    assert entry is not None
    assert entry["state"] == "committed"
    assert {step["state"] for step in entry["steps"]} == {"done"}
    assert entry["backups"] == ["t1-data.tar.gz"]
    assert SECRET.encode() not in everything_on_disk(machine)
    no_rest(machine)


def count_of_changes(tmp_path: Path) -> int:
    machine = fresh(tmp_path, "count")
    assert Direct(machine).work(many_steps())["state"] == "committed"
    return len(machine.notes)


def test_power_cut_anywhere(tmp_path: Path) -> None:
    """At each single change of the world the power goes; the next helper finds all old or all new."""
    total = count_of_changes(tmp_path)
    assert total > 80
    template = fresh(tmp_path, "template")
    old = state_of(template)
    assert Direct(template).work(many_steps())["state"] == "committed"
    new = state_of(template)
    states = set()
    for number in range(1, total + 1):
        machine = fresh(tmp_path, "host")

        def cut(at: int, action: str, path: str, number: int = number) -> None:
            if at >= number:
                raise Dead

        machine.fault = cut
        with contextlib.suppress(Dead):
            Direct(machine).work(many_steps())
        assert SECRET.encode() not in everything_on_disk(machine)
        again = FolderMachine(Path(machine.root), machine.world)
        recovered = recovery.at_start(again)
        entry = recovery.outcome(Store(again), "t1")
        states.add(entry["state"])
        if entry["state"] == "committed":
            assert state_of(again) == new, number
            assert recovered == []
        else:
            assert entry["state"] in ("recovered", "rolled-back", "never-begun"), (number, entry)
            assert state_of(again) == old, (number, machine.notes[number - 1])
        no_rest(again)
        shutil.rmtree(machine.root)
    assert states == {"never-begun", "recovered", "committed"}


@pytest.mark.parametrize("first", [35, 60, 75, 95])
def test_second_power_cut_while_recovering(tmp_path: Path, first: int) -> None:
    old = state_of(fresh(tmp_path, "template"))
    number = 0
    while True:
        number += 1
        machine = fresh(tmp_path, "host")

        def cut(at: int, action: str, path: str) -> None:
            if at >= first:
                raise Dead

        machine.fault = cut
        with pytest.raises(Dead):
            Direct(machine).work(many_steps())
        second = FolderMachine(Path(machine.root), machine.world)

        def cut_again(at: int, action: str, path: str, number: int = number) -> None:
            if at >= number:
                raise Dead

        second.fault = cut_again
        try:
            recovery.at_start(second)
        except Dead:
            done = False
        else:
            done = True
        third = FolderMachine(Path(machine.root), machine.world)
        recovery.at_start(third)
        assert recovery.outcome(Store(third), "t1")["state"] == "recovered", number
        assert state_of(third) == old, (number, second.notes[-1])
        no_rest(third)
        shutil.rmtree(machine.root)
        if done:
            break
    assert number > 20


@pytest.mark.parametrize("code", [errno.EIO, errno.ENOSPC])
def test_any_change_may_fail_once(tmp_path: Path, code: int) -> None:
    total = count_of_changes(tmp_path)
    old = state_of(fresh(tmp_path, "template"))
    for number in range(1, total + 1):
        machine = fresh(tmp_path, "host")

        def fail(at: int, action: str, path: str, number: int = number) -> None:
            if at == number and action not in ("run", "ran"):
                raise OSError(code, "It failed", path)

        machine.fault = fail
        direct = Direct(machine)
        try:
            ended = direct.work(many_steps())
        except OSError:  # the state folder itself
            assert number < 6
            ended = {"state": "rolled-back"}
        except Exception as error:
            assert "cannot be made" in str(error)
            ended = {"state": "rolled-back"}
        if ended["state"] == "committed":
            assert machine.world.joined
            recovery.at_start(machine)
        else:
            assert ended["state"] == "rolled-back", (number, machine.notes[number - 1], ended)
            recovery.at_start(machine)
            assert state_of(machine) == old, (number, machine.notes[number - 1])
        no_rest(machine)
        shutil.rmtree(machine.root)


FAILING: dict[str, dict[str, Any]] = {
    "command": run("false-program"),
    "exit code": run("echo", "x", ok=[7]),
    "expectation": run("echo", "no", expect="^yes"),
    "wait": {
        "kind": "wait", "title": "Wait", "timeout": 0.1, "interval": 0.02, "failure": "It never came.",
        "probe": {"kind": "command", "argv": ["echo", "no"]}, "expect": "yes",
    },
    "unit": unit("no-such.service", "restart"),
    "folder": {
        "kind": "make-folder", "title": "Make", "path": "/etc/hosts", "mode": 0o755, "owner": "root", "group": "root",
    },
    "archive": {"kind": "restore-archive", "title": "Restore", "archive": "nothing.tar.gz", "folder": "/etc"},
    "owner": write_file("/etc/x", "x", None, owner="nobody-of-this-name"),
}  # fmt: skip


@pytest.mark.parametrize("name", FAILING)
@pytest.mark.parametrize("place", [0, 8, 17])
def test_failing_step_takes_all_back(machine: FolderMachine, name: str, place: int) -> None:
    old = state_of(machine)
    steps = many_steps()
    steps.insert(place, copy.deepcopy(FAILING[name]))
    ended = Direct(machine).work(steps)
    assert ended["state"] == "rolled-back"
    error = ended["error"]
    assert error["kind"] == "StepFailed"
    assert error["what"].endswith(("Everything was put back as it was.", "Nothing was changed."))
    assert error["next"]
    assert SECRET not in str(ended)
    assert state_of(machine) == old
    no_rest(machine)
    entry = Store(machine).entry("t1")
    assert entry is not None
    assert "done" not in {step["state"] for step in entry["steps"]}
    assert SECRET.encode() not in everything_on_disk(machine)


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ("ERROR: an old one\n", "ERROR: an old one\nall is well\n", ""),
        (
            "ERROR: an old one\n",
            "ERROR: an old one\nERROR: a bad line\n",
            "/var/log/chat.log says: ERROR: a bad line",
        ),
        ("a long day\n" * 9, "ERROR: begun anew\n", "/var/log/chat.log says: ERROR: begun anew"),
        (None, "ERROR: the first one\n", "/var/log/chat.log says: ERROR: the first one"),
        ("ERROR: an old one\n", None, ""),
    ],
)
def test_what_a_service_says_in_its_log_while_a_command_runs(
    machine: FolderMachine, before: str | None, after: str | None, why: str
) -> None:
    log = Path(machine.root) / "var/log/chat.log"
    log.parent.mkdir(parents=True)
    if before is not None:
        log.write_text(before)

    def reload(argv: Any) -> Result:
        log.unlink(missing_ok=True)
        if after is not None:
            log.write_text(after)
        return Result(out="Reloaded.\n")

    machine.world.answers["chatctl"] = reload
    logs = ["/var/log/other.log", "/var/log/chat.log"]
    step = run("chatctl", "reload", logs=logs, complaint="^ERROR: ", again_after_undo=True)
    ended = Direct(machine).work([write_file("/etc/chat.conf", "new\n", "old\n"), step])
    assert ended["state"] == ("rolled-back" if why else "committed"), ended
    if why:
        assert why in ended["error"]["what"]
        assert machine.world.calls.count(["chatctl", "reload"]) == 2, "again with the old file"
        assert (Path(machine.root) / "etc/chat.conf").read_text() == "old\n"


def test_what_is_there_only_until_the_change_is_kept(machine: FolderMachine) -> None:
    """Its command runs after the commit alone, and again where the helper died before it could clear up."""
    machine.world.answers["chatctl"] = lambda argv: Result()
    step = run("chatctl", "on-trial", kept=["chatctl", "proven"])
    assert Direct(machine).work([step, run("false-program")])["state"] == "rolled-back"
    assert ["chatctl", "proven"] not in machine.world.calls
    assert Direct(machine, "t2").work([step])["state"] == "committed"
    assert machine.world.calls[-1] == ["chatctl", "proven"]
    no_rest(machine)


def test_restarted_too_often_it_is_restarted_all_the_same(machine: FolderMachine) -> None:
    """systemd takes five starts in ten seconds: changes that follow each other at once are no crashing service."""
    machine.world.units["chat.service"]["result"] = "start-limit-hit"
    assert Direct(machine).work([unit("chat.service", "restart")])["state"] == "committed"
    assert machine.world.units["chat.service"]["active"] == "active"
    assert ["systemctl", "reset-failed", "chat.service"] in machine.world.calls


def test_broken_configuration_is_put_back_and_the_service_runs_again(machine: FolderMachine) -> None:
    old = state_of(machine)
    ended = Direct(machine).work(
        [write_file("/etc/chat.conf", "broken\n", "old\n"), unit("chat.service", "restart")]
    )
    assert ended["state"] == "rolled-back"
    assert "chat.service did not restart. It said: Job for chat.service failed." in ended["error"]["what"]
    assert state_of(machine) == old
    assert machine.world.calls[-1] == ["systemctl", "restart", "chat.service"]
    entry = Store(machine).entry("t1")
    assert entry is not None
    assert [step["state"] for step in entry["steps"]] == ["rolled-back", "failed"]


def test_units_see_their_old_files_when_they_are_started_again(machine: FolderMachine) -> None:
    place = "/etc/systemd/system/chat.service.d/azdesk.conf"
    (Path(machine.root) / "etc/systemd/system").mkdir(parents=True)
    folder = {
        "kind": "make-folder", "title": "Make", "path": place.rpartition("/")[0], "mode": 0o755,
        "owner": "root", "group": "root",
    }  # fmt: skip
    steps = [
        unit("chat.service", "stop"),
        folder,
        write_file(place, "[Service]\n", None),
        run("systemctl", "daemon-reload", again_after_undo=True),
        unit("chat.service", "start"),
        run("false-program"),
    ]
    seen = []
    simulate = machine._systemctl

    def watch(action: str, name: str = "") -> Result:
        seen.append((action, Path(machine.root + place).exists()))
        return simulate(action, name)

    machine._systemctl = watch  # type: ignore[method-assign]
    assert Direct(machine).work(steps)["state"] == "rolled-back"
    undone = seen[3:]
    assert undone.index(("daemon-reload", False)) < undone.index(("start", False))
    assert ("start", True) not in undone


@pytest.mark.parametrize("content", ["another\n", None])
def test_stale_plan_changes_nothing(machine: FolderMachine, content: str | None) -> None:
    steps = many_steps()
    victim = Path(machine.root) / "etc/hosts"
    if content is None:
        victim.unlink()
    else:
        victim.write_text(content)
    old = state_of(machine)
    ended = Direct(machine).work(steps)
    assert ended["error"]["kind"] == "PlanStale"
    assert "/etc/hosts was changed since the plan was made." in ended["error"]["what"]
    assert ended["error"]["what"].endswith("Nothing was changed.")
    assert machine.world.calls == []
    assert state_of(machine) == old


def test_file_that_was_not_there_and_now_is(machine: FolderMachine) -> None:
    ended = Direct(machine).work([write_file("/etc/hosts", "x", None)])
    assert ended["error"]["kind"] == "PlanStale"


def test_change_in_the_middle_is_noticed_before_it_is_overwritten(machine: FolderMachine) -> None:
    def edit(argv: Any) -> Result:
        (Path(machine.root) / "etc/hosts").write_text("by somebody else\n")
        return Result()

    machine.world.answers["systemctl"] = edit
    ended = Direct(machine).work(
        [unit("chat.service", "restart"), write_file("/etc/hosts", "x", "127.0.0.1 localhost\n")]
    )
    assert ended["error"]["kind"] == "PlanStale"
    assert (Path(machine.root) / "etc/hosts").read_text() == "by somebody else\n"


def test_file_that_a_command_has_made_is_kept_for_the_way_back(machine: FolderMachine) -> None:
    place = Path(machine.root) / "etc/made.conf"

    def install(argv: Any) -> Result:
        place.write_text("by the package\n")
        return Result()

    def purge(argv: Any) -> Result:
        assert place.read_text() == "by the package\n"
        place.unlink()
        return Result()

    machine.world.answers.update(install=install, purge=purge)
    old = state_of(machine)
    steps = [run("install", undo=["purge"]), write_file("/etc/made.conf", "ours\n", None)]
    assert Direct(machine).work([*steps, run("false-program")])["state"] == "rolled-back"
    assert state_of(machine) == old
    assert Direct(machine, "t2").work(steps)["state"] == "committed"
    assert place.read_text() == "ours\n"
    no_rest(machine)


def test_purge_removes_what_was_made_since(machine: FolderMachine) -> None:
    data = Path(machine.root) / "var/lib/data"

    def make(argv: Any) -> Result:
        (data / "schema.DAT").write_text("new")
        (data / "more.DAT").write_text("new")
        (data / "cookie").write_text("old cookie")
        return Result()

    machine.world.answers["make"] = make
    old = state_of(machine)
    purge = {"kind": "purge", "title": "Purge", "folder": "/var/lib/data", "patterns": ["*.DAT", "*.DCD"]}
    assert Direct(machine).work([purge, run("make"), run("false-program")])["state"] == "rolled-back"
    assert state_of(machine) == old


def test_purge_takes_folders_where_it_is_told_to(machine: FolderMachine) -> None:
    old = state_of(machine)
    purge = {"kind": "purge", "title": "Purge", "folder": "/var/lib", "patterns": ["data"], "folders": True}
    assert Direct(machine).work([purge, run("false-program")])["state"] == "rolled-back"
    assert state_of(machine) == old
    assert Direct(machine, "t2").work([purge])["state"] == "committed"
    assert not (Path(machine.root) / "var/lib/data").exists()
    no_rest(machine)
    again = dict(purge, patterns=["phone"], folders=False)
    assert Direct(machine, "t3").work([again])["state"] == "committed"
    assert (Path(machine.root) / "var/lib/phone").exists()


def test_archive_and_restore(machine: FolderMachine) -> None:
    data = Path(machine.root) / "var/lib/data"
    archive = {
        "kind": "archive",
        "title": "Back up",
        "name": "data",
        "folder": "/var/lib/data",
        "patterns": ["*"],
    }
    (data / "link").symlink_to("cookie")
    (data / "cookie").chmod(0o400)
    old = state_of(machine)
    assert Direct(machine).work([archive])["state"] == "committed"
    backup = Path(machine.root + machine.state) / "backups/t1-data.tar.gz"
    assert oct(backup.stat().st_mode) == "0o100600"
    (data / "schema.DAT").write_text("other")
    (data / "certs/x.pem").unlink()
    (data / "certs").rmdir()
    (data / "link").unlink()
    middle = state_of(machine)
    restore = {
        "kind": "restore-archive",
        "title": "Restore",
        "archive": "t1-data.tar.gz",
        "folder": "/var/lib/data",
    }
    assert Direct(machine, "t2").work([restore, run("false-program")])["state"] == "rolled-back"
    assert state_of(machine) == middle
    assert Direct(machine, "t3").work([restore])["state"] == "committed"
    assert state_of(machine) == old
    no_rest(machine)


def test_power_cut_while_restoring(tmp_path: Path) -> None:
    archive = {
        "kind": "archive",
        "title": "Back up",
        "name": "data",
        "folder": "/var/lib/data",
        "patterns": ["*"],
    }
    restore = {
        "kind": "restore-archive",
        "title": "Restore",
        "archive": "t1-data.tar.gz",
        "folder": "/var/lib/data",
    }
    number = 0
    while True:
        number += 1
        machine = fresh(tmp_path, "host")
        assert Direct(machine).work([archive])["state"] == "committed"
        data = Path(machine.root) / "var/lib/data"
        (data / "schema.DAT").unlink()
        (data / "cookie").write_text("other")
        shutil.rmtree(data / "certs")
        middle = state_of(machine)
        machine.notes.clear()

        def cut(at: int, action: str, path: str, number: int = number) -> None:
            if at >= number:
                raise Dead

        machine.fault = cut
        try:
            ended: Any = Direct(machine, "t2").work([restore])
        except Dead:
            ended = None
        again = FolderMachine(Path(machine.root), machine.world)
        recovery.at_start(again)
        if recovery.outcome(Store(again), "t2")["state"] != "committed":
            assert state_of(again) == middle, number
        no_rest(again)
        shutil.rmtree(machine.root)
        if ended and ended["state"] == "committed":
            break
    assert number > 20


def test_full_disk_is_told_and_nothing_changed(machine: FolderMachine) -> None:
    def full(at: int, action: str, path: str) -> None:
        if action == "write" and path.startswith("/etc"):
            raise OSError(errno.ENOSPC, "No space left on device")

    machine.fault = full
    old = state_of(machine)
    error = Direct(machine).work(many_steps())["error"]
    assert error["what"] == "No space left on device while staging /etc/hosts. Nothing was changed."
    assert error["next"] == "Free space on the file system of /etc/hosts and apply again."
    assert state_of(machine) == old
    assert machine.world.calls == []


def test_journal_is_written_when_the_disk_stays_full(machine: FolderMachine) -> None:
    """The reserve put aside at the beginning is enough for the way back."""
    reserve = Path(machine.root + machine.state) / "transactions/t1/reserve"

    def full(at: int, action: str, path: str) -> None:
        if machine.world.joined and action in ("write", "append") and reserve.exists():
            raise OSError(errno.ENOSPC, "No space left on device")

    machine.fault = full
    old = state_of(machine)
    ended = Direct(machine).work(many_steps())
    assert ended["state"] == "rolled-back"
    assert state_of(machine) == old
    entry = Store(machine).entry("t1")
    assert entry is not None
    assert entry["state"] == "rolled-back"
    assert "No space left on device" in entry["error"]


def test_what_cannot_be_put_back_is_named_and_its_original_kept(machine: FolderMachine) -> None:
    def stuck(at: int, action: str, path: str) -> None:
        if machine.world.calls and action == "rename" and path == "/etc/hosts":
            raise OSError(errno.EROFS, "Read-only file system")

    machine.fault = stuck
    ended = Direct(machine).work(
        [write_file("/etc/hosts", "new\n", "127.0.0.1 localhost\n"), run("true", ok=[9])]
    )
    assert ended["state"] == "needs-help"
    assert ended["error"]["next"] == "Mend by hand what is named here, then look again."
    (sentence,) = ended["left"]
    assert sentence.startswith("/etc/hosts could not be put back: Read-only file system. Its original is ")
    kept = Path(machine.root + sentence.rpartition(" ")[2].rstrip("."))
    assert kept.read_text() == "127.0.0.1 localhost\n"
    machine.fault = lambda *_: None
    assert recovery.at_start(machine) == []
    assert kept.exists()


def test_folder_that_has_got_content_is_left_and_named(machine: FolderMachine) -> None:
    def log(argv: Any) -> Result:
        (Path(machine.root) / "srv/logs/today").write_text("precious")
        return Result()

    machine.world.answers["log"] = log
    folder = {
        "kind": "make-folder", "title": "Make", "path": "/srv/logs", "mode": 0o755, "owner": "root", "group": "root",
    }  # fmt: skip
    ended = Direct(machine).work([folder, run("log"), run("false-program")])
    assert ended["state"] == "needs-help"
    assert "/srv/logs was made and something else has put files there (today)" in ended["left"][0]


def test_storage_without_hard_links(machine: FolderMachine, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(source: str, target: str) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(machine, "link", refuse)
    steps = [step for step in many_steps() if step["kind"] == "write-file"]
    steps = [step for step in steps if not step["path"].startswith("/srv")]
    old = state_of(machine)
    assert Direct(machine).work([*steps, run("false-program")])["state"] == "rolled-back"
    assert state_of(machine) == old
    assert Direct(machine, "t2").work(steps)["state"] == "committed"
    no_rest(machine)


def test_cut_off_last_line_of_the_log(machine: FolderMachine) -> None:
    """As a power cut in the middle of writing leaves it."""
    old = state_of(machine)

    def cut(at: int, action: str, path: str) -> None:
        if machine.world.joined:
            raise Dead

    machine.fault = cut
    with pytest.raises(Dead):
        Direct(machine).work(many_steps())
    log = Path(machine.root + machine.state) / "transactions/t1/log"
    log.write_bytes(log.read_bytes() + b'{"step": 16, "sta')
    again = FolderMachine(Path(machine.root), machine.world)
    assert recovery.at_start(again) == ["t1"]
    assert state_of(again) == old


def test_secret_that_a_command_prints_is_covered(machine: FolderMachine) -> None:
    machine.world.answers["tell"] = Result(1, "", f"bad cookie {SECRET}!\n")
    direct = Direct(machine)
    ended = direct.work([write_file("/etc/chat.conf", "@@T@@", "old\n"), run("tell", undo=["tell"])])
    assert "bad cookie •••!" in ended["error"]["what"]
    assert SECRET not in str(direct.told)
    assert SECRET.encode() not in everything_on_disk(machine)


@pytest.mark.parametrize(
    "step",
    [
        {"kind": "format-disk"},
        {"kind": "write-file", "path": "/etc/x"},
        write_file("etc/x", "x", None),
        write_file("/etc/x\0y", "x", None),
        run(undo=["x"]) | {"argv": "rm"},
        "no step",
        unit("chat.service", "kill"),
        unit("--force", "stop"),
    ],
)
def test_senseless_steps_change_nothing(machine: FolderMachine, step: Any) -> None:
    old = state_of(machine)
    ended = Direct(machine).work([step])
    assert ended["error"]["kind"] in ("ProtocolError", "StepFailed")
    assert state_of(machine) == old
    assert not any(call[0] != "journalctl" for call in machine.world.calls)


def test_enabled_state_and_stopped_unit_come_back(machine: FolderMachine) -> None:
    old = state_of(machine)
    steps = [
        unit("chat.service", "disable"), unit("chat.service", "stop"), unit("idle.service", "restart"),
        unit("idle.service", "enable"), run("false-program"),
    ]  # fmt: skip
    assert Direct(machine).work(steps)["state"] == "rolled-back"
    assert state_of(machine) == old


def test_original_comes_back_as_the_same_file(machine: FolderMachine) -> None:
    """Owner, times, extended attributes: all of it, because it is the same inode."""
    place = Path(machine.root) / "etc/hosts"
    before = place.stat()
    Direct(machine).work([write_file("/etc/hosts", "x", "127.0.0.1 localhost\n"), run("false-program")])
    after = place.stat()
    assert (after.st_ino, after.st_mtime_ns, after.st_nlink) == (before.st_ino, before.st_mtime_ns, 1)


def test_installing_packages(machine: FolderMachine) -> None:
    status = Path(machine.root) / "var/lib/dpkg/status"
    status.parent.mkdir()
    there = "Package: base\nStatus: install ok installed\nVersion: 1\n"
    status.write_text(there)

    def apt(argv: Any) -> Result:
        if "install" in argv:
            status.write_text(
                there + "\nPackage: chat-log\nStatus: install ok installed\nVersion: 2\n"
                "\nPackage: lib\nStatus: install ok installed\nVersion: 3\n"
            )
        elif "purge" in argv:
            assert list(argv[argv.index("purge") + 1 :]) == ["chat-log", "lib"]
            status.write_text(there)
        return Result()

    machine.world.answers.update({"apt-get": apt, "dpkg": Result()})
    step = {"kind": "install-packages", "title": "Install", "names": ["base", "chat-log"], "timeout": 5}
    direct = Direct(machine)
    assert direct.work([step, run("false-program")])["state"] == "rolled-back"
    assert status.read_text() == there
    done = next(m["event"] for m in direct.told if m.get("event", {}).get("state") == "done")
    assert done["message"] == "Installed chat-log, lib."
    direct = Direct(machine, "t2")
    assert direct.work([step, step])["state"] == "committed"
    messages = [m["event"]["message"] for m in direct.told if m.get("event", {}).get("state") == "done"]
    assert messages == ["Installed chat-log, lib.", "Already installed."]


def test_two_writes_of_one_file(machine: FolderMachine) -> None:
    old = state_of(machine)
    hosts = "127.0.0.1 localhost\n"
    steps = [
        write_file("/etc/hosts", "1\n", hosts), write_file("/etc/hosts", "2\n", hosts),
        write_file("/etc/n", "1\n", None), write_file("/etc/n", "2\n", None),
    ]  # fmt: skip
    assert Direct(machine).work([*steps, run("false-program")])["state"] == "rolled-back"
    assert state_of(machine) == old
    assert Direct(machine, "t2").work(steps)["state"] == "committed"
    assert (Path(machine.root) / "etc/hosts").read_text() == "2\n"
    assert (Path(machine.root) / "etc/n").read_text() == "2\n"
    no_rest(machine)


@pytest.mark.parametrize("linked", ["phone/manager.conf", "phone/manager.d", "phone"])
@pytest.mark.parametrize("maker", ["phone", "root"])
def test_root_follows_no_link_that_a_service_has_made(
    machine: FolderMachine, monkeypatch: pytest.MonkeyPatch, linked: str, maker: str
) -> None:
    root = Path(machine.root)
    (root / "etc/phone/manager.d").mkdir(parents=True)
    (root / "etc/secret").mkdir()
    for name in ("manager.conf", "own.conf"):
        (root / "etc/secret" / name).write_text("of root\n")
        (root / "etc/phone" / name).write_text("old\n")
    if (place := root / "etc" / linked).is_dir():
        shutil.rmtree(place)
    else:
        place.unlink()
    target = "/etc/secret/manager.conf" if linked.endswith(".conf") else "/etc/secret"
    place.symlink_to(target)
    known = FolderMachine.attributes

    def attributes(self: FolderMachine, st: os.stat_result) -> tuple[int, str, str]:
        mode, owner, group = known(self, st)
        return mode, maker if stat.S_ISLNK(st.st_mode) else owner, group

    monkeypatch.setattr(FolderMachine, "attributes", attributes)
    there = "/etc/phone/manager.d/own.conf" if linked.endswith(".d") else "/etc/phone/manager.conf"
    old = state_of(machine)
    for number, step in enumerate(
        (
            write_file(there, "new\n", "of root\n"),
            {"kind": "remove-file", "title": "r", "path": f"/etc/{linked}/own.conf", "before": ""},
            {"kind": "purge", "title": "p", "folder": f"/etc/{linked}", "patterns": ["own.conf"]},
            {
                "kind": "make-folder",
                "title": "m",
                "path": f"/etc/{linked}/x",
                "mode": 0o755,
                "owner": "root",
                "group": "root",
            },
        )
    ):
        if number and linked.endswith(".conf"):
            continue
        entry = Direct(machine, f"t{number}").work([step, run("false-program")])
        assert entry["state"] == "rolled-back"
        assert ("that phone has made" in str(entry["error"])) is (maker == "phone")
        assert state_of(machine) == old


@pytest.mark.skipif(not hasattr(os, "O_PATH"), reason="hosts are Linux; elsewhere files are found by name")
@pytest.mark.parametrize("action", ["write", "attributes", "link", "rename", "remove", "mkdir"])
@pytest.mark.parametrize("maker", ["phone", "root"])
def test_a_link_put_on_the_way_after_the_look_is_not_followed(
    machine: FolderMachine, monkeypatch: pytest.MonkeyPatch, action: str, maker: str
) -> None:
    root = Path(machine.root)
    (root / "etc/phone").mkdir()
    (root / "etc/secret").mkdir()
    for folder in ("phone", "secret"):
        (root / "etc" / folder / "manager.conf").write_text("old\n")
        (root / "etc" / folder / "old.conf").write_text("old\n")
    known, swapped = FolderMachine.attributes, False

    def attributes(self: FolderMachine, st: os.stat_result) -> tuple[int, str, str]:
        mode, owner, group = known(self, st)
        return mode, maker if stat.S_ISLNK(st.st_mode) else owner, group

    def swap(_number: int, doing: str, path: str) -> None:
        nonlocal swapped
        if not swapped and doing == action and (doing == "link" or path.startswith("/etc/phone/")):
            swapped = True
            (root / "etc/phone").rename(root / "etc/phone.away")
            (root / "etc/phone").symlink_to("/etc/secret")

    monkeypatch.setattr(FolderMachine, "attributes", attributes)
    machine.fault = swap
    before = tree(root / "etc/secret")
    steps = [
        write_file("/etc/phone/manager.conf", "new\n", "old\n"),
        {"kind": "remove-file", "title": "r", "path": "/etc/phone/old.conf", "before": sha("old\n")},
        {
            "kind": "make-folder",
            "title": "m",
            "path": "/etc/phone/x",
            "mode": 0o700,
            "owner": "root",
            "group": "root",
        },
    ]
    ended = Direct(machine).work(steps)
    assert swapped
    if maker == "phone":
        assert ended["state"] != "committed"
        assert tree(root / "etc/secret") == before
    elif action in ("write", "rename", "mkdir", "attributes"):
        # The same race, and the link is root's: it shows that the swap would have done harm.
        assert tree(root / "etc/secret") != before or ended["state"] != "committed"


def test_a_service_may_lead_to_its_own_files(machine: FolderMachine, monkeypatch: pytest.MonkeyPatch) -> None:
    root = Path(machine.root)
    (root / "etc/phone").mkdir()
    (root / "etc/phone/real.conf").write_text("old\n")
    (root / "etc/phone/manager.conf").symlink_to("real.conf")
    known = FolderMachine.attributes
    monkeypatch.setattr(
        FolderMachine, "attributes", lambda self, st: (known(self, st)[0], "phone", known(self, st)[2])
    )
    assert files.followed(machine, "/etc/phone/manager.conf") == "/etc/phone/real.conf"
    assert files.followed(machine, "/etc/phone/none/new.conf") == "/etc/phone/none/new.conf"


def test_remove_and_write_where_nothing_is(machine: FolderMachine) -> None:
    old = state_of(machine)
    steps = [
        {"kind": "remove-file", "title": "r", "path": "/etc/chat.cfg", "before": sha("NODE=old\n")},
        write_file("/etc/new", "x", None),
        {"kind": "remove-file", "title": "r", "path": "/etc/not-there", "before": ""},
        run("false-program"),
    ]
    assert Direct(machine).work(steps)["state"] == "rolled-back"
    assert state_of(machine) == old


def test_a_command_is_fed_its_text_with_the_secrets_in_it(machine: FolderMachine) -> None:
    fed = run("true", feed="password: @@T@@\n", undo=["echo"], undo_feed="back\n")
    assert Direct(machine).work([fed], {"@@T@@": SECRET})["state"] == "committed"
    assert machine.world.fed == [f"password: {SECRET}\n".encode()]
    assert SECRET.encode() not in everything_on_disk(machine)
    ended = Direct(machine, "t2").work([fed, run("false-program")], {"@@T@@": SECRET})
    assert ended["state"] == "rolled-back"
    assert machine.world.calls[-1] == ["echo"]
    assert machine.world.fed[-1] == b"back\n"
    assert SECRET.encode() not in everything_on_disk(machine)


def test_undo_that_may_fail_is_no_call_for_help(machine: FolderMachine) -> None:
    machine.world.answers["tell-others"] = Result(1, "", "nobody there")
    strict = [run("true", undo=["tell-others"]), run("false-program")]
    lenient = [run("true", undo=["tell-others"], undo_may_fail=True), run("false-program")]
    ended = Direct(machine).work(strict)
    assert ended["state"] == "needs-help"
    assert ended["left"] == ["“tell-others” failed: nobody there."]
    assert Direct(machine, "t2").work(lenient)["state"] == "rolled-back"


def test_archive_of_single_paths(machine: FolderMachine) -> None:
    step = {
        "kind": "archive", "title": "Back up", "name": "x", "folder": "/etc", "patterns": ["default/chat", "no/such"],
    }  # fmt: skip
    assert Direct(machine).work([step])["state"] == "committed"
    with tarfile.open(machine.real(machine.state + "/backups/t1-x.tar.gz")) as tar:
        assert tar.getnames() == ["default/chat"]


@pytest.mark.parametrize("swapped", ["certs", "certs/x.pem"])
def test_a_link_put_in_place_while_packing_is_not_followed(machine: FolderMachine, swapped: str) -> None:
    data, elsewhere = Path(machine.root) / "var/lib/data", Path(machine.root) / "etc/private"
    elsewhere.mkdir()
    (elsewhere / "x.pem").write_text(SECRET)
    step = {
        "kind": "archive",
        "title": "Back up",
        "name": "data",
        "folder": "/var/lib/data",
        "patterns": ["*"],
    }
    look = machine.stat

    def stat(path: str) -> Any:
        found = look(path)
        if path == "/var/lib/data/certs/x.pem" and not (data / swapped).is_symlink():
            packing = len(seen) == 1  # it is looked at once for its name, then to be packed
            seen.append(path)
            if packing:
                (data / swapped).rename(data.parent / "aside")
                (data / swapped).symlink_to(elsewhere if swapped == "certs" else elsewhere / "x.pem")
        return found

    seen: list[str] = []
    machine.stat = stat  # type: ignore[method-assign]
    assert Direct(machine).work([step])["state"] == "rolled-back"
    assert (data / swapped).is_symlink()
    assert not list(Path(machine.real(machine.state)).rglob("*.gz*"))
