# Made from ui/voice_records.ui by python -m azdesk.ui.forms_build; edit that file with Qt Designer instead.

from PySide6.QtCore import (QCoreApplication, QMetaObject, QSize)
from PySide6.QtWidgets import (QComboBox, QDateEdit, QFrame, QHBoxLayout, QLabel, QLineEdit, QPushButton, QSizePolicy, QSpacerItem, QSpinBox, QVBoxLayout)

class Ui_VoiceRecords(object):
    def setupUi(self, VoiceRecords):
        if not VoiceRecords.objectName():
            VoiceRecords.setObjectName(u"VoiceRecords")
        self.VoiceRecords_layout = QVBoxLayout(VoiceRecords)
        self.VoiceRecords_layout.setSpacing(12)
        self.VoiceRecords_layout.setObjectName(u"VoiceRecords_layout")
        self.VoiceRecords_layout.setContentsMargins(0, 8, 0, 16)
        self.query = QFrame(VoiceRecords)
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

        self.shortest_label = QLabel(self.query)
        self.shortest_label.setObjectName(u"shortest_label")

        self.second.addWidget(self.shortest_label)

        self.shortest = QSpinBox(self.query)
        self.shortest.lineEdit().setTextMargins(9, 0, 0, 0)
        self.shortest.setObjectName(u"shortest")
        self.shortest.setMaximum(86400)

        self.second.addWidget(self.shortest)

        self.longest_label = QLabel(self.query)
        self.longest_label.setObjectName(u"longest_label")

        self.second.addWidget(self.longest_label)

        self.longest = QSpinBox(self.query)
        self.longest.lineEdit().setTextMargins(9, 0, 0, 0)
        self.longest.setObjectName(u"longest")
        self.longest.setMaximum(86400)

        self.second.addWidget(self.longest)

        self.gap = QSpacerItem(0, 0, QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

        self.second.addItem(self.gap)

        self.second.setStretch(5, 1)

        self.query_layout.addLayout(self.second)


        self.VoiceRecords_layout.addWidget(self.query)

        self.card = QFrame(VoiceRecords)
        self.card.setObjectName(u"card")
        self.card.setProperty(u"surface", u"card")
        self.card_layout = QVBoxLayout(self.card)
        self.card_layout.setSpacing(8)
        self.card_layout.setObjectName(u"card_layout")
        self.card_layout.setContentsMargins(16, 12, 16, 12)

        self.VoiceRecords_layout.addWidget(self.card)

        self.VoiceRecords_layout.setStretch(1, 1)
#if QT_CONFIG(shortcut)
        self.shortest_label.setBuddy(self.shortest)
        self.longest_label.setBuddy(self.longest)
#endif // QT_CONFIG(shortcut)

        self.retranslateUi(VoiceRecords)

        QMetaObject.connectSlotsByName(VoiceRecords)
    # setupUi

    def retranslateUi(self, VoiceRecords):
        self.number.setPlaceholderText(QCoreApplication.translate("VoiceRecords", u"Caller or callee", None))
#if QT_CONFIG(accessibility)
        self.number.setAccessibleName(QCoreApplication.translate("VoiceRecords", u"Caller or callee", None))
#endif // QT_CONFIG(accessibility)
        self.search.setText(QCoreApplication.translate("VoiceRecords", u"&Search", None))
#if QT_CONFIG(accessibility)
        self.when.setAccessibleName(QCoreApplication.translate("VoiceRecords", u"When", None))
#endif // QT_CONFIG(accessibility)
#if QT_CONFIG(accessibility)
        self.since.setAccessibleName(QCoreApplication.translate("VoiceRecords", u"From", None))
#endif // QT_CONFIG(accessibility)
#if QT_CONFIG(accessibility)
        self.until.setAccessibleName(QCoreApplication.translate("VoiceRecords", u"To", None))
#endif // QT_CONFIG(accessibility)
#if QT_CONFIG(accessibility)
        self.host.setAccessibleName(QCoreApplication.translate("VoiceRecords", u"Host", None))
#endif // QT_CONFIG(accessibility)
#if QT_CONFIG(accessibility)
        self.direction.setAccessibleName(QCoreApplication.translate("VoiceRecords", u"Direction", None))
#endif // QT_CONFIG(accessibility)
        self.shortest_label.setText(QCoreApplication.translate("VoiceRecords", u"&At least", None))
        self.shortest.setSuffix(QCoreApplication.translate("VoiceRecords", u" s", None))
#if QT_CONFIG(accessibility)
        self.shortest.setAccessibleName(QCoreApplication.translate("VoiceRecords", u"Lasts at least, in seconds", None))
#endif // QT_CONFIG(accessibility)
        self.longest_label.setText(QCoreApplication.translate("VoiceRecords", u"at &most", None))
        self.longest.setSuffix(QCoreApplication.translate("VoiceRecords", u" s", None))
        self.longest.setSpecialValueText(QCoreApplication.translate("VoiceRecords", u"any", None))
#if QT_CONFIG(accessibility)
        self.longest.setAccessibleName(QCoreApplication.translate("VoiceRecords", u"Lasts at most, in seconds", None))
#endif // QT_CONFIG(accessibility)
        pass
    # retranslateUi
