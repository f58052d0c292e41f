"""Simulated programs: one module for each family, with a table of what it offers.

A new one is a function from a `Call` to an `Output` and an entry in its module's `PROGRAMS`; a new module is one
line in `_MODULES`.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from azdesk.practice.host import PracticeHost

_MODULES = ("basics", "systemctl", "packages", "ejabberdctl", "asterisk", "nft", "trust", "ldap", "slapd")


@dataclass(frozen=True, kw_only=True)
class Call:
    """One run of a program on a host."""

    host: PracticeHost
    argv: list[str]
    user: str
    environment: Mapping[str, str]
    feed: bytes
    """Standard input."""
    pause: Callable[[float], None]
    """Waits so many seconds of the real program; raises when the caller's patience ends."""


@dataclass(frozen=True)
class Output:
    """What a program printed and its exit status."""

    exit: int = 0
    out: str = ""
    err: str = ""


@dataclass(frozen=True, kw_only=True)
class Program:
    """A program that hosts may have."""

    run: Callable[[Call], Output]
    package: str = ""
    """The Debian package it comes with; empty: always there."""


@cache
def table() -> Mapping[str, Program]:
    """All programs by name."""
    found: dict[str, Program] = {}
    for name in _MODULES:
        found.update(importlib.import_module(f"{__name__}.{name}").PROGRAMS)
    return found


def find(host: PracticeHost, name: str) -> Program | None:
    """A program as the shell of a host finds it; None if it is not there."""
    folder, _, short = name.rpartition("/")
    program = table().get(short)
    if program is None or (folder and folder not in ("/bin", "/sbin", "/usr/bin", "/usr/sbin")):
        return None
    if program.package and program.package not in host.installed():
        return None
    return program
