"""Call records of several hosts as one list."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from azdesk.app import cdr
from azdesk.app.session import Session
from azdesk.core.errors import Cancelled, LinkLost
from azdesk.core.progress import Job, Progress
from azdesk.fleet import edit
from azdesk.fleet.model import Fleet


def row(end: int, **more: Any) -> dict[str, Any]:
    return {
        "src": "6801", "dst": "6802", "clid": '"Anna" <6801>', "context": "all", "channel": "", "dstchannel": "", "app": "Dial",
        "data": "", "start": end - 9.0, "answer": 0.0, "end": float(end), "duration": 9, "billsec": 0, "disposition": "BUSY",
        "answered": False, "id": str(end), "near": "6801", "far": "", "direction": "internal", "trunks": [], "dialled": "", **more,
    }  # fmt: skip


class Hosts:
    """What each host answers, portion by portion."""

    def __init__(self, **answers: list[list[int]] | Exception) -> None:
        self.fleet = Fleet()
        for host in answers:
            self.fleet = edit.add_host(self.fleet, host, {"address": f"{host}.example.org"})
        self.answers = answers
        self.asked: list[str] = []

    def link(self, host: str, job: Job) -> Any:
        return SimpleNamespace(cdr=lambda request: self.answer(host, request))

    def answer(self, host: str, request: dict[str, Any]) -> dict[str, Any]:
        self.asked.append(host)
        portions = self.answers[host]
        if isinstance(portions, Exception):
            raise portions
        at = int(request["before"] or 0)
        rows = [row(end) for end in portions[at]] if portions else []
        more = at + 1 < len(portions)
        return {"rows": rows, "before": str(at + 1) if more else "", "found": bool(portions), "lines": 100}

    def search(self, query: cdr.Query | None = None) -> cdr.Search:
        session = cast("Session", SimpleNamespace(fleet=self.fleet, pool=self))
        return cdr.Search(session, query or cdr.Query())


def test_the_newest_of_all_hosts_first_page_by_page() -> None:
    hosts = Hosts(a=[[90, 70], [], [50, 20]], b=[[80], [60, 10]], c=[])
    search = hosts.search()
    first = search.page(3)
    assert [(one.host, one.end) for one in first.records] == [("a", 90), ("b", 80), ("a", 70)]
    assert (first.more, first.empty) == (True, ("c",))
    rest = search.page(10)
    assert [one.end for one in rest.records] == [60, 50, 20, 10]
    assert not rest.more
    assert rest.lines == 600
    assert hosts.asked.count("b") == 2


def test_a_host_that_does_not_tell_keeps_nothing_from_the_others() -> None:
    page = Hosts(a=[[1]], b=LinkLost("Gone.", where="b")).search().page()
    assert [one.host for one in page.records] == ["a"]
    assert list(page.silent) == ["b"]


def test_a_cancelled_search(tmp_path: Path) -> None:
    job = Job()
    job.cancel()
    with pytest.raises(Cancelled):
        Hosts(a=[[1]]).search().page(job=job)
    target = tmp_path / "calls.csv"
    target.write_text("before")
    with pytest.raises(Cancelled):
        cdr.export(Hosts(a=[[1]]).search(), target, job)
    assert target.read_text() == "before"
    assert list(tmp_path.iterdir()) == [target]


def test_export(tmp_path: Path) -> None:
    said: list[Progress] = []
    target = tmp_path / "calls.csv"
    done = cdr.export(Hosts(a=[[1_795_600_009]]).search(), target, Job(said.append))
    assert (done.count, dict(done.silent)) == (1, {})
    heading, line, rest = target.read_bytes().decode().split("\r\n")
    assert heading.startswith("host,start,answer,end,caller")
    assert line == (
        "a,2026-11-25T09:46:40Z,,2026-11-25T09:46:49Z,6801,Anna,6802,,6801,,internal,,9,0,BUSY,Dial,1795600009"
    )
    assert rest == ""
    assert said[-1].text == "1 records written"


@pytest.mark.parametrize(
    ("name", "cell"), [("=1+1", "'=1+1"), ("+49301", "+49301"), ("@x", "'@x"), ("Anna", "Anna")]
)
def test_no_name_is_a_formula(name: str, cell: str) -> None:
    hosts = Hosts(a=[[1]])
    (record,) = hosts.search().page().records
    written = cdr.sheet([replace(record, caller_name=name)], heading=False)
    assert written.split(",")[5] == cell
