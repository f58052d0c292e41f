"""Phones that register with PJSIP: its transports, and what becomes of a REGISTER."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from azdesk.onhost.login import Refused
from azdesk.practice.asterisk.config import USER, Section
from azdesk.practice.asterisk.realtime import Object, Objects

if TYPE_CHECKING:
    from azdesk.practice.logins import Attempt

_SCHEMES = {"sip": "udp", "sip+tcp": "tcp", "sips": "tls"}
_PORTS = {"tls": 5061}
_REALM = "asterisk"
_CONTACTS = "/registrar/contact/"
_WRONG = "refuses the account or its password (SIP: 401 Unauthorized)"
_BROKEN = "refuses it (SIP: 500 Internal Server Error)"


def ports(objects: Objects, protocol: str) -> list[tuple[int, str]]:
    """Ports of the transports of one protocol, with the address that they are bound to, empty for all."""
    return [_bound(section) for section in _transports(objects) if _protocol(section) == protocol]


def opened(objects: Objects) -> list[tuple[str, str, str]]:
    """Name, protocol and place of each transport that was opened."""
    found = []
    for section in _transports(objects):
        port, address = _bound(section)
        found.append((section.name, _protocol(section), f"{address or '0.0.0.0'}:{port}"))
    return found


def _transports(objects: Objects) -> list[Section]:
    """Those that were opened: TLS needs a certificate and a key that Asterisk can read."""
    return [
        section
        for section in objects.every("transport")
        if section.last("bind") and (_protocol(section) != "tls" or _shown(objects, section))
    ]


def _protocol(section: Section) -> str:
    return section.last("protocol", "udp").lower()


def _bound(section: Section) -> tuple[int, str]:
    address, _, port = section.last("bind").rpartition(":")
    if not address:
        address, port = section.last("bind"), ""
    return int(port or _PORTS.get(_protocol(section), 5060)), "" if address in (
        "0.0.0.0",
        "[::]",
    ) else address


def _shown(objects: Objects, section: Section) -> str:
    """Certificate and key of a TLS transport; empty where it has none that can be used."""
    files, groups = objects.host.files, objects.host.files.groups_of(USER)
    paths = [section.last("cert_file"), section.last("priv_key_file") or section.last("cert_file")]
    if not all(path and files.allows(path, USER, groups, 4) for path in paths):
        return ""
    return "".join(files.text(path) for path in dict.fromkeys(paths))


def register(objects: Objects, asked: Attempt) -> str | None:
    """A phone's REGISTER and its end; None if nothing of PJSIP's listens there.

    Raises:
        Refused: it is not taken.
    """
    protocol = _SCHEMES.get(asked.place.scheme, "")
    transport = next(
        (
            section
            for section in _transports(objects)
            if _protocol(section) == protocol and _bound(section)[0] == asked.place.port
        ),
        None,
    )
    if transport is None:
        return None
    if protocol == "tls":
        asked.verify(_shown(objects, transport), asked.place.address)
    endpoint = _endpoint(objects, asked)
    if endpoint is None:
        # As for a wrong password: nobody learns which numbers there are.
        raise Refused("password", _WRONG)
    open_door = not endpoint.get("auth")
    if not open_door:
        _check(objects, endpoint, asked)
    if asked.account not in [name.strip() for name in endpoint.get("aors", "").split(",")]:
        raise Refused("password", "knows no such account (SIP: 404 Not Found)")
    aor = objects.of("aor", asked.account)
    if aor is None:
        raise Refused("password", "knows no such account (SIP: 404 Not Found)")
    if not _number(aor.get("max_contacts", "")):
        raise Refused("forbidden", "forbids it (SIP: 403 Forbidden)")
    if open_door:
        raise Refused("open", "registers phones without asking for a password")
    return "takes the registration, and its end"


def keep(database: dict[str, str], asked: Attempt, until: float) -> dict[str, str]:
    """Note down where a registered phone can be reached, as PJSIP does in Asterisk's own database; fields of the event of it."""
    address = asked.source.lan_address
    uri = f"sip:{asked.account}@{address}:5060"
    mark = hashlib.md5(uri.encode(), usedforsecurity=False).hexdigest()
    database[f"{_CONTACTS}{asked.account};@{mark}"] = json.dumps(
        {
            "via_addr": address, "via_port": "5060", "endpoint": asked.account, "uri": uri, "user_agent": "practice",
            "expiration_time": str(int(until)), "prune_on_boot": "no", "qualify_frequency": "0",
        }
    )  # fmt: skip
    return {
        "URI": uri, "ContactStatus": "NonQualified", "AOR": asked.account, "EndpointName": asked.account, "RoundtripUsec": "0",
    }  # fmt: skip


def expire(database: dict[str, str], now: float) -> None:
    """Take out the contacts whose time is up."""
    contacts = [key for key in database if key.startswith(_CONTACTS)]
    for key in contacts:
        if float(json.loads(database[key]).get("expiration_time", "inf")) <= now:
            del database[key]


def _endpoint(objects: Objects, asked: Attempt) -> Object | None:
    settings = next(objects.every("global"), None)
    single = settings is not None and settings.last("disable_multi_domain", "no").lower() in ("yes", "true")
    domain = asked.domain or asked.place.address
    names = [asked.account] if single else [f"{asked.account}@{domain}", asked.account]
    return next((found for name in names if (found := objects.of("endpoint", name)) is not None), None)


def _check(objects: Objects, endpoint: Object, asked: Attempt) -> None:
    auth = objects.of("auth", endpoint["auth"])
    if auth is None:
        raise Refused("protocol", _BROKEN)
    digest = auth.get("md5_cred", "")
    if digest and len(digest) != 32:
        raise Refused("protocol", _BROKEN)
    given = f"{asked.account}:{_REALM}:{asked.password}"
    hashed = hashlib.md5(given.encode(), usedforsecurity=False).hexdigest()
    good = digest.lower() == hashed if digest else auth.get("password", "") == asked.password
    if not good or auth.get("username", "") != asked.account:
        raise Refused("password", _WRONG)


def _number(text: str) -> int:
    return int(text) if text.isdigit() else 0
