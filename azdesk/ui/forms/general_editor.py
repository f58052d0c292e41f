# Made from ui/general_editor.ui by python -m azdesk.ui.forms_build; edit that file with Qt Designer instead.

from PySide6.QtCore import (QCoreApplication, QMetaObject, QSize, Qt)
from PySide6.QtWidgets import (QCheckBox, QComboBox, QFrame, QHBoxLayout, QLabel, QLineEdit, QPlainTextEdit, QPushButton, QSizePolicy, QSpacerItem, QSpinBox, QVBoxLayout, QWidget)

from azdesk.ui.widgets.banner import Banner
from azdesk.ui.widgets.field_row import FieldRow
from azdesk.ui.widgets.labels import ElidedLabel

class Ui_GeneralEditor(object):
    def setupUi(self, GeneralEditor):
        if not GeneralEditor.objectName():
            GeneralEditor.setObjectName(u"GeneralEditor")
        self.GeneralEditor_layout = QVBoxLayout(GeneralEditor)
        self.GeneralEditor_layout.setSpacing(12)
        self.GeneralEditor_layout.setObjectName(u"GeneralEditor_layout")
        self.GeneralEditor_layout.setContentsMargins(0, 0, 0, 8)
        self.purpose = QLabel(GeneralEditor)
        self.purpose.setObjectName(u"purpose")
        self.purpose.setWordWrap(True)
        self.purpose.setProperty(u"role", u"quiet")

        self.GeneralEditor_layout.addWidget(self.purpose)

        self.banner = Banner(GeneralEditor)
        self.banner.setObjectName(u"banner")

        self.GeneralEditor_layout.addWidget(self.banner)

        self.reach = QFrame(GeneralEditor)
        self.reach.setObjectName(u"reach")
        self.reach.setProperty(u"surface", u"card")
        self.reach_layout = QVBoxLayout(self.reach)
        self.reach_layout.setSpacing(8)
        self.reach_layout.setObjectName(u"reach_layout")
        self.reach_layout.setContentsMargins(16, 10, 16, 16)
        self.reach_head = QHBoxLayout()
        self.reach_head.setSpacing(8)
        self.reach_head.setObjectName(u"reach_head")
        self.reach_head.setContentsMargins(0, 0, 0, 0)
        self.reach_title = QLabel(self.reach)
        self.reach_title.setObjectName(u"reach_title")
        self.reach_title.setProperty(u"role", u"heading")

        self.reach_head.addWidget(self.reach_title)

        self.reach_note = ElidedLabel(self.reach)
        self.reach_note.setObjectName(u"reach_note")
        self.reach_note.setProperty(u"role", u"note")
        self.reach_note.setAlignment(Qt.AlignRight|Qt.AlignVCenter)

        self.reach_head.addWidget(self.reach_note)

        self.test_login = QPushButton(self.reach)
        self.test_login.setObjectName(u"test_login")

        self.reach_head.addWidget(self.test_login)

        self.reach_head.setStretch(1, 1)

        self.reach_layout.addLayout(self.reach_head)

        self.address_row = FieldRow(self.reach)
        self.address_row.setObjectName(u"address_row")
        self.address = QLineEdit(self.address_row)
        self.address.setObjectName(u"address")

        self.reach_layout.addWidget(self.address_row)

        self.port_row = FieldRow(self.reach)
        self.port_row.setObjectName(u"port_row")
        self.port = QSpinBox(self.port_row)
        self.port.lineEdit().setTextMargins(9, 0, 0, 0)
        self.port.setObjectName(u"port")
        self.port.setMinimum(1)
        self.port.setMaximum(65535)

        self.reach_layout.addWidget(self.port_row)

        self.credential_row = FieldRow(self.reach)
        self.credential_row.setObjectName(u"credential_row")
        self.credential = QComboBox(self.credential_row)
        self.credential.setObjectName(u"credential")
        self.credential.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.credential.setMinimumContentsLength(12)
        self.manage = QPushButton(self.credential_row)
        self.manage.setObjectName(u"manage")

        self.reach_layout.addWidget(self.credential_row)

        self.jump_row = FieldRow(self.reach)
        self.jump_row.setObjectName(u"jump_row")
        self.jump = QLineEdit(self.jump_row)
        self.jump.setObjectName(u"jump")

        self.reach_layout.addWidget(self.jump_row)


        self.GeneralEditor_layout.addWidget(self.reach)

        self.purpose_card = QFrame(GeneralEditor)
        self.purpose_card.setObjectName(u"purpose_card")
        self.purpose_card.setProperty(u"surface", u"card")
        self.purpose_card_layout = QVBoxLayout(self.purpose_card)
        self.purpose_card_layout.setSpacing(8)
        self.purpose_card_layout.setObjectName(u"purpose_card_layout")
        self.purpose_card_layout.setContentsMargins(16, 10, 16, 16)
        self.purpose_card_head = QHBoxLayout()
        self.purpose_card_head.setSpacing(8)
        self.purpose_card_head.setObjectName(u"purpose_card_head")
        self.purpose_card_head.setContentsMargins(0, 0, 0, 0)
        self.purpose_card_title = QLabel(self.purpose_card)
        self.purpose_card_title.setObjectName(u"purpose_card_title")
        self.purpose_card_title.setProperty(u"role", u"heading")

        self.purpose_card_head.addWidget(self.purpose_card_title)

        self.purpose_card_note = ElidedLabel(self.purpose_card)
        self.purpose_card_note.setObjectName(u"purpose_card_note")
        self.purpose_card_note.setProperty(u"role", u"note")
        self.purpose_card_note.setAlignment(Qt.AlignRight|Qt.AlignVCenter)

        self.purpose_card_head.addWidget(self.purpose_card_note)

        self.purpose_card_head.setStretch(1, 1)

        self.purpose_card_layout.addLayout(self.purpose_card_head)

        self.roles_row = FieldRow(self.purpose_card)
        self.roles_row.setObjectName(u"roles_row")
        self.role_application = QCheckBox(self.roles_row)
        self.role_application.setObjectName(u"role_application")
        self.role_directory = QCheckBox(self.roles_row)
        self.role_directory.setObjectName(u"role_directory")
        self.role_storage = QCheckBox(self.roles_row)
        self.role_storage.setObjectName(u"role_storage")

        self.purpose_card_layout.addWidget(self.roles_row)

        self.cluster_row = FieldRow(self.purpose_card)
        self.cluster_row.setObjectName(u"cluster_row")
        self.cluster = QComboBox(self.cluster_row)
        self.cluster.setObjectName(u"cluster")
        self.cluster.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.cluster.setMinimumContentsLength(12)
        self.new_cluster = QPushButton(self.cluster_row)
        self.new_cluster.setObjectName(u"new_cluster")

        self.purpose_card_layout.addWidget(self.cluster_row)

        self.lan_row = FieldRow(self.purpose_card)
        self.lan_row.setObjectName(u"lan_row")
        self.lan_address = QLineEdit(self.lan_row)
        self.lan_address.setObjectName(u"lan_address")

        self.purpose_card_layout.addWidget(self.lan_row)

        self.group_row = FieldRow(self.purpose_card)
        self.group_row.setObjectName(u"group_row")
        self.group = QLineEdit(self.group_row)
        self.group.setObjectName(u"group")

        self.purpose_card_layout.addWidget(self.group_row)

        self.note_row = FieldRow(self.purpose_card)
        self.note_row.setObjectName(u"note_row")
        self.note = QPlainTextEdit(self.note_row)
        self.note.setObjectName(u"note")
        self.note.setTabChangesFocus(True)
        self.note.setMaximumSize(QSize(16777215, 72))

        self.purpose_card_layout.addWidget(self.note_row)


        self.GeneralEditor_layout.addWidget(self.purpose_card)

        self.gap1 = QSpacerItem(0, 0, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Expanding)

        self.GeneralEditor_layout.addItem(self.gap1)

        QWidget.setTabOrder(self.address, self.port)
        QWidget.setTabOrder(self.port, self.credential)
        QWidget.setTabOrder(self.credential, self.manage)
        QWidget.setTabOrder(self.manage, self.jump)
        QWidget.setTabOrder(self.jump, self.test_login)
        QWidget.setTabOrder(self.test_login, self.role_application)
        QWidget.setTabOrder(self.role_application, self.role_directory)
        QWidget.setTabOrder(self.role_directory, self.role_storage)
        QWidget.setTabOrder(self.role_storage, self.cluster)
        QWidget.setTabOrder(self.cluster, self.new_cluster)
        QWidget.setTabOrder(self.new_cluster, self.lan_address)
        QWidget.setTabOrder(self.lan_address, self.group)
        QWidget.setTabOrder(self.group, self.note)

        self.retranslateUi(GeneralEditor)

        QMetaObject.connectSlotsByName(GeneralEditor)
    # setupUi

    def retranslateUi(self, GeneralEditor):
        self.purpose.setText(QCoreApplication.translate("GeneralEditor", u"Where this host is, how to log in to it, and what it is there for.", None))
        self.reach_title.setText(QCoreApplication.translate("GeneralEditor", u"Reach and login", None))
        self.test_login.setText(QCoreApplication.translate("GeneralEditor", u"&Test login\u2026", None))
        self.address_row.setProperty(u"label", QCoreApplication.translate("GeneralEditor", u"&Address", None))
        self.address_row.setProperty(u"note", QCoreApplication.translate("GeneralEditor", u"What SSH connects to: an IP address or a name.", None))
        self.port_row.setProperty(u"label", QCoreApplication.translate("GeneralEditor", u"SSH p&ort", None))
        self.credential_row.setProperty(u"label", QCoreApplication.translate("GeneralEditor", u"C&redential", None))
        self.manage.setText(QCoreApplication.translate("GeneralEditor", u"&Manage\u2026", None))
        self.jump_row.setProperty(u"label", QCoreApplication.translate("GeneralEditor", u"&Jump hosts", None))
        self.jump_row.setProperty(u"note", QCoreApplication.translate("GeneralEditor", u"The first one first, with commas between: hosts of this document, or [user@]host[:port]. Empty: none.", None))
        self.purpose_card_title.setText(QCoreApplication.translate("GeneralEditor", u"What it is for", None))
        self.roles_row.setProperty(u"label", QCoreApplication.translate("GeneralEditor", u"Roles", None))
        self.role_application.setText(QCoreApplication.translate("GeneralEditor", u"A&pplication", None))
        self.role_directory.setText(QCoreApplication.translate("GeneralEditor", u"&Directory", None))
        self.role_storage.setText(QCoreApplication.translate("GeneralEditor", u"&Storage", None))
        self.cluster_row.setProperty(u"label", QCoreApplication.translate("GeneralEditor", u"C&luster", None))
        self.cluster_row.setProperty(u"note", QCoreApplication.translate("GeneralEditor", u"Hosts of one cluster share an XMPP domain. The first host founds a new cluster, and the others join it.", None))
        self.new_cluster.setText(QCoreApplication.translate("GeneralEditor", u"Ne&w\u2026", None))
        self.lan_row.setProperty(u"label", QCoreApplication.translate("GeneralEditor", u"LA&N address", None))
        self.lan_row.setProperty(u"note", QCoreApplication.translate("GeneralEditor", u"Under which the other hosts reach it. Empty: the address above, if that is an IP address.", None))
        self.group_row.setProperty(u"label", QCoreApplication.translate("GeneralEditor", u"&Group", None))
        self.group_row.setProperty(u"note", QCoreApplication.translate("GeneralEditor", u"Heading in the tree while the host is in no cluster.", None))
        self.note_row.setProperty(u"label", QCoreApplication.translate("GeneralEditor", u"Not&e", None))
        pass
    # retranslateUi
