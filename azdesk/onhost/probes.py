"""Looking at a host: probes in, readings out; the shapes are those of azdesk.core.probe. Changes nothing."""

from __future__ import annotations

from azdesk.onhost import frames
from azdesk.onhost.fault import Fault

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from hashlib import sha256
else:
    # The same without OpenSSL, whose loading takes longer than a look.
    try:
        from _sha2 import sha256
    except ImportError:
        try:
            from _sha256 import sha256
        except ImportError:
            from hashlib import sha256

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from azdesk.onhost.disk import Stat
    from azdesk.onhost.machine import Machine

    Reading = dict[str, Any]

COARSE = 1.0
"""Seconds: a file changed more recently than this may change again without its times telling so."""
STORAGE_TIMEOUT = 5.0
"""Seconds that network storage has for answering."""
SIDE_BY_SIDE = 16
"""Slow probes that run at once."""
_UNASKED = {"found": True, "exit": 1, "out": "", "err": "", "timed_out": False}
"""Reading of a command whose unit is stopped."""
_NETWORK = ("nfs", "cifs", "smb", "fuse.", "ceph", "gluster", "9p", "afs", "ocfs", "gfs", "lustre", "beegfs")


def look(machine: Machine, probes: Mapping[str, Any], have: Mapping[str, Any]) -> dict[str, Any]:
    """Take all readings; those whose tag is the one in `have` are left out.

    Raises:
        Fault: the request makes no sense.
    """
    started = machine.time()
    machine.forget_names()
    look_at = Look(machine, started)
    readings: dict[str, Reading] = {}
    tags: dict[str, str] = {}
    slow: list[tuple[str, dict[str, Any], float]] = []
    for key, probe in probes.items():
        if not isinstance(probe, dict) or not isinstance(probe.get("kind"), str):
            raise Fault("ProtocolError", "The probe “%s” is none." % key)
        patience = look_at.patience(probe)
        if patience:
            slow.append((key, probe, patience))
        else:
            _keep(key, *look_at.read(probe, have.get(key)), have, readings, tags)
    if slow:
        for key, answer in _side_by_side(look_at, slow, have).items():
            _keep(key, *answer, have, readings, tags)
    return {"time": started, "readings": readings, "tags": tags}


def one(machine: Machine, probe: dict[str, Any]) -> Reading:
    """A single reading, taken in this thread."""
    reading, _tag = Look(machine, machine.time()).read(probe, None)
    return reading or {}


def may_take_long(probe: object) -> bool:
    """Whether a look with this probe had better run aside."""
    kind = probe.get("kind") if isinstance(probe, dict) else None
    return kind in ("command", "http", "ami", "connect", "resolve", "fallback")


def new_digest() -> Any:
    """An empty SHA-256 that can be fed."""
    return sha256()


def digest(data: bytes) -> str:
    """SHA-256 in hex."""
    return str(sha256(data).hexdigest())


def _keep(
    key: str,
    reading: Reading | None,
    tag: str,
    have: Mapping[str, Any],
    readings: dict[str, Reading],
    tags: dict[str, str],
) -> None:
    if reading is not None and (not tag or have.get(key) != tag):
        readings[key] = reading
        if tag:
            tags[key] = tag


def masked(text: str, masks: list[str]) -> str:
    """The text with what the named group of each mask holds replaced by `••name••`."""
    if not masks:
        return text
    import re

    for mask in masks:
        found = re.compile(mask, re.MULTILINE)
        if not found.groupindex:
            raise ValueError("a mask without a named group")

        def hide(match: re.Match[str]) -> str:
            whole, start = match.group(), match.start()
            for name in match.re.groupindex:
                if match.group(name):
                    at, end = match.start(name) - start, match.end(name) - start
                    return whole[:at] + "••%s••" % name + whole[end:]
            return whole

        text = found.sub(hide, text)
    return text


class Look:
    """One look: what it knows about mounts is asked once."""

    def __init__(self, machine: Machine, started: float) -> None:
        self.machine = machine
        self.started = started
        self._remote: list[str] | None = None

    def patience(self, probe: dict[str, Any]) -> float:
        """Seconds to wait for a probe that has to run aside; 0 for one that answers at once."""
        kind = probe["kind"]
        if kind in ("command", "http", "ami", "connect"):
            try:
                return float(probe.get("timeout", 20.0)) + 5.0
            except (TypeError, ValueError):
                return 5.0
        if kind == "fallback":
            return sum(self.patience(part) for part in _parts(probe))
        if kind == "resolve":
            return 20.0
        if kind in ("file", "listing") and self.is_remote(str(probe.get("path", ""))):
            return STORAGE_TIMEOUT
        if kind == "mounts" and any(self.is_remote(str(path)) for path in probe.get("paths") or ()):
            return STORAGE_TIMEOUT
        return 0.0

    def is_remote(self, path: str) -> bool:
        """Whether a path lies on network storage, which may not answer at all."""
        if self._remote is None:
            self._remote = [at for at, _, kind, _ in self.machine.mounts() if kind.startswith(_NETWORK)]
        return any(path == at or path.startswith(at.rstrip("/") + "/") for at in self._remote)

    def read(self, probe: dict[str, Any], known: object) -> tuple[Reading | None, str]:
        """One reading and its tag; no reading if it is known by its tag without reading."""
        try:
            if probe["kind"] == "file":
                return self.file(probe, known)
            reader = _READERS.get(probe["kind"])
            if reader is None:
                return {"error": "this host's helper knows no probe “%s”" % probe["kind"]}, ""
            reading, tagged = reader(self, probe)
        except Fault as fault:
            return {"error": fault.what.rstrip(".")}, ""
        except OSError as error:
            return {"error": error.strerror or str(error)}, ""
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            return {"error": "the probe makes no sense (%s: %s)" % (type(error).__name__, error)}, ""
        return reading, _short(frames.dumps(tagged))

    def file(self, probe: dict[str, Any], known: object) -> tuple[Reading | None, str]:
        path: str = probe["path"]
        st = self.machine.stat(path)
        if st is None:
            return {"exists": False, "type": "absent"}, "-"
        reading: Reading = {"exists": True, "type": st.type}
        stamp = st.stamp
        if st.type == "link":
            reading["target"] = self.machine.readlink(path)
            path = self.machine.resolve(path)
            if self.is_remote(path):
                raise Fault("ObserveError", "it is a link to network storage")
            behind = self.machine.stat(path)
            if behind is None:
                reading.update(_attributes(st))
                return reading, _short(stamp)
            st, stamp = behind, stamp + "+" + behind.stamp
        secret, limit = bool(probe.get("secret")), int(probe.get("limit", 1 << 20))
        masks = [str(mask) for mask in probe.get("masks") or ()]
        tag = _short("%s%s %d %s" % ("!" if secret else "", stamp, limit, " ".join(masks)))
        settled = self.started - max(st.mtime, st.changed) > COARSE
        if settled and known == tag:
            return None, tag
        reading.update(_attributes(st))
        if st.type != "file":
            return reading, tag
        if secret or st.size > limit:
            reading["sha256"] = self.machine.digest(path)
        else:
            data = self.machine.read(path)
            text = data.decode("utf-8", "surrogateescape")
            reading.update(sha256=digest(data), size=len(data), text=masked(text, masks))
        return reading, tag if settled else _short(tag + reading["sha256"])

    def listing(self, probe: dict[str, Any]) -> tuple[Reading, Reading]:
        path = self.machine.resolve(probe["path"])
        if self.machine.stat(path) is None:
            return (absent := {"exists": False, "entries": []}), absent
        entries = []
        for name in matching(self.machine.names(path), probe.get("patterns") or ["*"]):
            st = self.machine.stat(path + "/" + name)
            if st is not None:
                entries.append({"name": name, "type": st.type, "size": st.size, "mtime": st.mtime})
        return (reading := {"exists": True, "entries": entries}), reading

    def command(self, probe: dict[str, Any]) -> tuple[Reading, Reading]:
        argv = [str(word) for word in probe["argv"]]
        if self._is_stopped(str(probe.get("unit", ""))):
            return _UNASKED, _UNASKED
        reading = self.machine.run(argv, float(probe.get("timeout", 20.0))).wire()
        reading["out"] = masked(reading["out"], [str(mask) for mask in probe.get("masks") or ()])
        return reading, reading

    def _is_stopped(self, unit: str) -> bool:
        if not unit:
            return False
        state = self.machine.units([unit])[unit]
        return state["load"] == "loaded" and state["active"] in ("inactive", "failed")

    def units(self, probe: dict[str, Any]) -> tuple[Reading, Reading]:
        return (reading := {"units": self.machine.units([str(name) for name in probe["names"]])}), reading

    def packages(self, probe: dict[str, Any]) -> tuple[Reading, Reading]:
        return (
            reading := {"packages": self.machine.packages([str(name) for name in probe["names"]])}
        ), reading

    def http(self, probe: dict[str, Any]) -> tuple[Reading, Reading]:
        reading = self.machine.http(
            int(probe["port"]),
            str(probe["path"]),
            str(probe.get("body", "{}")),
            float(probe.get("timeout", 5.0)),
        )
        return reading, reading

    def ami(self, probe: dict[str, Any]) -> tuple[Reading, Reading]:
        from azdesk.onhost import ami

        path, user = str(probe["account"]), str(probe["user"])
        actions = [[(str(name), str(value)) for name, value in action] for action in probe["actions"]]
        if any("\n" in text or "\r" in text for action in actions for pair in action for text in pair):
            raise ValueError("a line end in an action")
        secret = ami.secret_of(self._text(path), user)
        if secret is None:
            return (reading := ami.unanswered("there is no account %s in %s" % (user, path))), reading
        reading = self.machine.ami(
            int(probe.get("port", 5038)),
            user,
            secret,
            actions,
            timeout=float(probe.get("timeout", 3.0)),
            keep=int(probe.get("keep", 0)),
        )
        return reading, reading

    def fallback(self, probe: dict[str, Any]) -> tuple[Reading, Reading]:
        first, otherwise = _parts(probe)
        reading = self.read(first, None)[0] or {}
        answered = reading.get("found") or (reading.get("answered") and reading.get("status") == 200)
        if "error" not in reading and answered:
            chosen = {"used": "first", "reading": reading}
        else:
            reading = self.read(otherwise, None)[0] or {}
            if "error" in reading:
                return reading, reading
            chosen = {"used": "otherwise", "reading": reading}
        return chosen, chosen

    def connect(self, probe: dict[str, Any]) -> tuple[Reading, Reading]:
        reading = self.machine.connect(
            str(probe["address"]), int(probe["port"]), float(probe.get("timeout", 3.0))
        )
        return reading, {**reading, "seconds": 0}

    def resolve(self, probe: dict[str, Any]) -> tuple[Reading, Reading]:
        return (reading := {"addresses": self.machine.addresses_of(str(probe["name"]))}), reading

    def connection(self, probe: dict[str, Any]) -> tuple[Reading, Reading]:
        client, port = self.machine.memory("connection", self.machine.connection)
        return (reading := {"client": client, "port": port}), reading

    def identity(self, probe: dict[str, Any]) -> tuple[Reading, Reading]:
        release = {}
        for line in self._text("/etc/os-release").splitlines():
            name, _, value = line.partition("=")
            release[name.strip()] = value.strip().strip("\"'")
        me = self.machine.whoami()
        reading = {
            "hostname": self._text("/etc/hostname").strip() if self.machine.root else me["hostname"],
            "machine_id": self._text("/etc/machine-id").strip(),
            "os_id": release.get("ID", ""),
            "os_version": release.get("VERSION_ID", ""),
            "os_name": release.get("PRETTY_NAME", ""),
            "python": me["python"],
            "time": self.machine.time(),
            "addresses": self.machine.own_addresses(),
        }
        return reading, {**reading, "time": 0}

    def mounts(self, probe: dict[str, Any]) -> tuple[Reading, Reading]:
        table = {at: (source, kind, options) for at, source, kind, options in self.machine.mounts()}
        found: dict[str, Reading | None] = {}
        for path in probe["paths"]:
            if path not in table and self.machine.stat(path) is None:
                found[path] = None
                continue
            holder = path
            while holder not in table and holder not in ("/", ""):
                holder = holder.rpartition("/")[0] or "/"
            source, kind, options = table.get(holder, ("", "", ""))
            free, size = self.machine.space(path)
            found[path] = {
                "mounted": path in table,
                "source": source,
                "fstype": kind,
                "options": options,
                "free": free,
                "size": size,
            }
        return (reading := {"mounts": found}), reading

    def _text(self, path: str) -> str:
        try:
            return self.machine.read(self.machine.resolve(path), 1 << 16).decode("utf-8", "replace")
        except OSError:
            return ""


_READERS: dict[str, Callable[[Look, dict[str, Any]], tuple[Reading, Reading]]] = {
    "listing": Look.listing,
    "command": Look.command,
    "units": Look.units,
    "packages": Look.packages,
    "http": Look.http,
    "ami": Look.ami,
    "fallback": Look.fallback,
    "connect": Look.connect,
    "resolve": Look.resolve,
    "connection": Look.connection,
    "identity": Look.identity,
    "mounts": Look.mounts,
}


def _parts(probe: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    first, otherwise = probe.get("first"), probe.get("otherwise")
    for part in (first, otherwise):
        if not isinstance(part, dict) or part.get("kind") == "fallback":
            raise Fault("ProtocolError", "A fallback probe needs two plain probes.")
    return first, otherwise  # type: ignore[return-value]


def matching(names: Sequence[str], patterns: Sequence[str]) -> list[str]:
    """The names that match one of some shell patterns; hidden files match like others."""
    found = []
    for name in names:
        for pattern in patterns:
            # The two common forms are told without fnmatch, whose import takes as long as a whole look.
            if not any(sign in pattern for sign in "*?["):
                hit = name == pattern
            elif pattern.startswith("*") and not any(sign in pattern[1:] for sign in "*?["):
                hit = name.endswith(pattern[1:])
            else:
                from fnmatch import fnmatchcase

                hit = fnmatchcase(name, pattern)
            if hit:
                found.append(name)
                break
    return found


def _short(text: str) -> str:
    # Short enough for a whole request to fit into one packet or two, long enough never to be met by chance.
    return str(sha256(text.encode("utf-8", "surrogateescape")).hexdigest())[:16]


def _attributes(st: Stat) -> Reading:
    return {"size": st.size, "mode": st.mode, "owner": st.owner, "group": st.group, "mtime": st.mtime}


def _side_by_side(
    look_at: Look, slow: list[tuple[str, dict[str, Any], float]], have: Mapping[str, Any]
) -> dict[str, tuple[Reading | None, str]]:
    """Read slow probes in threads; one that does not come back is given up and said to be unreadable."""
    from _queue import SimpleQueue
    from _thread import start_new_thread

    machine = look_at.machine
    # A thread that hangs in dead storage cannot be ended; no second one is sent after it.
    stuck: dict[str, bool] = machine.memory("stuck", dict)
    done: SimpleQueue[tuple[str, tuple[Reading | None, str]]] = SimpleQueue()
    answers: dict[str, tuple[Reading | None, str]] = {}
    waiting = slow[::-1]
    running: dict[str, float] = {}

    def work(key: str, probe: dict[str, Any], place: str) -> None:
        try:
            done.put((key, look_at.read(probe, have.get(key))))
        except BaseException as error:
            done.put((key, ({"error": "%s: %s" % (type(error).__name__, error)}, "")))
        stuck.pop(place, None)

    while waiting or running:
        while waiting and len(running) < SIDE_BY_SIDE:
            key, probe, patience = waiting.pop()
            place = frames.dumps([probe.get("path"), probe.get("paths"), key])
            if place in stuck:
                answers[key] = ({"error": "the storage still does not answer"}, "")
                continue
            if probe["kind"] in ("file", "listing", "mounts"):
                stuck[place] = True
            running[key] = machine.monotonic() + patience
            start_new_thread(work, (key, probe, place))
        if not running:
            break
        try:
            key, answer = done.get(timeout=max(0.0, min(running.values()) - machine.monotonic()))
        except Exception:  # _queue.Empty
            for key in [key for key, until in running.items() if until <= machine.monotonic()]:
                del running[key]
                answers[key] = ({"error": "no answer in time"}, "")
            continue
        if running.pop(key, None) is not None:
            answers[key] = answer
    return answers
