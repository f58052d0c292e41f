"""The machine the helper works on: everything it does to the world goes through here.

A practice host or a test puts its own subclass in place: paths may lie below a folder, commands may be
simulated. Paths are those of the host, absolute and with slashes, everywhere but in the few functions here
that open them.
"""

from __future__ import annotations

import os
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

_TYPES = {0o100000: "file", 0o040000: "dir", 0o120000: "link"}
_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)
_BINARY = getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)


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


class Result:
    """What came of a command."""

    __slots__ = ("err", "exit", "found", "out", "timed_out")

    def __init__(
        self, code: int = 0, out: str = "", err: str = "", *, found: bool = True, timed_out: bool = False
    ) -> None:
        self.exit = code
        self.out = out
        self.err = err
        self.found = found
        self.timed_out = timed_out

    def wire(self) -> dict[str, Any]:
        return {
            "found": self.found,
            "exit": self.exit,
            "out": self.out,
            "err": self.err,
            "timed_out": self.timed_out,
        }


class Machine:
    """This host.

    Args:
        root: folder that stands for ``/``; empty: the real root.
    """

    separate = True
    """Whether steps run in a process of their own, so that no single kill leaves a transaction half done.
    False for machines inside another program: there it is a thread."""
    state = "/var/lib/azdesk"
    """Folder of lock, journal, transactions and backups."""

    def __init__(self, root: str = "") -> None:
        self.root = root.rstrip("/")
        self._users: dict[int, str] = {}
        self._groups: dict[int, str] = {}
        self._memory: dict[str, Any] = {}

    def memory(self, name: str, make: Callable[[], Any]) -> Any:
        """Something kept for the life of the machine, such as an open connection; made when first asked for."""
        if name not in self._memory:
            self._memory[name] = make()
        return self._memory[name]

    def forget(self) -> None:
        """Drop all that `memory` keeps."""
        for connection in self._memory.get("bus", {}).values():
            connection.close()
        self._memory.clear()
        self.forget_names()

    def distrust(self) -> None:
        """Ask everything anew the next time, also what would have told of a change."""
        for connection in self._memory.get("bus", {}).values():
            connection.kept.clear()
        self._memory.pop("packages", None)

    def note(self, action: str, path: str) -> None:
        """Called before each change of the world; tests make it fail there."""

    # -- time and self -------------------------------------------------------------------------------------

    def time(self) -> float:
        """Seconds since the epoch."""
        return time.time()

    def monotonic(self) -> float:
        """Seconds of a clock that only goes forward."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)

    def whoami(self) -> dict[str, Any]:
        """Parts of the hello: python, uid, pid, hostname."""
        return {
            "python": "%d.%d.%d" % sys.version_info[:3],
            "uid": os.geteuid() if hasattr(os, "geteuid") else 0,
            "pid": os.getpid(),
            "hostname": os.uname().nodename if hasattr(os, "uname") else "",
        }

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
        fd = os.open(self.real(path), os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | _BINARY)
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

    def write_new(self, path: str, data: bytes, mode: int = 0o600, *, sync: bool = True) -> None:
        """Make a file that must not exist yet, for root's eyes only unless `mode` says otherwise.

        Raises:
            OSError: it exists, or cannot be written; nothing is left then.
        """
        self.note("write", path)
        real = self.real(path)
        fd = os.open(real, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_FOLLOW | _BINARY, mode)
        try:
            self._write(fd, data, path, sync=sync)
        except BaseException:
            os.close(fd)
            os.unlink(real)
            raise
        os.close(fd)

    def append(self, path: str, data: bytes, *, sync: bool) -> None:
        """Add to a file, making it if needed.

        Raises:
            OSError: it cannot be written; a part may be.
        """
        self.note("append", path)
        fd = os.open(self.real(path), os.O_WRONLY | os.O_CREAT | os.O_APPEND | _BINARY, 0o600)
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
        fd = os.open(self.real(path), os.O_RDONLY | _BINARY)
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
        real = self.real(path)
        uid, gid = _id("pwd", "getpwnam", owner, "user"), _id("grp", "getgrnam", group, "group")
        if not self.may_give_away() and not self.root:
            raise PermissionError(1, "Only root can set owners", path)
        if not hasattr(os, "O_NOFOLLOW"):
            os.chmod(real, mode)
            return
        # By descriptor: who owns the folder could put a link in the file's place between two calls by name.
        fd = os.open(real, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            if self.may_give_away():
                os.fchown(fd, uid, gid)
            os.fchmod(fd, mode)
        finally:
            os.close(fd)

    def set_mtime(self, path: str, mtime_ns: int) -> None:
        self.note("mtime", path)
        os.utime(self.real(path), ns=(mtime_ns, mtime_ns))

    def replace(self, source: str, target: str) -> None:
        """Rename, also over an existing file."""
        self.note("rename", target)
        os.replace(self.real(source), self.real(target))

    def link(self, source: str, target: str) -> None:
        """A second name for a file; a symbolic link is not followed."""
        self.note("link", target)
        os.link(self.real(source), self.real(target), follow_symlinks=os.name == "nt")

    def remove(self, path: str) -> None:
        """Remove a file or link that may be gone already."""
        self.note("remove", path)
        real = self.real(path)
        try:
            os.unlink(real)
        except OSError:
            # A read-only file system complains of itself before it says that there is no such file.
            if os.path.lexists(real):
                raise

    def make_folder(self, path: str, mode: int = 0o700) -> None:
        self.note("mkdir", path)
        os.mkdir(self.real(path), mode)

    def remove_folder(self, path: str) -> None:
        self.note("rmdir", path)
        os.rmdir(self.real(path))

    # -- holding -------------------------------------------------------------------------------------------

    def lock(self, path: str, holder: bytes) -> Callable[[], None] | None:
        """Take the lock of that file and write the holder into it; returns what lets go of it, or None if
        another has it.

        The lock ends with the last process that has it, however that ends.
        """
        import fcntl

        fd = os.open(self.real(path), os.O_RDWR | os.O_CREAT | _NO_FOLLOW | _BINARY, 0o600)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(fd)
            return None
        os.ftruncate(fd, 0)
        os.pwrite(fd, holder, 0)
        held = [fd]

        def let_go() -> None:
            # Closing, not unlocking: the worker may have it as well, and then keeps it.
            if held:
                os.close(held.pop())

        return let_go

    # -- the system ----------------------------------------------------------------------------------------

    def run(
        self,
        argv: Sequence[str],
        timeout: float,
        *,
        stop: Callable[[], bool] | None = None,
        environment: Mapping[str, str] | None = None,
        feed: bytes = b"",
    ) -> Result:
        """Run a command without a shell, with `feed` as its input; its whole process group is killed after
        `timeout` seconds or when `stop` says so."""
        from azdesk.onhost import process

        return process.run(argv, timeout, stop=stop, environment=environment, feed=feed)

    def end_strays(self, transaction: str) -> None:
        """Kill commands that a worker which died has left behind."""
        from azdesk.onhost import process

        process.end_strays(transaction)

    def units(self, names: Sequence[str]) -> dict[str, dict[str, Any]]:
        """State of systemd units, as the probe `Units` reads it."""
        from azdesk.onhost import bus

        return bus.units(self, names)

    def packages(self, names: Sequence[str]) -> dict[str, str | None]:
        """Versions of packages, None for those not installed."""
        from azdesk.onhost import system

        installed = system.installed(self)
        return {name: installed.get(name) for name in names}

    def mounts(self) -> list[tuple[str, str, str, str]]:
        """What is mounted, later ones above earlier ones: path, source, type, options."""
        from azdesk.onhost import mounts

        return mounts.table(self)

    def space(self, path: str) -> tuple[int, int]:
        """Free and whole size of the file system that holds a path, in bytes."""
        st = os.statvfs(self.real(path))
        return st.f_bavail * st.f_frsize, st.f_blocks * st.f_frsize

    def http(self, port: int, path: str, body: str, timeout: float) -> dict[str, Any]:
        """As the probe `Http` reads it."""
        from azdesk.onhost import network

        return network.post(port, path, body, timeout)

    def ami(
        self,
        port: int,
        user: str,
        secret: str,
        actions: Sequence[Sequence[Sequence[str]]],
        *,
        timeout: float,
        keep: int,
    ) -> dict[str, Any]:
        """As the probe `Ami` reads it."""
        from azdesk.onhost import ami

        return ami.ask(port, user, secret, actions, timeout=timeout, keep=keep)

    def connect(self, address: str, port: int, timeout: float) -> dict[str, Any]:
        """As the probe `Connect` reads it."""
        from azdesk.onhost import network

        return network.connect(address, port, timeout)

    def login(
        self, server: str, request: Mapping[str, Any], password: str, timeout: float
    ) -> tuple[str, str]:
        """Log in to one server as the step `Login` asks: a word of `login.REASONS` why not, empty if it is taken, and a sentence."""
        from azdesk.onhost import login

        return login.attempt(server, request, password, timeout)

    def addresses_of(self, name: str) -> list[str]:
        """What a name resolves to."""
        from azdesk.onhost import network

        return network.addresses_of(name)

    def own_addresses(self) -> list[str]:
        """Addresses of this host, those of the loopback and of single links left out."""
        from azdesk.onhost import network

        return network.own_addresses()


def from_environment() -> Machine:
    """This host, or what two environment variables say: `AZDESK_ROOT`, a folder that stands for ``/``, and
    `AZDESK_MACHINE`, a Python file whose ``machine(root)`` returns another machine."""
    root, other = os.environ.get("AZDESK_ROOT", ""), os.environ.get("AZDESK_MACHINE", "")
    if not other:
        return Machine(root)
    with open(other, encoding="utf-8") as file:
        space: dict[str, Any] = {"Machine": Machine, "Result": Result, "__name__": "azdesk_machine"}
        exec(compile(file.read(), other, "exec"), space)
    made: Machine = space["machine"](root)
    return made


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
