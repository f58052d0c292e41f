"""“Enable Chat Logging”: one-to-one XMPP messages recorded below /home/chat.

The module is in a package of its own (ejabberd-mod-log-chat). It writes ``YYYY-MM-DD a@d - b@d.log`` on the
sender's node; rooms are not in it. It checks its folder when loaded and aborts the reload if it cannot use it,
which it cannot while ejabberd's unit has ``ProtectHome=true`` [seen in the lab].
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from azdesk.core.errors import DocumentError
from azdesk.core.platform import DEBIAN
from azdesk.core.probe import File, Packages, Probe, Readings
from azdesk.core.step import InstallPackages, Phase, RemoveFolder, Step
from azdesk.features import _ejabberd as ejabberd
from azdesk.features._base import Feature, PlanContext
from azdesk.features._files import FileSet, make_folder
from azdesk.fleet import edit
from azdesk.fleet.model import Fleet

PART = "chatlog"
MODULE = "mod_log_chat"


@dataclass(frozen=True, kw_only=True)
class ChatLogState:
    """How message recording is configured on a host."""

    domain: str = ""
    directory: str = ""
    """Where the logs are; empty: not recorded by us."""
    installed: bool = False
    """The module's package is there; counts only while recording is wanted."""
    seen: bool = False
    """ejabberd can see the folder, and the folder is its own."""
    edited: bool = False
    """Our file is not as AZDesk writes it."""
    foreign: str = field(default="", compare=False)
    """Folder that the stock file gives to the module: the admin's."""
    files: FileSet = field(default=FileSet(), compare=False, repr=False)


def content(domain: str, directory: str) -> str:
    if not directory:
        return ""
    return (
        f"{ejabberd.HEADER}append_host_config:\n  {domain}:\n    modules:\n      {MODULE}:\n"
        f'        path: "{directory}"\n        format: text\n'
    )


_MAIN = "/etc/ejabberd/ejabberd.yml"
_OWN = "/etc/ejabberd/azdesk-chatlog.yml"
_DROP_IN = "/etc/systemd/system/ejabberd.service.d/azdesk-chatlog.conf"
_FOLDER = "folder"


def probes(fleet: Fleet, host: str) -> Mapping[str, Probe]:
    on = ejabberd.platform(fleet, host)
    cluster = fleet.cluster_of(host)
    return {
        **ejabberd.config_probes(on, PART),
        "drop-in": File(path=ejabberd.drop_in_path(on, PART)),
        "folder": File(path=cluster.chat_log.directory if cluster else "/home/chat"),
        "package": Packages(names=(on.chat_log_package,)),
    }


def parse(readings: Readings) -> ChatLogState:
    main, own = readings.file("main"), readings.file("own")
    drop_in, folder = readings.file("drop-in"), readings.file("folder")
    files = FileSet(items=((_MAIN, main), (_OWN, own), (_DROP_IN, drop_in), (_FOLDER, folder)))
    text = main.text or ""
    installed = readings.package("package", DEBIAN.chat_log_package) is not None
    state = ChatLogState(files=files, foreign=_foreign(text), edited=own.exists)
    if not ejabberd.included(text, PART):
        return replace(state, installed=False, files=_with_package(files, installed=installed))
    options = ejabberd.load(own.text or "", _OWN, readings.host).get("append_host_config") or {}
    domain = next(iter(options), "")
    module = (((options.get(domain) or {}).get("modules")) or {}).get(MODULE) or {}
    directory = str(module.get("path", ""))
    hidden = ejabberd.needs_sandbox(directory) if directory else False
    return replace(
        state,
        domain=str(domain),
        directory=directory,
        installed=installed,
        seen=(not hidden or drop_in.text == ejabberd.sandbox_text(directory))
        and folder.type == "dir"
        and folder.owner == "ejabberd",
        edited=(own.text or "") != content(str(domain), directory),
        files=_with_package(files, installed=installed),
    )


_PACKAGE = "package"


def _with_package(files: FileSet, *, installed: bool) -> FileSet:
    """Remember whether the package is there, beside the files: a plan needs it, states do not differ by it."""
    from azdesk.core.probe import FileReading

    return FileSet(items=(*files.items, (_PACKAGE, FileReading(exists=installed))))


def _foreign(text: str) -> str:
    span = ejabberd.module_lines(text, MODULE)
    if span is None:
        return ""
    body = "\n".join(text.splitlines()[span[0] : span[1]])
    match = re.search(r"\bpath:\s*(\"[^\"]*\"|'[^']*'|[^\s,}]+)", body)
    return match[1].strip("\"'") if match else "/var/log/ejabberd"


def desired(fleet: Fleet, host: str) -> ChatLogState:
    cluster = fleet.cluster_of(host)
    if cluster is None or not cluster.chat_log.enabled:
        return ChatLogState()
    return ChatLogState(
        domain=fleet.hosts[host].cluster,
        directory=cluster.chat_log.directory,
        installed=True,
        seen=True,
    )


def plan(context: PlanContext, observed: ChatLogState, wanted: ChatLogState) -> Iterator[Step]:
    if observed == wanted:
        return
    on = ejabberd.platform(context.fleet, context.host)
    if wanted.directory and not observed.files.get(_MAIN).exists:
        return
    main = ejabberd.restored(context.text(on.ejabberd_config, observed.files.text(_MAIN)), PART)
    if wanted.directory:
        if not observed.files.get(_PACKAGE).exists:
            yield InstallPackages(
                title=f"Install the package {on.chat_log_package}", names=(on.chat_log_package,)
            )
        main = ejabberd.with_include(ejabberd.module_off(main, PART, MODULE), on, PART)
        folder = FileSet(items=((wanted.directory, observed.files.get(_FOLDER)),))
        yield from make_folder(
            folder, wanted.directory, mode=0o2770, owner=on.ejabberd_user, group=on.ejabberd_user
        )
    folder_seen = wanted.directory
    sandbox = list(ejabberd.sandbox_steps(context, observed.files, on, PART, folder_seen))
    yield from sandbox
    own = content(wanted.domain, wanted.directory)
    yield from ejabberd.write_config(context, observed.files, on, PART, own, main)
    yield from ejabberd.reload_steps(on, sandbox_changed=bool(sandbox))
    if observed.directory and observed.directory != wanted.directory:
        yield RemoveFolder(
            title=f"Remove {observed.directory} if it is empty", path=observed.directory, phase=Phase.ACT
        )


def differences(observed: ChatLogState, wanted: ChatLogState) -> Iterable[str]:
    if observed.directory != wanted.directory:
        if not wanted.directory:
            yield f"Chats are recorded in {observed.directory}, but should not be"
        elif observed.directory or observed.foreign:
            yield f"Chats are recorded in {observed.directory or observed.foreign}, not {wanted.directory}"
        else:
            yield "Chats are not recorded"
    elif wanted.directory:
        if observed.domain != wanted.domain:
            yield f"Chats of {observed.domain} are recorded, not of {wanted.domain}"
        if not observed.installed:
            yield f"The package {DEBIAN.chat_log_package} is missing"
        if not observed.seen:
            yield f"ejabberd cannot use {wanted.directory} (missing, not its own, or hidden by ProtectHome)"
    if observed.edited:
        yield "AZDesk's chat log file was changed by hand"


def adopt(fleet: Fleet, host: str, observed: ChatLogState) -> Fleet:
    domain = fleet.hosts[host].cluster
    directory = observed.directory or observed.foreign
    if not domain or not directory:
        return fleet
    try:
        fleet = edit.with_value(fleet, f'clusters."{domain}".chat_log.directory', directory)
        return edit.with_value(fleet, f'clusters."{domain}".chat_log.enabled', True)
    except DocumentError:
        return fleet


def applies(fleet: Fleet, host: str) -> bool:
    return "application" in fleet.hosts[host].roles


FEATURE = Feature(
    key="chatlog",
    title="Chat logging",
    state=ChatLogState,
    probes=probes,
    parse=parse,
    desired=desired,
    plan=plan,
    adopt=adopt,
    differences=differences,
    applies=applies,
)
