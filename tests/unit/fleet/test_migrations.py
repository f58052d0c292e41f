from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from azdesk.core.errors import DocumentError
from azdesk.fleet import edit, history, migrations, store

EARLY = """\
# Our fleet
name = "Early"

[clusters."company.com"]

# the first
[[hosts]]
name = "a251"   # seed
ip = "10.0.0.1" # eth0
domain = "company.com"

[[hosts]]
name = "a253"
ip = "10.0.0.2"
domain = "company.com"
"""

PRESENT = """\
# Our fleet
version = 1
name = "Early"

[clusters."company.com"]

# the first
[hosts.a251]
   # seed
address = "10.0.0.1" # eth0
cluster = "company.com"

[hosts.a253]
address = "10.0.0.2"
cluster = "company.com"
"""


@pytest.fixture(autouse=True)
def _own_history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZDESK_DATA", str(tmp_path / "data"))


def test_an_early_document_opens_and_keeps_its_comments() -> None:
    assert migrations.migrated(EARLY) == PRESENT
    assert migrations.migrated(PRESENT) == PRESENT


def test_every_migration_is_there_and_both_its_forms_agree() -> None:
    assert sorted(migrations.MIGRATIONS) == list(range(migrations.VERSION))
    step = migrations.MIGRATIONS[0]
    assert tomllib.loads(step.text(EARLY)) == {**step.data(tomllib.loads(EARLY)), "version": 1}


def test_the_old_file_is_kept_beside_the_first_save(tmp_path: Path) -> None:
    path = tmp_path / "office.azfleet"
    path.write_text(EARLY)
    opened = store.open(path)
    assert opened.migrated
    assert path.read_text() == EARLY
    saved = store.save(opened, edit.with_value(opened.fleet, "name", "Late"))
    assert not saved.migrated
    assert path.read_text() == PRESENT.replace("Early", "Late")
    assert (tmp_path / "office.version-0.azfleet").read_text() == EARLY
    back = store.restore(saved, history.history(path)[-1])
    assert back.text == PRESENT


def test_a_layout_that_cannot_be_kept_is_written_anew() -> None:
    text = '# head\n\nversion = 0\nhosts = [\n  { name = "a", ip = "10.0.0.1" },\n]\n'
    new = migrations.migrated(text)
    assert new.startswith("# head\n")
    assert store.parse(new).hosts["a"].address == "10.0.0.1"


def test_hosts_without_a_name_get_one_instead_of_getting_lost() -> None:
    text = '[[hosts]]\nip = "10.0.0.1"\n[[hosts]]\nname = "a"\nip = "10.0.0.2"\n[[hosts]]\nname = "a"\nip = "10.0.0.3"\n'
    assert list(store.parse(migrations.migrated(text)).hosts) == ["host-1", "a", "host-3"]


def test_problems_of_an_early_document_are_told() -> None:
    with pytest.raises(DocumentError) as error:
        store.parse(migrations.migrated('[[hosts]]\nname = "a"\nip = "x y"\n'))
    assert error.value.problems[0].path == "hosts.a.address"


@pytest.mark.parametrize("version", ["2", "99999999999999999999999"])
def test_a_newer_document_is_refused(tmp_path: Path, version: str) -> None:
    path = tmp_path / "x.azfleet"
    path.write_text(f"version = {version}\nsomething_new = true\n")
    with pytest.raises(DocumentError, match="newer AZDesk") as error:
        store.open(path)
    assert "Update AZDesk" in error.value.next_step
    assert error.value.where == str(path)


@pytest.mark.parametrize("version", ["-1", "1.0", '"1"', "true"])
def test_a_version_that_is_none_is_refused(version: str) -> None:
    with pytest.raises(DocumentError) as error:
        migrations.migrated(f"version = {version}\n")
    assert error.value.problems[0].path == "version"
    assert error.value.problems[0].line == 1


ROWS = st.lists(
    st.dictionaries(
        st.sampled_from(["name", "ip", "domain", "login", "port", "other"]),
        st.text("ab.\"'\n#", max_size=4) | st.integers(-3, 3) | st.lists(st.integers(0, 3), max_size=2),
    ),
    max_size=4,
)


@settings(max_examples=150, deadline=None)
@given(rows=ROWS)
def test_any_list_of_hosts_becomes_a_table(rows: list[dict[str, object]]) -> None:
    from azdesk.fleet.paths import written
    from azdesk.fleet.render import value_text

    blocks = [
        "[[hosts]]\n" + "".join(f"{written(k)} = {value_text(v)}\n" for k, v in row.items()) for row in rows
    ]
    text = "# c\n" + ("\n".join(blocks) if blocks else "hosts = []\n")
    data = tomllib.loads(migrations.migrated(text))
    assert data["version"] == 1
    assert len(data["hosts"]) == len(rows)
