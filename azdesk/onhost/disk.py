"""A host's files: everything the helper reads of them or does to them goes through here.

Paths are those of the host, absolute and with slashes, everywhere but in the few functions here that open them.

Changes are made in a folder that is open already, found part by part: by name alone, whoever owns a folder on the way could put
a link of root's file in its place between the look at it and the change, and root would follow.
"""

from __future__ import annotations

import contextlib
import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

_TYPES = {0o100000: "file", 0o040000: "dir", 0o120000: "link"}
NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)
BINARY = getattr(os, "OBINARY", 0) | getattr(os, "O_CLOEXEC", 0)
_ONLY_PLACE = getattr(os, "O_PATH", 0)
_MOST_LINKS = 40


class Stat:
    """Attributes of one path; of a link its own."""

    __slots__ = (
        "changed",
        "device",
        "group",
        "inode",
        "mode",
        "mtime",
        "mtime_ns",
        "owner",
        "size",
        "stamp",
        "type",
    )

    def __init__(self, st: os.stat_result, mode: int, owner: str, group: str) -> None:
        self.type = _TYPES.get(st.st_mode & 0o170000, "other")
        self.mode = mode
        self.owner = owner
        self.group = group
        self.size = st.st_size
        self.mtime = st.st_mtime
        self.mtime_ns = st.st_mtime_ns
        self.changed = st.st_ctime
        self.inode = st.st_ino
        self.device = st.st_dev
        times = (st.st_ctime_ns, st.st_mtime_ns)  # on Windows the first never changes
        self.stamp = "%x.%x.%x.%x.%x.%s.%s" % (st.st_ino, st.st_size, *times, mode, owner, group)
        """Equal stamps mean an unchanged file, but see `probes` for the resolution of clocks."""


class Disk:
    """The files of a host.

    Args:
        root: folder that stands for ``/``; empty: the real root.
    """

    def __init__(self, root: str = "") -> None:
        self.root = root.rstrip("/")
        self._users: dict[int, str] = {}
        self._groups: dict[int, str] = {}

    def note(self, action: str, path: str) -> None:
        """Called before each change of the world; tests make it fail there."""

    # -- paths ---------------------------------------------------------------------------------------------

    def real(self, path: str) -> str:
        """Where a path of the host is for this process."""
        return self.root + path

    def resolve(self, path: str) -> str:
        """The path with all symbolic links followed, also of a file that does not exist.

        Raises:
            OSError: links go in a circle.
        """
        if not self.root:
            found = os.path.realpath(path)
            if os.path.islink(found):
                raise OSError(40, "Too many levels of symbolic links", path)
            return found
        parts, done, hops = path.split("/")[::-1], "", 0
        while parts:
            part = parts.pop()
            if part in ("", "."):
                continue
            if part == "..":
                done = done.rpartition("/")[0]
                continue
            here = done + "/" + part
            if os.path.islink(self.real(here)):
                hops += 1
                if hops > 40:
                    raise OSError(40, "Too many levels of symbolic links", path)
                target = os.readlink(self.real(here))
                if target.startswith("/"):
                    done = ""
                parts.extend(target.split("/")[::-1])
            else:
                done = here
        return done or "/"

    # -- reading -------------------------------------------------------------------------------------------

    def stat(self, path: str) -> Stat | None:
        """Attributes, links not followed; None if there is nothing.

        Raises:
            OSError: it cannot be told.
        """
        try:
            st = os.lstat(self.real(path))
        except (FileNotFoundError, NotADirectoryError):
            return None
        return Stat(st, *self.attributes(st))

    def attributes(self, st: os.stat_result) -> tuple[int, str, str]:
        """Mode bits, owner and group of what was found."""
        return st.st_mode & 0o7777, self.user_name(st.st_uid), self.group_name(st.st_gid)

    def user_name(self, uid: int) -> str:
        """A user's name, or the number where it has none."""
        name = self._users.get(uid)
        if name is None:
            if self.root and not self.may_give_away() and uid == os.geteuid():
                name = "root"
            else:
                name = _look_up("pwd", "getpwuid", uid)
            self._users[uid] = name
        return name

    def group_name(self, gid: int) -> str:
        """A group's name, or the number where it has none."""
        name = self._groups.get(gid)
        if name is None:
            if self.root and not self.may_give_away() and gid == os.getegid():
                name = "root"
            else:
                name = _look_up("grp", "getgrgid", gid)
            self._groups[gid] = name
        return name

    def forget_names(self) -> None:
        """Look names of users and groups up again the next time."""
        self._users.clear()
        self._groups.clear()

    def is_system_user(self, owner: str) -> bool:
        """Whether a file's owner is root or a service's user."""
        if owner == "root":
            return True
        try:
            return _id("pwd", "getpwnam", owner, "") < 1000
        except LookupError:
            return False

    def may_give_away(self) -> bool:
        """Whether files can be given to other owners."""
        return hasattr(os, "geteuid") and os.geteuid() == 0

    def readlink(self, path: str) -> str:
        return os.readlink(self.real(path))

    def names(self, path: str) -> list[str]:
        """Names in a folder, sorted.

        Raises:
            OSError: it is none, or cannot be read.
        """
        return sorted(os.listdir(self.real(path)))

    def read(self, path: str, limit: int = -1, skip: int = 0) -> bytes:
        """Content, links followed; at most `limit` bytes, without the first `skip`.

        Raises:
            OSError: it cannot be read.
        """
        # Never waits: a pipe or device in the place of a file must not hang the helper.
        fd = os.open(self.real(path), os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | BINARY)
        try:
            if skip:
                os.lseek(fd, skip, os.SEEK_SET)
            parts: list[bytes] = []
            left = limit
            while left:
                part = os.read(fd, 1 << 20 if left < 0 else min(left, 1 << 20))
                if not part:
                    break
                parts.append(part)
                if left > 0:
                    left -= len(part)
            return b"".join(parts)
        finally:
            os.close(fd)

    def digest(self, path: str) -> str:
        """SHA-256 of a file's content in hex, without holding all of it.

        Raises:
            OSError: it cannot be read.
        """
        from azdesk.onhost import probes

        whole = probes.new_digest()
        with open(self.real(path), "rb", buffering=0) as file:
            while part := file.read(1 << 20):
                whole.update(part)
        return str(whole.hexdigest())

    # -- changing ------------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def _inside(self, path: str) -> Iterator[tuple[str, int | None]]:
        """The name in its folder, and that folder open, for the functions of `os` that take ``dir_fd``.

        Links that root has made are followed on the way. Where a system cannot open folders so, the name is the whole path
        and there is no folder.

        Raises:
            OSError: the folder is not there, or another's link is on the way to it.
        """
        if not _ONLY_PLACE:
            yield self.real(path), None
            return
        folder, _, name = path.rpartition("/")
        fd = self._walked(folder)
        try:
            yield name, fd
        finally:
            os.close(fd)

    def _walked(self, folder: str) -> int:
        flags = _ONLY_PLACE | NO_FOLLOW | BINARY
        fds, parts, links = [os.open(self.root or "/", flags)], folder.split("/")[::-1], 0
        try:
            while parts:
                part = parts.pop()
                if part in ("", "."):
                    continue
                if part == "..":
                    if len(fds) > 1:
                        os.close(fds.pop())
                    continue
                fd = os.open(part, flags, dir_fd=fds[-1])
                fds.append(fd)
                st = os.fstat(fd)
                if st.st_mode & 0o170000 != 0o120000:
                    continue
                links += 1
                if links > _MOST_LINKS:
                    raise OSError(40, "Too many levels of symbolic links", folder)
                owner = self.attributes(st)[1]
                if owner != "root":
                    raise OSError(40, "%s is a link that %s has put there" % (part, owner), folder)
                target = os.readlink(
                    "", dir_fd=fd
                )  # of the link that was looked at, whatever has its name by now
                os.close(fds.pop())
                if target.startswith("/"):
                    while len(fds) > 1:
                        os.close(fds.pop())
                parts.extend(target.split("/")[::-1])
            return fds.pop()
        finally:
            for fd in fds:
                os.close(fd)

    def write_new(self, path: str, data: bytes, mode: int = 0o600, *, sync: bool = True) -> None:
        """Make a file that must not exist yet, for root's eyes only unless `mode` says otherwise.

        Raises:
            OSError: it exists, or cannot be written; nothing is left then.
        """
        self.note("write", path)
        with self._inside(path) as (name, folder):
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | NO_FOLLOW | BINARY
            fd = os.open(name, flags, mode, dir_fd=folder)
            try:
                self._write(fd, data, path, sync=sync)
            except BaseException:
                os.close(fd)
                os.unlink(name, dir_fd=folder)
                raise
            os.close(fd)

    def open_new(self, path: str) -> BinaryIO:
        """A file that must not exist yet, open for writing, for root's eyes only.

        Raises:
            OSError: it exists, or cannot be made.
        """
        self.note("write", path)
        with self._inside(path) as (name, folder):
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | NO_FOLLOW | BINARY
            return os.fdopen(os.open(name, flags, 0o600, dir_fd=folder), "wb")

    def append(self, path: str, data: bytes, *, sync: bool) -> None:
        """Add to a file, making it if needed.

        Raises:
            OSError: it cannot be written; a part may be.
        """
        self.note("append", path)
        fd = os.open(self.real(path), os.O_WRONLY | os.O_CREAT | os.O_APPEND | BINARY, 0o600)
        try:
            self._write(fd, data, path, sync=sync)
        finally:
            os.close(fd)

    def _write(self, fd: int, data: bytes, path: str, *, sync: bool) -> None:
        view = memoryview(data)
        while view:
            view = view[os.write(fd, view) :]
        if sync:
            self.note("sync", path)
            self.fsync(fd)

    def fsync(self, fd: int) -> None:
        os.fsync(fd)

    def sync_folder(self, path: str) -> None:
        """Make the names in a folder last."""
        if os.name == "nt":
            return
        self.note("sync", path)
        fd = os.open(self.real(path), os.O_RDONLY | BINARY)
        try:
            self.fsync(fd)
        except OSError as error:
            if error.errno != 22:  # some network file systems cannot
                raise
        finally:
            os.close(fd)

    def set_attributes(self, path: str, mode: int, owner: str, group: str) -> None:
        """Give a file or folder to somebody.

        Raises:
            LookupError: there is no such user or group.
            OSError: not permitted.
        """
        self.note("attributes", path)
        uid, gid = _id("pwd", "getpwnam", owner, "user"), _id("grp", "getgrnam", group, "group")
        if not self.may_give_away() and not self.root:
            raise PermissionError(1, "Only root can set owners", path)
        if not hasattr(os, "O_NOFOLLOW"):
            os.chmod(self.real(path), mode)
            return
        with self._inside(path) as (name, folder):
            fd = os.open(
                name or ".", os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder
            )
        try:
            if self.may_give_away():
                os.fchown(fd, uid, gid)
            os.fchmod(fd, mode)
        finally:
            os.close(fd)

    def set_mtime(self, path: str, mtime_ns: int) -> None:
        self.note("mtime", path)
        with self._inside(path) as (name, folder):
            os.utime(name, ns=(mtime_ns, mtime_ns), dir_fd=folder, follow_symlinks=folder is None)

    def replace(self, source: str, target: str) -> None:
        """Rename, also over an existing file."""
        self.note("rename", target)
        with self._inside(source) as (old, from_there), self._inside(target) as (new, there):
            os.replace(old, new, src_dir_fd=from_there, dst_dir_fd=there)

    def link(self, source: str, target: str) -> None:
        """A second name for a file; a symbolic link is not followed."""
        self.note("link", target)
        with self._inside(source) as (old, from_there), self._inside(target) as (new, there):
            os.link(old, new, src_dir_fd=from_there, dst_dir_fd=there, follow_symlinks=os.name == "nt")

    def make_link(self, path: str, target: str, owner: str, group: str) -> None:
        """A symbolic link of somebody's: root's own would be trusted."""
        self.note("write", path)
        with self._inside(path) as (name, folder):
            os.symlink(target, name, dir_fd=folder)
            if hasattr(os, "chown") and self.may_give_away():
                uid, gid = _id("pwd", "getpwnam", owner, "user"), _id("grp", "getgrnam", group, "group")
                os.chown(name, uid, gid, dir_fd=folder, follow_symlinks=False)

    def remove(self, path: str) -> None:
        """Remove a file or link that may be gone already."""
        self.note("remove", path)
        try:
            with self._inside(path) as (name, folder):
                os.unlink(name, dir_fd=folder)
        except OSError:
            # A read-only file system complains of itself before it says that there is no such file.
            if os.path.lexists(self.real(path)):
                raise

    def make_folder(self, path: str, mode: int = 0o700) -> None:
        self.note("mkdir", path)
        with self._inside(path) as (name, folder):
            os.mkdir(name, mode, dir_fd=folder)

    def remove_folder(self, path: str) -> None:
        self.note("rmdir", path)
        with self._inside(path) as (name, folder):
            os.rmdir(name, dir_fd=folder)

    @contextlib.contextmanager
    def opened(self, path: str) -> Iterator[OpenFolder]:
        """A folder to look around in. Links that root has made are followed on the way to it, no others.

        Raises:
            OSError: it is not there, or no folder, or another's link is on the way to it.
        """
        if not _ONLY_PLACE:
            place = self.real(self.resolve(path))
            os.listdir(place)
            yield OpenFolder(self, place, None)
            return
        way = self._walked(path)
        try:
            # What was found is only a place; to read names it has to be opened as well.
            fd = os.open(".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=way)
        finally:
            os.close(way)
        try:
            yield OpenFolder(self, "", fd)
        finally:
            os.close(fd)


class OpenFolder:
    """A folder that stays the same one, whatever has its name by now. Names have no slashes; links are not followed."""

    def __init__(self, disk: Disk, place: str, fd: int | None) -> None:
        self._disk = disk
        self._place = place
        self._fd = fd

    def names(self) -> list[str]:
        """In no order."""
        return os.listdir(self._place if self._fd is None else self._fd)

    def stat(self, name: str) -> os.stat_result | None:
        """None if there is nothing of that name."""
        try:
            return os.stat(self._named(name), dir_fd=self._fd, follow_symlinks=False)
        except FileNotFoundError:
            return None

    def open(self, name: str) -> int:
        """A file, open for reading; waits for no pipe.

        Raises:
            OSError: it is not there, cannot be read, or is anything else than a file of one name.
        """
        flags = os.O_RDONLY | NO_FOLLOW | BINARY | getattr(os, "O_NONBLOCK", 0)
        fd = os.open(self._named(name), flags, dir_fd=self._fd)
        st = os.fstat(fd)
        # A second name may be anybody's way to have root read a file that is not theirs.
        if st.st_mode & 0o170000 != 0o100000 or st.st_nlink > 1:
            os.close(fd)
            raise OSError(22, "It is no file, or has a second name", name)
        return fd

    def _named(self, name: str) -> str:
        if self._fd is not None:
            return name
        whole = os.path.join(self._place, name)
        if os.path.islink(whole):
            raise OSError(40, "It is a link", name)
        return whole


def _look_up(module: str, function: str, number: int) -> str:
    try:
        return str(getattr(__import__(module), function)(number)[0])
    except (ImportError, LookupError):
        return str(number)


def _id(module: str, function: str, name: str, word: str) -> int:
    try:
        return int(getattr(__import__(module), function)(name)[2])
    except (ImportError, LookupError):
        if name.isdigit():
            return int(name)
        raise LookupError("There is no %s “%s”" % (word, name)) from None
