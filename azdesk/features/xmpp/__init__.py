"""The XMPP domain that a host serves, and ejabberd's own API on its loopback.

The API is how AZDesk asks ejabberd for its live state: `ejabberdctl` starts an Erlang VM, 0.3 s of CPU for
each question. It listens on 127.0.0.1 alone and answers read-only commands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from azdesk.core.errors import DocumentError
from azdesk.core.plan import Note
from azdesk.core.probe import Probe, Readings
from azdesk.core.step import Step
from azdesk.features import _ejabberd as ejabberd
from azdesk.features._base import Feature, PlanContext
from azdesk.features._files import FileSet
from azdesk.fleet import edit
from azdesk.fleet.model import Fleet

PART = "xmpp"
API_PORT = 5281
COMMANDS = (
    "status",
    "list_cluster",
    "list_cluster_detailed",
    "mnesia_info",
    "mnesia_list_tables",
    "registered_vhosts",
    "stats",
)
"""Commands of ejabberd that its loopback API answers for AZDesk: none of them changes anything."""


@dataclass(frozen=True, kw_only=True)
class XmppState:
    """What ejabberd is told to serve."""

    domain: str = ""
    """The cluster's domain, by our file; empty: we have said nothing."""
    own_domain: bool = True
    """Whether our file names the domain; false where the stock file does already."""
    edited: bool = False
    """Our file is not as AZDesk writes it."""
    stock_domains: tuple[str, ...] = field(default=(), compare=False)
    """Domains in the stock file."""
    files: FileSet = field(default=FileSet(), compare=False, repr=False)


def content(domain: str, *, own_domain: bool) -> str:
    hosts = f"hosts:\n  - {domain}\n" if own_domain else f"# {domain} is served by the stock file's hosts.\n"
    commands = "".join(f"      - {command}\n" for command in COMMANDS)
    return (
        f"{ejabberd.HEADER}{hosts}listen:\n  -\n    port: {API_PORT}\n    ip: 127.0.0.1\n"
        "    module: ejabberd_http\n    request_handlers:\n      /api: mod_http_api\n"
        'api_permissions:\n  "azdesk":\n    from: mod_http_api\n    who:\n      ip: 127.0.0.1/8\n'
        f"    what:\n{commands}"
    )


def probes(fleet: Fleet, host: str) -> Mapping[str, Probe]:
    return ejabberd.config_probes(ejabberd.platform(fleet, host), PART)


def parse(readings: Readings) -> XmppState:
    main, own = readings.file("main"), readings.file("own")
    files = FileSet(items=((_MAIN, main), (_OWN, own)))
    stock = ejabberd.list_section(main.text or "", "hosts")
    if not ejabberd.included(main.text or "", PART):
        return XmppState(stock_domains=stock, files=files, edited=own.exists)
    text = own.text or ""
    listed = ejabberd.list_section(text, "hosts")
    if listed:
        domain = listed[0]
    else:
        match = re.search(r"^# (\S+) is served by the stock file's hosts\.$", text, re.MULTILINE)
        domain = match[1] if match else ""
    return XmppState(
        domain=domain,
        own_domain=bool(listed),
        edited=text != content(domain, own_domain=bool(listed)),
        stock_domains=stock,
        files=files,
    )


_MAIN = "/etc/ejabberd/ejabberd.yml"
_OWN = "/etc/ejabberd/azdesk-xmpp.yml"


def desired(fleet: Fleet, host: str) -> XmppState:
    return XmppState(domain=fleet.hosts[host].cluster)


def _wanted(observed: XmppState, wanted: XmppState) -> XmppState:
    """What the file should say, given what the stock file has already."""
    own = wanted.domain not in observed.stock_domains
    return XmppState(domain=wanted.domain, own_domain=own if wanted.domain else True)


def plan(context: PlanContext, observed: XmppState, wanted: XmppState) -> Iterator[Step]:
    target = _wanted(observed, wanted)
    if observed == target:
        return
    on = ejabberd.platform(context.fleet, context.host)
    main = context.text(on.ejabberd_config, observed.files.text(on.ejabberd_config))
    main = ejabberd.with_include(main, on, PART) if wanted.domain else ejabberd.restored(main, PART)
    text = content(wanted.domain, own_domain=target.own_domain) if wanted.domain else ""
    steps = list(ejabberd.write_config(context, observed.files, on, PART, text, main))
    if steps:
        yield from steps
        yield from ejabberd.reload_steps(on, sandbox_changed=False)


def differences(observed: XmppState, wanted: XmppState) -> Iterable[str]:
    target = _wanted(observed, wanted)
    if observed.domain != target.domain:
        if not target.domain:
            yield f"Still configured for {observed.domain}"
        else:
            yield f"Serves {', '.join(observed.stock_domains) or 'nothing'}, not yet {target.domain}"
    elif observed.own_domain != target.own_domain:
        yield f"{observed.domain} is named twice or not at all"
    if observed.edited:
        yield "AZDesk's XMPP file was changed by hand"


def notes(context: PlanContext, observed: XmppState, wanted: XmppState) -> Iterable[Note]:
    if wanted.domain and not observed.files.get(_MAIN).exists:
        yield Note(text=f"{_MAIN} does not exist: is ejabberd installed?", blocking=False)


def adopt(fleet: Fleet, host: str, observed: XmppState) -> Fleet:
    """Take the domain: the first of the host's own that is not ``localhost``."""
    domains = [d for d in (observed.domain, *observed.stock_domains) if d and d != "localhost"]
    if not domains or fleet.hosts[host].cluster:
        return fleet
    try:
        if domains[0] not in fleet.clusters:
            fleet = edit.add_cluster(fleet, domains[0])
        return edit.with_value(fleet, f"hosts.{host}.cluster", domains[0])
    except DocumentError:
        return fleet


def applies(fleet: Fleet, host: str) -> bool:
    return "application" in fleet.hosts[host].roles


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
    applies=applies,
    notes=notes,
)
