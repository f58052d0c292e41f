"""People of a real Active Directory chat through an ejabberd that AZDesk bound to it: by sAMAccountName, and members of a group alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from azdesk.app.applying import apply
from azdesk.app.observing import observe
from azdesk.app.planning import preview
from azdesk.app.session import AwaitedStore, Session
from azdesk.core.outcome import HostOutcome
from azdesk.core.plan import HostPlan
from azdesk.fleet import edit, secret_names, store
from azdesk.fleet.model import Fleet
from azdesk.hosts.known import HostKeys
from azdesk.hosts.pool import HostPool
from tests.lab.clients.chat import Chat, login_refused
from tests.lab.harness import Host, Lab
from tests.lab.harness.active_directory import AdServer, active_directory
from tests.lab.test_binding import Kept

pytestmark = pytest.mark.timeout(240)
DOMAIN = "test.local"


@pytest.fixture(scope="module")
def controller(lab: Lab) -> AdServer:
    return active_directory(lab)


class Desk:
    """AZDesk with a document of one host and the directory."""

    def __init__(self, lab: Lab, controller: AdServer, folder: Path) -> None:
        self._lab, self._folder, self._controller = lab, folder, controller
        self.host = lab.host("a251")
        text = f"""name = "lab"
[credentials.root]
method = "key"
key_file = "{lab.key_file}"
[clusters."{DOMAIN}"]
[hosts.a251]
address = "{self.host.address}"
credential = "root"
cluster = "{DOMAIN}"
"""
        self.fleet: Fleet = edit.with_values(
            store.parse(text),
            {
                ("directory", "base"): controller.base,
                ("directory", "kind"): "active-directory",
                ("directory", "urls"): (controller.url,),
                ("directory", "reader"): controller.reader,
                ("directory", "ca"): controller.ca,
                ("clusters", DOMAIN, "accounts"): "directory",
            },
        )

    def let_in(self, filter_: str) -> None:
        """Who may log in to chat, of all in the directory."""
        self.fleet = edit.with_value(self.fleet, ("clusters", DOMAIN, "account_filter"), filter_)

    def session(self, password: str = "") -> Session:
        kept = Kept({secret_names.reader(self.fleet): password or self._controller.password})
        pool = HostPool(self.fleet, secrets=kept, trust=HostKeys(own=self._lab.known_hosts, others=[]))
        return Session(
            self.fleet, pool, secrets=kept, awaited=AwaitedStore(self._folder / "awaited.json"), who="ad"
        )

    def apply(self, password: str = "") -> HostOutcome:
        session = self.session(password)
        try:
            return apply(session, preview(self.fleet, observe(session))).host("a251")
        finally:
            session.close()

    def left(self) -> HostPlan:
        session = self.session()
        try:
            return preview(self.fleet, observe(session)).plan.host("a251")
        finally:
            session.close()

    def login(self, account: str, password: str = "") -> str:
        return login_refused(
            f"{account}@{DOMAIN}", password or self._controller.password, address=self.host.address
        )


@pytest.fixture
def desk(lab: Lab, controller: AdServer, tmp_path: Path) -> Iterator[Desk]:
    lab.reset("a251")
    yield Desk(lab, controller, tmp_path)


def test_people_of_a_group_chat(desk: Desk, controller: AdServer) -> None:
    desk.let_in(f"(memberOf={controller.group})")
    outcome = desk.apply()
    assert outcome.good, outcome.message
    assert not desk.left().steps
    assert [desk.login(account) for account in ("anna", "jmüller")] == ["", ""]
    # By way of a group in the group, outside of it, disabled, expired, to change her password first, no such account.
    for account in ("bob", "out", "carla", "erik", "maja", "nobody"):
        assert "not-authorized" in desk.login(account), account
    assert "not-authorized" in desk.login("anna", "wrong")
    address = desk.host.address
    with (
        Chat(f"anna@{DOMAIN}", controller.password, address=address) as anna,
        Chat(f"jmüller@{DOMAIN}", controller.password, address=address) as other,
    ):
        anna.send(f"jmüller@{DOMAIN}", "Grüß Gott")
        assert other.receive().body == "Grüß Gott"

    desk.let_in(f"(memberOf:1.2.840.113556.1.4.1941:={controller.group})")
    assert desk.apply().good
    assert [desk.login(account) for account in ("anna", "bob", "deep")] == ["", "", ""]
    assert "not-authorized" in desk.login("out")


def test_what_changes_in_the_directory_counts_at_once(desk: Desk, controller: AdServer) -> None:
    host: Host = controller.host
    assert desk.apply().good
    assert desk.login("out") == ""
    host.run(["samba-tool", "user", "setpassword", "out", "--newpassword=Anders.12345"])
    assert "not-authorized" in desk.login("out")
    assert desk.login("out", "Anders.12345") == ""
    host.run(["samba-tool", "user", "disable", "out"])
    assert "not-authorized" in desk.login("out", "Anders.12345")
    host.run(["samba-tool", "user", "enable", "out"])
    host.run(["samba-tool", "user", "setpassword", "out", f"--newpassword={controller.password}"])


def test_a_wrong_password_of_the_reader_changes_nothing(desk: Desk) -> None:
    before = desk.host.read("/etc/ejabberd/ejabberd.yml")
    outcome = desk.apply("wrong")
    assert not outcome.good
    assert "look" in outcome.message.lower()
    assert desk.host.read("/etc/ejabberd/ejabberd.yml") == before
    assert desk.host.sh("systemctl is-active ejabberd") == "active\n"
