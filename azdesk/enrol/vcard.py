"""A contact as vCard 4.0 (RFC 6350)."""

from __future__ import annotations

from collections.abc import Iterator

from azdesk.enrol import addresses
from azdesk.enrol.account import Account
from azdesk.enrol.payload import needed, one_line

LINE = 75
"""Octets after which a line is folded (section 3.2)."""


def text(account: Account) -> str:
    """The card, with line ends as the RFC has them. No password.

    Raises:
        EnrolmentError: a value cannot be in a card.
    """
    return "".join(f"{folded}\r\n" for line in _lines(account) for folded in fold(line))


def _lines(account: Account) -> Iterator[str]:
    name = one_line(account, "The name", account.name) or needed(
        account, "The account", account.user, "Give the person an account."
    )
    yield "BEGIN:VCARD"
    yield "VERSION:4.0"
    yield "KIND:individual"
    yield f"FN:{escape(name)}"
    if account.organisation:
        yield f"ORG:{escape(one_line(account, 'The organisation', account.organisation))}"
    yield f"IMPP;PREF=1:{addresses.xmpp(account)}"
    if account.number and account.access.sip_server:
        yield f"TEL;VALUE=uri;TYPE=voice:{addresses.sip(account)}"
    if account.email:
        yield f"EMAIL:{escape(one_line(account, 'The e-mail address', account.email))}"
    yield "END:VCARD"


def escape(value: str) -> str:
    """A text value (section 3.4)."""
    for letter in "\\,;":
        value = value.replace(letter, "\\" + letter)
    return value


def fold(line: str) -> Iterator[str]:
    """The line in pieces of at most `LINE` octets, all but the first with a space in front; no character is torn apart."""
    piece, room = "", LINE
    for letter in line:
        octets = len(letter.encode())
        if octets > room:
            yield piece
            piece, room = " ", LINE - 1
        piece += letter
        room -= octets
    yield piece
