"""What the model should never let through must not reach a shell or a hosts file either."""

from __future__ import annotations

import subprocess

import pytest

from azdesk.features import names
from azdesk.features.cluster.state import ClusterState, settings_text


def test_the_settings_of_ejabberd_are_data_for_the_shell() -> None:
    bad = "fe80::1%$(echo >&2 run)`echo >&2 run`;echo >&2 run"
    text = settings_text("", ClusterState(managed=True, node="ejabberd@a'b", interface=bad, port=5210))
    done = subprocess.run(
        ["sh", "-c", text + 'printf "%s|%s" "$INET_DIST_INTERFACE" "$ERLANG_NODE"'],
        capture_output=True,
        text=True,
        check=True,
        timeout=10,
    )
    assert (done.stdout, done.stderr) == (f"{bad}|ejabberd@a'b", "")


def test_usual_settings_are_written_without_quotes() -> None:
    text = settings_text("", ClusterState(managed=True, node="ejabberd@a251", interface="fe80::1", port=5210))
    assert "ERLANG_NODE=ejabberd@a251\nINET_DIST_INTERFACE=fe80::1\nERL_DIST_PORT=5210\n" in text


@pytest.mark.parametrize("scope", ["%eth0", "%$(id)", "%\x1b[2J", "%;id"])
def test_a_record_with_a_scope_is_none(scope: str) -> None:
    assert names._records(f"fe80::1{scope}\ta252\n10.0.0.1 a251 # ours\n") == (("10.0.0.1", "a251"),)


@pytest.mark.parametrize("address", ["fe80::1%eth0", "fe80::1%x\n10.6.6.6 bank.example.com", "", "a\x00"])
def test_no_plan_writes_an_address_that_is_none(address: str) -> None:
    from azdesk.core.errors import PlanError
    from azdesk.features._base import PlanContext
    from azdesk.fleet.model import Fleet, Host

    context = PlanContext(host="a251", fleet=Fleet(hosts={"a251": Host(address="10.0.0.1")}), observed={})
    with pytest.raises(PlanError, match="lan_address"):
        list(names.plan(context, names.NamesState(), names.NamesState(records=((address, "a252"),))))
