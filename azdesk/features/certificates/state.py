"""What certificates a host has, and which it should have."""

from __future__ import annotations

import functools
import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from azdesk.core.errors import CertificateError
from azdesk.core.platform import DEBIAN
from azdesk.core.probe import File, FileReading, Probe, Readings
from azdesk.features._certificates import FOLDER, certificate_file, key_file, users
from azdesk.features._files import FileSet
from azdesk.fleet.model import Fleet

if TYPE_CHECKING:
    from azdesk.pki.reading import CertificateFacts

AUTHORITY_FILE = "/usr/local/share/ca-certificates/azdesk-fleet.crt"
AUTHORITY_LINK = "/etc/ssl/certs/azdesk-fleet.pem"
"""What update-ca-certificates(8) makes of it, beside a line in the system's bundle."""
ALSO_FILE = "/usr/local/share/ca-certificates/azdesk-fleet-also.crt"
ALSO_LINK = "/etc/ssl/certs/azdesk-fleet-also.pem"
"""The same of the other authority of a change-over: a file may hold one certificate only."""
USERS = (DEBIAN.ejabberd_user, DEBIAN.asterisk_user, DEBIAN.slapd_user)
"""All that may have a copy: those of a role that a host no longer has are looked at, too, so that they go."""


@dataclass(frozen=True, kw_only=True)
class Copy:
    """One service's copy."""

    user: str
    private: bool = True
    """Certificate and key are there, and the key is for this user's eyes only."""
    names: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    """What the certificate holds for, both sorted."""
    issuer_key: str = ""
    """Key identifier of the authority that issued it, hex."""
    fingerprint: str = ""
    """SHA-256 of the certificate, hex. In a wish: the very one, from elsewhere; empty for any of the fleet's authority."""
    due: bool = False
    """It expires soon, see `azdesk.pki.authority.RENEW_DAYS`."""

    def fits(self, wanted: Copy) -> bool:
        """Whether it is as wished, apart from its age."""
        if not self.private:
            return False
        if wanted.fingerprint:
            return self.fingerprint == wanted.fingerprint
        return (self.names, self.addresses, self.issuer_key) == (
            wanted.names,
            wanted.addresses,
            wanted.issuer_key,
        )


@dataclass(frozen=True, kw_only=True)
class CertificatesState:
    """Certificates of a host's services."""

    copies: tuple[Copy, ...] = ()
    """In the order of `USERS`."""
    trusted: str = ""
    """Fingerprint of the authority that the system trusts by our doing."""
    also: str = ""
    """The same of the one that follows it, or was before it."""
    trust_in_use: bool = True
    """Whether the system's store has it by now, or has let go of it."""
    alike: bool = True
    """All copies have the same key."""
    expires: str = field(default="", compare=False)
    """When the first of them expires, ISO 8601; empty where there is none."""
    days_left: int | None = field(default=None, compare=False)
    issuer: str = field(default="", compare=False)
    """Name of who issued it, for people."""
    authority_expires: str = field(default="", compare=False)
    authority_days: int | None = field(default=None, compare=False)
    """Days that the trusted authority is left."""
    folder: FileReading = field(default=FileReading(exists=False), compare=False, repr=False)
    files: FileSet = field(default=FileSet(), compare=False, repr=False)

    @property
    def all_trusted(self) -> tuple[str, str]:
        """`trusted` and `also`."""
        return self.trusted, self.also

    def copy(self, user: str) -> Copy | None:
        """The copy of one service."""
        return next((copy for copy in self.copies if copy.user == user), None)


def applies(fleet: Fleet, host: str) -> bool:
    """Whether it runs services that speak TLS."""
    return bool({"application", "directory"} & set(fleet.hosts[host].roles))


def probes(fleet: Fleet, host: str) -> Mapping[str, Probe]:
    asked: dict[str, Probe] = {
        "folder": File(path=FOLDER),
        "authority": File(path=AUTHORITY_FILE),
        "link": File(path=AUTHORITY_LINK),
        "also": File(path=ALSO_FILE),
        "also link": File(path=ALSO_LINK),
    }
    for user in USERS:
        asked[f"{user}.crt"] = File(path=certificate_file(user))
        asked[f"{user}.key"] = File(path=key_file(user), secret=True)
    return asked


def parse(readings: Readings) -> CertificatesState:
    moment = datetime.fromtimestamp(readings.taken_at, UTC)
    texts = {f"{user}.crt": certificate_file(user) for user in USERS}
    files = FileSet.read(readings, {**texts, "authority": AUTHORITY_FILE, "also": ALSO_FILE})
    keys = {key_file(user): readings.file(f"{user}.key") for user in USERS}
    found = [
        (copy, facts)
        for user in USERS
        if (pair := _copy(user, files, keys[key_file(user)], moment))
        for copy, facts in [pair]
    ]
    known = [facts for _, facts in found if facts is not None]
    first = min(known, key=lambda facts: facts.not_after, default=None)
    above = facts_of(files.text(AUTHORITY_FILE))
    links = {AUTHORITY_FILE: readings.file("link"), ALSO_FILE: readings.file("also link")}
    return CertificatesState(
        copies=tuple(copy for copy, _ in found),
        trusted=_fingerprint(files.text(AUTHORITY_FILE)),
        also=_fingerprint(files.text(ALSO_FILE)),
        trust_in_use=all((link.type != "absent") == files.get(path).exists for path, link in links.items()),
        alike=len({reading.sha256 for reading in keys.values() if reading.exists}) < 2,
        expires=first.not_after.isoformat() if first else "",
        days_left=first.days_left(moment) if first else None,
        issuer=first.issuer if first else "",
        authority_expires=above.not_after.isoformat() if above else "",
        authority_days=above.days_left(moment) if above else None,
        folder=readings.file("folder"),
        files=FileSet(items=(*files.items, *keys.items())),
    )


def _copy(
    user: str, files: FileSet, key: FileReading, moment: datetime
) -> tuple[Copy, CertificateFacts | None] | None:
    """One service's copy with what its certificate says; None where there are no files at all."""
    from azdesk.pki.authority import RENEW_DAYS

    file = files.get(certificate_file(user))
    if not file.exists and not key.exists:
        return None
    facts = facts_of(file.text or "")
    private = file.exists and (key.mode, key.owner) == (0o400, user) and key.exists and key.type == "file"
    if facts is None:
        return Copy(user=user, private=private), None
    copy = Copy(
        user=user,
        private=private,
        names=facts.names,
        addresses=facts.addresses,
        issuer_key=facts.issuer_key,
        fingerprint=facts.fingerprint,
        due=facts.days_left(moment) < RENEW_DAYS,
    )
    return copy, facts


def _fingerprint(pem: str) -> str:
    """Of the certificate in a file; of anything else that stands there, how it begins."""
    facts = facts_of(pem)
    return facts.fingerprint if facts else pem.strip()[:40]


@functools.lru_cache(maxsize=4096)
def facts_of(pem: str) -> CertificateFacts | None:
    """What the first certificate of a text says; None where there is none that can be read."""
    from azdesk.pki.reading import read_certificates

    if "BEGIN CERTIFICATE" not in pem:
        return None
    try:
        return read_certificates(pem)[0]
    except CertificateError:
        return None


def desired(fleet: Fleet, host: str) -> CertificatesState:
    authority = facts_of(fleet.authority.certificate)
    trusted = authority.fingerprint if authority else ""
    other = facts_of(fleet.authority.also)
    also = other.fingerprint if other else ""
    imported = facts_of(fleet.hosts[host].certificate)
    if imported is not None:
        wish = Copy(
            user="",
            names=imported.names,
            addresses=imported.addresses,
            issuer_key=imported.issuer_key,
            fingerprint=imported.fingerprint,
        )
    elif authority is not None:
        names, addresses = fleet.certificate_names(host)
        # In the order in which they are read from a certificate.
        in_order = sorted(addresses, key=lambda one: ipaddress.ip_address(one).packed)
        wish = Copy(user="", names=tuple(sorted(names)), addresses=tuple(in_order), issuer_key=authority.key)
    else:
        return CertificatesState(also=also)
    own = users(fleet, host)
    copies = tuple(replace(wish, user=user) for user in USERS if user in own)
    return CertificatesState(copies=copies, trusted=trusted, also=also)


def adopt(fleet: Fleet, host: str, observed: CertificatesState) -> Fleet:
    """Nothing: a certificate without its authority's key, or its own, is of no use in a document."""
    return fleet
