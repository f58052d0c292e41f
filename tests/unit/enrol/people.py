"""People for tests: ordinary ones, and those whose names no form was made for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from azdesk.core.secret import Secret
from azdesk.enrol.account import Access, Account

ACCESS = Access(
    domain="company.com",
    wan_address="vpn.company.com",
    vpn_address="172.16.38.1",
    xmpp_over_vpn=True,
    provisioning_url="https://phones.company.com/{account}.xml",
)
ALICE = Account(
    uid="alice",
    name="Alice Example",
    user="alice",
    access=ACCESS,
    number="6801",
    password=Secret("e2cdbe09"),
    email="alice@company.com",
    organisation="Example Company Ltd.",
    host="a251",
)
NAMES = (
    "Alice Example",
    "Jürgen Müller-Lüdenscheidt",
    "Dr. Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh III of",
    "王小明",
    "محمد بن عبد الله",
    'O\'Brien, Conan "Coco"; x\\y <&>',
    "Ω" * 64,
    "Þórður \u202egnorts\u202c Ægisson",
    "x" * 64,
    "שלום Ωmega 王",
)
USERS = (
    "alice",
    "jürgen.müller",
    "w" * 64,
    "wang.xiaoming",
    "محمد",
    "o+brien=x,y;z",
    "ωmega",
    "thordur",
    "x" * 64,
    "王小明",
)


def person(number: int, **changes: Any) -> Account:
    """The people take turns in being odd."""
    at = number % len(NAMES)
    account = replace(
        ALICE,
        uid=f"p{number}",
        name=NAMES[at],
        user=USERS[at],
        number=str(6800 + number),
        password=Secret(f"pä{number:04d}ß€"),
        email=f"p{number}@mail.company.com",
    )
    return replace(account, **changes)


def people(count: int) -> tuple[Account, ...]:
    return tuple(person(number) for number in range(count))


def hide(**changes: Any) -> Account:
    """Alice, with something else about where she is at home."""
    return replace(ALICE, access=replace(ACCESS, **changes))
