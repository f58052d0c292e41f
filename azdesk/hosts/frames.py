"""Frames of the link: four bytes of length, then one JSON object; see docs/link.md. No I/O here."""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Iterator, Mapping
from typing import Any

from azdesk.core.errors import ProtocolError

LIMIT = 64 << 20
"""Bytes of JSON in one frame, at most."""
NOISE_LIMIT = 64 << 10
"""Bytes that a login shell may print before the helper's first frame."""

_HEADER = struct.Struct(">I")
_FIRST = re.compile(rb'\{\s*"hello"')


def encode(message: Mapping[str, Any]) -> bytes:
    """One frame.

    Raises:
        ProtocolError: the message is larger than a frame may be.
    """
    # ASCII only, so that the surrogates standing for undecodable bytes of a file survive.
    return wrap(json.dumps(message, ensure_ascii=True, separators=(",", ":")).encode("ascii"))


def wrap(body: bytes) -> bytes:
    """One frame from JSON that is already encoded."""
    if len(body) > LIMIT:
        raise ProtocolError(
            f"This request would be {len(body) >> 20} MiB; at most {LIMIT >> 20} MiB can be sent at once."
        )
    return _HEADER.pack(len(body)) + body


class FrameReader:
    """Takes bytes in any pieces, gives frames. Never holds more than one frame and what came with it.

    Args:
        host: name for error texts.
        skip_noise: whether text before the first frame is passed over: shells print greetings there. The
            first frame is then recognised by its key ``hello``.
    """

    def __init__(self, host: str, *, skip_noise: bool = False) -> None:
        self._host = host
        self._data = bytearray()
        self._skipping = skip_noise
        self.noise = b""
        """What was passed over."""

    def feed(self, data: bytes) -> None:
        """Add bytes as they came."""
        self._data += data

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """The frames that are complete by now, each once.

        Raises:
            ProtocolError: what came cannot be a frame; the reader is of no use afterwards.
        """
        while (frame := self.next()) is not None:
            yield frame

    def next(self) -> dict[str, Any] | None:
        """The next frame, or None as long as it is not complete.

        Raises:
            ProtocolError: see `__iter__`.
        """
        if self._skipping and not self._find_first():
            return None
        if len(self._data) < _HEADER.size:
            return None
        (size,) = _HEADER.unpack_from(self._data)
        if size > LIMIT:
            raise self._nonsense(f"announces a message of {size} bytes")
        if len(self._data) < _HEADER.size + size:
            return None
        body = bytes(memoryview(self._data)[_HEADER.size : _HEADER.size + size])
        del self._data[: _HEADER.size + size]
        return self._decode(body)

    @property
    def pending(self) -> bytes:
        """Bytes that are not a complete frame, for error texts."""
        return bytes(self._data[-4096:])

    def _decode(self, body: bytes) -> dict[str, Any]:
        try:
            frame = json.loads(body.decode("utf-8"))
        except (ValueError, RecursionError) as error:
            raise self._nonsense("sent a message that is not JSON") from error
        if not isinstance(frame, dict):
            raise self._nonsense("sent a message that is not an object")
        return frame

    def _find_first(self) -> bool:
        starts = [match.start() - _HEADER.size for match in _FIRST.finditer(bytes(self._data))]
        for start in starts:
            if start >= 0 and 8 <= _HEADER.unpack_from(self._data, start)[0] <= NOISE_LIMIT:
                self.noise = bytes(self._data[:start])
                del self._data[:start]
                self._skipping = False
                return True
        if len(self._data) > 2 * NOISE_LIMIT:
            raise self._nonsense("keeps sending text instead of starting the helper")
        return False

    def _nonsense(self, what: str) -> ProtocolError:
        self._data.clear()
        return ProtocolError(
            f"The other side {what}.",
            where=self._host,
            next_step="Connect again; if it stays so, look at what the login shell there prints.",
        )
