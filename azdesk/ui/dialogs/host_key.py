"""Host keys: one never seen before is compared and asked about, a changed one stops everything."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QLabel, QWidget

from azdesk.ui import theme
from azdesk.ui.dialogs.prompts import GrowingDialog, settle_size
from azdesk.ui.forms.host_key import Ui_HostKeyDialog
from azdesk.ui.forms.host_key_changed import Ui_HostKeyChangedDialog
from azdesk.ui.viewmodels import State

if TYPE_CHECKING:
    from azdesk.core.errors import HostKeyChanged, HostKeyUnknown
    from azdesk.ui.workbench import Workbench

_WIDTH = 620
_FINGERPRINT_PX = 15


def ask_host_key(workbench: Workbench, error: HostKeyUnknown) -> bool:
    """Whether the admin accepts this key; from the GUI thread."""
    dialog = HostKeyDialog(error, workbench.window)
    accepted = dialog.exec() == QDialog.DialogCode.Accepted
    dialog.deleteLater()
    return accepted


def same_fingerprint(shown: str, given: str) -> bool:
    """Whether what was pasted, a whole line of ssh-keygen perhaps, has this fingerprint in it."""
    wanted = shown.removeprefix("SHA256:").rstrip("=")
    given = given.replace("\u200b", "")
    words = [word.removeprefix("SHA256:").rstrip("=") for word in given.split()]
    return wanted in words


class HostKeyDialog(GrowingDialog):
    """Shows the fingerprint of a key never seen before. Refusing is what Return and Esc do until it was compared."""

    def __init__(self, error: HostKeyUnknown, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.ui = Ui_HostKeyDialog()
        self.ui.setupUi(self)  # type: ignore[no-untyped-call]
        self.error = error
        ui = self.ui
        ui.mark.set_icon("key", "differs_text")
        ui.what.setText(self.tr("%1 shows a key that nobody has accepted yet").replace("%1", error.where))
        ui.explain.setText(
            self.tr(
                "Anybody who answers at this address can show a key of their own. Compare the fingerprint with the one "
                "on the host itself, at its console or from whoever installed it; then accept the key."
            )
        )
        ui.shown_title.setText(f"{error.key_type} · {error.address}")
        ui.shown.setText(error.fingerprint)
        ui.shown.setFont(theme.file_font(_FINGERPRINT_PX))
        _selectable(ui.shown)
        ui.shown.setAccessibleName(self.tr("Fingerprint"))
        ui.place.hide()
        ui.compare_row.add_field(ui.compare)
        kind = error.key_type.removeprefix("ssh-").removeprefix("ecdsa-sha2-")
        file = "ecdsa" if kind.startswith("nistp") else kind
        ui.compare_row.set_note(
            self.tr("On the host: %1").replace("%1", f"ssh-keygen -lf /etc/ssh/ssh_host_{file}_key.pub")
        )
        ui.compare.setFont(theme.file_font())
        ui.compare.textChanged.connect(self._compare)
        ui.refuse.clicked.connect(self.reject)
        ui.accept_key.clicked.connect(self.accept)
        ui.accept_key.setAutoDefault(False)
        ui.refuse.setDefault(True)
        ui.compare.setFocus()
        settle_size(self, _WIDTH, forget=False)

    def _compare(self, text: str) -> None:
        ui = self.ui
        row = ui.compare_row
        row.set_problem("")
        row.set_checked(None, "")
        theme.set_property(ui.accept_key, "kind", "")
        ui.refuse.setDefault(True)
        ui.accept_key.setEnabled(True)
        if not text.strip():
            return
        if same_fingerprint(self.error.fingerprint, text):
            row.set_checked(State.RIGHT, self.tr("The same: this is the host's key."))
            ui.accept_key.setDefault(True)
            theme.set_property(ui.accept_key, "kind", "primary")
            return
        wanted = self.error.fingerprint
        begun = text.strip().removeprefix("SHA256:")
        if wanted.removeprefix("SHA256:").startswith(begun) or "SHA256:".startswith(text.strip()):
            row.set_checked(State.UNKNOWN, self.tr("The same so far."))
            return
        row.set_problem(
            self.tr("Not the same: somebody else may be answering at this address. Refuse the key.")
        )
        ui.accept_key.setEnabled(False)


class HostKeyChangedDialog(GrowingDialog):
    """Shows both keys. There is nothing here to go on with: the old key must be removed by hand first."""

    def __init__(self, error: HostKeyChanged, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.ui = Ui_HostKeyChangedDialog()
        self.ui.setupUi(self)  # type: ignore[no-untyped-call]
        ui = self.ui
        ui.mark.set_icon("error", "failing_text")
        ui.what.setText(self.tr("%1 shows another key than the one known").replace("%1", error.where))
        ui.explain.setText(
            self.tr(
                "Nothing was sent to it, and AZDesk does not connect. Either the host was installed anew, or somebody "
                "else is answering in its place and would learn your password."
            )
        )
        mono = theme.file_font(13)
        for label, text in ((ui.known, error.known.replace("), ", ")\n")), (ui.shown, error.shown)):
            label.setText(text)
            label.setFont(mono)
            _selectable(label)
        ui.next_step.setText(
            self.tr(
                "Compare the shown fingerprint with the one on the host itself. Only if it is the same, remove the old "
                "key from the file named above, by hand or with this command, then connect again: you will be asked."
            )
        )
        command = removal_command(error)
        ui.command.setText(command)
        ui.command.setFont(theme.file_font())
        ui.command.setCursorPosition(0)
        ui.command.setVisible(bool(command))
        ui.copy.setVisible(bool(command))
        ui.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(command))
        ui.copy.setAutoDefault(False)
        ui.close_dialog.clicked.connect(self.reject)
        ui.close_dialog.setDefault(True)
        ui.close_dialog.setFocus()
        settle_size(self, _WIDTH)


def removal_command(error: HostKeyChanged) -> str:
    """The sed command that removes the old lines from the files that `error` names; empty if it names none."""
    places: dict[str, list[int]] = {}
    for file, number in re.findall(r"\((?:revoked in )?([^()]+):(\d+)\)", error.known):
        places.setdefault(file, []).append(int(number))
    commands = []
    for file, numbers in places.items():
        script = ";".join(f"{number}d" for number in sorted(set(numbers)))
        commands.append(f"sed -i '{script}' '{file}'")
    return " && ".join(commands)


def _selectable(label: QLabel) -> None:
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
