"""When Python's garbage collector runs in the window: in quiet moments, and then only over what is new.

Left to itself it goes through all objects of the process every few seconds of a look at many hosts, which holds
up everything for a tenth of a second. What is kept for long (the document, what was observed) has no cycles and goes
away without it.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, QTimer

QUIET_MS: Final = 10_000
"""A quiet moment is looked for this often."""
THOROUGH: Final = 180
"""In one of so many quiet moments all objects are gone through: every half hour."""
_YOUNG: Final = (1_500, 20, 1_000_000)


class Collecting(QObject):
    """Takes the collector over for the life of the program.

    Args:
        busy: whether the window has something to do just now; then it waits.
    """

    def __init__(self, busy: Callable[[], bool], parent: QObject) -> None:
        super().__init__(parent)
        self._busy = busy
        self._moments = 0
        self._timer = QTimer(self)
        self._timer.setInterval(QUIET_MS)
        self._timer.timeout.connect(self._quiet)

    def begin(self) -> None:
        """Everything there is by now is taken to last as long as the program."""
        self._before = gc.get_threshold()
        gc.freeze()
        gc.set_threshold(*_YOUNG)
        gc.enable()
        self._timer.start()

    def end(self) -> None:
        """Leave the collector as it was."""
        self._timer.stop()
        gc.unfreeze()
        gc.set_threshold(*self._before)

    def _quiet(self) -> None:
        if self._busy():
            return
        self._moments += 1
        if self._moments % THOROUGH == 0:
            gc.unfreeze()
            gc.collect()
        else:
            gc.collect(1)
        gc.freeze()
