"""How an apply goes on: a bar per host on a screen, plain lines in a pipe, nothing with ``--json``."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from azdesk.cli.terminal import Terminal, clean
from azdesk.core.outcome import HostState, StepState
from azdesk.core.plan import HostPlan
from azdesk.core.progress import Progress

if TYPE_CHECKING:
    from rich.progress import TaskID

ENDED = {
    HostState.RIGHT: "nothing to do",
    HostState.CHANGED: "changed and verified",
    HostState.ROLLED_BACK: "rolled back",
    HostState.NOT_RUN: "not changed",
    HostState.AWAITED: "link lost, end not known yet",
    HostState.NEEDS_HELP: "needs your help",
}
"""Words for the end of a host's plan."""


class Shown(Protocol):
    """Something that shows progress; called from several threads."""

    def __enter__(self) -> Shown: ...
    def __exit__(self, *error: object) -> None: ...
    def __call__(self, progress: Progress) -> None: ...
    def pause(self) -> None: ...
    def resume(self) -> None: ...


class Silent:
    """Shows nothing."""

    def __enter__(self) -> Silent:
        return self

    def __exit__(self, *error: object) -> None:
        return

    def __call__(self, progress: Progress) -> None:
        del progress

    def pause(self) -> None:
        return

    def resume(self) -> None:
        return


class Lines(Silent):
    """A line for each step that begins, fails, or ends a host's plan."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal

    def __call__(self, progress: Progress) -> None:
        if progress.state == StepState.RUNNING:
            self._say(progress, f"{progress.step + 1}/{progress.total}  {progress.text}")
        elif progress.state == StepState.FAILED:
            self._say(progress, f"{progress.step + 1}/{progress.total}  failed: {progress.text}")
        elif progress.step < 0 and not progress.total:
            # Neither a step nor an end, which the result tells with its reason: a link that is being sought.
            self._say(progress, progress.text)

    def _say(self, progress: Progress, text: str) -> None:
        self._terminal.line(f"{progress.host}  {clean(text)}")


class Bars:
    """A bar for each host that changes, with the step it is at."""

    def __init__(self, terminal: Terminal, plans: Sequence[HostPlan]) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as RichProgress
        from rich.table import Column

        self._bars = RichProgress(
            TextColumn("{task.description}", markup=False),
            BarColumn(
                bar_width=24, complete_style="cyan", finished_style="green", pulse_style="bright_black"
            ),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[doing]}", markup=False, table_column=Column(no_wrap=True, ratio=1)),
            console=Console(
                file=terminal.stdout, no_color=not terminal.colours, highlight=False, force_terminal=True
            ),
            refresh_per_second=5,
            expand=True,
        )
        self._tasks: dict[str, TaskID] = {
            plan.host: self._bars.add_task(
                plan.host, total=len(plan.steps), doing=_waiting(plan), start=False
            )
            for plan in plans
        }
        self._running: set[str] = set()
        self._lock = threading.Lock()

    def __enter__(self) -> Bars:
        self._bars.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._bars.stop()

    def __call__(self, progress: Progress) -> None:
        task = self._tasks.get(progress.host)
        if task is None:
            return
        with self._lock:
            if progress.host not in self._running:
                self._running.add(progress.host)
                self._bars.start_task(task)
        text = ENDED[HostState(progress.text)] if progress.text in set(HostState) else progress.text
        failed = progress.state == StepState.FAILED
        self._bars.update(task, completed=progress.done, doing=clean(f"failed: {text}" if failed else text))
        if progress.step < 0 and progress.done == progress.total:
            self._bars.stop_task(task)

    def pause(self) -> None:
        self._bars.stop()

    def resume(self) -> None:
        self._bars.start()


def _waiting(plan: HostPlan) -> str:
    return f"waits for {', '.join(plan.after)}" if plan.after else "connecting"


def shown_for(terminal: Terminal, plans: Sequence[HostPlan], *, quiet: bool) -> Shown:
    """What suits this terminal."""
    if quiet:
        return Silent()
    if terminal.is_screen and terminal.colours:
        return Bars(terminal, plans)
    return Lines(terminal)
