"""The window's shell: fleet tree, pages, change bar. Shows view-models, emits what the admin wants, decides nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QAction, QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QLineEdit, QMainWindow, QWidget

from azdesk.ui import icons
from azdesk.ui.forms.main_window import Ui_MainWindow
from azdesk.ui.session import Session
from azdesk.ui.viewmodels import ChangeSummary, PaletteEntry, RunningJob, TreeItem, TreeKind
from azdesk.ui.widgets.filter_edit import FilterEdit

if TYPE_CHECKING:
    from azdesk.ui.dialogs.command_palette import CommandPalette

SIDEBAR_PX = 248
REVIEW_KEY = "~review"
"""Key of the review page. Keys that begin with ~ have no row in the tree."""
_GO = "go:"
_DO = "do:"

PageFactory = Callable[[str], QWidget | None]
"""Makes the page for a key, or None if there is none; called once per key."""


class MainWindow(QMainWindow):
    """The shell.

    Pages are made by `page_factory` when first asked for and kept. Actions added with `add_window_action` get their shortcut and
    stand in the palette.
    """

    page_shown = Signal(str)
    add_host_requested = Signal()
    rename_requested = Signal(str, str)
    move_requested = Signal(object, str, int)
    menu_requested = Signal(str, object)
    undo_requested = Signal()
    redo_requested = Signal()
    save_requested = Signal()
    review_requested = Signal()
    cancel_requested = Signal(str)
    look_again_requested = Signal()
    closing = Signal()

    def __init__(self, page_factory: PageFactory) -> None:
        super().__init__()
        self.ui = Ui_MainWindow()
        self.ui.setupUi(self)  # type: ignore[no-untyped-call]
        self.setCentralWidget(self.ui.central)
        self._factory = page_factory
        self.go_to_place: Callable[[str], QWidget | None] = lambda _key: None
        """Shows the place within a page that a key without a page of its own stands for; None: it stands for none."""
        self._pages: dict[str, QWidget] = {}
        self._items: tuple[TreeItem, ...] = ()
        self._actions: dict[str, tuple[QAction, PaletteEntry]] = {}
        self._before_palette: QWidget | None = None
        self.banner = self.ui.banner
        self.change_bar = self.ui.change_bar
        self._build_sidebar()
        self._build_actions()
        bar = self.ui.change_bar
        bar.undo_requested.connect(self.undo_requested)
        bar.redo_requested.connect(self.redo_requested)
        bar.review_requested.connect(self.review_requested)
        bar.cancel_requested.connect(self.cancel_requested)
        self.resize(1280, 800)
        self.setMinimumSize(880, 560)

    # -- what is shown ----------------------------------------------------------------------------------------------------

    def set_tree(self, items: Sequence[TreeItem]) -> None:
        """Show the fleet; pages whose row is gone are closed."""
        self._items = tuple(items)
        self.ui.tree.set_items(items)
        known = {item.key for item in _walk(self._items)}
        for key in [key for key in self._pages if key not in known and not key.startswith("~")]:
            self.close_page(key)
        if not self.ui.tree.current_key():
            self.ui.tree.select(self.current_page())

    def set_changes(self, summary: ChangeSummary) -> None:
        """Show what is changed and not applied."""
        self.change_bar.set_changes(summary)
        self._actions["undo"][0].setEnabled(bool(summary.undo))
        self._actions["redo"][0].setEnabled(bool(summary.redo))
        self._actions["review"][0].setEnabled(bool(summary.changes))

    def set_jobs(self, jobs: Sequence[RunningJob]) -> None:
        """Show what runs."""
        self.change_bar.set_jobs(jobs)

    def show_page(self, key: str) -> QWidget | None:
        """Show the page for a key, making it if needed; None if there is no such page."""
        page = self._pages.get(key)
        if page is None and (place := self.go_to_place(key)) is not None:
            self.ui.tree.select(key)
            return place
        if page is None:
            page = self._factory(key)
            if page is None:
                return None
            self._pages[key] = page
            self.ui.pages.addWidget(page)
        self.ui.pages.setCurrentWidget(page)
        self.change_bar.set_review_open(key == REVIEW_KEY)
        if not self.ui.tree.select(key):
            self.ui.tree.select_nothing()
        self.page_shown.emit(key)
        return page

    def page(self, key: str) -> QWidget | None:
        """A page that was made before, else None."""
        return self._pages.get(key)

    def current_page(self) -> str:
        """Key of the page that is shown; empty if none."""
        shown = self.ui.pages.currentWidget()
        return next((key for key, page in self._pages.items() if page is shown), "")

    def close_page(self, key: str) -> None:
        """Forget a page; the one below it in the stack is shown."""
        page = self._pages.pop(key, None)
        if page is not None:
            self.ui.pages.removeWidget(page)
            page.deleteLater()
            current = self.current_page()
            if current:
                self.ui.tree.select(current)

    # -- actions ----------------------------------------------------------------------------------------------------------

    def add_window_action(
        self,
        key: str,
        text: str,
        call: Callable[[], object],
        *,
        keys: str = "",
        icon: str = "",
        note: str = "",
    ) -> QAction:
        """Add an action of the whole window: its shortcut works everywhere, the palette finds it."""
        action = QAction(text, self)
        action.triggered.connect(lambda _checked=False: call())
        if keys:
            action.setShortcuts([QKeySequence(part) for part in keys.split(";")])
            action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        self.addAction(action)
        shown = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        plain = text.replace("&", "")
        self._actions[key] = (
            action,
            PaletteEntry(key=_DO + key, text=plain, note=note, shortcut=shown, icon=icon),
        )
        return action

    def action(self, key: str) -> QAction:
        """An action added before."""
        return self._actions[key][0]

    def has_action(self, key: str) -> bool:
        """Whether there is such an action."""
        return key in self._actions

    def palette_entries(self) -> list[PaletteEntry]:
        """What Ctrl+K offers: all pages and hosts, then all actions that can be done now."""
        entries = [
            PaletteEntry(key=_GO + item.key, text=item.text, note=item.note, icon=item.icon, state=item.state)
            for item in _walk(self._items)
            if item.kind is not TreeKind.GROUP
        ]
        entries.extend(entry for action, entry in self._actions.values() if action.isEnabled())
        return entries

    def open_palette(self) -> CommandPalette:
        """Show the palette over the upper part of the window."""
        # Loaded when first wanted: the window is to be there sooner.
        from azdesk.ui.dialogs.command_palette import CommandPalette

        dialog = CommandPalette(
            [entry for entry in self.palette_entries() if entry.key != _DO + "palette"], self
        )
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.chosen.connect(self._do)
        place = self.rect().center()
        dialog.move(self.mapToGlobal(place) - dialog.rect().center())
        dialog.open()
        return dialog

    # -- session ----------------------------------------------------------------------------------------------------------

    def session(self) -> Session:
        """Places and sizes as they are now; tabs are added by who owns the pages."""
        return Session(
            geometry=self.saveGeometry(),
            splitter=self.ui.splitter.saveState(),
            page=self.current_page(),
            closed_groups=self.ui.tree.closed_groups,
        )

    def restore(self, session: Session) -> None:
        """Go back to a session's places; after `set_tree`."""
        if not session.geometry.isEmpty():
            self.restoreGeometry(session.geometry)
        if not session.splitter.isEmpty():
            self.ui.splitter.restoreState(session.splitter)
        self.ui.tree.set_closed_groups(session.closed_groups)
        if session.page:
            self.show_page(session.page)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.closing.emit()
        super().closeEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "ui"):
            self.ui.palette.setIcon(icons.icon("command", "accent_strong"))

    # -- inside -----------------------------------------------------------------------------------------------------------

    def _build_sidebar(self) -> None:
        ui = self.ui
        ui.filter.set_placeholder(self.tr("Filter hosts and pages"))
        ui.filter.setToolTip(self.tr("Filter hosts and pages (Ctrl+L)"))
        ui.filter.filter_changed.connect(ui.tree.set_filter)
        ui.filter.into_list.connect(ui.tree.select_first)
        ui.filter.left.connect(lambda: ui.tree.setFocus(Qt.FocusReason.ShortcutFocusReason))
        ui.tree.page_requested.connect(self.show_page)
        ui.tree.rename_requested.connect(self.rename_requested)
        ui.tree.move_requested.connect(self.move_requested)
        ui.tree.menu_requested.connect(self.menu_requested)
        ui.add_host.clicked.connect(self.add_host_requested)
        ui.palette.setIcon(icons.icon("command", "accent_strong"))
        ui.palette.setToolTip(self.tr("All commands and hosts (Ctrl+K)"))
        ui.palette.setAccessibleName(self.tr("All commands and hosts"))
        ui.palette.clicked.connect(self.open_palette)
        ui.splitter.setSizes([SIDEBAR_PX, 1280 - SIDEBAR_PX])
        ui.splitter.setStretchFactor(0, 0)
        ui.splitter.setStretchFactor(1, 1)

    def _build_actions(self) -> None:
        add = self.add_window_action
        add("palette", self.tr("All commands and hosts"), self.open_palette, keys="Ctrl+K", icon="command")
        add("filter", self.tr("Filter"), self._focus_filter, keys="Ctrl+F", icon="search")
        add(
            "filter-tree",
            self.tr("Filter hosts and pages"),
            self._focus_tree_filter,
            keys="Ctrl+L",
            icon="search",
        )
        add("look", self.tr("Look again"), self.look_again_requested.emit, keys="F5", icon="refresh")
        add("review", self.tr("Review changes"), self.review_requested.emit, keys="Ctrl+R", icon="compare")
        add("undo", self.tr("Undo"), self._undo, keys="Ctrl+Z", icon="undo")
        add("redo", self.tr("Redo"), self._redo, keys="Ctrl+Shift+Z;Ctrl+Y", icon="redo")
        add("save", self.tr("Save the document"), self.save_requested.emit, keys="Ctrl+S", icon="file")
        add("add-host", self.tr("Add host…"), self.add_host_requested.emit, keys="Ctrl+N", icon="add")
        add("quit", self.tr("Quit"), self.close, keys="Ctrl+Q", icon="close")
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self).activated.connect(self._primary)
        self.set_changes(ChangeSummary())

    def _primary(self) -> None:
        """Ctrl+Return: the page's own Apply where it has one, the review elsewhere."""
        apply = getattr(self.ui.pages.currentWidget(), "apply", None)
        if callable(apply):
            apply()
        elif self.action("review").isEnabled():
            self.review_requested.emit()

    def _focus_filter(self) -> None:
        page = self.ui.pages.currentWidget()
        own = page.findChild(FilterEdit) if page is not None else None
        target = own if own is not None and own.isVisible() else self.ui.filter
        target.setFocus(Qt.FocusReason.ShortcutFocusReason)
        target.selectAll()

    def _focus_tree_filter(self) -> None:
        self.ui.filter.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.ui.filter.selectAll()

    def _undo(self) -> None:
        field = self.focusWidget()
        if isinstance(field, QLineEdit) and field.isUndoAvailable():
            field.undo()
        else:
            self.undo_requested.emit()

    def _redo(self) -> None:
        field = self.focusWidget()
        if isinstance(field, QLineEdit) and field.isRedoAvailable():
            field.redo()
        else:
            self.redo_requested.emit()

    def _do(self, key: str) -> None:
        if key.startswith(_GO):
            self.show_page(key.removeprefix(_GO))
        elif key.startswith(_DO):
            self._actions[key.removeprefix(_DO)][0].trigger()


def _walk(items: Sequence[TreeItem]) -> list[TreeItem]:
    found: list[TreeItem] = []
    for item in items:
        found.append(item)
        found.extend(_walk(item.children))
    return found
