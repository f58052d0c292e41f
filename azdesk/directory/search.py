"""Looking for people: what is typed as a filter that the server answers from its indices, columns and their order."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from azdesk.directory.names import escape_filter
from azdesk.directory.people import FIELDS, Field, Layout, Person
from azdesk.fleet.accounts import CHECK_PREFIX

COLUMNS: Final = (
    *FIELDS,
    Field(key="enabled", title="Enabled", openldap="", group="person"),
    Field(key="host", title="Number at home on", openldap="", group="person"),
)
"""What a list of people can show; the last two are worked out."""
USUAL_COLUMNS: Final = ("account", "name", "number", "home", "enabled")

_ANYWHERE: Final = 3
"""Signs from which a word is looked for in the middle of a value, shorter ones at its beginning: AZDesk's own servers have an index for
both (olcIndexSubstrAnyLen, olcIndexSubstrIfMinLen), others look at everybody for three signs and for one."""
_LONGEST: Final = 100
_MOST_WORDS: Final = 8


def people_filter(layout: Layout, text: str = "") -> str:
    """The filter for what somebody types: each word has to be in the account, the name or the number.

    Whatever is typed is looked for as it is: nothing in it can change the filter.
    """
    parts = [layout.filter, *(_word(layout, word) for word in text[:_LONGEST].split()[:_MOST_WORDS])]
    account = layout.attribute("account")
    return f"(&{''.join(parts)}(!({account}={CHECK_PREFIX}*)))"


def _word(layout: Layout, word: str) -> str:
    value = escape_filter(word)
    account, number = layout.attribute("account"), layout.attribute("number")
    if layout.active_directory:
        # Active Directory has a search of its own for names (ambiguous name resolution).
        return f"(|(anr={value})({account}={value}*)({number}={value}*))"
    names = [layout.attribute("name")] if "name" in layout.renamed else ["gecos", "cn"]

    star = "*" if len(word) >= _ANYWHERE else ""
    tests = [f"({name}={star}{value}*)" for name in dict.fromkeys((account, *names, number))]
    return f"(|{''.join(tests)})"


def exactly(layout: Layout, **values: str) -> str:
    """The filter for people who have one of these values, such as ``number="6853"``; empty ones do not count."""
    tests = [f"({layout.attribute(key)}={escape_filter(value)})" for key, value in values.items() if value]
    return f"(&{layout.filter}(|{''.join(tests)}))" if tests else "(!(objectClass=*))"


def any_of(layout: Layout, key: str, values: Iterable[str]) -> str:
    """The filter for people who have one of these values of a field."""
    tests = [f"({layout.attribute(key)}={escape_filter(value)})" for value in values]
    return f"(&{layout.filter}(|{''.join(tests)}))" if tests else "(!(objectClass=*))"


def sort_key_of_server(layout: Layout, key: str, *, backwards: bool = False) -> str:
    """How the server is asked to sort by a column, for `azdesk.directory.connection`; empty: it cannot.

    Asterisk's attributes and gecos have no order of their own, so a rule is named; numbers are sorted as such by the user ID, which is
    the same.
    """
    attribute = layout.attribute("uid_number" if key == "number" and not layout.active_directory else key)
    if not attribute:
        return ""
    rule = ""
    if not layout.active_directory:
        rule = ":integerOrderingMatch" if attribute.endswith("Number") else ":caseIgnoreOrderingMatch"
    return ("-" if backwards else "") + attribute + rule


def sort_key(who: Person, key: str) -> tuple[int, int, str]:
    """For sorting here: numbers as numbers, before words; those without a value last."""
    text = "" if key == "enabled" else who.value(key)
    if key == "enabled":
        return (0, int(not who.enabled), who.account)
    if not text:
        return (2, 0, who.account)
    if text.isdigit() and text.isascii() and len(text) < 19:
        return (0, int(text), text)
    return (1, 0, text.casefold())


def matches(who: Person, text: str) -> bool:
    """Whether a person who is loaded already fits what is typed, as the server would find them, or more generously."""
    for word in re.split(r"\s+", text.casefold().strip()):
        if not any(word in value.casefold() for value in (who.account, who.name, who.number)):
            return False
    return True
