"""Against a real OpenSSH server on loopback."""

from __future__ import annotations

import dataclasses
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from azdesk.core.errors import (
    Cancelled,
    CredentialError,
    HostKeyChanged,
    HostKeyUnknown,
    LinkError,
    LinkLost,
    LinkTimeout,
    LoginRefused,
    ProtocolError,
    Unreachable,
)
from azdesk.core.outcome import StepState
from azdesk.core.probe import Command, File
from azdesk.core.progress import Job
from azdesk.core.secret import Secret
from azdesk.fleet.model import Fleet, Host
from azdesk.hosts.check import LoginStage, check_login
from azdesk.hosts.known import HostKeys
from azdesk.hosts.pool import HostPool
from azdesk.hosts.route import SshConfig
from azdesk.hosts.ssh import SshTransport
from tests.unit.hosts.conftest import Sshd, keygen, start_sshd
from tests.unit.hosts.test_link import begin, nothing, wait_until, write


class Held:
    """Secrets of a test; remembers what was asked."""

    def __init__(self, **values: str) -> None:
        self.values = values
        self.asked: list[tuple[str, str]] = []

    def get(self, name: str, what: str) -> Secret | None:
        self.asked.append((name, what))
        value = self.values.get(what)
        return Secret(value) if value is not None else None


@pytest.fixture(autouse=True)
def no_agent(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))


@pytest.fixture
def agent(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    if shutil.which("ssh-agent") is None:
        pytest.skip("no ssh-agent is installed here")
    path = str(tmp_path_factory.mktemp("agent") / "socket")
    process = subprocess.Popen(["ssh-agent", "-D", "-a", path], stdout=subprocess.DEVNULL)
    assert wait_until(lambda: os.path.exists(path))
    monkeypatch.setenv("SSH_AUTH_SOCK", path)
    yield
    process.terminate()
    process.wait(10)


def transport(
    sshd: Sshd, secrets: Held | None = None, trust: HostKeys | None = None, config: Path | None = None
) -> SshTransport:
    return SshTransport(
        secrets=secrets or Held(),
        trust=trust or sshd.trust(),
        config=SshConfig([config] if config else []),
    )


def look(fleet: Fleet, carrier: SshTransport, host: str = "a251") -> bool:
    with HostPool(fleet, transport=carrier) as pool:
        return pool.link(host).look({"etc": File(path="/etc")}).file("etc").exists


# -- logins ------------------------------------------------------------------------------------------------


def test_key_file(sshd: Sshd) -> None:
    assert look(sshd.fleet(), transport(sshd))


@pytest.mark.parametrize(("kind", "pem"), [("rsa", False), ("rsa", True), ("ecdsa", False), ("ecdsa", True)])
def test_keys_of_other_types_and_forms(sshd: Sshd, tmp_path: Path, kind: str, pem: bool) -> None:
    key = keygen(tmp_path / "key", kind, pem=pem)
    sshd.authorized.write_text((tmp_path / "key.pub").read_text())
    assert look(sshd.fleet(key_file=str(key)), transport(sshd))


@pytest.mark.parametrize(("kind", "pem"), [("ed25519", False), ("rsa", False), ("rsa", True)])
def test_encrypted_key_file(sshd: Sshd, tmp_path: Path, kind: str, pem: bool) -> None:
    key = keygen(tmp_path / "key", kind, "correct horse", pem=pem)
    sshd.authorized.write_text((tmp_path / "key.pub").read_text())
    secrets = Held(passphrase="correct horse")
    carrier = transport(sshd, secrets)
    fleet = sshd.fleet(key_file=str(key))
    assert look(fleet, carrier)
    assert look(fleet, carrier)
    assert secrets.asked == [("it", "passphrase")]
    with pytest.raises(CredentialError, match="does not open") as caught:
        look(fleet, transport(sshd, Held(passphrase="battery staple")))
    assert "battery" not in str(caught.value)
    with pytest.raises(CredentialError, match="no passphrase"):
        look(fleet, transport(sshd))


def test_a_key_the_host_does_not_know(sshd: Sshd, tmp_path: Path) -> None:
    with pytest.raises(LoginRefused) as caught:
        look(sshd.fleet(key_file=str(keygen(tmp_path / "other"))), transport(sshd))
    assert str(caught.value).startswith("a251: It refused the key of root. Its sshd allows: publickey.")


def test_key_files_that_are_none(sshd: Sshd, tmp_path: Path) -> None:
    with pytest.raises(CredentialError, match="No such file"):
        look(sshd.fleet(key_file=str(tmp_path / "none")), transport(sshd))
    (tmp_path / "text").write_text("hello")
    with pytest.raises(CredentialError, match="not a private key"):
        look(sshd.fleet(key_file=str(tmp_path / "text")), transport(sshd))


def test_agent(sshd: Sshd, agent: None) -> None:
    with pytest.raises(CredentialError, match="agent holds no key"):
        look(sshd.fleet(method="agent", key_file=""), transport(sshd))
    subprocess.run(["ssh-add", "-q", str(sshd.key)], check=True)
    assert look(sshd.fleet(method="agent", key_file=""), transport(sshd))


def test_the_agent_spares_the_passphrase_of_a_key_file(sshd: Sshd, agent: None, tmp_path: Path) -> None:
    key = keygen(tmp_path / "key")
    sshd.authorized.write_text((tmp_path / "key.pub").read_text())
    subprocess.run(["ssh-add", "-q", str(key)], check=True)
    subprocess.run(
        ["ssh-keygen", "-q", "-p", "-P", "", "-N", "secret", "-f", str(key)], check=True, capture_output=True
    )
    secrets = Held()
    assert look(sshd.fleet(key_file=str(key)), transport(sshd, secrets))
    assert secrets.asked == []


def test_too_many_keys_in_the_agent(sshd: Sshd, agent: None, tmp_path: Path) -> None:
    for number in range(8):
        subprocess.run(["ssh-add", "-q", str(keygen(tmp_path / f"k{number}"))], check=True)
    with pytest.raises(LoginRefused, match="too many keys"):
        look(sshd.fleet(method="agent", key_file=""), transport(sshd))


def test_without_a_credential_as_the_ssh_command_would(sshd: Sshd, tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.write_text(
        f"Host box\n  HostName 127.0.0.1\n  Port {sshd.port}\n  User {sshd.user}\n  IdentityFile {sshd.key}\n"
    )
    assert look(Fleet(hosts={"a251": Host(address="box")}), transport(sshd, config=config))
    (tmp_path / ".ssh").mkdir()
    shutil.copy(sshd.key, tmp_path / ".ssh" / "id_ed25519")
    assert look(Fleet(hosts={"a251": Host(address="127.0.0.1", port=sshd.port)}), transport(sshd))


def test_a_password_where_only_keys_are_allowed(sshd: Sshd) -> None:
    with pytest.raises(
        LoginRefused, match=r"refused the password of root\. Its sshd allows: publickey"
    ) as caught:
        look(sshd.fleet(method="password", key_file=""), transport(sshd, Held(password="hunter2")))
    assert "hunter2" not in str(caught.value)


# -- host keys ---------------------------------------------------------------------------------------------


def test_an_unknown_key_is_asked_about_then_remembered(sshd: Sshd, tmp_path: Path) -> None:
    trust = HostKeys(tmp_path / "own" / "known_hosts", [])
    carrier = transport(sshd, trust=trust)
    with pytest.raises(HostKeyUnknown) as caught:
        look(sshd.fleet(), carrier)
    said = subprocess.run(
        ["ssh-keygen", "-l", "-f", str(sshd.folder / "host_ed25519.pub")],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert caught.value.fingerprint in said
    assert caught.value.address == f"[127.0.0.1]:{sshd.port}"
    trust.accept(caught.value)
    assert look(sshd.fleet(), carrier)


def test_a_changed_key_is_refused_before_anything_is_sent(sshd: Sshd, tmp_path: Path) -> None:
    other = (keygen(tmp_path / "other").with_suffix(".pub")).read_text().split()
    trust = sshd.trust(f"[127.0.0.1]:{sshd.port} {other[0]} {other[1]}\n")
    before = len(sshd.log)
    with pytest.raises(HostKeyChanged) as caught:
        look(sshd.fleet(), transport(sshd, trust=trust))
    assert caught.value.known != caught.value.shown
    assert "root" not in sshd.log[before:]


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa", "rsa"])
def test_a_known_key_of_any_type_is_found(sshd: Sshd, kind: str) -> None:
    assert look(sshd.fleet(), transport(sshd, trust=sshd.trust(sshd.known_line(kind))))


def test_hashed_known_hosts(sshd: Sshd) -> None:
    trust = sshd.trust()
    subprocess.run(["ssh-keygen", "-q", "-H", "-f", str(trust.others[0])], check=True, capture_output=True)
    assert "127.0.0.1" not in trust.others[0].read_text()
    assert look(sshd.fleet(), transport(sshd, trust=trust))


# -- jump hosts --------------------------------------------------------------------------------------------


@pytest.fixture
def three(sshd: Sshd, tmp_path: Path) -> Iterator[tuple[Sshd, Fleet, SshTransport]]:
    """Two jump hosts before the host; one of them is the host of `sshd`."""
    servers = [sshd, start_sshd(tmp_path / "inner"), start_sshd(tmp_path / "last")]
    for server in servers[1:]:
        server.authorized.write_text(Path(f"{sshd.key}.pub").read_text())
    trust = sshd.trust(*(server.known_line() for server in servers))
    credentials = sshd.fleet().credentials
    fleet = Fleet(
        credentials=credentials,
        hosts={
            "gate": Host(address="127.0.0.1", port=servers[0].port, credential="it"),
            "inner": Host(address="127.0.0.1", port=servers[1].port, credential="it", jump=("gate",)),
            "last": Host(address="127.0.0.1", port=servers[2].port, credential="it", jump=("inner",)),
        },
    )
    yield servers[2], fleet, transport(sshd, trust=trust)
    for server in servers[1:]:
        server.stop()


def test_nested_jump_hosts_share_their_connections(three: tuple[Sshd, Fleet, SshTransport]) -> None:
    last, fleet, carrier = three
    (last.root / "etc" / "mark").write_text("last")
    with HostPool(fleet, transport=carrier) as pool:
        found = pool.link("last").look({"m": File(path="/etc/mark")})
        assert found.file("m").text == "last"
        assert pool.link("inner").look({"m": File(path="/etc/mark")}).file("m").exists is False
        assert len(carrier._shared) == 2
        pool.drop("last")
        assert pool.link("inner").look({"m": File(path="/etc/mark")}).file("m").exists is False
        assert len(carrier._shared) == 1
        assert pool.link("last").look({"m": File(path="/etc/mark")}).file("m").exists
        pool.drop("last")
        pool.drop("inner")
        assert carrier._shared == {}


def test_many_hosts_behind_one_jump_host_at_once(sshd: Sshd, tmp_path: Path) -> None:
    addresses = [f"127.0.1.{number}" for number in range(1, 5)]
    listen = "\n".join(f"ListenAddress {address}" for address in addresses)
    server = start_sshd(tmp_path / "many", extra=listen)
    server.authorized.write_text(Path(f"{sshd.key}.pub").read_text())
    hosts = {
        f"h{number}": Host(address=address, port=server.port, credential="it", jump=("gate",))
        for number, address in enumerate(addresses)
    }
    hosts["gate"] = Host(address="127.0.0.1", port=sshd.port, credential="it")
    lines = [server.known_line(name=f"[{address}]:{server.port}") for address in addresses]
    carrier = transport(sshd, trust=sshd.trust(sshd.known_line(), *lines))
    fleet = Fleet(credentials=sshd.fleet().credentials, hosts=hosts)
    failed: list[LinkError] = []
    try:
        with HostPool(fleet, transport=carrier) as pool:

            def work(host: str) -> None:
                try:
                    pool.link(host).look({})
                except LinkError as error:
                    failed.append(error)

            threads = [threading.Thread(target=work, args=(f"h{n}",)) for n in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(30)
            assert not failed
            assert [shared.users for shared in carrier._shared.values()] == [4]
    finally:
        server.stop()


def test_a_jump_host_that_cannot_reach_the_host(sshd: Sshd) -> None:
    fleet = Fleet(
        credentials=sshd.fleet().credentials,
        hosts={
            "gate": Host(address="127.0.0.1", port=sshd.port, credential="it"),
            "a251": Host(address="127.0.0.1", port=1, credential="it", jump=("gate",)),
        },
    )
    carrier = transport(sshd)
    with pytest.raises(Unreachable, match="through the jump host"):
        look(fleet, carrier)
    assert carrier._shared == {}


def test_a_jump_host_that_refuses_the_login(sshd: Sshd, tmp_path: Path) -> None:
    fleet = sshd.fleet(key_file=str(keygen(tmp_path / "other")))
    fleet = dataclasses.replace(
        fleet,
        hosts={
            "gate": Host(address="127.0.0.1", port=sshd.port, credential="it"),
            "a251": Host(address="127.0.0.2", port=sshd.port, credential="it", jump=("gate",)),
        },
    )
    with pytest.raises(LoginRefused) as caught:
        look(fleet, transport(sshd))
    assert caught.value.where == "a251 via gate"


def test_proxy_command(sshd: Sshd, tmp_path: Path) -> None:
    code = tmp_path / "proxy.py"
    code.write_text(
        "import os, select, socket, sys\n"
        "s = socket.create_connection((sys.argv[1], int(sys.argv[2])))\n"
        "while True:\n"
        "    for ready in select.select([0, s], [], [])[0]:\n"
        "        data = os.read(0, 65536) if ready == 0 else s.recv(65536)\n"
        "        if not data: sys.exit()\n"
        "        s.sendall(data) if ready == 0 else os.write(1, data)\n"
    )
    config = tmp_path / "config"
    config.write_text(f"Host 127.0.0.1\n  ProxyCommand {sys.executable} {code} %h %p\n")
    assert look(sshd.fleet(), transport(sshd, config=config))
    config.write_text("Host 127.0.0.1\n  ProxyCommand exit 3\n")
    with pytest.raises(Unreachable, match="ProxyCommand"):
        look(sshd.fleet(), transport(sshd, config=config))


# -- what does not answer ----------------------------------------------------------------------------------


def answering(reply: bytes | None) -> tuple[socket.socket, int]:
    """A server that says something else than SSH, or nothing at all."""
    server = socket.create_server(("127.0.0.1", 0))

    def run() -> None:
        kept = []
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                for one in kept:
                    one.close()
                return
            if reply is not None:
                with connection:
                    connection.sendall(reply)
            else:
                kept.append(connection)

    threading.Thread(target=run, daemon=True).start()
    return server, server.getsockname()[1]


def unreachable(sshd: Sshd, address: str, port: int) -> Fleet:
    return dataclasses.replace(
        sshd.fleet(), hosts={"a251": Host(address=address, port=port, credential="it")}
    )


def test_nobody_there(sshd: Sshd) -> None:
    with pytest.raises(Unreachable, match=r"127\.0\.0\.1:1 refuses connections"):
        look(unreachable(sshd, "127.0.0.1", 1), transport(sshd))
    with pytest.raises(Unreachable, match="does not resolve"):
        look(unreachable(sshd, "no-such-host.invalid", 22), transport(sshd))


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", LinkError),
        (b"SSH-1.5-old\r\n", LinkError),
        (b"", Unreachable),
        (os.urandom(300), LinkError),
        (b"SSH-2.0-x\r\n" + os.urandom(300), LinkError),
    ],
)
def test_something_else_answers(sshd: Sshd, reply: bytes, kind: type[LinkError]) -> None:
    server, port = answering(reply)
    started = time.monotonic()
    with pytest.raises(kind) as caught:
        look(unreachable(sshd, "127.0.0.1", port), transport(sshd))
    assert caught.value.where == "a251"
    assert time.monotonic() - started < 12
    server.close()


def test_a_handshake_that_is_broken_off_leaves_no_clock(sshd: Sshd) -> None:
    """Paramiko's clock of a handshake would tick on for ten seconds, and keep the whole program from ending."""
    server, port = answering(b"SSH-2.0-x\r\n" + os.urandom(300))
    with pytest.raises(LinkError):
        look(unreachable(sshd, "127.0.0.1", port), transport(sshd))
    assert wait_until(lambda: not any(isinstance(one, threading.Timer) for one in threading.enumerate()), 4)
    server.close()


def test_a_port_that_stays_silent(sshd: Sshd, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("azdesk.hosts.handshake.BANNER_TIMEOUT", 0.5)
    server, port = answering(None)
    with pytest.raises(LinkTimeout, match="no SSH server speaks"):
        look(unreachable(sshd, "127.0.0.1", port), transport(sshd))
    server.close()


def test_cancelling_while_connecting(sshd: Sshd) -> None:
    server, port = answering(None)
    job = Job()
    threading.Timer(0.3, job.cancel).start()
    started = time.monotonic()
    with (
        HostPool(unreachable(sshd, "127.0.0.1", port), transport=transport(sshd)) as pool,
        pytest.raises(Cancelled),
    ):
        pool.link("a251", job)
    assert time.monotonic() - started < 3
    server.close()


def test_closing_the_pool_stops_connecting(sshd: Sshd) -> None:
    server, port = answering(None)
    pool = HostPool(unreachable(sshd, "127.0.0.1", port), transport=transport(sshd))
    threading.Timer(0.3, pool.close).start()
    with pytest.raises(Cancelled):
        pool.link("a251")
    server.close()


# -- links -------------------------------------------------------------------------------------------------


def test_killed_server_side_is_a_lost_link_and_the_host_rolls_back(tmp_path: Path) -> None:
    server = start_sshd(tmp_path / "own")
    try:
        carrier = transport(server)
        with HostPool(server.fleet(), transport=carrier) as pool:
            link = pool.link("a251")
            begin(link)
            link.apply("t1", [write("/etc/new", "x")], {}, {}, job=Job(), on_step=nothing)
            assert (server.root / "etc/new").exists()
            server.stop()
            with pytest.raises(LinkLost):
                link.commit("t1")
            again = start_sshd(tmp_path / "own", port=server.port)
            try:
                assert wait_until(
                    lambda: pool.link("a251").outcome("t1")["state"] in ("rolled-back", "recovered")
                )
                assert not (server.root / "etc/new").exists()
            finally:
                again.stop()
    finally:
        if server.process.poll() is None:
            server.stop()


def test_closing_ends_the_helper_and_its_threads(sshd: Sshd) -> None:
    before = threading.active_count()
    with HostPool(sshd.fleet(), transport=transport(sshd)) as pool:
        link = pool.link("a251")
        pid = link.hello.pid
        assert os.path.exists(f"/proc/{pid}")
    assert wait_until(lambda: not os.path.exists(f"/proc/{pid}"))
    assert wait_until(lambda: threading.active_count() <= before)


def test_a_large_answer_and_a_large_request(sshd: Sshd) -> None:
    big = "ä" * 900_000
    (sshd.root / "etc" / "big").write_text(big)
    with HostPool(sshd.fleet(), transport=transport(sshd)) as pool:
        link = pool.link("a251")
        assert link.look({"b": File(path="/etc/big", limit=1 << 22)}).file("b").text == big
        begin(link, "big1")
        link.apply("big1", [write("/etc/big2", big)], {}, {}, job=Job(), on_step=nothing)
        link.commit("big1")
    assert (sshd.root / "etc" / "big2").read_text() == big


def test_a_login_shell_that_talks(sshd: Sshd, tmp_path: Path) -> None:
    public = Path(f"{sshd.key}.pub").read_text()
    sshd.authorized.write_text(
        f'command="echo Welcome to this host; eval \\"$SSH_ORIGINAL_COMMAND\\"" {public}'
    )
    assert look(sshd.fleet(), transport(sshd))


def test_a_key_that_is_restricted_to_another_command(sshd: Sshd) -> None:
    public = Path(f"{sshd.key}.pub").read_text()
    sshd.authorized.write_text(f'command="echo only backups here >&2; exit 3" {public}')
    with pytest.raises(ProtocolError, match="only backups here"):
        look(sshd.fleet(), transport(sshd))


def test_a_slow_command_does_not_delay_other_hosts(sshd: Sshd) -> None:
    fleet = dataclasses.replace(
        sshd.fleet(),
        hosts={
            "slow": Host(address="127.0.0.1", port=sshd.port, credential="it"),
            "fast": Host(address="localhost", port=sshd.port, credential="it"),
        },
    )
    trust = sshd.trust(sshd.known_line(), sshd.known_line(name=f"[localhost]:{sshd.port}"))
    with HostPool(fleet, transport=transport(sshd, trust=trust)) as pool:
        pool.link("slow").look({})
        pool.link("fast").look({})
        thread = threading.Thread(target=lambda: pool.link("slow").look({"c": Command(argv=("sleep", "2"))}))
        thread.start()
        started = time.monotonic()
        pool.link("fast").look({"f": File(path="/etc")})
        assert time.monotonic() - started < 1.5
        thread.join()


# -- the test of a login -----------------------------------------------------------------------------------


def test_check_login_step_by_step(sshd: Sshd) -> None:
    steps = list(check_login(transport(sshd), sshd.fleet(), "a251"))
    done = [step for step in steps if step.state is StepState.DONE]
    assert [step.stage for step in done] == [
        LoginStage.RESOLVE,
        LoginStage.CONNECT,
        LoginStage.SSH,
        LoginStage.HOST_KEY,
        LoginStage.LOGIN,
        LoginStage.ROOT,
        LoginStage.PYTHON,
        LoginStage.HELPER,
    ]
    messages = {step.stage: step.message for step in done}
    assert messages[LoginStage.SSH].startswith("SSH-2.0-OpenSSH")
    assert messages[LoginStage.HOST_KEY].startswith("ssh-ed25519 SHA256:")
    assert messages[LoginStage.ROOT] == "uid 0"


def test_check_login_stops_at_the_host_key_and_goes_on_when_it_is_accepted(
    sshd: Sshd, tmp_path: Path
) -> None:
    trust = HostKeys(tmp_path / "own" / "known_hosts", [])
    carrier = transport(sshd, trust=trust)
    last = list(check_login(carrier, sshd.fleet(), "a251"))[-1]
    assert (last.stage, last.state) == (LoginStage.HOST_KEY, StepState.FAILED)
    assert isinstance(last.error, HostKeyUnknown)
    trust.accept(last.error)
    assert list(check_login(carrier, sshd.fleet(), "a251"))[-1].state is StepState.DONE


def test_check_login_through_a_jump_host(three: tuple[Sshd, Fleet, SshTransport]) -> None:
    _, fleet, carrier = three
    steps = list(check_login(carrier, fleet, "last"))
    assert steps[1].stage is LoginStage.JUMP
    assert steps[-1].state is StepState.DONE
    assert carrier._shared == {}


def test_check_login_that_is_given_up_leaves_nothing_open(three: tuple[Sshd, Fleet, SshTransport]) -> None:
    _, fleet, carrier = three
    steps = check_login(carrier, fleet, "last")
    for step in steps:
        if step.stage is LoginStage.LOGIN:
            break
    steps.close()
    assert carrier._shared == {}


def test_check_login_refused(sshd: Sshd, tmp_path: Path) -> None:
    last = list(check_login(transport(sshd), sshd.fleet(key_file=str(keygen(tmp_path / "k"))), "a251"))[-1]
    assert (last.stage, last.state) == (LoginStage.LOGIN, StepState.FAILED)
    assert isinstance(last.error, LoginRefused)
