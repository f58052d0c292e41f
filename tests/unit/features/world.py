"""A world small enough to be obvious: hosts made of dictionaries, which answer probes and carry out steps.

It knows what the features rely on and no more. What real software does is for tests/contract to find out.
"""

from __future__ import annotations

import fnmatch
import hashlib
import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from azdesk.core import probe as probes
from azdesk.core import step as steps
from azdesk.core.platform import DEBIAN
from azdesk.core.probe import Probe, Readings
from azdesk.core.step import Step
from azdesk.features.certificates.state import ALSO_FILE, ALSO_LINK, AUTHORITY_FILE, AUTHORITY_LINK
from azdesk.features.firewall import content as firewall
from azdesk.features.sip_accounts import copied
from azdesk.onhost.probes import masked
from azdesk.pki.authority import Issued
from azdesk.practice.netfilter import Netfilter
from azdesk.practice.netfilter import Refused as NftRefused
from azdesk.voice.dialplan import DialPlan
from azdesk.voice.validating import parse
from tests.unit.features.cases import file, readings_of

STATE = "/var/lib/azdesk"
DIRECTORY, READER = "ldaps://192.168.11.249:636", "the reader's password"
"""Somebody else's directory, and what its reader logs in with."""


def pjsip_list(text: str) -> str:
    """What PJSIP lists of the trunks in our file."""
    found = []
    for name, rest in re.findall(r"^\[(.*)\]\ntype = endpoint\n((?:(?!\[).*\n)*)", text, re.MULTILINE):
        uri = re.search(rf"\[{name}\]\ntype = aor\ncontact = (.*)\n", text)
        match = re.search(rf"\[{name}\]\ntype = identify\n.*\nmatch = (.*)\n", text)
        user = re.search(rf"\[{name}\]\ntype = auth\n.*\n.*\nusername = (.*)\n", text)
        assert uri
        assert match
        found.append(f" Endpoint:  {name:<50}  Not in use    0 of inf\n")
        if user and "outbound_auth" in rest:
            found.append(f"    OutAuth:  {name}/{user[1]}\n")
        if user and re.search(r"^auth = ", rest, re.MULTILINE):
            found.append(f"     InAuth:  {name}/{user[1]}\n")
        found.append(
            f"      Contact:  {name}/{uri[1]}  0123456789 Avail         1.500\n   Identify:  {name}/{name}\n"
        )
        places = (f"{one}/32" if re.fullmatch("[0-9.]+", one) else one for one in match[1].split(","))
        found += [f"        Match: {place}\n" for place in places]
        found.append("\n")
    return "".join(found) or "No objects found.\n\n"


class Refused(Exception):
    """A step that a host could not carry out."""


@dataclass(kw_only=True)
class Node:
    """A file or folder."""

    text: str | None = None
    mode: int = 0o644
    owner: str = "root"
    group: str = "root"


@dataclass
class SmallHost:
    """One host. `nodes` maps paths to files and folders, `units` unit names to [active, enabled]."""

    name: str
    world: dict[str, SmallHost]
    nodes: dict[str, Node] = field(default_factory=dict)
    units: dict[str, list[bool]] = field(default_factory=dict)
    packages: dict[str, str | None] = field(default_factory=dict)
    data_of: str = ""
    """Node name that the Mnesia files carry; empty: none there."""
    cluster: set[str] = field(default_factory=set)
    """Nodes that this one's database knows, itself included."""
    loaded: tuple[str, ...] = ()
    """Texts of the configuration that ejabberd runs with."""
    messages: bool = False
    """Whether Asterisk has the application for messages."""
    phones: str = ""
    """Our files about phones' accounts, as Asterisk has loaded them."""
    trunks: str = ""
    """Our file of trunks, as Asterisk has loaded it."""
    account: str = ""
    """What Asterisk has loaded of the file with AZDesk's account."""
    calls: DialPlan = field(default_factory=DialPlan)
    """The dial plan that Asterisk has loaded of our file."""
    netfilter: Netfilter = field(default_factory=Netfilter)
    client: str = "192.168.11.9"
    """Where AZDesk comes from."""
    log: list[str] = field(default_factory=list)
    """Steps carried out, by title."""
    issue: Callable[[], Issued] | None = None
    """Issues a certificate for this host, when steps ask for one."""
    _issued: Issued | None = None

    # -- looking -----------------------------------------------------------------------------------------------

    def look(self, asked: dict[str, Probe]) -> Readings:
        answers = {key: self.answer(probe) for key, probe in asked.items()}
        return Readings(self.name, answers, taken_at=time.time())

    def answer(self, probe: Probe) -> dict[str, Any]:
        match probe:
            case probes.File():
                return self._file(probe)
            case probes.Units():
                return {"units": {name: self._unit(name) for name in probe.names}}
            case probes.Packages():
                return {"packages": {name: self.packages.get(name) for name in probe.names}}
            case probes.Mounts():
                there = {"mounted": False, "source": "/dev/vda1", "fstype": "ext4", "options": "rw"}
                return {"mounts": {path: there if path in self.nodes else None for path in probe.paths}}
            case probes.Identity():
                return {"hostname": self.name, "os_name": "Debian GNU/Linux 14"}
            case probes.Connection():
                return {"client": self.client, "port": 22}
            case probes.Http():
                return {"answered": False, "status": 0, "body": ""}
            case probes.Ami():
                return self._ami(probe)
            case probes.Fallback():
                return {"used": "otherwise", "reading": self.answer(probe.otherwise)}
            case probes.Listing():
                names = sorted(
                    path.removeprefix(f"{probe.path}/")
                    for path in self.nodes
                    if path.startswith(f"{probe.path}/")
                )
                found = [
                    {"name": name}
                    for name in names
                    if any(fnmatch.fnmatch(name, one) for one in probe.patterns)
                ]
                return {"exists": probe.path in self.nodes, "entries": found}
            case probes.Connect():
                return {"connected": self._listens(probe.address, probe.port), "seconds": 0.0, "error": ""}
            case probes.Command():
                return self._command(probe.argv)
        raise AssertionError(f"no feature's plan was known to need {probe}")

    def _file(self, probe: probes.File) -> dict[str, Any]:
        node = self.nodes.get(probe.path)
        if node is None:
            return file(None)
        attributes = {"mode": node.mode, "owner": node.owner, "group": node.group}
        if node.text is None:
            return {"exists": True, "type": "dir", **attributes}
        reading = file(node.text, **attributes)
        if probe.secret:
            del reading["text"]
        else:
            reading["text"] = masked(reading["text"], list(probe.masks))
        return reading

    def _ami(self, probe: probes.Ami) -> dict[str, Any]:
        """Asterisk answers the account that it has loaded, by the secret that the file has now."""
        own = self.nodes.get(probe.account)
        if own is None:
            return {"answered": False, "error": "there is no account", "replies": []}
        if own.text != self.account:
            return {"answered": False, "error": "it refused the login", "replies": []}
        reply = {"Response": "Success", "AsteriskVersion": "22", "CoreCurrentCalls": "0", "Value": "0"}
        return {"answered": True, "error": "", "replies": [[reply] for _ in probe.actions]}

    def _unit(self, name: str) -> dict[str, Any]:
        if name not in self.units:
            return {"load": "not-found", "active": "inactive", "enabled": ""}
        if name == firewall.UNIT and firewall.UNIT_FILE not in self.nodes:
            return {"load": "not-found", "active": "inactive", "enabled": ""}
        if name == copied.TIMER and copied.UNIT_FILES[name] not in self.nodes:
            return {"load": "not-found", "active": "inactive", "enabled": ""}
        active, enabled = self.units[name]
        return {
            "load": "loaded",
            "active": "active" if active else "inactive",
            "enabled": "enabled" if enabled else "disabled",
        }

    @property
    def running(self) -> bool:
        return self.units[DEBIAN.ejabberd_unit][0]

    def _setting(self, name: str, default: str) -> str:
        found = re.findall(rf"^{name}=(.*)$", self.nodes[DEBIAN.ejabberd_settings].text or "", re.MULTILINE)
        return found[-1] if found else default

    @property
    def node_name(self) -> str:
        return self._setting("ERLANG_NODE", "ejabberd@localhost")

    def _listens(self, address: str, port: int) -> bool:
        owners = [
            host for host in self.world.values()
            if (host is self and address == "127.0.0.1") or host._setting("INET_DIST_INTERFACE", "") == address
        ]  # fmt: skip
        return any(
            host.running
            and (str(port) == host._setting("ERL_DIST_PORT", "") or f"port: {port}\n" in "".join(host.loaded))
            for host in owners
        )

    def _peers(self) -> set[str]:
        """Nodes of the cluster that run and know this one."""
        up = [host for host in self.world.values() if host.running and self.node_name in host.cluster]
        return {host.node_name for host in up if host.node_name in self.cluster}

    def _command(self, argv: tuple[str, ...]) -> dict[str, Any]:
        def said(out: str, code: int = 0) -> dict[str, Any]:
            return {"found": True, "exit": code, "out": out, "err": "", "timed_out": False}

        if argv[0] == "asterisk":
            if argv[2] == "core waitfullybooted":
                return said("Asterisk has fully booted.\n" if self.units[DEBIAN.asterisk_unit][0] else "")
            if argv[2].startswith("dialplan show"):
                name = argv[2].removeprefix("dialplan show").strip()
                return said(shown(self.calls, name) or f"There is no existence of '{name}' context\n")
            if argv[2] == "core show application VoiceMail":
                return said(
                    "  -= Info about Application 'VoiceMail' =-\n" if self.messages else "not registered\n"
                )
            if argv[2] == "cdr show status":
                text = self.nodes["/etc/asterisk/cdr.conf"].text or ""
                on = re.findall(r"^enable *= *(\w+)", text, re.MULTILINE)[-1:] != ["no"]
                csv = "    csv\n" if re.search(r"^\[csv\]", text, re.MULTILINE) else ""
                return said(f"  Logging:  {'Enabled' if on else 'Disabled'}\n* Registered Backends\n{csv}")
            if argv[2].startswith("module show like"):
                return said("0 modules loaded\n")
            if argv[2] == "realtime show ldap status":
                return said("Connected to '…'\n" if READER in self.phones else "")
            if argv[2].startswith("pjsip show endpoints"):
                return said(pjsip_list(self.trunks))
            if argv[2].startswith(("pjsip show registrations", "sip show")):
                return said("No objects found.\n")
            if argv[2] == "pjsip show transports":
                return said(
                    "\n".join(re.findall(r"^\[(.*)\]\ntype = transport\n", self.phones, re.MULTILINE)) + "\n"
                )
            assert argv[2] == "manager show user azdesk"
            return said("  username: azdesk\n" if self.account else "There is no manager called azdesk\n")
        if argv[0] == "nft":
            return self._nft(argv)
        if argv[0] == "ldapsearch":  # what only a host with slapd has, see tests/contract/test_slapd.py
            return {"found": False, "exit": 127, "out": "", "err": "", "timed_out": False}
        if argv[:2] == ("systemctl", "show"):
            return said("active\n" if self.running else "inactive\n")
        if not self.running:
            return said("", 3)
        if argv[1:] == ("status",):
            return said("ejabberd 26.07 is running in that node\n")
        if argv[1:] == ("mnesia_info_ctl",):
            up = self._peers()
            words = [",".join(sorted(names)) for names in (up, self.cluster - up)]
            return said(
                f"passwd : with 0 records\nrunning db nodes   = [{words[0]}]\nstopped db nodes   = [{words[1]}]\n"
            )
        raise AssertionError(argv)

    def _nft(self, argv: tuple[str, ...]) -> dict[str, Any]:
        if "nftables" not in self.packages:
            return {"found": False, "exit": 127, "out": "", "err": "", "timed_out": False}
        try:
            out = self.netfilter.chains() if argv[3] == "chains" else self.netfilter.table(*argv[4:])
        except NftRefused as refused:
            return {"found": True, "exit": 1, "out": "", "err": str(refused), "timed_out": False}
        return {"found": True, "exit": 0, "out": out, "err": "", "timed_out": False}

    # -- changing ----------------------------------------------------------------------------------------------

    def do(self, step: Step) -> None:
        self.log.append(step.title)
        carry_out: Callable[[Any], None] = getattr(self, "do_" + step.kind.replace("-", "_"))
        carry_out(step)

    def do_write_file(self, step: steps.WriteFile) -> None:
        old = self.nodes.get(step.path)
        known = hashlib.sha256((old.text or "").encode()).hexdigest() if old else ""
        if known != step.before:
            raise Refused(f"{step.path} is not as it was when the plan was made")
        if step.path.rpartition("/")[0] not in self.nodes:
            raise Refused(f"there is no folder for {step.path}")
        content = step.content
        for use in step.secrets:
            content = content.replace(use.token, self._secret(use.source))
        self.nodes[step.path] = Node(text=content, mode=step.mode, owner=step.owner, group=step.group)

    def _secret(self, source: str) -> str:
        kind, host, path = (*source.removeprefix("asterisk:").split(":"), "")[:3]
        if kind == "issued":
            assert self.issue is not None
            self._issued = self._issued or self.issue()
            return self._issued.key.reveal() if host == "key" else self._issued.certificate
        if kind == "kept":
            return READER
        return "RANDOM" + self.name if kind == "random" else self.world[host].nodes[path].text or ""

    def do_remove_file(self, step: steps.RemoveFile) -> None:
        if step.path not in self.nodes:
            raise Refused(f"{step.path} is not there")
        del self.nodes[step.path]

    def do_make_folder(self, step: steps.MakeFolder) -> None:
        parent = step.path.rpartition("/")[0]
        if parent and parent not in self.nodes:
            self.do_make_folder(steps.MakeFolder(title="", path=parent))
        self.nodes[step.path] = Node(mode=step.mode, owner=step.owner, group=step.group)

    def do_remove_folder(self, step: steps.RemoveFolder) -> None:
        if not any(path.startswith(step.path + "/") for path in self.nodes):
            self.nodes.pop(step.path, None)

    def do_keep_folder(self, step: steps.KeepFolder) -> None:
        assert step.folder in self.nodes

    def do_purge(self, step: steps.Purge) -> None:
        if step.folders:
            for name in step.patterns:
                inside = f"{step.folder}/{name}"
                self.nodes = {
                    path: node
                    for path, node in self.nodes.items()
                    if path != inside and not path.startswith(inside + "/")
                }
            return
        for path in list(self.nodes):
            folder, _, name = path.rpartition("/")
            if folder == step.folder and any(fnmatch.fnmatch(name, pattern) for pattern in step.patterns):
                del self.nodes[path]
        self.data_of, self.cluster = "", set()

    def do_archive(self, step: steps.Archive) -> None:
        self.nodes[f"{STATE}/backups/{step.name}.tar.gz"] = Node(text="")

    def do_install_packages(self, step: steps.InstallPackages) -> None:
        for name in step.names:
            self.packages[name] = "1.0"

    def do_unit(self, step: steps.Unit) -> None:
        place = f"/etc/systemd/system/{step.unit}"
        if place in self.nodes:
            self.units.setdefault(step.unit, [False, False])
        if step.unit not in self.units:
            raise Refused(f"Unit {step.unit} not found.")
        state = self.units[step.unit]
        if step.unit == firewall.UNIT and step.action in ("start", "reload", "stop"):
            self._filter(step.action)
            state[0] = step.action != "stop"
            return
        if step.action in ("enable", "disable"):
            state[1] = step.action == "enable"
            return
        if step.action != "start" or not state[0]:
            state[0] = False
            if step.action != "stop":
                if step.unit == DEBIAN.ejabberd_unit:
                    self._start_ejabberd()
                if step.unit == DEBIAN.asterisk_unit:
                    self._start_asterisk()
                state[0] = True

    def _filter(self, action: str) -> None:
        text = "delete table inet azdesk" if action == "stop" else self.nodes[firewall.RULES].text or ""
        try:
            self.netfilter.load(text, firewall.RULES)
        except NftRefused as refused:
            raise Refused(str(refused)) from None

    def _start_ejabberd(self) -> None:
        if self.data_of and self.data_of != self.node_name:
            raise Refused(f"Mnesia's files are of {self.data_of}, the node is {self.node_name}")
        self.data_of = self.node_name
        self.cluster |= {self.node_name}
        self.nodes.setdefault(
            f"{DEBIAN.ejabberd_data}/schema.DAT", Node(text="", owner="ejabberd", group="ejabberd")
        )
        self._load()

    def _start_asterisk(self) -> None:
        """Read the files about phones, with those that they take in: a missing one makes the whole file invalid."""
        texts = []
        for name in ("res_ldap", "extconfig", "sorcery", "pjsip", "rtp"):
            text = self.nodes[f"/etc/asterisk/{name}.conf"].text or ""
            for own in re.findall(r'^#include "(.*)"$', text, re.MULTILINE):
                if f"/etc/asterisk/{own}" not in self.nodes:
                    raise Refused(f"The file '{own}' was listed as a #include but it does not exist.")
                texts.append(self.nodes[f"/etc/asterisk/{own}"].text or "")
        self.phones = "".join(texts)
        self.messages = "noload = app_voicemail_odbc.so" in (
            self.nodes["/etc/asterisk/modules.conf"].text or ""
        )
        self._load_trunks()

    def _load_trunks(self) -> None:
        own = self.nodes.get("/etc/asterisk/azdesk-trunks-pjsip.conf")
        taken_in = "azdesk-trunks-pjsip.conf" in (self.nodes["/etc/asterisk/pjsip.conf"].text or "")
        self.trunks = (own.text or "") if own and taken_in else ""

    def _load_calls(self) -> None:
        """Read the dial plan, if Asterisk's own file takes it in."""
        taken_in = '#include "azdesk-extensions.conf"' in (
            self.nodes["/etc/asterisk/extensions.conf"].text or ""
        )
        self.calls = (
            parse(self.nodes["/etc/asterisk/azdesk-extensions.conf"].text or "") if taken_in else DialPlan()
        )

    def _load(self) -> None:
        """Read the configuration as ejabberd does: includes followed, duplicates refused."""
        texts = [self.nodes[DEBIAN.ejabberd_config].text or ""]
        for path in re.findall(r"^include_config_file: (\S+)$", texts[0], re.MULTILINE):
            if path not in self.nodes:
                raise Refused(f"{path} is included but not there")
            texts.append(self.nodes[path].text or "")
        joined = "\n".join(texts)
        active = re.sub(r"#.*", "", joined)
        hosts = re.findall(r"^  - \"?([\w.]+)\"?$", active, re.MULTILINE)
        ports = re.findall(r"^ {4}port: (\d+)$", active, re.MULTILINE)
        for found, what in ((hosts, "value"), (ports, "listener")):
            if len(set(found)) != len(found):
                raise Refused(f"Duplicated {what}: {found}")
        for domain in re.findall(r"^append_host_config:\n  \"([\w.]+)\"", active, re.MULTILINE):
            if domain not in hosts:
                raise Refused(f"Unexpected value: {domain}")
        if "mod_log_chat" in active and not self.packages.get(DEBIAN.chat_log_package):
            raise Refused("Unknown module: mod_log_chat")
        for folder in re.findall(r"^ {8}(?:path|docroot): \"(\S+)\"", active, re.MULTILINE):
            if folder not in self.nodes or self.nodes[folder].owner != "ejabberd":
                raise Refused(f"{folder} cannot be used")
        self.loaded = tuple(texts)

    def do_run(self, step: steps.Run) -> None:
        command = step.argv[1]
        if step.argv == ("systemctl", "daemon-reload") or step.argv[0] == "systemd-run":
            return
        if step.argv[0] == "touch":
            return
        if step.argv == ("nft", "-c", "-f", "-"):
            assert self.packages["nftables"]
            self.netfilter.load(step.feed, "-", check_only=True)
            return
        if step.argv == ("nft", "delete", "table", "inet", "azdesk"):
            self._filter("stop")
            return
        if step.argv[:2] == ("systemctl", "start"):
            # What azdesk-phones.service does, without a directory: the account to try it with alone.
            assert f"/etc/systemd/system/{step.argv[2]}" in self.nodes
            assert (self.nodes[copied.READER_FILE].text or "").startswith(READER + "\n")
            self.nodes[copied.ACCOUNTS] = Node(text=self.nodes[copied.CHECK_FILE].text, mode=0o640)
            return
        if step.argv[0] == "update-ca-certificates":
            for file, link in ((AUTHORITY_FILE, AUTHORITY_LINK), (ALSO_FILE, ALSO_LINK)):
                self.nodes.pop(link, None)
                if file in self.nodes:
                    self.nodes[link] = Node(text="")
            return
        if step.argv[0] == "asterisk" and step.argv[2].startswith("module reload res_pjsip.so"):
            self._load_trunks()
            return
        if step.argv[:2] == ("asterisk", "-rx") and step.argv[2] in (
            "core waitfullybooted",
            "voicemail reload",
            "module reload cdr",
            "module unload cdr_csv.so",
            "module load cdr_csv.so",
        ):
            return
        if step.argv == ("asterisk", "-rx", "dialplan reload"):
            self._load_calls()
            return
        if step.argv == ("asterisk", "-rx", "manager reload"):
            own = self.nodes.get("/etc/asterisk/manager.d/azdesk.conf")
            self.account = (own.text or "") if own else ""
            return
        if not self.running:
            raise Refused("ejabberd does not run")
        if command == "reload_config":
            self._load()
        elif command == "stop":
            self.units[DEBIAN.ejabberd_unit][0] = False
        elif command == "join_cluster":
            self._join(step.argv[2])
        elif command == "leave_cluster":
            for host in self.world.values():
                if host.running and host.node_name in self.cluster:
                    host.cluster.discard(step.argv[2])
        else:
            raise AssertionError(step.argv)

    def _join(self, target: str) -> None:
        other = next(host for host in self.world.values() if host.running and host.node_name == target)
        cookies = {host.nodes[DEBIAN.ejabberd_cookie].text for host in (self, other)}
        records = self.nodes[DEBIAN.hosts_file].text or ""
        if len(cookies) > 1 or target.split("@")[1] not in records.split():
            raise Refused("This node cannot reach that node.")
        everybody = self.cluster | other.cluster
        for host in self.world.values():
            if host.node_name in everybody:
                host.cluster = set(everybody)

    def do_wait(self, step: steps.Wait) -> None:
        reading = self.answer(step.probe)
        if "connected" in reading:
            good = reading["connected"]
        elif "replies" in reading:
            good = reading["answered"] and re.search(step.expect, json.dumps(reading))
        else:
            good = reading["exit"] == 0 and re.search(step.expect, reading["out"])
        if not good:
            raise Refused(step.failure or step.title)

    def do_login(self, step: steps.Login) -> None:
        """The directory knows its reader; ejabberd refuses strangers if it reaches the directory, and nobody is anything else here."""
        (use,) = step.secrets or (None,)
        password = self._secret(use.source) if use else step.password
        if step.servers[0].startswith("ldap"):
            good = DIRECTORY in step.servers and password == READER and not step.refused
        elif step.servers[0].startswith("sip") and copied.ACCOUNTS in self.nodes:
            known = self.nodes[copied.ACCOUNTS].text
            good = "azdesk-phones/accounts.conf" in self.phones and (password != known) is step.refused
        elif step.servers[0].startswith("sip"):
            good = "ps_auths => ldap" in self.phones and DIRECTORY in self.phones and step.refused
        else:
            text = "".join(self.loaded)
            bound = '"192.168.11.249"' in text and READER in text
            good = self.running and bound and step.refused
        if not good:
            raise Refused(step.failure or step.title)


def shown(plan: DialPlan, name: str = "") -> str:
    """What Asterisk prints of a dial plan."""
    lines = []
    for context in plan.contexts:
        if name and context.name != name:
            continue
        lines.append(f"[ Context '{context.name}' created by 'pbx_config' ]")
        for one in context.extensions:
            head = f"'{one.exten}' =>"
            for number, step in one.by_priority.items():
                head = f"   [{step.label}]" if number > 1 and step.label else head
                lines.append(f"  {head:<17} {f'{number}. {step}':<45} [somewhere:1]")
                head = ""
        lines += [f"  Include =>        {other!r:<45} [pbx_config]" for other in context.includes]
    return "\n".join(lines)


def stock_world(*names: str) -> dict[str, SmallHost]:
    """Hosts as `apt install` leaves them, with the files of a real one."""
    readings = readings_of("stock")
    world: dict[str, SmallHost] = {}
    for name in names:
        host = SmallHost(name, world)
        for folder in (
            "/etc",
            "/etc/ejabberd",
            "/etc/default",
            "/etc/systemd/system",
            "/var/lib/ejabberd",
            "/usr",
            "/usr/local",
            "/usr/local/lib",
            "/usr/local/share/ca-certificates",
            "/etc/ssl/certs",
            "/home",
            "/etc/asterisk",
            "/etc/asterisk/manager.d",
        ):
            host.nodes[folder] = Node(mode=0o755)
        host.nodes["/etc/asterisk/manager.d/README.conf"] = Node(text="; keeps the folder\n")
        for key, path in (
            ("names/hosts", DEBIAN.hosts_file),
            ("xmpp/main", DEBIAN.ejabberd_config),
            ("cluster/settings", DEBIAN.ejabberd_settings),
            ("manager/main", "/etc/asterisk/manager.conf"),
            ("manager/started", DEBIAN.asterisk_pid),
            ("dialplan/main", "/etc/asterisk/extensions.conf"),
            ("dialplan/boxes-main", "/etc/asterisk/voicemail.conf"),
            ("dialplan/modules", "/etc/asterisk/modules.conf"),
            ("sip_accounts/stock-directory", "/etc/asterisk/res_ldap.conf"),
            ("sip_accounts/stock-tables", "/etc/asterisk/extconfig.conf"),
            ("sip_accounts/stock-objects", "/etc/asterisk/sorcery.conf"),
            ("sip_accounts/stock-phones", "/etc/asterisk/pjsip.conf"),
            ("media/stock-rtp", "/etc/asterisk/rtp.conf"),
            ("call_records/main", "/etc/asterisk/cdr.conf"),
        ):
            found = readings[key]
            host.nodes[path] = Node(
                text=found["text"].replace("a251", name),
                mode=found["mode"],
                owner=found["owner"],
                group=found["group"],
            )
        host.nodes[DEBIAN.ejabberd_cookie] = Node(
            text="COOKIE" + name, mode=0o400, owner="ejabberd", group="ejabberd"
        )
        host.packages = {"ejabberd": "26.07", "asterisk": "1:22.10.1", DEBIAN.chat_log_package: "0.2026"}
        world[name] = host
    for host in world.values():
        host.units = {unit: [True, True] for unit in DEBIAN.application_units}
        host._start_ejabberd()
    return world
