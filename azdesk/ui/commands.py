"""The commands of a document's window: shortcuts, the palette, and the menu beside it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtWidgets import QMenu, QToolButton

from azdesk.ui import icons
from azdesk.ui.mapping import tree
from azdesk.ui.theme import Mode

if TYPE_CHECKING:
    from azdesk.ui.desk import Desk

MODES = (Mode.SYSTEM, Mode.LIGHT, Mode.DARK)
_MENU = (
    ("new", "open", "practice", ""),
    ("save", "save-as", "history", ""),
    ("new-cluster", "look-all", "report", ""),
    tuple(f"mode-{mode}" for mode in MODES),
    ("", "close", "quit"),
)


def add_commands(desk: Desk) -> None:
    """Add what can be done with the document; what concerns the program is added by it."""
    tr = QCoreApplication.translate
    add = desk.window.add_window_action
    add(
        "save-as",
        tr("Commands", "Save a copy as…"),
        lambda: _save_as(desk),
        keys="Ctrl+Shift+S",
        icon="file",
    )
    add(
        "history",
        tr("Commands", "History of the document…"),
        lambda: _show_history(desk),
        keys="Ctrl+H",
        icon="clock",
    )
    add("new-cluster", tr("Commands", "New cluster"), lambda: _new_cluster(desk), icon="cluster")
    add(
        "look-all",
        tr("Commands", "Look at all hosts again"),
        desk.workbench.look,
        keys="Shift+F5",
        icon="refresh",
    )
    add("report", tr("Commands", "Save a report…"), desk.save_report, icon="print")
    add(
        "review-host",
        tr("Commands", "Review this host alone"),
        lambda: _review_shown(desk),
        keys="Ctrl+Shift+R",
        icon="compare",
    )
    add(
        "adopt-host",
        tr("Commands", "Adopt what this host has"),
        lambda: _adopt_shown(desk),
        keys="Ctrl+Shift+D",
        icon="download",
    )
    add("close", tr("Commands", "Close the window"), desk.window.close, keys="Ctrl+W", icon="close")


def _save_as(desk: Desk) -> None:
    from azdesk.ui.document_flow import save_as

    save_as(desk)


def _show_history(desk: Desk) -> None:
    from azdesk.ui.document_flow import show_history

    show_history(desk)


def _new_cluster(desk: Desk) -> None:
    from azdesk.ui.arranging import new_cluster

    new_cluster(desk)


def _review_shown(desk: Desk) -> None:
    host = tree.host_of(desk.window.current_page())
    if host:
        desk.workbench.show_review((host,))


def _adopt_shown(desk: Desk) -> None:
    host = tree.host_of(desk.window.current_page())
    if host:
        desk.workbench.adopt(host)


class MenuButton(QToolButton):
    """The menu beside the palette's button: the document's and the program's commands, for hands on a mouse."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.window)
        self._desk = desk
        self._menu = QMenu(self)
        self.setMenu(self._menu)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setProperty("menu", True)
        self.setStyleSheet("QToolButton::menu-indicator { image: none; }")
        tr = QCoreApplication.translate
        self.setToolTip(tr("Commands", "Menu"))
        self.setAccessibleName(tr("Commands", "Menu"))
        self._retint()
        desk.window.ui.foot.addWidget(self)

    def fill(self) -> None:
        """Take in what the window and the program can do."""
        window = self._desk.window
        self._menu.clear()
        for group in _MENU:
            for key in group:
                if not key:
                    self._menu.addSeparator()
                elif window.has_action(key):
                    self._menu.addAction(window.action(key))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._retint()

    def _retint(self) -> None:
        self.setIcon(icons.icon("more", "quiet_strong"))


def add_program_commands(desk: Desk, program: QObject) -> None:
    """Add what concerns the whole program: other documents, palettes."""
    from azdesk.ui.program import Program

    assert isinstance(program, Program)
    tr = QCoreApplication.translate
    add = desk.window.add_window_action
    add(
        "new",
        tr("Commands", "New document…"),
        lambda: program.ask_new(desk.window),
        keys="Ctrl+Shift+N",
        icon="add",
    )
    add(
        "open",
        tr("Commands", "Open a document…"),
        lambda: program.ask_open(desk.window),
        keys="Ctrl+O",
        icon="folder",
    )
    add("practice", tr("Commands", "Open a practice fleet"), program.open_practice, icon="play")
    words = {
        Mode.SYSTEM: tr("Commands", "Colours: as the system"),
        Mode.LIGHT: tr("Commands", "Colours: light"),
        Mode.DARK: tr("Commands", "Colours: dark"),
    }
    for mode in MODES:
        action = add(f"mode-{mode}", words[mode], partial(program.set_mode, mode), icon="eye")
        action.setCheckable(True)
        action.setChecked(program.theme.mode is mode)
