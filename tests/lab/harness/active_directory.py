"""A real Active Directory: Samba's domain controller on a host of its own, with people in it.

server = active_directory(lab)
server.url, server.base, server.reader, server.password, server.ca ...
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field

from tests.lab.harness.host import Host, Snapshot
from tests.lab.harness.lab import Lab
from tests.lab.harness.tls import Authority, Pair

REALM = "ad.test"
BASE = "DC=ad,DC=test"
PEOPLE = f"OU=Köln,{BASE}"
GROUP = f"CN=Chat users,{PEOPLE}"
PASSWORD = "Geheim.12345"
"""Everybody's in this directory, unless a test changes it."""
LOCKOUT_AFTER = 3
"""Failed logins until an account is locked."""
TLS = "/var/lib/samba/private/tls"
KEPT = "active-directory"
PHONE_PASSWORD = "unixUserPassword"
"""An attribute that every Active Directory has and shows nobody (it is confidential) unless a right says so."""
# Of that attribute and of the class user, as schemaIDGUID says.
_ATTRIBUTE, _USER = "612cb747-c0e8-4f92-9221-fdd5f15b550d", "bf967aba-0de6-11d0-a285-00aa003049e2"

# The program that samba-tool calls for `user create` and `group add`, in one process instead of one for each: seconds.
FILL = r"""
import json, sys
from samba.auth import system_session
from samba.param import LoadParm
from samba.samdb import SamDB
import ldb
given = json.load(sys.stdin)
settings = LoadParm(); settings.load_default()
sam = SamDB(url=settings.samdb_url(), session_info=system_session(), lp=settings)
base, people, password = given["base"], given["people"], given["password"]
sam.create_ou(people)
inside = people[: -len(base) - 1]
for person in given["persons"]:
    sam.newuser(person["account"], password, userou=inside, surname=person["surname"], givenname=person["given"],
                telephonenumber=person.get("number"), mailaddress=person.get("mail"), useusernameascn=None)
for name in ("Chat users", "Sales", "Sales north"):
    sam.newgroup(name, groupou=inside)
sam.add_remove_group_members("Chat users", ["anna", "jmüller", "carla", "erik", "maja", "luis", "o'neil", "Sales"])
sam.add_remove_group_members("Sales", ["bob", "Sales north"])
sam.add_remove_group_members("Sales north", ["deep"])
def change(account, **values):
    dn = sam.search(base=people, expression="(sAMAccountName=%s)" % account, attrs=[])[0].dn
    message = ldb.Message(dn)
    for name, value in values.items():
        message[name] = ldb.MessageElement(str(value), ldb.FLAG_MOD_REPLACE, name)
    sam.modify(message)
# As in many real directories, a name that must be escaped in a DN and in a filter.
sam.rename(ldb.Dn(sam, "CN=Tim O'Neil," + people), ldb.Dn(sam, "CN=O'Neil\\, Tim (IT) *," + people))
change("carla", userAccountControl=514)
change("erik", accountExpires=132000000000000000)
change("maja", pwdLastSet=0)
print(len(given["persons"]))
"""

PERSONS = (
    {"account": "anna", "given": "Anna", "surname": "Meier", "number": "6853", "mail": "anna@ad.test"},
    {"account": "bob", "given": "Bob", "surname": "Builder", "number": "6854"},
    {"account": "jmüller", "given": "Jörg", "surname": "Müller", "number": "6855", "mail": "jörg@ad.test"},
    {"account": "deep", "given": "Deep", "surname": "Nested"},
    {"account": "o'neil", "given": "Tim", "surname": "O'Neil"},
    {"account": "carla", "given": "Carla", "surname": "Disabled"},
    {"account": "erik", "given": "Erik", "surname": "Expired"},
    {"account": "maja", "given": "Maja", "surname": "Mustchange"},
    {"account": "luis", "given": "Luis", "surname": "Locked"},
    {"account": "out", "given": "Otto", "surname": "Outside"},
    {"account": "azreader", "given": "AZDesk", "surname": "Reader"},
)


@dataclass(frozen=True, kw_only=True)
class AdServer:
    """The domain controller as a client sees it. `anna` (in the group), `jmüller`, `o'neil`, `bob` (by the group Sales) and
    `deep` (two groups down) may chat; `out` is in no group, `carla` disabled, `erik` expired, `maja` has to change her
    password; `luis` is there to be locked (`lock_out`). All have PASSWORD."""

    host: Host
    address: str
    name: str
    """Its DNS name, which nothing in the lab resolves unless a test writes it to /etc/hosts."""
    base: str = BASE
    people: str = PEOPLE
    group: str = GROUP
    admin: str = f"CN=Administrator,CN=Users,{BASE}"
    reader: str = f"CN=AZDesk Reader,{PEOPLE}"
    password: str = PASSWORD
    authority: Authority = field(repr=False)

    @property
    def ca(self) -> str:
        """PEM of the authority to trust."""
        return self.authority.certificate

    @property
    def url(self) -> str:
        return f"ldaps://{self.address}"

    def serve(self, pair: Pair) -> None:
        """Show this certificate from now on."""
        for name, text in (("cert.pem", pair.certificate), ("key.pem", pair.key), ("ca.pem", self.ca)):
            self.host.write(f"{TLS}/{name}", text, mode=0o600)
        # Tests in a row may start it more often than systemd lets it.
        self.host.sh("systemctl reset-failed samba-ad-dc; systemctl restart samba-ad-dc")
        _wait_for_ldaps(self.host, self.address)

    def good_certificate(self) -> Pair:
        return self.authority.issue(self.name, self.host.name, addresses=[self.address])

    def modify(self, ldif: str) -> None:
        """Changes as Administrator, over LDAPS."""
        self.host.run(
            ["sh", "-c", f"cd /root; ldapmodify -xH {self.url} -D '{self.admin}' -w {self.password}"],
            input=ldif,
        )

    def show_phone_passwords(self) -> None:
        """Let the reader, and nobody else, see PHONE_PASSWORD."""
        said = self.host.sh("samba-tool user show azreader --attributes=objectSid")
        (sid,) = re.findall(r"^objectSid: (\S+)$", said, re.MULTILINE)
        rule = f"(OA;CIIO;RPCR;{_ATTRIBUTE};{_USER};{sid})"
        self.host.run(["samba-tool", "dsacl", "set", f"--objectdn={self.people}", f"--sddl={rule}"])

    def lock_out(self, account: str) -> None:
        """Lock an account as too many wrong passwords do: by giving them."""
        for _attempt in range(LOCKOUT_AFTER):
            who = f"{account}@{REALM}"
            self.host.run(
                ["ldapwhoami", "-xH", f"ldaps://{self.address}", "-D", who, "-w", "wrong"], check=False
            )


def active_directory(lab: Lab, name: str = "a240") -> AdServer:
    """A fresh domain controller, filled, with LDAPS; about 10 s the first time, then 4 s."""
    if name in lab.hosts:
        host = lab.host(name)
        kept = host.kept_snapshot(KEPT)
    else:
        (host,) = lab.need(name)
        kept = None
    if kept is None:
        host.reset()
        kept = _provision(host)
    else:
        host.restore(kept)
    server = AdServer(
        host=host, address=host.address, name=f"{host.name}.{REALM}", authority=Authority("AD authority")
    )
    server.serve(server.good_certificate())
    return server


def _provision(host: Host) -> Snapshot:
    """Make the domain and its people; samba is at rest when this returns."""
    host.sh(f"sed -i 's/^127.0.1.1.*/{host.address} {host.name}.{REALM} {host.name}/' /etc/hosts")
    host.sh("rm -f /etc/samba/smb.conf")
    realm, workgroup = REALM.upper(), REALM.replace(".", "").upper()
    settings = [
        f"tls keyfile = {TLS}/key.pem",
        f"tls certfile = {TLS}/cert.pem",
        f"tls cafile = {TLS}/ca.pem",
        "disable netbios = yes",
    ]
    host.run(
        [
            "samba-tool",
            "domain",
            "provision",
            f"--realm={realm}",
            f"--domain={workgroup}",
            "--server-role=dc",
            "--dns-backend=SAMBA_INTERNAL",
            f"--adminpass={PASSWORD}",
            *(f"--option={setting}" for setting in settings),
        ],
        timeout=100,
    )
    policy = ["--history-length=0", "--min-pwd-age=0", "--max-pwd-age=0"]
    policy += [f"--account-lockout-threshold={LOCKOUT_AFTER}", "--account-lockout-duration=30"]
    host.run(["samba-tool", "domain", "passwordsettings", "set", *policy])
    given = json.dumps({"base": BASE, "people": PEOPLE, "password": PASSWORD, "persons": PERSONS})
    host.run(["python3", "-c", FILL], input=given, timeout=100)
    host.run(["systemctl", "enable", "samba-ad-dc"])
    # Nothing is started here: `serve` does it, with a certificate.
    host.run(["mkdir", "-p", TLS])
    return host.snapshot(KEPT)


def _wait_for_ldaps(host: Host, address: str) -> None:
    host.sh(
        "echo 'TLS_REQCERT never' > /root/ldaprc; cd /root; for turn in $(seq 200); do "
        f"ldapwhoami -xH ldaps://{address} && exit 0; sleep 0.1; done; exit 1"
    )
