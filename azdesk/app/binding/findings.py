"""What a test of the binding found, as values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Verdict(StrEnum):
    """How a step ended, the worst last."""

    GOOD = "good"
    NOTE = "note"
    """Worth knowing, nothing to mend."""
    UNTRIED = "untried"
    """Not tried, because of what was found before."""
    WARNING = "warning"
    """It works, but somebody will be surprised."""
    BAD = "bad"
    """It does not work so."""


_ORDER: Final = list(Verdict)

TITLES: Final = {
    "name": "Name",
    "port": "Port",
    "tls": "Certificate",
    "trust": "Trust on the host",
    "chat": "Chat",
    "kind": "Kind of server",
    "login": "Login of the reader",
    "base": "Base",
    "filter": "People",
    "attributes": "Attributes",
    "groups": "Groups",
    "limits": "Limits",
    "phones": "Phones",
    "schema": "Schema",
    "secrecy": "Secrets",
}
"""Key of a step → what it is about, in the order in which they come."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What one step found."""

    key: str
    """One of `TITLES`."""
    verdict: Verdict
    text: str
    """Sentences for the admin."""
    next_step: str = ""
    """What to do about it; may be empty."""

    @property
    def title(self) -> str:
        return TITLES[self.key]


def good(key: str, text: str) -> Finding:
    return Finding(key=key, verdict=Verdict.GOOD, text=text)


def note(key: str, text: str, next_step: str = "") -> Finding:
    return Finding(key=key, verdict=Verdict.NOTE, text=text, next_step=next_step)


def warning(key: str, text: str, next_step: str = "") -> Finding:
    return Finding(key=key, verdict=Verdict.WARNING, text=text, next_step=next_step)


def bad(key: str, text: str, next_step: str = "") -> Finding:
    return Finding(key=key, verdict=Verdict.BAD, text=text, next_step=next_step)


@dataclass(frozen=True, kw_only=True)
class Trial:
    """One server, tried from one place."""

    url: str
    origin: str = ""
    """Host it was tried from; empty: this workstation."""
    findings: tuple[Finding, ...] = ()

    @property
    def verdict(self) -> Verdict:
        return worst(finding.verdict for finding in self.findings)

    @property
    def logged_in(self) -> bool:
        return any(one.key == "login" and one.verdict is Verdict.GOOD for one in self.findings)


@dataclass(frozen=True, kw_only=True)
class BindingReport:
    """All trials: this workstation's first, then those of each host; servers in the document's order."""

    trials: tuple[Trial, ...]
    contents: tuple[Finding, ...] = ()
    """What stands behind the login; the same from everywhere, so looked at once."""
    through: str = ""
    """Host by way of which the contents were read; empty: straight from here, or not at all."""

    @property
    def verdict(self) -> Verdict:
        return worst((*(trial.verdict for trial in self.trials), *(one.verdict for one in self.contents)))

    @property
    def good(self) -> bool:
        """Whether nothing keeps it from working."""
        return self.verdict is not Verdict.BAD


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The worst of some verdicts; good if there are none."""
    return max(verdicts, key=_ORDER.index, default=Verdict.GOOD)
