"""A plan for reading: what would be done on each host, real differences, what cannot be undone."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping

from azdesk.cli import diffs
from azdesk.cli.error_text import error_lines
from azdesk.cli.terminal import Terminal, clean
from azdesk.core.errors import AzdeskError
from azdesk.core.plan import HostPlan, Plan
from azdesk.core.step import (
    Archive,
    InstallPackages,
    Login,
    MakeFolder,
    Purge,
    RestoreArchive,
    Run,
    Step,
    WriteFile,
)

_LONGEST_DIFF = 400
"""Lines of one difference that are shown; a plan is read by people."""


def show_plan(
    terminal: Terminal, plan: Plan, errors: Mapping[str, AzdeskError], *, with_diffs: bool = True
) -> None:
    """Print the whole plan, hosts in the order in which they would change."""
    for host in plan:
        for line in host_lines(terminal, host, errors.get(host.host), with_diffs=with_diffs):
            terminal.line(line)
    if not plan.hosts:
        terminal.line("The document has no hosts yet, so there is nothing to do.")
    if plan.empty:
        return
    hosts = sum(bool(host.steps) for host in plan)
    terminal.line(f"{counted(plan.changes, 'step')} on {counted(hosts, 'host')}.")


def host_lines(
    terminal: Terminal, plan: HostPlan, error: AzdeskError | None, *, with_diffs: bool
) -> Iterator[str]:
    """The paragraph of one host, with an empty line behind it."""
    name = terminal.style(plan.host, "bold")
    if error is not None:
        yield f"{name}  {terminal.style('cannot be planned', 'red')}"
        yield from indented(error_lines(error, place=plan.host))
        yield ""
        return
    if not plan.steps and not plan.notes:
        yield f"{name}  {terminal.style('nothing to do', 'green')}"
        yield ""
        return
    waits = f", after {', '.join(plan.after)}" if plan.after else ""
    said = [f"{counted(len(plan.steps), 'step')}{waits}"] if plan.steps else []
    if plan.blocked:
        said.append(terminal.style("blocked", "red"))
    yield f"{name}  {'  '.join(said) or 'nothing to do'}"
    for note in plan.notes:
        mark = terminal.style("stop:" if note.blocking else "note:", "red" if note.blocking else "yellow")
        yield from wrapped(f"  {mark} {clean(note.text)}", terminal.width, "        ")
    for number, step in enumerate(plan.steps, 1):
        yield from _step_lines(terminal, number, step, with_diffs=with_diffs)
    yield from _box(terminal, plan)
    yield ""


def confirmation(plan: HostPlan, step: Step) -> str:
    """What has to be typed, or named with ``--allow-loss``, to allow an irreversible step."""
    return step.confirm or plan.host


def _step_lines(terminal: Terminal, number: int, step: Step, *, with_diffs: bool) -> Iterator[str]:
    mark = terminal.style("!", "yellow") if step.irreversible else " "
    feature = terminal.style(f"[{step.feature}]", "dim") if step.feature else ""
    yield f" {mark}{number:>2}. {clean(step.title)}  {feature}".rstrip()
    for line in _details(step):
        yield terminal.style(f"       {clean(line)}", "dim")
    if not with_diffs:
        return
    found = diffs.unified(step)
    for line in found[:_LONGEST_DIFF]:
        yield f"       {_coloured(terminal, clean(line))}"
    if len(found) > _LONGEST_DIFF:
        yield f"       … and {len(found) - _LONGEST_DIFF} more lines"


def _details(step: Step) -> Iterator[str]:
    """What the title may leave open."""
    if isinstance(step, WriteFile | MakeFolder):
        path = "" if step.path in step.title else f"{step.path}  "
        unseen = isinstance(step, WriteFile) and step.before and step.before_text is None
        content = "  (content not shown)" if unseen else ""
        yield f"{path}mode {step.mode:04o} {step.owner}:{step.group}{content}"
    elif isinstance(step, Purge):
        yield f"in {step.folder}: {' '.join(step.patterns)}"
    elif isinstance(step, Archive):
        root = step.folder.rstrip("/")
        yield f"of {' '.join(f'{root}/{pattern}' for pattern in step.patterns)}"
    elif isinstance(step, RestoreArchive):
        yield f"into {step.folder}"
    elif isinstance(step, Run):
        yield f"$ {' '.join(step.argv)}"
    elif isinstance(step, InstallPackages):
        yield f"packages: {' '.join(step.names)}"
    elif isinstance(step, Login):
        yield f"{step.account} at {' '.join(step.servers)}"


def _coloured(terminal: Terminal, line: str) -> str:
    if line.startswith(("---", "+++")):
        return terminal.style(line, "bold")
    if line.startswith("@@"):
        return terminal.style(line, "cyan")
    if line.startswith("+"):
        return terminal.style(line, "green")
    return terminal.style(line, "red") if line.startswith("-") else line


def _box(terminal: Terminal, plan: HostPlan) -> Iterator[str]:
    """What cannot be undone, so that it cannot be overlooked."""
    if not plan.irreversible:
        return
    top, side, bottom, dash = ("┌", "│", "└", "─") if terminal.unicode else ("+", "|", "+", "-")
    width = max(40, min(terminal.width, 110) - 4)
    title = " Cannot be undone "
    yield "  " + terminal.style(f"{top}{dash * 2}{title}{dash * (width - len(title) - 3)}", "yellow")
    edge = "  " + terminal.style(side, "yellow")
    for step in plan.irreversible:
        text = f"{clean(step.title)}. {clean(step.irreversible)}"
        for line in textwrap.wrap(text, width - 3, break_long_words=False, break_on_hyphens=False):
            yield f"{edge} {line}"
        yield f"{edge} To allow it: --allow-loss {confirmation(plan, step)}"
    yield "  " + terminal.style(f"{bottom}{dash * (width - 1)}", "yellow")


def indented(lines: Iterator[str], by: str = "  ") -> Iterator[str]:
    for line in lines:
        yield by + line


def wrapped(text: str, width: int, indent: str) -> list[str]:
    """Lines no longer than the terminal; later ones indented."""
    return textwrap.wrap(
        text,
        max(40, width),
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
        replace_whitespace=True,
    )


def counted(number: int, noun: str) -> str:
    """``1 host``, ``2 hosts``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
