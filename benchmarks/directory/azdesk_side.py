"""AZDesk's side: ``azdesk_side.py JOB export|screen ldaps|relay``."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

from azdesk.core.secret import Secret
from azdesk.directory import ldif, search
from azdesk.directory.connection import Directory
from azdesk.directory.endpoint import EXTERNAL, Endpoint, Simple
from azdesk.directory.people import Layout
from azdesk.fleet.accounts import Directory as DirectorySettings

SHOWN = ("uid", "cn", "uidNumber", "AstAccountName", "AstAccountCallerID", "gecos", "mailHost")
ORDER = "uid:caseIgnoreOrderingMatch"


def main() -> None:
    job = json.loads(Path(sys.argv[1]).read_text())
    what, way = sys.argv[2:4]
    if way == "ldaps":
        endpoint = Endpoint(url=f"ldaps://{job['address']}", authority=Path(job["ca"]).read_text())
        with Directory.open(endpoint, Simple(job["reader"], Secret(job["password"]))) as directory:
            (export if what == "export" else screen)(job, directory, way)
        return
    from azdesk.fleet.model import Credential, Fleet, Host
    from azdesk.hosts.known import HostKeys
    from azdesk.hosts.pool import HostPool
    from azdesk.hosts.relay import directory_of

    login = Credential(user="root", method="key", key_file=job["key"])
    fleet = Fleet(
        credentials={"root": login}, hosts={"a250": Host(address=job["address"], credential="root")}
    )
    trust = HostKeys(own=Path(job["known_hosts"]), others=[])
    with (
        HostPool(fleet, trust=trust) as pool,
        Directory.open(directory_of(pool, "a250"), EXTERNAL) as directory,
    ):
        (export if what == "export" else screen)(job, directory, way)


def export(job: dict[str, str], directory: Directory, _way: str) -> None:
    with Path(job["out"]).open("wb") as file:
        file.writelines(ldif.written(directory.each(job["people"])))


def screen(job: dict[str, str], directory: Directory, way: str) -> None:
    people, seconds = job["people"], dict[str, float]()
    layout = Layout.of(DirectorySettings(base=people.partition(",")[2]))
    directory.root_dse()

    def clock(name: str, work: Callable[[], object]) -> object:
        started = time.perf_counter()
        found = work()
        seconds[name] = time.perf_counter() - started
        return found

    def typed(text: str) -> object:
        return directory.search(people, search.people_filter(layout, text), SHOWN, limit=200)

    clock(
        "first page of 1,000, as the server has them", lambda: next(directory.pages(people, "(uid=*)", SHOWN))
    )
    view = clock(
        "first 100 of all, sorted, and how many there are",
        lambda: directory.view(people, "(uid=*)", SHOWN, 0, 100, ORDER),
    )
    clock(
        "the 100 in the middle",
        lambda: directory.view(people, "(uid=*)", SHOWN, int(job["middle"]), 100, ORDER, before=view),
    )  # type: ignore[arg-type]
    for text in ("a", "zzz", "ann", "anna1", "anna1777", "1777", "77", "nobody here"):
        clock(f"typed “{text}”, up to 200 rows", lambda text=text: typed(text))
    # Not getrusage: that counts what the parent had before this program was loaded.
    status = Path("/proc/self/status").read_text()
    memory = int(status.partition("VmHWM:")[2].split()[0]) / 1024
    print(json.dumps({"way": way, "seconds": seconds, "memory": memory}))


main()
