"""Steps on the running system: commands, units, packages, waiting."""

from __future__ import annotations

from azdesk.onhost import probes
from azdesk.onhost.fault import Fault

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from azdesk.onhost.machine import Machine, Result
    from azdesk.onhost.worker import Step, Worker

ACTIONS = ("start", "stop", "restart", "reload", "enable", "disable", "try-restart")
APT = ("apt-get", "-y", "-q", "-o", "DPkg::Lock::Timeout=120", "-o", "Dpkg::Use-Pty=0")
APT_INSTALL = (
    *APT,
    "--no-install-recommends",
    "-o",
    "Dpkg::Options::=--force-confdef",
    "-o",
    "Dpkg::Options::=--force-confold",
    "install",
)
APT_ENVIRONMENT = {
    "DEBIAN_FRONTEND": "noninteractive",
    "APT_LISTCHANGES_FRONTEND": "none",
    "NEEDRESTART_SUSPEND": "1",
}
_STATUS = "/var/lib/dpkg/status"


_LOG_SECONDS = 0.15
_LOG_BYTES = 1 << 20


class SystemSteps:
    """Steps on the running system of one transaction."""

    def __init__(self, work: Worker) -> None:
        self.work = work
        self.machine = work.machine

    def command(
        self,
        argv: Sequence[str],
        timeout: float,
        environment: dict[str, str] | None = None,
        feed: bytes = b"",
    ) -> Result:
        """Run a command of this transaction; it ends early when the transaction has to.

        Args:
            feed: its standard input.

        Raises:
            Stop: the transaction has to end.
            Fault: there is no such program, or it took too long.
        """
        assert self.work.record is not None
        env = {"AZDESK_TRANSACTION": self.work.record.transaction, **(environment or {})}
        self.work.doing = "running " + argv[0]
        self.machine.note("run", " ".join(argv))
        result = self.machine.run(argv, timeout, stop=self.work.control.stopped, environment=env, feed=feed)
        self.machine.note("ran", " ".join(argv))
        self.work.control.check()
        if not result.found:
            raise Fault(
                "StepFailed",
                "There is no program “%s” on this host." % argv[0],
                argv[0],
                "Install the package it belongs to.",
            )
        if result.timed_out:
            raise Fault(
                "StepFailed",
                "%s was not done after %g s and was ended.%s" % (" ".join(argv), timeout, _said(result)),
                argv[0],
                "See on the host what it waits for, then apply again.",
            )
        return result

    def run(self, index: int, step: Step) -> str | None:
        argv = [str(word) for word in step["argv"]]
        self.work.plan_undo(
            index,
            {
                "do": "run",
                "undo": list(step.get("undo") or ()),
                "feed": step.get("undo_feed") or "",
                "lenient": bool(step.get("undo_may_fail")),
                "kept_then": list(step.get("kept") or ()),
                "again": argv if step.get("again_after_undo") else [],
                "timeout": float(step.get("timeout", 60.0)),
            },
        )
        self.work.unaccountable = True
        ends = {path: self._size(path) for path in step.get("logs") or ()}
        feed = self.work.fill_in(step.get("feed") or "").encode("utf-8", "surrogateescape")
        result = self.command(argv, float(step.get("timeout", 60.0)), feed=feed)
        if result.exit not in (step.get("ok") or [0]):
            self.work.log({"refused": index})
            raise Fault(
                "StepFailed",
                "%s ended with exit code %d.%s" % (" ".join(argv), result.exit, _said(result)),
                argv[0],
                "See to what it says, then apply again.",
            )
        expect = step.get("expect") or ""
        if expect:
            import re

            if not re.search(expect, result.out):
                raise Fault(
                    "StepFailed",
                    "%s did not say what was expected.%s" % (" ".join(argv), _said(result)),
                    argv[0],
                    "See to what it says, then apply again.",
                )
        if step.get("complaint"):
            self._listen(ends, str(step["complaint"]))
        return last_lines(result.out, 3)

    def _size(self, path: str) -> int:
        st = self.machine.stat(self.machine.resolve(path))
        return st.size if st is not None else 0

    def _listen(self, ends: dict[str, int], complaint: str) -> None:
        """See that logs have got no line that is a complaint, beyond where they ended before.

        Raises:
            Fault: there is one.
        """
        import re

        # Services write their log by and by, from another thread.
        self.work.control.pause(_LOG_SECONDS)
        for path, end in ends.items():
            now = self._size(path)
            if now in (end, 0):
                continue
            # One that is shorter than before was put aside and begun anew.
            new = self.machine.read(path, _LOG_BYTES, end if now > end else 0).decode("utf-8", "replace")
            found = [line for line in new.splitlines() if re.search(complaint, line)]
            if found:
                raise Fault(
                    "StepFailed",
                    "%s says: %s" % (path, last_lines("\n".join(found[:3]), 3)),
                    path,
                    "See to what it says, then apply again.",
                )

    def unit(self, index: int, step: Step) -> str | None:
        name, action = step["unit"], step["action"]
        if action not in ACTIONS or name.startswith("-"):
            raise Fault("ProtocolError", "A unit cannot be asked to “%s %s”." % (action, name), name)
        self.work.doing = "looking at " + name
        was = self.machine.units([name])[name]
        if was["load"] == "not-found" and action not in ("stop", "disable", "try-restart"):
            raise Fault(
                "StepFailed",
                "There is no unit %s on this host." % name,
                name,
                "Install the package it belongs to.",
            )
        if was["load"] == "not-found":
            return "There is no such unit."
        active = was["active"] in ("active", "activating", "reloading")
        self.work.plan_undo(
            index,
            {"do": "unit", "unit": name, "action": action, "active": active, "enabled": was["enabled"]},
        )
        argv, timeout = ["systemctl", action, name], float(step.get("timeout", 60.0))
        result = self.command(argv, timeout)
        if result.exit and self.machine.units([name])[name].get("result") == "start-limit-hit":
            # Several changes within seconds. The limit is for services that crash, not for what an admin asks for.
            self.command(["systemctl", "reset-failed", name], 10.0)
            result = self.command(argv, timeout)
        if result.exit:
            raise Fault(
                "StepFailed",
                "%s did not %s.%s" % (name, action, self._why(name, result)),
                name,
                "See “journalctl -u %s” on the host." % name,
            )
        return None

    def _why(self, name: str, result: Result) -> str:
        """What systemd and the unit itself have to say."""
        log = self.machine.run(["journalctl", "-u", name, "-n", "6", "--no-pager", "-o", "cat"], 10.0)
        lines = last_lines(log.out, 6) if log.found and not log.exit else ""
        return "%s%s" % (_said(result), " Its last messages: " + lines if lines else "")

    def install_packages(self, index: int, step: Step) -> str | None:
        self.work.doing = "reading " + _STATUS
        before = installed(self.machine)
        missing = [name for name in step["names"] if name not in before]
        if not missing:
            return "Already installed."
        for name in missing:
            if not name or name.startswith("-") or set(name) & set(" /=;&|$`"):
                raise Fault("ProtocolError", "“%s” is no package's name." % name)
        self.work.plan_undo(
            index,
            {"do": "packages", "before": sorted(before), "configured": sorted(known(self.machine))},
        )
        self.work.unaccountable = True
        timeout = float(step.get("timeout", 600.0))
        argv = [*APT_INSTALL, *missing]
        result = self.command(argv, timeout, APT_ENVIRONMENT)
        if result.exit and ("Unable to locate" in result.err or "404" in result.err + result.out):
            # Lists of packages are missing or old.
            self.command([*APT, "update"], timeout, APT_ENVIRONMENT)
            result = self.command(argv, timeout, APT_ENVIRONMENT)
        after = installed(self.machine)
        absent = [name for name in missing if name not in after]
        if result.exit or absent:
            raise Fault(
                "StepFailed",
                "%s could not be installed.%s" % (", ".join(absent or missing), _said(result)),
                "apt-get",
                "Try “apt-get update” and “apt-get install %s” on the host." % " ".join(missing),
            )
        return "Installed %s." % ", ".join(sorted(set(after) - set(before)))

    def wait(self, index: int, step: Step) -> str | None:
        probe, expect = step["probe"], step.get("expect") or ""
        timeout, interval = float(step.get("timeout", 60.0)), max(0.01, float(step.get("interval", 0.2)))
        self.work.doing = "waiting"
        deadline = self.machine.monotonic() + timeout
        while True:
            self.work.control.check()
            reading = probes.one(self.machine, probe)
            if satisfied(probe.get("kind", ""), reading, expect):
                return None
            if self.machine.monotonic() >= deadline:
                break
            self.work.control.pause(interval)
        failure = step.get("failure") or "What was waited for did not come within %g s." % timeout
        raise Fault(
            "StepFailed",
            "%s (%s)" % (failure, _seen(reading)),
            str(probe.get("kind", "")),
            "See to the cause on the host, then apply again.",
        )

    def login(self, index: int, step: Step) -> str | None:
        password = self.work.fill_in(step["password"])
        refused, timeout = bool(step.get("refused")), float(step.get("timeout", 30.0))
        servers = [str(server) for server in step["servers"]]
        if not servers or (not password and not refused):
            raise Fault("ProtocolError", "A login needs a server and a password.")
        self.work.doing = "logging in to " + servers[0]
        deadline = self.machine.monotonic() + timeout
        interval = max(0.01, float(step.get("interval", 0.5)))
        while True:
            self.work.control.check()
            answers = {}
            for server in servers:
                left = max(1.0, deadline - self.machine.monotonic())
                answers[server] = self.machine.login(server, step, password, left)
            message = _verdict(answers, refused=refused)
            if message is not None:
                return message
            reasons = {reason for reason, _ in answers.values()}
            again = reasons & {"unreachable", "silent"} or (step.get("patient") and "" not in reasons)
            if not again or self.machine.monotonic() >= deadline:
                break
            self.work.control.pause(interval)
            if "password" in reasons:
                # ejabberd's mod_fail2ban shuts an address out after twenty failures: few tries, further and further apart.
                interval = min(interval * 2, 5.0)
        failure = step.get("failure") or "A login with %s failed." % (step.get("account") or "no account")
        raise Fault(
            "StepFailed", "%s %s" % (failure, told(answers)), servers[0], _next(answers, refused=refused)
        )


def _verdict(answers: dict[str, tuple[str, str]], *, refused: bool) -> str | None:
    """The step's message if the answers are what it wants."""
    if refused:
        good = all(reason in ("password", "forbidden") for reason, _ in answers.values())
        return told(answers) if good else None
    return told(answers) if any(not reason for reason, _ in answers.values()) else None


def told(answers: dict[str, tuple[str, str]]) -> str:
    """What came of a login at each server, in sentences."""
    return " ".join("%s %s." % (server, words) for server, (_, words) in answers.items())


def _next(answers: dict[str, tuple[str, str]], *, refused: bool) -> str:
    """What the admin can do about the first server's answer."""
    reason = next(iter(answers.values()))[0]
    if refused and reason in ("", "open"):
        return "Take back what lets anybody in, then apply again."
    return _ADVICE.get(reason, "See to the cause, then apply again.")


_ADVICE = {
    "unreachable": "See whether the server runs, and whether a firewall is in between.",
    "silent": "See the server's log, then apply again.",
    "tls": "See to the server's certificate, and to the authorities that this host trusts.",
    "password": "Enter the password again, or see whether the account is there.",
    "forbidden": "See which accounts may log in there.",
    "empty": "Compare base and filter with the directory, and see what the account may read.",
    "open": "See that every account has a password.",
}


def satisfied(kind: str, reading: dict[str, Any], expect: str) -> bool:
    """Whether a reading is what a `Wait` step waits for."""
    if kind == "connect":
        return bool(reading.get("connected"))
    if "error" in reading and kind != "ami":
        return False
    if kind == "http":
        if not expect:
            return bool(reading.get("answered"))
        text = str(reading.get("body", "")) if reading.get("status") == 200 else None
    elif kind == "command":
        good = reading.get("found") and reading.get("exit") == 0 and not reading.get("timed_out")
        text = str(reading.get("out", "")) if good else None
    elif kind == "ami" and not reading.get("answered"):
        return False
    else:
        from azdesk.onhost import frames

        text = frames.dumps(reading)
    if text is None:
        return False
    import re

    return re.search(expect, text) is not None


def _seen(reading: dict[str, Any]) -> str:
    if reading.get("error"):
        return "last: %s" % reading["error"]
    for name in ("err", "out", "body"):
        if reading.get(name):
            return "last: %s" % last_lines(str(reading[name]), 2)
    return "last: no answer"


def _said(result: Result) -> str:
    lines = last_lines(result.err, 5) or last_lines(result.out, 5)
    return " It said: %s" % lines if lines else ""


def last_lines(text: str, count: int) -> str:
    """The end of an output, on one line, at most 1,000 characters."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return " / ".join(lines[-count:])[-1000:]


def installed(machine: Machine) -> dict[str, str]:
    """Versions of all installed packages, from dpkg's own file; read again only when that has changed."""
    return _packages(machine)[0]


def known(machine: Machine) -> set[str]:
    """All packages that dpkg knows something of, also those removed but for their configuration."""
    return _packages(machine)[1]


def _packages(machine: Machine) -> tuple[dict[str, str], set[str]]:
    st = machine.stat(_STATUS)
    if st is None:
        raise Fault("ObserveError", "there is no dpkg on this host")
    cache: dict[str, Any] = machine.memory("packages", dict)
    if cache.get("stamp") != st.stamp:
        cache["found"] = _parse(machine.read(_STATUS))
        cache["stamp"] = st.stamp
    found: tuple[dict[str, str], set[str]] = cache["found"]
    return found


def _parse(data: bytes) -> tuple[dict[str, str], set[str]]:
    versions: dict[str, str] = {}
    names: set[str] = set()
    for block in data.split(b"\n\n"):
        head = b"\n" + block
        name = _field(head, b"\nPackage: ")
        if not name:
            continue
        names.add(name)
        status = _field(head, b"\nStatus: ")
        if status.endswith((" installed", " triggers-pending", " triggers-awaited")):
            versions[name] = _field(head, b"\nVersion: ")
    return versions, names


def _field(block: bytes, name: bytes) -> str:
    start = block.find(name)
    if start < 0:
        return ""
    start += len(name)
    end = block.find(b"\n", start)
    return block[start : end if end >= 0 else len(block)].decode("utf-8", "replace").strip()
