"""The open document and everything that works on it: what the pages, editors and dialogs of the window share.

Lives in the GUI thread; `run` is the way off it, `ask` the way back. Nothing here draws anything.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QUndoStack

from azdesk.core.errors import AzdeskError, DocumentError
from azdesk.core.progress import Job, Progress
from azdesk.fleet import store
from azdesk.fleet.model import Fleet
from azdesk.ui.asking import Hop
from azdesk.ui.jobs import Jobs, Running
from azdesk.ui.looking import Looking
from azdesk.ui.saving import Saving
from azdesk.ui.steps import FleetStep
from azdesk.ui.thinking import Thinker, Thought
from azdesk.ui.worker import Task, Worker

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from azdesk.app.planning import Preview
    from azdesk.app.session import Observation, Session
    from azdesk.core.errors import HostKeyUnknown
    from azdesk.core.outcome import HostOutcome, Outcome
    from azdesk.core.secret import Secret

T = TypeVar("T")

MakeSession = Callable[["Workbench"], "Session"]
"""Makes the session when it is first needed; called in any thread."""


class Workbench(QObject):
    """One open document at work.

    Args:
        opened: the document as it was read.
        make_session: makes the session when first needed, in whichever thread needs it; None: over SSH, with the known
            host keys and secrets of this user.
        parent: owner.
    """

    fleet_changed = Signal()
    """`fleet` is another one: an edit, undo, redo, or another text of the file."""
    document_changed = Signal()
    """Path, name or saved mark may be others."""
    observed = Signal(str)
    """There is a new look at this host."""
    plan_changed = Signal(object)
    """`thought` is new for these hosts (tuple of names)."""
    job_changed = Signal()
    """`jobs` changed: something began, went on or ended."""
    message = Signal(str, str)
    """(level, text): level is info, warning or error; a second line of the text says what to do next."""
    renewal_requested = Signal(object)
    """Hosts (tuple) that are to get new certificates, after a review."""
    review_requested = Signal(object)
    """Somebody wants to review these hosts (tuple of names; None: all)."""
    conflict = Signal(object)
    """The `ConflictError` of a save."""
    page_requested = Signal(str)
    """Somebody wants to see the page with this key."""
    closing = Signal()
    """Connections that somebody holds have to be given back now."""

    def __init__(
        self,
        opened: store.Opened,
        make_session: MakeSession | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.opened = opened
        self.worker = Worker(parent=self)
        self.undo_stack = QUndoStack(self)
        self.window: QWidget | None = None
        """Window that dialogs belong to."""
        self.outcomes: dict[str, HostOutcome] = {}
        """What the last plan came to on each host, in this session."""
        self._fleet = opened.fleet
        self._make_session = make_session or _over_ssh
        self._session: Session | None = None
        self._session_lock = threading.Lock()
        self._given: Fleet | None = None
        self._hop = Hop(self)
        self._jobs = Jobs(self.worker, self.failed, self)
        self._jobs.news.connect(self._synced)
        self._jobs.changed.connect(self.job_changed)
        self._looking = Looking(self)
        self._looking.seen.connect(self._seen)
        self._saving = Saving(self)
        self._modified = False
        self._closed = False
        self._thinker = Thinker(self.worker, self)
        self._thinker.thought.connect(self.plan_changed)
        self._fleet_soon = QTimer(self)
        self._fleet_soon.setSingleShot(True)
        self._fleet_soon.setInterval(0)
        self._fleet_soon.timeout.connect(self._think_all)
        self.undo_stack.indexChanged.connect(self._index_changed)

    # -- the document ------------------------------------------------------------------------------------------

    @property
    def fleet(self) -> Fleet:
        """The document as it is edited now; a frozen value."""
        return self._fleet

    @property
    def modified(self) -> bool:
        """Whether there is something to save."""
        return self._modified

    def edit(self, fleet: Fleet, text: str, *, key: str = "") -> None:
        """Make this the present document, as one undoable step.

        Args:
            fleet: from `azdesk.fleet.edit`.
            text: what was done, for Undo: ``Change File Upload URL``.
            key: such as a field's path: steps with the same key within a moment merge, so typing is one step.
        """
        if fleet != self._fleet:
            self.undo_stack.push(FleetStep(self._fleet, fleet, text, self._show, key=key))

    def try_edit(self, change: Callable[[], Fleet], text: str, *, key: str = "") -> bool:
        """Like `edit`, with the change as a function; a `DocumentError` of it becomes a message. Whether it was made."""
        try:
            fleet = change()
        except DocumentError as error:
            self.say("error", error.what, " ".join(problem.message for problem in error.problems))
            return False
        self.edit(fleet, text, key=key)
        return True

    def field_problem(self, path: str | tuple[str, ...], value: Any) -> str | None:
        """What would be wrong if this value stood there, for a check at each keystroke; None if nothing."""
        from azdesk.fleet.edit import field_problem

        return field_problem(self._fleet, path, value)

    def save(self, then: Callable[[], object] | None = None, *, summary: str = "") -> None:
        """Write the document in the background; `then` is called once it is written."""

        def write(opened: store.Opened, fleet: Fleet) -> store.Opened:
            return store.save(opened, fleet, summary=summary)

        self._saving.save(write, then)

    def save_over(self, theirs: store.Opened, fleet: Fleet, then: Callable[[], object] | None = None) -> None:
        """After a conflict: write `fleet` (a merged one, or ours) over the text that was read meanwhile."""
        if fleet != self._fleet:
            self.edit(fleet, self.tr("Take over the other side's changes"))

        def write(_opened: store.Opened, _fleet: Fleet) -> store.Opened:
            return store.save(theirs, fleet)

        self._saving.save(write, then)

    def write(
        self,
        write: Callable[[store.Opened, Fleet], store.Opened],
        *,
        title: str,
        done: Callable[[store.Opened], object],
        failed: Callable[[AzdeskError], None] | None = None,
    ) -> None:
        """Write a file of the document in the background, after those that are being written: one at a time.

        Args:
            write: called in a worker with the document as it was last written and as it is edited by then.
            title: what is done, for people.
            done: called with what was written.
            failed: called with its `AzdeskError`; None: it becomes a message. What waited then is not written.
        """
        self._saving.write(write, title=title, done=done, failed=failed)

    def go_on_with(self, opened: store.Opened) -> None:
        """Go on with the document as it was written, also under another name."""
        self.opened = opened
        if self._fleet == opened.fleet:
            self.undo_stack.setClean()
        self._mark()

    def reread(self, opened: store.Opened) -> None:
        """Take the text that is in the file now, as one undoable step."""
        self.opened = opened
        self.edit(opened.fleet, self.tr("Take the document as it is in the file"))
        self._mark()

    # -- what is known of hosts --------------------------------------------------------------------------------

    @property
    def session(self) -> Session:
        """Links to the hosts, made when first asked for; its fleet is the present one. Any thread may ask."""
        with self._session_lock:
            if self._session is None:
                self._session = self._make_session(self)
                self._given = self._session.fleet
            if self._given is not self._fleet:
                self._given = self._fleet
                self._session.update(self._fleet)
            return self._session

    @property
    def observations(self) -> Mapping[str, Observation]:
        """Latest look at each host; hosts never looked at are missing."""
        return self._looking.observations

    def observation(self, host: str) -> Observation | None:
        """The latest look at a host."""
        return self.observations.get(host)

    def thought(self, host: str) -> Thought | None:
        """What differs on a host and what would be done there; None before the first look was thought about."""
        return self._thinker.thoughts.get(host)

    @property
    def thinking(self) -> bool:
        """Whether some thoughts are older than the document or the observations."""
        return self._thinker.busy or self._fleet_soon.isActive()

    def differences(self, host: str) -> Mapping[str, tuple[str, ...]]:
        """Feature key → one sentence for each thing that differs on a host; features in order are left out."""
        thought = self.thought(host)
        return thought.differences if thought is not None else {}

    @property
    def thoughts(self) -> Mapping[str, Thought]:
        """`thought` of all hosts."""
        return self._thinker.thoughts

    def look_quietly(self) -> None:
        """Look at all hosts on which nothing is being done, but for those that would refuse the login once more."""
        if not self._looking.under_way:
            fleet, refusals = self._fleet, self._looking.refusals
            names = [host for host in fleet.hosts if not self.busy(host) and not refusals.holds(fleet, host)]
            self.look(names, by_hand=False, hidden=True)

    def look(
        self,
        hosts: Collection[str] | None = None,
        *,
        then: Callable[[], object] | None = None,
        by_hand: bool = True,
        hidden: bool = False,
    ) -> bool:
        """Look at hosts again (None: all) in the background; those being looked at already are left out.

        Args:
            hosts: names.
            then: called when all of them have been looked at. Not called if the look is cancelled.
            by_hand: the admin asked for it, and so knows what was said of these hosts.
            hidden: the change bar does not show it.

        Returns:
            whether there was anything to look at.
        """
        wanted = [
            host for host in (self._fleet.hosts if hosts is None else hosts) if host in self._fleet.hosts
        ]
        if by_hand:
            self.recovery_noticed(wanted)
        return self._looking.look(wanted, then=then, hidden=hidden)

    def recovery_noticed(self, hosts: Collection[str]) -> None:
        """The admin has seen that these hosts took back what they found unfinished: it is not told any longer."""
        if self._session is not None:
            self._session.recovery_noticed(hosts)
            self._synced()

    @property
    def being_looked_at(self) -> frozenset[str]:
        """Hosts to which a look is under way."""
        return self._looking.under_way

    def looking(self, host: str) -> bool:
        """Whether a look at the host is under way."""
        return host in self._looking.under_way

    # -- what can be done --------------------------------------------------------------------------------------

    def run(
        self,
        work: Callable[[Job], T],
        *,
        title: str,
        host: str = "",
        hosts: Collection[str] = (),
        done: Callable[..., object] | None = None,
        failed: Callable[[AzdeskError], None] | None = None,
        progress: Callable[[tuple[Progress, ...]], None] | None = None,
        cancellable: bool = True,
        quiet: bool = False,
        hidden: bool = False,
        steps: Mapping[str, int] | None = None,
    ) -> Task:
        """Run a blocking function of `azdesk.app` in the background; it is shown in the change bar with Cancel.

        Args:
            work: gets a `Job`; the session has the present document when it begins.
            title: what runs, for people.
            host: name of the host it works on, if it is one.
            hosts: the same for several.
            done: called with its result. Callbacks that are methods of a deleted `QObject` are not called.
            failed: called with its `AzdeskError`; None: it becomes a message.
            progress: called with the newest words of it.
            cancellable: whether Cancel is offered.
            quiet: it only reads: hosts are not shown as busy for it.
            hidden: it goes on by itself, or is over in a moment: the change bar does not show it.
            steps: host → number of steps there, where that is known beforehand.
        """

        def prepared(job: Job) -> T:
            _ = self.session
            return work(job)

        return self._jobs.run(
            prepared,
            title=title,
            host=host,
            hosts=hosts,
            done=done,
            failed=failed,
            progress=progress,
            cancellable=cancellable,
            quiet=quiet,
            hidden=hidden,
            steps=steps,
        )

    @property
    def jobs(self) -> tuple[Running, ...]:
        """What runs now, oldest first."""
        return self._jobs.running

    def busy(self, host: str) -> str:
        """What is being done on a host, looking apart; empty if nothing."""
        return self._jobs.busy(host)

    def cancel(self, key: str = "") -> None:
        """Ask a job to stop, by `Running.key`; empty: all of them."""
        self._jobs.cancel(key)

    def preview(self, hosts: Collection[str] | None = None) -> Preview:
        """The plan for the present document and the latest looks.

        Raises:
            PlanError: the hosts wait for each other in a circle.
        """
        from azdesk.app.planning import preview

        return preview(self._fleet, dict(self.observations), hosts)

    def show_review(self, hosts: Collection[str] | None = None) -> None:
        """Show what would be done on these hosts (None: all) for approval."""
        self.review_requested.emit(None if hosts is None else tuple(hosts))

    def adopt(self, host: str, features: Collection[str] | None = None) -> bool:
        """Take what a host has into the document, as one undoable step; whether anything changed."""
        from azdesk.app.adopting import adopt

        seen = self.observations.get(host)
        if seen is None:
            self.say("warning", self.tr("%1 has not been looked at yet.").replace("%1", host))
            return False
        try:
            fleet = adopt(self._fleet, seen, features)
        except AzdeskError as error:
            self.say("error", str(error))
            return False
        if fleet == self._fleet:
            self.say(
                "info",
                self.tr("There is nothing of %1 to take into the document.").replace("%1", host),
                self.tr(
                    "What differs there has no place in the document; Review shows how it would be set right."
                ),
            )
            return False
        self.edit(fleet, self.tr("Adopt what %1 has").replace("%1", host))
        return True

    def applied(self, outcome: Outcome) -> None:
        """Remember what a plan came to, and look again at its hosts and at the nodes that share a cluster with them."""
        self.outcomes.update({host.host: host for host in outcome})
        fleet, changed = self._fleet, {host.host for host in outcome}
        domains = {fleet.hosts[host].cluster for host in changed if host in fleet.hosts} - {""}
        concerned = [name for name, host in fleet.hosts.items() if name in changed or host.cluster in domains]
        self.look(concerned, by_hand=False)

    # -- words with the admin ----------------------------------------------------------------------------------

    def say(self, level: str, what: str, next_step: str = "") -> None:
        """Show a message: info, warning or error. From the GUI thread."""
        self.message.emit(level, f"{what}\n{next_step}" if next_step else what)

    def failed(self, error: AzdeskError) -> None:
        """Say what went wrong. From the GUI thread."""
        head = f"{error.where}: {error.what}" if error.where else error.what
        self.say("error", head, error.next_step)

    def ask(self, question: Callable[[], T]) -> T:
        """Run `question` (usually a dialog's ``exec``) in the GUI thread and give its result; from any thread.

        Raises:
            Cancelled: the window was closed before there was an answer.
        """
        return self._hop.ask(question)

    def ask_secret(self, name: str, what: str) -> Secret | None:
        """A secret that is kept nowhere, asked of the admin; from any thread. None: not given."""

        def question() -> Secret | None:
            from azdesk.ui.dialogs.secrets import ask_secret

            return ask_secret(self, name, what)

        return self.ask(question)

    def secret_kept(self, credential: str) -> None:
        """A secret of a credential was kept anew; from any thread."""
        self._looking.refusals.renewed(credential)

    def ask_passphrase(self) -> Secret | None:
        """What opens the encrypted file with the secrets; from any thread."""

        def question() -> Secret | None:
            from azdesk.ui.dialogs.secrets import ask_passphrase

            return ask_passphrase(self)

        return self.ask(question)

    def ask_host_key(self, error: HostKeyUnknown) -> bool:
        """Whether the admin accepts a host's key; from any thread."""

        def question() -> bool:
            from azdesk.ui.dialogs.host_key import ask_host_key

            return ask_host_key(self, error)

        return self.ask(question)

    def close(self, wait_s: float = 5.0) -> None:
        """Stop everything: questions, jobs, links. Whatever is under way on a host ends there as old or new."""
        if self._closed:
            return
        self._closed = True
        self.closing.emit()
        self._fleet_soon.stop()
        self._thinker.stop()
        self._saving.close()
        self._hop.close()
        self.cancel()
        with self._session_lock:
            session = self._session
        if session is not None:
            session.close()
        self.worker.shutdown(wait_s)
        self._jobs.forget()

    # -- inside ------------------------------------------------------------------------------------------------

    def _show(self, fleet: Fleet) -> None:
        self._fleet = fleet
        for host in self._looking.forget(fleet):
            self.outcomes.pop(host, None)
        self._mark()
        self._fleet_soon.start()
        self.fleet_changed.emit()

    def _mark(self) -> None:
        self._modified = self._fleet != self.opened.fleet or self.opened.migrated
        self.document_changed.emit()

    def _index_changed(self, _index: int) -> None:
        if not self._closed:
            self.document_changed.emit()

    def _think_all(self) -> None:
        self._thinker.again(self._fleet, self.observations)

    def _synced(self, _result: object = None) -> None:
        """Take over what was seen of hosts since the last time, whoever looked."""
        session = self._session
        if session is None or self._closed:
            return
        self._looking.take(session.observations, self._fleet, self._given or self._fleet)

    def _seen(self, hosts: tuple[str, ...], concerned: tuple[str, ...]) -> None:
        self._thinker.again(self._fleet, self.observations, concerned)
        for host in hosts:
            self.observed.emit(host)


def _over_ssh(workbench: Workbench) -> Session:
    from azdesk.app.opening import session_for

    return session_for(
        workbench.fleet,
        ask_secret=workbench.ask_secret,
        ask_host_key=workbench.ask_host_key,
        passphrase=workbench.ask_passphrase,
    )
