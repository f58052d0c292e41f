"""Running commands: no shell, a process group of its own, never longer than allowed."""

from __future__ import annotations

import os
import select
import signal
import time

from azdesk.onhost.machine import Result

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

OUTPUT_LIMIT = 4 << 20
"""Bytes kept of each of a command's outputs; of more, the end."""
MARK = "AZDESK_TRANSACTION"
"""Environment variable by which commands of a transaction are known even when their parent died."""
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_TICK = 0.05


def run(
    argv: Sequence[str],
    timeout: float,
    *,
    stop: Callable[[], bool] | None = None,
    environment: Mapping[str, str] | None = None,
    feed: bytes = b"",
) -> Result:
    """See `azdesk.onhost.machine.Machine.run`."""
    env = {"PATH": _PATH, "LANG": "C.UTF-8", "HOME": os.environ.get("HOME", "/root"), **(environment or {})}
    outs = os.pipe(), os.pipe()
    source = _input(feed)
    try:
        pid = _spawn(argv, env, source, outs[0][1], outs[1][1])
    except (FileNotFoundError, NotADirectoryError):
        for pair in outs:
            os.close(pair[0])
        return Result(127, "", "%s: not found" % argv[0], found=False)
    except OSError as error:
        for pair in outs:
            os.close(pair[0])
        return Result(126, "", "%s: %s" % (argv[0], error.strerror), found=True)
    finally:
        os.close(source)
        for pair in outs:
            os.close(pair[1])
    return _wait(pid, outs[0][0], outs[1][0], timeout, stop)


def _input(feed: bytes) -> int:
    """A descriptor to read it from: memory and not a pipe, which a command that never reads would block."""
    if not feed:
        return os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC)
    memory = os.memfd_create("azdesk")
    view = memoryview(feed)
    while view:
        view = view[os.write(memory, view) :]
    os.lseek(memory, 0, os.SEEK_SET)
    return memory


def _spawn(argv: Sequence[str], env: Mapping[str, str], source: int, out: int, err: int) -> int:
    return os.posix_spawnp(
        argv[0],
        list(argv),
        env,
        file_actions=[
            (os.POSIX_SPAWN_DUP2, source, 0),
            (os.POSIX_SPAWN_DUP2, out, 1),
            (os.POSIX_SPAWN_DUP2, err, 2),
        ],
        setpgroup=0,
        # Python ignores SIGPIPE, the worker handles others; commands get the usual ones.
        setsigdef=[signal.SIGPIPE, signal.SIGTERM, signal.SIGHUP, signal.SIGINT],
        setsigmask=[],
    )


def _wait(pid: int, out: int, err: int, timeout: float, stop: Callable[[], bool] | None) -> Result:
    deadline = time.monotonic() + timeout
    kept: dict[int, bytearray] = {out: bytearray(), err: bytearray()}
    poll = select.poll()
    poll.register(out, select.POLLIN)
    poll.register(err, select.POLLIN)
    handle = _open_handle(pid)
    if handle is not None:
        poll.register(handle, select.POLLIN)
    status: int | None = None
    killed = False
    try:
        while status is None:
            left = deadline - time.monotonic()
            if not killed and (left <= 0 or (stop is not None and stop())):
                _kill(pid)
                killed, left = True, 1.0
            tick = _TICK if stop is not None or handle is None else left
            for fd, _ in poll.poll(max(0.0, min(left, tick)) * 1000):
                if fd in kept and not _take(fd, kept[fd]):
                    poll.unregister(fd)
            done, code = os.waitpid(pid, os.WNOHANG)
            if done:
                status = code
        # A service it started may hold its outputs open: what is there now is all.
        for fd, data in kept.items():
            while select.select([fd], [], [], 0)[0] and _take(fd, data):
                pass
    finally:
        for fd in (out, err, *([handle] if handle is not None else [])):
            os.close(fd)
        if status is None:
            _kill(pid)
            os.waitpid(pid, 0)
    exit_code = os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status)
    return Result(exit_code, _text(kept[out]), _text(kept[err]), timed_out=killed)


def _take(fd: int, into: bytearray) -> bool:
    data = os.read(fd, 1 << 16)
    into += data
    if len(into) > OUTPUT_LIMIT:
        del into[: len(into) - OUTPUT_LIMIT]
    return bool(data)


def _text(data: bytearray) -> str:
    return data.decode("utf-8", "replace")


def _kill(pid: int) -> None:
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def _open_handle(pid: int) -> int | None:
    try:
        return os.pidfd_open(pid)
    except (OSError, AttributeError):  # Linux before 5.3
        return None


def end_strays(transaction: str) -> None:
    """Kill what still runs on behalf of a transaction, the caller left out."""
    mark = ("%s=%s" % (MARK, transaction)).encode()
    for name in os.listdir("/proc"):
        if not name.isdigit() or int(name) == os.getpid():
            continue
        try:
            with open("/proc/%s/environ" % name, "rb") as file:
                marked = mark in file.read().split(b"\0")
            if marked:
                os.kill(int(name), signal.SIGKILL)
        except OSError:
            continue
