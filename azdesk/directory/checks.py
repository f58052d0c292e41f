"""What is wrong with people: values that break the phones' recipe, chat, a QR code, or somebody's reading."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from azdesk.core.secret import Secret
from azdesk.directory import passwords
from azdesk.directory.numbers import home_of
from azdesk.directory.people import BY_KEY, FIELDS, Layout, Person
from azdesk.fleet.accounts import CHECK_PREFIX

TOKENS: Final = (
    "wanip:", "vAccount:", "vPass:", "sAccount:", "sPass:", "vpnip:", "xmppDomain:", "email:", "h264:", "g729:", "xmppvpn:",
)  # fmt: skip
"""What the phone client cuts the text of a QR code at: no value may have one in it."""
RESERVED: Final = frozenset(
    {
        "root", "daemon", "bin", "sys", "sync", "mail", "backup", "nobody", "admin", "administrator", "manager", "postmaster",
        "asterisk", "ejabberd", "openldap", "slapd", "azreader", "azreplicator", "azmedia", "azdesk", "sshd", "www-data",
        "conference", "pubsub", "upload", "proxy", "vjud", "guest", "krbtgt",
    }
)  # fmt: skip
"""Accounts that belong to systems or services: whoever has one may be taken for it on a host."""
CONTEXT_SIGNS: Final = re.compile(r"[A-Za-z0-9_.-]+")
LONGEST: Final = {"account": 64, "number": 15, "name": 200, "mail": 254}
_LONGEST_OTHER: Final = 255
_NO_ACCOUNT: Final = frozenset("\"&'/:<>@ \t")
"""What the part of an XMPP address before the @ must not have in it (RFC 7622, 3.3.1)."""
_NO_AD_ACCOUNT: Final = frozenset('"/\\[]:;|=,+*?<>@')
_LARGEST_ID: Final = 2**31 - 1
_SYSTEM_IDS: Final = 1000


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """Something about one value of one person."""

    field: str
    """Key of a `azdesk.directory.people.Field`, ``password``, ``enabled``, or empty for the person as a whole."""
    text: str
    """One sentence."""
    serious: bool = True
    """Whether it must be mended before the person is written."""
    who: str = ""
    """Account, or name of the entry."""
    row: int = 0
    """Row of a sheet, from 1 with the headings; 0: it comes from no sheet."""
    value: str = ""
    """What the sheet has there, where that helps finding it; never a password."""

    @property
    def title(self) -> str:
        """What the field is called."""
        known = BY_KEY.get(self.field)
        return known.title if known is not None else _TITLES.get(self.field, "")

    def __str__(self) -> str:
        field = f"{self.title} “{self.value}”" if self.title and self.value else self.title
        place = ", ".join(filter(None, (f"row {self.row}" if self.row else "", self.who, field)))
        return f"{place}: {self.text}" if place else self.text


_TITLES: Final = {"password": "Password", "enabled": "Enabled"}
"""Of what is no attribute of its own."""


def values(layout: Layout, who: Person) -> Iterator[Finding]:
    """What is wrong with a person's values, looked at alone; fields without a place in this directory are not looked at.

    One mistake is told once: not again by the values that follow from a wrong account or number.
    """
    wrong: set[str] = set()
    for item in FIELDS:
        text = who.value(item.key)
        if not text or not layout.attribute(item.key):
            continue
        if item.key in _FOLLOWING and any(who.value(key) in text for key in wrong & {"account", "number"}):
            continue
        if why := _alone(layout, item.key, text):
            wrong.add(item.key)
            yield Finding(field=item.key, text=why, who=who.account)
    if not who.account:
        yield Finding(field="account", text="It is missing.", who=who.dn)
    if layout.active_directory:
        return
    for key in _ASCII:
        if key not in wrong and not who.value(key).isascii():
            text = "It has letters beyond ASCII in it, which this attribute does not take."
            yield Finding(field=key, text=text, who=who.account)
    if "number" not in wrong:
        yield from (one for one in _recipe(who) if one.field not in wrong)


_FOLLOWING: Final = frozenset({"mailbox", "uid_number", "caller_id", "home_folder"})
"""What `azdesk.directory.entries.completed` makes of account and number."""


def _alone(layout: Layout, key: str, text: str) -> str:
    """What is wrong with one value, a sentence; empty: nothing."""
    if why := unsafe(text, LONGEST.get(key, _LONGEST_OTHER)):
        return f"It {why}."
    look = _LOOKS.get(key)
    return look(layout, text) if look is not None else ""


def new(layout: Layout, who: Person) -> Iterator[Finding]:
    """What a person who is not there yet lacks, see `azdesk.directory.entries.completed`."""
    if not layout.active_directory and not who.number and not who.uid_number:
        yield Finding(field="number", text="There is neither a number nor a Unix ID.", who=who.account)


_ASCII: Final = ("mail", "home", "home_folder", "shell")
"""Their attributes are IA5 strings in OpenLDAP's schemas."""


def unsafe(text: str, longest: int = _LONGEST_OTHER) -> str:
    """Why a text cannot be anybody's value, as what follows “It”; empty: it can."""
    if re.search(r"[\r\n\u2028\u2029\x85]", text):
        return "has a line break in it"
    for sign in text:
        kind = unicodedata.category(sign)
        if sign in _DIRECTIONS:
            return f"has an invisible mark for the direction of writing in it (U+{ord(sign):04X}), so it reads as something else"
        if kind in ("Cc", "Cf", "Cs", "Co", "Cn"):
            return f"has an invisible or control character in it (U+{ord(sign):04X})"
    if text != text.strip():
        return "begins or ends with a space"
    if len(text) > longest:
        return f"is longer than {longest} signs"
    found = next((token for token in TOKENS if token in text), "")
    if found:
        return f"has “{found}” in it, at which the phone client cuts a QR code"
    return ""


_DIRECTIONS: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def _account(layout: Layout, text: str) -> str:
    wrong = _NO_AD_ACCOUNT if layout.active_directory else _NO_ACCOUNT
    found = sorted(set(text) & wrong)
    if found:
        return f"It has {' '.join(found)} in it, which chat addresses cannot have.".replace(
            "   ", " a space "
        )
    if any(sign.isspace() for sign in text):
        return "It has a space in it."
    if unicodedata.normalize("NFKC", text) != text:
        return "It has letters that look like others; write it with plain ones."
    if text.lower().startswith(CHECK_PREFIX):
        return f"Accounts that begin with {CHECK_PREFIX} are those with which AZDesk tries logins."
    if text.lower() in RESERVED:
        return "It is a name that a system or a service uses."
    if text.endswith("$"):
        return "It ends with $, as computers' accounts do."
    return ""


def _number(layout: Layout, text: str) -> str:
    if not re.fullmatch(r"[0-9]+", text):
        return "It is not made of digits alone."
    if not layout.active_directory and text != str(int(text)):
        return "It begins with 0, which the Unix ID that has to be the same cannot."
    if not layout.active_directory and int(text) > _LARGEST_ID:
        return f"It is larger than {_LARGEST_ID}, the largest Unix ID."
    return ""


def _id(_: Layout, text: str) -> str:
    return (
        "" if re.fullmatch(r"0|[1-9][0-9]*", text) and int(text) <= _LARGEST_ID else "It is no whole number."
    )


def _yes_no(_: Layout, text: str) -> str:
    return (
        ""
        if text.lower() in ("yes", "no", "update", "nonat", "outgoing") or text.isdigit()
        else "It is neither yes nor no."
    )


def _groups(_: Layout, text: str) -> str:
    fine = all(part.isdigit() and int(part) <= 63 for one in text.split(",") for part in one.split("-", 1))
    return "" if fine else "It is no list of numbers from 0 to 63, such as 1 or 1,3-5."


def _context(_: Layout, text: str) -> str:
    return (
        ""
        if CONTEXT_SIGNS.fullmatch(text)
        else "It is no name of a context: letters, digits and _ . - alone."
    )


def _mail(_: Layout, text: str) -> str:
    return "" if re.fullmatch(r"[^@\s<>,;\"]+@[^@\s<>,;\"]+", text) else "It is no e-mail address."


def _contacts(_: Layout, text: str) -> str:
    return "" if re.fullmatch(r"[1-9][0-9]?", text) else "It is no number from 1 to 99."


def _codecs(_: Layout, text: str) -> str:
    return (
        "" if re.fullmatch(r"!?[a-z0-9_]+(,!?[a-z0-9_]+)*", text) else "It is no list such as !all,opus,ulaw."
    )


def _home(_: Layout, text: str) -> str:
    return "" if re.fullmatch(r"[A-Za-z0-9.:-]+", text) else "It is neither an IP address nor a host name."


def _path(_: Layout, text: str) -> str:
    return "" if text.startswith("/") and ":" not in text else "It is no absolute path."


_LOOKS: Final[Mapping[str, Callable[[Layout, str], str]]] = {
    "account": _account,
    "number": _number,
    "mail": _mail,
    "home": _home,
    "context": _context,
    "call_group": _groups,
    "pickup_group": _groups,
    "codecs": _codecs,
    "max_contacts": _contacts,
    "direct_media": _yes_no,
    "qualify": _yes_no,
    "uid_number": _id,
    "gid_number": _id,
    "home_folder": _path,
    "shell": _path,
}


def _recipe(who: Person) -> Iterator[Finding]:
    """Asterisk finds a phone's login and places by the values of these three: they have to be the same."""
    if not who.number:
        return
    for key, name in (("mailbox", "mailbox"), ("uid_number", "Unix ID")):
        if (other := who.value(key)) != who.number:
            said = f"{other} is not" if other else "There is no"
            yield Finding(
                field=key,
                text=f"{said} the same as the number {who.number}: phones cannot log in."
                if other
                else f"There is no {name}: phones cannot log in. It has to be {who.number}.",
                who=who.account,
            )


def entry(layout: Layout, who: Person) -> Iterator[Finding]:
    """What is wrong with a person as the directory has them: the values, the classes, the passwords where they may be seen."""
    yield from values(layout, who)
    if layout.active_directory:
        return
    have = {one.lower() for one in who.classes}
    for name in ("posixAccount", "AsteriskSIPUser"):
        if who.number and name.lower() not in have:
            yield Finding(
                field="", text=f"The entry has not the class {name}: phones cannot log in.", who=who.account
            )
    if who.uid_number.isdigit() and int(who.uid_number) < _SYSTEM_IDS:
        yield Finding(
            field="uid_number",
            text=f"User IDs below {_SYSTEM_IDS} belong to the system's own users.",
            serious=False,
            who=who.account,
        )
    if who.enabled and who.has_password is False:
        yield Finding(
            field="password",
            text="There is none for chat: nobody can log in.",
            serious=False,
            who=who.account,
        )
    if who.number and who.has_phone_password is False:
        yield Finding(
            field="password", text="There is none for phones: anybody may register one.", who=who.account
        )


def homes(layout: Layout, blocks: Mapping[str, Iterable[str]], who: Person) -> Iterator[Finding]:
    """A number that is at home on no host; one that is wrong in itself is told of by `values`.

    Args:
        blocks: host → its blocks of numbers; hosts without any do not count.
    """
    if not who.number or _alone(layout, "number", who.number):
        return
    if any(blocks.values()) and not home_of(blocks, who.number):
        yield Finding(
            field="number",
            text=f"{who.number} is in no host's block of numbers.",
            serious=False,
            who=who.account,
        )


UNIQUE: Final = ("account", "number", "uid_number")
"""Two people must not have the same."""


def follows(key: str, who: Person, told: Iterable[str]) -> bool:
    """Whether a value that somebody else has, too, is told already: the Unix ID is the number's again.

    Args:
        told: keys of which that was said already.
    """
    return key == "uid_number" and who.uid_number == who.number and "number" in told


def password(layout: Layout, who: Person, given: Secret) -> Iterator[Finding]:
    """What is wrong with a password for somebody; never says what it is."""
    if why := passwords.unusable(given):
        yield Finding(field="password", text=f"It {why}.", who=who.account)
        return
    text = given.reveal()
    if token := next((token for token in TOKENS if token in text), ""):
        yield Finding(
            field="password",
            text=f"It has “{token}” in it, at which the phone client cuts a QR code.",
            who=who.account,
        )
    if why := passwords.weakness(given, who.account, who.number, who.name):
        yield Finding(field="password", text=f"It {why}.", serious=layout.active_directory, who=who.account)
    if not text.isascii():
        yield Finding(
            field="password",
            text="It has letters beyond ASCII in it, which phones may send in another way.",
            serious=False,
            who=who.account,
        )


def at_row(found: Iterable[Finding], row: int, who: Person) -> Iterator[Finding]:
    """The same findings, of a person in a row of a sheet, with the values they are about."""
    return (replace(one, row=row, value=told(who.value(one.field), one)) for one in found)


def told(value: str, about: Finding) -> str:
    """A value as a finding about it shows it; empty where it is said already, or cannot be read."""
    readable = value.isprintable() and len(value) <= _LONGEST_TOLD
    return value if readable and value != about.who and value not in about.text else ""


_LONGEST_TOLD: Final = 60
