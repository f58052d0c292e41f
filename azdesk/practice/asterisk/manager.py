"""The manager interface (AMI): accounts, classes of permission, the actions that reading needs."""

from __future__ import annotations

import ipaddress
import json
import queue
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from azdesk.practice.asterisk.channels import CODEC
from azdesk.practice.asterisk.config import ConfigError, Section, first, is_true, load
from azdesk.practice.files import HostFiles

if TYPE_CHECKING:
    from azdesk.practice.asterisk.service import Running

Fields = dict[str, str]
CLASSES = (
    "system,call,log,verbose,command,agent,user,config,dtmf,reporting,cdr,dialplan,originate,agi,cc,aoc,test,"
    "security,message"
).split(",")
VERSION = "11.0.0"
_ALL = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Account:
    name: str
    secret: str
    rules: tuple[tuple[bool, str], ...]
    """(permitted, network), in order: the last one that fits decides."""
    read: frozenset[str]
    write: frozenset[str]
    shows_logins: bool

    def admits(self, address: str) -> bool:
        found = True
        for permitted, network in self.rules:
            try:
                fits = ipaddress.ip_address(address) in ipaddress.ip_network(network, strict=False)
            except ValueError:
                continue
            found = permitted if fits else found
        return found


@dataclass(frozen=True, kw_only=True)
class Settings:
    """manager.conf as loaded."""

    enabled: bool = False
    address: str = ""
    """Empty: all addresses."""
    port: int = 5038
    accounts: tuple[Account, ...] = ()

    def account(self, name: str) -> Account | None:
        return next((account for account in self.accounts if account.name == name), None)


def settings(files: HostFiles) -> Settings:
    """What the files say.

    Raises:
        ConfigError: they do not parse: Asterisk keeps what it has.
    """
    sections = load(files, "manager.conf")
    general = first(sections, "general")
    if general is None:
        return Settings()
    accounts: dict[str, Account] = {}
    for section in sections:
        if section.name != "general":
            # Of two of one name each option of the later one wins, but its rules come without the first one's.
            accounts[section.name] = _account(section)
    port = general.last("port", "5038")
    return Settings(
        enabled=is_true(general.last("enabled")),
        address=general.last("bindaddr").removeprefix("0.0.0.0").removeprefix("::"),
        port=int(port) if port.isdigit() else 5038,
        accounts=tuple(accounts.values()),
    )


def _account(section: Section) -> Account:
    rules = [(name.lower() == "permit", value) for name, value in section.options if name.lower() in _RULES]
    return Account(
        name=section.name,
        secret=section.last("secret"),
        rules=tuple(rules),
        read=_classes(section.last("read")),
        write=_classes(section.last("write")),
        shows_logins=is_true(section.last("displayconnects", "yes")),
    )


_RULES = ("permit", "deny")
_VARIABLE = re.compile(r"[^,(]+(?:\([^)]*\))?")


def _classes(text: str) -> frozenset[str]:
    words = {word.strip() for word in text.split(",")}
    return frozenset(CLASSES) if "all" in words else frozenset(words & set(CLASSES))


def ask(
    running: Running, user: str, secret: str, actions: Sequence[Sequence[Sequence[str]]], keep: int
) -> list[list[Fields]] | str:
    """Log in and ask: for each action its messages; or why there is none, in the helper's words."""
    account = _login(running, user, secret)
    if isinstance(account, str):
        return account
    return [_answer(running, account, {pair[0]: pair[1] for pair in action}, keep) for action in actions]


def _login(running: Running, user: str, secret: str) -> Account | str:
    account = running.manager.account(user)
    if account is None or not account.admits("127.0.0.1") or account.secret != secret or not secret:
        running.say(
            "NOTICE",
            "manager.c",
            f"127.0.0.1 failed to authenticate as '{user}'"
            if account
            else f"127.0.0.1 tried to authenticate with nonexistent user '{user}'",
        )
        return f"it refused the login of {user}: Authentication failed"
    return account


class Listening:
    """A login that stays and hears the events that its account may read, see `azdesk.onhost.live.Talk`."""

    def __init__(self, running: Running, account: Account) -> None:
        self._running, self._account = running, account
        self._inbox: queue.SimpleQueue[Fields | None] = queue.SimpleQueue()
        self._end = running.channels.hear(self._event)
        self._event({"Event": "FullyBooted", "Privilege": "system,all", "Status": "Fully Booted"})

    def _event(self, event: Fields | None) -> None:
        if event is None or event["Privilege"].partition(",")[0] in self._account.read:
            self._inbox.put(event)

    def send(self, *actions: Sequence[Sequence[str]]) -> None:
        for action in actions:
            given = {pair[0]: pair[1] for pair in action}
            with self._running.host.world.lock:
                messages = _answer(self._running, self._account, given, _ALL)
            for message in messages:
                self._inbox.put({**message, "ActionID": given.get("ActionID", "")})

    def hear(self, seconds: float) -> Fields | None:
        self._running.host.world.settle()
        try:
            message = self._inbox.get(timeout=max(0.0, seconds))
        except queue.Empty:
            return None
        if message is None:
            raise ConnectionResetError(104, "it closed the connection")
        return message

    def close(self) -> None:
        self._end()


def listen(running: Running, user: str, secret: str) -> Listening | str:
    """Log in to hear events; or why that is not possible, in the helper's words."""
    account = _login(running, user, secret)
    return account if isinstance(account, str) else Listening(running, account)


def _answer(running: Running, account: Account, action: Fields, keep: int) -> list[Fields]:
    name = action.get("Action", "")
    known = next((each for each in _ACTIONS if each.lower() == name.lower()), None)
    if known is None:
        return [
            _error(f"Invalid/unknown command: {name}. Use Action: ListCommands to show available commands.")
        ]
    classes, answer = _ACTIONS[known]
    if classes and not account.write & set(classes):
        return [_error("Permission denied")]
    response, *events = answer(running, action)
    kept = events[:-1][:keep] + events[-1:] if events else []
    return [response, *kept]


def _error(why: str) -> Fields:
    return {"Response": "Error", "Message": why}


def _ping(running: Running, action: Fields) -> list[Fields]:
    return [{"Response": "Success", "Ping": "Pong", "Timestamp": f"{time.time():.6f}"}]


def _core_settings(running: Running, action: Fields) -> list[Fields]:
    return [
        {
            "Response": "Success",
            "AMIversion": VERSION,
            "AsteriskVersion": running.version,
            "SystemName": "",
            "CoreMaxCalls": "0",
            "CoreMaxLoadAvg": "0.000000",
            "CoreRunUser": "",
            "CoreRunGroup": "",
            "CoreMaxFilehandles": "0",
            "CoreRealTimeEnabled": "No",
            "CoreCDRenabled": "Yes",
            "CoreHTTPenabled": "No",
            "SoundsSearchCustomDir": "No",
        }
    ]


def _core_status(running: Running, action: Fields) -> list[Fields]:
    started, reloaded = (time.localtime(moment) for moment in (running.started, running.reloaded))
    return [
        {
            "Response": "Success",
            "CoreStartupDate": time.strftime("%Y-%m-%d", started),
            "CoreStartupTime": time.strftime("%H:%M:%S", started),
            "CoreReloadDate": time.strftime("%Y-%m-%d", reloaded),
            "CoreReloadTime": time.strftime("%H:%M:%S", reloaded),
            "CoreCurrentCalls": str(len({one.linked for one in running.channels.open.values()})),
            "CoreProcessedCalls": str(running.channels.calls),
        }
    ]


def _list(running: Running, name: str, message: str, items: Sequence[Fields]) -> list[Fields]:
    return [
        {"Response": "Success", "EventList": "start", "Message": message},
        *items,
        {"Event": f"{name}Complete", "EventList": "Complete", "ListItems": str(len(items))},
    ]


def _channels(running: Running, action: Fields) -> list[Fields]:
    found = [
        {
            "Event": "CoreShowChannel",
            **channel.fields(),
            "Application": channel.app,
            "ApplicationData": channel.data,
            "Duration": "00:00:00",
            "BridgeId": channel.bridge,
        }
        for channel in running.channels.open.values()
    ]
    return _list(running, "CoreShowChannels", "Channels will follow", found)


def _status(running: Running, action: Fields) -> list[Fields]:
    channel = running.channels.open.get(action.get("Channel", ""))
    if channel is None:
        return [_error("No such channel")]
    values = {"MIXMONITOR_FILENAME": channel.recorded or "(null)", "CHANNEL(pjsip,call-id)": channel.sip}
    names = [name for name in _VARIABLE.findall(action.get("Variables", "")) if name]
    told = {
        "Event": "Status",
        "Privilege": "Call",
        **channel.fields(),
        "DNID": "",
        "Application": channel.app,
        "Nativeformats": f"({CODEC})",
        "Variable": "\n".join(f"{name}={values.get(name, '(null)')}" for name in names),
    }
    return _list(running, "Status", "Channel status will follow", [told])


def _get_tree(running: Running, action: Fields) -> list[Fields]:
    prefix = "/".join(["", action.get("Family", ""), *([action["Key"]] if action.get("Key") else [])])
    found = [
        {"Event": "DBGetTreeResponse", "Key": key, "Val": value}
        for key, value in sorted(running.contents().items())
        if key == prefix or key.startswith(prefix + "/")
    ]
    return _list(running, "DBGetTree", "Result will follow", found)


def _get(running: Running, action: Fields) -> list[Fields]:
    family, key = action.get("Family", ""), action.get("Key", "")
    value = running.contents().get(f"/{family}/{key}")
    if value is None:
        return [_error("Database entry not found")]
    found = {"Event": "DBGetResponse", "Family": family, "Key": key, "Val": value}
    return _list(running, "DBGet", "Result will follow", [found])


def _get_variable(running: Running, action: Fields) -> list[Fields]:
    name = action.get("Variable", "")
    if not name:
        return [_error("No variable specified")]
    if re.search("SHELL|EVAL", name):
        return [_error("GetVar Access Forbidden: Variable")]
    value = ""
    counted = re.fullmatch(r"DB_KEYCOUNT\(([^)]*)\)", name)
    if counted:
        value = str(sum(key.startswith(f"/{counted[1]}/") for key in running.contents()))
    asked = re.fullmatch(r"(PJSIP_AOR|PJSIP_CONTACT)\(([^),]*),(\w+)\)", name)
    if asked and asked[1] == "PJSIP_AOR" and asked[3] == "contact":
        contacts = [
            key.rpartition("/")[2] for key in running.contents() if key.startswith("/registrar/contact/")
        ]
        value = ",".join(one for one in contacts if one.startswith(f"{asked[2]};@"))
    elif asked and f"/registrar/contact/{asked[2]}" in running.contents():
        contact = json.loads(running.database[f"/registrar/contact/{asked[2]}"])
        value = "NonQualified" if asked[3] == "status" else str(contact.get(asked[3], ""))
    return [{"Response": "Success", "Variable": name, "Value": value}]


def _contacts(running: Running, action: Fields) -> list[Fields]:
    contacts = [key for key in running.contents() if key.startswith("/registrar/contact/")]
    if not contacts:
        return [_error("No Contacts found")]
    return _list(
        running,
        "ContactList",
        "A listing of Contacts follows, presented as ContactList events",
        [{"Event": "ContactList", "ObjectName": key.rpartition("/")[2]} for key in contacts],
    )


def _not_here(running: Running, action: Fields) -> list[Fields]:
    return [_error("Practice hosts do not do that")]


_ACTIONS: dict[str, tuple[tuple[str, ...], Callable[[Running, Fields], list[Fields]]]] = {
    "Ping": ((), _ping),
    "CoreSettings": (("system", "reporting"), _core_settings),
    "CoreStatus": (("system", "reporting"), _core_status),
    "CoreShowChannels": (("system", "reporting"), _channels),
    "Status": (("system", "call", "reporting"), _status),
    "DBGet": (("system", "reporting"), _get),
    "DBGetTree": (("system", "reporting"), _get_tree),
    "Getvar": (("call", "reporting"), _get_variable),
    "PJSIPShowContacts": (("system",), _contacts),
    # Not for an account that may only ask; what they do is not simulated.
    "Command": (("command",), _not_here),
    "GetConfig": (("system", "config"), _not_here),
    "Originate": (("originate",), _not_here),
}
"""Action → classes of which one is enough (none: anybody), and what answers."""


def reloaded(files: HostFiles, before: Settings) -> tuple[Settings, str]:
    """The settings after a reload, and why they stayed as they were if they did."""
    try:
        return settings(files), ""
    except ConfigError as error:
        return before, str(error)
