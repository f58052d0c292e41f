"""From people to what is written into the directory: a new entry, or the smallest change of one that is there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final, Literal

from azdesk.core.errors import DirectoryError
from azdesk.core.secret import Secret
from azdesk.directory import names, passwords
from azdesk.directory.ldif import Change, Delete, Entry, Modify, Record, Rename
from azdesk.directory.people import FIELDS, Layout, Person, Values, is_secret, person, plain

CLASSES: Final = (b"account", b"posixAccount", b"AsteriskSIPUser", b"top", b"inetLocalMailRecipient")
"""Of the guide's entry; `account` is the structural one."""
_PHONE: Final = b"AsteriskSIPUser"
_MAIL: Final = b"inetLocalMailRecipient"
_HAS_MAIL: Final = frozenset(
    {"inetorgperson", "pilotperson", "newpilotperson", "mozillaabpersonalpha", "extensibleobject"}
)
"""Classes whose entries may have ``mail``; the guide's have mailLocalAddress."""

_NORMAL_ACCOUNT: Final = 512


@dataclass(frozen=True, kw_only=True)
class Defaults:
    """What new people get where nothing else is said, as in the guide's entry."""

    gid_number: str = "1007"
    home_folder: str = "/home1/{account}"
    shell: str = "/bin/bash"
    context: str = "all"
    call_group: str = "1"
    pickup_group: str = "1"
    direct_media: str = "no"
    qualify: str = "yes"
    sip_host: str = "dynamic"
    sip_type: str = "friend"


DEFAULTS: Final = Defaults()


def completed(layout: Layout, who: Person, defaults: Defaults = DEFAULTS) -> Person:
    """A new person with all that follows from account and number, and the guide's values for the rest."""
    found: dict[str, str] = {}
    if not layout.active_directory:
        found = {
            "uid_number": who.number if who.number.isdigit() else "",
            "gid_number": defaults.gid_number,
            "home_folder": _home_folder(who, defaults),
            "shell": defaults.shell,
        }
        if who.number:
            found |= _of_phone(who) | {
                key: getattr(defaults, key)
                for key in (
                    "context",
                    "call_group",
                    "pickup_group",
                    "direct_media",
                    "qualify",
                    "sip_host",
                    "sip_type",
                )
            }
    made = replace(who, **{key: value for key, value in found.items() if not who.value(key)})  # type: ignore[arg-type]
    return replace(made, dn=made.dn or dn_of(layout, made))


def _home_folder(who: Person, defaults: Defaults = DEFAULTS) -> str:
    """The attribute takes ASCII alone."""
    name = who.account if who.account.isascii() else plain(who.account).replace(" ", "") or who.number
    return defaults.home_folder.format(account=name or "nobody")


def _of_phone(who: Person) -> dict[str, str]:
    return {"mailbox": who.number, "caller_id": f"{who.account}<{who.number}>"}


def following(old: Person, new: Person) -> Person:
    """A changed person, with what followed from account and number before, and was left alone, following again."""
    before = _of_phone(old) | {"uid_number": old.number, "home_folder": _home_folder(old)}
    after = _of_phone(new) | {"uid_number": new.number, "home_folder": _home_folder(new)}
    changed = {
        key: after[key]
        for key, value in before.items()
        if old.value(key) == value == new.value(key) and value and after[key] != value
    }
    if not new.number.isdigit():
        changed.pop("uid_number", None)
    return replace(new, **changed)  # type: ignore[arg-type]


def dn_of(layout: Layout, who: Person) -> str:
    """Name of a new person's entry."""
    if not layout.active_directory:
        return names.child(layout.attribute("account"), who.account, layout.people)
    below = layout.people
    if below.lower() == layout.base.lower():
        below = f"CN=Users,{layout.base}"
    return names.child("CN", who.name or who.account, below)


# -- new entries ----------------------------------------------------------------------------------------------


def new_entry(layout: Layout, who: Person, password: Secret | None) -> Entry:
    """The entry of a new person, see `completed`.

    Args:
        password: None: nobody can log in until one is set; a phone's is random until then.

    Raises:
        DirectoryError: the password cannot be used.
    """
    if password is not None and (why := passwords.unusable(password)):
        raise DirectoryError(f"The password {why}.", where=who.dn, next_step="Choose another one.")
    found = _active(layout, who, password) if layout.active_directory else _openldap(layout, who, password)
    attributes = {name: values for name, values in found.items() if values and values != (b"",)}
    made = Entry(dn=who.dn or dn_of(layout, who), attributes=attributes)
    if who.enabled or layout.active_directory:
        return made
    # Born shut out: the entry as it would be, and then as after that change.
    shut = passwords.disabled(layout, made)
    return carried_out(made, shut) if shut is not None else made


def _openldap(layout: Layout, who: Person, password: Secret | None) -> dict[str, tuple[bytes, ...]]:
    def one(key: str) -> tuple[bytes, ...]:
        return (who.value(key).encode(),)

    phone = bool(who.number)
    classes = [
        name for name in CLASSES if (name != _PHONE or phone) and (name != _MAIL or who.home or who.mail)
    ]
    found: dict[str, tuple[bytes, ...]] = {
        layout.attribute("account"): one("account"),
        "cn": _cn(layout, who),
        "objectClass": tuple(classes),
        "userPassword": (passwords.for_chat(layout, password),) if password is not None else (),
        "loginShell": one("shell"),
        "uidNumber": one("uid_number"),
        "gidNumber": one("gid_number"),
        "homeDirectory": one("home_folder"),
    }
    if "name" in layout.renamed:
        found[layout.attribute("name")] = one("name")
    else:
        found["gecos"] = (plain(who.name).encode(),)
    if phone:
        found["AstAccountRealmedPassword"] = (
            passwords.for_phone(layout, who.number, password)
            if password is not None
            else passwords.nobody_knows(),
        )
    for item in FIELDS:
        attribute = layout.attribute(item.key)
        if item.key == "mail":
            attribute = _mail_attribute(layout, (name.decode() for name in classes), ())
        if attribute and item.key not in ("account", "name"):
            found.setdefault(attribute, one(item.key))
    for name, values in who.rest.items():
        found.setdefault(name, values)
    return found


def _cn(layout: Layout, who: Person) -> tuple[bytes, ...]:
    values = [who.account]
    if "name" not in layout.renamed and who.name and plain(who.name) != who.name:
        values.append(who.name)
    return tuple(value.encode() for value in dict.fromkeys(values))


def _mail_attribute(layout: Layout, classes: Iterable[str], have: Iterable[str]) -> str:
    """Where an e-mail address stands: the classes of the guide's entry do not allow ``mail``."""
    if "mail" in layout.renamed:
        return layout.attribute("mail")
    if "mail" in {name.lower() for name in have} or _HAS_MAIL & {name.lower() for name in classes}:
        return "mail"
    return "mailLocalAddress"


def _active(layout: Layout, who: Person, password: Secret | None) -> dict[str, tuple[bytes, ...]]:
    domain = ".".join(
        value.decode() for rdn in names.parsed(layout.base) for kind, value in rdn if kind.lower() == "dc"
    )
    control = _NORMAL_ACCOUNT if password is not None and who.enabled else _NORMAL_ACCOUNT | 2
    found: dict[str, tuple[bytes, ...]] = {
        "objectClass": (b"top", b"person", b"organizationalPerson", b"user"),
        "userPrincipalName": (f"{who.account}@{domain}".encode(),),
        "userAccountControl": (str(control).encode(),),
    }
    if password is not None:
        found["unicodePwd"] = (passwords.for_active_directory(password),)
    for key, attribute in layout.attributes.items():
        found.setdefault(attribute, (who.value(key).encode(),))
    return found


def carried_out(entry: Entry, change: Modify) -> Entry:
    """An entry as it is after a change."""
    found = {name: list(values) for name, values in entry.attributes.items()}
    for one in change.changes:
        values = found.setdefault(one.attribute, [])
        if one.operation == "replace":
            values[:] = one.values
        elif one.operation == "delete":
            values[:] = [value for value in values if one.values and value not in one.values]
        else:
            values.extend(one.values)
    return Entry(dn=entry.dn, attributes={name: tuple(values) for name, values in found.items() if values})


# -- changes --------------------------------------------------------------------------------------------------


def changes(layout: Layout, entry: Entry, new: Person) -> tuple[Record, ...]:
    """What makes an entry say what `new` says: at most one modification and then a renaming, nothing where they agree.

    Whether somebody is enabled, and passwords, are `passwords`' business. Old values are named, so the server refuses the change if
    somebody else changed one of them meanwhile.

    Args:
        entry: as it stands.
    """
    old = person(layout, entry)
    renaming, wanted = _renaming(layout, entry, old, new), list[_Wanted]()
    have = Values(entry.attributes)
    for item in FIELDS:
        attribute = layout.attribute(item.key)
        if (
            not attribute
            or (item.key == "account" and renaming)
            or old.value(item.key) == new.value(item.key)
        ):
            continue
        if item.key == "name" and not layout.active_directory and "name" not in layout.renamed:
            continue
        if item.key == "mail":
            classes = (one.decode("utf-8", "replace") for one in have.all("objectClass"))
            attribute = _mail_attribute(layout, classes, entry.attributes)
        wanted.append((attribute, have.first(attribute), new.value(item.key).encode()))
    if not layout.active_directory:
        wanted += _names(layout, have, old, new)
        wanted += [("objectClass", b"", one) for one in _missing_classes(have, wanted)]
    elif old.account != new.account:
        principal = have.text("userPrincipalName")
        if principal.partition("@")[0] == old.account:
            renamed = f"{new.account}@{principal.partition('@')[2]}"
            wanted.append(("userPrincipalName", principal.encode(), renamed.encode()))
    found = tuple(_change(wanted))
    return (*((Modify(dn=entry.dn, changes=found),) if found else ()), *renaming)


_Wanted = tuple[str, bytes, bytes]
"""Attribute, the value that goes, the value that comes; either may be empty."""


def _renaming(layout: Layout, entry: Entry, old: Person, new: Person) -> tuple[Rename, ...]:
    if old.account == new.account or layout.active_directory:
        return ()
    steps = names.parsed(entry.dn)
    own = steps[0] if steps else ()
    attribute = layout.attribute("account")
    if len(own) != 1 or own[0][0].lower() != attribute.lower():
        return ()
    return (Rename(dn=entry.dn, rdn=names.child(attribute, new.account, ""), delete_old=True),)


def _names(layout: Layout, have: Values, old: Person, new: Person) -> list[_Wanted]:
    """The account stands in cn, too, and names in other letters than gecos takes."""
    wanted: list[_Wanted] = []
    there = have.all("cn")
    if old.account != new.account and old.account.encode() in there and new.account.encode() not in there:
        wanted.append(("cn", old.account.encode(), new.account.encode()))
    if "name" in layout.renamed or old.name == new.name:
        return wanted
    wanted.append(("gecos", have.first("gecos"), plain(new.name).encode()))
    before = old.name.encode() if old.name.encode() in there and old.name != old.account else b""
    after = new.name.encode() if plain(new.name) != new.name and new.name.encode() not in there else b""
    if before and len(there) == 1 and not after:
        after = new.account.encode()  # cn must not be left empty
    return [*wanted, ("cn", before, after)]


def _missing_classes(have: Values, wanted: Iterable[_Wanted]) -> list[bytes]:
    there = {one.lower() for one in have.all("objectClass")}
    need = set()
    for attribute, _, value in wanted:
        if value and attribute.startswith("AstAccount"):
            need.add(_PHONE)
        if value and attribute in ("mailHost", "mailLocalAddress"):
            need.add(_MAIL)
    return [one for one in sorted(need) if one.lower() not in there]


def _change(wanted: Iterable[_Wanted]) -> Iterable[Change]:
    for attribute, old, new in wanted:
        if old == new:
            continue
        if old:
            yield Change(operation="delete", attribute=attribute, values=(old,))
        if new:
            yield Change(operation="add", attribute=attribute, values=(new,))


# -- the way back ---------------------------------------------------------------------------------------------


def inverse(record: Record) -> Record | None:
    """What takes a record back, passwords left out; None: nothing does without knowing more.

    A modification is taken back if it names all values that go; an added entry by deleting it.
    """
    if isinstance(record, Entry):
        return Delete(dn=record.dn)
    if isinstance(record, Modify):
        return _inverse_modify(record)
    if isinstance(record, Rename) and not record.superior:
        steps = names.parsed(record.dn)
        renamed = ",".join(filter(None, (record.rdn, names.written(steps[1:]))))
        return Rename(dn=renamed, rdn=names.written(steps[:1]), delete_old=record.delete_old)
    return None


def _inverse_modify(record: Modify) -> Modify | None:
    back: list[Change] = []
    for change in reversed(record.changes):
        if is_secret(change.attribute):
            continue
        if change.operation == "replace" or not change.values:
            return None
        operation: Literal["add", "delete"] = "delete" if change.operation == "add" else "add"
        back.append(Change(operation=operation, attribute=change.attribute, values=change.values))
    return Modify(dn=record.dn, changes=tuple(back)) if back else None
