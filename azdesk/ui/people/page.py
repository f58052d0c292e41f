"""The People page: the table, the filter above it, and the card of who is selected."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QByteArray, QEvent, Signal
from PySide6.QtWidgets import QComboBox, QMenu, QWidget

from azdesk.ui import icons
from azdesk.ui.forms.people_page import Ui_PeoplePage
from azdesk.ui.people.table import PeopleTable
from azdesk.ui.peoplemodels import Query
from azdesk.ui.widgets.empty_state import EmptyState

PAUSE_MS = 40
"""The directory is asked once typing pauses so long."""
_HOME, _SEEN = "home", "seen"


class PeoplePage(QWidget):
    """Shows the people of a directory. Who is selected and what is looked for come back in signals."""

    query_changed = Signal()
    look_again_requested = Signal()
    add_requested = Signal()
    import_requested = Signal()
    empty_action = Signal()
    """The button of what is shown instead of the table."""
    filter_cleared = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.ui = ui = Ui_PeoplePage()
        ui.setupUi(self)  # type: ignore[no-untyped-call]
        ui.title.setText(self.tr("People"))
        ui.filter.set_placeholder(self.tr("Name, account or number   Ctrl+F"))
        ui.filter.set_pause(PAUSE_MS)
        ui.filter.filter_changed.connect(lambda _words: self.query_changed.emit())
        ui.filter.into_list.connect(self._into_table)
        ui.view.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        ui.view.currentIndexChanged.connect(lambda _at: self.query_changed.emit())
        ui.columns.clicked.connect(self._show_columns)
        ui.add.clicked.connect(self.add_requested)
        ui.import_people.clicked.connect(self.import_requested)
        self.more_menu = QMenu(ui.more)
        ui.more.setMenu(self.more_menu)
        ui.splitter.setStretchFactor(0, 1)
        ui.splitter.setStretchFactor(1, 0)
        ui.splitter.setSizes([640, 330])
        self.nobody_found = EmptyState(
            "search", self.tr("Nobody matches"), "", self.tr("&Clear the filter"), self
        )
        self.nobody_found.action.connect(self.clear_filter)
        ui.nothing_layout.addWidget(self.nobody_found)
        self.instead: EmptyState | None = None
        ui.partial.hide()
        self._retint()
        ui.card.show_nobody()

    @property
    def table(self) -> PeopleTable:
        return self.ui.table

    @property
    def query(self) -> Query:
        """What is looked for."""
        ui = self.ui
        how, _, host = (ui.view.currentData() or "").partition(":")
        return Query(
            words=ui.filter.text().strip(),
            home=host if how == _HOME else "",
            seen_by=host if how == _SEEN else "",
        )

    def set_subtitle(self, text: str) -> None:
        """Which directory, how many people, how it is reached."""
        self.ui.subtitle.setText(text)
        self.ui.subtitle.setVisible(bool(text))

    def set_hosts(self, homes: Sequence[str], views: Sequence[str]) -> None:
        """Hosts at which people are at home, and those as which the directory can be seen."""
        at_home, seen = self.tr("At home on %1"), self.tr("As %1 sees them")
        entries = [(self.tr("Everybody"), "")]
        entries += [(at_home.replace("%1", name), f"{_HOME}:{name}") for name in homes]
        entries += [(seen.replace("%1", name), f"{_SEEN}:{name}") for name in views]
        self._fill(self.ui.view, entries)
        self.ui.view.setVisible(len(entries) > 1)

    def set_count(self, text: str, partial: str = "") -> None:
        """How many are shown, and why that may not be all."""
        self.ui.count.setText(text)
        self.ui.partial.setText(partial)
        self.ui.partial.setVisible(bool(partial))

    def show_table(self) -> None:
        """Show the rows."""
        self._drop_instead()
        self.ui.middle.setCurrentWidget(self.ui.table)

    def show_nobody_found(self, words: str) -> None:
        """The filter leaves nobody."""
        self._drop_instead()
        self.nobody_found.sentence.setText(
            self.tr("Nobody matches “%1”").replace("%1", words)
            if words
            else self.tr("Nobody is at home there")
        )
        self.ui.middle.setCurrentWidget(self.ui.nothing)

    def show_instead(self, icon: str, sentence: str, help_text: str, button: str) -> None:
        """Show in place of everything what belongs there; `empty_action` is its button."""
        ui = self.ui
        if self.instead is not None and self.instead.sentence.text() == sentence:
            return
        self._drop_instead()
        self.instead = EmptyState(icon, sentence, help_text, button, self)
        self.instead.action.connect(self.empty_action)
        layout = self.layout()
        assert layout is not None
        layout.addWidget(self.instead)
        ui.splitter.hide()
        self.instead.show()

    def clear_filter(self) -> None:
        """Show everybody again."""
        self.ui.view.setCurrentIndex(0)
        self.ui.filter.clear()
        self.ui.filter.setFocus()

    # -- remembered --------------------------------------------------------------------------------------------

    def places(self) -> tuple[QByteArray, QByteArray]:
        """Columns as they are now, and how the page is shared out."""
        return self.ui.table.horizontalHeader().saveState(), self.ui.splitter.saveState()

    def restore(self, columns: object, shares: object) -> None:
        """Go back to what `places` gave; anything else is as if it were not there."""
        if isinstance(columns, QByteArray) and not columns.isEmpty():
            self.ui.table.horizontalHeader().restoreState(columns)
        if isinstance(shares, QByteArray) and not shares.isEmpty():
            self.ui.splitter.restoreState(shares)

    # -- inside ------------------------------------------------------------------------------------------------

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "ui"):
            self._retint()

    def _retint(self) -> None:
        self.ui.columns.setIcon(icons.icon("more", "quiet_strong"))

    def _drop_instead(self) -> None:
        if self.instead is not None:
            self.instead.hide()
            self.instead.deleteLater()
            self.instead = None
        self.ui.splitter.show()

    def _into_table(self) -> None:
        table = self.ui.table
        if table.people.rowCount() and not table.currentIndex().isValid():
            table.selectRow(0)
        table.setFocus()

    def _show_columns(self) -> None:
        button = self.ui.columns
        self.ui.table.columns_menu().popup(button.mapToGlobal(button.rect().bottomLeft()))

    def _fill(self, box: QComboBox, entries: list[tuple[str, str]]) -> None:
        if [(box.itemText(at), box.itemData(at)) for at in range(box.count())] == entries:
            return
        chosen = box.currentData()
        box.blockSignals(True)
        box.clear()
        for words, data in entries:
            box.addItem(words, data)
        at = max(0, box.findData(chosen))
        box.setCurrentIndex(at)
        box.blockSignals(False)
        if chosen and at == 0:
            self.query_changed.emit()
