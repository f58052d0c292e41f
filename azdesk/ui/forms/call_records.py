# Made from ui/call_records.ui by python -m azdesk.ui.forms_build; edit that file with Qt Designer instead.

from PySide6.QtCore import (QCoreApplication, QMetaObject, QSize)
from PySide6.QtWidgets import (QComboBox, QDateEdit, QFrame, QHBoxLayout, QLabel, QLineEdit, QPushButton, QSizePolicy, QSpacerItem, QSpinBox, QVBoxLayout)

class Ui_CallRecords(object):
    def setupUi(self, CallRecords):
        if not CallRecords.objectName():
            CallRecords.setObjectName(u"CallRecords")
        self.CallRecords_layout = QVBoxLayout(CallRecords)
        self.CallRecords_layout.setSpacing(12)
        self.CallRecords_layout.setObjectName(u"CallRecords_layout")
        self.CallRecords_layout.setContentsMargins(0, 8, 0, 16)
        self.query = QFrame(CallRecords)
        self.query.setObjectName(u"query")
        self.query.setProperty(u"surface", u"card")
        self.query_layout = QVBoxLayout(self.query)
        self.query_layout.setSpacing(8)
        self.query_layout.setObjectName(u"query_layout")
        self.query_layout.setContentsMargins(16, 12, 16, 12)
        self.top = QHBoxLayout()
        self.top.setSpacing(8)
        self.top.setObjectName(u"top")
        self.top.setContentsMargins(0, 0, 0, 0)
        self.number = QLineEdit(self.query)
        self.number.setObjectName(u"number")
        self.number.setClearButtonEnabled(True)

        self.top.addWidget(self.number)

        self.export_records = QPushButton(self.query)
        self.export_records.setObjectName(u"export_records")

        self.top.addWidget(self.export_records)

        self.search = QPushButton(self.query)
        self.search.setObjectName(u"search")
        self.search.setProperty(u"kind", u"primary")

        self.top.addWidget(self.search)

        self.top.setStretch(0, 1)

        self.query_layout.addLayout(self.top)

        self.first = QHBoxLayout()
        self.first.setSpacing(8)
        self.first.setObjectName(u"first")
        self.first.setContentsMargins(0, 0, 0, 0)
        self.when = QComboBox(self.query)
        self.when.setObjectName(u"when")

        self.first.addWidget(self.when)

        self.since = QDateEdit(self.query)
        self.since.lineEdit().setTextMargins(9, 0, 0, 0)
        self.since.setObjectName(u"since")
        self.since.setDisplayFormat(u"yyyy-MM-dd")

        self.first.addWidget(self.since)

        self.until = QDateEdit(self.query)
        self.until.lineEdit().setTextMargins(9, 0, 0, 0)
        self.until.setObjectName(u"until")
        self.until.setDisplayFormat(u"yyyy-MM-dd")

        self.first.addWidget(self.until)

        self.host = QComboBox(self.query)
        self.host.setObjectName(u"host")
        self.host.setMinimumSize(QSize(110, 0))

        self.first.addWidget(self.host)

        self.right = QSpacerItem(0, 0, QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

        self.first.addItem(self.right)

        self.first.setStretch(4, 1)

        self.query_layout.addLayout(self.first)

        self.second = QHBoxLayout()
        self.second.setSpacing(8)
        self.second.setObjectName(u"second")
        self.second.setContentsMargins(0, 0, 0, 0)
        self.direction = QComboBox(self.query)
        self.direction.setObjectName(u"direction")

        self.second.addWidget(self.direction)

        self.outcome = QComboBox(self.query)
        self.outcome.setObjectName(u"outcome")

        self.second.addWidget(self.outcome)

        self.shortest_label = QLabel(self.query)
        self.shortest_label.setObjectName(u"shortest_label")

        self.second.addWidget(self.shortest_label)

        self.shortest = QSpinBox(self.query)
        self.shortest.lineEdit().setTextMargins(9, 0, 0, 0)
        self.shortest.setObjectName(u"shortest")
        self.shortest.setMaximum(86400)

        self.second.addWidget(self.shortest)

        self.gap = QSpacerItem(0, 0, QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

        self.second.addItem(self.gap)

        self.second.setStretch(4, 1)

        self.query_layout.addLayout(self.second)


        self.CallRecords_layout.addWidget(self.query)

        self.card = QFrame(CallRecords)
        self.card.setObjectName(u"card")
        self.card.setProperty(u"surface", u"card")
        self.card_layout = QVBoxLayout(self.card)
        self.card_layout.setSpacing(8)
        self.card_layout.setObjectName(u"card_layout")
        self.card_layout.setContentsMargins(16, 12, 16, 12)

        self.CallRecords_layout.addWidget(self.card)

        self.CallRecords_layout.setStretch(1, 1)
#if QT_CONFIG(shortcut)
        self.shortest_label.setBuddy(self.shortest)
#endif // QT_CONFIG(shortcut)

        self.retranslateUi(CallRecords)

        QMetaObject.connectSlotsByName(CallRecords)
    # setupUi

    def retranslateUi(self, CallRecords):
        self.number.setPlaceholderText(QCoreApplication.translate("CallRecords", u"Number or name", None))
#if QT_CONFIG(accessibility)
        self.number.setAccessibleName(QCoreApplication.translate("CallRecords", u"Number or name", None))
#endif // QT_CONFIG(accessibility)
        self.export_records.setText(QCoreApplication.translate("CallRecords", u"&Export\u2026", None))
        self.search.setText(QCoreApplication.translate("CallRecords", u"&Search", None))
#if QT_CONFIG(accessibility)
        self.when.setAccessibleName(QCoreApplication.translate("CallRecords", u"When", None))
#endif // QT_CONFIG(accessibility)
#if QT_CONFIG(accessibility)
        self.since.setAccessibleName(QCoreApplication.translate("CallRecords", u"From", None))
#endif // QT_CONFIG(accessibility)
#if QT_CONFIG(accessibility)
        self.until.setAccessibleName(QCoreApplication.translate("CallRecords", u"To", None))
#endif // QT_CONFIG(accessibility)
#if QT_CONFIG(accessibility)
        self.host.setAccessibleName(QCoreApplication.translate("CallRecords", u"Host", None))
#endif // QT_CONFIG(accessibility)
#if QT_CONFIG(accessibility)
        self.direction.setAccessibleName(QCoreApplication.translate("CallRecords", u"Direction", None))
#endif // QT_CONFIG(accessibility)
#if QT_CONFIG(accessibility)
        self.outcome.setAccessibleName(QCoreApplication.translate("CallRecords", u"Outcome", None))
#endif // QT_CONFIG(accessibility)
        self.shortest_label.setText(QCoreApplication.translate("CallRecords", u"&At least", None))
        self.shortest.setSuffix(QCoreApplication.translate("CallRecords", u" s", None))
#if QT_CONFIG(accessibility)
        self.shortest.setAccessibleName(QCoreApplication.translate("CallRecords", u"Talked at least, in seconds", None))
#endif // QT_CONFIG(accessibility)
        pass
    # retranslateUi
