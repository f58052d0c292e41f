"""What is open to whom: derived from documents, written, read again, and understood from what nft prints."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azdesk.features.firewall import FEATURE, content, deriving
from azdesk.features.firewall.deriving import Opening, networks
from azdesk.features.firewall.planning import sentence
from azdesk.fleet import edit
from azdesk.fleet.model import Fleet
from azdesk.practice.netfilter import Netfilter, Packet

HOSTS = {
    "a250": {"address": "192.168.11.250", "roles": ["directory", "storage"]},
    "a251": {"address": "192.168.11.251", "cluster": "test.local"},
    "a253": {"address": "a253.example", "lan_address": "192.168.11.253", "cluster": "test.local"},
}
DOCUMENT = {
    "clusters": {"test.local": {"upload": {"url": "https://172.16.38.1:5443/upload"}}},
    "directory": {"base": "dc=test,dc=local"},
    "number_plan": {"scheme": "short", "reach": "fleet"},
    "hosts": HOSTS,
}


def fleet(host: str = "a251", changes: dict[str, Any] | None = None, **said: Any) -> Fleet:
    found = edit.with_values(Fleet(), {**DOCUMENT, **(changes or {})})
    return edit.with_value(found, ("hosts", host, "firewall"), {"enabled": True, **said})


def opened(document: Fleet, host: str = "a251") -> dict[str, list[str]]:
    """Name → who it is open to, ports included."""
    found: dict[str, list[str]] = {}
    for one in deriving.openings(document, host):
        found.setdefault(one.name, []).append(f"{one.where} {' '.join(one.sources) or '*'}")
    return found


def test_an_application_host() -> None:
    assert opened(fleet()) == {
        "ssh": ["22/tcp *"],
        "phones": ["5060/udp *", "5061/tcp *"],
        "voice": ["10000-20000/udp *"],
        "chat": ["5222-5223/tcp *"],
        "federation": ["5269/tcp *"],
        "uploads": ["5443/tcp *"],
        "cluster": ["4369/tcp, 5210/tcp 192.168.11.253"],
        "vpn": ["1194/udp *"],
    }


def test_a_directory_host_that_stores() -> None:
    others = "192.168.11.251 192.168.11.253"
    assert opened(fleet("a250"), "a250") == {
        "ssh": ["22/tcp *"],
        "directory": [f"636/tcp {others}"],
        "storage": [f"445/tcp, 2049/tcp, 24007-24008/tcp, 49152-60999/tcp {others}"],
    }
    more = fleet("a250", directory=["10.0.0.0/8"])
    assert opened(more, "a250")["directory"] == [f"636/tcp 10.0.0.0/8 {others}"]
    assert opened(fleet("a250", directory=[]), "a250")["directory"] == ["636/tcp *"]
    without = fleet("a250", {"directory": {}})
    assert opened(without, "a250")["directory"] == [f"389/tcp, 636/tcp {others}"]


def test_phones_from_somewhere_only() -> None:
    trunks = {
        "provider": {"address": "sip.provider.example", "sources": ["203.0.113.0/28"], "transport": "tcp"},
        "gateway": {"address": "192.168.11.7", "outbound_proxy": "2001:db8::7"},
        "nowhere": {"address": "nowhere.example", "transport": "tls"},
    }
    inside = ["172.16.38.0/24", "192.168.11.0/24"]
    document = fleet(changes={"trunks": trunks}, phones=inside)
    found = opened(document)
    assert found["phones"] == [f"5060/udp {' '.join(inside)}", f"5061/tcp {' '.join(inside)}"]
    assert found["hosts"] == ["5060/udp 192.168.11.253"]
    assert found["trunks"] == ["5060/tcp 203.0.113.0/28", "5060/udp 192.168.11.7 2001:db8::7"]
    assert found["voice"] == ["10000-20000/udp *"], "a provider's voice comes from anywhere"
    alone = opened(fleet(phones=inside))
    assert alone["voice"] == [f"10000-20000/udp {' '.join(inside)}"]
    state = FEATURE.desired(document, "a251")
    assert [sentence(one) for one in state.openings][1] == (
        "SIP for phones (5060/udp) for 172.16.38.0/24, 192.168.11.0/24"
    )


def test_nobody_everybody_and_those_between() -> None:
    alone = edit.with_values(Fleet(), {"hosts": {"a251": HOSTS["a251"] | {"cluster": ""}}})
    said = {"enabled": True, "federation": ["fleet"], "chat": ["0.0.0.0/0", "::/0"], "uploads": ["::/0"]}
    alone = edit.with_value(alone, ("hosts", "a251", "firewall"), said)
    found = opened(alone)
    assert "federation" not in found, "there is no other host"
    assert found["chat"] == ["5222-5223/tcp *"]
    jumped = fleet(
        changes={"hosts": {**HOSTS, "a251": {**HOSTS["a251"], "jump": ["a250"]}}}, ssh=["10.1.2.3"]
    )
    assert opened(jumped)["ssh"] == ["22/tcp 10.1.2.3 192.168.11.250"]
    ports = fleet(ports=["80/tcp", "81/tcp", "5200-5300/tcp", "53/udp"])
    assert opened(ports)["ports"] == ["80-81/tcp, 5200-5300/tcp *", "53/udp *"]
    assert "chat" not in opened(ports), "it is within what is open already"


_PORTS = st.lists(
    st.tuples(st.integers(1, 65535), st.integers(0, 300)).map(lambda one: (one[0], min(sum(one), 65535))),
    min_size=1,
    max_size=4,
).map(deriving.merged)
_SOURCES = st.lists(
    st.one_of(
        st.ip_addresses(v=4).map(str),
        st.ip_addresses(v=6).map(str),
        st.tuples(st.integers(0, 2**32 - 1), st.integers(0, 32)).map(
            lambda one: (
                f"{'.'.join(map(str, ((one[0] >> 32 - one[1] << 32 - one[1]) if one[1] else 0).to_bytes(4)))}/{one[1]}"
            )
        ),
        st.sampled_from(["::/0", "2001:db8::/32", "fe80::/10"]),
    ),
    max_size=5,
).map(networks)


@st.composite
def _openings(draw: st.DrawFn) -> tuple[Opening, ...]:
    names = draw(st.lists(st.sampled_from(sorted(deriving.WORDS)), unique=True, max_size=4))
    return tuple(
        Opening(
            name=name,
            protocol=draw(st.sampled_from(["tcp", "udp"])),
            ports=draw(_PORTS),
            sources=draw(_SOURCES),
        )
        for name in names
    )


@given(_openings())
def test_written_rules_are_read_again_and_mean_the_same_in_the_kernel(openings: tuple[Opening, ...]) -> None:
    text = content.text(openings)
    assert content.parse(text) == openings
    kernel = Netfilter()
    kernel.load(text, "-")
    listing = kernel.table("inet", "azdesk")
    assert content.loaded(listing, "a251") == content.meant(openings)
    for one in openings:
        inside = one.sources[0].partition("/")[0] if one.sources else "203.0.113.9"
        assert kernel.lets_in(Packet(source=inside, protocol=one.protocol, port=one.ports[0][0]))
    everything = json.loads(listing)["nftables"]
    del everything[-1]
    assert content.loaded(json.dumps({"nftables": everything}), "a251") != content.meant(openings)


@pytest.mark.parametrize(
    ("value", "is_in"),
    [("192.168.11.9", True), ("192.168.12.9", False), ("2001:db8::1", True), ("", False), ("a250", False)],
)
def test_who_is_among_networks(value: str, is_in: bool) -> None:
    assert deriving.holds(("192.168.11.0/24", "2001:db8::/32"), value) is is_in
