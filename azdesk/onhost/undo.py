"""Taking the steps of a transaction back, from its log alone: the same after a failure and after a power cut.

Each undo looks at what is there, so that it may run twice, or for a step that never began.
"""

from __future__ import annotations

from azdesk.onhost import probes
from azdesk.onhost.store import clear

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from azdesk.onhost.machine import Machine, Result
    from azdesk.onhost.store import Record

    How = dict[str, Any]

_UNIT_FOLDERS = (
    "/etc/systemd/",
    "/run/systemd/",
    "/lib/systemd/",
    "/usr/lib/systemd/",
    "/usr/local/lib/systemd/",
)
_STALE = 116  # ESTALE
_PATIENCE = 120.0
"""Seconds for a command that takes something back."""
_START, _GRACE, _STOP = 15.0, 8.0, 60.0
"""Seconds that a service whose start is taken back may take to start, to end by itself, and to stop when told."""


def take_back(record: Record, scrub: Callable[[str], str]) -> list[str]:
    """Undo all steps that may have begun, the last first; returns sentences on what could not be put back."""
    return _Rollback(record, scrub).run()


def finish(record: Record, state: str, error: str) -> None:
    """Write the journal entry of a transaction that was taken back, then drop what it kept.

    Where something is left to do by hand the kept originals stay.
    """
    record.state, record.error, record.ended = state, error, record.machine.time()
    for step in record.steps:
        if step["state"] == "done":
            step["state"] = "rolled-back"
        elif step["state"] in ("waiting", "running"):
            step["state"] = "not-run"
    try:
        if state != "needs-help":
            leave_no_trace(record)
        try:
            record.store.write_entry(record.entry())
        except OSError:
            record.machine.remove(record.folder + "/reserve")
            record.store.write_entry(record.entry())
        if state != "needs-help":
            record.close()
        record.store.prune()
    except OSError:
        # The folder is still there: the next helper to start does this again.
        pass


def drop(record: Record, *, committed: bool) -> None:
    """After the end: remove the originals and all else that was kept, after a commit also what was there only until then.

    Raises:
        OSError: something could not be removed.
    """
    if committed:
        for how in record.undo.values():
            if how.get("kept_then"):
                record.machine.run(how["kept_then"], _PATIENCE)
    leave_no_trace(record)
    record.close()


def leave_no_trace(record: Record) -> None:
    """Remove what steps have put beside their places.

    Raises:
        OSError: something could not be removed.
    """
    machine = record.machine
    for how in record.undo.values():
        for path in [how.get("staged"), *how.get("kept", ())]:
            if path:
                machine.remove(path)
                machine.remove(path + ".part")
        if how.get("part"):
            machine.remove(how["part"])
        for folder in (how.get("trash"), how.get("unpacked")):
            if folder:
                clear(machine, folder)


class _Rollback:
    def __init__(self, record: Record, scrub: Callable[[str], str]) -> None:
        self.record = record
        self.machine: Machine = record.machine
        self.scrub = scrub
        self.left: list[str] = []
        self._again: list[list[str]] = []
        self._reread = False
        self._later: list[How] = []
        self._folders: set[str] = set()
        self._to_run: set[str] = set()

    def run(self) -> list[str]:
        self._stop_early_birds()
        for index in sorted(self.record.undo, reverse=True):
            how = self.record.undo[index]
            action: Callable[[int, How], None] = getattr(self, "_" + how["do"].replace("-", "_"))
            try:
                action(index, how)
            except Exception as error:
                self._leave(index, error)
        self._refresh()
        for how in reversed(self._later):
            try:
                self._again_unit(how)
            except Exception as error:
                self.left.append("%s: %s" % (how["unit"], error))
        self._check_units()
        for folder in sorted(self._folders):
            try:
                self.machine.sync_folder(folder)
            except OSError:
                continue
        return self.left

    def _stop_early_birds(self) -> None:
        """Stop again what the transaction had stopped and something else, such as a reboot, has started since.

        It runs on files that are half changed, and must not be running when they are put back.
        """
        stopped: set[str] = set()
        for index in sorted(self.record.undo):
            how = self.record.undo[index]
            if how["do"] == "unit" and how["active"] and how["action"] == "stop":
                if self.record.steps[index]["state"] == "done":
                    stopped.add(how["unit"])
            elif how["do"] == "unit" and how["action"] in ("start", "restart"):
                stopped.discard(how["unit"])
        for unit in sorted(stopped):
            try:
                if self.machine.units([unit])[unit]["active"] != "inactive":
                    self._stop(unit)
            except Exception as error:
                self.left.append("%s: %s" % (unit, error))

    def _leave(self, index: int, error: Exception) -> None:
        how = self.record.undo[index]
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        place = how.get("path") or how.get("folder") or how.get("unit") or "step %d" % (index + 1)
        kept = ""
        for path in how.get("kept", ()):
            try:
                if self.machine.stat(path) is not None:
                    kept = " Its original is %s." % path
            except OSError:
                continue
        self.left.append(self.scrub("%s could not be put back: %s.%s" % (place, reason.rstrip("."), kept)))

    # -- files ---------------------------------------------------------------------------------------------

    def _file(self, index: int, how: How) -> None:
        path = how["path"]
        now = self.machine.stat(path)
        if how["existed"]:
            for kept in how["kept"]:
                if self.machine.stat(kept) is not None:
                    self._bring_back(kept, path)
                    # Renaming one name of a file over another name of it does nothing at all.
                    self.machine.remove(kept)
                    self._touched(path)
                    break
        elif now is not None and self.record.ready.get(index) == [now.device, now.inode]:
            self.machine.remove(path)
            self._touched(path)
        for rest in (how["staged"], *how["kept"]):
            if rest:
                self.machine.remove(rest)
                self.machine.remove(rest + ".part")

    def _bring_back(self, kept: str, path: str) -> None:
        try:
            self.machine.replace(kept, path)
        except OSError as error:
            if error.errno != _STALE:
                raise
            # overlayfs (containers) refuses this for two names of one file, so for a file that was not changed.
            # If this ends between the two, whoever comes next finds the kept one and renames it.
            self.machine.remove(path)
            self.machine.replace(kept, path)

    def _touched(self, path: str) -> None:
        self._folders.add(path.rpartition("/")[0] or "/")
        if path.startswith(_UNIT_FOLDERS):
            self._reread = True

    def _folder(self, index: int, how: How) -> None:
        if how["was"] is not None:
            if self.machine.stat(how["path"]) is not None:
                self.machine.set_attributes(how["path"], *how["was"])
            return
        for folder in how["made"]:
            if self.machine.stat(folder) is None:
                continue
            if how.get("filled") and folder == how["path"]:
                clear(self.machine, folder)
                self._touched(folder)
                continue
            names = self.machine.names(folder)
            if names:
                self.left.append(
                    "%s was made and something else has put files there (%s): look at them and remove it."
                    % (folder, ", ".join(names[:3]))
                )
                return
            self.machine.remove_folder(folder)
            self._touched(folder)

    def _folder_again(self, index: int, how: How) -> None:
        if self.machine.stat(how["path"]) is None:
            self.machine.make_folder(how["path"])
        self.machine.set_attributes(how["path"], *how["was"])
        self._touched(how["path"])

    def _purge(self, index: int, how: How) -> None:
        folder, trash, names = how["folder"], how["trash"], how["names"]
        machine = self.machine
        if machine.stat(trash) is None:
            return  # not begun, or taken back already
        for name in probes.matching(machine.names(folder), how["patterns"]):
            st = machine.stat("%s/%s" % (folder, name))
            # All that matched was moved away: what matches now and was not there is new.
            if name not in names and st is not None and st.type != "dir":
                machine.remove("%s/%s" % (folder, name))
        for name in names:
            if machine.stat("%s/%s" % (trash, name)) is not None:
                machine.replace("%s/%s" % (trash, name), "%s/%s" % (folder, name))
        machine.sync_folder(folder)
        clear(machine, trash)
        self._touched(folder + "/")

    def _restore(self, index: int, how: How) -> None:
        from azdesk.onhost import archives

        archives.take_back(self.machine, how)
        self._touched(how["folder"] + "/")

    def _kept_folder(self, index: int, how: How) -> None:
        from azdesk.onhost import keeping

        def start(unit: str) -> None:
            self._command(["systemctl", "reset-failed", unit], _PATIENCE)
            self._must(["systemctl", "start", unit])

        keeping.put_back(self.machine, how, self._stop, start)
        if how["active"]:
            self._to_run.add(how["unit"])

    def _part(self, index: int, how: How) -> None:
        self.machine.remove(how["part"])

    # -- the running system --------------------------------------------------------------------------------

    def _command(
        self,
        argv: list[str],
        timeout: float,
        environment: dict[str, str] | None = None,
        feed: bytes = b"",
    ) -> Result:
        self.machine.note("run", " ".join(argv))
        return self.machine.run(argv, timeout, environment=environment, feed=feed)

    def _must(
        self,
        argv: list[str],
        timeout: float = _PATIENCE,
        environment: dict[str, str] | None = None,
        feed: bytes = b"",
    ) -> bool:
        """Run a command; what went wrong goes to what is left."""
        result = self._command(argv, timeout, environment, feed)
        if not result.exit and not result.timed_out:
            return True
        from azdesk.onhost.system import last_lines

        words = "took too long" if result.timed_out else last_lines(result.err or result.out, 3)
        self.left.append(self.scrub("“%s” failed: %s." % (" ".join(argv), words or "exit %d" % result.exit)))
        return False

    def _run(self, index: int, how: How) -> None:
        if how["again"]:
            self._again.insert(0, how["again"])
        if not how["undo"]:
            return
        argv, timeout = [str(word) for word in how["undo"]], max(how["timeout"], 10.0)
        feed = str(how.get("feed") or "").encode("utf-8", "surrogateescape")
        if index in self.record.refused or how.get("lenient"):
            # It said itself that it did nothing, so there may be nothing to take back; or it is no matter here.
            self._command(argv, timeout, feed=feed)
        else:
            self._must(argv, timeout, feed=feed)

    def _refresh(self) -> None:
        """Let programs read again what was put back: the commands asked for, and systemd its units."""
        again, self._again = self._again, []
        for argv in again:
            self._must(argv)
        if self._reread and ["systemctl", "daemon-reload"] not in again:
            self._must(["systemctl", "daemon-reload"])
        self._reread = False

    def _unit(self, index: int, how: How) -> None:
        unit, action = how["unit"], how["action"]
        if action in ("enable", "disable"):
            now = self.machine.units([unit])[unit]["enabled"]
            if now != how["enabled"] and how["enabled"] in ("enabled", "disabled"):
                self._must(["systemctl", "enable" if how["enabled"] == "enabled" else "disable", unit])
            return
        if not how["active"]:
            self._to_run.discard(unit)
            if action in ("start", "restart"):
                self._stop(unit)
                self._command(["systemctl", "reset-failed", unit], _PATIENCE)
            return
        self._to_run.add(unit)
        if action == "stop":
            self._refresh()
            if self.machine.units([unit])[unit]["active"] != "active":
                self._command(["systemctl", "reset-failed", unit], _PATIENCE)
                self._must(["systemctl", "start", unit])
        elif action != "start":
            self._later = [other for other in self._later if other["unit"] != unit] + [how]

    def _stop(self, unit: str) -> None:
        """Stop a service, by force if need be: what it works on is taken away in any case.

        ejabberd that is told to stop while it starts does not hear it, and after joining a cluster it says that
        it stops and goes on; systemd itself waits five minutes in both cases before it kills.
        """
        hangs = self._wait_while(unit, "activating", _START)
        if hangs or self._wait_while(unit, "deactivating", _GRACE):
            self._command(["systemctl", "kill", "--signal=SIGKILL", unit], _PATIENCE)
        result = self._command(["systemctl", "stop", unit], _STOP)
        if result.timed_out:
            self._command(["systemctl", "kill", "--signal=SIGKILL", unit], _PATIENCE)
        if result.timed_out or result.exit:
            self._must(["systemctl", "stop", unit])

    def _wait_while(self, unit: str, state: str, seconds: float) -> bool:
        """Whether the unit is still in that state after so many seconds."""
        deadline = self.machine.monotonic() + seconds
        while self.machine.units([unit])[unit]["active"] == state:
            if self.machine.monotonic() >= deadline:
                return True
            self.machine.sleep(0.2)
        return False

    def _again_unit(self, how: How) -> None:
        unit = how["unit"]
        now = self.machine.units([unit])[unit]
        reload = how["action"] == "reload" and now["active"] == "active"
        if reload and not self._command(["systemctl", "reload", unit], _PATIENCE).exit:
            return
        # After several failed starts systemd would refuse another one.
        self._command(["systemctl", "reset-failed", unit], _PATIENCE)
        self._must(["systemctl", "restart", unit])

    def _check_units(self) -> None:
        for unit in sorted(self._to_run):
            state = self.machine.units([unit])[unit]["active"]
            if state not in ("active", "activating", "reloading"):
                self.left.append("%s ran before and is %s now." % (unit, state))

    def _packages(self, index: int, how: How) -> None:
        from azdesk.onhost import system

        new = sorted(set(system.known(self.machine)) - set(how["before"]))
        configured = set(how["configured"])
        purge = [name for name in new if name not in configured]
        remove = [name for name in new if name in configured and name in system.installed(self.machine)]
        if not purge and not remove:
            return
        environment = system.APT_ENVIRONMENT
        # An installation that was cut off has to be brought to an end before anything can be removed.
        self._command(["dpkg", "--configure", "-a"], 600.0, environment)
        if purge:
            self._must([*system.APT, "purge", *purge], 600.0, environment)
        if remove:
            self._must([*system.APT, "remove", *remove], 600.0, environment)
        self._reread = True
