"""“Test this binding” says the same of the practice fleet's directory as of a real slapd."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from azdesk.app.binding.findings import BindingReport, Finding, Verdict
from azdesk.app.binding.testing import check_binding
from azdesk.app.session import AwaitedStore, Session
from azdesk.core.secret import Secret
from azdesk.fleet import edit, secret_names
from azdesk.fleet.model import Fleet
from tests.contract.test_directory import A251, COUNT, Server, server
from tests.lab.harness import guide_directory as guide

__all__ = ["server"]


class Kept:
    """The reader's password, in memory."""

    def __init__(self, fleet: Fleet, password: str) -> None:
        self._named, self._password = secret_names.reader(fleet), password

    def get(self, name: str, what: str) -> Secret | None:
        return Secret(self._password) if (name, what) == self._named else None


class Bench:
    """A document with that directory, as somebody else's."""

    def __init__(self, server: Server, folder: Path) -> None:
        self.server = server
        self.folder = folder
        self.before = server.pool._fleet
        self.fleet = self.before
        self.change(
            base=guide.SUFFIX,
            urls=(f"ldaps://{server.place.address}",),
            reader=guide.READER,
            ca=server.authority.certificate,
        )

    def change(self, **values: object) -> None:
        changes = {("directory", key): value for key, value in values.items()}
        self.fleet = edit.with_values(self.fleet, changes)

    def run(self, password: str = guide.READER_PASSWORD) -> BindingReport:
        session = Session(
            self.fleet,
            self.server.pool,
            secrets=Kept(self.fleet, password),
            awaited=AwaitedStore(self.folder / "awaited.json"),
        )
        session.update(self.fleet)
        return check_binding(session, [A251])


@pytest.fixture
def bench(server: Server, tmp_path: Path) -> Iterator[Bench]:
    made = Bench(server, tmp_path)
    yield made
    server.pool.update(made.before)


def one(report: BindingReport, key: str) -> Finding:
    """The finding from a251, or of what stands behind the login."""
    trial = next(trial for trial in report.trials if trial.origin == A251)
    return next(finding for finding in (*trial.findings, *report.contents) if finding.key == key)


def test_all_of_a_good_one(bench: Bench) -> None:
    report = bench.run()
    assert report.good, report
    for key in ("port", "tls", "login", "kind", "base", "filter", "limits", "schema", "phones"):
        assert one(report, key).verdict is Verdict.GOOD, one(report, key)
    assert f"matches {COUNT} people" in one(report, "filter").text
    assert one(report, "trust").verdict is Verdict.NOTE
    assert one(report, "secrecy").text == "Without a login nobody sees anything."


def test_what_is_wrong_is_told(bench: Bench) -> None:
    assert one(bench.run("wrong"), "login").verdict in (Verdict.BAD, Verdict.UNTRIED)
    bench.change(people=f"ou=Nobody,{guide.SUFFIX}")
    base = one(bench.run(), "base")
    assert (base.verdict, guide.SUFFIX in base.text) == (Verdict.BAD, True)
    bench.change(people="", account_filter="(sAMAccountName=*)")
    people = one(bench.run(), "filter")
    assert (people.verdict, "does not know sAMAccountName" in people.text) == (Verdict.BAD, True)
    bench.change(kind="active-directory", account_filter="")
    kind = one(bench.run(), "kind")
    assert (kind.verdict, "no Active Directory" in kind.text) == (Verdict.BAD, True)


def test_a_certificate_of_somebody_else(bench: Bench) -> None:
    from tests.lab.harness.tls import Authority

    bench.change(ca=Authority().certificate)
    report = bench.run()
    assert (one(report, "tls").verdict, "Directory authority" in one(report, "tls").text) == (
        Verdict.BAD,
        True,
    )
    assert not report.good
