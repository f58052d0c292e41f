"""ejabberd's HTTP API (mod_http_api), as it answers on the loopback to requests without a login."""

from __future__ import annotations

import ipaddress
import json
from typing import Any

from azdesk.practice.ejabberd.checks import ConfigError
from azdesk.practice.ejabberd.cluster import Refused
from azdesk.practice.ejabberd.commands import COMMANDS, Crashed, OtherEnded, Result, VmEnded
from azdesk.practice.ejabberd.node import UNIT, Node
from azdesk.practice.ejabberd.yaml import Pairs, Value

_NO_RIGHT = {
    "code": 32,
    "message": "AccessRules: Account does not have the right to perform the operation.",
    "status": "error",
}
_NO_ENDPOINT = {"code": 40, "message": "Endpoint not found.", "status": "error"}
_NOT_FOUND = "<html><body><h1>404 Not Found</h1></body></html>"


def post(node: Node, listener: Pairs, path: str, body: str) -> tuple[int, str]:
    """Answer a POST: status and body."""
    handlers = listener.get("request_handlers")
    for prefix, module in sorted(handlers if isinstance(handlers, Pairs) else (), reverse=True):
        if path == prefix or path.startswith(prefix.rstrip("/") + "/"):
            if module != "mod_http_api" or "mod_http_api" not in node.config.modules:
                return 404, _NOT_FOUND
            return _call(node, path[len(prefix.rstrip("/")) + 1 :], body)
    return 404, _NOT_FOUND


def _call(node: Node, name: str, body: str) -> tuple[int, str]:
    try:
        given = json.loads(body) if body.strip() else {}
    except ValueError:
        return 400, _text("400 Bad Request")
    if not isinstance(given, dict):
        return 400, _text("400 Bad Request")
    command = COMMANDS.get(name)
    if command is None and name != "reload_config":
        return 404, json.dumps(_NO_ENDPOINT, separators=(",", ":"))
    wanted = command.arguments if command else ()
    missing = [argument for argument in wanted if argument not in given]
    if missing:
        return 400, _text(f"Request have missing argument: {missing[0]}")
    unknown = [argument for argument in given if argument not in wanted]
    if unknown:
        return 400, _text(f"Request have unknown arguments: [{','.join(unknown)}]")
    if not allowed(node, name):
        return 403, json.dumps(_NO_RIGHT, separators=(",", ":"))
    try:
        if command is None:
            _reload(node)
            return 200, "0"
        result = command.run(node, *(str(given[argument]) for argument in wanted))
    except (Refused, ConfigError) as refusal:
        return 400, _text(str(refusal))
    except (Crashed, OtherEnded):
        return 500, _text("internal_error")
    except VmEnded:
        raise OSError(71, "what listens there does not speak HTTP") from None
    return 200, _shown(command.form, result)


def _reload(node: Node) -> None:
    from azdesk.practice.ejabberd.service import Ejabberd

    service = node.host.systemd.services[UNIT]
    assert isinstance(service, Ejabberd)
    service.reload_config(node)


def _text(text: str) -> str:
    return json.dumps(text, separators=(",", ":"))


def _shown(form: str, result: Result) -> str:
    if form == "nothing":
        return "0"
    if form == "rows":
        rows: list[dict[str, Any]] = [dict(sorted(row.items())) for row in result]
        return json.dumps(rows, separators=(",", ":"))
    return json.dumps(result, separators=(",", ":"))


def allowed(node: Node, command: str) -> bool:
    """Whether api_permissions let somebody on the loopback who is not logged in call a command.

    Of the rules on who, only ``ip`` and ``all`` can be met without a login: seen with the stock configuration, whose
    ``access`` rule for the loopback is not.
    """
    for rules in node.config.api_permissions.values():
        source = rules.get("from")
        modules = source if isinstance(source, list) else [source]
        from_here = source is None or "mod_http_api" in modules
        if from_here and _met(rules.get("who")) and _covers(rules.get("what"), command):
            return True
    return False


def _met(who: Value) -> bool:
    if who == "all":
        return True
    entries = who if isinstance(who, list) else [who]
    for entry in entries:
        for key, value in entry if isinstance(entry, Pairs) else ():
            if key == "ip" and any(
                _has_loopback(each) for each in (value if isinstance(value, list) else [value])
            ):
                return True
    return entries != [None] and "all" in entries


def _has_loopback(network: Value) -> bool:
    try:
        return ipaddress.ip_address("127.0.0.1") in ipaddress.ip_network(str(network), strict=False)
    except ValueError:
        return False


def _covers(what: Value, command: str) -> bool:
    names = [str(each) for each in (what if isinstance(what, list) else [what])]
    return f"!{command}" not in names and ("*" in names or command in names)
