"""Asterisk's manager interface (AMI): how AZDesk asks Asterisk for its live state.

It answers on 127.0.0.1 alone, to an account of our own whose secret stands in one file on the host and is read there
by the helper. The account may ask and hear, and nothing else [seen in the lab, 22.10]: what it may write, class ``reporting``, covers
CoreStatus, CoreSettings, CoreShowChannels, Status, Getvar and DBGetTree. The PJSIPShow… lists want ``system``, which may also load
modules and read any configuration file; registered phones are counted in Asterisk's own database instead. What it may read is events:
of calls (``call``), of phones and trunks (``system``). Calls are hung up by Asterisk's console: to write ``call`` may also send
calls elsewhere.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from azdesk.core import blocks
from azdesk.core.errors import ObserveError
from azdesk.core.plan import Note
from azdesk.core.platform import DEBIAN
from azdesk.core.probe import (
    Ami,
    AmiAction,
    Command,
    File,
    FileReading,
    Probe,
    Readings,
    Units,
    masked,
    masks_for,
)
from azdesk.core.step import MakeFolder, Phase, RemoveFolder, Run, SecretUse, Step, Wait
from azdesk.features import _asterisk as asterisk
from azdesk.features._base import Feature, PlanContext
from azdesk.features._files import FileSet, remove_file, write_file
from azdesk.fleet.model import Fleet
from azdesk.voice import deriving

BLOCK = "manager"
ACCOUNT = "azdesk"
PORT = 5038
MAIN = f"{DEBIAN.asterisk_config}/manager.conf"
FOLDER = f"{DEBIAN.asterisk_config}/manager.d"
OWN = f"{FOLDER}/azdesk.conf"
_MASKS = masks_for("manager", before="secret = ", mention="(?i:secret)")
_TOKEN = masked("manager")
_CONTENT = (
    f"{asterisk.HEADER}; This account may ask for Asterisk's state and hear of calls, from this host alone.\n"
    f"[{ACCOUNT}]\nsecret = {_TOKEN}\n"
    "deny = 0.0.0.0/0.0.0.0\ndeny = ::/0\npermit = 127.0.0.1/255.255.255.255\n"
    "displayconnects = no\nread = call,system\nwrite = reporting\n"
)
_EARLIER = _CONTENT.replace(" and hear of calls", "").replace("read = call,system", "read =")
"""As AZDesk wrote it before it showed calls."""


def _action(name: str, **fields: str) -> AmiAction:
    return (("Action", name), *fields.items())


QUESTIONS = (
    _action("CoreSettings"),
    _action("CoreStatus"),
    # Counted there: thousands of phones are one number on the way here.
    _action("Getvar", Variable="DB_KEYCOUNT(registrar/contact)"),
    _action("Getvar", Variable="DB_KEYCOUNT(SIP/Registry)"),
)
"""What each look asks: version; start and calls; phones of PJSIP; phones of chan_sip, which Asterisk 16 still has."""


@dataclass(frozen=True, kw_only=True)
class Live:
    """What Asterisk says of itself."""

    version: str
    calls: int
    """Calls in progress."""
    calls_since_start: int
    phones: int
    """Phones that are registered; one account may have several."""
    started: float = 0.0
    """Seconds since the epoch; 0 if it cannot be told."""


@dataclass(frozen=True, kw_only=True)
class ManagerState:
    """How AZDesk can ask Asterisk."""

    account: bool = False
    """There is an account of ours, or what is left of it."""
    faults: tuple[str, ...] = ()
    """What keeps it from being as it should, in sentences."""
    live: Live | None = field(default=None, compare=False)
    """None when Asterisk was not asked, or does not answer."""
    running: bool = field(default=False, compare=False)
    """Whether Asterisk runs."""
    folder: FileReading = field(default=FileReading(exists=False), compare=False, repr=False)
    files: FileSet = field(default=FileSet(), compare=False, repr=False)


def probes(fleet: Fleet, host: str) -> Mapping[str, Probe]:
    on = asterisk.platform(fleet, host)
    return {
        "main": File(path=MAIN),
        "own": File(path=OWN, masks=_MASKS),
        "folder": File(path=FOLDER),
        "unit": Units(names=(on.asterisk_unit,)),
        "started": File(path=on.asterisk_pid),
        "live": Ami(actions=QUESTIONS, account=OWN, user=ACCOUNT, port=PORT),
    }


def parse(readings: Readings) -> ManagerState:
    files = FileSet.read(readings, {"main": MAIN, "own": OWN})
    text, own = files.text(MAIN), files.get(OWN)
    answer, unit = readings.ami("live"), readings.unit("unit", DEBIAN.asterisk_unit)
    started = readings.file("started")
    state = ManagerState(
        account=own.exists or blocks.read(text, BLOCK, asterisk.COMMENT) is not None,
        running=unit.active == "active",
        folder=readings.file("folder"),
        files=files,
    )
    silent = answer.error
    if answer.answered:
        live, silent = _live(readings, answer.replies, started.mtime if started.exists else 0.0)
        state = replace(state, live=live)
    if not state.account:
        return state
    silent = silent if state.running else ""
    return replace(state, faults=tuple(_faults(text, own, silent)))


def _faults(text: str, own: FileReading, silent: str) -> Iterator[str]:
    if _with_block(text) != text:
        yield next(_main_faults(text), f"AZDesk's lines in {MAIN} were changed by hand")
    if own.text == _EARLIER:
        yield "AZDesk's account at Asterisk's manager interface may not hear of calls yet"
    elif own.text != _CONTENT:
        yield "AZDesk's account at Asterisk's manager interface was changed by hand"
    elif (own.mode, own.owner, own.group) != (0o640, "root", DEBIAN.asterisk_user):
        yield "The file with AZDesk's account at Asterisk has other owners or rights than it should"
    elif silent:
        yield f"Asterisk's manager interface does not answer AZDesk: {silent}"


def _main_faults(text: str) -> Iterator[str]:
    """What the stock file, with our block in it, does not say as it should."""
    said = asterisk.options(text, "general")
    if not asterisk.is_true(said.get("enabled", "no")):
        yield "Asterisk's manager interface is switched off"
    if not _on_loopback(said):
        place = f"{said.get('bindaddr') or 'all addresses'}, port {said.get('port') or PORT}"
        yield f"Asterisk's manager interface listens on {place}, not on 127.0.0.1, port {PORT}, alone"
    if not asterisk.includes(text, DEBIAN.asterisk_config, OWN):
        yield "Asterisk does not read the file with AZDesk's account"


def _on_loopback(said: Mapping[str, str]) -> bool:
    try:
        address = ipaddress.ip_address(said.get("bindaddr", ""))
    except ValueError:
        return False
    port = said.get("port", str(PORT))
    return address.version == 4 and address.is_loopback and port == str(PORT)


def _live(
    readings: Readings, replies: tuple[tuple[Mapping[str, str], ...], ...], started: float
) -> tuple[Live | None, str]:
    """Out of the answers to `QUESTIONS`; none where Asterisk refuses one of the first two, and why."""
    if len(replies) != len(QUESTIONS) or not all(replies):
        raise ObserveError("Asterisk answered something else than it was asked.", where=readings.host)
    settings, status, *counts = (reply[0] for reply in replies)
    for reply in (settings, status):
        if reply.get("Response") != "Success":
            return None, f"it refuses what is asked: {reply.get('Message', 'no reason given')}"
    live = Live(
        version=settings.get("AsteriskVersion", ""),
        calls=_number(status.get("CoreCurrentCalls", "")),
        calls_since_start=_number(status.get("CoreProcessedCalls", "")),
        phones=sum(_number(count.get("Value", "")) for count in counts),
        started=started,
    )
    return live, ""


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0


def desired(fleet: Fleet, host: str) -> ManagerState:
    entry = fleet.hosts[host]
    return ManagerState(
        account=bool(entry.cluster) or entry.sip.accounts == "directory" or bool(deriving.hosts_of(fleet))
    )


def _with_block(text: str) -> str:
    """The stock file with a block that says what it does not say itself; without one where it says all."""
    bare = blocks.write(text, BLOCK, "", comment=asterisk.COMMENT)
    said = asterisk.options(bare, "general")
    lines = []
    if not asterisk.is_true(said.get("enabled", "no")):
        lines.append("enabled = yes")
    if not _on_loopback(said):
        lines += ["bindaddr = 127.0.0.1", f"port = {PORT}"]
    if lines:
        lines.insert(0, "[general](+)" if asterisk.has_section(bare, "general") else "[general]")
    if not asterisk.includes(bare, DEBIAN.asterisk_config, OWN):
        lines.append('#include "manager.d/azdesk.conf"')
    body = "".join(f"{line}\n" for line in lines)
    written = blocks.write(text, BLOCK, body, comment=asterisk.COMMENT)
    if body and next(_main_faults(written), ""):
        # The admin's own lines after our block win: it has to stand at the end.
        written = blocks.write(bare, BLOCK, body, comment=asterisk.COMMENT)
    return written


def plan(context: PlanContext, observed: ManagerState, wanted: ManagerState) -> Iterator[Step]:
    if observed == wanted or not observed.files.get(MAIN).exists:
        return
    on = asterisk.platform(context.fleet, context.host)
    main = context.text(MAIN, observed.files.text(MAIN))
    if not wanted.account:
        yield from _remove(context, observed, main)
        return
    if not observed.folder.exists:
        yield MakeFolder(title=f"Make {FOLDER}", path=FOLDER)
    yield from write_file(
        context,
        observed.files,
        OWN,
        _CONTENT,
        title="Give AZDesk an account that may ask Asterisk",
        mode=0o640,
        owner="root",
        group=on.asterisk_user,
        secrets=(SecretUse(token=_TOKEN, source="random:manager"),),
    )
    yield from write_file(context, observed.files, MAIN, _with_block(main))
    yield _reload()
    yield Wait(
        title="Verify that Asterisk answers AZDesk",
        probe=Ami(actions=QUESTIONS[:2], account=OWN, user=ACCOUNT, port=PORT),
        expect=r"CoreCurrentCalls",
        phase=Phase.VERIFY,
        timeout=30,
        failure="Asterisk's manager interface does not answer with AZDesk's account. Asterisk keeps its old settings, "
        f"without a word, when a file does not parse: see {MAIN} and Asterisk's log.",
    )


def _remove(context: PlanContext, observed: ManagerState, main: str) -> Iterator[Step]:
    yield from write_file(
        context, observed.files, MAIN, blocks.write(main, BLOCK, "", comment=asterisk.COMMENT)
    )
    yield from remove_file(observed.files, OWN)
    yield RemoveFolder(title=f"Remove {FOLDER} if it is empty", path=FOLDER, phase=Phase.ACT)
    yield _reload()
    if observed.running:
        yield Wait(
            title="Verify that Asterisk has forgotten AZDesk's account",
            probe=Command(argv=("asterisk", "-rx", f"manager show user {ACCOUNT}")),
            expect="There is no manager called",
            phase=Phase.VERIFY,
            timeout=30,
            failure=f"Asterisk still knows AZDesk's account: see {MAIN} and Asterisk's log.",
        )


def _reload() -> Step:
    return Run(
        title="Let Asterisk read the manager interface's settings",
        argv=("asterisk", "-rx", "manager reload"),
        # 1: it does not run, and reads them when it starts.
        ok=(0, 1),
        phase=Phase.RELOAD,
        subject="asterisk manager",
        again_after_undo=True,
        timeout=30,
    )


def differences(observed: ManagerState, wanted: ManagerState) -> Iterable[str]:
    if not wanted.account:
        if observed.account:
            yield "AZDesk's account at Asterisk's manager interface is left over"
    elif not observed.account:
        yield "AZDesk has no account yet that may ask Asterisk for its state"
    else:
        yield from observed.faults


def notes(context: PlanContext, observed: ManagerState, wanted: ManagerState) -> Iterable[Note]:
    if not wanted.account:
        return
    text = blocks.write(observed.files.text(MAIN), BLOCK, "", comment=asterisk.COMMENT)
    if not observed.files.items:
        return
    if not observed.files.get(MAIN).exists:
        yield Note(text=f"{MAIN} does not exist: is Asterisk installed?")
        return
    if asterisk.has_section(text, ACCOUNT):
        yield Note(
            text=f"{MAIN} has an account of its own that is called {ACCOUNT}: rename or remove it.",
            blocking=True,
        )
    said = asterisk.options(text, "general")
    if asterisk.is_true(said.get("enabled", "no")) and not _on_loopback(said):
        yield Note(
            text="Asterisk's manager interface listens on other addresses than 127.0.0.1 or on another port now. AZDesk "
            f"binds it to 127.0.0.1, port {PORT}: programs that use it otherwise, from other hosts for instance, lose it."
        )


def adopt(fleet: Fleet, host: str, observed: ManagerState) -> Fleet:
    """Nothing: that AZDesk can ask follows from the host's place in the document."""
    return fleet


FEATURE = Feature(
    key="manager",
    title="Asterisk manager interface",
    state=ManagerState,
    probes=probes,
    parse=parse,
    desired=desired,
    plan=plan,
    adopt=adopt,
    differences=differences,
    applies=asterisk.applies,
    notes=notes,
)
