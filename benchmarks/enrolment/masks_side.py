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
    started = time.process_time()
    for payload in payloads:
        qr.encode(payload, qr.Level.M)
    fixed = time.process_time() - started
    started = time.process_time()
    for payload in payloads:
        code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, mask_pattern=qr.MASK)
        code.add_data(QRData(payload.text.reveal().encode(), mode=MODE_8BIT_BYTE), optimize=0)
        code.make()
    theirs = time.process_time() - started
    started = time.process_time()
    for payload in payloads:
        code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M)
        code.add_data(QRData(payload.text.reveal().encode(), mode=MODE_8BIT_BYTE), optimize=0)
        code.make()
    chosen = time.process_time() - started
    print(
        f"of CPU a code: AZDesk {fixed / COUNT * 1000:.1f} ms; qrcode {theirs / COUNT * 1000:.1f} ms with the same mask, "
        f"{chosen / COUNT * 1000:.1f} ms where it chooses the best of eight."
    )


main()
