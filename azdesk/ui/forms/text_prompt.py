# Made from ui/text_prompt.ui by python -m azdesk.ui.forms_build; edit that file with Qt Designer instead.

from PySide6.QtCore import (QCoreApplication, QMetaObject)
from PySide6.QtWidgets import (QHBoxLayout, QLabel, QLineEdit, QPushButton, QSizePolicy, QSpacerItem, QVBoxLayout, QWidget)

from azdesk.ui.widgets.marks import StateLabel

class Ui_TextPrompt(object):
    def setupUi(self, TextPrompt):
        if not TextPrompt.objectName():
            TextPrompt.setObjectName(u"TextPrompt")
        self.TextPrompt_layout = QVBoxLayout(TextPrompt)
        self.TextPrompt_layout.setSpacing(8)
        self.TextPrompt_layout.setObjectName(u"TextPrompt_layout")
        self.TextPrompt_layout.setContentsMargins(24, 20, 24, 16)
        self.what = QLabel(TextPrompt)
        self.what.setObjectName(u"what")
        self.what.setWordWrap(True)
        self.what.setProperty(u"role", u"heading")

        self.TextPrompt_layout.addWidget(self.what)

        self.explain = QLabel(TextPrompt)
        self.explain.setObjectName(u"explain")
        self.explain.setWordWrap(True)
        self.explain.setProperty(u"role", u"note")

        self.TextPrompt_layout.addWidget(self.explain)

        self.text = QLineEdit(TextPrompt)
        self.text.setObjectName(u"text")

        self.TextPrompt_layout.addWidget(self.text)

        self.problem = StateLabel(TextPrompt)
        self.problem.setObjectName(u"problem")

        self.TextPrompt_layout.addWidget(self.problem)

        self.foot = QHBoxLayout()
        self.foot.setSpacing(8)
        self.foot.setObjectName(u"foot")
        self.foot.setContentsMargins(0, 0, 0, 0)
        self.gap1 = QSpacerItem(0, 0, QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

        self.foot.addItem(self.gap1)

        self.cancel = QPushButton(TextPrompt)
        self.cancel.setObjectName(u"cancel")

        self.foot.addWidget(self.cancel)

        self.ok = QPushButton(TextPrompt)
        self.ok.setObjectName(u"ok")
        self.ok.setProperty(u"kind", u"primary")

        self.foot.addWidget(self.ok)


        self.TextPrompt_layout.addLayout(self.foot)

        QWidget.setTabOrder(self.text, self.cancel)
        QWidget.setTabOrder(self.cancel, self.ok)

        self.retranslateUi(TextPrompt)

        QMetaObject.connectSlotsByName(TextPrompt)
    # setupUi

    def retranslateUi(self, TextPrompt):
        TextPrompt.setWindowTitle(QCoreApplication.translate("TextPrompt", u"Name", None))
        self.cancel.setText(QCoreApplication.translate("TextPrompt", u"Cancel", None))
        self.ok.setText(QCoreApplication.translate("TextPrompt", u"&OK", None))
    # retranslateUi
