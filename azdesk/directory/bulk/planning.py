"""From a sheet and the people who are there to a plan.

Pure: the directory's entries come in as they are read, one after the other. An empty cell changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Final

from azdesk.core.pattern import pattern
from azdesk.core.secret import Secret
from azdesk.directory import checks, entries, numbers, passwords
from azdesk.directory.bulk.headings import ENABLED, GIVEN, PASSWORD, SURNAME, Columns, columns
from azdesk.directory.bulk.plans import Action, Item, Options, Plan
from azdesk.directory.bulk.sheets import Row, Sheet
from azdesk.directory.checks import Finding
from azdesk.directory.ldif import Entry
from azdesk.directory.people import BY_KEY, Layout, Person, Values, person


def plan(
    sheet: Sheet, layout: Layout, options: Options, there: Iterable[Entry], *, sees_passwords: bool = True
) -> Plan:
    """Compare a sheet with a directory.

    Args:
        there: all people's entries; passwords included at least of those that the sheet names.
        sees_passwords: whether an entry without a password in it has none.

    Raises:
        DirectoryError: the columns cannot be told.
    """
    found = columns(sheet.headings, options.columns, sheet.name)
    rows = _Rows(layout=layout, options=options, columns=found, sees_passwords=sees_passwords)
    rows.read(sheet.rows)
    rows.meet(there)
    items = tuple(rows.settled())
    return Plan(
        sheet=sheet.name, items=items, notes=tuple(_notes(sheet, found, options, items)), layout=layout
    )


def _notes(sheet: Sheet, found: Columns, options: Options, items: Sequence[Item]) -> Iterator[str]:
    yield from sheet.assumed
    if found.unused:
        yield f"Columns that are left out: {', '.join(found.unused)}."
    for one, first, other, second in numbers.overlaps(options.blocks):
        yield f"{first} of {one} and {second} of {other} share numbers: who is at home where is not clear."
    without = sum(item.action == Action.ADD and item.password is None for item in items)
    if without:
        yield f"{without} new people have no password: they cannot log in until one is set."


@dataclass(kw_only=True)
class _Draft:
    """A row on its way to be an item."""

    row: Row
    account: str
    findings: list[Finding] = field(default_factory=list)
    entry: Entry | None = None
    before: Person | None = None
    after: Person = field(default_factory=Person)
    password: Secret | None = None
    generated: bool = False

    @property
    def refused(self) -> bool:
        return any(one.serious for one in self.findings)


@dataclass(kw_only=True)
class _Rows:
    layout: Layout
    options: Options
    columns: Columns
    sees_passwords: bool
    drafts: list[_Draft] = field(default_factory=list)
    by_account: dict[str, _Draft] = field(default_factory=dict)
    owners: dict[str, dict[str, str]] = field(default_factory=lambda: {key: {} for key in checks.UNIQUE})
    """Key → value in small letters → account, of people whom the sheet does not name."""

    def read(self, rows: Iterable[Row]) -> None:
        for row in rows:
            account = self.columns.cell(row.cells, "account")
            draft = _Draft(row=row, account=account)
            self.drafts.append(draft)
            if row.problem:
                draft.findings.append(Finding(field="", text=row.problem, who=account, row=row.number))
            elif not account:
                draft.findings.append(Finding(field="account", text="It is missing.", row=row.number))
            else:
                first = self.by_account.setdefault(account.casefold(), draft)
                if first is not draft:
                    text = f"{account} is in row {first.row.number} already."
                    draft.findings.append(Finding(field="account", text=text, who=account, row=row.number))

    def meet(self, there: Iterable[Entry]) -> None:
        """See who is in the directory already."""
        account, unique = (
            self.layout.attribute("account"),
            [(k, self.layout.attribute(k)) for k in checks.UNIQUE],
        )
        for entry in there:
            have = Values(entry.attributes)
            name = have.text(account)
            draft = self.by_account.get(name.casefold())
            if draft is not None:
                draft.entry = entry
                draft.before = person(self.layout, entry, secrets=self.sees_passwords)
                continue
            for key, attribute in unique:
                if attribute and (value := have.text(attribute)):
                    self.owners[key].setdefault(value.casefold(), name)

    def settled(self) -> Iterator[Item]:
        for draft in self.drafts:
            if not draft.refused:
                self._fill(draft)
        self._numbers()
        for draft in self.drafts:
            if not draft.refused:
                self._look(draft)
        self._unique()
        for draft in self.drafts:
            yield self._item(draft)

    # -- one row ---------------------------------------------------------------------------------------------

    def _fill(self, draft: _Draft) -> None:
        cells = draft.row.cells
        given: dict[str, Any] = {key: text for key in BY_KEY if (text := self.columns.cell(cells, key))}
        names = [self.columns.cell(cells, key) for key in (GIVEN, SURNAME)]
        if any(names) and "name" not in given:
            given["name"] = " ".join(filter(None, names))
        if "home" in given:
            given["home"] = self._home(draft, given["home"])
        enabled = self._enabled(draft, self.columns.cell(cells, ENABLED))
        draft.password = Secret(text) if (text := self.columns.cell(cells, PASSWORD)) else None
        if draft.before is None:
            draft.after = Person(**given, enabled=True if enabled is None else enabled)
            return
        given["account"] = draft.before.account  # written as it is there
        given["enabled"] = draft.before.enabled if enabled is None else enabled
        draft.after = replace(draft.before, **given)

    def _home(self, draft: _Draft, text: str) -> str:
        for host, address in self.options.hosts.items():
            if text.casefold() == host.casefold():
                return address
        if self.options.hosts and text not in self.options.hosts.values():
            draft.findings.append(
                Finding(
                    field="home",
                    text=f"{text} is none of the document's hosts.",
                    serious=False,
                    who=draft.account,
                    row=draft.row.number,
                )
            )
        return text

    def _enabled(self, draft: _Draft, text: str) -> bool | None:
        if not text:
            return None
        found = _YES_NO.get(text.casefold())
        if found is None:
            wrong = Finding(
                field="enabled", text="It is neither yes nor no.", who=draft.account, row=draft.row.number
            )
            draft.findings.append(replace(wrong, value=checks.told(text, wrong)))
        return found

    def _numbers(self) -> None:
        """Cells with a pattern, such as 68XX, or “free” get the first number that nobody has."""
        wanting = [draft for draft in self.drafts if not draft.refused and _is_pattern(draft.after.number)]
        if not wanting:
            return
        taken = set(self.owners["number"]) | {
            number
            for draft in self.drafts
            for number in (draft.after.number, draft.before.number if draft.before is not None else "")
            if number and not _is_pattern(number)
        }
        for draft in wanting:
            patterns = self._patterns(draft)
            old = draft.before.number if draft.before is not None else ""
            if old and any(pattern(one).holds(old) for one in patterns):
                draft.after = replace(draft.after, number=old)
                continue
            free = numbers.free(patterns, taken, 1)
            if not free:
                text = self._none_free(draft, patterns)
                none = Finding(field="number", text=text, who=draft.account)
                draft.findings += checks.at_row([none], draft.row.number, draft.after)
                continue
            taken.add(free[0])
            draft.after = replace(draft.after, number=free[0])

    def _patterns(self, draft: _Draft) -> Sequence[str]:
        if draft.after.number.casefold() not in _FREE:
            return (draft.after.number,)
        for host, address in self.options.hosts.items():
            if draft.after.home == address:
                return self.options.blocks.get(host, ())
        return [pattern for patterns in self.options.blocks.values() for pattern in patterns]

    def _none_free(self, draft: _Draft, patterns: Sequence[str]) -> str:
        if patterns:
            return f"No number of {', '.join(patterns)} is free."
        whose = next((host for host, its in self.options.hosts.items() if its == draft.after.home), "No host")
        has = "has a" if whose == "No host" else "has no"
        return f"{whose} {has} block of numbers in the document: write a number, or a pattern such as 68XX."

    def _look(self, draft: _Draft) -> None:
        """Complete the person, and look at the values."""
        if draft.before is None:
            after = draft.after
            if not after.home and (host := numbers.home_of(self.options.blocks, after.number)):
                after = replace(after, home=self.options.hosts.get(host, ""))
            draft.after = entries.completed(self.layout, after)
        else:
            draft.after = entries.following(draft.before, draft.after)
        found = list(checks.values(self.layout, draft.after))
        if draft.before is None:
            found += checks.new(self.layout, draft.after)
        else:
            # What was wrong before is not this sheet's fault, and is told elsewhere.
            before = {(one.field, one.text) for one in checks.values(self.layout, draft.before)}
            found = [one for one in found if (one.field, one.text) not in before]
            found += self._of_known(draft)
        if draft.before is None or draft.before.number != draft.after.number:
            found += checks.homes(self.layout, self.options.blocks, draft.after)
        if draft.password is not None:
            found += checks.password(self.layout, draft.after, draft.password)
        # A cell that is wrong in itself need not be told to be no host of the document's, too.
        wrong = {one.field for one in found if one.serious}
        draft.findings = [one for one in draft.findings if one.field not in wrong]
        draft.findings += checks.at_row(found, draft.row.number, draft.after)
        if not draft.refused:
            self._password(draft)

    def _of_known(self, draft: _Draft) -> Iterator[Finding]:
        if not self.options.update:
            yield Finding(
                field="account", text="There is somebody of that account already.", who=draft.account
            )
        assert draft.before is not None
        if (
            self.layout.passwords == "digest"
            and draft.before.number != draft.after.number
            and draft.password is None
            and not self.options.generate
        ):
            yield Finding(
                field="number",
                text="The directory keeps a digest of number and password: another number needs a new password.",
                who=draft.account,
            )

    def _password(self, draft: _Draft) -> None:
        """Whether a password is to be set, and a made up one."""
        if draft.entry is not None and draft.password is not None:
            kept = Values(draft.entry.attributes).all("userPassword")
            if draft.after.number == (draft.before.number if draft.before else "") and any(
                passwords.fits(one.removeprefix(b"{DISABLED}userPassword="), draft.password) for one in kept
            ):
                draft.password = None
        if not self.options.generate or draft.password is not None:
            return
        has = draft.before is not None and draft.before.has_password is not False
        digest = self.layout.passwords == "digest" and draft.before is not None
        if not has or (digest and draft.before is not None and draft.before.number != draft.after.number):
            draft.password, draft.generated = passwords.generate(), True

    # -- all rows --------------------------------------------------------------------------------------------

    def _unique(self) -> None:
        """Refuse rows that would share what is one's own; a refused row leaves the old values taken, so until nothing changes."""
        while True:
            owners = {key: dict(values) for key, values in self.owners.items()}
            for draft in self.drafts:
                if draft.refused and draft.before is not None:
                    self._own(owners, draft, draft.before)
            refused = sum(draft.refused for draft in self.drafts)
            for draft in self.drafts:
                if not draft.refused:
                    self._own(owners, draft, draft.after)
            if refused == sum(draft.refused for draft in self.drafts):
                return

    def _own(self, owners: dict[str, dict[str, str]], draft: _Draft, who: Person) -> None:
        for key in checks.UNIQUE:
            value = who.value(key)
            if not value or not self.layout.attribute(key):
                continue
            mine = who.account or draft.account
            other = owners[key].setdefault(value.casefold(), mine)
            if other != mine and not draft.refused:
                if key == "uid_number" and value == who.number:
                    continue  # told of the number
                if draft.before is not None and draft.before.value(key) == value:
                    continue  # it was so before
                draft.findings.append(
                    Finding(
                        field=key,
                        text=f"{value} is {other}'s" + (" already." if key != "account" else ", too."),
                        who=mine,
                        row=draft.row.number,
                    )
                )

    def _item(self, draft: _Draft) -> Item:
        action = Action.REFUSED
        if not draft.refused:
            item = Item(
                row=0, action=Action.CHANGE, after=draft.after, before=draft.before, password=draft.password
            )
            action = (
                Action.ADD if draft.before is None else Action.CHANGE if item.changed else Action.UNCHANGED
            )
        after = draft.after if draft.after.account else replace(draft.after, account=draft.account)
        return Item(
            row=draft.row.number,
            action=action,
            after=after,
            before=draft.before,
            findings=tuple(draft.findings),
            password=draft.password if action in (Action.ADD, Action.CHANGE) else None,
            generated=draft.generated,
            entry=draft.entry if action == Action.CHANGE else None,
        )


_FREE: Final = frozenset({"free", "auto", "frei", "automatisch"})
_YES_NO: Final[Mapping[str, bool]] = MappingProxyType(
    dict.fromkeys(("yes", "y", "true", "1", "x", "on", "enabled", "active", "ja", "j", "wahr", "aktiv"), True)
    | dict.fromkeys(
        ("no", "n", "false", "0", "off", "disabled", "inactive", "nein", "falsch", "inaktiv"), False
    )
)


def _is_pattern(text: str) -> bool:
    return bool(text) and (
        text.casefold() in _FREE
        or (any(sign in "XZN[" for sign in text) and all(sign in "0123456789XZN[]-" for sign in text))
    )
