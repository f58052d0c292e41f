"""What the window remembers from one session to the next: places, sizes, tabs. Never content."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QByteArray, QSettings


@dataclass(kw_only=True)
class Session:
    """One session's places. Anything unreadable is as if it were not there."""

    geometry: QByteArray = field(default_factory=QByteArray)
    splitter: QByteArray = field(default_factory=QByteArray)
    page: str = ""
    closed_groups: tuple[str, ...] = ()
    tabs: Mapping[str, str] = field(default_factory=dict)
    """Page key to the key of the tab that was open there."""


def load(settings: QSettings) -> Session:
    """Read a session; whatever has the wrong type is left at its default."""
    session = Session()
    for name in ("geometry", "splitter"):
        value: Any = settings.value(f"session/{name}")
        if isinstance(value, QByteArray):
            setattr(session, name, value)
    value = settings.value("session/page")
    if isinstance(value, str):
        session.page = value
    groups: Any = settings.value("session/closed_groups")
    # One entry comes back as a string, several as a list: QSettings' ini format does not tell them apart.
    session.closed_groups = (
        tuple(map(str, groups)) if isinstance(groups, list) else (groups,) if groups else ()
    )
    settings.beginGroup("session/tabs")
    session.tabs = {key: str(settings.value(key)) for key in settings.childKeys()}
    settings.endGroup()
    return session


def save(settings: QSettings, session: Session) -> None:
    """Write a session."""
    settings.setValue("session/geometry", session.geometry)
    settings.setValue("session/splitter", session.splitter)
    settings.setValue("session/page", session.page)
    settings.setValue("session/closed_groups", list(session.closed_groups))
    settings.remove("session/tabs")
    for key, tab in session.tabs.items():
        settings.setValue(f"session/tabs/{key}", tab)
