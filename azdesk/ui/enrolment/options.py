"""How sheets are to look: form of the code, layout, paper, language, and what labels need."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QWidget

from azdesk.enrol import qr
from azdesk.enrol.design import Design
from azdesk.enrol.forms import CODES, FORMS
from azdesk.enrol.layouts import LAYOUTS, Kind, Paper
from azdesk.enrol.words import WORDS
from azdesk.ui.forms.sheet_options import Ui_SheetOptions


class SheetOptions(QWidget):
    """Fields over a `Design`."""

    changed = Signal()
    """`design` is another one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.ui = ui = Ui_SheetOptions()
        ui.setupUi(self)  # type: ignore[no-untyped-call]
        self._design = Design()
        self._showing = False
        for key in CODES:
            ui.form.addItem(FORMS[key].title, key)
        for layout in LAYOUTS.values():
            ui.layout.addItem(layout.title, layout.key)
        for paper in Paper:
            ui.paper.addItem(paper.value, paper)
        for key, words in WORDS.items():
            ui.language.addItem(words.language, key)
        ui.level.addItem(self.tr("Automatic"), None)
        for level, words_of in (
            (qr.Level.L, self.tr("Weak (7 %)")),
            (qr.Level.M, self.tr("Medium (15 %)")),
            (qr.Level.Q, self.tr("Strong (25 %)")),
            (qr.Level.H, self.tr("Strongest (30 %)")),
        ):
            ui.level.addItem(words_of, level)
        for box in (ui.form, ui.layout, ui.paper, ui.language, ui.level):
            box.currentIndexChanged.connect(lambda _index: self._take())
        for number in (ui.first, ui.shift_x, ui.shift_y):
            number.valueChanged.connect(lambda _value: self._take())
        ui.show_password.toggled.connect(lambda _on: self._take())

    @property
    def design(self) -> Design:
        """What is chosen now."""
        return self._design

    def set_design(self, design: Design) -> None:
        """Show a design; says nothing."""
        ui = self.ui
        self._showing = True
        _choose(ui.form, design.form)
        _choose(ui.layout, design.layout)
        _choose(ui.paper, design.page)
        _choose(ui.language, design.language)
        _choose(ui.level, design.level)
        ui.first.setValue(design.first + 1)
        ui.shift_x.setValue(design.shift[0])
        ui.shift_y.setValue(design.shift[1])
        ui.show_password.setChecked(design.show_password)
        self._showing = False
        self._design = design
        self._arrange()

    def say_fit(self, words: str) -> None:
        """How well the codes scan on this layout."""
        self.ui.fit_note.setText(words)

    def _take(self) -> None:
        if self._showing:
            return
        ui = self.ui
        layout = str(ui.layout.currentData())
        self._design = replace(
            self._design,
            form=str(ui.form.currentData()),
            layout=layout,
            # A stock has a paper of its own; the choice comes back with the next layout that has none.
            paper=Paper(ui.paper.currentData()) if ui.paper.isEnabled() else self._design.paper,
            language=str(ui.language.currentData()),
            level=qr.Level(ui.level.currentData()) if ui.level.currentData() else None,
            first=ui.first.value() - 1,
            shift=(ui.shift_x.value(), ui.shift_y.value()),
            show_password=ui.show_password.isChecked(),
        )
        self._arrange()
        self.changed.emit()

    def _arrange(self) -> None:
        """Show what the present choices leave to choose."""
        ui, layout = self.ui, self._design.chosen
        self._showing = True
        ui.paper.setEnabled(layout.paper is None)
        _choose(ui.paper, self._design.page)
        labels = layout.kind is Kind.LABEL
        ui.first.setMaximum(layout.per_page)
        for widget in (ui.first_label, ui.first, ui.shift_row):
            widget.setVisible(labels)
        ui.form_note.setText(FORMS[self._design.form].contains)
        self._showing = False


def _choose(box: QComboBox, value: object) -> None:
    # findData compares by identity what Qt does not know, such as None.
    for at in range(box.count()):
        if box.itemData(at) == value:
            box.setCurrentIndex(at)
            return
