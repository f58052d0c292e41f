"""A short list of names to tick."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QSizePolicy, QWidget

from azdesk.ui.widgets.rows import ROW_PX

_MOST_ROWS = 5
_NAME = Qt.ItemDataRole.UserRole


class TickList(QListWidget):
    """Names of which some are ticked; as high as a few of them, and scrolls where there are more."""

    ticked = Signal()
    """Which are ticked has changed, by hand."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "card")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self._showing = False
        self.ordered = False
        """Whether the order counts: those that are ticked come first, and can be moved."""
        self.itemChanged.connect(self._changed)

    def set_names(self, names: Sequence[str], ticked: Sequence[str]) -> None:
        """Show these names, in their order."""
        self._showing = True
        self.clear()
        if self.ordered:
            names = [
                *(name for name in ticked if name in names),
                *(one for one in names if one not in ticked),
            ]
        for name in names:
            item = QListWidgetItem(name)
            item.setData(_NAME, name)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked if name in ticked else Qt.CheckState.Unchecked)
            self.addItem(item)
        if names:
            self.setCurrentRow(0)
        self._showing = False
        self.updateGeometry()

    def names(self) -> tuple[str, ...]:
        """Those that are ticked."""
        items = (self.item(row) for row in range(self.count()))
        return tuple(str(item.data(_NAME)) for item in items if item.checkState() is Qt.CheckState.Checked)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        if self.ordered and alt and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._move(-1 if event.key() == Qt.Key.Key_Up else 1)
        else:
            super().keyPressEvent(event)

    def _move(self, by: int) -> None:
        at = self.currentRow()
        if at >= 0 and 0 <= at + by < self.count():
            self.insertItem(at + by, self.takeItem(at))
            self.setCurrentRow(at + by)
            self.ticked.emit()

    def sizeHint(self) -> QSize:
        return QSize(200, max(1, min(_MOST_ROWS, self.count())) * ROW_PX + 10)

    def minimumSizeHint(self) -> QSize:
        return QSize(80, self.sizeHint().height())

    def _changed(self) -> None:
        if not self._showing:
            self.ticked.emit()
