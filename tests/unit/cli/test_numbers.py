"""The number plan in the terminal."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from azdesk.practice import PracticeFleet
from tests.unit.voice.fleets import OFFICE

from .conftest import Home
from .test_shapes import holds


@pytest.fixture
def office(tmp_path: Path) -> Path:
    path = tmp_path / "office.azfleet"
    path.write_text(OFFICE)
    return path


def test_a_call_across_the_hosts(home: Home, office: Path) -> None:
    said = home.run("call", str(office), "--from", "6853@a251", "3026801")
    assert said.code == 0, said
    assert said.out.splitlines() == [
        "6853 at a251 dials 3026801:",
        "  a251  3026801 matches _30268XX in az-phones (hosts.a253.numbers.0)",
        "      Dial(PJSIP/3026801@az-host-a253,60,i)",
        "  a253  3026801 matches _30268XX in az-hosts (hosts.a253.numbers.0)",
        "      Goto(az-local,6801,1)",
        "  a253  6801 matches _68XX in az-local (hosts.a253.numbers.0)",
        "      MixMonitor(/home/voice/YYYY-MM-DD/YYYYMMDDThhmmss+hhmm_in_a253_phone_6853_6801_0.1.wav,b)",
        "      Dial(PJSIP/6801/sip:6801@phone,30,i)",
        "6801 at a253 answers.",
    ]
    found = holds(home.run("call", str(office), "--from", "6853@a251", "3026801", "--json"), "call")
    assert (found["end"], found["where"], found["recorded"]) == ("answered", "6801", ["a253"])


def test_a_call_that_fails_says_why(home: Home, office: Path) -> None:
    away = home.run("call", str(office), "--from", "6853@a251", "3026801", "--away", "6801")
    assert away.code == 1
    assert away.out.splitlines()[-1] == "No phone is registered there."
    down = home.run("call", str(office), "--from", "6853@a251", "0301234", "--down", "provider")
    assert (down.code, down.out.splitlines()[-1]) == (0, "It leaves a251 by backup as 301234.")
    outside = home.run("call", str(office), "--from", "+4917@a251/provider", "+49301236853")
    assert (outside.code, outside.out.splitlines()[-1]) == (0, "6853 at a251 answers.")


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (["--from", "6853@a999", "1"], "“a999” is no host"),
        (["--from", "6853", "1"], "Write it as 6853@a251."),
        (["--from", "6853@a253/backup", "1"], "a253 has no trunk “backup”. "),
        (["--from", "6853@a251", "1", "--down", "providr"], "did you mean provider?"),
    ],
)
def test_bad_callers(home: Home, office: Path, more: list[str], words: str) -> None:
    said = home.run("call", str(office), *more)
    assert said.code == 1
    assert words.strip() in said.err.replace("\n", " ")


def test_the_check(home: Home, office: Path) -> None:
    good = home.run("numbers", "check", str(office))
    assert good.code == 0
    assert good.out.splitlines()[-1] == "4 rules: 0 errors, 3 warnings."
    office.write_text(OFFICE.replace('emergency = ["112"]', 'emergency = ["112", "110"]'))
    bad = home.run("numbers", "check", str(office))
    assert bad.code == 1
    assert bad.out.startswith("error  number_plan.emergency")
    found = holds(home.run("numbers", "check", str(office), "--json"), "numbers-check")
    assert found["findings"][0]["weight"] == "error"


def test_out_and_in_again(home: Home, office: Path, tmp_path: Path) -> None:
    sheet = tmp_path / "plan.csv"
    said = holds(home.run("numbers", "export", str(office), str(sheet), "--json"), "numbers-export")
    assert said["count"] == 6
    assert home.run("numbers", "export", str(office), str(sheet)).code == 1
    same = home.run("numbers", "import", str(office), str(sheet))
    assert (same.code, same.out) == (0, "The document says already what the sheet says.\n")
    text = (
        sheet.read_text("utf-8-sig")
        .replace(",68XX,301,", ",67XX,301,")
        .replace("6853 3026801", "6753 3026801")
    )
    sheet.write_text(text)
    assert home.run("numbers", "import", str(office), str(sheet)).code == 3
    done = holds(home.run("numbers", "import", str(office), str(sheet), "--yes", "--json"), "numbers-import")
    assert done["saved"]
    assert 'numbers = ["67XX"]' in office.read_text()
    assert office.read_text().count("[rules.") == 4


def test_a_spreadsheet_program_makes_no_other_plan_of_it(home: Home, office: Path, tmp_path: Path) -> None:
    """It takes `0.` for 0 and `0049` for 49, and saves them so."""
    office.write_text(
        OFFICE.replace('prefix = "302"', 'prefix = "0302"')
        .replace('"3026801"', '"03026801"')
        .replace("strip = 1\n", 'strip = 1\nprepend = "0049"\n')
    )
    sheet = tmp_path / "plan.csv"
    assert home.run("numbers", "export", str(office), str(sheet)).code == 0
    with sheet.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    saved = [
        [f"{float(cell):.6g}" if re.fullmatch(r"[\d.]+", cell) else cell for cell in row] for row in rows
    ]
    assert "'0." in rows[3]
    with sheet.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";").writerows(saved)
    same = home.run("numbers", "import", str(office), str(sheet))
    assert (same.code, same.out) == (0, "The document says already what the sheet says.\n")


def test_an_empty_sheet_of_numbers_is_not_spoken_of_as_one_of_people(
    home: Home, office: Path, tmp_path: Path
) -> None:
    sheet = tmp_path / "plan.csv"
    sheet.write_text("Kind,Name,Pattern\n", encoding="utf-8")
    said = home.run("numbers", "import", str(office), str(sheet))
    assert said.code == 1
    assert "Below the headings there is nothing." in said.err
    assert "person" not in said.err


def test_what_is_wrong_in_a_sheet_is_named(home: Home, office: Path, tmp_path: Path) -> None:
    sheet = tmp_path / "plan.csv"
    sheet.write_text(
        "Kind,Name,Pattern,Target,To,Strip,Record,Hosts\n"
        "block,a999,68XX,,,,,\n"
        "rule,Out,0[,trunk,provider,1,,\n"
        "rule,Odd,77,trunc,,,,\n"
        "rule,Odd,78,hang-up,,x,,\n"
        "rule,More,79,hang-up,,,perhaps,\n"
        "line,,,,,,,\n"
    )
    before = office.read_text()
    said = home.run("numbers", "import", str(office), str(sheet), "--yes")
    assert said.code == 1
    assert office.read_text() == before
    for words in (
        "row 2, Name: there is no host “a999”",
        "row 3, Pattern: “0[” has a [ without its ]",
        "row 4, Target: “trunc” is not allowed",
        "row 5, Strip: “x” is not a whole number",
        "row 6, Record: “perhaps” is neither yes nor no",
        "row 7, Kind: “line” is neither block nor rule",
    ):
        assert words in said.err, said.err
    sheet.write_text("Kind,Name,Pattern,Target,Hosts\nrule,A,77,hang-up,a999\n")
    said = home.run("numbers", "import", str(office), str(sheet), "--yes")
    assert "there is no host “a999”" in said.err
    assert office.read_text() == before


def test_a_call_by_what_the_hosts_have(home: Home, fleet: PracticeFleet, tmp_path: Path) -> None:
    home.knows(fleet)
    path = fleet.write_document(tmp_path / "plan.azfleet")
    text = path.read_text()
    for host, prefix in (("a251", "301"), ("a253", "302")):
        text = text.replace(
            f"[hosts.{host}]\n", f'[hosts.{host}]\nnumbers = ["68XX"]\ncalls = {{ prefix = "{prefix}" }}\n'
        )
    path.write_text(f'{text}\n[number_plan]\nscheme = "short"\nreach = "fleet"\n')
    before = home.run("call", str(path), "--from", "6853@a251", "3026801", "--loaded")
    assert (before.code, before.out.splitlines()[-1]) == (
        1,
        "a251 has no way for 3026801 in all: no such context.",
    )
    applied = home.run("apply", str(path), "--yes")
    assert applied.code == 0, applied
    after = home.run("call", str(path), "--from", "6853@a251", "3026801", "--loaded")
    assert after.code == 1
    assert after.out.splitlines()[-1] == "No phone is registered there."
    assert "  a253  6801 matches _68XX in az-local" in after.out
    found = holds(home.run("call", str(path), "--from", "6853@a251", "3026801", "--loaded", "--json"), "call")
    assert found["loaded"]
    assert found["silent"] == []
    fleet.host("a253").faults.unreachable = "refused"
    away = home.run("call", str(path), "--from", "6853@a251", "3026801", "--loaded")
    assert "a253 could not be asked" in away.err
    assert away.out.splitlines()[-1] == "Nothing is known of a253."
