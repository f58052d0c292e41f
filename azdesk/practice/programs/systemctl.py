"""systemctl(1) and journalctl(1)."""

from __future__ import annotations

import time
from collections.abc import Callable

from azdesk.practice.programs import Call, Output, Program
from azdesk.practice.states import Answer, UnitState, full_name
from azdesk.practice.systemd import Manager

_ROOT_ONLY = (
    "start",
    "stop",
    "restart",
    "reload",
    "try-restart",
    "enable",
    "disable",
    "daemon-reload",
    "kill",
)


def _systemctl(call: Call) -> Output:
    words = [word for word in call.argv[1:] if not word.startswith("-")]
    options = [word for word in call.argv[1:] if word.startswith("-")]
    if not words:
        return Output(1, err="Too few arguments.\n")
    verb, names = words[0], words[1:]
    if verb in _ROOT_ONLY and call.user != "root":
        return Output(1, err=f"Failed to {verb}: Interactive authentication required.\n")
    # `-p X`, `-s X` and `-n X` have their value as a word of its own.
    for option in ("-p", "-s", "-n"):
        if option in call.argv:
            value = call.argv[call.argv.index(option) + 1 : call.argv.index(option) + 2]
            names = [name for name in names if [name] != value]
            options += [f"{option}={word}" for word in value]
    manager = call.host.systemd
    if verb in ("daemon-reload", "reset-failed"):
        return _plain(call, manager, verb, names)
    if verb in ("start", "stop", "restart", "reload", "try-restart", "enable", "disable", "kill"):
        return _order(call, manager, verb, names, "--now" in options)
    question = _QUESTIONS.get(verb)
    if question is None:
        return Output(1, err=f"Unknown command verb '{verb}'.\n")
    with call.host.world.lock:
        call.host.world.settle()
        return question(manager, names, options)


def _plain(call: Call, manager: Manager, verb: str, names: list[str]) -> Output:
    call.pause(0.15)
    with call.host.world.lock:
        if verb == "daemon-reload":
            manager.daemon_reload()
            return Output()
        for name in names:
            state = manager.unit(name)
            if state is not None and state.active == "failed":
                state.become("inactive", "dead", time.time())
                state.result = "success"
    return Output()


def _order(call: Call, manager: Manager, verb: str, names: list[str], now: bool) -> Output:
    exit_status, out, err = 0, "", ""
    for name in names:
        state = manager.unit(name)
        if (
            verb != "kill"
            and state is not None
            and manager.needs_reload(state)
            and verb not in ("enable", "disable")
        ):
            err += (
                f"Warning: The unit file, source configuration file or drop-ins of {state.name} changed on disk. "
                "Run 'systemctl daemon-reload' to reload units.\n"
            )
        for answer in _carry_out(call, manager, verb, name, now):
            exit_status, out, err = exit_status or answer.exit, out + answer.out, err + answer.err
    return Output(exit_status, out, err)


def _carry_out(call: Call, manager: Manager, verb: str, name: str, now: bool) -> list[Answer]:
    if verb == "start":
        return [manager.start(name, call.pause)]
    if verb == "stop":
        return [manager.stop(name, call.pause)]
    if verb in ("restart", "try-restart"):
        return [manager.restart(name, call.pause, only_running=verb == "try-restart")]
    if verb == "reload":
        return [manager.reload(name, call.pause)]
    if verb == "kill":
        return [manager.kill(name)]
    first = manager.enable(name) if verb == "enable" else manager.disable(name)
    if not now or first.exit:
        return [first]
    return [first, manager.start(name, call.pause) if verb == "enable" else manager.stop(name, call.pause)]


def _is_active(manager: Manager, names: list[str], options: list[str]) -> Output:
    states = [manager.unit(name) for name in names]
    words = [state.active if state else "inactive" for state in states]
    good = any(word == "active" for word in words)
    known = any(state is not None for state in states)
    return Output(
        0 if good else 3 if known else 4, "" if "-q" in options or "--quiet" in options else _lines(words)
    )


def _is_failed(manager: Manager, names: list[str], options: list[str]) -> Output:
    states = [manager.unit(name) for name in names]
    words = [state.active if state else "inactive" for state in states]
    return Output(0 if "failed" in words else 1, _lines(words))


def _is_enabled(manager: Manager, names: list[str], options: list[str]) -> Output:
    words = [manager.enabled(name) for name in names]
    good = any(word in ("enabled", "static") for word in words)
    return Output(0 if good else 4 if set(words) == {"not-found"} else 1, _lines(words))


def _show(manager: Manager, names: list[str], options: list[str]) -> Output:
    wanted: list[str] = []
    for option in options:
        if option.startswith(("-p=", "--property=", "-p")):
            wanted += option.partition("=")[2].split(",") if "=" in option else []
    value_only = "--value" in options
    blocks = []
    for name in names:
        properties = _properties(manager, name)
        lines = [
            text if value_only else f"{key}={text}"
            for key, text in properties.items()
            if not wanted or key in wanted
        ]
        blocks.append(_lines(lines))
    return Output(0, "\n".join(blocks))


def _properties(manager: Manager, name: str) -> dict[str, str]:
    state = manager.unit(name)
    enabled = manager.enabled(name)
    known = state is not None
    values = {
        "Id": full_name(name),
        "Description": state.file.description if state else full_name(name),
        "LoadState": "loaded" if known else "not-found",
        "ActiveState": state.active if state else "inactive",
        "SubState": state.sub if state else "dead",
        "FragmentPath": state.file.path if state else "",
        "UnitFileState": "" if enabled == "not-found" else enabled,
        "NeedDaemonReload": "yes" if state and manager.needs_reload(state) else "no",
        "MainPID": str(state.main_pid if state else 0),
        "Result": state.result if state else "success",
        "NRestarts": str(state.restarts if state else 0),
        "ExecMainStatus": str(state.exit_status if state else 0),
    }
    if state:
        values["ProtectHome"] = (
            "yes" if state.file.hides_home else state.file.last("Service", "ProtectHome", "no")
        )
    return values


def _status(manager: Manager, names: list[str], options: list[str]) -> Output:
    out, worst = "", 0
    for name in names:
        state = manager.unit(name)
        if state is None:
            return Output(4, err=f"Unit {full_name(name)} could not be found.\n")
        out += _status_of(manager, state)
        worst = max(worst, 0 if state.active in ("active", "reloading") else 3)
    return Output(worst, out)


def _status_of(manager: Manager, state: UnitState) -> str:
    since = time.strftime("%a %Y-%m-%d %H:%M:%S UTC", time.gmtime(state.since))
    lines = [
        f"● {state.name} - {state.file.description}",
        f"     Loaded: loaded ({state.file.path}; {manager.enabled(state.name)}; preset: enabled)",
        f"     Active: {state.active} ({state.sub}) since {since}",
    ]
    if state.main_pid:
        lines.append(f"   Main PID: {state.main_pid}")
    return _lines([*lines, ""])


def _list_units(manager: Manager, names: list[str], options: list[str]) -> Output:
    lines = []
    for name in sorted(manager.services):
        state = manager.unit(name)
        if state is not None and (state.active != "inactive" or "--all" in options):
            lines.append(f"{name} loaded {state.active} {state.sub} {state.file.description}")
    return Output(0, _lines(lines))


_QUESTIONS: dict[str, Callable[[Manager, list[str], list[str]], Output]] = {
    "is-active": _is_active,
    "is-enabled": _is_enabled,
    "is-failed": _is_failed,
    "is-system-running": lambda manager, names, options: Output(0, "running\n"),
    "list-units": _list_units,
    "show": _show,
    "status": _status,
}


def _journalctl(call: Call) -> Output:
    unit, count, form = "", 0, "short"
    words = iter(call.argv[1:])
    for word in words:
        name, _, value = word.partition("=")
        if name in ("-u", "--unit"):
            unit = full_name(value or next(words, ""))
        elif name in ("-n", "--lines"):
            text = value or next(words, "")
            count = int(text) if text.isdigit() else 0
        elif name in ("-o", "--output"):
            form = value or next(words, "short")
        elif name.startswith("-n") and name[2:].isdigit():
            count = int(name[2:])
    with call.host.world.lock:
        call.host.world.settle()
        lines = call.host.systemd.journal.of(unit)
    lines = lines[-count:] if count else lines
    if not lines:
        return Output(0, "-- No entries --\n")
    texts = []
    for line in lines:
        if form == "cat":
            texts.append(line.text)
        else:
            stamp = _stamp(line.moment, form)
            texts.append(f"{stamp} {call.host.hostname} {line.source}[{line.pid}]: {line.text}")
    return Output(0, _lines(texts))


def _stamp(moment: float, form: str) -> str:
    if form.startswith("short-iso"):
        return time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime(moment))
    return time.strftime("%b %d %H:%M:%S", time.gmtime(moment))


def _lines(lines: list[str]) -> str:
    return "".join(line + "\n" for line in lines)


def _systemd_run(call: Call) -> Output:
    """``systemd-run --unit=NAME --on-active=SECONDS COMMAND``: once, later."""
    from azdesk.practice.commands import Transient

    options = dict(word[2:].partition("=")[::2] for word in call.argv[1:] if word.startswith("--"))
    command = [word for word in call.argv[1:] if not word.startswith("--")]
    if call.user != "root" or "unit" not in options or not options.get("on-active", "").isdigit():
        return Output(1, err="Failed to start transient timer unit: not understood here\n")
    with call.host.world.lock:
        timer = Transient(call.host, options["unit"], float(options["on-active"]), command)
        manager = call.host.systemd
        if manager.unit(timer.unit) is not None:
            return Output(
                1,
                err=f"Failed to start transient timer unit: Unit {timer.unit} was already loaded or has a fragment file.\n",
            )
        call.host.files.write(timer.path, f"[Timer]\nOnActiveSec={options['on-active']}\n")
        manager.add(timer)
        manager.start_at_once(timer.unit)
    return Output(
        err=f"Running timer as unit: {timer.unit}\nWill run service as unit: {options['unit']}.service\n"
    )


PROGRAMS = {
    "systemd-run": Program(run=_systemd_run),
    "systemctl": Program(run=_systemctl),
    "journalctl": Program(run=_journalctl),
}
