"""What of the schema a server lacks for entries such as the guide's example, and how it is mended."""

from __future__ import annotations

import re
from collections.abc import Iterator

from azdesk.directory import asterisk_schema, ldif
from azdesk.directory.ldif import Change, Modify
from azdesk.features.directory.reading import allowed, named
from azdesk.features.directory.state import DirectoryState

FILES = {"inetLocalMailRecipient": "misc"}
"""Class → the schema that Debian's slapd brings in /etc/ldap/schema."""
_PHONES = "AsteriskSIPUser"
_END_OF_MAY = re.compile(r"(\bMAY\s*\()([^)]*)\)")
_ONE_MAY = re.compile(r"\bMAY\s+([A-Za-z][\w.-]*)")


def whole() -> ldif.Entry:
    """The schema of Asterisk's accounts for a server that has none."""
    return ldif.Entry(
        dn="cn=asterisk,cn=schema,cn=config",
        attributes={
            "objectClass": [b"olcSchemaConfig"],
            "cn": [b"asterisk"],
            "olcAttributeTypes": [text.encode() for text in asterisk_schema.attribute_types()],
            "olcObjectClasses": [text.encode() for text in asterisk_schema.object_classes()],
        },
    )


def mended(observed: DirectoryState, missing: tuple[str, ...]) -> Modify | None:
    """The change that lets AsteriskSIPUser have more attributes, on a server that has an older form of it.

    They are defined in that very schema: a class that refers to one of a later schema is taken while slapd runs, but then slapd does
    not start any more [seen in the lab]. None where that cannot be helped.
    """
    place = home(observed)
    if place is None or elsewhere(observed, missing):
        return None
    dn, attributes, classes = place
    known = {name for text in attributes for name in named(text)}
    old = next(text for text in classes if _PHONES in named(text))
    number = classes.index(old)
    fresh = [name for name in missing if name not in known]
    changes = []
    if fresh:
        texts = [asterisk_schema.attribute_type(name).encode() for name in fresh]
        changes.append(Change(operation="add", attribute="olcAttributeTypes", values=texts))
    changes += [
        Change(operation="delete", attribute="olcObjectClasses", values=[f"{{{number}}}{old}".encode()]),
        Change(
            operation="add",
            attribute="olcObjectClasses",
            values=[f"{{{number}}}{_with(old, missing)}".encode()],
        ),
    ]
    return Modify(dn=dn, changes=tuple(changes))


def home(observed: DirectoryState) -> tuple[str, tuple[str, ...], tuple[str, ...]] | None:
    """The schema that has AsteriskSIPUser."""
    for schema in observed.schemas:
        if any(_PHONES in named(text) for text in schema[2]):
            return schema
    return None


def elsewhere(observed: DirectoryState, missing: tuple[str, ...]) -> str:
    """The name of another schema that has one of the missing attributes; empty: none has."""
    own = home(observed)
    for dn, attributes, _ in observed.schemas:
        if own is not None and dn == own[0]:
            continue
        if any(name in missing for text in attributes for name in named(text)):
            return dn.partition(",")[0].partition("}")[2] or dn
    return ""


def _with(description: str, names: tuple[str, ...]) -> str:
    """A class that allows these attributes, too."""
    more = [name for name in names if name not in allowed(description)]
    added = "".join(f" $ {name}" for name in more)
    found = _END_OF_MAY.search(description)
    if found:
        return f"{description[: found.start()]}{found[1]}{found[2].rstrip()}{added} ){description[found.end() :]}"
    found = _ONE_MAY.search(description)
    if found:
        return f"{description[: found.start()]}MAY ( {found[1]}{added} ){description[found.end() :]}"
    body = description.rstrip().removesuffix(")").rstrip()
    return f"{body} MAY ( {' $ '.join(more)} ) )"


def files_lacking(observed: DirectoryState, wanted: DirectoryState) -> Iterator[str]:
    """Schemas of Debian's that have to be loaded."""
    missing = {FILES[name] for name in wanted.classes if name not in observed.classes and name in FILES}
    yield from sorted(missing)
