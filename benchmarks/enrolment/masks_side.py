"""What choosing a mask costs: ``masks_side.py PEOPLE``."""

from __future__ import annotations

import sys
import time

import qrcode
from qrcode.util import MODE_8BIT_BYTE, QRData

from azdesk.enrol import qr
from azdesk.enrol.forms import FORMS
from benchmarks.enrolment.azdesk_side import people

COUNT = 100


def main() -> None:
    payloads = [FORMS["azblink-1"].payload(account) for account in people(sys.argv[1])[:COUNT]]
    qr.encode(payloads[0], qr.Level.M)
    started = time.perf_counter()
    for payload in payloads:
        qr.encode(payload, qr.Level.M)
    fixed = time.perf_counter() - started
    started = time.perf_counter()
    for payload in payloads:
        code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M)
        code.add_data(QRData(payload.text.reveal().encode(), mode=MODE_8BIT_BYTE), optimize=0)
        code.make()
    chosen = time.perf_counter() - started
    print(
        f"{fixed / COUNT * 1000:.1f} ms a code with the fixed one, {chosen / COUNT * 1000:.1f} ms where qrcode chooses the best of eight."
    )


main()
