"""The editors, driven as a hand would drive them, and their pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QAbstractButton, QLabel, QVBoxLayout, QWidget

from azdesk.core.errors import Unreachable
from azdesk.features.chatlog import ChatLogState
from azdesk.features.firewall import FirewallState
from azdesk.features.names import NamesState
from azdesk.fleet import edit
from azdesk.ui.editors import EDITORS
from azdesk.ui.editors.base import Editor
from azdesk.ui.editors.domain import DomainEditor
from azdesk.ui.editors.shared_files import size_of, size_text
from azdesk.ui.workbench import Workbench
from tests.ui import bench
from tests.ui.conftest import settle

TAB_SIZES = (QSize(984, 640), QSize(728, 540))
"""Room for a tab in a window of 1280x800 and of 1024x700."""


@pytest.fixture
def workbench(tmp_path: Path, qapp) -> Iterator[Workbench]:
    made = bench.open_bench(tmp_path)
    yield made
    made.close()
    made.undo_stack.clear()
    made.deleteLater()
    settle()


class Page(QWidget):
    """What stands around an editor in the window."""

    def __init__(self, editor: QWidget) -> None:
        super().__init__()
        self.setProperty("surface", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.addWidget(editor)


@pytest.fixture
def opened(workbench: Workbench, keep) -> Callable[..., Editor]:
    def open_editor(key: str, host: str = "a253") -> Editor:
        kind = (
            DomainEditor if key == "domain" else next(entry for entry in EDITORS if entry.key == key).load()
        )
        editor = kind(workbench, host)
        page = keep(Page(editor))
        page.resize(TAB_SIZES[0])
        page.show()
        settle()
        return editor

    return open_editor


def type_over(qtbot, field: QWidget, text: str) -> None:
    field.setFocus()
    qtbot.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(field, text) if text else qtbot.keyClick(field, Qt.Key.Key_Delete)


def thought(qtbot, workbench: Workbench) -> None:
    qtbot.waitUntil(lambda: not workbench.thinking)
    settle()


def differing(workbench: Workbench) -> None:
    """a253 was changed by hand and is called something else; a251 is right."""
    bench.see(
        workbench,
        bench.look("a251"),
        bench.look(
            "a253",
            upload=bench.by_hand(
                url="http://192.168.11.253:5280/upload", max_size=10_485_760, own_listener=False
            ),
            chatlog=ChatLogState(foreign="/home/chat"),
            cluster=bench.node("b253", "b253", cookie="4f1c77aa", port=4370),
            names=NamesState(records=bench.RECORDS[:1], shadowed=()),
            services=bench.units(ejabberd="failed"),
        ),
    )


def mnemonics_twice(widget: QWidget) -> list[str]:
    """Mnemonics that lead to more than one thing that can be seen."""
    found: dict[str, int] = {}
    for child in widget.findChildren(QWidget):
        if child.isVisibleTo(widget) and (
            isinstance(child, QAbstractButton) or (isinstance(child, QLabel) and child.buddy())
        ):
            key = QKeySequence.mnemonic(child.text()).toString()
            if key:
                found[key] = found.get(key, 0) + 1
    return [key for key, count in found.items() if count > 1]


# -- one anatomy for all ------------------------------------------------------------------------------------------------------


def test_every_editor_names_its_controls_and_shows_in_both_palettes(workbench, opened, snapshot, qtbot):
    differing(workbench)
    thought(qtbot, workbench)
    for key in [*(entry.key for entry in EDITORS), "domain"]:
        editor = opened(key, "test.local" if key == "domain" else "a253")
        for kind in (
            "QLineEdit",
            "QComboBox",
            "QSpinBox",
            "QCheckBox",
            "QPushButton",
            "QPlainTextEdit",
            "QListWidget",
        ):
            for widget in editor.findChildren(QWidget):
                if (
                    widget.metaObject().className() == kind
                    and widget.objectName()
                    and not widget.objectName().startswith("qt_")
                ):
                    named = widget.accessibleName() or getattr(widget, "text", lambda: "")()
                    assert named, f"{key}: {widget.objectName()} has no name"
        assert mnemonics_twice(editor) == [], key
        snapshot(editor.parentWidget(), f"editor-{key}", page=True, sizes=TAB_SIZES)
        assert editor.horizontalScrollBar().maximum() == 0, key


def test_hosts_never_looked_at_unreachable_and_without_cluster(workbench, opened, snapshot, qtbot):
    for key in ("xmpp", "files", "services"):
        snapshot(
            opened(key, bench.LONG).parentWidget(), f"editor-{key}-empty", page=True, sizes=TAB_SIZES[1:]
        )
    error = Unreachable(
        "No answer on port 22.", where="a254", next_step="Look at its cable, or at the jump host."
    )
    bench.see(workbench, bench.failed("a254", error))
    for key in ("general", "services"):
        editor = opened(key, "a254")
        assert editor.ui.banner.isVisible()
        snapshot(editor.parentWidget(), f"editor-{key}-unreachable", page=True, sizes=TAB_SIZES[1:])


# -- general ------------------------------------------------------------------------------------------------------------------


def test_typing_is_one_undoable_step_and_problems_stand_below_the_field(workbench, opened, qtbot):
    ui = opened("general").ui
    type_over(qtbot, ui.address, "192.168.11.25")
    assert workbench.fleet.hosts["a253"].address == "192.168.11.25"
    type_over(qtbot, ui.address, "192.168.11.999")
    assert workbench.fleet.hosts["a253"].address != "192.168.11.999"
    assert ui.address.text() == "192.168.11.999"
    assert "not an IP address" in ui.address.accessibleDescription()
    assert ui.address.property("problem") is True
    qtbot.keyClick(ui.address, Qt.Key.Key_Backspace)
    settle()
    assert workbench.fleet.hosts["a253"].address == "192.168.11.99"
    assert not ui.address.property("problem")
    workbench.undo_stack.undo()
    assert ui.address.text() == "192.168.11.253"
    assert workbench.undo_stack.count() == 1


def test_jump_hosts_roles_and_cluster(workbench, opened, qtbot):
    ui = opened("general", "a254").ui
    assert ui.jump.text() == "a251, admin@gate.example.org:2222"
    type_over(qtbot, ui.jump, "a251, a254")
    assert "cannot be reached through itself" in ui.jump.accessibleDescription()
    type_over(qtbot, ui.jump, "a253")
    assert workbench.fleet.hosts["a254"].jump == ("a253",)
    ui.role_application.setFocus()
    qtbot.keyClick(ui.role_application, Qt.Key.Key_Space)
    assert "at least one role" in ui.role_application.accessibleDescription()
    qtbot.keyClick(ui.role_storage, Qt.Key.Key_Space)
    assert workbench.fleet.hosts["a254"].roles == ("storage",)
    assert ui.group_row.isVisible()
    ui.cluster.setFocus()
    qtbot.keyClick(ui.cluster, Qt.Key.Key_Down)
    assert (
        "role “application”" in ui.cluster.accessibleDescription()
        or workbench.fleet.hosts["a254"].cluster == ""
    )
    qtbot.keyClick(ui.role_application, Qt.Key.Key_Space)
    qtbot.keyClick(ui.cluster, Qt.Key.Key_Up)
    qtbot.keyClick(ui.cluster, Qt.Key.Key_Down)
    assert workbench.fleet.hosts["a254"].cluster == "test.local"
    assert not ui.group_row.isVisible()


def test_a_new_cluster_is_asked_for_and_checked(workbench, opened, qtbot):
    from azdesk.ui.dialogs.prompts import TextPrompt

    editor = opened("general", "a254")
    qtbot.mouseClick(editor.ui.new_cluster, Qt.MouseButton.LeftButton)
    prompt = editor.window().findChild(TextPrompt)
    qtbot.keyClicks(prompt.ui.text, "test.local")
    assert not prompt.ui.ok.isEnabled()
    assert "there already" in prompt.ui.problem.label.text()
    type_over(qtbot, prompt.ui.text, "chat.example.org")
    qtbot.keyClick(prompt.ui.text, Qt.Key.Key_Return)
    settle()
    assert workbench.fleet.hosts["a254"].cluster == "chat.example.org"
    assert editor.ui.cluster.currentData() == "chat.example.org"


# -- XMPP & cluster -----------------------------------------------------------------------------------------------------------


def test_what_the_host_has_stands_beside_and_is_adopted(workbench, opened, qtbot):
    differing(workbench)
    thought(qtbot, workbench)
    editor = opened("xmpp")
    ui = editor.ui
    assert "On a253 now: ejabberd@b253" in ui.node_row._host.label.text()
    assert "2 accounts, 11 roster entries" in ui.node_row._note.text()
    assert ui.words.lines()[1] == "a253 says: running db nodes = [ejabberd@b253]"
    assert len(ui.cookie.lines()) == 2
    assert ui.records.lines()[1].endswith("no record yet")
    qtbot.mouseClick(ui.node_row._adopt, Qt.MouseButton.LeftButton)
    assert workbench.fleet.node("a253") == "b253"
    assert ui.node_name.text() == "b253"
    qtbot.mouseClick(ui.port_row._adopt, Qt.MouseButton.LeftButton)
    assert workbench.fleet.clusters["test.local"].distribution_port == 4370
    workbench.undo_stack.undo()
    workbench.undo_stack.undo()
    assert ui.node_name.text() == ""
    assert ui.port.value() == 5210


def test_a_joined_pair_says_so_itself(workbench, opened, qtbot):
    bench.see(workbench, bench.look("a251"), bench.look("a253"))
    thought(qtbot, workbench)
    ui = opened("xmpp").ui
    assert ui.words.lines() == (
        "a251 says: running db nodes = [ejabberd@a251,ejabberd@a253]",
        "a253 says: running db nodes = [ejabberd@a251,ejabberd@a253]",
    )
    assert ui.cluster_differs.isHidden()
    assert ui.names_differs.isHidden()
    assert ui.node_row._host_line.isHidden()


# -- files & logs -------------------------------------------------------------------------------------------------------------


def test_shared_values_are_entered_once(workbench, opened, qtbot):
    first, second, cluster = opened("files", "a251"), opened("files", "a253"), opened("domain", "test.local")
    type_over(qtbot, first.files.ui.url, "https://files.example.org/up")
    for editor in (second.files, cluster.ui.files):
        assert editor.ui.url.text() == "https://files.example.org/up"
        assert editor.ui.uploads_note.text() == "shared by test.local"
    type_over(qtbot, first.files.ui.size, "2 GiB")
    assert workbench.fleet.clusters["test.local"].upload.max_size == 2 * 2**30
    assert second.files.ui.size.text() == "2 GiB"
    type_over(qtbot, first.files.ui.size, "many")
    assert "100 MiB" in first.files.ui.size.accessibleDescription()
    type_over(qtbot, first.files.ui.size, "20 GiB")
    assert first.files.ui.size.accessibleDescription()
    qtbot.keyClick(second.files.ui.enabled, Qt.Key.Key_Space)
    assert workbench.fleet.clusters["test.local"].chat_log.enabled
    assert first.files.ui.chat_folder.isEnabled()
    type_over(qtbot, first.files.ui.chat_folder, "/home/flv/chat")
    assert "each is archived by itself" in first.files.ui.chat_folder.accessibleDescription()


def test_a_change_by_hand_is_shown_and_adopted_field_by_field(workbench, opened, qtbot):
    differing(workbench)
    thought(qtbot, workbench)
    editor = opened("files")
    ui = editor.files.ui
    assert ui.url_row._host.label.text() == "On a253 now: http://192.168.11.253:5280/upload"
    assert ui.size_row._host.label.text() == "On a253 now: 10 MiB"
    assert ui.enabled_row._host.label.text() == "On a253 now: /home/chat"
    qtbot.mouseClick(ui.url_row._adopt, Qt.MouseButton.LeftButton)
    assert workbench.fleet.clusters["test.local"].upload.url == "http://192.168.11.253:5280/upload"
    assert ui.url_row._host_line.isHidden()
    qtbot.mouseClick(ui.enabled_row._adopt, Qt.MouseButton.LeftButton)
    assert ui.enabled.isChecked()


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("100 MiB", 100 * 2**20),
        ("2G", 2 * 2**30),
        ("1.5 GiB", 3 * 2**29),
        ("1500000", 1_500_000),
        ("x", None),
        ("5 TB", None),
    ],
)
def test_sizes(text, size):
    assert size_of(text) == size
    if size is not None:
        assert size_of(size_text(size)) == size


# -- services -----------------------------------------------------------------------------------------------------------------


def test_stopping_is_confirmed_and_told_when_it_fails(workbench, opened, qtbot):
    from azdesk.ui.dialogs.prompts import ConfirmDialog

    bench.see(workbench, bench.look("a253"))
    editor = opened("services")
    row = editor.rows["ejabberd.service"]
    assert row.stop.isVisible() and not row.start.isVisible()
    qtbot.mouseClick(row.stop, Qt.MouseButton.LeftButton)
    dialog = editor.window().findChild(ConfirmDialog)
    assert dialog.focusWidget() is dialog.ui.cancel
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    settle()
    assert workbench.jobs == ()
    qtbot.mouseClick(row.stop, Qt.MouseButton.LeftButton)
    dialog = editor.window().findChildren(ConfirmDialog)[-1]
    qtbot.mouseClick(dialog.ui.ok, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not workbench.jobs, timeout=10_000)
    settle()
    assert "Nothing answers" in editor.ui.banner._what.text()


# -- a cluster's page ---------------------------------------------------------------------------------------------------------


def test_members_are_ordered_added_and_the_domain_renamed(workbench, opened, qtbot):
    editor = opened("domain", "test.local")
    ui = editor.ui
    ui.member_list.setCurrentRow(1)
    qtbot.keyClick(ui.member_list, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert workbench.fleet.nodes("test.local") == ("a253", "a251")
    assert editor.chosen() == "a253"
    assert ui.member_list.item(0).text().endswith("the others join it")
    assert not ui.up.isEnabled()
    ui.add.menu().aboutToShow.emit()
    assert [action.text() for action in ui.add.menu().actions()] == ["a254", bench.LONG]
    ui.add.menu().actions()[0].trigger()
    assert workbench.fleet.nodes("test.local") == ("a253", "a251", "a254")
    renamed = []
    editor.renamed.connect(lambda old, new: renamed.append((old, new)))
    type_over(qtbot, ui.domain, "not a domain")
    assert "domain name" in ui.domain.accessibleDescription()
    type_over(qtbot, ui.domain, "Chat.example.org")
    qtbot.keyClick(ui.domain, Qt.Key.Key_Return)
    assert renamed == [("test.local", "chat.example.org")]
    assert workbench.fleet.hosts["a254"].cluster == "chat.example.org"


def test_a_removed_host_does_not_disturb(workbench, opened):
    editors = [opened(entry.key, "a253") for entry in EDITORS]
    workbench.edit(edit.remove_host(workbench.fleet, "a253"), "Remove a253")
    settle()
    assert not any(editor.there for editor in editors)
    workbench.undo_stack.undo()
    assert all(editor.there for editor in editors)


# -- firewall ------------------------------------------------------------------------------------------------------------------


def test_a_firewall_and_what_it_opens(workbench, opened, qtbot, snapshot):
    seen = FirewallState(client="192.168.11.9", port=22, others=("ufw",))
    bench.see(workbench, bench.look("a253", firewall=seen))
    thought(qtbot, workbench)
    editor = opened("firewall")
    ui = editor.ui
    assert not ui.ssh.isVisible()
    assert ui.preview_title.text() == "What would be open with a firewall"
    assert "SSH: everybody (22/tcp)" in ui.opened.lines()
    qtbot.mouseClick(ui.enabled, Qt.MouseButton.LeftButton, pos=QPoint(8, ui.enabled.height() // 2))
    assert workbench.fleet.hosts["a253"].firewall.enabled
    assert ui.preview_title.text() == "What is open to whom"
    assert not ui.directory.isVisible()
    type_over(qtbot, ui.ssh, "10.1.0.0/16, fleet")
    assert workbench.fleet.hosts["a253"].firewall.ssh == ("10.1.0.0/16", "fleet")
    assert ui.opened.lines()[0] == "SSH, from where AZDesk is now: 192.168.11.9 (22/tcp)"
    assert ui.opened.lines()[1].startswith("SSH: 10.1.0.0/16, a250, a251, a254, ")
    assert "Nodes of the cluster (Erlang): a251 (4369/tcp, 5210/tcp)" in ui.opened.lines()
    type_over(qtbot, ui.phones, "10.1.0.1/16")
    assert "the network is 10.1.0.0/16" in ui.phones.accessibleDescription()
    type_over(qtbot, ui.phones, "172.16.38.0/24")
    assert "Phones (SIP): 172.16.38.0/24 (5060/udp, 5060-5061/tcp)" in ui.opened.lines()
    type_over(qtbot, ui.ports, "8080")
    assert "port with its protocol" in ui.ports.accessibleDescription()
    type_over(qtbot, ui.ports, "8080/tcp 53/UDP")
    assert workbench.fleet.hosts["a253"].firewall.ports == ("8080/tcp", "53/udp")
    assert "Further ports: everybody (8080/tcp, 53/udp)" in ui.opened.lines()
    assert ui.cautions.lines()[0].startswith("Another firewall is there, too (ufw)")
    thought(qtbot, workbench)
    assert ui.differ.list.lines() == ("There is no firewall of AZDesk's",)
    snapshot(editor.parentWidget(), "editor-firewall-on", page=True, sizes=(QSize(984, 900), TAB_SIZES[1]))
    editor.focus(("firewall", "vpn"))
    assert ui.vpn.hasFocus()
