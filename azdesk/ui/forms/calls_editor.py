# Made from ui/calls_editor.ui by python -m azdesk.ui.forms_build; edit that file with Qt Designer instead.

from PySide6.QtCore import (QCoreApplication, QMetaObject, Qt)
from PySide6.QtWidgets import (QCheckBox, QComboBox, QFrame, QHBoxLayout, QLabel, QLineEdit, QSizePolicy, QSpacerItem, QSpinBox, QVBoxLayout, QWidget)

from azdesk.ui.editors.lists import (DifferenceList, StateList)
from azdesk.ui.widgets.banner import Banner
from azdesk.ui.widgets.field_row import FieldRow
from azdesk.ui.widgets.labels import ElidedLabel

class Ui_CallsEditor(object):
    def setupUi(self, CallsEditor):
        if not CallsEditor.objectName():
            CallsEditor.setObjectName(u"CallsEditor")
        self.CallsEditor_layout = QVBoxLayout(CallsEditor)
        self.CallsEditor_layout.setSpacing(12)
        self.CallsEditor_layout.setObjectName(u"CallsEditor_layout")
        self.CallsEditor_layout.setContentsMargins(0, 0, 0, 8)
        self.purpose = QLabel(CallsEditor)
        self.purpose.setObjectName(u"purpose")
        self.purpose.setProperty(u"role", u"quiet")
        self.purpose.setWordWrap(True)

        self.CallsEditor_layout.addWidget(self.purpose)

        self.banner = Banner(CallsEditor)
        self.banner.setObjectName(u"banner")

        self.CallsEditor_layout.addWidget(self.banner)

        self.nothing_place = QFrame(CallsEditor)
        self.nothing_place.setObjectName(u"nothing_place")
        self.nothing_place.setProperty(u"surface", u"card")
        self.nothing_layout = QVBoxLayout(self.nothing_place)
        self.nothing_layout.setSpacing(8)
        self.nothing_layout.setObjectName(u"nothing_layout")
        self.nothing_layout.setContentsMargins(0, 0, 0, 0)

        self.CallsEditor_layout.addWidget(self.nothing_place)

        self.calls = QFrame(CallsEditor)
        self.calls.setObjectName(u"calls")
        self.calls.setProperty(u"surface", u"card")
        self.calls_layout = QVBoxLayout(self.calls)
        self.calls_layout.setSpacing(8)
        self.calls_layout.setObjectName(u"calls_layout")
        self.calls_layout.setContentsMargins(16, 10, 16, 16)
        self.calls_head = QHBoxLayout()
        self.calls_head.setSpacing(8)
        self.calls_head.setObjectName(u"calls_head")
        self.calls_head.setContentsMargins(0, 0, 0, 0)
        self.calls_title = QLabel(self.calls)
        self.calls_title.setObjectName(u"calls_title")
        self.calls_title.setProperty(u"role", u"heading")

        self.calls_head.addWidget(self.calls_title)

        self.calls_note = ElidedLabel(self.calls)
        self.calls_note.setObjectName(u"calls_note")
        self.calls_note.setProperty(u"role", u"note")
        self.calls_note.setAlignment(Qt.AlignRight|Qt.AlignVCenter)

        self.calls_head.addWidget(self.calls_note)

        self.calls_head.setStretch(1, 1)

        self.calls_layout.addLayout(self.calls_head)

        self.numbers_row = FieldRow(self.calls)
        self.numbers_row.setObjectName(u"numbers_row")
        self.numbers = QLineEdit(self.numbers_row)
        self.numbers.setObjectName(u"numbers")

        self.calls_layout.addWidget(self.numbers_row)

        self.overlaps = StateList(self.calls)
        self.overlaps.setObjectName(u"overlaps")

        self.calls_layout.addWidget(self.overlaps)

        self.prefix_row = FieldRow(self.calls)
        self.prefix_row.setObjectName(u"prefix_row")
        self.prefix = QLineEdit(self.prefix_row)
        self.prefix.setObjectName(u"prefix")

        self.calls_layout.addWidget(self.prefix_row)

        self.dialled_row = FieldRow(self.calls)
        self.dialled_row.setObjectName(u"dialled_row")
        self.dialled = StateList(self.dialled_row)
        self.dialled.setObjectName(u"dialled")

        self.calls_layout.addWidget(self.dialled_row)

        self.scheme_row = FieldRow(self.calls)
        self.scheme_row.setObjectName(u"scheme_row")
        self.scheme = QComboBox(self.scheme_row)
        self.scheme.setObjectName(u"scheme")

        self.calls_layout.addWidget(self.scheme_row)

        self.record_row = FieldRow(self.calls)
        self.record_row.setObjectName(u"record_row")
        self.record = QCheckBox(self.record_row)
        self.record.setObjectName(u"record")

        self.calls_layout.addWidget(self.record_row)

        self.notify_row = FieldRow(self.calls)
        self.notify_row.setObjectName(u"notify_row")
        self.notify = QCheckBox(self.notify_row)
        self.notify.setObjectName(u"notify")

        self.calls_layout.addWidget(self.notify_row)

        self.unanswered_row = FieldRow(self.calls)
        self.unanswered_row.setObjectName(u"unanswered_row")
        self.unanswered = QComboBox(self.unanswered_row)
        self.unanswered.setObjectName(u"unanswered")

        self.calls_layout.addWidget(self.unanswered_row)

        self.dialplan_row = FieldRow(self.calls)
        self.dialplan_row.setObjectName(u"dialplan_row")
        self.calls_differ = DifferenceList(self.dialplan_row)
        self.calls_differ.setObjectName(u"calls_differ")

        self.calls_layout.addWidget(self.dialplan_row)


        self.CallsEditor_layout.addWidget(self.calls)

        self.media = QFrame(CallsEditor)
        self.media.setObjectName(u"media")
        self.media.setProperty(u"surface", u"card")
        self.media_layout = QVBoxLayout(self.media)
        self.media_layout.setSpacing(8)
        self.media_layout.setObjectName(u"media_layout")
        self.media_layout.setContentsMargins(16, 10, 16, 16)
        self.media_head = QHBoxLayout()
        self.media_head.setSpacing(8)
        self.media_head.setObjectName(u"media_head")
        self.media_head.setContentsMargins(0, 0, 0, 0)
        self.media_title = QLabel(self.media)
        self.media_title.setObjectName(u"media_title")
        self.media_title.setProperty(u"role", u"heading")

        self.media_head.addWidget(self.media_title)

        self.media_note = ElidedLabel(self.media)
        self.media_note.setObjectName(u"media_note")
        self.media_note.setProperty(u"role", u"note")
        self.media_note.setAlignment(Qt.AlignRight|Qt.AlignVCenter)

        self.media_head.addWidget(self.media_note)

        self.media_head.setStretch(1, 1)

        self.media_layout.addLayout(self.media_head)

        self.external_address_row = FieldRow(self.media)
        self.external_address_row.setObjectName(u"external_address_row")
        self.external_address = QLineEdit(self.external_address_row)
        self.external_address.setObjectName(u"external_address")

        self.media_layout.addWidget(self.external_address_row)

        self.local_networks_row = FieldRow(self.media)
        self.local_networks_row.setObjectName(u"local_networks_row")
        self.local_networks = QLineEdit(self.local_networks_row)
        self.local_networks.setObjectName(u"local_networks")

        self.media_layout.addWidget(self.local_networks_row)

        self.rtp_row = FieldRow(self.media)
        self.rtp_row.setObjectName(u"rtp_row")
        self.rtp_first = QSpinBox(self.rtp_row)
        self.rtp_first.lineEdit().setTextMargins(9, 0, 0, 0)
        self.rtp_first.setObjectName(u"rtp_first")
        self.rtp_first.setMinimum(1024)
        self.rtp_first.setMaximum(65534)
        self.rtp_last = QSpinBox(self.rtp_row)
        self.rtp_last.lineEdit().setTextMargins(9, 0, 0, 0)
        self.rtp_last.setObjectName(u"rtp_last")
        self.rtp_last.setMinimum(1025)
        self.rtp_last.setMaximum(65535)

        self.media_layout.addWidget(self.rtp_row)

        self.media_found_row = FieldRow(self.media)
        self.media_found_row.setObjectName(u"media_found_row")
        self.media_differ = DifferenceList(self.media_found_row)
        self.media_differ.setObjectName(u"media_differ")

        self.media_layout.addWidget(self.media_found_row)


        self.CallsEditor_layout.addWidget(self.media)

        self.rest = QSpacerItem(0, 0, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Expanding)

        self.CallsEditor_layout.addItem(self.rest)

        QWidget.setTabOrder(self.numbers, self.prefix)
        QWidget.setTabOrder(self.prefix, self.scheme)
        QWidget.setTabOrder(self.scheme, self.record)
        QWidget.setTabOrder(self.record, self.notify)
        QWidget.setTabOrder(self.notify, self.unanswered)
        QWidget.setTabOrder(self.unanswered, self.external_address)
        QWidget.setTabOrder(self.external_address, self.local_networks)
        QWidget.setTabOrder(self.local_networks, self.rtp_first)
        QWidget.setTabOrder(self.rtp_first, self.rtp_last)

        self.retranslateUi(CallsEditor)

        QMetaObject.connectSlotsByName(CallsEditor)
    # setupUi

    def retranslateUi(self, CallsEditor):
        self.purpose.setText(QCoreApplication.translate("CallsEditor", u"This host's part in the number plan: what others dial to get here, and what happens with such calls.", None))
        self.calls_title.setText(QCoreApplication.translate("CallsEditor", u"Numbers and calls", None))
        self.numbers_row.setProperty(u"label", QCoreApplication.translate("CallsEditor", u"&Blocks", None))
        self.numbers_row.setProperty(u"note", QCoreApplication.translate("CallsEditor", u"Numbers at home here, in Asterisk's patterns, separated by spaces. New people get a free one of them.", None))
        self.numbers.setPlaceholderText(QCoreApplication.translate("CallsEditor", u"68XX 30[1-3]X", None))
        self.prefix_row.setProperty(u"label", QCoreApplication.translate("CallsEditor", u"&Prefix", None))
        self.prefix_row.setProperty(u"note", QCoreApplication.translate("CallsEditor", u"What others dial in front of its numbers; each host has another one.", None))
        self.prefix.setPlaceholderText(QCoreApplication.translate("CallsEditor", u"301", None))
        self.scheme_row.setProperty(u"label", QCoreApplication.translate("CallsEditor", u"Its phones &dial", None))
        self.record.setText(QCoreApplication.translate("CallsEditor", u"&Monitor SIP phones by recording incoming calls", None))
        self.notify_row.setProperty(u"note", QCoreApplication.translate("CallsEditor", u"Asterisk tells that somebody calls, and waits up to 15 seconds for a sleeping phone. A program on the host has to wake it; AZDesk brings none.", None))
        self.notify.setText(QCoreApplication.translate("CallsEditor", u"&Enable notifications via XMPP for SIP phones", None))
        self.unanswered_row.setProperty(u"label", QCoreApplication.translate("CallsEditor", u"&Unanswered calls", None))
        self.media_title.setText(QCoreApplication.translate("CallsEditor", u"Voice streams and NAT", None))
        self.external_address_row.setProperty(u"label", QCoreApplication.translate("CallsEditor", u"Address &outside", None))
        self.external_address_row.setProperty(u"note", QCoreApplication.translate("CallsEditor", u"That peers outside see.", None))
        self.external_address.setPlaceholderText(QCoreApplication.translate("CallsEditor", u"no NAT in front of it", None))
        self.local_networks_row.setProperty(u"label", QCoreApplication.translate("CallsEditor", u"&Networks inside", None))
        self.local_networks_row.setProperty(u"note", QCoreApplication.translate("CallsEditor", u"They are reached without NAT.", None))
        self.local_networks.setPlaceholderText(QCoreApplication.translate("CallsEditor", u"192.168.11.0/24", None))
        self.rtp_row.setProperty(u"label", QCoreApplication.translate("CallsEditor", u"&RTP ports", None))
        self.rtp_row.setProperty(u"note", QCoreApplication.translate("CallsEditor", u"First and last UDP port; each call takes two to four.", None))
        pass
    # retranslateUi
