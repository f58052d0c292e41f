"""Where the words go: standard output for results, standard error for questions and complaints.

Output never fails the work: a reader that went away (``azdesk apply … | head``) makes it silent.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import threading
from typing import TextIO

from azdesk.core.secret import Secret

_STYLES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "cyan": "36"}
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def clean(text: str) -> str:
    """Text from a host or a file without anything that a terminal would obey."""
    return _CONTROL.sub(lambda match: f"\\x{ord(match[0]):02x}", text)


class Terminal:
    """The three streams of the process. Any thread may write."""

    def __init__(
        self, stdin: TextIO | None = None, stdout: TextIO | None = None, stderr: TextIO | None = None
    ) -> None:
        self.stdin = stdin or sys.stdin
        self.stdout = stdout or sys.stdout
        self.stderr = stderr or sys.stderr
        for stream in (self.stdout, self.stderr):
            # A file name or a log line that is not UTF-8 is shown escaped instead of ending the command.
            if (reconfigure := getattr(stream, "reconfigure", None)) is not None:
                reconfigure(errors="backslashreplace")
        self.colours = self.is_screen and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
        if self.colours and os.name == "nt":
            os.system("")  # noqa: S605 - makes older consoles of Windows understand colours
        self._lock = threading.Lock()

    @property
    def is_screen(self) -> bool:
        """Whether a person sees standard output as it comes."""
        return _is_tty(self.stdout)

    @property
    def can_ask(self) -> bool:
        """Whether somebody is there to answer."""
        return _is_tty(self.stdin) and _is_tty(self.stderr)

    @property
    def width(self) -> int:
        """Columns."""
        return shutil.get_terminal_size((100, 24)).columns

    @property
    def unicode(self) -> bool:
        """Whether standard output can show more than ASCII."""
        return (getattr(self.stdout, "encoding", "") or "").lower().replace("-", "") in ("utf8", "utf16")

    def line(self, text: str = "") -> None:
        """One or more lines of the result."""
        self._write(self.stdout, text + "\n")

    def note(self, text: str = "") -> None:
        """One or more lines beside the result."""
        self._write(self.stderr, text + "\n")

    def transient(self, text: str) -> None:
        """A line that the next one replaces; empty: removes it. Only for a screen."""
        if _is_tty(self.stderr):
            self._write(self.stderr, f"\r\x1b[K{text}")

    def style(self, text: str, *styles: str) -> str:
        """Text in colours, if there are any."""
        if not self.colours or not text:
            return text
        return f"\x1b[{';'.join(_STYLES[style] for style in styles)}m{text}\x1b[0m"

    def ask_line(self, question: str) -> str:
        """What the person types, without spaces around; empty at the end of input."""
        self._write(self.stderr, question)
        answer = self.stdin.readline()
        if not answer.endswith("\n"):
            self.note()
        return answer.strip()

    def ask_secret(self, question: str) -> Secret | None:
        """What the person types, unseen; None for nothing."""
        import getpass

        try:
            return Secret(getpass.getpass(question)) or None
        except EOFError:
            self.note()
            return None

    def read_secret(self) -> Secret | None:
        """The first line of a pipe; None for nothing."""
        return Secret(self.stdin.readline().rstrip("\r\n")) or None

    def flush(self) -> None:
        self._write(self.stdout, "")
        self._write(self.stderr, "")

    def _write(self, stream: TextIO, text: str) -> None:
        with self._lock:
            try:
                stream.write(text)
                stream.flush()
            except (OSError, ValueError):
                # The reader is gone. Python would complain once more at its end without this.
                _silence(stream)


def _is_tty(stream: TextIO) -> bool:
    try:
        return stream.isatty()
    except ValueError:
        return False


def _silence(stream: TextIO) -> None:
    try:
        target = os.open(os.devnull, os.O_WRONLY)
        os.dup2(target, stream.fileno())
        os.close(target)
    except (OSError, ValueError):
        return
