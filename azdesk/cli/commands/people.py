"""``azdesk people``: the people of the directory, from the terminal."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Final, TypeVar

from azdesk.app.people import People, exporting, looking
from azdesk.app.people.access import blocks, home_name
from azdesk.app.people.revealing import note_shown
from azdesk.cli import exits
from azdesk.cli.answering import answer
from azdesk.cli.looking import Desk, at_work
from azdesk.cli.options import UsageError
from azdesk.cli.people_shapes import finding_shape, finding_text, person_shape
from azdesk.cli.plan_text import counted
from azdesk.cli.saving import refuse_existing
from azdesk.cli.terminal import Terminal, clean
from azdesk.directory import checks, search
from azdesk.directory.people import FIELDS, Person
from azdesk.fleet.form import meant

T = TypeVar("T")
Part = Callable[[Desk, People, Namespace], int]


def run(arguments: Namespace, terminal: Terminal) -> int:
    with (
        at_work(terminal, arguments.fleet, (), trusted=arguments.trust, quiet=arguments.json) as desk,
        People(desk.session) as people,
    ):
        return _parts()[arguments.part](desk, people, arguments)


def _parts() -> Mapping[str, Part]:
    from azdesk.cli.commands import people_changes, people_imports

    return MappingProxyType(
        {
            "list": _list,
            "show": _show,
            "check": _check,
            "export": _export,
            "add": people_changes.add,
            "change": people_changes.change,
            "passwd": people_changes.passwd,
            "enable": people_changes.switch,
            "disable": people_changes.switch,
            "remove": people_changes.remove,
            "import": people_imports.run_import,
            "imports": people_imports.show_imports,
            "undo": people_imports.run_undo,
        }
    )


# -- list -----------------------------------------------------------------------------------------------------


def _list(desk: Desk, people: People, arguments: Namespace) -> int:
    if arguments.seen_by:
        return _seen_by(desk, arguments)
    keys = _keys(arguments.fields)
    order = arguments.sort or "account"
    if order.lstrip("-") not in {one.key for one in search.COLUMNS}:
        raise UsageError(f"There is no field “{order}” to sort by.", where="--sort", next_step=_FIELDS)
    words = " ".join(arguments.words)
    found = desk.working(lambda job: looking.find(people, words, limit=arguments.limit, job=job))
    ordered = sorted(
        found.people,
        key=lambda who: search.sort_key(who, order.lstrip("-")),
        reverse=order.startswith("-"),
    )
    if arguments.json:
        answer(
            desk.terminal,
            "people list",
            document=arguments.fleet,
            people=[person_shape(who, desk.fleet) for who in ordered],
            partial=found.why if found.partial else None,
        )
        return exits.OK
    _table(desk, ordered, keys)
    if found.partial:
        desk.terminal.note(f"This is not the whole list: {found.why}")
    elif not ordered:
        desk.terminal.note("Nobody was found.")
    return exits.OK


def _seen_by(desk: Desk, arguments: Namespace) -> int:
    """Whom a host sees: all of it, or those with the words in their account."""
    from azdesk.app.domain_users import seen_by

    host = arguments.seen_by
    if host not in desk.fleet.hosts:
        raise UsageError(
            f"There is no host “{host}”{meant(host, desk.fleet.hosts) or '.'}", where="--seen-by"
        )
    seen = desk.working(lambda job: seen_by(desk.session, host, job))
    words = [word.lower() for word in arguments.words]
    found = [account for account in seen.accounts if all(word in account for word in words)]
    shown, partial = found, seen.partial
    if arguments.limit and len(found) > arguments.limit:
        shown, partial = (
            found[: arguments.limit],
            f"Only the first {arguments.limit} of {len(found):,} are shown.",
        )
    if arguments.json:
        answer(
            desk.terminal,
            "people list",
            document=arguments.fleet,
            host=host,
            domain=seen.domain,
            accounts=shown,
            partial=partial or None,
        )
        return exits.OK
    for account in shown:
        desk.terminal.line(clean(account))
    if partial:
        desk.terminal.note(f"This is not the whole list: {partial}")
    elif not shown:
        desk.terminal.note(f"{host} sees nobody.")
    return exits.OK


_FIELDS: Final = f"There are: {', '.join(one.key for one in search.COLUMNS)}."


def _keys(given: str) -> tuple[str, ...]:
    known = {one.key for one in search.COLUMNS}
    keys = tuple(filter(None, given.split(","))) or search.USUAL_COLUMNS
    for key in keys:
        if key not in known:
            raise UsageError(
                f"There is no field “{key}”{meant(key, known) or '.'}", where="--fields", next_step=_FIELDS
            )
    return keys


def _table(desk: Desk, people: Sequence[Person], keys: Sequence[str]) -> None:
    titles = {one.key: one.title for one in search.COLUMNS}
    rows = [[_cell(desk, who, key) for key in keys] for who in people]
    widths = [
        min(40, max(len(titles[key]), *(len(row[at]) for row in rows))) if rows else len(titles[key])
        for at, key in enumerate(keys)
    ]
    if desk.terminal.is_screen and rows:
        head = "  ".join(f"{titles[key]:<{width}}" for key, width in zip(keys, widths, strict=True))
        desk.terminal.line(desk.terminal.style(head.rstrip(), "dim"))
    for row in rows:
        desk.terminal.line(
            "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
        )


def _cell(desk: Desk, who: Person, key: str) -> str:
    if key == "enabled":
        return "yes" if who.enabled else "no"
    if key == "host":
        from azdesk.directory.numbers import home_of

        return home_of(blocks(desk.fleet), who.number)
    text = who.value(key)
    if key == "home":
        text = home_name(desk.fleet, text) or text
    return clean(text)


# -- one, all -------------------------------------------------------------------------------------------------


def _show(desk: Desk, people: People, arguments: Namespace) -> int:
    who = desk.runner.run(lambda job: looking.get(people, arguments.who, secrets=arguments.password, job=job))
    found = [*checks.entry(people.layout, who), *checks.homes(people.layout, blocks(desk.fleet), who)]
    if arguments.password and who.password is not None:
        note_shown(people, who.account)
    if arguments.json:
        answer(
            desk.terminal,
            "people show",
            document=arguments.fleet,
            person=person_shape(who, desk.fleet),
            password=who.password.reveal() if who.password is not None else None,
            findings=[finding_shape(one) for one in found],
        )
        return exits.OK
    show_person(desk, who)
    if arguments.password:
        desk.terminal.line(
            f"{'Password':<16}{who.password.reveal()}"
            if who.password is not None
            else "The password is not known: the directory keeps a hash of it, or none."
        )
    for one in found:
        desk.terminal.note(finding_text(desk.terminal, one))
    return exits.OK


def show_person(desk: Desk, who: Person) -> None:
    """A person's values, one a line."""
    for item in FIELDS:
        if text := who.value(item.key):
            host = home_name(desk.fleet, text) if item.key == "home" else ""
            desk.terminal.line(f"{item.title:<16}{clean(text)}{f' ({host})' if host else ''}")
    desk.terminal.line(f"{'Enabled':<16}{'yes' if who.enabled else 'no'}")
    for name, values in who.rest.items():
        shown = ", ".join(clean(value.decode("utf-8", "replace"))[:60] for value in values[:3])
        desk.terminal.line(f"{clean(name):<16}{shown}")


def _check(desk: Desk, people: People, arguments: Namespace) -> int:
    found = desk.working(lambda job: looking.check(people, job=job))
    serious = any(one.serious for one in found.findings)
    if arguments.json:
        answer(
            desk.terminal,
            "people check",
            document=arguments.fleet,
            people=found.people,
            count=found.count,
            findings=[finding_shape(one) for one in found.findings],
            overlaps=list(found.overlaps),
            partial=found.partial,
        )
        return exits.ERROR if serious else exits.OK
    for one in found.findings:
        desk.terminal.line(finding_text(desk.terminal, one))
    for text in found.overlaps:
        desk.terminal.line(clean(text))
    if found.count > len(found.findings):
        desk.terminal.note(f"… and {found.count - len(found.findings):,} more.")
    if found.partial:
        desk.terminal.note("The server did not give all people.")
    people_ = "1 person" if found.people == 1 else f"{found.people:,} people"
    desk.terminal.line(f"{people_}, {counted(found.count, 'finding')}.")
    return exits.ERROR if serious else exits.OK


def _export(desk: Desk, people: People, arguments: Namespace) -> int:
    path = Path(arguments.file)
    exporting.kind_of(path)
    if not arguments.replace:
        refuse_existing(path)
    if arguments.home and arguments.home not in desk.fleet.hosts:
        host = arguments.home
        raise UsageError(f"There is no host “{host}”{meant(host, desk.fleet.hosts) or '.'}", where="--home")
    made = desk.working(
        lambda job: exporting.export(
            people,
            path,
            text=arguments.filter,
            home=arguments.home,
            accounts=arguments.people,
            secrets=arguments.passwords,
            job=job,
        ),
    )
    if arguments.json:
        answer(
            desk.terminal,
            "people export",
            document=arguments.fleet,
            file=str(path),
            count=made.count,
            partial=made.why or None,
            missing=list(made.missing),
        )
    else:
        who = "1 person" if made.count == 1 else f"{made.count:,} people"
        desk.terminal.line(f"{clean(str(path))}  {who}")
        if made.partial:
            desk.terminal.note(f"This is not the whole list: {made.why}")
        if arguments.passwords:
            desk.terminal.note(
                "Passwords are in clear in it: keep it where only you can read it, and delete it."
            )
        for account in made.missing:
            desk.terminal.note(f"There is nobody called “{clean(account)}”.")
    return exits.ERROR if made.partial or made.missing else exits.OK
