"""The fleet's authority, held against OpenSSL where it is there."""

from __future__ import annotations

import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from azdesk.core.errors import CertificateError
from azdesk.core.secret import Secret
from azdesk.pki.authority import HOST_DAYS, Issued, issue, new_authority
from azdesk.pki.reading import issued_by, read_certificates

NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture(scope="module")
def authority() -> Issued:
    return new_authority("Office", NOW)


def test_an_authority_and_what_it_issues(authority: Issued) -> None:
    (above,) = read_certificates(authority.certificate)
    assert (above.subject, above.issuer, above.authority) == ("Office authority", "Office authority", True)
    made = issue(
        authority.certificate, authority.key, names=["a250", "ldap.office.lan"], addresses=["10.0.0.250", "fd00::1"], now=NOW
    )  # fmt: skip
    (own,) = read_certificates(made.certificate)
    assert (own.subject, own.issuer, own.authority) == ("a250", "Office authority", False)
    assert own.names == ("a250", "ldap.office.lan")
    assert own.addresses == ("10.0.0.250", "fd00::1")
    assert own.days_left(NOW) == HOST_DAYS
    assert own.issuer_key == above.key
    assert own.covers(["A250"], ["10.0.0.250"])
    assert not own.covers(["a251"], [])
    assert not own.covers([], ["10.0.0.251"])
    assert issued_by(made.certificate, authority.certificate)
    assert not issued_by(made.certificate, new_authority("Office", NOW).certificate)
    assert "PRIVATE" not in f"{made!r} {made}"


def test_what_it_issues_never_outlives_it(authority: Issued) -> None:
    (above,) = read_certificates(authority.certificate)
    late = above.not_after - timedelta(days=10)
    made = issue(authority.certificate, authority.key, names=["a250"], addresses=[], now=late)
    assert read_certificates(made.certificate)[0].not_after == above.not_after
    with pytest.raises(CertificateError, match="expired"):
        issue(authority.certificate, authority.key, names=["a250"], addresses=[], now=above.not_after)


def test_what_cannot_be_used_is_told(authority: Issued) -> None:
    other = new_authority("Office", NOW)
    for key in (other.key, Secret("nonsense"), Secret("")):
        with pytest.raises(CertificateError, match="does not belong"):
            issue(authority.certificate, key, names=["a250"], addresses=[], now=NOW)
    with pytest.raises(CertificateError, match="no certificate in it"):
        issue("nonsense", authority.key, names=["a250"], addresses=[], now=NOW)
    with pytest.raises(CertificateError, match="needs a name or an address"):
        issue(authority.certificate, authority.key, names=[], addresses=[], now=NOW)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed here")
def test_openssl_accepts_the_chain(authority: Issued, tmp_path: Path) -> None:
    made = issue(authority.certificate, authority.key, names=["a250"], addresses=["10.0.0.250"], now=NOW)
    (tmp_path / "ca.pem").write_text(authority.certificate)
    (tmp_path / "host.pem").write_text(made.certificate)
    for how in (["-verify_hostname", "a250"], ["-verify_ip", "10.0.0.250"]):
        argv = [
            "openssl",
            "verify",
            "-x509_strict",
            "-purpose",
            "sslserver",
            *how,
            "-CAfile",
            "ca.pem",
            "host.pem",
        ]
        done = subprocess.run(argv, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.stdout.strip() == "host.pem: OK", done.stderr
    argv = ["openssl", "verify", "-verify_hostname", "a251", "-CAfile", "ca.pem", "host.pem"]
    assert subprocess.run(argv, cwd=tmp_path, capture_output=True, check=False).returncode
