# Made from ui/credential_form.ui by python -m azdesk.ui.forms_build; edit that file with Qt Designer instead.

from PySide6.QtCore import (QCoreApplication, QMetaObject)
from PySide6.QtWidgets import (QComboBox, QLineEdit, QPushButton, QVBoxLayout, QWidget)

from azdesk.ui.widgets.field_row import FieldRow
from azdesk.ui.widgets.password_edit import PasswordEdit

class Ui_CredentialForm(object):
    def setupUi(self, CredentialForm):
        if not CredentialForm.objectName():
            CredentialForm.setObjectName(u"CredentialForm")
        self.CredentialForm_layout = QVBoxLayout(CredentialForm)
        self.CredentialForm_layout.setSpacing(8)
        self.CredentialForm_layout.setObjectName(u"CredentialForm_layout")
        self.CredentialForm_layout.setContentsMargins(0, 0, 0, 0)
        self.user_row = FieldRow(CredentialForm)
        self.user_row.setObjectName(u"user_row")
        self.user = QLineEdit(self.user_row)
        self.user.setObjectName(u"user")

        self.CredentialForm_layout.addWidget(self.user_row)

        self.method_row = FieldRow(CredentialForm)
        self.method_row.setObjectName(u"method_row")
        self.method = QComboBox(self.method_row)
        self.method.setObjectName(u"method")

        self.CredentialForm_layout.addWidget(self.method_row)

        self.key_row = FieldRow(CredentialForm)
        self.key_row.setObjectName(u"key_row")
        self.key_file = QLineEdit(self.key_row)
        self.key_file.setObjectName(u"key_file")
        self.browse = QPushButton(self.key_row)
        self.browse.setObjectName(u"browse")

        self.CredentialForm_layout.addWidget(self.key_row)

        self.secret_row = FieldRow(CredentialForm)
        self.secret_row.setObjectName(u"secret_row")
        self.secret = PasswordEdit(self.secret_row)
        self.secret.setObjectName(u"secret")

        self.CredentialForm_layout.addWidget(self.secret_row)

        self.sudo_row = FieldRow(CredentialForm)
        self.sudo_row.setObjectName(u"sudo_row")
        self.sudo = QComboBox(self.sudo_row)
        self.sudo.setObjectName(u"sudo")

        self.CredentialForm_layout.addWidget(self.sudo_row)

        self.sudo_secret_row = FieldRow(CredentialForm)
        self.sudo_secret_row.setObjectName(u"sudo_secret_row")
        self.sudo_secret = PasswordEdit(self.sudo_secret_row)
        self.sudo_secret.setObjectName(u"sudo_secret")

        self.CredentialForm_layout.addWidget(self.sudo_secret_row)

        self.keep_row = FieldRow(CredentialForm)
        self.keep_row.setObjectName(u"keep_row")
        self.keep = QComboBox(self.keep_row)
        self.keep.setObjectName(u"keep")

        self.CredentialForm_layout.addWidget(self.keep_row)

        QWidget.setTabOrder(self.user, self.method)
        QWidget.setTabOrder(self.method, self.key_file)
        QWidget.setTabOrder(self.key_file, self.browse)
        QWidget.setTabOrder(self.browse, self.secret)
        QWidget.setTabOrder(self.secret, self.sudo)
        QWidget.setTabOrder(self.sudo, self.sudo_secret)
        QWidget.setTabOrder(self.sudo_secret, self.keep)

        self.retranslateUi(CredentialForm)

        QMetaObject.connectSlotsByName(CredentialForm)
    # setupUi

    def retranslateUi(self, CredentialForm):
        self.user_row.setProperty(u"label", QCoreApplication.translate("CredentialForm", u"&User", None))
        self.method_row.setProperty(u"label", QCoreApplication.translate("CredentialForm", u"&Method", None))
        self.key_row.setProperty(u"label", QCoreApplication.translate("CredentialForm", u"&Key file", None))
        self.key_file.setPlaceholderText(QCoreApplication.translate("CredentialForm", u"~/.ssh/id_ed25519", None))
        self.browse.setText(QCoreApplication.translate("CredentialForm", u"&Browse\u2026", None))
        self.secret_row.setProperty(u"label", QCoreApplication.translate("CredentialForm", u"&Password", None))
        self.sudo_row.setProperty(u"label", QCoreApplication.translate("CredentialForm", u"Becomes &root by", None))
        self.sudo_secret_row.setProperty(u"label", QCoreApplication.translate("CredentialForm", u"Su&do password", None))
        self.keep_row.setProperty(u"label", QCoreApplication.translate("CredentialForm", u"Keep it &in", None))
        pass
    # retranslateUi
