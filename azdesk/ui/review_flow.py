"""From "Review" to "changed and verified": looks again, shows the plan, runs what was approved, tells what came of it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from azdesk.core.errors import AzdeskError
from azdesk.core.outcome import HostState, Outcome
from azdesk.core.plan import HostPlan
from azdesk.core.step import Archive
from azdesk.ui import exporting
from azdesk.ui.mapping import review as mapping
from azdesk.ui.mapping.words import counted, filled
from azdesk.ui.pages.review import ReviewPage

if TYPE_CHECKING:
    from azdesk.app.planning import Preview
    from azdesk.core.progress import Job, Progress
    from azdesk.ui.reviewmodels import ReviewModel
    from azdesk.ui.workbench import Workbench
    from azdesk.ui.worker import Task


class ReviewFlow(QObject):
    """Drives the review page of one document."""

    close_requested = Signal()
    ended = Signal(object)
    """The `Outcome` of a plan that was carried out."""

    def __init__(self, workbench: Workbench, page: ReviewPage, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workbench = workbench
        self.page = page
        self._hosts: tuple[str, ...] | None = None
        self._renew = False
        self._preview: Preview | None = None
        self._model: ReviewModel | None = None
        self._making: Task | None = None
        self._task: Task | None = None
        page.apply_requested.connect(self.apply)
        page.cancel_requested.connect(self.cancel)
        page.close_requested.connect(self.close_requested)
        page.make_again_requested.connect(self.make_again)
        page.export_requested.connect(self.export)
        page.backup_requested.connect(self.take_backup)
        workbench.fleet_changed.connect(self._outdated)

    @property
    def preview(self) -> Preview | None:
        """What is shown for approval, and what then runs."""
        return self._preview

    @property
    def applying(self) -> bool:
        """Whether a plan is being carried out."""
        return self._task is not None

    # -- making the plan ---------------------------------------------------------------------------------------

    def show(self, hosts: Collection[str] | None, *, renew: bool = False) -> None:
        """Work out a plan for these hosts (None: all) from a fresh look, and show it.

        Args:
            renew: with new certificates for them, though those they have are not due.
        """
        if self._task is not None:
            return
        self._hosts = tuple(hosts) if hosts is not None else None
        self._renew = renew
        self.make_again()

    def make_again(self) -> None:
        """Look at the hosts the plan is about, and make the plan again."""
        if self._task is not None:
            return
        if self._making is not None:
            self._making.cancel()
        self._preview = self._model = None
        self.page.set_waiting(self.tr("Looking at the hosts…"))
        workbench, fleet, hosts, renew = self._workbench, self._workbench.fleet, self._hosts, self._renew
        names = self._concerned()

        def work(job: Job) -> tuple[mapping.Approvable, ReviewModel]:
            from azdesk.app.observing import observe
            from azdesk.app.planning import preview
            from azdesk.ui.diffing import diff_rows

            observe(workbench.session, names, job)
            seen, due = workbench.session.observations, frozenset[str]()
            if renew:
                from azdesk.app.authority import renewable

                due = renewable(fleet, seen, hosts or ())
            part = mapping.approvable(preview(fleet, seen, hosts, renew=due))
            model = mapping.review(part)
            for host in model.hosts:
                for step in host.steps:
                    job.check()
                    if step.diff is not None:
                        # Large files take their time; the window finds the result ready.
                        diff_rows(step.diff.before, step.diff.after)
            return part, model

        def done(made: tuple[mapping.Approvable, ReviewModel]) -> None:
            if self._making is task:
                self._made(made)

        def failed(error: AzdeskError) -> None:
            if self._making is task:
                self._not_made(error)

        def stopped() -> None:
            # One that was cancelled because the next one began has nothing to say any more.
            if self._making is task:
                self._stopped()

        title = counted(
            len(names), self.tr("Looking before the review"), self.tr("Looking at %1 hosts before the review")
        )
        task = self._making = workbench.run(work, title=title, done=done, failed=failed, quiet=True)
        task.cancelled.connect(stopped)

    def _concerned(self) -> list[str]:
        """Hosts to look at: those asked for that can be read or were never seen, and the other nodes of their clusters."""
        fleet, seen = self._workbench.fleet, self._workbench.observations
        wanted = [host for host in fleet.hosts if self._hosts is None or host in self._hosts]
        domains = {fleet.hosts[host].cluster for host in wanted} - {""}
        return [
            host
            for host in fleet.hosts
            if (host in wanted or fleet.hosts[host].cluster in domains)
            and (host not in seen or seen[host].readable or self._hosts is not None)
        ]

    def _made(self, made: tuple[mapping.Approvable, ReviewModel]) -> None:
        part, model = made
        self._making = None
        if part.preview.fleet != self._workbench.fleet:
            self.make_again()
            return
        self._preview = part.preview
        self._model = model
        self.page.set_model(model)

    def _not_made(self, error: AzdeskError) -> None:
        self._making = None
        self.page.set_waiting(self.tr("No plan could be made"))
        self.page.ui.banner.show_message(
            "error", f"{error.where}: {error.what}" if error.where else error.what, error.next_step,
            button=self.tr("Look again"), closable=False,
        )  # fmt: skip

    def _stopped(self) -> None:
        self._making = None
        self.page.set_waiting(self.tr("No plan"))
        self.page.ui.banner.show_message(
            "info",
            self.tr("Looking at the hosts was cancelled, so there is no plan."),
            button=self.tr("Look again"),
            closable=False,
        )

    def _outdated(self) -> None:
        """The document was edited while a plan is shown: that plan is no longer what the document says."""
        if self._preview is not None and self._task is None and not self.page.over:
            self._preview = None
            self.page.set_outdated(
                self.tr("The document was changed since this plan was made."), self.tr("Make the plan again")
            )

    # -- carrying it out ---------------------------------------------------------------------------------------

    def apply(self) -> None:
        """Carry out the plan that is shown."""
        approved = self._preview
        if approved is None or self._task is not None:
            return
        workbench = self._workbench

        def work(job: Job) -> Outcome:
            from azdesk.app.applying import apply

            return apply(workbench.session, approved, job)

        hosts = len(approved.plan.hosts)
        title = filled(
            self.tr("Changing %1"),
            approved.plan.hosts[0].host
            if hosts == 1
            else counted(hosts, self.tr("1 host"), self.tr("%1 hosts")),
        )
        self.page.set_running()
        self._task = workbench.run(
            work,
            title=title,
            done=self._done,
            failed=self._failed,
            progress=self._progressed,
            steps={plan.host: len(plan.steps) for plan in approved.plan},
        )
        self._task.finished.connect(self._over)

    def cancel(self) -> None:
        """Stop: hosts under way roll back, the others stay untouched."""
        if self._task is not None:
            self._task.cancel()

    def _progressed(self, news: tuple[Progress, ...]) -> None:
        if self._preview is not None:
            self.page.report_steps(mapping.step_reports(self._preview.plan, news))

    def _done(self, outcome: Outcome) -> None:
        for host in outcome:
            self.page.report_steps(mapping.outcome_reports(host))
            self.page.report_host(mapping.host_report(host))
        self.page.set_result(mapping.result(outcome))
        self._workbench.applied(outcome)
        self.ended.emit(outcome)

    def _failed(self, error: AzdeskError) -> None:
        self.page.set_model(self._model) if self._model is not None else None
        self._not_made(error)

    def _over(self) -> None:
        self._task = None

    # -- on paper, and backups ---------------------------------------------------------------------------------

    def export(self, kind: str, path: Path | None = None) -> None:
        """Write a change sheet; asks where if no path is given."""
        if self._model is None or self._preview is None:
            return
        if path is None:
            path = self._ask_where(
                self.tr("Save change sheet"),
                f"changes-{datetime.now().astimezone():%Y%m%d-%H%M}{exporting.ENDINGS[kind]}",
            )
        if path is None:
            return
        workbench, model, preview = self._workbench, self._model, self._preview

        def write() -> None:
            exporting.write(path, kind, model, preview, datetime.now(UTC))

        def work(_job: Job) -> None:
            if kind == "pdf":  # Qt lays out text in the window's thread only
                workbench.ask(write)
            else:
                write()

        workbench.run(
            work,
            title=filled(self.tr("Saving %1"), path.name),
            done=lambda _none: workbench.say("info", filled(self.tr("Saved as %1."), path)),
            cancellable=False,
        )

    def take_backup(self, host: str, path: Path | None = None) -> None:
        """Take the backup that the plan would take, now, and download it."""
        if self._preview is None:
            return
        archives = tuple(step for step in self._preview.plan.host(host).steps if isinstance(step, Archive))
        if not archives:
            return
        if path is None:
            name = f"{host}-{datetime.now().astimezone():%Y-%m-%d-%H%M}-{archives[0].name}.tar.gz"
            path = self._ask_where(self.tr("Save backup"), name)
        if path is None:
            return
        workbench, plan = self._workbench, HostPlan(host=host, steps=archives[:1])

        def work(job: Job) -> int:
            from azdesk.app.applying import run_steps
            from azdesk.app.backups import download

            outcome = run_steps(workbench.session, plan, job, title=archives[0].title)
            if outcome.state is not HostState.CHANGED or not outcome.backups:
                raise AzdeskError(outcome.message or "No backup was made.", where=host)
            return download(workbench.session, host, outcome.backups[0], path, job)

        workbench.run(
            work,
            title=filled(self.tr("Backing up %1"), host),
            host=host,
            done=partial(self._backed_up, host, path),
        )

    def _backed_up(self, host: str, path: Path, size: int) -> None:
        words = filled(self.tr("The backup of %1 is saved as %2 (%3)."), host, path, _bytes(size))
        self._workbench.say(
            "info", words, self.tr("It holds the host's secrets: keep it where nobody else reads.")
        )

    def _ask_where(self, title: str, name: str) -> Path | None:
        from azdesk.ui import files

        return files.ask_save(self.page, title, name)


def _bytes(size: int) -> str:
    for unit in ("B", "KB", "MB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1000  # type: ignore[assignment]
    return f"{size:.1f} GB"
