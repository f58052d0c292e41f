"""What phones need of the directory, and what strangers can read in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from azdesk.app.binding.findings import Finding, bad, good, note, warning
from azdesk.core.errors import AzdeskError, DirectoryError, DirectoryRefused
from azdesk.core.progress import Job
from azdesk.directory import asterisk_schema
from azdesk.directory.connection import Directory
from azdesk.directory.endpoint import ANONYMOUS, Endpoint
from azdesk.directory.ldif import Entry
from azdesk.directory.names import escape_filter
from azdesk.fleet.accounts import Directory as Described

PHONE_CLASS: Final = "AsteriskSIPUser"
PHONE_SECRET: Final = "AstAccountRealmedPassword"  # noqa: S105 - its attribute's name
_USED: Final = tuple(
    f"AstAccount{name}"
    for name in (
        "Name", "Mailbox", "RealmedPassword", "CallerID", "Context", "DirectMedia", "CallGroup", "PickupGroup",
        "AllowedCodec", "CallLimit",
    )
)  # fmt: skip
"""Attributes that the binding of phones reads."""
_SECRETS: Final = ("userPassword", *asterisk_schema.SECRETS)
_SAMPLE: Final = 50
_CONFIDENTIAL: Final = 128
"""Bit of searchFlags (MS-ADTS 2.2.9)."""


def phones(directory: Directory, described: Described, *, wanted: bool, job: Job) -> Iterator[Finding]:
    """Schema and passwords for phones.

    Args:
        wanted: whether a host of the document takes its phones' accounts from the directory.
    """
    try:
        known = directory.schema(job=job)
    except DirectoryError as error:
        yield note("schema", f"Not looked at: {error.what}", error.next_step)
        return
    lacking = [name for name in _USED if known.attribute(name) is None]
    if known.object_class(PHONE_CLASS) is None or len(lacking) == len(_USED):
        tell = bad if wanted else note
        yield tell(
            "schema",
            "The server does not know Asterisk's classes, so phones cannot have accounts in it.",
            "Load Asterisk's schema (asterisk.ldif)"
            + (", or set the hosts' phones to “as they are”." if wanted else " if phones shall have some."),
        )
        return
    if lacking:
        yield warning(
            "schema",
            f"Asterisk's schema on the server lacks {', '.join(lacking)}.",
            "Add these attributes inside cn=asterisk,cn=schema,cn=config and to AsteriskSIPUser there; where they are missing, "
            "entries that have them are refused.",
        )
    else:
        yield good("schema", "The server knows Asterisk's classes, with all that phones need.")
    yield _passwords(directory, described, wanted=wanted, job=job)


def copied_phones(directory: Directory, described: Described, job: Job) -> Iterator[Finding]:
    """What hosts need that copy their phones' accounts: people with a number and a password, which the reader sees."""
    number, secret = described.number_attribute, described.phone_password_attribute
    if not secret:
        yield bad(
            "phones",
            "Active Directory shows nobody a password that a phone could be checked with.",
            "Name an attribute that has one for phones (directory.attributes.phone_password), such as unixUserPassword.",
        )
        return
    try:
        known = directory.schema(job=job)
        unknown = [name for name in (number, secret) if known.attribute(name) is None]
        if unknown:
            yield bad(
                "phones",
                f"The server does not know the attribute {' and '.join(unknown)}.",
                "Correct directory.attributes in the document.",
            )
            return
        wanted = f"(&{described.people_filter}({number}=*)({secret}=*))"
        found = directory.search(
            described.people_dn, wanted, (number, secret), limit=_SAMPLE, job=job
        ).entries
        confidential = _confidential(directory, secret, job)
    except DirectoryRefused as error:
        yield warning("phones", error.what, error.next_step)
        return
    if not any(_readable(entry, (secret,)) for entry in found):
        hidden = f" {secret} is confidential there: the reader needs the right to see it (“control access”)."
        yield bad(
            "phones",
            f"The reader sees nobody with both a number ({number}) and a password for phones ({secret}).",
            f"Let {described.reader_dn} read both, and give people both.{hidden if confidential else ''}",
        )
        return
    more = f" (the first {_SAMPLE})" if len(found) >= _SAMPLE else ""
    yield good("phones", f"The reader sees number and phone password of {len(found)} people{more}.")
    if confidential is False:
        yield warning(
            "secrecy",
            f"Everybody who logs in to Active Directory can read {secret}, unless a right there says otherwise.",
            "Take an attribute that is confidential, such as unixUserPassword, and let the reader alone see it.",
        )


def _confidential(directory: Directory, attribute: str, job: Job) -> bool | None:
    """Whether Active Directory shows an attribute only to those with a right of their own; None: it is no Active Directory, or does not tell."""
    context = (directory.root_dse(job=job).attributes or {}).get("schemaNamingContext")
    if not context:
        return None
    found = directory.search(
        context[0].decode("utf-8", "replace"),
        f"(lDAPDisplayName={escape_filter(attribute)})",
        ("searchFlags",),
        job=job,
    ).entries
    flags = found[0].attributes.get("searchFlags") if found else None
    return bool(int(flags[0]) & _CONFIDENTIAL) if flags and flags[0].isdigit() else None


def _passwords(directory: Directory, described: Described, *, wanted: bool, job: Job) -> Finding:
    """Whether the reader sees what phones log in with."""
    try:
        found = directory.search(
            described.people_dn,
            f"(objectClass={PHONE_CLASS})",
            (PHONE_SECRET, "AstAccountName"),
            limit=_SAMPLE,
            job=job,
        ).entries
    except DirectoryRefused as error:
        return warning("phones", error.what, error.next_step)
    if not found:
        tell = warning if wanted else note
        return tell(
            "phones", f"Nobody below {described.people_dn} is an {PHONE_CLASS}, so nobody has a phone yet."
        )
    readable = sum(bool(_readable(entry, (PHONE_SECRET,))) for entry in found)
    if readable:
        return good(
            "phones", f"The reader sees the passwords of phones ({readable} of {len(found)} looked at)."
        )
    tell = bad if wanted else note
    return tell(
        "phones",
        f"The reader sees none of the phones' passwords ({PHONE_SECRET}).",
        f"Let {described.reader_dn} read {PHONE_SECRET} on the server, or give people one.",
    )


def secrecy(endpoint: Endpoint, described: Described, job: Job) -> Finding:
    """What somebody sees who does not log in.

    Raises:
        Cancelled: by the job.
    """
    own = described.attributes.phone_password
    secrets = (*_SECRETS, *((own,) if own else ()))
    try:
        with Directory.open(endpoint, ANONYMOUS, job) as directory:
            found = directory.search(
                described.people_dn, "(objectClass=*)", ("objectClass", *secrets), limit=_SAMPLE, job=job
            ).entries
    except AzdeskError:
        job.check()
        return good("secrecy", "Without a login nobody sees anything.")
    seen = sorted({name for entry in found for name in _readable(entry, secrets)})
    if seen:
        return warning(
            "secrecy",
            f"Anybody in the network can read {', '.join(seen)} without a login.",
            "Close that on the server first (olcAccess): who reads them can call and chat as anybody.",
        )
    if found:
        return note("secrecy", "Without a login one sees who is in the directory, but no passwords.")
    return good("secrecy", "Without a login nobody sees anything.")


def _readable(entry: Entry, names: tuple[str, ...]) -> list[str]:
    wanted = {name.lower(): name for name in names}
    return [
        wanted[name.lower()] for name, values in entry.attributes.items() if values and name.lower() in wanted
    ]
