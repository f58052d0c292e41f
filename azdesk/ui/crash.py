"""The report about a fault of the program itself, with the window's Qt in it."""

from __future__ import annotations

from azdesk.app.fault_report import fault_report


def crash_report(error: BaseException) -> str:
    """Types and places of an exception and of what led to it, without its words."""
    from PySide6.QtCore import qVersion

    return fault_report(error, also=f"Qt {qVersion()}")
