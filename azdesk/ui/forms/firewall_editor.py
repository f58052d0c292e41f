# Made from ui/firewall_editor.ui by python -m azdesk.ui.forms_build; edit that file with Qt Designer instead.

from PySide6.QtCore import (QCoreApplication, QMetaObject, Qt)
from PySide6.QtWidgets import (QCheckBox, QFrame, QHBoxLayout, QLabel, QLineEdit, QSizePolicy, QSpacerItem, QVBoxLayout, QWidget)

from azdesk.ui.editors.lists import DifferenceList
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
        self.purpose = QLabel(FirewallEditor)
        self.purpose.setObjectName(u"purpose")
        self.purpose.setProperty(u"role", u"quiet")
        self.purpose.setWordWrap(True)

        self.FirewallEditor_layout.addWidget(self.purpose)

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

        self.admins_row = FieldRow(self.firewall)
        self.admins_row.setObjectName(u"admins_row")
        self.admins = QLineEdit(self.admins_row)
        self.admins.setObjectName(u"admins")

        self.firewall_layout.addWidget(self.admins_row)

        self.phones_row = FieldRow(self.firewall)
        self.phones_row.setObjectName(u"phones_row")
        self.phones = QLineEdit(self.phones_row)
        self.phones.setObjectName(u"phones")

        self.firewall_layout.addWidget(self.phones_row)

        self.ports_row = FieldRow(self.firewall)
        self.ports_row.setObjectName(u"ports_row")
        self.ports = QLineEdit(self.ports_row)
        self.ports.setObjectName(u"ports")

        self.firewall_layout.addWidget(self.ports_row)

        self.udp_ports_row = FieldRow(self.firewall)
        self.udp_ports_row.setObjectName(u"udp_ports_row")
        self.udp_ports = QLineEdit(self.udp_ports_row)
        self.udp_ports.setObjectName(u"udp_ports")

        self.firewall_layout.addWidget(self.udp_ports_row)

        self.firewall_found_row = FieldRow(self.firewall)
        self.firewall_found_row.setObjectName(u"firewall_found_row")
        self.firewall_differ = DifferenceList(self.firewall_found_row)
        self.firewall_differ.setObjectName(u"firewall_differ")

        self.firewall_layout.addWidget(self.firewall_found_row)


        self.FirewallEditor_layout.addWidget(self.firewall)

        self.rest = QSpacerItem(0, 0, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Expanding)

        self.FirewallEditor_layout.addItem(self.rest)

        QWidget.setTabOrder(self.enabled, self.admins)
        QWidget.setTabOrder(self.admins, self.phones)
        QWidget.setTabOrder(self.phones, self.ports)
        QWidget.setTabOrder(self.ports, self.udp_ports)

        self.retranslateUi(FirewallEditor)

        QMetaObject.connectSlotsByName(FirewallEditor)
    # setupUi

    def retranslateUi(self, FirewallEditor):
        self.purpose.setText(QCoreApplication.translate("FirewallEditor", u"Packet filter of this host (nftables): what its services need stays open, all else is closed.", None))
        self.firewall_title.setText(QCoreApplication.translate("FirewallEditor", u"Packet filter", None))
        self.enabled.setText(QCoreApplication.translate("FirewallEditor", u"AZDesk &writes a packet filter", None))
        self.admins_row.setProperty(u"label", QCoreApplication.translate("FirewallEditor", u"&SSH from", None))
        self.admins_row.setProperty(u"note", QCoreApplication.translate("FirewallEditor", u"Networks of those who look after the host. Yours has to be among them.", None))
        self.admins.setPlaceholderText(QCoreApplication.translate("FirewallEditor", u"everywhere", None))
        self.phones_row.setProperty(u"label", QCoreApplication.translate("FirewallEditor", u"&Phones and chat from", None))
        self.phones.setPlaceholderText(QCoreApplication.translate("FirewallEditor", u"everywhere", None))
        self.ports_row.setProperty(u"label", QCoreApplication.translate("FirewallEditor", u"Further &TCP ports", None))
        self.udp_ports_row.setProperty(u"label", QCoreApplication.translate("FirewallEditor", u"Further &UDP ports", None))
        self.udp_ports_row.setProperty(u"note", QCoreApplication.translate("FirewallEditor", u"Such as 1194 of a VPN.", None))
        self.udp_ports.setPlaceholderText(QCoreApplication.translate("FirewallEditor", u"1194", None))
        pass
    # retranslateUi
