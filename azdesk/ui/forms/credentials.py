# Made from ui/credentials.ui by python -m azdesk.ui.forms_build; edit that file with Qt Designer instead.

from PySide6.QtCore import (QCoreApplication, QMetaObject, QSize)
from PySide6.QtWidgets import (QFrame, QHBoxLayout, QLabel, QListWidget, QPushButton, QSizePolicy, QSpacerItem, QVBoxLayout, QWidget)

from azdesk.ui.dialogs.credential_form import CredentialForm
from azdesk.ui.widgets.banner import Banner

class Ui_CredentialsDialog(object):
    def setupUi(self, CredentialsDialog):
        if not CredentialsDialog.objectName():
            CredentialsDialog.setObjectName(u"CredentialsDialog")
        self.CredentialsDialog_layout = QVBoxLayout(CredentialsDialog)
        self.CredentialsDialog_layout.setSpacing(12)
        self.CredentialsDialog_layout.setObjectName(u"CredentialsDialog_layout")
        self.CredentialsDialog_layout.setContentsMargins(24, 20, 24, 16)
        self.head = QHBoxLayout()
        self.head.setSpacing(8)
        self.head.setObjectName(u"head")
        self.head.setContentsMargins(0, 0, 0, 0)
        self.title = QLabel(CredentialsDialog)
        self.title.setObjectName(u"title")
        self.title.setProperty(u"role", u"title")

        self.head.addWidget(self.title)

        self.gap1 = QSpacerItem(0, 0, QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

        self.head.addItem(self.gap1)


        self.CredentialsDialog_layout.addLayout(self.head)

        self.purpose = QLabel(CredentialsDialog)
        self.purpose.setObjectName(u"purpose")
        self.purpose.setWordWrap(True)
        self.purpose.setProperty(u"role", u"quiet")

        self.CredentialsDialog_layout.addWidget(self.purpose)

        self.banner = Banner(CredentialsDialog)
        self.banner.setObjectName(u"banner")

        self.CredentialsDialog_layout.addWidget(self.banner)

        self.halves = QHBoxLayout()
        self.halves.setSpacing(16)
        self.halves.setObjectName(u"halves")
        self.halves.setContentsMargins(0, 0, 0, 0)
        self.left = QVBoxLayout()
        self.left.setSpacing(8)
        self.left.setObjectName(u"left")
        self.left.setContentsMargins(0, 0, 0, 0)
        self.list_card = QFrame(CredentialsDialog)
        self.list_card.setObjectName(u"list_card")
        self.list_card.setProperty(u"surface", u"card")
        self.list_card.setMinimumSize(QSize(264, 0))
        self.list_layout = QVBoxLayout(self.list_card)
        self.list_layout.setSpacing(8)
        self.list_layout.setObjectName(u"list_layout")
        self.list_layout.setContentsMargins(4, 4, 4, 4)
        self.entries = QListWidget(self.list_card)
        self.entries.setObjectName(u"entries")

        self.list_layout.addWidget(self.entries)


        self.left.addWidget(self.list_card)

        self.left_buttons = QHBoxLayout()
        self.left_buttons.setSpacing(8)
        self.left_buttons.setObjectName(u"left_buttons")
        self.left_buttons.setContentsMargins(0, 0, 0, 0)
        self.add = QPushButton(CredentialsDialog)
        self.add.setObjectName(u"add")

        self.left_buttons.addWidget(self.add)

        self.rename = QPushButton(CredentialsDialog)
        self.rename.setObjectName(u"rename")

        self.left_buttons.addWidget(self.rename)

        self.remove = QPushButton(CredentialsDialog)
        self.remove.setObjectName(u"remove")

        self.left_buttons.addWidget(self.remove)

        self.gap2 = QSpacerItem(0, 0, QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

        self.left_buttons.addItem(self.gap2)


        self.left.addLayout(self.left_buttons)

        self.left.setStretch(0, 1)

        self.halves.addLayout(self.left)

        self.card = QFrame(CredentialsDialog)
        self.card.setObjectName(u"card")
        self.card.setProperty(u"surface", u"card")
        self.card_layout = QVBoxLayout(self.card)
        self.card_layout.setSpacing(8)
        self.card_layout.setObjectName(u"card_layout")
        self.card_layout.setContentsMargins(16, 12, 16, 16)
        self.name = QLabel(self.card)
        self.name.setObjectName(u"name")
        self.name.setProperty(u"role", u"heading")

        self.card_layout.addWidget(self.name)

        self.login = CredentialForm(self.card)
        self.login.setObjectName(u"login")

        self.card_layout.addWidget(self.login)

        self.kept = QLabel(self.card)
        self.kept.setObjectName(u"kept")
        self.kept.setWordWrap(True)
        self.kept.setProperty(u"role", u"note")

        self.card_layout.addWidget(self.kept)

        self.secret_buttons = QHBoxLayout()
        self.secret_buttons.setSpacing(8)
        self.secret_buttons.setObjectName(u"secret_buttons")
        self.secret_buttons.setContentsMargins(0, 0, 0, 0)
        self.save_secret = QPushButton(self.card)
        self.save_secret.setObjectName(u"save_secret")

        self.secret_buttons.addWidget(self.save_secret)

        self.forget = QPushButton(self.card)
        self.forget.setObjectName(u"forget")

        self.secret_buttons.addWidget(self.forget)

        self.gap3 = QSpacerItem(0, 0, QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

        self.secret_buttons.addItem(self.gap3)


        self.card_layout.addLayout(self.secret_buttons)

        self.used_title = QLabel(self.card)
        self.used_title.setObjectName(u"used_title")
        self.used_title.setProperty(u"role", u"heading")

        self.card_layout.addWidget(self.used_title)

        self.used = QLabel(self.card)
        self.used.setObjectName(u"used")
        self.used.setWordWrap(True)

        self.card_layout.addWidget(self.used)

        self.gap4 = QSpacerItem(0, 0, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Expanding)

        self.card_layout.addItem(self.gap4)


        self.halves.addWidget(self.card)

        self.halves.setStretch(0, 2)
        self.halves.setStretch(1, 5)

        self.CredentialsDialog_layout.addLayout(self.halves)

        self.foot = QHBoxLayout()
        self.foot.setSpacing(8)
        self.foot.setObjectName(u"foot")
        self.foot.setContentsMargins(0, 0, 0, 0)
        self.store = QPushButton(CredentialsDialog)
        self.store.setObjectName(u"store")

        self.foot.addWidget(self.store)

        self.gap5 = QSpacerItem(0, 0, QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

        self.foot.addItem(self.gap5)

        self.close_dialog = QPushButton(CredentialsDialog)
        self.close_dialog.setObjectName(u"close_dialog")
        self.close_dialog.setProperty(u"kind", u"primary")

        self.foot.addWidget(self.close_dialog)


        self.CredentialsDialog_layout.addLayout(self.foot)

        self.CredentialsDialog_layout.setStretch(3, 1)
        QWidget.setTabOrder(self.entries, self.add)
        QWidget.setTabOrder(self.add, self.rename)
        QWidget.setTabOrder(self.rename, self.remove)
        QWidget.setTabOrder(self.remove, self.save_secret)
        QWidget.setTabOrder(self.save_secret, self.forget)
        QWidget.setTabOrder(self.forget, self.store)
        QWidget.setTabOrder(self.store, self.close_dialog)

        self.retranslateUi(CredentialsDialog)

        QMetaObject.connectSlotsByName(CredentialsDialog)
    # setupUi

    def retranslateUi(self, CredentialsDialog):
        CredentialsDialog.setWindowTitle(QCoreApplication.translate("CredentialsDialog", u"Credentials", None))
        self.title.setText(QCoreApplication.translate("CredentialsDialog", u"Credentials", None))
        self.purpose.setText(QCoreApplication.translate("CredentialsDialog", u"Logins by name; many hosts may share one. The document has the names alone: secrets are kept elsewhere.", None))
#if QT_CONFIG(accessibility)
        self.entries.setAccessibleName(QCoreApplication.translate("CredentialsDialog", u"Credentials", None))
#endif // QT_CONFIG(accessibility)
        self.add.setText(QCoreApplication.translate("CredentialsDialog", u"&Add\u2026", None))
        self.rename.setText(QCoreApplication.translate("CredentialsDialog", u"Re&name\u2026", None))
        self.remove.setText(QCoreApplication.translate("CredentialsDialog", u"Remo&ve", None))
        self.save_secret.setText(QCoreApplication.translate("CredentialsDialog", u"&Set secret", None))
        self.forget.setText(QCoreApplication.translate("CredentialsDialog", u"&Forget secrets", None))
        self.used_title.setText(QCoreApplication.translate("CredentialsDialog", u"Used by", None))
        self.store.setText(QCoreApplication.translate("CredentialsDialog", u"W&here secrets are kept\u2026", None))
        self.close_dialog.setText(QCoreApplication.translate("CredentialsDialog", u"Close", None))
    # retranslateUi
