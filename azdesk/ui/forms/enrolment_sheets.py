# Made from ui/enrolment_sheets.ui by python -m azdesk.ui.forms_build; edit that file with Qt Designer instead.

from PySide6.QtCore import (QCoreApplication, QMetaObject, QSize)
from PySide6.QtWidgets import (QFrame, QHBoxLayout, QLabel, QListView, QPlainTextEdit, QPushButton, QSizePolicy, QSpacerItem, QStackedWidget, QTabBar, QVBoxLayout, QWidget)

from azdesk.ui.enrolment.preview import SheetPreview
from azdesk.ui.widgets.banner import Banner
from azdesk.ui.widgets.filter_edit import FilterEdit
from azdesk.ui.widgets.labels import ElidedLabel

class Ui_EnrolmentSheetsDialog(object):
    def setupUi(self, EnrolmentSheetsDialog):
        if not EnrolmentSheetsDialog.objectName():
            EnrolmentSheetsDialog.setObjectName(u"EnrolmentSheetsDialog")
        self.EnrolmentSheetsDialog_layout = QVBoxLayout(EnrolmentSheetsDialog)
        self.EnrolmentSheetsDialog_layout.setSpacing(12)
        self.EnrolmentSheetsDialog_layout.setObjectName(u"EnrolmentSheetsDialog_layout")
        self.EnrolmentSheetsDialog_layout.setContentsMargins(24, 20, 24, 16)
        self.title = ElidedLabel(EnrolmentSheetsDialog)
        self.title.setObjectName(u"title")
        self.title.setProperty(u"role", u"title")

        self.EnrolmentSheetsDialog_layout.addWidget(self.title)

        self.banner = Banner(EnrolmentSheetsDialog)
        self.banner.setObjectName(u"banner")

        self.EnrolmentSheetsDialog_layout.addWidget(self.banner)

        self.middle = QHBoxLayout()
        self.middle.setSpacing(16)
        self.middle.setObjectName(u"middle")
        self.side = QWidget(EnrolmentSheetsDialog)
        self.side.setObjectName(u"side")
        self.side.setMinimumSize(QSize(300, 0))
        self.side.setMaximumSize(QSize(300, 16777215))
        self.side_layout = QVBoxLayout(self.side)
        self.side_layout.setSpacing(12)
        self.side_layout.setObjectName(u"side_layout")
        self.side_layout.setContentsMargins(0, 0, 0, 0)
        self.tabs = QTabBar(self.side)
        self.tabs.setObjectName(u"tabs")

        self.side_layout.addWidget(self.tabs)

        self.stack = QStackedWidget(self.side)
        self.stack.setObjectName(u"stack")
        self.options_place = QWidget()
        self.options_place.setObjectName(u"options_place")
        self.options_layout = QVBoxLayout(self.options_place)
        self.options_layout.setObjectName(u"options_layout")
        self.options_layout.setContentsMargins(0, 0, 0, 0)
        self.stack.addWidget(self.options_place)
        self.people_place = QWidget()
        self.people_place.setObjectName(u"people_place")
        self.people_layout = QVBoxLayout(self.people_place)
        self.people_layout.setSpacing(8)
        self.people_layout.setObjectName(u"people_layout")
        self.people_layout.setContentsMargins(0, 0, 0, 0)
        self.filter = FilterEdit(self.people_place)
        self.filter.setObjectName(u"filter")

        self.people_layout.addWidget(self.filter)

        self.people_card = QFrame(self.people_place)
        self.people_card.setObjectName(u"people_card")
        self.people_card.setProperty(u"surface", u"card")
        self.people_card_layout = QVBoxLayout(self.people_card)
        self.people_card_layout.setObjectName(u"people_card_layout")
        self.people_card_layout.setContentsMargins(4, 4, 4, 4)
        self.people = QListView(self.people_card)
        self.people.setObjectName(u"people")
        self.people.setUniformItemSizes(True)

        self.people_card_layout.addWidget(self.people)


        self.people_layout.addWidget(self.people_card)

        self.people_buttons = QHBoxLayout()
        self.people_buttons.setSpacing(8)
        self.people_buttons.setObjectName(u"people_buttons")
        self.all_people = QPushButton(self.people_place)
        self.all_people.setObjectName(u"all_people")

        self.people_buttons.addWidget(self.all_people)

        self.no_people = QPushButton(self.people_place)
        self.no_people.setObjectName(u"no_people")

        self.people_buttons.addWidget(self.no_people)

        self.gap2 = QSpacerItem(0, 0, QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

        self.people_buttons.addItem(self.gap2)


        self.people_layout.addLayout(self.people_buttons)

        self.people_layout.setStretch(1, 1)
        self.stack.addWidget(self.people_place)
        self.left_out_place = QWidget()
        self.left_out_place.setObjectName(u"left_out_place")
        self.left_out_layout = QVBoxLayout(self.left_out_place)
        self.left_out_layout.setSpacing(8)
        self.left_out_layout.setObjectName(u"left_out_layout")
        self.left_out_layout.setContentsMargins(0, 0, 0, 0)
        self.left_out_words = QLabel(self.left_out_place)
        self.left_out_words.setObjectName(u"left_out_words")
        self.left_out_words.setWordWrap(True)
        self.left_out_words.setProperty(u"role", u"quiet")

        self.left_out_layout.addWidget(self.left_out_words)

        self.left_out = QPlainTextEdit(self.left_out_place)
        self.left_out.setObjectName(u"left_out")
        self.left_out.setReadOnly(True)

        self.left_out_layout.addWidget(self.left_out)

        self.left_out_layout.setStretch(1, 1)
        self.stack.addWidget(self.left_out_place)

        self.side_layout.addWidget(self.stack)

        self.side_layout.setStretch(1, 1)

        self.middle.addWidget(self.side)

        self.preview = SheetPreview(EnrolmentSheetsDialog)
        self.preview.setObjectName(u"preview")

        self.middle.addWidget(self.preview)

        self.middle.setStretch(1, 1)

        self.EnrolmentSheetsDialog_layout.addLayout(self.middle)

        self.foot = QHBoxLayout()
        self.foot.setSpacing(8)
        self.foot.setObjectName(u"foot")
        self.journal = QPushButton(EnrolmentSheetsDialog)
        self.journal.setObjectName(u"journal")

        self.foot.addWidget(self.journal)

        self.count = ElidedLabel(EnrolmentSheetsDialog)
        self.count.setObjectName(u"count")
        self.count.setProperty(u"role", u"quiet")

        self.foot.addWidget(self.count)

        self.gap1 = QSpacerItem(0, 0, QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

        self.foot.addItem(self.gap1)

        self.stop = QPushButton(EnrolmentSheetsDialog)
        self.stop.setObjectName(u"stop")

        self.foot.addWidget(self.stop)

        self.save_pdf = QPushButton(EnrolmentSheetsDialog)
        self.save_pdf.setObjectName(u"save_pdf")

        self.foot.addWidget(self.save_pdf)

        self.print_out = QPushButton(EnrolmentSheetsDialog)
        self.print_out.setObjectName(u"print_out")
        self.print_out.setProperty(u"kind", u"primary")

        self.foot.addWidget(self.print_out)

        self.close_dialog = QPushButton(EnrolmentSheetsDialog)
        self.close_dialog.setObjectName(u"close_dialog")

        self.foot.addWidget(self.close_dialog)


        self.EnrolmentSheetsDialog_layout.addLayout(self.foot)

        self.EnrolmentSheetsDialog_layout.setStretch(2, 1)
        QWidget.setTabOrder(self.tabs, self.filter)
        QWidget.setTabOrder(self.filter, self.people)
        QWidget.setTabOrder(self.people, self.all_people)
        QWidget.setTabOrder(self.all_people, self.no_people)
        QWidget.setTabOrder(self.no_people, self.left_out)
        QWidget.setTabOrder(self.left_out, self.journal)
        QWidget.setTabOrder(self.journal, self.stop)
        QWidget.setTabOrder(self.stop, self.save_pdf)
        QWidget.setTabOrder(self.save_pdf, self.print_out)
        QWidget.setTabOrder(self.print_out, self.close_dialog)

        self.retranslateUi(EnrolmentSheetsDialog)

        QMetaObject.connectSlotsByName(EnrolmentSheetsDialog)
    # setupUi

    def retranslateUi(self, EnrolmentSheetsDialog):
        EnrolmentSheetsDialog.setWindowTitle(QCoreApplication.translate("EnrolmentSheetsDialog", u"Enrolment sheets", None))
#if QT_CONFIG(accessibility)
        self.tabs.setAccessibleName(QCoreApplication.translate("EnrolmentSheetsDialog", u"What to choose", None))
#endif // QT_CONFIG(accessibility)
#if QT_CONFIG(accessibility)
        self.people.setAccessibleName(QCoreApplication.translate("EnrolmentSheetsDialog", u"People", None))
#endif // QT_CONFIG(accessibility)
        self.all_people.setText(QCoreApplication.translate("EnrolmentSheetsDialog", u"A&ll shown", None))
        self.no_people.setText(QCoreApplication.translate("EnrolmentSheetsDialog", u"&None of them", None))
        self.left_out_words.setText(QCoreApplication.translate("EnrolmentSheetsDialog", u"These people get no sheet, since their code cannot be made.", None))
#if QT_CONFIG(accessibility)
        self.left_out.setAccessibleName(QCoreApplication.translate("EnrolmentSheetsDialog", u"Who is left out, and why", None))
#endif // QT_CONFIG(accessibility)
        self.journal.setText(QCoreApplication.translate("EnrolmentSheetsDialog", u"&Journal\u2026", None))
#if QT_CONFIG(tooltip)
        self.journal.setToolTip(QCoreApplication.translate("EnrolmentSheetsDialog", u"Who showed, saved or printed whose code", None))
#endif // QT_CONFIG(tooltip)
        self.stop.setText(QCoreApplication.translate("EnrolmentSheetsDialog", u"S&top", None))
        self.save_pdf.setText(QCoreApplication.translate("EnrolmentSheetsDialog", u"Sa&ve PDF\u2026", None))
        self.print_out.setText(QCoreApplication.translate("EnrolmentSheetsDialog", u"&Print\u2026", None))
        self.close_dialog.setText(QCoreApplication.translate("EnrolmentSheetsDialog", u"Close", None))
    # retranslateUi
