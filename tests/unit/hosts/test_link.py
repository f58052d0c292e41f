from __future__ import annotations

import hashlib
import io
import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from azdesk.core.errors import (
    AzdeskError,
    Cancelled,
    HostLocked,
    LinkError,
    LinkLost,
    LinkTimeout,
    PlanStale,
    ProtocolError,
    StepFailed,
    Unreachable,
)
from azdesk.core.outcome import StepState
from azdesk.core.probe import Command, File
from azdesk.core.progress import Job
from azdesk.core.secret import Secret
from azdesk.core.step import Archive, Run, SecretUse, Step, WriteFile
from azdesk.fleet.model import Fleet, Host
from azdesk.hosts.fake import SocketStream
from azdesk.hosts.frames import FrameReader, encode
from azdesk.hosts.link import Link
from tests.unit.hosts.conftest import World
from tests.unit.hosts.test_frames import HELLO


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def write(path: str, content: str, before: str = "", **more: Any) -> WriteFile:
    import getpass
    import grp
    import os

    group = grp.getgrgid(os.getgid()).gr_name
    return WriteFile(
        title=f"Write {path}",
        path=path,
        content=content,
        before=before,
        owner=getpass.getuser(),
        group=group,
        **more,
    )


def nothing(*_: object) -> None:
    pass


def sleeping(seconds: float) -> Run:
    return Run(title="Sleep", argv=("sleep", str(seconds)))


def begin(link: Link, name: str = "t1", **probes: Any) -> None:
    link.begin(transaction=name, who="alice@desk", title="Test", probes=probes)


# -- with the real helper ----------------------------------------------------------------------------------


def test_look_tells_present_absent_and_unreadable_apart(world: World) -> None:
    world.write("/etc/hosts", "127.0.0.1 localhost\n")
    probes = {"there": File(path="/etc/hosts"), "not": File(path="/etc/none")}
    readings = world.pool.link("a251").look(probes)
    assert readings.file("there").text == "127.0.0.1 localhost\n"
    assert not readings.file("not").exists
    assert abs(readings.taken_at - time.time()) < 60


def test_what_did_not_change_is_not_sent_again_and_what_did_is(world: World) -> None:
    link = world.pool.link("a251")
    world.write("/etc/a", "one")
    world.write("/etc/b", "b" * 50_000)
    probes = {"a": File(path="/etc/a"), "b": File(path="/etc/b")}
    link.look(probes)
    taken = []
    read = link._stream.read
    link._stream.read = lambda timeout: taken.append(read(timeout)) or taken[-1]  # type: ignore[method-assign]
    world.write("/etc/a", "two!")
    readings = link.look(probes)
    assert readings.file("a").text == "two!"
    assert readings.file("b").text == "b" * 50_000
    assert sum(map(len, taken)) < 5_000


def test_the_same_key_with_another_probe_is_another_question(world: World) -> None:
    link = world.pool.link("a251")
    world.write("/etc/a", "same")
    world.write("/etc/b", "same")
    assert link.look({"x": File(path="/etc/a")}).file("x").exists
    assert not link.look({"x": File(path="/etc/none")}).file("x").exists
    assert link.look({"x": File(path="/etc/b")}).file("x").exists


def test_apply_and_commit(world: World) -> None:
    link = world.pool.link("a251")
    seen: list[tuple[int, StepState]] = []
    begin(link)
    applied = link.apply(
        "t1",
        [write("/etc/new", "content\n"), write("/etc/second", "2\n")],
        {},
        {"f": File(path="/etc/new")},
        job=Job(),
        on_step=lambda index, state, message, seconds: seen.append((index, state)),
    )
    assert applied.readings.file("f").text == "content\n"
    assert [step.state for step in applied.steps] == [StepState.DONE, StepState.DONE]
    assert seen == [(0, StepState.RUNNING), (0, StepState.DONE), (1, StepState.RUNNING), (1, StepState.DONE)]
    link.commit("t1")
    assert world.read("/etc/new") == "content\n"
    assert link.outcome("t1")["state"] == "committed"
    assert link.outcome("t9")["state"] == "never-begun"
    assert [entry["transaction"] for entry in link.journal()] == ["t1"]


def test_rollback_puts_everything_back(world: World) -> None:
    world.write("/etc/old", "old\n")
    link = world.pool.link("a251")
    begin(link)
    link.apply("t1", [write("/etc/old", "new\n", digest("old\n"))], {}, {}, job=Job(), on_step=nothing)
    assert world.read("/etc/old") == "new\n"
    assert link.rollback("t1", "not what was expected") == ()
    assert world.read("/etc/old") == "old\n"
    begin(link, "t2")
    link.rollback("t2", "again")


def test_a_failing_step_is_taken_back_and_the_link_stays_usable(world: World) -> None:
    link = world.pool.link("a251")
    begin(link)
    steps: list[Step] = [write("/etc/new", "x"), Run(title="Fail", argv=("false",))]
    with pytest.raises(StepFailed) as caught:
        link.apply("t1", steps, {}, {}, job=Job(), on_step=nothing)
    assert caught.value.where.startswith("a251")
    assert not (world.folder / "etc/new").exists()
    assert link.alive
    assert link.outcome("t1")["state"] == "rolled-back"


def test_a_stale_plan_changes_nothing(world: World) -> None:
    world.write("/etc/old", "somebody was faster\n")
    link = world.pool.link("a251")
    begin(link)
    with pytest.raises(PlanStale):
        link.apply("t1", [write("/etc/old", "new\n", digest("old\n"))], {}, {}, job=Job(), on_step=nothing)
    assert world.read("/etc/old") == "somebody was faster\n"


def test_cancelling_an_apply_rolls_back(world: World) -> None:
    link = world.pool.link("a251")
    begin(link)
    job = Job()

    def on_step(index: int, state: StepState, message: str, seconds: float) -> None:
        if index == 1 and state is StepState.RUNNING:
            threading.Timer(0.1, job.cancel).start()

    started = time.monotonic()
    with pytest.raises(Cancelled):
        link.apply("t1", [write("/etc/new", "x"), sleeping(30)], {}, {}, job=job, on_step=on_step)
    assert time.monotonic() - started < 10
    assert not (world.folder / "etc/new").exists()
    assert link.look({"f": File(path="/etc/new")}).file("f").exists is False


def test_a_job_cancelled_before_cancels_the_apply(world: World) -> None:
    link = world.pool.link("a251")
    begin(link)
    job = Job()
    job.cancel()
    with pytest.raises(Cancelled):
        link.apply("t1", [write("/etc/new", "x"), sleeping(30)], {}, {}, job=job, on_step=nothing)
    assert not (world.folder / "etc/new").exists()


def test_an_error_in_on_step_takes_the_steps_back(world: World) -> None:
    link = world.pool.link("a251")
    begin(link)

    def on_step(*_: object) -> None:
        raise ZeroDivisionError

    with pytest.raises((ZeroDivisionError, Cancelled)):
        link.apply("t1", [write("/etc/new", "x"), sleeping(20)], {}, {}, job=Job(), on_step=on_step)
    assert not (world.folder / "etc/new").exists()


def test_a_transaction_outlives_the_heartbeat_while_the_workstation_thinks(world: World) -> None:
    world.pool._heartbeat = 0.6
    link = world.pool.link("a251")
    begin(link)
    link.apply("t1", [write("/etc/new", "x")], {}, {}, job=Job(), on_step=nothing)
    time.sleep(1.5)
    link.commit("t1")
    assert world.read("/etc/new") == "x"


def test_a_lost_link_is_rolled_back_by_the_host_and_opened_again(world: World) -> None:
    link = world.pool.link("a251")
    begin(link)
    link.apply("t1", [write("/etc/new", "x")], {}, {}, job=Job(), on_step=nothing)
    world.transport.cut("a251")
    with pytest.raises(LinkLost) as caught:
        link.commit("t1")
    assert caught.value.where == "a251"
    again = world.pool.link("a251")
    assert again is not link
    assert wait_until(lambda: again.outcome("t1")["state"] in ("rolled-back", "recovered"))
    assert not (world.folder / "etc/new").exists()


def test_cutting_the_link_wakes_who_waits(world: World) -> None:
    link = world.pool.link("a251")
    begin(link)
    threading.Timer(0.3, world.transport.cut, ["a251"]).start()
    started = time.monotonic()
    with pytest.raises(LinkLost):
        link.apply("t1", [write("/etc/new", "x"), sleeping(30)], {}, {}, job=Job(), on_step=nothing)
    assert time.monotonic() - started < 5
    assert wait_until(lambda: not (world.folder / "etc/new").exists())


def test_two_workstations(world: World) -> None:
    from azdesk.hosts.pool import HostPool

    with HostPool(world.fleet, transport=world.transport) as other:
        first, second = world.pool.link("a251"), other.link("a251")
        begin(first)
        with pytest.raises(HostLocked) as caught:
            begin(second, "t2")
        assert "alice@desk" in str(caught.value)
        first.rollback("t1", "done")
        begin(second, "t3")
        second.rollback("t3", "done")


def test_secrets_travel_and_show_nowhere(world: World) -> None:
    link = world.pool.link("a251")
    step = write(
        "/etc/cookie",
        "cookie=%TOKEN%\n",
        mode=0o600,
        secrets=(SecretUse(token="%TOKEN%", source="random:x"),),
    )
    begin(link)
    applied = link.apply("t1", [step], {"%TOKEN%": Secret("OPENSESAME")}, {}, job=Job(), on_step=nothing)
    link.commit("t1")
    assert world.read("/etc/cookie") == "cookie=OPENSESAME\n"
    assert "OPENSESAME" not in repr(applied) + json.dumps(link.journal()) + json.dumps(link.outcome("t1"))
    got = link.read_secret("/etc/cookie", digest("cookie=OPENSESAME\n"))
    assert got == Secret("cookie=OPENSESAME\n")
    with pytest.raises(PlanStale):
        link.read_secret("/etc/cookie", digest("another"))


def test_a_backup_is_downloaded_in_pieces(world: World) -> None:
    import os
    import tarfile

    (world.folder / "data").mkdir()
    blob = os.urandom(2_500_000)
    (world.folder / "data" / "blob").write_bytes(blob)
    link = world.pool.link("a251")
    begin(link)
    applied = link.apply(
        "t1", [Archive(title="Back up", name="data", folder="/data")], {}, {}, job=Job(), on_step=nothing
    )
    link.commit("t1")
    (name,) = applied.backups
    out = io.BytesIO()
    reports: list[int] = []
    size = link.fetch_backup(name, out, Job(lambda progress: reports.append(progress.done)))
    assert size == len(out.getvalue()) == reports[-1]
    assert len(reports) > 1
    out.seek(0)
    with tarfile.open(fileobj=out) as archive:
        member = next(one for one in archive.getmembers() if one.name.endswith("blob"))
        taken = archive.extractfile(member)
        assert taken is not None
        assert taken.read() == blob


def test_many_threads_share_one_link(world: World) -> None:
    for number in range(20):
        world.write(f"/etc/f{number}", str(number))
    wrong: list[object] = []

    def work(number: int) -> None:
        for _ in range(10):
            got = world.pool.link("a251").look({"f": File(path=f"/etc/f{number}")}).file("f").text
            if got != str(number):
                wrong.append((number, got))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not wrong
    assert world.transport.opened == ["a251"]


def test_a_late_answer_is_an_error_and_the_next_link_works(world: World) -> None:
    link = world.pool.link("a251")
    link.look({})
    with pytest.raises(LinkTimeout):
        link.look({"c": Command(argv=("sleep", "20"))}, timeout=0.3)
    assert not link.alive
    assert world.pool.link("a251").look({"f": File(path="/etc")}).file("f").type == "dir"


# -- the pool ----------------------------------------------------------------------------------------------


def test_pool_refuses_what_it_cannot_reach(world: World) -> None:
    world.transport.refusals["a251"] = Unreachable("No answer.", where="a251")
    with pytest.raises(Unreachable):
        world.pool.link("a251")
    with pytest.raises(AzdeskError, match="no such host"):
        world.pool.link("a999")
    del world.transport.refusals["a251"]
    assert not world.pool.is_open("a251")
    world.pool.link("a251").look({})
    assert world.pool.is_open("a251")


def test_an_edited_document_closes_only_links_whose_way_changed(world: World) -> None:
    import dataclasses

    link = world.pool.link("a251")
    host = world.fleet.hosts["a251"]
    world.pool.update(dataclasses.replace(world.fleet, hosts={"a251": dataclasses.replace(host, note="x")}))
    assert link.alive
    world.pool.update(dataclasses.replace(world.fleet, hosts={"a251": dataclasses.replace(host, port=2222)}))
    assert not link.alive
    assert world.pool.link("a251") is not link


def test_a_link_whose_way_is_edited_while_it_is_opened_is_not_handed_out(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    import dataclasses

    moved = dataclasses.replace(world.fleet, hosts={"a251": Host(address="192.0.2.8")})
    way, opened, ways = world.transport.open, [], []

    def slowly(fleet: Fleet, host: str, job: Job) -> SocketStream:
        stream = way(fleet, host, job)
        opened.append(stream)
        ways.append(fleet.hosts[host].address)
        world.pool.update(moved)  # as from the window, while this one waits for the host
        return stream

    monkeypatch.setattr(world.transport, "open", slowly)
    link = world.pool.link("a251")
    assert ways == ["192.0.2.7", "192.0.2.8"]
    assert not opened[0].alive
    assert link.alive
    assert world.pool.link("a251") is link


def test_a_host_removed_while_its_link_is_opened_has_none(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    way = world.transport.open

    def slowly(fleet: Fleet, host: str, job: Job) -> SocketStream:
        stream = way(fleet, host, job)
        world.pool.update(Fleet())
        return stream

    monkeypatch.setattr(world.transport, "open", slowly)
    with pytest.raises(LinkError, match="no such host"):
        world.pool.link("a251")
    assert not world.pool.is_open("a251")


def test_a_closed_pool_gives_no_links(world: World) -> None:
    link = world.pool.link("a251")
    world.pool.close()
    assert not link.alive
    with pytest.raises(LinkLost):
        world.pool.link("a251")


# -- with a helper that misbehaves -------------------------------------------------------------------------


@pytest.fixture
def scripted() -> Iterator[Callable[[Callable[[socket.socket], None]], Link]]:
    made: list[Any] = []

    def make(other_side: Callable[[socket.socket], None]) -> Link:
        ours, theirs = socket.socketpair()
        link = Link("a251", SocketStream(ours), heartbeat=1.0)

        def run() -> None:
            with theirs:
                try:
                    other_side(theirs)
                except OSError:
                    pass

        thread = threading.Thread(target=run)
        thread.start()
        made.append((link, thread))
        return link

    yield make
    for link, thread in made:
        link.close()
        thread.join(10)


def request(connection: socket.socket) -> dict[str, Any]:
    reader = FrameReader("test")
    while (frame := reader.next()) is None:
        data = connection.recv(65536)
        if not data:
            raise OSError
        reader.feed(data)
    return frame


@pytest.mark.parametrize(
    "reply",
    [
        b"\x00\x00\x00\x02{}",
        b"\xff\xff\xff\xffxxxx",
        encode({"id": 99, "ok": {}}),
        encode({"id": -1, "ok": {}}),
        encode({"id": 1}),
        encode({"id": 1, "ok": {"readings": [], "tags": {}, "time": 0}}),
        encode({"id": 1, "ok": {"readings": {"f": 7}, "tags": {}, "time": 0}}),
        encode({"id": 1, "ok": {"readings": {}, "tags": {}, "time": "noon"}}),
        encode({"id": 1, "error": {"kind": "KeyboardInterrupt", "what": "No."}}),
        encode({"id": 0, "error": {"kind": "ProtocolError", "what": "What?"}}),
        b"\x00\x00\x00\x04null",
    ],
)
def test_nonsense_is_a_protocol_error_and_closes_the_link(scripted: Any, reply: bytes) -> None:
    def other_side(connection: socket.socket) -> None:
        connection.sendall(encode(HELLO))
        request(connection)
        connection.sendall(reply)
        connection.recv(1)

    link = scripted(other_side)
    with pytest.raises(ProtocolError) as caught:
        link.look({"f": File(path="/x")}, timeout=5)
    assert caught.value.where == "a251"
    assert not link.alive


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(garbage=st.binary(min_size=1, max_size=400), hello=st.booleans())
def test_garbage_never_hangs_or_crashes(scripted: Any, garbage: bytes, hello: bool) -> None:
    def other_side(connection: socket.socket) -> None:
        connection.sendall((encode(HELLO) if hello else b"") + garbage)
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(65536):
            pass

    link = scripted(other_side)
    with pytest.raises(AzdeskError):
        link.look({"f": File(path="/x")}, timeout=5)
    link.close()


@pytest.mark.parametrize("version", [2, 0, "x"])
def test_another_version_of_the_protocol(scripted: Any, version: object) -> None:
    hello = {"hello": {**HELLO["hello"], "version": version}}

    def other_side(connection: socket.socket) -> None:
        connection.sendall(encode(hello))
        connection.recv(65536)

    with pytest.raises(ProtocolError):
        _ = scripted(other_side).hello


def test_silence_while_steps_run_is_noticed_long_before_their_timeouts(scripted: Any) -> None:
    def other_side(connection: socket.socket) -> None:
        connection.sendall(encode(HELLO))
        while connection.recv(65536):
            pass

    link = scripted(other_side)
    started = time.monotonic()
    with pytest.raises(LinkTimeout):
        link.apply("t1", [sleeping(600)], {}, {}, job=Job(), on_step=nothing)
    assert time.monotonic() - started < 10


def test_pings_flow_while_a_transaction_is_open_and_end_with_it(scripted: Any) -> None:
    ops: list[str] = []

    def other_side(connection: socket.socket) -> None:
        connection.sendall(encode(HELLO))
        reader = FrameReader("test")
        while data := connection.recv(65536):
            reader.feed(data)
            for frame in reader:
                ops.append(frame["op"])
                connection.sendall(
                    encode({"id": frame["id"], "ok": {"readings": {}, "tags": {}, "time": 1.0}})
                )

    link = scripted(other_side)
    begin(link)
    assert wait_until(lambda: ops.count("ping") >= 2)
    link.rollback("t1", "enough")
    time.sleep(0.1)
    count = ops.count("ping")
    time.sleep(0.8)
    assert ops.count("ping") == count
    assert ops[0] == "begin"


def test_the_first_request_goes_out_before_the_hello_came(scripted: Any) -> None:
    def other_side(connection: socket.socket) -> None:
        asked = request(connection)
        connection.sendall(b"Welcome to a251!\r\n" + encode(HELLO))
        connection.sendall(encode({"id": asked["id"], "ok": {"readings": {}, "tags": {}, "time": 1.0}}))
        connection.recv(1)

    link = scripted(other_side)
    link.look({}, timeout=5)
    assert link.hello.hostname == "a251"


def test_text_without_a_hello_is_told_soon(scripted: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("azdesk.hosts.wire.AFTER_NOISE", 0.3)

    def other_side(connection: socket.socket) -> None:
        connection.sendall(b"Please choose a terminal type:\r\n1) vt100\r\n")
        while connection.recv(65536):
            pass

    started = time.monotonic()
    with pytest.raises(ProtocolError, match="Please choose a terminal type"):
        scripted(other_side).look({}, timeout=20)
    assert time.monotonic() - started < 5


def test_a_message_in_pieces(scripted: Any) -> None:
    def other_side(connection: socket.socket) -> None:
        asked = request(connection)
        answer = {"id": asked["id"], "ok": {"readings": {}, "tags": {}, "time": 1.0}}
        for byte in encode(HELLO) + encode(answer):
            connection.sendall(struct.pack("B", byte))
        connection.recv(1)

    assert scripted(other_side).look({}, timeout=10).taken_at == 1.0


def wait_until(true: Callable[[], bool], seconds: float = 10.0) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if true():
            return True
        time.sleep(0.05)
    return False
