"""Files and folders in states and plans."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from azdesk.core.errors import ObserveError
from azdesk.core.probe import File, FileReading, Mounts, Probe, Readings
from azdesk.core.step import MakeFolder, Phase, RemoveFile, RemoveFolder, SecretUse, Step, WriteFile
from azdesk.features._base import PlanContext


def text_file(readings: Readings, key: str, path: str) -> FileReading:
    """The reading of a file whose text matters.

    Raises:
        ObserveError: it is there, but its text is not: taking that for an empty file would overwrite it.
    """
    reading = readings.file(key)
    if reading.exists and reading.text is None:
        raise ObserveError(_why_no_text(reading, path), where=readings.host, next_step="Look at it there.")
    return reading


def _why_no_text(reading: FileReading, path: str) -> str:
    if reading.type == "link" and reading.sha256 is None:
        return f"{path} is a link to {reading.target}, which is no file."
    if reading.type in ("file", "link"):
        return f"{path} is too large for a configuration file ({reading.size} bytes)."
    return f"{path} is not a file but a {'folder' if reading.type == 'dir' else 'device or pipe'}."


@dataclass(frozen=True, kw_only=True)
class FileSet:
    """What was read of some files, by path; part of a state that plans need but that is not compared."""

    items: tuple[tuple[str, FileReading], ...] = ()

    @staticmethod
    def read(readings: Readings, paths: Mapping[str, str]) -> FileSet:
        """From readings; `paths` maps the key of each probe to the path it reads.

        Raises:
            ObserveError: one of them is there without a text.
        """
        return FileSet(items=tuple((path, text_file(readings, key, path)) for key, path in paths.items()))

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
    secrets: tuple[SecretUse, ...] = (),
) -> Iterator[Step]:
    """A step that writes the file, if its content or attributes are not yet so.

    Attributes that are not given stay as they are (0644 root root for a new file). With `secrets` the file is to be read with masks
    that leave their tokens in its text.
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
        secrets=secrets,
    )


def remove_file(files: FileSet, path: str) -> Iterator[Step]:
    """A step that removes the file, if it is there."""
    reading = files.get(path)
    if reading.exists:
        yield RemoveFile(
            title=f"Remove {path}", path=path, before=reading.sha256 or "", before_text=reading.text
        )


_NETWORK = ("nfs", "cifs", "smb", "ceph", "9p", "fuse.")
"""What types of network file systems begin with, as the kernel names them."""

_FOLDER_MODE = 0o2770
_FOLDER, _MOUNT = "folder:", "mount"


@dataclass(frozen=True, kw_only=True)
class Folder:
    """A folder that a service keeps its users' files in."""

    path: str = ""
    exists: bool = False
    link: bool = False
    """The path is a link to the folder."""
    mode: int = 0
    owner: str = ""
    group: str = ""
    mounted: bool = False
    """A file system of its own begins here."""
    network: str = ""
    """Type of the network file system that it lies on; empty for a local one."""

    def usable_by(self, user: str) -> bool:
        """Whether the service can keep files there. Who may write on network storage is the server's to say."""
        own = self.owner == user and self.mode & 0o700 == 0o700
        return self.exists and (own or bool(self.network))

    @property
    def is_open(self) -> bool:
        """Whether everybody on the host may look into it; of network storage the server says that."""
        return self.exists and not self.network and bool(self.mode & 0o007)


def folder_probes(path: str) -> dict[str, Probe]:
    """Probes for one folder; the path is in a key, so that a reading tells which folder it is about."""
    return {f"{_FOLDER}{path}": File(path=path), _MOUNT: Mounts(paths=(path,))}


def read_folder(readings: Readings) -> Folder:
    """The folder that `folder_probes` asked about."""
    key = next((key for key in readings.raw if key.startswith(_FOLDER)), _FOLDER)
    reading, path = readings.file(key), key.removeprefix(_FOLDER)
    mount = readings.get(_MOUNT)["mounts"].get(path) or {}
    fstype = str(mount.get("fstype", ""))
    # A link to a file has a digest; a dangling one has the attributes of the link, which nobody owns but root.
    return Folder(
        path=path,
        exists=reading.type == "dir" or (reading.type == "link" and reading.sha256 is None),
        link=reading.type == "link",
        mode=reading.mode,
        owner=reading.owner,
        group=reading.group,
        mounted=bool(mount.get("mounted")),
        network=fstype if fstype.startswith(_NETWORK) else "",
    )


def make_folder(folder: Folder, path: str, user: str, *, closed: bool = False) -> Iterator[Step]:
    """A step that makes the folder or gives it to the service's user, if that user cannot use it yet.

    Args:
        closed: nobody else may look into it.
    """
    known = folder if folder.path == path else Folder(path=path)
    if known.usable_by(user):
        if closed and known.is_open:
            mode, owner, group = known.mode & ~0o007, known.owner, known.group
            yield MakeFolder(
                title=f"Close {path} to others",
                path=path,
                mode=mode,
                owner=owner,
                group=group,
                phase=Phase.WRITE,
            )
        return
    verb = f"Give {path} to {user}" if known.exists else f"Make {path}"
    yield MakeFolder(title=verb, path=path, mode=_FOLDER_MODE, owner=user, group=user, phase=Phase.WRITE)


def remove_folder(folder: Folder, path: str, user: str) -> Iterator[Step]:
    """A step that removes a folder that looks as we make them, unless files are in it."""
    ours = (folder.mode, folder.owner, folder.group) == (_FOLDER_MODE, user, user)
    if folder.path == path and folder.exists and ours and not (folder.mounted or folder.link):
        yield RemoveFolder(title=f"Remove {path} if it is empty", path=path, phase=Phase.ACT)
