"""Unit files of systemd: parsing, and merging with drop-ins; systemd.syntax(7), systemd.unit(5)."""

from __future__ import annotations

from dataclasses import dataclass, field

from azdesk.practice.files import HostFiles

FOLDERS = (
    "/etc/systemd/system",
    "/run/systemd/system",
    "/usr/local/lib/systemd/system",
    "/usr/lib/systemd/system",
)
"""Where units are looked for; the first that has one wins."""
_TRUE = frozenset({"1", "yes", "y", "true", "t", "on"})


@dataclass(frozen=True, kw_only=True)
class UnitFile:
    """A unit's settings as merged from its files.

    `text` is all of them in one, to see whether they changed since they were loaded.
    """

    name: str
    path: str
    settings: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    text: str = ""

    def last(self, section: str, key: str, default: str = "") -> str:
        """The value that counts where only one may be."""
        values = self.settings.get((section, key))
        return values[-1] if values else default

    def all(self, section: str, key: str) -> list[str]:
        """All values of a setting that is a list."""
        return self.settings.get((section, key), [])

    def seconds(self, section: str, key: str, default: float) -> float:
        """A time span: a plain number, or with the suffix ms, s or min."""
        value = self.last(section, key)
        for suffix, factor in (("ms", 0.001), ("min", 60.0), ("s", 1.0), ("", 1.0)):
            number = value.removesuffix(suffix).strip()
            if value.endswith(suffix) and number.replace(".", "", 1).isdigit():
                return float(number) * factor
        return default

    @property
    def description(self) -> str:
        return self.last("Unit", "Description") or self.name

    @property
    def hides_home(self) -> bool:
        """Whether the service sees nothing below /home; systemd.exec(5), ProtectHome=."""
        value = self.last("Service", "ProtectHome").lower()
        return value in _TRUE or value == "tmpfs"


def read(files: HostFiles, name: str) -> UnitFile | None:
    """A unit with its drop-ins as the files have it now; None if there is none."""
    template = f"{name.partition('@')[0]}@.service" if "@" in name else ""
    names = [name] + ([template] if template else [])
    place = next(
        (f"{folder}/{each}" for each in names for folder in FOLDERS if files.exists(f"{folder}/{each}")), ""
    )
    if not place:
        return None
    settings: dict[tuple[str, str], list[str]] = {}
    whole = files.text(place)
    parse(whole, settings)
    for text in _drop_ins(files, names):
        whole += "\n" + text
        parse(text, settings)
    instance = name.partition("@")[2].removesuffix(".service")
    for values in settings.values():
        values[:] = [value.replace("%i", instance).replace("%I", instance) for value in values]
    return UnitFile(name=name, path=place, settings=settings, text=whole)


def _drop_ins(files: HostFiles, names: list[str]) -> list[str]:
    # One of the same name in an earlier folder hides later ones; all are merged in the order of their names.
    found: dict[str, str] = {}
    for folder in FOLDERS:
        for each in names:
            for drop_in in files.names(f"{folder}/{each}.d", "*.conf"):
                found.setdefault(drop_in, f"{folder}/{each}.d/{drop_in}")
    return [files.text(found[drop_in]) for drop_in in sorted(found)]


def parse(text: str, settings: dict[tuple[str, str], list[str]]) -> None:
    """Add the assignments of one file; an empty one forgets the earlier ones."""
    section = ""
    for raw in text.replace("\\\n", " ").splitlines():
        line = raw.strip()
        if not line or line[0] in "#;":
            continue
        if line.startswith("[") and line.endswith("]"):
            section = line[1:-1]
            continue
        key, equals, value = line.partition("=")
        if not equals or not section:
            continue
        where = (section, key.strip())
        if value.strip():
            settings.setdefault(where, []).append(value.strip())
        else:
            settings[where] = []
