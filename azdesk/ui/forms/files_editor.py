# Made from ui/files_editor.ui by python -m azdesk.ui.forms_build; edit that file with Qt Designer instead.

from PySide6.QtCore import (QCoreApplication, QMetaObject)
from PySide6.QtWidgets import (QLabel, QSizePolicy, QSpacerItem, QVBoxLayout, QWidget)

from azdesk.ui.editors.shared_files import SharedFiles
from azdesk.ui.widgets.banner import Banner

class Ui_FilesEditor(object):
    def setupUi(self, FilesEditor):
        if not FilesEditor.objectName():
            FilesEditor.setObjectName(u"FilesEditor")
        self.FilesEditor_layout = QVBoxLayout(FilesEditor)
        self.FilesEditor_layout.setSpacing(12)
        self.FilesEditor_layout.setObjectName(u"FilesEditor_layout")
        self.FilesEditor_layout.setContentsMargins(0, 0, 0, 8)
        self.purpose = QLabel(FilesEditor)
        self.purpose.setObjectName(u"purpose")
        self.purpose.setWordWrap(True)
        self.purpose.setProperty(u"role", u"quiet")

        self.FilesEditor_layout.addWidget(self.purpose)

        self.banner = Banner(FilesEditor)
        self.banner.setObjectName(u"banner")

        self.FilesEditor_layout.addWidget(self.banner)

        self.nothing_place = QWidget(FilesEditor)
        self.nothing_place.setObjectName(u"nothing_place")
        self.nothing_layout = QVBoxLayout(self.nothing_place)
        self.nothing_layout.setSpacing(8)
        self.nothing_layout.setObjectName(u"nothing_layout")
        self.nothing_layout.setContentsMargins(0, 0, 0, 0)

        self.FilesEditor_layout.addWidget(self.nothing_place)

        self.files = SharedFiles(FilesEditor)
        self.files.setObjectName(u"files")

        self.FilesEditor_layout.addWidget(self.files)

        self.protect = QLabel(FilesEditor)
        self.protect.setObjectName(u"protect")
        self.protect.setWordWrap(True)
        self.protect.setProperty(u"role", u"note")

        self.FilesEditor_layout.addWidget(self.protect)

        self.gap1 = QSpacerItem(0, 0, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Expanding)

        self.FilesEditor_layout.addItem(self.gap1)


        self.retranslateUi(FilesEditor)

        QMetaObject.connectSlotsByName(FilesEditor)
    # setupUi

    def retranslateUi(self, FilesEditor):
        self.purpose.setText(QCoreApplication.translate("FilesEditor", u"Where uploaded files and chat logs are kept. All nodes of a cluster have the same.", None))
        self.protect.setText(QCoreApplication.translate("FilesEditor", u"About ProtectHome: systemd hides /home from ejabberd. Where a folder lies below /home, AZDesk adds a drop-in to ejabberd's unit that shows it these folders and nothing else of /home; taking the setting away takes the drop-in away.", None))
        pass
    # retranslateUi
