# Made from ui/crash_dialog.ui by python -m azdesk.ui.forms_build; edit that file with Qt Designer instead.

from PySide6.QtCore import (QCoreApplication, QMetaObject)
from PySide6.QtWidgets import (QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QSizePolicy, QSpacerItem, QVBoxLayout)

from azdesk.ui.widgets.marks import IconMark

class Ui_CrashDialog(object):
    def setupUi(self, CrashDialog):
        if not CrashDialog.objectName():
            CrashDialog.setObjectName(u"CrashDialog")
        self.CrashDialog_layout = QVBoxLayout(CrashDialog)
        self.CrashDialog_layout.setSpacing(12)
        self.CrashDialog_layout.setObjectName(u"CrashDialog_layout")
        self.CrashDialog_layout.setContentsMargins(24, 20, 24, 16)
        self.top = QHBoxLayout()
        self.top.setSpacing(12)
        self.top.setObjectName(u"top")
        self.top.setContentsMargins(0, 0, 0, 0)
        self.mark = IconMark(CrashDialog)
        self.mark.setObjectName(u"mark")

        self.top.addWidget(self.mark)

        self.what = QLabel(CrashDialog)
        self.what.setObjectName(u"what")
        self.what.setWordWrap(True)
        self.what.setProperty(u"role", u"heading")

        self.top.addWidget(self.what)

        self.top.setStretch(1, 1)

        self.CrashDialog_layout.addLayout(self.top)

        self.explain = QLabel(CrashDialog)
        self.explain.setObjectName(u"explain")
        self.explain.setWordWrap(True)

        self.CrashDialog_layout.addWidget(self.explain)

        self.report_label = QLabel(CrashDialog)
        self.report_label.setObjectName(u"report_label")
        self.report_label.setWordWrap(True)
        self.report_label.setProperty(u"role", u"note")

        self.CrashDialog_layout.addWidget(self.report_label)

        self.report = QPlainTextEdit(CrashDialog)
        self.report.setObjectName(u"report")
        self.report.setReadOnly(True)

        self.CrashDialog_layout.addWidget(self.report)

        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(8)
        self.buttons.setObjectName(u"buttons")
        self.buttons.setContentsMargins(0, 0, 0, 0)
        self.gap = QSpacerItem(0, 0, QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

        self.buttons.addItem(self.gap)

        self.save = QPushButton(CrashDialog)
        self.save.setObjectName(u"save")

        self.buttons.addWidget(self.save)

        self.go_on = QPushButton(CrashDialog)
        self.go_on.setObjectName(u"go_on")
        self.go_on.setProperty(u"kind", u"primary")

        self.buttons.addWidget(self.go_on)


        self.CrashDialog_layout.addLayout(self.buttons)

        self.CrashDialog_layout.setStretch(3, 1)

        self.retranslateUi(CrashDialog)

        QMetaObject.connectSlotsByName(CrashDialog)
    # setupUi

    def retranslateUi(self, CrashDialog):
        CrashDialog.setWindowTitle(QCoreApplication.translate("CrashDialog", u"Fault in AZDesk", None))
        self.what.setText(QCoreApplication.translate("CrashDialog", u"AZDesk met a fault of its own", None))
        self.explain.setText(QCoreApplication.translate("CrashDialog", u"What you were doing did not finish. Hosts are not affected: each keeps its old state or has the new one. You can go on working; save your document first.", None))
        self.report_label.setText(QCoreApplication.translate("CrashDialog", u"The report holds the program's own lines only: no values, no names of hosts, no secrets.", None))
#if QT_CONFIG(accessibility)
        self.report.setAccessibleName(QCoreApplication.translate("CrashDialog", u"Report", None))
#endif // QT_CONFIG(accessibility)
        self.save.setText(QCoreApplication.translate("CrashDialog", u"&Save report\u2026", None))
        self.go_on.setText(QCoreApplication.translate("CrashDialog", u"&Go on", None))
    # retranslateUi
