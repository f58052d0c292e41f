"""The practice fleet's slapd: asked by clients that nobody here wrote, its files on the disk, and how quick it is."""

from __future__ import annotations

import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from azdesk.directory import ldif
from azdesk.practice import PracticeFleet, PracticeHost
from azdesk.practice.files import Attributes
from azdesk.practice.ldap import access, config, rules
from azdesk.practice.ldap.access import BadRule, Login
from azdesk.practice.ldap.dit import Node, Refused, Tree
from azdesk.practice.ldap.server import fits
from azdesk.practice.ldap.service import Slapd
from azdesk.practice.ldap.session import Session
from tests.contract.test_directory import PracticePlace
from tests.lab.harness import guide_directory as guide
from tests.practice.conftest import run, said

ANNA = f"uid=anna100001,{guide.PEOPLE}"


@pytest.fixture
def a250(fleet: PracticeFleet) -> PracticeHost:
    return fleet.host("a250")


@pytest.fixture
def guided(fleet: PracticeFleet, tmp_path: Path) -> PracticePlace:
    """a250 with the guide's directory; its authority's certificate is in a file of the test."""
    place = PracticePlace(fleet)
    authority = guide.set_up(place)
    guide.show_certificate(place, authority, "localhost", addresses=[place.address, "127.0.0.1"])
    place.do("systemctl", "restart", "slapd")
    guide.load_people(place, 200)
    (tmp_path / "ca.pem").write_text(authority.certificate)
    return place


def slapd(host: PracticeHost) -> Slapd:
    found = host.systemd.services["slapd.service"]
    assert isinstance(found, Slapd)
    return found


@contextmanager
def on_loopback(host: PracticeHost, port: int) -> Iterator[int]:
    """One of its ports on this machine's loopback."""
    listener = socket.create_server(("127.0.0.1", 0))
    threads = []

    def serve(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            slapd(host).serve_port(connection, port)

    def accept() -> None:
        with suppress(OSError):
            while True:
                thread = threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True)
                thread.start()
                threads.append(thread)

    accepting = threading.Thread(target=accept, daemon=True)
    accepting.start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for thread in (accepting, *threads):
            thread.join(5)
            assert not thread.is_alive()


# -- clients from elsewhere --------------------------------------------------------------------------------------------


@pytest.mark.skipif(shutil.which("ldapsearch") is None, reason="ldap-utils is not installed here")
def test_the_real_ldapsearch(guided: PracticePlace, tmp_path: Path) -> None:
    environment = {"PATH": "/usr/bin:/bin", "LDAPTLS_CACERT": str(tmp_path / "ca.pem")}

    def ask(port: int, scheme: str, *words: str) -> tuple[int, str]:
        login = ["-x", "-D", guide.READER, "-w", guide.READER_PASSWORD]
        argv = [
            "ldapsearch",
            "-LLL",
            "-H",
            f"{scheme}://127.0.0.1:{port}",
            *login,
            "-b",
            guide.SUFFIX,
            *words,
        ]
        done = subprocess.run(argv, capture_output=True, text=True, env=environment, timeout=20, check=False)
        return done.returncode, done.stdout + done.stderr

    with on_loopback(guided.host, 636) as port:
        status, text = ask(port, "ldaps", "(uid=anna100001)")
        assert status == 0
        (entry,) = ldif.read(text.encode().splitlines(keepends=True))
        assert isinstance(entry, ldif.Entry)
        assert entry.attributes["AstAccountRealmedPassword"] == [b"00000001"]
        status, text = ask(
            port, "ldaps", "-E", "pr=50/noprompt", "-E", "sss=uid:caseIgnoreOrderingMatch", "(uid=*)", "uid"
        )
        names = [line for line in text.splitlines() if line.startswith("uid: ")]
        assert (status, len(names), names) == (0, 200, sorted(names))
        assert ask(port, "ldaps", "-E", "!1.2.3.4", "(uid=*)")[0] == 12
    with on_loopback(guided.host, 389) as port:
        assert ask(port, "ldap") == (
            13,
            "ldap_bind: Confidentiality required (13)\n\tadditional info: confidentiality required\n",
        )
        assert ask(port, "ldap", "-ZZ", "-s", "base")[0] == 0
    (tmp_path / "ca.pem").write_text(guide.Authority("another").certificate)
    with on_loopback(guided.host, 636) as port:
        assert ask(port, "ldaps")[0] == 255


def test_ldap3(guided: PracticePlace) -> None:
    import ldap3

    with on_loopback(guided.host, 389) as port:
        server = ldap3.Server("127.0.0.1", port=port, get_info=ldap3.ALL)
        connection = ldap3.Connection(server)
        assert connection.bind()
        assert server.info.naming_contexts == [guide.SUFFIX]
        assert "AsteriskSIPUser" in server.schema.object_classes
        assert not connection.search(guide.SUFFIX, "(uid=*)")
        assert connection.result["result"] == 32
        connection.unbind()


def test_bytes_that_are_no_ldap_end_the_connection(guided: PracticePlace) -> None:
    with on_loopback(guided.host, 389) as port:
        for rubbish in (
            b"GET / HTTP/1.1\r\n\r\n",
            b"\x30\x84\xff\xff\xff\xff",
            b"\x30\x03\x02\x01\x01",
            b"\x30\x05\x02\x01\x01\x50\x00",
        ):
            with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
                connection.sendall(rubbish)
                connection.shutdown(socket.SHUT_WR)
                assert connection.recv(100) == b""


# -- the disk ----------------------------------------------------------------------------------------------------------


def test_what_a_fresh_host_has(a250: PracticeHost) -> None:
    assert said(a250, "slapcat")[:1] == ["dn: dc=nodomain"]
    assert "slapd.service" in run(a250, "systemctl show slapd").out
    assert a250.files.names("/etc/ldap/slapd.d/cn=config/cn=schema") == [
        f"cn={{{number}}}{name}.ldif"
        for number, name in enumerate(("core", "cosine", "nis", "inetorgperson"))
    ]
    assert a250.files.attributes("/etc/ldap/slapd.d/cn=config.ldif") == Attributes(
        mode=0o600, owner="openldap", group="openldap"
    )
    text = a250.files.text("/etc/ldap/slapd.d/cn=config/olcDatabase={1}mdb.ldif")
    assert text.startswith("# AUTO-GENERATED FILE")
    assert "\ndn: olcDatabase={1}mdb\n" in text


def test_an_application_host_has_none_until_it_is_installed(fleet: PracticeFleet) -> None:
    a251 = fleet.host("a251")
    assert a251.run(["ldapwhoami", "-x"]) is None
    assert a251.dial("/run/slapd/ldapi", "root") == (None, "2 No such file or directory")
    assert run(a251, "apt-get -y install slapd ldap-utils").exit == 0
    assert said(a251, "ldapwhoami -Q -Y EXTERNAL -H ldapi:///") == [f"dn:{guide.ROOT}"]


def test_all_of_it_survives_a_restart(guided: PracticePlace) -> None:
    host = guided.host
    before = said(host, "slapcat"), said(host, "slapcat -n0")
    guide.limit(guided, guide.READER, "size=20")
    changed = said(host, "slapcat -n0")
    assert changed != before[1]
    guided.do("systemctl", "stop", "slapd")
    assert not host.files.exists("/run/slapd/ldapi")
    assert (said(host, "slapcat"), said(host, "slapcat -n0")) == (before[0], changed)
    guided.do("systemctl", "start", "slapd")
    assert (said(host, "slapcat"), said(host, "slapcat -n0")) == (before[0], changed)


def test_files_that_are_put_back_count_at_the_next_start(guided: PracticePlace) -> None:
    host = guided.host
    path = "/etc/ldap/slapd.d/cn=config/olcDatabase={1}mdb.ldif"
    kept = host.files.read(path)
    guide.limit(guided, guide.READER, "size=20")
    assert host.files.read(path) != kept
    guided.do("systemctl", "stop", "slapd")
    host.files.write(path, kept)
    guided.do("systemctl", "start", "slapd")
    assert not [line for line in said(host, "slapcat -n0") if "size=20" in line]


@pytest.mark.parametrize(
    "damage",
    [
        "nonsense",
        "dn: olcDatabase={1}mdb\nolcAccess: {0}to nonsense by * read\nobjectClass: olcMdbConfig\nolcDatabase: {1}mdb\n",
    ],
)
def test_a_damaged_configuration_does_not_start(a250: PracticeHost, damage: str) -> None:
    said(a250, "systemctl stop slapd")
    a250.files.write("/etc/ldap/slapd.d/cn=config/olcDatabase={1}mdb.ldif", damage)
    assert run(a250, "systemctl start slapd").exit == 1
    assert run(a250, "slaptest").exit == 1
    assert run(a250, "ldapwhoami -x -H ldapi:///").exit == 255


def test_a_database_that_is_removed_is_empty(guided: PracticePlace) -> None:
    guided.do("systemctl", "stop", "slapd")
    guided.drop("/var/lib/ldap/data.mdb")
    guided.do("systemctl", "start", "slapd")
    assert run(guided.host, f"ldapsearch -Q -LLL -Y EXTERNAL -H ldapi:/// -b {guide.SUFFIX}").exit == 32


def test_where_it_listens(guided: PracticePlace, fleet: PracticeFleet) -> None:
    a251 = fleet.host("a251")
    assert a251.dial("192.168.11.250:636", "root")[0] is not None
    text = (
        guided.text("/etc/default/slapd").replace(" ldaps:///", "").replace("ldap:///", "ldap://127.0.0.1/")
    )
    guided.put("/etc/default/slapd", text, owner="root", mode=0o644)
    guided.do("systemctl", "restart", "slapd")
    assert a251.dial("192.168.11.250:636", "root") == (None, "111 Connection refused")
    assert a251.dial("192.168.11.250:389", "root") == (None, "111 Connection refused")
    assert guided.host.dial("127.0.0.1:389", "root")[0] is not None
    fleet.host("a250").faults.off_the_lan = True
    assert a251.dial("192.168.11.250:389", "root") == (None, "113 No route to host")
    assert a251.dial("nowhere:389", "root") == (None, "-2 Name or service not known")


def test_who_comes_over_the_socket(guided: PracticePlace) -> None:
    output = guided.host.run(["ldapwhoami", "-Q", "-Y", "EXTERNAL", "-H", "ldapi:///"], user="alice")
    assert output is not None
    assert output.out == "dn:gidNumber=1000+uidNumber=1000,cn=peercred,cn=external,cn=auth\n"
    mapped = f'olcAuthzRegexp: "gidNumber=0\\\\+uidNumber=0,.*" "cn=Manager,{guide.SUFFIX}"'
    guided.do(
        "ldapmodify",
        *guide.AS_ROOT,
        feed=f"dn: cn=config\nchangetype: modify\nadd: olcAuthzRegexp\n{mapped}\n",
    )
    assert said(guided.host, "ldapwhoami -Q -Y EXTERNAL -H ldapi:///") == [f"dn:cn=Manager,{guide.SUFFIX}"]


# -- quick enough ------------------------------------------------------------------------------------------------------


def test_two_thousand_people_feel_instant(fleet: PracticeFleet) -> None:
    place = PracticePlace(fleet)
    guide.set_up(place)
    guide.load_people(place, 2000)
    session = slapd(place.host).local("root")
    assert session is not None
    session.external()
    from azdesk.directory import filters
    from azdesk.practice.ldap.searching import Asked

    started = time.perf_counter()
    wanted = filters.parsed("(|(uid=*77*)(cn=*77*)(AstAccountName=*77*))")
    found = list(session.search(Asked(base=guide.PEOPLE, scope="sub", wanted=wanted, attributes=("uid",))))
    assert len(found) > 30
    assert time.perf_counter() - started < 1.5, "0.15 s on an idle machine"


# -- rules -------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def settings() -> config.Settings:
    return config.load(config.fresh("dc=x", "{SSHA}x"), lambda path: True)


def level(
    settings: config.Settings, texts: list[str], who: str, dn: str, attribute: str = "cn", ssf: int = 0
) -> str:
    tree = Tree("dc=x")
    for name in ("dc=x", "ou=a,dc=x", "uid=u,ou=a,dc=x"):
        tree.put(name, {"objectClass": [b"top"]})
    tree.put("cn=staff,dc=x", {"objectClass": [b"groupOfNames"], "member": [b"uid=U,ou=a,dc=x"]})
    made = access.Access(
        rules=tuple(access.rule(text, settings.schema) for text in texts),
        schema=settings.schema,
        find=tree.nodes.get,
    )
    return access.LEVELS[made.level(Login.of(who, ssf), tree.get(dn), attribute)]


@pytest.mark.parametrize(
    ("texts", "who", "dn", "wanted"),
    [
        ([], "", "dc=x", "none"),
        (["to * by * read"], "", "dc=x", "read"),
        (["to * by users write"], "", "dc=x", "none"),
        (["to * by users write"], "uid=u,ou=a,dc=x", "dc=x", "write"),
        (["to * by self write by * read"], "UID=U,OU=a,dc=x", "uid=u,ou=a,dc=x", "write"),
        (["to * by self write by * read"], "uid=u,ou=a,dc=x", "ou=a,dc=x", "read"),
        (["{0}to * by * none break", "{1}to * by * read"], "", "dc=x", "read"),
        (["to * by anonymous auth by * read"], "", "dc=x", "auth"),
        (
            ["to * by dn.exact=uid=u,ou=a,dc=x read continue by users search"],
            "uid=u,ou=a,dc=x",
            "dc=x",
            "read",
        ),
        (['to dn.subtree="ou=a,dc=x" by * read'], "", "uid=u,ou=a,dc=x", "read"),
        (['to dn.subtree="ou=a,dc=x" by * read'], "", "dc=x", "none"),
        (['to dn.children="ou=a,dc=x" by * read'], "", "ou=a,dc=x", "none"),
        (['to dn.one="ou=a,dc=x" by * read'], "", "uid=u,ou=a,dc=x", "read"),
        (['to dn.one="dc=x" by * read'], "", "uid=u,ou=a,dc=x", "none"),
        (['to dn.regex="^uid=.*,dc=x$" by * read'], "", "uid=u,ou=a,dc=x", "read"),
        (["to attrs=cn by * write", "to * by * read"], "", "dc=x", "write"),
        (["to attrs=name by * write", "to * by * read"], "", "dc=x", "write"),
        (["to attrs=sn by * write", "to * by * read"], "", "dc=x", "read"),
        (["to attrs=@person by * write", "to * by * read"], "", "dc=x", "write"),
        (["to filter=(objectClass=groupOfNames) by * read"], "", "cn=staff,dc=x", "read"),
        (["to filter=(objectClass=groupOfNames) by * read"], "", "dc=x", "none"),
        (['to * by group.exact="cn=staff,dc=x" write by * read'], "uid=u,ou=a,dc=x", "dc=x", "write"),
        (['to * by group.exact="cn=staff,dc=x" write by * read'], "uid=other,dc=x", "dc=x", "read"),
        (["to * by users ssf=128 write by * read"], "uid=u,ou=a,dc=x", "dc=x", "read"),
        (["to * by * =rsc"], "", "dc=x", "read"),
    ],
)
def test_rights(settings: config.Settings, texts: list[str], who: str, dn: str, wanted: str) -> None:
    assert level(settings, texts, who, dn) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "",
        "by * read",
        "to *",
        "to * by",
        "to * by nobody read",
        "to attrs=nope by * read",
        "to dn.odd=dc=x by * read",
        "to * by * everything",
    ],
)
def test_rules_that_are_none(settings: config.Settings, text: str) -> None:
    with pytest.raises(BadRule):
        access.rule(text, settings.schema)


@pytest.mark.parametrize(
    ("held", "password", "good"),
    [
        (b"secret", b"secret", True),
        (b"secret", b"Secret", False),
        (b"{SSHA}ODEOvEDIwMvnCILDMK70c0TBKoLweVVQ", b"abc", True),
        (b"{ssha}ODEOvEDIwMvnCILDMK70c0TBKoLweVVQ", b"abd", False),
        (b"{MD5}kAFQmDzST7DWlj99KOF/cg==", b"abc", True),
        (b"{SHA}qZk+NkcGgWq6PiVxeFDCbJzQ2J0=", b"abc", True),
        (b"{CLEARTEXT}abc", b"abc", True),
        (b"{ARGON2}x", b"x", False),
        (b"{SSHA}***", b"x", False),
    ],
)
def test_passwords(held: bytes, password: bytes, good: bool) -> None:
    assert fits(held, password) is good


def test_numbered_values() -> None:
    held = config.in_order([], [b"a", b"b", b"c"])
    assert held == [b"{0}a", b"{1}b", b"{2}c"]
    assert config.in_order(held, [b"{1}x", b"y"]) == [b"{0}a", b"{1}x", b"{2}b", b"{3}c", b"{4}y"]
    assert config.without(held, "olcAccess", [b"{1}"]) == [b"{0}a", b"{1}c"]
    assert config.without(held, "olcAccess", [b"c"]) == [b"{0}a", b"{1}b"]
    with pytest.raises(Refused):
        config.without(held, "olcAccess", [b"{7}"])


def test_a_tree_moves_with_all_below() -> None:
    tree = Tree("dc=x")
    for name in ("dc=x", "ou=a,dc=x", "ou=b,dc=x", "ou=c,ou=a,dc=x", "uid=u,ou=c,ou=a,dc=x"):
        tree.put(name, {})
    tree.move(tree.get("ou=a,dc=x"), "ou=z,ou=b,dc=x", tree.get("ou=b,dc=x"))
    assert [node.dn for node in tree.all()] == [
        "dc=x",
        "ou=b,dc=x",
        "ou=z,ou=b,dc=x",
        "ou=c,ou=z,ou=b,dc=x",
        "uid=u,ou=c,ou=z,ou=b,dc=x",
    ]
    assert tree.get("uid=U,ou=c,OU=z,ou=b,dc=x").parent is tree.get("ou=c,ou=z,ou=b,dc=x")
    assert isinstance(tree.get("dc=x"), Node)


def test_the_schema_is_checked_without_a_server(settings: config.Settings) -> None:
    entry = {"objectClass": [b"account"], "UID": [b"a"], "userid": [b"b"]}
    assert rules.canonical(settings.schema, entry) == {"objectClass": [b"account"], "uid": [b"a", b"b"]}
    with pytest.raises(Refused) as caught:
        rules.canonical(settings.schema, {"uid": [b"a"], "userid": [b"A "]})
    assert (caught.value.code, caught.value.said) == (20, "uid: value #0 provided more than once")


def test_nobody_logs_in_with_an_empty_password(guided: PracticePlace) -> None:
    server = slapd(guided.host).server
    assert server is not None
    session = Session(server, ssf=256)
    with pytest.raises(Refused) as caught:
        session.simple(ANNA, b"")
    assert caught.value.code == 53
    assert session.login.dn == ""


# -- more databases, and replicas ------------------------------------------------------------------------------------


def change(host: PracticeHost, text: str, program: str = "ldapmodify") -> tuple[int, str]:
    output = host.run([program, "-Q", "-Y", "EXTERNAL", "-H", "ldapi:///"], feed=text.encode())
    assert output is not None
    return output.exit, output.err


def database(host: PracticeHost, suffix: str, folder: str, *more: str) -> tuple[int, str]:
    lines = [
        "dn: olcDatabase=mdb,cn=config",
        "objectClass: olcDatabaseConfig",
        "objectClass: olcMdbConfig",
        "olcDatabase: mdb",
        f"olcSuffix: {suffix}",
        f"olcDbDirectory: {folder}",
        f"olcAccess: to * by dn.exact={guide.ROOT} manage by * break",
        *more,
    ]
    return change(host, "\n".join(lines) + "\n", "ldapadd")


def databases(host: PracticeHost) -> list[str]:
    return [
        line
        for line in said(host, "slapcat -n0 -a (olcDatabase=*)")
        if line.startswith(("dn:", "olcSuffix:"))
    ]


def test_a_second_database(a250: PracticeHost) -> None:
    status, words = database(a250, "dc=x", "/var/lib/ldap/x")
    assert status == 80
    assert "\tadditional info: olcDbDirectory: value #0: invalid path: No such file or directory\n" in words
    a250.files.folder("/var/lib/ldap/x", Attributes(mode=0o700, owner="openldap", group="openldap"))
    assert "already served" in database(a250, "dc=nodomain", "/var/lib/ldap/x")[1]
    assert database(a250, "dc=x", "/var/lib/ldap/x") == (0, "")
    assert databases(a250)[-2:] == ["dn: olcDatabase={2}mdb,cn=config", "olcSuffix: dc=x"]
    entry = "dn: dc=x\nobjectClass: dcObject\nobjectClass: organization\no: x\ndc: x\n"
    assert change(a250, entry, "ldapadd") == (0, "")
    said(a250, "systemctl restart slapd")
    assert said(a250, "slapcat -b dc=x")[0] == "dn: dc=x"
    assert a250.files.exists("/var/lib/ldap/x/data.mdb")
    said(a250, "slapcat -o ldif-wrap=no -b dc=x -l /tmp/out.ldif")
    assert a250.files.text("/tmp/out.ldif").startswith("dn: dc=x\n")
    # Not as root, who would follow a link that slapd's user has put there.
    said(a250, "runuser -u openldap -- slapcat -b dc=x -l /var/lib/ldap/x/out.ldif")
    assert a250.files.attributes("/var/lib/ldap/x/out.ldif").owner == "openldap"
    assert a250.files.link("/var/lib/ldap/x/planted.ldif", "/etc/default/slapd")
    before = a250.files.text("/etc/default/slapd")
    refused = run(a250, "runuser -u openldap -- slapcat -b dc=x -l /var/lib/ldap/x/planted.ldif")
    assert (refused.exit, "Permission denied" in refused.err) == (1, True)
    said(
        a250,
        "runuser -u openldap -- rm -f /var/lib/ldap/x/out.ldif /var/lib/ldap/x/planted.ldif /var/lib/ldap/x/no",
    )
    assert a250.files.names("/var/lib/ldap/x") == ["data.mdb"]
    assert run(a250, "runuser -u openldap -- rm /etc/default/slapd").exit == 1
    assert a250.files.text("/etc/default/slapd") == before
    gone = "dn: olcDatabase={1}mdb,cn=config\nchangetype: delete\n"
    assert change(a250, gone) == (0, "")
    assert databases(a250)[-2:] == ["dn: olcDatabase={1}mdb,cn=config", "olcSuffix: dc=x"]
    assert run(a250, "ldapsearch -Q -LLL -Y EXTERNAL -H ldapi:/// -b dc=nodomain").exit == 32
    said(a250, "systemctl restart slapd")
    assert said(a250, "slapcat -b dc=x")[0] == "dn: dc=x"
    assert change(a250, "dn: olcDatabase={0}config,cn=config\nchangetype: delete\n")[0] == 53


def test_a_password_may_be_tried_in_clear_on_the_host_itself_only(
    fleet: PracticeFleet, guided: PracticePlace
) -> None:
    rule = '{0}to attrs=userPassword by anonymous ssf=71 auth by anonymous peername.ip="127.0.0.1" auth by * none'
    changes = f"dn: {guide.DATABASE}\nchangetype: modify\nadd: olcAccess\nolcAccess: {rule}\n\n"
    changes += "dn: cn=config\nchangetype: modify\ndelete: olcSecurity\n"
    assert change(guided.host, changes) == (0, "")
    login = f"ldapwhoami -x -D {ANNA} -w 00000001 -H"
    assert said(guided.host, f"{login} ldap://127.0.0.1") == [f"dn:{ANNA}"]
    assert said(guided.host, f"{login} ldapi:///") == [f"dn:{ANNA}"]
    a251 = fleet.host("a251")
    assert run(a251, "apt-get -y install ldap-utils").exit == 0
    assert run(a251, f"{login} ldap://192.168.11.250").exit == 49


def test_a_replica_follows(fleet: PracticeFleet, guided: PracticePlace, tmp_path: Path) -> None:
    a251 = fleet.host("a251")
    assert run(a251, "apt-get -y install slapd ldap-utils").exit == 0
    provider = (
        "dn: cn=module{0},cn=config\nchangetype: modify\nadd: olcModuleLoad\nolcModuleLoad: syncprov\n\n"
        f"dn: olcOverlay=syncprov,{guide.DATABASE}\nchangetype: add\nobjectClass: olcSyncProvConfig\nolcOverlay: syncprov\n"
    )
    assert change(guided.host, provider) == (0, "")
    for text in ("misc", "asterisk"):
        feed = guide._schema() if text == "asterisk" else a251.files.text("/etc/ldap/schema/misc.ldif")
        assert change(a251, feed, "ldapadd") == (0, "")
    a251.files.write("/etc/ldap/ca.pem", (tmp_path / "ca.pem").read_text())
    a251.files.folder("/var/lib/ldap/x", Attributes(mode=0o700, owner="openldap", group="openldap"))
    follows = (
        f'olcSyncrepl: rid=001 provider=ldaps://192.168.11.250 bindmethod=simple binddn="{guide.READER}" '
        f'credentials="{guide.READER_PASSWORD}" searchbase="{guide.SUFFIX}" type=refreshAndPersist retry="5 +" '
        "tls_cacert=/etc/ldap/ca.pem"
    )
    reference = "olcUpdateRef: ldaps://192.168.11.250"
    assert database(a251, guide.SUFFIX, "/var/lib/ldap/x", follows, reference) == (0, "")

    def there(dn: str) -> bool:
        return run(a251, f"ldapsearch -Q -LLL -Y EXTERNAL -H ldapi:/// -s base -b {dn}").exit == 0

    assert there(ANNA)
    assert change(guided.host, f"dn: {ANNA}\nchangetype: delete\n") == (0, "")
    assert not there(ANNA)
    ask = f"ldapsearch -Q -LLL -Y EXTERNAL -H ldapi:/// -s base -b {guide.SUFFIX} contextCSN"
    assert said(a251, ask) == said(guided.host, ask)
    status, words = change(a251, f"dn: uid=ben100002,{guide.PEOPLE}\nchangetype: delete\n")
    assert (status, f"ldaps://192.168.11.250/uid=ben100002,{guide.PEOPLE}" in words) == (10, True)
    fleet.host("a250").faults.off_the_lan = True
    assert change(guided.host, f"dn: uid=ben100002,{guide.PEOPLE}\nchangetype: delete\n") == (0, "")
    assert there(f"uid=ben100002,{guide.PEOPLE}"), "what it has it keeps while the provider is away"
    fleet.host("a250").faults.off_the_lan = False
    assert not there(f"uid=ben100002,{guide.PEOPLE}")


def test_a_class_that_a_later_schema_completes_is_taken_but_not_started_with(guided: PracticePlace) -> None:
    later = (
        "dn: cn=later,cn=schema,cn=config\nchangetype: add\nobjectClass: olcSchemaConfig\ncn: later\n"
        "olcAttributeTypes: ( 2.25.9.1 NAME 'azLater' SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )\n\n"
        "dn: cn={5}asterisk,cn=schema,cn=config\nchangetype: modify\nadd: olcObjectClasses\n"
        "olcObjectClasses: ( 2.25.9.2 NAME 'azClass' SUP top AUXILIARY MAY azLater )\n"
    )
    assert change(guided.host, later) == (0, "")
    assert run(guided.host, "systemctl restart slapd").exit == 1


def test_what_the_service_account_may_do(a250: PracticeHost) -> None:
    said(a250, "systemctl stop slapd")
    record = "dn: cn=config\nchangetype: modify\nreplace: olcLogLevel\nolcLogLevel: stats\n"
    output = a250.run(["runuser", "-u", "openldap", "--", "slapmodify", "-n", "0"], feed=record.encode())
    assert output is not None
    assert output.exit == 0
    assert "olcLogLevel: stats" in said(a250, "slapcat -n0")
    denied = a250.run(["slapcat", "-n0"], user="alice")
    assert denied is not None
    assert denied.exit == 1


def test_logins_as_steps_try_them(guided: PracticePlace, fleet: PracticeFleet, tmp_path: Path) -> None:
    from azdesk.practice.machine import PracticeMachine

    a251 = fleet.host("a251")
    a251.files.write("/etc/ssl/own.pem", (tmp_path / "ca.pem").read_text())
    machine = PracticeMachine(a251)

    def login(server: str, account: str, password: str, **more: str) -> tuple[str, str]:
        return machine.login(server, {"account": account, "ca": "/etc/ssl/own.pem", **more}, password, 5.0)

    url = "ldaps://192.168.11.250:636"
    assert login(url, ANNA, "00000001") == ("", "takes the login")
    found = login(url, guide.READER, guide.READER_PASSWORD, base=guide.PEOPLE, search="(uid=anna100001)")
    assert found == ("", "takes the login and found what it should find")
    assert (
        login(url, guide.READER, guide.READER_PASSWORD, base=guide.PEOPLE, search="(uid=nobody)")[0]
        == "empty"
    )
    assert login(url, ANNA, "wrong")[0] == "password"
    assert login("ldap://192.168.11.250:389", ANNA, "00000001")[0] == "tls"
    assert login("ldaps://192.168.11.250:637", ANNA, "x")[0] == "unreachable"
    a251.files.write("/etc/ssl/own.pem", guide.Authority("another").certificate)
    assert login(url, ANNA, "00000001")[0] == "tls"
