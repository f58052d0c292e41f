# Made from ui/number_sheet.ui by python -m azdesk.ui.forms_build; edit that file with Qt Designer instead.

from PySide6.QtCore import (QCoreApplication, QMetaObject)
from PySide6.QtWidgets import (QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QSpacerItem, QVBoxLayout)

from azdesk.ui.widgets.labels import ElidedLabel
from azdesk.ui.widgets.marks import StateLabel
class Ui_NumberSheetDialog(object):
    def setupUi(self, NumberSheetDialog):
        if not NumberSheetDialog.objectName():
            NumberSheetDialog.setObjectName(u"NumberSheetDialog")
        self.NumberSheetDialog_layout = QVBoxLayout(NumberSheetDialog)
        self.NumberSheetDialog_layout.setSpacing(12)
        self.NumberSheetDialog_layout.setObjectName(u"NumberSheetDialog_layout")
        self.NumberSheetDialog_layout.setContentsMargins(24, 20, 24, 16)
        self.title = ElidedLabel(NumberSheetDialog)
        self.title.setObjectName(u"title")
        self.title.setProperty(u"role", u"title")

        self.NumberSheetDialog_layout.addWidget(self.title)

        self.verdict = StateLabel(NumberSheetDialog)
        self.verdict.setObjectName(u"verdict")

        self.NumberSheetDialog_layout.addWidget(self.verdict)

        self.explain = QLabel(NumberSheetDialog)
        self.explain.setObjectName(u"explain")
        self.explain.setWordWrap(True)
        self.explain.setProperty(u"role", u"quiet")

        self.NumberSheetDialog_layout.addWidget(self.explain)

        self.card = QFrame(NumberSheetDialog)
        self.card.setObjectName(u"card")
        self.card.setProperty(u"surface", u"card")
        self.card_layout = QVBoxLayout(self.card)
        self.card_layout.setSpacing(0)
        self.card_layout.setObjectName(u"card_layout")
        self.card_layout.setContentsMargins(8, 4, 8, 8)

        self.NumberSheetDialog_layout.addWidget(self.card)

        self.foot = QHBoxLayout()
        self.foot.setSpacing(8)
        self.foot.setObjectName(u"foot")
        self.foot.setContentsMargins(0, 0, 0, 0)
        self.gap1 = QSpacerItem(0, 0, QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

        self.foot.addItem(self.gap1)

        self.cancel = QPushButton(NumberSheetDialog)
        self.cancel.setObjectName(u"cancel")

        self.foot.addWidget(self.cancel)

        self.ok = QPushButton(NumberSheetDialog)
        self.ok.setObjectName(u"ok")
        self.ok.setProperty(u"kind", u"primary")

        self.foot.addWidget(self.ok)


        self.NumberSheetDialog_layout.addLayout(self.foot)


        self.retranslateUi(NumberSheetDialog)

        QMetaObject.connectSlotsByName(NumberSheetDialog)
    # setupUi

    def retranslateUi(self, NumberSheetDialog):
        NumberSheetDialog.setWindowTitle(QCoreApplication.translate("NumberSheetDialog", u"Number plan from a sheet", None))
        self.cancel.setText(QCoreApplication.translate("NumberSheetDialog", u"Cancel", None))
        self.ok.setText(QCoreApplication.translate("NumberSheetDialog", u"&Take over", None))
    # retranslateUi
