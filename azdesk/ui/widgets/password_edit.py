"""A field for a secret: masked until asked, and a clipboard that forgets it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLineEdit, QWidget

from azdesk.ui import icons
from azdesk.ui.clipboard import put_secret

REVEAL_MS = 20_000


class PasswordEdit(QLineEdit):
    """Masked; the eye shows it for a while, the other button copies it for half a minute."""

    copied = Signal()
    clipboard_cleared = Signal()

    def __init__(self, parent: QWidget | None = None, *, copyable: bool = True) -> None:
        super().__init__(parent)
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self._eye = QAction(self)
        self._eye.setCheckable(True)
        self._eye.toggled.connect(self._reveal)
        self._copy = QAction(self.tr("Copy; the clipboard clears itself after 30 seconds"), self)
        self._copy.setVisible(copyable)
        self._copy.triggered.connect(self.copy_secret)
        self.addAction(self._copy, QLineEdit.ActionPosition.TrailingPosition)
        self.addAction(self._eye, QLineEdit.ActionPosition.TrailingPosition)
        self._hide_again = QTimer(self)
        self._hide_again.setSingleShot(True)
        self._hide_again.setInterval(REVEAL_MS)
        self._hide_again.timeout.connect(lambda: self._eye.setChecked(False))
        self._retint()
        self.textChanged.connect(lambda text: self._copy.setEnabled(bool(text)))
        self._copy.setEnabled(False)

    def copy_secret(self) -> None:
        """Put the text on the clipboard, and take it off again later if it is still there."""
        secret = self.text()
        if secret:
            put_secret(secret, self, self.clipboard_cleared.emit)
            self.copied.emit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._retint()

    def _retint(self) -> None:
        if not hasattr(self, "_eye"):
            return
        shown = self._eye.isChecked()
        self._eye.setIcon(icons.icon("eye-off" if shown else "eye", "quiet"))
        self._eye.setText(self.tr("Hide") if shown else self.tr("Show"))
        self._eye.setToolTip(self._eye.text())
        self._copy.setIcon(icons.icon("copy", "quiet"))

    def _reveal(self, shown: bool) -> None:
        self.setEchoMode(QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password)
        if shown:
            self._hide_again.start()
        else:
            self._hide_again.stop()
        self._retint()
