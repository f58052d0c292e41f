# Made from ui/services_editor.ui by python -m azdesk.ui.forms_build; edit that file with Qt Designer instead.

from PySide6.QtCore import (QCoreApplication, QMetaObject, Qt)
from PySide6.QtWidgets import (QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QSpacerItem, QVBoxLayout, QWidget)

from azdesk.ui.editors.lists import (DifferenceList, StateList)
from azdesk.ui.widgets.banner import Banner
from azdesk.ui.widgets.labels import ElidedLabel

class Ui_ServicesEditor(object):
    def setupUi(self, ServicesEditor):
        if not ServicesEditor.objectName():
            ServicesEditor.setObjectName(u"ServicesEditor")
        self.ServicesEditor_layout = QVBoxLayout(ServicesEditor)
        self.ServicesEditor_layout.setSpacing(12)
        self.ServicesEditor_layout.setObjectName(u"ServicesEditor_layout")
        self.ServicesEditor_layout.setContentsMargins(0, 0, 0, 8)
        self.purpose = QLabel(ServicesEditor)
        self.purpose.setObjectName(u"purpose")
        self.purpose.setWordWrap(True)
        self.purpose.setProperty(u"role", u"quiet")

        self.ServicesEditor_layout.addWidget(self.purpose)

        self.banner = Banner(ServicesEditor)
        self.banner.setObjectName(u"banner")

        self.ServicesEditor_layout.addWidget(self.banner)

        self.nothing_place = QWidget(ServicesEditor)
        self.nothing_place.setObjectName(u"nothing_place")
        self.nothing_layout = QVBoxLayout(self.nothing_place)
        self.nothing_layout.setSpacing(8)
        self.nothing_layout.setObjectName(u"nothing_layout")
        self.nothing_layout.setContentsMargins(0, 0, 0, 0)

        self.ServicesEditor_layout.addWidget(self.nothing_place)

        self.units = QFrame(ServicesEditor)
        self.units.setObjectName(u"units")
        self.units.setProperty(u"surface", u"card")
        self.units_layout = QVBoxLayout(self.units)
        self.units_layout.setSpacing(8)
        self.units_layout.setObjectName(u"units_layout")
        self.units_layout.setContentsMargins(16, 10, 16, 16)
        self.units_head = QHBoxLayout()
        self.units_head.setSpacing(8)
        self.units_head.setObjectName(u"units_head")
        self.units_head.setContentsMargins(0, 0, 0, 0)
        self.units_title = QLabel(self.units)
        self.units_title.setObjectName(u"units_title")
        self.units_title.setProperty(u"role", u"heading")

        self.units_head.addWidget(self.units_title)

        self.units_note = ElidedLabel(self.units)
        self.units_note.setObjectName(u"units_note")
        self.units_note.setProperty(u"role", u"note")
        self.units_note.setAlignment(Qt.AlignRight|Qt.AlignVCenter)

        self.units_head.addWidget(self.units_note)

        self.units_head.setStretch(1, 1)

        self.units_layout.addLayout(self.units_head)

        self.unit_rows = QWidget(self.units)
        self.unit_rows.setObjectName(u"unit_rows")
        self.unit_rows_layout = QVBoxLayout(self.unit_rows)
        self.unit_rows_layout.setSpacing(12)
        self.unit_rows_layout.setObjectName(u"unit_rows_layout")
        self.unit_rows_layout.setContentsMargins(0, 0, 0, 0)

        self.units_layout.addWidget(self.unit_rows)

        self.services_differs = DifferenceList(self.units)
        self.services_differs.setObjectName(u"services_differs")

        self.units_layout.addWidget(self.services_differs)


        self.ServicesEditor_layout.addWidget(self.units)

        self.packages = QFrame(ServicesEditor)
        self.packages.setObjectName(u"packages")
        self.packages.setProperty(u"surface", u"card")
        self.packages_layout = QVBoxLayout(self.packages)
        self.packages_layout.setSpacing(8)
        self.packages_layout.setObjectName(u"packages_layout")
        self.packages_layout.setContentsMargins(16, 10, 16, 16)
        self.packages_head = QHBoxLayout()
        self.packages_head.setSpacing(8)
        self.packages_head.setObjectName(u"packages_head")
        self.packages_head.setContentsMargins(0, 0, 0, 0)
        self.packages_title = QLabel(self.packages)
        self.packages_title.setObjectName(u"packages_title")
        self.packages_title.setProperty(u"role", u"heading")

        self.packages_head.addWidget(self.packages_title)

        self.packages_note = ElidedLabel(self.packages)
        self.packages_note.setObjectName(u"packages_note")
        self.packages_note.setProperty(u"role", u"note")
        self.packages_note.setAlignment(Qt.AlignRight|Qt.AlignVCenter)

        self.packages_head.addWidget(self.packages_note)

        self.install = QPushButton(self.packages)
        self.install.setObjectName(u"install")

        self.packages_head.addWidget(self.install)

        self.packages_head.setStretch(1, 1)

        self.packages_layout.addLayout(self.packages_head)

        self.package_list = StateList(self.packages)
        self.package_list.setObjectName(u"package_list")

        self.packages_layout.addWidget(self.package_list)


        self.ServicesEditor_layout.addWidget(self.packages)

        self.gap1 = QSpacerItem(0, 0, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Expanding)

        self.ServicesEditor_layout.addItem(self.gap1)


        self.retranslateUi(ServicesEditor)

        QMetaObject.connectSlotsByName(ServicesEditor)
    # setupUi

    def retranslateUi(self, ServicesEditor):
        self.purpose.setText(QCoreApplication.translate("ServicesEditor", u"The services this host's roles need: whether they run, and the packages they come from.", None))
        self.units_title.setText(QCoreApplication.translate("ServicesEditor", u"Services", None))
        self.packages_title.setText(QCoreApplication.translate("ServicesEditor", u"Packages", None))
        self.install.setText(QCoreApplication.translate("ServicesEditor", u"&Install missing\u2026", None))
        pass
    # retranslateUi
