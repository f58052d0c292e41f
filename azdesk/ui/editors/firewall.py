"""Firewall, on a host's page: who may reach what of it, and what comes of that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QLineEdit, QWidget

from azdesk.features._base import PlanContext
from azdesk.features.firewall import FirewallState
from azdesk.features.firewall.planning import cautions
from azdesk.ui.editors.base import Editor, listed
from azdesk.ui.forms.firewall_editor import Ui_FirewallEditor
from azdesk.ui.mapping import firewall as mapping
from azdesk.ui.viewmodels import State

if TYPE_CHECKING:
    from collections.abc import Callable

    from azdesk.fleet.paths import Path
    from azdesk.ui.workbench import Workbench

_FOR_ROLE = {
    "application": ("phones", "chat", "federation", "uploads", "vpn"),
    "directory": ("directory",),
}


class FirewallEditor(Editor):
    """A host's ``firewall``."""

    def __init__(self, workbench: Workbench, host: str, parent: QWidget | None = None) -> None:
        super().__init__(workbench, host, parent)
        self.ui = ui = Ui_FirewallEditor()
        ui.setupUi(self.body)  # type: ignore[no-untyped-call]
        self.body.adopt_rows()
        words = self.tr("Change the firewall of %1").replace("%1", host)
        self.rows: dict[str, tuple[Any, QWidget]] = {
            "enabled": (ui.enabled_row, ui.enabled),
            "ssh": (ui.ssh_row, ui.ssh),
            "phones": (ui.phones_row, ui.phones),
            "chat": (ui.chat_row, ui.chat),
            "federation": (ui.federation_row, ui.federation),
            "uploads": (ui.uploads_row, ui.uploads),
            "directory": (ui.directory_row, ui.directory),
            "vpn": (ui.vpn_row, ui.vpn),
            "ports": (ui.ports_row, ui.ports),
        }
        for key, (row, field) in self.rows.items():
            how = listed(field) if isinstance(field, QLineEdit) else None
            self.body.bind(row, field, self._at(key), words, how)
        ui.differ.adopt_requested.connect(lambda: workbench.adopt(host, ("firewall",)))
        self.refresh()

    def focus(self, path: Path) -> None:
        """Go to a field of the host."""
        if len(path) > 1 and path[0] == "firewall" and path[1] in self.rows:
            row, field = self.rows[path[1]]
            self.ensureWidgetVisible(row)
            field.setFocus()

    def show_document(self) -> None:
        host = self.fleet.hosts[self.host]
        for role, keys in _FOR_ROLE.items():
            for key in keys:
                self.rows[key][0].setVisible(host.firewall.enabled and role in host.roles)
        for key in ("ssh", "ports"):
            self.rows[key][0].setVisible(host.firewall.enabled)
        self.ui.preview_title.setText(
            self.tr("What is open to whom")
            if host.firewall.enabled
            else self.tr("What would be open with a firewall")
        )
        self._show_open()

    def show_host(self) -> None:
        ui = self.ui
        found = self.differences.get("firewall", ())
        ui.differ.set_sentences(found)
        ui.found_row.setVisible(bool(found))
        observation = self.workbench.observation(self.host)
        error = None
        if observation is not None:
            error = observation.error or observation.problems.get("firewall")
        if error is None:
            ui.banner.hide()
        else:
            ui.banner.show_message("error", error.what, error.next_step, closable=False)
        self._show_open()

    # -- inside ------------------------------------------------------------------------------------------------

    def _at(self, key: str) -> Callable[[], Path | None]:
        return lambda: ("hosts", self.host, "firewall", key) if self.there else None

    def _seen(self) -> FirewallState | None:
        observation = self.workbench.observation(self.host)
        state = observation.states.get("firewall") if observation is not None else None
        return state if isinstance(state, FirewallState) else None

    def _show_open(self) -> None:
        seen, fleet = self._seen(), self.fleet
        found = mapping.openings(fleet, self.host, seen)
        self.ui.opened.set_lines([(None, text) for text in mapping.sentences(fleet, self.host, found)])
        context = PlanContext(fleet=fleet, host=self.host)
        told = [(State.DIFFERS, one.text) for one in cautions(context, seen)] if seen is not None else []
        self.ui.cautions.set_lines(told)
