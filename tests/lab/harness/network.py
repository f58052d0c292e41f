"""The lab's network: a bridge in a namespace of its own, a cable to each host and one to this machine.

Instance n has 10.77.n.0/24: this machine is .1, host a251 is .251. Extra addresses of a251 are 10.(128+n).251.1 and up.
Nothing is routed or forwarded: the hosts reach each other and this machine, no one else.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.lab.harness import command


class Network:
    """Namespaces and cables of one instance; their handles are files in `folder`."""

    def __init__(self, instance: int, folder: Path) -> None:
        self.instance = instance
        self.folder = folder
        self.interface = f"azlab{instance}"
        self._switch = folder / "switch"

    def address(self, number: int) -> str:
        return f"10.77.{self.instance}.{number}"

    def extra_address(self, number: int, index: int) -> str:
        """The index-th (from 0) extra address of a host."""
        return f"10.{128 + self.instance}.{number}.{index + 1}"

    def namespace(self, host: str) -> Path:
        return self.folder / host

    def create(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        _make_namespace(self._switch)
        machine = Path("/proc/self").resolve().name
        _ip(
            self._switch,
            "link add lan type bridge",
            f"link add machine type veth peer name {self.interface} netns {machine}",
            "link set machine master lan",
            "link set lan up",
            "link set machine up",
        )
        Path(f"/proc/sys/net/ipv4/conf/{self.interface}/forwarding").write_text("0")
        _ip(
            None,
            f"addr add {self.address(1)}/24 dev {self.interface}",
            f"link set {self.interface} up",
            f"route add 10.{128 + self.instance}.0.0/16 dev {self.interface} src {self.address(1)}",
        )

    def plug(self, host: str, number: int, extra: int) -> None:
        """Give the host a namespace with loopback, eth0, its address and `extra` further ones."""
        namespace = self.namespace(host)
        _make_namespace(namespace)
        # The same hardware address after every reset: neighbours need not forget the old one first.
        hardware = f"02:77:{self.instance:02x}:00:00:{number:02x}"
        _ip(
            self._switch,
            f"link add {host} type veth peer name eth0 address {hardware} netns {namespace}",
            f"link set {host} master lan",
            f"link set {host} up",
        )
        _ip(
            namespace,
            "link set lo up",
            f"addr add {self.address(number)}/24 dev eth0",
            "link set eth0 up",
            *self._extra_lines(number, 0, extra),
        )

    def add_addresses(self, host: str, number: int, first: int, count: int) -> None:
        _ip(self.namespace(host), *self._extra_lines(number, first, count))

    def _extra_lines(self, number: int, first: int, count: int) -> list[str]:
        wanted = range(first, first + count)
        return [f"addr add {self.extra_address(number, index)}/32 dev eth0" for index in wanted]

    def unplug(self, host: str) -> None:
        namespace = self.namespace(host)
        if namespace.exists():
            _ip(self._switch, f"link del {host}")
            command.run(["umount", str(namespace)])
            namespace.unlink()

    def forward(self, host: str, on: bool) -> None:
        """Let the host's packets through, or drop all of them silently, as a dead cable beyond its switch would."""
        state = "3" if on else "0"
        command.run(
            ["nsenter", f"--net={self._switch}", "bridge", "link", "set", "dev", host, "state", state]
        )

    def destroy(self) -> None:
        """Remove the cable to this machine; the rest goes when the namespaces are unmounted."""
        if Path(f"/sys/class/net/{self.interface}").exists():
            subprocess.run(
                ["ip", "link", "del", self.interface], capture_output=True, timeout=10, check=False
            )


def _make_namespace(handle: Path) -> None:
    handle.touch()
    command.run(["unshare", f"--net={handle}", "true"])


def _ip(namespace: Path | None, *lines: str) -> None:
    if lines:
        enter = ["nsenter", f"--net={namespace}"] if namespace else []
        command.run([*enter, "ip", "-batch", "-"], input="\n".join(lines) + "\n")
