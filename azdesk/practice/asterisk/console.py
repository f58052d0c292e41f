"""Commands of Asterisk's console, as ``asterisk -rx`` prints them."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable

from azdesk.practice.asterisk import records, registrar, trunks
from azdesk.practice.asterisk.channels import CODEC
from azdesk.practice.asterisk.dialplan import show_mailboxes
from azdesk.practice.asterisk.manager import CLASSES
from azdesk.practice.asterisk.service import Running


def run(running: Running, order: str) -> str:
    """What a command prints; it never fails."""
    for name, answer in _COMMANDS.items():
        if order == name or order.startswith(name + " "):
            return answer(running, order[len(name) :].strip())
    return f"No such command '{order}' (type 'core show help {order}' for other possible commands)\n"


def _version(running: Running, rest: str) -> str:
    return f"Asterisk {running.version} built by nobody @ buildd.debian.org on a unknown running Linux\n"


def _booted(running: Running, rest: str) -> str:
    return "Asterisk has fully booted.\n"


def _dialplan_reload(running: Running, rest: str) -> str:
    running.reload_dialplan()
    return "Dialplan reloaded.\n"


def _dialplan_show(running: Running, rest: str) -> str:
    return running.dialplan.show(rest)


def _dialplan_add(running: Running, rest: str) -> str:
    found = re.fullmatch(r"([^,]+),(\d+),(\w+),(.*) into (\S+)", rest)
    if found is None:
        return "Usage: dialplan add extension <exten>,<priority>,<app> into <context> [replace]\n"
    exten, priority, app, data, context = found.groups()
    return running.dialplan.add(exten, int(priority), app, data, context)


def _dialplan_remove_context(running: Running, rest: str) -> str:
    return running.dialplan.remove_context(rest)


def _dialplan_remove_extension(running: Running, rest: str) -> str:
    exten, _, context = rest.partition("@")
    return running.dialplan.remove_extension(exten, context)


def _voicemail_reload(running: Running, rest: str) -> str:
    running.reload_mailboxes()
    return "Reloading voicemail configuration...\n"


def _voicemail_users(running: Running, rest: str) -> str:
    return show_mailboxes(running.mailboxes, rest)


def _manager_reload(running: Running, rest: str) -> str:
    running.reload_manager()
    return ""


def _manager_user(running: Running, rest: str) -> str:
    account = running.manager.account(rest)
    if account is None:
        return f"There is no manager called {rest}\n"
    read, write = _classes(account.read), _classes(account.write)
    return (
        f"\n          username: {account.name}\n            secret: {'<Set>' if account.secret else '<Not set>'}\n"
        f"               ACL: {'yes' if account.rules else 'no'}\n         read perm: {read}\n"
        f"        write perm: {write}\n   displayconnects: {'yes' if account.shows_logins else 'no'}\n"
        "allowmultiplelogin: yes\n         Variables: \n"
    )


def _classes(classes: frozenset[str]) -> str:
    names = [name for name in CLASSES if name in classes]
    return ",".join([*names, "all"] if len(names) == len(CLASSES) else names) or "<none>"


def _manager_users(running: Running, rest: str) -> str:
    names = [account.name for account in running.manager.accounts]
    if not names:
        return "There are no manager users.\n"
    return (
        "\nusername\n--------\n"
        + "".join(f"{name}\n" for name in names)
        + (f"-------------------\n{len(names)} manager users configured.\n")
    )


def _manager_settings(running: Running, rest: str) -> str:
    now = running.manager
    bound = f"{now.address or '0.0.0.0'}:{now.port}" if now.enabled else "Disabled"
    return (
        "\nGlobal Settings:\n----------------\n"
        f"  Manager (AMI):             {'Yes' if now.enabled else 'No':<15}\n"
        f"  Web Manager (AMI/HTTP):    {'No':<15}\n  TCP Bindaddress:           {bound:<15}\n"
    )


def _qualify(running: Running, name: str) -> str:
    """Whether the other side is there is found out anew at each look here, so it is enough to know the name."""
    known = running.objects.of("endpoint", name.strip()) is not None
    return f"Sending qualify to endpoint {name}\n" if known else f"Unable to retrieve endpoint {name}\n"


def _endpoints(running: Running, rest: str) -> str:
    return trunks.endpoints(running, rest.removeprefix("like ").strip())


def _registrations(running: Running, rest: str) -> str:
    return trunks.registrations(running)


def _transports(running: Running, rest: str) -> str:
    rows = registrar.opened(running.objects)
    if not rows:
        return "No objects found.\n\n"
    head = "Transport:  <TransportId........>  <Type>  <cos>  <tos>  <BindAddress....................>"
    lines = "".join(
        f"Transport:  {name:<21}  {protocol:>6}      0      0  {bound}\n" for name, protocol, bound in rows
    )
    return f"\n{head}\n{'=' * len(head)}\n\n{lines}\nObjects found: {len(rows)}\n\n"


def _application(running: Running, rest: str) -> str:
    there = running.voicemail.answers if rest.startswith("VoiceMail") else rest in _APPLICATIONS
    if not there:
        return (
            f"Your application(s) is (are) not registered\nCommand 'core show application {rest}' failed.\n"
        )
    return f"\n\x1b[1;35m  -= Info about Application '{rest}' =- \x1b[0m\n\n"


def _modules(running: Running, rest: str) -> str:
    return running.voicemail.show(rest)


def _channel_count(running: Running, rest: str) -> str:
    channels = running.channels
    calls = len({one.linked for one in channels.open.values()})
    return f"{len(channels.open)} active channels\n{calls} active calls\n{channels.calls} calls processed\n"


def _channel(running: Running, rest: str) -> str:
    channel = running.channels.open.get(rest)
    if channel is None:
        return f"{rest} is not a known channel\n"
    return (
        f" -- General --\n           Name: {channel.name}\n           Type: PJSIP\n       UniqueID: {channel.key}\n"
        f"       LinkedID: {channel.linked}\n      Caller ID: {channel.caller or '(N/A)'}\n"
        f"  NativeFormats: ({CODEC})\n"
    )


def _hang_up(running: Running, rest: str) -> str:
    if not running.channels.hang_up(rest):
        return f"{rest} is not a known channel\n"
    return f"Requested Hangup on channel '{rest}'\n"


def _ldap_status(running: Running, rest: str) -> str:
    objects = running.objects
    if not objects.connected:
        return "Command 'realtime show ldap status' failed.\n"
    base = next((table.base for table in objects.tables.values()), "")
    return f"Connected to '{' '.join(objects.directory.urls)}', baseDN {base} with username {objects.directory.user} for 1 second\n"


def _records(running: Running, rest: str) -> str:
    return running.records.status()


def _module_load(running: Running, rest: str) -> str:
    loaded = rest == records.MODULE and running.records.load_csv(running.host.files)
    return (
        f"Loaded {rest}\n"
        if loaded
        else f"Unable to load module {rest}\nCommand 'module load {rest}' failed.\n"
    )


def _module_unload(running: Running, rest: str) -> str:
    unloaded = rest == records.MODULE and running.records.unload_csv()
    return f"Unloaded {rest}\n" if unloaded else f"Unable to unload resource {rest}\n"


def _module_reload(running: Running, rest: str) -> str:
    names = rest.split()
    if rest == "cdr":
        running.records.reload(running.host.files)
        return "Module 'cdr' reloaded successfully.\n"
    if rest == records.MODULE and running.records.reload_csv(running.host.files):
        return f"Module '{rest}' reloaded successfully.\n"
    if not all(name.startswith("res_pjsip") for name in names):
        return f"No such module '{rest}'\n"
    if "res_pjsip.so" in names:
        running.reload_phones()
    return "".join(f"Module '{name}' reloaded successfully.\n" for name in names)


def _endpoint(running: Running, rest: str) -> str:
    section = next((one for one in running.objects.every("endpoint") if one.name == rest), None)
    if section is None:
        return f"Unable to find object {rest}.\n\n"
    variables = "".join(f" set_var                            : {text}\n" for text in section.all("set_var"))
    return f"\n Endpoint:  {rest}\n\n ParameterName                      : ParameterValue\n{variables}\n"


def _expire(running: Running, rest: str) -> str:
    cache, _, name = rest.partition(" ")
    if not cache or " " in name:
        return "Usage: sorcery memory cache expire <cache name> [object name]\n"
    module, _, kind = cache.partition("/")
    known = running.objects.forget(kind, name) if module == "res_pjsip" else None
    if known is None:
        return f"Specified sorcery memory cache '{cache}' does not exist\n"
    if not name:
        return f"All objects have been removed from cache '{cache}'\n"
    if known:
        return f"Successfully expired object '{name}' from cache '{cache}'\n"
    return f"Object '{name}' was not expired from cache '{cache}' as it was not found\n"


def _database_query(running: Running, rest: str) -> str:
    quoted = re.fullmatch(r'"([^"]*)"', rest)
    if quoted is None:
        return 'Usage: database query "<SQL Statement>"\n       Run a user-specified SQL query on the database. Be careful.\n'
    base = sqlite3.connect(":memory:")
    try:
        base.execute("CREATE TABLE astdb (key VARCHAR(256), value VARCHAR(256), PRIMARY KEY(key))")
        base.executemany("INSERT INTO astdb VALUES (?, ?)", running.contents().items())
        rows = base.execute(quoted[1])
        names = [column[0] for column in rows.description or ()]
        said = "".join(
            "".join(f"{name:<5}: {value:<50}\n" for name, value in zip(names, row, strict=True)) + "\n"
            for row in rows
        )
        running.database.clear()
        running.database.update(base.execute("SELECT key, value FROM astdb"))
    except sqlite3.Error:
        return ""  # Asterisk, too, says nothing of what is wrong [seen in the lab, 22.10]
    finally:
        base.close()
    return said


_APPLICATIONS = frozenset(
    "Answer ConfBridge Dial Goto GotoIf Hangup MixMonitor NoOp Playback Progress Ringing Set UserEvent Wait WaitForCondition".split()
)
"""Beside those of the voicemail: what AZDesk's dial plans use."""
_COMMANDS: dict[str, Callable[[Running, str], str]] = {
    "core show version": _version,
    "core waitfullybooted": _booted,
    "channel request hangup": _hang_up,
    "core show application": _application,
    "core show channels count": _channel_count,
    "core show channel": _channel,
    "database query": _database_query,
    "dialplan reload": _dialplan_reload,
    "pjsip show endpoints": _endpoints,
    "pjsip qualify": _qualify,
    "pjsip show registrations": _registrations,
    "pjsip show transports": _transports,
    "dialplan show": _dialplan_show,
    "dialplan add extension": _dialplan_add,
    "dialplan remove context": _dialplan_remove_context,
    "dialplan remove extension": _dialplan_remove_extension,
    "voicemail reload": _voicemail_reload,
    "voicemail show users for": _voicemail_users,
    "realtime show ldap status": _ldap_status,
    "manager reload": _manager_reload,
    "cdr show status": _records,
    "module load": _module_load,
    "module reload": _module_reload,
    "module unload": _module_unload,
    "module show like": _modules,
    "pjsip show endpoint": _endpoint,
    "manager show settings": _manager_settings,
    "manager show users": _manager_users,
    "manager show user": _manager_user,
    "sorcery memory cache expire": _expire,
}
