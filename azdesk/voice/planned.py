"""All hosts as the document wants them, for the call simulator."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from azdesk.core.pattern import pattern
from azdesk.voice import deriving
from azdesk.voice.simulating import Answer, Exchange, Way, World

if TYPE_CHECKING:
    from azdesk.fleet.model import Fleet


@dataclass(frozen=True)
class _Exchanges(Mapping[str, Exchange]):
    """Each host's dial plan is derived when the first call meets it."""

    fleet: Fleet
    drivers: Mapping[str, deriving.Driver]
    accounts: Callable[[str, str], bool]
    down: Collection[str] = ()
    made: dict[str, Exchange] = field(default_factory=dict)
    shared: deriving.Shared = field(default_factory=dict)

    def __getitem__(self, host: str) -> Exchange:
        if host not in self.made:
            if host not in self.fleet.hosts:
                raise KeyError(host)
            self.made[host] = Exchange(
                plan=deriving.dial_plan(
                    self.fleet, host, self.drivers.get(host, "pjsip"), shared=self.shared
                ),
                ways=ways_of(self.fleet, host, self.down),
                accounts=lambda number: self.accounts(host, number),
                mailboxes=lambda number: has_mailbox(self.fleet, host, number),
            )
        return self.made[host]

    def __iter__(self) -> Iterator[str]:
        return iter(self.fleet.hosts)

    def __len__(self) -> int:
        return len(self.fleet.hosts)


def has_mailbox(fleet: Fleet, host: str, number: str) -> bool:
    """Whether a host should have a voicemail box of this number: each of its own numbers has one."""
    return any(pattern(block).holds(number) for block in fleet.hosts[host].numbers)


def ways_of(fleet: Fleet, host: str, down: Collection[str] = ()) -> dict[str, Way]:
    """Endpoint → where it leads, of all trunks that a host should have.

    Args:
        down: names of trunks, and of hosts, that are not reachable.
    """
    ways = {
        deriving.host_endpoint(peer): Way(
            host=peer, context=deriving.entrance(fleet, peer, host), name=peer, up=peer not in down
        )
        for peer in deriving.peers_of(fleet, host)
    }
    return ways | {
        deriving.trunk_endpoint(name): Way(name=name, up=name not in down)
        for name in deriving.trunks_of(fleet, host)
    }


def planned(
    fleet: Fleet,
    *,
    drivers: Mapping[str, deriving.Driver] | None = None,
    accounts: Callable[[str, str], bool] = lambda _host, _number: True,
    phones: Callable[[str, str], Answer] = lambda _host, _number: "answers",
    down: Collection[str] = (),
) -> World:
    """The document's world.

    Args:
        drivers: host → its driver, where it is another than PJSIP.
        accounts: (host, number) → whether there is such an account.
        phones: (host, account) → what its phones do.
        down: names of trunks, and of hosts, that are not reachable.
    """
    return World(exchanges=_Exchanges(fleet, drivers or {}, accounts, down), phones=phones)
