# Made from ui/journal_page.ui by python -m azdesk.ui.forms_build; edit that file with Qt Designer instead.

from PySide6.QtCore import (QCoreApplication, QMetaObject, QSize, Qt)
from PySide6.QtWidgets import (QComboBox, QFrame, QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QSplitter, QTableView, QVBoxLayout)

from azdesk.ui.widgets.filter_edit import FilterEdit
from azdesk.ui.widgets.labels import ElidedLabel

class Ui_JournalPage(object):
    def setupUi(self, JournalPage):
        if not JournalPage.objectName():
            JournalPage.setObjectName(u"JournalPage")
        self.JournalPage_layout = QVBoxLayout(JournalPage)
        self.JournalPage_layout.setSpacing(16)
        self.JournalPage_layout.setObjectName(u"JournalPage_layout")
        self.JournalPage_layout.setContentsMargins(24, 20, 24, 24)
        self.head = QHBoxLayout()
        self.head.setSpacing(8)
        self.head.setObjectName(u"head")
        self.head.setContentsMargins(0, 0, 0, 0)
        self.titles = QVBoxLayout()
        self.titles.setSpacing(2)
        self.titles.setObjectName(u"titles")
        self.titles.setContentsMargins(0, 0, 0, 0)
        self.title = ElidedLabel(JournalPage)
        self.title.setObjectName(u"title")
        self.title.setProperty(u"role", u"title")

        self.titles.addWidget(self.title)

        self.subtitle = ElidedLabel(JournalPage)
        self.subtitle.setObjectName(u"subtitle")
        self.subtitle.setProperty(u"role", u"quiet")

        self.titles.addWidget(self.subtitle)


        self.head.addLayout(self.titles)

        self.export_journal = QPushButton(JournalPage)
        self.export_journal.setObjectName(u"export_journal")

        self.head.addWidget(self.export_journal)

        self.look_again = QPushButton(JournalPage)
        self.look_again.setObjectName(u"look_again")

        self.head.addWidget(self.look_again)

        self.head.setStretch(0, 1)

        self.JournalPage_layout.addLayout(self.head)

        self.card = QFrame(JournalPage)
        self.card.setObjectName(u"card")
        self.card.setProperty(u"surface", u"card")
        self.card_layout = QVBoxLayout(self.card)
        self.card_layout.setSpacing(8)
        self.card_layout.setObjectName(u"card_layout")
        self.card_layout.setContentsMargins(16, 12, 16, 12)
        self.filters = QHBoxLayout()
        self.filters.setSpacing(8)
        self.filters.setObjectName(u"filters")
        self.filters.setContentsMargins(0, 0, 0, 0)
        self.filter = FilterEdit(self.card)
        self.filter.setObjectName(u"filter")

        self.filters.addWidget(self.filter)

        self.host = QComboBox(self.card)
        self.host.setObjectName(u"host")
        self.host.setMinimumSize(QSize(160, 0))

        self.filters.addWidget(self.host)

        self.outcome = QComboBox(self.card)
        self.outcome.setObjectName(u"outcome")
        self.outcome.setMinimumSize(QSize(160, 0))

        self.filters.addWidget(self.outcome)

        self.filters.setStretch(0, 1)

        self.card_layout.addLayout(self.filters)

        self.splitter = QSplitter(self.card)
        self.splitter.setObjectName(u"splitter")
        self.splitter.setOrientation(Qt.Orientation.Vertical)
        self.splitter.setHandleWidth(8)
        self.splitter.setChildrenCollapsible(False)
        self.table = QTableView(self.splitter)
        self.table.setObjectName(u"table")
        self.splitter.addWidget(self.table)
        self.detail = QPlainTextEdit(self.splitter)
        self.detail.setObjectName(u"detail")
        self.detail.setReadOnly(True)
        self.splitter.addWidget(self.detail)

        self.card_layout.addWidget(self.splitter)

        self.count = QLabel(self.card)
        self.count.setObjectName(u"count")
        self.count.setProperty(u"role", u"note")

        self.card_layout.addWidget(self.count)

        self.card_layout.setStretch(1, 1)

        self.JournalPage_layout.addWidget(self.card)

        self.JournalPage_layout.setStretch(1, 1)

        self.retranslateUi(JournalPage)

        QMetaObject.connectSlotsByName(JournalPage)
    # setupUi

    def retranslateUi(self, JournalPage):
        self.export_journal.setText(QCoreApplication.translate("JournalPage", u"&Export\u2026", None))
        self.look_again.setText(QCoreApplication.translate("JournalPage", u"&Look again   F5", None))
#if QT_CONFIG(accessibility)
        self.host.setAccessibleName(QCoreApplication.translate("JournalPage", u"Host", None))
#endif // QT_CONFIG(accessibility)
#if QT_CONFIG(accessibility)
        self.outcome.setAccessibleName(QCoreApplication.translate("JournalPage", u"Outcome", None))
#endif // QT_CONFIG(accessibility)
#if QT_CONFIG(accessibility)
        self.table.setAccessibleName(QCoreApplication.translate("JournalPage", u"Journal", None))
#endif // QT_CONFIG(accessibility)
#if QT_CONFIG(accessibility)
        self.detail.setAccessibleName(QCoreApplication.translate("JournalPage", u"Details", None))
#endif // QT_CONFIG(accessibility)
        pass
    # retranslateUi
