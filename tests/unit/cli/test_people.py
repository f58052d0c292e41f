"""``azdesk people`` on a real slapd."""

from __future__ import annotations

import csv
import os
import stat
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from azdesk.app.people import changing, hosts
from azdesk.core.errors import DirectoryError
from azdesk.core.secret import Secret
from azdesk.directory.connection import check_bind
from azdesk.directory.endpoint import Endpoint, Simple
from tests.slapd import BASE, MANAGER, PASSWORD, PEOPLE, Slapd, entries, needs_slapd

from .conftest import Home, Screen
from .test_shapes import holds

pytestmark = needs_slapd


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Slapd]:
    made = Slapd(tmp_path / "slapd")
    made.load("".join(entries(12)).encode())
    with made:
        yield made


@pytest.fixture
def office(server: Slapd, home: Home, monkeypatch: pytest.MonkeyPatch) -> Path:
    return written(home, server, monkeypatch)


def written(home: Home, server: Slapd, monkeypatch: pytest.MonkeyPatch, more: str = "") -> Path:
    name = "".join(letter if letter.isalnum() else "_" for letter in f"directory {MANAGER}").upper()
    monkeypatch.setenv(f"AZDESK_SECRET_{name}", PASSWORD)
    path = home.folder / "office.azfleet"
    path.write_text(
        f"""version = 1
[directory]
base = "{BASE}"
urls = ["{server.url}"]
manager = "{MANAGER}"
{more}
[hosts.a251]
address = "192.168.11.251"
numbers = ["68XX"]
[hosts.a252]
address = "192.168.11.252"
"""
    )
    return path


def binds(server: Slapd, account: str, password: str) -> bool:
    from azdesk.core.errors import BindRefused

    try:
        check_bind(Endpoint(url=server.url), Simple(f"uid={account},{PEOPLE}", Secret(password)))
    except BindRefused:
        return False
    return True


def test_list(home: Home, office: Path) -> None:
    found = home.run("people", "list", office)
    assert found.code == 0
    assert len(found.out.splitlines()) == 12
    assert found.out.splitlines()[0].split() == ["anna100000", "Anna100000", "Louis", "100000", "a251", "yes"]
    one = home.run("people", "list", office, "louis", "100003", "--fields", "number,account")
    assert one.out.split()[0] == "100003"
    backwards = home.run("people", "list", office, "--sort=-number", "--fields", "number")
    assert backwards.out.split()[0] == "100011"
    value = holds(home.run("people", "list", office, "--limit", "5", "--json"), "people-list")
    assert len(value["people"]) == 5
    assert "Only the first 5" in value["partial"]
    assert value["people"][0]["home_host"] == "a251"
    assert "000186a" not in home.run("people", "list", office, "--json").out  # no passwords
    assert home.run("people", "list", office, "--fields", "nope").code == 1
    assert home.run("people", "list", office, "zebra").err == "Nobody was found.\n"


def journal(home: Home) -> Any:
    return holds(home.run("enrol-journal", "--json"), "enrol-journal")["entries"]


def test_a_password_that_cannot_be_noted_is_not_shown(home: Home, office: Path) -> None:
    (home.data / "enrolment.jsonl").mkdir(parents=True)
    out = home.folder / "out.csv"
    for argv in (("show", office, "anna100000", "--password"), ("export", office, out, "--passwords")):
        done = home.run("people", *argv)
        assert (done.code, done.out) == (1, "")
        assert "journal cannot be written" in done.err
    assert not out.exists()
    assert home.run("people", "show", office, "anna100000").code == 0
    assert home.run("people", "export", office, out).code == 0


def test_add_show_change_remove(home: Home, office: Path, server: Slapd) -> None:
    made = holds(
        home.run(
            "people", "add", office, "ann", "--name", "Änn Lee", "--free", "a251", "--generate", "--json"
        ),
        "people-add",
    )
    assert made["person"]["number"] == "6800"
    assert made["person"]["home_host"] == "a251"
    assert binds(server, "ann", made["password"])

    shown = holds(home.run("people", "show", office, "ann", "--json"), "people-show")
    assert (shown["password"], shown["person"]["name"]) == (None, "Änn Lee")
    assert (
        holds(home.run("people", "show", office, "ann", "--password", "--json"), "people-show")["password"]
        == made["password"]
    )
    text = home.run("people", "show", office, "ann")
    assert made["password"] not in text.out
    assert "Home host       192.168.11.251 (a251)" in text.out
    assert (
        f"Password        {made['password']}" in home.run("people", "show", office, "ann", "--password").out
    )
    noted = [(one["act"], one["people"], one["form"]) for one in journal(home)]
    assert noted == [("shown", ["ann"], "password")] * 3
    assert made["password"] not in (home.data / "enrolment.jsonl").read_text()

    changed = holds(
        home.run("people", "change", office, "ann", "--number", "6810", "--set", "context=staff", "--json"),
        "people-change",
    )["person"]
    assert (changed["number"], changed["uid_number"], changed["mailbox"], changed["caller_id"], changed["context"]) == (
        "6810", "6810", "6810", "ann<6810>", "staff",
    )  # fmt: skip
    emptied = ("people", "change", office, "ann", "--set", "call_group=")
    assert home.run(*emptied).out == "ann  6810  changed\n"
    assert home.run(*emptied).out == "ann  6810  is so already\n"
    nothing = home.run("people", "change", office, "ann")
    assert (nothing.code, "Nothing was given" in nothing.err) == (1, True)
    elsewhere = home.run("people", "change", office, "ann", "--home", "a999")
    assert (elsewhere.code, "no host of the document" in elsewhere.err) == (0, True)

    refused = home.run("people", "remove", office, "ann")
    assert (refused.code, "--yes" in refused.err) == (3, True)
    gone = holds(home.run("people", "remove", office, "ann", "--yes", "--json"), "people-remove")
    assert gone["removed"] == ["ann"]
    failed = home.run("people", "show", office, "ann", "--json")
    assert failed.code == 1
    assert holds(failed, "failure")["command"] == "people show"


def test_what_add_refuses(home: Home, office: Path) -> None:
    taken = home.run("people", "add", office, "bea", "--number", "100003", "--generate")
    assert taken.code == 1
    assert taken.err.count("dora100003's already") == 1
    assert taken.out == ""
    assert (
        "There is somebody of that account already."
        in home.run("people", "add", office, "anna100009", "--number", "6801", "--generate").err
    )
    assert home.run("enrol-journal").out == "No entries.\n"  # no password was shown
    assert "block" in home.run("people", "add", office, "bea", "--free", "a252", "--generate").err
    assert (
        home.run("people", "add", office, "bea", "--number", "6801", "--set", "nope=1", "--generate").code
        == 1
    )
    assert "--generate" in home.run("people", "add", office, "bea", "--number", "6801").err
    nobody = home.run("people", "add", office, "bea", "--number", "6801", "--no-password", "--json")
    assert holds(nobody, "people-add")["person"]["has_password"] is False


def test_a_list_of_passwords_has_no_formulas(home: Home, office: Path) -> None:
    path, passwords = home.folder / "names.csv", home.folder / "passwords.csv"
    path.write_text(
        'Account,Name,Number,Password\nbob,"=HYPERLINK(""http://x"",""y"")",6801,@Korrekt7Pferd\n', "utf-8"
    )
    done = home.run("people", "import", office, path, "--yes", "--passwords", passwords)
    assert done.code == 0, done.err
    with passwords.open(newline="", encoding="utf-8") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert "'@Korrekt7Pferd" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


def test_passwords_from_a_pipe(home: Home, office: Path, server: Slapd) -> None:
    done = home.process("people", "passwd", office, "anna100009", "--stdin", stdin="Korrekt7Pferd\n")
    assert (done.code, done.out) == (0, "anna100009  100009  has a new password\n")
    assert "Korrekt7Pferd" not in done.err
    assert binds(server, "anna100009", "Korrekt7Pferd")
    none = home.process("people", "passwd", office, "anna100009")
    assert none.code == 1
    assert "--stdin" in none.err
    weak = home.process("people", "passwd", office, "anna100009", "--stdin", stdin="12345678\n")
    assert "look   anna100009, Password: It is digits alone." in weak.err


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals")
def test_a_password_that_is_typed(screen: Callable[..., Screen], office: Path, server: Slapd) -> None:
    typed = screen("people", "passwd", office, "anna100009")
    typed.wait_for("Password of anna100009: ")
    typed.type("Korrekt7Pferd\n")
    typed.wait_for("Once more: ")
    typed.type("Korrekt7Pferd\n")
    assert typed.end() == 0
    assert "Korrekt7Pferd" not in typed.seen
    assert binds(server, "anna100009", "Korrekt7Pferd")


def test_disable_and_enable(home: Home, office: Path, server: Slapd) -> None:
    password = f"{100009:08x}"
    assert binds(server, "anna100009", password)
    done = home.run("people", "disable", office, "anna100009")
    assert (done.code, done.out) == (0, "anna100009  disabled\n")
    assert not binds(server, "anna100009", password)
    value = holds(home.run("people", "enable", office, "anna100009", "--json"), "people-enable")
    assert value["people"][0]["enabled"]
    assert binds(server, "anna100009", password)


@pytest.mark.parametrize("command", [("disable",), ("remove", "--yes")])
def test_hosts_are_told_of_those_who_were_done_before_one_failed(
    home: Home, office: Path, server: Slapd, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    told: list[str] = []

    def forget(_people: Any, persons: Any, **_options: Any) -> tuple[str, ...]:
        told.extend(who.account for who in persons)
        return ()

    real = changing.write

    def write(people: Any, records: Any, title: str, **options: Any) -> None:
        if "ben100001" in title:
            raise DirectoryError("No.", next_step="Look at it.")
        real(people, records, title, **options)

    monkeypatch.setattr(changing, "write", write)
    monkeypatch.setattr(hosts, "forget", forget)
    accounts = ("anna100009", "ben100001", "dora100003")
    failed = home.run("people", command[0], office, *accounts, *command[1:])
    assert failed.code == 1
    assert "Look at it. Done before it: anna100009." in failed.err
    assert told == ["anna100009"]
    assert not binds(server, "anna100009", f"{100009:08x}")
    assert binds(server, "dora100003", f"{100003:08x}")


@pytest.mark.parametrize("command", [("imports",), ("undo", "--yes"), ("import", "--resume")])
def test_imports_of_other_directories_are_nobody_elses(
    home: Home, office: Path, command: tuple[str, ...]
) -> None:
    path = home.folder / "people.csv"
    path.write_text("Account,Name,Number,Password\nann,Ann,6801,Korrekt7Pferd\n", encoding="utf-8")
    done = home.run("people", "import", office, path, "--yes")
    assert f"azdesk people undo {office} " in done.err
    other = home.folder / "other.azfleet"
    other.write_text("version = 1\n")
    answer = home.run("people", command[0], other, *command[1:])
    assert (answer.code, answer.out) == (1, "")
    assert "The document names no directory." in answer.err


SHEET = "Account,Name,Number,Password\nann,Änn,6801,Korrekt7Pferd\nbob,Bob,6802,\nanna100009,Anna Neu,,\n"


def test_import_and_undo(home: Home, office: Path, server: Slapd) -> None:
    path = home.folder / "people.csv"
    path.write_text(SHEET, encoding="utf-8")
    shown = home.run("people", "import", office, path)
    assert shown.code == 3
    assert "Not confirmed, so nothing is written: give --yes." in shown.err
    assert "+ ann  6801  Änn" in shown.out
    assert "~ anna100009  Name: Anna100009 Louis → Anna Neu" in shown.out
    assert "2 to add, 1 to change, 0 unchanged, 0 refused." in shown.out
    assert home.run("people", "list", office, "ann", "--json").json["people"][0]["account"] != "ann"
    plan = holds(home.run("people", "import", office, path, "--json"), "people-import")
    assert (plan["result"], plan["refused"]) == (None, "Not confirmed, so nothing is written: give --yes.")
    assert "Korrekt7Pferd" not in str(plan)

    passwords = home.folder / "passwords.csv"
    done = home.run(
        "people",
        "import",
        office,
        path,
        "--yes",
        "--generate",
        "--passwords",
        passwords,
        "--ldif",
        home.folder / "plan.ldif",
    )
    assert done.code == 0, done.err
    assert "3 written, 0 refused by the directory." in done.out
    assert stat.S_IMODE(passwords.stat().st_mode) == 0o600
    with passwords.open(newline="") as file:
        kept = {row["Account"]: row["Password"] for row in csv.DictReader(file)}
    assert set(kept) == {"ann", "bob"}
    assert binds(server, "bob", kept["bob"])
    assert "Korrekt7Pferd" not in (home.folder / "plan.ldif").read_text()
    (noted,) = journal(home)
    assert (noted["act"], noted["form"], noted["target"]) == ("saved", "password", str(passwords))
    assert set(noted["people"]) == {"ann", "bob"}
    again = home.run("people", "import", office, path, "--passwords", passwords)
    assert "already a file" in again.err
    assert home.run("people", "import", office, path).code == 0  # nothing to do

    (one,) = holds(home.run("people", "imports", office, "--json"), "people-imports")["imports"]
    assert (one["state"], one["total"]) == ("done", 3)
    assert one["id"] in home.run("people", "imports", office).out
    asked = home.run("people", "undo", office)
    assert asked.code == 3
    undone = holds(home.run("people", "undo", office, one["id"], "--yes", "--json"), "people-undo")
    assert (undone["done"], undone["kept"], undone["stopped"]) == (3, [], None)
    assert len(home.run("people", "list", office).out.splitlines()) == 12


def test_a_plan_with_passwords_is_noted(home: Home, office: Path) -> None:
    path, plan = home.folder / "people.csv", home.folder / "plan.ldif"
    path.write_text("Account,Number,Password\nann,6801,Korrekt7Pferd\n", encoding="utf-8")
    (home.data / "enrolment.jsonl").mkdir(parents=True)
    refused = home.run("people", "import", office, path, "--ldif", plan, "--ldif-passwords")
    assert "journal cannot be written" in refused.err
    assert not plan.exists()
    (home.data / "enrolment.jsonl").rmdir()
    assert home.run("people", "import", office, path, "--ldif", plan, "--ldif-passwords").code == 3
    assert "Korrekt7Pferd" in plan.read_text()
    assert os.stat(plan).st_mode & 0o077 == 0
    (noted,) = journal(home)
    assert (noted["act"], noted["people"], noted["target"]) == ("saved", ["ann"], str(plan))


def test_passwords_that_cannot_be_noted_are_not_written(home: Home, office: Path, server: Slapd) -> None:
    path, kept = home.folder / "people.csv", home.folder / "passwords.csv"
    path.write_text("Account,Number\nann,6801\n", encoding="utf-8")
    (home.data / "enrolment.jsonl").mkdir(parents=True)
    done = home.run("people", "import", office, path, "--generate", "--passwords", kept, "--yes")
    assert (done.code, "journal cannot be written" in done.err) == (1, True)
    assert kept.read_text().splitlines() == ["Account,Name,Number,Password"]
    assert home.run("people", "show", office, "ann").code == 1
    for argv in (("passwd", office, "anna100000"), ("add", office, "bea", "--number", "6802")):
        assert "journal cannot be written" in home.run("people", *argv, "--generate").err
    assert binds(server, "anna100000", f"{100000:08x}")
    assert home.run("people", "show", office, "bea").code == 1


def test_hosts_that_could_not_be_told_are_named(
    home: Home, office: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from azdesk.app.people import hosts

    told: list[list[str]] = []

    def forget(_people: Any, persons: Any, **_: Any) -> tuple[str, ...]:
        told.append([who.account for who in persons])
        return ("a251 could not be told: No answer.",)

    monkeypatch.setattr(hosts, "forget", forget)
    who = "anna100000"
    for part, more in (
        ("disable", (who,)),
        ("passwd", (who, "--generate")),
        ("change", (who, "--number", "6801")),
        ("change", (who, "--name", "Anna")),
        ("remove", (who, "--yes")),
    ):
        value = holds(home.run("people", part, office, *more, "--json"), f"people-{part}")
        assert value["untold"] == ["a251 could not be told: No answer."], part
    assert told == [[who]] * 5


def test_refused_rows_stop_all_unless_left_out(home: Home, office: Path) -> None:
    path = home.folder / "people.csv"
    path.write_text("Login,Durchwahl\nann,6801\nbob,100003\nroot,6803\n", encoding="utf-8")
    stopped = home.run("people", "import", office, path, "--yes")
    assert stopped.code == 1
    assert "row 3, bob, Number: 100003 is" in stopped.out
    value = holds(home.run("people", "import", office, path, "--yes", "--json"), "people-import")
    assert "--leave-out" in value["refused"]
    assert value["counts"] == {"add": 1, "change": 0, "unchanged": 0, "refused": 2}
    assert [row["row"] for row in value["rows"]] == [2, 3, 4]
    done = holds(
        home.run("people", "import", office, path, "--yes", "--leave-out", "--json"), "people-import"
    )
    assert done["result"]["done"] == 1
    bad = home.run("people", "import", office, home.folder / "none.csv", "--json")
    assert holds(bad, "failure")["error"]["kind"] == "DirectoryError"
    assert home.run("people", "import", office).code == 1
    assert "HEADING=FIELD" in home.run("people", "import", office, path, "--column", "x").err


def test_columns_that_are_told(home: Home, office: Path) -> None:
    path = home.folder / "people.csv"
    path.write_bytes("Wer;Wo;Zahl\nänn;a251;6801\n".encode("cp1252"))
    value = holds(
        home.run(
            "people", "import", office, path, "--column", "Wer=account", "--column", "Zahl=number", "--column", "Wo=home",
            "--yes", "--json",
        ),
        "people-import",
    )  # fmt: skip
    assert value["result"]["good"]
    assert any("Windows-1252" in note for note in value["notes"])
    assert any("semicolons" in note for note in value["notes"])


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals")
def test_a_person_confirms(home: Home, screen: Callable[..., Screen], office: Path) -> None:
    path = home.folder / "people.csv"
    path.write_text(SHEET, encoding="utf-8")
    typed = screen("people", "import", office, path)
    typed.wait_for("Write 3 changes? Type yes: ")
    typed.type("yes\n")
    assert typed.end() == 0
    assert "3 written" in typed.seen


def test_made_up_passwords_need_a_file_where_hashes_are_kept(
    home: Home, server: Slapd, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = written(home, server, monkeypatch, 'passwords = "hashed"')
    path = home.folder / "people.csv"
    path.write_text("Account,Number\nann,6801\n", encoding="utf-8")
    refused = home.run("people", "import", office, path, "--generate", "--yes")
    assert (refused.code, "--passwords FILE" in refused.err) == (1, True)
    assert home.run("people", "imports", office).out == "No imports.\n"


def test_export(home: Home, office: Path) -> None:
    path = home.folder / "out.csv"
    value = holds(home.run("people", "export", office, path, "--json"), "people-export")
    assert (value["count"], value["partial"]) == (12, None)
    assert "already a file" in home.run("people", "export", office, path).err
    done = home.run("people", "export", office, path, "--replace", "--passwords", "--filter", "100009")
    assert done.out == f"{path}  1 person\n"
    assert "in clear" in done.err
    assert f"{100009:08x}" in path.read_text("utf-8-sig")
    (noted,) = journal(home)
    assert (noted["act"], noted["form"], noted["target"]) == ("saved", "password", str(path))
    assert len(noted["people"]) == 1
    assert "100009" in noted["people"][0]
    assert home.run("people", "import", office, path).out.endswith(
        "0 to add, 0 to change, 1 unchanged, 0 refused.\n"
    )
    assert os.stat(path).st_mode & 0o077 == 0


def test_export_of_people_by_name_or_home_host(home: Home, office: Path) -> None:
    path = home.folder / "out.ldif"
    value = holds(
        home.run("people", "export", office, path, "--people", "anna100000", "BEN100001", "none", "--json"),
        "people-export",
    )
    assert (value["count"], value["missing"]) == (2, ["none"])
    assert sorted(line for line in path.read_text().splitlines() if line.startswith("uid: ")) == [
        "uid: anna100000",
        "uid: ben100001",
    ]
    told = home.run("people", "export", office, path, "--replace", "--people", "none")
    assert (told.code, "nobody called “none”" in told.err) == (1, True)
    assert home.run("people", "change", office, "anna100000", "--home", "10.0.0.9").code == 0
    table = home.folder / "out.csv"
    done = home.run("people", "export", office, table, "--home", "a251")
    assert (done.code, done.out) == (0, f"{table}  11 people\n")
    assert "anna100000" not in table.read_text("utf-8-sig")
    assert (
        "did you mean"
        in home.run("people", "export", office, table, "--home", "a25", "--replace").err.lower()
    )
    both = home.run("people", "export", office, table, "--people", "a", "--filter", "b")
    assert both.code == 1


def test_check(home: Home, office: Path) -> None:
    found = home.run("people", "check", office)
    assert found.code == 0
    assert "12 people, 12 findings." in found.out
    assert "in no host's block" in found.out
    home.run("people", "add", office, "ann", "--number", "6801", "--generate")
    home.run("people", "change", office, "ann", "--set", "context=staff")
    value = holds(home.run("people", "check", office, "--json"), "people-check")
    assert value["people"] == 13


def test_without_a_directory(home: Home) -> None:
    path = home.folder / "office.azfleet"
    path.write_text("version = 1\n")
    failed = home.run("people", "list", path)
    assert failed.code == 1
    assert "names no directory" in failed.err
