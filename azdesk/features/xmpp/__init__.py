"""The XMPP domain that a host serves, and ejabberd's own API on its loopback.

The API is how AZDesk asks ejabberd for its live state: `ejabberdctl` starts an Erlang VM, 0.3 s of CPU for
each question. It listens on 127.0.0.1 alone and answers read-only commands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from azdesk.core.errors import DocumentError
from azdesk.core.plan import Note
from azdesk.core.platform import DEBIAN
from azdesk.core.probe import Probe, Readings
from azdesk.core.step import Step
from azdesk.features import _ejabberd as ejabberd
from azdesk.features import _stockyaml as stock
from azdesk.features._base import Feature, PlanContext
from azdesk.features._files import FileSet
from azdesk.fleet import edit
from azdesk.fleet.model import Fleet

PART = "xmpp"
API_PORT = 5281
COMMANDS = (
    "status",
    "connected_users_info",
    "list_cluster",
    "list_cluster_detailed",
    "mnesia_info",
    "mnesia_list_tables",
    "registered_users",
    "registered_vhosts",
    "stats",
    "user_sessions_info",
)
"""Commands of ejabberd that its loopback API answers for AZDesk: none of them changes anything."""


@dataclass(frozen=True, kw_only=True)
class XmppState:
    """What ejabberd is told to serve."""

    domain: str = ""
    """The cluster's domain, by our file; empty: we have said nothing."""
    own_domain: bool = True
    """Whether our file names the domain; false where the stock file does already."""
    own_listener: bool = True
    """Whether our file has the listener of the API; false where the stock file has that port already."""
    edited: bool = False
    """Our file is not as AZDesk writes it, or left over."""
    stock_domains: tuple[str, ...] = field(default=(), compare=False)
    """Domains in the stock file."""
    files: FileSet = field(default=FileSet(), compare=False, repr=False)


def content(state: XmppState) -> str:
    """Our file for a state; empty when there is nothing to say."""
    if not state.domain:
        return ""
    hosts = (
        f"hosts:\n  - {stock.quoted(state.domain)}\n"
        if state.own_domain
        else f"# {state.domain} is served by the stock file's hosts.\n"
    )
    listen = (
        f"listen:\n  -\n    port: {API_PORT}\n    ip: 127.0.0.1\n"
        "    module: ejabberd_http\n    request_handlers:\n      /api: mod_http_api\n"
        if state.own_listener
        else f"# Port {API_PORT} is listened on by the stock file.\n"
    )
    commands = "".join(f"      - {command}\n" for command in COMMANDS)
    return (
        f"{ejabberd.HEADER}{hosts}{listen}"
        'api_permissions:\n  "azdesk":\n    from: mod_http_api\n    who:\n      ip: 127.0.0.1/8\n'
        f"    what:\n{commands}"
    )


_MAIN = DEBIAN.ejabberd_config
_OWN = ejabberd.own_path(DEBIAN, PART)


def probes(fleet: Fleet, host: str) -> Mapping[str, Probe]:
    return ejabberd.config_probes(ejabberd.platform(fleet, host), PART)


def parse(readings: Readings) -> XmppState:
    files = FileSet.read(readings, {"main": _MAIN, "own": _OWN})
    main, own = files.text(_MAIN), files.text(_OWN)
    state = XmppState(stock_domains=stock.list_section(main, "hosts"), files=files)
    if not ejabberd.included(main, DEBIAN, PART):
        return replace(state, edited=ejabberd.left_behind(main, PART, files.get(_OWN).exists))
    listed = stock.list_section(own, "hosts")
    named = re.search(r"^# (\S+) is served by the stock file's hosts\.$", own, re.MULTILINE)
    state = replace(
        state,
        domain=listed[0] if listed else named[1] if named else "",
        own_domain=bool(listed),
        own_listener=stock.section(own, "listen") is not None,
    )
    return replace(state, edited=own != content(state) or not state.domain)


def desired(fleet: Fleet, host: str) -> XmppState:
    return XmppState(domain=fleet.hosts[host].cluster)


def _target(observed: XmppState, wanted: XmppState) -> XmppState:
    """What should be, given what the stock file has already."""
    if not wanted.domain or not observed.files.items:
        return wanted
    named = any(domain.lower() == wanted.domain for domain in observed.stock_domains)
    main = observed.files.text(_MAIN)
    listened = any(listener.port == API_PORT for listener in stock.listeners(main))
    return replace(wanted, own_domain=not named, own_listener=not listened)


def plan(context: PlanContext, observed: XmppState, wanted: XmppState) -> Iterator[Step]:
    target = _target(observed, wanted)
    if observed == target:
        return
    on = ejabberd.platform(context.fleet, context.host)
    if wanted.domain and not observed.files.get(_MAIN).exists:
        return
    main = context.text(_MAIN, observed.files.text(_MAIN))
    main = ejabberd.with_include(main, on, PART) if wanted.domain else ejabberd.restored(main, PART)
    yield from ejabberd.write_config(context, observed.files, on, PART, content(target), main)
    yield from ejabberd.reload_steps(context, observed.files, on, sandbox_changed=False)


def differences(observed: XmppState, wanted: XmppState) -> Iterable[str]:
    target = _target(observed, wanted)
    if observed.domain != target.domain:
        if not target.domain:
            yield f"Still configured for {observed.domain}"
        else:
            yield f"Serves {', '.join(observed.stock_domains) or 'nothing'}, not yet {target.domain}"
    elif target.domain and observed.own_domain != target.own_domain:
        yield f"{observed.domain} is named twice or not at all"
    elif target.domain and observed.own_listener != target.own_listener:
        yield f"Port {API_PORT}, for AZDesk's questions to ejabberd, is listened on twice or not at all"
    if observed.edited:
        yield (
            "AZDesk's XMPP file was changed by hand" if observed.domain else "Lines of AZDesk's are left over"
        )


def notes(context: PlanContext, observed: XmppState, wanted: XmppState) -> Iterable[Note]:
    if not wanted.domain:
        return
    if not observed.files.get(_MAIN).exists:
        yield Note(text=f"{_MAIN} does not exist: is ejabberd installed?")
    for listener in stock.listeners(observed.files.text(_MAIN)):
        answers = any(module == "mod_http_api" for _, module in listener.handlers) and not listener.tls
        if listener.port == API_PORT and not answers:
            yield Note(
                text=f"Port {API_PORT} belongs to a listener in {_MAIN} (line {listener.line}) that is not "
                "ejabberd's plain API: AZDesk asks ejabberdctl instead, which is slower."
            )


def adopt(fleet: Fleet, host: str, observed: XmppState) -> Fleet:
    """Take the domain: the first of the host's own that is not ``localhost``."""
    domains = [d for d in (observed.domain, *observed.stock_domains) if d and d != "localhost"]
    if not domains or fleet.hosts[host].cluster:
        return fleet
    domain = domains[0].lower()
    try:
        taken = fleet if domain in fleet.clusters else edit.add_cluster(fleet, domain)
        return edit.with_value(taken, f"hosts.{host}.cluster", domain)
    except DocumentError:
        return fleet


FEATURE = Feature(
    key="xmpp",
    title="XMPP",
    state=XmppState,
    probes=probes,
    parse=parse,
    desired=desired,
    plan=plan,
    adopt=adopt,
    differences=differences,
    applies=ejabberd.applies,
    notes=notes,
)
