"""The payload of Azblink's phone client: lines of a token and a value.

Read from the public source of the client of 2014 to 2016; whether newer ones write it alike is not known. So the layout is data with a
version: another one is another `Layout` in `LAYOUTS`, and the admin chooses. The client looks for each token anywhere in the text, with
capitals as they are, and takes what stands between it and the next one, without the spaces around: hence what is refused here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from azdesk.enrol.account import Account
from azdesk.enrol.payload import identifier, needed, password_of, refused

_PUBLIC = (
    "Say in the document under which address people reach the host from the internet: "
    "enrolment.wan_address, or the host's own public_address."
)
_VPN = "Say in the document under which address people reach the host through the VPN: enrolment.vpn_address."


@dataclass(frozen=True, kw_only=True)
class Field:
    """One value of the payload."""

    name: str
    """As errors call it."""
    value: Callable[[Account, str], str]
    """(account, name) → the value; raises `EnrolmentError` where a code without it would be of no use."""


@dataclass(frozen=True, kw_only=True)
class Layout:
    """The order of tokens in one version of the form."""

    version: int
    tokens: tuple[tuple[str, str], ...]
    """(token with its colon, key in `FIELDS`), in the order in which they are written."""


def _switch(name: str) -> Field:
    return Field(name=name, value=lambda account, _: "1" if getattr(account.access, name) else "0")


def _vpn(account: Account, name: str) -> str:
    if not account.number and not account.access.xmpp_over_vpn:
        return identifier(account, name, account.access.vpn_address)
    return needed(account, name, account.access.vpn_address, _VPN)


FIELDS: Final[Mapping[str, Field]] = MappingProxyType(
    {
        "wan": Field(
            name="The public address",
            value=lambda account, name: needed(account, name, account.access.wan_address, _PUBLIC),
        ),
        "user": Field(
            name="The account",
            value=lambda account, name: needed(account, name, account.user, "Give the person an account."),
        ),
        "password": Field(name="The password", value=lambda account, _: password_of(account)),
        "number": Field(
            name="The number", value=lambda account, name: identifier(account, name, account.number)
        ),
        "sip_password": Field(
            name="The password", value=lambda account, _: password_of(account) if account.number else ""
        ),
        "vpn": Field(name="The VPN address", value=_vpn),
        "domain": Field(
            name="The domain",
            value=lambda account, name: needed(
                account, name, account.access.domain, "Put the host into a cluster."
            ),
        ),
        "email": Field(
            name="The e-mail address", value=lambda account, name: identifier(account, name, account.email)
        ),
        "h264": _switch("h264"),
        "g729": _switch("g729"),
        "xmpp_over_vpn": _switch("xmpp_over_vpn"),
    }
)

LAYOUTS: Final[Mapping[int, Layout]] = MappingProxyType(
    {
        1: Layout(
            version=1,
            tokens=(
                ("wanip:", "wan"),
                ("vAccount:", "user"),
                ("vPass:", "password"),
                ("sAccount:", "number"),
                ("sPass:", "sip_password"),
                ("vpnip:", "vpn"),
                ("xmppDomain:", "domain"),
                ("email:", "email"),
                ("h264:", "h264"),
                ("g729:", "g729"),
                ("xmppvpn:", "xmpp_over_vpn"),
            ),
        )
    }
)


def text(account: Account, layout: Layout) -> str:
    """One line for each token, all of them, ended by a line feed.

    Raises:
        EnrolmentError: a value is missing, or would break the form.
    """
    lines = []
    for token, key in layout.tokens:
        field = FIELDS[key]
        value = field.value(account, field.name)
        for other, _ in layout.tokens:
            if other in value:
                raise refused(
                    account,
                    field.name,
                    f"has “{other}” in it, which the phone client takes for the next value.",
                    "Change it in the directory, or choose another form of the code.",
                )
        lines.append(token + value)
    return "\n".join(lines) + "\n"


def read(payload: str, layout: Layout) -> dict[str, str]:
    """What the client makes of a payload: key of `FIELDS` → value. For tests, and to show what is in a code.

    Raises:
        ValueError: a token is missing, or they stand in another order.
    """
    found: dict[str, str] = {}
    rest = payload
    for at, (token, _key) in enumerate(layout.tokens):
        before, there, rest = rest.partition(token)
        if not there or (at == 0 and before.strip()):
            raise ValueError(token)
        if at:
            found[layout.tokens[at - 1][1]] = before.strip()
    found[layout.tokens[-1][1]] = rest.strip()
    return found
