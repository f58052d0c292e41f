"""Shows what changes in a file: one under the other or side by side, marked by sign, colour and line numbers."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent, QTextBlock, QTextCursor
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QSizePolicy,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from azdesk.ui import icons, theme
from azdesk.ui.diffing import DiffRow, RowKind, change_starts, diff_rows, fold, side_by_side
from azdesk.ui.reviewmodels import FileDiff
from azdesk.ui.tokens import GRID
from azdesk.ui.widgets.labels import ElidedLabel

_TONE = {RowKind.ADDED: ("right_soft", "right_text"), RowKind.REMOVED: ("failing_soft", "failing_text")}


class _Gutter(QWidget):
    """Line numbers and signs, left of the text."""

    def __init__(self, pane: _Pane) -> None:
        super().__init__(pane)
        self._pane = pane

    def sizeHint(self) -> QSize:
        return QSize(self._pane.gutter_width(), 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        self._pane.paint_gutter(self, event.rect())


class _Pane(QPlainTextEdit):
    """Read-only text whose rows have kinds. Only what can be seen is painted, so length costs nothing."""

    def __init__(self, numbers: str) -> None:
        super().__init__()
        self._numbers = numbers
        self._rows: Sequence[DiffRow | None] = ()
        self._digits = 1
        self.setProperty("flat", True)
        self.setReadOnly(True)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setFont(theme.file_font())
        self.document().setDocumentMargin(4)
        self._gutter = _Gutter(self)
        self.updateRequest.connect(self._scrolled)

    def set_rows(self, rows: Sequence[DiffRow | None], fold_text: str) -> None:
        """Show rows; None is a gap. `fold_text` has ``%1`` for the number of lines left out."""
        self._rows = rows
        most = max((number for row in rows if row for number in (row.old, row.new) if number), default=0)
        self._digits = max(2, len(str(most)))
        self.setPlainText("\n".join(_row_text(row, fold_text) for row in rows))
        self.setViewportMargins(self.gutter_width(), 0, 0, 0)
        self._gutter.update()

    def gutter_width(self) -> int:
        """Pixels for the numbers this pane has, the sign and the air around them."""
        columns = len(self._numbers) * (self._digits + 1) + 2
        return columns * self.fontMetrics().horizontalAdvance("0") + 2 * GRID

    def go_to(self, row: int) -> None:
        """Bring a row into the upper third."""
        block = self.document().findBlockByNumber(row)
        self.setTextCursor(QTextCursor(block))
        visible = self.viewport().height() // max(1, self.fontMetrics().lineSpacing())
        self.verticalScrollBar().setValue(max(0, row - visible // 3))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        area = self.contentsRect()
        self._gutter.setGeometry(QRect(area.left(), area.top(), self.gutter_width(), area.height()))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        tokens = theme.tokens()
        for row, rect in self._visible(event.rect()):
            ground = _ground(row)
            if ground:
                painter.fillRect(rect, QColor(getattr(tokens, ground)))
        painter.end()
        super().paintEvent(event)

    def paint_gutter(self, gutter: QWidget, clip: QRect) -> None:
        """Numbers and sign of each row that can be seen."""
        painter = QPainter(gutter)
        painter.setFont(self.font())
        tokens = theme.tokens()
        width = self.fontMetrics().horizontalAdvance("0")
        painter.fillRect(clip, QColor(tokens.surface))
        for row, rect in self._visible(clip):
            ground = _ground(row)
            if ground:
                painter.fillRect(rect, QColor(getattr(tokens, ground)))
            if row is None:
                continue
            painter.setPen(QColor(tokens.quiet_strong))
            left = GRID
            for side in self._numbers:
                number = row.old if side == "o" else row.new
                if number is not None:
                    area = QRect(left, rect.top(), self._digits * width, rect.height())
                    painter.drawText(
                        area, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), str(number)
                    )
                left += (self._digits + 1) * width
            if row.kind in _TONE:
                painter.setPen(QColor(getattr(tokens, _TONE[row.kind][1])))
                area = QRect(left, rect.top(), 2 * width, rect.height())
                painter.drawText(
                    area,
                    int(Qt.AlignmentFlag.AlignCenter),
                    "+" if row.kind is RowKind.ADDED else "\N{MINUS SIGN}",
                )
        painter.end()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange) and hasattr(self, "_gutter"):
            self.setViewportMargins(self.gutter_width(), 0, 0, 0)

    def _visible(self, clip: QRect) -> list[tuple[DiffRow | None, QRect]]:
        found: list[tuple[DiffRow | None, QRect]] = []
        block: QTextBlock = self.firstVisibleBlock()
        offset = self.contentOffset()
        while block.isValid():
            # The first and last block also count the document's margin; the line itself is what is painted.
            box = (
                block.layout().boundingRect().translated(self.blockBoundingGeometry(block).topLeft() + offset)
            )
            if box.top() > clip.bottom():
                break
            number = block.blockNumber()
            if number < len(self._rows) and box.bottom() >= clip.top():
                top, bottom = round(box.top()), round(box.bottom())
                found.append((self._rows[number], QRect(0, top, max(self.width(), 1), bottom - top)))
            block = block.next()
        return found

    def _scrolled(self, rect: QRect, dy: int) -> None:
        if dy:
            self._gutter.scroll(0, dy)
        else:
            self._gutter.update(0, rect.y(), self._gutter.width(), rect.height())


class DiffView(QWidget):
    """A file's difference with its path, counts, and ways to look at it.

    Texts are shown as given: secrets must be masked by the caller. Long stretches without change are folded.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[DiffRow, ...] = ()
        self._shown: FileDiff | None = None
        self._starts: tuple[int, ...] = ()
        self._change = -1
        self._path = ElidedLabel(mode=Qt.TextElideMode.ElideMiddle)
        self._path.setFont(theme.file_font(13))
        self._note = ElidedLabel(whole_or_none=True)
        self._note.setProperty("role", "note")
        # The path is worth more than who owns it: the note takes what is left.
        self._note.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._counts = QLabel()
        self._counts.setProperty("role", "note")
        self._previous = self._tool("chevron-up", self.tr("Previous change"), "Shift+F7")
        self._next = self._tool("chevron-down", self.tr("Next change"), "F7")
        self._whole = self._tool("file", self.tr("Whole file"), "Ctrl+Shift+W", checkable=True)
        self._sides = self._tool("compare", self.tr("Side by side"), "Ctrl+Shift+E", checkable=True)
        self._previous.clicked.connect(lambda: self._step(-1))
        self._next.clicked.connect(lambda: self._step(1))
        self._whole.toggled.connect(self._fill)
        self._sides.toggled.connect(self._fill)
        self._unified = _Pane("on")
        self._old = _Pane("o")
        self._new = _Pane("n")
        self._unified.setAccessibleName(self.tr("Difference"))
        self._old.setAccessibleName(self.tr("Before"))
        self._new.setAccessibleName(self.tr("After"))
        for one, other in ((self._old, self._new), (self._new, self._old)):
            one.verticalScrollBar().valueChanged.connect(other.verticalScrollBar().setValue)
            one.horizontalScrollBar().valueChanged.connect(other.horizontalScrollBar().setValue)
            one.horizontalScrollBar().rangeChanged.connect(lambda _least, _most: self._even_bars())
        self._old.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._build()

    def show_diff(self, diff: FileDiff) -> None:
        """Show a file before and after."""
        self._shown = diff
        self._rows = diff_rows(diff.before, diff.after)
        added = sum(row.kind is RowKind.ADDED for row in self._rows)
        removed = sum(row.kind is RowKind.REMOVED for row in self._rows)
        self._path.setText(diff.path)
        self._path.setStatusTip(diff.note)
        self._note.setText(diff.note)
        new, gone = diff.before is None, diff.after is None
        word = self.tr("new file, ") if new else self.tr("file goes, ") if gone else ""
        self._counts.setText(f"{word}+{added} \N{MINUS SIGN}{removed}")
        self._fill()

    def shown(self) -> FileDiff | None:
        """What is shown now."""
        return self._shown

    def clear(self) -> None:
        """Show nothing."""
        self._shown = None
        self._rows = ()
        self._path.setText("")
        self._note.setText("")
        self._counts.setText("")
        self._fill()

    def _tool(self, icon: str, text: str, keys: str, *, checkable: bool = False) -> QToolButton:
        button = QToolButton()
        button.setProperty("icon_name", icon)
        button.setIcon(icons.icon(icon))
        button.setToolTip(f"{text} ({keys})")
        button.setAccessibleName(text)
        button.setShortcut(keys)
        button.setCheckable(checkable)
        return button

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(2 * GRID, GRID // 2, GRID // 2, GRID // 2)
        head.setSpacing(GRID // 2)
        head.addWidget(self._path, 0)
        head.addSpacing(GRID)
        head.addWidget(self._note, 1)
        head.addWidget(self._counts)
        head.addSpacing(GRID)
        for button in (self._previous, self._next, self._whole, self._sides):
            head.addWidget(button)
        rule = QWidget()
        rule.setFixedHeight(1)
        rule.setProperty("surface", "rule")
        sides = QWidget()
        pair = QHBoxLayout(sides)
        pair.setContentsMargins(0, 0, 0, 0)
        pair.setSpacing(0)
        pair.addWidget(self._old)
        divider = QWidget()
        divider.setFixedWidth(1)
        divider.setProperty("surface", "rule")
        pair.addWidget(divider)
        pair.addWidget(self._new)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._unified)
        self._stack.addWidget(sides)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(rule)
        column.addWidget(self._stack, 1)

    def _fill(self) -> None:
        rows = self._rows if self._whole.isChecked() else fold(self._rows)
        text = self.tr("%1 lines without change")
        if self._sides.isChecked():
            pairs = side_by_side(rows)
            self._old.set_rows([left for left, _ in pairs], text)
            self._new.set_rows([right for _, right in pairs], text)
            kinds = [left.kind if left and right and left is right else None for left, right in pairs]
            self._starts = change_starts(kinds)
        else:
            self._unified.set_rows(rows, text)
            self._starts = change_starts([row.kind for row in rows])
        self._stack.setCurrentIndex(1 if self._sides.isChecked() else 0)
        self._change = -1
        for button in (self._previous, self._next):
            button.setEnabled(bool(self._starts))

    def _even_bars(self) -> None:
        # Both panes show the bar or neither does; else their last rows would not stand side by side.
        needed = any(pane.horizontalScrollBar().maximum() > 0 for pane in (self._old, self._new))
        policy = Qt.ScrollBarPolicy.ScrollBarAlwaysOn if needed else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        for pane in (self._old, self._new):
            if pane.horizontalScrollBarPolicy() is not policy:
                pane.setHorizontalScrollBarPolicy(policy)

    def _step(self, by: int) -> None:
        if not self._starts:
            return
        self._change = (
            (self._change + by) % len(self._starts) if self._change >= 0 or by > 0 else len(self._starts) - 1
        )
        for pane in (self._unified, self._old, self._new):
            pane.go_to(self._starts[self._change])

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_sides"):
            for button in (self._previous, self._next, self._whole, self._sides):
                button.setIcon(icons.icon(button.property("icon_name")))


def _row_text(row: DiffRow | None, fold_text: str) -> str:
    if row is None:
        return ""
    if row.kind is RowKind.FOLD:
        return "⋯ " + fold_text.replace("%1", str(row.folded))
    return row.text.expandtabs(8)


def _ground(row: DiffRow | None) -> str:
    if row is None or row.kind is RowKind.FOLD:
        return "hover"
    return _TONE[row.kind][0] if row.kind in _TONE else ""
