from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from azdesk.app.session import Awaited, AwaitedStore

ADDS = """
import sys
from pathlib import Path
from azdesk.app.session import Awaited, AwaitedStore
store = AwaitedStore(Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
for number in range(40):
    store.add(Awaited(host="a", transaction=f"{sys.argv[2]}-{number}", title="", since=0.0))
"""


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_nobody_else_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "state" / "awaited.json"
    old = os.umask(0)
    try:
        AwaitedStore(path).add(Awaited(host="a", transaction="1", title="", since=0.0))
    finally:
        os.umask(old)
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert {file.stat().st_mode & 0o777 for file in path.parent.iterdir()} == {0o600}


@pytest.mark.skipif(os.name != "posix", reason="elsewhere files are not locked")
def test_two_programs_do_not_lose_each_others_entries(tmp_path: Path) -> None:
    path = tmp_path / "awaited.json"
    running = [
        subprocess.Popen(
            [sys.executable, "-c", ADDS, str(path), name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for name in ("one", "two")
    ]
    for process in running:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in running:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in running:
        process.communicate(timeout=60)
        assert process.returncode == 0
    assert len(AwaitedStore(path).all()) == 80
    assert sorted(file.name for file in tmp_path.iterdir()) == ["awaited.json"]
