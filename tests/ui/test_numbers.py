"""The page Numbers, driven as a hand would drive it, and its pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFileDialog, QPushButton, QWidget

from azdesk.app import loaded_calls, numbering
from azdesk.core.errors import Unreachable
from azdesk.fleet import edit, secret_names, store
from azdesk.ui import arranging
from azdesk.ui.desk import Desk
from azdesk.ui.dialogs.secrets import keeper
from azdesk.ui.mapping import tree
from azdesk.ui.numbers.rule_dialog import RuleDialog
from azdesk.ui.numbers.sheets import SheetDialog
from azdesk.ui.numbers.ticks import TickList
from azdesk.ui.numbers.trunk_dialog import TrunkDialog
from azdesk.ui.presenters.numbers import NumbersPresenter
from azdesk.ui.theme import Mode
from azdesk.ui.workbench import Workbench
from azdesk.voice.planned import planned
from tests.ui import bench
from tests.ui.conftest import render, settle
from tests.ui.desks import state_of
from tests.ui.test_directory_editors import choose
from tests.ui.test_editors import mnemonics_twice, type_over
from tests.unit.voice.fleets import OFFICE

LONG = "after hours and on all public holidays of Baden-Wuerttemberg"
EMPTY = bench.DOCUMENT


def many(hosts: int = 200) -> str:
    """A fleet of many hosts in four clusters."""
    lines = [
        'version = 1\n[number_plan]\nscheme = "short"\nreach = "cluster"\nemergency = ["112", "110"]\nreserved = ["3999999"]'
    ]
    lines += [f'[clusters."c{number}.example.org"]' for number in range(4)]
    lines.append(
        '[trunks.provider]\naddress = "sip.example.com"\nuser = "1"\nauthentication = "registration"'
    )
    lines.append(
        '[trunks.gateway-of-the-old-exchange-in-the-cellar]\naddress = "192.0.2.7"\nhosts = ["h003", "h004"]'
    )
    lines.append('[rules.Out]\npattern = "0."\ntarget = "trunk"\nstrip = 1\ntrunks = ["provider"]')
    lines.append('[rules.Emergency]\npattern = "11[02]"\ntarget = "trunk"\ntrunks = ["provider"]')
    lines += [
        f'[hosts.h{at:03}]\naddress = "10.0.{at // 250}.{at % 250 + 1}"\ncluster = "c{at % 4}.example.org"\n'
        f'numbers = ["6{at % 10}XX"]\ncalls = {{ prefix = "{301 + at}" }}'
        for at in range(hosts)
    ]
    return "\n".join(lines)


def wrong() -> str:
    """A plan with faults of each weight."""
    return (
        OFFICE.replace('emergency = ["112"]', 'emergency = ["112", "110"]').replace(
            'user = "4930123"\n', 'user = "4930123"\nhosts = ["a251"]\ngateway_for = ["a253"]\n', 1
        )
        + f"""
[rules."{LONG}"]
pattern = "68XX"
target = "announcement"
sound = "custom/closed-because-of-a-public-holiday"
hosts = ["a251", "a253"]
record = true
note = "Asked for by the works council, see the minutes of 3 May."
[rules.Again]
pattern = "0."
target = "hang-up"
"""
    )


@pytest.fixture
def desks(tmp_path: Path, theme, monkeypatch) -> Iterator[Callable[[str], Desk]]:
    monkeypatch.setenv("AZDESK_DATA", str(tmp_path / "data"))
    made: list[Desk] = []

    def open_one(text: str = OFFICE) -> Desk:
        workbench = bench.open_bench(tmp_path, text, keyring=bench.MemoryKeyring())
        made.append(Desk(workbench, look_every=0))
        made[-1].window.resize(1280, 800)
        made[-1].show()
        settle()
        return made[-1]

    yield open_one
    for desk in made:
        desk.workbench.undo_stack.clear()
        desk.close()
        settle()
        desk.workbench.deleteLater()
    settle()


def checked(qtbot, desk: Desk) -> None:
    """Wait until the plan has been looked at."""
    qtbot.waitUntil(lambda: not desk.plan.busy and not desk.workbench.thinking)
    desk.refresh_now()
    settle()


def tab(desk: Desk, key: str):
    """Go to a tab of the page Numbers."""
    page = desk.window.show_page(tree.NUMBERS)
    page.tabs.set_current(key)
    settle()
    return page.tabs.page(key)


def at_rest(qtbot, widget) -> None:
    """Wait until a tab shows the document as it is."""
    qtbot.waitUntil(lambda: not getattr(widget, "busy", False))
    settle()


def dialog(desk: Desk, kind: type):
    settle()
    found = [one for one in desk.window.findChildren(kind) if one.isVisible()]
    assert len(found) == 1, f"{len(found)} dialogs"
    return found[0]


def click(qtbot, button: QPushButton) -> None:
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    settle()


# -- the plan -------------------------------------------------------------------------------------------------------------------


def test_a_plan_begins_with_a_scheme(desks, qtbot, theme, picture_folder):
    desk = desks(EMPTY)
    ui = tab(desk, "plan").ui
    assert not ui.between.isVisible()
    assert "Choose a scheme" in ui.scheme_words.lines()[0]
    choose(qtbot, ui.scheme, "short")
    assert desk.workbench.fleet.number_plan.scheme == "short"
    assert ui.between.isVisible()
    type_over(qtbot, ui.emergency, "112 1[")
    assert "[" in ui.emergency_row._problem.label.text()
    type_over(qtbot, ui.emergency, "112 110")
    assert desk.workbench.fleet.number_plan.emergency == ("112", "110")
    qtbot.mouseClick(ui.srtp, Qt.MouseButton.LeftButton, pos=ui.srtp.rect().center().transposed())
    choose(qtbot, ui.transport, "tls")
    assert desk.workbench.fleet.number_plan.between.transport == "tls"
    type_over(qtbot, ui.reserved, "39XX 7")
    assert ui.reserved_row._checked.label.text() == "39XX: Matches 100 numbers, such as 3900, 3901, 3999."
    assert not ui.new_passwords.isVisible()
    choose(qtbot, ui.authentication, "password")
    checked(qtbot, desk)
    tab(desk, "plan").ensureWidgetVisible(ui.codecs_row)
    shot(theme, picture_folder, desk.window, "numbers-plan-passwords")
    click(qtbot, ui.new_passwords)
    assert desk.workbench.fleet.number_plan.between.password_since
    while desk.workbench.undo_stack.canUndo():
        desk.workbench.undo_stack.undo()
    assert desk.workbench.fleet.number_plan.scheme == "as-is"
    assert not ui.between.isVisible()


# -- rules ----------------------------------------------------------------------------------------------------------------------


def test_a_rule_is_added_changed_renamed_and_removed(desks, qtbot):
    desk = desks()
    panel, workbench = tab(desk, "rules"), desk.workbench
    click(qtbot, panel.add)
    made = dialog(desk, RuleDialog)
    ui = made.ui
    type_over(qtbot, ui.name, "Night shift")
    type_over(qtbot, ui.pattern, "69[1-")
    assert "[ without its ]" in ui.pattern_row._problem.label.text()
    assert not ui.examples_row.isVisible()
    type_over(qtbot, ui.pattern, "69XX")
    assert "100 numbers, such as 6900, 6901, 6999" in ui.examples.lines()[0]
    choose(qtbot, ui.target, "number")
    ui.strip.setValue(2)
    type_over(qtbot, ui.prepend, "68")
    assert ui.examples.lines()[1] == "6900 → 6800, 6901 → 6801, 6999 → 6899"
    assert not ui.trunks_row.isVisible()
    assert ui.number_row.isVisible()
    click(qtbot, ui.ok)
    rule = workbench.fleet.rules["Night shift"]
    assert (rule.pattern, rule.target, rule.strip, rule.prepend) == ("69XX", "number", 2, "68")
    assert workbench.undo_stack.undoText() == "Add the rule Night shift"
    assert panel.table.selected() == ("Night shift",)
    qtbot.keyClick(panel.table, Qt.Key.Key_Return)
    made = dialog(desk, RuleDialog)
    type_over(qtbot, made.ui.name, "Late shift")
    choose(qtbot, made.ui.target, "ring-group")
    click(qtbot, made.ui.ok)
    assert made.isVisible(), "a ring group needs members"
    assert made.ui.members_row._problem.isVisible()
    type_over(qtbot, made.ui.members, "6853 6854")
    click(qtbot, made.ui.ok)
    rule = workbench.fleet.rules["Late shift"]
    assert "Night shift" not in workbench.fleet.rules
    assert (rule.members, rule.strip, rule.prepend) == (("6853", "6854"), 0, "")
    qtbot.keyClick(panel.table, Qt.Key.Key_Delete)
    assert "Late shift" not in workbench.fleet.rules
    for _ in range(3):
        workbench.undo_stack.undo()
    assert list(workbench.fleet.rules) == ["Out", "Emergency", "Reception", "In"]


def test_rules_are_moved_and_duplicated(desks, qtbot):
    desk = desks()
    panel, workbench = tab(desk, "rules"), desk.workbench
    panel.table.select(("Emergency",))
    panel.table.setFocus()
    qtbot.keyClick(panel.table, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert list(workbench.fleet.rules) == ["Emergency", "Out", "Reception", "In"]
    assert not panel.up.isEnabled()
    click(qtbot, panel.down)
    assert list(workbench.fleet.rules)[1] == "Emergency"
    panel.table.sortByColumn(1, Qt.SortOrder.DescendingOrder)
    assert [row.key for row in panel.table.shown()] == ["Reception", "Out", "In", "Emergency"]
    assert not panel.down.isEnabled()
    panel.table.select(("In",))
    click(qtbot, panel.duplicate)
    made = dialog(desk, RuleDialog)
    assert made.ui.callers.names() == ("provider",)
    type_over(qtbot, made.ui.name, "In at a253")
    click(qtbot, made.ui.ok)
    assert list(workbench.fleet.rules)[-1] == "In at a253"
    assert workbench.fleet.rules["In at a253"].callers == ("provider",)


def test_trunks_are_sorted_by_name_and_moved_only_as_they_stand(desks, qtbot):
    desk = desks()
    panel, workbench = tab(desk, "trunks"), desk.workbench
    before = list(workbench.fleet.trunks)
    assert before == ["provider", "backup"]
    panel.table.select(("backup",))
    assert panel.up.isEnabled()
    panel.table.sortByColumn(0, Qt.SortOrder.AscendingOrder)
    assert [row.key for row in panel.table.shown()] == ["backup", "provider"]
    assert not panel.up.isEnabled()
    panel.table.setFocus()
    qtbot.keyClick(panel.table, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert list(workbench.fleet.trunks) == before, "they are shown in another order"


def test_trunks_stand_in_the_tree_and_lead_to_their_place(desks, qtbot):
    desk = desks(wrong())
    checked(qtbot, desk)
    rows, window = desk.window.ui.tree, desk.window
    assert rows.visible_keys()[-2:] == ["trunk:provider", "trunk:backup"]
    assert state_of(desk, "trunk:backup") == "differs", "calls that come in by it lead nowhere"
    window.show_page(tree.OVERVIEW)
    rows.setFocus()
    assert rows.select("trunk:provider")
    qtbot.keyClick(rows, Qt.Key.Key_Down)
    assert window.current_page() == tree.NUMBERS
    page = window.page(tree.NUMBERS)
    panel = page.tabs.page("trunks")
    assert page.tabs.current_key() == "trunks"
    assert panel.table.selected() == ("backup",)
    assert rows.hasFocus()
    assert rows.current_key() == "trunk:backup"
    desk.refresh_now()
    assert rows.current_key() == "trunk:backup"
    panel.table.select(("provider",))
    assert rows.current_key() == "trunk:provider"
    qtbot.keyClicks(panel.filter, "backup")
    qtbot.waitUntil(lambda: [row.key for row in panel.table.rows] == ["backup"])
    window.show_page("trunk:provider")
    assert panel.table.selected() == ("provider",), "a filter does not hide what was asked for"
    page.tabs.set_current("map")
    assert rows.current_key() == tree.NUMBERS
    menu = arranging.menu_for(desk, "trunk:backup")
    menu.actions()[0].trigger()
    made = dialog(desk, TrunkDialog)
    assert made.ui.name.text() == "backup"
    made.reject()
    menu.deleteLater()
    settle()
    desk.workbench.edit(
        edit.remove_trunk(edit.remove_rules(desk.workbench.fleet, ["Out"]), "backup"), "Remove"
    )
    desk.refresh_now()
    assert "trunk:backup" not in rows.visible_keys()
    assert window.current_page() == tree.NUMBERS
    assert rows.current_key() == tree.NUMBERS


def test_tables_fit_a_small_window(desks, qtbot):
    desk = desks(many(8))
    desk.window.resize(1024, 640)
    for key, name in (("trunks", "provider"), ("map", "3016XXX")):
        panel = tab(desk, key)
        at_rest(qtbot, panel)
        table = panel.table
        assert table.horizontalScrollBar().maximum() == 0, key
        assert table.columnWidth(0) > table.fontMetrics().horizontalAdvance(name) + 16, key


def test_rules_are_filtered(desks, qtbot):
    desk = desks()
    panel = tab(desk, "rules")
    panel.table.setFocus()
    qtbot.keyClicks(panel.filter, "PROVIDER 0")
    qtbot.waitUntil(lambda: [row.key for row in panel.table.rows] == ["Out", "In"])
    panel.table.select(("Out",))
    assert not panel.down.isEnabled(), "others are between them that cannot be seen"
    qtbot.keyClick(panel.filter, Qt.Key.Key_Down)
    assert panel.table.hasFocus()
    qtbot.keyClicks(panel.filter, "x")
    qtbot.waitUntil(lambda: not panel.table.rows)
    assert panel.card.isVisible()
    assert not panel.place.isVisible(), "there are rules"
    qtbot.keyClick(panel.filter, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: len(panel.table.rows) == 4)


def test_what_a_rule_may_not_be_is_said_where_it_belongs(desks, qtbot):
    desk = desks()
    panel = tab(desk, "rules")
    panel.open("In")
    made = dialog(desk, RuleDialog)
    choose(qtbot, made.ui.target, "trunk")
    made.ui.trunks.setCurrentRow(0)
    qtbot.keyClick(made.ui.trunks, Qt.Key.Key_Space)
    assert made.ui.trunks.names() == ("provider",)
    assert "strangers" in made.ui.target_row._problem.label.text()
    type_over(qtbot, made.ui.name, "Out")
    click(qtbot, made.ui.ok)
    assert "is there already" in made.ui.name_row._problem.label.text()
    made.reject()
    settle()
    assert not desk.workbench.undo_stack.canUndo()


# -- trunks ---------------------------------------------------------------------------------------------------------------------


def test_a_trunk_is_added_renamed_and_kept_while_rules_need_it(desks, qtbot):
    desk = desks()
    panel, workbench = tab(desk, "trunks"), desk.workbench
    click(qtbot, panel.add)
    made = dialog(desk, TrunkDialog)
    ui = made.ui
    type_over(qtbot, ui.name, "gateway")
    click(qtbot, ui.ok)
    assert ui.address_row._problem.isVisible(), "it needs an address"
    type_over(qtbot, ui.address, "192.0.2.9")
    choose(qtbot, ui.authentication, "registration")
    assert ui.user_row.isVisible()
    click(qtbot, ui.ok)
    assert "needs a user" in ui.user_row._problem.label.text()
    type_over(qtbot, ui.user, "4930999")
    type_over(qtbot, ui.codecs, "g722 alaw")
    click(qtbot, ui.ok)
    trunk = workbench.fleet.trunks["gateway"]
    assert (trunk.user, trunk.codecs) == ("4930999", ("g722", "alaw"))
    panel.open("provider")
    made = dialog(desk, TrunkDialog)
    type_over(qtbot, made.ui.name, "telekom")
    click(qtbot, made.ui.ok)
    assert workbench.fleet.rules["Out"].trunks == ("telekom", "backup")
    assert workbench.fleet.rules["In"].callers == ("telekom",)
    panel.table.select(("telekom",))
    click(qtbot, panel.remove)
    assert "telekom" in workbench.fleet.trunks
    assert desk.window.banner.isVisible()


def ticked(qtbot, ticks: TickList, name: str) -> None:
    """Tick a name by the space bar, or take the tick away."""
    ticks.setFocus()
    (item,) = ticks.findItems(name, Qt.MatchFlag.MatchExactly)
    ticks.setCurrentItem(item)
    qtbot.keyClick(ticks, Qt.Key.Key_Space)


def test_hosts_without_a_trunk_go_out_through_one_that_has_it(desks, qtbot):
    desk = desks()
    panel, workbench = tab(desk, "trunks"), desk.workbench
    panel.open("provider")
    made = dialog(desk, TrunkDialog)
    ui = made.ui
    assert not ui.gateway_for_row.isVisible(), "all hosts have it"
    ticked(qtbot, ui.hosts, "a251")
    assert ui.gateway_for_row.isVisible()
    ticked(qtbot, ui.gateway_for, "a253")
    click(qtbot, ui.ok)
    trunk = workbench.fleet.trunks["provider"]
    assert (trunk.hosts, trunk.gateway_for) == (("a251",), ("a253",))
    assert "a251 · for a253 too" in panel.table.row("provider").cells
    graph = tab(desk, "graph")
    at_rest(qtbot, graph)
    assert "way out also for a253" in graph.view.words_of(("trunks", "provider"))
    panel = tab(desk, "trunks")
    panel.open("provider")
    made = dialog(desk, TrunkDialog)
    ticked(qtbot, made.ui.hosts, "a251")
    click(qtbot, made.ui.ok)
    trunk = workbench.fleet.trunks["provider"]
    assert (trunk.hosts, trunk.gateway_for) == ((), ()), (
        "it is everywhere again: there is nothing to go through"
    )


def password_of(desk: Desk, user: str, address: str) -> str | None:
    """What the keyring has; the whole chain would ask."""
    name, purpose = secret_names.trunk_at(user, address)
    secret = keeper(desk.workbench).keyring.get(name, purpose)
    return secret.reveal() if secret is not None else None


def test_a_trunks_password_goes_to_the_secrets_and_along_with_its_user(desks, qtbot):
    desk = desks()
    panel, workbench = tab(desk, "trunks"), desk.workbench
    panel.open("backup")
    made = dialog(desk, TrunkDialog)
    assert not made.ui.password_row.isVisible(), "it is known by its address"
    made.reject()
    settle()
    panel.open("provider")
    made = dialog(desk, TrunkDialog)
    ui = made.ui
    qtbot.waitUntil(lambda: "never entered" in ui.password_row._checked.label.text())
    ui.password.setText("two\tcells" + chr(10) + "x")
    ui.password.textEdited.emit(ui.password.text())
    click(qtbot, ui.ok)
    assert made.isVisible()
    assert ui.password_row._problem.isVisible(), "no file of Asterisk's can hold that"
    type_over(qtbot, ui.password, "s3cret-of-the-provider")
    click(qtbot, ui.ok)
    qtbot.waitUntil(lambda: not workbench.jobs)
    assert password_of(desk, "4930123", "sip.example.com") == "s3cret-of-the-provider"
    since = workbench.fleet.trunks["provider"].password_since
    assert since
    assert "s3cret" not in store.text_of(workbench.opened, workbench.fleet)
    panel.open("provider")
    made = dialog(desk, TrunkDialog)
    qtbot.waitUntil(lambda: "Entered" in made.ui.password_row._checked.label.text())
    assert made.ui.password.text() == ""
    type_over(qtbot, made.ui.user, "4930999")
    click(qtbot, made.ui.ok)
    qtbot.waitUntil(lambda: not workbench.jobs)
    assert workbench.fleet.trunks["provider"].password_since == since
    assert password_of(desk, "4930999", "sip.example.com") == "s3cret-of-the-provider"
    panel.table.select(("provider",))
    click(qtbot, panel.duplicate)
    made = dialog(desk, TrunkDialog)
    type_over(qtbot, made.ui.name, "second")
    type_over(qtbot, made.ui.user, "4930777")
    click(qtbot, made.ui.ok)
    assert workbench.fleet.trunks["second"].password_since == "", "another user has no password yet"
    assert password_of(desk, "4930777", "sip.example.com") is None


# -- sheets ---------------------------------------------------------------------------------------------------------------------


def take_sheet(desk: Desk, path: Path, monkeypatch) -> SheetDialog:
    """Import a sheet by the page's menu."""
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_a, **_k: (str(path), ""))
    presenter = desk.window.findChild(NumbersPresenter)
    presenter.import_sheet.trigger()
    deadline = 200
    while not (found := [one for one in desk.window.findChildren(SheetDialog) if one.isVisible()]):
        settle()
        deadline -= 1
        assert deadline, "no dialog"
    return found[0]


def test_the_plan_goes_into_a_sheet_and_comes_back(desks, qtbot, tmp_path, monkeypatch):
    desk = desks()
    tab(desk, "rules")
    path, workbench = tmp_path / "plan.csv", desk.workbench
    presenter = desk.window.findChild(NumbersPresenter)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_a, **_k: (str(path), ""))
    presenter.export_sheet.trigger()
    qtbot.waitUntil(lambda: not workbench.jobs and path.exists())
    before = workbench.fleet
    made = take_sheet(desk, path, monkeypatch)
    assert "already" in made.ui.verdict.label.text()
    assert not made.ui.ok.isVisible()
    made.reject()
    text = path.read_text(encoding="utf-8-sig")
    path.write_text(text.replace("block,a253,68XX", "block,a253,69XX") + "rule,Night,79,,,,,,hang-up,,,,,\n")
    made = take_sheet(desk, path, monkeypatch)
    cells = [row.cells for row in made.table.rows]
    assert ("host a253, numbers", "68XX", "69XX") in cells
    assert any(where == "new: rule Night" and then.startswith("79 →") for where, _, then in cells)
    assert workbench.fleet is before, "nothing yet"
    click(qtbot, made.ui.ok)
    assert workbench.fleet.hosts["a253"].numbers == ("69XX",)
    assert "Night" in workbench.fleet.rules
    workbench.undo_stack.undo()
    assert workbench.fleet == before


def test_what_is_wrong_with_a_sheet_is_told_by_row_and_column(
    desks, qtbot, theme, tmp_path, monkeypatch, picture_folder
):
    desk = desks()
    tab(desk, "rules")
    path = tmp_path / "plan.csv"
    path.write_text(
        "Kind,Name,Pattern,Target,To,Ring\n"
        "block,a999,68XX,,,\n"
        "rule,Out,0[.,trunk,provider,\n"
        "rule,In,12,hang-up,,soon\n"
        "thing,X,1,,,\n"
    )
    made = take_sheet(desk, path, monkeypatch)
    assert [row.cells[:2] for row in made.table.rows] == [
        ("2", "Name"),
        ("3", "Pattern"),
        ("4", "Ring"),
        ("5", "Kind"),
    ]
    assert not made.ui.ok.isVisible()
    shot(theme, picture_folder, made, "numbers-sheet-wrong")
    made.reject()
    # What only the document as a whole can tell has its row, too.
    path.write_text("Kind,Name,Pattern,Target,To\nrule,Out,0.,trunk,nobody\n")
    made = take_sheet(desk, path, monkeypatch)
    assert made.table.rows[0].cells[:2] == ("2", "To")
    made.reject()
    settle()


# -- findings -------------------------------------------------------------------------------------------------------------------


def test_findings_are_told_and_lead_to_their_place(desks, qtbot):
    desk = desks(wrong())
    checked(qtbot, desk)
    assert desk.plan.faults
    words = [item.sentence for item in desk._shown.wanting]
    assert any("number plan" in sentence for sentence in words)
    key = next(item.key for item in desk._shown.wanting if "number plan" in item.sentence)
    desk.deal_with(key)
    settle()
    panel = tab(desk, "findings")
    rows = panel.table.shown()
    assert rows[0].cells[0] == "error"
    again = next(row for row in rows if row.path == ("rules", "Again", "pattern"))
    panel.table.select((again.key,))
    panel.table.setFocus()
    qtbot.keyClick(panel.table, Qt.Key.Key_Return)
    made = dialog(desk, RuleDialog)
    assert made.ui.name.text() == "Again"
    assert made.ui.pattern.hasFocus()
    made.reject()
    settle()
    desk.workbench.edit(_without_again(desk.workbench), "Remove Again")
    checked(qtbot, desk)
    assert not any(row.path[:2] == ("rules", "Again") for row in panel.table.shown())


def test_a_finding_is_mended_by_a_click(desks, qtbot):
    desk = desks(wrong())
    checked(qtbot, desk)
    panel = tab(desk, "findings")
    again = next(row for row in panel.table.shown() if row.path == ("rules", "Again", "pattern"))
    panel.table.select((again.key,))
    assert panel.mend.text() == "Remove the rule Again"
    click(qtbot, panel.mend)
    assert "Again" not in desk.workbench.fleet.rules
    checked(qtbot, desk)
    way = next(row for row in panel.table.shown() if "110 leads to no trunk" in row.cells[2])
    panel.table.select((way.key,))
    click(qtbot, panel.mend)
    assert desk.workbench.fleet.rules["Emergency 110"].trunks == ("provider",)
    checked(qtbot, desk)
    assert not [row for row in panel.table.shown() if row.cells[0] == "error"]
    hint = next(row for row in panel.table.shown() if row.cells[0] == "hint")
    panel.table.select((hint.key,))
    assert not panel.mend.isVisible()
    desk.workbench.undo_stack.undo()
    desk.workbench.undo_stack.undo()
    assert "Again" in desk.workbench.fleet.rules


def test_peoples_numbers_are_checked_against_the_plan(desks, qtbot, theme, picture_folder, monkeypatch):
    answers = [
        numbering.Numbers(accounts={"7001": ("otto",), "6853": ("nana",)}, partial=True),
        Unreachable("a250 does not answer.", where="a250"),
    ]

    def of_people(_people, _job):
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(numbering, "of_people", of_people)
    desk = desks(
        OFFICE
        + '[directory]\nbase = "dc=test,dc=local"\n[hosts.a250]\naddress = "192.168.11.250"\nroles = ["directory"]\n'
    )
    checked(qtbot, desk)
    assert answers[1:], "not before somebody looks"
    panel = tab(desk, "findings")
    qtbot.waitUntil(lambda: desk.plan.people.numbers is not None)
    checked(qtbot, desk)
    assert any("otto (7001)" in row.cells[2] for row in panel.table.shown())
    assert "2 numbers of people" in panel.people.text()
    assert "kept some of them back" in panel.people.text()
    shot(theme, picture_folder, desk.window, "numbers-findings-people")
    click(qtbot, panel.ask_people)
    qtbot.waitUntil(lambda: not desk.plan.people.reading)
    settle()
    assert "could not be read: a250 does not answer." in panel.people.text()
    assert "2 numbers of people" in panel.people.text(), (
        "the older ones still count, and it is said of when they are"
    )
    desk.workbench.edit(
        edit.with_value(desk.workbench.fleet, "directory.base", "dc=other"), "Another directory"
    )
    checked(qtbot, desk)
    assert not any("otto" in row.cells[2] for row in panel.table.shown())


def _without_again(workbench: Workbench):
    from azdesk.fleet import edit

    return edit.remove_rules(workbench.fleet, ("Again",))


def test_a_finding_about_a_host_leads_to_its_page(desks, qtbot):
    desk = desks(OFFICE.replace('prefix = "302", ', ""))
    checked(qtbot, desk)
    panel = tab(desk, "findings")
    at = next(row for row in panel.table.shown() if row.path[0] == "hosts" and "prefix" in row.path)
    panel.opened.emit(at.path)
    settle()
    host = desk.window.page(tree.host_key(at.path[1]))
    assert host.tabs.current_key() == "calls"
    assert host.tabs.page("calls").ui.prefix.hasFocus()


# -- the map --------------------------------------------------------------------------------------------------------------------


def test_the_map_and_its_table_say_the_same(desks, qtbot):
    desk = desks(wrong())
    panel = tab(desk, "map")
    at_rest(qtbot, panel)
    view = panel.view
    assert [row.key for row in panel.table.rows] == [area.key for area in view._map.areas]
    own = next(area for area in view._map.areas if area.pattern == "30168XX")
    view.setFocus()
    qtbot.keyClicks(view, "301")
    assert view.prefix == "301"
    assert panel.place.text().endswith("301")
    panel.table.select((own.key,))
    assert view.current == own.key
    for _ in range(3):
        qtbot.keyClick(view, Qt.Key.Key_Backspace)
    assert view.prefix == ""
    choose(qtbot, panel.seen_from, "a251")
    at_rest(qtbot, panel)
    block = next(area for area in view._map.areas if area.pattern == "68XX" and area.kind == "block")
    assert block.shared, "the rule for holidays has the same numbers"
    assert panel.table.row(block.key).state is not None
    view._choose(block.key)
    assert panel.table.selected() == (block.key,)
    qtbot.keyClick(view, Qt.Key.Key_Return)
    settle()
    host = desk.window.page(tree.host_key("a251"))
    assert host.tabs.page("calls").ui.numbers.hasFocus()


def test_two_hundred_hosts_on_the_map_are_few_bars(desks, qtbot):
    desk = desks(many())
    panel = tab(desk, "map")
    at_rest(qtbot, panel)
    view = panel.view
    lane = next(at for at, lane in enumerate(view._map.lanes) if lane.length == 7 and not lane.open)
    assert sum(len(row) for row in view._map.lanes[lane].rows) == 201
    bars = [bar for row in range(len(view._map.lanes[lane].rows)) for bar in view._bars(lane, row)]
    assert len(bars) < 60
    assert sum(len(bar.areas) for bar in bars) == 201
    view.set_prefix("301")
    seen = [bar for row in range(len(view._map.lanes[lane].rows)) for bar in view._bars(lane, row)]
    assert [bar.areas[0].owner for bar in seen] == ["h000"]


# -- hosts and trunks -----------------------------------------------------------------------------------------------------------


def test_the_graph_leads_to_hosts_and_trunks(desks, qtbot):
    desk = desks()
    checked(qtbot, desk)
    panel = tab(desk, "graph")
    at_rest(qtbot, panel)
    view = panel.view
    assert view.paths() == [
        ("hosts", "a251"),
        ("hosts", "a253"),
        ("trunks", "provider"),
        ("trunks", "backup"),
    ]
    assert "0. · Out" in view.words_of(("trunks", "backup"))
    view.setFocus()
    for _ in range(3):
        qtbot.keyClick(view, Qt.Key.Key_Down)
    assert view.current == ("trunks", "provider")
    qtbot.keyClick(view, Qt.Key.Key_Return)
    made = dialog(desk, TrunkDialog)
    assert made.ui.name.text() == "provider"
    made.reject()
    settle()


# -- a call ---------------------------------------------------------------------------------------------------------------------


def test_a_call_is_followed_and_told(desks, qtbot):
    desk = desks()
    panel = tab(desk, "call")
    assert panel.empty.isVisible()
    choose(qtbot, panel.host, "a251")
    type_over(qtbot, panel.caller, "6853")
    type_over(qtbot, panel.number, "3026801")
    at_rest(qtbot, panel)
    assert panel.hops[0].host == "a251"
    assert panel.hops[-1].host == "a253"
    assert "answers" in panel.result.label.text()
    assert panel.detail.text() == "Recorded on a253."
    choose(qtbot, panel.phones, "away")
    at_rest(qtbot, panel)
    assert "no phone" in panel.result.label.text().lower()
    choose(qtbot, panel.phones, "answers")
    type_over(qtbot, panel.number, "0441234")
    at_rest(qtbot, panel)
    assert "provider as 441234" in panel.result.label.text()
    choose(qtbot, panel.down, "provider")
    at_rest(qtbot, panel)
    assert "backup as 441234" in panel.result.label.text()
    choose(qtbot, panel.down, "*")
    at_rest(qtbot, panel)
    assert "fails" in panel.result.label.text()
    rule = next(at for at, hop in enumerate(panel.hops) if hop.path == ("rules", "Out"))
    panel.list.activated.emit(panel.list.model().index(rule, 0))
    made = dialog(desk, RuleDialog)
    assert made.ui.name.text() == "Out"
    made.reject()
    settle()


def test_a_call_from_outside_ends_at_its_account(desks, qtbot):
    desk = desks()
    panel = tab(desk, "call")
    choose(qtbot, panel.begins, "provider")
    choose(qtbot, panel.host, "a251")
    type_over(qtbot, panel.number, "0441234")
    at_rest(qtbot, panel)
    assert "no way" in panel.result.label.text(), "strangers do not get out again"
    type_over(qtbot, panel.number, "+493012366853")
    at_rest(qtbot, panel)
    assert "no way" in panel.result.label.text()
    type_over(qtbot, panel.number, "+493012368" + "53")
    at_rest(qtbot, panel)
    assert "6853 at a251 answers" in panel.result.label.text()
    assert panel.detail.text() == "Recorded on a251. Woken first: 6853."


def test_a_call_by_what_the_hosts_have_loaded_shows_where_it_differs(
    desks, qtbot, theme, picture_folder, monkeypatch
):
    desk = desks()
    fleet = desk.workbench.fleet
    other = edit.with_value(fleet, ("hosts", "a253", "calls", "record"), value=False)
    there = planned(other, phones=lambda _host, account: "answers" if account == "6801" else "away")
    silent = {"a254": "It does not answer."}
    monkeypatch.setattr(
        loaded_calls, "loaded", lambda _session, *, job: loaded_calls.Loaded(world=there, silent=silent)
    )
    panel = tab(desk, "call")
    choose(qtbot, panel.host, "a251")
    type_over(qtbot, panel.caller, "6853")
    type_over(qtbot, panel.number, "3026801")
    choose(qtbot, panel.source, "loaded")
    at_rest(qtbot, panel)
    assert "a254 could not be asked: It does not answer." in panel.asked.text()
    assert "answers" in panel.result.label.text()
    assert panel.detail.text() == "Not recorded."
    assert "another way" in panel.compared.label.text()
    differing = [hop for hop in panel.hops if hop.differs]
    assert [hop.host for hop in differing] == ["a253"]
    assert "records the call" in differing[0].differs
    shot(theme, picture_folder, desk.window, "numbers-call-loaded")
    type_over(qtbot, panel.number, "6802")
    at_rest(qtbot, panel)
    assert panel.phones.currentData() == ""
    assert "no phone" in panel.result.label.text().lower() or "voicemail" in panel.result.label.text()
    assert panel.compared.label.text() == "The document plans the same way."
    monkeypatch.setattr(
        loaded_calls, "loaded", lambda _session, *, job: loaded_calls.Loaded(world=planned(fleet))
    )
    type_over(qtbot, panel.number, "3026801")
    click(qtbot, panel.again)
    at_rest(qtbot, panel)
    assert panel.detail.text() == "Recorded on a253."
    assert not any(hop.differs for hop in panel.hops)
    choose(qtbot, panel.source, "planned")
    at_rest(qtbot, panel)
    assert not panel.compared.isVisible()


# -- pictures -------------------------------------------------------------------------------------------------------------------

TABS = ("plan", "rules", "trunks", "map", "graph", "call", "findings")
_WAYS = ((Mode.LIGHT, QSize(1280, 800)), (Mode.DARK, QSize(1024, 700)))


def shot(theme, folder: Path, widget: QWidget, name: str) -> None:
    """Pictures of both palettes."""
    for mode, _ in _WAYS:
        theme.set_mode(mode)
        settle()
        save(theme, folder, widget, name)
    theme.set_mode(Mode.LIGHT)


def save(theme, folder: Path, widget: QWidget, name: str) -> None:
    assert render(widget, 1).save(str(folder / f"{name}-{theme.mode}-{widget.width()}.png"))


@pytest.mark.parametrize("which", ["wrong", "many", "empty"])
def test_pictures(desks, qtbot, theme, picture_folder, which):
    """Both palettes, one of them small: all combinations would cost minutes, and so would a change of palette for each picture."""
    desk = desks({"wrong": wrong(), "many": many(), "empty": EMPTY}[which])
    checked(qtbot, desk)
    for mode, size in _WAYS:
        theme.set_mode(mode)
        desk.window.resize(size)
        for key in TABS:
            widget = tab(desk, key)
            if key == "call" and which != "empty":
                choose(qtbot, widget.host, widget.host.itemData(0))
                type_over(qtbot, widget.caller, "6853")
                type_over(qtbot, widget.number, {"wrong": "3026801", "many": "305689"}[which])
            at_rest(qtbot, widget)
            assert not mnemonics_twice(widget), key
            settle()
            save(theme, picture_folder, desk.window, f"numbers-{which}-{key}")
    theme.set_mode(Mode.LIGHT)


def test_pictures_of_dialogs(desks, qtbot, theme, picture_folder):
    desk = desks(wrong())
    checked(qtbot, desk)
    rules, trunks = tab(desk, "rules"), tab(desk, "trunks")
    for panel, kind, name in (
        (rules, RuleDialog, LONG),
        (rules, RuleDialog, "Out"),
        (trunks, TrunkDialog, "provider"),
    ):
        panel.open(name)
        made = dialog(desk, kind)
        assert not mnemonics_twice(made), name
        qtbot.waitUntil(lambda: not desk.workbench.jobs)
        settle()
        shot(theme, picture_folder, made, f"numbers-dialog-{name[:8]}")
        made.reject()
        settle()
