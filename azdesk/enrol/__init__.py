"""Handing accounts to people: what a QR code says, and where it stands on a sheet of paper. No I/O, no painting.

`account` is what goes in; `forms` makes payloads of it; `qr` makes modules of a payload; `sheets` places them on pages, in millimetres.
"""
