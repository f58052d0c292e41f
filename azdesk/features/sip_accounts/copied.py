"""Phones' accounts that are copied: files of the program that does it on the host, and what it says of its last copy.

Asterisk's own lookup (`content`) finds an endpoint's login and places by three attributes that have to hold the same number, since one
attribute gives it one variable. Where a directory's do not, a program on the host asks for all phones, from time to time.
"""

from __future__ import annotations

import functools
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from azdesk.core.probe import masked
from azdesk.features import _asterisk as asterisk
from azdesk.features._directory import READER_TOKEN
from azdesk.fleet.model import Fleet
from azdesk.onhost import bundle, copying, phones

if TYPE_CHECKING:
    from azdesk.features._files import FileSet
    from azdesk.features.sip_accounts.state import SipState

FOLDER, STATUS, SETTINGS = copying.FOLDER, copying.STATUS, copying.SETTINGS
ACCOUNTS = copying.ACCOUNTS
READER_FILE, CHECK_FILE = copying.PASSWORD, copying.CHECK
SECRETS = (READER_FILE, CHECK_FILE)
PROGRAMS = "/usr/local/lib/azdesk"
PROGRAM = f"{PROGRAMS}/copy-phones"
SERVICE, TIMER = "azdesk-phones.service", "azdesk-phones.timer"
UNIT_FILES = {name: f"/etc/systemd/system/{name}" for name in (SERVICE, TIMER)}
OWN = (SETTINGS, READER_FILE, CHECK_FILE, PROGRAM, *UNIT_FILES.values())
CHECK_ACCOUNT = phones.CHECK
CHECK_TOKEN = masked("phonescheck")
MINUTES = 5
"""Between two copies."""
CONTEXT = "all"
"""Where calls of phones begin whose entries name no context: the guide's."""
_HEAD = asterisk.HEADER.replace(";", "#", 1)
_STAMP = r"; The password of [^\r\n]*\.\n"
MASKS = {
    # What is not in our own form is hidden as a whole.
    READER_FILE: (
        rf"\A(?P<reader>[^\r\n]+)\n{_STAMP}\Z",
        rf"\A(?!{READER_TOKEN}\n{_STAMP}\Z)(?P<reader>[\s\S]+)",
    ),
    CHECK_FILE: (r"\A(?P<phonescheck>[^\r\n]+)\Z", rf"\A(?!{CHECK_TOKEN}\Z)(?P<edited>[\s\S]+)"),
}
_ENABLED = "(!(userAccountControl:1.2.840.113556.1.4.803:=2))"
KEYS = ("people", "number", "digest", "secret", "account", "name", "everybody")


@dataclass(frozen=True, kw_only=True)
class Copy:
    """What the program says of its last copy."""

    state: str = ""
    """copied, kept (the one before stays), or empty: none yet."""
    why: str = ""
    fresh: float = 0.0
    """When all was copied last, seconds since the epoch."""
    phones: int = 0
    left: tuple[tuple[str, str], ...] = ()
    """Entries that were left out, not more than fifty: name and why."""
    left_out: int = 0
    warnings: tuple[str, ...] = ()


def read(text: str) -> Copy:
    """A status file; one that makes no sense is as good as none."""
    try:
        raw = json.loads(text)
        return Copy(
            state=str(raw["state"]),
            why=str(raw["why"]),
            fresh=float(raw["fresh"]),
            phones=int(raw["phones"]),
            left=tuple((str(name), str(why)) for name, why in raw["left"]),
            left_out=int(raw["left_out"]),
            warnings=tuple(str(one) for one in raw["warnings"]),
        )
    except (ValueError, TypeError, KeyError, OverflowError):
        return Copy()


@functools.cache
def program() -> str:
    about = "Copies phones' accounts from the directory into a file of Asterisk's."
    return bundle.program(about, "login", "login_ldap", "phones", "copying")


def wanted(fleet: Fleet) -> dict[str, Any]:
    """What of a state says which entries and attributes are copied."""
    directory = fleet.directory
    everybody = directory.people_filter
    if directory.kind == "active-directory":
        # Who is disabled there cannot log in to anything else either.
        everybody = f"(&{everybody}{_ENABLED})"
    return {
        "lookup": "copied",
        "secret": directory.phone_password_attribute,
        "account": directory.account_attribute,
        "name": directory.name_attribute,
        "everybody": everybody,
        "codecs": ",".join(("!all", *directory.phones.codecs)),
        "max_contacts": directory.phones.max_contacts,
        "timed": True,
    }


def kind_of(everybody: str) -> tuple[str, str]:
    """The kind of directory that such a filter for people is for, and the document's part of it."""
    if everybody.startswith("(&") and everybody.endswith(f"{_ENABLED})"):
        return "active-directory", everybody[2 : -len(_ENABLED) - 1]
    return "openldap", everybody


def whole_filter(state: SipState) -> str:
    """The filter for phones: people with a number and a password, and those alone that the Selection Filter takes."""
    return f"(&{state.everybody}({state.number}=*)({state.secret}=*){state.selection})"


def files(state: SipState) -> dict[str, str]:
    """Path → content of all files of the program; tokens stand for passwords."""
    return {
        SETTINGS: _settings(state),
        READER_FILE: f"{READER_TOKEN}\n; The password of {state.since or 'the reader'}.\n",
        CHECK_FILE: CHECK_TOKEN,
        PROGRAM: program(),
        UNIT_FILES[SERVICE]: _service(),
        UNIT_FILES[TIMER]: _timer(),
    }


def _settings(state: SipState) -> str:
    values: dict[str, Any] = {
        "urls": list(state.urls),
        "ca": state.ca,
        "reader": state.reader,
        "since": state.since,
        "base": state.people,
        "filter": whole_filter(state),
        "everybody": state.everybody,
        "selection": state.selection,
        "number": state.number,
        "secret": state.secret,
        "account": state.account,
        "name": state.name,
        "expires": "accountExpires" if kind_of(state.everybody)[0] == "active-directory" else "",
        "digest": state.digest,
        "codecs": state.codecs,
        "max_contacts": state.max_contacts,
        "context": CONTEXT,
    }
    return json.dumps(values, indent=1, ensure_ascii=False) + "\n"


def read_settings(text: str) -> dict[str, Any]:
    """What settings say, as values of a state; nothing where they make no sense."""
    try:
        raw = json.loads(text)
        texts = ("ca", "reader", "since", "everybody", "selection", "number", "secret", "account", "name")
        return {
            "lookup": "copied",
            **{key: str(raw[key]) for key in (*texts, "codecs")},
            "people": str(raw["base"]),
            "urls": tuple(str(url) for url in raw["urls"]),
            "digest": bool(raw["digest"]),
            "max_contacts": int(raw["max_contacts"]),
            "bound": bool(raw["urls"]),
        }
    except (ValueError, TypeError, KeyError, OverflowError):
        return {"lookup": "copied"}


def private(files: FileSet) -> bool:
    """Whether passwords are for root's eyes only, and the program is nobody else's to change."""
    return all(
        (reading.owner, reading.mode & 0o077) == ("root", 0) for reading in map(files.get, SECRETS)
    ) and all(
        (reading.owner, reading.mode & 0o022) == ("root", 0)
        for reading in map(files.get, (PROGRAM, SETTINGS, *UNIT_FILES.values()))
    )


def _service() -> str:
    return (
        f"{_HEAD}[Unit]\nDescription=AZDesk: copy phones' accounts from the directory\n"
        # AZDesk starts it after each change of a person, besides the timer.
        "Wants=network-online.target\nAfter=network-online.target asterisk.service\nStartLimitIntervalSec=0\n\n"
        f"[Service]\nType=oneshot\nExecStart=/usr/bin/python3 -I -B {PROGRAM}\nTimeoutStartSec=300\n"
        f"NoNewPrivileges=yes\nPrivateTmp=yes\nProtectHome=yes\nProtectSystem=strict\nReadWritePaths={FOLDER}\n"
        "CapabilityBoundingSet=CAP_CHOWN CAP_DAC_OVERRIDE CAP_FOWNER\n"
    )


def _timer() -> str:
    return (
        f"{_HEAD}[Unit]\nDescription=AZDesk: copy phones' accounts every {MINUTES} minutes\n\n"
        f"[Timer]\nOnActiveSec={MINUTES}min\nOnUnitActiveSec={MINUTES}min\nAccuracySec=15s\n\n"
        "[Install]\nWantedBy=timers.target\n"
    )


def shown(text: str) -> str:
    """Somebody else's text in a note: one line."""
    return re.sub(r"\s+", " ", "".join(sign if sign.isprintable() else "?" for sign in text))
