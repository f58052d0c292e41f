"""Where AZDesk keeps its own files on the workstation. ``AZDESK_DATA`` names one folder for all of them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

VARIABLE = "AZDESK_DATA"


def given() -> Path | None:
    """The folder that the environment names, if it does."""
    found = os.environ.get(VARIABLE)
    return Path(found) if found else None


@contextmanager
def apart(folder: Path) -> Iterator[None]:
    """Let all of this process be kept in that folder meanwhile, whatever the user has: for a demo."""
    before = os.environ.get(VARIABLE)
    os.environ[VARIABLE] = str(folder)
    try:
        yield
    finally:
        if before is None:
            del os.environ[VARIABLE]
        else:
            os.environ[VARIABLE] = before


def data_folder() -> Path:
    """What belongs to this user: accepted host keys, the encrypted file of secrets, histories, logs of what was written."""
    if (found := given()) is not None:
        return found
    import platformdirs  # slow to load, and not needed where the environment says it

    return platformdirs.user_data_path("azdesk", appauthor=False)


def state_folder() -> Path:
    """What must outlive a run but is nobody's data: reports about faults, changes whose end was not seen."""
    if (found := given()) is not None:
        return found
    import platformdirs

    return platformdirs.user_state_path("azdesk", appauthor=False)
