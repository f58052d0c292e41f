"""The schema has the numbers and names that other directories have."""

from __future__ import annotations

from azdesk.directory import asterisk_schema as schema


def test_numbers_and_names_are_those_of_asterisk() -> None:
    # From contrib/scripts/asterisk.ldif of Asterisk: the first, the last, and those the guide's entry uses.
    known = {
        "AstContext": 1, "AstAccountCallerID": 7, "AstAccountContext": 8, "AstAccountMailbox": 9, "AstMD5secret": 10,
        "AstAccountQualify": 13, "AstAccountType": 14, "AstAccountCallGroup": 20, "AstAccountHost": 26,
        "AstAccountPickupGroup": 29, "AstAccountRealmedPassword": 34, "AstAccountSecret": 38, "AstAccountName": 39,
        "AstAccountCallLimit": 50, "AstVoicemailContext": 58, "AstAccountUserAgent": 61,
    }  # fmt: skip
    assert {name: schema.ATTRIBUTES[name] for name in known} == {
        name: f"1.3.6.1.4.1.22736.5.4.{number}" for name, number in known.items()
    }
    assert len(schema.ATTRIBUTES) == 62
    assert len(set(schema.ATTRIBUTES.values())) == 62
    assert [made.name for made in schema.CLASSES if made.number == 3] == ["AsteriskSIPUser"]


def test_each_class_allows_only_what_there_is() -> None:
    for made in schema.CLASSES:
        for name in (*made.may, *made.must):
            assert name == "cn" or name in schema.ATTRIBUTES, f"{made.name}: {name}"
        assert len(set(made.may)) == len(made.may)
    sip = next(made for made in schema.CLASSES if made.name == "AsteriskSIPUser")
    assert schema.DIRECT_MEDIA in sip.may
    assert len(sip.may) == 38


def test_descriptions_are_as_rfc_4512_writes_them() -> None:
    assert schema.attribute_type("AstAccountName") == (
        "( 1.3.6.1.4.1.22736.5.4.39 NAME 'AstAccountName' EQUALITY caseIgnoreMatch "
        "SUBSTR caseIgnoreSubstringsMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )"
    )
    assert "EQUALITY" not in schema.attribute_type("AstAccountFromUser")
    assert schema.object_class(schema.CLASSES[0]) == (
        "( 1.3.6.1.4.1.22736.5.2.1 NAME 'AsteriskExtension' SUP top AUXILIARY MUST cn MAY ( AstContext $ "
        "AstExtension $ AstPriority $ AstApplication $ AstApplicationData ) )"
    )
