"""ejabberd's configuration: each case was recorded on a real host with ejabberd 26.07.

A case is what stands in the two files that the stock configuration was made to include, and what
`ejabberdctl reload_config` said of it; an empty error means that it was taken.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from azdesk.practice import PracticeHost
from azdesk.practice.files import Attributes
from tests.practice.conftest import run, said

CASES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "cases" / "reload_config.json").read_text("utf-8")
)
MAIN = "/etc/ejabberd/ejabberd.yml"
FIRST, SECOND = "/etc/ejabberd/azdesk.yml", "/etc/ejabberd/two.yml"
READABLE = Attributes(mode=0o640, owner="root", group="ejabberd")


@pytest.fixture
def host(a251: PracticeHost) -> PracticeHost:
    said(a251, "apt-get install -y ejabberd-mod-log-chat")
    a251.files.folder("/var/chatr", Attributes(mode=0o755))
    a251.files.write(
        "/var/lib/ejabberd/afile", "", Attributes(mode=0o644, owner="ejabberd", group="ejabberd")
    )
    said(a251, "systemctl is-active ejabberd")
    a251.files.write("/etc/ejabberd/ca.pem", "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n")
    a251.files.write("/etc/ejabberd/junk.pem", "nonsense\n")
    include = f"\ninclude_config_file: {FIRST}\ninclude_config_file: {SECOND}\n"
    a251.files.write(MAIN, a251.files.text(MAIN) + include)
    return a251


def test_reload_config_says_what_the_real_one_says(host: PracticeHost) -> None:
    wrong = []
    for case in CASES:
        host.files.write(FIRST, case["included"], READABLE)
        host.files.write(SECOND, case["second"], READABLE)
        output = run(host, "ejabberdctl reload_config")
        shown = case["error"].replace('"', '\\"')
        expected = (1, f'Error: error\nError: "{shown}"\n') if case["error"] else (0, "")
        got = (output.exit, output.out)
        if case.get("any_hint"):  # which words it guesses from is not known
            got, expected = (
                (exit, re.sub(r"Did you mean \w+\?", "", text)) for status, text in (got, expected)
            )
        if got != expected:
            wrong.append((case["included"], expected, output))
    assert not wrong


def test_cases_are_many_and_of_both_kinds() -> None:
    refused = [case for case in CASES if case["error"]]
    assert len(refused) > 40
    assert len(CASES) - len(refused) > 15


def test_a_refused_configuration_leaves_the_running_one(host: PracticeHost) -> None:
    host.files.write(SECOND, "", READABLE)
    host.files.write(FIRST, "hosts: [test.local]\n", READABLE)
    said(host, "ejabberdctl reload_config")
    host.files.write(FIRST, "hosts: [other.local]\nbogus: 1\n", READABLE)
    assert run(host, "ejabberdctl reload_config").exit == 1
    assert said(host, "ejabberdctl registered_vhosts") == ["localhost", "test.local"]


def test_a_file_that_ejabberd_may_not_read_is_an_error(host: PracticeHost) -> None:
    host.files.write(SECOND, "", READABLE)
    host.files.write(FIRST, "", Attributes(mode=0o600))
    assert (
        f"Failed to read YAML file '{FIRST}': permission denied" in run(host, "ejabberdctl reload_config").out
    )


def test_a_broken_configuration_stops_the_next_start(host: PracticeHost) -> None:
    host.files.write(MAIN, "hosts: [a\n")
    failed = run(host, "systemctl restart ejabberd")
    assert failed.exit == 1
    assert "control process exited with error code" in failed.err
    log = said(host, "journalctl -u ejabberd -n 6 -o cat")
    assert any("did not find expected ',' or ']'" in line for line in log)


def test_protect_home_hides_the_chat_folder_until_systemd_has_read_the_drop_in(host: PracticeHost) -> None:
    host.files.write(SECOND, "", READABLE)
    host.files.folder("/home/chat", Attributes(mode=0o2770, owner="ejabberd", group="ejabberd"))
    host.files.write(FIRST, "modules: {mod_log_chat: {path: /home/chat, format: text}}\n", READABLE)
    refusal = "modules->mod_log_chat->path: Failed to create directory '/home/chat': permission denied"
    assert refusal in run(host, "ejabberdctl reload_config").out
    host.files.write("/etc/systemd/system/ejabberd.service.d/azdesk.conf", "[Service]\nProtectHome=no\n")
    restarted = run(host, "systemctl restart ejabberd")
    assert restarted.exit == 1
    assert "Run 'systemctl daemon-reload' to reload units." in restarted.err
    said(host, "systemctl daemon-reload")
    assert refusal not in run(host, "systemctl restart ejabberd").err
    assert said(host, "systemctl is-active ejabberd") == ["active"]


def test_the_upload_folder_is_not_looked_at(host: PracticeHost) -> None:
    host.files.write(SECOND, "", READABLE)
    text = (
        'modules: {mod_http_upload: {docroot: /home/nothing, put_url: "https://172.16.38.1:5443/upload"}}\n'
    )
    host.files.write(FIRST, text, READABLE)
    said(host, "ejabberdctl reload_config")
    assert not host.files.exists("/home/nothing")


def test_chat_logging_needs_its_package(a251: PracticeHost) -> None:
    a251.files.write(MAIN, a251.files.text(MAIN) + "  mod_log_chat: {}\n")
    assert "unknown ejabberd module: mod_log_chat" in run(a251, "systemctl restart ejabberd").err + "".join(
        said(a251, "journalctl -u ejabberd -n 6 -o cat")
    )
