# Made from ui/directory_editor.ui by python -m azdesk.ui.forms_build; edit that file with Qt Designer instead.

from PySide6.QtCore import (QCoreApplication, QMetaObject, Qt)
from PySide6.QtWidgets import (QComboBox, QFrame, QHBoxLayout, QLabel, QLineEdit, QPushButton, QSizePolicy, QSpacerItem, QSpinBox, QVBoxLayout, QWidget)

from azdesk.ui.editors.lists import StateList
from azdesk.ui.widgets.banner import Banner
from azdesk.ui.widgets.field_row import FieldRow
from azdesk.ui.widgets.labels import ElidedLabel
from azdesk.ui.widgets.marks import StateLabel

class Ui_DirectoryEditor(object):
    def setupUi(self, DirectoryEditor):
        if not DirectoryEditor.objectName():
            DirectoryEditor.setObjectName(u"DirectoryEditor")
        self.DirectoryEditor_layout = QVBoxLayout(DirectoryEditor)
        self.DirectoryEditor_layout.setSpacing(12)
        self.DirectoryEditor_layout.setObjectName(u"DirectoryEditor_layout")
        self.DirectoryEditor_layout.setContentsMargins(0, 0, 0, 8)
        self.purpose = QLabel(DirectoryEditor)
        self.purpose.setObjectName(u"purpose")
        self.purpose.setWordWrap(True)
        self.purpose.setProperty(u"role", u"quiet")

        self.DirectoryEditor_layout.addWidget(self.purpose)

        self.banner = Banner(DirectoryEditor)
        self.banner.setObjectName(u"banner")

        self.DirectoryEditor_layout.addWidget(self.banner)

        self.server = QFrame(DirectoryEditor)
        self.server.setObjectName(u"server")
        self.server.setProperty(u"surface", u"card")
        self.server_layout = QVBoxLayout(self.server)
        self.server_layout.setSpacing(8)
        self.server_layout.setObjectName(u"server_layout")
        self.server_layout.setContentsMargins(16, 10, 16, 16)
        self.server_head = QHBoxLayout()
        self.server_head.setSpacing(8)
        self.server_head.setObjectName(u"server_head")
        self.server_head.setContentsMargins(0, 0, 0, 0)
        self.server_title = QLabel(self.server)
        self.server_title.setObjectName(u"server_title")
        self.server_title.setProperty(u"role", u"heading")

        self.server_head.addWidget(self.server_title)

        self.server_note = ElidedLabel(self.server)
        self.server_note.setObjectName(u"server_note")
        self.server_note.setProperty(u"role", u"note")
        self.server_note.setAlignment(Qt.AlignRight|Qt.AlignVCenter)

        self.server_head.addWidget(self.server_note)

        self.test = QPushButton(self.server)
        self.test.setObjectName(u"test")

        self.server_head.addWidget(self.test)

        self.server_head.setStretch(1, 1)

        self.server_layout.addLayout(self.server_head)

        self.whose_row = FieldRow(self.server)
        self.whose_row.setObjectName(u"whose_row")
        self.whose = QComboBox(self.whose_row)
        self.whose.setObjectName(u"whose")

        self.server_layout.addWidget(self.whose_row)

        self.base_row = FieldRow(self.server)
        self.base_row.setObjectName(u"base_row")
        self.base = QLineEdit(self.base_row)
        self.base.setObjectName(u"base")

        self.server_layout.addWidget(self.base_row)

        self.hosts_row = FieldRow(self.server)
        self.hosts_row.setObjectName(u"hosts_row")
        self.hosts = StateList(self.hosts_row)
        self.hosts.setObjectName(u"hosts")

        self.server_layout.addWidget(self.hosts_row)

        self.kind_row = FieldRow(self.server)
        self.kind_row.setObjectName(u"kind_row")
        self.kind = QComboBox(self.kind_row)
        self.kind.setObjectName(u"kind")

        self.server_layout.addWidget(self.kind_row)

        self.urls_row = FieldRow(self.server)
        self.urls_row.setObjectName(u"urls_row")
        self.urls = QLineEdit(self.urls_row)
        self.urls.setObjectName(u"urls")

        self.server_layout.addWidget(self.urls_row)

        self.ca_row = FieldRow(self.server)
        self.ca_row.setObjectName(u"ca_row")
        self.ca = StateLabel(self.ca_row)
        self.ca.setObjectName(u"ca")
        self.ca_load = QPushButton(self.ca_row)
        self.ca_load.setObjectName(u"ca_load")
        self.ca_remove = QPushButton(self.ca_row)
        self.ca_remove.setObjectName(u"ca_remove")

        self.server_layout.addWidget(self.ca_row)

        self.reader_row = FieldRow(self.server)
        self.reader_row.setObjectName(u"reader_row")
        self.reader = QLineEdit(self.reader_row)
        self.reader.setObjectName(u"reader")
        self.reader_password = QPushButton(self.reader_row)
        self.reader_password.setObjectName(u"reader_password")

        self.server_layout.addWidget(self.reader_row)

        self.manager_row = FieldRow(self.server)
        self.manager_row.setObjectName(u"manager_row")
        self.manager = QLineEdit(self.manager_row)
        self.manager.setObjectName(u"manager")
        self.manager_password = QPushButton(self.manager_row)
        self.manager_password.setObjectName(u"manager_password")

        self.server_layout.addWidget(self.manager_row)

        self.result_row = FieldRow(self.server)
        self.result_row.setObjectName(u"result_row")
        self.result = StateList(self.result_row)
        self.result.setObjectName(u"result")

        self.server_layout.addWidget(self.result_row)


        self.DirectoryEditor_layout.addWidget(self.server)

        self.entries = QFrame(DirectoryEditor)
        self.entries.setObjectName(u"entries")
        self.entries.setProperty(u"surface", u"card")
        self.entries_layout = QVBoxLayout(self.entries)
        self.entries_layout.setSpacing(8)
        self.entries_layout.setObjectName(u"entries_layout")
        self.entries_layout.setContentsMargins(16, 10, 16, 16)
        self.entries_head = QHBoxLayout()
        self.entries_head.setSpacing(8)
        self.entries_head.setObjectName(u"entries_head")
        self.entries_head.setContentsMargins(0, 0, 0, 0)
        self.entries_title = QLabel(self.entries)
        self.entries_title.setObjectName(u"entries_title")
        self.entries_title.setProperty(u"role", u"heading")

        self.entries_head.addWidget(self.entries_title)

        self.entries_note = ElidedLabel(self.entries)
        self.entries_note.setObjectName(u"entries_note")
        self.entries_note.setProperty(u"role", u"note")
        self.entries_note.setAlignment(Qt.AlignRight|Qt.AlignVCenter)

        self.entries_head.addWidget(self.entries_note)

        self.entries_head.setStretch(1, 1)

        self.entries_layout.addLayout(self.entries_head)

        self.people_row = FieldRow(self.entries)
        self.people_row.setObjectName(u"people_row")
        self.people = QLineEdit(self.people_row)
        self.people.setObjectName(u"people")

        self.entries_layout.addWidget(self.people_row)

        self.filter_row = FieldRow(self.entries)
        self.filter_row.setObjectName(u"filter_row")
        self.account_filter = QLineEdit(self.filter_row)
        self.account_filter.setObjectName(u"account_filter")

        self.entries_layout.addWidget(self.filter_row)

        self.passwords_row = FieldRow(self.entries)
        self.passwords_row.setObjectName(u"passwords_row")
        self.passwords = QComboBox(self.passwords_row)
        self.passwords.setObjectName(u"passwords")

        self.entries_layout.addWidget(self.passwords_row)

        self.account_row = FieldRow(self.entries)
        self.account_row.setObjectName(u"account_row")
        self.account = QLineEdit(self.account_row)
        self.account.setObjectName(u"account")

        self.entries_layout.addWidget(self.account_row)

        self.name_row = FieldRow(self.entries)
        self.name_row.setObjectName(u"name_row")
        self.name = QLineEdit(self.name_row)
        self.name.setObjectName(u"name")

        self.entries_layout.addWidget(self.name_row)

        self.number_row = FieldRow(self.entries)
        self.number_row.setObjectName(u"number_row")
        self.number = QLineEdit(self.number_row)
        self.number.setObjectName(u"number")

        self.entries_layout.addWidget(self.number_row)

        self.mail_row = FieldRow(self.entries)
        self.mail_row.setObjectName(u"mail_row")
        self.mail = QLineEdit(self.mail_row)
        self.mail.setObjectName(u"mail")

        self.entries_layout.addWidget(self.mail_row)

        self.phone_password_row = FieldRow(self.entries)
        self.phone_password_row.setObjectName(u"phone_password_row")
        self.phone_password = QLineEdit(self.phone_password_row)
        self.phone_password.setObjectName(u"phone_password")

        self.entries_layout.addWidget(self.phone_password_row)


        self.DirectoryEditor_layout.addWidget(self.entries)

        self.phones = QFrame(DirectoryEditor)
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

        self.codecs_row = FieldRow(self.phones)
        self.codecs_row.setObjectName(u"codecs_row")
        self.codecs = QLineEdit(self.codecs_row)
        self.codecs.setObjectName(u"codecs")

        self.phones_layout.addWidget(self.codecs_row)

        self.contacts_row = FieldRow(self.phones)
        self.contacts_row.setObjectName(u"contacts_row")
        self.contacts = QSpinBox(self.contacts_row)
        self.contacts.lineEdit().setTextMargins(9, 0, 0, 0)
        self.contacts.setObjectName(u"contacts")
        self.contacts.setMinimum(1)
        self.contacts.setMaximum(50)

        self.phones_layout.addWidget(self.contacts_row)


        self.DirectoryEditor_layout.addWidget(self.phones)

        self.gap1 = QSpacerItem(0, 0, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Expanding)

        self.DirectoryEditor_layout.addItem(self.gap1)

        QWidget.setTabOrder(self.whose, self.base)
        QWidget.setTabOrder(self.base, self.kind)
        QWidget.setTabOrder(self.kind, self.urls)
        QWidget.setTabOrder(self.urls, self.ca_load)
        QWidget.setTabOrder(self.ca_load, self.ca_remove)
        QWidget.setTabOrder(self.ca_remove, self.reader)
        QWidget.setTabOrder(self.reader, self.reader_password)
        QWidget.setTabOrder(self.reader_password, self.manager)
        QWidget.setTabOrder(self.manager, self.manager_password)
        QWidget.setTabOrder(self.manager_password, self.test)
        QWidget.setTabOrder(self.test, self.people)
        QWidget.setTabOrder(self.people, self.account_filter)
        QWidget.setTabOrder(self.account_filter, self.passwords)
        QWidget.setTabOrder(self.passwords, self.account)
        QWidget.setTabOrder(self.account, self.name)
        QWidget.setTabOrder(self.name, self.number)
        QWidget.setTabOrder(self.number, self.mail)
        QWidget.setTabOrder(self.mail, self.codecs)
        QWidget.setTabOrder(self.codecs, self.contacts)

        self.retranslateUi(DirectoryEditor)

        QMetaObject.connectSlotsByName(DirectoryEditor)
    # setupUi

    def retranslateUi(self, DirectoryEditor):
        self.purpose.setText(QCoreApplication.translate("DirectoryEditor", u"The directory that holds everybody's account for chat and phone, and how AZDesk and the hosts reach it.", None))
        self.server_title.setText(QCoreApplication.translate("DirectoryEditor", u"Directory", None))
        self.test.setText(QCoreApplication.translate("DirectoryEditor", u"&Test this binding", None))
        self.whose_row.setProperty(u"label", QCoreApplication.translate("DirectoryEditor", u"&Whose", None))
        self.whose_row.setProperty(u"note", QCoreApplication.translate("DirectoryEditor", u"AZDesk sets up slapd on the hosts with the role \u201cdirectory\u201d, or works with the servers you have.", None))
        self.base_row.setProperty(u"label", QCoreApplication.translate("DirectoryEditor", u"&Base DN", None))
        self.base_row.setProperty(u"note", QCoreApplication.translate("DirectoryEditor", u"Everything that AZDesk looks at is below it.", None))
        self.base.setPlaceholderText(QCoreApplication.translate("DirectoryEditor", u"dc=example,dc=org", None))
        self.hosts_row.setProperty(u"label", QCoreApplication.translate("DirectoryEditor", u"Servers", None))
        self.kind_row.setProperty(u"label", QCoreApplication.translate("DirectoryEditor", u"K&ind", None))
        self.urls_row.setProperty(u"label", QCoreApplication.translate("DirectoryEditor", u"&Servers", None))
        self.urls_row.setProperty(u"note", QCoreApplication.translate("DirectoryEditor", u"The preferred one first, separated by spaces.", None))
        self.urls.setPlaceholderText(QCoreApplication.translate("DirectoryEditor", u"ldaps://ldap1.example.org ldaps://ldap2.example.org", None))
        self.ca_row.setProperty(u"label", QCoreApplication.translate("DirectoryEditor", u"Authority", None))
        self.ca_row.setProperty(u"note", QCoreApplication.translate("DirectoryEditor", u"Whose certificates the servers have; without one, those that the system trusts.", None))
        self.ca_load.setText(QCoreApplication.translate("DirectoryEditor", u"&Load\u2026", None))
        self.ca_remove.setText(QCoreApplication.translate("DirectoryEditor", u"Re&move", None))
        self.reader_row.setProperty(u"label", QCoreApplication.translate("DirectoryEditor", u"&Reader", None))
        self.reader_row.setProperty(u"note", QCoreApplication.translate("DirectoryEditor", u"The account with which the hosts look accounts up.", None))
        self.reader_password.setText(QCoreApplication.translate("DirectoryEditor", u"&Password\u2026", None))
        self.manager_row.setProperty(u"label", QCoreApplication.translate("DirectoryEditor", u"Mana&ger", None))
        self.manager_row.setProperty(u"note", QCoreApplication.translate("DirectoryEditor", u"The account with which AZDesk changes people; without one, People is read only.", None))
        self.manager_password.setText(QCoreApplication.translate("DirectoryEditor", u"Password\u2026", None))
        self.result_row.setProperty(u"label", QCoreApplication.translate("DirectoryEditor", u"Result", None))
        self.entries_title.setText(QCoreApplication.translate("DirectoryEditor", u"People", None))
        self.people_row.setProperty(u"label", QCoreApplication.translate("DirectoryEditor", u"Below &DN", None))
        self.filter_row.setProperty(u"label", QCoreApplication.translate("DirectoryEditor", u"Account &filter", None))
        self.filter_row.setProperty(u"note", QCoreApplication.translate("DirectoryEditor", u"Which entries are people.", None))
        self.passwords_row.setProperty(u"label", QCoreApplication.translate("DirectoryEditor", u"Passwords &kept", None))
        self.account_row.setProperty(u"label", QCoreApplication.translate("DirectoryEditor", u"&Account", None))
        self.account_row.setProperty(u"note", QCoreApplication.translate("DirectoryEditor", u"Attributes, where yours have other names.", None))
        self.name_row.setProperty(u"label", QCoreApplication.translate("DirectoryEditor", u"&Name", None))
        self.number_row.setProperty(u"label", QCoreApplication.translate("DirectoryEditor", u"N&umber", None))
        self.mail_row.setProperty(u"label", QCoreApplication.translate("DirectoryEditor", u"&E-mail", None))
        self.phone_password_row.setProperty(u"label", QCoreApplication.translate("DirectoryEditor", u"P&hone password", None))
        self.phone_password_row.setProperty(u"note", QCoreApplication.translate("DirectoryEditor", u"For hosts that copy phones' accounts; Active Directory has none of its own.", None))
        self.phones_title.setText(QCoreApplication.translate("DirectoryEditor", u"Phones", None))
        self.codecs_row.setProperty(u"label", QCoreApplication.translate("DirectoryEditor", u"&Codecs", None))
        self.codecs_row.setProperty(u"note", QCoreApplication.translate("DirectoryEditor", u"In the order of preference, separated by spaces: opus g722 ulaw alaw g729 gsm h264 vp8 vp9 h263p.", None))
        self.contacts_row.setProperty(u"label", QCoreApplication.translate("DirectoryEditor", u"Phones at &once", None))
        self.contacts_row.setProperty(u"note", QCoreApplication.translate("DirectoryEditor", u"So many phones may one account register at the same time.", None))
        pass
    # retranslateUi
