"""One booted system: an overlay over the base, run by systemd-nspawn in a network namespace and control group of its own.

Started by nsenter, not by `ip netns exec`: the latter mounts /sys anew, and systemd-nspawn then finds no control groups.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from tests.lab.harness import cgroups, command
from tests.lab.harness.command import Result
from tests.lab.harness.errors import LabError

# Enters the control group and the network namespace, then becomes systemd-nspawn.
LAUNCH = 'echo $$ > "$1/cgroup.procs" && net=$2 && shift 2 && exec nsenter --net="$net" systemd-nspawn "$@"'
NSPAWN_LEFTOVERS = ("/run/systemd/nspawn/propagate", "/run/systemd/nspawn/unix-export")
DISK_SIZE = 4 * 1024**3
INSIDE_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class Container:
    """`folder` holds its disk (in memory): upper, work, the mounted root, and saved copies of upper."""

    def __init__(self, *, machine: str, base: Path, folder: Path, namespace: Path, group: Path) -> None:
        self.machine = machine
        self.base = base
        self.folder = folder
        self.root = folder / "root"
        self.log = folder.with_suffix(".log")
        self._namespace = namespace
        self._group = group
        self._process: subprocess.Popen[bytes] | None = None

    def make_disk(self) -> None:
        self.folder.mkdir(parents=True)
        command.run(
            ["mount", "-t", "tmpfs", "-o", f"size={DISK_SIZE},mode=0700", "azdesk-lab", str(self.folder)]
        )
        (self.folder / "saved").mkdir()
        self.mount()

    def mount(self, upper_from: Path | None = None) -> None:
        """Mount the root with an empty upper layer, or with a copy of a saved one."""
        upper, work = self.folder / "upper", self.folder / "work"
        for old in (upper, work):
            if old.exists():
                shutil.rmtree(old)
        work.mkdir()
        if upper_from is None:
            upper.mkdir(mode=0o755)
        else:
            command.run(["cp", "-a", str(upper_from), str(upper)])
        self.root.mkdir(exist_ok=True)
        options = f"lowerdir={self.base},upperdir={upper},workdir={work}"
        command.run(["mount", "-t", "overlay", "-o", options, "azdesk-lab", str(self.root)])

    def save(self, name: str) -> Path:
        """Keep a copy of the upper layer as it is now. The processes stand still meanwhile."""
        target = self.folder / "saved" / name
        freezer = self._group / "cgroup.freeze"
        frozen = freezer.exists()
        if frozen:
            freezer.write_text("1")
        try:
            command.run(["sync", "-f", str(self.root)], check=False)
            command.run(["cp", "-a", str(self.folder / "upper"), str(target)])
        finally:
            if frozen:
                freezer.write_text("0")
        return target

    def limit_disk(self, *, full: bool) -> None:
        """Take all free space away from the disk, or give it back."""
        disk = os.statvfs(self.folder)
        used = (disk.f_blocks - disk.f_bfree) * disk.f_frsize
        command.run(["mount", "-o", f"remount,size={used if full else DISK_SIZE}", str(self.folder)])

    def forget(self, name: str) -> None:
        """Drop a saved copy, if there is one."""
        with contextlib.suppress(FileNotFoundError):
            shutil.rmtree(self.folder / "saved" / name)

    def unmount(self) -> None:
        command.run(["umount", str(self.root)])

    def boot(self) -> None:
        self._group.mkdir(parents=True)
        options = [
            f"--machine={self.machine}",
            f"--directory={self.root}",
            "--register=no",
            "--keep-unit",
            "--resolv-conf=off",
            "--link-journal=no",
            "--timezone=off",
            "--capability=all",
            "--bind=/dev/net/tun",
            "--bind=/dev/fuse",
            "--boot",
            "--console=pipe",
        ]
        argv = ["sh", "-c", LAUNCH, "launch", str(self._group), str(self._namespace), *options]
        # The machine itself may run cgroup v1 beside v2; the systemd inside wants v2 alone.
        env = {"PATH": INSIDE_PATH, "SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "1", "LANG": "C.UTF-8"}
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                argv, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )

    def kill(self) -> None:
        """End it as a power cut would. Its disk stays."""
        cgroups.end(self._group)
        self.bury()
        for folder in NSPAWN_LEFTOVERS:
            with contextlib.suppress(OSError):
                Path(folder, self.machine).rmdir()

    def bury(self) -> None:
        """Take note of the end of systemd-nspawn, if this process started it."""
        if self._process is not None:
            self._process.wait(timeout=10)
            self._process = None

    def leave(self) -> None:
        """Let it run on when this process ends, without Python's warning about a child left behind."""
        if self._process is not None:
            self._process.returncode = 0
            self._process = None

    def leader(self) -> int | None:
        """The process number, on this machine, of the container's init; None unless it runs."""
        for process in cgroups.processes(self._group / "payload" / "init.scope"):
            with contextlib.suppress(OSError):
                status = Path(f"/proc/{process}/status").read_text()
                fields = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
                # Before it becomes systemd it is still systemd-nspawn, with this machine's files around it.
                if fields["NSpid"].split()[-1] == "1" and fields["Name"] == "systemd":
                    return process
        return None

    def wait_for_leader(self, timeout: float) -> int:
        deadline = time.monotonic() + timeout
        while (leader := self.leader()) is None:
            died = self._process is not None and self._process.poll() is not None
            if died or time.monotonic() > deadline:
                said = self.log.read_text(errors="replace").strip()[-1000:] if self.log.exists() else ""
                raise LabError(
                    f"systemd-nspawn did not boot {self.machine} ({self.log}): {said or 'it says nothing'}"
                )
            time.sleep(0.02)
        return leader

    def run(
        self,
        argv: Sequence[str],
        *,
        input: str | bytes | None = None,  # noqa: A002 - as subprocess.run names it
        check: bool = True,
        timeout: float = 60.0,
    ) -> Result:
        """Run a command inside, as root, not by way of SSH. Errors as for command.run."""
        return command.run(self.enter_argv(argv), input=input, check=check, timeout=timeout)

    def enter_argv(self, argv: Sequence[str]) -> list[str]:
        leader = self.leader()
        if leader is None:
            raise LabError(f"{self.machine} does not run. `python -m tests.lab status` shows what does.")
        namespaces = ["--mount", "--uts", "--ipc", "--net", "--pid", "--cgroup", "--root", "--wd"]
        env = [f"PATH={INSIDE_PATH}", "HOME=/root", "LANG=C.UTF-8", f"TERM={os.environ.get('TERM', 'dumb')}"]
        return ["nsenter", f"--target={leader}", *namespaces, "env", "-i", *env, *argv]
