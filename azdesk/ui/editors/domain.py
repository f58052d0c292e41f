"""The page of a cluster: what its nodes share, and which hosts they are in which order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QListWidgetItem, QMenu, QWidget

from azdesk.core.errors import DocumentError
from azdesk.fleet import edit
from azdesk.ui import icons
from azdesk.ui.editors.base import Editor, fill_choices
from azdesk.ui.editors.words import members_words
from azdesk.ui.forms.domain_editor import Ui_DomainEditor

if TYPE_CHECKING:
    from collections.abc import Callable

    from azdesk.fleet.paths import Path
    from azdesk.ui.workbench import Workbench

_HOST = Qt.ItemDataRole.UserRole


class DomainEditor(Editor):
    """Domain, distribution port, members and their order, uploads, chat logging."""

    renamed = Signal(str, str)
    """(old, new) domain: the page goes on with the new one."""

    def __init__(self, workbench: Workbench, domain: str, parent: QWidget | None = None) -> None:
        self._domain = domain
        super().__init__(workbench, "", parent)
        self.ui = ui = Ui_DomainEditor()
        ui.setupUi(self.body)  # type: ignore[no-untyped-call]
        self.body.adopt_rows()
        self.port = self.body.bind(
            ui.port_row,
            ui.port,
            lambda: ("clusters", self._domain, "distribution_port") if self.there else None,
            self.tr("Change the distribution port"),
        )
        fill_choices(
            ui.accounts,
            [
                (self.tr("Whoever ejabberd's own settings say"), "as-is"),
                (self.tr("Everybody in the directory"), "directory"),
            ],
        )
        fill_choices(
            ui.federation,
            [
                (self.tr("As ejabberd's own settings say"), "as-is"),
                (self.tr("Only servers with verified certificates"), "verified"),
            ],
        )
        for row, field, key, words in (
            (ui.accounts_row, ui.accounts, "accounts", self.tr("Change who may log in to chat")),
            (
                ui.account_filter_row,
                ui.account_filter,
                "account_filter",
                self.tr("Change the account filter"),
            ),
            (ui.federation_row, ui.federation, "federation", self.tr("Change chat with other domains")),
        ):
            self.body.bind(row, field, self._at(key), words)
        ui.files.attach(workbench, lambda: self._domain if self.there else "", self.concerned)
        self.body.bindings.extend(ui.files.bindings)
        ui.domain.textEdited.connect(self._domain_typed)
        ui.domain.editingFinished.connect(self._rename)
        ui.up.clicked.connect(lambda: self._move(-1))
        ui.down.clicked.connect(lambda: self._move(1))
        ui.remove.clicked.connect(self._take_out)
        ui.join.clicked.connect(self._join)
        ui.member_list.currentRowChanged.connect(lambda _row: self._buttons())
        ui.member_list.installEventFilter(self)
        ui.port_row.adopt_requested.connect(self._adopt_port)
        self._menu = QMenu(ui.add)
        self._menu.aboutToShow.connect(self._fill_menu)
        ui.add.setMenu(self._menu)
        ui.add.setProperty("menu", True)
        self.refresh()

    @property
    def there(self) -> bool:
        return self._domain in self.fleet.clusters

    @property
    def domain(self) -> str:
        return self._domain

    def concerned(self) -> tuple[str, ...]:
        return self.fleet.nodes(self._domain)

    def _at(self, key: str) -> Callable[[], Path | None]:
        return lambda: ("clusters", self._domain, key) if self.there else None

    def show_document(self) -> None:
        ui, nodes = self.ui, self.concerned()
        ui.title.setText(self._domain)
        if not ui.domain.hasFocus():
            ui.domain.setText(self._domain)
            ui.domain_row.set_problem("")
        self._show_accounts()
        chosen = self.chosen()
        shown = [ui.member_list.item(row).data(_HOST) for row in range(ui.member_list.count())]
        words = [self._member_words(number, host) for number, host in enumerate(nodes)]
        if shown != list(nodes) or words != [ui.member_list.item(row).text() for row in range(len(shown))]:
            ui.member_list.clear()
            for host, text in zip(nodes, words, strict=True):
                item = QListWidgetItem(icons.icon("host"), text)
                item.setData(_HOST, host)
                ui.member_list.addItem(item)
            if chosen in nodes:
                ui.member_list.setCurrentRow(nodes.index(chosen))
        ui.order_note.setText(
            self.tr(
                "The first one founds a new cluster, and the others join it. Move hosts with Alt+Up and Alt+Down."
            )
            if nodes
            else self.tr(
                "No host is in this cluster yet. Add one here, or drag it onto the cluster in the tree."
            )
        )
        ui.member_list.setVisible(bool(nodes))
        self._buttons()
        ui.files.show_document()

    def show_host(self) -> None:
        ui = self.ui
        ui.words.set_lines(members_words(self.workbench, self._domain))
        ui.files.show_hosts()
        found: dict[int, list[str]] = {}
        for host in self.concerned():
            port = self._port_of(host)
            if port and port != self.port.value():
                found.setdefault(port, []).append(host)
        sentences = [
            self.tr("On %1 now: %2").replace("%1", ", ".join(hosts)).replace("%2", str(port))
            for port, hosts in found.items()
        ]
        ui.port_row.set_on_host("\n".join(sentences), adoptable=len(found) == 1)

    def chosen(self) -> str:
        """The member that is selected; empty if none."""
        item = self.ui.member_list.currentItem()
        return str(item.data(_HOST)) if item is not None else ""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.modifiers() & Qt.KeyboardModifier.AltModifier
            and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down)
        ):
            self._move(-1 if event.key() == Qt.Key.Key_Up else 1)
            return True
        return super().eventFilter(watched, event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "ui"):
            for row in range(self.ui.member_list.count()):
                self.ui.member_list.item(row).setIcon(icons.icon("host"))

    def _show_accounts(self) -> None:
        cluster = self.fleet.clusters[self._domain]
        directory = cluster.accounts == "directory"
        self.ui.account_filter_row.setVisible(directory)

    # -- inside ----------------------------------------------------------------------------------------------

    def _member_words(self, number: int, host: str) -> str:
        fleet = self.fleet
        name, address = fleet.node(host), fleet.lan_address(host)
        parts = [host] if name == host else [host, f"ejabberd@{name}"]
        parts.append(address)
        if number == 0:
            parts.append(self.tr("the others join it"))
        return " · ".join(parts)

    def _buttons(self) -> None:
        row, count = self.ui.member_list.currentRow(), self.ui.member_list.count()
        self.ui.up.setEnabled(row > 0)
        self.ui.down.setEnabled(0 <= row < count - 1)
        self.ui.remove.setEnabled(row >= 0)
        self.ui.add.setEnabled(any(self._outside()))
        self.ui.join.setEnabled(count > 0)

    def _outside(self) -> list[str]:
        return [
            name
            for name, host in self.fleet.hosts.items()
            if not host.cluster and "application" in host.roles
        ]

    def _move(self, by: int) -> None:
        nodes, host = list(self.concerned()), self.chosen()
        if host not in nodes:
            return
        at = nodes.index(host)
        to = at + by
        if not 0 <= to < len(nodes):
            return
        nodes[at], nodes[to] = nodes[to], nodes[at]
        places = iter(nodes)
        order = [
            next(places) if value.cluster == self._domain else name
            for name, value in self.fleet.hosts.items()
        ]
        self.workbench.edit(
            edit.reorder_hosts(self.fleet, order), self.tr("Move %1 in its cluster").replace("%1", host)
        )

    def _fill_menu(self) -> None:
        self._menu.clear()
        for host in self._outside():
            action = QAction(host.replace("&", "&&"), self._menu)
            action.triggered.connect(lambda _checked=False, name=host: self.add(name))
            self._menu.addAction(action)

    def add(self, host: str) -> None:
        """Put a host into the cluster."""
        words = self.tr("Put %1 into %2").replace("%1", host).replace("%2", self._domain)
        self.workbench.try_edit(lambda: edit.move_host(self.fleet, host, self._domain), words)

    def _take_out(self) -> None:
        host = self.chosen()
        if host:
            from azdesk.ui.dialogs.leave import LeaveDialog

            LeaveDialog(self.workbench, host, self.window()).show()

    def _join(self) -> None:
        from azdesk.ui.dialogs.join import JoinDialog

        host = self.chosen() or self.concerned()[-1]
        JoinDialog(self.workbench, self.window(), host=host).show()

    def _port_of(self, host: str) -> int:
        seen = self.workbench.observation(host)
        state = seen.states.get("cluster") if seen is not None and seen.readable else None
        return state.port if state is not None and state.managed else 0

    def _adopt_port(self) -> None:
        for host in self.concerned():
            port = self._port_of(host)
            if port and port != self.port.value():
                self.port.set_value(port)
                return

    def _domain_typed(self, text: str) -> None:
        self.ui.domain_row.set_problem(self._domain_problem(text.strip()))

    def _domain_problem(self, text: str) -> str:
        if text.lower() == self._domain:
            return ""
        try:
            edit.rename_cluster(self.fleet, self._domain, text)
        except DocumentError as error:
            return error.problems[0].message if error.problems else error.what
        return ""

    def _rename(self) -> None:
        text, old = self.ui.domain.text().strip(), self._domain
        if not self.there or text.lower() == old or self._domain_problem(text):
            return
        fleet = edit.rename_cluster(self.fleet, old, text)
        self._domain = text.lower()
        self.workbench.edit(fleet, self.tr("Rename the cluster %1").replace("%1", old))
        self.renamed.emit(old, self._domain)
