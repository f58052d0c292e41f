"""What is in the base system that all hosts of the lab share. Any change here makes a new base."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

# People who log in besides root. Their passwords are made afresh for each lab.
#   alice: sudo asks for her password. bob: sudo asks for none. carol: keyboard-interactive logins only, sudo asks.
ADMINS = ("alice", "bob", "carol")

FINISH = r"""
set -e
for name in alice bob carol; do useradd --create-home --shell /bin/bash --groups sudo "$name"; done
install -m 0440 /dev/stdin /etc/sudoers.d/bob <<'END'
bob ALL=(ALL:ALL) NOPASSWD: ALL
END
install -m 0644 /dev/stdin /etc/ssh/sshd_config.d/lab.conf <<'END'
# Load tests log in hundreds of times a minute, and tests of wrong passwords must not lock out the next test.
MaxStartups 300:30:600
MaxSessions 200
PerSourcePenalties no
Match User carol
    KbdInteractiveAuthentication yes
    AuthenticationMethods keyboard-interactive
END
rm -f /etc/ssh/ssh_host_* /etc/machine-id /var/lib/dbus/machine-id /etc/resolv.conf
: > /etc/machine-id
# What is of no use to any test and costs every boot time, or waits for hardware a container has not got.
for unit in apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer e2scrub_reap.service \
    fstrim.timer xfs_scrub_all.timer xfs_healer_start.service systemd-pstore.service getty@tty1.service \
    nfs-client.target rpcbind.service rpcbind.socket glusterd.service glusterfsd.service smbd.service nmbd.service \
    samba-ad-dc.service winbind.service; do
    systemctl disable "$unit" 2>/dev/null || true
done
systemctl mask run-rpc_pipefs.mount console-getty.service
"""


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """How to make a base. `script` is debootstrap's script to use for a suite it may not know by name."""

    name: str
    suite: str
    script: str
    bootstrap: tuple[str, ...]
    packages: tuple[str, ...]
    finish: str

    @property
    def fingerprint(self) -> str:
        """Twelve hex digits that change whenever anything of the recipe does."""
        text = "\n".join(
            (self.name, self.suite, self.script, *self.bootstrap, "", *self.packages, "", self.finish)
        )
        return hashlib.sha256(text.encode()).hexdigest()[:12]


FORKY = Recipe(
    name="forky",
    suite="forky",
    script="sid",
    bootstrap=(
        "systemd-sysv",
        "dbus",
        "openssh-server",
        "iproute2",
        "iputils-ping",
        "procps",
        "python3-minimal",
        "ca-certificates",
    ),
    packages=(
        "asterisk",
        "ejabberd",
        "ejabberd-contrib",
        "ejabberd-mod-log-chat",
        "slapd",
        "ldap-utils",
        "openvpn",
        "cifs-utils",
        "nfs-common",
        "glusterfs-client",
        "glusterfs-server",
        "samba",
        "samba-ad-dc",
        "samba-ad-provision",
        "winbind",
        "rsync",
        "nftables",
        "openssl",
        "sudo",
        "curl",
        "python3",
    ),
    finish=FINISH,
)

# What a host that was set up years ago has: Asterisk 16 with chan_sip, ejabberd 21.01, slapd 2.4, Python 3.9.
BULLSEYE = Recipe(
    name="bullseye",
    suite="bullseye",
    script="sid",
    bootstrap=FORKY.bootstrap,
    packages=(
        "asterisk",
        "ejabberd",
        "ejabberd-contrib",
        "ejabberd-mod-log-chat",
        "slapd",
        "ldap-utils",
        "rsync",
        "nftables",
        "openssl",
        "sudo",
        "curl",
        "python3",
    ),
    # Its sshd does not know this word yet.
    finish=FINISH.replace("PerSourcePenalties no\n", ""),
)
