"""What can stand on a page, each with its box in millimetres."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from azdesk.core.secret import Secret
from azdesk.enrol.layouts import Box, Paper

LEADING: Final = 1.25
"""Height of a line, in sizes of its letters."""


class Ink(StrEnum):
    """What a text is printed in."""

    TEXT = "text"
    QUIET = "quiet"
    WARNING = "warning"


class Place(StrEnum):
    """Of a text in a box that is higher than it."""

    TOP = "top"
    MIDDLE = "middle"
    BOTTOM = "bottom"


@dataclass(frozen=True, kw_only=True)
class Text:
    """Words in a box, from its top left."""

    box: Box
    words: tuple[str | Secret, ...]
    """Paragraphs."""
    size: float
    """Height of the letters (em), in mm."""
    smallest: float
    """Down to which they may be shrunk."""
    bold: bool = False
    ink: Ink = Ink.TEXT
    wrap: bool = False
    """Whether lines may be broken; else each paragraph is one line."""
    numbered: bool = False
    """Whether the paragraphs are steps."""
    place: Place = Place.TOP
    """Where it stands in its box if it is not as high."""
    to_right: bool = False
    """At the right of its box."""
    person: int = -1
    """Index of the person it is about."""


@dataclass(frozen=True, kw_only=True)
class CodePlace:
    """Where a person's code goes, with its quiet zone."""

    box: Box
    person: int
    """Index among the people of the batch."""


@dataclass(frozen=True, kw_only=True)
class Logo:
    """Where the logo goes, as large as fits, at the left."""

    box: Box


@dataclass(frozen=True, kw_only=True)
class Frame:
    """A line around a box, or a box without height: a line. It may touch what is next to it."""

    box: Box
    ink: Ink = Ink.QUIET
    filled: bool = False
    """With a light ground, beneath what stands in it."""


Item = Text | CodePlace | Logo | Frame


@dataclass(frozen=True, kw_only=True)
class Page:
    """One page."""

    paper: Paper
    items: tuple[Item, ...]
    people: range
    """Indices of those who are on it."""
