"""Where a call goes: the dial plans of all hosts, followed as Asterisk follows them.

The same code follows what the document asks for and what the hosts have loaded; a property test in the lab holds it to the
steps that real calls take.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final, Literal, TypeAlias

from azdesk.voice.dialplan import DialPlan, Step
from azdesk.voice.expressions import Unknown, Variables, condition, is_true, put_in, split

Answer: TypeAlias = Literal["answers", "busy", "silent", "away"]
"""What a phone does: away means that it is not registered."""
End: TypeAlias = Literal[
    "answered",
    "left",
    "voicemail",
    "messages",
    "conference",
    "announcement",
    "busy",
    "silent",
    "refused",
    "unknown",
]
"""How a call ends. Left: it went out by a trunk to somebody else. Unknown: it meets something that AZDesk cannot follow."""

_MOST_STEPS: Final = 500
_MOST_HOPS: Final = 20
_TALKS: Final[frozenset[End]] = frozenset(
    {"answered", "left", "voicemail", "messages", "conference", "announcement"}
)


@dataclass(frozen=True, kw_only=True)
class Way:
    """Where an endpoint of Asterisk leads that is no phone."""

    host: str = ""
    """Another host of the fleet; empty: somebody else."""
    context: str = ""
    """Context in which calls arrive there."""
    name: str = ""
    """Its name in the document: the trunk's, or the host's."""
    up: bool = True


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """A host as calls see it."""

    plan: DialPlan
    ways: Mapping[str, Way] = field(default_factory=dict)
    """Endpoint → where it leads."""
    accounts: Callable[[str], bool] = lambda _: True
    """Whether there is an account of this number."""
    mailboxes: Callable[[str], bool] = lambda _: True
    """Whether there is a voicemail box of this number."""


@dataclass(frozen=True, kw_only=True)
class World:
    """All hosts, and what the phones do."""

    exchanges: Mapping[str, Exchange]
    phones: Callable[[str, str], Answer] = lambda _host, _number: "answers"
    """(host, account) → what its phones do."""


def supposing(
    world: World, *, down: Collection[str] = (), phones: Callable[[str, str], Answer] | None = None
) -> World:
    """A world with what is supposed on top.

    Args:
        down: names of trunks, and of hosts, that are not reachable.
        phones: (host, account) → what its phones do; None: as it is.
    """
    exchanges = world.exchanges
    if down:
        exchanges = {
            host: replace(
                one,
                ways={key: replace(way, up=way.up and way.name not in down) for key, way in one.ways.items()},
            )
            for host, one in world.exchanges.items()
        }
    return World(exchanges=exchanges, phones=phones or world.phones)


@dataclass(frozen=True, kw_only=True, slots=True)
class Executed:
    """One step that was carried out."""

    host: str
    context: str
    """The channel's context."""
    found_in: str
    """The context, perhaps included, that has the extension."""
    number: str
    exten: str
    """The extension that holds the number: ``_68XX``."""
    priority: int
    app: str
    data: str
    """Arguments with their values put in."""
    origin: str = ""
    """What in the document it comes from."""
    channel: int = 0
    """Which channel: 0 is the caller's; another host has one of its own, and so has each member of a group."""
    member: bool = False
    """Whether the channel calls a member of a group, beside others."""


@dataclass(frozen=True, kw_only=True)
class Journey:
    """What came of a call."""

    end: End
    why: str
    """In a sentence, as it is told to people."""
    steps: tuple[Executed, ...]
    where: str = ""
    """Host, account, trunk, room: what took the call."""
    recorded: tuple[str, ...] = ()
    """Hosts that record it."""
    woken: tuple[str, ...] = ()
    """Accounts whose phones are woken first."""

    @property
    def connected(self) -> bool:
        return self.end in _TALKS


@dataclass(frozen=True, kw_only=True)
class _Result:
    end: End
    why: str
    where: str = ""
    cause: int = 16
    """Q.850 cause, HANGUPCAUSE of the one who called."""
    answered: bool = False
    """Whether somebody or something took the call, though it came to nothing then: the caller's dial plan does not go on."""


def simulate(world: World, host: str, context: str, caller: str, number: str) -> Journey:
    """Follow a call.

    Args:
        context: where it begins: the context of the caller's phone, or of a trunk that it comes in by.
        caller: the caller's number.
    """
    call = _Call(world)
    result = call.arrive(host, context, caller, number, ())
    return Journey(
        end=result.end,
        why=result.why,
        steps=tuple(call.steps),
        where=result.where,
        recorded=tuple(dict.fromkeys(call.recorded)),
        woken=tuple(dict.fromkeys(call.woken)),
    )


@dataclass
class _Call:
    world: World
    steps: list[Executed] = field(default_factory=list)
    recorded: list[str] = field(default_factory=list)
    woken: list[str] = field(default_factory=list)
    channels: int = 0

    def arrive(
        self,
        host: str,
        context: str,
        caller: str,
        number: str,
        above: tuple[tuple[str, str], ...],
        *,
        member: bool = False,
    ) -> _Result:
        """A call arrives at a host; `above` are hosts and numbers that it came by."""
        if (host, number) in above:
            return _Result(end="refused", why=f"{number} goes round in circles through {host}", cause=25)
        if len(above) >= _MOST_HOPS:
            return _Result(end="refused", why="it goes through too many hosts", cause=25)
        exchange = self.world.exchanges.get(host)
        if exchange is None:
            return _Result(end="unknown", why=f"nothing is known of {host}")
        if next(exchange.plan.found(context, number), None) is None:
            what = "no such context" if context.lower() not in exchange.plan.by_name else "nothing matches it"
            return _Result(end="refused", why=f"{host} has no way for {number} in {context}: {what}", cause=1)
        channel = _Channel(self, exchange, host, context, caller, number, (*above, (host, number)), member)
        self.channels += 1
        result = channel.run()
        return replace(result, answered=True) if channel.answered and not result.answered else result


class _Channel:
    """One channel that executes a dial plan."""

    def __init__(
        self,
        call: _Call,
        exchange: Exchange,
        host: str,
        context: str,
        caller: str,
        number: str,
        above: tuple[tuple[str, str], ...],
        member: bool,
    ) -> None:
        self.call, self.exchange, self.host, self.above = call, exchange, host, above
        self.context, self.number, self.priority = context, number, 1
        self.caller = self.phone = caller
        self.channel, self.member = call.channels, member
        self.values = {"EPOCH": "0", "UNIQUEID": f"0.{self.channel}", "CONTEXT": context, "EXTEN": number}
        self.stack: list[tuple[str, str, int]] = []
        self.last = _Result(end="refused", why="")
        self.heard = ""
        self.answered = False
        self.variables = Variables(values=self.values, functions=self._functions)

    @cached_property
    def _functions(self) -> Mapping[str, Callable[[str], str]]:
        return {
            "CALLERID": lambda what: self.caller if what.lower().startswith("num") else "",
            "CHANNEL": self._of_phone,
            "FILTER": _filtered,
            "STRFTIME": _moment,
            "PJSIP_DIAL_CONTACTS": self._contacts,
            "GROUP_COUNT": lambda _: "0",
            "IF": _if,
            "LEN": lambda text: str(len(text)),
            "TOUPPER": str.upper,
            "TOLOWER": str.lower,
        }

    def _of_phone(self, what: str) -> str:
        """CHANNEL(endpoint), or chan_sip's CHANNEL(peername): the account of the phone that calls. Only the first channel is a phone's."""
        if what.lower() not in ("endpoint", "peername"):
            raise Unknown(f"CHANNEL({what})")
        return self.phone if len(self.above) == 1 else ""

    def _contacts(self, account: str) -> str:
        known = self.exchange.accounts(account)
        there = known and self.call.world.phones(self.host, account) != "away"
        return f"PJSIP/{account}/sip:{account}@phone" if there else ""

    def run(self) -> _Result:
        for _ in range(_MOST_STEPS):
            found = next(self.exchange.plan.found(self.context, self.number, self.priority), None)
            if found is None:
                return self._fell_off()
            context, one = found
            step = one.by_priority[self.priority]
            try:
                data = put_in(step.args, self.variables)
            except Unknown as unknown:
                return _Result(
                    end="unknown", why=f"AZDesk does not know {unknown} at {self.host}, {context.name}"
                )
            self.call.steps.append(
                Executed(
                    host=self.host,
                    context=self.context,
                    found_in=context.name,
                    number=self.number,
                    exten=one.exten,
                    priority=self.priority,
                    app=step.app,
                    data=data,
                    origin=one.origin,
                    channel=self.channel,
                    member=self.member,
                )
            )
            labels = one.labels
            self.priority += 1
            result = self._execute(step, data, labels)
            if result is not None:
                return result
        return _Result(
            end="refused", why=f"the dial plan of {self.host} never comes to an end for {self.number}"
        )

    def _fell_off(self) -> _Result:
        """There is no such priority: the end of an extension, or a jump to nowhere."""
        if self.priority == 1:
            return _Result(
                end="refused", why=f"{self.host} has no way for {self.number} in {self.context}", cause=1
            )
        return (
            self.last
            if self.last.why
            else _Result(end="refused", why=f"the dial plan of {self.host} ends here")
        )

    def _execute(self, step: Step, data: str, labels: Mapping[str, int]) -> _Result | None:
        app = step.app.lower()
        self.answered = self.answered or app == "answer"
        if app in _QUIET:
            return None
        if app.startswith("voicemail"):
            return self._mailbox(app, split(data)[0].partition("@")[0])
        if app in _ENDS:
            return self._ends(app, data)
        if app in ("goto", "gotoif", "gosub", "return"):
            return self._jumps(app, data, labels)
        if app == "dial":
            return self._dial(data)
        if app == "set":
            self._set(data)
        elif app == "playback":
            sound, *options = split(data)
            self.heard = self.heard if "noanswer" in options else sound
        elif app == "mixmonitor":
            self.call.recorded.append(self.host)
        elif app == "userevent":
            kind, *pairs = split(data)
            callee = next((one.partition(":")[2].strip() for one in pairs if one.startswith("Callee:")), "")
            if kind == "AZInbound" and callee:
                self.call.woken.append(callee)
        else:
            return _Result(end="unknown", why=f"AZDesk does not know what {step.app} does at {self.host}")
        return None

    def _ends(self, app: str, data: str) -> _Result:
        what = split(data)[0]
        if app == "hangup":
            if self.last.why:
                return self.last
            if self.heard:
                return _Result(end="announcement", why=f"the caller hears {self.heard}", where=self.heard)
            if what in ("20", "34"):
                reason = "no phone is registered there" if what == "20" else "no trunk leads there from here"
            else:
                reason = f"the dial plan of {self.host} hangs up"
            cause = int(what) if what.isdigit() else 16
            return _Result(end="refused", why=reason, where=self.host, cause=cause)
        if app in ("busy", "congestion"):
            return _Result(
                end="busy" if app == "busy" else "refused", why=f"{self.host} says {app}", cause=17
            )
        return _Result(end="conference", why=f"the caller is in conference {what}", where=what)

    def _mailbox(self, app: str, number: str) -> _Result | None:
        self.answered = True
        if not self.exchange.mailboxes(number):
            self.last = _Result(end="refused", why=f"{self.host} has no voicemail box {number}", where=number)
            return None
        if app == "voicemail":
            return _Result(end="voicemail", why=f"{number} gets a message", where=number)
        return _Result(end="messages", why=f"{number} hears the messages for it", where=number)

    def _set(self, data: str) -> None:
        name, _, value = data.partition("=")
        if name.upper() == "CALLERID(NUM)":
            self.caller = value
        elif "(" not in name:
            self.values[name.lstrip("_")] = value

    def _jumps(self, app: str, data: str, labels: Mapping[str, int]) -> _Result | None:
        if app == "return":
            if not self.stack:
                return _Result(end="refused", why=f"the dial plan of {self.host} returns from nowhere")
            self.context, self.number, self.priority = self.stack.pop()
            self.values["EXTEN"] = self.number
            return None
        if app == "gotoif":
            test, one, two = condition(data)
            data = one if is_true(test) else two
            if not data:
                return None
        if app == "gosub":
            self.stack.append((self.context, self.number, self.priority))
            data, _, arguments = data.partition("(")
            for index, value in enumerate(split(arguments.removesuffix(")")) if arguments else (), 1):
                self.values[f"ARG{index}"] = value
        *place, priority = (part.strip() for part in data.split(","))
        if place:
            self.number = place[-1] or self.number  # left out, it stays what it was
            self.context = (place[0] if len(place) > 1 else "") or self.context
            found = next(self.exchange.plan.found(self.context, self.number), None)
            labels = found[1].labels if found else {}
        self.values["EXTEN"], self.values["CONTEXT"] = self.number, self.context
        number = labels.get(priority) or (int(priority) if priority.isdigit() else 0)
        if not number:
            return _Result(
                end="refused", why=f"the dial plan of {self.host} jumps to “{data}”, which is not there"
            )
        self.priority = number
        return None

    def _dial(self, data: str) -> _Result | None:
        to = split(data)[0]
        results = [self._one(one) for one in split(to, "&") if one]
        best = min(results, key=lambda one: (not one.answered, _BETTER.index(one.end)), default=None)
        if best is None:
            best = _Result(end="refused", why="there is nothing to dial", cause=0)
        if best.end in _TALKS or best.end == "unknown" or best.answered:
            return best
        self.last = best
        self.values["DIALSTATUS"] = _STATUS[best.end] if best.cause not in _UNAVAILABLE else "CHANUNAVAIL"
        self.values["HANGUPCAUSE"] = str(best.cause)
        return None

    def _one(self, to: str) -> _Result:
        """Dial one destination: a phone, a trunk, or a number in a context (Local)."""
        tech, _, rest = to.partition("/")
        if tech == "Local":
            number, _, place = rest.partition("@")
            return self.call.arrive(
                self.host, place.partition("/")[0], self.caller, number, self.above, member=True
            )
        number, endpoint = self._target(tech, rest)
        if endpoint in self.exchange.ways:
            return self._way(self.exchange.ways[endpoint], number)
        if number:
            return _Result(end="refused", why=f"{self.host} has no trunk {endpoint}", cause=20)
        return self._phone(endpoint)

    def _target(self, tech: str, rest: str) -> tuple[str, str]:
        """Number and endpoint of a destination; a phone has no number of its own."""
        if tech == "PJSIP":
            number, at, endpoint = rest.partition("@")
            if at and "/" not in number:
                return number, endpoint
            return "", rest.partition("/")[0]
        endpoint, _, number = rest.partition("/")
        return number, endpoint

    def _phone(self, account: str) -> _Result:
        if not self.exchange.accounts(account):
            return _Result(
                end="refused", why=f"{self.host} has no account {account}", where=account, cause=20
            )
        does = self.call.world.phones(self.host, account)
        if does == "away":
            return _Result(
                end="refused",
                why=f"no phone of {account} is registered at {self.host}",
                where=account,
                cause=20,
            )
        if does == "busy":
            return _Result(end="busy", why=f"{account} at {self.host} is busy", where=account, cause=17)
        if does == "silent":
            return _Result(
                end="silent", why=f"nobody answers at {account}, {self.host}", where=account, cause=19
            )
        return _Result(end="answered", why=f"{account} at {self.host} answers", where=account)

    def _way(self, way: Way, number: str) -> _Result:
        if not number:
            return _Result(end="refused", why=f"nothing is left of the number for {way.name}", cause=28)
        if not way.up:
            return _Result(end="refused", why=f"{way.name} is not reachable from {self.host}", cause=20)
        if not way.host:
            return _Result(end="left", why=f"it leaves {self.host} by {way.name} as {number}", where=way.name)
        return self.call.arrive(way.host, way.context, self.caller, number, self.above, member=self.member)


_QUIET: Final = frozenset(
    (
        "answer",
        "background",
        "log",
        "noop",
        "playtones",
        "progress",
        "ringing",
        "stopmixmonitor",
        "verbose",
        "wait",
        "waitexten",
        "waitforcondition",
    )
)
_ENDS: Final = frozenset(["hangup", "busy", "congestion", "confbridge"])
_BETTER: Final[tuple[End, ...]] = (
    "answered",
    "left",
    "conference",
    "announcement",
    "messages",
    "voicemail",
    "unknown",
    "busy",
    "silent",
    "refused",
)
_STATUS: Final[Mapping[End, str]] = {"busy": "BUSY", "silent": "NOANSWER", "refused": "CHANUNAVAIL"}
_UNAVAILABLE: Final = frozenset({0, 1, 3, 20, 25, 28, 34})


def _filtered(arguments: str) -> str:
    """FILTER(allowed,text): the signs of a text that are allowed; ranges as in a pattern."""
    allowed, _, text = arguments.partition(",")
    signs: set[str] = set()
    at = 0
    while at < len(allowed):
        if allowed[at + 1 : at + 2] == "-" and at + 2 < len(allowed):
            signs.update(chr(code) for code in range(ord(allowed[at]), ord(allowed[at + 2]) + 1))
            at += 3
        else:
            signs.add(allowed[at])
            at += 1
    return "".join(sign for sign in text if sign in signs)


def _moment(arguments: str) -> str:
    """STRFTIME(epoch,zone,format), with letters where the digits will be: a plan has no time."""
    text = arguments.split(",", 2)[-1]
    for sign, shown in (
        ("%Y", "YYYY"),
        ("%m", "MM"),
        ("%d", "DD"),
        ("%H", "hh"),
        ("%M", "mm"),
        ("%S", "ss"),
        ("%z", "+hhmm"),
    ):
        text = text.replace(sign, shown)
    return text


def _if(arguments: str) -> str:
    test, one, two = condition(arguments)
    return one if is_true(test) else two


def hosts_on(journey: Journey) -> Iterator[str]:
    """The hosts that a call passes, the first one first."""
    last = ""
    for step in journey.steps:
        if step.host != last:
            last = step.host
            yield last
