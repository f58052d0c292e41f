"""Steps that change slapd, and the things it lacks that they mend."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from azdesk.core.step import Phase, Run, SecretUse, Step
from azdesk.directory import ldif
from azdesk.directory.ldif import Change, Record
from azdesk.features._base import PlanContext

AS_ROOT = ("-Q", "-Y", "EXTERNAL", "-H", "ldapi:///")


@dataclass(frozen=True, kw_only=True)
class Lack:
    """One thing that is not as wished."""

    text: str
    """As a sentence without its full stop; empty: another lack says it already."""
    steps: Callable[[PlanContext], Iterable[Step]]
    config: bool = True
    """Whether the steps change cn=config, which then has to be kept as it was."""


def lack(text: str, *steps: Step) -> Lack:
    """One whose steps are known at once."""
    return Lack(text=text, steps=lambda _: steps)


def change(
    title: str,
    records: Sequence[Record],
    *,
    undo: Sequence[Record] = (),
    uses: Sequence[SecretUse] = (),
    phase: Phase = Phase.ACT,
    timeout: float = 120,
) -> Run:
    """A step that changes slapd. A change of cn=config needs no undo: its folder is kept."""
    return Run(
        title=title,
        argv=("ldapmodify", *AS_ROOT),
        feed=ldif.text(records),
        undo=("ldapmodify", "-c", *AS_ROOT) if undo else (),
        undo_feed=ldif.text(undo) if undo else "",
        secrets=tuple(uses),
        phase=phase,
        timeout=timeout,
    )


def replaced(attribute: str, *values: str) -> Change:
    return Change(operation="replace", attribute=attribute, values=[value.encode() for value in values])


def added(attribute: str, *values: str) -> Change:
    return Change(operation="add", attribute=attribute, values=[value.encode() for value in values])


def deleted(attribute: str, *values: str) -> Change:
    return Change(operation="delete", attribute=attribute, values=[value.encode() for value in values])
