"""One connection with all that can be asked for on it."""

from __future__ import annotations

from azdesk.practice.ldap.changing import Changing
from azdesk.practice.ldap.searching import Searching


class Session(Searching, Changing):
    """One client of a server."""
