# Made from ui/host_key_changed.ui by python -m azdesk.ui.forms_build; edit that file with Qt Designer instead.

from PySide6.QtCore import (QCoreApplication, QMetaObject)
from PySide6.QtWidgets import (QFrame, QHBoxLayout, QLabel, QLineEdit, QPushButton, QSizePolicy, QSpacerItem, QVBoxLayout, QWidget)

from azdesk.ui.widgets.marks import IconMark

class Ui_HostKeyChangedDialog(object):
    def setupUi(self, HostKeyChangedDialog):
        if not HostKeyChangedDialog.objectName():
            HostKeyChangedDialog.setObjectName(u"HostKeyChangedDialog")
        self.HostKeyChangedDialog_layout = QVBoxLayout(HostKeyChangedDialog)
        self.HostKeyChangedDialog_layout.setSpacing(12)
        self.HostKeyChangedDialog_layout.setObjectName(u"HostKeyChangedDialog_layout")
        self.HostKeyChangedDialog_layout.setContentsMargins(24, 20, 24, 16)
        self.alarm = QFrame(HostKeyChangedDialog)
        self.alarm.setObjectName(u"alarm")
        self.alarm.setProperty(u"surface", u"box-error")
        self.alarm_layout = QHBoxLayout(self.alarm)
        self.alarm_layout.setSpacing(12)
        self.alarm_layout.setObjectName(u"alarm_layout")
        self.alarm_layout.setContentsMargins(14, 12, 14, 12)
        self.mark = IconMark(self.alarm)
        self.mark.setObjectName(u"mark")

        self.alarm_layout.addWidget(self.mark)

        self.what = QLabel(self.alarm)
        self.what.setObjectName(u"what")
        self.what.setWordWrap(True)
        self.what.setProperty(u"role", u"heading")

        self.alarm_layout.addWidget(self.what)

        self.alarm_layout.setStretch(1, 1)

        self.HostKeyChangedDialog_layout.addWidget(self.alarm)

        self.explain = QLabel(HostKeyChangedDialog)
        self.explain.setObjectName(u"explain")
        self.explain.setWordWrap(True)

        self.HostKeyChangedDialog_layout.addWidget(self.explain)

        self.card = QFrame(HostKeyChangedDialog)
        self.card.setObjectName(u"card")
        self.card.setProperty(u"surface", u"card")
        self.card_layout = QVBoxLayout(self.card)
        self.card_layout.setSpacing(4)
        self.card_layout.setObjectName(u"card_layout")
        self.card_layout.setContentsMargins(16, 12, 16, 12)
        self.known_title = QLabel(self.card)
        self.known_title.setObjectName(u"known_title")
        self.known_title.setProperty(u"role", u"note")

        self.card_layout.addWidget(self.known_title)

        self.known = QLabel(self.card)
        self.known.setObjectName(u"known")
        self.known.setWordWrap(True)

        self.card_layout.addWidget(self.known)

        self.shown_title = QLabel(self.card)
        self.shown_title.setObjectName(u"shown_title")
        self.shown_title.setProperty(u"role", u"note")

        self.card_layout.addWidget(self.shown_title)

        self.shown = QLabel(self.card)
        self.shown.setObjectName(u"shown")
        self.shown.setWordWrap(True)

        self.card_layout.addWidget(self.shown)


        self.HostKeyChangedDialog_layout.addWidget(self.card)

        self.next_title = QLabel(HostKeyChangedDialog)
        self.next_title.setObjectName(u"next_title")
        self.next_title.setProperty(u"role", u"heading")

        self.HostKeyChangedDialog_layout.addWidget(self.next_title)

        self.next_step = QLabel(HostKeyChangedDialog)
        self.next_step.setObjectName(u"next_step")
        self.next_step.setWordWrap(True)

        self.HostKeyChangedDialog_layout.addWidget(self.next_step)

        self.command_row = QHBoxLayout()
        self.command_row.setSpacing(8)
        self.command_row.setObjectName(u"command_row")
        self.command_row.setContentsMargins(0, 0, 0, 0)
        self.command = QLineEdit(HostKeyChangedDialog)
        self.command.setObjectName(u"command")
        self.command.setReadOnly(True)

        self.command_row.addWidget(self.command)

        self.copy = QPushButton(HostKeyChangedDialog)
        self.copy.setObjectName(u"copy")

        self.command_row.addWidget(self.copy)

        self.command_row.setStretch(0, 1)

        self.HostKeyChangedDialog_layout.addLayout(self.command_row)

        self.foot = QHBoxLayout()
        self.foot.setSpacing(8)
        self.foot.setObjectName(u"foot")
        self.foot.setContentsMargins(0, 0, 0, 0)
        self.gap1 = QSpacerItem(0, 0, QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

        self.foot.addItem(self.gap1)

        self.close_dialog = QPushButton(HostKeyChangedDialog)
        self.close_dialog.setObjectName(u"close_dialog")

        self.foot.addWidget(self.close_dialog)


        self.HostKeyChangedDialog_layout.addLayout(self.foot)

        QWidget.setTabOrder(self.command, self.copy)
        QWidget.setTabOrder(self.copy, self.close_dialog)

        self.retranslateUi(HostKeyChangedDialog)

        QMetaObject.connectSlotsByName(HostKeyChangedDialog)
    # setupUi

    def retranslateUi(self, HostKeyChangedDialog):
        HostKeyChangedDialog.setWindowTitle(QCoreApplication.translate("HostKeyChangedDialog", u"Host key changed", None))
        self.known_title.setText(QCoreApplication.translate("HostKeyChangedDialog", u"Known so far", None))
        self.shown_title.setText(QCoreApplication.translate("HostKeyChangedDialog", u"Shown now", None))
        self.next_title.setText(QCoreApplication.translate("HostKeyChangedDialog", u"If the host was really installed anew", None))
#if QT_CONFIG(accessibility)
        self.command.setAccessibleName(QCoreApplication.translate("HostKeyChangedDialog", u"Command that removes the old key", None))
#endif // QT_CONFIG(accessibility)
        self.copy.setText(QCoreApplication.translate("HostKeyChangedDialog", u"&Copy", None))
        self.close_dialog.setText(QCoreApplication.translate("HostKeyChangedDialog", u"Close", None))
    # retranslateUi
