"""slapcat(8), slapadd(8), slapmodify(8), slaptest(8), slappasswd(8): tools that work on slapd's disk."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Callable

from azdesk.directory import filters, ldif, names
from azdesk.practice.files import Attributes
from azdesk.practice.ldap import values
from azdesk.practice.ldap.access import getter
from azdesk.practice.ldap.dit import Node, Refused, Tree
from azdesk.practice.ldap.searching import Found
from azdesk.practice.ldap.server import Server
from azdesk.practice.ldap.session import Session
from azdesk.practice.programs import Call, Output, Program
from azdesk.practice.programs.ldap import Failed, Options, given, guarded, printed, records, slapd_of


def _on_disk(call: Call, program: str) -> Server:
    slapd = slapd_of(call.host)
    if call.user not in ("root", "openldap"):
        raise Failed(Output(1, err=f"{program}: could not open /etc/ldap/slapd.d: Permission denied\n"))
    try:
        return slapd.server or slapd.stored()
    except Refused as refused:
        raise Failed(Output(1, err=f"{program}: bad configuration directory! {refused.said}\n")) from None


def _chosen(server: Server, options: Options) -> tuple[Tree, int]:
    base = options.values.get("b", "")
    number = options.values.get("n", "")
    if number == "0" or (base and names.same(base, "cn=config")):
        return server.configuration, 0
    for at, each in enumerate(server.settings.databases, 1):
        if number in ("", str(at)) and (not base or names.same(base, each.suffix)):
            return server.data[names.comparable(each.suffix)], at
    text = (
        f"database number {number} selected via -n is out of range"
        if number
        else f'slap_init no backend for "{base}"'
    )
    raise Failed(Output(1, err=f"{text}\n"))


def _slapcat(call: Call) -> Output:
    options = Options.of(call.argv[1:], "abfFgHlnosd")
    server = _on_disk(call, "slapcat")
    tree, _ = _chosen(server, options)
    wanted = filters.parsed(options.values["a"]) if "a" in options.values else None
    top = names.comparable(options.values["s"]) if "s" in options.values else ""
    out = ""
    for node in tree.all():
        if top and not (node.key == top or node.key.endswith(f",{top}")):
            continue
        if (
            wanted is not None
            and values.matches(server.settings.schema, wanted, _getter(server, node)) is not True
        ):
            continue
        out += printed(Found(dn=node.dn, attributes=node.attributes), options) + "\n"
    if "l" in options.values:
        files, path = call.host.files, options.values["l"]
        place = path if files.exists(path) else path.rpartition("/")[0] or "/"
        if not files.allows(place, call.user, files.groups_of(call.user), 2 if place == path else 3):
            return Output(1, err=f"{path}: Permission denied\n")
        files.write(
            path, out, None if place == path else Attributes(mode=0o644, owner=call.user, group=call.user)
        )
        return Output()
    return Output(0, out)


def _getter(server: Server, node: Node) -> Callable[[str], list[bytes]]:
    return lambda name: getter(server.settings.schema, node, name)


def _slapadd(call: Call) -> Output:
    options = Options.of(call.argv[1:], "bfFjlnoSswd")
    program = call.argv[0].rpartition("/")[2]
    server = _on_disk(call, program)
    tree, number = _chosen(server, options)
    text = given(call, options, program)
    session, dn = Session(server, forced=True), ""
    try:
        for record in records(text, program == "slapadd", program):
            if isinstance(record, Output):
                return record
            dn = record.dn
            if not tree.holds(names.comparable(record.dn)):
                return Output(
                    1,
                    err=f'{program}: line 1: database #{number} ({tree.suffix}) not configured to hold "{record.dn}"; '
                    "no database configured for that naming context\n",
                )
            if isinstance(record, ldif.Entry) and tree is not server.configuration:
                server.load_entry(record.dn, {n: list(v) for n, v in record.attributes.items()}, tree.suffix)
            else:
                session.carry_out(record)
    except Refused as refused:
        return Output(1, err=f'{program}: dn="{dn}" (line=1): ({refused.code}) {refused.said}\n')
    slapd = slapd_of(call.host)
    if slapd.server is None and "u" not in options.flags:
        slapd.save(server)
    return Output()


def _slaptest(call: Call) -> Output:
    _on_disk(call, "slaptest")
    return Output(0, "", "" if "Q" in call.argv else "config file testing succeeded\n")


def _slappasswd(call: Call) -> Output:
    options = Options.of(call.argv[1:], "hscTo")
    password = options.values.get("s", "").encode()
    if "T" in options.values:
        password = call.feed if options.values["T"] == "-" else call.host.files.read(options.values["T"])
    salt = secrets.token_bytes(8)
    digest = hashlib.sha1(password + salt, usedforsecurity=False).digest() + salt
    return Output(0, "{SSHA}" + base64.b64encode(digest).decode() + "\n")


PROGRAMS = {
    name: Program(run=guarded(run), package="slapd")
    for name, run in {
        "slapcat": _slapcat,
        "slapadd": _slapadd,
        "slapmodify": _slapadd,
        "slaptest": _slaptest,
        "slappasswd": _slappasswd,
    }.items()
}
