"""Applies a palette to the program: Fusion, our colours, the system's font at our sizes.

The palette follows the system unless the admin chose one. Widgets that paint ask `tokens()` while painting, and hear of a
change through the ordinary ``changeEvent``.
"""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache

from PySide6.QtCore import QDir, QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from azdesk.ui.qss import style_sheet
from azdesk.ui.resources import resource_root
from azdesk.ui.tokens import DARK, LIGHT, NOTE_PX, TEXT_PX, Tokens


class Mode(StrEnum):
    """Which palette to use."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class Theme(QObject):
    """Holds the choice and applies it; one per program, made by `install`."""

    changed = Signal()
    """The palette is another one now and has been applied."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        self._mode = Mode.SYSTEM
        self._tokens: Tokens | None = None
        app.styleHints().colorSchemeChanged.connect(self._follow)

    @property
    def mode(self) -> Mode:
        """What was chosen, not what came of it."""
        return self._mode

    @property
    def tokens(self) -> Tokens:
        """The palette in use."""
        return self._tokens or LIGHT

    def set_mode(self, mode: Mode) -> None:
        """Choose a palette; applied before this returns."""
        self._mode = mode
        self._follow()

    def _follow(self) -> None:
        dark = self._mode is Mode.DARK or (
            self._mode is Mode.SYSTEM and self._app.styleHints().colorScheme() is Qt.ColorScheme.Dark
        )
        wanted = DARK if dark else LIGHT
        if wanted is self._tokens:
            return
        self._tokens = wanted
        _remember(wanted)
        self._app.setPalette(_palette(wanted))
        self._app.setStyleSheet(style_sheet(wanted))
        self.changed.emit()


_current: Tokens = LIGHT


def _remember(tokens: Tokens) -> None:
    # A plain value read while painting; only the GUI thread writes it, in Theme._follow.
    global _current  # noqa: PLW0603
    _current = tokens


def tokens() -> Tokens:
    """The palette in use, for code that paints."""
    return _current


def install(app: QApplication, mode: Mode = Mode.SYSTEM) -> Theme:
    """Give the program its style, fonts and palette. Call once, before the first window."""
    QDir.addSearchPath("azdesk", str(resource_root()))
    app.setStyle("Fusion")
    for cached in (ui_font, file_font):
        cached.cache_clear()
    app.setFont(ui_font())
    theme = Theme(app)
    theme.set_mode(mode)
    return theme


@lru_cache(maxsize=32)
def ui_font(pixels: int = TEXT_PX, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """The system's font for windows, at our size. Shared: copy it (`QFont(font)`) before changing it."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    if QGuiApplication.platformName() in {"offscreen", "minimal"}:
        # Without a desktop there is no system font; Qt's placeholder would be whatever fontconfig guesses.
        font.setFamilies(["Inter", "Noto Sans", "DejaVu Sans"])
    font.setPixelSize(pixels)
    font.setWeight(weight)
    return font


def note_font() -> QFont:
    """For notes, counts and column heads."""
    return ui_font(NOTE_PX)


def heading_font() -> QFont:
    """For the titles of cards and groups."""
    return ui_font(TEXT_PX, QFont.Weight.DemiBold)


@lru_cache(maxsize=8)
def file_font(pixels: int = NOTE_PX) -> QFont:
    """For the contents of files: every character equally wide."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    if QGuiApplication.platformName() in {"offscreen", "minimal"}:
        font.setFamilies(["JetBrains Mono", "Noto Sans Mono", "DejaVu Sans Mono"])
    font.setStyleHint(QFont.StyleHint.Monospace)
    font.setFixedPitch(True)
    font.setPixelSize(pixels)
    return font


def set_property(widget: QWidget, name: str, value: object) -> None:
    """Set a property that the style sheet looks at, and have it looked at again."""
    if widget.property(name) == value:
        return
    widget.setProperty(name, value)
    style = widget.style()
    style.unpolish(widget)
    style.polish(widget)


def escape_mnemonic(text: str) -> str:
    """Text for a tab, button or menu in which '&' is meant as a character."""
    return text.replace("&", "&&")


def _palette(tokens: Tokens) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    for which, colour in (
        (role.Window, tokens.window),
        (role.WindowText, tokens.text),
        (role.Base, tokens.surface),
        (role.AlternateBase, tokens.hover),
        (role.Text, tokens.text),
        (role.Button, tokens.surface),
        (role.ButtonText, tokens.text),
        (role.ToolTipBase, tokens.surface),
        (role.ToolTipText, tokens.text),
        (role.PlaceholderText, tokens.quiet),
        (role.Highlight, tokens.accent),
        (role.HighlightedText, tokens.on_accent),
        (role.Link, tokens.accent_strong),
        (role.LinkVisited, tokens.accent_strong),
        (role.Accent, tokens.accent),
        (role.Light, tokens.surface),
        (role.Midlight, tokens.hover),
        (role.Mid, tokens.line),
        (role.Dark, tokens.field_line),
        (role.Shadow, tokens.line),
    ):
        palette.setColor(which, QColor(colour))
    for which in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, which, QColor(tokens.disabled))
    return palette
