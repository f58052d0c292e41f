"""Asterisk's events, folded into what has changed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest

from azdesk.onhost import live


def event(kind: str, **fields: str) -> dict[str, str]:
    return {"Event": kind, "Privilege": "call,all", **fields}


def channel(kind: str, number: int = 1, state: str = "Ring", **fields: str) -> dict[str, str]:
    return event(
        kind, Uniqueid=f"1795620222.{number}", Linkedid="1795620222.1", Channel=f"PJSIP/680{number}-0000000{number}",
        ChannelStateDesc=state, CallerIDNum="6801", ConnectedLineNum="<unknown>", Exten="6802", Context="all", **fields,
    )  # fmt: skip


def table(now: float = 1795620230.0) -> live.Table:
    return live.Table(lambda: now)


def test_a_call_from_its_beginning_to_its_end() -> None:
    held = table()
    held.take(channel("Newchannel"))
    held.take(channel("Newchannel", 2, "Ringing"))
    told = held.news()
    assert set(told["channels"]) == {"1795620222.1", "1795620222.2"}
    first = told["channels"]["1795620222.1"]
    assert (first["caller"], first["connected"], first["dialled"], first["since"]) == (
        "6801",
        "",
        "6802",
        1795620222.0,
    )
    assert "key" not in first
    assert held.news() == {}
    assert not held.changed

    held.take(channel("Newstate", 1, "Up"))
    held.take(channel("BridgeEnter", 1, "Up", BridgeUniqueid="b"))
    held.take(channel("MixMonitorStart", 1, "Up"))
    (asked,) = held.unknown()
    assert asked["name"] == "PJSIP/6801-00000001"
    assert held.unknown() == []
    variables = "MIXMONITOR_FILENAME=/x.wav\nCHANNEL(pjsip,call-id)=abc@host"
    held.take(channel("Status", 1, "Up", Nativeformats="(opus|vp8)", Variable=variables, DNID="3026802"))
    told = held.news()
    assert list(told["channels"]) == ["1795620222.1"]
    row = told["channels"]["1795620222.1"]
    assert (row["state"], row["bridge"], row["recorded"], row["codec"], row["sip"], row["dialled"]) == (
        "Up", "b", True, "opus,vp8", "abc@host", "3026802",
    )  # fmt: skip

    held.take(channel("MixMonitorStop", 1, "Up"))
    assert held.news()["channels"]["1795620222.1"]["recorded"] is False
    held.take(channel("Hangup", 1, "Up"))
    held.take(channel("Hangup", 2, "Up"))
    assert held.news() == {"gone-channels": ["1795620222.1", "1795620222.2"]}


def test_what_came_and_went_between_two_words_is_only_gone() -> None:
    held = table()
    held.take(channel("Newchannel"))
    held.take(channel("Hangup"))
    assert held.news() == {"gone-channels": ["1795620222.1"]}
    held.take(channel("Newstate", 3))  # of a channel that nobody has told of
    held.take(event("Hangup", Uniqueid="nobody"))
    assert held.news() == {}


def test_phones_of_both_drivers() -> None:
    held = table()
    stored = {
        "uri": "sip:6801@10.1.1.1:5060^3Btransport=udp",
        "via_addr": "10.1.1.1",
        "via_port": "5060",
        "user_agent": "Linphone",
    }
    for number, until in (("6801", "1795620500"), ("6809", "1795620000")):
        value = json.dumps({**stored, "expiration_time": until, "qualify_frequency": "30"})
        held.take(event("DBGetTreeResponse", Key=f"/registrar/contact/{number};@ab", Val=value))
    held.take(event("DBGetTreeResponse", Key="/registrar/contact/6810;@ab", Val="nonsense"))
    held.take(
        event("DBGetTreeResponse", Key="/SIP/Registry/6803", Val="10.1.1.3:5060:60:6803:sip:6803@10.1.1.3")
    )
    told = held.news()["contacts"]
    # The second one has run out; the third one cannot be read.
    assert sorted(row["account"] for row in told.values()) == ["6801", "6803"]
    assert told["SIP/6803"]["address"] == "10.1.1.3:5060"
    held.take(
        event(
            "ContactStatus", AOR="6801", URI=stored["uri"], ContactStatus="Reachable", RoundtripUsec="1500",
            UserAgent="Linphone/6", ViaAddress="10.1.1.1:5060", RegExpire="1795620900",
        )
    )  # fmt: skip
    held.take(event("PeerStatus", ChannelType="SIP", Peer="SIP/6803", PeerStatus="Unreachable"))
    assert held.unknown_phones() == []
    held.following = True
    held.take(event("ContactStatus", AOR="6805", URI="sip:6805@x", ContactStatus="NonQualified"))
    held.take(event("ContactStatus", AOR="az-host-a253", URI="sip:10.1.1.9:5060", ContactStatus="Reachable"))
    told = held.news()["contacts"]
    phone = told["6801 " + stored["uri"]]
    assert (phone["reachable"], phone["milliseconds"], phone["client"], phone["until"], phone["since"]) == (
        True, 1.5, "Linphone/6", 1795620900.0, 0.0,
    )  # fmt: skip
    assert told["SIP/6803"]["reachable"] is False
    assert told["6805 sip:6805@x"]["since"] == 1795620230.0
    # Its address and the like stand in the database.
    (key,) = held.unknown_phones()
    assert key.startswith("6805;@")
    assert held.unknown_phones() == []
    value = json.dumps({**stored, "uri": "sip:6805@x", "expiration_time": "1795620800"})
    held.take(event("DBGetResponse", Family="registrar/contact", Key=key, Val=value))
    (fresh,) = held.news()["contacts"].values()
    assert (fresh["address"], fresh["client"], fresh["until"], fresh["since"]) == (
        "10.1.1.1:5060", "Linphone", 1795620800.0, 1795620230.0,
    )  # fmt: skip
    held.take(event("ContactStatus", AOR="6801", URI=stored["uri"], ContactStatus="Removed"))
    held.take(event("PeerStatus", ChannelType="SIP", Peer="SIP/6803", PeerStatus="Unregistered"))
    held.take(event("Registry", Status="Registered"))
    assert held.news() == {
        "gone-contacts": sorted(["6801 " + stored["uri"], "SIP/6803"]), "stirred": ["registrations"],
    }  # fmt: skip


def test_a_flood_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "MOST", 10)
    held = table()
    for number in range(100):
        held.take(channel("Newchannel", number))
        held.take(event("ContactStatus", AOR=str(number), URI="sip:x", ContactStatus="Created"))
    told = held.news()
    assert (len(told["channels"]), len(told["contacts"])) == (10, 10)


class Asterisk:
    """What follows is said one message after the other; time goes on as it is heard."""

    def __init__(self, *messages: dict[str, str]) -> None:
        self.messages = list(messages)
        self.sent: list[dict[str, str]] = []
        self.time = 1000.0
        self.answers = True
        self.refuses = False

    def send(self, *actions: Sequence[Sequence[str]]) -> None:
        for action in actions:
            given = {pair[0]: pair[1] for pair in action}
            self.sent.append(given)
            name = given.get("ActionID", "")
            if self.refuses:
                self.messages.insert(
                    0, {"Response": "Error", "Message": "Permission denied", "ActionID": name}
                )
            elif name and self.answers:
                self.messages[:0] = [
                    {"Response": "Success", "EventList": "start", "ActionID": name},
                    {"Event": "Done", "EventList": "Complete", "ActionID": name},
                ]

    def hear(self, seconds: float) -> dict[str, str] | None:
        if self.messages:
            self.time += 0.001
            return self.messages.pop(0)
        self.time += seconds
        return None

    def close(self) -> None:
        pass


def followed(asterisk: Asterisk, seconds: float, ready: bool = True) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = []
    until = asterisk.time + seconds
    live.follow(
        asterisk, told.append, lambda: ready or not told, lambda: asterisk.time >= until,
        now=lambda: 1795620230.0, clock=lambda: asterisk.time,
    )  # fmt: skip
    return told


def test_words_are_few_however_many_events_there_are() -> None:
    flood = [
        channel("Newchannel" if number == 0 else "Newstate", 1, "Up" if number % 2 else "Ring")
        for number in range(2000)
    ]
    told = followed(Asterisk(*flood), 5.0)
    assert told[0] == {"whole": True}
    # 2,000 events in two seconds: a word every quarter of a second.
    assert 6 <= len([word for word in told if "channels" in word]) <= 10
    assert told[-1]["channels"]["1795620222.1"]["state"] == "Up"


def test_nothing_is_told_while_the_last_word_has_not_gone() -> None:
    flood = [
        channel("Newchannel" if number == 0 else "Newstate", 1, "Up" if number % 2 else "Ring")
        for number in range(2000)
    ]
    assert [word for word in followed(Asterisk(*flood), 5.0, ready=False) if "channels" in word] == []


def test_an_account_that_hears_nothing_is_told_and_a_silent_asterisk_is_left() -> None:
    quiet = Asterisk()
    told = followed(quiet, 25.0)
    assert told[0] == {"whole": True}
    assert {"deaf": True} in told
    assert {} in told  # a sign of life
    assert {"Action": "Ping"} in quiet.sent
    with pytest.raises(TimeoutError):
        followed(Asterisk(), 100.0)


def test_no_answer_or_a_refusal_to_the_first_questions() -> None:
    silent = Asterisk()
    silent.answers = False
    with pytest.raises(TimeoutError):
        live.first(silent, table(), lambda: silent.time)
    strict = Asterisk()
    strict.refuses = True
    with pytest.raises(PermissionError):
        live.first(strict, table(), lambda: strict.time)
