"""From the document to each host's dial plan.

A host's contexts, of which a call meets one first:

=================  =================================================================================================
``all``            phones (the name is `number_plan.context`): emergency numbers before everything else, then az-phones
``az-emergency``   rules for emergency numbers
``az-phones``      what phones dial: own numbers, rules, other hosts. One context, so that the narrower pattern wins
``az-hosts``       calls from other hosts of the fleet: own numbers alone
``az-from-<host>`` the same from a host that goes out by a trunk here: its rules for that trunk, too
``az-in-<trunk>``  calls that come in by a trunk: rules for its callers alone
``az-local``       own numbers and what rules make of them, without a prefix; what the others jump to
``az-told``        the same for calls from other hosts, whose callers and callees have heard there that they are recorded
``az-ring``        own numbers as members of a ring group: nobody's voicemail takes the call
=================  =================================================================================================

No context for calls from outside includes one with a way out: a trunk never reaches another trunk. A host that goes out by another's
trunk sends what its phones dialled, as they dialled it; the other applies the rule, with those of its trunks that are for that host.
Nothing is sent on from there to a third one, and nothing that came in by a trunk gets to where it would be sent.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal, NamedTuple

from azdesk.core.pattern import DIGITS, Pattern, pattern
from azdesk.fleet.model import Fleet
from azdesk.fleet.voice import HostTrunks, Rule, Trunk
from azdesk.voice.dialplan import Context, DialPlan, Extension, Step

Driver = Literal["pjsip", "chan_sip"]
"""What Asterisk has for SIP: chan_sip up to 16 on Debian 11."""

EMERGENCY, PHONES, HOSTS, LOCAL, TOLD, RING = (
    "az-emergency", "az-phones", "az-hosts", "az-local", "az-told", "az-ring",
)  # fmt: skip
MAILBOXES = "az"
"""Voicemail context of all mailboxes that AZDesk makes."""
_CALLER = "${FILTER(0-9+,${CALLERID(num)})}"
_NOT_FORWARDED = "i"
"""Option of Dial. Whoever is called may answer that the call should go elsewhere (SIP 302), and Asterisk would take that for a destination
as a dial plan has it: ``PJSIP/0900@any-trunk`` [seen in the lab, 22.10]."""
_PHONE = {"pjsip": "${FILTER(0-9+,${CHANNEL(endpoint)})}", "chan_sip": "${FILTER(0-9+,${CHANNEL(peername)})}"}
"""Number of the account that the calling phone has logged in with, whatever it shows; empty where no phone calls."""
_DAY = "${STRFTIME(${EPOCH},,%Y-%m-%d)}"
_MOMENT = "${STRFTIME(${EPOCH},,%Y%m%dT%H%M%S%z)}"
_BEEP = 15
"""Seconds between two warning tones."""
_WAKE = 15
"""Seconds that a sleeping phone has to register again."""


def _dialled(which: Pattern, strip: int = 0) -> str:
    """What was dialled, without its first digits, as it may stand in an application's arguments.

    An open pattern takes any signs, and Asterisk would not tell those of a caller from the dial plan's own: commas are arguments, & further
    destinations, and where an expression is worked out for a second time (WaitForCondition) there would be functions to run.
    """
    number = f"${{EXTEN:{strip}}}" if strip else "${EXTEN}"
    return f"${{FILTER(0-9*#+,{number})}}" if which.tail else number


def entrance(fleet: Fleet, host: str, peer: str) -> str:
    """Context of a host in which calls from another host of the fleet come in, that it calls directly."""
    served = any(_is_gateway(fleet, host, peer, name) for name in trunks_of(fleet, host))
    return f"az-from-{peer}" if served else HOSTS


def inbound(trunk: str) -> str:
    """Context of calls that come in by a trunk."""
    return f"az-in-{trunk}"


def trunk_endpoint(trunk: str) -> str:
    """Asterisk's name for a trunk to somebody else."""
    return f"az-trunk-{trunk}"


def host_endpoint(host: str) -> str:
    """Asterisk's name for the trunk to another host."""
    return f"az-host-{host}"


def hosts_of(fleet: Fleet) -> tuple[str, ...]:
    """Hosts that the number plan is for, in document order."""
    if fleet.number_plan.scheme == "as-is":
        return ()
    return tuple(name for name, host in fleet.hosts.items() if "application" in host.roles)


def peers_of(fleet: Fleet, host: str) -> tuple[str, ...]:
    """Other hosts that a host calls directly: of its cluster, or of the whole fleet."""
    if host not in hosts_of(fleet):
        return ()
    own = fleet.hosts[host].cluster
    everywhere = fleet.number_plan.reach == "fleet"
    return tuple(
        name
        for name in hosts_of(fleet)
        if name != host and (everywhere or (own and fleet.hosts[name].cluster == own))
    )


def scheme_of(fleet: Fleet, host: str) -> Literal["short", "prefixed"]:
    """How the phones of a host dial each other."""
    own = fleet.hosts[host].calls.scheme or fleet.number_plan.scheme
    return "prefixed" if own == "prefixed" else "short"


def trunks_of(fleet: Fleet, host: str) -> tuple[str, ...]:
    """Names of a host's trunks to others, in document order."""
    if host not in hosts_of(fleet):
        return ()
    return tuple(name for name, trunk in fleet.trunks.items() if not trunk.hosts or host in trunk.hosts)


def gateways_to(fleet: Fleet, host: str, trunk: str) -> tuple[str, ...]:
    """The hosts through which another one, that has not got a trunk itself, goes out by it; in document order."""
    if host not in fleet.trunks[trunk].gateway_for:
        return ()
    return tuple(one for one in peers_of(fleet, host) if _is_gateway(fleet, one, host, trunk))


def _is_gateway(fleet: Fleet, host: str, peer: str, trunk: str) -> bool:
    """Whether a host lets another one, that it calls directly, out by a trunk."""
    value = fleet.trunks[trunk]
    return bool(peer in value.gateway_for and value.hosts and host in value.hosts and peer not in value.hosts)


def rules_of(fleet: Fleet, host: str) -> tuple[tuple[str, Rule], ...]:
    """A host's rules with their names, in document order."""
    if host not in hosts_of(fleet):
        return ()
    return tuple((name, rule) for name, rule in fleet.rules.items() if not rule.hosts or host in rule.hosts)


def may_record(fleet: Fleet, host: str) -> bool:
    """Whether any call on a host may be recorded."""
    if host not in hosts_of(fleet):
        return False
    return (
        fleet.hosts[host].calls.record
        or any(rule.record for _, rule in rules_of(fleet, host))
        or any(fleet.trunks[name].record for name in trunks_of(fleet, host))
        or (fleet.number_plan.between.record and bool(peers_of(fleet, host)))
    )


_SIGNS = {DIGITS: "X", DIGITS[1:]: "Z", DIGITS[2:]: "N"}


def rewritten(which: Pattern, rule: Rule) -> Pattern:
    """What a rule makes of the numbers of a pattern."""
    places = (*rule.prepend, *which.places[rule.strip :])
    text = "".join(_SIGNS.get(place) or (place if len(place) == 1 else f"[{place}]") for place in places)
    return Pattern(text=text + which.tail, places=places, tail=which.tail, exact=which.exact)


def may_be_nothing(rule: Rule) -> bool:
    """Whether nothing may be left of a number that a rule rewrites: as many digits are taken off, and an open pattern takes other signs, too."""
    return not rule.prepend and rule.strip >= len(pattern(rule.pattern).places)


def is_emergency(fleet: Fleet, rule: Rule) -> bool:
    """Whether a rule is for an emergency number."""
    return any(pattern(one).covers(pattern(rule.pattern)) for one in fleet.number_plan.emergency)


class _Way(NamedTuple):
    """One way out."""

    endpoint: str
    trunk: Trunk | HostTrunks
    number: str
    """What is dialled there."""


Shared = dict[tuple[str, Driver], tuple[Extension, ...]]


def dial_plan(fleet: Fleet, host: str, driver: Driver = "pjsip", *, shared: Shared | None = None) -> DialPlan:
    """What a host's Asterisk should have loaded; nothing where the number plan leaves it alone.

    Args:
        shared: what hosts of one document have alike, kept from one to the next where many are derived.
    """
    if host not in hosts_of(fleet):
        return DialPlan()
    return _Deriving(fleet, host, driver, {} if shared is None else shared).plan()


@dataclass(frozen=True)
class _Deriving:
    fleet: Fleet
    host: str
    driver: Driver
    shared: Shared
    told: bool = False
    """For calls from other hosts, which have told of the recording already."""

    @cached_property
    def trunks(self) -> tuple[str, ...]:
        return trunks_of(self.fleet, self.host)

    def plan(self) -> DialPlan:
        emergency: list[Extension] = []
        phones: list[Extension] = []
        for name, rule in rules_of(self.fleet, self.host):
            if rule.callers:
                continue
            one = self._rule(name, rule, self.fleet.number_plan.context)
            (emergency if is_emergency(self.fleet, rule) else phones).append(one)
        blocks = tuple(self._blocks())
        own = tuple(self.prefixed())
        short = blocks if scheme_of(self.fleet, self.host) == "short" or not own else ()
        inside = self.inside()
        # Each call between hosts is told of where it leaves, if such calls are recorded: nobody has to hear it twice.
        told = bool(self.fleet.number_plan.between.record and self._warning())
        come = replace(self, told=True) if told else self
        for_hosts = come.inside() if told else inside
        from_hosts = (tuple(come.prefixed()) if told else own) or for_hosts
        contexts = [
            Context(
                name=self.fleet.number_plan.context,
                includes=(*((EMERGENCY,) if emergency else ()), PHONES),
            ),
            *((Context(name=EMERGENCY, extensions=_first(emergency)),) if emergency else ()),
            Context(name=PHONES, extensions=_first((*phones, *short, *own, *self._others()))),
            Context(name=HOSTS, extensions=from_hosts),
            *(
                Context(
                    name=entrance(self.fleet, self.host, peer),
                    extensions=_first((*from_hosts, *come.through(peer))),
                )
                for peer in self._served()
            ),
            *(Context(name=inbound(trunk), extensions=_first(self._inbound(trunk))) for trunk in self.trunks),
            Context(name=LOCAL, extensions=inside),
            *((Context(name=TOLD, extensions=for_hosts),) if told else ()),
            Context(name=RING, extensions=tuple(self._blocks(ring=True))),
        ]
        return DialPlan(contexts=tuple(contexts))

    @property
    def _own(self) -> str:
        """Context of the host's own numbers without a prefix."""
        return TOLD if self.told else LOCAL

    def inside(self) -> tuple[Extension, ...]:
        """The host's own numbers, and rules that lead to something there."""
        rules = rules_of(self.fleet, self.host)
        local = [
            self._rule(name, rule, self._own)
            for name, rule in rules
            if not rule.callers and self._is_local(rule)
        ]
        # A rule for the very numbers of a block goes before it: Asterisk would refuse a second extension of the same pattern.
        return _first((*local, *self._blocks()))

    def _blocks(self, *, ring: bool = False) -> Iterator[Extension]:
        """The host's own numbers."""
        calls = self.fleet.hosts[self.host].calls
        for index, block in enumerate(self.fleet.hosts[self.host].numbers):
            steps = self._account(
                _dialled(pattern(block)),
                record=calls.record,
                notify=calls.notify,
                seconds=self.fleet.number_plan.ring,
                ring=ring,
            )
            yield Extension(
                exten=pattern(block).extension,
                steps=tuple(steps),
                origin=f"hosts.{self.host}.numbers.{index}",
            )

    def prefixed(self) -> Iterator[Extension]:
        """The host's own numbers with its prefix in front."""
        prefix = self.fleet.hosts[self.host].calls.prefix
        if not prefix:
            return
        for index, block in enumerate(self.fleet.hosts[self.host].numbers):
            yield Extension(
                exten=pattern(prefix + block).extension,
                steps=(Step(app="Goto", args=f"{self._own},{_dialled(pattern(block), len(prefix))},1"),),
                origin=f"hosts.{self.host}.numbers.{index}",
            )

    def _others(self) -> Iterator[Extension]:
        """The numbers of other hosts, with their prefixes."""
        for peer in peers_of(self.fleet, self.host):
            key = (peer, self.driver)
            if key not in self.shared:
                self.shared[key] = tuple(self._other(peer))
            yield from self.shared[key]

    def _other(self, peer: str) -> Iterator[Extension]:
        there = self.fleet.hosts[peer]
        between = self.fleet.number_plan.between
        for index, block in enumerate(there.numbers):
            exten = pattern(there.calls.prefix + block).extension
            way = _Way(host_endpoint(peer), between, _dialled(pattern(block)))
            steps = tuple(self._way_out((way,), 60))
            yield Extension(exten=exten, steps=steps, origin=f"hosts.{peer}.numbers.{index}")

    def _inbound(self, trunk: str) -> Iterator[Extension]:
        for name, rule in rules_of(self.fleet, self.host):
            if trunk in rule.callers:
                yield self._rule(name, rule, LOCAL)

    def _served(self) -> Iterator[str]:
        """Other hosts that go out by trunks of this one."""
        wanted = {one for name in self.trunks for one in self.fleet.trunks[name].gateway_for}
        for peer in peers_of(self.fleet, self.host) if wanted else ():
            if entrance(self.fleet, self.host, peer) != HOSTS:
                yield peer

    def through(self, peer: str) -> Iterator[Extension]:
        """Another host's rules for trunks, as far as it goes out by trunks of this one. It has recorded the call if its rule says so."""
        for name, rule in rules_of(self.fleet, peer):
            trunks = [one for one in rule.trunks if _is_gateway(self.fleet, self.host, peer, one)]
            if rule.callers or not trunks:
                continue
            number = rule.prepend + _dialled(pattern(rule.pattern), rule.strip)
            ways = [_Way(trunk_endpoint(one), self.fleet.trunks[one], number) for one in trunks]
            urgent = is_emergency(self.fleet, rule)
            steps = tuple(self._way_out(ways, rule.ring or 60, through=True, urgent=urgent))
            yield Extension(exten=pattern(rule.pattern).extension, steps=steps, origin=f"rules.{name}")

    def _is_local(self, rule: Rule) -> bool:
        """Whether a rule leads to something on the host itself, so that calls from elsewhere may meet it, too."""
        if rule.target == "number":
            to = pattern(rule.number) if rule.number else rewritten(pattern(rule.pattern), rule)
            return any(pattern(block).covers(to) for block in self.fleet.hosts[self.host].numbers)
        return rule.target not in ("trunk", "messages")

    def _rule(self, name: str, rule: Rule, context: str) -> Extension:
        """A rule as an extension; `context` is where another number is looked up."""
        steps = tuple(self._steps(rule, context))
        return Extension(exten=pattern(rule.pattern).extension, steps=steps, origin=f"rules.{name}")

    def _steps(self, rule: Rule, context: str) -> Iterator[Step]:
        number = rule.prepend + _dialled(pattern(rule.pattern), rule.strip)
        seconds = rule.ring or self.fleet.number_plan.ring
        if rule.target == "accounts":
            yield from self._account(number, record=rule.record, notify=rule.notify, seconds=seconds)
            return
        if rule.target == "trunk":
            ways, urgent = self._ways(rule, number), is_emergency(self.fleet, rule)
            yield from self._way_out(ways, rule.ring or 60, record=rule.record, urgent=urgent)
            return
        if rule.target == "number":
            # Goto without a number stays with the one that was dialled: the same rule once more, for ever [seen in the lab, 22.10].
            nothing = not rule.number and may_be_nothing(rule)
            if nothing:
                yield Step(app="GotoIf", args=f'$["{number}" = ""]?nothing')
            if rule.record:
                yield from self._record("in")
            yield Step(app="Goto", args=f"{context},{rule.number or number},1")
            if nothing:
                yield Step(app="Hangup", args="28", label="nothing")
            return
        if rule.record:
            yield from self._record("in")
        if rule.target == "ring-group":
            members = "&".join(self._member(member) for member in rule.members)
            yield Step(app="Dial", args=f"{members},{seconds},{self._options(told=rule.record)}")
        elif rule.target == "voicemail":
            yield Step(app="VoiceMail", args=f"{rule.number or number}@{MAILBOXES},u")
        elif rule.target == "messages":
            own = _PHONE[self.driver]
            yield Step(app="GotoIf", args=f'$["{own}" = ""]?away')
            yield Step(app="VoiceMailMain", args=f"{own}@{MAILBOXES},s")
            yield Step(app="Hangup", label="away")
            return
        elif rule.target == "conference":
            yield Step(app="Answer")
            yield Step(app="ConfBridge", args=rule.number or number)
        elif rule.target == "announcement":
            yield Step(app="Answer")
            yield Step(app="Playback", args=rule.sound)
        yield Step(app="Hangup", args="21" if rule.target == "hang-up" else "")

    def _ways(self, rule: Rule, number: str) -> tuple[_Way, ...]:
        """By the host's own trunks, and through hosts with trunks that are for it, too: these get the number as it was dialled."""
        found: dict[str, _Way] = {}
        for name in rule.trunks:
            if name in self.trunks:
                found[trunk_endpoint(name)] = _Way(trunk_endpoint(name), self.fleet.trunks[name], number)
            for gateway in gateways_to(self.fleet, self.host, name):
                way = host_endpoint(gateway)
                # One that has several of the trunks tries them all.
                dialled = _dialled(pattern(rule.pattern))
                found.setdefault(way, _Way(way, self.fleet.number_plan.between, dialled))
        return tuple(found.values())

    def _member(self, number: str) -> str:
        """A member of a ring group as something to dial."""
        host = self.fleet.hosts[self.host]
        bare = number.removeprefix(host.calls.prefix)
        for local in (number, bare):
            if any(pattern(block).holds(local) for block in host.numbers):
                return f"Local/{local}@{RING}/n"
        return f"Local/{number}@{self.fleet.number_plan.context}/n"

    def _account(
        self, number: str, *, record: bool, notify: bool, seconds: int, ring: bool = False
    ) -> Iterator[Step]:
        """Call the phones of one account."""
        contacts = f"${{PJSIP_DIAL_CONTACTS({number})}}"
        phones = self.driver == "pjsip"
        if notify:
            yield Step(app="UserEvent", args=f"AZInbound,Callee: {number},Caller: {_CALLER}")
            yield Step(app="Ringing")
            if phones:
                yield Step(app="WaitForCondition", args=f'#,#["#{contacts[1:]}" != ""],{_WAKE},0.5')
        if record:
            yield from self._record("in", number)
        if phones:
            # Without a phone there is nothing that could be dialled.
            yield Step(app="GotoIf", args=f'$["{contacts}" = ""]?away')
        options = self._options(told=record)
        yield Step(app="Dial", args=f"{contacts if phones else f'SIP/{number}'},{seconds},{options}")
        if self.fleet.hosts[self.host].calls.unanswered == "voicemail" and not ring:
            yield Step(app="VoiceMail", args=f"{number}@{MAILBOXES},u", label="away")
            yield Step(app="Hangup")
        else:
            yield Step(app="Hangup", args='${IF($["${DIALSTATUS}" = ""]?20:${HANGUPCAUSE})}', label="away")

    def _way_out(
        self,
        ways: Sequence[_Way],
        seconds: int,
        *,
        record: bool = False,
        through: bool = False,
        urgent: bool = False,
    ) -> Iterator[Step]:
        """Call by the first of some trunks that is up.

        Args:
            through: another host asks for it, and has to learn whether its own next way is to be tried.
            urgent: whether it calls for help: that leaves however many calls there are.
        """
        recorded = record or any(way.trunk.record for way in ways)
        if recorded:
            yield from self._record(
                "out", ways[0].number if ways else "${EXTEN}", ways[0].endpoint if ways else ""
            )
        if any(_shows_another(way) for way in ways[:-1]):
            yield Step(app="Set", args=f"AZCALLER={_CALLER}")
        options = self._options(told=recorded)
        down = '"${DIALSTATUS}" = "CHANUNAVAIL" | "${DIALSTATUS}" = "CONGESTION"'
        for index, (endpoint, trunk, number) in enumerate(ways):
            label = f"way{index + 1}"
            after = f"way{index + 2}" if index + 1 < len(ways) else "done"
            first = label if index else ""
            if trunk.max_calls:
                if not urgent:
                    full = f"$[${{GROUP_COUNT({endpoint}@az)}} >= {trunk.max_calls}]?{after}"
                    yield Step(app="GotoIf", args=full, label=first)
                    first = ""
                yield Step(app="Set", args=f"GROUP(az)={endpoint}", label=first)
                first = ""
            shown = trunk.caller_id if isinstance(trunk, Trunk) else ""
            if shown or any(_shows_another(way) for way in ways[:index]):
                yield Step(app="Set", args=f"CALLERID(num)={shown or '${AZCALLER}'}", label=first)
                first = ""
            to = f"PJSIP/{number}@{endpoint}" if self.driver == "pjsip" else f"SIP/{endpoint}/{number}"
            yield Step(app="Dial", args=f"{to},{seconds},{options}", label=first)
            if index + 1 < len(ways):
                yield Step(app="GotoIf", args=f"$[{down}]?{after}:done")
        cause = f"${{IF($[{down}]?34:${{HANGUPCAUSE}})}}" if through else "${HANGUPCAUSE}"
        yield Step(app="Hangup", args=cause if ways else "34", label="done" if ways else "")

    def _record(
        self, direction: Literal["in", "out"], number: str = "${EXTEN}", way: str = ""
    ) -> Iterator[Step]:
        """Record from here on, and say so where that is wanted."""
        recording = self.fleet.recording
        if sound := self._warning():
            yield Step(app="Progress")
            yield Step(app="Playback", args=f"{sound},noanswer")
        by = way.removeprefix("az-") or "phone"
        # What azdesk.onhost.recordings.parts takes apart again: the name is all that anybody will know of the call.
        name = "_".join(
            (_MOMENT, direction, self.host, by, _CALLER, f"${{FILTER(0-9+,{number})}}", "${UNIQUEID}")
        )
        beep = f"B({_BEEP})" if recording.warning == "beep" else ""
        yield Step(app="MixMonitor", args=f"{recording.directory}/{_DAY}/{name}.wav,b{beep}")

    def _options(self, *, told: bool) -> str:
        """Options of Dial; `told`: the callee hears of the recording, too."""
        sound = self._warning() if told else ""
        return _NOT_FORWARDED + (f"A({sound})" if sound else "")

    def _warning(self) -> str:
        """Sound file that both hear before they talk; empty: none. MixMonitor's own tone comes after its first interval only."""
        if self.told:
            return ""
        recording = self.fleet.recording
        return {"none": "", "beep": "beep", "announcement": recording.sound}[recording.warning]


def _shows_another(way: _Way) -> bool:
    """Whether callees see another number than the caller's own."""
    return isinstance(way.trunk, Trunk) and bool(way.trunk.caller_id)


def _first(
    extensions: tuple[Extension, ...] | list[Extension] | Iterator[Extension],
) -> tuple[Extension, ...]:
    """Without those whose very pattern an earlier one has."""
    found: dict[str, Extension] = {}
    for one in extensions:
        found.setdefault(one.exten, one)
    return tuple(found.values())
