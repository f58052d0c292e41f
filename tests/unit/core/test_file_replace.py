"""A file is replaced at once or not at all, with the mode that was asked for."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from azdesk.core import file_replace


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.skipif(os.name != "posix", reason="modes are another matter there")
def test_content_and_mode(tmp_path: Path) -> None:
    path = tmp_path / "x"
    file_replace.replace(path, b"old")
    assert (path.read_bytes(), _mode(path)) == (b"old", 0o600)
    file_replace.replace(path, b"new", mode=0o640, lasting=False)
    assert (path.read_bytes(), _mode(path)) == (b"new", 0o640)
    assert os.listdir(tmp_path) == ["x"]


@pytest.mark.parametrize("step", ["fsync", "fdopen"])
def test_what_fails_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"old")

    def full(handle: int, *_more: object) -> None:
        if step == "fdopen":
            os.close(handle)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, step, full)
    with pytest.raises(OSError, match="No space left"):
        file_replace.replace(path, b"new")
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["x"]
