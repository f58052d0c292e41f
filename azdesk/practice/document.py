"""The fleet document of a practice fleet."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from azdesk.practice.sshd import LOOPBACK

if TYPE_CHECKING:
    from azdesk.practice.fleet import PracticeFleet

BASE = "dc=company,dc=com"
"""Of the directory that documents may ask for."""


def document(fleet: PracticeFleet, *, domain: str, group_size: int, directory: bool = False) -> str:
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
    if directory:
        certificate = fleet.authority.certificate
        lines += [
            "",
            "[directory]",
            f'base = "{BASE}"',
            "",
            "[authority]",
            f'certificate = """\n{certificate}"""',
        ]
    for number, (name, host) in enumerate(fleet.hosts.items()):
        assert host.ssh is not None
        lines += [
            "",
            f"[hosts.{name}]",
            f'address = "{LOOPBACK}"',
            f"port = {host.ssh.port}",
            f'credential = "{CREDENTIAL}"',
            f'lan_address = "{host.lan_address}"',
        ]
        if host.role == "directory":
            lines.append('roles = ["directory", "storage"]')
        elif domain:
            lines.append(f'cluster = "{domain}"')
        if len(fleet.hosts) > group_size:
            lines.append(f'group = "Site {1 + number // group_size}"')
    return "\n".join(lines) + "\n"
