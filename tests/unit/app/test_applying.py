"""A change ends in the new state or in the old one, at once, and the outcome says which and why."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

from azdesk.app import applying, changing, journal
from azdesk.app.applying import apply, ask_awaited, run_steps
from azdesk.app.changing import HostChange
from azdesk.app.planning import Preview
from azdesk.app.session import Awaited
from azdesk.core.errors import HostLocked, LinkLost
from azdesk.core.outcome import HostOutcome, HostState, StepState
from azdesk.core.plan import HostPlan, Note, Plan
from azdesk.core.progress import Job, Progress
from azdesk.core.step import Phase, Run, WriteFile
from azdesk.fleet.model import Fleet
from azdesk.hosts.link import Link
from tests.unit.app.conftest import Office, titles

HOST = "a251"
HEARTBEAT = 12.0


def alone(office: Office) -> Preview:
    """The plan that makes a host the first of its cluster."""
    return office.review(office.cluster(HOST), [HOST])


def unlocked(office: Office) -> None:
    """Nobody is at work on the host any more, and nothing waits to be taken back."""
    with office.another_session() as other:
        link = other.pool.link(HOST)
        link.begin(transaction="probe-1", who="ben", title="try", probes={})
        link.rollback("probe-1", "only tried")
        assert link.hello.recovered == ()


# -- good ends ---------------------------------------------------------------------------------------------------


def test_a_change_is_proven_kept_and_written_down(office: Office) -> None:
    outcome = office.apply(alone(office)).host(HOST)
    assert (outcome.state, outcome.message) == (HostState.CHANGED, "")
    assert {step.state for step in outcome.steps} == {StepState.DONE}
    assert [name.endswith("-ejabberd.tar.gz") for name in outcome.backups] == [True]
    kept = office.session.observations[HOST].states["cluster"]
    assert kept.members == ("ejabberd@a251",), "read again before it was kept"
    entry = journal.read(office.session, [HOST]).entries[0]
    assert (entry.transaction, entry.state, entry.who) == (outcome.transaction, "committed", "anna@desk")
    assert entry.title == "Names, XMPP, Cluster, Asterisk manager interface"
    done = [progress.done for progress in office.seen if progress.host == HOST]
    assert done == sorted(done)
    assert office.seen[-1].done == office.seen[-1].total == len(outcome.steps)


def test_each_hosts_journal_names_what_was_done_there(office: Office) -> None:
    assert office.apply(alone(office)).good
    approved = office.review(office.cluster(HOST, "a253"))
    assert all(approved.plan.host(host).steps for host in (HOST, "a253"))
    assert office.apply(approved).good
    written = {host: journal.read(office.session, [host]).entries[0].title for host in (HOST, "a253")}
    assert written == {HOST: "Names", "a253": "Names, XMPP, Cluster, Asterisk manager interface"}


def test_nothing_to_do_is_right_and_unknown_is_not(office: Office) -> None:
    office.practice.host("a253").faults.unreachable = "refused"
    outcome = office.apply(office.review(office.outside))
    assert outcome.host(HOST).state is HostState.RIGHT
    assert outcome.host("a253").state is HostState.NOT_RUN
    said = outcome.host("a253").message
    assert said
    assert not said.startswith("a253"), "its name stands beside the outcome"


# -- bad ends -----------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_failing_step_takes_all_back(office: Office) -> None:
    before = office.files(HOST)
    approved = alone(office)
    office.practice.host(HOST).faults.will_not_start.add("ejabberd")
    outcome = office.apply(approved).host(HOST)
    # The service cannot be started again either, and the admin is told.
    assert outcome.state is HostState.NEEDS_HELP
    assert "Not everything could be put back" in outcome.message
    assert office.files(HOST) == before


def test_those_who_wait_for_a_failed_host_are_left_alone(office: Office) -> None:
    before = office.files("a253")
    approved = office.review(office.cluster(HOST, "a253"))
    office.practice.host(HOST).faults.read_only.add("/etc")
    outcome = office.apply(approved)
    assert outcome.host(HOST).state in (HostState.ROLLED_BACK, HostState.NOT_RUN)
    assert outcome.host("a253").state is HostState.NOT_RUN
    assert outcome.host("a253").message == "It waits for a251, which was not changed."
    assert {step.state for step in outcome.host("a253").steps} == {StepState.NOT_RUN}
    assert office.files("a253") == before


def test_what_did_not_take_effect_is_taken_back(office: Office) -> None:
    before = office.files(HOST)

    def undo_by_hand(progress: Progress) -> None:
        if progress.text == "Start ejabberd" and progress.state == "running":
            office.practice.host(HOST).files.append("/etc/ejabberd/azdesk-xmpp.yml", "# mine\n")

    outcome = office.apply(alone(office), undo_by_hand).host(HOST)
    assert outcome.state is HostState.ROLLED_BACK
    assert (
        "Read again after the change, this was still not so: Write /etc/ejabberd/azdesk-xmpp.yml"
        in outcome.message
    )
    assert {step.state for step in outcome.steps} == {StepState.ROLLED_BACK}
    assert office.files(HOST) == before
    unlocked(office)


def test_a_host_that_changed_since_the_review_is_left_alone(office: Office) -> None:
    approved = alone(office)
    office.practice.host(HOST).files.append("/etc/hosts", "10.0.0.1 printer\n")
    before = office.files(HOST)
    outcome = office.apply(approved).host(HOST)
    assert outcome.state is HostState.NOT_RUN
    assert "no longer as it was" in outcome.message
    assert office.files(HOST) == before
    unlocked(office)


def test_a_host_that_does_not_answer(office: Office) -> None:
    approved = alone(office)
    office.practice.host(HOST).faults.unreachable = "refused"
    office.practice.cut_links(HOST)
    # Before this side has noticed, the change would go out on the old link and be awaited.
    deadline = time.monotonic() + 10
    while office.session.pool.is_open(HOST) and time.monotonic() < deadline:
        time.sleep(0.01)
    outcome = office.apply(approved).host(HOST)
    assert (outcome.state, outcome.transaction) == (HostState.NOT_RUN, "")


def test_a_host_that_somebody_else_changes(office: Office) -> None:
    approved = alone(office)
    with office.another_session() as other:
        other.pool.link(HOST).begin(transaction="theirs", who="ben@other", title="work", probes={})
        outcome = office.apply(approved).host(HOST)
    assert (outcome.state, outcome.transaction) == (HostState.NOT_RUN, "")
    assert "ben@other" in outcome.message


def test_a_host_that_is_changed_from_here_already(office: Office) -> None:
    approved = alone(office)
    with office.session.changing(HOST):
        with pytest.raises(HostLocked), office.session.changing(HOST):
            pass
        outcome = office.apply(approved).host(HOST)
    assert outcome.state is HostState.NOT_RUN
    assert "right now, from here" in outcome.message
    assert office.apply(approved).host(HOST).good


# -- cancelling ---------------------------------------------------------------------------------------------------


def cancelling(monkeypatch: pytest.MonkeyPatch, owner: type, name: str, *, after: bool = False) -> Job:
    """A job that is cancelled when a method is called, before or after it does its work."""
    job, original = Job(), getattr(owner, name)

    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        if not after:
            job.cancel()
        result = original(self, *args, **kwargs)
        job.cancel()
        return result

    monkeypatch.setattr(owner, name, method)
    return job


def test_cancelled_before_it_began(office: Office) -> None:
    approved, job = office.review(office.cluster(HOST, "a253")), Job()
    job.cancel()
    outcome = apply(office.session, approved, job)
    assert {one.state for one in outcome} == {HostState.NOT_RUN, HostState.RIGHT}
    assert journal.read(office.session, [HOST]).entries == ()


@pytest.mark.parametrize(
    ("owner", "name", "after", "states"),
    [
        (Link, "begin", False, {HostState.NOT_RUN}),
        (Link, "begin", True, {HostState.NOT_RUN}),
        (HostChange, "check", True, {HostState.NOT_RUN}),
        (Link, "apply", False, {HostState.NOT_RUN, HostState.ROLLED_BACK}),
        (HostChange, "prove", False, {HostState.ROLLED_BACK}),
        (HostChange, "prove", True, {HostState.ROLLED_BACK}),
    ],
)
def test_cancelled_at_any_moment_the_host_is_free_at_once(
    office: Office,
    monkeypatch: pytest.MonkeyPatch,
    owner: type,
    name: str,
    after: bool,
    states: set[HostState],
) -> None:
    approved, before = alone(office), office.files(HOST)
    with monkeypatch.context() as patch:
        job = cancelling(patch, owner, name, after=after)
        started = time.monotonic()
        outcome = apply(office.session, approved, job).host(HOST)
    assert outcome.state in states
    assert "Cancelled" in outcome.message
    assert office.files(HOST) == before
    unlocked(office)
    assert time.monotonic() - started < HEARTBEAT / 2, "taken back by the heartbeat, not at once"


@pytest.mark.parametrize("step", range(0, 10, 3))
def test_cancelled_while_steps_run(office: Office, step: int) -> None:
    approved, before, job = alone(office), office.files(HOST), Job()

    def stop(progress: Progress) -> None:
        if progress.step == step and progress.state == "running":
            job.cancel()

    job = Job(stop)
    outcome = apply(office.session, approved, job).host(HOST)
    assert outcome.state is HostState.ROLLED_BACK
    assert not any(step.state in (StepState.DONE, StepState.RUNNING) for step in outcome.steps)
    assert office.files(HOST) == before
    unlocked(office)


# -- faults of our own ----------------------------------------------------------------------------------------------


def broken(*_: Any) -> Any:
    raise RuntimeError("COOKIE in a text that nobody should see")


@pytest.mark.usefixtures("a_fault_of_ours")
@pytest.mark.parametrize("name", ["check", "prove", "_secrets"])
def test_a_fault_of_ours_leaves_the_host_as_it_was(
    office: Office, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    approved, before = alone(office), office.files(HOST)
    monkeypatch.setattr(HostChange, name, broken)
    outcome = office.apply(approved).host(HOST)
    assert outcome.state in (HostState.NOT_RUN, HostState.ROLLED_BACK)
    assert "AZDesk itself failed (RuntimeError)" in outcome.message
    assert "COOKIE" not in outcome.message
    assert office.files(HOST) == before
    unlocked(office)


@pytest.mark.usefixtures("a_fault_of_ours")
def test_a_watcher_that_fails_is_no_reason_to_go_back(office: Office) -> None:
    assert office.apply(alone(office), broken).host(HOST).state is HostState.CHANGED


# -- the link ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("when", ["before", "middle", "after"])
@pytest.mark.parametrize("power", [False, True])
def test_a_lost_link_is_asked_about(office: Office, when: Any, power: bool) -> None:
    approved, before = alone(office), office.files(HOST)
    at = titles(approved, HOST).index("Write /etc/hosts")
    office.practice.host(HOST).faults.break_link(at, when, power=power)
    outcome = office.apply(approved).host(HOST)
    assert outcome.state is HostState.ROLLED_BACK
    assert "put everything back" in outcome.message
    assert not outcome.message.startswith(HOST), "its name stands beside the outcome"
    assert "next question" not in outcome.message, "it was opened again"
    assert office.files(HOST) == before
    assert office.session.awaited.all() == ()
    assert office.apply(alone(office)).good


def cut(link: Link) -> None:
    link.close()
    raise LinkLost("The connection ended.", where=link.host)


@pytest.mark.parametrize("kept", [False, True])
def test_a_link_lost_with_the_commit(office: Office, monkeypatch: pytest.MonkeyPatch, kept: bool) -> None:
    approved, before, commit = alone(office), office.files(HOST), Link.commit

    def last(self: Link, transaction: str, **more: Any) -> None:
        if kept:
            commit(self, transaction, **more)
        cut(self)

    monkeypatch.setattr(Link, "commit", last)
    outcome = office.apply(approved).host(HOST)
    assert outcome.state is (HostState.CHANGED if kept else HostState.ROLLED_BACK)
    assert (office.files(HOST) == before) is not kept
    assert len(outcome.backups) == 1
    if kept:
        assert "had kept the change" in outcome.message
        assert office.session.observations[HOST].states["cluster"].node == "ejabberd@a251"
        assert {step.state for step in outcome.steps} == {StepState.DONE}


def test_an_outcome_is_asked_for_by_the_next_session(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changing, "RECONNECT_FOR", 0.0)
    approved, before = alone(office), office.files(HOST)
    office.practice.host(HOST).faults.break_link(4)
    outcome = office.apply(approved).host(HOST)
    assert outcome.state is HostState.AWAITED
    assert [item.transaction for item in office.session.awaited.all()] == [outcome.transaction]
    told: list[tuple[str, HostState]] = []
    with office.another_session() as later:
        deadline = time.monotonic() + 10
        while not told and time.monotonic() < deadline:
            ask_awaited(later, lambda item, state, text: told.append((item.transaction, state)))
        assert told == [(outcome.transaction, HostState.ROLLED_BACK)]
        assert later.awaited.all() == ()
    assert office.files(HOST) == before


def test_another_documents_host_of_that_name_is_not_asked(office: Office) -> None:
    item = Awaited(host=HOST, transaction="t1", title="x", since=1.0, place="10.0.0.1:22")
    office.session.awaited.add(item)
    ask_awaited(office.session, lambda *_: pytest.fail("that is another machine"))
    assert office.session.awaited.all() == (item,)


# -- secrets --------------------------------------------------------------------------------------------------------


def test_no_secret_is_told_to_anybody(office: Office) -> None:
    cookies = {office.files(host)["cookie"].decode() for host in (HOST, "a253")}
    approved = office.review(office.cluster(HOST, "a253"))
    outcome = office.apply(approved)
    assert outcome.good
    assert office.files(HOST)["cookie"] == office.files("a253")["cookie"]
    told = repr((outcome, office.seen, approved, journal.read(office.session)))
    assert not any(cookie in told for cookie in cookies)


def test_a_cookie_that_changed_since_the_review_stops_the_join(office: Office) -> None:
    office.settle(office.cluster("a253"))
    approved = office.review(office.cluster("a253", HOST))
    place = "/var/lib/ejabberd/.erlang.cookie"
    files = office.practice.host("a253").files
    files.write(place, "SOMETHINGELSE", files.attributes(place))
    before = office.files(HOST)
    outcome = office.apply(approved).host(HOST)
    assert outcome.state is HostState.NOT_RUN
    assert "SOMETHINGELSE" not in outcome.message
    assert office.files(HOST) == before


# -- steps of the moment ----------------------------------------------------------------------------------------------


def test_steps_that_no_document_asks_for(office: Office) -> None:
    step = WriteFile(title="Write it", path="/etc/motd.more", content="hello\n")
    outcome = run_steps(office.session, HostPlan(host=HOST, steps=(step,)), Job(), title="Greeting")
    assert outcome.state is HostState.CHANGED
    assert office.files(HOST)["etc/motd.more"] == b"hello\n"
    bad = Run(title="Fail", argv=("false",), phase=Phase.ACT)
    more = WriteFile(title="Write more", path="/etc/motd.extra", content="x")
    outcome = run_steps(office.session, HostPlan(host=HOST, steps=(more, bad)), Job(), title="No")
    assert outcome.state is HostState.ROLLED_BACK
    assert [step.state for step in outcome.steps] == [StepState.ROLLED_BACK, StepState.FAILED]
    assert "etc/motd.extra" not in office.files(HOST)
    assert [entry.title for entry in journal.read(office.session, [HOST]).entries] == ["No", "Greeting"]


# -- many hosts -----------------------------------------------------------------------------------------------------


class Recorded:
    """Stands for the changes of hosts that there are too many of."""

    def __init__(self, bad: str = "") -> None:
        self.order: list[str] = []
        self.at_once: dict[str, int] = {}
        self.most = 0
        self._bad = bad
        self._lock = threading.Lock()

    def __call__(self, *, plan: HostPlan, **_: Any) -> Recorded._One:
        return Recorded._One(self, plan)

    class _One:
        def __init__(self, outer: Recorded, plan: HostPlan) -> None:
            self.outer, self.plan = outer, plan

        def run(self) -> HostOutcome:
            outer, key = self.outer, self.plan.after[0] if self.plan.after else ""
            with outer._lock:
                outer.order.append(self.plan.host)
                outer.at_once[key] = outer.at_once.get(key, 0) + 1
                if key:
                    outer.most = max(outer.most, outer.at_once[key])
            time.sleep(0.002)
            with outer._lock:
                outer.at_once[key] -= 1
            bad = self.plan.host == outer._bad
            return HostOutcome(host=self.plan.host, state=HostState.ROLLED_BACK if bad else HostState.CHANGED)


def many(plans: list[HostPlan]) -> Preview:
    return Preview(plan=Plan(hosts=tuple(plans)), fleet=Fleet(), observations={})


STEP = (Run(title="x", argv=("true",)),)


def test_a_long_row_of_hosts_that_wait_for_each_other(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded = Recorded()
    monkeypatch.setattr(applying, "HostChange", recorded)
    names = [f"h{n}" for n in range(100)]
    plans = [
        HostPlan(host=name, steps=STEP, after=(names[n - 1],) if n else ()) for n, name in enumerate(names)
    ]
    assert apply(office.session, many(plans)).good
    assert recorded.order == names


def test_those_who_wait_for_the_same_host_take_turns(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    recorded = Recorded()
    monkeypatch.setattr(applying, "HostChange", recorded)
    plans = [HostPlan(host="seed", steps=STEP)]
    plans += [HostPlan(host=f"h{n}", steps=STEP, after=("seed",)) for n in range(60)]
    assert apply(office.session, many(plans)).good
    assert recorded.order[0] == "seed"
    assert recorded.most == 1


def test_a_failure_goes_down_the_row(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(applying, "HostChange", Recorded(bad="h1"))
    plans = [HostPlan(host=f"h{n}", steps=STEP, after=(f"h{n - 1}",) if n else ()) for n in range(4)]
    plans.append(HostPlan(host="blocked", notes=(Note(text="No.", blocking=True),)))
    plans.append(HostPlan(host="waits", steps=STEP, after=("blocked",)))
    outcome = apply(office.session, many(plans))
    assert [one.state for one in outcome] == [
        HostState.CHANGED,
        HostState.ROLLED_BACK,
        *[HostState.NOT_RUN] * 4,
    ]
    assert outcome.host("waits").message == "It waits for blocked, which cannot be changed now."
