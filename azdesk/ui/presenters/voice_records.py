"""The page “Voice Records”."""

from __future__ import annotations

from typing import TYPE_CHECKING

from azdesk.ui.mapping.words import filled
from azdesk.ui.presenters.base import Presenter, Shown
from azdesk.ui.voice_records.panel import VoiceRecordsPanel

if TYPE_CHECKING:
    from azdesk.ui.desk import Desk
    from azdesk.ui.pages.voice_records import VoiceRecordsPage


class VoiceRecordsPresenter(Presenter):
    """Looks for the newest when the page is first seen; F5 looks again."""

    def __init__(self, desk: Desk, page: VoiceRecordsPage) -> None:
        super().__init__(desk, page)
        self.page = page
        self.panel = VoiceRecordsPanel(desk.workbench)
        self.panel.trouble.connect(page.banner.set_trouble)
        page.column.addWidget(self.panel, 1)
        page.seen.connect(self.panel.begin)

    def refresh(self, shown: Shown) -> None:
        recording = shown.view.fleet.recording
        self.page.subtitle.setText(
            filled(
                self.tr("recorded in %1, at the end of the day moved to %2"),
                recording.directory,
                recording.archive,
            )
        )

    def look_again(self) -> None:
        self.panel.search()
