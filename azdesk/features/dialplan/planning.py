"""Steps that bring Asterisk to its dial plan and prove it, and what the admin should know."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from azdesk.core import blocks
from azdesk.core.plan import Note
from azdesk.core.platform import DEBIAN
from azdesk.core.probe import Command
from azdesk.core.step import MakeFolder, Phase, Run, Step, Wait
from azdesk.features import _asterisk as asterisk
from azdesk.features._base import PlanContext
from azdesk.features._files import FileSet, make_folder, remove_file, remove_folder, write_file
from azdesk.features.dialplan import content
from azdesk.features.dialplan.content import BLOCK, BOXES, BOXES_MAIN, MAIN, MODULES, NAME, OWN
from azdesk.features.dialplan.state import DialplanState, is_open, names_in, target
from azdesk.voice import checking, deriving, validating

_COMPLAINT = rf"(?:WARNING|ERROR)\[.*(?:{NAME.replace('.', chr(92) + '.')}|'az-)"
"""A line of Asterisk's log about our file or our contexts; an admin's own lines are not our business."""


def plan(context: PlanContext, observed: DialplanState, wanted: DialplanState) -> Iterator[Step]:
    aim = target(observed, wanted)
    if observed == aim or (aim.text and not observed.installed):
        return
    yield from _files(context, observed, aim)
    if aim.folder and aim.folder != observed.folder:
        yield from _folder(observed, aim.folder)
    if not wanted.folder and "MixMonitor(" in observed.text:
        yield from _leave(context, observed)
    if observed.mute != aim.mute:
        yield from _take_messages(context)
    if (observed.boxes, observed.taken_in[1]) != (aim.boxes, aim.taken_in[1]) or not observed.readable:
        yield Run(
            title="Let Asterisk read its mailboxes",
            argv=("asterisk", "-rx", "voicemail reload"),
            # 1: it does not run, and reads them when it starts.
            ok=(0, 1),
            phase=Phase.RELOAD,
            subject="asterisk voicemail",
            again_after_undo=True,
            timeout=60,
            logs=asterisk.LOGS,
            complaint=rf"(?:WARNING|ERROR)\[.*{BOXES.rpartition('/')[2]}",
        )
    if _loads(observed, aim):
        yield from _load(observed, aim)


def _loads(observed: DialplanState, aim: DialplanState) -> bool:
    """Whether there is something that Asterisk has to read."""
    now = (observed.text, observed.taken_in[0], observed.readable, observed.unloaded)
    return now != (aim.text, aim.taken_in[0], aim.readable, aim.unloaded)


def _files(context: PlanContext, observed: DialplanState, aim: DialplanState) -> Iterator[Step]:
    on = asterisk.platform(context.fleet, context.host)
    files = observed.files
    places = ((MAIN, OWN, aim.text, aim.taken_in[0]), (BOXES_MAIN, BOXES, aim.boxes, aim.taken_in[1]))
    for main, own, text, taken_in in places:
        if text:
            yield from write_file(context, files, own, text, mode=0o640, owner="root", group=on.asterisk_user)
        yield from _link(context, files, main, own, taken_in=taken_in)
        if not text:
            yield from remove_file(files, own)
    if observed.kept_out != aim.kept_out:
        before = context.text(MODULES, files.get(MODULES).text)
        after = blocks.write(before, BLOCK, aim.kept_out, comment=asterisk.COMMENT)
        yield from write_file(context, files, MODULES, after)


def _take_messages(context: PlanContext) -> Iterator[Step]:
    """Start Asterisk again, with the application for messages: no other way brings it back while it is in use."""
    on = asterisk.platform(context.fleet, context.host)
    yield asterisk.restart(
        on,
        "Asterisk restarts: it has lost the application that takes messages, and gets it back at no other time. Calls end.",
    )
    yield asterisk.booted()
    yield Wait(
        title="See that Asterisk takes messages",
        probe=Command(argv=("asterisk", "-rx", "core show application VoiceMail")),
        expect="Info about Application 'VoiceMail'",
        phase=Phase.VERIFY,
        timeout=10,
        failure="Asterisk has no application VoiceMail: callers would hear nothing. Its log says why: /var/log/asterisk/messages.log.",
    )


def _link(context: PlanContext, files: FileSet, main: str, own: str, *, taken_in: bool) -> Iterator[Step]:
    """Let Asterisk's own file take in ours, or no longer."""
    there = files.get(main).exists or main in context.pending
    before = context.text(main, files.get(main).text)
    after = asterisk.with_include(before, BLOCK, own) if taken_in else asterisk.without_block(before, BLOCK)
    if not there and not taken_in:
        return
    if not after and before and files.get(main).exists:
        # There was none before ours.
        yield from remove_file(files, main)
        return
    yield from write_file(context, files, main, after)


def _load(observed: DialplanState, aim: DialplanState) -> Iterator[Step]:
    yield Run(
        title="Wait for Asterisk, in case it is starting",
        argv=("asterisk", "-rx", "core waitfullybooted"),
        ok=(0, 1),
        phase=Phase.RELOAD,
        subject="asterisk booted",
        timeout=90,
    )
    yield Run(
        title="Let Asterisk read its dial plan",
        argv=("asterisk", "-rx", "dialplan reload"),
        # 1: it does not run, and reads it when it starts.
        ok=(0, 1),
        phase=Phase.RELOAD,
        subject="asterisk dialplan",
        again_after_undo=True,
        timeout=60,
        logs=asterisk.LOGS,
        complaint=_COMPLAINT,
    )
    if aim.text:
        last = names_in(aim.text)[-1]
        yield Wait(
            title="See that Asterisk has loaded it to the end",
            probe=Command(argv=("asterisk", "-rx", f"dialplan show {last}")),
            expect=rf"\[ Context '(?i:{last})'",
            phase=Phase.VERIFY,
            timeout=30,
            failure="Asterisk keeps another dial plan than was written: without a word it stops at what it cannot read. See "
            f"{MAIN} and Asterisk's log.",
        )
    elif observed.running:
        yield Wait(
            title="See that Asterisk has forgotten it",
            probe=Command(argv=("asterisk", "-rx", f"dialplan show {deriving.PHONES}")),
            expect="There is no existence of",
            phase=Phase.VERIFY,
            timeout=30,
            failure=f"Asterisk still has AZDesk's dial plan: see {MAIN} and Asterisk's log.",
        )


def _folder(observed: DialplanState, folder: str) -> Iterator[Step]:
    """The folder for recordings, and the way there."""
    for path, one in observed.parents:
        if not is_open(one):
            # Others may pass through, but see nothing.
            yield MakeFolder(
                title=f"Let Asterisk through {path}",
                path=path,
                mode=one.mode | 0o001,
                owner=one.owner,
                group=one.group,
            )
    yield from make_folder(observed.recordings, folder, DEBIAN.asterisk_user, closed=True)


def _leave(context: PlanContext, observed: DialplanState) -> Iterator[Step]:
    """Recordings stay; an empty folder for them does not."""
    on = asterisk.platform(context.fleet, context.host)
    yield from remove_folder(observed.recordings, observed.recordings.path, on.asterisk_user)


def differences(observed: DialplanState, wanted: DialplanState) -> Iterable[str]:
    aim = target(observed, wanted)
    if observed == aim:
        return
    if not aim.text:
        yield "AZDesk's dial plan is left over"
        return
    if not observed.text and not observed.taken_in[0]:
        yield "The dial plan does not follow the number plan yet"
        return
    if observed.text != aim.text:
        yield "AZDesk's file with the dial plan says something else than follows from the number plan"
    if observed.boxes != aim.boxes:
        yield "AZDesk's file with mailboxes has others than the number plan asks for"
    if observed.taken_in != aim.taken_in:
        yield "AZDesk's lines in Asterisk's own files about calls were changed by hand"
    if observed.mute != aim.mute:
        yield "Asterisk has no application for messages: who is led to voicemail hears nothing"
    elif observed.kept_out != aim.kept_out:
        yield (
            f"Asterisk may lose its voicemail at the next start: {MODULES} does not keep {content.DATABASE_VOICEMAIL} out"
            if aim.kept_out
            else f"AZDesk's lines in {MODULES} are left over"
        )
    if not observed.readable:
        yield "AZDesk's files about calls have other owners or rights than they should"
    yield from observed.unloaded
    if observed.folder != aim.folder:
        seen = observed.recordings.path == aim.folder and observed.recordings.is_open
        yield (
            f"Everybody on the host can hear recordings in {aim.folder}"
            if seen
            else f"Asterisk cannot keep recordings in {aim.folder}"
        )


def notes(context: PlanContext, observed: DialplanState, wanted: DialplanState) -> Iterable[Note]:
    if not wanted.text:
        return
    if observed.files.items and not observed.installed:
        yield Note(text=f"{MAIN} does not exist: is Asterisk installed?")
        return
    aim = target(observed, wanted)
    round_ = context.once("circles", lambda: checking.circling(context.fleet)).get(context.host)
    if round_:
        yield Note(
            text=f"Calls go round in circles: {round_}. Each would call the next until the host stands still, so AZDesk does not write "
            "this plan. Let one of the rules lead somewhere else.",
            blocking=True,
        )
    meant = deriving.dial_plan(context.fleet, context.host, observed.recipe)
    for fault in validating.faults(aim.text, meant):
        yield Note(text=f"{fault}. AZDesk does not write it; please report this fault.", blocking=True)
    others = dict(reversed(observed.others))
    for name in names_in(aim.text):
        if name in others:
            yield Note(
                text=f"{_place(others[name])} has a context {name}, too, and Asterisk makes one of both: rename that one"
                + (", or choose another number_plan.context." if not name.startswith("az-") else "."),
                blocking=True,
            )
    if aim.boxes and not observed.voicemail:
        yield Note(
            text="This Asterisk has no voicemail: install the package asterisk-voicemail there, or callers hear nothing.",
            blocking=True,
        )
    if aim.boxes and observed.mute and observed.database:
        yield Note(
            text=f"{BOXES_MAIN} keeps messages in a database (odbcstorage), but Asterisk does not reach it and takes no messages: see its "
            "log, mend the database or take the line out.",
            blocking=True,
        )
    if aim.left_out:
        yield Note(
            text=f"{', '.join(aim.left_out)}: too many numbers for mailboxes (at most {content.MOST_BOXES:,} on a host): nobody can "
            "leave messages there."
        )
    languages = sorted({where for _, where in observed.others if where in ("pbx_ael", "pbx_lua")})
    if languages and not observed.text:
        yield Note(
            text=f"Asterisk loads further dial plans ({', '.join(languages)}), such as Debian's samples demo and public. AZDesk's "
            "contexts take in none of them; a phone or trunk that names one is in it all the same."
        )


def _place(where: str) -> str:
    return where if "/" in where else f"Asterisk, by {where},"
