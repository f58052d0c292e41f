"""“Test this binding”: what the test of `azdesk.app.binding` found, as sentences with marks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from azdesk.app.binding.findings import Finding, Verdict
from azdesk.app.binding.testing import check_binding
from azdesk.ui.mapping.words import filled
from azdesk.ui.viewmodels import State

if TYPE_CHECKING:
    from azdesk.app.session import Session
    from azdesk.core.progress import Job
    from azdesk.ui.editors.lists import Line

_STATES = {
    Verdict.GOOD: State.RIGHT,
    Verdict.NOTE: None,
    Verdict.UNTRIED: State.UNKNOWN,
    Verdict.WARNING: State.DIFFERS,
    Verdict.BAD: State.FAILING,
}


def run_test(session: Session, job: Job) -> tuple[Line, ...]:
    """Try the directory from this workstation and from all hosts.

    Raises:
        DirectoryError: the document has none.
        Cancelled: by the job.
    """
    tr = QCoreApplication.translate
    report = check_binding(session, job=job)
    lines: list[Line] = []
    for trial in report.trials:
        origin = trial.origin or tr("Binding", "this workstation")
        lines.append((_STATES[trial.verdict], filled(tr("Binding", "%1 from %2"), trial.url, origin)))
        lines += [_line(one, indent=True) for one in trial.findings]
    if report.contents:
        lines.append((None, tr("Binding", "What the directory has")))
        lines += [_line(one, indent=True) for one in report.contents]
    return tuple(lines)


def _line(finding: Finding, *, indent: bool) -> Line:
    text = f"{finding.title}: {finding.text}"
    if finding.next_step:
        text += f" {finding.next_step}"
    return _STATES[finding.verdict], ("    " if indent else "") + text
