"""What the document says about people's codes and sheets."""

from __future__ import annotations

from azdesk.enrol import home
from azdesk.fleet import store

DOCUMENT = """
version = 1
name = "Example"
[enrolment]
code = "vcard"
language = "de"
wan_address = "vpn.example.org"
steps = \"\"\"
Call 100.

Wait.
\"\"\"
[clusters."a.example"]
[clusters."a.example".upload]
url = "https://172.16.38.1:5443/upload"
[clusters."b.example"]
[hosts.a251]
address = "192.0.2.1"
cluster = "a.example"
numbers = ["68XX", "[79]."]
[hosts.a253]
address = "192.0.2.3"
cluster = "b.example"
public_address = "b.example.org"
numbers = ["69ZN"]
[hosts.a253.sip]
transports = ["tls"]
"""
FLEET = store.parse(DOCUMENT)


def test_what_people_of_a_host_share() -> None:
    one, other = home.access(FLEET, "a251"), home.access(FLEET, "a253")
    assert (one.domain, one.wan_address, one.vpn_address) == ("a.example", "vpn.example.org", "172.16.38.1")
    assert (other.domain, other.wan_address, other.vpn_address) == ("b.example", "b.example.org", "")
    assert (one.sip_transport, other.sip_transport) == ("udp", "tls")


def test_how_sheets_look() -> None:
    design = home.design(FLEET)
    assert (design.form, design.language, design.steps) == ("vcard", "de", ("Call 100.", "Wait."))
    assert home.organisation(FLEET) == "Example"
