"""A server's schema, as it tells it (RFC 4512, 4.1 and 4.2): which attributes and classes it knows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

_TOKEN: Final = re.compile(
    r"\s*(?:(?P<open>\()|(?P<close>\))|(?P<dollar>\$)|'(?P<quoted>[^']*)'|(?P<word>[^\s()'$]+))"
)
_FLAGS: Final = frozenset(
    ["OBSOLETE", "SINGLE-VALUE", "COLLECTIVE", "NO-USER-MODIFICATION", "ABSTRACT", "STRUCTURAL", "AUXILIARY"]
)


@dataclass(frozen=True, kw_only=True)
class AttributeType:
    """An attribute that the server knows."""

    oid: str
    names: tuple[str, ...] = ()
    sup: str = ""
    equality: str = ""
    ordering: str = ""
    substr: str = ""
    syntax: str = ""
    """OID, a length in braces left out."""
    single: bool = False
    operational: bool = False
    read_only: bool = False

    @property
    def name(self) -> str:
        return self.names[0] if self.names else self.oid


@dataclass(frozen=True, kw_only=True)
class ClassType:
    """A class of entries that the server knows."""

    oid: str
    names: tuple[str, ...] = ()
    sup: tuple[str, ...] = ()
    kind: Literal["abstract", "structural", "auxiliary"] = "structural"
    must: tuple[str, ...] = ()
    may: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.names[0] if self.names else self.oid


@dataclass(frozen=True)
class Schema:
    """Attributes and classes by name, which is compared without case, or OID."""

    attributes: tuple[AttributeType, ...] = ()
    classes: tuple[ClassType, ...] = ()
    _attributes: dict[str, AttributeType] = field(init=False, repr=False, compare=False, default_factory=dict)
    _classes: dict[str, ClassType] = field(init=False, repr=False, compare=False, default_factory=dict)
    _rules: dict[tuple[str, str], str] = field(init=False, repr=False, compare=False, default_factory=dict)
    _bases: set[str] = field(init=False, repr=False, compare=False, default_factory=set)

    def __post_init__(self) -> None:
        for attribute in self.attributes:
            for name in (attribute.oid, *attribute.names):
                self._attributes.setdefault(name.lower(), attribute)
        for one in self.classes:
            for name in (one.oid, *one.names):
                self._classes.setdefault(name.lower(), one)
        above = (self.attribute(attribute.sup) for attribute in self.attributes if attribute.sup)
        self._bases.update(attribute.oid for attribute in above if attribute is not None)

    @classmethod
    def of(cls, attributes: Iterable[str], classes: Iterable[str]) -> Schema:
        """From descriptions; those that cannot be understood are left out."""
        return cls(
            tuple(found for text in attributes if (found := attribute_type(text)) is not None),
            tuple(known for text in classes if (known := object_class(text)) is not None),
        )

    def attribute(self, name: str) -> AttributeType | None:
        """An attribute by its name, with or without options, or OID."""
        return self._attributes.get(name.partition(";")[0].lower())

    def object_class(self, name: str) -> ClassType | None:
        return self._classes.get(name.lower())

    def above(self, attribute: AttributeType) -> Iterator[AttributeType]:
        """The attribute itself, and those that it is derived from."""
        seen: set[str] = set()
        now: AttributeType | None = attribute
        while now is not None and now.oid not in seen:
            seen.add(now.oid)
            yield now
            now = self.attribute(now.sup) if now.sup else None

    def has_derived(self, attribute: AttributeType) -> bool:
        """Whether other attributes are derived from it, so that asking for it means those, too."""
        return attribute.oid in self._bases

    def rule(self, name: str, kind: Literal["equality", "ordering", "substr", "syntax"]) -> str:
        """A matching rule or the syntax of an attribute, its own or inherited; empty if there is none."""
        known = self._rules.get((name, kind))
        if known is None:
            found = self.attribute(name)
            above = () if found is None else self.above(found)
            known = next((str(value) for one in above if (value := getattr(one, kind))), "")
            self._rules[name, kind] = known
        return known

    def family(self, names: Iterable[str]) -> tuple[ClassType, ...]:
        """Classes and all that they are derived from; unknown ones are left out."""
        found: dict[str, ClassType] = {}
        waiting = list(names)
        while waiting:
            one = self.object_class(waiting.pop())
            if one is not None and one.oid not in found:
                found[one.oid] = one
                waiting.extend(one.sup)
        return tuple(found.values())

    def must(self, classes: Iterable[str]) -> frozenset[str]:
        """Attributes that an entry of these classes must have, by OID."""
        return self._oids(name for one in self.family(classes) for name in one.must)

    def may(self, classes: Iterable[str]) -> frozenset[str]:
        """Attributes that an entry of these classes can have, those that it must have among them, by OID."""
        return self._oids(name for one in self.family(classes) for name in (*one.must, *one.may))

    def _oids(self, names: Iterable[str]) -> frozenset[str]:
        return frozenset(
            found.oid if (found := self.attribute(name)) is not None else name.lower() for name in names
        )


# -- descriptions ----------------------------------------------------------------------------------------------


def attribute_type(text: str) -> AttributeType | None:
    """An attribute's description (RFC 4512, 4.1.2); None if it is none. A number in braces before it is left out, as in
    slapd's ``olcAttributeTypes``.
    """
    found = _description(text)
    if found is None:
        return None
    oid, words = found
    usage = _first(words.get("USAGE"))
    return AttributeType(
        oid=oid,
        names=tuple(words.get("NAME", ())),
        sup=_first(words.get("SUP")),
        equality=_first(words.get("EQUALITY")),
        ordering=_first(words.get("ORDERING")),
        substr=_first(words.get("SUBSTR")),
        syntax=_first(words.get("SYNTAX")).partition("{")[0],
        single="SINGLE-VALUE" in words,
        operational=usage.lower() not in ("", "userapplications"),
        read_only="NO-USER-MODIFICATION" in words,
    )


def object_class(text: str) -> ClassType | None:
    """A class's description (RFC 4512, 4.1.1); None if it is none."""
    found = _description(text)
    if found is None:
        return None
    oid, words = found
    kind: Literal["abstract", "structural", "auxiliary"] = "structural"
    if "ABSTRACT" in words:
        kind = "abstract"
    elif "AUXILIARY" in words:
        kind = "auxiliary"
    return ClassType(
        oid=oid,
        names=tuple(words.get("NAME", ())),
        sup=tuple(words.get("SUP", ())),
        kind=kind,
        must=tuple(words.get("MUST", ())),
        may=tuple(words.get("MAY", ())),
    )


def _first(values: Sequence[str] | None) -> str:
    return values[0] if values else ""


def _description(text: str) -> tuple[str, dict[str, list[str]]] | None:
    tokens = [
        (found.lastgroup or "", found[found.lastgroup or ""])
        for found in _TOKEN.finditer(re.sub(r"^\s*\{\d+\}", "", text))
    ]
    if len(tokens) < 3 or tokens[0][0] != "open" or tokens[1][0] not in ("word", "quoted"):
        return None
    words: dict[str, list[str]] = {}
    at = 2
    while at < len(tokens) and tokens[at][0] == "word":
        key = tokens[at][1]
        at += 1
        values: list[str] = []
        if key not in _FLAGS and at < len(tokens):
            if tokens[at][0] == "open":
                at += 1
                while at < len(tokens) and tokens[at][0] != "close":
                    if tokens[at][0] != "dollar":
                        values.append(tokens[at][1])
                    at += 1
                at += 1
            elif tokens[at][0] in ("word", "quoted"):
                values.append(tokens[at][1])
                at += 1
        words[key] = values
    return tokens[1][1], words
