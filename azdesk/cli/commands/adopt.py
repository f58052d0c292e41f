"""``azdesk adopt``: take what the hosts have into the document."""

from __future__ import annotations

from argparse import Namespace

from azdesk.app.adopting import adopt
from azdesk.cli import diffs, exits, saving, shapes
from azdesk.cli.answering import answer
from azdesk.cli.error_text import show_error
from azdesk.cli.looking import Desk, at_work, errors_of
from azdesk.cli.terminal import Terminal, clean
from azdesk.core.errors import AzdeskError
from azdesk.features.registry import FEATURES
from azdesk.fleet import store
from azdesk.fleet.difference import difference
from azdesk.fleet.model import Fleet


def run(arguments: Namespace, terminal: Terminal) -> int:
    features = _features(arguments.feature)
    with at_work(
        terminal, arguments.fleet, arguments.host, trusted=arguments.trust, quiet=arguments.json
    ) as desk:
        found = desk.look(desk.chosen)
        errors = errors_of(found)
        fleet = desk.fleet
        for host in desk.chosen:
            if host not in errors:
                fleet = adopt(fleet, found[host], features)
        return _finish(desk, fleet, errors, arguments)


def _features(wanted: list[str]) -> list[str] | None:
    known = [feature.key for feature in FEATURES]
    for key in wanted:
        if key not in known:
            raise AzdeskError(
                f"There is no feature “{key}”.",
                where="--feature",
                next_step=f"There are: {', '.join(known)}.",
            )
    return wanted or None


def _finish(desk: Desk, fleet: Fleet, errors: dict[str, AzdeskError], arguments: Namespace) -> int:
    terminal, opened = desk.terminal, desk.opened
    changes = difference(opened.fleet, fleet)
    if not arguments.json:
        for error in errors.values():
            show_error(terminal, error)
        for line in diffs.texts(opened.text, store.text_of(opened, fleet), str(opened.path)):
            terminal.line(clean(line))
        readable = [host for host in desk.chosen if host not in errors]
        if not changes and readable:
            terminal.line(
                f"The document says already what {', '.join(readable)} {'has' if len(readable) == 1 else 'have'}."
            )
        elif not desk.chosen:
            terminal.line("The document has no hosts yet.")
    saved = False
    if changes and saving.wanted(terminal, arguments):
        store.save(opened, fleet, summary=f"adopted from {', '.join(desk.chosen)}")
        saved = True
    if arguments.json:
        answer(
            terminal,
            "adopt",
            document=arguments.fleet,
            changes=shapes.changes(changes),
            saved=saved,
            errors=shapes.errors_by_host(errors.items()),
        )
    elif changes:
        terminal.note("Saved." if saved else "The document was not changed; with --yes it is.")
    if errors:
        return exits.ERROR
    return exits.OK if saved or not changes else exits.STOPPED
