"""What a host is, down to the byte: to be compared before and after."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.lab.harness import Host

FOLDERS = ("/etc", "/home", "/usr/local", "/root", "/var/lib/ejabberd", "/opt")
NAMES_ONLY = "/var/lib/ejabberd/"
"""Mnesia writes there whenever ejabberd runs: of its files only owner and mode count, but for the cookie."""
PASSING = (".LOG", ".TMP", ".DCL")
"""Files that Mnesia makes and removes as it goes."""
COOKIE = "/var/lib/ejabberd/.erlang.cookie"
MANAGER = "/etc/asterisk/manager.d/azdesk.conf"
"""AZDesk's account at Asterisk: its secret is another one each time it is made."""
UNITS = ("ejabberd.service", "asterisk.service", "ssh.service", "epmd.socket")
STATE = "/var/lib/azdesk"
_LISTS = re.compile(r"^(running|stopped) db nodes\s*=\s*\[([^\]]*)\]", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Picture:
    """One host at one moment, by itself and not by what AZDesk says."""

    files: dict[str, tuple[object, ...]]
    """Path → kind, mode, owner, group, and digest or target."""
    units: dict[str, str]
    """Unit → ``active/running``, with its result where that is not success."""
    node: str
    """Name of the ejabberd node; empty when it does not run."""
    running: frozenset[str]
    """Its running db nodes."""
    stopped: frozenset[str]
    """Its stopped db nodes."""
    unfinished: tuple[str, ...]
    """What transactions have left on the host: folders below transactions/, and files beside others."""

    def difference(self, other: Picture) -> list[str]:
        """Sentences on what is not the same."""
        paths = sorted({*self.files, *other.files})
        pairs = [(path, self.files.get(path), other.files.get(path)) for path in paths]
        out = [f"{path}: {mine} → {theirs}" for path, mine, theirs in pairs if mine != theirs]
        for name in ("units", "node", "running", "unfinished"):
            mine, theirs = getattr(self, name), getattr(other, name)
            if mine != theirs:
                out.append(f"{name}: {mine} → {theirs}")
        return out


def take(host: Host) -> Picture:
    with ThreadPoolExecutor(2) as pool:
        mnesia = pool.submit(_mnesia, host)
        units = pool.submit(_units, host)
        files = _files(host)
        node, running, stopped = mnesia.result()
        return Picture(
            files=files,
            units=units.result(),
            node=node,
            running=running,
            stopped=stopped,
            unfinished=_unfinished(host, files),
        )


def _files(host: Host) -> dict[str, tuple[object, ...]]:
    root = host.file("/etc").parent
    found = {}
    for folder in FOLDERS:
        for place, folders, names in os.walk(f"{root}{folder}"):
            for name in (*folders, *names, "."):
                real = os.path.normpath(f"{place}/{name}")
                path = real[len(str(root)) :]
                if path.startswith(NAMES_ONLY) and path.endswith(PASSING):
                    continue
                found[path] = _one(Path(real), path)
    return found


def _one(real: Path, path: str) -> tuple[object, ...]:
    st = real.lstat()
    head = (stat.S_IFMT(st.st_mode), f"{stat.S_IMODE(st.st_mode):o}", st.st_uid, st.st_gid)
    if stat.S_ISLNK(st.st_mode):
        return (*head, os.readlink(real))
    if not stat.S_ISREG(st.st_mode):
        return head
    if path.startswith(NAMES_ONLY) and path != COOKIE:
        return head
    data = real.read_bytes()
    if path == MANAGER:
        data = re.sub(rb"(?m)^secret = [A-Z]{20}$", b"secret = *", data)
    return (*head, hashlib.sha256(data).hexdigest())


def _units(host: Host) -> dict[str, str]:
    shown = host.run(
        [
            "systemctl",
            "show",
            "--property=Id,ActiveState,SubState,Result,NeedDaemonReload,UnitFileState",
            *UNITS,
        ]
    ).stdout
    found = {}
    for block in shown.strip().split("\n\n"):
        fields = dict(line.split("=", 1) for line in block.splitlines())
        words = [fields["ActiveState"], fields["SubState"], fields["UnitFileState"]]
        if fields["Result"] != "success":
            words.append(fields["Result"])
        if fields["NeedDaemonReload"] != "no":
            words.append("needs daemon-reload")
        found[fields["Id"]] = "/".join(words)
    return found


def _mnesia(host: Host) -> tuple[str, frozenset[str], frozenset[str]]:
    info = host.run(["ejabberdctl", "mnesia_info_ctl"], check=False).stdout
    lists = {kind: frozenset(words.split(",")) - {""} for kind, words in _LISTS.findall(info)}
    node = re.search(r"^ERLANG_NODE=(\S+)", host.read("/etc/default/ejabberd").decode(), re.MULTILINE)
    running = lists.get("running", frozenset())
    name = node[1] if node else "ejabberd@localhost"
    return (name if name in running else ""), running, lists.get("stopped", frozenset())


def _unfinished(host: Host, files: dict[str, tuple[object, ...]]) -> tuple[str, ...]:
    left = [path for path in files if "/.azdesk-" in path]
    root = host.file("/etc").parent
    for place, folders, names in os.walk(f"{root}{STATE}/transactions"):
        left += [f"{place}/{name}"[len(str(root)) :] for name in (*folders, *names)]
    return tuple(sorted(left))
