"""What is written for phones is read again as it was meant, whichever driver Asterisk has."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from azdesk.core.probe import Readings
from azdesk.features import _asterisk as asterisk
from azdesk.features._asterisk import Recipe
from azdesk.features._base import PlanContext
from azdesk.features.sip_accounts import FEATURE, content, copied, copying
from azdesk.features.sip_accounts.checking import usable
from azdesk.features.sip_accounts.content import BLOCK, CA_FILE, DROP_IN, OWN, STOCK
from azdesk.features.sip_accounts.state import SipState
from tests.unit.features.cases import file, fleet_of

VERSIONS: dict[Recipe, str] = {"pjsip": "1:22.10.1+dfsg-1", "chan_sip": "1:16.28.0~dfsg-0+deb11u4"}
HEADS = {"directory": "[_general]\n", "tables": "[settings]\n", "old-phones": "[general]\ncontext=public\n"}
_WORDS = st.text(st.sampled_from("abc;,=*&|!()[] \\\"'#é"), max_size=12)


def written(state: SipState) -> Readings:
    """A host as it is after the state's files were written."""
    texts = content.files(state)
    raw: dict[str, Any] = {"package": {"packages": {"asterisk": VERSIONS[state.recipe]}}}
    for part in STOCK:
        text = HEADS.get(part, "")
        if OWN[part] in texts:
            text = asterisk.with_include(text, BLOCK, OWN[part])
        raw[f"stock-{part}"] = file(text)
    for part, path in OWN.items():
        secret = {"mode": 0o640, "group": "asterisk"} if part == "directory" else {}
        raw[f"own-{part}"] = file(texts.get(path), **secret)
    raw |= {"ca": file(texts.get(CA_FILE)), "drop-in": file(texts.get(DROP_IN)), "drop-in-folder": file("")}
    for path in (*copied.OWN, "/etc/azdesk", copied.PROGRAMS, copied.FOLDER):
        secret = {"mode": 0o600 if path in copied.SECRETS else 0o755}
        raw["copied-" + path.rpartition("/")[2]] = file(texts.get(path), **secret)
    on = {"load": "loaded", "active": "active", "enabled": "enabled"}
    raw |= {
        "copy": file(None),
        "timer": {"units": {copied.TIMER: on, copied.SERVICE: {**on, "active": "inactive"}}},
    }
    return Readings("a251", raw)


SECTIONS = ("_general", "settings", "general")


@pytest.mark.parametrize("recipe", VERSIONS)
@settings(deadline=None)
@given(
    urls=st.lists(st.sampled_from(["ldaps://10.0.0.1:636", "ldap://d.example"]), min_size=1, unique=True),
    selection=_WORDS.map(lambda words: f"(cn={words.strip()}x)"),
    digest=st.booleans(),
    lasting=st.booleans(),
    since=st.sampled_from(["", "2026-11-25 09:00"]),
    authorities=st.sampled_from(["", "-----BEGIN CERTIFICATE-----\n"]),
)
def test_read_as_it_was_meant(
    recipe: Recipe,
    urls: list[str],
    selection: str,
    digest: bool,
    lasting: bool,
    since: str,
    authorities: str,
) -> None:
    state = SipState(
        bound=True, recipe=recipe, urls=tuple(urls), ca=CA_FILE if authorities else "/etc/ssl/certs/ca-certificates.crt",
        authorities=authorities, reader="cn=a b,dc=test;x", people="ou=People,dc=test", number="AstAccountName",
        selection=selection, digest=digest, since=since, sections=SECTIONS,
        lasting=lasting and recipe == "pjsip",
    )  # fmt: skip
    seen = FEATURE.parse(written(state))
    assert seen == state
    assert not seen.edited
    assert seen.recipe == recipe
    assert replace(seen, digest=not digest) != state


@given(
    people=_WORDS,
    selection=_WORDS.map(lambda words: f"(cn={words.strip()}x)"),
    digest=st.booleans(),
    since=st.sampled_from(["", "2026-11-25 09:00"]),
)
def test_what_is_copied_is_read_as_it_was_meant(
    people: str, selection: str, digest: bool, since: str
) -> None:
    state = SipState(
        bound=True, lookup="copied", urls=("ldaps://10.0.0.1:636",), ca="/etc/ssl/certs/ca-certificates.crt", reader="cn=a b,dc=test;x",
        people=people, number="ipPhone", selection=selection, digest=digest, since=since, sections=SECTIONS,
        secret="pager", account="uid", name="cn", everybody="(objectClass=*)", codecs="!all,ulaw", max_contacts=3, timed=True,
    )  # fmt: skip
    assert FEATURE.parse(written(state)) == state


@pytest.mark.parametrize(
    ("service", "status", "said"),
    [
        ("inactive", {"state": "copied"}, ""),
        (
            "failed",
            {"state": "copied"},
            "The program for it failed. Those of 2026-01-30 22:13 UTC are in use.",
        ),
        (
            "failed",
            {"state": "kept", "why": "x is away."},
            "from the directory: x is away. Those of 2026-01-30 22:13 UTC are",
        ),
        ("failed", None, "The program for it failed. There are none yet."),
    ],
)
def test_what_a_copy_that_failed_says(service: str, status: dict[str, str] | None, said: str) -> None:
    state = SipState(
        bound=True, lookup="copied", urls=("ldaps://10.0.0.1:636",), ca="/etc/ssl/certs/ca-certificates.crt", reader="cn=a b,dc=test;x",
        people="dc=x", number="ipPhone", secret="pager", account="uid", name="cn", everybody="(objectClass=*)", codecs="!all,ulaw",
        max_contacts=3, timed=True, sections=SECTIONS,
    )  # fmt: skip
    raw = dict(written(state).raw)
    raw["timer"] = {
        "units": {
            **raw["timer"]["units"],
            copied.SERVICE: {"load": "loaded", "active": service, "enabled": ""},
        }
    }
    if status is not None:
        whole = {
            "why": "",
            "fresh": 1769811180.0,
            "phones": 2,
            "left": [],
            "left_out": 0,
            "warnings": [],
            **status,
        }
        raw["copy"] = file(json.dumps(whole))
    observed = FEATURE.parse(Readings("a251", raw))
    found = " ".join(note.text for note in copying.notes(observed))
    assert said in found if said else not found


@pytest.mark.parametrize(
    ("version", "recipe"),
    [
        ("1:22.10.1+dfsg-1", "pjsip"),
        ("1:16.28.0~dfsg-0+deb11u4", "chan_sip"),
        ("20.5", "pjsip"),
        ("", "pjsip"),
    ],
)
def test_which_driver(version: str, recipe: str) -> None:
    assert asterisk.recipe_of(version) == recipe


@pytest.mark.parametrize(
    ("selection", "fits"),
    [
        ("", True),
        ("(AstAccountName=68*)", True),
        ("(&(AstAccountName=68*)(!(AstAccountName=6853)))", True),
        ("(|(AstAccountName=68*)(AstAccountName=69*))", True),
        ("(AstAccountName=6*0)", False),
        ("(&(AstAccountName=68*)(AstAccountContext=all))", False),
        ("(memberOf=cn=phones,dc=test,dc=local)", False),
        ("(AstAccountName=69)", False),
        ("(AstAccountName>=6800)", False),
    ],
)
def test_whether_a_registration_can_be_tried(selection: str, fits: bool) -> None:
    values = {"hosts.a251.sip.accounts": "directory", "hosts.a251.sip.selection_filter": selection}
    fleet = fleet_of({"base": "managed", **values})
    found = usable(fleet, "a251")
    assert (found is not None) is fits
    steps = list(
        FEATURE.plan(PlanContext(fleet=fleet, host="a251"), SipState(), FEATURE.desired(fleet, "a251"))
    )
    titles = [step.title for step in steps]
    assert ("Register a phone at sip://192.168.11.251:5060" in titles) is fits
    assert ("See that Asterisk refuses a stranger at sip://192.168.11.251:5060" in titles) is not fits
    notes = [
        note.text
        for note in FEATURE.notes(
            PlanContext(fleet=fleet, host="a251"), SipState(), FEATURE.desired(fleet, "a251")
        )
    ]
    assert any("asks for more than a number" in note for note in notes) is not fits
