"""What a host's Asterisk does with calls, by our files and by what it has loaded, and what it should."""

from __future__ import annotations

import functools
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace

from azdesk.core import blocks
from azdesk.core.errors import ObserveError
from azdesk.core.platform import DEBIAN
from azdesk.core.probe import Command, File, FileReading, Packages, Probe, Readings, Units
from azdesk.features import _asterisk as asterisk
from azdesk.features._asterisk import Recipe
from azdesk.features._files import FileSet, Folder, folder_probes, read_folder
from azdesk.features.dialplan import content
from azdesk.features.dialplan.content import BLOCK, BOXES, BOXES_MAIN, KEPT_OUT, MAIN, MODULES, NAME, OWN
from azdesk.fleet.model import Fleet
from azdesk.voice import deriving, reading, validating

_PARENT = "parent:"
_FILES = {"own": OWN, "main": MAIN, "boxes": BOXES, "boxes-main": BOXES_MAIN, "modules": MODULES}
_VOICEMAIL = {
    "voicemail": "core show application VoiceMail",
    "voicemail-modules": f"module show like {content.DATABASE_VOICEMAIL}",
}
_HEAD = re.compile(r"^\[([^\]\n]+)\]", re.MULTILINE)
_TOLD = 5
"""Differences between file and Asterisk that are told one by one."""


@dataclass(frozen=True, kw_only=True)
class DialplanState:
    """A host's dial plan."""

    text: str = ""
    """Our file with the dial plan; empty: none."""
    boxes: str = ""
    """Our file with mailboxes; empty: none."""
    taken_in: tuple[bool, bool] = (False, False)
    """Whether Asterisk's own files take in the two, in our words."""
    readable: bool = True
    """Asterisk can read our files, and nobody else writes them."""
    unloaded: tuple[str, ...] = ()
    """What Asterisk has loaded otherwise than our file says, in sentences; empty as well when it does not run."""
    kept_out: str = ""
    """Our lines that keep Asterisk from loading voicemail in a database; empty: none."""
    mute: bool = False
    """Asterisk runs without the application that takes messages, as far as it was asked."""
    folder: str = ""
    """Folder that recordings go to; empty: none is needed, Asterisk cannot write there, or everybody on the host could hear them."""
    old_text: str = field(default="", compare=False, repr=False)
    """`text` for chan_sip."""
    left_out: tuple[str, ...] = field(default=(), compare=False)
    """Patterns of numbers that have no mailboxes."""
    recipe: Recipe = field(default="pjsip", compare=False)
    installed: bool = field(default=True, compare=False)
    voicemail: bool = field(default=True, compare=False)
    """Whether this Asterisk's packages have the applications for messages."""
    database: bool = field(default=False, compare=False)
    """Whether its voicemail is in a database, by what runs or by what voicemail.conf says."""
    excludable: bool = field(default=True, compare=False)
    """Whether our lines make sense in Asterisk's list of modules: they go on with a section, and the admin has none of the kind."""
    running: bool = field(default=False, compare=False)
    others: tuple[tuple[str, str], ...] = field(default=(), compare=False, repr=False)
    """Contexts that are not ours, or not alone: name in lower case, and where they come from; a name may come from several places."""
    recordings: Folder = field(default=Folder(), compare=False, repr=False)
    parents: tuple[tuple[str, FileReading], ...] = field(default=(), compare=False, repr=False)
    """The folders on the way to the recordings."""
    files: FileSet = field(default=FileSet(), compare=False, repr=False)


def names_in(text: str) -> tuple[str, ...]:
    """Contexts that a file of ours has, in lower case."""
    return tuple(name.lower() for name in _HEAD.findall(text))


def parents_of(path: str) -> tuple[str, ...]:
    """The folders on the way to a path, the outermost first, without the root."""
    parts = path.strip("/").split("/")[:-1]
    return tuple("/" + "/".join(parts[: end + 1]) for end in range(len(parts)))


def probes(fleet: Fleet, host: str) -> Mapping[str, Probe]:
    folder = fleet.recording.directory
    found: dict[str, Probe] = {
        **{key: File(path=path) for key, path in _FILES.items()},
        **folder_probes(folder),
        **{f"{_PARENT}{path}": File(path=path) for path in parents_of(folder)},
        "unit": Units(names=(asterisk.platform(fleet, host).asterisk_unit,)),
    }
    if host in deriving.hosts_of(fleet):
        found["packages"] = Packages(names=("asterisk", "asterisk-voicemail"))
        # All of it: a few milliseconds, and what is unchanged is not sent again.
        found["loaded"] = Command(argv=("asterisk", "-rx", "dialplan show"), timeout=10)
        if content.asks_for_voicemail(fleet, host):
            found |= {
                key: Command(argv=("asterisk", "-rx", question)) for key, question in _VOICEMAIL.items()
            }
    return found


def parse(readings: Readings) -> DialplanState:
    files = FileSet.read(readings, _FILES)
    text, main = files.text(OWN), files.text(MAIN)
    recordings = read_folder(readings)
    parents = tuple((path, readings.file(f"{_PARENT}{path}")) for path in parents_of(recordings.path))
    usable = (
        recordings.usable_by(DEBIAN.asterisk_user)
        and not recordings.is_open
        and all(is_open(one) for _, one in parents)
    )
    state = DialplanState(
        text=text,
        boxes=files.text(BOXES),
        taken_in=(
            asterisk.included(main, BLOCK, OWN),
            asterisk.included(files.text(BOXES_MAIN), BLOCK, BOXES),
        ),
        readable=all(_is_readable(files.get(path)) for path in (OWN, BOXES)),
        running=readings.unit("unit", DEBIAN.asterisk_unit).active == "active",
        recordings=recordings,
        parents=parents,
        folder=recordings.path if usable else "",
        kept_out=blocks.read(files.text(MODULES), BLOCK, asterisk.COMMENT) or "",
        excludable=_is_excludable(files.text(MODULES)),
        files=files,
    )
    if "loaded" not in readings.raw and "packages" not in readings.raw:
        return state
    version = readings.package("packages", "asterisk") or ""
    recipe = asterisk.recipe_of(version)
    state = replace(
        state,
        recipe=recipe,
        installed=bool(version) and files.get(MAIN).exists,
        voicemail=recipe == "pjsip" or readings.package("packages", "asterisk-voicemail") is not None,
    )
    # What stands in a file comes before what was made of it: there it can be mended.
    others = tuple((name, MAIN) for name in _sections(asterisk.without_block(main, BLOCK)))
    answer = readings.command("loaded")
    if answer.timed_out:
        raise ObserveError("Asterisk does not say what dial plan it has.", where=readings.host)
    if not state.running or not answer.found or answer.exit:
        return replace(state, others=others)
    unloaded, more = _compared(text, answer.out)
    mute, database = _voicemail(readings, files)
    return replace(state, unloaded=unloaded, others=(*others, *more), mute=mute, database=database)


def _is_excludable(modules: str) -> bool:
    own = asterisk.without_block(modules, BLOCK)
    kept_out = asterisk.every(own, "noload")
    return asterisk.has_section(own, "modules") and content.DATABASE_VOICEMAIL not in kept_out


def _voicemail(readings: Readings, files: FileSet) -> tuple[bool, bool]:
    """`mute` and `database` of a state."""
    if not any(key in readings.raw for key in _VOICEMAIL):
        return False, False
    said, modules = (readings.command(key).out for key in _VOICEMAIL)
    runs = re.search(
        rf"^{re.escape(content.DATABASE_VOICEMAIL)}\s.*\s(?<!Not )Running\s", modules, re.MULTILINE
    )
    meant = "odbcstorage" in asterisk.options(files.text(BOXES_MAIN), "general")
    return "not registered" in said, bool(runs) or meant


def _is_readable(file: FileReading) -> bool:
    right = (file.mode, file.owner, file.group) == (0o640, "root", DEBIAN.asterisk_user)
    return right or not file.exists


def is_open(folder: FileReading) -> bool:
    """Whether Asterisk gets through a folder; one that is not there will be made so."""
    if not folder.exists:
        return True
    user = DEBIAN.asterisk_user
    bit = 0o100 if folder.owner == user else 0o010 if folder.group == user else 0o001
    return bool(folder.mode & bit)


@functools.lru_cache(maxsize=256)
def _compared(text: str, shown: str) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """`unloaded` and `others` of a state, from our file and what Asterisk prints: both are long, and the same at most looks."""
    chunks = reading.chunks(shown)
    unloaded = _unloaded(text, chunks) if text else ()
    # What is as it should be comes from nowhere else.
    return unloaded, tuple(_others(chunks, names_in(text) if unloaded else ()))


def _unloaded(text: str, chunks: Mapping[str, str]) -> tuple[str, ...]:
    """What is loaded otherwise than the file says. Lines are compared first: that is quick, and nearly always enough."""
    lines = reading.expected(text, NAME)
    if lines and all(
        name in chunks and reading.is_as_expected(chunks[name], should) for name, should in lines.items()
    ):
        return ()
    try:
        meant = validating.parse(text)
    except validating.NoDialPlan as fault:
        return (f"AZDesk's file about the dial plan does not parse: {fault}",)
    shown = "".join(chunk for name, chunk in chunks.items() if name in meant.by_name)
    found = tuple(reading.differences(meant, reading.parse(shown)))
    more = len(found) - _TOLD
    return (*found[:_TOLD], f"Asterisk has loaded {more} more things otherwise") if more > 0 else found


def _others(chunks: Mapping[str, str], own: Collection[str]) -> Iterator[tuple[str, str]]:
    """Contexts that others have made: name in lower case, and where.

    Asterisk makes one context of all that have a name, from whatever file or language [seen in the lab].
    """
    for name, chunk in chunks.items():
        creator = reading.creator(chunk)
        if creator != "pbx_config":
            yield name, creator
        elif name in own:
            yield from ((name, place) for place in reading.strangers(chunk, NAME))


@functools.lru_cache(maxsize=8)
def _sections(text: str) -> tuple[str, ...]:
    # Debian's file is 32 KB long, and the same on most hosts.
    return tuple(name.lower() for name, _ in asterisk.sections(text))


def desired(fleet: Fleet, host: str) -> DialplanState:
    plan = deriving.dial_plan(fleet, host)
    if not plan.contexts:
        return DialplanState()
    boxes, left_out = content.mailboxes(fleet, host, plan)
    return DialplanState(
        text=content.text(plan),
        old_text=content.text(deriving.dial_plan(fleet, host, "chan_sip")),
        boxes=boxes,
        left_out=left_out,
        taken_in=(True, bool(boxes)),
        kept_out=KEPT_OUT if boxes else "",
        folder=fleet.recording.directory if content.records(plan) else "",
    )


def target(observed: DialplanState, wanted: DialplanState) -> DialplanState:
    """What is aimed at, given the driver that there is."""
    aim = replace(wanted, recipe=observed.recipe)
    if observed.recipe == "chan_sip":
        aim = replace(aim, text=wanted.old_text)
    if observed.recipe == "chan_sip" or observed.database or not observed.excludable:
        aim = replace(aim, kept_out="")
    if not aim.boxes:
        aim = replace(aim, mute=observed.mute)
    return aim if aim.folder else replace(aim, folder=observed.folder)


def adopt(fleet: Fleet, host: str, observed: DialplanState) -> Fleet:
    """Nothing: a dial plan follows from the number plan, but not the other way round."""
    return fleet
