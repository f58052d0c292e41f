"""What anything needs that talks over a connection, whatever carries it."""

from __future__ import annotations

from typing import Protocol


class ByteStream(Protocol):
    """A pair of byte streams to another program. One thread reads, one thread writes, any thread closes."""

    @property
    def alive(self) -> bool:
        """Whether it looks usable; a connection that broke silently may still look so."""

    def read(self, timeout: float) -> bytes:
        """Some bytes, or none at the end of the stream.

        Raises:
            TimeoutError: nothing came within `timeout` seconds.
            OSError: the stream broke.
        """

    def write(self, data: bytes, timeout: float) -> None:
        """All of `data`; one thread at a time.

        Raises:
            TimeoutError: not taken within `timeout` seconds.
            OSError: the stream is closed.
        """

    def close(self) -> None:
        """End both directions and wake whoever reads or writes. Does not block, may be called twice."""
