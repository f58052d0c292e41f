"""People and findings about them, for reading and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from azdesk.app.people.access import home_name
from azdesk.cli import shapes
from azdesk.cli.terminal import Terminal, clean
from azdesk.directory.people import FIELDS

if TYPE_CHECKING:
    from azdesk.directory.checks import Finding
    from azdesk.directory.people import Person
    from azdesk.fleet.model import Fleet


def person_shape(who: Person, fleet: Fleet) -> shapes.Json:
    """All but the password; attributes without a place are left out."""
    return {
        "dn": who.dn,
        **{one.key: who.value(one.key) for one in FIELDS},
        "home_host": home_name(fleet, who.home) or None,
        "enabled": who.enabled,
        "has_password": who.has_password,
        "has_phone_password": who.has_phone_password,
    }


def finding_shape(one: Finding) -> shapes.Json:
    return {
        "row": one.row or None,
        "who": one.who,
        "field": one.field,
        "text": one.text,
        "value": one.value or None,
        "serious": one.serious,
    }


def finding_text(terminal: Terminal, one: Finding) -> str:
    """A line about a finding."""
    mark = terminal.style("wrong" if one.serious else "look ", "red" if one.serious else "yellow")
    return f"{mark}  {clean(str(one))}"
