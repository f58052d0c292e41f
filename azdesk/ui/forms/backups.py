# Made from ui/backups.ui by python -m azdesk.ui.forms_build; edit that file with Qt Designer instead.

from PySide6.QtCore import (QCoreApplication, QMetaObject)
from PySide6.QtWidgets import (QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QSpacerItem, QTreeWidget, QVBoxLayout, QWidget)

from azdesk.ui.widgets.banner import Banner
from azdesk.ui.widgets.labels import ElidedLabel

class Ui_BackupsDialog(object):
    def setupUi(self, BackupsDialog):
        if not BackupsDialog.objectName():
            BackupsDialog.setObjectName(u"BackupsDialog")
        self.BackupsDialog_layout = QVBoxLayout(BackupsDialog)
        self.BackupsDialog_layout.setSpacing(12)
        self.BackupsDialog_layout.setObjectName(u"BackupsDialog_layout")
        self.BackupsDialog_layout.setContentsMargins(24, 20, 24, 16)
        self.title = ElidedLabel(BackupsDialog)
        self.title.setObjectName(u"title")
        self.title.setProperty(u"role", u"title")

        self.BackupsDialog_layout.addWidget(self.title)

        self.purpose = QLabel(BackupsDialog)
        self.purpose.setObjectName(u"purpose")
        self.purpose.setWordWrap(True)
        self.purpose.setProperty(u"role", u"quiet")

        self.BackupsDialog_layout.addWidget(self.purpose)

        self.banner = Banner(BackupsDialog)
        self.banner.setObjectName(u"banner")

        self.BackupsDialog_layout.addWidget(self.banner)

        self.card = QFrame(BackupsDialog)
        self.card.setObjectName(u"card")
        self.card.setProperty(u"surface", u"card")
        self.card_layout = QVBoxLayout(self.card)
        self.card_layout.setSpacing(8)
        self.card_layout.setObjectName(u"card_layout")
        self.card_layout.setContentsMargins(8, 8, 8, 8)
        self.empty_place = QWidget(self.card)
        self.empty_place.setObjectName(u"empty_place")
        self.empty_layout = QVBoxLayout(self.empty_place)
        self.empty_layout.setSpacing(8)
        self.empty_layout.setObjectName(u"empty_layout")
        self.empty_layout.setContentsMargins(0, 0, 0, 0)

        self.card_layout.addWidget(self.empty_place)

        self.table = QTreeWidget(self.card)
        self.table.setObjectName(u"table")
        self.table.setRootIsDecorated(False)

        self.card_layout.addWidget(self.table)


        self.BackupsDialog_layout.addWidget(self.card)

        self.foot = QHBoxLayout()
        self.foot.setSpacing(8)
        self.foot.setObjectName(u"foot")
        self.foot.setContentsMargins(0, 0, 0, 0)
        self.look_again = QPushButton(BackupsDialog)
        self.look_again.setObjectName(u"look_again")

        self.foot.addWidget(self.look_again)

        self.gap1 = QSpacerItem(0, 0, QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

        self.foot.addItem(self.gap1)

        self.download = QPushButton(BackupsDialog)
        self.download.setObjectName(u"download")

        self.foot.addWidget(self.download)

        self.delete_backup = QPushButton(BackupsDialog)
        self.delete_backup.setObjectName(u"delete_backup")
        self.delete_backup.setProperty(u"kind", u"danger")

        self.foot.addWidget(self.delete_backup)

        self.restore = QPushButton(BackupsDialog)
        self.restore.setObjectName(u"restore")
        self.restore.setProperty(u"kind", u"danger")

        self.foot.addWidget(self.restore)

        self.close_dialog = QPushButton(BackupsDialog)
        self.close_dialog.setObjectName(u"close_dialog")
        self.close_dialog.setProperty(u"kind", u"primary")

        self.foot.addWidget(self.close_dialog)


        self.BackupsDialog_layout.addLayout(self.foot)

        self.BackupsDialog_layout.setStretch(3, 1)
        QWidget.setTabOrder(self.table, self.look_again)
        QWidget.setTabOrder(self.look_again, self.download)
        QWidget.setTabOrder(self.download, self.restore)
        QWidget.setTabOrder(self.restore, self.close_dialog)

        self.retranslateUi(BackupsDialog)

        QMetaObject.connectSlotsByName(BackupsDialog)
    # setupUi

    def retranslateUi(self, BackupsDialog):
        BackupsDialog.setWindowTitle(QCoreApplication.translate("BackupsDialog", u"Backups", None))
        self.purpose.setText(QCoreApplication.translate("BackupsDialog", u"Taken before data is replaced, and kept on the host.", None))
#if QT_CONFIG(accessibility)
        self.table.setAccessibleName(QCoreApplication.translate("BackupsDialog", u"Backups", None))
#endif // QT_CONFIG(accessibility)
        self.look_again.setText(QCoreApplication.translate("BackupsDialog", u"&Look again   F5", None))
        self.download.setText(QCoreApplication.translate("BackupsDialog", u"&Download\u2026", None))
        self.delete_backup.setText(QCoreApplication.translate("BackupsDialog", u"D&elete\u2026", None))
        self.restore.setText(QCoreApplication.translate("BackupsDialog", u"Re&store\u2026", None))
        self.close_dialog.setText(QCoreApplication.translate("BackupsDialog", u"Close", None))
    # retranslateUi
