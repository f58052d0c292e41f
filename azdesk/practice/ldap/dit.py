"""Entries in a tree (the directory information tree)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from azdesk.directory import names


class Refused(Exception):
    """An operation is not carried out.

    Args:
        code: result code.
        said: what the server adds.
        matched: the nearest entry above one that does not exist.
        referral: URL of a server that would carry it out.
    """

    def __init__(self, code: int, said: str = "", matched: str = "", referral: str = "") -> None:
        super().__init__(code, said)
        self.referral = referral
        self.code = code
        self.said = said
        self.matched = matched


@dataclass(eq=False)
class Node:
    """One entry."""

    dn: str
    key: str
    """Its name in comparable form."""
    attributes: dict[str, list[bytes]]
    """By the names of the schema."""
    parent: Node | None = None
    children: dict[str, Node] = field(default_factory=dict)

    def subtree(self) -> Iterator[Node]:
        """The entry itself and all below, each before those below it."""
        yield self
        for child in list(self.children.values()):
            yield from child.subtree()

    def texts(self, name: str) -> list[str]:
        return [value.decode("utf-8", "replace") for value in self.attributes.get(name, ())]


class Tree:
    """The entries of one database, from its suffix down."""

    def __init__(self, suffix: str) -> None:
        self.suffix = suffix
        self.key = names.comparable(suffix)
        self.nodes: dict[str, Node] = {}
        self.csn = b""
        """Change sequence number of the last change, as replicas compare it."""

    def holds(self, key: str) -> bool:
        """Whether a name would belong here."""
        return key == self.key or key.endswith(f",{self.key}") or not self.key

    def get(self, dn: str) -> Node:
        """An entry.

        Raises:
            Refused: there is none (32), with the nearest above it.
        """
        found = self.nodes.get(names.comparable(dn))
        if found is None:
            raise Refused(32, matched=self.nearest(dn))
        return found

    def nearest(self, dn: str) -> str:
        """The name of the nearest entry above; empty if there is none."""
        steps = names.parsed(dn)
        for at in range(1, len(steps)):
            found = self.nodes.get(names.key(steps[at:]))
            if found is not None:
                return found.dn
        return ""

    def put(self, dn: str, attributes: dict[str, list[bytes]]) -> Node:
        """Add an entry whose place was looked at; below nothing only the suffix itself can stand.

        Raises:
            Refused: it is there (68), or nothing is above it (32).
        """
        steps = names.parsed(dn)
        key = names.key(steps)
        if key in self.nodes:
            raise Refused(68)
        above = self.nodes.get(names.key(steps[1:])) if key != self.key else None
        self.csn = max(self.csn, *attributes.get("entryCSN", ()), b"")
        if above is None and key != self.key:
            raise Refused(32, matched=self.nearest(dn))
        node = Node(dn, key, attributes, above)
        self.nodes[key] = node
        if above is not None:
            above.children[key] = node
        return node

    def remove(self, node: Node) -> None:
        """Remove an entry that has none below."""
        del self.nodes[node.key]
        if node.parent is not None:
            del node.parent.children[node.key]

    def move(self, node: Node, dn: str, above: Node | None) -> None:
        """Give an entry another name, those below it too."""
        if node.parent is not None:
            del node.parent.children[node.key]
        node.parent = above
        below = list(node.subtree())
        steps = len(names.parsed(node.dn))
        for each in below:
            del self.nodes[each.key]
            own = names.parsed(each.dn)
            rest = names.written(own[: len(own) - steps])
            each.dn = f"{rest},{dn}" if rest else dn
            each.key = names.comparable(each.dn)
        for each in below:
            self.nodes[each.key] = each
        for each in below:
            if each.parent is not None:
                each.parent.children[each.key] = each
        for each in below:
            each.children = {child.key: child for child in each.children.values()}

    def copy(self) -> Tree:
        made = Tree(self.suffix)
        for node in self.all():
            made.put(node.dn, {name: list(values) for name, values in node.attributes.items()})
        return made

    def all(self) -> Iterator[Node]:
        top = self.nodes.get(self.key)
        if top is not None:
            yield from top.subtree()
