from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from azdesk.core.errors import ConflictError
from azdesk.fleet import edit, store
from azdesk.fleet.merge import merge
from azdesk.fleet.model import Cluster, Fleet, Host
from tests.unit.fleet.strategies import fleets

BASE = Fleet(
    clusters={"c.de": Cluster()},
    hosts={name: Host(address=f"10.0.0.{index + 1}", cluster="c.de") for index, name in enumerate("abc")},
)
FAST = settings(
    max_examples=40,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.too_slow],
)


def test_different_hosts_changed_on_two_workstations_merge_without_a_question() -> None:
    mine = edit.add_host(edit.with_value(BASE, "hosts.a.node", "x"), "m", {"address": "10.0.1.1"}, after="a")
    theirs = edit.remove_host(edit.with_value(BASE, "hosts.b.note", "y"), "c")
    theirs = edit.add_host(theirs, "t", {"address": "10.0.1.2"})
    for one, other in ((mine, theirs), (theirs, mine)):
        merged = merge(BASE, one, other)
        assert merged.clashes == ()
        assert merged.fleet is not None
        assert list(merged.fleet.hosts) == ["a", "m", "b", "t"]
        assert merged.fleet.hosts["a"].node == "x"
        assert merged.fleet.hosts["b"].note == "y"


def test_a_true_clash_is_shown_and_can_be_decided() -> None:
    mine = edit.with_value(edit.with_value(BASE, "hosts.a.node", "x"), "name", "Mine")
    theirs = edit.with_value(edit.with_value(BASE, "hosts.a.node", "y"), "name", "Theirs")
    merged = merge(BASE, mine, theirs)
    assert merged.fleet is None
    clash = merged.clashes[1]
    assert (clash.path, clash.base, clash.mine, clash.theirs) == ("hosts.a.node", "", "x", "y")
    assert "mine is “x”, theirs is “y”, before it was “(empty)”" in clash.message
    decided = merge(BASE, mine, theirs, decided={"hosts.a.node": "theirs", "name": "mine"}).fleet
    assert decided is not None
    assert (decided.hosts["a"].node, decided.name) == ("y", "Mine")


def test_removing_what_the_other_changed_is_a_clash() -> None:
    mine, theirs = edit.remove_host(BASE, "a"), edit.with_value(BASE, "hosts.a.note", "n")
    (clash,) = merge(BASE, mine, theirs).clashes
    assert (clash.path, clash.mine) == ("hosts.a", None)
    kept = merge(BASE, mine, theirs, decided={"hosts.a": "theirs"}).fleet
    gone = merge(BASE, mine, theirs, decided={"hosts.a": "mine"}).fleet
    assert kept == theirs
    assert gone == mine


def test_a_rename_meets_changes_to_the_old_name() -> None:
    mine = edit.rename_host(BASE, "a", "z")
    theirs = edit.with_value(edit.with_value(BASE, "hosts.a.note", "n"), "hosts.b.jump", ["a"])
    for one, other in ((mine, theirs), (theirs, mine)):
        merged = merge(BASE, one, other).fleet
        assert merged is not None
        assert merged.hosts["z"].note == "n"
        assert merged.hosts["b"].jump == ("z",)
        assert list(merged.hosts) == ["z", "b", "c"]
    (clash,) = merge(BASE, mine, edit.rename_host(BASE, "a", "y")).clashes
    assert (clash.mine, clash.theirs) == ("z", "y")


def test_changes_that_are_only_together_wrong_are_a_clash() -> None:
    mine, theirs = edit.with_value(BASE, "hosts.a.node", "x"), edit.with_value(BASE, "hosts.b.node", "x")
    (clash,) = merge(BASE, mine, theirs).clashes
    assert clash.path == "hosts.b.node"
    assert "already the node name of a" in clash.message


def test_orders_merge_unless_both_changed_them() -> None:
    mine = edit.reorder_hosts(BASE, ["c", "a", "b"])
    theirs = edit.with_value(BASE, "name", "T")
    merged = merge(BASE, mine, theirs).fleet
    assert merged is not None
    assert list(merged.hosts) == ["c", "a", "b"]
    (clash,) = merge(BASE, mine, edit.reorder_hosts(BASE, ["b"])).clashes
    assert clash.path == "hosts"


def test_merging_after_a_conflict_keeps_the_others_comments(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AZDESK_DATA", str(tmp_path / "data"))
    path = tmp_path / "x.azfleet"
    mine = store.create(path, BASE)
    theirs = store.save(store.open(path), edit.with_value(BASE, "hosts.b.note", "theirs"))
    path.write_text(theirs.text + "# a remark of theirs\n")
    with pytest.raises(ConflictError) as error:
        store.save(mine, edit.with_value(mine.fleet, "hosts.a.note", "mine"))
    merged = merge(
        mine.fleet, edit.with_value(mine.fleet, "hosts.a.note", "mine"), store.parse(error.value.theirs)
    )
    assert merged.fleet is not None
    saved = store.save(store.open(path), merged.fleet)
    assert saved.fleet.hosts["a"].note == "mine"
    assert saved.fleet.hosts["b"].note == "theirs"
    assert "# a remark of theirs" in saved.text


@FAST
@given(base=fleets(), mine=fleets())
def test_merging_with_no_change_on_one_side_gives_the_other(base: Fleet, mine: Fleet) -> None:
    assert merge(base, mine, base).fleet == mine
    assert merge(base, base, mine).fleet == mine
    assert merge(base, mine, mine).fleet == mine


@FAST
@given(base=fleets(), mine=fleets(), theirs=fleets())
def test_merging_anything_gives_a_fleet_or_clashes(base: Fleet, mine: Fleet, theirs: Fleet) -> None:
    merged = merge(base, mine, theirs)
    assert (merged.fleet is None) == bool(merged.clashes)
