# Made from ui/host_directory_editor.ui by python -m azdesk.ui.forms_build; edit that file with Qt Designer instead.

from PySide6.QtCore import (QCoreApplication, QMetaObject, Qt)
from PySide6.QtWidgets import (QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QSpacerItem, QVBoxLayout, QWidget)

from azdesk.ui.editors.lists import (DifferenceList, StateList)
from azdesk.ui.widgets.banner import Banner
from azdesk.ui.widgets.labels import ElidedLabel

class Ui_HostDirectoryEditor(object):
    def setupUi(self, HostDirectoryEditor):
        if not HostDirectoryEditor.objectName():
            HostDirectoryEditor.setObjectName(u"HostDirectoryEditor")
        self.HostDirectoryEditor_layout = QVBoxLayout(HostDirectoryEditor)
        self.HostDirectoryEditor_layout.setSpacing(12)
        self.HostDirectoryEditor_layout.setObjectName(u"HostDirectoryEditor_layout")
        self.HostDirectoryEditor_layout.setContentsMargins(0, 0, 0, 8)
        self.purpose = QLabel(HostDirectoryEditor)
        self.purpose.setObjectName(u"purpose")
        self.purpose.setWordWrap(True)
        self.purpose.setProperty(u"role", u"quiet")

        self.HostDirectoryEditor_layout.addWidget(self.purpose)

        self.banner = Banner(HostDirectoryEditor)
        self.banner.setObjectName(u"banner")

        self.HostDirectoryEditor_layout.addWidget(self.banner)

        self.nothing_place = QWidget(HostDirectoryEditor)
        self.nothing_place.setObjectName(u"nothing_place")
        self.nothing_layout = QVBoxLayout(self.nothing_place)
        self.nothing_layout.setSpacing(8)
        self.nothing_layout.setObjectName(u"nothing_layout")
        self.nothing_layout.setContentsMargins(0, 0, 0, 0)

        self.HostDirectoryEditor_layout.addWidget(self.nothing_place)

        self.slapd = QFrame(HostDirectoryEditor)
        self.slapd.setObjectName(u"slapd")
        self.slapd.setProperty(u"surface", u"card")
        self.slapd_layout = QVBoxLayout(self.slapd)
        self.slapd_layout.setSpacing(8)
        self.slapd_layout.setObjectName(u"slapd_layout")
        self.slapd_layout.setContentsMargins(16, 10, 16, 16)
        self.slapd_head = QHBoxLayout()
        self.slapd_head.setSpacing(8)
        self.slapd_head.setObjectName(u"slapd_head")
        self.slapd_head.setContentsMargins(0, 0, 0, 0)
        self.slapd_title = QLabel(self.slapd)
        self.slapd_title.setObjectName(u"slapd_title")
        self.slapd_title.setProperty(u"role", u"heading")

        self.slapd_head.addWidget(self.slapd_title)

        self.slapd_note = ElidedLabel(self.slapd)
        self.slapd_note.setObjectName(u"slapd_note")
        self.slapd_note.setProperty(u"role", u"note")
        self.slapd_note.setAlignment(Qt.AlignRight|Qt.AlignVCenter)

        self.slapd_head.addWidget(self.slapd_note)

        self.backups = QPushButton(self.slapd)
        self.backups.setObjectName(u"backups")

        self.slapd_head.addWidget(self.backups)

        self.settings = QPushButton(self.slapd)
        self.settings.setObjectName(u"settings")

        self.slapd_head.addWidget(self.settings)

        self.slapd_head.setStretch(1, 1)

        self.slapd_layout.addLayout(self.slapd_head)

        self.facts = StateList(self.slapd)
        self.facts.setObjectName(u"facts")

        self.slapd_layout.addWidget(self.facts)

        self.differs = DifferenceList(self.slapd)
        self.differs.setObjectName(u"differs")

        self.slapd_layout.addWidget(self.differs)


        self.HostDirectoryEditor_layout.addWidget(self.slapd)

        self.gap1 = QSpacerItem(0, 0, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Expanding)

        self.HostDirectoryEditor_layout.addItem(self.gap1)

        QWidget.setTabOrder(self.backups, self.settings)

        self.retranslateUi(HostDirectoryEditor)

        QMetaObject.connectSlotsByName(HostDirectoryEditor)
    # setupUi

    def retranslateUi(self, HostDirectoryEditor):
        self.purpose.setText(QCoreApplication.translate("HostDirectoryEditor", u"The directory as this host serves it: its base, schema, indices, access rules, and who follows whom.", None))
        self.slapd_title.setText(QCoreApplication.translate("HostDirectoryEditor", u"Directory server", None))
        self.backups.setText(QCoreApplication.translate("HostDirectoryEditor", u"&Backups\u2026", None))
        self.settings.setText(QCoreApplication.translate("HostDirectoryEditor", u"Directory && accounts\u2026", None))
        pass
    # retranslateUi
