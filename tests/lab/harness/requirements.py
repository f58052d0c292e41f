"""What the lab needs of the machine, and how to get it."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.lab.harness import command
from tests.lab.harness.errors import LabError

# program -> the Debian package that brings it
PROGRAMS = {
    "debootstrap": "debootstrap",
    "systemd-nspawn": "systemd-container",
    "ip": "iproute2",
    "bridge": "iproute2",
    "nsenter": "util-linux",
    "unshare": "util-linux",
    "mount": "mount",
    "ssh": "openssh-client",
    "ssh-keygen": "openssh-client",
    "gpgv": "gpgv",
    "wget": "wget",
    "apt-config": "apt",
    "ldapsearch": "ldap-utils",
    "sipp": "sip-tester",
    "baresip": "baresip-core",
}
# The same, for tests that need no lab: they are left out where it is missing, and ``make test`` installs it.
PROGRAMS_OF_OTHER_TESTS = {
    "cupsd": "cups-daemon",
    "dbus-daemon": "dbus-daemon",
    "driverless": "cups-filters-core-drivers",
    "ippeveprinter": "cups-ipp-utils",
    "lpadmin": "cups-client",
    "pdftoppm": "poppler-utils",
    "slapd": "slapd",
    "zbarimg": "zbar-tools",
}
DAEMONS = {"cups-daemon": "cups", "slapd": "slapd"}
"""Packages that start a service which nobody has asked for, with its name."""
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")


@dataclass(frozen=True, kw_only=True)
class Shortfall:
    """What keeps the lab from running here: `reasons` for people, `packages` that would mend part of it."""

    reasons: tuple[str, ...]
    packages: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.reasons)

    def __str__(self) -> str:
        return "; ".join(self.reasons)


def shortfall() -> Shortfall:
    """Look at this machine. An empty (false) answer means the lab can run here."""
    if platform.system() != "Linux":
        return Shortfall(reasons=(f"the lab needs Linux, this is {platform.system()}",), packages=())
    reasons: list[str] = []
    if os.geteuid() != 0:
        reasons.append("the lab needs root (it mounts, makes network namespaces and boots hosts)")
    if not Path("/etc/debian_version").exists():
        reasons.append("the lab needs a Debian machine (it builds its hosts with debootstrap and apt)")
    packages = _missing_packages(PROGRAMS)
    if packages:
        reasons.append("packages are missing: " + " ".join(packages))
    reasons.extend(_missing_kernel_parts())
    return Shortfall(reasons=tuple(reasons), packages=packages)


def _missing_packages(programs: Mapping[str, str]) -> tuple[str, ...]:
    path = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/sbin", "/usr/bin", "/bin"))
    missing = {package for program, package in programs.items() if shutil.which(program, path=path) is None}
    if not KEYRING.exists():
        missing.add("debian-archive-keyring")
    return tuple(sorted(missing))


def _missing_kernel_parts() -> list[str]:
    devices = [path for path in ("/dev/net/tun", "/dev/fuse") if not Path(path).exists()]
    reasons = [f"the device {device} is missing" for device in devices]
    if cgroup_mount() is None:
        reasons.append("no cgroup v2 hierarchy is mounted")
    return reasons


def cgroup_mount() -> Path | None:
    """Where the machine's cgroup v2 hierarchy is mounted (pure v2, or beside v1)."""
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        before, _, after = line.partition(" - ")
        if after.split(" ", 1)[0] == "cgroup2":
            return Path(before.split(" ")[4])
    return None


def install() -> None:
    """apt-get install what is missing. Raises LabError with the exact command when that is not possible."""
    missing = _missing_packages({**PROGRAMS, **PROGRAMS_OF_OTHER_TESTS})
    if not missing:
        return
    install_line = ["apt-get", "install", "-y", "--no-install-recommends", *missing]
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise LabError("Run this as root on the Debian machine, then try again: " + " ".join(install_line))
    print("installing:", " ".join(missing), file=sys.stderr, flush=True)
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    command.run(["apt-get", "update"], timeout=300, env=env, check=False)
    with _no_daemons():
        command.run(install_line, timeout=900, env=env)
    for service in (DAEMONS[package] for package in missing if package in DAEMONS):
        # Its package has enabled it: it would start with the machine the next time.
        if shutil.which("systemctl"):
            command.run(["systemctl", "disable", service], env=env, check=False)
        command.run(["update-rc.d", service, "disable"], env=env, check=False)


@contextmanager
def _no_daemons(policy: Path = Path("/usr/sbin/policy-rc.d")) -> Iterator[None]:
    """Meanwhile packages start no services on this machine: tests want the programs alone, and run them in folders of their own.

    See invoke-rc.d(8); a machine that has a policy of its own keeps it.
    """
    if policy.exists():
        yield
        return
    policy.write_text("#!/bin/sh\n# While AZDesk's tests install packages; may be removed.\nexit 101\n")
    policy.chmod(0o755)
    try:
        yield
    finally:
        policy.unlink(missing_ok=True)
