"""The overview on paper."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from azdesk.ui import files
from azdesk.ui.mapping.overview import overview
from azdesk.ui.viewmodels import OverviewModel

if TYPE_CHECKING:
    from azdesk.ui.desk import Desk
    from azdesk.ui.presenters.base import Shown


def save(desk: Desk, shown: Shown) -> None:
    """Ask where, and write the overview there as plain text."""
    tr = QCoreApplication.translate
    name = f"report-{datetime.now().astimezone():%Y%m%d-%H%M}.txt"
    path = files.ask_save(desk.window, tr("Report", "Save a report"), name)
    if path is None:
        return
    text = as_text(overview(shown.view, shown.hosts, shown.wanting), datetime.now().astimezone())
    files.write_text(desk.workbench, path, text)


def as_text(model: OverviewModel, when: datetime) -> str:
    """The overview as plain text."""
    return "\n".join(_lines(model, when)) + "\n"


def _lines(model: OverviewModel, when: datetime) -> Iterator[str]:
    yield model.subtitle
    yield f"{when:%Y-%m-%d %H:%M %Z}"
    yield ""
    yield "Needs attention"
    for item in model.attention:
        yield f"  [{item.state}] {item.sentence}"
        if item.detail:
            yield f"      {item.detail}"
    if not model.attention:
        yield "  Nothing."
    yield ""
    yield "Hosts"
    width = max((len(host.name) for host in model.hosts), default=0)
    for host in model.hosts:
        yield f"  {host.name:<{width}}  {host.address:<15}  {host.state:<11}  {host.sentence}"
    for matrix in model.matrices:
        yield ""
        yield f"{matrix.title}  {matrix.note}".rstrip()
        table = [("", *matrix.nodes)]
        table += [
            (row.label, *(f"{cell.text}{' !' if cell.state in _ODD else ''}" for cell in row.cells))
            for row in matrix.rows
        ]
        widths = [max(len(line[at]) for line in table) for at in range(len(table[0]))]
        for line in table:
            yield (
                "  " + "  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip()
            )


_ODD = ("differs", "failing")
