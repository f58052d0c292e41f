"""Words of choices that several forms offer."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QCoreApplication

TRANSPORTS: Final = ("udp", "tcp", "tls")
DTMF: Final = ("rfc4733", "info", "inband", "auto")


def transport_words(transport: str) -> str:
    """How a peer is reached."""
    tr = QCoreApplication.translate
    return {"udp": "UDP", "tcp": "TCP", "tls": tr("Numbers", "TLS, encrypted")}[transport]


def dtmf_words(dtmf: str) -> str:
    """How pressed keys are sent."""
    tr = QCoreApplication.translate
    return {
        "rfc4733": tr("Numbers", "In the voice stream, as events (RFC 4733)"),
        "info": tr("Numbers", "In SIP messages (INFO)"),
        "inband": tr("Numbers", "As tones in the voice"),
        "auto": tr("Numbers", "As the other side can"),
    }[dtmf]
