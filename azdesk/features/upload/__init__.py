"""HTTP File Upload (XEP-0363): the guide's “File Upload URL”, kept in /home/flv.

Three facts shape it [cookbook B, seen in the lab]: ejabberd's unit has ``ProtectHome=true``, so a folder below
/home needs a systemd drop-in or the first upload fails; a URL without ``@HOST@`` is refused for several
domains, so the module goes under ``append_host_config`` of ours; and the stock file has a listener on 5443
already, which gets our request handler as one marked line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from azdesk.core.errors import DocumentError
from azdesk.core.plan import Note
from azdesk.core.probe import Connect, File, Probe, Readings
from azdesk.core.step import Phase, RemoveFolder, Step, Wait
from azdesk.features import _ejabberd as ejabberd
from azdesk.features._base import Feature, PlanContext
from azdesk.features._files import FileSet, make_folder
from azdesk.fleet import edit
from azdesk.fleet.model import Fleet, Upload

PART = "upload"
MODULE = "mod_http_upload"


@dataclass(frozen=True, kw_only=True)
class UploadState:
    """How uploads are configured on a host."""

    domain: str = ""
    url: str = ""
    """File Upload URL; empty: none configured by us."""
    directory: str = ""
    max_size: int = 0
    """Bytes."""
    served: bool = False
    """A listener on the URL's port hands its path to the module."""
    own_listener: bool = False
    """That listener stands in our file."""
    seen: bool = False
    """ejabberd can see the folder, and the folder is its own."""
    edited: bool = False
    """Our file is not as AZDesk writes it."""
    foreign: tuple[str, str] = field(default=("", ""), compare=False)
    """(URL, folder) that the stock file gives to the module: the admin's."""
    files: FileSet = field(default=FileSet(), compare=False, repr=False)


def content(state: UploadState) -> str:
    """Our file for a state; empty when there is nothing to say."""
    if not state.url:
        return ""
    spec = Upload(url=state.url, directory=state.directory, max_size=state.max_size)
    listen = (
        f'listen:\n  -\n    port: {spec.port}\n    ip: "::"\n    module: ejabberd_http\n'
        + ("    tls: true\n" if spec.tls else "")
        + f"    request_handlers:\n      {spec.path}: {MODULE}\n"
        if state.own_listener
        else ""
    )
    return (
        f"{ejabberd.HEADER}{listen}append_host_config:\n  {state.domain}:\n    modules:\n      {MODULE}:\n"
        f'        put_url: "{state.url}"\n        docroot: "{state.directory}"\n'
        f'        max_size: {state.max_size}\n        dir_mode: "2770"\n        file_mode: "0660"\n'
    )


def probes(fleet: Fleet, host: str) -> Mapping[str, Probe]:
    on = ejabberd.platform(fleet, host)
    cluster = fleet.cluster_of(host)
    return {
        **ejabberd.config_probes(on, PART),
        "drop-in": File(path=ejabberd.drop_in_path(on, PART)),
        "folder": File(path=cluster.upload.directory if cluster else "/home/flv"),
    }


_MAIN = "/etc/ejabberd/ejabberd.yml"
_OWN = "/etc/ejabberd/azdesk-upload.yml"
_DROP_IN = "/etc/systemd/system/ejabberd.service.d/azdesk-upload.conf"
_FOLDER = "folder"


def parse(readings: Readings) -> UploadState:
    main, own = readings.file("main"), readings.file("own")
    drop_in, folder = readings.file("drop-in"), readings.file("folder")
    files = FileSet(items=((_MAIN, main), (_OWN, own), (_DROP_IN, drop_in), (_FOLDER, folder)))
    text = main.text or ""
    foreign = _foreign(text, readings.host)
    if not ejabberd.included(text, PART):
        return UploadState(foreign=foreign, files=files, edited=own.exists)
    domain, options = _module(own.text or "", readings.host)
    url, directory = str(options.get("put_url", "")), str(options.get("docroot", ""))
    spec = _spec(url)
    own_listener = "\nlisten:" in (own.text or "")
    state = UploadState(
        domain=domain,
        url=url,
        directory=directory,
        max_size=int(options.get("max_size", 0)),
        served=own_listener or (spec is not None and _served(text, spec)),
        own_listener=own_listener,
        seen=_seen(directory, drop_in.text) and folder.type == "dir" and folder.owner == "ejabberd",
        foreign=foreign,
        files=files,
    )
    return _replace(state, edited=(own.text or "") != content(state))


def _replace(state: UploadState, **changes: Any) -> UploadState:
    from dataclasses import replace

    return replace(state, **changes)


def _spec(url: str) -> Upload | None:
    try:
        return Upload(url=url)
    except (ValueError, DocumentError):
        return None


def _module(text: str, host: str) -> tuple[str, Mapping[str, Any]]:
    """Domain and options of the module in our own small file."""
    config = ejabberd.load(text, _OWN, host).get("append_host_config") or {}
    for domain, options in config.items():
        return str(domain), ((options or {}).get("modules") or {}).get(MODULE) or {}
    return "", {}


def _foreign(text: str, host: str) -> tuple[str, str]:
    span = ejabberd.module_lines(text, MODULE)
    if span is None:
        return "", ""
    body = "\n".join(text.splitlines()[span[0] : span[1]])
    values = {
        key: match[1].strip("\"'")
        if (match := re.search(rf"\b{key}:\s*(\"[^\"]*\"|'[^']*'|[^\s,}}]+)", body))
        else ""
        for key in ("put_url", "docroot")
    }
    return values["put_url"], values["docroot"]


def _served(text: str, spec: Upload) -> bool:
    return any(
        listener.port == spec.port and re.search(rf"{re.escape(spec.path)}[\"']?:\s*{MODULE}", listener.text)
        for listener in ejabberd.listeners(text)
    )


def _seen(directory: str, drop_in: str | None) -> bool:
    if not directory or not ejabberd.needs_sandbox(directory):
        return True
    return drop_in == ejabberd.sandbox_text(directory)


def desired(fleet: Fleet, host: str) -> UploadState:
    cluster = fleet.cluster_of(host)
    if cluster is None or not cluster.upload.enabled:
        return UploadState()
    return UploadState(
        domain=fleet.hosts[host].cluster,
        url=cluster.upload.url,
        directory=cluster.upload.directory,
        max_size=cluster.upload.max_size,
        served=True,
        seen=True,
    )


def _target(observed: UploadState, wanted: UploadState) -> UploadState:
    """What should be, given the listeners that the stock file has."""
    spec = _spec(wanted.url)
    if spec is None or not wanted.url:
        return wanted
    stock = ejabberd.without_handler(observed.files.text(_MAIN), PART)
    taken = any(listener.port == spec.port for listener in ejabberd.listeners(stock))
    return _replace(wanted, own_listener=not taken) if observed.files.items else wanted


def plan(context: PlanContext, observed: UploadState, wanted: UploadState) -> Iterator[Step]:
    target = _target(observed, wanted)
    if observed == target or (not wanted.url and observed == UploadState()):
        return
    on = ejabberd.platform(context.fleet, context.host)
    if wanted.url and not observed.files.get(_MAIN).exists:
        return
    main = ejabberd.restored(context.text(on.ejabberd_config, observed.files.text(_MAIN)), PART)
    if wanted.url:
        main = ejabberd.with_include(ejabberd.module_off(main, PART, MODULE), on, PART)
        spec = Upload(url=wanted.url)
        if not target.own_listener and not _served(main, spec):
            main = ejabberd.with_handler(main, PART, spec.port, spec.path, MODULE)
        folder = FileSet(items=((wanted.directory, observed.files.get(_FOLDER)),))
        yield from make_folder(
            folder, wanted.directory, mode=0o2770, owner=on.ejabberd_user, group=on.ejabberd_user
        )
    folder_seen = wanted.directory if wanted.url else ""
    sandbox = list(ejabberd.sandbox_steps(context, observed.files, on, PART, folder_seen))
    yield from sandbox
    yield from ejabberd.write_config(context, observed.files, on, PART, content(target), main)
    yield from ejabberd.reload_steps(on, sandbox_changed=bool(sandbox))
    if observed.directory and observed.directory != wanted.directory:
        yield RemoveFolder(
            title=f"Remove {observed.directory} if it is empty", path=observed.directory, phase=Phase.ACT
        )
    if wanted.url:
        port = Upload(url=wanted.url).port
        yield Wait(
            title=f"Wait for ejabberd to listen on port {port}",
            probe=Connect(address="127.0.0.1", port=port),
            phase=Phase.VERIFY,
            timeout=15,
            failure=f"ejabberd does not listen on port {port}. Its log says why: /var/log/ejabberd/ejabberd.log.",
        )


def differences(observed: UploadState, wanted: UploadState) -> Iterable[str]:
    target = _target(observed, wanted)
    if observed.url != target.url:
        now = observed.url or observed.foreign[0] or "not set"
        yield f"File Upload URL is {now}, not {target.url or 'unset'}"
    if target.url and observed.url:
        if observed.directory != target.directory:
            yield f"Uploads are kept in {observed.directory}, not {target.directory}"
        if observed.max_size != target.max_size:
            yield f"The largest upload is {observed.max_size} bytes, not {target.max_size}"
        if observed.domain != target.domain:
            yield f"Uploads are set for {observed.domain}, not {target.domain}"
        if not observed.served or observed.own_listener != target.own_listener:
            yield "No listener hands uploads to ejabberd's upload module"
        if not observed.seen:
            yield f"ejabberd cannot use {target.directory} (missing, not its own, or hidden by ProtectHome)"
    if observed.edited:
        yield "AZDesk's upload file was changed by hand"


def notes(context: PlanContext, observed: UploadState, wanted: UploadState) -> Iterable[Note]:
    spec = _spec(wanted.url)
    if not wanted.url or spec is None:
        return
    for listener in ejabberd.listeners(observed.files.text(_MAIN)):
        if listener.port != spec.port or _served(observed.files.text(_MAIN), spec):
            continue
        if listener.handlers is None:
            yield Note(
                text=f"Port {spec.port} belongs to a listener in {_MAIN} (line {listener.first + 1}) that takes no "
                f"request handlers. Choose another port in the File Upload URL, or add the handler "
                f"“{spec.path}: {MODULE}” there by hand.",
                blocking=True,
            )
        elif listener.tls != spec.tls:
            yield Note(
                text=f"The listener on port {spec.port} in {_MAIN} {'speaks' if listener.tls else 'does not speak'} "
                f"TLS, but the File Upload URL begins with {wanted.url.split(':')[0]}:.",
                blocking=True,
            )
    if not spec.tls:
        yield Note(text="XEP-0363 demands https: clients may refuse an upload URL that begins with http:.")
    if observed.foreign[0] and not observed.url:
        yield Note(text=f"The stock file's own {MODULE} entry ({observed.foreign[0]}) is commented out.")


def adopt(fleet: Fleet, host: str, observed: UploadState) -> Fleet:
    domain = fleet.hosts[host].cluster
    url, directory = (observed.url, observed.directory) if observed.url else observed.foreign
    if not domain or not url or "@" in url:
        return fleet
    try:
        fleet = edit.with_value(fleet, f'clusters."{domain}".upload.url', url)
        if directory and "@" not in directory:
            fleet = edit.with_value(fleet, f'clusters."{domain}".upload.directory', directory)
        if observed.max_size:
            fleet = edit.with_value(fleet, f'clusters."{domain}".upload.max_size', observed.max_size)
    except DocumentError:
        return fleet
    return fleet


def applies(fleet: Fleet, host: str) -> bool:
    return "application" in fleet.hosts[host].roles


FEATURE = Feature(
    key="upload",
    title="File upload",
    state=UploadState,
    probes=probes,
    parse=parse,
    desired=desired,
    plan=plan,
    adopt=adopt,
    differences=differences,
    applies=applies,
    notes=notes,
)
