"""The call simulator agrees with Asterisk: random number plans on two hosts, and each step that real calls take.

AZDESK_PLANS says how many plans (100 by default; 500 take a minute), 20 calls each, half of them from each host; AZDESK_PLANS_SEED where to begin.
"""

from __future__ import annotations

import json
import os
import random
import re
import threading
import time
from collections import defaultdict
from dataclasses import dataclass
from dataclasses import replace as changed
from pathlib import Path
from typing import Any

import pytest

from azdesk.fleet.model import Fleet
from azdesk.voice import deriving
from azdesk.voice.dialplan import text_of
from azdesk.voice.planned import planned
from azdesk.voice.simulating import Answer, Journey, World, simulate
from tests.lab.harness import Host, Lab
from tests.unit.voice import random_plans
from tests.unit.voice.random_plans import HOSTS, REGISTERED

pytestmark = pytest.mark.timeout(900)
PLANS = int(os.environ.get("AZDESK_PLANS", "100"))
SEED = int(os.environ.get("AZDESK_PLANS_SEED", "1"))
BOXES = (*REGISTERED, "6802", "6859", "513", "79")
"""Numbers with a voicemail box, on both hosts."""
SCRIPT = Path(__file__).parent / "clients" / "call_log.py"
ARRIVING = "arriving"
"""What a plan's calls from the other host come in by, behind `dispatch`."""
FOLDER = "/var/lib/azdesk-calls"
Step = tuple[str, str, int, str, str]
"""Context, number, priority, application, arguments."""


# -- both sides --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Call:
    plan: int
    host: str
    context: str
    caller: str
    number: str

    def wanted(self, world: World) -> Journey:
        return simulate(world, self.host, self.context, self.caller, self.number)


def world_of(fleet: Fleet) -> World:
    def phones(_host: str, account: str) -> Answer:
        return "answers" if account in REGISTERED else "away"

    world = planned(fleet, phones=phones)
    exchanges = {}
    for host in HOSTS:
        one = world.exchanges[host]
        ways = {key: changed(way, up=way.name != "dead") for key, way in one.ways.items()}
        exchanges[host] = changed(one, ways=ways, mailboxes=BOXES.__contains__)
    return World(exchanges=exchanges, phones=phones)


_OURS = re.compile(r"\baz-(emergency|phones|hosts|told|local|ring|in-[a-z]+|from-[a-z0-9]+)\b")


def loaded_text(fleet: Fleet, host: str, number: int) -> str:
    """A host's plan with contexts of its own, so that all plans are loaded at once."""
    text = _OURS.sub(lambda found: f"p{number:04d}-{found[0]}", text_of(deriving.dial_plan(fleet, host)))
    (other,) = (one for one in HOSTS if one != host)
    entrance = f"p{number:04d}-{deriving.entrance(fleet, host, other)}"
    arriving = (f"exten => {which},1,Goto({entrance},${{EXTEN}},1)" for which in ("_[0-9+*#].", "_[0-9+*#]"))
    return "\n".join((text, f"[p{number:04d}-{ARRIVING}]", *arriving))


def prepare(host: Host, other: Host, plans: list[Fleet]) -> None:
    trunks = "".join(
        f"[{name}]\ntype=endpoint\ncontext={context}\ndisallow=all\nallow=ulaw\naors={name}\n"
        f"[{name}]\ntype=aor\n{f'contact=sip:{address}:5060' if address else 'max_contacts=1'}\n"
        for name, context, address in (
            (deriving.host_endpoint(other.name), "dispatch", other.address),
            ("az-trunk-provider", "answer", "127.0.0.1"),
            ("az-trunk-dead", "answer", ""),
            *((number, "answer", f"{number}@127.0.0.1") for number in REGISTERED),
        )
    )
    host.write(
        "/etc/asterisk/pjsip.conf",
        "[transport-udp]\ntype=transport\nprotocol=udp\nbind=0.0.0.0:5060\n"
        f"{trunks}[peer]\ntype=identify\nendpoint={deriving.host_endpoint(other.name)}\nmatch={other.address}\n"
        "[answer]\ntype=identify\nendpoint=az-trunk-provider\nmatch=127.0.0.1\n",
    )
    texts = "\n".join(loaded_text(fleet, host.name, number) for number, fleet in enumerate(plans))
    host.write(
        "/etc/asterisk/extensions.conf",
        "[general]\nstatic=yes\nwriteprotect=yes\n[globals]\n"
        "[answer]\nexten => _[0-9+*#].,1,Answer()\n same => n,Wait(8)\n same => n,Hangup()\n"
        "exten => _[0-9+*#],1,Goto(answer,0${EXTEN},1)\n"
        f"[dispatch]\nexten => _[0-9+*#].,1,Goto(p${{CALLERID(num):1:4}}-{ARRIVING},${{EXTEN}},1)\n"
        f"exten => _[0-9+*#],1,Goto(p${{CALLERID(num):1:4}}-{ARRIVING},${{EXTEN}},1)\n" + texts,
    )
    host.write(
        "/etc/asterisk/manager.conf",
        "[general]\nenabled=yes\nbindaddr=127.0.0.1\nport=5038\n"
        "[calls]\nsecret=nothing-to-hide\nread=dialplan,call\nwrite=originate,system,call\nwritetimeout=5000\n",
    )
    # Debian's second voicemail module fails without a database, and takes the application of the first one away with it.
    host.sh("printf '[modules](+)\\nnoload = app_voicemail_odbc.so\\n' >> /etc/asterisk/modules.conf")
    boxes = "".join(f"{number} => -1,{number}\n" for number in BOXES)
    host.write("/etc/asterisk/voicemail.conf", f"[general]\nformat=wav\n[az]\n{boxes}")
    host.sh(f"mkdir -p {FOLDER} /home/voice && rm -f {FOLDER}/* && chown asterisk /home/voice")
    # Some fifty calls at once, each with four ends on this host.
    host.write(
        "/etc/systemd/system/asterisk.service.d/many.conf", "[Service]\nLimitNOFILE=65536\nTasksMax=2000\n"
    )
    host.sh(
        "sed -i 's/^;*maxcalls.*/maxcalls = 400/' /etc/asterisk/asterisk.conf && grep -q '^maxcalls = 400' /etc/asterisk/asterisk.conf"
    )
    host.sh("systemctl daemon-reload && systemctl restart asterisk", timeout=90)
    host.run(["asterisk", "-rx", "core waitfullybooted"], timeout=90)


def carried_out(lab: Lab, calls: list[Call]) -> dict[str, list[list[Any]]]:
    """Host → what each channel did there: caller, channel, context, number, priority, application, arguments."""
    for name in HOSTS:
        jobs = [
            {"id": call.caller, "channel": f"Local/{call.number}@{_own(call)}/n", "caller": call.caller}
            for call in calls
            if call.host == name
        ]
        lab.host(name).write(f"{FOLDER}/jobs.json", json.dumps(jobs))
    script = SCRIPT.read_text()
    threads = [
        threading.Thread(
            target=lab.host(name).run,
            args=(["python3", "-", FOLDER],),
            kwargs={"input": script, "timeout": 850},
        )
        for name in HOSTS
    ]
    for thread in threads:
        thread.start()
    for sign, answer in (("ready", "go"), ("done", "stop")):
        while not all(lab.host(name).exists(f"{FOLDER}/{sign}") for name in HOSTS):
            assert all(thread.is_alive() for thread in threads), "a host's script has ended early"
            time.sleep(0.3)
        if sign == "done":
            time.sleep(3)
        for name in HOSTS:
            lab.host(name).sh(f"touch {FOLDER}/{answer}")
    for thread in threads:
        thread.join()
    return {name: json.loads(lab.host(name).read(f"{FOLDER}/events.json")) for name in HOSTS}


def _own(call: Call) -> str:
    return _OURS.sub(lambda found: f"p{call.plan:04d}-{found[0]}", call.context)


def real_paths(events: dict[str, list[list[Any]]]) -> dict[str, list[tuple[str, list[Step]]]]:
    """Caller → host and steps of each channel."""
    found: dict[tuple[str, str], list[Step]] = defaultdict(list)
    whose: dict[tuple[str, str], str] = {}
    for host, some in events.items():
        for caller, channel, context, number, priority, app, data in some:
            if context in ("answer", "dispatch") or context.endswith(ARRIVING):
                continue
            key = (host, channel)
            # The first step's: a trunk may give the call another caller's number.
            whose.setdefault(key, caller)
            bare = re.sub(r"^p\d{4}-", "", context)
            found[key].append(
                (bare, number, int(priority), app, _plain(app, re.sub(r"\bp\d{4}-az-", "az-", data)))
            )
    paths: dict[str, list[tuple[str, list[Step]]]] = defaultdict(list)
    for key, steps in found.items():
        paths[whose[key]].append((key[0], steps))
    return paths


def planned_paths(journey: Journey) -> list[tuple[str, bool, list[Step]]]:
    """Host, whether it is a member of a group, and steps of each channel."""
    found: dict[int, tuple[str, bool, list[Step]]] = {}
    for step in journey.steps:
        _, _, steps = found.setdefault(step.channel, (step.host, step.member, []))
        steps.append((step.context, step.number, step.priority, step.app, _plain(step.app, step.data)))
    return list(found.values())


def _plain(app: str, data: str) -> str:
    if app in ("MixMonitor", "Hangup"):
        return ""  # times; and causes, which tell nothing about the way
    return re.sub(r"(PJSIP/\d+)/sip:[^,&]*", r"\1", data)


def disagreement(wanted: list[tuple[str, bool, list[Step]]], real: list[tuple[str, list[Step]]]) -> str:
    """What differs; empty: nothing. Members of a group may be cut off when another one answers."""
    left = list(real)
    for host, member, steps in wanted:
        hit = next(
            (
                one
                for one in left
                if one[0] == host and (one[1] == steps or (member and one[1] == steps[: len(one[1])]))
            ),
            None,
        )
        if hit is None and not member:
            return f"not seen at {host}: {steps}"
        if hit is not None:
            left.remove(hit)
    return f"not foreseen: {left}" if left else ""


# -- the tests ---------------------------------------------------------------------------------------------------


def test_the_simulator_agrees_with_asterisk(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deriving, "_WAKE", 1)
    lab.reset(*HOSTS)
    chance = random.Random(SEED)
    plans = [random_plans.plan(chance, f"p{number:04d}-all") for number in range(PLANS)]
    calls = []
    for number, fleet in enumerate(plans):
        for index, dialled in enumerate(random_plans.numbers(chance, fleet)):
            outside = chance.random() < 0.1
            context = deriving.inbound("provider") if outside else fleet.number_plan.context
            calls.append(Call(number, HOSTS[index % 2], context, f"9{number:04d}{index:02d}", dialled))
    for name, other in (HOSTS, HOSTS[::-1]):
        prepare(lab.host(name), lab.host(other), plans)
    real = real_paths(carried_out(lab, calls))
    worlds = [world_of(fleet) for fleet in plans]
    wrong = []
    for call in calls:
        journey = call.wanted(worlds[call.plan])
        wanted = [
            (host, member, [(context.replace(f"p{call.plan:04d}-", ""), *rest) for context, *rest in steps])
            for host, member, steps in planned_paths(journey)
        ]
        if why := disagreement(wanted, real.get(call.caller, [])):  # type: ignore[arg-type]
            wrong.append(
                f"{call}\n  {journey.end}: {journey.why}\n  {why}\n  wanted {wanted}\n  real {real.get(call.caller)}"
            )
    connected = sum(call.wanted(worlds[call.plan]).connected for call in calls)
    crossed = sum(len({step.host for step in call.wanted(worlds[call.plan]).steps}) > 1 for call in calls)
    print(
        f"{len(calls)} calls of {PLANS} plans: {connected} connected, {crossed} over both hosts, {len(wrong)} otherwise than foreseen"
    )
    assert connected > len(calls) // 5
    assert crossed > len(calls) // 20
    assert not wrong, "\n".join(wrong[:10])
