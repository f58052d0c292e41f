# Made from ui/log_dialog.ui by python -m azdesk.ui.forms_build; edit that file with Qt Designer instead.

from PySide6.QtCore import (QCoreApplication, QMetaObject)
from PySide6.QtWidgets import (QComboBox, QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QSizePolicy, QSpacerItem, QVBoxLayout, QWidget)

from azdesk.ui.widgets.banner import Banner
from azdesk.ui.widgets.filter_edit import FilterEdit
from azdesk.ui.widgets.labels import ElidedLabel

class Ui_LogDialog(object):
    def setupUi(self, LogDialog):
        if not LogDialog.objectName():
            LogDialog.setObjectName(u"LogDialog")
        self.LogDialog_layout = QVBoxLayout(LogDialog)
        self.LogDialog_layout.setSpacing(12)
        self.LogDialog_layout.setObjectName(u"LogDialog_layout")
        self.LogDialog_layout.setContentsMargins(24, 20, 24, 16)
        self.head = QHBoxLayout()
        self.head.setSpacing(8)
        self.head.setObjectName(u"head")
        self.head.setContentsMargins(0, 0, 0, 0)
        self.title = ElidedLabel(LogDialog)
        self.title.setObjectName(u"title")
        self.title.setProperty(u"role", u"title")

        self.head.addWidget(self.title)

        self.gap1 = QSpacerItem(0, 0, QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

        self.head.addItem(self.gap1)

        self.lines = QComboBox(LogDialog)
        self.lines.setObjectName(u"lines")

        self.head.addWidget(self.lines)

        self.again = QPushButton(LogDialog)
        self.again.setObjectName(u"again")

        self.head.addWidget(self.again)

        self.head.setStretch(0, 1)

        self.LogDialog_layout.addLayout(self.head)

        self.banner = Banner(LogDialog)
        self.banner.setObjectName(u"banner")

        self.LogDialog_layout.addWidget(self.banner)

        self.filter = FilterEdit(LogDialog)
        self.filter.setObjectName(u"filter")

        self.LogDialog_layout.addWidget(self.filter)

        self.text = QPlainTextEdit(LogDialog)
        self.text.setObjectName(u"text")
        self.text.setReadOnly(True)
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)

        self.LogDialog_layout.addWidget(self.text)

        self.foot = QHBoxLayout()
        self.foot.setSpacing(8)
        self.foot.setObjectName(u"foot")
        self.foot.setContentsMargins(0, 0, 0, 0)
        self.count = QLabel(LogDialog)
        self.count.setObjectName(u"count")
        self.count.setProperty(u"role", u"note")

        self.foot.addWidget(self.count)

        self.gap2 = QSpacerItem(0, 0, QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

        self.foot.addItem(self.gap2)

        self.copy = QPushButton(LogDialog)
        self.copy.setObjectName(u"copy")

        self.foot.addWidget(self.copy)

        self.close_dialog = QPushButton(LogDialog)
        self.close_dialog.setObjectName(u"close_dialog")
        self.close_dialog.setProperty(u"kind", u"primary")

        self.foot.addWidget(self.close_dialog)


        self.LogDialog_layout.addLayout(self.foot)

        self.LogDialog_layout.setStretch(3, 1)
        QWidget.setTabOrder(self.lines, self.again)
        QWidget.setTabOrder(self.again, self.filter)
        QWidget.setTabOrder(self.filter, self.text)
        QWidget.setTabOrder(self.text, self.copy)
        QWidget.setTabOrder(self.copy, self.close_dialog)

        self.retranslateUi(LogDialog)

        QMetaObject.connectSlotsByName(LogDialog)
    # setupUi

    def retranslateUi(self, LogDialog):
        LogDialog.setWindowTitle(QCoreApplication.translate("LogDialog", u"Log", None))
#if QT_CONFIG(accessibility)
        self.lines.setAccessibleName(QCoreApplication.translate("LogDialog", u"How many lines", None))
#endif // QT_CONFIG(accessibility)
        self.again.setText(QCoreApplication.translate("LogDialog", u"&Read again   F5", None))
#if QT_CONFIG(accessibility)
        self.text.setAccessibleName(QCoreApplication.translate("LogDialog", u"Log lines", None))
#endif // QT_CONFIG(accessibility)
        self.copy.setText(QCoreApplication.translate("LogDialog", u"&Copy", None))
        self.close_dialog.setText(QCoreApplication.translate("LogDialog", u"Close", None))
    # retranslateUi
