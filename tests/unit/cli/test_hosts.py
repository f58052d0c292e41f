"""Commands that reach hosts, against practice hosts: real SSH, the real helper."""

from __future__ import annotations

import os
import re
import tarfile
from pathlib import Path
from typing import Any

import pytest

from azdesk.practice import PracticeFleet
from azdesk.practice.programs import Output

from .conftest import DOMAIN, Home, add_account, running_nodes


def applied(home: Home, document: Path) -> None:
    answer = home.run("apply", document, "--yes")
    assert answer.code == 0, answer.out + answer.err


def test_two_fresh_hosts_become_a_cluster(home: Home, fleet: PracticeFleet, document: Path) -> None:
    before = home.run("status", document)
    assert before.code == 2
    assert re.search(r"^a251 +differs", before.out, re.MULTILINE)
    assert "Cluster: The node is called ejabberd@localhost, not ejabberd@a251" in before.out

    plan = home.run("plan", document)
    assert plan.code == 2
    assert re.search(r"^a253  \d+ steps, after a251$", plan.out, re.MULTILINE)
    assert "+ERLANG_NODE=ejabberd@a253" in plan.out
    assert "Copy the cookie from a251" in plan.out

    apply = home.run("apply", document, "--yes", "--brief")
    assert apply.code == 0
    assert apply.err == ""
    assert "+ERLANG_NODE" not in apply.out
    assert re.search(r"^a253  \d+/\d+  Join ejabberd@a251$", apply.out, re.MULTILINE)
    assert re.search(r"^a251  changed and verified  \(\d+ steps, [\d.]+ s\)$", apply.out, re.MULTILINE)
    assert re.search(r"^a253  changed and verified", apply.out, re.MULTILINE)
    begun = re.findall(r"^(a25[13])  \d+/\d+  ", apply.out, re.MULTILINE)
    assert begun == sorted(begun), "a253 waits until a251 is a cluster"

    assert home.run("plan", document).code == 0
    after = home.run("status", document)
    assert after.code == 0
    assert after.out.count("running db nodes = [ejabberd@a251,ejabberd@a253]") == 2
    for host in ("a251", "a253"):
        assert sorted(running_nodes(fleet, host).split()) == ["ejabberd@a251", "ejabberd@a253"]


def test_cookies_are_in_no_output_and_no_file_of_the_workstation(
    home: Home, fleet: PracticeFleet, document: Path
) -> None:
    cookies = {fleet.host(name).files.text("/var/lib/ejabberd/.erlang.cookie") for name in ("a251", "a253")}
    said = [home.run("plan", document, *more) for more in ((), ("--json",))]
    said.append(home.run("apply", document, "--yes", "--json"))
    said.append(home.run("journal", document, "--steps"))
    texts = [answer.out + answer.err for answer in said]
    texts += [
        file.read_text(errors="replace")
        for file in home.folder.rglob("*")
        if file.is_file() and fleet.folder not in file.parents
    ]
    assert said[2].json["outcome"]["good"]
    assert len(cookies) == 2
    for cookie in cookies:
        assert len(cookie) > 10
        assert not any(cookie in text for text in texts)


def test_apply_in_a_pipe_changes_nothing_without_being_told(
    home: Home, fleet: PracticeFleet, document: Path
) -> None:
    answer = home.run("apply", document)
    assert answer.code == 3
    assert re.search(r"^\d+ steps on 2 hosts\.$", answer.out, re.MULTILINE)
    assert answer.err == "Nothing was changed. To go on without being asked, add --yes.\n"
    assert home.run("journal", document).out == "No entries.\n"
    as_json = home.run("apply", document, "--json")
    assert as_json.code == 3
    assert as_json.json["outcome"] is None
    assert "--yes" in as_json.json["refused"]


def test_yes_alone_never_loses_accounts(home: Home, fleet: PracticeFleet, document: Path) -> None:
    add_account(fleet, "a253")
    plan = home.run("plan", document)
    assert "Cannot be undone" in plan.out
    assert "1 account" in plan.out
    assert "To allow it: --allow-loss a253" in plan.out
    for given in ([], ["--allow-loss", "a251"], ["--allow-loss", "A253"]):
        answer = home.run("apply", document, "--yes", *given)
        assert answer.code == 3
        assert "--allow-loss a253" in answer.err
    assert home.run("journal", document).out == "No entries.\n"

    answer = home.run("apply", document, "--yes", "--allow-loss", "a253")
    assert answer.code == 0
    assert "backup kept on the host: " in answer.out


def test_approve_runs_exactly_the_plan_that_was_shown(
    home: Home, fleet: PracticeFleet, document: Path
) -> None:
    shown = home.run("plan", document, "--json").json["plan"]["fingerprint"]
    hosts = fleet.host("a253").files.text("/etc/hosts")
    fleet.host("a253").files.write("/etc/hosts", hosts + "192.168.11.9 printer\n")
    answer = home.run("apply", document, "--approve", shown)
    assert answer.code == 1
    assert "another one" in answer.err
    assert home.run("journal", document).out == "No entries.\n"

    fresh = home.run("plan", document, "--json").json["plan"]["fingerprint"]
    assert fresh != shown
    assert home.run("apply", document, "--approve", fresh).code == 0
    assert "printer" in fleet.host("a253").files.text("/etc/hosts")


def test_each_failing_host_has_its_own_line_and_the_others_go_on(
    home: Home, document: Path, fleet: PracticeFleet
) -> None:
    applied(home, document)
    text = document.read_text()
    document.write_text(
        text
        + '\n[hosts.gone]\naddress = "127.0.0.1"\nport = 1\nlan_address = "192.168.11.9"\n'
        + '\n[hosts.nowhere]\naddress = "no-such-name.invalid"\n'
    )
    status = home.run("status", document)
    assert status.code == 1
    assert re.search(r"^a251 +right", status.out, re.MULTILINE)
    assert re.search(r"^gone +unreachable", status.out, re.MULTILINE)
    assert re.search(r"^nowhere +unreachable", status.out, re.MULTILINE)
    assert "127.0.0.1:1 refuses connections." in status.out
    assert "4 hosts: 2 right, 2 unreachable." in status.out

    assert home.run("status", document, "--host", "a251", "--host", "a253").code == 0
    plan = home.run("plan", document)
    assert plan.code == 1
    assert "gone  cannot be planned" in plan.out
    journal = home.run("journal", document, "--json")
    assert journal.code == 1
    assert len(journal.json["entries"]) == 2
    assert [one["host"] for one in journal.json["errors"]] == ["gone", "nowhere"]


def test_status_says_what_is_left_to_do_though_nothing_differs(
    home: Home, document: Path, fleet: PracticeFleet
) -> None:
    applied(home, document)
    fleet.host("a253").files.write("/var/lib/ejabberd/.erlang.cookie", "ANOTHERCOOKIE")
    assert home.run("plan", document).code == 2
    for chosen in ((), ("--host", "a253")):
        status = home.run("status", document, *chosen)
        assert status.code == 2
        assert re.search(r"^a253 +differs", status.out, re.MULTILINE)
        assert "Cluster: left to do: Copy the cookie from a251; " in status.out
    assert home.run("status", document, "--host", "a251").code == 0
    one = home.run("status", document, "--host", "a253", "--json").json["hosts"][0]
    assert (one["state"], one["differences"]) == ("differs", [])
    assert "Copy the cookie from a251" in [step["title"] for step in one["steps"]]


def test_status_says_why_a_host_could_not_be_read(home: Home, document: Path, fleet: PracticeFleet) -> None:
    fleet.change_host_key("a251")
    key = re.search(r"^key_file = .*$", document.read_text(), re.MULTILINE)
    assert key is not None
    document.write_text(
        document.read_text()
        + f'\n[credentials.nobody]\nuser = "nobody"\nsudo = "without-password"\nmethod = "key"\n{key[0]}\n'
        + '\n[hosts.gone]\naddress = "127.0.0.1"\nport = 1\nlan_address = "192.168.11.9"\n'
    )
    text = document.read_text().partition("[hosts.a253]")
    document.write_text(
        text[0] + text[1] + re.sub(r'credential = ".*"', 'credential = "nobody"', text[2], count=1)
    )
    status = home.run("status", document)
    assert status.code == 1
    for host, why in (("a251", "key changed"), ("a253", "login refused"), ("gone", "unreachable")):
        assert re.search(rf"^{host} +{why} ", status.out, re.MULTILINE), status.out
    assert "3 hosts: 1 key changed, 1 login refused, 1 unreachable." in status.out
    kinds = [one["error"]["kind"] for one in home.run("status", document, "--json").json["hosts"]]
    assert kinds == ["HostKeyChanged", "LoginRefused", "Unreachable"]


def test_a_reachable_host_is_changed_though_another_is_not(
    home: Home, document: Path, fleet: PracticeFleet
) -> None:
    fleet.host("a253").faults.unreachable = "refused"
    answer = home.run("apply", document, "--yes")
    assert answer.code == 1
    assert re.search(r"^a251  changed and verified", answer.out, re.MULTILINE)
    assert re.search(r"^a253  not changed", answer.out, re.MULTILINE)


def test_a_failed_step_rolls_back_and_says_why(
    home: Home, document: Path, fleet: PracticeFleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = fleet.host("a253")
    before = {path: host.files.text(path) for path in ("/etc/hosts", "/etc/ejabberd/ejabberd.yml")}
    run = host.run

    def refusing(argv: list[str], **more: Any) -> Output | None:
        return run(["no-such-program"] if "join_cluster" in argv else argv, **more)

    monkeypatch.setattr(host, "run", refusing)
    answer = home.run("apply", document, "--yes", "--brief")
    assert answer.code == 1
    assert re.search(r"^a251  changed and verified", answer.out, re.MULTILINE)
    assert re.search(r"^a253  rolled back", answer.out, re.MULTILINE), answer.out
    assert "(Join ejabberd@a251) failed" in re.sub(r"\s+", " ", answer.out)
    assert {path: host.files.text(path) for path in before} == before
    journal = home.run("journal", document, "--state", "rolled-back")
    assert re.search(r"^20.* a253  rolled-back", journal.out, re.MULTILINE)


def test_a_host_that_waits_for_one_left_out_is_stopped_before_it_fails(home: Home, document: Path) -> None:
    answer = home.run("plan", document, "--host", "a253")
    assert answer.code == 1
    assert "It can change only after a251" in re.sub(r"\s+", " ", answer.out)
    assert "plan for a251 as well" in re.sub(r"\s+", " ", answer.out)
    answer = home.run("apply", document, "--host", "a253", "--yes")
    assert answer.code == 3
    assert home.run("apply", document, "--host", "a251", "--yes").code == 0
    assert home.run("apply", document, "--host", "a253", "--yes").code == 0


def test_journal_filters(home: Home, document: Path) -> None:
    applied(home, document)
    all_ = home.run("journal", document, "--steps")
    assert all_.code == 0
    assert "Join ejabberd@a251  done" in all_.out
    lines = home.run("journal", document).out.splitlines()
    assert [line.split()[2] for line in lines if line[:2] == "20"] == ["a253", "a251"]
    assert home.run("journal", document, "--state", "rolled-back").out == "No entries.\n"
    assert home.run("journal", document, "--who", "nobody-like-this").out == "No entries.\n"
    assert home.run("journal", document, "--since", "1h").out == "\n".join(lines) + "\n"
    assert home.run("journal", document, "--since", "2199-01-01").out == "No entries.\n"
    assert len(home.run("journal", document, "--limit", "1", "--json").json["entries"]) == 2
    assert len(home.run("journal", document, "--host", "a251", "--json").json["entries"]) == 1


def test_adopt_shows_the_difference_and_saves_on_yes(home: Home, document: Path) -> None:
    url = "https://172.16.38.1:5443/upload"
    plain = document.read_text()
    document.write_text(
        plain.replace(
            f'[clusters."{DOMAIN}"]\n',
            f'[clusters."{DOMAIN}"]\n[clusters."{DOMAIN}".upload]\nurl = "{url}"\n',
        )
    )
    applied(home, document)
    document.write_text("# Ours.\n" + plain)

    shown = home.run("adopt", document)
    assert shown.code == 3
    assert f'+url = "{url}"' in shown.out
    assert "was not changed" in shown.err
    assert document.read_text() == "# Ours.\n" + plain
    assert home.run("adopt", document, "--feature", "names").code == 0

    saved = home.run("adopt", document, "--yes")
    assert saved.code == 0
    assert url in document.read_text()
    assert document.read_text().startswith("# Ours.\n")
    assert home.run("plan", document).code == 0
    again = home.run("adopt", document, "--yes")
    assert again.code == 0
    assert "says already" in again.out


def test_backups_are_listed_downloaded_and_put_back(
    home: Home, document: Path, fleet: PracticeFleet, tmp_path: Path
) -> None:
    add_account(fleet, "a253")
    assert home.run("apply", document, "--yes", "--allow-loss", "a253").code == 0
    found = home.run("backup", "list", document, "--host", "a253", "--json").json["backups"]
    assert len(found) == 1
    name = found[0]["name"]
    assert name in home.run("backup", "list", document).out

    target = tmp_path / "got.tar.gz"
    got = home.run("backup", "get", document, name, "--output", target)
    assert got.code == 0
    assert target.stat().st_size == found[0]["size"]
    if os.name == "posix":
        assert target.stat().st_mode & 0o777 == 0o600
    with tarfile.open(target) as archive:
        assert any("ejabberd" in member for member in archive.getnames())
    assert home.run("backup", "get", document, name, "--output", target).code == 1
    assert home.run("backup", "get", document, "no-such.tar.gz").code == 1

    refused = home.run("backup", "restore", document, name, "--yes")
    assert refused.code == 3
    assert "--allow-loss a253" in refused.err
    put_back = home.run("backup", "restore", document, name, "--yes", "--allow-loss", "a253")
    assert put_back.code == 0, put_back.out + put_back.err
    accounts = fleet.host("a253").run(["ejabberdctl", "registered_users", "localhost"])
    assert accounts is not None
    assert "anna" in accounts.out


def test_backups_are_deleted_by_name_or_age(home: Home, document: Path, fleet: PracticeFleet) -> None:
    add_account(fleet, "a253")
    assert home.run("apply", document, "--yes", "--allow-loss", "a253").code == 0
    found = home.run("backup", "list", document, "--json").json["backups"]
    assert len(found) == 2
    name = next(one["name"] for one in found if one["host"] == "a253")

    assert home.run("backup", "delete", document, "--yes").code == 1
    assert home.run("backup", "delete", document, "no-such.tar.gz", "--yes").code == 1
    asked = home.run("backup", "delete", document, name)
    assert (asked.code, name in asked.out) == (3, True)
    assert "No backups to delete" in home.run("backup", "delete", document, "--older-than", "1d", "--yes").out
    assert len(home.run("backup", "list", document, "--json").json["backups"]) == 2

    assert home.run("backup", "delete", document, name, "--yes").code == 0
    assert [one["host"] for one in home.run("backup", "list", document, "--json").json["backups"]] == ["a251"]
    assert f"Delete {name}" in home.run("journal", document, "--host", "a253").out
    assert home.run("backup", "delete", document, "--older-than", "0s", "--yes").code == 0
    assert "No backups." in home.run("backup", "list", document).out


@pytest.mark.skipif(os.name != "posix", reason="pipes of POSIX")
def test_apply_goes_on_though_its_reader_has_left(home: Home, document: Path, fleet: PracticeFleet) -> None:
    process = home.start("apply", document, "--yes")
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.wait(60) == 0
    assert process.stderr.read() == b""
    process.stderr.close()
    assert sorted(running_nodes(fleet, "a253").split()) == ["ejabberd@a251", "ejabberd@a253"]


def test_as_a_process_of_its_own(home: Home, document: Path) -> None:
    for argv, code in ((("plan",), 2), (("apply", "--yes"), 0), (("plan",), 0), (("status", "--json"), 0)):
        answer = home.process(argv[0], document, *argv[1:])
        assert (answer.code, answer.err) == (code, ""), answer.out
