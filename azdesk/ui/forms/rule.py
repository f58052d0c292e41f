# Made from ui/rule.ui by python -m azdesk.ui.forms_build; edit that file with Qt Designer instead.

from PySide6.QtCore import (QCoreApplication, QMetaObject, Qt)
from PySide6.QtWidgets import (QCheckBox, QComboBox, QFrame, QHBoxLayout, QLineEdit, QPushButton, QScrollArea, QSizePolicy, QSpacerItem, QSpinBox, QVBoxLayout, QWidget)

from azdesk.ui.editors.lists import StateList
from azdesk.ui.numbers.ticks import TickList
from azdesk.ui.widgets.banner import Banner
from azdesk.ui.widgets.field_row import FieldRow
from azdesk.ui.widgets.labels import ElidedLabel

class Ui_RuleDialog(object):
    def setupUi(self, RuleDialog):
        if not RuleDialog.objectName():
            RuleDialog.setObjectName(u"RuleDialog")
        self.RuleDialog_layout = QVBoxLayout(RuleDialog)
        self.RuleDialog_layout.setSpacing(12)
        self.RuleDialog_layout.setObjectName(u"RuleDialog_layout")
        self.RuleDialog_layout.setContentsMargins(24, 20, 24, 16)
        self.title = ElidedLabel(RuleDialog)
        self.title.setObjectName(u"title")
        self.title.setProperty(u"role", u"title")

        self.RuleDialog_layout.addWidget(self.title)

        self.banner = Banner(RuleDialog)
        self.banner.setObjectName(u"banner")

        self.RuleDialog_layout.addWidget(self.banner)

        self.scroll = QScrollArea(RuleDialog)
        self.scroll.setObjectName(u"scroll")
        self.scroll.setWidgetResizable(True)
        self.scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.scroll.setFrameShape(QFrame.Shape.NoFrame)
        self.scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.body = QWidget()
        self.body.setObjectName(u"body")
        self.body.setProperty(u"surface", u"page")
        self.body_layout = QVBoxLayout(self.body)
        self.body_layout.setSpacing(8)
        self.body_layout.setObjectName(u"body_layout")
        self.body_layout.setContentsMargins(0, 0, 8, 0)
        self.name_row = FieldRow(self.body)
        self.name_row.setObjectName(u"name_row")
        self.name = QLineEdit(self.name_row)
        self.name.setObjectName(u"name")

        self.body_layout.addWidget(self.name_row)

        self.pattern_row = FieldRow(self.body)
        self.pattern_row.setObjectName(u"pattern_row")
        self.pattern = QLineEdit(self.pattern_row)
        self.pattern.setObjectName(u"pattern")

        self.body_layout.addWidget(self.pattern_row)

        self.examples_row = FieldRow(self.body)
        self.examples_row.setObjectName(u"examples_row")
        self.examples = StateList(self.examples_row)
        self.examples.setObjectName(u"examples")

        self.body_layout.addWidget(self.examples_row)

        self.callers_row = FieldRow(self.body)
        self.callers_row.setObjectName(u"callers_row")
        self.callers = TickList(self.callers_row)
        self.callers.setObjectName(u"callers")

        self.body_layout.addWidget(self.callers_row)

        self.hosts_row = FieldRow(self.body)
        self.hosts_row.setObjectName(u"hosts_row")
        self.hosts = TickList(self.hosts_row)
        self.hosts.setObjectName(u"hosts")

        self.body_layout.addWidget(self.hosts_row)

        self.target_row = FieldRow(self.body)
        self.target_row.setObjectName(u"target_row")
        self.target = QComboBox(self.target_row)
        self.target.setObjectName(u"target")

        self.body_layout.addWidget(self.target_row)

        self.strip_row = FieldRow(self.body)
        self.strip_row.setObjectName(u"strip_row")
        self.strip = QSpinBox(self.strip_row)
        self.strip.lineEdit().setTextMargins(9, 0, 0, 0)
        self.strip.setObjectName(u"strip")
        self.strip.setMinimum(0)
        self.strip.setMaximum(40)

        self.body_layout.addWidget(self.strip_row)

        self.prepend_row = FieldRow(self.body)
        self.prepend_row.setObjectName(u"prepend_row")
        self.prepend = QLineEdit(self.prepend_row)
        self.prepend.setObjectName(u"prepend")

        self.body_layout.addWidget(self.prepend_row)

        self.trunks_row = FieldRow(self.body)
        self.trunks_row.setObjectName(u"trunks_row")
        self.trunks = TickList(self.trunks_row)
        self.trunks.setObjectName(u"trunks")

        self.body_layout.addWidget(self.trunks_row)

        self.number_row = FieldRow(self.body)
        self.number_row.setObjectName(u"number_row")
        self.number = QLineEdit(self.number_row)
        self.number.setObjectName(u"number")

        self.body_layout.addWidget(self.number_row)

        self.members_row = FieldRow(self.body)
        self.members_row.setObjectName(u"members_row")
        self.members = QLineEdit(self.members_row)
        self.members.setObjectName(u"members")

        self.body_layout.addWidget(self.members_row)

        self.sound_row = FieldRow(self.body)
        self.sound_row.setObjectName(u"sound_row")
        self.sound = QLineEdit(self.sound_row)
        self.sound.setObjectName(u"sound")

        self.body_layout.addWidget(self.sound_row)

        self.ring_row = FieldRow(self.body)
        self.ring_row.setObjectName(u"ring_row")
        self.ring = QSpinBox(self.ring_row)
        self.ring.lineEdit().setTextMargins(9, 0, 0, 0)
        self.ring.setObjectName(u"ring")
        self.ring.setMinimum(0)
        self.ring.setMaximum(600)

        self.body_layout.addWidget(self.ring_row)

        self.record_row = FieldRow(self.body)
        self.record_row.setObjectName(u"record_row")
        self.record = QCheckBox(self.record_row)
        self.record.setObjectName(u"record")

        self.body_layout.addWidget(self.record_row)

        self.notify_row = FieldRow(self.body)
        self.notify_row.setObjectName(u"notify_row")
        self.notify = QCheckBox(self.notify_row)
        self.notify.setObjectName(u"notify")

        self.body_layout.addWidget(self.notify_row)

        self.note_row = FieldRow(self.body)
        self.note_row.setObjectName(u"note_row")
        self.note = QLineEdit(self.note_row)
        self.note.setObjectName(u"note")

        self.body_layout.addWidget(self.note_row)

        self.rest = QSpacerItem(0, 0, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Expanding)

        self.body_layout.addItem(self.rest)

        self.scroll.setWidget(self.body)

        self.RuleDialog_layout.addWidget(self.scroll)

        self.foot = QHBoxLayout()
        self.foot.setSpacing(8)
        self.foot.setObjectName(u"foot")
        self.foot.setContentsMargins(0, 0, 0, 0)
        self.gap_foot = QSpacerItem(0, 0, QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

        self.foot.addItem(self.gap_foot)

        self.cancel = QPushButton(RuleDialog)
        self.cancel.setObjectName(u"cancel")

        self.foot.addWidget(self.cancel)

        self.ok = QPushButton(RuleDialog)
        self.ok.setObjectName(u"ok")
        self.ok.setProperty(u"kind", u"primary")

        self.foot.addWidget(self.ok)


        self.RuleDialog_layout.addLayout(self.foot)

        QWidget.setTabOrder(self.name, self.pattern)
        QWidget.setTabOrder(self.pattern, self.callers)
        QWidget.setTabOrder(self.callers, self.hosts)
        QWidget.setTabOrder(self.hosts, self.target)
        QWidget.setTabOrder(self.target, self.strip)
        QWidget.setTabOrder(self.strip, self.prepend)
        QWidget.setTabOrder(self.prepend, self.trunks)
        QWidget.setTabOrder(self.trunks, self.number)
        QWidget.setTabOrder(self.number, self.members)
        QWidget.setTabOrder(self.members, self.sound)
        QWidget.setTabOrder(self.sound, self.ring)
        QWidget.setTabOrder(self.ring, self.record)
        QWidget.setTabOrder(self.record, self.notify)
        QWidget.setTabOrder(self.notify, self.note)
        QWidget.setTabOrder(self.note, self.cancel)
        QWidget.setTabOrder(self.cancel, self.ok)

        self.retranslateUi(RuleDialog)

        QMetaObject.connectSlotsByName(RuleDialog)
    # setupUi

    def retranslateUi(self, RuleDialog):
        RuleDialog.setWindowTitle(QCoreApplication.translate("RuleDialog", u"Rule", None))
        self.name_row.setProperty(u"label", QCoreApplication.translate("RuleDialog", u"&Name", None))
        self.pattern_row.setProperty(u"label", QCoreApplication.translate("RuleDialog", u"N&umbers", None))
        self.pattern_row.setProperty(u"note", QCoreApplication.translate("RuleDialog", u"As Asterisk writes them: X is 0\u20139, Z is 1\u20139, N is 2\u20139, [1-37] one of these, . one sign or more and ! any or none at the end.", None))
        self.pattern.setPlaceholderText(QCoreApplication.translate("RuleDialog", u"68XX", None))
        self.callers_row.setProperty(u"label", QCoreApplication.translate("RuleDialog", u"For calls &from", None))
        self.callers_row.setProperty(u"note", QCoreApplication.translate("RuleDialog", u"Calls that come in by these trunks; none ticked: those that phones make.", None))
        self.hosts_row.setProperty(u"label", QCoreApplication.translate("RuleDialog", u"At ho&sts", None))
        self.hosts_row.setProperty(u"note", QCoreApplication.translate("RuleDialog", u"None ticked: at all that the number plan is for.", None))
        self.target_row.setProperty(u"label", QCoreApplication.translate("RuleDialog", u"&Leads to", None))
        self.strip_row.setProperty(u"label", QCoreApplication.translate("RuleDialog", u"&Take off", None))
        self.strip.setSuffix(QCoreApplication.translate("RuleDialog", u" at the front", None))
        self.strip.setSpecialValueText(QCoreApplication.translate("RuleDialog", u"nothing", None))
        self.prepend_row.setProperty(u"label", QCoreApplication.translate("RuleDialog", u"and &put in front", None))
        self.trunks_row.setProperty(u"label", QCoreApplication.translate("RuleDialog", u"By t&runk", None))
        self.trunks_row.setProperty(u"note", QCoreApplication.translate("RuleDialog", u"The first ticked one that is up takes the call. Move them with Alt+Up and Alt+Down.", None))
        self.number_row.setProperty(u"label", QCoreApplication.translate("RuleDialog", u"Num&ber", None))
        self.members_row.setProperty(u"label", QCoreApplication.translate("RuleDialog", u"&Members", None))
        self.members_row.setProperty(u"note", QCoreApplication.translate("RuleDialog", u"They ring together; as a phone of the host would dial them.", None))
        self.members.setPlaceholderText(QCoreApplication.translate("RuleDialog", u"6853 6854 3026801", None))
        self.sound_row.setProperty(u"label", QCoreApplication.translate("RuleDialog", u"Ann&ouncement", None))
        self.sound_row.setProperty(u"note", QCoreApplication.translate("RuleDialog", u"Sound file as Asterisk finds it, without its ending.", None))
        self.sound.setPlaceholderText(QCoreApplication.translate("RuleDialog", u"custom/closed", None))
        self.ring_row.setProperty(u"label", QCoreApplication.translate("RuleDialog", u"Rin&gs for", None))
        self.ring.setSuffix(QCoreApplication.translate("RuleDialog", u" s", None))
        self.ring.setSpecialValueText(QCoreApplication.translate("RuleDialog", u"as the number plan says", None))
        self.record.setText(QCoreApplication.translate("RuleDialog", u"Re&cord such calls", None))
        self.notify_row.setProperty(u"note", QCoreApplication.translate("RuleDialog", u"Asterisk tells that somebody calls; a program on the host has to wake the phone. AZDesk brings none.", None))
        self.notify.setText(QCoreApplication.translate("RuleDialog", u"&Wait for a sleeping phone", None))
        self.note_row.setProperty(u"label", QCoreApplication.translate("RuleDialog", u"Not&e", None))
        self.cancel.setText(QCoreApplication.translate("RuleDialog", u"Cancel", None))
        self.ok.setText(QCoreApplication.translate("RuleDialog", u"Ta&ke over", None))
    # retranslateUi
