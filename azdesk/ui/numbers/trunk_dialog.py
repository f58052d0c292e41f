"""A trunk to somebody else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QWidget

from azdesk.fleet import edit
from azdesk.fleet.voice import Trunk
from azdesk.ui.editors.base import fill_choices
from azdesk.ui.forms.trunk import Ui_TrunkDialog
from azdesk.ui.mapping.words import filled
from azdesk.ui.numbers.choices import DTMF, TRANSPORTS, dtmf_words, transport_words
from azdesk.ui.numbers.entry_dialog import EntryDialog

if TYPE_CHECKING:
    from collections.abc import Mapping

    from azdesk.fleet.model import Fleet
    from azdesk.ui.workbench import Workbench

_SIZE = (660, 640)
_KEYS = (
    "address",
    "port",
    "hosts",
    "transport",
    "authentication",
    "user",
    "challenge",
    "sources",
    "from_user",
    "from_domain",
    "outbound_proxy",
    "codecs",
    "srtp",
    "dtmf",
    "caller_id",
    "max_calls",
    "qualify",
    "record",
    "note",
)
_NEW: dict[str, Any] = {
    **{key: getattr(Trunk(address="192.0.2.1"), key) for key in _KEYS},
    "address": "",
}


class TrunkDialog(EntryDialog):
    """All fields of a trunk."""

    table = "trunks"
    lists = ("sources", "codecs")

    def __init__(
        self,
        workbench: Workbench,
        *,
        name: str = "",
        begin: Mapping[str, Any] | None = None,
        after: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(workbench, Ui_TrunkDialog(), name=name, begin=begin, after=after, parent=parent)
        ui, fleet = self.ui, workbench.fleet
        trunk = fleet.trunks.get(name)
        values = (
            {key: getattr(trunk, key) for key in _KEYS} if trunk is not None else {**_NEW, **(begin or {})}
        )
        title = filled(self.tr("Trunk %1"), name) if name else self.tr("New trunk")
        ui.title.setText(title)
        self.setWindowTitle(title)
        fill_choices(ui.transport, [(transport_words(one), one) for one in TRANSPORTS])
        fill_choices(ui.dtmf, [(dtmf_words(one), one) for one in DTMF])
        fill_choices(
            ui.authentication,
            [
                (self.tr("Addresses alone"), "address"),
                (self.tr("User and password"), "password"),
                (self.tr("Registering there with user and password"), "registration"),
            ],
        )
        ui.hosts.set_names(
            [
                one
                for one, host in fleet.hosts.items()
                if "application" in host.roles or one in values["hosts"]
            ],
            values["hosts"],
        )
        self.add("name", ui.name_row, ui.name)
        for key in _KEYS:
            row = ui.address_row if key == "port" else getattr(ui, f"{key}_row")
            self.add(key, row, getattr(ui, key))
        ui.port.setAccessibleName(self.tr("Port"))
        self.begin({"name": name or edit.free_name(fleet.trunks, "provider"), **values})
        self.resize(*_SIZE)
        (ui.address if name else ui.name).setFocus()
        ui.name.selectAll()

    def concerned(self, key: str) -> bool:
        return key not in ("user", "challenge") or self.ui.authentication.currentData() != "address"

    def show_fields(self) -> None:
        ui = self.ui
        for key in ("user", "challenge"):
            self.rows[key].setVisible(self.concerned(key))
        tls = ui.transport.currentData() == "tls"
        ui.port.setSpecialValueText(filled(self.tr("port %1"), 5061 if tls else 5060))

    def check(self) -> dict[str, str]:
        # Address and port share a row: the problem of one must not hide that of the other.
        found = super().check()
        if {"address", "port"} & self.touched:
            self.ui.address_row.set_problem(found.get("address") or found.get("port") or "")
        return found

    def made(self) -> Fleet:
        return self._with(edit.add_trunk, edit.rename_trunk)

    def words(self) -> str:
        words = self.tr("Change the trunk %1") if self.old else self.tr("Add the trunk %1")
        return filled(words, self.name)
