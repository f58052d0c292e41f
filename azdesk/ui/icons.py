"""Our icon family: monochrome SVG on a 16 px grid, tinted by the palette, sharp at every scale.

Pixmaps are made when first asked for and kept; nothing is read at start-up.
"""

from __future__ import annotations

from dataclasses import asdict
from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from azdesk.ui import theme
from azdesk.ui.resources import icon_path, resource_root
from azdesk.ui.tokens import DARK, LIGHT, Tokens

ICON_PX = 16
_SCALES = (1.0, 2.0)

CONTROL_ICONS: dict[str, tuple[str, str]] = {
    "chevron-down": ("chevron-down", "quiet"),
    "chevron-down-disabled": ("chevron-down", "disabled"),
    "chevron-up": ("chevron-up", "quiet"),
    "chevron-right": ("chevron-right", "quiet"),
    "check": ("check", "on_accent"),
    "dash": ("dash", "on_accent"),
}
"""File name to (icon, token): images that the style sheet names, which must therefore exist tinted."""


@lru_cache(maxsize=256)
def _source(name: str) -> str:
    return icon_path(name).read_text(encoding="utf-8")


def tinted(name: str, colour: str, on_mark: str = "#fff") -> str:
    """SVG text of an icon with its colour, and that of what is cut out of a filled mark, filled in."""
    return _source(name).replace("#fff", on_mark).replace("currentColor", colour)


@lru_cache(maxsize=2048)
def _pixmap(name: str, colour: str, on_mark: str, size: int, scale: float) -> QPixmap:
    renderer = QSvgRenderer(QByteArray(tinted(name, colour, on_mark).encode()))
    pixmap = QPixmap(QSize(round(size * scale), round(size * scale)))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    renderer.render(painter, QRectF(pixmap.rect()))
    painter.end()
    pixmap.setDevicePixelRatio(scale)
    return pixmap


def pixmap(name: str, role: str = "quiet_strong", *, size: int = ICON_PX, scale: float = 1.0) -> QPixmap:
    """The icon in the colour that token `role` has in the present palette.

    Args:
        size: edge in device-independent pixels.
        scale: device pixels per pixel of the screen it is for.
    """
    tokens = theme.tokens()
    return _pixmap(name, getattr(tokens, role), tokens.on_mark, size, scale)


def paint(painter: QPainter, rect: QRect, name: str, role: str = "quiet_strong") -> None:
    """Draw the icon centred in `rect`, on whole pixels, as sharp as the device allows."""
    size = min(rect.width(), rect.height(), ICON_PX)
    left = rect.left() + (rect.width() - size) // 2
    top = rect.top() + (rect.height() - size) // 2
    painter.drawPixmap(left, top, pixmap(name, role, size=size, scale=painter.device().devicePixelRatio()))


@lru_cache(maxsize=512)
def _icon(name: str, tokens: Tokens, role: str) -> QIcon:
    made = QIcon()
    for scale in _SCALES:
        made.addPixmap(_pixmap(name, getattr(tokens, role), tokens.on_mark, ICON_PX, scale))
        made.addPixmap(_pixmap(name, tokens.disabled, tokens.on_mark, ICON_PX, scale), QIcon.Mode.Disabled)
    return made


def icon(name: str, role: str = "quiet_strong") -> QIcon:
    """A `QIcon` for buttons and menus in the present palette; ask again when the palette changes."""
    return _icon(name, theme.tokens(), role)


NONE = QIcon()
"""No icon, where Qt wants one."""


def control_images() -> dict[Path, str]:
    """The tinted images that the style sheet names: path below ``resources/`` to SVG text."""
    return {
        Path("icons") / "controls" / tokens.name / f"{name}.svg": tinted(base, asdict(tokens)[role])
        for tokens in (LIGHT, DARK)
        for name, (base, role) in CONTROL_ICONS.items()
    }


def write_control_images() -> None:
    """Write `control_images` into the checkout; run after changing a colour or one of these icons."""
    for path, text in control_images().items():
        target = resource_root() / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write_control_images()
