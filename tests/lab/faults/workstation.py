"""A workstation: a document for lab hosts, and its use in this process or in one that can be killed."""

from __future__ import annotations

import sys
from collections.abc import Collection, Mapping
from pathlib import Path

from azdesk.app.applying import apply
from azdesk.app.observing import observe
from azdesk.app.planning import Preview, preview
from azdesk.app.session import AwaitedStore, Session
from azdesk.core.outcome import Outcome
from azdesk.core.progress import Job, Progress
from azdesk.fleet import store
from azdesk.fleet.model import Fleet
from azdesk.hosts.known import HostKeys
from azdesk.hosts.pool import HostPool
from tests.lab.harness import Lab

DOMAIN = "test.local"


def document(lab: Lab, cluster: Collection[str], alone: Collection[str] = (), *, chat: bool = True) -> str:
    """A document that puts hosts into one cluster, and has others outside.

    Args:
        chat: with File Upload and chat logging as the guide sets them.
    """
    text = f"""name = "lab"
[credentials.root]
user = "root"
method = "key"
key_file = "{lab.key_file}"
[clusters."{DOMAIN}"]
"""
    if chat:
        text += f"""[clusters."{DOMAIN}".upload]
url = "https://{lab.host(next(iter(cluster))).address}:5443/upload"
[clusters."{DOMAIN}".chat_log]
enabled = true
"""
    for name in (*cluster, *alone):
        text += f'[hosts.{name}]\naddress = "{lab.host(name).address}"\ncredential = "root"\n'
        if name in cluster:
            text += f'cluster = "{DOMAIN}"\n'
    return text


def fleet_of(text: str) -> Fleet:
    return store.parse(text)


class Workstation:
    """AZDesk as one admin has it open. A second one of the same document is another workstation."""

    def __init__(
        self, fleet: Fleet, known_hosts: Path, state: Path, *, who: str = "", heartbeat: float = 12.0
    ) -> None:
        self.fleet = fleet
        pool = HostPool(fleet, trust=HostKeys(own=known_hosts, others=[]), heartbeat=heartbeat)
        self.session = Session(fleet, pool, awaited=AwaitedStore(state / "awaited.json"), who=who)

    def __enter__(self) -> Workstation:
        return self

    def __exit__(self, *_: object) -> None:
        self.session.close()

    def look(self, hosts: Collection[str] | None = None) -> Mapping[str, object]:
        return observe(self.session, hosts)

    def review(self, hosts: Collection[str] | None = None) -> Preview:
        """Look at all hosts, and plan for these."""
        return preview(self.fleet, observe(self.session), hosts)

    def apply(self, approved: Preview, job: Job | None = None) -> Outcome:
        return apply(self.session, approved, job)

    def carry_out(self, hosts: Collection[str] | None = None) -> Outcome:
        """Review and apply, for these hosts."""
        return self.apply(self.review(hosts))


def main(argv: list[str]) -> None:
    """``document known_hosts state_folder heartbeat host``: apply that host's plan, as a process to be killed."""
    from tests.lab.faults import breakpoints

    text, known_hosts, state, heartbeat, host = argv
    breakpoints.install()
    fleet = fleet_of(Path(text).read_text())

    def tell(progress: Progress) -> None:
        print(progress.host, progress.step, progress.state, progress.text, flush=True)

    with Workstation(fleet, Path(known_hosts), Path(state), heartbeat=float(heartbeat)) as own:
        outcome = own.apply(own.review([host]), Job(tell))
    for one in outcome:
        print(one.host, one.state, one.message, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
