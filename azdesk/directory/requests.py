"""LDAP's requests (RFC 4511) as bytes, made by ldap3 but for the one that imports are made of.

Of ldap3 this much is used: its form of each request and pyasn1's encoding of it. Its connections are not: they open sockets by
themselves, wait for one answer at a time, and turn each value of an entry into two objects. What is slow to import is imported when
the first request is made.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from azdesk.core.errors import DirectoryError
from azdesk.directory import ber, ldif
from azdesk.directory.messages import SCOPES, Scope

_ADD = 0x68
_OPERATIONS = {"add": "MODIFY_ADD", "delete": "MODIFY_DELETE", "replace": "MODIFY_REPLACE"}


def _encoded(name: str, operation: Any) -> bytes:
    """An operation with its own tag; `name` is ldap3's for it."""
    from ldap3.protocol.rfc4511 import ProtocolOp
    from ldap3.utils.asn1 import encode

    found: bytes = encode(ProtocolOp().setComponentByName(name, operation))
    return found


def simple_bind(dn: str, password: bytes) -> bytes:
    from ldap3 import SIMPLE
    from ldap3.operation.bind import bind_operation

    return _encoded("bindRequest", bind_operation(3, SIMPLE, dn, password))


def external_bind() -> bytes:
    """SASL EXTERNAL (RFC 4422, A): whoever the connection itself shows."""
    from ldap3 import EXTERNAL, SASL
    from ldap3.operation.bind import bind_operation

    return _encoded("bindRequest", bind_operation(3, SASL, "", None, EXTERNAL, b""))


def unbind() -> bytes:
    from ldap3.operation.unbind import unbind_operation

    return _encoded("unbindRequest", unbind_operation())


def search(
    base: str, scope: Scope, filter_text: str, attributes: Sequence[str], *, limit: int = 0, seconds: int = 0
) -> bytes:
    """A search.

    Raises:
        DirectoryError: the filter is none.
    """
    from ldap3 import DEREF_NEVER
    from ldap3.core.exceptions import LDAPException
    from ldap3.operation.search import search_operation

    try:
        made = search_operation(
            base, filter_text, SCOPES.index(scope), DEREF_NEVER, list(attributes), limit, seconds,
            types_only=False, auto_escape=False, auto_encode=False,
        )  # fmt: skip
    except LDAPException as error:
        raise DirectoryError(
            f"“{filter_text}” is not an LDAP filter.", next_step="Write it like (AstAccountName=68*)."
        ) from error
    return _encoded("searchRequest", made)


def add(dn: str, attributes: ldif.Attributes) -> bytes:
    """Byte for byte what ldap3 makes, which the tests compare: it takes 0.8 ms for each, the whole rest of an import 0.3."""
    listed = [
        ber.sequence(ber.octets(name), ber.element(ber.SET, *map(ber.octets, values)))
        for name, values in attributes.items()
    ]
    return ber.element(_ADD, ber.octets(dn), ber.sequence(*listed))


def modify(dn: str, changes: Iterable[ldif.Change]) -> bytes:
    """All changes of one entry; those of one attribute keep their order."""
    import ldap3
    from ldap3.operation.modify import modify_operation

    grouped: dict[str, list[tuple[str, list[bytes]]]] = {}
    for change in changes:
        operation = getattr(ldap3, _OPERATIONS[change.operation])
        grouped.setdefault(change.attribute, []).append((operation, list(change.values)))
    return _encoded("modifyRequest", modify_operation(dn, grouped, auto_encode=False))


def delete(dn: str) -> bytes:
    from ldap3.operation.delete import delete_operation

    return _encoded("delRequest", delete_operation(dn))


def rename(dn: str, rdn: str, *, delete_old: bool, superior: str = "") -> bytes:
    from ldap3.operation.modifyDn import modify_dn_operation

    return _encoded("modDNRequest", modify_dn_operation(dn, rdn, delete_old, superior or None))


def compare(dn: str, attribute: str, value: bytes) -> bytes:
    from ldap3.operation.compare import compare_operation

    return _encoded("compareRequest", compare_operation(dn, attribute, value, auto_encode=False))


def abandon(ident: int) -> bytes:
    from ldap3.operation.abandon import abandon_operation

    return _encoded("abandonRequest", abandon_operation(ident))


def extended(oid: str, value: bytes | None = None) -> bytes:
    from ldap3.operation.extended import extended_operation

    return _encoded("extendedReq", extended_operation(oid, value))


def of_record(record: ldif.Record) -> bytes:
    """The request that carries out a record."""
    if isinstance(record, ldif.Entry):
        return add(record.dn, record.attributes)
    if isinstance(record, ldif.Modify):
        return modify(record.dn, record.changes)
    if isinstance(record, ldif.Delete):
        return delete(record.dn)
    return rename(record.dn, record.rdn, delete_old=record.delete_old, superior=record.superior)
