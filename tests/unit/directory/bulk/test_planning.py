"""From sheets to plans."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from azdesk.core.errors import DirectoryError
from azdesk.core.secret import Secret
from azdesk.directory import passwords
from azdesk.directory.bulk.headings import SYNONYMS, TARGETS, columns, simple
from azdesk.directory.bulk.planning import plan
from azdesk.directory.bulk.plans import Action, Options, Plan, record, undo
from azdesk.directory.bulk.sheets import of_bytes
from azdesk.directory.entries import carried_out, completed, new_entry
from azdesk.directory.ldif import Entry, Modify
from azdesk.directory.people import Layout, Person, person
from azdesk.fleet.accounts import Directory
from tests.unit.directory.test_people import OPENLDAP, guide

HOSTS = {"a251": "192.168.11.251", "a253": "192.168.11.253"}
BLOCKS = {"a251": ("68XX",), "a253": ("69XX",)}


def planned(text: str, there: Sequence[Entry] = (), layout: Layout = OPENLDAP, **options: Any) -> Plan:
    given = {"hosts": HOSTS, "blocks": BLOCKS} | options
    return plan(of_bytes(text.encode(), "people.csv"), layout, Options(**given), there)


def somebody(account: str, number: str, **values: Any) -> Entry:
    return new_entry(
        OPENLDAP,
        completed(OPENLDAP, Person(account=account, number=number, **values)),
        Secret("Korrekt7Pferd"),
    )


def actions(made: Plan) -> list[str]:
    return [item.action.value for item in made.items]


def texts(made: Plan) -> list[str]:
    return [str(finding) for item in made.items for finding in item.findings]


def test_headings_in_two_languages() -> None:
    assert set(SYNONYMS.values()) <= set(TARGETS)
    assert all(word == simple(word) for word in SYNONYMS)
    for heading, key in [
        ("User name", "account"), ("Benutzername", "account"), ("Durchwahl", "number"), ("E-Mail-Adresse", "mail"),
        ("Vorname", "given"), ("NACHNAME", "surname"), ("Call-Group", "call_group"), ("AstAccountContext", "context"),
        ("Passwort", "password"), ("mailHost", "home"), ("Prénom", ""),
    ]:  # fmt: skip
        assert SYNONYMS.get(simple(heading), "") == key, heading
    for key, title in TARGETS.items():
        assert SYNONYMS[simple(title)] == key


def test_columns() -> None:
    found = columns(["Login", "", "Was", "Number"], {"was": "name"}, "x.csv")
    assert dict(found.at) == {"account": 0, "name": 2, "number": 3}
    for headings, given, said in [
        (["Name", "Number"], {}, "No column has the accounts"),
        (["Login", "Account"], {}, "would both be Account"),
        (["Account"], {"Nope": "name"}, "no column .Nope."),
        (["Account"], {"Account": "nope"}, "no value"),
    ]:
        with pytest.raises(DirectoryError, match=said):
            columns(headings, given, "x.csv")
    assert dict(columns(["Login", "Account"], {"Login": "-"}, "x.csv").at) == {"account": 1}


def test_new_changed_unchanged_refused() -> None:
    made = planned(
        "Account,Vorname,Nachname,Number,Context,Extra\n"
        "nana6853,,,,staff,x\nbob,,,,,\nann,Ann,Lee,6860,,\nroot,,,6861,,\n",
        [guide(), somebody("bob", "6854")],
    )
    assert actions(made) == ["change", "unchanged", "add", "refused"]
    nana, _, ann, root = made.items
    assert nana.changed == ("context",)
    assert (ann.after.name, ann.after.home, ann.after.uid_number) == ("Ann Lee", "192.168.11.251", "6860")
    assert root.findings[0].row == 5
    assert root.findings[0].field == "account"
    assert any("Extra" in note for note in made.notes)
    assert any("1 new people have no password" in note for note in made.notes)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Account,Number\nann,6853\n", "row 2, ann, Number: 6853 is nana6853's already."),
        ("Account,Number\nann,6860\nbob,6860\n", "row 3, bob, Number: 6860 is ann's already."),
        ("Account,Number\nann,6860\nANN,6861\n", "row 3, ANN, Account: ANN is in row 2 already."),
        ("Account,Number\n,6860\n", "row 2, Account: It is missing."),
        ("Account,Number\nann,\n", "row 2, ann, Number: There is neither a number nor a Unix ID."),
        ("Account,Number\nann,68x\n", "row 2, ann, Number “68x”: It is not made of digits alone."),
        ("Account,Number\nazcheck-a251,6860\n", "row 2, azcheck-a251, Account: Accounts that begin with"),
        ("Account,Number,Name\nann,6860,sPass: x\n", "row 2, ann, Name “sPass: x”: It has “sPass:” in it"),
        ('Account,Number,Name\nann,6860,"a\nb"\n', "row 2, ann, Name: It has a line break in it."),
        ("Account,Number,Name\nann,6860,\u202eEve\n", "row 2, ann, Name: It has an invisible mark"),
        (
            "Account,Number,Password\nann,6860,a\u200bb345678\n",
            "row 2, ann, Password: It has a control character",
        ),
        (
            "Account,Number,Active\nann,6860,perhaps\n",
            "row 2, ann, Enabled “perhaps”: It is neither yes nor no.",
        ),
        ("Account,Number\nann,6860,x\n", "row 2, ann: It has 3 cells"),
        (
            "Account,UID number,Number\nann,6854,6860\n",
            "row 2, ann, Unix ID: 6854 is not the same as the number",
        ),
        ("Account,Number\nann,68x3\n", "row 2, ann, Number “68x3”: It is not made of digits alone."),
        ("Account,Number\nann,0681\n", "row 2, ann, Number “0681”: It begins with 0"),
        ("Account,Number,Home host\nann,6860,x y\n", "row 2, ann, Home host “x y”: It is neither"),
        ("Account,Number\na\u202enn,6860\n", "row 2, a\u202enn, Account: It has an invisible mark"),
    ],
)
def test_what_is_refused_says_where(text: str, said: str) -> None:
    made = planned(text, [guide()])
    assert any(one.startswith(said) for one in texts(made)), texts(made)
    assert len(texts(made)) == 1
    assert actions(made)[-1] == "refused"
    assert not any("Korrekt" in one for one in texts(made))


def test_injection_is_a_value() -> None:
    made = planned('Account,Number,Name,Context\n"x,ou=sip)(uid=*",6860,"*)(objectClass=*",all\n')
    (item,) = made.items
    assert item.action == Action.ADD
    entry = record(OPENLDAP, item)
    assert isinstance(entry, Entry)
    assert entry.dn == r"uid=x\,ou\=sip)(uid\=*,ou=People,dc=test,dc=local"
    assert actions(planned("Account,Number,Context\nann,6860,all\\nexten => x\n")) == ["refused"]


def test_numbers_may_be_swapped_unless_one_row_is_refused() -> None:
    there = [somebody("ann", "6801"), somebody("bob", "6802")]
    assert actions(planned("Account,Number\nann,6802\nbob,6801\n", there)) == ["change", "change"]
    made = planned("Account,Number,Context\nann,6802,\nbob,6801,a b\n", there)
    assert actions(made) == ["refused", "refused"]
    assert "6802 is bob's already." in made.items[0].findings[0].text


def test_free_numbers() -> None:
    there = [somebody("x", "6800"), somebody("y", "6802", home=HOSTS["a251"])]
    made = planned("Account,Number,Home\nann,68XX,\nbob,free,a253\ncid,680X,\ny,68XX,\nz,free,\n", there)
    assert [item.after.number for item in made.items] == ["6801", "6900", "6803", "6802", "6804"]
    assert actions(made) == ["add", "add", "add", "unchanged", "add"]
    assert made.items[1].after.home == "192.168.11.253"
    full = planned("Account,Number\nann,6800\nbob,680[0-1]\ncid,680[0-1]\n")
    assert texts(full) == ["row 4, cid, Number: No number of 680[0-1] is free."]


def test_who_may_not_have_a_free_number_says_what_to_write_instead() -> None:
    text = "Account,Number,Home\nann,frei,a251\nbob,free,\ncid,free,a253\n"
    without = texts(planned(text, blocks={"a253": ("690[0-0]",)}))
    assert without == [
        "row 2, ann, Number “frei”: a251 has no block of numbers in the document: write a number, or a pattern such as 68XX.",
        "row 4, cid, Number: No number of 690[0-0] is free.",
    ]
    (none, *_) = texts(planned("Account,Number\nann,free\n", blocks={}))
    assert none.endswith(
        "No host has a block of numbers in the document: write a number, or a pattern such as 68XX."
    )


def test_notes_and_warnings_do_not_refuse() -> None:
    made = planned("Account,Number,Home\nann,7000,elsewhere\n", blocks={"a": ("68XX",), "b": ("6[89]XX",)})
    assert actions(made) == ["add"]
    assert any("no host's block" in one for one in texts(made))
    assert any("none of the document's hosts" in one for one in texts(made))
    assert any("share numbers" in note for note in made.notes)


def test_only_new_ones() -> None:
    made = planned("Account,Context\nnana6853,staff\n", [guide()], update=False)
    assert actions(made) == ["refused"]


# -- passwords ------------------------------------------------------------------------------------------------


def test_given_and_made_up_passwords() -> None:
    made = planned(
        "Account,Number,Password\nann,6860,Richtig8Hund\nbob,6861,\nnana6853,,e2cdbe09\n",
        [guide()],
        generate=True,
    )
    ann, bob, nana = made.items
    assert (ann.password, ann.generated) == (Secret("Richtig8Hund"), False)
    assert bob.generated
    assert nana.action == Action.UNCHANGED  # it is that already
    assert "Richtig8Hund" not in repr(made)
    assert made.replaced_passwords == 0
    changed = planned("Account,Password\nnana6853,Richtig8Hund\n", [guide()])
    assert changed.items[0].changed == ("password",)
    assert changed.replaced_passwords == 1
    assert undo(OPENLDAP, changed.items[0], record(OPENLDAP, changed.items[0])) is None  # type: ignore[arg-type]


def test_planning_again_after_half_of_it_was_written() -> None:
    text = "Account,Number,Password\nann,6860,Richtig8Hund\nbob,68XX,\n"
    for mode in ("plain", "digest", "hashed"):
        layout = Layout.of(Directory(base="dc=test,dc=local", passwords=mode))  # type: ignore[arg-type]
        first = planned(text, layout=layout, generate=True)
        written = [record(layout, item) for item in first.items]
        again = planned(text, [one for one in written if isinstance(one, Entry)], layout, generate=True)
        assert actions(again) == ["unchanged", "unchanged"], mode


def test_another_number_needs_a_new_digest() -> None:
    digest = Layout.of(Directory(base="dc=test,dc=local", passwords="digest"))
    entry = new_entry(digest, completed(digest, Person(account="ann", number="6860")), Secret("Richtig8Hund"))
    assert actions(planned("Account,Number\nann,6861\n", [entry], digest)) == ["refused"]
    made = planned("Account,Number\nann,6861\n", [entry], digest, generate=True)
    (item,) = made.items
    assert item.generated
    change = record(digest, item)
    assert isinstance(change, Modify)
    after = carried_out(entry, change)
    assert item.password is not None
    assert after.attributes["AstAccountRealmedPassword"] == (passwords.phone_digest("6861", item.password),)


def test_shutting_out_by_sheet() -> None:
    text = "Account,Active,Password\nnana6853,no,\n"
    (item,) = planned(text, [guide()]).items
    assert item.changed == ("enabled",)
    change = record(OPENLDAP, item)
    assert isinstance(change, Modify)
    out = carried_out(guide(), change)
    assert not person(OPENLDAP, out, secrets=True).enabled
    # In again with another password, in one change.
    (back,) = planned("Account,Active,Password\nnana6853,yes,Richtig8Hund\n", [out]).items
    change = record(OPENLDAP, back)
    assert isinstance(change, Modify)
    after = carried_out(out, change)
    assert person(OPENLDAP, after, secrets=True).password == Secret("Richtig8Hund")
    assert person(OPENLDAP, after).enabled
    new = planned("Account,Number,Active\nann,6860,nein\n").items[0]
    made = record(OPENLDAP, new)
    assert isinstance(made, Entry)
    assert not person(OPENLDAP, made, secrets=True).enabled
