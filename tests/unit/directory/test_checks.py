"""What is wrong with people."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from azdesk.core.secret import Secret
from azdesk.directory import checks
from azdesk.directory.entries import completed
from azdesk.directory.people import Person, person
from azdesk.enrol.client import LAYOUTS

from .test_people import ACTIVE, OPENLDAP, guide, nana


def test_the_guides_entry_is_fine() -> None:
    assert list(checks.entry(OPENLDAP, person(OPENLDAP, guide(), secrets=True))) == []
    assert list(checks.homes(OPENLDAP, {"a251": ("68XX",)}, nana())) == []


@pytest.mark.parametrize(
    ("values", "field", "text"),
    [
        ({"account": "a@b"}, "account", "@"),
        ({"account": "a b"}, "account", "space"),
        ({"account": "ＡＢ"}, "account", "look like"),
        ({"account": "Root"}, "account", "service"),
        ({"account": "azcheck-a251"}, "account", "tries logins"),
        ({"account": ""}, "account", "missing"),
        ({"account": "x" * 65}, "account", "longer"),
        ({"number": "68a"}, "number", "digits"),
        ({"number": "０１"}, "number", "digits"),
        ({"number": "068"}, "number", "begins with 0"),
        ({"number": "99999999999"}, "number", "larger"),
        ({"name": "a\nb"}, "name", "line break"),
        ({"name": "a\u2028b"}, "name", "line break"),
        ({"name": "a\u202eb"}, "name", r"direction of writing .*U\+202E"),
        ({"name": "a\u200bb"}, "name", "invisible"),
        ({"name": "a\x00b"}, "name", "control"),
        ({"name": " a"}, "name", "space"),
        ({"name": "wanip:1.2.3.4"}, "name", "wanip:"),
        ({"mail": "nobody"}, "mail", "e-mail"),
        ({"home": "a b"}, "home", "address"),
        ({"mail": "jörg@x"}, "mail", "beyond ASCII"),
        ({"home_folder": "/home1/jörg"}, "home_folder", "beyond ASCII"),
        ({"context": "all)"}, "context", "context"),
        ({"call_group": "64"}, "call_group", "63"),
        ({"codecs": "ulaw, alaw"}, "codecs", "list"),
        ({"max_contacts": "0"}, "max_contacts", "99"),
        ({"direct_media": "maybe"}, "direct_media", "yes nor no"),
        ({"uid_number": "1e3"}, "uid_number", "whole"),
        ({"shell": "bash"}, "shell", "path"),
        ({"mailbox": "7000"}, "mailbox", "phones cannot log in"),
        ({"uid_number": "7000"}, "uid_number", "phones cannot log in"),
        ({"mailbox": ""}, "mailbox", "There is no mailbox"),
    ],
)
def test_each_value(values: dict[str, Any], field: str, text: str) -> None:
    who = replace(nana(), **values)
    found = [one for one in checks.values(OPENLDAP, who) if one.field == field]
    assert any(re.search(text, one.text) for one in found), list(checks.values(OPENLDAP, who))
    assert all(one.serious for one in found)


def test_names_of_all_the_world_are_fine() -> None:
    for name in (
        "王小明",
        "Łukasz Ó Súilleabháin",
        "محمد",
        "Νίκος",
        'O\'Neil (IT), "Tim" <x>',
        "a=b,c+d;e*(f)\\g",
    ):
        assert not checks.unsafe(name), name


def test_what_active_directory_has_no_place_for_is_not_looked_at() -> None:
    assert not list(checks.values(ACTIVE, Person(account="anna", number="0123", context="x y", mailbox="7")))
    assert [one.field for one in checks.values(ACTIVE, Person(account="an/na", number="1"))] == ["account"]


def test_entries_that_would_break_the_recipe() -> None:
    who = person(OPENLDAP, guide(), secrets=True)
    classless = replace(who, classes=("account", "posixAccount"))
    assert ["AsteriskSIPUser" in one.text for one in checks.entry(OPENLDAP, classless)] == [True]
    naked = replace(who, has_password=False, has_phone_password=False)
    found = {one.text: one.serious for one in checks.entry(OPENLDAP, naked)}
    assert found == {
        "There is none for chat: nobody can log in.": False,
        "There is none for phones: anybody may register one.": True,
    }
    assert not list(checks.entry(OPENLDAP, replace(naked, has_password=None, has_phone_password=None)))
    system = completed(OPENLDAP, Person(account="a", number="100", classes=who.classes))
    assert [one.field for one in checks.entry(OPENLDAP, system)] == ["uid_number"]
    assert [
        one.field for one in checks.homes(OPENLDAP, {"a251": ("68XX",)}, replace(who, number="7000"))
    ] == ["number"]
    assert not list(checks.homes(OPENLDAP, {}, replace(who, number="7000")))


@pytest.mark.parametrize("number", ["68x3", "+4968", "68 01", "0681", "99999999999", "vPass:1", "６８０１"])
def test_a_wrong_number_is_told_once_and_not_by_what_follows_from_it(number: str) -> None:
    who = completed(OPENLDAP, Person(account="anna", number=number))
    found = [*checks.values(OPENLDAP, who), *checks.homes(OPENLDAP, {"a251": ("68XX",)}, who)]
    assert [one.field for one in found] == ["number"]
    known = replace(nana(), number=number, mailbox=number)
    assert [one.field for one in checks.values(OPENLDAP, known)] == ["number"]
    odd = completed(OPENLDAP, Person(account="an\u202ena", number="6801"))
    assert [one.field for one in checks.values(OPENLDAP, odd)] == ["account"]


def test_a_wrong_unix_id_is_told_once() -> None:
    who = completed(OPENLDAP, Person(account="anna", number="6801", uid_number="foo", mail="ä b"))
    assert [one.field for one in checks.values(OPENLDAP, who)] == ["mail", "uid_number"]


def test_the_unix_id_is_told_apart_from_the_number_where_it_is_another_one() -> None:
    who = Person(account="anna", number="6801", uid_number="6801")
    assert checks.follows("uid_number", who, ["number"])
    assert not checks.follows("uid_number", who, [])
    assert not checks.follows("uid_number", replace(who, uid_number="7001"), ["number"])
    assert not checks.follows("number", who, ["number"])


def test_passwords() -> None:
    def told(text: str) -> list[tuple[bool, str]]:
        return [(one.serious, one.text) for one in checks.password(OPENLDAP, nana(), Secret(text))]

    assert told("Korrekt7Pferd") == []
    assert told("a\nb45678901")[0][0]
    assert told("vPass:abcdefgh")[0][0]
    assert [serious for serious, _ in told("nana6853")] == [False]
    assert not any("nana6853" in text for _, text in told("nana6853"))
    assert [serious for serious, _ in told("Größe.12345")] == [False]


def test_the_tokens_are_those_of_the_payload() -> None:
    assert {token for layout in LAYOUTS.values() for token, _ in layout.tokens} <= set(checks.TOKENS)


def test_a_finding_says_where() -> None:
    (one,) = checks.at_row(
        [checks.Finding(field="number", text="It is wrong.", who="nana")], 7, Person(number="68 53")
    )
    assert str(one) == "row 7, nana, Number “68 53”: It is wrong."
