"""Where trunks stand, and which parts of these files are secret."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

from azdesk.core.platform import DEBIAN
from azdesk.features._directory import PAIR_FILES
from azdesk.features.trunks.lines import caller_section, token_of

BLOCK = "trunks"
_ETC = DEBIAN.asterisk_config
STOCK = {"pjsip": f"{_ETC}/pjsip.conf", "chan-sip": f"{_ETC}/sip.conf"}
"""Asterisk's own files."""
OWN = {part: f"{_ETC}/azdesk-trunks-{part}.conf" for part in STOCK}
"""Ours, which those take in; with passwords, so for root and Asterisk alone."""
PAIRS_FOLDER = PAIR_FILES.rstrip("/")
"""Passwords between hosts: one file on the first of two, in the document's order, named after the other; 0600 root. A folder of its own,
so that it goes as one, whoever it was shared with."""


def pair_name(peer: str, since: str = "") -> str:
    """Name of the file with the password that the other shares with the first host.

    Args:
        since: `number_plan.between.password_since`: new passwords have files of new names, so that both hosts see which is meant.
    """
    return f"{peer}@{hashlib.sha256(since.encode()).hexdigest()[:8]}" if since else peer


def pair_file(peer: str, since: str = "") -> str:
    """On the first host: the password that the other shares with it."""
    return f"{PAIR_FILES}{pair_name(peer, since)}"


def masks(endpoints: Iterable[str]) -> tuple[str, ...]:
    """What of our files stays on the host: in the form in which we write them passwords alone, else all after their mention."""
    found = []
    for endpoint in endpoints:
        token, head = token_of(endpoint), re.escape(f"[{endpoint}]")
        callers = re.escape(f"[{caller_section(endpoint)}]")
        name = token.strip("•")
        found += [
            rf"^{head}\ntype = auth\npassword = (?P<{name}>[^\r\n]+)\n(?=auth_type = userpass\n)",
            rf"^{callers}\ntype = auth\npassword = (?P<{name}>[^\r\n]+)\n(?=auth_type = userpass\n)",
            rf"^{head}\ntype = peer\nremotesecret = (?P<{name}>[^\r\n]+)\n(?=(?:secret|defaultuser) = )",
            rf"^{head}\ntype = peer\nremotesecret = {token}\nsecret = (?P<{name}>[^\r\n]+)\n(?=defaultuser = )",
            rf"^{head[:-2]}-\d+\]\ntype = peer\nsecret = (?P<{name}>[^\r\n]+)\n(?=host = )",
        ]
    return (
        *found,
        # Ours, by now with their marks, are stepped over; what is found beyond them goes with the rest of the file.
        (
            r"^(?:password|remotesecret|secret) = ••\w+••\n"
            r"|(?<![\w-])(?:(?i:[\w-]*(?:password|secret|md5_cred|oauth|refresh_token)[\w-]*|register))\s*[+=](?P<rest>[\s\S]+)"
        ),
    )
