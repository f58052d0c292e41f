"""Schemas: those that slapd brings along, and what the entries below cn=schema,cn=config say."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Final

from azdesk.directory import names
from azdesk.directory.schema import AttributeType, ClassType, Schema, attribute_type, object_class
from azdesk.practice import stock
from azdesk.practice.ldap.dit import Node, Refused, Tree

CONFIG: Final = "cn=config"
NUMBER: Final = re.compile(r"^\{(-?\d+)\}")


@cache
def _stock() -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """Attributes and classes of the stock schemas, by name; ``system`` is what slapd has built in."""
    found: dict[str, tuple[list[str], list[str]]] = {}
    now: tuple[list[str], list[str]] = ([], [])
    for line in stock.text("ldap.schema").splitlines():
        if line.startswith("["):
            now = found[line[1:-1]] = ([], [])
        elif line[:2] in ("a ", "c "):
            now[line[0] == "c"].append(line[2:])
    return {name: (tuple(attributes), tuple(classes)) for name, (attributes, classes) in found.items()}


@lru_cache(maxsize=4096)
def _attribute(text: str) -> AttributeType | None:
    return attribute_type(text)


@lru_cache(maxsize=4096)
def _class(text: str) -> ClassType | None:
    return object_class(text)


def entry(name: str) -> dict[str, list[bytes]]:
    """What stands in the entry of a stock schema."""
    attributes, classes = _stock()[name]
    return {
        "objectClass": [b"olcSchemaConfig"],
        "cn": [name.encode()],
        "olcAttributeTypes": [text.encode() for text in attributes],
        "olcObjectClasses": [text.encode() for text in classes],
    }


def whole(tree: Tree, modules: Iterable[str], *, starting: bool) -> Schema:
    own: tuple[list[str], list[str]] = ([], [])
    for part in ("system", *(f"module {name}" for name in modules)):
        for have, more in zip(own, _stock().get(part, ((), ())), strict=True):
            have.extend(more)
    attributes: list[AttributeType] = [found for text in own[0] if (found := _attribute(text)) is not None]
    classes: list[ClassType] = [known for text in own[1] if (known := _class(text)) is not None]
    place = names.comparable(f"cn=schema,{CONFIG}")
    nodes = sorted(
        (node for node in tree.all() if node.parent is not None and node.parent.key == place), key=place_of
    )
    for node in nodes:
        _add_attributes(node, attributes)
        if starting:
            _add_classes(node, attributes, classes)
    for node in () if starting else nodes:
        _add_classes(node, attributes, classes)
    return Schema(tuple(attributes), tuple(classes))


def _add_attributes(node: Node, attributes: list[AttributeType]) -> None:
    so_far = Schema(tuple(attributes))
    own_attributes: list[AttributeType] = []
    for text in node.texts("olcAttributeTypes"):
        found = _attribute(text)
        if found is None:
            raise Refused(21, "olcAttributeTypes: value #0 invalid per syntax")
        for name in (found.oid, *found.names):
            if so_far.attribute(name) is not None:
                raise Refused(80, f'olcAttributeTypes: Duplicate attributeType: "{found.oid}"'
                              if name == found.oid else f'olcAttributeTypes: Inconsistent duplicate attributeType: "{name}"')  # fmt: skip
        own_attributes.append(found)
    attributes += own_attributes


def _add_classes(node: Node, attributes: list[AttributeType], classes: list[ClassType]) -> None:
    whole = Schema(tuple(attributes), tuple(classes))
    for text in node.texts("olcObjectClasses"):
        one = _class(text)
        if one is None:
            raise Refused(21, "olcObjectClasses: value #0 invalid per syntax")
        for name in (one.oid, *one.names):
            if whole.object_class(name) is not None:
                raise Refused(80, f'olcObjectClasses: Duplicate objectClass: "{one.oid}"')
        for name in (*one.must, *one.may):
            if whole.attribute(name) is None:
                raise Refused(80, f'olcObjectClasses: AttributeType not found: "{name}"')
        for name in one.sup:
            if whole.object_class(name) is None:
                raise Refused(80, f'olcObjectClasses: ObjectClass not found: "{name}"')
        classes.append(one)
        whole = Schema(tuple(attributes), tuple(classes))


def place_of(node: Node) -> int:
    found = re.search(r"=\{(-?\d+)\}", node.dn)
    return int(found[1]) if found else 0


def texts(tree: Tree) -> tuple[list[bytes], list[bytes]]:
    """Descriptions of all attributes and classes that people's entries may have, as the subschema entry shows them."""
    place = names.comparable(f"cn=schema,{CONFIG}")
    found: tuple[list[bytes], list[bytes]] = ([], [])
    for have, texts in zip(found, _stock()["system"], strict=True):
        have.extend(text.encode() for text in texts if "OLcfg" not in text)
    for node in sorted(
        (node for node in tree.all() if node.parent is not None and node.parent.key == place), key=place_of
    ):
        for have, name in zip(found, ("olcAttributeTypes", "olcObjectClasses"), strict=True):
            have.extend(NUMBER.sub("", text).encode() for text in node.texts(name))
    return found
