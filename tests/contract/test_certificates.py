"""Certificates of hosts: issued, trusted, replaced and removed without a trace, on practice hosts and on real ones."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

import pytest

from azdesk.app import authority
from azdesk.app.applying import apply
from azdesk.app.authority import Stage, renewable
from azdesk.app.planning import preview
from azdesk.core.errors import CertificateError
from azdesk.core.outcome import HostState
from azdesk.core.secret import Secret
from azdesk.fleet import edit, secret_names
from azdesk.fleet.model import Fleet
from azdesk.pki.authority import Issued, issue, new_authority
from azdesk.pki.reading import issued_by, now, read_certificates
from tests.contract.backends import HOSTS, Backend, PracticeBackend, change, look, settled
from tests.contract.test_features import changes

A251 = HOSTS[0]
FOLDERS = ("/etc", "/usr/local/share", "/home")
TLS = "/etc/azdesk/tls"
STORE = "/etc/ssl/certs/ca-certificates.crt"


def new(backend: Backend, name: str = "Example company") -> Issued:
    """An authority whose key is kept."""
    made = new_authority(name, now())
    backend.secrets[secret_names.authority_key(made.certificate)] = made.key
    return made


def with_authority(fleet: Fleet, authority: Issued, **changes: Any) -> Fleet:
    return edit.with_values(fleet, {"authority.certificate": authority.certificate, **changes})


def text(backend: Backend, path: str) -> str:
    return backend.run(A251, "cat", path)


def test_a_certificate_comes_is_renewed_and_goes(backend: Backend) -> None:
    before = backend.files(A251, *FOLDERS)
    made = new(backend)
    with backend.session() as session:
        first = with_authority(backend.document(), made)
        outcome = change(session, first).host(A251)
        assert outcome.state is HostState.CHANGED
        own = read_certificates(text(backend, f"{TLS}/ejabberd.crt"))[0]
        assert own.covers(["a251", "test.local", "*.test.local"], [backend.lan_address(A251)])
        assert text(backend, f"{TLS}/asterisk.crt") == text(backend, f"{TLS}/ejabberd.crt")
        assert issued_by(text(backend, f"{TLS}/ejabberd.crt"), made.certificate)
        assert made.certificate in text(backend, STORE)
        kept = backend.files(A251, TLS)
        assert kept[f"{TLS}/ejabberd.key"][:3] == (0o400, "ejabberd", "ejabberd")
        assert kept[f"{TLS}/asterisk.key"][:3] == (0o400, "asterisk", "asterisk")
        assert kept[f"{TLS}/asterisk.key"][3] == kept[f"{TLS}/ejabberd.key"][3]
        if backend.name == "lab":
            _openssl_agrees(backend)
        # Another name, and then another authority: a new pair for everybody each time.
        named = edit.with_value(first, ("hosts", A251, "names"), ["chat.example.com"])
        change(session, named)
        assert "chat.example.com" in read_certificates(text(backend, f"{TLS}/asterisk.crt"))[0].names
        other = with_authority(named, new(backend, "Another"))
        change(session, other)
        assert made.certificate not in text(backend, STORE)
        assert other.authority.certificate in text(backend, STORE)
        backend.remove(A251, f"{TLS}/asterisk.key")
        change(session, other)
        change(session, backend.outside)
    assert changes(before, backend.files(A251, *FOLDERS)) == set()


def _openssl_agrees(backend: Backend) -> None:
    for user in ("ejabberd", "asterisk"):
        crt, key = f"{TLS}/{user}.crt", f"{TLS}/{user}.key"
        backend.run(A251, "openssl", "verify", "-CAfile", STORE, "-verify_hostname", "conf.test.local", crt)
        public = backend.run(A251, "openssl", "x509", "-in", crt, "-noout", "-pubkey")
        assert (
            backend.run(A251, "runuser", "-u", user, "--", "openssl", "pkey", "-in", key, "-pubout") == public
        )
    backend.run(A251, "sh", "-c", f"! runuser -u asterisk -- cat {TLS}/ejabberd.key 2>/dev/null")


def test_all_are_renewed_when_somebody_wants_it(backend: Backend) -> None:
    with backend.session() as session:
        fleet = edit.with_value(backend.document(), ("clusters", "test.local", "federation"), "verified")
        fleet = with_authority(fleet, new(backend))
        change(session, fleet)
        first = read_certificates(text(backend, f"{TLS}/ejabberd.crt"))[0]
        assert shown(backend) in (None, first.serial)
        seen = look(session, fleet).observations
        due = renewable(fleet, seen, [A251])
        assert due == {first.fingerprint}
        approved = preview(fleet, seen, [A251], renew=due)
        assert any(step.subject.startswith("ejabberd") for step in approved.plan.host(A251).steps)
        outcome = apply(session, approved, title="Renew").host(A251)
        assert outcome.state is HostState.CHANGED, outcome
        second = read_certificates(text(backend, f"{TLS}/ejabberd.crt"))[0]
        assert first.serial != second.serial
        assert first.names == second.names
        assert shown(backend) in (None, second.serial)
        # What was approved was for that certificate: it is stale now, and nothing else is to be done.
        assert apply(session, approved).host(A251).state is HostState.NOT_RUN
        settled(session, fleet)


def test_one_authority_takes_over_from_another(backend: Backend) -> None:
    """Trusted beside it first, then it issues, then the old one goes; at no moment is a certificate out that is not trusted."""
    before = backend.files(A251, *FOLDERS)
    with backend.session() as session:
        first = with_authority(backend.document(), new(backend))
        change(session, first)
        assert authority.stage(first) is Stage.NONE
        prepared = authority.prepare(first, Secrets(backend), name="Example company 2036")
        old, following = first.authority.certificate, prepared.authority.next
        assert authority.stage(prepared) is Stage.PREPARED
        assert authority.behind(prepared, look(session, prepared).observations) == (A251, HOSTS[1])
        kept = text(backend, f"{TLS}/ejabberd.crt")
        change(session, prepared)
        assert text(backend, f"{TLS}/ejabberd.crt") == kept
        assert old in text(backend, STORE)
        assert following in text(backend, STORE)
        assert A251 not in authority.behind(prepared, look(session, prepared).observations)
        changed = authority.change_over(prepared, Secrets(backend))
        assert authority.stage(changed) is Stage.CHANGED
        assert A251 in authority.behind(changed, look(session, changed).observations)
        change(session, changed)
        assert issued_by(text(backend, f"{TLS}/ejabberd.crt"), following)
        assert old in text(backend, STORE)
        if backend.name == "lab":
            _openssl_agrees(backend)
        last = authority.let_go(changed)
        change(session, last)
        assert old not in text(backend, STORE)
        assert following in text(backend, STORE)
        with pytest.raises(CertificateError, match="no other"):
            authority.let_go(last)
        with pytest.raises(CertificateError, match="prepared"):
            authority.change_over(last, Secrets(backend))
        change(session, backend.outside)
    assert changes(before, backend.files(A251, *FOLDERS)) == set()


class Secrets:
    """The backend's secrets, as a place where keys are kept."""

    def __init__(self, backend: Backend) -> None:
        self._kept = backend.secrets

    def get(self, name: str, what: str) -> Secret | None:
        return self._kept.get((name, what))

    def set(self, name: str, what: str, secret: Secret) -> None:
        self._kept[name, what] = secret


def test_renewing_is_refused_where_nobody_here_can(backend: Backend) -> None:
    fleet = with_authority(backend.document(), new(backend))
    with_own = edit.with_value(fleet, ("hosts", A251, "certificate"), fleet.authority.certificate)
    with pytest.raises(CertificateError, match="from elsewhere"):
        renewable(with_own, {}, [A251])
    with pytest.raises(CertificateError, match="no certificate authority"):
        renewable(backend.document(), {}, [A251])
    assert renewable(fleet, {}, [A251]) == frozenset()


def shown(backend: Backend) -> int | None:
    """Serial number of the certificate that ejabberd shows to a client in a TLS handshake; None where no real one runs."""
    if backend.name != "lab":
        return None
    connect = (
        "openssl s_client -connect 127.0.0.1:5222 -starttls xmpp -xmpphost test.local </dev/null 2>/dev/null"
    )
    return int(
        backend.run(A251, "sh", "-c", f"{connect} | openssl x509 -noout -serial").partition("=")[2], 16
    )


def test_one_from_elsewhere_instead(backend: Backend) -> None:
    elsewhere = new_authority("Elsewhere", now())
    bought = issue(elsewhere.certificate, elsewhere.key, names=["chat.example.com"], addresses=[], now=now())
    chain = bought.certificate + elsewhere.certificate
    with backend.session() as session:
        fleet = with_authority(backend.document(), new(backend))
        change(session, fleet)
        with_own = edit.with_value(fleet, ("hosts", A251, "certificate"), chain)
        backend.secrets[secret_names.certificate_key(chain)] = bought.key
        change(session, with_own)
        assert text(backend, f"{TLS}/ejabberd.crt") == chain
        # What was kept for it is the same again, and nothing is left to do.
        settled(session, with_own)
        change(session, fleet)
        assert issued_by(text(backend, f"{TLS}/ejabberd.crt"), fleet.authority.certificate)


def test_without_the_authoritys_key_nothing_is_touched(backend: Backend) -> None:
    with backend.session() as session:
        before = backend.files(A251, *FOLDERS)
        fleet = with_authority(backend.document(), new(backend))
        backend.secrets.clear()
        approved = look(session, fleet)
        outcome = apply(session, approved).host(A251)
        assert outcome.state is HostState.NOT_RUN
        assert "key of “authority" in outcome.message
        assert changes(before, backend.files(A251, *FOLDERS)) == set()


@pytest.mark.parametrize("where", [5, 9, 12])
def test_a_change_that_is_cut_off_takes_the_certificate_back(where: int, tmp_path: Path) -> None:
    backend = PracticeBackend(tmp_path)
    with contextlib.ExitStack() as stack, backend.session() as session:
        stack.callback(backend.stop)
        fleet = with_authority(backend.document(), new(backend))
        approved = look(session, fleet)
        before = backend.files(A251, *FOLDERS)
        backend.host(A251).faults.break_link(where, "after")
        outcome = apply(session, approved).host(A251)
        assert outcome.state is HostState.ROLLED_BACK, outcome
        assert changes(before, backend.files(A251, *FOLDERS)) == set()
        change(session, fleet)
