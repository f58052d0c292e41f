"""Commands that need no network, and the command line itself."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from argparse import ArgumentTypeError
from pathlib import Path

import pytest

import azdesk
from azdesk.app import backups
from azdesk.cli.options import span, until
from azdesk.core.errors import Cancelled
from azdesk.fleet import edit, store

from .conftest import Home
from .test_shapes import holds

RIGHT = """\
# An office.
version = 1
name = "Office"

[clusters."company.com"]

[hosts.a251]
address = "192.168.11.251"
cluster = "company.com"

[hosts.a253]
address = "192.168.11.253"
cluster = "company.com"
"""


@pytest.fixture
def office(tmp_path: Path) -> Path:
    path = tmp_path / "office.azfleet"
    path.write_text(RIGHT)
    return path


def test_check_counts_what_is_in_a_right_document(home: Home, office: Path) -> None:
    answer = home.run("check", office)
    assert (answer.code, answer.err) == (0, "")
    assert answer.out == f"{office} is right: 2 hosts, 1 cluster, 0 credentials.\n"


def test_check_names_each_fault_with_its_line(home: Home, office: Path) -> None:
    office.write_text(RIGHT.replace('"192.168.11.253"', '"192.168.11.999"').replace("name =", "nam ="))
    answer = home.run("check", office)
    assert answer.code == 1
    assert answer.out == ""
    assert "line 3: nam" in answer.err
    assert "line 12: hosts.a253.address" in answer.err


def test_a_missing_document_is_an_error_of_every_command(home: Home, tmp_path: Path) -> None:
    for command in ("check", "status", "plan", "apply", "adopt", "journal"):
        answer = home.run(command, tmp_path / "no.azfleet", "--json")
        assert answer.code == 1
        assert answer.err == ""
        assert answer.json["command"] == command
        assert answer.json["error"]["what"] == "There is no such file."
        assert answer.json["error"]["where"].endswith("no.azfleet")
        assert answer.json["error"]["next"]


def test_nothing_or_a_document_alone_opens_the_window(home: Home) -> None:
    assert home.run().code == 0
    assert home.run("office.azfleet").code == 0
    assert home.windows == [None, "office.azfleet"]


def test_version_and_help_end_well(home: Home) -> None:
    assert home.run("--version").out == f"azdesk {azdesk.__version__}\n"
    help_ = home.run("apply", "--help")
    assert help_.code == 0
    assert "--allow-loss" in help_.out


@pytest.mark.parametrize(
    ("argv", "word"),
    [
        (["plann", "x"], "plann"),
        (["plan"], "FLEET"),
        (["plan", "x", "--hots", "y"], "--hots"),
        (["journal", "x", "--since", "yesterdayish"], "yesterdayish"),
        (["journal", "x", "--limit", "0"], "0"),
        (["backup", "x"], "x"),
        (["secret", "set", "name", "--for", "fun"], "fun"),
    ],
)
def test_a_mistyped_command_line_is_an_error_and_no_pending_change(
    home: Home, argv: list[str], word: str
) -> None:
    answer = home.run(*argv)
    assert answer.code == 1
    assert answer.out == ""
    assert word in answer.err
    assert "--help" in answer.err


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["chek"], "azdesk: There is no command “chek”; did you mean check?\n  → azdesk --help explains.\n"),
        (["people", "zz"], "azdesk: people: There is no command “zz”.\n  → azdesk people --help explains.\n"),
        (
            ["office.azfleet", "plan"],
            "azdesk: The command comes before the document.\n  → For instance: azdesk check office.azfleet\n",
        ),
        (
            ["backup", "list", "office.azfleet", "-v"],
            "azdesk: backup list: Unrecognized arguments: -v.\n  → azdesk backup list --help explains.\n",
        ),
    ],
)
def test_what_is_wrong_with_a_command_line_is_told_with_the_way_on(
    home: Home, argv: list[str], said: str
) -> None:
    assert home.run(*argv).err == said


@pytest.mark.parametrize("command", ["plan", "apply", "status", "adopt"])
def test_a_document_without_hosts_is_told_to_have_none(home: Home, command: str) -> None:
    path = home.folder / "new.azfleet"
    path.write_text("version = 1\n")
    answer = home.run(command, path)
    assert answer.code == 0
    assert answer.out.startswith("The document has no hosts yet")


def test_a_mistyped_command_line_is_json_if_json_was_asked_for(home: Home) -> None:
    answer = home.run("plan", "--json")
    assert answer.code == 1
    assert answer.err == ""
    assert answer.json["error"]["kind"] == "UsageError"


def test_an_unknown_host_or_feature_is_told_with_the_nearest(home: Home, office: Path) -> None:
    answer = home.run("plan", office, "--host", "a252")
    assert answer.code == 1
    assert re.search(r"; did you mean a25[13]\?\n", answer.err)
    answer = home.run("adopt", office, "--feature", "uploads")
    assert answer.code == 1
    assert "upload" in answer.err


def test_history_goes_back_even_from_a_text_that_is_broken(home: Home, office: Path) -> None:
    assert home.run("history", "list", office).out == "No saves by AZDesk on this workstation.\n"
    opened = store.open(office)
    store.save(opened, edit.with_value(opened.fleet, ("name",), "Another office"))
    newest, first = home.run("history", "list", office).out.splitlines()
    assert "as it was found" in first
    assert "Another office" in newest or "name" in newest
    name = first.split()[2]
    assert home.run("history", "show", office, name).out == RIGHT
    shown = home.run("history", "restore", office, name)
    assert (shown.code, '+name = "Office"' in shown.out) == (3, True)
    assert "The document was not changed; with --yes it is." in shown.err
    office.write_text("name = [")
    assert home.run("check", office).code == 1
    value = holds(home.run("history", "restore", office, name, "--json", "--yes"), "history-restore")
    assert value["saved"]
    assert office.read_text() == RIGHT
    again = home.run("history", "restore", office, name)
    assert (again.code, again.out) == (0, "The document has this text already.\n")
    names = [
        one["name"]
        for one in holds(home.run("history", "list", office, "--json"), "history-list")["revisions"]
    ]
    assert names == sorted(names, reverse=True)
    assert len(names) == 4
    several = home.run("history", "show", office, "2")
    assert (several.code, "4 saves have names that begin so." in several.err) == (1, True)
    office.unlink()
    text = holds(home.run("history", "show", office, name, "--json"), "history-show")["text"]
    assert text == RIGHT
    assert home.run("history", "restore", office, name, "--yes").code == 1
    assert "no save “x”" in home.run("history", "show", office, "x").err


def test_schema_is_a_json_schema_that_the_document_fulfils(home: Home, office: Path) -> None:
    import tomllib

    import jsonschema

    answer = home.run("schema")
    assert answer.code == 0
    jsonschema.validate(tomllib.loads(office.read_text()), answer.json)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"version": 1, "hosts": {"a251": {}}}, answer.json)


def test_a_fault_of_azdesk_leaves_a_report_without_its_values(
    home: Home, office: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from azdesk.cli.commands import check

    def broken(*_: object) -> int:
        password = "hunter2"
        raise ValueError(f"cannot use {password}")

    monkeypatch.setattr(check, "run", broken)
    answer = home.run("check", office)
    assert answer.code == 1
    assert "AZDesk itself failed (ValueError)" in answer.err
    assert "Traceback" not in answer.err
    [report] = home.data.glob("fault-*.txt")
    assert str(report) in answer.err
    text = report.read_text()
    assert "ValueError" in text
    assert "in broken" in text
    assert "hunter2" not in text + answer.err


def test_a_second_report_in_the_same_second_does_not_replace_the_first(
    home: Home, office: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from azdesk.cli.commands import check

    def broken(*_: object) -> int:
        raise KeyError

    monkeypatch.setattr(check, "run", broken)
    for _ in range(3):
        home.run("check", office)
    assert len(list(home.data.glob("fault-*.txt"))) == 3


def test_spans_and_dates() -> None:
    now = time.time()
    assert span("90m") == pytest.approx(now - 5400, abs=5)
    assert span("7d") == pytest.approx(now - 7 * 86400, abs=5)
    assert time.strftime("%Y-%m-%d", time.localtime(span("2026-01-31"))) == "2026-01-31"
    assert span("2026-02-01") - 1 < until("2026-01-31") < span("2026-02-01"), "the day as a whole"
    assert until("2026-01-31T12:00") == span("2026-01-31T12:00")
    with pytest.raises(ArgumentTypeError, match="2026-13-31"):
        until("2026-13-31")


HEAVY = ("PySide6", "rich", "pydantic", "tomlkit", "ruamel", "keyring", "jinja2")


def imported_by(code: str, home: Home) -> set[str]:
    import os

    script = f"import sys\n{code}\nprint(*sorted({{name.partition('.')[0] for name in sys.modules}}))"
    said = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, **home.environment()},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return set(said.stdout.splitlines()[-1].split())


def test_check_loads_nothing_that_takes_long(home: Home, office: Path) -> None:
    found = imported_by(
        f"from azdesk.cli.main import run\nassert run(['check', {str(office)!r}], lambda _: 0, lambda _: 0, None) == 0",
        home,
    )
    assert found.isdisjoint({*HEAVY, "paramiko", "cryptography", "asyncio"})


def test_plan_loads_what_it_needs_and_no_more(home: Home, office: Path) -> None:
    # Nothing answers at a port of loopback that nobody listens on; all of the way there is imported.
    office.write_text(
        'version = 1\n[hosts.a251]\naddress = "127.0.0.1"\nport = 1\nlan_address = "192.168.11.251"\n'
    )
    found = imported_by(
        f"from azdesk.cli.main import run\nassert run(['plan', {str(office)!r}], lambda _: 0, lambda _: 0, None) == 1",
        home,
    )
    assert found.isdisjoint({*HEAVY, "asyncio", "unittest"})


def test_a_mistake_names_the_program_once(home: Home) -> None:
    assert home.run("chek").err.count("azdesk: ") == 1
    assert "azdesk: plan: The following arguments" in home.run("plan").err


def test_a_cancelled_list_of_backups_ends_as_cancelled(
    home: Home, office: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_args: object) -> None:
        raise Cancelled

    monkeypatch.setattr(backups, "listed", stopped)
    answer = home.run("backup", "list", office)
    assert answer.code == 3
    assert "Cancelled" in answer.err
