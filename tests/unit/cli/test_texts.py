"""What is printed of plans and errors, and what must not be."""

from __future__ import annotations

import io
import threading
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azdesk.app.opening import AskingTransport
from azdesk.cli import diffs
from azdesk.cli.error_text import error_lines
from azdesk.cli.plan_text import show_plan
from azdesk.cli.running import Runner
from azdesk.cli.terminal import Terminal, clean
from azdesk.core.errors import (
    AzdeskError,
    Cancelled,
    DocumentError,
    HostKeyChanged,
    HostKeyUnknown,
    Problem,
)
from azdesk.core.plan import HostPlan, Note, Plan
from azdesk.core.progress import Job, Progress
from azdesk.core.secret import MASK
from azdesk.core.step import Purge, RemoveFile, Run, SecretUse, WriteFile
from azdesk.fleet.model import Fleet

SECRET = "s3cr3t-of-the-admin"


@given(st.text())
def test_nothing_that_a_terminal_obeys_is_printed(text: str) -> None:
    shown = clean(text)
    assert not any(ord(char) < 32 and char not in "\t\n" for char in shown)
    assert "\x1b" not in shown
    assert "\x9b" not in shown
    assert clean(shown) == shown


def written(before: str | None, after: str, *secrets: SecretUse) -> WriteFile:
    digest = "0" * 64 if before is not None else ""
    return WriteFile(
        title="Write it", path="/etc/x", content=after, before=digest, before_text=before, secrets=secrets
    )


@pytest.mark.parametrize(
    "line",
    [
        "password: {}",
        "sql_password: '{}'",
        "secret={}",
        "  auth_token = {}",
        "rootpw {}",
        'define("API_KEY", "x"); api-key: {}',
        "olcRootPW: {}",
        "cookie => {}",
        "pass={}",
        "bindpw {}",
        "credentials={}",
        "md5_cred = {}",
        "password: &word {}",
        "passwords: [{}]",
        "password: |2-\n  {}",
        "password: >  # folded\n\n    {}\n  ",
        "  password:\n    {}",
        "secrets:\n- {}",
        "password: |\r\n  {}\r",
        "-----BEGIN RSA PRIVATE KEY-----\n{}\n-----END RSA PRIVATE KEY-----",
    ],
)
def test_lines_that_name_a_secret_are_masked(line: str) -> None:
    old = f"a\n{line.format(SECRET)}\nb\n"
    for step in (written(old, old + "c\n"), written(old, "a\nb\n"), written(None, old)):
        shown = "\n".join(diffs.unified(step))
        assert SECRET not in shown
        assert MASK in shown
    removed = RemoveFile(title="Remove it", path="/etc/x", before="0", before_text=old)
    assert SECRET not in "\n".join(diffs.unified(removed))


@pytest.mark.parametrize(
    "line",
    [
        "auth_password: false",
        "secret:",
        "# how to change the password",
        "token: |",
        "Options=credentials=/etc/azdesk/cifs.cred,_netdev",
        "  compass: north",
    ],
)
def test_lines_that_only_mention_one_are_shown(line: str) -> None:
    assert f"+{line}" in diffs.unified(written("a\n", f"a\n{line}\n"))


def test_a_secret_put_in_on_the_way_shows_on_neither_side() -> None:
    use = SecretUse(token="@@key@@", source="random:x")
    step = written(f"user = anna\nkey is {SECRET}.\n", "user = bob\nkey is @@key@@.\n", use)
    lines = diffs.unified(step)
    assert "-user = anna" in lines
    assert f" key is {MASK}." in lines
    assert SECRET not in "\n".join(lines)
    assert "@@key@@" not in "\n".join(lines)


def test_a_file_whose_content_is_secret_has_no_difference() -> None:
    step = WriteFile(title="Copy it", path="/c", content="@@c@@", before="0" * 64, before_text=None)
    assert diffs.unified(step) == ()


def test_a_missing_line_end_is_visible() -> None:
    lines = diffs.unified(written("a\nb", "a\nb\n"))
    assert "-b  (no line end)" in lines
    assert "+b" in lines


def test_a_new_and_a_removed_file_are_told_apart() -> None:
    assert diffs.unified(written(None, "a\n"))[:2] == ("--- /dev/null", "+++ /etc/x")
    removed = RemoveFile(title="Remove it", path="/etc/x", before="0", before_text="a\n")
    assert diffs.unified(removed)[:2] == ("--- /etc/x", "+++ /dev/null")


def shown(plan: HostPlan, *, encoding: str = "utf-8", **errors: AzdeskError) -> str:
    out = io.BytesIO()
    stream = io.TextIOWrapper(out, encoding=encoding)
    terminal = Terminal(io.StringIO(), stream, io.StringIO())
    show_plan(terminal, Plan(hosts=(plan,)), errors)
    stream.flush()
    text = out.getvalue().decode(encoding)
    stream.close()
    return text


PURGE = Purge(
    title="Remove tables",
    folder="/var/lib",
    patterns=("*.D",),
    irreversible="Three accounts are lost.",
    confirm="n1",
)


def test_what_cannot_be_undone_is_boxed_and_named() -> None:
    text = shown(HostPlan(host="h", steps=(PURGE,)))
    assert " ! 1. Remove tables" in text
    assert "┌── Cannot be undone" in text
    assert "│ Remove tables. Three accounts are lost." in text
    assert "│ To allow it: --allow-loss n1" in text


def test_a_terminal_without_unicode_has_its_box_too() -> None:
    text = shown(HostPlan(host="h", steps=(PURGE,)), encoding="ascii")
    assert "+-- Cannot be undone" in text


def test_escapes_in_texts_of_a_host_are_shown_not_obeyed() -> None:
    step = Run(title="Do \x1b[2Jit", argv=("echo", "\x1b]0;mine\x07"))
    note = Note(text="A \x1b[31mred\x1b[0m note\x07")
    text = shown(HostPlan(host="h", steps=(step, written("a\n", "\x1b[2J\n")), notes=(note,)))
    assert "\x1b" not in text
    assert "\x07" not in text
    assert "\\x1b[2Jit" in text


def test_an_error_takes_the_place_of_a_plan() -> None:
    error = AzdeskError("It is on fire.", where="h: /etc", next_step="Call somebody.")
    text = shown(HostPlan(host="h", notes=(Note(text="x", blocking=True),)), h=error)
    assert text == "h  cannot be planned\n  /etc: It is on fire.\n    → Call somebody.\n\n"


def test_a_blocked_host_is_not_said_to_have_nothing_to_do() -> None:
    stop = Note(text="No certificate.", blocking=True)
    assert shown(HostPlan(host="h", notes=(stop,))) == "h  blocked\n  stop: No certificate.\n\n"
    assert shown(HostPlan(host="h", steps=(PURGE,), after=("g",), notes=(stop,))).startswith(
        "h  1 step, after g  blocked\n"
    )


def test_problems_of_a_document_follow_its_error() -> None:
    error = DocumentError("Two.", problems=[Problem(path="a.b", message="is wrong", line=3)], where="f")
    assert list(error_lines(error)) == ["f: Two.", "  line 3: a.b: is wrong"]


def test_output_that_nobody_reads_does_not_stop_the_work() -> None:
    class Gone(io.StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError

    terminal = Terminal(io.StringIO(), Gone(), Gone())
    terminal.line("a")
    terminal.note("b")
    terminal.flush()


# -- asking about host keys --------------------------------------------------------------------------------------


def unknown(address: str = "h", key: str = "AAAA") -> HostKeyUnknown:
    return HostKeyUnknown(
        "New.", address=address, key_type="ssh-ed25519", key_base64=key, fingerprint="SHA256:x", where=address
    )


class Trust:
    """Knows what was accepted."""

    def __init__(self) -> None:
        self.known: set[tuple[str, str]] = set()

    def check(self, host: str, name: str, key_type: str, key: str) -> None:
        if (name, key) not in self.known:
            raise unknown(name, key)

    def accept(self, error: HostKeyUnknown) -> None:
        self.known.add((error.address, error.key_base64))


class Doors:
    """A transport whose hosts are reached through doors, each with a key."""

    def __init__(self, trust: Trust, *doors: str) -> None:
        self.trust = trust
        self.doors = doors
        self.tries = 0

    def open(self, fleet: Fleet, host: str, job: Job) -> Any:
        self.tries += 1
        for door in (*self.doors, host):
            self.trust.check(host, door, "ssh-ed25519", "AAAA")
        return host

    def relay(self, fleet: Fleet, host: str, target: str, job: Job) -> Any:
        return self.open(fleet, f"{host} {target}", job)

    def route(self, fleet: Fleet, host: str) -> str:
        return host

    def close(self) -> None:
        return


def test_relays_ask_about_keys_like_links() -> None:
    trust = Trust()
    asked: list[str] = []
    transport = AskingTransport(Doors(trust, "gate"), trust, lambda error: not asked.append(error.address))  # type: ignore[arg-type,func-returns-value]
    assert transport.relay(Fleet(), "a", "/run/slapd/ldapi", Job()) == "a /run/slapd/ldapi"  # type: ignore[comparison-overlap]
    assert asked == ["gate", "a /run/slapd/ldapi"]


def test_every_door_on_the_way_is_asked_about_once() -> None:
    trust = Trust()
    asked: list[str] = []

    def ask(error: HostKeyUnknown) -> bool:
        asked.append(error.address)
        return True

    transport = AskingTransport(Doors(trust, "gate"), trust, ask)  # type: ignore[arg-type]
    threads = [
        threading.Thread(target=transport.open, args=(Fleet(), f"h{number}", Job())) for number in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(asked) == ["gate", *(f"h{number}" for number in range(8))]


def test_a_refused_key_is_not_asked_about_again() -> None:
    trust = Trust()
    asked: list[str] = []

    def ask(error: HostKeyUnknown) -> bool:
        asked.append(error.address)
        return False

    transport = AskingTransport(Doors(trust, "gate"), trust, ask)  # type: ignore[arg-type]
    for host in ("a", "b"):
        with pytest.raises(HostKeyUnknown):
            transport.open(Fleet(), host, Job())
    assert asked == ["gate"]
    assert trust.known == set()


def test_a_changed_key_is_never_asked_about() -> None:
    class Changed(Doors):
        def open(self, fleet: Fleet, host: str, job: Job) -> Any:
            raise HostKeyChanged("Other.", known="a", shown="b", where=host)

    def ask(error: HostKeyUnknown) -> bool:
        pytest.fail("asked about a changed key")

    trust = Trust()
    with pytest.raises(HostKeyChanged):
        AskingTransport(Changed(trust), trust, ask).open(Fleet(), "a", Job())  # type: ignore[arg-type]


def test_nobody_is_asked_once_the_work_was_cancelled() -> None:
    job = Job()
    job.cancel()
    trust = Trust()
    with pytest.raises(Cancelled):
        AskingTransport(Doors(trust), trust, lambda _: True).open(Fleet(), "a", job)  # type: ignore[arg-type]


# -- work beside the main thread ---------------------------------------------------------------------------------


def test_a_runner_gives_results_errors_progress_and_answers() -> None:
    runner = Runner(Terminal(io.StringIO(), io.StringIO(), io.StringIO()))
    heard: list[str] = []

    def work(job: Job) -> str:
        job.report(Progress(text="begun"))
        assert threading.current_thread() is not threading.main_thread()
        return runner.ask(lambda: threading.current_thread().name)

    assert runner.run(work, lambda progress: heard.append(progress.text)) == threading.main_thread().name
    assert heard == ["begun"]

    def failing(_: Job) -> None:
        runner.ask(lambda: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        runner.run(failing)


def test_what_stands_beside_a_secret_on_several_lines_is_shown() -> None:
    text = f"a:\n  password: |\n    {SECRET}\n\n  user: anna\ntoken:\nuser: bob\n"
    lines = diffs.unified(written(None, text))
    assert [line for line in lines if "user" in line] == ["+  user: anna", "+user: bob"]
    other = "\n".join(diffs.unified(written(text, text.replace(SECRET, "another one"))))
    assert "another value" in other


def test_a_file_that_is_one_secret_does_not_look_as_if_it_shrank() -> None:
    step = written("one\ntwo\nthree\n", "••made••", SecretUse(token="••made••", source="issued:certificate"))
    lines = diffs.unified(step)
    assert [line[0] for line in lines if not line.startswith(("---", "+++", "@@"))] == ["-", "+"]
    assert "another value" in lines[-1]
