"""What can be edited of a host: one entry here is one tab of its page.

Every editor has the same anatomy: a line on what it is for, the form, below each field what the host has now where that
differs (with Adopt), and the problem with what was typed. Edits go into the document as they are typed; values that a
cluster shares are entered once, wherever that is. To add one: a form in ``ui/``, a subclass of
`azdesk.ui.editors.base.Editor`, and a line in `EDITORS`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

if TYPE_CHECKING:
    from azdesk.ui.editors.base import Editor


@dataclass(frozen=True, kw_only=True)
class EditorEntry:
    """One tab of a host's page."""

    key: str
    title: str
    """Untranslated; `words` gives what is shown."""
    icon: str
    features: tuple[str, ...]
    """Keys of the features whose differences belong on this tab."""
    load: Callable[[], type[Editor]]
    """The class of the editor, imported when first wanted; it is made with (workbench, host name)."""

    @property
    def words(self) -> str:
        """The tab's title in the admin's language."""
        return QCoreApplication.translate("Editors", self.title)


def _noop(_context: str, text: str) -> str:
    """Marks a text for translation: lupdate is told of this name."""
    return text


def _general() -> type[Editor]:
    from azdesk.ui.editors.general import GeneralEditor

    return GeneralEditor


def _xmpp() -> type[Editor]:
    from azdesk.ui.editors.xmpp import XmppEditor

    return XmppEditor


def _files() -> type[Editor]:
    from azdesk.ui.editors.files import FilesEditor

    return FilesEditor


def _accounts() -> type[Editor]:
    from azdesk.ui.editors.accounts import AccountsEditor

    return AccountsEditor


def _directory() -> type[Editor]:
    from azdesk.ui.editors.host_directory import HostDirectoryEditor

    return HostDirectoryEditor


def _calls() -> type[Editor]:
    from azdesk.ui.editors.calls import CallsEditor

    return CallsEditor


def _firewall() -> type[Editor]:
    from azdesk.ui.editors.firewall import FirewallEditor

    return FirewallEditor


def _services() -> type[Editor]:
    from azdesk.ui.editors.services import ServicesEditor

    return ServicesEditor


EDITORS: tuple[EditorEntry, ...] = (
    EditorEntry(key="general", title=_noop("Editors", "General"), icon="host", features=(), load=_general),
    EditorEntry(
        key="xmpp",
        title=_noop("Editors", "XMPP & cluster"),
        icon="cluster",
        features=("xmpp", "cluster", "names"),
        load=_xmpp,
    ),
    EditorEntry(
        key="accounts",
        title=_noop("Editors", "Accounts"),
        icon="people",
        features=("accounts", "sip_accounts", "media", "certificates", "manager", "call_records"),
        load=_accounts,
    ),
    EditorEntry(
        key="calls",
        title=_noop("Editors", "Calls"),
        icon="numbers",
        features=("dialplan", "trunks", "media", "recordings"),
        load=_calls,
    ),
    EditorEntry(
        key="directory",
        title=_noop("Editors", "Directory"),
        icon="directory",
        features=("directory",),
        load=_directory,
    ),
    EditorEntry(
        key="files",
        title=_noop("Editors", "Files & logs"),
        icon="folder",
        features=("upload", "chatlog"),
        load=_files,
    ),
    EditorEntry(
        key="firewall",
        title=_noop("Editors", "Firewall"),
        icon="shield",
        features=("firewall",),
        load=_firewall,
    ),
    EditorEntry(
        key="services",
        title=_noop("Editors", "Services"),
        icon="service",
        features=("services",),
        load=_services,
    ),
)
