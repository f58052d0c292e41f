"""What is shown of a host follows what is known of it, and is not worked out more often than that."""

from __future__ import annotations

import gc
import weakref
from dataclasses import replace

from PySide6.QtCore import QObject

from azdesk.app.session import Observation
from azdesk.core.errors import Unreachable
from azdesk.core.plan import HostPlan
from azdesk.fleet.model import Cluster, Fleet, Host
from azdesk.ui.collecting import Collecting
from azdesk.ui.mapping.standing import FleetView, standing
from azdesk.ui.per_host import PerHost
from azdesk.ui.thinking import Thought

FLEET = Fleet(
    clusters={"test.local": Cluster()},
    hosts={name: Host(address=f"10.0.0.{at}") for at, name in enumerate(("a", "b"), 1)},
)


def test_each_new_thing_is_shown_and_nothing_is_worked_out_twice() -> None:
    asked: list[str] = []

    def how(view: FleetView, host: str) -> str:
        asked.append(host)
        return standing(view, host).note

    remembered = PerHost(how)
    view = FleetView(fleet=FLEET, now=1000.0)
    assert [remembered.of(view, host) for host in ("a", "b")] == ["not seen", "not seen"]
    view = replace(view, now=1001.0)
    assert remembered.of(view, "a") == "not seen"
    assert asked == ["a", "b"]
    view = replace(view, looking={"a"})
    assert (remembered.of(view, "a"), remembered.of(view, "b")) == ("looking…", "not seen")
    assert asked == ["a", "b", "a"]
    gone = Observation(host="a", at=1001.0, error=Unreachable("No answer.", where="a"))
    view = replace(view, looking=(), observations={"a": gone})
    assert remembered.of(view, "a") == "unreachable"
    view = replace(view, busy={"a": "Restart ejabberd"})
    assert remembered.of(view, "a") == "at work"
    view = replace(view, busy={}, fleet=replace(FLEET, name="Other"))
    assert remembered.of(view, "a") == "unreachable"
    assert len(asked) == 6


def test_ages_go_on() -> None:
    remembered = PerHost(lambda view, host: standing(view, host).note)
    seen = Observation(host="a", at=1000.0)
    thought = Thought(plan=HostPlan(host="a"))
    view = FleetView(fleet=FLEET, observations={"a": seen}, thoughts={"a": thought}, now=1001.0)
    assert remembered.of(view, "a") == ""
    assert remembered.of(replace(view, now=1400.0), "a") == "6 min ago"
    assert remembered.of(replace(view, now=1700.0), "a") == "11 min ago"
    assert remembered.of(replace(view, now=1002.0), "a") == ""


def test_hosts_that_are_gone_are_forgotten() -> None:
    asked: list[str] = []
    remembered = PerHost(lambda view, host: asked.append(host))
    view = FleetView(fleet=FLEET, now=1000.0)
    remembered.of(view, "a")
    remembered.forget(replace(view, fleet=replace(FLEET, hosts={})))
    remembered.of(view, "a")
    assert asked == ["a", "a"]


class Knot:
    def __init__(self) -> None:
        self.me = self


def test_the_collector_waits_for_a_quiet_moment_and_is_given_back(qapp: object) -> None:
    before = gc.get_threshold()
    busy = True
    parent = QObject()
    collecting = Collecting(lambda: busy, parent)
    collecting.begin()
    try:
        assert gc.get_freeze_count() > 0
        knot = Knot()
        watched = weakref.ref(knot)
        del knot
        collecting._quiet()
        assert watched() is not None, "it is busy"
        busy = False
        collecting._quiet()
        assert watched() is None
    finally:
        collecting.end()
    assert gc.get_threshold() == before
    assert gc.get_freeze_count() == 0
