"""Call records: whether Asterisk writes down which calls there were (cdr_csv), where the document asks for it.

Debian's Asterisk does so as installed, so that there is mostly nothing to do. Where somebody has switched it off, it is switched on by a
block at the end of cdr.conf; how times are written is left as it is. Seen in the lab (22.10): a reload of ``cdr`` switches records on and
off; cdr_csv that was loaded without a section ``[csv]`` has to be unloaded and loaded again, a reload does not bring it back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from azdesk.core import blocks
from azdesk.core.plan import Note
from azdesk.core.platform import DEBIAN
from azdesk.core.probe import Command, File, Probe, Readings, Units
from azdesk.core.step import Phase, Run, Step, Wait
from azdesk.features import _asterisk as asterisk
from azdesk.features._base import Feature, PlanContext
from azdesk.features._files import FileSet, write_file
from azdesk.fleet.model import Fleet

BLOCK = "call-records"
MAIN = f"{DEBIAN.asterisk_config}/cdr.conf"
MODULES = f"{DEBIAN.asterisk_config}/modules.conf"
_STATUS = Command(argv=("asterisk", "-rx", "cdr show status"))
_KEPT = r"(?ms)Logging:\s+Enabled.*^\s+csv\s*$"
_NOT_LOADED = re.compile(r"^\s*noload\s*=>?\s*cdr_csv(\.so)?\s*$", re.MULTILINE)
_COMPLETE = {"usegmtime": "yes", "loguniqueid": "yes"}
"""What is said where there is nothing yet, as in Debian's file."""


@dataclass(frozen=True, kw_only=True)
class CallRecordsState:
    """Whether calls are recorded."""

    faults: tuple[str, ...] = ()
    """What keeps Asterisk from writing them, in sentences; counts where somebody asks for them."""
    ours: bool = False
    """Lines of ours are there."""
    wanted: bool = field(default=False, compare=False)
    loaded: bool = field(default=False, compare=False)
    """Whether Asterisk has cdr_csv at work."""
    hindered: bool = field(default=False, compare=False)
    """Whether modules.conf keeps it from being loaded."""
    files: FileSet = field(default=FileSet(), compare=False, repr=False)


def _asked(fleet: Fleet, host: str) -> bool:
    return fleet.number_plan.call_records == "kept" and asterisk.applies(fleet, host)


def probes(fleet: Fleet, host: str) -> Mapping[str, Probe]:
    found: dict[str, Probe] = {"main": File(path=MAIN)}
    if _asked(fleet, host):
        unit = asterisk.platform(fleet, host).asterisk_unit
        found |= {"modules": File(path=MODULES), "status": _STATUS, "unit": Units(names=(unit,))}
    return found


def parse(readings: Readings) -> CallRecordsState:
    asked = not readings.raw.keys() <= {"main"}
    files = FileSet.read(readings, {"main": MAIN, **({"modules": MODULES} if asked else {})})
    text = files.text(MAIN)
    state = CallRecordsState(ours=blocks.read(text, BLOCK, asterisk.COMMENT) is not None, files=files)
    if not asked:
        return state
    status = readings.command("status").out
    running = readings.unit("unit", DEBIAN.asterisk_unit).active == "active"
    return replace(
        state,
        faults=tuple(_faults(text, status, running=running)),
        loaded=bool(re.search(r"^\s+csv\s*$", status, re.MULTILINE)),
        hindered=bool(_NOT_LOADED.search(files.text(MODULES))),
    )


def _faults(text: str, status: str, *, running: bool) -> Iterator[str]:
    if _with_block(text) != text:
        yield f"Asterisk is told to write no call records ({MAIN})"
    elif running and not re.search(_KEPT, status):
        yield "Asterisk writes no call records, though its file says so"


def _with_block(text: str) -> str:
    """The file with a block that says what it does not say itself; without one where it says all."""
    bare = blocks.write(text, BLOCK, "", comment=asterisk.COMMENT)
    lines = []
    if not asterisk.is_true(asterisk.options(bare, "general").get("enable", "yes")):
        lines += ["[general](+)", "enable = yes"]
    if not asterisk.has_section(bare, "csv"):
        lines += ["[csv]", *(f"{name} = {value}" for name, value in _COMPLETE.items())]
    body = "".join(f"{line}\n" for line in lines)
    return blocks.write(text, BLOCK, body, comment=asterisk.COMMENT)


def desired(fleet: Fleet, host: str) -> CallRecordsState:
    return CallRecordsState(wanted=_asked(fleet, host))


def plan(context: PlanContext, observed: CallRecordsState, wanted: CallRecordsState) -> Iterator[Step]:
    if not (observed.faults if wanted.wanted else observed.ours):
        return
    text = context.text(MAIN, observed.files.text(MAIN))
    after = _with_block(text) if wanted.wanted else blocks.write(text, BLOCK, "", comment=asterisk.COMMENT)
    yield from write_file(context, observed.files, MAIN, after)
    yield _told("Let Asterisk read how calls are recorded", "module reload cdr", "asterisk cdr")
    if not wanted.wanted:
        return
    if not observed.loaded:
        yield _told(
            "Stop Asterisk's writer of call records, if it waits",
            "module unload cdr_csv.so",
            "asterisk cdr_csv off",
        )
        yield _told(
            "Start Asterisk's writer of call records", "module load cdr_csv.so", "asterisk cdr_csv on"
        )
    yield Wait(
        title="Verify that Asterisk writes call records",
        probe=_STATUS,
        expect=_KEPT,
        phase=Phase.VERIFY,
        timeout=15,
        failure="Asterisk still writes no call records. Its log says why: /var/log/asterisk/messages.log.",
    )


def _told(title: str, order: str, subject: str) -> Step:
    return Run(
        title=title,
        argv=("asterisk", "-rx", order),
        # 1: it does not run, and reads the file when it starts; or there is nothing to unload.
        ok=(0, 1),
        phase=Phase.RELOAD,
        subject=subject,
        again_after_undo=True,
        timeout=30,
    )


def differences(observed: CallRecordsState, wanted: CallRecordsState) -> Iterable[str]:
    if wanted.wanted:
        yield from observed.faults
    elif observed.ours:
        yield "AZDesk's lines about call records are left over"


def notes(context: PlanContext, observed: CallRecordsState, wanted: CallRecordsState) -> Iterable[Note]:
    if wanted.wanted and observed.hindered:
        yield Note(
            text=f"{MODULES} keeps Asterisk from loading cdr_csv when it starts (noload): remove that line, or there are no call records "
            "after the next start."
        )
    if wanted.wanted and observed.faults:
        yield Note(
            text="Call records say who telephoned with whom: people may have to be told that they are kept."
        )


def adopt(fleet: Fleet, host: str, observed: CallRecordsState) -> Fleet:
    """Nothing: what one host does is no wish for all."""
    return fleet


FEATURE = Feature(
    key="call_records",
    title="Call records",
    state=CallRecordsState,
    probes=probes,
    parse=parse,
    desired=desired,
    plan=plan,
    adopt=adopt,
    differences=differences,
    applies=asterisk.applies,
    notes=notes,
)
