"""Behind the login: base, people, their attributes, groups and the server's limits, as the reader sees them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from azdesk.app.binding.findings import Finding, bad, good, note, warning
from azdesk.core.errors import DirectoryError, DirectoryRefused, LimitReached, NoSuchEntry
from azdesk.core.progress import Job
from azdesk.directory import filters
from azdesk.directory.connection import Directory, RootDse
from azdesk.directory.ldif import Entry
from azdesk.directory.people import AD_DISABLED, account_control
from azdesk.fleet.accounts import CHECK_PREFIX
from azdesk.fleet.accounts import Directory as Described

MOST: Final = 20_000
"""People that are looked at; enough to know, quick enough to wait for."""
NESTED: Final = "1.2.840.113556.1.4.1941"
"""Active Directory's rule that follows groups in groups (LDAP_MATCHING_RULE_IN_CHAIN)."""
_FORBIDDEN: Final = frozenset("\"&'/:<>@ ")
"""What may not stand in a chat address before the @ (RFC 7622, 3.3.1)."""


@dataclass(kw_only=True)
class People:
    """What the people that the filter matches have, counted."""

    count: int = 0
    more: bool = False
    """Whether there are more than were looked at."""
    limit: str = ""
    """Why the server gave no more, if it did not."""
    have: Counter[str] = field(default_factory=Counter)
    """Attribute → how many have it."""
    accounts: Counter[str] = field(default_factory=Counter)
    """Login name without case → how many have it."""
    unusable: list[str] = field(default_factory=list)
    """Login names that cannot be chat addresses."""
    disabled: int = 0
    trying: int = 0
    """Accounts of AZDesk's own, with which hosts try logins."""

    @property
    def words(self) -> str:
        return f"more than {MOST}" if self.more else str(self.count)


def look(directory: Directory, described: Described, job: Job) -> Iterator[Finding]:
    """All steps; ends where the next ones would make no sense.

    Raises:
        DirectoryUnreachable: the connection ended.
        Cancelled: by the job.
    """
    root = directory.root_dse(job=job)
    yield kind(root, described)
    missing = base(directory, root, described, job)
    yield missing
    if missing.verdict == "bad":
        return
    try:
        wanted = filters.parsed(described.people_filter)
    except DirectoryError as error:
        yield bad("filter", error.what, error.next_step or "Correct the filter.")
        return
    try:
        people = counted(directory, described, job)
    except DirectoryRefused as error:
        yield bad("filter", error.what, error.next_step)
        return
    unknown = _unknown(directory, filter_attributes(wanted), job)
    yield matching(people, described, unknown)
    yield from groups(directory, described, wanted, people, job)
    if people.count:
        yield from attributes(directory, described, people, job)
    yield limits(people, described)


def kind(root: RootDse, described: Described) -> Finding:
    """Whether the server is what the document says."""
    vendor = root.vendor or ("Active Directory" if root.active_directory else "an LDAP server")
    if root.active_directory and described.kind != "active-directory":
        return bad(
            "kind",
            f"It is Active Directory ({vendor}), the document says {described.kind}.",
            "Choose Active Directory as its kind: attributes and filter have other names there.",
        )
    if described.kind == "active-directory" and not root.active_directory:
        return bad(
            "kind",
            f"It is {vendor}, no Active Directory.",
            "Choose OpenLDAP as its kind, or correct the URL.",
        )
    return good("kind", f"It is {vendor}.")


def base(directory: Directory, root: RootDse, described: Described, job: Job) -> Finding:
    """Whether the tree with the people is there."""
    dn = described.people_dn
    trees = [one for one in root.naming_contexts if one]
    have = f" Its trees are {', '.join(trees)}." if trees else ""
    try:
        entry = directory.search(dn, attributes=("1.1",), scope="base", job=job).entries
    except NoSuchEntry as error:
        return bad("base", f"There is no {dn}, or the reader may not see it.{have}", error.next_step)
    except DirectoryRefused as error:
        if error.code == 10:
            return bad("base", f"{dn} is not on this server.{have}", "Correct the base, or the server's URL.")
        return bad("base", f"{dn} cannot be looked at: {error.what}", error.next_step)
    if not entry:
        return bad("base", f"The reader does not see {dn}.{have}", "Give it the right to read that tree.")
    return good("base", f"{dn} is there.")


def counted(directory: Directory, described: Described, job: Job) -> People:
    """Look through the people that the filter matches."""
    names = _wanted(described)
    people = People()
    found = directory.each(
        described.people_dn, described.people_filter, (*names.values(), "userAccountControl"), job=job
    )
    try:
        for entry in found:
            if people.count == MOST:
                people.more = True
                break
            _count(people, entry, names["account"])
    except LimitReached as error:
        people.limit = error.what
    return people


def _count(people: People, entry: Entry, account_attribute: str) -> None:
    values = {name.lower(): given for name, given in entry.attributes.items() if given}
    people.count += 1
    people.have.update(values.keys())
    for value in values.get(account_attribute.lower(), ())[:1]:
        account = value.decode("utf-8", "replace")
        people.accounts[account.lower()] += 1
        people.trying += account.lower().startswith(CHECK_PREFIX)
        if _FORBIDDEN & set(account):
            people.unusable.append(account)
    flags = account_control(values.get("useraccountcontrol", (b"",))[0].decode("ascii", "replace"))
    people.disabled += flags is not None and bool(flags & AD_DISABLED)


def matching(people: People, described: Described, unknown: Sequence[str]) -> Finding:
    """How many the filter matches."""
    if people.count:
        disabled = f" {people.disabled} of them are disabled and cannot log in." if people.disabled else ""
        if unknown:
            return warning(
                "filter",
                f"The filter matches {people.words} people, but the server does not know {_and(unknown)}.",
                "Correct the filter: what compares an unknown attribute never matches.",
            )
        trying = f" Among them are AZDesk's own for trying logins: {people.trying}." if people.trying else ""
        return good("filter", f"The filter matches {people.words} people.{disabled}{trying}")
    if people.limit:
        return bad("filter", people.limit, "Have the server's limit for the reader raised.")
    if unknown:
        return bad(
            "filter",
            f"{described.people_filter} matches nobody: the server does not know {_and(unknown)}.",
            "Correct the filter; Active Directory and OpenLDAP name most things differently.",
        )
    return bad(
        "filter",
        f"{described.people_filter} matches nobody below {described.people_dn} that the reader can see.",
        "Correct the filter or the DN above the people, or give the reader the right to read them.",
    )


def filter_attributes(wanted: filters.Filter) -> tuple[str, ...]:
    """Names of all attributes that a filter compares, each once."""
    found: dict[str, str] = {}
    waiting = [wanted]
    while waiting:
        one = waiting.pop()
        if isinstance(one, filters.Junction):
            waiting += reversed(one.parts)
        elif one.attribute:
            found.setdefault(one.attribute.lower(), one.attribute)
    return tuple(found.values())


def _unknown(directory: Directory, names: Iterable[str], job: Job) -> tuple[str, ...]:
    try:
        known = directory.schema(job=job)
    except DirectoryError:
        return ()
    if not known.attributes:
        return ()
    return tuple(name for name in names if known.attribute(name) is None)


# -- attributes and limits -------------------------------------------------------------------------------------


def _wanted(described: Described) -> dict[str, str]:
    return {
        "account": described.account_attribute,
        "name": described.name_attribute,
        "number": described.number_attribute,
        "mail": described.mail_attribute,
    }


_WORDS: Final = {
    "account": "login names",
    "name": "names",
    "number": "phone numbers",
    "mail": "e-mail addresses",
}


def attributes(directory: Directory, described: Described, people: People, job: Job) -> Iterator[Finding]:
    """Whether people have what the document says that they have."""
    names = _wanted(described)
    unknown = _unknown(directory, names.values(), job)
    for key, name in names.items():
        have = people.have[name.lower()]
        if have == people.count and key == "account":
            continue
        if have:
            if key == "account":
                yield warning(
                    "attributes",
                    f"{people.count - have} of {people.words} people have no {name} and cannot log in.",
                    "Let the filter leave them out, or give them one.",
                )
            continue
        why = f"the server does not know {name}" if name in unknown else f"nobody has a value of {name}"
        tell = bad if key == "account" else note
        yield tell("attributes", f"No {_WORDS[key]}: {why}.", f"Name another attribute for {_WORDS[key]}.")
    yield from _names_in_use(people, names["account"])


def _names_in_use(people: People, attribute: str) -> Iterator[Finding]:
    twice = [account for account, times in people.accounts.items() if times > 1]
    if twice:
        yield bad(
            "attributes",
            f"More than one of the people has the same {attribute}: {_some(twice)}. Neither of them can log in to chat.",
            "Let the filter or the DN above the people leave all but one out.",
        )
    if people.unusable:
        yield warning(
            "attributes",
            f"{attribute} of {_some(people.unusable)} has a character that no chat address may have.",
            "Spaces and \" & ' / : < > @ cannot stand there; rename these accounts, or name another attribute.",
        )
    if people.accounts and not twice and not people.unusable:
        yield good("attributes", f"All login names ({attribute}) can be chat addresses.")


def limits(people: People, described: Described) -> Finding:
    """Whether the reader gets all that there is."""
    if people.limit:
        return warning(
            "limits",
            f"{people.limit} It ended after {people.count} people; hosts and lists see no more.",
            f"Raise the limits of {described.reader_dn} on the server: in OpenLDAP olcLimits with size=unlimited.",
        )
    return good("limits", "The server gives all of them.")


# -- groups ----------------------------------------------------------------------------------------------------


def groups(
    directory: Directory, described: Described, wanted: filters.Filter, people: People, job: Job
) -> Iterator[Finding]:
    """Whether the groups that the filter asks for are there, and what of groups in groups."""
    for dn, nested in _memberships(wanted):
        entry = _group(directory, dn, job)
        if entry is None:
            yield bad("groups", f"There is no group {dn}, or the reader may not see it.", "Correct its DN.")
            continue
        members = sum(len(entry.get(name, ())) for name in ("member", "uniquemember"))
        if people.count == 0 and members and not _keeps_memberships(directory, described, job):
            yield bad(
                "groups",
                f"{dn} has {members} members, but the server writes no memberOf into their entries.",
                "Load OpenLDAP's overlay memberof, then add the members once more.",
            )
        elif (
            not nested
            and described.kind == "active-directory"
            and (more := _deeper(directory, described, people, job))
        ):
            yield note(
                "groups",
                f"{more} more people are in groups inside {dn}, which memberOf alone does not follow.",
                f"To let them in, write memberOf:{NESTED}: instead of memberOf.",
            )
        else:
            yield good("groups", f"{dn} is there.")


def _memberships(wanted: filters.Filter) -> tuple[tuple[str, bool], ...]:
    """Groups that a filter asks for, and whether it follows groups in groups."""
    found: dict[str, bool] = {}
    waiting = [wanted]
    while waiting:
        one = waiting.pop()
        if isinstance(one, filters.Junction):
            waiting += reversed(one.parts)
        elif isinstance(one, filters.Comparison | filters.Matching) and one.attribute.lower() == "memberof":
            found[one.value.decode("utf-8", "replace")] = isinstance(one, filters.Matching)
    return tuple(found.items())


def _group(directory: Directory, dn: str, job: Job) -> dict[str, Sequence[bytes]] | None:
    try:
        entry = directory.read(dn, ("member", "uniqueMember", "objectClass"), job=job)
    except DirectoryRefused:
        return None
    return None if entry is None else {name.lower(): values for name, values in entry.attributes.items()}


def _keeps_memberships(directory: Directory, described: Described, job: Job) -> bool:
    try:
        return bool(directory.search(described.people_dn, "(memberOf=*)", ("1.1",), limit=1, job=job).entries)
    except DirectoryRefused:
        return False


def _deeper(directory: Directory, described: Described, people: People, job: Job) -> int:
    """How many more people there would be if groups in groups counted."""
    asked = re.sub(r"\(\s*memberof=", f"(memberOf:{NESTED}:=", described.people_filter, flags=re.IGNORECASE)
    try:
        found = directory.search(described.people_dn, asked, ("1.1",), limit=MOST, job=job)
    except DirectoryRefused:
        return 0
    return max(len(found.entries) - people.count, 0)


def _and(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(names[:5])
    return f"{shown} and {len(names) - 5} more" if len(names) > 5 else shown
