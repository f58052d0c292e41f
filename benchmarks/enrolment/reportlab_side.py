"""The usual way: ``reportlab_side.py PEOPLE PDF pictures|areas``. qrcode chooses the mask itself, as it does by default."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import qrcode
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen import canvas

TEXT = (
    "wanip:vpn.company.com\nvAccount:{user}\nvPass:{password}\nsAccount:{number}\nsPass:{password}\nvpnip:172.16.38.1\n"
    "xmppDomain:company.com\nemail:{user}@company.com\nh264:1\ng729:0\nxmppvpn:1\n"
)
SIDE = 43.5 * mm


def main() -> None:
    people = json.loads(Path(sys.argv[1]).read_text())
    as_picture = sys.argv[3] == "pictures"
    out = canvas.Canvas(sys.argv[2], pagesize=A4)
    for index, one in enumerate(people):
        at = index % 8
        if index and not at:
            out.showPage()
        x, y = (10 + 95 * (at % 2)) * mm, A4[1] - (10 + 69.25 * (at // 2 + 1)) * mm
        out.rect(x, y, 95 * mm, 69.25 * mm)
        code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M)
        code.add_data(TEXT.format(**one))
        code.make()
        if as_picture:
            picture = io.BytesIO()
            code.make_image().save(picture, "PNG")
            picture.seek(0)
            out.drawImage(ImageReader(picture), x + 4 * mm, y + 16 * mm, SIDE, SIDE)
        else:
            areas(out, code, x + 4 * mm, y + 16 * mm)
        out.setFont("Helvetica-Bold", 12)
        out.drawString(x + 50 * mm, y + 55 * mm, one["name"])
        out.setFont("Helvetica", 8)
        out.drawString(x + 50 * mm, y + 48 * mm, f"{one['user']}@company.com")
        out.drawString(x + 50 * mm, y + 42 * mm, one["number"])
        out.drawString(x + 4 * mm, y + 4 * mm, "Contains your password in clear. Destroy after use.")
    out.save()


def areas(out: canvas.Canvas, code: qrcode.QRCode, left: float, bottom: float) -> None:
    modules = code.get_matrix()
    module = SIDE / len(modules)
    path = out.beginPath()
    for row, line in enumerate(modules):
        for column, dark in enumerate(line):
            if dark:
                path.rect(left + column * module, bottom + SIDE - (row + 1) * module, module, module)
    out.drawPath(path, stroke=0, fill=1)


main()
