"""Whether a dial plan's text says what is meant: it is read back, strictly, before it goes anywhere.

Asterisk itself says “Dialplan reloaded.” to nearly everything: an unclosed ``[`` costs all later contexts, an application that is
not there is found when somebody calls, and so is a label [seen in the lab, 16.28 and 22.10].
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from azdesk.voice.dialplan import Context, DialPlan, Extension, Step
from azdesk.voice.expressions import condition, split

APPLICATIONS: Final = frozenset(
    (
        "Answer",
        "ConfBridge",
        "Dial",
        "Goto",
        "GotoIf",
        "Hangup",
        "MixMonitor",
        "Playback",
        "Progress",
        "Ringing",
        "Set",
        "UserEvent",
        "VoiceMail",
        "VoiceMailMain",
        "WaitForCondition",
    )
)
"""What AZDesk's dial plans use; Asterisk 16 and 22 of Debian have them all."""
_LAST: Final = frozenset({"Goto", "Hangup"})
"""Applications that an extension may end with: after others it would run on."""
_HEAD: Final = re.compile(r"\[([A-Za-z][A-Za-z0-9_-]*)\]")
_INCLUDE: Final = re.compile(r"include => ([A-Za-z][A-Za-z0-9_-]*)")
_FIRST: Final = re.compile(r"exten => (_?(?:[^\s,;()\[\]]|\[[^\s,;()\[\]]+\])+),1(?:\((\w+)\))?,(.*)")
_NEXT: Final = re.compile(r" same => n(?:\((\w+)\))?,(.*)")
_STEP: Final = re.compile(r"([A-Za-z]+)\((.*)\)")
_BRACKETS: Final = re.compile(r"[()\[\]{}]")
_PAIRS: Final = {")": "(", "]": "[", "}": "{"}


class NoDialPlan(ValueError):
    """A text that is no dial plan as AZDesk writes them; says what is wrong, and in which line."""


def parse(text: str) -> DialPlan:
    """The plan that a text of ours says, see `azdesk.voice.dialplan.text_of`; lines that begin with ``;`` are remarks.

    Raises:
        NoDialPlan: there is anything in it that AZDesk would not write.
    """
    reader = _Reader()
    for number, line in enumerate(text.split("\n"), 1):
        if line and line[0] != ";":
            try:
                reader.take(line)
            except NoDialPlan as fault:
                raise NoDialPlan(f"line {number} {fault}") from None
    reader.close()
    return DialPlan(contexts=tuple(reader.contexts))


class _Reader:
    def __init__(self) -> None:
        self.contexts: list[Context] = []
        self._name = ""
        self._includes: list[str] = []
        self._extensions: list[Extension] = []
        self._exten = ""
        self._steps: list[Step] = []

    def take(self, line: str) -> None:
        """One line."""
        if found := _NEXT.fullmatch(line):
            if not self._exten:
                raise NoDialPlan("goes on with an extension that has not begun")
            self._steps.append(_step(found[2], found[1] or ""))
        elif found := _FIRST.fullmatch(line):
            if not self._name:
                raise NoDialPlan("stands before the first context")
            self._end_extension()
            self._exten = found[1]
            self._steps = [_step(found[3], found[2] or "")]
        elif found := _INCLUDE.fullmatch(line):
            if not self._name or self._exten:
                raise NoDialPlan("takes in a context in the wrong place")
            self._includes.append(found[1])
        elif found := _HEAD.fullmatch(line):
            self.close()
            self._name = found[1]
        else:
            raise NoDialPlan(_why(line))

    def close(self) -> None:
        """The end of a context."""
        self._end_extension()
        if self._name:
            self.contexts.append(
                Context(name=self._name, extensions=tuple(self._extensions), includes=tuple(self._includes))
            )
        self._name, self._includes, self._extensions = "", [], []

    def _end_extension(self) -> None:
        if self._exten:
            self._extensions.append(Extension(exten=self._exten, steps=tuple(self._steps)))
        self._exten, self._steps = "", []


def _why(line: str) -> str:
    if line.startswith("[") and "]" not in line:
        return "has a [ without its ]"
    return f"is none that AZDesk writes: {line[:60]}"


def _step(text: str, label: str) -> Step:
    found = _STEP.fullmatch(text)
    if found is None:
        raise NoDialPlan(f"has no application with its arguments in brackets: {text[:60]}")
    if ";" in text:
        raise NoDialPlan("has a ; in it, where Asterisk stops reading")
    if why := _unbalanced(found[2]):
        raise NoDialPlan(f"has a {why} in the arguments of {found[1]}")
    return Step(app=found[1], args=found[2], label=label)


def _unbalanced(text: str) -> str:
    """What is wrong with the brackets of a text; empty: nothing."""
    opened: list[str] = []
    for sign in _BRACKETS.findall(text):
        if sign in "([{":
            opened.append(sign)
        elif not opened or opened.pop() != _PAIRS[sign]:
            return f"{sign} without its {_PAIRS[sign]}"
    return f"{opened[-1]} that is not closed" if opened else ""


def faults(text: str, meant: DialPlan) -> tuple[str, ...]:
    """What is wrong with a text that should say `meant`, in sentences without a full stop; empty: nothing."""
    try:
        found = parse(text)
    except NoDialPlan as fault:
        return (f"The dial plan's text does not parse: {fault}",)
    if found != meant:
        return ("The dial plan's text says something else than was meant",)
    return tuple(_inside(found))


def _inside(plan: DialPlan) -> Iterator[str]:
    """What is wrong within a plan."""
    if len(plan.by_name) != len(plan.contexts):
        yield "Two contexts have one name"
    for context in plan.contexts:
        for name in context.includes:
            if name.lower() not in plan.by_name:
                yield f"{context.name} takes in {name}, which is not there"
        if len({one.exten.replace("-", "") for one in context.extensions}) != len(context.extensions):
            yield f"{context.name} has an extension twice"
        for one in context.extensions:
            for why in _extension(plan, context, one):
                yield f"{context.name}, {one.exten}: {why}"


def _extension(plan: DialPlan, context: Context, one: Extension) -> Iterator[str]:
    labels = [step.label for step in one.steps if step.label]
    if len(set(labels)) != len(labels):
        yield "a label stands twice"
    for step in one.steps:
        if step.app not in APPLICATIONS:
            yield f"there is no application {step.app}"
        for place in _jumps(step):
            if why := _nowhere(plan, context, one, place):
                yield why
    if one.steps[-1].app not in _LAST:
        yield "it runs on past its last step"


def _jumps(step: Step) -> Iterator[tuple[str, ...]]:
    """Where a step may jump to: priority, or extension and priority, or all three."""
    if step.app == "Goto":
        yield tuple(split(step.args))
    elif step.app == "GotoIf":
        _, *places = condition(step.args)
        yield from (tuple(split(place)) for place in places if place)
    elif step.app == "Dial":
        for to in split(split(step.args)[0], "&"):
            if to.startswith("Local/"):
                number, _, place = to.removeprefix("Local/").partition("@")
                yield place.partition("/")[0], number, "1"


def _nowhere(plan: DialPlan, context: Context, one: Extension, place: tuple[str, ...]) -> str:
    """Why a jump leads nowhere; empty: it leads somewhere, or only a call will tell."""
    *where, priority = place
    name = where[0] if len(where) > 1 else context.name
    if name.lower() not in plan.by_name:
        return f"it jumps to {name}, a context that is not there"
    if not where:
        there: Extension | None = one
    elif "$" in where[-1]:
        return ""
    else:
        found = next(plan.found(name, where[-1]), None)
        if found is None and not name.startswith("az-"):
            return ""  # a member of a ring group that nobody has, which the checks of the number plan tell
        there = found[1] if found else None
    if there is None or (
        priority not in there.labels and not (priority.isdigit() and int(priority) in there.by_priority)
    ):
        return f"it jumps to {','.join(place)}, which is not there"
    return ""
