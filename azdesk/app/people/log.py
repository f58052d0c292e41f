"""Every write to a directory, as LDIF with what came of it, in files of the user's data folder; one a month.

Passwords are never in it: where one was written, a comment says so. Nothing is written to a directory while its log cannot be.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from azdesk.core.errors import AzdeskError, DirectoryError, DirectoryLost
from azdesk.core.places import data_folder
from azdesk.directory import ldif
from azdesk.directory.ldif import Delete, Entry, Modify, Record
from azdesk.directory.people import is_secret, secret_free


def folder() -> Path:
    """Where all that is kept about writes to directories is."""
    return data_folder() / "people"


def slug(base: str) -> str:
    """A directory's name for files."""
    parts = (part.partition("=")[2].strip() for part in base.split(","))
    return re.sub(r"[^a-z0-9.-]", "_", ".".join(parts).lower())[:80] or "directory"


class Log:
    """The log of one directory, open for one piece of work.

    Args:
        base: base DN of the directory.
        who: ``alice@workstation``.
        title: what is done, such as “Add a person”.

    Raises:
        DirectoryError: it cannot be written, so nothing may be changed.
    """

    def __init__(self, base: str, who: str, title: str) -> None:
        self.path = folder() / f"{slug(base)}-{time.strftime('%Y-%m', time.gmtime())}.ldif"
        self._head = f"{who}: {title}"
        try:
            make_private(self.path.parent)
            handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        except OSError as error:
            raise _unwritable(self.path, error) from error
        self._file: IO[bytes] = os.fdopen(handle, "ab")

    def note(self, record: Record, error: AzdeskError | None = None, before: Entry | None = None) -> None:
        """What was written, and what came of it.

        Args:
            before: the entry as it was, where it goes.
        """
        self._file.write(noted(record, error, self._head, before))

    def flush(self) -> None:
        """On the disk."""
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            raise _unwritable(self.path, error) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._file.close()
        except OSError as error:
            if value is None:
                raise _unwritable(self.path, error) from error


def make_private(path: Path) -> None:
    """A folder, and those above it that are missing, that only its user looks into."""
    for one in (*reversed(path.parents), path):  # “parents” of mkdir would not have the mode
        if not one.exists():
            one.mkdir(exist_ok=True, mode=0o700)


def noted(record: Record, error: AzdeskError | None, head: str, before: Entry | None = None) -> bytes:
    """One entry of the log."""
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    if error is None:
        result = "done"
    elif isinstance(error, DirectoryLost):
        result = f"not known: {error.what}"
    else:
        result = f"refused: {error.what}"
    lines = [f"# {now} {_one_line(head)}", f"# {_one_line(result)}"]
    shown, hidden = masked(record)
    lines += [f"# {name}: a password, not kept here" for name in hidden]
    text = "\n".join(lines).encode() + b"\n"
    if shown is not None:
        text += ldif.lines(shown, changes=True)
    else:
        text += f"# dn: {record.dn}".encode("utf-8", "replace") + b"\n"
    if before is not None and isinstance(record, Delete):
        kept = Entry(dn=before.dn, attributes=secret_free(before.attributes))
        text += b"# It was, without passwords:\n"
        text += b"".join(b"# " + line + b"\n" for line in ldif.lines(kept, changes=False).splitlines())
    return text + b"\n"


def masked(record: Record) -> tuple[Record | None, tuple[str, ...]]:
    """A record without passwords (None: nothing is left of it), and which attributes were left out."""
    if isinstance(record, Entry):
        free = secret_free(record.attributes)
        hidden = tuple(name for name in record.attributes if name not in free)
        return (Entry(dn=record.dn, attributes=free) if free else None), hidden
    if isinstance(record, Modify):
        kept = tuple(one for one in record.changes if not is_secret(one.attribute))
        hidden = tuple(dict.fromkeys(one.attribute for one in record.changes if is_secret(one.attribute)))
        return (replace(record, changes=kept) if kept else None), hidden
    return record, ()


def files(base: str) -> tuple[Path, ...]:
    """The logs of a directory, the newest first."""
    return tuple(sorted(folder().glob(f"{slug(base)}-????-??.ldif"), reverse=True))


def last(base: str, count: int = 200) -> Iterator[str]:
    """The newest entries of the log, the newest first, as text."""
    for path in files(base):
        try:
            text = path.read_text("utf-8", "replace")
        except OSError:
            continue
        for one in reversed(text.split("\n\n")):
            if one.strip():
                if count <= 0:
                    return
                count -= 1
                yield one.strip()


def _one_line(text: str) -> str:
    return re.sub(r"[\x00-\x1f\x7f\u2028\u2029]+", " ", text)


def _unwritable(path: Path, error: OSError) -> DirectoryError:
    return DirectoryError(
        f"The log of changes cannot be written: {error.strerror or error}.",
        where=str(path),
        next_step="Nothing is changed without it. Make room there, or give yourself the right to write.",
    )
