"""What the features share that write ejabberd's configuration.

Each has a file of its own, ``/etc/ejabberd/azdesk-<part>.yml``, included by one line in a block at the end of
the stock ``ejabberd.yml``. ejabberd joins the lists of all files (hosts, listen, modules) and refuses an
element that comes twice [seen in the lab, 26.07]; settings for our domain therefore go under
``append_host_config``, and what the stock file has already is not written again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from azdesk.core import blocks
from azdesk.core.platform import PLATFORMS, Platform
from azdesk.core.probe import File, Probe, Readings
from azdesk.core.step import MakeFolder, Phase, RemoveFolder, Run, SecretUse, Step, Unit
from azdesk.features import _stockyaml as stock
from azdesk.features._base import PlanContext
from azdesk.features._files import FileSet, remove_file, write_file
from azdesk.features._systemd import reread
from azdesk.fleet.model import Fleet

HEADER = (
    "# Written by AZDesk from the fleet document. Changes made here by hand are shown there as differences.\n"
)


def platform(fleet: Fleet, host: str) -> Platform:
    return PLATFORMS[fleet.hosts[host].platform]


def applies(fleet: Fleet, host: str) -> bool:
    """Whether the host is there to run ejabberd."""
    return "application" in fleet.hosts[host].roles


def own_path(on: Platform, part: str) -> str:
    return on.ejabberd_own.format(part=part)


def drop_in_path(on: Platform, part: str) -> str:
    return on.drop_in.format(unit=on.ejabberd_unit, part=part)


def config_probes(on: Platform, part: str) -> dict[str, Probe]:
    """Probes for the stock configuration and our part of it: keys ``main`` and ``own``."""
    return {"main": File(path=on.ejabberd_config), "own": File(path=own_path(on, part))}


def sandbox_probes(on: Platform, part: str) -> dict[str, Probe]:
    """Probes for our part's systemd drop-in and the folder it stands in."""
    path = drop_in_path(on, part)
    return {"drop-in": File(path=path), "drop-in-folder": File(path=_folder_of(path))}


def _folder_of(path: str) -> str:
    return path.rpartition("/")[0]


def read_files(readings: Readings, on: Platform, part: str) -> FileSet:
    """What `config_probes` and `sandbox_probes` read.

    Raises:
        ObserveError: a file is there without a text.
    """
    drop_in = drop_in_path(on, part)
    texts = FileSet.read(
        readings, {"main": on.ejabberd_config, "own": own_path(on, part), "drop-in": drop_in}
    )
    return FileSet(items=(*texts.items, (_folder_of(drop_in), readings.file("drop-in-folder"))))


def _include_line(on: Platform, part: str) -> str:
    return f"include_config_file: {own_path(on, part)}"


def included(text: str, on: Platform, part: str) -> bool:
    """Whether the stock file includes our part, in the words that we use."""
    body = blocks.read(text, part)
    return body is not None and body.strip() == _include_line(on, part)


def with_include(text: str, on: Platform, part: str) -> str:
    return blocks.write(text, part, _include_line(on, part) + "\n")


def unmarked(text: str, part: str) -> str:
    """The stock file with the lines that we marked put back as they were; the block that includes us stays."""
    return stock.module_back(stock.without_handler(text, part), part)


def restored(text: str, part: str) -> str:
    """The stock file without any trace of one of our parts."""
    if "azdesk" not in text.lower():
        return text
    return unmarked(blocks.write(text, part, ""), part)


def left_behind(text: str, part: str, *files: bool) -> bool:
    """Whether there are traces of a part that is not in use: lines of ours, or files that exist."""
    return any(files) or restored(text, part) != text


def write_config(
    context: PlanContext,
    files: FileSet,
    on: Platform,
    part: str,
    content: str,
    main: str,
    *,
    secrets: tuple[SecretUse, ...] = (),
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
            secrets=secrets,
        )
    if files.get(on.ejabberd_config).exists:
        yield from write_file(context, files, on.ejabberd_config, main)
    if not content:
        yield from remove_file(files, own_path(on, part))


def sandbox_text(folder: str) -> str:
    """Systemd drop-in that lets ejabberd see a folder below /home: its unit has ProtectHome=true."""
    return f"{HEADER}[Unit]\nRequiresMountsFor={folder}\n\n[Service]\nProtectHome=no\nUMask=0007\n"


def needs_sandbox(folder: str) -> bool:
    """Whether ProtectHome (systemd.exec(5)) hides a folder from the service."""
    return bool(re.match(r"/(home|root|run/user)(/|$)", folder))


def hidden_otherwise(folder: str) -> str:
    """Why the service cannot keep files in a folder though the drop-in is there; empty if it can."""
    if re.match(r"/(tmp|var/tmp)(/|$)", folder):
        return f"{folder} is not the same folder for ejabberd as for others: its unit has PrivateTmp=true."
    if re.match(r"/(usr|boot|efi|etc|bin|sbin|lib|lib64)(/|$)", folder):
        return f"{folder} is read-only for ejabberd: its unit has ProtectSystem=full."
    return ""


def sandbox_steps(context: PlanContext, files: FileSet, on: Platform, part: str, folder: str) -> list[Step]:
    """Steps that write the drop-in for a folder that needs it, or remove it; `folder` may be empty."""
    path = drop_in_path(on, part)
    if folder and needs_sandbox(folder):
        text = sandbox_text(folder)
        steps = list(write_file(context, files, path, text, mode=0o644, owner="root", group="root"))
        if steps and not files.get(_folder_of(path)).exists:
            steps.insert(0, MakeFolder(title=f"Make {_folder_of(path)}", path=_folder_of(path)))
        return steps
    steps = list(remove_file(files, path))
    if steps:
        title = f"Remove {_folder_of(path)} if it is empty"
        # Late, when the drop-ins of all parts are gone.
        steps.append(RemoveFolder(title=title, path=_folder_of(path), phase=Phase.ACT))
    return steps


def seen(files: FileSet, on: Platform, part: str, folder: str) -> bool:
    """Whether the unit's sandbox lets ejabberd see the folder, and no more than that is set by us."""
    drop_in = files.get(drop_in_path(on, part))
    return drop_in.text == sandbox_text(folder) if needs_sandbox(folder) else not drop_in.exists


def check_steps(context: PlanContext, on: Platform) -> Iterator[Step]:
    """See that ejabberd accepts its configuration as it is, before anything is changed.

    A file that an admin broke since ejabberd read it would keep ejabberd from starting again, and from coming
    back when a change is taken back; so that is found out while ejabberd still runs.
    """
    services = context.of(context.host, "services")
    if services is not None and on.ejabberd_unit in services.running:
        yield Run(
            title="Load ejabberd's present configuration, to see that it is accepted",
            argv=("ejabberdctl", "reload_config"),
            phase=Phase.CHECK,
            timeout=60,
            note="ejabberd loads its configuration as it is on the host before anything is changed: what somebody "
            "edited there by hand and did not load yet takes effect.",
        )


def reload_steps(
    context: PlanContext, files: FileSet, on: Platform, *, sandbox_changed: bool
) -> Iterator[Step]:
    """Make ejabberd use its changed configuration; ejabberd itself checks it first and says what is wrong."""
    if sandbox_changed:
        yield reread()
    if not files.get(on.ejabberd_config).exists:
        return
    yield from check_steps(context, on)
    if sandbox_changed:
        yield Unit(
            title="Restart ejabberd",
            unit=on.ejabberd_unit,
            action="restart",
            subject=on.ejabberd_unit,
            timeout=120,
        )
    else:
        yield Run(
            title="Reload ejabberd",
            argv=("ejabberdctl", "reload_config"),
            phase=Phase.RELOAD,
            again_after_undo=True,
            subject=on.ejabberd_unit,
            timeout=60,
        )
