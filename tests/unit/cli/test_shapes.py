"""What ``--json`` prints is what docs/manual/terminal.schema.json says, no less and no more."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from azdesk.core.outcome import HostState, StepState
from azdesk.core.step import Phase, Step
from azdesk.practice import PracticeFleet

from .conftest import Answer, Home, add_account

MANUAL = Path(__file__).parents[3] / "docs" / "manual"
SCHEMA: dict[str, Any] = json.loads((MANUAL / "terminal.schema.json").read_text("utf-8"))


def closed(value: Any) -> Any:
    """The schema without room for keys that it does not describe."""
    if isinstance(value, dict):
        out = {key: closed(item) for key, item in value.items()}
        if value.get("type") == "object":
            out["additionalProperties"] = False
        return out
    return [closed(item) for item in value] if isinstance(value, list) else value


CLOSED = closed(copy.deepcopy(SCHEMA))


def holds(answer: Answer, definition: str) -> Any:
    """The answer, once it has the shape of this definition and stands alone on standard output."""
    value = json.loads(answer.out)
    schema = {**CLOSED, "anyOf": [{"$ref": f"#/$defs/{definition}"}]}
    jsonschema.validate(value, schema, format_checker=jsonschema.FormatChecker())
    jsonschema.validate(value, SCHEMA)
    assert answer.out.isascii()
    assert answer.err == ""
    return value


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_the_test_would_notice() -> None:
    right = {"format": 1, "command": "secret forget", "name": "x", "forgotten": []}
    holds(Answer(code=0, out=json.dumps(right), err=""), "secret-forget")
    for wrong in ({**right, "more": 1}, {**right, "forgotten": ["fun"]}, {"format": 1}):
        with pytest.raises(jsonschema.ValidationError):
            holds(Answer(code=0, out=json.dumps(wrong), err=""), "secret-forget")


def test_check(home: Home, document: Path) -> None:
    assert holds(home.run("check", document, "--json"), "check")["hosts"] == ["a251", "a253"]
    document.write_text("version = 1\nnme = 2\n[hosts.x]\n")
    wrong = holds(home.run("check", document, "--json"), "check")
    assert not wrong["valid"]
    assert {one["path"] for one in wrong["problems"]} == {"nme", "hosts.x.address"}


def test_the_whole_way_of_a_fleet(home: Home, document: Path, fleet: PracticeFleet) -> None:
    add_account(fleet, "a253")
    status = holds(home.run("status", document, "--json"), "status")
    assert [host["state"] for host in status["hosts"]] == ["differs", "differs"]
    assert status["hosts"][0]["cluster"]["running"] == ["ejabberd@localhost"]
    assert {"title": "Stop ejabberd", "feature": "cluster"} in status["hosts"][0]["steps"]
    assert {"unit": "ejabberd.service", "state": "active"} in status["hosts"][0]["services"]
    assert status["hosts"][0]["asterisk"] is None

    plan = holds(home.run("plan", document, "--json"), "plan")["plan"]
    assert plan["irreversible"] == ["a253"]
    assert plan["changes"] == sum(len(host["steps"]) for host in plan["hosts"])
    assert any("+ERLANG_NODE=ejabberd@a253" in (step["diff"] or "") for step in plan["hosts"][1]["steps"])

    refused = holds(home.run("apply", document, "--json"), "apply")
    assert refused["outcome"] is None
    assert "--yes --allow-loss a253" in refused["refused"]
    assert refused["plan"]["fingerprint"] == plan["fingerprint"]

    applied = holds(home.run("apply", document, "--json", "--yes", "--allow-loss", "a253"), "apply")
    assert applied["outcome"]["good"]
    assert [host["state"] for host in applied["outcome"]["hosts"]] == ["changed", "changed"]
    assert {step["state"] for step in applied["outcome"]["hosts"][1]["steps"]} == {"done"}

    asterisk = holds(home.run("status", document, "--json"), "status")["hosts"][0]["asterisk"]
    assert asterisk["version"].startswith("22.10.1")
    assert asterisk["started"].endswith("Z")
    assert (asterisk["calls"], asterisk["calls_since_start"], asterisk["phones"]) == (0, 0, 0)
    said = home.run("status", document).out
    assert re.search(
        r"^ +Asterisk 22\.10\.1\S*: 0 calls, 0 phones registered, running since 20", said, re.MULTILINE
    )

    again = holds(home.run("apply", document, "--json", "--yes"), "apply")
    assert (again["plan"]["changes"], again["outcome"], again["refused"]) == (0, None, None)

    journal = holds(home.run("journal", document, "--json"), "journal")
    assert [entry["state"] for entry in journal["entries"]] == ["committed", "committed"]

    name = holds(home.run("backup", "list", document, "--json", "--host", "a253"), "backup-list")["backups"][
        0
    ]["name"]
    got = home.run("backup", "get", document, name, "--json", "--output", home.folder / "got")
    assert holds(got, "backup-get")["file"] == str(home.folder / "got")
    no = home.run("backup", "restore", document, name, "--json")
    assert holds(no, "backup-restore")["outcome"] is None
    yes = home.run("backup", "restore", document, name, "--json", "--yes", "--allow-loss", "a253")
    assert holds(yes, "backup-restore")["outcome"]["state"] == "changed"
    kept = holds(home.run("backup", "delete", document, name, "--json"), "backup-delete")
    assert (kept["deleted"], bool(kept["refused"])) == ([], True)
    gone = holds(home.run("backup", "delete", document, name, "--json", "--yes"), "backup-delete")
    assert gone["deleted"] == [name]


def test_failing_hosts(home: Home, document: Path, fleet: PracticeFleet) -> None:
    fleet.host("a253").faults.unreachable = "refused"
    fleet.change_host_key("a251")
    document.write_text(
        document.read_text()
        + '\n[hosts.gone]\naddress = "127.0.0.1"\nport = 1\nlan_address = "192.168.11.9"\n'
    )
    status = holds(home.run("status", document, "--json"), "status")
    assert [host["state"] for host in status["hosts"]] == ["unreachable"] * 3
    assert status["hosts"][0]["error"]["kind"] == "HostKeyChanged"
    assert all(host["error"]["where"].startswith(host["host"]) for host in status["hosts"])
    plan = holds(home.run("plan", document, "--json"), "plan")["plan"]
    assert all(host["blocked"] and host["error"] for host in plan["hosts"])
    assert len(holds(home.run("journal", document, "--json"), "journal")["errors"]) == 3
    assert len(holds(home.run("backup", "list", document, "--json"), "backup-list")["errors"]) == 3
    assert len(holds(home.run("adopt", document, "--json"), "adopt")["errors"]) == 3
    assert home.run("apply", document, "--json", "--yes").code == 1


def test_rolled_back(
    home: Home, document: Path, fleet: PracticeFleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = fleet.host("a253")
    run = host.run
    monkeypatch.setattr(
        host, "run", lambda argv, **more: run(["no-such-program"] if "join_cluster" in argv else argv, **more)
    )
    answer = home.run("apply", document, "--json", "--yes")
    value = holds(answer, "apply")
    assert answer.code == 1
    assert [one["state"] for one in value["outcome"]["hosts"]] == ["changed", "rolled-back"]
    steps = {step["state"] for step in value["outcome"]["hosts"][1]["steps"]}
    assert steps == {"rolled-back", "failed", "not-run"}
    entry = holds(home.run("journal", document, "--json", "--host", "a253"), "journal")["entries"][0]
    assert entry["state"] == "rolled-back"
    assert entry["transaction"] == value["outcome"]["hosts"][1]["transaction"]


def test_adopt(home: Home, document: Path) -> None:
    text = document.read_text()
    document.write_text(
        text.replace('[clusters."company.com"]', '[clusters."company.com"]\ndistribution_port = 5299')
    )
    assert home.run("apply", document, "--yes").code == 0
    document.write_text(text)
    shown = holds(home.run("adopt", document, "--json"), "adopt")
    assert (shown["saved"], [one["kind"] for one in shown["changes"]]) == (False, ["set"])
    assert holds(home.run("adopt", document, "--json", "--yes"), "adopt")["saved"]


def test_certificates_are_renewed_once_it_was_approved(
    home: Home, document: Path, fleet: PracticeFleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AZDESK_PASSPHRASE", "of the test")
    assert home.run("authority", "renew", document).code == 1, "there is no authority"
    assert home.run("authority", "create", document, "--file").code == 0
    assert home.run("apply", document, "--yes").code == 0

    def certificates() -> list[str]:
        return [fleet.host(name).files.text("/etc/azdesk/tls/ejabberd.crt") for name in ("a251", "a253")]

    before = certificates()
    shown = home.run("authority", "renew", document, "--brief")
    assert "Write /etc/azdesk/tls/ejabberd.crt" in shown.out
    assert "add --yes" in shown.err
    assert certificates() == before
    assert home.run("authority", "renew", document, "a299").code == 1
    one = holds(home.run("authority", "renew", document, "a253", "--yes", "--json"), "apply")
    assert one["command"] == "authority renew"
    assert [host["state"] for host in one["outcome"]["hosts"]] == ["changed"]
    after = certificates()
    assert (after[0] == before[0], after[1] == before[1]) == (True, False)
    assert home.run("plan", document).code == 0, "nothing is left to do"


def test_host_keys_and_secrets(home: Home, document: Path) -> None:
    known = holds(home.run("host-key", "accept", document, "--json"), "host-key-accept")
    assert [one["state"] for one in known["hosts"]] == ["known", "known"]
    (home.data / "known_hosts").unlink()
    unknown = holds(home.run("host-key", "accept", document, "--json"), "host-key-accept")
    keys = [one["fingerprint"] for one in unknown["hosts"]]
    accepted = home.run("host-key", "accept", document, "--json", "--trust", keys[0], "--trust", keys[1])
    assert [one["state"] for one in holds(accepted, "host-key-accept")["hosts"]] == ["accepted"] * 2
    env = {"AZDESK_PASSPHRASE": "of the test"}
    holds(home.process("secret", "set", "practice", "--json", stdin="x\n", env=env), "secret-set")
    listed = holds(home.process("secret", "list", document, "--json", env=env), "secret-list")
    assert [one["purpose"] for one in listed["secrets"]] == ["passphrase"]
    holds(home.process("secret", "forget", "practice", "--json", env=env), "secret-forget")


@pytest.mark.parametrize(
    ("argv", "command"),
    [
        (["plan", "no.azfleet"], "plan"),
        (["backup", "list", "no.azfleet"], "backup list"),
        (["apply", "no.azfleet", "--fast"], "apply"),
        (["secret", "set"], "secret set"),
        (["nothing-like-this"], "nothing-like-this"),
    ],
)
def test_failures(home: Home, argv: list[str], command: str) -> None:
    answer = home.run(*argv, "--json")
    assert answer.code == 1
    assert holds(answer, "failure")["command"] == command


def test_a_fault_of_azdesk_is_json_too(home: Home, document: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from azdesk.cli.commands import plan

    def broken(*_: object) -> int:
        raise RuntimeError("hunter2")

    monkeypatch.setattr(plan, "run", broken)
    answer = home.run("plan", document, "--json")
    assert answer.code == 1
    assert "hunter2" not in answer.out
    holds(answer, "failure")


# -- the schema lists every word that the values know ------------------------------------------------------------


def enum(*path: str) -> set[str]:
    value: Any = SCHEMA["$defs"]
    for key in path:
        value = value[key]
    return set(value["enum"])


def subclasses(of: type[Step]) -> Iterator[type[Step]]:
    for one in of.__subclasses__():
        yield one
        yield from subclasses(one)


def test_words_are_those_of_the_code() -> None:
    step = ("step", "properties")
    assert enum(*step, "kind") == {
        one.kind for one in subclasses(Step) if one.__module__ == "azdesk.core.step"
    }
    assert enum(*step, "phase") == {phase.name.lower().replace("_", "-") for phase in Phase}
    assert enum("host_outcome", "properties", "state") == {state.value for state in HostState}
    assert enum("step_outcome", "properties", "state") == {state.value for state in StepState}


def test_the_manual_names_every_key_of_an_answer() -> None:
    page = (MANUAL / "terminal.md").read_text("utf-8")
    for name, definition in SCHEMA["$defs"].items():
        for form in definition.get("oneOf", [definition]):
            properties: Mapping[str, Any] = form.get("properties", {})
            command = properties.get("command", {}).get("const")
            if command is None:
                continue
            described = page[page.index("## JSON") :]
            row = next(line for line in described.splitlines() if line.startswith(f"| `{command}` |"))
            for key in properties:
                assert key in ("format", "command", "document") or f"`{key}`" in row, f"{name}.{key}"


def test_directory_test(home: Home, document: Path, fleet: PracticeFleet) -> None:
    none = holds(home.run("directory", "test", document, "--json"), "failure")
    assert "no directory" in none["error"]["what"]
    with document.open("a") as out:
        out.write('[directory]\nbase = "dc=x,dc=y"\nurls = ["ldaps://127.0.0.1:9"]\n')
    answer = home.run("directory", "test", document, "--json", "--host", "a251")
    said = holds(answer, "directory-test")
    assert (answer.code, said["good"], said["contents"]) == (1, False, [])
    assert [(one["host"], one["findings"][0]["key"]) for one in said["trials"]] == [
        (None, "port"),
        ("a251", "port"),
    ]
    shown = home.run("directory", "test", document)
    assert "The binding does not work so." in shown.out
