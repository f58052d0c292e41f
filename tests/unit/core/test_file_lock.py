"""One at a time at a file, but nobody is kept from it for ever."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from azdesk.core import file_lock
from azdesk.core.file_lock import alone_at

if sys.platform == "win32":
    pytest.skip("folders are not what is locked there", allow_module_level=True)

import fcntl


@pytest.fixture
def held(tmp_path: Path) -> Iterator[int]:
    """The folder's lock is somebody else's, as with a program that was stopped while it saved."""
    handle = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    yield handle
    os.close(handle)


def _free_handle() -> int:
    handle = os.open("/", os.O_RDONLY)
    os.close(handle)
    return handle


@pytest.mark.usefixtures("held")
def test_a_lock_that_nobody_lets_go_of_keeps_nobody_from_writing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_lock, "PATIENCE", 0.1)
    free = _free_handle()
    done = threading.Event()

    def write() -> None:
        with alone_at(tmp_path / "office.azfleet"):
            done.set()

    threading.Thread(target=write, daemon=True).start()
    assert done.wait(5)
    assert _free_handle() == free  # none is left open


def test_who_comes_second_waits_for_the_first(tmp_path: Path, held: int) -> None:
    began = time.monotonic()
    threading.Timer(0.2, fcntl.flock, (held, fcntl.LOCK_UN)).start()
    with alone_at(tmp_path / "office.azfleet"):
        waited = time.monotonic() - began
        other = os.open(tmp_path, os.O_RDONLY)
        with pytest.raises(BlockingIOError):
            fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.close(other)
    assert 0.2 <= waited < file_lock.PATIENCE


def test_where_there_is_no_folder_to_lock_the_caller_goes_on(tmp_path: Path) -> None:
    began = time.monotonic()
    with alone_at(tmp_path / "no such folder" / "office.azfleet"):
        pass
    assert time.monotonic() - began < file_lock.PATIENCE


def test_where_there_is_no_locking_nothing_is_left_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def taken(_handle: int) -> bool:
        raise OSError(37, "No locks available")

    monkeypatch.setattr(file_lock, "_taken", taken)
    free = _free_handle()
    with alone_at(tmp_path / "office.azfleet"):
        assert _free_handle() == free
