"""How a host's Asterisk takes phones' accounts from the directory, and how it should."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from azdesk.core.errors import DocumentError
from azdesk.core.platform import DEBIAN
from azdesk.core.probe import File, FileReading, Packages, Probe, Readings, UnitReading, Units
from azdesk.features import _asterisk as asterisk
from azdesk.features._asterisk import Recipe
from azdesk.features._directory import SYSTEM_CA, server_urls
from azdesk.features._files import FileSet
from azdesk.features.sip_accounts import content, copied
from azdesk.features.sip_accounts.content import BLOCK, CA_FILE, DROP_IN, OWN, STOCK
from azdesk.fleet import edit
from azdesk.fleet.model import Fleet

_MASK = r"^[ \t]*[pP][aA][sS][sS][ \t]*=>?[ \t]*(?P<phones_reader>\S.*)$"
_FOLDER = DROP_IN.rpartition("/")[0]


@dataclass(frozen=True, kw_only=True)
class SipState:
    """Where phones' accounts come from, by our files."""

    urls: tuple[str, ...] = ()
    """The directory's servers, the preferred one first; empty: nothing is said by us."""
    ca: str = ""
    """File with the authorities that the servers' certificates must come from."""
    authorities: str = ""
    """What is in `CA_FILE`."""
    reader: str = ""
    """DN that Asterisk binds as."""
    people: str = ""
    """DN of the people."""
    number: str = ""
    """Attribute with the number."""
    selection: str = ""
    """The Selection Filter; empty: all phones."""
    digest: bool = False
    """Passwords are MD5 sums of account, realm and password, not clear text."""
    since: str = ""
    """Stamp of the reader's password in use."""
    older: bool = False
    """Our files are those of an AZDesk that had transports in them."""
    lasting: bool = False
    """Entries of the directory are kept for long, see `azdesk.features.sip_accounts.content.LIFETIMES`; PJSIP only."""
    edited: bool = False
    """Our files are not as AZDesk writes them, or left over."""
    bound: bool = False
    """Whether phones' accounts come from the directory."""
    lookup: Literal["live", "copied"] = "live"
    """Whether Asterisk asks for each phone, or a program of ours copies all of them. What follows is of the latter."""
    secret: str = ""
    """Attribute with the phones' passwords."""
    account: str = ""
    """Attribute by which entries are called in messages."""
    name: str = ""
    """Attribute with people's names, for callers' IDs."""
    everybody: str = ""
    """Filter for people."""
    codecs: str = ""
    """Of phones whose entries name none."""
    max_contacts: int = 0
    """The same."""
    timed: bool = False
    """Whether the timer runs, and starts with the host."""
    recipe: Recipe = field(default="pjsip", compare=False)
    """The driver that this Asterisk has for phones."""
    installed: bool = field(default=True, compare=False)
    sections: tuple[str, ...] = field(default=(), compare=False)
    """Sections of the stock files that ours go on with."""
    foreign: tuple[str, ...] = field(default=(), compare=False)
    """What an admin set up in the stock files that stands in the way, in words."""
    folder: FileReading = field(default=FileReading(exists=False), compare=False, repr=False)
    """Of the drop-in."""
    folders: tuple[str, ...] = field(default=(), compare=False)
    """Of the folders that copying needs, those that are there."""
    copy: copied.Copy = field(default=copied.Copy(), compare=False)
    """What came of the last copy."""
    broken: bool = field(default=False, compare=False)
    """Whether the program that copies ended without a word in its status."""
    files: FileSet = field(default=FileSet(), compare=False, repr=False)

    @property
    def not_copied(self) -> str:
        """Why the last copy failed, so that an older one is in use, as a sentence; empty: it did not."""
        if not self.bound or self.lookup != "copied":
            return ""
        return (
            self.copy.why
            if self.copy.state == "kept"
            else "The program for it failed."
            if self.broken
            else ""
        )

    @property
    def possible(self) -> bool:
        """Whether such a state can be on this host: the old driver's accounts are looked up live only."""
        return not self.bound or self.lookup == "live" or self.recipe == "pjsip"


def probes(fleet: Fleet, host: str) -> Mapping[str, Probe]:
    stock: dict[str, Probe] = {f"stock-{part}": File(path=path) for part, path in STOCK.items()}
    own: dict[str, Probe] = {
        f"own-{part}": File(path=path, masks=(_MASK,) if part == "directory" else ())
        for part, path in OWN.items()
    }
    return {
        **stock,
        **own,
        "ca": File(path=CA_FILE),
        "drop-in": File(path=DROP_IN),
        "drop-in-folder": File(path=_FOLDER),
        "package": Packages(names=("asterisk",)),
        **{_key(path): File(path=path, masks=copied.MASKS.get(path, ())) for path in copied.OWN},
        **{_key(path): File(path=path) for path in _FOLDERS},
        "copy": File(path=copied.STATUS),
        "timer": Units(names=(copied.TIMER, copied.SERVICE)),
    }


def _key(path: str) -> str:
    return "copied-" + path.rpartition("/")[2]


_FOLDERS = ("/etc/azdesk", copied.PROGRAMS, copied.FOLDER)


def parse(readings: Readings) -> SipState:
    keys = {f"stock-{part}": path for part, path in STOCK.items()}
    keys |= {f"own-{part}": path for part, path in OWN.items()}
    keys |= {_key(path): path for path in copied.OWN}
    files = FileSet.read(readings, {**keys, "ca": CA_FILE, "drop-in": DROP_IN})
    version, timer = readings.package("package", "asterisk"), readings.unit("timer", copied.TIMER)
    recipe, copy = asterisk.recipe_of(version or ""), copied.read(readings.file("copy").text or "")
    state = SipState(
        recipe=recipe,
        installed=version is not None and files.get(STOCK["directory"]).exists,
        sections=_sections(files),
        foreign=tuple(_foreign(files, recipe)),
        folder=readings.file("drop-in-folder"),
        folders=tuple(path for path in _FOLDERS if readings.file(_key(path)).exists),
        copy=copy,
        broken=readings.unit("timer", copied.SERVICE).active == "failed" and copy.state != "kept",
        files=files,
    )
    beside = (CA_FILE, DROP_IN, *copied.OWN)
    more = any(files.get(path).exists for path in beside) or copied.FOLDER in state.folders
    if not (more or asterisk.traces(files, STOCK, OWN, BLOCK)):
        return state
    state = _read_copied(state, timer) if files.get(copied.SETTINGS).exists else _read(state)
    wanted = content.files(state)
    right = asterisk.as_written(
        files, STOCK, OWN, BLOCK, {own: wanted[own] for own in OWN.values() if own in wanted}
    ) and all(files.get(path).text == wanted.get(path) for path in beside)
    older = state.bound and content.has_transports(recipe, files)
    whole = right and state.bound and _private(files)
    return replace(state, older=older, edited=not (whole or older))


def _private(files: FileSet) -> bool:
    """Whether the file with the reader's password is for Asterisk's eyes only, or root's."""
    if files.get(copied.SETTINGS).exists:
        return copied.private(files)
    own = files.get(OWN["directory"])
    return own.mode & 0o7 == 0 and (own.owner, own.group) == ("root", DEBIAN.asterisk_user)


def _read(state: SipState) -> SipState:
    """What our own files say."""
    files = state.files
    text = files.text(OWN["directory"])
    tables = dict(asterisk.sections(text))
    general = {name: asterisk.value_of(value) for name, value in tables.get("_general", {}).items()}
    table = tables.get(content.TABLES[state.recipe][-1], {})
    whole = asterisk.value_of(table.get("additionalfilter", ""))
    since = re.search(r"^; The password of (.*)\.$", text, re.MULTILINE)
    ca = re.search(r'^Environment="LDAPTLS_CACERT=([^"]*)"$', files.text(DROP_IN), re.MULTILINE)
    number = table.get("id" if state.recipe == "pjsip" else "name", "")
    return replace(
        state,
        bound=bool(general.get("url")),
        urls=tuple(general.get("url", "").split()),
        ca=ca[1] if ca else "",
        authorities=files.text(CA_FILE),
        reader=general.get("user", ""),
        people=general.get("basedn", ""),
        number=number,
        selection=content.selection_of(whole),
        digest="= AstAccountRealmedPassword" in text and ("md5_cred" in text or "md5secret" in text),
        since=since[1] if since and since[1] != "the reader" else "",
        lasting=f"stale={content.LIFETIMES[True][0]}," in files.text(OWN["objects"]),
    )


def _read_copied(state: SipState, timer: UnitReading) -> SipState:
    """The same where phones' accounts are copied."""
    found = copied.read_settings(state.files.text(copied.SETTINGS))
    return replace(
        state,
        **found,
        authorities=state.files.text(CA_FILE),
        timed=timer.active == "active" and timer.enabled == "enabled",
    )


def _sections(files: FileSet) -> tuple[str, ...]:
    places = (
        ("directory", "_general"),
        ("tables", "settings"),
        ("objects", "res_pjsip"),
        ("old-phones", "general"),
    )
    return tuple(
        name for part, name in places if asterisk.has_section(asterisk.bare(files.text(STOCK[part])), name)
    )


def _foreign(files: FileSet, recipe: Recipe) -> list[str]:
    """Settings of an admin's for the same purpose: only one of the two can be."""
    bare = {part: asterisk.bare(files.text(path)) for part, path in STOCK.items()}
    found = []
    if "url" in asterisk.options(bare["directory"], "_general") or "host" in asterisk.options(
        bare["directory"], "_general"
    ):
        found.append(f"{STOCK['directory']} names a server already")
    mapped = asterisk.options(bare["tables"], "settings")
    names = ("ps_endpoints", "ps_auths", "ps_aors") if recipe == "pjsip" else ("sippeers", "sipusers")
    found += [f"{STOCK['tables']} maps {name} already" for name in names if name in mapped]
    if recipe == "pjsip":
        sorcery = asterisk.options(bare["objects"], "res_pjsip")
        found += [
            f"{STOCK['objects']} says already where PJSIP's {name} comes from"
            for name in ("endpoint", "auth", "aor")
            if name in sorcery
        ]
    return found


def desired(fleet: Fleet, host: str) -> SipState:
    sip, directory = fleet.hosts[host].sip, fleet.directory
    if sip.accounts != "directory" or not directory.base:
        return SipState()
    urls = server_urls(fleet)
    ca = CA_FILE if directory.urls and directory.ca else SYSTEM_CA
    state = SipState(
        bound=True,
        urls=urls,
        ca=ca,
        authorities=directory.ca if ca == CA_FILE else "",
        reader=directory.reader_dn,
        people=directory.people_dn,
        number=directory.number_attribute,
        selection=sip.selection_filter,
        digest=directory.passwords == "digest",
        since=directory.reader_since,
        lasting=content.lasting(fleet),
    )
    return replace(state, **copied.wanted(fleet)) if sip.lookup == "copied" else state


def target(observed: SipState, wanted: SipState) -> SipState:
    """What our files should say, given what the admin's own have already and which driver there is."""
    lasting = wanted.lasting and observed.recipe == "pjsip"
    return replace(wanted, recipe=observed.recipe, sections=observed.sections, lasting=lasting)


def adopt(fleet: Fleet, host: str, observed: SipState) -> Fleet:
    """Take where phones' accounts come from; passwords have to be entered."""
    if not observed.bound or observed.edited:
        return fleet
    place = ("hosts", host, "sip")
    values: dict[tuple[str, ...], object] = {
        (*place, "accounts"): "directory",
        (*place, "selection_filter"): observed.selection,
        (*place, "lookup"): observed.lookup,
    }
    if not fleet.directory.base:
        suffix = re.search(r"(?:^|,)(dc=[^,]+(?:,dc=[^,]+)*)$", observed.people, re.IGNORECASE)
        values["directory", "base"] = suffix[1] if suffix else observed.people
        values["directory", "people"] = observed.people
        values["directory", "urls"] = observed.urls
        values["directory", "reader"] = observed.reader
        values["directory", "passwords"] = "digest" if observed.digest else "plain"
        if observed.authorities:
            values["directory", "ca"] = observed.authorities
        if observed.since:
            values["directory", "reader_since"] = observed.since
        if observed.lookup == "copied":
            values |= _attributes(observed)
    try:
        return edit.with_values(fleet, values)
    except DocumentError:
        return fleet


def _attributes(observed: SipState) -> dict[tuple[str, ...], object]:
    """What else the document says of a directory that phones are copied from."""
    kind, everybody = copied.kind_of(observed.everybody)
    values: dict[tuple[str, ...], object] = {
        ("directory", "kind"): kind,
        ("directory", "account_filter"): everybody,
        ("directory", "phones", "max_contacts"): observed.max_contacts,
        ("directory", "phones", "codecs"): tuple(observed.codecs.split(",")[1:]),
    }
    for key, attribute in (
        ("number", observed.number),
        ("phone_password", observed.secret),
        ("account", observed.account),
        ("name", observed.name),
    ):
        values["directory", "attributes", key] = attribute
    return values
