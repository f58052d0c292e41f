"""A telephone on this machine, the program baresip: it sends a tone, and keeps what it hears.

with Telephone(folder, a253.address, "6801", "secret", tone=1000) as callee:
    with Telephone(folder, a251.address, "6853", "secret", tone=440, dial="3026801") as caller:
        caller.talk()
    assert share(callee.heard(), 440) > 0.5
"""

from __future__ import annotations

import math
import re
import signal
import socket
import subprocess
import tempfile
import threading
import time
import wave
from pathlib import Path
from types import TracebackType

_CONFIG = """\
poll_method epoll
sip_listen {own}:0
net_interface {own}
module_path {modules}
module g711.so
module aufile.so
module sndfile.so
module_tmp account.so
module_app menu.so
audio_source aufile,{folder}/tone.wav
ausrc_srate 8000
auplay_srate 8000
snd_path {folder}
rtp_ports 30000-40000
"""
RATE = 8000
"""Samples in a second, of all that is sent and kept."""


class Telephone:
    """Registered while the block runs; takes every call. With `dial` it makes one as soon as it is there."""

    def __init__(
        self, keep: Path, host: str, number: str, password: str, *, tone: int, dial: str = ""
    ) -> None:
        """Args:
        keep: folder where what it hears is kept.
        tone: what it sends, in hertz.
        """
        self._host, self._number, self._password = host, number, password
        self._tone, self._dial = tone, dial
        self._lines: list[str] = []
        self._folder = Path(tempfile.mkdtemp(prefix=f"{number}-", dir=keep))

    def __enter__(self) -> Telephone:
        folder = self._folder
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect((self._host, 5060))
            own = probe.getsockname()[0]
        modules = next(Path("/usr/lib").glob("**/baresip/modules"))
        (folder / "config").write_text(_CONFIG.format(own=own, modules=modules, folder=folder))
        (folder / "accounts").write_text(
            f"<sip:{self._number}@{self._host}:5060;transport=udp>;auth_user={self._number};auth_pass={self._password}"
            ";regint=60;answermode=auto;audio_codecs=PCMA/8000/1\n"
        )
        (folder / "contacts").write_text("")
        _write_tone(folder / "tone.wav", self._tone, seconds=40)
        argv = ["stdbuf", "-oL", "-eL", "baresip", "-4", "-f", str(folder)]
        if self._dial:
            argv += ["-e", f"/dial {self._dial}\n"]
        self._process = subprocess.Popen(
            argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self._reader = threading.Thread(target=self._read)
        self._reader.start()
        try:
            self.until(r" 200 OK .*binding")
        except BaseException:
            self._leave()
            raise
        return self

    def _read(self) -> None:
        for line in self._process.stdout or ():
            self._lines.append(line)

    @property
    def said(self) -> str:
        """All that the program has printed."""
        return "".join(self._lines)

    def until(self, pattern: str, seconds: float = 20) -> str:
        """Wait until the program has printed something."""
        end = time.monotonic() + seconds
        while not (found := re.search(pattern, self.said)):
            assert time.monotonic() < end, (pattern, self.said)
            assert self._process.poll() is None, self.said
            time.sleep(0.05)
        return found[0]

    def talk(self, seconds: float = 2.5) -> None:
        """Stay in the call for a while after it was answered."""
        self.until("Call established")
        time.sleep(seconds)

    def heard(self, piece: int = -1) -> Path:
        """What was heard in the last call, once it is over and written to its end.

        Args:
            piece: the last one is the call itself; those before it are what was played before somebody answered.
        """
        end = time.monotonic() + 10
        while not (found := [one for one in self._folder.glob("dump-*-dec.wav") if _is_whole(one)]):
            assert time.monotonic() < end, self.said
            time.sleep(0.05)
        return sorted(found, key=lambda one: one.stat().st_mtime)[piece]

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._leave()

    def _leave(self) -> None:
        """As by Ctrl-C: the phone hangs up and unregisters."""
        self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reader.join()
        if self._process.stdout:
            self._process.stdout.close()


def _is_whole(path: Path) -> bool:
    """Whether the program has closed the file: until then its head says that there is nothing in it, or is missing."""
    try:
        with wave.open(str(path), "rb") as file:
            return file.getnframes() > 0
    except (wave.Error, EOFError):
        return False


def _write_tone(path: Path, tone: int, seconds: int) -> None:
    one = b"".join(
        round(9000 * math.sin(2 * math.pi * tone * at / RATE)).to_bytes(2, "little", signed=True)
        for at in range(RATE)
    )
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        # A tone of whole hertz goes on without a break.
        file.writeframes(one * seconds)


def _samples(path: Path | str) -> list[int]:
    with wave.open(str(path), "rb") as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, RATE)
        raw = file.readframes(file.getnframes())
    return [int.from_bytes(raw[at : at + 2], "little", signed=True) for at in range(0, len(raw) - 1, 2)]


def is_loud(path: Path | str) -> bool:
    """Whether anything sounds in a file."""
    return max(map(abs, _samples(path)), default=0) > 1000


def share(path: Path | str, tone: int) -> float:
    """How much of all sound is a tone, 0 to 1, in the second of a file in which it is most of it; 0 where nothing sounds."""
    samples = _samples(path)
    starts = range(0, max(1, len(samples) - RATE + 1), RATE // 2)
    return max(_share(samples[at : at + RATE], tone) for at in starts)


def _share(samples: list[int], tone: int) -> float:
    """By Goertzel's filter."""
    energy = sum(one * one for one in samples)
    if len(samples) < RATE // 2 or energy < len(samples) * 100 * 100:
        return 0.0
    turn = 2 * math.cos(2 * math.pi * tone / RATE)
    before = last = 0.0
    for one in samples:
        before, last = last, one + turn * last - before
    power = before * before + last * last - turn * before * last
    return 2 * power / (len(samples) * energy)
