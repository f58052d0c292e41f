"""Secrets in files of ours stay on the host however somebody edited them there."""

from __future__ import annotations

import pytest

from azdesk.core.probe import Command, File, masked
from azdesk.features import directory, manager
from azdesk.features.accounts import state as accounts
from azdesk.fleet.model import Fleet
from azdesk.onhost import probes as onhost
from tests.unit.features.cases import fleet_of

SECRET = "hunter2 hunter2"
HEAD = 'host_config:\n  "test.local":\n    auth_method: "ldap"\n'

PASSWORDS = [
    f"    ldap_password: {SECRET}\n",
    f'    ldap_password: "{SECRET}"  # the old one\n',
    f"    'ldap_password' :  '{SECRET}'\n",
    f"    ldap_password: >-\n      {SECRET}\n",
    f"    ldap_password: |\n      {SECRET}\n",
    f"    ldap_password:\n      {SECRET}\n",
    f"    ? ldap_password\n    : {SECRET}\n",
    f"    ldap_password: |2-\r\n      {SECRET}\r\n",
    f"    ldap_password: |2- \n      {SECRET}\n",
    f"    ldap_password: |2-\n     {SECRET}\n",
    f"    ldap_password: |2-\n\n      {SECRET}\n",
    f"    ldap_password: |2-\n      first\n      {SECRET}\n",
    f"    ldap_password: |2-\n      first\n\n      {SECRET}\n",
    f"    ldap_password: |2-\n      first\n    ldap_password: |-\n      {SECRET}\n",
    f"    # ldap_password: {SECRET}\n    ldap_password: |2-\n      first\n",
    f"    ldap_password: |2-\n      first\n    #ldap_password: {SECRET}\n",
    f'    ldap_password: |2-\n      first\n  other: {{LDAP_PASSWORD: "{SECRET}"}}\n',
    f"    sql_password: {SECRET}\n",
    f"    name: &word {SECRET}\n    ldap_password: *word\n",
    f"define_macro:\n  WORD: {SECRET}\n",
]
ACCOUNTS = [
    f"secret={SECRET}\n",
    f"Secret => {SECRET}\n",
    f";secret = {SECRET}\n",
    f"secret = first\nsecret = {SECRET}\n",
    f"secret = first\n;-- secret = {SECRET} --;\n",
    f"secret += {SECRET}\n",
    f"read = all\rsecret = {SECRET}\n",
    f"secret\x0b= {SECRET}\n",
]


FOLLOWING = [
    f'credentials="{SECRET}" searchbase="dc=test"',
    f"credentials={SECRET} searchbase=dc=test",
    f'Credentials = "{SECRET}"',
    f'credentials="first"{SECRET}" searchbase="dc=test"',
    f'credentials="first\\" {SECRET}" searchbase="dc=test"',
]


def sent(probe: object, text: str) -> str:
    assert isinstance(probe, File | Command)
    return onhost.masked(text, list(probe.masks))


@pytest.fixture
def fleet() -> Fleet:
    return fleet_of("plain")


@pytest.mark.parametrize("lines", PASSWORDS)
def test_the_password_for_the_directory(fleet: Fleet, lines: str) -> None:
    text = sent(accounts.probes(fleet, "a251")["own"], HEAD + lines)
    assert "hunter2" not in text
    assert text.startswith(HEAD)


@pytest.mark.parametrize("lines", ACCOUNTS)
def test_the_secret_of_the_manager_interface(fleet: Fleet, lines: str) -> None:
    text = sent(manager.probes(fleet, "a251")["own"], f"[azdesk]\n{lines}write = reporting\n")
    assert "hunter2" not in text
    assert text.startswith("[azdesk]\n")


@pytest.mark.parametrize("words", FOLLOWING)
def test_the_password_of_a_replica(fleet: Fleet, words: str) -> None:
    probe = directory.FEATURE.probes(fleet, "a251")["config"]
    head = "olcSyncrepl: {0}rid=001 provider=ldaps://192.168.11.250:636 "
    text = sent(probe, f"dn: olcDatabase={{1}}mdb,cn=config\n{head}{words}\nolcUpdateRef: x\n")
    assert "hunter2" not in text
    assert head in text
    assert text.endswith("\nolcUpdateRef: x\n")


def test_in_our_own_form_only_the_secret_is_hidden(fleet: Fleet) -> None:
    token = masked("reader")
    binding = accounts.Binding(
        servers=("192.168.11.250",),
        reader="cn=ldap_password,ou=R-&D,dc=test,dc=local",
        filter="(&(objectClass=posixAccount)(!(cn=secret: &x)))",
    )
    text = accounts.content(
        accounts.AccountsState(domain="test.local", binding=binding, verified=True, certificate=True)
    )
    assert sent(accounts.probes(fleet, "a251")["own"], text.replace(token, f" {SECRET}: |2- ")) == text
    own = manager.probes(fleet, "a251")["own"]
    told = f"[azdesk]\nsecret = {masked('manager')}\nwrite = reporting\n"
    assert sent(own, told.replace(masked("manager"), SECRET)) == told
