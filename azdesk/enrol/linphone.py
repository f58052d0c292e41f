"""Linphone's remote provisioning: an XML file (lpconfig) that the app fetches, and the address that its QR code has.

Keys: https://download.linphone.org/snapshots/docs/liblinphone/latest/cs/provisioning_configuration_key.html
"""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit
from xml.etree import ElementTree as ET

from azdesk.enrol.account import Account
from azdesk.enrol.addresses import sip
from azdesk.enrol.payload import identifier, needed, one_line, password_of, refused

NAMESPACE = "http://www.linphone.org/xsds/lpconfig.xsd"
SCHEME = "linphone-config:"
REALM = "asterisk"
"""What Asterisk calls itself in a challenge unless told otherwise."""
TRANSPORTS = ("udp", "tcp", "tls")


def document(account: Account) -> str:
    """The provisioning file of a person.

    Raises:
        EnrolmentError: something is missing.
    """
    address = sip(account)
    server = address.rpartition("@")[2]
    transport = account.access.sip_transport
    if transport not in TRANSPORTS:
        raise refused(account, "The transport for SIP", "is none of udp, tcp and tls.")
    name = one_line(account, "The name", account.name).replace('"', "'").replace("\\", "/")
    sections = {
        "sip": {"default_proxy": "0"},
        "proxy_0": {
            "reg_proxy": f"<sip:{server};transport={transport}>",
            "reg_identity": f'"{name}" <{address}>',
            "reg_sendregister": "1",
            "reg_expires": "3600",
            "publish": "0",
        },
        "auth_info_0": {
            "username": account.number,
            "userid": account.number,
            "passwd": password_of(account),
            "realm": REALM,
            "domain": server,
        },
    }
    root = ET.Element("config", {"xmlns": NAMESPACE})
    for title, entries in sections.items():
        section = ET.SubElement(root, "section", {"name": title})
        for key, value in entries.items():
            ET.SubElement(section, "entry", {"name": key, "overwrite": "true"}).text = value
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def address(account: Account) -> str:
    """``linphone-config:https://…`` for the person's file.

    Raises:
        EnrolmentError: no such address is in the document, or it is not https.
    """
    pattern = needed(
        account,
        "The address of the Linphone files",
        account.access.provisioning_url,
        "Say in the document where they are served, such as https://phones.company.com/{account}.xml.",
    )
    values = {
        "account": identifier(account, "The account", account.user),
        "number": identifier(account, "The number", account.number),
    }
    url = re.sub(r"\{(account|number)\}", lambda found: quote(values[found[1]], safe=""), pattern)
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname:
        raise refused(
            account,
            "The address of the Linphone files",
            "does not begin with https://: the file has a password in it.",
            "Serve the files with TLS, and say so in the document.",
        )
    if re.search(r"[^!#-;=?-\[\]_a-z~]", url):
        raise refused(
            account,
            "The address of the Linphone files",
            "has a character in it that a URL cannot have.",
            "Write it as %20, for example.",
        )
    return SCHEME + url
