"""Steps that bind ejabberd to the directory and prove that people can log in, and what the admin should know."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

from azdesk.core.plan import Note
from azdesk.core.step import Login, SecretUse, Step
from azdesk.features import _ejabberd as ejabberd
from azdesk.features import _stockyaml as stock
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
from azdesk.features.accounts.state import (
    CA_FILE,
    DIALBACK,
    MAIN,
    PART,
    AccountsState,
    Binding,
    content,
    servers,
)
from azdesk.fleet.model import Fleet

CLIENTS = "ejabberd_c2s"
_VERIFIES = (21, 4)
"""ejabberd 21.01 gives its TLS library an option that this one does not know, and never connects [lab, Debian 11]; 26.07 does."""


def plan(context: PlanContext, observed: AccountsState, wanted: AccountsState) -> Iterator[Step]:
    if observed == wanted:
        return
    on = ejabberd.platform(context.fleet, context.host)
    if wanted.domain and not observed.files.get(MAIN).exists:
        return
    main = context.text(MAIN, observed.files.text(MAIN))
    if wanted.domain:
        # The block keeps its place: a file is not written because its order changed.
        main = ejabberd.unmarked(main, PART)
        if wanted.verified:
            main = stock.module_off(main, PART, DIALBACK)
        main = ejabberd.with_include(main, on, PART)
    else:
        main = ejabberd.restored(main, PART)
    if wanted.authorities:
        yield from write_file(
            context, observed.files, CA_FILE, wanted.authorities, mode=0o644, owner="root", group="root"
        )
    secrets = (reader_secret(context.fleet),) if wanted.binding else ()
    yield from ejabberd.write_config(
        context, observed.files, on, PART, content(wanted), main, secrets=secrets
    )
    if not wanted.authorities:
        yield from remove_file(observed.files, CA_FILE)
    yield from ejabberd.reload_steps(context, observed.files, on, sandbox_changed=False)
    if wanted.binding is not None:
        yield from _proof(context, observed, wanted, wanted.binding)


def _proof(
    context: PlanContext, observed: AccountsState, wanted: AccountsState, binding: Binding
) -> Iterator[Step]:
    fleet, host = context.fleet, context.host
    account = check_account(fleet, host)
    mine = f"({binding.account}={account.uid})" if account else ""
    yield Login(
        title="Look people up in the directory as ejabberd does",
        servers=binding.urls,
        account=binding.reader,
        password=READER_TOKEN,
        ca=binding.ca,
        base=binding.base,
        search=f"(&{binding.filter}{mine})" if mine else binding.filter,
        # Somebody else's directory may lock the reader out after a few failures, and nothing was changed there.
        patient=account is not None,
        timeout=30 if account is not None else 10,
        secrets=(reader_secret(fleet),),
        failure="No server of the directory lets this host look people up.",
    )
    door = _door(observed)
    if door is None:
        return
    if account is None:
        # Nobody's password is known here. Without its directory ejabberd does not answer at all, not even to say no [lab].
        yield Login(
            title="See that ejabberd reaches the directory",
            servers=(door,),
            account="azdesk-nobody",
            password="no password",  # noqa: S106 – of nobody
            domain=wanted.domain,
            refused=True,
            patient=True,
            failure="ejabberd does not turn a stranger away, as it does once it reaches the directory; "
            "/var/log/ejabberd/ejabberd.log says why.",
        )
        return
    yield Login(
        title="Log in to chat as a person would",
        servers=(door,),
        account=account.uid,
        password=CHECK_TOKEN,
        domain=wanted.domain,
        ca=SYSTEM_CA if wanted.certificate else "",
        patient=True,
        secrets=(SecretUse(token=CHECK_TOKEN, source=f"host:{provider(fleet)}:{CHECK_FILE}"),),
        failure="A person cannot log in to chat on this host.",
    )


def _door(observed: AccountsState) -> str | None:
    """Where clients log in, as a URL for the host itself; None where the stock file has no listener for them."""
    for listener in _clients(observed):
        address = listener.own_address
        place = f"[{address}]" if ":" in address else address
        return f"{'xmpps' if listener.tls else 'xmpp'}://{place}:{listener.port}"
    return None


def _clients(observed: AccountsState) -> list[stock.Listener]:
    return [one for one in stock.listeners(observed.files.text(MAIN)) if one.module == CLIENTS]


def after(context: PlanContext, observed: AccountsState, wanted: AccountsState) -> Collection[str]:
    """The directory's first host, which has the passwords that are needed here."""
    first = provider(context.fleet)
    return (first,) if wanted.binding and observed != wanted and first not in ("", context.host) else ()


def differences(observed: AccountsState, wanted: AccountsState) -> Iterable[str]:
    if observed.domain and wanted.domain and observed.domain != wanted.domain:
        yield f"Chat accounts are set for {observed.domain}, not {wanted.domain}"
    yield from _about_binding(observed, wanted)
    if observed.verified != wanted.verified:
        yield (
            "Chat with other domains does not ask for verified certificates"
            if wanted.verified
            else "Chat with other domains asks for verified certificates, but should be as ejabberd's own settings say"
        )
    if observed.certificate != wanted.certificate:
        yield (
            "Chat clients do not see the host's certificate"
            if wanted.certificate
            else "ejabberd is told of a certificate that the host does not have from AZDesk"
        )
    if observed.edited:
        yield (
            "AZDesk's file about chat accounts was changed by hand"
            if observed.domain
            else "Lines of AZDesk's about chat accounts are left over"
        )


def _about_binding(observed: AccountsState, wanted: AccountsState) -> Iterator[str]:
    have, want = observed.binding, wanted.binding
    if have is None or want is None:
        if want is not None:
            yield "Chat accounts do not come from the directory"
        elif have is not None:
            yield "Chat accounts come from the directory, but should be as ejabberd's own settings say"
        return
    if (have.servers, have.port, have.tls) != (want.servers, want.port, want.tls):
        yield f"Chat accounts are looked up at {', '.join(have.urls) or 'no server'}, not {', '.join(want.urls)}"
    if (have.ca, observed.authorities) != (want.ca, wanted.authorities):
        yield "The directory's certificate is checked with another authority than the document names"
    if have.reader != want.reader:
        yield f"Chat accounts are looked up as {have.reader or 'nobody'}, not {want.reader}"
    if (have.base, have.account, have.filter) != (want.base, want.account, want.filter):
        yield (
            f"Who may chat is {have.filter} by {have.account} below {have.base}, not {want.filter} by {want.account} "
            f"below {want.base}"
        )
    if observed.since != wanted.since:
        yield "The password to look accounts up with is not the present one"


def notes(context: PlanContext, observed: AccountsState, wanted: AccountsState) -> Iterable[Note]:
    if not wanted.domain or not observed.files.get(MAIN).exists:
        return
    main = observed.files.text(MAIN)
    if wanted.binding is not None:
        yield from _before_binding(context, wanted.binding)
        yield from _too_old(context, wanted.binding)
        yield from _about_doors(observed)
        if observed.binding is None:
            yield from _at_first(context, observed, wanted.domain)
    if not wanted.verified:
        return
    if stock.module_hidden(main, DIALBACK):
        yield Note(
            text=f"{MAIN} has {DIALBACK} in one line with other modules; while it is loaded, other servers' certificates are "
            "not looked at. Take it out there by hand, then look again.",
            blocking=True,
        )
    elif stock.module_span(main, DIALBACK) is not None:
        yield Note(text=f"The stock file's {DIALBACK} is commented out, for other domains of this host too.")
    if not (wanted.certificate or observed.verified):
        yield Note(
            text=f"This host has no certificate from AZDesk: servers of other domains will only talk to it if its own one "
            f"for {wanted.domain} is good."
        )


def _before_binding(context: PlanContext, binding: Binding) -> Iterator[Note]:
    fleet = context.fleet
    if not binding.servers:
        yield Note(text=_why_no_server(fleet), blocking=True)
        return
    if not binding.tls:
        yield Note(
            text=f"The directory is reached without TLS ({binding.urls[0]}): everybody's password goes over the network in clear text."
        )
    left_out = [address for _, address, _ in servers(fleet) if address not in binding.servers]
    if left_out:
        yield Note(
            text=f"ejabberd uses one port and one kind of encryption for all servers, those of {binding.urls[0]}: "
            f"{', '.join(left_out)} cannot take over from it."
        )


def _too_old(context: PlanContext, binding: Binding) -> Iterator[Note]:
    services = context.of(context.host, "services")
    version = dict(getattr(services, "versions", ())).get("ejabberd", "")
    match = re.match(r"(?:\d+:)?(\d+)\.(\d+)", version)
    if binding.tls and match and (int(match[1]), int(match[2])) < _VERIFIES:
        yield Note(
            text=f"ejabberd {match[1]}.{match[2]} cannot verify a directory's certificate and never connects over ldaps: update the host to "
            "Debian 12 or newer, or leave its chat accounts as they are.",
            blocking=True,
        )


def _why_no_server(fleet: Fleet) -> str:
    hosts = fleet.directory_hosts()
    if hosts:
        return f"The directory on {hosts[0]} cannot be reached from here: set the host's lan_address."
    return "The directory has no server: give a host the role directory, or name servers in directory.urls."


def _about_doors(observed: AccountsState) -> Iterator[Note]:
    clients = _clients(observed)
    if not clients:
        yield Note(
            text=f"{MAIN} has no listener for chat clients ({CLIENTS}) that AZDesk can read: no login is tried."
        )
    for listener in clients:
        if not (listener.tls or listener.starttls_required):
            yield Note(
                text=f"Port {listener.port} ({MAIN}, line {listener.line}) lets clients log in without TLS, and with a directory they "
                "send their passwords as they are. Add “starttls_required: true” to that listener by hand, then look again.",
                blocking=True,
            )


def _at_first(context: PlanContext, observed: AccountsState, domain: str) -> Iterator[Note]:
    """What changes with the first binding: accounts that ejabberd keeps itself, as the cluster's look counted them, and other doors."""
    for listener in stock.listeners(observed.files.text(MAIN)):
        if listener.module == "mod_mqtt" and not listener.tls:
            yield Note(
                text=f"Port {listener.port} (MQTT) takes the same accounts without TLS: close it, or tell nobody to use it."
            )
    cluster = context.of(context.host, "cluster")
    counted = dict(getattr(cluster, "records", None) or ()).get("passwd", 0)
    if counted:
        yield Note(
            text=f"ejabberd keeps {counted} account{'s' if counted > 1 else ''} of its own. They stay, but only who is in the directory "
            f"can log in to {domain}; contacts and messages go to whoever has the same name there."
        )
