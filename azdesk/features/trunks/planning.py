"""Steps that give Asterisk its trunks and prove that it has them, and what the admin should know."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

from azdesk.core.plan import Note
from azdesk.core.probe import masked
from azdesk.core.step import MakeFolder, Phase, Purge, Run, SecretUse, Step, Wait, WriteFile
from azdesk.features import _asterisk as asterisk
from azdesk.features import _sip
from azdesk.features._base import PlanContext
from azdesk.features._files import remove_file, write_file
from azdesk.features.trunks.content import BLOCK, OWN, PAIRS_FOLDER, STOCK, pair_file, pair_name
from azdesk.features.trunks.lines import Line, token_of
from azdesk.features.trunks.loaded import QUESTIONS
from azdesk.features.trunks.state import TrunksState, files_of, pair_of
from azdesk.fleet import secret_names
from azdesk.fleet.model import Fleet
from azdesk.voice import deriving

COMPLAINT = r"(?:WARNING|ERROR)\[(?!.* points to endpoint ).*(?:azdesk-trunks-|'az-(?:host|trunk)-)"
"""A line of Asterisk's log about our file or our trunks. A trunk that is changed into what it does not understand stays loaded as it
was, and only this line tells [seen in the lab, 22.10]. That a trunk's addresses are there before the trunk is, is said when somebody
calls from there while it loads: it passes."""
_MODULES = ("res_pjsip.so", "res_pjsip_endpoint_identifier_ip.so", "res_pjsip_outbound_registration.so")


def plan(context: PlanContext, observed: TrunksState, wanted: TrunksState) -> Iterator[Step]:
    if observed == wanted or (wanted.lines and not observed.installed):
        return
    on = asterisk.platform(context.fleet, context.host)
    yield from _pairs(observed, wanted)
    files, texts = observed.files, files_of(wanted.lines, observed.recipe)
    changed = (observed.lines, observed.edited, observed.unloaded, observed.lingering) != (
        wanted.lines,
        False,
        (),
        (),
    )
    if not changed:
        return
    for path, text in texts.items():
        uses = tuple(_use(context.fleet, context.host, line) for line in wanted.lines if line.user)
        written = list(
            write_file(
                context, files, path, text, mode=0o640, owner="root", group=on.asterisk_user, secrets=uses
            )
        )
        yield from written
    for part, path in STOCK.items():
        yield from asterisk.link(context, files, path, BLOCK, OWN[part], taken_in=OWN[part] in texts)
    for path in OWN.values():
        if path not in texts:
            yield from remove_file(files, path)
    yield from _load(observed, wanted)


def _pairs(observed: TrunksState, wanted: TrunksState) -> Iterator[Step]:
    """Passwords between hosts that are made up here."""
    new = [name for name in wanted.pairs if name not in observed.pairs]
    if new:
        yield MakeFolder(title=f"Make {PAIRS_FOLDER}", path=PAIRS_FOLDER, mode=0o700)
    for name in new:
        path = f"{PAIRS_FOLDER}/{name}"
        use = SecretUse(token=masked(f"new_{re.sub('[^a-z0-9]', '_', name)}"), source=f"random:{path}")
        yield WriteFile(
            title=f"Make up a password for the trunk to {name.partition('@')[0]}",
            path=path,
            content=use.token,
            mode=0o600,
            secrets=(use,),
        )
    gone = tuple(name for name in observed.pairs if name not in wanted.pairs)
    if gone:
        parent, _, name = PAIRS_FOLDER.rpartition("/")
        yield Purge(
            title=f"Remove passwords that count no more ({len(gone)})",
            folder=PAIRS_FOLDER if wanted.pairs else parent,
            patterns=gone if wanted.pairs else (name,),
            folders=not wanted.pairs,
            phase=Phase.WRITE,
        )


def _use(fleet: Fleet, host: str, line: Line) -> SecretUse:
    """Where a trunk's password comes from."""
    prefix = deriving.trunk_endpoint("")
    if line.endpoint.startswith(prefix):
        trunk = fleet.trunks[line.endpoint.removeprefix(prefix)]
        source = f"asterisk:{secret_names.source(secret_names.trunk(trunk))}"
    else:
        first, second = pair_of(fleet, host, line.endpoint.removeprefix(deriving.host_endpoint("")))
        source = f"host:{first}:{pair_file(second, fleet.number_plan.between.password_since)}"
    return SecretUse(token=token_of(line.endpoint), source=source)


def _load(observed: TrunksState, wanted: TrunksState) -> Iterator[Step]:
    """Let Asterisk read it, and see what it has: it calls a reload a success, whatever it dropped."""
    yield Run(
        title="Wait for Asterisk, in case it is starting",
        argv=("asterisk", "-rx", "core waitfullybooted"),
        # 1: it does not run, and reads the file when it starts.
        ok=(0, 1),
        phase=Phase.RELOAD,
        subject="asterisk booted",
        timeout=90,
    )
    chan_sip = observed.recipe == "chan_sip"
    yield Run(
        title="Let Asterisk read its trunks",
        argv=("asterisk", "-rx", "sip reload" if chan_sip else f"module reload {' '.join(_MODULES)}"),
        ok=(0, 1),
        phase=Phase.RELOAD,
        subject="asterisk trunks",
        again_after_undo=True,
        timeout=60,
        logs=asterisk.LOGS,
        complaint=COMPLAINT,
    )
    yield asterisk.booted()
    part = "chan-sip" if chan_sip else "pjsip"
    gone = [
        line.endpoint
        for line in observed.lines
        if line.endpoint not in {one.endpoint for one in wanted.lines}
    ]
    gone += [name for name in observed.lingering if name not in {one.endpoint for one in wanted.lines}]
    yield Wait(
        title="See that Asterisk has loaded each trunk"
        if wanted.lines
        else "See that Asterisk has forgotten all trunks",
        probe=QUESTIONS[part],
        expect=_expected([line.endpoint for line in wanted.lines], gone, chan_sip=chan_sip),
        phase=Phase.VERIFY,
        timeout=15,
        failure="Asterisk has not loaded all trunks as they are written: it drops those that it does not understand, without a word. Its "
        "log says why: /var/log/asterisk/messages.log.",
    )


def _expected(there: Iterable[str], gone: Iterable[str], *, chan_sip: bool) -> str:
    """Regular expression for a list that has the one and not the other; chan_sip cuts names off."""

    def row(name: str) -> str:
        return rf"^{re.escape(name[:25])}" if chan_sip else rf"^ Endpoint:  {re.escape(name[:40])}"

    has = "".join(rf"(?=[\s\S]*{row(name)})" for name in there)
    has_not = "".join(rf"(?![\s\S]*{row(name)}(?:[\s/]|$))" for name in dict.fromkeys(gone))
    return rf"(?m)\A{has}{has_not}"


def after(context: PlanContext, observed: TrunksState, wanted: TrunksState) -> Collection[str]:
    """Hosts before this one in the document that still have to make up the password that they share with it."""
    fleet, host = context.fleet, context.host
    if observed == wanted or fleet.number_plan.between.authentication != "password":
        return ()
    firsts = {
        pair_of(fleet, host, peer)[0] for peer in deriving.peers_of(fleet, host) if fleet.lan_address(peer)
    } - {host}
    lacking = set()
    for first in firsts:
        seen = context.of(first, "trunks")
        if seen is None or pair_name(host, fleet.number_plan.between.password_since) not in seen.pairs:
            lacking.add(first)
    return tuple(name for name in fleet.hosts if name in lacking)


def differences(observed: TrunksState, wanted: TrunksState) -> Iterable[str]:
    there = {line.endpoint: line for line in observed.lines}
    meant = {line.endpoint: line for line in wanted.lines}
    for name, line in meant.items():
        if name not in there:
            yield f"There is no trunk {name}"
        elif there[name] != line:
            yield f"The trunk {name} differs: {', '.join(_differing(there[name], line))}"
    for name in there:
        if name not in meant:
            yield f"There is a trunk {name} that the document does not know"
    if tuple(there) != tuple(meant) and set(there) == set(meant):
        yield "Trunks stand in another order"
    if observed.edited:
        yield (
            "AZDesk's file of trunks was changed by hand"
            if wanted.lines
            else "Lines of AZDesk's about trunks are left over"
        )
    if observed.unloaded:
        yield f"Asterisk has not loaded as they are written: {', '.join(observed.unloaded)}"
    if observed.lingering:
        yield f"Asterisk has trunks loaded that stand in no file of AZDesk's: {', '.join(observed.lingering)}"
    if observed.pairs != wanted.pairs:
        yield "Passwords shared with other hosts are missing or left over"


def _differing(there: Line, meant: Line) -> Iterator[str]:
    for name in Line.__dataclass_fields__:
        one, two = getattr(there, name), getattr(meant, name)
        if one != two and name != "token":
            yield f"{name} {_shown(one)}, not {_shown(two)}"


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return " ".join(map(str, value)) or "none"
    return (
        {True: "yes", False: "no", "": "none"}.get(value, str(value))
        if isinstance(value, bool | str)
        else str(value)
    )


def notes(context: PlanContext, observed: TrunksState, wanted: TrunksState) -> Iterable[Note]:
    fleet, host = context.fleet, context.host
    for peer in deriving.peers_of(fleet, host):
        if not fleet.lan_address(peer):
            yield Note(
                text=f"There is no trunk to {peer}, whose address in the LAN is not known: set its lan_address."
            )
    if not wanted.lines:
        return
    if observed.files.items and not observed.installed:
        yield Note(text="Trunks need Asterisk, which is not installed as expected.")
        return
    if any(line.transport == "tls" for line in wanted.lines) and not _sip.is_certified(fleet, host):
        yield Note(
            text="Trunks by TLS need a certificate: let AZDesk make the fleet's authority first.",
            blocking=True,
        )
    seen: dict[str, str] = {}
    for line in wanted.lines:
        other = seen.setdefault(line.address, line.endpoint)
        if other != line.endpoint:
            yield Note(
                text=f"{other} and {line.endpoint} have the same address: calls from there come in by one of them only."
            )
    if observed.recipe == "chan_sip":
        yield from _old_driver(observed, wanted)


def _old_driver(observed: TrunksState, wanted: TrunksState) -> Iterator[Note]:
    if not observed.hears_opus and any("opus" in line.codecs for line in wanted.lines):
        yield Note(
            text="Asterisk here passes opus on but does not understand it: such calls reach no voicemail, conference, announcement or "
            "recording. Install it (apt install asterisk-opus), or leave opus out of the trunks' codecs."
        )
    for line in wanted.lines:
        nets = [one for one in line.sources if "/" in one]
        if nets:
            yield Note(
                text=f"{line.endpoint}: the driver chan_sip knows who calls by single addresses, not by networks "
                f"({', '.join(nets)}): calls from there are refused."
            )
        if line.challenge and line.caller != line.endpoint:
            yield Note(
                text=f"{line.endpoint}: the driver chan_sip takes no other user from whoever calls than its own name of the trunk "
                f"({line.endpoint}; from further addresses {line.endpoint}-1 and so on): who calls as {line.user} is refused."
            )
