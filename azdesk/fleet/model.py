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

from azdesk.fleet.form import Between, Rule, Table, Value, meant
from azdesk.fleet.paths import Path

VERSION: Final = 1
"""Version of the document's form; older ones are migrated when opened, see `migrations`."""

# A-Z is spelled out: with IGNORECASE the letters “ſ” (long s) and “K” (Kelvin) would count as ASCII.
_LABEL = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
_USER = re.compile(r"[A-Za-z0-9._][A-Za-z0-9._@\\-]*")
_SCOPE = re.compile(r"[A-Za-z0-9._-]{1,15}")
_URL_PATH = r"(?:/(?:[A-Za-z0-9._~!$&()*+,;=:@/-]|%[0-9A-Fa-f]{2})*)?"


def _domain(value: str) -> str:
    if len(value) > 253 or not all(_LABEL.fullmatch(label) for label in value.split(".")):
        raise ValueError("is not a domain name: letters, digits and hyphens, in parts joined by dots")
    return value.lower()


def _short_name(value: str) -> str:
    if not _LABEL.fullmatch(value):
        raise ValueError("is not a host name: letters, digits and hyphens, without a dot, at most 63")
    return value.lower()


def _address(value: str) -> str:
    try:
        found = ipaddress.ip_address(value)
    except ValueError:
        if "@" in value:
            raise ValueError("has a user in it; name a credential with that user instead") from None
        if re.fullmatch(r"[^:]+:\d+|\[.*\](:\d+)?", value):
            raise ValueError(
                "has a port or brackets in it; write the bare address, and the port in port"
            ) from None
        if re.fullmatch(r"[\d.]+", value):
            raise ValueError("is not an IP address, such as 192.168.11.251: four numbers up to 255") from None
    else:
        # The library takes any text after the %, line breaks and quotes included.
        if "%" in value and not _SCOPE.fullmatch(value.partition("%")[2]):
            raise ValueError(
                "has something else than the name of a network interface after the %, such as fe80::1%eth0"
            )
        return str(found)
    try:
        return _domain(value)
    except ValueError:
        raise ValueError("is neither an IP address, such as 192.168.11.251, nor a host name") from None


def _ip(value: str) -> str:
    try:
        found = str(ipaddress.ip_address(value))
    except ValueError:
        raise ValueError("is not an IP address, such as 192.168.11.251") from None
    if "%" in found:
        raise ValueError("has a network interface in it; other hosts need an address without %")
    return found


def _folder(value: str) -> str:
    if not value.startswith("/") or re.search(r"[\s\"'\\\x00-\x1f\x7f]", value):
        raise ValueError("is not an absolute path without spaces or quotes, such as /home/flv")
    if re.search("[%@]", value):
        raise ValueError("has % or @ in it, which systemd and ejabberd replace; use a folder without them")
    parts = value.split("/")
    if ".." in parts or "." in parts:
        raise ValueError("has . or .. in it; write the path out, such as /home/flv")
    trimmed = "/" + "/".join(part for part in parts if part)
    if trimmed.count("/") < 2:
        raise ValueError("is too near the root of the file system: use a folder like /home/flv")
    return trimmed


def _upload_url(value: str) -> str:
    match = re.fullmatch(
        r"(https?)://([^/:\s@]+|\[[0-9a-f:]+\])(?::(\d{1,5}))?(/[^\s?#]*)?", value, re.IGNORECASE | re.ASCII
    )
    if not match or (match[3] and not 0 < int(match[3]) < 65536):
        raise ValueError("is not a URL such as https://172.16.38.1:5443/upload")
    _address(match[2].strip("[]"))
    if not re.fullmatch(_URL_PATH, match[4] or ""):
        raise ValueError(
            "has a character in its path that a URL or ejabberd.yml cannot hold; write it as %27, for example"
        )
    return match[1].lower() + value[len(match[1]) :].rstrip("/")


def _user(value: str) -> str:
    if not _USER.fullmatch(value) or len(value) > 128:
        raise ValueError("is not a user name: letters, digits and . _ - @ \\, not beginning with - or @")
    return value


def _jump(value: str) -> str:
    match = re.fullmatch(r"(?:([^@\s]+)@)?([^@:\s\[\]]+|\[[0-9A-Fa-f:]+(?:%[^\]]*)?\])(?::(\d{1,5}))?", value)
    if not match or (match[3] and not 0 < int(match[3]) < 65536):
        raise ValueError("is neither a host of this document nor [user@]host[:port], such as admin@gate:2222")
    user, host, port = match.groups()
    if not user and not port and _LABEL.fullmatch(host):
        return host.lower()  # may be the name of a host in the document, even if it is all digits
    if user:
        _user(user)
    bare = _address(host.strip("[]"))
    shown = f"[{bare}]" if ":" in bare else bare
    return (f"{user}@" if user else "") + shown + (f":{int(port)}" if port else "")


def _line(value: str) -> str:
    if re.search(r"[\x00-\x1f\x7f\u2028\u2029]", value):
        raise ValueError("must be one line without control characters")
    return value


def _name(value: str) -> str:
    if not re.fullmatch(r"\w[\w .@+-]{0,63}", value) or value != value.strip():
        raise ValueError("is not a name: letters, digits, spaces and . _ - @ +, at most 64")
    return value


_LABEL_PATTERN = "[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
Domain = Annotated[
    str,
    Rule(
        normal=_domain,
        words="domain name",
        schema={"pattern": rf"^{_LABEL_PATTERN}(\.{_LABEL_PATTERN})*$", "maxLength": 253},
        dots=True,
    ),
]
ShortName = Annotated[
    str, Rule(normal=_short_name, words="host name without dots", schema={"pattern": f"^{_LABEL_PATTERN}$"})
]
Address = Annotated[
    str,
    Rule(
        normal=_address,
        words="IP address or host name",
        schema={"pattern": r"^[A-Za-z0-9:.-]+(%[A-Za-z0-9._-]{1,15})?$", "maxLength": 253},
    ),
]
IpAddress = Annotated[str, Rule(normal=_ip, words="IP address", schema={"pattern": r"^[0-9A-Fa-f:.]+$"})]
Folder = Annotated[
    str,
    Rule(
        normal=_folder,
        words="absolute path, at least two folders deep",
        schema={"pattern": r"^/[^\s\"'\\%@]*$"},
    ),
]
UploadUrl = Annotated[
    str,
    Rule(
        normal=_upload_url,
        words="http or https URL",
        schema={"pattern": rf"^[Hh][Tt][Tt][Pp][Ss]?://[A-Za-z0-9.:\[\]-]+{_URL_PATH}$"},
    ),
]
UserName = Annotated[
    str, Rule(normal=_user, words="user name", schema={"pattern": r"^[A-Za-z0-9._][A-Za-z0-9._@\\-]*$"})
]
JumpHost = Annotated[
    str, Rule(normal=_jump, words="host, `[user@]host[:port]`", schema={"pattern": r"^[^\s-]\S*$"})
]
Line = Annotated[str, Rule(normal=_line, words="text on one line")]
Name = Annotated[str, Rule(normal=_name, words="name", schema={"maxLength": 64, "minLength": 1})]
Port = Annotated[int, Between(least=1, most=65535)]


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
    hosts: Mapping[ShortName, Host] = field(default_factory=Table)
    """Hosts by name; the first one of a cluster founds it, and the others join it."""

    def faults(self) -> Iterator[tuple[Path, str]]:
        yield from self._references()
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

    def nodes(self, domain: str) -> tuple[str, ...]:
        """Names of the hosts in a cluster, in document order: the first one founds it."""
        return tuple(name for name, host in self.hosts.items() if host.cluster == domain)

    def cluster_of(self, host: str) -> Cluster | None:
        """The cluster of a host, or None."""
        domain = self.hosts[host].cluster
        return self.clusters[domain] if domain else None
