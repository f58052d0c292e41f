"""What runs on a host that is logged in to: commands, and the helper with its byte stream."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from azdesk.core.errors import CredentialError, LinkError, LinkLost, LinkTimeout, SudoRefused
from azdesk.core.progress import Job
from azdesk.core.secret import Secret
from azdesk.fleet.credentials import SecretSource, for_sudo, reject
from azdesk.hosts.lean import Connection, paramiko
from azdesk.hosts.route import Hop
from azdesk.hosts.start import Start, SudoTalk, complaint, helper_program

CHANNEL_TIMEOUT = 15.0
SUDO_TIMEOUT = 30.0

_PACKING = threading.Lock()


@dataclass(frozen=True, kw_only=True)
class Reached:
    """A host that is logged in to."""

    connection: Connection
    hop: Hop
    where: str
    release: Callable[[], None]
    """Gives the jump host back."""

    def close(self) -> None:
        self.connection.close()
        self.release()

    def channel(self) -> paramiko.Channel:
        """A channel for one command.

        Raises:
            LinkError: the host does not give one.
        """
        try:
            return self.connection.open_session(timeout=CHANNEL_TIMEOUT)
        except (paramiko.SSHException, EOFError, OSError) as error:
            if not self.connection.is_active():
                raise LinkLost("The connection ended after the login.", where=self.where) from error
            raise LinkError(
                f"Its sshd gives no further session: {error}.",
                where=self.where,
                next_step="See MaxSessions there.",
            ) from error


class ChannelStream:
    """A stream over an SSH channel whose other end is the helper."""

    def __init__(self, channel: paramiko.Channel, reached: Reached) -> None:
        self._channel = channel
        self._reached = reached
        self._complaint = b""
        self._closed = False

    @property
    def alive(self) -> bool:
        channel = self._channel
        return (
            not (self._closed or channel.closed or channel.eof_received)
            and self._reached.connection.is_active()
        )

    def read(self, timeout: float) -> bytes:
        channel = self._channel
        channel.settimeout(max(timeout, 0.001))
        data = channel.recv(1 << 18)
        if channel.recv_stderr_ready():
            # Unread, it would fill the window that the answers need too.
            self._complaint = (self._complaint + channel.recv_stderr(1 << 15))[-8192:]
        return data

    def write(self, data: bytes, timeout: float) -> None:
        channel = self._channel
        channel.settimeout(timeout)
        view = memoryview(data)
        while view:
            try:
                sent = channel.send(bytes(view[: 1 << 17]))
            except (EOFError, paramiko.SSHException) as error:
                # The connection ended in this very moment: paramiko's own words for it are no OSError.
                raise BrokenPipeError(str(error) or "the connection ended") from error
            if not sent:
                raise BrokenPipeError("the channel is closed")
            view = view[sent:]

    def read_complaint(self, timeout: float) -> bytes:
        """Some bytes of standard error, or none at its end."""
        self._channel.settimeout(max(timeout, 0.001))
        return self._channel.recv_stderr(4096)

    def explain(self, said: bytes) -> LinkError | None:
        if not self._reached.connection.is_active():
            return None
        channel = self._channel
        # Standard error may come after the end of standard output and even after the exit status.
        deadline = time.monotonic() + 2.0
        while not channel.closed and time.monotonic() < deadline:
            time.sleep(0.01)
        # It may have ended before anything was read at all.
        for rest in (channel.recv, channel.recv_stderr):
            with contextlib.suppress(TimeoutError):
                channel.settimeout(0.2)
                while (data := rest(1 << 15)) and len(self._complaint) < 1 << 16:
                    self._complaint += data
        status = channel.exit_status if channel.exit_status >= 0 else None
        text = (said + self._complaint).decode("utf-8", "replace")
        return complaint(text, status, self._reached.hop.user, self._reached.where)

    @property
    def ended_well(self) -> bool:
        """Whether the command ended by itself, and not with the connection."""
        return self._reached.connection.is_active()

    def close(self) -> None:
        self._closed = True
        self._reached.close()


def start_helper(reached: Reached, secrets: SecretSource, job: Job) -> ChannelStream:
    """Start the helper on a host that is logged in to, and send its source.

    Raises:
        SudoRefused: the user cannot become root (known by now only where a password is asked for).
        CredentialError: the sudo password is missing.
    """
    from azdesk.onhost import bundle

    hop, where = reached.hop, reached.where
    start = Start(helper_program(bundle.loader()), hop.sudo)
    stream = ChannelStream(run_command(reached, start.command), reached)
    try:
        if start.waits:
            give_password(stream, start, hop, secrets, where)
        job.check()
        with _PACKING:  # many hosts ask for it at the same moment; one packs it, the others wait
            payload = bundle.payload()
        stream.write(payload, CHANNEL_TIMEOUT)
    except TimeoutError as error:
        raise LinkTimeout(
            "It did not take the helper in time.", where=where, next_step="Try again."
        ) from error
    except OSError as error:
        why = stream.explain(b"")
        raise why or LinkLost("The connection ended while the helper was started.", where=where) from error
    return stream


def run_command(reached: Reached, command: str) -> paramiko.Channel:
    """Start one command on a channel of its own."""
    channel = reached.channel()
    try:
        channel.exec_command(command)
    except (paramiko.SSHException, EOFError, OSError) as error:
        if not reached.connection.is_active():
            raise LinkLost("The connection ended after the login.", where=reached.where) from error
        raise LinkError(
            "Its sshd lets this login run no command.",
            where=reached.where,
            next_step="Look for ForceCommand there, or a restriction of this key in authorized_keys.",
        ) from error
    return channel


def give_password(stream: ChannelStream, start: Start, hop: Hop, secrets: SecretSource, where: str) -> None:
    """Answer sudo's question, if it asks."""
    talk = SudoTalk(start, hop.user, where)
    password: Secret | None = None
    deadline = time.monotonic() + SUDO_TIMEOUT
    while True:
        try:
            data = stream.read_complaint(deadline - time.monotonic())
        except TimeoutError as error:
            raise LinkTimeout("sudo did not answer in time.", where=where, next_step="Try again.") from error
        if not data:
            raise talk.ended()
        try:
            action = talk.feed(data.decode("utf-8", "replace"))
        except SudoRefused:
            if password is not None:
                reject(secrets, hop.credential, "sudo", password)
            raise
        if action == "started":
            return
        if action == "password":
            password = for_sudo(secrets, hop.credential)
            if password is None:
                raise CredentialError(
                    f"There is no sudo password for the credential “{hop.credential}”.",
                    where=where,
                    next_step="Enter it in the window, or keep it in the keyring.",
                )
            stream.write(password.reveal().encode() + b"\n", CHANNEL_TIMEOUT)
            deadline = time.monotonic() + SUDO_TIMEOUT
