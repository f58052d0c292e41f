"""What AZDesk's files say to Asterisk, for each driver that it may have for phones.

PJSIP [cookbook A; seen in the lab, 22.10]: one attribute of the directory gives one variable only, so the endpoint's `aors` and
`auth` are found by other attributes that hold the number too: AstAccountMailbox and uidNumber. Codecs and the number of
contacts come through `seeAlso`, which the directory gives to all people (slapo-collect), from one entry.

chan_sip (Asterisk 16): friends as the directory has them; `rtcachefriends` keeps those that were seen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from azdesk.core.platform import DEBIAN
from azdesk.core.probe import masked
from azdesk.features import _asterisk as asterisk
from azdesk.features._asterisk import Recipe
from azdesk.features.sip_accounts import copied

if TYPE_CHECKING:
    from azdesk.features._files import FileSet
    from azdesk.features.sip_accounts.state import SipState
    from azdesk.fleet.model import Fleet

BLOCK = "sip-accounts"
PASSWORD_TOKEN = masked("phones_reader")
"""The reader's password, as it stands in Asterisk's file."""
_ETC = DEBIAN.asterisk_config
STOCK = {
    "directory": f"{_ETC}/res_ldap.conf",
    "tables": f"{_ETC}/extconfig.conf",
    "objects": f"{_ETC}/sorcery.conf",
    "phones": f"{_ETC}/pjsip.conf",
    "old-phones": f"{_ETC}/sip.conf",
}
"""Asterisk's own files."""
OWN = {part: f"{_ETC}/azdesk-sip-{part}.conf" for part in STOCK}
"""Ours, which those take in."""
CA_FILE = f"{_ETC}/azdesk-directory-ca.pem"
"""Authorities of somebody else's directory, where the document names them."""
DROP_IN = DEBIAN.drop_in.format(unit=DEBIAN.asterisk_unit, part="sip-accounts")
TABLES: dict[Recipe, tuple[str, ...]] = {
    "pjsip": ("azdesk-auths", "azdesk-aors", "azdesk-endpoints"),
    "chan_sip": ("azdesk-friends",),
}
_HEAD = (
    # Whoever has no password in the directory must not be found at all: an empty one would be taken for a good one, and
    # without uidNumber (posixAccount) no password would be asked for.
    "(objectClass=AsteriskSIPUser)",
    "(objectClass=posixAccount)",
    "(AstAccountRealmedPassword=*)",
)
LIFETIMES = {True: (4 * 3600, 8 * 3600), False: (900, 1800)}
"""By whether AZDesk tells hosts of changes: how long an entry is kept before it is looked up again, and at most, in seconds.

The first is how long phones can outlive the directory: an entry whose time is up is dropped if nobody answers then. The second is how
long an old password can work where a host was not told that it was changed.
"""


def lasting(fleet: Fleet) -> bool:
    """Whether entries are kept for long: of the fleet's own directory, where hosts are told of changes at once."""
    return fleet.directory.managed


def every_own() -> tuple[str, ...]:
    """Paths of all files that may be ours."""
    return (*OWN.values(), CA_FILE, DROP_IN, *copied.OWN)


def whole_filter(selection: str) -> str:
    """The filter for a Selection Filter: phones alone, with a password."""
    return f"(&{''.join(_HEAD)}{selection})"


def selection_of(whole: str) -> str:
    """The Selection Filter in one of those."""
    head = f"(&{''.join(_HEAD)}"
    return whole[len(head) : -1] if whole.startswith(head) and whole.endswith(")") else whole


def files(state: SipState) -> dict[str, str]:
    """Path → content of all files for a state; a token stands for the reader's password."""
    if not state.bound:
        return {}
    if state.lookup == "copied":
        found = {OWN["phones"]: _pjsip(state), **copied.files(state)}
        return found | ({CA_FILE: state.authorities} if state.authorities else {})
    found = {OWN["directory"]: _directory(state), OWN["tables"]: _tables(state), DROP_IN: _drop_in(state)}
    if state.recipe == "pjsip":
        found |= {OWN["objects"]: _objects(state), OWN["phones"]: _pjsip(state)}
    else:
        found[OWN["old-phones"]] = _chan_sip(state)
    if state.authorities:
        found[CA_FILE] = state.authorities
    return found


def _head(state: SipState, section: str) -> str:
    """The head of a section that may be in the stock file already: a second one of the name would not count."""
    return f"[{section}](+)\n" if section in state.sections else f"[{section}]\n"


def _directory(state: SipState) -> str:
    """How the directory is reached, and which attribute is which variable (res_ldap.conf)."""
    general = {
        "url": " ".join(state.urls),
        "protocol": "3",
        "basedn": state.people,
        "user": state.reader,
    }
    lines = [
        f"{asterisk.HEADER}; The password of {state.since or 'the reader'}.\n{_head(state, '_general')}",
        *(f"{name} = {asterisk.escaped(value)}\n" for name, value in general.items()),
        f"pass = {PASSWORD_TOKEN}\n",
    ]
    for table in TABLES[state.recipe]:
        lines.append(f"[{table}]\n")
        lines += [f"{name} = {value}\n" for name, value in _variables(table, state)]
        lines.append(f"additionalFilter = {asterisk.escaped(whole_filter(state.selection))}\n")
    return "".join(lines)


def _variables(table: str, state: SipState) -> list[tuple[str, str]]:
    number, secret = state.number, "AstAccountRealmedPassword"
    shared = ("accountBaseDN", "seeAlso")
    if table == "azdesk-endpoints":
        return [
            ("id", number),
            ("aors", "AstAccountMailbox"),
            ("auth", "uidNumber"),
            ("context", "AstAccountContext"),
            ("callerid", "AstAccountCallerID"),
            ("direct_media", "AstAccountDirectMedia"),
            ("call_group", "AstAccountCallGroup"),
            ("pickup_group", "AstAccountPickupGroup"),
            ("allow", "AstAccountAllowedCodec"),
            shared,
        ]
    if table == "azdesk-auths":
        return [
            ("id", number),
            ("username", "AstAccountMailbox"),
            ("md5_cred" if state.digest else "password", secret),
        ]
    if table == "azdesk-aors":
        return [("id", number), ("max_contacts", "AstAccountCallLimit"), shared]
    return [
        ("name", number),
        ("md5secret" if state.digest else "secret", secret),
        ("context", "AstAccountContext"),
        ("callerid", "AstAccountCallerID"),
        ("host", "AstAccountHost"),
        ("type", "AstAccountType"),
        ("mailbox", "AstAccountMailbox"),
        ("directmedia", "AstAccountDirectMedia"),
        ("callgroup", "AstAccountCallGroup"),
        ("pickupgroup", "AstAccountPickupGroup"),
        ("qualify", "AstAccountQualify"),
        ("allow", "AstAccountAllowedCodec"),
        shared,
    ]


def _tables(state: SipState) -> str:
    """Which of Asterisk's tables are in the directory (extconfig.conf)."""
    mapped = (
        {"ps_endpoints": "azdesk-endpoints", "ps_auths": "azdesk-auths", "ps_aors": "azdesk-aors"}
        if state.recipe == "pjsip"
        else {"sippeers": "azdesk-friends"}
    )
    base = asterisk.escaped(state.people)
    lines = [f'{name} => ldap,"{base}",{table}\n' for name, table in mapped.items()]
    return asterisk.HEADER + _head(state, "settings") + "".join(lines)


def _objects(state: SipState) -> str:
    """Where PJSIP's objects come from (sorcery.conf): the file first, then memory, then the directory."""
    lines = []
    stale, longest = LIFETIMES[state.lasting]
    for kind, table in (("endpoint", "ps_endpoints"), ("auth", "ps_auths"), ("aor", "ps_aors")):
        lines += [
            f"{kind} = config,pjsip.conf,criteria=type={kind}\n",
            f"{kind}/cache = memory_cache,object_lifetime_stale={stale},object_lifetime_maximum={longest},expire_on_reload=yes\n",
            f"{kind} = realtime,{table},allow_unqualified_fetch=no\n",
        ]
    return asterisk.HEADER + _head(state, "res_pjsip") + "".join(lines)


def _pjsip(state: SipState) -> str:
    """A number is looked up as it is (pjsip.conf): by default first as number@domain, which is in no cache."""
    text = f"{asterisk.HEADER}[azdesk-global]\ntype = global\ndisable_multi_domain = yes\n"
    if state.lookup == "copied":
        # Not there before the first copy: a plain #include would make the whole file invalid.
        text += f'#tryinclude "{copied.ACCOUNTS.removeprefix(_ETC + "/")}"\n'
    return text


def _chan_sip(state: SipState) -> str:
    """Phones of the old driver (sip.conf)."""
    return f"{asterisk.HEADER}{_head(state, 'general')}rtcachefriends = yes\nrtupdate = no\n"


def has_transports(recipe: Recipe, files: FileSet) -> bool:
    """Whether our file for the driver says how phones get in, as it did before the feature `media` had a file for that."""
    if recipe == "pjsip":
        return any("bind" in options for _, options in asterisk.sections(files.text(OWN["phones"])))
    return "allowguest" in asterisk.options(files.text(OWN["old-phones"]), "general")


def _drop_in(state: SipState) -> str:
    """Environment of the unit: how patient OpenLDAP's library is, and whom it trusts (ldap.conf(5)).

    By itself it waits for minutes for a server whose packets get lost, and on Debian 11 it trusts nobody.
    """
    return (
        f"{asterisk.HEADER.replace(';', '#', 1)}[Service]\nEnvironment=LDAPNETWORK_TIMEOUT=3 LDAPTIMEOUT=4 "
        f'LDAPTLS_REQCERT=demand\nEnvironment="LDAPTLS_CACERT={state.ca}"\n'
    )
