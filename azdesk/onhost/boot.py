"""The text the loader runs first: makes the helper's modules importable, then serves the link.

Not imported by anything; see `bundle`. Compiling the modules takes a host 25 ms, loading them compiled about
one: so the compiled form is kept in /run/azdesk, which only root can write and the next boot empties.
"""

from __future__ import annotations

import marshal
import os
import sys
import zlib
from _frozen_importlib import ModuleSpec
from _frozen_importlib_external import MAGIC_NUMBER
from _imp import source_hash

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType, ModuleType
    from typing import Any

_PACKAGE = "azdesk.onhost"
_FOLDER = "/run/azdesk"


class Finder:
    """Gives the helper's modules.

    Args:
        codes: the compiled modules by their names within the package.
    """

    def __init__(self, codes: dict[str, CodeType]) -> None:
        self._codes = codes

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        if name in ("azdesk", _PACKAGE):
            return ModuleSpec(name, self, is_package=True)  # type: ignore[arg-type]
        if name.rpartition(".")[0] == _PACKAGE and name.rpartition(".")[2] in self._codes:
            return ModuleSpec(name, self)  # type: ignore[arg-type]
        return None

    def create_module(self, spec: ModuleSpec) -> None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        code = self._codes.get(module.__name__[len(_PACKAGE) + 1 :])
        if code is not None:
            exec(code, module.__dict__)


def compiled(parts: list[bytes], folder: str) -> dict[str, CodeType]:
    """The modules compiled: as kept in the folder, or compiled now and kept there if that is possible.

    Args:
        parts: what came: this text, then names and sources in turn.
        folder: made if missing; its parent belongs to root. Empty: nothing is kept.
    """
    place = "%s/helper-%s" % (folder, sys.implementation.cache_tag)
    stamp = MAGIC_NUMBER + source_hash(0, b"\0".join(parts))
    codes = _kept(folder, place, stamp) if folder else None
    if codes is None:
        codes = {
            name.decode(): compile(source, "<azdesk %s>" % name.decode(), "exec", dont_inherit=True)
            for name, source in zip(parts[1::2], parts[2::2])
        }
        if folder:
            _keep(folder, place, stamp, codes)
    return codes


def _kept(folder: str, place: str, stamp: bytes) -> dict[str, CodeType] | None:
    try:
        fd = os.open(place, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            if not (_trusted(os.lstat(folder)) and _trusted(os.fstat(fd))):
                return None
            data = b""
            while part := os.read(fd, 1 << 20):
                data += part
        finally:
            os.close(fd)
        body = memoryview(data)[len(stamp) + 4 :]
        if data[: len(stamp) + 4] != stamp + zlib.crc32(body).to_bytes(4, "big"):
            return None
        found: dict[str, CodeType] = marshal.loads(body)
        return found
    except (OSError, ValueError, EOFError, TypeError):
        return None


def _trusted(st: os.stat_result) -> bool:
    """Whether nobody else can have written it."""
    return st.st_uid == os.geteuid() and not st.st_mode & 0o022


def _keep(folder: str, place: str, stamp: bytes, codes: dict[str, CodeType]) -> None:
    body = marshal.dumps(codes)
    part = "%s.%d" % (place, os.getpid())
    try:
        try:
            os.mkdir(folder, 0o700)
        except FileExistsError:
            if not _trusted(os.lstat(folder)):
                return
        fd = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            view = memoryview(stamp + zlib.crc32(body).to_bytes(4, "big") + body)
            while view:
                view = view[os.write(fd, view) :]
            os.replace(part, place)
        except OSError:
            os.unlink(part)
        finally:
            os.close(fd)
    except OSError:
        pass  # a full or read-only /run: compiled again the next time


def start(given: dict[str, Any]) -> None:
    """Serve a link until it ends.

    Args:
        given: `d`, the parts that came; or `machine`, `stdin` and `stdout`, inside another program that has the
            helper's modules itself.
    """
    machine = given.get("machine")
    if machine is None:
        # Root alone can have /run; with another root this may be anybody's computer.
        keeps = os.geteuid() == 0 and not os.environ.get("AZDESK_ROOT")
        sys.meta_path.insert(0, Finder(compiled(given["d"], _FOLDER if keeps else "")))
        from azdesk.onhost.machine import from_environment

        machine = from_environment()
    from azdesk.onhost.server import serve

    serve(given.get("stdin", 0), given.get("stdout", 1), machine)
    if given.get("machine") is None:
        # Threads may hang in storage that does not answer: the process ends without them.
        os._exit(0)


if "d" in globals() or "machine" in globals():
    start(globals())
