"""The server itself: databases, and the operations of one who is logged in."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from azdesk.core.errors import DirectoryError
from azdesk.directory import controls, filters, ldif, messages, names
from azdesk.directory.schema import Schema
from azdesk.practice.ldap import access, config, rules, values
from azdesk.practice.ldap.access import Login
from azdesk.practice.ldap.config import DatabaseSettings, Settings
from azdesk.practice.ldap.dit import Node, Refused, Tree

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


@dataclass(eq=False)
class Server:
    """A slapd. All calls are made with the world's lock held.

    Args:
        configuration: its cn=config.
        exists: whether it could read a file on its host.
    """

    configuration: Tree
    exists: Callable[[str], bool]
    data: dict[str, Tree] = field(default_factory=dict)
    """By the keys of the suffixes."""
    settings: Settings = field(init=False)
    saved: Callable[[], None] = lambda: None
    """Called after each change of cn=config."""
    fetch: Callable[[DatabaseSettings, bytes], Tree | None] = lambda _settings, _csn: None
    """What another server has that a database follows, if that is something else than at this change sequence number."""
    starting: bool = False
    clock: Callable[[], float] = time.time
    _ticks: int = 0

    def __post_init__(self) -> None:
        self.settings = config.load(self.configuration, self.exists, starting=self.starting)
        self._adjust()

    def _adjust(self) -> None:
        """A tree for each database, and none for those that are gone."""
        wanted = {names.comparable(each.suffix) for each in self.settings.databases}
        self.data = {key: tree for key, tree in self.data.items() if key in wanted}
        for each in self.settings.databases:
            key = names.comparable(each.suffix)
            self.data.setdefault(key, Tree(each.suffix))

    # -- databases -------------------------------------------------------------------------------------------

    def place(self, dn: str) -> tuple[Tree, DatabaseSettings]:
        """The database that an entry belongs to.

        Raises:
            Refused: none (32), or the name is none (34).
        """
        try:
            key = names.comparable(dn)
        except DirectoryError:
            raise Refused(34, "invalid DN") from None
        if self.configuration.holds(key):
            return self.configuration, self.settings.config
        for each in self.settings.databases:
            place = names.comparable(each.suffix)
            if self.data[place].holds(key):
                if each.follows and (new := self.fetch(each, self.data[place].csn)) is not None:
                    self.data[place] = new
                return self.data[place], each
        raise Refused(32)

    def access(self, tree: Tree, settings: DatabaseSettings) -> access.Access:
        return self.settings.rules(settings, tree.nodes.get)

    def stamp(self) -> tuple[bytes, bytes]:
        """Now, as a time and as a change sequence number."""
        self._ticks += 1
        now = self.clock()
        whole = time.strftime("%Y%m%d%H%M%S", time.gmtime(now))
        return (
            f"{whole}Z".encode(),
            f"{whole}.{int(now % 1 * 1e6):06d}Z#{self._ticks % 1000000:06x}#000#000000".encode(),
        )

    def load_entry(self, dn: str, attributes: dict[str, list[bytes]], who: str) -> None:
        """Put an entry into a database as slapadd does: the schema counts, rights do not.

        Raises:
            Refused: it is not as it must be.
        """
        tree, _ = self.place(dn)
        made = rules.canonical(self.settings.schema, attributes)
        rules.with_name(self.settings.schema, dn, made)
        kind = rules.check_entry(self.settings.schema, dn, made)
        self.finish(made, kind.name, who)
        tree.put(dn, made)

    def finish(self, made: dict[str, list[bytes]], kind: str, who: str) -> None:
        """Operational attributes of a new entry, where it has none."""
        moment, number = self.stamp()
        own = {
            "structuralObjectClass": kind.encode(),
            "entryUUID": str(uuid.uuid4()).encode(),
            "creatorsName": who.encode(),
            "createTimestamp": moment,
            "entryCSN": number,
            "modifiersName": who.encode(),
            "modifyTimestamp": moment,
        }
        for name, value in own.items():
            made.setdefault(name, [value])

    def reconfigure(self, change: Callable[[Tree], None]) -> None:
        """Change a copy of cn=config, and use it if it holds together.

        Raises:
            Refused: it does not; nothing was changed.
        """
        new = self.configuration.copy()
        change(new)
        self.settings = config.load(new, self.exists)
        self.configuration = new
        self._adjust()
        self.saved()

    # -- passwords -------------------------------------------------------------------------------------------

    def check_password(self, dn: str, password: bytes, login: Login) -> bool:
        """Whether that is an entry's password, or that of a database's root.

        Args:
            login: who asks: nobody yet, from somewhere.
        """
        key = names.comparable(dn)
        for each in (*self.settings.databases, self.settings.config):
            if each.root_password and each.root_dn and names.comparable(each.root_dn) == key:
                return fits(each.root_password, password)
        try:
            tree, settings = self.place(dn)
            node = tree.get(dn)
        except Refused:
            return False
        if not self.access(tree, settings).may(login, node, "userPassword", "auth"):
            return False
        return any(fits(held, password) for held in node.attributes.get("userPassword", ()))


def fits(held: bytes, password: bytes) -> bool:
    """Whether a password is the one that is kept, in clear or as a hash."""
    found = re.match(rb"\{([A-Za-z0-9]+)\}(.*)\Z", held, re.DOTALL)
    if found is None:
        return hmac.compare_digest(held, password)
    scheme = found[1].upper().decode()
    if scheme == "CLEARTEXT":
        return hmac.compare_digest(found[2], password)
    kind = {"SHA": "sha1", "SSHA": "sha1", "MD5": "md5", "SMD5": "md5", "SHA256": "sha256", "SSHA256": "sha256",
            "SHA512": "sha512", "SSHA512": "sha512"}.get(scheme)  # fmt: skip
    if kind is None:
        return False
    try:
        raw = base64.b64decode(found[2])
    except ValueError:
        return False
    size = hashlib.new(kind, usedforsecurity=False).digest_size
    made = hashlib.new(kind, password + raw[size:], usedforsecurity=False).digest()
    return hmac.compare_digest(made, raw[:size])


@dataclass(eq=False)
class Session:
    """One connection.

    Args:
        peer: name that SASL EXTERNAL gives, empty where there is none.
        ssf: strength of what protects the connection.
    """

    server: Server
    peer: str = ""
    ssf: int = 0
    address: str = ""
    """Where the client is; empty for the Unix socket."""
    login: Login = field(default_factory=Login)
    forced: bool = False
    """Whether rights do not count, as for the tools that work on the disk."""

    def __post_init__(self) -> None:
        self.login = Login.of("", self.ssf, self.address)

    # -- logging in ------------------------------------------------------------------------------------------

    def external(self) -> None:
        """SASL EXTERNAL.

        Raises:
            Refused: the connection shows nobody (7).
        """
        if not self.peer:
            raise Refused(7, "SASL(-4): no mechanism available: ")
        dn = self.peer
        for pattern, replacement in self.server.settings.authz:
            found = pattern.search(dn)
            if found is not None:
                dn = found.expand(replacement)
                break
        self.login = Login.of(dn, self.ssf, self.address)

    def simple(self, dn: str, password: bytes) -> None:
        """A name and a password.

        Raises:
            Refused: not accepted (49), not without TLS (13), no name (34), or a name without a password (53).
        """
        self.login = Login.of("", self.ssf, self.address)
        if not dn:
            return
        try:
            names.comparable(dn)
        except DirectoryError:
            raise Refused(34, "invalid DN") from None
        if not password:
            raise Refused(53, "unauthenticated bind (DN with no password) disallowed")
        self._secure_enough("simple_bind")
        if not self.server.check_password(dn, password, self.login):
            raise Refused(49)
        self.login = Login.of(dn, self.ssf, self.address)

    def _secure_enough(self, *kinds: str) -> None:
        for name, wanted in self.server.settings.security:
            if name in ("ssf", "tls", *kinds) and self.ssf < wanted:
                raise Refused(13, "confidentiality required")

    def _is_root(self, settings: DatabaseSettings) -> bool:
        if self.forced:
            return True
        return bool(settings.root_dn) and bool(self.login.dn) and names.same(settings.root_dn, self.login.dn)

    # -- looking ---------------------------------------------------------------------------------------------

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

    def _visible_base(self, tree: Tree, settings: DatabaseSettings, rights: access.Access, dn: str) -> Node:
        try:
            node = tree.get(dn)
        except Refused as refused:
            nearest = tree.nodes.get(names.comparable(refused.matched)) if refused.matched else None
            if nearest is None or not self._may(settings, rights, nearest, "entry", "disclose"):
                raise Refused(32) from None
            raise
        if not self._may(settings, rights, node, "entry", "disclose"):
            raise Refused(32)
        if not self._may(settings, rights, node, "entry", "search"):
            raise Refused(50)
        return node

    def _may(
        self, settings: DatabaseSettings, rights: access.Access, node: Node, name: str, level: str
    ) -> bool:
        return self._is_root(settings) or rights.may(self.login, node, name, level)

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
        texts = config.schema_texts(self.server.configuration)
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

    # -- changing --------------------------------------------------------------------------------------------

    def carry_out(self, record: ldif.Record) -> None:
        """Add, change, delete or rename an entry.

        Raises:
            Refused: with slapd's code and words.
        """
        try:
            names.parsed(record.dn)
        except DirectoryError:
            raise Refused(34, "invalid DN") from None
        self._secure_enough("update_ssf")
        try:
            tree, settings = self.server.place(record.dn)
        except Refused as refused:
            if isinstance(record, ldif.Entry) and refused.code == 32:
                raise Refused(53, "no global superior knowledge") from None
            raise
        if settings.read_only:
            raise Refused(53, "operation restricted")
        if settings.follows:
            raise settings.shadow(record.dn)
        if isinstance(record, ldif.Entry):
            self._add(tree, settings, record)
        elif isinstance(record, ldif.Modify):
            self._modify(tree, settings, record)
        elif isinstance(record, ldif.Delete):
            self._delete(tree, settings, record)
        else:
            self._rename(tree, settings, record)
        tree.csn = max(tree.csn, self.server.stamp()[1])

    def _add(self, tree: Tree, settings: DatabaseSettings, record: ldif.Entry) -> None:
        schema = self.server.settings.schema
        rights = self.server.access(tree, settings)
        made = rules.canonical(schema, record.attributes)
        rules.no_operational(schema, made)
        dn, in_config = record.dn, tree is self.server.configuration
        if names.comparable(dn) in tree.nodes:
            raise Refused(68)
        parent = names.comparable(names.parent(dn))
        above = tree.nodes.get(parent)
        if above is None and names.comparable(dn) != tree.key:
            raise Refused(32, matched=tree.nearest(dn))
        if in_config:
            rules.structural(schema, made)
            dn = config.numbered_name(tree, dn)
            attribute, value = names.parsed(dn)[0][0]
            made[rules.known_name(schema, attribute)] = [value]
            for name in made:
                if name.lower() in config.ORDERED:
                    made[name] = config.in_order([], made[name])
        rules.with_name(schema, dn, made)
        kind = rules.check_entry(schema, dn, made)
        new = Node(dn, names.comparable(dn), made)
        if above is not None and not self._may(settings, rights, above, "children", "write"):
            raise Refused(50, "no write access to parent")
        if above is None and not self._may(settings, rights, new, "entry", "write"):
            raise Refused(50)
        self.server.finish(made, kind.name, self.login.dn)
        if in_config:
            self.server.reconfigure(lambda copy: _put(copy, dn, made))
        else:
            tree.put(dn, made)

    def _modify(self, tree: Tree, settings: DatabaseSettings, record: ldif.Modify) -> None:
        schema = self.server.settings.schema
        rights = self.server.access(tree, settings)
        for change in record.changes:
            name = rules.known_name(schema, change.attribute)
            for number, value in enumerate(change.values):
                in_order = tree is self.server.configuration and name.lower() in config.ORDERED
                if not in_order and not values.valid(schema, name, value):
                    raise Refused(21, f"{name}: value #{number} invalid per syntax")
        node = self._visible_base(tree, settings, rights, record.dn)
        rules.no_operational(schema, [change.attribute for change in record.changes])
        for change in record.changes:
            name = rules.known_name(schema, change.attribute)
            if not self._may(settings, rights, node, name, "write"):
                raise Refused(50)
        if tree is self.server.configuration:
            made = _config_changed(schema, node.attributes, record.changes)
        else:
            made = rules.changed(schema, node.attributes, record.changes)
        was = node.texts("structuralObjectClass")
        kind = rules.structural(schema, made)
        if was and kind.name != was[0]:
            raise Refused(
                69, f"structural object class modification from '{was[0]}' to '{kind.name}' not allowed"
            )
        rules.check_entry(schema, node.dn, made)
        moment, number_now = self.server.stamp()
        made |= {
            "modifiersName": [self.login.dn.encode()],
            "modifyTimestamp": [moment],
            "entryCSN": [number_now],
        }
        if tree is self.server.configuration:
            self.server.reconfigure(lambda copy: _replace(copy, node.dn, made))
        else:
            node.attributes = made

    def _delete(self, tree: Tree, settings: DatabaseSettings, record: ldif.Delete) -> None:
        rights = self.server.access(tree, settings)
        node = self._visible_base(tree, settings, rights, record.dn)
        above = node.parent
        if not self._may(settings, rights, node, "entry", "write") or (
            above is not None and not self._may(settings, rights, above, "children", "write")
        ):
            raise Refused(50, "no write access to parent" if above is not None else "")
        if tree is self.server.configuration:
            if node.children:
                raise Refused(66)
            if node.dn.lower().startswith(("olcdatabase={-1}", "olcdatabase={0}")):
                raise Refused(53, "Cannot delete config or frontend database")
            if node.dn.lower().startswith("olcdatabase="):
                self.server.reconfigure(lambda copy: config.without_database(copy, node.dn))
                return
            if not node.dn.lower().startswith("olcoverlay="):
                raise Refused(53)
            self.server.reconfigure(lambda copy: copy.remove(copy.get(node.dn)))
            return
        if node.children:
            raise Refused(66, "subordinate objects must be deleted first")
        tree.remove(node)

    def _rename(self, tree: Tree, settings: DatabaseSettings, record: ldif.Rename) -> None:
        schema = self.server.settings.schema
        rights = self.server.access(tree, settings)
        node = self._visible_base(tree, settings, rights, record.dn)
        if tree is self.server.configuration:
            raise Refused(53, "cannot rename entries of cn=config")
        try:
            new = names.parsed(record.rdn)
        except DirectoryError:
            new = ()
        if len(new) != 1:
            raise Refused(34, "invalid new RDN")
        above = node.parent
        if record.superior:
            above = tree.nodes.get(names.comparable(record.superior))
            if above is None:
                raise Refused(32, "new superior not found")
            if above.key == node.key or above.key.endswith(f",{node.key}"):
                raise Refused(53, "new superior is below the entry")
        old = names.parsed(node.dn)[0]
        dn = f"{names.written(new)},{above.dn}" if above is not None else names.written(new)
        other = tree.nodes.get(names.comparable(dn))
        if other is not None and other is not node:
            raise Refused(68)
        for each in {id(one): one for one in (above, node.parent) if one is not None}.values():
            if not self._may(settings, rights, each, "children", "write"):
                raise Refused(50)
        made = {name: list(held) for name, held in node.attributes.items()}
        if record.delete_old:
            for name, value in old:
                known = rules.known_name(schema, name)
                plain = values.normal(schema, known, value)
                made[known] = [
                    each for each in made.get(known, ()) if values.normal(schema, known, each) != plain
                ]
                if not made[known]:
                    del made[known]
        rules.with_name(schema, dn, made)
        rules.check_entry(schema, dn, made)
        moment, number = self.server.stamp()
        node.attributes = made | {
            "modifiersName": [self.login.dn.encode()], "modifyTimestamp": [moment], "entryCSN": [number]
        }  # fmt: skip
        tree.move(node, dn, above)


def _put(tree: Tree, dn: str, made: dict[str, list[bytes]]) -> None:
    tree.put(dn, made)


def _replace(tree: Tree, dn: str, made: dict[str, list[bytes]]) -> None:
    tree.get(dn).attributes = made


def _config_changed(
    schema: Schema, attributes: rules.Attributes, changes: Iterable[ldif.Change]
) -> rules.Attributes:
    """As `rules.changed`, but some attributes number their values."""
    found = {name: list(held) for name, held in attributes.items()}
    for change in changes:
        name = rules.known_name(schema, change.attribute)
        if name.lower() == "olcmoduleload" and change.operation != "add":
            raise Refused(80, "cannot delete olcModuleLoad")
        held = found.get(name, [])
        if not held and change.operation == "replace" and not change.values:
            # In cn=config alone: elsewhere, nothing in place of nothing is no fault.
            raise Refused(16, f"modify/delete: {name}: no such attribute")
        if name.lower() not in config.ORDERED:
            found = rules.changed(schema, found, [change])
            continue
        if change.operation == "replace":
            held = config.in_order([], list(change.values))
        elif change.operation == "add":
            held = config.in_order(held, change.values)
        elif not held:
            raise Refused(16, f"modify/delete: {name}: no such attribute")
        else:
            held = config.without(held, name, change.values) if change.values else []
        if held:
            found[name] = held
        else:
            found.pop(name, None)
    return found
