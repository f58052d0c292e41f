"""Undo and redo: each step holds the whole document before and after, which frozen values make cheap."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from PySide6.QtGui import QUndoCommand

from azdesk.fleet.model import Fleet

MOMENT_S: Final = 2.0
"""Changes of the same thing closer together than this are one step."""
_MERGEABLE: Final = 1


class FleetStep(QUndoCommand):
    """One undoable change of the document.

    Args:
        show: makes a fleet the present one.
        key: steps with the same key that follow each other within `MOMENT_S` become one; empty: never.
    """

    def __init__(
        self, before: Fleet, after: Fleet, text: str, show: Callable[[Fleet], None], *, key: str = ""
    ) -> None:
        super().__init__(text)
        self.before = before
        self.after = after
        self.key = key
        self.at = time.monotonic()
        self._show = show

    def id(self) -> int:
        return _MERGEABLE if self.key else -1

    def mergeWith(self, other: QUndoCommand) -> bool:
        if not isinstance(other, FleetStep) or other.key != self.key or other.at - self.at > MOMENT_S:
            return False
        self.after, self.at = other.after, other.at
        self.setObsolete(self.before == self.after)
        return True

    def redo(self) -> None:
        self._show(self.after)

    def undo(self) -> None:
        self._show(self.before)
