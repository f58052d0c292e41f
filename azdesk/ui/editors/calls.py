"""Calls, on a host's page: its numbers, its part in the number plan, and how voice gets through."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QLineEdit, QWidget

from azdesk.core.pattern import pattern
from azdesk.ui.editors.base import Editor, fill_choices, listed
from azdesk.ui.editors.lists import Line
from azdesk.ui.forms.calls_editor import Ui_CallsEditor
from azdesk.ui.mapping.words import filled
from azdesk.ui.viewmodels import State
from azdesk.ui.widgets.empty_state import EmptyState

if TYPE_CHECKING:
    from collections.abc import Callable

    from azdesk.fleet.paths import Path
    from azdesk.ui.workbench import Workbench

_NUMBERS_AND_CALLS = ("dialplan", "trunks", "recordings")


class CallsEditor(Editor):
    """A host's ``numbers``, ``calls`` and ``media``."""

    def __init__(self, workbench: Workbench, host: str, parent: QWidget | None = None) -> None:
        super().__init__(workbench, host, parent)
        self.ui = ui = Ui_CallsEditor()
        ui.setupUi(self.body)  # type: ignore[no-untyped-call]
        self.body.adopt_rows()
        self.nothing = EmptyState(
            "numbers",
            self.tr("%1 has no phones").replace("%1", host),
            self.tr("Only hosts with the role “application” take part in the number plan."),
        )
        ui.nothing_layout.addWidget(self.nothing)
        fill_choices(
            ui.unanswered, [(self.tr("Are hung up"), "hang-up"), (self.tr("Go to voicemail"), "voicemail")]
        )
        self.rows: dict[Path, tuple[Any, QWidget]] = {
            ("numbers",): (ui.numbers_row, ui.numbers),
            ("calls", "prefix"): (ui.prefix_row, ui.prefix),
            ("calls", "scheme"): (ui.scheme_row, ui.scheme),
            ("calls", "record"): (ui.record_row, ui.record),
            ("calls", "notify"): (ui.notify_row, ui.notify),
            ("calls", "unanswered"): (ui.unanswered_row, ui.unanswered),
            ("media", "external_address"): (ui.external_address_row, ui.external_address),
            ("media", "local_networks"): (ui.local_networks_row, ui.local_networks),
            ("media", "rtp_first"): (ui.rtp_row, ui.rtp_first),
            ("media", "rtp_last"): (ui.rtp_row, ui.rtp_last),
        }
        words = {
            "numbers": self.tr("Change the numbers of %1"),
            "calls": self.tr("Change the calls of %1"),
            "media": self.tr("Change the voice streams of %1"),
        }
        self._fill_schemes()
        for path, (row, field) in self.rows.items():
            lists = path[-1] in ("numbers", "local_networks")
            how = listed(field) if lists and isinstance(field, QLineEdit) else None
            self.body.bind(row, field, self._at(path), words[path[0]].replace("%1", host), how)
        ui.rtp_first.setAccessibleName(self.tr("First RTP port"))
        ui.rtp_last.setAccessibleName(self.tr("Last RTP port"))
        ui.calls_differ.adopt_requested.connect(lambda: workbench.adopt(host, _NUMBERS_AND_CALLS))
        ui.media_differ.adopt_requested.connect(lambda: workbench.adopt(host, ("media",)))
        self.refresh()

    def focus(self, path: Path) -> None:
        """Go to a field of the host."""
        for length in range(len(path), 0, -1):
            if tuple(path[:length]) in self.rows:
                row, field = self.rows[tuple(path[:length])]
                self.ensureWidgetVisible(row)
                field.setFocus()
                return

    def show_document(self) -> None:
        ui = self.ui
        host = self.fleet.hosts[self.host]
        application = "application" in host.roles
        ui.nothing_place.setVisible(not application)
        for card in (ui.calls, ui.media):
            card.setVisible(application)
        planned = self.fleet.number_plan.scheme != "as-is"
        for row in (
            ui.prefix_row,
            ui.dialled_row,
            ui.scheme_row,
            ui.record_row,
            ui.notify_row,
            ui.unanswered_row,
        ):
            row.setVisible(planned)
        ui.calls_note.setText(
            "" if planned else self.tr("The fleet has no number plan yet: dial plans are left alone.")
        )
        ui.overlaps.set_lines(self._overlaps())
        ui.dialled.set_lines(self._dialled())
        self._fill_schemes()

    def show_host(self) -> None:
        ui = self.ui
        found = [one for key in _NUMBERS_AND_CALLS for one in self.differences.get(key, ())]
        media = self.differences.get("media", ())
        for row, list_of, sentences in (
            (ui.dialplan_row, ui.calls_differ, found),
            (ui.media_found_row, ui.media_differ, media),
        ):
            list_of.set_sentences(sentences)
            row.setVisible(bool(sentences))
        observation = self.workbench.observation(self.host)
        error = None
        if observation is not None:
            keys = (*_NUMBERS_AND_CALLS, "media")
            problems = observation.problems
            error = observation.error or next((problems[key] for key in keys if key in problems), None)
        if error is None:
            ui.banner.hide()
        else:
            ui.banner.show_message("error", error.what, error.next_step, closable=False)

    # -- inside ------------------------------------------------------------------------------------------------

    def _at(self, path: Path) -> Callable[[], Path | None]:
        return lambda: ("hosts", self.host, *path) if self.there else None

    def _fill_schemes(self) -> None:
        words = {
            "as-is": self.tr("As the number plan says"),
            "short": self.tr("As the number plan says: short at home"),
            "prefixed": self.tr("As the number plan says: always with the prefix"),
        }
        fill_choices(
            self.ui.scheme,
            [
                (words[self.fleet.number_plan.scheme], ""),
                (self.tr("Short numbers at home, a prefix for other hosts"), "short"),
                (self.tr("Always with the host's prefix"), "prefixed"),
            ],
        )

    def _dialled(self) -> list[Line]:
        """What has to be dialled to get here, by an example of each block."""
        host = self.fleet.hosts[self.host]
        if self.fleet.number_plan.scheme == "as-is":
            return []
        if not host.numbers:
            return [(State.DIFFERS, self.tr("Without numbers nobody can be called here."))]
        lines: list[Line] = []
        for block in host.numbers:
            own = (pattern(block).examples() or (block,))[-1]
            if not host.calls.prefix:
                lines.append((State.UNKNOWN, filled(self.tr("Everybody dials %1."), own)))
            else:
                scheme = host.calls.scheme or self.fleet.number_plan.scheme
                words = (
                    self.tr("Phones here dial %1 or %2, those at other hosts %2.")
                    if scheme == "short"
                    else self.tr("Everybody dials %2.")
                )
                lines.append((State.RIGHT, filled(words, own, host.calls.prefix + own)))
        return lines

    def _overlaps(self) -> list[Line]:
        from azdesk.directory.numbers import overlaps

        fleet = self.fleet
        blocks = {name: host.numbers for name, host in fleet.hosts.items() if host.numbers}
        words = self.tr("%1 shares numbers with %2 of %3: nobody can tell where they are at home.")
        lines: list[Line] = []
        for one, first, other, second in overlaps(blocks):
            if self.host == one:
                lines.append((State.DIFFERS, filled(words, first, second, other)))
            elif self.host == other:
                lines.append((State.DIFFERS, filled(words, second, first, one)))
        return lines
