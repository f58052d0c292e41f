"""Geometry: nothing overlaps, nothing leaves its cell, and all that matters is there."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import pytest

from azdesk.core.secret import Secret
from azdesk.enrol import items, sheets
from azdesk.enrol.design import Design
from azdesk.enrol.items import CodePlace, Frame, Ink, Logo, Text
from azdesk.enrol.layouts import LAYOUTS, Box, Kind, Paper
from azdesk.enrol.words import WORDS

from .people import ALICE, people

DESIGNS = [
    Design(layout=key, paper=paper, has_logo=logo, show_password=logo, date="2026-11-25", form=form)
    for key, layout in LAYOUTS.items()
    for paper in ((layout.paper,) if layout.paper else Paper)
    for logo, form in ((True, "azblink-1"), (False, "xmpp"))
]


def name(design: Design) -> str:
    return f"{design.layout}-{design.page}-{design.form}"


def within(inner: Box, outer: Box) -> bool:
    slack = 1e-6
    return (
        inner.x >= outer.x - slack
        and inner.y >= outer.y - slack
        and inner.right <= outer.right + slack
        and inner.bottom <= outer.bottom + slack
        and inner.width >= 0
        and inner.height >= 0
    )


def overlap(one: Box, other: Box) -> bool:
    slack = 1e-6
    return (
        one.x < other.right - slack
        and other.x < one.right - slack
        and one.y < other.bottom - slack
        and other.y < one.bottom - slack
    )


@pytest.mark.parametrize("design", DESIGNS, ids=name)
def test_nothing_overlaps_and_nothing_leaves_its_cell(design: Design) -> None:
    crowd = people(design.chosen.per_page + 1)
    cells = design.chosen.cells(design.page)
    paper = Box(x=0, y=0, width=design.page.width, height=design.page.height)
    assert all(within(cell, paper) for cell in cells)
    assert not any(overlap(one, other) for one, other in combinations(cells, 2))
    for page in sheets.pages(design, crowd):
        solid = [item for item in page.items if not isinstance(item, Frame)]
        for item in page.items:
            assert any(within(item.box, cell) for cell in cells), item
        for one, other in combinations(solid, 2):
            assert not overlap(one.box, other.box), (one, other)
        for item in solid:
            if isinstance(item, Text):
                assert item.box.height >= item.smallest * items.LEADING * 0.98, item
                assert item.box.width > 5, item
                assert item.size >= item.smallest


@pytest.mark.parametrize("design", DESIGNS, ids=name)
def test_everybody_has_a_code_a_name_and_a_notice(design: Design) -> None:
    crowd = people(2 * design.chosen.per_page + 1)
    seen: list[int] = []
    for page in sheets.pages(design, crowd):
        for index in page.people:
            seen.append(index)
            texts = [item for item in page.items if isinstance(item, Text) and item.person == index]
            said = [
                word.reveal() if isinstance(word, Secret) else word for text in texts for word in text.words
            ]
            assert crowd[index].name in said
            assert crowd[index].jid in said
            assert crowd[index].number in said
            notice = design.words.secret_short if design.form == "azblink-1" else design.words.plain_short
            notice_long = (
                design.words.secret_notice if design.form == "azblink-1" else design.words.plain_notice
            )
            assert notice in said or notice_long in said
        places = [item.person for item in page.items if isinstance(item, CodePlace)]
        assert places == list(page.people)
        assert {item.box.width for item in page.items if isinstance(item, CodePlace)} == {
            sheets.code_side(design)
        }
        assert any(isinstance(item, Logo) for item in page.items) is (
            design.has_logo
            and (design.chosen.kind is Kind.SHEET or design.chosen.cells(design.page)[0].height >= 50)
        )
    assert seen == list(range(len(crowd)))
    assert sheets.page_count(design, len(crowd)) == 3


def test_used_up_labels_are_left_free() -> None:
    design = Design(layout="l7160", first=20)
    crowd = people(22)
    assert [list(page.people) for page in sheets.pages(design, crowd)] == [[0], list(range(1, 22))]
    last = design.chosen.cells(Paper.A4)[20]
    first = sheets.page(design, crowd, 0)
    assert all(within(item.box, last) for item in first.items)
    assert sheets.page_count(replace(design, layout="cards-8"), 8) == 1


def test_a_printer_that_feeds_askew() -> None:
    straight = sheets.page(Design(layout="5160"), (ALICE,), 0)
    moved = sheets.page(Design(layout="5160", shift=(1.5, -2.0)), (ALICE,), 0)
    for one, other in zip(straight.items, moved.items, strict=True):
        assert (other.box.x - one.box.x, other.box.y - one.box.y) == pytest.approx((1.5, -2.0))


def test_the_password_stands_there_only_when_asked_for() -> None:
    for show in (False, True):
        page = sheets.page(Design(show_password=show), (ALICE,), 0)
        words = [word for item in page.items if isinstance(item, Text) for word in item.words]
        assert (Secret("e2cdbe09") in words) is show
        assert "e2cdbe09" not in repr(page)


def test_a_form_without_password_needs_no_warning() -> None:
    for form, ink in (("azblink-1", Ink.WARNING), ("linphone", Ink.WARNING), ("vcard", Ink.QUIET)):
        page = sheets.page(Design(form=form), (ALICE,), 0)
        assert [item.ink for item in page.items if isinstance(item, Frame) and item.filled] == [ink]


def test_own_steps_and_notice() -> None:
    page = sheets.page(Design(steps=("Call 100.", "Wait."), notice="Burn this."), (ALICE,), 0)
    words = [item.words for item in page.items if isinstance(item, Text)]
    assert ("Call 100.", "Wait.") in words
    assert ("Burn this.",) in words


def test_nobody_needs_no_page() -> None:
    assert sheets.page_count(Design(), 0) == 0
    assert list(sheets.pages(Design(layout="l7160", first=3), ())) == []


def test_every_language_says_everything() -> None:
    for words in WORDS.values():
        assert set(words.steps) == set(WORDS["en"].steps)
        assert all(words.steps.values())
        assert "{date}" in words.made


def test_stock_sizes() -> None:
    cells = LAYOUTS["l7160"].cells(Paper.A4)
    assert (len(cells), round(cells[0].x, 2), round(cells[0].y, 2)) == (21, 7.25, 15.15)
    cells = LAYOUTS["5160"].cells(Paper.LETTER)
    assert (len(cells), round(cells[0].x / 25.4, 4), round(cells[0].y / 25.4, 4)) == (30, 0.1875, 0.5)
    assert round((cells[1].x - cells[0].x) / 25.4, 4) == 2.75
