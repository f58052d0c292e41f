from __future__ import annotations

from pathlib import Path

import pytest

from azdesk.core.errors import LinkError
from azdesk.fleet.model import Credential, Fleet, Host
from azdesk.hosts.route import Hop, SshConfig, route


def config(tmp_path: Path, text: str = "", **others: str) -> SshConfig:
    folder = tmp_path / "ssh"
    folder.mkdir(exist_ok=True)
    for name, content in others.items():
        (folder / name).write_text(content)
    (folder / "config").write_text(text)
    return SshConfig([folder / "config", folder / "does-not-exist"])


def only(fleet: Fleet, settings: SshConfig, host: str = "a251") -> Hop:
    (hop,) = route(fleet, host, settings)
    return hop


def fleet(**hosts: Host) -> Fleet:
    return Fleet(
        credentials={
            "key": Credential(user="root", method="key", key_file="~/.ssh/office"),
            "alice": Credential(user="alice", method="agent", sudo="with-password"),
        },
        hosts=hosts,
    )


def test_without_configuration_it_is_root_at_port_22(tmp_path: Path) -> None:
    hop = only(fleet(a251=Host(address="10.0.0.1")), config(tmp_path))
    assert (hop.address, hop.port, hop.user, hop.method) == ("10.0.0.1", 22, "root", "automatic")
    assert (hop.known_name, hop.credential, hop.sudo, hop.connect_timeout) == ("10.0.0.1", "a251", "no", 10.0)


def test_the_configuration_fills_what_the_document_leaves_open(tmp_path: Path) -> None:
    settings = config(
        tmp_path,
        "Host web\n  HostName 10.0.0.9\n  User deploy\n  Port 2222\n  IdentityFile ~/.ssh/web\n  IdentitiesOnly yes\n"
        "  HostKeyAlias webhost\n  UserKnownHostsFile ~/.ssh/kh /tmp/kh2\n  ConnectTimeout 3\n",
    )
    hop = only(fleet(a251=Host(address="web")), settings)
    assert (hop.address, hop.port, hop.user, hop.connect_timeout) == ("10.0.0.9", 2222, "deploy", 3.0)
    assert hop.key_files == (str(Path("~/.ssh/web").expanduser()),)
    assert hop.identities_only
    assert hop.known_name == "[webhost]:2222"
    assert hop.known_files == (Path("~/.ssh/kh").expanduser(), Path("/tmp/kh2"))


def test_the_document_wins(tmp_path: Path) -> None:
    settings = config(
        tmp_path, "Host *\n  User deploy\n  Port 2222\n  IdentityFile ~/.ssh/x\n  ProxyJump bastion\n"
    )
    document = fleet(a251=Host(address="10.0.0.1", port=2200, credential="key", jump=("10.0.0.2",)))
    first, jump, hop = route(document, "a251", settings)
    assert (first.address, first.port) == (
        "bastion",
        2222,
    )  # “Host *” holds for the jump host too, as with ssh
    assert (hop.user, hop.port, hop.method) == ("root", 2200, "key")
    assert hop.key_files == (str(Path("~/.ssh/office").expanduser()),)
    assert (jump.address, jump.user, jump.port) == ("10.0.0.2", "deploy", 2222)


def test_credential_gives_user_sudo_and_the_name_for_secrets(tmp_path: Path) -> None:
    hop = only(fleet(a251=Host(address="10.0.0.1", credential="alice")), config(tmp_path))
    assert (hop.user, hop.method, hop.sudo, hop.credential) == ("alice", "agent", "with-password", "alice")


def test_jumps_by_name_by_address_and_nested(tmp_path: Path) -> None:
    document = fleet(
        gate=Host(address="10.0.0.1", credential="alice"),
        inner=Host(address="10.1.0.1", port=2201, jump=("gate",)),
        a251=Host(address="10.2.0.1", jump=("inner", "bob@10.1.9.9:2209", "[fd00::1]:22")),
    )
    hops = route(document, "a251", config(tmp_path))
    assert [(hop.user, hop.address, hop.port) for hop in hops] == [
        ("alice", "10.0.0.1", 22),
        ("root", "10.1.0.1", 2201),
        ("bob", "10.1.9.9", 2209),
        ("root", "fd00::1", 22),
        ("root", "10.2.0.1", 22),
    ]
    # A jump host only passes packets on: nobody becomes root there.
    assert {hop.sudo for hop in hops[:-1]} == {"no"}


def test_proxyjump_of_the_configuration_and_its_own_proxyjump(tmp_path: Path) -> None:
    settings = config(
        tmp_path,
        "Host 10.2.*\n  ProxyJump alice@inner:2222\nHost inner\n  HostName 10.1.0.1\n  ProxyJump gate\n"
        "Host gate\n  HostName 10.0.0.1\n  ProxyJump none\n",
    )
    hops = route(fleet(a251=Host(address="10.2.0.1")), "a251", settings)
    assert [(hop.user, hop.address, hop.port) for hop in hops] == [
        ("root", "10.0.0.1", 22),
        ("alice", "10.1.0.1", 2222),
        ("root", "10.2.0.1", 22),
    ]


def test_circles_are_told(tmp_path: Path) -> None:
    settings = config(tmp_path, "Host x\n  ProxyJump y\nHost y\n  ProxyJump x\n")
    with pytest.raises(LinkError, match="a → x → y → x"):
        route(fleet(a=Host(address="z", jump=("x",))), "a", settings)


def test_a_jump_host_for_all_hosts_is_itself_reached_directly(tmp_path: Path) -> None:
    settings = config(tmp_path, "Host *\n  ProxyJump gate\n")
    assert [hop.address for hop in route(fleet(a=Host(address="z")), "a", settings)] == ["gate", "z"]
    assert [hop.address for hop in route(fleet(a=Host(address="gate")), "a", settings)] == ["gate"]


def test_include_and_what_follows_it_in_its_block(tmp_path: Path) -> None:
    settings = config(
        tmp_path,
        "Host web\n  Include more*.conf\n  Port 2222\nHost *\n  User later\n",
        **{"more1.conf": "Host other\n  Port 1\nHost web\n  User included\n"},
    )
    hop = only(fleet(a251=Host(address="web")), settings)
    assert (hop.port, hop.user) == (2222, "included")


def test_an_include_of_itself_ends(tmp_path: Path) -> None:
    settings = config(tmp_path, "Include config\nHost *\n  User once\n")
    assert only(fleet(a251=Host(address="web")), settings).user == "once"


@pytest.mark.parametrize(("command", "user"), [("true", "special"), ("false", "root")])
def test_match_exec_runs_its_command(tmp_path: Path, command: str, user: str) -> None:
    settings = config(tmp_path, f'Match exec "{command}"\n  User special\n')
    assert only(fleet(a251=Host(address="web")), settings).user == user


def test_paramiko_comes_without_invoke() -> None:
    import subprocess
    import sys

    code = "import sys, azdesk.hosts.lean; sys.exit('invoke' in sys.modules or 'paramiko' not in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0


def test_a_broken_configuration_names_the_line(tmp_path: Path) -> None:
    with pytest.raises(LinkError, match="nonsense"):
        only(fleet(a251=Host(address="web")), config(tmp_path, "User x\nnonsense\n"))
    with pytest.raises(LinkError, match="number"):
        only(fleet(a251=Host(address="web")), config(tmp_path, "Port many\n"))


def test_what_is_not_honoured_does_not_bring_paramiko_along(tmp_path: Path) -> None:
    import subprocess
    import sys

    config(tmp_path, "Host *\n  SendEnv LANG LC_*\n  HashKnownHosts yes\n  GSSAPIAuthentication yes\n")
    code = (
        "import sys; from pathlib import Path; from azdesk.hosts.route import SshConfig, route;"
        "from azdesk.fleet.model import Fleet, Host; import azdesk.hosts.pool, azdesk.hosts.ssh, azdesk.hosts.dial;"
        f"route(Fleet(hosts={{'a': Host(address='10.0.0.1')}}), 'a', SshConfig([Path({str(tmp_path / 'ssh/config')!r})]));"
        "sys.exit('paramiko' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0


@pytest.mark.parametrize("bad", ["a;id", "$(id)", "`id`", "-oX=y", "a|b", "a'b", 'a"b', "a&b"])
@pytest.mark.parametrize("token", ["%h", "%r"])
def test_proxycommand_gets_words_only(tmp_path: Path, bad: str, token: str) -> None:
    setting = "HostName" if token == "%h" else "User"
    text = f"Host gate\n  {setting} {bad}\n  ProxyCommand nc {token} %p\n"
    with pytest.raises(LinkError, match="more than a word"):
        only(fleet(a251=Host(address="gate")), config(tmp_path, text))


def test_proxycommand_gets_usual_names_as_they_are(tmp_path: Path) -> None:
    settings = config(tmp_path, "Host *\n  User DOM\\me\n  ProxyCommand run %r %h %p %n %%\n")
    hop = only(fleet(a251=Host(address="fe80::1%eth0")), settings)
    assert hop.proxy_command == "run DOM\\me fe80::1%eth0 22 a251 %"
