# Made from ui/sheet_preview.ui by python -m azdesk.ui.forms_build; edit that file with Qt Designer instead.

from PySide6.QtCore import (QCoreApplication, QMetaObject, QSize)
from PySide6.QtWidgets import (QCheckBox, QComboBox, QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QSizePolicy, QSpacerItem, QSpinBox, QVBoxLayout, QWidget)

from azdesk.ui.widgets.marks import StateLabel

class Ui_SheetPreview(object):
    def setupUi(self, SheetPreview):
        if not SheetPreview.objectName():
            SheetPreview.setObjectName(u"SheetPreview")
        self.SheetPreview_layout = QVBoxLayout(SheetPreview)
        self.SheetPreview_layout.setSpacing(8)
        self.SheetPreview_layout.setObjectName(u"SheetPreview_layout")
        self.SheetPreview_layout.setContentsMargins(0, 0, 0, 0)
        self.ground = QFrame(SheetPreview)
        self.ground.setObjectName(u"ground")
        self.ground.setProperty(u"surface", u"well")
        self.ground_layout = QVBoxLayout(self.ground)
        self.ground_layout.setSpacing(0)
        self.ground_layout.setObjectName(u"ground_layout")
        self.ground_layout.setContentsMargins(1, 1, 1, 1)
        self.area = QScrollArea(self.ground)
        self.area.setObjectName(u"area")
        self.area.setWidgetResizable(True)

        self.ground_layout.addWidget(self.area)


        self.SheetPreview_layout.addWidget(self.ground)

        self.letters = StateLabel(SheetPreview)
        self.letters.setObjectName(u"letters")

        self.SheetPreview_layout.addWidget(self.letters)

        self.pager = QHBoxLayout()
        self.pager.setSpacing(8)
        self.pager.setObjectName(u"pager")
        self.pager.setContentsMargins(0, 0, 0, 0)
        self.back = QPushButton(SheetPreview)
        self.back.setObjectName(u"back")
        self.back.setMaximumSize(QSize(40, 16777215))
        self.back.setAutoDefault(False)

        self.pager.addWidget(self.back)

        self.page_label = QLabel(SheetPreview)
        self.page_label.setObjectName(u"page_label")

        self.pager.addWidget(self.page_label)

        self.number = QSpinBox(SheetPreview)
        self.number.lineEdit().setTextMargins(9, 0, 0, 0)
        self.number.setObjectName(u"number")
        self.number.setMinimum(1)
        self.number.setMaximum(1)

        self.pager.addWidget(self.number)

        self.of = QLabel(SheetPreview)
        self.of.setObjectName(u"of")
        self.of.setProperty(u"role", u"quiet")

        self.pager.addWidget(self.of)

        self.forth = QPushButton(SheetPreview)
        self.forth.setObjectName(u"forth")
        self.forth.setMaximumSize(QSize(40, 16777215))
        self.forth.setAutoDefault(False)

        self.pager.addWidget(self.forth)

        self.gap1 = QSpacerItem(0, 0, QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

        self.pager.addItem(self.gap1)

        self.show_codes = QCheckBox(SheetPreview)
        self.show_codes.setObjectName(u"show_codes")

        self.pager.addWidget(self.show_codes)

        self.zoom = QComboBox(SheetPreview)
        self.zoom.setObjectName(u"zoom")

        self.pager.addWidget(self.zoom)


        self.SheetPreview_layout.addLayout(self.pager)

        self.SheetPreview_layout.setStretch(0, 1)
#if QT_CONFIG(shortcut)
        self.page_label.setBuddy(self.number)
#endif // QT_CONFIG(shortcut)
        QWidget.setTabOrder(self.area, self.back)
        QWidget.setTabOrder(self.back, self.number)
        QWidget.setTabOrder(self.number, self.forth)
        QWidget.setTabOrder(self.forth, self.show_codes)
        QWidget.setTabOrder(self.show_codes, self.zoom)

        self.retranslateUi(SheetPreview)

        QMetaObject.connectSlotsByName(SheetPreview)
    # setupUi

    def retranslateUi(self, SheetPreview):
#if QT_CONFIG(accessibility)
        self.area.setAccessibleName(QCoreApplication.translate("SheetPreview", u"The page as it will be printed", None))
#endif // QT_CONFIG(accessibility)
        self.back.setText(QCoreApplication.translate("SheetPreview", u"\u2039", None))
#if QT_CONFIG(tooltip)
        self.back.setToolTip(QCoreApplication.translate("SheetPreview", u"Page before (Page Up)", None))
#endif // QT_CONFIG(tooltip)
#if QT_CONFIG(accessibility)
        self.back.setAccessibleName(QCoreApplication.translate("SheetPreview", u"Page before", None))
#endif // QT_CONFIG(accessibility)
        self.page_label.setText(QCoreApplication.translate("SheetPreview", u"Page", None))
#if QT_CONFIG(accessibility)
        self.number.setAccessibleName(QCoreApplication.translate("SheetPreview", u"Page", None))
#endif // QT_CONFIG(accessibility)
        self.forth.setText(QCoreApplication.translate("SheetPreview", u"\u203a", None))
#if QT_CONFIG(tooltip)
        self.forth.setToolTip(QCoreApplication.translate("SheetPreview", u"Next page (Page Down)", None))
#endif // QT_CONFIG(tooltip)
#if QT_CONFIG(accessibility)
        self.forth.setAccessibleName(QCoreApplication.translate("SheetPreview", u"Next page", None))
#endif // QT_CONFIG(accessibility)
        self.show_codes.setText(QCoreApplication.translate("SheetPreview", u"Show co&des", None))
#if QT_CONFIG(tooltip)
        self.show_codes.setToolTip(QCoreApplication.translate("SheetPreview", u"Codes and passwords are masked until asked for; that they were shown is noted in the enrolment journal.", None))
#endif // QT_CONFIG(tooltip)
#if QT_CONFIG(accessibility)
        self.zoom.setAccessibleName(QCoreApplication.translate("SheetPreview", u"Size of the page", None))
#endif // QT_CONFIG(accessibility)
#if QT_CONFIG(tooltip)
        self.zoom.setToolTip(QCoreApplication.translate("SheetPreview", u"Size of the page (Ctrl and the wheel)", None))
#endif // QT_CONFIG(tooltip)
        pass
    # retranslateUi
