"""A practice fleet for tests, and shortcuts to ask its hosts."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from azdesk.practice import PracticeFleet, PracticeHost
from azdesk.practice.programs import Output

SPEED = 200.0

Run = Callable[..., Output]


@pytest.fixture
def fleet() -> Iterator[PracticeFleet]:
    with PracticeFleet.start(("a250", "a251", "a253"), speed=SPEED) as started:
        yield started


@pytest.fixture
def a251(fleet: PracticeFleet) -> PracticeHost:
    return fleet.host("a251")


@pytest.fixture
def a253(fleet: PracticeFleet) -> PracticeHost:
    return fleet.host("a253")


def run(host: PracticeHost, line: str, *words: str) -> Output:
    """Run a program given as words separated by spaces, and further words as they are."""
    output = host.run([*line.split(), *words])
    assert output is not None, f"{line} is not there"
    return output


def said(host: PracticeHost, line: str, *words: str) -> list[str]:
    """Lines that a program prints, which must succeed."""
    output = run(host, line, *words)
    assert output.exit == 0, output
    return output.out.splitlines()


def properties(host: PracticeHost, unit: str = "ejabberd") -> dict[str, str]:
    """What systemctl show says of a unit."""
    return dict(line.partition("=")[::2] for line in said(host, f"systemctl show {unit}"))
