from __future__ import annotations

import shlex
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from azdesk.core.errors import AzdeskError, LoginRefused, NoPython, ProtocolError, SudoRefused
from azdesk.hosts.start import Start, SudoTalk, complaint, helper_program


def talk() -> tuple[SudoTalk, Start]:
    start = Start("true", "with-password")
    return SudoTalk(start, "alice", "a251"), start


def test_prompt_then_started_in_any_pieces() -> None:
    sudo, start = talk()
    said = "We trust you have received the usual lecture\n\n" + start.prompt
    answers = [sudo.feed(char) for char in said]
    assert answers[-1] == "password"
    assert set(answers[:-1]) == {"wait"}
    assert [sudo.feed(char) for char in "\n" + start.started + "\n"][-1] == "started"


def test_no_question_at_all() -> None:
    sudo, start = talk()
    assert sudo.feed(start.started + "\n") == "started"


def test_a_second_question_means_the_password_was_wrong() -> None:
    sudo, start = talk()
    assert sudo.feed(start.prompt) == "password"
    with pytest.raises(SudoRefused, match="did not accept the password of alice"):
        sudo.feed(start.prompt)


def test_a_refusal_that_quotes_the_command_is_not_the_start() -> None:
    sudo, start = talk()
    assert sudo.feed(start.prompt) == "password"
    with pytest.raises(SudoRefused, match="may not become root"):
        sudo.feed(
            f"Sorry, user alice is not allowed to execute 'sh -c echo '{start.started}' >&2; true' as root."
        )


@pytest.mark.parametrize(
    "said",
    [
        "Sorry, try again.\n",
        "sudo: 1 incorrect password attempt\n",
        "sudo: Authentication failed, try again.\n",
        "sudo: Maximum 3 incorrect authentication attempts\n",
    ],
)
def test_wrong_password_in_sudos_words(said: str) -> None:
    sudo, start = talk()
    sudo.feed(start.prompt)
    with pytest.raises(SudoRefused, match="did not accept"):
        sudo.feed(said)


@pytest.mark.parametrize(
    "prompt", ["Password: ", "(current) LDAP Password: ", "alice's password:", "Kennwort: "]
)
def test_a_question_in_pams_own_words(prompt: str) -> None:
    sudo, _ = talk()
    assert sudo.feed("lecture\n" + prompt) == "password"


@settings(deadline=None)
@given(st.text(max_size=500))
def test_any_output_is_answered(text: str) -> None:
    sudo, _ = talk()
    try:
        assert sudo.feed(text) in {"wait", "password", "started"}
    except SudoRefused:
        pass
    assert isinstance(complaint(text, 1, "alice", "a251"), AzdeskError)


@pytest.mark.parametrize(
    ("said", "status", "kind", "words"),
    [
        ("alice is not in the sudoers file.\n", 1, SudoRefused, "may not become root"),
        ("Sorry, user alice may not run sudo on a251.\n", 1, SudoRefused, "may not become root"),
        (
            "Sorry, user alice is not allowed to execute '/usr/bin/python3' as root on a251.",
            1,
            SudoRefused,
            "may not",
        ),
        ("sudo: I'm sorry alice. I'm afraid I can't do that\n", 1, SudoRefused, "may not become root"),
        ("sudo: a password is required\n", 1, SudoRefused, "asks alice for a password"),
        (
            (
                "sudo: a terminal is required to read the password; either use the -S option\n"
                "sudo: a password is required\n"
            ),
            1,
            SudoRefused,
            "asks alice for a password",
        ),
        ("sudo: sorry, you must have a tty to run sudo\n", 1, SudoRefused, "requiretty"),
        ("env: 'sudo': No such file or directory\n", 127, SudoRefused, "not installed"),
        ("bash: line 1: exec: python3: not found\n", 127, NoPython, "no python3"),
        ("sh: 1: exec: python3: not found\n", 127, NoPython, "no python3"),
        ("fish: Unknown command: python3\n", 127, NoPython, "no python3"),
        ("sudo: python3: command not found\n", 1, NoPython, "no python3"),
        ("ModuleNotFoundError: No module named 'json'\n", 1, NoPython, "only a part"),
        ('  File "<azdesk>", line 3\nSyntaxError: invalid syntax\n', 1, NoPython, "older than 3.9"),
        ("This account is currently not available.\n", 1, LoginRefused, "no shell"),
        ("OSError: [Errno 28] No space left on device\n", 1, ProtocolError, "disk is full"),
        ("Segmentation fault\n", 139, ProtocolError, "Segmentation fault"),
        ("", None, ProtocolError, "could not be started"),
    ],
)
def test_why_the_helper_did_not_start(
    said: str, status: int | None, kind: type[AzdeskError], words: str
) -> None:
    error = complaint(said, status, "alice", "a251")
    assert type(error) is kind
    assert words in str(error)
    assert error.where == "a251"


def test_the_loader_arrives_whole_through_a_shell() -> None:
    source = 'import sys\nif 1:\n\tprint("$HOME `id` \\\\ " + repr(sys.argv))'
    program = helper_program(source).replace("python3", shlex.quote(sys.executable))
    assert "\n" not in program
    for shell in ("sh", "bash"):
        done = subprocess.run([shell, "-c", program], capture_output=True, text=True, check=True)
        assert done.stdout == "$HOME `id` \\ ['-c']\n"
    nested = Start(program, "with-password")
    inner = shlex.split(nested.command)
    done = subprocess.run(inner[inner.index("sh") :], capture_output=True, text=True, check=True)
    assert done.stdout == "$HOME `id` \\ ['-c']\n"
    assert nested.started in done.stderr


@pytest.mark.parametrize("sudo", ["no", "without-password", "with-password"])
def test_every_start_is_its_own(sudo: str) -> None:
    one, two = Start("true", sudo), Start("true", sudo)
    assert one.prompt != two.prompt
    assert one.started != two.started
    assert one.waits is (sudo == "with-password")
