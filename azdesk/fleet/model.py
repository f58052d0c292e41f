"""The fleet as it should be: the values of the document.

Frozen and checked when made; secrets appear by name only. How they are kept as TOML is in `store`, how to
change them in `edit`, how sections are described in `form`.

To add a section: a frozen, keyword-only dataclass that derives from `Value`, a docstring under each field,
and a field in `Fleet` (or in `Cluster`, `Host`). Opening, saving, history, merging, the JSON Schema and the
manual's table then know it. Something that must hold between fields goes into `faults`.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Final, Literal

from azdesk.fleet.accounts import Authority, Directory, Enrolment, Sip
from azdesk.fleet.firewall import Firewall
from azdesk.fleet.form import Between, Table, Value, meant
from azdesk.fleet.paths import Path
from azdesk.fleet.rules import (
    Address,
    CertificateText,
    Domain,
    Folder,
    IpAddress,
    JumpHost,
    LdapFilter,
    Line,
    Name,
    NumberPattern,
    Port,
    ShortName,
    UploadUrl,
    UserName,
)
from azdesk.fleet.voice import Calls, Media, NumberPlan, Recording, Rule, Trunk

VERSION: Final = 1
"""Version of the document's form; older ones are migrated when opened, see `migrations`."""


@dataclass(frozen=True, kw_only=True)
class Credential(Value):
    """How to log in; many hosts may share one. Its secrets are in the keyring under its name."""

    user: UserName = "root"
    """Who to log in as."""
    method: Literal["agent", "key", "password", "keyboard-interactive"] = "agent"
    """How: what an SSH agent offers, a key file, a password, or the host's own questions."""
    key_file: Line = ""
    """Path of the key on the workstation, ``~`` allowed; only with method ``key``."""
    sudo: Literal["no", "without-password", "with-password"] = "no"
    """How this user becomes root; ``no`` for root itself."""

    def faults(self) -> Iterator[tuple[Path, str]]:
        if self.method == "key" and not self.key_file:
            yield ("key_file",), 'method "key" needs the path of a key, such as ~/.ssh/id_ed25519'
        if self.user != "root" and self.sudo == "no":
            yield ("sudo",), 'a user other than root needs "without-password" or "with-password" here'


@dataclass(frozen=True, kw_only=True)
class Upload(Value):
    """HTTP File Upload (XEP-0363), the same on all nodes of a cluster."""

    url: UploadUrl = ""
    """File Upload URL that clients use; empty: AZDesk leaves uploads alone."""
    directory: Folder = "/home/flv"
    """Folder on each host where uploaded files are kept."""
    max_size: Annotated[int, Between(least=1024, most=10 * 2**30, unit="bytes")] = 104_857_600
    """Largest file, in bytes."""

    @property
    def enabled(self) -> bool:
        return bool(self.url)

    @property
    def port(self) -> int:
        """TCP port that ejabberd listens on for it."""
        match = re.search(r"://(?:\[[^]]+\]|[^/:]+):(\d+)", self.url)
        if match:
            return int(match[1])
        return 443 if self.tls else 80

    @property
    def host(self) -> str:
        """Host part of the URL: a name or an IP address, without brackets."""
        match = re.match(r"https?://(\[[^]]+\]|[^/:]+)", self.url)
        return match[1].strip("[]") if match else ""

    @property
    def path(self) -> str:
        """Path part of the URL, ``/upload`` for instance."""
        match = re.match(r"https?://[^/]+(/.*)?$", self.url)
        return match[1] if match and match[1] else "/upload"

    @property
    def tls(self) -> bool:
        return self.url.startswith("https:")


@dataclass(frozen=True, kw_only=True)
class ChatLog(Value):
    """Recording of XMPP text messages, the same on all nodes of a cluster."""

    enabled: bool = False
    """Whether messages are recorded."""
    directory: Folder = "/home/chat"
    """Folder on each host where they are kept."""


@dataclass(frozen=True, kw_only=True)
class Cluster(Value):
    """An XMPP domain and what its nodes share."""

    distribution_port: Port = 5210
    """TCP port of the Erlang distribution between nodes."""
    upload: Upload = Upload()
    """HTTP File Upload."""
    chat_log: ChatLog = ChatLog()
    """Recording of text messages."""
    accounts: Literal["as-is", "directory"] = "as-is"
    """Who may log in to chat: whoever ejabberd's own settings say, or everybody in the directory."""
    account_filter: LdapFilter = ""
    """Of the directory's people those alone that match this LDAP filter may log in to chat; empty: all of them."""
    federation: Literal["as-is", "verified"] = "as-is"
    """Chat with other domains: as ejabberd's own settings say, or with servers of verified TLS certificates only."""

    def faults(self) -> Iterator[tuple[Path, str]]:
        if self.upload.enabled and self.chat_log.enabled:
            files, chats = self.upload.directory + "/", self.chat_log.directory + "/"
            if files.startswith(chats) or chats.startswith(files):
                yield (
                    ("chat_log", "directory"),
                    "must not be upload.directory, nor one inside the other: each is archived by itself",
                )
        if self.upload.enabled and self.upload.port == self.distribution_port:
            yield ("upload", "url"), f"port {self.upload.port} is already distribution_port"


@dataclass(frozen=True, kw_only=True)
class Host(Value):
    """One host: where it is, how to log in, and what it does."""

    # An address reserved for documentation (RFC 5737): never reached, only there for the other checks.
    STAND_IN: ClassVar[Mapping[str, Any]] = {"address": "192.0.2.1"}

    address: Address
    """What SSH connects to: an IP address or a name."""
    port: Port = 22
    """TCP port of its SSH server."""
    credential: Name = ""
    """Name of an entry in credentials; empty: what ~/.ssh/config and the agent say, as root."""
    jump: tuple[JumpHost, ...] = ()
    """Jump hosts, the first one first: names of hosts in this document, or ``[user@]host[:port]``."""
    roles: tuple[Literal["application", "directory", "storage"], ...] = ("application",)
    """What the host is there for."""
    cluster: Domain = ""
    """Domain of the cluster this host is a node of; empty: none."""
    node: ShortName = ""
    """Node name in the cluster; empty: the host's own name in this document."""
    lan_address: IpAddress = ""
    """Address under which the other hosts reach it; empty: `address`, if that is an IP address."""
    public_address: Address = ""
    """Address under which phones reach it from outside; empty: they use the one in ``enrolment``."""
    names: tuple[Domain, ...] = ()
    """Further DNS names that its certificate holds for, beside its own name and its cluster's domain."""
    certificate: CertificateText = ""
    """Certificate from elsewhere with those above it, in PEM form; its key is kept with the secrets. Empty: the fleet's authority
    issues one."""
    numbers: tuple[NumberPattern, ...] = ()
    """Blocks of phone numbers that are at home here, in Asterisk's pattern language, such as 68XX."""
    sip: Sip = Sip()
    """Phones' accounts."""
    calls: Calls = Calls()
    """Its part in the number plan."""
    media: Media = Media()
    """NAT and voice streams."""
    firewall: Firewall = Firewall()
    """Packet filter."""
    platform: Literal["debian"] = "debian"
    """Kind of system, which says where files and services are."""
    group: Line = ""
    """Heading in the tree for hosts outside a cluster."""
    note: str = ""
    """Anything worth remembering about the host."""

    def faults(self) -> Iterator[tuple[Path, str]]:
        if not self.roles:
            yield ("roles",), "must name at least one role: application, directory or storage"


@dataclass(frozen=True, kw_only=True)
class Fleet(Value):
    """The whole document."""

    version: Literal[1] = VERSION
    """Version of the document's form."""
    name: Line = "Fleet"
    """What the window's title says."""
    credentials: Mapping[Name, Credential] = field(default_factory=Table)
    """Logins by name."""
    clusters: Mapping[Domain, Cluster] = field(default_factory=Table)
    """Clusters by domain."""
    directory: Directory = Directory()
    """The directory of all accounts."""
    authority: Authority = Authority()
    """The fleet's own certificate authority."""
    enrolment: Enrolment = Enrolment()
    """What people get to set up their phones."""
    number_plan: NumberPlan = NumberPlan()
    """How numbers are dialled."""
    trunks: Mapping[ShortName, Trunk] = field(default_factory=Table)
    """Lines to others by name."""
    rules: Mapping[Name, Rule] = field(default_factory=Table)
    """Rules of the number plan by name."""
    recording: Recording = Recording()
    """Recording of voice calls."""
    hosts: Mapping[ShortName, Host] = field(default_factory=Table)
    """Hosts by name; the first one of a cluster founds it, and the others join it."""

    def faults(self) -> Iterator[tuple[Path, str]]:
        yield from self._references()
        yield from self._voice()
        yield from self._recordings()
        yield from self._accounts()
        yield from self._nodes()
        yield from self._reach()

    def _references(self) -> Iterator[tuple[Path, str]]:
        for name, host in self.hosts.items():
            for key, value, known in (
                ("cluster", host.cluster, self.clusters),
                ("credential", host.credential, self.credentials),
            ):
                if value and value not in known:
                    there = ", ".join(known) or "none yet"
                    yield (
                        ("hosts", name, key),
                        f"there is no {key} “{value}” (there are: {there}){meant(value, known)}",
                    )

    def _recordings(self) -> Iterator[tuple[Path, str]]:
        for domain, cluster in self.clusters.items() if self.number_plan.scheme != "as-is" else ():
            uploads = cluster.upload.directory
            for key in ("directory", "archive"):
                folder: str = getattr(self.recording, key)
                if cluster.upload.enabled and f"{folder}/".startswith(f"{uploads}/"):
                    yield (
                        ("recording", key),
                        f"{folder} lies in {uploads}, whose files {domain} hands out to anybody with a link; take one of their own",
                    )

    def _voice(self) -> Iterator[tuple[Path, str]]:
        known: tuple[tuple[str, str, Mapping[str, Any]], ...] = (
            ("hosts", "host", self.hosts),
            ("gateway_for", "host", self.hosts),
            ("callers", "trunk", self.trunks),
            ("trunks", "trunk", self.trunks),
        )
        for table, entries in (("trunks", self.trunks), ("rules", self.rules)):
            for name, entry in entries.items():
                for key, what, there in known:
                    for index, value in enumerate(getattr(entry, key, ())):
                        if value not in there:
                            yield (
                                (table, name, key, str(index)),
                                f"there is no {what} “{value}” (there are: {', '.join(there) or 'none yet'}){meant(value, there)}",
                            )
        prefixes: dict[str, str] = {}
        for name, host in self.hosts.items():
            other = prefixes.setdefault(host.calls.prefix, name) if host.calls.prefix else name
            if other != name:
                yield (
                    ("hosts", name, "calls", "prefix"),
                    f"“{host.calls.prefix}” is already the prefix of {other}",
                )

    def _accounts(self) -> Iterator[tuple[Path, str]]:
        if self.directory.base:
            return
        for domain, cluster in self.clusters.items():
            if cluster.accounts == "directory":
                yield (
                    ("clusters", domain, "accounts"),
                    "needs a directory: set its base in directory.base first",
                )
        for name, host in self.hosts.items():
            if host.sip.accounts == "directory":
                yield (
                    ("hosts", name, "sip", "accounts"),
                    "needs a directory: set its base in directory.base first",
                )

    def _nodes(self) -> Iterator[tuple[Path, str]]:
        nodes: dict[tuple[str, str], str] = {}
        addresses: dict[tuple[str, str], str] = {}
        for name, host in self.hosts.items():
            if not host.cluster:
                continue
            if "application" not in host.roles:
                yield ("hosts", name, "roles"), "a cluster node needs the role “application”"
            other = nodes.setdefault((host.cluster, self.node(name)), name)
            if other != name:
                yield ("hosts", name, "node"), f"“{self.node(name)}” is already the node name of {other}"
            if host.address is Host.STAND_IN["address"]:
                continue  # its own address could not be read, which is told already
            address = self.lan_address(name)
            if not address:
                why = "holds on one network interface only" if "%" in host.address else "is a name"
                yield (
                    ("hosts", name, "lan_address"),
                    f"a cluster node needs an IP address here, since its address “{host.address}” {why}",
                )
                continue
            other = addresses.setdefault((host.cluster, address), name)
            if other != name:
                yield (
                    ("hosts", name, "lan_address"),
                    f"{address} is already the address of {other} in the cluster",
                )

    def _reach(self) -> Iterator[tuple[Path, str]]:
        seen: dict[tuple[str, int, tuple[str, ...]], str] = {}
        for name, host in self.hosts.items():
            # Behind different jump hosts the same private address is another machine.
            other = seen.setdefault((host.address, host.port, host.jump), name)
            if other != name:
                yield (
                    ("hosts", name, "address"),
                    f"{host.address} port {host.port} is already the host {other}",
                )
            if self._leads_back(name):
                yield (
                    ("hosts", name, "jump"),
                    f"leads back to {name}: a host cannot be reached through itself",
                )

    def _leads_back(self, name: str) -> bool:
        todo, seen = list(self.hosts[name].jump), set[str]()
        while todo:
            jump = todo.pop()
            if jump == name:
                return True
            if jump in self.hosts and jump not in seen:
                seen.add(jump)
                todo.extend(self.hosts[jump].jump)
        return False

    def node(self, host: str) -> str:
        """Node name of a host, without the ``ejabberd@``."""
        return self.hosts[host].node or host

    def lan_address(self, host: str) -> str:
        """Address under which other hosts reach it, or an empty text when unknown."""
        value = self.hosts[host]
        if value.lan_address:
            return value.lan_address
        try:
            address = str(ipaddress.ip_address(value.address))
        except ValueError:
            return ""
        return "" if "%" in address else address

    def directory_hosts(self) -> tuple[str, ...]:
        """Hosts whose slapd is the fleet's directory, in document order: the first provides, the others replicate it.

        None where there is no directory, or it is somebody else's.
        """
        if not self.directory.managed:
            return ()
        return tuple(name for name, host in self.hosts.items() if "directory" in host.roles)

    def certificate_names(self, host: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """What a host's certificate has to hold for: DNS names and IP addresses, each without repetition.

        Its own name, its cluster's domain with the services below it (conference.…), where phones and other hosts reach it.
        """
        value = self.hosts[host]
        cluster = self.cluster_of(host)
        names = [host, *((value.cluster, f"*.{value.cluster}") if value.cluster else ()), *value.names]
        reached = [value.address, value.lan_address, value.public_address, self.enrolment.wan_address]
        reached.append(self.enrolment.vpn_address)
        if cluster is not None:
            reached.append(cluster.upload.host)
        addresses = []
        for one in filter(None, reached):
            try:
                addresses.append(str(ipaddress.ip_address(one.partition("%")[0])))
            except ValueError:
                names.append(one)
        return tuple(dict.fromkeys(names)), tuple(dict.fromkeys(addresses))

    def nodes(self, domain: str) -> tuple[str, ...]:
        """Names of the hosts in a cluster, in document order: the first one founds it."""
        return tuple(name for name, host in self.hosts.items() if host.cluster == domain)

    def cluster_of(self, host: str) -> Cluster | None:
        """The cluster of a host, or None."""
        domain = self.hosts[host].cluster
        return self.clusters[domain] if domain else None
