"""The join wizard: both hosts side by side, every precondition tested, then both nodes' own word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from azdesk.core.errors import AzdeskError, Cancelled, DocumentError
from azdesk.fleet import edit
from azdesk.ui import theme
from azdesk.ui.dialogs.backups import BackupsDialog
from azdesk.ui.dialogs.prompts import GrowingDialog, let_the_window_go
from azdesk.ui.editors.base import fill_choices, while_there
from azdesk.ui.editors.words import members_words, state_of
from azdesk.ui.forms.join import Ui_JoinDialog
from azdesk.ui.viewmodels import State
from azdesk.ui.widgets.empty_state import EmptyState

if TYPE_CHECKING:
    from azdesk.app.joining import JoinReport
    from azdesk.app.session import Observation, Session
    from azdesk.core.progress import Job
    from azdesk.fleet.model import Fleet
    from azdesk.ui.editors.lists import Line
    from azdesk.ui.workbench import Workbench
    from azdesk.ui.worker import Task

_SIZE = (900, 660)
_MARK = {"ok": State.RIGHT, "planned": State.DIFFERS, "warning": State.DIFFERS, "failed": State.FAILING}


class JoinDialog(GrowingDialog):
    """Choose, test, review; then what the nodes say themselves.

    The document is changed only when Review is pressed. The dialog does not block the window, so that the review can be
    read and applied while it waits.

    Args:
        host: chosen to begin with.
        cluster: chosen to begin with; empty: the host's, or the first one.
    """

    def __init__(
        self, workbench: Workbench, parent: QWidget | None = None, *, host: str = "", cluster: str = ""
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.workbench = workbench
        self.ui = ui = Ui_JoinDialog()
        ui.setupUi(self)  # type: ignore[no-untyped-call]
        self.report: JoinReport | None = None
        self._task: Task | None = None
        self._looks: dict[str, Observation] = {}
        ui.title.setText(self.tr("Join a cluster"))
        ui.host_label.setBuddy(ui.host)
        ui.cluster_label.setBuddy(ui.cluster)
        self._empty = EmptyState("cluster", "", "")
        ui.empty_layout.addWidget(self._empty)
        ui.loss_mark.set_icon("warning", "differs_text")
        ui.loss.hide()
        ui.checks_inside.setAutoFillBackground(False)
        ui.checks_scroll.viewport().setAutoFillBackground(False)
        ui.cluster.setMinimumWidth(220)
        ui.host.setMinimumWidth(160)
        line = ui.cluster.lineEdit()
        assert line is not None
        line.setPlaceholderText(self.tr("domain, such as test.local"))
        self._fill(host, cluster)
        ui.host.activated.connect(lambda _index: self._host_chosen())
        ui.cluster.activated.connect(lambda _index: self.test())
        line.textEdited.connect(lambda _text: self._retitle())
        line.returnPressed.connect(self.test)
        ui.test.clicked.connect(self.test)
        ui.go.clicked.connect(self.review)
        ui.backups.clicked.connect(self._backups)
        ui.ask_again.clicked.connect(self._ask_again)
        ui.close_dialog.clicked.connect(self.reject)
        for button in (ui.test, ui.backups, ui.ask_again, ui.close_dialog, ui.go):
            button.setAutoDefault(False)
        workbench.observed.connect(self._observed)
        self.resize(*_SIZE)
        self._show_report(None)
        if self.host and self.cluster:
            self.test()

    # -- what is chosen --------------------------------------------------------------------------------------

    @property
    def host(self) -> str:
        """Host that joins; empty if there is none."""
        return str(self.ui.host.currentData() or "")

    @property
    def cluster(self) -> str:
        """Domain, as typed or chosen."""
        return self.ui.cluster.currentText().strip().lower()

    def trial(self) -> Fleet:
        """The document with the host in the chosen cluster.

        Raises:
            DocumentError: it cannot be there.
        """
        fleet, domain = self.workbench.fleet, self.cluster
        if domain not in fleet.clusters:
            fleet = edit.add_cluster(fleet, domain)
        return edit.move_host(fleet, self.host, domain) if fleet.hosts[self.host].cluster != domain else fleet

    def _fill(self, host: str, cluster: str) -> None:
        fleet = self.workbench.fleet
        able = [name for name, value in fleet.hosts.items() if "application" in value.roles]
        fill_choices(self.ui.host, [(name, name) for name in able])
        at = self.ui.host.findData(host)
        if at < 0:
            # Best guess: a host that is in no cluster yet.
            at = next((n for n, name in enumerate(able) if not fleet.hosts[name].cluster), 0)
        self.ui.host.setCurrentIndex(at)
        fill_choices(self.ui.cluster, [(name, name) for name in fleet.clusters])
        self.ui.cluster.setCurrentIndex(self.ui.cluster.findData(cluster))
        if not cluster:
            self._own_cluster()

    def _own_cluster(self) -> None:
        fleet = self.workbench.fleet
        own = fleet.hosts[self.host].cluster if self.host else ""
        at = self.ui.cluster.findData(own) if own else (0 if fleet.clusters else -1)
        self.ui.cluster.setCurrentIndex(at)
        if at < 0:
            self.ui.cluster.setEditText("")

    def _host_chosen(self) -> None:
        self._own_cluster()
        self.test()

    # -- the test --------------------------------------------------------------------------------------------

    def test(self) -> None:
        """Test every precondition on both hosts."""
        host, workbench = self.host, self.workbench
        self.ui.banner.hide()
        if self._task is not None:
            self._task.cancel()
        self._show_report(None)
        if not host or not self.cluster:
            return
        try:
            fleet = self.trial()
        except DocumentError as error:
            words = " ".join(f"{problem.path}: {problem.message}." for problem in error.problems)
            self.ui.banner.show_message("error", error.what, words, closable=False)
            return

        def work(job: Job) -> tuple[JoinReport, Session]:
            from azdesk.app.joining import check_join
            from azdesk.app.session import Session as Trial

            session = workbench.session
            # The same links, another document: nothing is written down before the admin says so.
            trial = Trial(
                fleet, session.pool, secrets=session.secrets, awaited=session.awaited, who=session.who
            )
            return check_join(trial, host, job), trial

        task = workbench.run(
            work,
            title=self.tr("Testing whether %1 can join %2").replace("%1", host).replace("%2", self.cluster),
            host=host,
            done=self._tested,
            failed=self._failed,
        )
        self._task = task
        self._empty.sentence.setText(self.tr("Testing on both hosts…"))
        task.finished.connect(while_there(self, lambda: self._finished(task)))
        self._foot()

    def _finished(self, task: Task) -> None:
        if self._task is task:
            self._task = None
            self._foot()

    def _tested(self, result: tuple[JoinReport, Session]) -> None:
        report, trial = result
        if report.host != self.host:
            return
        self._looks = dict(trial.observations)
        self._task = None
        self._show_report(report)

    def _failed(self, error: AzdeskError) -> None:
        if isinstance(error, Cancelled):
            return
        self._task = None
        where = f"{error.where}: " if error.where else ""
        self.ui.banner.show_message("error", f"{where}{error.what}", error.next_step, closable=False)
        self._show_report(None)

    # -- what is shown ---------------------------------------------------------------------------------------

    def _show_report(self, report: JoinReport | None) -> None:
        ui = self.ui
        self.report = report
        self._retitle()
        target = report.target if report is not None else ""
        ui.target.setVisible(bool(target) and target != self.host)
        ui.joiner_title.setText(
            self.tr("%1 joins").replace("%1", self.host)
            if target != self.host
            else self.tr("%1 is the first node").replace("%1", self.host)
        )
        ui.target_title.setText(self.tr("%1 is joined").replace("%1", target))
        ui.joiner_facts.set_lines(self._facts(self.host) if report is not None else [])
        ui.target_facts.set_lines(self._facts(target) if target else [])
        ui.joiner.setVisible(report is not None)
        ui.empty_place.setVisible(report is None)
        checks: list[Line] = []
        loss = ""
        for check in report.checks if report is not None else ():
            words = (
                f"{check.title}. {check.detail}"
                if not check.title.endswith(".")
                else f"{check.title} {check.detail}"
            )
            checks.append((_MARK[check.state], words))
            if check.key == "data" and check.state == "warning":
                loss = check.detail
        ui.checks.set_lines(checks)
        ui.loss.setVisible(bool(loss))
        ui.loss_text.setText(
            self.tr("%1's own XMPP data is replaced by the cluster's. %2")
            .replace("%1", self.host)
            .replace("%2", loss)
        )
        if report is None:
            able = bool(self.host)
            self._empty.sentence.setText(
                self.tr("Nothing was tested yet") if able else self.tr("No host can join")
            )
            self._empty.help.setText(
                self.tr(
                    "Choose the host and the cluster; names, ports, versions, cookies and data are tested on both hosts."
                )
                if able
                else self.tr("Only hosts with the role “application” can. Add one first.")
            )
            self._empty.help.show()
        self._foot()

    def _facts(self, host: str) -> list[Line]:
        """What a host is now, in a few lines that stand side by side with the other's."""
        seen = self._looks.get(host)
        if seen is None or not seen.readable:
            return [(State.UNKNOWN, self.tr("Not known."))]
        cluster, services = seen.states.get("cluster"), seen.states.get("services")
        lines: list[Line] = []
        if cluster is not None:
            running = self.tr("running as %1") if cluster.up else self.tr("called %1, not running")
            lines.append((State.RIGHT if cluster.up else State.FAILING, running.replace("%1", cluster.node)))
            nodes = ", ".join(cluster.members) or self.tr("none")
            lines.append((None, self.tr("db nodes: %1").replace("%1", nodes)))
            lines.append(
                (
                    None,
                    self.tr("cookie %1…").replace("%1", cluster.cookie[:8])
                    if cluster.cookie
                    else self.tr("no cookie yet"),
                )
            )
        if services is not None:
            version = dict(services.versions).get("ejabberd", "")
            lines.append((None, self.tr("ejabberd %1").replace("%1", version or self.tr("not installed"))))
        return lines

    def _retitle(self) -> None:
        host, cluster = self.host, self.cluster
        if host and cluster:
            self.ui.title.setText(self.tr("%1 joins %2").replace("%1", host).replace("%2", cluster))
        else:
            self.ui.title.setText(self.tr("Join a cluster"))

    def _foot(self) -> None:
        ui, report = self.ui, self.report
        testing = self._task is not None
        ui.test.setEnabled(not testing and bool(self.host) and bool(self.cluster))
        ui.go.setEnabled(report is not None and report.possible and not testing)
        ui.backups.setEnabled(bool(self.host))
        if testing:
            words = self.tr("Testing…")
        elif report is None:
            words = ""
        elif not report.possible:
            words = self.tr("Put right what failed, then test again.")
        else:
            words = self.tr("Nothing was changed yet. The review shows every step, and asks once more.")
        ui.foot_note.setText(words)
        theme.set_property(ui.go, "kind", "primary")

    # -- review and afterwards -------------------------------------------------------------------------------

    def review(self) -> None:
        """Put the host into the cluster in the document, open the review, and wait for the nodes' own word."""
        try:
            fleet = self.trial()
        except DocumentError as error:
            self.ui.banner.show_message("error", error.what, closable=False)
            return
        host, domain = self.host, self.cluster
        words = self.tr("Put %1 into %2").replace("%1", host).replace("%2", domain)
        self.workbench.edit(fleet, words)
        nodes = fleet.nodes(domain)
        self._show_outcome()
        let_the_window_go(self)
        if not self.workbench.look(nodes, then=while_there(self, lambda: self.workbench.show_review(nodes))):
            self.workbench.show_review(nodes)

    def _show_outcome(self) -> None:
        ui = self.ui
        ui.pages.setCurrentWidget(ui.outcome)
        ui.go.hide()
        ui.foot_note.clear()
        ui.purpose.setText(
            self.tr(
                "The review is open in the window. What the nodes say themselves stands here as it changes."
            )
        )
        self._words()

    def _observed(self, host: str) -> None:
        waiting = self.ui.pages.currentWidget() is self.ui.outcome
        if waiting and host in self.workbench.fleet.nodes(self.cluster):
            self._words()

    def _words(self) -> None:
        ui, domain, fleet = self.ui, self.cluster, self.workbench.fleet
        lines = members_words(self.workbench, domain)
        ui.words.set_lines(lines)
        together = bool(lines) and all(state is State.RIGHT for state, _ in lines)
        states = [state_of(self.workbench, host, "cluster") for host in fleet.nodes(domain)]
        managed = all(state is not None and state.managed for state in states)
        if together and managed:
            words = (
                self.tr("%1 is in the cluster: every node says so itself.")
                if len(lines) > 1
                else self.tr("%1 is the first node of its cluster, and says so itself.")
            )
            ui.outcome_state.set(State.RIGHT, words.replace("%1", self.host))
            ui.close_dialog.setText(self.tr("Close"))
        else:
            ui.outcome_state.set(State.UNKNOWN, self.tr("Not joined yet: apply the change in the review."))

    def _ask_again(self) -> None:
        self.workbench.look(self.workbench.fleet.nodes(self.cluster))

    def _backups(self) -> None:
        BackupsDialog(self.workbench, self.host, self).open()

    def done(self, result: int) -> None:
        if self._task is not None:
            self._task.cancel()
        super().done(result)
