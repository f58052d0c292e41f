"""Reading and changing a few lines of ejabberd's stock configuration without parsing all of it.

Parsing the whole file as YAML costs 50 ms a host, and writing it back would not keep the admin's form. What is
asked of it is little: the domains, the listeners, one module's entry. What is changed are whole lines, each
marked as ours, so that taking them out gives back the file to the byte.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


def lines_of(text: str) -> list[str]:
    """Lines with their ends. Only line feeds end lines: `str.splitlines` knows more than YAML does."""
    parts = text.split("\n")
    return [f"{part}\n" for part in parts[:-1]] + ([parts[-1]] if parts[-1] else [])


def _bare(line: str) -> str:
    """A line without comment and trailing space."""
    if "#" in line:
        line = re.sub(r"(^|\s)#.*", "", line, flags=re.DOTALL)
    return line.rstrip()


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def section(text: str, key: str) -> tuple[int, list[str]] | None:
    """A top-level section: index of its heading's line, and its lines, heading included; None if absent."""
    heading = re.search(rf"^\ufeff?([\"']?){key}\1[ \t]*:(?=\s|\Z)", text, re.MULTILINE)
    if heading is None:
        return None
    end = re.compile(r"^(?:[^\s#\-]|---)", re.MULTILINE).search(text, heading.end())
    return text.count("\n", 0, heading.start()), lines_of(
        text[heading.start() : end.start() if end else len(text)]
    )


def list_section(text: str, key: str) -> tuple[str, ...]:
    """The plain strings of a top-level list, in block or flow style."""
    found = section(text, key)
    if found is None:
        return ()
    body = "\n".join(_bare(line) for line in found[1]).split(":", 1)[1]
    words = re.findall(r"\"[^\"]*\"|'[^']*'|[^\s,\[\]\-][^\s,\[\]]*", body)
    return tuple(word.strip("\"'") for word in words)


@dataclass(frozen=True, kw_only=True)
class Listener:
    """One TCP entry of a ``listen`` section."""

    port: int
    line: int
    """1-based number of its first line."""
    ip: str = ""
    """Address it listens on; empty: all."""
    tls: bool = False
    module: str = ""
    starttls_required: bool = False
    """Clients have to begin TLS before they log in."""
    handlers: tuple[tuple[str, str], ...] = ()
    """(path, module) of its request handlers."""
    insert_at: int | None = None
    """Index of the line before which a handler can be put; None if the entry is not written for that."""
    indent: str = ""
    """What such a line begins with."""

    @property
    def own_address(self) -> str:
        """Address under which the host itself reaches it."""
        return "127.0.0.1" if self.ip in ("", "::", "0.0.0.0") else self.ip  # noqa: S104 – compared, not bound


@functools.lru_cache(maxsize=256)
def listeners(text: str) -> tuple[Listener, ...]:
    """The TCP listeners in a file. Ports that are macros are not seen; ejabberd checks them itself."""
    found = section(text, "listen")
    if found is None:
        return ()
    start, lines = found
    bare = [_bare(line) for line in lines]
    if bare[0].split(":", 1)[1].strip():
        return _flow_listeners(start, "".join(lines))
    dashes = [at for at in range(1, len(bare)) if re.match(r" *-(\s|$)", bare[at])]
    if not dashes:
        return ()
    # Only entries as far left as the first one are listeners; deeper dashes belong to their options.
    dashes = [at for at in dashes if _depth(bare[at]) == _depth(bare[dashes[0]])]
    ends = [*dashes[1:], len(bare)]
    entries = [_listener(start, bare, *span) for span in zip(dashes, ends, strict=True)]
    return tuple(entry for entry in entries if entry is not None)


def _option(body: str, key: str) -> str:
    match = re.search(rf"(?<![\w-])[\"']?{key}[\"']?\s*:\s*[\"']?([^\s,}}\"']+)", body)
    return match[1] if match else ""


def _listener(start: int, bare: list[str], first: int, last: int) -> Listener | None:
    body = "\n".join(bare[first:last])
    port = _option(body, "port")
    if not port.isdigit() or _option(body, "transport") == "udp":
        return None
    insert_at, indent, handlers = None, "", ""
    for at in range(first, last):
        head = re.match(r"( *(?:- *)?)[\"']?request_handlers[\"']?\s*:(.*)", bare[at])
        if head:
            children = [child for child in bare[at + 1 : last] if child]
            inner = len(head[1])
            if not head[2].strip() and children and _depth(children[0]) > inner:
                depth = _depth(children[0])
                own = [child for child in _while_deeper(children, inner) if _depth(child) == depth]
                insert_at, indent, handlers = start + at + 1, " " * depth, "\n".join(own)
            else:
                flow = re.search(r"request_handlers[\"']?\s*:\s*\{([^}]*)\}", body)
                handlers = flow[1] if flow else ""
            break
    if insert_at is None and "{" in body and not handlers:
        flow = re.search(r"request_handlers[\"']?\s*:\s*\{([^}]*)\}", body)
        handlers = flow[1] if flow else ""
    return Listener(
        port=int(port),
        line=start + first + 1,
        ip=_option(body, "ip"),
        tls=_option(body, "tls").lower() in ("true", "yes", "on"),
        module=_option(body, "module"),
        starttls_required=_option(body, "starttls_required").lower() in ("true", "yes", "on"),
        handlers=tuple(re.findall(r"[\"']?(/[^\s\"',:]*)[\"']?\s*:\s*[\"']?(\w+)", handlers)),
        insert_at=insert_at,
        indent=indent,
    )


def _while_deeper(lines: list[str], depth: int) -> list[str]:
    out = []
    for line in lines:
        if _depth(line) <= depth:
            break
        out.append(line)
    return out


def _flow_listeners(start: int, body: str) -> tuple[Listener, ...]:
    """Listeners of a section in flow style, which nothing can be put into line by line."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        found = YAML(typ="safe", pure=True).load(body)
    except (YAMLError, ValueError):
        return ()
    entries = next(iter(found.values())) if isinstance(found, Mapping) and found else None
    out = []
    for entry in entries if isinstance(entries, list) else ():
        if not isinstance(entry, Mapping) or entry.get("transport") == "udp":
            continue
        port, handlers = entry.get("port"), entry.get("request_handlers")
        if isinstance(port, int):
            out.append(
                Listener(
                    port=port,
                    line=start + 1,
                    ip=str(entry.get("ip") or ""),
                    tls=entry.get("tls") is True,
                    module=str(entry.get("module") or ""),
                    starttls_required=entry.get("starttls_required") is True,
                    handlers=_pairs(handlers),
                )
            )
    return tuple(out)


def _pairs(handlers: Any) -> tuple[tuple[str, str], ...]:
    if not isinstance(handlers, Mapping):
        return ()
    return tuple((str(path), str(module)) for path, module in handlers.items())


def quoted(text: str) -> str:
    """A YAML scalar that is a string whatever it looks like."""
    return json.dumps(text, ensure_ascii=False)


def _mark(part: str) -> str:
    return f"  # AZDesk {part}"


def with_handler(text: str, part: str, port: int, path: str, module: str) -> str:
    """The file with a request handler added to its listener on `port`, as one marked line."""
    for listener in listeners(text):
        if listener.port == port and listener.insert_at is not None:
            lines = lines_of(text)
            lines.insert(listener.insert_at, f"{listener.indent}{quoted(path)}: {module}{_mark(part)}\n")
            return "".join(lines)
    return text


def without_handler(text: str, part: str) -> str:
    """The file without our marked lines."""
    mark = _mark(part)
    if mark not in text:
        return text
    return "".join(line for line in lines_of(text) if not line.rstrip("\r\n").endswith(mark))


def _off(part: str) -> str:
    return f"#azdesk-{part}# "


def module_span(text: str, module: str) -> tuple[int, int] | None:
    """Line indices (first, one past the last) of a module's entry in the ``modules`` section."""
    found = section(text, "modules") if module in text else None
    if found is None:
        return None
    start, lines = found
    key = re.compile(rf"( +)[\"']?{re.escape(module)}[\"']?\s*:")
    for first, line in enumerate(lines):
        head = key.match(line)
        if head:
            end, bare = first + 1, _bare(line)
            opened = _brackets(bare)
            for at in range(first + 1, len(lines)):
                bare = _bare(lines[at])
                if bare and opened <= 0 and _depth(bare) <= len(head[1]):
                    break
                opened += _brackets(bare)
                # Comments and blank lines at its end are not the module's.
                end = at + 1 if bare else end
            return start + first, start + end
    return None


def _brackets(bare: str) -> int:
    plain = re.sub(r"\"[^\"]*\"|'[^']*'", "", bare)
    return plain.count("{") + plain.count("[") - plain.count("}") - plain.count("]")


def module_options(text: str, module: str, *names: str) -> tuple[str, ...] | None:
    """Options of a module's entry as text, empty where not given; None if it has no entry that we can read."""
    span = module_span(text, module)
    if span is None:
        return None
    body = "\n".join(_bare(line) for line in lines_of(text)[slice(*span)])
    return tuple(option(body, name) for name in names)


def option(body: str, name: str) -> str:
    """Value of an option somewhere in some lines of YAML, without quotes."""
    match = re.search(rf"(?<![\w-])[\"']?{name}[\"']?\s*:[ \t]*(\"[^\"\n]*\"|'[^'\n]*'|[^\s,}}]+)", body)
    if match is None:
        return ""
    value = match[1]
    if value.startswith('"'):
        try:
            return str(json.loads(value))
        except ValueError:
            return value.strip('"')
    return value.strip("'")


def module_hidden(text: str, module: str) -> bool:
    """Whether the ``modules`` section has the module in a form that cannot be commented out by lines."""
    if module not in text or module_span(text, module) is not None:
        return False
    found = section(text, "modules")
    return found is not None and any(module in _bare(line) for line in found[1])


def module_off(text: str, part: str, module: str) -> str:
    """The file with a module's entry commented out by us; ejabberd refuses a second one [lab, 26.07]."""
    span = module_span(text, module)
    if span is None:
        return text
    lines = lines_of(text)
    for at in range(*span):
        lines[at] = _off(part) + lines[at]
    return "".join(lines)


def module_back(text: str, part: str) -> str:
    """The file with what `module_off` commented out put back."""
    mark = _off(part)
    if mark not in text:
        return text
    return "".join(line.removeprefix(mark) for line in lines_of(text))
