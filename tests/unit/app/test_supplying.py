"""Secrets for steps: where they come from, and what is said when one is missing."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from azdesk.app.session import Session
from azdesk.app.supplying import Supply
from azdesk.core.errors import CertificateError, CredentialError, PlanError
from azdesk.core.progress import Job
from azdesk.core.secret import Secret
from azdesk.core.step import Run, SecretUse, WriteFile
from azdesk.fleet import secret_names
from azdesk.fleet.accounts import Authority
from azdesk.fleet.model import Fleet, Host
from azdesk.hosts.pool import HostPool
from azdesk.pki.authority import new_authority
from azdesk.pki.reading import issued_by, read_certificates


class Kept:
    def __init__(self, secrets: dict[tuple[str, str], Secret]) -> None:
        self.secrets = secrets

    def get(self, name: str, what: str) -> Secret | None:
        return self.secrets.get((name, what))


def supply(fleet: Fleet, kept: dict[tuple[str, str], Secret] | None = None) -> Supply:
    class NoTransport:
        def close(self) -> None: ...

    session = Session(fleet, HostPool(fleet, transport=NoTransport()), secrets=Kept(kept or {}))
    return Supply(session=session, fleet=fleet, host="a251", job=Job())


def write(path: str, *uses: SecretUse) -> WriteFile:
    return WriteFile(
        title=f"Write {path}", path=path, content="".join(use.token for use in uses), secrets=uses
    )


FLEET = Fleet(hosts={"a251": Host(address="192.168.11.251")})


def test_a_random_secret_is_the_same_in_all_steps_of_a_change() -> None:
    use, other = SecretUse(token="••a••", source="random:a"), SecretUse(token="••b••", source="random:b")
    steps = (write("/etc/x", use, other), Run(title="Tell", argv=("cat",), feed="••a••", secrets=(use,)))
    found = supply(FLEET).of(steps)
    assert found["••a••"] != found["••b••"]
    assert len(found["••a••"].reveal()) == 20


def test_one_name_for_two_secrets_is_refused() -> None:
    steps = (
        write("/etc/x", SecretUse(token="••a••", source="random:a")),
        write("/etc/y", SecretUse(token="••a••", source="random:b")),
    )
    with pytest.raises(PlanError, match="same name"):
        supply(FLEET).of(steps)


def test_what_is_kept_is_found_by_name_and_missed_in_words() -> None:
    named = ("directory cn=azreader,dc=test,dc=local", "password")
    use = SecretUse(token="••r••", source=secret_names.source(named))
    assert supply(FLEET, {named: Secret("x")}).of([write("/etc/x", use)])["••r••"] == Secret("x")
    with pytest.raises(CredentialError, match="cn=azreader,dc=test,dc=local") as error:
        supply(FLEET).of([write("/etc/x", use)])
    assert "azdesk secret set" in error.value.next_step


def test_certificate_and_key_are_of_one_issue() -> None:
    made = new_authority("Test", datetime.now(UTC))
    fleet = FLEET.changed(authority=Authority(certificate=made.certificate))
    uses = (
        SecretUse(token="••c••", source="issued:certificate"),
        SecretUse(token="••k••", source="issued:key"),
    )
    found = supply(fleet, {secret_names.authority_key(made.certificate): made.key}).of(
        [write("/etc/x", *uses)]
    )
    certificate = found["••c••"].reveal()
    assert issued_by(certificate, made.certificate)
    assert read_certificates(certificate)[0].addresses == ("192.168.11.251",)
    assert "BEGIN PRIVATE KEY" in found["••k••"].reveal()


def test_without_an_authority_nothing_is_issued() -> None:
    with pytest.raises(CertificateError, match="no certificate authority"):
        supply(FLEET).of([write("/etc/x", SecretUse(token="••k••", source="issued:key"))])


@pytest.mark.parametrize(
    ("password", "written"),
    [("plain", "plain"), ("a;b", r"a\;b"), (r"a\;b", r"a\\;b"), ('"a#b" \\', '"a#b" \\'), ("a b", "a b")],
)
def test_a_password_is_written_as_asterisk_reads_it(password: str, written: str) -> None:
    """What Asterisk 22.10 made of each was seen in the lab."""
    use = SecretUse(token="••r••", source="asterisk:" + secret_names.source(("reader", "password")))
    found = supply(FLEET, {("reader", "password"): Secret(password)}).of([write("/etc/x", use)])
    assert found["••r••"] == Secret(written)


@pytest.mark.parametrize("password", [" a", "a ", "a\nb"])
def test_a_password_that_asterisk_cannot_read_is_refused(password: str) -> None:
    use = SecretUse(token="••r••", source="asterisk:" + secret_names.source(("reader", "password")))
    with pytest.raises(CredentialError, match="Asterisk's files cannot hold it") as error:
        supply(FLEET, {("reader", "password"): Secret(password)}).of([write("/etc/x", use)])
    assert "another password" in error.value.next_step
