"""What AZDesk's files say to Asterisk about calls: the dial plan, and mailboxes for who leaves messages."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from azdesk.core.pattern import Pattern, extension, pattern
from azdesk.core.platform import DEBIAN
from azdesk.features import _asterisk as asterisk
from azdesk.fleet.model import Fleet
from azdesk.voice import deriving
from azdesk.voice.dialplan import DialPlan, Extension, text_of

BLOCK = "dialplan"
_ETC = DEBIAN.asterisk_config
MAIN = f"{_ETC}/extensions.conf"
OWN = f"{_ETC}/azdesk-extensions.conf"
BOXES_MAIN = f"{_ETC}/voicemail.conf"
BOXES = f"{_ETC}/azdesk-voicemail.conf"
MODULES = f"{_ETC}/modules.conf"
DATABASE_VOICEMAIL = "app_voicemail_odbc.so"
"""Voicemail in a database. Where there is none it fails at the start, and takes the applications of the usual voicemail away with it
[seen in the lab, 22.10]: a call that comes to VoiceMail() ends there without a word."""
KEPT_OUT = f"[modules](+)\nnoload = {DATABASE_VOICEMAIL}\n"
"""Our block in Asterisk's list of modules."""
NAME = OWN.rpartition("/")[2]
"""How Asterisk calls our file."""
MOST_BOXES = 10_000
"""Mailboxes of one host."""
_VOICEMAIL = ("VoiceMail", "VoiceMailMain")


def text(plan: DialPlan) -> str:
    """Our file for a plan; empty: none."""
    return f"{asterisk.HEADER}{text_of(plan)}" if plan.contexts else ""


def has_voicemail(plan: DialPlan) -> bool:
    """Whether anybody leaves or hears messages."""
    return any(step.app in _VOICEMAIL for _, one in _extensions(plan) for step in one.steps)


def asks_for_voicemail(fleet: Fleet, host: str) -> bool:
    """Whether anything in the document makes calls of a host come to messages; quicker than to derive its dial plan."""
    return fleet.hosts[host].calls.unanswered == "voicemail" or any(
        rule.target in ("voicemail", "messages") for _, rule in deriving.rules_of(fleet, host)
    )


def records(plan: DialPlan) -> bool:
    """Whether any call is recorded."""
    return any(step.app == "MixMonitor" for _, one in _extensions(plan) for step in one.steps)


def _extensions(plan: DialPlan) -> Iterator[tuple[str, Extension]]:
    for context in plan.contexts:
        for one in context.extensions:
            yield context.name, one


def mailboxes(fleet: Fleet, host: str, plan: DialPlan) -> tuple[str, tuple[str, ...]]:
    """Our file with mailboxes (empty: none), and the patterns that have none since they hold too many numbers."""
    if not has_voicemail(plan):
        return "", ()
    wanted = dict.fromkeys(_owners(fleet, host, plan))
    numbers, left_out = _numbers(tuple(wanted))
    # Nobody can type such a password, and with the hyphen nobody can change it from a phone, which would rewrite this file. The dial
    # plan lets people in by the number of their phone.
    lines = "".join(f"{number} => -locked\n" for number in numbers)
    return f"{asterisk.HEADER}[{deriving.MAILBOXES}]\n{lines}", left_out


def _owners(fleet: Fleet, host: str, plan: DialPlan) -> Iterator[Pattern]:
    """Who may have messages: the host's own numbers, and mailboxes that rules name."""
    yield from (pattern(block) for block in fleet.hosts[host].numbers)
    for _, one in _extensions(plan):
        for step in one.steps:
            if step.app == "VoiceMail":
                box = step.args.partition("@")[0]
                if box.isdigit():
                    yield extension(box)
    for _, rule in deriving.rules_of(fleet, host):
        if rule.target in ("voicemail", "accounts") and not rule.number:
            yield deriving.rewritten(pattern(rule.pattern), rule)


@lru_cache(maxsize=1024)
def _numbers(wanted: tuple[Pattern, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    found: dict[str, None] = {}
    left_out = []
    covered: list[Pattern] = []
    for one in wanted:
        if any(other.covers(one) for other in covered):
            continue
        if one.tail or len(found) + one.size > MOST_BOXES:
            left_out.append(one.text)
        else:
            covered.append(one)
            found.update(dict.fromkeys(one.numbers()))
    return tuple(sorted(found)), tuple(left_out)
