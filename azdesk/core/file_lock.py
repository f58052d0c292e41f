"""One at a time at a file: among threads and programs of this computer, and others where the file system can."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


@contextmanager
def alone_at(path: Path) -> Iterator[None]:
    """Wait for whoever writes that file, then keep others from it; a program that dies lets go.

    What is locked is the file's folder, since the file itself is replaced when it is written, and since nothing is left
    lying about then. Where it cannot be locked (a network file system) the caller goes on without.
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
    if sys.platform == "win32":
        # Folders cannot be locked there: one file for all documents of the user, in the user's own folder.
        handle = os.open(Path(tempfile.gettempdir()) / "azdesk.lock", os.O_RDWR | os.O_CREAT, 0o600)
        msvcrt.locking(handle, msvcrt.LK_LOCK, 1)
        return handle
    handle = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
    except OSError:
        os.close(handle)
        raise
    return handle
