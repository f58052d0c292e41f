"""``azdesk schema``: the document's form, for editors."""

from __future__ import annotations

from argparse import Namespace

from azdesk.cli import exits
from azdesk.cli.terminal import Terminal
from azdesk.fleet.schema import schema_text


def run(_arguments: Namespace, terminal: Terminal) -> int:
    terminal.line(schema_text().rstrip("\n"))
    return exits.OK
