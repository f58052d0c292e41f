# Made from ui/confirm.ui by python -m azdesk.ui.forms_build; edit that file with Qt Designer instead.

from PySide6.QtCore import (QCoreApplication, QMetaObject)
from PySide6.QtWidgets import (QHBoxLayout, QLabel, QLineEdit, QPushButton, QSizePolicy, QSpacerItem, QVBoxLayout, QWidget)

from azdesk.ui.widgets.marks import IconMark

class Ui_ConfirmDialog(object):
    def setupUi(self, ConfirmDialog):
        if not ConfirmDialog.objectName():
            ConfirmDialog.setObjectName(u"ConfirmDialog")
        self.ConfirmDialog_layout = QVBoxLayout(ConfirmDialog)
        self.ConfirmDialog_layout.setSpacing(12)
        self.ConfirmDialog_layout.setObjectName(u"ConfirmDialog_layout")
        self.ConfirmDialog_layout.setContentsMargins(24, 20, 24, 16)
        self.top = QHBoxLayout()
        self.top.setSpacing(12)
        self.top.setObjectName(u"top")
        self.top.setContentsMargins(0, 0, 0, 0)
        self.mark = IconMark(ConfirmDialog)
        self.mark.setObjectName(u"mark")

        self.top.addWidget(self.mark)

        self.what = QLabel(ConfirmDialog)
        self.what.setObjectName(u"what")
        self.what.setWordWrap(True)
        self.what.setProperty(u"role", u"heading")

        self.top.addWidget(self.what)

        self.top.setStretch(1, 1)

        self.ConfirmDialog_layout.addLayout(self.top)

        self.explain = QLabel(ConfirmDialog)
        self.explain.setObjectName(u"explain")
        self.explain.setWordWrap(True)

        self.ConfirmDialog_layout.addWidget(self.explain)

        self.word = QLineEdit(ConfirmDialog)
        self.word.setObjectName(u"word")

        self.ConfirmDialog_layout.addWidget(self.word)

        self.foot = QHBoxLayout()
        self.foot.setSpacing(8)
        self.foot.setObjectName(u"foot")
        self.foot.setContentsMargins(0, 0, 0, 0)
        self.gap1 = QSpacerItem(0, 0, QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

        self.foot.addItem(self.gap1)

        self.cancel = QPushButton(ConfirmDialog)
        self.cancel.setObjectName(u"cancel")

        self.foot.addWidget(self.cancel)

        self.ok = QPushButton(ConfirmDialog)
        self.ok.setObjectName(u"ok")
        self.ok.setProperty(u"kind", u"danger")

        self.foot.addWidget(self.ok)


        self.ConfirmDialog_layout.addLayout(self.foot)

        QWidget.setTabOrder(self.word, self.cancel)
        QWidget.setTabOrder(self.cancel, self.ok)

        self.retranslateUi(ConfirmDialog)

        QMetaObject.connectSlotsByName(ConfirmDialog)
    # setupUi

    def retranslateUi(self, ConfirmDialog):
        ConfirmDialog.setWindowTitle(QCoreApplication.translate("ConfirmDialog", u"Confirm", None))
        self.cancel.setText(QCoreApplication.translate("ConfirmDialog", u"Cancel", None))
        self.ok.setText(QCoreApplication.translate("ConfirmDialog", u"&OK", None))
    # retranslateUi
