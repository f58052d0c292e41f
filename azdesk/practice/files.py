"""The files of one practice host: a folder that stands for its root, with owners and modes in a table.

Nobody needs to be root: what belongs to whom is remembered by file identity, as fakeroot(1) does it. No path of
the host, whatever links it runs over, leads out of the folder.
"""

from __future__ import annotations

import contextlib
import errno
import fnmatch
import os
import stat as stat_bits
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from azdesk.practice.faults import Faults

_HOPS = 40


@dataclass(frozen=True, kw_only=True)
class Attributes:
    """Permission bits, owner and group as the host sees them."""

    mode: int
    owner: str = "root"
    group: str = "root"


class HostFiles:
    """Files of one host, by their paths there (absolute, with slashes).

    Args:
        root: the folder; made if missing.
        faults: full disks and read-only folders.
    """

    def __init__(self, root: Path, faults: Faults) -> None:
        root.mkdir(parents=True, exist_ok=True)
        self.root = str(root.resolve())
        self.faults = faults
        self._attributes: dict[tuple[int, int], Attributes] = {}

    # -- paths ---------------------------------------------------------------------------------------------

    def real(self, path: str) -> str:
        """Where a path is for this process; links in its parents are followed inside the folder, a link in
        its last part is not."""
        parent, _, name = path.rstrip("/").rpartition("/")
        if name in ("", ".", ".."):
            return self.root + self.resolve(path).rstrip("/")
        return self.root + (self.resolve(parent).rstrip("/") if parent else "") + "/" + name

    def resolve(self, path: str) -> str:
        """The path with all symbolic links followed, also of a file that does not exist.

        Raises:
            OSError: links go in a circle.
        """
        parts, done, hops = path.split("/")[::-1], "", 0
        while parts:
            part = parts.pop()
            if part in ("", "."):
                continue
            if part == "..":
                done = done.rpartition("/")[0]
                continue
            here = f"{done}/{part}"
            if os.path.islink(self.root + here):
                hops += 1
                if hops > _HOPS:
                    raise OSError(errno.ELOOP, "Too many levels of symbolic links", path)
                target = os.readlink(self.root + here)
                if target.startswith("/"):
                    done = ""
                parts.extend(target.split("/")[::-1])
            else:
                done = here
        return done or "/"

    def target(self, path: str) -> str:
        """Where the file that a path leads to is for this process."""
        return self.root + self.resolve(path).rstrip("/")

    # -- reading -------------------------------------------------------------------------------------------

    def exists(self, path: str) -> bool:
        return os.path.lexists(self.target(path))

    def is_folder(self, path: str) -> bool:
        return os.path.isdir(self.target(path))

    def read(self, path: str) -> bytes:
        """Content, links followed.

        Raises:
            OSError: it cannot be read.
        """
        try:
            with open(self.target(path), "rb") as file:
                return file.read()
        except PermissionError:
            # On Windows, opening a folder says this instead.
            if self.is_folder(path):
                raise IsADirectoryError(errno.EISDIR, "Is a directory", path) from None
            raise

    def text(self, path: str) -> str:
        """Content as text, empty if there is no such file."""
        try:
            return self.read(path).decode("utf-8", "surrogateescape").replace("\r\n", "\n")
        except (FileNotFoundError, NotADirectoryError):
            return ""

    def names(self, path: str, pattern: str = "*") -> list[str]:
        """Names in a folder that match, sorted; none if there is no such folder."""
        try:
            found = os.listdir(self.target(path))
        except (FileNotFoundError, NotADirectoryError):
            return []
        return sorted(name for name in found if fnmatch.fnmatchcase(name, pattern))

    def attributes(self, path: str) -> Attributes:
        """Of what the path leads to.

        Raises:
            OSError: there is nothing.
        """
        return self.attributes_of(os.lstat(self.target(path)))

    def attributes_of(self, st: os.stat_result) -> Attributes:
        known = self._attributes.get((st.st_dev, st.st_ino))
        if known is not None:
            return known
        if stat_bits.S_ISLNK(st.st_mode):
            return Attributes(mode=0o777)
        return Attributes(mode=0o755 if stat_bits.S_ISDIR(st.st_mode) else 0o644)

    def allows(self, path: str, user: str, groups: frozenset[str], want: int) -> bool:
        """Whether a user may do that with what the path leads to (4 read, 2 write, 1 search), by the modes of
        the file and of the folders above it; false if there is no such file."""
        if user == "root":
            return self.exists(path)
        place = self.resolve(path)
        above = place
        while above != "/":
            above = above.rpartition("/")[0] or "/"
            if not self._permits(above, user, groups, 1):
                return False
        return self._permits(place, user, groups, want)

    def _permits(self, place: str, user: str, groups: frozenset[str], want: int) -> bool:
        try:
            found = self.attributes(place)
        except OSError:
            return False
        shift = 6 if found.owner == user else 3 if found.group in groups else 0
        return (found.mode >> shift) & want == want

    # -- changing ------------------------------------------------------------------------------------------

    def write(self, path: str, data: bytes | str, attributes: Attributes | None = None) -> None:
        """Replace or make a file, with its folders; an existing one keeps its attributes unless given.

        Raises:
            OSError: it cannot be written.
        """
        data = data.encode("utf-8", "surrogateescape") if isinstance(data, str) else data
        self.faults.refuse(path, self.resolve)
        self.faults.take_space(len(data), path)
        place = self.target(path)
        fresh = not os.path.lexists(place)
        os.makedirs(os.path.dirname(place), exist_ok=True)
        with open(place, "wb") as file:
            file.write(data)
        if attributes is not None or fresh:
            self.remember(place, attributes or Attributes(mode=0o644))

    def append(self, path: str, text: str) -> None:
        """Add to a file, making it if needed.

        Raises:
            OSError: as `write`.
        """
        data = text.encode("utf-8", "surrogateescape")
        self.faults.refuse(path, self.resolve)
        self.faults.take_space(len(data), path)
        with open(self.target(path), "ab") as file:
            file.write(data)

    def folder(self, path: str, attributes: Attributes | None = None) -> None:
        """Make a folder with its parents.

        Raises:
            OSError: as `write`.
        """
        self.faults.refuse(path, self.resolve)
        place = self.target(path)
        os.makedirs(place, exist_ok=True)
        if attributes is not None:
            self.remember(place, attributes)

    def link(self, path: str, target: str) -> bool:
        """Make a symbolic link; False where this system lets nobody make one (some Windows)."""
        self.faults.refuse(path, self.resolve)
        place = self.real(path)
        os.makedirs(os.path.dirname(place), exist_ok=True)
        try:
            os.symlink(target, place)
        except (OSError, NotImplementedError):
            return False
        return True

    def remove(self, path: str) -> None:
        """Remove a file or link, if it is there."""
        self.faults.refuse(path, self.resolve)
        place = self.real(path)
        self.forget(place)
        with contextlib.suppress(FileNotFoundError):
            os.unlink(place)

    # -- the table -----------------------------------------------------------------------------------------

    def remember(self, place: str, attributes: Attributes) -> None:
        """Set the attributes of what is at a place of this process."""
        st = os.lstat(place)
        self._attributes[st.st_dev, st.st_ino] = attributes

    def forget(self, place: str) -> None:
        """A name goes away; if it was the last one, its number may soon be another file's."""
        try:
            st = os.lstat(place)
        except OSError:
            return
        self.faults.give_space(st.st_size)
        if st.st_nlink <= 1 or stat_bits.S_ISDIR(st.st_mode):
            self._attributes.pop((st.st_dev, st.st_ino), None)

    def size(self) -> int:
        """Number of remembered files."""
        return len(self._attributes)

    # -- accounts of the host ------------------------------------------------------------------------------

    def users(self) -> dict[str, int]:
        """Names in /etc/passwd with their numbers."""
        return {fields[0]: int(fields[2]) for fields in self._table("/etc/passwd")}

    def groups(self) -> dict[str, int]:
        """Names in /etc/group with their numbers."""
        return {fields[0]: int(fields[2]) for fields in self._table("/etc/group")}

    def groups_of(self, user: str) -> frozenset[str]:
        """Names of the groups a user is in."""
        own = {fields[3] for fields in self._table("/etc/passwd") if fields[0] == user and len(fields) > 3}
        return frozenset(
            fields[0]
            for fields in self._table("/etc/group")
            if fields[2] in own or (len(fields) > 3 and user in fields[3].split(","))
        )

    def _table(self, path: str) -> Iterator[list[str]]:
        for line in self.text(path).splitlines():
            fields = line.split(":")
            if len(fields) >= 3 and fields[2].isdigit():
                yield fields
