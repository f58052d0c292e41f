# Made from ui/shared_files.ui by python -m azdesk.ui.forms_build; edit that file with Qt Designer instead.

from PySide6.QtCore import (QCoreApplication, QMetaObject, Qt)
from PySide6.QtWidgets import (QCheckBox, QFrame, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget)

from azdesk.ui.editors.lists import DifferenceList
from azdesk.ui.widgets.field_row import FieldRow
from azdesk.ui.widgets.labels import ElidedLabel

class Ui_SharedFiles(object):
    def setupUi(self, SharedFiles):
        if not SharedFiles.objectName():
            SharedFiles.setObjectName(u"SharedFiles")
        self.SharedFiles_layout = QVBoxLayout(SharedFiles)
        self.SharedFiles_layout.setSpacing(12)
        self.SharedFiles_layout.setObjectName(u"SharedFiles_layout")
        self.SharedFiles_layout.setContentsMargins(0, 0, 0, 0)
        self.uploads = QFrame(SharedFiles)
        self.uploads.setObjectName(u"uploads")
        self.uploads.setProperty(u"surface", u"card")
        self.uploads_layout = QVBoxLayout(self.uploads)
        self.uploads_layout.setSpacing(8)
        self.uploads_layout.setObjectName(u"uploads_layout")
        self.uploads_layout.setContentsMargins(16, 10, 16, 16)
        self.uploads_head = QHBoxLayout()
        self.uploads_head.setSpacing(8)
        self.uploads_head.setObjectName(u"uploads_head")
        self.uploads_head.setContentsMargins(0, 0, 0, 0)
        self.uploads_title = QLabel(self.uploads)
        self.uploads_title.setObjectName(u"uploads_title")
        self.uploads_title.setProperty(u"role", u"heading")

        self.uploads_head.addWidget(self.uploads_title)

        self.uploads_note = ElidedLabel(self.uploads)
        self.uploads_note.setObjectName(u"uploads_note")
        self.uploads_note.setProperty(u"role", u"note")
        self.uploads_note.setAlignment(Qt.AlignRight|Qt.AlignVCenter)

        self.uploads_head.addWidget(self.uploads_note)

        self.uploads_head.setStretch(1, 1)

        self.uploads_layout.addLayout(self.uploads_head)

        self.url_row = FieldRow(self.uploads)
        self.url_row.setObjectName(u"url_row")
        self.url = QLineEdit(self.url_row)
        self.url.setObjectName(u"url")

        self.uploads_layout.addWidget(self.url_row)

        self.folder_row = FieldRow(self.uploads)
        self.folder_row.setObjectName(u"folder_row")
        self.folder = QLineEdit(self.folder_row)
        self.folder.setObjectName(u"folder")

        self.uploads_layout.addWidget(self.folder_row)

        self.size_row = FieldRow(self.uploads)
        self.size_row.setObjectName(u"size_row")
        self.size = QLineEdit(self.size_row)
        self.size.setObjectName(u"size")

        self.uploads_layout.addWidget(self.size_row)

        self.upload_differs = DifferenceList(self.uploads)
        self.upload_differs.setObjectName(u"upload_differs")

        self.uploads_layout.addWidget(self.upload_differs)


        self.SharedFiles_layout.addWidget(self.uploads)

        self.chats = QFrame(SharedFiles)
        self.chats.setObjectName(u"chats")
        self.chats.setProperty(u"surface", u"card")
        self.chats_layout = QVBoxLayout(self.chats)
        self.chats_layout.setSpacing(8)
        self.chats_layout.setObjectName(u"chats_layout")
        self.chats_layout.setContentsMargins(16, 10, 16, 16)
        self.chats_head = QHBoxLayout()
        self.chats_head.setSpacing(8)
        self.chats_head.setObjectName(u"chats_head")
        self.chats_head.setContentsMargins(0, 0, 0, 0)
        self.chats_title = QLabel(self.chats)
        self.chats_title.setObjectName(u"chats_title")
        self.chats_title.setProperty(u"role", u"heading")

        self.chats_head.addWidget(self.chats_title)

        self.chats_note = ElidedLabel(self.chats)
        self.chats_note.setObjectName(u"chats_note")
        self.chats_note.setProperty(u"role", u"note")
        self.chats_note.setAlignment(Qt.AlignRight|Qt.AlignVCenter)

        self.chats_head.addWidget(self.chats_note)

        self.chats_head.setStretch(1, 1)

        self.chats_layout.addLayout(self.chats_head)

        self.enabled_row = FieldRow(self.chats)
        self.enabled_row.setObjectName(u"enabled_row")
        self.enabled = QCheckBox(self.enabled_row)
        self.enabled.setObjectName(u"enabled")

        self.chats_layout.addWidget(self.enabled_row)

        self.chat_folder_row = FieldRow(self.chats)
        self.chat_folder_row.setObjectName(u"chat_folder_row")
        self.chat_folder = QLineEdit(self.chat_folder_row)
        self.chat_folder.setObjectName(u"chat_folder")

        self.chats_layout.addWidget(self.chat_folder_row)

        self.chat_differs = DifferenceList(self.chats)
        self.chat_differs.setObjectName(u"chat_differs")

        self.chats_layout.addWidget(self.chat_differs)


        self.SharedFiles_layout.addWidget(self.chats)

        QWidget.setTabOrder(self.url, self.folder)
        QWidget.setTabOrder(self.folder, self.size)
        QWidget.setTabOrder(self.size, self.enabled)
        QWidget.setTabOrder(self.enabled, self.chat_folder)

        self.retranslateUi(SharedFiles)

        QMetaObject.connectSlotsByName(SharedFiles)
    # setupUi

    def retranslateUi(self, SharedFiles):
        self.uploads_title.setText(QCoreApplication.translate("SharedFiles", u"Files", None))
        self.url_row.setProperty(u"label", QCoreApplication.translate("SharedFiles", u"File &Upload URL", None))
        self.url_row.setProperty(u"note", QCoreApplication.translate("SharedFiles", u"Where clients send files (XEP-0363). Empty: AZDesk leaves uploads alone.", None))
        self.url.setPlaceholderText(QCoreApplication.translate("SharedFiles", u"https://172.16.38.1:5443/upload", None))
        self.folder_row.setProperty(u"label", QCoreApplication.translate("SharedFiles", u"&Kept in", None))
        self.size_row.setProperty(u"label", QCoreApplication.translate("SharedFiles", u"Largest &file", None))
        self.size_row.setProperty(u"note", QCoreApplication.translate("SharedFiles", u"For example 100 MiB or 2 GiB.", None))
        self.chats_title.setText(QCoreApplication.translate("SharedFiles", u"Chat logging", None))
        self.enabled_row.setProperty(u"note", QCoreApplication.translate("SharedFiles", u"One-to-one chats, one file per day and pair. Rooms and encrypted texts are not in it.", None))
        self.enabled.setText(QCoreApplication.translate("SharedFiles", u"Enable &Chat Logging", None))
        self.chat_folder_row.setProperty(u"label", QCoreApplication.translate("SharedFiles", u"Logs &in", None))
        pass
    # retranslateUi
