"""Where the People page gets its rows from, and takes its changes to.

The page knows this interface only; `source_for` makes the real one, over `azdesk.app`. All calls block: they run in a worker.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from azdesk.ui.peoplemodels import PeoplePage, PersonCard, Presences, Query, Standing

if TYPE_CHECKING:
    from azdesk.app.people import People
    from azdesk.core.progress import Job
    from azdesk.ui.workbench import Workbench


class Listing(Protocol):
    """Rows that one query finds, page by page; used by one thread at a time."""

    def more(self, job: Job) -> PeoplePage:
        """The next rows.

        Raises:
            AzdeskError: the directory did not answer, or refused.
        """
        ...

    def close(self) -> None:
        """Give back what it holds; nothing more is asked of it."""
        ...


class PeopleSource(Protocol):
    """A directory of people."""

    @property
    def people(self) -> People:
        """What reads and changes one person at a time, and imports many; see `azdesk.app.people`."""
        ...

    def standing(self, job: Job) -> Standing:
        """Connect, and say to what.

        Raises:
            AzdeskError: it cannot be reached, or its certificate is not trusted.
        """
        ...

    def find(self, query: Query) -> Listing:
        """Begin a listing; asks nothing yet."""
        ...

    def card(self, key: str, job: Job) -> PersonCard:
        """What there is to say of one person.

        Raises:
            AzdeskError: as above, or nobody has that name any more.
        """
        ...

    def live(self, card: PersonCard, job: Job) -> PersonCard:
        """The same with where the person is connected now; hosts that do not answer are left out."""
        ...

    def presences(self, job: Job) -> Presences:
        """Who is connected to the hosts now; hosts that do not answer are left out."""
        ...

    def close(self) -> None:
        """Give back connections."""
        ...


def source_for(workbench: Workbench) -> PeopleSource:
    """The directory of the open document."""
    from azdesk.ui.people.app_source import AppSource

    return AppSource(workbench)
