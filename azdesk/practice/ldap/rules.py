"""What an entry must be, with the codes and words of slapd."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from azdesk.directory import names
from azdesk.directory.ldif import Change
from azdesk.directory.schema import ClassType, Schema
from azdesk.practice.ldap import values
from azdesk.practice.ldap.dit import Refused

Attributes = dict[str, list[bytes]]


def canonical(schema: Schema, attributes: Mapping[str, Sequence[bytes]]) -> Attributes:
    """Attributes under the names that the schema has for them.

    Raises:
        Refused: one is not known (17), has a value that is none (21), or one too many (19, 20).
    """
    found: Attributes = {}
    for name, given in attributes.items():
        # Classes first: they decide which attributes may be asked about at all.
        if name.lower() == "objectclass":
            check_values(schema, "objectClass", given)
    for name, given in attributes.items():
        if schema.attribute(name) is None:
            raise Refused(17, f"{name}: attribute type undefined")
        found.setdefault(known_name(schema, name), []).extend(given)
    for name, given in found.items():
        check_values(schema, name, given)
    return found


def known_name(schema: Schema, name: str) -> str:
    """As the schema has it, options kept.

    Raises:
        Refused: it does not (17).
    """
    found = schema.attribute(name)
    if found is None:
        raise Refused(17, f"{name}: attribute type undefined")
    _, semicolon, options = name.partition(";")
    return found.name + semicolon + options.lower()


def check_values(schema: Schema, name: str, given: Sequence[bytes]) -> None:
    """Values of one attribute, given in one go.

    Raises:
        Refused: as `canonical`.
    """
    known = schema.attribute(name)
    if known is not None and any(one.single for one in schema.above(known)) and len(given) > 1:
        raise Refused(19, f"{name}: multiple values provided")
    seen: dict[bytes, int] = {}
    for number, value in enumerate(given):
        if not values.valid(schema, name, value):
            raise Refused(21, f"{name}: value #{number} invalid per syntax")
        plain = values.normal(schema, name, value)
        if plain in seen:
            raise Refused(20, f"{name}: value #{seen[plain]} provided more than once")
        seen[plain] = number


def no_operational(schema: Schema, given: Iterable[str]) -> None:
    """Raise if one of the attributes is the server's own business (19)."""
    for name in given:
        known = schema.attribute(name)
        if known is not None and known.read_only:
            raise Refused(19, f"{known_name(schema, name)}: no user modification allowed")


def structural(schema: Schema, attributes: Attributes) -> ClassType:
    """The one structural class of an entry.

    Raises:
        Refused: there is none, or two that have nothing to do with each other (65).
    """
    named = [value.decode("utf-8", "replace") for value in attributes.get("objectClass", ())]
    if not named:
        raise Refused(65, "no objectClass attribute")
    chosen: ClassType | None = None
    for name in named:
        one = schema.object_class(name)
        if one is None or one.kind != "structural":
            continue
        if chosen is None or chosen in schema.family([name]):
            chosen = one
        elif one not in schema.family([chosen.name]):
            raise Refused(65, f"invalid structural object class chain ({chosen.name}/{one.name})")
    if chosen is None:
        raise Refused(65, "no structural object class provided")
    return chosen


def check_entry(schema: Schema, dn: str, attributes: Attributes) -> ClassType:
    """A whole entry; returns its structural class.

    Raises:
        Refused: it is not as its classes want it (65), or not as its name says (64).
    """
    kind = structural(schema, attributes)
    named = [value.decode("utf-8", "replace") for value in attributes["objectClass"]]
    family = schema.family(named)
    for name in attributes:
        if name.lower() == "objectclass":
            continue
        found = schema.attribute(name)
        if found is not None and any(one.single for one in schema.above(found)) and len(attributes[name]) > 1:
            raise Refused(65, f"attribute '{name}' cannot have multiple values")
    _check_naming(schema, dn, attributes)
    present = {found.oid for name in attributes if (found := schema.attribute(name)) is not None}
    for one in _in_order(schema, named):
        for name in one.must:
            known = schema.attribute(name)
            if known is None or known.oid not in present:
                raise Refused(65, f"object class '{one.name}' requires attribute '{name}'")
    if not any(one.name == "extensibleObject" for one in family):
        allowed = schema.may(named)
        for name in attributes:
            found = schema.attribute(name)
            if found is not None and not found.operational and found.oid not in allowed:
                raise Refused(65, f"attribute '{found.name}' not allowed")
    return kind


def _in_order(schema: Schema, named: Iterable[str]) -> Iterable[ClassType]:
    for name in named:
        yield from schema.family([name])


def _check_naming(schema: Schema, dn: str, attributes: Attributes) -> None:
    steps = names.parsed(dn)
    for name, value in steps[0] if steps else ():
        known = known_name(schema, name)
        present = attributes.get(known)
        if not present:
            raise Refused(64, f"naming attribute '{known}' is not present in entry")
        plain = values.normal(schema, known, value)
        if not any(values.normal(schema, known, each) == plain for each in present):
            raise Refused(64, f"value of naming attribute '{known}' is not present in entry")


def with_name(schema: Schema, dn: str, attributes: Attributes) -> None:
    """Give a new entry the values that its name is made of, as slapd does.

    Raises:
        Refused: the name is made of an attribute that is not known (17).
    """
    steps = names.parsed(dn)
    for name, value in steps[0] if steps else ():
        known = known_name(schema, name)
        present = attributes.setdefault(known, [])
        plain = values.normal(schema, known, value)
        if not any(values.normal(schema, known, each) == plain for each in present):
            present.append(value)


def changed(schema: Schema, attributes: Attributes, changes: Iterable[Change]) -> Attributes:
    """Attributes with changes, in order; whether they may be so is another question.

    Raises:
        Refused: a value to add is there (20), one to delete is not (16), and as `canonical`.
    """
    found = {name: list(held) for name, held in attributes.items()}
    for change in changes:
        name = known_name(schema, change.attribute)
        check_values(schema, name, change.values)
        held = found.get(name, [])
        if change.operation == "replace":
            held = list(change.values)
        elif change.operation == "add":
            held = [*held, *_added(schema, name, held, change.values)]
        else:
            held = _kept(schema, name, held, change.values)
        if held:
            found[name] = held
        else:
            found.pop(name, None)
    return found


def _added(schema: Schema, name: str, held: Sequence[bytes], new: Sequence[bytes]) -> Sequence[bytes]:
    have = {values.normal(schema, name, each) for each in held}
    for number, value in enumerate(new):
        if values.normal(schema, name, value) in have:
            raise Refused(20, f"modify/add: {name}: value #{number} already exists")
    return new


def _kept(schema: Schema, name: str, held: Sequence[bytes], gone: Sequence[bytes]) -> list[bytes]:
    if not held:
        raise Refused(16, f"modify/delete: {name}: no such attribute")
    if not gone:
        return []
    have = {values.normal(schema, name, each): each for each in held}
    for value in gone:
        if have.pop(values.normal(schema, name, value), None) is None:
            raise Refused(16, f"modify/delete: {name}: no such value")
    return list(have.values())
