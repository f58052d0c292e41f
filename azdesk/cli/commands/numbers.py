"""``azdesk numbers``: the number plan, checked as a whole, as a sheet."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from azdesk.cli import diffs, exits, saving, shapes
from azdesk.cli.answering import answer
from azdesk.cli.plan_text import counted, wrapped
from azdesk.cli.terminal import Terminal, clean
from azdesk.fleet import store
from azdesk.fleet.difference import difference
from azdesk.fleet.paths import joined


def run(arguments: Namespace, terminal: Terminal) -> int:
    return {"check": check, "export": export, "import": taken_in}[arguments.part](arguments, terminal)


def check(arguments: Namespace, terminal: Terminal) -> int:
    from azdesk.voice.checking import check as looked_at

    fleet = store.open(arguments.fleet).fleet
    found = looked_at(fleet)
    if arguments.json:
        answer(
            terminal,
            "numbers check",
            document=arguments.fleet,
            findings=[
                {"weight": one.weight, "path": joined(one.path), "text": one.text, "mend": one.mend}
                for one in found
            ],
        )
    else:
        colors = {"error": "red", "warning": "yellow", "hint": "dim"}
        for one in found:
            terminal.line(f"{terminal.style(one.weight, colors[one.weight])}  {clean(joined(one.path))}")
            for line in wrapped(f"    {clean(f'{one.text} {one.mend}'.strip())}", terminal.width, "    "):
                terminal.line(line)
        if fleet.number_plan.scheme == "as-is":
            terminal.line("The document leaves dial plans as they are (number_plan.scheme).")
        else:
            said = ", ".join(
                counted(sum(one.weight == weight for one in found), weight) for weight in ("error", "warning")
            )
            terminal.line(f"{counted(len(fleet.rules), 'rule')}: {said}.")
    return exits.ERROR if any(one.weight == "error" for one in found) else exits.OK


def export(arguments: Namespace, terminal: Terminal) -> int:
    from azdesk.app import numbering

    path = Path(arguments.file)
    if not arguments.replace:
        saving.refuse_existing(path)
    count = numbering.export(store.open(arguments.fleet).fleet, path)
    if arguments.json:
        answer(terminal, "numbers export", document=arguments.fleet, file=str(path), count=count)
    else:
        terminal.line(f"{counted(count, 'row')} in {clean(str(path))}.")
    return exits.OK


def taken_in(arguments: Namespace, terminal: Terminal) -> int:
    from azdesk.app import numbering

    opened = store.open(arguments.fleet)
    fleet = numbering.taken_in(opened.fleet, Path(arguments.file))
    changes = difference(opened.fleet, fleet)
    if not arguments.json:
        for line in diffs.texts(opened.text, store.text_of(opened, fleet), str(opened.path)):
            terminal.line(clean(line))
    saved = bool(changes) and saving.wanted(terminal, arguments)
    if saved:
        store.save(opened, fleet, summary=f"number plan from {Path(arguments.file).name}")
    if arguments.json:
        answer(
            terminal,
            "numbers import",
            document=arguments.fleet,
            changes=shapes.changes(changes),
            saved=saved,
        )
    elif changes:
        terminal.note("Saved." if saved else "The document was not changed; with --yes it is.")
    else:
        terminal.line("The document says already what the sheet says.")
    return exits.OK if saved or not changes else exits.STOPPED
