"""Times as people say them. Pure; the words are translated."""

from __future__ import annotations

from datetime import datetime, timedelta

from PySide6.QtCore import QCoreApplication, QDate, QDateTime, QLocale, QTime


def ago(when: datetime, now: datetime) -> str:
    """How long ago `when` was, or how long until it is; both aware.

    Returns:
        ``just now``, ``12 seconds ago``, ``3 hours ago``, ``in 19 days``; a date beyond about a year.
    """
    span = now - when
    future = span < timedelta(0)
    seconds = int(abs(span).total_seconds())
    if seconds < 5:
        return QCoreApplication.translate("RelativeTime", "just now")
    if seconds >= 400 * 86_400:
        day = when.astimezone().date()
        return QLocale().toString(QDate(day.year, day.month, day.day), QLocale.FormatType.ShortFormat)
    amount = _amount(seconds)
    pattern = (
        QCoreApplication.translate("RelativeTime", "in %1")
        if future
        else QCoreApplication.translate("RelativeTime", "%1 ago")
    )
    return pattern.replace("%1", amount)


def _amount(seconds: int) -> str:
    tr = QCoreApplication.translate
    for size, one, many in (
        (86_400, tr("RelativeTime", "1 day"), tr("RelativeTime", "%1 days")),
        (3_600, tr("RelativeTime", "1 hour"), tr("RelativeTime", "%1 hours")),
        (60, tr("RelativeTime", "1 minute"), tr("RelativeTime", "%1 minutes")),
        (1, tr("RelativeTime", "1 second"), tr("RelativeTime", "%1 seconds")),
    ):
        count = seconds // size
        if count:
            return one if count == 1 else many.replace("%1", str(count))
    return tr("RelativeTime", "a moment")


def exact(when: datetime) -> str:
    """The time in full, in this workstation's zone, as the locale writes it."""
    local = when.astimezone()
    day, clock = QDate(local.year, local.month, local.day), QTime(local.hour, local.minute, local.second)
    text = QLocale().toString(QDateTime(day, clock), "ddd d MMM yyyy HH:mm:ss")
    return f"{text} ({local.tzname()})"


def seconds_until_next_wording(when: datetime, now: datetime) -> int:
    """When the words for `when` next change, in seconds, at least 1: so that no timer ticks needlessly."""
    seconds = int(abs(now - when).total_seconds())
    for size in (86_400, 3_600, 60):
        if seconds >= size:
            return max(1, size - seconds % size)
    return 1 if seconds < 60 else 60
