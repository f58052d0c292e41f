"""Fixtures for the window: a themed program without a screen, pictures, and a watch for what is left behind.

Any Qt message of warning level or above fails the test, and so do threads, timers and top-level widgets that outlive it.
"""

from __future__ import annotations

import gc
import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
import shiboken6
from PySide6.QtCore import (
    QCoreApplication,
    QEvent,
    QMessageLogContext,
    QObject,
    QSize,
    Qt,
    QTimer,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from azdesk.ui import theme as theming
from azdesk.ui.theme import Mode, Theme

PAGE_SIZES = (QSize(1280, 800), QSize(1024, 700))

_IGNORED = (
    # The offscreen platform has no window manager to do these.
    "This plugin does not support",
    "QStandardPaths: XDG_RUNTIME_DIR not set",
)


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    return ["azdesk-tests"]


@pytest.fixture(scope="session")
def theme(qapp: QApplication) -> Theme:
    """The program's theme; light unless a test chooses."""
    return theming.install(qapp, Mode.LIGHT)


@pytest.fixture(autouse=True)
def _no_qt_warnings() -> Iterator[None]:
    said: list[str] = []

    def listen(kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
        if kind is not QtMsgType.QtDebugMsg and kind is not QtMsgType.QtInfoMsg:
            if not any(text.startswith(start) for start in _IGNORED):
                said.append(text)

    before = qInstallMessageHandler(listen)
    yield
    qInstallMessageHandler(before)
    assert not said, "Qt complained:\n" + "\n".join(said)


def settle(rounds: int = 5) -> None:
    """Let everything that is due happen, deletions too."""
    for _ in range(rounds):
        QApplication.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def active_timers() -> list[QTimer]:
    return [
        thing
        for thing in gc.get_objects()
        if isinstance(thing, QTimer) and shiboken6.isValid(thing) and thing.isActive()
    ]


class _Strays(QObject):
    """Remembers what came up as a window of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[QWidget] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.shown.append(watched)
        return False


@pytest.fixture(autouse=True)
def _no_stray_windows(qapp: QApplication) -> Iterator[None]:
    """A widget that is shown before it has its place flashes up as a window and takes the keyboard away."""
    strays = _Strays()
    qapp.installEventFilter(strays)
    yield
    qapp.removeEventFilter(strays)
    placed = [
        f"{type(widget).__name__} in {type(widget.parent()).__name__}"
        for widget in strays.shown
        if shiboken6.isValid(widget) and not widget.isWindow()
    ]
    assert not placed, f"shown before they had a place: {placed}"


@pytest.fixture(autouse=True)
def _nothing_left(qapp: QApplication, theme: Theme) -> Iterator[None]:
    threads = set(threading.enumerate())
    widgets = {id(widget) for widget in qapp.topLevelWidgets()}
    timers = {id(timer) for timer in active_timers()}
    yield
    theme.set_mode(Mode.LIGHT)
    settle()
    gc.collect()
    settle(2)
    until = time.monotonic() + 2
    while (
        left := [
            t for t in threading.enumerate() if t not in threads and not isinstance(t, threading._DummyThread)
        ]
    ) and (time.monotonic() < until):
        time.sleep(0.01)
    names = [thread.name for thread in left]
    shown = [widget for widget in qapp.topLevelWidgets() if id(widget) not in widgets]
    ticking = [timer for timer in active_timers() if id(timer) not in timers]
    words = [f"{type(widget).__name__} {widget.objectName()}" for widget in shown]
    clocks = [f"{timer.interval()} ms of {type(timer.parent()).__name__}" for timer in ticking]
    for widget in shown:
        widget.close()
        widget.deleteLater()
    assert not names, f"threads left: {names}"
    assert not words, f"top-level widgets left: {words}"
    assert not clocks, f"timers left running: {clocks}"


@pytest.fixture
def keep(qapp: QApplication) -> Iterator[Callable[[QWidget], QWidget]]:
    """Hold a widget for the test, and take it away afterwards."""
    held: list[QWidget] = []

    def hold(widget: QWidget) -> QWidget:
        held.append(widget)
        return widget

    yield hold
    for widget in held:
        if shiboken6.isValid(widget):
            widget.close()
            widget.deleteLater()
    held.clear()
    settle()


@pytest.fixture(scope="session")
def picture_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    given = os.environ.get("AZDESK_PICTURES")
    folder = Path(given).absolute() if given else tmp_path_factory.mktemp("pictures")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


Snapshot = Callable[..., list[Path]]


@pytest.fixture
def snapshot(qapp: QApplication, theme: Theme, picture_folder: Path) -> Iterator[Snapshot]:
    """`snapshot(widget, name)` writes PNG light and dark, at 1x and 2x; pages at both sizes, dialogs at their own.

    Where nobody asked for the pictures (AZDESK_PICTURES), two of them have to do: light and large, dark and small.
    File names: ``name-light-1280@1x.png``. Returns the paths. Fails if a picture is of one colour only.
    """
    everything = "AZDESK_PICTURES" in os.environ

    def take(
        widget: QWidget, name: str, *, page: bool | None = None, sizes: tuple[QSize, ...] | None = None
    ) -> list[Path]:
        as_page = not isinstance(widget, QDialog) if page is None else page
        paths: list[Path] = []
        wanted = sizes or (PAGE_SIZES if as_page else (widget.size(),))
        # A window with many pages takes a second to change its palette: what is there comes first.
        dark = theme.mode is Mode.DARK
        for mode in (Mode.DARK, Mode.LIGHT) if dark else (Mode.LIGHT, Mode.DARK):
            theme.set_mode(mode)
            few = wanted[:1] if mode is Mode.LIGHT else wanted[-1:]
            for size in wanted if everything else few:
                widget.resize(size)
                widget.show()
                settle()
                for scale in (1, 2) if everything else (1,):
                    path = picture_folder / f"{name}-{mode}-{size.width()}@{scale}x.png"
                    picture = render(widget, scale)
                    colours = {
                        picture.toImage().pixel(x, y)
                        for x in range(0, picture.width(), 37)
                        for y in range(0, picture.height(), 31)
                    }
                    assert len(colours) > 1, f"{path.name} is blank"
                    assert picture.save(str(path)), path
                    paths.append(path)
        settle()
        return paths

    yield take
    theme.set_mode(Mode.LIGHT)


def render(widget: QWidget, scale: int) -> QPixmap:
    """The widget as a screen with `scale` device pixels per pixel would show it."""
    picture = QPixmap(widget.size() * scale)
    picture.setDevicePixelRatio(scale)
    picture.fill(Qt.GlobalColor.transparent)
    widget.render(picture)
    return picture


def find(parent: QObject, kind: type[QWidget], name: str) -> QWidget:
    """A child by type and object name; fails if there is none."""
    child = parent.findChild(kind, name)
    assert child is not None, f"no {kind.__name__} named {name}"
    return child
