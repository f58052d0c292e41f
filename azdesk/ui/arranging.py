"""Putting the fleet in order in its tree: rename, move, remove, and what a row's menu offers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QPoint
from PySide6.QtWidgets import QMenu, QMessageBox

from azdesk.fleet import edit
from azdesk.fleet.model import Fleet
from azdesk.ui import icons
from azdesk.ui.attending import join
from azdesk.ui.mapping import tree
from azdesk.ui.mapping.words import counted, filled

if TYPE_CHECKING:
    from azdesk.ui.desk import Desk


def rename(desk: Desk, key: str, name: str) -> None:
    """Give a host or a cluster another name, and stay at its page."""
    tr = QCoreApplication.translate
    host, domain = tree.host_of(key), tree.cluster_of(key)
    was_shown = desk.window.current_page() == key
    fleet = desk.workbench.fleet
    if host:
        words = filled(tr("Arrange", "Rename %1 to %2"), host, name)
        made = desk.workbench.try_edit(lambda: edit.rename_host(fleet, host, name, keep_node=True), words)
        new = tree.host_key(name.lower())
    elif domain:
        words = filled(tr("Arrange", "Rename %1 to %2"), domain, name)
        made = desk.workbench.try_edit(lambda: edit.rename_cluster(fleet, domain, name), words)
        new = tree.cluster_key(name.lower())
    else:
        return
    if made:
        desk.refresh_now()
        if was_shown:
            desk.window.show_page(new)


def moved(fleet: Fleet, names: Sequence[str], parent: str, row: int) -> Fleet:
    """The fleet with hosts put into a cluster or below a heading, at a row there (-1: at the end)."""
    domain, group = tree.cluster_of(parent), tree.group_of(parent)
    for name in names:
        values: dict[str | tuple[str, ...], object] = {("hosts", name, "cluster"): domain}
        if group is not None:
            values["hosts", name, "group"] = group
        fleet = edit.with_values(fleet, values)
    there = [
        name
        for name, host in fleet.hosts.items()
        if host.cluster == domain and (bool(domain) or host.group == (group or ""))
    ]
    before = len([name for name in there[: row if row >= 0 else len(there)] if name not in names])
    stay = [name for name in there if name not in names]
    order = [*stay[:before], *names, *stay[before:]]
    rest = iter(order)
    # Only the places that these rows have in the document change hands; all others stay where they are.
    return edit.reorder_hosts(fleet, [next(rest) if name in order else name for name in fleet.hosts])


def move(desk: Desk, keys: tuple[str, ...], parent: str, row: int) -> None:
    """Drop rows of the tree on another place."""
    tr = QCoreApplication.translate
    fleet = desk.workbench.fleet
    names = [tree.host_of(key) for key in keys if tree.host_of(key)]
    if not names or (not tree.cluster_of(parent) and tree.group_of(parent) is None):
        return
    words = counted(len(names), filled(tr("Arrange", "Move %1"), names[0]), tr("Arrange", "Move %1 hosts"))
    desk.workbench.try_edit(lambda: moved(fleet, names, parent, row), words)


def remove_host(desk: Desk, host: str) -> None:
    """Take a host out of the document, after asking; nothing happens on the host itself."""
    tr = QCoreApplication.translate
    if _sure(
        desk,
        filled(tr("Arrange", "Remove %1 from the document?"), host),
        tr(
            "Arrange",
            "Nothing happens on the host itself: what AZDesk set up there stays. Undo brings it back here.",
        ),
        tr("Arrange", "&Remove"),
    ):
        fleet = desk.workbench.fleet
        words = filled(tr("Arrange", "Remove %1"), host)
        desk.workbench.try_edit(lambda: edit.remove_host(fleet, host), words)


def remove_cluster(desk: Desk, domain: str) -> None:
    """Take a cluster out of the document, after asking; its hosts stay, outside any cluster."""
    tr = QCoreApplication.translate
    if _sure(
        desk,
        filled(tr("Arrange", "Remove the cluster %1 from the document?"), domain),
        tr(
            "Arrange",
            "Its hosts stay in the document, outside any cluster: the next review takes them apart.",
        ),
        tr("Arrange", "&Remove"),
    ):
        fleet = desk.workbench.fleet
        words = filled(tr("Arrange", "Remove the cluster %1"), domain)
        desk.workbench.try_edit(lambda: edit.remove_cluster(fleet, domain, release=True), words)


def new_cluster(desk: Desk) -> None:
    """Add a cluster under a free name, ready to be renamed in the tree."""
    tr = QCoreApplication.translate
    fleet = desk.workbench.fleet
    domain = edit.free_name(fleet.clusters, "chat.local")
    if desk.workbench.try_edit(
        lambda: edit.add_cluster(fleet, domain), filled(tr("Arrange", "Add the cluster %1"), domain)
    ):
        desk.refresh_now()
        desk.window.show_page(tree.cluster_key(domain))
        start_renaming(desk)


def start_renaming(desk: Desk) -> None:
    """Edit the name of the tree's current row in place."""
    view = desk.window.ui.tree
    view.setFocus()
    view.edit(view.currentIndex())


def leave(desk: Desk, host: str) -> None:
    """Open the dialog that takes a host out of its cluster."""
    from azdesk.ui.dialogs.leave import LeaveDialog

    LeaveDialog(desk.workbench, host, desk.window).open()


def show_backups(desk: Desk, host: str) -> None:
    """Open the dialog with the backups that lie on a host."""
    from azdesk.ui.dialogs.backups import BackupsDialog

    BackupsDialog(desk.workbench, host, desk.window).open()


def show_menu(desk: Desk, key: str, place: object) -> None:
    """Show the menu of a row."""
    menu = menu_for(desk, key)
    if isinstance(place, QPoint):
        menu.popup(place)


def menu_for(desk: Desk, key: str) -> QMenu:
    """The menu of a row; of the tree itself if the key is of no row."""
    tr = QCoreApplication.translate
    menu = QMenu(desk.window)
    menu.aboutToHide.connect(menu.deleteLater)
    bench = desk.workbench
    host, domain, trunk = tree.host_of(key), tree.cluster_of(key), tree.trunk_of(key)

    def add(words: str, icon: str, call: Callable[[], object], *, enabled: bool = True) -> None:
        action = menu.addAction(icons.icon(icon), words)
        action.triggered.connect(lambda _checked=False: call())
        action.setEnabled(enabled)

    if host:
        differs = bool(bench.differences(host))
        in_cluster = bench.fleet.hosts[host].cluster
        add(tr("Arrange", "&Look again"), "refresh", lambda: bench.look((host,)))
        add(tr("Arrange", "Re&view…"), "compare", lambda: bench.show_review((host,)), enabled=differs)
        add(tr("Arrange", "&Adopt what it has"), "download", lambda: bench.adopt(host), enabled=differs)
        menu.addSeparator()
        if in_cluster:
            add(tr("Arrange", "&Join its cluster…"), "link", lambda: join(desk, host))
            add(filled(tr("Arrange", "&Take out of %1…"), in_cluster), "unlink", lambda: leave(desk, host))
        others = [name for name in bench.fleet.clusters if name != in_cluster]
        if others:
            into = menu.addMenu(tr("Arrange", "&Put into"))
            for name in others:
                action = into.addAction(name)
                action.triggered.connect(
                    lambda _checked=False, to=name: move(desk, (key,), tree.cluster_key(to), -1)
                )
        add(tr("Arrange", "&Backups…"), "storage", lambda: show_backups(desk, host))
        menu.addSeparator()
        add(tr("Arrange", "Re&name"), "edit", lambda: start_renaming(desk))
        add(tr("Arrange", "&Remove…"), "trash", lambda: remove_host(desk, host))
    elif domain:
        nodes = bench.fleet.nodes(domain)
        add(tr("Arrange", "&Add host…"), "add", lambda: desk.add_host(domain))
        add(tr("Arrange", "&Look again"), "refresh", lambda: bench.look(nodes), enabled=bool(nodes))
        add(tr("Arrange", "Re&view…"), "compare", lambda: bench.show_review(nodes), enabled=bool(nodes))
        menu.addSeparator()
        add(tr("Arrange", "Re&name"), "edit", lambda: start_renaming(desk))
        add(tr("Arrange", "&Remove…"), "trash", lambda: remove_cluster(desk, domain))
    elif trunk:
        add(tr("Arrange", "&Edit…"), "edit", lambda: desk.show_trunk(trunk, edit=True))
    else:
        add(tr("Arrange", "&Add host…"), "add", desk.add_host)
        add(tr("Arrange", "New &cluster"), "cluster", lambda: new_cluster(desk))
        add(tr("Arrange", "&Look again"), "refresh", bench.look)
    return menu


def _sure(desk: Desk, question: str, explanation: str, yes: str) -> bool:
    tr = QCoreApplication.translate
    box = QMessageBox(desk.window)
    box.setWindowTitle("AZDesk")
    box.setText(question)
    box.setInformativeText(explanation)
    do = box.addButton(yes, QMessageBox.ButtonRole.DestructiveRole)
    keep = box.addButton(tr("Arrange", "&Keep"), QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(keep)
    box.exec()
    return box.clickedButton() is do
