# Made from ui/login_test.ui by python -m azdesk.ui.forms_build; edit that file with Qt Designer instead.

from PySide6.QtCore import (QCoreApplication, QMetaObject, QSize, Qt)
from PySide6.QtWidgets import (QFrame, QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QSizePolicy, QSpacerItem, QVBoxLayout, QWidget)

class Ui_LoginTest(object):
    def setupUi(self, LoginTest):
        if not LoginTest.objectName():
            LoginTest.setObjectName(u"LoginTest")
        self.LoginTest_layout = QVBoxLayout(LoginTest)
        self.LoginTest_layout.setSpacing(8)
        self.LoginTest_layout.setObjectName(u"LoginTest_layout")
        self.LoginTest_layout.setContentsMargins(0, 0, 0, 0)
        self.login_head = QHBoxLayout()
        self.login_head.setSpacing(8)
        self.login_head.setObjectName(u"login_head")
        self.login_head.setContentsMargins(0, 0, 0, 0)
        self.login_title = QLabel(LoginTest)
        self.login_title.setObjectName(u"login_title")
        self.login_title.setProperty(u"role", u"heading")

        self.login_head.addWidget(self.login_title)

        self.gap1 = QSpacerItem(0, 0, QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

        self.login_head.addItem(self.gap1)

        self.stop = QPushButton(LoginTest)
        self.stop.setObjectName(u"stop")

        self.login_head.addWidget(self.stop)


        self.LoginTest_layout.addLayout(self.login_head)

        self.empty_place = QWidget(LoginTest)
        self.empty_place.setObjectName(u"empty_place")
        self.empty_layout = QVBoxLayout(self.empty_place)
        self.empty_layout.setSpacing(8)
        self.empty_layout.setObjectName(u"empty_layout")
        self.empty_layout.setContentsMargins(0, 0, 0, 0)

        self.LoginTest_layout.addWidget(self.empty_place)

        self.steps = QWidget(LoginTest)
        self.steps.setObjectName(u"steps")
        self.steps_layout = QVBoxLayout(self.steps)
        self.steps_layout.setSpacing(6)
        self.steps_layout.setObjectName(u"steps_layout")
        self.steps_layout.setContentsMargins(0, 0, 0, 0)

        self.LoginTest_layout.addWidget(self.steps)

        self.box = QFrame(LoginTest)
        self.box.setObjectName(u"box")
        self.box.setProperty(u"surface", u"box-warning")
        self.box_layout = QVBoxLayout(self.box)
        self.box_layout.setSpacing(8)
        self.box_layout.setObjectName(u"box_layout")
        self.box_layout.setContentsMargins(14, 10, 14, 12)
        self.box_title = QLabel(self.box)
        self.box_title.setObjectName(u"box_title")
        self.box_title.setWordWrap(True)
        self.box_title.setProperty(u"role", u"heading")

        self.box_layout.addWidget(self.box_title)

        self.box_text = QLabel(self.box)
        self.box_text.setObjectName(u"box_text")
        self.box_text.setWordWrap(True)

        self.box_layout.addWidget(self.box_text)

        self.fingerprint = QLabel(self.box)
        self.fingerprint.setObjectName(u"fingerprint")
        self.fingerprint.setWordWrap(True)
        self.fingerprint.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)

        self.box_layout.addWidget(self.fingerprint)

        self.box_next = QLabel(self.box)
        self.box_next.setObjectName(u"box_next")
        self.box_next.setWordWrap(True)
        self.box_next.setProperty(u"role", u"note")

        self.box_layout.addWidget(self.box_next)

        self.box_buttons = QHBoxLayout()
        self.box_buttons.setSpacing(8)
        self.box_buttons.setObjectName(u"box_buttons")
        self.box_buttons.setContentsMargins(0, 0, 0, 0)
        self.accept_key = QPushButton(self.box)
        self.accept_key.setObjectName(u"accept_key")

        self.box_buttons.addWidget(self.accept_key)

        self.refuse_key = QPushButton(self.box)
        self.refuse_key.setObjectName(u"refuse_key")

        self.box_buttons.addWidget(self.refuse_key)

        self.install_python = QPushButton(self.box)
        self.install_python.setObjectName(u"install_python")

        self.box_buttons.addWidget(self.install_python)

        self.gap2 = QSpacerItem(0, 0, QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

        self.box_buttons.addItem(self.gap2)


        self.box_layout.addLayout(self.box_buttons)


        self.LoginTest_layout.addWidget(self.box)

        self.output = QPlainTextEdit(LoginTest)
        self.output.setObjectName(u"output")
        self.output.setReadOnly(True)
        self.output.setMaximumSize(QSize(16777215, 110))

        self.LoginTest_layout.addWidget(self.output)

        self.gap3 = QSpacerItem(0, 0, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Expanding)

        self.LoginTest_layout.addItem(self.gap3)

        QWidget.setTabOrder(self.stop, self.accept_key)
        QWidget.setTabOrder(self.accept_key, self.refuse_key)
        QWidget.setTabOrder(self.refuse_key, self.install_python)
        QWidget.setTabOrder(self.install_python, self.output)

        self.retranslateUi(LoginTest)

        QMetaObject.connectSlotsByName(LoginTest)
    # setupUi

    def retranslateUi(self, LoginTest):
        self.login_title.setText(QCoreApplication.translate("LoginTest", u"Login", None))
        self.stop.setText(QCoreApplication.translate("LoginTest", u"&Stop", None))
        self.accept_key.setText(QCoreApplication.translate("LoginTest", u"Accept this ke&y", None))
        self.refuse_key.setText(QCoreApplication.translate("LoginTest", u"Re&fuse", None))
        self.install_python.setText(QCoreApplication.translate("LoginTest", u"Install p&ython3", None))
#if QT_CONFIG(accessibility)
        self.output.setAccessibleName(QCoreApplication.translate("LoginTest", u"What the package manager says", None))
#endif // QT_CONFIG(accessibility)
        pass
    # retranslateUi
