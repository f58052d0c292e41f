"""The dial plan of a Debian 11 host: Asterisk 16 with chan_sip. What all hosts have in common is in tests/contract."""

from __future__ import annotations

from pathlib import Path

import pytest

from azdesk.app.planning import differences
from azdesk.app.session import AwaitedStore, Session
from azdesk.features.dialplan.content import OWN
from azdesk.fleet import edit, store
from azdesk.fleet.model import Fleet
from azdesk.hosts.known import HostKeys
from azdesk.hosts.pool import HostPool
from azdesk.voice import reading
from azdesk.voice.deriving import dial_plan
from tests.contract.backends import change, look, settled
from tests.lab.harness import Host, Lab

pytestmark = pytest.mark.timeout(300)


def document(lab: Lab, host: Host) -> Fleet:
    return store.parse(f"""
[credentials.root]
method = "key"
key_file = "{lab.key_file}"
[number_plan]
scheme = "short"
[trunks.provider]
address = "192.0.2.7"
record = true
[rules.Out]
pattern = "0."
target = "trunk"
strip = 1
trunks = ["provider"]
[hosts.{host.name}]
address = "{host.address}"
credential = "root"
numbers = ["68XX"]
calls = {{ prefix = "301", record = true, notify = true }}
""")


def is_loaded(fleet: Fleet, host: Host) -> bool:
    shown = host.run(["asterisk", "-rx", "dialplan show"]).stdout
    return reading.same(dial_plan(fleet, host.name, "chan_sip"), reading.parse(shown))


def test_a_dial_plan_of_chan_sip(lab: Lab, old_host: Host, tmp_path: Path) -> None:
    """Loaded as derived; Asterisk can keep recordings; what hands did is shown and put right; voicemail, which
    is not there, stops a change before anything is done.
    """
    fleet = document(lab, old_host)
    names = (old_host.name,)
    pool = HostPool(fleet, trust=HostKeys(own=lab.known_hosts, others=[]))
    session = Session(fleet, pool, secrets=None, awaited=AwaitedStore(tmp_path / "awaited.json"))
    try:
        change(session, fleet, names)
        assert is_loaded(fleet, old_host)
        text = old_host.read(OWN).decode()
        assert "Dial(SIP/${EXTEN},30,i)" in text
        as_asterisk = ["runuser", "-u", "asterisk", "--", "mkdir", "/home/voice/2026-01-31"]
        old_host.run(as_asterisk)
        old_host.write(OWN, text.replace("[az-hosts]", "[az-hosts"), mode=0o640, owner="root:asterisk")
        old_host.run(["asterisk", "-rx", "dialplan reload"])
        assert not is_loaded(fleet, old_host)
        seen = look(session, fleet, names)
        told = differences(fleet, seen.observations[old_host.name])["dialplan"]
        assert any("does not parse" in one for one in told)
        change(session, fleet, names)
        assert is_loaded(fleet, old_host)
        voicemail = edit.with_value(fleet, ("hosts", old_host.name, "calls", "unanswered"), "voicemail")
        (note,) = [
            note.text
            for note in look(session, voicemail, names).plan.host(old_host.name).notes
            if note.blocking
        ]
        assert "asterisk-voicemail" in note
        as_is = edit.with_value(fleet, ("number_plan", "scheme"), "as-is")
        change(session, as_is, names)
        assert "There is no existence" in old_host.run(["asterisk", "-rx", "dialplan show az-phones"]).stdout
        assert old_host.exists("/home/voice/2026-01-31"), "recordings stay"
        settled(session, as_is, names)
    finally:
        session.close()
