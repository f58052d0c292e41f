# Made from ui/host_key.ui by python -m azdesk.ui.forms_build; edit that file with Qt Designer instead.

from PySide6.QtCore import (QCoreApplication, QMetaObject)
from PySide6.QtWidgets import (QFrame, QHBoxLayout, QLabel, QLineEdit, QPushButton, QSizePolicy, QSpacerItem, QVBoxLayout, QWidget)

from azdesk.ui.widgets.field_row import FieldRow
from azdesk.ui.widgets.marks import IconMark

class Ui_HostKeyDialog(object):
    def setupUi(self, HostKeyDialog):
        if not HostKeyDialog.objectName():
            HostKeyDialog.setObjectName(u"HostKeyDialog")
        self.HostKeyDialog_layout = QVBoxLayout(HostKeyDialog)
        self.HostKeyDialog_layout.setSpacing(12)
        self.HostKeyDialog_layout.setObjectName(u"HostKeyDialog_layout")
        self.HostKeyDialog_layout.setContentsMargins(24, 20, 24, 16)
        self.top = QHBoxLayout()
        self.top.setSpacing(12)
        self.top.setObjectName(u"top")
        self.top.setContentsMargins(0, 0, 0, 0)
        self.mark = IconMark(HostKeyDialog)
        self.mark.setObjectName(u"mark")

        self.top.addWidget(self.mark)

        self.what = QLabel(HostKeyDialog)
        self.what.setObjectName(u"what")
        self.what.setWordWrap(True)
        self.what.setProperty(u"role", u"heading")

        self.top.addWidget(self.what)

        self.top.setStretch(1, 1)

        self.HostKeyDialog_layout.addLayout(self.top)

        self.explain = QLabel(HostKeyDialog)
        self.explain.setObjectName(u"explain")
        self.explain.setWordWrap(True)

        self.HostKeyDialog_layout.addWidget(self.explain)

        self.card = QFrame(HostKeyDialog)
        self.card.setObjectName(u"card")
        self.card.setProperty(u"surface", u"card")
        self.card_layout = QVBoxLayout(self.card)
        self.card_layout.setSpacing(4)
        self.card_layout.setObjectName(u"card_layout")
        self.card_layout.setContentsMargins(16, 12, 16, 12)
        self.shown_title = QLabel(self.card)
        self.shown_title.setObjectName(u"shown_title")
        self.shown_title.setProperty(u"role", u"note")

        self.card_layout.addWidget(self.shown_title)

        self.shown = QLabel(self.card)
        self.shown.setObjectName(u"shown")
        self.shown.setWordWrap(True)

        self.card_layout.addWidget(self.shown)

        self.place = QLabel(self.card)
        self.place.setObjectName(u"place")
        self.place.setWordWrap(True)
        self.place.setProperty(u"role", u"note")

        self.card_layout.addWidget(self.place)


        self.HostKeyDialog_layout.addWidget(self.card)

        self.compare_row = FieldRow(HostKeyDialog)
        self.compare_row.setObjectName(u"compare_row")
        self.compare = QLineEdit(self.compare_row)
        self.compare.setObjectName(u"compare")

        self.HostKeyDialog_layout.addWidget(self.compare_row)

        self.foot = QHBoxLayout()
        self.foot.setSpacing(8)
        self.foot.setObjectName(u"foot")
        self.foot.setContentsMargins(0, 0, 0, 0)
        self.gap1 = QSpacerItem(0, 0, QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

        self.foot.addItem(self.gap1)

        self.refuse = QPushButton(HostKeyDialog)
        self.refuse.setObjectName(u"refuse")

        self.foot.addWidget(self.refuse)

        self.accept_key = QPushButton(HostKeyDialog)
        self.accept_key.setObjectName(u"accept_key")

        self.foot.addWidget(self.accept_key)


        self.HostKeyDialog_layout.addLayout(self.foot)

        QWidget.setTabOrder(self.compare, self.refuse)
        QWidget.setTabOrder(self.refuse, self.accept_key)

        self.retranslateUi(HostKeyDialog)

        QMetaObject.connectSlotsByName(HostKeyDialog)
    # setupUi

    def retranslateUi(self, HostKeyDialog):
        HostKeyDialog.setWindowTitle(QCoreApplication.translate("HostKeyDialog", u"Unknown host key", None))
        self.compare_row.setProperty(u"label", QCoreApplication.translate("HostKeyDialog", u"&Compare", None))
        self.compare_row.setProperty(u"note", QCoreApplication.translate("HostKeyDialog", u"On the host: ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub", None))
        self.compare.setPlaceholderText(QCoreApplication.translate("HostKeyDialog", u"paste the fingerprint from the host", None))
        self.refuse.setText(QCoreApplication.translate("HostKeyDialog", u"&Refuse", None))
        self.accept_key.setText(QCoreApplication.translate("HostKeyDialog", u"&Accept this key", None))
    # retranslateUi
