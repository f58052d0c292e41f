"""``azdesk enrol``: sheets with QR codes as PDF, or what is in the codes as files."""

from __future__ import annotations

import re
import unicodedata
from argparse import Namespace
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final, Protocol

from azdesk.app import enrolment
from azdesk.app.enrolment import Act, Batch, Check, Fetched, Printed
from azdesk.app.people import People
from azdesk.cli import exits, shapes
from azdesk.cli.answering import answer
from azdesk.cli.error_text import show_error
from azdesk.cli.looking import Desk, at_work
from azdesk.cli.options import UsageError
from azdesk.cli.plan_text import counted
from azdesk.cli.saving import refuse_existing
from azdesk.cli.terminal import Terminal, clean
from azdesk.core import file_replace
from azdesk.core.errors import AzdeskError, EnrolmentError
from azdesk.core.progress import Job, Progress
from azdesk.enrol import home
from azdesk.enrol.design import Design
from azdesk.enrol.forms import CODES, FORMS
from azdesk.enrol.layouts import LAYOUTS, Paper
from azdesk.enrol.qr import Level
from azdesk.enrol.words import WORDS
from azdesk.fleet.form import meant


class Press(Protocol):
    """What paints a PDF; see `azdesk.ui.enrolment.headless`."""

    def today(self, language: str) -> str: ...

    def write(self, path: Path, batch: Batch, logo: Path | None, title: str, job: Job) -> Printed: ...


def run(arguments: Namespace, terminal: Terminal, press: Callable[[], Press]) -> int:
    """The exit code.

    Args:
        press: makes what paints, in the main thread, when it is known that there is something to paint.
    """
    target = _target(arguments)
    with at_work(terminal, arguments.fleet, (), trusted=arguments.trust, quiet=arguments.json) as desk:
        design = _design(desk, arguments)
        text = "" if arguments.all else arguments.filter
        with People(desk.session) as people:
            fetched = desk.runner.run(
                lambda job: enrolment.fetch(people, arguments.people, text=text, job=job)
            )
        batch = Batch(people=fetched.accounts, design=design)
        checked = _checked(desk, batch, files=arguments.files is not None)
        left_out = (*fetched.left_out, *checked.problems)
        printed: Printed | None = None
        if checked.good and (not left_out or arguments.leave_out):
            good = replace(batch, people=checked.good)
            if arguments.files is not None:
                printed = _write_files(desk, good, target)
            else:
                printed = _write_pdf(desk, good, target, press)
    _say(arguments, terminal, target, fetched, checked, printed, secret=design.is_secret)
    return exits.OK if printed is not None and not left_out else exits.ERROR


def _target(arguments: Namespace) -> Path:
    path = Path(arguments.pdf or arguments.files)
    if arguments.pdf and not arguments.replace:
        refuse_existing(path)
    return path


def _design(desk: Desk, arguments: Namespace) -> Design:
    design = home.design(desk.fleet)
    form = arguments.format or design.form
    _known("--format", form, FORMS)
    _known("--layout", arguments.layout, LAYOUTS)
    _known("--language", arguments.language or design.language, WORDS)
    if form not in CODES and arguments.files is None:
        raise AzdeskError(
            f"The form {form} is a file, not a code.",
            where="--format",
            next_step="Write the files with --files, or choose " + ", ".join(CODES) + ".",
        )
    return replace(
        design,
        form=form,
        layout=arguments.layout,
        paper=Paper(arguments.paper),
        language=arguments.language or design.language,
        level=Level(arguments.level) if arguments.level else None,
        first=arguments.first - 1,
        shift=arguments.shift,
        show_password=arguments.show_password,
    )


def _known(option: str, word: str, words: Collection[str]) -> None:
    if word not in words:
        raise UsageError(
            f"There is no “{word}”{meant(word, words) or '.'}",
            where=option,
            next_step=f"Choose one of {', '.join(words)}.",
        )


def _checked(desk: Desk, batch: Batch, *, files: bool) -> Check:
    if files:
        return enrolment.check_payloads(batch)
    return desk.runner.run(lambda job: enrolment.check(batch, job))


def _write_pdf(desk: Desk, batch: Batch, path: Path, press: Callable[[], Press]) -> Printed:
    machine = press()
    batch = replace(batch, design=replace(batch.design, date=machine.today(batch.design.language)))
    logo = enrolment.logo_file(desk.fleet, desk.opened.path)
    _note(desk, batch, path)

    def progress(news: Progress) -> None:
        if desk.terminal.is_screen and not desk.quiet:
            desk.terminal.transient(f"Page {news.done} of {news.total}")

    try:
        return desk.runner.run(lambda job: machine.write(path, batch, logo, desk.fleet.name, job), progress)
    finally:
        desk.terminal.transient("")


def _write_files(desk: Desk, batch: Batch, folder: Path) -> Printed:
    """One file for each person, named as the person."""
    form = FORMS[batch.design.form]
    _note(desk, batch, folder)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for account, name in zip(
            batch.people, _file_names([account.uid for account in batch.people]), strict=True
        ):
            file_replace.replace(
                folder / f"{name}{form.ending}", form.payload(account).text.reveal().encode()
            )
    except OSError as error:
        raise EnrolmentError(
            f"The files could not be written: {error.strerror or error}.",
            where=str(folder),
            next_step="Choose another place.",
        ) from error
    return Printed(pages=0, people=len(batch.people))


_DEVICES: Final = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")
"""Names that are no files on Windows, whatever follows the dot."""


def _file_names(people: Sequence[str]) -> list[str]:
    """A name that every file system takes for each person, no two the same: the code of one must not take another's place."""
    found: list[str] = []
    taken: set[str] = set()
    for uid in people:
        plain = re.sub(r"[^\w.@+=-]", "_", uid).strip(".") or "_"
        base = name = f"_{plain}" if _DEVICES.fullmatch(plain) else plain
        number = 2
        while (key := unicodedata.normalize("NFKC", name).casefold()) in taken:
            name, number = f"{base}-{number}", number + 1
        taken.add(key)
        found.append(name)
    return found


def _note(desk: Desk, batch: Batch, path: Path) -> None:
    enrolment.note(
        who=desk.session.who,
        act=Act.SAVED,
        people=[account.uid for account in batch.people],
        form=batch.design.form,
        fleet=desk.fleet.name,
        layout="" if batch.design.form not in CODES else batch.design.layout,
        target=str(path),
    )


_NAMED: Final = 10
"""People of one mistake who are named; the rest is counted."""


def _alike(errors: Iterable[AzdeskError]) -> Iterator[AzdeskError]:
    """What many people share, such as an address that the document lacks, is said once."""
    groups: dict[tuple[str, str], list[str]] = {}
    for one in errors:
        groups.setdefault((one.what, one.next_step), []).append(one.where)
    for (what, next_step), who in groups.items():
        more = f" and {len(who) - _NAMED:,} more" if len(who) > _NAMED else ""
        yield EnrolmentError(what, where=", ".join(who[:_NAMED]) + more, next_step=next_step)


def _say(
    arguments: Namespace,
    terminal: Terminal,
    target: Path,
    fetched: Fetched,
    checked: Check,
    printed: Printed | None,
    *,
    secret: bool,
) -> None:
    left_out = (*fetched.left_out, *checked.problems)
    if arguments.json:
        answer(
            terminal,
            "enrol",
            document=arguments.fleet,
            target=str(target) if printed else None,
            pages=printed.pages if printed else 0,
            people=[account.uid for account in checked.good] if printed else [],
            left_out=[{"person": one.where, "error": shapes.error(one)} for one in left_out],
            dense=checked.dense,
            unprintable=list(printed.unprintable) if printed else [],
            partial=fetched.partial or None,
        )
        return
    for one in _alike(left_out):
        show_error(terminal, one)
    if fetched.partial:
        terminal.note(f"There may be more people than these: {clean(fetched.partial)}")
    if printed is None:
        if checked.good:
            terminal.note("Nothing was written. With --leave-out the others get theirs.")
        elif not left_out:
            terminal.note("Nobody was found.")
        return
    on = f" on {counted(printed.pages, 'page')}" if printed.pages else ""
    people = "1 person" if printed.people == 1 else f"{printed.people:,} people"
    terminal.line(f"{clean(str(target))}  {people}{on}")
    if checked.dense:
        terminal.note(f"{counted(checked.dense, 'code')} so dense that only good cameras read them.")
    if printed.unprintable:
        terminal.note(
            "No font of this computer has all letters on the sheets of: "
            + clean(", ".join(printed.unprintable))
        )
    if secret:
        terminal.note("Passwords are in clear in it: hand it over and delete it.")
