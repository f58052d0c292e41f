"""Asking Asterisk's manager interface (AMI) on the host's own loopback.

The protocol as Asterisk 16 to 22 speak it [seen in the lab]: a banner, then messages of ``Field: value`` lines,
each ended by an empty line. A list is a response with ``EventList: start``, an event for each item and one with
``EventList: Complete``; all of them carry the ActionID of the question.
"""

from __future__ import annotations

import _socket
import os
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from hashlib import md5
    from typing import Any

    Fields = dict[str, str]
    Action = Sequence[Sequence[str]]
else:
    try:
        from _md5 import md5
    except ImportError:
        from hashlib import md5

LIMIT = 8 << 20
"""Bytes of all answers together."""
_MESSAGE_LIMIT = 1 << 20
# Two classes up to Python 3.9, one since.
_TIMEOUT = (TimeoutError, _socket.timeout)


class Refused(Exception):
    """It did not answer as asked; the text says why."""


def secret_of(text: str, user: str) -> str | None:
    """The secret of an account in a file in the form of manager.conf; None if it is not there."""
    section, secret = "", None
    for whole in text.splitlines():
        line = whole.partition(";")[0].strip()
        if line.startswith("["):
            section = line[1:].partition("]")[0].strip()
        elif section == user:
            name, sign, value = line.partition("=")
            if sign and name.strip().lower() == "secret":
                secret = value.lstrip(">").strip()
    return secret


def ask(
    port: int, user: str, secret: str, actions: Sequence[Action], *, timeout: float, keep: int
) -> dict[str, Any]:
    """Log in and ask: ``{answered, error, replies}``, see `azdesk.core.probe.Ami`."""
    talk = _Talk(time.monotonic() + timeout, timeout)
    try:
        if not talk.connect(port):
            return unanswered("nothing listens on port %d" % port)
        talk.log_in(user, secret)
        return {"answered": True, "error": "", "replies": talk.replies(actions, keep)}
    except Refused as refusal:
        return unanswered(str(refusal))
    except _TIMEOUT:
        return unanswered("no answer within %g s" % timeout)
    except OSError as error:
        return unanswered(error.strerror or str(error))
    finally:
        talk.close()


def unanswered(why: str) -> dict[str, Any]:
    return {"answered": False, "error": why, "replies": []}


def parse(message: bytes) -> Fields:
    """The fields of one message. A field that comes several times has its values on lines of one text, as has one
    whose value goes on in lines without a name."""
    fields: Fields = {}
    last = ""
    for line in message.decode("utf-8", "replace").split("\r\n"):
        first, *more = line.split("\n")
        name, sign, value = first.partition(":")
        if sign and name:
            value = value.strip(" ")
            fields[name] = "%s\n%s" % (fields[name], value) if name in fields else value
            last = name
        else:
            more.insert(0, first)
        if last and more:
            fields[last] = "\n".join([fields[last], *more])
    return fields


class _Talk:
    """One connection."""

    def __init__(self, deadline: float, timeout: float) -> None:
        self._deadline = deadline
        self._timeout = timeout
        self._sock = _socket.socket(_socket.AF_INET, _socket.SOCK_STREAM)
        self._data = bytearray()
        self._size = 0
        # What others put into values, such as a phone's name, must not pass for an answer.
        self._mark = os.urandom(8).hex()

    def close(self) -> None:
        self._sock.close()

    def _patience(self) -> None:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError(110, "no answer within %g s" % self._timeout)
        self._sock.settimeout(left)

    def connect(self, port: int) -> bool:
        """Whether something listens there. Waits for the banner: nothing is sent to what is no Asterisk."""
        self._patience()
        try:
            self._sock.connect(("127.0.0.1", port))
        except ConnectionRefusedError:
            return False
        banner = self._until(b"\r\n", 256)
        if not banner.startswith(b"Asterisk Call Manager"):
            raise Refused("what listens on port %d is no Asterisk" % port)
        return True

    def _until(self, end: bytes, limit: int) -> bytes:
        """What comes up to `end`."""
        looked = 0
        while (at := self._data.find(end, looked)) < 0:
            looked = max(0, len(self._data) - len(end) + 1)
            if len(self._data) > limit or self._size > LIMIT:
                raise Refused("its answer is too long")
            self._patience()
            part = self._sock.recv(1 << 16)
            if not part:
                raise Refused("it closed the connection")
            self._data += part
            self._size += len(part)
        message = bytes(self._data[:at])
        del self._data[: at + len(end)]
        return message

    def _send(self, *actions: Action) -> None:
        lines = []
        for action in actions:
            lines += ["%s: %s\r\n" % (name, value) for name, value in action]
            lines.append("\r\n")
        data = "".join(lines).encode("utf-8", "surrogateescape")
        while data:
            self._patience()
            data = data[self._sock.send(data) :]

    def _next(self) -> Fields:
        return parse(self._until(b"\r\n\r\n", _MESSAGE_LIMIT))

    def _reply(self, name: str) -> Fields:
        while True:
            fields = self._next()
            if "Response" in fields and fields.get("ActionID") == name:
                return fields

    def log_in(self, user: str, secret: str, events: str = "off") -> None:
        """By challenge, so that whoever else may have taken the port does not learn the secret."""
        name = self._mark + "-login"
        self._send((("Action", "Challenge"), ("ActionID", name), ("AuthType", "MD5")))
        challenge = self._reply(name)
        if challenge.get("Response") != "Success":
            raise Refused(_words(challenge))
        key = md5((challenge.get("Challenge", "") + secret).encode("utf-8", "surrogateescape")).hexdigest()
        self._send(
            (
                ("Action", "Login"),
                ("ActionID", name),
                ("AuthType", "MD5"),
                ("Username", user),
                ("Key", key),
                ("Events", events),
            )
        )
        answer = self._reply(name)
        if answer.get("Response") != "Success":
            raise Refused("it refused the login of %s: %s" % (user, _words(answer)))

    def replies(self, actions: Sequence[Action], keep: int) -> list[list[Fields]]:
        names = ["%s-%d" % (self._mark, number) for number in range(len(actions))]
        # All at once: it answers one after the other.
        self._send(*([*action, ("ActionID", name)] for action, name in zip(actions, names)))
        found: dict[str, list[Fields]] = {name: [] for name in names}
        kept = dict.fromkeys(names, 0)
        waiting = set(names)
        while waiting:
            fields = self._next()
            name = fields.pop("ActionID", "")
            if name not in waiting or not ("Response" in fields or "Event" in fields):
                continue
            ends = fields.get("EventList", "").lower()
            if "Response" in fields:
                found[name].append(fields)
                if ends != "start":
                    waiting.discard(name)
            elif ends in ("complete", "cancelled"):
                found[name].append(fields)
                waiting.discard(name)
            elif kept[name] < keep:
                found[name].append(fields)
                kept[name] += 1
        return [found[name] for name in names]


class Listening(_Talk):
    """A login that stays and hears events, see `azdesk.onhost.live.Talk`."""

    def send(self, *actions: Action) -> None:
        self._deadline = time.monotonic() + self._timeout
        self._send(*actions)

    def hear(self, seconds: float) -> Fields | None:
        self._deadline = time.monotonic() + seconds
        try:
            message = self._next()
        except _TIMEOUT:
            return None  # what has come of a message stays for the next time
        # The limit is for answers; this goes on for days.
        self._size = len(self._data)
        return message


def listen(port: int, user: str, secret: str, timeout: float) -> Listening:
    """Log in to hear events.

    Raises:
        Refused: it is none, or refuses the login.
        OSError: nothing listens there, or not in time.
    """
    talk = Listening(time.monotonic() + timeout, timeout)
    try:
        if not talk.connect(port):
            raise Refused("nothing listens on port %d" % port)
        talk.log_in(user, secret, "on")
    except BaseException:
        talk.close()
        raise
    return talk


def _words(answer: Fields) -> str:
    return answer.get("Message", "no reason given")
