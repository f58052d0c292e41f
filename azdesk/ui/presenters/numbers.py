"""The page “Numbers”."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from azdesk.ui.mapping import numbers as mapping
from azdesk.ui.mapping.tree import NUMBERS, host_key, trunk_key, trunk_of
from azdesk.ui.mapping.words import counted
from azdesk.ui.pages.numbers import NumbersPage
from azdesk.ui.presenters.base import Presenter, Shown
from azdesk.ui.viewmodels import TabModel

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from azdesk.ui.desk import Desk
    from azdesk.voice.checking import Finding

PLAN, RULES, TRUNKS, MAP, GRAPH, CALL, FINDINGS = (
    "plan",
    "rules",
    "trunks",
    "map",
    "graph",
    "call",
    "findings",
)
_HOST_TABS = {
    "calls": "calls",
    "numbers": "calls",
    "media": "calls",
    "firewall": "firewall",
    "sip": "accounts",
}
"""Section of a host → tab of its page."""


class NumbersPresenter(Presenter):
    """Makes the tabs when they are first shown, and keeps them at what is known."""

    def __init__(self, desk: Desk, page: NumbersPage) -> None:
        super().__init__(desk, page)
        self.page = page
        self._made: dict[str, QWidget] = {}
        makers: dict[str, tuple[str, Callable[[], QWidget]]] = {
            PLAN: (self.tr("Plan"), self._plan),
            RULES: (self.tr("Rules"), self._rules),
            TRUNKS: (self.tr("Trunks"), self._trunks),
            MAP: (self.tr("Map"), self._map),
            GRAPH: (self.tr("Hosts & trunks"), self._graph),
            CALL: (self.tr("Try a call"), self._call),
            FINDINGS: (self.tr("Findings"), self._findings),
        }
        self._titles = {key: title for key, (title, _) in makers.items()}
        for key, (title, make) in makers.items():
            page.tabs.add_tab(TabModel(key=key, title=title), partial(self._make, key, make))
        self.import_sheet = page.menu.addAction(self.tr("&Import from a sheet…"), self._take_in)
        self.export_sheet = page.menu.addAction(self.tr("&Export as CSV…"), self._export)
        page.tabs.current_changed.connect(lambda _key: self._follow_in_tree())
        desk.plan.checked.connect(self._checked)
        desk.plan.people_changed.connect(self._tell_people)

    def refresh(self, shown: Shown) -> None:
        fleet = shown.view.fleet
        if fleet.number_plan.scheme == "as-is":
            words = self.tr("no number plan: dial plans are left alone")
        else:
            from azdesk.voice.deriving import hosts_of

            rules = counted(len(fleet.rules), self.tr("1 rule"), self.tr("%1 rules"))
            trunks = counted(
                len(fleet.trunks), self.tr("1 trunk to the outside"), self.tr("%1 trunks to the outside")
            )
            hosts = counted(len(hosts_of(fleet)), self.tr("1 host"), self.tr("%1 hosts"))
            words = " · ".join((hosts, rules, trunks, mapping.summary(self.desk.plan.findings)))
        self.page.set_subtitle(words)
        self._mark_tabs()

    def go(self, path: object) -> None:
        """Show a place of the document: a rule, a trunk, a field of the plan or of a host."""
        if not isinstance(path, tuple) or not path:
            return
        table, *rest = path
        if table == "hosts" and rest:
            self._go_to_host(rest[0], tuple(path))
            return
        key = {"rules": RULES, "trunks": TRUNKS}.get(table, PLAN)
        self.page.tabs.set_current(key)
        widget = self._made[key]
        if key == PLAN:
            from azdesk.ui.editors.number_plan import NumberPlanEditor

            if isinstance(widget, NumberPlanEditor):
                widget.focus(tuple(path))
            return
        from azdesk.ui.numbers.panels import EntriesPanel

        if rest and isinstance(widget, EntriesPanel):
            widget.open(rest[0], rest[1] if len(rest) > 1 else "")

    def show_trunk(self, name: str, *, edit: bool = False) -> None:
        """Go to a trunk in its table, and open its dialog with `edit`."""
        from azdesk.ui.numbers.panels import EntriesPanel

        self.page.tabs.set_current(TRUNKS)
        panel = self._made[TRUNKS]
        if isinstance(panel, EntriesPanel):
            panel.show_entry(name)
            if edit:
                panel.open(name)

    # -- inside ------------------------------------------------------------------------------------------------

    def _follow_in_tree(self) -> None:
        """The tree's row of a trunk is left as soon as another one is looked at, or another tab."""
        from azdesk.ui.numbers.panels import EntriesPanel

        rows, panel = self.desk.window.ui.tree, self._made.get(TRUNKS)
        if not trunk_of(rows.current_key()) or self.desk.window.current_page() != NUMBERS:
            return
        if self.page.tabs.current_key() != TRUNKS or not isinstance(panel, EntriesPanel):
            rows.select(NUMBERS)
        elif len(chosen := panel.table.selected()) == 1:
            rows.select(trunk_key(chosen[0]))

    def _go_to_host(self, host: str, path: tuple[str, ...]) -> None:
        from azdesk.ui.attending import show_tab

        tab = _HOST_TABS.get(path[2], "general") if len(path) > 2 else "calls"
        if host in self.workbench.fleet.hosts:
            show_tab(self.desk, host, tab)
            page = self.desk.window.page(host_key(host))
            editor = page.tabs.page(tab) if page is not None and hasattr(page, "tabs") else None
            focus = getattr(editor, "focus", None)
            if focus is not None:
                focus(path[2:])

    def _make(self, key: str, make: Callable[[], QWidget]) -> QWidget:
        self._made[key] = widget = make()
        self._tell(widget)
        return widget

    def _checked(self) -> None:
        for widget in self._made.values():
            self._tell(widget)
        self._mark_tabs()

    def _tell(self, widget: QWidget) -> None:
        tell = getattr(widget, "set_findings", None)
        if tell is not None:
            tell(self.desk.plan.findings)

    def _mark_tabs(self) -> None:
        findings = self.desk.plan.findings
        of: dict[str, list[Finding]] = {PLAN: [], RULES: [], TRUNKS: [], FINDINGS: list(findings)}
        for one in findings:
            key = {"rules": RULES, "trunks": TRUNKS, "number_plan": PLAN}.get(one.path[0])
            if key:
                of[key].append(one)
        marked: list[TabModel] = []
        for key, found in of.items():
            marked.append(TabModel(key=key, title=self._titles[key], state=mapping.worst(found)))
        self.page.tabs.update_tabs(marked)

    def _take_in(self) -> None:
        from azdesk.ui.numbers import sheets

        sheets.take_in(self.workbench, self.desk.window)

    def _export(self) -> None:
        from azdesk.ui.numbers import sheets

        sheets.export(self.workbench, self.desk.window)

    def _plan(self) -> QWidget:
        from azdesk.ui.editors.number_plan import NumberPlanEditor

        return NumberPlanEditor(self.workbench)

    def _rules(self) -> QWidget:
        from azdesk.ui.numbers.panels import RulesPanel

        return RulesPanel(self.workbench)

    def _trunks(self) -> QWidget:
        from azdesk.ui.numbers.panels import TrunksPanel

        panel = TrunksPanel(self.workbench)
        panel.table.chosen.connect(self._follow_in_tree)
        return panel

    def _map(self) -> QWidget:
        from azdesk.ui.numbers.map_panel import MapPanel

        panel = MapPanel(self.workbench)
        panel.opened.connect(self.go)
        return panel

    def _graph(self) -> QWidget:
        from azdesk.ui.numbers.graph_view import GraphPanel

        panel = GraphPanel(self.workbench)
        panel.opened.connect(self.go)
        return panel

    def _call(self) -> QWidget:
        from azdesk.ui.numbers.call_panel import CallPanel

        panel = CallPanel(self.workbench)
        panel.opened.connect(self.go)
        return panel

    def _findings(self) -> QWidget:
        from azdesk.ui.numbers.panels import FindingsPanel

        panel = FindingsPanel(self.workbench)
        panel.opened.connect(self.go)
        panel.people_wanted.connect(self.desk.plan.read_people)
        self._made[FINDINGS] = panel
        self._tell_people()
        if self.desk.plan.people.numbers is None and self.workbench.fleet.number_plan.scheme != "as-is":
            self.desk.plan.read_people()
        return panel

    def _tell_people(self) -> None:
        """Say of when the directory's numbers are."""
        from azdesk.ui.numbers.panels import FindingsPanel

        panel, people = self._made.get(FINDINGS), self.desk.plan.people
        if isinstance(panel, FindingsPanel):
            there = bool(self.workbench.fleet.directory.base)
            panel.set_people(mapping.people_words(people), busy=people.reading, there=there)
