"""Whether Asterisk writes call detail records: its switch, and the module cdr_csv.

Seen in the lab (22.10): cdr_csv takes part if there is a section ``[csv]`` when it is loaded. Without one it waits, and no reload brings it
back, only unloading and loading; where it takes part already a reload without the section takes it out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from azdesk.practice.asterisk.config import FOLDER, ConfigError, Section, first, is_true, load
from azdesk.practice.files import HostFiles

MODULE = "cdr_csv.so"


@dataclass
class Settings:
    """cdr.conf as loaded."""

    enabled: bool = True
    module: bool = False
    """Whether cdr_csv is loaded."""
    csv: bool = False
    """Whether it takes part."""

    @property
    def written(self) -> bool:
        return self.enabled and self.csv

    def started(self, files: HostFiles) -> None:
        self.reload(files)
        barred = re.search(
            r"^\s*noload\s*=>?\s*cdr_csv(\.so)?\s*$", files.text(f"{FOLDER}/modules.conf"), re.MULTILINE
        )
        self.module = not barred
        self.csv = self.module and _has_csv(files)

    def reload(self, files: HostFiles) -> None:
        """``module reload cdr``."""
        sections = _sections(files)
        if sections is not None:
            general: Section | None = None
            for section in sections:
                general = section if section.name == "general" else general
            self.enabled = is_true(general.last("enable", "yes")) if general is not None else True

    def reload_csv(self, files: HostFiles) -> bool:
        """``module reload cdr_csv.so``; whether there is such a module."""
        self.csv = self.csv and _has_csv(files)
        return self.module

    def load_csv(self, files: HostFiles) -> bool:
        """``module load cdr_csv.so``; whether it was loaded."""
        if self.module:
            return False
        self.module, self.csv = True, _has_csv(files)
        return True

    def unload_csv(self) -> bool:
        there, self.module, self.csv = self.module, False, False
        return there

    def status(self) -> str:
        """``cdr show status``."""
        backends = "    csv\n" if self.csv else "    (none)\n"
        return (
            "\nCall Detail Record (CDR) settings\n----------------------------------\n"
            f"  Logging:                    {'Enabled' if self.enabled else 'Disabled'}\n  Mode:                       Simple\n"
            f"\n* Registered Backends\n  -------------------\n{backends}\n"
        )


def _sections(files: HostFiles) -> list[Section] | None:
    try:
        return load(files, "cdr.conf")
    except ConfigError:
        return None


def _has_csv(files: HostFiles) -> bool:
    sections = _sections(files)
    return sections is not None and first(sections, "csv") is not None
