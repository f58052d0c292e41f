# Made from ui/export_people.ui by python -m azdesk.ui.forms_build; edit that file with Qt Designer instead.

from PySide6.QtCore import (QCoreApplication, QMetaObject)
from PySide6.QtWidgets import (QCheckBox, QComboBox, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QSpacerItem, QVBoxLayout, QWidget)

class Ui_ExportDialog(object):
    def setupUi(self, ExportDialog):
        if not ExportDialog.objectName():
            ExportDialog.setObjectName(u"ExportDialog")
        self.ExportDialog_layout = QVBoxLayout(ExportDialog)
        self.ExportDialog_layout.setSpacing(12)
        self.ExportDialog_layout.setObjectName(u"ExportDialog_layout")
        self.ExportDialog_layout.setContentsMargins(24, 20, 24, 16)
        self.what = QLabel(ExportDialog)
        self.what.setObjectName(u"what")
        self.what.setProperty(u"role", u"heading")

        self.ExportDialog_layout.addWidget(self.what)

        self.line = QHBoxLayout()
        self.line.setSpacing(8)
        self.line.setObjectName(u"line")
        self.line.setContentsMargins(0, 0, 0, 0)
        self.whom_label = QLabel(ExportDialog)
        self.whom_label.setObjectName(u"whom_label")

        self.line.addWidget(self.whom_label)

        self.whom = QComboBox(ExportDialog)
        self.whom.setObjectName(u"whom")
        self.whom.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)

        self.line.addWidget(self.whom)

        self.line.setStretch(1, 1)

        self.ExportDialog_layout.addLayout(self.line)

        self.secrets = QCheckBox(ExportDialog)
        self.secrets.setObjectName(u"secrets")

        self.ExportDialog_layout.addWidget(self.secrets)

        self.explain = QLabel(ExportDialog)
        self.explain.setObjectName(u"explain")
        self.explain.setWordWrap(True)
        self.explain.setProperty(u"role", u"note")

        self.ExportDialog_layout.addWidget(self.explain)

        self.foot = QHBoxLayout()
        self.foot.setSpacing(8)
        self.foot.setObjectName(u"foot")
        self.foot.setContentsMargins(0, 0, 0, 0)
        self.gap_foot = QSpacerItem(0, 0, QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

        self.foot.addItem(self.gap_foot)

        self.cancel = QPushButton(ExportDialog)
        self.cancel.setObjectName(u"cancel")

        self.foot.addWidget(self.cancel)

        self.ok = QPushButton(ExportDialog)
        self.ok.setObjectName(u"ok")
        self.ok.setProperty(u"kind", u"primary")

        self.foot.addWidget(self.ok)


        self.ExportDialog_layout.addLayout(self.foot)

#if QT_CONFIG(shortcut)
        self.whom_label.setBuddy(self.whom)
#endif // QT_CONFIG(shortcut)
        QWidget.setTabOrder(self.whom, self.secrets)
        QWidget.setTabOrder(self.secrets, self.cancel)
        QWidget.setTabOrder(self.cancel, self.ok)

        self.retranslateUi(ExportDialog)

        QMetaObject.connectSlotsByName(ExportDialog)
    # setupUi

    def retranslateUi(self, ExportDialog):
        ExportDialog.setWindowTitle(QCoreApplication.translate("ExportDialog", u"Export people", None))
        self.what.setText(QCoreApplication.translate("ExportDialog", u"Export people", None))
        self.whom_label.setText(QCoreApplication.translate("ExportDialog", u"&Whom", None))
#if QT_CONFIG(accessibility)
        self.whom.setAccessibleName(QCoreApplication.translate("ExportDialog", u"Whom", None))
#endif // QT_CONFIG(accessibility)
        self.secrets.setText(QCoreApplication.translate("ExportDialog", u"With &passwords", None))
        self.cancel.setText(QCoreApplication.translate("ExportDialog", u"Cancel", None))
        self.ok.setText(QCoreApplication.translate("ExportDialog", u"&Choose a file\u2026", None))
    # retranslateUi
