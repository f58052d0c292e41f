"""Files in states and plans."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from azdesk.core.probe import FileReading, Readings
from azdesk.core.step import MakeFolder, Phase, RemoveFile, Step, WriteFile
from azdesk.features._base import PlanContext


@dataclass(frozen=True, kw_only=True)
class FileSet:
    """What was read of some files, by path; part of a state that plans need but that is not compared."""

    items: tuple[tuple[str, FileReading], ...] = ()

    @staticmethod
    def read(readings: Readings, **paths: str) -> FileSet:
        """From readings; `paths` maps the key of each probe to the path it reads."""
        return FileSet(items=tuple((path, readings.file(key)) for key, path in paths.items()))

    def get(self, path: str) -> FileReading:
        """The reading of one file; one that was not read counts as absent."""
        return next((reading for known, reading in self.items if known == path), FileReading(exists=False))

    def text(self, path: str) -> str:
        """Content, empty when absent."""
        return self.get(path).text or ""


def write_file(
    context: PlanContext,
    files: FileSet,
    path: str,
    content: str,
    *,
    title: str = "",
    mode: int | None = None,
    owner: str | None = None,
    group: str | None = None,
) -> Iterator[Step]:
    """A step that writes the file, if its content or attributes are not yet so.

    Attributes that are not given stay as they are (0644 root root for a new file).
    """
    reading = files.get(path)
    wanted_mode = mode if mode is not None else (reading.mode if reading.exists else 0o644)
    wanted_owner = owner if owner is not None else (reading.owner or "root")
    wanted_group = group if group is not None else (reading.group or "root")
    present = context.text(path, reading.text) if reading.exists or path in context.pending else None
    same_attributes = (reading.mode, reading.owner, reading.group) == (
        wanted_mode,
        wanted_owner,
        wanted_group,
    )
    if present == content and (same_attributes or not reading.exists):
        return
    yield WriteFile(
        title=title or f"Write {path}",
        path=path,
        content=content,
        mode=wanted_mode,
        owner=wanted_owner,
        group=wanted_group,
        before=reading.sha256 or "",
        before_text=reading.text,
    )


def remove_file(files: FileSet, path: str) -> Iterator[Step]:
    """A step that removes the file, if it is there."""
    reading = files.get(path)
    if reading.exists:
        yield RemoveFile(
            title=f"Remove {path}", path=path, before=reading.sha256 or "", before_text=reading.text
        )


def make_folder(files: FileSet, path: str, *, mode: int, owner: str, group: str) -> Iterator[Step]:
    """A step that makes the folder or sets its attributes, if they are not yet so."""
    reading = files.get(path)
    if reading.type == "dir" and (reading.mode, reading.owner, reading.group) == (mode, owner, group):
        return
    verb = "Set the attributes of" if reading.type == "dir" else "Make"
    yield MakeFolder(
        title=f"{verb} {path}", path=path, mode=mode, owner=owner, group=group, phase=Phase.WRITE
    )
