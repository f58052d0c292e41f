"""What a freshly installed Debian host with the packages of AZDesk's fleets has on its disk.

The files are in this folder, written for it; their settings are those of the packages' own.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING

from azdesk.practice.files import Attributes, HostFiles

if TYPE_CHECKING:
    from azdesk.practice.host import PracticeHost

EJABBERD = "/var/lib/ejabberd"
COOKIE = f"{EJABBERD}/.erlang.cookie"
ASTERISK = "/etc/asterisk"
_ASTERISK_ONLY = Attributes(mode=0o640, owner="asterisk", group="asterisk")
_ASTERISK_FILES = {
    "res_ldap.conf": "; How a directory is reached, and which attribute is which variable.\n[_general]\n",
    "extconfig.conf": "; Which of Asterisk's tables are kept elsewhere.\n[settings]\n",
    "sorcery.conf": "; Where objects come from.\n[general]\n",
    "extensions.conf": "; What happens with a number that somebody dials.\n[general]\nstatic=yes\nwriteprotect=no\n\n[globals]\n\n"
    "[demo]\ninclude => public\nexten => s,1,Answer()\n same => n(again),Playback(demo-congrats)\n same => n,Goto(again)\n\n[public]\n",
    "voicemail.conf": "; Who may leave messages for whom.\n[general]\nformat=wav\n\n[default]\n1234 => 4242,Example\n",
    "modules.conf": "; Which modules are loaded.\n[modules]\nautoload=yes\nnoload => app_directory_odbc.so\n\n[global]\n",
    "pjsip.conf": "; Phones, trunks and how they are reached.\n",
    "cdr.conf": "; Which calls are written down, and how.\n[general]\n\n[csv]\nusegmtime=yes    ; in UTC\nloguniqueid=yes\nloguserfield=yes\n",
    "rtp.conf": "; Ports of voice.\n[general]\nrtpstart=10000\nrtpend=20000\n",
}
"""What the package brings without any setting in it."""
_EJABBERD_ONLY = Attributes(mode=0o600, owner="ejabberd", group="ejabberd")


@dataclass(frozen=True, kw_only=True)
class Package:
    """A package that apt-get can install here."""

    version: str
    units: tuple[str, ...] = ()
    """Units that it brings, enabled and started."""
    needs: tuple[str, ...] = ()


PACKAGES: dict[str, Package] = {
    "asterisk": Package(version="1:22.10.1+dfsg+~cs6.17.60671434-1", units=("asterisk",)),
    "ca-certificates": Package(version="20260816+nmu1"),
    "cifs-utils": Package(version="2:7.9-1"),
    "curl": Package(version="8.22.0-1"),
    "ejabberd": Package(version="26.07-1", units=("ejabberd",), needs=("erlang-base",)),
    "ejabberd-mod-cron": Package(version="0.2026.09.14~dfsg0-2", needs=("ejabberd",)),
    "ejabberd-mod-log-chat": Package(version="0.2026.09.14~dfsg0-2", needs=("ejabberd",)),
    "erlang-base": Package(version="1:29.1.1+dfsg-1"),
    "glusterfs-client": Package(version="11.2-3"),
    "ldap-utils": Package(version="2.6.14+dfsg-2"),
    "nfs-common": Package(version="1:2.8.5-1"),
    "nftables": Package(version="1.1.7-3"),
    "openssh-server": Package(version="1:10.6p1-1", units=("ssh",)),
    "openssl": Package(version="3.6.3-1"),
    "openvpn": Package(version="2.7.8-1"),
    "python3": Package(version="3.14.7-3"),
    "rsync": Package(version="3.5.1+ds1-2"),
    "slapd": Package(version="2.6.14+dfsg-2", units=("slapd",)),
    "sudo": Package(version="1.9.17p2-9"),
    "systemd": Package(version="262-1"),
}
EVERYWHERE = ("ca-certificates", "openssh-server", "openssl", "python3", "rsync", "sudo", "systemd")
APPLICATION = (*EVERYWHERE, "asterisk", "ejabberd", "erlang-base", "openvpn")
DIRECTORY = (*EVERYWHERE, "ldap-utils", "slapd")

_PASSWD = """\
root:x:0:0:root:/root:/bin/bash
daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
asterisk:x:102:102:Asterisk PBX daemon:/var/lib/asterisk:/usr/sbin/nologin
ejabberd:x:991:991::/var/lib/ejabberd:/bin/sh
openldap:x:993:993:OpenLDAP Server Account:/var/lib/ldap:/usr/sbin/nologin
sshd:x:995:65534:sshd user:/run/sshd:/usr/sbin/nologin
alice:x:1000:1000::/home/alice:/bin/bash
bob:x:1001:1001::/home/bob:/bin/bash
carol:x:1002:1002::/home/carol:/bin/bash
"""
_GROUP = """\
root:x:0:
daemon:x:1:
adm:x:4:
sudo:x:27:alice,bob,carol
www-data:x:33:
asterisk:x:102:
ejabberd:x:991:
openldap:x:993:
alice:x:1000:
bob:x:1001:
carol:x:1002:
nogroup:x:65534:
"""
_OS_RELEASE = """\
PRETTY_NAME="Debian GNU/Linux forky/sid"
NAME="Debian GNU/Linux"
VERSION_CODENAME=forky
ID=debian
"""
_FOLDERS = (
    "/etc/systemd/system/multi-user.target.wants", "/etc/openvpn/server", "/home", "/root", "/run", "/tmp",  # noqa: S108
    "/usr/bin", "/usr/sbin", "/var/lib/dpkg", "/var/log", "/var/tmp",  # noqa: S108
)  # fmt: skip


def fill(files: HostFiles, host: PracticeHost) -> None:
    """Fill a new host's folder; it has an identity of its own, its Erlang cookie too."""
    from azdesk.practice.programs.packages import Entry, write_status

    for folder in _FOLDERS:
        files.folder(folder)
    files.folder("/root", Attributes(mode=0o700))
    files.write("/etc/hostname", f"{host.name}\n")
    files.write("/etc/hosts", f"127.0.0.1\tlocalhost\n127.0.1.1\t{host.name}\n")
    files.write("/etc/machine-id", hashlib.sha256(secrets.token_bytes(16)).hexdigest()[:32] + "\n")
    files.write("/etc/os-release", _OS_RELEASE)
    files.write("/etc/passwd", _PASSWD)
    files.write("/etc/group", _GROUP)
    names = DIRECTORY if host.role == "directory" else APPLICATION
    for name in names:
        unpack_files(files, name)
        for unit in PACKAGES[name].units:
            target = f"/usr/lib/systemd/system/{unit}.service"
            link = f"/etc/systemd/system/multi-user.target.wants/{unit}.service"
            if not files.link(link, target):
                files.write(link, "")
    write_status(files, [Entry(name=name, version=PACKAGES[name].version) for name in names])


def unpack(host: PracticeHost, name: str) -> None:
    """Lay a package's files on a host's disk."""
    unpack_files(host.files, name)


def unpack_files(files: HostFiles, name: str) -> None:
    """Lay a package's files on a disk; configuration that is there already stays."""
    for unit in _UNITS.get(name, ()):
        files.write(f"/usr/lib/systemd/system/{unit}.service", text(f"{unit}.service"))
    if name == "ca-certificates" and not files.exists("/etc/ssl/certs/ca-certificates.crt"):
        files.folder("/usr/local/share/ca-certificates")
        files.write("/etc/ssl/certs/ca-certificates.crt", "")
    if name == "ejabberd" and not files.exists("/etc/ejabberd/ejabberd.yml"):
        from azdesk.practice.certificates import snakeoil

        files.folder("/etc/ejabberd", Attributes(mode=0o750, group="ejabberd"))
        files.write("/etc/ejabberd/ejabberd.yml", text("ejabberd.yml"), _EJABBERD_ONLY)
        files.write("/etc/ejabberd/ejabberd.pem", snakeoil(), Attributes(mode=0o640, group="ejabberd"))
        files.folder("/etc/ejabberd/modules.d")
        files.write("/etc/default/ejabberd", text("ejabberd.default"))
        files.link("/etc/ejabberd/ejabberdctl.cfg", "../default/ejabberd")
        files.folder(EJABBERD, Attributes(mode=0o700, owner="ejabberd", group="ejabberd"))
        files.folder("/var/log/ejabberd", Attributes(mode=0o2750, owner="ejabberd", group="adm"))
        new_cookie(files)

    if name == "slapd":
        from azdesk.practice.ldap import disk

        if not files.exists("/etc/default/slapd"):
            files.write("/etc/default/slapd", text("slapd.default"))
        disk.install(files)
    if name == "asterisk" and not files.exists(f"{ASTERISK}/manager.conf"):
        files.folder(ASTERISK, Attributes(mode=0o755, owner="asterisk", group="asterisk"))
        files.write(f"{ASTERISK}/manager.conf", text("manager.conf"), _ASTERISK_ONLY)
        for other, content in _ASTERISK_FILES.items():
            files.write(f"{ASTERISK}/{other}", content, _ASTERISK_ONLY)
        files.folder(f"{ASTERISK}/manager.d")
        files.write(f"{ASTERISK}/manager.d/README.conf", text("manager-readme.conf"))
        for folder in ("/var/log/asterisk", "/run/asterisk"):
            files.folder(folder, Attributes(mode=0o755, owner="asterisk", group="asterisk"))


def new_cookie(files: HostFiles) -> None:
    """Make an Erlang cookie as the package does: 20 random letters."""
    cookie = base64.b32encode(secrets.token_bytes(13)).decode()[:20]
    files.write(COOKIE, cookie, Attributes(mode=0o400, owner="ejabberd", group="ejabberd"))


def clear_away(host: PracticeHost, name: str) -> None:
    """Remove what a package brought, its configuration left out."""
    for unit in _UNITS.get(name, ()):
        host.files.remove(f"/usr/lib/systemd/system/{unit}.service")
    host.systemd.daemon_reload()


_UNITS = {
    "asterisk": ("asterisk",),
    "ejabberd": ("ejabberd",),
    "openssh-server": ("ssh",),
    "openvpn": ("openvpn-server@",),
    "slapd": ("slapd",),
}


@functools.cache
def text(name: str) -> str:
    """A file of this folder."""
    return (resources.files(__name__) / name).read_text(encoding="utf-8")


def with_dependencies(names: Iterable[str]) -> list[str]:
    """The packages with all they need, those first."""
    ordered: list[str] = []
    for name in names:
        for each in (*with_dependencies(PACKAGES[name].needs), name):
            if each not in ordered:
                ordered.append(each)
    return ordered
