"""The words on sheets, by language. People read them, not admins: so they do not follow the window's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, kw_only=True)
class Words:
    """All that a sheet says in one language."""

    language: str
    """As its speakers call it."""
    title: str
    name: str
    account: str
    number: str
    password: str
    email: str
    host: str
    steps: Mapping[str, tuple[str, ...]]
    """`Form.for_` → what the person does, step by step."""
    steps_title: str
    hint: str
    """On a card, where there is no room for steps."""
    secret_notice: str
    """Handling notice where the password is in clear."""
    secret_short: str
    plain_notice: str
    """Handling notice where it is not."""
    plain_short: str
    made: str
    """``{date}`` stands for the day."""
    date: str
    """How a day is written, in the letters of Unicode's locale data (UTS 35)."""


WORDS: Final[Mapping[str, Words]] = MappingProxyType(
    {
        "en": Words(
            language="English",
            title="Your account for chat and calls",
            name="Name",
            account="Account",
            number="Number",
            password="Password",
            email="E-mail",
            host="Server",
            steps_title="How to begin",
            steps={
                "client": (
                    "Install the phone client on your phone and open it.",
                    "Choose “Scan QR code” and hold the camera over the code on this sheet.",
                    "Wait until your name appears. You can chat and make calls now.",
                    "Destroy this sheet.",
                ),
                "xmpp": (
                    "Install a chat app for XMPP, such as Conversations (Android) or Monal (iPhone).",
                    "Scan the code with the phone's camera and open it with the app.",
                    "Type your password. You get it in another way than this sheet.",
                ),
                "linphone": (
                    "Install Linphone and open it.",
                    "Choose “Scan QR code” and hold the camera over the code on this sheet.",
                    "Linphone fetches your settings and starts again. You can make calls now.",
                    "Destroy this sheet.",
                ),
                "vcard": (
                    "Scan the code with the phone's camera.",
                    "Save the contact.",
                ),
            },
            hint="Scan the code with the app.",
            secret_notice="The code on this sheet contains your password in clear. Whoever photographs it can read your messages and make calls "
            "in your name. Keep it to yourself, and destroy it once you are logged in.",
            secret_short="Contains your password in clear. Destroy after use.",
            plain_notice="The code contains no password. It is meant for you alone all the same.",
            plain_short="Contains no password.",
            made="Made on {date}",
            date="d MMMM yyyy",
        ),
        "de": Words(
            language="Deutsch",
            title="Ihr Konto für Chat und Telefon",
            name="Name",
            account="Konto",
            number="Nummer",
            password="Kennwort",
            email="E-Mail",
            host="Server",
            steps_title="So fangen Sie an",
            steps={
                "client": (
                    "Installieren Sie die Telefon-App auf Ihrem Telefon und öffnen Sie sie.",
                    "Wählen Sie „QR-Code scannen“ und halten Sie die Kamera über den Code auf diesem Blatt.",
                    "Warten Sie, bis Ihr Name erscheint. Sie können nun chatten und telefonieren.",
                    "Vernichten Sie dieses Blatt.",
                ),
                "xmpp": (
                    "Installieren Sie eine Chat-App für XMPP, etwa Conversations (Android) oder Monal (iPhone).",
                    "Scannen Sie den Code mit der Kamera des Telefons und öffnen Sie ihn mit der App.",
                    "Geben Sie Ihr Kennwort ein. Sie bekommen es auf anderem Weg als dieses Blatt.",
                ),
                "linphone": (
                    "Installieren Sie Linphone und öffnen Sie es.",
                    "Wählen Sie „QR-Code scannen“ und halten Sie die Kamera über den Code auf diesem Blatt.",
                    "Linphone holt Ihre Einstellungen und startet neu. Sie können nun telefonieren.",
                    "Vernichten Sie dieses Blatt.",
                ),
                "vcard": (
                    "Scannen Sie den Code mit der Kamera des Telefons.",
                    "Speichern Sie den Kontakt.",
                ),
            },
            hint="Scannen Sie den Code mit der App.",
            secret_notice="Der Code auf diesem Blatt enthält Ihr Kennwort im Klartext. Wer ihn fotografiert, kann Ihre Nachrichten lesen und in Ihrem "
            "Namen telefonieren. Geben Sie das Blatt nicht weiter und vernichten Sie es, sobald Sie angemeldet sind.",
            secret_short="Enthält Ihr Kennwort im Klartext. Nach Gebrauch vernichten.",
            plain_notice="Der Code enthält kein Kennwort. Er ist trotzdem nur für Sie bestimmt.",
            plain_short="Enthält kein Kennwort.",
            made="Erstellt am {date}",
            date="d. MMMM yyyy",
        ),
        "zh_CN": Words(
            language="简体中文",
            title="您的聊天与通话账号",
            name="姓名",
            account="账号",
            number="号码",
            password="密码",
            email="电子邮件",
            host="服务器",
            steps_title="开始使用",
            steps={
                "client": (
                    "在手机上安装并打开电话客户端。",
                    "选择“扫描二维码”，将摄像头对准本页上的二维码。",
                    "等到您的姓名出现后，即可聊天和通话。",
                    "销毁本页。",
                ),
                "xmpp": (
                    "安装 XMPP 聊天应用，例如 Conversations（安卓）或 Monal（iPhone）。",
                    "用手机摄像头扫描二维码，并用该应用打开。",
                    "输入您的密码。密码会通过其他途径交给您。",
                ),
                "linphone": (
                    "安装并打开 Linphone。",
                    "选择“扫描二维码”，将摄像头对准本页上的二维码。",
                    "Linphone 获取您的设置后会重新启动，即可通话。",
                    "销毁本页。",
                ),
                "vcard": ("用手机摄像头扫描二维码。", "保存联系人。"),
            },
            hint="请用应用扫描二维码。",
            secret_notice="本页二维码含有您的明文密码。任何拍下它的人都能阅读您的消息并以您的名义通话。请妥善保管，登录后立即销毁。",
            secret_short="含明文密码，用后销毁。",
            plain_notice="二维码不含密码，但仍只供您本人使用。",
            plain_short="不含密码。",
            made="制作日期：{date}",
            date="yyyy年M月d日",
        ),
    }
)
