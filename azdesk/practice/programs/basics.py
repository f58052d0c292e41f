"""Small programs that every Debian host has."""

from __future__ import annotations

import shlex

from azdesk.practice.programs import Call, Output, Program


def _hostname(call: Call) -> Output:
    if "-I" in call.argv[1:]:
        return Output(out=call.host.lan_address + " \n")
    return Output(out=call.host.hostname + "\n")


def _id(call: Call) -> Output:
    words = [word for word in call.argv[1:] if not word.startswith("-")]
    options = "".join(word[1:] for word in call.argv[1:] if word.startswith("-"))
    user = words[0] if words else call.user
    users, groups = call.host.files.users(), call.host.files.groups()
    if user not in users:
        return Output(1, err=f"id: ‘{user}’: no such user\n")
    if "u" in options:
        return Output(out=(user if "n" in options else str(users[user])) + "\n")
    mine = sorted(call.host.files.groups_of(user), key=lambda name: groups[name])
    own = next((name for name in mine if groups[name] == users[user]), mine[0] if mine else user)
    ordered = [own, *(name for name in mine if name != own)]
    listed = ",".join(f"{groups[name]}({name})" for name in ordered)
    return Output(out=f"uid={users[user]}({user}) gid={groups[own]}({own}) groups={listed}\n")


def _getent(call: Call) -> Output:
    words = call.argv[1:]
    if len(words) < 2:
        return Output(1, err="Usage: getent database key\n")
    database, keys = words[0], words[1:]
    if database in ("hosts", "ahosts", "ahostsv4"):
        return _getent_hosts(call, database, keys)
    if database not in ("passwd", "group"):
        return Output(1, err=f"Unknown database: {database}\n")
    lines = call.host.files.text(f"/etc/{database}").splitlines()
    found = [line for key in keys for line in lines if key in (line.split(":")[0], line.split(":")[2])]
    return Output(0 if len(found) >= len(keys) else 2, out="".join(line + "\n" for line in found))


def _getent_hosts(call: Call, database: str, keys: list[str]) -> Output:
    out, exit_status = "", 0
    for key in keys:
        addresses = call.host.resolve(key)
        if not addresses:
            exit_status = 2
        elif database == "hosts":
            out += "".join(f"{address:<15} {key}\n" for address in addresses)
        else:
            for address in addresses:
                kinds = (("STREAM", key), ("DGRAM", ""), ("RAW", ""))
                out += "".join(f"{address:<15} {kind:<6} {name}".rstrip() + "\n" for kind, name in kinds)
    return Output(exit_status, out=out)


def _uname(call: Call) -> Output:
    options = "".join(word.lstrip("-") for word in call.argv[1:])
    parts = {"s": "Linux", "n": call.host.hostname, "r": "6.12.0-practice", "m": "x86_64", "o": "GNU/Linux"}
    if "a" in options:
        return Output(out=f"Linux {parts['n']} {parts['r']} #1 SMP PREEMPT_DYNAMIC x86_64 GNU/Linux\n")
    return Output(out=" ".join(parts[option] for option in options or "s" if option in parts) + "\n")


def _echo(call: Call) -> Output:
    return Output(out=" ".join(call.argv[1:]) + "\n")


def _env(call: Call) -> Output:
    words = call.argv[1:]
    environment = dict(call.environment)
    while words and "=" in words[0] and not words[0].startswith("="):
        name, _, value = words.pop(0).partition("=")
        environment[name] = value
    if not words:
        return Output(out="".join(f"{name}={value}\n" for name, value in environment.items()))
    inner = call.host.run(words, user=call.user, pause=call.pause, environment=environment)
    if inner is None:
        return Output(127, err=f"env: ‘{words[0]}’: No such file or directory\n")
    return inner


def _cat(call: Call) -> Output:
    out, err = "", ""
    groups = call.host.files.groups_of(call.user)
    for path in call.argv[1:]:
        if not call.host.files.exists(path):
            err += f"cat: {path}: No such file or directory\n"
        elif call.host.files.is_folder(path):
            err += f"cat: {path}: Is a directory\n"
        elif not call.host.files.allows(path, call.user, groups, 4):
            err += f"cat: {path}: Permission denied\n"
        else:
            out += call.host.files.text(path)
    return Output(1 if err else 0, out=out, err=err)


def _rm(call: Call) -> Output:
    """``rm [-f] FILE…``: a link is removed, not what it leads to."""
    files, err = call.host.files, ""
    groups = files.groups_of(call.user)
    for path in (word for word in call.argv[1:] if not word.startswith("-")):
        above = path.rpartition("/")[0] or "/"
        if not files.exists(path):
            err += "" if "-f" in call.argv else f"rm: cannot remove '{path}': No such file or directory\n"
        elif files.is_folder(path):
            err += f"rm: cannot remove '{path}': Is a directory\n"
        elif not files.allows(above, call.user, groups, 3):
            err += f"rm: cannot remove '{path}': Permission denied\n"
        else:
            files.remove(path)
    return Output(1 if err else 0, err=err)


def _touch(call: Call) -> Output:
    files, err = call.host.files, ""
    for path in (word for word in call.argv[1:] if not word.startswith("-")):
        if not files.exists(path):
            above = path.rpartition("/")[0] or "/"
            if not files.exists(above) or not files.allows(above, call.user, files.groups_of(call.user), 3):
                err += f"touch: cannot touch '{path}': No such file or directory\n"
            else:
                files.write(path, "")
    return Output(1 if err else 0, err=err)


def _runuser(call: Call) -> Output:
    words = call.argv[1:]
    if call.user != "root":
        return Output(1, err="runuser: may not be used by non-root users\n")
    if words[:1] != ["-u"] or len(words) < 3:
        return Output(1, err="runuser: no command was specified\n")
    user, command = words[1], words[3:] if words[2] == "--" else words[2:]
    if user not in call.host.files.users():
        return Output(
            1,
            err=f"runuser: user {user} does not exist or the user entry does not contain all the required fields\n",
        )
    inner = call.host.run(command, user=user, pause=call.pause, environment=call.environment, feed=call.feed)
    if inner is None:
        return Output(127, err=f"runuser: failed to execute {command[0]}: No such file or directory\n")
    return inner


def _command(call: Call) -> Output:
    from azdesk.practice import programs

    names = [word for word in call.argv[1:] if not word.startswith("-")]
    found = [
        name for name in names if programs.find(call.host, name) or (name == "python3" and _python(call))
    ]
    return Output(
        0 if found else 127 if not names else 1, out="".join(f"/usr/bin/{name}\n" for name in found)
    )


def _python(call: Call) -> bool:
    return not call.host.faults.no_python


def _sleep(call: Call) -> Output:
    try:
        call.pause(float(call.argv[1]))
    except (IndexError, ValueError):
        return Output(1, err=f"sleep: invalid time interval {shlex.join(call.argv[1:])}\n")
    return Output()


PROGRAMS = {
    "cat": Program(run=_cat),
    "command": Program(run=_command),
    "echo": Program(run=_echo),
    "env": Program(run=_env),
    "false": Program(run=lambda call: Output(1)),
    "getent": Program(run=_getent),
    "hostname": Program(run=_hostname),
    "id": Program(run=_id),
    "rm": Program(run=_rm),
    "runuser": Program(run=_runuser),
    "sleep": Program(run=_sleep),
    "sync": Program(run=lambda call: Output()),
    "touch": Program(run=_touch),
    "true": Program(run=lambda call: Output()),
    "uname": Program(run=_uname),
    "whoami": Program(run=lambda call: Output(out=call.user + "\n")),
}
