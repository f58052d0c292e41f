"""The fleet document of a practice fleet."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from azdesk.practice.sshd import LOOPBACK

if TYPE_CHECKING:
    from azdesk.practice.fleet import PracticeFleet


def document(fleet: PracticeFleet, *, domain: str, group_size: int) -> str:
    """See `PracticeFleet.fleet_document`."""
    from azdesk.practice.fleet import CREDENTIAL

    lines = [
        "version = 1",
        'name = "Practice fleet"',
        "",
        f"[credentials.{CREDENTIAL}]",
        'user = "root"',
        'method = "key"',
        f"key_file = {json.dumps(str(fleet.credentials.key_file))}",
    ]
    if domain:
        lines += ["", f'[clusters."{domain}"]']
    for number, (name, host) in enumerate(fleet.hosts.items()):
        assert host.ssh is not None
        directory = host.role == "directory"
        lines += [
            "",
            f"[hosts.{name}]",
            f'address = "{LOOPBACK}"',
            f"port = {host.ssh.port}",
            f'credential = "{CREDENTIAL}"',
            f'lan_address = "{host.lan_address}"',
        ]
        if directory:
            lines.append('roles = ["directory", "storage"]')
        elif domain:
            lines.append(f'cluster = "{domain}"')
        if len(fleet.hosts) > group_size:
            lines.append(f'group = "Site {1 + number // group_size}"')
    return "\n".join(lines) + "\n"
