"""Channels of several hosts, shown as the calls that they are."""

from __future__ import annotations

from typing import Any

import pytest

from azdesk.voice.live import Call, Channel, calls, channel


def leg(host: str, key: str, name: str, linked: str, state: str = "Up", **more: Any) -> Channel:
    return Channel(host=host, key=key, name=name, linked=linked, state=state, **{"since": float(key), **more})


def across() -> list[Channel]:
    """6801 at a251 talks to 6853 at a253, and by a provider to nobody else."""
    return [
        leg("a251", "100.1", "PJSIP/6801-0000000a", "100.1", caller="6801", dialled="3026853", bridge="b", codec="opus", sip="p", recorded=True),
        leg("a251", "100.2", "PJSIP/az-host-a253-0000000b", "100.1", bridge="b", codec="ulaw", sip="s"),
        # Another clock, an hour behind.
        leg("a253", "90.7", "PJSIP/az-host-a251-00000003", "90.7", caller="3016801", dialled="6853", bridge="c", codec="ulaw", sip="s"),
        leg("a253", "90.8", "PJSIP/6853-00000004", "90.7", bridge="c", codec="opus", sip="q"),
    ]  # fmt: skip


def only(channels: list[Channel]) -> Call:
    (found,) = calls(channels)
    return found


@pytest.mark.parametrize("order", [1, -1])
def test_a_call_over_two_hosts_is_one(order: int) -> None:
    found = only(across()[::order])
    assert found.hosts == ("a251", "a253")
    assert (found.caller, found.callee, found.reached, found.state) == (
        "6801",
        "3026853",
        ("6853",),
        "talking",
    )
    assert (found.codec, found.recorded, found.legs) == ("opus", True, 4)
    assert (found.channel, found.channel_key, found.key) == ("PJSIP/6801-0000000a", "100.1", "a251/100.1")
    assert found.trunks == ()


def test_calls_with_nothing_in_common_stay_apart() -> None:
    whole = across()
    alone = [
        leg(
            "a251",
            "200.1",
            "PJSIP/6802-0000000c",
            "200.1",
            caller="6802",
            dialled="6801",
            state="Ring",
            sip="s2",
        )
    ]
    assert [one.caller for one in calls([*whole, *alone])] == ["6802", "6801"]
    # One dialogue that two calls of one host claim is no reason to put those together.
    same = leg("a251", "300.1", "PJSIP/6803-0000000d", "300.1", caller="6803", sip="s")
    assert sorted(one.caller for one in calls([*whole, same])) == ["6801", "6803"]


def test_three_hosts_in_the_order_of_the_call() -> None:
    chain = [
        leg("c", "3.1", "PJSIP/az-host-b-00000001", "3.1", sip="bc"),
        leg("b", "2.1", "PJSIP/az-host-a-00000001", "2.1", sip="ab"),
        leg("b", "2.2", "PJSIP/az-host-c-00000002", "2.1", sip="bc"),
        leg("a", "9.1", "PJSIP/az-trunk-provider-00000001", "9.1", caller="+4930", dialled="6801", sip="x"),
        leg("a", "9.2", "PJSIP/az-host-b-00000002", "9.1", sip="ab"),
    ]
    found = only(chain)
    assert found.hosts == ("a", "b", "c")
    assert (found.came_by, found.trunks) == ("provider", ("provider",))


def test_states() -> None:
    caller = leg("a", "1.1", "PJSIP/6801-00000001", "1.1", state="Ring", caller="6801", dialled="6802")
    assert only([caller]).state == "dialling"
    callee = leg("a", "1.2", "PJSIP/6802-00000002", "1.1", state="Ringing")
    assert only([caller, callee]).state == "ringing"
    room = leg("a", "1.1", "PJSIP/6801-00000001", "1.1", caller="6801", dialled="700", app="ConfBridge")
    assert only([room]).state == "talking"


def test_local_channels_count_for_nothing() -> None:
    found = only(
        [
            leg("a", "1.1", "Local/6802@all-00000000;1", "1.1", dialled="6802", app="Wait"),
            leg("a", "1.2", "Local/6802@all-00000000;2", "1.1", dialled="6802", recorded=True),
            leg("a", "1.3", "PJSIP/az-trunk-provider-00000002", "1.1", codec="alaw"),
        ]
    )
    assert (found.caller, found.callee, found.legs, found.left_by, found.codec, found.recorded) == (
        "", "6802", 1, ("provider",), "alaw", True,
    )  # fmt: skip


def test_rows_of_another_form_are_no_crash() -> None:
    odd = channel("a", "1.1", {"since": "soon", "recorded": "yes", "name": None, "codec": 7})
    assert (odd.since, odd.recorded, odd.name, odd.linked, odd.codec) == (0.0, False, "", "1.1", "7")
    assert only([odd]).caller == ""
