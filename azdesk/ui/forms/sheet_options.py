# Made from ui/sheet_options.ui by python -m azdesk.ui.forms_build; edit that file with Qt Designer instead.

from PySide6.QtCore import (QCoreApplication, QMetaObject)
from PySide6.QtWidgets import (QCheckBox, QComboBox, QDoubleSpinBox, QHBoxLayout, QLabel, QSizePolicy, QSpacerItem, QSpinBox, QVBoxLayout, QWidget)

class Ui_SheetOptions(object):
    def setupUi(self, SheetOptions):
        if not SheetOptions.objectName():
            SheetOptions.setObjectName(u"SheetOptions")
        self.SheetOptions_layout = QVBoxLayout(SheetOptions)
        self.SheetOptions_layout.setSpacing(4)
        self.SheetOptions_layout.setObjectName(u"SheetOptions_layout")
        self.SheetOptions_layout.setContentsMargins(0, 0, 0, 0)
        self.form_label = QLabel(SheetOptions)
        self.form_label.setObjectName(u"form_label")

        self.SheetOptions_layout.addWidget(self.form_label)

        self.form = QComboBox(SheetOptions)
        self.form.setObjectName(u"form")
        sizePolicy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        sizePolicy.setHorizontalStretch(0)
        sizePolicy.setVerticalStretch(0)
        sizePolicy.setHeightForWidth(self.form.sizePolicy().hasHeightForWidth())
        self.form.setSizePolicy(sizePolicy)

        self.SheetOptions_layout.addWidget(self.form)

        self.form_note = QLabel(SheetOptions)
        self.form_note.setObjectName(u"form_note")
        self.form_note.setProperty(u"role", u"note")
        self.form_note.setWordWrap(True)

        self.SheetOptions_layout.addWidget(self.form_note)

        self.g1 = QSpacerItem(0, 6, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)

        self.SheetOptions_layout.addItem(self.g1)

        self.layout_label = QLabel(SheetOptions)
        self.layout_label.setObjectName(u"layout_label")

        self.SheetOptions_layout.addWidget(self.layout_label)

        self.layout = QComboBox(SheetOptions)
        self.layout.setObjectName(u"layout")
        sizePolicy.setHeightForWidth(self.layout.sizePolicy().hasHeightForWidth())
        self.layout.setSizePolicy(sizePolicy)

        self.SheetOptions_layout.addWidget(self.layout)

        self.fit_note = QLabel(SheetOptions)
        self.fit_note.setObjectName(u"fit_note")
        self.fit_note.setProperty(u"role", u"note")
        self.fit_note.setWordWrap(True)

        self.SheetOptions_layout.addWidget(self.fit_note)

        self.g2 = QSpacerItem(0, 6, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)

        self.SheetOptions_layout.addItem(self.g2)

        self.paper_row = QWidget(SheetOptions)
        self.paper_row.setObjectName(u"paper_row")
        self.paper_row_layout = QHBoxLayout(self.paper_row)
        self.paper_row_layout.setSpacing(12)
        self.paper_row_layout.setObjectName(u"paper_row_layout")
        self.paper_row_layout.setContentsMargins(0, 0, 0, 0)
        self.paper_cell = QVBoxLayout()
        self.paper_cell.setSpacing(4)
        self.paper_cell.setObjectName(u"paper_cell")
        self.paper_label = QLabel(self.paper_row)
        self.paper_label.setObjectName(u"paper_label")

        self.paper_cell.addWidget(self.paper_label)

        self.paper = QComboBox(self.paper_row)
        self.paper.setObjectName(u"paper")
        sizePolicy.setHeightForWidth(self.paper.sizePolicy().hasHeightForWidth())
        self.paper.setSizePolicy(sizePolicy)

        self.paper_cell.addWidget(self.paper)


        self.paper_row_layout.addLayout(self.paper_cell)

        self.language_cell = QVBoxLayout()
        self.language_cell.setSpacing(4)
        self.language_cell.setObjectName(u"language_cell")
        self.language_label = QLabel(self.paper_row)
        self.language_label.setObjectName(u"language_label")

        self.language_cell.addWidget(self.language_label)

        self.language = QComboBox(self.paper_row)
        self.language.setObjectName(u"language")
        sizePolicy.setHeightForWidth(self.language.sizePolicy().hasHeightForWidth())
        self.language.setSizePolicy(sizePolicy)

        self.language_cell.addWidget(self.language)


        self.paper_row_layout.addLayout(self.language_cell)

        self.paper_row_layout.setStretch(0, 1)
        self.paper_row_layout.setStretch(1, 1)

        self.SheetOptions_layout.addWidget(self.paper_row)

        self.g3 = QSpacerItem(0, 6, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)

        self.SheetOptions_layout.addItem(self.g3)

        self.level_row = QWidget(SheetOptions)
        self.level_row.setObjectName(u"level_row")
        self.level_row_layout = QHBoxLayout(self.level_row)
        self.level_row_layout.setSpacing(12)
        self.level_row_layout.setObjectName(u"level_row_layout")
        self.level_row_layout.setContentsMargins(0, 0, 0, 0)
        self.level_cell = QVBoxLayout()
        self.level_cell.setSpacing(4)
        self.level_cell.setObjectName(u"level_cell")
        self.level_label = QLabel(self.level_row)
        self.level_label.setObjectName(u"level_label")

        self.level_cell.addWidget(self.level_label)

        self.level = QComboBox(self.level_row)
        self.level.setObjectName(u"level")
        sizePolicy.setHeightForWidth(self.level.sizePolicy().hasHeightForWidth())
        self.level.setSizePolicy(sizePolicy)

        self.level_cell.addWidget(self.level)


        self.level_row_layout.addLayout(self.level_cell)

        self.first_cell = QVBoxLayout()
        self.first_cell.setSpacing(4)
        self.first_cell.setObjectName(u"first_cell")
        self.first_label = QLabel(self.level_row)
        self.first_label.setObjectName(u"first_label")

        self.first_cell.addWidget(self.first_label)

        self.first = QSpinBox(self.level_row)
        self.first.lineEdit().setTextMargins(9, 0, 0, 0)
        self.first.setObjectName(u"first")
        sizePolicy.setHeightForWidth(self.first.sizePolicy().hasHeightForWidth())
        self.first.setSizePolicy(sizePolicy)
        self.first.setMinimum(1)

        self.first_cell.addWidget(self.first)


        self.level_row_layout.addLayout(self.first_cell)

        self.level_row_layout.setStretch(0, 1)
        self.level_row_layout.setStretch(1, 1)

        self.SheetOptions_layout.addWidget(self.level_row)

        self.g4 = QSpacerItem(0, 6, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)

        self.SheetOptions_layout.addItem(self.g4)

        self.shift_row = QWidget(SheetOptions)
        self.shift_row.setObjectName(u"shift_row")
        self.shift_row_layout = QHBoxLayout(self.shift_row)
        self.shift_row_layout.setSpacing(12)
        self.shift_row_layout.setObjectName(u"shift_row_layout")
        self.shift_row_layout.setContentsMargins(0, 0, 0, 0)
        self.shift_x_cell = QVBoxLayout()
        self.shift_x_cell.setSpacing(4)
        self.shift_x_cell.setObjectName(u"shift_x_cell")
        self.right_label = QLabel(self.shift_row)
        self.right_label.setObjectName(u"right_label")

        self.shift_x_cell.addWidget(self.right_label)

        self.shift_x = QDoubleSpinBox(self.shift_row)
        self.shift_x.lineEdit().setTextMargins(9, 0, 0, 0)
        self.shift_x.setObjectName(u"shift_x")
        sizePolicy.setHeightForWidth(self.shift_x.sizePolicy().hasHeightForWidth())
        self.shift_x.setSizePolicy(sizePolicy)
        self.shift_x.setMinimum(-20.000000000000000)
        self.shift_x.setMaximum(20.000000000000000)
        self.shift_x.setSingleStep(0.500000000000000)
        self.shift_x.setDecimals(1)

        self.shift_x_cell.addWidget(self.shift_x)


        self.shift_row_layout.addLayout(self.shift_x_cell)

        self.shift_y_cell = QVBoxLayout()
        self.shift_y_cell.setSpacing(4)
        self.shift_y_cell.setObjectName(u"shift_y_cell")
        self.down_label = QLabel(self.shift_row)
        self.down_label.setObjectName(u"down_label")

        self.shift_y_cell.addWidget(self.down_label)

        self.shift_y = QDoubleSpinBox(self.shift_row)
        self.shift_y.lineEdit().setTextMargins(9, 0, 0, 0)
        self.shift_y.setObjectName(u"shift_y")
        sizePolicy.setHeightForWidth(self.shift_y.sizePolicy().hasHeightForWidth())
        self.shift_y.setSizePolicy(sizePolicy)
        self.shift_y.setMinimum(-20.000000000000000)
        self.shift_y.setMaximum(20.000000000000000)
        self.shift_y.setSingleStep(0.500000000000000)
        self.shift_y.setDecimals(1)

        self.shift_y_cell.addWidget(self.shift_y)


        self.shift_row_layout.addLayout(self.shift_y_cell)

        self.shift_row_layout.setStretch(0, 1)
        self.shift_row_layout.setStretch(1, 1)

        self.SheetOptions_layout.addWidget(self.shift_row)

        self.g5 = QSpacerItem(0, 6, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)

        self.SheetOptions_layout.addItem(self.g5)

        self.show_password = QCheckBox(SheetOptions)
        self.show_password.setObjectName(u"show_password")

        self.SheetOptions_layout.addWidget(self.show_password)

        self.rest = QSpacerItem(0, 0, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Expanding)

        self.SheetOptions_layout.addItem(self.rest)

#if QT_CONFIG(shortcut)
        self.form_label.setBuddy(self.form)
        self.layout_label.setBuddy(self.layout)
        self.paper_label.setBuddy(self.paper)
        self.language_label.setBuddy(self.language)
        self.level_label.setBuddy(self.level)
        self.first_label.setBuddy(self.first)
        self.right_label.setBuddy(self.shift_x)
        self.down_label.setBuddy(self.shift_y)
#endif // QT_CONFIG(shortcut)
        QWidget.setTabOrder(self.form, self.layout)
        QWidget.setTabOrder(self.layout, self.paper)
        QWidget.setTabOrder(self.paper, self.language)
        QWidget.setTabOrder(self.language, self.level)
        QWidget.setTabOrder(self.level, self.first)
        QWidget.setTabOrder(self.first, self.shift_x)
        QWidget.setTabOrder(self.shift_x, self.shift_y)
        QWidget.setTabOrder(self.shift_y, self.show_password)

        self.retranslateUi(SheetOptions)

        QMetaObject.connectSlotsByName(SheetOptions)
    # setupUi

    def retranslateUi(self, SheetOptions):
        self.form_label.setText(QCoreApplication.translate("SheetOptions", u"&Code for", None))
        self.form_note.setText("")
        self.layout_label.setText(QCoreApplication.translate("SheetOptions", u"&Layout", None))
        self.fit_note.setText("")
        self.paper_label.setText(QCoreApplication.translate("SheetOptions", u"Pap&er", None))
        self.language_label.setText(QCoreApplication.translate("SheetOptions", u"Lan&guage", None))
        self.level_label.setText(QCoreApplication.translate("SheetOptions", u"E&rror correction", None))
        self.first_label.setText(QCoreApplication.translate("SheetOptions", u"&First free label", None))
#if QT_CONFIG(tooltip)
        self.first.setToolTip(QCoreApplication.translate("SheetOptions", u"Labels before this one are used up already.", None))
#endif // QT_CONFIG(tooltip)
        self.right_label.setText(QCoreApplication.translate("SheetOptions", u"Move &right", None))
        self.shift_x.setSuffix(QCoreApplication.translate("SheetOptions", u" mm", None))
        self.down_label.setText(QCoreApplication.translate("SheetOptions", u"Move do&wn", None))
        self.shift_y.setSuffix(QCoreApplication.translate("SheetOptions", u" mm", None))
        self.show_password.setText(QCoreApplication.translate("SheetOptions", u"Print password&s in letters too", None))
        pass
    # retranslateUi
