"""A fleet of hosts: up, attach, down; sweeping away what a crash left."""

from __future__ import annotations

import concurrent.futures
import contextlib
import fcntl
import json
import os
import re
import shutil
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from types import TracebackType

from tests.lab.harness import base, cgroups, command, identity
from tests.lab.harness.container import NSPAWN_LEFTOVERS, Container
from tests.lab.harness.errors import LabError
from tests.lab.harness.host import Access, Host
from tests.lab.harness.network import Network
from tests.lab.harness.recipe import ADMINS, BULLSEYE, FORKY, Recipe
from tests.lab.harness.requirements import shortfall

HOSTS = ("a250", "a251", "a253")
WATCHES = 1024
STORAGE = ("a250", "a249")
# By the number in the name: which hosts are of an old Debian, and which will be domain controllers.
OLD = range(210, 220)
CONTROLLERS = range(240, 245)
HIGHEST_INSTANCE = 99
STATE = "state.json"


def run_dir() -> Path:
    """Where running labs keep their files: $AZDESK_LAB_RUN, else /run/azdesk-lab."""
    return Path(os.environ.get("AZDESK_LAB_RUN", "/run/azdesk-lab"))


class Lab:
    """One instance of the lab. Make it with `up` or `attach`; `with Lab.up() as lab:` takes it down at the end."""

    access: Access

    def __init__(self, *, instance: int, base_root: Path, lock: Lock | None) -> None:
        self.instance = instance
        self.folder = run_dir() / str(instance)
        self.hosts: dict[str, Host] = {}
        self._base = base_root
        self._bases: dict[str, Path] = {}
        self._lock = lock
        self._network = Network(instance, self.folder / "net")

    # Making one

    @classmethod
    def up(
        cls,
        hosts: Sequence[str] = HOSTS,
        *,
        instance: int | None = None,
        take_over: bool = False,
        report: base.Report = base.say,
    ) -> Lab:
        """Boot hosts, all at once, and wait until they are ready.

        Without `instance`, AZDESK_LAB_INSTANCE counts, else the first free one from 1. What a crash left of that
        instance is swept away first; with `take_over`, what was left running on purpose too.
        Raises LabError when this machine cannot, or the instance is in use.
        """
        if lacking := shortfall():
            raise LabError(
                f"The lab cannot run here: {lacking}. `python -m tests.lab requirements` says what to install."
            )
        base_root = base.ensure(report=report)
        started = time.monotonic()
        lock = Lock.first_free() if instance is None else Lock.of(instance, take_over=take_over)
        lab = cls(instance=lock.instance, base_root=base_root, lock=lock)
        try:
            sweep(lock.instance)
            lab.access = _make_access(lock.instance, base_root)
            _allow_many_watches()
            lab._network.create()
            lab.add_hosts(hosts)
        except BaseException:
            lab.down()
            raise
        report(f"lab {lab.instance}: {len(lab.hosts)} hosts ready after {time.monotonic() - started:.1f} s")
        return lab

    @classmethod
    def attach(cls, instance: int = 0) -> Lab:
        """Use a lab that `python -m tests.lab up` left running, or another process holds."""
        folder = run_dir() / str(instance)
        try:
            state = json.loads((folder / STATE).read_text())
        except FileNotFoundError as error:
            raise LabError(
                f"Lab {instance} is not up. Start it: python -m tests.lab --instance {instance} up"
            ) from error
        lab = cls(instance=instance, base_root=Path(state["base"]), lock=None)
        lab.access = _access(folder, state["passphrase"], state["passwords"], state["hashes"])
        lab._bases = {name: Path(root) for name, root in state.get("bases", {}).items()}
        for name, role in state["hosts"].items():
            lab.hosts[name] = lab._host(name, role)
        return lab

    def keep(self) -> None:
        """Leave it running when this process ends; `python -m tests.lab down` ends it."""
        for host in self.hosts.values():
            host.leave()
        if self._lock is not None:
            self._lock.release(kept=True)
            self._lock = None

    def down(self) -> None:
        """End it and leave nothing behind: no process, mount, namespace, interface, control group or file.

        Raises LabError when another process holds this instance.
        """
        lock = self._lock or Lock.of(self.instance, take_over=True)
        sweep(self.instance)
        for host in self.hosts.values():
            host.bury()
        self.hosts.clear()
        lock.release()
        self._lock = None

    def __enter__(self) -> Lab:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._lock is not None:
            self.down()

    # Its hosts

    def host(self, name: str) -> Host:
        """The host of that name. Raises LabError with the names there are."""
        if name not in self.hosts:
            raise LabError(f"Lab {self.instance} has no host {name}; it has {', '.join(sorted(self.hosts))}.")
        return self.hosts[name]

    def add_hosts(self, names: Iterable[str]) -> list[Host]:
        """Boot more hosts, named a2 to a254 after the last part of their address. Returns when they are ready.

        What a host is follows from its number: see tests/lab/README.md. The first old one builds its base (minutes).
        """
        names = list(names)
        self._bases |= {name: base.ensure(_recipe(name)) for name in names if _recipe(name) != FORKY}
        new = [self._host(name, _role(name)) for name in names]
        if not new:
            return []
        for host in new:
            if host.name in self.hosts:
                raise LabError(f"Lab {self.instance} already has a host {host.name}.")
            self.hosts[host.name] = host
        self._together(Host.create, new)
        self._together(Host.wait_ready, new)
        self.learn_keys()
        self._save_state()
        return new

    def need(self, *names: str) -> list[Host]:
        """These hosts, booted now if the lab does not have them yet."""
        self.add_hosts(name for name in names if name not in self.hosts)
        return [self.host(name) for name in names]

    def remove_host(self, name: str) -> None:
        """Take one host away for good."""
        host = self.host(name)
        host.power_off()
        _unmount_beneath(self.folder / name)
        shutil.rmtree(self.folder / name)
        del self.hosts[name]
        self.learn_keys()
        self._save_state()

    def reset(self, *names: str) -> None:
        """Fresh hosts (all, or those named), side by side. Their identities stay."""
        self._together(Host.reset, [self.host(name) for name in names or self.hosts])

    def learn_keys(self) -> None:
        """Write known_hosts anew from the hosts' own keys (needed after Host.rebuild, unless that is the test)."""
        lines = [line for host in self.hosts.values() for line in host.known_hosts_lines()]
        self.access.known_hosts.write_text("".join(f"{line}\n" for line in lines))

    @property
    def key_file(self) -> Path:
        """A private key that logs in as root, alice and bob on every host."""
        return self.access.key_file

    @property
    def known_hosts(self) -> Path:
        return self.access.known_hosts

    @property
    def passwords(self) -> dict[str, str]:
        """alice (sudo asks), bob (sudo does not ask), carol (keyboard-interactive only, sudo asks) -> password."""
        return dict(self.access.passwords)

    def _host(self, name: str, role: str) -> Host:
        container = Container(
            machine=f"azlab{self.instance}-{name}",
            base=self._bases.get(name, self._base),
            folder=self.folder / name,
            namespace=self._network.namespace(name),
            group=cgroups.lab_group(self.instance) / name,
        )
        return Host(name=name, role=role, container=container, network=self._network, access=self.access)

    @staticmethod
    def _together(act: Callable[[Host], None], hosts: Sequence[Host]) -> None:
        with concurrent.futures.ThreadPoolExecutor(max_workers=max(len(hosts), 1)) as pool:
            for done in [pool.submit(act, host) for host in hosts]:
                done.result()

    def _save_state(self) -> None:
        state = {
            "base": str(self._base),
            "bases": {name: str(root) for name, root in self._bases.items()},
            "passphrase": self.access.passphrase,
            "passwords": self.access.passwords,
            "hashes": self.access.hashes,
            "hosts": {name: host.role for name, host in self.hosts.items()},
        }
        fresh = self.folder / f"{STATE}.new"
        fresh.touch(mode=0o600)
        fresh.write_text(json.dumps(state, indent=1))
        fresh.rename(self.folder / STATE)


def _access(folder: Path, passphrase: str, passwords: dict[str, str], hashes: dict[str, str]) -> Access:
    return Access(
        key_file=folder / "id_ed25519",
        encrypted_key_file=folder / "id_ed25519_encrypted",
        passphrase=passphrase,
        known_hosts=folder / "known_hosts",
        passwords=passwords,
        hashes=hashes,
    )


def _make_access(instance: int, base_root: Path) -> Access:
    folder = run_dir() / str(instance)
    folder.mkdir(parents=True, mode=0o700)
    passwords = {name: identity.password() for name in ADMINS}
    hashes = {name: identity.hash_password(base_root, clear) for name, clear in passwords.items()}
    access = _access(folder, identity.password(), passwords, hashes)
    identity.make_key_pair(access.key_file, "", f"lab {instance}")
    shutil.copy2(access.key_file, access.encrypted_key_file)
    command.run(
        ["ssh-keygen", "-q", "-p", "-P", "", "-N", access.passphrase, "-f", str(access.encrypted_key_file)]
    )
    return access


class Lock:
    """Who owns an instance. It ends with the process that holds it, so a crash never leaves it behind."""

    def __init__(self, instance: int, descriptor: int, path: Path) -> None:
        self.instance = instance
        self._descriptor = descriptor
        self._path = path

    @classmethod
    def of(cls, instance: int, *, take_over: bool = False) -> Lock:
        """Own this instance. Raises LabError when another process does, or (but for `take_over`) it was left running."""
        if not 0 <= instance <= HIGHEST_INSTANCE:
            raise LabError(f"Lab instances are numbered 0 to {HIGHEST_INSTANCE}, not {instance}.")
        lock = cls._try(instance)
        if lock is None:
            raise LabError(
                f"Lab {instance} is in use by another process. Choose another with AZDESK_LAB_INSTANCE."
            )
        if lock.kept and not take_over:
            lock.release(kept=True)
            raise LabError(
                f"Lab {instance} is up already. Use it (AZDESK_LAB_ATTACH=1), choose another number "
                f"(AZDESK_LAB_INSTANCE), or end it: python -m tests.lab --instance {instance} down"
            )
        return lock

    @classmethod
    def first_free(cls) -> Lock:
        """Own AZDESK_LAB_INSTANCE, or the first instance from 1 that is free. Sweeps away all that crashes left."""
        if chosen := os.environ.get("AZDESK_LAB_INSTANCE"):
            return cls.of(int(chosen))
        for instance in instances():
            lock = cls._try(instance)
            if lock is not None:
                if not lock.kept:
                    sweep(instance)
                lock.release(kept=lock.kept)
        for instance in range(1, HIGHEST_INSTANCE + 1):
            lock = cls._try(instance)
            if lock is not None and not lock.kept:
                return lock
            if lock is not None:
                lock.release(kept=True)
        raise LabError(
            f"All lab instances up to {HIGHEST_INSTANCE} are in use. `python -m tests.lab status` lists them."
        )

    @classmethod
    def _try(cls, instance: int) -> Lock | None:
        folder = run_dir()
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{instance}.lock"
        while True:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(descriptor)
                return None
            # The owner before us removes the file: a lock on a removed file protects nothing.
            with contextlib.suppress(FileNotFoundError):
                if os.fstat(descriptor).st_ino == path.stat().st_ino:
                    return cls(instance, descriptor, path)
            os.close(descriptor)

    @property
    def kept(self) -> bool:
        """Whether it was left running on purpose, and still runs."""
        marked = os.fstat(self._descriptor).st_size > 0
        return marked and bool(cgroups.processes(cgroups.lab_group(self.instance)))

    def release(self, *, kept: bool = False) -> None:
        """Give it up: with `kept` the lab runs on, else nothing of it is left."""
        if kept:
            os.ftruncate(self._descriptor, 0)
            os.pwrite(self._descriptor, b"kept\n", 0)
        else:
            self._path.unlink(missing_ok=True)
            with contextlib.suppress(OSError):
                run_dir().rmdir()
        os.close(self._descriptor)


def sweep(instance: int) -> None:
    """Remove every trace of an instance, running or crashed. Call it only while holding its lock."""
    folder = run_dir() / str(instance)
    cgroups.end(cgroups.lab_group(instance))
    Network(instance, folder / "net").destroy()
    _unmount_beneath(folder)
    if folder.exists():
        shutil.rmtree(folder)
    for leftovers in NSPAWN_LEFTOVERS:
        for left in Path(leftovers).glob(f"azlab{instance}-*"):
            with contextlib.suppress(OSError):
                left.rmdir()


def _unmount_beneath(folder: Path) -> None:
    deadline = time.monotonic() + 10
    while points := _mounts_beneath(folder):
        for point in points:
            done = command.run(["umount", point], check=False)
            if not done.ok and time.monotonic() > deadline:
                raise LabError(
                    f"Cannot unmount {point}: {done.stderr.strip()}. `fuser -vm {point}` shows what uses it."
                )
        time.sleep(0.02)


def _mounts_beneath(folder: Path) -> list[str]:
    """Mount points at or beneath a folder, the innermost first."""
    points = [line.split(" ")[4] for line in Path("/proc/self/mountinfo").read_text().splitlines()]
    return [point for point in reversed(points) if point == str(folder) or point.startswith(f"{folder}/")]


def instances() -> list[int]:
    """The numbers of all instances that run or have left something behind."""
    if not run_dir().is_dir():
        return []
    return sorted(int(entry.name) for entry in run_dir().iterdir() if entry.is_dir() and entry.name.isdigit())


def _role(name: str) -> str:
    """See the table in tests/lab/README.md."""
    if name in STORAGE:
        return "storage"
    number = _number(name)
    return "plain" if number < 100 or number in CONTROLLERS else "application"


def _recipe(name: str) -> Recipe:
    return BULLSEYE if _number(name) in OLD else FORKY


def _number(name: str) -> int:
    if not re.fullmatch(r"a\d{1,3}", name) or not 2 <= int(name[1:]) <= 254:
        raise LabError(f"Hosts are named a2 to a254 after the last part of their address, not {name}.")
    return int(name[1:])


def _allow_many_watches() -> None:
    """Each container's systemd takes several inotify instances of the 128 that the kernel gives root by default."""
    limit = Path("/proc/sys/fs/inotify/max_user_instances")
    if int(limit.read_text()) < WATCHES:
        limit.write_text(f"{WATCHES}\n")
