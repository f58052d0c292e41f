"""Who is connected, as real Asterisk and ejabberd tell it: a phone of one's own, a session in chat."""

from __future__ import annotations

from pathlib import Path

import pytest

from azdesk.app import presence
from tests.lab.clients import sip
from tests.lab.clients.chat import Chat
from tests.lab.faults.workstation import Workstation, document, fleet_of
from tests.lab.harness import Host, Lab
from tests.lab.harness.tls import Authority
from tests.lab.test_clients import prepare_asterisk, prepare_ejabberd

pytestmark = pytest.mark.timeout(300)


def test_a_phone_and_a_chat_are_seen(lab: Lab, fresh_hosts: tuple[Host, Host], tmp_path: Path) -> None:
    host, other = fresh_hosts
    authority = Authority()
    prepare_asterisk(host, authority)
    prepare_ejabberd(host, authority)
    fleet = fleet_of(document(lab, [host.name], [other.name], chat=False))
    with Workstation(fleet, lab.known_hosts, tmp_path) as desk:
        outcome = desk.carry_out([host.name])
        # To found a cluster empties the node's data.
        host.sh("ejabberdctl register anna test.local pw-anna || true")
        assert not presence.connected(desk.session).phones
        sip.register(host.address, "6853", "e2cdbe09", agent="Linphone/6.1 (lab)", expires=120)
        with Chat("anna@test.local", "pw-anna", address=host.address, ca=authority.certificate):
            found = presence.connected(desk.session)
    assert outcome
    assert found.phones == {"6853": (host.name,)}
    assert found.silent == ()
    assert found.chats == {"anna@test.local": (host.name,)}
