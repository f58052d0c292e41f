"""Whether the account that registrations are tried with is among those that a Selection Filter lets in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from azdesk.core.errors import DirectoryError
from azdesk.features._directory import CheckAccount, check_account
from azdesk.fleet.model import Fleet

if TYPE_CHECKING:
    from azdesk.directory.filters import Filter


def usable(fleet: Fleet, host: str) -> CheckAccount | None:
    """The host's check account; None where there is none, or where the Selection Filter asks for more than a number."""
    account = check_account(fleet, host)
    selection = fleet.hosts[host].sip.selection_filter
    return account if account is not None and (not selection or _fits(selection, account)) else None


def _fits(selection: str, account: CheckAccount) -> bool:
    from azdesk.directory import filters

    number = account.number.encode()
    has = {
        "astaccountname": number,
        "astaccountmailbox": number,
        "uidnumber": number,
        "uid": account.uid.encode(),
    }
    try:
        return _met(filters.parsed(selection), has)
    except DirectoryError:
        return False


def _met(wanted: Filter, has: Mapping[str, bytes]) -> bool:
    from azdesk.directory.filters import Comparison, Junction, Present, Substrings

    match wanted:
        case Junction(kind="and"):
            return all(_met(part, has) for part in wanted.parts)
        case Junction(kind="or"):
            return any(_met(part, has) for part in wanted.parts)
        case Junction():
            return not _met(wanted.parts[0], has)
        case Present():
            return wanted.attribute.lower() in has
        case Comparison(kind="="):
            return has.get(wanted.attribute.lower(), b"").lower() == wanted.value.lower()
        case Substrings():
            # Bytes as Latin-1, one letter each: only compared.
            pattern = ".*".join(re.escape(piece.decode("latin-1")) for piece in wanted.pieces)
            value = has.get(wanted.attribute.lower(), b"").decode("latin-1")
            return re.fullmatch(pattern, value, re.IGNORECASE | re.DOTALL) is not None
    return False
