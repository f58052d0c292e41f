"""Earlier texts of a document: to browse, to compare, to go back to.

Each save leaves one small file in the user's data folder, so the history is this workstation's own; what
others saved shows up as “changed outside”.
"""

from __future__ import annotations

import datetime as dt
import getpass
import hashlib
import json
import logging
import os
import platform
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from azdesk.core import file_replace
from azdesk.core.errors import DocumentError
from azdesk.core.places import data_folder
from azdesk.fleet import migrations, reading
from azdesk.fleet.difference import Change, difference, summary
from azdesk.fleet.model import Fleet

MOST = 200
"""Revisions kept of one document."""

DAYS = 90
"""Days after which a revision goes, though never the newest `ALWAYS`."""

ALWAYS = 20

_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Revision:
    """One text of a document."""

    when: dt.datetime
    """In the time zone of the workstation."""
    who: str
    """``user@workstation``; empty for a text that was found, not saved by AZDesk here."""
    summary: str
    """What the save changed, in a line."""
    text: str

    @property
    def name(self) -> str:
        """What to call it on a command line: when it was saved, in UTC and microseconds."""
        return f"{self.when.astimezone(dt.UTC):%Y%m%dT%H%M%S.%f}"


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """What differs between two texts."""

    changes: tuple[Change, ...]
    """Of the values; empty if only comments differ, or if one of the texts is not valid."""
    diff: str
    """Unified difference of the texts; empty if they are equal."""

    @property
    def words(self) -> tuple[str, ...]:
        """A sentence for each change."""
        return tuple(str(change) for change in self.changes)


def folder(path: str | os.PathLike[str]) -> Path:
    """Where the history of a document is kept."""
    real = os.path.realpath(path)
    # The name is for people who look into the folder; what tells documents apart is the digest.
    return (
        data_folder() / "history" / f"{Path(real).stem}-{hashlib.sha256(os.fsencode(real)).hexdigest()[:16]}"
    )


def history(path: str | os.PathLike[str]) -> tuple[Revision, ...]:
    """All texts known of a document, the newest first; the first one is usually what the file has now."""
    revisions = [revision for file in _files(folder(path)) if (revision := _load(file)) is not None]
    return tuple(reversed(revisions))


def compare(before: str, after: str) -> Comparison:
    """What differs between two texts of a document."""
    import difflib

    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), "before", "after", lineterm="", n=3)
    changes: tuple[Change, ...] = ()
    with suppress(DocumentError):
        changes = difference(_fleet(before), _fleet(after))
    return Comparison(changes=changes, diff="".join(line + "\n" for line in lines))


def keep(
    path: str | os.PathLike[str], *, before: str, after: str, old: Fleet, new: Fleet, what: str = ""
) -> None:
    """Remember a save. A failure is logged only: the document itself is saved already."""
    place = folder(path)
    try:
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        files = _files(place)
        last = _load(files[-1]) if files else None
        if last is None or last.text != before:
            found = "changed outside AZDesk on this workstation" if last else "as it was found"
            _keep_one(place, Revision(when=_now(), who="", summary=found, text=before))
        line = what or summary(difference(old, new))
        _keep_one(place, Revision(when=_now(), who=_who(), summary=line, text=after))
        _forget(place)
    except OSError as error:
        _log.warning("The history of %s could not be kept: %s", path, error)


def _fleet(text: str) -> Fleet:
    return reading.parse(migrations.migrated(text))


def _now() -> dt.datetime:
    return dt.datetime.now().astimezone()


def _who() -> str:
    try:
        user = getpass.getuser()
    except (KeyError, OSError, ImportError):  # no such user in the system's list
        user = "unknown"
    return f"{user}@{platform.node()}"


def _files(place: Path) -> list[Path]:
    """The oldest first: the names begin with the time."""
    return sorted(place.glob("*.json")) if place.is_dir() else []


def _keep_one(place: Path, revision: Revision) -> None:
    stamp = revision.when.astimezone(dt.UTC).strftime("%Y%m%dT%H%M%S.%fZ")
    content = {
        "when": revision.when.isoformat(),
        "who": revision.who,
        "summary": revision.summary,
        "text": revision.text,
    }
    # Readable by its owner only: notes and addresses are nobody else's business. A power cut may take the last one.
    raw = json.dumps(content, ensure_ascii=False).encode()
    file_replace.replace(next(_free(place, stamp)), raw, lasting=False)


def _free(place: Path, stamp: str) -> Iterator[Path]:
    for number in range(1000):
        name = place / f"{stamp}-{number:03}.json"
        if not name.exists():
            yield name


def _load(file: Path) -> Revision | None:
    """A damaged file is left out: the rest of the history is worth having."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        return Revision(
            when=dt.datetime.fromisoformat(content["when"]).astimezone(),
            who=str(content["who"]),
            summary=str(content["summary"]),
            text=str(content["text"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _forget(place: Path) -> None:
    files = _files(place)
    limit = (_now() - dt.timedelta(days=DAYS)).astimezone(dt.UTC).strftime("%Y%m%dT%H%M%S")
    old = [file for file in files[:-ALWAYS] if file.name < limit]
    for file in {*old, *files[:-MOST]}:
        file.unlink(missing_ok=True)
