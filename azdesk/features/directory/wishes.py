"""What the document wants of a host's slapd."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from azdesk.directory import names
from azdesk.directory.asterisk_schema import SECRETS
from azdesk.features._certificates import certificate_file, key_file, users
from azdesk.features._directory import SYSTEM_CA, check_account, provider, server_url
from azdesk.features._ejabberd import platform
from azdesk.features.directory.state import DATA, ROOT, Database, DirectoryState, Entry
from azdesk.fleet.model import Fleet

MAX_SIZE = 8 << 30
"""Bytes. A million people with all our indices take 2.1 GiB, 2.5 once indices were made anew; the file grows with them, this is only its end."""
LEAST_SIZE = 4 << 30
"""An adopted database with less than this gets `MAX_SIZE`."""
MODULES = ("collect", "sssvlv", "syncprov")
CLASSES = ("AsteriskSIPUser", "inetLocalMailRecipient")
"""Beside those that every slapd of Debian's has loaded."""
PHONE_ATTRIBUTES = tuple(
    f"AstAccount{name}"
    for name in ["AllowedCodec", "CallGroup", "CallLimit", "CallerID", "Context", "DirectMedia", "Host", "Mailbox", "Name", "PickupGroup", "Qualify", "RealmedPassword", "Type"]
)  # fmt: skip
"""What entries such as the guide's example have, and the defaults of phones."""
LISTENS = ("ldapi:///", "ldaps:///", "ldap://127.0.0.1:389/")
"""Plain LDAP on the host itself only."""
SUBSTRING = (1, 3)
"""With slapd's usual 2 and 4, letters that hardly anybody has make it look at everybody: 0.15 s for 100,000 people."""
_OVERLAYS = ("sssvlv", "syncprov")
_HASH = {"plain": "{CLEARTEXT}", "digest": "{SSHA}", "hashed": "{SSHA}"}
"""For passwords that are set through the server itself; AZDesk's own writing does the same (`azdesk.directory.passwords`)."""
_INDICES = (
    ("objectClass", "eq"), ("cn uid gecos mail AstAccountName", "eq pres sub"), ("sn givenName displayName ou", "eq sub"),
    ("uidNumber gidNumber member memberUid entryUUID entryCSN", "eq"),
)  # fmt: skip


def desired(fleet: Fleet, host: str) -> DirectoryState:
    user = platform(fleet, host).slapd_user
    tls = (certificate_file(user), key_file(user)) if user in users(fleet, host) else ("", "")
    if host not in fleet.directory_hosts():
        return DirectoryState(answers=True, tls=tls)
    directory, first = fleet.directory, provider(fleet) == host
    return DirectoryState(
        answers=True,
        base=directory.base,
        database=_database(fleet, host),
        modules=MODULES,
        classes=CLASSES,
        phone_attributes=PHONE_ATTRIBUTES,
        # On the frontend, where replication does not pass: on the database it would let a replica take what it shows for what is
        # there, and then refuse the changes that come [seen in the lab].
        collects=(f'"{directory.people_dn}" seeAlso',),
        tls=tls,
        protocol="3.3",
        hash=_HASH[directory.passwords],
        substring=SUBSTRING,
        listens=LISTENS,
        entries=tuple(sorted(_entries(fleet), key=lambda entry: names.comparable(entry.dn))) if first else (),
        accounts=tuple(sorted({entry.login for entry in _entries(fleet) if entry.login})) if first else (),
    )


def replicator_dn(fleet: Fleet) -> str:
    return f"cn=azreplicator,{fleet.directory.base}"


def defaults_dn(fleet: Fleet) -> str:
    """Where the settings are that all phones share."""
    return f"cn=sipdefaults,{fleet.directory.sip_dn}"


def _database(fleet: Fleet, host: str) -> Database:
    first = provider(fleet)
    source = server_url(fleet, first) if host != first else ""
    return Database(
        suffix=fleet.directory.base,
        folder=DATA,
        max_size=MAX_SIZE,
        indices=_indices(fleet),
        access=access(fleet),
        limits=_limits(fleet),
        overlays=_OVERLAYS,
        follows=_follows(fleet, host, source) if source else "",
        update_ref=source,
        root_dn=f"cn=Manager,{fleet.directory.base}",
    )


PROTECTED = ("userPassword", *SECRETS)
"""What neither anonymous nor another person may read."""


def access(fleet: Fleet) -> tuple[str, ...]:
    """Who may do what in a database of our own.

    A password can be tried over TLS (or ldapi) only, but for the host itself; nobody reads one; what registers a phone is for the
    hosts' reader and the person alone; and who has not logged in sees nothing at all.
    """
    return (*first_rules(fleet), "to * by users read by * none")


def first_rules(fleet: Fleet) -> tuple[str, str, str, str]:
    """The rules for replicas, for root, for logging in, and for what registers phones."""
    replicator, people = replicator_dn(fleet), fleet.directory.people_dn
    return (
        # What slapo-collect shows in an entry would come to the replicas as if it stood there [seen in the lab].
        f'to dn.children="{people}" attrs=seeAlso by dn.exact="{replicator}" none by * break',
        f'to * by dn.exact={ROOT} manage by dn.exact="{replicator}" read by * break',
        (
            "to attrs=userPassword by anonymous ssf=71 auth "
            'by anonymous peername.ip="127.0.0.1" auth by anonymous peername.ipv6="::1" auth by * none'
        ),
        f'to attrs={",".join(SECRETS)} by dn.exact="{fleet.directory.reader_dn}" read by self read by * none',
    )


def _limits(fleet: Fleet) -> tuple[str, ...]:
    everything = "size=unlimited time=unlimited"
    return (
        f'dn.exact="{ROOT}" {everything}',
        (
            f'dn.exact="{fleet.directory.reader_dn}" size.soft=unlimited size.hard=unlimited size.pr=1000 '
            "size.prtotal=unlimited time=unlimited"
        ),
        f'dn.exact="{replicator_dn(fleet)}" {everything}',
    )


def _indices(fleet: Fleet) -> tuple[tuple[str, str], ...]:
    found = {
        (name.lower(), kind) for some, kinds in _INDICES for name in some.split() for kind in kinds.split()
    }
    own = fleet.directory
    for name in (own.account_attribute, own.name_attribute, own.number_attribute, own.mail_attribute):
        found |= {(name.lower(), kind) for kind in ("eq", "pres", "sub")}
    return tuple(sorted(found))


def _follows(fleet: Fleet, host: str, source: str) -> str:
    """How a replica follows the provider (slapd-config(5), olcSyncrepl); the password's place is masked."""
    number = fleet.directory_hosts().index(host)
    return (
        f'rid={number:03d} provider={source} bindmethod=simple binddn="{replicator_dn(fleet)}" '
        f'credentials="••replicator••" searchbase="{fleet.directory.base}" type=refreshAndPersist '
        f'retry="5 12 30 +" network-timeout=5 timeout=10 keepalive=60:3:10 tls_cacert={SYSTEM_CA} tls_reqcert=demand'
    )


# -- entries -----------------------------------------------------------------------------------------------------


def _entries(fleet: Fleet) -> Iterator[Entry]:
    """All that must stand in the directory before there are people in it."""
    directory, base = fleet.directory, fleet.directory.base
    seen: set[str] = set()
    people, defaults = directory.people_dn, defaults_dn(fleet)
    for dn in (base, people, directory.sip_dn, directory.reader_dn):
        for one in _with_parents(dn, base, itself=dn != directory.reader_dn):
            if names.comparable(one) not in seen:
                seen.add(names.comparable(one))
                more = {"seeAlso": (defaults,)} if names.same(one, people) else {}
                yield _entry(one, {**_container(one), **more})
    codecs = ",".join(("!all", *directory.phones.codecs))
    yield _entry(
        defaults,
        {
            "objectClass": ("AsteriskSIPUser", "applicationProcess"),
            "AstAccountAllowedCodec": (codecs,),
            "AstAccountCallLimit": (str(directory.phones.max_contacts),),
        },
    )
    yield _entry(directory.reader_dn, _account(directory.reader_dn), login="reader")
    if len(fleet.directory_hosts()) > 1:
        yield _entry(replicator_dn(fleet), _account(replicator_dn(fleet)), login="replicator")
    for host in fleet.hosts:
        yield from _check(fleet, host)


def _check(fleet: Fleet, host: str) -> Iterator[Entry]:
    account = check_account(fleet, host)
    if account is None:
        return
    dn = names.child("uid", account.uid, fleet.directory.people_dn)
    values = {
        "objectClass": ("AsteriskSIPUser", "account", "posixAccount"),
        "cn": (account.uid,),
        "description": (f"AZDesk tries logins to {host} with it ({fleet.directory.passwords})",),
        "uidNumber": (account.number,),
        "gidNumber": ("65534",),
        "homeDirectory": ("/nonexistent",),
        "loginShell": ("/usr/sbin/nologin",),
        "gecos": (f"AZDesk check of {host}",),
        "AstAccountName": (account.number,),
        "AstAccountMailbox": (account.number,),
        "AstAccountHost": ("dynamic",),
        "AstAccountType": ("friend",),
        "AstAccountContext": ("azdesk-nowhere",),
        "AstAccountCallerID": (f"AZDesk check <{account.number}>",),
    }
    yield _entry(dn, values, login="check")


def _with_parents(dn: str, base: str, *, itself: bool) -> Sequence[str]:
    """A name and those above it up to the base, from the top."""
    found: list[str] = []
    here = names.parsed(dn)[0 if itself else 1 :]
    while here and names.comparable(names.written(here)) != names.comparable(base):
        found.append(names.written(here))
        here = here[1:]
    return [*([base] if here or names.same(dn, base) else []), *reversed(found)]


def _container(dn: str) -> Mapping[str, tuple[str, ...]]:
    name, raw = names.parsed(dn)[0][0]
    value = raw.decode("utf-8", "replace")
    kinds: Mapping[str, Mapping[str, tuple[str, ...]]] = {
        "dc": {"objectClass": ("dcObject", "organization"), "o": (value,)},
        "o": {"objectClass": ("organization",)},
        "ou": {"objectClass": ("organizationalUnit",)},
    }
    return kinds.get(name.lower(), {"objectClass": ("extensibleObject", "applicationProcess")})


def _account(dn: str) -> Mapping[str, tuple[str, ...]]:
    """An account of hosts, not of a person."""
    name = names.parsed(dn)[0][0][0].lower()
    kind = "account" if name == "uid" else "applicationProcess"
    return {"objectClass": (kind, "simpleSecurityObject")}


def _entry(dn: str, values: Mapping[str, Sequence[str]], *, login: str = "") -> Entry:
    (name, raw), *_ = names.parsed(dn)[0]
    own = {name: (raw.decode("utf-8", "replace"),), **values}
    ordered = sorted((key, tuple(sorted(own[key]))) for key in own)
    return Entry(dn=dn, values=tuple(ordered), login=login)
