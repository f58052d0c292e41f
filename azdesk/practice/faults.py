"""Everything that can go wrong with a practice host, to be set by tests and by the demo at any time."""

from __future__ import annotations

import errno
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

When = Literal["before", "after", "middle"]


class PowerCut(SystemExit):
    """Raised into the helper of a host whose power is gone: it dies at once and cleans nothing up."""


@dataclass(kw_only=True)
class Break:
    """When the link of an applied plan breaks.

    Args:
        step: number of the step in the plan, from 0.
        when: before it starts, after it is done, or in its middle: while it changes something.
        power: whether the host dies with the link, so that nobody there can roll back.
    """

    step: int
    when: When = "before"
    power: bool = False


@dataclass
class Faults:
    """The faults of one host; as made, there are none."""

    unreachable: Literal["", "refused", "silent"] = ""
    """Connecting with SSH: refused at once, or accepted and then nothing, as with a host that hangs."""
    off_the_lan: bool = False
    """Other practice hosts do not reach it and it reaches none; SSH from the workstation still works."""
    closed_ports: set[int] = field(default_factory=set)
    """TCP ports at which a firewall drops what other practice hosts send."""
    slow: float = 0.0
    """Seconds that each answer of the helper takes longer (not divided by the fleet's speed)."""
    free_space: int | None = None
    """Bytes left on its disk; None: plenty. What is removed is counted as freed."""
    read_only: set[str] = field(default_factory=set)
    """Folders on a file system that is mounted read-only, such as ``/etc``."""
    will_not_start: set[str] = field(default_factory=set)
    """Units whose program ends with an error at each start."""
    no_python: bool = False
    wrong_sudo: bool = False
    """sudo accepts nobody's password."""
    rubbish: Literal["", "greeting", "answer"] = ""
    """What comes instead of the helper's hello, or instead of its next answers, is no frame."""
    breaks: Break | None = None
    """Happens once, then is taken away."""

    def break_link(self, step: int, when: When = "before", *, power: bool = False) -> None:
        """Break the link at a step of the next plan that is applied here, see `Break`."""
        self.breaks = Break(step=step, when=when, power=power)

    @property
    def disk_full(self) -> bool:
        return self.free_space == 0

    @disk_full.setter
    def disk_full(self, full: bool) -> None:
        self.free_space = 0 if full else None

    def take_space(self, size: int, path: str) -> None:
        """Count bytes that are about to be written.

        Raises:
            OSError: with errno ENOSPC.
        """
        if self.free_space is None:
            return
        if size > self.free_space:
            raise OSError(errno.ENOSPC, "No space left on device", path)
        self.free_space -= size

    def give_space(self, size: int) -> None:
        """Count bytes that were removed."""
        if self.free_space is not None:
            self.free_space += size

    def refuse(self, path: str, resolve: Callable[[str], str]) -> None:
        """Raise what the kernel says of a change, if it does not let it happen.

        Raises:
            OSError: with errno EROFS.
        """
        if not self.read_only:
            return
        place = resolve(path)
        if any(place == folder or place.startswith(folder + "/") for folder in self.read_only):
            raise OSError(errno.EROFS, "Read-only file system", path)

    def clear(self) -> None:
        """Take all faults away."""
        self.__init__()  # type: ignore[misc]
