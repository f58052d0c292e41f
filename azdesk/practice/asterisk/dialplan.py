"""The dial plan as pbx_config loads it from extensions.conf, with what it forgives and what it tells its log only.

Seen in the lab (16.28 and 22.10): a file that does not parse leaves what was loaded; one that is included ends at the line that
does not parse; sections of one name become one context; applications are not looked at. In each case a reload says that
it is done.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from azdesk.core.pattern import extension
from azdesk.practice.asterisk.config import FOLDER, ConfigError, load
from azdesk.practice.files import HostFiles

REGISTRAR = "pbx_config"
_NO_CONTEXTS = ("general", "globals")
Say = Callable[[str, str, str], None]
"""(level, source, text): a line of Asterisk's log."""


@dataclass(frozen=True)
class Priority:
    app: str
    data: str
    label: str
    place: str
    """File and line, or who registered it."""


@dataclass
class Context:
    name: str
    extensions: dict[str, dict[int, Priority]] = field(default_factory=dict)
    includes: list[str] = field(default_factory=list)

    def lines(self) -> Iterator[str]:
        """As ``dialplan show`` prints it."""
        yield f"[ Context '{self.name}' created by '{REGISTRAR}' ]"
        for exten in sorted(self.extensions, key=lambda one: (extension(one).rank, one)):
            head = f"'{exten}' =>"
            for number, one in sorted(self.extensions[exten].items()):
                step = f"{number}. {one.app}({one.data})"
                yield f"  {head:<17} {step:<45} [{one.place}]"
                following = self.extensions[exten].get(number + 1)
                head = f"   [{following.label}]" if following and following.label else ""
        for name in self.includes:
            quoted = f"'{name}'"
            yield f"  {'Include =>':<17} {quoted:<45} [{REGISTRAR}]"
        yield ""

    @property
    def size(self) -> tuple[int, int]:
        """Extensions and their priorities."""
        return len(self.extensions), sum(len(one) for one in self.extensions.values())


@dataclass
class Plan:
    """What is loaded: context's name in lower case → context."""

    contexts: dict[str, Context] = field(default_factory=dict)

    def show(self, name: str = "") -> str:
        """What ``dialplan show`` prints."""
        there = [self.contexts[name.lower()]] if name.lower() in self.contexts else []
        if name and not there:
            return f"There is no existence of '{name}' context\nCommand 'dialplan show {name}' failed.\n"
        there = there or list(self.contexts.values())
        lines = [line for context in there for line in context.lines()]
        extensions, priorities = (sum(context.size[at] for context in there) for at in (0, 1))
        return "\n".join(lines) + (
            f"\n-= {extensions} extension{'s' * (extensions != 1)} ({priorities} priorit{'y' if priorities == 1 else 'ies'}) "
            f"in {len(there)} context{'s' * (len(there) != 1)}. =-\n"
        )

    def add(self, exten: str, priority: int, app: str, data: str, name: str) -> str:
        """``dialplan add extension``."""
        context = self.contexts.get(name.lower())
        if context is None:
            return f"Failed to add '{exten},{priority},{app}({data})' extension into '{name}' context\n"
        context.extensions.setdefault(exten, {})[priority] = Priority(app, data, "", REGISTRAR)
        return f"Extension '{exten},{priority},{app}({data})' added into '{name}' context\n"

    def remove_context(self, name: str) -> str:
        gone = self.contexts.pop(name.lower(), None)
        return f"Removed context '{name}'\n" if gone else f"There is no existence of '{name}' context\n"

    def remove_extension(self, exten: str, name: str) -> str:
        context = self.contexts.get(name.lower())
        if context is None or context.extensions.pop(exten, None) is None:
            return f"Failed to remove extension {exten}@{name}\n"
        return f"Whole extension {exten}@{name} removed\n"


def loaded(files: HostFiles, before: Plan, say: Say) -> Plan:
    """The plan that the files say; what was loaded before where the file itself does not parse."""
    complaints: list[tuple[str, str]] = []
    try:
        sections = load(files, "extensions.conf", complaints)
    except ConfigError as error:
        say("WARNING", "config.c", str(error))
        return before
    for level, text in complaints:
        say(level, "config.c", text)
    plan, reader = Plan(), _Reader(say)
    for section in sections:
        if section.name in _NO_CONTEXTS:
            continue
        context = plan.contexts.setdefault(section.name.lower(), Context(section.name))
        for (key, value), place in zip(section.options, section.places, strict=True):
            if key == "include":
                context.includes.append(value)
            elif key in ("exten", "same"):
                reader.take(context, key, value, place)
    for context in plan.contexts.values():
        for name in context.includes:
            if name.lower() not in plan.contexts:
                say(
                    "WARNING",
                    "pbx.c",
                    f"Context '{context.name}' tries to include nonexistent context '{name}'",
                )
    return plan


class _Reader:
    def __init__(self, say: Say) -> None:
        self._say = say
        self._exten = ""
        self._last = -2
        """The priority before “n”; below zero: there is none."""

    def take(self, context: Context, key: str, value: str, place: str) -> None:
        """One line: ``exten => number,priority(label),application(arguments)``."""
        name, _, line = place.rpartition(":")
        where = f"at line {line} of {FOLDER}/{name}"
        if key == "exten":
            self._exten, _, value = value.partition(",")
            self._exten = self._exten.strip()
        elif not self._exten:
            self._say("WARNING", "pbx_config.c", f"No previous pattern in the first entry {where}!")
            return
        number, _, rest = value.partition(",")
        number, _, label = number.strip().partition("(")
        if label and not label.endswith(")"):
            self._say("WARNING", "pbx_config.c", f"Label missing trailing ')' {where}")
            return
        priority = self._number(number, where)
        if priority < 1:
            return
        app, bracket, data = rest.strip().partition("(")
        if bracket and not data.endswith(")"):
            self._say("WARNING", "pbx_config.c", f"No closing parenthesis found? '{rest.strip()}' {where}")
        data = data[: data.rfind(")")] if ")" in data else data
        there = context.extensions.setdefault(self._exten, {})
        self._last = priority
        if priority in there:
            self._say(
                "WARNING",
                "pbx.c",
                f"Unable to register extension '{self._exten}' priority {priority} in '{context.name}', already in use",
            )
            self._say("WARNING", "pbx_config.c", f"Unable to register extension {where}")
            return
        there[priority] = Priority(app.strip(), data, label[:-1], place)

    def _number(self, text: str, where: str) -> int:
        if text == "n":
            if self._last < 0:
                self._say("WARNING", "pbx_config.c", f"Can't use 'next' priority on the first entry {where}!")
                return 0
            return self._last + 1
        if re.fullmatch(r"[1-9]\d*", text):
            return int(text)
        self._say("WARNING", "pbx_config.c", f"Invalid priority/label '{text}' {where}")
        return 0


def mailboxes(files: HostFiles, before: dict[str, list[str]]) -> dict[str, list[str]]:
    """Voicemail context → its mailboxes, of voicemail.conf; as before where that does not parse."""
    try:
        sections = load(files, "voicemail.conf")
    except ConfigError:
        return before
    found: dict[str, list[str]] = {}
    for section in sections:
        if section.name not in ("general", "zonemessages"):
            found.setdefault(section.name, []).extend(name for name, _ in section.options)
    return found


@dataclass(frozen=True)
class Voicemail:
    """Modules that take messages."""

    loaded: tuple[tuple[str, bool], ...] = ()
    """Module → whether it runs."""
    answers: bool = False
    """Whether there are its applications."""

    def show(self, like: str) -> str:
        """What ``module show like`` prints of them."""
        rows = [(name, runs) for name, runs in self.loaded if like in name]
        lines = [f"{'Module':<30} {'Description':<40} {'Use Count':<10} {'Status':<11} Support Level\n"]
        lines += [
            f"{name:<30} {'Comedian Mail (Voicemail System)':<40} {0:<10} {'Running' if runs else 'Not Running':<11} {'core':>13}\n"
            for name, runs in rows
        ]
        return "".join(lines) + f"{len(rows)} modules loaded\n"


_IN_DATABASE = "app_voicemail_odbc.so"


def voicemail(files: HostFiles, say: Say, *, installed: bool, database: bool) -> Voicemail:
    """What there is after a start.

    The module that keeps messages in a database has none here, fails, and takes the applications of the usual one away with it
    [seen in the lab, 22.10].

    Args:
        installed: whether there is voicemail at all.
        database: whether the module for a database is there, too.
    """
    if not installed:
        return Voicemail()
    try:
        options = [option for section in load(files, "modules.conf") for option in section.options]
    except ConfigError as error:
        say("ERROR", "loader.c", str(error))
        return Voicemail()
    out = {value for key, value in options if key.lower() == "noload"}
    loaded = [("app_voicemail.so", True)] if "app_voicemail.so" not in out else []
    failed = database and _IN_DATABASE not in out
    if failed:
        say("WARNING", "app_voicemail_odbc.c", " Failed to obtain database object for 'asterisk'!")
        loaded.append((_IN_DATABASE, False))
    return Voicemail(loaded=tuple(loaded), answers=bool(loaded) and not failed)


def show_mailboxes(known: dict[str, list[str]], name: str) -> str:
    """What ``voicemail show users for`` prints."""
    if name not in known:
        return f"No such voicemail context \"{name}\"\nCommand 'voicemail show users for {name}' failed.\n"
    lines = [f"{'Context':<10} {'Mbox':<5} {'User':<25} {'Zone':<10} {'NewMsg':>6}\n"]
    lines += [f"{name:<10} {box:<5} {'':<25} {'':<10} {0:>6}\n" for box in known[name]]
    return "".join(lines) + f"{len(known[name])} voicemail users configured.\n"
