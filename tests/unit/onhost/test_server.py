"""What goes over the link: looking, secrets, backups, the journal, and rubbish."""

from __future__ import annotations

import base64
import http.server
import json
import os
import socket
import struct
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from azdesk.core import probe as core_probe
from azdesk.onhost import bundle, frames, network, probes, process, system
from azdesk.onhost.machine import Machine, Result
from azdesk.onhost.mounts import _parse
from tests.unit.onhost.support import FolderMachine, InProcess, fill, run, sha, tree, write_file


def look(link: InProcess, have: dict[str, str] | None = None, **wanted: core_probe.Probe) -> dict[str, Any]:
    return link.ask("look", probes={key: value.wire() for key, value in wanted.items()}, have=have or {})


def one(link: InProcess, probe: core_probe.Probe) -> dict[str, Any]:
    reading: dict[str, Any] = look(link, p=probe)["readings"]["p"]
    return reading


def age(path: Path) -> None:
    """Make a file look as if it had not been changed for long; its change time cannot be set, so wait."""
    while time.time() - path.stat().st_ctime <= probes.COARSE:
        time.sleep(0.05)


# -- looking -----------------------------------------------------------------------------------------------


def test_files(link: InProcess, machine: FolderMachine) -> None:
    root = Path(machine.root)
    (root / "etc/hosts").write_bytes(b"caf\xe9\n")
    reading = one(link, core_probe.File(path="/etc/hosts"))
    assert core_probe.Readings("h", {"f": reading}).file("f").text == "caf\udce9\n"
    assert (reading["type"], reading["mode"], reading["owner"], reading["size"]) == ("file", 0o640, "root", 5)
    assert one(link, core_probe.File(path="/etc/nothing")) == {"exists": False, "type": "absent"}
    assert one(link, core_probe.File(path="/etc/hosts/under-a-file"))["exists"] is False
    secret = one(link, core_probe.File(path="/etc/chat.conf", secret=True))
    assert "text" not in secret
    assert secret["sha256"] == sha("old\n")
    assert "text" not in one(link, core_probe.File(path="/etc/chat.conf", limit=2))
    folder = one(link, core_probe.File(path="/etc/old-folder"))
    assert (folder["type"], folder["mode"]) == ("dir", 0o711)
    linked = one(link, core_probe.File(path="/etc/chat.cfg"))
    assert (linked["type"], linked["target"], linked["text"]) == ("link", "/etc/default/chat", "NODE=old\n")
    (root / "etc/dangling").symlink_to("nowhere")
    assert one(link, core_probe.File(path="/etc/dangling"))["type"] == "link"
    (root / "etc/a").symlink_to("b")
    (root / "etc/b").symlink_to("a")
    assert "symbolic links" in one(link, core_probe.File(path="/etc/a"))["error"]


def test_secrets_in_a_file_stay_on_the_host(link: InProcess, machine: FolderMachine) -> None:
    place = Path(machine.root) / "etc/reader.yml"
    place.write_text('ldap_port: 636\nldap_password: "s3cret"\nnote: s3cret\n')
    mask = r'^ldap_password: "(?P<reader>[^"]*)"$'
    reading = one(link, core_probe.File(path="/etc/reader.yml", masks=(mask,)))
    hidden = core_probe.masked("reader")
    assert reading["text"] == f'ldap_port: 636\nldap_password: "{hidden}"\nnote: s3cret\n'
    assert reading["sha256"] == sha(place.read_text())
    assert "named group" in one(link, core_probe.File(path="/etc/reader.yml", masks=("x(y)",)))["error"]
    age(place)
    plain, hiding = (
        core_probe.File(path="/etc/reader.yml"),
        core_probe.File(path="/etc/reader.yml", masks=(mask,)),
    )
    tags = look(link, p=plain)["tags"]
    assert (
        "p" in look(link, have=tags, p=hiding)["readings"]
    )  # the tag of the bare text does not stand for the masked one


def test_pipe_does_not_hang(link: InProcess, machine: FolderMachine) -> None:
    os.mkfifo(machine.real("/etc/pipe"))
    assert one(link, core_probe.File(path="/etc/pipe"))["type"] == "other"


def test_unchanged_readings_stay_at_home(link: InProcess, machine: FolderMachine) -> None:
    place = Path(machine.root) / "etc/hosts"
    age(place)
    wanted: dict[str, core_probe.Probe] = {
        "hosts": core_probe.File(path="/etc/hosts"),
        "none": core_probe.File(path="/etc/none"),
        "units": core_probe.Units(names=("chat.service",)),
        "list": core_probe.Listing(path="/var/lib/data"),
    }
    first = look(link, **wanted)
    assert set(first["readings"]) == set(first["tags"]) == set(wanted)
    again = look(link, have=first["tags"], **wanted)
    assert again["readings"] == {}
    place.write_text("other\n")
    third = look(link, have=first["tags"], **wanted)
    assert list(third["readings"]) == ["hosts"]
    # Changed again within the resolution of the clock and with the same size: noticed all the same.
    os.utime(place, ns=(place.stat().st_atime_ns, place.stat().st_mtime_ns))
    place.write_text("OTHER\n")
    fourth = look(link, have=first["tags"] | third["tags"], **wanted)
    assert fourth["readings"]["hosts"]["text"] == "OTHER\n"
    secret = look(link, have=first["tags"], hosts=core_probe.File(path="/etc/hosts", secret=True))
    assert "text" not in secret["readings"]["hosts"]


def test_listing(link: InProcess) -> None:
    names = [entry["name"] for entry in one(link, core_probe.Listing(path="/var/lib/data"))["entries"]]
    assert names == ["a.DCD", "b.DCL", "certs", "cookie", "schema.DAT"]
    some = one(link, core_probe.Listing(path="/var/lib/data", patterns=("*.DC[DL]", "cook??")))
    assert [entry["name"] for entry in some["entries"]] == ["a.DCD", "b.DCL", "cookie"]
    assert one(link, core_probe.Listing(path="/nowhere")) == {"exists": False, "entries": []}
    assert "error" in one(link, core_probe.Listing(path="/etc/hosts"))


def test_commands_and_the_rest(link: InProcess, machine: FolderMachine) -> None:
    assert one(link, core_probe.Command(argv=("echo", "hello")))["out"] == "hello\n"
    assert one(link, core_probe.Command(argv=("no-such",)))["found"] is False
    assert one(link, core_probe.Units(names=("chat.service",)))["units"]["chat.service"]["active"] == "active"
    assert "no dpkg" in one(link, core_probe.Packages(names=("x",)))["error"]
    (Path(machine.root) / "etc/os-release").write_text(
        'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian 12"\n'
    )
    (Path(machine.root) / "etc/machine-id").write_text("abc\n")
    identity = one(link, core_probe.Identity())
    assert (identity["os_id"], identity["os_version"], identity["machine_id"]) == ("debian", "12", "abc")
    assert "127.0.0.1" not in identity["addresses"]
    mounts = one(link, core_probe.Mounts(paths=("/etc", "/nowhere")))["mounts"]
    assert mounts["/nowhere"] is None
    assert mounts["/etc"]["size"] > mounts["/etc"]["free"] > 0
    assert one(link, core_probe.Resolve(name="127.0.0.1")) == {"addresses": ["127.0.0.1"]}


def test_a_command_is_not_run_while_the_unit_that_answers_it_is_stopped(
    link: InProcess, machine: FolderMachine
) -> None:
    asked = core_probe.Command(argv=("echo", "up"), unit="chat.service")
    assert one(link, asked)["out"] == "up\n"
    machine.world.units["chat.service"]["active"] = "failed"
    assert one(link, asked) == {"found": True, "exit": 1, "out": "", "err": "", "timed_out": False}
    machine.world.units["chat.service"]["active"] = "deactivating"
    assert one(link, asked)["out"] == "up\n"
    elsewhere = core_probe.Command(argv=("echo", "up"), unit="never.service")
    assert one(link, elsewhere)["out"] == "up\n"


def test_fallback(link: InProcess, machine: FolderMachine, monkeypatch: pytest.MonkeyPatch) -> None:
    cheap = core_probe.Http(port=5281, path="/api/x")
    probe = core_probe.Fallback(first=cheap, otherwise=core_probe.Command(argv=("echo", "x")))
    for answer, used in (
        ({"answered": True, "status": 200, "body": "b"}, "first"),
        ({"answered": True, "status": 500, "body": "b"}, "otherwise"),
        ({"answered": False, "status": 0, "body": ""}, "otherwise"),
    ):
        monkeypatch.setattr(machine, "http", lambda *_, answer=answer: answer)
        reading = one(link, probe)
        assert reading["used"] == used
        assert core_probe.Readings("h", {"p": reading}).answer("p") == ("b" if used == "first" else "x\n")
    wrong = {"kind": "fallback", "first": probe.wire(), "otherwise": {"kind": "identity"}}
    assert link.ask("look", probes={"p": wrong}, have={})["error"]["kind"] == "ProtocolError"


def test_many_slow_probes_run_side_by_side_and_pings_are_answered(
    link: InProcess, machine: FolderMachine
) -> None:
    def slow(argv: Any) -> Result:
        time.sleep(0.5)
        return Result(0, "done")

    machine.world.answers["slow"] = slow
    wanted = {str(n): core_probe.Command(argv=("slow", str(n))).wire() for n in range(12)}
    started = time.monotonic()
    ident = link.start("look", probes=wanted, have={})
    assert link.ask("ping") == {}
    assert time.monotonic() - started < 0.4
    frame = link.read()
    assert frame["id"] == ident
    assert [reading["out"] for reading in frame["ok"]["readings"].values()] == ["done"] * 12
    assert time.monotonic() - started < 2.0


def test_storage_that_does_not_answer(
    link: InProcess, machine: FolderMachine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probes, "STORAGE_TIMEOUT", 0.3)
    monkeypatch.setattr(
        machine, "mounts", lambda: [("/", "x", "ext4", "rw"), ("/srv", "n:/srv", "nfs4", "hard")]
    )
    answering = threading.Event()
    plain = machine.stat

    def stat(path: str) -> Any:
        if path.startswith("/srv"):
            answering.wait(20)
        return plain(path)

    monkeypatch.setattr(machine, "stat", stat)
    wanted = {"s": core_probe.File(path="/srv/x"), "h": core_probe.File(path="/etc/hosts")}
    readings = look(link, **wanted)["readings"]
    assert readings["s"] == {"error": "no answer in time"}
    assert readings["h"]["exists"]
    started = time.monotonic()
    assert look(link, **wanted)["readings"]["s"] == {"error": "the storage still does not answer"}
    assert time.monotonic() - started < 0.25
    answering.set()
    time.sleep(0.1)
    assert look(link, **wanted)["readings"]["s"]["exists"] is False


@pytest.mark.parametrize(
    "probe",
    [{}, {"kind": "file"}, {"kind": "file", "path": 7}, {"kind": "none"}, {"kind": "units", "names": 3},
     {"kind": "http", "port": "x", "path": "/"}, {"kind": "command", "argv": []}, {"kind": "mounts"}, 5, None],
)  # fmt: skip
def test_senseless_probes(link: InProcess, probe: Any) -> None:
    answer = link.ask("look", probes={"p": probe}, have={})
    assert "error" in answer or "error" in answer["readings"]["p"]
    assert link.ask("ping") == {}


# -- the real machine's own ways -----------------------------------------------------------------------------


@pytest.fixture
def web() -> Iterator[int]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200 if self.path == "/api" else 404)
            self.end_headers()
            self.wfile.write(b"got " + body)

        def log_message(self, *args: object) -> None:
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


def test_http_and_connect(web: int) -> None:
    assert network.post(web, "/api", '{"a":1}', 5) == {"answered": True, "status": 200, "body": 'got {"a":1}'}
    assert network.post(web, "/other", "{}", 5)["status"] == 404
    assert network.connect("127.0.0.1", web, 2)["connected"]
    with socket.socket() as quiet:
        quiet.bind(("127.0.0.1", 0))
        port = quiet.getsockname()[1]
        assert network.post(port, "/", "", 1) == {"answered": False, "status": 0, "body": ""}
        refused = network.connect("127.0.0.1", port, 1)
        assert (refused["connected"], refused["error"]) == (False, "Connection refused")
        quiet.listen()
        started = time.monotonic()
        with pytest.raises(TimeoutError):
            network.post(port, "/", "", 0.2)
        assert time.monotonic() - started < 2


def test_commands_are_ended_with_all_they_started(tmp_path: Path) -> None:
    started = time.monotonic()
    result = process.run(["sh", "-c", f"(sleep 1; touch {tmp_path}/late) & sleep 30"], 0.2)
    assert result.timed_out
    assert time.monotonic() - started < 2
    time.sleep(1.2)
    assert not (tmp_path / "late").exists()
    result = process.run(["sh", "-c", "echo out; echo err >&2; exit 3"], 5)
    assert (result.exit, result.out, result.err) == (3, "out\n", "err\n")
    # A daemon that keeps its outputs open does not keep us.
    started = time.monotonic()
    assert process.run(["sh", "-c", "sleep 2 & echo started"], 5).out == "started\n"
    assert time.monotonic() - started < 1.5
    assert process.run(["sh", "-c", "kill -9 $$"], 5).exit == 137
    assert process.run(["sh", "-c", "read x; echo got:$x"], 5).out == "got:\n"
    long = process.run(["sh", "-c", "head -c 9000000 /dev/zero | tr '\\0' x; echo end"], 20)
    assert len(long.out) <= process.OUTPUT_LIMIT
    assert long.out.endswith("xend\n")
    assert process.run(["/etc/hostname"], 5).exit == 126


def test_mount_table() -> None:
    line = "36 25 0:32 / /mnt/with\\040space rw,noatime shared:1 - nfs4 server:/a rw,hard\n"
    assert _parse(line) == [("/mnt/with space", "server:/a", "nfs4", "rw,noatime,rw,hard")]
    assert any(at == "/" for at, *_ in Machine().mounts())


def test_package_file() -> None:
    text = (
        "Package: a\nStatus: install ok installed\nVersion: 1:2-3\nDescription: x\n Package: not\n\n"
        "Package: b\nStatus: deinstall ok config-files\nVersion: 4\n\n"
        "Package: c\nStatus: install ok half-installed\nVersion: 5\n"
    )
    versions, known = system._parse(text.encode())
    assert versions == {"a": "1:2-3"}
    assert known == {"a", "b", "c"}


# -- secrets, backups, journal -------------------------------------------------------------------------------


def test_read_secret(link: InProcess, machine: FolderMachine) -> None:
    place = Path(machine.root) / "etc/cookie"
    place.write_text("COOKIE")
    assert link.ask("read-secret", path="/etc/cookie", sha256=sha("COOKIE")) == {"value": "COOKIE"}
    assert link.ask("read-secret", path="/etc/cookie", sha256=sha("x"))["error"]["kind"] == "PlanStale"
    assert link.ask("read-secret", path="/etc/none", sha256="")["error"]["kind"] == "PlanStale"
    assert "no file of root" in link.ask("read-secret", path="/etc", sha256="")["error"]["what"]
    place.write_bytes(bytes(65537))
    assert "larger than" in link.ask("read-secret", path="/etc/cookie", sha256="")["error"]["what"]
    if os.geteuid() == 0:
        place.write_text("COOKIE")
        os.chown(place, 54321, 0)
        assert "no file of root" in link.ask("read-secret", path="/etc/cookie", sha256="")["error"]["what"]


def test_backups_are_sent_in_pieces_and_nothing_else_is(link: InProcess, machine: FolderMachine) -> None:
    step = {
        "kind": "archive",
        "title": "Back up",
        "name": "data",
        "folder": "/var/lib/data",
        "patterns": ["*"],
    }
    link.ask("begin", transaction="t1", who="a", title="b", probes={}, heartbeat=9)
    answer = link.ask("apply", transaction="t1", steps=[step], secrets={}, probes={})
    (name,) = answer["backups"]
    link.ask("rollback", transaction="t1", reason="no")
    data, total = b"", 1
    while len(data) < total:
        piece = link.ask("fetch", backup=name, offset=len(data), size=100)
        data, total = data + base64.b64decode(piece["data"]), piece["total"]
    assert data == Path(machine.real(f"{machine.state}/backups/{name}")).read_bytes()
    for wrong in ("../lock", "/etc/hosts", "", "none", None, ".."):
        assert "error" in link.ask("fetch", backup=wrong, offset=0, size=10)
    assert "error" in link.ask("fetch", backup=name, offset=-1, size=10)


def test_journal_goes_from_new_to_old(link: InProcess) -> None:
    for number in range(5):
        link.ask("begin", transaction=f"t{number}", who="a", title=f"T{number}", probes={}, heartbeat=9)
        link.ask("apply", transaction=f"t{number}", steps=[run("true")], secrets={}, probes={})
        link.ask("commit", transaction=f"t{number}")
        time.sleep(0.01)
    entries = link.ask("journal", limit=3, before="")["entries"]
    assert [entry["title"] for entry in entries] == ["T4", "T3", "T2"]
    older = link.ask("journal", limit=9, before=entries[-1]["transaction"])["entries"]
    assert [entry["title"] for entry in older] == ["T1", "T0"]
    assert link.ask("outcome", transaction="nothing") == {"state": "never-begun"}
    assert "error" in link.ask("outcome", transaction="../../etc/passwd")


# -- the order of things -------------------------------------------------------------------------------------


def test_requests_out_of_order(link: InProcess, machine: FolderMachine) -> None:
    old = tree(Path(machine.root))
    steps = {"steps": [write_file("/etc/x", "x", None)], "secrets": {}, "probes": {}}
    for op in ("apply", "commit", "rollback"):
        assert link.ask(op, transaction="t1", **steps)["error"]["kind"] == "PlanError"
    begin = {"transaction": "t1", "who": "a", "title": "b", "probes": {}, "heartbeat": 9}
    link.ask("begin", **begin)
    assert link.ask("begin", **begin)["error"]["kind"] == "PlanError"
    assert link.ask("commit", transaction="t1")["error"]["kind"] == "ProtocolError"
    assert link.ask("apply", transaction="other", **steps)["error"]["kind"] == "PlanError"
    assert link.ask("cancel") == {}
    assert link.ask("apply", transaction="t1", **steps)["steps"][0]["state"] == "done"
    assert link.ask("apply", transaction="t1", **steps)["error"]["kind"] == "ProtocolError"
    assert link.ask("rollback", transaction="t1", reason="enough")["state"] == "rolled-back"
    assert link.ask("commit", transaction="t1")["error"]["kind"] == "PlanError"
    assert tree(Path(machine.root)) == old
    for wrong in ({**begin, "heartbeat": -1}, {**begin, "transaction": "a/b"}, {**begin, "probes": 3}):
        assert link.ask("begin", **wrong)["error"]["kind"] == "ProtocolError"
    assert "error" not in link.ask("begin", **{**begin, "transaction": "t2"}), "the lock is free again"


def test_cancel_while_looking_after_the_steps(link: InProcess, machine: FolderMachine) -> None:
    old = tree(Path(machine.root))

    def slow(argv: Any) -> Result:
        time.sleep(0.6)
        return Result(0, "done")

    machine.world.answers["slow"] = slow
    link.ask("begin", transaction="t1", who="a", title="b", probes={}, heartbeat=9)
    wanted = {"s": core_probe.Command(argv=("slow",)).wire()}
    ident = link.start(
        "apply", transaction="t1", steps=[write_file("/etc/x", "x", None)], secrets={}, probes=wanted
    )
    while not Path(machine.real("/etc/x")).exists():
        time.sleep(0.01)
    time.sleep(0.2)
    link.start("cancel")
    assert link.finish(ident)["error"]["kind"] == "Cancelled"
    assert tree(Path(machine.root)) == old


def test_final_readings_are_those_after_the_steps(link: InProcess) -> None:
    wanted = {
        "h": core_probe.File(path="/etc/hosts").wire(),
        "u": core_probe.Units(names=("idle.service",)).wire(),
    }
    first = link.ask("begin", transaction="t1", who="a", title="b", probes=wanted, heartbeat=9)
    assert first["readings"]["u"]["units"]["idle.service"]["active"] == "inactive"
    start = {"kind": "unit", "title": "s", "unit": "idle.service", "action": "start", "timeout": 5}
    steps = [write_file("/etc/hosts", "new\n", "127.0.0.1 localhost\n"), start]
    after = link.ask("apply", transaction="t1", steps=steps, secrets={}, probes=wanted)
    assert after["readings"]["h"]["text"] == "new\n"
    assert after["readings"]["u"]["units"]["idle.service"]["active"] == "active"


# -- rubbish -------------------------------------------------------------------------------------------------


def test_unknown_request_and_no_object(link: InProcess) -> None:
    assert link.ask("make-coffee")["error"]["kind"] == "ProtocolError"
    for body in (
        b"[]",
        b"{",
        b"\xff\xfe",
        b"",
        b'{"op":"ping"}',
        b'{"id":true,"op":"ping"}',
        b"{}{}",
        b"NaN",
    ):
        link.raw(struct.pack(">I", len(body)) + body)
        assert link.read()["error"]["kind"] == "ProtocolError", body
    assert link.ask("ping") == {}


def test_frame_too_large_ends_the_link_and_rolls_back(machine: FolderMachine) -> None:
    old = tree(Path(machine.root))
    link = InProcess(machine)
    link.ask("begin", transaction="t1", who="a", title="b", probes={}, heartbeat=9)
    link.ask("apply", transaction="t1", steps=[write_file("/etc/x", "x", None)], secrets={}, probes={})
    link.raw(b"SSH-2.0-rubbish")
    assert link.read()["error"]["kind"] == "ProtocolError"
    with pytest.raises((EOFError, ConnectionError)):
        link.read()
    link.close()
    assert tree(Path(machine.root)) == old


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
OPS = st.sampled_from(
    [
        "look",
        "begin",
        "apply",
        "commit",
        "rollback",
        "outcome",
        "journal",
        "read-secret",
        "fetch",
        "ping",
        "x",
    ]
)
FIELDS = st.dictionaries(
    st.sampled_from(
        ["probes", "have", "transaction", "heartbeat", "steps", "secrets", "limit", "before", "path", "sha256",
         "backup", "offset", "size", "reason", "who", "title"]
    ),
    JSON | st.just("t1"),
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(requests=st.lists(st.tuples(OPS, FIELDS), max_size=6))
def test_any_request_is_answered(tmp_path_factory: pytest.TempPathFactory, requests: list[Any]) -> None:
    root = tmp_path_factory.mktemp("host")
    link = InProcess(FolderMachine(root, fill(root)))
    for op, fields in requests:
        answer = link.ask(op, **{**fields, "path": "/etc/none"} if op == "read-secret" else fields)
        assert isinstance(answer, dict)
    assert link.ask("ping") == {}
    link.close()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=300))
def test_any_bytes_end_in_an_answer_or_the_end(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    root = tmp_path_factory.mktemp("host")
    link = InProcess(FolderMachine(root, fill(root)))
    link.raw(data)
    link.ours.shutdown(socket.SHUT_WR)
    try:
        while True:
            assert "error" in link.read() or "ok" in link.read()
    except (EOFError, ConnectionError):
        pass
    link.close()


@given(value=st.dictionaries(st.text(), JSON))
def test_frames_round_trip(value: dict[str, Any]) -> None:
    packed = frames.pack(value)
    source = iter([packed[i : i + 7] for i in range(0, len(packed), 7)])
    rest = b""

    def read_some(size: int) -> bytes:
        nonlocal rest
        if not rest:
            rest = next(source, b"")
        part, rest = rest[:size], rest[size:]
        return part

    body = frames.read(read_some)
    assert body is not None
    assert frames.decode(body) == value == json.loads(packed[4:])
    assert frames.read(read_some) is None


@given(text=st.text() | st.from_regex(r'[\[\]{}",:0-9a-z\\u]+', fullmatch=True))
def test_json_is_that_of_python(text: str) -> None:
    try:
        expected = json.loads(text)
    except ValueError:
        with pytest.raises(ValueError):
            frames.loads(text)
    else:
        assert frames.loads(text) == expected or expected != expected


# -- the bundle ----------------------------------------------------------------------------------------------


def test_payload_run_inside_this_program_serves_the_given_machine(machine: FolderMachine) -> None:
    ours, theirs = socket.socketpair()
    space = {"machine": machine, "stdin": theirs, "stdout": theirs}
    thread = threading.Thread(target=exec, args=(bundle.boot(), space), daemon=True)
    thread.start()
    size = struct.unpack(">I", ours.recv(4))[0]
    assert "hello" in json.loads(ours.recv(size))
    ours.close()
    thread.join(10)
    assert not thread.is_alive()
    theirs.close()


def test_modules_are_programs_for_older_pythons_too() -> None:
    import ast
    from importlib import resources

    for name in (*bundle.MODULES, "boot", "copying", "phones", "archiving"):
        text = (resources.files("azdesk.onhost") / f"{name}.py").read_text(encoding="utf-8")
        assert "\0" not in text
        ast.parse(text, feature_version=(3, 9))


def test_all_modules_are_packed() -> None:
    folder = Path(bundle.__file__).parent
    # Not of the helper: what sends it, the relay, and the programs that copy phones' accounts and archive recordings (bundle.program).
    others = {"__init__", "boot", "bundle", "relay", "copying", "phones", "archiving"}
    there = {path.stem for path in folder.glob("*.py")} - others
    assert set(bundle.MODULES) == there
