"""Ctrl+K: every action and every host, found by a few letters."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QDialog, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from azdesk.ui import fuzzy, theme
from azdesk.ui.forms.command_palette import Ui_CommandPalette
from azdesk.ui.viewmodels import PaletteEntry
from azdesk.ui.widgets import rows

_ENTRY_ROLE = Qt.ItemDataRole.UserRole
_WIDTH, _HEIGHT = 560, 400


class _Delegate(QStyledItemDelegate):
    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        entry = index.data(_ENTRY_ROLE)
        if not isinstance(entry, PaletteEntry):
            return
        if option.state & QStyle.StateFlag.State_Selected:
            rows.ground(painter, option.rect, "selected")
        content: QRect = option.rect.adjusted(10, 0, -10, 0)
        if entry.shortcut:
            width = option.fontMetrics.horizontalAdvance(entry.shortcut) + 8
            keys = QRect(content.right() + 1 - width, content.top(), width, content.height())
            rows.words(
                painter, keys, entry.shortcut, font=theme.note_font(), tone="quiet_strong",
                align=Qt.AlignmentFlag.AlignRight,
            )  # fmt: skip
            content.adjust(0, 0, -width - 8, 0)
        rows.mark_text_note(
            painter,
            content,
            text=entry.text,
            note=entry.note,
            font=theme.ui_font(),
            note_font=theme.note_font(),
            icon=entry.icon or "command",
            state=entry.state,
        )

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(200, 32)


class CommandPalette(QDialog):
    """Type, Up and Down to choose, Return to do it, Esc to leave."""

    chosen = Signal(str)
    """Key of the entry, after the dialog has closed."""

    def __init__(self, entries: Sequence[PaletteEntry], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.ui = Ui_CommandPalette()
        self.ui.setupUi(self)  # type: ignore[no-untyped-call]
        self._entries = tuple(entries)
        self._model = QStandardItemModel(self)
        self.ui.found.setModel(self._model)
        self.ui.found.setItemDelegate(_Delegate(self))
        self.ui.found.setEditTriggers(self.ui.found.EditTrigger.NoEditTriggers)
        self.ui.found.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.ui.found.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.ui.found.clicked.connect(self._take)
        self.ui.search.textChanged.connect(self._search)
        self.ui.search.returnPressed.connect(self._take)
        self.ui.search.installEventFilter(self)
        self.resize(_WIDTH, _HEIGHT)
        self._search("")

    def eventFilter(self, watched: QObject, event: object) -> bool:
        """The arrows move in the list while typing goes on."""
        if isinstance(event, QKeyEvent) and event.type() == QKeyEvent.Type.KeyPress:
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8, Qt.Key.Key_PageUp: -8}
            by = step.get(Qt.Key(event.key()))
            if by is not None:
                self._move(by)
                return True
        return super().eventFilter(watched, event)  # type: ignore[arg-type]

    def found(self) -> list[str]:
        """Keys of what is listed now, best first."""
        return [self._model.item(at).data(_ENTRY_ROLE).key for at in range(self._model.rowCount())]

    def _search(self, text: str) -> None:
        self._model.clear()
        for entry in fuzzy.best(text, ((entry, entry.text, entry.note) for entry in self._entries)):
            item = QStandardItem(entry.text)
            item.setData(entry, _ENTRY_ROLE)
            item.setData(f"{entry.text}, {entry.note}", Qt.ItemDataRole.AccessibleTextRole)
            self._model.appendRow(item)
        some = self._model.rowCount() > 0
        self.ui.found.setVisible(some)
        self.ui.nothing.setVisible(not some)
        if some:
            self.ui.found.setCurrentIndex(self._model.index(0, 0))

    def _move(self, by: int) -> None:
        count = self._model.rowCount()
        if not count:
            return
        at = self.ui.found.currentIndex().row() + by
        at = at % count if abs(by) == 1 else max(0, min(count - 1, at))
        self.ui.found.setCurrentIndex(self._model.index(at, 0))

    def _take(self) -> None:
        entry = self.ui.found.currentIndex().data(_ENTRY_ROLE)
        if isinstance(entry, PaletteEntry):
            self.accept()
            self.chosen.emit(entry.key)
