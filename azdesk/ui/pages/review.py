"""The review: what would be done, on which host, in which file; then the same place shows it being done, and what came of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QShowEvent,
    QStandardItem,
    QStandardItemModel,
)
from PySide6.QtWidgets import (
    QMenu,
    QWidget,
)

from azdesk.core.outcome import StepState
from azdesk.ui import relative
from azdesk.ui.forms.review_page import Ui_ReviewPage
from azdesk.ui.hover import hover
from azdesk.ui.mapping.words import filled
from azdesk.ui.pages.review_parts import (
    HOST_MARK,
    NOTE_ROLE,
    STATE_ROLE,
    STEP_MARK,
    VALUE_ROLE,
    Confirm,
    StepDelegate,
    host_word,
    step_word,
)
from azdesk.ui.reviewmodels import (
    HostReport,
    Irreversible,
    ReviewHost,
    ReviewModel,
    ReviewResult,
    ReviewStep,
    StepReport,
)
from azdesk.ui.viewmodels import State
from azdesk.ui.widgets.banner import Kind

EXPORTS: Final = ("text", "json", "pdf")


class ReviewPage(QWidget):
    """Shows a `ReviewModel` for approval, then `StepReport` and `HostReport` values as they come, then a `ReviewResult`."""

    apply_requested = Signal()
    """Every confirmation was typed; the plan that is shown may run."""
    cancel_requested = Signal()
    close_requested = Signal()
    export_requested = Signal(str)
    """One of `EXPORTS`."""
    backup_requested = Signal(str)
    """Key of the `Irreversible` whose backup is wanted."""
    make_again_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.ui = Ui_ReviewPage()
        self.ui.setupUi(self)  # type: ignore[no-untyped-call]
        self._model: ReviewModel | None = None
        self._items: dict[tuple[str, str], QStandardItem] = {}
        self._reports: dict[tuple[str, str], str] = {}
        self._confirms: list[Confirm] = []
        self._running = False
        self._follow = True
        self._over = False
        self._tree = QStandardItemModel(self)
        self.ui.steps.setModel(self._tree)
        self.ui.steps.setItemDelegate(StepDelegate(self))
        self.ui.steps.setEditTriggers(self.ui.steps.EditTrigger.NoEditTriggers)
        self.ui.steps.selectionModel().currentChanged.connect(lambda index, _old: self._show(index))
        self.ui.steps.clicked.connect(self._chosen_by_hand)
        self.ui.confirm_mark.set_icon("state-failing", "failing")
        self.ui.splitter.setSizes([420, 560])
        # The difference keeps the larger share in a small window, too.
        self.ui.splitter.setStretchFactor(0, 3)
        self.ui.splitter.setStretchFactor(1, 4)
        self.ui.step_text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.ui.banner.action.connect(self.make_again_requested)
        self.ui.apply.clicked.connect(self.apply)
        self.ui.apply.setAccessibleName(self.tr("Apply"))
        self.ui.cancel_apply.clicked.connect(self.cancel_requested)
        self.ui.close_review.clicked.connect(self.close_requested)
        menu = QMenu(self.ui.export_plan)
        for key, words in zip(
            EXPORTS,
            (
                self.tr("Change sheet as &text…"),
                self.tr("Change sheet as &JSON…"),
                self.tr("Change sheet as &PDF…"),
            ),
            strict=True,
        ):
            action = QAction(words, menu)
            action.triggered.connect(lambda _checked=False, which=key: self.export_requested.emit(which))
            menu.addAction(action)
        self.ui.export_plan.setMenu(menu)

    def set_waiting(self, title: str) -> None:
        """The plan is being worked out: show no old one meanwhile."""
        self.set_model(ReviewModel(title=title, made_at=datetime.now(UTC)))
        self._model = None
        self.ui.step_title.setText("")
        self.ui.step_text.setVisible(False)
        self._foot()

    @property
    def running(self) -> bool:
        """Whether a plan is being carried out."""
        return self._running

    @property
    def over(self) -> bool:
        """Whether a plan was carried out, and its result is shown."""
        return self._over

    def set_outdated(self, why: str, button: str) -> None:
        """The plan that is shown can no longer be approved."""
        if self._model is not None:
            self._model = replace(self._model, problem=why)
        self.ui.banner.show_message("warning", why, button=button, closable=False)
        self._foot()

    # -- content ----------------------------------------------------------------------------------------------------------

    def set_model(self, model: ReviewModel) -> None:
        """Show a plan for approval; forgets what was typed and reported for the one before."""
        self._model = model
        self._running = self._over = False
        self._follow = True
        self._reports.clear()
        self._items.clear()
        self._tree.clear()
        for host in model.hosts:
            mark = State.FAILING if host.held_back else State.DIFFERS if host.steps else State.RIGHT
            top = self._row(host, host.key, "", mark, host.summary)
            self._tree.appendRow(top)
            for step in host.steps:
                top.appendRow(self._row(step, host.key, step.key, None, ""))
        self.ui.steps.expandAll()
        self.ui.title.setText(model.title)
        self.ui.subtitle.setText(_hosts_line(model))
        self.ui.subtitle.setVisible(bool(model.hosts))
        self._fill_confirms(model.irreversible)
        if model.problem:
            self.ui.banner.show_message("error", model.problem, button=self.tr("Look again"), closable=False)
        else:
            self.ui.banner.hide()
        first = self._first_step(model)
        self.ui.steps.setCurrentIndex(first)
        if not first.isValid():
            self._show(first)
        self._foot()

    def set_running(self) -> None:
        """Applying has begun: every step waits."""
        self._running = True
        self._follow = True
        self._say_title(self.tr("Applying %1"))
        for item in self._items.values():
            value = item.data(VALUE_ROLE)
            if not (isinstance(value, ReviewHost) and value.held_back):
                item.setData(State.UNKNOWN, STATE_ROLE)
        self._foot()

    def _say_title(self, pattern: str) -> None:
        if self._model is not None and self._model.size:
            self.ui.title.setText(filled(pattern, self._model.size))

    def report_steps(self, reports: tuple[StepReport, ...]) -> None:
        """News of steps, oldest first; the view follows them until a row is chosen by hand."""
        running: QStandardItem | None = None
        for report in reports:
            item = self._items.get((report.host, report.step))
            if item is None:
                continue
            item.setData(STEP_MARK[report.state], STATE_ROLE)
            item.setData(step_word(report.state), NOTE_ROLE)
            if item.parent() is not None and self._running:
                item.parent().setData(State.BUSY, STATE_ROLE)
            self._reports[report.host, report.step] = report.text
            if report.state in (StepState.RUNNING, StepState.FAILED):
                running = item
        if running is not None and self._follow:
            self.ui.steps.setCurrentIndex(running.index())
            self.ui.steps.scrollTo(running.index())
        self._show(self.ui.steps.currentIndex())
        self._foot()

    def report_host(self, report: HostReport) -> None:
        """What came of the plan on one host."""
        item = self._items.get((report.host, ""))
        if item is None:
            return
        item.setData(HOST_MARK[report.state], STATE_ROLE)
        item.setData(host_word(report.state), NOTE_ROLE)
        self._reports[report.host, ""] = report.text
        self._show(self.ui.steps.currentIndex())

    def set_result(self, result: ReviewResult) -> None:
        """It is over: say so, and leave everything to be read."""
        self._running = False
        self._over = True
        self._say_title(self.tr("Result of %1"))
        kind: Kind = (
            "success"
            if result.state is State.RIGHT
            else "error"
            if result.state is State.FAILING
            else "warning"
        )
        self.ui.banner.show_message(
            kind,
            result.sentence,
            result.detail,
            button="" if result.state is State.RIGHT else self.tr("Look again"),
            closable=False,
        )
        wrong = [key for key, item in self._items.items() if item.data(STATE_ROLE) == State.FAILING]
        # A step says more than its host.
        wrong.sort(key=lambda key: not key[1])
        if self._follow:
            # Where it went wrong; else from the top, not where the last step happened to be.
            index = self._items[wrong[0]].index() if wrong else self._tree.index(0, 0)
            self.ui.steps.setCurrentIndex(index)
            self.ui.steps.scrollTo(index)
        self._foot()

    @property
    def can_apply(self) -> bool:
        """Whether everything that must be typed has been typed and nothing stands in the way."""
        return (
            self._model is not None
            and not self._running
            and not self._over
            and not self._model.problem
            and any(host.steps for host in self._model.hosts)
            and all(confirm.allowed for confirm in self._confirms)
        )

    # -- inside -----------------------------------------------------------------------------------------------------------

    def _row(
        self, value: ReviewHost | ReviewStep, host: str, step: str, state: State | None, note: str
    ) -> QStandardItem:
        words = value.name if isinstance(value, ReviewHost) else f"{value.verb} {value.text}"
        item = QStandardItem(words)
        item.setData(value, VALUE_ROLE)
        item.setData(state, STATE_ROLE)
        item.setData(note, NOTE_ROLE)
        item.setData(hover(words), Qt.ItemDataRole.ToolTipRole)
        self._items[host, step] = item
        return item

    def _first_step(self, model: ReviewModel) -> QModelIndex:
        """The first file that changes; else the first step, else the first host."""
        for host in model.hosts:
            for step in host.steps:
                if step.diff is not None:
                    return self._items[host.key, step.key].index()
        for row in range(self._tree.rowCount()):
            top = self._tree.item(row)
            if top.hasChildren():
                return top.child(0).index()
        return self._tree.index(0, 0)

    def _fill_confirms(self, items: tuple[Irreversible, ...]) -> None:
        for confirm in self._confirms:
            confirm.hide()
            confirm.deleteLater()
        self._confirms = [Confirm(item) for item in items]
        for confirm in self._confirms:
            self.ui.confirm_rows_layout.addWidget(confirm)
            confirm.changed.connect(self._foot)
            confirm.backup.connect(self.backup_requested)
        count = len(items)
        self.ui.confirm_title.setText(
            self.tr("This cannot be undone")
            if count == 1
            else self.tr("%1 changes cannot be undone").replace("%1", str(count))
        )
        self.ui.confirm.setVisible(bool(items))

    def _chosen_by_hand(self) -> None:
        self._follow = False

    def _show(self, index: QModelIndex) -> None:
        value = index.data(VALUE_ROLE) if index.isValid() else None
        key = next((key for key, item in self._items.items() if item.index() == index), ("", ""))
        report = self._reports.get(key, "")
        state = index.data(STATE_ROLE) if index.isValid() else None
        failed = state in (State.FAILING, State.UNREACHABLE) and bool(report)
        if isinstance(value, ReviewStep) and value.diff is not None and not failed:
            if self.ui.diff.shown() != value.diff:
                self.ui.diff.show_diff(value.diff)
            self.ui.detail.setCurrentWidget(self.ui.diff)
            return
        if isinstance(value, ReviewStep):
            title, text = f"{value.verb} {value.text}", value.detail
        elif isinstance(value, ReviewHost):
            title, text = value.name, "\n\n".join(part for part in (value.summary, value.detail) if part)
        else:
            title, text = self.tr("Nothing to do"), self.tr("Every host is as the document says.")
        self.ui.step_title.setText(title)
        self.ui.step_text.setText(text)
        self.ui.step_text.setVisible(bool(text))
        self.ui.step_outcome.set(state if report else None, report)
        self.ui.step_outcome.setVisible(bool(report))
        self.ui.detail.setCurrentWidget(self.ui.words)

    def _foot(self) -> None:
        model = self._model
        steps = [item for (_host, step), item in self._items.items() if step]
        finished = sum(item.data(STATE_ROLE) in (State.RIGHT, State.FAILING, State.DIFFERS) for item in steps)
        self.ui.progress.setRange(0, max(1, len(steps)))
        self.ui.progress.setValue(finished)
        self.ui.progress.setVisible(self._running)
        self.ui.cancel_apply.setVisible(self._running)
        self.ui.close_review.setVisible(not self._running)
        self.ui.apply.setVisible(not self._running and not self._over)
        self.ui.apply.setEnabled(self.can_apply)
        self.ui.export_plan.setEnabled(bool(steps))
        self.ui.confirm.setVisible(bool(self._confirms) and not self._running and not self._over)
        waiting = any(not confirm.allowed for confirm in self._confirms)
        self.ui.foot_mark.set_state(State.BUSY if self._running else None)
        self.ui.foot_mark.setVisible(self._running)
        if self._running:
            words = self.tr("%1 of %2 steps").replace("%1", str(finished)).replace("%2", str(len(steps)))
        elif self._over or model is None:
            words = ""
        elif waiting and not model.problem:
            words = self.tr("Apply is possible once the names above are typed.")
        else:
            words = self.tr(
                "Each host ends in the new state or in the old one. The plan is checked again before it runs."
            )
        self.ui.foot_note.setText(words)
        self.ui.foot_note.setToolTip(relative.exact(model.made_at) if model else "")

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.ui.steps.setFocus(Qt.FocusReason.OtherFocusReason)

    def apply(self) -> None:
        """Ask to apply, or go to the first name that still has to be typed; the window calls it for Ctrl+Return."""
        if self.can_apply:
            self.apply_requested.emit()
            return
        missing = next((confirm for confirm in self._confirms if not confirm.allowed), None)
        if missing is not None and not self._running and not self._over:
            missing.word.setFocus(Qt.FocusReason.ShortcutFocusReason)


def _hosts_line(model: ReviewModel) -> str:
    return " · ".join(f"{host.name}: {host.summary}" for host in model.hosts)
