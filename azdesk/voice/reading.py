"""What Asterisk has loaded, from what its console prints (``dialplan show``; 16.28 and 22.10 print alike)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from azdesk.voice.dialplan import Context, DialPlan, Extension, Step

_HEAD: Final = re.compile(r"^\[ Context '(.*)' created by '(.*)' \]$", re.MULTILINE)
_LINE: Final = re.compile(
    r"  (?:'(?P<exten>.+)' =>|   \[(?P<label>[^\]]*)\])? +(?P<priority>\d+)\. (?P<app>\w+)\((?P<args>.*)\) +\[(?P<origin>[^\]]*)\]"
)
_INCLUDE: Final = re.compile(r"  Include => +'(.+)' +\[[^\]]*\]")


def chunks(shown: str) -> Mapping[str, str]:
    """Context's name in lower case → the lines that are printed for it, with its head."""
    heads = list(_HEAD.finditer(shown))
    ends = [head.start() for head in heads[1:]] + [len(shown)]
    return {head[1].lower(): shown[head.start() : end] for head, end in zip(heads, ends, strict=False)}


def parse(shown: str) -> DialPlan:
    """Contexts with their extensions and includes; hints, switches and what else there is do not belong to a `DialPlan`.

    Labels of first priorities are not printed.
    """
    return DialPlan(contexts=tuple(_context(chunk) for chunk in chunks(shown).values()))


def _context(chunk: str) -> Context:
    head, *lines = chunk.split("\n")
    found = _HEAD.match(head)
    assert found is not None
    extensions: dict[str, list[Step]] = {}
    includes: list[str] = []
    exten = ""
    for line in lines:
        if one := _LINE.fullmatch(line):
            exten = one["exten"] or exten
            steps = extensions.setdefault(exten, [])
            number = int(one["priority"])
            steps.append(
                Step(
                    app=one["app"],
                    args=one["args"],
                    label=one["label"] or "",
                    priority=number if number != len(steps) + 1 else 0,
                )
            )
        elif one := re.match(r"  '(.+)' => +hint: ", line):
            exten = one[1]
        elif one := _INCLUDE.fullmatch(line):
            includes.append(one[1])
    return Context(
        name=found[1],
        extensions=tuple(Extension(exten=name, steps=tuple(steps)) for name, steps in extensions.items()),
        includes=tuple(includes),
    )


def creator(chunk: str) -> str:
    """Who made a context first: ``pbx_config`` for extensions.conf, ``pbx_ael``, ``pbx_lua``, …"""
    found = _HEAD.match(chunk)
    return found[2] if found else ""


def strangers(chunk: str, file: str) -> tuple[str, ...]:
    """Where extensions of a context come from that are neither of a file nor typed at the console: ``extensions.conf:125``."""
    origins = dict.fromkeys(re.findall(r" \[([^\[\]]+)\]$", chunk, re.MULTILINE))
    return tuple(one for one in origins if one != "pbx_config" and one.rpartition(":")[0] != file)


def expected(text: str, file: str) -> Mapping[str, frozenset[str]]:
    """The lines that Asterisk prints for each context of a text of ours that it has loaded whole: to be compared without being parsed.

    Args:
        text: as `azdesk.voice.dialplan.text_of` writes it, with remarks.
        file: its name, as the file that takes it in has it.
    """
    found: dict[str, list[str]] = {}
    lines: list[str] = []  # those before the first context are nobody's
    priority = 0
    for number, line in enumerate(text.split("\n"), 1):
        if line.startswith(" same => n"):
            head, _, body = line[10:].partition(",")
            priority += 1
            label, body = f"   [{head[1:-1]}]" if head else "", f"{priority}. {body}"
            lines.append(f"  {label:<17} {body:<45} [{file}:{number}]")
        elif line.startswith("exten => "):
            exten, _, rest = line[9:].partition(",")
            priority, body = 1, rest.partition(",")[2]
            name, body = f"'{exten}' =>", f"1. {body}"
            lines.append(f"  {name:<17} {body:<45} [{file}:{number}]")
        elif line.startswith("["):
            lines = [f"[ Context '{line[1:-1]}' created by 'pbx_config' ]"]
            found[line[1:-1].lower()] = lines
        elif line.startswith("include => "):
            name = f"'{line[11:]}'"
            lines.append(f"  {'Include =>':<17} {name:<45} [pbx_config]")
    return {name: frozenset(lines) for name, lines in found.items()}


def is_as_expected(chunk: str, lines: frozenset[str]) -> bool:
    """Whether a context is printed with exactly these lines, in any order."""
    printed = [line for line in chunk.split("\n") if line and line[:3] != "-= "]
    return len(printed) == len(lines) and lines.issuperset(printed)


def differences(meant: DialPlan, loaded: DialPlan) -> Iterator[str]:
    """What is loaded otherwise than meant, in sentences; in the contexts of `meant` alone."""
    for context in meant.contexts:
        there = loaded.by_name.get(context.name.lower())
        if there is None:
            yield f"Asterisk has not loaded the context {context.name}"
            continue
        if there.includes != context.includes:
            yield f"In Asterisk, {context.name} takes in {_listed(there.includes)}, not {_listed(context.includes)}"
        has = {one.exten: _plain(one) for one in there.extensions}
        should = {one.exten: _plain(one) for one in context.extensions}
        for exten, steps in should.items():
            if exten not in has:
                yield f"Asterisk has not loaded {exten} in {context.name}"
            elif has[exten] != steps:
                yield f"Asterisk has loaded something else for {exten} in {context.name}"
        for exten in has.keys() - should.keys():
            yield f"Asterisk has {exten} in {context.name}, which is not in AZDesk's file"


def same(meant: DialPlan, loaded: DialPlan) -> bool:
    """Whether the contexts of a plan are loaded as meant."""
    return next(differences(meant, loaded), None) is None


def _plain(one: Extension) -> dict[int, tuple[str, str, str]]:
    """Priority → application, arguments, label; the label of the first is not printed."""
    return {
        number: (step.app, step.args, step.label if number > 1 else "")
        for number, step in one.by_priority.items()
    }


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(names) or "nothing"
