"""What a server's result codes mean, in sentences for people (RFC 4511, appendix A.2)."""

from __future__ import annotations

import re
from typing import Final

from azdesk.core.errors import (
    AccessDenied,
    AlreadyExists,
    BindRefused,
    DirectoryRefused,
    LimitReached,
    NoSuchEntry,
    SchemaViolation,
)
from azdesk.directory.messages import Answer

SUCCESS: Final = 0
COMPARE_FALSE: Final = 5
COMPARE_TRUE: Final = 6
TIME_LIMIT: Final = 3
SIZE_LIMIT: Final = 4
ADMIN_LIMIT: Final = 11
TLS_REQUIRED: Final = 13
NO_SUCH_ENTRY: Final = 32
INVALID_CREDENTIALS: Final = 49
BUSY: Final = (51, 52)

PARTIAL: Final = (TIME_LIMIT, SIZE_LIMIT, ADMIN_LIMIT)
"""Codes after which the entries that came are good, but not all."""

_ATTRIBUTE_SAID: Final = (
    re.compile(r"(?:requires|allow) attribute '([\w;.-]+)'"),
    re.compile(r"attribute '([\w;.-]+)' not allowed"),
    re.compile(r"([\w;.-]+): (?:attribute type undefined|value #\d+|no equality|multiple values|no such value|"
               r"requires value|attribute description|no user modification)"),
    re.compile(r"modify/\w+: ([\w;.-]+):"),
    re.compile(r"attribute '([\w;.-]+)'"),
    re.compile(r"object class '([\w;.-]+)'"),
    re.compile(r"objectClass: value #\d+ invalid per syntax()"),
)  # fmt: skip

_WHY_NOT_IN: Final = {
    # What Active Directory puts into its words after a refused login: “… data 52e, v4563”.
    "525": "there is no such user",
    "52e": "name or password is wrong",
    "530": "the user may not log in at this time",
    "531": "the user may not log in from here",
    "532": "the password has expired",
    "533": "the account is disabled",
    "701": "the account has expired",
    "773": "the password has to be changed first",
    "775": "the account is locked",
}


def refusal(answer: Answer, *, where: str, doing: str = "", who: str = "") -> DirectoryRefused:
    """The error for an answer that is no success.

    Args:
        where: the server, and the entry if it is about one.
        doing: what was tried, such as ``add``; decides how some codes read.
        who: whose login it is about, for a bind.
    """
    code, said = answer.code, answer.said.strip()
    attribute = _attribute(said)
    kind, what, next_step = _sentences(answer, said, attribute, doing, who)
    return kind(
        what,
        code=code,
        attribute=attribute,
        said=said,
        where=where,
        next_step=next_step,
    )


def _attribute(said: str) -> str:
    for pattern in _ATTRIBUTE_SAID:
        if found := pattern.search(said):
            return found[1]
    return ""


def _sentences(
    answer: Answer, said: str, attribute: str, doing: str, who: str
) -> tuple[type[DirectoryRefused], str, str]:
    code = answer.code
    about = f" ({said})" if said else ""
    if doing == "bind" and (words := _bind(code, said, who)) is not None:
        return BindRefused, *words
    match code:
        case 32:
            return NoSuchEntry, *_missing(answer)
        case 68:
            return AlreadyExists, "An entry of this name is there already.", "Choose another name."
        case 20:
            named = f"{attribute} has" if attribute else "It has"
            return AlreadyExists, f"{named} this value already{about}.", "Load the entry again."
        case 16 if "schema" in said:  # Active Directory's word for what others call 17
            named = attribute or "a class or an attribute"
            return (
                SchemaViolation,
                f"The server does not know {named}{about}.",
                "Leave it out, or have the domain's schema extended.",
            )
        case 53 if "0000052D" in said:
            return (
                SchemaViolation,
                f"The password is not as the domain's rules want it{about}.",
                "Choose a longer or a more varied one.",
            )
        case 16:
            named = attribute or "the attribute"
            return (
                SchemaViolation,
                f"The entry has no such value of {named} (any more){about}.",
                "Load the entry again.",
            )
        case 17:
            named = attribute or "an attribute"
            return (
                SchemaViolation,
                f"The server does not know {named}{about}.",
                "Add the schema that defines it to the server, or leave it out.",
            )
        case 18 | 19 | 21:
            named = attribute or "An attribute"
            return SchemaViolation, f"{named} may not have this value{about}.", "Correct the value."
        case 64 | 65 | 67 | 69:
            return (
                SchemaViolation,
                _schema(code, said, attribute),
                "Correct the entry, or the server's schema.",
            )
        case 50:
            return AccessDenied, f"The login may not do that{about}.", "Log in as somebody who may."
        case 8:
            return AccessDenied, f"The server wants a login for that{about}.", "Give a name and a password."
        case 13:
            return (
                BindRefused,
                f"The server wants TLS for that{about}.",
                "Use an ldaps:// address, or let the connection begin TLS.",
            )
        case 3 | 4 | 11:
            return (
                LimitReached,
                f"{limit(code)}{about}.",
                "Ask for less at once, or have the server's limit raised.",
            )
        case 10:
            urls = ", ".join(answer.referrals[:3]) or "another server"
            return DirectoryRefused, f"The server says that {urls} has that.", "Connect to that server."
        case 66:
            return DirectoryRefused, "There are entries below it.", "Delete those first."
        case 51 | 52:
            return DirectoryRefused, f"The server is too busy now{about}.", "Try again in a moment."
        case 53:
            return DirectoryRefused, f"The server does not want to do that{about}.", "See the server's log."
        case 34:
            return DirectoryRefused, f"The name is no valid one{about}.", "Correct it."
        case 12:
            return DirectoryRefused, f"The server cannot do that in this way{about}.", ""
        case 2:
            return DirectoryRefused, f"The server did not understand what it was asked{about}.", ""
        case _:
            return (
                DirectoryRefused,
                f"The server refused it with code {code}{about}.",
                "See the server's log.",
            )


def limit(code: int) -> str:
    """Which limit cut a list, as a sentence without its stop."""
    if code == TIME_LIMIT:
        return "The server took longer than it may and stopped"
    if code == ADMIN_LIMIT:
        return "The server stopped: it would have to look at more than its administrator allows"
    return "The server gives no more entries than its size limit allows"


def _bind(code: int, said: str, who: str) -> tuple[str, str] | None:
    login = f"the login of {who}" if who else "the login"
    if code in (TLS_REQUIRED, 8):
        return (
            f"The server takes no password without TLS{f' ({said})' if said else ''}.",
            "Use an ldaps:// address, or let the connection begin TLS.",
        )
    if code in (INVALID_CREDENTIALS, NO_SUCH_ENTRY):
        found = re.search(r"\bdata ([0-9a-f]{3})\b", said)
        why = _WHY_NOT_IN.get(found[1]) if found else None
        if why:
            return f"The server does not accept {login}: {why}.", "Check name and password there."
        return (
            f"The server does not accept {login}: wrong password, or there is no such entry.",
            "Enter name and password again.",
        )
    if code == 48:
        return (
            f"The server does not accept {login} in this way{f' ({said})' if said else ''}.",
            "The entry may have no password, or anonymous logins are not allowed.",
        )
    if code == 7:
        return (
            f"The server does not know this kind of login{f' ({said})' if said else ''}.",
            "Log in with a name and a password.",
        )
    if code == 34:
        return f"“{who}” is no name that the server can log in.", "Write it as the name of an entry."
    if code == 53:
        return (
            f"The server refuses {login}{f' ({said})' if said else ''}.",
            "It may take no empty passwords, or is locked.",
        )
    return None


def _missing(answer: Answer) -> tuple[str, str]:
    if answer.matched:
        return f"There is no such entry; the nearest above it is {answer.matched}.", "Check the name."
    return "There is no such entry, or this login may not see it.", "Check the name, and who is logged in."


def _schema(code: int, said: str, attribute: str) -> str:
    about = f" ({said})" if said else ""
    if code == 64:
        return f"The name of an entry must be made of values that it has and that its classes allow{about}."
    if code == 67:
        return f"The values that make the entry's name cannot be changed in this way{about}."
    if code == 69:
        return f"The kind of an entry cannot be changed{about}."
    if attribute and "requires" in said:
        return f"{attribute} is missing{about}."
    if attribute and "not allowed" in said:
        return f"{attribute} is not allowed by the entry's classes{about}."
    return f"The entry is not as its classes want it{about}."
