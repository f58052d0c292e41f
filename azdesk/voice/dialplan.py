"""A dial plan as a value: contexts, extensions, steps; and as the text of extensions.conf.

The same form holds what the document asks for (`azdesk.voice.deriving`) and what a host has loaded, so both are compared and
simulated alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from azdesk.core.pattern import Pattern, extension

_START = 4
"""Signs of a number by which a context finds the extensions that may hold it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One priority: an application with its arguments."""

    app: str
    args: str = ""
    label: str = ""
    """A name that Goto and GotoIf can jump to."""
    priority: int = 0
    """Its number; 0: the one after the step before it, 1 for the first."""

    def __str__(self) -> str:
        return f"{self.app}({self.args})"


@dataclass(frozen=True, kw_only=True)
class Extension:
    """What happens with the numbers of one pattern in one context."""

    exten: str
    """As it stands in a dial plan: ``_68XX``, ``112``, ``s``."""
    steps: tuple[Step, ...]
    origin: str = field(default="", compare=False)
    """What in the document it comes from, as a path: ``rules.Reception``, ``hosts.a251.numbers.0``; empty when it was read on a host."""

    @property
    def pattern(self) -> Pattern:
        return extension(self.exten)

    @cached_property
    def by_priority(self) -> Mapping[int, Step]:
        """Priority → step."""
        found: dict[int, Step] = {}
        at = 0
        for step in self.steps:
            at = step.priority or at + 1
            found[at] = step
        return found

    @cached_property
    def labels(self) -> Mapping[str, int]:
        """Label → priority."""
        return {step.label: number for number, step in self.by_priority.items() if step.label}


@dataclass(frozen=True, kw_only=True)
class Context:
    """Extensions that are looked at together, and the contexts that are looked at after them."""

    name: str
    extensions: tuple[Extension, ...] = ()
    includes: tuple[str, ...] = ()
    """Names of contexts, the first one first."""

    @cached_property
    def ranked(self) -> tuple[tuple[Pattern, Extension], ...]:
        """Extensions in the order in which Asterisk tries them."""
        pairs = ((one.pattern, one) for one in self.extensions)
        return tuple(sorted(pairs, key=lambda pair: pair[0].rank))

    @cached_property
    def _by_sign(self) -> dict[str, list[tuple[Pattern, Extension]]]:
        """First sign of a number → those of `ranked` that may hold it; an empty text stands for all other signs."""
        signs = {sign for pattern, _ in self.ranked for sign in (pattern.places or ("",))[0]}
        found: dict[str, list[tuple[Pattern, Extension]]] = {sign: [] for sign in (*signs, "")}
        for pair in self.ranked:
            for sign in pair[0].places[0] if pair[0].places else found:
                found[sign].append(pair)
        return found

    @cached_property
    def _drawers(self) -> dict[str, tuple[tuple[Pattern, Extension], ...]]:
        return {}

    def near(self, number: str) -> tuple[tuple[Pattern, Extension], ...]:
        """Those of `ranked` that may hold a number (without hyphens), by its first signs: a host may have thousands."""
        start = number[:_START]
        if start not in self._drawers:
            whole = len(number) < _START
            some = self._by_sign.get(start[:1], self._by_sign[""])
            self._drawers[start] = tuple(pair for pair in some if _begins(pair[0], start, whole=whole))
        return self._drawers[start]


@dataclass(frozen=True, kw_only=True)
class DialPlan:
    """All contexts of a host, or those that are AZDesk's."""

    contexts: tuple[Context, ...] = ()

    @cached_property
    def by_name(self) -> Mapping[str, Context]:
        """Contexts by name in lower case: Asterisk does not tell capitals apart there."""
        return {context.name.lower(): context for context in self.contexts}

    def found(self, context: str, number: str, priority: int = 1) -> Iterator[tuple[Context, Extension]]:
        """Where Asterisk looks a number up, in its order: the extensions that hold it and have this priority; the first one counts.

        First those of the context itself, then of what it includes, each in turn with all that it includes [main/pbx.c,
        pbx_find_extension]. A context that leads back to one that is being looked at is passed over.
        """
        yield from self._found(context.lower(), number.replace("-", ""), priority, ())

    def _found(
        self, name: str, number: str, priority: int, above: tuple[str, ...]
    ) -> Iterator[tuple[Context, Extension]]:
        context = self.by_name.get(name)
        if context is None or name in above:
            return
        for pattern, one in context.near(number):
            if pattern.holds(number) and priority in one.by_priority:
                yield context, one
        for include in context.includes:
            yield from self._found(include.lower(), number, priority, (*above, name))


def _begins(pattern: Pattern, start: str, *, whole: bool) -> bool:
    """Whether a number that begins so may belong to a pattern; `whole`: it is all of the number."""
    places = pattern.places
    if (not pattern.tail and len(start) > len(places)) or (whole and len(start) < pattern.least):
        return False
    return all(sign in place for sign, place in zip(start, places, strict=False))


def text_of(plan: DialPlan) -> str:
    """The plan as extensions.conf has it, without a head."""
    return "\n".join("".join(_lines(context)) for context in plan.contexts)


def _lines(context: Context) -> Iterator[str]:
    yield f"[{context.name}]\n"
    for include in context.includes:
        yield f"include => {include}\n"
    for one in context.extensions:
        for index, step in enumerate(one.steps):
            head = f"exten => {one.exten},1" if index == 0 else " same => n"
            label = f"({step.label})" if step.label else ""
            yield f"{head}{label},{step}\n"
