# Made from ui/secret_prompt.ui by python -m azdesk.ui.forms_build; edit that file with Qt Designer instead.

from PySide6.QtCore import (QCoreApplication, QMetaObject)
from PySide6.QtWidgets import (QCheckBox, QHBoxLayout, QLabel, QLineEdit, QPushButton, QSizePolicy, QSpacerItem, QVBoxLayout, QWidget)

from azdesk.ui.widgets.marks import (IconMark, StateLabel)
from azdesk.ui.widgets.password_edit import PasswordEdit

class Ui_SecretPrompt(object):
    def setupUi(self, SecretPrompt):
        if not SecretPrompt.objectName():
            SecretPrompt.setObjectName(u"SecretPrompt")
        self.SecretPrompt_layout = QVBoxLayout(SecretPrompt)
        self.SecretPrompt_layout.setSpacing(10)
        self.SecretPrompt_layout.setObjectName(u"SecretPrompt_layout")
        self.SecretPrompt_layout.setContentsMargins(24, 20, 24, 16)
        self.top = QHBoxLayout()
        self.top.setSpacing(12)
        self.top.setObjectName(u"top")
        self.top.setContentsMargins(0, 0, 0, 0)
        self.mark = IconMark(SecretPrompt)
        self.mark.setObjectName(u"mark")

        self.top.addWidget(self.mark)

        self.what = QLabel(SecretPrompt)
        self.what.setObjectName(u"what")
        self.what.setWordWrap(True)
        self.what.setProperty(u"role", u"heading")

        self.top.addWidget(self.what)

        self.top.setStretch(1, 1)

        self.SecretPrompt_layout.addLayout(self.top)

        self.explain = QLabel(SecretPrompt)
        self.explain.setObjectName(u"explain")
        self.explain.setWordWrap(True)

        self.SecretPrompt_layout.addWidget(self.explain)

        self.secret = PasswordEdit(SecretPrompt)
        self.secret.setObjectName(u"secret")

        self.SecretPrompt_layout.addWidget(self.secret)

        self.again = QLineEdit(SecretPrompt)
        self.again.setObjectName(u"again")
        self.again.setEchoMode(QLineEdit.EchoMode.Password)

        self.SecretPrompt_layout.addWidget(self.again)

        self.problem = StateLabel(SecretPrompt)
        self.problem.setObjectName(u"problem")

        self.SecretPrompt_layout.addWidget(self.problem)

        self.shown = QCheckBox(SecretPrompt)
        self.shown.setObjectName(u"shown")

        self.SecretPrompt_layout.addWidget(self.shown)

        self.remember = QCheckBox(SecretPrompt)
        self.remember.setObjectName(u"remember")

        self.SecretPrompt_layout.addWidget(self.remember)

        self.keep_note = QLabel(SecretPrompt)
        self.keep_note.setObjectName(u"keep_note")
        self.keep_note.setWordWrap(True)
        self.keep_note.setProperty(u"role", u"note")

        self.SecretPrompt_layout.addWidget(self.keep_note)

        self.foot = QHBoxLayout()
        self.foot.setSpacing(8)
        self.foot.setObjectName(u"foot")
        self.foot.setContentsMargins(0, 0, 0, 0)
        self.gap1 = QSpacerItem(0, 0, QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

        self.foot.addItem(self.gap1)

        self.cancel = QPushButton(SecretPrompt)
        self.cancel.setObjectName(u"cancel")

        self.foot.addWidget(self.cancel)

        self.ok = QPushButton(SecretPrompt)
        self.ok.setObjectName(u"ok")
        self.ok.setProperty(u"kind", u"primary")

        self.foot.addWidget(self.ok)


        self.SecretPrompt_layout.addLayout(self.foot)

        QWidget.setTabOrder(self.secret, self.again)
        QWidget.setTabOrder(self.again, self.shown)
        QWidget.setTabOrder(self.shown, self.remember)
        QWidget.setTabOrder(self.remember, self.cancel)
        QWidget.setTabOrder(self.cancel, self.ok)

        self.retranslateUi(SecretPrompt)

        QMetaObject.connectSlotsByName(SecretPrompt)
    # setupUi

    def retranslateUi(self, SecretPrompt):
        SecretPrompt.setWindowTitle(QCoreApplication.translate("SecretPrompt", u"Secret", None))
        self.shown.setText(QCoreApplication.translate("SecretPrompt", u"&Show while typing", None))
        self.remember.setText(QCoreApplication.translate("SecretPrompt", u"&Remember", None))
        self.cancel.setText(QCoreApplication.translate("SecretPrompt", u"Cancel", None))
        self.ok.setText(QCoreApplication.translate("SecretPrompt", u"&OK", None))
    # retranslateUi
