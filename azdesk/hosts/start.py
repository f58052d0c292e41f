"""Starting the helper on a channel: the command, becoming root, and what it means when it does not start.

Pure text work here, so that it can be tested without a host.
"""

from __future__ import annotations

import json
import re
import secrets
import shlex
from dataclasses import dataclass, field

from azdesk.core.errors import LinkError, LoginRefused, NoPython, ProtocolError, SudoRefused

OLDEST_PYTHON = (3, 9)

_NOT_ALLOWED = re.compile(
    r"not in the sudoers file|may not run sudo|is not allowed to (execute|run)|I'm afraid I can't do that"
)
_WRONG = re.compile(
    r"Sorry, try again|incorrect password attempt|[Aa]uthentication fail|Maximum \d+ incorrect"
)
_NEEDED = re.compile(
    r"a password is required|no password was provided|interactive authentication is required", re.IGNORECASE
)
_TERMINAL = re.compile(r"must have a tty|a terminal is required to (run|read)", re.IGNORECASE)
_NO_SUDO = re.compile(
    r"(sudo['’]?: (command )?not found|sudo['’]?: No such file|Unknown command:? ['‘]?sudo)", re.IGNORECASE
)
_NO_PYTHON = re.compile(
    r"python3['’]?: (command )?not found|python3['’]?: No such file|Unknown command:? ['‘]?python3",
    re.IGNORECASE,
)
_ANY_PROMPT = re.compile(r"(?:^|\n)[^\n]{0,80}(?:[Pp]ass|[Kk]ennwort)[^\n]{0,60}: ?$")
_NO_SHELL = re.compile(r"account is (currently )?not available|nologin", re.IGNORECASE)
_FULL = re.compile(r"No space left on device")


@dataclass(frozen=True)
class Start:
    """How a program is started as root.

    Args:
        program: for a shell, such as `helper_program` makes it.
        sudo: as in a credential.
    """

    program: str
    sudo: str
    prompt: str = field(default_factory=lambda: f"[azdesk {secrets.token_hex(8)}] ")
    started: str = field(default_factory=lambda: f"azdesk {secrets.token_hex(8)} started")

    @property
    def waits(self) -> bool:
        """Whether sudo's question has to be waited for before anything is sent."""
        return self.sudo == "with-password"

    @property
    def command(self) -> str:
        """For the host's login shell."""
        # Words of the C locale are what `complaint` knows.
        if self.sudo == "no":
            return f"exec {self.program}"
        if self.sudo == "without-password":
            return f"exec env LC_ALL=C sudo -n {self.program}"
        inner = f"echo {shlex.quote(self.started)} >&2; exec {self.program}"
        return f"exec env LC_ALL=C sudo -S -p {shlex.quote(self.prompt)} sh -c {shlex.quote(inner)}"


def helper_program(loader: str) -> str:
    """Python with the loader as its program, on one line: a login shell may be a csh, which takes no more."""
    source = json.dumps(loader)  # also a Python literal, as long as the text is ASCII
    return f"python3 -I -S -u -c {shlex.quote(f'exec({source})')}"


class SudoTalk:
    """Reads what sudo prints on standard error and says what to do.

    `feed` answers ``"wait"``, ``"password"`` (send it now) or ``"started"`` (nothing more is asked).
    """

    def __init__(self, start: Start, user: str, where: str) -> None:
        self._start = start
        self._user = user
        self._where = where
        self._text = ""
        self._asked = 0

    def feed(self, data: str) -> str:
        """Take a piece of the output.

        Raises:
            SudoRefused: the password is wrong, or the user may not become root.
        """
        self._text = (self._text + data)[-8192:]
        # As a line of its own: a refusal quotes the whole command, and this word with it.
        if f"\n{self._start.started}\n" in f"\n{self._text}".replace("\r", ""):
            return "started"
        refusal = sudo_refusal(self._text, self._user, self._where)
        if refusal is not None:
            raise refusal
        # Where PAM asks in words of its own, sudo's -p is not used.
        if self._start.prompt in self._text or _ANY_PROMPT.search(self._text):
            if self._asked:
                raise wrong_password(self._user, self._where)
            self._asked += 1
            self._text = ""
            return "password"
        return "wait"

    def ended(self) -> LinkError:
        """What to say when the output ended before the helper started."""
        return complaint(self._text, None, self._user, self._where)


def wrong_password(user: str, where: str) -> SudoRefused:
    return SudoRefused(
        f"sudo did not accept the password of {user}.",
        where=where,
        next_step="Enter the sudo password of the credential again.",
    )


def sudo_refusal(text: str, user: str, where: str) -> SudoRefused | None:
    """What sudo complains of, or None."""
    if _NOT_ALLOWED.search(text):
        return SudoRefused(
            f"{user} may not become root: sudo does not allow it.",
            where=where,
            next_step=f"Allow it on the host (usermod -aG sudo {user}), or use another credential.",
        )
    if _WRONG.search(text):
        return wrong_password(user, where)
    if _TERMINAL.search(text) and not _NEEDED.search(text):
        return SudoRefused(
            "sudo wants a terminal (requiretty).",
            where=where,
            next_step=f"Add “Defaults:{user} !requiretty” with visudo on the host.",
        )
    if _NEEDED.search(text):
        return SudoRefused(
            f"sudo asks {user} for a password, and the credential says it would not.",
            where=where,
            next_step="Set the credential to sudo with a password.",
        )
    if _NO_SUDO.search(text):
        return SudoRefused(
            "sudo is not installed.", where=where, next_step="Log in as root, or install sudo on the host."
        )
    return None


def complaint(text: str, status: int | None, user: str, where: str) -> LinkError:
    """Why the helper did not start, from what was printed and the exit status."""
    refusal = sudo_refusal(text, user, where)
    if refusal is not None:
        return refusal
    if _NO_PYTHON.search(text) or (status == 127 and "sudo" not in text):
        return NoPython(
            "It has no python3, which AZDesk needs there.",
            where=where,
            next_step="Let AZDesk install it, or run: apt-get install python3.",
        )
    if "ModuleNotFoundError" in text or "ImportError" in text:
        module = text.strip().splitlines()[-1]
        return NoPython(
            f"Its python3 is only a part of Python ({module}).",
            where=where,
            next_step="Let AZDesk install the whole of it, or run: apt-get install python3.",
        )
    if "SyntaxError" in text or "too old" in text:
        oldest = ".".join(str(part) for part in OLDEST_PYTHON)
        return NoPython(
            f"Its python3 is older than {oldest}.",
            where=where,
            next_step=f"AZDesk needs Python {oldest} or newer there: upgrade the host.",
        )
    if _NO_SHELL.search(text):
        return LoginRefused(
            f"{user} may log in but has no shell.", where=where, next_step="Use another user."
        )
    if _FULL.search(text):
        return ProtocolError("Its disk is full.", where=where, next_step="Free some space, then try again.")
    last = next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "")
    said = f": {last[:300]}" if last else "" if status is None else f" (exit status {status})"
    return ProtocolError(f"The helper could not be started{said}.", where=where, next_step="Try again.")
