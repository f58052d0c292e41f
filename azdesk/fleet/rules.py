"""What single values of the document must look like: names, addresses, folders, patterns, LDAP's names and filters.

Each is an ``Annotated[str, Rule(…)]`` for the fields of `model` and `accounts`. A rule's function checks a text and returns its
normal form, or raises ValueError with the end of a sentence that begins with the value.
"""

from __future__ import annotations

import functools
import ipaddress
import re
from typing import Annotated

from azdesk.core.pattern import fault
from azdesk.fleet.form import Between, Rule

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


@functools.lru_cache(maxsize=1 << 15)
def _name(value: str) -> str:
    # Kept: each edit of the document reads the names of all its rules again.
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


_ATTRIBUTE = r"[A-Za-z][A-Za-z0-9-]{0,63}"
_RDN = rf"{_ATTRIBUTE}=(?:[^,+\"\\<>;=\x00-\x1f]|\\[0-9A-Fa-f]{{2}}|\\[,+\"\\<>;= #])+"


def _dn(value: str) -> str:
    parts = [part.strip() for part in re.split(r"(?<!\\),", value)]
    if not all(re.fullmatch(_RDN, part) for part in parts):
        raise ValueError("is not a distinguished name, such as dc=test,dc=local")
    return ",".join(parts)


def _attribute(value: str) -> str:
    if not re.fullmatch(_ATTRIBUTE, value):
        raise ValueError("is not the name of an LDAP attribute, such as uid")
    return value


def _filter(value: str) -> str:
    text = value.strip()
    if not _is_filter(text):
        raise ValueError("is not an LDAP filter (RFC 4515), such as (AstAccountName=68*)")
    return text


def _is_filter(text: str) -> bool:
    """Whether a text is one whole filter; by hand, since ldap3 takes 0.2 s to import."""
    depth, at, expects = 0, 0, True
    item = re.compile(
        r"[A-Za-z][A-Za-z0-9.;-]*(?::dn)?(?::[A-Za-z0-9.-]+:)?[~<>]?=(?:[^()\\\x00-\x1f]|\\[0-9A-Fa-f]{2})*"
    )
    while at < len(text):
        sign = text[at]
        if sign == "(" and expects:
            depth += 1
            at += 1
            if text[at : at + 1] in ("&", "|", "!"):
                at += 1
                continue
            found = item.match(text, at)
            if not found:
                return False
            at, expects = found.end(), False
        elif sign == ")" and depth:
            depth -= 1
            at += 1
            expects = depth > 0
        elif sign == "(" and depth:
            return False
        else:
            return False
        if depth == 0:
            return at == len(text)
    return False


def _ldap_url(value: str) -> str:
    match = re.fullmatch(r"(ldaps?)://([^/:\s@\[\]]+|\[[0-9a-f:]+\])(?::(\d{1,5}))?/?", value, re.IGNORECASE)
    if not match or (match[3] and not 0 < int(match[3]) < 65536):
        raise ValueError("is not the URL of a directory server, such as ldaps://dc1.corp.example:636")
    host = _address(match[2].strip("[]"))
    shown = f"[{host}]" if ":" in host else host
    return f"{match[1].lower()}://{shown}" + (f":{int(match[3])}" if match[3] else "")


def _pattern(value: str) -> str:
    if why := fault(value):
        raise ValueError(why)
    return value.removeprefix("_").upper()


def _certificate(value: str) -> str:
    text = value.strip() + "\n"
    blocks = re.findall(r"-----BEGIN CERTIFICATE-----\s[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----", text)
    if "PRIVATE KEY" in text:
        raise ValueError("has a private key in it; keys are kept with the secrets, never in the document")
    if not blocks or "".join(blocks).replace("\n", "") != text.replace("\n", ""):
        raise ValueError("is not a certificate in PEM form: -----BEGIN CERTIFICATE----- and so on")
    return text


def _digits(value: str) -> str:
    if not re.fullmatch(r"[0-9*#+]{1,40}", value):
        raise ValueError("is not a number: digits, * # and +, at most 40")
    return value


def _caller_number(value: str) -> str:
    if not re.fullmatch(r"\+?[0-9]{1,30}", value):
        raise ValueError("is not a number that a caller can have: digits, perhaps with + in front")
    return value


def _context_name(value: str) -> str:
    # What begins so are the contexts that AZDesk makes itself.
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]{0,63}", value) or value.lower().startswith("az-"):
        raise ValueError(
            "is not the name of a context: letters, digits, - and _, beginning with a letter and not with az-"
        )
    if value.lower() in ("general", "globals"):
        raise ValueError("is a section of its own in extensions.conf; use another name, such as all")
    if value.lower() in ("default", "public"):
        # Debian's iax.conf lets guests in to public without a password; what names no context is in default.
        raise ValueError("is where Asterisk has callers whom it does not know; use another name, such as all")
    return value


def _sip_user(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_.+*-][A-Za-z0-9_.+*@-]{0,79}", value):
        raise ValueError("is not a SIP user: letters, digits and . _ + * - @")
    return value


def _sound_name(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_./-]{0,127}", value) or ".." in value.split("/"):
        raise ValueError(
            "is not the name of a sound file, such as custom/recorded: letters, digits and _ - . /"
        )
    return value


def _ip_network(value: str) -> str:
    try:
        return str(ipaddress.ip_network(value))
    except ValueError as error:
        if "host bits" in str(error):
            found = ipaddress.ip_network(value, strict=False)
            raise ValueError(f"has bits behind its mask; the network is {found}") from None
        raise ValueError("is not an address or a network, such as 192.168.11.0/24") from None


def _source(value: str) -> str:
    return "fleet" if value.lower() == "fleet" else _ip_network(value)


def _opened(value: str) -> str:
    match = re.fullmatch(r"(\d{1,5})(?:-(\d{1,5}))?/(tcp|udp)", value, re.IGNORECASE | re.ASCII)
    if not match or not 0 < int(match[1]) <= int(match[2] or match[1]) < 65536:
        raise ValueError("is not a port with its protocol, such as 8080/tcp or 5000-5100/udp")
    first, last = int(match[1]), int(match[2] or match[1])
    return f"{first}{f'-{last}' if last > first else ''}/{match[3].lower()}"


DistinguishedName = Annotated[
    str, Rule(normal=_dn, words="distinguished name", schema={"pattern": r"^[A-Za-z][A-Za-z0-9-]*=.+$"})
]
AttributeName = Annotated[
    str, Rule(normal=_attribute, words="LDAP attribute", schema={"pattern": f"^{_ATTRIBUTE}$"})
]
LdapFilter = Annotated[str, Rule(normal=_filter, words="LDAP filter", schema={"pattern": r"^\s*\(.*\)\s*$"})]
LdapUrl = Annotated[
    str, Rule(normal=_ldap_url, words="ldaps or ldap URL", schema={"pattern": "^[Ll][Dd][Aa][Pp][Ss]?://"})
]
NumberPattern = Annotated[
    str,
    Rule(
        normal=_pattern,
        words="number or Asterisk pattern",
        schema={"pattern": r"^_?([0-9*#+XxZzNn]|\[[0-9*#-]+\])+[.!]?$"},
    ),
]
CertificateText = Annotated[
    str, Rule(normal=_certificate, words="certificates in PEM form", schema={"pattern": "BEGIN CERTIFICATE"})
]
Digits = Annotated[str, Rule(normal=_digits, words="number", schema={"pattern": r"^[0-9*#+]{1,40}$"})]
CallerNumber = Annotated[
    str, Rule(normal=_caller_number, words="number", schema={"pattern": r"^\+?[0-9]{1,30}$"})
]
ContextName = Annotated[
    str, Rule(normal=_context_name, words="context", schema={"pattern": r"^[A-Za-z][A-Za-z0-9_-]{0,63}$"})
]
SipUser = Annotated[
    str,
    Rule(
        normal=_sip_user, words="SIP user", schema={"pattern": r"^[A-Za-z0-9_.+*-][A-Za-z0-9_.+*@-]{0,79}$"}
    ),
]
SoundName = Annotated[
    str,
    Rule(normal=_sound_name, words="sound file", schema={"pattern": r"^[A-Za-z0-9_][A-Za-z0-9_./-]{0,127}$"}),
]
IpNetwork = Annotated[
    str, Rule(normal=_ip_network, words="IP address or network", schema={"pattern": r"^[0-9A-Fa-f:./]+$"})
]
Source = Annotated[
    str,
    Rule(
        normal=_source,
        words="IP address, network, or `fleet`",
        schema={"pattern": r"^([Ff][Ll][Ee][Ee][Tt]|[0-9A-Fa-f:./]+)$"},
    ),
]
Opened = Annotated[
    str,
    Rule(
        normal=_opened,
        words="port or ports with protocol",
        schema={"pattern": r"^[0-9]{1,5}(-[0-9]{1,5})?/([Tt][Cc][Pp]|[Uu][Dd][Pp])$"},
    ),
]
