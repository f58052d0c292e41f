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
from azdesk.core.plan import Note
from azdesk.core.platform import DEBIAN
from azdesk.core.probe import Packages, Probe, Readings
from azdesk.core.step import InstallPackages, Step
from azdesk.features import _ejabberd as ejabberd
from azdesk.features import _stockyaml as stock
from azdesk.features._base import Feature, PlanContext
from azdesk.features._files import (
    FileSet,
    Folder,
    folder_probes,
    make_folder,
    read_folder,
    remove_folder,
)
from azdesk.fleet import edit
from azdesk.fleet.model import ChatLog, Fleet

PART = "chatlog"
MODULE = "mod_log_chat"


@dataclass(frozen=True, kw_only=True)
class ChatLogState:
    """How message recording is configured on a host."""

    domain: str = ""
    directory: str = ""
    """Where the logs are; empty: not recorded by us."""
    ready: bool = False
    """The module's package is installed; counts only while messages are recorded."""
    seen: bool = False
    """ejabberd can see the folder, and may keep files there."""
    edited: bool = False
    """Our file is not as AZDesk writes it, or left over."""
    installed: bool = field(default=False, compare=False)
    """The module's package is installed, recording or not."""
    foreign: str | None = field(default=None, compare=False)
    """Folder that the stock file gives to the module, empty where it does not say; None: not in the stock file."""
    folder: Folder = field(default=Folder(), compare=False, repr=False)
    files: FileSet = field(default=FileSet(), compare=False, repr=False)


def content(domain: str, directory: str) -> str:
    """Our file; empty when there is nothing to say."""
    if not directory:
        return ""
    return (
        f"{ejabberd.HEADER}append_host_config:\n  {stock.quoted(domain)}:\n    modules:\n      {MODULE}:\n"
        f"        path: {stock.quoted(directory)}\n        format: text\n"
    )


_MAIN = DEBIAN.ejabberd_config
_OWN = ejabberd.own_path(DEBIAN, PART)
_DROP_IN = ejabberd.drop_in_path(DEBIAN, PART)


def probes(fleet: Fleet, host: str) -> Mapping[str, Probe]:
    on = ejabberd.platform(fleet, host)
    cluster = fleet.cluster_of(host)
    return {
        **ejabberd.config_probes(on, PART),
        **ejabberd.sandbox_probes(on, PART),
        "package": Packages(names=(on.chat_log_package,)),
        **folder_probes(cluster.chat_log.directory if cluster else ChatLog().directory),
    }


def parse(readings: Readings) -> ChatLogState:
    files = ejabberd.read_files(readings, DEBIAN, PART)
    main, own = files.text(_MAIN), files.text(_OWN)
    options = stock.module_options(main, MODULE, "path")
    installed = readings.package("package", DEBIAN.chat_log_package) is not None
    folder = read_folder(readings)
    state = ChatLogState(
        files=files, folder=folder, foreign=options[0] if options else None, installed=installed
    )
    if not ejabberd.included(main, DEBIAN, PART):
        traces = (files.get(_OWN).exists, files.get(_DROP_IN).exists)
        return replace(state, edited=ejabberd.left_behind(main, PART, *traces))
    named = re.search(r"^append_host_config:[ \t]*\n +(\S+?):[ \t]*$", own, re.MULTILINE)
    domain = named[1].strip("\"'") if named else ""
    directory = stock.option(own, "path")
    return replace(
        state,
        domain=domain,
        directory=directory,
        ready=installed,
        seen=ejabberd.seen(files, DEBIAN, PART, directory)
        and folder.path == directory
        and folder.usable_by(DEBIAN.ejabberd_user),
        edited=own != content(domain, directory) or not directory,
    )


def desired(fleet: Fleet, host: str) -> ChatLogState:
    cluster = fleet.cluster_of(host)
    if cluster is None or not cluster.chat_log.enabled:
        return ChatLogState()
    return ChatLogState(
        domain=fleet.hosts[host].cluster, directory=cluster.chat_log.directory, ready=True, seen=True
    )


def plan(context: PlanContext, observed: ChatLogState, wanted: ChatLogState) -> Iterator[Step]:
    if observed == wanted:
        return
    on = ejabberd.platform(context.fleet, context.host)
    if wanted.directory and not observed.files.get(_MAIN).exists:
        return
    main = context.text(_MAIN, observed.files.text(_MAIN))
    if wanted.directory:
        if not observed.installed:
            package = on.chat_log_package
            yield InstallPackages(title=f"Install the package {package}", names=(package,))
        main = stock.module_off(ejabberd.unmarked(main, PART), PART, MODULE)
        main = ejabberd.with_include(main, on, PART)
        yield from make_folder(observed.folder, wanted.directory, on.ejabberd_user)
    else:
        main = ejabberd.restored(main, PART)
    sandbox = ejabberd.sandbox_steps(context, observed.files, on, PART, wanted.directory)
    yield from sandbox
    own = content(wanted.domain, wanted.directory)
    yield from ejabberd.write_config(context, observed.files, on, PART, own, main)
    yield from ejabberd.reload_steps(context, observed.files, on, sandbox_changed=bool(sandbox))
    if not wanted.directory:
        yield from remove_folder(observed.folder, observed.directory, on.ejabberd_user)


def differences(observed: ChatLogState, wanted: ChatLogState) -> Iterable[str]:
    if observed.directory != wanted.directory:
        now = observed.directory or observed.foreign
        if not wanted.directory:
            yield f"Chats are recorded in {observed.directory}, but should not be"
        elif now:
            yield f"Chats are recorded in {now}, not {wanted.directory}"
        else:
            yield "Chats are not recorded"
    elif wanted.directory:
        if observed.domain != wanted.domain:
            yield f"Chats of {observed.domain or 'no domain'} are recorded, not of {wanted.domain}"
        if not observed.ready:
            yield f"The package {DEBIAN.chat_log_package} is missing"
        if not observed.seen:
            yield f"ejabberd cannot use {wanted.directory} (missing, not its own, or hidden by ProtectHome)"
    if observed.edited:
        yield (
            "AZDesk's chat log file was changed by hand"
            if observed.directory
            else "Lines of AZDesk's are left over"
        )


def notes(context: PlanContext, observed: ChatLogState, wanted: ChatLogState) -> Iterable[Note]:
    if not wanted.directory:
        return
    if reason := ejabberd.hidden_otherwise(wanted.directory):
        yield Note(text=f"{reason} Choose another folder for chat logs.", blocking=True)
    if stock.module_hidden(observed.files.text(_MAIN), MODULE):
        yield Note(
            text=f"{_MAIN} has {MODULE} in one line with other modules, and ejabberd refuses a second one. "
            "Take it out there by hand, then look again.",
            blocking=True,
        )
    if observed.foreign is not None:
        yield Note(text=f"The stock file's own {MODULE} entry is commented out; for other domains too.")


def adopt(fleet: Fleet, host: str, observed: ChatLogState) -> Fleet:
    """Take the folder, and that messages are recorded."""
    domain = fleet.hosts[host].cluster
    directory = observed.directory or observed.foreign
    if not domain or directory is None:
        return fleet
    values: dict[tuple[str, ...], object] = {("clusters", domain, "chat_log", "enabled"): True}
    if directory:
        values["clusters", domain, "chat_log", "directory"] = directory
    try:
        return edit.with_values(fleet, values)
    except DocumentError:
        return fleet


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
    applies=ejabberd.applies,
    notes=notes,
)
