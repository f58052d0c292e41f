"""Codes: which version, which level, and whether they scan. That they are read back is shown on paper, in tests/ui."""

from __future__ import annotations

from dataclasses import replace

import pytest

from azdesk.core.errors import EnrolmentError
from azdesk.core.secret import Secret
from azdesk.enrol import qr
from azdesk.enrol.forms import FORMS
from azdesk.enrol.payload import Payload
from azdesk.enrol.qr import Level, Scans

from .people import ALICE


def payload(size: int) -> Payload:
    return Payload(form="azblink-1", uid="alice", text=Secret("x" * size), has_password=True)


@pytest.mark.parametrize(
    ("size", "level", "version"),
    # Capacities in byte mode, ISO/IEC 18004, table 7.
    [
        (17, Level.L, 1), (18, Level.L, 2), (14, Level.M, 1), (15, Level.M, 2), (7, Level.H, 1), (8, Level.H, 2),
        (230, Level.L, 9), (231, Level.L, 10), (271, Level.L, 10), (272, Level.L, 11), (180, Level.M, 9),
        (181, Level.M, 10), (2953, Level.L, 40), (2954, Level.L, None), (1273, Level.H, 40), (1274, Level.H, None),
    ],
)  # fmt: skip
def test_versions_are_the_standards(size: int, level: Level, version: int | None) -> None:
    assert qr.version_for(b"x" * size, level) == version
    if version is not None and version <= qr.MOST_VERSION:
        code = qr.encode(payload(size), level)
        assert (code.version, code.modules) == (version, 17 + 4 * version)


def test_a_code_has_its_three_corners() -> None:
    code = qr.encode(FORMS["azblink-1"].payload(ALICE), Level.M)
    last = code.modules - 1
    for x, y in ((0, 0), (last - 6, 0), (0, last - 6)):
        ring = [code.rows[y + at][x] for at in range(7)]
        assert ring == [True] * 7
        assert [code.rows[y + 1][x + at] for at in range(7)] == [True, *[False] * 5, True]
    assert all(len(row) == code.modules for row in code.rows)


def test_size_decides_whether_it_scans() -> None:
    assert qr.scans(10, 40) is Scans.GOOD
    assert qr.scans(10, 20) is Scans.DENSE
    assert qr.scans(10, 15) is Scans.NO
    assert qr.scans(26, 400) is Scans.NO


def test_modules_are_whole_dots_of_a_printer() -> None:
    for side in (20.0, 33.3, 80.0):
        dots = qr.module_mm(12, side) * 600 / 25.4
        assert abs(dots - round(dots)) < 1e-9
        assert qr.module_mm(12, side) * (17 + 48 + 8) <= side + 1e-9


def test_the_level_grows_with_the_room() -> None:
    assert [qr.level_for(b"x" * 190, side) for side in (15, 22, 30, 55, 100)] == ["L", "L", "M", "Q", "H"]


def test_too_much_is_refused_with_a_way_out() -> None:
    with pytest.raises(EnrolmentError, match="too dense") as dense:
        qr.fitting(payload(500), 20)
    assert dense.value.where == "alice"
    assert "larger cards" in dense.value.next_step
    with pytest.raises(EnrolmentError, match="too many"):
        qr.fitting(payload(1300), 200)
    with pytest.raises(EnrolmentError, match="too many"):
        qr.encode(payload(700), Level.H)
    assert qr.version_of(payload(190), 40) == qr.fitting(payload(190), 40).version
    assert qr.fitting(payload(190), 40, Level.Q).level is Level.Q


def test_the_longest_account_of_the_client_still_scans_on_a_business_card() -> None:
    longest = replace(ALICE, user="x" * 64, email=f"{'x' * 64}@company.com")
    assert qr.fitting(FORMS["azblink-1"].payload(longest), 30.8)


@pytest.mark.parametrize("version", range(1, qr.MOST_VERSION + 1))
@pytest.mark.parametrize("level", list(Level))
def test_codes_are_those_of_the_library(version: int, level: Level) -> None:
    """Module by module, for plain ASCII, where the library can do it itself: full, nearly full, and nearly empty codes."""
    import qrcode
    from qrcode.util import MODE_8BIT_BYTE, QRData

    most = max(size for size in range(1, 1300) if (qr.version_for(b"x" * size, level) or 99) <= version)
    for size in {most, most - 1, 1}:
        text = "".join(chr(32 + at * 7 % 95) for at in range(size))
        ours = qr._make(Payload(form="", uid="", text=Secret(text), has_password=True), version, level)
        theirs = qrcode.QRCode(version=version, error_correction=qr._NUMBER[level], mask_pattern=qr.MASK)
        theirs.add_data(QRData(text.encode(), mode=MODE_8BIT_BYTE))
        theirs.make(fit=False)
        assert [list(row) for row in ours.rows] == theirs.modules


def test_text_beyond_ascii_says_that_it_is_utf8() -> None:
    """12 bits more, which may need a larger code."""
    assert qr.version_for(b"x" * 17, Level.L) == 1
    assert qr.version_for("ü".encode() + b"x" * 15, Level.L) == 2
    assert qr._codewords("ü".encode(), 1, 19)[:5] == bytes([0x71, 0xA4, 0x02, 0xC3, 0xBC])
