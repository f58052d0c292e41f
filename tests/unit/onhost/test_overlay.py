"""Hosts on overlayfs, as containers are."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.unit.onhost.support import Direct, FolderMachine, run, tree, write_file


def test_two_names_of_one_file_cannot_be_renamed_over_each_other(
    machine: FolderMachine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """overlayfs answers ESTALE where other file systems do nothing."""
    refused: list[str] = []
    rename = os.replace

    def replace(source: str, target: str) -> None:
        if os.path.exists(target) and os.path.samefile(source, target):
            refused.append(target)
            raise OSError(116, "Stale file handle", source)
        rename(source, target)

    monkeypatch.setattr(os, "replace", replace)
    old = tree(Path(machine.root))
    # Fails before the second file is written, so that this one is not changed when it is put back.
    steps = [run("false-program"), write_file("/etc/hosts", "new\n", "127.0.0.1 localhost\n")]
    ended = Direct(machine).work(steps)
    assert ended["state"] == "rolled-back"
    assert ended["left"] == []
    assert refused
    assert tree(Path(machine.root)) == old
