# Made from ui/enrolment_journal.ui by python -m azdesk.ui.forms_build; edit that file with Qt Designer instead.

from PySide6.QtCore import (QCoreApplication, QMetaObject)
from PySide6.QtWidgets import (QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QSpacerItem, QTreeWidget, QVBoxLayout, QWidget)

from azdesk.ui.widgets.banner import Banner
from azdesk.ui.widgets.filter_edit import FilterEdit

class Ui_EnrolmentJournalDialog(object):
    def setupUi(self, EnrolmentJournalDialog):
        if not EnrolmentJournalDialog.objectName():
            EnrolmentJournalDialog.setObjectName(u"EnrolmentJournalDialog")
        self.EnrolmentJournalDialog_layout = QVBoxLayout(EnrolmentJournalDialog)
        self.EnrolmentJournalDialog_layout.setSpacing(12)
        self.EnrolmentJournalDialog_layout.setObjectName(u"EnrolmentJournalDialog_layout")
        self.EnrolmentJournalDialog_layout.setContentsMargins(24, 20, 24, 16)
        self.title = QLabel(EnrolmentJournalDialog)
        self.title.setObjectName(u"title")
        self.title.setProperty(u"role", u"title")

        self.EnrolmentJournalDialog_layout.addWidget(self.title)

        self.purpose = QLabel(EnrolmentJournalDialog)
        self.purpose.setObjectName(u"purpose")
        self.purpose.setWordWrap(True)
        self.purpose.setProperty(u"role", u"quiet")

        self.EnrolmentJournalDialog_layout.addWidget(self.purpose)

        self.banner = Banner(EnrolmentJournalDialog)
        self.banner.setObjectName(u"banner")

        self.EnrolmentJournalDialog_layout.addWidget(self.banner)

        self.filter = FilterEdit(EnrolmentJournalDialog)
        self.filter.setObjectName(u"filter")

        self.EnrolmentJournalDialog_layout.addWidget(self.filter)

        self.card = QFrame(EnrolmentJournalDialog)
        self.card.setObjectName(u"card")
        self.card.setProperty(u"surface", u"card")
        self.card_layout = QVBoxLayout(self.card)
        self.card_layout.setObjectName(u"card_layout")
        self.card_layout.setContentsMargins(8, 8, 8, 8)
        self.empty_place = QWidget(self.card)
        self.empty_place.setObjectName(u"empty_place")
        self.empty_layout = QVBoxLayout(self.empty_place)
        self.empty_layout.setObjectName(u"empty_layout")
        self.empty_layout.setContentsMargins(0, 0, 0, 0)

        self.card_layout.addWidget(self.empty_place)

        self.table = QTreeWidget(self.card)
        self.table.setObjectName(u"table")
        self.table.setRootIsDecorated(False)

        self.card_layout.addWidget(self.table)


        self.EnrolmentJournalDialog_layout.addWidget(self.card)

        self.foot = QHBoxLayout()
        self.foot.setSpacing(8)
        self.foot.setObjectName(u"foot")
        self.gap1 = QSpacerItem(0, 0, QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

        self.foot.addItem(self.gap1)

        self.close_dialog = QPushButton(EnrolmentJournalDialog)
        self.close_dialog.setObjectName(u"close_dialog")
        self.close_dialog.setProperty(u"kind", u"primary")

        self.foot.addWidget(self.close_dialog)


        self.EnrolmentJournalDialog_layout.addLayout(self.foot)

        self.EnrolmentJournalDialog_layout.setStretch(4, 1)
        QWidget.setTabOrder(self.filter, self.table)
        QWidget.setTabOrder(self.table, self.close_dialog)

        self.retranslateUi(EnrolmentJournalDialog)

        QMetaObject.connectSlotsByName(EnrolmentJournalDialog)
    # setupUi

    def retranslateUi(self, EnrolmentJournalDialog):
        EnrolmentJournalDialog.setWindowTitle(QCoreApplication.translate("EnrolmentJournalDialog", u"Enrolment journal", None))
        self.title.setText(QCoreApplication.translate("EnrolmentJournalDialog", u"Enrolment journal", None))
        self.purpose.setText(QCoreApplication.translate("EnrolmentJournalDialog", u"Who showed, copied, saved or printed whose code on this workstation. What was in the codes is not kept.", None))
#if QT_CONFIG(accessibility)
        self.table.setAccessibleName(QCoreApplication.translate("EnrolmentJournalDialog", u"Enrolment journal", None))
#endif // QT_CONFIG(accessibility)
        self.close_dialog.setText(QCoreApplication.translate("EnrolmentJournalDialog", u"Close", None))
    # retranslateUi
