"""A rule of the number plan."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QWidget

from azdesk.core.pattern import fault
from azdesk.fleet import edit
from azdesk.fleet.voice import Rule
from azdesk.ui.editors.base import fill_choices
from azdesk.ui.forms.rule import Ui_RuleDialog
from azdesk.ui.mapping.numbers import example_lines
from azdesk.ui.mapping.words import filled
from azdesk.ui.numbers.entry_dialog import EntryDialog
from azdesk.ui.viewmodels import State

if TYPE_CHECKING:
    from collections.abc import Mapping

    from azdesk.fleet.model import Fleet
    from azdesk.ui.workbench import Workbench

_ONLY: dict[str, tuple[str, ...]] = {
    "trunks": ("trunk",),
    "members": ("ring-group",),
    "sound": ("announcement",),
    "number": ("number", "voicemail", "conference"),
    "notify": ("accounts",),
    "ring": ("accounts", "trunk", "ring-group"),
    "strip": ("accounts", "trunk", "number", "voicemail", "conference"),
    "prepend": ("accounts", "trunk", "number", "voicemail", "conference"),
}
"""Field → targets for which it counts."""


_KEYS = (
    "pattern",
    "callers",
    "hosts",
    "target",
    "strip",
    "prepend",
    "trunks",
    "number",
    "members",
    "sound",
    "ring",
    "record",
    "notify",
    "note",
)


class RuleDialog(EntryDialog):
    """Its fields follow its target."""

    table = "rules"
    keys = _KEYS
    usual = MappingProxyType(
        {**{key: getattr(Rule(pattern="0", target="accounts"), key) for key in _KEYS}, "pattern": ""}
    )
    lists = ("members",)

    def __init__(
        self,
        workbench: Workbench,
        *,
        name: str = "",
        begin: Mapping[str, Any] | None = None,
        after: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(workbench, Ui_RuleDialog(), name=name, begin=begin, after=after, parent=parent)
        ui, fleet = self.ui, workbench.fleet
        fill_choices(ui.target, self._targets())
        ui.trunks.ordered = True
        ui.trunks.set_names(tuple(fleet.trunks), self.values["trunks"])
        ui.callers.set_names(tuple(fleet.trunks), self.values["callers"])
        title = filled(self.tr("Rule %1"), name) if name else self.tr("New rule")
        self.begin(title, edit.free_name(fleet.rules, self.tr("New rule")), ui.pattern)

    def concerned(self, key: str) -> bool:
        return str(self.ui.target.currentData()) in _ONLY.get(key, (self.ui.target.currentData(),))

    def show_fields(self) -> None:
        ui = self.ui
        for key in _ONLY:
            self.rows[key].setVisible(self.concerned(key))
        some = bool(self.workbench.fleet.trunks)
        ui.callers_row.setVisible(some)
        ui.number_row.setVisible(self.concerned("number"))
        ui.number.setPlaceholderText(self.tr("the dialled one, with what is taken off and put in front"))
        if self.concerned("trunks") and not some:
            ui.trunks_row.set_note(self.tr("There is no trunk to the outside yet: add one first."))
        self._show_examples()

    def made(self) -> Fleet:
        return self._with(edit.add_rule, edit.rename_rule)

    def words(self) -> str:
        words = self.tr("Change the rule %1") if self.old else self.tr("Add the rule %1")
        return filled(words, self.name)

    def _show_examples(self) -> None:
        ui = self.ui
        text = ui.pattern.text().strip()
        if not text or fault(text):
            ui.examples.set_lines(())
            ui.examples_row.hide()
            return
        strip = ui.strip.value() if self.concerned("strip") else 0
        prepend = ui.prepend.text().strip() if self.concerned("prepend") else ""
        ui.examples.set_lines([(State.RIGHT, line) for line in example_lines(text, strip, prepend)])
        ui.examples_row.show()

    def _targets(self) -> list[tuple[str, object]]:
        return [
            (self.tr("Accounts at this host"), "accounts"),
            (self.tr("A trunk to the outside"), "trunk"),
            (self.tr("Another number"), "number"),
            (self.tr("A ring group"), "ring-group"),
            (self.tr("Voicemail"), "voicemail"),
            (self.tr("The caller's own messages"), "messages"),
            (self.tr("A conference"), "conference"),
            (self.tr("An announcement"), "announcement"),
            (self.tr("Nothing: it is hung up"), "hang-up"),
        ]
