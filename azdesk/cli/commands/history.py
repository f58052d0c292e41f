"""``azdesk history``: earlier texts of the document, and back to one of them."""

from __future__ import annotations

from argparse import Namespace

from azdesk.cli import diffs, exits, saving, shapes
from azdesk.cli.answering import answer
from azdesk.cli.terminal import Terminal, clean
from azdesk.core.errors import AzdeskError
from azdesk.fleet import history, store
from azdesk.fleet.history import Revision


def run(arguments: Namespace, terminal: Terminal) -> int:
    return {"list": _list, "show": _show, "restore": _restore}[arguments.part](arguments, terminal)


def _list(arguments: Namespace, terminal: Terminal) -> int:
    found = history.history(arguments.fleet)[: arguments.limit]
    if arguments.json:
        answer(
            terminal,
            "history list",
            document=arguments.fleet,
            revisions=[_shape(one) for one in found],
        )
        return exits.OK
    for one in found:
        who = f"  {clean(one.who)}" if one.who else ""
        terminal.line(f"{one.when:%Y-%m-%d %H:%M:%S}  {one.name}  {clean(one.summary)}{who}")
    if not found:
        terminal.line("No saves by AZDesk on this workstation.")
    return exits.OK


def _show(arguments: Namespace, terminal: Terminal) -> int:
    """The text alone, so that it can be sent into a file: also where the document is gone or broken."""
    one = _named(arguments)
    if arguments.json:
        answer(terminal, "history show", document=arguments.fleet, revision=_shape(one), text=one.text)
    else:
        for line in one.text.splitlines():
            terminal.line(clean(line))
    return exits.OK


def _restore(arguments: Namespace, terminal: Terminal) -> int:
    one = _named(arguments)
    opened = store.open_broken(arguments.fleet)
    same = one.text == opened.text
    compared = history.compare(opened.text, one.text)
    if not arguments.json:
        for line in diffs.texts(opened.text, one.text, str(opened.path)):
            terminal.line(clean(line))
        if same:
            terminal.line("The document has this text already.")
    saved = False
    if not same and saving.wanted(terminal, arguments):
        store.restore(opened, one)
        saved = True
    if arguments.json:
        answer(
            terminal,
            "history restore",
            document=arguments.fleet,
            revision=_shape(one),
            changes=shapes.changes(compared.changes),
            saved=saved,
        )
    elif not same:
        terminal.note("Saved." if saved else "The document was not changed; with --yes it is.")
    return exits.OK if saved or same else exits.STOPPED


def _named(arguments: Namespace) -> Revision:
    """The revision that is meant.

    Raises:
        AzdeskError: there is none, or several begin so.
    """
    found = [one for one in history.history(arguments.fleet) if one.name.startswith(arguments.revision)]
    if len(found) == 1:
        return found[0]
    several = f"{len(found)} saves have names that begin so."
    raise AzdeskError(
        several if found else f"There is no save “{arguments.revision}” of this document.",
        where=arguments.fleet,
        next_step="azdesk history list shows all that this workstation keeps.",
    )


def _shape(one: Revision) -> shapes.Json:
    return {
        "name": one.name,
        "at": shapes.moment(one.when.timestamp()),
        "who": one.who or None,
        "summary": one.summary,
    }
