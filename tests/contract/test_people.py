"""People of the fleet's own directory, through its host: the same on the practice fleet and on a real slapd."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from azdesk.app import backups
from azdesk.app.applying import run_steps
from azdesk.app.people import People, changing, exporting, importing, log, looking, restoring, undoing
from azdesk.app.session import AwaitedStore, Session
from azdesk.core.errors import AlreadyExists, BindRefused, DirectoryError, NoSuchEntry, SchemaViolation
from azdesk.core.outcome import HostState
from azdesk.core.plan import HostPlan
from azdesk.core.progress import Job
from azdesk.core.secret import Secret
from azdesk.core.step import Archive, Phase, Run
from azdesk.directory import ldif, names
from azdesk.directory.bulk.plans import Action
from azdesk.directory.connection import check_bind
from azdesk.directory.endpoint import Simple
from azdesk.directory.entries import new_entry
from azdesk.directory.ldif import Change, Modify
from azdesk.directory.people import Person
from azdesk.fleet.accounts import Directory
from tests.contract.test_directory import COUNT, Server, server
from tests.lab.harness import guide_directory as guide

__all__ = ["server"]
"""The fixture."""


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZDESK_DATA", str(tmp_path / "data"))


@pytest.fixture
def people(server: Server, tmp_path: Path) -> Iterator[People]:
    """Whoever came is gone afterwards."""
    known = server.pool._fleet
    hosts = {
        "a250": replace(known.hosts["a250"], roles=("directory",)),
        "a251": replace(known.hosts["a251"], numbers=("68XX", "2000XX")),
    }
    fleet = replace(known, directory=Directory(base=guide.SUFFIX), hosts=hosts, clusters={})
    session = Session(fleet, server.pool, awaited=AwaitedStore(tmp_path / "awaited.json"), who="anna@desk")
    with People(session) as made:
        before = {who.dn for who in looking.find(made).people}
        assert len(before) == COUNT
        yield made
        for who in looking.find(made).people:
            if who.dn not in before:
                changing.remove(made, who)


def otto(**values: str) -> Person:
    return Person(**{"account": "otto", "name": "Otto Größe", "number": "6853", **values})


def binds(server: Server, account: str, password: str) -> bool:
    try:
        check_bind(server.over_tls(), Simple(f"uid={account},{guide.PEOPLE}", Secret(password)))
    except BindRefused:
        return False
    return True


def test_come_change_be_renamed_and_go(people: People, server: Server) -> None:
    made = changing.add(people, otto(), Secret("Korrekt7Pferd"))
    assert names.same(made.dn, f"uid=otto,{guide.PEOPLE}")
    assert (made.name, made.has_password, made.has_phone_password) == ("Otto Größe", True, True)
    assert binds(server, "otto", "Korrekt7Pferd")
    new = replace(
        made,
        account="otto.g",
        name="Otto Gross",
        number="6860",
        mailbox="6860",
        uid_number="6860",
        context="staff",
    )
    changed = changing.change(people, made, new)
    assert (changed.account, changed.name, changed.number, changed.context) == (
        "otto.g",
        "Otto Gross",
        "6860",
        "staff",
    )
    assert binds(server, "otto.g", "Korrekt7Pferd")
    with pytest.raises(NoSuchEntry):
        looking.get(people, "otto")
    changing.set_password(people, changed, Secret("Richtig8Hund"))
    assert (binds(server, "otto.g", "Korrekt7Pferd"), binds(server, "otto.g", "Richtig8Hund")) == (
        False,
        True,
    )
    changing.remove(people, changed)
    assert not binds(server, "otto.g", "Richtig8Hund")


def test_who_is_shut_out_cannot_log_in_by_anything_that_is_kept(people: People, server: Server) -> None:
    made = changing.add(people, otto(), Secret("Korrekt7Pferd"))
    out = changing.set_enabled(people, made, False)
    assert not out.enabled
    entry = looking.entry(people, "otto")
    kept = [value.decode() for value in entry.attributes["userPassword"]]
    for tried in ("Korrekt7Pferd", *kept, *(one.partition("=")[2] for one in kept)):
        assert not (tried and binds(server, "otto", tried)), tried
    (listed,) = looking.find(people, "otto").people
    assert (listed.enabled, listed.has_password) == (False, None)
    assert changing.set_enabled(people, out, True).enabled
    assert binds(server, "otto", "Korrekt7Pferd")


def test_what_is_taken_or_malformed_is_refused(people: People) -> None:
    changing.add(people, otto(), Secret("Korrekt7Pferd"))
    for values in ({"account": "emil"}, {"number": "6854"}, {"account": "OTTO", "number": "6854"}):
        with pytest.raises(DirectoryError, match="already"):
            changing.add(people, otto(**values), None)
    # What the server itself refuses, where nobody looked before.
    again = new_entry(people.layout, replace(looking.get(people, "otto")), None)
    with pytest.raises(AlreadyExists):
        changing.write(people, (again,), "Add again")
    wrong = Modify(dn=again.dn, changes=(Change(operation="replace", attribute="uidNumber", values=(b"x",)),))
    with pytest.raises(SchemaViolation):
        changing.write(people, (wrong,), "Break")
    stale = Modify(
        dn=again.dn, changes=(Change(operation="delete", attribute="AstAccountContext", values=(b"no",)),)
    )
    with pytest.raises(DirectoryError):
        changing.write(people, (stale,), "Too late")
    assert looking.get(people, "otto").context == "all"


def test_lists(people: People) -> None:
    assert {who.account for who in looking.find(people, "anna louis").people} == {
        who.account for who in looking.find(people).people if "anna" in who.account
    }
    assert [who.number for who in looking.find(people, "100007").people] == ["100007"]
    assert looking.find(people, "*)(uid=*").people == ()
    some = looking.find(people, limit=5)
    assert (len(some.people), some.partial) == (5, True)
    for key in ("account", "name", "number"):
        pages = list(looking.pages(people, size=500, sort=f"-{key}"))
        assert sum(len(page.people) for page in pages) == COUNT
        assert pages[0].ordered
        values = [who.value(key).lower() for page in pages for who in page.people]
        assert values == sorted(values, reverse=True)
    assert len(looking.several(people, ["anna100001", "nobody"])) == 1
    assert looking.free_numbers(people, "a251", 2) == ("6800", "6801")
    checked = looking.check(people)
    assert checked.people == COUNT
    assert {one.field for one in checked.findings} == {"number"}  # those that are in no host's block


def test_a_sheet_in_and_out_and_back(people: People, server: Server, tmp_path: Path) -> None:
    changing.add(people, otto(), Secret("Korrekt7Pferd"))
    path = tmp_path / "people.csv"
    rows = "".join(f"user{n},Üser {n},{n},Passwort-{n}\n" for n in range(200000, 200250))
    path.write_text(
        f"Account,Name,Number,Password\n{rows}otto,Otto Gross,,\nanna100001,,6853,\n", encoding="utf-8"
    )
    planned = importing.plan(people, path)
    assert planned.plan.counts == {Action.ADD: 250, Action.CHANGE: 1, Action.REFUSED: 1}
    assert importing.apply(people, planned, batch=100).good
    assert binds(server, "user200007", "Passwort-200007")
    assert importing.plan(people, path).plan.work == ()
    out = tmp_path / "out.ldif"
    assert exporting.export(people, out, text="user2").count == 250
    assert len(list(ldif.read(out.read_bytes().splitlines(keepends=True)))) == 250
    sheet = tmp_path / "out.xlsx"
    assert exporting.export(people, sheet, text="user2").count == 250
    assert importing.plan(people, sheet).plan.counts == {Action.UNCHANGED: 250}
    undone = undoing.undo(people)
    assert (undone.done, undone.kept) == (251, ())
    assert looking.get(people, "otto").name == "Otto Größe"
    assert looking.find(people, "user2").people == ()


def back_up(people: People) -> backups.Backup:
    """As the plan does that removes a directory."""
    export = "/var/lib/ldap/directory.ldif"
    as_owner = ("runuser", "-u", "openldap", "--")
    slapcat = Run(
        title="Write all as LDIF",
        argv=(*as_owner, "slapcat", "-o", "ldif-wrap=no", "-b", guide.SUFFIX, "-l", export),
        phase=Phase.BACK_UP,
    )
    archive = Archive(title="Back up", name="directory", folder="/var/lib/ldap", patterns=("directory.ldif",))
    plan = HostPlan(host="a250", steps=(slapcat, archive))
    assert run_steps(people.session, plan, Job(), title="Back up").state is HostState.CHANGED
    newest = backups.listed(people.session, "a250")[0]
    assert backups.of_directory(newest.name)
    return newest


def test_a_backup_comes_back(people: People, server: Server) -> None:
    """Who is gone and who was changed are as they were, with their passwords; who came since stays, and is in nobody's way."""
    otto_ = changing.add(people, otto(), Secret("Korrekt7Pferd"))
    emma = changing.add(people, otto(account="emma", name="Emma", number="6854"), Secret("Emmas7Pferd"))
    nina = changing.add(people, otto(account="nina", name="Nina", number="6855"), Secret("Ninas7Pferd"))
    backup = back_up(people)
    assert restoring.plan(people, backup).difference.empty

    changing.remove(people, otto_)
    changing.remove(people, nina)
    changing.set_password(people, emma, Secret("Anders8Hund"))
    emma = looking.get(people, "emma")
    changing.change(people, emma, replace(emma, context="staff", name="Emma Größe"))
    changing.add(people, otto(account="newer", name="Newer", number="6855"), Secret("Neues7Pferd"))

    missing = restoring.plan(people, backup, only_missing=True).difference
    assert [names.comparable(one.dn) for one in missing.adds] == [names.comparable(otto_.dn)]
    assert missing.changes == ()
    planned = restoring.plan(people, backup)
    found = planned.difference
    assert (len(found.adds), len(found.changes), found.newer, found.secrets) == (1, 1, 1, 1)
    assert {"AstAccountContext", "AstAccountRealmedPassword", "userPassword"} <= set(
        found.changes[0].attributes
    )
    (kept,) = found.kept
    assert kept.dn == nina.dn
    assert "Somebody else has the number 6855 by now" in kept.why
    for secret in ("Korrekt7Pferd", "Emmas7Pferd", "Anders8Hund"):
        assert secret not in repr(planned)

    outcome = restoring.carry_out(people, planned)
    assert (outcome.good, outcome.done, outcome.untold) == (True, 2, ())
    assert binds(server, "otto", "Korrekt7Pferd")
    assert binds(server, "emma", "Emmas7Pferd")
    assert not binds(server, "emma", "Anders8Hund")
    back = looking.get(people, "emma")
    assert (back.context, back.name, back.number) == ("all", "Emma", "6854")
    assert looking.get(people, "newer").number == "6855"
    assert restoring.plan(people, backup).difference.empty
    assert "Korrekt7Pferd" not in "".join(log.last(guide.SUFFIX))
