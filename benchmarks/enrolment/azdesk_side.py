"""AZDesk's sheets: ``azdesk_side.py PEOPLE PDF``."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from azdesk.app.enrolment import Batch, check
from azdesk.core.progress import Job
from azdesk.core.secret import Secret
from azdesk.enrol.account import Access, Account
from azdesk.enrol.design import Design
from azdesk.ui.enrolment.headless import Press

ACCESS = Access(
    domain="company.com", wan_address="vpn.company.com", vpn_address="172.16.38.1", xmpp_over_vpn=True
)


def people(path: str) -> tuple[Account, ...]:
    return tuple(
        Account(
            uid=one["user"],
            name=one["name"],
            user=one["user"],
            access=ACCESS,
            number=one["number"],
            password=Secret(one["password"]),
            email=f"{one['user']}@company.com",
        )
        for one in json.loads(Path(path).read_text())
    )


def main() -> None:
    press = Press()
    batch = Batch(people=people(sys.argv[1]), design=Design(layout="cards-8"))
    if check(batch).problems:
        raise SystemExit("a code cannot be made")
    press.write(Path(sys.argv[2]), batch, None, "Cards", Job())


if __name__ == "__main__":
    main()
