"""Searches and comparisons, of one who is logged in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from azdesk.directory import controls, filters, messages
from azdesk.practice.ldap import access, config, rules, schemas, values
from azdesk.practice.ldap.config import DatabaseSettings
from azdesk.practice.ldap.dit import Node, Refused
from azdesk.practice.ldap.visit import Visit

_OPERATIONAL: Final = (
    "structuralObjectClass entryUUID creatorsName createTimestamp entryCSN modifiersName modifyTimestamp entryDN "
    "subschemaSubentry hasSubordinates contextCSN"
).split()
WORKED_OUT: Final = frozenset({"entryDN", "subschemaSubentry", "hasSubordinates", "contextCSN"})
"""Attributes that no entry holds."""
_EXTENSIONS: Final = (messages.START_TLS, messages.WHO_AM_I)
_FEATURES: Final = ("1.3.6.1.4.1.4203.1.5.1", "1.3.6.1.1.14")


@dataclass(frozen=True, kw_only=True)
class Found:
    """An entry as somebody sees it."""

    dn: str
    attributes: dict[str, list[bytes]]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a search wants."""

    base: str
    scope: messages.Scope
    wanted: filters.Filter
    attributes: tuple[str, ...] = ()
    limit: int = 0
    types_only: bool = False


class Searching(Visit):
    """What can be asked."""

    def search(
        self, asked: Asked, order: controls.SortKey | None = None, *, unlimited: bool = False
    ) -> Iterator[Found]:
        """Entries as this login may see them, one after the other, sorted if wanted.

        Args:
            unlimited: whoever asks counts by himself.

        Raises:
            Refused: no such base (32), or a limit is reached (4), in the middle.
        """
        if not asked.base and asked.scope == "base":
            yield self._shown(self._root_dse(), asked, None)
            return
        if asked.base.lower() == "cn=subschema" and asked.scope == "base":
            yield self._shown(self._subschema(), asked, None)
            return
        self._secure_enough()
        tree, settings = self.server.place(asked.base)
        rights = self.server.access(tree, settings)
        top = self._visible_base(tree, settings, rights, asked.base)
        found: Iterable[Node] = self._scoped(top, asked.scope)
        schema = self.server.settings.schema
        allowed = None if unlimited else self._limit(settings, asked.limit)
        hits: Iterator[Node] = (node for node in found if self._hit(node, asked.wanted, rights, settings))
        if order is not None:
            name = order.attribute
            hits = iter(
                sorted(
                    hits,
                    key=lambda node: min(
                        (values.order(schema, name, value) for value in node.attributes.get(name, ())),
                        default=(1 << 62, b"\xff"),
                    ),
                    reverse=order.reverse,
                )
            )
        for number, node in enumerate(hits):
            if allowed is not None and number >= allowed:
                raise Refused(4)
            yield self._shown(node, asked, None if self._is_root(settings) else rights, settings)

    def limits(self, base: str) -> access.Limits:
        """What holds for this login in the database of an entry."""
        _, settings = self.server.place(base)
        if self._is_root(settings):
            return access.Limits(soft=None, hard=None, page=None, paged=None)
        return access.limits_of(self.login, settings.size_limit, settings.limits)

    def _limit(self, settings: DatabaseSettings, wanted: int) -> int | None:
        if self._is_root(settings):
            return wanted or None
        found = access.limits_of(self.login, settings.size_limit, settings.limits)
        if not wanted:
            return found.soft
        return wanted if found.hard is None else min(wanted, found.hard)

    @staticmethod
    def _scoped(top: Node, scope: messages.Scope) -> Iterable[Node]:
        if scope == "base":
            return [top]
        if scope == "one":
            return list(top.children.values())
        return top.subtree()

    def _hit(
        self, node: Node, wanted: filters.Filter, rights: access.Access, settings: DatabaseSettings
    ) -> bool:
        schema = self.server.settings.schema
        root = self._is_root(settings)

        def get(name: str) -> Sequence[bytes]:
            found = schema.attribute(name)
            if found is None or not (root or rights.may(self.login, node, found.name, "search")):
                return ()
            return access.getter(schema, self._collected(node, settings), found.name) or self._made(
                node, found.name
            )

        if not root and not rights.may(self.login, node, "entry", "read"):
            return False
        return values.matches(schema, wanted, get) is True

    def _collected(self, node: Node, settings: DatabaseSettings) -> Node:
        """The entry with what slapo-collect gives it from one above."""
        for key, wanted in settings.collected:
            if not node.key.endswith(f",{key}"):
                continue
            above = self.server.place(node.dn)[0].nodes.get(key)
            more = {
                name: above.attributes[name]
                for name in wanted
                if above is not None and name in above.attributes
            }
            if more:
                return Node(node.dn, node.key, {**node.attributes, **more}, node.parent, node.children)
        return node

    @staticmethod
    def _made(node: Node, name: str, csn: bytes = b"") -> list[bytes]:
        """Attributes that are worked out."""
        if name == "contextCSN":
            return [csn] if csn and node.parent is None else []
        if name == "entryDN":
            return [node.dn.encode()]
        if name == "subschemaSubentry":
            return [b"cn=Subschema"]
        if name == "hasSubordinates" and node.key:
            return [b"TRUE" if node.children else b"FALSE"]
        return []

    def _shown(
        self, node: Node, asked: Asked, rights: access.Access | None, settings: DatabaseSettings | None = None
    ) -> Found:
        schema = self.server.settings.schema
        csn = b""
        if settings is not None:
            if node.parent is None and (settings.tells_replicas or settings.follows):
                csn = self.server.place(node.dn)[0].csn
            node = self._collected(node, settings)
        chosen = asked.attributes or ("*",)
        everything, operational = "*" in chosen, "+" in chosen
        named = {known.name for name in chosen if (known := schema.attribute(name)) is not None}
        attributes: dict[str, list[bytes]] = {}
        for name in dict.fromkeys([*node.attributes, *_OPERATIONAL]):
            known = schema.attribute(name)
            held = node.attributes.get(name) or self._made(node, name, csn)
            own = known is not None and known.operational
            wanted = (operational if own else everything) or (known is not None and known.name in named)
            if not held or not wanted:
                continue
            if rights is not None and not rights.may(self.login, node, name, "read"):
                continue
            attributes[name] = [] if asked.types_only else list(held)
        return Found(dn=node.dn, attributes=attributes)

    def _root_dse(self) -> Node:
        settings = self.server.settings
        sorting = any("sssvlv" in each.overlays for each in settings.databases)
        known = [controls.VIEW, controls.SORT] if sorting else []
        made: dict[str, Sequence[str]] = {
            "objectClass": ["top", "OpenLDAProotDSE"],
            "structuralObjectClass": ["OpenLDAProotDSE"],
            "configContext": [config.SUFFIX],
            "namingContexts": [each.suffix for each in settings.databases],
            "supportedControl": [*known, controls.PAGED, "2.16.840.1.113730.3.4.2"],
            "supportedExtension": [
                each for each in _EXTENSIONS if settings.certificate or each != messages.START_TLS
            ],
            "supportedFeatures": list(_FEATURES),
            "supportedLDAPVersion": ["3"],
            "supportedSASLMechanisms": ["EXTERNAL"] if self.peer else [],
        }
        return Node(
            "", "", {name: [text.encode() for text in given] for name, given in made.items() if given}
        )

    def _subschema(self) -> Node:
        texts = schemas.texts(self.server.configuration)
        return Node(
            "cn=Subschema",
            "cn=subschema",
            {
                "objectClass": [b"top", b"subentry", b"subschema", b"extensibleObject"],
                "cn": [b"Subschema"],
                "attributeTypes": texts[0],
                "objectClasses": texts[1],
            },
        )

    def compare(self, dn: str, attribute: str, value: bytes) -> bool:
        """Whether an entry has a value.

        Raises:
            Refused: no such entry (32), attribute (16, 17), or no right to know (50).
        """
        tree, settings = self.server.place(dn)
        rights = self.server.access(tree, settings)
        node = self._visible_base(tree, settings, rights, dn)
        name = rules.known_name(self.server.settings.schema, attribute)
        if not self._may(settings, rights, node, name, "compare"):
            raise Refused(50)
        held = node.attributes.get(name)
        if not held:
            raise Refused(16)
        schema = self.server.settings.schema
        plain = values.normal(schema, name, value)
        return any(values.normal(schema, name, each) == plain for each in held)
