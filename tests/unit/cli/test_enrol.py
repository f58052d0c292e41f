"""``azdesk enrol``: people of a real slapd onto paper, without a display."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

from azdesk.cli.commands import enrol
from azdesk.core.errors import EnrolmentError
from azdesk.enrol.forms import FORMS
from azdesk.enrol.layouts import LAYOUTS, Paper
from tests.slapd import BASE, MANAGER, PASSWORD, PEOPLE, Slapd, entries, needs_slapd
from tests.ui.reading import codes_of_cells, needs_reader, pages_of

from .conftest import Answer, Home
from .test_shapes import holds

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# Other tests in this process want a program with widgets, and there can be one program only.
pytestmark = [needs_slapd, pytest.mark.usefixtures("qapp")]
ODD = f"""\
dn: uid=hashed,{PEOPLE}
uid: hashed
cn: hashed
objectClass: account
objectClass: posixAccount
objectClass: AsteriskSIPUser
userPassword: {{SSHA}}Zm9vYmFyZm9vYmFyZm9vYmFyZm9vYmFy
uidNumber: 1
gidNumber: 1
homeDirectory: /home1/hashed
AstAccountName: 100900

dn: uid=jürgen,{PEOPLE}
uid: jürgen
cn: jürgen
objectClass: account
objectClass: posixAccount
objectClass: AsteriskSIPUser
userPassword: pä$ß€
AstAccountRealmedPassword: pä$ß€
uidNumber: 2
gidNumber: 1
homeDirectory: /home1/juergen
gecos: Juergen Muster
AstAccountName: 100901
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Slapd]:
    made = Slapd(tmp_path_factory.mktemp("slapd"))
    made.load("".join(entries(30)).encode())
    made.load(ODD.encode())
    with made:
        yield made


@pytest.fixture
def office(server: Slapd, home: Home, monkeypatch: pytest.MonkeyPatch) -> Path:
    name = "".join(letter if letter.isalnum() else "_" for letter in f"directory {MANAGER}").upper()
    monkeypatch.setenv(f"AZDESK_SECRET_{name}", PASSWORD)
    path = home.folder / "office.azfleet"
    path.write_text(
        f"""version = 1
name = "Example Company"
[directory]
base = "{BASE}"
urls = ["{server.url}"]
manager = "{MANAGER}"
[enrolment]
wan_address = "vpn.company.com"
vpn_address = "172.16.38.1"
[clusters."company.com"]
[hosts.a251]
address = "192.168.11.251"
cluster = "company.com"
numbers = ["10XXXX"]
"""
    )
    return path


def text(account: str, number: str, password: str) -> str:
    return (
        f"wanip:vpn.company.com\nvAccount:{account}\nvPass:{password}\nsAccount:{number}\nsPass:{password}\n"
        "vpnip:172.16.38.1\nxmppDomain:company.com\nemail:\nh264:1\ng729:0\nxmppvpn:1\n"
    )


@needs_reader
def test_sheets_of_people_by_name(home: Home, office: Path) -> None:
    pdf = home.folder / "sheets.pdf"
    value = holds(
        home.run(
            "enrol", office, "--people", "jürgen", "ben100001", "--layout", "l7163", "--pdf", pdf, "--json"
        ),
        "enrol",
    )
    assert (value["people"], value["pages"], value["left_out"]) == (["jürgen", "ben100001"], 1, [])
    assert value["target"] == str(pdf)
    cells = LAYOUTS["l7163"].cells(Paper.A4)[:2]
    assert codes_of_cells(pages_of(pdf, home.folder)[0], cells) == [
        text("jürgen", "100901", "pä$ß€"),
        text("ben100001", "100001", "000186a1"),
    ]
    assert stat.S_IMODE(pdf.stat().st_mode) == 0o600
    (noted,) = holds(home.run("enrol-journal", "--json"), "enrol-journal")["entries"]
    assert (noted["act"], noted["people"], noted["layout"]) == ("saved", ["jürgen", "ben100001"], "l7163")
    assert "000186a1" not in (home.data / "enrolment.jsonl").read_text()


@needs_reader
def test_as_a_process_without_a_display(home: Home, office: Path, tmp_path: Path) -> None:
    """As on a server: nothing of Qt is set, no display is there."""
    pdf = home.folder / "sheets.pdf"
    environment = {
        key: value
        for key, value in os.environ.items()
        if key not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM", "QT_LOGGING_RULES")
    }
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "azdesk",
            "enrol",
            str(office),
            "--filter",
            "nana1000",
            "--layout",
            "cards-8",
            "--pdf",
            str(pdf),
        ],
        env={**environment, **home.environment(), "PYTHONWARNINGS": ""},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"{pdf}  3 people on 1 page\n"
    assert done.stderr == "Passwords are in clear in it: hand it over and delete it.\n"
    cells = LAYOUTS["cards-8"].cells(Paper.A4)[:3]
    found = codes_of_cells(pages_of(pdf, tmp_path)[0], cells)
    assert sorted(found) == sorted(
        text(f"nana{number}", str(number), f"{number:08x}") for number in (100008, 100017, 100026)
    )


def test_who_cannot_have_a_code_holds_all_back_unless_left_out(home: Home, office: Path) -> None:
    pdf = home.folder / "x.pdf"
    argv = ("enrol", office, "--people", "hashed", "nobody", "ben100001", "--pdf", pdf)
    said = home.run(*argv)
    assert said.code == 1
    assert not pdf.exists()
    assert "hashed" in said.err
    assert "only a hash" in said.err
    assert "nobody" in said.err
    assert "Nothing was written" in said.err
    assert not (home.data / "enrolment.jsonl").exists()
    value = holds(home.run(*argv, "--json"), "enrol")
    assert (value["target"], value["people"]) == (None, [])
    left = home.run(*argv, "--leave-out", "--json")
    assert left.code == 1
    value = holds(left, "enrol")
    assert value["people"] == ["ben100001"]
    assert [one["person"] for one in value["left_out"]] == ["nobody", "hashed"]
    assert pdf.exists()
    again = home.run("enrol", office, "--people", "ben100001", "--pdf", pdf)
    assert "already a file" in again.err
    assert home.run("enrol", office, "--people", "ben100001", "--pdf", pdf, "--replace").code == 0


def test_what_many_people_lack_is_said_once() -> None:
    lacking = [
        EnrolmentError("The VPN address is missing.", where=f"p{at}", next_step="Say it in the document.")
        for at in range(1000)
    ]
    other = EnrolmentError("It is only a hash.", where="hashed", next_step="Set a new password.")
    first, second = enrol._alike([*lacking, other])
    assert first.where == "p0, p1, p2, p3, p4, p5, p6, p7, p8, p9 and 990 more"
    assert (first.what, first.next_step) == ("The VPN address is missing.", "Say it in the document.")
    assert (second.what, second.where) == (other.what, "hashed")


def test_files_for_phones(home: Home, office: Path) -> None:
    folder = home.folder / "phones"
    said = home.run("enrol", office, "--all", "--format", "linphone-file", "--files", folder, "--leave-out")
    assert said.code == 1  # hashed is left out
    assert "31 people" in said.out
    assert len(list(folder.iterdir())) == 31
    assert "000186a1" in (folder / "ben100001.xml").read_text()
    assert stat.S_IMODE((folder / "ben100001.xml").stat().st_mode) == 0o600
    assert home.run("enrol", office, "--people", "jürgen", "--format", "vcard", "--files", folder).code == 0
    assert "FN:Juergen Muster" in (folder / "jürgen.vcf").read_text()


def test_no_ones_file_takes_anothers_place() -> None:
    people = [
        "anna b",
        "anna_b",
        "Anna/B",
        "anna_b-2",
        "con",
        "LPT1.x",
        "...",
        "..",
        "josé",
        "jose\u0301",
        "ben",
    ]
    names = enrol._file_names(people)
    assert names[-1] == "ben"
    assert len({unicodedata.normalize("NFC", name).casefold() for name in names}) == len(people)
    assert not [name for name in names if not name.strip(".") or re.fullmatch(r"(?i)(con|lpt1)(\..*)?", name)]


def test_mistakes(home: Home, office: Path) -> None:
    pdf = home.folder / "x.pdf"

    def wrong(*more: object) -> Answer:
        said = home.run("enrol", office, *more)
        assert said.code == 1
        return said

    assert "--people --filter --all" in wrong("--pdf", pdf).err
    assert "did you mean cards-8" in wrong("--all", "--layout", "card-8", "--pdf", pdf).err
    assert "no “qr”" in wrong("--all", "--format", "qr", "--pdf", pdf).err
    assert "a file, not a code" in wrong("--all", "--format", "linphone-file", "--pdf", pdf).err
    assert "--pdf" in wrong("--all").err
    assert "two lengths" in wrong("--all", "--pdf", pdf, "--shift", "left").err
    assert "Nobody was found" in wrong("--filter", "zzz", "--pdf", pdf).err
    assert not pdf.exists()


def test_the_help_names_forms_that_there_are() -> None:
    from azdesk.cli.arguments import parser

    words = parser().format_help()
    assert "enrol-journal" in words
    for key in ("azblink-1", "xmpp", "linphone", "vcard"):
        assert key in FORMS


def test_the_journal_in_words(home: Home, office: Path) -> None:
    assert home.run("enrol-journal").out == "No entries.\n"
    home.run("enrol", office, "--filter", "nana", "--pdf", home.folder / "a.pdf")
    home.run("enrol", office, "--people", "ben100001", "--format", "xmpp", "--pdf", home.folder / "b.pdf")
    newest, oldest = home.run("enrol-journal").out.splitlines()
    assert "saved  xmpp  ben100001  → " in newest
    assert "saved  azblink-1  nana100008, " in oldest
    assert home.run("enrol-journal", "--person", "BEN100001").out.count("\n") == 1
    assert len(json.loads(home.run("enrol-journal", "--limit", "1", "--json").out)["entries"]) == 1
