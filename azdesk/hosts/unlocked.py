"""Keys that need not be asked for again."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from azdesk.hosts.keys import KeyFile
    from azdesk.hosts.lean import paramiko


class UnlockedKeys:
    """Keys whose passphrase was found, so that it is asked and worked out once and not for each host."""

    def __init__(self) -> None:
        self._keys: dict[bytes, paramiko.PKey] = {}
        self.lock = threading.Lock()
        """Held while one is being unlocked: the other hosts wait for the same passphrase."""

    def get(self, file: KeyFile) -> paramiko.PKey | None:
        return self._keys.get(file.data)

    def put(self, file: KeyFile, key: paramiko.PKey) -> None:
        self._keys[file.data] = key
