"""A file has its old or its new content, whatever happens."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

PRIVATE = 0o600
"""Mode of a file that is its owner's business only."""


def replace(path: Path, data: bytes, *, mode: int = PRIVATE, lasting: bool = True) -> None:
    """Write a file beside its place, then put it there.

    Args:
        path: a new or an existing file in a folder that exists; not a symbolic link, which would be replaced.
        lasting: the new content is on the disk before the old one is gone, and survives a power cut from then on.

    Raises:
        OSError: it cannot be written; the file is as it was, and nothing lies about.
    """
    replace_with(path, (data,), mode=mode, lasting=lasting)


def replace_with(path: Path, parts: Iterable[bytes], *, mode: int = PRIVATE, lasting: bool = True) -> None:
    """The same with content that comes in parts; if they end with an error, the file is as it was."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".new")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.writelines(parts)
            file.flush()
            if lasting:
                os.fsync(file.fileno())
        if mode != PRIVATE:  # which mkstemp makes it
            temporary.chmod(mode)
        temporary.replace(path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise
    if lasting:
        _sync(path.parent)


def _sync(folder: Path) -> None:
    # Only with this does the new name survive a power cut; Windows has nothing like it.
    with suppress(OSError, AttributeError):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
