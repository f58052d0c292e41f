"""Enrolment: what codes say and what printed sheets look like. A page of the fleet, not of a host."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog, QWidget

from azdesk.ui import files
from azdesk.ui.editors.base import Editor, fill_choices
from azdesk.ui.forms.enrolment_editor import Ui_EnrolmentEditor

if TYPE_CHECKING:
    from collections.abc import Callable

    from azdesk.fleet.paths import Path
    from azdesk.ui.workbench import Workbench


class EnrolmentEditor(Editor):
    """The document's ``[enrolment]``."""

    def __init__(self, workbench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(workbench, "", parent)
        self.ui = ui = Ui_EnrolmentEditor()
        ui.setupUi(self.body)  # type: ignore[no-untyped-call]
        self.body.adopt_rows()
        fill_choices(
            ui.code,
            [
                (self.tr("The Azblink phone client"), "azblink-1"),
                (self.tr("Chat clients (xmpp:)"), "xmpp"),
                (self.tr("Linphone"), "linphone"),
                (self.tr("Address books (vCard)"), "vcard"),
            ],
        )
        fill_choices(ui.language, [("English", "en"), ("Deutsch", "de")])
        change = self.tr("Change %1")
        for row, field, key, words in (
            (ui.code_row, ui.code, "code", self.tr("what codes are for")),
            (ui.wan_row, ui.wan_address, "wan_address", self.tr("the address outside")),
            (ui.vpn_row, ui.vpn_address, "vpn_address", self.tr("the address in the VPN")),
            (ui.linphone_row, ui.linphone_url, "linphone_url", self.tr("the settings URL")),
            (ui.over_row, ui.xmpp_over_vpn, "xmpp_over_vpn", self.tr("how chat goes")),
            (ui.h264_row, ui.h264, "h264", self.tr("the codecs of phones")),
            (ui.g729_row, ui.g729, "g729", self.tr("the codecs of phones")),
            (ui.organisation_row, ui.organisation, "organisation", self.tr("the organisation")),
            (ui.logo_row, ui.logo, "logo", self.tr("the logo")),
            (ui.language_row, ui.language, "language", self.tr("the language of sheets")),
            (ui.steps_row, ui.steps, "steps", self.tr("the steps on sheets")),
            (ui.notice_row, ui.notice, "notice", self.tr("the notice on sheets")),
        ):
            self.body.bind(row, field, _at(key), change.replace("%1", words))
        ui.logo_choose.clicked.connect(self.choose_logo)
        ui.logo_choose.setAccessibleName(self.tr("Choose a logo"))
        self.refresh()

    @property
    def there(self) -> bool:
        return True

    def concerned(self) -> tuple[str, ...]:
        return ()

    def show_document(self) -> None:
        ui, enrolment = self.ui, self.fleet.enrolment
        ui.organisation.setPlaceholderText(self.fleet.name)
        phone = enrolment.code == "azblink-1"
        ui.linphone_row.setVisible(enrolment.code == "linphone")
        for row in (ui.over_row, ui.h264_row, ui.g729_row):
            row.setVisible(phone)
        if not enrolment.vpn_address:
            ui.vpn_address.setPlaceholderText(self.tr("the one in the File Upload URL"))
        ui.steps.setPlaceholderText(self.tr("AZDesk's own words"))
        ui.notice.setPlaceholderText(self.tr("AZDesk's own words"))

    def choose_logo(self) -> None:
        """Ask for an image."""
        options = QFileDialog.Option(0) if files.NATIVE else QFileDialog.Option.DontUseNativeDialog
        kinds = self.tr("Images") + " (*.png *.jpg *.jpeg *.svg)"
        chosen, _ = QFileDialog.getOpenFileName(
            self.window(), self.tr("Choose a logo"), "", kinds, options=options
        )
        if chosen:
            from azdesk.fleet import edit

            self.workbench.try_edit(
                lambda: edit.with_value(self.fleet, ("enrolment", "logo"), chosen), self.tr("Change the logo")
            )


def _at(key: str) -> Callable[[], Path]:
    return lambda: ("enrolment", key)
