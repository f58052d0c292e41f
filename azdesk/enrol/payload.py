"""A payload, and what every value in one has to hold."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from azdesk.core.errors import EnrolmentError
from azdesk.core.secret import Secret
from azdesk.enrol.account import Account

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


@dataclass(frozen=True, kw_only=True)
class Payload:
    """What is handed to a person, in one form."""

    form: str
    """Key in `azdesk.enrol.forms.FORMS`."""
    uid: str
    """Whose it is."""
    text: Secret
    """The text itself; a secret, since most forms have a password in them."""
    has_password: bool

    @property
    def size(self) -> int:
        """Bytes, in UTF-8."""
        return len(self.text.reveal().encode())


def refused(account: Account, field: str, why: str, next_step: str = "") -> EnrolmentError:
    """An error that names the person and the field, and never the value."""
    return EnrolmentError(f"{field} {why}", where=account.uid, next_step=next_step)


def one_line(account: Account, field: str, value: str) -> str:
    """The value, if it has neither line breaks nor control characters.

    Raises:
        EnrolmentError: it has.
    """
    if _CONTROL.search(value):
        raise refused(
            account, field, "has a line break or a control character in it.", "Mend it in the directory."
        )
    try:
        value.encode()
    except UnicodeEncodeError:
        raise refused(account, field, "is not valid text.", "Mend it in the directory.") from None
    return value


def identifier(account: Account, field: str, value: str) -> str:
    """The value, if it also has nothing that is invisible, and no spaces around it: a reader or a person would lose those.

    Raises:
        EnrolmentError: it has.
    """
    one_line(account, field, value)
    if value != value.strip():
        raise refused(
            account,
            field,
            "begins or ends with a space, which readers take away.",
            "Change it in the directory.",
        )
    if any(unicodedata.category(letter) == "Cf" for letter in value):
        raise refused(
            account,
            field,
            "has an invisible character in it, such as a mark for the direction of writing.",
            "Change it in the directory.",
        )
    return value


def needed(account: Account, field: str, value: str, next_step: str) -> str:
    """An identifier that must not be empty.

    Raises:
        EnrolmentError: it is empty, or no identifier.
    """
    if not value:
        raise refused(account, field, "is missing.", next_step)
    return identifier(account, field, value)


def password_of(account: Account) -> str:
    """The password in clear.

    Raises:
        EnrolmentError: nobody knows it.
    """
    if account.password is None or not account.password:
        raise refused(
            account,
            "The password",
            "is not known: the directory keeps only a hash of it, or none at all.",
            "Set a new password for this person, then make the code.",
        )
    return identifier(account, "The password", account.password.reveal())
