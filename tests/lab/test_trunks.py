"""Trunks on real hosts: between two of them, to a provider that we did not configure, and closed to everybody else."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from azdesk.core.secret import Secret
from azdesk.features.registry import FEATURES
from azdesk.features.trunks import TrunksState
from azdesk.fleet import edit, secret_names
from azdesk.fleet.model import Fleet
from azdesk.voice.deriving import dial_plan
from azdesk.voice.dialplan import text_of
from tests.lab.harness import Host, Lab
from tests.lab.test_directory import Office

pytestmark = pytest.mark.timeout(300)
ROOM, ACCOUNT, PASSWORD = "6899", "4930123", "top;secret"
PROVIDER = f"""\
[udp]
type = transport
protocol = udp
bind = 0.0.0.0:5060
[{ACCOUNT}]
type = endpoint
context = provided
disallow = all
allow = alaw
auth = {ACCOUNT}
aors = {ACCOUNT}
[{ACCOUNT}]
type = auth
username = {ACCOUNT}
password = {PASSWORD.replace(";", chr(92) + ";")}
[{ACCOUNT}]
type = aor
max_contacts = 1
remove_existing = yes
"""
PROVIDED = """\
[provided]
exten => _X.,1,Answer()
 same => n,Wait(10)
"""


class Exchange(Office):
    """a251 and a253 with a number plan; a254 is the provider's."""

    def get(self, name: str, what: str) -> Secret | None:
        trunk = self.session.fleet.trunks.get("provider")
        if trunk is not None and (name, what) == secret_names.trunk(trunk):
            return Secret(PASSWORD)
        return super().get(name, what)

    def numbers(self, **changes: object) -> Fleet:
        values: dict[str, object] = {
            "number_plan": {"scheme": "prefixed", "reach": "fleet", "between": {"qualify": 2}},
            "rules": {"room": {"pattern": ROOM, "target": "conference", "number": ROOM}},
        }
        for host, prefix in (("a251", "301"), ("a253", "302")):
            values[f"hosts.{host}.numbers"] = ["68XX"]
            values[f"hosts.{host}.calls.prefix"] = prefix
        fleet = edit.with_values(self.outside, values)
        return edit.with_values(fleet, {path.replace("__", "."): value for path, value in changes.items()})

    def change_all(self, fleet: Fleet) -> None:
        self.change(fleet)
        if any(feature.key == "dialplan" for feature in FEATURES):
            return
        for name in fleet.hosts:
            host = self.lab.host(name)
            host.write(
                "/etc/asterisk/extensions.conf", text_of(dial_plan(fleet, name)), owner="asterisk:asterisk"
            )
            asterisk(host, "dialplan reload")

    def trunks(self, host: str) -> TrunksState:
        state = self.session.observations[host].states["trunks"]
        assert isinstance(state, TrunksState)
        return state


@pytest.fixture
def exchange(lab: Lab, tmp_path: Path) -> Iterator[Exchange]:
    if "a254" in lab.hosts:
        lab.reset("a254")
    else:
        lab.need("a254")
    lab.reset("a251", "a253")
    made = Exchange(lab, tmp_path, {"a251": ["application"], "a253": ["application"]})
    yield made
    made.session.close()


def asterisk(host: Host, command: str) -> str:
    return host.run(["asterisk", "-rx", command]).stdout


def until(host: Host, command: str, pattern: str, seconds: float = 15) -> str:
    """Ask until the answer has what is awaited."""
    end = time.monotonic() + seconds
    while not re.search(pattern, said := asterisk(host, command)):
        assert time.monotonic() < end, (command, pattern, said)
        time.sleep(0.2)
    return said


def call(host: Host, number: str, context: str = "all") -> Callable[[], None]:
    """Begin a call; what is returned ends it."""
    asterisk(host, f"channel originate Local/{number}@{context} application Wait 20")

    def end() -> None:
        asterisk(host, "channel request hangup all")

    return end


def invite(host: Host, user: str, number: str) -> int:
    """How a host answers a call from this machine, which is no trunk's other side."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.settimeout(5)
        line.connect((host.address, 5060))
        own, port = line.getsockname()
        line.send(
            f"INVITE sip:{number}@{host.address} SIP/2.0\r\nVia: SIP/2.0/UDP {own}:{port};branch=z9hG4bK-azdesk\r\n"
            f"From: <sip:{user}@{host.address}>;tag=1\r\nTo: <sip:{number}@{host.address}>\r\nCall-ID: {port}@{own}\r\n"
            f"CSeq: 1 INVITE\r\nContact: <sip:{user}@{own}:{port}>\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n".encode()
        )
        while (code := int(line.recv(4096).split()[1])) < 200:
            pass
        return code


def test_trunks(exchange: Exchange, lab: Lab) -> None:
    here, there, provider = lab.host("a251"), lab.host("a253"), lab.host("a254")

    # Between hosts, known by addresses.
    exchange.change_all(exchange.numbers())
    end = call(here, f"302{ROOM}")
    until(there, "core show channels concise", rf"PJSIP/az-host-a251-\w+!az-local!{ROOM}!\d+!Up!ConfBridge")
    end()
    until(here, "pjsip show endpoints like az-", r"az-host-a253/sip:\S+\s+\w+\s+Avail")
    exchange.look(exchange.numbers())
    (live,) = exchange.trunks("a251").live
    assert live.reachable
    assert 0 < live.milliseconds < 2000
    for user in ("stranger", "az-host-a253", "anonymous", "6853"):
        assert invite(here, user, ROOM) == 401, user

    # What is changed by hand, and what PJSIP drops alone, is seen and put right.
    own = "/etc/asterisk/azdesk-trunks-pjsip.conf"
    here.write(
        own,
        here.read(own).decode().replace("direct_media = no", "no_such_option = 1"),
        mode=0o640,
        owner="root:asterisk",
    )
    here.run(["systemctl", "restart", "asterisk"])
    until(here, "core waitfullybooted", "booted", 30)
    exchange.look(exchange.numbers())
    assert exchange.trunks("a251").unloaded == ("az-host-a253",)
    assert exchange.trunks("a251").edited
    exchange.change(exchange.numbers())

    # Encrypted, and with passwords that nobody has seen.
    secured = exchange.numbers(
        number_plan__between={
            "transport": "tls",
            "srtp": True,
            "authentication": "password",
            "qualify": 2,
            "codecs": ["alaw"],
        }
    )
    exchange.change_all(secured)
    assert here.run(["stat", "-c", "%a %U", "/etc/azdesk-trunks/a253"]).stdout.strip() == "600 root"
    password = here.read("/etc/azdesk-trunks/a253").decode()
    assert password in there.read(own).decode()
    assert password not in repr(exchange.session.observations)
    until(here, "pjsip show endpoints like az-", r"az-host-a253/sip:\S+\s+\w+\s+Avail")
    end = call(here, f"302{ROOM}")
    until(there, "core show channels concise", rf"PJSIP/az-host-a251-\w+!az-local!{ROOM}!\d+!Up!ConfBridge")
    assert ":5061" in here.run(["ss", "-Htn", "state", "established", "dst", there.address]).stdout
    end()

    # A provider, where a251 registers.
    provider.write("/etc/asterisk/pjsip.conf", PROVIDER, owner="asterisk:asterisk")
    provider.write("/etc/asterisk/extensions.conf", PROVIDED, owner="asterisk:asterisk")
    provider.run(["systemctl", "restart", "asterisk"])
    until(provider, "core waitfullybooted", "booted", 30)
    outside = {
        "trunks": {
            "provider": {
                "address": provider.address, "hosts": ["a251"], "authentication": "registration", "user": ACCOUNT,
                "from_user": ACCOUNT, "caller_id": "030123", "codecs": ["alaw"], "qualify": 5,
            }
        },
        "rules": {
            "room": {"pattern": ROOM, "target": "conference", "number": ROOM},
            "out": {"pattern": "0X.", "target": "trunk", "trunks": ["provider"], "strip": 1, "hosts": ["a251"]},
            "in": {"pattern": ACCOUNT, "target": "conference", "number": ROOM, "callers": ["provider"], "hosts": ["a251"]},
        },
    }  # fmt: skip
    with_provider = edit.with_values(secured, outside)
    exchange.change_all(with_provider)
    wall = {"enabled": True, "phones": ["198.51.100.0/24"], "ssh": ["198.51.100.0/24"]}
    with_provider = edit.with_values(
        with_provider, {f"hosts.{name}.firewall": wall for name in ("a251", "a253")}
    )
    exchange.change_all(with_provider)
    assert PASSWORD not in repr(exchange.session.observations)
    until(here, "pjsip show registrations", r"az-trunk-provider/\S+\s+\S+\s+Registered", 30)
    exchange.look(with_provider)
    live = next(one for one in exchange.trunks("a251").live if one.endpoint == "az-trunk-provider")
    assert live.registration == "Registered"
    # All this behind firewalls, through which others hear nothing at all.
    with pytest.raises(TimeoutError):
        invite(here, "stranger", ROOM)
    end = call(here, f"302{ROOM}")
    until(there, "core show channels concise", rf"PJSIP/az-host-a251-\w+!az-local!{ROOM}!\d+!Up!ConfBridge")
    end()
    end = call(here, "0777")
    until(provider, "core show channels concise", rf"PJSIP/{ACCOUNT}-\w+!provided!777!\d+!Up!Wait")
    end()
    asterisk(provider, f"channel originate PJSIP/{ACCOUNT} application Wait 10")
    until(
        here,
        "core show channels concise",
        r"PJSIP/az-trunk-provider-\w+!az-in-provider!4930123!\d+!Up!ConfBridge",
    )

    # And no trace of it.
    exchange.change(exchange.outside)
    assert not here.sh("find /etc -name 'azdesk-trunks*'").strip()
    assert "No objects found" in asterisk(here, "pjsip show endpoints")
