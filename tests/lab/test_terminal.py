"""Real hosts configured through the terminal alone: each command is a process of its own."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.lab.harness import Host, Lab

DOMAIN = "company.com"
CHECKOUT = Path(__file__).parents[2]
ACCOUNT = ("anna", "localhost", "a-password")


class Desk:
    """A workstation with one document and nothing else."""

    def __init__(self, folder: Path, lab: Lab) -> None:
        self.folder = folder
        self.lab = lab
        self.document = folder / "office.azfleet"
        lab.learn_keys()
        (folder / "data").mkdir()
        shutil.copy(lab.known_hosts, folder / "data" / "known_hosts")
        self._environment = {
            **os.environ,
            "HOME": str(folder),
            "AZDESK_DATA": str(folder / "data"),
            "XDG_STATE_HOME": str(folder / "state"),
            "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
        }

    def write(self, *hosts: str, outside: tuple[str, ...] = ()) -> None:
        """A document with these hosts in one cluster, and others in none."""
        text = [
            'version = 1\nname = "Lab"\n\n[credentials.lab]\nmethod = "key"',
            f'key_file = "{self.lab.key_file}"\n\n[clusters."{DOMAIN}"]\n',
        ]
        for name in (*hosts, *outside):
            text.append(f'[hosts.{name}]\naddress = "{self.lab.host(name).address}"\ncredential = "lab"')
            text.append(f'cluster = "{DOMAIN}"\n' if name in hosts else "")
        self.document.write_text("\n".join(text))

    def start(self, command: str, *argv: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "azdesk", command, str(self.document), *argv],
            cwd=CHECKOUT,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, command: str, *argv: str, code: int = 0) -> str:
        """Standard output of a command that must end with this code."""
        process = self.start(command, *argv)
        out, err = process.communicate(timeout=240)
        assert process.returncode == code, f"{command} ended with {process.returncode}:\n{out}\n{err}"
        return out

    def json(self, command: str, *argv: str, code: int = 0) -> Any:
        return json.loads(self.run(command, *argv, "--json", code=code))


@pytest.fixture
def desk(tmp_path: Path, clean_lab: Lab) -> Iterator[Desk]:
    if "a254" not in clean_lab.hosts:
        clean_lab.add_hosts(["a254"])
    yield Desk(tmp_path, clean_lab)


def running(host: Host) -> set[str]:
    """The running db nodes, by the host's own mouth."""
    found = re.search(r"running db nodes\s*=\s*\[([^\]]*)\]", host.sh("ejabberdctl mnesia_info_ctl"))
    assert found
    return {node.strip() for node in found[1].split(",")}


def nodes(*hosts: str) -> set[str]:
    return {f"ejabberd@{host}" for host in hosts}


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_two_fresh_hosts_become_one_cluster_a_third_joins_one_leaves(desk: Desk) -> None:
    a251, a253, a254 = (desk.lab.host(name) for name in ("a251", "a253", "a254"))
    desk.write("a251", "a253")
    desk.run("check")

    # Two fresh hosts; on one of them somebody has an account already.
    a253.run(["ejabberdctl", "register", *ACCOUNT])
    assert {host["state"] for host in desk.json("status", code=2)["hosts"]} == {"differs"}
    shown = desk.run("plan", code=2)
    assert "Cannot be undone" in shown
    assert "1 account" in shown
    assert desk.run("apply", "--yes", code=3)
    assert running(a253) == {"ejabberd@localhost"}
    assert desk.json("journal")["entries"] == []

    desk.run("apply", "--yes", "--allow-loss", "a253")
    for host in (a251, a253):
        assert running(host) == nodes("a251", "a253")
        assert host.sh("systemctl is-active ejabberd").strip() == "active"
        assert host.sh(f"getent hosts {'a253' if host is a251 else 'a251'}").split()[0].startswith("10.77.")
    desk.run("plan")
    status = desk.run("status")
    assert status.count("running db nodes = [ejabberd@a251,ejabberd@a253]") == 2
    assert desk.json("apply", "--yes")["outcome"] is None

    # A third joins.
    desk.write("a251", "a253", "a254")
    desk.run("plan", code=2)
    desk.run("apply", "--yes")
    for host in (a251, a253, a254):
        assert running(host) == nodes("a251", "a253", "a254")
    desk.run("plan")

    # One leaves.
    desk.write("a251", "a254", outside=("a253",))
    plan = desk.json("plan", code=2)["plan"]
    allow = [word for node in plan["irreversible"] for word in ("--allow-loss", node)]
    desk.run("apply", "--yes", *allow)
    for host in (a251, a254):
        assert running(host) == nodes("a251", "a254")
    assert running(a253) == {"ejabberd@localhost"}
    cookies = {host.read("/var/lib/ejabberd/.erlang.cookie") for host in (a251, a253, a254)}
    assert len(cookies) == 2
    assert b"AZDesk" not in a253.read("/etc/hosts")
    desk.run("plan")
    assert desk.run("status").count("right") >= 3

    entries = desk.json("journal")["entries"]
    assert {entry["state"] for entry in entries} == {"committed"}
    said = json.dumps(entries) + "".join(
        file.read_text(errors="replace") for file in desk.folder.rglob("*") if file.is_file()
    )
    for cookie in cookies:
        assert cookie.decode() not in said


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_ctrl_c_in_the_middle_of_a_join_gives_back_both_hosts_as_whole(
    desk: Desk, wait: Callable[[Host], set[str]]
) -> None:
    a251, a253 = desk.lab.host("a251"), desk.lab.host("a253")
    before = {path: a253.read(path) for path in ("/etc/hosts", "/var/lib/ejabberd/.erlang.cookie")}
    desk.write("a251", "a253")
    process = desk.start("apply", "--yes", "--brief")
    assert process.stdout is not None
    for line in process.stdout:
        if "Join ejabberd@a251" in line and line.startswith("a253  ") and "/" in line:
            process.send_signal(signal.SIGINT)
            break
    out, err = process.communicate(timeout=120)
    assert process.returncode == 3, out + err
    assert re.search(r"^a251  changed and verified", out, re.MULTILINE), out
    assert re.search(r"^a253  rolled back", out, re.MULTILINE), out
    assert {path: a253.read(path) for path in before} == before
    assert wait(a253) == {"ejabberd@localhost"}
    assert running(a251) == nodes("a251")

    # And then it goes through as if nothing had been.
    desk.run("apply", "--yes")
    for host in (a251, a253):
        assert running(host) == nodes("a251", "a253")
    desk.run("plan")


@pytest.fixture
def wait() -> Callable[[Host], set[str]]:
    """Running nodes of a host whose ejabberd was started a moment ago."""

    def ask(host: Host) -> set[str]:
        host.run(["ejabberdctl", "started"])
        return running(host)

    return ask
