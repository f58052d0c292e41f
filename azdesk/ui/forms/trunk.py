# Made from ui/trunk.ui by python -m azdesk.ui.forms_build; edit that file with Qt Designer instead.

from PySide6.QtCore import (QCoreApplication, QMetaObject, Qt)
from PySide6.QtWidgets import (QCheckBox, QComboBox, QFrame, QHBoxLayout, QLineEdit, QPushButton, QScrollArea, QSizePolicy, QSpacerItem, QSpinBox, QVBoxLayout, QWidget)

from azdesk.ui.numbers.ticks import TickList
from azdesk.ui.widgets.banner import Banner
from azdesk.ui.widgets.field_row import FieldRow
from azdesk.ui.widgets.labels import ElidedLabel
from azdesk.ui.widgets.password_edit import PasswordEdit

class Ui_TrunkDialog(object):
    def setupUi(self, TrunkDialog):
        if not TrunkDialog.objectName():
            TrunkDialog.setObjectName(u"TrunkDialog")
        self.TrunkDialog_layout = QVBoxLayout(TrunkDialog)
        self.TrunkDialog_layout.setSpacing(12)
        self.TrunkDialog_layout.setObjectName(u"TrunkDialog_layout")
        self.TrunkDialog_layout.setContentsMargins(24, 20, 24, 16)
        self.title = ElidedLabel(TrunkDialog)
        self.title.setObjectName(u"title")
        self.title.setProperty(u"role", u"title")

        self.TrunkDialog_layout.addWidget(self.title)

        self.banner = Banner(TrunkDialog)
        self.banner.setObjectName(u"banner")

        self.TrunkDialog_layout.addWidget(self.banner)

        self.scroll = QScrollArea(TrunkDialog)
        self.scroll.setObjectName(u"scroll")
        self.scroll.setWidgetResizable(True)
        self.scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.scroll.setFrameShape(QFrame.Shape.NoFrame)
        self.scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.body = QWidget()
        self.body.setObjectName(u"body")
        self.body.setProperty(u"surface", u"page")
        self.body_layout = QVBoxLayout(self.body)
        self.body_layout.setSpacing(8)
        self.body_layout.setObjectName(u"body_layout")
        self.body_layout.setContentsMargins(0, 0, 8, 0)
        self.name_row = FieldRow(self.body)
        self.name_row.setObjectName(u"name_row")
        self.name = QLineEdit(self.name_row)
        self.name.setObjectName(u"name")

        self.body_layout.addWidget(self.name_row)

        self.address_row = FieldRow(self.body)
        self.address_row.setObjectName(u"address_row")
        self.address = QLineEdit(self.address_row)
        self.address.setObjectName(u"address")
        self.port = QSpinBox(self.address_row)
        self.port.lineEdit().setTextMargins(9, 0, 0, 0)
        self.port.setObjectName(u"port")
        self.port.setMinimum(0)
        self.port.setMaximum(65535)

        self.body_layout.addWidget(self.address_row)

        self.hosts_row = FieldRow(self.body)
        self.hosts_row.setObjectName(u"hosts_row")
        self.hosts = TickList(self.hosts_row)
        self.hosts.setObjectName(u"hosts")

        self.body_layout.addWidget(self.hosts_row)

        self.gateway_for_row = FieldRow(self.body)
        self.gateway_for_row.setObjectName(u"gateway_for_row")
        self.gateway_for = TickList(self.gateway_for_row)
        self.gateway_for.setObjectName(u"gateway_for")

        self.body_layout.addWidget(self.gateway_for_row)

        self.transport_row = FieldRow(self.body)
        self.transport_row.setObjectName(u"transport_row")
        self.transport = QComboBox(self.transport_row)
        self.transport.setObjectName(u"transport")

        self.body_layout.addWidget(self.transport_row)

        self.authentication_row = FieldRow(self.body)
        self.authentication_row.setObjectName(u"authentication_row")
        self.authentication = QComboBox(self.authentication_row)
        self.authentication.setObjectName(u"authentication")

        self.body_layout.addWidget(self.authentication_row)

        self.user_row = FieldRow(self.body)
        self.user_row.setObjectName(u"user_row")
        self.user = QLineEdit(self.user_row)
        self.user.setObjectName(u"user")

        self.body_layout.addWidget(self.user_row)

        self.password_row = FieldRow(self.body)
        self.password_row.setObjectName(u"password_row")
        self.password = PasswordEdit(self.password_row)
        self.password.setObjectName(u"password")
        self.password.setMaxLength(256)

        self.body_layout.addWidget(self.password_row)

        self.challenge_row = FieldRow(self.body)
        self.challenge_row.setObjectName(u"challenge_row")
        self.challenge = QCheckBox(self.challenge_row)
        self.challenge.setObjectName(u"challenge")

        self.body_layout.addWidget(self.challenge_row)

        self.sources_row = FieldRow(self.body)
        self.sources_row.setObjectName(u"sources_row")
        self.sources = QLineEdit(self.sources_row)
        self.sources.setObjectName(u"sources")

        self.body_layout.addWidget(self.sources_row)

        self.from_user_row = FieldRow(self.body)
        self.from_user_row.setObjectName(u"from_user_row")
        self.from_user = QLineEdit(self.from_user_row)
        self.from_user.setObjectName(u"from_user")

        self.body_layout.addWidget(self.from_user_row)

        self.from_domain_row = FieldRow(self.body)
        self.from_domain_row.setObjectName(u"from_domain_row")
        self.from_domain = QLineEdit(self.from_domain_row)
        self.from_domain.setObjectName(u"from_domain")

        self.body_layout.addWidget(self.from_domain_row)

        self.outbound_proxy_row = FieldRow(self.body)
        self.outbound_proxy_row.setObjectName(u"outbound_proxy_row")
        self.outbound_proxy = QLineEdit(self.outbound_proxy_row)
        self.outbound_proxy.setObjectName(u"outbound_proxy")

        self.body_layout.addWidget(self.outbound_proxy_row)

        self.codecs_row = FieldRow(self.body)
        self.codecs_row.setObjectName(u"codecs_row")
        self.codecs = QLineEdit(self.codecs_row)
        self.codecs.setObjectName(u"codecs")

        self.body_layout.addWidget(self.codecs_row)

        self.srtp_row = FieldRow(self.body)
        self.srtp_row.setObjectName(u"srtp_row")
        self.srtp = QCheckBox(self.srtp_row)
        self.srtp.setObjectName(u"srtp")

        self.body_layout.addWidget(self.srtp_row)

        self.dtmf_row = FieldRow(self.body)
        self.dtmf_row.setObjectName(u"dtmf_row")
        self.dtmf = QComboBox(self.dtmf_row)
        self.dtmf.setObjectName(u"dtmf")

        self.body_layout.addWidget(self.dtmf_row)

        self.caller_id_row = FieldRow(self.body)
        self.caller_id_row.setObjectName(u"caller_id_row")
        self.caller_id = QLineEdit(self.caller_id_row)
        self.caller_id.setObjectName(u"caller_id")

        self.body_layout.addWidget(self.caller_id_row)

        self.max_calls_row = FieldRow(self.body)
        self.max_calls_row.setObjectName(u"max_calls_row")
        self.max_calls = QSpinBox(self.max_calls_row)
        self.max_calls.lineEdit().setTextMargins(9, 0, 0, 0)
        self.max_calls.setObjectName(u"max_calls")
        self.max_calls.setMinimum(0)
        self.max_calls.setMaximum(10000)

        self.body_layout.addWidget(self.max_calls_row)

        self.qualify_row = FieldRow(self.body)
        self.qualify_row.setObjectName(u"qualify_row")
        self.qualify = QSpinBox(self.qualify_row)
        self.qualify.lineEdit().setTextMargins(9, 0, 0, 0)
        self.qualify.setObjectName(u"qualify")
        self.qualify.setMinimum(0)
        self.qualify.setMaximum(3600)

        self.body_layout.addWidget(self.qualify_row)

        self.record_row = FieldRow(self.body)
        self.record_row.setObjectName(u"record_row")
        self.record = QCheckBox(self.record_row)
        self.record.setObjectName(u"record")

        self.body_layout.addWidget(self.record_row)

        self.note_row = FieldRow(self.body)
        self.note_row.setObjectName(u"note_row")
        self.note = QLineEdit(self.note_row)
        self.note.setObjectName(u"note")

        self.body_layout.addWidget(self.note_row)

        self.rest = QSpacerItem(0, 0, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Expanding)

        self.body_layout.addItem(self.rest)

        self.scroll.setWidget(self.body)

        self.TrunkDialog_layout.addWidget(self.scroll)

        self.foot = QHBoxLayout()
        self.foot.setSpacing(8)
        self.foot.setObjectName(u"foot")
        self.foot.setContentsMargins(0, 0, 0, 0)
        self.gap_foot = QSpacerItem(0, 0, QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

        self.foot.addItem(self.gap_foot)

        self.cancel = QPushButton(TrunkDialog)
        self.cancel.setObjectName(u"cancel")

        self.foot.addWidget(self.cancel)

        self.ok = QPushButton(TrunkDialog)
        self.ok.setObjectName(u"ok")
        self.ok.setProperty(u"kind", u"primary")

        self.foot.addWidget(self.ok)


        self.TrunkDialog_layout.addLayout(self.foot)

        QWidget.setTabOrder(self.name, self.address)
        QWidget.setTabOrder(self.address, self.port)
        QWidget.setTabOrder(self.port, self.hosts)
        QWidget.setTabOrder(self.hosts, self.gateway_for)
        QWidget.setTabOrder(self.gateway_for, self.transport)
        QWidget.setTabOrder(self.transport, self.authentication)
        QWidget.setTabOrder(self.authentication, self.user)
        QWidget.setTabOrder(self.user, self.password)
        QWidget.setTabOrder(self.password, self.challenge)
        QWidget.setTabOrder(self.challenge, self.sources)
        QWidget.setTabOrder(self.sources, self.from_user)
        QWidget.setTabOrder(self.from_user, self.from_domain)
        QWidget.setTabOrder(self.from_domain, self.outbound_proxy)
        QWidget.setTabOrder(self.outbound_proxy, self.codecs)
        QWidget.setTabOrder(self.codecs, self.srtp)
        QWidget.setTabOrder(self.srtp, self.dtmf)
        QWidget.setTabOrder(self.dtmf, self.caller_id)
        QWidget.setTabOrder(self.caller_id, self.max_calls)
        QWidget.setTabOrder(self.max_calls, self.qualify)
        QWidget.setTabOrder(self.qualify, self.record)
        QWidget.setTabOrder(self.record, self.note)
        QWidget.setTabOrder(self.note, self.cancel)
        QWidget.setTabOrder(self.cancel, self.ok)

        self.retranslateUi(TrunkDialog)

        QMetaObject.connectSlotsByName(TrunkDialog)
    # setupUi

    def retranslateUi(self, TrunkDialog):
        TrunkDialog.setWindowTitle(QCoreApplication.translate("TrunkDialog", u"Trunk", None))
        self.name_row.setProperty(u"label", QCoreApplication.translate("TrunkDialog", u"&Name", None))
        self.address_row.setProperty(u"label", QCoreApplication.translate("TrunkDialog", u"&Address", None))
        self.address.setPlaceholderText(QCoreApplication.translate("TrunkDialog", u"sip.example.com", None))
        self.port.setSpecialValueText(QCoreApplication.translate("TrunkDialog", u"usual port", None))
        self.hosts_row.setProperty(u"label", QCoreApplication.translate("TrunkDialog", u"At ho&sts", None))
        self.hosts_row.setProperty(u"note", QCoreApplication.translate("TrunkDialog", u"None ticked: at all that the number plan is for.", None))
        self.gateway_for_row.setProperty(u"label", QCoreApplication.translate("TrunkDialog", u"Wa&y out also for", None))
        self.gateway_for_row.setProperty(u"note", QCoreApplication.translate("TrunkDialog", u"Hosts without this trunk that go out by it all the same, through one that has it.", None))
        self.transport_row.setProperty(u"label", QCoreApplication.translate("TrunkDialog", u"&Reached by", None))
        self.authentication_row.setProperty(u"label", QCoreApplication.translate("TrunkDialog", u"Known &by", None))
        self.user_row.setProperty(u"label", QCoreApplication.translate("TrunkDialog", u"&User", None))
        self.password_row.setProperty(u"label", QCoreApplication.translate("TrunkDialog", u"Passwor&d", None))
        self.password_row.setProperty(u"note", QCoreApplication.translate("TrunkDialog", u"Kept with the secrets of this workstation, never in the document.", None))
        self.challenge.setText(QCoreApplication.translate("TrunkDialog", u"The other side must show user and pass&word, too", None))
        self.sources_row.setProperty(u"label", QCoreApplication.translate("TrunkDialog", u"&Calls come from", None))
        self.sources_row.setProperty(u"note", QCoreApplication.translate("TrunkDialog", u"Addresses or networks, beside its own address.", None))
        self.sources.setPlaceholderText(QCoreApplication.translate("TrunkDialog", u"198.51.100.0/24", None))
        self.from_user_row.setProperty(u"label", QCoreApplication.translate("TrunkDialog", u"&From user", None))
        self.from_user.setPlaceholderText(QCoreApplication.translate("TrunkDialog", u"the caller's number", None))
        self.from_domain_row.setProperty(u"label", QCoreApplication.translate("TrunkDialog", u"From doma&in", None))
        self.from_domain.setPlaceholderText(QCoreApplication.translate("TrunkDialog", u"the host's own address", None))
        self.outbound_proxy_row.setProperty(u"label", QCoreApplication.translate("TrunkDialog", u"Outbound pro&xy", None))
        self.outbound_proxy.setPlaceholderText(QCoreApplication.translate("TrunkDialog", u"none", None))
        self.codecs_row.setProperty(u"label", QCoreApplication.translate("TrunkDialog", u"C&odecs", None))
        self.codecs_row.setProperty(u"note", QCoreApplication.translate("TrunkDialog", u"In the order of preference.", None))
        self.srtp.setText(QCoreApplication.translate("TrunkDialog", u"&Voice goes encrypted (SRTP)", None))
        self.dtmf_row.setProperty(u"label", QCoreApplication.translate("TrunkDialog", u"&Pressed keys", None))
        self.caller_id_row.setProperty(u"label", QCoreApplication.translate("TrunkDialog", u"Ca&ller number", None))
        self.caller_id_row.setProperty(u"note", QCoreApplication.translate("TrunkDialog", u"That callees see.", None))
        self.caller_id.setPlaceholderText(QCoreApplication.translate("TrunkDialog", u"the caller's own", None))
        self.max_calls_row.setProperty(u"label", QCoreApplication.translate("TrunkDialog", u"&Most calls", None))
        self.max_calls.setSuffix(QCoreApplication.translate("TrunkDialog", u" at a time on a host", None))
        self.max_calls.setSpecialValueText(QCoreApplication.translate("TrunkDialog", u"as many as there are", None))
        self.qualify_row.setProperty(u"label", QCoreApplication.translate("TrunkDialog", u"Ask w&hether it is there", None))
        self.qualify.setSuffix(QCoreApplication.translate("TrunkDialog", u" s", None))
        self.qualify.setSpecialValueText(QCoreApplication.translate("TrunkDialog", u"never", None))
        self.record.setText(QCoreApplication.translate("TrunkDialog", u"R&ecord calls that leave by it", None))
        self.note_row.setProperty(u"label", QCoreApplication.translate("TrunkDialog", u"No&te", None))
        self.cancel.setText(QCoreApplication.translate("TrunkDialog", u"Cancel", None))
        self.ok.setText(QCoreApplication.translate("TrunkDialog", u"Ta&ke over", None))
    # retranslateUi
