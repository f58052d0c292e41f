"""The one style sheet, built from `Tokens`.

Roles are dynamic properties that pages set, so that no page writes a style of its own:

- ``QLabel[role]``: ``title``, ``heading``, ``quiet``, ``note``, ``problem``, ``mono``
- ``QPushButton[kind]``: ``primary`` (once per page), ``link``, ``danger``
- ``QToolButton[kind]``: ``plain``
- ``QFrame[surface]``: ``card``, ``sidebar``, ``bar``, ``well``, ``box-info``, ``box-success``, ``box-warning``, ``box-error``
"""

from __future__ import annotations

from dataclasses import asdict
from string import Template

from azdesk.ui.tokens import CORNER_PX, NOTE_PX, TITLE_PX, Tokens

_SHEET = Template(
    """
QWidget { color: $text; }
QMainWindow, QDialog, QWidget[surface="window"] { background: $window; }
QWidget:disabled { color: $disabled; }

QLabel { background: transparent; }
QLabel[role="title"] { font-size: ${title_px}px; font-weight: 600; }
QLabel[role="heading"] { font-weight: 600; }
QLabel[role="quiet"] { color: $quiet; }
QLabel[role="note"] { color: $quiet; font-size: ${note_px}px; }
QLabel[role="problem"] { color: $failing_text; font-size: ${note_px}px; }
QLabel[role="differs"] { color: $differs_text; font-size: ${note_px}px; }

QFrame[surface="card"] { background: $surface; border: 1px solid $line; border-radius: ${corner}px; }
QFrame[surface="sidebar"] { background: $sidebar; border: none; border-right: 1px solid $line; }
QFrame[surface="bar"] { background: $surface; border: none; border-top: 1px solid $line; }
QFrame[surface="well"] { background: $sidebar; border: 1px solid $line; border-radius: ${corner}px; }
QWidget[surface="rule"] { background: $line; border: none; }
QFrame[surface="box-info"] {
    background: $selected; border: 1px solid $accent; border-radius: ${corner}px;
}
QFrame[surface="box-success"] {
    background: $right_soft; border: 1px solid $right; border-radius: ${corner}px;
}
QFrame[surface="box-warning"] {
    background: $differs_soft; border: 1px solid $differs; border-radius: ${corner}px;
}
QFrame[surface="box-error"] {
    background: $failing_soft; border: 1px solid $failing; border-radius: ${corner}px;
}
QFrame[surface^="box"][edge="true"] { border-top: none; border-left: none; border-right: none; border-radius: 0; }
QFrame[surface^="box"] QLabel[role="note"] { color: $text; }

QPushButton {
    background: $surface; border: 1px solid $field_line; border-radius: 6px;
    padding: 0 14px; min-height: 28px; min-width: 32px;
}
QPushButton:hover { background: $hover; }
QPushButton:pressed { background: $selected; }
QPushButton:focus { border: 2px solid $accent; padding: 0 13px; min-height: 26px; }
QPushButton:disabled { color: $disabled; border-color: $line; background: transparent; }
QPushButton::menu-indicator {
    image: url(azdesk:icons/controls/$name/chevron-down.svg); width: 14px; height: 14px;
    subcontrol-origin: padding; subcontrol-position: right center; right: 8px;
}
QPushButton[menu="true"] { padding-right: 28px; }
QPushButton[kind="primary"] {
    background: $accent; border: 1px solid $accent; color: $on_accent; font-weight: 600;
}
QPushButton[kind="primary"]:hover { background: $accent_hover; border-color: $accent_hover; }
QPushButton[kind="primary"]:pressed { background: $accent_pressed; border-color: $accent_pressed; }
QPushButton[kind="primary"]:focus { border: 2px solid $text; }
QPushButton[kind="primary"]:disabled { background: $line; border-color: $line; color: $quiet_strong; }
QPushButton[kind="danger"] { color: $failing_text; border-color: $failing; }
QPushButton[kind="danger"]:disabled { color: $disabled; border-color: $line; }
QPushButton[kind="link"] {
    background: transparent; border: 1px solid transparent; color: $accent_strong;
    padding: 0 4px; min-width: 0; min-height: 22px;
}
QPushButton[kind="link"]:hover { text-decoration: underline; }
QPushButton[kind="link"]:focus { border: 2px solid $accent; padding: 0 3px; min-height: 20px; border-radius: 4px; }
QPushButton[kind="link"][small="true"] { font-size: ${note_px}px; min-height: 15px; max-height: 15px; padding: 0 2px; }
QPushButton[kind="link"][small="true"]:focus { min-height: 13px; max-height: 13px; padding: 0 1px; }
QPushButton[kind="link"]:disabled { color: $disabled; }

QToolButton {
    background: transparent; border: 1px solid transparent; border-radius: 6px; padding: 5px;
}
QToolButton:hover { background: $hover; }
QFrame[surface="sidebar"] QToolButton:hover { background: $sidebar_hover; }
QToolButton:pressed, QToolButton:checked { background: $selected; }
QToolButton:focus { border: 2px solid $accent; padding: 4px; }
QToolButton:disabled { color: $disabled; }
QToolButton::menu-indicator { image: none; }

QLineEdit, QComboBox, QAbstractSpinBox, QDateTimeEdit {
    background: $surface; border: 1px solid $field_line; border-radius: 6px;
    padding: 0 8px; min-height: 28px;
    selection-background-color: $accent; selection-color: $on_accent;
}
QLineEdit:focus, QComboBox:focus, QAbstractSpinBox:focus {
    border: 2px solid $accent; padding: 0 7px; min-height: 26px;
}
FilterEdit { padding-left: 0; }
FilterEdit:focus { padding-left: 0; }
QComboBox QLineEdit, QComboBox QLineEdit:focus { border: none; padding: 0; min-height: 0; background: transparent; }
QAbstractSpinBox QLineEdit, QAbstractSpinBox QLineEdit:focus {
    border: none; padding: 0; min-height: 0; background: transparent;
}
QLineEdit[problem="true"], QComboBox[problem="true"], QAbstractSpinBox[problem="true"] { border-color: $failing; }
QLineEdit:disabled, QComboBox:disabled, QAbstractSpinBox:disabled {
    background: $window; border-color: $line; color: $disabled;
}
QLineEdit[readOnly="true"] { background: $window; }
QComboBox { padding-left: 10px; padding-right: 28px; }
QComboBox:focus { padding-left: 9px; padding-right: 27px; }
QComboBox::drop-down {
    subcontrol-origin: border; subcontrol-position: center right; width: 28px; border: none; background: transparent;
}
QComboBox::down-arrow { image: url(azdesk:icons/controls/$name/chevron-down.svg); width: 16px; height: 16px; }
QComboBox::down-arrow:disabled { image: url(azdesk:icons/controls/$name/chevron-down-disabled.svg); }
QComboBox QAbstractItemView {
    background: $surface; border: 1px solid $field_line; outline: none; padding: 4px;
    selection-background-color: $selected; selection-color: $text;
}
QComboBox QAbstractItemView::item { min-height: 28px; padding: 0 8px; border-radius: 4px; }
QAbstractSpinBox { padding: 0 24px 0 8px; min-height: 26px; max-height: 28px; }
QAbstractSpinBox:focus { padding: 0 23px 0 7px; min-height: 24px; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {
    subcontrol-origin: border; width: 22px; border: none; background: transparent; margin: 2px;
}
QAbstractSpinBox::up-button { subcontrol-position: top right; }
QAbstractSpinBox::down-button { subcontrol-position: bottom right; }
QAbstractSpinBox::up-button:hover, QAbstractSpinBox::down-button:hover { background: $hover; border-radius: 4px; }
QAbstractSpinBox::up-arrow { image: url(azdesk:icons/controls/$name/chevron-up.svg); width: 12px; height: 12px; }
QAbstractSpinBox::down-arrow { image: url(azdesk:icons/controls/$name/chevron-down.svg); width: 12px; height: 12px; }

QPlainTextEdit, QTextEdit {
    background: $surface; border: 1px solid $field_line; border-radius: 6px; padding: 4px 6px;
    selection-background-color: $accent; selection-color: $on_accent;
}
QPlainTextEdit:focus, QTextEdit:focus { border: 2px solid $accent; padding: 3px 5px; }
QPlainTextEdit[flat="true"], QPlainTextEdit[flat="true"]:focus { border: none; border-radius: 0; padding: 0; }

QCheckBox, QRadioButton { background: transparent; spacing: 8px; min-height: 24px; }
QCheckBox::indicator, QRadioButton::indicator, QAbstractItemView::indicator {
    width: 16px; height: 16px; border: 1px solid $quiet; background: $surface;
}
QCheckBox::indicator, QAbstractItemView::indicator { border-radius: 4px; }
QRadioButton::indicator { border-radius: 9px; }
QCheckBox::indicator:checked, QAbstractItemView::indicator:checked {
    background: $accent; border-color: $accent; image: url(azdesk:icons/controls/$name/check.svg);
}
QCheckBox::indicator:indeterminate, QAbstractItemView::indicator:indeterminate {
    background: $accent; border-color: $accent; image: url(azdesk:icons/controls/$name/dash.svg);
}
QRadioButton::indicator:checked {
    background: qradialgradient(cx: 0.5, cy: 0.5, radius: 0.5, fx: 0.5, fy: 0.5,
        stop: 0 $on_accent, stop: 0.44 $on_accent, stop: 0.5 $accent, stop: 1 $accent);
    border-color: $accent;
}
QCheckBox::indicator:focus, QRadioButton::indicator:focus { border: 2px solid $accent_strong; width: 14px; height: 14px; }
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled { border-color: $line; background: $window; }

QAbstractItemView {
    background: $surface; border: none; outline: none; alternate-background-color: $surface;
    selection-background-color: $selected; selection-color: $text;
}
QTreeView::item, QListView::item { min-height: 28px; border: none; }
QTreeView::item:hover, QListView::item:hover { background: $hover; }
QTreeView::item:selected, QListView::item:selected, QTableView::item:selected { background: $selected; color: $text; }
/* Where ticks are what counts, the row that the keyboard would begin at looks chosen as long as the keyboard is elsewhere. */
TickList::item:selected:!focus { background: transparent; }
QTreeView::branch, QTreeView::branch:selected, QTreeView::branch:hover { background: transparent; border-image: none; }
QTreeView::branch:has-children:closed { image: url(azdesk:icons/controls/$name/chevron-right.svg); }
QTreeView::branch:has-children:open { image: url(azdesk:icons/controls/$name/chevron-down.svg); }
QTableView { gridline-color: transparent; }
QTableView::item { padding: 0 5px; border: none; }
QHeaderView { background: transparent; border: none; }
QHeaderView::section {
    background: $surface; color: $quiet; border: none; border-bottom: 1px solid $line;
    padding: 0 8px; min-height: 30px; font-size: ${note_px}px;
}
QHeaderView::section:hover { color: $text; }
QHeaderView::up-arrow {
    image: url(azdesk:icons/controls/$name/chevron-up.svg); width: 12px; height: 12px;
    subcontrol-origin: padding; subcontrol-position: center right; right: 4px;
}
QHeaderView::down-arrow {
    image: url(azdesk:icons/controls/$name/chevron-down.svg); width: 12px; height: 12px;
    subcontrol-origin: padding; subcontrol-position: center right; right: 4px;
}
QTableCornerButton::section { background: $surface; border: none; }

QTabBar { background: transparent; border: none; qproperty-drawBase: 0; }
QTabBar::tab {
    background: transparent; color: $quiet_strong; border: none; border-bottom: 2px solid transparent;
    padding: 0 12px; min-height: 32px;
}
QTabBar::tab:hover { color: $text; }
QTabBar::tab:selected { color: $text; border-bottom: 2px solid $accent; }
QTabBar::tab:focus { color: $accent_strong; }

QProgressBar {
    background: $line; border: none; border-radius: 3px; min-height: 6px; max-height: 6px; text-align: center;
}
QProgressBar::chunk { background: $accent; border-radius: 3px; }

QScrollArea { background: transparent; border: none; }
QScrollArea > QWidget > QWidget[surface="page"] { background: transparent; }
QScrollBar { background: transparent; border: none; margin: 0; }
QScrollBar:vertical { width: 12px; }
QScrollBar:horizontal { height: 12px; }
QScrollBar::handle { background: $field_line; border-radius: 4px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 32px; }
QScrollBar::handle:horizontal { min-width: 32px; }
QScrollBar::handle:hover { background: $quiet; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; border: none; background: none; }
QScrollBar::add-page, QScrollBar::sub-page { background: none; }
QAbstractScrollArea::corner { background: transparent; }

QSplitter::handle { background: transparent; }
QSplitter::handle:hover { background: $line; }

QMenu { background: $surface; border: 1px solid $field_line; padding: 4px; }
QMenu::item { padding: 6px 28px 6px 12px; border-radius: 4px; }
QMenu::item:selected { background: $selected; color: $text; }
QMenu::item:disabled { color: $disabled; }
QMenu::separator { height: 1px; background: $line; margin: 4px 8px; }
QMenu::icon { padding-left: 8px; }
QToolTip { background: $surface; color: $text; border: 1px solid $field_line; padding: 4px 6px; }
"""
)


def style_sheet(tokens: Tokens) -> str:
    """The whole window's style sheet for one palette."""
    return _SHEET.substitute(asdict(tokens), corner=CORNER_PX, note_px=NOTE_PX, title_px=TITLE_PX)
