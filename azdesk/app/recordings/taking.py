"""Recordings on the workstation: to be heard once, kept, or handed on with an index. Each host's journal has it before a byte is here."""

from __future__ import annotations

import csv
import enum
import hashlib
import io
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from azdesk.app.recordings.finding import Recording, folders
from azdesk.app.session import Session, new_transaction
from azdesk.app.side_by_side import side_by_side
from azdesk.core.errors import AzdeskError, Cancelled, ObserveError
from azdesk.core.progress import Job, Progress
from azdesk.directory.bulk import writing
from azdesk.onhost.store import ACCESS

if TYPE_CHECKING:
    from azdesk.hosts.link import Link

INDEX = "recordings.csv"
HEADINGS = (
    "File",
    "Date",
    "Time",
    "UTC offset",
    "Direction",
    "Caller",
    "Callee",
    "Host",
    "Left by",
    "Seconds",
    "Bytes",
    "SHA-256",
    "Archived",
    "Call",
)
_AT_ONCE = 500
"""Recordings that one entry of a journal is about."""
_PREFIX = "azdesk-recording-"
_STALE_S = 86400.0
"""A private copy that is older was left by a program that was killed: nobody listens for so long."""


class Act(enum.StrEnum):
    """What is done with a recording, in the journal's words."""

    PLAY = "Play"
    DOWNLOAD = "Download"
    EXPORT = "Export"


@dataclass(frozen=True, kw_only=True)
class Exported:
    """What came of an export."""

    folder: Path
    files: tuple[tuple[Recording, Path], ...] = ()
    problems: Mapping[str, AzdeskError] = field(default_factory=dict)
    """Name of a recording that is not there → why."""


def title_of(act: str, count: int, reason: str) -> str:
    """What a journal calls it."""
    what = "a recording" if count == 1 else f"{count:,} recordings"
    return f"{act} {what}: {reason}" if reason else f"{act} {what}"


def download(
    session: Session,
    recording: Recording,
    target: Path,
    *,
    reason: str = "",
    act: Act = Act.DOWNLOAD,
    replace: bool = False,
    job: Job | None = None,
) -> int:
    """Fetch a recording into a file that only its user can read; returns its size in bytes.

    Args:
        reason: for the journal.
        replace: whether a file that is there may go, once the recording is whole.

    Raises:
        ObserveError: it is gone, or the file cannot be written.
        LinkError: the host does not answer.
        Cancelled: by the job; no file is left.
    """
    job = job or Job()
    opened = _Opened(session, recording.on, (recording,), act, reason, job)
    if recording.name in opened.problems:
        raise opened.problems[recording.name]
    return _written(opened, recording, target, job, replace=replace)[0]


@contextmanager
def private_copy(
    session: Session, recording: Recording, *, reason: str = "", job: Job | None = None
) -> Iterator[Path]:
    """A copy for hearing it once, in a folder that only its user looks into; it is gone afterwards.

    Raises:
        ObserveError, LinkError, Cancelled: see `download`.
    """
    forget_stale_copies()
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX))  # for this user alone
    try:
        target = folder / recording.name
        download(session, recording, target, reason=reason, act=Act.PLAY, job=job)
        yield target
    finally:
        # A player may hold it for a while longer, and Windows then refuses.
        shutil.rmtree(folder, ignore_errors=True)


def forget_stale_copies() -> None:
    """Remove private copies of this user's that a program which was killed could not clear away."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        try:
            found = folder.lstat()
        except OSError:
            continue
        own = not hasattr(os, "getuid") or found.st_uid == os.getuid()
        if own and time.time() - found.st_mtime > _STALE_S:
            shutil.rmtree(folder, ignore_errors=True)


def export(
    session: Session, chosen: Sequence[Recording], folder: Path, *, reason: str = "", job: Job | None = None
) -> Exported:
    """Recordings as files in a new folder, with an index as CSV. What cannot be had is named, and does not stop the rest.

    Raises:
        ObserveError: the folder has something in it already, or cannot be written.
        Cancelled: by the job; what is there by then has no index.
    """
    job = job or Job()
    _empty(folder)
    by_host: dict[str, list[Recording]] = {}
    for recording in {one.name: one for one in chosen}.values():
        by_host.setdefault(recording.on, []).append(recording)
    problems: dict[str, AzdeskError] = {}
    done: dict[str, tuple[Path, int, str]] = {}

    def fetch(host: str) -> None:
        mine = by_host[host]
        for at in range(0, len(mine), _AT_ONCE):
            part = mine[at : at + _AT_ONCE]
            try:
                opened = _Opened(session, host, part, Act.EXPORT, reason, job)
            except Cancelled:
                raise
            except AzdeskError as error:
                problems.update(dict.fromkeys((one.name for one in part), error))
                continue
            problems.update(opened.problems)
            for recording in part:
                if recording.name in opened.problems:
                    continue
                job.check()
                target = folder / recording.name
                try:
                    size, digest = _written(opened, recording, target, Job())
                except AzdeskError as error:
                    problems[recording.name] = error
                    continue
                done[recording.name] = (target, size, digest)
                job.report(Progress(text="Fetching recordings", done=len(done), total=len(chosen)))

    for _ in side_by_side(tuple(by_host), fetch, job, name="export"):
        pass
    got = [one for one in chosen if one.name in done]
    _write_index(folder / INDEX, got, done)
    return Exported(
        folder=folder, files=tuple((one, done[one.name][0]) for one in got), problems=dict(problems)
    )


class _Opened:
    """An access that the host's journal has."""

    def __init__(
        self, session: Session, host: str, chosen: Sequence[Recording], act: Act, reason: str, job: Job
    ) -> None:
        self.link: Link = session.pool.link(host, job)
        self.access = f"{ACCESS}{new_transaction()}"
        self._index = {one.name: index for index, one in enumerate(chosen)}
        where = folders(session.fleet)
        sizes = self.link.open_recordings(
            {
                "transaction": self.access,
                "who": session.who,
                "title": title_of(act, len(chosen), reason),
                "act": act.value,
                "recordings": [
                    {"folder": where[one.place], "day": one.day, "name": one.name} for one in chosen
                ],
            }
        )
        self.problems = {
            one.name: ObserveError(
                f"{one.name} could not be read.",
                where=host,
                next_step="It may have been archived or deleted: list them again.",
            )
            for one, size in zip(chosen, sizes, strict=True)
            if size < 0
        }

    def read(self, recording: Recording, out: BinaryIO, job: Job) -> int:
        return self.link.read_recording(self.access, self._index[recording.name], recording.name, out, job)


class _Digesting(io.RawIOBase):
    """Writes on, and adds up what it was."""

    def __init__(self, out: BinaryIO) -> None:
        self.digest = hashlib.sha256()
        self._out = out

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self.digest.update(data)
        return self._out.write(data)


def _written(
    opened: _Opened, recording: Recording, target: Path, job: Job, *, replace: bool = False
) -> tuple[int, str]:
    """Size and digest of the file; it appears under its name only when it is whole."""
    part = target.with_name(f".{target.name}.part-{os.getpid()}")
    try:
        if target.exists() and not replace:
            raise ObserveError(
                "There is already a file of this name.", where=str(target), next_step="Give another one."
            )
        part.unlink(missing_ok=True)
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        with os.fdopen(descriptor, "wb") as file:
            digesting = _Digesting(file)
            size = opened.read(recording, digesting, job)  # type: ignore[arg-type]
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
    except OSError as error:
        raise _unwritable(target, error) from error
    finally:
        part.unlink(missing_ok=True)
    return size, digesting.digest.hexdigest()


def _empty(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=False, exist_ok=True)
        if any(folder.iterdir()):
            raise ObserveError(
                "There is something in this folder already.",
                where=str(folder),
                next_step="Name a folder that is empty, or not there yet.",
            )
    except OSError as error:
        raise _unwritable(folder, error) from error


def _write_index(path: Path, chosen: Sequence[Recording], done: Mapping[str, tuple[Path, int, str]]) -> None:
    buffer = io.StringIO(newline="")
    rows = csv.writer(buffer)
    rows.writerow(HEADINGS)
    for one in chosen:
        target, size, digest = done[one.name]
        began = one.began
        rows.writerow(
            (
                target.name,
                f"{began:%Y-%m-%d}",
                f"{began:%H:%M:%S}",
                writing.harmless(f"{began:%z}"),
                one.direction,
                writing.harmless(one.caller),
                writing.harmless(one.callee),
                one.host,
                one.way,
                f"{one.seconds:.1f}",
                size,
                digest,
                "yes" if one.place == "archive" else "no",
                one.ident,
            )
        )
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(b"\xef\xbb\xbf" + buffer.getvalue().encode())
    except OSError as error:
        raise _unwritable(path, error) from error


def _unwritable(path: Path, error: OSError) -> ObserveError:
    return ObserveError(
        f"The recording cannot be written: {error.strerror or error}.",
        where=str(path),
        next_step="Choose another place with enough room.",
    )
