"""The document as a file: saved as, closed, merged after a conflict, taken from its history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QMessageBox

from azdesk.core.errors import ConflictError, DocumentError
from azdesk.fleet import store
from azdesk.ui import files
from azdesk.ui.mapping.words import filled

if TYPE_CHECKING:
    from azdesk.fleet.model import Fleet
    from azdesk.ui.desk import Desk


def save_as(desk: Desk) -> None:
    """Write a copy under another name, and go on with that one."""
    tr = QCoreApplication.translate
    bench = desk.workbench
    path = files.ask_document(desk.window, tr("Document", "Save a copy as"), bench.opened.path.name)
    if path is None:
        return

    def write(opened: store.Opened, fleet: Fleet) -> store.Opened:
        text = store.text_of(opened, fleet)
        if path.exists():
            # The system's dialog has asked whether to replace it.
            return store.save_text(store.open(path), text)
        return store.create(path, fleet, text=text)

    def done(opened: store.Opened) -> None:
        bench.go_on_with(opened)
        bench.say("info", filled(tr("Document", "Saved as %1."), path))

    bench.write(write, title=filled(tr("Document", "Saving %1"), path.name), done=done)


def may_close(desk: Desk) -> bool:
    """Whether the window may close now; asks about what would be lost."""
    tr = QCoreApplication.translate
    if desk.applying:
        box = QMessageBox(desk.window)
        box.setWindowTitle("AZDesk")
        box.setText(tr("Document", "Hosts are being changed right now."))
        box.setInformativeText(
            tr(
                "Document",
                "If the window is closed, each of them ends in the new state or goes back to the old one by itself.",
            )
        )
        leave = box.addButton(tr("Document", "&Close all the same"), QMessageBox.ButtonRole.DestructiveRole)
        stay = box.addButton(tr("Document", "&Stay"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(stay)
        box.exec()
        if box.clickedButton() is not leave:
            return False
    return not desk.workbench.modified or _ask_save(desk)


def _ask_save(desk: Desk) -> bool:
    tr = QCoreApplication.translate
    bench = desk.workbench
    box = QMessageBox(desk.window)
    box.setWindowTitle("AZDesk")
    box.setText(filled(tr("Document", "Save the changes to %1?"), bench.opened.path.name))
    box.setInformativeText(
        tr("Document", "What was applied to hosts stays there; the document would no longer say so.")
    )
    save = box.addButton(tr("Document", "&Save"), QMessageBox.ButtonRole.AcceptRole)
    discard = box.addButton(tr("Document", "&Discard"), QMessageBox.ButtonRole.DestructiveRole)
    box.addButton(QMessageBox.StandardButton.Cancel)
    box.setDefaultButton(save)
    box.exec()
    if box.clickedButton() is discard:
        return True
    if box.clickedButton() is save:
        # Saving goes on in the background; the window closes once it is done.
        bench.save(then=desk.window.close)
    return False


def show_conflict(desk: Desk, error: ConflictError) -> None:
    """Somebody else saved the document meanwhile: show both sides and offer to merge."""
    from azdesk.ui.dialogs.conflict import ConflictDialog

    try:
        theirs = store.open(desk.workbench.opened.path)
    except DocumentError as broken:
        desk.workbench.say(
            "error",
            filled(
                QCoreApplication.translate("Document", "%1 What the other side wrote is not valid: %2"),
                error.what,
                broken.problems[0] if broken.problems else broken.what,
            ),
            QCoreApplication.translate("Document", "Save a copy under another name, or mend the file."),
        )
        return
    ConflictDialog(desk.workbench, theirs, desk.window).open()


def show_history(desk: Desk) -> None:
    """Browse, compare and restore earlier texts."""
    from azdesk.ui.dialogs.history import HistoryDialog

    HistoryDialog(desk.workbench, desk.window).open()
