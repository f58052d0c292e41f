"""Call detail records, read from their end."""

from __future__ import annotations

import gzip
import os
import time
from pathlib import Path
from typing import Any

import pytest

from azdesk.onhost import cdr
from azdesk.onhost.fault import Fault
from azdesk.onhost.machine import Machine

START = 1_795_600_000


def line(number: int, **more: Any) -> str:
    """Call number so and so: one every ten seconds, each thirty seconds long."""
    end = START + 10 * number
    values = {
        "src": f"68{number % 100:02d}", "dst": f"030{number:05d}", "far": "az-trunk-provider", "near": "", "talked": number % 60,
        "outcome": "ANSWERED", "clid": '""Anna, """" Meier"" <6801>', **more,
    }  # fmt: skip

    def moment(seconds: float) -> str:
        return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(seconds))

    near = values["near"] or values["src"]
    far = f"PJSIP/{values['far']}-{number:08x}" if values["far"] else ""
    return (
        f'"","{values["src"]}","{values["dst"]}","all","{values["clid"]}","PJSIP/{near}-{number:08x}","{far}","Dial",'
        f'"PJSIP/{values["dst"][1:]}@{values["far"]},60","{moment(end - 30)}","{moment(end - 25)}","{moment(end)}",30,{values["talked"]},'
        f'"{values["outcome"]}","DOCUMENTATION","{end - 30}.{number}",""\n'
    )


class Host:
    def __init__(self, root: Path) -> None:
        self.folder = root / cdr.FOLDER[1:]
        self.folder.mkdir(parents=True)
        self.settings = root / cdr.SETTINGS[1:]
        self.settings.parent.mkdir(parents=True)
        self.settings.write_text("[general]\n[csv]\nusegmtime=yes    ; in UTC\n")
        self.machine = Machine(str(root))

    def search(self, **request: Any) -> dict[str, Any]:
        return cdr.search(self.machine, request)

    def all(self, limit: int = 7, **request: Any) -> list[dict[str, Any]]:
        """Page by page to the end."""
        found, before = [], ""
        for _ in range(10_000):
            answer = self.search(limit=limit, before=before, **request)
            found += answer["rows"]
            before = answer["before"]
            if not before:
                return found
        raise AssertionError("no end")


@pytest.fixture
def host(tmp_path: Path) -> Host:
    return Host(tmp_path)


def numbers(rows: list[dict[str, Any]]) -> list[int]:
    return [int(row["id"].partition(".")[2]) for row in rows]


def test_a_row(host: Host) -> None:
    (host.folder / "Master.csv").write_text(line(7) + "no record\n" + '"half","a line')
    (row,) = host.search()["rows"]
    assert row["start"] == START + 40
    assert row["answer"] == START + 45
    assert row["end"] == START + 70
    assert (row["src"], row["dst"], row["clid"]) == ("6807", "03000007", '"Anna, "" Meier" <6801>')
    assert (row["near"], row["far"], row["direction"], row["trunks"]) == (
        "6807",
        "az-trunk-provider",
        "out",
        ["provider"],
    )
    assert (row["duration"], row["billsec"], row["answered"], row["id"]) == (30, 7, True, f"{START + 40}.7")


@pytest.mark.parametrize("chunk", [40, 300, 1000, 1 << 19])
def test_all_of_them_in_order_whatever_the_chunk(
    host: Host, monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    monkeypatch.setattr(cdr, "CHUNK", chunk)
    (host.folder / "Master.csv").write_text("".join(line(number) for number in range(40, 60)))
    (host.folder / "Master.csv.1").write_text("".join(line(number) for number in range(20, 40)))
    with gzip.open(host.folder / "Master.csv.2.gz", "wt") as packed:
        packed.write("".join(line(number) for number in range(20)))
    for age, name in enumerate(("Master.csv", "Master.csv.1", "Master.csv.2.gz")):
        os.utime(host.folder / name, (START - age, START - age))
    (host.folder / "6801.csv").write_text(line(99))  # an account's own copy
    for limit in (1, 7, 100):
        assert numbers(host.all(limit)) == list(range(59, -1, -1))
    assert numbers(host.all(**{"from": START + 100.0, "to": START + 300.0})) == list(range(33, 12, -1))
    assert numbers(host.all(number="03000042")) == [42]
    assert host.all(number="nobody") == []


def test_what_is_looked_for(host: Host) -> None:
    rows = [
        line(0), line(1, far="", near="az-trunk-provider", outcome="NO ANSWER", talked=0), line(2, far="az-host-a253"),
        line(3, far="6810"), line(4, far="", outcome="BUSY", talked=0), line(5, near="az-trunk-other", far="6801"),
    ]  # fmt: skip
    (host.folder / "Master.csv").write_text("".join(rows))
    assert numbers(host.all(direction="out")) == [0]
    assert numbers(host.all(direction="in")) == [5, 1]
    assert numbers(host.all(direction="between")) == [2]
    assert numbers(host.all(direction="internal")) == [4, 3]
    assert numbers(host.all(trunk="other")) == [5]
    assert numbers(host.all(answered=False)) == [4, 1]
    assert numbers(host.all(answered=True, shortest=3)) == [5, 3]
    assert numbers(host.all(longest=2, answered=True)) == [2, 0]
    assert numbers(host.all(number="Meier", direction="out")) == [0]


def test_a_file_that_is_put_away_between_two_pages(host: Host) -> None:
    file = host.folder / "Master.csv"
    file.write_text("".join(line(number) for number in range(10)))
    first = host.search(limit=4)
    assert numbers(first["rows"]) == [9, 8, 7, 6]
    file.rename(host.folder / "Master.csv.1")
    file.write_text(line(10))
    assert numbers(host.search(limit=100, before=first["before"])["rows"]) == [5, 4, 3, 2, 1, 0]
    (host.folder / "Master.csv.1").unlink()
    with pytest.raises(Fault, match="put away"):
        host.search(before=first["before"])
    with pytest.raises(Fault):
        host.search(before="nonsense")


def test_an_answer_takes_its_time_and_no_more(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cdr, "CHUNK", 2000)
    monkeypatch.setattr(cdr, "BUDGET", 0.0)
    (host.folder / "Master.csv").write_text("".join(line(number) for number in range(200)))
    answer = host.search(answered=False)
    assert answer["rows"] == []
    assert 0 < answer["lines"] < 200
    assert host.all(answered=False) == []
    assert len(host.all(limit=500)) == 200


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the zone cannot be changed here")
def test_the_hosts_own_time(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    host.settings.write_text("[csv]\nusegmtime=no\n")
    (host.folder / "Master.csv").write_text(line(7))
    monkeypatch.setenv("TZ", "Asia/Taipei")
    time.tzset()
    try:
        assert host.search()["rows"][0]["end"] == START + 70 - 8 * 3600
    finally:
        monkeypatch.undo()
        time.tzset()


def test_nothing_there(host: Host) -> None:
    assert host.search() == {"rows": [], "before": "", "found": False, "lines": 0}
    host.folder.rmdir()
    assert host.search()["found"] is False
