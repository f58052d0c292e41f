"""A stream to something on a host's side: over a real sshd, ended by either side, and what is said when it does not come about."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from azdesk.core.bytestream import ByteStream
from azdesk.core.errors import (
    Cancelled,
    DirectoryUnreachable,
    LinkError,
    LinkLost,
    LoginRefused,
    NoPython,
    Unreachable,
)
from azdesk.core.progress import Job
from azdesk.directory.connection import Directory
from azdesk.directory.endpoint import EXTERNAL
from azdesk.hosts import relay
from azdesk.hosts.pool import HostPool
from azdesk.hosts.route import SshConfig
from azdesk.hosts.ssh import SshTransport
from azdesk.onhost import bundle
from tests.unit.directory.servers import Scripted
from tests.unit.hosts.conftest import Sshd, World

Serve = Callable[[socket.socket], None]


@contextmanager
def listening(listener: socket.socket, serve: Serve) -> Iterator[None]:
    def accept() -> None:
        try:
            while True:
                connection, _ = listener.accept()
                threading.Thread(target=serve, args=(connection,), daemon=True).start()
        except OSError:
            return

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    yield
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join(5)


def echo(connection: socket.socket) -> None:
    with connection:
        while data := connection.recv(1 << 16):
            connection.sendall(data)


@pytest.fixture
def target(tmp_path: Path) -> Iterator[str]:
    """A Unix socket where everything comes back."""
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(tmp_path / "ldapi"))
    listener.listen()
    with listening(listener, echo):
        yield str(tmp_path / "ldapi")


def pool_of(sshd: Sshd) -> HostPool:
    return HostPool(sshd.fleet(), transport=SshTransport(trust=sshd.trust(), config=SshConfig([])))


@pytest.fixture
def pool(sshd: Sshd) -> Iterator[HostPool]:
    with pool_of(sshd) as made:
        yield made


def read_all(stream: ByteStream, size: int) -> bytes:
    got = b""
    while len(got) < size and (data := stream.read(10.0)):
        got += data
    return got


def relays() -> list[str]:
    """Command lines of relays that run on this machine."""
    found = []
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = place.read_bytes()
        except OSError:
            continue
        if b"\0relay-" in words and words.startswith(b"python3"):
            found.append(words.decode("utf-8", "replace"))
    return found


def gone(wanted: Callable[[], bool], seconds: float = 10.0) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if wanted():
            return True
        time.sleep(0.02)
    return False


def test_there_and_back(pool: HostPool, target: str) -> None:
    threads = threading.active_count()
    stream = pool.relay("a251", target)
    stream.write(b"hello", 5.0)
    assert read_all(stream, 5) == b"hello"
    with pytest.raises(TimeoutError):
        stream.read(0.1)
    assert stream.alive
    assert [line for line in relays() if target in line]
    stream.close()
    stream.close()
    assert gone(lambda: not [line for line in relays() if target in line])
    assert gone(lambda: threading.active_count() <= threads), threading.enumerate()


def test_much_in_both_directions_at_once(pool: HostPool, target: str) -> None:
    data = bytes(range(256)) * (8 << 12)  # 8 MiB: more than all buffers on the way
    stream = pool.relay("a251", target)
    sender = threading.Thread(target=stream.write, args=(data, 30.0))
    sender.start()
    assert read_all(stream, len(data)) == data
    sender.join(10)
    stream.close()


def test_a_tcp_port_as_the_host_sees_it(pool: HostPool) -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    with listening(listener, echo):
        stream = pool.relay("a251", f"127.0.0.1:{listener.getsockname()[1]}")
        stream.write(b"x", 5.0)
        assert read_all(stream, 1) == b"x"
        stream.close()


def test_the_server_ends_it(pool: HostPool, tmp_path: Path) -> None:
    def last_words(connection: socket.socket) -> None:
        with connection:
            connection.sendall(b"bye" * 50_000)

    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(tmp_path / "brief"))
    listener.listen()
    with listening(listener, last_words):
        stream = pool.relay("a251", str(tmp_path / "brief"))
        assert read_all(stream, 1 << 30) == b"bye" * 50_000
        assert gone(lambda: not stream.alive)
        assert gone(lambda: not [line for line in relays() if str(tmp_path) in line])
        with pytest.raises(OSError):
            for _ in range(100):
                stream.write(b"anybody?", 1.0)
                time.sleep(0.01)
        stream.close()


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("/no/such/socket", "No such file or directory.*Look whether the server runs"),
        ("/etc/hostname", "takes no connection there"),
        ("127.0.0.1:1", "Connection refused.*Look whether the server runs"),
    ],
)
def test_nothing_listens(pool: HostPool, target: str, words: str) -> None:
    with pytest.raises(Unreachable, match=words) as caught:
        pool.relay("a251", target)
    assert caught.value.where == "a251"
    with pytest.raises(DirectoryUnreachable, match="takes no connection"):
        Directory.open(relay.directory_of(pool, "a251", target), EXTERNAL)


@pytest.mark.parametrize(
    "target",
    [
        "",
        "ldapi",
        "a250",
        "a250:0",
        "a250:99999",
        "a250:x",
        "a b:1",
        "$(reboot):1",
        "/" + "x" * 200,
        "/a\0b",
        "-o:1",
    ],
)
def test_targets_that_are_none(pool: HostPool, target: str) -> None:
    with pytest.raises(Unreachable, match="neither a path nor address:port"):
        pool.relay("a251", target)


def test_the_targets_reach_the_host_as_they_are() -> None:
    assert relay.checked("/run/a b'\"$(x)") == "/run/a b'\"$(x)"
    assert relay.checked("::1:636") == "[::1]:636"
    assert relay.checked("[fe80::1]:636") == "[fe80::1]:636"
    assert relay.checked("a250.test.local:636") == "a250.test.local:636"


def test_a_path_with_all_kinds_of_signs(pool: HostPool, tmp_path: Path) -> None:
    place = tmp_path / "a b'\"$(reboot)`x`;*"
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(place))
    listener.listen()
    with listening(listener, echo):
        stream = pool.relay("a251", str(place))
        stream.write(b"x", 5.0)
        assert read_all(stream, 1) == b"x"
        stream.close()


def test_a_login_shell_that_talks(sshd: Sshd, target: str) -> None:
    options = 'command="echo Hello from bashrc; echo relay-; exec sh -c \\"$SSH_ORIGINAL_COMMAND\\""'
    sshd.authorized.write_text(f"{options} {Path(f'{sshd.key}.pub').read_text()}")
    with pool_of(sshd) as pool:
        stream = pool.relay("a251", target)
        stream.write(b"x", 5.0)
        assert read_all(stream, 1) == b"x"


def test_a_host_without_python(sshd: Sshd, target: str) -> None:
    options = 'command="echo sh: 1: python3: not found >&2; exit 127"'
    sshd.authorized.write_text(f"{options} {Path(f'{sshd.key}.pub').read_text()}")
    with pool_of(sshd) as pool, pytest.raises(NoPython):
        pool.relay("a251", target)


def test_a_login_that_is_refused(sshd: Sshd, target: str) -> None:
    sshd.authorized.write_text("")
    with pool_of(sshd) as pool, pytest.raises(LoginRefused):
        pool.relay("a251", target)


def test_the_pool_ends_its_relays(sshd: Sshd, target: str) -> None:
    pool = pool_of(sshd)
    one, two = pool.relay("a251", target), pool.relay("a251", target)
    fleet = sshd.fleet()
    pool.update(fleet)
    assert one.alive
    pool.update(replace(fleet, hosts={"a251": replace(fleet.hosts["a251"], port=1)}))
    assert not one.alive
    assert not two.alive
    pool.update(fleet)
    three = pool.relay("a251", target)
    pool.close()
    assert not three.alive
    with pytest.raises(LinkLost):
        pool.relay("a251", target)
    assert gone(lambda: not [line for line in relays() if target in line])


def test_cancelling(pool: HostPool, sshd: Sshd, target: str) -> None:
    sshd.authorized.write_text(f'command="sleep 30" {Path(f"{sshd.key}.pub").read_text()}')
    job = Job()
    threading.Timer(0.5, job.cancel).start()
    started = time.monotonic()
    with pytest.raises(Cancelled):
        pool.relay("a251", target, job)
    assert time.monotonic() - started < 5


def test_a_directory_over_a_relay(pool: HostPool, tmp_path: Path) -> None:
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(tmp_path / "ldapi"))
    listener.listen()
    server = Scripted()
    with listening(listener, server.serve):
        with Directory.open(relay.directory_of(pool, "a251", str(tmp_path / "ldapi")), EXTERNAL) as directory:
            assert directory.search("dc=x").entries == ()


def test_the_relay_is_no_part_of_the_helper() -> None:
    assert "relay" not in bundle.MODULES
    assert len(relay.program()) < 4096, "it is sent as an argument"


def test_relays_without_ssh(world: World) -> None:
    world.transport.targets["a251", "/run/slapd/ldapi"] = echo
    stream = world.pool.relay("a251", "/run/slapd/ldapi")
    stream.write(b"x", 1.0)
    assert stream.read(5.0) == b"x"
    with pytest.raises(Unreachable):
        world.pool.relay("a251", "/run/other")
    with pytest.raises(LinkError):
        world.pool.relay("nobody", "/run/slapd/ldapi")
    world.transport.cut("a251")
    assert stream.read(5.0) == b""
