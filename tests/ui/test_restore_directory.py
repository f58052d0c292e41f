"""A directory's backup in the window: compared, shown, allowed by the host's name, written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QTreeWidget

from azdesk.app.backups import Backup
from azdesk.app.people import restoring
from azdesk.app.people.restoring import Restored, Restoring
from azdesk.core.errors import DirectoryError
from azdesk.directory.ldif import Change, Entry, Modify
from azdesk.directory.restoring import Changed, Difference, Kept
from azdesk.ui.dialogs.backups import BackupsDialog
from azdesk.ui.dialogs.restore_directory import RestoreDirectoryDialog
from azdesk.ui.workbench import Workbench
from tests.ui import bench
from tests.ui.conftest import settle
from tests.ui.test_dialogs_hosts import click, idle, shown
from tests.ui.test_editors import mnemonics_twice

__all__ = ["shown"]
"""A fixture."""

BASE = "dc=test,dc=local"
BACKUP = Backup(
    host="a250", name="20261125T160401-1f2e3d4c-directory.tar.gz", size=1_887_436, at=1_795_380_000.0
)


def dn(account: str) -> str:
    return f"uid={account},ou=People,{BASE}"


def difference(*, only_missing: bool) -> Difference:
    long = "friederike.von-hohenlohe-waldenburg-schillingsfuerst"
    adds = tuple(Entry(dn=dn(name), attributes={}) for name in ("anna", "bert", long))
    back = Modify(
        dn=dn("emma"),
        changes=tuple(
            Change(operation="replace", attribute=name, values=(b"x",))
            for name in ("AstAccountContext", "AstAccountRealmedPassword", "userPassword")
        ),
    )
    changes = () if only_missing else (Changed(now=Entry(dn=back.dn, attributes={}), back=back),)
    kept = (Kept(dn=dn("nina"), why=f"Somebody else has the number 6855 by now: {dn('newer')}."),)
    return Difference(adds=adds, changes=changes, same=1204, newer=2, kept=kept)


@pytest.fixture
def workbench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qapp: object) -> Iterator[Workbench]:
    monkeypatch.setenv("AZDESK_DATA", str(tmp_path))
    made = bench.open_bench(tmp_path)
    yield made
    made.close()
    made.undo_stack.clear()
    made.deleteLater()
    settle()


def rows(table: QTreeWidget) -> list[tuple[str, ...]]:
    items = [table.topLevelItem(at) for at in range(table.topLevelItemCount())]
    return [tuple(item.text(column) for column in range(3)) for item in items if item is not None]


def test_it_is_compared_allowed_and_written(workbench, shown, qtbot, snapshot, monkeypatch) -> None:
    written: list[Restoring] = []

    def plan(_people, backup, *, only_missing, job) -> Restoring:
        found = difference(only_missing=only_missing)
        return Restoring(host=backup.host, name=backup.name, base=BASE, server="a250", difference=found)

    def carry_out(_people, made, _job) -> Restored:
        written.append(made)
        return Restored(done=4)

    monkeypatch.setattr(restoring, "plan", plan)
    monkeypatch.setattr(restoring, "carry_out", carry_out)
    backups = shown(BackupsDialog(workbench, "a250"))
    idle(qtbot, workbench)
    backups._show((BACKUP,))
    click(qtbot, backups.ui.restore)
    dialog = backups.findChild(RestoreDirectoryDialog)
    idle(qtbot, workbench)
    assert [row[0] for row in rows(dialog.ui.table)] == ["Add", "Add", "Add", "Change", "Leave"]
    assert "userPassword" in rows(dialog.ui.table)[3][2]
    assert (
        "3 entries to add, 1 to change, 1,204 as in the backup. 2 that came later stay."
        in dialog.ui.summary.text()
    )
    assert "lost, for those of the backup: 1." in dialog.ui.summary.text()
    assert mnemonics_twice(dialog) == []
    snapshot(dialog, "dialog-restore-directory")
    assert not dialog.ui.ok.isEnabled()
    qtbot.keyClick(dialog.ui.only_missing, Qt.Key.Key_Space)
    idle(qtbot, workbench)
    assert dialog.ui.ok.isEnabled()
    assert not dialog.ui.word.isVisible()
    qtbot.keyClick(dialog.ui.only_missing, Qt.Key.Key_Space)
    idle(qtbot, workbench)
    assert not dialog.ui.ok.isEnabled()
    qtbot.keyClicks(dialog.ui.word, "a250")
    click(qtbot, dialog.ui.ok)
    idle(qtbot, workbench)
    assert len(written) == 1
    assert len(written[0].difference.changes) == 1
    assert dialog.result() == QDialog.DialogCode.Accepted
    assert "4 entries are written." in backups.ui.banner._what.text()


def test_what_goes_wrong_is_said(workbench, shown, qtbot, monkeypatch) -> None:
    made = Restoring(
        host="a250", name=BACKUP.name, base=BASE, server="a250", difference=difference(only_missing=True)
    )
    monkeypatch.setattr(restoring, "plan", lambda *_, **__: made)
    refused = Restored(done=1, refused=((dn("anna"), "The server refused it."),))
    monkeypatch.setattr(restoring, "carry_out", lambda *_: refused)
    dialog = shown(RestoreDirectoryDialog(workbench, BACKUP))
    idle(qtbot, workbench)
    click(qtbot, dialog.ui.ok)
    idle(qtbot, workbench)
    assert dialog.ui.banner.property("surface") == "box-error"
    assert "1 entries are written" in dialog.ui.banner._what.text()

    def plan(*_: object, **__: object) -> Restoring:
        raise DirectoryError("The backup is of another directory.", where="x", next_step="Take another one.")

    monkeypatch.setattr(restoring, "plan", plan)
    other = shown(RestoreDirectoryDialog(workbench, BACKUP))
    idle(qtbot, workbench)
    assert other.ui.banner._what.text() == "The backup is of another directory."
    assert not other.ui.ok.isEnabled()
