"""The number plan as tables: rules, trunks, findings; and patterns in examples."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from azdesk.core.pattern import pattern
from azdesk.ui.mapping.words import counted, filled, listed, moment
from azdesk.ui.numbersmodels import Path
from azdesk.ui.relative import exact
from azdesk.ui.viewmodels import State, TableRow

if TYPE_CHECKING:
    from azdesk.fleet.model import Fleet
    from azdesk.fleet.voice import Rule, Trunk
    from azdesk.ui.numbers.checking import PeoplesNumbers
    from azdesk.voice.checking import Finding, Weight

RANK: Mapping[Weight, int] = {"error": 0, "warning": 1, "hint": 2}


def state_of(weight: Weight) -> State:
    """The mark of a finding."""
    return {"error": State.FAILING, "warning": State.DIFFERS, "hint": State.UNKNOWN}[weight]


def weight_word(weight: Weight) -> str:
    """A finding's weight in a word."""
    tr = QCoreApplication.translate
    return {
        "error": tr("Numbers", "error"),
        "warning": tr("Numbers", "warning"),
        "hint": tr("Numbers", "hint"),
    }[weight]


def of_entry(findings: Iterable[Finding]) -> dict[Path, list[Finding]]:
    """Findings by the rule, trunk or host they are about: the first two keys of their paths."""
    found: dict[Path, list[Finding]] = {}
    for one in findings:
        found.setdefault(one.path[:2], []).append(one)
    return found


def rule_rows(fleet: Fleet, findings: Sequence[Finding] = ()) -> tuple[TableRow, ...]:
    """Rules in the document's order: place, name, pattern, for calls from, at, leads to, recorded, woken."""
    tr = QCoreApplication.translate
    told = of_entry(findings)
    yes, everywhere = tr("Numbers", "yes"), tr("Numbers", "everywhere")
    rows: list[TableRow] = []
    for at, (name, rule) in enumerate(fleet.rules.items(), 1):
        state, words = _marked(told.get(("rules", name), ()))
        rows.append(
            TableRow(
                key=name,
                cells=(
                    str(at),
                    name,
                    rule.pattern,
                    callers_words(rule),
                    listed(rule.hosts) or everywhere,
                    target_words(rule),
                    yes if rule.record else "",
                    yes if rule.notify else "",
                ),
                state=state,
                tooltip="\n".join(part for part in (*words, rule.note) if part),
                sort=(at,),
                path=("rules", name),
            )
        )
    return tuple(rows)


def callers_words(rule: Rule) -> str:
    """Whose calls a rule is for."""
    return listed(rule.callers) or QCoreApplication.translate("Numbers", "phones")


def target_words(rule: Rule) -> str:
    """Where a rule leads to, in words: ``strip 1, then by provider or backup``."""
    tr = QCoreApplication.translate
    changed = _rewriting(rule)
    number = rule.number or (changed or tr("Numbers", "the dialled number"))
    match rule.target:
        case "accounts":
            words = filled(tr("Numbers", "account: %1"), changed) if changed else tr("Numbers", "its account")
        case "trunk":
            way = filled(tr("Numbers", " or ")).join(rule.trunks)
            words = filled(tr("Numbers", "out by %1"), way)
            if changed:
                words = filled(tr("Numbers", "%1, as %2"), words, changed)
        case "number":
            words = filled(tr("Numbers", "number %1"), number)
        case "ring-group":
            words = filled(tr("Numbers", "%1 together"), listed(rule.members))
        case "voicemail":
            words = filled(tr("Numbers", "mailbox %1"), number)
        case "messages":
            words = tr("Numbers", "the caller's own messages")
        case "conference":
            words = filled(tr("Numbers", "conference %1"), number)
        case "announcement":
            words = filled(tr("Numbers", "announcement %1"), rule.sound)
        case "hang-up":
            words = tr("Numbers", "nothing: it is hung up")
    return words


def _rewriting(rule: Rule) -> str:
    """What becomes of a number, by its first example: ``6853``; empty where it stays as it is."""
    if not rule.strip and not rule.prepend:
        return ""
    tr = QCoreApplication.translate
    kept = pattern(rule.pattern).text if not rule.strip else ""
    if kept:
        return f"{rule.prepend}{kept}"
    rest = counted(
        rule.strip,
        tr("Numbers", "the number without its first digit"),
        tr("Numbers", "the number without its first %1 digits"),
    )
    return filled(tr("Numbers", "%1 and %2"), rule.prepend, rest) if rule.prepend else rest


def example_lines(text: str, strip: int = 0, prepend: str = "") -> tuple[str, ...]:
    """What a pattern matches, and what a rule's rewriting makes of it; the pattern is right."""
    tr = QCoreApplication.translate
    which = pattern(text)
    examples = which.examples()
    if not examples:
        return (tr("Numbers", "No number matches it."),)
    if which.exact:
        words = filled(tr("Numbers", "Matches %1 alone"), examples[0])
    elif which.tail:
        words = filled(tr("Numbers", "Matches %1 and longer ones"), ", ".join(examples))
    else:
        numbers = counted(which.size, tr("Numbers", "1 number"), tr("Numbers", "%1 numbers"))
        words = filled(tr("Numbers", "Matches %1, such as %2"), numbers, ", ".join(examples))
    lines = [f"{words}."]
    if strip or prepend:
        made = [f"{one} → {prepend}{one[strip:]}" for one in examples]
        empty = any(not prepend and not one[strip:] for one in examples)
        lines.append(", ".join(made) + (tr("Numbers", " (nothing is left)") if empty else ""))
    return tuple(lines)


def trunk_rows(fleet: Fleet, findings: Sequence[Finding] = ()) -> tuple[TableRow, ...]:
    """Trunks to others in the document's order: name, where, at, reached by, known by, calls out, calls in, recorded."""
    tr = QCoreApplication.translate
    told = of_entry(findings)
    out, into = by_trunk(fleet)
    yes, everywhere = tr("Numbers", "yes"), tr("Numbers", "everywhere")
    rows: list[TableRow] = []
    for name, trunk in fleet.trunks.items():
        state, words = _marked(told.get(("trunks", name), ()))
        address, port = trunk.place
        rows.append(
            TableRow(
                key=name,
                cells=(
                    name,
                    f"[{address}]:{port}" if ":" in address else f"{address}:{port}",
                    _at(trunk) or everywhere,
                    trunk.transport.upper() + (" · SRTP" if trunk.srtp else ""),
                    known_by(trunk),
                    listed(out.get(name, ())),
                    listed(into.get(name, ())),
                    yes if trunk.record else "",
                ),
                state=state,
                tooltip="\n".join(part for part in (*words, trunk.note) if part),
                path=("trunks", name),
            )
        )
    return tuple(rows)


def _at(trunk: Trunk) -> str:
    """Hosts of a trunk, and those that go out by it through them."""
    through = filled(QCoreApplication.translate("Numbers", "for %1 too"), listed(trunk.gateway_for))
    return " · ".join((listed(trunk.hosts), *((through,) if trunk.gateway_for else ())))


def by_trunk(fleet: Fleet) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Trunk → names of the rules that lead to it; of those that are for calls that come in by it."""
    out: dict[str, list[str]] = {}
    into: dict[str, list[str]] = {}
    for name, rule in fleet.rules.items():
        for found, trunks in ((out, rule.trunks), (into, rule.callers)):
            for trunk in trunks:
                found.setdefault(trunk, []).append(name)
    return out, into


def known_by(trunk: Trunk) -> str:
    """How a trunk's other side is known."""
    tr = QCoreApplication.translate
    if trunk.authentication == "address":
        return tr("Numbers", "its address")
    words = (
        tr("Numbers", "registration as %1")
        if trunk.authentication == "registration"
        else tr("Numbers", "password of %1")
    )
    return filled(words, trunk.user)


def finding_rows(findings: Sequence[Finding]) -> tuple[TableRow, ...]:
    """What is wrong with the plan: weight, where, what, and what mends it."""
    return tuple(
        TableRow(
            key=str(at),
            cells=(weight_word(one.weight), where_words(one.path), one.text, one.mend),
            state=state_of(one.weight),
            tooltip="\n".join(part for part in (one.text, one.mend) if part),
            sort=(RANK[one.weight],),
            path=one.path,
        )
        for at, one in enumerate(findings)
    )


def where_words(path: Path) -> str:
    """A place of the document as people call it."""
    tr = QCoreApplication.translate
    if path[0] == "number_plan" or len(path) < 2:
        return tr("Numbers", "plan")
    words = {
        "rules": tr("Numbers", "rule %1"),
        "trunks": tr("Numbers", "trunk %1"),
        "hosts": tr("Numbers", "host %1"),
    }
    return filled(words.get(path[0], "%1"), path[1])


def people_words(people: PeoplesNumbers) -> str:
    """Of when the directory's numbers are that the plan was checked against."""
    tr = QCoreApplication.translate
    words: list[str] = []
    if people.reading:
        words.append(tr("Numbers", "Reading people's numbers from the directory…"))
    elif people.failure:
        words.append(filled(tr("Numbers", "People's numbers could not be read: %1"), people.failure))
    if people.numbers is not None:
        count = len(people.numbers.accounts)
        read = counted(count, tr("Numbers", "1 number of people"), tr("Numbers", "%1 numbers of people"))
        words.append(
            filled(tr("Numbers", "Checked with %1, as they were on %2."), read, exact(moment(people.at)))
        )
        if people.numbers.partial:
            words.append(tr("Numbers", "The directory's server kept some of them back."))
    elif not words:
        words.append(tr("Numbers", "People's numbers were not read yet."))
    return " ".join(words)


def summary(findings: Sequence[Finding]) -> str:
    """``2 errors · 1 warning · 3 hints``."""
    tr = QCoreApplication.translate
    count = {weight: sum(1 for one in findings if one.weight == weight) for weight in RANK}
    parts = (
        counted(count["error"], tr("Numbers", "1 error"), tr("Numbers", "%1 errors")),
        counted(count["warning"], tr("Numbers", "1 warning"), tr("Numbers", "%1 warnings")),
        counted(count["hint"], tr("Numbers", "1 hint"), tr("Numbers", "%1 hints")),
    )
    told = [words for words, number in zip(parts, count.values(), strict=True) if number]
    return " · ".join(told) or tr("Numbers", "nothing is wrong with it")


def worst(findings: Iterable[Finding]) -> State | None:
    """The mark of the weightiest; None where there is no error and no warning."""
    ranks = [RANK[one.weight] for one in findings]
    least = min(ranks, default=2)
    return {0: State.FAILING, 1: State.DIFFERS}.get(least)


def _marked(findings: Iterable[Finding]) -> tuple[State | None, tuple[str, ...]]:
    told = tuple(findings)
    return worst(told), tuple(one.text for one in told)
