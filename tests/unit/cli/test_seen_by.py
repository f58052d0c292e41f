"""`azdesk people list --seen-by`: the accounts that a practice host's chat server sees."""

from __future__ import annotations

from pathlib import Path

from azdesk.practice import PracticeFleet
from tests.unit.cli.conftest import DOMAIN, Home
from tests.unit.cli.test_shapes import holds


def test_whom_a_host_sees(home: Home, document: Path, fleet: PracticeFleet) -> None:
    argv = ("people", "list", document, "--seen-by", "a251")
    before = home.run(*argv)
    assert before.code == 1
    assert "does not tell its accounts" in before.err
    assert home.run("apply", document, "--yes", "--allow-loss", "a253").code == 0
    nobody = home.run(*argv)
    assert (nobody.code, nobody.out, nobody.err) == (0, "", "a251 sees nobody.\n")
    for name in ("anna", "bert", "bertha", "azcheck-a251"):
        fleet.host("a251").run(["ejabberdctl", "register", name, DOMAIN, "pw"])
    assert home.run(*argv).out.split() == ["anna", "bert", "bertha"]
    assert home.run("people", "list", document, "BERT", "--seen-by", "a251").out.split() == ["bert", "bertha"]
    cut = home.run(*argv, "--limit", "1")
    assert (cut.out.split(), "Only the first 1 of 3" in cut.err) == (["anna"], True)
    value = holds(home.run(*argv, "--json"), "people-list")
    assert (value["host"], value["domain"], value["accounts"], value["partial"]) == (
        "a251", DOMAIN, ["anna", "bert", "bertha"], None,
    )  # fmt: skip
    unknown = home.run("people", "list", document, "--seen-by", "a25")
    assert unknown.code == 1
    assert "There is no host “a25”" in unknown.err
