"""``azdesk backup restore`` of a directory: it goes with a backup, comes again empty, and gets its people back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from azdesk.practice import PracticeFleet

from .conftest import Home
from .test_shapes import holds

BASE = "dc=test,dc=local"


@pytest.fixture
def fleet() -> Iterator[PracticeFleet]:
    with PracticeFleet.start(("a250",), speed=200.0) as started:
        yield started


def test_a_directory_gets_its_people_back(
    home: Home, fleet: PracticeFleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AZDESK_PASSPHRASE", "correct horse battery")
    home.knows(fleet)
    document = fleet.write_document(home.folder / "office.azfleet")
    assert home.run("authority", "create", document, "--file").code == 0
    without = document.read_text()
    document.write_text(f'{without}\n[directory]\nbase = "{BASE}"\n')
    assert home.run("apply", document, "--yes").code == 0
    for number in (6853, 6854):
        added = home.run(
            "people",
            "add",
            document,
            f"nana{number}",
            f"--number={number}",
            "--name=Nana",
            "--generate",
            "--json",
        )
        assert added.code == 0, added.out + added.err
    document.write_text(without)
    gone = home.run("apply", document, "--yes", "--allow-loss", "a250")
    assert gone.code == 0, gone.out + gone.err
    name = home.run("backup", "list", document, "--json").json["backups"][0]["name"]
    nowhere = home.run("backup", "restore", document, name)
    assert nowhere.code == 1
    assert "names no directory" in nowhere.err

    document.write_text(f'{without}\n[directory]\nbase = "{BASE}"\n')
    assert "Apply the document to this host first" in home.run("backup", "restore", document, name).err
    assert home.run("apply", document, "--yes").code == 0
    shown = home.run("backup", "restore", document, name)
    assert shown.code == 3
    assert "2 to add, 0 to change" in shown.out
    assert f"+ uid=nana6853,ou=People,{BASE}" in shown.out
    assert "--yes" in shown.err
    asked = holds(home.run("backup", "restore", document, name, "--json"), "backup-restore")
    assert (len(asked["directory"]["added"]), asked["directory"]["result"]) == (2, None)
    done = holds(home.run("backup", "restore", document, name, "--json", "--yes"), "backup-restore")
    assert done["directory"]["result"]["done"] == 2
    assert len(home.run("people", "list", document).out.splitlines()) == 2

    assert home.run("people", "passwd", document, "nana6853", "--generate").code == 0
    assert home.run("people", "remove", document, "nana6854", "--yes").code == 0
    again = home.run("backup", "restore", document, name, "--yes", "--only-missing")
    assert again.code == 0, again.err
    assert "1 to add, 0 to change" in again.out
    assert "others than in the backup, and stay so: 1" in again.out
    lost = home.run("backup", "restore", document, name, "--yes")
    assert lost.code == 3
    assert "--allow-loss a250" in lost.err
    assert "AstAccountRealmedPassword" in lost.out
    whole = home.run("backup", "restore", document, name, "--yes", "--allow-loss", "a250")
    assert whole.code == 0
    assert "1 written" in whole.out
    nothing = home.run("backup", "restore", document, name, "--yes")
    assert nothing.code == 0
    assert "0 to add, 0 to change" in nothing.out
