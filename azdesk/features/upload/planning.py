"""Steps that bring uploads to what the document says, and what the admin should know about them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from azdesk.core.plan import Note
from azdesk.core.platform import DEBIAN
from azdesk.core.probe import Connect
from azdesk.core.step import Phase, Step, Wait
from azdesk.features import _ejabberd as ejabberd
from azdesk.features import _stockyaml as stock
from azdesk.features._base import PlanContext
from azdesk.features._files import make_folder, remove_folder
from azdesk.features.upload.state import MAIN, MODULE, PART, UploadState, content, served, spec_of
from azdesk.features.xmpp import API_PORT
from azdesk.fleet.model import Upload

_OTHERS = {
    22: "SSH",
    389: "the directory",
    636: "the directory",
    1194: "the VPN",
    4369: "Erlang's port mapper",
    5038: "Asterisk's manager",
    5060: "SIP",
    5061: "SIP",
    API_PORT: "AZDesk's questions to ejabberd",
}
"""Ports that something else on a host of ours listens on: ejabberd would only log that it cannot."""


def _target(observed: UploadState, wanted: UploadState) -> UploadState:
    """What should be, given the listeners that the stock file has."""
    spec = spec_of(wanted.url)
    if spec is None or not observed.files.items:
        return wanted
    return replace(wanted, own_listener=_stock_listener(observed, spec) is None)


def _stock_listener(observed: UploadState, spec: Upload) -> stock.Listener | None:
    found = stock.listeners(observed.files.text(MAIN))
    return next((listener for listener in found if listener.port == spec.port), None)


def plan(context: PlanContext, observed: UploadState, wanted: UploadState) -> Iterator[Step]:
    target = _target(observed, wanted)
    if observed == target:
        return
    on = ejabberd.platform(context.fleet, context.host)
    if wanted.url and not observed.files.get(MAIN).exists:
        return
    spec = spec_of(wanted.url)
    main = context.text(MAIN, observed.files.text(MAIN))
    if spec is None:
        main = ejabberd.restored(main, PART)
    else:
        # The block keeps its place: a file is not written because its order changed.
        main = stock.module_off(ejabberd.unmarked(main, PART), PART, MODULE)
        main = ejabberd.with_include(main, on, PART)
        if not target.own_listener and not served(main, spec):
            main = stock.with_handler(main, PART, spec.port, spec.path, MODULE)
        yield from make_folder(observed.folder, wanted.directory, on.ejabberd_user)
    sandbox = ejabberd.sandbox_steps(context, observed.files, on, PART, wanted.directory)
    yield from sandbox
    yield from ejabberd.write_config(context, observed.files, on, PART, content(target), main)
    yield from ejabberd.reload_steps(context, observed.files, on, sandbox_changed=bool(sandbox))
    if spec is None:
        yield from remove_folder(observed.folder, observed.directory, on.ejabberd_user)
    else:
        yield _listening(observed, spec)


def _listening(observed: UploadState, spec: Upload) -> Step:
    listener = _stock_listener(observed, spec)
    address = listener.own_address if listener else "127.0.0.1"
    return Wait(
        title=f"Wait for ejabberd to listen on port {spec.port}",
        probe=Connect(address=address, port=spec.port),
        phase=Phase.VERIFY,
        timeout=15,
        failure=f"ejabberd does not listen on port {spec.port}. Its log says why: /var/log/ejabberd/ejabberd.log.",
    )


def differences(observed: UploadState, wanted: UploadState) -> Iterable[str]:
    target = _target(observed, wanted)
    if observed.url != target.url:
        foreign = observed.foreign.url if observed.foreign else ""
        if target.url:
            yield f"File Upload URL is {observed.url or foreign or 'not set'}, not {target.url}"
        else:
            yield f"File Upload URL is {observed.url}, but should not be set"
    elif target.url:
        if observed.directory != target.directory:
            yield f"Uploads are kept in {observed.directory or 'no folder'}, not {target.directory}"
        elif not observed.seen:
            yield f"ejabberd cannot use {target.directory} (missing, not its own, or hidden by ProtectHome)"
        if observed.max_size != target.max_size:
            yield f"The largest upload is {observed.max_size} bytes, not {target.max_size}"
        if observed.domain != target.domain:
            yield f"Uploads are set for {observed.domain or 'no domain'}, not {target.domain}"
        if not observed.served or observed.own_listener != target.own_listener:
            yield "No listener hands uploads to ejabberd's upload module, or two would"
    if observed.edited:
        yield (
            "AZDesk's upload file was changed by hand" if observed.url else "Lines of AZDesk's are left over"
        )


def notes(context: PlanContext, observed: UploadState, wanted: UploadState) -> Iterable[Note]:
    spec = spec_of(wanted.url)
    if spec is None:
        return
    main = observed.files.text(MAIN)
    listener = _stock_listener(observed, spec)
    if spec.port in _OTHERS:
        yield Note(
            text=f"Port {spec.port} is for {_OTHERS[spec.port]}: choose another one in the File Upload URL.",
            blocking=True,
        )
    elif listener is not None:
        yield from _about_listener(listener, spec)
    if reason := ejabberd.hidden_otherwise(wanted.directory):
        yield Note(text=f"{reason} Choose another folder for uploads.", blocking=True)
    if stock.module_hidden(main, MODULE):
        yield Note(
            text=f"{MAIN} has {MODULE} in one line with other modules, and ejabberd refuses a second one. "
            "Take it out there by hand, then look again.",
            blocking=True,
        )
    if observed.foreign is not None:
        of = f" ({observed.foreign.url})" if observed.foreign.url else ""
        yield Note(text=f"The stock file's own {MODULE} entry{of} is commented out; for other domains too.")
    if not spec.tls:
        yield Note(text="XEP-0363 demands https: clients may refuse an upload URL that begins with http:.")
    folder = observed.folder
    if folder.path == wanted.directory and folder.network and folder.owner != DEBIAN.ejabberd_user:
        yield Note(
            text=f"{folder.path} lies on network storage ({folder.network}) and belongs to {folder.owner}: see "
            "that ejabberd may write there."
        )


def _about_listener(listener: stock.Listener, spec: Upload) -> Iterator[Note]:
    place = f"a listener in {MAIN} (line {listener.line})"
    others = [module for path, module in listener.handlers if path == spec.path and module != MODULE]
    if others:
        yield Note(
            text=f"{spec.path} on port {spec.port} is answered by {others[0]}, by {place}. Choose another path in "
            "the File Upload URL.",
            blocking=True,
        )
    elif listener.insert_at is None and (spec.path, MODULE) not in listener.handlers:
        yield Note(
            text=f"Port {spec.port} belongs to {place} that AZDesk can add no request handler to. Choose another "
            f"port in the File Upload URL, or add “{spec.path}: {MODULE}” to its request_handlers by hand.",
            blocking=True,
        )
    if listener.tls != spec.tls:
        yield Note(
            text=f"Port {spec.port} belongs to {place} that {'speaks' if listener.tls else 'does not speak'} TLS, "
            f"but the File Upload URL begins with {'https' if spec.tls else 'http'}:.",
            blocking=True,
        )
    if listener.own_address != "127.0.0.1":
        yield Note(text=f"Uploads will be answered on {listener.ip} alone, as {place} says.")
