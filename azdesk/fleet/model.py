"""The fleet as it should be: the values of the document.

Frozen and validated when made; secrets appear by name only. How they are kept as TOML is in `store`.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

VERSION = 1
"""Version of the document's form; older ones are migrated when opened, see `migrations`."""

_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", re.IGNORECASE)


def _domain(value: str) -> str:
    if not all(_LABEL.fullmatch(label) for label in value.split(".")) or len(value) > 253:
        raise ValueError("is not a domain name: letters, digits and hyphens, in parts joined by dots")
    return value.lower()


def _short_name(value: str) -> str:
    if not _LABEL.fullmatch(value):
        raise ValueError("is not a host name: letters, digits and hyphens, without a dot, at most 63")
    return value.lower()


def _address(value: str) -> str:
    try:
        return str(ipaddress.ip_address(value))
    except ValueError:
        return _domain(value)


def _ip(value: str) -> str:
    try:
        return str(ipaddress.ip_address(value))
    except ValueError:
        raise ValueError("is not an IP address, such as 192.168.11.251") from None


def _folder(value: str) -> str:
    if not value.startswith("/") or ".." in value.split("/") or re.search(r"[\s\"'\\\x00-\x1f]", value):
        raise ValueError("is not an absolute path without spaces or quotes, such as /home/flv")
    trimmed = value.rstrip("/")
    if trimmed.count("/") < 2:
        raise ValueError("is too near the root of the file system: use a folder like /home/flv")
    return trimmed


def _upload_url(value: str) -> str:
    match = re.fullmatch(r"(https?)://([^/:\s]+|\[[0-9a-f:]+\])(?::(\d{1,5}))?(/[^\s?#]*)?", value, re.IGNORECASE)
    if not match or (match[3] and not 0 < int(match[3]) < 65536):
        raise ValueError("is not a URL such as https://172.16.38.1:5443/upload")
    return value.rstrip("/")


Domain = Annotated[str, AfterValidator(_domain)]
ShortName = Annotated[str, AfterValidator(_short_name)]
Address = Annotated[str, AfterValidator(_address)]
IpAddress = Annotated[str, AfterValidator(_ip)]
Folder = Annotated[str, AfterValidator(_folder)]
UploadUrl = Annotated[str, AfterValidator(_upload_url)]
Port = Annotated[int, Field(ge=1, le=65535)]


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Credential(_Value):
    """How to log in; many hosts may share one. Its secrets are in the keyring under its name."""

    user: str = Field(default="root", min_length=1, pattern=r"^[A-Za-z0-9._@\\-]+$")
    method: Literal["agent", "key", "password", "keyboard-interactive"] = "agent"
    key_file: str = ""
    """Path on the workstation, ``~`` allowed; only with method ``key``."""
    sudo: Literal["no", "without-password", "with-password"] = "no"
    """How this user becomes root; ``no`` for root itself."""

    @model_validator(mode="after")
    def _whole(self) -> Credential:
        if self.method == "key" and not self.key_file:
            raise ValueError("method \"key\" needs key_file")
        if self.user != "root" and self.sudo == "no":
            raise ValueError("a user other than root needs sudo = \"without-password\" or \"with-password\"")
        return self


class Upload(_Value):
    """HTTP File Upload (XEP-0363), the same on all nodes of a cluster."""

    url: UploadUrl = ""
    """File Upload URL; empty: AZDesk leaves uploads alone."""
    directory: Folder = "/home/flv"
    max_size: int = Field(default=104_857_600, ge=1024, le=10 * 2**30)
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
        return 443 if self.url.startswith("https:") else 80

    @property
    def path(self) -> str:
        """Path part of the URL, ``/upload`` for instance."""
        match = re.match(r"https?://[^/]+(/.*)?$", self.url)
        return (match[1] if match and match[1] else "/upload") if self.url else "/upload"

    @property
    def tls(self) -> bool:
        return self.url.startswith("https:")


class ChatLog(_Value):
    """Recording of XMPP text messages, the same on all nodes of a cluster."""

    enabled: bool = False
    directory: Folder = "/home/chat"


class Cluster(_Value):
    """An XMPP domain and what its nodes share."""

    distribution_port: Port = 5210
    """TCP port of the Erlang distribution between nodes."""
    upload: Upload = Upload()
    chat_log: ChatLog = ChatLog()

    @model_validator(mode="after")
    def _whole(self) -> Cluster:
        if self.upload.enabled and self.chat_log.enabled and self.upload.directory == self.chat_log.directory:
            raise ValueError("upload.directory and chat_log.directory must differ: one is archived into the other")
        return self


class Host(_Value):
    """One host: where it is, how to log in, and what it does."""

    address: Address
    """What SSH connects to: an IP address or a name."""
    port: Port = 22
    credential: str = ""
    """Name of an entry in credentials; empty: what ~/.ssh/config and the agent say, as root."""
    jump: tuple[str, ...] = ()
    """Jump hosts, the first one first: names of hosts in this document, or ``[user@]host[:port]``."""
    roles: tuple[Literal["application", "directory", "storage"], ...] = ("application",)
    cluster: str = ""
    """Domain of the cluster this host is a node of; empty: none."""
    node: ShortName = ""
    """Node name in the cluster; empty: the host's own name in this document."""
    lan_address: IpAddress | Literal[""] = ""
    """Address under which the other hosts reach it; empty: `address`, if that is an IP address."""
    platform: Literal["debian"] = "debian"
    group: str = ""
    """Heading in the tree for hosts outside a cluster."""
    note: str = ""


class Fleet(_Value):
    """The whole document."""

    version: Literal[1] = VERSION
    name: str = "Fleet"
    credentials: Mapping[str, Credential] = {}
    clusters: Mapping[Domain, Cluster] = {}
    """By domain."""
    hosts: Mapping[ShortName, Host] = {}
    """By name."""

    @model_validator(mode="after")
    def _whole(self) -> Fleet:
        nodes: dict[tuple[str, str], str] = {}
        for name, host in self.hosts.items():
            if host.cluster and host.cluster not in self.clusters:
                known = ", ".join(self.clusters) or "none yet"
                raise ValueError(f"hosts.{name}.cluster: there is no cluster “{host.cluster}” (there are: {known})")
            if host.credential and host.credential not in self.credentials:
                known = ", ".join(self.credentials) or "none yet"
                raise ValueError(
                    f"hosts.{name}.credential: there is no credential “{host.credential}” (there are: {known})"
                )
            if host.cluster:
                key = (host.cluster, host.node or name)
                if key in nodes:
                    raise ValueError(f"hosts.{name}.node: “{key[1]}” is already the node name of {nodes[key]}")
                nodes[key] = name
                if not self.lan_address(name):
                    raise ValueError(
                        f"hosts.{name}.lan_address: a cluster node needs an IP address, and address is a name"
                    )
        return self

    def node(self, host: str) -> str:
        """Node name of a host, without the ``ejabberd@``."""
        return self.hosts[host].node or host

    def lan_address(self, host: str) -> str:
        """Address under which other hosts reach it, or an empty text when unknown."""
        value = self.hosts[host]
        if value.lan_address:
            return value.lan_address
        try:
            return str(ipaddress.ip_address(value.address))
        except ValueError:
            return ""

    def nodes(self, domain: str) -> tuple[str, ...]:
        """Names of the hosts in a cluster, in document order: the first one is the seed the others join."""
        return tuple(name for name, host in self.hosts.items() if host.cluster == domain)

    def cluster_of(self, host: str) -> Cluster | None:
        """The cluster of a host, or None."""
        domain = self.hosts[host].cluster
        return self.clusters[domain] if domain else None
