"""Lines read in the background, in a dialog that filters as one types."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from azdesk.core.errors import AzdeskError
from azdesk.ui import theme
from azdesk.ui.dialogs.prompts import GrowingDialog
from azdesk.ui.editors.base import while_there
from azdesk.ui.forms.log_dialog import Ui_LogDialog
from azdesk.ui.mapping.words import filled

if TYPE_CHECKING:
    from azdesk.core.progress import Job
    from azdesk.ui.workbench import Workbench

_SIZE = (900, 600)


@dataclass(frozen=True, kw_only=True)
class Found:
    """What was read."""

    items: tuple[str, ...]
    """Each a line or several."""
    head: str
    """What is to be said of them as a whole."""


class ListDialog(GrowingDialog):
    """Filters as one types; F5 reads again, Ctrl+F goes to the filter, Esc closes.

    Args:
        title: what it is.
        read: called in a worker.
        mono: the lines are a file's.
        at_end: the last ones are the newest, and are shown first.
        counts: how many lines can be asked for; `read` finds the choice in `count`.
        host: whose they are.
    """

    def __init__(
        self,
        workbench: Workbench,
        title: str,
        read: Callable[[Job], Found],
        *,
        mono: bool = False,
        at_end: bool = False,
        counts: tuple[int, ...] = (),
        host: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.workbench = workbench
        self.count = counts[0] if counts else 0
        """Lines that are asked for, at most."""
        self._title, self._read, self._at_end, self._host = title, read, at_end, host
        self._found = Found(items=(), head="")
        self.ui = ui = Ui_LogDialog()
        ui.setupUi(self)  # type: ignore[no-untyped-call]
        self.setWindowTitle(title)
        ui.title.setText(title)
        for count in counts:
            ui.lines.addItem(filled(self.tr("last %1 lines"), count), count)
        ui.lines.setVisible(bool(counts))
        ui.lines.setMinimumWidth(150)
        ui.lines.activated.connect(lambda _index: self.read())
        ui.text.setAccessibleName(title)
        if mono:
            ui.text.setFont(theme.file_font())
        else:
            ui.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        ui.filter.set_placeholder(self.tr("Filter   Ctrl+F"))
        ui.filter.filter_changed.connect(lambda _words: self._show())
        ui.filter.left.connect(self.reject)
        ui.filter.into_list.connect(ui.text.setFocus)
        ui.again.clicked.connect(self.read)
        ui.copy.clicked.connect(self.copy)
        ui.close_dialog.clicked.connect(self.reject)
        for button in (ui.again, ui.copy, ui.close_dialog):
            button.setAutoDefault(False)
        QShortcut(QKeySequence("F5"), self, self.read)
        QShortcut(ui.filter.focus_shortcut(), self, ui.filter.setFocus)
        self.resize(*_SIZE)
        ui.filter.setFocus()
        self.read()

    def read(self) -> None:
        """Read again."""
        self.count = int(self.ui.lines.currentData() or 0)
        self.ui.again.setEnabled(False)
        self.ui.count.setText(self.tr("Reading…"))
        task = self.workbench.run(
            self._read,
            title=self._title,
            host=self._host,
            done=while_there(self, self._have),
            failed=while_there(self, self._failed),
            quiet=True,
        )
        task.finished.connect(while_there(self, self._ended))

    def copy(self) -> None:
        """Copy what is shown: the selection, or all that the filter leaves."""
        chosen = self.ui.text.textCursor().selection().toPlainText()
        QGuiApplication.clipboard().setText(chosen or self.ui.text.toPlainText())

    def shown(self) -> list[str]:
        """What the filter leaves."""
        words = self.ui.filter.text().strip().lower().split()
        return [item for item in self._found.items if all(word in item.lower() for word in words)]

    def _have(self, found: Found) -> None:
        self.ui.banner.hide()
        self._found = found
        self._show()

    def _show(self) -> None:
        shown = self.shown()
        several = any("\n" in item for item in shown)
        self.ui.text.setPlainText(("\n\n" if several else "\n").join(shown))
        if self._at_end:
            bar = self.ui.text.verticalScrollBar()
            bar.setValue(bar.maximum())
        head = self._found.head
        if len(shown) < len(self._found.items):
            head = filled(self.tr("%1 of %2"), f"{len(shown):,}", f"{len(self._found.items):,}")
        self.ui.count.setText(head)
        self.ui.copy.setEnabled(bool(shown))

    def _failed(self, error: AzdeskError) -> None:
        self.ui.count.clear()
        self.ui.banner.show_message("error", error.what, error.next_step, closable=False)

    def _ended(self) -> None:
        self.ui.again.setEnabled(True)
