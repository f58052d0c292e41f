"""What a check tells: where, what, and what would mend it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final, Literal

from azdesk.fleet import edit
from azdesk.fleet.model import Fleet

Weight = Literal["error", "warning", "hint"]
"""An error keeps calls from where they should go; a warning may be meant so; a hint says what follows from something usual."""
_MOST_NAMED: Final = 5


@dataclass(frozen=True, kw_only=True)
class Fix:
    """A change of the document that mends a finding, where there is one that can hardly be wrong."""

    words: str
    """What it does, as on a button: “Remove the rule Again”."""
    values: tuple[tuple[tuple[str, ...], Any], ...] = ()
    """Path → what is to stand there."""
    rules: tuple[tuple[str, tuple[tuple[str, Any], ...]], ...] = ()
    """New rules: name, values."""
    without: str = ""
    """A rule that goes."""

    def mended(self, fleet: Fleet) -> Fleet:
        """The document with the change.

        Raises:
            DocumentError: it does not fit any more.
        """
        if self.without:
            fleet = edit.remove_rules(fleet, (self.without,))
        if self.values:
            fleet = edit.with_values(fleet, dict(self.values))
        for name, values in self.rules:
            fleet = edit.add_rule(fleet, edit.free_name(fleet.rules, name), dict(values))
        return fleet


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing about the plan."""

    weight: Weight
    path: tuple[str, ...]
    """Where in the document."""
    text: str
    """A sentence."""
    mend: str = ""
    """What to do about it, as a sentence; empty where nothing needs to be done."""
    fix: Fix | None = None


def removing(rule: str) -> Fix:
    """The rule goes."""
    return Fix(words=f"Remove the rule {rule}", without=rule)


def named(names: Collection[str]) -> str:
    """Some names of many: “a251, a253 and 7 more”."""
    shown = list(names)[:_MOST_NAMED]
    rest = len(names) - len(shown)
    if rest:
        return f"{', '.join(shown)} and {rest} more"
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"
