"""Addresses as URIs: XMPP (RFC 5122) and SIP (RFC 3261)."""

from __future__ import annotations

import re
from urllib.parse import quote

from azdesk.enrol.account import Account
from azdesk.enrol.payload import needed, refused

# RFC 7622, section 3.3.1: what a localpart must not have.
_NO_LOCALPART = re.compile(r"""["&'/:<>@\s]""")
# RFC 5122, section 2.2, nodeallow, without the characters that a URI (RFC 3986) cannot have.
_NODE_ALLOW = "!$()*+,;="
# RFC 3261, section 25.1: user-unreserved, beside what quote leaves alone, without the & that XML has its own idea of.
_SIP_ALLOW = "=+$,;?/!*'()"


def xmpp(account: Account) -> str:
    """``xmpp:user@domain``.

    Raises:
        EnrolmentError: the account is no localpart of an XMPP address.
    """
    user = needed(account, "The account", account.user, "Give the person an account.")
    domain = needed(account, "The domain", account.access.domain, "Put the host into a cluster.")
    if _NO_LOCALPART.search(user):
        raise refused(
            account,
            "The account",
            "has a space, or one of \" & ' / : < > @ in it, which an XMPP address cannot have.",
            "Change it in the directory.",
        )
    return f"xmpp:{quote(user, safe=_NODE_ALLOW)}@{_host(domain)}"


def sip(account: Account) -> str:
    """``sip:number@server``.

    Raises:
        EnrolmentError: the person has no number, or the host no address for phones.
    """
    number = needed(account, "The number", account.number, "Give the person a number.")
    server = needed(
        account,
        "The address for phones",
        account.access.sip_server,
        "Say in the document under which address people reach the host through the VPN.",
    )
    return f"sip:{quote(number, safe=_SIP_ALLOW)}@{_host(server)}"


def _host(name: str) -> str:
    if ":" in name and not name.startswith("["):  # IPv6
        return f"[{name}]"
    return quote(name, safe=".-:[]")
