"""Calls over practice hosts: they follow what each Asterisk has loaded, and what that records is there afterwards, with a tone as sound."""

from __future__ import annotations

import itertools
import math
import os
import re
import struct
import time
from typing import TYPE_CHECKING

from azdesk.practice.asterisk.service import of
from azdesk.practice.files import Attributes
from azdesk.voice import deriving, reading
from azdesk.voice.simulating import Exchange, Journey, Way, World, simulate

if TYPE_CHECKING:
    from azdesk.practice.fleet import PracticeFleet
    from azdesk.practice.host import PracticeHost

_RATE = 8000
_COUNT = itertools.count(1)
_FILE = Attributes(mode=0o640, owner="asterisk", group="asterisk")
_FOLDER = Attributes(mode=0o755, owner="asterisk", group="asterisk")


def call(
    fleet: PracticeFleet,
    host: str,
    caller: str,
    number: str,
    *,
    context: str = "all",
    seconds: float = 2.0,
    at: float | None = None,
) -> Journey:
    """A phone of a host calls, and somebody answers wherever a phone is called.

    Args:
        seconds: how long they talk.
        at: when, in seconds since the epoch; None: now.
    """
    exchanges = {
        name: _exchange(one, fleet)
        for name, one in fleet.hosts.items()
        if one.role != "directory" and of(one)
    }
    journey = simulate(World(exchanges=exchanges), host, context, caller, number)
    if journey.connected:
        moment = time.localtime(fleet.world.time() if at is None else at)
        for step in journey.steps:
            if step.app.lower() == "mixmonitor":
                _record(fleet.hosts[step.host], step.data.partition(",")[0], moment, seconds)
    return journey


def _exchange(host: PracticeHost, fleet: PracticeFleet) -> Exchange:
    running = of(host)
    assert running is not None
    shown = running.dialplan.show()
    ways: dict[str, Way] = {
        deriving.host_endpoint(name): Way(host=name, context=deriving.HOSTS, name=name)
        for name in fleet.hosts
    }
    for trunk in re.findall(rf"@({deriving.trunk_endpoint('')}[a-z0-9-]+)", shown):
        ways[trunk] = Way(name=trunk.removeprefix(deriving.trunk_endpoint("")))
    return Exchange(plan=reading.parse(shown), ways=ways)


def _record(host: PracticeHost, path: str, moment: time.struct_time, seconds: float) -> None:
    """The file that MixMonitor makes, with its day's folder; its parent has to be there, and Asterisk's."""
    words = {"YYYY": "%Y", "MM": "%m", "DD": "%d", "hh": "%H", "mm": "%M", "ss": "%S"}
    for word, sign in (("+hhmm", "%z"), *words.items()):
        path = path.replace(word, time.strftime(sign, moment))
    name = re.sub(r"_0\.\d+\.wav$", f"_{int(time.mktime(moment))}.{next(_COUNT)}.wav", path)
    day = name.rpartition("/")[0]
    files = host.files
    if not files.allows(day.rpartition("/")[0], "asterisk", frozenset({"asterisk"}), 3):
        return  # as Asterisk: the call goes on, and nothing is recorded
    if not files.exists(day):
        files.folder(day, _FOLDER)
    files.write(name, wave(seconds), _FILE)
    ended = time.mktime(moment) + seconds
    os.utime(files.target(name), (ended, ended))


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


__all__: list[str] = ["call", "wave"]
