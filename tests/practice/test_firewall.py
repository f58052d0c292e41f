"""Firewalls of practice hosts: what is closed is closed for the other hosts, for phones and for the workstation."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from azdesk.features.firewall import content, deriving
from azdesk.fleet import edit
from azdesk.fleet.model import Fleet
from azdesk.practice import PracticeFleet
from azdesk.practice.host import PracticeHost
from azdesk.practice.world import WORKSTATION

HOSTS = ("a251", "a253", "a254")


@pytest.fixture
def hosts() -> Iterator[dict[str, PracticeHost]]:
    with PracticeFleet.start(HOSTS, speed=100.0) as fleet:
        yield dict(fleet.hosts)


def install(host: PracticeHost, document: Fleet) -> None:
    """What a plan does, in short."""
    rules = content.text(deriving.openings(document, host.name))
    assert host.run(["apt-get", "install", "-y", "nftables"])
    for folder in ("/etc/azdesk", "/etc/systemd/system"):
        host.files.folder(folder)
    host.files.write(content.RULES, rules)
    host.files.write(content.UNIT_FILE, content.UNIT_TEXT)
    assert run(host, "systemctl", "start", content.UNIT) == 0


def run(host: PracticeHost, *argv: str, feed: str = "") -> int:
    done = host.run(list(argv), feed=feed.encode())
    assert done is not None
    return done.exit


def document(**said: object) -> Fleet:
    hosts = {
        name: {"address": f"192.168.11.{name[1:]}", "cluster": "" if name == "a254" else "test.local"}
        for name in HOSTS
    }
    fleet = edit.with_values(Fleet(), {"clusters": {"test.local": {}}, "hosts": hosts})
    return edit.with_value(fleet, ("hosts", "a251", "firewall"), {"enabled": True, **said})


def test_who_gets_in(hosts: dict[str, PracticeHost]) -> None:
    first, second, third = (hosts[name] for name in HOSTS)
    world = first.world
    epmd = world.connect(third, first.lan_address, 4369)
    assert not epmd.silent
    install(first, document(phones=["198.51.100.0/24"], chat=["192.168.11.254"]))
    assert world.connect(third, first.lan_address, 4369).silent
    assert not world.connect(second, first.lan_address, 4369).silent
    assert world.connect(third, first.lan_address, 5222).host is first
    assert world.connect(second, first.lan_address, 5222).silent
    assert world.connect(second, first.lan_address, 5060, udp=True).silent
    assert world.connect(first, "127.0.0.1", 5222).host is first
    assert world.connect(first, second.lan_address, 5222).host is second, "it gets out"
    assert first.lets_in(WORKSTATION, 22)
    assert run(first, "systemctl", "stop", content.UNIT) == 0
    assert world.connect(second, first.lan_address, 5222).host is first


def test_rules_that_nobody_has_proven_are_not_loaded(hosts: dict[str, PracticeHost]) -> None:
    first = hosts["a251"]
    install(first, document(ssh=["198.51.100.0/24"]))
    assert not first.lets_in(WORKSTATION, 22)
    assert run(first, "systemctl", "stop", content.UNIT) == 0
    assert run(first, "touch", content.TRIAL) == 0
    assert run(first, "systemctl", "start", content.UNIT) == 0
    assert first.lets_in(WORKSTATION, 22)
    assert run(first, "touch", content.TRIAL_OF_THIS_BOOT) == 0
    assert run(first, "systemctl", "start", content.UNIT) == 0
    assert not first.lets_in(WORKSTATION, 22)


def test_the_timer_opens_the_host_again(hosts: dict[str, PracticeHost]) -> None:
    first = hosts["a251"]
    install(first, document(ssh=["198.51.100.0/24"]))
    guard = (
        "systemd-run",
        f"--unit={content.GUARD}",
        "--on-active=5",
        content.NFT,
        "delete",
        "table",
        "inet",
        "azdesk",
    )
    assert run(first, *guard) == 0
    assert run(first, *guard) == 1, "there is one already"
    assert run(first, "sleep", "10") == 0
    first.world.settle()
    assert first.lets_in(WORKSTATION, 22)
    assert run(first, *guard) == 0
    assert run(first, "systemctl", "stop", f"{content.GUARD}.timer") == 0
    assert run(first, "systemctl", "reload", content.UNIT) == 0
    assert run(first, "sleep", "10") == 0
    first.world.settle()
    assert not first.lets_in(WORKSTATION, 22), "it was called off"


@pytest.mark.parametrize(
    "text",
    [
        "table inet azdesk { chain input { type filter hook input priority 0; policy drop; nonsense accept } }",
        "table inet azdesk { chain input { tcp dport { 22, 20-30 } accept } }",
        "table inet azdesk { chain input { ip saddr { 10.0.0.1/8 } accept } }",
        "table inet azdesk { chain input { ip saddr { 2001:db8::1 } accept } }",
        "table inet azdesk { chain input { tcp dport { 70000 } accept } }",
        "table inet azdesk { chain input {",
        "table arp azdesk",
        "delete table inet azdesk",
    ],
)
def test_what_nft_does_not_take(hosts: dict[str, PracticeHost], text: str) -> None:
    first = hosts["a251"]
    install(first, document())
    before = first.netfilter.table("inet", "azdesk")
    deleted = text.startswith("delete")
    assert run(first, "nft", "-f", "-", feed=text + "\n" + ("" if not deleted else text)) == 1
    assert first.netfilter.table("inet", "azdesk") == before, "all or nothing"
