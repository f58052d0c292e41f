"""What is wrong with a number plan as a whole."""

from __future__ import annotations

import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azdesk.core.pattern import pattern
from azdesk.fleet import edit
from azdesk.voice.checking import Finding, check
from azdesk.voice.overlapping import pairs
from azdesk.voice.planned import planned
from azdesk.voice.simulating import simulate
from tests.unit.voice import random_plans
from tests.unit.voice.fleets import OFFICE, fleet


def found(text: str, **more: object) -> list[Finding]:
    return list(check(fleet(text), **more))  # type: ignore[arg-type]


def said(text: str, weight: str = "error") -> list[str]:
    return [one.text for one in found(text) if one.weight == weight]


def rule(name: str, **values: object) -> str:
    def plain(value: object) -> str:
        if isinstance(value, list):
            return "[" + ", ".join(f'"{one}"' for one in value) + "]"
        if isinstance(value, bool):
            return str(value).lower()
        return str(value) if isinstance(value, int) else f'"{value}"'

    return f"[rules.{name}]\n" + "".join(f"{key} = {plain(value)}\n" for key, value in values.items())


def test_a_good_plan() -> None:
    assert said(OFFICE) == []
    assert said(OFFICE, "warning") == [
        "Calls of the rule Out are recorded by backup, too: provider in the same list is recorded.",
        "Calls that come in by the trunk provider lead nowhere at a253.",
        "Calls that come in by the trunk backup lead nowhere.",
    ]
    assert said(OFFICE, "hint") == [
        "The rule Reception takes 6800 out of the block 68XX of a251: an account of such a number is not called."
    ]


def test_calls_are_recorded_by_a_trunk_that_is_not() -> None:
    """Recording begins before it is known which trunk takes the call."""
    words = "are recorded by backup, too"
    assert any(words in one for one in said(OFFICE, "warning"))
    meant = OFFICE.replace(
        'trunks = ["provider", "backup"]', 'trunks = ["provider", "backup"]\nrecord = true'
    )
    assert not any(words in one for one in said(meant, "warning"))
    assert not any(words in one for one in said(OFFICE.replace("max_calls = 2", "record = true"), "warning"))


def test_as_is_is_not_looked_at() -> None:
    assert (
        found(OFFICE.replace('scheme = "short"', 'scheme = "as-is"').replace('prefix = "302"', 'prefix = ""'))
        == []
    )


@pytest.mark.parametrize(
    ("more", "path", "words"),
    [
        (
            rule("A", pattern="79", target="number", number="99"),
            "rules.A.number",
            "calls 99, which leads nowhere at a251 and a253",
        ),
        (rule("A", pattern="79", target="ring-group", members=["6801", "99"]), "rules.A.members", "calls 99"),
        (
            rule("A", pattern="79", target="accounts"),
            "rules.A.target",
            "calls 79 at a251 and a253, where no block",
        ),
        (
            rule("A", pattern="9.", target="trunk", trunks=["backup"]),
            "rules.A.trunks",
            "leads nowhere at a253",
        ),
        (rule("A", pattern="79", target="hang-up", strip=5), "rules.A.strip", "takes 5 digits off"),
        (
            rule("A", pattern="0.", target="hang-up"),
            "rules.A.pattern",
            "never counts at a251 and a253: the rule Out has the same pattern",
        ),
        (
            rule("A", pattern="0XX.", target="hang-up") + rule("B", pattern="0[0-9]X.", target="hang-up"),
            "rules.B.pattern",
            "never counts",
        ),
        (rule("A", pattern="302[6]8XX", target="hang-up"), "rules.A.pattern", ""),
        (
            rule("A", pattern="71", target="number", number="72")
            + rule("B", pattern="72", target="number", number="71"),
            "rules.A",
            "go round in circles: A at",
        ),
    ],
)
def test_errors(more: str, path: str, words: str) -> None:
    got = [(".".join(one.path), one.text) for one in found(OFFICE + more) if one.weight == "error"]
    if not words:
        return
    assert [one for one in got if one[0] == path and words in one[1]], got
    assert all(one.mend for one in found(OFFICE + more) if one.weight == "error")


def test_a_circle_over_two_hosts() -> None:
    circle = OFFICE + rule("Far", pattern="6800", target="ring-group", members=["3016800"], hosts=["a253"])
    circle = circle.replace('members = ["6853", "3026801"]', 'members = ["6853", "3026800"]')
    assert [
        text
        for text in said(circle)
        if "circles: Reception at a251 → Far at a253 → Reception at a251" in text
    ]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('prefix = "302", record', "record", "those of a253 (68XX) are not reached from there"),
        (
            'numbers = ["68XX"]\ncalls = { prefix = "302"',
            'numbers = ["68XX", "6[0-9]XX"]\ncalls = { prefix = "302"',
            "overlap",
        ),
        (
            'emergency = ["112"]',
            'emergency = ["112", "110"]',
            "The emergency number 110 leads to no trunk at a251 and a253",
        ),
        ('emergency = ["112"]', 'emergency = ["6810"]', "has the emergency number 6810 in it"),
        (
            'emergency = ["112"]',
            'emergency = ["112"]\nreserved = ["685X"]',
            "has reserved numbers (685X) in it",
        ),
        (
            'emergency = ["112"]',
            'emergency = ["112"]\nreserved = ["0."]',
            "The rule Out uses reserved numbers",
        ),
        ('emergency = ["112"]', "", "No emergency numbers are named"),
        (
            'address = "192.0.2.7"',
            'address = "192.0.2.7"\nsources = ["0.0.0.0/0"]',
            "Whoever is in 0.0.0.0/0 can call",
        ),
        ('scheme = "short"', 'scheme = "prefixed"', ""),
    ],
)
def test_what_the_whole_plan_says(old: str, new: str, words: str) -> None:
    assert old in OFFICE
    texts = [one.text for one in found(OFFICE.replace(old, new, 1))]
    assert not words or [text for text in texts if words in text], texts


def test_prefixed_needs_prefixes() -> None:
    bare = OFFICE.replace('scheme = "short"', 'scheme = "prefixed"').replace('prefix = "302", ', "")
    assert "Numbers are dialled with a prefix, and a253 has none." in said(bare)


def test_a_way_from_trunk_to_trunk() -> None:
    open_ = OFFICE.replace('members = ["6853", "3026801"]', 'members = ["6853", "0171234"]')
    assert [
        text
        for text in said(open_, "warning")
        if "led out again: the rule Reception calls 0171234 by the rule Out" in text
    ]


def test_a_way_from_trunk_to_trunk_by_another_number() -> None:
    more = '[rules.mobile]\npattern = "77"\ntarget = "number"\nnumber = "0171234"\n'
    led = OFFICE.replace('members = ["6853", "3026801"]', 'members = ["6853", "77"]') + more
    assert [text for text in said(led, "warning") if "calls 77 by the rule mobile and then Out" in text]
    assert not [text for text in said(OFFICE + more, "warning") if "led out again" in text]


def test_selection_filters() -> None:
    def with_filter(text: str) -> list[str]:
        sip = f'sip = {{ accounts = "directory", selection_filter = "{text}" }}\n'
        made = (
            OFFICE.replace("[hosts.a251]\n", f"[hosts.a251]\n{sip}")
            + '[directory]\nbase = "dc=test,dc=local"\n'
        )
        return [one.text for one in found(made) if one.path[-1] == "selection_filter"]

    assert with_filter("(AstAccountName=68*)") == []
    assert with_filter("(AstAccountName=69*)") == [
        "The Selection Filter of a251 keeps phones of its block 68XX out."
    ]
    assert with_filter("(AstAccountName=6*)") == [
        "The Selection Filter of a251 also lets phones register that are outside 68XX, its own numbers."
    ]
    assert with_filter("") == [
        "a251 lets all phones of the directory register, also those of other hosts' numbers."
    ]
    assert with_filter("(&(x=1)(y=2))") == []
    assert with_filter("(|(AstAccountName=68*)(AstAccountName=69*))") == [
        "The Selection Filter of a251 also lets phones register that are outside 68XX, its own numbers."
    ]
    assert with_filter("(|(AstAccountName=69*)(AstAccountName=7*))") == [
        "The Selection Filter of a251 keeps phones of its block 68XX out."
    ]


def test_people_in_no_block() -> None:
    numbers = {"6853": ["nana"], "7001": ["otto"], "7002": ["ute"]}
    texts = [one.text for one in check(fleet(), numbers)]
    assert (
        "2 numbers of people are in no block, so nobody can call them: otto (7001) and ute (7002)." in texts
    )


def people(numbers: dict[str, list[str]], text: str = OFFICE) -> list[str]:
    plain = {one.text for one in check(fleet(text))}
    return [one.text for one in check(fleet(text), numbers) if one.text not in plain]


def test_what_is_wrong_with_peoples_numbers() -> None:
    assert people({"6853": ["nana"]}) == []
    assert people({"6853": ["nana", "otto"]}) == [
        "1 number belongs to several accounts: nana and otto (6853)."
    ]
    assert people({"6853": ["nana"], "112": ["otto"]}, OFFICE)[0] == (
        "1 number of somebody is reserved or for emergencies: otto (112)."
    )
    # At a251 the reception takes 6800; at a253 it is still called.
    assert people({"6800": ["otto"]}) == []
    taking = OFFICE + rule("Door", pattern="6800", target="hang-up", hosts=["a253"])
    assert people({"6800": ["otto"]}, taking) == [
        "1 number of people is never called, since a rule takes it: otto (6800)."
    ]
    same = OFFICE + rule("Door", pattern="6800", target="accounts", hosts=["a253"], record=True)
    assert people({"6800": ["otto"]}, same) == []


def test_people_whom_the_selection_filter_keeps_out() -> None:
    def with_filters(one: str, two: str) -> str:
        text = OFFICE + '[directory]\nbase = "dc=test,dc=local"\n'
        for host, begins in (("a251", one), ("a253", two)):
            sip = f'sip = {{ accounts = "directory", selection_filter = "(AstAccountName={begins}*)" }}\n'
            text = text.replace(f"[hosts.{host}]\n", f"[hosts.{host}]\n{sip}")
        return text

    assert people({"6853": ["nana"]}, with_filters("680", "68")) == []
    assert people({"6853": ["nana"]}, with_filters("680", "681")) == [
        "1 number is kept out by the Selection Filter of the host where it is at home: nana (6853)."
    ]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (
            rule(
                "A", pattern="+49301239XXX", target="accounts", strip=8, callers=["provider"], hosts=["a251"]
            ),
            "Some numbers of the rule A lead nowhere: it calls 9XXX",
        ),
        (
            rule(
                "A",
                pattern="+49301237[67]XX",
                target="accounts",
                strip=8,
                callers=["provider"],
                hosts=["a251"],
            ),
            "",
        ),
        (
            rule(
                "A",
                pattern="7777",
                target="accounts",
                callers=["backup"],
                strip=4,
                prepend="6801",
                hosts=["a253"],
            ),
            "The rule A is for calls that come in by backup, which is not at a253.",
        ),
        (
            '[trunks.third]\naddress = "sip.example.com"\nhosts = ["a253"]\n',
            "The trunks provider and third have the same address at a253",
        ),
        (
            '[trunks.third]\naddress = "192.0.2.9"\nsources = ["10.0.0.0/8"]\n',
            "Whoever is in 10.0.0.0/8 can call by the trunk third without a password.",
        ),
    ],
)
def test_more_of_the_whole_plan(more: str, words: str) -> None:
    # The first block is made larger, so that a part of 9XXX is at home and the rest is not.
    text = OFFICE.replace(
        'numbers = ["68XX"]\ncalls = { prefix = "301"',
        'numbers = ["68XX", "90XX", "7[67]XX"]\ncalls = { prefix = "301"',
    )
    texts = [one.text for one in found(text + more)]
    if words:
        assert [one for one in texts if one.startswith(words)], texts
    else:
        assert not [one for one in texts if one.startswith("Some numbers of the rule A")], texts


def test_hosts_without_a_way_out_where_others_have_one() -> None:
    at_one = OFFICE.replace('pattern = "0."\n', 'pattern = "0."\nhosts = ["a251"]\n')
    assert "Phones of a253 cannot call out: no rule leads to a trunk there." in said(at_one, "warning")
    assert not [one for one in said(OFFICE, "warning") if "cannot call out" in one]


def test_an_emergency_number_that_leaves_as_another() -> None:
    text = OFFICE.replace('pattern = "112"\n', 'pattern = "112"\nstrip = 1\n')
    assert "The emergency number 112 goes out as 12, by the rule Emergency." in said(text, "warning")


@pytest.mark.parametrize(
    ("way", "more", "words", "mended"),
    [
        ("1XX", rule("A", pattern="112", target="hang-up"), "The rule A (112) takes", False),
        ("1.", rule("A", pattern="11X", target="hang-up"), "The rule A (11X) takes", True),
        ("1.", rule("A", pattern="11X", target="number", number="0112"), "", False),
        ("112", rule("A", pattern="11X", target="hang-up"), "", False),
    ],
)
def test_an_emergency_number_that_something_else_takes(way: str, more: str, words: str, mended: bool) -> None:
    plan = fleet(OFFICE.replace('pattern = "112"', f'pattern = "{way}"') + more)
    leaves = simulate(planned(plan), "a253", "all", "6801", "112").end == "left"
    errors = [one for one in check(plan) if one.weight == "error"]
    if not words:
        assert leaves
        assert errors == []
        return
    assert not leaves
    (one,) = errors
    assert one.text == f"{words} the emergency number 112 at a251 and a253, and does not lead out."
    assert (one.fix is not None) == mended
    if one.fix is not None:
        after = one.fix.mended(plan)
        assert [other for other in check(after) if other.weight == "error"] == []
        assert simulate(planned(after), "a253", "all", "6801", "112").end == "left"


def test_an_emergency_number_that_calls_another_host() -> None:
    text = OFFICE.replace('pattern = "112"', 'pattern = "1."').replace('"3026801"', '"118"')
    text = text.replace(
        'numbers = ["68XX"]\ncalls = { prefix = "302"', 'numbers = ["1X"]\ncalls = { prefix = "1"'
    )
    assert said(text) == [
        "Whoever dials the emergency number 112 at a251 calls a253, whose numbers are dialled as 11X."
    ]


def test_a_plan_without_errors_about_an_emergency_number_leads_it_out() -> None:
    chance = random.Random(9)
    fine = caught = 0
    for _ in range(300):
        plan = random_plans.any_plan(chance)
        if random_plans.goes_round(plan):
            continue
        number = chance.choice(("112", "0112", "6853", "3016801", "91"))
        plan = edit.with_values(plan, {("number_plan", "emergency"): [number]})
        plan = edit.add_rule(
            plan, "Out", {"pattern": f"{number[0]}.", "target": "trunk", "trunks": ["provider"]}
        )
        if any(f"number {number} " in one.text for one in check(plan) if one.weight == "error"):
            caught += 1
            continue
        for host in random_plans.HOSTS:
            journey = simulate(planned(plan), host, "all", "6801", number)
            fine += 1
            assert journey.end == "left", (plan, host, number, journey)
    assert fine > 100
    assert caught > 20


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (
            'address = "198.51.100.9"\nsources = ["192.168.11.0/24"]\nhosts = ["a251"]',
            "192.168.11.0/24 of the trunk third is also where calls of a253 come from: other hosts cannot tell them apart.",
        ),
        (
            'address = "198.51.100.9"\nsources = ["10.1.0.0/16"]',
            "10.1.0.0/16 of the trunk third has all of 10.1.2.0/24 in it, a local network of a251: phones there are taken for the trunk.",
        ),
        (
            'address = "198.51.100.9"\nsources = ["192.0.2.0/28"]',
            "192.0.2.0/28 of the trunk third has 192.0.2.7 of the trunk backup in it: calls from there come in by any of the two.",
        ),
        ('address = "198.51.100.9"\nsources = ["192.0.2.0/28"]\nhosts = ["a253"]', ""),
        ('address = "10.1.2.7"\nsources = ["10.1.2.8/30", "2001:db8::/64"]', ""),
        ('address = "sip.example.org"', ""),
    ],
)
def test_addresses_that_mean_somebody_else_too(more: str, words: str) -> None:
    media = 'media = { external_address = "203.0.113.1", local_networks = ["10.1.2.0/24"] }\n'
    text = OFFICE.replace("[hosts.a251]\n", f"[hosts.a251]\n{media}")
    before = {one.text for one in found(text)}
    after = [one.text for one in found(f"{text}[trunks.third]\n{more}\n") if one.text not in before]
    about = [one for one in after if one.startswith(("1", "2"))]
    assert about == ([words] if words else [])


FIXED = {
    "a prefix": OFFICE.replace('scheme = "short"', 'scheme = "prefixed"')
    .replace('prefix = "302", ', "")
    .replace('"6853", "3026801"', '"3016853"'),
    "a block twice": OFFICE.replace(
        'numbers = ["68XX"]\ncalls = { prefix = "302"', 'numbers = ["68XX", "685X"]\ncalls = { prefix = "302"'
    ),
    "the same pattern": OFFICE + rule("A", pattern="0.", target="hang-up"),
    "covered": OFFICE
    + rule("A", pattern="0XX.", target="hang-up")
    + rule("B", pattern="0[0-9]X.", target="hang-up"),
    "no way for an emergency number": OFFICE.replace('emergency = ["112"]', 'emergency = ["112", "110"]'),
    "a member outside": OFFICE.replace('members = ["6853", "3026801"]', 'members = ["6853", "0171234"]'),
    "open sources": OFFICE.replace('user = "4930123"', 'user = "4930123"\nsources = ["0.0.0.0/0"]'),
    "a filter": OFFICE.replace(
        "[hosts.a251]\n",
        '[hosts.a251]\nsip = { accounts = "directory", selection_filter = "(AstAccountName=69*)" }\n',
    )
    + '[directory]\nbase = "dc=test,dc=local"\n',
}


@pytest.mark.parametrize("which", FIXED)
def test_what_mends_a_finding_does(which: str) -> None:
    """One click each, and nothing else becomes wrong by it."""
    before = fleet(FIXED[which])
    base = {one.text for one in check(fleet())}
    todo = [one for one in check(before) if one.fix is not None and one.text not in base]
    assert todo, [one.text for one in check(before)]
    for one in todo:
        assert one.fix is not None
        assert one.fix.words
        after = one.fix.mended(before)
        texts = [other.text for other in check(after)]
        assert one.text not in texts
        errors = {other.text for other in check(before) if other.weight == "error"}
        assert {other.text for other in check(after) if other.weight == "error"} <= errors


def test_sentences_end_once() -> None:
    """Patterns may end with a dot themselves."""
    chance = random.Random(5)
    open_ = OFFICE.replace('"68XX"', '"68."').replace(
        'emergency = ["112"]', 'emergency = ["112"]\nreserved = ["0."]'
    )
    plans = [
        fleet(open_ + rule("A", pattern="0.", target="hang-up") + rule("B", pattern="68.", target="hang-up"))
    ]
    plans += [random_plans.any_plan(chance) for _ in range(100)]
    for plan in plans:
        for one in check(plan, {"1": ["x"]}):
            for text in (one.text, one.mend):
                assert not text.endswith(".."), text
                assert not text or text.endswith((".", ")", ":")), text


SOME = st.lists(
    st.builds(
        lambda parts, tail: pattern("".join(parts) + tail),
        st.lists(st.sampled_from(["0", "1", "2", "X", "Z", "N", "[1-3]"]), min_size=1, max_size=4),
        st.sampled_from(["", "", ".", "!"]),
    ),
    max_size=12,
    unique_by=lambda one: one.text,
)


@given(SOME)
def test_pairs_are_all_that_overlap(some: list[object]) -> None:
    got = {frozenset((one.text, two.text)) for one, two in pairs(some)}  # type: ignore[arg-type]
    assert got == {
        frozenset((one.text, two.text))  # type: ignore[attr-defined]
        for one, two in itertools.combinations(some, 2)
        if one.overlaps(two)  # type: ignore[attr-defined]
    }


def test_no_call_goes_round_in_a_plan_without_circles() -> None:
    """And where one does, the check has told."""
    chance = random.Random(3)
    told = 0
    for _ in range(150):
        plan = random_plans.any_plan(chance)
        circles = random_plans.goes_round(plan)
        told += circles
        world = planned(plan)
        # Phones dial anything: as short as a rule's fixed digits, and signs that are no digits.
        short = [
            example[: len(pattern(rule.pattern).places)] + end
            for rule in plan.rules.values()
            for example in pattern(rule.pattern).examples()[:1]
            for end in ("", "a", "a&b")
        ]
        for number in (*random_plans.numbers(chance, plan), *short):
            for host in random_plans.HOSTS:
                why = simulate(world, host, "all", "6801", number).why
                rounds = "round in circles" in why or "never comes to an end" in why or "too many" in why
                assert circles or not rounds, (plan, number, host, why)
    assert told, "some of the plans should have circles"
