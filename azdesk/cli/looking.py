"""What most commands begin with: open the document, look at its hosts, plan."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from azdesk.cli.running import Runner
from azdesk.cli.terminal import Terminal, clean
from azdesk.core.errors import AzdeskError, HostKeyUnknown
from azdesk.core.progress import Job, Progress
from azdesk.core.secret import Secret

if TYPE_CHECKING:
    from azdesk.app.planning import Preview
    from azdesk.app.session import Observation, Session
    from azdesk.core.outcome import HostState
    from azdesk.fleet.model import Fleet
    from azdesk.fleet.store import Opened

T = TypeVar("T")


@dataclass(kw_only=True)
class Settled:
    """A change of an earlier run whose end is known only now."""

    host: str
    title: str
    state: HostState
    message: str


@dataclass(kw_only=True)
class Desk:
    """An open document in a terminal."""

    terminal: Terminal
    runner: Runner
    opened: Opened
    session: Session
    asking: Asking
    chosen: tuple[str, ...]
    """Hosts the command is about, in document order."""
    quiet: bool = False
    """``--json``: nothing beside the answer."""
    settled: list[Settled] = field(default_factory=list)

    @property
    def fleet(self) -> Fleet:
        return self.session.fleet

    def look(self, hosts: Collection[str]) -> Mapping[str, Observation]:
        """Look at hosts side by side, and learn the ends of earlier changes there that were not seen."""
        from azdesk.app.observing import observe

        def work(job: Job) -> Mapping[str, Observation]:
            found = observe(self.session, hosts, job)
            self._ask_awaited(found)
            return found

        try:
            found = self.runner.run(work, self._looked)
        finally:
            self.terminal.transient("")
        for host, one in found.items():
            for transaction in one.recovered:
                self.say(f"{host}  had an unfinished change ({transaction}) and put itself back.")
        for end in self.settled:
            self.say(f"{end.host}  {end.title}, whose end was not seen: {clean(end.message)}")
        return found

    def preview(self, *, renew: bool = False) -> Preview:
        """Look at the chosen hosts and those that their plans depend on, and plan for the chosen ones.

        Args:
            renew: with new certificates for them.
        """
        from azdesk.app.planning import preview

        found = self.look(related(self.fleet, self.chosen))
        due = frozenset[str]()
        if renew:
            from azdesk.app.authority import renewable

            due = renewable(self.fleet, found, self.chosen)
        return preview(self.fleet, found, self.chosen, renew=due)

    def say(self, text: str) -> None:
        """A line for people beside the result."""
        if not self.quiet:
            self.terminal.note(text)

    def working(self, work: Callable[[Job], T]) -> T:
        """Do something long; on a screen its progress is seen."""
        try:
            return self.runner.run(work, self._told)
        finally:
            self.terminal.transient("")

    def _told(self, progress: Progress) -> None:
        if not self.quiet and self.terminal.is_screen:
            of = f" of {progress.total:,}" if progress.total else ""
            count = f": {progress.done:,}{of}" if progress.done else ""
            self.terminal.transient(clean(f"{progress.text}{count}"))

    def _looked(self, progress: Progress) -> None:
        if not self.quiet and self.terminal.is_screen:
            self.terminal.transient(f"Looking at hosts: {progress.done} of {progress.total}")

    def _ask_awaited(self, found: Mapping[str, Observation]) -> None:
        """The ends of changes that an earlier run did not see, of hosts that answer now."""
        from azdesk.app.applying import ask_awaited

        if any(found[item.host].readable for item in self.session.awaited.all() if item.host in found):
            ask_awaited(
                self.session,
                lambda item, state, message: self.settled.append(
                    Settled(host=item.host, title=item.title, state=state, message=message)
                ),
            )


def related(fleet: Fleet, hosts: Collection[str]) -> tuple[str, ...]:
    """The hosts and all nodes of their clusters: a node's plan depends on what the others are."""
    clusters = {fleet.hosts[host].cluster for host in hosts} - {""}
    return tuple(name for name, host in fleet.hosts.items() if name in hosts or host.cluster in clusters)


def errors_of(found: Mapping[str, Observation]) -> dict[str, AzdeskError]:
    """Host → why it could not be read; readable ones are left out."""
    return {host: one.error for host, one in found.items() if one.error is not None}


def choose(fleet: Fleet, wanted: Collection[str], where: str = "--host") -> tuple[str, ...]:
    """The hosts named with ``--host``, or all.

    Args:
        where: what else names them.

    Raises:
        AzdeskError: there is no such host.
    """
    from azdesk.fleet.form import meant

    for name in wanted:
        if name not in fleet.hosts:
            raise AzdeskError(
                f"There is no host “{name}” in the document{meant(name, fleet.hosts) or '.'}",
                where=where,
                next_step=f"Its hosts are: {', '.join(fleet.hosts) or 'none yet'}.",
            )
    return tuple(name for name in fleet.hosts if not wanted or name in wanted)


@contextmanager
def at_work(
    terminal: Terminal,
    path: str,
    hosts: Collection[str],
    *,
    trusted: Collection[str] = (),
    quiet: bool = False,
) -> Iterator[Desk]:
    """The document opened, ready to reach its hosts; all links are closed at the end."""
    from azdesk.app import opening

    runner = Runner(terminal)
    asking = Asking(terminal, runner, trusted)
    opened, session = opening.open_session(
        path,
        ask_secret=asking.secret if terminal.can_ask else None,
        ask_host_key=asking.host_key,
        passphrase=asking.passphrase if terminal.can_ask else None,
    )
    try:
        yield Desk(
            terminal=terminal,
            runner=runner,
            opened=opened,
            session=session,
            asking=asking,
            chosen=choose(opened.fleet, hosts),
            quiet=quiet,
        )
    finally:
        session.close()


class Asking:
    """Questions that come up while hosts are being reached.

    Args:
        trusted: fingerprints of host keys that are accepted unasked (``--trust``).
    """

    def __init__(self, terminal: Terminal, runner: Runner, trusted: Collection[str] = ()) -> None:
        self._terminal = terminal
        self._runner = runner
        self._trusted = {one if one.startswith("SHA256:") else f"SHA256:{one}" for one in trusted}
        self.accepted: dict[str, str] = {}
        """Host → fingerprint of the key that was accepted in this run."""

    def secret(self, name: str, purpose: str) -> Secret | None:
        question = f"{purpose.removeprefix('answer: ')} of {name}: "
        return self._ask(lambda: self._terminal.ask_secret(clean(question).replace("\n", " ")))

    def passphrase(self) -> Secret | None:
        return self._ask(lambda: self._terminal.ask_secret("Passphrase of AZDesk's file with the secrets: "))

    def host_key(self, error: HostKeyUnknown) -> bool:
        accepted = error.fingerprint in self._trusted or (
            self._terminal.can_ask and self._ask(lambda: self._accepts(error))
        )
        if accepted:
            self.accepted[error.where] = error.fingerprint
        return accepted

    def _ask(self, question: Callable[[], T]) -> T:
        def put() -> T:
            self._terminal.transient("")
            return question()

        return self._runner.ask(put)

    def _accepts(self, error: HostKeyUnknown) -> bool:
        """As ssh asks: yes, no, or the fingerprint itself, which is then compared."""
        self._terminal.note(
            f"{clean(error.where)} ({clean(error.address)}) shows a key that nobody has accepted yet:\n"
            f"  {clean(error.key_type)} {error.fingerprint}\n"
            "Compare it with the host's own: ssh-keygen -lf /etc/ssh/ssh_host_*_key.pub"
        )
        while True:
            answer = self._terminal.ask_line("Accept it (yes, no, or type the fingerprint)? ")
            if answer.lower() in ("", "no", "n"):
                return False
            if answer.lower() == "yes":
                return True
            if answer.removeprefix("SHA256:") == error.fingerprint.removeprefix("SHA256:"):
                return True
            if len(answer) > 20:
                self._terminal.note("That is another fingerprint: this is not the host you mean.")
                return False
            self._terminal.note("Type yes or no in full.")
