"""Sentences about people, read in the background: what is wrong with whom, and what was written when."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from azdesk.core.errors import AzdeskError
from azdesk.ui import theme
from azdesk.ui.dialogs.prompts import GrowingDialog
from azdesk.ui.editors.base import while_there
from azdesk.ui.forms.log_dialog import Ui_LogDialog
from azdesk.ui.mapping.words import counted, filled

if TYPE_CHECKING:
    from azdesk.app.people import People
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
    """

    def __init__(
        self,
        workbench: Workbench,
        title: str,
        read: Callable[[Job], Found],
        *,
        mono: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.workbench = workbench
        self._title, self._read = title, read
        self._found = Found(items=(), head="")
        self.ui = ui = Ui_LogDialog()
        ui.setupUi(self)  # type: ignore[no-untyped-call]
        self.setWindowTitle(title)
        ui.title.setText(title)
        ui.lines.hide()
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
        self.ui.again.setEnabled(False)
        self.ui.count.setText(self.tr("Reading…"))
        task = self.workbench.run(
            self._read,
            title=self._title,
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
        head = self._found.head
        if len(shown) < len(self._found.items):
            head = filled(self.tr("%1 of %2"), f"{len(shown):,}", f"{len(self._found.items):,}")
        self.ui.count.setText(head)
        self.ui.copy.setEnabled(bool(shown))

    def _failed(self, error: AzdeskError) -> None:
        self.ui.count.clear()
        self.ui.banner.show_message("error", str(error), closable=False)

    def _ended(self) -> None:
        self.ui.again.setEnabled(True)


def check_everybody(workbench: Workbench, people: People) -> ListDialog:
    """Look through all people, and list by name what keeps them from working."""
    tr = QCoreApplication.translate

    def read(job: Job) -> Found:
        from azdesk.app.people import looking

        checked = looking.check(people, job=job)
        items = [*checked.overlaps, *(str(finding) for finding in checked.findings)]
        among = counted(checked.people, tr("People", "1 person"), tr("People", "%1 people"))
        if not items:
            head = filled(tr("People", "Nothing is wrong with %1."), among)
        else:
            things = counted(checked.count, tr("People", "1 thing"), tr("People", "%1 things"))
            head = filled(tr("People", "%1 with %2"), things, among)
        if checked.partial:
            head += " · " + tr("People", "partial list: the server did not give everybody")
        return Found(items=tuple(items), head=head)

    dialog = ListDialog(workbench, tr("People", "What is wrong with people"), read, parent=workbench.window)
    dialog.open()
    return dialog


def show_log(workbench: Workbench, base: str) -> ListDialog:
    """Everything that this workstation wrote into the directory, the newest first."""
    tr = QCoreApplication.translate

    def read(_job: Job) -> Found:
        from azdesk.app.people import log

        items: Sequence[str] = tuple(log.last(base))
        words = counted(len(items), tr("People", "1 change"), tr("People", "%1 changes"))
        place = filled(tr("People", "%1 from this workstation, the newest first"), words)
        return Found(items=tuple(items), head=place if items else tr("People", "Nothing was written yet."))

    dialog = ListDialog(
        workbench,
        filled(tr("People", "Changes of %1"), base),
        read,
        mono=True,
        parent=workbench.window,
    )
    dialog.open()
    return dialog
