"""Entries that the directory must have, and the passwords of the accounts among them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from azdesk.core.step import SecretUse, Step, WriteFile
from azdesk.directory import ldif, names
from azdesk.directory.ldif import Change, Delete, Modify, Record
from azdesk.features._base import PlanContext
from azdesk.features._directory import provider
from azdesk.features.directory.changes import Lack, change, replaced
from azdesk.features.directory.reading import SECRET_FILES
from azdesk.features.directory.state import DirectoryState, Entry
from azdesk.fleet.accounts import CHECK_PREFIX

_WORDS = {"reader": "the hosts' reader", "replicator": "the replicas", "check": "trying logins"}
_REALM = "asterisk"
_UNSURE = "AZDesk does not know its password"
"""Description of an account for trying logins after a change was taken back: the next plan sees it, and sets the password anew."""


def token(what: str) -> str:
    """Stands for a password in LDIF, where a text that is not ASCII would be encoded."""
    return f"@@azdesk-{what}@@"


def use(context: PlanContext, what: str, *, elsewhere: bool = False) -> SecretUse:
    """The password that is kept in a file, of this host or (`elsewhere`) of the provider's."""
    host = provider(context.fleet) if elsewhere else context.host
    seen = context.of(host, "directory")
    known = seen.secret(what).sha256 if seen is not None else None
    source = f"host:{host}:{SECRET_FILES[what]}"
    return SecretUse(token=token(what), source=source, sha256=(known or "") if not elsewhere else "")


def lacking(observed: DirectoryState, wanted: DirectoryState) -> Iterator[Lack]:
    """What of the entries is missing or different; only the provider has wishes for them."""
    if not wanted.entries:
        return
    there = {names.comparable(entry.dn): entry for entry in observed.entries}
    fresh = [entry for entry in wanted.entries if names.comparable(entry.dn) not in there]
    files = [what for what in wanted.accounts if not _kept(observed, what)]
    if files:
        yield Lack(text="", steps=lambda context: _files(context, observed, files), config=False)
    if fresh:
        yield Lack(
            text=f"The directory lacks {_listed(fresh)}",
            steps=lambda context: (_add(context, observed, fresh),),
            config=False,
        )
    changed = [
        (entry, there[names.comparable(entry.dn)])
        for entry in wanted.entries
        if names.comparable(entry.dn) in there and _differing(entry, there[names.comparable(entry.dn)])
    ]
    # Before those changes: taken back after them, it marks the accounts whose passwords cannot be put back.
    anew = {entry.login for entry, _ in changed if entry.login == "check"}
    yield from _passwords(observed, wanted, fresh, anew)
    if changed:
        yield Lack(
            text=f"Entries of the directory are not as they should be: {_listed([one for one, _ in changed])}",
            steps=lambda _: (_mend(changed),),
            config=False,
        )
    known = {names.comparable(entry.dn) for entry in wanted.entries}
    stale = [
        entry for key, entry in there.items() if key.startswith(f"uid={CHECK_PREFIX}") and key not in known
    ]
    if stale:
        text = f"The directory still has {_listed(stale)}"
        yield Lack(text=text, steps=lambda _: (_remove(stale),), config=False)


def own_use(context: PlanContext, observed: DirectoryState, what: str) -> SecretUse:
    """The password as it is kept on this host, or a new one where none is kept as it should be."""
    if _kept(observed, what):
        return use(context, what)
    return SecretUse(token=token(what), source=f"random:directory-{what}")


def _kept(observed: DirectoryState, what: str) -> bool:
    file = observed.secret(what)
    return file.exists and file.size > 0 and (file.mode, file.owner) == (0o600, "root")


def _files(
    context: PlanContext, observed: DirectoryState, needed: Sequence[str], title: str = ""
) -> Iterator[Step]:
    for what in needed:
        one = own_use(context, observed, what)
        path, file = SECRET_FILES[what], observed.secret(what)
        yield WriteFile(
            title=title or f"Make up a password for {_WORDS[what]}",
            path=path,
            content=one.token,
            mode=0o600,
            before=file.sha256 or "",
            secrets=(one,),
        )


def _add(context: PlanContext, observed: DirectoryState, fresh: Sequence[Entry]) -> Step:
    records: list[ldif.Entry] = []
    needed: dict[str, SecretUse] = {}
    for entry in sorted(fresh, key=lambda entry: len(names.parsed(entry.dn))):
        values = {name: [value.encode() for value in own] for name, own in entry.values}
        if entry.login:
            for name, one in _passwords_of(context, entry, own_use(context, observed, entry.login)):
                values[name] = [one.token.encode()]
                needed[one.token] = one
        records.append(ldif.Entry(dn=entry.dn, attributes=values))
    # A new database goes with its folder; and nobody but a root DN may remove the entry at the top.
    top = observed.base if observed.database else None
    undo = [Delete(dn=record.dn) for record in reversed(records) if top and not names.same(record.dn, top)]
    return change(
        f"Create {_listed(fresh)}",
        records,
        undo=undo,
        uses=list(needed.values()),
    )


def _passwords_of(context: PlanContext, entry: Entry, one: SecretUse) -> Iterator[tuple[str, SecretUse]]:
    """The attributes with an account's passwords."""
    yield "userPassword", one
    number = dict(entry.values).get("AstAccountMailbox")
    if number is None:
        return
    mode = context.fleet.directory.passwords
    if mode == "plain":
        yield "AstAccountRealmedPassword", one
        return
    # Where no phone can register (“hashed”), the check finds out just that: the digest is of another realm.
    realm = _REALM if mode == "digest" else "nobody"
    source = f"digest:{number[0]}:{realm}:{one.source}"
    name = f"{one.token.strip('@')}-{realm}-{number[0]}"
    yield "AstAccountRealmedPassword", SecretUse(token=f"@@{name}@@", source=source)


def _differing(wanted: Entry, there: Entry) -> list[str]:
    """Attributes that lack a value, by name. How an admin's own containers and accounts are made is no matter."""
    own = {name.lower(): {_folded(value) for value in values} for name, values in there.values}
    container = "AsteriskSIPUser" not in dict(wanted.values)["objectClass"]
    return [
        name
        for name, values in wanted.values
        if not (container and name != "seeAlso")
        and not {_folded(v) for v in values if name != "objectClass" or v == "AsteriskSIPUser"}
        <= own.get(name.lower(), set())
    ]


def _folded(value: str) -> str:
    return " ".join(value.lower().split())


def _mend(changed: Sequence[tuple[Entry, Entry]]) -> Step:
    records: list[Record] = []
    undo: list[Record] = []
    for entry, before in changed:
        forward, back = [], []
        old = {name.lower(): values for name, values in before.values}
        for name in _differing(entry, before):
            values = dict(entry.values)[name]
            had = old.get(name.lower(), ())
            if name == "objectClass":
                forward.append(Change(operation="add", attribute=name, values=[b"AsteriskSIPUser"]))
                back.append(Change(operation="delete", attribute=name, values=[b"AsteriskSIPUser"]))
                continue
            forward.append(Change(operation="replace", attribute=name, values=[v.encode() for v in values]))
            back.append(Change(operation="replace", attribute=name, values=[v.encode() for v in had]))
        records.append(Modify(dn=entry.dn, changes=tuple(forward)))
        undo.append(Modify(dn=entry.dn, changes=tuple(reversed(back))))
    return change(f"Change {_listed([entry for entry, _ in changed])}", records, undo=list(reversed(undo)))


def _remove(stale: Sequence[Entry]) -> Step:
    """Accounts for trying logins to hosts that are gone. Coming back they have no password, and say so."""
    back = [
        ldif.Entry(
            dn=one.dn,
            attributes={
                **{name: [v.encode() for v in values] for name, values in one.values},
                "description": [_UNSURE.encode()],
            },
        )
        for one in stale
    ]
    return change(f"Remove {_listed(stale)}", [Delete(dn=one.dn) for one in stale], undo=back)


def _passwords(
    observed: DirectoryState, wanted: DirectoryState, fresh: Sequence[Entry], anew: Collection[str]
) -> Iterator[Lack]:
    """Accounts that cannot log in with what is kept for them, though they are there; and those whose number or way of keeping
    a password changes (`anew`), for what phones log in with is made of both.
    """
    new = {names.comparable(entry.dn) for entry in fresh}
    for what in wanted.accounts:
        own = [
            entry for entry in wanted.entries if entry.login == what and names.comparable(entry.dn) not in new
        ]
        good = what in observed.accounts and _kept(observed, what)
        if own and (not good or what in anew):
            yield Lack(
                text="" if good else f"The directory has another password for {_WORDS[what]} than is kept",
                steps=_setting(observed, what, own),
                config=False,
            )


def _setting(
    observed: DirectoryState, what: str, own: Sequence[Entry]
) -> Callable[[PlanContext], Iterable[Step]]:
    def steps(context: PlanContext) -> Iterator[Step]:
        if _kept(observed, what) and what not in observed.accounts:
            # Programs that log in with the file take all of it: what an editor has put at its end must go.
            yield from _files(
                context, observed, [what], title=f"Keep the password for {_WORDS[what]} as one line"
            )
        records: list[Record] = []
        undo: list[Record] = []
        needed: dict[str, SecretUse] = {}
        for entry in own:
            changes = []
            if entry.login == "check":
                undo.append(Modify(dn=entry.dn, changes=(replaced("description", _UNSURE),)))
            for name, one in _passwords_of(context, entry, own_use(context, observed, what)):
                changes.append(replaced(name, one.token))
                needed[one.token] = one
            records.append(Modify(dn=entry.dn, changes=tuple(changes)))
        title = f"Set the password for {_WORDS[what]}"
        yield change(title, records, undo=undo, uses=list(needed.values()))

    return steps


def _listed(entries: Sequence[Entry]) -> str:
    """Entries by the first part of their names, the first few of them."""
    shown = [entry.dn.split(",")[0] for entry in sorted(entries, key=lambda one: len(names.parsed(one.dn)))]
    rest = f" and {len(shown) - 4} more" if len(shown) > 5 else ""
    return ", ".join(shown[: 4 if rest else 5]) + rest
