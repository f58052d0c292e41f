# Made from ui/firewall_editor.ui by python -m azdesk.ui.forms_build; edit that file with Qt Designer instead.

from PySide6.QtCore import (QCoreApplication, QMetaObject, Qt)
from PySide6.QtWidgets import (QCheckBox, QFrame, QHBoxLayout, QLabel, QLineEdit, QSizePolicy, QSpacerItem, QVBoxLayout, QWidget)

from azdesk.ui.editors.lists import (DifferenceList, StateList)
from azdesk.ui.widgets.banner import Banner
from azdesk.ui.widgets.field_row import FieldRow
from azdesk.ui.widgets.labels import ElidedLabel

class Ui_FirewallEditor(object):
    def setupUi(self, FirewallEditor):
        if not FirewallEditor.objectName():
            FirewallEditor.setObjectName(u"FirewallEditor")
        self.FirewallEditor_layout = QVBoxLayout(FirewallEditor)
        self.FirewallEditor_layout.setSpacing(12)
        self.FirewallEditor_layout.setObjectName(u"FirewallEditor_layout")
        self.FirewallEditor_layout.setContentsMargins(0, 0, 0, 8)
        self.banner = Banner(FirewallEditor)
        self.banner.setObjectName(u"banner")

        self.FirewallEditor_layout.addWidget(self.banner)

        self.firewall = QFrame(FirewallEditor)
        self.firewall.setObjectName(u"firewall")
        self.firewall.setProperty(u"surface", u"card")
        self.firewall_layout = QVBoxLayout(self.firewall)
        self.firewall_layout.setSpacing(8)
        self.firewall_layout.setObjectName(u"firewall_layout")
        self.firewall_layout.setContentsMargins(16, 10, 16, 16)
        self.firewall_head = QHBoxLayout()
        self.firewall_head.setSpacing(8)
        self.firewall_head.setObjectName(u"firewall_head")
        self.firewall_head.setContentsMargins(0, 0, 0, 0)
        self.firewall_title = QLabel(self.firewall)
        self.firewall_title.setObjectName(u"firewall_title")
        self.firewall_title.setProperty(u"role", u"heading")

        self.firewall_head.addWidget(self.firewall_title)

        self.firewall_note = ElidedLabel(self.firewall)
        self.firewall_note.setObjectName(u"firewall_note")
        self.firewall_note.setProperty(u"role", u"note")
        self.firewall_note.setAlignment(Qt.AlignRight|Qt.AlignVCenter)

        self.firewall_head.addWidget(self.firewall_note)

        self.firewall_head.setStretch(1, 1)

        self.firewall_layout.addLayout(self.firewall_head)

        self.enabled_row = FieldRow(self.firewall)
        self.enabled_row.setObjectName(u"enabled_row")
        self.enabled = QCheckBox(self.enabled_row)
        self.enabled.setObjectName(u"enabled")

        self.firewall_layout.addWidget(self.enabled_row)

        self.ssh_row = FieldRow(self.firewall)
        self.ssh_row.setObjectName(u"ssh_row")
        self.ssh = QLineEdit(self.ssh_row)
        self.ssh.setObjectName(u"ssh")

        self.firewall_layout.addWidget(self.ssh_row)

        self.phones_row = FieldRow(self.firewall)
        self.phones_row.setObjectName(u"phones_row")
        self.phones = QLineEdit(self.phones_row)
        self.phones.setObjectName(u"phones")

        self.firewall_layout.addWidget(self.phones_row)

        self.chat_row = FieldRow(self.firewall)
        self.chat_row.setObjectName(u"chat_row")
        self.chat = QLineEdit(self.chat_row)
        self.chat.setObjectName(u"chat")

        self.firewall_layout.addWidget(self.chat_row)

        self.federation_row = FieldRow(self.firewall)
        self.federation_row.setObjectName(u"federation_row")
        self.federation = QLineEdit(self.federation_row)
        self.federation.setObjectName(u"federation")

        self.firewall_layout.addWidget(self.federation_row)

        self.uploads_row = FieldRow(self.firewall)
        self.uploads_row.setObjectName(u"uploads_row")
        self.uploads = QLineEdit(self.uploads_row)
        self.uploads.setObjectName(u"uploads")

        self.firewall_layout.addWidget(self.uploads_row)

        self.directory_row = FieldRow(self.firewall)
        self.directory_row.setObjectName(u"directory_row")
        self.directory = QLineEdit(self.directory_row)
        self.directory.setObjectName(u"directory")

        self.firewall_layout.addWidget(self.directory_row)

        self.vpn_row = FieldRow(self.firewall)
        self.vpn_row.setObjectName(u"vpn_row")
        self.vpn = QLineEdit(self.vpn_row)
        self.vpn.setObjectName(u"vpn")

        self.firewall_layout.addWidget(self.vpn_row)

        self.ports_row = FieldRow(self.firewall)
        self.ports_row.setObjectName(u"ports_row")
        self.ports = QLineEdit(self.ports_row)
        self.ports.setObjectName(u"ports")

        self.firewall_layout.addWidget(self.ports_row)

        self.found_row = FieldRow(self.firewall)
        self.found_row.setObjectName(u"found_row")
        self.differ = DifferenceList(self.found_row)
        self.differ.setObjectName(u"differ")

        self.firewall_layout.addWidget(self.found_row)


        self.FirewallEditor_layout.addWidget(self.firewall)

        self.preview = QFrame(FirewallEditor)
        self.preview.setObjectName(u"preview")
        self.preview.setProperty(u"surface", u"card")
        self.preview_layout = QVBoxLayout(self.preview)
        self.preview_layout.setSpacing(8)
        self.preview_layout.setObjectName(u"preview_layout")
        self.preview_layout.setContentsMargins(16, 10, 16, 16)
        self.preview_head = QHBoxLayout()
        self.preview_head.setSpacing(8)
        self.preview_head.setObjectName(u"preview_head")
        self.preview_head.setContentsMargins(0, 0, 0, 0)
        self.preview_title = QLabel(self.preview)
        self.preview_title.setObjectName(u"preview_title")
        self.preview_title.setProperty(u"role", u"heading")

        self.preview_head.addWidget(self.preview_title)

        self.preview_note = ElidedLabel(self.preview)
        self.preview_note.setObjectName(u"preview_note")
        self.preview_note.setProperty(u"role", u"note")
        self.preview_note.setAlignment(Qt.AlignRight|Qt.AlignVCenter)

        self.preview_head.addWidget(self.preview_note)

        self.preview_head.setStretch(1, 1)

        self.preview_layout.addLayout(self.preview_head)

        self.opened = StateList(self.preview)
        self.opened.setObjectName(u"opened")

        self.preview_layout.addWidget(self.opened)

        self.cautions = StateList(self.preview)
        self.cautions.setObjectName(u"cautions")

        self.preview_layout.addWidget(self.cautions)


        self.FirewallEditor_layout.addWidget(self.preview)

        self.rest = QSpacerItem(0, 0, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Expanding)

        self.FirewallEditor_layout.addItem(self.rest)

        QWidget.setTabOrder(self.enabled, self.ssh)
        QWidget.setTabOrder(self.ssh, self.phones)
        QWidget.setTabOrder(self.phones, self.chat)
        QWidget.setTabOrder(self.chat, self.federation)
        QWidget.setTabOrder(self.federation, self.uploads)
        QWidget.setTabOrder(self.uploads, self.directory)
        QWidget.setTabOrder(self.directory, self.vpn)
        QWidget.setTabOrder(self.vpn, self.ports)

        self.retranslateUi(FirewallEditor)

        QMetaObject.connectSlotsByName(FirewallEditor)
    # setupUi

    def retranslateUi(self, FirewallEditor):
        self.firewall_title.setText(QCoreApplication.translate("FirewallEditor", u"Firewall", None))
        self.enabled_row.setProperty(u"note", QCoreApplication.translate("FirewallEditor", u"What the host's services need is open, all else is closed. Rules of others stay as they are.", None))
        self.enabled.setText(QCoreApplication.translate("FirewallEditor", u"AZDesk &writes a firewall", None))
        self.ssh_row.setProperty(u"label", QCoreApplication.translate("FirewallEditor", u"&SSH from", None))
        self.ssh_row.setProperty(u"note", QCoreApplication.translate("FirewallEditor", u"Addresses and networks, or fleet for the other hosts, separated by spaces. Whoever applies the change is let in, too.", None))
        self.ssh.setPlaceholderText(QCoreApplication.translate("FirewallEditor", u"everybody", None))
        self.phones_row.setProperty(u"label", QCoreApplication.translate("FirewallEditor", u"&Phones from", None))
        self.phones_row.setProperty(u"note", QCoreApplication.translate("FirewallEditor", u"SIP and voice streams. Trunks and other hosts get in beside them.", None))
        self.phones.setPlaceholderText(QCoreApplication.translate("FirewallEditor", u"everybody", None))
        self.chat_row.setProperty(u"label", QCoreApplication.translate("FirewallEditor", u"C&hat from", None))
        self.chat.setPlaceholderText(QCoreApplication.translate("FirewallEditor", u"everybody", None))
        self.federation_row.setProperty(u"label", QCoreApplication.translate("FirewallEditor", u"O&ther domains", None))
        self.federation_row.setProperty(u"note", QCoreApplication.translate("FirewallEditor", u"Servers of other XMPP domains; fleet keeps them out.", None))
        self.federation.setPlaceholderText(QCoreApplication.translate("FirewallEditor", u"everybody", None))
        self.uploads_row.setProperty(u"label", QCoreApplication.translate("FirewallEditor", u"&Uploads from", None))
        self.uploads.setPlaceholderText(QCoreApplication.translate("FirewallEditor", u"everybody", None))
        self.directory_row.setProperty(u"label", QCoreApplication.translate("FirewallEditor", u"&Directory from", None))
        self.directory_row.setProperty(u"note", QCoreApplication.translate("FirewallEditor", u"Beside the other hosts. Empty: everybody.", None))
        self.directory.setPlaceholderText(QCoreApplication.translate("FirewallEditor", u"everybody", None))
        self.vpn_row.setProperty(u"label", QCoreApplication.translate("FirewallEditor", u"&VPN server", None))
        self.vpn.setPlaceholderText(QCoreApplication.translate("FirewallEditor", u"closed", None))
        self.ports_row.setProperty(u"label", QCoreApplication.translate("FirewallEditor", u"&Further ports", None))
        self.ports_row.setProperty(u"note", QCoreApplication.translate("FirewallEditor", u"Open to everybody, such as 8080/tcp or 5000-5100/udp.", None))
        self.ports.setPlaceholderText(QCoreApplication.translate("FirewallEditor", u"none", None))
        self.preview_title.setText(QCoreApplication.translate("FirewallEditor", u"What is open to whom", None))
        pass
    # retranslateUi
