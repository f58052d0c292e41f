# Made from ui/review_page.ui by python -m azdesk.ui.forms_build; edit that file with Qt Designer instead.

from PySide6.QtCore import (QCoreApplication, QMetaObject, QSize, Qt)
from PySide6.QtWidgets import (QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton, QSizePolicy, QSpacerItem, QSplitter, QStackedWidget, QVBoxLayout, QWidget)

from azdesk.ui.widgets.banner import Banner
from azdesk.ui.widgets.clean_tree import CleanTree
from azdesk.ui.widgets.diff_view import DiffView
from azdesk.ui.widgets.labels import ElidedLabel
from azdesk.ui.widgets.marks import (IconMark, StateLabel, StateMark)

class Ui_ReviewPage(object):
    def setupUi(self, ReviewPage):
        if not ReviewPage.objectName():
            ReviewPage.setObjectName(u"ReviewPage")
        self.ReviewPage_layout = QVBoxLayout(ReviewPage)
        self.ReviewPage_layout.setSpacing(12)
        self.ReviewPage_layout.setObjectName(u"ReviewPage_layout")
        self.ReviewPage_layout.setContentsMargins(24, 20, 24, 16)
        self.head = QHBoxLayout()
        self.head.setSpacing(8)
        self.head.setObjectName(u"head")
        self.head.setContentsMargins(0, 0, 0, 0)
        self.titles = QVBoxLayout()
        self.titles.setSpacing(2)
        self.titles.setObjectName(u"titles")
        self.titles.setContentsMargins(0, 0, 0, 0)
        self.title = ElidedLabel(ReviewPage)
        self.title.setObjectName(u"title")
        self.title.setProperty(u"role", u"title")

        self.titles.addWidget(self.title)

        self.subtitle = ElidedLabel(ReviewPage)
        self.subtitle.setObjectName(u"subtitle")
        self.subtitle.setProperty(u"role", u"quiet")

        self.titles.addWidget(self.subtitle)


        self.head.addLayout(self.titles)

        self.export_plan = QPushButton(ReviewPage)
        self.export_plan.setObjectName(u"export_plan")
        self.export_plan.setProperty(u"menu", True)

        self.head.addWidget(self.export_plan)

        self.head.setStretch(0, 1)

        self.ReviewPage_layout.addLayout(self.head)

        self.banner = Banner(ReviewPage)
        self.banner.setObjectName(u"banner")

        self.ReviewPage_layout.addWidget(self.banner)

        self.confirm = QFrame(ReviewPage)
        self.confirm.setObjectName(u"confirm")
        self.confirm.setProperty(u"surface", u"box-error")
        self.confirm_layout = QVBoxLayout(self.confirm)
        self.confirm_layout.setSpacing(8)
        self.confirm_layout.setObjectName(u"confirm_layout")
        self.confirm_layout.setContentsMargins(16, 12, 16, 12)
        self.confirm_head = QHBoxLayout()
        self.confirm_head.setSpacing(8)
        self.confirm_head.setObjectName(u"confirm_head")
        self.confirm_head.setContentsMargins(0, 0, 0, 0)
        self.confirm_mark = IconMark(self.confirm)
        self.confirm_mark.setObjectName(u"confirm_mark")

        self.confirm_head.addWidget(self.confirm_mark)

        self.confirm_title = QLabel(self.confirm)
        self.confirm_title.setObjectName(u"confirm_title")
        self.confirm_title.setProperty(u"role", u"heading")

        self.confirm_head.addWidget(self.confirm_title)

        self.confirm_gap = QSpacerItem(0, 0, QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

        self.confirm_head.addItem(self.confirm_gap)


        self.confirm_layout.addLayout(self.confirm_head)

        self.confirm_rows = QWidget(self.confirm)
        self.confirm_rows.setObjectName(u"confirm_rows")
        self.confirm_rows_layout = QVBoxLayout(self.confirm_rows)
        self.confirm_rows_layout.setSpacing(8)
        self.confirm_rows_layout.setObjectName(u"confirm_rows_layout")
        self.confirm_rows_layout.setContentsMargins(0, 0, 0, 0)

        self.confirm_layout.addWidget(self.confirm_rows)


        self.ReviewPage_layout.addWidget(self.confirm)

        self.splitter = QSplitter(ReviewPage)
        self.splitter.setObjectName(u"splitter")
        self.splitter.setOrientation(Qt.Orientation.Horizontal)
        self.splitter.setHandleWidth(12)
        self.splitter.setChildrenCollapsible(False)
        self.left = QFrame(self.splitter)
        self.left.setObjectName(u"left")
        self.left.setMinimumSize(QSize(260, 0))
        self.left.setProperty(u"surface", u"card")
        self.left_layout = QVBoxLayout(self.left)
        self.left_layout.setSpacing(0)
        self.left_layout.setObjectName(u"left_layout")
        self.left_layout.setContentsMargins(8, 8, 8, 8)
        self.steps = CleanTree(self.left)
        self.steps.setObjectName(u"steps")

        self.left_layout.addWidget(self.steps)

        self.splitter.addWidget(self.left)
        self.right = QFrame(self.splitter)
        self.right.setObjectName(u"right")
        self.right.setProperty(u"surface", u"card")
        self.right_layout = QVBoxLayout(self.right)
        self.right_layout.setSpacing(0)
        self.right_layout.setObjectName(u"right_layout")
        self.right_layout.setContentsMargins(1, 1, 1, 1)
        self.detail = QStackedWidget(self.right)
        self.detail.setObjectName(u"detail")
        self.diff = DiffView()
        self.diff.setObjectName(u"diff")
        self.detail.addWidget(self.diff)
        self.words = QWidget()
        self.words.setObjectName(u"words")
        self.words_layout = QVBoxLayout(self.words)
        self.words_layout.setSpacing(8)
        self.words_layout.setObjectName(u"words_layout")
        self.words_layout.setContentsMargins(16, 16, 16, 16)
        self.step_title = QLabel(self.words)
        self.step_title.setObjectName(u"step_title")
        self.step_title.setWordWrap(True)
        self.step_title.setProperty(u"role", u"heading")

        self.words_layout.addWidget(self.step_title)

        self.step_text = QLabel(self.words)
        self.step_text.setObjectName(u"step_text")
        self.step_text.setWordWrap(True)

        self.words_layout.addWidget(self.step_text)

        self.step_outcome = StateLabel(self.words)
        self.step_outcome.setObjectName(u"step_outcome")

        self.words_layout.addWidget(self.step_outcome)

        self.words_gap = QSpacerItem(0, 0, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Expanding)

        self.words_layout.addItem(self.words_gap)

        self.detail.addWidget(self.words)

        self.right_layout.addWidget(self.detail)

        self.splitter.addWidget(self.right)

        self.ReviewPage_layout.addWidget(self.splitter)

        self.foot = QHBoxLayout()
        self.foot.setSpacing(8)
        self.foot.setObjectName(u"foot")
        self.foot.setContentsMargins(0, 0, 0, 0)
        self.foot_mark = StateMark(ReviewPage)
        self.foot_mark.setObjectName(u"foot_mark")

        self.foot.addWidget(self.foot_mark)

        self.foot_note = QLabel(ReviewPage)
        self.foot_note.setObjectName(u"foot_note")
        self.foot_note.setWordWrap(True)
        self.foot_note.setProperty(u"role", u"note")

        self.foot.addWidget(self.foot_note)

        self.progress = QProgressBar(ReviewPage)
        self.progress.setObjectName(u"progress")
        self.progress.setMinimumSize(QSize(160, 0))
        self.progress.setMaximumSize(QSize(160, 16777215))
        self.progress.setTextVisible(False)

        self.foot.addWidget(self.progress)

        self.close_review = QPushButton(ReviewPage)
        self.close_review.setObjectName(u"close_review")

        self.foot.addWidget(self.close_review)

        self.cancel_apply = QPushButton(ReviewPage)
        self.cancel_apply.setObjectName(u"cancel_apply")

        self.foot.addWidget(self.cancel_apply)

        self.apply = QPushButton(ReviewPage)
        self.apply.setObjectName(u"apply")
        self.apply.setProperty(u"kind", u"primary")

        self.foot.addWidget(self.apply)

        self.foot.setStretch(1, 1)

        self.ReviewPage_layout.addLayout(self.foot)

        self.ReviewPage_layout.setStretch(3, 1)

        self.retranslateUi(ReviewPage)

        self.detail.setCurrentIndex(0)


        QMetaObject.connectSlotsByName(ReviewPage)
    # setupUi

    def retranslateUi(self, ReviewPage):
        self.export_plan.setText(QCoreApplication.translate("ReviewPage", u"&Export\u2026", None))
#if QT_CONFIG(accessibility)
        self.steps.setAccessibleName(QCoreApplication.translate("ReviewPage", u"Steps", None))
#endif // QT_CONFIG(accessibility)
        self.close_review.setText(QCoreApplication.translate("ReviewPage", u"C&lose", None))
        self.cancel_apply.setText(QCoreApplication.translate("ReviewPage", u"&Cancel", None))
        self.apply.setText(QCoreApplication.translate("ReviewPage", u"&Apply   Ctrl+\u21b5", None))
        pass
    # retranslateUi
