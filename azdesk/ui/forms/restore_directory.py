# Made from ui/restore_directory.ui by python -m azdesk.ui.forms_build; edit that file with Qt Designer instead.

from PySide6.QtCore import (QCoreApplication, QMetaObject)
from PySide6.QtWidgets import (QAbstractItemView, QCheckBox, QFrame, QHBoxLayout, QLabel, QLineEdit, QPushButton, QSizePolicy, QSpacerItem, QTreeWidget, QVBoxLayout, QWidget)

from azdesk.ui.widgets.banner import Banner
from azdesk.ui.widgets.labels import ElidedLabel

class Ui_RestoreDirectoryDialog(object):
    def setupUi(self, RestoreDirectoryDialog):
        if not RestoreDirectoryDialog.objectName():
            RestoreDirectoryDialog.setObjectName(u"RestoreDirectoryDialog")
        self.RestoreDirectoryDialog_layout = QVBoxLayout(RestoreDirectoryDialog)
        self.RestoreDirectoryDialog_layout.setSpacing(12)
        self.RestoreDirectoryDialog_layout.setObjectName(u"RestoreDirectoryDialog_layout")
        self.RestoreDirectoryDialog_layout.setContentsMargins(24, 20, 24, 16)
        self.title = ElidedLabel(RestoreDirectoryDialog)
        self.title.setObjectName(u"title")
        self.title.setProperty(u"role", u"title")

        self.RestoreDirectoryDialog_layout.addWidget(self.title)

        self.summary = QLabel(RestoreDirectoryDialog)
        self.summary.setObjectName(u"summary")
        self.summary.setText(u"")
        self.summary.setWordWrap(True)
        self.summary.setProperty(u"role", u"quiet")

        self.RestoreDirectoryDialog_layout.addWidget(self.summary)

        self.banner = Banner(RestoreDirectoryDialog)
        self.banner.setObjectName(u"banner")

        self.RestoreDirectoryDialog_layout.addWidget(self.banner)

        self.card = QFrame(RestoreDirectoryDialog)
        self.card.setObjectName(u"card")
        self.card.setProperty(u"surface", u"card")
        self.card_layout = QVBoxLayout(self.card)
        self.card_layout.setSpacing(8)
        self.card_layout.setObjectName(u"card_layout")
        self.card_layout.setContentsMargins(8, 8, 8, 8)
        self.table = QTreeWidget(self.card)
        self.table.setObjectName(u"table")
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.table.setRootIsDecorated(False)

        self.card_layout.addWidget(self.table)


        self.RestoreDirectoryDialog_layout.addWidget(self.card)

        self.only_missing = QCheckBox(RestoreDirectoryDialog)
        self.only_missing.setObjectName(u"only_missing")

        self.RestoreDirectoryDialog_layout.addWidget(self.only_missing)

        self.word = QLineEdit(RestoreDirectoryDialog)
        self.word.setObjectName(u"word")

        self.RestoreDirectoryDialog_layout.addWidget(self.word)

        self.foot = QHBoxLayout()
        self.foot.setSpacing(8)
        self.foot.setObjectName(u"foot")
        self.foot.setContentsMargins(0, 0, 0, 0)
        self.gap1 = QSpacerItem(0, 0, QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

        self.foot.addItem(self.gap1)

        self.cancel = QPushButton(RestoreDirectoryDialog)
        self.cancel.setObjectName(u"cancel")

        self.foot.addWidget(self.cancel)

        self.ok = QPushButton(RestoreDirectoryDialog)
        self.ok.setObjectName(u"ok")
        self.ok.setProperty(u"kind", u"danger")

        self.foot.addWidget(self.ok)


        self.RestoreDirectoryDialog_layout.addLayout(self.foot)

        self.RestoreDirectoryDialog_layout.setStretch(3, 1)
        QWidget.setTabOrder(self.table, self.only_missing)
        QWidget.setTabOrder(self.only_missing, self.word)
        QWidget.setTabOrder(self.word, self.cancel)
        QWidget.setTabOrder(self.cancel, self.ok)

        self.retranslateUi(RestoreDirectoryDialog)

        QMetaObject.connectSlotsByName(RestoreDirectoryDialog)
    # setupUi

    def retranslateUi(self, RestoreDirectoryDialog):
        RestoreDirectoryDialog.setWindowTitle(QCoreApplication.translate("RestoreDirectoryDialog", u"Restore", None))
#if QT_CONFIG(accessibility)
        self.table.setAccessibleName(QCoreApplication.translate("RestoreDirectoryDialog", u"Entries", None))
#endif // QT_CONFIG(accessibility)
        self.only_missing.setText(QCoreApplication.translate("RestoreDirectoryDialog", u"&Only entries that are missing", None))
        self.cancel.setText(QCoreApplication.translate("RestoreDirectoryDialog", u"Close", None))
        self.ok.setText(QCoreApplication.translate("RestoreDirectoryDialog", u"&Restore", None))
    # retranslateUi
