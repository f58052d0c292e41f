"""The lab is fit for its purpose: real, separate, faulty on demand, and gone without a trace."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import paramiko
import pytest

from tests.lab.conftest import must_run
from tests.lab.harness import Host, Lab, LabError, cgroups
from tests.lab.harness.lab import instances, run_dir
from tests.lab.harness.recipe import FORKY
from tests.lab.harness.requirements import PROGRAMS, install, shortfall

CHECKOUT = Path(__file__).parents[2]
BOOT_LIMIT = 30.0


def ssh(host: Host, *command: str, user: str = "root", address: str | None = None, typed: str = "") -> str:
    argv = host.ssh_argv(*command, user=user, address=address)
    done = subprocess.run(argv, input=typed, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def reachable(host: Host) -> bool:
    argv = host.ssh_argv("true")
    argv[1:1] = ["-o", "ConnectTimeout=2"]
    return subprocess.run(argv, capture_output=True, timeout=30, check=False).returncode == 0


# What the hosts are


def test_each_host_is_itself(lab: Lab) -> None:
    hosts = list(lab.hosts.values())
    assert {host.name for host in hosts} >= {"a250", "a251", "a253"}
    for path in ("/etc/hostname", "/etc/machine-id", "/var/lib/ejabberd/.erlang.cookie"):
        assert len({host.read(path) for host in hosts}) == len(hosts), path
    for kind in ("ed25519", "ecdsa", "rsa"):
        assert len({host.read(f"/etc/ssh/ssh_host_{kind}_key.pub") for host in hosts}) == len(hosts), kind
    for host in hosts:
        assert host.sh("hostname").strip() == host.name
        assert re.fullmatch(rb"[A-Z]{20}", host.read("/var/lib/ejabberd/.erlang.cookie"))
        assert host.sh("stat -c '%U %a' /var/lib/ejabberd/.erlang.cookie") == "ejabberd 400\n"


def test_services_of_each_role_run(lab: Lab) -> None:
    for name, active, inactive in (
        ("a250", ("slapd",), ("ejabberd", "asterisk")),
        ("a251", ("ejabberd", "asterisk"), ("slapd",)),
        ("a253", ("ejabberd", "asterisk"), ("slapd",)),
    ):
        host = lab.host(name)
        assert host.sh("systemctl is-system-running") == "running\n"
        for unit in active:
            assert host.run(["systemctl", "is-active", unit], check=False).stdout == "active\n", (name, unit)
        for unit in inactive:
            assert host.run(["systemctl", "is-active", unit], check=False).stdout == "inactive\n", (
                name,
                unit,
            )


def test_an_application_host_is_as_installed(fresh_hosts: tuple[Host, Host]) -> None:
    for host in fresh_hosts:
        assert re.search(rf"^127\.0\.1\.1\s+{host.name}$", host.read("/etc/hosts").decode(), re.MULTILINE)
        assert re.search(
            r"^hosts:\n  - localhost$", host.read("/etc/ejabberd/ejabberd.yml").decode(), re.MULTILINE
        )
        assert "node ejabberd@localhost is started" in host.sh("ejabberdctl status")
        assert not host.exists("/home/flv")
        assert not host.exists("/home/chat")
        assert not host.exists("/var/lib/azdesk")
        assert not host.exists("/usr/sbin/policy-rc.d")


def test_a_host_reaches_its_peers_and_nothing_else(lab: Lab) -> None:
    a251, a253 = lab.host("a251"), lab.host("a253")
    a251.run(["ping", "-c1", "-W2", a253.address])
    assert a251.sh("ip route show default") == ""
    assert not a251.run(["ping", "-c1", "-W1", "192.0.2.1"], check=False).ok


def test_an_old_host_runs_what_debian_11_has(old_host: Host) -> None:
    assert old_host.sh("systemctl is-active ejabberd asterisk ssh") == "active\n" * 3
    assert old_host.run(["systemctl", "is-active", "slapd"], check=False).stdout == "inactive\n"
    assert old_host.sh("python3 --version").startswith("Python 3.9.")
    assert "Asterisk 16." in old_host.sh("asterisk -V")
    assert "ejabberd 21.01" in old_host.sh("ejabberdctl status")
    assert "Running" in old_host.sh("asterisk -rx 'module show like chan_sip'")
    assert old_host.sh(
        "systemctl start slapd && ldapsearch -QY EXTERNAL -H ldapi:/// -LLLb '' -s base namingContexts"
    )
    assert ssh(old_host, "sudo -n id -un", user="bob") == "root"


# Logging in


def test_the_key_opens_every_host(lab: Lab) -> None:
    for host in lab.hosts.values():
        assert ssh(host, "hostname; id -un") == f"{host.name}\nroot"


def test_alice_needs_her_password_for_sudo_and_bob_needs_none(lab: Lab) -> None:
    host = lab.host("a251")
    assert ssh(host, "sudo -n id -un", user="bob") == "root"
    refused = subprocess.run(
        host.ssh_argv("sudo -n id -un", user="alice"), capture_output=True, timeout=30, check=False
    )
    assert refused.returncode != 0
    said = ssh(host, "sudo -S -p '' id -un", user="alice", typed=lab.passwords["alice"] + "\n")
    assert said == "root"


def test_password_and_keyboard_interactive_logins(lab: Lab) -> None:
    host = lab.host("a251")
    with paramiko.Transport((host.address, 22)) as transport:
        transport.start_client(timeout=10)
        transport.auth_password("alice", lab.passwords["alice"], fallback=False)
        assert transport.is_authenticated()
    with paramiko.Transport((host.address, 22)) as transport:
        transport.start_client(timeout=10)
        with pytest.raises(paramiko.BadAuthenticationType):
            transport.auth_password("carol", lab.passwords["carol"], fallback=False)
        transport.auth_interactive(
            "carol", lambda _title, _text, fields: [lab.passwords["carol"] for _ in fields]
        )
        assert transport.is_authenticated()


def test_the_encrypted_key_needs_its_passphrase(lab: Lab) -> None:
    with pytest.raises(paramiko.PasswordRequiredException):
        paramiko.Ed25519Key.from_private_key_file(str(lab.access.encrypted_key_file))
    key = paramiko.Ed25519Key.from_private_key_file(str(lab.access.encrypted_key_file), lab.access.passphrase)
    with paramiko.Transport((lab.host("a250").address, 22)) as transport:
        transport.start_client(timeout=10)
        transport.auth_publickey("root", key)
        assert transport.is_authenticated()


def test_one_host_answers_at_many_addresses(fresh_hosts: tuple[Host, Host]) -> None:
    host = fresh_hosts[0]
    addresses = host.add_addresses(16)
    assert addresses == host.extra_addresses
    assert len(set(addresses)) == 16
    for address in addresses:
        assert ssh(host, "hostname", address=address) == "a251"


# Faults


def test_a_cut_link_ends_the_session_and_not_what_it_started(fresh_hosts: tuple[Host, Host]) -> None:
    host = fresh_hosts[0]
    # Ignores the hangup as a helper that must finish its work would.
    session = subprocess.Popen(host.ssh_argv("trap '' HUP; sleep 321"), stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 10
    while not host.run(["pgrep", "-fx", "sleep 321"], check=False).ok:
        assert time.monotonic() < deadline
    assert host.cut_link() >= 1
    assert session.wait(timeout=10) == 255
    assert host.run(["pgrep", "-fx", "sleep 321"], check=False).ok
    assert ssh(host, "hostname") == "a251"


def test_dropped_packets_come_back(lab: Lab) -> None:
    host = lab.host("a253")
    with host.drop_packets():
        assert not reachable(host)
        assert reachable(lab.host("a251"))
        assert host.run(["hostname"]).stdout == "a253\n"
    assert reachable(host)
    timer = host.drop_packets_for(0.5)
    timer.join(timeout=10)
    assert reachable(host)


def test_a_full_disk(fresh_hosts: tuple[Host, Host]) -> None:
    host = fresh_hosts[0]
    with host.full_disk():
        refused = host.run(["sh", "-c", "head -c 1000000 /dev/zero > /var/lib/big"], check=False)
        assert "No space left on device" in refused.stderr
        assert ssh(host, "hostname") == "a251"
    host.sh("head -c 1000000 /dev/zero > /var/lib/big")


def test_a_read_only_folder(fresh_hosts: tuple[Host, Host]) -> None:
    host = fresh_hosts[0]
    with host.read_only("/etc"):
        refused = subprocess.run(
            host.ssh_argv("touch /etc/new"), capture_output=True, text=True, timeout=30, check=False
        )
        assert "Read-only file system" in refused.stderr
    host.sh("touch /etc/new")


def test_reset_forgets_everything_but_the_identity(fresh_hosts: tuple[Host, Host]) -> None:
    host = fresh_hosts[0]
    before = [host.read(path) for path in ("/etc/machine-id", "/etc/ssh/ssh_host_ed25519_key.pub")]
    host.sh(
        "mkdir /home/flv && rm -r /etc/asterisk && systemctl stop ejabberd && dpkg --remove ejabberd-contrib ejabberd-mod-log-chat"
    )
    host.reset()
    assert not host.exists("/home/flv")
    assert host.exists("/etc/asterisk/pjsip.conf")
    assert host.sh("systemctl is-active ejabberd") == "active\n"
    assert host.run(["dpkg-query", "-W", "ejabberd-mod-log-chat"]).ok
    assert before == [host.read(path) for path in ("/etc/machine-id", "/etc/ssh/ssh_host_ed25519_key.pub")]
    assert ssh(host, "hostname") == "a251"


def test_a_snapshot_brings_a_moment_back(fresh_hosts: tuple[Host, Host]) -> None:
    host = fresh_hosts[0]
    host.sh("ejabberdctl register test localhost secret && mkdir /home/flv && rm /etc/hosts")
    host.sh("systemctl stop ejabberd")
    kept = host.snapshot("registered")
    host.sh("rmdir /home/flv && rm -rf /var/lib/ejabberd && echo other > /etc/hosts")
    host.restore(kept)
    assert host.exists("/home/flv")
    assert not host.exists("/etc/hosts")
    assert host.sh("ejabberdctl registered_users localhost") == "test\n"
    with pytest.raises(LabError, match="of a251, not of a253"):
        fresh_hosts[1].restore(kept)


def test_a_rebuilt_host_is_a_stranger(clean_lab: Lab) -> None:
    host = clean_lab.host("a251")
    before = [host.read(path) for path in ("/etc/machine-id", "/var/lib/ejabberd/.erlang.cookie")]
    host.rebuild()
    assert not reachable(host), "the known host key must no longer fit"
    clean_lab.learn_keys()
    assert ssh(host, "hostname") == "a251"
    after = [host.read(path) for path in ("/etc/machine-id", "/var/lib/ejabberd/.erlang.cookie")]
    assert all(old != new for old, new in zip(before, after, strict=True))


def test_a_removed_package_can_be_installed_again_without_a_network(fresh_hosts: tuple[Host, Host]) -> None:
    host = fresh_hosts[0]
    host.run(["dpkg", "--remove", "ejabberd-contrib", "ejabberd-mod-log-chat"])
    assert not host.run(["dpkg-query", "-W", "ejabberd-mod-log-chat"], check=False).ok
    host.run(["apt-get", "install", "-y", "--no-install-recommends", "ejabberd-mod-log-chat"], timeout=100)
    assert "ok installed" in host.run(["dpkg-query", "-W", "-f", "${Status}", "ejabberd-mod-log-chat"]).stdout


# Real ejabberd


@pytest.mark.slow
def test_two_hosts_join_by_hand(fresh_hosts: tuple[Host, Host]) -> None:
    joiner, seed = fresh_hosts
    for host in fresh_hosts:
        host.run(["systemctl", "stop", "ejabberd"])
        host.sh("sed -i '/^127.0.1.1/d' /etc/hosts")
        host.sh("cd /var/lib/ejabberd && rm -f *.DAT *.DCD *.DCL *.LOG *.TMP")
        for peer in fresh_hosts:
            host.sh(f"echo '{peer.address} {peer.name}' >> /etc/hosts")
        node = f"ERLANG_NODE=ejabberd@{host.name}\nINET_DIST_INTERFACE={host.address}\nERL_DIST_PORT=5210\n"
        host.run(["sh", "-c", "cat >> /etc/default/ejabberd"], input=node)
        host.run(["systemctl", "start", "ejabberd"])

    refused = joiner.run(["ejabberdctl", "join_cluster", "ejabberd@a253"], check=False)
    assert refused.returncode == 1
    assert "This node cannot reach that node." in refused.stdout + refused.stderr, "the cookies differ"

    joiner.run(["systemctl", "stop", "ejabberd"])
    cookie = "/var/lib/ejabberd/.erlang.cookie"
    joiner.write(cookie, seed.read(cookie), mode=0o400, owner="ejabberd:ejabberd")
    joiner.run(["systemctl", "start", "ejabberd"])
    assert joiner.sh("ejabberdctl ping ejabberd@a253") == "pong\n"
    joiner.run(["ejabberdctl", "join_cluster", "ejabberd@a253"])
    wait_for_members(fresh_hosts)
    # Within the join ejabberd restarts itself and tells systemd that it stops, which systemd never takes back: it would
    # kill ejabberd when the unit's TimeoutSec (300 s) is over, and `systemctl restart` would hang until then.
    assert state_of_ejabberd(joiner) == "deactivating"
    joiner.run(["ejabberdctl", "stop"])
    deadline = time.monotonic() + 20
    while state_of_ejabberd(joiner) != "inactive":
        assert time.monotonic() < deadline
    joiner.run(["systemctl", "start", "ejabberd"])
    assert state_of_ejabberd(joiner) == "active"
    wait_for_members(fresh_hosts)
    for host in fresh_hosts:
        running = re.search(
            r"^running db nodes\s+= \[(.*)\]$", host.sh("ejabberdctl mnesia_info_ctl"), re.MULTILINE
        )
        assert running is not None
        assert set(running[1].split(",")) == {"ejabberd@a251", "ejabberd@a253"}


def state_of_ejabberd(host: Host) -> str:
    return host.run(["systemctl", "is-active", "ejabberd"], check=False).stdout.strip()


def wait_for_members(hosts: Sequence[Host]) -> None:
    wanted = {f"ejabberd@{host.name}" for host in hosts}
    deadline = time.monotonic() + 20
    seen: list[set[str]] = []
    while seen != [wanted for _ in hosts]:
        assert time.monotonic() < deadline, seen
        seen = [set(host.sh("ejabberdctl list_cluster", check=False).split()) for host in hosts]


# Up and down


def traces(instance: int) -> list[str]:
    """Everything of an instance that this machine still shows."""
    found = [
        line
        for line in Path("/proc/self/mountinfo").read_text().splitlines()
        if f"azdesk-lab/{instance}/" in line
    ]
    found += [name for name in os.listdir("/sys/class/net") if name == f"azlab{instance}"]
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        before, _, after = line.partition(" - ")
        if after.startswith("cgroup"):
            found += [str(path) for path in Path(before.split(" ")[4]).glob(f"azdesk-lab-{instance}")]
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = process.read_bytes().decode(errors="replace")
        except OSError:
            continue
        if f"--machine=azlab{instance}-" in words:
            found.append(words)
    found += [str(path) for path in Path("/run/systemd/nspawn").rglob(f"azlab{instance}-*")]
    if run_dir().exists():
        found += [str(path) for path in run_dir().glob(f"{instance}*") if path.stem == str(instance)]
    return found


def test_up_is_quick_and_down_leaves_no_trace(lab_machine: None) -> None:
    started = time.monotonic()
    lab = Lab.up(["a251", "a253"])
    try:
        assert time.monotonic() - started < BOOT_LIMIT
        assert traces(lab.instance), "a running lab must show up in what this test looks for"
        inside = cgroups.processes(cgroups.lab_group(lab.instance))
        assert len(inside) > 10
        with pytest.raises(LabError, match="in use by another process"):
            Lab.up(["a251"], instance=lab.instance)
    finally:
        lab.down()
    assert traces(lab.instance) == []
    assert [process for process in inside if Path(f"/proc/{process}").exists()] == []


CRASHING = """
import os, signal
from tests.lab.harness import Lab
lab = Lab.up(["a251"])
print(lab.instance, lab.host("a251").leader, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_start_after_a_crash_sweeps_first(lab_machine: None) -> None:
    died = subprocess.run(
        [sys.executable, "-c", CRASHING],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert died.returncode == -signal.SIGKILL, died.stderr
    instance, leader = (int(word) for word in died.stdout.split())
    assert Path(f"/proc/{leader}").exists(), (
        "the crash must leave a host running for this test to mean anything"
    )
    with Lab.up(["a251"]) as lab:
        assert not Path(f"/proc/{leader}").exists()
        assert instance == lab.instance or instance not in instances()
        assert ssh(lab.host("a251"), "hostname") == "a251"
    assert traces(instance) == []


def test_a_lab_left_running_can_be_used_and_ended_by_others(lab_machine: None) -> None:
    lab = Lab.up(["a251"])
    instance = lab.instance
    tool = [sys.executable, "-m", "tests.lab", "--instance", str(instance)]
    try:
        lab.keep()
        with pytest.raises(LabError, match="is up already"):
            Lab.up(["a251"], instance=instance)
        other = Lab.attach(instance)
        assert other.host("a251").sh("hostname") == "a251\n"
        with pytest.raises(LabError, match="has no host a253; it has a251"):
            other.host("a253")
        said = subprocess.run(
            [*tool, "run", "a251", "hostname"],
            cwd=CHECKOUT,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        assert (said.returncode, said.stdout) == (0, "a251\n")
        listed = subprocess.run(
            [*tool, "status"], cwd=CHECKOUT, capture_output=True, text=True, timeout=30, check=False
        )
        assert f"a251  10.77.{instance}.251  application  running  ssh ejabberd asterisk" in listed.stdout
        # This process started nspawn, so it must not stay behind as an unburied child.
        subprocess.run([*tool, "down"], cwd=CHECKOUT, check=True, timeout=30)
        lab.host("a251").bury()
        assert traces(instance) == []
    finally:
        lab.down()


def test_a_third_host_can_come_and_go(lab: Lab) -> None:
    (host,) = lab.need("a252")
    assert lab.need("a252") == [host]
    assert ssh(host, "hostname") == "a252"
    lab.remove_host("a252")
    assert "a252" not in lab.hosts
    assert lab.host("a251").run(["ping", "-c1", "-W1", host.address], check=False).returncode != 0


# Where the machine cannot


def test_a_lab_that_cannot_run_fails_in_ci_and_is_skipped_elsewhere() -> None:
    assert must_run({"CI": "true"})
    assert must_run({"AZDESK_LAB": "required"})
    assert not must_run({})
    assert not must_run({"CI": "false"})


def test_what_the_machine_lacks_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("os.geteuid", lambda: 1000)
        assert "needs root" in str(shortfall())
    with monkeypatch.context() as patch:
        patch.setattr("platform.system", lambda: "Darwin")
        assert str(shortfall()) == "the lab needs Linux, this is Darwin"
    with monkeypatch.context() as patch:
        patch.setitem(PROGRAMS, "no-such-program", "no-such-package")
        assert "no-such-package" in shortfall().packages
        patch.setattr("os.geteuid", lambda: 1000)
        with pytest.raises(
            LabError, match=r"as root .* apt-get install -y --no-install-recommends .*no-such-package"
        ):
            install()


def test_each_part_of_the_recipe_counts() -> None:
    changes = {"suite": "sid", "packages": FORKY.packages[:-1], "finish": "true", "bootstrap": ("dbus",)}
    prints = {FORKY.fingerprint}
    for name, value in changes.items():
        parts = {
            field: getattr(FORKY, field)
            for field in ("name", "suite", "script", "bootstrap", "packages", "finish")
        }
        prints.add(type(FORKY)(**{**parts, name: value}).fingerprint)
    assert len(prints) == len(changes) + 1


def test_a_host_name_must_say_its_address(lab: Lab) -> None:
    for name in ("b251", "a1", "a255", "a1000"):
        with pytest.raises(LabError, match="named a2 to a254"):
            lab.add_hosts([name])
