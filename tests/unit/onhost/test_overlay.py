"""Hosts on overlayfs, as containers are."""

from __future__ import annotations

import contextlib
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

    def replace(
        source: str, target: str, *, src_dir_fd: int | None = None, dst_dir_fd: int | None = None
    ) -> None:
        with contextlib.suppress(FileNotFoundError):
            old, new = os.stat(source, dir_fd=src_dir_fd), os.stat(target, dir_fd=dst_dir_fd)
            if os.path.samestat(old, new):
                refused.append(target)
                raise OSError(116, "Stale file handle", source)
        rename(source, target, src_dir_fd=src_dir_fd, dst_dir_fd=dst_dir_fd)

    monkeypatch.setattr(os, "replace", replace)
    old = tree(Path(machine.root))
    # Fails before the second file is written, so that this one is not changed when it is put back.
    steps = [run("false-program"), write_file("/etc/hosts", "new\n", "127.0.0.1 localhost\n")]
    ended = Direct(machine).work(steps)
    assert ended["state"] == "rolled-back"
    assert ended["left"] == []
    assert refused
    assert tree(Path(machine.root)) == old
