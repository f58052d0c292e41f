# Made from ui/authority_editor.ui by python -m azdesk.ui.forms_build; edit that file with Qt Designer instead.

from PySide6.QtCore import (QCoreApplication, QMetaObject, Qt)
from PySide6.QtWidgets import (QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QSpacerItem, QVBoxLayout, QWidget)

from azdesk.ui.editors.lists import StateList
from azdesk.ui.widgets.banner import Banner
from azdesk.ui.widgets.labels import ElidedLabel
from azdesk.ui.widgets.marks import StateLabel

class Ui_AuthorityEditor(object):
    def setupUi(self, AuthorityEditor):
        if not AuthorityEditor.objectName():
            AuthorityEditor.setObjectName(u"AuthorityEditor")
        self.AuthorityEditor_layout = QVBoxLayout(AuthorityEditor)
        self.AuthorityEditor_layout.setSpacing(12)
        self.AuthorityEditor_layout.setObjectName(u"AuthorityEditor_layout")
        self.AuthorityEditor_layout.setContentsMargins(0, 0, 0, 8)
        self.purpose = QLabel(AuthorityEditor)
        self.purpose.setObjectName(u"purpose")
        self.purpose.setWordWrap(True)
        self.purpose.setProperty(u"role", u"quiet")

        self.AuthorityEditor_layout.addWidget(self.purpose)

        self.banner = Banner(AuthorityEditor)
        self.banner.setObjectName(u"banner")

        self.AuthorityEditor_layout.addWidget(self.banner)

        self.nothing_place = QWidget(AuthorityEditor)
        self.nothing_place.setObjectName(u"nothing_place")
        self.nothing_layout = QVBoxLayout(self.nothing_place)
        self.nothing_layout.setSpacing(8)
        self.nothing_layout.setObjectName(u"nothing_layout")
        self.nothing_layout.setContentsMargins(0, 0, 0, 0)

        self.AuthorityEditor_layout.addWidget(self.nothing_place)

        self.authority = QFrame(AuthorityEditor)
        self.authority.setObjectName(u"authority")
        self.authority.setProperty(u"surface", u"card")
        self.authority_layout = QVBoxLayout(self.authority)
        self.authority_layout.setSpacing(8)
        self.authority_layout.setObjectName(u"authority_layout")
        self.authority_layout.setContentsMargins(16, 10, 16, 16)
        self.authority_head = QHBoxLayout()
        self.authority_head.setSpacing(8)
        self.authority_head.setObjectName(u"authority_head")
        self.authority_head.setContentsMargins(0, 0, 0, 0)
        self.authority_title = QLabel(self.authority)
        self.authority_title.setObjectName(u"authority_title")
        self.authority_title.setProperty(u"role", u"heading")

        self.authority_head.addWidget(self.authority_title)

        self.authority_note = ElidedLabel(self.authority)
        self.authority_note.setObjectName(u"authority_note")
        self.authority_note.setProperty(u"role", u"note")
        self.authority_note.setAlignment(Qt.AlignRight|Qt.AlignVCenter)

        self.authority_head.addWidget(self.authority_note)

        self.export_authority = QPushButton(self.authority)
        self.export_authority.setObjectName(u"export_authority")

        self.authority_head.addWidget(self.export_authority)

        self.import_authority = QPushButton(self.authority)
        self.import_authority.setObjectName(u"import_authority")

        self.authority_head.addWidget(self.import_authority)

        self.renew = QPushButton(self.authority)
        self.renew.setObjectName(u"renew")

        self.authority_head.addWidget(self.renew)

        self.authority_head.setStretch(1, 1)

        self.authority_layout.addLayout(self.authority_head)

        self.facts = StateList(self.authority)
        self.facts.setObjectName(u"facts")

        self.authority_layout.addWidget(self.facts)

        self.change_row = QHBoxLayout()
        self.change_row.setSpacing(8)
        self.change_row.setObjectName(u"change_row")
        self.change_row.setContentsMargins(0, 0, 0, 0)
        self.change_words = StateLabel(self.authority)
        self.change_words.setObjectName(u"change_words")

        self.change_row.addWidget(self.change_words)

        self.withdraw = QPushButton(self.authority)
        self.withdraw.setObjectName(u"withdraw")

        self.change_row.addWidget(self.withdraw)

        self.change = QPushButton(self.authority)
        self.change.setObjectName(u"change")

        self.change_row.addWidget(self.change)

        self.change_row.setStretch(0, 1)

        self.authority_layout.addLayout(self.change_row)


        self.AuthorityEditor_layout.addWidget(self.authority)

        self.hosts = QFrame(AuthorityEditor)
        self.hosts.setObjectName(u"hosts")
        self.hosts.setProperty(u"surface", u"card")
        self.hosts_layout = QVBoxLayout(self.hosts)
        self.hosts_layout.setSpacing(8)
        self.hosts_layout.setObjectName(u"hosts_layout")
        self.hosts_layout.setContentsMargins(16, 10, 16, 16)
        self.hosts_head = QHBoxLayout()
        self.hosts_head.setSpacing(8)
        self.hosts_head.setObjectName(u"hosts_head")
        self.hosts_head.setContentsMargins(0, 0, 0, 0)
        self.hosts_title = QLabel(self.hosts)
        self.hosts_title.setObjectName(u"hosts_title")
        self.hosts_title.setProperty(u"role", u"heading")

        self.hosts_head.addWidget(self.hosts_title)

        self.hosts_note = ElidedLabel(self.hosts)
        self.hosts_note.setObjectName(u"hosts_note")
        self.hosts_note.setProperty(u"role", u"note")
        self.hosts_note.setAlignment(Qt.AlignRight|Qt.AlignVCenter)

        self.hosts_head.addWidget(self.hosts_note)

        self.renew_hosts = QPushButton(self.hosts)
        self.renew_hosts.setObjectName(u"renew_hosts")

        self.hosts_head.addWidget(self.renew_hosts)

        self.hosts_head.setStretch(1, 1)

        self.hosts_layout.addLayout(self.hosts_head)

        self.certificates = StateList(self.hosts)
        self.certificates.setObjectName(u"certificates")

        self.hosts_layout.addWidget(self.certificates)


        self.AuthorityEditor_layout.addWidget(self.hosts)

        self.gap1 = QSpacerItem(0, 0, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Expanding)

        self.AuthorityEditor_layout.addItem(self.gap1)

        QWidget.setTabOrder(self.export_authority, self.import_authority)
        QWidget.setTabOrder(self.import_authority, self.renew)
        QWidget.setTabOrder(self.renew, self.renew_hosts)

        self.retranslateUi(AuthorityEditor)

        QMetaObject.connectSlotsByName(AuthorityEditor)
    # setupUi

    def retranslateUi(self, AuthorityEditor):
        self.purpose.setText(QCoreApplication.translate("AuthorityEditor", u"The fleet's own certificate authority issues the certificates of the hosts, for chat, phones and the directory; its key is kept with the secrets.", None))
        self.authority_title.setText(QCoreApplication.translate("AuthorityEditor", u"Authority of the fleet", None))
        self.export_authority.setText(QCoreApplication.translate("AuthorityEditor", u"&Export\u2026", None))
        self.import_authority.setText(QCoreApplication.translate("AuthorityEditor", u"&Import\u2026", None))
        self.renew.setText(QCoreApplication.translate("AuthorityEditor", u"&New one\u2026", None))
        self.withdraw.setText(QCoreApplication.translate("AuthorityEditor", u"&Withdraw it", None))
#if QT_CONFIG(tooltip)
        self.withdraw.setToolTip(QCoreApplication.translate("AuthorityEditor", u"Nothing follows: hosts trust the next authority no more", None))
#endif // QT_CONFIG(tooltip)
        self.change.setText(QCoreApplication.translate("AuthorityEditor", u"&Prepare the next one", None))
        self.hosts_title.setText(QCoreApplication.translate("AuthorityEditor", u"Certificates of the hosts", None))
        self.renew_hosts.setText(QCoreApplication.translate("AuthorityEditor", u"&Renew now\u2026", None))
#if QT_CONFIG(tooltip)
        self.renew_hosts.setToolTip(QCoreApplication.translate("AuthorityEditor", u"New certificates for all hosts that have theirs from the fleet's authority; shown for review first", None))
#endif // QT_CONFIG(tooltip)
        pass
    # retranslateUi
