"""The People page: connects it with the directory of the document."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer

from azdesk.core.errors import AzdeskError
from azdesk.ui.mapping import tree
from azdesk.ui.mapping.words import counted, filled
from azdesk.ui.people import source as sources
from azdesk.ui.people.actions import PeopleActions
from azdesk.ui.people.loading import Loader
from azdesk.ui.people.page import PeoplePage
from azdesk.ui.peoplemodels import PersonCard, PersonRow, Presences, Standing
from azdesk.ui.presenters.base import Presenter, Shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from azdesk.app.people import People
    from azdesk.core.progress import Job
    from azdesk.directory.people import Person
    from azdesk.fleet.model import Fleet
    from azdesk.ui.desk import Desk
    from azdesk.ui.enrolment.person_code import PersonCode
    from azdesk.ui.people.source import PeopleSource
    from azdesk.ui.worker import Task

CARD_MS = 60
"""Whoever stays selected so long gets a card."""
PRESENCE_MS = 30_000
"""Hosts are asked who is connected so often, while the page can be seen."""
NAMED = 8
"""So many of the selected people are named on the card."""
_COLUMNS = "people/columns"
_SHARES = "people/shares"


class PeoplePresenter(Presenter):
    """Shows the directory; asks it anew where the document says another one."""

    def __init__(self, desk: Desk, page: PeoplePage) -> None:
        super().__init__(desk, page)
        self.page = page
        self.loader = Loader(self.workbench, page.table.people, self)
        self.source: PeopleSource | None = None
        self.standing: Standing | None = None
        self._error: AzdeskError | None = None
        self._directory: object = None
        self._wanted_card: Task | None = None
        self._asking_presences = False
        self._select_when_there = ""
        self._code: PersonCode | None = None
        self._code_key = ""
        self.actions = PeopleActions(self.workbench, page, self._directory_people, self)
        self._card_soon = self._timer(CARD_MS, self._ask_card, once=True)
        self._presence_timer = self._timer(PRESENCE_MS, self._ask_presences)
        self._connect()
        self._remembered()
        page.installEventFilter(self)
        self.workbench.closing.connect(self._close)

    # -- what the window asks ----------------------------------------------------------------------------------

    def refresh(self, shown: Shown) -> None:
        fleet = shown.view.fleet
        wanted = _directory_of(fleet)
        views = [name for name, host in fleet.hosts.items() if "application" in host.roles]
        homes = [name for name in views if fleet.hosts[name].numbers]
        self.page.set_hosts(homes, views if fleet.directory.base else [])
        if wanted != self._directory:
            self._directory = wanted
            self._take_directory(fleet)
        elif self._error is not None:
            self._show_error(self._error)

    def look_again(self) -> None:
        if self.source is None or self.standing is None:
            self._take_directory(self.workbench.fleet)
        else:
            self.loader.look_again()
            self._ask_card()
        self._ask_presences()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show:
            self._presence_timer.start()
            self._ask_presences()
        elif event.type() == QEvent.Type.Hide:
            self._presence_timer.stop()
        return super().eventFilter(watched, event)

    def _close(self) -> None:
        self._card_soon.stop()
        self._presence_timer.stop()
        self.loader.close()
        if self.source is not None:
            self.source.close()

    # -- the directory -----------------------------------------------------------------------------------------

    def _take_directory(self, fleet: Fleet) -> None:
        """Begin with the directory that the document names by now."""
        if self.source is not None:
            self.workbench.worker.start(_closing(self.source), title="")
        self.source = self.standing = self._error = None
        self.loader.set_source(None)
        self.page.table.people.set_presences(Presences())
        self.page.ui.card.show_nobody()
        self.page.set_subtitle("")
        self.page.set_count("")
        self._set_count_in_tree(None)
        self.actions.set_writable(writable=False)
        if not fleet.directory.base:
            self._show_no_directory()
            return
        if fleet.directory.managed and not fleet.directory_hosts():
            self._show_no_server()
            return
        source = self.source = sources.source_for(self.workbench)
        self.loader.set_source(source)
        self.page.show_table()
        self.page.set_subtitle(filled(self.tr("%1 · connecting…"), fleet.directory.base))
        self.workbench.run(
            source.standing,
            title=self.tr("Connecting to the directory"),
            done=partial(self._connected, source),
            failed=partial(self._refused, source),
            quiet=True,
            hidden=True,
        )
        self.loader.look_for(self.page.query)

    def _connected(self, source: PeopleSource, standing: Standing) -> None:
        if source is self.source:
            self.standing = standing
            self.actions.set_writable(writable=standing.writable)
            self._show_subtitle()
            self._ask_presences()

    def _refused(self, source: PeopleSource, error: AzdeskError) -> None:
        if source is self.source:
            self._failed(error)

    def _failed(self, error: AzdeskError) -> None:
        self._error = error
        self._show_error(error)

    # -- what is shown -----------------------------------------------------------------------------------------

    def _show_no_directory(self) -> None:
        self.page.show_instead(
            "people",
            self.tr("No directory yet"),
            self.tr(
                "The people of the fleet stand in an LDAP directory: their accounts for chat and phone, with one "
                "password for both. AZDesk sets one up on a host of yours, or works with the one you have."
            ),
            self.tr("&Set up the directory…"),
        )

    def _show_no_server(self) -> None:
        self.page.show_instead(
            "directory",
            self.tr("No host has the role “directory”"),
            self.tr(
                "The document names a directory of the fleet's own. Give the role to the host that is to have it, "
                "or name the servers of another directory."
            ),
            self.tr("&Directory & accounts…").replace(" & ", " && "),
        )

    def _show_error(self, error: AzdeskError) -> None:
        fleet = self.workbench.fleet
        if self._not_applied(fleet):
            self.page.ui.banner.hide()
            self.page.show_instead(
                "directory",
                filled(self.tr("The directory is not set up on %1 yet"), ", ".join(fleet.directory_hosts())),
                self.tr(
                    "The document says how it should be. Review shows what would be done, and applies it."
                ),
                self.tr("&Review…"),
            )
            return
        head = f"{error.where}: {error.what}" if error.where else error.what
        if self.page.table.people.rowCount():
            self.page.show_table()
            self.page.ui.banner.show_message(
                "error", head, error.next_step, button=self.tr("&Try again"), closable=False
            )
        else:
            self.page.ui.banner.hide()
            self.page.set_subtitle(fleet.directory.base)
            self.page.show_instead("unlink", head, error.next_step, self.tr("&Try again"))

    def _not_applied(self, fleet: Fleet) -> bool:
        """Whether the fleet's own directory is only in the document so far."""
        if not fleet.directory.managed:
            return False
        return any("directory" in self.workbench.differences(host) for host in fleet.directory_hosts())

    def _show_subtitle(self) -> None:
        standing = self.standing
        if standing is None:
            return
        where = filled(self.tr("%1 on %2"), standing.base, standing.server)
        parts = [where]
        if self.desk.people is not None:
            parts.append(counted(self.desk.people, self.tr("1 person"), self.tr("%1 people")))
        if standing.tls:
            parts.append(standing.tls)
        if not standing.writable:
            parts.append(self.tr("read only"))
        self.page.set_subtitle(" · ".join(parts))

    def _show_rows(self) -> None:
        loader, people = self.loader, self.page.table.people
        self._error = None
        self.page.ui.banner.hide()
        loaded, total = len(people.rows), loader.total
        query = loader.query
        if not query.narrowed and not query.seen_by and (loader.complete or total > loaded):
            self._set_count_in_tree(total)
        if not total and loader.complete:
            if query.narrowed:
                self.page.show_nobody_found(query.words)
            elif query.seen_by:
                self.page.show_nobody_found("")
            else:
                self._show_empty()
        else:
            self.page.show_table()
        self.page.set_count(self._count_words(loaded, total), loader.partial)
        self._show_subtitle()
        self._select_wanted(total)

    def _select_wanted(self, total: int) -> None:
        """Somebody who was just added, or the only one who was found."""
        table = self.page.table
        at = table.people.position(self._select_when_there) if self._select_when_there else -1
        if at >= 0:
            self._select_when_there = ""
            table.selectRow(at)
            table.scrollTo(table.people.index(at, 0))
        elif self.loader.complete and total == 1:
            table.selectRow(0)

    def _show_empty(self) -> None:
        self.page.show_instead(
            "people",
            self.tr("Nobody yet"),
            self.tr(
                "Add the first person, or import a table of them: every row is checked before anything is written."
            ),
            self.tr("&Import…"),
        )

    def _count_words(self, loaded: int, total: int) -> str:
        if not self.loader.complete and loaded < total:
            return filled(self.tr("%1 of %2 read"), f"{loaded:,}", f"{total:,}")
        everybody = self.desk.people
        if self.loader.query.narrowed and everybody is not None:
            return filled(self.tr("%1 of %2"), f"{total:,}", f"{everybody:,}")
        return counted(total, self.tr("1 person"), self.tr("%1 people"))

    def _set_count_in_tree(self, count: int | None) -> None:
        if count != self.desk.people:
            self.desk.people = count
            self.desk.refresh_soon()

    # -- who is selected ---------------------------------------------------------------------------------------

    def _chosen(self) -> None:
        chosen = self.page.table.selected()
        card = self.page.ui.card
        if self._code is not None and (len(chosen) != 1 or chosen[0].key != self._code_key):
            self._code.set_person("", None)
        if not chosen:
            self._card_soon.stop()
            card.show_nobody()
        elif len(chosen) == 1:
            row = chosen[0]
            card.show_waiting(row.name or row.account, _subtitle(row))
            self._card_soon.start()
        else:
            self._card_soon.stop()
            named = tuple(row.name or row.account for row in chosen[:NAMED])
            card.show_many(named, len(chosen) - len(named))

    def _ask_card(self) -> None:
        chosen, source = self.page.table.selected(), self.source
        if len(chosen) != 1 or source is None:
            return
        key = chosen[0].key
        if self._wanted_card is not None:
            self._wanted_card.cancel()

        def work(job: Job) -> PersonCard:
            return source.card(key, job)

        self._wanted_card = self.workbench.run(
            work,
            title=self.tr("Reading an entry"),
            done=partial(self._have_card, key),
            failed=partial(self._no_card, chosen[0]),
            quiet=True,
            hidden=True,
        )

    def _is_selected(self, key: str) -> bool:
        chosen = self.page.table.selected()
        return len(chosen) == 1 and chosen[0].key == key

    def _have_card(self, key: str, card: PersonCard) -> None:
        source = self.source
        if not self._is_selected(key) or source is None:
            return
        if self._code is None:
            self._code = self._make_code()
        self.page.ui.card.show_person(card)
        self._code_key = key
        self._code.set_person(card.account, partial(self.actions.fetch_account, card.key))

        def work(job: Job) -> PersonCard:
            return source.live(card, job)

        self._wanted_card = self.workbench.run(
            work,
            title=self.tr("Asking where somebody is connected"),
            done=partial(self._have_live, key),
            failed=lambda _error: None,  # the card says what the directory knows
            quiet=True,
            hidden=True,
        )

    def _have_live(self, key: str, card: PersonCard) -> None:
        if self._is_selected(key):
            self.page.ui.card.show_person(card)

    def _make_code(self) -> PersonCode:
        from azdesk.ui.enrolment.person_code import PersonCode

        code = PersonCode(self.workbench)
        self.page.ui.card.set_code(code)
        return code

    def _no_card(self, row: PersonRow, error: AzdeskError) -> None:
        if self._is_selected(row.key):
            self.page.ui.card.show_problem(row.name or row.account, str(error.what), error.next_step)

    def _directory_people(self) -> People | None:
        return self.source.people if self.source is not None and self.standing is not None else None

    def _person_changed(self, person: Person) -> None:
        from azdesk.ui.people.app_source import rows_of

        row = rows_of(self.workbench.fleet, (person,))[0]
        table = self.page.table
        if table.people.replace(row.key, row):
            self._chosen()
            self._ask_card()
        else:
            self._select_when_there = row.key
            self.loader.look_again()

    def _people_gone(self, keys: tuple[str, ...]) -> None:
        self.page.table.people.remove(keys)
        if self.desk.people is not None:
            self._set_count_in_tree(max(0, self.desk.people - len(keys)))
        self.loader.look_again()

    # -- who is connected --------------------------------------------------------------------------------------

    def _ask_presences(self) -> None:
        source = self.source
        if source is None or self.standing is None or self._asking_presences or not self.page.isVisible():
            return
        self._asking_presences = True
        task = self.workbench.run(
            source.presences,
            title=self.tr("Asking who is connected"),
            done=self._have_presences,
            failed=lambda _error: None,  # the hosts' own rows in the tree say what is wrong with them
            quiet=True,
            hidden=True,
        )
        task.finished.connect(self._presences_asked)

    def _have_presences(self, presences: Presences) -> None:
        self.page.table.people.set_presences(presences)

    def _presences_asked(self) -> None:
        self._asking_presences = False

    # -- what the page's buttons do ----------------------------------------------------------------------------

    def _empty_action(self) -> None:
        fleet = self.workbench.fleet
        if not fleet.directory.base or (fleet.directory.managed and not fleet.directory_hosts()):
            self.desk.window.show_page(tree.DIRECTORY)
        elif self._error is None:
            self.page.import_requested.emit()
        elif self._not_applied(fleet):
            self.workbench.show_review(fleet.directory_hosts())
        else:
            self._take_directory(fleet)

    # -- inside ------------------------------------------------------------------------------------------------

    def _connect(self) -> None:
        page, loader, table = self.page, self.loader, self.page.table
        loader.began.connect(self._show_rows)
        loader.grew.connect(self._show_rows)
        loader.failed.connect(self._failed)
        page.query_changed.connect(lambda: loader.look_for(page.query))
        page.look_again_requested.connect(self.look_again)
        page.empty_action.connect(self._empty_action)
        page.ui.banner.action.connect(lambda: self._take_directory(self.workbench.fleet))
        actions = self.actions
        actions.changed.connect(self._person_changed)
        actions.gone.connect(self._people_gone)
        actions.many_changed.connect(self.look_again)
        actions.settings_requested.connect(lambda: self.desk.window.show_page(tree.DIRECTORY))
        table.sort_requested.connect(self._sort)
        table.chosen.connect(self._chosen)
        table.verticalScrollBar().valueChanged.connect(lambda _at: loader.in_sight(table.last_seen_row()))
        table.layout_changed.connect(self._remember)
        page.ui.splitter.splitterMoved.connect(lambda *_at: self._remember())

    def _sort(self) -> None:
        column, descending = self.page.table.sorting
        self.loader.sort_by(column, descending=descending)
        self._remember()

    def _remember(self) -> None:
        settings = self.desk.settings
        if settings is not None:
            columns, shares = self.page.places()
            settings.setValue(_COLUMNS, columns)
            settings.setValue(_SHARES, shares)

    def _remembered(self) -> None:
        settings = self.desk.settings
        if settings is not None:
            self.page.restore(settings.value(_COLUMNS), settings.value(_SHARES))
        column, descending = self.page.table.sorting
        self.loader.sort_by(column, descending=descending)

    def _timer(self, interval_ms: int, call: Callable[[], None], *, once: bool = False) -> QTimer:
        timer = QTimer(self)
        timer.setInterval(interval_ms)
        timer.setSingleShot(once)
        timer.timeout.connect(call)
        return timer


def _directory_of(fleet: Fleet) -> object:
    """What of the document another directory follows from."""
    servers = tuple((name, fleet.hosts[name].address) for name in fleet.directory_hosts())
    return fleet.directory, fleet.authority, servers


def _subtitle(row: PersonRow) -> str:
    return " · ".join(part for part in (row.account, row.number) if part)


def _closing(source: PeopleSource) -> Callable[[Job], None]:
    def work(_job: Job) -> None:
        source.close()

    return work
