"""What a link needs from whatever carries it."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Protocol

from azdesk.core.bytestream import ByteStream
from azdesk.core.errors import LinkError
from azdesk.core.progress import Job
from azdesk.fleet.model import Fleet


class Stream(ByteStream, Protocol):
    """A pair of byte streams to a helper that was just started."""

    def explain(self, said: bytes) -> LinkError | None:
        """Why it ended before the helper's first frame, if that can be told (no python3, sudo refused).

        Args:
            said: what came instead of a frame.
        """


class Transport(Protocol):
    """Opens streams to helpers."""

    def open(self, fleet: Fleet, host: str, job: Job) -> Stream:
        """Reach a host, log in, start the helper. Blocks; returns without waiting for the helper's hello.

        Raises:
            LinkError: it could not be reached, or not logged in to.
            CredentialError: a secret is missing.
            Cancelled: by the job.
        """

    def relay(self, fleet: Fleet, host: str, target: str, job: Job) -> ByteStream:
        """Reach a host, log in, and have a stream to something there; see `azdesk.hosts.relay`.

        Raises:
            Unreachable: the host, or the target from there.
            LinkError: not logged in, or not allowed.
            CredentialError: a secret is missing.
            Cancelled: by the job.
        """

    def route(self, fleet: Fleet, host: str) -> Hashable:
        """All that decides how a host is reached; links whose route changed are closed."""

    def close(self) -> None:
        """Give up what is shared between streams."""
