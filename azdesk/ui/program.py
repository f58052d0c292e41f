"""The program around the windows: which documents are open, what is remembered, what happens on a fault."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSettings, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from azdesk.core import places
from azdesk.core.errors import DocumentError
from azdesk.fleet import store
from azdesk.ui.collecting import Collecting
from azdesk.ui.desk import LOOK_EVERY_S, Desk
from azdesk.ui.theme import Mode, Theme
from azdesk.ui.workbench import MakeSession, Workbench

if TYPE_CHECKING:
    from azdesk.practice import PracticeFleet
    from azdesk.ui.pages.start import StartPage

PRACTICE_STARTS_MS = 4000
"""After so long its window is there, and another one may be wanted."""
RECENT = 8
"""Documents offered on the start page."""


def settings_at(path: Path | None = None) -> QSettings:
    """Where the window remembers places and choices; ``AZDESK_DATA`` takes the place of the system's usual one."""
    if path is None and (folder := places.given()) is not None:
        path = folder / "window.ini"
    if path is not None:
        return QSettings(str(path), QSettings.Format.IniFormat)
    return QSettings("AZDesk", "AZDesk")


class Program(QObject):
    """All windows of this process.

    Args:
        theme: the palette.
        path: file with the remembered settings; None: the usual place.
    """

    def __init__(self, theme: Theme, path: Path | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.desks: list[Desk] = []
        self.start_page: StartPage | None = None
        self._path = path
        self._to_start: list[Desk] = []
        self._usable = False
        self._collecting: Collecting | None = None
        mode = settings_at(path).value("palette", Mode.SYSTEM)
        with suppress(ValueError):
            theme.set_mode(Mode(str(mode)))

    # -- documents ---------------------------------------------------------------------------------------------

    def begin(self, path: str | os.PathLike[str] | None) -> None:
        """Show the given document, else the last one, else the start page."""
        if path is None:
            recent = self.recent()
            path = recent[0] if recent and recent[0].exists() else None
        if path is None or self.open(path) is None:
            self.show_start()

    def open(
        self,
        path: str | os.PathLike[str],
        make_session: MakeSession | None = None,
        *,
        remember: bool = True,
        look: bool = True,
    ) -> Desk | None:
        """Open a document in a window of its own; one that is open already comes to the front. None: it cannot be read.

        Args:
            path: the document.
            make_session: see `Workbench`.
            remember: offer it on the start page, and open it next time.
            look: look at its hosts at once and from time to time.
        """
        place = Path(path).absolute()
        for desk in self.desks:
            if desk.workbench.opened.path.absolute() == place:
                desk.window.raise_()
                desk.window.activateWindow()
                return desk
        try:
            opened = store.open(place)
        except DocumentError as error:
            self._not_opened(place, error)
            return None
        return self._opened(opened, make_session, remember=remember, look=look)

    def _opened(
        self, opened: store.Opened, make_session: MakeSession | None, *, remember: bool, look: bool
    ) -> Desk:
        from azdesk.ui.commands import MenuButton, add_program_commands

        workbench = Workbench(opened, make_session)
        workbench.worker.crashed.connect(self.crashed)
        settings = settings_at(self._path)
        settings.beginGroup("documents/" + hashlib.sha256(os.fsencode(opened.path)).hexdigest()[:16])
        every = float(str(settings_at(self._path).value("look_every", LOOK_EVERY_S)))
        desk = Desk(workbench, settings, look_every=every if look else 0, parent=self)
        workbench.setParent(desk)
        add_program_commands(desk, self)
        MenuButton(desk).fill()
        desk.closed.connect(lambda: self._desk_closed(desk))
        self.desks.append(desk)
        if remember:
            self._remember(opened.path)
        desk.show()
        if self.start_page is not None:
            self.start_page.close()
        if look:
            self._to_start.append(desk)
            if self._usable:
                QTimer.singleShot(0, self, self.usable)
        return desk

    def usable(self) -> None:
        """The window can be used: what takes time may begin."""
        self._usable = True
        if self._collecting is None:
            self._collecting = Collecting(self._working, self)
            self._collecting.begin()
        waiting, self._to_start = self._to_start, []
        for desk in waiting:
            if desk in self.desks:
                desk.start()

    def _working(self) -> bool:
        return any(desk.workbench.jobs or desk.workbench.thinking for desk in self.desks)

    def _not_opened(self, path: Path, error: DocumentError) -> None:
        problems = "\n".join(str(problem) for problem in error.problems[:8])
        self.show_start()
        if self.start_page is not None:
            self.start_page.show_error(f"{path.name}: {error.what}", problems or error.next_step)

    def _desk_closed(self, desk: Desk) -> None:
        if desk in self.desks:
            self.desks.remove(desk)
        desk.deleteLater()

    def ask_open(self, parent: QWidget | None) -> None:
        """Ask for a document and open it."""
        from azdesk.ui import files

        path = files.ask_open(parent)
        if path is not None:
            self.open(path)

    def ask_new(self, parent: QWidget | None) -> None:
        """Ask where a new document goes, write an empty one, and open it."""
        from azdesk.fleet.model import Fleet
        from azdesk.ui import files

        path = files.ask_document(parent, self.tr("New fleet document"), "fleet.azfleet")
        if path is None:
            return
        try:
            if path.exists():  # the dialog has asked whether to replace it; it stays until there is a new one
                beside = path.with_name(f".{path.name}.new")
                beside.unlink(missing_ok=True)
                store.create(beside, Fleet(name=path.stem))
                beside.replace(path)
            else:
                store.create(path, Fleet(name=path.stem))
        except (DocumentError, OSError) as error:
            self.show_start()
            if self.start_page is not None:
                self.start_page.show_error(self.tr("The document could not be written."), str(error))
            return
        self.open(path)

    # -- the practice fleet ------------------------------------------------------------------------------------

    def open_practice(self) -> None:
        """Start a practice fleet with its window, as a program of its own.

        All that is kept while one practises (history, journals, secrets) is then in a folder that goes with it, and cannot get
        among what belongs to real fleets in this program.
        """
        from PySide6.QtCore import QProcess

        program, *arguments = practice_command()
        started = QProcess.startDetached(program, arguments)
        if started[0] if isinstance(started, tuple) else started:
            if self.start_page is not None:
                QTimer.singleShot(PRACTICE_STARTS_MS, self.start_page, self.start_page.practice_free)
        else:
            self.show_start()
            if self.start_page is not None:
                self.start_page.show_error(self.tr("The practice fleet did not start."), program)

    # -- what is remembered ------------------------------------------------------------------------------------

    def recent(self) -> tuple[Path, ...]:
        """Documents opened lately, the last one first."""
        value = settings_at(self._path).value("recent")
        texts = value if isinstance(value, list) else [value] if value else []
        return tuple(Path(str(text)) for text in texts)

    def _remember(self, path: Path) -> None:
        paths = dict.fromkeys([path.absolute(), *self.recent()])
        settings_at(self._path).setValue("recent", [str(one) for one in paths][:RECENT])

    def set_mode(self, mode: Mode) -> None:
        """Choose the palette, now and for the next time."""
        self.theme.set_mode(mode)
        settings_at(self._path).setValue("palette", str(mode))
        for desk in self.desks:
            for other in Mode:
                desk.window.action(f"mode-{other}").setChecked(other is mode)

    # -- the start page, faults, the end -----------------------------------------------------------------------

    def show_start(self) -> None:
        """Show the page for choosing a document, unless one is open."""
        if self.desks and self.start_page is None:
            parent: QWidget | None = self.desks[0].window
        else:
            parent = None
        if self.start_page is None:
            from azdesk.ui.pages.start import StartPage

            page = StartPage()
            page.open_requested.connect(lambda: self.ask_open(page))
            page.new_requested.connect(lambda: self.ask_new(page))
            page.practice_requested.connect(self.open_practice)
            page.recent_requested.connect(self.open)
            page.destroyed.connect(self._start_gone)
            self.start_page = page
        self.start_page.set_recent([path for path in self.recent() if path.exists()])
        self.start_page.show()
        if parent is not None:
            self.start_page.raise_()

    def _start_gone(self) -> None:
        self.start_page = None

    def crashed(self, error: object) -> None:
        """Show a fault of the program itself, with a report to save."""
        if isinstance(error, BaseException):
            from azdesk.ui.dialogs.crash_dialog import CrashDialog

            CrashDialog(error, self.desks[0].window if self.desks else None).exec()

    def finish(self) -> None:
        """End everything; called once the last window is closed."""
        if self._collecting is not None:
            self._collecting.end()
            self._collecting = None
        for desk in list(self.desks):
            desk.close()


class PracticeKeyring:
    """A keyring that forgets all when the program ends."""

    name = "this practice fleet until it ends"
    priority = 1

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, user: str) -> str | None:
        return self._kept.get((service, user))

    def set_password(self, service: str, user: str, password: str) -> None:
        self._kept[service, user] = password

    def delete_password(self, service: str, user: str) -> None:
        self._kept.pop((service, user), None)


def practice_command() -> list[str]:
    """What starts a practice fleet beside this program."""
    own = [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "azdesk"]
    return [*own, "demo"]


def practice_session(fleet: PracticeFleet) -> MakeSession:
    """Makes sessions for the practice hosts, apart from the user's own known keys, ssh settings, keyring and notes."""

    def make(workbench: Workbench) -> Session:
        from azdesk.app.opening import secret_sources
        from azdesk.app.session import AwaitedStore, Session
        from azdesk.fleet.credentials import SecretChain
        from azdesk.fleet.system_keyring import KeyringSecrets
        from azdesk.hosts.known import HostKeys
        from azdesk.hosts.pool import HostPool
        from azdesk.hosts.route import SshConfig
        from azdesk.hosts.ssh import SshTransport

        own = secret_sources(workbench.ask_secret, workbench.ask_passphrase)
        ring = KeyringSecrets(PracticeKeyring())
        others = [ring if isinstance(source, KeyringSecrets) else source for source in own.sources]
        secrets = SecretChain([fleet, *others])
        transport = SshTransport(
            secrets=secrets, trust=HostKeys(own=fleet.known_hosts, others=[]), config=SshConfig(files=[])
        )
        awaited = AwaitedStore(fleet.folder / "awaited.json")
        pool = HostPool(workbench.fleet, transport=transport)
        return Session(workbench.fleet, pool, secrets=secrets, awaited=awaited)

    return make


if TYPE_CHECKING:
    from azdesk.app.session import Session


def when_usable(app: QApplication, call: Callable[[], None]) -> None:
    """Call once the first window has been painted and the events of its making are done."""

    def settled() -> None:
        call()

    QTimer.singleShot(0, app, lambda: QTimer.singleShot(0, app, settled))


__all__ = ["Program", "practice_session", "settings_at", "when_usable"]
