"""From the directory onto paper and back: what a camera reads off a printed sheet logs its person in, on real servers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from azdesk.enrol import client, linphone
from azdesk.enrol.layouts import LAYOUTS, Paper
from tests.lab.clients import sip
from tests.lab.clients.chat import login_refused
from tests.lab.harness import Lab
from tests.lab.harness import guide_directory as guide
from tests.lab.harness.tls import Authority
from tests.lab.test_clients import prepare_asterisk, prepare_ejabberd
from tests.lab.test_terminal import Desk
from tests.ui.reading import codes_of_cells, needs_reader, pages_of

pytestmark = [pytest.mark.timeout(300), needs_reader]
DOMAIN = "test.local"
PASSWORD = "e2cdbe09"  # what both servers of `test_clients` are set up with
NANA = f"""\
dn: uid=nana,{guide.PEOPLE}
uid: nana
cn: nana
objectClass: account
objectClass: posixAccount
objectClass: AsteriskSIPUser
userPassword: {PASSWORD}
AstAccountRealmedPassword: {PASSWORD}
uidNumber: 6853
gidNumber: 1007
homeDirectory: /home1/nana
gecos: Nana Louis
AstAccountName: 6853
AstAccountMailbox: 6853
"""


@pytest.fixture(scope="module")
def authority(lab: Lab) -> Authority:
    """A directory on a250; chat and phones on a251, with the same account."""
    lab.reset("a250", "a251")
    guide.set_up(guide.LabPlace(lab.host("a250")))
    lab.host("a250").run(["ldapadd", *guide.AS_ROOT], input=NANA)
    made, host = Authority(), lab.host("a251")
    prepare_ejabberd(host, made)
    prepare_asterisk(host, made)
    host.run(["ejabberdctl", "register", "nana", DOMAIN, PASSWORD])
    return made


@pytest.fixture
def desk(lab: Lab, authority: Authority, tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path, lab)
    key = f'method = "key"\nkey_file = "{lab.key_file}"'
    address = lab.host("a251").address
    made.document.write_text(
        f"""version = 1
name = "Lab"
[credentials.lab]
{key}
[directory]
base = "{guide.SUFFIX}"
[enrolment]
wan_address = "{address}"
vpn_address = "{address}"
linphone_url = "https://phones.test.local/{{account}}.xml"
[clusters."{DOMAIN}"]
[hosts.a250]
address = "{lab.host("a250").address}"
credential = "lab"
roles = ["directory"]
[hosts.a251]
address = "{address}"
credential = "lab"
cluster = "{DOMAIN}"
numbers = ["68XX"]
"""
    )
    yield made


def printed(desk: Desk, folder: Path, layout: str, *more: str) -> str:
    """What the reader finds on a sheet that the terminal made."""
    pdf = folder / f"{layout}.pdf"
    answer = desk.json("enrol", "--people", "nana", "--layout", layout, "--pdf", str(pdf), *more)
    assert answer["people"] == ["nana"]
    (page,) = pages_of(pdf, folder)
    (text,) = codes_of_cells(page, LAYOUTS[layout].cells(LAYOUTS[layout].paper or Paper.A4)[:1])
    return text


@pytest.mark.parametrize("layout", ["sheet", "cards-8", "l7160", "5160"])
def test_a_printed_code_logs_its_person_in(
    desk: Desk, authority: Authority, tmp_path: Path, layout: str
) -> None:
    read = client.read(printed(desk, tmp_path, layout), client.LAYOUTS[1])
    jid = f"{read['user']}@{read['domain']}"
    where = {
        "address": read["vpn"] if read["xmpp_over_vpn"] == "1" else read["wan"],
        "ca": authority.certificate,
    }
    assert login_refused(jid, read["password"], **where) == ""
    assert "not-authorized" in login_refused(jid, read["password"] + "x", **where)
    assert sip.register(read["vpn"], read["number"], read["sip_password"]).code == 200
    assert sip.register(read["vpn"], read["number"], read["sip_password"] + "x").code == 401


def test_linphones_file_registers(desk: Desk, authority: Authority, tmp_path: Path) -> None:
    assert printed(desk, tmp_path, "cards-8", "--format", "linphone") == (
        "linphone-config:https://phones.test.local/nana.xml"
    )
    desk.run("enrol", "--people", "nana", "--format", "linphone-file", "--files", str(tmp_path / "phones"))
    root = ET.parse(tmp_path / "phones" / "nana.xml").getroot()
    space = {"c": linphone.NAMESPACE}
    login = {
        entry.get("name"): entry.text or ""
        for entry in root.findall("c:section[@name='auth_info_0']/c:entry", space)
    }
    answer = sip.register(login["domain"], login["username"], login["passwd"])
    assert (answer.code, answer.challenged) == (200, True)
    # The realm in the file must be the one that Asterisk asks for, or Linphone keeps the password to itself.
    assert login["realm"] in answer.said


def test_the_chat_address_alone(desk: Desk, tmp_path: Path) -> None:
    assert printed(desk, tmp_path, "l7160", "--format", "xmpp") == "xmpp:nana@test.local"
