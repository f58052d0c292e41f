"""Units of practice hosts: words and exit codes as recorded with systemd 262 on Debian."""

from __future__ import annotations

import time

import pytest

from azdesk.practice import PracticeHost
from azdesk.practice.units import parse
from tests.practice.conftest import properties, run, said

EJABBERD = "/usr/lib/systemd/system/ejabberd.service"
LINK = "/etc/systemd/system/multi-user.target.wants/ejabberd.service"

RECORDED = [
    ("systemctl is-enabled ejabberd", 0, "enabled\n", ""),
    ("systemctl is-enabled nosuch", 4, "not-found\n", ""),
    ("systemctl is-active nosuch", 4, "inactive\n", ""),
    ("systemctl start nosuch", 5, "", "Failed to start nosuch.service: Unit nosuch.service not found.\n"),
    ("systemctl stop nosuch", 5, "", "Failed to stop nosuch.service: Unit nosuch.service not loaded.\n"),
    (
        "systemctl restart nosuch.service",
        5,
        "",
        "Failed to restart nosuch.service: Unit nosuch.service not found.\n",
    ),
    ("systemctl reload nosuch", 5, "", "Failed to reload nosuch.service: Unit nosuch.service not found.\n"),
    ("systemctl enable nosuch", 1, "", "Failed to enable unit: Unit nosuch.service does not exist\n"),
    ("systemctl enable ejabberd", 0, "", ""),
    ("systemctl disable ejabberd", 0, "", f"Removed '{LINK}'.\n"),
    ("systemctl is-enabled openvpn-server@azdesk", 1, "disabled\n", ""),
    (
        "systemctl reload openvpn-server@azdesk",
        3,
        "",
        (
            "Failed to reload openvpn-server@azdesk.service: Job type reload is not applicable for unit "
            "openvpn-server@azdesk.service.\n"
        ),
    ),
    ("systemctl frobnicate", 1, "", "Unknown command verb 'frobnicate'.\n"),
    ("systemctl reload ejabberd", 0, "", ""),
]


@pytest.mark.parametrize(("line", "exit_status", "out", "err"), RECORDED, ids=[case[0] for case in RECORDED])
def test_words_of_systemctl(a251: PracticeHost, line: str, exit_status: int, out: str, err: str) -> None:
    output = run(a251, line)
    assert (output.exit, output.out, output.err) == (exit_status, out, err)


def test_disabling_and_enabling(a251: PracticeHost) -> None:
    said(a251, "systemctl disable ejabberd")
    assert run(a251, "systemctl is-enabled ejabberd").out == "disabled\n"
    assert run(a251, "systemctl enable ejabberd").err == f"Created symlink '{LINK}' → '{EJABBERD}'.\n"
    assert said(a251, "systemctl is-enabled ejabberd") == ["enabled"]


def test_a_unit_that_fails_is_tried_again_until_it_is_stopped(a251: PracticeHost) -> None:
    said(a251, "systemctl is-active ejabberd")
    a251.faults.will_not_start.add("ejabberd")
    failed = run(a251, "systemctl restart ejabberd")
    assert failed.exit == 1
    assert failed.err.startswith("Job for ejabberd.service failed because the control process exited")
    shown = properties(a251)
    assert (shown["ActiveState"], shown["SubState"], shown["Result"]) == (
        "activating",
        "auto-restart",
        "exit-code",
    )
    until = time.monotonic() + 5
    while int(properties(a251)["NRestarts"]) < 2 and time.monotonic() < until:
        time.sleep(0.01)
    assert int(properties(a251)["NRestarts"]) >= 2
    said(a251, "systemctl stop ejabberd")
    assert properties(a251)["ActiveState"] == "inactive"
    a251.faults.will_not_start.clear()
    said(a251, "systemctl start ejabberd")
    shown = properties(a251)
    assert (shown["ActiveState"], shown["Result"], shown["NRestarts"]) == ("active", "success", "0")


def test_a_unit_without_restart_stays_failed(a251: PracticeHost) -> None:
    host = a251
    said(host, "apt-get install -y slapd")
    host.faults.will_not_start.add("slapd")
    assert run(host, "systemctl restart slapd").exit == 1
    assert said(host, "systemctl is-failed slapd") == ["failed"]
    said(host, "systemctl reset-failed slapd")
    assert run(host, "systemctl is-active slapd").out == "inactive\n"


def test_the_machine_tells_the_same_without_systemctl(a251: PracticeHost) -> None:
    reading = a251.systemd.reading("ejabberd")
    shown = properties(a251)
    assert reading["active"] == shown["ActiveState"] == "active"
    assert str(reading["main_pid"]) == shown["MainPID"] != "0"
    assert reading["enabled"] == "enabled"
    since = reading["since"]
    assert isinstance(since, float)
    assert abs(time.time() - since) < 60
    assert a251.systemd.reading("nosuch")["load"] == "not-found"


def test_a_new_process_id_after_each_start(a251: PracticeHost) -> None:
    before = properties(a251)["MainPID"]
    said(a251, "systemctl restart ejabberd")
    assert properties(a251)["MainPID"] not in ("0", before)


def test_the_openvpn_unit_runs_when_it_has_its_file(a251: PracticeHost) -> None:
    assert run(a251, "systemctl start openvpn-server@azdesk").exit == 1
    a251.files.write("/etc/openvpn/server/azdesk.conf", "port 1194\n")
    said(a251, "systemctl start openvpn-server@azdesk")
    assert properties(a251, "openvpn-server@azdesk")["Description"] == "OpenVPN service for azdesk"


def test_merging_of_settings() -> None:
    settings: dict[tuple[str, str], list[str]] = {}
    parse("[Service]\nExecStart=a \\\n  b\nProtectHome=true\n# ProtectHome=tmpfs\n", settings)
    parse("[Unit]\nAfter=x\nAfter=y\n[Service]\nProtectHome=no\nExecStart=\nExecStart=c\n", settings)
    assert settings["Service", "ProtectHome"] == ["true", "no"]
    assert settings["Service", "ExecStart"] == ["c"]
    assert settings["Unit", "After"] == ["x", "y"]


def test_the_journal_in_the_form_of_short_iso(a251: PracticeHost) -> None:
    said(a251, "systemctl restart ejabberd")
    lines = said(a251, "journalctl -u ejabberd -n 3 -o short-iso")
    assert len(lines) == 3
    assert lines[-1].split(" ", 2)[1] == "a251"
    assert lines[-1].endswith("systemd[1]: Started ejabberd.service - robust, scalable and extensible realtime platform "
                              "(XMPP server + MQTT broker + SIP service).")  # fmt: skip
    assert said(a251, "journalctl -u nosuch") == ["-- No entries --"]
