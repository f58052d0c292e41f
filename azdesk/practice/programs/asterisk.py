"""The remote console of Asterisk: ``asterisk -rx``. So far what looking at the service needs."""

from __future__ import annotations

from azdesk.practice.programs import Call, Output, Program


def _asterisk(call: Call) -> Output:
    words = call.argv[1:]
    state = call.host.systemd.unit("asterisk")
    if state is None or not state.main_pid:
        place = "/var/run/asterisk/asterisk.ctl"
        return Output(1, err=f"Unable to connect to remote asterisk (does {place} exist?)\n")
    order = next((words[at + 1] for at, word in enumerate(words[:-1]) if word in ("-rx", "-x")), "")
    call.pause(0.05)
    if order == "core show version":
        version = call.host.installed().get("asterisk", "")
        number = version.partition(":")[2].rpartition("-")[0] or version
        return Output(
            out=f"Asterisk {number} built by nobody @ buildd.debian.org on a unknown running Linux\n"
        )
    if order == "core waitfullybooted":
        return Output(out="Asterisk has fully booted.\n")
    if order == "dialplan reload":
        return Output(out="Dialplan reloaded.\n")
    hint = f"No such command '{order}' (type 'core show help {order}' for other possible commands)\n"
    return Output(out=hint)


PROGRAMS = {"asterisk": Program(run=_asterisk, package="asterisk")}
