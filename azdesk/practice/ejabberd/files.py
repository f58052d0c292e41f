"""What ejabberd's process sees of the host's files: as its user, through the sandbox of its unit."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass

from azdesk.practice.files import Attributes, HostFiles

USER = "ejabberd"
WORKING_FOLDER = "/var/lib/ejabberd"
_HIDDEN = ("/home", "/root", "/run/user")
_SYSTEM = ("/usr", "/boot", "/efi", "/etc")


class Unreadable(Exception):
    """A file cannot be read; the message is why, in Erlang's words."""


@dataclass(frozen=True, kw_only=True)
class View:
    """What ejabberd can see and do with files.

    `hides_home` and `protects_system` are those that the process was started with: they do not change while it
    runs (systemd.exec(5), ProtectHome=, ProtectSystem=full).
    """

    files: HostFiles
    hides_home: bool = True
    protects_system: bool = True

    def read(self, path: str) -> str:
        """A file's text.

        Raises:
            Unreadable: with the reason.
        """
        if self._hidden(path) or not self.files.exists(path):
            raise Unreadable("no such file or directory")
        if not self.files.allows(path, USER, self.files.groups_of(USER), 4):
            raise Unreadable("permission denied")
        try:
            return self.files.read(path).decode("utf-8", "replace")
        except IsADirectoryError:
            raise Unreadable("illegal operation on a directory") from None

    def may_write(self, path: str) -> bool:
        """Whether it may change a file, or make and remove names in a folder."""
        want = 3 if self.files.is_folder(path) else 2
        allowed = self.files.allows(path, USER, self.files.groups_of(USER), want)
        return allowed and not self._hidden(path) and not self._protected(path)

    def make_folder(self, path: str) -> str:
        """See that a folder is there, make it if need be; returns the reason why not, or nothing."""
        path = posixpath.join(WORKING_FOLDER, path)
        if self._hidden(path):
            return "permission denied"
        if self.files.exists(path):
            return "" if self.files.is_folder(path) else "file already exists"
        above = posixpath.dirname(path)
        while not self.files.exists(above):
            above = posixpath.dirname(above)
        if self._protected(path):
            return (
                "read-only file system" if above == posixpath.dirname(path) else "no such file or directory"
            )
        if not self.may_write(above):
            return "permission denied"
        self.files.folder(path, Attributes(mode=0o755, owner=USER, group=USER))
        return ""

    def _hidden(self, path: str) -> bool:
        return self.hides_home and _below(self.files.resolve(path), _HIDDEN)

    def _protected(self, path: str) -> bool:
        return self.protects_system and _below(self.files.resolve(path), _SYSTEM)


def _below(place: str, folders: tuple[str, ...]) -> bool:
    return any(place == folder or place.startswith(folder + "/") for folder in folders)
