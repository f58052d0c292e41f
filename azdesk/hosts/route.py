"""How a host is reached: what the document says, and ~/.ssh/config where it is silent.

The configuration is looked up under the host's `address`, as ``ssh ADDRESS`` would. Honoured are HostName,
User, Port, IdentityFile, IdentitiesOnly, ProxyJump, ProxyCommand, UserKnownHostsFile, GlobalKnownHostsFile,
HostKeyAlias, ConnectTimeout, Include, and Match as far as paramiko knows it. Unknown host keys are always
asked about, whatever StrictHostKeyChecking says.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, TypeAlias

from azdesk.core.errors import LinkError
from azdesk.fleet.model import Credential, Fleet, Host
from azdesk.hosts.known import address_name

CONNECT_TIMEOUT = 10.0
"""Seconds for a TCP connection, where ssh_config does not say otherwise."""

_INCLUDE_DEPTH = 8
_HONOURED = re.compile(
    r"^\s*(hostname|user|port|identityfile|identitiesonly|proxyjump|proxycommand|hostkeyalias|connecttimeout"
    r"|userknownhostsfile|globalknownhostsfile)\b",
    re.IGNORECASE | re.MULTILINE,
)
_JUMP = re.compile(
    r"(?:ssh://)?(?:(?P<user>[^@\s]+)@)?(?:\[(?P<six>[^]\s]+)]|(?P<host>[^:\s\[\]]+))(?::(?P<port>\d+))?/?"
)
_SHELL = re.compile(r"[\s\x00-\x1f\x7f'\"`$;&<>|(){}]|^-|\\$")
"""What a shell could take for more than a word; OpenSSH refuses it in names of hosts and users too."""

Method: TypeAlias = Literal["automatic", "agent", "key", "password", "keyboard-interactive"]


@dataclass(frozen=True, kw_only=True)
class Hop:
    """One host on the way, the last one being the host itself."""

    name: str
    """For texts: the name in the document, or as the jump was written."""
    address: str
    port: int
    user: str
    method: Method
    """``automatic`` tries the agent, then key files: what the ssh command does."""
    key_files: tuple[str, ...] = ()
    identities_only: bool = False
    """Of the agent's keys, offer only those that `key_files` name."""
    credential: str = ""
    """Name under which secrets are looked for."""
    sudo: Literal["no", "without-password", "with-password"] = "no"
    known_name: str = ""
    """What known_hosts has it under, with the port if that is not 22."""
    known_files: tuple[Path, ...] = ()
    connect_timeout: float = CONNECT_TIMEOUT
    proxy_command: str = ""

    @property
    def place(self) -> str:
        """``address:port`` for texts."""
        return f"[{self.address}]:{self.port}" if ":" in self.address else f"{self.address}:{self.port}"


Route: TypeAlias = tuple[Hop, ...]
"""Jump hosts in order, then the host."""


class SshConfig:
    """The admin's ssh_config files; each is read once.

    Args:
        files: None for the user's and the system's.
    """

    def __init__(self, files: Sequence[Path] | None = None) -> None:
        if files is None:
            files = (Path.home() / ".ssh" / "config", Path("/etc/ssh/ssh_config"))
        self._files = tuple(files)
        self._text: str | None = None
        self._parsed: Any = None
        self._found: dict[str, dict[str, Any]] = {}

    def lookup(self, address: str) -> dict[str, Any]:
        """The settings for one address, keys in lower case.

        Raises:
            LinkError: a file cannot be understood.
        """
        if address not in self._found:
            self._found[address] = self._lookup(address)
        return self._found[address]

    def _lookup(self, address: str) -> dict[str, Any]:
        if self._text is None:
            self._text = "".join(_expanded(file, _INCLUDE_DEPTH) for file in self._files)
        if not _HONOURED.search(self._text):
            # Nothing of interest, as in the file that Debian brings along: paramiko can be imported later.
            return {"hostname": address}
        from azdesk.hosts.lean import Config, paramiko

        try:
            if self._parsed is None:
                self._parsed = Config.from_text(self._text)
            return dict(self._parsed.lookup(address))
        except (paramiko.SSHException, ValueError, KeyError) as error:
            raise LinkError(
                f"Your ssh configuration could not be understood: {error}.",
                where=" and ".join(str(file) for file in self._files),
                next_step="Mend the line it names.",
            ) from error


def route(fleet: Fleet, host: str, config: SshConfig) -> Route:
    """The hops to a host of the document.

    Raises:
        LinkError: a jump host cannot be understood, or jumps go in a circle.
    """
    return _route(fleet, host, config, ())


def _route(fleet: Fleet, host: str, config: SshConfig, passed: Sequence[Hop]) -> Route:
    value = fleet.hosts[host]
    hop, settings = _document_hop(fleet, host, value, config)
    _no_circle(hop, passed)
    return (*_jumps(fleet, value.jump, settings, config, (*passed, hop)), hop)


def _jumps(
    fleet: Fleet, jumps: Sequence[str], settings: dict[str, Any], config: SshConfig, passed: Sequence[Hop]
) -> Route:
    """The hops before the last one of `passed`."""
    if not jumps:
        written = str(settings.get("proxyjump") or "none")
        jumps = () if written.lower() == "none" else tuple(part.strip() for part in written.split(","))
    out: list[Hop] = []
    for jump in jumps:
        # Only the first jump is reached by a way of its own; the next ones through the one before.
        if jump in fleet.hosts:
            whole = _route(fleet, jump, config, passed) if not out else ()
            out.extend(whole or (_document_hop(fleet, jump, fleet.hosts[jump], config)[0],))
            continue
        hop, own = _written_hop(jump, passed[-1], config)
        if hop.place == passed[-1].place:
            continue  # as ssh does where “Host *” names a jump host: that one is reached directly
        _no_circle(hop, passed)
        if not out:
            out.extend(_jumps(fleet, (), own, config, (*passed, hop)))
        out.append(hop)
    return tuple(replace(hop, sudo="no") for hop in out)


def _no_circle(hop: Hop, passed: Sequence[Hop]) -> None:
    if any(hop.place == before.place for before in passed):
        circle = " → ".join([*(before.name for before in passed), hop.name])
        raise LinkError(
            f"Its jump hosts go in a circle: {circle}.", where=passed[0].name, next_step="Break the circle."
        )


def _document_hop(fleet: Fleet, name: str, host: Host, config: SshConfig) -> tuple[Hop, dict[str, Any]]:
    settings = config.lookup(host.address)
    credential = fleet.credentials.get(host.credential) if host.credential else None
    # 22 may be the document's word or its silence; only where it is another one, it is surely the word.
    hop = _hop(
        name,
        settings,
        port=host.port if host.port != 22 else None,
        user=credential.user if credential else None,
    )
    return _with_credential(hop, host.credential or name, credential), settings


def _written_hop(jump: str, target: Hop, config: SshConfig) -> tuple[Hop, dict[str, Any]]:
    match = _JUMP.fullmatch(jump)
    if not match or not 0 < int(match["port"] or 22) < 65536:
        raise LinkError(
            f"“{jump}” is not a jump host.",
            where=target.name,
            next_step="Write a host of the document, or [user@]host[:port].",
        )
    settings = config.lookup(match["six"] or match["host"])
    port = int(match["port"]) if match["port"] else None
    return _hop(jump, settings, port=port, user=match["user"]), settings


def _hop(name: str, settings: dict[str, Any], *, port: int | None, user: str | None) -> Hop:
    address = str(settings["hostname"])
    try:
        port = port or int(settings.get("port", 22))
        timeout = float(settings.get("connecttimeout") or CONNECT_TIMEOUT)
    except ValueError as error:
        raise LinkError(f"Your ssh configuration has a number that is none ({error}).", where=name) from error
    files = [
        *_split(settings.get("userknownhostsfile", "")),
        *_split(settings.get("globalknownhostsfile", "")),
    ]
    user = user or str(settings.get("user") or "root")
    values = {"%h": address, "%p": str(port), "%r": user, "%n": name, "%%": "%"}
    written = str(settings.get("proxycommand") or "")
    for token in re.findall("%[hprn%]", written):
        if _SHELL.search(values[token]):
            raise LinkError(
                f"ProxyCommand needs {token}, but “{values[token]}” could be more than a word for the shell.",
                where=name,
                next_step="Use an address and a user without quotes, spaces and signs like $ ; & |.",
            )
    proxy_command = re.sub("%[hprn%]", lambda match: values[match[0]], written)
    return Hop(
        name=name,
        address=address,
        port=port,
        user=user,
        method="automatic",
        key_files=tuple(
            str(file) for file in settings.get("identityfile", ()) if str(file).lower() != "none"
        ),
        identities_only=str(settings.get("identitiesonly", "no")).lower() == "yes",
        credential=name,
        known_name=address_name(str(settings.get("hostkeyalias") or address), port),
        known_files=tuple(Path(file).expanduser() for file in files if file.lower() != "none"),
        connect_timeout=timeout,
        proxy_command=proxy_command,
    )


def _with_credential(hop: Hop, name: str, credential: Credential | None) -> Hop:
    if credential is None:
        return replace(hop, credential=name)
    if credential.method == "key":
        hop = replace(hop, key_files=(str(Path(credential.key_file).expanduser()),), identities_only=True)
    return replace(hop, credential=name, method=credential.method, sudo=credential.sudo)


def _split(value: object) -> list[str]:
    try:
        return shlex.split(str(value))
    except ValueError:
        return []


def _expanded(file: Path, depth: int) -> str:
    """A configuration file with what it includes in the places of the Include lines, which paramiko skips."""
    try:
        text = file.read_text("utf-8", "replace")
    except OSError:
        return ""
    out, block = [], "Host *"
    for line in text.splitlines():
        words = line.strip().replace("=", " ", 1).split(None, 1)
        key = words[0].lower() if words else ""
        if key in ("host", "match"):
            block = line
        if key != "include" or len(words) < 2:
            out.append(line)
            continue
        if depth:
            out += [
                _expanded(found, depth - 1)
                for pattern in _split(words[1])
                for found in _globbed(file, pattern)
            ]
        # What follows belongs to the block the Include stands in, not to the last one of the included file.
        out.append(block)
    return "".join(part if part.endswith("\n") else part + "\n" for part in out) + "Host *\n"


def _globbed(file: Path, pattern: str) -> list[Path]:
    path = Path(pattern).expanduser()
    base = file.parent if not path.is_absolute() else Path(path.anchor)
    relative = path.relative_to(path.anchor) if path.is_absolute() else path
    return sorted(base.glob(str(relative)))
