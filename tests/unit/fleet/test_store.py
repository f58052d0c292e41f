from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from azdesk.core.errors import ConflictError, DocumentError
from azdesk.fleet import edit, history, reading, rewrite, store
from azdesk.fleet.difference import difference, summary
from azdesk.fleet.model import Cluster, Fleet, Host
from azdesk.fleet.render import fleet_text
from tests.unit.fleet.strategies import fleets

# Explaining a failure means tracing every line of every run, which takes most of the time.
PHASES = [Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink]
LAX = settings(
    max_examples=40,
    deadline=None,
    phases=PHASES,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)

OFFICE = """\
# The office fleet
version = 1
name = 'Office'   # shown in the title

# logins
[credentials.main]
user = "admin"
sudo = "without-password"   # NOPASSWD

[clusters."company.com"]
# shared by all nodes
upload = { url = "https://172.16.38.1:5443/upload" }

# --- hosts ---

# the first
[hosts.A251]
address = "192.168.11.251"  # eth0
cluster = "Company.com"
roles = [
    "application",  # ejabberd
]
# node = "x"

[hosts.a253]
address = "192.168.11.253"
cluster = "company.com"
jump = ["a251"]
"""


@pytest.fixture(autouse=True)
def _own_history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZDESK_DATA", str(tmp_path / "data"))


@pytest.fixture
def office(tmp_path: Path) -> store.Opened:
    path = tmp_path / "office.azfleet"
    path.write_text(OFFICE)
    return store.open(path)


def faults(text: str) -> list[tuple[int | None, str, str]]:
    with pytest.raises(DocumentError) as error:
        store.parse(text)
    return [(problem.line, problem.path, problem.message) for problem in error.value.problems]


# Reading


def test_every_problem_is_told_at_once_each_with_its_line() -> None:
    text = """\
version = 1
nmae = "x"
[clusters.company.com]
distribution_port = "5210"
[hosts.a251]
adress = "10.0.0.1"
port = 70000
password = "hunter2"
[hosts.A251]
address = "10.0.0.2"
roles = [
  "application",
  "storrage",
]
[hosts.a253]
address = "10.0.0.300"
cluster = "company.com"
jump = "a251"
"""
    found = faults(text)
    assert [(line, path) for line, path, _ in found] == [
        (2, "nmae"),
        (3, "clusters.company.com"),
        (6, "hosts.a251.adress"),
        (7, "hosts.a251.port"),
        (8, "hosts.a251.password"),
        (9, "hosts.A251"),
        (13, "hosts.A251.roles.1"),
        (16, "hosts.a253.address"),
        (18, "hosts.a253.jump"),
    ]
    told = {path: message for _, path, message in found}
    assert told["nmae"] == "unknown key; did you mean name?"
    assert told["hosts.a251.adress"] == "unknown key; did you mean address?"
    assert '[clusters."company.com"]' in told["clusters.company.com"]
    assert "from 1 to 65535" in told["hosts.a251.port"]
    assert "keyring" in told["hosts.a251.password"]
    assert "did you mean storage?" in told["hosts.A251.roles.1"]
    assert 'write ["a251"]' in told["hosts.a253.jump"]
    assert "hunter2" not in str(found)


def test_one_broken_host_does_not_hide_what_is_wrong_between_others() -> None:
    text = """\
[hosts.a]
address = 5
cluster = "c.de"
[hosts.b]
address = "10.0.0.1"
[hosts.c]
address = "10.0.0.1"
"""
    assert [(line, path) for line, path, _ in faults(text)] == [
        (2, "hosts.a.address"),
        (3, "hosts.a.cluster"),
        (7, "hosts.c.address"),
    ]


@pytest.mark.parametrize(
    ("text", "line", "part"),
    [
        ("name = x", 1, "column 8"),
        ("a = 1\nb = [1,\n\n", 3, "not closed"),
        ('name = "a\n"', 1, "column"),
        ("[hosts.a]\naddress = 'x'\n[hosts.a]\n", 3, "twice"),
        ("x = " + "9" * 5000, 1, "too long"),
        ("x = " + "[" * 50_000, None, "nested"),
        ("x = 2020-13-45", 1, "column 9"),
    ],
)
def test_what_is_not_toml_is_told_with_line_and_column(text: str, line: int | None, part: str) -> None:
    ((at, path, message),) = faults(text)
    assert (at, path) == (line, "")
    assert part in message


def test_the_same_problems_are_named_whatever_way_the_tables_are_written() -> None:
    for text in (
        'hosts = { a = { adress = "x" } }',
        'hosts.a.adress = "x"',
        '[hosts]\na.adress = "x"',
        '[hosts]\na = { adress = "x" }',
        "[hosts . 'a']\n\"adress\" = 'x'",
    ):
        last = len(text.splitlines())
        assert {path: line for line, path, _ in faults(text)} == {"hosts.a.adress": last}
        ((line, path, _),) = faults(text.replace("adress", "note"))
        assert path == "hosts.a.address"
        assert line in (1, last)


@pytest.mark.parametrize(
    "content", [b"\xff\xfe", b'name = "\xe9"', b"x" * (store.LARGEST + 1)], ids=["binary", "latin-1", "huge"]
)
def test_files_that_are_no_text_are_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.toml"
    path.write_bytes(content)
    with pytest.raises(DocumentError) as error:
        store.open(path)
    assert error.value.where == str(path)


def test_missing_file_and_folder_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="no such file"):
        store.open(tmp_path / "none.azfleet")
    with pytest.raises(DocumentError, match="folder"):
        store.open(tmp_path)


def test_the_error_names_the_file(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_text("name = 5")
    with pytest.raises(DocumentError) as error:
        store.open(path)
    assert str(error.value).splitlines()[0].startswith(f"{path}: ")


def test_two_hundred_hosts_open_quickly(tmp_path: Path) -> None:
    hosts = {
        f"h{i}": Host(address=f"10.0.{i // 200}.{i % 200 + 1}", cluster="c.de", note="x") for i in range(200)
    }
    path = store.create(tmp_path / "big.azfleet", Fleet(clusters={"c.de": Cluster()}, hosts=hosts)).path
    best = min(_seconds(path) for _ in range(5))
    assert best < 0.1


def _seconds(path: Path) -> float:
    start = time.perf_counter()
    store.open(path)
    return time.perf_counter() - start


# Saving


def test_nothing_but_the_changed_value_changes(office: store.Opened) -> None:
    saved = store.save(office, edit.with_value(office.fleet, "hosts.a251.address", "10.1.1.1"))
    assert saved.text == OFFICE.replace("192.168.11.251", "10.1.1.1")
    assert office.path.read_text() == saved.text
    assert store.open(office.path) == saved


def test_saving_nothing_touches_nothing(office: store.Opened) -> None:
    before = office.path.stat().st_mtime_ns
    assert store.save(office, office.fleet) is office
    assert office.path.stat().st_mtime_ns == before


def test_many_changes_keep_every_comment_and_the_layout(office: store.Opened) -> None:
    fleet = edit.with_value(office.fleet, "hosts.a251.node", "nine")
    fleet = edit.with_value(fleet, "hosts.a251.roles", ["application", "storage"])
    fleet = edit.with_value(fleet, 'clusters."company.com".upload.max_size', 5_000_000)
    fleet = edit.with_value(fleet, 'clusters."company.com".chat_log.enabled', True)
    fleet = edit.with_value(fleet, "hosts.a253.jump", [])
    fleet = edit.add_host(fleet, "a252", {"address": "10.9.9.9"}, after="a251")
    fleet = edit.rename_host(fleet, "a251", "b1")
    fleet = edit.with_value(fleet, "name", "Head office")
    fleet = edit.with_value(fleet, "credentials.main.user", "ops")
    saved = store.save(office, fleet)
    assert (
        saved.text
        == """\
# The office fleet
version = 1
name = 'Head office'   # shown in the title

# logins
[credentials.main]
user = "ops"
sudo = "without-password"   # NOPASSWD

[clusters."company.com"]
# shared by all nodes
upload = { url = "https://172.16.38.1:5443/upload", max_size = 5000000 }

[clusters."company.com".chat_log]
enabled = true

# --- hosts ---

# the first
[hosts.b1]
address = "192.168.11.251"  # eth0
cluster = "Company.com"
roles = [
    "application",  # ejabberd
    "storage",
]
node = "nine"
# node = "x"

[hosts.a252]
address = "10.9.9.9"

[hosts.a253]
address = "192.168.11.253"
cluster = "company.com"
"""
    )


def test_a_removed_host_takes_its_own_comments_and_no_others(office: store.Opened) -> None:
    fleet = edit.with_value(office.fleet, "hosts.a253.jump", [])
    saved = store.save(office, edit.remove_host(fleet, "a251"))
    assert "# the first" not in saved.text
    assert "# --- hosts ---\n\n[hosts.a253]\n" in saved.text


def test_hosts_in_another_order_take_their_comments_along(office: store.Opened) -> None:
    saved = store.save(office, edit.reorder_hosts(office.fleet, ["a253", "a251"]))
    assert saved.text.index("[hosts.a253]") < saved.text.index("# the first\n[hosts.A251]")
    assert saved.text.endswith('# node = "x"\n')
    assert list(store.open(office.path).fleet.hosts) == ["a253", "a251"]


STYLES = [
    'hosts = { a = { address = "10.0.0.1" }, b = { address = "10.0.0.2", port = 23 } } # c\n',
    'hosts.a.address = "10.0.0.1" # c\nhosts.b.address = "10.0.0.2"\nhosts.b.port = 23\n',
    '[hosts]\na.address = "10.0.0.1" # c\nb.address = "10.0.0.2"\nb.port = 23\n',
    '[hosts]\n  a = { address = "10.0.0.1" } # c\n  b = { address = "10.0.0.2", port = 23 }\n[clusters]\n',
    '[hosts.a]\naddress = "10.0.0.1" # c\n[clusters]\n[hosts.b]\naddress = "10.0.0.2"\nport = 23',
    '[hosts]\n# c\n[hosts.a]\n\taddress = """10.0.0.1"""\n[hosts.b]\n\taddress = "10.0.0.2"\n\tport = 23\n',
]


@pytest.mark.parametrize("text", STYLES)
def test_each_way_of_writing_tables_is_kept(text: str, tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    changes = [
        lambda fleet: edit.with_value(fleet, "hosts.b.port", 24),
        lambda fleet: edit.with_value(fleet, "hosts.a.note", "new"),
        lambda fleet: edit.with_value(fleet, "hosts.b.node", "n"),
        lambda fleet: edit.remove_host(fleet, "b"),
        lambda fleet: edit.remove_host(fleet, "a"),
        lambda fleet: edit.add_host(fleet, "c", {"address": "10.0.0.3"}),
        lambda fleet: edit.rename_host(fleet, "a", "z"),
        lambda fleet: edit.add_cluster(fleet, "c.de", {"upload": {"max_size": 2048}}),
    ]
    for change in changes:
        path.write_text(text)
        opened = store.open(path)
        fleet = change(opened.fleet)
        saved = store.save(opened, fleet)
        assert store.parse(saved.text) == fleet
        # Written in place, not by giving up and writing everything anew.
        assert store.parse(rewrite.rewritten(text, opened.fleet, fleet)) == fleet
        if "a" in fleet.hosts:
            assert "# c" in saved.text


def test_windows_line_ends_and_byte_order_mark_stay(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_bytes(b"\xef\xbb\xbf" + OFFICE.replace("\n", "\r\n").encode())
    opened = store.open(path)
    store.save(opened, edit.add_host(opened.fleet, "new", {"address": "10.5.5.5"}))
    raw = path.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf# The")
    assert raw.count(b"\n") == raw.count(b"\r\n") > OFFICE.count("\n")


def test_mode_stays_and_a_link_is_followed(office: store.Opened, tmp_path: Path) -> None:
    office.path.chmod(0o640)
    link = tmp_path / "link.azfleet"
    link.symlink_to(office.path)
    opened = store.open(link)
    store.save(opened, edit.with_value(opened.fleet, "name", "X"))
    assert link.is_symlink()
    assert stat.S_IMODE(office.path.stat().st_mode) == 0o640
    assert store.open(office.path).fleet.name == "X"


@pytest.mark.parametrize("call", ["fsync", "replace", "write"])
def test_an_interrupted_save_leaves_the_old_file_whole(
    office: store.Opened, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    before = sorted(office.path.parent.iterdir())
    fleet = edit.with_value(office.fleet, "name", "X")
    with monkeypatch.context() as patch:
        if call == "fsync":
            patch.setattr(os, "fsync", full)
        elif call == "replace":
            patch.setattr(Path, "replace", full)
        else:
            patch.setattr(os, "fdopen", _FullFile)
        with pytest.raises(DocumentError, match="No space left") as error:
            store.save(office, fleet)
    assert "unchanged" in error.value.next_step
    assert office.path.read_text() == OFFICE
    assert sorted(office.path.parent.iterdir()) == before
    assert store.save(office, fleet).fleet.name == "X"


class _FullFile:
    def __init__(self, handle: int, mode: str) -> None:
        self.handle = handle

    def __enter__(self) -> _FullFile:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self.handle)

    def writelines(self, parts: Iterable[bytes]) -> None:
        os.write(self.handle, next(iter(parts))[:10])
        raise OSError(errno.ENOSPC, "No space left on device")


def test_the_second_of_two_workstations_is_told(office: store.Opened) -> None:
    theirs = store.save(store.open(office.path), edit.with_value(office.fleet, "name", "Theirs"))
    with pytest.raises(ConflictError) as error:
        store.save(office, edit.with_value(office.fleet, "name", "Mine"))
    assert error.value.theirs == theirs.text == office.path.read_text()


def test_a_new_document_does_not_overwrite_one(office: store.Opened, tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="already"):
        store.create(office.path, office.fleet)
    made = store.create(tmp_path / "new.azfleet", office.fleet, text=OFFICE)
    assert made.text == OFFICE
    with pytest.raises(DocumentError):
        store.create(tmp_path / "none" / "new.azfleet", office.fleet)


# At random


@LAX
@given(fleet=fleets())
def test_any_fleet_survives_being_written(fleet: Fleet) -> None:
    assert store.parse(fleet_text(fleet)) == fleet


@LAX
@given(old=fleets(), new=fleets())
def test_any_fleet_becomes_any_other(old: Fleet, new: Fleet, tmp_path: Path) -> None:
    path = tmp_path / "x.azfleet"
    path.unlink(missing_ok=True)
    opened = store.create(path, old)
    saved = store.save(opened, new)
    assert store.open(path).fleet == saved.fleet == new
    changes = difference(old, new)
    assert (changes == ()) == (old == new)
    assert "\n" not in summary(changes)
    # No layout of AZDesk's own may need the way out of writing everything anew.
    assert store.parse(rewrite.rewritten(opened.text, old, new)) == new


@LAX
@given(fleet=fleets(), data=st.data())
def test_comments_and_blank_lines_survive_any_edit(fleet: Fleet, data: st.DataObject) -> None:
    assume(fleet.hosts and '"""' not in fleet_text(fleet))
    lines = []
    for index, line in enumerate(fleet_text(fleet).removesuffix("\n").split("\n")):
        where = data.draw(st.sampled_from(["", "before", "behind"]), label=f"comment at line {index}")
        if where == "before":
            lines.append(f"  # c{index}")
        lines.append(line + (f" # c{index}" if where == "behind" and line else ""))
    text = "\n".join(lines) + "\n"
    name = data.draw(st.sampled_from(list(fleet.hosts)))
    new = edit.with_values(fleet, {f"hosts.{name}.note": "changed", "name": "changed"})
    new = edit.rename_host(new, name, "renamed-to-this")
    new = edit.add_host(new, "brand-new", {"address": "172.30.0.2"})
    changed = rewrite.rewritten(text, fleet, new)
    assert store.parse(changed) == new
    assert list(rewrite.comments(changed)) == list(rewrite.comments(text))


@settings(max_examples=200, deadline=None, phases=PHASES)
@given(text=st.text(max_size=200))
def test_garbage_gives_an_error_or_a_fleet(text: str) -> None:
    fleet, problems = reading.examine(text)
    assert (fleet is None) == bool(problems)


@settings(max_examples=200, deadline=None, phases=PHASES)
@given(data=st.data())
def test_a_damaged_document_gives_an_error_or_a_fleet(data: st.DataObject) -> None:
    text = OFFICE
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text)))
        end = min(len(text), at + data.draw(st.integers(0, 12)))
        text = text[:at] + data.draw(st.text("[]{}\"'=.,#\n\\ \tab1é", max_size=6)) + text[end:]
    fleet, problems = reading.examine(text)
    assert (fleet is None) == bool(problems)
    for problem in problems:
        assert problem.message
        assert problem.line is None or 1 <= problem.line <= text.count("\n") + 1


JSONISH = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=200, deadline=None, phases=PHASES)
@given(
    data=st.fixed_dictionaries(
        {},
        optional={
            "version": JSONISH,
            "name": JSONISH,
            "credentials": JSONISH | st.dictionaries(st.text(max_size=5), JSONISH, max_size=2),
            "clusters": st.dictionaries(st.text(max_size=5), JSONISH, max_size=2),
            "hosts": st.dictionaries(
                st.sampled_from(["a", "B", "b"]),
                st.dictionaries(
                    st.sampled_from(["address", "port", "roles", "jump", "cluster", "x"]), JSONISH
                ),
            ),
        },
    )
)
def test_values_of_any_kind_are_read_or_told(data: dict[str, object]) -> None:
    from azdesk.fleet import form

    found: form.Faults = []
    fleet = form.read_value(Fleet, data, (), found)
    assert isinstance(fleet, Fleet)
    if not found:
        assert tomllib.loads(fleet_text(fleet)) is not None


# History


def test_each_save_can_be_browsed_compared_and_gone_back_to(office: store.Opened) -> None:
    first = store.save(office, edit.with_value(office.fleet, "name", "One"))
    second = store.save(first, edit.with_value(first.fleet, "hosts.a251.node", "n"))
    found = history.history(office.path)
    assert [revision.text for revision in found] == [second.text, first.text, OFFICE]
    assert [revision.summary for revision in found] == [
        "hosts.a251.node: (empty) → n",
        "name: Office → One",
        "as it was found",
    ]
    assert "@" in found[0].who
    compared = history.compare(OFFICE, second.text)
    assert compared.words == ("name: Office → One", "hosts.a251.node: (empty) → n")
    assert "-name = 'Office'   # shown in the title" in compared.diff.splitlines()
    back = store.restore(second, found[-1])
    assert office.path.read_text() == back.text == OFFICE
    assert history.history(office.path)[0].summary.startswith("restored from")


def test_what_others_saved_is_in_the_history_too(office: store.Opened) -> None:
    first = store.save(office, edit.with_value(office.fleet, "name", "One"))
    office.path.write_text(first.text.replace("One", "Other"))
    opened = store.open(office.path)
    store.save(opened, edit.with_value(opened.fleet, "name", "Two"))
    assert [revision.summary for revision in history.history(office.path)][:2] == [
        "name: Other → Two",
        "changed outside AZDesk on this workstation",
    ]


def test_the_history_is_bounded_private_and_survives_damage(
    office: store.Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "MOST", 5)
    opened = office
    for number in range(8):
        opened = store.save(opened, edit.with_value(opened.fleet, "name", f"N{number}"))
    place = history.folder(office.path)
    files = sorted(place.iterdir())
    assert len(files) == 5
    assert stat.S_IMODE(files[0].stat().st_mode) == 0o600
    files[2].write_text("{damaged")
    assert [revision.summary for revision in history.history(office.path)] == [
        "name: N6 → N7",
        "name: N5 → N6",
        "name: N3 → N4",
        "name: N2 → N3",
    ]


def test_old_revisions_go_but_never_the_newest(office: store.Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "ALWAYS", 2)
    opened = office
    for number in range(4):
        opened = store.save(opened, edit.with_value(opened.fleet, "name", f"N{number}"))
    monkeypatch.setattr(history, "DAYS", -1)
    store.save(opened, edit.with_value(opened.fleet, "name", "last"))
    assert [revision.summary for revision in history.history(office.path)] == [
        "name: N3 → last",
        "name: N2 → N3",
    ]


def test_a_history_that_cannot_be_kept_does_not_stop_a_save(
    office: store.Opened, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("AZDESK_DATA", str(tmp_path / "file"))
    assert store.save(office, edit.with_value(office.fleet, "name", "X")).fleet.name == "X"
    assert "could not be kept" in caplog.text


_SAVER = """
import sys, pathlib
from azdesk.core.errors import ConflictError
from azdesk.fleet import edit, store
opened = store.open(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
try:
    store.save(opened, edit.with_value(opened.fleet, ("name",), sys.argv[2]))
except ConflictError:
    print("conflict")
else:
    print("saved")
"""


def test_of_many_saves_at_one_moment_one_wins_and_the_others_are_told(tmp_path: Path) -> None:
    path = tmp_path / "office.azfleet"
    path.write_text(OFFICE)
    savers = [
        subprocess.Popen(
            [sys.executable, "-c", _SAVER, str(path), f"Name {number}"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for number in range(6)
    ]  # fmt: skip
    for saver in savers:
        assert saver.stdout is not None
        assert saver.stdout.readline() == "ready\n"
    for saver in savers:
        assert saver.stdin is not None
        saver.stdin.write("go\n")
        saver.stdin.flush()
    said = [saver.communicate(timeout=30)[0].strip() for saver in savers]
    assert sorted(said) == ["conflict"] * 5 + ["saved"]
    assert store.open(path).fleet.name == f"Name {said.index('saved')}"
    assert {file.name for file in tmp_path.iterdir()} == {path.name, "data"}
