"""What is mounted, from the kernel's own table."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from azdesk.onhost.machine import Machine

    Table = list[tuple[str, str, str, str]]


def table(machine: Machine) -> Table:
    """Mounts in the order of proc(5), mountinfo: path, source, type, options."""
    raw = machine.read("/proc/self/mountinfo") if not machine.root else b""
    kept: list[tuple[bytes, Table]] = machine.memory("mounts", lambda: [(b"", [])])
    if kept[0][0] != raw:
        kept[0] = (raw, _parse(raw.decode("utf-8", "surrogateescape")))
    return kept[0][1]


def _parse(text: str) -> Table:
    found = []
    for line in text.splitlines():
        head, _, tail = line.partition(" - ")
        fields, more = head.split(), tail.split(" ")
        if len(fields) < 6 or len(more) < 3:
            continue
        options = fields[5] + ("," + more[2] if more[2] else "")
        found.append((_plain(fields[4]), _plain(more[1]), more[0], options))
    return found


def _plain(text: str) -> str:
    # The kernel writes space, tab, newline and backslash as octal numbers.
    if "\\" not in text:
        return text
    for code, sign in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        text = text.replace(code, sign)
    return text
