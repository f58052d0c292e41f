"""Colours can be read, images are fresh, the palette follows."""

from __future__ import annotations

import re
from dataclasses import asdict, fields

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from azdesk.ui import icons
from azdesk.ui import theme as theming
from azdesk.ui.qss import style_sheet
from azdesk.ui.resources import resource_root
from azdesk.ui.theme import Mode
from azdesk.ui.tokens import DARK, LIGHT, MARK_ON_GROUND, TEXT_ON_GROUND, Tokens, contrast
from azdesk.ui.viewmodels import State
from azdesk.ui.widgets.marks import mark_icon, mark_token, state_word

BOTH = pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])


def test_contrast_is_that_of_the_standard():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21.0)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@BOTH
def test_every_text_can_be_read(tokens: Tokens):
    poor = [
        f"{text} on {ground}: {contrast(getattr(tokens, text), getattr(tokens, ground)):.2f}"
        for text, grounds in TEXT_ON_GROUND
        for ground in grounds
        if contrast(getattr(tokens, text), getattr(tokens, ground)) < 4.5
    ]
    assert not poor


@BOTH
def test_every_mark_can_be_seen(tokens: Tokens):
    for mark, grounds in MARK_ON_GROUND:
        for ground in grounds:
            assert contrast(getattr(tokens, mark), getattr(tokens, ground)) >= 3.0, (mark, ground)


def test_the_contrast_test_knows_every_colour_of_words():
    named = {text for text, _ in TEXT_ON_GROUND}
    words = {field.name for field in fields(Tokens) if "text" in field.name or "quiet" in field.name}
    assert words <= named


@BOTH
def test_style_sheet_names_only_images_that_exist(tokens: Tokens):
    sheet = style_sheet(tokens)
    assert "$" not in sheet
    named = re.findall(r"url\(azdesk:([^)]+)\)", sheet)
    assert named
    assert [path for path in named if not (resource_root() / path).is_file()] == []


def test_control_images_have_the_palettes_colours():
    stale = [
        path.as_posix()
        for path, text in icons.control_images().items()
        if not (resource_root() / path).is_file() or (resource_root() / path).read_text() != text
    ]
    assert not stale, f"run python -m azdesk.ui.icons: {stale}"


@pytest.mark.parametrize(
    "path", sorted((resource_root() / "icons").glob("*.svg")), ids=lambda path: path.stem
)
def test_icon_is_ours(path, qapp):
    text = path.read_text()
    assert 'viewBox="0 0 16 16"' in text
    assert "currentColor" in text
    assert set(re.findall(r"#[0-9a-fA-F]{3,6}", text)) <= {"#fff"}
    assert QSvgRenderer(text.encode()).isValid()


@pytest.mark.parametrize("state", list(State))
def test_states_differ_in_shape_and_have_words(state, theme):
    shape = icons.icon_path(mark_icon(state)).read_text()
    others = [icons.icon_path(mark_icon(other)).read_text() for other in State if other is not state]
    assert shape not in others
    assert state_word(state)
    assert mark_token(state) in asdict(LIGHT)


def test_icons_are_sharp_at_twice_the_size(theme):
    once, twice = icons.pixmap("host"), icons.pixmap("host", scale=2.0)
    assert (once.width(), twice.width(), twice.devicePixelRatio()) == (16, 32, 2.0)
    assert twice.toImage() != once.toImage().scaled(32, 32)


def test_choosing_a_palette_applies_it(theme, qtbot):
    with qtbot.waitSignal(theme.changed):
        theme.set_mode(Mode.DARK)
    assert theming.tokens() is DARK
    assert QApplication.palette().color(QPalette.ColorRole.Window).name().upper() == DARK.window
    assert DARK.window in QApplication.instance().styleSheet()


def test_palette_follows_the_system(theme, monkeypatch):
    scheme = Qt.ColorScheme.Dark

    class Hints:
        def colorScheme(self):
            return scheme

    monkeypatch.setattr(theme._app, "styleHints", Hints, raising=False)
    theme.set_mode(Mode.SYSTEM)
    assert theming.tokens() is DARK
    scheme = Qt.ColorScheme.Light
    theme._follow()
    assert theming.tokens() is LIGHT


def test_fonts_have_the_sizes_of_the_design(theme):
    assert theming.ui_font().pixelSize() == 13
    assert theming.note_font().pixelSize() == 12
    from PySide6.QtGui import QFontMetrics

    metrics = QFontMetrics(theming.file_font())
    assert metrics.horizontalAdvance("iiii") == metrics.horizontalAdvance("WWWW")
