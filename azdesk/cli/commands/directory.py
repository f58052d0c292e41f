"""``azdesk directory test``: whether hosts and workstation can use the document's directory, and if not, why."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterable, Iterator

from azdesk.app.binding.findings import BindingReport, Finding, Trial, Verdict
from azdesk.cli import exits, shapes
from azdesk.cli.answering import answer
from azdesk.cli.looking import Desk, at_work
from azdesk.cli.plan_text import wrapped
from azdesk.cli.terminal import Terminal, clean
from azdesk.core.progress import Progress

_WORDS = {
    Verdict.GOOD: ("right", "green"),
    Verdict.NOTE: ("note", "dim"),
    Verdict.UNTRIED: ("not tried", "dim"),
    Verdict.WARNING: ("look here", "yellow"),
    Verdict.BAD: ("wrong", "red"),
}
_WIDTH = max(len(word) for word, _ in _WORDS.values())


def run(arguments: Namespace, terminal: Terminal) -> int:
    with at_work(
        terminal, arguments.fleet, arguments.host, trusted=arguments.trust, quiet=arguments.json
    ) as desk:
        report = _tested(desk, desk.chosen if arguments.host else None)
        base = desk.fleet.directory.base
    if arguments.json:
        answer(
            terminal,
            "directory test",
            document=arguments.fleet,
            base=base,
            good=report.good,
            verdict=report.verdict.value,
            trials=[_trial_shape(trial) for trial in report.trials],
            contents=[_finding_shape(finding) for finding in report.contents],
            through=report.through or None,
        )
    else:
        _show(terminal, report)
    return exits.OK if report.good else exits.ERROR


def _tested(desk: Desk, hosts: tuple[str, ...] | None) -> BindingReport:
    from azdesk.app.binding.testing import check_binding

    def told(progress: Progress) -> None:
        if not desk.quiet and desk.terminal.is_screen:
            desk.terminal.transient(progress.text)

    try:
        return desk.runner.run(lambda job: check_binding(desk.session, hosts, job), told)
    finally:
        desk.terminal.transient("")


def _trial_shape(trial: Trial) -> shapes.Json:
    return {
        "host": trial.origin or None,
        "url": trial.url,
        "verdict": trial.verdict.value,
        "findings": [_finding_shape(finding) for finding in trial.findings],
    }


def _finding_shape(finding: Finding) -> shapes.Json:
    return {
        "key": finding.key,
        "title": finding.title,
        "verdict": finding.verdict.value,
        "text": finding.text,
        "next": finding.next_step,
    }


def _show(terminal: Terminal, report: BindingReport) -> None:
    for trial in report.trials:
        terminal.line(terminal.style(clean(f"{trial.url} from {trial.origin or 'this workstation'}"), "bold"))
        _lines(terminal, trial.findings)
    if report.contents:
        way = f", read by way of {report.through}" if report.through else ""
        terminal.line(terminal.style(clean(f"What the reader finds there{way}"), "bold"))
        _lines(terminal, report.contents)
    terminal.line("The binding works." if report.good else "The binding does not work so.")


def _lines(terminal: Terminal, findings: Iterable[Finding]) -> None:
    for finding in findings:
        word, colour = _WORDS[finding.verdict]
        for number, line in enumerate(_wrapped(finding, terminal.width)):
            mark = terminal.style(f"{word:<{_WIDTH}}", colour) if number == 0 else " " * _WIDTH
            terminal.line(f"  {mark}  {line}")


def _wrapped(finding: Finding, width: int) -> Iterator[str]:
    room = width - _WIDTH - 4
    yield from wrapped(clean(f"{finding.title}: {finding.text}"), room, "  ")
    if finding.next_step:
        yield from wrapped(f"  → {clean(finding.next_step)}", room, "    ")
