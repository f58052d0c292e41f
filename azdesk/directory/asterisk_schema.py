"""Asterisk's LDAP schema, with the OIDs and names of Asterisk's own contrib/scripts/asterisk.ldif.

No Debian package brings it, and a directory of another make has the same one: so numbers and names are fixed. One
attribute is ours: `DIRECT_MEDIA`, which chan_sip and PJSIP know, account entries in the field use, and the original lacks.

All attributes are UTF-8 strings, compared without case: ``AstAccountFromUser`` alone cannot be compared.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

ROOT: Final = "1.3.6.1.4.1.22736.5"
"""LDAP elements below the enterprise number of Digium."""
DIRECT_MEDIA: Final = "AstAccountDirectMedia"
_DIRECT_MEDIA_OID: Final = "2.25.10033777974140101739849146151143791756.1.1"
"""Below a UUID, as X.667 has it."""

# In the order of their numbers, from 1.
_NAMES: Final = [
    "AstContext",
    "AstExtension",
    "AstPriority",
    "AstApplication",
    "AstApplicationData",
    "AstAccountAMAFlags",
    "AstAccountCallerID",
    "AstAccountContext",
    "AstAccountMailbox",
    "AstMD5secret",
    "AstAccountDeny",
    "AstAccountPermit",
    "AstAccountQualify",
    "AstAccountType",
    "AstAccountDisallowedCodec",
    "AstAccountExpirationTimestamp",
    "AstAccountRegistrationContext",
    "AstAccountRegistrationExten",
    "AstAccountNoTransfer",
    "AstAccountCallGroup",
    "AstAccountCanReinvite",
    "AstAccountDTMFMode",
    "AstAccountFromUser",
    "AstAccountFromDomain",
    "AstAccountFullContact",
    "AstAccountHost",
    "AstAccountInsecure",
    "AstAccountNAT",
    "AstAccountPickupGroup",
    "AstAccountPort",
    "AstAccountRestrictCID",
    "AstAccountRTPTimeout",
    "AstAccountRTPHoldTimeout",
    "AstAccountRealmedPassword",
    "AstAccountAllowedCodec",
    "AstAccountMusicOnHold",
    "AstAccountCanCallForward",
    "AstAccountSecret",
    "AstAccountName",
    "AstConfigFilename",
    "AstConfigCategory",
    "AstConfigCategoryMetric",
    "AstConfigVariableName",
    "AstConfigVariableValue",
    "AstConfigCommented",
    "AstAccountIPAddress",
    "AstAccountDefaultUser",
    "AstAccountRegistrationServer",
    "AstAccountLastQualifyMilliseconds",
    "AstAccountCallLimit",
    "AstVoicemailMailbox",
    "AstVoicemailPassword",
    "AstVoicemailFullname",
    "AstVoicemailEmail",
    "AstVoicemailPager",
    "AstVoicemailOptions",
    "AstVoicemailTimestamp",
    "AstVoicemailContext",
    "AstAccountSubscribeContext",
    "AstAccountIpAddr",
    "AstAccountUserAgent",
]

ATTRIBUTES: Final = {name: f"{ROOT}.4.{number}" for number, name in enumerate(_NAMES, 1)} | {
    DIRECT_MEDIA: _DIRECT_MEDIA_OID
}
"""Name → OID."""

SECRETS: Final = ("AstAccountRealmedPassword", "AstAccountSecret", "AstMD5secret", "AstVoicemailPassword")
"""Attributes that let their reader register a phone or hear a mailbox."""


@dataclass(frozen=True, kw_only=True)
class ObjectClass:
    """One auxiliary class."""

    name: str
    number: int
    sup: str
    may: tuple[str, ...]
    must: tuple[str, ...] = ("cn",)


def _accounts(names: str) -> tuple[str, ...]:
    return tuple(name if name.startswith("Ast") else f"AstAccount{name}" for name in names.split())


CLASSES: Final = (
    ObjectClass(
        name="AsteriskExtension",
        number=1,
        sup="top",
        may=("AstContext", "AstExtension", "AstPriority", "AstApplication", "AstApplicationData"),
    ),
    ObjectClass(
        name="AsteriskIAXUser",
        number=2,
        sup="AsteriskExtension",
        may=_accounts(
            "AMAFlags CallerID Context FullContact Host Mailbox AstMD5secret Deny Permit Port Qualify Type DisallowedCodec "
            "ExpirationTimestamp RegistrationContext RegistrationExten NoTransfer Name LastQualifyMilliseconds CallLimit"
        ),
    ),
    ObjectClass(
        name="AsteriskSIPUser",
        number=3,
        sup="AsteriskExtension",
        may=_accounts(
            "AMAFlags CallGroup CallerID CanReinvite Context DefaultUser DTMFMode FromUser FromDomain FullContact Host "
            "Insecure IPAddress Mailbox RealmedPassword NAT Deny Permit PickupGroup Port Qualify RestrictCID RTPTimeout "
            "RTPHoldTimeout Type DisallowedCodec AllowedCodec MusicOnHold ExpirationTimestamp RegistrationContext "
            "RegistrationExten RegistrationServer CanCallForward Secret Name LastQualifyMilliseconds CallLimit DirectMedia"
        ),
    ),
    ObjectClass(
        name="AsteriskConfig",
        number=4,
        sup="top",
        may=tuple(name for name in _NAMES if name.startswith("AstConfig")),
    ),
    ObjectClass(
        name="AsteriskVoiceMail",
        number=5,
        sup="top",
        must=("cn", "AstContext", "AstVoicemailMailbox", "AstVoicemailPassword"),
        may=tuple(
            f"AstVoicemail{name}"
            for name in ["Fullname", "Email", "Pager", "Options", "Timestamp", "Context"]
        ),
    ),
)


def attribute_type(name: str) -> str:
    """An attribute's description (RFC 4512, 4.1.2), a value of ``olcAttributeTypes``."""
    rules = (
        "" if name == "AstAccountFromUser" else " EQUALITY caseIgnoreMatch SUBSTR caseIgnoreSubstringsMatch"
    )
    return f"( {ATTRIBUTES[name]} NAME '{name}'{rules} SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )"


def object_class(made: ObjectClass) -> str:
    """A class's description (RFC 4512, 4.1.1), a value of ``olcObjectClasses``."""
    return (
        f"( {ROOT}.2.{made.number} NAME '{made.name}' SUP {made.sup} AUXILIARY "
        f"MUST {_listed(made.must)} MAY {_listed(made.may)} )"
    )


def attribute_types() -> tuple[str, ...]:
    """Descriptions of all attributes, in the order of their numbers, ours last."""
    return tuple(attribute_type(name) for name in ATTRIBUTES)


def object_classes() -> tuple[str, ...]:
    """Descriptions of all classes."""
    return tuple(object_class(made) for made in CLASSES)


def _listed(names: Iterable[str]) -> str:
    joined = " $ ".join(names)
    return f"( {joined} )" if " " in joined else joined
