"""People on the practice fleet: from a document that names a directory to somebody in it, all by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from azdesk.app.whereabouts import Phones
from azdesk.core.errors import ObserveError
from azdesk.core.progress import Job
from azdesk.fleet import edit
from azdesk.practice import PracticeFleet
from azdesk.ui.mapping import tree
from azdesk.ui.people.page import PeoplePage
from azdesk.ui.people.person_dialog import PersonDialog
from azdesk.ui.presenters.people import PeoplePresenter
from tests.ui.conftest import settle
from tests.ui.desks import DOMAIN, open_on, program, quiet, until
from tests.ui.test_people_dialogs import dialog


@pytest.mark.timeout(300)
def test_from_a_document_to_a_person(theme, tmp_path: Path, qtbot, monkeypatch) -> None:
    monkeypatch.setenv("AZDESK_DATA", str(tmp_path / "data"))
    with PracticeFleet.start(("a250", "a251")) as hosts, program(theme, tmp_path) as running:
        path = tmp_path / "practice.azfleet"
        path.write_text(hosts.fleet_document(domain=DOMAIN, directory=True))
        desk = open_on(running, hosts, path)
        page = desk.window.show_page(tree.PEOPLE)
        assert isinstance(page, PeoplePage)
        presenter = page.findChild(PeoplePresenter)
        assert presenter is not None
        until(lambda: page.instead is not None, what="the page says what is missing")
        assert page.instead.sentence.text() == "The directory is not set up on a250 yet"
        qtbot.mouseClick(page.instead.button, Qt.MouseButton.LeftButton)
        until(lambda: desk._review.preview is not None, what="a plan")
        settle()
        review = desk._review.page
        for confirm in review._confirms:
            confirm.word.setText(confirm.item.confirm)
        review.apply()
        until(lambda: review.over, 120, "the result")
        quiet(desk)
        desk.window.show_page(tree.PEOPLE)
        desk.look_again()
        until(lambda: presenter.standing is not None and presenter.loader.complete, what="the directory")
        quiet(desk)
        assert page.instead is not None
        assert page.instead.sentence.text() == "Nobody yet"
        qtbot.mouseClick(page.ui.add, Qt.MouseButton.LeftButton)
        adding = dialog(PersonDialog)
        quiet(desk)
        qtbot.keyClicks(adding.ui.name, "Nana Louis")
        qtbot.keyClicks(adding.ui.account, "nana6853")
        qtbot.keyClicks(adding.ui.number, "6853")
        qtbot.mouseClick(adding.ui.generate, Qt.MouseButton.LeftButton)
        until(lambda: not adding._soon.isActive())
        quiet(desk)
        qtbot.mouseClick(adding.ui.ok, Qt.MouseButton.LeftButton)
        until(lambda: not adding.isVisible(), what="the dialog closes")
        quiet(desk)
        assert [row.account for row in page.table.people.rows] == ["nana6853"]
        until(lambda: page.ui.card.shown is not None)
        quiet(desk)
        assert page.ui.card.title.text() == "Nana Louis"
        assert page.ui.card.shown.problems == ()

        # A host that does not tell is named only where phones of these people belong.
        silent = Phones(found=(), unknown=(("a251", ObserveError("Nothing is told.", where="a251")),))
        monkeypatch.setattr("azdesk.ui.people.app_source.phones", lambda *_: silent)
        bench, card = desk.workbench, replace(page.ui.card.shown, lines=())
        assert presenter.source.live(card, Job()).lines[0].text == "not registered"
        bench.edit(edit.with_value(bench.fleet, "hosts.a251.sip.accounts", "directory"), "Phones")
        said = presenter.source.live(card, Job()).lines[0].text
        assert said == "not registered; no answer from a251"
        bench.undo_stack.undo()
