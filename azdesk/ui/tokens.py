"""Colours and measures of the window, as plain values.

Everything that paints takes its colours from a `Tokens`; nothing else in the window names a colour.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

GRID: Final = 8
"""Pixels between things that belong together; every gap is a multiple or half of it."""
TEXT_PX: Final = 13
NOTE_PX: Final = 12
TITLE_PX: Final = 20
CORNER_PX: Final = 8
"""Corner radius of cards; controls take 6."""
LABEL_COLUMN_PX: Final = 176
"""Width of the label column that all forms share."""
FIELD_MAX_PX: Final = 600
"""A field never grows wider than this, however long its note."""


@dataclass(frozen=True, kw_only=True)
class Tokens:
    """One palette; every value is ``#RRGGBB``."""

    name: str
    """``light`` or ``dark``; also the folder of the tinted control images."""
    window: str
    surface: str
    sidebar: str
    text: str
    quiet: str
    """Secondary text on window and surface."""
    quiet_strong: str
    """Secondary text where the ground is darker: sidebar, hovered and selected rows."""
    line: str
    field_line: str
    """Outline of something that can be edited; stronger than `line`."""
    hover: str
    """Ground under the pointer, on surface."""
    sidebar_hover: str
    accent: str
    accent_strong: str
    """Accent as text, on any ground; links."""
    accent_hover: str
    accent_pressed: str
    on_accent: str
    right: str
    differs: str
    failing: str
    unknown: str
    right_text: str
    """Words in the state's colour; darker or lighter than the mark where reading needs it."""
    differs_text: str
    failing_text: str
    right_soft: str
    differs_soft: str
    failing_soft: str
    selected: str
    disabled: str
    on_mark: str
    """Tick and cross inside the filled marks."""


LIGHT: Final = Tokens(
    name="light",
    window="#F5F6F8",
    surface="#FFFFFF",
    sidebar="#ECEEF2",
    text="#1B1F27",
    quiet="#667085",
    quiet_strong="#586174",
    line="#DCE0E7",
    field_line="#C3C9D4",
    hover="#F0F2F6",
    sidebar_hover="#E2E5EB",
    accent="#2B67D1",
    accent_strong="#2259BB",
    accent_hover="#2259BB",
    accent_pressed="#1C4B9F",
    on_accent="#FFFFFF",
    right="#1D8A57",
    differs="#B26A00",
    failing="#C4372F",
    unknown="#8791A3",
    right_text="#14683F",
    differs_text="#8A5200",
    failing_text="#AE2C25",
    right_soft="#E3F4EA",
    differs_soft="#FCF0DC",
    failing_soft="#FBE5E3",
    selected="#E3ECFB",
    disabled="#A2A9B6",
    on_mark="#FFFFFF",
)

DARK: Final = Tokens(
    name="dark",
    window="#1C1F25",
    surface="#23272F",
    sidebar="#181A1F",
    text="#E6E9EF",
    quiet="#9AA3B2",
    quiet_strong="#A8B0BE",
    line="#343A45",
    field_line="#454D5B",
    hover="#2A2F39",
    sidebar_hover="#22252C",
    accent="#6EA0FF",
    accent_strong="#86B0FF",
    accent_hover="#86B0FF",
    accent_pressed="#5B8DEB",
    on_accent="#12161D",
    right="#4CC38A",
    differs="#E5A23C",
    failing="#F0726A",
    unknown="#7C8698",
    right_text="#62CE9A",
    differs_text="#EBB057",
    failing_text="#F68F88",
    right_soft="#1D362B",
    differs_soft="#3A2F1B",
    failing_soft="#42262A",
    selected="#26344F",
    disabled="#5E6675",
    on_mark="#15181D",
)

TEXT_ON_GROUND: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    (
        "text",
        (
            "window",
            "surface",
            "sidebar",
            "hover",
            "sidebar_hover",
            "selected",
            "right_soft",
            "differs_soft",
            "failing_soft",
        ),
    ),
    ("quiet", ("window", "surface")),
    ("quiet_strong", ("window", "surface", "sidebar", "hover", "sidebar_hover", "selected")),
    ("accent_strong", ("window", "surface", "sidebar", "hover", "selected", "differs_soft", "failing_soft")),
    ("on_accent", ("accent", "accent_hover", "accent_pressed")),
    ("right_text", ("window", "surface", "sidebar", "right_soft", "selected")),
    ("differs_text", ("window", "surface", "sidebar", "differs_soft", "selected")),
    ("failing_text", ("window", "surface", "sidebar", "failing_soft", "selected")),
)
"""Which colour is used for words on which grounds; each pair is held to 4.5:1."""

MARK_ON_GROUND: Final[tuple[tuple[str, tuple[str, ...]], ...]] = tuple(
    (mark, ("surface",)) for mark in ("right", "differs", "failing", "unknown", "accent")
)
"""Marks carry meaning by shape as well, so 3:1 is asked of them (WCAG 2.1, 1.4.11)."""


def contrast(one: str, other: str) -> float:
    """Contrast of two ``#RRGGBB`` colours, 1.0 to 21.0 (WCAG 2.1, relative luminance)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
