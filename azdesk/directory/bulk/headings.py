"""Which column of a sheet is which value of a person: by its heading, in English or German, or as the admin says."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from azdesk.core.errors import DirectoryError
from azdesk.directory.people import FIELDS

GIVEN, SURNAME, PASSWORD, ENABLED, IGNORED = "given", "surname", "password", "enabled", "-"
TARGETS: Final[Mapping[str, str]] = MappingProxyType(
    {one.key: one.title for one in FIELDS}
    | {GIVEN: "Given name", SURNAME: "Surname", PASSWORD: "Password", ENABLED: "Enabled"}
)
"""What a column can be, with its title."""

# Compared without case, spaces, accents and signs.
_WORDS: Final = {
    "account": "account user username userid userlogin login loginname uid samaccountname xmpp jid benutzer benutzername "
    "benutzerkennung kennung konto kontoname anmeldename",
    "name": "name fullname displayname gecos realname cn commonname person vollername anzeigename mitarbeiter vornamename",
    GIVEN: "given givenname firstname forename vorname rufname",
    SURNAME: "surname lastname familyname sn nachname familienname zuname",
    "number": "number phone phonenumber extension ext telephone telephonenumber sip sipnumber sipaccount astaccountname ipphone "
    "nummer rufnummer durchwahl nebenstelle telefon telefonnummer",
    "mail": "mail email emailaddress mailaddress maillocaladdress epost epostadresse mailadresse emailadresse",
    "home": "home homehost host server node mailhost heimathost heimserver standort knoten",
    PASSWORD: "password pass pwd secret userpassword passwort kennwort",
    ENABLED: "enabled active status aktiv aktiviert",
    "caller_id": "callerid clid astaccountcallerid anruferkennung rufnummernanzeige",
    "context": "context dialcontext astaccountcontext kontext",
    "call_group": "callgroup astaccountcallgroup rufgruppe anrufgruppe",
    "pickup_group": "pickupgroup astaccountpickupgroup heranholgruppe",
    "mailbox": "mailbox voicemail astaccountmailbox sprachbox anrufbeantworter",
    "codecs": "codecs allowedcodecs astaccountallowedcodec allow",
    "max_contacts": "maxcontacts phonesatonce devices astaccountcalllimit geraete telefonezugleich",
    "direct_media": "directmedia astaccountdirectmedia canreinvite",
    "qualify": "qualify astaccountqualify",
    "sip_host": "siphost astaccounthost",
    "sip_type": "siptype astaccounttype",
    "uid_number": "uidnumber unixid unixuserid unixuid benutzernummer",
    "gid_number": "gidnumber groupid gid unixgroup gruppennummer",
    "home_folder": "homefolder homedirectory homedir heimatverzeichnis homeverzeichnis",
    "shell": "shell loginshell",
}
SYNONYMS: Final[Mapping[str, str]] = MappingProxyType(
    {word: key for key, words in _WORDS.items() for word in words.split()}
)


def simple(heading: str) -> str:
    """A heading as it is compared."""
    text = heading.casefold().replace("ä", "ae").replace("ö", "oe").replace("ü", "ue")
    text = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    return re.sub(r"[^a-z0-9]", "", text)


@dataclass(frozen=True, kw_only=True)
class Columns:
    """Where each value is."""

    at: Mapping[str, int]
    """Key of `TARGETS` → column, from 0."""
    unused: tuple[str, ...] = field(default=())
    """Headings that mean nothing to AZDesk; their columns are left out."""

    def cell(self, cells: Sequence[str], key: str) -> str:
        place = self.at.get(key)
        return cells[place] if place is not None else ""


def columns(headings: Sequence[str], given: Mapping[str, str], where: str) -> Columns:
    """Find out which column is what.

    Args:
        given: heading → key of `TARGETS`, or ``-`` to leave it out; goes before what AZDesk would think.
        where: the file's name.

    Raises:
        DirectoryError: two columns would be the same value, one that has to be there is missing, or `given` names none.
    """
    chosen = _checked(headings, given, where)
    at: dict[str, int] = {}
    unused: list[str] = []
    for place, heading in enumerate(headings):
        if not heading:
            continue
        key = chosen.get(heading.casefold()) or SYNONYMS.get(simple(heading), "")
        if not key or key == IGNORED:
            unused.append(heading)
        elif key in at:
            raise DirectoryError(
                f"The columns “{headings[at[key]]}” and “{heading}” would both be {TARGETS[key]}.",
                where=where,
                next_step="Rename one, or say what each is: --column HEADING=FIELD, with - for leaving it out.",
            )
        else:
            at[key] = place
    if "account" not in at:
        seen = ", ".join(f"“{heading}”" for heading in headings if heading)[:300]
        raise DirectoryError(
            f"No column has the accounts; there are {seen or 'no headings'}.",
            where=where,
            next_step="Call it Account, or say which one it is: --column HEADING=account.",
        )
    return Columns(at=MappingProxyType(at), unused=tuple(unused))


def _checked(headings: Sequence[str], given: Mapping[str, str], where: str) -> dict[str, str]:
    known = {heading.casefold() for heading in headings}
    for heading, key in given.items():
        if heading.casefold() not in known:
            raise DirectoryError(
                f"There is no column “{heading}”.",
                where=where,
                next_step=f"There are: {', '.join(filter(None, headings))}."[:300],
            )
        if key != IGNORED and key not in TARGETS:
            raise DirectoryError(
                f"“{key}” is no value that a column can be.",
                where=where,
                next_step=f"There are: {', '.join(TARGETS)}, and - for leaving it out.",
            )
    return {heading.casefold(): key for heading, key in given.items()}
