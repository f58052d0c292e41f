"""Small questions: a line of text, and whether something should really be done."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QDialog, QWidget

from azdesk.ui.forms.confirm import Ui_ConfirmDialog
from azdesk.ui.forms.text_prompt import Ui_TextPrompt
from azdesk.ui.viewmodels import State

WIDTH = 480
TALLEST = 660
"""What is left of 700 pixels below a title bar."""


class GrowingDialog(QDialog):
    """Grows when what it says needs more lines, as far as the smallest screen that AZDesk is made for."""

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self._grow()
        return done

    def _grow(self) -> None:
        layout = self.layout()
        if layout is None or not layout.hasHeightForWidth():
            return
        needed = min(layout.totalHeightForWidth(self.width()), TALLEST)
        if needed > self.height():
            self.resize(self.width(), needed)


def settle_size(dialog: QDialog, width: int = WIDTH, *, forget: bool = True) -> None:
    """Give a dialog the height that its words need at this width.

    Args:
        forget: delete it when it closes; not for dialogs that are asked afterwards what was entered.
    """
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, forget)
    layout = dialog.layout()
    assert layout is not None
    dialog.ensurePolished()
    layout.activate()
    height = layout.heightForWidth(width) if layout.hasHeightForWidth() else layout.sizeHint().height()
    dialog.resize(width, max(height, layout.minimumSize().height()))


def let_the_window_go(dialog: QDialog) -> None:
    """From here on the window below can be worked with while the dialog stays."""
    dialog.hide()
    dialog.setWindowModality(Qt.WindowModality.NonModal)
    dialog.show()


class TextPrompt(GrowingDialog):
    """Asks for one line; what is wrong with it stands below while it is typed.

    Args:
        what: the question.
        explain: what is allowed.
        text: to begin with.
        check: gives what is wrong with a text, or an empty one.
    """

    given = Signal(str)

    def __init__(
        self,
        what: str,
        explain: str = "",
        *,
        text: str = "",
        check: Callable[[str], str] = lambda _text: "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.ui = Ui_TextPrompt()
        self.ui.setupUi(self)  # type: ignore[no-untyped-call]
        self._check = check
        self._begun = text
        self.setWindowTitle(what)
        self.ui.what.setText(what)
        self.ui.explain.setText(explain)
        self.ui.explain.setVisible(bool(explain))
        self.ui.text.setAccessibleName(what)
        self.ui.text.setText(text)
        self.ui.text.selectAll()
        self.ui.problem.label.setProperty("role", "problem")
        self.ui.problem.hide()
        self.ui.text.textChanged.connect(self._typed)
        self.ui.ok.clicked.connect(self._take)
        self.ui.ok.setDefault(True)
        self.ui.ok.setEnabled(False)
        self.ui.cancel.clicked.connect(self.reject)
        settle_size(self)

    def _typed(self, text: str) -> None:
        problem = self._check(text.strip()) if text.strip() else ""
        self.ui.problem.set(State.FAILING if problem else None, problem)
        self.ui.problem.setVisible(bool(problem))
        self.ui.ok.setEnabled(bool(text.strip()) and not problem and text.strip() != self._begun)

    def _take(self) -> None:
        text = self.ui.text.text().strip()
        self.accept()
        self.given.emit(text)


class ConfirmDialog(GrowingDialog):
    """Says what is about to happen; Cancel has the keyboard.

    Args:
        what: the question.
        explain: what it means for people.
        button: words on the button that does it.
        word: if given, it has to be typed first.
    """

    def __init__(
        self, what: str, explain: str, button: str, *, word: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.ui = Ui_ConfirmDialog()
        self.ui.setupUi(self)  # type: ignore[no-untyped-call]
        self._word = word
        self.setWindowTitle(what)
        self.ui.mark.set_icon("warning", "differs_text")
        self.ui.what.setText(what)
        self.ui.explain.setText(explain)
        self.ui.ok.setText(button)
        self.ui.ok.clicked.connect(self.accept)
        self.ui.cancel.clicked.connect(self.reject)
        self.ui.word.setVisible(bool(word))
        if word:
            asked = self.tr("Type %1 to allow it").replace("%1", word)
            self.ui.word.setPlaceholderText(asked)
            self.ui.word.setAccessibleName(asked)
            self.ui.word.textChanged.connect(lambda text: self.ui.ok.setEnabled(text.strip() == word))
            self.ui.ok.setEnabled(False)
            self.ui.cancel.setAutoDefault(False)
            self.ui.ok.setDefault(True)
            self.ui.word.setFocus()
        else:
            self.ui.cancel.setDefault(True)
            self.ui.cancel.setFocus()
        settle_size(self)
