"""The number plan's settings, the trunks between the hosts, and recording. A page of the fleet, not of a host."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLineEdit, QWidget

from azdesk.core.pattern import pattern
from azdesk.fleet import edit
from azdesk.ui.editors.base import Editor, fill_choices, listed
from azdesk.ui.editors.lists import Line
from azdesk.ui.forms.number_plan_editor import Ui_NumberPlanEditor
from azdesk.ui.mapping.numbers import example_lines
from azdesk.ui.mapping.words import filled
from azdesk.ui.mapping.words import listed as names_listed
from azdesk.ui.numbers.choices import DTMF, TRANSPORTS, dtmf_words, transport_words
from azdesk.ui.viewmodels import State

if TYPE_CHECKING:
    from collections.abc import Callable

    from azdesk.fleet.paths import Path
    from azdesk.ui.workbench import Workbench


class NumberPlanEditor(Editor):
    """The document's ``[number_plan]`` and ``[recording]``."""

    def __init__(self, workbench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(workbench, "", parent)
        self.ui = ui = Ui_NumberPlanEditor()
        ui.setupUi(self.body)  # type: ignore[no-untyped-call]
        self.body.adopt_rows()
        fill_choices(
            ui.scheme,
            [
                (self.tr("Dial plans are left alone"), "as-is"),
                (self.tr("Short numbers at home, a prefix for other hosts"), "short"),
                (self.tr("Always with the host's prefix"), "prefixed"),
            ],
        )
        fill_choices(
            ui.reach,
            [
                (self.tr("Within each cluster"), "cluster"),
                (self.tr("In the whole fleet"), "fleet"),
            ],
        )
        fill_choices(
            ui.call_records,
            [(self.tr("As each host is"), "as-is"), (self.tr("Kept by every host"), "kept")],
        )
        fill_choices(ui.transport, [(transport_words(one), one) for one in TRANSPORTS])
        fill_choices(
            ui.authentication,
            [
                (self.tr("Their LAN addresses alone"), "address"),
                (self.tr("Addresses, and passwords that AZDesk makes"), "password"),
            ],
        )
        fill_choices(ui.dtmf, [(dtmf_words(one), one) for one in DTMF])
        fill_choices(
            ui.warning,
            [
                (self.tr("Not at all"), "none"),
                (self.tr("By a tone before and every 15 seconds"), "beep"),
                (self.tr("By an announcement before the call"), "announcement"),
            ],
        )
        self.rows = {
            ("number_plan", "scheme"): (ui.scheme_row, ui.scheme),
            ("number_plan", "reach"): (ui.reach_row, ui.reach),
            ("number_plan", "context"): (ui.context_row, ui.context),
            ("number_plan", "emergency"): (ui.emergency_row, ui.emergency),
            ("number_plan", "reserved"): (ui.reserved_row, ui.reserved),
            ("number_plan", "ring"): (ui.ring_row, ui.ring),
            ("number_plan", "call_records"): (ui.call_records_row, ui.call_records),
            ("number_plan", "between", "transport"): (ui.transport_row, ui.transport),
            ("number_plan", "between", "authentication"): (ui.authentication_row, ui.authentication),
            ("number_plan", "between", "srtp"): (ui.srtp_row, ui.srtp),
            ("number_plan", "between", "codecs"): (ui.codecs_row, ui.codecs),
            ("number_plan", "between", "dtmf"): (ui.dtmf_row, ui.dtmf),
            ("number_plan", "between", "max_calls"): (ui.max_calls_row, ui.max_calls),
            ("number_plan", "between", "qualify"): (ui.qualify_row, ui.qualify),
            ("number_plan", "between", "record"): (ui.between_record_row, ui.between_record),
            ("recording", "directory"): (ui.directory_row, ui.directory),
            ("recording", "archive"): (ui.archive_row, ui.archive),
            ("recording", "archive_mount"): (ui.archive_mount_row, ui.archive_mount),
            ("recording", "keep_days"): (ui.keep_days_row, ui.keep_days),
            ("recording", "warning"): (ui.warning_row, ui.warning),
            ("recording", "sound"): (ui.sound_row, ui.sound),
        }
        words = {
            "number_plan": self.tr("Change the number plan"),
            "between": self.tr("Change the trunks between the hosts"),
            "recording": self.tr("Change recording"),
        }
        for path, (row, field) in self.rows.items():
            lists = path[-1] in ("emergency", "reserved", "codecs")
            how = listed(field) if lists and isinstance(field, QLineEdit) else None
            self.body.bind(row, field, _at(path), words[path[-2]], how)
        ui.new_passwords.clicked.connect(self.ask_new_passwords)
        self.refresh()

    def ask_new_passwords(self) -> None:
        """Let the hosts make new passwords for each other; they get them with the next change."""
        from datetime import UTC, datetime

        now = datetime.now(UTC).isoformat(timespec="seconds")
        path = ("number_plan", "between", "password_since")
        self.workbench.edit(
            edit.with_value(self.fleet, path, now), self.tr("New passwords between the hosts")
        )

    @property
    def there(self) -> bool:
        return True

    def concerned(self) -> tuple[str, ...]:
        return ()

    def focus(self, path: Path) -> None:
        """Go to a field of the document."""
        for length in range(len(path), 0, -1):
            if path[:length] in self.rows:
                row, field = self.rows[path[:length]]
                self.ensureWidgetVisible(row)
                field.setFocus()
                return
        self.ui.scheme.setFocus()

    def show_document(self) -> None:
        ui, fleet = self.ui, self.fleet
        ui.scheme_words.set_lines(self._scheme_lines())
        planned = fleet.number_plan.scheme != "as-is"
        for row in (ui.reach_row, ui.context_row, ui.emergency_row, ui.reserved_row, ui.ring_row):
            row.setVisible(planned)
        ui.between.setVisible(planned)
        ui.recording.setVisible(planned)
        between = fleet.number_plan.between
        ui.new_passwords.setVisible(between.authentication == "password")
        ui.new_passwords.setToolTip(
            filled(self.tr("Asked for the last time: %1"), between.password_since)
            if between.password_since
            else ""
        )
        self._show_examples()
        ui.sound_row.setVisible(fleet.recording.warning == "announcement" or bool(fleet.recording.sound))

    def _show_examples(self) -> None:
        """What the patterns of lists match."""
        for row, texts in (
            (self.ui.emergency_row, self.fleet.number_plan.emergency),
            (self.ui.reserved_row, self.fleet.number_plan.reserved),
        ):
            wide = [text for text in texts if not pattern(text).exact]
            words = "\n".join(f"{text}: {example_lines(text)[0]}" for text in wide)
            row.set_checked(State.RIGHT if words else None, words)

    def _scheme_lines(self) -> list[Line]:
        fleet = self.fleet
        plan = fleet.number_plan
        if plan.scheme == "as-is":
            words = self.tr("AZDesk writes no dial plan and no trunks. Choose a scheme to begin.")
            return [(State.UNKNOWN, words)]
        hosts = [
            (name, host)
            for name, host in fleet.hosts.items()
            if "application" in host.roles and host.numbers and host.calls.prefix
        ]
        if not hosts:
            words = self.tr("Give hosts their numbers and prefixes: on their pages, under Calls.")
            return [(State.UNKNOWN, words)]
        name, host = hosts[0]
        number = (pattern(host.numbers[0]).examples() or ("",))[0]
        long = host.calls.prefix + number
        at_home = long if plan.scheme == "prefixed" else self.tr("%1 or %2")
        at_home = filled(at_home, number, long)
        words = self.tr("For example %1: phones at %2 dial %3, those at other hosts dial %4.")
        lines: list[Line] = [(State.RIGHT, filled(words, number, name, at_home, long))]
        others = [one for one, value in fleet.hosts.items() if value.calls.scheme]
        if others:
            lines.append((State.UNKNOWN, filled(self.tr("Another scheme have %1."), names_listed(others))))
        return lines


def _at(path: Path) -> Callable[[], Path]:
    return lambda: path
