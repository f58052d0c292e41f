"""The tables of calls, phones and trunks."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from azdesk.ui.mapping.live import matching
from azdesk.ui.mapping.words import filled
from azdesk.ui.tokens import GRID
from azdesk.ui.viewmodels import TableRow
from azdesk.ui.widgets.empty_state import EmptyState
from azdesk.ui.widgets.filter_edit import FilterEdit
from azdesk.ui.widgets.plain_table import PlainTable


class LivePanel(QWidget):
    """A filter, a table, how many there are, and what stands there while there are none."""

    def __init__(self, table: PlainTable, empty: EmptyState, buttons: Sequence[QPushButton] = ()) -> None:
        super().__init__()
        self.table = table
        self.empty = empty
        self._usual = (empty.sentence.text(), empty.help.text())
        self._rows: tuple[TableRow, ...] = ()
        self.filter = FilterEdit(placeholder=self.tr("Filter   Ctrl+F"))
        self.filter.filter_changed.connect(lambda _words: self._narrow())
        self.filter.into_list.connect(lambda: table.setFocus(Qt.FocusReason.ShortcutFocusReason))
        self.count = QLabel()
        self.count.setProperty("role", "note")
        top = QHBoxLayout()
        top.setSpacing(GRID)
        top.addWidget(self.filter, 1)
        for button in buttons:
            top.addWidget(button)
        table.offer(*buttons)
        card = self.card = QFrame()
        card.setProperty("surface", "card")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(2 * GRID, GRID + 4, 2 * GRID, GRID + 4)
        inside.setSpacing(GRID)
        inside.addLayout(top)
        inside.addWidget(table, 1)
        inside.addWidget(self.count)
        place = self.place = QFrame()
        place.setProperty("surface", "card")
        QVBoxLayout(place).addWidget(empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, GRID, 0, 2 * GRID)
        column.addWidget(card, 1)
        column.addWidget(place, 1)
        self.show_rows(())

    def show_rows(self, found: Sequence[TableRow], nothing: tuple[str, str] = ("", "")) -> None:
        """Show these; the selection stays.

        Args:
            nothing: sentence and help where there are none; empty: the usual ones.
        """
        sentence, help_text = nothing if nothing[0] else self._usual
        self.empty.sentence.setText(sentence)
        self.empty.help.setText(help_text)
        self._rows = tuple(found)
        self.card.setVisible(bool(found))
        self.place.setVisible(not found)
        self._narrow()

    def _narrow(self) -> None:
        shown = matching(self._rows, self.filter.text())
        self.table.set_rows(shown)
        self.count.setText(filled(self.tr("%1 of %2"), f"{len(shown):,}", f"{len(self._rows):,}"))


class CallsPanel(LivePanel):
    """Calls in progress."""

    hang_up_requested = Signal(str)
    """Key of the call."""

    def __init__(self) -> None:
        tr = self.tr
        self.hang_up = QPushButton(tr("&Hang up…"))
        super().__init__(
            PlainTable(
                tr("Calls in progress"),
                (
                    tr("State"), tr("Lasts"), tr("Caller"), tr("Dialled"), tr("Way"), tr("Codec"), tr("Recorded"),
                ),
                (86, 68, 170, 140, 140, 60, 80),
            ),
            EmptyState(
                "clock",
                tr("No calls just now"),
                tr("A call is shown here within a second of its beginning, on whichever host."),
            ),
            (self.hang_up,),
        )  # fmt: skip
        self.hang_up.setToolTip(tr("End the selected call   Del"))
        self.hang_up.clicked.connect(self._ask)
        self.table.removed.connect(self._ask)
        self.table.chosen.connect(self._show_button)
        self._show_button()

    def show_rows(self, found: Sequence[TableRow], nothing: tuple[str, str] = ("", "")) -> None:
        super().show_rows(found, nothing)
        self._show_button()

    def _show_button(self) -> None:
        self.hang_up.setEnabled(len(self.table.selected()) == 1)

    def _ask(self) -> None:
        chosen = self.table.selected()
        if len(chosen) == 1:
            self.hang_up_requested.emit(chosen[0])


def phones_panel() -> LivePanel:
    """Registered phones."""
    tr = QCoreApplication.translate
    return LivePanel(
        PlainTable(
            tr("LivePanel", "Registered phones"),
            (
                tr("LivePanel", "Account"), tr("LivePanel", "Host"), tr("LivePanel", "Address"), tr("LivePanel", "Client"),
                tr("LivePanel", "Answers in"), tr("LivePanel", "For"), tr("LivePanel", "Expires in"),
            ),
            (84, 72, 150, 160, 124, 64, 84),
            steady=(2, 4),
        ),
        EmptyState(
            "people",
            tr("LivePanel", "No phone is registered"),
            tr("LivePanel", "Phones that sign in at one of the hosts are shown here, with their address and how fast they answer."),
        ),
    )  # fmt: skip


def trunks_panel() -> LivePanel:
    """Trunks of all hosts."""
    tr = QCoreApplication.translate
    return LivePanel(
        PlainTable(
            tr("LivePanel", "Trunks"),
            (
                tr("LivePanel", "To"), tr("LivePanel", "Kind"), tr("LivePanel", "Of host"), tr("LivePanel", "Answers in"),
                tr("LivePanel", "Registration"), tr("LivePanel", "Calls"),
            ),
            (180, 80, 110, 124, 124, 64),
            steady=(3, 4),
        ),
        EmptyState(
            "trunk",
            tr("LivePanel", "No trunks"),
            tr("LivePanel", "Hosts have trunks to each other and to the outside once the number plan says so, and it was applied."),
        ),
    )  # fmt: skip
