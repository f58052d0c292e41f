# Made from ui/host_page.ui by python -m azdesk.ui.forms_build; edit that file with Qt Designer instead.

from PySide6.QtCore import (QCoreApplication, QMetaObject)
from PySide6.QtWidgets import (QHBoxLayout, QPushButton, QVBoxLayout)

from azdesk.ui.widgets.banner import Banner
from azdesk.ui.widgets.labels import (ElidedLabel, RelativeTime)
from azdesk.ui.widgets.side_tabs import SideTabs

class Ui_HostPage(object):
    def setupUi(self, HostPage):
        if not HostPage.objectName():
            HostPage.setObjectName(u"HostPage")
        self.HostPage_layout = QVBoxLayout(HostPage)
        self.HostPage_layout.setSpacing(12)
        self.HostPage_layout.setObjectName(u"HostPage_layout")
        self.HostPage_layout.setContentsMargins(24, 20, 8, 0)
        self.head = QHBoxLayout()
        self.head.setSpacing(8)
        self.head.setObjectName(u"head")
        self.head.setContentsMargins(0, 0, 16, 0)
        self.titles = QVBoxLayout()
        self.titles.setSpacing(2)
        self.titles.setObjectName(u"titles")
        self.titles.setContentsMargins(0, 0, 0, 0)
        self.title = ElidedLabel(HostPage)
        self.title.setObjectName(u"title")
        self.title.setProperty(u"role", u"title")

        self.titles.addWidget(self.title)

        self.subtitle = ElidedLabel(HostPage)
        self.subtitle.setObjectName(u"subtitle")
        self.subtitle.setProperty(u"role", u"quiet")

        self.titles.addWidget(self.subtitle)


        self.head.addLayout(self.titles)

        self.looked = RelativeTime(HostPage)
        self.looked.setObjectName(u"looked")
        self.looked.setProperty(u"role", u"note")

        self.head.addWidget(self.looked)

        self.adopt = QPushButton(HostPage)
        self.adopt.setObjectName(u"adopt")

        self.head.addWidget(self.adopt)

        self.look_again = QPushButton(HostPage)
        self.look_again.setObjectName(u"look_again")

        self.head.addWidget(self.look_again)

        self.head.setStretch(0, 1)

        self.HostPage_layout.addLayout(self.head)

        self.banner_row = QHBoxLayout()
        self.banner_row.setObjectName(u"banner_row")
        self.banner_row.setContentsMargins(0, 0, 16, 0)
        self.banner = Banner(HostPage)
        self.banner.setObjectName(u"banner")

        self.banner_row.addWidget(self.banner)


        self.HostPage_layout.addLayout(self.banner_row)

        self.tabs = SideTabs(HostPage)
        self.tabs.setObjectName(u"tabs")

        self.HostPage_layout.addWidget(self.tabs)

        self.HostPage_layout.setStretch(2, 1)

        self.retranslateUi(HostPage)

        QMetaObject.connectSlotsByName(HostPage)
    # setupUi

    def retranslateUi(self, HostPage):
        self.adopt.setText(QCoreApplication.translate("HostPage", u"A&dopt\u2026", None))
        self.look_again.setText(QCoreApplication.translate("HostPage", u"&Look again   F5", None))
        pass
    # retranslateUi
