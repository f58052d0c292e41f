# Made from ui/leave.ui by python -m azdesk.ui.forms_build; edit that file with Qt Designer instead.

from PySide6.QtCore import (QCoreApplication, QMetaObject)
from PySide6.QtWidgets import (QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QSpacerItem, QVBoxLayout, QWidget)

from azdesk.ui.editors.lists import StateList
from azdesk.ui.widgets.banner import Banner
from azdesk.ui.widgets.labels import ElidedLabel
from azdesk.ui.widgets.marks import IconMark

class Ui_LeaveDialog(object):
    def setupUi(self, LeaveDialog):
        if not LeaveDialog.objectName():
            LeaveDialog.setObjectName(u"LeaveDialog")
        self.LeaveDialog_layout = QVBoxLayout(LeaveDialog)
        self.LeaveDialog_layout.setSpacing(12)
        self.LeaveDialog_layout.setObjectName(u"LeaveDialog_layout")
        self.LeaveDialog_layout.setContentsMargins(24, 20, 24, 16)
        self.title = ElidedLabel(LeaveDialog)
        self.title.setObjectName(u"title")
        self.title.setProperty(u"role", u"title")

        self.LeaveDialog_layout.addWidget(self.title)

        self.purpose = QLabel(LeaveDialog)
        self.purpose.setObjectName(u"purpose")
        self.purpose.setWordWrap(True)
        self.purpose.setProperty(u"role", u"quiet")

        self.LeaveDialog_layout.addWidget(self.purpose)

        self.banner = Banner(LeaveDialog)
        self.banner.setObjectName(u"banner")

        self.LeaveDialog_layout.addWidget(self.banner)

        self.card = QFrame(LeaveDialog)
        self.card.setObjectName(u"card")
        self.card.setProperty(u"surface", u"card")
        self.card_layout = QVBoxLayout(self.card)
        self.card_layout.setSpacing(8)
        self.card_layout.setObjectName(u"card_layout")
        self.card_layout.setContentsMargins(16, 10, 16, 16)
        self.checks_head = QHBoxLayout()
        self.checks_head.setSpacing(8)
        self.checks_head.setObjectName(u"checks_head")
        self.checks_head.setContentsMargins(0, 0, 0, 0)
        self.checks_title = QLabel(self.card)
        self.checks_title.setObjectName(u"checks_title")
        self.checks_title.setProperty(u"role", u"heading")

        self.checks_head.addWidget(self.checks_title)

        self.gap1 = QSpacerItem(0, 0, QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

        self.checks_head.addItem(self.gap1)

        self.test = QPushButton(self.card)
        self.test.setObjectName(u"test")

        self.checks_head.addWidget(self.test)


        self.card_layout.addLayout(self.checks_head)

        self.checks = StateList(self.card)
        self.checks.setObjectName(u"checks")

        self.card_layout.addWidget(self.checks)


        self.LeaveDialog_layout.addWidget(self.card)

        self.loss = QFrame(LeaveDialog)
        self.loss.setObjectName(u"loss")
        self.loss.setProperty(u"surface", u"box-warning")
        self.loss_layout = QHBoxLayout(self.loss)
        self.loss_layout.setSpacing(12)
        self.loss_layout.setObjectName(u"loss_layout")
        self.loss_layout.setContentsMargins(14, 8, 14, 8)
        self.loss_mark = IconMark(self.loss)
        self.loss_mark.setObjectName(u"loss_mark")

        self.loss_layout.addWidget(self.loss_mark)

        self.loss_text = QLabel(self.loss)
        self.loss_text.setObjectName(u"loss_text")
        self.loss_text.setWordWrap(True)

        self.loss_layout.addWidget(self.loss_text)

        self.loss_layout.setStretch(1, 1)

        self.LeaveDialog_layout.addWidget(self.loss)

        self.words_card = QFrame(LeaveDialog)
        self.words_card.setObjectName(u"words_card")
        self.words_card.setProperty(u"surface", u"card")
        self.words_layout = QVBoxLayout(self.words_card)
        self.words_layout.setSpacing(8)
        self.words_layout.setObjectName(u"words_layout")
        self.words_layout.setContentsMargins(16, 10, 16, 16)
        self.words_title = QLabel(self.words_card)
        self.words_title.setObjectName(u"words_title")
        self.words_title.setProperty(u"role", u"heading")

        self.words_layout.addWidget(self.words_title)

        self.words = StateList(self.words_card)
        self.words.setObjectName(u"words")

        self.words_layout.addWidget(self.words)


        self.LeaveDialog_layout.addWidget(self.words_card)

        self.gap2 = QSpacerItem(0, 0, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Expanding)

        self.LeaveDialog_layout.addItem(self.gap2)

        self.foot = QHBoxLayout()
        self.foot.setSpacing(8)
        self.foot.setObjectName(u"foot")
        self.foot.setContentsMargins(0, 0, 0, 0)
        self.backups = QPushButton(LeaveDialog)
        self.backups.setObjectName(u"backups")

        self.foot.addWidget(self.backups)

        self.gap3 = QSpacerItem(0, 0, QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

        self.foot.addItem(self.gap3)

        self.close_dialog = QPushButton(LeaveDialog)
        self.close_dialog.setObjectName(u"close_dialog")

        self.foot.addWidget(self.close_dialog)

        self.go = QPushButton(LeaveDialog)
        self.go.setObjectName(u"go")
        self.go.setProperty(u"kind", u"primary")

        self.foot.addWidget(self.go)


        self.LeaveDialog_layout.addLayout(self.foot)

        QWidget.setTabOrder(self.test, self.backups)
        QWidget.setTabOrder(self.backups, self.close_dialog)
        QWidget.setTabOrder(self.close_dialog, self.go)

        self.retranslateUi(LeaveDialog)

        QMetaObject.connectSlotsByName(LeaveDialog)
    # setupUi

    def retranslateUi(self, LeaveDialog):
        LeaveDialog.setWindowTitle(QCoreApplication.translate("LeaveDialog", u"Leave the cluster", None))
        self.checks_title.setText(QCoreApplication.translate("LeaveDialog", u"What happens", None))
        self.test.setText(QCoreApplication.translate("LeaveDialog", u"Look a&gain", None))
        self.words_title.setText(QCoreApplication.translate("LeaveDialog", u"The nodes' own word", None))
        self.backups.setText(QCoreApplication.translate("LeaveDialog", u"&Backups\u2026", None))
        self.close_dialog.setText(QCoreApplication.translate("LeaveDialog", u"Close", None))
        self.go.setText(QCoreApplication.translate("LeaveDialog", u"&Review and leave\u2026", None))
    # retranslateUi
