"""How ejabberd is bound to the directory on a host, and how it should be."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from azdesk.core.errors import DocumentError
from azdesk.core.platform import DEBIAN
from azdesk.core.probe import File, Probe, Readings, masks_for
from azdesk.features import _ejabberd as ejabberd
from azdesk.features import _stockyaml as stock
from azdesk.features._certificates import certificate_file, key_file, users
from azdesk.features._directory import READER_TOKEN, SYSTEM_CA, server_urls
from azdesk.features._files import FileSet
from azdesk.fleet import edit
from azdesk.fleet.model import Cluster, Fleet

PART = "accounts"
MAIN = DEBIAN.ejabberd_config
OWN = ejabberd.own_path(DEBIAN, PART)
CA_FILE = "/etc/ejabberd/azdesk-directory-ca.pem"
"""Authorities of somebody else's directory, where the document names them."""
DIALBACK = "mod_s2s_dialback"
_PORTS = {"ldap": 389, "ldaps": 636}
_KEY = "    ldap_password: |2-\n      "
_SECRET = masks_for(
    "reader",
    # A block, since that takes any text of one line as it is.
    before=_KEY,
    after=r"(?=\Z| {0,4}[^\s])",
    # Options of ejabberd with a password, and what a password can be put into elsewhere in the file.
    mention=r"(?i:_password[\"']?\s*:)|^[ \"']*define_(?:macro|keyword)\b|^[^\"'\n]*[:,\[-]\s*&\w",
)


@dataclass(frozen=True, kw_only=True)
class Binding:
    """How accounts are looked up in the directory."""

    servers: tuple[str, ...] = ()
    """Addresses or names, the preferred one first."""
    tls: bool = True
    port: int = 636
    ca: str = ""
    """File with the authorities that the servers' certificates must come from; empty without TLS."""
    reader: str = ""
    """DN that ejabberd binds as."""
    base: str = ""
    account: str = "uid"
    """Attribute with the login name."""
    filter: str = ""

    @property
    def urls(self) -> tuple[str, ...]:
        """The servers as URLs."""
        scheme = "ldaps" if self.tls else "ldap"
        return tuple(f"{scheme}://{f'[{one}]' if ':' in one else one}:{self.port}" for one in self.servers)


@dataclass(frozen=True, kw_only=True)
class AccountsState:
    """Who may log in to chat on a host, by our file."""

    domain: str = ""
    """The domain all of it is for; empty: nothing is said by us."""
    binding: Binding | None = None
    since: str = ""
    """Stamp of the reader's password in use."""
    authorities: str = ""
    """What is in `CA_FILE`."""
    verified: bool = False
    """Other domains are talked to over verified TLS only."""
    certificate: bool = False
    """ejabberd shows the host's certificate from AZDesk."""
    edited: bool = False
    """Our file is not as AZDesk writes it, or left over."""
    foreign: Binding | None = field(default=None, compare=False)
    """A directory that the stock file binds to."""
    files: FileSet = field(default=FileSet(), compare=False, repr=False)


def content(state: AccountsState) -> str:
    """Our file for a state, with a token in the place of the password; empty when there is nothing to say."""
    if not state.domain:
        return ""
    lines = [f"host_config:\n  {stock.quoted(state.domain)}:\n"]
    if (binding := state.binding) is not None:
        first, *others = binding.servers or ("",)
        options = {
            "auth_method": "ldap",
            "auth_use_cache": False,
            "ldap_servers": [first],
            **({"ldap_backups": others} if others else {}),
            "ldap_encrypt": "tls" if binding.tls else "none",
            "ldap_port": binding.port,
            **({"ldap_tls_verify": "hard", "ldap_tls_cacertfile": binding.ca} if binding.tls else {}),
            "ldap_rootdn": binding.reader,
            "ldap_base": binding.base,
            "ldap_uids": {binding.account: "%u"},
            "ldap_filter": binding.filter,
        }
        lines += [f"    {name}: {json.dumps(value, ensure_ascii=False)}\n" for name, value in options.items()]
        lines.append(f"    # The password of {state.since or 'the reader'}.\n{_KEY}{READER_TOKEN}\n")
    if state.verified:
        lines.append(f"    s2s_use_starttls: required\n    s2s_cafile: {json.dumps(SYSTEM_CA)}\n")
    if state.certificate:
        lines.append("certfiles:\n")
        lines += [f"  - {json.dumps(path(DEBIAN.ejabberd_user))}\n" for path in (certificate_file, key_file)]
    return ejabberd.HEADER + "".join(lines)


def probes(fleet: Fleet, host: str) -> Mapping[str, Probe]:
    on = ejabberd.platform(fleet, host)
    return {
        "main": File(path=on.ejabberd_config),
        "own": File(path=ejabberd.own_path(on, PART), masks=_SECRET),
        "ca": File(path=CA_FILE),
    }


def parse(readings: Readings) -> AccountsState:
    files = FileSet.read(readings, {"main": MAIN, "own": OWN, "ca": CA_FILE})
    main, own = files.text(MAIN), files.text(OWN)
    state = AccountsState(files=files, foreign=_foreign(main))
    if not ejabberd.included(main, DEBIAN, PART):
        traces = (files.get(OWN).exists, files.get(CA_FILE).exists)
        return replace(state, edited=ejabberd.left_behind(main, PART, *traces))
    domain = re.search(r"^host_config:[ \t]*\n +(\S+?):[ \t]*$", own, re.MULTILINE)
    since = re.search(r"^    # The password of (.*)\.$", own, re.MULTILINE)
    state = replace(
        state,
        domain=domain[1].strip("\"'") if domain else "",
        binding=_binding(_options(own)),
        since=since[1] if since and since[1] != "the reader" else "",
        authorities=files.text(CA_FILE),
        verified="\n    s2s_use_starttls: required\n" in own,
        certificate=stock.section(own, "certfiles") is not None,
    )
    dialback = stock.module_span(main, DIALBACK) is not None
    marked = ejabberd.unmarked(main, PART) != main
    return replace(
        state,
        edited=own != content(state)
        or not state.domain
        or not _private(files)
        or (dialback if state.verified else marked),
    )


def _private(files: FileSet) -> bool:
    """Whether our file, which has a password in it, is for ejabberd's eyes only."""
    own = files.get(OWN)
    return own.mode & 0o7 == 0 and (own.owner, own.group) == ("root", DEBIAN.ejabberd_user)


def _options(text: str) -> Mapping[str, object]:
    """Options with ``ldap`` in our file, which has their values in JSON."""
    found: dict[str, object] = {}
    for name, value in re.findall(r"^ {4}(ldap_\w+|auth_method): (.*)$", text, re.MULTILINE):
        try:
            found[name] = json.loads(value)
        except ValueError:
            continue
    return found


def _binding(options: Mapping[str, object]) -> Binding | None:
    if "ldap_servers" not in options:
        return None
    lists = [options.get(name) for name in ("ldap_servers", "ldap_backups")]
    servers = [one for found in lists if isinstance(found, list) for one in found if isinstance(one, str)]
    uids, port = options.get("ldap_uids"), options.get("ldap_port")

    def text(name: str) -> str:
        value = options.get(name)
        return value if isinstance(value, str) else ""

    return Binding(
        servers=tuple(servers),
        tls=text("ldap_encrypt") == "tls",
        port=port if isinstance(port, int) else 0,
        ca=text("ldap_tls_cacertfile"),
        reader=text("ldap_rootdn"),
        base=text("ldap_base"),
        account=next((str(name) for name in uids), "") if isinstance(uids, dict) else "",
        filter=text("ldap_filter"),
    )


def _foreign(main: str) -> Binding | None:
    """The directory that an admin bound ejabberd to in the stock file, as far as it is written in the usual form."""
    if "ldap_servers" not in main or "ldap" not in _top(main, "auth_method"):
        return None
    servers = [*stock.list_section(main, "ldap_servers"), *stock.list_section(main, "ldap_backups")]
    tls = _top(main, "ldap_encrypt") == "tls"
    port = _top(main, "ldap_port")
    found = stock.section(main, "ldap_uids")
    uids = (
        re.search(r"[\s{\-]\"?'?([A-Za-z][\w-]*)\"?'?\s*(?::|$|\])", "".join(found[1])[len("ldap_uids:") :])
        if found
        else None
    )
    if not servers or not _top(main, "ldap_base"):
        return None
    return Binding(
        servers=tuple(servers),
        tls=tls,
        port=int(port) if port.isdecimal() and 0 < int(port) < 65536 else _PORTS["ldaps" if tls else "ldap"],
        ca=_top(main, "ldap_tls_cacertfile"),
        reader=_top(main, "ldap_rootdn"),
        base=_top(main, "ldap_base"),
        account=uids[1] if uids else "uid",
        filter=_top(main, "ldap_filter"),
    )


def _top(main: str, name: str) -> str:
    """A top-level option as text, in one line without a comment."""
    found = stock.section(main, name)
    if found is None:
        return ""
    body = "".join(found[1])
    return stock.option(body, name) or " ".join(stock.list_section(main, name))


def desired(fleet: Fleet, host: str) -> AccountsState:
    cluster = fleet.cluster_of(host)
    if cluster is None:
        return AccountsState()
    binding = wanted_binding(fleet, cluster)
    verified = cluster.federation == "verified"
    if binding is None and not verified:
        return AccountsState()
    return AccountsState(
        domain=fleet.hosts[host].cluster,
        binding=binding,
        since=fleet.directory.reader_since if binding else "",
        authorities=fleet.directory.ca if binding and binding.ca == CA_FILE else "",
        verified=verified,
        certificate=DEBIAN.ejabberd_user in users(fleet, host),
    )


def wanted_binding(fleet: Fleet, cluster: Cluster) -> Binding | None:
    """How the document says that accounts are looked up; None where ejabberd keeps its own."""
    directory = fleet.directory
    if cluster.accounts != "directory" or not directory.base:
        return None
    reached = servers(fleet)
    scheme, _, port = reached[0] if reached else ("ldaps", "", 636)
    tls = scheme == "ldaps"
    ca = (CA_FILE if directory.urls and directory.ca else SYSTEM_CA) if tls else ""
    people, own = directory.people_filter, cluster.account_filter
    return Binding(
        # One port and one kind of encryption are for all of them.
        servers=tuple(address for each, address, at in reached if (each, at) == (scheme, port)),
        tls=tls,
        port=port,
        ca=ca,
        reader=directory.reader_dn,
        base=directory.people_dn,
        account=directory.account_attribute,
        filter=f"(&{people}{own})" if own else people,
    )


def servers(fleet: Fleet) -> tuple[tuple[str, str, int], ...]:
    """Scheme, address and port of the directory's servers, the preferred one first."""
    found = []
    for url in server_urls(fleet):
        match = re.fullmatch(r"(ldaps?)://(\[[^]]+\]|[^:/]+)(?::(\d+))?", url)
        if match:
            found.append((match[1], match[2].strip("[]"), int(match[3] or _PORTS[match[1]])))
    return tuple(found)


def adopt(fleet: Fleet, host: str, observed: AccountsState) -> Fleet:
    """Take where accounts come from, by our file or by the admin's own; passwords have to be entered."""
    domain = fleet.hosts[host].cluster
    binding = observed.binding or observed.foreign
    if not domain or (observed.domain and observed.domain != domain):
        return fleet
    values: dict[tuple[str, ...], object] = {}
    if observed.verified:
        values["clusters", domain, "federation"] = "verified"
    try:
        taken = edit.with_values(fleet, values) if values else fleet
        return taken if binding is None else _with_binding(taken, domain, binding, observed)
    except DocumentError:
        return fleet


def _with_binding(fleet: Fleet, domain: str, binding: Binding, observed: AccountsState) -> Fleet:
    values: dict[tuple[str, ...], object] = {("clusters", domain, "accounts"): "directory"}
    if not fleet.directory.base:
        suffix = re.search(r"(?:^|,)(dc=[^,]+(?:,dc=[^,]+)*)$", binding.base, re.IGNORECASE)
        values["directory", "base"] = suffix[1] if suffix else binding.base
        values["directory", "people"] = binding.base
        values["directory", "urls"] = binding.urls
        values["directory", "reader"] = binding.reader
        values["directory", "attributes", "account"] = binding.account
        values["directory", "account_filter"] = binding.filter
        if observed.authorities:
            values["directory", "ca"] = observed.authorities
        if observed.since:
            values["directory", "reader_since"] = observed.since
        return edit.with_values(fleet, values)
    people = fleet.directory.people_filter
    if binding.filter.startswith(f"(&{people}") and binding.filter.endswith(")"):
        values["clusters", domain, "account_filter"] = binding.filter[len(people) + 2 : -1]
    return edit.with_values(fleet, values)
