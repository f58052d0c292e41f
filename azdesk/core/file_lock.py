"""One at a time at a file: among threads and programs of this computer, and others where the file system can."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

PATIENCE = 3.0
"""Seconds to wait for another one; writing takes much less."""
_PAUSE = 0.02


@contextmanager
def alone_at(path: Path) -> Iterator[None]:
    """Wait for whoever writes that file, then keep others from it; a program that dies lets go.

    What is locked is the file's folder, since the file itself is replaced when it is written, and since nothing is left
    lying about then. Where it cannot be locked (a network file system) the caller goes on without.

    So it does when another one does not let go in `PATIENCE` seconds: everybody who may read a folder may lock it, and
    a program that was stopped keeps its lock. Neither may keep an admin from saving, and there would be nothing to do
    about it in AZDesk. What the lock guards against is two writing in the same moment, and nobody writes that long.
    """
    handle = -1
    with suppress(OSError):
        handle = _lock(path)
    try:
        yield
    finally:
        if handle >= 0:
            os.close(handle)


def _lock(path: Path) -> int:
    """The handle that has the lock.

    Raises:
        OSError: there is no locking here, or (TimeoutError) another one has it.
    """
    handle = _opened(path)
    try:
        deadline = time.monotonic() + PATIENCE
        while not _taken(handle):
            if time.monotonic() > deadline:
                raise TimeoutError
            time.sleep(_PAUSE)
    except BaseException:
        os.close(handle)
        raise
    return handle


if sys.platform == "win32":

    def _opened(path: Path) -> int:  # noqa: ARG001
        # Folders cannot be locked there: one file for all documents of the user, in the user's own folder.
        return os.open(Path(tempfile.gettempdir()) / "azdesk.lock", os.O_RDWR | os.O_CREAT, 0o600)

    def _taken(handle: int) -> bool:
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except PermissionError:  # another one has it
            return False
        return True

else:

    def _opened(path: Path) -> int:
        return os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)

    def _taken(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:  # another one has it
            return False
        return True
