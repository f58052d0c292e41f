"""What came of a plan, for reading."""

from __future__ import annotations

from collections.abc import Iterator

from azdesk.cli.plan_text import counted, wrapped
from azdesk.cli.progress import ENDED
from azdesk.cli.terminal import Terminal, clean
from azdesk.core.outcome import HostOutcome, HostState, Outcome, StepState

_STYLES = {
    HostState.RIGHT: "green",
    HostState.CHANGED: "green",
    HostState.ROLLED_BACK: "red",
    HostState.NOT_RUN: "yellow",
    HostState.AWAITED: "yellow",
    HostState.NEEDS_HELP: "red",
}


def show_outcome(terminal: Terminal, outcome: Outcome) -> None:
    """Print a paragraph for each host."""
    terminal.line()
    for host in outcome:
        for line in host_lines(terminal, host):
            terminal.line(line)


def host_lines(terminal: Terminal, host: HostOutcome) -> Iterator[str]:
    """How a host ended, why, and what was kept."""
    seconds = sum(step.seconds for step in host.steps)
    done = counted(len(host.steps), "step")
    took = f"  ({done}, {seconds:.1f} s)" if host.state is HostState.CHANGED else ""
    ended = terminal.style(ENDED[host.state], _STYLES[host.state])
    yield f"{terminal.style(host.host, 'bold')}  {ended}{took}"
    indent = "      "
    for step in host.steps:
        if step.state is StepState.FAILED and step.title not in host.message:
            yield from wrapped(f"{indent}failed: {clean(step.title)}", terminal.width, indent + "  ")
    if host.message:
        message = clean(host.message.removeprefix(f"{host.host}: "))
        yield from wrapped(f"{indent}{message}", terminal.width, indent)
    for name in host.backups:
        yield f"{indent}backup kept on the host: {clean(name)}"
