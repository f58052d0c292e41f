"""What imports have written: one folder each in the user's data folder, enough to go on after a crash and to take it back.

``state.json`` says what is imported, and from where. ``written.jsonl`` has a line before each record is sent, with what takes it
back, and one after with what came of it. Passwords are in neither: to go on, the sheet is read again; taking back leaves them as
they are.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Literal, Self

from azdesk.app.people.log import folder, make_private, masked
from azdesk.core import file_replace
from azdesk.core.errors import DirectoryError
from azdesk.directory import ldif
from azdesk.directory.ldif import Record

State = Literal["running", "stopped", "done", "undone"]


@dataclass(frozen=True, kw_only=True)
class Import:
    """One import, as it is remembered."""

    ident: str
    base: str
    """Base DN of the directory."""
    server: str
    """Which of those with that base, see `azdesk.app.people.access.People.server`."""
    who: str
    path: str
    """The sheet's file."""
    sha256: str
    """Of its contents."""
    started: float
    """Seconds since the epoch."""
    ended: float = 0.0
    state: State = "running"
    total: int = 0
    """Records to be written."""
    reading: Mapping[str, str] = field(default_factory=dict, hash=False)
    """How the file was read, see `azdesk.directory.bulk.sheets.Reading`."""
    columns: Mapping[str, str] = field(default_factory=dict, hash=False)
    generate: bool = False
    update: bool = True

    @property
    def folder(self) -> Path:
        return _imports() / self.ident

    def save(self, **values: Any) -> Import:
        """Write it down, with other values."""
        changed = replace(self, **values)
        try:
            make_private(changed.folder)
            file_replace.replace(
                changed.folder / "state.json", json.dumps(asdict(changed), indent=1).encode()
            )
        except OSError as error:
            raise _unwritable(changed.folder, error) from error
        return changed


@dataclass(frozen=True, kw_only=True)
class Written:
    """A record that was sent, or was about to be."""

    number: int
    row: int
    account: str
    action: str
    """add or change."""
    dn: str
    back: str = ""
    """LDIF of what takes it back; empty: nothing but a password was set, or who may log in."""
    made: str = ""
    """LDIF of what was written, without passwords."""
    password: bool = False
    """Whether a password was set."""
    enabled: bool | None = None
    """Whether somebody was let in (True) or shut out (False) by it."""
    result: Literal["done", "refused", "unknown", "undone"] = "unknown"


class Journal:
    """``written.jsonl`` of an import, open for writing.

    Raises:
        DirectoryError: it cannot be written, so nothing may be sent.
    """

    def __init__(self, work: Import) -> None:
        self.path = work.folder / "written.jsonl"
        self._next = sum(1 for _ in _lines(self.path)) + 1
        try:
            self._file: IO[bytes] = os.fdopen(
                os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab"
            )
            if self.path.stat().st_size and not _ends_a_line(self.path):  # cut short by a crash
                self._file.write(b"\n")
        except OSError as error:
            raise _unwritable(self.path, error) from error

    def will(
        self,
        record: Record,
        back: Record | None,
        *,
        row: int,
        account: str,
        action: str,
        password: bool,
        enabled: bool | None,
    ) -> int:
        """A record is about to be sent; returns its number."""
        number, self._next = self._next, self._next + 1
        shown, _ = masked(record)
        line = {
            "will": number,
            "row": row,
            "account": account,
            "action": action,
            "dn": record.dn,
            "back": ldif.text([back]) if back is not None else "",
            "made": ldif.text([shown]) if shown is not None and action == "add" else "",
            "password": password,
            "enabled": enabled,
        }
        self._write(line)
        return number

    def did(self, number: int, result: str) -> None:
        """What came of it: done, refused, unknown, undone."""
        self._write({"did": number, "result": result})

    def flush(self) -> None:
        """On the disk."""
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            raise _unwritable(self.path, error) from error

    def _write(self, line: Mapping[str, Any]) -> None:
        self._file.write(json.dumps(line).encode() + b"\n")

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


def written(work: Import) -> tuple[Written, ...]:
    """What an import has sent, in order."""
    found: dict[int, Written] = {}
    for line in _lines(work.folder / "written.jsonl"):
        if "will" in line:
            values = {key: line[key] for key in Written.__dataclass_fields__ if key in line}
            found[line["will"]] = Written(number=line["will"], **values)
        elif line.get("did") in found:
            found[line["did"]] = replace(found[line["did"]], result=line["result"])
    return tuple(found.values())


def all_imports(base: str, server: str) -> tuple[Import, ...]:
    """The imports into a server's directory that are remembered, the newest first."""
    found: list[Import] = []
    try:
        names = sorted((one.name for one in _imports().iterdir()), reverse=True)
    except OSError:
        return ()
    for name in names:
        try:
            raw = json.loads((_imports() / name / "state.json").read_text("utf-8"))
            one = Import(**raw)
        except (OSError, ValueError, TypeError):
            continue
        if one.base.lower() == base.lower() and one.server == server:
            found.append(one)
    return tuple(found)


def one_import(base: str, server: str, ident: str = "", states: Sequence[State] = ()) -> Import:
    """An import into a directory by its name, or the newest one.

    Args:
        states: those that count.

    Raises:
        DirectoryError: there is none.
    """
    for one in all_imports(base, server):
        if (not ident or one.ident == ident) and (not states or one.state in states):
            return one
    raise DirectoryError(
        f"There is no import “{ident}” into this directory."
        if ident
        else "There is no import that this could be done with.",
        where=f"{base} ({server})",
        next_step="azdesk people imports shows them all.",
    )


def _imports() -> Path:
    return folder() / "imports"


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    try:
        with path.open("rb") as file:
            for line in file:
                try:
                    yield json.loads(line)
                except ValueError:  # the last one, cut short by a crash: what it was about was not sent
                    continue
    except OSError:
        return


def _ends_a_line(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"


def now() -> float:
    return time.time()


def _unwritable(path: Path, error: OSError) -> DirectoryError:
    return DirectoryError(
        f"What an import writes cannot be noted down: {error.strerror or error}.",
        where=str(path),
        next_step="Nothing more is written without it. Make room there, or give yourself the right to write.",
    )
