# Made from ui/join.ui by python -m azdesk.ui.forms_build; edit that file with Qt Designer instead.

from PySide6.QtCore import (QCoreApplication, QMetaObject)
from PySide6.QtWidgets import (QComboBox, QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QSizePolicy, QSpacerItem, QStackedWidget, QVBoxLayout, QWidget)

from azdesk.ui.editors.lists import StateList
from azdesk.ui.widgets.banner import Banner
from azdesk.ui.widgets.labels import ElidedLabel
from azdesk.ui.widgets.marks import (IconMark, StateLabel)

class Ui_JoinDialog(object):
    def setupUi(self, JoinDialog):
        if not JoinDialog.objectName():
            JoinDialog.setObjectName(u"JoinDialog")
        self.JoinDialog_layout = QVBoxLayout(JoinDialog)
        self.JoinDialog_layout.setSpacing(12)
        self.JoinDialog_layout.setObjectName(u"JoinDialog_layout")
        self.JoinDialog_layout.setContentsMargins(24, 20, 24, 16)
        self.title = ElidedLabel(JoinDialog)
        self.title.setObjectName(u"title")
        self.title.setProperty(u"role", u"title")

        self.JoinDialog_layout.addWidget(self.title)

        self.purpose = QLabel(JoinDialog)
        self.purpose.setObjectName(u"purpose")
        self.purpose.setWordWrap(True)
        self.purpose.setProperty(u"role", u"quiet")

        self.JoinDialog_layout.addWidget(self.purpose)

        self.banner = Banner(JoinDialog)
        self.banner.setObjectName(u"banner")

        self.JoinDialog_layout.addWidget(self.banner)

        self.pages = QStackedWidget(JoinDialog)
        self.pages.setObjectName(u"pages")
        self.tests = QWidget()
        self.tests.setObjectName(u"tests")
        self.tests_layout = QVBoxLayout(self.tests)
        self.tests_layout.setSpacing(12)
        self.tests_layout.setObjectName(u"tests_layout")
        self.tests_layout.setContentsMargins(0, 0, 0, 0)
        self.choice = QHBoxLayout()
        self.choice.setSpacing(8)
        self.choice.setObjectName(u"choice")
        self.choice.setContentsMargins(0, 0, 0, 0)
        self.host_label = QLabel(self.tests)
        self.host_label.setObjectName(u"host_label")

        self.choice.addWidget(self.host_label)

        self.host = QComboBox(self.tests)
        self.host.setObjectName(u"host")

        self.choice.addWidget(self.host)

        self.cluster_label = QLabel(self.tests)
        self.cluster_label.setObjectName(u"cluster_label")

        self.choice.addWidget(self.cluster_label)

        self.cluster = QComboBox(self.tests)
        self.cluster.setObjectName(u"cluster")
        self.cluster.setEditable(True)

        self.choice.addWidget(self.cluster)

        self.gap1 = QSpacerItem(0, 0, QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

        self.choice.addItem(self.gap1)

        self.choice.setStretch(1, 1)
        self.choice.setStretch(3, 1)
        self.choice.setStretch(4, 1)

        self.tests_layout.addLayout(self.choice)

        self.sides = QHBoxLayout()
        self.sides.setSpacing(12)
        self.sides.setObjectName(u"sides")
        self.sides.setContentsMargins(0, 0, 0, 0)
        self.joiner = QFrame(self.tests)
        self.joiner.setObjectName(u"joiner")
        self.joiner.setProperty(u"surface", u"card")
        self.joiner_layout = QVBoxLayout(self.joiner)
        self.joiner_layout.setSpacing(8)
        self.joiner_layout.setObjectName(u"joiner_layout")
        self.joiner_layout.setContentsMargins(16, 10, 16, 12)
        self.joiner_title = QLabel(self.joiner)
        self.joiner_title.setObjectName(u"joiner_title")
        self.joiner_title.setProperty(u"role", u"heading")

        self.joiner_layout.addWidget(self.joiner_title)

        self.joiner_facts = StateList(self.joiner)
        self.joiner_facts.setObjectName(u"joiner_facts")

        self.joiner_layout.addWidget(self.joiner_facts)

        self.gap2 = QSpacerItem(0, 0, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Expanding)

        self.joiner_layout.addItem(self.gap2)


        self.sides.addWidget(self.joiner)

        self.target = QFrame(self.tests)
        self.target.setObjectName(u"target")
        self.target.setProperty(u"surface", u"card")
        self.target_layout = QVBoxLayout(self.target)
        self.target_layout.setSpacing(8)
        self.target_layout.setObjectName(u"target_layout")
        self.target_layout.setContentsMargins(16, 10, 16, 12)
        self.target_title = QLabel(self.target)
        self.target_title.setObjectName(u"target_title")
        self.target_title.setProperty(u"role", u"heading")

        self.target_layout.addWidget(self.target_title)

        self.target_facts = StateList(self.target)
        self.target_facts.setObjectName(u"target_facts")

        self.target_layout.addWidget(self.target_facts)

        self.gap3 = QSpacerItem(0, 0, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Expanding)

        self.target_layout.addItem(self.gap3)


        self.sides.addWidget(self.target)

        self.sides.setStretch(0, 1)
        self.sides.setStretch(1, 1)

        self.tests_layout.addLayout(self.sides)

        self.checks_card = QFrame(self.tests)
        self.checks_card.setObjectName(u"checks_card")
        self.checks_card.setProperty(u"surface", u"card")
        self.checks_layout = QVBoxLayout(self.checks_card)
        self.checks_layout.setSpacing(8)
        self.checks_layout.setObjectName(u"checks_layout")
        self.checks_layout.setContentsMargins(16, 10, 8, 12)
        self.checks_head = QHBoxLayout()
        self.checks_head.setSpacing(8)
        self.checks_head.setObjectName(u"checks_head")
        self.checks_head.setContentsMargins(0, 0, 0, 0)
        self.checks_title = QLabel(self.checks_card)
        self.checks_title.setObjectName(u"checks_title")
        self.checks_title.setProperty(u"role", u"heading")

        self.checks_head.addWidget(self.checks_title)

        self.gap4 = QSpacerItem(0, 0, QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

        self.checks_head.addItem(self.gap4)

        self.test = QPushButton(self.checks_card)
        self.test.setObjectName(u"test")

        self.checks_head.addWidget(self.test)


        self.checks_layout.addLayout(self.checks_head)

        self.checks_scroll = QScrollArea(self.checks_card)
        self.checks_scroll.setObjectName(u"checks_scroll")
        self.checks_scroll.setWidgetResizable(True)
        self.checks_scroll.setFrameShape(QFrame.Shape.NoFrame)
        self.checks_inside = QWidget()
        self.checks_inside.setObjectName(u"checks_inside")
        self.inside_layout = QVBoxLayout(self.checks_inside)
        self.inside_layout.setSpacing(8)
        self.inside_layout.setObjectName(u"inside_layout")
        self.inside_layout.setContentsMargins(0, 0, 0, 0)
        self.empty_place = QWidget(self.checks_inside)
        self.empty_place.setObjectName(u"empty_place")
        self.empty_layout = QVBoxLayout(self.empty_place)
        self.empty_layout.setSpacing(8)
        self.empty_layout.setObjectName(u"empty_layout")
        self.empty_layout.setContentsMargins(0, 0, 0, 0)

        self.inside_layout.addWidget(self.empty_place)

        self.checks = StateList(self.checks_inside)
        self.checks.setObjectName(u"checks")

        self.inside_layout.addWidget(self.checks)

        self.gap5 = QSpacerItem(0, 0, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Expanding)

        self.inside_layout.addItem(self.gap5)

        self.checks_scroll.setWidget(self.checks_inside)

        self.checks_layout.addWidget(self.checks_scroll)


        self.tests_layout.addWidget(self.checks_card)

        self.loss = QFrame(self.tests)
        self.loss.setObjectName(u"loss")
        self.loss.setProperty(u"surface", u"box-warning")
        self.loss_layout = QHBoxLayout(self.loss)
        self.loss_layout.setSpacing(12)
        self.loss_layout.setObjectName(u"loss_layout")
        self.loss_layout.setContentsMargins(14, 8, 14, 8)
        self.loss_mark = IconMark(self.loss)
        self.loss_mark.setObjectName(u"loss_mark")

        self.loss_layout.addWidget(self.loss_mark)

        self.loss_text = QLabel(self.loss)
        self.loss_text.setObjectName(u"loss_text")
        self.loss_text.setWordWrap(True)

        self.loss_layout.addWidget(self.loss_text)

        self.loss_layout.setStretch(1, 1)

        self.tests_layout.addWidget(self.loss)

        self.tests_layout.setStretch(2, 1)
        self.pages.addWidget(self.tests)
        self.outcome = QWidget()
        self.outcome.setObjectName(u"outcome")
        self.outcome_layout = QVBoxLayout(self.outcome)
        self.outcome_layout.setSpacing(12)
        self.outcome_layout.setObjectName(u"outcome_layout")
        self.outcome_layout.setContentsMargins(0, 0, 0, 0)
        self.outcome_state = StateLabel(self.outcome)
        self.outcome_state.setObjectName(u"outcome_state")

        self.outcome_layout.addWidget(self.outcome_state)

        self.words_card = QFrame(self.outcome)
        self.words_card.setObjectName(u"words_card")
        self.words_card.setProperty(u"surface", u"card")
        self.words_layout = QVBoxLayout(self.words_card)
        self.words_layout.setSpacing(8)
        self.words_layout.setObjectName(u"words_layout")
        self.words_layout.setContentsMargins(16, 10, 16, 16)
        self.words_head = QHBoxLayout()
        self.words_head.setSpacing(8)
        self.words_head.setObjectName(u"words_head")
        self.words_head.setContentsMargins(0, 0, 0, 0)
        self.words_title = QLabel(self.words_card)
        self.words_title.setObjectName(u"words_title")
        self.words_title.setProperty(u"role", u"heading")

        self.words_head.addWidget(self.words_title)

        self.gap6 = QSpacerItem(0, 0, QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

        self.words_head.addItem(self.gap6)

        self.ask_again = QPushButton(self.words_card)
        self.ask_again.setObjectName(u"ask_again")

        self.words_head.addWidget(self.ask_again)


        self.words_layout.addLayout(self.words_head)

        self.words = StateList(self.words_card)
        self.words.setObjectName(u"words")

        self.words_layout.addWidget(self.words)


        self.outcome_layout.addWidget(self.words_card)

        self.gap7 = QSpacerItem(0, 0, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Expanding)

        self.outcome_layout.addItem(self.gap7)

        self.pages.addWidget(self.outcome)

        self.JoinDialog_layout.addWidget(self.pages)

        self.foot = QHBoxLayout()
        self.foot.setSpacing(8)
        self.foot.setObjectName(u"foot")
        self.foot.setContentsMargins(0, 0, 0, 0)
        self.backups = QPushButton(JoinDialog)
        self.backups.setObjectName(u"backups")

        self.foot.addWidget(self.backups)

        self.foot_note = QLabel(JoinDialog)
        self.foot_note.setObjectName(u"foot_note")
        self.foot_note.setWordWrap(True)
        self.foot_note.setProperty(u"role", u"note")

        self.foot.addWidget(self.foot_note)

        self.close_dialog = QPushButton(JoinDialog)
        self.close_dialog.setObjectName(u"close_dialog")

        self.foot.addWidget(self.close_dialog)

        self.go = QPushButton(JoinDialog)
        self.go.setObjectName(u"go")
        self.go.setProperty(u"kind", u"primary")

        self.foot.addWidget(self.go)

        self.foot.setStretch(1, 1)

        self.JoinDialog_layout.addLayout(self.foot)

        self.JoinDialog_layout.setStretch(3, 1)
        QWidget.setTabOrder(self.host, self.cluster)
        QWidget.setTabOrder(self.cluster, self.test)
        QWidget.setTabOrder(self.test, self.ask_again)
        QWidget.setTabOrder(self.ask_again, self.backups)
        QWidget.setTabOrder(self.backups, self.close_dialog)
        QWidget.setTabOrder(self.close_dialog, self.go)

        self.retranslateUi(JoinDialog)

        QMetaObject.connectSlotsByName(JoinDialog)
    # setupUi

    def retranslateUi(self, JoinDialog):
        JoinDialog.setWindowTitle(QCoreApplication.translate("JoinDialog", u"Join a cluster", None))
        self.purpose.setText(QCoreApplication.translate("JoinDialog", u"Every precondition is tested on both hosts before anything is changed.", None))
        self.host_label.setText(QCoreApplication.translate("JoinDialog", u"&Host", None))
#if QT_CONFIG(accessibility)
        self.host.setAccessibleName(QCoreApplication.translate("JoinDialog", u"Host that joins", None))
#endif // QT_CONFIG(accessibility)
        self.cluster_label.setText(QCoreApplication.translate("JoinDialog", u"joins the &cluster", None))
#if QT_CONFIG(accessibility)
        self.cluster.setAccessibleName(QCoreApplication.translate("JoinDialog", u"Cluster", None))
#endif // QT_CONFIG(accessibility)
        self.checks_title.setText(QCoreApplication.translate("JoinDialog", u"Preconditions", None))
        self.test.setText(QCoreApplication.translate("JoinDialog", u"&Test again", None))
        self.words_title.setText(QCoreApplication.translate("JoinDialog", u"The nodes' own word", None))
        self.ask_again.setText(QCoreApplication.translate("JoinDialog", u"Ask a&gain", None))
        self.backups.setText(QCoreApplication.translate("JoinDialog", u"&Backups\u2026", None))
        self.close_dialog.setText(QCoreApplication.translate("JoinDialog", u"Close", None))
        self.go.setText(QCoreApplication.translate("JoinDialog", u"&Review and join\u2026", None))
    # retranslateUi
