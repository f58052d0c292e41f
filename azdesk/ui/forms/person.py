# Made from ui/person.ui by python -m azdesk.ui.forms_build; edit that file with Qt Designer instead.

from PySide6.QtCore import (QCoreApplication, QMetaObject)
from PySide6.QtWidgets import (QComboBox, QFrame, QHBoxLayout, QLineEdit, QPushButton, QScrollArea, QSizePolicy, QSpacerItem, QVBoxLayout, QWidget)

from azdesk.ui.widgets.banner import Banner
from azdesk.ui.widgets.field_row import FieldRow
from azdesk.ui.widgets.labels import ElidedLabel
from azdesk.ui.widgets.password_edit import PasswordEdit

class Ui_PersonDialog(object):
    def setupUi(self, PersonDialog):
        if not PersonDialog.objectName():
            PersonDialog.setObjectName(u"PersonDialog")
        self.PersonDialog_layout = QVBoxLayout(PersonDialog)
        self.PersonDialog_layout.setSpacing(12)
        self.PersonDialog_layout.setObjectName(u"PersonDialog_layout")
        self.PersonDialog_layout.setContentsMargins(24, 20, 24, 16)
        self.top = QHBoxLayout()
        self.top.setSpacing(8)
        self.top.setObjectName(u"top")
        self.top.setContentsMargins(0, 0, 0, 0)
        self.title = ElidedLabel(PersonDialog)
        self.title.setObjectName(u"title")
        self.title.setProperty(u"role", u"title")

        self.top.addWidget(self.title)

        self.top.setStretch(0, 1)

        self.PersonDialog_layout.addLayout(self.top)

        self.banner = Banner(PersonDialog)
        self.banner.setObjectName(u"banner")

        self.PersonDialog_layout.addWidget(self.banner)

        self.scroll = QScrollArea(PersonDialog)
        self.scroll.setObjectName(u"scroll")
        self.scroll.setWidgetResizable(True)
        self.scroll.setFrameShape(QFrame.Shape.NoFrame)
        self.body = QWidget()
        self.body.setObjectName(u"body")
        self.body.setProperty(u"surface", u"page")
        self.body_layout = QVBoxLayout(self.body)
        self.body_layout.setSpacing(8)
        self.body_layout.setObjectName(u"body_layout")
        self.body_layout.setContentsMargins(0, 0, 0, 0)
        self.name_row = FieldRow(self.body)
        self.name_row.setObjectName(u"name_row")
        self.name = QLineEdit(self.name_row)
        self.name.setObjectName(u"name")

        self.body_layout.addWidget(self.name_row)

        self.account_row = FieldRow(self.body)
        self.account_row.setObjectName(u"account_row")
        self.account = QLineEdit(self.account_row)
        self.account.setObjectName(u"account")

        self.body_layout.addWidget(self.account_row)

        self.home_row = FieldRow(self.body)
        self.home_row.setObjectName(u"home_row")
        self.home = QComboBox(self.home_row)
        self.home.setObjectName(u"home")

        self.body_layout.addWidget(self.home_row)

        self.number_row = FieldRow(self.body)
        self.number_row.setObjectName(u"number_row")
        self.number = QLineEdit(self.number_row)
        self.number.setObjectName(u"number")
        self.suggest = QPushButton(self.number_row)
        self.suggest.setObjectName(u"suggest")

        self.body_layout.addWidget(self.number_row)

        self.mail_row = FieldRow(self.body)
        self.mail_row.setObjectName(u"mail_row")
        self.mail = QLineEdit(self.mail_row)
        self.mail.setObjectName(u"mail")

        self.body_layout.addWidget(self.mail_row)

        self.password_row = FieldRow(self.body)
        self.password_row.setObjectName(u"password_row")
        self.password = PasswordEdit(self.password_row)
        self.password.setObjectName(u"password")
        self.generate = QPushButton(self.password_row)
        self.generate.setObjectName(u"generate")

        self.body_layout.addWidget(self.password_row)

        self.more_row = FieldRow(self.body)
        self.more_row.setObjectName(u"more_row")
        self.more = QPushButton(self.more_row)
        self.more.setObjectName(u"more")
        self.more.setProperty(u"kind", u"link")
        self.more.setCheckable(True)

        self.body_layout.addWidget(self.more_row)

        self.others = QWidget(self.body)
        self.others.setObjectName(u"others")
        self.others_layout = QVBoxLayout(self.others)
        self.others_layout.setSpacing(8)
        self.others_layout.setObjectName(u"others_layout")
        self.others_layout.setContentsMargins(0, 0, 0, 0)

        self.body_layout.addWidget(self.others)

        self.gap_body = QSpacerItem(0, 0, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Expanding)

        self.body_layout.addItem(self.gap_body)

        self.scroll.setWidget(self.body)

        self.PersonDialog_layout.addWidget(self.scroll)

        self.foot = QHBoxLayout()
        self.foot.setSpacing(8)
        self.foot.setObjectName(u"foot")
        self.foot.setContentsMargins(0, 0, 0, 0)
        self.gap_foot = QSpacerItem(0, 0, QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

        self.foot.addItem(self.gap_foot)

        self.cancel = QPushButton(PersonDialog)
        self.cancel.setObjectName(u"cancel")

        self.foot.addWidget(self.cancel)

        self.ok = QPushButton(PersonDialog)
        self.ok.setObjectName(u"ok")
        self.ok.setProperty(u"kind", u"primary")

        self.foot.addWidget(self.ok)


        self.PersonDialog_layout.addLayout(self.foot)

        QWidget.setTabOrder(self.name, self.account)
        QWidget.setTabOrder(self.account, self.home)
        QWidget.setTabOrder(self.home, self.number)
        QWidget.setTabOrder(self.number, self.suggest)
        QWidget.setTabOrder(self.suggest, self.mail)
        QWidget.setTabOrder(self.mail, self.password)
        QWidget.setTabOrder(self.password, self.generate)
        QWidget.setTabOrder(self.generate, self.more)
        QWidget.setTabOrder(self.more, self.cancel)
        QWidget.setTabOrder(self.cancel, self.ok)

        self.retranslateUi(PersonDialog)

        QMetaObject.connectSlotsByName(PersonDialog)
    # setupUi

    def retranslateUi(self, PersonDialog):
        PersonDialog.setWindowTitle(QCoreApplication.translate("PersonDialog", u"Person", None))
        self.name_row.setProperty(u"label", QCoreApplication.translate("PersonDialog", u"&Name", None))
        self.account_row.setProperty(u"label", QCoreApplication.translate("PersonDialog", u"&Account", None))
        self.account_row.setProperty(u"note", QCoreApplication.translate("PersonDialog", u"Before the @ of the chat address, and the name to log in with.", None))
        self.home_row.setProperty(u"label", QCoreApplication.translate("PersonDialog", u"&Home host", None))
        self.number_row.setProperty(u"label", QCoreApplication.translate("PersonDialog", u"N&umber", None))
        self.suggest.setText(QCoreApplication.translate("PersonDialog", u"Next &free", None))
        self.mail_row.setProperty(u"label", QCoreApplication.translate("PersonDialog", u"&E-mail", None))
        self.password_row.setProperty(u"label", QCoreApplication.translate("PersonDialog", u"&Password", None))
        self.generate.setText(QCoreApplication.translate("PersonDialog", u"&Generate", None))
        self.more.setText(QCoreApplication.translate("PersonDialog", u"&More", None))
        self.cancel.setText(QCoreApplication.translate("PersonDialog", u"Cancel", None))
        self.ok.setText(QCoreApplication.translate("PersonDialog", u"&Save", None))
    # retranslateUi
