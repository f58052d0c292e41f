"""dpkg-query(1), dpkg(1) and apt-get(8) on /var/lib/dpkg/status, for the packages that AZDesk deals with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from azdesk.practice import stock
from azdesk.practice.files import HostFiles
from azdesk.practice.programs import Call, Output, Program

STATUS = "/var/lib/dpkg/status"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A package in dpkg's status file."""

    name: str
    version: str
    status: str = "install ok installed"

    @property
    def installed(self) -> bool:
        return self.status.endswith(" installed")

    def text(self) -> str:
        return (
            f"Package: {self.name}\nStatus: {self.status}\nPriority: optional\nArchitecture: amd64\n"
            f"Version: {self.version}\n"
        )


def read_status(files: HostFiles) -> list[Entry]:
    """What dpkg knows of."""
    found = []
    for block in files.text(STATUS).split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line)
        if "Package" in fields:
            found.append(
                Entry(
                    name=fields["Package"], version=fields.get("Version", ""), status=fields.get("Status", "")
                )
            )
    return found


def write_status(files: HostFiles, entries: Iterable[Entry]) -> None:
    """Write the file anew."""
    files.write(STATUS, "\n".join(entry.text() for entry in sorted(entries, key=lambda entry: entry.name)))


def _dpkg_query(call: Call) -> Output:
    words = call.argv[1:]
    if words and words[0] in ("-s", "--status", "-l", "--list"):
        return _dpkg(call)
    form, names = "${Package}\t${Version}\n", []
    rest = iter(words)
    for word in rest:
        if word in ("-f", "--showformat"):
            form = _unescaped(next(rest, ""))
        elif word.startswith(("-f=", "--showformat=")):
            form = _unescaped(word.partition("=")[2])
        elif word.startswith("-f") and len(word) > 2:
            form = _unescaped(word[2:])
        elif not word.startswith("-"):
            names.append(word)
    entries = {entry.name: entry for entry in read_status(call.host.files)}
    wanted = names or sorted(entries)
    out = "".join(_filled(form, entries[name]) for name in wanted if name in entries)
    err = "".join(
        f"dpkg-query: no packages found matching {name}\n" for name in wanted if name not in entries
    )
    return Output(1 if err else 0, out, err)


def _unescaped(form: str) -> str:
    return form.replace("\\n", "\n").replace("\\t", "\t")


def _filled(form: str, entry: Entry) -> str:
    short = "ii " if entry.installed else "rc "
    values = {
        "Package": entry.name,
        "binary:Package": entry.name,
        "Version": entry.version,
        "Status": entry.status,
        "db:Status-Abbrev": short,
        "db:Status-Status": "installed" if entry.installed else "config-files",
    }
    for key, value in values.items():
        form = form.replace("${" + key + "}", value)
    return form


def _dpkg(call: Call) -> Output:
    words = call.argv[1:]
    names = [word for word in words if not word.startswith("-")]
    entries = {entry.name: entry for entry in read_status(call.host.files)}
    if "--print-architecture" in words:
        return Output(out="amd64\n")
    if "-s" in words or "--status" in words:
        out = "".join(entries[name].text() + "\n" for name in names if name in entries)
        err = "".join(
            f"dpkg-query: package '{name}' is not installed and no information is available\n"
            for name in names
            if name not in entries
        )
        return Output(1 if err else 0, out, err)
    if "-l" in words or "--list" in words:
        found = [entries[name] for name in names or sorted(entries) if name in entries]
        missing = "".join(
            f"dpkg-query: no packages found matching {name}\n" for name in names if name not in entries
        )
        return Output(
            1 if missing else 0, "".join(f"ii  {e.name} {e.version} amd64\n" for e in found), missing
        )
    return Output(2, err="dpkg: error: need an action option\n")


def _apt_get(call: Call) -> Output:
    words, rest = [], iter(call.argv[1:])
    for word in rest:
        if word in ("-o", "-t", "-c"):
            next(rest, "")
        elif not word.startswith("-"):
            words.append(word)
    if call.user != "root":
        return Output(
            100,
            err="E: Could not open lock file /var/lib/dpkg/lock-frontend - open (13: Permission denied)\n",
        )
    if not words:
        return Output(1, err="E: Invalid operation\n")
    verb, names = words[0], words[1:]
    if verb == "update":
        call.pause(1.5)
        return Output(out="Reading package lists...\n")
    if verb in ("install", "remove", "purge", "autoremove"):
        call.pause(0.5)
        with call.host.world.lock:
            change = _install if verb == "install" else _remove
            return change(call, names)
    return Output(100, err=f"E: Invalid operation {verb}\n")


_READING = "Reading package lists...\nBuilding dependency tree...\nReading state information...\n"


def _install(call: Call, names: list[str]) -> Output:
    unknown = [name for name in names if name not in stock.PACKAGES]
    if unknown:
        return Output(100, _READING, "".join(f"E: Unable to locate package {name}\n" for name in unknown))
    entries = {entry.name: entry for entry in read_status(call.host.files)}
    present = {name for name, entry in entries.items() if entry.installed}
    wanted = [name for name in stock.with_dependencies(names) if name not in present]
    out = _READING + "".join(
        f"{name} is already the newest version ({entries[name].version}).\n"
        for name in names
        if name in present
    )
    try:
        for name in wanted:
            entries[name] = Entry(name=name, version=stock.PACKAGES[name].version)
            stock.unpack(call.host, name)
            out += f"Setting up {name} ({entries[name].version}) ...\n"
        write_status(call.host.files, entries.values())
    except OSError as error:
        return Output(100, out, f"E: Write error - write ({error.errno}: {error.strerror})\n")
    for name in wanted:
        for unit in stock.PACKAGES[name].units:
            call.host.systemd.enable(unit)
            call.host.systemd.start_at_once(unit)
    return Output(out=out + f"0 upgraded, {len(wanted)} newly installed, 0 to remove and 0 not upgraded.\n")


def _remove(call: Call, names: list[str]) -> Output:
    entries = {entry.name: entry for entry in read_status(call.host.files)}
    unknown = [name for name in names if name not in stock.PACKAGES and name not in entries]
    if unknown:
        return Output(100, _READING, "".join(f"E: Unable to locate package {name}\n" for name in unknown))
    gone = [name for name in names if name in entries and entries[name].installed]
    for name in gone:
        for unit in stock.PACKAGES[name].units if name in stock.PACKAGES else ():
            call.host.systemd.stop_at_once(unit)
            call.host.systemd.disable(unit)
        del entries[name]
        stock.clear_away(call.host, name)
    write_status(call.host.files, entries.values())
    return Output(
        out=_READING + f"0 upgraded, 0 newly installed, {len(gone)} to remove and 0 not upgraded.\n"
    )


PROGRAMS = {
    "apt-get": Program(run=_apt_get),
    "dpkg": Program(run=_dpkg),
    "dpkg-query": Program(run=_dpkg_query),
}
