# Made from ui/set_password.ui by python -m azdesk.ui.forms_build; edit that file with Qt Designer instead.

from PySide6.QtCore import (QCoreApplication, QMetaObject)
from PySide6.QtWidgets import (QHBoxLayout, QLabel, QPushButton, QSizePolicy, QSpacerItem, QVBoxLayout, QWidget)

from azdesk.ui.widgets.banner import Banner
from azdesk.ui.widgets.marks import (IconMark, StateLabel)
from azdesk.ui.widgets.password_edit import PasswordEdit

class Ui_PasswordDialog(object):
    def setupUi(self, PasswordDialog):
        if not PasswordDialog.objectName():
            PasswordDialog.setObjectName(u"PasswordDialog")
        self.PasswordDialog_layout = QVBoxLayout(PasswordDialog)
        self.PasswordDialog_layout.setSpacing(12)
        self.PasswordDialog_layout.setObjectName(u"PasswordDialog_layout")
        self.PasswordDialog_layout.setContentsMargins(24, 20, 24, 16)
        self.top = QHBoxLayout()
        self.top.setSpacing(8)
        self.top.setObjectName(u"top")
        self.top.setContentsMargins(0, 0, 0, 0)
        self.mark = IconMark(PasswordDialog)
        self.mark.setObjectName(u"mark")

        self.top.addWidget(self.mark)

        self.what = QLabel(PasswordDialog)
        self.what.setObjectName(u"what")
        self.what.setWordWrap(True)
        self.what.setProperty(u"role", u"heading")

        self.top.addWidget(self.what)

        self.top.setStretch(1, 1)

        self.PasswordDialog_layout.addLayout(self.top)

        self.explain = QLabel(PasswordDialog)
        self.explain.setObjectName(u"explain")
        self.explain.setWordWrap(True)

        self.PasswordDialog_layout.addWidget(self.explain)

        self.line = QHBoxLayout()
        self.line.setSpacing(8)
        self.line.setObjectName(u"line")
        self.line.setContentsMargins(0, 0, 0, 0)
        self.password = PasswordEdit(PasswordDialog)
        self.password.setObjectName(u"password")

        self.line.addWidget(self.password)

        self.generate = QPushButton(PasswordDialog)
        self.generate.setObjectName(u"generate")

        self.line.addWidget(self.generate)

        self.line.setStretch(0, 1)

        self.PasswordDialog_layout.addLayout(self.line)

        self.problem = StateLabel(PasswordDialog)
        self.problem.setObjectName(u"problem")

        self.PasswordDialog_layout.addWidget(self.problem)

        self.banner = Banner(PasswordDialog)
        self.banner.setObjectName(u"banner")

        self.PasswordDialog_layout.addWidget(self.banner)

        self.foot = QHBoxLayout()
        self.foot.setSpacing(8)
        self.foot.setObjectName(u"foot")
        self.foot.setContentsMargins(0, 0, 0, 0)
        self.gap_foot = QSpacerItem(0, 0, QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

        self.foot.addItem(self.gap_foot)

        self.cancel = QPushButton(PasswordDialog)
        self.cancel.setObjectName(u"cancel")

        self.foot.addWidget(self.cancel)

        self.ok = QPushButton(PasswordDialog)
        self.ok.setObjectName(u"ok")
        self.ok.setProperty(u"kind", u"primary")

        self.foot.addWidget(self.ok)


        self.PasswordDialog_layout.addLayout(self.foot)

        QWidget.setTabOrder(self.password, self.generate)
        QWidget.setTabOrder(self.generate, self.cancel)
        QWidget.setTabOrder(self.cancel, self.ok)

        self.retranslateUi(PasswordDialog)

        QMetaObject.connectSlotsByName(PasswordDialog)
    # setupUi

    def retranslateUi(self, PasswordDialog):
        PasswordDialog.setWindowTitle(QCoreApplication.translate("PasswordDialog", u"Password", None))
        self.generate.setText(QCoreApplication.translate("PasswordDialog", u"&Generate", None))
        self.cancel.setText(QCoreApplication.translate("PasswordDialog", u"Cancel", None))
        self.ok.setText(QCoreApplication.translate("PasswordDialog", u"&Set", None))
    # retranslateUi
