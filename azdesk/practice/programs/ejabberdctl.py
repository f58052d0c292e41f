"""ejabberdctl(8): asks the running node through Erlang's distribution, with the cookie and names of the files."""

from __future__ import annotations

from azdesk.practice.ejabberd import mnesia
from azdesk.practice.ejabberd.checks import ConfigError
from azdesk.practice.ejabberd.cluster import Refused
from azdesk.practice.ejabberd.commands import COMMANDS, Command, Crashed, OtherEnded, Result, VmEnded
from azdesk.practice.ejabberd.node import UNIT, VERSION, Node, Settings, cookie, reach, settings
from azdesk.practice.ejabberd.service import Ejabberd
from azdesk.practice.programs import Call, Output, Program

_ERLANG_STARTS = 0.3
_STOP_TAKES = 2.9
_POLL = 2.0
_POLLS = 30


def _main(call: Call) -> Output:
    if call.user not in ("root", "ejabberd"):
        return Output(7, err="ERROR: This command can only be run by root or the user ejabberd\n")
    own = settings(call.host.files, call.host.hostname)
    words = call.argv[1:]
    if not words:
        return _with_node(call, own, "help", [])
    name, arguments = words[0], words[1:]
    if cookie(call.host.files) is None:
        reason = "Cookie file /var/lib/ejabberd/.erlang.cookie must be accessible by owner only"
        return Output(1, err=f"Kernel pid terminated (application_controller) ({reason})\n")
    if name in ("started", "stopped"):
        return _wait(call, own, name)
    if name == "ping":
        return _ping(call, own, arguments[0] if arguments else own.node)
    call.pause(_ERLANG_STARTS)
    with call.host.world.lock:
        call.host.world.settle()
        output = _with_node(call, own, name, arguments)
    if name == "stop" and not output.exit:
        call.pause(_STOP_TAKES)
    return output


def _find(call: Call, own: Settings) -> Node | None:
    """The node, if a client with the present settings and cookie reaches it."""
    secret = cookie(call.host.files)
    return reach(call.host, own, secret, own.node, tell=True) if secret else None


def _ping(call: Call, own: Settings, target: str) -> Output:
    call.pause(_ERLANG_STARTS)
    with call.host.world.lock:
        call.host.world.settle()
        secret = cookie(call.host.files)
        answered = bool(secret) and reach(call.host, own, secret or "", target, tell=True) is not None
    return Output(0, "pong\n") if answered else Output(1, "pang\n")


def _wait(call: Call, own: Settings, name: str) -> Output:
    for _ in range(_POLLS):
        call.pause(_POLL)
        with call.host.world.lock:
            call.host.world.settle()
            node = _find(call, own)
            if (node is not None and node.ready) if name == "started" else node is None:
                return Output()
        call.pause(_ERLANG_STARTS)
    return Output(1)


def _with_node(call: Call, own: Settings, name: str, arguments: list[str]) -> Output:
    node = _find(call, own)
    if node is None:
        return _down(own)
    if name == "status":
        return _status(node)
    if name == "help":
        return Output(1, _usage(own))
    if not node.ready:
        # Its table of commands is not there while it starts or joins.
        return Output(1, f"Error: unknown command '{name}'. Did you mean '{name}'?\n")
    if name == "mnesia_info_ctl":
        return Output(0, mnesia.info_ctl(node))
    if name == "reload_config":
        return _reload(node)
    command = COMMANDS.get(name)
    if command is None:
        return Output(1, f"Error: unknown command '{name}'. Did you mean 'ban_account'?\n")
    missing = len(command.arguments) - len(arguments)
    if missing:
        return _misused(name, command, missing)
    try:
        return Output(0, _shown(command, command.run(node, *arguments)))
    except Refused as refusal:
        return _refused(name, str(refusal))
    except Crashed as crash:
        return Output(1, f"Unhandled exception occurred executing the command:\n{crash}\n")
    except VmEnded:
        return _down(own)
    except OtherEnded:
        return Output(1, "Error: {badrpc,nodedown}\n")


def _status(node: Node) -> Output:
    if node.ready:
        return Output(
            0,
            f"The node {node.name} is started with status: started\nejabberd {VERSION} is running in that node\n",
        )
    return Output(
        1,
        f"The node {node.name} is starting with status: started\nejabberd is not running in that node\n"
        "Check for error messages: /var/log/ejabberd/ejabberd.log\nor other files in that directory.\n",
    )


def _reload(node: Node) -> Output:
    service = node.host.systemd.services[UNIT]
    assert isinstance(service, Ejabberd)
    try:
        service.reload_config(node)
    except ConfigError as error:
        return _refused("reload_config", str(error))
    return Output()


def _refused(name: str, reason: str) -> Output:
    if name == "register":
        return Output(1, f"Error: {reason}\n")
    text = reason.replace('"', '\\"')
    return Output(1, f'Error: error\nError: "{text}"\n')


def _misused(name: str, command: Command, missing: int) -> Output:
    listed = "\n             ".join(f"{argument}::binary" for argument in command.arguments)
    plural = "argument" if missing > 0 else "argument less"
    return Output(
        2,
        f"  Command Name: {name}\n\n  Arguments: {listed}\n\n"
        f"Error: the command '{name}' requires {abs(missing)} more {plural}.\n",
    )


def _shown(command: Command, result: Result) -> str:
    if command.form == "nothing" or result in (None, ""):
        return ""
    if command.form == "list":
        return "".join(f"{each}\n" for each in result)
    if command.form == "rows":
        return "".join("\t".join(str(value) for value in row.values()) + "\n" for row in result)
    return f"{result}\n"


def _down(own: Settings) -> Output:
    return Output(3, f"Failed RPC connection to the node {own.node}: nodedown\n\n" + _usage(own))


def _usage(own: Settings) -> str:
    return (
        "Commands to start an ejabberd node:\n"
        "  start, foreground, live\n\n"
        "Commands to interact with a running ejabberd node:\n"
        "  ping             Send ping to the node, returns pong or pang\n"
        "  started|stopped  Wait for the node to fully start|stop\n\n"
        "Optional parameters when starting an ejabberd node:\n"
        "  --config-dir dir   Config ejabberd:    /etc/ejabberd\n"
        "  --spool dir        Database spool dir: /var/lib/ejabberd\n"
        f"  --node nodename    ejabberd node name: {own.node}\n"
    )


PROGRAMS = {"ejabberdctl": Program(run=_main, package="ejabberd")}
