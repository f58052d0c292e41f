"""The People page, driven as a hand would drive it, over a directory in memory."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QToolButton

from azdesk.app.whereabouts import ChatSession, Phone, Phones
from azdesk.core.errors import DirectoryError, Unreachable
from azdesk.ui.desk import Desk
from azdesk.ui.mapping import tree
from azdesk.ui.people import loading
from azdesk.ui.people import source as sources
from azdesk.ui.people.cards import with_connections
from azdesk.ui.people.page import PeoplePage
from azdesk.ui.people.table import COLUMNS, HIDDEN_AT_FIRST
from azdesk.ui.peoplemodels import Column, PersonCard
from azdesk.ui.presenters.people import PeoplePresenter
from tests.ui import bench
from tests.ui.conftest import settle
from tests.ui.desks import note_of, until
from tests.ui.fake_people import BASE, FakePeople, people

DOCUMENT = (
    bench.DOCUMENT.replace("[hosts.a253]", '[hosts.a253]\nnumbers = ["30XX"]').replace(
        "[hosts.a251]", '[hosts.a251]\nnumbers = ["68XX"]'
    )
    + f'\n[directory]\nbase = "{BASE}"\n'
)


class Place:
    """A window on the People page."""

    def __init__(self, desk: Desk, source: FakePeople) -> None:
        self.desk = desk
        self.source = source

    @property
    def page(self) -> PeoplePage:
        page = self.desk.window.page(tree.PEOPLE)
        assert isinstance(page, PeoplePage)
        return page

    @property
    def presenter(self) -> PeoplePresenter:
        found = self.page.findChild(PeoplePresenter)
        assert found is not None
        return found

    def open(self, *, wait: bool = True) -> PeoplePage:
        self.desk.window.show_page(tree.PEOPLE)
        if wait:
            until(lambda: self.presenter.loader.complete and not self.desk.workbench.jobs, what="all rows")
            self.desk.refresh_now()
            settle()
        return self.page

    def accounts(self, count: int = 6) -> list[str]:
        model = self.page.table.people
        return [row.account if (row := model.row(at)) else "…" for at in range(min(count, model.rowCount()))]

    def type(self, qtbot, words: str) -> None:
        qtbot.keyClicks(self.page.ui.filter, words)

    def found(self) -> None:
        until(lambda: self.presenter.loader.query == self.page.query and self.presenter.loader.complete)
        settle()


@pytest.fixture
def place(tmp_path: Path, theme, monkeypatch) -> Iterator[Callable[..., Place]]:
    opened: list[Desk] = []

    def make(source: FakePeople, document: str = DOCUMENT, settings: QSettings | None = None) -> Place:
        desk = Desk(bench.open_bench(tmp_path, document), settings, look_every=0)
        desk.workbench.setParent(desk)
        opened.append(desk)
        here = Place(desk, source)
        monkeypatch.setattr(sources, "source_for", lambda _workbench: here.source)
        desk.show()
        settle()
        return here

    yield make
    for desk in opened:
        desk.close()
        desk.deleteLater()
    settle()


def test_the_first_rows_and_how_many_there_are(place, qtbot):
    here = place(FakePeople(people(1240)))
    page = here.open()
    assert page.table.people.rowCount() == 1240
    assert page.ui.subtitle.text() == f"{BASE} on a250 · 1,240 people · LDAPS verified"
    assert page.ui.count.text() == "1,240 people"
    assert note_of(here.desk, tree.PEOPLE) == "1,240"
    assert here.accounts() == sorted(here.accounts())
    assert all(listing.closed for listing in here.source.listings)


def test_typing_filters_on_the_server_and_the_newest_words_win(place, qtbot):
    here = place(FakePeople(people(1240)))
    page = here.open()
    here.source.hold = threading.Event()
    here.type(qtbot, "nan")
    until(lambda: here.source.asked[-1].words == "nan")
    here.type(qtbot, "a")
    until(lambda: here.source.asked[-1].words == "nana")
    assert page.table.people.rowCount() == 1240, "what was shown stays until the first rows come"
    here.source.hold.set()
    here.found()
    assert page.ui.count.text() == f"{len(page.table.people.rows):,} of 1,240"
    assert all("nana" in account for account in here.accounts())
    assert note_of(here.desk, tree.PEOPLE) == "1,240"
    qtbot.keyClick(page.ui.filter, Qt.Key.Key_Escape)
    here.found()
    assert page.table.people.rowCount() == 1240
    assert all(listing.closed for listing in here.source.listings)


def test_down_goes_into_the_table_and_whoever_is_selected_gets_a_card(place, qtbot):
    here = place(FakePeople(people(200)))
    page = here.open()
    assert page.ui.card.nobody.isVisible()
    here.desk.window.activateWindow()
    here.desk.window.action("filter").trigger()
    assert page.ui.filter.hasFocus()
    here.type(qtbot, "fern")
    here.found()
    qtbot.keyClick(page.ui.filter, Qt.Key.Key_Down)
    assert page.table.hasFocus()
    until(lambda: page.ui.card.shown is not None)
    row = page.table.current_row()
    assert row is not None
    assert page.ui.card.title.text() == row.name
    qtbot.keyClick(page.table, Qt.Key.Key_Down)
    until(
        lambda: page.ui.card.shown is not None and page.ui.card.title.text() == page.table.current_row().name
    )
    qtbot.keyClick(page.table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert page.ui.card.title.text() == f"{page.table.people.rowCount()} people"
    assert not page.ui.card.edit.isVisible()
    qtbot.keyClick(page.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    copied = [line.split("\t")[:2] for line in QGuiApplication.clipboard().text().split("\n")]
    assert copied == [[one.account, one.name] for one in page.table.selected()]


def test_a_large_directory_comes_page_by_page_and_is_sorted_at_the_end(place, qtbot):
    source = FakePeople(people(30_000), page_size=1000)
    here = place(source)
    source.delay_s = 0.002
    page = here.open(wait=False)
    until(lambda: page.table.people.rowCount() == 30_000, what="the number of rows is known at once")
    assert len(page.table.people.rows) < 30_000
    assert page.table.people.row(29_999) is None
    assert page.table.people.index(29_999, 0).data() == "…"
    assert "read" in page.ui.count.text()
    page.table.scrollToBottom()
    settle()
    until(lambda: here.presenter.loader.complete)
    assert page.table.people.row(29_999) is not None
    until(lambda: here.accounts() == sorted(here.accounts()))


def test_rows_far_below_are_fetched_only_when_somebody_scrolls_there(place, qtbot, monkeypatch):
    monkeypatch.setattr(loading, "BY_ITSELF", 3000)
    monkeypatch.setattr(loading, "AHEAD", 1000)
    here = place(FakePeople(people(20_000), page_size=1000))
    page = here.open(wait=False)
    until(lambda: len(page.table.people.rows) == 3000)
    settle(20)
    assert len(page.table.people.rows) == 3000
    page.table.scrollTo(page.table.people.index(9000, 0))
    until(lambda: page.table.people.row(9100) is not None)
    settle(20)
    assert len(page.table.people.rows) < 12_000
    page.table.sortByColumn(COLUMNS.index(Column.NAME), Qt.SortOrder.AscendingOrder)
    until(lambda: here.presenter.loader.complete, what="sorting needs them all")


def test_heads_sort_and_the_selection_stays_with_the_person(place, qtbot):
    here = place(FakePeople(people(500)))
    page = here.open()
    page.table.selectRow(3)
    chosen = page.table.selected()
    for column in (Column.NUMBER, Column.NAME, Column.KEPT, Column.PHONE):
        page.table.sortByColumn(COLUMNS.index(column), Qt.SortOrder.DescendingOrder)
        until(lambda: not here.desk.workbench.jobs)
        settle()
        assert page.table.selected() == chosen
    page.table.sortByColumn(COLUMNS.index(Column.NUMBER), Qt.SortOrder.AscendingOrder)
    until(lambda: not here.desk.workbench.jobs)
    numbers = [int(row.number) for at in range(500) if (row := page.table.people.row(at))]
    assert numbers == sorted(numbers)


def test_columns_widths_and_the_order_are_remembered(place, qtbot, tmp_path):
    settings = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    here = place(FakePeople(people(50)), settings=settings)
    page = here.open()
    mail = COLUMNS.index(Column.MAIL)
    assert page.table.isColumnHidden(mail)
    menu = page.table.columns_menu()
    next(action for action in menu.actions() if action.text() == "E-mail").trigger()
    menu.close()
    assert not page.table.isColumnHidden(mail)
    page.table.setColumnWidth(mail, 222)
    page.table.sortByColumn(COLUMNS.index(Column.NAME), Qt.SortOrder.DescendingOrder)
    until(lambda: not here.desk.workbench.jobs)
    again = PeoplePage()
    again.restore(settings.value("people/columns"), settings.value("people/shares"))
    assert not again.table.isColumnHidden(mail)
    assert again.table.columnWidth(mail) == 222
    assert again.table.sorting == (Column.NAME, True)
    again.table.reset_columns()
    assert [column for at, column in enumerate(COLUMNS) if again.table.isColumnHidden(at)] == list(
        HIDDEN_AT_FIRST
    )
    again.restore("nonsense", 7)
    again.deleteLater()


def test_only_those_at_home_on_one_host(place, qtbot):
    here = place(FakePeople(people(90)))
    page = here.open()
    page.ui.view.setCurrentIndex(page.ui.view.findText("At home on a253"))
    here.found()
    assert {row.home for row in page.table.people.rows} == {"a253"}
    assert page.ui.count.text() == "30 of 90"


def test_a_list_that_a_server_cut_says_so(place, qtbot):
    source = FakePeople(people(2000), page_size=500)
    source.limit = 500
    page = place(source).open()
    assert page.ui.partial.text() == "The server gave no more than 500 entries."
    assert page.ui.partial.isVisible()
    assert page.table.people.rowCount() == 500


def test_nobody_found_and_back(place, qtbot):
    here = place(FakePeople(people(40)))
    page = here.open()
    here.type(qtbot, "xyzzy")
    here.found()
    assert page.nobody_found.isVisible()
    assert "xyzzy" in page.nobody_found.sentence.text()
    qtbot.mouseClick(page.nobody_found.button, Qt.MouseButton.LeftButton)
    here.found()
    assert page.table.isVisible()
    assert page.table.people.rowCount() == 40


def test_without_a_directory_the_page_offers_to_set_one_up(place, qtbot):
    here = place(FakePeople(), bench.DOCUMENT)
    page = here.open(wait=False)
    assert page.instead is not None
    assert page.instead.sentence.text() == "No directory yet"
    assert not page.ui.add.isEnabled()
    assert not here.source.asked
    qtbot.mouseClick(page.instead.button, Qt.MouseButton.LeftButton)
    assert here.desk.window.current_page() == tree.DIRECTORY


def test_nobody_in_it_yet(place, qtbot):
    page = place(FakePeople()).open()
    assert page.instead is not None
    assert page.instead.sentence.text() == "Nobody yet"


def test_a_directory_that_does_not_answer_is_tried_again(place, qtbot):
    source = FakePeople(people(30))
    source.error = Unreachable(
        "Nothing answers on port 636.", where="a250", next_step="Look whether slapd runs there."
    )
    here = place(source)
    page = here.open(wait=False)
    until(lambda: page.instead is not None)
    assert page.instead.sentence.text() == "a250: Nothing answers on port 636."
    source.error = None
    qtbot.mouseClick(page.instead.button, Qt.MouseButton.LeftButton)
    until(lambda: here.presenter.loader.complete)
    assert page.instead is None
    assert page.table.people.rowCount() == 30


def test_an_error_later_leaves_the_rows_and_says_so(place, qtbot):
    source = FakePeople(people(30))
    here = place(source)
    page = here.open()
    source.error = DirectoryError("The directory is busy.", where="a250", next_step="Try again in a moment.")
    here.desk.look_again()
    until(page.ui.banner.isVisible)
    assert page.table.people.rowCount() == 30
    source.error = None
    qtbot.mouseClick(page.ui.banner._button, Qt.MouseButton.LeftButton)
    until(lambda: here.presenter.loader.complete and not page.ui.banner.isVisible())


def test_another_directory_in_the_document_is_taken(place, qtbot):
    from azdesk.fleet import edit

    first = FakePeople(people(30))
    here = place(first)
    here.open()
    here.source = FakePeople(people(7))
    workbench = here.desk.workbench
    workbench.edit(
        edit.with_value(workbench.fleet, ("directory", "base"), "dc=other,dc=local"), "Change the base"
    )
    until(lambda: here.page.table.people.rowCount() == 7)
    until(lambda: first.closed)


def test_the_columns_button_opens_the_menu(place, qtbot):
    page = place(FakePeople(people(3))).open()
    button = page.findChild(QToolButton, "columns")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    popup = QApplication.activePopupWidget()
    assert popup is not None
    popup.close()
    settle()


# -- pictures -----------------------------------------------------------------------------------------------------------------


def test_pictures(place, qtbot, snapshot):
    source = FakePeople(people(1240))
    here = place(source)
    page = here.open()
    page.table.selectRow(2)
    until(lambda: page.ui.card.shown is not None)
    snapshot(here.desk.window, "people", page=True)
    page.table.selectAll()
    settle()
    snapshot(here.desk.window, "people-many", page=True)
    here.type(qtbot, "nan")
    here.found()
    page.table.selectRow(0)
    until(lambda: page.ui.card.shown is not None)
    snapshot(here.desk.window, "people-found", page=True)
    source.error = DirectoryError(
        "The directory closed the connection.", where="a250", next_step="Look whether slapd runs there."
    )
    here.desk.look_again()
    until(page.ui.banner.isVisible)
    snapshot(here.desk.window, "people-error", page=True)
    source.error = None
    here.type(qtbot, "zzz")
    here.found()
    snapshot(here.desk.window, "people-nothing", page=True)


def test_pictures_of_what_is_shown_instead(place, qtbot, snapshot):
    here = place(FakePeople(), bench.DOCUMENT)
    here.open(wait=False)
    snapshot(here.desk.window, "people-no-directory", page=True)


def test_picture_of_a_large_directory_that_is_still_read(place, qtbot, snapshot, monkeypatch):
    monkeypatch.setattr(loading, "BY_ITSELF", 1000)
    monkeypatch.setattr(loading, "AHEAD", 0)
    here = place(FakePeople(people(100_000)))
    page = here.open(wait=False)
    until(lambda: len(page.table.people.rows) == 1000)
    page.table.verticalScrollBar().setValue(988 * 30)
    settle()
    snapshot(here.desk.window, "people-large", page=True)


def test_the_page_of_the_directory_has_its_tabs(place, qtbot, snapshot):
    here = place(FakePeople(people(30)))
    page = here.desk.window.show_page(tree.DIRECTORY)
    assert page.subtitle.text() == f"{BASE} on a250"
    snapshot(here.desk.window, "directory", page=True)
    for key in page.tabs.keys():
        page.tabs.set_current(key)
        settle()
        assert page.tabs.page(key).isVisible()
    qtbot.mouseClick(page.people, Qt.MouseButton.LeftButton)
    assert here.desk.window.current_page() == tree.PEOPLE
    until(lambda: here.presenter.loader.complete and not here.desk.workbench.jobs)


@pytest.mark.parametrize(
    ("phones", "nodes", "warned"),
    [
        (["a251"], ["a253"], True),
        (["a251"], ["a251"], False),
        (["a251"], ["a253", "a251"], False),
        (["a251", "a253"], ["a253"], False),
        ([], ["a253"], False),
        (["a251"], [], False),
    ],
)
def test_a_card_warns_where_phone_and_chat_are_on_different_hosts(qapp, phones, nodes, warned):
    found = tuple(
        Phone(
            host=host,
            account="6853",
            client="",
            address="10.1.2.3:5060",
            contact="sip:6853@10.1.2.3",
            until=0.0,
            reachable=None,
        )
        for host in phones
    )
    sessions = [
        ChatSession(
            node=f"ejabberd@{host}",
            host=host,
            resource="phone",
            address="10.1.2.3",
            since=0.0,
            encrypted=True,
            status="available",
        )
        for host in nodes
    ]
    card = with_connections(
        PersonCard(key="uid=anna", title="Anna", subtitle=""), Phones(found=found), sessions
    )
    assert bool(card.warning) is warned
    if warned:
        assert card.warning.startswith("The phone is at a251, chat at a253.")
