# Made from ui/people_page.ui by python -m azdesk.ui.forms_build; edit that file with Qt Designer instead.

from PySide6.QtCore import (QCoreApplication, QMetaObject, QSize, Qt)
from PySide6.QtWidgets import (QComboBox, QFrame, QHBoxLayout, QLabel, QPushButton, QSplitter, QStackedWidget, QToolButton, QVBoxLayout, QWidget)

from azdesk.ui.people.card import PersonCardView
from azdesk.ui.people.table import PeopleTable
from azdesk.ui.widgets.banner import Banner
from azdesk.ui.widgets.filter_edit import FilterEdit
from azdesk.ui.widgets.labels import ElidedLabel

class Ui_PeoplePage(object):
    def setupUi(self, PeoplePage):
        if not PeoplePage.objectName():
            PeoplePage.setObjectName(u"PeoplePage")
        self.PeoplePage_layout = QVBoxLayout(PeoplePage)
        self.PeoplePage_layout.setSpacing(16)
        self.PeoplePage_layout.setObjectName(u"PeoplePage_layout")
        self.PeoplePage_layout.setContentsMargins(24, 20, 24, 24)
        self.head = QHBoxLayout()
        self.head.setSpacing(8)
        self.head.setObjectName(u"head")
        self.head.setContentsMargins(0, 0, 0, 0)
        self.titles = QVBoxLayout()
        self.titles.setSpacing(2)
        self.titles.setObjectName(u"titles")
        self.titles.setContentsMargins(0, 0, 0, 0)
        self.title = ElidedLabel(PeoplePage)
        self.title.setObjectName(u"title")
        self.title.setProperty(u"role", u"title")

        self.titles.addWidget(self.title)

        self.subtitle = ElidedLabel(PeoplePage)
        self.subtitle.setObjectName(u"subtitle")
        self.subtitle.setProperty(u"role", u"quiet")

        self.titles.addWidget(self.subtitle)


        self.head.addLayout(self.titles)

        self.more = QPushButton(PeoplePage)
        self.more.setObjectName(u"more")
        self.more.setProperty(u"menu", u"true")

        self.head.addWidget(self.more)

        self.import_people = QPushButton(PeoplePage)
        self.import_people.setObjectName(u"import_people")

        self.head.addWidget(self.import_people)

        self.add = QPushButton(PeoplePage)
        self.add.setObjectName(u"add")
        self.add.setProperty(u"kind", u"primary")

        self.head.addWidget(self.add)

        self.head.setStretch(0, 1)

        self.PeoplePage_layout.addLayout(self.head)

        self.banner = Banner(PeoplePage)
        self.banner.setObjectName(u"banner")

        self.PeoplePage_layout.addWidget(self.banner)

        self.splitter = QSplitter(PeoplePage)
        self.splitter.setObjectName(u"splitter")
        self.splitter.setOrientation(Qt.Orientation.Horizontal)
        self.splitter.setHandleWidth(16)
        self.splitter.setChildrenCollapsible(False)
        self.list = QFrame(self.splitter)
        self.list.setObjectName(u"list")
        self.list.setProperty(u"surface", u"card")
        self.list_layout = QVBoxLayout(self.list)
        self.list_layout.setSpacing(8)
        self.list_layout.setObjectName(u"list_layout")
        self.list_layout.setContentsMargins(16, 12, 16, 12)
        self.filters = QHBoxLayout()
        self.filters.setSpacing(8)
        self.filters.setObjectName(u"filters")
        self.filters.setContentsMargins(0, 0, 0, 0)
        self.filter = FilterEdit(self.list)
        self.filter.setObjectName(u"filter")

        self.filters.addWidget(self.filter)

        self.view = QComboBox(self.list)
        self.view.setObjectName(u"view")
        self.view.setMinimumSize(QSize(168, 0))

        self.filters.addWidget(self.view)

        self.columns = QToolButton(self.list)
        self.columns.setObjectName(u"columns")

        self.filters.addWidget(self.columns)

        self.filters.setStretch(0, 1)

        self.list_layout.addLayout(self.filters)

        self.middle = QStackedWidget(self.list)
        self.middle.setObjectName(u"middle")
        self.table = PeopleTable()
        self.table.setObjectName(u"table")
        self.middle.addWidget(self.table)
        self.nothing = QWidget()
        self.nothing.setObjectName(u"nothing")
        self.nothing_layout = QVBoxLayout(self.nothing)
        self.nothing_layout.setObjectName(u"nothing_layout")
        self.nothing_layout.setContentsMargins(0, 0, 0, 0)
        self.middle.addWidget(self.nothing)

        self.list_layout.addWidget(self.middle)

        self.foot = QHBoxLayout()
        self.foot.setSpacing(8)
        self.foot.setObjectName(u"foot")
        self.count = QLabel(self.list)
        self.count.setObjectName(u"count")
        self.count.setProperty(u"role", u"note")

        self.foot.addWidget(self.count)

        self.partial = ElidedLabel(self.list)
        self.partial.setObjectName(u"partial")
        self.partial.setProperty(u"role", u"differs")

        self.foot.addWidget(self.partial)

        self.foot.setStretch(1, 1)

        self.list_layout.addLayout(self.foot)

        self.list_layout.setStretch(1, 1)
        self.splitter.addWidget(self.list)
        self.card = PersonCardView(self.splitter)
        self.card.setObjectName(u"card")
        self.card.setProperty(u"surface", u"card")
        self.splitter.addWidget(self.card)

        self.PeoplePage_layout.addWidget(self.splitter)

        self.PeoplePage_layout.setStretch(2, 1)
        QWidget.setTabOrder(self.filter, self.view)
        QWidget.setTabOrder(self.view, self.columns)
        QWidget.setTabOrder(self.columns, self.table)
        QWidget.setTabOrder(self.table, self.more)
        QWidget.setTabOrder(self.more, self.import_people)
        QWidget.setTabOrder(self.import_people, self.add)

        self.retranslateUi(PeoplePage)

        QMetaObject.connectSlotsByName(PeoplePage)
    # setupUi

    def retranslateUi(self, PeoplePage):
        self.more.setText(QCoreApplication.translate("PeoplePage", u"&More", None))
        self.import_people.setText(QCoreApplication.translate("PeoplePage", u"&Import\u2026", None))
        self.add.setText(QCoreApplication.translate("PeoplePage", u"&Add person\u2026", None))
#if QT_CONFIG(accessibility)
        self.view.setAccessibleName(QCoreApplication.translate("PeoplePage", u"Who is shown", None))
#endif // QT_CONFIG(accessibility)
#if QT_CONFIG(accessibility)
        self.columns.setAccessibleName(QCoreApplication.translate("PeoplePage", u"Columns", None))
#endif // QT_CONFIG(accessibility)
#if QT_CONFIG(tooltip)
        self.columns.setToolTip(QCoreApplication.translate("PeoplePage", u"Columns", None))
#endif // QT_CONFIG(tooltip)
        pass
    # retranslateUi
