"""A person: the account for chat and phone, as a value, and how its entry in the directory reads.

The entry of an OpenLDAP directory is the one of the guide's chapter “LDAP Setting”. Active Directory has fewer of the fields: what it
lacks is empty. Every value is the text that the directory has; whether it makes sense is for `azdesk.directory.checks` to say.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final, Literal

from azdesk.core.secret import Secret
from azdesk.directory.ldif import Attributes, Entry
from azdesk.fleet.accounts import Directory

DISABLED: Final = b"{DISABLED}"
"""Begins a value of userPassword that no server accepts: what was there before a person was disabled. See `passwords`."""
EXPIRED: Final = b"1"
"""Value of shadowExpire in the entry of a disabled person, which everybody may read: the second day of 1970."""

SECRET_ATTRIBUTES: Final = frozenset(
    {
        "userpassword", "astaccountrealmedpassword", "astaccountsecret", "astmd5secret", "astvoicemailpassword",
        "unicodepwd", "sambantpassword", "sambalmpassword", "krbprincipalkey", "userpkcs12",
    }
)  # fmt: skip
"""Names, in lower case, of attributes whose values never go into a log, a list or an export that was not asked for them."""
_SOUNDS_SECRET: Final = re.compile(
    r"(passw(or)?d|secret|[nl][tm]-?hash|admpwd|pwd-?history|password-?history|credentials|private-?key|^krb5?key)$"
)
"""What other attributes with passwords are called, in schemas that we have never seen."""

AD_DISABLED: Final = 0x2
"""Bit of userAccountControl."""


@dataclass(frozen=True, kw_only=True)
class Field:
    """One value of a person."""

    key: str
    """Name in `Person`, in sheets and in the terminal's JSON."""
    title: str
    """Heading for people."""
    openldap: str
    """Attribute in the guide's entry."""
    active_directory: str = ""
    """Attribute in Active Directory; empty: it has none."""
    group: Literal["person", "phone", "system"] = "phone"
    """Where forms show it."""


FIELDS: Final = (
    Field(key="account", title="Account", openldap="uid", active_directory="sAMAccountName", group="person"),
    Field(key="name", title="Name", openldap="gecos", active_directory="displayName", group="person"),
    Field(
        key="number", title="Number", openldap="AstAccountName", active_directory="ipPhone", group="person"
    ),
    Field(key="mail", title="E-mail", openldap="mail", active_directory="mail", group="person"),
    Field(key="home", title="Home host", openldap="mailHost", group="person"),
    Field(key="caller_id", title="Caller ID", openldap="AstAccountCallerID"),
    Field(key="context", title="Context", openldap="AstAccountContext"),
    Field(key="call_group", title="Call group", openldap="AstAccountCallGroup"),
    Field(key="pickup_group", title="Pickup group", openldap="AstAccountPickupGroup"),
    Field(key="mailbox", title="Mailbox", openldap="AstAccountMailbox"),
    Field(key="codecs", title="Codecs", openldap="AstAccountAllowedCodec"),
    Field(key="max_contacts", title="Phones at once", openldap="AstAccountCallLimit"),
    Field(key="direct_media", title="Direct media", openldap="AstAccountDirectMedia"),
    Field(key="qualify", title="Qualify", openldap="AstAccountQualify"),
    Field(key="sip_host", title="SIP host", openldap="AstAccountHost"),
    Field(key="sip_type", title="SIP type", openldap="AstAccountType"),
    Field(key="uid_number", title="Unix ID", openldap="uidNumber", group="system"),
    Field(key="gid_number", title="Unix group", openldap="gidNumber", group="system"),
    Field(key="home_folder", title="Home folder", openldap="homeDirectory", group="system"),
    Field(key="shell", title="Shell", openldap="loginShell", group="system"),
)
"""All values of a person but passwords, in the order in which people read them."""
BY_KEY: Final[Mapping[str, Field]] = MappingProxyType({one.key: one for one in FIELDS})


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """One account, for chat and phone. Empty texts: the entry has no such value."""

    dn: str = ""
    """Name of the entry; empty: it is not in the directory yet."""
    account: str = ""
    """Login name, the part of the XMPP address before the @."""
    name: str = ""
    """As people write it, in any script."""
    number: str = ""
    mail: str = ""
    home: str = ""
    """Address of the home host (mailHost), such as 192.168.11.251."""
    caller_id: str = ""
    context: str = ""
    """Context of Asterisk's dial plan."""
    call_group: str = ""
    pickup_group: str = ""
    mailbox: str = ""
    """Name under which phones register their places (AstAccountMailbox); the same as the number."""
    codecs: str = ""
    """Of this person alone, such as ``!all,opus,ulaw``; empty: those of all."""
    max_contacts: str = ""
    """Phones registered at the same time, of this person alone; empty: as all."""
    direct_media: str = ""
    """``yes`` or ``no``."""
    qualify: str = ""
    """``yes`` or ``no``."""
    sip_host: str = ""
    """``dynamic``."""
    sip_type: str = ""
    """``friend``."""
    uid_number: str = ""
    """Number of the user on Unix systems, which also names the phone's login: the same as the number."""
    gid_number: str = ""
    home_folder: str = ""
    shell: str = ""
    enabled: bool = True
    """Whether the person may log in and register phones."""
    has_password: bool | None = None
    """Whether there is a password for chat; None: it was not asked for, or may not be seen."""
    has_phone_password: bool | None = None
    """Whether there is one for phones; None as above."""
    password: Secret | None = field(default=None, repr=False)
    """The password itself, where the directory keeps it in clear, both are the same, and they were asked for."""
    classes: tuple[str, ...] = ()
    """Object classes."""
    rest: Mapping[str, tuple[bytes, ...]] = field(default_factory=dict, hash=False)
    """All that has no place above, as it stands: attribute → values; never passwords. It is kept untouched."""

    def value(self, key: str) -> str:
        """A value by the key of its `Field`."""
        found = getattr(self, key)
        return found if isinstance(found, str) else ""

    @property
    def title(self) -> str:
        """What to call them: the name, or the account."""
        return self.name or self.account or self.dn


@dataclass(frozen=True, kw_only=True, slots=True)
class Layout:
    """How a directory writes people down."""

    kind: Literal["openldap", "active-directory"] = "openldap"
    base: str = ""
    people: str = ""
    """DN below which people are."""
    filter: str = "(objectClass=posixAccount)"
    """Which entries are people."""
    passwords: Literal["plain", "digest", "hashed"] = "plain"
    attributes: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Key of a `Field` → attribute; a field without one has no place in this directory."""
    renamed: frozenset[str] = frozenset()
    """Keys whose attribute the document names itself."""
    known: frozenset[str] = field(init=False, repr=False, compare=False)
    """Attributes in lower case that have a place in `Person`."""
    lowered: tuple[tuple[str, str], ...] = field(init=False, repr=False, compare=False)
    """Key of a field, its attribute in lower case."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "known", frozenset(name.lower() for name in self.attributes.values()))
        lowered = tuple((key, name.lower()) for key, name in self.attributes.items())
        object.__setattr__(self, "lowered", lowered)

    @classmethod
    def of(cls, directory: Directory) -> Layout:
        """As the document says."""
        active = directory.kind == "active-directory"
        found = {
            one.key: attribute
            for one in FIELDS
            if (attribute := one.active_directory if active else one.openldap)
        }
        own = {
            key: given
            for key in ("account", "name", "number", "mail")
            if (given := getattr(directory.attributes, key))
        }
        return cls(
            kind=directory.kind,
            base=directory.base,
            people=directory.people_dn,
            filter=directory.people_filter,
            passwords=directory.passwords,
            attributes=MappingProxyType(found | own),
            renamed=frozenset(own),
        )

    @property
    def active_directory(self) -> bool:
        return self.kind == "active-directory"

    def attribute(self, key: str) -> str:
        """Attribute of a field; empty: this directory has no place for it."""
        return self.attributes.get(key, "")

    def readable(self, *, secrets: bool = False) -> tuple[str, ...]:
        """Attributes to ask for in lists: those of the fields, and what tells who is disabled.

        Args:
            secrets: whether all that changes are made from is wanted, too: passwords, and what stands beside fields.
        """
        if self.active_directory:
            more: tuple[str, ...] = ("userAccountControl", *(("userPrincipalName",) if secrets else ()))
        else:
            more = ("cn", "mailLocalAddress", "shadowExpire", *(_BESIDE_SECRETS if secrets else ()))
        return tuple(dict.fromkeys((*self.attributes.values(), "objectClass", *more)))


_BESIDE_SECRETS: Final = (
    "userPassword", "AstAccountRealmedPassword", "shadowLastChange", "shadowMin", "shadowMax", "shadowWarning", "shadowInactive",
    "shadowFlag",
)  # fmt: skip


# -- names of people ------------------------------------------------------------------------------------------


def plain(text: str) -> str:
    """A name in ASCII, for gecos, which takes nothing else; empty where letters have no counterpart, as in Chinese."""
    out: list[str] = []
    for letter in text:
        if letter.isascii():
            out.append(letter)
            continue
        found = _LETTERS.get(letter) or "".join(
            part for part in unicodedata.normalize("NFKD", letter) if part.isascii()
        )
        if not found and not unicodedata.combining(letter):
            return ""
        out.append(found)
    # A colon would end the field in /etc/passwd.
    return re.sub(r"[:\x00-\x1f\x7f]", " ", "".join(out)).strip()


_LETTERS: Final = {
    "ß": "ss", "ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ø": "o", "Ø": "O", "æ": "ae", "Æ": "Ae", "œ": "oe",
    "Œ": "Oe", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "þ": "th", "Þ": "Th", "ð": "d", "ı": "i", "’": "'", "–": "-", "—": "-",
}  # fmt: skip


# -- reading --------------------------------------------------------------------------------------------------


class Values:
    """Attributes of an entry by their names without regard to case."""

    __slots__ = ("_by",)

    def __init__(self, attributes: Attributes, *, lower: bool = False) -> None:
        """Args:
        lower: whether the names are in lower case already.
        """
        self._by = attributes if lower else {name.lower(): values for name, values in attributes.items()}

    def all(self, name: str) -> tuple[bytes, ...]:
        return tuple(self._by.get(name.lower(), ()))

    def first(self, name: str) -> bytes:
        values = self._by.get(name.lower())
        return values[0] if values else b""

    def text(self, name: str) -> str:
        return shown(self.first(name))

    def __contains__(self, name: str) -> bool:
        return bool(self._by.get(name.lower()))


def shown(value: bytes) -> str:
    """A value as text; bytes that are no UTF-8 become replacement characters."""
    return value.decode("utf-8", "replace")


def person(layout: Layout, entry: Entry, *, secrets: bool = False) -> Person:
    """What an entry says.

    Args:
        secrets: whether passwords were asked for: then their absence means that there are none.
    """
    # Lists have a hundred thousand of them: one pass, and no name is made small twice.
    by: dict[str, Sequence[bytes]] = {}
    rest: dict[str, tuple[bytes, ...]] = {}
    known = layout.known
    for name, values in entry.attributes.items():
        low = _LOWER[name]
        by[low] = values
        if low in known:
            if len(values) > 1:
                rest[name] = tuple(values[1:])
        elif low not in _BESIDE and not is_secret(name):
            rest[name] = tuple(values)
    found: dict[str, Any] = {
        key: first[0].decode("utf-8", "replace") if (first := by.get(low)) else ""
        for key, low in layout.lowered
    }
    have = Values(by, lower=True)
    if "name" not in layout.renamed:
        found["name"] = _name(have, found["account"], layout)
    if not found.get("mail") and "mail" not in layout.renamed:
        found["mail"] = have.text("mailLocalAddress")
    if secrets and not layout.active_directory:
        found |= _passwords(have)
    return Person(
        dn=entry.dn,
        enabled=_is_enabled(layout, have),
        **found,
        classes=_classes(tuple(by.get("objectclass", ()))),
        rest=MappingProxyType(rest),
    )


class _Lower(dict[str, str]):
    """Names of attributes in lower case, each made once."""

    def __missing__(self, name: str) -> str:
        if len(self) > 4096:
            self.clear()
        made = self[name] = name.lower()
        return made


_LOWER: Final = _Lower()


@lru_cache(maxsize=256)
def _classes(values: tuple[bytes, ...]) -> tuple[str, ...]:
    return tuple(shown(one) for one in values)


_BESIDE: Final = frozenset({"objectclass", "cn", "maillocaladdress", "shadowexpire", "useraccountcontrol"})
"""What is read as part of other values."""


def _name(have: Values, account: str, layout: Layout) -> str:
    """What people call them. Gecos takes ASCII alone: a name in other letters stands in cn, beside the account."""
    if layout.active_directory:
        return have.text("displayName") or have.text("cn")
    gecos = have.text("gecos")
    others = [name for one in have.all("cn") if (name := shown(one)) and name != account]
    if not gecos:
        return others[0] if others else ""
    for name in others:
        if name != gecos and plain(name) == gecos:
            return name
    return gecos


def is_enabled(layout: Layout, attributes: Attributes) -> bool:
    """Whether an entry's person may log in."""
    return _is_enabled(layout, Values(attributes))


def _is_enabled(layout: Layout, have: Values) -> bool:
    if layout.active_directory:
        flags = account_control(have.text("userAccountControl"))
        return flags is None or not flags & AD_DISABLED
    return have.first("shadowExpire") != EXPIRED and not any(
        value.startswith(DISABLED) for value in have.all("userPassword")
    )


def account_control(text: str) -> int | None:
    """The flags of userAccountControl, a number of 32 bits with a sign; None: it is none."""
    if not re.fullmatch(r"-?[0-9]{1,10}", text):
        return None
    number = int(text)
    return number if -(1 << 31) <= number < 1 << 31 else None


def _passwords(have: Values) -> dict[str, bool | Secret | None]:
    chat = [value for value in have.all("userPassword") if value != DISABLED]
    phone = have.all("AstAccountRealmedPassword")
    clear: Secret | None = None
    if len(chat) == 1 and not chat[0].startswith(b"{") and (not phone or phone == tuple(chat)):
        clear = Secret(shown(chat[0]))
    return {"has_password": bool(chat), "has_phone_password": bool(phone), "password": clear}


@lru_cache(maxsize=4096)
def is_secret(attribute: str) -> bool:
    """Whether values of an attribute, with options or without, are passwords or as good as such."""
    name = attribute.partition(";")[0].lower()
    return name in SECRET_ATTRIBUTES or _SOUNDS_SECRET.search(name) is not None


def secret_free(attributes: Attributes) -> dict[str, tuple[bytes, ...]]:
    """The same without passwords."""
    return {name: tuple(values) for name, values in attributes.items() if not is_secret(name)}
