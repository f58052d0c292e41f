"""Building the base system, once, and keeping it outside the checkout.

The mirror and every setting of apt (proxies, certificates) come from the machine's own apt configuration.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.lab.harness import command
from tests.lab.harness.errors import LabError
from tests.lab.harness.recipe import FORKY, Recipe
from tests.lab.harness.requirements import KEYRING

Report = Callable[[str], None]

APT_CONF = "etc/apt/apt.conf.d/00lab-build"
DPKG_CONF = "etc/dpkg/dpkg.cfg.d/00lab-build"
MACHINE_CA = Path("/etc/ssl/certs/ca-certificates.crt")

# Translated messages and manual pages are half of the files and nothing here reads them.
DPKG_SETTINGS = """force-unsafe-io
path-exclude=/usr/share/man/*
path-exclude=/usr/share/info/*
path-exclude=/usr/share/locale/*
"""
# How apt reaches its mirror; nothing else of the machine's settings belongs into a base.
APT_KEYS = re.compile(
    r"^Acquire::(https?|ForceIPv|Retries|Check-|AllowInsecure|By-Hash|Languages|GzipIndexes)", re.IGNORECASE
)


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def cache_dir() -> Path:
    """$AZDESK_LAB_CACHE, else /var/cache/azdesk-lab for root, else the user's cache folder."""
    if chosen := os.environ.get("AZDESK_LAB_CACHE"):
        return Path(chosen)
    if os.geteuid() == 0:
        return Path("/var/cache/azdesk-lab")
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "azdesk-lab"


def path_of(recipe: Recipe = FORKY) -> Path:
    """Where the base of this recipe is, or will be."""
    return cache_dir() / f"{recipe.name}-{recipe.fingerprint}"


def ensure(recipe: Recipe = FORKY, report: Report = say) -> Path:
    """The base's folder, built first if need be (minutes). Several callers at once build it once."""
    target = path_of(recipe)
    if target.is_dir():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    with _build_lock(target.parent, report):
        if not target.is_dir():
            _build(recipe, target, report)
    return target


@contextlib.contextmanager
def _build_lock(folder: Path, report: Report) -> Iterator[None]:
    with (folder / "build.lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            report("lab base: another process is building it; waiting")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _build(recipe: Recipe, target: Path, report: Report) -> None:
    for stale in target.parent.glob("building-*"):
        shutil.rmtree(stale)
    root = target.parent / f"building-{recipe.name}-{os.getpid()}"
    log = target.parent / f"{recipe.name}-build.log"
    started = time.monotonic()
    report(f"lab base: building {recipe.name} in {root} (log: {log})")
    with log.open("w") as out:
        try:
            with _step("debootstrap", report):
                _debootstrap(recipe, root, out.fileno())
            with _step(f"apt-get install of {len(recipe.packages)} packages", report):
                _install(recipe, root, out.fileno())
            with _step("finishing", report):
                _in_base(root, ["sh", "-c", recipe.finish], out.fileno())
                _tidy(root)
        except subprocess.CalledProcessError as error:
            tail = "\n".join(log.read_text(errors="replace").splitlines()[-15:])
            raise LabError(f"Building the lab's base failed (whole log: {log}):\n{tail}") from error
    root.rename(target)
    _prune(recipe, target)
    report(f"lab base: ready after {time.monotonic() - started:.0f} s")


@contextlib.contextmanager
def _step(name: str, report: Report) -> Iterator[None]:
    started = time.monotonic()
    report(f"lab base: {name} ...")
    yield
    report(f"lab base: {name} took {time.monotonic() - started:.0f} s")


def mirror() -> str:
    """The Debian mirror that this machine's apt uses for its own release."""
    if chosen := os.environ.get("AZDESK_LAB_MIRROR"):
        return chosen
    release = dict(
        line.split("=", 1) for line in Path("/etc/os-release").read_text().splitlines() if "=" in line
    )
    codename = release.get("VERSION_CODENAME", "").strip('"')
    answer = command.run(
        ["apt-get", "indextargets", "--format", "$(REPO_URI) $(RELEASE) $(COMPONENT) $(ORIGIN)"]
    )
    found = [line.split(" ") for line in answer.stdout.splitlines()]
    fitting = [
        row for row in found if row[1:3] in ([codename, "main"], ["stable", "main"], ["testing", "main"])
    ]
    fitting.sort(key=lambda row: row[3:] != ["Debian"])
    if not fitting:
        raise LabError(
            f"apt on this machine names no Debian mirror for {codename or 'its release'} main. "
            "Add one to its sources, or name one in AZDESK_LAB_MIRROR."
        )
    return fitting[0][0]


def apt_settings() -> dict[str, str]:
    """The machine's apt settings that say how to reach the mirror: key -> value."""
    lines = re.findall(r'^(\S+) "(.*)";$', command.run(["apt-config", "dump"]).stdout, re.MULTILINE)
    return {key: value for key, value in lines if APT_KEYS.match(key) and value}


def _debootstrap(recipe: Recipe, root: Path, out: int) -> None:
    settings = apt_settings()
    (root / DPKG_CONF).parent.mkdir(parents=True)
    (root / DPKG_CONF).write_text(DPKG_SETTINGS)
    wgetrc = root / "etc" / "lab-build-wgetrc"
    wgetrc.write_text(_wget_settings(settings))
    env = {**os.environ, "LC_ALL": "C", "WGETRC": str(wgetrc)}
    for scheme in ("http", "https"):
        proxy = settings.get(f"Acquire::{scheme}::Proxy")
        if proxy and proxy != "DIRECT":
            env[f"{scheme}_proxy"] = proxy
    argv = [
        "debootstrap",
        "--variant=minbase",
        f"--keyring={KEYRING}",
        f"--include={','.join(recipe.bootstrap)}",
    ]
    argv += [recipe.suite, str(root), mirror(), f"/usr/share/debootstrap/scripts/{recipe.script}"]
    subprocess.run(argv, env=env, stdin=subprocess.DEVNULL, stdout=out, stderr=out, check=True, timeout=1800)
    wgetrc.unlink()


def _wget_settings(settings: dict[str, str]) -> str:
    names = {"CAInfo": "ca_certificate", "SslCert": "certificate", "SslKey": "private_key"}
    lines = [
        f"{wget} = {settings[f'Acquire::https::{apt}']}\n"
        for apt, wget in names.items()
        if f"Acquire::https::{apt}" in settings
    ]
    return "".join(lines)


def _install(recipe: Recipe, root: Path, out: int) -> None:
    policy = root / "usr/sbin/policy-rc.d"
    policy.write_text("#!/bin/sh\nexit 101\n")
    policy.chmod(0o755)
    _lend_apt_settings(root)
    _in_base(root, ["apt-get", "update"], out)
    _in_base(root, ["apt-get", "install", "-y", "--no-install-recommends", *recipe.packages], out)


def _lend_apt_settings(root: Path) -> None:
    """Let apt in the base reach the mirror as the machine's does; _tidy takes all of this away again."""
    settings = apt_settings()
    if MACHINE_CA.exists():
        settings.setdefault("Acquire::https::CAInfo", str(MACHINE_CA))
    for key, value in settings.items():
        if key.lower().startswith("acquire::https") and value.startswith("/") and Path(value).is_file():
            copy = f"etc/apt/lab-build-{key.rsplit('::', 1)[-1]}"
            shutil.copyfile(value, root / copy)
            settings[key] = f"/{copy}"
    # Downloaded packages stay, so that tests can install a removed package where there is no network.
    settings["APT::Keep-Downloaded-Packages"] = "true"
    settings["Acquire::GzipIndexes"] = "true"
    settings["Acquire::Languages"] = "none"
    (root / APT_CONF).write_text("".join(f'{key} "{value}";\n' for key, value in settings.items()))
    logins = Path("/etc/apt/auth.conf.d")
    if logins.is_dir():
        shutil.copytree(logins, root / "etc/apt/auth.conf.d", dirs_exist_ok=True)
    shutil.copyfile("/etc/resolv.conf", root / "etc/resolv.conf")


def _in_base(root: Path, argv: list[str], out: int) -> None:
    """Run a command in the unbooted base. Daemons that package scripts leave behind end with its process namespace."""
    env = {
        "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "HOME": "/root",
        "LC_ALL": "C.UTF-8",
        "DEBIAN_FRONTEND": "noninteractive",
    }
    inside = 'mount -t proc proc "$0/proc" && exec chroot "$0" "$@"'
    wrapped = [
        "unshare",
        "--mount",
        "--uts",
        "--pid",
        "--fork",
        "--kill-child",
        "sh",
        "-c",
        inside,
        str(root),
        *argv,
    ]
    subprocess.run(
        wrapped, env=env, stdin=subprocess.DEVNULL, stdout=out, stderr=out, check=True, timeout=1800
    )


def _tidy(root: Path) -> None:
    for name in ("usr/sbin/policy-rc.d", APT_CONF, DPKG_CONF):
        (root / name).unlink()
    for lent in (*root.glob("etc/apt/lab-build-*"), *root.glob("etc/apt/auth.conf.d/*")):
        lent.unlink()


def _prune(recipe: Recipe, keep: Path) -> None:
    mounts = Path("/proc/self/mountinfo").read_text()
    for old in keep.parent.glob(f"{recipe.name}-*"):
        if old.is_dir() and old != keep and str(old) not in mounts:
            shutil.rmtree(old)
