"""Widgets, driven as a hand would drive them."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QTextDocument
from PySide6.QtWidgets import QLabel, QLineEdit, QMenu, QPushButton, QVBoxLayout, QWidget

from azdesk.ui import clipboard as forgetting
from azdesk.ui.numbers.ticks import TickList
from azdesk.ui.viewmodels import State, TableRow, TabModel, TreeItem, TreeKind
from azdesk.ui.widgets import password_edit
from azdesk.ui.widgets.banner import Banner
from azdesk.ui.widgets.field_row import FieldRow
from azdesk.ui.widgets.filter_edit import FilterEdit
from azdesk.ui.widgets.fleet_tree import FleetTree
from azdesk.ui.widgets.host_grid import HostGrid
from azdesk.ui.widgets.labels import ElidedLabel, RelativeTime
from azdesk.ui.widgets.matrix_view import MatrixView
from azdesk.ui.widgets.password_edit import PasswordEdit
from azdesk.ui.widgets.plain_table import PlainTable
from azdesk.ui.widgets.side_tabs import SideTabs
from tests.ui import samples
from tests.ui.conftest import settle


@pytest.fixture
def shown(keep):
    def show(widget, width=0, height=0):
        keep(widget)
        if width:
            widget.resize(width, height)
        widget.show()
        settle()
        return widget

    return show


# -- the tree -----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def tree(shown) -> FleetTree:
    made = shown(FleetTree(), 248, 700)
    made.set_items(samples.small_tree())
    return made


def changed(item: TreeItem, key: str, **fields) -> TreeItem:
    from dataclasses import replace

    if item.key == key:
        return replace(item, **fields)
    return replace(item, children=tuple(changed(child, key, **fields) for child in item.children))


def test_click_asks_for_the_page_once(tree, qtbot):
    asked = []
    tree.page_requested.connect(asked.append)
    index = tree._proxy.mapFromSource(tree._model.index_of("a253"))
    for _ in range(2):
        qtbot.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=tree.visualRect(index).center())
    assert asked == ["a253"]


def test_refreshing_keeps_selection_and_closed_groups(tree):
    asked = []
    tree.page_requested.connect(asked.append)
    tree.select("a254")
    group = tree._proxy.mapFromSource(tree._model.index_of("dirs"))
    tree.collapse(group)
    resets = []
    tree._model.modelReset.connect(lambda: resets.append(1))
    tree.set_items([changed(item, "a254", state=State.RIGHT, note="") for item in samples.small_tree()])
    assert (tree.current_key(), resets, asked) == ("a254", [], [])
    more = (*samples.small_tree(), TreeItem(key="new", kind=TreeKind.GROUP, text="New"))
    tree.set_items(more)
    assert resets == [1]
    assert tree.current_key() == "a254"
    assert "a250" not in tree.visible_keys()
    assert tree.closed_groups == ("dirs",)
    assert asked == []


def test_filter_shows_matches_with_their_groups(tree):
    tree.set_filter("A25")
    keys = tree.visible_keys()
    assert "test.local" in keys
    assert "a250" in keys
    assert "people" not in keys
    assert "long" not in keys
    tree.set_filter("")
    assert "people" in tree.visible_keys()


def test_rename_asks_and_changes_nothing_itself(tree, qtbot):
    asked = []
    tree.rename_requested.connect(lambda key, name: asked.append((key, name)))
    tree.select("a253")
    tree.setFocus()
    qtbot.keyClick(tree, Qt.Key.Key_F2)
    editor = tree.findChild(QLineEdit)
    editor.setText("b253")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    settle()
    assert asked == [("a253", "b253")]
    assert "a253" in tree.visible_keys()


def test_alt_arrows_and_drops_ask_to_move(tree, qtbot):
    asked = []
    tree.move_requested.connect(lambda keys, parent, row: asked.append((keys, parent, row)))
    tree.select("a253")
    qtbot.keyClick(tree, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    qtbot.keyClick(tree, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert asked == [(("a253",), "test.local", 0), (("a253",), "test.local", 3)]
    asked.clear()
    model = tree._model
    data = model.mimeData([model.index_of("a250")])
    taken = tree._proxy.dropMimeData(
        data, Qt.DropAction.MoveAction, -1, -1, tree._proxy.mapFromSource(model.index_of("test.local"))
    )
    assert taken is False
    assert asked == [(("a250",), "test.local", -1)]


def test_a_group_opens_and_closes_on_a_click(tree, qtbot):
    index = tree._proxy.mapFromSource(tree._model.index_of("dirs"))
    place = tree.visualRect(index).center()
    qtbot.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert "a250" not in tree.visible_keys()
    qtbot.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert "a250" in tree.visible_keys()


def test_every_row_says_its_state_aloud(tree):
    index = tree._model.index_of("a254")
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "a254, failing, join failed"


# -- fields -------------------------------------------------------------------------------------------------------------------


def test_form_rows_share_one_column_grid(shown):
    board = QWidget()
    column = QVBoxLayout(board)
    fields = []
    for label, note in (
        ("A", ""),
        ("A very long label that has to wrap onto a second line", "note " * 80),
        ("", ""),
    ):
        row = FieldRow(label=label, note=note)
        field = QLineEdit()
        row.add_field(field)
        column.addWidget(row)
        fields.append(field)
    shown(board, 1000, 500)
    lefts = {field.mapTo(board, QPoint(0, 0)).x() for field in fields}
    widths = {field.width() for field in fields}
    assert len(lefts) == 1
    assert widths == {600}


def test_field_in_a_designer_form_is_taken_in(shown):
    row = FieldRow()
    field = QLineEdit(row)
    row.setProperty("label", "&Node name")
    shown(row, 800, 60)
    assert row.fields() == [field]
    assert field.accessibleName() == "Node name"
    assert row.findChild(QLabel).buddy() is field


def test_problem_is_beneath_the_field_and_said_aloud(shown):
    row = FieldRow(label="Kept in")
    field = QLineEdit()
    row.add_field(field)
    shown(row, 800, 60)
    row.set_problem("Must begin with /.")
    assert field.property("problem") is True
    assert field.accessibleDescription() == "Must begin with /."
    row.set_problem("")
    assert not field.property("problem")


def test_lines_below_a_field_come_in_their_order_whichever_is_first(shown, qtbot):
    row = FieldRow(label="URL")
    field = QLineEdit()
    row.add_field(field)
    board = QWidget()
    column = QVBoxLayout(board)
    column.addWidget(row)
    behind = QLineEdit()
    column.addWidget(behind)
    shown(board, 800, 200)
    row.set_on_host("On a253 now: x.")
    row.set_checked(State.RIGHT, "Reachable.")
    row.set_note("Where files go.")
    row.set_problem("Must begin with https.")
    settle()
    lines = (row._note, row._problem, row._checked, row._host_line)
    heights = [line.mapTo(row, QPoint(0, 0)).y() for line in lines]
    assert heights == sorted(heights)
    assert heights[0] > field.mapTo(row, QPoint(0, 0)).y()
    field.setFocus()
    qtbot.keyClick(field, Qt.Key.Key_Tab)
    assert row._adopt.hasFocus()
    qtbot.keyClick(row._adopt, Qt.Key.Key_Tab)
    assert behind.hasFocus()


def test_ticks_look_chosen_only_where_the_keyboard_is(shown):
    board = QWidget()
    column = QVBoxLayout(board)
    field, ticks = QLineEdit(), TickList()
    for widget in (field, ticks):
        column.addWidget(widget)
    ticks.set_names(("a251", "a253"), ())
    shown(board, 400, 200)
    board.activateWindow()

    def ground(row: int) -> int:
        place = ticks.visualItemRect(ticks.item(row))
        return ticks.viewport().grab().toImage().pixel(place.right() - 20, place.center().y())

    field.setFocus()
    settle()
    assert ground(0) == ground(1)
    ticks.setFocus()
    settle()
    assert ground(0) != ground(1)


def test_adopt(shown, qtbot):
    row = FieldRow(label="URL")
    row.add_field(QLineEdit())
    shown(row, 800, 90)
    row.set_on_host("On a253 now: x.")
    with qtbot.waitSignal(row.adopt_requested):
        qtbot.mouseClick(row._adopt, Qt.MouseButton.LeftButton)
    row.set_on_host("")
    assert not row._adopt.isVisible()


def test_filter_waits_for_a_pause_and_esc_clears_then_leaves(shown, qtbot):
    edit = shown(FilterEdit())
    said, left = [], []
    edit.filter_changed.connect(said.append)
    edit.left.connect(lambda: left.append(1))
    qtbot.keyClicks(edit, "nan")
    assert said == []
    qtbot.waitUntil(lambda: said == ["nan"])
    qtbot.keyClick(edit, Qt.Key.Key_Escape)
    assert said == ["nan", ""]
    assert left == []
    qtbot.keyClick(edit, Qt.Key.Key_Escape)
    assert left == [1]


def test_password_is_masked_until_asked_and_the_clipboard_forgets_it(shown, qtbot, monkeypatch):
    monkeypatch.setattr(forgetting, "CLIPBOARD_MS", 40)
    monkeypatch.setattr(password_edit, "REVEAL_MS", 40)
    edit = shown(PasswordEdit())
    edit._hide_again.setInterval(40)
    edit.setText("s3cret")
    assert edit.echoMode() is QLineEdit.EchoMode.Password
    edit._eye.setChecked(True)
    assert edit.echoMode() is QLineEdit.EchoMode.Normal
    qtbot.waitUntil(lambda: edit.echoMode() is QLineEdit.EchoMode.Password)
    clipboard = QGuiApplication.clipboard()
    with qtbot.waitSignal(edit.clipboard_cleared):
        edit._copy.trigger()
        assert clipboard.text() == "s3cret"
    assert clipboard.text() == ""


def test_clipboard_is_left_alone_when_it_holds_something_else(shown, qtbot, monkeypatch):
    monkeypatch.setattr(forgetting, "CLIPBOARD_MS", 30)
    edit = shown(PasswordEdit())
    edit.setText("s3cret")
    edit.copy_secret()
    QGuiApplication.clipboard().setText("mine")
    qtbot.wait(80)
    assert QGuiApplication.clipboard().text() == "mine"


# -- labels, tabs, grids ------------------------------------------------------------------------------------------------------


def test_shortened_text_is_whole_on_hover(shown):
    label = shown(ElidedLabel(text="conference-bridge-04.voice.example.org"), 80, 20)
    assert label.toolTip() == "conference-bridge-04.voice.example.org"
    label.resize(600, 20)
    settle()
    assert label.toolTip() == ""


def test_time_runs_only_while_it_is_seen(shown):
    label = RelativeTime(pattern="looked %1")
    label.set_clock(lambda: samples.NOW)
    label.set_when(samples.NOW)
    assert not label._timer.isActive()
    shown(label)
    assert label.text() == "looked just now"
    assert label._timer.isActive()
    label.hide()
    assert not label._timer.isActive()


def make_tabs(count: int) -> SideTabs:
    tabs = SideTabs()
    for at in range(count):
        tabs.add_tab(TabModel(key=f"t{at}", title=f"Network & VPN {at}"), QWidget)
    return tabs


def test_tabs_stand_in_a_row_where_they_fit_and_at_the_side_where_not(shown):
    tabs = shown(make_tabs(4), 900, 400)
    assert tabs.bar.isVisible()
    assert not tabs.at_side
    tabs.resize(300, 400)
    settle()
    assert tabs.at_side
    assert tabs.list.isVisible()
    assert not tabs.bar.isVisible()


def test_tab_titles_keep_their_ampersand(shown):
    tabs = shown(make_tabs(1), 900, 400)
    assert tabs.bar.tabText(0) == "Network && VPN 0"


@pytest.mark.parametrize("width", [1200, 300])
def test_tabs_are_made_when_first_shown_and_keys_walk(shown, qtbot, width):
    tabs = shown(make_tabs(4), width, 400)
    seen = []
    tabs.current_changed.connect(seen.append)
    assert tabs.page("t2") is None
    tabs.activateWindow()
    qtbot.keyClick(tabs, Qt.Key.Key_PageUp, Qt.KeyboardModifier.ControlModifier)
    assert tabs.current_key() == "t3"
    qtbot.keyClick(tabs, Qt.Key.Key_PageDown, Qt.KeyboardModifier.ControlModifier)
    assert seen == ["t3", "t0"]
    if tabs.at_side:
        index = tabs.list.model().index(2, 0)
        qtbot.mouseClick(
            tabs.list.viewport(), Qt.MouseButton.LeftButton, pos=tabs.list.visualRect(index).center()
        )
    else:
        qtbot.mouseClick(tabs.bar, Qt.MouseButton.LeftButton, pos=tabs.bar.tabRect(2).center())
    assert tabs.current_key() == "t2"
    assert tabs.stack.currentWidget().isAncestorOf(tabs.page("t2"))


@pytest.mark.parametrize("width", [300, 640, 937, 1500])
@pytest.mark.parametrize("hosts", [samples.summaries(), samples.many_summaries()], ids=["few", "many"])
def test_tiles_fill_the_width_and_need_no_scroll_bar(shown, width, hosts):
    grid = shown(HostGrid(), width, 100)
    grid.set_hosts(hosts)
    settle()
    columns = grid._delegate.columns
    first, last = (grid.visualRect(grid.model().index(at, 0)) for at in (0, min(columns, len(hosts)) - 1))
    assert first.top() == last.top()
    tile = grid._delegate.tile(last, columns - 1)
    if len(hosts) >= columns:
        assert width - 12 <= tile.right() < width
    assert grid.verticalScrollBar().maximum() == 0


def test_host_tile_opens_its_host(shown, qtbot):
    grid = shown(HostGrid(), 900, 300)
    grid.set_hosts(samples.summaries())
    settle()
    with qtbot.waitSignal(grid.host_requested) as asked:
        place = grid.visualRect(grid.model().index(1, 0)).center()
        qtbot.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert asked.args == ["a253"]


def test_matrix_shows_values_whole_while_there_is_room(shown):
    view = shown(MatrixView(), 1400, 200)
    view.set_matrix(samples.matrix())
    settle()
    widths = [view.columnWidth(at) for at in range(5)]
    assert sum(widths) == 1400
    assert widths[1] >= view.fontMetrics().horizontalAdvance("https://172.16.38.1:5443/upload") + 16
    assert view.horizontalScrollBar().maximum() == 0


def test_banner_says_and_closes(shown, qtbot):
    banner = Banner()
    shown(banner, 600, 60)
    banner.show_message("error", "a251 refused the key.", "Its sshd allows: password.", button="Log in…")
    assert banner.accessibleName() == "a251 refused the key. Its sshd allows: password."
    with qtbot.waitSignal(banner.action):
        qtbot.mouseClick(banner._button, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(banner.closed):
        qtbot.mouseClick(banner._close, Qt.MouseButton.LeftButton)
    assert not banner.isVisible()


def test_rows_are_copied_as_they_are_seen(shown, qtbot):
    table = shown(PlainTable("calls", ("Caller", "Dialled"), (80, 80)), 300, 200)
    cells = (("6801", "0 30\n555"), ("6802", ""), ("6803", "112"))
    table.set_rows(tuple(TableRow(key=each[0], cells=each) for each in cells))
    clipboard = QGuiApplication.clipboard()
    clipboard.setText("before")
    table.setFocus()
    qtbot.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert clipboard.text() == "before", "nothing is selected"
    table.sortByColumn(0, Qt.SortOrder.DescendingOrder)
    qtbot.keyClick(table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert clipboard.text() == "6803\t112\n6802\t\n6801\t0 30 555"
    table.setColumnHidden(1, True)
    table.select(("6802",))
    qtbot.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert clipboard.text() == "6802"


def test_a_table_says_when_it_stands_in_another_order(shown, qtbot):
    table = shown(PlainTable("rules", ("#", "Name"), (40, 80)), 300, 200)
    table.set_rows(
        tuple(TableRow(key=name, cells=(str(at), name), sort=(at,)) for at, name in enumerate("cab", 1))
    )
    said = [table.sorted_by_hand]
    for column, way in ((0, "Ascending"), (0, "Descending"), (1, "Ascending")):
        table.sortByColumn(column, Qt.SortOrder[f"{way}Order"])
        said.append(table.sorted_by_hand)
    assert said == [False, False, True, True]


def test_the_menu_of_a_table_offers_its_buttons(shown, qtbot):
    table = shown(PlainTable("rules", ("Name",), (80,)), 300, 200)
    table.set_rows((TableRow(key="In", cells=("In",)),))
    edit, gone, up = QPushButton("&Edit…"), QPushButton("Remove"), QPushButton()
    up.setAccessibleName("Further up   Alt+Up")
    for button in (edit, gone, up):
        button.setParent(table.parentWidget() or table)
        button.show()
    gone.setEnabled(False)
    table.offer(edit, gone, up)
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(20, 10))
    place = table.viewport().rect().center()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, place, table.mapToGlobal(place))
    QGuiApplication.sendEvent(table.viewport(), event)
    menu = table.findChild(QMenu)
    assert menu.isVisible()
    entries = [action for action in menu.actions() if not action.isSeparator()]
    assert [(action.text(), action.isEnabled()) for action in entries] == [
        ("&Edit…", True), ("Remove", False), ("Further up\tAlt+Up", True), ("&Copy", True),
    ]  # fmt: skip
    with qtbot.waitSignal(edit.clicked):
        entries[0].trigger()
    entries[-1].trigger()
    assert QGuiApplication.clipboard().text() == "In"
    menu.close()


def test_tips_show_words_of_others_as_they_are(shown):
    """A picture in a tip is fetched from wherever it says: a caller's name could make this computer log in to another one's share."""
    evil = '<img src="//192.0.2.1/share/x.png"> & co'
    table = shown(PlainTable("calls", ("Caller",), (80,)), 200, 100)
    table.set_rows((TableRow(key="1", cells=(evil,)), TableRow(key="2", cells=("a & b",))))
    tips = [table.model().index(row, 0).data(Qt.ItemDataRole.ToolTipRole) for row in (0, 1)]
    label = shown(ElidedLabel(text=evil), 40, 20)
    for tip in (tips[0], label.toolTip()):
        document = QTextDocument()
        document.setHtml(tip)
        assert document.toPlainText() == evil
    assert tips[1] == "a & b"
