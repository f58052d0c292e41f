"""A login on a practice host: the command lines that AZDesk sends, carried out.

It understands what stands in them: lists with ``;``, ``&&`` and ``||``, redirections, ``exec``, ``env``, ``sudo``,
``sh -c``, the simulated programs, and ``python3`` with AZDesk's own helper. Nothing of it runs on this machine.
"""

from __future__ import annotations

import contextlib
import json
import shlex
from typing import TYPE_CHECKING, Protocol

from azdesk.hosts import relay
from azdesk.onhost import bundle
from azdesk.practice.helperlink import HelperLink
from azdesk.practice.machine import PracticeMachine

if TYPE_CHECKING:
    from azdesk.practice.host import PracticeHost

_NOT_FOUND = 127
_TRIES = 3


class Pipe(Protocol):
    """The three streams of a command."""

    def recv(self, size: int) -> bytes:
        """Up to so many bytes of standard input, none at its end."""

    def sendall(self, data: bytes) -> None:
        """Write to standard output."""

    def sendall_stderr(self, data: bytes) -> None:
        """Write to standard error."""

    def cut(self) -> None:
        """Break the connection that this command runs over."""


class Passwords(Protocol):
    """What sudo asks."""

    def check(self, user: str, password: str) -> bool:
        """Whether that is the user's password."""


class Exit(Exception):
    """The shell ends."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Login:
    """One command line of one user.

    Args:
        host: where.
        user: who.
        pipe: its streams.
        passwords: for sudo.
        without_password: users whom sudo asks for nothing.
    """

    def __init__(
        self,
        host: PracticeHost,
        user: str,
        pipe: Pipe,
        passwords: Passwords,
        without_password: frozenset[str],
    ) -> None:
        self.host = host
        self.user = user
        self.pipe = pipe
        self._passwords = passwords
        self._without_password = without_password

    def run(self, command: str, shell: str = "bash") -> int:
        """Carry out a command line; returns its exit status."""
        try:
            return self._list(command, shell)
        except Exit as end:
            return end.status

    def _list(self, command: str, shell: str) -> int:
        if command == _install_script():
            return self._install_python()
        try:
            lexer = shlex.shlex(command.strip(), posix=True, punctuation_chars=";&|<>()")
            lexer.whitespace_split = True
            lexer.commenters = ""
            words = list(lexer)
        except ValueError as error:
            self._complain(f"{shell}: -c: {error}")
            return 2
        status, at = 0, 0
        joiner = ";"
        while at < len(words):
            end = next((i for i in range(at, len(words)) if words[i] in (";", "&&", "||")), len(words))
            wanted = joiner == ";" or (joiner == "&&") == (status == 0)
            if wanted and words[at:end]:
                status = self._redirected(words[at:end], shell)
            joiner = words[end] if end < len(words) else ";"
            at = end + 1
        return status

    def _redirected(self, words: list[str], shell: str) -> int:
        plain: list[str] = []
        out, err = "1", "2"
        rest = iter(words)
        for word in rest:
            if word in (">", ">>", ">&", "<"):
                target = next(rest, "")
                source = plain.pop() if plain and plain[-1] in ("1", "2") else "1"
                if word == "<":
                    continue
                if target not in ("1", "2", "/dev/null"):
                    self._complain(f"{shell}: line 1: {target}: this shell only redirects to /dev/null")
                    return 1
                if source == "2":
                    err = target
                else:
                    out = target
            elif set(word) <= set(";&|<>()"):
                self._complain(f"{shell}: -c: line 1: syntax error near unexpected token `{word}'")
                return 2
            else:
                plain.append(word)
        return self._simple(plain, shell, out, err)

    def _simple(self, words: list[str], shell: str, out: str, err: str) -> int:
        environment: dict[str, str] = {}
        last = False
        while words:
            name, equals, value = words[0].partition("=")
            if equals and name.isidentifier():
                environment[name] = value
            elif words[0] == "exec":
                last = True
            elif words[0] not in ("env", "command", "nohup") or len(words) < 2 or words[1].startswith("-"):
                break
            words = words[1:]
        if not words:
            return 0
        status = self._program(words, shell, environment, out, err)
        if last:
            raise Exit(status)
        return status

    def _program(self, words: list[str], shell: str, environment: dict[str, str], out: str, err: str) -> int:
        name = words[0].rpartition("/")[2]
        if name == "sudo":
            return self._sudo(words[1:])
        if name in ("sh", "bash", "dash") and words[1:2] == ["-c"]:
            inner = Login(self.host, self.user, self.pipe, self._passwords, self._without_password)
            return inner.run(words[2] if len(words) > 2 else "", name)
        if name == "exit":
            raise Exit(int(words[1]) if words[1:] and words[1].isdigit() else 0)
        if name in ("cd", "umask", "export", "set", "trap"):
            return 0
        if name == "python3" and not self.host.faults.no_python:
            return self._python(words[1:])
        output = self.host.run(words, user=self.user, environment=environment)
        if output is None:
            place = "" if shell == "sudo" else " line 1:"
            self._complain(f"{shell}:{place} {words[0]}: command not found")
            return 1 if shell == "sudo" else _NOT_FOUND
        for stream, text in ((out, output.out), (err, output.err)):
            if text and stream != "/dev/null":
                data = text.encode("utf-8", "surrogateescape")
                self.pipe.sendall(data) if stream == "1" else self.pipe.sendall_stderr(data)
        return output.exit

    def _complain(self, text: str) -> None:
        self.pipe.sendall_stderr(text.encode() + b"\n")

    # -- becoming root -------------------------------------------------------------------------------------

    def _sudo(self, words: list[str]) -> int:
        if "sudo" not in self.host.installed():
            self._complain("bash: line 1: sudo: command not found")
            return _NOT_FOUND
        asks, prompt, command = True, f"[sudo] password for {self.user}: ", list(words)
        from_input = False
        while command and command[0].startswith("-"):
            option = command.pop(0)
            if option == "--":
                break
            if option == "-n":
                asks = False
            elif option == "-S":
                from_input = True
            elif option in ("-p", "-u", "-g"):
                value = command.pop(0) if command else ""
                prompt = value if option == "-p" else prompt
        if self.user != "root" and not self._may_sudo(asks, from_input, prompt):
            return 1
        inner = Login(self.host, "root", self.pipe, self._passwords, self._without_password)
        return inner.run(shlex.join(command), "sudo")

    def _may_sudo(self, asks: bool, from_input: bool, prompt: str) -> bool:
        if "sudo" not in self.host.files.groups_of(self.user):
            self._complain(f"{self.user} is not in the sudoers file.")
            return False
        if self.user in self._without_password:
            return True
        if not asks:
            self._complain("sudo: a password is required")
            return False
        if not from_input:
            self._complain(
                "sudo: a terminal is required to read the password; either use the -S option to read from"
            )
            self._complain("standard input or configure an askpass helper")
            return False
        for attempt in range(1, _TRIES + 1):
            self.pipe.sendall_stderr(prompt.encode())
            line = self._line()
            if line is None:
                self._complain("\nsudo: no password was provided")
                return False
            if not self.host.faults.wrong_sudo and self._passwords.check(self.user, line):
                return True
            self.host.world.pause(1.0)
            self._complain(
                "Sorry, try again." if attempt < _TRIES else f"sudo: {_TRIES} incorrect password attempts"
            )
        return False

    def _line(self) -> str | None:
        """One line of standard input, read byte by byte: what follows belongs to the next program."""
        line = b""
        while (byte := self.pipe.recv(1)) not in (b"", b"\n"):
            line += byte
        return line.decode("utf-8", "replace") if byte or line else None

    # -- the helper ----------------------------------------------------------------------------------------

    def _python(self, words: list[str]) -> int:
        if words[-4:-3] == ["-c"] and _unwrapped(words[-3]) == relay.program():
            return self._relay(words[-2], words[-1])
        if words[-2:-1] != ["-c"] or _unwrapped(words[-1]) != bundle.loader():
            self._complain("practice host: python3 runs nothing here but AZDesk's own helper")
            return 1
        size = self._line() or ""
        length = int(size) if size.isdigit() and len(size) < 9 else 0
        source = b""
        while len(source) < length and (part := self.pipe.recv(min(length - len(source), 1 << 16))):
            source += part
        if b"%s\n%s" % (size.encode(), source) != bundle.payload():
            self._complain("no helper came, or one of another version of AZDesk")
            return 1
        self.serve_helper()
        return 0

    def _relay(self, token: str, target: str) -> int:
        """What AZDesk's relay does: carry the pipe to something that listens on the host's side."""
        serve, error = self.host.dial(target, self.user)
        if serve is None:
            self.pipe.sendall(f"{token} {error}\n".encode())
            return 3
        self.pipe.sendall(f"{token} ok\n".encode())
        serve(self.pipe)
        return 0

    def serve_helper(self) -> None:
        """Run the helper on the pipe until it ends."""
        from azdesk.onhost.server import serve

        link = HelperLink(self.pipe, self.host.faults)
        machine = PracticeMachine(self.host, link.cut, user=self.user)
        try:
            # A power cut ends it as SystemExit.
            with contextlib.suppress(SystemExit):
                serve(link, link, machine)
        finally:
            machine.close()

    def _install_python(self) -> int:
        self.host.run(["apt-get", "-y", "install", "python3"], user=self.user)
        if self.user != "root":
            return 4
        self.host.faults.no_python = False
        version = PracticeMachine(self.host).whoami()["python"]
        self.pipe.sendall(f"Setting up python3 ...\nazdesk-python: {version}\n".encode())
        return 0


def _unwrapped(code: str) -> str:
    """The text in ``exec("text")``, as the helper is sent where a login shell takes one line only."""
    if code.startswith('exec("') and code.endswith('")'):
        with contextlib.suppress(ValueError):
            return str(json.loads(code[5:-1]))
    return code


def _install_script() -> str:
    """The one script in plain sh that AZDesk sends; this shell knows it as a whole."""
    from azdesk.hosts.python import SCRIPT

    return SCRIPT
