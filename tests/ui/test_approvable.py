"""Which part of a plan the review lets through, and why not the rest."""

from azdesk.app.planning import Preview
from azdesk.core.plan import HostPlan, Note, Plan
from azdesk.core.step import Run
from azdesk.fleet.model import Fleet
from azdesk.ui.mapping import review as mapping

STEPS = (Run(title="Join", argv=("true",)),)


def part(*plans: HostPlan) -> mapping.Approvable:
    return mapping.approvable(Preview(plan=Plan(hosts=plans), fleet=Fleet(), observations={}))


def test_a_host_that_waits_for_a_blocked_one_is_held_back_wherever_that_one_stands() -> None:
    waits = HostPlan(host="a253", steps=STEPS, after=("a251",))
    blocked = HostPlan(host="a251", notes=(Note(text="No answer.", blocking=True),))
    for plans in ((waits, blocked), (blocked, waits)):
        made = part(*plans)
        assert made.preview.plan.hosts == ()
        assert dict(made.held_back) == {
            "a251": "No answer.",
            "a253": "It waits for a251, which cannot be changed now.",
        }


def test_a_plan_for_one_host_that_has_to_wait_for_another_offers_nothing() -> None:
    stop = Note(text="It can change only after a251.", blocking=True)
    model = mapping.review(part(HostPlan(host="a253", steps=STEPS, after=("a251",), notes=(stop,))))
    assert model.problem == "a253: It can change only after a251."
    assert [(host.name, host.held_back, host.steps) for host in model.hosts] == [("a253", True, ())]
