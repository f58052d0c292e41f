# Made from ui/secret_store.ui by python -m azdesk.ui.forms_build; edit that file with Qt Designer instead.

from PySide6.QtCore import (QCoreApplication, QMetaObject)
from PySide6.QtWidgets import (QFrame, QHBoxLayout, QLabel, QLineEdit, QPushButton, QSizePolicy, QSpacerItem, QVBoxLayout, QWidget)

from azdesk.ui.widgets.banner import Banner
from azdesk.ui.widgets.field_row import FieldRow
from azdesk.ui.widgets.marks import StateLabel
from azdesk.ui.widgets.password_edit import PasswordEdit

class Ui_SecretStoreDialog(object):
    def setupUi(self, SecretStoreDialog):
        if not SecretStoreDialog.objectName():
            SecretStoreDialog.setObjectName(u"SecretStoreDialog")
        self.SecretStoreDialog_layout = QVBoxLayout(SecretStoreDialog)
        self.SecretStoreDialog_layout.setSpacing(12)
        self.SecretStoreDialog_layout.setObjectName(u"SecretStoreDialog_layout")
        self.SecretStoreDialog_layout.setContentsMargins(24, 20, 24, 16)
        self.title = QLabel(SecretStoreDialog)
        self.title.setObjectName(u"title")
        self.title.setProperty(u"role", u"title")

        self.SecretStoreDialog_layout.addWidget(self.title)

        self.purpose = QLabel(SecretStoreDialog)
        self.purpose.setObjectName(u"purpose")
        self.purpose.setWordWrap(True)
        self.purpose.setProperty(u"role", u"quiet")

        self.SecretStoreDialog_layout.addWidget(self.purpose)

        self.banner = Banner(SecretStoreDialog)
        self.banner.setObjectName(u"banner")

        self.SecretStoreDialog_layout.addWidget(self.banner)

        self.keyring = QFrame(SecretStoreDialog)
        self.keyring.setObjectName(u"keyring")
        self.keyring.setProperty(u"surface", u"card")
        self.keyring_layout = QVBoxLayout(self.keyring)
        self.keyring_layout.setSpacing(8)
        self.keyring_layout.setObjectName(u"keyring_layout")
        self.keyring_layout.setContentsMargins(16, 12, 16, 14)
        self.keyring_title = QLabel(self.keyring)
        self.keyring_title.setObjectName(u"keyring_title")
        self.keyring_title.setProperty(u"role", u"heading")

        self.keyring_layout.addWidget(self.keyring_title)

        self.keyring_state = StateLabel(self.keyring)
        self.keyring_state.setObjectName(u"keyring_state")

        self.keyring_layout.addWidget(self.keyring_state)


        self.SecretStoreDialog_layout.addWidget(self.keyring)

        self.file = QFrame(SecretStoreDialog)
        self.file.setObjectName(u"file")
        self.file.setProperty(u"surface", u"card")
        self.file_layout = QVBoxLayout(self.file)
        self.file_layout.setSpacing(8)
        self.file_layout.setObjectName(u"file_layout")
        self.file_layout.setContentsMargins(16, 12, 16, 14)
        self.file_title = QLabel(self.file)
        self.file_title.setObjectName(u"file_title")
        self.file_title.setProperty(u"role", u"heading")

        self.file_layout.addWidget(self.file_title)

        self.file_state = StateLabel(self.file)
        self.file_state.setObjectName(u"file_state")

        self.file_layout.addWidget(self.file_state)

        self.passphrase_row = FieldRow(self.file)
        self.passphrase_row.setObjectName(u"passphrase_row")
        self.passphrase = PasswordEdit(self.passphrase_row)
        self.passphrase.setObjectName(u"passphrase")

        self.file_layout.addWidget(self.passphrase_row)

        self.again_row = FieldRow(self.file)
        self.again_row.setObjectName(u"again_row")
        self.again = QLineEdit(self.again_row)
        self.again.setObjectName(u"again")
        self.again.setEchoMode(QLineEdit.EchoMode.Password)

        self.file_layout.addWidget(self.again_row)

        self.file_buttons = QHBoxLayout()
        self.file_buttons.setSpacing(8)
        self.file_buttons.setObjectName(u"file_buttons")
        self.file_buttons.setContentsMargins(0, 0, 0, 0)
        self.set_passphrase = QPushButton(self.file)
        self.set_passphrase.setObjectName(u"set_passphrase")

        self.file_buttons.addWidget(self.set_passphrase)

        self.gap1 = QSpacerItem(0, 0, QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

        self.file_buttons.addItem(self.gap1)


        self.file_layout.addLayout(self.file_buttons)


        self.SecretStoreDialog_layout.addWidget(self.file)

        self.asking = QFrame(SecretStoreDialog)
        self.asking.setObjectName(u"asking")
        self.asking.setProperty(u"surface", u"card")
        self.asking_layout = QVBoxLayout(self.asking)
        self.asking_layout.setSpacing(8)
        self.asking_layout.setObjectName(u"asking_layout")
        self.asking_layout.setContentsMargins(16, 12, 16, 14)
        self.asking_title = QLabel(self.asking)
        self.asking_title.setObjectName(u"asking_title")
        self.asking_title.setProperty(u"role", u"heading")

        self.asking_layout.addWidget(self.asking_title)

        self.asking_text = QLabel(self.asking)
        self.asking_text.setObjectName(u"asking_text")
        self.asking_text.setWordWrap(True)

        self.asking_layout.addWidget(self.asking_text)


        self.SecretStoreDialog_layout.addWidget(self.asking)

        self.gap2 = QSpacerItem(0, 0, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Expanding)

        self.SecretStoreDialog_layout.addItem(self.gap2)

        self.foot = QHBoxLayout()
        self.foot.setSpacing(8)
        self.foot.setObjectName(u"foot")
        self.foot.setContentsMargins(0, 0, 0, 0)
        self.gap3 = QSpacerItem(0, 0, QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

        self.foot.addItem(self.gap3)

        self.close_dialog = QPushButton(SecretStoreDialog)
        self.close_dialog.setObjectName(u"close_dialog")
        self.close_dialog.setProperty(u"kind", u"primary")

        self.foot.addWidget(self.close_dialog)


        self.SecretStoreDialog_layout.addLayout(self.foot)

        QWidget.setTabOrder(self.passphrase, self.again)
        QWidget.setTabOrder(self.again, self.set_passphrase)
        QWidget.setTabOrder(self.set_passphrase, self.close_dialog)

        self.retranslateUi(SecretStoreDialog)

        QMetaObject.connectSlotsByName(SecretStoreDialog)
    # setupUi

    def retranslateUi(self, SecretStoreDialog):
        SecretStoreDialog.setWindowTitle(QCoreApplication.translate("SecretStoreDialog", u"Where secrets are kept", None))
        self.title.setText(QCoreApplication.translate("SecretStoreDialog", u"Where secrets are kept", None))
        self.purpose.setText(QCoreApplication.translate("SecretStoreDialog", u"Passwords and passphrases are never in the document, and nowhere in plain text.", None))
        self.keyring_title.setText(QCoreApplication.translate("SecretStoreDialog", u"Keyring of this system", None))
        self.file_title.setText(QCoreApplication.translate("SecretStoreDialog", u"Encrypted file", None))
        self.passphrase_row.setProperty(u"label", QCoreApplication.translate("SecretStoreDialog", u"&Passphrase", None))
        self.again_row.setProperty(u"label", QCoreApplication.translate("SecretStoreDialog", u"&Again", None))
        self.set_passphrase.setText(QCoreApplication.translate("SecretStoreDialog", u"&Make the file", None))
        self.asking_title.setText(QCoreApplication.translate("SecretStoreDialog", u"Otherwise", None))
        self.asking_text.setText(QCoreApplication.translate("SecretStoreDialog", u"AZDesk asks for the secret once each time it is started, and forgets it when it ends.", None))
        self.close_dialog.setText(QCoreApplication.translate("SecretStoreDialog", u"Close", None))
    # retranslateUi
