"""File Upload and chat logging: values that all nodes of a cluster share, wherever they are entered."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLineEdit, QWidget

from azdesk.fleet.paths import Path
from azdesk.ui.editors.base import NOT_READABLE, Access, Binding, Form
from azdesk.ui.editors.words import state_of
from azdesk.ui.forms.shared_files import Ui_SharedFiles
from azdesk.ui.viewmodels import State

if TYPE_CHECKING:
    from azdesk.features.chatlog import ChatLogState
    from azdesk.features.upload.state import UploadState
    from azdesk.ui.editors.lists import DifferenceList
    from azdesk.ui.widgets.field_row import FieldRow
    from azdesk.ui.workbench import Workbench

_UNITS = {
    "": 1,
    "B": 1,
    "K": 2**10,
    "KIB": 2**10,
    "M": 2**20,
    "MIB": 2**20,
    "G": 2**30,
    "GIB": 2**30,
    "KB": 10**3,
    "MB": 10**6,
    "GB": 10**9,
}


def size_text(size: int) -> str:
    """A size in bytes as people write it, without losing a byte: ``100 MiB``, ``1500000 B``."""
    for unit, one in (("GiB", 2**30), ("MiB", 2**20), ("KiB", 2**10), ("GB", 10**9), ("MB", 10**6)):
        if size >= one and size % one == 0:
            return f"{size // one} {unit}"
    return f"{size} B"


def size_of(text: str) -> int | None:
    """Bytes of what was typed; None if it is no size."""
    match = re.fullmatch(r"\s*(\d{1,12})(?:[.,](\d{1,3}))?\s*([A-Za-z]{0,3})\s*", text)
    factor = _UNITS.get(match[3].upper()) if match else None
    if match is None or factor is None:
        return None
    return round(float(f"{match[1]}.{match[2] or 0}") * factor)


class SharedFiles(Form):
    """The two cards; `attach` ties them to a cluster and the hosts whose state is shown."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.ui = Ui_SharedFiles()
        self.ui.setupUi(self)  # type: ignore[no-untyped-call]
        self.adopt_rows()
        self._domain: Callable[[], str] = lambda: ""
        self._hosts: Callable[[], tuple[str, ...]] = lambda: ()

    def attach(
        self, workbench: Workbench, domain: Callable[[], str], hosts: Callable[[], tuple[str, ...]]
    ) -> None:
        """Tie the fields to a cluster.

        Args:
            domain: of the cluster, or an empty text.
            hosts: those whose state stands beside the fields.
        """
        self.workbench = workbench
        self._domain, self._hosts = domain, hosts
        ui = self.ui
        change = self.tr("Change %1")
        self.url = self.bind(
            ui.url_row, ui.url, self._at("upload", "url"), change.replace("%1", self.tr("File Upload URL"))
        )
        self.folder = self.bind(
            ui.folder_row,
            ui.folder,
            self._at("upload", "directory"),
            change.replace("%1", self.tr("the upload folder")),
        )
        self.limit = self.bind(
            ui.size_row,
            ui.size,
            self._at("upload", "max_size"),
            change.replace("%1", self.tr("the largest file")),
            self._size_access(ui.size),
        )
        self.enabled = self.bind(
            ui.enabled_row,
            ui.enabled,
            self._at("chat_log", "enabled"),
            change.replace("%1", self.tr("chat logging")),
        )
        self.chat_folder = self.bind(
            ui.chat_folder_row,
            ui.chat_folder,
            self._at("chat_log", "directory"),
            change.replace("%1", self.tr("the folder of chat logs")),
        )
        ui.url_row.adopt_requested.connect(lambda: self._adopt("upload", "url", self.url))
        ui.folder_row.adopt_requested.connect(lambda: self._adopt("upload", "directory", self.folder))
        ui.size_row.adopt_requested.connect(lambda: self._adopt("upload", "max_size", self.limit))
        ui.chat_folder_row.adopt_requested.connect(
            lambda: self._adopt("chatlog", "directory", self.chat_folder)
        )
        ui.enabled_row.adopt_requested.connect(self._adopt_logging)

    def show_document(self) -> None:
        """Notes and titles; the fields follow by themselves."""
        domain = self._domain()
        note = self.tr("shared by %1").replace("%1", domain) if domain else ""
        self.ui.uploads_note.setText(note)
        self.ui.chats_note.setText(note)
        uploads = bool(self.url.value())
        self.ui.folder.setEnabled(uploads)
        self.ui.size.setEnabled(uploads)
        self.ui.chat_folder.setEnabled(bool(self.enabled.value()))

    def show_hosts(self) -> None:
        """What the hosts have where it differs."""
        ui = self.ui
        url, logged = self.url.value(), self.enabled.value()
        self._beside("upload", "url", url, ui.url_row, self.tr("not set"))
        self._beside("upload", "directory", self.folder.value() if url else "", ui.folder_row)
        self._beside("upload", "max_size", self.limit.value() if url else 0, ui.size_row)
        wanted = self.chat_folder.value() if logged else ""
        row, other = (ui.chat_folder_row, ui.enabled_row) if logged else (ui.enabled_row, ui.chat_folder_row)
        other.set_on_host("")
        self._beside("chatlog", "directory", wanted, row, self.tr("chats are not recorded"))
        self._show_rest("upload", ui.upload_differs, ui.folder_row, bool(url))
        self._show_rest("chatlog", ui.chat_differs, ui.chat_folder_row, bool(logged))

    # -- inside ----------------------------------------------------------------------------------------------

    def _at(self, section: str, field: str) -> Callable[[], Path | None]:
        return lambda: ("clusters", self._domain(), section, field) if self._domain() else None

    def _size_access(self, widget: QLineEdit) -> Access:
        def read() -> object:
            size = size_of(widget.text())
            return NOT_READABLE if size is None else size

        return Access(
            read=read,
            show=lambda value: widget.setText(size_text(value)),
            changed=widget.textEdited,
            left=widget.editingFinished,
            problem=lambda: self.tr("is not a size such as 100 MiB or 2 GiB"),
        )

    def _now(self, host: str, feature: str, field: str) -> object:
        """What a host has; None if that is not known. Ours, or what the admin wrote into the stock file."""
        state: UploadState | ChatLogState | None = state_of(self.workbench, host, feature)
        if state is None:
            return None
        own = getattr(state, field)
        if own:
            return own
        foreign = state.foreign
        if foreign is None:
            return own
        return foreign if isinstance(foreign, str) else getattr(foreign, field)

    def _beside(self, feature: str, field: str, wanted: object, row: FieldRow, nothing: str = "") -> None:
        """Show below a field what hosts have instead; `nothing` are the words for having none, where that is news."""
        found: dict[object, list[str]] = {}
        for host in self._hosts():
            now = self._now(host, feature, field)
            if now is not None and (now or nothing) and not self._same(now, wanted):
                found.setdefault(now, []).append(host)
        sentences = [
            self.tr("On %1 now: %2")
            .replace("%1", ", ".join(hosts))
            .replace("%2", _shown(value) if value else nothing)
            for value, hosts in found.items()
        ]
        row.set_on_host("\n".join(sentences), adoptable=sum(bool(value) for value in found) == 1)

    @staticmethod
    def _same(now: object, wanted: object) -> bool:
        if isinstance(now, str) and isinstance(wanted, str) and "://" in now:
            return now.rstrip("/") in (wanted.rstrip("/"), wanted.rstrip("/") + "/upload")
        return now == wanted

    def _show_rest(self, feature: str, differs: DifferenceList, folder_row: FieldRow, on: bool) -> None:
        """What no field shows, and whether the folder can be used."""
        sentences: dict[str, list[str]] = {}
        usable: list[str] = []
        for host in self._hosts():
            for sentence in self.workbench.differences(host).get(feature, ()):
                if not sentence.startswith(_SHOWN_BESIDE):
                    sentences.setdefault(sentence, []).append(host)
            state = state_of(self.workbench, host, feature)
            if on and state is not None and state.seen:
                usable.append(host)
        many = len(self._hosts()) > 1
        differs.set_sentences(
            [
                f"{', '.join(hosts)}: {sentence}" if many else sentence
                for sentence, hosts in sentences.items()
            ],
            adoptable=False,
        )
        words = self.tr("ejabberd can write there on %1.").replace("%1", ", ".join(usable))
        folder_row.set_checked(State.RIGHT if usable else None, words if usable else "")

    def _adopt(self, feature: str, field: str, binding: Binding) -> None:
        wanted = binding.value()
        for host in self._hosts():
            now = self._now(host, feature, field)
            if now and not self._same(now, wanted):
                binding.set_value(now)
                return

    def _adopt_logging(self) -> None:
        for host in self._hosts():
            if self._now(host, "chatlog", "directory") and self.workbench.adopt(host, ("chatlog",)):
                return


_SHOWN_BESIDE = (
    "File Upload URL is ",
    "Uploads are kept in ",
    "The largest upload is ",
    "Chats are recorded in ",
    "Chats are not recorded",
)
"""How the features' sentences begin that stand beside a field here."""


def _shown(value: object) -> str:
    return size_text(value) if isinstance(value, int) else str(value)
