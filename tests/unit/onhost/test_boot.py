"""How a host comes by the helper's compiled modules, and whom it believes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from azdesk.onhost import bundle

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the helper runs on Linux hosts")

PARTS = [b"the text run first", b"first", b"value = 1\n", b"second", b"value = 2\n"]


@pytest.fixture
def boot() -> dict[str, Any]:
    space: dict[str, Any] = {"__name__": "boot"}
    exec(compile(bundle.boot(), "boot", "exec"), space)
    return space


@pytest.fixture
def compiles(boot: dict[str, Any]) -> list[str]:
    """Fills with the names of what is compiled."""
    names: list[str] = []

    def noted(source: bytes, name: str, mode: str, **options: Any) -> Any:
        names.append(name)
        return compile(source, name, mode, **options)

    boot["compile"] = noted
    return names


def kept(folder: Path) -> Path:
    (place,) = folder.iterdir()
    return place


def test_what_is_kept_is_used_the_next_time(
    boot: dict[str, Any], compiles: list[str], tmp_path: Path
) -> None:
    folder = tmp_path / "azdesk"
    first = boot["compiled"](PARTS, str(folder))
    assert folder.stat().st_mode & 0o777 == 0o700
    assert kept(folder).stat().st_mode & 0o777 == 0o600
    assert len(compiles) == 2
    assert boot["compiled"](PARTS, str(folder)) == first
    assert len(compiles) == 2
    space: dict[str, Any] = {}
    exec(first["second"], space)
    assert space["value"] == 2


def test_another_version_is_never_used_and_takes_the_place(
    boot: dict[str, Any], compiles: list[str], tmp_path: Path
) -> None:
    folder = tmp_path / "azdesk"
    boot["compiled"](PARTS, str(folder))
    other = [*PARTS[:-1], b"value = 3\n"]
    codes = boot["compiled"](other, str(folder))
    space: dict[str, Any] = {}
    exec(codes["second"], space)
    assert space["value"] == 3
    assert len(list(folder.iterdir())) == 1
    assert len(compiles) == 4


@pytest.mark.parametrize("harm", ["cut", "zeros", "rubbish", "empty", "group", "others", "folder"])
def test_what_is_damaged_or_may_be_anybodys_is_not_believed(
    boot: dict[str, Any], compiles: list[str], tmp_path: Path, harm: str
) -> None:
    folder = tmp_path / "azdesk"
    boot["compiled"](PARTS, str(folder))
    place = kept(folder)
    data = place.read_bytes()
    if harm == "cut":
        place.write_bytes(data[: len(data) // 2])
    elif harm == "zeros":
        place.write_bytes(data[:40] + bytes(len(data) - 40))
    elif harm == "rubbish":
        place.write_bytes(os.urandom(500))
    elif harm == "empty":
        place.write_bytes(b"")
    elif harm == "group":
        place.chmod(0o620)
    elif harm == "others":
        place.chmod(0o602)
    else:
        folder.chmod(0o777)
    codes = boot["compiled"](PARTS, str(folder))
    assert set(codes) == {"first", "second"}
    assert len(compiles) == 4


def test_a_link_in_its_place_is_not_followed(
    boot: dict[str, Any], compiles: list[str], tmp_path: Path
) -> None:
    folder = tmp_path / "azdesk"
    boot["compiled"](PARTS, str(folder))
    place = kept(folder)
    place.rename(tmp_path / "elsewhere")
    place.symlink_to(tmp_path / "elsewhere")
    boot["compiled"](PARTS, str(folder))
    assert len(compiles) == 4
    assert not place.is_symlink()


def test_where_nothing_can_be_kept_it_works_all_the_same(
    boot: dict[str, Any], compiles: list[str], tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    for folder in ("", str(tmp_path / "file" / "azdesk"), str(tmp_path / "no" / "parent")):
        assert set(boot["compiled"](PARTS, folder)) == {"first", "second"}
    assert len(compiles) == 6
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_with_another_root_nothing_is_kept_outside_of_it(tmp_path: Path) -> None:
    """Practice hosts and tests leave this computer's /run alone."""
    before = set(Path("/run").iterdir()) if Path("/run").exists() else set()
    env = {**os.environ, "AZDESK_ROOT": str(tmp_path)}
    argv = [sys.executable, "-I", "-S", "-u", "-c", bundle.loader()]
    done = subprocess.run(argv, input=bundle.payload(), capture_output=True, env=env, timeout=30, check=True)
    assert b'"hello"' in done.stdout
    after = set(Path("/run").iterdir()) if Path("/run").exists() else set()
    assert Path("/run/azdesk") not in after - before
