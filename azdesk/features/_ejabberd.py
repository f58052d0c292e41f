"""What the features share that write ejabberd's configuration.

Each has a file of its own, ``/etc/ejabberd/azdesk-<part>.yml``, included by one line in a block at the end of
the stock ``ejabberd.yml``. ejabberd joins the lists of all files (hosts, listen, modules) and refuses an
element that comes twice [seen in the lab, 26.07]; settings for our domain therefore go under
``append_host_config``, and what the stock file has already is not written again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from azdesk.core import blocks
from azdesk.core.errors import ObserveError
from azdesk.core.platform import PLATFORMS, Platform
from azdesk.core.probe import File, Probe
from azdesk.core.step import MakeFolder, Phase, RemoveFolder, Run, Step, Unit
from azdesk.features._base import PlanContext
from azdesk.features._files import FileSet, remove_file, write_file
from azdesk.fleet.model import Fleet

HEADER = (
    "# Written by AZDesk from the fleet document. Changes made here by hand are shown there as differences.\n"
)


def platform(fleet: Fleet, host: str) -> Platform:
    return PLATFORMS[fleet.hosts[host].platform]


def own_path(on: Platform, part: str) -> str:
    return on.ejabberd_own.format(part=part)


def drop_in_path(on: Platform, part: str) -> str:
    return on.drop_in.format(unit=on.ejabberd_unit, part=part)


def config_probes(on: Platform, part: str) -> dict[str, Probe]:
    """Probes for the stock configuration and our part of it: keys ``main`` and ``own``."""
    return {"main": File(path=on.ejabberd_config), "own": File(path=own_path(on, part))}


def load(text: str, path: str, host: str) -> dict[str, Any]:
    """A YAML file as plain values; later ones of equal top-level keys are dropped, as none concern us.

    Raises:
        ObserveError: not YAML, or not a mapping.
    """
    if not text.strip():
        return {}
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    yaml = YAML(typ="safe", pure=True)
    yaml.allow_duplicate_keys = True
    try:
        found = yaml.load(text)
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f", line {mark.line + 1}" if mark else ""
        raise ObserveError(
            f"{path}{place} is not valid YAML.", where=host, next_step="Mend it there, then look again."
        ) from None
    if not isinstance(found, dict):
        raise ObserveError(f"{path} is not a mapping of options.", where=host)
    return found


_SECTION = re.compile(r"^(?P<key>[A-Za-z_]\w*):(?P<rest>.*)$")


def section(text: str, key: str) -> tuple[int, int] | None:
    """Line numbers (first, one past the last) of a top-level section, heading included; None if absent.

    Reading the whole stock file as YAML would cost 50 ms a host; what is asked of it is little.
    """
    lines = text.splitlines()
    for at, line in enumerate(lines):
        match = _SECTION.match(line)
        if match and match["key"] == key:
            end = at + 1
            while end < len(lines) and not re.match(r"[^\s#-]", lines[end]):
                end += 1
            return at, end
    return None


def list_section(text: str, key: str) -> tuple[str, ...]:
    """The plain strings of a top-level list, in block or flow style."""
    span = section(text, key)
    if span is None:
        return ()
    body = "\n".join(text.splitlines()[span[0] : span[1]])
    body = re.sub(r"(^|\s)#[^\n]*", "", body).split(":", 1)[1]
    return tuple(
        word.strip("\"'") for word in re.findall(r"\"[^\"]*\"|'[^']*'|[^\s,\[\]\-][^\s,\[\]]*", body)
    )


@dataclass(frozen=True, kw_only=True)
class Listener:
    """One entry of the stock file's ``listen`` section."""

    port: int
    first: int
    """Line index of its first line."""
    last: int
    """Line index one past its end."""
    handlers: int | None
    """Line index of its ``request_handlers:`` line, if it is written in block style."""
    tls: bool
    text: str


def listeners(text: str) -> tuple[Listener, ...]:
    """The listeners of the stock file."""
    span = section(text, "listen")
    if span is None:
        return ()
    lines = text.splitlines()
    starts = [at for at in range(span[0] + 1, span[1]) if re.match(r"\s*-", lines[at])]
    # Only entries as far left as the first one are listeners; deeper dashes belong to their options.
    depth = len(lines[starts[0]]) - len(lines[starts[0]].lstrip()) if starts else 0
    starts = [at for at in starts if len(lines[at]) - len(lines[at].lstrip()) == depth]
    found = []
    for number, first in enumerate(starts):
        last = starts[number + 1] if number + 1 < len(starts) else span[1]
        body = "\n".join(line for line in lines[first:last] if not line.lstrip().startswith("#"))
        port = re.search(r"\bport:\s*(\d+)", body)
        if not port:
            continue
        handlers = next(
            (at for at in range(first, last) if re.match(r"\s+request_handlers:\s*(#.*)?$", lines[at])), None
        )
        found.append(
            Listener(
                port=int(port[1]),
                first=first,
                last=last,
                handlers=handlers,
                tls=bool(re.search(r"\btls:\s*true", body)),
                text=body,
            )
        )
    return tuple(found)


_MARK = "  # AZDesk {part}"


def with_handler(text: str, part: str, port: int, path: str, module: str) -> str:
    """The stock file with a request handler added to its listener on `port`, as one marked line."""
    for listener in listeners(text):
        if listener.port == port and listener.handlers is not None:
            lines = text.splitlines(keepends=True)
            head = lines[listener.handlers]
            indent = len(head) - len(head.lstrip()) + 2
            lines.insert(listener.handlers + 1, f"{' ' * indent}{path}: {module}{_MARK.format(part=part)}\n")
            return "".join(lines)
    return text


def without_handler(text: str, part: str) -> str:
    """The stock file without our marked lines."""
    mark = _MARK.format(part=part) + "\n"
    return "".join(line for line in text.splitlines(keepends=True) if not line.endswith(mark))


_OFF = "#azdesk-{part}# "


def module_lines(text: str, module: str) -> tuple[int, int] | None:
    """Line indices of a module's entry in the stock file's ``modules`` section."""
    span = section(text, "modules")
    if span is None:
        return None
    lines = text.splitlines()
    for at in range(span[0] + 1, span[1]):
        match = re.match(rf"(\s+){re.escape(module)}:", lines[at])
        if match:
            end = at + 1
            while end < span[1] and (
                not lines[end].strip() or len(lines[end]) - len(lines[end].lstrip()) > len(match[1])
            ):
                end += 1
            while end > at + 1 and not lines[end - 1].strip():
                end -= 1
            return at, end
    return None


def module_off(text: str, part: str, module: str) -> str:
    """The stock file with a module's entry commented out by us; a second entry would be refused."""
    span = module_lines(text, module)
    if span is None:
        return text
    lines = text.splitlines(keepends=True)
    for at in range(*span):
        lines[at] = _OFF.format(part=part) + lines[at]
    return "".join(lines)


def module_back(text: str, part: str) -> str:
    """The stock file with what `module_off` commented out put back."""
    mark = _OFF.format(part=part)
    return "".join(line.removeprefix(mark) for line in text.splitlines(keepends=True))


def included(text: str, part: str) -> bool:
    return blocks.read(text, part) is not None


def restored(text: str, part: str) -> str:
    """The stock file without any trace of one of our parts."""
    return module_back(without_handler(blocks.write(text, part, ""), part), part)


def with_include(text: str, on: Platform, part: str) -> str:
    return blocks.write(text, part, f"include_config_file: {own_path(on, part)}\n")


def write_config(
    context: PlanContext, files: FileSet, on: Platform, part: str, content: str, main: str
) -> Iterator[Step]:
    """Steps that set our file and the stock file; an empty `content` removes ours."""
    if content:
        yield from write_file(
            context,
            files,
            own_path(on, part),
            content,
            mode=0o640,
            owner="root",
            group=on.ejabberd_user,
        )
    yield from write_file(context, files, on.ejabberd_config, main)
    if not content:
        yield from remove_file(files, own_path(on, part))


def sandbox_text(*folders: str) -> str:
    """Systemd drop-in that lets ejabberd see folders below /home: its unit has ProtectHome=true."""
    return f"{HEADER}[Unit]\nRequiresMountsFor={' '.join(folders)}\n\n[Service]\nProtectHome=no\nUMask=0007\n"


def needs_sandbox(folder: str) -> bool:
    """Whether ProtectHome (systemd.exec(5)) hides a folder from the service."""
    return folder.split("/")[1] in ("home", "root") or folder.startswith("/run/user")


def sandbox_steps(
    context: PlanContext, files: FileSet, on: Platform, part: str, folder: str
) -> Iterator[Step]:
    """Steps that let ejabberd see `folder` (empty: that take our drop-in away again)."""
    path = drop_in_path(on, part)
    parent = path.rpartition("/")[0]
    if folder and needs_sandbox(folder):
        if not files.get(path).exists:
            yield MakeFolder(title=f"Make {parent}", path=parent)
        yield from write_file(
            context, files, path, sandbox_text(folder), mode=0o644, owner="root", group="root"
        )
    elif files.get(path).exists:
        yield from remove_file(files, path)
        yield RemoveFolder(title=f"Remove {parent} if it is empty", path=parent)


def reload_steps(on: Platform, *, sandbox_changed: bool) -> Iterator[Step]:
    """Make ejabberd use its changed configuration; ejabberd itself checks it first and says what is wrong."""
    if sandbox_changed:
        yield Run(
            title="Make systemd read its units again",
            argv=("systemctl", "daemon-reload"),
            phase=Phase.RELOAD,
            again_after_undo=True,
            subject="systemd",
        )
        yield Unit(
            title="Restart ejabberd",
            unit=on.ejabberd_unit,
            action="restart",
            subject=on.ejabberd_unit,
            timeout=90,
        )
        return
    yield Run(
        title="Reload ejabberd",
        argv=("ejabberdctl", "reload_config"),
        phase=Phase.RELOAD,
        again_after_undo=True,
        subject=on.ejabberd_unit,
        timeout=60,
    )
