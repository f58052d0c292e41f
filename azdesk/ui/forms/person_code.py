# Made from ui/person_code.ui by python -m azdesk.ui.forms_build; edit that file with Qt Designer instead.

from PySide6.QtCore import (QCoreApplication, QMetaObject, Qt)
from PySide6.QtWidgets import (QComboBox, QGridLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget)

from azdesk.ui.enrolment.code_view import CodeView

class Ui_PersonCode(object):
    def setupUi(self, PersonCode):
        if not PersonCode.objectName():
            PersonCode.setObjectName(u"PersonCode")
        self.PersonCode_layout = QVBoxLayout(PersonCode)
        self.PersonCode_layout.setSpacing(8)
        self.PersonCode_layout.setObjectName(u"PersonCode_layout")
        self.PersonCode_layout.setContentsMargins(0, 0, 0, 0)
        self.form = QComboBox(PersonCode)
        self.form.setObjectName(u"form")
        sizePolicy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        sizePolicy.setHorizontalStretch(0)
        sizePolicy.setVerticalStretch(0)
        sizePolicy.setHeightForWidth(self.form.sizePolicy().hasHeightForWidth())
        self.form.setSizePolicy(sizePolicy)

        self.PersonCode_layout.addWidget(self.form)

        self.contains = QLabel(PersonCode)
        self.contains.setObjectName(u"contains")
        self.contains.setWordWrap(True)
        self.contains.setProperty(u"role", u"note")

        self.PersonCode_layout.addWidget(self.contains)

        self.view = CodeView(PersonCode)
        self.view.setObjectName(u"view")

        self.PersonCode_layout.addWidget(self.view, 0, Qt.AlignmentFlag.AlignHCenter)

        self.says = QLabel(PersonCode)
        self.says.setObjectName(u"says")
        self.says.setWordWrap(True)
        self.says.setAlignment(Qt.AlignmentFlag.AlignHCenter|Qt.AlignmentFlag.AlignTop)
        self.says.setProperty(u"role", u"note")

        self.PersonCode_layout.addWidget(self.says)

        self.problem = QLabel(PersonCode)
        self.problem.setObjectName(u"problem")
        self.problem.setWordWrap(True)
        self.problem.setProperty(u"role", u"problem")

        self.PersonCode_layout.addWidget(self.problem)

        self.buttons = QGridLayout()
        self.buttons.setSpacing(8)
        self.buttons.setObjectName(u"buttons")
        self.show_code = QPushButton(PersonCode)
        self.show_code.setObjectName(u"show_code")
        self.show_code.setAutoDefault(False)

        self.buttons.addWidget(self.show_code, 0, 0, 1, 1)

        self.copy = QPushButton(PersonCode)
        self.copy.setObjectName(u"copy")
        self.copy.setAutoDefault(False)

        self.buttons.addWidget(self.copy, 0, 1, 1, 1)

        self.save_code = QPushButton(PersonCode)
        self.save_code.setObjectName(u"save_code")
        self.save_code.setAutoDefault(False)

        self.buttons.addWidget(self.save_code, 1, 0, 1, 1)

        self.print_code = QPushButton(PersonCode)
        self.print_code.setObjectName(u"print_code")
        self.print_code.setAutoDefault(False)

        self.buttons.addWidget(self.print_code, 1, 1, 1, 1)


        self.PersonCode_layout.addLayout(self.buttons)

        QWidget.setTabOrder(self.form, self.show_code)
        QWidget.setTabOrder(self.show_code, self.copy)
        QWidget.setTabOrder(self.copy, self.save_code)
        QWidget.setTabOrder(self.save_code, self.print_code)

        self.retranslateUi(PersonCode)

        QMetaObject.connectSlotsByName(PersonCode)
    # setupUi

    def retranslateUi(self, PersonCode):
#if QT_CONFIG(accessibility)
        self.form.setAccessibleName(QCoreApplication.translate("PersonCode", u"What the code is for", None))
#endif // QT_CONFIG(accessibility)
        self.show_code.setText(QCoreApplication.translate("PersonCode", u"Sho&w", None))
        self.copy.setText(QCoreApplication.translate("PersonCode", u"&Copy", None))
#if QT_CONFIG(tooltip)
        self.copy.setToolTip(QCoreApplication.translate("PersonCode", u"Copy the text of the code; the clipboard clears itself after 30 seconds", None))
#endif // QT_CONFIG(tooltip)
        self.save_code.setText(QCoreApplication.translate("PersonCode", u"Sa&ve\u2026", None))
        self.print_code.setText(QCoreApplication.translate("PersonCode", u"&Print\u2026", None))
        pass
    # retranslateUi
