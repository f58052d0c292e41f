# Made from ui/accounts_editor.ui by python -m azdesk.ui.forms_build; edit that file with Qt Designer instead.

from PySide6.QtCore import (QCoreApplication, QMetaObject, Qt)
from PySide6.QtWidgets import (QCheckBox, QComboBox, QFrame, QHBoxLayout, QLabel, QLineEdit, QPushButton, QSizePolicy, QSpacerItem, QVBoxLayout, QWidget)

from azdesk.ui.editors.lists import (DifferenceList, StateList)
from azdesk.ui.widgets.banner import Banner
from azdesk.ui.widgets.field_row import FieldRow
from azdesk.ui.widgets.labels import ElidedLabel
from azdesk.ui.widgets.marks import StateLabel

class Ui_AccountsEditor(object):
    def setupUi(self, AccountsEditor):
        if not AccountsEditor.objectName():
            AccountsEditor.setObjectName(u"AccountsEditor")
        self.AccountsEditor_layout = QVBoxLayout(AccountsEditor)
        self.AccountsEditor_layout.setSpacing(12)
        self.AccountsEditor_layout.setObjectName(u"AccountsEditor_layout")
        self.AccountsEditor_layout.setContentsMargins(0, 0, 0, 8)
        self.purpose = QLabel(AccountsEditor)
        self.purpose.setObjectName(u"purpose")
        self.purpose.setWordWrap(True)
        self.purpose.setProperty(u"role", u"quiet")

        self.AccountsEditor_layout.addWidget(self.purpose)

        self.banner = Banner(AccountsEditor)
        self.banner.setObjectName(u"banner")

        self.AccountsEditor_layout.addWidget(self.banner)

        self.nothing_place = QWidget(AccountsEditor)
        self.nothing_place.setObjectName(u"nothing_place")
        self.nothing_layout = QVBoxLayout(self.nothing_place)
        self.nothing_layout.setSpacing(8)
        self.nothing_layout.setObjectName(u"nothing_layout")
        self.nothing_layout.setContentsMargins(0, 0, 0, 0)

        self.AccountsEditor_layout.addWidget(self.nothing_place)

        self.phones = QFrame(AccountsEditor)
        self.phones.setObjectName(u"phones")
        self.phones.setProperty(u"surface", u"card")
        self.phones_layout = QVBoxLayout(self.phones)
        self.phones_layout.setSpacing(8)
        self.phones_layout.setObjectName(u"phones_layout")
        self.phones_layout.setContentsMargins(16, 10, 16, 16)
        self.phones_head = QHBoxLayout()
        self.phones_head.setSpacing(8)
        self.phones_head.setObjectName(u"phones_head")
        self.phones_head.setContentsMargins(0, 0, 0, 0)
        self.phones_title = QLabel(self.phones)
        self.phones_title.setObjectName(u"phones_title")
        self.phones_title.setProperty(u"role", u"heading")

        self.phones_head.addWidget(self.phones_title)

        self.phones_note = ElidedLabel(self.phones)
        self.phones_note.setObjectName(u"phones_note")
        self.phones_note.setProperty(u"role", u"note")
        self.phones_note.setAlignment(Qt.AlignRight|Qt.AlignVCenter)

        self.phones_head.addWidget(self.phones_note)

        self.phones_head.setStretch(1, 1)

        self.phones_layout.addLayout(self.phones_head)

        self.accounts_row = FieldRow(self.phones)
        self.accounts_row.setObjectName(u"accounts_row")
        self.accounts = QComboBox(self.accounts_row)
        self.accounts.setObjectName(u"accounts")

        self.phones_layout.addWidget(self.accounts_row)

        self.lookup_row = FieldRow(self.phones)
        self.lookup_row.setObjectName(u"lookup_row")
        self.lookup = QComboBox(self.lookup_row)
        self.lookup.setObjectName(u"lookup")

        self.phones_layout.addWidget(self.lookup_row)

        self.filter_row = FieldRow(self.phones)
        self.filter_row.setObjectName(u"filter_row")
        self.selection_filter = QLineEdit(self.filter_row)
        self.selection_filter.setObjectName(u"selection_filter")

        self.phones_layout.addWidget(self.filter_row)

        self.transports_row = FieldRow(self.phones)
        self.transports_row.setObjectName(u"transports_row")
        self.udp = QCheckBox(self.transports_row)
        self.udp.setObjectName(u"udp")
        self.tcp = QCheckBox(self.transports_row)
        self.tcp.setObjectName(u"tcp")
        self.tls = QCheckBox(self.transports_row)
        self.tls.setObjectName(u"tls")

        self.phones_layout.addWidget(self.transports_row)

        self.phones_differ = DifferenceList(self.phones)
        self.phones_differ.setObjectName(u"phones_differ")

        self.phones_layout.addWidget(self.phones_differ)


        self.AccountsEditor_layout.addWidget(self.phones)

        self.chat = QFrame(AccountsEditor)
        self.chat.setObjectName(u"chat")
        self.chat.setProperty(u"surface", u"card")
        self.chat_layout = QVBoxLayout(self.chat)
        self.chat_layout.setSpacing(8)
        self.chat_layout.setObjectName(u"chat_layout")
        self.chat_layout.setContentsMargins(16, 10, 16, 16)
        self.chat_head = QHBoxLayout()
        self.chat_head.setSpacing(8)
        self.chat_head.setObjectName(u"chat_head")
        self.chat_head.setContentsMargins(0, 0, 0, 0)
        self.chat_title = QLabel(self.chat)
        self.chat_title.setObjectName(u"chat_title")
        self.chat_title.setProperty(u"role", u"heading")

        self.chat_head.addWidget(self.chat_title)

        self.chat_note = ElidedLabel(self.chat)
        self.chat_note.setObjectName(u"chat_note")
        self.chat_note.setProperty(u"role", u"note")
        self.chat_note.setAlignment(Qt.AlignRight|Qt.AlignVCenter)

        self.chat_head.addWidget(self.chat_note)

        self.chat_head.setStretch(1, 1)

        self.chat_layout.addLayout(self.chat_head)

        self.chat_row = FieldRow(self.chat)
        self.chat_row.setObjectName(u"chat_row")
        self.chat_words = StateList(self.chat_row)
        self.chat_words.setObjectName(u"chat_words")

        self.chat_layout.addWidget(self.chat_row)

        self.chat_differs = DifferenceList(self.chat)
        self.chat_differs.setObjectName(u"chat_differs")

        self.chat_layout.addWidget(self.chat_differs)


        self.AccountsEditor_layout.addWidget(self.chat)

        self.certificate_card = QFrame(AccountsEditor)
        self.certificate_card.setObjectName(u"certificate_card")
        self.certificate_card.setProperty(u"surface", u"card")
        self.certificate_card_layout = QVBoxLayout(self.certificate_card)
        self.certificate_card_layout.setSpacing(8)
        self.certificate_card_layout.setObjectName(u"certificate_card_layout")
        self.certificate_card_layout.setContentsMargins(16, 10, 16, 16)
        self.certificate_card_head = QHBoxLayout()
        self.certificate_card_head.setSpacing(8)
        self.certificate_card_head.setObjectName(u"certificate_card_head")
        self.certificate_card_head.setContentsMargins(0, 0, 0, 0)
        self.certificate_card_title = QLabel(self.certificate_card)
        self.certificate_card_title.setObjectName(u"certificate_card_title")
        self.certificate_card_title.setProperty(u"role", u"heading")

        self.certificate_card_head.addWidget(self.certificate_card_title)

        self.certificate_card_note = ElidedLabel(self.certificate_card)
        self.certificate_card_note.setObjectName(u"certificate_card_note")
        self.certificate_card_note.setProperty(u"role", u"note")
        self.certificate_card_note.setAlignment(Qt.AlignRight|Qt.AlignVCenter)

        self.certificate_card_head.addWidget(self.certificate_card_note)

        self.certificate_card_head.setStretch(1, 1)

        self.certificate_card_layout.addLayout(self.certificate_card_head)

        self.public_row = FieldRow(self.certificate_card)
        self.public_row.setObjectName(u"public_row")
        self.public_address = QLineEdit(self.public_row)
        self.public_address.setObjectName(u"public_address")

        self.certificate_card_layout.addWidget(self.public_row)

        self.names_row = FieldRow(self.certificate_card)
        self.names_row.setObjectName(u"names_row")
        self.names = QLineEdit(self.names_row)
        self.names.setObjectName(u"names")

        self.certificate_card_layout.addWidget(self.names_row)

        self.certificate_row = FieldRow(self.certificate_card)
        self.certificate_row.setObjectName(u"certificate_row")
        self.certificate = StateLabel(self.certificate_row)
        self.certificate.setObjectName(u"certificate")
        self.certificate_load = QPushButton(self.certificate_row)
        self.certificate_load.setObjectName(u"certificate_load")
        self.certificate_remove = QPushButton(self.certificate_row)
        self.certificate_remove.setObjectName(u"certificate_remove")

        self.certificate_card_layout.addWidget(self.certificate_row)

        self.certificate_differs = DifferenceList(self.certificate_card)
        self.certificate_differs.setObjectName(u"certificate_differs")

        self.certificate_card_layout.addWidget(self.certificate_differs)


        self.AccountsEditor_layout.addWidget(self.certificate_card)

        self.manager = QFrame(AccountsEditor)
        self.manager.setObjectName(u"manager")
        self.manager.setProperty(u"surface", u"card")
        self.manager_layout = QVBoxLayout(self.manager)
        self.manager_layout.setSpacing(8)
        self.manager_layout.setObjectName(u"manager_layout")
        self.manager_layout.setContentsMargins(16, 10, 16, 16)
        self.manager_head = QHBoxLayout()
        self.manager_head.setSpacing(8)
        self.manager_head.setObjectName(u"manager_head")
        self.manager_head.setContentsMargins(0, 0, 0, 0)
        self.manager_title = QLabel(self.manager)
        self.manager_title.setObjectName(u"manager_title")
        self.manager_title.setProperty(u"role", u"heading")

        self.manager_head.addWidget(self.manager_title)

        self.manager_note = ElidedLabel(self.manager)
        self.manager_note.setObjectName(u"manager_note")
        self.manager_note.setProperty(u"role", u"note")
        self.manager_note.setAlignment(Qt.AlignRight|Qt.AlignVCenter)

        self.manager_head.addWidget(self.manager_note)

        self.manager_head.setStretch(1, 1)

        self.manager_layout.addLayout(self.manager_head)

        self.manager_differs = DifferenceList(self.manager)
        self.manager_differs.setObjectName(u"manager_differs")

        self.manager_layout.addWidget(self.manager_differs)


        self.AccountsEditor_layout.addWidget(self.manager)

        self.gap1 = QSpacerItem(0, 0, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Expanding)

        self.AccountsEditor_layout.addItem(self.gap1)

        QWidget.setTabOrder(self.accounts, self.lookup)
        QWidget.setTabOrder(self.lookup, self.selection_filter)
        QWidget.setTabOrder(self.selection_filter, self.udp)
        QWidget.setTabOrder(self.udp, self.tcp)
        QWidget.setTabOrder(self.tcp, self.tls)
        QWidget.setTabOrder(self.tls, self.public_address)
        QWidget.setTabOrder(self.public_address, self.names)
        QWidget.setTabOrder(self.names, self.certificate_load)
        QWidget.setTabOrder(self.certificate_load, self.certificate_remove)

        self.retranslateUi(AccountsEditor)

        QMetaObject.connectSlotsByName(AccountsEditor)
    # setupUi

    def retranslateUi(self, AccountsEditor):
        self.purpose.setText(QCoreApplication.translate("AccountsEditor", u"Whose accounts this host serves: phones, chat, and the certificate that clients see.", None))
        self.phones_title.setText(QCoreApplication.translate("AccountsEditor", u"Phones", None))
        self.accounts_row.setProperty(u"label", QCoreApplication.translate("AccountsEditor", u"&Accounts", None))
        self.lookup_row.setProperty(u"label", QCoreApplication.translate("AccountsEditor", u"Loo&kup", None))
        self.lookup_row.setProperty(u"note", QCoreApplication.translate("AccountsEditor", u"Live takes the guide's attributes; a copy works with any directory that has numbers and passwords of phones.", None))
        self.filter_row.setProperty(u"label", QCoreApplication.translate("AccountsEditor", u"Selection &filter", None))
        self.filter_row.setProperty(u"note", QCoreApplication.translate("AccountsEditor", u"Of the directory's phones those alone that match are at home here.", None))
        self.selection_filter.setPlaceholderText(QCoreApplication.translate("AccountsEditor", u"(AstAccountName=68*)", None))
        self.transports_row.setProperty(u"label", QCoreApplication.translate("AccountsEditor", u"&Reached by", None))
        self.udp.setText(QCoreApplication.translate("AccountsEditor", u"&UDP 5060", None))
        self.tcp.setText(QCoreApplication.translate("AccountsEditor", u"&TCP 5060", None))
        self.tls.setText(QCoreApplication.translate("AccountsEditor", u"T&LS 5061", None))
        self.chat_title.setText(QCoreApplication.translate("AccountsEditor", u"Chat", None))
        self.chat_row.setProperty(u"label", QCoreApplication.translate("AccountsEditor", u"Accounts", None))
        self.certificate_card_title.setText(QCoreApplication.translate("AccountsEditor", u"Certificate and addresses", None))
        self.public_row.setProperty(u"label", QCoreApplication.translate("AccountsEditor", u"&Public address", None))
        self.public_row.setProperty(u"note", QCoreApplication.translate("AccountsEditor", u"Under which phones reach it from outside.", None))
        self.names_row.setProperty(u"label", QCoreApplication.translate("AccountsEditor", u"Further &names", None))
        self.names_row.setProperty(u"note", QCoreApplication.translate("AccountsEditor", u"Its certificate holds for these, too, beside its own name and its cluster's domain.", None))
        self.names.setPlaceholderText(QCoreApplication.translate("AccountsEditor", u"chat.example.org", None))
        self.certificate_row.setProperty(u"label", QCoreApplication.translate("AccountsEditor", u"Certificate", None))
        self.certificate_load.setText(QCoreApplication.translate("AccountsEditor", u"L&oad\u2026", None))
        self.certificate_remove.setText(QCoreApplication.translate("AccountsEditor", u"Re&move", None))
        self.manager_title.setText(QCoreApplication.translate("AccountsEditor", u"Asterisk's manager interface", None))
        pass
    # retranslateUi
