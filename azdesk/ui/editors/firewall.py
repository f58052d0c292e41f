"""Firewall, on a host's page: who may reach what of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QLineEdit, QWidget

from azdesk.ui.editors.base import NOT_READABLE, Access, Editor, listed
from azdesk.ui.forms.firewall_editor import Ui_FirewallEditor

if TYPE_CHECKING:
    from collections.abc import Callable

    from azdesk.fleet.paths import Path
    from azdesk.ui.workbench import Workbench


class FirewallEditor(Editor):
    """A host's ``firewall``."""

    def __init__(self, workbench: Workbench, host: str, parent: QWidget | None = None) -> None:
        super().__init__(workbench, host, parent)
        self.ui = ui = Ui_FirewallEditor()
        ui.setupUi(self.body)  # type: ignore[no-untyped-call]
        self.body.adopt_rows()
        words = self.tr("Change the firewall of %1").replace("%1", host)
        ports = self.tr("must be numbers of ports, such as 1194")
        for row, field, key, how in (
            (ui.enabled_row, ui.enabled, "enabled", None),
            (ui.admins_row, ui.admins, "admins", listed(ui.admins)),
            (ui.phones_row, ui.phones, "phones", listed(ui.phones)),
            (ui.ports_row, ui.ports, "ports", _numbers(ui.ports, ports)),
            (ui.udp_ports_row, ui.udp_ports, "udp_ports", _numbers(ui.udp_ports, ports)),
        ):
            self.body.bind(row, field, self._at(key), words, how)
        ui.firewall_differ.adopt_requested.connect(lambda: workbench.adopt(host, ("firewall",)))
        self.refresh()

    def show_document(self) -> None:
        ui = self.ui
        enabled = self.fleet.hosts[self.host].firewall.enabled
        for row in (ui.admins_row, ui.phones_row, ui.ports_row, ui.udp_ports_row):
            row.setVisible(enabled)

    def show_host(self) -> None:
        ui = self.ui
        ui.firewall_differ.set_sentences(self.differences.get("firewall", ()))
        observation = self.workbench.observation(self.host)
        error = None
        if observation is not None:
            error = observation.error or observation.problems.get("firewall")
        if error is None:
            ui.banner.hide()
        else:
            ui.banner.show_message("error", error.what, error.next_step, closable=False)

    def _at(self, key: str) -> Callable[[], Path | None]:
        return lambda: ("hosts", self.host, "firewall", key) if self.there else None


def _numbers(field: QLineEdit, problem: str) -> Access:
    """A line of numbers, separated by spaces or commas, as a tuple."""

    def read() -> Any:
        words = field.text().replace(",", " ").split()
        return tuple(int(word) for word in words) if all(word.isdecimal() for word in words) else NOT_READABLE

    return Access(
        read=read,
        show=lambda values: field.setText(" ".join(str(value) for value in values)),
        changed=field.textEdited,
        left=field.editingFinished,
        problem=lambda: problem,
    )
