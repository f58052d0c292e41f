"""Certificates from elsewhere, in the forms in which people get them, right and wrong."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    pkcs12,
)
from cryptography.x509 import load_pem_x509_certificate

from azdesk.core.errors import CertificateError, KeyLocked
from azdesk.core.secret import Secret
from azdesk.pki.authority import Issued, issue, new_authority
from azdesk.pki.importing import examine, read

NOW = datetime(2026, 1, 31, tzinfo=UTC)
ABOVE = new_authority("Elsewhere", NOW)
NAMES = ["a251", "test.local", "*.test.local"]
OWN = issue(
    ABOVE.certificate, ABOVE.key, names=["test.local", "*.test.local"], addresses=["192.0.2.1"], now=NOW
)
OTHER = issue(ABOVE.certificate, ABOVE.key, names=["other.example"], addresses=[], now=NOW)
WORD = Secret("open sesame")


def key_of(issued: Issued) -> Any:
    return load_pem_private_key(issued.key.reveal().encode(), None)


def locked(issued: Issued) -> bytes:
    form = (Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(WORD.reveal().encode()))
    return bytes(key_of(issued).private_bytes(*form))


def p12(issued: Issued, word: bytes | None = None) -> bytes:
    certificate = load_pem_x509_certificate(issued.certificate.encode())
    above = load_pem_x509_certificate(ABOVE.certificate.encode())
    encryption = BestAvailableEncryption(word) if word else NoEncryption()
    return pkcs12.serialize_key_and_certificates(b"x", key_of(issued), certificate, [above], encryption)


@pytest.mark.parametrize(
    ("data", "key", "word"),
    [
        pytest.param(OWN.certificate + ABOVE.certificate, OWN.key.reveal(), None, id="pem"),
        pytest.param(
            ABOVE.certificate + OTHER.certificate + OWN.certificate, OWN.key.reveal(), None, id="any-order"
        ),
        pytest.param(OWN.key.reveal() + OWN.certificate + ABOVE.certificate, None, None, id="all-in-one"),
        pytest.param(OWN.certificate + ABOVE.certificate, locked(OWN).decode(), WORD, id="locked"),
        pytest.param(OWN.certificate + ABOVE.certificate, OWN.key.reveal(), WORD, id="word-for-an-open-key"),
        pytest.param(p12(OWN), None, None, id="p12"),
        pytest.param(p12(OWN, b"open sesame"), None, WORD, id="p12-locked"),
    ],
)
def test_the_forms_in_which_it_comes(data: str | bytes, key: str | None, word: Secret | None) -> None:
    raw = data.encode() if isinstance(data, str) else data
    found = read(raw, key.encode() if key else None, word)
    assert found.certificate == OWN.certificate + ABOVE.certificate
    assert key_of(found).public_key() == key_of(OWN).public_key()
    assert "ENCRYPTED" not in found.key.reveal()


@pytest.mark.parametrize(
    ("data", "key", "word", "kind", "words"),
    [
        pytest.param(OWN.certificate.encode(), None, None, CertificateError, "no key with", id="no-key"),
        pytest.param(OWN.certificate.encode(), OTHER.key.reveal().encode(), None, CertificateError, "another certificate", id="other"),
        pytest.param(OWN.certificate.encode(), locked(OWN), None, KeyLocked, "with a passphrase", id="locked"),
        pytest.param(OWN.certificate.encode(), locked(OWN), Secret("x"), KeyLocked, "is another one", id="wrong-word"),
        pytest.param(p12(OWN, b"y"), None, None, KeyLocked, "with a passphrase", id="p12-locked"),
        pytest.param(p12(OWN, b"y"), None, Secret("x"), KeyLocked, "is another one", id="p12-wrong"),
        pytest.param(b"nonsense", None, None, CertificateError, "no certificate", id="nonsense"),
        pytest.param(b"", None, None, CertificateError, "no certificate", id="empty"),
        pytest.param(OWN.certificate.encode()[:200], None, None, CertificateError, "no certificate", id="cut-off"),
        pytest.param(OWN.certificate.encode(), b"nonsense", None, CertificateError, "no key in it", id="no-key-there"),
    ],
)  # fmt: skip
def test_what_cannot_be_read(
    data: bytes, key: bytes | None, word: Secret | None, kind: type[CertificateError], words: str
) -> None:
    with pytest.raises(kind, match=words) as caught:
        read(data, key, word, where="x.pem")
    assert caught.value.where == "x.pem"
    assert "sesame" not in str(caught.value)


def test_what_it_holds_for() -> None:
    found = examine(
        OWN.certificate,
        names=[*NAMES, "conference.test.local"],
        addresses=["192.0.2.1", "192.0.2.2"],
        now=NOW,
    )
    assert found.missing == ("a251", "192.0.2.2")
    assert found.own.subject == "test.local"


@pytest.mark.parametrize(
    ("chain", "now", "words"),
    [
        (OWN.certificate, NOW + timedelta(days=400), "has expired on 2027"),
        (OWN.certificate, NOW - timedelta(days=3), "only from"),
        (OWN.certificate + new_authority("Elsewhere", NOW).certificate, NOW, "chain does not hold"),
        (ABOVE.certificate, NOW, "authority's certificate"),
        (OTHER.certificate, NOW, "for none of the host's names"),
    ],
    ids=["expired", "early", "chain", "authority", "names"],
)
def test_what_no_client_would_take(chain: str, now: datetime, words: str) -> None:
    with pytest.raises(CertificateError, match=words):
        examine(chain, names=NAMES, addresses=[], now=now)


def test_rsa_works_as_well() -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    text = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    with pytest.raises(CertificateError, match="another certificate"):
        read(OWN.certificate.encode(), text)
