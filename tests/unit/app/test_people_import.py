"""Imports and exports, on a real slapd."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from azdesk.app.people import People, changing, exporting, importing, imports, log, looking, undoing
from azdesk.core.errors import Cancelled, DirectoryError, DirectoryLost, SchemaViolation
from azdesk.core.progress import Job, Progress
from azdesk.core.secret import Secret
from azdesk.directory import ldif
from azdesk.directory.bulk.plans import Action, Item
from azdesk.directory.ldif import Change
from azdesk.directory.people import Person
from tests.slapd import BASE, PEOPLE, Slapd, entries, needs_slapd
from tests.unit.app.test_people import DOCUMENT, binds, fleet_of, foreign, nana, opened

pytestmark = needs_slapd


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("AZDESK_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Slapd]:
    with Slapd(tmp_path / "slapd") as made:
        yield made


@pytest.fixture
def people(server: Slapd) -> Iterator[People]:
    with opened(server) as made:
        yield made


def sheet(folder: Path, rows: Sequence[str], headings: str = "Account,Name,Number,Password") -> Path:
    path = folder / "people.csv"
    path.write_text("\n".join([headings, *rows]) + "\n", encoding="utf-8")
    return path


def many(count: int, first: int = 100000) -> list[str]:
    return [
        f"user{number},Úser {number},{number},Passwort-{number}" for number in range(first, first + count)
    ]


def kept(data: Path) -> str:
    """Everything that AZDesk keeps about writes."""
    return "".join(path.read_text("utf-8") for path in (data / "people").rglob("*") if path.is_file())


def test_a_sheet_into_the_directory_and_back(
    people: People, server: Slapd, tmp_path: Path, data: Path
) -> None:
    changing.add(people, nana(), Secret("e2cdbe09"))
    before = dump(server)
    path = sheet(tmp_path, [*many(250), "nana6853,Nana Größe,,", "root,,6860,"])
    seen: list[Progress] = []
    planned = importing.plan(people, path)
    assert planned.plan.counts == {Action.ADD: 250, Action.CHANGE: 1, Action.REFUSED: 1}
    result = importing.apply(people, planned, batch=100, job=Job(seen.append))
    assert result.good
    assert len(result.done) == 251
    assert seen[-1].done == seen[-1].total == 251
    assert binds(server, "user100007", "Passwort-100007")
    assert looking.get(people, "nana6853").name == "Nana Größe"
    # Once more there is nothing to do.
    assert importing.plan(people, path).plan.work == ()

    text = kept(data)
    assert "user100007" in text
    assert "Passwort-" not in text
    assert "UGFzc3dvcnQt" not in text  # base64 of it
    assert all(path.stat().st_mode & 0o077 == 0 for path in (data / "people").rglob("*"))
    (work,) = imports.all_imports(BASE, people.server)
    assert (work.state, work.total, work.who) == ("done", 251, "anna@desk")

    undone = undoing.undo(people)
    assert (undone.done, undone.kept, undone.stopped) == (251, (), None)
    assert dump(server) == before
    assert imports.all_imports(BASE, people.server)[0].state == "undone"
    with pytest.raises(DirectoryError, match="no import that"):
        undoing.undo(people)


def dump(server: Slapd) -> dict[str, dict[str, list[bytes]]]:
    server.stop()
    found = server.dump()
    server.start()
    return found


def test_who_was_renamed_since_is_kept_and_told(people: People, tmp_path: Path) -> None:
    importing.apply(people, importing.plan(people, sheet(tmp_path, many(3))))
    who = looking.get(people, "user100001")
    changing.change(people, who, replace(who, account="renamed"))
    changing.remove(people, looking.get(people, "user100002"))
    undone = undoing.undo(people)
    assert undone.done == 2  # one is gone already, which is what was wanted
    assert undone.kept == (("user100001", "renamed has its number by now: remove that one by itself."),)
    assert looking.get(people, "renamed").number == who.number


def test_what_was_changed_since_is_kept(people: People, server: Slapd, tmp_path: Path) -> None:
    changing.add(people, nana(), Secret("e2cdbe09"))
    path = sheet(tmp_path, [*many(3), "nana6853,Nana Größe,,Richtig8Hund"])
    importing.apply(people, importing.plan(people, path))
    with server.root() as root:
        for account, attribute in (("user100001", "AstAccountContext"), ("nana6853", "gecos")):
            root.modify(
                f"uid={account},{PEOPLE}",
                [Change(operation="replace", attribute=attribute, values=(b"other",))],
            )
    undone = undoing.undo(people)
    assert undone.done == 2
    assert {account for account, _ in undone.kept} == {"user100001", "nana6853"}
    assert dict(undone.kept)["user100001"] == "It was changed since (Context)."
    assert undone.passwords == 1
    assert binds(server, "nana6853", "Richtig8Hund")
    with pytest.raises(DirectoryError):
        looking.get(people, "user100000")


class Dying:
    """Kills the server in the middle of an import."""

    def __init__(self, server: Slapd, after: int) -> None:
        self.server, self.after = server, after
        self.thread: threading.Thread | None = None

    def __call__(self, progress: Progress) -> None:
        if progress.text == "Writing people" and progress.done >= self.after and self.thread is None:
            self.thread = threading.Thread(target=self.server.kill)
            self.thread.start()
            self.thread.join()


def test_a_directory_that_dies_half_way(people: People, server: Slapd, tmp_path: Path, data: Path) -> None:
    path = sheet(tmp_path, many(400))
    result = importing.apply(people, importing.plan(people, path), batch=150, job=Job(Dying(server, 200)))
    assert isinstance(result.stopped, DirectoryError)
    assert not result.good
    assert 200 <= len(result.done) < 400
    assert len(result.done) + len(result.unknown) + len(result.left) == 400
    assert result.unknown
    assert imports.all_imports(BASE, people.server)[0].state == "stopped"
    with pytest.raises(DirectoryError):
        importing.resume(people)  # it is still away
    server.start()
    again = importing.resume(people)
    assert again.ident == result.ident
    there = len(looking.find(people).people)
    # Everything that was said to be written is there.
    assert len(result.done) <= there <= len(result.done) + len(result.unknown)
    assert again.plan.counts == {Action.UNCHANGED: there, Action.ADD: 400 - there}
    assert importing.apply(people, again).good
    assert len(looking.find(people).people) == 400
    assert len(imports.all_imports(BASE, people.server)) == 1
    # All of it is taken back, what nobody saw an answer to among it.
    assert undoing.undo(people).stopped is None
    assert looking.find(people).people == ()


def test_a_crash_of_azdesk(
    people: People, server: Slapd, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = sheet(tmp_path, many(300))
    planned = importing.plan(people, path)

    class Crash(BaseException):
        pass

    count = 0

    def crashing(progress: Progress) -> None:
        nonlocal count
        if progress.done >= 150:
            raise Crash

    with pytest.raises(Crash):
        importing.apply(people, planned, batch=100, job=Job(crashing))
    people.close()
    # The very end of the file was being written.
    journal = next((tmp_path / "data" / "people" / "imports").glob("*/written.jsonl"))
    with journal.open("ab") as file:
        file.write(b'{"will": 999, "ro')
    again = importing.resume(people)
    result = importing.apply(people, again)
    assert result.good
    assert len(looking.find(people).people) == 300
    undoing.undo(people)
    assert looking.find(people).people == ()


def test_stopped_by_the_admin(people: People, tmp_path: Path) -> None:
    path = sheet(tmp_path, many(300))
    job = Job(lambda progress: job.cancel() if progress.done >= 100 else None)
    result = importing.apply(people, importing.plan(people, path), batch=100, job=job)
    assert isinstance(result.stopped, Cancelled)
    assert isinstance(result.stopped, Cancelled)
    assert not result.unknown
    assert len(result.done) == len(looking.find(people).people) < 300
    assert importing.apply(people, importing.resume(people)).good
    assert len(looking.find(people).people) == 300


def test_going_on_needs_the_same_sheet(people: People, tmp_path: Path) -> None:
    path = sheet(tmp_path, many(300))
    job = Job(lambda progress: job.cancel() if progress.done >= 100 else None)
    importing.apply(people, importing.plan(people, path), batch=100, job=job)
    sheet(tmp_path, many(10))
    with pytest.raises(DirectoryError, match="another one than was imported"):
        importing.resume(people)
    path.unlink()
    with pytest.raises(DirectoryError, match="not there any more"):
        importing.resume(people)


def test_what_the_directory_refuses_does_not_keep_the_others(
    people: People, server: Slapd, tmp_path: Path
) -> None:
    path = sheet(tmp_path, many(30))
    planned = importing.plan(people, path)
    with server.root() as root:  # between plan and carrying out
        root.add(
            ldif.Entry(
                dn=f"uid=user100003,{PEOPLE}",
                attributes={"objectClass": [b"account"], "uid": [b"user100003"]},
            )
        )
    result = importing.apply(people, planned)
    assert [item.row for item, _ in result.refused] == [5]
    assert "there already" in str(result.refused[0][1])
    assert len(result.done) == 29
    assert imports.all_imports(BASE, people.server)[0].state == "stopped"


def test_a_directory_that_refuses_everything_is_not_asked_a_thousand_times(
    server: Slapd, tmp_path: Path
) -> None:
    server.stop()
    server.load(
        f"dn: cn=eve,{BASE}\nobjectClass: applicationProcess\nobjectClass: simpleSecurityObject\ncn: eve\nuserPassword: Eve.12345\n".encode()
    )
    server.start()
    with foreign(server, f"cn=eve,{BASE}", "Eve.12345") as people:
        result = importing.apply(people, importing.plan(people, sheet(tmp_path, many(500))), batch=50)
    assert (len(result.done), len(result.refused), len(result.left)) == (0, 50, 450)
    assert "The login may not do that" in str(result.stopped)


def test_a_server_without_asterisks_classes(tmp_path: Path) -> None:
    with Slapd(tmp_path / "slapd", asterisk=False) as server, opened(server) as people:
        with pytest.raises(SchemaViolation, match=r"AsteriskSIPUser|AstAccountName"):
            importing.plan(people, sheet(tmp_path, many(5)))
        assert imports.all_imports(BASE, people.server) == ()


def test_a_list_that_is_cut_is_not_compared_with(tmp_path: Path) -> None:
    limits = f'limits dn.exact="cn=help,{BASE}" size=20\n'
    rule = f'access to * by dn.exact="cn=help,{BASE}" manage by * break\n'
    server = Slapd(tmp_path / "slapd", extra=limits + rule)
    server.load("".join(entries(50)).encode())
    server.load(
        f"dn: cn=help,{BASE}\nobjectClass: applicationProcess\nobjectClass: simpleSecurityObject\ncn: help\nuserPassword: Help.12345\n".encode()
    )
    with server, foreign(server, f"cn=help,{BASE}", "Help.12345") as people:
        with pytest.raises(DirectoryError, match="does not tell all"):
            importing.plan(people, sheet(tmp_path, many(5)))
        found = exporting.export(people, tmp_path / "out.csv")
        assert found.partial
        assert found.count == 20


def test_made_up_passwords_are_handed_out_before_they_are_written(
    server: Slapd, tmp_path: Path, data: Path
) -> None:
    fleet = fleet_of(DOCUMENT.replace("[directory]\n", '[directory]\npasswords = "digest"\n'))
    with opened(server, fleet) as people:
        path = sheet(tmp_path, ["ann,Ann,6860", "bob,Bob,6861"], "Account,Name,Number")
        planned = importing.plan(people, path, generate=True)
        with pytest.raises(DirectoryError, match="known to nobody"):
            importing.apply(people, planned)
        told: dict[str, Secret] = {}

        def keep(items: Sequence[Item]) -> None:
            assert looking.find(people).people == ()
            told.update({item.account: item.password for item in items if item.password is not None})

        assert importing.apply(people, planned, keep=keep).good
        for account, password in told.items():
            assert binds(server, account, password.reveal())
            assert password.reveal() not in kept(data)
        # Planned again, they have one.
        assert importing.plan(people, path, generate=True).plan.work == ()


def test_switching_off_by_sheet_and_back(people: People, server: Slapd, tmp_path: Path) -> None:
    changing.add(people, nana(), Secret("e2cdbe09"))
    before = dump(server)
    path = sheet(tmp_path, ["nana6853,no"], "Account,Active")
    assert importing.apply(people, importing.plan(people, path)).good
    assert not binds(server, "nana6853", "e2cdbe09")
    assert undoing.undo(people).done == 1
    assert binds(server, "nana6853", "e2cdbe09")
    assert dump(server) == before


def test_the_plan_as_ldif(people: People, tmp_path: Path) -> None:
    changing.add(people, nana(), Secret("e2cdbe09"))
    planned = importing.plan(people, sheet(tmp_path, [*many(2), "nana6853,Nana Größe,,"]))
    masked = b"".join(importing.as_ldif(planned))
    assert b"Passwort-" not in masked
    assert b"# userPassword: a password, left out" in masked
    assert len(list(ldif.read(masked.splitlines(keepends=True)))) == 3
    whole = list(ldif.read(b"".join(importing.as_ldif(planned, secrets=True)).splitlines(keepends=True)))
    assert isinstance(whole[0], ldif.Entry)
    assert whole[0].attributes["userPassword"] == [b"Passwort-100000"]
    # As it is, ldapmodify takes it.
    import subprocess

    done = subprocess.run(
        ["ldapmodify", "-Q", "-Y", "EXTERNAL", "-H", f"ldapi://{str(server_of(people).socket).replace('/', '%2F')}"],
        input=b"".join(importing.as_ldif(planned, secrets=True)), capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert importing.plan(people, planned.source.path).plan.work == ()


def server_of(people: People) -> Slapd:
    pool: Any = people.session.pool
    found: Slapd = pool.server
    return found


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_out_into_a_sheet_and_in_again(people: People, tmp_path: Path, kind: str) -> None:
    changing.add(people, nana(name="=Größe, Nana"), Secret("e2cdbe09"))
    out = changing.add(
        people, Person(account="bob", number="6854", name="王小明", mail="b@c.d"), Secret("Richtig8Hund")
    )
    changing.set_enabled(people, out, False)
    path = tmp_path / f"out.{kind}"
    assert exporting.export(people, path).count == 2
    assert path.stat().st_mode & 0o077 == 0
    assert importing.plan(people, path).plan.counts == {Action.UNCHANGED: 2}
    text = path.read_bytes()
    assert b"e2cdbe09" not in text
    exporting.export(people, path, secrets=True)
    from azdesk.directory.bulk.sheets import read

    found = read(path)
    at = found.headings.index("Password")
    assert {row.cells[0]: row.cells[at] for row in found.rows} == {"nana6853": "e2cdbe09", "bob": ""}
    one = exporting.export(people, path, text="nana")
    assert one.count == 1


def test_out_as_ldif(server: Slapd, tmp_path: Path) -> None:
    server.stop()
    server.load("".join(entries(1500)).encode())
    server.start()
    with opened(server) as people:
        path = tmp_path / "out.ldif"
        assert exporting.export(people, path, secrets=True).count == 1500
        found = {one.dn: one for one in ldif.read(path.read_bytes().splitlines(keepends=True))}
        assert len(found) == 1500
        assert (
            "userPassword"
            in found[
                f"uid=anna100000,{PEOPLE}".replace(
                    "anna100000", next(iter(found)).split("=")[1].split(",")[0]
                )
            ].attributes
        )  # type: ignore[union-attr]
        exporting.export(people, path)
        assert b"userPassword" not in path.read_bytes()
        assert b"RealmedPassword" not in path.read_bytes()


def test_a_file_that_cannot_be_written_and_a_directory_that_ends(server: Slapd, tmp_path: Path) -> None:
    server.stop()
    server.load("".join(entries(3000)).encode())
    server.start()
    with opened(server) as people:
        with pytest.raises(DirectoryError, match="cannot be written"):
            exporting.export(people, tmp_path / "none" / "out.csv")
        with pytest.raises(DirectoryError, match="no files of kind"):
            exporting.export(people, tmp_path / "out.doc")
        path = tmp_path / "out.csv"
        path.write_text("old")
        with pytest.raises((DirectoryLost, DirectoryError)):
            exporting.export(people, path, job=Job(lambda _: server.kill()))
        assert path.read_text() == "old"
        assert os.listdir(tmp_path) == [name for name in os.listdir(tmp_path) if not name.endswith(".new")]
        server.start()


def test_the_log_has_every_record(people: People, tmp_path: Path) -> None:
    importing.apply(people, importing.plan(people, sheet(tmp_path, many(20))))
    assert sum("Import people.csv" in one for one in log.last(BASE)) == 20


def test_another_directory_with_the_same_base_is_left_alone(tmp_path: Path) -> None:
    """Such as a practice fleet's: what was imported there is not taken back from the real one."""
    path = sheet(tmp_path, many(5))
    with Slapd(tmp_path / "one") as one, Slapd(tmp_path / "other") as other:
        with foreign(one) as real, foreign(other) as practice:
            mine = importing.apply(real, importing.plan(real, path)).ident
            theirs = importing.apply(practice, importing.plan(practice, path)).ident
            assert [found.ident for found in imports.all_imports(BASE, real.server)] == [mine]
            with pytest.raises(DirectoryError, match="no import"):
                undoing.undo(real, theirs)
            assert undoing.undo(real).ident == mine
            assert looking.find(real).people == ()
            with pytest.raises(DirectoryError, match="no import that"):
                undoing.undo(real)
            assert len(looking.find(practice).people) == 5


def test_a_document_that_changes_meanwhile_stops_an_import(tmp_path: Path) -> None:
    path = sheet(tmp_path, many(160))
    with Slapd(tmp_path / "one") as one, Slapd(tmp_path / "other") as other:
        with foreign(one) as people, foreign(other) as elsewhere:
            fleet = people.fleet

            def told(progress: Progress) -> None:
                if progress.text == "Writing people" and progress.done >= 20:
                    people.session.update(elsewhere.fleet)

            result = importing.apply(people, importing.plan(people, path), batch=20, job=Job(told))
            assert "another directory" in str(result.stopped)
            assert len(looking.find(elsewhere).people) == 0
            people.session.update(fleet)
            assert 20 <= len(result.done) == len(looking.find(people).people) < 160
            assert importing.apply(people, importing.resume(people)).good
            planned = importing.plan(people, path)
            assert planned.plan.work == ()
            people.session.update(elsewhere.fleet)
            with pytest.raises(DirectoryError, match="no import that"):
                undoing.undo(people)
