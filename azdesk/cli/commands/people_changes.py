"""``azdesk people add``, ``change``, ``passwd``, ``enable``, ``disable``, ``remove``."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from azdesk.app.people import People, changing, hosts, looking
from azdesk.app.people.access import blocks, home_address, home_name
from azdesk.app.people.revealing import note_shown
from azdesk.cli import exits
from azdesk.cli.answering import answer
from azdesk.cli.looking import Desk, choose
from azdesk.cli.options import UsageError
from azdesk.cli.people_shapes import finding_text, person_shape
from azdesk.cli.terminal import clean
from azdesk.core.errors import AzdeskError, CredentialError, DirectoryError
from azdesk.core.progress import Job
from azdesk.core.secret import Secret
from azdesk.directory import entries, passwords
from azdesk.directory.people import BY_KEY, Person
from azdesk.fleet.form import meant

T = TypeVar("T")


def add(desk: Desk, people: People, arguments: Namespace) -> int:
    given = _values(desk, arguments)
    if arguments.free:
        (host,) = choose(desk.fleet, [arguments.free])
        given.setdefault("home", home_address(desk.fleet, host))
        given.setdefault("number", _free_number(desk, people, host))
    elif given.get("number") and not given.get("home"):
        from azdesk.directory.numbers import home_of

        host = home_of(blocks(desk.fleet), given["number"])
        given["home"] = home_address(desk.fleet, host) if host else ""
    who = entries.completed(people.layout, Person(account=arguments.account, **given))
    password = None if arguments.no_password else _password(desk, arguments, who.account)
    _say_findings(desk, people, who, password)
    ready = _noting(people, arguments, who.account, password)
    made = desk.runner.run(lambda job: changing.add(people, who, password, ready=ready, job=job))
    return _made(desk, arguments, made, password, "added")


def _free_number(desk: Desk, people: People, host: str) -> str:
    if not desk.fleet.hosts[host].numbers:
        raise DirectoryError(
            "The host has no block of numbers in the document.",
            where=host,
            next_step=f'Give it one, such as numbers = ["68XX"] in [hosts.{host}], or a number with --number.',
        )
    found = desk.runner.run(lambda job: looking.free_numbers(people, host, job=job))
    if not found:
        raise DirectoryError(
            "All numbers of the host's blocks are taken.",
            where=host,
            next_step="Give the host another block of numbers in the document, or a number with --number.",
        )
    return found[0]


def change(desk: Desk, people: People, arguments: Namespace) -> int:
    given = _values(desk, arguments)
    if not given and not arguments.generate and not arguments.stdin:
        raise UsageError(
            "Nothing was given that is to be changed.",
            where="people change",
            next_step="azdesk people change --help explains.",
        )
    old = desk.runner.run(lambda job: looking.get(people, arguments.who, job=job))
    wanted = replace(old, **given)
    following = entries.following(old, wanted)
    # What was set by hand stays as it was set.
    new = replace(following, **given)
    password = _password(desk, arguments, old.account) if arguments.generate or arguments.stdin else None
    _say_findings(desk, people, new, password)
    ready = _noting(people, arguments, new.account, password)
    made = desk.runner.run(lambda job: changing.change(people, old, new, password, ready=ready, job=job))
    changed = password is not None or made != old
    untold: tuple[str, ...] = ()
    if changed:
        untold = _forgotten(desk, people, [old], sign_out=hosts.must_sign_out(old, made, password))
    word = "changed" if changed else "is so already"
    return _made(desk, arguments, made, password, word, untold)


def passwd(desk: Desk, people: People, arguments: Namespace) -> int:
    who = desk.runner.run(lambda job: looking.get(people, arguments.who, job=job))
    password = _password(desk, arguments, who.account)
    _say_findings(desk, people, who, password)
    ready = _noting(people, arguments, who.account, password)
    made = desk.runner.run(lambda job: changing.set_password(people, who, password, ready=ready, job=job))
    untold = _forgotten(desk, people, [made])
    return _made(desk, arguments, made, password, "has a new password", untold)


def switch(desk: Desk, people: People, arguments: Namespace) -> int:
    wanted = arguments.part == "enable"
    found = desk.runner.run(lambda job: [looking.get(people, name, job=job) for name in arguments.who])
    made, failure = _each(desk, found, lambda who, job: changing.set_enabled(people, who, wanted, job=job))
    untold = () if wanted or not made else _forgotten(desk, people, made)
    if failure is not None:
        raise failure
    if arguments.json:
        answer(
            desk.terminal,
            f"people {arguments.part}",
            document=arguments.fleet,
            people=[person_shape(who, desk.fleet) for who in made],
            untold=list(untold),
        )
    else:
        for who in made:
            desk.terminal.line(f"{clean(who.account)}  {'enabled' if who.enabled else 'disabled'}")
    return exits.OK


def _each(
    desk: Desk, persons: Sequence[Person], work: Callable[[Person, Job], T]
) -> tuple[list[T], AzdeskError | None]:
    """Do it to one person after the other until it fails: what came of it, and why it did not go on.

    The error names those who were done, so that whoever raises it may do so after the hosts were told of them.
    """
    done: list[T] = []
    for who in persons:
        try:
            done.append(desk.runner.run(lambda job, who=who: work(who, job)))  # type: ignore[misc]
        except AzdeskError as error:
            if done:
                names = ", ".join(one.account for one in persons[: len(done)])
                error.next_step = f"{error.next_step} Done before it: {names}.".strip()
            return done, error
    return done, None


def _forgotten(
    desk: Desk, people: People, persons: Sequence[Person], *, sign_out: bool = True
) -> tuple[str, ...]:
    """Have the hosts forget people; what could not be told is said."""
    untold = desk.runner.run(lambda job: hosts.forget(people, persons, sign_out=sign_out, job=job))
    for text in untold:
        desk.say(clean(text))
    return untold


def remove(desk: Desk, people: People, arguments: Namespace) -> int:
    found = desk.runner.run(lambda job: [looking.get(people, name, job=job) for name in arguments.who])
    named = ", ".join(clean(f"{who.account} ({who.title})") for who in found)
    agreed = arguments.yes or (
        not arguments.json
        and desk.terminal.can_ask
        and desk.terminal.ask_line(f"Remove {named}? Type yes: ") == "yes"
    )
    untold: tuple[str, ...] = ()
    if agreed:
        gone, failure = _each(desk, found, lambda who, job: changing.remove(people, who, job=job))
        if gone:
            untold = _forgotten(desk, people, found[: len(gone)])
        if failure is not None:
            raise failure
    if arguments.json:
        answer(
            desk.terminal,
            "people remove",
            document=arguments.fleet,
            people=[person_shape(who, desk.fleet) for who in found],
            removed=[who.account for who in found] if agreed else [],
            untold=list(untold),
            refused=None if agreed else "Not confirmed: give --yes.",
        )
    elif agreed:
        desk.terminal.line(f"Removed: {named}.")
    else:
        desk.terminal.note(
            f"Nothing was removed. It would have been: {named}. Without a terminal, give --yes."
        )
    return exits.OK if agreed else exits.STOPPED


# -- values, passwords, answers ------------------------------------------------------------------------------------


def _values(desk: Desk, arguments: Namespace) -> dict[str, Any]:
    """What ``--name``, ``--set`` and their like say: key of a field → value.

    Raises:
        UsageError: there is no such field.
    """
    found: dict[str, Any] = {
        key: value
        for key in ("name", "number", "mail", "home")
        if (value := getattr(arguments, key)) is not None
    }
    for given in arguments.values:
        key, equals, value = given.partition("=")
        if not equals or key not in BY_KEY:
            raise UsageError(
                f"“{given}” sets no field{meant(key, BY_KEY) or '.'}",
                where="--set",
                next_step=f"Write FIELD=VALUE; there are: {', '.join(BY_KEY)}.",
            )
        found[key] = value
    if (home := found.get("home", "")) in desk.fleet.hosts:
        found["home"] = home_address(desk.fleet, home)
    elif home and not home_name(desk.fleet, home):
        desk.say(f"Home host: no host of the document has the name or address “{clean(home)}”.")
    return found


def _password(desk: Desk, arguments: Namespace, account: str) -> Secret:
    """A password from where the command line says: made up, from a pipe, or asked for twice.

    Raises:
        CredentialError: none was given.
    """
    if arguments.generate:
        return passwords.generate()
    found: Secret | None = None
    if arguments.stdin:
        found = desk.terminal.read_secret()
    elif desk.terminal.can_ask:
        found = desk.terminal.ask_secret(f"Password of {clean(account)}: ")
        if found is not None and desk.terminal.ask_secret("Once more: ") != found:
            raise CredentialError("The two passwords differ.", where=account, next_step="Try again.")
    if found is None:
        raise CredentialError(
            "No password was given, so nothing was changed.",
            where=account,
            next_step="Type it when asked, send it as the only line of a pipe with --stdin, or let AZDesk --generate one.",
        )
    return found


def _noting(
    people: People, arguments: Namespace, account: str, password: Secret | None
) -> Callable[[], None] | None:
    """Notes a password that is to be shown before it is even set: what cannot be noted is not done."""
    if password is None or not arguments.generate:
        return None
    return lambda: note_shown(people, account)


def _say_findings(desk: Desk, people: People, who: Person, password: Secret | None) -> None:
    """What is not wrong enough to be refused, but should be known."""
    from azdesk.directory import checks

    found = [*checks.homes(people.layout, blocks(desk.fleet), who)]
    if password is not None:
        found += checks.password(people.layout, who, password)
    for one in found:
        if not one.serious:
            desk.say(finding_text(desk.terminal, one))


def _made(
    desk: Desk,
    arguments: Namespace,
    who: Person,
    password: Secret | None,
    word: str,
    untold: Sequence[str] = (),
) -> int:
    shown = password.reveal() if password is not None and arguments.generate else None
    if arguments.json:
        answer(
            desk.terminal,
            f"people {arguments.part}",
            document=arguments.fleet,
            person=person_shape(who, desk.fleet),
            password=shown,
            untold=list(untold),
        )
        return exits.OK
    number = f"  {clean(who.number)}" if who.number else ""
    desk.terminal.line(f"{clean(who.account)}{number}  {word}")
    if shown is not None:
        desk.terminal.line(f"Password: {shown}")
        desk.say("It is shown this once.")
    if not who.enabled:
        desk.say("The account is disabled.")
    return exits.OK
