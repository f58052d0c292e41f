"""Calls as people make them: phones on two real hosts with a tone each, a provider, a way out that is down, a third host.

What is heard and what is recorded is looked at for the tone that the other side sent.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from azdesk.app import live
from azdesk.app.hanging_up import hang_up
from azdesk.core.secret import Secret
from azdesk.fleet import edit, secret_names
from azdesk.fleet.model import Fleet
from azdesk.pki.authority import issue
from azdesk.pki.reading import now
from tests.lab.clients.telephone import Telephone, is_loud, share
from tests.lab.harness import Host, Lab
from tests.lab.test_directory import Office
from tests.lab.test_trunks import ACCOUNT, PASSWORD, PROVIDER, asterisk, invite, until

pytestmark = pytest.mark.timeout(600)
HERE, THERE, PROVIDERS, SECOND = "a251", "a253", "a254", "a252"
PHONES = ("6801", "6802", "6853")
KEY = "4711"
"""Password of all phones."""
A, B, PROVIDED_TONE = 440, 1000, 600
VOICE = Fleet().recording.directory
BOX = "/var/spool/asterisk/voicemail/az/6859"
MONITOR = "/var/spool/asterisk/monitor"
PROVIDED = f"""\
[provided]
exten => _X.,1,Set(SEEN=to ${{EXTEN}} from ${{PJSIP_HEADER(read,From)}} pai ${{PJSIP_HEADER(read,P-Asserted-Identity)}})
 same => n,Log(NOTICE,${{SEEN}} contact ${{PJSIP_HEADER(read,Contact)}} via ${{PJSIP_HEADER(read,Via)}})
 same => n,Answer()
 same => n,Log(NOTICE,media ${{EXTEN}} at ${{CHANNEL(rtp,dest)}} secure ${{CHANNEL(rtp,secure)}})
 same => n,MixMonitor({MONITOR}/${{EXTEN}}-${{EPOCH}}.wav)
 same => n,Playtones({PROVIDED_TONE}/10000)
 same => n,Wait(20)
; A provider that would have calls go on at our cost.
exten => 782,1,Log(NOTICE,to 782 from here)
 same => n,Transfer(PJSIP/sip:Local%2F0783%40all@192.0.2.1)
"""


def phones(context: str = "all") -> str:
    """An admin's own lines for phones."""
    return "".join(
        f"[{number}]\ntype = endpoint\ncontext = {context}\ndisallow = all\nallow = alaw\nauth = {number}\naors = {number}\n"
        f"direct_media = no\n[{number}]\ntype = auth\nusername = {number}\npassword = {KEY}\n"
        f"[{number}]\ntype = aor\nmax_contacts = 1\nremove_existing = yes\n"
        for number in PHONES
    )


class Company(Office):
    """a251 and a253 with phones; the provider's a254, and a252."""

    folder: Path

    def get(self, name: str, what: str) -> Secret | None:
        for trunk in self.session.fleet.trunks.values():
            if (name, what) == secret_names.trunk(trunk):
                return Secret(PASSWORD)
        return super().get(name, what)

    def numbers(self, *hosts: str, **changes: object) -> Fleet:
        provider: dict[str, Any] = {
            "address": self.lab.host(PROVIDERS).address, "hosts": [HERE], "gateway_for": [THERE],
            "authentication": "registration", "user": ACCOUNT,
            "codecs": ["alaw"], "qualify": 2, "record": True,
        }  # fmt: skip
        second = {
            **provider,
            "address": self.lab.host(SECOND).address,
            "authentication": "address",
            "user": "",
        }
        values: dict[str, object] = {
            "number_plan": {
                "scheme": "short", "reach": "fleet", "ring": 10, "emergency": ["112"],
                "between": {"qualify": 2, "record": True, "codecs": ["alaw"]},
            },
            "trunks": {"provider": provider, "second": second},
            "rules": {
                "out": {"pattern": "0X.", "target": "trunk", "trunks": ["second", "provider"], "strip": 1, "hosts": [HERE, THERE]},
                "emergency": {"pattern": "112", "target": "trunk", "trunks": ["provider"], "hosts": [HERE]},
                "in": {
                    "pattern": ACCOUNT, "target": "number", "number": "6853", "callers": ["provider"], "hosts": [HERE], "record": True,
                },
            },
        }  # fmt: skip
        for index, host in enumerate(hosts or (HERE, THERE)):
            values[f"hosts.{host}.numbers"] = ["68XX"]
            values[f"hosts.{host}.calls.prefix"] = f"30{index + 1}"
        values[f"hosts.{HERE}.calls.unanswered"] = "voicemail"
        values[f"hosts.{THERE}.calls.record"] = True
        fleet = edit.with_values(self.outside, values)
        return edit.with_values(fleet, {path.replace("__", "."): value for path, value in changes.items()})

    def phone(self, host: str, number: str, tone: int, dial: str = "") -> Telephone:
        return Telephone(self.folder, self.lab.host(host).address, number, KEY, tone=tone, dial=dial)


def install(host: Host, text: str, calls: str = "") -> None:
    """An admin's own Asterisk, or a provider's."""
    host.write("/etc/asterisk/pjsip.conf", text, mode=0o640, owner="asterisk:asterisk")
    if calls:
        host.write("/etc/asterisk/extensions.conf", calls, mode=0o640, owner="asterisk:asterisk")
    host.run(["systemctl", "restart", "asterisk"])
    until(host, "core waitfullybooted", "booted", 30)


@pytest.fixture(scope="module")
def company(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """All of it, as the document wants it."""
    for name in (PROVIDERS, SECOND):
        if name in lab.hosts:
            lab.reset(name)
        else:
            lab.need(name)
    lab.reset(HERE, THERE)
    for name in (HERE, THERE):
        install(lab.host(name), phones())
    for name in (PROVIDERS, SECOND):
        text = (
            PROVIDER + f"[known]\ntype = identify\nendpoint = {ACCOUNT}\nmatch = {lab.host(HERE).address}\n"
        )
        install(
            lab.host(name),
            text.replace(f"auth = {ACCOUNT}\n", "" if name == SECOND else f"auth = {ACCOUNT}\n", 1),
            PROVIDED,
        )
    folder = tmp_path_factory.mktemp("company")
    made = Company(lab, folder, {HERE: ["application"], THERE: ["application"]})
    made.folder = folder
    made.change(made.numbers())
    for name in (HERE, THERE):
        until(lab.host(name), "pjsip show endpoints like az-host", r"sip:\S+\s+\w+\s+Avail")
    yield made
    made.session.close()


def fetched(host: Host, path: str, folder: Path) -> Path:
    """A file of a host's, here, once Asterisk has closed it: it writes what it records every two seconds."""
    host.sh(
        f"for n in $(seq 50); do ls -l /proc/$(pidof asterisk)/fd | grep -qF {path} || break; sleep 0.2; done"
    )
    found = folder / path.rpartition("/")[2]
    found.write_bytes(host.read(path))
    return found


def newest(host: Host, pattern: str) -> str:
    """The newest file of a host's."""
    names = host.sh(f"ls -t {pattern} 2>/dev/null || true").split()
    assert names, (pattern, host.sh(f"find {VOICE} /var/spool/asterisk -type f"))
    return names[0]


def both(path: Path) -> bool:
    """Whether both phones' tones are in a recording."""
    return share(path, A) > 0.2 and share(path, B) > 0.2


def test_phones_hear_each_other(company: Company, tmp_path: Path) -> None:
    """On one host and over two, by short and by long numbers; what is to be recorded is."""
    here, there = company.lab.host(HERE), company.lab.host(THERE)
    today = here.sh("date +%F").strip()
    with ExitStack() as stack:
        near = stack.enter_context(company.phone(HERE, "6802", B))
        far = stack.enter_context(company.phone(THERE, "6801", B))
        for dial, callee in (("6802", near), ("3016802", near), ("3026801", far)):
            with company.phone(HERE, "6853", A, dial) as caller:
                caller.talk()
            assert share(caller.heard(), B) > 0.7, dial
            assert share(callee.heard(), A) > 0.7, dial
    out = newest(here, f"{VOICE}/{today}/*_out_{HERE}_host-{THERE}_6853_3026801_*.wav")
    came = newest(there, f"{VOICE}/{today}/*_in_{THERE}_phone_6853_6801_*.wav")
    assert both(fetched(here, out, tmp_path))
    assert both(fetched(there, came, tmp_path))
    assert here.sh(f"ls {VOICE}/{today} | wc -l").strip() == "1", (
        "calls on one host are not to be recorded there"
    )


def test_messages_are_left(company: Company, tmp_path: Path) -> None:
    """Nobody is there: what the caller says is kept."""
    here = company.lab.host(HERE)
    assert "Info about Application" in asterisk(here, "core show application VoiceMail")
    with company.phone(THERE, "6801", A, "3016859") as caller:
        # First they hear how it goes, for some 15 seconds.
        here.sh(f"for n in $(seq 80); do ls {BOX}/tmp/*.wav 2>/dev/null && break; sleep 0.5; done")
        caller.talk()
    here.sh(f"for n in $(seq 20); do ls {BOX}/INBOX/msg0000.wav 2>/dev/null && break; sleep 0.5; done")
    message = newest(here, f"{BOX}/INBOX/msg0000.wav")
    assert share(fetched(here, message, tmp_path), A) > 0.5


def seen(host: Host, pattern: str) -> str:
    """What a provider has noted of a call."""
    end = time.monotonic() + 15
    while not (found := re.findall(pattern, log := host.read("/var/log/asterisk/messages.log").decode())):
        assert time.monotonic() < end, (pattern, log[-3000:])
        time.sleep(0.3)
    return str(found[-1])


def test_a_provider_and_one_that_is_down(company: Company, tmp_path: Path) -> None:
    """Out by the first that is up, in by the registration; both recorded, with both sides' tones."""
    here, provider, second = (company.lab.host(name) for name in (HERE, PROVIDERS, SECOND))
    today = here.sh("date +%F").strip()
    until(here, "pjsip show registrations", r"az-trunk-provider/\S+\s+\S+\s+Registered", 30)
    until(here, "pjsip show endpoints like az-trunk-second", r"az-trunk-second/sip:\S+\s+\w+\s+Avail")

    # By the first one, as long as it is there.
    with company.phone(HERE, "6853", A, "0777") as caller:
        caller.talk()
    assert share(caller.heard(), PROVIDED_TONE) > 0.7
    heard = fetched(second, newest(second, f"{MONITOR}/777-*.wav"), tmp_path)
    assert share(heard, A) > 0.2
    out = fetched(here, newest(here, f"{VOICE}/{today}/*_out_{HERE}_trunk-second_6853_777_*.wav"), tmp_path)
    assert share(out, A) > 0.2
    assert share(out, PROVIDED_TONE) > 0.2

    # Signs that are no number end before Asterisk takes them for its own, and nobody who is called sends the call on.
    asterisk(here, "channel originate Local/0779&X@all application Wait 1")
    seen(second, r"to 779 from")
    asterisk(here, "channel originate Local/0782@all application Wait 1")
    seen(second, r"to 782 from")
    asterisk(here, "channel originate Local/0784@all application Wait 1")
    seen(second, r"to 784 from")
    assert "to 783 from" not in second.read("/var/log/asterisk/messages.log").decode()

    # It is stopped: the other one takes the call.
    second.run(["systemctl", "stop", "asterisk"])
    until(here, "pjsip show endpoints like az-trunk-second", r"az-trunk-second/sip:\S+\s+\w+\s+Unavail", 30)
    with company.phone(HERE, "6853", A, "0778") as caller:
        caller.talk()
    assert share(caller.heard(), PROVIDED_TONE) > 0.7
    assert share(fetched(provider, newest(provider, f"{MONITOR}/778-*.wav"), tmp_path), A) > 0.2
    assert seen(provider, r"to 778 from [^<]*<sip:(\w+)@") == "6853"

    # So it does for a host that has neither, and goes out through this one.
    with company.phone(THERE, "6801", B, "0785") as caller:
        caller.talk()
    assert share(caller.heard(), PROVIDED_TONE) > 0.7
    assert share(fetched(provider, newest(provider, f"{MONITOR}/785-*.wav"), tmp_path), B) > 0.2
    out = newest(company.lab.host(THERE), f"{VOICE}/{today}/*_out_{THERE}_host-{HERE}_6801_0785_*.wav")
    assert share(fetched(company.lab.host(THERE), out, tmp_path), PROVIDED_TONE) > 0.2

    # And in.
    with company.phone(HERE, "6853", A) as callee:
        asterisk(provider, f"channel originate PJSIP/{ACCOUNT} extension 779@provided")
        callee.talk()
    assert share(callee.heard(), PROVIDED_TONE) > 0.7
    came = fetched(here, newest(here, f"{VOICE}/{today}/*_in_{HERE}_phone_*.wav"), tmp_path)
    assert share(came, A) > 0.2
    assert share(came, PROVIDED_TONE) > 0.2


def test_what_the_other_side_sees(company: Company) -> None:
    """Behind NAT, by a user of the provider's, with another number, one call at a time; it calls with a password, too."""
    here, provider, second = (company.lab.host(name) for name in (HERE, PROVIDERS, SECOND))
    calls = "".join(
        f"[{name}]\ntype = endpoint\ncontext = provided\ndisallow = all\nallow = alaw\naors = {name}\n{more}"
        f"[{name}]\ntype = aor\ncontact = sip:{ACCOUNT}@{here.address}:5060\n"
        for name, more in (("known", f"outbound_auth = {ACCOUNT}\n"), ("stranger", ""))
    )
    identify = f"[from-here]\ntype = identify\nendpoint = {ACCOUNT}\nmatch = {here.address}\n"
    install(second, PROVIDER + identify + calls, PROVIDED)
    changes = {
        "trunks.second.authentication": "password", "trunks.second.user": ACCOUNT, "trunks.second.challenge": True,
        "trunks.second.from_user": "office", "trunks.second.from_domain": "example.org", "trunks.second.caller_id": "+4930124",
        "trunks.second.max_calls": 1, f"hosts.{HERE}.media.external_address": "198.51.100.7",
        f"hosts.{HERE}.media.local_networks": [f"{here.address}/32"], "rules.in.callers": ["provider", "second"],
    }  # fmt: skip
    company.change(edit.with_values(company.numbers(), changes))
    until(here, "pjsip show endpoints like az-trunk", r"az-trunk-second/sip:\S+\s+\w+\s+Avail[\s\S]*", 30)
    with company.phone(HERE, "6853", A, "0780") as caller:
        caller.talk(0.5)
        said = seen(second, r"(to 780 from .*)")
        assert "<sip:office@example.org>" in said
        assert re.search(r"pai .*<sip:\+4930124@", said), said
        assert re.search(r"contact .*@198\.51\.100\.7:5060", said), said
        assert "via SIP/2.0/UDP 198.51.100.7:5060" in said
        assert seen(second, r"media 780 at (\S+):\d+") == "198.51.100.7"
        # One call is all that it takes; the next one goes by the other.
        with company.phone(HERE, "6802", B, "0781") as other:
            other.talk(0.5)
            seen(provider, "(to 781 from .*)")
    asterisk(second, "channel originate PJSIP/stranger extension 790@provided")
    with company.phone(HERE, "6853", A) as callee:
        asterisk(second, "channel originate PJSIP/known extension 791@provided")
        callee.until("Call established")
    assert "790" not in "".join(
        re.findall("media 79. ", second.read("/var/log/asterisk/messages.log").decode())
    )
    company.change(company.numbers())


def test_a_provider_by_tls_hears_digits(company: Company) -> None:
    """Registered over TLS with a certificate that is checked; voice encrypted; what is dialled during the call arrives."""
    here, provider = company.lab.host(HERE), company.lab.host(PROVIDERS)
    authority = company.authority
    issued = issue(
        authority.certificate,
        authority.key,
        names=["provider.example.com"],
        addresses=[provider.address],
        now=now(),
    )
    provider.write("/etc/asterisk/provider.pem", issued.certificate, mode=0o640, owner="root:asterisk")
    provider.write("/etc/asterisk/provider.key", issued.key.reveal(), mode=0o640, owner="root:asterisk")
    secured = PROVIDER.replace(
        "[udp]\n",
        "[tls]\ntype = transport\nprotocol = tls\nbind = 0.0.0.0:5061\nmethod = tlsv1_2\ncert_file = /etc/asterisk/provider.pem\n"
        "priv_key_file = /etc/asterisk/provider.key\n[udp]\n",
    ).replace(
        "context = provided\n", "context = provided\nmedia_encryption = sdes\nrewrite_contact = yes\n", 1
    )
    digits = (
        "exten => 797,1,Answer()\n same => n,Log(NOTICE,media ${EXTEN} at here secure ${CHANNEL(rtp,secure)})\n"
        " same => n,Read(DIGITS,,4,,1,10)\n same => n,Log(NOTICE,digits ${DIGITS})\n"
    )
    identify = f"[from-here]\ntype = identify\nendpoint = {ACCOUNT}\nmatch = {here.address}\n"
    install(provider, secured + identify, PROVIDED + digits)
    changes = {
        "trunks.provider.transport": "tls",
        "trunks.provider.srtp": True,
        "rules.out.trunks": ["provider"],
    }
    company.change(edit.with_values(company.numbers(), changes))
    until(here, "pjsip show registrations", r"az-trunk-provider/\S+\s+\S+\s+Registered", 30)
    asterisk(here, "channel originate Local/0797@all application SendDTMF ww1234")
    assert seen(provider, r"digits (\S+)") == "1234"
    assert seen(provider, r"media 797 at here secure (\S*)") == "1"
    with company.phone(HERE, "6853", A) as callee:
        asterisk(provider, f"channel originate PJSIP/{ACCOUNT} extension 798@provided")
        callee.talk()
    assert share(callee.heard(), PROVIDED_TONE) > 0.7
    company.change(company.numbers())


def test_by_a_proxy_and_with_a_warning(company: Company) -> None:
    """The provider's address leads nowhere, its proxy takes the call; whoever is recorded hears so before."""
    here, second = company.lab.host(HERE), company.lab.host(SECOND)
    identify = f"[from-here]\ntype = identify\nendpoint = {ACCOUNT}\nmatch = {here.address}\n"
    known = (
        f"[known]\ntype = endpoint\ncontext = provided\ndisallow = all\nallow = alaw\naors = known\n"
        f"[known]\ntype = aor\ncontact = sip:{ACCOUNT}@{here.address}:5060\n"
    )
    install(second, (PROVIDER + identify + known).replace(f"auth = {ACCOUNT}\n", "", 1), PROVIDED)
    changes = {
        "trunks.second.address": "192.0.2.77", "trunks.second.outbound_proxy": second.address,
        "trunks.second.sources": [second.address], "rules.in.callers": ["provider", "second"], "recording.warning": "beep",
    }  # fmt: skip
    company.change(edit.with_values(company.numbers(), changes))
    with company.phone(HERE, "6853", A, "0795") as caller:
        caller.talk()
        seen(second, "(to 795 from .*)")
    assert share(caller.heard(), PROVIDED_TONE) > 0.7
    assert is_loud(caller.heard(0)), "the tone that tells of the recording"
    # It calls from an address that is not the trunk's own, but one of its sources.
    with company.phone(HERE, "6853", A) as callee:
        asterisk(second, "channel originate PJSIP/known extension 796@provided")
        callee.talk()
    assert share(callee.heard(), PROVIDED_TONE) > 0.7
    # Between hosts both record, and only the first one tells of it.
    there = company.lab.host(THERE)
    with company.phone(THERE, "6801", B) as far, company.phone(HERE, "6853", A, "3026801") as caller:
        caller.talk()
        until(
            there, "core show channels concise", r"PJSIP/az-host-a251-\w+!az-told!6801!\d+!Up!Dial![^!]*,i!"
        )
        newest(there, f"{VOICE}/*/*_in_{THERE}_phone_6853_6801_*.wav")
    assert share(far.heard(), A) > 0.5
    company.change(company.numbers())


SNIFFER = """
import socket, sys, time, zlib
line = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(0x0800))
line.settimeout(0.2)
voice, end = b"", time.monotonic() + 1.5
while time.monotonic() < end:
    try:
        packet = line.recv(2048)
    except OSError:
        continue
    head = (packet[0] & 15) * 4
    port = int.from_bytes(packet[head + 2 : head + 4], "big")
    if packet[9] == 17 and socket.inet_ntoa(packet[12:16]) == sys.argv[1] and 10000 <= port <= 20000 and len(packet) > head + 150:
        voice += packet[head + 20 :]
print(len(voice), len(zlib.compress(voice)))
"""
"""Runs on a host: bytes of voice (after the heads of IP, UDP and RTP) that come from an address, and what is left of them compressed."""


def test_voice_on_the_wire(company: Company) -> None:
    """Between hosts: in clear text a tone compresses well; encrypted it is noise to others, and still the tone to the callee."""
    here, there = company.lab.host(HERE), company.lab.host(THERE)
    secured = {"transport": "tls", "srtp": True, "qualify": 2, "record": True, "codecs": ["alaw"]}
    left = []
    for between in ({}, {"number_plan.between": secured}):
        company.change(edit.with_values(company.numbers(), between))
        until(here, "pjsip show endpoints like az-host", r"sip:\S+\s+\w+\s+Avail", 30)
        with company.phone(THERE, "6801", B) as callee:
            with company.phone(HERE, "6853", A, "3026801") as caller:
                caller.talk(1)
                size, compressed = map(
                    int, there.run(["python3", "-c", SNIFFER, here.address]).stdout.split()
                )
                caller.talk(1)
            assert share(caller.heard(), B) > 0.7
            assert share(callee.heard(), A) > 0.7
        assert size > 5000
        left.append(compressed / size)
    assert left[0] < 0.6, left
    assert left[1] > 0.95, left
    company.change(company.numbers())


def test_a_third_host(company: Company) -> None:
    """It is called at once after one plan: all hosts have its routes, and it has theirs."""
    here, third = company.lab.host(HERE), company.lab.host(SECOND)
    company.lab.reset(SECOND)
    install(third, phones())
    place = {"address": third.address, "credential": "lab", "roles": ["application"]}
    was = company.outside
    company.outside = edit.add_host(was, SECOND, place)
    try:
        more = company.numbers(HERE, THERE, SECOND)
        company.change(
            edit.with_values(more, {"rules.out.trunks": ["provider"], "number_plan.between.qualify": 10})
        )
        # Who asked while it was starting would ask again in half a minute (`qualify`): it was made to ask at the end.
        until(
            here, "pjsip show endpoints like az-host-a252", r"az-host-a252/sip:\S+\s+\w+\s+(Avail|NonQual)", 3
        )
        until(
            third,
            "pjsip show endpoints like az-host-a253",
            r"az-host-a253/sip:\S+\s+\w+\s+(Avail|NonQual)",
            3,
        )
        for dial, caller_at, callee_at in (("3036801", HERE, SECOND), ("3026801", SECOND, THERE)):
            with company.phone(callee_at, "6801", B) as callee:
                with company.phone(caller_at, "6853", A, dial) as caller:
                    caller.talk()
                assert share(caller.heard(), B) > 0.7, dial
                assert share(callee.heard(), A) > 0.7, dial
        for name in (HERE, THERE):
            assert "az-host-a252" in asterisk(company.lab.host(name), "dialplan show 3036801@all")
        assert "No objects found" not in asterisk(here, "pjsip show endpoints like az-host-a252")
    finally:
        company.outside = was


def test_a_trunk_of_chan_sip(company: Company, old_host: Host, tmp_path: Path) -> None:
    """Asterisk 16 registers with a provider, calls out by it, and is called; a stranger is refused."""
    company.lab.reset(PROVIDERS)
    provider = company.lab.host(PROVIDERS)
    install(provider, PROVIDER, PROVIDED)
    own = Company(company.lab, tmp_path, {HERE: ["application"], old_host.name: ["application"]})
    try:
        trunk = {
            "address": provider.address, "hosts": [old_host.name], "authentication": "registration", "user": ACCOUNT,
            "from_user": ACCOUNT, "qualify": 2,
        }  # fmt: skip
        rules = {
            "out": {
                "pattern": "0X.",
                "target": "trunk",
                "trunks": ["provider"],
                "strip": 1,
                "hosts": [old_host.name],
            },
            "in": {
                "pattern": ACCOUNT,
                "target": "conference",
                "number": "1",
                "callers": ["provider"],
                "hosts": [old_host.name],
            },
        }
        fleet = edit.with_values(
            edit.remove_host(own.outside, HERE),
            {"number_plan.scheme": "short", "trunks": {"provider": trunk}, "rules": rules},
        )
        own.change(fleet)
        until(old_host, "sip show registry", r"Registered", 30)
        asterisk(old_host, "channel originate Local/0792@all application Wait 60")
        assert seen(provider, r"to 792 from [^<]*<sip:") != ""
        # It is seen from here, and ended.
        there = live.now(own.session)
        assert there.silent == {}
        (call,) = there.calls
        assert (call.left_by, call.hosts[0]) == (("provider",), old_host.name), call
        assert [one.registration for one in there.trunks] == ["Registered"]
        ended = hang_up(own.session, call)
        assert ended.good, ended.message
        assert live.now(own.session).calls == ()
        assert "0 active channels" in asterisk(old_host, "core show channels count")
        asterisk(provider, f"channel originate PJSIP/{ACCOUNT} extension 793@provided")
        seen(provider, "media 793 at ")
        assert invite(old_host, "stranger", ACCOUNT) in (401, 403, 407)
        # Behind NAT it tells the address that is seen outside, for signalling and for voice.
        nat = {"external_address": "198.51.100.7", "local_networks": [f"{old_host.address}/32"]}
        own.change(edit.with_value(fleet, ("hosts", old_host.name, "media"), nat))
        asterisk(old_host, "channel originate Local/0794@all application Wait 5")
        assert "@198.51.100.7:5060" in seen(provider, r"to 794 from .* contact (\S+)")
        assert seen(provider, r"media 794 at (\S+):\d+") == "198.51.100.7"
    finally:
        own.session.close()
