"""Where everything stands within one cell: on a sheet for one person, on a card, on a label."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from azdesk.core.secret import Secret
from azdesk.enrol.account import Account
from azdesk.enrol.design import Design
from azdesk.enrol.forms import FORMS, Form
from azdesk.enrol.items import LEADING, CodePlace, Frame, Ink, Item, Logo, Place, Text
from azdesk.enrol.layouts import Box, Kind

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


def _notice(design: Design, *, short: bool) -> str:
    if design.notice:
        return design.notice
    words = design.words
    if design.is_secret:
        return words.secret_short if short else words.secret_notice
    return words.plain_short if short else words.plain_notice


def _steps(design: Design) -> tuple[str, ...]:
    return design.steps or design.words.steps[_form(design).for_]


# -- a page for one person ----------------------------------------------------------------------------------------------------

_SHEET_MARGIN: Final = 12.0
"""Beside what a printer leaves white anyway."""
SHEET_CODE: Final = 80.0
_NOTICE_HEIGHT: Final = 26.0


def sheet(design: Design, account: Account, index: int, cell: Box) -> Iterator[Item]:
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
    yield CodePlace(box=Box(x=area.x, y=y, width=SHEET_CODE, height=SHEET_CODE), person=index)
    left = area.x + SHEET_CODE + 8
    facts = _facts(design, account)
    fact_height = SHEET_CODE / 5
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
    y += SHEET_CODE + 8
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
    ink = Ink.WARNING if design.is_secret else Ink.QUIET
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
_NARROW: Final = 35.0
"""Width beside a code in which a notice needs a third line."""
_SMALLEST: Final = 1.7
"""About 5 points: what a printer still makes readable."""


def card_code(cell: Box, kind: Kind, *, header: bool) -> float:
    sizes = _Sizes.of(cell, kind)
    area = cell.inside(sizes.padding)
    height = area.height - (sizes.header + 1 if header and sizes.header else 0)
    if cell.height >= _TALL:  # the notice has a row of its own below
        height -= sizes.notice * LEADING * 2 + 1
    return min(height, area.width * 0.5)


def card(design: Design, account: Account, index: int, cell: Box) -> Iterator[Item]:
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
    side = card_code(cell, kind, header=True)
    own_row = cell.height >= _TALL
    narrow = not own_row and cell.height >= _LOW and area.width - side < _NARROW
    notice_height = sizes.notice * LEADING * (3 if narrow else 2)
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
        ink=Ink.WARNING if design.is_secret else Ink.QUIET,
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
    roomy = room.height >= _TALL / 2 and room.width >= _NARROW
    label_height = sizes.fact * 0.8 * LEADING if roomy else 0.0
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
