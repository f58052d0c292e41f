# Made from ui/main_window.ui by python -m azdesk.ui.forms_build; edit that file with Qt Designer instead.

from PySide6.QtCore import (QCoreApplication, QMetaObject, QSize, Qt)
from PySide6.QtWidgets import (QFrame, QHBoxLayout, QPushButton, QSizePolicy, QSpacerItem, QSplitter, QStackedWidget, QToolButton, QVBoxLayout, QWidget)

from azdesk.ui.widgets.banner import Banner
from azdesk.ui.widgets.change_bar import ChangeBar
from azdesk.ui.widgets.filter_edit import FilterEdit
from azdesk.ui.widgets.fleet_tree import FleetTree

class Ui_MainWindow(object):
    def setupUi(self, MainWindow):
        if not MainWindow.objectName():
            MainWindow.setObjectName(u"MainWindow")
        self.central = QWidget(MainWindow)
        self.central.setObjectName(u"central")
        self.central_layout = QVBoxLayout(self.central)
        self.central_layout.setSpacing(0)
        self.central_layout.setObjectName(u"central_layout")
        self.central_layout.setContentsMargins(0, 0, 0, 0)
        self.splitter = QSplitter(self.central)
        self.splitter.setObjectName(u"splitter")
        self.splitter.setOrientation(Qt.Orientation.Horizontal)
        self.splitter.setHandleWidth(1)
        self.splitter.setChildrenCollapsible(False)
        self.sidebar = QFrame(self.splitter)
        self.sidebar.setObjectName(u"sidebar")
        self.sidebar.setMinimumSize(QSize(200, 0))
        self.sidebar.setMaximumSize(QSize(420, 16777215))
        self.sidebar.setProperty(u"surface", u"sidebar")
        self.sidebar_layout = QVBoxLayout(self.sidebar)
        self.sidebar_layout.setSpacing(8)
        self.sidebar_layout.setObjectName(u"sidebar_layout")
        self.sidebar_layout.setContentsMargins(12, 12, 12, 12)
        self.filter = FilterEdit(self.sidebar)
        self.filter.setObjectName(u"filter")

        self.sidebar_layout.addWidget(self.filter)

        self.tree = FleetTree(self.sidebar)
        self.tree.setObjectName(u"tree")

        self.sidebar_layout.addWidget(self.tree)

        self.foot = QHBoxLayout()
        self.foot.setSpacing(8)
        self.foot.setObjectName(u"foot")
        self.foot.setContentsMargins(0, 0, 0, 0)
        self.add_host = QPushButton(self.sidebar)
        self.add_host.setObjectName(u"add_host")

        self.foot.addWidget(self.add_host)

        self.foot_gap = QSpacerItem(0, 0, QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

        self.foot.addItem(self.foot_gap)

        self.palette = QToolButton(self.sidebar)
        self.palette.setObjectName(u"palette")

        self.foot.addWidget(self.palette)


        self.sidebar_layout.addLayout(self.foot)

        self.splitter.addWidget(self.sidebar)
        self.main = QWidget(self.splitter)
        self.main.setObjectName(u"main")
        self.main_layout = QVBoxLayout(self.main)
        self.main_layout.setSpacing(0)
        self.main_layout.setObjectName(u"main_layout")
        self.main_layout.setContentsMargins(0, 0, 0, 0)
        self.banner = Banner(self.main)
        self.banner.setObjectName(u"banner")
        self.banner.setProperty(u"edge", True)

        self.main_layout.addWidget(self.banner)

        self.pages = QStackedWidget(self.main)
        self.pages.setObjectName(u"pages")

        self.main_layout.addWidget(self.pages)

        self.splitter.addWidget(self.main)

        self.central_layout.addWidget(self.splitter)

        self.change_bar = ChangeBar(self.central)
        self.change_bar.setObjectName(u"change_bar")

        self.central_layout.addWidget(self.change_bar)

        MainWindow.setCentralWidget(self.central)

        self.retranslateUi(MainWindow)

        QMetaObject.connectSlotsByName(MainWindow)
    # setupUi

    def retranslateUi(self, MainWindow):
        MainWindow.setWindowTitle(QCoreApplication.translate("MainWindow", u"AZDesk", None))
        self.add_host.setText(QCoreApplication.translate("MainWindow", u"&Add host\u2026", None))
    # retranslateUi
