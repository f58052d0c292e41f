"""Programs of practice hosts: words and exit codes as recorded on Debian."""

from __future__ import annotations

import json

import pytest

from azdesk.practice import PracticeHost
from tests.practice.conftest import run, said

READING = "Reading package lists...\nBuilding dependency tree...\nReading state information...\n"

RECORDED = [
    ("dpkg-query -W ejabberd", 0, "ejabberd\t26.07-1\n", ""),
    ("dpkg-query -W nosuch", 1, "", "dpkg-query: no packages found matching nosuch\n"),
    ("apt-get install -y nosuch", 100, READING, "E: Unable to locate package nosuch\n"),
    ("hostname", 0, "a251\n", ""),
    ("hostname -s", 0, "a251\n", ""),
    ("id ejabberd", 0, "uid=991(ejabberd) gid=991(ejabberd) groups=991(ejabberd)\n", ""),
    ("id nosuch", 1, "", "id: ‘nosuch’: no such user\n"),
    ("getent hosts a251", 0, "127.0.1.1       a251\n", ""),
    ("getent hosts nosuch", 2, "", ""),
    ("ejabberdctl registered_users nodomain.x", 1, 'Error: error\nError: "Unknown virtual host"\n', ""),
    ("ejabberdctl get_loglevel", 0, "info\n", ""),
    (
        "ejabberdctl bogus_command",
        1,
        "Error: unknown command 'bogus_command'. Did you mean 'ban_account'?\n",
        "",
    ),
    ("asterisk -rx core_waitfullybooted".replace("_", " ", 1), 0, None, ""),
    ("ejabberdctl kick_user anna localhost", 0, "0\n", ""),
    ("env LC_ALL=C hostname", 0, "a251\n", ""),
    ("env nosuch", 127, "", "env: ‘nosuch’: No such file or directory\n"),
]


@pytest.mark.parametrize(("line", "exit_status", "out", "err"), RECORDED, ids=[case[0] for case in RECORDED])
def test_words(a251: PracticeHost, line: str, exit_status: int, out: str | None, err: str) -> None:
    output = run(a251, line)
    assert (output.exit, output.err) == (exit_status, err)
    assert out is None or output.out == out


@pytest.mark.parametrize("name", ["chown", "ls", "nosuch", "/opt/bin/hostname", "../bin/hostname", ""])
def test_what_is_not_simulated_is_not_there(a251: PracticeHost, name: str) -> None:
    assert a251.run([name]) is None


def test_a_program_comes_with_its_package(a251: PracticeHost) -> None:
    assert a251.run(["asterisk", "-rx", "core waitfullybooted"]) is not None
    said(a251, "apt-get remove -y asterisk")
    assert a251.run(["asterisk", "-rx", "core waitfullybooted"]) is None
    assert a251.systemd.reading("asterisk")["load"] == "not-found"
    said(a251, "apt-get install -y asterisk")
    assert a251.systemd.reading("asterisk")["active"] == "active"


def test_installing_with_a_full_disk(a251: PracticeHost) -> None:
    said(a251, "dpkg-query -W")
    a251.faults.disk_full = True
    output = run(a251, "apt-get install -y slapd")
    assert output.exit == 100
    assert "No space left on device" in output.err
    a251.faults.disk_full = False
    assert run(a251, "dpkg-query -W slapd").exit == 1


API = (
    "listen: [{port: 5281, ip: 127.0.0.1, module: ejabberd_http, request_handlers: {/api: mod_http_api}}]\n"
    "api_permissions: {azdesk: {from: mod_http_api, who: {ip: 127.0.0.1/8}, what: [%s]}}\n"
)
NO_RIGHT = '{"code":32,"message":"AccessRules: Account does not have the right to perform the operation.","status":"error"}'
REQUESTS = [
    ("list_cluster", {}, 200, '["ejabberd@localhost"]'),
    ("registered_vhosts", {}, 200, '["localhost"]'),
    (
        "status",
        {},
        200,
        '"The node ejabberd@localhost is started. Status: started\\nejabberd 26.07 is running in that node"',
    ),
    ("stats", {"name": "registeredusers"}, 200, "0"),
    ("stop", {}, 403, NO_RIGHT),
    ("get_cookie", {}, 403, NO_RIGHT),
    ("registered_users", {"host": "localhost"}, 403, NO_RIGHT),
    ("registered_users", {}, 400, '"Request have missing argument: host"'),
    ("registered_users", {"host": "localhost", "bad": 1}, 400, '"Request have unknown arguments: [bad]"'),
    ("join_cluster", {"node": "ejabberd@nosuch"}, 400, '"This node cannot reach that node."'),
    ("nosuch", {}, 404, '{"code":40,"message":"Endpoint not found.","status":"error"}'),
]


@pytest.fixture
def api(a251: PracticeHost) -> PracticeHost:
    what = "list_cluster, registered_vhosts, status, stats, join_cluster, mnesia_info, mnesia_list_tables"
    a251.files.write("/etc/ejabberd/azdesk.yml", API % what)
    main = "/etc/ejabberd/ejabberd.yml"
    a251.files.write(main, a251.files.text(main) + "\ninclude_config_file: /etc/ejabberd/azdesk.yml\n")
    said(a251, "systemctl is-active ejabberd")
    return a251


@pytest.mark.parametrize(("command", "body", "status", "answer"), REQUESTS, ids=lambda value: str(value)[:24])
def test_words_of_the_api(api: PracticeHost, command: str, body: object, status: int, answer: str) -> None:
    assert api.http(5281, f"/api/{command}", json.dumps(body)) == (status, answer)


def test_the_api_takes_json_only(api: PracticeHost) -> None:
    assert api.http(5281, "/api/registered_users", "notjson") == (400, '"400 Bad Request"')


def test_the_stock_permissions_let_nobody_without_a_login_see_the_cluster(api: PracticeHost) -> None:
    api.files.write("/etc/ejabberd/azdesk.yml", API.partition("\n")[0] + "\n")
    said(api, "ejabberdctl reload_config")
    assert api.http(5281, "/api/list_cluster", "{}") == (403, NO_RIGHT)
    answer = api.http(5281, "/api/status", "{}")
    assert answer is not None
    assert answer[0] == 200


def test_ports_that_do_not_speak_http_or_do_not_listen(api: PracticeHost) -> None:
    assert api.http(5282, "/api/status", "{}") is None
    for port in (5443, 5222):
        with pytest.raises(OSError, match="does not speak HTTP"):
            api.http(port, "/api/status", "{}")
    said(api, "systemctl stop ejabberd")
    assert api.http(5281, "/api/status", "{}") is None


def test_what_mnesia_tells_counts_what_people_would_miss(api: PracticeHost) -> None:
    said(api, "ejabberdctl register ann localhost pw")
    answer = api.http(5281, "/api/mnesia_list_tables", "{}")
    assert answer is not None
    assert {row["name"]: row["elements"] for row in json.loads(answer[1])}["passwd"] == 1
    info = api.http(5281, "/api/mnesia_info", "{}")
    assert info is not None
    assert "{running_db_nodes,[ejabberd@localhost]}" in json.loads(info[1])
    assert any(
        line.startswith("passwd         : with 1 ") for line in said(api, "ejabberdctl mnesia_info_ctl")
    )
