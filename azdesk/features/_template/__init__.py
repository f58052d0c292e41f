"""A living example: the document's note about a host, shown to everybody who logs in there.

Copy this folder, rename it, add one line to `azdesk.features.registry`. It is not in the registry itself, but
held to the same contract test; docs/features.md explains each part.

The note stands in ``/etc/motd.d/azdesk``, a file of our own that pam_motd(8) shows beside the admin's: own
little, touch little.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from azdesk.core.errors import DocumentError
from azdesk.core.probe import File, FileReading, Probe, Readings
from azdesk.core.step import MakeFolder, Phase, RemoveFolder, Step
from azdesk.features._base import Feature, PlanContext
from azdesk.features._files import FileSet, remove_file, write_file
from azdesk.fleet import edit
from azdesk.fleet.model import Fleet

FOLDER = "/etc/motd.d"
PATH = f"{FOLDER}/azdesk"


@dataclass(frozen=True, kw_only=True)
class NoteState:
    """What people read when they log in. What two states must agree in stands here, compared."""

    text: str = ""
    """Without the last line end; empty: no file of ours."""
    # What the plan needs but what is neither right nor wrong is not compared.
    folder: FileReading = field(default=FileReading(exists=False), compare=False, repr=False)
    files: FileSet = field(default=FileSet(), compare=False, repr=False)


def probes(fleet: Fleet, host: str) -> Mapping[str, Probe]:
    return {"folder": File(path=FOLDER), "note": File(path=PATH)}


def parse(readings: Readings) -> NoteState:
    # Raises if the file is there but has no text, so that nothing unreadable is ever taken for empty.
    files = FileSet.read(readings, {"note": PATH})
    return NoteState(text=files.text(PATH).removesuffix("\n"), folder=readings.file("folder"), files=files)


def desired(fleet: Fleet, host: str) -> NoteState:
    # A terminal obeys control characters; whoever writes a note does not mean any.
    text = re.sub(r"[^\S\n]|[\x00-\x09\x0b-\x1f\x7f-\x9f]", " ", fleet.hosts[host].note)
    return NoteState(text=text.strip())


def plan(context: PlanContext, observed: NoteState, wanted: NoteState) -> Iterator[Step]:
    if observed == wanted:
        return
    if wanted.text:
        if not observed.folder.exists:
            yield MakeFolder(title=f"Make {FOLDER}", path=FOLDER)
        yield from write_file(
            context, observed.files, PATH, f"{wanted.text}\n", mode=0o644, owner="root", group="root"
        )
    else:
        yield from remove_file(observed.files, PATH)
        yield RemoveFolder(title=f"Remove {FOLDER} if it is empty", path=FOLDER, phase=Phase.ACT)


def differences(observed: NoteState, wanted: NoteState) -> Iterable[str]:
    if observed.text == wanted.text:
        return
    if not wanted.text:
        yield "A note is still shown at login"
    elif not observed.text:
        yield "The note is not shown at login"
    else:
        yield "Another note is shown at login"


def adopt(fleet: Fleet, host: str, observed: NoteState) -> Fleet:
    if not observed.text:
        return fleet
    try:
        return edit.with_value(fleet, ("hosts", host, "note"), observed.text)
    except DocumentError:  # bytes that are no text
        return fleet


FEATURE = Feature(
    key="note",
    title="Note at login",
    state=NoteState,
    probes=probes,
    parse=parse,
    desired=desired,
    plan=plan,
    adopt=adopt,
    differences=differences,
)
