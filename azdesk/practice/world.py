"""What the practice hosts share: one lock, one clock with pending events, one network."""

from __future__ import annotations

import heapq
import itertools
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from azdesk.practice.host import PracticeHost

WORKSTATION = "192.168.11.9"
"""Where connections of SSH come from that are not from another practice host."""
Action = Callable[[float], None]
"""Something that happens on its own; gets the moment it happened at, in seconds since the epoch."""


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """What came of a TCP connection between practice hosts."""

    host: PracticeHost | None = None
    """The one that answered."""
    error: str = ""
    """The kernel's words when none did."""
    silent: bool = False
    """Nothing came back at all: who tries it waits until his patience ends."""


class World:
    """The hosts of one fleet and what goes on between them.

    Nothing here runs by itself: whoever looks first lets what is due happen (`settle`). So two hundred idle
    hosts cost nothing.

    Args:
        speed: how many times faster than real software the simulated software is.
    """

    def __init__(self, speed: float = 1.0) -> None:
        if speed <= 0:
            raise ValueError("speed must be greater than 0")
        self.speed = speed
        self.lock = threading.RLock()
        """Held while the state of any host is read or changed, never while waiting."""
        self.hosts: dict[str, PracticeHost] = {}
        self._due: list[tuple[float, int, Action]] = []
        self._numbers = itertools.count()

    # -- time ----------------------------------------------------------------------------------------------

    def time(self) -> float:
        """Seconds since the epoch."""
        return time.time()

    def pause(self, seconds: float) -> None:
        """Take as long as the real thing takes, divided by the speed. Not to be called with the lock held."""
        if seconds > 0:
            time.sleep(seconds / self.speed)

    def later(self, seconds: float, action: Action) -> None:
        """Let something happen after so many seconds of the simulated software's time."""
        with self.lock:
            heapq.heappush(self._due, (time.time() + seconds / self.speed, next(self._numbers), action))

    def settle(self) -> None:
        """Let everything happen that is due."""
        with self.lock:
            while self._due and self._due[0][0] <= time.time():
                moment, _, action = heapq.heappop(self._due)
                action(moment)

    # -- network -------------------------------------------------------------------------------------------

    def by_address(self, address: str) -> PracticeHost | None:
        """The host with a LAN address."""
        return next((host for host in self.hosts.values() if host.lan_address == address), None)

    def connect(self, source: PracticeHost, address: str, port: int, *, udp: bool = False) -> Attempt:
        """A TCP connection from one practice host to an address and port; for UDP, whether anything would answer."""
        with self.lock:
            self.settle()
            own = address.startswith("127.") or address in ("::1", source.lan_address)
            target = source if own else self.by_address(address)
            if target is None or (not own and target.faults.off_the_lan):
                return Attempt(error="No route to host")
            if not own and (source.faults.off_the_lan or port in target.faults.closed_ports):
                return Attempt(silent=True)
            if not own and not target.lets_in(source.lan_address, port, udp=udp):
                return Attempt(silent=True)
            if not target.listens(port, "127.0.0.1" if address.startswith("127.") else address, udp=udp):
                return Attempt(error="Connection refused")
            return Attempt(host=target)
