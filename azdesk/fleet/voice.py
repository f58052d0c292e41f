"""The document's sections about calls: the number plan, its rules, trunks, recording, each host's part in it.

What every host's dial plan looks like is derived from these, see `azdesk.voice`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from azdesk.fleet.form import Between, Value
from azdesk.fleet.paths import Path
from azdesk.fleet.rules import (
    Address,
    CallerNumber,
    ContextName,
    Digits,
    Folder,
    IpNetwork,
    Line,
    NumberPattern,
    ShortName,
    SipUser,
    SoundName,
)

Codec = Literal["opus", "g722", "ulaw", "alaw", "g729", "gsm", "h264", "vp8", "vp9", "h263p"]
Transport = Literal["udp", "tcp", "tls"]
Dtmf = Literal["rfc4733", "info", "inband", "auto"]
Seconds = Annotated[int, Between(least=1, most=600, unit="seconds")]
Target = Literal[
    "accounts",
    "trunk",
    "number",
    "ring-group",
    "voicemail",
    "messages",
    "conference",
    "announcement",
    "hang-up",
]


def _encryption(srtp: bool, transport: str) -> Iterator[tuple[Path, str]]:
    if srtp and transport != "tls":
        yield ("srtp",), "needs transport tls: its keys would go over the network in clear text"


@dataclass(frozen=True, kw_only=True)
class HostTrunks(Value):
    """The trunks between the fleet's own hosts, which follow from the number plan."""

    transport: Transport = "udp"
    """How the hosts reach each other: port 5060 (UDP, TCP) or 5061 (TLS, with the hosts' own certificates)."""
    authentication: Literal["address", "password"] = "address"
    """How a host knows another: by its LAN address alone, or by a password, too, that AZDesk makes."""
    password_since: Line = ""
    """When new passwords were asked for the last time: with any other text the hosts make new ones."""
    srtp: bool = False
    """Whether voice goes encrypted (SRTP, keys by SDES); needs transport tls."""
    codecs: tuple[Codec, ...] = ("opus", "g722", "alaw", "ulaw", "h264", "vp8")
    """Codecs in the order of preference."""
    dtmf: Dtmf = "rfc4733"
    """How pressed keys are sent."""
    max_calls: Annotated[int, Between(least=0, most=10_000)] = 0
    """Calls at the same time between two hosts, counted on each; 0: as many as there are. Emergency calls go through all the same."""
    qualify: Annotated[int, Between(least=0, most=3600, unit="seconds")] = 30
    """How often each asks whether the other is there; 0: never."""
    record: bool = False
    """Whether calls that leave a host by such a trunk are recorded there."""

    def faults(self) -> Iterator[tuple[Path, str]]:
        yield from _encryption(self.srtp, self.transport)
        if not self.codecs:
            yield ("codecs",), "a trunk needs at least one codec, such as alaw"


@dataclass(frozen=True, kw_only=True)
class NumberPlan(Value):
    """How numbers are dialled in the whole fleet; each host's dial plan and the trunks between the hosts follow from it."""

    scheme: Literal["as-is", "short", "prefixed"] = "as-is"
    """As-is: AZDesk leaves dial plans alone. Short: a phone dials others on its host by their number (6853), those on another host with
    that host's prefix in front (3016853), which works on its own host, too. Prefixed: always with the prefix."""
    reach: Literal["cluster", "fleet"] = "cluster"
    """Whether hosts of one cluster call each other, or all hosts of the fleet."""
    context: ContextName = "all"
    """Context that phones call from; accounts in the directory name it in AstAccountContext."""
    emergency: tuple[NumberPattern, ...] = ()
    """Numbers that must always get out, such as 112: nothing else may catch them, and rules have to lead them to a trunk."""
    reserved: tuple[NumberPattern, ...] = ()
    """Numbers that nobody may be given and no rule may use."""
    ring: Seconds = 30
    """How long a phone rings before a call is given up."""
    call_records: Literal["as-is", "kept"] = "as-is"
    """Kept: each host's Asterisk has to write down which calls there were, as Debian's does by itself; where it was switched off it is
    switched on. As-is: AZDesk leaves that alone. Records that are there are shown either way."""
    between: HostTrunks = HostTrunks()
    """Trunks between the hosts."""


@dataclass(frozen=True, kw_only=True)
class Rule(Value):
    """What happens with the numbers of a pattern, beside the hosts' own blocks. A rule is one line of the dial plan."""

    STAND_IN: ClassVar = {"pattern": "0", "target": "hang-up"}

    pattern: NumberPattern
    """Which numbers, as they are dialled."""
    target: Target
    """What they lead to: accounts at this host, a trunk, another number, a ring group, voicemail, the caller's own messages, a
    conference, an announcement, or
    nothing (hang-up)."""
    hosts: tuple[ShortName, ...] = ()
    """Hosts that have the rule; empty: all that the number plan is for."""
    callers: tuple[ShortName, ...] = ()
    """Names of trunks: it is for calls that come in by them. Empty: for those that phones make."""
    strip: Annotated[int, Between(least=0, most=40, unit="digits")] = 0
    """Digits that are taken off the front of the number."""
    prepend: Digits = ""
    """Digits that are put in front of the rest."""
    trunks: tuple[ShortName, ...] = ()
    """Target trunk: its names, the first that is up takes the call."""
    number: Digits = ""
    """Target number: the one that is called instead; empty: the dialled one, rewritten. Voicemail: the mailbox; conference: its room."""
    members: tuple[Digits, ...] = ()
    """Target ring-group: the numbers that ring together, as a phone of the host would dial them."""
    sound: SoundName = ""
    """Target announcement: sound file, without its ending, as Asterisk finds it."""
    ring: Annotated[int, Between(least=0, most=600, unit="seconds")] = 0
    """How long it rings; 0: as the number plan says."""
    record: bool = False
    """Whether such calls are recorded."""
    notify: bool = False
    """Whether it is told first that somebody calls, so that a program on the host wakes a sleeping phone; target accounts only."""
    note: str = ""
    """Anything worth remembering."""

    def faults(self) -> Iterator[tuple[Path, str]]:
        for key, target in (("trunks", "trunk"), ("members", "ring-group"), ("sound", "announcement")):
            value = getattr(self, key)
            if self.target == target and not value:
                yield (key,), f"target {target} needs it"
            elif value and self.target != target:
                yield (key,), f"is for target {target} only, not for {self.target}"
        if self.number and self.target not in ("number", "voicemail", "conference"):
            yield ("number",), f"is for targets number, voicemail and conference only, not for {self.target}"
        if self.callers and self.target == "trunk":
            yield (
                ("target",),
                "calls that come in by a trunk must not leave by one: strangers would call at your expense",
            )
        if self.callers and self.target == "messages":
            yield (
                ("target",),
                "callers from outside choose the number that they show: they would hear anybody's messages",
            )
        if self.notify and self.target != "accounts":
            yield ("notify",), "only accounts have phones that can be woken"


@dataclass(frozen=True, kw_only=True)
class Trunk(Value):
    """A line to somebody else: a provider, a gateway, another telephone system."""

    STAND_IN: ClassVar = {"address": "192.0.2.1"}

    address: Address
    """Where it is."""
    port: Annotated[int, Between(least=0, most=65535)] = 0
    """Its port; 0: 5060, 5061 for TLS."""
    hosts: tuple[ShortName, ...] = ()
    """Hosts that have it; empty: all that the number plan is for."""
    gateway_for: tuple[ShortName, ...] = ()
    """Hosts without it whose phones call out by it all the same, through a host that has it; empty: none may."""
    transport: Transport = "udp"
    """How it is reached."""
    authentication: Literal["address", "password", "registration"] = "address"
    """How each knows the other: by addresses alone; by a user and a password where the other asks for them; or by registering there with
    them, so that calls come in by that registration."""
    user: SipUser = ""
    """User for password and registration; the password is kept with the secrets."""
    password_since: Line = ""
    """When that password was last entered, so that hosts get a new one; filled in by AZDesk."""
    challenge: bool = False
    """Whether the other side must give user and password, too, when it calls."""
    sources: tuple[IpNetwork, ...] = ()
    """Further addresses or networks that its calls come from, beside its own address."""
    from_user: SipUser = ""
    """User in the From header of calls; empty: the caller's number."""
    from_domain: Address = ""
    """Domain in the From header; empty: the host's own address."""
    outbound_proxy: Address = ""
    """Where requests are sent instead of the address itself."""
    codecs: tuple[Codec, ...] = ("alaw", "ulaw")
    """Codecs in the order of preference."""
    srtp: bool = False
    """Whether voice goes encrypted (SRTP, keys by SDES); needs transport tls."""
    dtmf: Dtmf = "rfc4733"
    """How pressed keys are sent."""
    caller_id: CallerNumber = ""
    """Number that callees see; empty: the caller's own."""
    max_calls: Annotated[int, Between(least=0, most=10_000)] = 0
    """Calls at the same time on one host; 0: as many as there are. Emergency calls go through all the same."""
    qualify: Annotated[int, Between(least=0, most=3600, unit="seconds")] = 60
    """How often it is asked whether it is there; 0: never."""
    record: bool = False
    """Whether calls that leave by it are recorded (“Monitor by recording outbound calls”)."""
    note: str = ""
    """Anything worth remembering."""

    def faults(self) -> Iterator[tuple[Path, str]]:
        yield from _encryption(self.srtp, self.transport)
        if not self.codecs:
            yield ("codecs",), "a trunk needs at least one codec, such as alaw"
        if self.authentication != "address" and not self.user:
            yield ("user",), f"authentication {self.authentication} needs a user"
        if self.authentication == "address" and self.challenge:
            yield ("challenge",), "needs authentication password or registration: there is no password else"

    @property
    def place(self) -> tuple[str, int]:
        """Address and port that requests go to."""
        return self.address, self.port or (5061 if self.transport == "tls" else 5060)


@dataclass(frozen=True, kw_only=True)
class Calls(Value):
    """A host's part in the number plan."""

    prefix: Digits = ""
    """What others dial in front of its numbers, such as 301; different for each host."""
    scheme: Literal["", "short", "prefixed"] = ""
    """How its own phones dial each other; empty: as the number plan says."""
    record: bool = False
    """Whether calls to phones at home here are recorded (“Monitor SIP phones by recording incoming calls”)."""
    notify: bool = False
    """Whether Asterisk tells that somebody calls before a phone rings, and waits until a sleeping one is there (“Enable Notifications via XMPP
    for SIP Phones”). A program on the host has to wake it; AZDesk brings none."""
    unanswered: Literal["hang-up", "voicemail"] = "hang-up"
    """What happens when nobody answers."""


@dataclass(frozen=True, kw_only=True)
class Media(Value):
    """NAT and voice streams of a host."""

    external_address: Address = ""
    """Address that peers outside see; empty: the host has no NAT in front of it."""
    local_networks: tuple[IpNetwork, ...] = ()
    """Networks that are reached without NAT, such as 192.168.11.0/24."""
    rtp_first: Annotated[int, Between(least=1024, most=65534)] = 10_000
    """First UDP port of voice streams (RTP)."""
    rtp_last: Annotated[int, Between(least=1025, most=65535)] = 20_000
    """Last one."""

    def faults(self) -> Iterator[tuple[Path, str]]:
        if self.rtp_last - self.rtp_first < 9:
            yield ("rtp_last",), "must be at least 9 above rtp_first: each call takes two to four ports"
        if self.external_address and not self.local_networks:
            yield (
                ("local_networks",),
                "name the networks inside, or phones there get the external address, too",
            )


@dataclass(frozen=True, kw_only=True)
class Recording(Value):
    """Recording of voice calls, wherever a rule, a host or a trunk asks for it."""

    directory: Folder = "/home/voice"
    """Folder on each host; below it is one for each day. Not in that of uploads, which are handed out."""
    archive: Folder = "/home/chat/voice"
    """Folder that recordings are moved to at the end of the day."""
    archive_mount: Folder = ""
    """Where the archive's storage is mounted, such as /home/chat: while nothing is, recordings stay on their host. Empty: it needs no mount."""
    keep_days: Annotated[int, Between(least=0, most=36_500)] = 0
    """Days after which archived recordings are deleted; 0: never."""
    warning: Literal["none", "beep", "announcement"] = "none"
    """How callers are told, which the law often demands: not at all, by a tone before the call and every 15 seconds, or by an announcement before it."""
    sound: SoundName = ""
    """The announcement: sound file, without its ending, as Asterisk finds it."""

    def faults(self) -> Iterator[tuple[Path, str]]:
        if self.warning == "announcement" and not self.sound:
            yield ("sound",), "warning announcement needs a sound file, such as custom/recorded"
        if self.archive_mount and not f"{self.archive}/".startswith(f"{self.archive_mount}/"):
            yield ("archive_mount",), f"{self.archive} does not lie in {self.archive_mount}"
        if re.search(r"[^\w/.+-]", self.directory):
            # It stands in the arguments of an application: a comma would begin the next one, $ a function.
            yield ("directory",), "may have letters, digits and _ . + - in it, nothing else"
        if self.archive == self.directory or self.archive.startswith(f"{self.directory}/"):
            yield ("archive",), "has to be another folder than the one that recordings are made in"
