"""One managed change on 16 hosts: AZDesk, pyinfra, Ansible and a loop of the OpenSSH client, on the same hosts.

The hosts are containers of the lab with nothing but systemd and sshd. The change: five small files, written with
owner and mode, other contents in each run. AZDesk's side does more than its peers': it locks the host, looks
before and after, journals, and can roll back.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks import measure

HOSTS = tuple(f"a{number}" for number in range(10, 26))
FILES = tuple(f"/etc/azdesk-bench/part-{number}.conf" for number in range(5))
HERE = Path(__file__).parent


def run(runs: int) -> str:
    """Boot the hosts, run all sides in turn, return a Markdown section."""
    from tests.lab.harness import Lab

    peers = measure.peers()
    with Lab.up(HOSTS[:4]) as lab, tempfile.TemporaryDirectory() as folder:
        for first in range(4, len(HOSTS), 4):
            lab.add_hosts(HOSTS[first : first + 4])
        place = Path(folder)
        inventory = {name: lab.host(name).address for name in HOSTS}
        job = {
            "hosts": inventory,
            "key": str(lab.key_file),
            "known_hosts": str(lab.known_hosts),
            "files": list(FILES),
            "body": "setting = value\n" * 75,
        }
        (place / "job.json").write_text(json.dumps(job))
        _write_peers(place, job)
        for host in HOSTS:
            lab.host(host).run(["mkdir", "-p", "/etc/azdesk-bench"])
        sides = {
            "AZDesk": lambda n: [sys.executable, str(HERE / "azdesk_side.py"), str(place / "job.json"), str(n)],
            "OpenSSH loop": lambda n: ["sh", str(place / "loop.sh"), str(n)],
            "pyinfra": lambda n: [
                str(peers / "pyinfra"), "-y", "--parallel", "16", str(place / "inventory.py"),
                str(HERE / "pyinfra_side.py"), "--data", f"run={n}",
            ],
            "Ansible": lambda n: [
                str(peers / "ansible-playbook"), "-i", str(place / "inventory.ini"),
                str(HERE / "ansible_side.yml"), "-e", f"run={n}",
            ],
        }  # fmt: skip
        environment = {
            "ANSIBLE_CONFIG": str(place / "ansible.cfg"),
            "ANSIBLE_HOME": str(place / "ansible"),
            "PYTHONPATH": str(Path.cwd()),
        }
        figures = measure.in_turn(sides, runs=runs, environment=environment)
        warm = subprocess.run(
            [sys.executable, str(HERE / "warm_side.py"), str(place / "job.json")],
            capture_output=True, text=True, check=True, timeout=120, env={"PYTHONPATH": str(Path.cwd()), "PATH": "/usr/bin:/bin"},
        ).stdout.strip()  # fmt: skip
    rows = "\n".join(figures[name].row(figures["AZDesk"]) for name in sides)
    faster = 1 / (figures["AZDesk"].median / figures["pyinfra"].median)
    return (
        f"## fanout: {len(HOSTS)} hosts, five files each, whole process\n\n{measure.machine()}\n\n"
        f"{measure.HEAD}\n{rows}\n\nAZDesk is {faster:.1f} times as fast as pyinfra (by medians).\n\n"
        f"Warm look at the configuration (12 files, 6 units, 3 mounts) of all hosts: {warm}\n"
    )


def _write_peers(place: Path, job: dict[str, object]) -> None:
    hosts: dict[str, str] = job["hosts"]  # type: ignore[assignment]
    data = {"ssh_user": "root", "ssh_key": job["key"], "ssh_known_hosts_file": job["known_hosts"]}
    listed = [(address, data) for address in hosts.values()]
    (place / "inventory.py").write_text(f"hosts = {listed!r}\n")
    common = (
        f"ansible_user=root ansible_ssh_private_key_file={job['key']} ansible_python_interpreter=/usr/bin/python3 "
        f"ansible_ssh_common_args='-o UserKnownHostsFile={job['known_hosts']}'"
    )
    lines = "".join(f"{name} ansible_host={address} {common}\n" for name, address in hosts.items())
    (place / "inventory.ini").write_text(f"[all]\n{lines}")
    # Ansible at its quickest: no facts, pipelining, one fork per host; each run is a process of its own.
    (place / "ansible.cfg").write_text(
        "[defaults]\nforks=16\ngathering=explicit\nhost_key_checking=True\nretry_files_enabled=False\n"
        f"local_tmp={place}/tmp\n[ssh_connection]\npipelining=True\nssh_args=-o ControlMaster=auto -o ControlPersist=60s\n"
        f"control_path_dir={place}/cp\n"
    )
    body = "".join(
        f"printf '# {path} in run %s\\n' $1 > {path}.new; i=0; while [ $i -lt 75 ]; do echo 'setting = value'; "
        f"i=$((i+1)); done >> {path}.new; mv {path}.new {path}; "
        for path in FILES
    )
    (place / "remote.sh").write_text(body)
    loop = "".join(
        f"ssh -i {job['key']} -o UserKnownHostsFile={job['known_hosts']} root@{address} sh -s $1 < {place}/remote.sh &\n"
        for address in hosts.values()
    )
    (place / "loop.sh").write_text(f"{loop}wait\n")
