"""Whatever stands on a host: a feature understands it or says that it cannot, and never loses an admin's byte."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from azdesk.core import blocks
from azdesk.core.errors import AzdeskError, ObserveError
from azdesk.core.platform import DEBIAN
from azdesk.core.probe import Readings
from azdesk.core.step import WriteFile
from azdesk.features import _ejabberd as ejabberd
from azdesk.features import _stockyaml as stock
from azdesk.features import manager
from azdesk.features._base import Feature, PlanContext
from tests.unit.features.authority import authority
from tests.unit.features.cases import ALL, file, fleet_of, readings_of

STOCK = readings_of("configured")["xmpp/main"]["text"]
_PIECES = st.sampled_from(
    [
        *(line + "\n" for line in STOCK.split("\n") if "5443" in line or "AZDesk" in line or "http" in line),
        "listen:\n",
        "listen: [",
        "modules:\n",
        "modules: {",
        "host_config:\n",
        '  "test.local":\n',
        "auth_method: ldap\n",
        'ldap_servers: ["a", 7]\n',
        "ldap_base: x\n",
        '    ldap_uids: {"uid": "%u"}\n',
        "    ldap_port: true\n",
        "    ldap_password: |2-\n      ••reader••\n",
        "    # The password of .\n",
        "hosts:\n",
        "hosts: [",
        "  -\n",
        "  - ",
        "- {",
        "    port: 5443\n",
        "    request_handlers:\n",
        "      /api: mod_http_api\n",
        "  mod_http_upload:\n",
        "  mod_log_chat: {path: /x,\n",
        "# BEGIN AZDesk names\n",
        "# END AZDesk names\n",
        "---\n",
        "\t",
        "\r\n",
        "  'mod_http_upload' : {",
        "}",
        "]",
        '"',
        "&a",
        "*a",
        "|\n",
        "127.0.1.1 a251\n",
        "::1 a251 # x\n",
        "running db nodes   = [",
        "{db_nodes,[",
        "ERL_DIST_PORT=",
        "ERLANG_NODE='",
        "[general]\n",
        "[general](+)\n",
        "enabled = no\n",
        "bindaddr=::\n",
        "[azdesk]\nsecret = x\n",
        '#include "manager.d/*.conf"\n',
        ";--",
        "--;",
        "; BEGIN AZDesk manager\n",
        "; END AZDesk manager\n",
        "\u2028",
        "\x0c",
        "\ufeff",
    ]
)
TEXT = st.lists(_PIECES | st.text(max_size=12), max_size=25).map("".join)
BYTES = st.binary(max_size=200).map(lambda raw: raw.decode("utf-8", "surrogateescape"))
PART = st.sampled_from(["upload", "chatlog", "xmpp", "accounts"])
_many = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


def _with_garbage(draw: Any, feature: Feature[Any], host: str) -> Readings:
    """Readings of a configured host in which texts are replaced."""
    prefix = f"{feature.key}/"
    raw = {
        key.removeprefix(prefix): copy.deepcopy(dict(reading))
        for key, reading in readings_of("configured").items()
        if key.startswith(prefix)
    }
    if feature.key == "note":
        raw = {"folder": {"exists": True, "type": "dir"}, "note": {**file("x")}}
    for key, reading in raw.items():
        if not draw(st.booleans()):
            continue
        if "text" in reading:
            raw[key] = file(draw(TEXT | BYTES | st.none()))
        elif "body" in reading:
            reading["body"] = draw(TEXT | st.sampled_from(["[]", "{}", '[{"name":1}]', "null", '"x"', "[[["]))
        elif "replies" in reading:
            replies = st.lists(
                st.lists(st.dictionaries(st.text(max_size=3), st.text(max_size=3)), max_size=2)
            )
            reading["replies"] = draw(replies | st.just([[{"Response": "Error"}]] * 4) | st.none())
            reading["answered"] = draw(st.booleans())
        elif "reading" in reading:
            way = draw(st.booleans())
            answer = {"answered": True, "status": 200, "body": draw(TEXT.map('"{}"'.format) | TEXT)}
            command = {"found": True, "exit": 0, "out": draw(TEXT | BYTES), "err": "", "timed_out": False}
            raw[key] = {"used": "first", "reading": answer if way else command}
    return Readings(host, raw)


@pytest.mark.parametrize("feature", [pytest.param(feature, id=feature.key) for feature in ALL])
@_many
@given(data=st.data())
def test_garbage_gives_a_state_or_a_clear_error(feature: Feature[Any], data: st.DataObject) -> None:
    fleet = fleet_of(data.draw(st.sampled_from(["outside", "plain", "full", "bound", "pair"])))
    try:
        state = feature.parse(_with_garbage(data.draw, feature, "a251"))
    except ObserveError as error:
        assert error.where == "a251"
        return
    wanted = feature.desired(fleet, "a251")
    context = PlanContext(fleet=fleet, host="a251", observed={"a251": {feature.key: state}})
    steps = list(feature.plan(context, state, wanted))
    differences = list(feature.differences(state, wanted))
    notes = list(feature.notes(context, state, wanted))
    list(feature.after(context, state, wanted))
    if steps:
        assert differences or feature.key == "cluster", [step.title for step in steps]
    elif not any(note.blocking for note in notes) and DEBIAN.ejabberd_config in _present(state):
        assert not differences or feature.key == "cluster", differences
    try:
        feature.adopt(fleet, "a251", state)
    except AzdeskError as error:
        pytest.fail(f"adopting failed with {error}")


def _present(state: Any) -> set[str]:
    files = getattr(state, "files", None)
    return {path for path, reading in files.items if reading.exists} if files else set()


@_many
@given(text=TEXT | BYTES, first=st.booleans(), second=st.booleans(), swap=st.booleans())
def test_blocks_come_and_go_without_a_trace(text: str, first: bool, second: bool, swap: bool) -> None:
    plain = text.replace("AZDesk", "")
    one = blocks.write(plain, "one", "x\ny", at_start=first)
    assert blocks.read(one, "one") == "x\ny\n"
    both = blocks.write(one, "two", "z\n", at_start=second)
    assert blocks.read(both, "one") == "x\ny\n"
    assert blocks.write(blocks.write(both, "one", "q"), "one", "x\ny") == both
    for name in ("two", "one") if swap else ("one", "two"):
        both = blocks.write(both, name, "")
    assert both == plain


@_many
@given(text=TEXT)
def test_lines_of_others_survive_damaged_blocks(text: str) -> None:
    """However markers were moved, copied or deleted: only lines between a BEGIN and its END are ever taken."""
    kept: list[str] = []
    opened = -1
    for line in text.split("\n"):
        kept.append(line)
        if line.rstrip("\r\t ") in ("# BEGIN AZDesk names", blocks.markers("names")[0]):
            opened = len(kept) - 1
        elif line.rstrip("\r\t ") == "# END AZDesk names" and opened >= 0:
            del kept[opened:]
            opened = -1
    assert [line for line in blocks.write(text, "names", "").split("\n") if line] == [
        line for line in kept if line
    ]


@_many
@given(text=TEXT | BYTES, part=PART, port=st.sampled_from([5443, 5280, 1]))
def test_the_stock_file_comes_back_to_the_byte(text: str, part: str, port: int) -> None:
    plain = text.replace("AZDesk", "")
    changed = ejabberd.with_include(stock.module_off(plain, part, "mod_http_upload"), DEBIAN, part)
    changed = stock.with_handler(changed, part, port, "/up", "mod_http_upload")
    assert ejabberd.restored(changed, part) == plain
    again = ejabberd.with_include(
        stock.with_handler(
            stock.module_off(ejabberd.unmarked(changed, part), part, "mod_http_upload"),
            part, port, "/up", "mod_http_upload",
        ),
        DEBIAN, part,
    )  # fmt: skip
    assert again == changed


@_many
@given(text=TEXT | BYTES)
def test_the_manager_interface_s_file_comes_back_to_the_byte(text: str) -> None:
    plain = text.replace("AZDesk", "")
    fleet = fleet_of("plain")
    context = PlanContext(fleet=fleet, host="a251")
    raw = {
        key.removeprefix("manager/"): reading
        for key, reading in readings_of("configured").items()
        if key.startswith("manager/")
    }

    def written(text: str, document: str) -> str:
        state = manager.FEATURE.parse(Readings("a251", {**raw, "main": file(text)}))
        wanted = manager.FEATURE.desired(fleet_of(document), "a251")
        steps = manager.FEATURE.plan(context, state, wanted)
        return next((s.content for s in steps if isinstance(s, WriteFile) and s.path == manager.MAIN), text)

    once = written(plain, "plain")
    assert written(once, "plain") == once
    assert written(once, "outside") == plain


@_many
@given(text=TEXT | BYTES)
def test_writing_keeps_every_byte_of_the_admin(text: str) -> None:
    """The bytes of a file that is not UTF-8 go to the host as they came."""
    from azdesk.features.names import FEATURE

    fleet = fleet_of("pair")
    plain = text.replace("AZDesk", "")
    state = FEATURE.parse(Readings("a251", {"hosts": file(plain)}))
    context = PlanContext(fleet=fleet, host="a251")
    (step,) = FEATURE.plan(context, state, FEATURE.desired(fleet, "a251"))
    assert isinstance(step, WriteFile)
    assert step.content.endswith(plain)
    assert step.content.encode("utf-8", "surrogateescape").endswith(plain.encode("utf-8", "surrogateescape"))


@pytest.mark.parametrize("name", ["stock", "configured"])
def test_understanding_a_host_is_quick(name: str, benchmark_seconds: Any) -> None:
    """No parser is slow by its make: on a quiet machine all parsing of one host takes 2 to 3 ms."""
    raw = readings_of(name)
    own = [
        (
            feature,
            Readings(
                "a251",
                {
                    k.removeprefix(f"{feature.key}/"): v
                    for k, v in raw.items()
                    if k.startswith(f"{feature.key}/")
                },
            ),
        )
        for feature in ALL
        if feature.key != "note"
    ]

    def understand() -> None:
        for feature, readings in own:
            feature.parse(readings)

    assert benchmark_seconds(understand) < 0.008


def test_understanding_a_directory_server_is_quick(benchmark_seconds: Any) -> None:
    from azdesk.features.directory import FEATURE

    raw = {key.removeprefix("directory/"): one for key, one in readings_of("directory").items()}
    readings = Readings("a250", raw)
    assert benchmark_seconds(lambda: FEATURE.parse(readings)) < 0.003


@_many
@given(data=st.data())
def test_whatever_slapd_says_gives_a_state_or_a_clear_error(data: st.DataObject) -> None:
    """Lines of a real answer in any order, cut off, and mixed with nonsense."""
    from azdesk.features.directory import FEATURE

    fleet = fleet_of({"base": "directory", "authority.certificate": authority().certificate})
    raw = {key.removeprefix("directory/"): dict(one) for key, one in readings_of("directory").items()}
    for key in ("config", "entry:dc=test,dc=local"):
        lines = raw[key]["out"].split("\n")
        pieces = (
            st.sampled_from([line + "\n" for line in lines])
            | st.just("\n")
            | st.text(max_size=8)
            | st.just("dn: cn=config\n")
        )
        raw[key]["out"] = "\n".join(data.draw(st.lists(pieces, max_size=40)))
        raw[key]["exit"] = data.draw(st.sampled_from([0, 0, 0, 4, 32, 255]))
    try:
        state = FEATURE.parse(Readings("a250", raw))
    except ObserveError as error:
        assert error.where == "a250"
        return
    wanted = FEATURE.desired(fleet, "a250")
    context = PlanContext(fleet=fleet, host="a250", observed={"a250": {"directory": state}})
    steps = list(FEATURE.plan(context, state, wanted))
    notes = list(FEATURE.notes(context, state, wanted))
    said = list(FEATURE.differences(state, wanted))
    assert bool(said) >= bool(steps)
    assert steps or not said or any(note.blocking for note in notes)
    FEATURE.adopt(fleet, "a250", state)
