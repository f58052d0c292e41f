"""What is written of transports, NAT and RTP is read again as it was meant, whichever driver Asterisk has."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from azdesk.core.probe import Readings
from azdesk.features import _asterisk as asterisk
from azdesk.features._asterisk import Recipe
from azdesk.features._base import Feature, PlanContext
from azdesk.features.media import FEATURE, content
from azdesk.features.media.content import BLOCK, OWN, STOCK
from azdesk.features.media.state import MediaState, target
from azdesk.features.sip_accounts import FEATURE as PHONES
from tests.unit.features.cases import file, fleet_of, readings_of

VERSIONS: dict[Recipe, str] = {"pjsip": "1:22.10.1+dfsg-1", "chan_sip": "1:16.28.0~dfsg-0+deb11u4"}


def written(state: MediaState) -> Readings:
    """A host as it is after the state's files were written."""
    texts = content.files(state)
    raw: dict[str, Any] = {"package": {"packages": {"asterisk": VERSIONS[state.recipe]}}}
    for part in STOCK:
        text = "[general]\n" if part in state.sections else ""
        if OWN[part] in texts:
            text = asterisk.with_include(text, BLOCK, OWN[part])
        raw[f"stock-{part}"] = file(text)
        raw[f"own-{part}"] = file(texts.get(OWN[part]))
    return Readings("a251", raw)


@pytest.mark.parametrize("recipe", VERSIONS)
@settings(deadline=None)
@given(
    transports=st.sets(st.sampled_from(["udp", "tcp", "tls"]), min_size=1),
    external=st.sampled_from(["", "192.0.2.7", "pbx.example.com"]),
    networks=st.lists(st.sampled_from(["10.0.0.0/8", "192.168.11.0/24", "192.0.2.1/32"]), unique=True),
    first=st.integers(1024, 60000),
    sections=st.sampled_from([(), ("chan-sip", "rtp"), ("rtp",)]),
)
def test_read_as_it_was_meant(
    recipe: Recipe,
    transports: set[str],
    external: str,
    networks: list[str],
    first: int,
    sections: tuple[str, ...],
) -> None:
    state = MediaState(
        present=True, recipe=recipe, transports=tuple(sorted(transports)), external_address=external,
        local_networks=tuple(networks), rtp=(first, first + 100), sections=sections,
    )  # fmt: skip
    seen = FEATURE.parse(written(state))
    assert seen == state
    assert seen.recipe == recipe
    assert replace(seen, rtp=(first, first + 102)) != state


def test_transports_follow_from_phones_and_trunks() -> None:
    numbers = {
        "base": "pair",
        "number_plan.scheme": "prefixed",
        "hosts.a251.numbers": ["68XX"],
        "hosts.a251.calls.prefix": "301",
        "hosts.a253.numbers": ["68XX"],
        "hosts.a253.calls.prefix": "302",
        "hosts.a251.sip.transports": ["udp"],
    }
    assert FEATURE.desired(fleet_of(numbers), "a251").transports == ("udp",)
    tcp = {**numbers, "number_plan.between.transport": "tcp"}
    assert FEATURE.desired(fleet_of(tcp), "a251").transports == ("tcp", "udp")
    gateway = {**numbers, "trunks": {"gateway": {"address": "192.0.2.1", "transport": "tcp"}}}
    assert FEATURE.desired(fleet_of(gateway), "a251").transports == ("tcp", "udp")
    assert not FEATURE.desired(fleet_of("pair"), "a251").present


def test_nothing_is_said_of_nat_without_a_transport_of_ours() -> None:
    seen = MediaState(taken=("udp",))
    wanted = MediaState(
        present=True,
        transports=("udp",),
        external_address="192.0.2.7",
        local_networks=("10.0.0.0/8",),
        rtp=(1024, 2048),
    )
    assert not target(seen, wanted).external_address
    assert target(replace(seen, recipe="chan_sip", taken=()), wanted).external_address


def test_transports_of_an_earlier_azdesk_move_in_one_plan() -> None:
    """The file of phones' accounts loses them and another gets them, with one restart behind both."""
    fleet = fleet_of("phones")
    raw = {**readings_of("bound")}
    legacy = (
        raw["sip_accounts/own-phones"]["text"]
        + "[azdesk-udp]\ntype = transport\nprotocol = udp\nbind = 0.0.0.0:5060\n"
    )
    stock = asterisk.without_block(raw["media/stock-pjsip"]["text"], BLOCK)
    raw |= {
        "sip_accounts/own-phones": file(legacy),
        "sip_accounts/stock-phones": file(stock),
        "media/stock-pjsip": file(stock),
        "media/stock-rtp": file("[general]\nrtpstart=10000\n"),
        "media/own-pjsip": file(None),
        "media/own-rtp": file(None),
    }
    texts: dict[str, str] = {}
    features: tuple[Feature[Any], ...] = (FEATURE, PHONES)
    for feature in features:
        own = {
            key.partition("/")[2]: value for key, value in raw.items() if key.startswith(feature.key + "/")
        }
        state = feature.parse(Readings("a251", own))
        context = PlanContext(
            fleet=fleet, host="a251", observed={"a251": {feature.key: state}}, pending=texts
        )
        steps = list(feature.plan(context, state, feature.desired(fleet, "a251")))
        assert [step.title for step in steps if step.kind == "unit"] == ["Restart Asterisk"]
        texts |= {step.path: step.content for step in steps if hasattr(step, "content")}  # type: ignore[attr-defined]
    pjsip = texts["/etc/asterisk/pjsip.conf"]
    assert asterisk.included(pjsip, "media", OWN["pjsip"])
    assert asterisk.included(pjsip, "sip-accounts", "/etc/asterisk/azdesk-sip-phones.conf")
    assert "[azdesk-udp]" in texts[OWN["pjsip"]]
    assert "transport" not in texts["/etc/asterisk/azdesk-sip-phones.conf"]
