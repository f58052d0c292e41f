"""The one exception of the helper that is meant for people."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Fault(Exception):
    """Something expected went wrong; becomes an error answer.

    Args:
        kind: class name in azdesk.core.errors.
        what: one sentence, what happened.
        where: path, unit or command it happened at.
        next_step: one sentence, what the admin can do.
    """

    def __init__(self, kind: str, what: str, where: str = "", next_step: str = "") -> None:
        super().__init__(what)
        self.kind = kind
        self.what = what
        self.where = where
        self.next_step = next_step

    def wire(self) -> dict[str, Any]:
        """The error as it goes over the link."""
        return {"kind": self.kind, "what": self.what, "where": self.where, "next": self.next_step}


class Stop(Exception):
    """The transaction has to end and be taken back: told from outside.

    Args:
        reason: why, in words.
        asked: whether the admin asked for it.
    """

    def __init__(self, reason: str, *, asked: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.asked = asked
