"""Calls in progress on practice hosts: channels as Asterisk has them, their events, and their records when they end.

Where a call goes is found by following what the hosts have loaded, with the simulator that the lab holds to real Asterisk. Seen in the
lab (22.10): fields and order of the events; the caller's record has the last Dial; a call over a trunk has one Call-ID on both hosts.
"""

from __future__ import annotations

import itertools
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from azdesk.practice.asterisk import calls, trunks
from azdesk.practice.files import Attributes
from azdesk.voice import reading
from azdesk.voice.simulating import Answer, Exchange, Journey, Way, World, simulate

if TYPE_CHECKING:
    from azdesk.practice.asterisk.service import Running
    from azdesk.practice.host import PracticeHost
    from azdesk.voice.simulating import Executed

Fields = dict[str, str]
Hear = Callable[[Fields | None], None]
"""Gets events; None: Asterisk has gone."""
RECORDS = "/var/log/asterisk/cdr-csv/Master.csv"
_OWN = Attributes(mode=0o644, owner="asterisk", group="asterisk")
_OWN_FOLDER = Attributes(mode=0o755, owner="asterisk", group="asterisk")
CODEC = "ulaw"
_numbers = itertools.count(1)


@dataclass
class Channel:
    """One leg."""

    name: str
    key: str
    linked: str
    state: str
    caller: str
    connected: str
    context: str
    exten: str
    app: str = ""
    data: str = ""
    bridge: str = ""
    recorded: str = ""
    """The file that it is recorded into."""
    sip: str = ""
    started: float = field(default_factory=time.time)
    answered: float = 0.0

    def fields(self) -> Fields:
        number = {"Down": "0", "Ring": "4", "Ringing": "5", "Up": "6"}[self.state]
        return {
            "Channel": self.name,
            "ChannelState": number,
            "ChannelStateDesc": self.state,
            "CallerIDNum": self.caller or "<unknown>",
            "CallerIDName": "<unknown>",
            "ConnectedLineNum": self.connected or "<unknown>",
            "ConnectedLineName": "<unknown>",
            "Language": "en",
            "AccountCode": "",
            "Context": self.context,
            "Exten": self.exten,
            "Priority": "1",
            "Uniqueid": self.key,
            "Linkedid": self.linked,
        }


class Channels:
    """The channels of one Asterisk, and who hears of them."""

    def __init__(self, running: Running) -> None:
        self._running = running
        self.open: dict[str, Channel] = {}
        """By name."""
        self.calls = 0
        """Since the start."""
        self._calls: dict[str, PracticeCall] = {}
        self._hearers: list[Hear] = []
        self._count = itertools.count()

    def hear(self, hearer: Hear) -> Callable[[], None]:
        """Tell of all events from now on; returns what ends that."""
        self._hearers.append(hearer)

        def end() -> None:
            if hearer in self._hearers:
                self._hearers.remove(hearer)

        return end

    def tell(self, kind: str, privilege: str, fields: Fields) -> None:
        for hearer in list(self._hearers):
            hearer({"Event": kind, "Privilege": f"{privilege},all", **fields})

    def close(self) -> None:
        """Whoever hears loses the connection."""
        for hearer in list(self._hearers):
            hearer(None)
        self._hearers.clear()

    def new(self, call: PracticeCall, endpoint: str, **values: str) -> Channel:
        key = f"{int(self._running.host.world.time())}.{next(_numbers)}"
        channel = Channel(
            name=f"PJSIP/{endpoint}-{next(self._count):08x}",
            key=key,
            linked=values.pop("linked", "") or key,
            state="Down",
            caller=values.pop("caller", ""),
            connected=values.pop("connected", ""),
            context=values.pop("context", ""),
            exten=values.pop("exten", ""),
            sip=values.pop("sip", "") or str(uuid.uuid4()),
        )
        self.open[channel.name] = channel
        self._calls[channel.name] = call
        self.tell("Newchannel", "call", channel.fields())
        return channel

    def set(self, channel: Channel, state: str) -> None:
        channel.state = state
        if state == "Up":
            channel.answered = time.time()
        self.tell("Newstate", "call", channel.fields())

    def bridge(self, channels: list[Channel]) -> None:
        name = str(uuid.uuid4())
        for channel in channels:
            channel.bridge = name
            self.tell("BridgeEnter", "call", {"BridgeUniqueid": name, **channel.fields()})

    def record(self, channel: Channel, path: str) -> None:
        channel.recorded = path
        self.tell("MixMonitorStart", "call", channel.fields())

    def drop(self, channel: Channel) -> None:
        if self.open.pop(channel.name, None) is not None:
            self._calls.pop(channel.name, None)
            self.tell("Hangup", "call", {**channel.fields(), "Cause": "16", "Cause-txt": "Normal Clearing"})

    def hang_up(self, name: str) -> bool:
        """``channel request hangup``: the whole call ends with one of its legs. Whether there is such a channel."""
        call = self._calls.get(name)
        if call is not None:
            call.end()
        return call is not None

    def end_all(self) -> None:
        """Asterisk stops."""
        for call in dict.fromkeys(self._calls.values()):
            call.end()


@dataclass
class _Part:
    """What a call is on one host."""

    channels: Channels
    caller: Channel
    leg: Channel | None = None


class PracticeCall:
    """A call that somebody makes on practice hosts.

    Args:
        host: where the caller's phone is registered, or the trunk leads to.
        caller: the caller's number.
        number: what is dialled.
        context: where calls of that phone or trunk begin.
        endpoint: the caller's account or trunk at Asterisk; empty: the account of its number.
        answers: what phones do; by itself those answer that are registered.
    """

    def __init__(
        self,
        host: PracticeHost,
        caller: str,
        number: str,
        *,
        context: str = "all",
        endpoint: str = "",
        answers: Callable[[str, str], Answer] | None = None,
    ) -> None:
        self._world = host.world
        self._parts: dict[str, _Part] = {}
        self._over = False
        with host.world.lock:
            host.world.settle()
            world = World(exchanges=dict(_exchanges(host)), phones=answers or self._registered)
            self.journey: Journey = simulate(world, host.name, context, caller, number)
            self._begin(host.name, caller, number, context, endpoint or caller)
            if not self.journey.connected:
                self.end()

    @property
    def open(self) -> bool:
        """Whether it goes on."""
        return not self._over

    def _registered(self, host: str, number: str) -> Answer:
        running = _running(self._world.hosts[host])
        there = running is not None and any(
            key.startswith(f"/registrar/contact/{number};") for key in running.contents()
        )
        return "answers" if there else "away"

    def _begin(self, first: str, caller: str, number: str, context: str, endpoint: str) -> None:
        for step in self.journey.steps:
            if not self._parts:
                self._arrive(first, endpoint, caller, number, context, "")
            elif step.host not in self._parts:
                before = list(self._parts.values())[-1]
                dialogue = before.leg.sip if before.leg else ""
                self._arrive(
                    step.host, f"az-host-{list(self._parts)[-1]}", caller, step.number, step.context, dialogue
                )
            self._take(self._parts[step.host], step)
        for part in self._parts.values():
            if self.journey.connected:
                part.channels.set(part.caller, "Up")
                if part.leg is not None:
                    part.channels.set(part.leg, "Up")
                    part.channels.bridge([part.caller, part.leg])

    def _arrive(
        self, host: str, endpoint: str, caller: str, number: str, context: str, dialogue: str
    ) -> None:
        running = _running(self._world.hosts[host])
        assert running is not None
        running.channels.calls += 1
        channel = running.channels.new(
            self, endpoint, caller=caller, exten=number, context=context, sip=dialogue
        )
        running.channels.set(channel, "Ring")
        self._parts[host] = _Part(running.channels, channel)

    def _take(self, part: _Part, step: Executed) -> None:
        part.caller.app, part.caller.data = step.app, step.data
        if step.app.lower() == "mixmonitor":
            part.channels.record(part.caller, step.data.partition(",")[0])
        elif step.app.lower() == "dial":
            if part.leg is not None:
                part.channels.drop(part.leg)
            # PJSIP/<number>@<endpoint> by a trunk, PJSIP/<endpoint>/<address of the phone> to a phone.
            target = step.data.partition(",")[0].partition("&")[0].removeprefix("PJSIP/")
            number, at, endpoint = target.partition("@")
            if "/" in number or not at:
                number = endpoint = number.partition("/")[0]
            part.leg = part.channels.new(
                self, endpoint, caller=number, connected=part.caller.caller,
                linked=part.caller.linked, context=part.caller.context,
            )  # fmt: skip
            part.leg.app, part.leg.data = "AppDial", "(Outgoing Line)"
            part.caller.connected = part.leg.caller
            part.channels.set(part.leg, "Ringing")

    def end(self, *, began: float | None = None, talked: float | None = None) -> None:
        """Somebody hangs up.

        Args:
            began: when the call was, in seconds since the epoch, for what is recorded of it; None: as it was.
            talked: seconds; the same.
        """
        with self._world.lock:
            if self._over:
                return
            self._over = True
            for host, part in self._parts.items():
                _write_record(self._world.hosts[host], part)
                caller = part.caller
                if caller.recorded and caller.answered:
                    began_ = caller.started if began is None else began
                    talked_ = time.time() - caller.answered if talked is None else talked
                    calls.record(self._world.hosts[host], caller.recorded, caller.key, began_, talked_)
                for channel in (part.leg, part.caller):
                    if channel is not None:
                        part.channels.drop(channel)


def _running(host: PracticeHost) -> Running | None:
    from azdesk.practice.asterisk.service import of

    return of(host)


def _exchanges(host: PracticeHost) -> Iterator[tuple[str, Exchange]]:
    """Hosts as calls see them: what each has loaded."""
    for name, one in host.world.hosts.items():
        running = _running(one) if one.role == "application" else None
        if running is not None:
            yield name, Exchange(plan=reading.parse(running.dialplan.show()), ways=dict(_ways(running)))


def _ways(running: Running) -> Iterator[tuple[str, Way]]:
    objects = running.objects
    own = running.host
    for section in objects.every("endpoint"):
        aor = objects.of("aor", section.last("aors")) or {}
        uri = aor.get("contact", "")
        if not uri:
            continue
        found = own.resolve(trunks.place_of(uri)[0])
        other = own.world.by_address(found[0]) if found else None
        there = _running(other) if other is not None and other is not own else None
        context = ""
        if there is not None:
            # The other side knows who calls by the address.
            names = [
                one.last("endpoint")
                for one in there.objects.every("identify")
                if own.lan_address in [place.strip() for place in one.last("match").split(",")]
            ]
            endpoint = next((one for one in there.objects.every("endpoint") if one.name in names), None)
            context = endpoint.last("context") if endpoint is not None else ""
        up = other is None or there is not None
        if there is not None and other is not None and context:
            yield section.name, Way(host=other.name, context=context, name=other.name, up=up)
        else:
            yield section.name, Way(name=section.name.removeprefix("az-trunk-"), up=up and other is None)


def _write_record(host: PracticeHost, part: _Part) -> None:
    """As cdr_csv writes it with Debian's settings: times in UTC, the unique id."""
    running = _running(host)
    if running is None or not running.records.written:
        return
    caller, leg, now = part.caller, part.leg, time.time()
    talked = int(now - caller.answered) if caller.answered else 0

    def moment(seconds: float) -> str:
        return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(seconds)) if seconds else ""

    quoted = ['""' + caller.caller + '"" <' + caller.caller + ">"]
    row = [
        "", caller.caller, caller.exten, caller.context, quoted[0], caller.name, leg.name if leg else "",
        caller.app, caller.data, moment(caller.started), moment(caller.answered), moment(now),
    ]  # fmt: skip
    text = ",".join(f'"{value}"' for value in row)
    text += f',{int(now - caller.started)},{talked},"{"ANSWERED" if caller.answered else "NO ANSWER"}","DOCUMENTATION"'
    if not host.files.exists(RECORDS):
        host.files.folder(RECORDS.rpartition("/")[0], _OWN_FOLDER)
        host.files.write(RECORDS, "", _OWN)
    host.files.append(RECORDS, f'{text},"{caller.key}",""\n')
