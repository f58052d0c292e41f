"""The whole test: from this workstation and from each host, to each server of the document."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from azdesk.app.binding import contents, reaching, schema, trusting
from azdesk.app.binding.findings import BindingReport, Finding, Trial, Verdict, bad, note
from azdesk.app.side_by_side import side_by_side
from azdesk.core.errors import AzdeskError, Cancelled, CredentialError, DirectoryError
from azdesk.core.probe import File
from azdesk.core.progress import Job, Progress
from azdesk.core.secret import Secret
from azdesk.directory.connection import Directory
from azdesk.directory.endpoint import Endpoint, address_of
from azdesk.features._directory import READER_FILE, password_in, provider, server_urls
from azdesk.fleet import secret_names
from azdesk.fleet.credentials import reject
from azdesk.fleet.model import Fleet

if TYPE_CHECKING:
    from azdesk.app.session import Session

PATIENCE: Final = 5.0
"""Seconds for reaching a server, and again for TLS."""


class _NotSetUpError(CredentialError):
    """The fleet's own directory is only in the document so far."""


_NOT_AGAIN: Final = "Not tried once more: too many refused logins would lock the account."


class _Logins:
    """Lets one login go first, and no other follow if that one was refused."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._proven = False
        self._refused = False

    @contextmanager
    def turn(self) -> Iterator[bool]:
        """Whether to try; alone, until one login has succeeded."""
        if self._proven:
            yield True
            return
        with self._lock:
            yield self._proven or not self._refused

    def ended(self, *, proven: bool, refused: bool) -> None:
        """Of the one whose turn it is."""
        self._proven = self._proven or proven
        self._refused = self._refused or refused


@dataclass(frozen=True, kw_only=True)
class _Test:
    session: Session
    fleet: Fleet
    urls: tuple[str, ...]
    authority: str
    password: Secret | CredentialError
    job: Job
    logins: _Logins = field(default_factory=_Logins)


def check_binding(
    session: Session, hosts: Collection[str] | None = None, job: Job | None = None
) -> BindingReport:
    """Try the document's directory, step by step. Nothing is changed anywhere.

    Args:
        hosts: to try from, besides this workstation; None: all that run applications.

    Raises:
        DirectoryError: the document has no directory, or no server of it.
        Cancelled: by the job.
    """
    job = job or Job()
    fleet = session.fleet
    urls = server_urls(fleet)
    if not urls:
        raise DirectoryError(
            "The document has no directory." if not fleet.directory.base else "The directory has no server.",
            next_step="Enter its base and the URL of a server, or give a host the role directory.",
        )
    authority = fleet.authority.trusted if fleet.directory.managed else fleet.directory.ca
    test = _Test(
        session=session,
        fleet=fleet,
        urls=urls,
        authority=authority,
        password=reader_password(session, job),
        job=job,
    )
    if isinstance(test.password, _NotSetUpError):
        # Trying would only tell of closed ports, and of firewalls that have nothing to do with it.
        nothing = bad("kind", test.password.what, test.password.next_step)
        return BindingReport(trials=tuple(Trial(url=url, findings=(nothing,)) for url in urls))
    if hosts is None:
        hosts = [name for name, host in fleet.hosts.items() if "application" in host.roles]
    return _report(test, list(hosts))


def reader_password(session: Session, job: Job) -> Secret | CredentialError:
    """The reader's: of the fleet's own directory it is on its first host, of somebody else's it is kept here."""
    fleet = session.fleet
    first = provider(fleet)
    try:
        if first:
            link = session.pool.link(first, job)
            reading = link.look({"reader": File(path=READER_FILE, secret=True)}).file("reader")
            if not reading.exists or reading.sha256 is None:
                return _NotSetUpError(
                    f"The directory was not set up on {first} yet.",
                    next_step=f"Review and apply the plan first; in the terminal: azdesk apply FLEET {first}",
                )
            return Secret(password_in(link.read_secret(READER_FILE, reading.sha256).reveal()))
        name, purpose = secret_names.reader(fleet)
        kept = session.secrets.get(name, purpose) if session.secrets is not None else None
        if kept is not None:
            return kept
        return CredentialError(
            f"The password of {fleet.directory.reader_dn} is kept nowhere.",
            next_step=f"Enter it with the directory, or run: azdesk secret set '{name}' --for {purpose}",
        )
    except Cancelled:
        raise
    except AzdeskError as error:
        return CredentialError(error.what, where=error.where, next_step=error.next_step)


def _report(test: _Test, hosts: list[str]) -> BindingReport:
    trials: list[Trial] = []
    inside: tuple[Finding, ...] = ()
    through = ""
    for url in test.urls:
        test.job.report(Progress(text=f"Trying {url} from here"))
        trial, found = _from_here(test, url, look_inside=not inside)
        trials.append(trial)
        inside = inside or found
    gathered: dict[str, tuple[Trial, ...]] = {}

    def ask(host: str) -> tuple[Trial, ...]:
        return _from_host(test, host)

    for host, answers in side_by_side(hosts, ask, test.job, name="binding"):
        gathered[host] = answers
        test.job.report(Progress(text=f"Tried from {host}", host=host, done=len(gathered), total=len(hosts)))
    for host in hosts:
        trials += gathered[host]
    if not inside:
        way = next((trial for trial in trials if trial.origin and trial.logged_in), None)
        if way is not None:
            inside, through = _inside_through(test, way), way.origin
    return BindingReport(trials=_judged(trials), contents=inside, through=through)


def _judged(trials: list[Trial]) -> tuple[Trial, ...]:
    """What keeps this workstation alone from a server is no fault of the binding: AZDesk goes by way of a host then."""
    from_hosts = {trial.url for trial in trials if trial.origin and trial.logged_in}

    def judged(trial: Trial) -> Trial:
        if trial.origin or trial.url not in from_hosts or trial.logged_in:
            return trial
        softer = tuple(
            replace(one, verdict=Verdict.WARNING) if one.verdict is Verdict.BAD else one
            for one in trial.findings
        )
        aside = note("login", "AZDesk reaches it by way of the hosts instead.")
        return replace(trial, findings=(*softer, aside))

    return tuple(judged(trial) for trial in trials)


def _from_here(test: _Test, url: str, *, look_inside: bool) -> tuple[Trial, tuple[Finding, ...]]:
    endpoint = Endpoint(url=url, authority=test.authority, connect_timeout=PATIENCE)
    found = list(reaching.reach(endpoint, test.job))
    inside: tuple[Finding, ...] = ()
    if not any(one.verdict is Verdict.BAD for one in found):
        login, inside = _login(test, endpoint, look_inside=look_inside)
        found.append(login)
    return Trial(url=url, findings=tuple(found)), inside


def _login(test: _Test, endpoint: Endpoint, *, look_inside: bool) -> tuple[Finding, tuple[Finding, ...]]:
    if isinstance(test.password, CredentialError):
        return bad("login", test.password.what, test.password.next_step), ()
    dn, password = test.fleet.directory.reader_dn, test.password
    inside: tuple[Finding, ...] = ()
    with test.logins.turn() as may_try:
        if not may_try:
            return Finding(key="login", verdict=Verdict.UNTRIED, text=_NOT_AGAIN), ()
        with reaching.logged_in(endpoint, dn, password, test.job) as login:
            test.logins.ended(proven=login.directory is not None, refused=login.refused)
            if login.directory is not None and look_inside:
                inside = _inside(test, endpoint, login.directory)
    if login.refused and not test.fleet.directory.managed:
        reject(test.session.secrets, *secret_names.reader(test.fleet), password)
    return login.finding, inside


def _inside(test: _Test, endpoint: Endpoint, directory: Directory) -> tuple[Finding, ...]:
    """What stands behind the login."""
    described = test.fleet.directory
    found: list[Finding] = []
    try:
        found += contents.look(directory, described, test.job)
        if any(one.key == "base" and one.verdict is Verdict.BAD for one in found):
            return tuple(found)
        lookups = {host.sip.lookup for host in test.fleet.hosts.values() if host.sip.accounts == "directory"}
        if lookups != {"copied"}:
            found += schema.phones(directory, described, wanted=bool(lookups), job=test.job)
        if "copied" in lookups:
            found += schema.copied_phones(directory, described, test.job)
    except DirectoryError as error:
        return (*found, bad("base", error.what, error.next_step))
    return (*found, schema.secrecy(endpoint, described, test.job))


def _from_host(test: _Test, host: str) -> tuple[Trial, ...]:
    """Never raises but `Cancelled`: a host that cannot be reached says so in its trials."""
    try:
        return tuple(_one_from_host(test, host, url) for url in test.urls)
    except Cancelled:
        raise
    except AzdeskError as error:
        why = bad("port", f"{host} itself could not be asked: {error.what}", error.next_step)
        return tuple(Trial(url=url, origin=host, findings=(why,)) for url in test.urls)


def _one_from_host(test: _Test, host: str, url: str) -> Trial:
    from azdesk.hosts.relay import directory_through

    address = address_of(url)
    readings = test.session.pool.link(host, test.job).look(trusting.probes(address))
    found = list(trusting.reached(address, readings))
    if all(one.verdict is Verdict.GOOD for one in found):
        endpoint = replace(
            directory_through(test.session.pool, host, url, test.authority), connect_timeout=PATIENCE
        )
        if address.scheme == "ldaps":
            found.append(trusting.trusted(readings, brings_authority=bool(test.authority)))
            cluster = test.fleet.clusters.get(test.fleet.hosts[host].cluster)
            if cluster is not None and cluster.accounts == "directory":
                found += [one for one in (trusting.verifies(readings),) if one is not None]
        # The certificate was looked at with all its details from here, if this workstation reaches the server.
        found += [one for one in reaching.reach(endpoint, test.job) if one.key == "tls"]
        if not any(one.verdict is Verdict.BAD for one in found if one.key not in ("trust", "chat")):
            found.append(_login(test, endpoint, look_inside=False)[0])
    return Trial(url=url, origin=host, findings=tuple(found))


def _inside_through(test: _Test, way: Trial) -> tuple[Finding, ...]:
    from azdesk.hosts.relay import directory_through

    endpoint = replace(
        directory_through(test.session.pool, way.origin, way.url, test.authority), connect_timeout=PATIENCE
    )
    return _login(test, endpoint, look_inside=True)[1]
