"""What makes a host itself: name, machine id, SSH host keys, Erlang cookie. And who may log in."""

from __future__ import annotations

import os
import secrets
import string
import uuid
from collections.abc import Mapping
from pathlib import Path

from tests.lab.harness import command

HOSTS_FILE = """127.0.0.1\tlocalhost
127.0.1.1\t{name}

# The following lines are desirable for IPv6 capable hosts
::1     localhost ip6-localhost ip6-loopback
ff02::1 ip6-allnodes
ff02::2 ip6-allrouters
"""
# Services that run on a host of each role; the packages are on all of them.
SERVICES = {"application": ("ejabberd", "asterisk"), "storage": ("slapd",), "plain": ()}
CHOSEN = ("ejabberd", "asterisk", "slapd")


def password() -> str:
    return secrets.token_urlsafe(12)


def make_key_pair(path: Path, passphrase: str, comment: str) -> None:
    """A user's Ed25519 key in `path` and `path`.pub."""
    # The passphrase of a throw-away key of a throw-away lab may stand on a command line.
    argv = ["ssh-keygen", "-q", "-t", "ed25519", "-N", passphrase, "-C", comment, "-f", str(path)]
    command.run(argv)


def hash_password(base: Path, clear: str) -> str:
    answer = command.run(["chroot", str(base), "openssl", "passwd", "-6", "-stdin"], input=clear + "\n")
    return answer.stdout.strip()


def write(root: Path, *, name: str, role: str) -> None:
    """Make the system in `root`, not yet booted, a host of its own, in the state that installing the packages leaves."""
    _put(root / "etc/hostname", f"{name}\n")
    _put(root / "etc/hosts", HOSTS_FILE.format(name=name))
    _put(root / "etc/resolv.conf", "")
    _put(root / "etc/machine-id", uuid.uuid4().hex + "\n", mode=0o444)
    cookie = root / "var/lib/ejabberd/.erlang.cookie"
    owner = cookie.parent.stat()
    text = "".join(secrets.choice(string.ascii_uppercase) for _ in range(20))
    _put(cookie, text, mode=0o400, owner=(owner.st_uid, owner.st_gid))
    command.run(["chroot", str(root), "ssh-keygen", "-A"])
    for service in CHOSEN:
        if service not in SERVICES[role]:
            (root / f"etc/systemd/system/multi-user.target.wants/{service}.service").unlink(missing_ok=True)
            # An old Debian starts slapd by its init script.
            for link in root.glob(f"etc/rc?.d/S??{service}"):
                link.unlink()


def admit(root: Path, *, key: str, hashes: Mapping[str, str]) -> None:
    """Let the key's holder in as root and as each admin, and give the admins their passwords."""
    accounts = {
        line.split(":")[0]: line.split(":") for line in (root / "etc/passwd").read_text().splitlines()
    }
    for user in ("root", *hashes):
        uid, gid, home = int(accounts[user][2]), int(accounts[user][3]), accounts[user][5].lstrip("/")
        folder = root / home / ".ssh"
        folder.mkdir(mode=0o700, exist_ok=True)
        os.chown(folder, uid, gid)
        _put(folder / "authorized_keys", key, mode=0o600, owner=(uid, gid))
    shadow = root / "etc/shadow"
    lines = [line.split(":") for line in shadow.read_text().splitlines()]
    changed = [[line[0], hashes.get(line[0], line[1]), *line[2:]] for line in lines]
    before = shadow.stat()
    _put(shadow, "".join(":".join(line) + "\n" for line in changed), 0o640, (before.st_uid, before.st_gid))


def known_hosts_lines(root: Path, address: str) -> list[str]:
    """The lines of a known_hosts file for this host, one for each key type."""
    keys = sorted((root / "etc/ssh").glob("ssh_host_*_key.pub"))
    return [f"{address} {' '.join(key.read_text().split()[:2])}" for key in keys]


def _put(path: Path, text: str, mode: int = 0o644, owner: tuple[int, int] = (0, 0)) -> None:
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as handle:
        handle.write(text)
    os.chown(path, *owner)
    os.chmod(path, mode)
