"""The connection to the directory that a document names."""

from __future__ import annotations

import threading
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypeVar

from azdesk.core.errors import (
    AzdeskError,
    BindRefused,
    CredentialError,
    DirectoryError,
    DirectoryLost,
    DirectoryUnreachable,
    LinkError,
    NoSuchEntry,
)
from azdesk.core.progress import Job
from azdesk.directory import names
from azdesk.directory.numbers import home_of
from azdesk.directory.people import Layout, Person
from azdesk.fleet import secret_names

if TYPE_CHECKING:
    from azdesk.app.session import Session
    from azdesk.directory.connection import Directory
    from azdesk.directory.endpoint import Bind, Endpoint
    from azdesk.fleet.model import Fleet

Found = TypeVar("Found")


class People:
    """The people of a document's directory, over a connection that is opened when it is first needed and kept.

    The fleet's own directory is reached over SSH, as root on its host. Changes go to the first of its hosts; if that is away, lists
    come from another one. Somebody else's is reached from here over TLS, as the manager that the document names.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self._lock = threading.RLock()
        self._open: Directory | None = None
        self._for: Fleet | None = None
        self._writable = False

    @property
    def fleet(self) -> Fleet:
        return self.session.fleet

    @property
    def layout(self) -> Layout:
        """How the directory writes people down."""
        return Layout.of(self.fleet.directory)

    @property
    def place(self) -> str:
        """What to call the directory: its base."""
        return self.fleet.directory.base

    @property
    def server(self) -> str:
        """Which of several directories that may have the same base, such as a practice fleet's: the one that takes the changes."""
        fleet = self.fleet
        if not fleet.directory.managed:
            return ", ".join(fleet.directory.urls)
        hosts = fleet.directory_hosts()
        return f"{fleet.hosts[hosts[0]].address}:{fleet.hosts[hosts[0]].port}" if hosts else ""

    def must_be_named(self) -> None:
        """Whether the document names a directory at all.

        Raises:
            DirectoryError: it does not.
        """
        _must_name_one(self.fleet)

    def must_still_be(self, base: str, server: str) -> None:
        """Whether the document, which may be edited meanwhile, still names the directory that something is about.

        Raises:
            DirectoryError: it does not.
        """
        if names.same(self.place, base) and self.server == server:
            return
        raise DirectoryError(
            "The document names another directory by now.",
            where=f"{base} ({server})",
            next_step="Go on with the document as it was, or begin anew.",
        )

    @property
    def read_only(self) -> bool:
        """Whether the present connection leads to a server that takes no changes."""
        return self._open is not None and not self._writable

    def connection(self, job: Job | None = None, *, write: bool = False, tried: bool = False) -> Directory:
        """The connection; a new one if there is none, it was lost, or the document names another directory by now.

        Args:
            write: it has to be a server that takes changes.
            tried: whether a kept one is asked something small first: servers and firewalls end those that are idle.

        Raises:
            DirectoryError: the document has no directory, it is not reached, or does not accept the login.
            LinkError: the host it is on is not reached.
            CredentialError: the manager's password is kept nowhere.
            Cancelled: by the job.
        """
        with self._lock:
            fleet = self.fleet
            known = self._for is not None and _same(self._for, fleet)
            usable = known and (self._writable or not write)
            if (
                self._open is not None
                and usable
                and self._open.alive
                and (not tried or _answers(self._open, job))
            ):
                return self._open
            self.close()
            self._open, self._writable = self._connect(fleet, job or Job(), write)
            self._for = fleet
            return self._open

    def reading(self, work: Callable[[Directory], Found], job: Job | None = None) -> Found:
        """Do something that changes nothing; once more on a new connection if the kept one turns out to be lost."""
        fresh = self._open is None
        directory = self.connection(job)
        try:
            return work(directory)
        except DirectoryLost:
            if fresh:
                raise
        return work(self.connection(job))

    def close(self) -> None:
        """End the connection; it is opened again when it is needed."""
        with self._lock:
            if self._open is not None:
                self._open.close()
            self._open = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _connect(self, fleet: Fleet, job: Job, write: bool) -> tuple[Directory, bool]:
        _must_name_one(fleet)
        if fleet.directory.managed:
            return self._own(fleet, job, write)
        return self._other(fleet, job), bool(fleet.directory.manager)

    def _own(self, fleet: Fleet, job: Job, write: bool) -> tuple[Directory, bool]:
        from azdesk.directory.connection import Directory
        from azdesk.directory.endpoint import EXTERNAL
        from azdesk.hosts.relay import directory_of

        hosts = fleet.directory_hosts()
        if not hosts:
            raise DirectoryError(
                "No host has the role “directory”.",
                next_step="Give it to a host and apply, or name somebody else's servers.",
            )
        failure: AzdeskError | None = None
        for host in hosts[:1] if write else hosts:
            try:
                made = Directory.open(directory_of(self.session.pool, host), EXTERNAL, job)
            except (LinkError, DirectoryUnreachable) as error:
                failure = failure or error
                continue
            self._must_be_set_up(made, host, job)
            return made, host == hosts[0]
        assert failure is not None
        raise failure

    def _must_be_set_up(self, directory: Directory, host: str, job: Job) -> None:
        """Before the first `apply` slapd runs already, as it was installed."""
        there = False
        try:
            there = directory.read(self.layout.people, ("objectClass",), job=job) is not None
        finally:
            if not there:
                directory.close()
        if not there:
            raise NoSuchEntry(
                f"There is no {self.layout.people} on it yet.",
                code=32,
                where=host,
                next_step="Apply the document to this host first: that sets up the directory (azdesk plan shows what is missing).",
            )

    def _other(self, fleet: Fleet, job: Job) -> Directory:
        from azdesk.directory.connection import Directory
        from azdesk.directory.endpoint import Endpoint

        bind = self._login(fleet)
        failure: AzdeskError | None = None
        for url in fleet.directory.urls:
            endpoint: Endpoint = Endpoint(url=url, authority=fleet.directory.ca)
            try:
                return Directory.open(endpoint, bind, job)
            except BindRefused:
                self._refused(fleet)
                raise
            except DirectoryUnreachable as error:
                failure = failure or error
        assert failure is not None
        raise failure

    def _named(self, fleet: Fleet) -> tuple[str, tuple[str, str]]:
        if fleet.directory.manager:
            return fleet.directory.manager, secret_names.manager(fleet)
        return fleet.directory.reader_dn, secret_names.reader(fleet)

    def _login(self, fleet: Fleet) -> Bind:
        from azdesk.directory.endpoint import Simple

        dn, (name, purpose) = self._named(fleet)
        source = self.session.secrets
        secret = source.get(name, purpose) if source is not None else None
        if secret is None:
            raise CredentialError(
                f"The password of {dn} is kept nowhere.",
                where=fleet.directory.urls[0],
                next_step=f"Enter it in Credentials, or run: azdesk secret set '{name}'",
            )
        return Simple(dn, secret)

    def _refused(self, fleet: Fleet) -> None:
        from azdesk.fleet.credentials import reject

        if self.session.secrets is not None:
            reject(self.session.secrets, *self._named(fleet)[1])


def _must_name_one(fleet: Fleet) -> None:
    if not fleet.directory.base:
        raise DirectoryError(
            "The document names no directory.",
            next_step="Set its base first, such as dc=test,dc=local, under Directory & accounts ([directory] in the document).",
        )


def _answers(directory: Directory, job: Job | None) -> bool:
    try:
        directory.read("", ("supportedLDAPVersion",), job=job)
    except DirectoryLost:
        return False
    return True


def _same(one: Fleet, other: Fleet) -> bool:
    """Whether two versions of the document lead to the same directory by the same login."""
    return one is other or (
        one.directory == other.directory
        and one.directory_hosts() == other.directory_hosts()
        and all(one.hosts[name].address == other.hosts[name].address for name in one.directory_hosts())
    )


def blocks(fleet: Fleet) -> dict[str, tuple[str, ...]]:
    """Host → its blocks of numbers."""
    return {name: host.numbers for name, host in fleet.hosts.items() if host.numbers}


def home_name(fleet: Fleet, address: str) -> str:
    """The host of the document that an address belongs to, as entries have it in mailHost; empty: none."""
    if not address:
        return ""
    for name, host in fleet.hosts.items():
        if address in (name, host.address, host.lan_address, host.public_address, *host.names):
            return name
    return ""


def at_home(fleet: Fleet) -> Callable[[Person], str]:
    """Says of people at which host they are at home: that in whose block the number is, else the one that the entry names."""
    known = blocks(fleet)
    return lambda who: home_of(known, who.number) or home_name(fleet, who.home)


def home_address(fleet: Fleet, host: str) -> str:
    """What stands in mailHost for people at home on a host: its address in the LAN, as in the guide."""
    return fleet.lan_address(host) or fleet.hosts[host].address
