"""The fleet as a whole: its document, how quickly it starts, and that nothing is left of it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from azdesk.fleet import store
from azdesk.practice import PracticeFleet


def test_the_document_is_valid_and_says_where_the_hosts_are(fleet: PracticeFleet) -> None:
    document = store.parse(fleet.fleet_document(domain="test.local"))
    assert list(document.hosts) == ["a250", "a251", "a253"]
    assert document.nodes("test.local") == ("a251", "a253")
    assert document.hosts["a250"].roles == ("directory", "storage")
    assert document.lan_address("a251") == "192.168.11.251"
    ports = {host.port for host in document.hosts.values()}
    assert len(ports) == 3
    known = fleet.known_hosts.read_text()
    assert all(f"[127.0.0.1]:{port} ssh-ed25519 " in known for port in ports)
    assert "cluster" not in fleet.fleet_document()


def test_many_hosts_start_quickly_and_cost_nothing_while_idle() -> None:
    threads = threading.active_count()
    started = time.monotonic()
    with PracticeFleet.start(200) as fleet:
        assert time.monotonic() - started < 3.0
        assert threading.active_count() == threads + 1
        assert not any(host.running for host in fleet.hosts.values())
        assert not (fleet.folder / "hosts").exists()
        document = store.parse(fleet.fleet_document(domain="test.local"))
        assert len(document.hosts) == len({document.lan_address(name) for name in document.hosts}) == 200
        assert {host.group for host in document.hosts.values()} == {f"Site {n}" for n in range(1, 11)}
    assert threading.active_count() == threads


def test_nothing_is_left(tmp_path: Path) -> None:
    folder = tmp_path / "fleet"
    with PracticeFleet.start(("a251",), folder=folder) as fleet:
        fleet.write_document()
        fleet.host("a251").run(["ejabberdctl", "status"])
        assert (folder / "hosts" / "a251" / "etc" / "ejabberd" / "ejabberd.yml").is_file()
        temporary = PracticeFleet.start(("a251",))
        temporary.stop()
        temporary.stop()
        assert not temporary.folder.exists()
    assert list(folder.iterdir()) == []


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("precious")
    with pytest.raises(ValueError, match="not empty"):
        PracticeFleet.start(("a251",), folder=tmp_path)
    assert (tmp_path / "mine").read_text() == "precious"


@pytest.mark.parametrize("hosts", [(), ("a251", "a251")])
def test_hosts_need_names_of_their_own(hosts: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="each name once"):
        PracticeFleet.start(hosts)


def test_the_process_ends_with_its_input() -> None:
    command = [sys.executable, "-m", "azdesk.practice", "--hosts", "5", "--domain", "test.local"]
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ},
    )
    assert process.stdin is not None
    assert process.stdout is not None
    path = Path(process.stdout.readline().strip())
    assert len(store.parse(path.read_text()).hosts) == 5
    assert process.poll() is None
    process.stdin.close()
    assert process.wait(20) == 0
    process.stdout.close()
    assert process.stderr is not None
    with process.stderr as said:
        assert "ends with its standard input" in said.read()
    assert not path.exists()


def test_the_process_ends_when_its_time_is_over() -> None:
    command = [sys.executable, "-m", "azdesk.practice", "--minutes", "0.001"]
    done = subprocess.run(
        command, stdin=subprocess.PIPE, capture_output=True, timeout=30, check=False, text=True
    )
    assert done.returncode == 0
