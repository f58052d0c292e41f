"""The guide's way with people of the fleet's own directory: AZDesk sets it up and binds chat to it, a sheet brings people, they log in."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from azdesk.app.people import People, changing, hosts, importing, looking, undoing
from azdesk.core.errors import DirectoryUnreachable
from azdesk.core.secret import Secret
from azdesk.directory.people import Person
from tests.lab.clients.chat import Chat, login_refused
from tests.lab.harness import Lab
from tests.lab.test_whole_fleet import BASE, DOMAIN, HOSTS, Office

pytestmark = pytest.mark.timeout(400)


@pytest.fixture(scope="module")
def office(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Office:
    lab.reset(*HOSTS)
    lab.host("a253").sh("systemctl enable --now slapd")
    made = Office(lab, tmp_path_factory.mktemp("desk"))
    made.settle()
    return made


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZDESK_DATA", str(tmp_path / "data"))


@contextmanager
def people_of(office: Office) -> Iterator[People]:
    with office.desk() as own, People(own.session) as people:
        yield people


def refused(office: Office, account: str, password: str, host: str = "a251") -> str:
    where = office.lab.host(host).address
    return login_refused(f"{account}@{DOMAIN}", password, address=where, ca=office.ca, timeout=30)


def test_people_of_a_sheet_log_in_on_each_node_and_are_shut_out_at_once(
    office: Office, tmp_path: Path
) -> None:
    path = tmp_path / "staff.csv"
    rows = "".join(f"user{n};Üser {n};{n};Passwort-{n}\n" for n in range(6800, 7000))
    path.write_text(f"Benutzername;Anzeigename;Durchwahl;Passwort\n{rows}", encoding="cp1252")
    with people_of(office) as people:
        result = importing.apply(people, importing.plan(people, path))
        assert result.good
        assert len(result.done) == 200
        for host in ("a251", "a253"):
            assert refused(office, "user6801", "Passwort-6801", host) == ""
        who = looking.get(people, "user6802")
        first = office.lab.host("a251").address
        with Chat(f"user6802@{DOMAIN}", "Passwort-6802", address=first, ca=office.ca):
            out = changing.set_enabled(people, who, False)
            assert hosts.forget(people, [out]) == ()
            for host in ("a251", "a253"):
                assert "not-authorized" in refused(office, "user6802", "Passwort-6802", host)
            assert "user6802@" not in office.lab.host("a251").sh("ejabberdctl connected_users")
        changing.set_enabled(people, out, True)
        assert refused(office, "user6802", "Passwort-6802") == ""
        # What the others may see of a person: no password, for chat or phones.
        seen = office.lab.host("a250").run(
            ["ldapsearch", "-LLL", "-x", "-H", "ldap://127.0.0.1", "-b", BASE, "(uid=user6801)"], check=False
        )
        assert "Passwort" not in seen.stdout
        assert looking.check(people).count == 0
        undone = undoing.undo(people)
        # Shut out and let in again, somebody is as they came.
        assert (undone.done, undone.kept) == (200, ())
    assert "not-authorized" in refused(office, "user6801", "Passwort-6801")


def test_lists_come_from_the_copy_while_the_first_server_is_off(office: Office) -> None:
    with people_of(office) as people:
        made = changing.add(people, Person(account="carl", number="6900"), Secret("Korrekt7Pferd"))
    deadline = time.monotonic() + 30
    provider = office.lab.host("a250")
    provider.sh("systemctl stop slapd")
    try:
        with people_of(office) as people:
            while not (found := looking.find(people, "carl").people):
                assert time.monotonic() < deadline, "the copy follows"
                time.sleep(0.5)
            assert found[0].dn == made.dn
            assert people.read_only
            with pytest.raises(DirectoryUnreachable):
                changing.set_password(people, made, Secret("Richtig8Hund"))
    finally:
        provider.sh("systemctl start slapd")
    with people_of(office) as people:
        changing.remove(people, looking.get(people, "carl"))
