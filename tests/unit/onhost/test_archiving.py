"""Recordings moved into their archive: whole copies only, nothing removed before, and everything stays where anything is wrong."""

from __future__ import annotations

import errno
import json
import os
import time
from pathlib import Path
from typing import Any

import pytest

from azdesk.onhost import archiving, recorded
from tests.unit.onhost.support import FolderMachine
from tests.unit.onhost.test_recordings import FOLDERS, name, put

OLD = 3600.0
ONE, TWO = name("20260130T090000", number=1), name("20260131T100000", number=2)
SETTINGS = {"directory": FOLDERS["local"], "archive": FOLDERS["archive"], "mount": "", "keep_days": 0}


class Mounted(FolderMachine):
    """With storage that can be away and full."""

    storage = True
    free = 10 << 30

    def mounts(self) -> list[tuple[str, str, str, str]]:
        return [("/home/chat", "server:/chat", "nfs4", "rw")] if self.storage else []

    def space(self, path: str) -> tuple[int, int]:
        return self.free, 20 << 30


@pytest.fixture
def host(tmp_path: Path) -> Mounted:
    made = Mounted(tmp_path)
    for folder in (recorded.SETTINGS.rpartition("/")[0], FOLDERS["archive"], "/var/lib"):
        Path(made.root + folder).mkdir(parents=True, exist_ok=True)
    configure(made)
    put(made, FOLDERS["local"], ONE, 2.0, age=OLD)
    put(made, FOLDERS["local"], TWO, 3.0, age=OLD)
    return made


def configure(host: Mounted, **more: Any) -> None:
    Path(host.root + recorded.SETTINGS).write_text(json.dumps({**SETTINGS, **more}))


def run(host: Mounted) -> dict[str, Any]:
    code, said = archiving.Archiving(host).run()
    status: dict[str, Any] = json.loads(Path(host.root + archiving.STATUS).read_text())
    assert code == (status["state"] != "done"), said
    return status


def there(host: Mounted, where: str) -> list[str]:
    return sorted(path.name for path in Path(host.root + FOLDERS[where]).rglob("*") if path.is_file())


def test_moved_whole_with_its_time(host: Mounted) -> None:
    before = Path(host.root + FOLDERS["local"]) / "2026-01-30" / ONE
    content, changed = before.read_bytes(), before.stat().st_mtime_ns
    status = run(host)
    assert (status["state"], status["moved"], status["left"], status["bytes"]) == (
        "done",
        2,
        0,
        2 * 44 + 5 * 16000,
    )
    assert (there(host, "local"), there(host, "archive")) == ([], [ONE, TWO])
    after = Path(host.root + FOLDERS["archive"]) / "2026-01-30" / ONE
    assert (after.read_bytes(), after.stat().st_mtime_ns) == (content, changed)
    assert after.stat().st_mode & 0o077 == 0
    assert os.listdir(host.root + FOLDERS["local"]) == [], "folders of days that are over go as well"
    assert run(host)["state"] == "done"


def test_calls_that_go_on_stay(host: Mounted) -> None:
    growing = name(time.strftime("%Y%m%dT%H%M%S"), number=5)
    put(host, FOLDERS["local"], growing, 1.0, age=archiving.IDLE - 60)
    status = run(host)
    assert (status["state"], status["moved"], status["left"]) == ("done", 2, 1)
    assert there(host, "local") == [growing]


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        ("storage", "Nothing is mounted at /home/chat."),
        ("folder", "/home/chat/voice is not there."),
        ("room", "/home/chat/voice has no room."),
        ("settings", "recordings.json cannot be read"),
        ("write", "No space left on device"),
    ],
)
def test_everything_stays_where_the_archive_is_away(host: Mounted, fault: str, why: str) -> None:
    configure(host, mount="/home/chat", keep_days=1)
    if fault == "storage":
        host.storage = False
    elif fault == "folder":
        (Path(host.root + FOLDERS["archive"])).rmdir()
    elif fault == "room":
        host.free = archiving.ROOM + 100
    elif fault == "settings":
        Path(host.root + recorded.SETTINGS).write_text("[]")
    else:

        def full(number: int, action: str, path: str) -> None:
            if (action == "sync" and "/chat/" in path) or (action == "rename" and path.endswith(".wav")):
                raise OSError(errno.ENOSPC, "No space left on device", path)

        host.fault = full
    status = run(host)
    assert status["state"] == "away"
    assert why in status["why"]
    assert there(host, "local") == [ONE, TWO]
    host.fault = lambda number, action, path: None
    host.storage, host.free = True, 10 << 30
    if fault == "folder":
        (Path(host.root + FOLDERS["archive"])).mkdir()
    configure(host, mount="/home/chat")
    assert run(host)["moved"] == 2
    assert there(host, "archive") == [ONE, TWO], "nor is a part of the first try left"


def test_a_bad_copy_is_noticed(host: Mounted, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = host.open_new

    class Bad:
        def __init__(self, file: Any) -> None:
            self._file = file

        def __enter__(self) -> Any:
            return self

        def __exit__(self, *_: object) -> None:
            self._file.close()

        def write(self, data: bytes) -> int:
            return int(self._file.write(data[:-1] + b"x"))

        def __getattr__(self, what: str) -> Any:
            return getattr(self._file, what)

    monkeypatch.setattr(host, "open_new", lambda path: Bad(opened(path)))
    status = run(host)
    assert (status["state"], status["left"]) == ("partial", 2)
    assert "is another one" in status["why"]
    assert (there(host, "local"), there(host, "archive")) == ([ONE, TWO], [])


def test_one_that_is_there_already(host: Mounted) -> None:
    """A run that was cut off after the copy: the same one is as good; another one of its name is never overwritten."""
    put(host, FOLDERS["archive"], ONE, 2.0)
    put(host, FOLDERS["archive"], TWO, 9.0)
    (Path(host.root + FOLDERS["archive"]) / "2026-01-30" / f".{ONE}.part").write_bytes(b"half")
    status = run(host)
    assert (status["state"], status["moved"], status["left"]) == ("partial", 1, 1)
    assert "another one of this name" in status["why"]
    assert there(host, "local") == [TWO]
    assert there(host, "archive") == [ONE, TWO]


def test_no_link_is_followed_and_other_files_stay(host: Mounted) -> None:
    secret = Path(host.root) / "etc/shadow"
    secret.write_text("root:")
    day = Path(host.root + FOLDERS["local"]) / "2026-01-31"
    linked, hard = name("20260131T110000", number=3), name("20260131T120000", number=4)
    (day / linked).symlink_to(secret)
    os.link(secret, day / hard)
    os.utime(secret, (1, 1))
    (day / "notes.txt").write_text("mine")
    status = run(host)
    assert status["moved"] == 2
    assert there(host, "archive") == [ONE, TWO]
    assert set(os.listdir(day)) >= {linked, hard, "notes.txt"}
    assert secret.read_text() == "root:"


def test_old_ones_go_if_that_is_wanted(host: Mounted) -> None:
    fresh = name(time.strftime("%Y%m%dT%H%M%S"), number=6)
    put(host, FOLDERS["archive"], fresh, 1.0, age=OLD)
    (Path(host.root + FOLDERS["archive"]) / "2025-01-01").mkdir()
    (Path(host.root + FOLDERS["archive"]) / "2025-01-01" / "contract.pdf").write_text("keep")
    configure(host, keep_days=7)
    status = run(host)
    # These were moved a moment ago: how long they are kept counts from the call.
    assert (status["moved"], status["removed"]) == (2, 2)
    assert there(host, "archive") == sorted([fresh, "contract.pdf"])
