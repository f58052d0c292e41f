# Made from ui/domain_editor.ui by python -m azdesk.ui.forms_build; edit that file with Qt Designer instead.

from PySide6.QtCore import (QCoreApplication, QMetaObject, QSize, Qt)
from PySide6.QtWidgets import (QComboBox, QFrame, QHBoxLayout, QLabel, QLineEdit, QListWidget, QPushButton, QSizePolicy, QSpacerItem, QSpinBox, QVBoxLayout, QWidget)

from azdesk.ui.editors.lists import StateList
from azdesk.ui.editors.shared_files import SharedFiles
from azdesk.ui.widgets.banner import Banner
from azdesk.ui.widgets.field_row import FieldRow
from azdesk.ui.widgets.labels import ElidedLabel

class Ui_DomainEditor(object):
    def setupUi(self, DomainEditor):
        if not DomainEditor.objectName():
            DomainEditor.setObjectName(u"DomainEditor")
        self.DomainEditor_layout = QVBoxLayout(DomainEditor)
        self.DomainEditor_layout.setSpacing(12)
        self.DomainEditor_layout.setObjectName(u"DomainEditor_layout")
        self.DomainEditor_layout.setContentsMargins(0, 0, 0, 8)
        self.title = ElidedLabel(DomainEditor)
        self.title.setObjectName(u"title")
        self.title.setProperty(u"role", u"title")

        self.DomainEditor_layout.addWidget(self.title)

        self.purpose = QLabel(DomainEditor)
        self.purpose.setObjectName(u"purpose")
        self.purpose.setWordWrap(True)
        self.purpose.setProperty(u"role", u"quiet")

        self.DomainEditor_layout.addWidget(self.purpose)

        self.banner = Banner(DomainEditor)
        self.banner.setObjectName(u"banner")

        self.DomainEditor_layout.addWidget(self.banner)

        self.cluster = QFrame(DomainEditor)
        self.cluster.setObjectName(u"cluster")
        self.cluster.setProperty(u"surface", u"card")
        self.cluster_layout = QVBoxLayout(self.cluster)
        self.cluster_layout.setSpacing(8)
        self.cluster_layout.setObjectName(u"cluster_layout")
        self.cluster_layout.setContentsMargins(16, 10, 16, 16)
        self.cluster_head = QHBoxLayout()
        self.cluster_head.setSpacing(8)
        self.cluster_head.setObjectName(u"cluster_head")
        self.cluster_head.setContentsMargins(0, 0, 0, 0)
        self.cluster_title = QLabel(self.cluster)
        self.cluster_title.setObjectName(u"cluster_title")
        self.cluster_title.setProperty(u"role", u"heading")

        self.cluster_head.addWidget(self.cluster_title)

        self.cluster_note = ElidedLabel(self.cluster)
        self.cluster_note.setObjectName(u"cluster_note")
        self.cluster_note.setProperty(u"role", u"note")
        self.cluster_note.setAlignment(Qt.AlignRight|Qt.AlignVCenter)

        self.cluster_head.addWidget(self.cluster_note)

        self.cluster_head.setStretch(1, 1)

        self.cluster_layout.addLayout(self.cluster_head)

        self.domain_row = FieldRow(self.cluster)
        self.domain_row.setObjectName(u"domain_row")
        self.domain = QLineEdit(self.domain_row)
        self.domain.setObjectName(u"domain")

        self.cluster_layout.addWidget(self.domain_row)

        self.port_row = FieldRow(self.cluster)
        self.port_row.setObjectName(u"port_row")
        self.port = QSpinBox(self.port_row)
        self.port.lineEdit().setTextMargins(9, 0, 0, 0)
        self.port.setObjectName(u"port")
        self.port.setMinimum(1)
        self.port.setMaximum(65535)

        self.cluster_layout.addWidget(self.port_row)


        self.DomainEditor_layout.addWidget(self.cluster)

        self.members = QFrame(DomainEditor)
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

        self.join = QPushButton(self.members)
        self.join.setObjectName(u"join")

        self.members_head.addWidget(self.join)

        self.members_head.setStretch(1, 1)

        self.members_layout.addLayout(self.members_head)

        self.order_note = QLabel(self.members)
        self.order_note.setObjectName(u"order_note")
        self.order_note.setWordWrap(True)
        self.order_note.setProperty(u"role", u"note")

        self.members_layout.addWidget(self.order_note)

        self.members_row = QHBoxLayout()
        self.members_row.setSpacing(8)
        self.members_row.setObjectName(u"members_row")
        self.members_row.setContentsMargins(0, 0, 0, 0)
        self.member_list = QListWidget(self.members)
        self.member_list.setObjectName(u"member_list")
        self.member_list.setMinimumSize(QSize(0, 132))
        self.member_list.setMaximumSize(QSize(16777215, 150))

        self.members_row.addWidget(self.member_list)

        self.members_buttons = QVBoxLayout()
        self.members_buttons.setSpacing(8)
        self.members_buttons.setObjectName(u"members_buttons")
        self.members_buttons.setContentsMargins(0, 0, 0, 0)
        self.up = QPushButton(self.members)
        self.up.setObjectName(u"up")

        self.members_buttons.addWidget(self.up)

        self.down = QPushButton(self.members)
        self.down.setObjectName(u"down")

        self.members_buttons.addWidget(self.down)

        self.add = QPushButton(self.members)
        self.add.setObjectName(u"add")

        self.members_buttons.addWidget(self.add)

        self.remove = QPushButton(self.members)
        self.remove.setObjectName(u"remove")

        self.members_buttons.addWidget(self.remove)

        self.gap1 = QSpacerItem(0, 0, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Expanding)

        self.members_buttons.addItem(self.gap1)


        self.members_row.addLayout(self.members_buttons)

        self.members_row.setStretch(0, 1)

        self.members_layout.addLayout(self.members_row)

        self.words = StateList(self.members)
        self.words.setObjectName(u"words")

        self.members_layout.addWidget(self.words)


        self.DomainEditor_layout.addWidget(self.members)

        self.accounts_card = QFrame(DomainEditor)
        self.accounts_card.setObjectName(u"accounts_card")
        self.accounts_card.setProperty(u"surface", u"card")
        self.accounts_card_layout = QVBoxLayout(self.accounts_card)
        self.accounts_card_layout.setSpacing(8)
        self.accounts_card_layout.setObjectName(u"accounts_card_layout")
        self.accounts_card_layout.setContentsMargins(16, 10, 16, 16)
        self.accounts_card_head = QHBoxLayout()
        self.accounts_card_head.setSpacing(8)
        self.accounts_card_head.setObjectName(u"accounts_card_head")
        self.accounts_card_head.setContentsMargins(0, 0, 0, 0)
        self.accounts_card_title = QLabel(self.accounts_card)
        self.accounts_card_title.setObjectName(u"accounts_card_title")
        self.accounts_card_title.setProperty(u"role", u"heading")

        self.accounts_card_head.addWidget(self.accounts_card_title)

        self.accounts_card_note = ElidedLabel(self.accounts_card)
        self.accounts_card_note.setObjectName(u"accounts_card_note")
        self.accounts_card_note.setProperty(u"role", u"note")
        self.accounts_card_note.setAlignment(Qt.AlignRight|Qt.AlignVCenter)

        self.accounts_card_head.addWidget(self.accounts_card_note)

        self.accounts_card_head.setStretch(1, 1)

        self.accounts_card_layout.addLayout(self.accounts_card_head)

        self.accounts_row = FieldRow(self.accounts_card)
        self.accounts_row.setObjectName(u"accounts_row")
        self.accounts = QComboBox(self.accounts_row)
        self.accounts.setObjectName(u"accounts")

        self.accounts_card_layout.addWidget(self.accounts_row)

        self.account_filter_row = FieldRow(self.accounts_card)
        self.account_filter_row.setObjectName(u"account_filter_row")
        self.account_filter = QLineEdit(self.account_filter_row)
        self.account_filter.setObjectName(u"account_filter")

        self.accounts_card_layout.addWidget(self.account_filter_row)

        self.federation_row = FieldRow(self.accounts_card)
        self.federation_row.setObjectName(u"federation_row")
        self.federation = QComboBox(self.federation_row)
        self.federation.setObjectName(u"federation")

        self.accounts_card_layout.addWidget(self.federation_row)


        self.DomainEditor_layout.addWidget(self.accounts_card)

        self.files = SharedFiles(DomainEditor)
        self.files.setObjectName(u"files")

        self.DomainEditor_layout.addWidget(self.files)

        self.gap2 = QSpacerItem(0, 0, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Expanding)

        self.DomainEditor_layout.addItem(self.gap2)

        QWidget.setTabOrder(self.domain, self.port)
        QWidget.setTabOrder(self.port, self.accounts)
        QWidget.setTabOrder(self.accounts, self.account_filter)
        QWidget.setTabOrder(self.account_filter, self.federation)
        QWidget.setTabOrder(self.federation, self.member_list)
        QWidget.setTabOrder(self.member_list, self.up)
        QWidget.setTabOrder(self.up, self.down)
        QWidget.setTabOrder(self.down, self.add)
        QWidget.setTabOrder(self.add, self.remove)
        QWidget.setTabOrder(self.remove, self.join)

        self.retranslateUi(DomainEditor)

        QMetaObject.connectSlotsByName(DomainEditor)
    # setupUi

    def retranslateUi(self, DomainEditor):
        self.purpose.setText(QCoreApplication.translate("DomainEditor", u"What all nodes of this cluster share: entered once, here or on any of its hosts.", None))
        self.cluster_title.setText(QCoreApplication.translate("DomainEditor", u"Cluster", None))
        self.domain_row.setProperty(u"label", QCoreApplication.translate("DomainEditor", u"&Domain", None))
        self.domain_row.setProperty(u"note", QCoreApplication.translate("DomainEditor", u"The XMPP domain: what stands behind the @ of every address.", None))
        self.port_row.setProperty(u"label", QCoreApplication.translate("DomainEditor", u"Distribution &port", None))
        self.port_row.setProperty(u"note", QCoreApplication.translate("DomainEditor", u"TCP port between the nodes. Keep it closed to everyone else: the cookie alone guards it.", None))
        self.members_title.setText(QCoreApplication.translate("DomainEditor", u"Members", None))
        self.join.setText(QCoreApplication.translate("DomainEditor", u"&Join\u2026", None))
        self.order_note.setText(QCoreApplication.translate("DomainEditor", u"The first one founds a new cluster, and the others join it. Move hosts with Alt+Up and Alt+Down.", None))
#if QT_CONFIG(accessibility)
        self.member_list.setAccessibleName(QCoreApplication.translate("DomainEditor", u"Members in order", None))
#endif // QT_CONFIG(accessibility)
        self.up.setText(QCoreApplication.translate("DomainEditor", u"M&ove up", None))
        self.down.setText(QCoreApplication.translate("DomainEditor", u"Move do&wn", None))
        self.add.setText(QCoreApplication.translate("DomainEditor", u"&Add host", None))
        self.remove.setText(QCoreApplication.translate("DomainEditor", u"&Take out", None))
        self.accounts_card_title.setText(QCoreApplication.translate("DomainEditor", u"Accounts", None))
        self.accounts_row.setProperty(u"label", QCoreApplication.translate("DomainEditor", u"Account&s", None))
        self.accounts_row.setProperty(u"note", QCoreApplication.translate("DomainEditor", u"Who may log in to chat.", None))
        self.account_filter_row.setProperty(u"label", QCoreApplication.translate("DomainEditor", u"Account fi&lter", None))
        self.account_filter_row.setProperty(u"note", QCoreApplication.translate("DomainEditor", u"Of the directory's people those alone that match may log in; empty: all of them.", None))
        self.federation_row.setProperty(u"label", QCoreApplication.translate("DomainEditor", u"Oth&er domains", None))
        self.federation_row.setProperty(u"note", QCoreApplication.translate("DomainEditor", u"Whether people may chat with other domains, and how their servers prove who they are.", None))
        pass
    # retranslateUi
