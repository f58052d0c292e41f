"""Who may do what: olcAccess as slapd.access(5) has it, as far as directories in the field use it, and size limits."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from azdesk.core.errors import DirectoryError
from azdesk.directory import filters, names
from azdesk.directory.schema import Schema
from azdesk.practice.ldap import values
from azdesk.practice.ldap.dit import Node

LEVELS: Final = ("none", "disclose", "auth", "compare", "search", "read", "write", "manage")
_PRIVILEGES: Final = {"m": 7, "w": 6, "a": 6, "z": 6, "r": 5, "s": 4, "c": 3, "x": 2, "d": 1, "0": 0}
_WORD: Final = re.compile(r'(?:[^\s"]|"(?:[^"\\]|\\.)*")+')
_STYLES: Final = {"": "exact", "exact": "exact", "base": "exact", "subtree": "subtree", "sub": "subtree", "one": "one",
                  "onelevel": "one", "children": "children", "regex": "regex"}  # fmt: skip


class BadRule(Exception):
    """A rule that slapd would not take, in its words."""


@dataclass(frozen=True, kw_only=True)
class Login:
    """Who asks."""

    dn: str = ""
    key: str = ""
    ssf: int = 0
    """Strength of what protects the connection."""
    address: str = ""
    """Where it comes from; empty for the Unix socket."""

    @classmethod
    def of(cls, dn: str, ssf: int = 0, address: str = "") -> Login:
        return cls(dn=dn, key=names.comparable(dn), ssf=ssf, address=address)


@dataclass(frozen=True, kw_only=True)
class Place:
    """Names: one, or those in some relation to it."""

    style: str
    key: str = ""
    pattern: re.Pattern[str] | None = None

    def has(self, key: str, dn: str) -> bool:
        if self.style == "regex":
            return self.pattern is not None and self.pattern.search(dn) is not None
        if self.style == "exact":
            return key == self.key
        if self.style == "one":
            return key.endswith(f",{self.key}") and "," not in key[: len(key) - len(self.key) - 1].replace(
                "\\,", ""
            )
        below = key.endswith(f",{self.key}") or (not self.key and bool(key))
        return below or (self.style == "subtree" and key == self.key)


@dataclass(frozen=True, kw_only=True)
class Who:
    """One ``by`` of a rule."""

    people: tuple[str, ...]
    places: tuple[Place, ...] = ()
    groups: tuple[str, ...] = ()
    ssf: int = 0
    addresses: tuple[str, ...] = ()
    level: int = 0
    goes_on: str = "stop"


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One rule."""

    place: Place | None = None
    attributes: frozenset[str] = frozenset()
    """In lower case; none: all."""
    classes: frozenset[str] = frozenset()
    """Attributes of these classes, too."""
    wanted: filters.Filter | None = None
    who: tuple[Who, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Access:
    """The rules of a database with those that hold for all."""

    rules: tuple[Rule, ...]
    schema: Schema
    find: Callable[[str], Node | None] = field(compare=False)
    """An entry by the key of its name, for groups."""

    def level(self, login: Login, node: Node, attribute: str) -> int:
        """What somebody may do with an attribute of an entry; ``entry`` and ``children`` are attributes here."""
        found = 0
        for rule in self.rules:
            if not self._is_about(rule, node, attribute):
                continue
            goes_on = "stop"
            found = 0
            for who in rule.who:
                if self._is(who, login, node):
                    found, goes_on = max(found, who.level), who.goes_on
                    if goes_on != "continue":
                        break
            # Nobody named, or told to go on with nobody left: that is all.
            if goes_on != "break":
                return found
        return found

    def may(self, login: Login, node: Node, attribute: str, level: str) -> bool:
        return self.level(login, node, attribute) >= LEVELS.index(level)

    def _is_about(self, rule: Rule, node: Node, attribute: str) -> bool:
        if rule.place is not None and not rule.place.has(node.key, node.dn):
            return False
        if rule.attributes or rule.classes:
            name = attribute.partition(";")[0].lower()
            known = self.schema.attribute(name)
            related = {name} if known is None else {one.name.lower() for one in self.schema.above(known)}
            of_class = known is not None and known.oid in self.schema.may(rule.classes)
            if not related & rule.attributes and not of_class:
                return False
        if rule.wanted is not None:
            return (
                values.matches(self.schema, rule.wanted, lambda name: getter(self.schema, node, name)) is True
            )
        return True

    def _is(self, who: Who, login: Login, node: Node) -> bool:
        if login.ssf < who.ssf or any(login.address != each for each in who.addresses):
            return False
        for word in who.people:
            fits = {
                "*": True,
                "anonymous": not login.dn,
                "users": bool(login.dn),
                "self": bool(login.dn) and login.key == node.key,
            }[word]
            if not fits:
                return False
        if not all(place.has(login.key, login.dn) for place in who.places):
            return False
        return all(self._member(group, login) for group in who.groups)

    def _member(self, group: str, login: Login) -> bool:
        found = self.find(group)
        return (
            found is not None
            and bool(login.dn)
            and any(
                names.same(member, login.dn)
                for name in ("member", "uniqueMember")
                for member in found.texts(name)
            )
        )


def getter(schema: Schema, node: Node, name: str) -> list[bytes]:
    """Values of an attribute, those of attributes derived from it too."""
    known = schema.attribute(name)
    if known is None:
        return []
    direct = node.attributes.get(known.name)
    if not schema.has_derived(known) and direct is not None:
        return direct
    derived = [
        value
        for held, given in node.attributes.items()
        if held != known.name
        and (other := schema.attribute(held)) is not None
        and (other is known or (other.sup and known in schema.above(other)))
        for value in given
    ]
    return [*(direct or ()), *derived]


# -- reading rules ---------------------------------------------------------------------------------------------


def rule(text: str, schema: Schema) -> Rule:
    """A value of ``olcAccess``.

    Raises:
        BadRule: it is none.
    """
    words = [_unquoted(word) for word in _WORD.findall(re.sub(r"^\{\d+\}", "", text.strip()))]
    if not words or words[0].lower() != "to":
        raise BadRule(f'<olcAccess> expecting to clause, got "{words[0] if words else ""}"')
    ends = [at for at, word in enumerate(words) if word.lower() == "by"] + [len(words)]
    made = _what(words[1 : ends[0]], schema)
    who = tuple(_who(words[start + 1 : end]) for start, end in itertools.pairwise(ends))
    if not who:
        raise BadRule("no by clause(s) specified in access line")
    return Rule(
        place=made.place, attributes=made.attributes, classes=made.classes, wanted=made.wanted, who=who
    )


def _unquoted(word: str) -> str:
    return re.sub(r'"((?:[^"\\]|\\.)*)"', lambda found: found[1].replace('\\"', '"'), word)


def _place(key: str, value: str) -> Place:
    style = _STYLES.get(key.partition(".")[2].partition(",")[0].lower())
    if style is None:
        raise BadRule(f'unknown style in "{key}"')
    if style == "regex":
        try:
            return Place(style=style, pattern=re.compile(value, re.IGNORECASE))
        except re.error as error:
            raise BadRule(f'regular expression "{value}" bad because of {error}') from None
    try:
        return Place(style=style, key=names.comparable(value))
    except DirectoryError:
        raise BadRule(f'dn "{value}" is invalid') from None


def _what(words: Sequence[str], schema: Schema) -> Rule:
    place, attributes, classes, wanted = None, set[str](), set[str](), None
    for word in words:
        key, equals, value = word.partition("=")
        kind = key.partition(".")[0].lower()
        if word == "*":
            continue
        if not equals:
            raise BadRule(f'missing "=" in "{word}" in to clause')
        if kind == "dn":
            place = None if value == "*" else _place(key, value)
        elif kind in ("attrs", "attr"):
            for name in value.split(","):
                plain = name.strip()
                if plain.startswith("@") and schema.object_class(plain[1:]) is not None:
                    classes.add(plain[1:])
                elif plain.lower() in ("entry", "children") or (found := schema.attribute(plain)) is None:
                    if plain.lower() not in ("entry", "children"):
                        raise BadRule(f'unknown attr "{plain}" in to clause')
                    attributes.add(plain.lower())
                else:
                    attributes.add(found.name.lower())
        elif kind == "filter":
            try:
                wanted = filters.parsed(value)
            except DirectoryError:
                raise BadRule(f'bad filter "{value}" in to clause') from None
        else:
            raise BadRule(f'expecting <what> got "{word}"')
    return Rule(place=place, attributes=frozenset(attributes), classes=frozenset(classes), wanted=wanted)


def _who(words: Sequence[str]) -> Who:
    people, places, groups, addresses, ssf = [], [], [], list[str](), 0
    level, goes_on = 0, "stop"
    for at, word in enumerate(words):
        key, equals, value = word.partition("=")
        kind = key.partition(".")[0].lower()
        if word.lower() in ("*", "anonymous", "users", "self"):
            people.append(word.lower())
        elif kind == "dn" and equals:
            places.append(_place(key, value))
        elif kind == "group" and equals:
            groups.append(names.comparable(value))
        elif key.lower() in ("peername.ip", "peername.ipv6") and equals:
            addresses.append(value)
        elif kind in ("ssf", "tls_ssf", "transport_ssf") and value.isdigit():
            ssf = int(value)
        elif at and (word.lower() in LEVELS or re.fullmatch(r"[=+-][mwazrscxd0]+", word)):
            level = (
                LEVELS.index(word.lower())
                if word.lower() in LEVELS
                else max(_PRIVILEGES[each] for each in word[1:])
            )
        elif at and word.lower() in ("stop", "continue", "break"):
            goes_on = word.lower()
        else:
            raise BadRule(f'expecting <who> got "{word}"' if not at else f'expecting <access> got "{word}"')
    if not (people or places or groups or addresses or ssf):
        raise BadRule('expecting <who> got ""')
    return Who(
        addresses=tuple(addresses),
        people=tuple(people),
        places=tuple(places),
        groups=tuple(groups),
        ssf=ssf,
        level=level,
        goes_on=goes_on,
    )


# -- limits ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How many entries somebody may have; None: as many as there are."""

    soft: int | None = 500
    hard: int | None = 500
    page: int | None = None
    """In one page."""
    paged: int | None = 500
    """In all pages together."""
    pages: bool = True
    """Whether there are pages at all."""


@dataclass(frozen=True, kw_only=True)
class LimitRule:
    """One ``olcLimits``."""

    who: Who
    limits: tuple[tuple[str, int | str | None], ...]
    """Key and number, word (soft, hard, disabled), or None: as many as there are."""


def limit_rule(text: str) -> LimitRule:
    """A value of ``olcLimits``.

    Raises:
        BadRule: it is none.
    """
    words = [_unquoted(word) for word in _WORD.findall(re.sub(r"^\{\d+\}", "", text.strip()))]
    if len(words) < 2:
        raise BadRule("<olcLimits> handler exited with 1")
    who = _who([words[0]]) if words[0] != "anonymous" else _who(["anonymous"])
    found: list[tuple[str, int | str | None]] = []
    for word in words[1:]:
        key, _, value = word.partition("=")
        if key.startswith("time") or value == "noEstimate":
            continue
        unlimited = value in ("unlimited", "none", "-1")
        if not key.startswith("size") or not (
            unlimited or value.isdigit() or value in ("soft", "hard", "disabled")
        ):
            raise BadRule("<olcLimits> handler exited with 1")
        found.append((key, None if unlimited else int(value) if value.isdigit() else value))
    return LimitRule(who=who, limits=tuple(found))


def limits_of(login: Login, base: int | None, rules: Sequence[LimitRule]) -> Limits:
    """What holds for somebody: the first rule that is about him, else what holds for all."""
    held: dict[str, int | str | None] = {
        "size.soft": base,
        "size.hard": base,
        "size.pr": None,
        "size.prtotal": "hard",
    }
    for each in rules:
        places = all(place.has(login.key, login.dn) for place in each.who.places)
        people = all(
            {"*": True, "anonymous": not login.dn, "users": bool(login.dn), "self": False}[word]
            for word in each.who.people
        )
        if places and people:
            for key, value in each.limits:
                held |= {"size.soft": value, "size.hard": value} if key == "size" else {key: value}
            break
    soft = _number(held["size.soft"], None)
    hard = _number(held["size.hard"], soft)
    return Limits(
        soft=soft,
        hard=hard,
        page=_number(held["size.pr"], None),
        paged=_number(held["size.prtotal"], hard),
        pages=held["size.prtotal"] != "disabled",
    )


def _number(value: int | str | None, otherwise: int | None) -> int | None:
    return otherwise if isinstance(value, str) else value
