"""Calls over practice hosts whose recordings are there afterwards, with a tone as sound."""

from __future__ import annotations

import itertools
import math
import os
import re
import struct
import time
from typing import TYPE_CHECKING

from azdesk.practice.files import Attributes

if TYPE_CHECKING:
    from azdesk.practice.fleet import PracticeFleet
    from azdesk.practice.host import PracticeHost
    from azdesk.voice.simulating import Journey

_RATE = 8000
_FILE = Attributes(mode=0o640, owner="asterisk", group="asterisk")
_FOLDER = Attributes(mode=0o755, owner="asterisk", group="asterisk")
_SIGNS = {"+hhmm": "%z", "YYYY": "%Y", "MM": "%m", "DD": "%d", "hh": "%H", "mm": "%M", "ss": "%S"}
"""Letters of the simulator where a plan has no time."""


def call(
    fleet: PracticeFleet,
    host: str,
    caller: str,
    number: str,
    *,
    seconds: float = 2.0,
    at: float | None = None,
) -> Journey:
    """A phone of a host has called, and somebody has answered wherever a phone was called.

    Args:
        seconds: how long they talked.
        at: when it began, in seconds since the epoch; None: so that it ends now.
    """
    from azdesk.practice.asterisk.channels import PracticeCall

    made = PracticeCall(fleet.host(host), caller, number, answers=lambda _host, _number: "answers")
    made.end(began=time.time() - seconds if at is None else at, talked=seconds)
    return made.journey


def record(host: PracticeHost, path: str, key: str, began: float, seconds: float) -> None:
    """The file that MixMonitor makes, with its day's folder; its parent has to be there, and Asterisk's.

    Args:
        path: as the simulator has it, with letters for the moment and another identifier.
        key: the channel's identifier.
    """
    moment = time.localtime(began)
    for letters, sign in _SIGNS.items():
        path = path.replace(letters, time.strftime(sign, moment))
    name = re.sub(r"_0\.\d+\.wav$", lambda _: f"_{key}.wav", path)
    day = name.rpartition("/")[0]
    files = host.files
    if not files.allows(day.rpartition("/")[0], "asterisk", frozenset({"asterisk"}), 3):
        return  # as Asterisk: the call goes on, and nothing is recorded
    if not files.exists(day):
        files.folder(day, _FOLDER)
    files.write(name, wave(seconds), _FILE)
    os.utime(files.target(name), (began + seconds,) * 2)


def wave(seconds: float, tone: float = 440.0) -> bytes:
    """A .wav file as Asterisk writes it: 8000 samples a second of 16 bits, one channel."""
    count = int(seconds * _RATE)
    period = [int(8000 * math.sin(2 * math.pi * tone * at / _RATE)) for at in range(_RATE)]
    sound = struct.pack(f"<{count}h", *itertools.islice(itertools.cycle(period), count))
    head = struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        b"RIFF", 36 + len(sound), b"WAVE", b"fmt ", 16, 1, 1, _RATE, 2 * _RATE, 2, 16, b"data", len(sound),
    )  # fmt: skip
    return head + sound
