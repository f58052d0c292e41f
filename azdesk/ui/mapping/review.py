"""A plan as it is shown for approval, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication

from azdesk.core.masking import shown_file
from azdesk.core.outcome import HostOutcome, HostState, Outcome, StepState
from azdesk.core.plan import HostPlan, Plan
from azdesk.core.probe import Command, Connect, Http
from azdesk.core.progress import Progress
from azdesk.core.step import (
    Archive,
    InstallPackages,
    Login,
    MakeFolder,
    Purge,
    RemoveFolder,
    RestoreArchive,
    Run,
    Step,
    Unit,
    Wait,
    WriteFile,
)
from azdesk.ui.mapping.words import counted, filled, listed, moment, unit_name
from azdesk.ui.reviewmodels import (
    FileDiff,
    HostReport,
    Irreversible,
    ReviewHost,
    ReviewModel,
    ReviewResult,
    ReviewStep,
    StepReport,
)
from azdesk.ui.viewmodels import State

if TYPE_CHECKING:
    from azdesk.app.planning import Preview

_TWO_WORDS: Final = ("Back up", "Log in", "Make up", "Set up", "Take out", "Put back")


@dataclass(frozen=True, kw_only=True)
class Approvable:
    """The part of a plan that can run now, and why the rest cannot."""

    preview: Preview
    """Only hosts that can run; this is what gets approved."""
    held_back: tuple[tuple[str, str], ...] = ()
    """(host, why) of hosts with something to do that cannot be done now."""


def approvable(preview: Preview) -> Approvable:
    """Part a plan into what can run and what cannot: blocked hosts, and those that wait for one of them."""
    tr = QCoreApplication.translate
    blocked = {
        plan.host: " ".join(note.text for note in plan.notes if note.blocking)
        for plan in preview.plan
        if plan.blocked
    }
    able: list[HostPlan] = []
    for plan in preview.plan:
        waits = [host for host in plan.after if host in blocked]
        if plan.blocked:
            continue
        if plan.steps and waits:
            blocked[plan.host] = filled(
                tr("Review", "It waits for %1, which cannot be changed now."), listed(waits)
            )
        elif plan.steps:
            able.append(plan)
    return Approvable(
        preview=replace(preview, plan=Plan(hosts=tuple(able))), held_back=tuple(blocked.items())
    )


def review(part: Approvable) -> ReviewModel:
    """The plan for approval."""
    tr = QCoreApplication.translate
    plans = part.preview.plan.hosts
    steps = sum(len(plan.steps) for plan in plans)
    looks = [
        part.preview.observations[plan.host].at for plan in plans if plan.host in part.preview.observations
    ]
    hosts = [_host(plan) for plan in plans]
    hosts += [
        ReviewHost(key=host, name=host, summary=tr("Review", "left out"), detail=why, held_back=True)
        for host, why in part.held_back
    ]
    size = ""
    if steps:
        size = filled(
            tr("Review", "%1 on %2"),
            counted(steps, tr("Review", "1 step"), tr("Review", "%1 steps")),
            counted(len(plans), tr("Review", "1 host"), tr("Review", "%1 hosts")),
        )
    problem = ""
    if not plans and part.held_back:
        host, why = part.held_back[0]
        problem = filled(tr("Review", "%1: %2"), host, why)
    return ReviewModel(
        title=filled(tr("Review", "Review %1"), size) if size else tr("Review", "Nothing to apply"),
        size=size,
        made_at=moment(min(looks, default=0.0)),
        hosts=tuple(hosts),
        irreversible=tuple(item for plan in plans for item in irreversible(part.preview, plan)),
        problem=problem,
    )


def _host(plan: HostPlan) -> ReviewHost:
    tr = QCoreApplication.translate
    words = [counted(len(plan.steps), tr("Review", "1 step"), tr("Review", "%1 steps"))]
    words += list(
        dict.fromkeys(
            filled(tr("Review", "%1 %2"), step.action, unit_name(step.unit))
            for step in plan.steps
            if isinstance(step, Unit) and step.action not in ("enable", "disable")
        )
    )
    if plan.after:
        words.append(filled(tr("Review", "after %1"), listed(plan.after)))
    return ReviewHost(
        key=plan.host,
        name=plan.host,
        summary=" · ".join(words),
        detail="\n".join(note.text for note in plan.notes),
        steps=tuple(_step(index, step) for index, step in enumerate(plan.steps)),
    )


def _step(index: int, step: Step) -> ReviewStep:
    verb, text = split_title(step.title)
    return ReviewStep(
        key=str(index),
        verb=verb,
        text=text,
        detail="\n\n".join(part for part in (explained(step), step.irreversible) if part),
        diff=_diff(step),
        irreversible=bool(step.irreversible),
    )


def split_title(title: str) -> tuple[str, str]:
    """A step's title as verb and the rest."""
    for verb in _TWO_WORDS:
        if title.startswith(verb + " "):
            return verb, title[len(verb) + 1 :]
    verb, _, text = title.partition(" ")
    return verb, text


def _diff(step: Step) -> FileDiff | None:
    file = shown_file(step)
    if file is None:
        return None
    note = f"{step.owner}:{step.group} {step.mode:04o}" if isinstance(step, WriteFile) else ""
    return FileDiff(path=file.path, before=file.before, after=file.after, note=note)


def explained(step: Step) -> str:
    """What a step without a file does, and how it is taken back."""
    tr = QCoreApplication.translate
    match step:
        case Unit():
            return filled(tr("Review", "systemctl %1 %2"), step.action, step.unit)
        case Run():
            words = filled(tr("Review", "Runs: %1"), " ".join(step.argv))
            if step.undo:
                words += "\n" + filled(tr("Review", "Taken back with: %1"), " ".join(step.undo))
            return words
        case InstallPackages():
            return filled(
                tr(
                    "Review",
                    "Installs %1 from the host's own sources. Rolling back removes what was not there.",
                ),
                ", ".join(step.names),
            )
        case Archive():
            return filled(
                tr("Review", "Packs %1 into a backup that stays on the host and can be downloaded."),
                ", ".join(f"{step.folder.rstrip('/')}/{pattern}" for pattern in step.patterns),
            )
        case Purge():
            return filled(
                tr("Review", "Takes %1 out of %2. They come back if a later step fails."),
                " ".join(step.patterns),
                step.folder,
            )
        case RestoreArchive():
            return filled(tr("Review", "Unpacks %1 into %2."), step.archive, step.folder)
        case MakeFolder():
            owner = f"{step.owner}:{step.group} {step.mode:04o}"
            return filled(tr("Review", "%1, owned by %2."), step.path, owner)
        case RemoveFolder():
            return filled(tr("Review", "%1, if it is empty."), step.path)
        case Wait():
            return _waited(step)
        case Login():
            who, where = step.account, ", ".join(step.servers)
            if step.refused:
                return filled(tr("Review", "Logs in as %1 at %2, which must be refused."), who, where)
            return filled(tr("Review", "Logs in as %1 at %2, and out again."), who, where)
    return ""


def _waited(step: Wait) -> str:
    tr = QCoreApplication.translate
    match step.probe:
        case Connect(address=address, port=port):
            what = filled(tr("Review", "a connection to %1:%2"), address, port)
        case Command(argv=argv):
            what = filled(tr("Review", "the answer of %1"), " ".join(argv))
        case Http(port=port, path=path):
            what = filled(tr("Review", "an answer on port %1, %2"), port, path)
        case _:
            what = step.probe.kind
    return filled(tr("Review", "Waits for %1, for at most %2 seconds."), what, f"{step.timeout:g}")


def irreversible(preview: Preview, plan: HostPlan) -> tuple[Irreversible, ...]:
    """What cannot be undone on a host, as one entry for each word that has to be typed."""
    tr = QCoreApplication.translate
    words: dict[str, list[str]] = {}
    for step in plan.irreversible:
        words.setdefault(step.confirm or preview.fleet.node(plan.host), []).append(step.irreversible)
    backup = any(isinstance(step, Archive) for step in plan.steps)
    return tuple(
        Irreversible(
            key=plan.host,
            sentence=" ".join(dict.fromkeys(sentences)),
            confirm=confirm,
            backup=tr("Review", "Download a backup first…") if backup else "",
        )
        for confirm, sentences in words.items()
    )


def step_reports(plan: Plan, news: Iterable[Progress]) -> tuple[StepReport, ...]:
    """What progress says about steps."""
    reports = []
    for progress in news:
        if progress.step < 0 or not progress.state:
            continue
        steps = plan.host(progress.host).steps
        if progress.step < len(steps):
            title = steps[progress.step].title
            reports.append(
                StepReport(
                    host=progress.host,
                    step=str(progress.step),
                    state=StepState(progress.state),
                    text="" if progress.text == title else progress.text,
                )
            )
    return tuple(reports)


def outcome_reports(outcome: HostOutcome) -> tuple[StepReport, ...]:
    """How each step of a host ended."""
    tr = QCoreApplication.translate
    return tuple(
        StepReport(
            host=outcome.host,
            step=str(index),
            state=step.state,
            text=step.message
            or (filled(tr("Review", "took %1 s"), f"{step.seconds:.1f}") if step.seconds >= 0.05 else ""),
        )
        for index, step in enumerate(outcome.steps)
    )


def host_report(outcome: HostOutcome) -> HostReport:
    """What came of the plan on one host, in a sentence."""
    tr = QCoreApplication.translate
    words = {
        HostState.RIGHT: tr("Review", "It was right already."),
        HostState.CHANGED: tr("Review", "Changed, and verified by reading everything again."),
        HostState.ROLLED_BACK: tr("Review", "Rolled back: the host is as it was before."),
        HostState.NOT_RUN: tr("Review", "Nothing was touched."),
        HostState.AWAITED: tr("Review", "The link was lost; AZDesk asks as soon as the host answers."),
        HostState.NEEDS_HELP: tr("Review", "Not everything could be put back."),
    }
    text = f"{words[outcome.state]} {outcome.message}".strip()
    if outcome.backups:
        text += " " + filled(tr("Review", "Backup on the host: %1."), ", ".join(outcome.backups))
    return HostReport(host=outcome.host, state=outcome.state, text=text)


_WORST: Final = (
    (HostState.NEEDS_HELP, State.FAILING),
    (HostState.ROLLED_BACK, State.FAILING),
    (HostState.AWAITED, State.UNREACHABLE),
    (HostState.NOT_RUN, State.DIFFERS),
)


def result(outcome: Outcome) -> ReviewResult:
    """How it ended, over all hosts."""
    tr = QCoreApplication.translate
    by: dict[HostState, list[str]] = {}
    for host in outcome:
        by.setdefault(host.state, []).append(host.host)
    patterns = {
        HostState.CHANGED: tr("Review", "Changed and verified: %1."),
        HostState.RIGHT: tr("Review", "Right already: %1."),
        HostState.ROLLED_BACK: tr("Review", "Rolled back: %1."),
        HostState.NOT_RUN: tr("Review", "Not touched: %1."),
        HostState.AWAITED: tr("Review", "Link lost, will be asked again: %1."),
        HostState.NEEDS_HELP: tr("Review", "Needs help: %1."),
    }
    order = (*(state for state, _ in _WORST), HostState.CHANGED, HostState.RIGHT)
    sentence = " ".join(filled(patterns[state], listed(by[state])) for state in order if state in by)
    state = next((mark for worst, mark in _WORST if worst in by), State.RIGHT)
    bad = next((host for host in outcome if not host.good and host.message), None)
    return ReviewResult(
        state=state,
        sentence=sentence or tr("Review", "There was nothing to do."),
        detail=f"{bad.host}: {bad.message}" if bad is not None else "",
    )
