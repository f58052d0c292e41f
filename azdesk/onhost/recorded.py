"""Recordings by their names: ``<folder>/<day>/<name>``, see `parts`."""

from __future__ import annotations

SETTINGS = "/etc/azdesk/recordings.json"
"""Of the program that archives: there once it was set up."""
ENDING = ".wav"
HEAD, RATE = 44, 16000
"""Bytes before the sound in one of Asterisk's .wav files, and of each second: 8000 samples of 16 bits."""
_DIGITS = frozenset("0123456789")
_SIGNS = _DIGITS.union("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.+-")


def is_day(name: str) -> bool:
    """Whether a folder's name is that of a day, such as 2026-01-31."""
    return len(name) == 10 and name[4] == name[7] == "-" and _DIGITS.issuperset(name.replace("-", "", 2))


def parts(name: str) -> list[str] | None:
    """Parts of a recording's name, None if it is another file's.

    ``20260131T142530+0100_in_a251_phone_6853_6801_1769865930.12.wav``: when it began, the direction, the host, by which trunk it left
    (``host-a253``, ``trunk-provider``, ``phone``: by none), who called whom (only digits and +, so maybe empty), and Asterisk's own identifier.
    No other signs: workstations keep files by these names, which must lead into no other folder there, whatever a host says.
    """
    if not name.endswith(ENDING):
        return None
    found = name[: -len(ENDING)].split("_")
    if len(found) != 7 or len(found[0]) != 20 or found[0][8] != "T" or found[1] not in ("in", "out"):
        return None
    if not _DIGITS.issuperset(found[0][:8] + found[0][9:15] + found[0][16:]) or found[0][15] not in "+-":
        return None
    return found if _SIGNS.issuperset("".join(found)) else None


def seconds_of(size: int) -> float:
    """How long a recording is."""
    return max(0, size - HEAD) / RATE
