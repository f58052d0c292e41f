"""Hanging up a call, as the admin asks: a transaction of the host where it began, so that its journal says who did it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from azdesk.app.applying import run_steps
from azdesk.core.errors import AzdeskError
from azdesk.core.plan import HostPlan
from azdesk.core.probe import Command
from azdesk.core.progress import Job
from azdesk.core.step import Phase, Run, Wait

if TYPE_CHECKING:
    from azdesk.app.session import Session
    from azdesk.core.outcome import HostOutcome
    from azdesk.voice.live import Call

_NAME = re.compile(r"[\w./@:;+*#%=-]{1,120}", re.ASCII)


def title_of(call: Call) -> str:
    """What the host's journal calls it."""
    return f"Hang up the call from {call.caller or 'nobody known'} to {call.callee or 'nobody known'}"


def hang_up(session: Session, call: Call, job: Job | None = None) -> HostOutcome:
    """End a call by its caller's leg: the others, on whatever host, follow by themselves.

    Asterisk's console does it. The manager interface could, too, but who may do that there may also send calls elsewhere.

    Raises:
        AzdeskError: the leg has a name that cannot be typed at Asterisk's console.
    """
    if not _NAME.fullmatch(call.channel):
        raise AzdeskError(
            "Its channel has a name that cannot be typed at Asterisk's console.", where=call.hosts[0]
        )
    shown = Command(argv=("asterisk", "-rx", f"core show channel {call.channel}"), timeout=10)
    steps = (
        Wait(
            title="Make sure that it is still this call",
            probe=shown,
            # Names are used again after a restart; the id is not.
            expect=rf"(?m)^ *UniqueID: {re.escape(call.channel_key)}\s*$",
            phase=Phase.CHECK,
            timeout=3,
            failure="The call is over already.",
        ),
        Run(
            title=title_of(call),
            argv=("asterisk", "-rx", f"channel request hangup {call.channel}"),
            expect="Requested Hangup|is not a known channel",
            timeout=15,
        ),
        Wait(
            title="Verify that it is over",
            probe=shown,
            expect="is not a known channel",
            phase=Phase.VERIFY,
            timeout=15,
            failure="Asterisk was asked to hang up, but the call goes on.",
        ),
    )
    return run_steps(session, HostPlan(host=call.hosts[0], steps=steps), job or Job(), title=title_of(call))
