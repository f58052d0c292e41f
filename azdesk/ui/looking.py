"""Looks at hosts: begun, taken over as they come in, and left out where a host would refuse the login once more."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from azdesk.core.progress import Job
from azdesk.fleet.model import Fleet
from azdesk.ui.refusals import Refusals

if TYPE_CHECKING:
    from azdesk.app.session import Awaited, Observation
    from azdesk.ui.workbench import Workbench


class Looking(QObject):
    """What is known of hosts; see `azdesk.ui.workbench.Workbench.look`."""

    seen = Signal(object, object)
    """(hosts, concerned): there are new looks at these hosts; what differs may be another on those (tuples of names)."""

    def __init__(self, workbench: Workbench) -> None:
        super().__init__(workbench)
        self._workbench = workbench
        self.refusals = Refusals()
        self._observations: dict[str, Observation] = {}
        self._under_way: set[str] = set()

    @property
    def observations(self) -> Mapping[str, Observation]:
        """Latest look at each host."""
        return self._observations

    @property
    def under_way(self) -> frozenset[str]:
        """Hosts that are being looked at."""
        return frozenset(self._under_way)

    def look(
        self,
        hosts: Collection[str],
        *,
        then: Callable[[], object] | None = None,
        hidden: bool = False,
    ) -> bool:
        """Look at these hosts, but for those that are being looked at; whether there is one."""
        workbench = self._workbench
        names = [host for host in hosts if host not in self._under_way]
        if not names:
            return False
        self._under_way.update(names)
        one = names[0] if len(names) == 1 else ""
        title = (
            workbench.tr("Looking at %1").replace("%1", one)
            if one
            else workbench.tr("Looking at %1 hosts").replace("%1", str(len(names)))
        )

        def work(job: Job) -> tuple[tuple[Awaited, str], ...]:
            from azdesk.app.afterwards import ask_awaited
            from azdesk.app.observing import observe

            session = workbench.session
            found = observe(session, names, job)
            ended: list[tuple[Awaited, str]] = []
            answering = [host for host, seen in found.items() if seen.readable]
            ask_awaited(session, lambda item, _state, words: ended.append((item, words)), answering)
            return tuple(ended)

        def done(ended: tuple[tuple[Awaited, str], ...]) -> None:
            for item, words in ended:
                workbench.outcomes.pop(item.host, None)
                workbench.say("info", f"{item.host}, “{item.title}”: {words}")
            if then is not None:
                then()

        task = workbench.run(work, title=title, host=one, hosts=names, done=done, quiet=True, hidden=hidden)
        task.finished.connect(lambda: self._under_way.difference_update(names))
        return True

    def take(self, observations: Mapping[str, Observation], fleet: Fleet, asked: Fleet) -> None:
        """Take over what is new.

        Args:
            observations: what the session knows.
            fleet: the present document.
            asked: the document that the session had when it looked.
        """
        new = [
            (host, seen)
            for host, seen in observations.items()
            if self._observations.get(host) is not seen and host in fleet.hosts
        ]
        if not new:
            return
        changed = [host for host, seen in new if not _says_the_same(self._observations.get(host), seen)]
        self._observations.update(new)
        for _host, seen in new:
            self.refusals.take(asked, seen)
        concerned: dict[str, None] = {}
        for host in changed:
            cluster = fleet.hosts[host].cluster
            concerned.update(dict.fromkeys(fleet.nodes(cluster) if cluster else (host,)))
        self.seen.emit(tuple(host for host, _seen in new), tuple(concerned))

    def forget(self, fleet: Fleet) -> list[str]:
        """Drop hosts that the document no longer has; their names."""
        gone = [host for host in self._observations if host not in fleet.hosts]
        for host in gone:
            del self._observations[host]
        return gone


def _says_the_same(before: Observation | None, seen: Observation) -> bool:
    """Whether a look brought nothing new: what was thought about the one before holds."""
    if before is None or before.error or seen.error or before.problems or seen.problems:
        return False
    return before.states is seen.states
