"""Backups that plans take on hosts: listed, downloaded, restored, deleted."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path

from azdesk.app.applying import run_steps
from azdesk.app.session import Session
from azdesk.core.errors import AzdeskError, PlanError
from azdesk.core.outcome import HostOutcome
from azdesk.core.plan import HostPlan
from azdesk.core.platform import PLATFORMS
from azdesk.core.probe import Command, File, Listing
from azdesk.core.progress import Job
from azdesk.core.step import Archive, Phase, Purge, RemoveFile, RestoreArchive, Step, Unit, Wait

FOLDER = "/var/lib/azdesk/backups"


@dataclass(frozen=True, kw_only=True)
class Backup:
    """One archive on a host."""

    host: str
    name: str
    size: int
    """Bytes."""
    at: float
    """Seconds since the epoch, by the host's clock."""


def listed(session: Session, host: str, job: Job | None = None) -> tuple[Backup, ...]:
    """The backups on a host, the newest first."""
    readings = session.pool.link(host, job).look({"backups": Listing(path=FOLDER, patterns=("*.tar.gz",))})
    entries = readings.get("backups").get("entries", ())
    found = [
        Backup(host=host, name=entry["name"], size=int(entry["size"]), at=float(entry["mtime"]))
        for entry in entries
    ]
    return tuple(sorted(found, key=lambda backup: backup.at, reverse=True))


def download(session: Session, host: str, name: str, target: Path, job: Job | None = None) -> int:
    """Fetch a backup into a file that only its owner can read; returns its size in bytes.

    The file appears under its name only when it is whole.
    """
    job = job or Job()
    part = target.with_name(f".{target.name}.part-{os.getpid()}")
    try:
        part.unlink(missing_ok=True)
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as out:
            size = session.pool.link(host, job).fetch_backup(name, out, job)
            out.flush()
            os.fsync(out.fileno())
        part.replace(target)
    except OSError as error:
        raise AzdeskError(
            f"The backup could not be written: {error.strerror}.",
            where=str(target),
            next_step="Choose another place with enough room.",
        ) from error
    finally:
        part.unlink(missing_ok=True)
    return size


def of_directory(name: str) -> bool:
    """Whether a backup is one of a directory's entries; `azdesk.app.people.restoring` puts it back."""
    return name.endswith("-directory.tar.gz")


def restore_plan(session: Session, host: str, name: str) -> HostPlan:
    """Steps that put a backup of ejabberd's data back: node name, cookie and database as they were then.

    Raises:
        PlanError: it is a backup of something else.
    """
    if of_directory(name):
        raise PlanError(
            "This is a backup of a directory, which is put back entry by entry.",
            where=name,
            next_step="Choose it in the list of backups, or run azdesk backup restore.",
        )
    on = PLATFORMS[session.fleet.hosts[host].platform]
    steps: tuple[Step, ...] = (
        Unit(title="Stop ejabberd", unit=on.ejabberd_unit, action="stop", phase=Phase.STOP, timeout=120),
        Archive(
            title="Back up what is there now",
            name="before-restore",
            folder="/",
            patterns=(on.ejabberd_data.lstrip("/"), on.ejabberd_settings.lstrip("/")),
            timeout=600,
        ),
        Purge(
            title="Remove the present Mnesia tables",
            folder=on.ejabberd_data,
            patterns=on.mnesia_patterns,
            irreversible=f"{host}'s present XMPP data is replaced by that of {name}. "
            "A backup of the present data is taken first.",
            confirm=session.fleet.node(host),
        ),
        RestoreArchive(title=f"Restore {name}", archive=name, folder="/", timeout=600),
        Unit(title="Start ejabberd", unit=on.ejabberd_unit, action="start", timeout=120),
        Wait(
            title="Wait until ejabberd has started",
            probe=Command(argv=("ejabberdctl", "status"), timeout=30),
            expect="is running in that node",
            interval=0.5,
            timeout=60,
            failure="ejabberd did not start with the restored data. Its log says why: "
            "/var/log/ejabberd/ejabberd.log.",
        ),
    )
    return HostPlan(host=host, steps=steps)


def restore(session: Session, host: str, name: str, job: Job | None = None) -> HostOutcome:
    """Put a backup back, as a transaction. A host that stands in a cluster afterwards differs from the document."""
    return run_steps(session, restore_plan(session, host, name), job or Job(), title=f"Restore {name}")


def delete_plan(session: Session, host: str, name: str, job: Job | None = None) -> HostPlan:
    """The step that removes a backup.

    Raises:
        AzdeskError: there is no such backup any more.
    """
    path = f"{FOLDER}/{name}"
    probe = File(
        path=path, secret=True
    )  # the digest says that it is this one; the content is nobody's business
    reading = session.pool.link(host, job).look({"backup": probe}).file("backup")
    if not reading.exists or reading.sha256 is None:
        raise AzdeskError(f"There is no backup {name} any more.", where=host, next_step="List them again.")
    step = RemoveFile(
        title=f"Delete the backup {name}",
        path=path,
        before=reading.sha256,
        irreversible=f"The backup {name} is deleted on {host}: what it holds can then be restored by nobody.",
        confirm=name,
        timeout=120,
    )
    return HostPlan(host=host, steps=(step,))


def delete(session: Session, host: str, name: str, job: Job | None = None) -> HostOutcome:
    """Remove a backup from its host, as a transaction with an entry in the journal.

    Raises:
        AzdeskError: there is no such backup any more.
    """
    job = job or Job()
    return run_steps(session, delete_plan(session, host, name, job), job, title=f"Delete {name}")


def suggested_name(backup: Backup) -> str:
    """File name for a download."""
    return f"{backup.host}-{time.strftime('%Y-%m-%d-%H%M', time.localtime(backup.at))}-{backup.name}"


__all__ = [
    "Backup",
    "delete",
    "delete_plan",
    "download",
    "listed",
    "of_directory",
    "restore",
    "restore_plan",
    "suggested_name",
]
