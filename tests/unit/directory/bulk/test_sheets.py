"""Sheets as people send them: right, strange, and malformed in every way that came to mind."""

from __future__ import annotations

import datetime as dt
import io
import time
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from azdesk.core.errors import DirectoryError
from azdesk.core.secret import Secret
from azdesk.directory.bulk import sheets, writing, xlsx_files
from azdesk.directory.bulk.sheets import Reading, Sheet, of_bytes, read
from azdesk.directory.people import Person
from tests.unit.directory.test_people import ACTIVE, OPENLDAP

TEXT = "Account,Name,Number\nnana,Größe,6853\nbob,Bob,6854\n"


def cells(found: Sheet) -> list[tuple[str, ...]]:
    return [found.headings, *(row.cells for row in found.rows)]


EXPECTED = [("Account", "Name", "Number"), ("nana", "Größe", "6853"), ("bob", "Bob", "6854")]


# -- text -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("utf-8", ""),
        ("utf-8-sig", ""),
        ("utf-16", ""),
        ("utf-16-le", "UTF-16-LE"),
        ("utf-16-be", "UTF-16-BE"),
        ("cp1252", "Windows-1252"),
    ],
)
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_encodings(encoding: str, said: str, ends: str) -> None:
    found = of_bytes(TEXT.replace("\n", ends).encode(encoding), "people.csv")
    assert cells(found) == EXPECTED
    assert (said in " ".join(found.assumed)) if said else not found.assumed


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_separators(separator: str) -> None:
    found = of_bytes(TEXT.replace(",", separator).encode(), "people.csv")
    assert cells(found) == EXPECTED
    assert bool(found.assumed) == (separator != ",")
    # Commas in the values of a sheet that is separated otherwise.
    text = 'Account;Name\nnana;"Größe, Nana"\nbob;"Builder, Bob"\n'
    assert of_bytes(text.encode(), "x.csv").rows[0].cells == ("nana", "Größe, Nana")
    assert of_bytes(b"sep=|\nAccount|Name\nnana|a;b,c\n", "x.csv").rows[0].cells == ("nana", "a;b,c")


def test_what_the_admin_says_goes_first() -> None:
    found = of_bytes("Account,Name\nn,Łukasz\n".encode("cp1250"), "x.csv", Reading(encoding="cp1250"))
    assert found.rows[0].cells == ("n", "Łukasz")
    assert not found.assumed
    with pytest.raises(DirectoryError, match="no encoding"):
        of_bytes(b"a,b\n1,2\n", "x.csv", Reading(encoding="klingon"))


def test_cells_are_cleaned_and_rows_completed() -> None:
    found = of_bytes(b"Account , Name,Number\n nana , Nana ,=\"6853\"\nbob\n\n,,\n'+x,'=y,'007\n", "x.csv")
    assert cells(found) == [
        ("Account", "Name", "Number"), ("nana", "Nana", "6853"), ("bob", "", ""), ("+x", "=y", "007"),
    ]  # fmt: skip
    assert [row.number for row in found.rows] == [2, 3, 6]


def test_one_column_alone() -> None:
    assert of_bytes(b"Account\nnana\nbob\n", "x.csv").headings == ("Account",)


def test_more_cells_than_headings() -> None:
    found = of_bytes(b"Account,Name\nnana,Nana, Louis\nbob,Bob\n", "x.csv")
    assert "3 cells" in found.rows[0].problem
    assert not found.rows[1].problem


@pytest.mark.parametrize(
    ("data", "said"),
    [
        # 1: encodings
        ("Account,Name\nanna,Müller Größe\n".encode() + "bob,Größe\n".encode("cp1252"), "Row 3 is not UTF-8"),
        (b"Account,Name\nanna,x\nbob,a\x81b\n", "Row 3 has a byte"),
        # 2: quotation marks
        (b'Account,Name\nnana,"Nana\nbob,Bob\n', r"Row 2 \(line 2\): a quotation mark is opened"),
        (b'Account,Name\nnana,"Nana"x\nbob,Bob\n', r"Row 2 \(line 2\): something follows"),
        (b'Account,Name\nnana,"' + b"x" * 40000 + b'"\n', r"Row 2 \(line 2\) has a cell of more"),
        (
            b'Account,Name\nnana,"' + b"x\n" * 100000 + b'"\n',
            r"Row 2 \(line 2\): a quotation mark is not closed",
        ),
        # 3: headings
        (b"Account,Name,account\nnana,Nana,x\n", "two columns are called .Account."),
        # 5: a line of 10 MB
        (b"Account,Name\nnana," + b"x" * (10 << 20) + b"\n", "Row 2 is a line of 10240 KB"),
        (b"x" * (10 << 20), "Row 1 is a line"),
        # 6: no text at all
        (bytes(range(256)) * 40, "Row 1 has bytes"),
        (b"Account,Name\nnana,a\x00b\nbob,Bob,123456789\n", "Row 2 has bytes"),
        (b"%PDF-1.7\n", "a PDF"),
        (b"\xef\xbb\xbf# from slapcat\n\nversion: 1\ndn: uid=nana,dc=x\n", "LDIF"),
        (b"dn:: dWlkPW5hbmE=\nuid: nana\n", "LDIF"),
        (b"\x89PNG\r\n\x1a\n", "a picture"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100, "old Excel"),
        (b"PK\x03\x04" + b"\0" * 100, "damaged"),
        (b"", "empty"),
        (b"  \n ", "empty"),
        (b",,\n,,\n", "nothing in the sheet"),
        (b"Account,Name\n", "Below the headings"),
    ],
)
def test_malformed(data: bytes, said: str) -> None:
    with pytest.raises(DirectoryError, match=said) as raised:
        of_bytes(data, "people.csv")
    assert raised.value.where == "people.csv"
    assert raised.value.next_step or "headings" in raised.value.what
    assert len(str(raised.value)) < 400


@given(st.binary(max_size=300))
def test_any_bytes_are_a_sheet_or_an_error(data: bytes) -> None:
    try:
        found = of_bytes(data, "x.csv")
    except DirectoryError:
        return
    assert all(len(row.cells) == len(found.headings) for row in found.rows)


@given(
    st.lists(
        st.tuples(
            *[st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp", "Zs"]), max_size=20)] * 3
        ),
        min_size=2,
        max_size=8,
    )
)
def test_what_is_exported_is_read_back(rows: list[tuple[str, str, str]]) -> None:
    people = [
        Person(account=f"a{at}", name=name, mail=mail, number=number)
        for at, (name, mail, number) in enumerate(rows)
    ]
    wanted = writing.keys(OPENLDAP, secrets=False)
    same(of_bytes(b"".join(writing.csv_bytes(people, wanted)), "x.csv"), people)


@pytest.mark.parametrize(
    "password", ["'=7Pferde", "''+7Pferde", "'12345678", '="12345678"', "=7Pferde", "'Pferd", "''Pferd"]
)
def test_passwords_survive_a_sheet(password: str) -> None:
    people = [Person(account="anna", name="'t Hooft", password=Secret(password))]
    wanted = writing.keys(OPENLDAP, secrets=True)
    file = io.BytesIO()
    writing.xlsx(people, wanted, file, lambda _: None)
    for data, name in ((b"".join(writing.csv_bytes(people, wanted)), "x.csv"), (file.getvalue(), "x.xlsx")):
        found = of_bytes(data, name)
        assert found.rows[0].cells[-1] == password
        same(found, people)


def test_signs_that_no_workbook_has() -> None:
    file = io.BytesIO()
    writing.xlsx([Person(account="a", name="a\0b\x0bc")], ("account", "name"), file, lambda _: None)
    assert of_bytes(file.getvalue(), "x.xlsx").rows[0].cells == ("a", "a\ufffdb\ufffdc")


def same(found: Sheet, people: list[Person]) -> None:
    at = {heading: place for place, heading in enumerate(found.headings)}
    for row, who in zip(found.rows, people, strict=True):
        for key, title in (("name", "Name"), ("mail", "E-mail"), ("number", "Number")):
            value = who.value(key)
            assert row.cells[at[title]] == value


def test_a_file_that_is_too_large_or_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DirectoryError, match="cannot be read"):
        read(tmp_path / "none.csv")
    (tmp_path / "large.csv").write_bytes(b"x" * 100)
    monkeypatch.setattr(sheets, "LARGEST", 50)
    with pytest.raises(DirectoryError, match="the most"):
        read(tmp_path / "large.csv")
    monkeypatch.setattr(sheets, "MOST_ROWS", 1)
    with pytest.raises(DirectoryError, match="more than 1 rows"):
        of_bytes(TEXT.encode(), "x.csv")


# -- workbooks ------------------------------------------------------------------------------------------------


def workbook(rows: list[list[object]], **sheets: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    for title, others in sheets.items():
        one = book.create_sheet(title)
        for row in others:
            one.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def repacked(data: bytes, **changed: bytes) -> bytes:
    """A workbook with other parts; their names with _ for /."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            key = part.filename.replace("/", "_").replace(".", "_")
            new.writestr(part.filename, changed.pop(key, old.read(part)))
        for name, text in changed.items():
            new.writestr(name, text)
    return file.getvalue()


def test_a_workbook() -> None:
    data = workbook(
        [["Account", "Name", "Number", "Active", "Since"], ["nana", "Größe", 6853, True, dt.date(2026, 1, 2)],
         [None] * 5, ["bob", " Bob ", 6854.0, False, 1.5]]
    )  # fmt: skip
    found = of_bytes(data, "people.xlsx")
    assert cells(found) == [
        ("Account", "Name", "Number", "Active", "Since"),
        ("nana", "Größe", "6853", "yes", "2026-01-02T00:00:00"),
        ("bob", "Bob", "6854", "no", "1.5"),
    ]
    assert [row.number for row in found.rows] == [2, 4]


def test_which_sheet() -> None:
    data = workbook([["Account"], ["a"]], Sales=[["Account"], ["b"]])
    found = of_bytes(data, "x.xlsx")
    assert found.rows[0].cells == ("a",)
    assert "Sales" in found.assumed[0]
    assert of_bytes(data, "x.xlsx", Reading(sheet="Sales")).rows[0].cells == ("b",)
    with pytest.raises(DirectoryError, match="no sheet"):
        of_bytes(data, "x.xlsx", Reading(sheet="None"))


def test_zeros_that_a_format_puts_in_front_are_read() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ["Account", "Number", "Active"],
        ["nana", 104, True],
        ["bob", 104.0, None],
        ["eve", 104, None],
    ):
        sheet.append(row)
    for cell in ("B2", "B3", "C2"):
        sheet[cell].number_format = "0000"
    file = io.BytesIO()
    book.save(file)
    found = of_bytes(file.getvalue(), "x.xlsx")
    assert [row.cells for row in found.rows] == [
        ("nana", "0104", "yes"),
        ("bob", "0104", ""),
        ("eve", "104", ""),
    ]


def test_headings_below_a_title() -> None:
    titled = workbook([["Staff, November"], [], ["No.", "Login", "Given name"], [1, "nana", "Nana"]])
    found = of_bytes(titled, "x.xlsx")
    assert found.headings == ("No.", "Login", "Given name")
    assert [(row.number, row.cells) for row in found.rows] == [(4, ("1", "nana", "Nana"))]
    assert found.assumed == ("The headings were taken from row 3; what is above is left out.",)
    # Headings of groups of columns, merged ones of which the left cell alone has the text.
    grouped = of_bytes(
        "Person;;Telefon;\nBenutzer;Name;Durchwahl;Gerät\nnana;Nana;6853;x\n".encode(), "x.csv"
    )
    assert grouped.headings == ("Benutzer", "Name", "Durchwahl", "Gerät")
    # A title above headings that only the admin knows.
    own = of_bytes(b"My list,\nWho,What\nnana,6853\n", "x.csv")
    assert own.headings == ("Who", "What")
    # A number plan, in which a rule reads like headings of people.
    rules = of_bytes(b"hosts,pattern,target,note\na251,0X.,number,user\na251,1X.,trunk,x\n", "x.csv")
    assert (rules.headings[0], len(rules.rows)) == ("hosts", 2)
    # Nothing of that: the first row has the headings, whatever stands below.
    assert of_bytes(b"Who,What\nuser,name\n", "x.csv").rows[0].cells == ("user", "name")
    assert of_bytes(b"Account,Number\nlogin,name\n", "x.csv").headings == ("Account", "Number")
    assert of_bytes(b"Account\nnana\nbob\n", "x.csv").assumed == ()


def test_cells_below_no_heading_are_told() -> None:
    merged = workbook([["Account", "Name", None, "Number", None], ["nana", "Nana", "Louis", 6853, None]])
    found = of_bytes(merged, "x.xlsx")
    assert found.assumed == ("Columns without a heading are left out: 3.",)


def test_formulas_give_their_values_or_a_problem() -> None:
    data = workbook([["Account", "Number"], ["nana", "=6800+53"], ["bob", "#REF!"], ["ann", 6855]])
    found = of_bytes(data, "x.xlsx")
    assert "formula" in found.rows[0].problem
    assert "#REF!" in found.rows[1].problem
    assert not found.rows[2].problem
    # As spreadsheet programs save it, with the value beside the formula.
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        text = packed.read("xl/worksheets/sheet1.xml")
    assert b"<f>6800+53</f><v" in text
    valued = repacked(
        data,
        xl_worksheets_sheet1_xml=text.replace(b"<f>6800+53</f><v />", b"<f>6800+53</f><v>6853</v>").replace(
            b"<f>6800+53</f><v></v>", b"<f>6800+53</f><v>6853</v>"
        ),
    )
    assert of_bytes(valued, "x.xlsx").rows[0].cells == ("nana", "6853")


def test_bombs_and_damaged_workbooks(monkeypatch: pytest.MonkeyPatch) -> None:
    data = workbook([["Account"], ["a"]])
    with pytest.raises(DirectoryError, match="no workbook"):
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as packed:
            packed.writestr("readme.txt", "hello")
        of_bytes(file.getvalue(), "x.xlsx")
    with pytest.raises(DirectoryError, match="damaged"):
        of_bytes(data[: len(data) // 2], "x.xlsx")
    with pytest.raises(DirectoryError, match="no sheet in"):
        of_bytes(repacked(data, xl_workbook_xml=b"<nonsense/>"), "x.xlsx")
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet>&a;</worksheet>'
    with pytest.raises(DirectoryError, match="declarations"):
        of_bytes(repacked(data, xl_worksheets_sheet1_xml=bomb), "x.xlsx")
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        far = packed.read("xl/worksheets/sheet1.xml")
    far = far.replace(b'<row r="2"', b'<row r="2000000000"').replace(b'r="A2"', b'r="A2000000000"')
    with pytest.raises(DirectoryError, match="claims to have"):
        of_bytes(repacked(data, xl_worksheets_sheet1_xml=far), "x.xlsx")
    zeros = repacked(data, **{"xl/media/large.bin": b"\0" * (xlsx_files.LARGEST_INSIDE + 1)})
    assert len(zeros) < 1 << 20
    with pytest.raises(DirectoryError, match="unpacks to"):
        of_bytes(zeros, "x.xlsx")


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet>&a;</worksheet>'


@pytest.mark.parametrize(
    "part",
    [
        f"<!--{' ' * 5000}-->{BOMB}".encode(),
        f"<!--{' ' * 70_000}-->{BOMB}".encode(),
        f"{' ' * 70_000}{BOMB}".encode(),
        BOMB.encode("utf-16"),
        BOMB.encode("utf-16-be"),
        f'<?xml version="1.0" encoding="utf-16"?>{BOMB}'.encode("utf-16-le"),
        b'<?xml version="1.0" encoding="cp037"?><worksheet/>',
        b"<a>" * 1000,
    ],
)
@pytest.mark.parametrize("place", ["xl/worksheets/sheet1.xml", "xl/worksheets/other.bin"])
def test_declarations_are_found_wherever_they_hide(part: bytes, place: str) -> None:
    data = workbook([["Account"], ["a"]])
    key = place.replace("/", "_").replace(".", "_") if place.endswith(".xml") else place
    with pytest.raises(DirectoryError, match="declarations or an encoding"):
        of_bytes(repacked(data, **{key: part}), "x.xlsx")


@pytest.mark.parametrize("part", [b"\0" * 100, b"\x89PNG\r\n", b"", b"H\0P\0", b"<xml><br></xml>"])
def test_other_parts_of_a_workbook_are_no_matter(part: bytes) -> None:
    data = repacked(workbook([["Account"], ["a"]]), **{"xl/media/other.bin": part})
    assert of_bytes(data, "x.xlsx").rows[0].cells == ("a",)


@pytest.mark.parametrize("cell", ["<c/>", "<x:c xmlns:x='x'/>", "<row/>", "<c/><!-- </row> -->"])
def test_a_row_of_endless_cells(cell: str) -> None:
    data = workbook([["Account"], ["a"]])
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        text = packed.read("xl/worksheets/sheet1.xml").decode()
    for count, refused in ((1000, False), (xlsx_files.MOST_CELLS + 1, True), (1_000_000, True)):
        row = text.replace("</sheetData>", f'<row r="3">{cell * count}</row></sheetData>')
        made = repacked(data, xl_worksheets_sheet1_xml=row.encode())
        begun = time.monotonic()
        if refused:
            with pytest.raises(DirectoryError, match="cells, which no spreadsheet program writes"):
                of_bytes(made, "x.xlsx")
            assert time.monotonic() - begun < 5
        elif cell.startswith("<c/>"):
            assert len(of_bytes(made, "x.xlsx").rows) == 1


def test_texts_longer_than_a_cell_are_said_and_not_cut() -> None:
    file, long = io.BytesIO(), "x" * (sheets.LONGEST_CELL + 1)
    with pytest.raises(DirectoryError, match="Name has 32768 signs") as caught:
        writing.xlsx([Person(account="a", name=long)], ("account", "name"), file, lambda _: None)
    assert caught.value.where == "a"
    writing.xlsx([Person(account="a", name=long[1:])], ("account", "name"), file, lambda _: None)
    assert of_bytes(file.getvalue(), "x.xlsx").rows[0].cells == ("a", long[1:])
    data = workbook([["Account"], ["a"]])
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        text = packed.read("xl/worksheets/sheet1.xml").decode()
    row = f'<row r="3"><c r="A3" t="inlineStr"><is><t>{long}</t></is></c></row></sheetData>'
    made = repacked(data, xl_worksheets_sheet1_xml=text.replace("</sheetData>", row).encode())
    assert "32768 signs" in of_bytes(made, "x.xlsx").rows[1].problem


def test_a_workbook_is_written_as_text() -> None:
    file = io.BytesIO()
    people = [Person(account="a", name="=1+1", number="007"), Person(account="b", enabled=False)]
    writing.xlsx(people, writing.keys(ACTIVE, secrets=False), file, lambda _: None)
    found = of_bytes(file.getvalue(), "x.xlsx")
    assert found.headings == ("Account", "Name", "Number", "E-mail", "Enabled")
    assert [row.cells for row in found.rows] == [("a", "=1+1", "007", "", "yes"), ("b", "", "", "", "no")]
    assert not any(row.problem for row in found.rows)
