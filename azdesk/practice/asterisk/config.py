"""Asterisk's configuration files as its loader reads them [main/config.c]: sections, templates, includes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from azdesk.practice.files import HostFiles

FOLDER = "/etc/asterisk"
USER = "asterisk"
_DEEPEST = 10


class ConfigError(Exception):
    """The loader refuses a file; the text is what Asterisk writes into its log."""


@dataclass
class Section:
    """One section with its options in order."""

    name: str
    template: bool = False
    options: list[tuple[str, str]] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    """For each option the file and line that it stands in: ``extensions.conf:125``."""

    def last(self, name: str, default: str = "") -> str:
        """The last value of an option."""
        return next((value for key, value in reversed(self.options) if key.lower() == name), default)

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.options if key.lower() == name]


def load(files: HostFiles, name: str, complaints: list[tuple[str, str]] | None = None) -> list[Section]:
    """A file with all that it includes.

    Args:
        complaints: gets what is wrong with included files, which does not keep the file from being loaded: level and text.

    Raises:
        ConfigError: it is not there, not readable for Asterisk, or does not parse.
    """
    loader = _Loader(files, [] if complaints is None else complaints)
    if not loader.read(f"{FOLDER}/{name}", 1):
        raise ConfigError(f"{FOLDER}/{name} does not exist or cannot be read")
    return [section for section in loader.sections if not section.template]


def first(sections: list[Section], name: str) -> Section | None:
    """What Asterisk finds when it looks a section up by name."""
    return next((section for section in sections if section.name == name), None)


def is_true(value: str) -> bool:
    return value.lower() in ("yes", "true", "y", "t", "1", "on")


class _Loader:
    def __init__(self, files: HostFiles, complaints: list[tuple[str, str]]) -> None:
        self.sections: list[Section] = []
        self._complaints = complaints
        self._files = files
        self._present: Section | None = None
        """The section that the next option belongs to; an included file goes on with it."""

    def read(self, path: str, depth: int) -> bool:
        """Read one file; False if it cannot be opened."""
        files = self._files
        if depth > _DEEPEST:
            raise ConfigError(f"Maximum Include level ({_DEEPEST}) exceeded")
        if files.is_folder(path) or not files.allows(path, USER, files.groups_of(USER), 4):
            return False
        text = re.sub(r";--(?!-)(?:.|\n)*?--;", "", files.text(path))
        for number, raw in enumerate(text.split("\n"), 1):
            line = re.sub(r"(?<!\\);.*", "", raw).replace("\\;", ";").strip()
            place = f"line {number} of {path}"
            if line.startswith("["):
                self._section(line, place)
            elif line.startswith("#"):
                self._directive(line, depth)
            elif "=" in line:
                if self._present is None:
                    raise ConfigError(f"parse error: No category context for {place}")
                key, _, value = line.partition("=")
                self._present.options.append((key.strip(), value.removeprefix(">").strip()))
                self._present.places.append(f"{path.removeprefix(f'{FOLDER}/')}:{number}")
        return True

    def _section(self, line: str, place: str) -> None:
        found = re.match(r"\[([^]]*)\](?:\(([^)]*)\)?)?", line)
        if found is None:
            raise ConfigError(f"parse error: no closing ']', {place}")
        name, marks = found[1], [mark.strip() for mark in (found[2] or "").split(",") if mark.strip()]
        present = first(self.sections, name)
        if "+" not in marks:
            present = Section(name, template="!" in marks)
            self.sections.append(present)
        elif present is None:
            raise ConfigError(f"Category addition requested, but category '{name}' does not exist, {place}")
        self._present = present
        for mark in marks:
            if mark in ("!", "+"):
                continue
            base = first(self.sections, mark)
            if base is None:
                raise ConfigError(f"Inheritance requested, but category '{mark}' does not exist, {place}")
            present.options += base.options
            present.places += base.places

    def _directive(self, line: str, depth: int) -> None:
        found = re.match(r"#(include|tryinclude)\s+(?:\"([^\"]*)\"|<([^>]*)>|(\S+))", line)
        if found is None:
            return
        named = found[2] or found[3] or found[4]
        path = named if named.startswith("/") else f"{FOLDER}/{named}"
        folder, _, pattern = path.rpartition("/")
        names = self._files.names(folder, pattern) if re.search(r"[*?\[]", pattern) else [pattern]
        loaded = False
        try:
            for name in names:
                loaded |= self.read(f"{folder}/{name}", depth + 1)
        except ConfigError as error:
            self._complaints.append(("WARNING", str(error)))
            # What does not parse ends this #include; the file that has it goes on [seen in the lab].
            return
        if not loaded and found[1] == "include":
            raise ConfigError(f"The file '{named}' was listed as a #include but it does not exist.")
