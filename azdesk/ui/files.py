"""Where to: the system's file dialogs, with AZDesk's endings; and writing there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from azdesk.core.errors import AzdeskError
from azdesk.ui.mapping.words import filled

if TYPE_CHECKING:
    from azdesk.core.progress import Job
    from azdesk.ui.workbench import Workbench

NATIVE = True
"""Whether the system's own dialogs are used; tests turn it off, since nobody could answer them."""


def _options() -> QFileDialog.Option:
    return QFileDialog.Option(0) if NATIVE else QFileDialog.Option.DontUseNativeDialog


def _kinds() -> str:
    tr = QCoreApplication.translate
    return f"{tr('Files', 'Fleet documents')} (*.azfleet *.toml)"


def ask_open(parent: QWidget | None, folder: Path | None = None) -> Path | None:
    """A document to open."""
    title = QCoreApplication.translate("Files", "Open a fleet document")
    chosen, _ = QFileDialog.getOpenFileName(parent, title, str(folder or ""), _kinds(), options=_options())
    return Path(chosen) if chosen else None


def ask_document(parent: QWidget | None, title: str, name: str) -> Path | None:
    """Where to write a document; without an ending it gets ours."""
    chosen, _ = QFileDialog.getSaveFileName(parent, title, name, _kinds(), options=_options())
    if not chosen:
        return None
    path = Path(chosen)
    return path if path.suffix else path.with_suffix(".azfleet")


def ask_save(parent: QWidget | None, title: str, name: str) -> Path | None:
    """Where to write a file of this name."""
    chosen, _ = QFileDialog.getSaveFileName(parent, title, name, options=_options())
    return Path(chosen) if chosen else None


def ask_folder(parent: QWidget | None, title: str) -> Path | None:
    """A folder to write into."""
    chosen = QFileDialog.getExistingDirectory(parent, title, options=_options())
    return Path(chosen) if chosen else None


def write_text(workbench: Workbench, path: Path, text: str) -> None:
    """Write a text file in the background, and say what came of it."""
    tr = QCoreApplication.translate

    def work(_job: Job) -> None:
        try:
            path.write_text(text, encoding="utf-8", newline="\n")
        except OSError as error:
            raise AzdeskError(
                filled(tr("Files", "The file could not be saved: %1."), error.strerror or error),
                where=str(path),
                next_step=tr("Files", "Choose another place."),
            ) from error

    workbench.run(
        work,
        title=filled(tr("Files", "Saving %1"), path.name),
        done=lambda _none: workbench.say("info", filled(tr("Files", "Saved as %1."), path)),
        cancellable=False,
    )
