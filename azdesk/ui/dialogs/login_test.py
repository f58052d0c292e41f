"""Trying a login step by step, with what can be done about the step that fails."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from azdesk.core.errors import AzdeskError, Cancelled, HostKeyChanged, HostKeyUnknown, NoPython
from azdesk.core.outcome import StepState
from azdesk.core.progress import Job, Progress
from azdesk.core.secret import Secret
from azdesk.ui import theme
from azdesk.ui.dialogs.host_key import HostKeyChangedDialog
from azdesk.ui.editors.base import while_there
from azdesk.ui.forms.login_test import Ui_LoginTest
from azdesk.ui.tokens import GRID
from azdesk.ui.viewmodels import State
from azdesk.ui.widgets.empty_state import EmptyState
from azdesk.ui.widgets.marks import StateMark

if TYPE_CHECKING:
    from azdesk.fleet.credentials import SecretSource
    from azdesk.fleet.model import Fleet
    from azdesk.hosts.check import LoginStep
    from azdesk.hosts.ssh import SshTransport
    from azdesk.ui.workbench import Workbench
    from azdesk.ui.worker import Task

_MARK = {
    StepState.RUNNING: State.BUSY,
    StepState.DONE: State.RIGHT,
    StepState.FAILED: State.FAILING,
}
_FINGERPRINT_PX = 13


class TypedSecrets:
    """Secrets that are being entered for one credential, before they are kept anywhere; then the session's."""

    def __init__(self, name: str, typed: Mapping[str, Secret], others: SecretSource | None) -> None:
        self._name = name
        self._typed = dict(typed)
        self._others = others

    def get(self, name: str, what: str) -> Secret | None:
        if name == self._name and what in self._typed:
            return self._typed[what]
        return self._others.get(name, what) if self._others is not None else None

    def rejected(self, name: str, what: str) -> None:
        from azdesk.fleet.credentials import reject

        if name != self._name or self._typed.pop(what, None) is None:
            reject(self._others, name, what)


def transport_for(workbench: Workbench, name: str, typed: Mapping[str, Secret]) -> SshTransport:
    """A transport for one test: the session's known keys and secrets, and what was typed.

    Called in the worker. A session over SSH lends its known host keys, so that a key accepted here is known there.
    """
    from azdesk.app.opening import host_keys
    from azdesk.hosts.ssh import SshTransport

    session = workbench.session
    inner: object = getattr(session.pool, "transport", None)
    while inner is not None and not isinstance(inner, SshTransport):
        inner = getattr(inner, "inner", None)
    secrets = TypedSecrets(name, typed, session.secrets or (inner.secrets if inner is not None else None))
    if inner is None:
        return SshTransport(secrets=secrets, trust=host_keys())
    return SshTransport(secrets=secrets, trust=inner.trust, config=inner.config)


class StepRow(QWidget):
    """One step: mark, title, time; what was found or what failed below."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.mark = StateMark()
        self.title = QLabel()
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self.time = QLabel()
        self.time.setProperty("role", "note")
        self.text = QLabel()
        self.text.setProperty("role", "note")
        self.text.setWordWrap(True)
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        head = QHBoxLayout()
        head.setSpacing(GRID)
        head.addWidget(self.mark)
        head.addWidget(self.title, 1)
        head.addWidget(self.time)
        below = QHBoxLayout()
        below.setContentsMargins(16 + GRID, 0, 0, 0)
        below.addWidget(self.text)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addLayout(below)

    def show_step(self, step: LoginStep) -> None:
        """Show its state."""
        self.mark.set_state(_MARK.get(step.state, State.UNKNOWN))
        self.title.setText(step.title)
        self.time.setText(_time(step.seconds) if step.state is StepState.DONE and step.seconds else "")
        told = isinstance(step.error, HostKeyUnknown | HostKeyChanged | NoPython)
        text = step.message if step.error is None or told else _sentence(step.error)
        theme.set_property(self.text, "role", "problem" if step.error is not None else "note")
        self.text.setText(text)
        self.text.setVisible(bool(text))
        self.setAccessibleName(f"{step.title}: {step.state}. {text}")


class LoginTest(QWidget):
    """The list of steps, and a box for the one question that a step may leave: key, python3.

    `finished` says whether the whole way to the helper worked.
    """

    finished = Signal(bool)
    started = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.ui = ui = Ui_LoginTest()
        ui.setupUi(self)  # type: ignore[no-untyped-call]
        self.steps: list[LoginStep] = []
        self.rows: list[StepRow] = []
        self._task: Task | None = None
        self._transport: SshTransport | None = None
        self._question: AzdeskError | None = None
        empty = EmptyState(
            "shield",
            self.tr("Nothing was tried yet"),
            self.tr(
                "Test login goes the whole way: name, port, host key, login, root, python3. It changes nothing on the host."
            ),
        )
        ui.empty_layout.addWidget(empty)
        ui.fingerprint.setFont(theme.file_font(_FINGERPRINT_PX))
        ui.fingerprint.setTextFormat(Qt.TextFormat.PlainText)
        ui.fingerprint.setAccessibleName(self.tr("Fingerprint"))
        ui.output.setFont(theme.file_font())
        ui.stop.clicked.connect(self.stop)
        ui.accept_key.clicked.connect(self.accept_key)
        ui.refuse_key.clicked.connect(self._refuse_key)
        ui.install_python.clicked.connect(self.install_python)
        for button in (ui.stop, ui.accept_key, ui.refuse_key, ui.install_python):
            button.setAutoDefault(False)
        self.clear()

    @property
    def running(self) -> bool:
        """Whether a test is under way."""
        return self._task is not None

    def clear(self) -> None:
        """Forget what was tried: the entries are others now."""
        ui = self.ui
        for row in self.rows:
            row.hide()
            row.deleteLater()
        self.rows, self.steps = [], []
        self._question = None
        ui.box.hide()
        ui.output.hide()
        ui.stop.hide()
        ui.steps.hide()
        ui.empty_place.show()

    def start(
        self, workbench: Workbench, fleet: Fleet, host: str, *, typed: Mapping[str, Secret] | None = None
    ) -> None:
        """Try the login of a host.

        Args:
            fleet: a document that has the host, saved or not.
            typed: purpose → secret, entered for its credential and not kept yet.
        """
        self.stop()
        self.clear()
        self._workbench, self._fleet, self._host, self._typed = workbench, fleet, host, dict(typed or {})
        # Steps wait in a list that the worker appends to; progress is only the word that there are new ones.
        steps: list[LoginStep] = []
        self.steps = steps
        name = fleet.hosts[host].credential

        def work(job: Job) -> list[LoginStep]:
            from azdesk.hosts.check import check_login

            transport = transport_for(workbench, name, self._typed)
            self._transport = transport
            try:
                for number, step in enumerate(check_login(transport, fleet, host, job=job)):
                    steps.append(step)
                    job.report(Progress(text=step.title, step=number))
            finally:
                transport.close()
            return steps

        self.ui.empty_place.hide()
        self.ui.steps.show()
        self.ui.stop.show()
        task = workbench.run(
            work,
            title=self.tr("Testing the login of %1").replace("%1", host),
            done=while_there(self, lambda _steps: self._ended()),
            failed=while_there(self, self._failed),
            progress=while_there(self, lambda _news: self._show()),
        )
        self._task = task
        task.finished.connect(while_there(self, lambda: self._finished(task)))
        self.started.emit()

    def stop(self) -> None:
        """Stop the test that runs, if any."""
        if self._task is not None:
            self._task.cancel()

    def accept_key(self) -> None:
        """Remember the key that was shown, and begin again."""
        error, transport = self._question, self._transport
        if not isinstance(error, HostKeyUnknown) or transport is None:
            return

        def work(_job: Job) -> None:
            transport.trust.accept(error)

        self.ui.box.hide()
        self._workbench.run(
            work,
            title=self.tr("Remembering the key of %1").replace("%1", self._host),
            done=while_there(self, lambda _none: self._again()),
            failed=while_there(self, self._failed),
        )

    def install_python(self) -> None:
        """Install python3 on the host, showing what its package manager says, and begin again."""
        workbench, fleet, host = self._workbench, self._fleet, self._host
        name, typed = fleet.hosts[host].credential, self._typed
        lines: list[str] = []

        def work(job: Job) -> str:
            from azdesk.hosts.python import install_python

            def said(line: str) -> None:
                lines.append(line)
                job.report(Progress(text=line))

            transport = transport_for(workbench, name, typed)
            try:
                return install_python(transport, fleet, host, job=job, on_output=said)
            finally:
                transport.close()

        self.ui.install_python.setEnabled(False)
        self.ui.output.clear()
        self.ui.output.show()
        workbench.run(
            work,
            title=self.tr("Installing python3 on %1").replace("%1", host),
            done=while_there(self, lambda _version: self._again()),
            failed=while_there(self, self._python_failed),
            progress=while_there(self, lambda _news: self.ui.output.setPlainText("\n".join(lines))),
        )

    # -- inside ----------------------------------------------------------------------------------------------

    def _again(self) -> None:
        self.start(self._workbench, self._fleet, self._host, typed=self._typed)

    def _show(self) -> None:
        latest: dict[tuple[str, str], LoginStep] = {}
        for step in list(self.steps):
            latest[step.stage, step.title] = step
        while len(self.rows) < len(latest):
            row = StepRow()
            self.rows.append(row)
            self.ui.steps_layout.addWidget(row)
        for row, step in zip(self.rows, latest.values(), strict=True):
            row.show_step(step)

    def _ended(self) -> None:
        self._at_rest()
        self._show()
        last = self.steps[-1] if self.steps else None
        if last is not None and last.error is not None:
            self._explain(last.error)
        self.finished.emit(last is not None and last.state is StepState.DONE)

    def _finished(self, task: Task) -> None:
        if self._task is task:
            self._at_rest()

    def _at_rest(self) -> None:
        self._task = None
        self.ui.stop.hide()

    def _failed(self, error: AzdeskError) -> None:
        self._at_rest()
        self._show()
        if not isinstance(error, Cancelled):
            self._explain(error)
        self.finished.emit(False)

    def _explain(self, error: AzdeskError) -> None:
        """The box: what to do about a key or a missing python3. Other failures say it in their step."""
        ui = self.ui
        self._question = error
        key, python = isinstance(error, HostKeyUnknown), isinstance(error, NoPython)
        changed = isinstance(error, HostKeyChanged)
        ui.box.setVisible(key or python or changed)
        ui.fingerprint.setVisible(key or changed)
        ui.accept_key.setVisible(key)
        ui.refuse_key.setVisible(key or changed)
        ui.install_python.setVisible(python)
        ui.install_python.setEnabled(True)
        theme.set_property(ui.box, "surface", "box-error" if changed else "box-warning")
        if isinstance(error, HostKeyUnknown):
            ui.box_title.setText(self.tr("Is this the host's key?"))
            ui.box_text.setText(f"{error.key_type} · {error.address}")
            ui.fingerprint.setText(_broken(error.fingerprint))
            ui.box_next.setText(
                self.tr(
                    "Nobody has accepted it yet. Compare it with the host's own: ssh-keygen -l on its console shows it."
                )
            )
            ui.refuse_key.setText(self.tr("Re&fuse"))
            ui.refuse_key.setFocus()
        elif isinstance(error, HostKeyChanged):
            ui.box_title.setText(self.tr("The host's key has changed"))
            ui.box_text.setText(
                self.tr("Nothing was sent to it. Somebody else may be answering in its place.")
            )
            ui.fingerprint.setText(_broken(error.shown))
            ui.box_next.setText("")
            ui.refuse_key.setText(self.tr("&What to do…"))
        elif python:
            ui.box_title.setText(self.tr("The host has no python3 that AZDesk can use"))
            ui.box_text.setText(
                self.tr(
                    "AZDesk's helper needs Python 3.9 or newer there. It can install the distribution's package."
                )
            )
            ui.box_next.setText("")
        ui.box_next.setVisible(bool(ui.box_next.text()))

    def _refuse_key(self) -> None:
        if isinstance(self._question, HostKeyChanged):
            HostKeyChangedDialog(self._question, self.window()).open()
            return
        self.ui.box.hide()

    def _python_failed(self, error: AzdeskError) -> None:
        self.ui.install_python.setEnabled(True)
        self.ui.box_text.setText(_sentence(error))


def _time(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"


def _sentence(error: AzdeskError) -> str:
    return f"{error.what} {error.next_step}".strip()


def _broken(fingerprint: str) -> str:
    """A fingerprint with places to break a line at."""
    return fingerprint.replace("/", "/\u200b").replace("+", "+\u200b").replace(":", ":\u200b")
