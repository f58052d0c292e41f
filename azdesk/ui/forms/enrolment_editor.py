# Made from ui/enrolment_editor.ui by python -m azdesk.ui.forms_build; edit that file with Qt Designer instead.

from PySide6.QtCore import (QCoreApplication, QMetaObject, QSize, Qt)
from PySide6.QtWidgets import (QCheckBox, QComboBox, QFrame, QHBoxLayout, QLabel, QLineEdit, QPlainTextEdit, QPushButton, QSizePolicy, QSpacerItem, QVBoxLayout, QWidget)

from azdesk.ui.widgets.banner import Banner
from azdesk.ui.widgets.field_row import FieldRow
from azdesk.ui.widgets.labels import ElidedLabel

class Ui_EnrolmentEditor(object):
    def setupUi(self, EnrolmentEditor):
        if not EnrolmentEditor.objectName():
            EnrolmentEditor.setObjectName(u"EnrolmentEditor")
        self.EnrolmentEditor_layout = QVBoxLayout(EnrolmentEditor)
        self.EnrolmentEditor_layout.setSpacing(12)
        self.EnrolmentEditor_layout.setObjectName(u"EnrolmentEditor_layout")
        self.EnrolmentEditor_layout.setContentsMargins(0, 0, 0, 8)
        self.purpose = QLabel(EnrolmentEditor)
        self.purpose.setObjectName(u"purpose")
        self.purpose.setWordWrap(True)
        self.purpose.setProperty(u"role", u"quiet")

        self.EnrolmentEditor_layout.addWidget(self.purpose)

        self.banner = Banner(EnrolmentEditor)
        self.banner.setObjectName(u"banner")

        self.EnrolmentEditor_layout.addWidget(self.banner)

        self.code_card = QFrame(EnrolmentEditor)
        self.code_card.setObjectName(u"code_card")
        self.code_card.setProperty(u"surface", u"card")
        self.code_card_layout = QVBoxLayout(self.code_card)
        self.code_card_layout.setSpacing(8)
        self.code_card_layout.setObjectName(u"code_card_layout")
        self.code_card_layout.setContentsMargins(16, 10, 16, 16)
        self.code_card_head = QHBoxLayout()
        self.code_card_head.setSpacing(8)
        self.code_card_head.setObjectName(u"code_card_head")
        self.code_card_head.setContentsMargins(0, 0, 0, 0)
        self.code_card_title = QLabel(self.code_card)
        self.code_card_title.setObjectName(u"code_card_title")
        self.code_card_title.setProperty(u"role", u"heading")

        self.code_card_head.addWidget(self.code_card_title)

        self.code_card_note = ElidedLabel(self.code_card)
        self.code_card_note.setObjectName(u"code_card_note")
        self.code_card_note.setProperty(u"role", u"note")
        self.code_card_note.setAlignment(Qt.AlignRight|Qt.AlignVCenter)

        self.code_card_head.addWidget(self.code_card_note)

        self.code_card_head.setStretch(1, 1)

        self.code_card_layout.addLayout(self.code_card_head)

        self.code_row = FieldRow(self.code_card)
        self.code_row.setObjectName(u"code_row")
        self.code = QComboBox(self.code_row)
        self.code.setObjectName(u"code")

        self.code_card_layout.addWidget(self.code_row)

        self.wan_row = FieldRow(self.code_card)
        self.wan_row.setObjectName(u"wan_row")
        self.wan_address = QLineEdit(self.wan_row)
        self.wan_address.setObjectName(u"wan_address")

        self.code_card_layout.addWidget(self.wan_row)

        self.vpn_row = FieldRow(self.code_card)
        self.vpn_row.setObjectName(u"vpn_row")
        self.vpn_address = QLineEdit(self.vpn_row)
        self.vpn_address.setObjectName(u"vpn_address")

        self.code_card_layout.addWidget(self.vpn_row)

        self.linphone_row = FieldRow(self.code_card)
        self.linphone_row.setObjectName(u"linphone_row")
        self.linphone_url = QLineEdit(self.linphone_row)
        self.linphone_url.setObjectName(u"linphone_url")

        self.code_card_layout.addWidget(self.linphone_row)

        self.over_row = FieldRow(self.code_card)
        self.over_row.setObjectName(u"over_row")
        self.xmpp_over_vpn = QCheckBox(self.over_row)
        self.xmpp_over_vpn.setObjectName(u"xmpp_over_vpn")

        self.code_card_layout.addWidget(self.over_row)

        self.h264_row = FieldRow(self.code_card)
        self.h264_row.setObjectName(u"h264_row")
        self.h264 = QCheckBox(self.h264_row)
        self.h264.setObjectName(u"h264")

        self.code_card_layout.addWidget(self.h264_row)

        self.g729_row = FieldRow(self.code_card)
        self.g729_row.setObjectName(u"g729_row")
        self.g729 = QCheckBox(self.g729_row)
        self.g729.setObjectName(u"g729")

        self.code_card_layout.addWidget(self.g729_row)


        self.EnrolmentEditor_layout.addWidget(self.code_card)

        self.sheet = QFrame(EnrolmentEditor)
        self.sheet.setObjectName(u"sheet")
        self.sheet.setProperty(u"surface", u"card")
        self.sheet_layout = QVBoxLayout(self.sheet)
        self.sheet_layout.setSpacing(8)
        self.sheet_layout.setObjectName(u"sheet_layout")
        self.sheet_layout.setContentsMargins(16, 10, 16, 16)
        self.sheet_head = QHBoxLayout()
        self.sheet_head.setSpacing(8)
        self.sheet_head.setObjectName(u"sheet_head")
        self.sheet_head.setContentsMargins(0, 0, 0, 0)
        self.sheet_title = QLabel(self.sheet)
        self.sheet_title.setObjectName(u"sheet_title")
        self.sheet_title.setProperty(u"role", u"heading")

        self.sheet_head.addWidget(self.sheet_title)

        self.sheet_note = ElidedLabel(self.sheet)
        self.sheet_note.setObjectName(u"sheet_note")
        self.sheet_note.setProperty(u"role", u"note")
        self.sheet_note.setAlignment(Qt.AlignRight|Qt.AlignVCenter)

        self.sheet_head.addWidget(self.sheet_note)

        self.sheet_head.setStretch(1, 1)

        self.sheet_layout.addLayout(self.sheet_head)

        self.organisation_row = FieldRow(self.sheet)
        self.organisation_row.setObjectName(u"organisation_row")
        self.organisation = QLineEdit(self.organisation_row)
        self.organisation.setObjectName(u"organisation")

        self.sheet_layout.addWidget(self.organisation_row)

        self.logo_row = FieldRow(self.sheet)
        self.logo_row.setObjectName(u"logo_row")
        self.logo = QLineEdit(self.logo_row)
        self.logo.setObjectName(u"logo")
        self.logo_choose = QPushButton(self.logo_row)
        self.logo_choose.setObjectName(u"logo_choose")

        self.sheet_layout.addWidget(self.logo_row)

        self.language_row = FieldRow(self.sheet)
        self.language_row.setObjectName(u"language_row")
        self.language = QComboBox(self.language_row)
        self.language.setObjectName(u"language")

        self.sheet_layout.addWidget(self.language_row)

        self.steps_row = FieldRow(self.sheet)
        self.steps_row.setObjectName(u"steps_row")
        self.steps = QPlainTextEdit(self.steps_row)
        self.steps.setObjectName(u"steps")
        self.steps.setMaximumSize(QSize(16777215, 96))

        self.sheet_layout.addWidget(self.steps_row)

        self.notice_row = FieldRow(self.sheet)
        self.notice_row.setObjectName(u"notice_row")
        self.notice = QPlainTextEdit(self.notice_row)
        self.notice.setObjectName(u"notice")
        self.notice.setMaximumSize(QSize(16777215, 96))

        self.sheet_layout.addWidget(self.notice_row)


        self.EnrolmentEditor_layout.addWidget(self.sheet)

        self.gap1 = QSpacerItem(0, 0, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Expanding)

        self.EnrolmentEditor_layout.addItem(self.gap1)

        QWidget.setTabOrder(self.code, self.wan_address)
        QWidget.setTabOrder(self.wan_address, self.vpn_address)
        QWidget.setTabOrder(self.vpn_address, self.linphone_url)
        QWidget.setTabOrder(self.linphone_url, self.xmpp_over_vpn)
        QWidget.setTabOrder(self.xmpp_over_vpn, self.h264)
        QWidget.setTabOrder(self.h264, self.g729)
        QWidget.setTabOrder(self.g729, self.organisation)
        QWidget.setTabOrder(self.organisation, self.logo)
        QWidget.setTabOrder(self.logo, self.logo_choose)
        QWidget.setTabOrder(self.logo_choose, self.language)
        QWidget.setTabOrder(self.language, self.steps)
        QWidget.setTabOrder(self.steps, self.notice)

        self.retranslateUi(EnrolmentEditor)

        QMetaObject.connectSlotsByName(EnrolmentEditor)
    # setupUi

    def retranslateUi(self, EnrolmentEditor):
        self.purpose.setText(QCoreApplication.translate("EnrolmentEditor", u"What people get to set up their phones: a code that the client reads, and a printed sheet.", None))
        self.code_card_title.setText(QCoreApplication.translate("EnrolmentEditor", u"What the code says", None))
        self.code_row.setProperty(u"label", QCoreApplication.translate("EnrolmentEditor", u"&Code for", None))
        self.wan_row.setProperty(u"label", QCoreApplication.translate("EnrolmentEditor", u"Address &outside", None))
        self.wan_row.setProperty(u"note", QCoreApplication.translate("EnrolmentEditor", u"Under which phones reach the hosts from outside; a host's own public address goes before it.", None))
        self.vpn_row.setProperty(u"label", QCoreApplication.translate("EnrolmentEditor", u"Address in the &VPN", None))
        self.vpn_row.setProperty(u"note", QCoreApplication.translate("EnrolmentEditor", u"Of the host inside the VPN.", None))
        self.linphone_row.setProperty(u"label", QCoreApplication.translate("EnrolmentEditor", u"&Settings URL", None))
        self.linphone_row.setProperty(u"note", QCoreApplication.translate("EnrolmentEditor", u"Where Linphone fetches a person's settings; {account} stands for the account.", None))
        self.linphone_url.setPlaceholderText(QCoreApplication.translate("EnrolmentEditor", u"https://example.org/phones/{account}.xml", None))
        self.xmpp_over_vpn.setText(QCoreApplication.translate("EnrolmentEditor", u"Ch&at goes through the VPN", None))
        self.h264.setText(QCoreApplication.translate("EnrolmentEditor", u"&H.264 for video", None))
        self.g729.setText(QCoreApplication.translate("EnrolmentEditor", u"G.&729 for voice", None))
        self.sheet_title.setText(QCoreApplication.translate("EnrolmentEditor", u"Printed sheets", None))
        self.organisation_row.setProperty(u"label", QCoreApplication.translate("EnrolmentEditor", u"O&rganisation", None))
        self.logo_row.setProperty(u"label", QCoreApplication.translate("EnrolmentEditor", u"&Logo", None))
        self.logo_row.setProperty(u"note", QCoreApplication.translate("EnrolmentEditor", u"A PNG, JPEG or SVG image on this workstation.", None))
        self.logo_choose.setText(QCoreApplication.translate("EnrolmentEditor", u"Choos&e\u2026", None))
        self.language_row.setProperty(u"label", QCoreApplication.translate("EnrolmentEditor", u"Lan&guage", None))
        self.steps_row.setProperty(u"label", QCoreApplication.translate("EnrolmentEditor", u"S&teps", None))
        self.steps_row.setProperty(u"note", QCoreApplication.translate("EnrolmentEditor", u"What to do, one step a line.", None))
        self.notice_row.setProperty(u"label", QCoreApplication.translate("EnrolmentEditor", u"&Notice", None))
        self.notice_row.setProperty(u"note", QCoreApplication.translate("EnrolmentEditor", u"How to handle the sheet: it has a password on it.", None))
        pass
    # retranslateUi
