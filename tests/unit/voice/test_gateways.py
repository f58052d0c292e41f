"""Hosts without a trunk that call out by another host's, and nobody else who does."""

from __future__ import annotations

import random

import pytest

from azdesk.features.trunks.state import desired_lines
from azdesk.fleet import edit
from azdesk.voice import deriving
from azdesk.voice.checking import check
from azdesk.voice.deriving import dial_plan
from azdesk.voice.dialplan import text_of
from azdesk.voice.planned import planned
from azdesk.voice.simulating import hosts_on, simulate
from tests.unit.voice import random_plans
from tests.unit.voice.fleets import OFFICE, fleet

ALONE = OFFICE.replace('user = "4930123"\n', 'user = "4930123"\nhosts = ["a251"]\n', 1)
SHARED = ALONE.replace('hosts = ["a251"]\n', 'hosts = ["a251"]\ngateway_for = ["a253"]\n', 1)
THIRD = '[hosts.a255]\naddress = "192.168.11.255"\ncluster = "test.local"\nnumbers = ["7X"]\ncalls = { prefix = "303" }\n'


def test_a_phone_calls_out_through_the_host_that_has_the_trunk() -> None:
    journey = simulate(planned(fleet(SHARED)), "a253", "all", "6916", "0301234567")
    assert (journey.end, journey.where, list(hosts_on(journey))) == ("left", "provider", ["a253", "a251"])
    there, out = (step.data for step in journey.steps if step.app == "Dial")
    assert there == "PJSIP/0301234567@az-host-a251,60,i", "as it was dialled"
    assert out == "PJSIP/301234567@az-trunk-provider,60,i", "and as the rule has it"
    assert simulate(planned(fleet(ALONE)), "a253", "all", "6916", "0301234567").end == "refused"


def test_the_call_comes_in_where_nothing_else_is() -> None:
    shared = fleet(SHARED + THIRD)
    plan = dial_plan(shared, "a251")
    (line,) = (one for one in desired_lines(shared, "a251") if one.endpoint == "az-host-a253")
    assert line.context == "az-from-a253"
    assert {one.exten for one in plan.by_name["az-from-a253"].extensions} == {"_30168XX", "_0.", "112"}
    assert plan.by_name["az-from-a253"].includes == ()
    (other,) = (one for one in desired_lines(shared, "a251") if one.endpoint == "az-host-a255")
    assert other.context == "az-hosts", "a255 may not"
    assert {one.exten for one in plan.by_name["az-hosts"].extensions} == {"_30168XX"}
    assert "az-from-a255" not in plan.by_name


def test_the_trunks_that_are_for_the_other_host_alone() -> None:
    """The rule has a second trunk, which is for its own host."""
    text = text_of(dial_plan(fleet(SHARED), "a251")).partition("[az-from-a253]")[2].partition("\n[")[0]
    assert "az-trunk-provider" in text
    assert "az-trunk-backup" not in text
    both = fleet(
        SHARED.replace('hosts = ["a251"]\ncaller_id', 'hosts = ["a251"]\ngateway_for = ["a253"]\ncaller_id')
    )
    text = text_of(dial_plan(both, "a251")).partition("[az-from-a253]")[2].partition("\n[")[0]
    assert "az-trunk-backup" in text
    assert text_of(dial_plan(both, "a253")).count("@az-host-a251,60,i)") == 3, (
        "two rules and the numbers there: one way each"
    )


def test_what_is_down_there_lets_the_next_way_be_tried() -> None:
    own = fleet(
        SHARED.replace(
            "[rules.Out]",
            '[trunks.mobile]\naddress = "192.0.2.9"\nhosts = ["a253"]\n[rules.Out]',
        ).replace('trunks = ["provider", "backup"]', 'trunks = ["provider", "mobile"]')
    )
    up = simulate(planned(own), "a253", "all", "6916", "0301")
    assert (up.end, up.where) == ("left", "provider")
    down = simulate(planned(own, down=("provider",)), "a253", "all", "6916", "0301")
    assert (down.end, down.where) == ("left", "mobile")
    (dial,) = (step.data for step in down.steps if step.app == "Dial" and "mobile" in step.data)
    assert dial == "PJSIP/301@az-trunk-mobile,60,i", "rewritten here"


def test_two_hosts_with_the_trunk_are_two_ways() -> None:
    two = SHARED.replace('hosts = ["a251"]', 'hosts = ["a251", "a255"]', 1) + THIRD
    assert deriving.gateways_to(fleet(two), "a253", "provider") == ("a251", "a255")
    journey = simulate(planned(fleet(two), down=("a251",)), "a253", "all", "6916", "0301")
    assert (journey.end, list(hosts_on(journey))) == ("left", ["a253", "a255"])


def test_a_host_that_does_not_call_the_other_has_no_way() -> None:
    apart = (
        SHARED
        + '[clusters."b.example"]\n[hosts.b1]\naddress = "192.0.2.9"\ncluster = "b.example"\nnumbers = ["5X"]\n'
    )
    apart = apart.replace('gateway_for = ["a253"]', 'gateway_for = ["b1"]')
    assert deriving.gateways_to(fleet(apart), "b1", "provider") == ()
    assert "az-from-b1" not in dial_plan(fleet(apart), "a251").by_name
    (told,) = (one.text for one in check(fleet(apart)) if one.path[-1] == "gateway_for")
    assert told == "No host with the trunk provider is called by b1: they do not get out by it."


def test_whoever_comes_in_by_a_trunk_gets_to_none() -> None:
    """From a provider, and from another host but for what it may: random plans, with and without gateways."""
    chance = random.Random(8)
    through = 0
    for _ in range(150):
        plan = random_plans.plan(chance)
        groups = any(rule.target == "ring-group" for rule in plan.rules.values())
        world = planned(plan)
        for number in random_plans.numbers(chance, plan):
            for host, peer in (random_plans.HOSTS, random_plans.HOSTS[::-1]):
                contexts = [deriving.inbound(name) for name in deriving.trunks_of(plan, host)]
                for context in (*contexts, deriving.HOSTS, deriving.LOCAL):
                    journey = simulate(world, host, context, "+4917", number)
                    # A group with a member outside is told by the check.
                    assert groups or journey.end != "left", (plan, number, host, context, journey.why)
                journey = simulate(world, host, deriving.entrance(plan, host, peer), "6801", number)
                if journey.end == "left" and not groups:
                    through += 1
                    assert peer in plan.trunks[journey.where].gateway_for, (plan, number, host)
    assert through > 10


def test_findings() -> None:
    def told(text: str) -> list[tuple[str, str]]:
        return [(one.weight, one.text) for one in check(fleet(text))]

    assert ("error", "The rule Out leads nowhere at a253: none of its trunks is there.") in told(ALONE)
    assert not any("leads nowhere" in text or "cannot call out" in text for _, text in told(SHARED))
    assert ("warning", "The emergency number 112 leaves a253 through another host.") in told(SHARED)
    itself = SHARED.replace('gateway_for = ["a253"]', 'gateway_for = ["a253", "a251"]')
    (hint,) = (one for one in check(fleet(itself)) if one.path[-1] == "gateway_for")
    assert hint.fix is not None
    assert hint.fix.mended(fleet(itself)) == fleet(SHARED)


def test_the_mend() -> None:
    alone = fleet(ALONE)
    fix = next(one.fix for one in check(alone) if one.text.startswith("The rule Out leads nowhere"))
    assert fix is not None
    assert fix.words == "Let a253 go out by provider through a251"
    assert fix.mended(alone) == fleet(SHARED)


@pytest.mark.parametrize("new", ["a260", "A260"])
def test_a_renamed_host_is_followed(new: str) -> None:
    renamed = edit.rename_host(fleet(SHARED), "a253", new)
    assert renamed.trunks["provider"].gateway_for == ("a260",)


def test_a_later_trunk_shows_the_callers_own_number() -> None:
    swapped = fleet(OFFICE.replace('trunks = ["provider", "backup"]', 'trunks = ["backup", "provider"]'))
    journey = simulate(planned(swapped, down=("backup",)), "a251", "all", "6853", "0301")
    assert (journey.end, journey.where) == ("left", "provider")
    assert [step.data for step in journey.steps if step.app == "Set"][-1] == "CALLERID(num)=6853"


def test_who_may_call_out_by_an_address_alone_is_told() -> None:
    def told(text: str) -> list[str]:
        return [one.text for one in check(fleet(text)) if one.path[-1] == "authentication"]

    (hint,) = told(SHARED)
    assert "let a253 call out by their trunks, and know it by an address alone" in hint
    assert told(ALONE) == []
    with_passwords = SHARED.replace(
        "[number_plan]\n", '[number_plan]\nbetween = { authentication = "password" }\n'
    )
    assert "authentication" in with_passwords
    assert told(with_passwords) == []
