"""Phones of people in a real Active Directory: copied to a host by its timer, which follows what changes there."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from azdesk.app.adopting import adopt
from azdesk.app.binding.findings import Verdict
from azdesk.app.binding.testing import check_binding
from azdesk.core.secret import Secret
from azdesk.directory.passwords import phone_digest
from azdesk.features.sip_accounts import copied
from azdesk.features.sip_accounts.state import SipState
from azdesk.fleet import edit, secret_names
from azdesk.fleet.model import Fleet
from tests.lab.clients import sip
from tests.lab.harness import Lab
from tests.lab.harness.active_directory import PHONE_PASSWORD, AdServer, active_directory
from tests.lab.test_binding import one, told
from tests.lab.test_directory import Office

pytestmark = pytest.mark.timeout(300)
SOON = """[Timer]
OnActiveSec=
OnUnitActiveSec=
OnActiveSec=1s
OnUnitActiveSec=2s
AccuracySec=100ms
"""
"""The timer is the real one, only faster than every five minutes."""


class Branch(Office):
    """A workstation, a251 with Asterisk alone, and somebody's Active Directory, whose phones have passwords."""

    def __init__(self, lab: Lab, controller: AdServer, folder: Path) -> None:
        super().__init__(lab, folder, {"a251": ["application"]})
        self.controller, self.host = controller, lab.host("a251")
        self.plain = edit.with_values(
            self.outside,
            {
                "directory.base": controller.base,
                "directory.kind": "active-directory",
                "directory.urls": (controller.url,),
                "directory.people": controller.people,
                "directory.reader": controller.reader,
                "directory.ca": controller.ca,
                "directory.attributes.phone_password": PHONE_PASSWORD,
                "hosts.a251.sip.selection_filter": "(ipPhone=68*)",
            },
        )
        self.bound = edit.with_values(
            self.plain, {"hosts.a251.sip.accounts": "directory", "hosts.a251.sip.lookup": "copied"}
        )

    def get(self, name: str, what: str) -> Secret | None:
        if (name, what) == secret_names.reader(self.bound):
            return Secret(self.controller.password)
        return super().get(name, what)

    def set(self, name: str, number: str, password: str) -> None:
        self.controller.modify(
            f"dn: CN={name},{self.controller.people}\nchangetype: modify\nreplace: ipPhone\nipPhone: {number}\n-\n"
            f"replace: {PHONE_PASSWORD}\n{PHONE_PASSWORD}: {password}\n"
        )

    def code(self, number: str, password: str, transport: sip.Transport = "udp") -> int:
        answer = sip.register(
            self.host.address, number, password, transport, ca=self.authority.certificate, expires=600
        )
        assert answer.challenged, answer.said
        return answer.code

    def registered(self) -> set[str]:
        """Numbers whose phones are registered, as Asterisk shows them."""
        shown = self.host.sh("asterisk -rx 'pjsip show contacts'")
        return set(re.findall(r"^ +Contact: +(\d+)/", shown, re.MULTILINE))

    def notes(self, fleet: Fleet | None = None) -> str:
        seen = self.look(fleet or self.bound).plan.host("a251")
        assert not seen.steps
        return " ".join(note.text for note in seen.notes)

    def copied_since(self, moment: float) -> Callable[[], bool]:
        """Whether all was copied after that moment."""
        return lambda: self.copy().fresh > moment

    def copy(self) -> copied.Copy:
        state = self.look(self.bound).observations["a251"].states["sip_accounts"]
        assert isinstance(state, SipState)
        return state.copy


@pytest.fixture(scope="module")
def controller(lab: Lab) -> AdServer:
    return active_directory(lab)


@pytest.fixture(scope="module")
def branch(lab: Lab, controller: AdServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Branch]:
    lab.reset("a251")
    made = Branch(lab, controller, tmp_path_factory.mktemp("branch"))
    for name, number, password in (
        ("Anna Meier", "6853", "annas"),
        ("Bob Builder", "6854", "b;bs"),
        ("Jörg Müller", "6855", "joergs"),
        ("Carla Disabled", "6856", "carlas"),
        ("Erik Expired", "6857", "eriks"),
        ("Otto Outside", "7001", "ottos"),
    ):
        made.set(name, number, password)
    # Nobody but administrators sees that attribute until somebody may.
    made.session.update(made.bound)
    unseen = check_binding(made.session)
    assert "“control access”" in one(unseen, "phones", verdict=Verdict.BAD).next_step, told(unseen)
    controller.show_phone_passwords()
    yield made
    made.session.close()


def awaited(what: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "It does not come about."
        time.sleep(0.3)


def test_phones_of_active_directory(branch: Branch) -> None:
    """Who is in it registers, over each transport; nobody else, and nobody without the right password."""
    report = check_binding(branch.session)
    assert report.good, told(report)
    assert "number and phone password of 6 people" in one(report, "phones").text
    branch.change(branch.bound)
    for transport in ("udp", "tls"):
        assert branch.code("6853", "annas", transport) == 200
        for number, password in (
            ("6853", "wrong"),
            ("6853", ""),
            ("6856", "carlas"),
            ("6857", "eriks"),
            ("7001", "ottos"),
            ("6999", "x"),
            ("anna", branch.controller.password),
        ):
            assert branch.code(number, password, transport) == 401, (transport, number, password)
    assert branch.code("6855", "joergs") == 200
    assert branch.notes() == ""
    assert (
        adopt(branch.plain, branch.look(branch.bound).observations["a251"]).hosts["a251"].sip
        == branch.bound.hosts["a251"].sip
    )


def test_the_timer_follows_the_directory(branch: Branch) -> None:
    """New people, other passwords, people who are gone: after the timer's next run it holds, and whoever is out is signed out."""
    branch.change(branch.bound)
    samba, host = branch.controller.host, branch.host
    for number, password in (("6853", "annas"), ("6854", "b;bs"), ("6855", "joergs")):
        assert branch.code(number, password) == 200
    assert branch.registered() >= {"6853", "6854", "6855"}
    host.run(["mkdir", "-p", f"/etc/systemd/system/{copied.TIMER}.d"])
    host.write(f"/etc/systemd/system/{copied.TIMER}.d/soon.conf", SOON)
    host.sh(f"systemctl daemon-reload && systemctl restart {copied.TIMER}")

    user = ["--userou=OU=Köln", "--use-username-as-cn"]
    samba.run(["samba-tool", "user", "create", "nina", branch.controller.password, *user])
    branch.set("nina", "6858", "ninas")
    branch.set("Anna Meier", "6853", "another")
    samba.run(["samba-tool", "user", "disable", "bob"])
    awaited(lambda: branch.code("6858", "ninas") == 200)
    awaited(branch.copied_since(time.time()))
    assert branch.registered() == {"6855", "6858"}
    assert branch.code("6853", "another") == 200
    assert branch.code("6853", "annas") == 401
    assert branch.code("6854", "b;bs") == 401
    samba.run(["samba-tool", "user", "delete", "nina"])
    samba.run(["samba-tool", "user", "setexpiry", "jmüller", "--days=0"])
    samba.run(["samba-tool", "user", "enable", "bob"])
    awaited(lambda: branch.code("6858", "ninas") == 401)
    awaited(branch.copied_since(time.time()))
    assert branch.registered() == {"6853"}
    assert branch.code("6855", "joergs") == 401, "expired"
    assert branch.code("6854", "b;bs") == 200, "let in again"
    assert branch.notes() == ""

    samba.run(["systemctl", "stop", "samba-ad-dc"])
    awaited(lambda: branch.copy().state == "kept")
    assert branch.code("6853", "another") == 200
    said = branch.notes()
    assert f"could not be copied from the directory: {branch.controller.url} cannot be reached" in said
    assert "are in use" in said
    samba.run(["systemctl", "start", "samba-ad-dc"])
    awaited(lambda: branch.copy().state == "copied")
    assert branch.notes() == ""
    # As when one person after the other is changed with AZDesk: systemd does not mind.
    host.sh(f"for turn in 1 2 3 4 5 6 7; do systemctl start {copied.SERVICE} || exit 1; done")


def test_digests(branch: Branch) -> None:
    """Passwords that are kept as MD5 sums: a sum holds for one number, and whoever has none is named."""
    branch.set("Anna Meier", "6853", phone_digest("6853", Secret("annas")).decode())
    branch.set("Otto Outside", "6859", phone_digest("6853", Secret("annas")).decode())
    branch.set("Bob Builder", "6854", "in clear text")
    fleet = edit.with_value(branch.bound, ("directory", "passwords"), "digest")
    branch.change(fleet)
    for transport in ("udp", "tls"):
        assert branch.code("6853", "annas", transport) == 200
        for number, password in (
            ("6853", "wrong"),
            ("6853", ""),
            ("6859", "annas"),
            ("6854", "in clear text"),
        ):
            assert branch.code(number, password, transport) == 401, (transport, number, password)
    assert "bob has no MD5 sum" in branch.notes(fleet)
    branch.change(branch.plain)
    assert (
        branch.host.sh(
            "ls -d /etc/asterisk/azdesk* /usr/local/lib/azdesk /etc/azdesk/phones* 2>/dev/null || true"
        )
        == ""
    )
