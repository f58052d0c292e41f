"""What a look at a host comes to, and how the host stands until that is known."""

from __future__ import annotations

import dataclasses
import logging

import pytest

from azdesk.app import observing
from azdesk.core.errors import PlanError
from azdesk.features.registry import FEATURES
from azdesk.features.sip_accounts import SipState
from azdesk.features.sip_accounts.copied import Copy
from azdesk.fleet import store
from azdesk.ui.mapping.attention import attention_of
from azdesk.ui.mapping.host import host as host_model
from azdesk.ui.mapping.overview import matrix
from azdesk.ui.mapping.shown import host_shown
from azdesk.ui.mapping.standing import FleetView, standing
from azdesk.ui.thinking import think
from azdesk.ui.viewmodels import State
from tests.ui import bench

FLEET = store.parse(bench.DOCUMENT)


@pytest.fixture
def seen(qapp):
    return {host: dataclasses.replace(bench.look(host), at=1000.0) for host in ("a251", "a253")}


def test_a_host_is_not_right_before_it_was_compared(seen):
    view = FleetView(fleet=FLEET, observations=seen, now=1001.0)
    assert standing(view, "a251").state is State.UNKNOWN
    assert standing(view, "a251").note == "comparing…"
    thoughts = think(FLEET, seen, ["a251"])
    how = standing(dataclasses.replace(view, thoughts=thoughts), "a251")
    assert how.state is not State.UNKNOWN


def test_only_a_cookies_digest_is_shown_by_its_first_characters(seen):
    url = "https://files.example.org:5443/upload/".ljust(64, "x")
    cookie = "9ab2" * 16
    upload = dataclasses.replace(seen["a251"].states["upload"], url=url)
    cluster = dataclasses.replace(seen["a251"].states["cluster"], cookie=cookie)
    states = {**seen["a251"].states, "upload": upload, "cluster": cluster}
    seen["a251"] = dataclasses.replace(seen["a251"], states=states)
    view = FleetView(fleet=FLEET, observations=seen, now=1001.0)
    shown = matrix(FLEET, {host: host_shown(view, host) for host in FLEET.hosts}, "test.local")
    cells = {row.label: row.cells[0].text for row in shown.rows}
    assert (cells["File Upload URL"], cells["Cookie"]) == (url, "9ab2…")


@pytest.mark.parametrize("fault", [KeyError("oops"), PlanError("It says so itself.")])
def test_a_fault_in_a_comparison_is_that_features_problem_alone(seen, monkeypatch, caplog, fault):
    feature = next(one for one in FEATURES if one.key == "upload")
    states = seen["a251"].states
    upload = dataclasses.replace(states["upload"])
    seen["a251"] = dataclasses.replace(seen["a251"], states={**states, "upload": upload})

    def differences(state, wanted):
        if state is upload:
            raise fault
        return feature.differences(state, wanted)

    broken = dataclasses.replace(feature, differences=differences)
    whole = think(FLEET, seen, seen)
    monkeypatch.setattr(observing, "FEATURES", tuple(broken if f is feature else f for f in FEATURES))
    with caplog.at_level(logging.CRITICAL):
        thoughts = think(FLEET, seen, seen)
    assert thoughts["a253"] == whole["a253"]
    others = {key: words for key, words in whole["a251"].differences.items() if key != "upload"}
    assert thoughts["a251"].differences == others
    assert thoughts["a251"].plan == whole["a251"].plan
    words = str(thoughts["a251"].problems["upload"])
    assert "oops" not in words

    view = FleetView(fleet=FLEET, observations=seen, thoughts=thoughts, now=1001.0)
    assert standing(view, "a251").state is State.FAILING
    assert standing(view, "a251").note == "not compared"
    wanting = attention_of(view, "a251")
    assert wanting[0].sentence == "Something on a251 could not be compared with the document"
    assert thoughts["a251"].problems["upload"].what in wanting[0].detail
    assert any(
        thoughts["a251"].problems["upload"].what in text for text in host_model(view, "a251").unreadable
    )


def test_phones_that_could_not_be_copied_want_the_admin(seen):
    copy = Copy(state="kept", why="ldaps://dc1 cannot be reached (Connection refused).", fresh=900.0)
    sip = SipState(bound=True, lookup="copied", copy=copy)
    seen["a251"] = dataclasses.replace(seen["a251"], states={**seen["a251"].states, "sip_accounts": sip})
    view = FleetView(fleet=FLEET, observations=seen, thoughts=think(FLEET, seen, seen), now=1001.0)
    wanting = {one.sentence: one for one in attention_of(view, "a251")}
    one = wanting["a251 could not copy its phones' accounts"]
    assert one.detail == "ldaps://dc1 cannot be reached (Connection refused). Those that it had are in use."
    assert one.state is State.FAILING
    assert "a253 could not copy" not in str(attention_of(view, "a253"))
