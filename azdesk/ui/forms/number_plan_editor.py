# Made from ui/number_plan_editor.ui by python -m azdesk.ui.forms_build; edit that file with Qt Designer instead.

from PySide6.QtCore import (QCoreApplication, QMetaObject, Qt)
from PySide6.QtWidgets import (QCheckBox, QComboBox, QFrame, QHBoxLayout, QLabel, QLineEdit, QPushButton, QSizePolicy, QSpacerItem, QSpinBox, QVBoxLayout, QWidget)

from azdesk.ui.editors.lists import StateList
from azdesk.ui.widgets.banner import Banner
from azdesk.ui.widgets.field_row import FieldRow
from azdesk.ui.widgets.labels import ElidedLabel

class Ui_NumberPlanEditor(object):
    def setupUi(self, NumberPlanEditor):
        if not NumberPlanEditor.objectName():
            NumberPlanEditor.setObjectName(u"NumberPlanEditor")
        self.NumberPlanEditor_layout = QVBoxLayout(NumberPlanEditor)
        self.NumberPlanEditor_layout.setSpacing(12)
        self.NumberPlanEditor_layout.setObjectName(u"NumberPlanEditor_layout")
        self.NumberPlanEditor_layout.setContentsMargins(0, 0, 0, 8)
        self.purpose = QLabel(NumberPlanEditor)
        self.purpose.setObjectName(u"purpose")
        self.purpose.setProperty(u"role", u"quiet")
        self.purpose.setWordWrap(True)

        self.NumberPlanEditor_layout.addWidget(self.purpose)

        self.banner = Banner(NumberPlanEditor)
        self.banner.setObjectName(u"banner")

        self.NumberPlanEditor_layout.addWidget(self.banner)

        self.plan = QFrame(NumberPlanEditor)
        self.plan.setObjectName(u"plan")
        self.plan.setProperty(u"surface", u"card")
        self.plan_layout = QVBoxLayout(self.plan)
        self.plan_layout.setSpacing(8)
        self.plan_layout.setObjectName(u"plan_layout")
        self.plan_layout.setContentsMargins(16, 10, 16, 16)
        self.plan_head = QHBoxLayout()
        self.plan_head.setSpacing(8)
        self.plan_head.setObjectName(u"plan_head")
        self.plan_head.setContentsMargins(0, 0, 0, 0)
        self.plan_title = QLabel(self.plan)
        self.plan_title.setObjectName(u"plan_title")
        self.plan_title.setProperty(u"role", u"heading")

        self.plan_head.addWidget(self.plan_title)

        self.plan_note = ElidedLabel(self.plan)
        self.plan_note.setObjectName(u"plan_note")
        self.plan_note.setProperty(u"role", u"note")
        self.plan_note.setAlignment(Qt.AlignRight|Qt.AlignVCenter)

        self.plan_head.addWidget(self.plan_note)

        self.plan_head.setStretch(1, 1)

        self.plan_layout.addLayout(self.plan_head)

        self.scheme_row = FieldRow(self.plan)
        self.scheme_row.setObjectName(u"scheme_row")
        self.scheme = QComboBox(self.scheme_row)
        self.scheme.setObjectName(u"scheme")

        self.plan_layout.addWidget(self.scheme_row)

        self.scheme_words_row = FieldRow(self.plan)
        self.scheme_words_row.setObjectName(u"scheme_words_row")
        self.scheme_words = StateList(self.scheme_words_row)
        self.scheme_words.setObjectName(u"scheme_words")

        self.plan_layout.addWidget(self.scheme_words_row)

        self.reach_row = FieldRow(self.plan)
        self.reach_row.setObjectName(u"reach_row")
        self.reach = QComboBox(self.reach_row)
        self.reach.setObjectName(u"reach")

        self.plan_layout.addWidget(self.reach_row)

        self.context_row = FieldRow(self.plan)
        self.context_row.setObjectName(u"context_row")
        self.context = QLineEdit(self.context_row)
        self.context.setObjectName(u"context")

        self.plan_layout.addWidget(self.context_row)

        self.emergency_row = FieldRow(self.plan)
        self.emergency_row.setObjectName(u"emergency_row")
        self.emergency = QLineEdit(self.emergency_row)
        self.emergency.setObjectName(u"emergency")

        self.plan_layout.addWidget(self.emergency_row)

        self.reserved_row = FieldRow(self.plan)
        self.reserved_row.setObjectName(u"reserved_row")
        self.reserved = QLineEdit(self.reserved_row)
        self.reserved.setObjectName(u"reserved")

        self.plan_layout.addWidget(self.reserved_row)

        self.ring_row = FieldRow(self.plan)
        self.ring_row.setObjectName(u"ring_row")
        self.ring = QSpinBox(self.ring_row)
        self.ring.lineEdit().setTextMargins(9, 0, 0, 0)
        self.ring.setObjectName(u"ring")
        self.ring.setMinimum(1)
        self.ring.setMaximum(600)

        self.plan_layout.addWidget(self.ring_row)

        self.call_records_row = FieldRow(self.plan)
        self.call_records_row.setObjectName(u"call_records_row")
        self.call_records = QComboBox(self.call_records_row)
        self.call_records.setObjectName(u"call_records")

        self.plan_layout.addWidget(self.call_records_row)


        self.NumberPlanEditor_layout.addWidget(self.plan)

        self.between = QFrame(NumberPlanEditor)
        self.between.setObjectName(u"between")
        self.between.setProperty(u"surface", u"card")
        self.between_layout = QVBoxLayout(self.between)
        self.between_layout.setSpacing(8)
        self.between_layout.setObjectName(u"between_layout")
        self.between_layout.setContentsMargins(16, 10, 16, 16)
        self.between_head = QHBoxLayout()
        self.between_head.setSpacing(8)
        self.between_head.setObjectName(u"between_head")
        self.between_head.setContentsMargins(0, 0, 0, 0)
        self.between_title = QLabel(self.between)
        self.between_title.setObjectName(u"between_title")
        self.between_title.setProperty(u"role", u"heading")

        self.between_head.addWidget(self.between_title)

        self.between_note = ElidedLabel(self.between)
        self.between_note.setObjectName(u"between_note")
        self.between_note.setProperty(u"role", u"note")
        self.between_note.setAlignment(Qt.AlignRight|Qt.AlignVCenter)

        self.between_head.addWidget(self.between_note)

        self.between_head.setStretch(1, 1)

        self.between_layout.addLayout(self.between_head)

        self.transport_row = FieldRow(self.between)
        self.transport_row.setObjectName(u"transport_row")
        self.transport = QComboBox(self.transport_row)
        self.transport.setObjectName(u"transport")

        self.between_layout.addWidget(self.transport_row)

        self.authentication_row = FieldRow(self.between)
        self.authentication_row.setObjectName(u"authentication_row")
        self.authentication = QComboBox(self.authentication_row)
        self.authentication.setObjectName(u"authentication")
        self.new_passwords = QPushButton(self.authentication_row)
        self.new_passwords.setObjectName(u"new_passwords")

        self.between_layout.addWidget(self.authentication_row)

        self.srtp_row = FieldRow(self.between)
        self.srtp_row.setObjectName(u"srtp_row")
        self.srtp = QCheckBox(self.srtp_row)
        self.srtp.setObjectName(u"srtp")

        self.between_layout.addWidget(self.srtp_row)

        self.codecs_row = FieldRow(self.between)
        self.codecs_row.setObjectName(u"codecs_row")
        self.codecs = QLineEdit(self.codecs_row)
        self.codecs.setObjectName(u"codecs")

        self.between_layout.addWidget(self.codecs_row)

        self.dtmf_row = FieldRow(self.between)
        self.dtmf_row.setObjectName(u"dtmf_row")
        self.dtmf = QComboBox(self.dtmf_row)
        self.dtmf.setObjectName(u"dtmf")

        self.between_layout.addWidget(self.dtmf_row)

        self.max_calls_row = FieldRow(self.between)
        self.max_calls_row.setObjectName(u"max_calls_row")
        self.max_calls = QSpinBox(self.max_calls_row)
        self.max_calls.lineEdit().setTextMargins(9, 0, 0, 0)
        self.max_calls.setObjectName(u"max_calls")
        self.max_calls.setMinimum(0)
        self.max_calls.setMaximum(10000)

        self.between_layout.addWidget(self.max_calls_row)

        self.qualify_row = FieldRow(self.between)
        self.qualify_row.setObjectName(u"qualify_row")
        self.qualify = QSpinBox(self.qualify_row)
        self.qualify.lineEdit().setTextMargins(9, 0, 0, 0)
        self.qualify.setObjectName(u"qualify")
        self.qualify.setMinimum(0)
        self.qualify.setMaximum(3600)

        self.between_layout.addWidget(self.qualify_row)

        self.between_record_row = FieldRow(self.between)
        self.between_record_row.setObjectName(u"between_record_row")
        self.between_record = QCheckBox(self.between_record_row)
        self.between_record.setObjectName(u"between_record")

        self.between_layout.addWidget(self.between_record_row)


        self.NumberPlanEditor_layout.addWidget(self.between)

        self.recording = QFrame(NumberPlanEditor)
        self.recording.setObjectName(u"recording")
        self.recording.setProperty(u"surface", u"card")
        self.recording_layout = QVBoxLayout(self.recording)
        self.recording_layout.setSpacing(8)
        self.recording_layout.setObjectName(u"recording_layout")
        self.recording_layout.setContentsMargins(16, 10, 16, 16)
        self.recording_head = QHBoxLayout()
        self.recording_head.setSpacing(8)
        self.recording_head.setObjectName(u"recording_head")
        self.recording_head.setContentsMargins(0, 0, 0, 0)
        self.recording_title = QLabel(self.recording)
        self.recording_title.setObjectName(u"recording_title")
        self.recording_title.setProperty(u"role", u"heading")

        self.recording_head.addWidget(self.recording_title)

        self.recording_note = ElidedLabel(self.recording)
        self.recording_note.setObjectName(u"recording_note")
        self.recording_note.setProperty(u"role", u"note")
        self.recording_note.setAlignment(Qt.AlignRight|Qt.AlignVCenter)

        self.recording_head.addWidget(self.recording_note)

        self.recording_head.setStretch(1, 1)

        self.recording_layout.addLayout(self.recording_head)

        self.directory_row = FieldRow(self.recording)
        self.directory_row.setObjectName(u"directory_row")
        self.directory = QLineEdit(self.directory_row)
        self.directory.setObjectName(u"directory")

        self.recording_layout.addWidget(self.directory_row)

        self.archive_row = FieldRow(self.recording)
        self.archive_row.setObjectName(u"archive_row")
        self.archive = QLineEdit(self.archive_row)
        self.archive.setObjectName(u"archive")

        self.recording_layout.addWidget(self.archive_row)

        self.archive_mount_row = FieldRow(self.recording)
        self.archive_mount_row.setObjectName(u"archive_mount_row")
        self.archive_mount = QLineEdit(self.archive_mount_row)
        self.archive_mount.setObjectName(u"archive_mount")

        self.recording_layout.addWidget(self.archive_mount_row)

        self.keep_days_row = FieldRow(self.recording)
        self.keep_days_row.setObjectName(u"keep_days_row")
        self.keep_days = QSpinBox(self.keep_days_row)
        self.keep_days.lineEdit().setTextMargins(9, 0, 0, 0)
        self.keep_days.setObjectName(u"keep_days")
        self.keep_days.setMaximum(36500)

        self.recording_layout.addWidget(self.keep_days_row)

        self.warning_row = FieldRow(self.recording)
        self.warning_row.setObjectName(u"warning_row")
        self.warning = QComboBox(self.warning_row)
        self.warning.setObjectName(u"warning")

        self.recording_layout.addWidget(self.warning_row)

        self.sound_row = FieldRow(self.recording)
        self.sound_row.setObjectName(u"sound_row")
        self.sound = QLineEdit(self.sound_row)
        self.sound.setObjectName(u"sound")

        self.recording_layout.addWidget(self.sound_row)


        self.NumberPlanEditor_layout.addWidget(self.recording)

        self.rest = QSpacerItem(0, 0, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Expanding)

        self.NumberPlanEditor_layout.addItem(self.rest)

        QWidget.setTabOrder(self.scheme, self.reach)
        QWidget.setTabOrder(self.reach, self.context)
        QWidget.setTabOrder(self.context, self.emergency)
        QWidget.setTabOrder(self.emergency, self.reserved)
        QWidget.setTabOrder(self.reserved, self.ring)
        QWidget.setTabOrder(self.ring, self.transport)
        QWidget.setTabOrder(self.transport, self.authentication)
        QWidget.setTabOrder(self.authentication, self.new_passwords)
        QWidget.setTabOrder(self.new_passwords, self.srtp)
        QWidget.setTabOrder(self.srtp, self.codecs)
        QWidget.setTabOrder(self.codecs, self.dtmf)
        QWidget.setTabOrder(self.dtmf, self.max_calls)
        QWidget.setTabOrder(self.max_calls, self.qualify)
        QWidget.setTabOrder(self.qualify, self.between_record)
        QWidget.setTabOrder(self.between_record, self.directory)
        QWidget.setTabOrder(self.directory, self.archive)
        QWidget.setTabOrder(self.archive, self.archive_mount)
        QWidget.setTabOrder(self.archive_mount, self.keep_days)
        QWidget.setTabOrder(self.keep_days, self.warning)
        QWidget.setTabOrder(self.warning, self.sound)

        self.retranslateUi(NumberPlanEditor)

        QMetaObject.connectSlotsByName(NumberPlanEditor)
    # setupUi

    def retranslateUi(self, NumberPlanEditor):
        self.purpose.setText(QCoreApplication.translate("NumberPlanEditor", u"How numbers are dialled in the whole fleet. Each host's dial plan, and the trunks between the hosts, follow from it.", None))
        self.plan_title.setText(QCoreApplication.translate("NumberPlanEditor", u"Dialling", None))
        self.scheme_row.setProperty(u"label", QCoreApplication.translate("NumberPlanEditor", u"&Scheme", None))
        self.reach_row.setProperty(u"label", QCoreApplication.translate("NumberPlanEditor", u"Hosts &call each other", None))
        self.context_row.setProperty(u"label", QCoreApplication.translate("NumberPlanEditor", u"Conte&xt of phones", None))
        self.context_row.setProperty(u"note", QCoreApplication.translate("NumberPlanEditor", u"Accounts in the directory name it (AstAccountContext).", None))
        self.emergency_row.setProperty(u"label", QCoreApplication.translate("NumberPlanEditor", u"&Emergency numbers", None))
        self.emergency_row.setProperty(u"note", QCoreApplication.translate("NumberPlanEditor", u"Nothing else may catch them, and rules have to lead them to a trunk from every host.", None))
        self.emergency.setPlaceholderText(QCoreApplication.translate("NumberPlanEditor", u"112 110", None))
        self.reserved_row.setProperty(u"label", QCoreApplication.translate("NumberPlanEditor", u"Reser&ved numbers", None))
        self.reserved_row.setProperty(u"note", QCoreApplication.translate("NumberPlanEditor", u"Nobody may be given them, and no rule may use them.", None))
        self.ring_row.setProperty(u"label", QCoreApplication.translate("NumberPlanEditor", u"A phone rin&gs for", None))
        self.ring.setSuffix(QCoreApplication.translate("NumberPlanEditor", u" s", None))
        self.call_records_row.setProperty(u"label", QCoreApplication.translate("NumberPlanEditor", u"&Journal of calls", None))
        self.call_records_row.setProperty(u"note", QCoreApplication.translate("NumberPlanEditor", u"Which calls there were: who, whom, when, how long. Debian's Asterisk writes that by itself.", None))
        self.between_title.setText(QCoreApplication.translate("NumberPlanEditor", u"Trunks between the hosts", None))
        self.transport_row.setProperty(u"label", QCoreApplication.translate("NumberPlanEditor", u"Hosts &reach each other by", None))
        self.transport_row.setProperty(u"note", QCoreApplication.translate("NumberPlanEditor", u"UDP and TCP go to port 5060; TLS to 5061, with the hosts' own certificates.", None))
        self.authentication_row.setProperty(u"label", QCoreApplication.translate("NumberPlanEditor", u"and &know each other by", None))
        self.authentication_row.setProperty(u"note", QCoreApplication.translate("NumberPlanEditor", u"In a LAN that is theirs the address is enough. AZDesk makes the passwords.", None))
        self.new_passwords.setText(QCoreApplication.translate("NumberPlanEditor", u"New o&nes", None))
        self.srtp.setText(QCoreApplication.translate("NumberPlanEditor", u"Voice goes encr&ypted (SRTP)", None))
        self.codecs_row.setProperty(u"label", QCoreApplication.translate("NumberPlanEditor", u"Co&decs", None))
        self.codecs_row.setProperty(u"note", QCoreApplication.translate("NumberPlanEditor", u"In the order of preference.", None))
        self.dtmf_row.setProperty(u"label", QCoreApplication.translate("NumberPlanEditor", u"&Pressed keys", None))
        self.max_calls_row.setProperty(u"label", QCoreApplication.translate("NumberPlanEditor", u"&Most calls", None))
        self.max_calls.setSuffix(QCoreApplication.translate("NumberPlanEditor", u" at a time", None))
        self.max_calls.setSpecialValueText(QCoreApplication.translate("NumberPlanEditor", u"as many as there are", None))
        self.qualify_row.setProperty(u"label", QCoreApplication.translate("NumberPlanEditor", u"&Ask whether it is there", None))
        self.qualify.setSuffix(QCoreApplication.translate("NumberPlanEditor", u" s", None))
        self.qualify.setSpecialValueText(QCoreApplication.translate("NumberPlanEditor", u"never", None))
        self.between_record.setText(QCoreApplication.translate("NumberPlanEditor", u"Record calls that leave a host &by such a trunk", None))
        self.recording_title.setText(QCoreApplication.translate("NumberPlanEditor", u"Recording", None))
        self.directory_row.setProperty(u"label", QCoreApplication.translate("NumberPlanEditor", u"&Folder on each host", None))
        self.directory_row.setProperty(u"note", QCoreApplication.translate("NumberPlanEditor", u"Below it is one for each day.", None))
        self.archive_row.setProperty(u"label", QCoreApplication.translate("NumberPlanEditor", u"&Older ones go to", None))
        self.archive_row.setProperty(u"note", QCoreApplication.translate("NumberPlanEditor", u"Moved there at the end of the day.", None))
        self.archive_mount_row.setProperty(u"label", QCoreApplication.translate("NumberPlanEditor", u"Storage mo&unted at", None))
        self.archive_mount_row.setProperty(u"note", QCoreApplication.translate("NumberPlanEditor", u"While nothing is mounted there, recordings stay on their host. Empty: no mount is needed.", None))
        self.archive_mount.setPlaceholderText(QCoreApplication.translate("NumberPlanEditor", u"/home/chat", None))
        self.keep_days_row.setProperty(u"label", QCoreApplication.translate("NumberPlanEditor", u"De&leted after", None))
        self.keep_days.setSpecialValueText(QCoreApplication.translate("NumberPlanEditor", u"never", None))
        self.keep_days.setSuffix(QCoreApplication.translate("NumberPlanEditor", u" days", None))
        self.warning_row.setProperty(u"label", QCoreApplication.translate("NumberPlanEditor", u"Callers are &told", None))
        self.warning_row.setProperty(u"note", QCoreApplication.translate("NumberPlanEditor", u"The law often demands that everybody is told.", None))
        self.sound_row.setProperty(u"label", QCoreApplication.translate("NumberPlanEditor", u"A&nnouncement", None))
        self.sound_row.setProperty(u"note", QCoreApplication.translate("NumberPlanEditor", u"Sound file as Asterisk finds it, without its ending.", None))
        self.sound.setPlaceholderText(QCoreApplication.translate("NumberPlanEditor", u"custom/recorded", None))
        pass
    # retranslateUi
