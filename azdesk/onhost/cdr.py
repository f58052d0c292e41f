"""Asterisk's call detail records (cdr_csv), read from their end: the newest first, however many there are.

A line is written when its call ends, so a file is in the order of ends. That is what makes large files cheap: what is too new is
stepped over by halving, reading stops at what is too old, and a number that does not occur in a stretch of the file at all is
looked for once, not line by line. Fields as cdr_csv of 16 to 22 writes them [seen in the lab]; those that its options add come last.
"""

from __future__ import annotations

import re
import time

from azdesk.onhost.fault import Fault

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from azdesk.onhost.machine import Machine

    Row = dict[str, Any]

FOLDER = "/var/log/asterisk/cdr-csv"
SETTINGS = "/etc/asterisk/cdr.conf"
MAIN = "Master.csv"
CHUNK = 1 << 19
BUDGET = 1.5
"""Seconds that one answer may take; the next one goes on from there."""
MOST = 2000
"""Rows of one answer, at most."""
SLACK = 86_400.0
"""Seconds that calls may last, and by which the order of ends may be wrong, when what is too new is stepped over."""
TRUNK, HOST = "az-trunk-", "az-host-"
_ROTATED = re.compile(r"Master\.csv[.-][\w.-]+")
_FIELDS = 16
_CHANNEL = re.compile(r"\w+/(.+)-[0-9a-f]{8}(?:;[12])?$")
_ID = re.compile(r"(?:[\w-]+-)?\d{6,}\.\d+")
_LENGTHS = re.compile(rb',\d+,(\d+),"[A-Z ]+","[A-Z]+"')
_PLACES = {
    "in": re.compile(rb'(?:"(?:[^"]|"")*",){5}"\w+/az-trunk-'),
    "out": re.compile(rb'(?:"(?:[^"]|"")*",){6}"\w+/az-trunk-'),
}
"""Where a trunk stands in a line: who calls, or who is called."""
_SECTION = re.compile(r"\[([^]]*)\]")


class Wanted:
    """What is looked for; an empty word, or nothing, means any."""

    def __init__(self, request: dict[str, Any]) -> None:
        self.first = _number(request, "from")
        self.last = _number(request, "to") or float("inf")
        self.number = str(request.get("number") or "")
        self.direction = str(request.get("direction") or "")
        self.trunk = str(request.get("trunk") or "")
        self.answered = request.get("answered")
        self.shortest = _number(request, "shortest")
        self.longest = _number(request, "longest") or float("inf")

        self.must, self.must_not = self._marks()
        """What a line has in it that may be wanted, and what it has not: told without understanding the line."""

    def _marks(self) -> tuple[list[bytes], list[bytes]]:
        must, must_not = [], []
        if self.number:
            must.append(self.number.encode("utf-8", "replace"))
        if self.trunk:
            must.append(("%s%s-" % (TRUNK, self.trunk)).encode())
        elif self.direction in ("in", "out"):
            must.append(TRUNK.encode())
        if self.direction == "between":
            must.append(HOST.encode())
        if self.direction == "internal":
            must_not += [TRUNK.encode(), HOST.encode()]
        if self.answered is not None:
            (must if self.answered else must_not).append(b'"ANSWERED"')
        return must, must_not

    def may_take(self, line: bytes) -> bool:
        """Whether a line is worth understanding."""
        for mark in self.must:
            if mark not in line:
                return False
        for mark in self.must_not:
            if mark in line:
                return False
        place = _PLACES.get(self.direction)
        if place is not None and not place.match(line):
            return False
        if self.shortest or self.longest != float("inf"):
            lengths = _LENGTHS.search(line)
            return lengths is None or self.shortest <= int(lengths.group(1)) <= self.longest
        return True

    def takes(self, row: Row) -> bool:
        return (
            self.first <= row["start"] <= self.last
            and (
                not self.number or any(self.number in row[name] for name in ("src", "dst", "clid", "dialled"))
            )
            and (not self.direction or row["direction"] == self.direction)
            and (not self.trunk or self.trunk in row["trunks"])
            and (self.answered is None or row["answered"] is self.answered)
            and self.shortest <= row["billsec"] <= self.longest
        )


def search(machine: Machine, request: dict[str, Any]) -> dict[str, Any]:
    """The next rows that are looked for.

    Args:
        request: see `Wanted`; ``limit``; ``before``, where the last answer ended.

    Returns:
        ``rows``, newest first; ``before``, empty when there are no more; ``found``, whether there is any file; ``lines`` looked at.

    Raises:
        Fault: ObserveError where the files cannot be read, or have been rotated away meanwhile.
    """
    wanted = Wanted(request)
    limit = max(1, min(int(_number(request, "limit")) or 100, MOST))
    files = _files(machine)
    reader = _Reader(machine, wanted, limit, utc=_in_utc(machine))
    before = str(request.get("before") or "")
    start = 0
    offset: int | None = None
    if before:
        inode, _, position = before.partition(":")
        start = next((at for at, one in enumerate(files) if str(one[1]) == inode), -1)
        if start < 0 or not position.isdigit():
            raise Fault(
                "ObserveError", "The call records have been put away meanwhile.", FOLDER, "Search again."
            )
        offset = int(position)
    cursor = ""
    for at in range(start, len(files)):
        name, own, size = files[at]
        end = size if offset is None else min(offset, size)
        left = reader.read(FOLDER + "/" + name, end, offset is None)
        offset = None
        if left > 0:
            cursor = "%d:%d" % (own, left)
        elif reader.full and at + 1 < len(files):
            cursor = "%d:%d" % files[at + 1][1:]
        if reader.full or reader.over or left > 0:
            break
    return {
        "rows": reader.rows,
        "before": "" if reader.over else cursor,
        "found": bool(files),
        "lines": reader.lines,
    }


def _files(machine: Machine) -> list[tuple[str, int, int]]:
    """Name, inode and size, the newest first. Of a compressed file the size is that of what is in it, which is not known: endless."""
    try:
        names = machine.names(FOLDER)
    except FileNotFoundError:
        return []
    found = []
    for name in names:
        if name != MAIN and not _ROTATED.fullmatch(name):
            continue
        st = machine.stat(FOLDER + "/" + name)
        if st is not None and st.type == "file" and st.size:
            newest = float("inf") if name == MAIN else st.mtime
            found.append((newest, name, st.inode, 1 << 60 if name.endswith(".gz") else st.size))
    return [(name, inode, size) for _, name, inode, size in sorted(found, reverse=True)]


def _in_utc(machine: Machine) -> bool:
    """Whether times are written in UTC, as Debian's file says; by itself Asterisk takes the host's own time."""
    try:
        text = machine.read(SETTINGS, 1 << 18).decode("utf-8", "replace")
    except OSError:
        return False
    section, said = "", "no"
    for whole in text.splitlines():
        line = whole.partition(";")[0].strip()
        head = _SECTION.match(line)
        if head:
            section = head.group(1).strip()
        elif section == "csv" and "=" in line:
            name, _, value = line.partition("=")
            if name.strip().lower() == "usegmtime":
                said = value.lstrip(">").strip().lower()
    return said in ("yes", "true", "y", "t", "1", "on")


class _Reader:
    def __init__(self, machine: Machine, wanted: Wanted, limit: int, *, utc: bool) -> None:
        self._machine = machine
        self._wanted = wanted
        self._limit = limit
        self._moment = _utc if utc else _local
        self._until = machine.monotonic() + BUDGET
        self.rows: list[Row] = []
        self.lines = 0
        self.over = False
        """Whether all that is left is too old."""

    @property
    def full(self) -> bool:
        return len(self.rows) >= self._limit or self._machine.monotonic() > self._until

    def read(self, path: str, end: int, whole: bool) -> int:
        """Rows that end before an offset. Returns the offset before which nothing has been looked at; 0: all has."""
        if path.endswith(".gz"):
            return self._compressed(path, end)
        if whole and self._wanted.last != float("inf"):
            end = self._past(path, end)
        return self._backwards(lambda skip, size: self._machine.read(path, size, skip), end)

    def _backwards(self, read: Callable[[int, int], bytes], end: int) -> int:
        rest = b""
        while end > 0:
            start = max(0, end - CHUNK)
            data = read(start, end - start) + rest
            # The first line of a stretch may begin before it.
            at = data.find(b"\n") + 1 if start else 0
            if start and not at:
                if len(data) > 4 * CHUNK:
                    data = b""  # no line is that long: nonsense, which is left out
                rest, end = data, start
                continue
            rest = data[:at]
            done = self._stretch(data[at:], start + at)
            if done is not None:
                return done
            end = start
            if self.over:
                return 0
            if self.full and start > 0:
                return start + at
        return 0

    def _stretch(self, data: bytes, offset: int) -> int | None:
        """Whole lines, from the last to the first; the offset where it stopped before the first, None: it did not."""
        first = self._parsed(data[: data.find(b"\n") + 1])
        if any(mark not in data for mark in self._wanted.must):
            self.lines += data.count(b"\n")
            self.over = first is not None and first["end"] < self._wanted.first
            return None
        at = len(data)
        for line in reversed(data.splitlines(keepends=True)):
            if len(self.rows) >= self._limit:
                return offset + at
            at -= len(line)
            self.lines += 1
            if not self._wanted.may_take(line):
                continue
            row = self._parsed(line)
            if row is None:
                continue
            if row["end"] < self._wanted.first:
                self.over = True
                return None
            if self._wanted.takes(row):
                self.rows.append(row)
        # Lines that nobody wants are not dated one by one.
        self.over = self.over or (first is not None and first["end"] < self._wanted.first)
        return None

    def _compressed(self, path: str, end: int) -> int:
        """A file that can only be read from its beginning; it is held whole, decompressed, as long as it is searched."""
        import zlib

        inside = zlib.decompressobj(31)
        parts, skip = [], 0
        while True:
            data = self._machine.read(path, CHUNK, skip)
            if not data:
                break
            skip += len(data)
            parts.append(inside.decompress(data))
        text = b"".join(parts)
        end = min(end, len(text))
        return self._backwards(lambda skip, size: text[skip : skip + size], end)

    def _past(self, path: str, size: int) -> int:
        """An offset behind which all calls have ended too late, found by halving."""
        low, high, latest = 0, size, self._wanted.last + SLACK
        while high - low > CHUNK:
            middle = (low + high) // 2
            data = self._machine.read(path, 1 << 14, middle)
            begin = data.find(b"\n") + 1
            row = self._parsed(data[begin : data.find(b"\n", begin) + 1]) if begin else None
            if row is None:
                return size
            if row["end"] > latest:
                high = middle + begin
            else:
                low = middle + begin
        return high

    def _parsed(self, line: bytes) -> Row | None:
        """One line as a row; None: it is none."""
        fields = _split(line.decode("utf-8", "replace").rstrip("\r\n"))
        if len(fields) < _FIELDS:
            return None
        try:
            end = self._moment(fields[11])
            start = self._moment(fields[9])
            answer = self._moment(fields[10]) if fields[10] else 0.0
            duration, billsec = int(fields[12]), int(fields[13])
        except (ValueError, OverflowError):
            return None
        near, far = _endpoint(fields[5]), _endpoint(fields[6])
        ends = [one for one in (near, far) if one.startswith(TRUNK)]
        direction = "in" if near.startswith(TRUNK) else "out" if far.startswith(TRUNK) else "internal"
        if direction == "internal" and (near.startswith(HOST) or far.startswith(HOST)):
            direction = "between"
        target = fields[8].partition(",")[0] if fields[7] == "Dial" else ""
        return {
            "src": fields[1], "dst": fields[2], "context": fields[3], "clid": fields[4],
            "channel": fields[5], "dstchannel": fields[6], "app": fields[7], "data": fields[8],
            "start": start, "answer": answer, "end": end, "duration": duration, "billsec": billsec,
            "disposition": fields[14], "answered": fields[14] == "ANSWERED",
            "id": next((one for one in fields[16:] if _ID.fullmatch(one)), ""),
            "near": near, "far": far, "direction": direction, "trunks": [one[len(TRUNK) :] for one in ends],
            "dialled": target,
        }  # fmt: skip


def _endpoint(channel: str) -> str:
    found = _CHANNEL.match(channel)
    return found.group(1) if found else channel


def _split(line: str) -> list[str]:
    """Fields of one line: in quotes, which are doubled inside, or bare."""
    fields = []
    at, size = 0, len(line)
    while at <= size:
        if line[at : at + 1] == '"':
            parts = []
            at += 1
            while True:
                close = line.find('"', at)
                if close < 0:
                    return []
                parts.append(line[at:close])
                at = close + 1
                if line[at : at + 1] != '"':
                    break
                parts.append('"')
                at += 1
            fields.append("".join(parts))
            at += 1
        else:
            comma = line.find(",", at)
            comma = size if comma < 0 else comma
            fields.append(line[at:comma])
            at = comma + 1
    return fields


_DAYS = (0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334)


def _parts(text: str) -> tuple[int, int, int, int, int, int]:
    if len(text) != 19:
        raise ValueError(text)
    return (
        int(text[0:4]), int(text[5:7]), int(text[8:10]), int(text[11:13]), int(text[14:16]), int(text[17:19]),
    )  # fmt: skip


def _utc(text: str) -> float:
    year, month, day, hour, minute, second = _parts(text)
    if not 1 <= month <= 12:
        raise ValueError(text)
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    before = year - 1
    days = before * 365 + before // 4 - before // 100 + before // 400 - 719162
    days += _DAYS[month - 1] + (leap and month > 2) + day - 1
    return float(((days * 24 + hour) * 60 + minute) * 60 + second)


def _local(text: str) -> float:
    return time.mktime((*_parts(text), 0, 0, -1))


def _number(request: dict[str, Any], name: str) -> float:
    value = request.get(name)
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else 0.0
