"""Trunks are read again as they were written; passwords stay on the host; what Asterisk says of them is understood."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from azdesk.core.probe import Command, Readings
from azdesk.features import _asterisk as asterisk
from azdesk.features._asterisk import Recipe
from azdesk.features.trunks import content
from azdesk.features.trunks.lines import Line, lines_in, text_of, token_of
from azdesk.features.trunks.loaded import asking_again, of_chan_sip, of_pjsip
from azdesk.features.trunks.planning import COMPLAINT, _old_driver
from azdesk.features.trunks.state import TrunksState, desired_lines
from azdesk.fleet import edit
from azdesk.fleet.model import Fleet
from azdesk.onhost.probes import masked

_NAMES = st.from_regex(r"\Aaz-(host|trunk)-[a-z][a-z0-9-]{0,10}[a-z]\Z")
_USERS = st.sampled_from(["", "me", "+4930123", "secretary", "a@b.example"])
_PLACES = st.sampled_from(["192.0.2.1", "sip.example.com", "2001:db8::1"])


@st.composite
def lines(draw: Any) -> Line:
    endpoint, user = draw(_NAMES), draw(_USERS)
    challenge = bool(user) and draw(st.booleans())
    return Line(
        endpoint=endpoint,
        context="az-in-x",
        address=draw(_PLACES),
        port=draw(st.sampled_from([5060, 5061, 65535])),
        transport=draw(st.sampled_from(["udp", "tcp", "tls"])),
        user=user,
        registers=bool(user) and draw(st.booleans()),
        challenge=challenge,
        caller=endpoint if challenge and endpoint.startswith("az-host-") else "",
        sources=tuple(
            draw(st.lists(st.sampled_from(["192.0.2.9", "192.0.2.10", "198.51.100.0/24"]), unique=True))
        ),
        from_user=draw(_USERS),
        from_domain=draw(st.sampled_from(["", "example.com"])),
        proxy=draw(st.sampled_from(["", "proxy.example.com"])),
        codecs=tuple(draw(st.lists(st.sampled_from(["alaw", "opus", "h264"]), min_size=1, unique=True))),
        srtp=draw(st.booleans()),
        dtmf=draw(st.sampled_from(["rfc4733", "info", "inband", "auto"])),
        qualify=draw(st.sampled_from([0, 30, 3600])),
        since=draw(st.sampled_from(["", "2026-11-25 09:00"])),
    )


@pytest.mark.parametrize("recipe", ["pjsip", "chan_sip"])
@settings(deadline=None)
@given(trunks=st.lists(lines(), min_size=1, max_size=4, unique_by=lambda line: line.endpoint))
def test_read_as_it_was_meant(recipe: Recipe, trunks: list[Line]) -> None:
    text = text_of(trunks, recipe)
    seen = lines_in(text, recipe)
    assert seen == tuple(trunks)
    assert text_of(seen, recipe) == text
    secret = text
    for line in trunks:
        secret = secret.replace(token_of(line.endpoint), "hunter2\\; x")
    masks = list(content.masks(line.endpoint for line in trunks if line.user))
    assert masked(secret, masks) == text, "the passwords alone are hidden"


def test_whoever_must_log_in_must_from_every_address() -> None:
    """chan_sip has a peer for each further address: one without a secret let anybody there in [seen in the lab, 16.28]."""
    line = Line(endpoint="az-trunk-p", context="c", address="192.0.2.1", port=5060, user="me", challenge=True, sources=("192.0.2.9",))  # fmt: skip
    peers = [values for _, values in asterisk.sections(text_of([line], "chan_sip"))]
    assert len(peers) == 2
    assert {(peer["secret"], peer["insecure"]) for peer in peers} == {(token_of("az-trunk-p"), "port")}
    (note,) = _old_driver(TrunksState(), TrunksState(lines=(line,)))
    assert "who calls as me is refused" in note.text
    open_line = replace(line, challenge=False)
    assert list(_old_driver(TrunksState(), TrunksState(lines=(open_line,)))) == []
    assert [peer["insecure"] for _, peer in asterisk.sections(text_of([open_line], "chan_sip"))] == ["port,invite"] * 2  # fmt: skip


def test_hosts_call_each_other_by_the_names_they_have_for_each_other() -> None:
    """chan_sip takes no other user than its own name of the trunk; PJSIP has one object for each of the two users [seen in the lab]."""
    fleet = edit.with_values(
        Fleet(),
        {
            "number_plan": {
                "scheme": "prefixed",
                "reach": "fleet",
                "between": {"authentication": "password"},
            },
            "hosts": {
                name: {"address": f"192.0.2.{name[1:]}", "roles": ["application"]} for name in ("a211", "a25")
            },
        },
    )
    (old,), (new,) = (tuple(desired_lines(fleet, host)) for host in ("a211", "a25"))
    (peer,) = (values for _, values in asterisk.sections(text_of([old], "chan_sip")))
    assert (old.endpoint, peer["defaultuser"], peer["secret"]) == ("az-host-a25", "az-host-a211", old.secret)
    objects = list(asterisk.sections(text_of([new], "pjsip")))
    users = {name: values["username"] for name, values in objects if values["type"] == "auth"}
    (endpoint,) = (values for _, values in objects if values["type"] == "endpoint")
    assert users[endpoint["outbound_auth"]] == old.caller == "az-host-a25"
    assert users[endpoint["auth"]] == peer["defaultuser"]


def test_opus_that_is_not_understood_is_told() -> None:
    line = Line(endpoint="az-trunk-p", context="c", address="192.0.2.1", port=5060, codecs=("opus", "alaw"))
    (note,) = _old_driver(TrunksState(hears_opus=False), TrunksState(lines=(line,)))
    assert "apt install asterisk-opus" in note.text
    assert list(_old_driver(TrunksState(), TrunksState(lines=(line,)))) == []
    without = replace(line, codecs=("alaw",))
    assert list(_old_driver(TrunksState(hears_opus=False), TrunksState(lines=(without,)))) == []


_OURS = text_of(
    [Line(endpoint="az-trunk-p", context="c", address="192.0.2.1", port=5060, user="me")], "pjsip"
)


@pytest.mark.parametrize(
    "change",
    [
        ("password = ", "password= "),
        ("password = ", "Password => "),
        ("password = ", ";password = "),
        ("password = ", "password = first\npassword = "),
        ("type = auth\n", "type=auth\n"),
        ("[az-trunk-p]\ntype = auth", "[another]\ntype = auth"),
        ("password = ", "md5_cred = "),
        ("password = ", "password\x0b= "),
        ("password = ", "remotesecret = "),
        ("password = ", "register => me:"),
        ("password = ", "x\rpassword = "),
        ("password = ", "password += "),
    ],
)
def test_an_edited_file_says_too_little_rather_than_too_much(change: tuple[str, str]) -> None:
    text = _OURS.replace(token_of("az-trunk-p"), "hunter2").replace(*change)
    assert "hunter2" in text
    assert "hunter2" not in masked(text, list(content.masks(["az-trunk-p"])))
    assert "hunter2" not in masked(text, list(content.masks([]))), "a trunk that the document does not know"


LIST = """
 Endpoint:  <Endpoint/CID.....................................>  <State.....>  <Channels.>
        Aor:  <Aor............................................>  <MaxContact>
      Contact:  <Aor/ContactUri..........................> <Hash....> <Status> <RTT(ms)..>
==========================================================================================

 Endpoint:  az-host-a253                                         Not in use    0 of inf
        Aor:  az-host-a253                                       0
      Contact:  az-host-a253/sip:10.77.22.253:5060         4e4cf0f3bd Avail         0.412
   Identify:  az-host-a253/az-host-a253
        Match: 10.77.22.253/32

 Endpoint:  az-trunk-prov                                        Unavailable   0 of inf
    OutAuth:  az-trunk-prov/me
     InAuth:  az-trunk-prov/me
        Aor:  az-trunk-prov                                      0
      Contact:  az-trunk-prov/sip:10.77.22.250:5060        5937e3f3f0 Unavail         nan
   Identify:  az-trunk-prov/az-trunk-prov
        Match: 10.77.22.250/32
        Match: 10.1.0.0/16


Objects found: 2

"""
REGISTRATIONS = """
 <Registration/ServerURI..............................>  <Auth....................>  <Status.......>
==========================================================================================

 az-trunk-prov/sip:10.77.22.250:5060                     az-trunk-prov               Registered        (exp. 3590s)

Objects found: 1

"""


def test_lists_of_pjsip() -> None:
    host, provider = of_pjsip(LIST, REGISTRATIONS)
    assert (host.endpoint, host.live.reachable, host.live.milliseconds) == ("az-host-a253", True, 0.412)
    assert host.live.registration == ""
    assert (provider.live.reachable, provider.live.registration) == (False, "Registered")
    line = Line(
        endpoint="az-trunk-prov", context="c", address="10.77.22.250", port=5060, user="me", challenge=True,
        registers=True, sources=("10.1.0.0/16",),
    )  # fmt: skip
    assert provider.is_as(line, "pjsip")
    assert not provider.is_as(replace(line, sources=()), "pjsip")
    assert not provider.is_as(replace(line, challenge=False), "pjsip")
    assert not provider.is_as(replace(line, port=5070), "pjsip")
    assert of_pjsip("No objects found.\n\n", "") == ()


PEERS = """\
Name/username             Host                                    Dyn Forcerport Comedia    ACL Port     Status      Description
az-host-a253              10.77.22.253                                Auto (No)  No             5060     OK (1 ms)
az-trunk-prov/me          10.77.22.250                                Auto (No)  No             5060     UNREACHABLE
2 sip peers [Monitored: 1 online, 1 offline Unmonitored: 0 online, 0 offline]
"""
REGISTRY = """\
Host                                    dnsmgr Username       Refresh State                Reg.Time
10.77.22.250:5060                       N      me                 105 Registered           Wed, 25 Nov 2026 12:00:00
1 SIP registrations.
"""


def test_lists_of_chan_sip() -> None:
    provider = Line(
        endpoint="az-trunk-prov", context="c", address="10.77.22.250", port=5060, user="me", registers=True
    )
    found = of_chan_sip(PEERS, REGISTRY, (provider,))
    assert [(one.endpoint, one.live.reachable) for one in found] == [
        ("az-host-a253", True),
        ("az-trunk-prov", False),
    ]
    assert found[0].live.milliseconds == 1
    assert found[1].live.registration == "Registered"


def asked_again(pjsip: str, chan_sip: str) -> list[str]:
    def said(text: str) -> dict[str, Any]:
        return {"found": True, "exit": 0, "out": text, "err": "", "timed_out": False}

    again = asking_again(Readings("a251", {"pjsip": said(pjsip), "chan-sip": said(chan_sip)}))
    return [" ".join(probe.argv) for probe in again.values() if isinstance(probe, Command)]


def test_hosts_that_did_not_answer_are_asked_again() -> None:
    """Those alone: a provider that is down is asked as often as its trunk says."""
    assert asked_again(LIST, "No such command") == []
    silent = LIST.replace("Avail         0.412", "Unavail         nan")
    assert asked_again(silent, "No such command") == ["asterisk -rx pjsip qualify az-host-a253"]
    assert asked_again("", PEERS) == []
    gone = PEERS.replace("OK (1 ms)", "UNREACHABLE")
    assert asked_again("", gone) == ["asterisk -rx sip qualify peer az-host-a253"]


@pytest.mark.parametrize(
    ("line", "counts"),
    [
        (
            "ERROR[1] config_options.c: Could not find option suitable for category 'az-host-a253' named 'x' at line 9",
            True,
        ),
        (
            "ERROR[1] res_sorcery_config.c: Could not create an object of type 'endpoint' with id 'az-trunk-p' from",
            True,
        ),
        (
            "ERROR[1] config.c: parse error: no closing ']', line 3 of /etc/asterisk/azdesk-trunks-pjsip.conf",
            True,
        ),
        (
            "WARNING[1] res_pjsip_endpoint_identifier_ip.c: Identify 'az-host-a' points to endpoint 'az-host-a' but it is not there",
            False,
        ),
        (
            "NOTICE[1] res_sorcery_config.c: Retaining existing configuration for object of type 'endpoint' with id 'az-host-a'",
            False,
        ),
        ("WARNING[1] pbx_config.c: users.conf is deprecated and will be removed", False),
        ("ERROR[1] loader.c: res_hep_pjsip declined to load.", False),
    ],
)
def test_which_lines_of_the_log_stop_a_change(line: str, counts: bool) -> None:
    assert bool(re.search(COMPLAINT, f"[Nov 25 14:00:51] {line}")) is counts
