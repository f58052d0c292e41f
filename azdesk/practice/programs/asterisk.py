"""The remote console of Asterisk: ``asterisk -rx``."""

from __future__ import annotations

from azdesk.practice.asterisk import console
from azdesk.practice.asterisk.service import of
from azdesk.practice.programs import Call, Output, Program

_TAKES = 0.05


def _asterisk(call: Call) -> Output:
    words = call.argv[1:]
    call.pause(_TAKES)
    with call.host.world.lock:
        call.host.world.settle()
        running = of(call.host)
        if running is None:
            place = "/var/run/asterisk/asterisk.ctl"
            return Output(1, err=f"Unable to connect to remote asterisk (does {place} exist?)\n")
        order = next((words[at + 1] for at, word in enumerate(words[:-1]) if word in ("-rx", "-x")), "")
        return Output(out=console.run(running, order))


PROGRAMS = {"asterisk": Program(run=_asterisk, package="asterisk")}
