from __future__ import annotations

import pytest

from azdesk.core.errors import DocumentError
from azdesk.fleet import edit
from azdesk.fleet.model import Cluster, Credential, Fleet, Host
from azdesk.fleet.paths import joined, split

FLEET = Fleet(
    credentials={"main": Credential()},
    clusters={"company.com": Cluster()},
    hosts={
        "a251": Host(address="10.0.0.1", cluster="company.com", credential="main"),
        "a253": Host(address="10.0.0.2", cluster="company.com", jump=("a251", "gate.de")),
        "a250": Host(address="store.de", roles=("storage",)),
    },
)


def paths(error: pytest.ExceptionInfo[DocumentError]) -> list[str]:
    return [problem.path for problem in error.value.problems]


def test_one_value_changes_and_the_rest_is_shared() -> None:
    fleet = edit.with_value(FLEET, "hosts.a251.node", "N1")
    assert fleet.hosts["a251"].node == "n1"
    assert FLEET.hosts["a251"].node == ""
    assert fleet.hosts["a253"] is FLEET.hosts["a253"]
    assert edit.with_value(FLEET, 'clusters."company.com".upload.max_size', 2048) == edit.with_value(
        FLEET, ("clusters", "company.com", "upload", "max_size"), 2048
    )


def test_values_that_are_only_right_together_are_set_together() -> None:
    with pytest.raises(DocumentError) as error:
        edit.with_value(FLEET, "credentials.main.user", "admin")
    assert paths(error) == ["credentials.main.sudo"]
    fleet = edit.with_values(
        FLEET, {"credentials.main.user": "admin", "credentials.main.sudo": "with-password"}
    )
    assert fleet.credentials["main"].user == "admin"


@pytest.mark.parametrize(
    ("path", "part"),
    [
        ("hosts.a252.node", "did you mean"),
        ("hosts.a251.nodes", "did you mean node"),
        ("host", "did you mean hosts"),
        ("hosts.a251.node.x", "no such"),
    ],
)
def test_a_path_that_leads_nowhere_is_told(path: str, part: str) -> None:
    with pytest.raises(DocumentError) as error:
        edit.with_value(FLEET, path, "x")
    assert part in error.value.problems[0].message
    with pytest.raises(DocumentError):
        edit.value_at(FLEET, path)


def test_a_field_is_checked_while_it_is_typed() -> None:
    assert edit.field_problem(FLEET, "hosts.a251.address", "10.0.0.9") is None
    assert "four numbers" in str(edit.field_problem(FLEET, "hosts.a251.address", "10.0.0."))
    assert "“a251”" in str(edit.field_problem(FLEET, "hosts.a253.node", "a251"))
    # The problem is at another field than the one typed into, so it names it.
    assert str(edit.field_problem(FLEET, "hosts.a251.address", "a.de")).startswith("hosts.a251.lan_address: ")
    assert "port" in str(edit.field_problem(FLEET, 'clusters."company.com".upload.url', "https://a:5210/x"))


def test_hosts_are_added_where_they_belong() -> None:
    fleet = edit.add_host(FLEET, "A252", {"address": "10.0.0.7"}, after="a251")
    assert list(fleet.hosts) == ["a251", "a252", "a253", "a250"]
    assert list(edit.add_host(FLEET, "z", Host(address="10.0.0.7")).hosts)[-1] == "z"
    with pytest.raises(DocumentError) as error:
        edit.add_host(FLEET, "a251", {"address": "10.0.0.7"})
    assert paths(error) == ["hosts.a251"]
    with pytest.raises(DocumentError) as error:
        edit.add_host(FLEET, "new", {"adress": "10.0.0.7"})
    assert paths(error) == ["hosts.new.adress"]


def test_a_renamed_host_stays_in_place_and_jumps_follow() -> None:
    fleet = edit.rename_host(FLEET, "a251", "B251")
    assert list(fleet.hosts) == ["b251", "a253", "a250"]
    assert fleet.hosts["a253"].jump == ("b251", "gate.de")
    assert fleet.node("b251") == "b251"
    assert edit.rename_host(FLEET, "a251", "b251", keep_node=True).node("b251") == "a251"
    assert edit.rename_host(FLEET, "a251", "a251") == FLEET
    for wrong in ("a253", "a b", ""):
        with pytest.raises(DocumentError) as error:
            edit.rename_host(FLEET, "a251", wrong)
        assert paths(error) == ["hosts.a251"]


def test_a_host_that_others_need_is_not_removed() -> None:
    with pytest.raises(DocumentError) as error:
        edit.remove_host(FLEET, "a251")
    assert paths(error) == ["hosts.a253.jump"]
    assert list(edit.remove_host(FLEET, "a253").hosts) == ["a251", "a250"]


def test_hosts_move_between_clusters_and_places() -> None:
    assert edit.move_host(FLEET, "a251", "").cluster_of("a251") is None
    with pytest.raises(DocumentError) as error:
        edit.move_host(FLEET, "a250", "company.com")
    assert set(paths(error)) == {"hosts.a250.roles", "hosts.a250.lan_address"}
    assert list(edit.reorder_hosts(FLEET, ["a250", "a253"]).hosts) == ["a250", "a253", "a251"]
    assert edit.reorder_hosts(FLEET, ["a253"]).nodes("company.com") == ("a253", "a251")


def test_clusters_and_credentials_take_their_hosts_along() -> None:
    fleet = edit.rename_cluster(edit.add_cluster(FLEET, "other.de"), "company.com", "New.com")
    assert list(fleet.clusters) == ["new.com", "other.de"]
    assert fleet.nodes("new.com") == ("a251", "a253")
    fleet = edit.rename_credential(edit.add_credential(FLEET, "b", {"user": "root"}), "main", "Main 2")
    assert fleet.hosts["a251"].credential == "Main 2"
    for remove, name, path in (
        (edit.remove_cluster, "company.com", "hosts.a251.cluster"),
        (edit.remove_credential, "main", "hosts.a251.credential"),
    ):
        with pytest.raises(DocumentError) as error:
            remove(FLEET, name)
        assert paths(error)[0] == path
        released = remove(FLEET, name, release=True)
        assert edit.value_at(released, path) == ""


def test_a_free_name_is_found() -> None:
    assert edit.free_name(["a", "a-2"], "a") == "a-3"
    assert edit.free_name(["a"], "b") == "b"


@pytest.mark.parametrize("keys", [("a", "b c", 'q"\\', "", "d.e", "tab\t", "ä")])
def test_paths_survive_being_written(keys: tuple[str, ...]) -> None:
    assert split(joined(keys)) == keys
    for wrong in ("a..b", "a.", ".a", "a b", '"a'):
        with pytest.raises(ValueError, match="dot"):
            split(wrong)
