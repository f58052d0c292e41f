# Made from ui/command_palette.ui by python -m azdesk.ui.forms_build; edit that file with Qt Designer instead.

from PySide6.QtCore import (QCoreApplication, QMetaObject, Qt)
from PySide6.QtWidgets import (QLabel, QLineEdit, QListView, QVBoxLayout)

class Ui_CommandPalette(object):
    def setupUi(self, CommandPalette):
        if not CommandPalette.objectName():
            CommandPalette.setObjectName(u"CommandPalette")
        self.CommandPalette_layout = QVBoxLayout(CommandPalette)
        self.CommandPalette_layout.setSpacing(8)
        self.CommandPalette_layout.setObjectName(u"CommandPalette_layout")
        self.CommandPalette_layout.setContentsMargins(12, 12, 12, 12)
        self.search = QLineEdit(CommandPalette)
        self.search.setObjectName(u"search")

        self.CommandPalette_layout.addWidget(self.search)

        self.found = QListView(CommandPalette)
        self.found.setObjectName(u"found")

        self.CommandPalette_layout.addWidget(self.found)

        self.nothing = QLabel(CommandPalette)
        self.nothing.setObjectName(u"nothing")
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.nothing.setProperty(u"role", u"quiet")

        self.CommandPalette_layout.addWidget(self.nothing)


        self.retranslateUi(CommandPalette)

        QMetaObject.connectSlotsByName(CommandPalette)
    # setupUi

    def retranslateUi(self, CommandPalette):
        CommandPalette.setWindowTitle(QCoreApplication.translate("CommandPalette", u"Commands and hosts", None))
        self.search.setPlaceholderText(QCoreApplication.translate("CommandPalette", u"Go to a host or do something", None))
#if QT_CONFIG(accessibility)
        self.search.setAccessibleName(QCoreApplication.translate("CommandPalette", u"Go to a host or do something", None))
#endif // QT_CONFIG(accessibility)
#if QT_CONFIG(accessibility)
        self.found.setAccessibleName(QCoreApplication.translate("CommandPalette", u"Found", None))
#endif // QT_CONFIG(accessibility)
        self.nothing.setText(QCoreApplication.translate("CommandPalette", u"Nothing by that name.", None))
    # retranslateUi
