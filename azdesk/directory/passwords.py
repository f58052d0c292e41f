"""Passwords as the directory keeps them, and how a person is shut out without losing theirs.

=======  ====================================  ==================================================================
mode     userPassword (chat; the server        AstAccountRealmedPassword (phones; Asterisk reads it)
         compares at login)
=======  ====================================  ==================================================================
plain    the password                          the password, as in the guide's entry
digest   ``{SSHA}``: SHA-1 with a salt          MD5 of ``number:asterisk:password``, 32 hexadecimal digits
hashed   ``{SSHA}``                             random, known to nobody: no phone can register
=======  ====================================  ==================================================================

Both are always written in one change. The second one is never left out of a phone's entry: Asterisk would let a phone register
with an empty password.

**Shutting out.** slapd takes a value that begins with a scheme it does not know for one that no password fits. So the old values go
behind ``{DISABLED}`` into userPassword, which is guarded like any password; the phones' value becomes random; shadowExpire is set to
1, which everybody may read. Nothing of it depends on the filters of those who look accounts up, nor on overlays of the server; it is
one change, and taking it back needs no password. In Active Directory a bit of userAccountControl does it all.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import re
import secrets as randomness
import string
import unicodedata
from typing import Final

from azdesk.core.errors import DirectoryError
from azdesk.core.secret import Secret
from azdesk.directory.ldif import Change, Entry, Modify
from azdesk.directory.people import (
    AD_DISABLED,
    DISABLED,
    EXPIRED,
    Layout,
    Values,
    account_control,
    is_enabled,
)

REALM: Final = "asterisk"
LENGTH: Final = 12
"""Signs of a generated password: 69 bits."""
SHORTEST: Final = 8

_LOWER: Final = "abcdefghijkmnpqrstuvwxyz"
_UPPER: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_DIGITS: Final = "23456789"
_ALL: Final = _LOWER + _UPPER + _DIGITS

_STASHED: Final = ("userPassword", "AstAccountRealmedPassword", "shadowExpire")
_ADDED_CLASS: Final = DISABLED + b"+shadowAccount"


def generate(length: int = LENGTH) -> Secret:
    """A password without signs that look alike (0 O o, 1 I l), of small and capital letters and digits."""
    length = max(length, SHORTEST)
    while True:
        made = "".join(randomness.choice(_ALL) for _ in range(length))
        # Active Directory wants three kinds of signs.
        if all(any(sign in made for sign in kind) for kind in (_LOWER, _UPPER, _DIGITS)):
            return Secret(made)


# -- as the directory keeps them ------------------------------------------------------------------------------


def salted(password: Secret) -> bytes:
    """``{SSHA}``, which every LDAP server knows."""
    salt = os.urandom(16)
    digest = hashlib.sha1(password.reveal().encode() + salt, usedforsecurity=False).digest()
    return b"{SSHA}" + base64.b64encode(digest + salt)


def phone_digest(number: str, password: Secret, realm: str = REALM) -> bytes:
    """What Asterisk compares with (md5_cred): it holds for this number only."""
    text = f"{number}:{realm}:{password.reveal()}"
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest().encode()


def nobody_knows() -> bytes:
    """A value that is taken for a password, and for a digest, and that no one can use."""
    return randomness.token_hex(16).encode()


def for_chat(layout: Layout, password: Secret) -> bytes:
    return password.reveal().encode() if layout.passwords == "plain" else salted(password)


def for_phone(layout: Layout, number: str, password: Secret) -> bytes:
    if layout.passwords == "plain":
        return password.reveal().encode()
    return phone_digest(number, password) if layout.passwords == "digest" else nobody_knows()


def for_active_directory(password: Secret) -> bytes:
    """Value of unicodePwd, which is only taken over TLS."""
    return f'"{password.reveal()}"'.encode("utf-16-le")


def fits(kept: bytes, password: Secret) -> bool | None:
    """Whether a kept userPassword is this password; None: it is kept in a way that only the server can compare."""
    given = password.reveal().encode()
    scheme = re.match(rb"\{([A-Za-z0-9-]+)\}", kept)
    if scheme is None:
        return hmac.compare_digest(kept, given)
    name = scheme[1].upper()
    kinds = {
        b"SSHA": "sha1",
        b"SHA": "sha1",
        b"SMD5": "md5",
        b"MD5": "md5",
        b"SSHA256": "sha256",
        b"SSHA512": "sha512",
    }
    if name not in kinds:
        return None
    try:
        raw = base64.b64decode(kept[scheme.end() :], validate=True)
    except binascii.Error:
        return None
    size = hashlib.new(kinds[name], usedforsecurity=False).digest_size
    made = hashlib.new(kinds[name], given + raw[size:], usedforsecurity=False).digest()
    return hmac.compare_digest(made, raw[:size])


# -- changes --------------------------------------------------------------------------------------------------


def with_password(layout: Layout, entry: Entry, password: Secret, number: str = "") -> Modify:
    """The change that sets a person's password, for chat and phones in one. Whoever is disabled stays so.

    Args:
        entry: as it stands, passwords included.
        number: the phone number that the digest is for; empty: the entry's.

    Raises:
        DirectoryError: the password cannot be used.
    """
    if why := unusable(password):
        raise DirectoryError(f"The password {why}.", where=entry.dn, next_step="Choose another one.")
    if layout.active_directory:
        change = Change(operation="replace", attribute="unicodePwd", values=(for_active_directory(password),))
        return Modify(dn=entry.dn, changes=(change,))
    have = Values(entry.attributes)
    number = number or have.text(layout.attribute("number"))
    chat = for_chat(layout, password)
    phone = for_phone(layout, number, password) if _is_phone(have, layout) else None
    if is_enabled(layout, entry.attributes):
        changes = [Change(operation="replace", attribute="userPassword", values=(chat,))]
        if phone is not None:
            changes.append(
                Change(operation="replace", attribute="AstAccountRealmedPassword", values=(phone,))
            )
        return Modify(dn=entry.dn, changes=tuple(changes))
    kept = [
        value
        for value in have.all("userPassword")
        if value.startswith(DISABLED)
        and not value.startswith((_stash("userPassword", b""), _stash("AstAccountRealmedPassword", b"")))
    ]
    values = [*kept, _stash("userPassword", chat)]
    if phone is not None:
        values.append(_stash("AstAccountRealmedPassword", phone))
    return Modify(
        dn=entry.dn, changes=(Change(operation="replace", attribute="userPassword", values=tuple(values)),)
    )


def disabled(layout: Layout, entry: Entry) -> Modify | None:
    """The change that shuts a person out; None: they are.

    Args:
        entry: as it stands, passwords included.

    Raises:
        DirectoryError: Active Directory does not show the account's other flags, which would be lost.
    """
    have = Values(entry.attributes)
    if not is_enabled(layout, entry.attributes):
        return None
    if layout.active_directory:
        return _control(entry, have, off=True)
    stash = [_stash(name, value) for name in _STASHED for value in have.all(name)]
    classes = {one.lower() for one in have.all("objectClass")}
    changes = []
    if b"shadowaccount" not in classes:
        changes.append(Change(operation="add", attribute="objectClass", values=(b"shadowAccount",)))
        stash.append(_ADDED_CLASS)
    # Values are named, so that nothing is done if somebody set another password meanwhile.
    changes += _exchanged("userPassword", have, tuple(stash) or (DISABLED,))
    if _is_phone(have, layout):
        changes += _exchanged("AstAccountRealmedPassword", have, (nobody_knows(),))
    changes += _exchanged("shadowExpire", have, (EXPIRED,))
    return Modify(dn=entry.dn, changes=tuple(changes))


def enabled(layout: Layout, entry: Entry) -> Modify | None:
    """The change that lets a person in again, with the password from before; None: nobody shut them out."""
    have = Values(entry.attributes)
    if is_enabled(layout, entry.attributes):
        return None
    if layout.active_directory:
        return _control(entry, have, off=False)
    before: dict[str, tuple[bytes, ...]] = {
        name: tuple(
            value.removeprefix(mark)
            for value in have.all("userPassword")
            if value.startswith(mark := _stash(name, b""))
        )
        for name in _STASHED
    }
    changes = _exchanged("userPassword", have, before["userPassword"])
    if before["AstAccountRealmedPassword"]:
        changes += _exchanged("AstAccountRealmedPassword", have, before["AstAccountRealmedPassword"])
    changes += _exchanged("shadowExpire", have, before["shadowExpire"])
    others = [
        name
        for name in entry.attributes
        if name.lower().startswith("shadow") and name.lower() != "shadowexpire"
    ]
    if _ADDED_CLASS in have.all("userPassword") and not others:
        changes.append(Change(operation="delete", attribute="objectClass", values=(b"shadowAccount",)))
    return Modify(dn=entry.dn, changes=tuple(changes))


def _exchanged(attribute: str, have: Values, new: tuple[bytes, ...]) -> list[Change]:
    old = have.all(attribute)
    if set(old) == set(new):
        return []
    changes = []
    if old:
        changes.append(Change(operation="delete", attribute=attribute, values=old))
    if new:
        changes.append(Change(operation="add", attribute=attribute, values=new))
    return changes


def _stash(name: str, value: bytes) -> bytes:
    return DISABLED + name.encode() + b"=" + value


def _is_phone(have: Values, layout: Layout) -> bool:
    return layout.attribute("number") in have or b"asterisksipuser" in {
        one.lower() for one in have.all("objectClass")
    }


def _control(entry: Entry, have: Values, *, off: bool) -> Modify:
    flags = account_control(have.text("userAccountControl"))
    if flags is None:
        raise DirectoryError(
            "Active Directory does not show what kind of account this is (userAccountControl), and its other flags must stay.",
            where=entry.dn,
            next_step="Let AZDesk's login read userAccountControl, or do it with Active Directory's own tools.",
        )
    number = flags | AD_DISABLED if off else flags & ~AD_DISABLED
    return Modify(dn=entry.dn, changes=tuple(_exchanged("userAccountControl", have, (str(number).encode(),))))


# -- which passwords are any good ----------------------------------------------------------------------------


def unusable(password: Secret) -> str:
    """Why a password cannot be used at all, as the end of a sentence; empty: it can."""
    text = password.reveal()
    if not text:
        return "is empty"
    if text != text.strip():
        return "begins or ends with a space, which phones and readers of codes take away"
    if any(unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Zl", "Zp") for sign in text):
        return "has a control character, a line break or an invisible character in it"
    if re.match(r"\{[A-Za-z0-9-]+\}", text):
        return "begins like a hash, which directory servers would take it for"
    if len(text.encode()) > 256:
        return "is longer than 256 bytes"
    return ""


def weakness(password: Secret, *others: str) -> str:
    """Why a password is easily guessed, as the end of a sentence; empty: it is not.

    Args:
        others: account, number, name: a password must be none of them.
    """
    text = password.reveal()
    if len(text) < SHORTEST:
        return f"has fewer than {SHORTEST} signs"
    low = text.lower()
    if any(other and low == other.lower() for other in others):
        return "is the account, the name or the number"
    if text.isdigit():
        return "is digits alone"
    if len(set(low)) < 4:
        return "has hardly any different signs"
    if low in _COMMON or low.rstrip(string.digits + "!.?") in _COMMON:
        return "is one that everybody tries first"
    return ""


_COMMON: Final = frozenset(
    {
        "password", "passwort", "passw0rd", "administrator", "asterisk", "ejabberd", "azblink", "welcome", "willkommen",
        "changeme", "qwertyuiop", "qwertzuiop", "letmein", "iloveyou", "geheim", "secret", "sunshine", "football",
    }
)  # fmt: skip
