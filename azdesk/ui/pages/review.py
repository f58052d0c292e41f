"""The review: what would be done, on which host, in which file; then the same place shows it being done, and what came of it."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QPainter,
    QShowEvent,
    QStandardItem,
    QStandardItemModel,
)
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from azdesk.core.outcome import HostState, StepState
from azdesk.ui import relative, theme
from azdesk.ui.forms.review_page import Ui_ReviewPage
from azdesk.ui.reviewmodels import (
    HostReport,
    Irreversible,
    ReviewHost,
    ReviewModel,
    ReviewResult,
    ReviewStep,
    StepReport,
)
from azdesk.ui.tokens import GRID
from azdesk.ui.viewmodels import State
from azdesk.ui.widgets import rows
from azdesk.ui.widgets.banner import Kind

_VALUE_ROLE: Final = Qt.ItemDataRole.UserRole
_STATE_ROLE: Final = Qt.ItemDataRole.UserRole + 1
_NOTE_ROLE: Final = Qt.ItemDataRole.UserRole + 2

_STEP_MARK: Final = {
    StepState.WAITING: State.UNKNOWN,
    StepState.RUNNING: State.BUSY,
    StepState.DONE: State.RIGHT,
    StepState.FAILED: State.FAILING,
    StepState.ROLLED_BACK: State.DIFFERS,
    StepState.NOT_RUN: State.UNKNOWN,
}
_HOST_MARK: Final = {
    HostState.RIGHT: State.RIGHT,
    HostState.CHANGED: State.RIGHT,
    HostState.ROLLED_BACK: State.FAILING,
    HostState.NOT_RUN: State.UNKNOWN,
    HostState.AWAITED: State.UNREACHABLE,
    HostState.NEEDS_HELP: State.FAILING,
}
EXPORTS: Final = ("shell", "ansible", "ldif", "pdf")


class _StepDelegate(QStyledItemDelegate):
    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        value, state = index.data(_VALUE_ROLE), index.data(_STATE_ROLE)
        if isinstance(value, ReviewHost):
            text, font = value.name, theme.heading_font()
        elif isinstance(value, ReviewStep):
            text, font = f"{value.verb}  {value.text}", theme.ui_font()
        else:
            return
        rows.mark_text_note(
            painter,
            option.rect.adjusted(0, 0, -8, 0),
            text=text,
            note=index.data(_NOTE_ROLE) or "",
            font=font,
            note_font=theme.note_font(),
            state=state,
            icon="warning" if isinstance(value, ReviewStep) and value.irreversible and state is None else "",
        )

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(80, rows.ROW_PX)


class _Confirm(QWidget):
    """One thing that cannot be undone, with the word to be typed."""

    changed = Signal()
    backup = Signal(str)

    def __init__(self, item: Irreversible) -> None:
        super().__init__()
        self.item = item
        sentence = QLabel(item.sentence)
        sentence.setWordWrap(True)
        sentence.setTextFormat(Qt.TextFormat.PlainText)
        self.word = QLineEdit()
        self.word.setPlaceholderText(self.tr("Type %1 to allow it").replace("%1", item.confirm))
        self.word.setAccessibleName(self.word.placeholderText())
        self.word.setAccessibleDescription(item.sentence)
        self.word.setFixedWidth(240)
        self.word.textChanged.connect(lambda _text: self.changed.emit())
        line = QHBoxLayout()
        line.setSpacing(GRID)
        line.addWidget(self.word)
        if item.backup:
            download = QPushButton(item.backup)
            download.clicked.connect(lambda: self.backup.emit(item.key))
            line.addWidget(download)
        line.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        column.addWidget(sentence)
        column.addLayout(line)

    @property
    def allowed(self) -> bool:
        return self.word.text().strip() == self.item.confirm


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
        self._confirms: list[_Confirm] = []
        self._running = False
        self._follow = True
        self._over = False
        self._tree = QStandardItemModel(self)
        self.ui.steps.setModel(self._tree)
        self.ui.steps.setItemDelegate(_StepDelegate(self))
        self.ui.steps.setEditTriggers(self.ui.steps.EditTrigger.NoEditTriggers)
        self.ui.steps.selectionModel().currentChanged.connect(lambda index, _old: self._show(index))
        self.ui.steps.clicked.connect(self._chosen_by_hand)
        self.ui.confirm_mark.set_icon("state-failing", "failing")
        self.ui.splitter.setSizes([340, 640])
        self.ui.splitter.setStretchFactor(0, 0)
        self.ui.splitter.setStretchFactor(1, 1)
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
                self.tr("&Shell script…"),
                self.tr("&Ansible playbook…"),
                self.tr("&LDIF…"),
                self.tr("&PDF change sheet…"),
            ),
            strict=True,
        ):
            action = QAction(words, menu)
            action.triggered.connect(lambda _checked=False, which=key: self.export_requested.emit(which))
            menu.addAction(action)
        self.ui.export_plan.setMenu(menu)

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
            top = self._row(host, host.key, "", State.DIFFERS if host.steps else State.RIGHT, host.summary)
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
        first = self._first_step()
        self.ui.steps.setCurrentIndex(first)
        if not first.isValid():
            self._show(first)
        self._foot()

    def set_running(self) -> None:
        """Applying has begun: every step waits."""
        self._running = True
        self._follow = True
        for (_host, step), item in self._items.items():
            item.setData(State.UNKNOWN if step else State.BUSY, _STATE_ROLE)
        self._foot()

    def report_steps(self, reports: tuple[StepReport, ...]) -> None:
        """News of steps, oldest first; the view follows them until a row is chosen by hand."""
        running: QStandardItem | None = None
        for report in reports:
            item = self._items.get((report.host, report.step))
            if item is None:
                continue
            item.setData(_STEP_MARK[report.state], _STATE_ROLE)
            item.setData(_step_word(report.state), _NOTE_ROLE)
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
        item.setData(_HOST_MARK[report.state], _STATE_ROLE)
        item.setData(_host_word(report.state), _NOTE_ROLE)
        self._reports[report.host, ""] = report.text
        self._show(self.ui.steps.currentIndex())

    def set_result(self, result: ReviewResult) -> None:
        """It is over: say so, and leave everything to be read."""
        self._running = False
        self._over = True
        kind: Kind = (
            "info" if result.state is State.RIGHT else "error" if result.state is State.FAILING else "warning"
        )
        self.ui.banner.show_message(
            kind,
            result.sentence,
            result.detail,
            button="" if result.state is State.RIGHT else self.tr("Look again"),
            closable=False,
        )
        failed = next(
            (i for i in self._items.values() if i.data(_STATE_ROLE) == State.FAILING and not i.hasChildren()),
            None,
        )
        if failed is not None and self._follow:
            self.ui.steps.setCurrentIndex(failed.index())
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
        item.setData(value, _VALUE_ROLE)
        item.setData(state, _STATE_ROLE)
        item.setData(note, _NOTE_ROLE)
        item.setData(words, Qt.ItemDataRole.ToolTipRole)
        self._items[host, step] = item
        return item

    def _first_step(self) -> QModelIndex:
        for row in range(self._tree.rowCount()):
            top = self._tree.item(row)
            if top.hasChildren():
                return top.child(0).index()
        return self._tree.index(0, 0)

    def _fill_confirms(self, items: tuple[Irreversible, ...]) -> None:
        for confirm in self._confirms:
            confirm.hide()
            confirm.deleteLater()
        self._confirms = [_Confirm(item) for item in items]
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
        value = index.data(_VALUE_ROLE) if index.isValid() else None
        key = next((key for key, item in self._items.items() if item.index() == index), ("", ""))
        report = self._reports.get(key, "")
        state = index.data(_STATE_ROLE) if index.isValid() else None
        failed = state in (State.FAILING, State.UNREACHABLE) and bool(report)
        if isinstance(value, ReviewStep) and value.diff is not None and not failed:
            if self.ui.diff.shown() != value.diff:
                self.ui.diff.show_diff(value.diff)
            self.ui.detail.setCurrentWidget(self.ui.diff)
            return
        if isinstance(value, ReviewStep):
            title, text = f"{value.verb} {value.text}", value.detail
        elif isinstance(value, ReviewHost):
            title, text = value.name, value.summary
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
        finished = sum(
            item.data(_STATE_ROLE) in (State.RIGHT, State.FAILING, State.DIFFERS) for item in steps
        )
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


def _step_word(state: StepState) -> str:
    from PySide6.QtCore import QCoreApplication

    tr = QCoreApplication.translate
    return {
        StepState.WAITING: "",
        StepState.RUNNING: tr("ReviewPage", "running"),
        StepState.DONE: tr("ReviewPage", "done"),
        StepState.FAILED: tr("ReviewPage", "failed"),
        StepState.ROLLED_BACK: tr("ReviewPage", "rolled back"),
        StepState.NOT_RUN: tr("ReviewPage", "not run"),
    }[state]


def _host_word(state: HostState) -> str:
    from PySide6.QtCore import QCoreApplication

    tr = QCoreApplication.translate
    return {
        HostState.RIGHT: tr("ReviewPage", "already right"),
        HostState.CHANGED: tr("ReviewPage", "changed and verified"),
        HostState.ROLLED_BACK: tr("ReviewPage", "rolled back"),
        HostState.NOT_RUN: tr("ReviewPage", "not touched"),
        HostState.AWAITED: tr("ReviewPage", "link lost, asked again"),
        HostState.NEEDS_HELP: tr("ReviewPage", "needs help"),
    }[state]
