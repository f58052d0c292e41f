"""Steps that have a host copy phones' accounts, or no longer, and what its last copy means to an admin."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from azdesk.core.plan import Note
from azdesk.core.step import KeepFolder, MakeFolder, Phase, Purge, RemoveFolder, Run, SecretUse, Step, Unit
from azdesk.features._base import PlanContext
from azdesk.features._directory import reader_secret
from azdesk.features._files import FileSet, write_file
from azdesk.features.sip_accounts import copied

if TYPE_CHECKING:
    from azdesk.features.sip_accounts.state import SipState

_FOLDERS = (copied.FOLDER.rpartition("/")[0], copied.FOLDER.rpartition("/")[2])
_NAMED = 10


def before(observed: SipState, aim: SipState) -> Iterator[Step]:
    """What comes before any file is written: the timer rests, and what was copied is kept."""
    if aim.lookup == "copied":
        if copied.FOLDER in observed.folders:
            yield KeepFolder(
                title="Keep the phones' accounts that were copied", folder=copied.FOLDER, unit=copied.TIMER
            )
        return
    if observed.files.get(copied.UNIT_FILES[copied.TIMER]).exists:
        for action, words in (("stop", "Stop"), ("disable", "No longer start")):
            yield Unit(
                title=f"{words} the timer that copies phones' accounts",
                unit=copied.TIMER,
                action=action,
                phase=Phase.STOP,
            )


def folders(observed: SipState, aim: SipState, user: str) -> Iterator[Step]:
    """Folders for the program, its settings and what it copies; or their end."""
    if aim.lookup == "copied":
        for path in ("/etc/azdesk", copied.PROGRAMS):
            if path not in observed.folders:
                yield MakeFolder(title=f"Make {path}", path=path)
        if copied.FOLDER not in observed.folders:
            yield MakeFolder(
                title=f"Make {copied.FOLDER}", path=copied.FOLDER, mode=0o750, group=user, filled=True
            )
        return
    if copied.FOLDER in observed.folders:
        parent, name = _FOLDERS
        yield Purge(title="Remove the phones that were copied", folder=parent, patterns=(name,), folders=True)
    if any(observed.files.get(path).exists for path in copied.OWN):
        for path in (copied.PROGRAMS, "/etc/azdesk"):
            if path in observed.folders:
                yield RemoveFolder(title=f"Remove {path} if it is empty", path=path, phase=Phase.ACT)


def write(context: PlanContext, files: FileSet, path: str, text: str) -> Iterator[Step]:
    """One of the files of copying."""
    secrets = {
        copied.READER_FILE: (reader_secret(context.fleet),),
        copied.CHECK_FILE: (check_secret(context.host, fresh=True),),
    }
    yield from write_file(
        context,
        files,
        path,
        text,
        mode=0o600 if path in copied.SECRETS else 0o755 if path == copied.PROGRAM else 0o644,
        owner="root",
        group="root",
        secrets=secrets.get(path, ()),
    )


def check_secret(host: str, *, fresh: bool) -> SecretUse:
    """The password of the account that registrations are tried with: made up with the file that it is in, or what is in there."""
    source = "random:phones-check" if fresh else f"host:{host}:{copied.CHECK_FILE}"
    return SecretUse(token=copied.CHECK_TOKEN, source=source)


def after(observed: SipState, aim: SipState, touched: Collection[str]) -> Iterator[Step]:
    """The timer, once its file is there."""
    if aim.lookup != "copied":
        return
    if not observed.timed:
        yield Unit(
            title="Start the timer that copies phones' accounts with the host",
            unit=copied.TIMER,
            action="enable",
        )
    if not observed.timed or copied.UNIT_FILES[copied.TIMER] in touched:
        yield Unit(
            title="Start the timer that copies phones' accounts",
            unit=copied.TIMER,
            action="restart" if observed.timed else "start",
        )


def now() -> Step:
    return Run(
        title="Copy phones' accounts from the directory",
        argv=("systemctl", "start", copied.SERVICE),
        timeout=300,
    )


def notes(observed: SipState) -> Iterable[Note]:
    """What the last copy has left out, or why there was none."""
    copy = observed.copy
    if not observed.bound or observed.lookup != "copied":
        return
    since = datetime.fromtimestamp(copy.fresh, UTC).strftime("%Y-%m-%d %H:%M UTC") if copy.fresh else ""
    in_use = f"Those of {since} are in use." if since else "There are none yet."
    if observed.not_copied:
        where = f" What it said: journalctl -u {copied.SERVICE}, on the host." if observed.broken else ""
        yield Note(
            text=f"Phones' accounts could not be copied from the directory: {copied.shown(observed.not_copied)} {in_use}{where}"
        )
    if copy.left_out:
        named = [f"{copied.shown(name)} {copied.shown(why)}" for name, why in copy.left[:_NAMED]]
        more = copy.left_out - len(named)
        yield Note(
            text=f"Of the directory's phones {copy.left_out} cannot be used here: {'; '.join(named)}"
            + (f"; and {more} more." if more > 0 else ".")
        )
    if copy.warnings:
        yield Note(text=f"Asterisk warned when it took the copied phones: {copied.shown(copy.warnings[0])}")
