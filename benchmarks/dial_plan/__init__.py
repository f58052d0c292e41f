"""A changed number plan on 16 hosts: AZDesk against Ansible's templates and a reload, on the same hosts, whole processes.

The hosts are containers of the lab with a real Asterisk and a real ejabberd each, in a domain of its own. The change: one rule's number, so another dial plan on
each host. AZDesk's side is the command that an admin types: it looks at each host, derives and shows the plans, writes, reloads, reads
the loaded plan back, looks for complaints in Asterisk's log, journals, and could roll back. Ansible's writes two templates of
the same size and reloads what changed.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import measure

if TYPE_CHECKING:
    from tests.lab.harness import Host, Lab

HOSTS = tuple(f"a{number}" for number in range(220, 236))
RULES = 40
HERE = Path(__file__).parent


def run(runs: int) -> str:
    """Boot the hosts, run both sides in turn, return a Markdown section."""
    from tests.lab.harness import Lab

    peers = measure.peers()
    with Lab.up(HOSTS[:4]) as lab, tempfile.TemporaryDirectory() as folder:
        for first in range(4, len(HOSTS), 4):
            lab.add_hosts(HOSTS[first : first + 4])
        place = Path(folder)
        for name in HOSTS:
            _prepare(lab.host(name))
        environment = _azdesk(lab, place) | _ansible(lab, place)

        def azdesk(number: int) -> list[str]:
            document = _document(lab, place, number)
            return [sys.executable, "-m", "azdesk", "apply", str(document), "--yes", "--brief"]

        def ansible(number: int) -> list[str]:
            playbook = [str(peers / "ansible-playbook"), "-i", str(place / "inventory.ini")]
            return [*playbook, str(HERE / "ansible_side.yml"), "-e", json.dumps(_facts(lab, number))]

        # The first run is a warm-up: it also makes transports, trunks, and the blocks that take our files in.
        figures = measure.in_turn({"AZDesk": azdesk, "Ansible": ansible}, runs=runs, environment=environment)
        for name in HOSTS:
            for context in ("az-phones", "bench-phones"):
                _loaded(lab.host(name), context, runs - 1)
    ours, theirs = figures["AZDesk"], figures["Ansible"]
    return (
        f"## dial_plan: a changed plan of {RULES} rules on {len(HOSTS)} hosts, whole process\n\n{measure.machine()}\n\n"
        f"{measure.HEAD}\n{ours.row(ours)}\n{theirs.row(ours)}\n\n"
        f"AZDesk is {theirs.median / ours.median:.1f} times as fast as Ansible (by medians).\n"
    )


def _prepare(host: Host) -> None:
    """The two files that Ansible's side writes are taken in."""
    host.sh(
        "cd /etc/asterisk && touch bench-extensions.conf bench-trunks.conf && "
        "echo '#include bench-extensions.conf' >> extensions.conf && echo '#include bench-trunks.conf' >> pjsip.conf && "
        "chown asterisk: bench-*.conf"
    )


def _loaded(host: Host, context: str, number: int) -> None:
    """What was measured has really happened: the last run's rule is loaded."""
    said = host.run(["asterisk", "-rx", f"dialplan show {_changed(number)}@{context}"]).stdout
    if f"'{_changed(number)}'" not in said:
        raise SystemExit(f"{host.name} has not loaded {_changed(number)} in {context}:\n{said}")


def _changed(number: int) -> str:
    """The number of the rule that each run changes."""
    return f"69{number + 10}"


def _document(lab: Lab, place: Path, number: int) -> Path:
    hosts = "".join(
        f'[clusters."{name}.test.local"]\n[hosts.{name}]\ncluster = "{name}.test.local"\naddress = "{lab.host(name).address}"\ncredential = "root"\nroles = ["application"]\n'
        f'numbers = ["68XX"]\ncalls = {{ prefix = "3{index:02d}" }}\n'
        for index, name in enumerate(HOSTS)
    )
    rules = "".join(f'[rules.r{index}]\npattern = "{pattern}"\ntarget = "conference"\nnumber = "{index}"\n'
                    for index, pattern in enumerate(_patterns(number)))  # fmt: skip
    path = place / "office.azfleet"
    path.write_text(
        f'version = 1\n[credentials.root]\nmethod = "key"\nkey_file = "{lab.key_file}"\n'
        f'[number_plan]\nscheme = "prefixed"\nreach = "fleet"\n{rules}{hosts}'
    )
    return path


def _patterns(number: int) -> list[str]:
    return [_changed(number), *(f"7{index:02d}X" for index in range(1, RULES))]


def _facts(lab: Lab, number: int) -> dict[str, object]:
    """What the templates are filled with."""
    peers = [
        {"name": name, "address": lab.host(name).address, "prefix": f"3{index:02d}"}
        for index, name in enumerate(HOSTS)
    ]
    return {"patterns": _patterns(number), "peers": peers}


def _azdesk(lab: Lab, place: Path) -> dict[str, str]:
    lab.learn_keys()
    data = place / "data"
    data.mkdir()
    (data / "known_hosts").write_bytes(lab.known_hosts.read_bytes())
    return {
        "AZDESK_DATA": str(data),
        "HOME": str(place),
        "PYTHONPATH": str(Path.cwd()),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
    }


def _ansible(lab: Lab, place: Path) -> dict[str, str]:
    common = (
        f"ansible_user=root ansible_ssh_private_key_file={lab.key_file} ansible_python_interpreter=/usr/bin/python3 "
        f"ansible_ssh_common_args='-o UserKnownHostsFile={lab.known_hosts}'"
    )
    lines = "".join(f"{name} ansible_host={lab.host(name).address} {common}\n" for name in HOSTS)
    (place / "inventory.ini").write_text(f"[all]\n{lines}")
    # Ansible at its quickest: no facts, pipelining, one fork per host, connections kept from run to run.
    (place / "ansible.cfg").write_text(
        "[defaults]\nforks=16\ngathering=explicit\nhost_key_checking=True\nretry_files_enabled=False\n"
        f"local_tmp={place}/tmp\n[ssh_connection]\npipelining=True\nssh_args=-o ControlMaster=auto -o ControlPersist=60s\n"
        f"control_path_dir={place}/cp\n"
    )
    return {"ANSIBLE_CONFIG": str(place / "ansible.cfg"), "ANSIBLE_HOME": str(place / "ansible")}
