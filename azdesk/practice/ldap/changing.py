"""Adding, changing, deleting and renaming entries, by one who is logged in."""

from __future__ import annotations

from collections.abc import Iterable

from azdesk.core.errors import DirectoryError
from azdesk.directory import ldif, names
from azdesk.directory.schema import Schema
from azdesk.practice.ldap import config, rules, values
from azdesk.practice.ldap.config import DatabaseSettings
from azdesk.practice.ldap.dit import Node, Refused, Tree
from azdesk.practice.ldap.visit import Visit


class Changing(Visit):
    """What can be changed."""

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
