"""Who may log in to a simulated ejabberd: clients' TLS, and the accounts of its own or of a directory, asked as the real one asks."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from azdesk.core.errors import CertificateError
from azdesk.onhost.login import Refused
from azdesk.pki.reading import read_certificates
from azdesk.practice import logins
from azdesk.practice.ejabberd.files import Unreadable
from azdesk.practice.ejabberd.yaml import Pairs, Value

if TYPE_CHECKING:
    from azdesk.practice.ejabberd.node import Node
    from azdesk.practice.logins import Attempt

_WRONG = "refuses the account or its password"
_PORTS = {"tls": 636}


def kept(password: str) -> str:
    """A password as the table of accounts has it here."""
    return "scram:" + hashlib.sha256(password.encode()).hexdigest()


def log_in(node: Node, listener: Pairs, asked: Attempt) -> str:
    """A client's login at one of its listeners; end of a sentence.

    Raises:
        Refused: with the reason.
    """
    if asked.place.scheme == "xmpps" or listener.get("tls"):
        if not (asked.place.scheme == "xmpps" and listener.get("tls")):
            raise Refused("protocol", "gives an answer that makes no sense (something else than XMPP)")
    elif not (listener.get("starttls") or listener.get("starttls_required")):
        raise Refused("tls", "offers no TLS to clients, and a password is not sent without")
    if asked.domain not in node.config.hosts:
        raise Refused("forbidden", f"does not serve {asked.domain}")
    asked.verify(_shown(node, asked.domain), asked.domain)
    options = node.config.of(asked.domain)
    for method in _methods(options):
        if method == "anonymous" or (asked.password and _takes(node, options, method, asked)):
            return f"takes the login as {asked.account}@{asked.domain}"
    raise Refused("password", _WRONG)


def users(node: Node, domain: str) -> list[str]:
    """All accounts of a domain, sorted, as far as whoever keeps them tells."""
    options = node.config.of(domain)
    found: set[str] = set()
    for method in _methods(options):
        if method in ("internal", "mnesia"):
            found.update(row[0] for row in node.database.tables["passwd"] if row[1] == domain)
        elif method == "ldap":
            found.update(_everybody(node, options))
    return sorted(found)


def _methods(options: Mapping[str, Value]) -> list[str]:
    value = options.get("auth_method", "internal")
    return [str(each) for each in (value if isinstance(value, list) else [value])]


def _takes(node: Node, options: Mapping[str, Value], method: str, asked: Attempt) -> bool:
    if method in ("internal", "mnesia"):
        row = [asked.account, asked.domain, kept(asked.password)]
        return row in node.database.tables["passwd"]
    if method != "ldap":
        return False
    account, text = _account(options), str(options.get("ldap_filter") or "(objectClass=*)")
    found = _search(node, options, f"(&({account}={_escaped(asked.account)}){text})", 1)
    if not found:
        return False
    server, dn, _ = found[0]
    reason, _ = logins.attempt(
        node.host, server, {**_trust(options), "account": dn}, asked.password, patient=False
    )
    return not reason


def _everybody(node: Node, options: Mapping[str, Value]) -> Iterator[str]:
    account, text = _account(options), str(options.get("ldap_filter") or "(objectClass=*)")
    try:
        found = _search(node, options, f"(&({account}=*){text})", 0)
    except Refused:
        return
    for _, _, values in found:
        yield from (value.lower() for value in values[:1])


def _search(
    node: Node, options: Mapping[str, Value], text: str, limit: int
) -> list[tuple[str, str, tuple[str, ...]]]:
    """What the first server that lets it in finds: server, DN and the account's attribute of each.

    Raises:
        Refused: none does; ejabberd goes on trying, and clients get no answer at all.
    """
    for server in _servers(options):
        request = {
            **_trust(options),
            "account": str(options.get("ldap_rootdn") or ""),
            "base": str(options.get("ldap_base") or ""),
            "search": text,
        }
        found: list[tuple[str, tuple[str, ...]]] = []
        reason, _ = logins.attempt(
            node.host, server, request, str(options.get("ldap_password") or ""), patient=False,
            found=found, wants=_account(options), limit=limit,
        )  # fmt: skip
        if reason in ("", "empty"):
            return [(server, dn, values) for dn, values in found]
    raise Refused("silent", "does not answer in time")


def _servers(options: Mapping[str, Value]) -> Iterator[str]:
    encrypt = str(options.get("ldap_encrypt") or "none")
    port = options.get("ldap_port") or _PORTS.get(encrypt, 389)
    for name in ("ldap_servers", "ldap_backups"):
        listed = options.get(name)
        for each in listed if isinstance(listed, list) else ():
            address = f"[{each}]" if ":" in str(each) else each
            yield f"{'ldaps' if encrypt == 'tls' else 'ldap'}://{address}:{port}"


def _trust(options: Mapping[str, Value]) -> dict[str, str]:
    verified = str(options.get("ldap_tls_verify")) in ("hard", "soft")
    return {"ca": str(options.get("ldap_tls_cacertfile") or "") if verified else ""}


def _account(options: Mapping[str, Value]) -> str:
    uids = options.get("ldap_uids")
    if isinstance(uids, Pairs) and uids:
        return uids[0][0]
    return str(uids[0]) if isinstance(uids, list) and uids else "uid"


def _escaped(text: str) -> str:
    return "".join(f"\\{ord(sign):02x}" if sign in "*()\\\0" else sign for sign in text)


def _shown(node: Node, domain: str) -> str:
    """The certificate that it shows for a domain, with its key: the first that holds for it, else any."""
    listed = node.config.merged.get("certfiles")
    texts = []
    for path in listed if isinstance(listed, list) else ():
        try:
            texts.append(node.view.read(str(path)))
        except Unreadable:
            continue
    keys = "".join(
        text for text in texts if "PRIVATE KEY-----" in text and "-----BEGIN CERTIFICATE" not in text
    )
    whole = [text for text in texts if "-----BEGIN CERTIFICATE" in text]
    whole.sort(key=lambda text: not _names(text, domain))
    if not whole:
        return ""
    return whole[0] if "PRIVATE KEY-----" in whole[0] else whole[0] + keys


def _names(text: str, domain: str) -> bool:
    try:
        return domain in read_certificates(text)[0].names
    except CertificateError:
        return False
