"""A join that is cut: wherever and however it happens, the host is all old or all new, and says which.

Here each step of the plan once, the kinds of cut in turn; with AZDESK_FAULTS=all every place with every kind (an hour:
AZDESK_FAULTS_SHARE=1/3 takes the first of three shares). Results go to build/faults/cuts.jsonl; docs/faults.md has
the table, made by ``python -m tests.lab.faults.table``.
"""

from __future__ import annotations

import json
import os
import random
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pytest

from tests.lab.faults import breakpoints
from tests.lab.faults.cuts import KINDS, Cut, Ground, run_case
from tests.lab.harness import Lab

STEPS = 31
"""Steps of the plan by which a251 joins; `test_all_steps_are_covered` sees that it is so."""
RESULTS = Path(__file__).parents[3] / "build" / "faults" / "cuts.jsonl"
_KINDS = tuple(KINDS)

FILES = (4, 6, 9, 15)
"""Written files: /etc/hosts, ejabberd.yml, a new drop-in, the cookie."""
LONG = (2, 19, 22, 23, 25, 27)
"""Steps that take a second or more: stop, start, join, wait, stop, start."""
ENDS = ("applied", "commit", "committed")
"""All steps done; told to commit; journal written."""


def every_place() -> list[str]:
    """After a step is before the next one, except for the last."""
    steps = [f"before {index}" for index in range(STEPS)] + [f"after {STEPS - 1}"]
    files = [f"{what} {index}" for index in FILES for what in ("half of", "renaming", "renamed")]
    return [*steps, *files, *[f"during {index}" for index in LONG], *ENDS]


def sample() -> list[Cut]:
    """Every second step, each kind of place and each kind of cut, but not each with each."""
    places = [f"{'before' if index % 4 else 'after'} {index}" for index in range(0, STEPS, 2)]
    places += ["half of 6", "half of 15", "renaming 4", "renamed 15", "during 2", "during 22", "during 23"]
    cuts = [Cut(kind=_KINDS[number % len(_KINDS)], place=place) for number, place in enumerate(places)]
    # With the cable dead as well, taking a join back waits for ejabberd's own time-outs, two minutes long.
    cuts = [
        Cut(kind="link killed", place=cut.place) if cut.kind == "packets lost" and late(cut.place) else cut
        for cut in cuts
    ]
    ends = [("sshd killed", "applied"), ("worker killed", "commit"), ("packets lost", "commit")]
    ends += [("workstation killed", "commit"), ("both killed", "committed")]
    return cuts + [Cut(kind=kind, place=place) for kind, place in ends]


def late(place: str) -> bool:
    """Whether the join has begun there."""
    return int(place.rsplit(maxsplit=1)[-1]) >= 22


def chosen() -> list[Cut]:
    which = os.environ.get("AZDESK_FAULTS")
    if which not in ("all", "rest"):
        return sample()
    cuts = [Cut(kind=kind, place=place) for place in every_place() for kind in _KINDS]
    if which == "rest" and RESULTS.exists():
        rows = [json.loads(line) for line in RESULTS.read_text().splitlines()]
        measured = {(row["kind"], row["place"]) for row in rows if "failed" not in row}
        cuts = [cut for cut in cuts if (cut.kind, cut.place) not in measured]
    # So that a run that is broken off has seen something of everything.
    random.Random(len(cuts)).shuffle(cuts)
    share, _, shares = os.environ.get("AZDESK_FAULTS_SHARE", "1/1").partition("/")
    return cuts[int(share) - 1 :: int(shares)]


@pytest.fixture(scope="module")
def ground(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    with pytest.MonkeyPatch.context() as patch:
        breakpoints.install(patch)
        yield Ground(lab, tmp_path_factory.mktemp("cuts"))


@pytest.mark.timeout(300)
def test_all_steps_are_covered(ground: Ground) -> None:
    titles = [step.title for step in ground.plan.steps]
    assert len(titles) == STEPS, titles
    assert all(titles[index].startswith(("Write", "Copy the cookie")) for index in FILES), titles
    assert all(titles[index].startswith(("Stop", "Start", "Join", "Wait")) for index in LONG), titles


@pytest.mark.timeout(300)
@pytest.mark.parametrize("cut", chosen(), ids=lambda cut: cut.name)
def test_the_host_is_old_or_new_and_says_which(ground: Ground, cut: Cut) -> None:
    started = time.monotonic()
    row: dict[str, object] = {"kind": cut.kind, "place": cut.place}
    try:
        result = run_case(ground, cut)
    except BaseException as error:
        row["failed"] = str(error)[:2000]
        ground.fresh()
        raise
    else:
        row.update(asdict(result))
        # Up to the commit nothing is kept, after it nothing is lost.
        if cut.place not in ENDS:
            assert result.ended == "old"
        elif cut.place == "committed":
            assert result.ended == "new"
    finally:
        row["took"] = round(time.monotonic() - started, 1)
        RESULTS.parent.mkdir(parents=True, exist_ok=True)
        with RESULTS.open("a") as out:
            out.write(json.dumps(row) + "\n")
