"""A host without python3 gets one: the only thing AZDesk does in plain sh."""

from __future__ import annotations

import codecs
import shlex
import time
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

from azdesk.core.errors import LinkLost, LinkTimeout, NoPython, StepFailed
from azdesk.core.progress import Job
from azdesk.fleet.model import Fleet
from azdesk.hosts.ssh import SshTransport

if TYPE_CHECKING:
    from azdesk.hosts.session import ChannelStream

TIMEOUT = 900.0
"""Seconds for downloading and installing."""

# python3-minimal would not do: modules are missing in it. A hang-up must not stop dpkg half way.
SCRIPT = """\
trap "" HUP
exec 2>&1 </dev/null
LC_ALL=C DEBIAN_FRONTEND=noninteractive
export LC_ALL DEBIAN_FRONTEND
command -v apt-get >/dev/null || { echo "There is no apt-get here."; exit 3; }
get() { apt-get -o DPkg::Lock::Timeout=120 -y --no-install-recommends install python3; }
get || { apt-get update && get; } || exit 4
echo "azdesk-python: $(python3 -I -c "import json, platform; print(platform.python_version())")"
"""

_MARK = "azdesk-python:"

OnOutput = Callable[[str], None]


def install_python(
    transport: SshTransport,
    fleet: Fleet,
    host: str,
    *,
    job: Job | None = None,
    on_output: OnOutput | None = None,
) -> str:
    """Install the distribution's python3 and see that it works.

    Args:
        job: stops it before the package manager has begun; afterwards it is left to finish.
        on_output: gets the package manager's output, line by line.

    Returns:
        The version that is there now.

    Raises:
        StepFailed: the package manager failed; carries its last words.
        NoPython: it succeeded, and still no python3 works.
        LinkError: the host cannot be reached or not become root on.
    """
    from azdesk.hosts.session import ChannelStream, give_password, run_command
    from azdesk.hosts.start import Start

    with transport.connected(fleet, host, job or Job()) as reached:
        try:
            start = Start(f"sh -c {shlex.quote(SCRIPT)}", reached.hop.sudo)
            stream = ChannelStream(run_command(reached, start.command), reached)
            if start.waits:
                give_password(stream, start, reached.hop, transport.secrets, host)
            said = _output(stream, host, on_output or _nobody)
            if not said and (refusal := stream.explain(b"")) is not None:
                raise refusal
        finally:
            reached.close()
    for line in said:
        if line.startswith(_MARK):
            version = line.removeprefix(_MARK).strip()
            if version:
                return version
            raise NoPython(
                "python3 was installed but does not run.",
                where=host,
                next_step="Look at it on the host itself.",
            )
    why = next((line for line in reversed(said) if line.startswith("E: ")), None)
    why = why or (said[-1] if said else "the host said nothing about it.")
    raise StepFailed(
        f"python3 could not be installed: {why}",
        where=host,
        next_step="Look at the output; install python3 on the host by hand.",
    )


def _output(stream: ChannelStream, host: str, on_output: OnOutput) -> list[str]:
    """All lines until the end; only the last thousand are kept."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    deadline = time.monotonic() + TIMEOUT
    said: deque[str] = deque(maxlen=1000)
    rest = ""
    while True:
        try:
            data = stream.read(deadline - time.monotonic())
        except TimeoutError as error:
            raise LinkTimeout(
                f"The package manager was not done after {TIMEOUT / 60:.0f} minutes.",
                where=host,
                next_step="It goes on by itself; look again later.",
            ) from error
        *lines, rest = (rest + decoder.decode(data, final=not data)).split("\n")
        if not data and rest:
            lines.append(rest)
        for line in lines:
            said.append(line.rstrip("\r"))
            on_output(said[-1])
        if not data:
            if not stream.ended_well and said and not said[-1].startswith(_MARK):
                raise LinkLost(
                    "The connection ended while python3 was being installed.",
                    where=host,
                    next_step="The package manager goes on by itself; try again in a minute.",
                )
            return list(said)


def _nobody(_line: str) -> None:
    pass
