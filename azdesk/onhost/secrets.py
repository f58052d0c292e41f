"""Reading a secret for its way to another host."""

from __future__ import annotations

from azdesk.onhost import probes
from azdesk.onhost.fault import Fault

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from azdesk.onhost.machine import Machine

LIMIT = 64 << 10
"""Bytes of a secret, at most."""


def read(machine: Machine, request: dict[str, Any]) -> str:
    """A secret file's text. Only regular files of root or a service's user, and only the one that was meant.

    Raises:
        Fault: PlanStale for another content, ObserveError for what is no secret file.
    """
    path, wanted = request.get("path"), request.get("sha256") or ""
    if not isinstance(path, str) or not path.startswith("/") or not isinstance(wanted, str):
        raise Fault("ProtocolError", "A secret needs the path of a file.")
    machine.forget_names()
    st = machine.stat(machine.resolve(path))
    if st is None:
        raise Fault(
            "PlanStale", "%s is not there any more." % path, path, "Look again and review the new plan."
        )
    if st.type != "file" or not machine.is_system_user(st.owner):
        raise Fault("ObserveError", "%s is no file of root or a service." % path, path)
    if st.size > LIMIT:
        raise Fault("ObserveError", "%s is larger than a secret may be (64 KiB)." % path, path)
    data = machine.read(machine.resolve(path), LIMIT + 1)
    if wanted and probes.digest(data) != wanted:
        raise Fault("PlanStale", "%s has changed." % path, path, "Look again and review the new plan.")
    return data.decode("utf-8", "surrogateescape")
