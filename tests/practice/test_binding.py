"""“Test this binding” on a directory of the fleet's own that is only in the document so far."""

from __future__ import annotations

from pathlib import Path

from azdesk.app.applying import apply
from azdesk.app.binding.findings import Verdict
from azdesk.app.binding.testing import check_binding
from azdesk.app.observing import observe
from azdesk.app.planning import preview
from azdesk.app.session import AwaitedStore, Session
from azdesk.core.progress import Job
from azdesk.fleet import store
from azdesk.fleet.credentials import SecretChain
from azdesk.hosts.known import HostKeys
from azdesk.hosts.pool import HostPool
from azdesk.hosts.route import SshConfig
from azdesk.hosts.ssh import SshTransport
from azdesk.practice import PracticeFleet


def test_what_was_not_set_up_is_not_said_to_be_behind_a_firewall(tmp_path: Path) -> None:
    with PracticeFleet.start(("a250", "a251"), folder=tmp_path / "practice") as hosts:
        fleet = store.parse(hosts.fleet_document(directory=True))
        secrets = SecretChain([hosts])
        transport = SshTransport(
            secrets=secrets, trust=HostKeys(own=hosts.known_hosts, others=[]), config=SshConfig(files=[])
        )
        with HostPool(fleet, transport=transport) as pool:
            session = Session(fleet, pool, secrets=secrets, awaited=AwaitedStore(tmp_path / "awaited.json"))
            report = check_binding(session)
            findings = [one for trial in report.trials for one in trial.findings]
            assert [one.verdict for one in findings] == [Verdict.BAD] * len(report.trials)
            assert all(one.text == "The directory was not set up on a250 yet." for one in findings)
            assert all("azdesk apply FLEET a250" in one.next_step for one in findings)
            assert not report.good
            seen = observe(session, fleet.hosts, Job())
            assert apply(session, preview(fleet, seen, ("a250",))).good
            after = check_binding(session)
            assert "not set up" not in str(after)
            assert any(trial.logged_in for trial in after.trials), after
