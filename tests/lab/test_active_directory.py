"""The lab's Active Directory answers as one does: the facts that AZDesk's binding to such a directory stands on."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.lab.harness import Lab
from tests.lab.harness.active_directory import AdServer, active_directory


@pytest.fixture(scope="module")
def server(lab: Lab) -> AdServer:
    return active_directory(lab)


def ldap(server: AdServer, folder: Path, program: str, *rest: str, who: str, password: str) -> str:
    """What one of OpenLDAP's tools said, standard output and error."""
    (folder / "ca.pem").write_text(server.ca)
    env = {**os.environ, "LDAPTLS_CACERT": str(folder / "ca.pem"), "LDAPTLS_REQCERT": "hard"}
    argv = [program, "-LLL", "-o", "ldif-wrap=no"] if program == "ldapsearch" else [program]
    done = subprocess.run(
        [*argv, "-xH", server.url, "-D", who, "-w", password, *rest],
        env=env, capture_output=True, text=True, timeout=20, check=False,
    )  # fmt: skip
    return done.stdout + done.stderr


@pytest.mark.parametrize(
    ("account", "said"),
    [
        ("anna", r"\\anna\n"),
        ("jmüller", r"\\jmüller\n"),
        ("bob", r"\\bob\n"),
        ("carla", "data 533"),
        ("erik", "data 701"),
        ("maja", "data 773"),
        ("luis", "data 775"),
    ],
)
def test_who_can_log_in_and_why_not(server: AdServer, tmp_path: Path, account: str, said: str) -> None:
    if account == "luis":
        server.lock_out(account)
    who = f"{account}@ad.test"
    assert re.search(said, ldap(server, tmp_path, "ldapwhoami", who=who, password=server.password))
    if account == "anna":
        assert "data 52e" in ldap(server, tmp_path, "ldapwhoami", who=who, password="wrong")


def test_the_reader_finds_members_by_either_filter(server: AdServer, tmp_path: Path) -> None:
    def found(matching: str) -> set[str]:
        of_group = f"(&(objectClass=user)(memberOf{matching}={server.group}))"
        answer = ldap(
            server, tmp_path, "ldapsearch", "-b", server.base, of_group, "mail", "telephoneNumber",
            who=server.reader, password=server.password,
        )  # fmt: skip
        return set(re.findall(r"^telephoneNumber: (\d+)$", answer, re.MULTILINE))

    assert found("") == {"6853", "6855"}
    assert found(":1.2.840.113556.1.4.1941:") == {"6853", "6854", "6855"}


def test_the_certificate_holds_for_name_and_address(server: AdServer, tmp_path: Path) -> None:
    assert "ADTEST" in ldap(server, tmp_path, "ldapwhoami", who="bob@ad.test", password=server.password)
    server.serve(server.authority.issue("other.test"))
    try:
        said = ldap(server, tmp_path, "ldapwhoami", who="bob@ad.test", password=server.password)
        assert "Can't contact LDAP server" in said
    finally:
        server.serve(server.good_certificate())
