"""Start, stop, restart and read the log of a unit, as the admin asks: transactions too, so the journal has them."""

from __future__ import annotations

from azdesk.app.applying import run_steps
from azdesk.app.session import Session
from azdesk.core.errors import AzdeskError
from azdesk.core.outcome import HostOutcome
from azdesk.core.plan import HostPlan
from azdesk.core.probe import Command
from azdesk.core.progress import Job
from azdesk.core.step import Phase, Unit

ACTIONS = ("start", "stop", "restart", "reload")


def act(session: Session, host: str, unit: str, action: str, job: Job | None = None) -> HostOutcome:
    """Change a unit's state now; the document is not asked."""
    if action not in ACTIONS:
        raise AzdeskError(f"{action} is not something a unit can do.", next_step=f"Use {', '.join(ACTIONS)}.")
    phase = Phase.STOP if action == "stop" else Phase.RELOAD
    name = unit.removesuffix(".service")
    step = Unit(title=f"{action.capitalize()} {name}", unit=unit, action=action, phase=phase, timeout=120)
    return run_steps(session, HostPlan(host=host, steps=(step,)), job or Job(), title=step.title)


def last_lines(session: Session, host: str, unit: str, lines: int = 100, job: Job | None = None) -> str:
    """The newest log lines of a unit, as journalctl(1) prints them in its short-iso form."""
    argv = ("journalctl", "--unit", unit, "--lines", str(lines), "--output", "short-iso", "--no-pager")
    reading = session.pool.link(host, job).look({"log": Command(argv=argv)}).command("log")
    if not reading.found or reading.exit != 0:
        raise AzdeskError(
            f"The log of {unit} could not be read: {reading.err.strip() or 'journalctl is missing'}.",
            where=host,
        )
    return reading.out
