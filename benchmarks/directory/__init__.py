"""A hundred thousand people, or more, on a real slapd: an export against ldapsearch and ldap3, and how soon the first rows are there.

slapd runs on a host of the lab, set up by AZDesk, with the guide's entries (20 attributes, 25 values). Whole processes for the export,
LDIF in a file at the end of each; one process that stays connected for the rows.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks import measure, own_directory

HERE = Path(__file__).parent
LDAP3_MOST = 100_000
"""ldap3 takes ten times as long as the others: more people than these it is spared."""


def run(runs: int, people: int) -> str:
    """Boot a host, load it, run all sides in turn, return a Markdown section."""
    from tests.lab.harness import Lab
    from tests.lab.harness import guide_directory as guide

    with Lab.up(["a250"]) as lab, tempfile.TemporaryDirectory() as folder:
        host, place = lab.host("a250"), Path(folder)
        (place / "ca.pem").write_text(own_directory.set_up(lab, place))
        loaded = own_directory.load(host, guide.people(people))
        password = own_directory.reader_password(host)
        (place / "password").write_text(password)
        job = {
            "address": str(host.address),
            "key": str(lab.key_file),
            "known_hosts": str(lab.known_hosts),
            "ca": str(place / "ca.pem"),
            "reader": own_directory.READER,
            "password": password,
            "people": own_directory.PEOPLE,
            "middle": str(people // 2),
            "out": str(place / "out.ldif"),
        }
        (place / "job.json").write_text(json.dumps(job))
        figures = _exports(place, job, host.ssh_argv, runs)
        peer = _ldap3(place) if people <= LDAP3_MOST else None
        rows = [_screen(place, way) for way in ("relay", "ldaps") for _ in range(runs)]
    return f"## directory: {people:,} people on slapd\n\n{loaded}.\n\n{_section(figures, peer, rows)}"


def _exports(place: Path, job: dict[str, str], ssh: Any, runs: int) -> dict[str, measure.Figures]:
    search = f"ldapsearch -LLL -x -H ldaps://{job['address']} -D {job['reader']} -y {place}/password -b {job['people']}"
    on_host = f"ldapsearch -LLL -Q -Y EXTERNAL -H ldapi:/// -b {job['people']}"
    side = [sys.executable, str(HERE / "azdesk_side.py"), str(place / "job.json")]
    sides = {
        "ldapsearch, LDAPS": lambda _n: ["sh", "-c", f"{search} > {job['out']}"],
        "AZDesk, LDAPS": lambda _n: [*side, "export", "ldaps"],
        "ldapsearch on the host, its output over ssh": lambda _n: ["sh", "-c", f'"$@" > {job["out"]}', "sh", *ssh(on_host)],
        "AZDesk, through the host": lambda _n: [*side, "export", "relay"],
    }  # fmt: skip
    environment = {"LDAPTLS_CACERT": job["ca"], "PYTHONPATH": str(Path.cwd())}
    return measure.in_turn(sides, runs=runs, environment=environment)


def _ldap3(place: Path) -> measure.Figures:
    """ldap3's own connection, once: it takes ten times as long as the others."""
    argv = [sys.executable, "-W", "ignore", str(HERE / "ldap3_side.py"), str(place / "job.json")]
    return measure.in_turn({"ldap3": lambda _n: argv}, runs=1, warm_up=0)["ldap3"]


def _screen(place: Path, way: str) -> dict[str, Any]:
    argv = [sys.executable, str(HERE / "azdesk_side.py"), str(place / "job.json"), "screen", way]
    environment = {"PYTHONPATH": str(Path.cwd()), "PATH": "/usr/bin:/bin", "HOME": str(place)}
    done = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=300, env=environment)
    if done.returncode:
        raise SystemExit(f"{' '.join(argv)}\nexited with {done.returncode}:\n{done.stdout}\n{done.stderr}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _section(
    figures: dict[str, measure.Figures], peer: measure.Figures | None, rows: list[dict[str, Any]]
) -> str:
    first = figures["ldapsearch, LDAPS"]
    table = "\n".join(each.row(first) for each in figures.values())
    names = list(rows[0]["seconds"])
    ways = list(dict.fromkeys(row["way"] for row in rows))
    screens = "| | " + " | ".join(ways) + " |\n|---|" + "---|" * len(ways) + "\n"
    for name in names:
        cells = [
            f"{statistics.median(row['seconds'][name] for row in rows if row['way'] == way) * 1000:.0f} ms"
            for way in ways
        ]
        screens += f"| {name} | " + " | ".join(cells) + " |\n"
    memory = [
        f"{statistics.median(row['memory'] for row in rows if row['way'] == way):.0f} MB" for way in ways
    ]
    screens += "| memory of the process at the end | " + " | ".join(memory) + " |\n"
    more = ""
    if peer is not None:
        more = f"ldap3's own connection, entries read and not written, once: {peer.median:.1f} s, {peer.cpu[0]:.1f} s of CPU.\n\n"
    return (
        f"{measure.machine()}\n\nExport, whole process:\n\n{measure.HEAD}\n{table}\n\n{more}"
        f"Rows, in a process that is connected (medians):\n\n{screens}"
    )
