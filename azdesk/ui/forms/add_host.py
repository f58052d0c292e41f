# Made from ui/add_host.ui by python -m azdesk.ui.forms_build; edit that file with Qt Designer instead.

from PySide6.QtCore import (QCoreApplication, QMetaObject, QSize)
from PySide6.QtWidgets import (QComboBox, QFrame, QHBoxLayout, QLabel, QLineEdit, QListWidget, QPushButton, QSizePolicy, QSpacerItem, QSpinBox, QStackedWidget, QVBoxLayout, QWidget)

from azdesk.ui.dialogs.credential_form import CredentialForm
from azdesk.ui.dialogs.login_test import LoginTest
from azdesk.ui.widgets.field_row import FieldRow
from azdesk.ui.widgets.marks import StateLabel

class Ui_AddHostDialog(object):
    def setupUi(self, AddHostDialog):
        if not AddHostDialog.objectName():
            AddHostDialog.setObjectName(u"AddHostDialog")
        self.AddHostDialog_layout = QVBoxLayout(AddHostDialog)
        self.AddHostDialog_layout.setSpacing(8)
        self.AddHostDialog_layout.setObjectName(u"AddHostDialog_layout")
        self.AddHostDialog_layout.setContentsMargins(24, 20, 24, 16)
        self.pages = QStackedWidget(AddHostDialog)
        self.pages.setObjectName(u"pages")
        self.entry = QWidget()
        self.entry.setObjectName(u"entry")
        self.entry_layout = QVBoxLayout(self.entry)
        self.entry_layout.setSpacing(12)
        self.entry_layout.setObjectName(u"entry_layout")
        self.entry_layout.setContentsMargins(0, 0, 0, 0)
        self.head = QHBoxLayout()
        self.head.setSpacing(8)
        self.head.setObjectName(u"head")
        self.head.setContentsMargins(0, 0, 0, 0)
        self.title = QLabel(self.entry)
        self.title.setObjectName(u"title")
        self.title.setProperty(u"role", u"title")

        self.head.addWidget(self.title)

        self.gap1 = QSpacerItem(0, 0, QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

        self.head.addItem(self.gap1)


        self.entry_layout.addLayout(self.head)

        self.halves = QHBoxLayout()
        self.halves.setSpacing(16)
        self.halves.setObjectName(u"halves")
        self.halves.setContentsMargins(0, 0, 0, 0)
        self.form = QWidget(self.entry)
        self.form.setObjectName(u"form")
        self.form_layout = QVBoxLayout(self.form)
        self.form_layout.setSpacing(8)
        self.form_layout.setObjectName(u"form_layout")
        self.form_layout.setContentsMargins(0, 0, 0, 0)
        self.address_row = FieldRow(self.form)
        self.address_row.setObjectName(u"address_row")
        self.address = QLineEdit(self.address_row)
        self.address.setObjectName(u"address")
        self.port = QSpinBox(self.address_row)
        self.port.lineEdit().setTextMargins(9, 0, 0, 0)
        self.port.setObjectName(u"port")
        self.port.setMinimum(1)
        self.port.setMaximum(65535)
        self.port.setMaximumSize(QSize(88, 16777215))

        self.form_layout.addWidget(self.address_row)

        self.name_row = FieldRow(self.form)
        self.name_row.setObjectName(u"name_row")
        self.name = QLineEdit(self.name_row)
        self.name.setObjectName(u"name")

        self.form_layout.addWidget(self.name_row)

        self.credential_row = FieldRow(self.form)
        self.credential_row.setObjectName(u"credential_row")
        self.credential = QComboBox(self.credential_row)
        self.credential.setObjectName(u"credential")
        self.credential.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.credential.setMinimumContentsLength(12)

        self.form_layout.addWidget(self.credential_row)

        self.fresh = QWidget(self.form)
        self.fresh.setObjectName(u"fresh")
        self.fresh_layout = QVBoxLayout(self.fresh)
        self.fresh_layout.setSpacing(8)
        self.fresh_layout.setObjectName(u"fresh_layout")
        self.fresh_layout.setContentsMargins(0, 0, 0, 0)
        self.credential_name_row = FieldRow(self.fresh)
        self.credential_name_row.setObjectName(u"credential_name_row")
        self.credential_name = QLineEdit(self.credential_name_row)
        self.credential_name.setObjectName(u"credential_name")

        self.fresh_layout.addWidget(self.credential_name_row)

        self.login = CredentialForm(self.fresh)
        self.login.setObjectName(u"login")

        self.fresh_layout.addWidget(self.login)


        self.form_layout.addWidget(self.fresh)

        self.jump_row = FieldRow(self.form)
        self.jump_row.setObjectName(u"jump_row")
        self.jump = QLineEdit(self.jump_row)
        self.jump.setObjectName(u"jump")

        self.form_layout.addWidget(self.jump_row)

        self.cluster_row = FieldRow(self.form)
        self.cluster_row.setObjectName(u"cluster_row")
        self.cluster = QComboBox(self.cluster_row)
        self.cluster.setObjectName(u"cluster")
        self.cluster.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.cluster.setMinimumContentsLength(12)

        self.form_layout.addWidget(self.cluster_row)

        self.gap2 = QSpacerItem(0, 0, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Expanding)

        self.form_layout.addItem(self.gap2)


        self.halves.addWidget(self.form)

        self.card = QFrame(self.entry)
        self.card.setObjectName(u"card")
        self.card.setProperty(u"surface", u"card")
        self.card_layout = QVBoxLayout(self.card)
        self.card_layout.setSpacing(8)
        self.card_layout.setObjectName(u"card_layout")
        self.card_layout.setContentsMargins(16, 12, 16, 12)
        self.login_test = LoginTest(self.card)
        self.login_test.setObjectName(u"login_test")

        self.card_layout.addWidget(self.login_test)


        self.halves.addWidget(self.card)

        self.halves.setStretch(0, 6)
        self.halves.setStretch(1, 5)

        self.entry_layout.addLayout(self.halves)

        self.foot = QHBoxLayout()
        self.foot.setSpacing(8)
        self.foot.setObjectName(u"foot")
        self.foot.setContentsMargins(0, 0, 0, 0)
        self.foot_note = QLabel(self.entry)
        self.foot_note.setObjectName(u"foot_note")
        self.foot_note.setWordWrap(True)
        self.foot_note.setProperty(u"role", u"note")

        self.foot.addWidget(self.foot_note)

        self.cancel = QPushButton(self.entry)
        self.cancel.setObjectName(u"cancel")

        self.foot.addWidget(self.cancel)

        self.test = QPushButton(self.entry)
        self.test.setObjectName(u"test")

        self.foot.addWidget(self.test)

        self.add = QPushButton(self.entry)
        self.add.setObjectName(u"add")
        self.add.setProperty(u"kind", u"primary")

        self.foot.addWidget(self.add)

        self.foot.setStretch(0, 1)

        self.entry_layout.addLayout(self.foot)

        self.pages.addWidget(self.entry)
        self.result = QWidget()
        self.result.setObjectName(u"result")
        self.result_layout = QVBoxLayout(self.result)
        self.result_layout.setSpacing(12)
        self.result_layout.setObjectName(u"result_layout")
        self.result_layout.setContentsMargins(0, 0, 0, 0)
        self.result_title = QLabel(self.result)
        self.result_title.setObjectName(u"result_title")
        self.result_title.setProperty(u"role", u"title")

        self.result_layout.addWidget(self.result_title)

        self.result_state = StateLabel(self.result)
        self.result_state.setObjectName(u"result_state")

        self.result_layout.addWidget(self.result_state)

        self.adopt_card = QFrame(self.result)
        self.adopt_card.setObjectName(u"adopt_card")
        self.adopt_card.setProperty(u"surface", u"card")
        self.adopt_layout = QVBoxLayout(self.adopt_card)
        self.adopt_layout.setSpacing(8)
        self.adopt_layout.setObjectName(u"adopt_layout")
        self.adopt_layout.setContentsMargins(16, 12, 16, 16)
        self.adopt_title = QLabel(self.adopt_card)
        self.adopt_title.setObjectName(u"adopt_title")
        self.adopt_title.setProperty(u"role", u"heading")

        self.adopt_layout.addWidget(self.adopt_title)

        self.adopt_text = QLabel(self.adopt_card)
        self.adopt_text.setObjectName(u"adopt_text")
        self.adopt_text.setWordWrap(True)
        self.adopt_text.setProperty(u"role", u"note")

        self.adopt_layout.addWidget(self.adopt_text)

        self.adopt_list = QListWidget(self.adopt_card)
        self.adopt_list.setObjectName(u"adopt_list")

        self.adopt_layout.addWidget(self.adopt_list)


        self.result_layout.addWidget(self.adopt_card)

        self.gap4 = QSpacerItem(0, 0, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Expanding)

        self.result_layout.addItem(self.gap4)

        self.result_foot = QHBoxLayout()
        self.result_foot.setSpacing(8)
        self.result_foot.setObjectName(u"result_foot")
        self.result_foot.setContentsMargins(0, 0, 0, 0)
        self.gap3 = QSpacerItem(0, 0, QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

        self.result_foot.addItem(self.gap3)

        self.done = QPushButton(self.result)
        self.done.setObjectName(u"done")

        self.result_foot.addWidget(self.done)

        self.leave = QPushButton(self.result)
        self.leave.setObjectName(u"leave")

        self.result_foot.addWidget(self.leave)

        self.adopt = QPushButton(self.result)
        self.adopt.setObjectName(u"adopt")
        self.adopt.setProperty(u"kind", u"primary")

        self.result_foot.addWidget(self.adopt)


        self.result_layout.addLayout(self.result_foot)

        self.result_layout.setStretch(2, 1000)
        self.result_layout.setStretch(3, 1)
        self.pages.addWidget(self.result)

        self.AddHostDialog_layout.addWidget(self.pages)

        QWidget.setTabOrder(self.address, self.port)
        QWidget.setTabOrder(self.port, self.name)
        QWidget.setTabOrder(self.name, self.credential)
        QWidget.setTabOrder(self.credential, self.credential_name)
        QWidget.setTabOrder(self.credential_name, self.jump)
        QWidget.setTabOrder(self.jump, self.cluster)
        QWidget.setTabOrder(self.cluster, self.cancel)
        QWidget.setTabOrder(self.cancel, self.test)
        QWidget.setTabOrder(self.test, self.add)
        QWidget.setTabOrder(self.add, self.adopt_list)
        QWidget.setTabOrder(self.adopt_list, self.done)
        QWidget.setTabOrder(self.done, self.leave)
        QWidget.setTabOrder(self.leave, self.adopt)

        self.retranslateUi(AddHostDialog)

        QMetaObject.connectSlotsByName(AddHostDialog)
    # setupUi

    def retranslateUi(self, AddHostDialog):
        AddHostDialog.setWindowTitle(QCoreApplication.translate("AddHostDialog", u"Add host", None))
        self.title.setText(QCoreApplication.translate("AddHostDialog", u"Add a host", None))
        self.address_row.setProperty(u"label", QCoreApplication.translate("AddHostDialog", u"&Address", None))
        self.address.setPlaceholderText(QCoreApplication.translate("AddHostDialog", u"192.168.11.251", None))
#if QT_CONFIG(accessibility)
        self.port.setAccessibleName(QCoreApplication.translate("AddHostDialog", u"SSH port", None))
#endif // QT_CONFIG(accessibility)
        self.name_row.setProperty(u"label", QCoreApplication.translate("AddHostDialog", u"&Name", None))
        self.credential_row.setProperty(u"label", QCoreApplication.translate("AddHostDialog", u"&Credential", None))
        self.credential_name_row.setProperty(u"label", QCoreApplication.translate("AddHostDialog", u"Ca&lled", None))
        self.jump_row.setProperty(u"label", QCoreApplication.translate("AddHostDialog", u"&Jump hosts", None))
        self.jump.setPlaceholderText(QCoreApplication.translate("AddHostDialog", u"none", None))
        self.cluster_row.setProperty(u"label", QCoreApplication.translate("AddHostDialog", u"Clust&er", None))
        self.cancel.setText(QCoreApplication.translate("AddHostDialog", u"Cancel", None))
        self.test.setText(QCoreApplication.translate("AddHostDialog", u"&Test login", None))
        self.add.setText(QCoreApplication.translate("AddHostDialog", u"Add &host", None))
        self.adopt_title.setText(QCoreApplication.translate("AddHostDialog", u"It has settings of its own", None))
        self.adopt_text.setText(QCoreApplication.translate("AddHostDialog", u"The document does not say the same. Take them into the document, or leave them: then the next review shows how they would be changed.", None))
#if QT_CONFIG(accessibility)
        self.adopt_list.setAccessibleName(QCoreApplication.translate("AddHostDialog", u"What would be taken into the document", None))
#endif // QT_CONFIG(accessibility)
        self.done.setText(QCoreApplication.translate("AddHostDialog", u"Close", None))
        self.leave.setText(QCoreApplication.translate("AddHostDialog", u"&Leave them", None))
        self.adopt.setText(QCoreApplication.translate("AddHostDialog", u"&Adopt", None))
    # retranslateUi
