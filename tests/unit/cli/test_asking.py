"""Questions, progress and Ctrl+C on a terminal; the command is a process of its own."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from azdesk.practice import PracticeFleet

from .conftest import Home, Screen, add_account, running_nodes

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs pseudo-terminals")

Start = Callable[..., Screen]


def plain(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text).replace("\r", "")


def test_apply_asks_shows_bars_and_the_result(
    screen: Start, home: Home, document: Path, fleet: PracticeFleet
) -> None:
    one = screen("apply", document)
    one.wait_for("Apply to 2 hosts? [y/N]")
    one.type("y\n")
    assert one.end() == 0
    said = plain(one.seen)
    assert re.search(r"a253 ━+ (\d+)/\1 .*changed and verified", said)
    assert re.search(r"^a253  changed and verified", said, re.MULTILINE)
    assert sorted(running_nodes(fleet, "a251").split()) == ["ejabberd@a251", "ejabberd@a253"]


@pytest.mark.parametrize("typed", ["n\n", "\n", "yess\n", "\x04"])
def test_anything_but_yes_changes_nothing(screen: Start, home: Home, document: Path, typed: str) -> None:
    one = screen("apply", document, "--brief")
    one.wait_for("[y/N]")
    one.type(typed)
    assert one.end() == 3
    assert "Nothing was changed." in one.seen
    assert home.run("journal", document).out == "No entries.\n"


def test_the_name_of_the_node_is_typed_for_what_cannot_be_undone(
    screen: Start, home: Home, document: Path, fleet: PracticeFleet
) -> None:
    add_account(fleet, "a253")
    one = screen("apply", document, "--brief", "--yes")
    one.wait_for("Type a253 to allow")
    one.type("a251\n")
    assert one.end() == 3
    assert "that is not the node's name" in one.seen
    assert home.run("journal", document).out == "No entries.\n"

    one = screen("apply", document, "--brief", "--yes")
    one.wait_for("Type a253 to allow")
    one.type("a253\n")
    assert one.end() == 0


def test_ctrl_c_at_a_question_changes_nothing(screen: Start, home: Home, document: Path) -> None:
    one = screen("apply", document, "--brief")
    one.wait_for("[y/N]")
    one.interrupt()
    assert one.end() == 3
    assert "Cancelled. Nothing was changed." in one.seen
    assert "Traceback" not in one.seen
    assert home.run("journal", document).out == "No entries.\n"


@pytest.fixture
def slow(fleet: PracticeFleet) -> None:
    """The simulated software takes its time, so that there is a middle."""
    for name in ("a251", "a253"):
        assert fleet.host(name).files.text("/etc/hosts")
    fleet.world.speed = 2.0


def test_ctrl_c_in_the_middle_puts_hosts_back(
    screen: Start, home: Home, document: Path, fleet: PracticeFleet, slow: None
) -> None:
    hosts = {name: fleet.host(name).files.text("/etc/hosts") for name in ("a251", "a253")}
    process = home.start("apply", document, "--yes", "--brief")
    assert process.stdout is not None
    assert process.stderr is not None
    for line in process.stdout:
        if line.startswith(b"a251  ") and line.endswith(b"  Start ejabberd\n"):
            process.send_signal(signal.SIGINT)
            break
    out, err = process.stdout.read().decode(), process.stderr.read().decode()
    assert process.wait(60) == 3
    process.stdout.close()
    process.stderr.close()
    assert "Stopping. Hosts that are being changed are put back first" in err
    assert "Traceback" not in err
    assert re.search(r"^a251  rolled back", out, re.MULTILINE), out
    assert re.search(r"^a253  not changed", out, re.MULTILINE), out
    assert {name: fleet.host(name).files.text("/etc/hosts") for name in hosts} == hosts
    assert [one["state"] for one in home.run("journal", document, "--json").json["entries"]] == [
        "rolled-back"
    ]


def test_a_second_ctrl_c_explains_and_a_third_leaves_the_hosts_to_themselves(
    home: Home, document: Path, fleet: PracticeFleet, slow: None
) -> None:
    hosts = fleet.host("a251").files.text("/etc/hosts")
    process = home.start("apply", document, "--yes", "--brief")
    assert process.stdout is not None
    assert process.stderr is not None
    for line in process.stdout:
        if line.startswith(b"a251  ") and line.endswith(b"  Start ejabberd\n"):
            break
    fleet.host("a251").faults.slow = 5.0
    process.send_signal(signal.SIGINT)
    assert b"Stopping" in process.stderr.readline()
    process.send_signal(signal.SIGINT)
    assert b"Press Ctrl+C once more to leave" in process.stderr.readline()
    assert process.poll() is None
    process.send_signal(signal.SIGINT)
    assert process.wait(20) == 3
    process.stdout.close()
    process.stderr.close()

    fleet.host("a251").faults.clear()
    deadline_journal = home.run("journal", document, "--host", "a251", "--json")
    while [one["state"] for one in deadline_journal.json["entries"]] in (["running"], ["applied"]):
        deadline_journal = home.run("journal", document, "--host", "a251", "--json")
    assert [one["state"] for one in deadline_journal.json["entries"]] in (["rolled-back"], ["recovered"])
    assert fleet.host("a251").files.text("/etc/hosts") == hosts


def test_adopt_asks_before_it_saves(screen: Start, home: Home, document: Path, fleet: PracticeFleet) -> None:
    plain_text = document.read_text()
    changed = plain_text.replace(
        '[clusters."company.com"]', '[clusters."company.com"]\ndistribution_port = 5299'
    )
    document.write_text(changed)
    assert home.run("apply", document, "--yes").code == 0
    document.write_text(plain_text)
    one = screen("adopt", document)
    one.wait_for("Save this in the document? [y/N]")
    one.type("y\n")
    assert one.end() == 0
    assert document.read_text() == changed


# -- host keys ---------------------------------------------------------------------------------------------------


@pytest.fixture
def strange(document: Path, home: Home) -> Path:
    """The document, and nobody has accepted the hosts' keys."""
    (home.data / "known_hosts").unlink()
    return document


def fingerprints(home: Home, document: Path) -> dict[str, str]:
    found = home.run("host-key", "accept", document, "--json").json["hosts"]
    return {one["host"]: one["fingerprint"] for one in found}


def test_in_a_pipe_an_unknown_host_is_refused_with_its_fingerprint(home: Home, strange: Path) -> None:
    answer = home.run("plan", strange)
    assert answer.code == 1
    assert answer.out.count("Nobody has accepted the host's key yet") == 2
    for fingerprint in fingerprints(home, strange).values():
        assert f"--trust {fingerprint}" in answer.out
    assert not (home.data / "known_hosts").exists()


def test_trust_accepts_that_fingerprint_alone_and_remembers_it(home: Home, strange: Path) -> None:
    keys = fingerprints(home, strange)
    answer = home.run("status", strange, "--trust", keys["a251"])
    assert answer.code == 1
    assert re.search(r"^a251 +differs", answer.out, re.MULTILINE)
    assert re.search(r"^a253 +key unknown", answer.out, re.MULTILINE)
    assert home.run("status", strange, "--host", "a251").code == 2
    asked = home.run("host-key", "accept", strange, "--host", "a253")
    assert f"There is no terminal to ask on: compare it, then give --trust {keys['a253']}" in asked.out
    assert "asks about it" not in asked.out
    accepted = home.run("host-key", "accept", strange, "--trust", keys["a253"].removeprefix("SHA256:"))
    assert accepted.code == 0
    assert "a253  key accepted" in accepted.out
    assert "a251  key known already" in accepted.out
    assert home.run("plan", strange).code == 2


def test_a_host_behind_one_that_refuses_the_login_has_shown_no_key(
    home: Home, strange: Path, tmp_path: Path
) -> None:
    keys = fingerprints(home, strange)
    text = strange.read_text(encoding="utf-8")
    text = text.replace("[hosts.a253]", '[hosts.a253]\njump = ["a251"]')
    text = re.sub(r'key_file = ".*"', f"key_file = '{tmp_path / 'none'}'", text)
    strange.write_text(text, encoding="utf-8")
    assert home.run("host-key", "accept", strange, "--host", "a251", "--trust", keys["a251"]).code == 0
    answer = home.run("host-key", "accept", strange)
    assert "a251  key known already" in answer.out
    assert "a253  not reached" in answer.out
    assert "The key file could not be read" in answer.out
    assert answer.code == 1


def test_on_a_terminal_the_person_decides(screen: Start, home: Home, strange: Path) -> None:
    keys = fingerprints(home, strange)
    one = screen("plan", strange, "--brief")
    answers = {"a251": f"{keys['a251']}\n", "a253": "no\n"}
    for _ in answers:
        one.wait_for(") shows a key that nobody has accepted yet")
        host = re.findall(r"(a25[13]) \(\[127", one.seen)[-1]
        one.wait_for("type the fingerprint)?")
        assert keys[host] in one.seen
        one.type(answers[host])
    assert one.end() == 1
    assert home.run("status", strange, "--host", "a251").code == 2
    assert home.run("status", strange, "--host", "a253").code == 1


def test_a_typed_fingerprint_that_differs_is_a_no(screen: Start, home: Home, strange: Path) -> None:
    keys = fingerprints(home, strange)
    one = screen("status", strange, "--host", "a251")
    one.wait_for("type the fingerprint)?")
    one.type("perhaps\n")
    one.wait_for("Type yes or no in full.")
    one.type(keys["a253"] + "\n")
    assert one.end() == 1
    assert "That is another fingerprint" in one.seen
    assert "a253" not in one.seen
    assert not (home.data / "known_hosts").exists()


def test_a_changed_key_always_stops(screen: Start, home: Home, document: Path, fleet: PracticeFleet) -> None:
    fleet.change_host_key("a251")
    answer = home.run("host-key", "accept", document, "--json")
    assert answer.code == 1
    changed = answer.json["hosts"][0]
    assert (changed["state"], changed["error"]["kind"]) == ("changed", "HostKeyChanged")
    shown = changed["error"]["shown"]
    assert home.run("status", document, "--host", "a251", "--trust", shown).code == 1
    one = screen("status", document, "--host", "a251")
    assert one.end() == 1
    assert "another key than the one known" in re.sub(r"\s+", " ", plain(one.seen))


# -- logins ------------------------------------------------------------------------------------------------------


@pytest.fixture
def alice(document: Path, fleet: PracticeFleet) -> Path:
    """Everybody is alice, with a password and sudo that asks for it."""
    text = document.read_text()
    head, _, tail = text.partition("[credentials.practice]\n")
    rest = tail[tail.index("\n[clusters") :] if "\n[clusters" in tail else tail
    document.write_text(
        f'{head}[credentials.practice]\nuser = "alice"\nmethod = "password"\nsudo = "with-password"\n{rest}'
    )
    return document


def test_a_password_is_asked_once_for_all_hosts(
    screen: Start, home: Home, alice: Path, fleet: PracticeFleet
) -> None:
    password = fleet.credentials.passwords["alice"].reveal()
    one = screen("status", alice)
    one.wait_for("password of practice:")
    one.type(password + "\n")
    assert one.end() == 2
    assert one.seen.count("of practice:") == 1, (
        "sudo takes the login's password, which is tried before asking"
    )
    assert password not in one.seen


def test_without_anybody_to_ask_a_missing_password_is_told(home: Home, alice: Path) -> None:
    answer = home.run("status", alice)
    assert answer.code == 1
    assert answer.out.count("no login") == 3
    assert "password" in answer.out


def test_the_environment_gives_passwords(home: Home, alice: Path, fleet: PracticeFleet) -> None:
    password = fleet.credentials.passwords["alice"].reveal()
    answer = home.process("status", alice, env={"AZDESK_SECRET_PRACTICE": password})
    assert answer.code == 2
    assert password not in answer.out + answer.err


def test_ctrl_c_at_a_password_ends_the_command(screen: Start, home: Home, alice: Path) -> None:
    one = screen("status", alice)
    one.wait_for("password of practice:")
    one.interrupt()
    assert one.end() == 3
    assert "Traceback" not in one.seen
