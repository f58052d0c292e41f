"""Steps that bind Asterisk to the directory and prove that phones register, and what the admin should know."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from azdesk.core.plan import Note
from azdesk.core.probe import Command
from azdesk.core.step import (
    Login,
    MakeFolder,
    Phase,
    RemoveFile,
    RemoveFolder,
    SecretUse,
    Step,
    Wait,
    WriteFile,
)
from azdesk.features import _asterisk as asterisk
from azdesk.features import _sip
from azdesk.features._base import PlanContext
from azdesk.features._directory import (
    CHECK_FILE,
    CHECK_TOKEN,
    READER_TOKEN,
    SYSTEM_CA,
    check_account,
    provider,
    reader_secret,
)
from azdesk.features._files import remove_file, write_file
from azdesk.features._systemd import reread
from azdesk.features.sip_accounts import content, copied, copying
from azdesk.features.sip_accounts.checking import usable
from azdesk.features.sip_accounts.content import BLOCK, CA_FILE, DROP_IN, OWN, STOCK
from azdesk.features.sip_accounts.state import SipState, target
from azdesk.fleet.model import Fleet

_FOLDER = DROP_IN.rpartition("/")[0]
_SCHEMES = {"udp": "sip", "tcp": "sip+tcp", "tls": "sips"}


def plan(context: PlanContext, observed: SipState, wanted: SipState) -> Iterator[Step]:
    aim = target(observed, wanted)
    if observed == aim or (aim.bound and not (observed.installed and aim.possible)):
        return
    on = asterisk.platform(context.fleet, context.host)
    files, texts = observed.files, content.files(aim)
    steps = list(_written(context, observed, aim, texts))
    yield from copying.before(observed, aim)
    yield from steps
    if DROP_IN not in texts and files.get(DROP_IN).exists:
        yield RemoveFolder(title=f"Remove {_FOLDER} if it is empty", path=_FOLDER, phase=Phase.ACT)
    touched = {step.path for step in steps if isinstance(step, WriteFile | RemoveFile)}
    if touched & {DROP_IN, *copied.UNIT_FILES.values()}:
        yield reread()
    # Another person or password to copy is nothing that Asterisk would have to start again for.
    if touched & {*OWN.values(), *STOCK.values(), DROP_IN, CA_FILE} or not aim.bound:
        yield asterisk.restart(
            on, "Asterisk restarts, since it reads where accounts come from at no other time: calls end."
        )
        yield asterisk.booted()
    yield from copying.after(observed, aim, touched)
    if aim.bound and aim.lookup == "copied":
        yield from _proof_of_copy(context, wanted, touched)
    elif aim.bound:
        yield from _proof(context, wanted)


def _written(
    context: PlanContext, observed: SipState, aim: SipState, texts: Mapping[str, str]
) -> Iterator[Step]:
    """All files as they are to be, and the folders for them."""
    files, user = observed.files, asterisk.platform(context.fleet, context.host).asterisk_user
    if DROP_IN in texts and not observed.folder.exists:
        yield MakeFolder(title=f"Make {_FOLDER}", path=_FOLDER)
    yield from copying.folders(observed, aim, user)
    for path, text in texts.items():
        secret = path == OWN["directory"]
        if path in copied.OWN:
            yield from copying.write(context, files, path, text)
            continue
        yield from write_file(
            context,
            files,
            path,
            text,
            mode=0o640 if secret else 0o644,
            owner="root",
            group=user if secret else "root",
            secrets=(_for_asterisk(context.fleet),) if secret else (),
        )
    for part, path in STOCK.items():
        yield from asterisk.link(context, files, path, BLOCK, OWN[part], taken_in=OWN[part] in texts)
    for path in content.every_own():
        if path not in texts:
            yield from remove_file(files, path)


def _for_asterisk(fleet: Fleet) -> SecretUse:
    return SecretUse(token=content.PASSWORD_TOKEN, source=f"asterisk:{reader_secret(fleet).source}")


def _proof(context: PlanContext, wanted: SipState) -> Iterator[Step]:
    fleet, host = context.fleet, context.host
    account = usable(fleet, host)
    phones = content.whole_filter(wanted.selection)
    mine = f"({wanted.number}={account.number})" if account else ""
    yield _lookup(fleet, wanted, f"(&{phones}{mine})" if account or not fleet.directory.managed else "")
    doors = _doors(context)
    if account is None:
        # Nobody's password is known here.
        for door in doors:
            yield Login(
                title=f"See that Asterisk refuses a stranger at {door}",
                servers=(door,),
                account="azdesk-nobody",
                password="",
                refused=True,
                ca=SYSTEM_CA if door.startswith("sips") else "",
                failure="Asterisk does not refuse a phone that is not in the directory.",
            )
        yield _reached()
        return
    use = SecretUse(token=CHECK_TOKEN, source=f"host:{provider(fleet)}:{CHECK_FILE}")
    yield from _registrations(doors, account.number, use, "A phone with an account of the directory")


def _proof_of_copy(context: PlanContext, wanted: SipState, touched: Collection[str]) -> Iterator[Step]:
    fleet, host = context.fleet, context.host
    # A directory of our own may have nobody yet whom the filter lets in.
    search = "" if fleet.directory.managed else copied.whole_filter(wanted)
    # Before the copy, which says less about what is wrong.
    yield replace(_lookup(fleet, wanted, search), phase=Phase.ACT)
    yield copying.now()
    doors = _doors(context)
    use = copying.check_secret(host, fresh=copied.CHECK_FILE in touched)
    yield from _registrations(doors, copied.CHECK_ACCOUNT, use, "A phone whose account was copied")


def _lookup(fleet: Fleet, wanted: SipState, search: str) -> Login:
    return Login(
        title="Look phones up in the directory as Asterisk does"
        if wanted.lookup == "live"
        else "Look phones up in the directory",
        servers=wanted.urls,
        account=wanted.reader,
        password=READER_TOKEN,
        ca=wanted.ca,
        base=wanted.people,
        # A directory of our own may have nobody yet whom the filter lets in.
        search=search,
        # Somebody else's directory may lock the reader out after a few failures.
        patient=fleet.directory.managed,
        secrets=(reader_secret(fleet),),
        failure="No server of the directory lets this host look phones up.",
    )


def _doors(context: PlanContext) -> tuple[str, ...]:
    """Where phones get in."""
    fleet, host = context.fleet, context.host
    seen = context.of(host, "media")
    # An admin's own TLS may have another certificate.
    return tuple(
        _door(fleet, host, one)
        for one in _sip.transports(fleet, host)
        if one in fleet.hosts[host].sip.transports and not (one == "tls" and seen and one in seen.taken)
    )


def _registrations(doors: Sequence[str], account: str, use: SecretUse, whose: str) -> Iterator[Step]:
    """Register at each door, and nowhere without a password."""
    for door in doors:
        ca = SYSTEM_CA if door.startswith("sips") else ""
        yield Login(
            title=f"Register a phone at {door}",
            servers=(door,),
            account=account,
            password=use.token,
            ca=ca,
            patient=True,
            secrets=(use,),
            failure=f"{whose} cannot register.",
        )
    for door in doors[:1]:
        yield Login(
            title="See that no phone registers without a password",
            servers=(door,),
            account=account,
            password="",
            refused=True,
            ca=SYSTEM_CA if door.startswith("sips") else "",
            failure="A phone registers without a password.",
        )


def _reached() -> Step:
    """Asterisk connects when it first looks somebody up: not before a phone was tried."""
    return Wait(
        title="See that Asterisk has reached the directory",
        probe=Command(argv=("asterisk", "-rx", "realtime show ldap status")),
        expect="Connected to",
        phase=Phase.VERIFY,
        timeout=20,
        failure="Asterisk has no connection to the directory. Its log says why: /var/log/asterisk/messages.log.",
    )


def _door(fleet: Fleet, host: str, transport: str) -> str:
    """Where phones log in, as a URL for the host itself: by the address that its certificate holds for."""
    address = fleet.lan_address(host) or "127.0.0.1"
    if ":" in address:
        address = "127.0.0.1"
    return f"{_SCHEMES[transport]}://{address}:{_sip.PORTS[transport]}"


def after(context: PlanContext, observed: SipState, wanted: SipState) -> Collection[str]:
    """The directory's first host, which has the passwords that are needed here."""
    first = provider(context.fleet)
    changes = observed != target(observed, wanted)
    return (first,) if wanted.bound and changes and first not in ("", context.host) else ()


def differences(observed: SipState, wanted: SipState) -> Iterable[str]:
    aim = target(observed, wanted)
    if not aim.bound:
        if observed.bound:
            yield "Phones' accounts come from the directory, but should be as Asterisk's own files say"
        elif observed.edited:
            yield "Lines of AZDesk's about phones' accounts are left over"
        return
    if not observed.bound:
        yield "Phones' accounts do not come from the directory"
        return
    if observed.lookup != aim.lookup:
        yield "Phones' accounts are " + (
            "looked up one by one, not copied"
            if observed.lookup == "live"
            else "copied, not looked up one by one"
        )
        return
    if observed.urls != aim.urls:
        yield f"Phones are looked up at {', '.join(observed.urls)}, not {', '.join(aim.urls) or 'any server'}"
    if (observed.ca, observed.authorities) != (aim.ca, aim.authorities):
        yield "The directory's certificate is checked with another authority than the document names"
    if observed.reader != aim.reader:
        yield f"Phones are looked up as {observed.reader or 'nobody'}, not {aim.reader}"
    if any(getattr(observed, key) != getattr(aim, key) for key in copied.KEYS):
        yield f"Phones are looked up in another way than by {aim.number} below {aim.people}"
    if observed.selection != aim.selection:
        yield f"The Selection Filter is {observed.selection or 'empty'}, not {aim.selection or 'empty'}"
    if observed.since != aim.since:
        yield "The password to look phones up with is not the present one"
    if observed.older:
        yield "Transports stand among phones' accounts, as an earlier AZDesk wrote them"
    if (observed.codecs, observed.max_contacts) != (aim.codecs, aim.max_contacts):
        yield "Phones whose entries name no codecs or limit get others than the document names"
    if observed.timed != aim.timed:
        yield "The timer that copies phones' accounts does not run, or not after the next start"
    if observed.edited:
        more = ", or are those of another version" if observed.lookup == "copied" else ""
        yield f"AZDesk's files about phones' accounts were changed by hand{more}"


def notes(context: PlanContext, observed: SipState, wanted: SipState) -> Iterable[Note]:
    if not wanted.bound:
        return
    fleet, host = context.fleet, context.host
    if observed.files.items and not observed.installed:
        yield Note(text=f"{STOCK['directory']} does not exist: is Asterisk installed?")
        return
    if not replace(wanted, recipe=observed.recipe).possible:
        yield Note(
            text="This Asterisk has the driver chan_sip, whose accounts are looked up live alone: it finds them by the number, whatever "
            'else differs in the directory. Set lookup to "live" for this host.',
            blocking=True,
        )
    yield from _about_directory(fleet, wanted)
    if wanted.lookup == "copied":
        yield from copying.notes(observed)
    elif check_account(fleet, host) is not None and usable(fleet, host) is None:
        yield Note(
            text="The Selection Filter asks for more than a number, which the account that AZDesk tries registrations with does not "
            "have: it is only seen that strangers are refused. Try a phone afterwards."
        )
    for why in observed.foreign:
        yield Note(
            text=f"{why}. Asterisk knows one way only: take that out by hand, then look again.", blocking=True
        )


def _about_directory(fleet: Fleet, wanted: SipState) -> Iterator[Note]:
    directory = fleet.directory
    if directory.kind == "active-directory" and not wanted.secret:
        yield Note(
            text="Active Directory shows nobody a password that a phone could be checked with: phones need an attribute of their own with "
            'one (directory.attributes.phone_password) and lookup "copied", or accounts in Asterisk\'s own files.',
            blocking=True,
        )
        return
    if wanted.lookup == "live" and directory.attributes.phone_password:
        yield Note(
            text="Asterisk looks up AstAccountRealmedPassword alone; for directory.attributes.phone_password set the host's lookup to "
            '"copied".',
            blocking=True,
        )
    if directory.passwords == "hashed" and not directory.attributes.phone_password:
        yield Note(
            text="With hashed passwords phones have none in the directory: choose plain or digest in directory.passwords, or name an "
            "attribute that has one for phones in directory.attributes.phone_password.",
            blocking=True,
        )
    if not wanted.urls:
        hosts = fleet.directory_hosts()
        yield Note(
            text=f"The directory on {hosts[0]} cannot be reached from here: set the host's lan_address."
            if hosts
            else "The directory has no server: give a host the role directory, or name servers in directory.urls.",
            blocking=True,
        )
    if any(url.startswith("ldap:") for url in wanted.urls):
        yield Note(
            text="The directory is reached without TLS: the passwords of all phones go over the network in clear text."
        )
    if not directory.managed and wanted.lookup == "live":
        yield Note(
            text="Somebody else's directory has to name each phone's codecs (AstAccountAllowedCodec) and how many may register "
            "(AstAccountCallLimit), in its entry or in one that its seeAlso names: without them phones are refused. Number, mailbox and Unix ID have to be the "
            'same. Where a directory does not have that, set lookup to "copied".'
        )
