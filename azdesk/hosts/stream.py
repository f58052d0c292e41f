"""What a link needs from whatever carries it."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Protocol

from azdesk.core.errors import LinkError
from azdesk.core.progress import Job
from azdesk.fleet.model import Fleet


class Stream(Protocol):
    """A pair of byte streams to a helper that was just started."""

    @property
    def alive(self) -> bool:
        """Whether it looks usable; a connection that broke silently may still look so."""

    def read(self, timeout: float) -> bytes:
        """Some bytes, or none at the end of the stream.

        Raises:
            TimeoutError: nothing came within `timeout` seconds.
        """

    def write(self, data: bytes, timeout: float) -> None:
        """All of `data`; one thread at a time.

        Raises:
            TimeoutError: not taken within `timeout` seconds.
            OSError: the stream is closed.
        """

    def explain(self, said: bytes) -> LinkError | None:
        """Why it ended before the helper's first frame, if that can be told (no python3, sudo refused).

        Args:
            said: what came instead of a frame.
        """

    def close(self) -> None:
        """End both directions and wake whoever reads or writes. Does not block, may be called twice."""


class Transport(Protocol):
    """Opens streams to helpers."""

    def open(self, fleet: Fleet, host: str, job: Job) -> Stream:
        """Reach a host, log in, start the helper. Blocks; returns without waiting for the helper's hello.

        Raises:
            LinkError: it could not be reached, or not logged in to.
            CredentialError: a secret is missing.
            Cancelled: by the job.
        """

    def route(self, fleet: Fleet, host: str) -> Hashable:
        """All that decides how a host is reached; links whose route changed are closed."""

    def close(self) -> None:
        """Give up what is shared between streams."""
