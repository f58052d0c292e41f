"""People on a real slapd: ten thousand of a sheet against ldapadd, and a hundred thousand, or more, into a file against ldapsearch.

slapd runs on a host of the lab, as AZDesk sets it up (every change on the disk before it answers). Whole processes: AZDesk's is the command that an admin types, which reads the sheet, compares it with the directory, notes
down how each record is taken back, writes through SSH, and logs every write.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import measure, own_directory

if TYPE_CHECKING:
    from tests.lab.harness import Host, Lab

COUNT = 10_000


def run(runs: int, people: int) -> str:
    """Boot a host, run all sides in turn, return a Markdown section."""
    from tests.lab.harness import Lab
    from tests.lab.harness import guide_directory as guide

    with Lab.up(["a250"]) as lab, tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        host = lab.host("a250")
        document = _document(lab, place)
        environment = _environment(lab, place)
        own_directory.set_up(lab, place)
        added = _imports(host, place, document, environment, runs)
        lab.reset("a250")
        host = lab.host("a250")
        own_directory.set_up(lab, place)
        loaded = own_directory.load(host, guide.people(people))
        exported = _exports(host, place, document, environment, runs)
        memory = _memory(place, document, environment, people)
    return _section(added, exported, memory, people, loaded)


def _document(lab: Lab, place: Path) -> Path:
    path = place / "office.azfleet"
    path.write_text(
        f"""version = 1
[credentials.root]
method = "key"
key_file = "{lab.key_file}"
[directory]
base = "dc=test,dc=local"
[hosts.a250]
address = "{lab.host("a250").address}"
credential = "root"
roles = ["directory"]
"""
    )
    return path


def _environment(lab: Lab, place: Path) -> dict[str, str]:
    data = place / "data"
    data.mkdir()
    (data / "known_hosts").write_bytes(lab.known_hosts.read_bytes())
    return {
        "AZDESK_DATA": str(data),
        "HOME": str(place),
        "PYTHONPATH": str(Path.cwd()),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
    }


def _names(run: int) -> range:
    """Numbers of the people of one run: each has its own."""
    first = 200_000 + (run + 2) * 2 * COUNT
    return range(first, first + COUNT)


def _imports(
    host: Host, place: Path, document: Path, environment: dict[str, str], runs: int
) -> dict[str, measure.Figures]:
    def sheet(number: int) -> list[str]:
        path = place / f"people{number}.csv"
        rows = "".join(f"nana{one},Nana {one} Louis,{one},Passwort-{one}\n" for one in _names(number))
        path.write_text(f"Account,Name,Number,Password\n{rows}")
        return [*_azdesk("import", document), str(path), "--yes"]

    def ldif(number: int) -> list[str]:
        path = place / f"people{number}.ldif"
        path.write_text("".join(_entry(one + COUNT) for one in _names(number)))
        argv = host.ssh_argv("ldapadd -Q -Y EXTERNAL -H ldapi:/// > /dev/null")
        return ["sh", "-c", f'"$@" < {path}', "sh", *argv]

    return measure.in_turn(
        {"ldapadd on the host, its input over ssh": ldif, "azdesk people import": sheet},
        runs=runs,
        environment=environment,
    )


def _entry(number: int) -> str:
    name = f"nana{number}"
    return (
        f"dn: uid={name},ou=People,dc=test,dc=local\nuid: {name}\ncn: {name}\nobjectClass: account\nobjectClass: posixAccount\n"
        f"objectClass: AsteriskSIPUser\nobjectClass: top\nuserPassword: Passwort-{number}\nloginShell: /bin/bash\n"
        f"uidNumber: {number}\ngidNumber: 1007\nhomeDirectory: /home1/{name}\ngecos: Nana {number} Louis\n"
        f"AstAccountName: {number}\nAstAccountHost: dynamic\nAstAccountType: friend\nAstAccountRealmedPassword: Passwort-{number}\n"
        f"AstAccountCallerID: {name}<{number}>\nAstAccountDirectMedia: no\nAstAccountCallGroup: 1\nAstAccountPickupGroup: 1\n"
        f"AstAccountMailbox: {number}\nAstAccountQualify: yes\nAstAccountContext: all\n\n"
    )


def _exports(
    host: Host, place: Path, document: Path, environment: dict[str, str], runs: int
) -> dict[str, measure.Figures]:
    def out(kind: str) -> list[str]:
        return [*_azdesk("export", document), str(place / f"out.{kind}"), "--replace"]

    search = host.ssh_argv("ldapsearch -LLL -Q -Y EXTERNAL -H ldapi:/// -b ou=People,dc=test,dc=local")
    return measure.in_turn(
        {
            "ldapsearch on the host, its output over ssh": lambda _: [
                "sh", "-c", f'"$@" > {place}/search.ldif', "sh", *search,
            ],
            "azdesk people export, LDIF": lambda _: out("ldif"),
            "azdesk people export, CSV": lambda _: out("csv"),
        },
        runs=runs,
        environment=environment,
    )  # fmt: skip


def _azdesk(part: str, document: Path) -> list[str]:
    return [sys.executable, "-m", "azdesk", "people", part, str(document)]


def _memory(place: Path, document: Path, environment: dict[str, str], many: int) -> dict[str, float]:
    """Peaks: a sheet of ten thousand compared with all the others and written, and these written into a file."""
    path = place / "more.csv"
    rows = "".join(
        f"more{one},More {one},{one},Passwort-{one}\n"
        for one in range(100_000 + many, 100_000 + many + COUNT)
    )
    path.write_text(f"Account,Name,Number,Password\n{rows}")
    wanted = {
        f"import of {COUNT:,} beside {many:,}": [*_azdesk("import", document), str(path), "--yes"],
        f"export of {many:,}, CSV": [*_azdesk("export", document), str(place / "m.csv")],
        f"check of {many:,}": [*_azdesk("check", document), "--json"],
    }
    return {name: measure.peak_memory_mb(argv, environment) for name, argv in wanted.items()}


def _section(
    added: dict[str, measure.Figures],
    exported: dict[str, measure.Figures],
    memory: dict[str, float],
    many: int,
    loaded: own_directory.Loaded,
) -> str:
    def table(found: dict[str, measure.Figures]) -> str:
        first = next(iter(found.values()))
        return "\n".join(each.row(first) for each in found.values())

    kept = "\n".join(f"| {name} | {value:.0f} MB |" for name, value in memory.items())
    return (
        f"## people: sheets and files\n\n{measure.machine()}\n\n"
        f"{COUNT:,} people into the directory:\n\n{measure.HEAD}\n{table(added)}\n\n"
        f"{many:,} people into a file ({loaded}):\n\n{measure.HEAD}\n{table(exported)}\n\n"
        f"| peak of memory | |\n|---|---|\n{kept}\n"
    )
