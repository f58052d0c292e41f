"""How uploads are configured on a host, and how they should be."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from azdesk.core.errors import DocumentError
from azdesk.core.platform import DEBIAN
from azdesk.core.probe import Probe, Readings
from azdesk.features import _ejabberd as ejabberd
from azdesk.features import _stockyaml as stock
from azdesk.features._files import FileSet, Folder, folder_probes, read_folder
from azdesk.fleet import edit
from azdesk.fleet.model import Fleet, Upload

PART = "upload"
MODULE = "mod_http_upload"
MAIN = DEBIAN.ejabberd_config
OWN = ejabberd.own_path(DEBIAN, PART)
DROP_IN = ejabberd.drop_in_path(DEBIAN, PART)


@dataclass(frozen=True, kw_only=True)
class ForeignUpload:
    """The module's entry in the stock file: the admin's. Empty and 0 where it does not say."""

    url: str = ""
    directory: str = ""
    max_size: int = 0


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
    """ejabberd can see the folder, and may keep files there."""
    edited: bool = False
    """Our file is not as AZDesk writes it, or left over."""
    foreign: ForeignUpload | None = field(default=None, compare=False)
    folder: Folder = field(default=Folder(), compare=False, repr=False)
    files: FileSet = field(default=FileSet(), compare=False, repr=False)


def content(state: UploadState) -> str:
    """Our file for a state; empty when there is nothing to say."""
    spec = spec_of(state.url)
    if spec is None:
        return ""
    listen = (
        f'listen:\n  -\n    port: {spec.port}\n    ip: "::"\n    module: ejabberd_http\n'
        + ("    tls: true\n" if spec.tls else "")
        + f"    request_handlers:\n      {stock.quoted(spec.path)}: {MODULE}\n"
        if state.own_listener
        else ""
    )
    return (
        f"{ejabberd.HEADER}{listen}append_host_config:\n  {stock.quoted(state.domain)}:\n    modules:\n"
        f"      {MODULE}:\n"
        f"        put_url: {stock.quoted(state.url)}\n        docroot: {stock.quoted(state.directory)}\n"
        f'        max_size: {state.max_size}\n        dir_mode: "2770"\n'
        '        file_mode: "0660"\n'
    )


def probes(fleet: Fleet, host: str) -> Mapping[str, Probe]:
    on = ejabberd.platform(fleet, host)
    cluster = fleet.cluster_of(host)
    return {
        **ejabberd.config_probes(on, PART),
        **ejabberd.sandbox_probes(on, PART),
        **folder_probes(cluster.upload.directory if cluster else Upload().directory),
    }


def parse(readings: Readings) -> UploadState:
    files = ejabberd.read_files(readings, DEBIAN, PART)
    main, own = files.text(MAIN), files.text(OWN)
    state = UploadState(files=files, folder=read_folder(readings), foreign=_foreign(main))
    if not ejabberd.included(main, DEBIAN, PART):
        traces = (files.get(OWN).exists, files.get(DROP_IN).exists)
        return replace(state, edited=ejabberd.left_behind(main, PART, *traces))
    domain = re.search(r"^append_host_config:[ \t]*\n +(\S+?):[ \t]*$", own, re.MULTILINE)
    size = stock.option(own, "max_size")
    directory = stock.option(own, "docroot")
    state = replace(
        state,
        domain=domain[1].strip("\"'") if domain else "",
        url=stock.option(own, "put_url"),
        directory=directory,
        max_size=int(size) if size.isdecimal() else 0,
        # ejabberd gives the folder itself this mode, too, at each of its starts [seen in the lab].
        own_listener=stock.section(own, "listen") is not None,
        seen=ejabberd.seen(files, DEBIAN, PART, directory)
        and state.folder.path == directory
        and state.folder.usable_by(DEBIAN.ejabberd_user),
    )
    spec = spec_of(state.url)
    return replace(
        state,
        served=state.own_listener or (spec is not None and served(main, spec)),
        edited=own != content(state) or not state.url,
    )


@functools.lru_cache(maxsize=64)
def spec_of(url: str) -> Upload | None:
    """The parts of a URL; None for none, and for one that the document would not allow."""
    if not url:
        return None
    try:
        return Upload(url=url)
    except (ValueError, DocumentError):
        return None


def _foreign(text: str) -> ForeignUpload | None:
    options = stock.module_options(text, MODULE, "put_url", "docroot", "max_size")
    if options is None:
        return None
    url, directory, size = options
    return ForeignUpload(url=url, directory=directory, max_size=int(size) if size.isdecimal() else 0)


def served(text: str, spec: Upload) -> bool:
    """Whether a listener of the stock file on the URL's port hands its path to the module."""
    return any(
        listener.port == spec.port and (spec.path, MODULE) in listener.handlers
        for listener in stock.listeners(text)
    )


def desired(fleet: Fleet, host: str) -> UploadState:
    cluster = fleet.cluster_of(host)
    if cluster is None or not cluster.upload.enabled:
        return UploadState()
    spec = cluster.upload
    return UploadState(
        domain=fleet.hosts[host].cluster,
        # ejabberd hands out put_url with a path appended, so without one its own path must be in it.
        url=spec.url if re.match(r"\w+://[^/]+/", spec.url) else spec.url + spec.path,
        directory=spec.directory,
        max_size=spec.max_size,
        served=True,
        seen=True,
    )


def adopt(fleet: Fleet, host: str, observed: UploadState) -> Fleet:
    """Take the URL, folder and limit, ours or the admin's; a URL for several domains (``@HOST@``) has no place."""
    domain, foreign = fleet.hosts[host].cluster, observed.foreign or ForeignUpload()
    found = (
        (observed.url, observed.directory, observed.max_size)
        if observed.url
        else (foreign.url, foreign.directory, foreign.max_size)
    )
    url, directory, max_size = found
    if not domain or not url or "@" in url:
        return fleet
    values: dict[tuple[str, ...], object] = {("url",): url}
    if directory and "@" not in directory:
        values["directory",] = directory
    if max_size:
        values["max_size",] = max_size
    try:
        return edit.with_values(
            fleet, {("clusters", domain, "upload", *path): value for path, value in values.items()}
        )
    except DocumentError:
        return fleet
