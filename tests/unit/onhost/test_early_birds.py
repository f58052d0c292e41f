"""What starts while a transaction has it stopped."""

from __future__ import annotations

from pathlib import Path

import pytest

from azdesk.onhost import recovery, undo
from azdesk.onhost.machine import Result
from tests.unit.onhost.support import Dead, Direct, FolderMachine, run, tree, unit, write_file


def test_a_service_that_a_reboot_has_started_is_stopped_before_its_files_are_put_back(
    machine: FolderMachine,
) -> None:
    old = tree(Path(machine.root))

    def cut(number: int, action: str, path: str) -> None:
        if action == "rename" and path == "/etc/chat.conf":
            raise Dead

    machine.fault = cut
    steps = [
        unit("chat.service", "stop"),
        write_file("/etc/hosts", "new\n", "127.0.0.1 localhost\n"),
        write_file("/etc/chat.conf", "new\n", "old\n"),
        unit("chat.service", "start"),
    ]
    with pytest.raises(Dead):
        Direct(machine).work(steps)
    # The host boots: the lock is gone, and systemd starts the service on what is there.
    again = FolderMachine(Path(machine.root), machine.world)
    again.world.units["chat.service"]["active"] = "active"
    seen = []

    def watch(number: int, action: str, path: str) -> None:
        if action == "rename" and path == "/etc/hosts":
            seen.append(again.world.units["chat.service"]["active"])

    again.fault = watch
    assert recovery.at_start(again) == ["t1"]
    assert seen == ["inactive"]
    assert again.world.units["chat.service"]["active"] == "active"
    assert tree(Path(machine.root)) == old


def test_a_service_that_hangs_while_it_stops_is_killed(
    machine: FolderMachine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As ejabberd does after a join: systemd would wait for five minutes."""
    monkeypatch.setattr(undo, "_GRACE", 0.3)

    def join(argv: object) -> Result:
        machine.world.units["idle.service"]["active"] = "deactivating"
        return Result(1)

    machine.world.answers["join"] = join
    assert Direct(machine).work([unit("idle.service", "start"), run("join")])["state"] == "rolled-back"
    calls = [call for call in machine.world.calls if "idle.service" in call]
    assert calls[1:3] == [
        ["systemctl", "kill", "--signal=SIGKILL", "idle.service"],
        ["systemctl", "stop", "idle.service"],
    ]
