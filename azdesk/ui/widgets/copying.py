"""Rows of a table on the clipboard, as spreadsheets and mails take them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QTableView


def copy_rows(table: QTableView, there: Callable[[int], bool] = lambda _at: True) -> None:
    """Put the selected rows on the clipboard: a line each, the columns that are seen as they stand, tabs between them.

    The clipboard is left alone where nothing is selected.

    Args:
        there: whether the row at a position is known by now; others are left out.
    """
    head, model = table.horizontalHeader(), table.model()
    seen = [head.logicalIndex(at) for at in range(head.count())]
    columns = [column for column in seen if not table.isColumnHidden(column)]
    spans = table.selectionModel().selection()
    chosen = {
        at for span in map(spans.at, range(spans.size())) for at in range(span.top(), span.bottom() + 1)
    }
    lines = [
        # A cell of several lines, or one with a tab in it, would come apart where it is pasted.
        "\t".join(
            " ".join(str(model.index(at, column).data(Qt.ItemDataRole.DisplayRole) or "").split())
            for column in columns
        )
        for at in sorted(filter(there, chosen))
    ]
    if lines:
        QGuiApplication.clipboard().setText("\n".join(lines))
