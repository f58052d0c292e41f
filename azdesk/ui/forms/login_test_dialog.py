# Made from ui/login_test_dialog.ui by python -m azdesk.ui.forms_build; edit that file with Qt Designer instead.

from PySide6.QtCore import (QCoreApplication, QMetaObject)
from PySide6.QtWidgets import (QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QSpacerItem, QVBoxLayout, QWidget)

from azdesk.ui.dialogs.login_test import LoginTest

class Ui_LoginTestDialog(object):
    def setupUi(self, LoginTestDialog):
        if not LoginTestDialog.objectName():
            LoginTestDialog.setObjectName(u"LoginTestDialog")
        self.LoginTestDialog_layout = QVBoxLayout(LoginTestDialog)
        self.LoginTestDialog_layout.setSpacing(12)
        self.LoginTestDialog_layout.setObjectName(u"LoginTestDialog_layout")
        self.LoginTestDialog_layout.setContentsMargins(24, 20, 24, 16)
        self.title = QLabel(LoginTestDialog)
        self.title.setObjectName(u"title")
        self.title.setProperty(u"role", u"title")

        self.LoginTestDialog_layout.addWidget(self.title)

        self.card = QFrame(LoginTestDialog)
        self.card.setObjectName(u"card")
        self.card.setProperty(u"surface", u"card")
        self.card_layout = QVBoxLayout(self.card)
        self.card_layout.setSpacing(8)
        self.card_layout.setObjectName(u"card_layout")
        self.card_layout.setContentsMargins(16, 12, 16, 12)
        self.login_test = LoginTest(self.card)
        self.login_test.setObjectName(u"login_test")

        self.card_layout.addWidget(self.login_test)


        self.LoginTestDialog_layout.addWidget(self.card)

        self.foot = QHBoxLayout()
        self.foot.setSpacing(8)
        self.foot.setObjectName(u"foot")
        self.foot.setContentsMargins(0, 0, 0, 0)
        self.gap1 = QSpacerItem(0, 0, QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

        self.foot.addItem(self.gap1)

        self.again = QPushButton(LoginTestDialog)
        self.again.setObjectName(u"again")

        self.foot.addWidget(self.again)

        self.close_dialog = QPushButton(LoginTestDialog)
        self.close_dialog.setObjectName(u"close_dialog")
        self.close_dialog.setProperty(u"kind", u"primary")

        self.foot.addWidget(self.close_dialog)


        self.LoginTestDialog_layout.addLayout(self.foot)

        self.LoginTestDialog_layout.setStretch(1, 1)
        QWidget.setTabOrder(self.again, self.close_dialog)

        self.retranslateUi(LoginTestDialog)

        QMetaObject.connectSlotsByName(LoginTestDialog)
    # setupUi

    def retranslateUi(self, LoginTestDialog):
        LoginTestDialog.setWindowTitle(QCoreApplication.translate("LoginTestDialog", u"Test login", None))
        self.title.setText(QCoreApplication.translate("LoginTestDialog", u"Test login", None))
        self.again.setText(QCoreApplication.translate("LoginTestDialog", u"&Test again", None))
        self.close_dialog.setText(QCoreApplication.translate("LoginTestDialog", u"Close", None))
    # retranslateUi
