"""Phones' accounts from entries of a directory, as a file for PJSIP: pure, and strict about every value.

What stands in a directory is somebody else's text. Nothing of it reaches the file that could be more than one value there: an
entry with anything else in it is left out as a whole, by name, and its phone with it.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

    Entry = tuple[str, Mapping[str, Sequence[bytes]]]
    """DN, and values by attribute, names in lower case."""

HEADER = "; Copied from the directory by AZDesk's program on this host: what is changed here is lost at the next copy.\n"
CHECK = "azdesk-check"
"""The account that registrations are tried with: nobody's, and no number that could be dialled."""
MARK = "AZDESK_COPY"
"""Variable of its endpoint by which Asterisk tells which copy it has loaded."""
LONGEST_PASSWORD, LONGEST = 128, 200
_NUMBER = re.compile(r"\+?[0-9]{1,20}")
_HASH = re.compile(r"\{[A-Za-z0-9_.-]+\}")
_DIGEST = re.compile(r"[0-9A-Fa-f]{32}")
_OPTIONS = (
    # option of the endpoint, attribute, what it must look like, in words
    ("context", "astaccountcontext", r"[A-Za-z0-9_.-]{1,80}", "no name of a context"),
    ("allow", "astaccountallowedcodec", r"!?[a-z0-9_]+(,!?[a-z0-9_]+)*", "no list of codecs"),
    ("direct_media", "astaccountdirectmedia", r"(?i:yes|no|true|false|on|off|1|0)", "neither yes nor no"),
    (
        "call_group",
        "astaccountcallgroup",
        r"[0-9]{1,2}(-[0-9]{1,2})?(,[0-9]{1,2}(-[0-9]{1,2})?)*",
        "no list of groups",
    ),
    (
        "pickup_group",
        "astaccountpickupgroup",
        r"[0-9]{1,2}(-[0-9]{1,2})?(,[0-9]{1,2}(-[0-9]{1,2})?)*",
        "no list of groups",
    ),
)
_CONTACTS = "astaccountcalllimit"
_NEVER = (0, 0x7FFFFFFFFFFFFFFF)
_SINCE_1601 = 11644473600
"""Seconds from the beginning of Active Directory's time to that of Unix."""
_LOGIN = re.compile(r"^username = (.+)\n((?:password|md5_cred) = .*)$", re.MULTILINE)
_CALLER_ID = "astaccountcallerid"
_LARGEST_GROUP = 63


class Unusable(Exception):
    """An entry that is left out; the text is the end of a sentence that begins with its name, and never says a password."""


def wanted(settings: Mapping[str, Any]) -> list[str]:
    """Attributes to ask the directory for."""
    keys = ("number", "secret", "account", "name", "expires")
    own = [str(settings[key]) for key in keys if settings.get(key)]
    return list(dict.fromkeys([*own, "cn", *(one[1] for one in _OPTIONS), _CONTACTS, _CALLER_ID]))


def copied(
    settings: Mapping[str, Any], entries: Iterable[Entry], now: float
) -> tuple[dict[str, str], list[list[str]]]:
    """Accounts by number, as text for PJSIP; and who is left out: name and why.

    Whose account has expired is not among them, as if there were no such entry: a filter cannot say it, since it does not know the time.

    Args:
        now: seconds since the epoch.
    """
    found: dict[str, tuple[str, str]] = {}
    left: list[list[str]] = []
    twice: dict[str, list[str]] = {}
    for dn, values in entries:
        if _expired(settings, values, now):
            continue
        name = name_of(settings, dn, values)
        try:
            number, text = _account(settings, values)
        except Unusable as unusable:
            left.append([name, str(unusable)])
            continue
        if number in found:
            twice.setdefault(number, [found[number][0]]).append(name)
        found.setdefault(number, (name, text))
    for number, names in sorted(twice.items()):
        # Nobody can tell whose it is: whoever comes first in a directory would get the calls.
        del found[number]
        left += [[name, "has the number %s, as has %s" % (number, _others(names, name))] for name in names]
    return {number: text for number, (_, text) in found.items()}, sorted(left)


def name_of(settings: Mapping[str, Any], dn: str, values: Mapping[str, Sequence[bytes]]) -> str:
    """What an entry is called in messages: printable, in one line, not long."""
    held = values.get(str(settings.get("account", "")).lower()) or [dn.encode()]
    text = held[0].decode("utf-8", "replace")
    return "".join(sign if sign.isprintable() else "?" for sign in text)[:64]


def whole(accounts: Mapping[str, str], check: str) -> str:
    """The file; the account to try it with stands at its end, so that it is there only if all before it was read."""
    texts = [accounts[number] for number in sorted(accounts)]
    body = HEADER + "".join(texts)
    mark = hashlib.sha256((body + check).encode()).hexdigest()[:16]
    return body + _sections(
        CHECK,
        ["context = azdesk-nowhere", "disallow = all", "allow = ulaw", "set_var = %s=%s" % (MARK, mark)],
        "password = %s" % _escaped(check),
        1,
    )


def mark_of(text: str) -> str:
    """The mark in such a file; empty where there is none."""
    found = re.search(r"^set_var = %s=([0-9a-f]+)$" % MARK, text, re.MULTILINE)
    return found.group(1) if found else ""


def signed_out(before: str, after: str) -> list[str]:
    """Numbers of the file before whose phones have to register again by the one after it: gone, or another password."""
    new = dict(_LOGIN.findall(after))
    return [
        number
        for number, secret in _LOGIN.findall(before)
        if new.get(number) != secret and _NUMBER.fullmatch(number)
    ]


def _expired(settings: Mapping[str, Any], values: Mapping[str, Sequence[bytes]], now: float) -> bool:
    """By Active Directory's accountExpires: 100 ns since 1601."""
    held = values.get(str(settings.get("expires") or "").lower()) or ()
    try:
        moment = int(held[0])
    except (IndexError, ValueError):
        return False
    return moment not in _NEVER and moment <= int((now + _SINCE_1601) * 10**7)


def _account(settings: Mapping[str, Any], values: Mapping[str, Sequence[bytes]]) -> tuple[str, str]:
    number = _single(values, str(settings["number"]), "number")
    if not _NUMBER.fullmatch(number):
        raise Unusable("has a number that is not made of digits")
    options = []
    given = {"context": settings["context"], "allow": settings["codecs"]}
    for option, attribute, form, words in _OPTIONS:
        value = _joined(values, attribute) if option == "allow" else _single(values, attribute, option, "")
        if value and not re.fullmatch(form, value):
            raise Unusable("has %s in %s" % (words, attribute))
        if "group" in option and any(int(part) > _LARGEST_GROUP for part in re.findall("[0-9]+", value)):
            raise Unusable("has a group above %d in %s" % (_LARGEST_GROUP, attribute))
        value = value or str(given.get(option, ""))
        if value:
            # By itself PJSIP allows nothing at all; whoever names codecs means those alone.
            options += ["disallow = all"] if option == "allow" and not value.startswith("!all") else []
            options.append("%s = %s" % (option, value))
    caller = _caller(settings, values, number)
    if caller:
        options.append("callerid = %s" % _escaped(caller))
    contacts = _single(values, _CONTACTS, "limit", str(settings["max_contacts"]))
    if not re.fullmatch("[1-9][0-9]?", contacts):
        raise Unusable("has no number from 1 to 99 in %s" % _CONTACTS)
    return number, _sections(number, options, _secret(settings, values), int(contacts))


def _secret(settings: Mapping[str, Any], values: Mapping[str, Sequence[bytes]]) -> str:
    attribute = str(settings["secret"])
    secret = _single(values, attribute, "password")
    if not secret:
        raise Unusable("has no password for phones")
    if settings.get("digest"):
        if not _DIGEST.fullmatch(secret):
            raise Unusable("has no MD5 sum (32 digits) in %s" % attribute)
        return "md5_cred = %s" % secret.lower()
    if _HASH.match(secret):
        raise Unusable("has a hash in %s, where phones need the password itself" % attribute)
    if len(secret) > LONGEST_PASSWORD:
        raise Unusable("has a password of more than %d signs" % LONGEST_PASSWORD)
    return "password = %s" % _escaped(secret)


def _caller(settings: Mapping[str, Any], values: Mapping[str, Sequence[bytes]], number: str) -> str:
    own = _single(values, _CALLER_ID, "caller ID", "")
    if own:
        return own
    for attribute in (str(settings.get("name", "")), "cn"):
        try:
            name = _single(values, attribute, "name", "") if attribute else ""
        except Unusable:
            continue  # it is only shown: no reason to take somebody's phone away
        if name:
            # The signs that have a meaning in a caller ID; a name is shown, nothing more.
            return '"%s" <%s>' % (re.sub(r'["\\<>]', "", name), number)
    return ""


def _single(
    values: Mapping[str, Sequence[bytes]], attribute: str, what: str, default: str | None = None
) -> str:
    """The value of an attribute: one, in one line, readable as it stands.

    Raises:
        Unusable: it is none, or there are several where one counts, or none where one must be.
    """
    held = values.get(attribute.lower()) or ()
    if not held:
        if default is None:
            raise Unusable("has no %s" % what)
        return default
    if len(held) > 1 and what != "name":
        raise Unusable("has several values in %s" % attribute)
    return _plain(held[0], attribute)


def _joined(values: Mapping[str, Sequence[bytes]], attribute: str) -> str:
    return ",".join(_plain(one, attribute).replace(" ", "") for one in values.get(attribute) or ())


def _plain(raw: bytes, attribute: str) -> str:
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise Unusable("has no text in %s" % attribute) from None
    for sign in text:
        # Line ends, controls, marks that are not seen: all that could be more than one value, or another one than it seems.
        if unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"):
            raise Unusable("has a line break or another invisible character in %s" % attribute)
    if text != text.strip():
        raise Unusable("begins or ends with a space in %s" % attribute)
    if len(text) > LONGEST:
        raise Unusable("has more than %d signs in %s" % (LONGEST, attribute))
    return text


def _escaped(value: str) -> str:
    """As it stands in the file: a semicolon would begin a comment."""
    return value.replace(";", "\\;")


def _sections(name: str, options: Sequence[str], secret: str, contacts: int) -> str:
    lines = ["[%s]" % name, "type = endpoint", "auth = %s" % name, "aors = %s" % name, *options]
    lines += ["[%s]" % name, "type = auth", "username = %s" % name, secret]
    lines += ["[%s]" % name, "type = aor", "max_contacts = %d" % contacts]
    return "\n".join(lines) + "\n"


def _others(names: Sequence[str], own: str) -> str:
    rest = [name for name in names if name != own] or list(names[1:])
    return ", ".join(rest[:3]) + (" and others" if len(rest) > 3 else "")
