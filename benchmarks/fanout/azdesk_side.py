"""AZDesk's side as a whole process: ``azdesk_side.py JOB RUN``. Also prints where the time went."""

from __future__ import annotations

import time

STARTED = time.perf_counter()

import json  # noqa: E402
import sys  # noqa: E402
from concurrent.futures import ThreadPoolExecutor  # noqa: E402
from pathlib import Path  # noqa: E402


def main() -> None:
    job = json.loads(Path(sys.argv[1]).read_text())
    from azdesk.app.applying import run_steps
    from azdesk.app.session import Session
    from azdesk.core.outcome import HostState
    from azdesk.core.plan import HostPlan
    from azdesk.core.progress import Job
    from azdesk.core.step import WriteFile
    from azdesk.fleet.model import Credential, Fleet, Host
    from azdesk.hosts.known import HostKeys
    from azdesk.hosts.pool import HostPool

    login = Credential(user="root", method="key", key_file=job["key"])
    hosts = {
        name: Host(address=address, credential="root", roles=("storage",))
        for name, address in job["hosts"].items()
    }
    fleet = Fleet(credentials={"root": login}, hosts=hosts)
    imported = time.perf_counter()
    number = int(sys.argv[2])

    def text(number: int, path: str) -> str:
        return f"# {path} in run {number}\n{job['body']}"

    with HostPool(fleet, trust=HostKeys(own=Path(job["known_hosts"]), others=[])) as pool:
        session = Session(fleet, pool)

        def change(host: str) -> HostState:
            steps = tuple(
                WriteFile(title=f"Write {path}", path=path, content=text(number, path), before=before(path))
                for path in job["files"]
            )
            return run_steps(session, HostPlan(host=host, steps=steps), Job(), title="benchmark").state

        import hashlib

        state = Path(sys.argv[1]).with_name("last")
        last = state.read_text() if state.exists() else ""

        def before(path: str) -> str:
            return hashlib.sha256(text(int(last), path).encode()).hexdigest() if last else ""

        with ThreadPoolExecutor(len(hosts)) as threads:
            outcomes = list(threads.map(change, fleet.hosts))
        state.write_text(str(number))
        changed = time.perf_counter()
    if set(outcomes) != {HostState.CHANGED}:
        raise SystemExit(f"not all changed: {outcomes}")
    print(
        f"import {imported - STARTED:.3f} s, change {changed - imported:.3f} s, end {time.perf_counter() - changed:.3f} s"
    )


main()
