"""Accounts: whose phones and chat a host serves, which numbers are at home there, and the certificate that clients see."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QCheckBox, QWidget

from azdesk.fleet import edit
from azdesk.ui.editors.base import Access, Editor, fill_choices, listed
from azdesk.ui.editors.certificate_taking import take_certificate
from azdesk.ui.editors.certificate_text import words_of
from azdesk.ui.editors.lists import Line
from azdesk.ui.forms.accounts_editor import Ui_AccountsEditor
from azdesk.ui.mapping.words import filled
from azdesk.ui.viewmodels import State
from azdesk.ui.widgets.empty_state import EmptyState

if TYPE_CHECKING:
    from collections.abc import Callable

    from azdesk.app.authority import Taken
    from azdesk.fleet.paths import Path
    from azdesk.ui.workbench import Workbench

FEATURES = ("accounts", "sip_accounts", "media", "certificates", "manager")


class _Boxes(QObject):
    """Check boxes as one list of names, in their order."""

    changed = Signal()

    def __init__(self, boxes: dict[str, QCheckBox], parent: QObject) -> None:
        super().__init__(parent)
        self._boxes = boxes
        for box in boxes.values():
            box.clicked.connect(self.changed)

    def read(self) -> tuple[str, ...]:
        return tuple(name for name, box in self._boxes.items() if box.isChecked())

    def show(self, names: tuple[str, ...]) -> None:
        for name, box in self._boxes.items():
            box.setChecked(name in names)


class AccountsEditor(Editor):
    """A host's ``sip``, ``names``, ``certificate`` and ``public_address``."""

    def __init__(self, workbench: Workbench, host: str, parent: QWidget | None = None) -> None:
        super().__init__(workbench, host, parent)
        self.ui = ui = Ui_AccountsEditor()
        ui.setupUi(self.body)  # type: ignore[no-untyped-call]
        self.body.adopt_rows()
        self.nothing = EmptyState(
            "people",
            self.tr("%1 serves no accounts").replace("%1", host),
            self.tr("Only hosts with the role “application” have chat and phones."),
        )
        ui.nothing_layout.addWidget(self.nothing)
        fill_choices(
            ui.accounts,
            [
                (self.tr("Those in Asterisk's own files"), "as-is"),
                (self.tr("Those in the directory (SIP in LDAP)"), "directory"),
            ],
        )
        fill_choices(
            ui.lookup,
            [
                (self.tr("Live, for each phone"), "live"),
                (self.tr("Copied, every five minutes"), "copied"),
            ],
        )
        boxes = _Boxes({"udp": ui.udp, "tcp": ui.tcp, "tls": ui.tls}, self)
        for box, name in ((ui.udp, "UDP 5060"), (ui.tcp, "TCP 5060"), (ui.tls, "TLS 5061")):
            box.setAccessibleName(self.tr("Phones reach it by %1").replace("%1", name))
        how = Access(read=boxes.read, show=boxes.show, changed=boxes.changed)
        self._tie(ui.accounts_row, ui.accounts, ("sip", "accounts"), self.tr("Change the phones of %1"))
        self._tie(
            ui.lookup_row, ui.lookup, ("sip", "lookup"), self.tr("Change how phones of %1 are looked up")
        )
        self._tie(
            ui.filter_row,
            ui.selection_filter,
            ("sip", "selection_filter"),
            self.tr("Change the Selection Filter of %1"),
        )
        self._tie(
            ui.transports_row, ui.udp, ("sip", "transports"), self.tr("Change how phones reach %1"), how
        )
        self._tie(
            ui.public_row, ui.public_address, ("public_address",), self.tr("Change the public address of %1")
        )
        self._tie(ui.names_row, ui.names, ("names",), self.tr("Change the names of %1"), listed(ui.names))
        ui.certificate_load.clicked.connect(self.load_certificate)
        ui.certificate_remove.clicked.connect(
            lambda: self._set("certificate", "", self.tr("Remove the certificate of %1"))
        )
        ui.certificate_load.setAccessibleName(self.tr("Load a certificate"))
        ui.certificate_remove.setAccessibleName(self.tr("Remove the certificate"))
        for lists, features in self._lists():
            lists.adopt_requested.connect(lambda keys=features: workbench.adopt(host, keys))
        self.refresh()

    def show_document(self) -> None:
        ui, fleet = self.ui, self.fleet
        host = fleet.hosts[self.host]
        application = "application" in host.roles
        self.nothing.setVisible(not application)
        ui.nothing_place.setVisible(not application)
        for card in (ui.phones, ui.chat, ui.manager):
            card.setVisible(application)
        directory = host.sip.accounts == "directory"
        ui.lookup_row.setVisible(directory)
        ui.filter_row.setVisible(directory)
        ui.transports_row.setVisible(directory)
        ui.chat_words.set_lines(self._chat_lines())
        ui.public_address.setPlaceholderText("" if host.public_address else fleet.enrolment.wan_address)
        words, state = words_of(host.certificate)
        if not words and self.fleet.authority.certificate:
            words, state = self.tr("issued by the fleet's authority"), State.RIGHT
        ui.certificate.set(state, words or self.tr("none: the fleet has no authority yet"))
        ui.certificate_remove.setEnabled(bool(host.certificate))

    def show_host(self) -> None:
        for lists, features in self._lists():
            found = [one for feature in features for one in self.differences.get(feature, ())]
            lists.set_sentences(found)
        self.ui.manager.setVisible(bool(self.differences.get("manager")))
        self._show_problem()

    def load_certificate(self) -> None:
        """Take a certificate from elsewhere, and its key, from files."""
        from azdesk.app import authority

        take_certificate(
            self.workbench, self, partial(authority.take, self.fleet, self.host), self._have_certificate
        )

    # -- inside ------------------------------------------------------------------------------------------------

    def _lists(self) -> tuple[tuple[Any, tuple[str, ...]], ...]:
        ui = self.ui
        return (
            (ui.phones_differ, ("sip_accounts", "media")),
            (ui.chat_differs, ("accounts",)),
            (ui.certificate_differs, ("certificates",)),
            (ui.manager_differs, ("manager",)),
        )

    def _tie(
        self, row: Any, field: QWidget, path: tuple[str, ...], words: str, how: Access | None = None
    ) -> None:
        self.body.bind(row, field, self._at(path), words.replace("%1", self.host), how)

    def _at(self, path: tuple[str, ...]) -> Callable[[], Path | None]:
        return lambda: ("hosts", self.host, *path) if self.there else None

    def _set(self, field: str, value: object, words: str) -> None:
        self.workbench.try_edit(
            lambda: edit.with_value(self.fleet, ("hosts", self.host, field), value),
            words.replace("%1", self.host),
        )

    def _have_certificate(self, taken: Taken) -> None:
        certificate = taken.fleet.hosts[self.host].certificate
        self._set("certificate", certificate, self.tr("Load the certificate of %1"))
        if taken.missing:
            words = self.tr(
                "The certificate does not hold for %1: who reaches the host so will not trust it."
            )
            self.workbench.say("warning", filled(words, ", ".join(taken.missing)))

    def _chat_lines(self) -> list[Line]:
        fleet, domain = self.fleet, self.domain
        if not domain:
            return [(State.UNKNOWN, self.tr("This host is in no cluster."))]
        if fleet.clusters[domain].accounts == "directory":
            words = self.tr("Everybody in the directory may log in; set for all of %1.")
            return [(State.RIGHT, filled(words, domain))]
        words = self.tr("Whoever ejabberd's own settings say; change it for all of %1 on its page.")
        return [(State.UNKNOWN, filled(words, domain))]

    def _show_problem(self) -> None:
        observation = self.workbench.observation(self.host)
        error = None
        if observation is not None:
            problems = observation.problems
            error = observation.error or next((problems[key] for key in FEATURES if key in problems), None)
        if error is None:
            self.ui.banner.hide()
        else:
            self.ui.banner.show_message("error", error.what, error.next_step, closable=False)
