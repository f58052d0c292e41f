"""Packs the helper for sending. Runs on the workstation."""

from __future__ import annotations

import functools
import zlib
from importlib import resources

MODULES = (
    "ami",
    "archives",
    "bus",
    "cdr",
    "disk",
    "fault",
    "files",
    "frames",
    "keeping",
    "live",
    "login",
    "login_ldap",
    "login_sip",
    "login_xmpp",
    "machine",
    "mounts",
    "network",
    "probes",
    "process",
    "recorded",
    "recordings",
    "recovery",
    "secrets",
    "server",
    "store",
    "system",
    "undo",
    "watching",
    "worker",
    "workers",
)
"""What hosts get."""

_LOADER = """\
import zlib
from posix import read
n=b""
while 1:
 c=read(0,1)
 if c==b"\\n":break
 if not c.isdigit()or len(n)>8:raise SystemExit("no helper came")
 n+=c
n=int(n)
d=[]
while n:
 c=read(0,n)
 if not c:raise SystemExit("no helper came")
 d.append(c)
 n-=len(c)
d=zlib.decompress(b"".join(d)).split(bytes(1))
exec(d[0])
"""


def loader() -> str:
    """Text for ``python3 -I -S -u -c``: reads what `payload` returns from standard input and runs it.

    Contains no single quotes.
    """
    return _LOADER


@functools.cache
def payload() -> bytes:
    """The helper as the loader wants it: length in ASCII digits, a newline, and compressed: the text to run,
    then names and sources of the modules, all with zero bytes between."""
    folder = resources.files("azdesk.onhost")
    parts = [boot()]
    for name in MODULES:
        # As they are: taking comments out takes 0.25 s here at each start, and saves a host half a millisecond.
        parts += [name, (folder / f"{name}.py").read_text(encoding="utf-8")]
    packed = zlib.compress("\0".join(parts).encode())
    return b"%d\n%b" % (len(packed), packed)


def boot() -> str:
    """The text that the loader runs first.

    Run with a `machine` in its namespace (and `stdin`, `stdout`: files, sockets or descriptors) it serves that
    machine until the link ends, with the modules of this program.
    """
    return (resources.files("azdesk.onhost") / "boot.py").read_text(encoding="utf-8")


_STARTER = '''\
"""{about}

Written by AZDesk, with the modules that it needs; what is changed here by hand is shown there as a difference.
"""

import sys
import types


def module(name, source=""):
    made = sys.modules[name] = types.ModuleType(name)
    made.__path__ = []
    exec(compile(source, "<%s>" % name, "exec", dont_inherit=True), made.__dict__)
    parent, _, short = name.rpartition(".")
    if parent:
        setattr(sys.modules[parent], short, made)


module("azdesk")
module("azdesk.onhost")
'''


@functools.cache
def program(about: str, *names: str) -> str:
    """A program that stays on a host: one text with modules of this package, of which the last one's `main` runs.

    Args:
        about: a sentence for whoever finds it there.
        names: modules, each after those that it imports.

    For ``python3 -I -B``.
    """
    folder = resources.files("azdesk.onhost")
    parts = [_STARTER.format(about=about)]
    for name in names:
        source = (folder / f"{name}.py").read_text(encoding="utf-8")
        assert "'''" not in source, name
        parts.append(f"\nmodule(\"azdesk.onhost.{name}\", r'''\n{source}''')\n")
    parts.append(f'\nsys.exit(sys.modules["azdesk.onhost.{names[-1]}"].main())\n')
    return "".join(parts)
