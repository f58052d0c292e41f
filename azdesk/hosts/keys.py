"""Private keys of the admin: from files, and from the agent."""

from __future__ import annotations

import base64
import io
import struct
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from azdesk.core.errors import CredentialError
from azdesk.core.secret import Secret
from azdesk.hosts.lean import paramiko

DEFAULT_KEYS = ("~/.ssh/id_ed25519", "~/.ssh/id_ecdsa", "~/.ssh/id_rsa")
"""What the ssh command tries when nothing is said."""

_MAGIC = b"openssh-key-v1\0"


class WrongPassphraseError(Exception):
    """The passphrase does not open the key, or one is needed and none was given."""


@dataclass(frozen=True, kw_only=True)
class KeyFile:
    """A private key file, as far as it can be read without a passphrase."""

    path: Path
    data: bytes
    encrypted: bool
    public: bytes | None
    """The public key in wire form, where the file or its ``.pub`` tells it."""

    @classmethod
    def read(cls, path: Path) -> KeyFile:
        """Read a key file.

        Raises:
            CredentialError: it is not there, or not readable.
        """
        try:
            data = path.read_bytes()
        except OSError as error:
            raise CredentialError(
                f"The key file could not be read: {error.strerror}.",
                where=str(path),
                next_step="Choose another key file in the credential.",
            ) from error
        header = _openssh_header(data)
        if header is not None:
            encrypted, public = header
            return cls(path=path, data=data, encrypted=encrypted, public=public)
        encrypted = b"ENCRYPTED" in data
        return cls(path=path, data=data, encrypted=encrypted, public=_public_file(path))

    def unlock(self, passphrase: Secret | None) -> paramiko.PKey:
        """The key itself.

        Raises:
            WrongPassphraseError: see there.
            CredentialError: it is no private key, or of a kind that SSH does not use.
        """
        password = passphrase.reveal().encode() if passphrase is not None and self.encrypted else None
        load = (
            serialization.load_ssh_private_key
            if b"BEGIN OPENSSH PRIVATE KEY" in self.data
            else serialization.load_pem_private_key
        )
        if self.encrypted and not password:
            raise WrongPassphraseError
        try:
            loaded = load(self.data, password)
        except (TypeError, ValueError, UnsupportedAlgorithm) as error:
            if self.encrypted and not isinstance(error, UnsupportedAlgorithm):
                raise WrongPassphraseError from None
            raise self._unusable() from error
        kind: type[paramiko.PKey]
        if isinstance(loaded, ed25519.Ed25519PrivateKey):
            kind = paramiko.Ed25519Key
        elif isinstance(loaded, rsa.RSAPrivateKey):
            kind = paramiko.RSAKey
        elif isinstance(loaded, ec.EllipticCurvePrivateKey):
            kind = paramiko.ECDSAKey
        else:
            raise self._unusable()
        plain = loaded.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, serialization.NoEncryption()
        )
        key = kind.from_private_key(io.StringIO(plain.decode("ascii")))
        certificate = self.path.with_name(self.path.name + "-cert.pub")
        if certificate.exists():
            try:
                key.load_certificate(str(certificate))
            except (paramiko.SSHException, ValueError, OSError) as error:
                raise CredentialError(
                    "The certificate beside the key is not one for it.", where=str(certificate)
                ) from error
        return key

    def _unusable(self) -> CredentialError:
        return CredentialError(
            "This is not a private key that SSH can use (Ed25519, ECDSA or RSA).",
            where=str(self.path),
            next_step="Choose another key file in the credential, such as ~/.ssh/id_ed25519.",
        )


def _openssh_header(data: bytes) -> tuple[bool, bytes] | None:
    """Whether a key in OpenSSH's own form is encrypted, and its public key (see its PROTOCOL.key).

    None where the file has another form.
    """
    if b"BEGIN OPENSSH PRIVATE KEY" not in data:
        return None
    try:
        text = data.split(b"-----")[2]
        blob = base64.b64decode(text)
        if not blob.startswith(_MAGIC):
            return None
        at, parts = len(_MAGIC), []
        for index in range(5):
            if index == 3:
                at += 4  # number of keys
                continue
            (size,) = struct.unpack_from(">I", blob, at)
            parts.append(blob[at + 4 : at + 4 + size])
            at += 4 + size
    except (IndexError, ValueError, struct.error):
        return None
    return parts[0] != b"none", parts[3]


def _public_file(path: Path) -> bytes | None:
    try:
        return base64.b64decode(path.with_name(path.name + ".pub").read_text("utf-8").split()[1])
    except (OSError, IndexError, ValueError):
        return None
