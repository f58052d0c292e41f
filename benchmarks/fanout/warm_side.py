"""A look on links that are open: ``warm_side.py JOB`` prints the median and the range of 30 looks at all hosts."""

from __future__ import annotations

import json
import statistics
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from azdesk.core.probe import File, Mounts, Probe, Units
from azdesk.fleet.model import Credential, Fleet, Host
from azdesk.hosts.known import HostKeys
from azdesk.hosts.pool import HostPool

PROBES: dict[str, Probe] = {
    **{f"file-{path}": File(path=path) for path in (
        "/etc/hosts", "/etc/hostname", "/etc/passwd", "/etc/group", "/etc/fstab", "/etc/ssh/sshd_config",
        "/etc/ejabberd/ejabberd.yml", "/etc/default/ejabberd", "/etc/asterisk/extensions.conf",
        "/etc/asterisk/pjsip.conf", "/etc/nsswitch.conf", "/etc/resolv.conf",
    )},
    "units": Units(names=("ssh.service", "ejabberd.service", "asterisk.service", "slapd.service", "dbus.service", "nftables.service")),
    "mounts": Mounts(paths=("/", "/home", "/var")),
}  # fmt: skip


def main() -> None:
    job = json.loads(Path(sys.argv[1]).read_text())
    login = Credential(user="root", method="key", key_file=job["key"])
    hosts = {name: Host(address=address, credential="root") for name, address in job["hosts"].items()}
    fleet = Fleet(credentials={"root": login}, hosts=hosts)
    with (
        HostPool(fleet, trust=HostKeys(own=Path(job["known_hosts"]), others=[])) as pool,
        ThreadPoolExecutor(len(hosts)) as threads,
    ):

        def look(host: str) -> None:
            pool.link(host).look(PROBES)

        for _ in range(3):
            list(threads.map(look, hosts))
        taken = []
        for _ in range(30):
            started = time.perf_counter()
            list(threads.map(look, hosts))
            taken.append((time.perf_counter() - started) * 1000)
    print(f"median {statistics.median(taken):.0f} ms, {min(taken):.0f}–{max(taken):.0f} ms.")


main()
