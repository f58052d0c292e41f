"""A trunk as Asterisk has it, whichever driver: what the document wants of one, and its text in our file and back.

PJSIP: sections of one name, one of each type. `identify_by` ip alone: by name anybody who puts the trunk's name into From would be
taken for it. chan_sip: a peer, known by its address, with further ones for further addresses of the same trunk.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from azdesk.core.probe import masked
from azdesk.features import _asterisk as asterisk
from azdesk.features._asterisk import Recipe
from azdesk.voice import deriving

_HOST = deriving.host_endpoint("")
_NEVER_AGAIN = 1_000_000
"""Attempts to register: by itself PJSIP gives up after ten."""
_DTMF = {"rfc4733": "rfc2833", "info": "info", "inband": "inband", "auto": "auto"}
"""Names of PJSIP and those of chan_sip."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One trunk."""

    endpoint: str
    """Asterisk's name for it."""
    context: str
    """Where its calls come in."""
    address: str
    port: int
    transport: str = "udp"
    user: str = ""
    """User that goes with the password; empty: there is none."""
    registers: bool = False
    challenge: bool = False
    """Whether its calls must come with user and password, too."""
    caller: str = ""
    """The user that its calls come with, where that is another one than ours; the password is the same."""
    sources: tuple[str, ...] = ()
    """Further addresses and networks that its calls come from."""
    from_user: str = ""
    from_domain: str = ""
    proxy: str = ""
    codecs: tuple[str, ...] = ()
    srtp: bool = False
    dtmf: str = "rfc4733"
    qualify: int = 0
    """Seconds; 0: never."""
    since: str = ""
    """Stamp of the password."""
    token: str = field(default="", compare=False)
    """Stands for the password in a text; empty: the usual one."""

    @property
    def secret(self) -> str:
        return self.token or token_of(self.endpoint)

    @property
    def uri(self) -> str:
        """Where requests go."""
        return _uri(self.address, self.port, self.transport)


def caller_section(endpoint: str) -> str:
    """Name of PJSIP's object for the user that a trunk's calls come with."""
    return endpoint.replace("az-", "az-caller-", 1)


def token_of(endpoint: str) -> str:
    """Stands for a trunk's password in our file."""
    return masked(endpoint.replace("-", "_"))


def _uri(address: str, port: int, transport: str, user: str = "") -> str:
    place = f"[{address}]" if ":" in address else address
    way = "" if transport == "udp" else f";transport={transport}"
    return f"sip:{user}{'@' if user else ''}{place}:{port}{way}"


def text_of(lines: Iterable[Line], recipe: Recipe) -> str:
    """The file with all trunks; empty when there is none."""
    write = _peer if recipe == "chan_sip" else _objects
    body = "".join(f"{name}\n" for line in lines for name in write(line))
    return f"{asterisk.HEADER}{body}" if body else ""


def _objects(line: Line) -> Iterator[str]:
    head = f"[{line.endpoint}]"
    yield from (f"; Since {line.since}.",) if line.since else ()
    caller = caller_section(line.endpoint) if line.challenge and line.caller else line.endpoint
    users = {line.endpoint: line.user} | ({caller: line.caller} if caller != line.endpoint else {})
    for name, user in users.items() if line.user else ():
        yield from (f"[{name}]", "type = auth", f"password = {line.secret}", "auth_type = userpass")
        yield f"username = {asterisk.escaped(user)}"
    proxy = f"{_uri(line.proxy, line.port, line.transport)};lr" if line.proxy else ""
    proxied = (f"outbound_proxy = {asterisk.escaped(proxy)}",) if proxy else ()
    yield from (head, "type = endpoint", f"context = {line.context}", "identify_by = ip", "disallow = all")
    yield f"allow = {','.join(line.codecs)}"
    yield from (
        f"aors = {line.endpoint}",
        "direct_media = no",
        "rtp_symmetric = yes",
        f"dtmf_mode = {line.dtmf}",
    )
    if line.user:
        yield f"outbound_auth = {line.endpoint}"
    if line.challenge:
        yield f"auth = {caller}"
    if line.srtp:
        yield "media_encryption = sdes"
    if line.from_user:
        # The caller's number would be told nowhere else.
        yield from (f"from_user = {asterisk.escaped(line.from_user)}", "send_pai = yes")
    if line.from_domain:
        yield f"from_domain = {line.from_domain}"
    yield from proxied
    yield from (
        head,
        "type = aor",
        f"contact = {asterisk.escaped(line.uri)}",
        f"qualify_frequency = {line.qualify}",
    )
    yield from proxied
    yield from (head, "type = identify", f"endpoint = {line.endpoint}")
    yield f"match = {','.join((line.address, *line.sources))}"
    if line.registers:
        yield from (head, "type = registration", f"endpoint = {line.endpoint}", "line = yes")
        yield f"outbound_auth = {line.endpoint}"
        yield f"server_uri = {asterisk.escaped(line.uri)}"
        client = _uri(line.from_domain or line.address, line.port, line.transport, line.user)
        yield f"client_uri = {asterisk.escaped(client)}"
        yield f"contact_user = {asterisk.escaped(line.user)}"
        yield from ("retry_interval = 30", "forbidden_retry_interval = 300", f"max_retries = {_NEVER_AGAIN}")
        yield "auth_rejection_permanent = no"
        yield from proxied


def _peer(line: Line) -> Iterator[str]:
    yield from (f"; Since {line.since}.",) if line.since else ()
    yield from (f"[{line.endpoint}]", "type = peer")
    if line.user:
        yield f"remotesecret = {line.secret}"
        yield from (f"secret = {line.secret}",) if line.challenge else ()
        yield f"defaultuser = {asterisk.escaped(line.user)}"
    yield from (f"host = {line.address}", f"port = {line.port}", f"transport = {line.transport}")
    yield from (f"context = {line.context}", "disallow = all", f"allow = {','.join(line.codecs)}")
    yield from ("directmedia = no", f"dtmfmode = {_DTMF[line.dtmf]}")
    insecure = "port" if line.challenge else "port,invite"
    yield f"insecure = {insecure}"
    yield from (f"qualify = {'yes' if line.qualify else 'no'}", f"qualifyfreq = {line.qualify or 60}")
    yield from ("encryption = yes",) if line.srtp else ()
    if line.from_user:
        yield from (f"fromuser = {asterisk.escaped(line.from_user)}", "sendrpid = pai")
    yield from (f"fromdomain = {line.from_domain}",) if line.from_domain else ()
    yield from (f"outboundproxy = {line.proxy}",) if line.proxy else ()
    yield from (f"callbackextension = {asterisk.escaped(line.user)}",) if line.registers else ()
    for number, source in enumerate(line.sources, 1):
        place = ipaddress.ip_network(source, strict=False)
        if place.num_addresses > 1:
            # chan_sip knows peers by addresses alone; the plan says so.
            yield f"; Not known to this driver: {source}"
            continue
        yield from (f"[{line.endpoint}-{number}]", "type = peer")
        yield from (f"secret = {line.secret}",) if line.challenge else ()
        yield f"host = {place.network_address}"
        yield from (f"context = {line.context}", "disallow = all", f"allow = {','.join(line.codecs)}")
        yield from ("directmedia = no", f"dtmfmode = {_DTMF[line.dtmf]}", f"insecure = {insecure}")
        yield from ("encryption = yes",) if line.srtp else ()


def lines_in(text: str, recipe: Recipe) -> tuple[Line, ...]:
    """Trunks in our file, as far as they can be understood: what was written from them again tells whether they all were."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    for name, values in asterisk.sections(text):
        kind = values.get("type", "")
        found.setdefault(name, {}).setdefault(
            kind, {key: asterisk.value_of(value) for key, value in values.items()}
        )
    since = {name: stamp for stamp, name in re.findall(r"^; Since (.*)\.\n\[([^]]*)\]$", text, re.MULTILINE)}
    if recipe == "chan_sip":
        return tuple(
            _line_of_peer(name, text, of["peer"], since)
            for name, of in found.items()
            if "port" in of.get("peer", {})
        )
    callers = {name: of["auth"].get("username", "") for name, of in found.items() if "auth" in of}
    return tuple(_line_of_objects(name, of, callers, since) for name, of in found.items() if "endpoint" in of)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0


def _words(text: str) -> tuple[str, ...]:
    return tuple(word for word in text.split(",") if word)


def _place(uri: str) -> tuple[str, int, str]:
    found = re.fullmatch(r"sip:(?:\[([^]]+)\]|([^:;]+)):(\d{1,5})(?:;transport=(tcp|tls))?(?:;lr)?", uri)
    return ((found[1] or found[2], int(found[3]), found[4] or "udp")) if found else ("", 0, "udp")


def _line_of_objects(
    name: str, of: Mapping[str, Mapping[str, str]], callers: Mapping[str, str], since: Mapping[str, str]
) -> Line:
    endpoint, auth = of["endpoint"], of.get("auth", {})
    address, port, transport = _place(of.get("aor", {}).get("contact", ""))
    match = _words(of.get("identify", {}).get("match", ""))
    return Line(
        endpoint=name,
        context=endpoint.get("context", ""),
        address=address,
        port=port,
        transport=transport,
        user=auth.get("username", ""),
        registers="registration" in of,
        challenge="auth" in endpoint,
        caller=callers.get(endpoint["auth"], "") if endpoint.get("auth", name) != name else "",
        sources=match[1:],
        from_user=endpoint.get("from_user", ""),
        from_domain=endpoint.get("from_domain", ""),
        proxy=_place(endpoint.get("outbound_proxy", ""))[0],
        codecs=_words(endpoint.get("allow", "")),
        srtp=endpoint.get("media_encryption", "") == "sdes",
        dtmf=endpoint.get("dtmf_mode", ""),
        qualify=_number(of.get("aor", {}).get("qualify_frequency", "")),
        since=since.get(name, ""),
        token=_token_in(auth.get("password", "")),
    )


def _line_of_peer(name: str, text: str, peer: Mapping[str, str], since: Mapping[str, str]) -> Line:
    dtmf = next((ours for ours, theirs in _DTMF.items() if theirs == peer.get("dtmfmode")), "rfc4733")
    return Line(
        endpoint=name,
        context=peer.get("context", ""),
        address=peer.get("host", ""),
        port=_number(peer.get("port", "")),
        transport=peer.get("transport", ""),
        user=peer.get("defaultuser", ""),
        registers="callbackextension" in peer,
        challenge="secret" in peer,
        # This driver takes no other user than the section's name; between hosts that is who calls.
        caller=name if "secret" in peer and name.startswith(_HOST) else "",
        sources=tuple(_sources_of_peer(name, text)),
        from_user=peer.get("fromuser", ""),
        from_domain=peer.get("fromdomain", ""),
        proxy=peer.get("outboundproxy", ""),
        codecs=_words(peer.get("allow", "")),
        srtp=peer.get("encryption", "") == "yes",
        dtmf=dtmf,
        qualify=_number(peer.get("qualifyfreq", "")) if peer.get("qualify") == "yes" else 0,
        since=since.get(name, ""),
        token=_token_in(peer.get("remotesecret", "")),
    )


def _sources_of_peer(name: str, text: str) -> Iterator[str]:
    """Further addresses of a peer, in order: those that have peers of their own, and networks."""
    own = re.search(rf"^\[{re.escape(name)}\]\n(?:(?!\[).*\n)*", text, re.MULTILINE)
    rest = text[own.end() :] if own else ""
    first = re.findall(r"^; Not known to this driver: (\S+)$", own[0], re.MULTILINE) if own else []
    yield from first
    more = rf"\[{re.escape(name)}-\d+\]\ntype = peer\n(?:secret = .+\n)?host = (\S+)\n(?:(?!\[).*\n)*"
    for found in re.finditer(more, rest):
        yield found[1]
        yield from re.findall(r"^; Not known to this driver: (\S+)$", found[0], re.MULTILINE)


def _token_in(text: str) -> str:
    return text if re.fullmatch(r"••\w+••", text) else ""
