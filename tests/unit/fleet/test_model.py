from __future__ import annotations

import copy
import pickle

import pytest

from azdesk.core.errors import DocumentError
from azdesk.fleet import form
from azdesk.fleet.model import Cluster, Credential, Fleet, Host, Upload


def problems(error: pytest.ExceptionInfo[DocumentError]) -> dict[str, str]:
    return {problem.path: problem.message for problem in error.value.problems}


def test_values_are_brought_to_their_normal_form() -> None:
    fleet = Fleet(
        clusters={"Company.COM": {}}, hosts={"A251": {"address": "FE80::1", "cluster": "company.com"}}
    )
    assert list(fleet.clusters) == ["company.com"]
    assert fleet.hosts["a251"] == Host(address="fe80::1", cluster="Company.Com")
    assert fleet.nodes("company.com") == ("a251",)
    assert fleet.node("a251") == "a251"
    assert fleet.lan_address("a251") == "fe80::1"


@pytest.mark.parametrize(
    ("address", "part"),
    [
        ("192.168.11.2511", "four numbers up to 255"),
        ("192.168.11", "four numbers up to 255"),
        ("root@a251", "has a user in it"),
        ("a251:22", "has a port"),
        ("[::1]", "brackets"),
        ("a 251", "neither an IP address"),
        ("ſ.example.com", "neither an IP address"),
        ("", "must not be empty"),
        ("fe80::1%$(id)", "network interface"),
        ("fe80::1%a b", "network interface"),
        ("fe80::1%x\n10.0.0.1 a251", "network interface"),
        ("fe80::1%sixteen-letters-", "network interface"),
    ],
)
def test_a_wrong_address_says_what_is_wrong_with_it(address: str, part: str) -> None:
    with pytest.raises(DocumentError) as error:
        Host(address=address)
    assert part in problems(error)["address"]


@pytest.mark.parametrize(
    "folder",
    [
        "home/flv",
        "/home",
        "/",
        "/home/a b",
        "/home/../etc",
        "/home//",
        "/home/$\n",
        "/home/%n",
        "/home/@HOST@",
    ],
)
def test_a_folder_must_be_plain_and_deep_enough(folder: str) -> None:
    with pytest.raises(DocumentError):
        Upload(directory=folder)


@pytest.mark.parametrize("bad", ['"', "'", "\\", "\x7f", "\x01", " ", "é", "%2", "{"])
def test_a_url_has_only_characters_of_urls(bad: str) -> None:
    with pytest.raises(DocumentError) as error:
        Upload(url=f"https://a.example.com/upload{bad}x")
    assert "url" in problems(error)
    assert Upload(url="https://a.example.com:5443/a%20b/~c;d=(e)").path == "/a%20b/~c;d=(e)"


def test_a_network_interface_belongs_to_this_workstation_only() -> None:
    here = Host(address="FE80::1%eth0.1", jump=("[fe80::2%wg_0-a]:2222",))
    assert (here.address, here.jump) == ("fe80::1%eth0.1", ("[fe80::2%wg_0-a]:2222",))
    for jump in ("[fe80::2%$(id)]:22", "[fe80::2%a b]", "[fe80::2%]"):
        with pytest.raises(DocumentError):
            Host(address="a", jump=(jump,))
    with pytest.raises(DocumentError) as error:
        Host(address="a", lan_address="fe80::1%eth0")
    assert "network interface" in problems(error)["lan_address"]
    assert Fleet(hosts={"a": here}).lan_address("a") == ""
    with pytest.raises(DocumentError) as error:
        Fleet(clusters={"x.org": {}}, hosts={"a": Host(address="fe80::1%eth0", cluster="x.org")})
    assert "one network interface only" in problems(error)["hosts.a.lan_address"]


def test_upload_knows_the_parts_of_its_url() -> None:
    upload = Upload(url="HTTPS://172.16.38.1:5443/upload/")
    assert (upload.url, upload.port, upload.path, upload.tls) == (
        "https://172.16.38.1:5443/upload",
        5443,
        "/upload",
        True,
    )
    assert (Upload(url="http://[fe80::1]/x").port, Upload(url="http://a.b").path) == (80, "/upload")
    assert not Upload(url="").enabled
    for wrong in ("ftp://a/b", "https://a:0/b", "https://a:70000/", "https://u@a/b", "https://1.2.3.400/"):
        with pytest.raises(DocumentError):
            Upload(url=wrong)


def test_a_login_that_cannot_work_is_refused() -> None:
    with pytest.raises(DocumentError) as error:
        Credential(user="admin", method="key")
    assert set(problems(error)) == {"key_file", "sudo"}
    with pytest.raises(DocumentError):
        Credential(user="-oProxyCommand=x", sudo="without-password")


@pytest.mark.parametrize("jump", ["-oProxyCommand=x", "a b", "u@", "host:0", "host:99999", "a@b@c", ""])
def test_a_jump_host_is_a_host_and_nothing_else(jump: str) -> None:
    with pytest.raises(DocumentError):
        Host(address="a", jump=(jump,))


def test_jump_hosts_have_a_normal_form() -> None:
    assert Host(address="a", jump=("A251", "u@[FE80::1]:022")).jump == ("a251", "u@[fe80::1]:22")


def test_rules_between_values_are_all_told_at_once() -> None:
    with pytest.raises(DocumentError) as error:
        Fleet(
            credentials={"main": Credential()},
            clusters={"c.de": Cluster(distribution_port=5443, upload=Upload())},
            hosts={
                "a": Host(address="10.0.0.1", cluster="c.de", credential="mian", jump=("b",)),
                "b": Host(address="10.0.0.1", cluster="c.de", node="a", jump=("a",)),
                "c": Host(address="name.de", cluster="c.de"),
                "d": Host(address="10.0.0.4", cluster="d.de"),
                "e": Host(address="10.0.0.4"),
                "f": Host(address="10.0.0.6", cluster="c.de", roles=("storage",)),
            },
        )
    found = problems(error)
    assert set(found) == {
        "hosts.a.credential",
        "hosts.a.jump",
        "hosts.b.jump",
        "hosts.b.node",
        "hosts.b.lan_address",
        "hosts.c.lan_address",
        "hosts.d.cluster",
        "hosts.e.address",
        "hosts.f.roles",
    }
    assert "did you mean main?" in found["hosts.a.credential"]
    assert "there are: c.de" in found["hosts.d.cluster"]


def test_same_address_behind_another_jump_host_is_another_machine() -> None:
    Fleet(hosts={"a": Host(address="10.0.0.1", jump=("x",)), "b": Host(address="10.0.0.1", jump=("y",))})


def test_cluster_folders_and_ports_must_not_meet() -> None:
    with pytest.raises(DocumentError) as error:
        Cluster(
            distribution_port=5443,
            upload=Upload(url="https://a:5443/u", directory="/home/chat/files"),
            chat_log={"enabled": True},  # type: ignore[arg-type]
        )
    assert set(problems(error)) == {"chat_log.directory", "upload.url"}


def test_a_text_that_no_file_can_hold_is_refused() -> None:
    with pytest.raises(DocumentError):
        Host(address="a", note="\ud800")


def test_tables_cannot_be_changed_and_their_order_counts() -> None:
    one, two = Host(address="10.0.0.1"), Host(address="10.0.0.2")
    fleet = Fleet(hosts={"a": one, "b": two})
    assert fleet != Fleet(hosts={"b": two, "a": one})
    assert hash(fleet) == hash(Fleet(hosts={"a": one, "b": two}))
    for change in (
        lambda: fleet.hosts.update(c=one),
        lambda: fleet.hosts.__setitem__("c", one),
        lambda: fleet.hosts.pop("a"),
        lambda: setattr(fleet, "name", "x"),
    ):
        with pytest.raises((TypeError, AttributeError)):
            change()
    assert pickle.loads(pickle.dumps(fleet)) == copy.deepcopy(fleet) == fleet


def test_the_model_has_no_annotation_that_cannot_be_read() -> None:
    with pytest.raises(TypeError, match="no kind"):
        form.kind_of(float)
    assert form.parts_of(Host)["address"].required


@pytest.mark.parametrize("name", ["public", "Default"])
def test_phones_have_no_context_that_strangers_have(name: str) -> None:
    """Debian's iax.conf has a guest without a password in public [seen in the lab, 22.10]."""
    with pytest.raises(DocumentError) as error:
        Fleet(number_plan={"context": name})
    assert "callers whom it does not know" in problems(error)["number_plan.context"]


@pytest.mark.parametrize("folder", ["/srv/voice,b,id", "/srv/${SHELL(id)}", "/srv/voice;x", "/srv/a&b"])
def test_no_folder_for_recordings_means_more_in_a_dial_plan(folder: str) -> None:
    with pytest.raises(DocumentError) as error:
        Fleet(recording={"directory": folder})
    assert "nothing else" in problems(error)["recording.directory"]
    assert Fleet(recording={"directory": "/srv/Gespräche/voice_2.0"}).recording.directory


@pytest.mark.parametrize(
    ("folder", "refused"), [("/home/flv", True), ("/home/flv/voice", True), ("/home/flvoice", False)]
)
@pytest.mark.parametrize("key", ["directory", "archive"])
def test_recordings_are_not_kept_where_uploads_are_handed_out(key: str, folder: str, refused: bool) -> None:
    values = {
        "number_plan": {"scheme": "short"},
        "recording": {key: folder},
        "clusters": {"test.local": {"upload": {"url": "https://172.16.38.1:5443/upload"}}},
    }
    if not refused:
        assert getattr(Fleet(**values).recording, key) == folder
        return
    with pytest.raises(DocumentError) as error:
        Fleet(**values)
    assert "hands out to anybody with a link" in problems(error)[f"recording.{key}"]
    assert Fleet(**{**values, "number_plan": {}}).recording
