"""The filter above a list."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, Qt
from PySide6.QtWidgets import QLineEdit, QWidget

from azdesk.ui import icons

PAUSE_MS = 120


class FilterEdit(QLineEdit):
    """Filters as you type. Esc clears it, and once empty hands the focus on; Down goes into the list."""

    filter_changed = Signal(str)
    """The words, stripped, once typing pauses (`PAUSE_MS` unless `set_pause`); at once when cleared."""
    into_list = Signal()
    """Down or Return: go to what was found."""
    left = Signal()
    """Esc in an empty filter."""

    def __init__(self, parent: QWidget | None = None, *, placeholder: str = "") -> None:
        super().__init__(parent)
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(placeholder)
        self._glass = QAction(self)
        self.addAction(self._glass, QLineEdit.ActionPosition.LeadingPosition)
        self.setClearButtonEnabled(False)
        self._said = ""
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._say)
        self.textChanged.connect(self._typed)
        self._retint()

    def set_placeholder(self, text: str) -> None:
        """What can be filtered, in words."""
        self.setPlaceholderText(text)
        self.setAccessibleName(text)

    def set_pause(self, milliseconds: int) -> None:
        """How long typing has to pause."""
        self._pause.setInterval(milliseconds)

    def focus_shortcut(self) -> QKeySequence:
        """The keys that lead here (Ctrl+F); the window installs them."""
        return QKeySequence(QKeySequence.StandardKey.Find)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            if self.text():
                self.clear()
            else:
                self.left.emit()
            return
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._say()
            self.into_list.emit()
            return
        super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._retint()

    def _retint(self) -> None:
        if hasattr(self, "_glass"):
            self._glass.setIcon(icons.icon("search", "quiet"))

    def _typed(self, text: str) -> None:
        if text:
            self._pause.start()
        else:
            self._say()

    def _say(self) -> None:
        self._pause.stop()
        words = self.text().strip()
        if words != self._said:
            self._said = words
            self.filter_changed.emit(words)
