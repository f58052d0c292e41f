# Made from ui/overview_page.ui by python -m azdesk.ui.forms_build; edit that file with Qt Designer instead.

from PySide6.QtCore import (QCoreApplication, QMetaObject)
from PySide6.QtWidgets import (QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget)

from azdesk.ui.widgets.labels import (ElidedLabel, RelativeTime)

class Ui_OverviewPage(object):
    def setupUi(self, OverviewPage):
        if not OverviewPage.objectName():
            OverviewPage.setObjectName(u"OverviewPage")
        self.OverviewPage_layout = QVBoxLayout(OverviewPage)
        self.OverviewPage_layout.setSpacing(16)
        self.OverviewPage_layout.setObjectName(u"OverviewPage_layout")
        self.OverviewPage_layout.setContentsMargins(0, 20, 0, 0)
        self.head = QHBoxLayout()
        self.head.setSpacing(8)
        self.head.setObjectName(u"head")
        self.head.setContentsMargins(24, 0, 24, 0)
        self.titles = QVBoxLayout()
        self.titles.setSpacing(2)
        self.titles.setObjectName(u"titles")
        self.titles.setContentsMargins(0, 0, 0, 0)
        self.title = ElidedLabel(OverviewPage)
        self.title.setObjectName(u"title")
        self.title.setProperty(u"role", u"title")

        self.titles.addWidget(self.title)

        self.subtitle = RelativeTime(OverviewPage)
        self.subtitle.setObjectName(u"subtitle")
        self.subtitle.setProperty(u"role", u"quiet")

        self.titles.addWidget(self.subtitle)


        self.head.addLayout(self.titles)

        self.report = QPushButton(OverviewPage)
        self.report.setObjectName(u"report")

        self.head.addWidget(self.report)

        self.look_again = QPushButton(OverviewPage)
        self.look_again.setObjectName(u"look_again")

        self.head.addWidget(self.look_again)

        self.head.setStretch(0, 1)

        self.OverviewPage_layout.addLayout(self.head)

        self.scroll = QScrollArea(OverviewPage)
        self.scroll.setObjectName(u"scroll")
        self.scroll.setWidgetResizable(True)
        self.body = QWidget()
        self.body.setObjectName(u"body")
        self.body.setProperty(u"surface", u"page")
        self.body_layout = QVBoxLayout(self.body)
        self.body_layout.setSpacing(16)
        self.body_layout.setObjectName(u"body_layout")
        self.body_layout.setContentsMargins(24, 0, 24, 24)
        self.scroll.setWidget(self.body)

        self.OverviewPage_layout.addWidget(self.scroll)


        self.retranslateUi(OverviewPage)

        QMetaObject.connectSlotsByName(OverviewPage)
    # setupUi

    def retranslateUi(self, OverviewPage):
        self.report.setText(QCoreApplication.translate("OverviewPage", u"&Report\u2026", None))
        self.look_again.setText(QCoreApplication.translate("OverviewPage", u"&Look again   F5", None))
        pass
    # retranslateUi
