from __future__ import annotations

import copy
import json
import tomllib
from pathlib import Path

import jsonschema
import pytest
from hypothesis import HealthCheck, Phase, given, settings

from azdesk.fleet import schema, store
from azdesk.fleet.form import parts_of
from azdesk.fleet.model import ChatLog, Cluster, Credential, Fleet, Host, Upload
from tests.unit.fleet.strategies import fleets

ROOT = Path(__file__).parents[3]
EXAMPLES = sorted((ROOT / "resources/examples").glob("*.toml"))
VALIDATOR = jsonschema.Draft202012Validator(schema.schema())


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(schema.schema())
    assert json.loads(schema.schema_text()) == schema.schema()


def test_there_are_examples() -> None:
    assert {path.name for path in EXAMPLES} >= {"two-hosts.toml", "three-hosts-with-directory.toml"}


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_examples_are_valid_by_both_accounts(path: Path) -> None:
    opened = store.open(path)
    assert not opened.migrated
    VALIDATOR.validate(tomllib.loads(opened.text))


@pytest.mark.parametrize(
    ("keys", "value"),
    [
        (("hosts", "a251", "adress"), "x"),
        (("hosts", "a251", "port"), 0),
        (("hosts", "a251", "port"), "22"),
        (("hosts", "a251", "roles"), ["storrage"]),
        (("hosts", "a251", "address"), "a b"),
        (("hosts", "a.b"), {"address": "x"}),
        (("clusters", "company.com", "upload", "url"), "ftp://x"),
        (("clusters", "company.com", "chat_log", "enabled"), "yes"),
        (("credentials", "admin", "method"), "magic"),
        (("version",), 2),
    ],
)
def test_the_schema_refuses_what_the_model_refuses(keys: tuple[str, ...], value: object) -> None:
    data = copy.deepcopy(tomllib.loads((ROOT / "resources/examples/two-hosts.toml").read_text()))
    inner = data
    for key in keys[:-1]:
        inner = inner[key]
    inner[keys[-1]] = value
    assert not VALIDATOR.is_valid(data)
    from azdesk.fleet import form

    faults: form.Faults = []
    form.read_value(Fleet, data, (), faults)
    assert faults


@settings(
    max_examples=40,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.too_slow],
)
@given(fleet=fleets())
def test_the_schema_accepts_what_the_model_accepts(fleet: Fleet) -> None:
    VALIDATOR.validate(fleet.plain(everything=True))
    VALIDATOR.validate(fleet.plain())


def test_every_key_is_explained() -> None:
    for cls in (Fleet, Credential, Cluster, Upload, ChatLog, Host):
        assert set(schema.field_docs(cls)) == set(parts_of(cls)), cls


def test_the_manual_has_the_present_tables() -> None:
    page = (ROOT / "docs/manual/document.md").read_text(encoding="utf-8")
    assert schema.with_tables(page) == page, "run: python -m azdesk.fleet.schema docs/manual/document.md"
    for definition in [schema.schema(), *schema.schema()["$defs"].values()]:
        for key, value in definition["properties"].items():
            if "default" in value:
                assert f"| `{key}` |" in page


def test_the_manual_shows_valid_documents() -> None:
    page = (ROOT / "docs/manual/document.md").read_text(encoding="utf-8")
    samples = [block.split("```")[0] for block in page.split("```toml\n")[1:]]
    assert samples
    for sample in samples:
        store.parse(sample)


def test_a_page_without_marks_is_refused() -> None:
    with pytest.raises(ValueError, match="needs a line"):
        schema.with_tables("# Page\n")
