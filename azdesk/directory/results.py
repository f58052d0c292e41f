"""What a directory answers, as values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from azdesk.directory import controls
from azdesk.directory.ldif import Entry


@dataclass(frozen=True, kw_only=True)
class SearchResult:
    """What was found."""

    entries: tuple[Entry, ...]
    partial: bool = False
    """Whether a limit kept the server from giving all."""
    why: str = ""
    """One sentence about that."""
    referrals: tuple[str, ...] = ()
    """URLs of other servers that hold parts of the tree."""


@dataclass(frozen=True, kw_only=True)
class Page(SearchResult):
    """A part of what was found."""

    total: int = 0
    """How many there are in all, as the server estimates; 0: it does not say."""
    ordered: bool = False
    """Whether the server sorted them."""


@dataclass(frozen=True, kw_only=True)
class View(SearchResult):
    """A window on a sorted list."""

    offset: int = 0
    """Number of its first entry, from 0."""
    total: int = 0
    context: bytes = b""
    """For the next window of the same list."""


@dataclass(frozen=True, kw_only=True)
class RootDse:
    """What a server says of itself (RFC 4512, 5.1)."""

    naming_contexts: tuple[str, ...] = ()
    controls: frozenset[str] = frozenset()
    """OIDs."""
    extensions: frozenset[str] = frozenset()
    mechanisms: tuple[str, ...] = ()
    vendor: str = ""
    """Vendor and version, as far as told."""
    subschema: str = ""
    """Name of the entry that holds the schema."""
    config: str = ""
    """Name of the tree that holds slapd's own configuration."""
    attributes: Mapping[str, Sequence[bytes]] | None = None

    @property
    def sorts(self) -> bool:
        return controls.SORT in self.controls

    @property
    def views(self) -> bool:
        return controls.VIEW in self.controls

    @property
    def active_directory(self) -> bool:
        """Whether it is Active Directory, or Samba acting as it."""
        return "1.2.840.113556.1.4.800" in (self.texts("supportedCapabilities"))

    def texts(self, name: str) -> tuple[str, ...]:
        """Values of one of its attributes."""
        for known, values in (self.attributes or {}).items():
            if known.lower() == name.lower():
                return tuple(value.decode("utf-8", "replace") for value in values)
        return ()


def root_dse_of(attributes: Mapping[str, Sequence[bytes]]) -> RootDse:
    made = RootDse(attributes=attributes)
    vendor = " ".join((*made.texts("vendorName"), *made.texts("vendorVersion")))
    if not vendor and "OpenLDAProotDSE" in made.texts("objectClass"):
        vendor = "OpenLDAP"
    return RootDse(
        attributes=attributes,
        naming_contexts=made.texts("namingContexts"),
        controls=frozenset(made.texts("supportedControl")),
        extensions=frozenset(made.texts("supportedExtension")),
        mechanisms=made.texts("supportedSASLMechanisms"),
        vendor=vendor,
        subschema=next(iter(made.texts("subschemaSubentry")), ""),
        config=next(iter(made.texts("configContext")), ""),
    )
