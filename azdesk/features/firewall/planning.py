"""Steps that put rules into the kernel so that nobody is locked out, and what the admin should know."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from azdesk.core.plan import Note
from azdesk.core.step import InstallPackages, MakeFolder, Phase, RemoveFolder, Run, Step, Unit
from azdesk.features._base import PlanContext
from azdesk.features._files import remove_file, write_file
from azdesk.features._systemd import reread
from azdesk.features.firewall import content, deriving
from azdesk.features.firewall.content import (
    FOLDER,
    GUARD,
    GUARD_SECONDS,
    NFT,
    RULES,
    TABLE,
    TRIAL,
    TRIAL_OF_THIS_BOOT,
    UNIT,
    UNIT_FILE,
)
from azdesk.features.firewall.deriving import WORDS, Opening
from azdesk.features.firewall.state import PACKAGE, FirewallState, agrees, let_in, target, whole
from azdesk.fleet.firewall import FLEET
from azdesk.voice import deriving as calls

_DELETE = ("delete", "table", *TABLE)


def plan(context: PlanContext, observed: FirewallState, wanted: FirewallState) -> Iterator[Step]:
    aim = target(observed, wanted)
    if agrees(observed, aim):
        return
    if not aim.present:
        yield from _away(observed)
        return
    text = content.text(whole(aim))
    if not observed.installed:
        yield InstallPackages(title=f"Install the package {PACKAGE}", names=(PACKAGE,))
    yield Run(
        title="Have nft check the firewall's rules",
        argv=("nft", "-c", "-f", "-"),
        feed=text,
        phase=Phase.BACK_UP,
    )
    if not observed.folder:
        yield MakeFolder(title=f"Make {FOLDER}", path=FOLDER, phase=Phase.BACK_UP)
    yield Run(
        title="Have no reboot load rules that are not proven yet",
        argv=("touch", TRIAL, TRIAL_OF_THIS_BOOT),
        undo=("rm", "-f", TRIAL, TRIAL_OF_THIS_BOOT),
        kept=("rm", "-f", TRIAL, TRIAL_OF_THIS_BOOT),
        phase=Phase.BACK_UP,
    )
    files = observed.files
    yield from write_file(context, files, RULES, text, mode=0o644, owner="root", group="root")
    yield from write_file(
        context, files, UNIT_FILE, content.UNIT_TEXT, mode=0o644, owner="root", group="root"
    )
    if files.text(UNIT_FILE) != content.UNIT_TEXT:
        yield reread()
    if not observed.enabled:
        yield Unit(title="Load the firewall at boot", unit=UNIT, action="enable", phase=Phase.VERIFY)
    yield from _load(observed)


def _load(observed: FirewallState) -> Iterator[Step]:
    """Put the rules into the kernel, with a timer that takes them away unless somebody got in through them."""
    yield Run(
        title=f"Have the host open itself again in {GUARD_SECONDS // 60} minutes, unless AZDesk gets in",
        argv=(
            "systemd-run",
            "--collect",
            f"--unit={GUARD}",
            f"--on-active={GUARD_SECONDS}",
            "--timer-property=AccuracySec=1s",
            NFT,
            *_DELETE,
        ),
        undo=("systemctl", "stop", f"{GUARD}.timer"),
        undo_may_fail=True,
        kept=("systemctl", "stop", f"{GUARD}.timer"),
        phase=Phase.VERIFY,
    )
    yield Unit(
        title="Put the firewall's rules in force",
        unit=UNIT,
        # A restart would take the old ones away first.
        action="reload" if observed.running else "start",
        phase=Phase.VERIFY,
        new_login=True,
    )


def _away(observed: FirewallState) -> Iterator[Step]:
    """Take exactly our table and our files away."""
    if observed.running:
        yield Unit(title="Take the firewall's rules away", unit=UNIT, action="stop", phase=Phase.STOP)
    elif observed.table:
        yield Run(title="Take the firewall's rules away", argv=("nft", *_DELETE), phase=Phase.STOP)
    if observed.enabled:
        yield Unit(title="Load no firewall at boot", unit=UNIT, action="disable", phase=Phase.STOP)
    for path in (RULES, UNIT_FILE):
        yield from remove_file(observed.files, path)
    if observed.files.get(UNIT_FILE).exists:
        yield reread()
    if observed.files.get(RULES).exists:
        yield RemoveFolder(title=f"Remove {FOLDER} if it is empty", path=FOLDER, phase=Phase.ACT)


def differences(observed: FirewallState, wanted: FirewallState) -> Iterable[str]:
    aim = target(observed, wanted)
    if not aim.present:
        if observed != aim:
            yield "A firewall of AZDesk's is still there"
        return
    if not observed.present:
        yield "There is no firewall of AZDesk's"
        return
    yield from _opened(observed, aim)
    if observed.edited:
        yield "AZDesk's files about the firewall were changed by hand"
    elif not observed.loaded:
        yield f"The firewall's rules {'in force were changed by hand' if observed.table else 'are not in force'}"
    elif not observed.running:
        yield "systemd does not know that the firewall's rules are in force"
    if not observed.enabled:
        yield "The firewall is not loaded at boot"


def _opened(observed: FirewallState, aim: FirewallState) -> Iterator[str]:
    there = {(one.name, one.protocol): one for one in observed.openings}
    meant = {(one.name, one.protocol): one for one in aim.openings}
    for key in dict.fromkeys((*meant, *there)):
        has, should = there.get(key), meant.get(key)
        if has == should:
            continue
        if should is None and has is not None:
            yield f"Open, but should not be: {sentence(has)}"
        elif has is None and should is not None:
            yield f"Closed, but should be open: {sentence(should)}"
        elif has is not None and should is not None:
            yield f"{sentence(has)}, but should be open to {_whom(should)} on {should.where}"
    if observed.openings != aim.openings and there == meant:
        yield "The firewall's rules are in another order"
    missing = [one for one in aim.here if one not in observed.here]
    if missing:
        yield f"SSH is closed to {', '.join(missing)}, where AZDesk comes from"


def sentence(one: Opening) -> str:
    """“SSH (22/tcp) for everybody”."""
    return f"{WORDS[one.name]} ({one.where}) for {_whom(one)}"


def _whom(one: Opening) -> str:
    return ", ".join(one.sources) or "everybody"


def notes(context: PlanContext, observed: FirewallState, wanted: FirewallState) -> Iterable[Note]:
    aim = target(observed, wanted)
    if not aim.present:
        return
    if observed.on_trial and agrees(observed, aim):
        yield Note(
            text=f"A change of the firewall did not come to its end: {TRIAL} keeps it from being loaded at boot."
        )
    if agrees(observed, aim):
        return
    yield Note(text=f"Open on {context.host}: {'; '.join(map(sentence, whole(aim)))}. All else is closed.")
    yield from _about_here(observed, aim)
    yield from cautions(context, observed)


def _about_here(observed: FirewallState, aim: FirewallState) -> Iterator[Note]:
    if not observed.client:
        yield Note(
            text="Where AZDesk's own connection comes from could not be read: if SSH is not open to it, the change is taken back."
        )
    elif not let_in(aim.openings, observed.client):
        yield Note(
            text=f"AZDesk comes from {observed.client}, which SSH is not open to by the document: it is let in all the same."
        )


def cautions(context: PlanContext, observed: FirewallState) -> Iterator[Note]:
    """What a firewall of ours cannot do on a host."""
    if observed.others:
        yield Note(
            text=f"Another firewall is there, too ({', '.join(observed.others)}). Packets have to pass both: what it closes stays closed, "
            "whatever is open here. AZDesk leaves its rules alone."
        )
    if observed.docker:
        yield Note(
            text="Docker is there: ports that it publishes are passed on, not taken in by the host, and no rule here closes them."
        )
    yield from _hosts_without_address(context)
    yield from _trunks_without_address(context)


def _hosts_without_address(context: PlanContext) -> Iterator[Note]:
    """A rule needs an address: names are not asked for when rules are loaded."""
    fleet, value = context.fleet, context.fleet.hosts[context.host]
    said = value.firewall
    sources = (said.ssh, said.phones, said.chat, said.federation, said.uploads, said.directory)
    # The directory's default speaks of the other hosts on any host.
    meant = {"directory", "storage"} & set(value.roles) or any(FLEET in one for one in sources[:-1])
    names = [name for name in fleet.hosts if name != context.host and not deriving.addresses(fleet, name)]
    if meant and names:
        yield Note(
            text=f"What is for the other hosts stays closed to {', '.join(names)}: the document has no IP address that packets "
            f"from there come from. Set lan_address there."
        )


def _trunks_without_address(context: PlanContext) -> Iterator[Note]:
    fleet, host = context.fleet, context.host
    if not fleet.hosts[host].firewall.phones:
        return  # SIP is open to everybody
    for name in calls.trunks_of(fleet, host):
        trunk = fleet.trunks[name]
        if not deriving.trunk_sources(trunk):
            yield Note(
                text=f"The trunk {name} is known by its name alone ({trunk.address}): its calls come in only while the connection that "
                f"Asterisk has made there lasts. Name its addresses in trunks.{name}.sources."
            )
