"""The helper's end of the link on a practice host, where the link's faults happen."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from azdesk.practice.faults import Faults

if TYPE_CHECKING:
    from azdesk.practice.shell import Pipe

_NOTICED = 2.0
_MOMENT = 0.05
_RUBBISH = b"\xff\xfe%% not what anybody asked for %%\n"


class HelperLink:
    """Standard input and output of one helper.

    Args:
        pipe: the channel.
        faults: of the host.
    """

    def __init__(self, pipe: Pipe, faults: Faults) -> None:
        self._pipe = pipe
        self._faults = faults
        self._ended = threading.Event()
        self._greeted = False

    def recv(self, size: int) -> bytes:
        """Up to so many bytes from the workstation, none when the link has ended."""
        if self._ended.is_set():
            return b""
        try:
            data = self._pipe.recv(size)
        except OSError:
            data = b""
        if not data:
            self._ended.set()
        return data

    def sendall(self, data: bytes) -> None:
        """Send one frame to the workstation."""
        if self._faults.slow:
            time.sleep(self._faults.slow)
        wanted = "answer" if self._greeted else "greeting"
        self._greeted = True
        self._pipe.sendall(_RUBBISH if self._faults.rubbish == wanted else data)

    def cut(self) -> None:
        """Break the link and wait until the helper can have noticed."""
        self._pipe.cut()
        self._ended.wait(_NOTICED)
        time.sleep(_MOMENT)
