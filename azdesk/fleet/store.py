"""The document as a file: reading it with every problem named, and saving it with the least change.

::

    opened = store.open("office.azfleet")       # DocumentError with all problems, each with its line
    opened = store.save(opened, fleet)          # ConflictError if the file was changed by someone else
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from azdesk.core import file_replace
from azdesk.core.errors import ConflictError, DocumentError, Problem
from azdesk.core.file_lock import alone_at
from azdesk.fleet import migrations, reading
from azdesk.fleet.model import Fleet

if TYPE_CHECKING:
    from azdesk.fleet.history import Revision

parse = reading.parse

ENDINGS = (".azfleet", ".toml")
"""File name endings of a document, the usual one first."""

LARGEST = 8 * 2**20
"""Bytes; nobody writes that much by hand, and a wrong file should not block the program."""


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A document as it was read from, or written to, its file."""

    path: Path
    fleet: Fleet
    text: str
    """The TOML text that says `fleet`; of an older file already in the present form."""
    revision: str
    """Digest (SHA-256, hex) of the file's bytes."""
    old_text: str = ""
    """For a file of an older form: its text as it is on disk; kept beside the document at the first save."""

    @property
    def migrated(self) -> bool:
        """Whether the file on disk still has an older form."""
        return bool(self.old_text)


def open(path: str | os.PathLike[str]) -> Opened:  # noqa: A001  # read as store.open
    """Read a document.

    Raises:
        DocumentError: it cannot be read or is not valid; with every problem.
    """
    path = Path(path)
    raw = _read(path)
    text = _decoded(raw, str(path))
    with _named(path):
        current = migrations.migrated(text)
        fleet = parse(current)
    old = text if current != text else ""
    return Opened(path=path, fleet=fleet, text=current, revision=_digest(raw), old_text=old)


def open_broken(path: str | os.PathLike[str]) -> Opened:
    """Like `open`, but what is not valid is read as an empty fleet with the file's text, to be saved over.

    Raises:
        DocumentError: it cannot be read.
    """
    path = Path(path)
    try:
        return open(path)
    except DocumentError:
        raw = _read(path)
        return Opened(path=path, fleet=Fleet(), text=_decoded(raw, str(path)), revision=_digest(raw))


def create(path: str | os.PathLike[str], fleet: Fleet, *, text: str = "") -> Opened:
    """Write a new document.

    Args:
        path: must not exist yet.
        fleet: what to write.
        text: TOML text to begin with instead of a plain one, such as an example with comments.

    Raises:
        DocumentError: the file exists or cannot be written.
    """
    from azdesk.fleet.render import fleet_text

    path = Path(path)
    if path.exists():
        raise DocumentError(
            "There is already a file of this name.",
            where=str(path),
            next_step="Open it, or take another name.",
        )
    text = _text_for(fleet, text, parse(text)) if text else fleet_text(fleet)
    raw = text.encode()
    _write(path, raw)
    return Opened(path=path, fleet=fleet, text=text, revision=_digest(raw))


def save(opened: Opened, fleet: Fleet, *, summary: str = "") -> Opened:
    """Write a changed fleet back, leaving everything else in the file as it is.

    Atomic: the file has the old or the new text, whatever happens. Its mode stays, and a symbolic link is
    followed. The text before goes into the history, see `azdesk.fleet.history`.

    Args:
        opened: the document as it was read or last saved.
        fleet: what it should say now.
        summary: line for the history; empty: made from the changes.

    Raises:
        ConflictError: the file on disk is not the one that was opened; nothing is written.
        DocumentError: it cannot be written; the old file is whole.
    """
    with alone_at(opened.path.resolve()):
        raw = _unchanged(opened)
        if fleet == opened.fleet and not opened.migrated:
            return opened
        return _saved(opened, raw, _text_for(fleet, opened.text, opened.fleet), fleet, summary)


def text_of(opened: Opened, fleet: Fleet) -> str:
    """The text that `save` would write, for showing it before."""
    return opened.text if fleet == opened.fleet else _text_for(fleet, opened.text, opened.fleet)


def save_text(opened: Opened, text: str, *, summary: str = "") -> Opened:
    """Like `save`, for a text that was written by hand or comes from the history.

    Raises:
        ConflictError: the file on disk is not the one that was opened; nothing is written.
        DocumentError: the text is not valid, or cannot be written.
    """
    with _named(opened.path):
        fleet = parse(text)
    with alone_at(opened.path.resolve()):
        return _saved(opened, _unchanged(opened), text, fleet, summary)


def restore(opened: Opened, revision: Revision) -> Opened:
    """Save an earlier text of the history, comments and all; the present one stays in the history.

    Raises:
        ConflictError: the file was changed by someone else.
        DocumentError: the text is not valid, or cannot be written.
    """
    return save_text(
        opened, migrations.migrated(revision.text), summary=f"restored from {revision.when:%Y-%m-%d %H:%M}"
    )


def _unchanged(opened: Opened) -> bytes:
    raw = _read(opened.path)
    if _digest(raw) != opened.revision:
        raise ConflictError(
            "The document was changed by someone else since it was opened.",
            theirs=_decoded(raw, str(opened.path)),
            where=str(opened.path),
            next_step="Merge both, or open it again.",
        )
    return raw


def _saved(opened: Opened, raw: bytes, text: str, fleet: Fleet, summary: str) -> Opened:
    from azdesk.fleet import history  # only who saves needs it

    new = (_BOM if raw.startswith(_BOM) else b"") + text.encode()
    if opened.migrated:
        keep_old(opened)
    _write(opened.path, new)
    before = _decoded(raw, str(opened.path))
    history.keep(opened.path, before=before, after=text, old=opened.fleet, new=fleet, what=summary)
    return Opened(path=opened.path, fleet=fleet, text=text, revision=_digest(new))


def keep_old(opened: Opened) -> Path:
    """Copy a file of an older form beside itself, once; returns where.

    Raises:
        DocumentError: it cannot be written.
    """
    version = migrations.version_of(reading.load(opened.old_text))
    copy = opened.path.with_name(f"{opened.path.stem}.version-{version}{opened.path.suffix}")
    if not copy.exists():
        _write(copy, opened.old_text.encode())
    return copy


_BOM = b"\xef\xbb\xbf"


def _text_for(fleet: Fleet, text: str, old: Fleet) -> str:
    """The text changed so that it says `fleet`: as little as possible, but right in any case."""
    from azdesk.fleet.render import fleet_text
    from azdesk.fleet.rewrite import rewritten

    with suppress(DocumentError, RecursionError):
        changed = rewritten(text, old, fleet)
        if parse(changed) == fleet:
            return changed
    # A layout so unusual that it cannot be kept; the head of the file and the history keep the words.
    head = re.match(r"(?:[ \t]*(?:#[^\n]*)?\n)*", text)
    return (head.group() if head else "") + fleet_text(fleet)


class _named:  # noqa: N801  # a context manager, used like a function
    """Says the file's name in the errors of what is inside."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, DocumentError) and not error.where:
            error.where = str(self.path)


def _digest(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST:
            raise DocumentError("The file is too large to be a fleet document.", where=str(path))
        return path.read_bytes()
    except IsADirectoryError:
        raise DocumentError("This is a folder, not a document.", where=str(path)) from None
    except FileNotFoundError:
        raise DocumentError(
            "There is no such file.", where=str(path), next_step="Check the name, or make a new document."
        ) from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise DocumentError(f"The file cannot be read: {reason}.", where=str(path)) from None


def _decoded(raw: bytes, where: str) -> str:
    try:
        return raw.removeprefix(_BOM).decode()
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        problem = Problem(path="", message="is not UTF-8 text", line=line)
        raise DocumentError(
            "The file is not UTF-8 text.",
            problems=[problem],
            where=where,
            next_step="Save it as UTF-8 in your editor.",
        ) from None


def _write(path: Path, raw: bytes) -> None:
    """Replace a file's content at once, or not at all."""
    target = Path(os.path.realpath(path))
    try:
        mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else 0o666 & ~_umask()
        file_replace.replace(target, raw, mode=mode)
    except OSError as error:
        raise DocumentError(
            f"The document could not be saved: {error.strerror or error}.",
            where=str(path),
            next_step="The file on disk is unchanged; make room or allow writing there, then save again.",
        ) from None


def _umask() -> int:
    value = os.umask(0o077)
    os.umask(value)
    return value
