"""Fleets at random: valid ones, of every shape the model allows."""

from __future__ import annotations

import ipaddress
from typing import Any

from hypothesis import strategies as st

from azdesk.fleet.accounts import Directory, Enrolment, Phones, Sip
from azdesk.fleet.model import ChatLog, Cluster, Credential, Fleet, Host, Upload

# Plain alphabets instead of regular expressions: drawing is many times faster.
LABEL = st.text("abz019", min_size=1, max_size=5) | st.sampled_from(["a-b", "x--9", "a" * 63])
DOMAIN = st.lists(LABEL, min_size=1, max_size=3).map(".".join)
NAME = st.text("aZé9_.", max_size=4).map("k{}".format) | st.sampled_from(["two words", "a@b+c", "Ä", "9"])
# Surrogates cannot be written as UTF-8.
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=10) | st.text(
    "ab\n\"'\\# ", max_size=10
)
LINE = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=8)
FOLDER = st.lists(st.text("aB9_", min_size=1, max_size=4), min_size=2, max_size=3)
PORT = st.integers(1, 65535)
FIRST = int(ipaddress.ip_address("10.0.0.1"))


@st.composite
def credentials(draw: Any) -> Credential:
    user = draw(st.sampled_from(["root", "admin", "DOM\\user", "x.y_z@dom"]))
    method = draw(st.sampled_from(["agent", "key", "password", "keyboard-interactive"]))
    return Credential(
        user=user,
        method=method,
        key_file=draw(LINE.filter(bool)) if method == "key" else "",
        sudo="no" if user == "root" else draw(st.sampled_from(["without-password", "with-password"])),
    )


@st.composite
def clusters(draw: Any) -> Cluster:
    url = draw(st.sampled_from(["", "https://172.16.38.1:5443/upload", "http://files.example.com/a/b"]))
    return Cluster(
        distribution_port=draw(PORT.filter(lambda port: port not in (80, 5443))),
        upload=Upload(
            url=url,
            directory="/srv/files/" + "/".join(draw(FOLDER)),
            max_size=draw(st.integers(1024, 10**9)),
        ),
        chat_log=ChatLog(enabled=draw(st.booleans()), directory="/srv/chats/" + "/".join(draw(FOLDER))),
    )


@st.composite
def directories(draw: Any) -> Directory:
    base = draw(st.sampled_from(["dc=test,dc=local", "o=Example Company,c=DE"]))
    urls = draw(st.lists(st.sampled_from(["ldaps://dc1.example.com:636", "ldap://10.0.0.9"]), unique=True))
    return Directory(
        base=base,
        urls=tuple(urls),
        people=draw(st.sampled_from(["", f"ou=Staff,{base}"])),
        account_filter=draw(st.sampled_from(["", "(&(objectClass=person)(!(uid=x\\2ay)))"])),
        passwords=draw(st.sampled_from(["plain", "digest", "hashed"])),
        phones=Phones(codecs=("ulaw", "opus"), max_contacts=draw(st.integers(1, 50))),
    )


@st.composite
def fleets(draw: Any) -> Fleet:
    logins = draw(st.dictionaries(NAME, credentials(), max_size=3))
    domains = draw(st.dictionaries(DOMAIN, clusters(), max_size=3))
    names = draw(st.lists(LABEL, unique=True, max_size=5))
    hosts = {}
    for index, name in enumerate(names):
        cluster = draw(st.sampled_from(["", *domains]))
        roles = draw(st.lists(st.sampled_from(["directory", "storage"]), unique=True))
        hosts[name] = Host(
            address=str(ipaddress.ip_address(FIRST + index)),
            port=draw(PORT),
            credential=draw(st.sampled_from(["", *logins])),
            jump=tuple(
                draw(st.lists(st.sampled_from([*names[:index], "u@gate.example.com:2222"]), unique=True))
            ),
            roles=("application", *roles),
            cluster=cluster,
            # A prefix that no other host's own name can have makes node names unique.
            node=draw(st.sampled_from(["", f"node-{index}-of-the-cluster"])),
            numbers=draw(st.sampled_from([(), ("68XX", "7[1-3]ZN.")])),
            sip=Sip(
                selection_filter=draw(st.sampled_from(["", "(AstAccountName=68*)"])),
                transports=("tls",),
                lookup=draw(st.sampled_from(["live", "copied"])),
            ),
            group=draw(LINE),
            note=draw(ANY_TEXT),
        )
    return Fleet(
        name=draw(LINE),
        credentials=logins,
        clusters=domains,
        directory=draw(st.just(Directory()) | directories()),
        enrolment=Enrolment(organisation=draw(LINE), steps=draw(ANY_TEXT), h264=draw(st.booleans())),
        hosts=hosts,
    )
