# Made from ui/import_people.ui by python -m azdesk.ui.forms_build; edit that file with Qt Designer instead.

from PySide6.QtCore import (QCoreApplication, QMetaObject, QSize)
from PySide6.QtWidgets import (QCheckBox, QComboBox, QHBoxLayout, QLabel, QPlainTextEdit, QProgressBar, QPushButton, QSizePolicy, QSpacerItem, QStackedWidget, QTableView, QVBoxLayout, QWidget)

from azdesk.ui.widgets.banner import Banner
from azdesk.ui.widgets.labels import ElidedLabel
from azdesk.ui.widgets.marks import StateLabel

class Ui_ImportDialog(object):
    def setupUi(self, ImportDialog):
        if not ImportDialog.objectName():
            ImportDialog.setObjectName(u"ImportDialog")
        self.ImportDialog_layout = QVBoxLayout(ImportDialog)
        self.ImportDialog_layout.setSpacing(12)
        self.ImportDialog_layout.setObjectName(u"ImportDialog_layout")
        self.ImportDialog_layout.setContentsMargins(24, 20, 24, 16)
        self.top = QHBoxLayout()
        self.top.setSpacing(8)
        self.top.setObjectName(u"top")
        self.top.setContentsMargins(0, 0, 0, 0)
        self.title = ElidedLabel(ImportDialog)
        self.title.setObjectName(u"title")
        self.title.setProperty(u"role", u"title")

        self.top.addWidget(self.title)

        self.top.setStretch(0, 1)

        self.ImportDialog_layout.addLayout(self.top)

        self.explain = QLabel(ImportDialog)
        self.explain.setObjectName(u"explain")
        self.explain.setWordWrap(True)
        self.explain.setProperty(u"role", u"quiet")

        self.ImportDialog_layout.addWidget(self.explain)

        self.banner = Banner(ImportDialog)
        self.banner.setObjectName(u"banner")

        self.ImportDialog_layout.addWidget(self.banner)

        self.pages = QStackedWidget(ImportDialog)
        self.pages.setObjectName(u"pages")
        self.columns_page = QWidget()
        self.columns_page.setObjectName(u"columns_page")
        self.columns_page_layout = QVBoxLayout(self.columns_page)
        self.columns_page_layout.setSpacing(12)
        self.columns_page_layout.setObjectName(u"columns_page_layout")
        self.columns_page_layout.setContentsMargins(0, 0, 0, 0)
        self.file_line = QHBoxLayout()
        self.file_line.setSpacing(8)
        self.file_line.setObjectName(u"file_line")
        self.file_line.setContentsMargins(0, 0, 0, 0)
        self.file = ElidedLabel(self.columns_page)
        self.file.setObjectName(u"file")

        self.file_line.addWidget(self.file)

        self.reading = QComboBox(self.columns_page)
        self.reading.setObjectName(u"reading")

        self.file_line.addWidget(self.reading)

        self.choose = QPushButton(self.columns_page)
        self.choose.setObjectName(u"choose")

        self.file_line.addWidget(self.choose)

        self.file_line.setStretch(0, 1)

        self.columns_page_layout.addLayout(self.file_line)

        self.columns = QTableView(self.columns_page)
        self.columns.setObjectName(u"columns")

        self.columns_page_layout.addWidget(self.columns)

        self.options = QHBoxLayout()
        self.options.setSpacing(8)
        self.options.setObjectName(u"options")
        self.options.setContentsMargins(0, 0, 0, 0)
        self.generate = QCheckBox(self.columns_page)
        self.generate.setObjectName(u"generate")

        self.options.addWidget(self.generate)

        self.update = QCheckBox(self.columns_page)
        self.update.setObjectName(u"update")

        self.options.addWidget(self.update)

        self.options.setStretch(1, 1)

        self.columns_page_layout.addLayout(self.options)

        self.columns_page_layout.setStretch(1, 1)
        self.pages.addWidget(self.columns_page)
        self.plan_page = QWidget()
        self.plan_page.setObjectName(u"plan_page")
        self.plan_page_layout = QVBoxLayout(self.plan_page)
        self.plan_page_layout.setSpacing(12)
        self.plan_page_layout.setObjectName(u"plan_page_layout")
        self.plan_page_layout.setContentsMargins(0, 0, 0, 0)
        self.filters = QHBoxLayout()
        self.filters.setSpacing(8)
        self.filters.setObjectName(u"filters")
        self.filters.setContentsMargins(0, 0, 0, 0)
        self.show = QComboBox(self.plan_page)
        self.show.setObjectName(u"show")

        self.filters.addWidget(self.show)

        self.count = QLabel(self.plan_page)
        self.count.setObjectName(u"count")
        self.count.setProperty(u"role", u"note")

        self.filters.addWidget(self.count)

        self.save_ldif = QPushButton(self.plan_page)
        self.save_ldif.setObjectName(u"save_ldif")

        self.filters.addWidget(self.save_ldif)

        self.filters.setStretch(1, 1)

        self.plan_page_layout.addLayout(self.filters)

        self.plan = QTableView(self.plan_page)
        self.plan.setObjectName(u"plan")

        self.plan_page_layout.addWidget(self.plan)

        self.detail = QPlainTextEdit(self.plan_page)
        self.detail.setObjectName(u"detail")
        self.detail.setReadOnly(True)
        self.detail.setMaximumSize(QSize(16777215, 84))

        self.plan_page_layout.addWidget(self.detail)

        self.passwords_line = QWidget(self.plan_page)
        self.passwords_line.setObjectName(u"passwords_line")
        self.passwords_layout = QHBoxLayout(self.passwords_line)
        self.passwords_layout.setSpacing(8)
        self.passwords_layout.setObjectName(u"passwords_layout")
        self.passwords_layout.setContentsMargins(0, 0, 0, 0)
        self.passwords_label = QLabel(self.passwords_line)
        self.passwords_label.setObjectName(u"passwords_label")

        self.passwords_layout.addWidget(self.passwords_label)

        self.passwords = QComboBox(self.passwords_line)
        self.passwords.setObjectName(u"passwords")
        self.passwords.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)

        self.passwords_layout.addWidget(self.passwords)

        self.gap_passwords = QSpacerItem(0, 0, QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

        self.passwords_layout.addItem(self.gap_passwords)

        self.passwords_layout.setStretch(2, 1)

        self.plan_page_layout.addWidget(self.passwords_line)

        self.plan_page_layout.setStretch(1, 1)
        self.pages.addWidget(self.plan_page)
        self.work_page = QWidget()
        self.work_page.setObjectName(u"work_page")
        self.work_page_layout = QVBoxLayout(self.work_page)
        self.work_page_layout.setSpacing(12)
        self.work_page_layout.setObjectName(u"work_page_layout")
        self.work_page_layout.setContentsMargins(0, 0, 0, 0)
        self.working = QLabel(self.work_page)
        self.working.setObjectName(u"working")
        self.working.setWordWrap(True)

        self.work_page_layout.addWidget(self.working)

        self.progress = QProgressBar(self.work_page)
        self.progress.setObjectName(u"progress")
        self.progress.setTextVisible(False)

        self.work_page_layout.addWidget(self.progress)

        self.work_gap = QWidget(self.work_page)
        self.work_gap.setObjectName(u"work_gap")

        self.work_page_layout.addWidget(self.work_gap)

        self.work_page_layout.setStretch(2, 1)
        self.pages.addWidget(self.work_page)
        self.result_page = QWidget()
        self.result_page.setObjectName(u"result_page")
        self.result_page_layout = QVBoxLayout(self.result_page)
        self.result_page_layout.setSpacing(12)
        self.result_page_layout.setObjectName(u"result_page_layout")
        self.result_page_layout.setContentsMargins(0, 0, 0, 0)
        self.result = StateLabel(self.result_page)
        self.result.setObjectName(u"result")

        self.result_page_layout.addWidget(self.result)

        self.after = QHBoxLayout()
        self.after.setSpacing(8)
        self.after.setObjectName(u"after")
        self.after.setContentsMargins(0, 0, 0, 0)
        self.undo = QPushButton(self.result_page)
        self.undo.setObjectName(u"undo")

        self.after.addWidget(self.undo)

        self.resume = QPushButton(self.result_page)
        self.resume.setObjectName(u"resume")

        self.after.addWidget(self.resume)

        self.sheets = QPushButton(self.result_page)
        self.sheets.setObjectName(u"sheets")

        self.after.addWidget(self.sheets)

        self.gap_after = QSpacerItem(0, 0, QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

        self.after.addItem(self.gap_after)


        self.result_page_layout.addLayout(self.after)

        self.refused = QTableView(self.result_page)
        self.refused.setObjectName(u"refused")

        self.result_page_layout.addWidget(self.refused)

        self.result_gap = QWidget(self.result_page)
        self.result_gap.setObjectName(u"result_gap")

        self.result_page_layout.addWidget(self.result_gap)

        self.result_page_layout.setStretch(2, 1000)
        self.result_page_layout.setStretch(3, 1)
        self.pages.addWidget(self.result_page)

        self.ImportDialog_layout.addWidget(self.pages)

        self.foot = QHBoxLayout()
        self.foot.setSpacing(8)
        self.foot.setObjectName(u"foot")
        self.foot.setContentsMargins(0, 0, 0, 0)
        self.gap_foot = QSpacerItem(0, 0, QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

        self.foot.addItem(self.gap_foot)

        self.back = QPushButton(ImportDialog)
        self.back.setObjectName(u"back")

        self.foot.addWidget(self.back)

        self.cancel = QPushButton(ImportDialog)
        self.cancel.setObjectName(u"cancel")

        self.foot.addWidget(self.cancel)

        self.next = QPushButton(ImportDialog)
        self.next.setObjectName(u"next")
        self.next.setProperty(u"kind", u"primary")

        self.foot.addWidget(self.next)


        self.ImportDialog_layout.addLayout(self.foot)

#if QT_CONFIG(shortcut)
        self.passwords_label.setBuddy(self.passwords)
#endif // QT_CONFIG(shortcut)
        QWidget.setTabOrder(self.choose, self.columns)
        QWidget.setTabOrder(self.columns, self.generate)
        QWidget.setTabOrder(self.generate, self.update)
        QWidget.setTabOrder(self.update, self.show)
        QWidget.setTabOrder(self.show, self.plan)
        QWidget.setTabOrder(self.plan, self.detail)
        QWidget.setTabOrder(self.detail, self.passwords)
        QWidget.setTabOrder(self.passwords, self.save_ldif)
        QWidget.setTabOrder(self.save_ldif, self.refused)
        QWidget.setTabOrder(self.refused, self.undo)
        QWidget.setTabOrder(self.undo, self.resume)
        QWidget.setTabOrder(self.resume, self.sheets)
        QWidget.setTabOrder(self.sheets, self.back)
        QWidget.setTabOrder(self.back, self.cancel)
        QWidget.setTabOrder(self.cancel, self.next)

        self.retranslateUi(ImportDialog)

        QMetaObject.connectSlotsByName(ImportDialog)
    # setupUi

    def retranslateUi(self, ImportDialog):
        ImportDialog.setWindowTitle(QCoreApplication.translate("ImportDialog", u"Import people", None))
        self.choose.setText(QCoreApplication.translate("ImportDialog", u"&File\u2026", None))
#if QT_CONFIG(accessibility)
        self.columns.setAccessibleName(QCoreApplication.translate("ImportDialog", u"Columns of the sheet", None))
#endif // QT_CONFIG(accessibility)
        self.generate.setText(QCoreApplication.translate("ImportDialog", u"&Make passwords for those who have none", None))
        self.update.setText(QCoreApplication.translate("ImportDialog", u"&Change people who are there already", None))
#if QT_CONFIG(accessibility)
        self.show.setAccessibleName(QCoreApplication.translate("ImportDialog", u"Rows shown", None))
#endif // QT_CONFIG(accessibility)
        self.save_ldif.setText(QCoreApplication.translate("ImportDialog", u"Save as &LDIF\u2026", None))
#if QT_CONFIG(accessibility)
        self.plan.setAccessibleName(QCoreApplication.translate("ImportDialog", u"What would be done", None))
#endif // QT_CONFIG(accessibility)
#if QT_CONFIG(accessibility)
        self.detail.setAccessibleName(QCoreApplication.translate("ImportDialog", u"What is wrong with this row", None))
#endif // QT_CONFIG(accessibility)
#if QT_CONFIG(accessibility)
        self.passwords.setAccessibleName(QCoreApplication.translate("ImportDialog", u"Where the passwords go", None))
#endif // QT_CONFIG(accessibility)
        self.undo.setText(QCoreApplication.translate("ImportDialog", u"&Undo the import\u2026", None))
        self.resume.setText(QCoreApplication.translate("ImportDialog", u"&Go on", None))
        self.sheets.setText(QCoreApplication.translate("ImportDialog", u"Enrolment &sheets\u2026", None))
#if QT_CONFIG(accessibility)
        self.refused.setAccessibleName(QCoreApplication.translate("ImportDialog", u"People who were refused", None))
#endif // QT_CONFIG(accessibility)
        self.back.setText(QCoreApplication.translate("ImportDialog", u"&Back", None))
        self.cancel.setText(QCoreApplication.translate("ImportDialog", u"Cancel", None))
        self.next.setText(QCoreApplication.translate("ImportDialog", u"&Next", None))
    # retranslateUi
