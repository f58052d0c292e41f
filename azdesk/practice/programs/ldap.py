"""ldapsearch(1), ldapmodify(1), ldapadd(1), ldapdelete(1), ldapwhoami(1): clients of a directory."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from azdesk.core.errors import DirectoryError
from azdesk.directory import filters, ldif, names
from azdesk.directory.endpoint import address_of
from azdesk.onhost.login import Refused as NotTrusted
from azdesk.practice import certificates
from azdesk.practice.ldap.dit import Refused
from azdesk.practice.ldap.searching import Asked, Found
from azdesk.practice.ldap.service import TLS_SSF, UNIT, Slapd
from azdesk.practice.ldap.session import Session
from azdesk.practice.programs import Call, Output, Program

if TYPE_CHECKING:
    from azdesk.practice.host import PracticeHost

TEXTS: Final = {
    0: "Success", 2: "Protocol error", 3: "Time limit exceeded", 4: "Size limit exceeded", 5: "Compare False", 6: "Compare True",
    7: "Authentication method not supported", 8: "Strong(er) authentication required", 11: "Administrative limit exceeded",
    12: "Critical extension is unavailable", 13: "Confidentiality required", 16: "No such attribute",
    17: "Undefined attribute type", 18: "Inappropriate matching", 19: "Constraint violation", 20: "Type or value exists",
    21: "Invalid syntax", 32: "No such object", 34: "Invalid DN syntax", 48: "Inappropriate authentication",
    49: "Invalid credentials", 50: "Insufficient access", 51: "Server is busy", 53: "Server is unwilling to perform",
    64: "Naming violation", 65: "Object class violation", 66: "Operation not allowed on non-leaf",
    67: "Operation not allowed on RDN", 68: "Already exists", 69: "Cannot modify object class",
    10: "Referral", 80: "Other (e.g., implementation specific) error",
}  # fmt: skip
_WITH_VALUE: Final = "HDwybszlfYoSEeaPUXRGM"
_NO_SERVER: Final = 255


@dataclass
class Options:
    """A command line."""

    values: dict[str, str] = field(default_factory=dict)
    flags: dict[str, int] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, words: list[str], with_value: str) -> Options:
        made, rest = cls(), iter(words)
        for word in rest:
            if not word.startswith("-") or word == "-":
                made.words.append(word)
                continue
            for at, letter in enumerate(word[1:], 1):
                if letter in with_value:
                    made.values[letter] = word[at + 1 :] or next(rest, "")
                    break
                made.flags[letter] = made.flags.get(letter, 0) + 1
        return made


class Failed(Exception):
    """The program ends."""

    def __init__(self, output: Output) -> None:
        super().__init__(output.err)
        self.output = output


# -- reaching and logging in -------------------------------------------------------------------------------------


def slapd_of(host: PracticeHost) -> Slapd:
    found = host.systemd.services[UNIT]
    assert isinstance(found, Slapd)
    return found


def _session(call: Call, options: Options) -> Session | None:
    """A connection as the options say; None if nothing answers, or not with a certificate that is trusted."""
    url = options.values.get("H", "ldap://localhost")
    if url.startswith("ldapi:"):
        return (
            slapd_of(call.host).local(call.user)
            if url in ("ldapi:///", "ldapi://%2frun%2fslapd%2fldapi")
            else None
        )
    try:
        address = address_of(url)
    except DirectoryError:
        return None
    found = call.host.resolve(address.host)
    attempt = call.host.world.connect(call.host, found[0], address.port) if found else None
    if attempt is None or attempt.host is None:
        return None
    slapd = slapd_of(attempt.host)
    server = slapd.server
    if server is None or (address.port, "") not in [(port, "") for port, _ in slapd.ports()]:
        return None
    own = found[0].startswith("127.") or found[0] == "::1"
    source = found[0] if own else call.host.lan_address
    if address.scheme == "ldap":
        return Session(server, address=source)
    return Session(server, ssf=TLS_SSF, address=source) if _trusted(call, slapd, address.host) else None


def _trusted(call: Call, slapd: Slapd, name: str) -> bool:
    """Whether the server shows a certificate that this host trusts."""
    wanted = call.environment.get("LDAPTLS_REQCERT", "demand")
    path = call.environment.get("LDAPTLS_CACERT") or _configured(call) or "/etc/ssl/certs/ca-certificates.crt"
    try:
        trusted = None if wanted in ("never", "allow") else call.host.files.text(path)
        certificates.judge(slapd.shown(), trusted, name)
    except NotTrusted:
        return False
    return True


def _configured(call: Call) -> str:
    found = re.findall(r"^\s*TLS_CACERT\s+(\S+)", call.host.files.text("/etc/ldap/ldap.conf"), re.MULTILINE)
    return found[-1] if found else ""


def _logged_in(call: Call, options: Options, doing: str) -> tuple[Session, str]:
    """A session, and what was said about logging in on standard error."""
    sasl = "x" not in options.flags
    method = "ldap_sasl_interactive_bind" if sasl else "ldap_sasl_bind(SIMPLE)"
    session = _session(call, options)
    if session is None:
        raise Failed(Output(_NO_SERVER, err=f"{method}: Can't contact LDAP server (-1)\n"))
    if "Z" in options.flags:
        _start_tls(call, options, session)
    said = ""
    try:
        if sasl:
            said = "SASL/EXTERNAL authentication started\n"
            session.external()
            said += f"SASL username: {session.peer}\nSASL SSF: 0\n"
        else:
            session.simple(options.values.get("D", ""), _password(call, options))
    except Refused as refused:
        name = "ldap_sasl_interactive_bind" if sasl else "ldap_bind"
        raise Failed(Output(refused.code, err=said + _complaint(name, refused))) from None
    return session, "" if "Q" in options.flags else said


def _start_tls(call: Call, options: Options, session: Session) -> None:
    address = address_of(options.values.get("H", "ldap://localhost"))
    found = call.host.resolve(address.host)
    other = call.host.world.connect(call.host, found[0], address.port).host if found else None
    slapd = slapd_of(other or call.host)
    if slapd.context() is None:
        refused = Refused(2, "unsupported extended operation")
        if options.flags["Z"] > 1:
            raise Failed(Output(1, err=_complaint("ldap_start_tls", refused)))
    elif not _trusted(call, slapd, address.host):
        raise Failed(
            Output(
                1, err="ldap_start_tls: Connect error (-11)\n\tadditional info: certificate verify failed\n"
            )
        )
    else:
        session.ssf = TLS_SSF


def _password(call: Call, options: Options) -> bytes:
    if "y" in options.values:
        try:
            return call.host.files.read(options.values["y"]) if options.values["y"] != "-" else call.feed
        except OSError as error:
            text = f"ldap_get_password: {options.values['y']}: {error.strerror}\n"
            raise Failed(Output(1, err=text)) from None
    return options.values.get("w", "").encode()


def _complaint(name: str, refused: Refused) -> str:
    text = f"{name}: {TEXTS.get(refused.code, 'Unknown error')} ({refused.code})\n"
    if refused.matched:
        text += f"\tmatched DN: {refused.matched}\n"
    if refused.said:
        text += f"\tadditional info: {refused.said}\n"
    if refused.referral:
        text += f"\treferrals:\n\t\t{refused.referral}\n"
    return text


def guarded(run: Callable[[Call], Output]) -> Callable[[Call], Output]:
    def program(call: Call) -> Output:
        with call.host.world.lock:
            call.host.world.settle()
            try:
                return run(call)
            except Failed as failed:
                return failed.output

    return program


# -- ldapsearch ----------------------------------------------------------------------------------------------------


def _search(call: Call) -> Output:
    options = Options.of(call.argv[1:], _WITH_VALUE)
    session, said = _logged_in(call, options, "search")
    text, *attributes = (
        options.words if options.words and _is_filter(options.words[0]) else ["", *options.words]
    )
    try:
        wanted = filters.parsed(text or "(objectclass=*)")
    except DirectoryError:
        return Output(249, err=said + "ldap_search_ext: Bad search filter (-7)\n")
    scope = options.values.get("s", "sub")
    asked = Asked(
        base=options.values.get("b", ""),
        scope="base" if scope == "base" else "one" if scope in ("one", "onelevel") else "sub",
        wanted=wanted,
        attributes=tuple(attributes),
        limit=int(options.values.get("z", "0")) if options.values.get("z", "0").isdigit() else 0,
        types_only="A" in options.flags,
    )
    terse = options.flags.get("L", 0)
    found: list[Found] = []
    refused = Refused(0)
    try:
        for each in session.search(asked):
            found.append(each)  # noqa: PERF402 - what came before a limit counts
    except Refused as error:
        refused = error
    out = _head(options, asked, text, attributes, terse)
    for each in found:
        out += _comment(each.dn, terse) + printed(each, options) + "\n"
    out += _tail(refused, len(found), terse)
    err = said
    if refused.code and terse > 1:
        err += f"{TEXTS.get(refused.code, 'Unknown error')} ({refused.code})\n"
        err += f"Matched DN: {refused.matched}\n" if refused.matched else ""
        err += f"Additional information: {refused.said}\n" if refused.said else ""
    return Output(refused.code, out, err)


def _is_filter(word: str) -> bool:
    return word.startswith("(") or "=" in word


def _head(options: Options, asked: Asked, text: str, attributes: list[str], terse: int) -> str:
    if terse > 1:
        return "version: 1\n\n" if terse == 2 else ""
    scope = {"base": "baseObject", "one": "oneLevel", "sub": "subtree"}[asked.scope]
    default = "" if asked.base else " (default)"
    requesting = " ".join([*attributes, ""]) if attributes else "ALL"
    head = "# extended LDIF" if not terse else "version: 1\n"
    return (
        f"{head}\n#\n# LDAPv3\n# base <{asked.base}>{default} with scope {scope}\n"
        f"# filter: {text or '(objectclass=*)'}\n# requesting: {requesting}\n#\n\n"
    )


def _comment(dn: str, terse: int) -> str:
    if terse > 1:
        return ""
    steps = names.parsed(dn)
    shown = [
        value.decode("utf-8", "replace") for step in steps for kind, value in step if kind.lower() != "dc"
    ]
    domain = ".".join(
        value.decode("utf-8", "replace") for step in steps for kind, value in step if kind.lower() == "dc"
    )
    return f"# {', '.join([*shown, *([domain] if domain else [])])}\n"


def printed(found: Found, options: Options) -> str:
    text = _folded_text(found)
    return text.replace("\n ", "") if options.values.get("o") == "ldif-wrap=no" else text


def _folded_text(found: Found) -> str:
    # The tools show passwords in base64 always, and nothing behind the colon where there is no value.
    hidden = {name: held for name, held in found.attributes.items() if name.lower() == "userpassword"}
    out = ""
    for name, held in ({"dn": [found.dn.encode()]} | found.attributes).items():
        if name in hidden:
            out += "".join(_folded(f"{name}:: {base64.b64encode(value).decode()}") for value in held)
            continue
        entry = ldif.Entry(dn="", attributes={name: held})
        text = b"".join(ldif.written([entry])).partition(b"\ndn: \n")[2].decode("ascii")
        out += re.sub(rf"(?m)^{re.escape(name)}: $", f"{name}:", text) or f"{name}:\n"
    return out


def _folded(line: str) -> str:
    width = ldif.WIDTH
    parts = [line[:width], *(" " + line[at : at + width - 1] for at in range(width, len(line), width - 1))]
    return "\n".join(parts) + "\n"


def _tail(refused: Refused, count: int, terse: int) -> str:
    if terse > 1:
        return ""
    lines = ["# search result"]
    if not terse:
        lines += ["search: 2", f"result: {refused.code} {TEXTS.get(refused.code, 'Unknown error')}"]
        lines += [f"matchedDN: {refused.matched}"] if refused.matched else []
        lines += [f"text: {refused.said}"] if refused.said else []
    lines += ["", f"# numResponses: {count + 1}"]
    lines += [f"# numEntries: {count}"] if count else []
    return "\n".join(lines) + "\n"


# -- ldapmodify and the like -----------------------------------------------------------------------------------------

_VERBS: Final = {
    ldif.Entry: ("adding new entry", "ldap_add"),
    ldif.Modify: ("modifying entry", "ldap_modify"),
    ldif.Delete: ("deleting entry", "ldap_delete"),
    ldif.Rename: ("modifying rdn of entry", "ldap_rename"),
}


def _change(call: Call) -> Output:
    program = call.argv[0].rpartition("/")[2]
    options = Options.of(call.argv[1:], _WITH_VALUE)
    adding = program == "ldapadd" or "a" in options.flags
    session, said = _logged_in(call, options, "modify")
    text = given(call, options, program)
    out, err, status = "", said, 0
    for record in records(text, adding, program):
        if isinstance(record, Output):
            return Output(record.exit, out, err + record.err)
        verb, name = _VERBS[type(record)]
        out += f'{verb} "{record.dn}"\n'
        try:
            if "n" not in options.flags:
                session.carry_out(record)
        except Refused as refused:
            err += _complaint(name, refused)
            status = refused.code
            if "c" not in options.flags:
                return Output(status, out + "\n", err)
        out += "\n"
    return Output(status, out, err)


def given(call: Call, options: Options, program: str) -> bytes:
    path = options.values.get("f") or options.values.get("l")
    if path is None:
        return call.feed
    try:
        return call.host.files.read(path)
    except OSError:
        raise Failed(Output(1, err=f"{program}: {path}: No such file or directory\n")) from None


def records(text: bytes, adding: bool, program: str) -> Iterator[ldif.Record | Output]:
    """Records of an LDIF; an `Output` ends them."""
    blocks = re.split(rb"\n[ \t]*(?:\r?\n)+", text.replace(b"\r\n", b"\n"))
    line = 1
    for block in blocks:
        bare = b"\n".join(each for each in block.split(b"\n") if not each.startswith(b"#")).strip(b"\n")
        if bare and bare != b"version: 1":
            explicit = re.search(rb"^changetype:", bare, re.MULTILINE | re.IGNORECASE)
            try:
                for record in ldif.read(bare.splitlines(keepends=True)):
                    if isinstance(record, ldif.Entry) and not explicit and not adding:
                        at = line + 1
                        complaint = (
                            f'{program}: modify operation type is missing at line {at}, entry "{record.dn}"\n'
                        )
                        yield Output(247, err=complaint)
                        return
                    yield record
            except DirectoryError:
                yield Output(247, err=f'{program}: invalid format (line {line}) entry: ""\n')
                return
        line += block.count(b"\n") + 2


def _delete(call: Call) -> Output:
    options = Options.of(call.argv[1:], _WITH_VALUE)
    session, said = _logged_in(call, options, "delete")
    wanted = options.words or [line for line in call.feed.decode("utf-8", "replace").splitlines() if line]
    err, status = said, 0
    for dn in wanted:
        try:
            for each in [*_below(session, dn), dn] if "r" in options.flags else [dn]:
                session.carry_out(ldif.Delete(dn=each))
        except Refused as refused:
            err, status = err + _complaint("ldap_delete", refused), refused.code
            if "c" not in options.flags:
                break
    return Output(status, "", err)


def _below(session: Session, dn: str) -> list[str]:
    asked = Asked(base=dn, scope="sub", wanted=filters.parsed("(objectClass=*)"), attributes=("1.1",))
    return [each.dn for each in session.search(asked)][:0:-1]


def _whoami(call: Call) -> Output:
    options = Options.of(call.argv[1:], _WITH_VALUE)
    session, said = _logged_in(call, options, "whoami")
    dn = session.login.dn
    return Output(0, f"dn:{dn}\n" if dn else "anonymous\n", said)


PROGRAMS = {
    name: Program(run=guarded(run), package="ldap-utils")
    for name, run in {
        "ldapsearch": _search,
        "ldapadd": _change,
        "ldapmodify": _change,
        "ldapdelete": _delete,
        "ldapwhoami": _whoami,
    }.items()
}
