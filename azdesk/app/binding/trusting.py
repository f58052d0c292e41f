"""Whether a host itself trusts a directory server: ejabberd and Asterisk there decide by its own list of authorities."""

from __future__ import annotations

import ipaddress
import re
from typing import Final

from azdesk.app.binding.findings import Finding, bad, good, note, warning
from azdesk.core.errors import ObserveError
from azdesk.core.probe import Command, Connect, Packages, Probe, Readings, Resolve
from azdesk.directory.endpoint import Address
from azdesk.features._directory import SYSTEM_CA

_UNKNOWN_ISSUER: Final = ("2", "18", "19", "20", "21")
"""OpenSSL's numbers for a chain that ends at nobody who is trusted (openssl-verification-options(1))."""
_VERIFIES: Final = (21, 4)
"""ejabberd 21.01 gives its TLS library an option that this one does not know, and never connects [lab]; 26.07 does."""


def probes(address: Address) -> dict[str, Probe]:
    """What to ask a host about a server, in one round trip."""
    host = f"[{address.host}]" if ":" in address.host else address.host
    asked: dict[str, Probe] = {
        "connect": Connect(address=address.host, port=address.port),
        "ejabberd": Packages(names=("ejabberd",)),
    }
    if _named(address):
        asked["resolve"] = Resolve(name=address.host)
    if address.scheme == "ldaps":
        holds = "-verify_hostname" if _named(address) else "-verify_ip"
        asked["trust"] = Command(
            argv=(
                "openssl", "s_client", "-connect", f"{host}:{address.port}", "-CAfile", SYSTEM_CA,
                holds, address.host, "-verify_return_error", "-brief",
            ),
            timeout=10.0,
        )  # fmt: skip
    return asked


def reached(address: Address, readings: Readings) -> tuple[Finding, ...]:
    """Name and port, from the host's answers."""
    found: list[Finding] = []
    if _named(address):
        # A name server that does not answer is an error of its probe, and an answer for the admin.
        reading = readings.raw.get("resolve", {})
        addresses = reading.get("addresses", ())
        if not addresses:
            why = f": {reading['error']}" if "error" in reading else ""
            return (
                bad(
                    "name",
                    f"{address.host} does not resolve there{why}.",
                    "Give the host a name server that knows it, or write the server's IP address into the document.",
                ),
            )
        found.append(good("name", f"{address.host} is {', '.join(addresses[:3])}."))
    reading = readings.get("connect")
    if not reading["connected"]:
        why = reading.get("error") or "no answer"
        found.append(
            bad(
                "port",
                f"No connection to port {address.port} ({why}).",
                "Look whether the server runs, and at firewalls between the two.",
            )
        )
    else:
        found.append(good("port", f"{address.host} takes connections on port {address.port}."))
    return tuple(found)


def trusted(readings: Readings, *, brings_authority: bool) -> Finding:
    """Whether the host's own list of authorities vouches for the server.

    Args:
        brings_authority: whether the document has an authority that AZDesk will put on that list.
    """
    answer = readings.command("trust")
    if not answer.found:
        return note("trust", "Not looked at: there is no openssl on the host.")
    said = answer.err + answer.out
    if answer.exit == 0 and "Verification: OK" in said:
        return good("trust", "The host trusts the certificate.")
    match = re.search(r"verify error:num=(\d+):([^\n]*)", said)
    if match and match[1] in _UNKNOWN_ISSUER:
        if brings_authority:
            return note(
                "trust",
                "The host does not know the certificate's authority yet.",
                "Review and apply the plan: it hands the document's authority over.",
            )
        return bad(
            "trust",
            "The host does not know the certificate's authority.",
            "Put the authority's certificate into the document (directory, ca).",
        )
    if match:
        return bad(
            "trust",
            f"The host does not trust the certificate: {match[2].strip()}.",
            "Check the certificate, and the host's clock.",
        )
    if answer.timed_out:
        return warning("trust", "The TLS handshake did not end in time there.", "Try again.")
    last = next((line for line in reversed(said.splitlines()) if line.strip()), "no answer")
    return warning("trust", f"The TLS handshake failed there ({last[:200]}).", "Look at the server's log.")


def verifies(readings: Readings) -> Finding | None:
    """What is wrong with the host's ejabberd, if it cannot use a directory over TLS."""
    try:
        version = readings.package("ejabberd", "ejabberd") or ""
    except ObserveError:
        return None
    match = re.match(r"(?:\d+:)?(\d+)\.(\d+)", version)
    if match is None or (int(match[1]), int(match[2])) >= _VERIFIES:
        return None
    return bad(
        "chat",
        f"ejabberd {match[1]}.{match[2]} there cannot verify a directory's certificate: it never connects over ldaps://.",
        "Update the host to Debian 12 or newer, or leave its chat accounts as they are.",
    )


def _named(address: Address) -> bool:
    try:
        ipaddress.ip_address(address.host)
    except ValueError:
        return True
    return False
