"""Running a program on this machine, with its output and a time limit."""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tests.lab.harness.errors import LabError


@dataclass(frozen=True, kw_only=True)
class Result:
    """How a command ended. `stdout` and `stderr` are text, decoded leniently."""

    argv: tuple[str, ...]
    returncode: int
    stdout: str
    stderr: str

    @property
    def ok(self) -> bool:
        return self.returncode == 0


def run(
    argv: Sequence[str],
    *,
    input: str | bytes | None = None,  # noqa: A002 - as subprocess.run names it
    timeout: float = 60.0,
    check: bool = True,
    env: Mapping[str, str] | None = None,
) -> Result:
    """Run `argv` and wait for it.

    Raises LabError when it cannot be started, runs longer than `timeout` seconds, or, with `check`, exits non-zero.
    """
    data = input.encode() if isinstance(input, str) else input
    try:
        done = subprocess.run(
            list(argv),
            input=data,
            stdin=subprocess.DEVNULL if data is None else None,
            capture_output=True,
            timeout=timeout,
            env=env,
            check=False,
        )
    except FileNotFoundError as error:
        raise LabError(f"The program {argv[0]} is not installed on this machine.") from error
    except subprocess.TimeoutExpired as error:
        raise LabError(f"No end after {timeout:g} s: {shlex.join(argv)}\n{_tail(error.stdout)}") from error
    result = Result(
        argv=tuple(argv),
        returncode=done.returncode,
        stdout=done.stdout.decode(errors="replace"),
        stderr=done.stderr.decode(errors="replace"),
    )
    if check and not result.ok:
        said = (result.stderr.strip() or result.stdout.strip())[-2000:]
        raise LabError(f"Exit {result.returncode} from {shlex.join(argv)}: {said}")
    return result


def _tail(output: bytes | None) -> str:
    return (output or b"").decode(errors="replace")[-500:]
