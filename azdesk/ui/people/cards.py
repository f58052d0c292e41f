"""From an entry to the card of a person."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from azdesk.app.people.access import blocks, home_name
from azdesk.core.errors import AzdeskError
from azdesk.core.pattern import pattern
from azdesk.directory import checks
from azdesk.directory.numbers import home_of
from azdesk.ui.mapping.words import counted, filled, listed, short_span
from azdesk.ui.peoplemodels import CardLine, PersonCard, Phone, Presences
from azdesk.ui.viewmodels import State

if TYPE_CHECKING:
    from azdesk.app.presence import Connected
    from azdesk.app.whereabouts import ChatSession, Phones
    from azdesk.app.whereabouts import Phone as LivePhone
    from azdesk.directory.people import Layout, Person
    from azdesk.fleet.model import Fleet


def card_of(fleet: Fleet, layout: Layout, who: Person) -> PersonCard:
    """What the entry says, and what is wrong with it."""
    tr = QCoreApplication.translate
    findings = [*checks.entry(layout, who), *checks.homes(layout, blocks(fleet), who)]
    problems = tuple(f"{one.title}: {one.text}" if one.title else one.text for one in findings)
    host = _home(fleet, who)[0]
    domain = fleet.hosts[host].cluster if host in fleet.hosts else next(iter(fleet.clusters), "")
    address = f"{who.account}@{domain}" if domain else who.account
    lines = [_home_line(fleet, who), _password_line(layout, who)]
    if who.mail:
        lines.append(CardLine(label=tr("People", "E-mail"), text=who.mail))
    lines.append(CardLine(label=tr("People", "Entry"), text=who.dn, whole=False))
    return PersonCard(
        key=who.dn,
        title=who.title,
        subtitle=" · ".join(part for part in (address, who.number) if part),
        account=who.account,
        number=who.number,
        address=address if domain else "",
        lines=tuple(line for line in lines if line is not None),
        problems=problems,
        disabled=not who.enabled,
    )


def presences_of(fleet: Fleet, found: Connected) -> Presences:
    """Who is connected, for the table."""
    tr = QCoreApplication.translate
    phones = {}
    for number, several in found.phones.items():
        words = counted(len(several), tr("People", "registered"), tr("People", "%1 phones"))
        phones[number] = Phone(host=several[0], words=words)
    domains = set(fleet.clusters)
    chats = {}
    for address, hosts in found.chats.items():
        account, _, domain = address.partition("@")
        if domain in domains:
            chats[account] = ", ".join(hosts)
    return Presences(phones=phones, chats=chats)


def with_connections(
    card: PersonCard, phones: Phones | None, chats: Sequence[ChatSession] | AzdeskError | None
) -> PersonCard:
    """A card with where the person is connected.

    Args:
        phones: that are registered; None: the person has no number.
        chats: sessions in chat, or why they are not known; None: the person has no address.
    """
    tr = QCoreApplication.translate
    lines: list[CardLine] = []
    found = phones.found if phones is not None else ()
    if found:
        text = "\n".join(_phone_words(phone) for phone in found)
        away = all(phone.reachable is False for phone in found)
        lines.append(
            CardLine(label=tr("People", "Phone"), text=text, state=State.DIFFERS if away else State.RIGHT)
        )
    elif phones is not None:
        silent = tuple(host for host, _why in phones.unknown)
        lines.append(_nobody(tr("People", "Phone"), tr("People", "not registered"), silent))
    sessions: Sequence[ChatSession] = chats if isinstance(chats, Sequence) else ()
    if sessions:
        text = "\n".join(_session_words(one) for one in sessions)
        lines.append(CardLine(label=tr("People", "Chat"), text=text, state=State.RIGHT))
    elif isinstance(chats, AzdeskError):
        lines.append(CardLine(label=tr("People", "Chat"), text=chats.what, state=State.UNKNOWN))
    elif chats is not None:
        lines.append(_nobody(tr("People", "Chat"), tr("People", "not logged in"), ()))
    at = {phone.host for phone in found}
    nodes = {one.host or one.node for one in sessions}
    warning = ""
    if at and nodes and not at & nodes:
        words = tr(
            "People",
            "The phone is at %1, chat at %2. They belong on one host: a call wakes the app only where it is registered.",
        )
        warning = filled(words, ", ".join(sorted(at)), ", ".join(sorted(nodes)))
    return replace(card, lines=(*lines, *card.lines), warning=warning)


def _phone_words(phone: LivePhone) -> str:
    tr = QCoreApplication.translate
    words = filled(tr("People", "registered at %1"), phone.host)
    parts = [words, phone.client, phone.address]
    if phone.reachable is False:
        parts.append(tr("People", "does not answer"))
    if phone.until:
        left = max(1, int((phone.until - time.time()) // 60))
        parts.append(counted(left, tr("People", "for 1 more minute"), tr("People", "for %1 more minutes")))
    return " · ".join(part for part in parts if part)


def _session_words(one: ChatSession) -> str:
    tr = QCoreApplication.translate
    words = filled(tr("People", "logged in on %1"), one.host or one.node)
    since = filled(tr("People", "for %1"), short_span(max(0.0, time.time() - one.since)))
    parts = [words, one.resource, one.address, since]
    if not one.encrypted:
        parts.append(tr("People", "not encrypted"))
    return " · ".join(part for part in parts if part)


def _nobody(label: str, words: str, silent: tuple[str, ...]) -> CardLine:
    if silent:
        tr = QCoreApplication.translate
        words = filled(tr("People", "%1; no answer from %2"), words, listed(silent))
    return CardLine(label=label, text=words, state=State.UNKNOWN)


def _home(fleet: Fleet, who: Person) -> tuple[str, str]:
    """The home host, and the block of numbers that says so; both may be empty."""
    known = blocks(fleet)
    host = home_of(known, who.number) if who.number else ""
    if host:
        return host, next(one for one in known[host] if pattern(one).holds(who.number))
    return home_name(fleet, who.home), ""


def _home_line(fleet: Fleet, who: Person) -> CardLine:
    tr = QCoreApplication.translate
    label = tr("People", "Home")
    host, pattern = _home(fleet, who)
    entered = home_name(fleet, who.home)
    if not host:
        return CardLine(label=label, text=tr("People", "no host's"), state=State.UNKNOWN)
    if pattern and entered and entered != host:
        words = tr("People", "%1, by the number block %2; the entry says %3")
        return CardLine(label=label, text=filled(words, host, pattern, entered), state=State.DIFFERS)
    words = tr("People", "%1, by the number block %2") if pattern else "%1"
    return CardLine(label=label, text=filled(words, host, pattern), state=State.RIGHT)


def _password_line(layout: Layout, who: Person) -> CardLine | None:
    tr = QCoreApplication.translate
    label = tr("People", "Login")
    if not who.enabled:
        return CardLine(label=label, text=tr("People", "disabled"), state=State.FAILING)
    if layout.active_directory or who.has_password is None:
        return None
    if not who.has_password:
        return CardLine(label=label, text=tr("People", "no password"), state=State.FAILING)
    phone = who.has_phone_password and bool(who.number)
    words = tr("People", "a password for chat and phone") if phone else tr("People", "a password for chat")
    return CardLine(label=label, text=words, state=State.RIGHT)
