"""What every feature promises, on a world of dictionaries: also the template, which is in no registry."""

from __future__ import annotations

import copy
import dataclasses
import itertools
import json
import re
from collections.abc import Mapping
from typing import Any

import pytest
from pydantic import TypeAdapter

from azdesk.app.planning import arrange
from azdesk.core.step import Step, WriteFile
from azdesk.features._base import Feature, PlanContext
from azdesk.fleet import edit
from azdesk.fleet.model import Fleet
from tests.unit.features.authority import authority, issued_for
from tests.unit.features.cases import ALL, DIRECTORY, NUMBERED, fleet_of
from tests.unit.features.cases import DOCUMENTS as DOCUMENTS_OF_CASES
from tests.unit.features.world import STATE, SmallHost, stock_world

DOCUMENTS: Mapping[str, Any] = {
    "outside": "outside",
    "plain": "plain",
    "full": {"base": "full", "hosts.a251.note": "Rack 4, ask Anna"},
    "moved": {
        "base": "full",
        'clusters."test.local".upload.url': "https://192.168.11.251:6443/files",
        'clusters."test.local".upload.directory': "/srv/data/flv",
        'clusters."test.local".chat_log.directory': "/srv/chat",
        'clusters."test.local".distribution_port': 5300,
        "hosts.a251.lan_address": "10.9.9.9",
        "hosts.a251.note": "Rack 5",
    },
    "trunked": {
        "base": "plain",
        "number_plan.scheme": "prefixed",
        "hosts.a251.calls.prefix": "301",
        "trunks": DOCUMENTS_OF_CASES["trunked"]["trunks"],
    },
    "bound": "bound",
    "phones": {
        "base": "full",
        "directory": DIRECTORY,
        "hosts.a251.sip": {
            "accounts": "directory",
            "selection_filter": "(AstAccountName=68*)",
            "transports": ["udp"],
        },
    },
    "numbered": {
        **NUMBERED,
        "base": "full",
        "number_plan": {**NUMBERED["number_plan"], "call_records": "kept"},
        "hosts.a251.numbers": ["68XX"],
        "hosts.a251.calls": {"prefix": "301", "record": True, "unanswered": "voicemail"},
    },
    "numbered otherwise": {
        **NUMBERED,
        "base": "plain",
        "trunks": {"provider": {"address": "192.0.2.7"}},
        "hosts.a251.numbers": ["7X"],
    },
    "copied": {
        "base": "full",
        "directory": DIRECTORY,
        "hosts.a251.sip": {"accounts": "directory", "lookup": "copied", "transports": ["udp"]},
    },
    "walled": {
        "base": "full",
        "hosts.a251.firewall": {
            "enabled": True,
            "ssh": ["10.1.0.0/16", "2001:db8::/32"],
            "ports": ["8080/tcp"],
        },
    },
    "half": {"base": "full", 'clusters."test.local".chat_log.enabled': False},
    "secured": {"base": "full", "authority.certificate": authority().certificate},
}
PAIRS = list(itertools.permutations(DOCUMENTS, 2))
_FEATURES = pytest.mark.parametrize("feature", ALL, ids=lambda feature: feature.key)


def look(world: Mapping[str, SmallHost], fleet: Fleet, host: str, feature: Feature[Any]) -> Any:
    return feature.parse(world[host].look(dict(feature.probes(fleet, host))))


def steps_for(
    world: Mapping[str, SmallHost], fleet: Fleet, host: str, features: tuple[Feature[Any], ...] = ALL
) -> tuple[Step, ...]:
    """One host's plan over several features, put together as the program does."""
    seen = {
        name: {feature.key: look(world, fleet, name, feature) for feature in features} for name in fleet.hosts
    }
    found: list[Step] = []
    pending: dict[str, str] = {}
    for feature in features:
        state, wanted = seen[host][feature.key], feature.desired(fleet, host)
        context = PlanContext(fleet=fleet, host=host, observed=seen, pending=dict(pending))
        mine = [
            dataclasses.replace(step, feature=feature.key) for step in feature.plan(context, state, wanted)
        ]
        pending.update({step.path: step.content for step in mine if isinstance(step, WriteFile)})
        found.extend(mine)
    return arrange(found)


def apply(world: Mapping[str, SmallHost], fleet: Fleet, host: str) -> tuple[Step, ...]:
    steps = steps_for(world, fleet, host)
    world[host].issue = lambda: issued_for(fleet, host)
    world[host]._issued = None
    for step in steps:
        world[host].do(step)
    return steps


def settle(world: Mapping[str, SmallHost], fleet: Fleet) -> None:
    """All hosts to what the document says, in its order, and again while one made room for another."""
    for _ in range(3):
        changed = [apply(world, fleet, host) for host in fleet.hosts]
        if not any(changed):
            return
    raise AssertionError("there is always something left to do")


def sentences(world: Mapping[str, SmallHost], fleet: Fleet, host: str) -> list[str]:
    return [
        sentence
        for feature in ALL
        for sentence in feature.differences(look(world, fleet, host, feature), feature.desired(fleet, host))
    ]


def settings(host: SmallHost) -> dict[str, Any]:
    """All that a host's admin could find, without the data of its users and AZDesk's own backups."""
    return {path: node for path, node in host.nodes.items() if not path.startswith((STATE, "/var/", "/srv"))}


@pytest.mark.parametrize(("first", "then"), PAIRS)
def test_from_any_document_to_any_other(first: str, then: str) -> None:
    world = stock_world("a251")
    before = copy.deepcopy(settings(world["a251"]))
    for name in (first, then):
        fleet = fleet_of(DOCUMENTS[name])
        assert apply(world, fleet, "a251") or name == "outside"
        assert sentences(world, fleet, "a251") == []
        assert steps_for(world, fleet, "a251") == (), "applying twice would change something"
        assert world["a251"].running
    apply(world, fleet_of("outside"), "a251")
    leftover = {path: node for path, node in settings(world["a251"]).items() if before.get(path) != node}
    # Folders with users' files that the document no longer knows of stay.
    assert set(leftover) <= {"/home/flv", "/home/chat"}
    assert set(before) <= set(settings(world["a251"]))
    if first != "moved" and then != "moved":
        assert not leftover


@_FEATURES
@pytest.mark.parametrize("document", DOCUMENTS)
def test_nothing_to_do_where_all_is_as_desired(feature: Feature[Any], document: str) -> None:
    fleet = fleet_of(DOCUMENTS[document])
    wanted = feature.desired(fleet, "a251")
    context = PlanContext(fleet=fleet, host="a251", observed={"a251": {feature.key: wanted}})
    assert list(feature.differences(wanted, wanted)) == []
    if feature.key != "cluster":  # whose planning also asks how the others see it
        assert list(feature.plan(context, wanted, wanted)) == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_states_survive_json(document: str) -> None:
    world = stock_world("a251")
    fleet = fleet_of(DOCUMENTS[document])
    apply(world, fleet, "a251")
    for feature in ALL:
        for state in (look(world, fleet, "a251", feature), feature.desired(fleet, "a251")):
            adapter = TypeAdapter(feature.state)
            text = json.dumps(adapter.dump_python(state, mode="json"))
            again = adapter.validate_python(json.loads(text))
            assert again == state
            assert repr(again) == repr(state)
            assert dataclasses.asdict(again) == dataclasses.asdict(state), "also what is not compared"


@pytest.mark.parametrize("document", ["plain", "full", "moved", "bound", "half"])
def test_adopting_makes_a_document_that_fits(document: str) -> None:
    world = stock_world("a251")
    fleet = fleet_of(DOCUMENTS[document])
    apply(world, fleet, "a251")
    lost = edit.with_values(Fleet(), {"hosts": {"a251": {"address": "192.168.11.251"}}})
    for _ in range(2):  # the domain has to be known before its upload URL has a place
        for feature in ALL:
            lost = feature.adopt(lost, "a251", look(world, fleet, "a251", feature))
    assert steps_for(world, lost, "a251") == ()
    assert sentences(world, lost, "a251") == []
    assert lost.clusters == fleet.clusters
    assert lost.hosts["a251"].note == fleet.hosts["a251"].note


@_FEATURES
@pytest.mark.parametrize("document", DOCUMENTS)
def test_adopting_what_is_there_already_changes_nothing(feature: Feature[Any], document: str) -> None:
    world, fleet = stock_world("a251"), fleet_of(DOCUMENTS[document])
    apply(world, fleet, "a251")
    assert feature.adopt(fleet, "a251", look(world, fleet, "a251", feature)) == fleet


@_FEATURES
def test_probes_cover_what_parsing_needs(feature: Feature[Any]) -> None:
    world = stock_world("a251")
    for document in DOCUMENTS.values():
        fleet = fleet_of(document)
        asked = dict(feature.probes(fleet, "a251"))
        feature.parse(world["a251"].look(asked))
        for key in asked:
            fewer = {name: probe for name, probe in asked.items() if name != key}
            with pytest.raises(Exception, match=r"sent no reading|could not be read"):
                feature.parse(world["a251"].look(fewer))


@pytest.mark.parametrize(("first", "then"), [("outside", "full"), ("full", "moved"), ("moved", "outside")])
def test_steps_are_told_in_words(first: str, then: str) -> None:
    world = stock_world("a251")
    apply(world, fleet_of(DOCUMENTS[first]), "a251")
    steps = steps_for(world, fleet_of(DOCUMENTS[then]), "a251")
    assert steps
    for step in steps:
        assert re.fullmatch(r"[A-Z][a-z]+ [^\n]{3,100}", step.title), step.title
        assert not re.search(r"None|[<>{}]|\(\)|@@", step.title), step.title
        assert bool(step.irreversible) == bool(step.confirm), step.title
        assert step.feature
        assert json.loads(json.dumps(step.wire()))["kind"] == step.kind
    assert len({step.title for step in steps}) == len(steps), "two steps that read alike"


def test_two_hosts_become_a_cluster_and_part_again() -> None:
    world = stock_world("a251", "a253")
    before = {name: copy.deepcopy(settings(host)) for name, host in world.items()}
    pair = fleet_of("pair")
    settle(world, pair)
    both = {"ejabberd@a251", "ejabberd@a253"}
    assert world["a251"]._peers() == world["a253"]._peers() == both
    for host in pair.hosts:
        assert sentences(world, pair, host) == []
    apart = edit.move_host(edit.move_host(pair, "a251", ""), "a253", "")
    settle(world, apart)
    assert {name: settings(host) for name, host in world.items()} == before
    assert world["a251"].cluster == {"ejabberd@localhost"}


def test_a_lost_document_is_made_again_from_one_host() -> None:
    world = stock_world("a251", "a253")
    pair = fleet_of("pair")
    settle(world, pair)
    lost = edit.with_values(Fleet(), {"hosts": {"a251": {"address": "192.168.11.251"}}})
    for _ in range(2):
        for feature in ALL:
            lost = feature.adopt(lost, "a251", look(world, lost, "a251", feature))
    assert lost == pair
