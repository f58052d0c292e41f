"""Steps that have a host archive its recordings, or no longer, and what its last run means to an admin."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

from azdesk.core.plan import Note
from azdesk.core.step import MakeFolder, Phase, RemoveFolder, Step, Unit
from azdesk.features._base import PlanContext
from azdesk.features._files import make_folder, remove_file, remove_folder, write_file
from azdesk.features._systemd import reread
from azdesk.features.recordings import content
from azdesk.features.recordings.state import RecordingsState, target

_LATE = 3 * 86400.0
"""Seconds after which a last run is said to be long ago."""


def plan(context: PlanContext, observed: RecordingsState, wanted: RecordingsState) -> Iterator[Step]:
    aim = target(observed, wanted)
    if observed == aim:
        return
    if not aim.settings:
        yield from _end(context, observed)
        return
    for path in ("/etc/azdesk", content.PROGRAMS):
        if path not in observed.folders:
            yield MakeFolder(title=f"Make {path}", path=path)
    if aim.archive != observed.archive:
        yield from make_folder(observed.folder, aim.archive, "root")
    units = False
    for path, text in content.files(aim.settings).items():
        mode = 0o755 if path == content.PROGRAM else 0o644
        steps = tuple(write_file(context, observed.files, path, text, mode=mode, owner="root", group="root"))
        units = units or (bool(steps) and path in content.UNIT_FILES.values())
        yield from steps
    if units:
        yield reread()
    if not observed.timed:
        yield Unit(
            title="Start the timer that archives recordings with the host",
            unit=content.TIMER,
            action="enable",
        )
    if units or not observed.timed:
        yield Unit(
            title="Start the timer that archives recordings",
            unit=content.TIMER,
            action="restart" if observed.timed else "start",
        )


def _end(context: PlanContext, observed: RecordingsState) -> Iterator[Step]:
    if observed.files.get(content.UNIT_FILES[content.TIMER]).exists:
        for action, words in (("stop", "Stop"), ("disable", "No longer start")):
            yield Unit(
                title=f"{words} the timer that archives recordings",
                unit=content.TIMER,
                action=action,
                phase=Phase.STOP,
            )
    for path in content.OWN.values():
        yield from remove_file(observed.files, path)
    yield reread()
    for step in remove_folder(observed.folder, observed.folder.path, "root"):
        # Before that of chats, which it may lie in.
        yield replace(step, phase=Phase.WRITE)
    logs = context.fleet.cluster_of(context.host)
    chats = logs.chat_log.directory if logs is not None and logs.chat_log.enabled else ""
    if observed.above and observed.above != chats and not context.fleet.recording.archive_mount:
        yield RemoveFolder(
            title=f"Remove {observed.above} if it is empty", path=observed.above, phase=Phase.ACT
        )
    for path in (content.PROGRAMS, "/etc/azdesk"):
        if path in observed.folders:
            yield RemoveFolder(title=f"Remove {path} if it is empty", path=path, phase=Phase.ACT)


def differences(observed: RecordingsState, wanted: RecordingsState) -> Iterable[str]:
    aim = target(observed, wanted)
    if observed == aim:
        return
    if not aim.settings:
        yield "AZDesk's archiving of recordings is left over"
        return
    if not observed.settings:
        yield "Recordings are not archived at the end of the day yet"
        return
    if observed.settings != aim.settings:
        yield "The settings for archiving recordings are others than the document's"
    elif observed.whole != aim.whole:
        yield "AZDesk's program that archives recordings, or its units, were changed or are of another version"
    if not observed.timed:
        yield "The timer that archives recordings does not run"
    if observed.archive != aim.archive:
        yield f"The archive of recordings, {aim.archive}, is not there"


def notes(context: PlanContext, observed: RecordingsState, wanted: RecordingsState) -> Iterable[Note]:
    if not wanted.settings:
        return
    mount = context.fleet.recording.archive_mount
    if not observed.mounted:
        yield Note(
            text=f"Nothing is mounted at {mount}: recordings stay on the host until the archive's storage is there."
        )
    if not observed.settings:
        return
    last = observed.last
    when = datetime.fromtimestamp(last.at, UTC).strftime("%Y-%m-%d %H:%M UTC") if last.at else ""
    if last.state in ("away", "partial"):
        yield Note(
            text=f"Recordings could not {'all ' * (last.state == 'partial')}be archived at {when}: {_shown(last.why)} "
            f"{last.left:,} stay on the host and are tried again at the end of the day."
        )
    elif last.at and observed.now - last.at > _LATE:
        doing = "has been running since" if last.state == "running" else "ran last at"
        yield Note(
            text=f"The program that archives recordings {doing} {when}: see journalctl -u {content.SERVICE}."
        )


def _shown(text: str) -> str:
    return " ".join("".join(sign if sign.isprintable() else "?" for sign in text).split())
