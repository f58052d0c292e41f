"""Steps about systemd that several features have."""

from __future__ import annotations

from azdesk.core.step import Phase, Run


def reread() -> Run:
    """Systemd reads unit files, new and changed ones."""
    return Run(
        title="Make systemd read its units again",
        argv=("systemctl", "daemon-reload"),
        phase=Phase.RELOAD,
        again_after_undo=True,
        subject="systemd",
    )
