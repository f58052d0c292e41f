"""What the plan of chat accounts says where other features know something of the host."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from azdesk.core.probe import Readings
from azdesk.features._base import PlanContext
from azdesk.features._directory import READER_TOKEN
from azdesk.features.accounts import FEATURE
from azdesk.features.accounts.state import AccountsState, Binding, content
from azdesk.features.cluster.state import ClusterState
from azdesk.features.services import ServicesState
from tests.unit.features.cases import file, fleet_of, readings_of


def notes(document: Any = "bound", **others: Any) -> list[tuple[bool, str]]:
    """Blocking or not, and text, of the first binding of a stock host."""
    prefix = f"{FEATURE.key}/"
    raw = {
        key.removeprefix(prefix): one for key, one in readings_of("stock").items() if key.startswith(prefix)
    }
    state, fleet = FEATURE.parse(Readings("a251", raw)), fleet_of(document)
    context = PlanContext(fleet=fleet, host="a251", observed={"a251": {FEATURE.key: state, **others}})
    return [
        (note.blocking, note.text) for note in FEATURE.notes(context, state, FEATURE.desired(fleet, "a251"))
    ]


def test_accounts_of_its_own_are_counted() -> None:
    told = notes(cluster=ClusterState(records=(("passwd", 3), ("roster", 9))))
    assert any(
        text.startswith("ejabberd keeps 3 accounts of its own. They stay, but only who") for _, text in told
    )
    assert not any("of its own" in text for _, text in notes(cluster=ClusterState(records=(("passwd", 0),))))
    assert not any("of its own" in text for _, text in notes())


@pytest.mark.parametrize(
    ("version", "old"),
    [("21.01-2+deb11u1", True), ("1:20.12", True), ("23.01-1", False), ("26.07-1", False), ("", False)],
)
def test_an_ejabberd_that_cannot_verify_a_directory(*, version: str, old: bool) -> None:
    services = ServicesState(versions=(("ejabberd", version),))
    assert any(blocking and "cannot verify" in text for blocking, text in notes(services=services)) == old
    told = notes({"base": "bound", "directory.urls": ["ldap://192.168.11.249"]}, services=services)
    assert not any("cannot verify" in text for _, text in told)


def test_the_directorys_first_host_goes_first() -> None:
    fleet = fleet_of("managed")
    prefix = f"{FEATURE.key}/"
    raw = {
        key.removeprefix(prefix): one for key, one in readings_of("stock").items() if key.startswith(prefix)
    }
    state, wanted = FEATURE.parse(Readings("a251", raw)), FEATURE.desired(fleet, "a251")
    context = PlanContext(fleet=fleet, host="a251")
    assert FEATURE.after(context, state, wanted) == ("a250",)
    assert FEATURE.after(context, wanted, wanted) == ()
    assert FEATURE.after(context, state, FEATURE.desired(fleet_of("plain"), "a251")) == ()


_LINE = st.text(
    st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="\u2028\u2029"), min_size=1, max_size=20
)
"""What the document's rules let through as one line."""


@settings(max_examples=300, deadline=None)
@given(base=_LINE, reader=_LINE, text=_LINE, since=_LINE, password=_LINE)
def test_every_value_is_read_as_it_was_meant(
    base: str, reader: str, text: str, since: str, password: str
) -> None:
    """By a YAML parser of its own, and by ourselves."""
    binding = Binding(servers=("a", "fd00::1"), reader=reader, base=base, filter=text, ca="/x")
    state = AccountsState(domain="test.local", binding=binding, since=since, verified=True)
    written = content(state)
    whole = YAML(typ="safe", pure=True).load(written.replace(READER_TOKEN, password))
    found = whole["host_config"]["test.local"]
    assert (found["ldap_base"], found["ldap_rootdn"], found["ldap_filter"]) == (base, reader, text)
    assert found["ldap_password"] == password
    assert (found["s2s_use_starttls"], found["auth_use_cache"]) == ("required", False)
    block = "# BEGIN AZDesk accounts (AZDesk replaces the lines up to END)\ninclude_config_file: /etc/ejabberd/azdesk-accounts.yml\n"
    main = f"hosts: [test.local]\n{block}# END AZDesk accounts\n"
    own = file(written, mode=0o640, group="ejabberd")
    again = FEATURE.parse(Readings("a251", {"main": file(main), "own": own, "ca": file(None)}))
    assert again == state
