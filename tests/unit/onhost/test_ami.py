"""Asking Asterisk's manager interface: against a server that says what real ones were seen to say, and worse."""

from __future__ import annotations

import hashlib
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from azdesk.core.probe import Ami
from azdesk.onhost import ami, probes, system
from azdesk.onhost.machine import Machine

BANNER = b"Asterisk Call Manager/11.0.0\r\n"
SECRET = "QWERTZ"
STATUS = (("Action", "CoreStatus"),)
TREE = (("Action", "DBGetTree"), ("Family", "registrar"))
Script = Callable[["Peer"], None]


class Peer:
    """The server's end of one connection."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.data = b""

    def action(self) -> dict[str, str]:
        while b"\r\n\r\n" not in self.data:
            part = self.sock.recv(4096)
            if not part:
                raise ConnectionError
            self.data += part
        message, _, self.data = self.data.partition(b"\r\n\r\n")
        return dict(line.split(": ", 1) for line in message.decode().split("\r\n"))

    def say(self, *lines: str) -> None:
        self.sock.sendall("".join(f"{line}\r\n" for line in (*lines, "")).encode())

    def greet(self, secret: str = SECRET) -> None:
        """Banner, challenge, login; answers as Asterisk does."""
        self.sock.sendall(BANNER)
        asked = self.action()
        assert (asked["Action"], asked["AuthType"]) == ("Challenge", "MD5")
        self.say("Response: Success", f"ActionID: {asked['ActionID']}", "Challenge: 1234567")
        login = self.action()
        assert (login["Action"], login["Username"], login["Events"]) == ("Login", "azdesk", "off")
        assert SECRET not in login.values()
        good = login["Key"] == hashlib.md5(f"1234567{secret}".encode(), usedforsecurity=False).hexdigest()
        words = ("Success", "Authentication accepted") if good else ("Error", "Authentication failed")
        self.say(f"Response: {words[0]}", f"ActionID: {login['ActionID']}", f"Message: {words[1]}")


@pytest.fixture
def serve() -> Iterator[Callable[[Script], int]]:
    """Starts a server that plays a script once; returns its port."""
    servers: list[socket.socket] = []
    threads: list[threading.Thread] = []
    problems: list[Exception] = []

    def start(script: Script) -> int:
        server = socket.create_server(("127.0.0.1", 0))
        server.settimeout(10)
        servers.append(server)

        def play() -> None:
            try:
                sock, _ = server.accept()
                with sock:
                    sock.settimeout(10)
                    script(Peer(sock))
            except (ConnectionError, TimeoutError):
                pass  # the asker went away
            except Exception as problem:
                problems.append(problem)

        threads.append(threading.Thread(target=play))
        threads[-1].start()
        return int(server.getsockname()[1])

    yield start
    for thread in threads:
        thread.join(10)
    for server in servers:
        server.close()
    assert problems == []


def ask(port: int, *actions: ami.Action, keep: int = 0, timeout: float = 5.0) -> dict[str, Any]:
    return ami.ask(port, "azdesk", SECRET, actions, timeout=timeout, keep=keep)


def tree(peer: Peer) -> None:
    peer.greet()
    peer.say("Event: FullyBooted", "Privilege: system,all", "Status: Fully Booted")
    status, listed = peer.action(), peer.action()
    assert listed["Family"] == "registrar"
    one, two = status["ActionID"], listed["ActionID"]
    peer.say("Response: Success", f"ActionID: {one}", "CoreCurrentCalls: 2", "Empty: ", "Time: 10:11:12")
    peer.say("Response: Success", f"ActionID: {two}", "EventList: start", "Message: Result will follow")
    for number in range(3):
        peer.say("Event: PeerStatus", "Peer: PJSIP/6801")
        peer.say("Event: DBGetTreeResponse", f"Key: /registrar/contact/{number}", f"ActionID: {two}")
    peer.say("Event: DBGetTreeComplete", f"ActionID: {two}", "EventList: Complete", "ListItems: 3")


def test_answers_and_lists(serve: Callable[[Script], int]) -> None:
    found = ask(serve(tree), STATUS, TREE, keep=10)
    assert found["answered"], found
    (status,), (start, *items, end) = found["replies"]
    assert status == {"Response": "Success", "CoreCurrentCalls": "2", "Empty": "", "Time": "10:11:12"}
    assert start["Message"] == "Result will follow"
    assert [item["Key"] for item in items] == [f"/registrar/contact/{number}" for number in range(3)]
    assert end["ListItems"] == "3"


@pytest.mark.parametrize("keep", [0, 2])
def test_of_a_long_list_no_more_comes_than_was_asked_for(serve: Callable[[Script], int], keep: int) -> None:
    _, listed = ask(serve(tree), STATUS, TREE, keep=keep)["replies"]
    assert len(listed) == keep + 2
    assert listed[-1]["ListItems"] == "3"


def test_a_refused_action_is_its_own_answer(serve: Callable[[Script], int]) -> None:
    def script(peer: Peer) -> None:
        peer.greet()
        peer.say("Response: Error", f"ActionID: {peer.action()['ActionID']}", "Message: Permission denied")

    assert ask(serve(script), STATUS) == {
        "answered": True,
        "error": "",
        "replies": [[{"Response": "Error", "Message": "Permission denied"}]],
    }


def test_a_refused_login(serve: Callable[[Script], int]) -> None:
    found = ask(serve(lambda peer: peer.greet("another")), STATUS)
    assert found == {
        "answered": False,
        "error": "it refused the login of azdesk: Authentication failed",
        "replies": [],
    }


def _closes(peer: Peer) -> None:
    peer.greet()
    peer.action()


def _hangs(peer: Peer) -> None:
    peer.greet()
    peer.action()
    peer.action()


def _floods(peer: Peer) -> None:
    peer.greet()
    peer.action()
    for _ in range(64):
        peer.sock.sendall(b"x" * (1 << 16))


def _no_challenge(peer: Peer) -> None:
    peer.sock.sendall(BANNER)
    name = peer.action()["ActionID"]
    peer.say("Response: Error", f"ActionID: {name}", "Message: Must specify AuthType")


def _another(peer: Peer) -> None:
    peer.sock.sendall(b"SSH-2.0-OpenSSH_10.6\r\n")
    assert peer.sock.recv(100) == b"", "something was sent to what is no Asterisk"


@pytest.mark.parametrize(
    ("script", "error"),
    [
        (_closes, "it closed the connection"),
        (_hangs, "no answer within 0.5 s"),
        (_floods, "its answer is too long"),
        (_no_challenge, "Must specify AuthType"),
        (_another, "what listens on port [0-9]+ is no Asterisk"),
        (lambda peer: peer.sock.recv(1), "no answer within 0.5 s"),
    ],
)
def test_what_goes_wrong_is_an_answer(serve: Callable[[Script], int], script: Script, error: str) -> None:
    import re

    found = ask(serve(script), STATUS, timeout=0.5)
    assert (found["answered"], found["replies"]) == (False, [])
    assert re.fullmatch(error, found["error"]), found["error"]


def test_nothing_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert ask(port, STATUS)["error"] == f"nothing listens on port {port}"


def test_what_a_phone_calls_itself_is_no_answer(serve: Callable[[Script], int]) -> None:
    def script(peer: Peer) -> None:
        peer.greet()
        name = peer.action()["ActionID"]
        peer.say("Response: Success", "ActionID: login-0", "CoreCurrentCalls: 99")
        peer.say("Response: Success", f"ActionID: {name}", "Agent: x\nResponse: Error", "CoreCurrentCalls: 1")

    assert ask(serve(script), STATUS)["replies"] == [
        [{"Response": "Success", "Agent": "x\nResponse: Error", "CoreCurrentCalls": "1"}]
    ]


def test_fields() -> None:
    assert ami.parse(b"Response: Success\r\nOutput: one\r\nOutput: two\r\nOutput:\r\nTime: 1:2") == {
        "Response": "Success",
        "Output": "one\ntwo\n",
        "Time": "1:2",
    }
    assert ami.parse(b"Response: Follows\r\nline without a name\r\n\xff") == {
        "Response": "Follows\nline without a name\n\ufffd"
    }
    assert ami.parse(b"") == {}


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("[azdesk]\nsecret = abc\n", "abc"),
        ("[other]\nsecret=x\n[azdesk](tpl) ; comment\n  Secret=>abc ;x\r\nread=\n[more]\nsecret=y", "abc"),
        ("[other]\nsecret = abc\n", None),
        (";[azdesk]\nsecret = abc\n", None),
        ("", None),
    ],
)
def test_the_secret_of_an_account(text: str, secret: str | None) -> None:
    assert ami.secret_of(text, "azdesk") == secret


# -- as a probe ------------------------------------------------------------------------------------------


def test_the_secret_stays_on_the_host(serve: Callable[[Script], int], tmp_path: Path) -> None:
    (tmp_path / "account").write_text(f"[azdesk]\nsecret = {SECRET}\n")
    probe = Ami(actions=(STATUS, TREE), account="/account", user="azdesk", port=serve(tree), keep=5).wire()
    reading = probes.look(Machine(str(tmp_path)), {"live": probe}, {})["readings"]["live"]
    assert reading["answered"]
    assert SECRET not in str(reading)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (
            {"account": "/none"},
            {"answered": False, "replies": [], "error": "there is no account azdesk in /none"},
        ),
        ({"actions": [[["Action", "x\r\nAction: Originate"]]]}, {"error": "a line end in an action"}),
        ({"actions": [["x"]]}, {"error": "the probe makes no sense"}),
    ],
)
def test_questions_that_are_not_asked(tmp_path: Path, change: dict[str, Any], why: dict[str, Any]) -> None:
    (tmp_path / "account").write_text(f"[azdesk]\nsecret = {SECRET}\n")
    probe = {**Ami(actions=(STATUS,), account="/account", user="azdesk", port=1).wire(), **change}
    reading = probes.one(Machine(str(tmp_path)), probe)
    assert why["error"] in reading["error"]
    assert reading.keys() == why.keys()


def test_waiting_for_an_answer() -> None:
    answer = {"answered": True, "error": "", "replies": [[{"Response": "Success", "CoreCurrentCalls": "0"}]]}
    assert system.satisfied("ami", answer, "CoreCurrentCalls")
    assert not system.satisfied("ami", answer, "Permission denied")
    assert not system.satisfied("ami", {"answered": False, "error": "CoreCurrentCalls", "replies": []}, "")
    assert not system.satisfied("ami", {"error": "CoreCurrentCalls"}, "CoreCurrentCalls")
