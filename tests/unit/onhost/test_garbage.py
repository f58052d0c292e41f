"""What the helper reads on a host may be damaged or of another program: an answer or a clear error, never a hang."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from azdesk.onhost import bus, mounts, probes, recovery, system
from azdesk.onhost.fault import Fault
from azdesk.onhost.store import Record, Store
from tests.unit.onhost.support import Direct, FolderMachine, fill, many_steps, run, tree

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**60), 2**60)
    | st.floats(allow_nan=False)
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)
PROBE = st.dictionaries(
    st.sampled_from(
        ["kind", "path", "argv", "names", "patterns", "port", "address", "timeout", "name", "secret"]
    ),
    JSON
    | st.sampled_from(["file", "command", "units", "listing", "connect", "packages", "mounts", "/etc", "/"]),
    max_size=6,
)


@contextmanager
def host() -> Iterator[FolderMachine]:
    with tempfile.TemporaryDirectory() as folder:
        yield FolderMachine(Path(folder), fill(Path(folder)))


@given(st.binary(max_size=400) | st.text("\nPackage: Statusinl okVerX019.", max_size=200).map(str.encode))
def test_the_list_of_packages(data: bytes) -> None:
    versions, names = system._parse(data)
    assert set(versions) <= names


@given(st.text(max_size=300) | st.text("0123 /-\\04\n", max_size=200))
def test_the_table_of_mounts(text: str) -> None:
    assert all(len(row) == 4 for row in mounts._parse(text))


@given(st.binary(max_size=300))
def test_words_of_the_system_bus(data: bytes) -> None:
    for read in (bus._variant, bus._listed):
        try:
            read(data)
        except (IndexError, OSError):
            continue  # `bus.units` then asks systemctl instead


@settings(deadline=None, max_examples=60)
@given(st.dictionaries(st.text(max_size=8), PROBE | JSON, max_size=3))
def test_any_question(questions: dict[str, Any]) -> None:
    with host() as machine:
        try:
            found = probes.look(machine, questions, {})
        except Fault as fault:
            assert fault.what
        else:
            json.dumps(found)


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_a_damaged_log_never_stops_the_next_helper(data: st.DataObject) -> None:
    """Lines cut, lost, doubled or changed: it comes up, and what it can read is taken back."""
    with host() as machine:
        damaged(machine, data)


def damaged(machine: FolderMachine, data: st.DataObject) -> None:
    direct = Direct(machine)
    kept: list[bytes] = []

    def look(argv: object) -> Any:
        kept.append(Path(machine.real("/var/lib/azdesk/transactions/t1/log")).read_bytes())
        return run_result()

    machine.world.answers["look"] = look
    direct.work([*many_steps()[:5], run("look"), run("false-program")])
    lines = kept[0].split(b"\n")
    number = data.draw(st.integers(0, len(lines) - 1))
    kind = data.draw(st.sampled_from(["cut", "lost", "doubled", "other"]))
    if kind == "cut":
        lines[number] = lines[number][: len(lines[number]) // 2]
    elif kind == "lost":
        del lines[number]
    elif kind == "doubled":
        lines.insert(number, lines[number])
    else:
        lines[number] = json.dumps(data.draw(JSON)).encode()
    folder = Path(machine.real("/var/lib/azdesk/transactions/t2"))
    folder.mkdir()
    (folder / "log").write_bytes(b"\n".join(lines).replace(b'"t1"', b'"t2"'))
    before = tree(Path(machine.root))
    recovery.at_start(machine)
    Store(machine).entries(10, "")
    assert set(tree(Path(machine.root))) >= {path for path in before if path.startswith("/etc/h")}


def run_result() -> Any:
    from azdesk.onhost.machine import Result

    return Result()


@settings(deadline=None, max_examples=100)
@given(st.binary(max_size=200) | JSON.map(lambda value: json.dumps(value).encode()))
def test_any_log_and_any_journal_entry(data: bytes) -> None:
    with host() as machine:
        store = Store(machine)
        store.prepare()
        Path(machine.real("/var/lib/azdesk/journal/t0.json")).write_bytes(data)
        folder = Path(machine.real("/var/lib/azdesk/transactions/t9"))
        folder.mkdir()
        (folder / "log").write_bytes(data)
        assert isinstance(store.entries(10, ""), list)
        assert isinstance(recovery.outcome(store, "t0"), dict)
        record = Record.load(store, "t9")
        assert record is None or record.header
