"""A clipboard that forgets secrets."""

from __future__ import annotations

from collections.abc import Callable

import shiboken6
from PySide6.QtCore import QMimeData, QObject, QTimer
from PySide6.QtGui import QGuiApplication

CLIPBOARD_MS = 30_000


def put_secret(secret: str, owner: QObject, cleared: Callable[[], object]) -> None:
    """Put a text on the clipboard, and take it off again after `CLIPBOARD_MS`, or at the program's end, if it is still there.

    Args:
        owner: `cleared` is called unless this is deleted by then; the clipboard is cleared all the same.
        cleared: told when it is over.
    """
    _Forgetter.instance().put(secret, owner, cleared)


class _Forgetter:
    _only: _Forgetter | None = None

    def __init__(self) -> None:
        self._secret = ""
        self._owner: QObject | None = None
        self._cleared: Callable[[], object] | None = None
        self._timer = QTimer(QGuiApplication.instance())
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.forget)

    @classmethod
    def instance(cls) -> _Forgetter:
        if cls._only is None:
            cls._only = cls()
            app = QGuiApplication.instance()
            if app is not None:
                app.aboutToQuit.connect(cls._only.forget)
        return cls._only

    def put(self, secret: str, owner: QObject, cleared: Callable[[], object]) -> None:
        self._secret, self._owner, self._cleared = secret, owner, cleared
        content = QMimeData()
        content.setText(secret)
        # Clipboard histories that know these hints leave the entry out.
        content.setData("x-kde-passwordManagerHint", b"secret")
        content.setData(
            'application/x-qt-windows-mime;value="ExcludeClipboardContentFromMonitorProcessing"', b"\x00" * 4
        )
        QGuiApplication.clipboard().setMimeData(content)
        self._timer.start(CLIPBOARD_MS)

    def forget(self) -> None:
        self._timer.stop()
        clipboard = QGuiApplication.clipboard()
        if self._secret and clipboard.text() == self._secret:
            clipboard.clear()
        self._secret = ""
        owner, cleared = self._owner, self._cleared
        self._owner = self._cleared = None
        if owner is not None and cleared is not None and shiboken6.isValid(owner):
            cleared()
