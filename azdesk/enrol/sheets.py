"""Sheets as pure geometry: which text, which code and which line stands where on each page, in millimetres.

No two things on a page overlap, and none leaves its cell: painters keep to that by shrinking a text down to its smallest size, and by ending
it with … where even that is too large. What a cell has no room for is left out, the least important first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from azdesk.enrol.account import Account
from azdesk.enrol.arranging import SHEET_CODE, card, card_code, sheet
from azdesk.enrol.design import Design
from azdesk.enrol.items import Item, Page, Text
from azdesk.enrol.layouts import Box, Kind


def page_count(design: Design, people: int) -> int:
    """How many pages so many people need."""
    return -(-(people + _free(design)) // design.chosen.per_page) if people else 0


def code_side(design: Design) -> float:
    """Side of the codes with their quiet zone, in mm."""
    cell = design.chosen.cells(design.page)[0]
    kind = design.chosen.kind
    return SHEET_CODE if kind is Kind.SHEET else card_code(cell, kind, header=True)


def page(design: Design, people: Sequence[Account], number: int) -> Page:
    """One page, from 0."""
    layout, paper = design.chosen, design.page
    cells = layout.cells(paper)
    first = number * len(cells) - _free(design)
    on_it = range(max(0, first), min(len(people), first + len(cells)))
    items: list[Item] = []
    for index in on_it:
        cell = cells[index - first]
        moved = Box(
            x=cell.x + design.shift[0], y=cell.y + design.shift[1], width=cell.width, height=cell.height
        )
        draw = sheet if layout.kind is Kind.SHEET else card
        items += (
            replace(item, person=index) if isinstance(item, Text) else item
            for item in draw(design, people[index], index, moved)
        )
    return Page(paper=paper, items=tuple(items), people=on_it)


def pages(design: Design, people: Sequence[Account]) -> Iterator[Page]:
    """All pages in order."""
    for number in range(page_count(design, len(people))):
        yield page(design, people, number)


def _free(design: Design) -> int:
    return min(design.first, design.chosen.per_page - 1) if design.chosen.kind is Kind.LABEL else 0
