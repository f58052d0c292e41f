"""Sheets as pure geometry: which text, which code and which line stands where on each page, in millimetres.

No two things on a page overlap, and none leaves its cell: painters keep to that by shrinking a text down to its smallest size, and by ending
it with … where even that is too large. What a cell has no room for is left out, the least important first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from azdesk.core.secret import Secret
from azdesk.enrol.account import Account
from azdesk.enrol.forms import FORMS, Form
from azdesk.enrol.layouts import LAYOUTS, Box, Kind, Layout, Paper
from azdesk.enrol.qr import Level
from azdesk.enrol.words import WORDS, Words

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


@dataclass(frozen=True, kw_only=True)
class Design:
    """All choices for a batch."""

    layout: str = "sheet"
    paper: Paper = Paper.A4
    """Only where the layout is not a stock with a paper of its own."""
    form: str = "azblink-1"
    language: str = "en"
    level: Level | None = None
    """Error correction; None: the strongest that scans well."""
    has_logo: bool = False
    steps: tuple[str, ...] = ()
    """Instead of ours; empty: ours, for the form and the language."""
    notice: str = ""
    """Handling notice instead of ours."""
    show_password: bool = False
    """Whether the password is printed in letters too."""
    date: str = ""
    """Printed on sheets; empty: none."""
    first: int = 0
    """Cells left free on the first page: labels that are used up already."""
    shift: tuple[float, float] = (0.0, 0.0)
    """By how much everything is moved to the right and down, for a printer that feeds askew, in mm."""

    @property
    def chosen(self) -> Layout:
        """The layout."""
        return LAYOUTS[self.layout]

    @property
    def page(self) -> Paper:
        """The paper that is printed on."""
        return self.chosen.paper or self.paper

    @property
    def words(self) -> Words:
        """In the language chosen."""
        return WORDS[self.language]


def page_count(design: Design, people: int) -> int:
    """How many pages so many people need."""
    return -(-(people + _free(design)) // design.chosen.per_page) if people else 0


def code_side(design: Design) -> float:
    """Side of the codes with their quiet zone, in mm."""
    cell = design.chosen.cells(design.page)[0]
    kind = design.chosen.kind
    return _SHEET_CODE if kind is Kind.SHEET else _card_code(cell, kind, header=True)


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
        draw = _sheet if layout.kind is Kind.SHEET else _card
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


# -- what is said -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class _Fact:
    label: str
    value: str | Secret


def _facts(design: Design, account: Account) -> list[_Fact]:
    """The most important first."""
    words = design.words
    found = [_Fact(label=words.account, value=account.jid)]
    if account.number:
        found.append(_Fact(label=words.number, value=account.number))
    if design.show_password and account.password:
        found.append(_Fact(label=words.password, value=account.password))
    if account.host:
        found.append(_Fact(label=words.host, value=account.host))
    if account.email and account.email != account.jid:
        found.append(_Fact(label=words.email, value=account.email))
    return found


def _form(design: Design) -> Form:
    return FORMS[design.form]


def _secret(design: Design) -> bool:
    # The address of a Linphone file is as good as the password that is in the file.
    return _form(design).has_password or design.show_password or design.form == "linphone"


def _notice(design: Design, *, short: bool) -> str:
    if design.notice:
        return design.notice
    words = design.words
    if _secret(design):
        return words.secret_short if short else words.secret_notice
    return words.plain_short if short else words.plain_notice


def _steps(design: Design) -> tuple[str, ...]:
    return design.steps or design.words.steps[_form(design).for_]


# -- a page for one person ----------------------------------------------------------------------------------------------------

_SHEET_MARGIN: Final = 12.0
"""Beside what a printer leaves white anyway."""
_SHEET_CODE: Final = 80.0
_NOTICE_HEIGHT: Final = 26.0


def _sheet(design: Design, account: Account, index: int, cell: Box) -> Iterator[Item]:
    area = cell.inside(_SHEET_MARGIN)
    words = design.words
    y = area.y
    logo_width = 60.0 if design.has_logo else 0.0
    if design.has_logo:
        yield Logo(box=Box(x=area.x, y=y, width=logo_width, height=16))
    if account.organisation:
        yield Text(
            box=Box(x=area.x + logo_width, y=y, width=area.width - logo_width, height=16),
            words=(account.organisation,),
            size=5,
            smallest=3,
            bold=True,
            wrap=True,
            place=Place.BOTTOM,
            to_right=design.has_logo,
        )
    if account.organisation or design.has_logo:
        y += 16 + 4
        yield Frame(box=Box(x=area.x, y=y, width=area.width, height=0))
        y += 8
    yield Text(
        box=Box(x=area.x, y=y, width=area.width, height=6),
        words=(words.title,),
        size=4.4,
        smallest=3,
        ink=Ink.QUIET,
    )
    y += 8
    yield Text(
        box=Box(x=area.x, y=y, width=area.width, height=19),
        words=(account.name or account.user,),
        size=8,
        smallest=4,
        bold=True,
        wrap=True,
    )
    y += 19 + 5
    yield CodePlace(box=Box(x=area.x, y=y, width=_SHEET_CODE, height=_SHEET_CODE), person=index)
    left = area.x + _SHEET_CODE + 8
    facts = _facts(design, account)
    fact_height = _SHEET_CODE / 5
    for at, fact in enumerate(facts[:5]):
        top = y + at * fact_height + 1
        width = area.right - left
        yield Text(
            box=Box(x=left, y=top, width=width, height=4.5),
            words=(fact.label,),
            size=3.2,
            smallest=2.4,
            ink=Ink.QUIET,
        )
        yield Text(
            box=Box(x=left, y=top + 4.7, width=width, height=fact_height - 6),
            words=(fact.value,),
            size=4.6,
            smallest=2.4,
            wrap=True,
        )
    y += _SHEET_CODE + 8
    yield Text(
        box=Box(x=area.x, y=y, width=area.width, height=7),
        words=(words.steps_title,),
        size=4.8,
        smallest=3,
        bold=True,
    )
    y += 9
    foot = area.bottom - 5
    notice = Box(x=area.x, y=foot - 4 - _NOTICE_HEIGHT, width=area.width, height=_NOTICE_HEIGHT)
    yield Text(
        box=Box(x=area.x, y=y, width=area.width, height=notice.y - 5 - y),
        words=_steps(design),
        size=4.2,
        smallest=2.4,
        wrap=True,
        numbered=True,
    )
    ink = Ink.WARNING if _secret(design) else Ink.QUIET
    yield Frame(box=notice, ink=ink, filled=True)
    yield Text(
        box=notice.inside(4),
        words=(_notice(design, short=False),),
        size=4,
        smallest=2.4,
        wrap=True,
        place=Place.MIDDLE,
        ink=ink,
    )
    if design.date:
        yield Text(
            box=Box(x=area.x, y=foot, width=area.width, height=5),
            words=(words.made.replace("{date}", design.date),),
            size=3,
            smallest=2.4,
            ink=Ink.QUIET,
        )


# -- a card or a label --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class _Sizes:
    """Sizes of letters on a card, by its height."""

    padding: float
    header: float
    """Height of the row with logo and organisation; 0: none."""
    name: float
    fact: float
    notice: float

    @classmethod
    def of(cls, cell: Box, kind: Kind) -> _Sizes:
        padding = 2.5 if kind is Kind.LABEL or cell.height < _TALL else 4.0
        if cell.height >= _LARGE:
            return cls(padding=6.0, header=12.0, name=5.6, fact=3.6, notice=3.2)
        if cell.height >= _TALL:
            return cls(padding=padding, header=7.0, name=4.4, fact=2.9, notice=2.5)
        if cell.height >= _LOW:
            return cls(padding=padding, header=0.0, name=3.5, fact=2.5, notice=2.1)
        return cls(padding=1.8, header=0.0, name=2.9, fact=2.1, notice=1.8)


_LARGE: Final = 100.0
_TALL: Final = 50.0
_LOW: Final = 30.0
_SMALLEST: Final = 1.7
"""About 5 points: what a printer still makes readable."""


def _card_code(cell: Box, kind: Kind, *, header: bool) -> float:
    sizes = _Sizes.of(cell, kind)
    area = cell.inside(sizes.padding)
    height = area.height - (sizes.header + 1 if header and sizes.header else 0)
    if cell.height >= _TALL:  # the notice has a row of its own below
        height -= sizes.notice * LEADING * 2 + 1
    return min(height, area.width * 0.5)


def _card(design: Design, account: Account, index: int, cell: Box) -> Iterator[Item]:
    kind = design.chosen.kind
    sizes = _Sizes.of(cell, kind)
    area = cell.inside(sizes.padding)
    if kind is Kind.CARD:
        yield Frame(box=cell)
    y = area.y
    if sizes.header:
        logo_width = area.width * 0.4 if design.has_logo else 0.0
        if design.has_logo:
            yield Logo(box=Box(x=area.x, y=y, width=logo_width, height=sizes.header))
        if account.organisation:
            yield Text(
                box=Box(x=area.x + logo_width, y=y, width=area.width - logo_width, height=sizes.header),
                words=(account.organisation,),
                size=sizes.fact * 1.1,
                smallest=_SMALLEST,
                bold=True,
                wrap=True,
                ink=Ink.QUIET,
                to_right=design.has_logo,
            )
        y += sizes.header + 1
    side = _card_code(cell, kind, header=True)
    own_row = cell.height >= _TALL
    notice_height = sizes.notice * LEADING * 2
    room = Box(
        x=area.x + side + 1.5,
        y=y,
        width=area.width - side - 1.5,
        height=area.bottom - y - (notice_height + 1 if own_row else 0),
    )
    yield CodePlace(box=Box(x=area.x, y=y, width=side, height=side), person=index)
    notice = (
        Box(x=area.x, y=area.bottom - notice_height, width=area.width, height=notice_height)
        if own_row
        else Box(x=room.x, y=room.bottom - notice_height, width=room.width, height=notice_height)
    )
    yield Text(
        box=notice,
        words=(_notice(design, short=True),),
        size=sizes.notice,
        smallest=_SMALLEST,
        wrap=True,
        place=Place.BOTTOM,
        ink=Ink.WARNING if _secret(design) else Ink.QUIET,
    )
    if own_row:
        below = Box(x=area.x, y=y + side + 1, width=area.width, height=notice.y - 1 - (y + side + 1))
        steps = below.height >= 10 * sizes.fact * LEADING
        yield from _what_to_do(design, sizes, below, in_full=steps)
        room = replace(room, height=side)
    until = room.bottom if own_row else notice.y - 0.5
    yield from _beside_code(design, account, sizes, room, until)


def _beside_code(design: Design, account: Account, sizes: _Sizes, room: Box, until: float) -> Iterator[Item]:
    """Name and facts, as far as there is room."""
    name_height = sizes.name * LEADING * 2
    yield Text(
        box=Box(x=room.x, y=room.y, width=room.width, height=name_height),
        words=(account.name or account.user,),
        size=sizes.name,
        smallest=_SMALLEST,
        bold=True,
        wrap=True,
    )
    y = room.y + name_height + sizes.fact * 0.4
    label_height = sizes.fact * 0.8 * LEADING if room.height >= _TALL / 2 else 0.0
    for fact in _facts(design, account):
        length = len(fact.value.reveal() if isinstance(fact.value, Secret) else fact.value)
        lines = 2 if length * sizes.fact * _ADVANCE > room.width else 1
        value_height = sizes.fact * LEADING * lines
        if y + label_height + value_height > until:
            return
        if label_height:
            yield Text(
                box=Box(x=room.x, y=y, width=room.width, height=label_height),
                words=(fact.label,),
                size=sizes.fact * 0.8,
                smallest=_SMALLEST,
                ink=Ink.QUIET,
            )
        yield Text(
            box=Box(x=room.x, y=y + label_height, width=room.width, height=value_height),
            words=(fact.value,),
            size=sizes.fact,
            smallest=_SMALLEST,
            wrap=lines > 1,
        )
        y += label_height + value_height + sizes.fact * 0.3


_ADVANCE: Final = 0.45
"""Width of a letter that is narrow, in sizes of letters: a value that is longer than that many cannot be kept on one line."""


def _what_to_do(design: Design, sizes: _Sizes, room: Box, *, in_full: bool) -> Iterator[Item]:
    size = sizes.fact * (1.0 if in_full else 0.95)
    if in_full:
        yield Text(box=room, words=_steps(design), size=size, smallest=_SMALLEST, wrap=True, numbered=True)
    elif room.height >= size * LEADING:
        yield Text(
            box=replace(room, height=size * LEADING),
            words=(design.steps[0] if design.steps else design.words.hint,),
            size=size,
            smallest=_SMALLEST,
        )
