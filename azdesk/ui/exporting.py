"""A plan on paper: a change sheet as text, as JSON, or as PDF. Secrets are masked in all of them."""

from __future__ import annotations

import difflib
import html
import json
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from azdesk.core.errors import AzdeskError
from azdesk.ui.mapping.review import explained

if TYPE_CHECKING:
    from azdesk.app.planning import Preview
    from azdesk.ui.reviewmodels import FileDiff, ReviewModel

ENDINGS = {"text": ".txt", "json": ".json", "pdf": ".pdf"}


def unified(diff: FileDiff) -> list[str]:
    """A file's difference as lines of a unified diff."""
    before, after = diff.before or "", diff.after or ""
    old = "/dev/null" if diff.before is None else diff.path
    new = "/dev/null" if diff.after is None else diff.path
    return list(difflib.unified_diff(before.splitlines(), after.splitlines(), old, new, lineterm=""))


def as_text(model: ReviewModel, preview: Preview, when: datetime) -> str:
    """The change sheet as plain text."""
    return "\n".join(_text_lines(model, preview, when)) + "\n"


def _text_lines(model: ReviewModel, preview: Preview, when: datetime) -> Iterator[str]:
    yield f"{preview.fleet.name}: {model.title.removeprefix('Review ')}"
    yield f"Change sheet of {when.astimezone():%Y-%m-%d %H:%M %Z}. Nothing has been changed yet."
    for item in model.irreversible:
        yield ""
        yield f"CANNOT BE UNDONE, on {item.key}: {item.sentence}"
    for host in model.hosts:
        yield ""
        yield f"{host.name}  ({host.summary})"
        yield "=" * (len(host.name) + len(host.summary) + 4)
        for line in host.detail.splitlines():
            yield f"  Note: {line}"
        for number, step in enumerate(host.steps, 1):
            yield f"  {number:2}. {step.verb} {step.text}".rstrip()
            for line in step.detail.splitlines():
                if line:
                    yield f"        {line}"
            if step.diff is not None:
                yield from (f"        {line}" for line in unified(step.diff))


def as_json(model: ReviewModel, preview: Preview, when: datetime) -> str:
    """The change sheet as JSON: hosts with steps, each with kind, title, words and difference."""
    hosts: list[dict[str, Any]] = []
    for host in model.hosts:
        steps = []
        plan = preview.plan.host(host.key)
        for shown, step in zip(host.steps, plan.steps, strict=True):
            entry: dict[str, Any] = {"kind": step.kind, "title": step.title, "feature": step.feature}
            if words := explained(step):
                entry["does"] = words
            if step.irreversible:
                entry["irreversible"] = step.irreversible
            if shown.diff is not None:
                entry["path"] = shown.diff.path
                entry["diff"] = unified(shown.diff)
            steps.append(entry)
        hosts.append(
            {
                "host": host.name,
                "after": list(plan.after),
                "notes": host.detail.splitlines(),
                "held_back": host.held_back,
                "steps": steps,
            }
        )
    sheet = {"fleet": preview.fleet.name, "made": when.isoformat(), "hosts": hosts}
    return json.dumps(sheet, indent=2, ensure_ascii=False) + "\n"


def as_html(model: ReviewModel, preview: Preview, when: datetime) -> str:
    """The change sheet as rich text, for printing."""

    def escaped(text: str) -> str:
        return html.escape(text).replace("\n", "<br>")

    out = [
        f"<h2>{escaped(preview.fleet.name)}: {escaped(model.title)}</h2>",
        f"<p>Change sheet of {when.astimezone():%Y-%m-%d %H:%M %Z}. Nothing has been changed yet.</p>",
    ]
    out += [
        f"<p><b>Cannot be undone, on {escaped(item.key)}:</b> {escaped(item.sentence)}</p>"
        for item in model.irreversible
    ]
    for host in model.hosts:
        out.append(f"<h3>{escaped(host.name)} &nbsp;<small>{escaped(host.summary)}</small></h3>")
        if host.detail:
            out.append(f"<p>{escaped(host.detail)}</p>")
        for number, step in enumerate(host.steps, 1):
            out.append(
                f"<p><b>{number}. {escaped(step.verb)}</b> {escaped(step.text)}<br>{escaped(step.detail)}</p>"
            )
            if step.diff is not None:
                lines = "\n".join(_coloured(line) for line in unified(step.diff))
                out.append(f'<pre style="font-size:8pt; white-space:pre-wrap">{lines}</pre>')
        out.append("<p>Done by ________________  on ________________</p>")
    return "".join(out)


def _coloured(line: str) -> str:
    text = html.escape(line)
    if line.startswith("+"):
        return f'<span style="color:#0a6b3d">{text}</span>'
    if line.startswith("-"):
        return f'<span style="color:#a3241d">{text}</span>'
    return text


def write(path: Path, kind: str, model: ReviewModel, preview: Preview, when: datetime) -> None:
    """Write a change sheet, for its owner's eyes alone: files of hosts are quoted in it.

    Args:
        kind: text, json or pdf.

    Raises:
        AzdeskError: it cannot be written.
    """
    try:
        if kind == "pdf":
            _pdf(path, as_html(model, preview, when))
        else:
            text = as_json(model, preview, when) if kind == "json" else as_text(model, preview, when)
            with os.fdopen(_own(path), "w", encoding="utf-8", newline="\n") as out:
                out.write(text)
    except OSError as error:
        raise AzdeskError(
            f"The change sheet could not be written: {error.strerror}.",
            where=str(path),
            next_step="Choose another place.",
        ) from error


def _own(path: Path) -> int:
    """An empty file that nobody else can read, open for writing."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    if hasattr(os, "fchmod"):  # a file that is replaced keeps its mode otherwise
        os.fchmod(handle, 0o600)
    return handle


def _pdf(path: Path, text: str) -> None:
    from PySide6.QtCore import QMarginsF
    from PySide6.QtGui import QPageLayout, QPageSize, QPdfWriter, QTextDocument

    os.close(_own(path))  # and QPdfWriter does not say why it cannot write
    writer = QPdfWriter(str(path))
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageMargins(QMarginsF(15, 15, 15, 15), QPageLayout.Unit.Millimeter)
    writer.setResolution(96)
    writer.setTitle("AZDesk change sheet")
    document = QTextDocument()
    document.setHtml(text)
    document.setPageSize(writer.pageLayout().paintRectPixels(96).size().toSizeF())
    document.print_(writer)
