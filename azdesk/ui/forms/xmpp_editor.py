# Made from ui/xmpp_editor.ui by python -m azdesk.ui.forms_build; edit that file with Qt Designer instead.

from PySide6.QtCore import (QCoreApplication, QMetaObject, Qt)
from PySide6.QtWidgets import (QFrame, QHBoxLayout, QLabel, QLineEdit, QPushButton, QSizePolicy, QSpacerItem, QSpinBox, QVBoxLayout, QWidget)

from azdesk.ui.editors.lists import (DifferenceList, StateList)
from azdesk.ui.widgets.banner import Banner
from azdesk.ui.widgets.field_row import FieldRow
from azdesk.ui.widgets.labels import ElidedLabel

class Ui_XmppEditor(object):
    def setupUi(self, XmppEditor):
        if not XmppEditor.objectName():
            XmppEditor.setObjectName(u"XmppEditor")
        self.XmppEditor_layout = QVBoxLayout(XmppEditor)
        self.XmppEditor_layout.setSpacing(12)
        self.XmppEditor_layout.setObjectName(u"XmppEditor_layout")
        self.XmppEditor_layout.setContentsMargins(0, 0, 0, 8)
        self.purpose = QLabel(XmppEditor)
        self.purpose.setObjectName(u"purpose")
        self.purpose.setWordWrap(True)
        self.purpose.setProperty(u"role", u"quiet")

        self.XmppEditor_layout.addWidget(self.purpose)

        self.banner = Banner(XmppEditor)
        self.banner.setObjectName(u"banner")

        self.XmppEditor_layout.addWidget(self.banner)

        self.nothing_place = QWidget(XmppEditor)
        self.nothing_place.setObjectName(u"nothing_place")
        self.nothing_layout = QVBoxLayout(self.nothing_place)
        self.nothing_layout.setSpacing(8)
        self.nothing_layout.setObjectName(u"nothing_layout")
        self.nothing_layout.setContentsMargins(0, 0, 0, 0)

        self.XmppEditor_layout.addWidget(self.nothing_place)

        self.node = QFrame(XmppEditor)
        self.node.setObjectName(u"node")
        self.node.setProperty(u"surface", u"card")
        self.node_layout = QVBoxLayout(self.node)
        self.node_layout.setSpacing(8)
        self.node_layout.setObjectName(u"node_layout")
        self.node_layout.setContentsMargins(16, 10, 16, 16)
        self.node_head = QHBoxLayout()
        self.node_head.setSpacing(8)
        self.node_head.setObjectName(u"node_head")
        self.node_head.setContentsMargins(0, 0, 0, 0)
        self.node_title = QLabel(self.node)
        self.node_title.setObjectName(u"node_title")
        self.node_title.setProperty(u"role", u"heading")

        self.node_head.addWidget(self.node_title)

        self.node_note = ElidedLabel(self.node)
        self.node_note.setObjectName(u"node_note")
        self.node_note.setProperty(u"role", u"note")
        self.node_note.setAlignment(Qt.AlignRight|Qt.AlignVCenter)

        self.node_head.addWidget(self.node_note)

        self.backups = QPushButton(self.node)
        self.backups.setObjectName(u"backups")

        self.node_head.addWidget(self.backups)

        self.leave = QPushButton(self.node)
        self.leave.setObjectName(u"leave")

        self.node_head.addWidget(self.leave)

        self.join = QPushButton(self.node)
        self.join.setObjectName(u"join")

        self.node_head.addWidget(self.join)

        self.node_head.setStretch(1, 1)

        self.node_layout.addLayout(self.node_head)

        self.node_row = FieldRow(self.node)
        self.node_row.setObjectName(u"node_row")
        self.node_name = QLineEdit(self.node_row)
        self.node_name.setObjectName(u"node_name")

        self.node_layout.addWidget(self.node_row)

        self.lan_row = FieldRow(self.node)
        self.lan_row.setObjectName(u"lan_row")
        self.lan_address = QLineEdit(self.lan_row)
        self.lan_address.setObjectName(u"lan_address")

        self.node_layout.addWidget(self.lan_row)

        self.port_row = FieldRow(self.node)
        self.port_row.setObjectName(u"port_row")
        self.port = QSpinBox(self.port_row)
        self.port.lineEdit().setTextMargins(9, 0, 0, 0)
        self.port.setObjectName(u"port")
        self.port.setMinimum(1)
        self.port.setMaximum(65535)

        self.node_layout.addWidget(self.port_row)

        self.cookie_row = FieldRow(self.node)
        self.cookie_row.setObjectName(u"cookie_row")
        self.cookie = StateList(self.cookie_row)
        self.cookie.setObjectName(u"cookie")

        self.node_layout.addWidget(self.cookie_row)

        self.cluster_differs = DifferenceList(self.node)
        self.cluster_differs.setObjectName(u"cluster_differs")

        self.node_layout.addWidget(self.cluster_differs)


        self.XmppEditor_layout.addWidget(self.node)

        self.members = QFrame(XmppEditor)
        self.members.setObjectName(u"members")
        self.members.setProperty(u"surface", u"card")
        self.members_layout = QVBoxLayout(self.members)
        self.members_layout.setSpacing(8)
        self.members_layout.setObjectName(u"members_layout")
        self.members_layout.setContentsMargins(16, 10, 16, 16)
        self.members_head = QHBoxLayout()
        self.members_head.setSpacing(8)
        self.members_head.setObjectName(u"members_head")
        self.members_head.setContentsMargins(0, 0, 0, 0)
        self.members_title = QLabel(self.members)
        self.members_title.setObjectName(u"members_title")
        self.members_title.setProperty(u"role", u"heading")

        self.members_head.addWidget(self.members_title)

        self.members_note = ElidedLabel(self.members)
        self.members_note.setObjectName(u"members_note")
        self.members_note.setProperty(u"role", u"note")
        self.members_note.setAlignment(Qt.AlignRight|Qt.AlignVCenter)

        self.members_head.addWidget(self.members_note)

        self.ask_again = QPushButton(self.members)
        self.ask_again.setObjectName(u"ask_again")

        self.members_head.addWidget(self.ask_again)

        self.members_head.setStretch(1, 1)

        self.members_layout.addLayout(self.members_head)

        self.words = StateList(self.members)
        self.words.setObjectName(u"words")

        self.members_layout.addWidget(self.words)


        self.XmppEditor_layout.addWidget(self.members)

        self.names = QFrame(XmppEditor)
        self.names.setObjectName(u"names")
        self.names.setProperty(u"surface", u"card")
        self.names_layout = QVBoxLayout(self.names)
        self.names_layout.setSpacing(8)
        self.names_layout.setObjectName(u"names_layout")
        self.names_layout.setContentsMargins(16, 10, 16, 16)
        self.names_head = QHBoxLayout()
        self.names_head.setSpacing(8)
        self.names_head.setObjectName(u"names_head")
        self.names_head.setContentsMargins(0, 0, 0, 0)
        self.names_title = QLabel(self.names)
        self.names_title.setObjectName(u"names_title")
        self.names_title.setProperty(u"role", u"heading")

        self.names_head.addWidget(self.names_title)

        self.names_note = ElidedLabel(self.names)
        self.names_note.setObjectName(u"names_note")
        self.names_note.setProperty(u"role", u"note")
        self.names_note.setAlignment(Qt.AlignRight|Qt.AlignVCenter)

        self.names_head.addWidget(self.names_note)

        self.names_head.setStretch(1, 1)

        self.names_layout.addLayout(self.names_head)

        self.records = StateList(self.names)
        self.records.setObjectName(u"records")

        self.names_layout.addWidget(self.records)

        self.names_differs = DifferenceList(self.names)
        self.names_differs.setObjectName(u"names_differs")

        self.names_layout.addWidget(self.names_differs)


        self.XmppEditor_layout.addWidget(self.names)

        self.gap1 = QSpacerItem(0, 0, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Expanding)

        self.XmppEditor_layout.addItem(self.gap1)

        QWidget.setTabOrder(self.node_name, self.lan_address)
        QWidget.setTabOrder(self.lan_address, self.port)
        QWidget.setTabOrder(self.port, self.backups)
        QWidget.setTabOrder(self.backups, self.leave)
        QWidget.setTabOrder(self.leave, self.join)
        QWidget.setTabOrder(self.join, self.ask_again)

        self.retranslateUi(XmppEditor)

        QMetaObject.connectSlotsByName(XmppEditor)
    # setupUi

    def retranslateUi(self, XmppEditor):
        self.purpose.setText(QCoreApplication.translate("XmppEditor", u"This host as a node of its cluster: its name, how the nodes talk to each other, and whether they run together.", None))
        self.node_title.setText(QCoreApplication.translate("XmppEditor", u"Node", None))
        self.backups.setText(QCoreApplication.translate("XmppEditor", u"&Backups\u2026", None))
        self.leave.setText(QCoreApplication.translate("XmppEditor", u"L&eave\u2026", None))
        self.join.setText(QCoreApplication.translate("XmppEditor", u"&Join\u2026", None))
        self.node_row.setProperty(u"label", QCoreApplication.translate("XmppEditor", u"&Node name", None))
        self.lan_row.setProperty(u"label", QCoreApplication.translate("XmppEditor", u"&LAN address", None))
        self.lan_row.setProperty(u"note", QCoreApplication.translate("XmppEditor", u"The Erlang distribution listens here, and the other nodes' records lead here.", None))
        self.port_row.setProperty(u"label", QCoreApplication.translate("XmppEditor", u"&Distribution port", None))
        self.cookie_row.setProperty(u"label", QCoreApplication.translate("XmppEditor", u"Cookie", None))
        self.members_title.setText(QCoreApplication.translate("XmppEditor", u"Members, in their own words", None))
        self.ask_again.setText(QCoreApplication.translate("XmppEditor", u"Ask a&gain", None))
        self.names_title.setText(QCoreApplication.translate("XmppEditor", u"Records of names", None))
        pass
    # retranslateUi
