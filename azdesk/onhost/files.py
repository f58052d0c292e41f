"""Steps on files and folders.

New files are staged beside their places and originals get a second name before the first change, so that a
full disk or a read-only file system shows itself while nothing is lost, and putting back is one rename.
"""

from __future__ import annotations

from azdesk.onhost import probes
from azdesk.onhost.fault import Fault

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from azdesk.onhost.disk import Stat
    from azdesk.onhost.machine import Machine
    from azdesk.onhost.worker import Step, Worker

_ELSEWHERE = 18  # EXDEV
_NO_LINKS = (1, 31, 38, 95)  # EPERM, EMLINK, ENOSYS, EOPNOTSUPP


def followed(machine: Machine, path: str) -> str:
    """The path with all links followed, to be changed as root.

    A service that owns the folder that its configuration is in, as Asterisk does, could put a link there to a file of root's: links
    are root's own, or lead to what belongs to whoever made them. What is put there after this look is refused when the change is
    made, see `azdesk.onhost.disk`.

    Raises:
        Fault: another link is on the way.
    """
    found = machine.resolve(path)
    place = found
    while (st := machine.stat(place)) is None and place != "/":
        place = place.rpartition("/")[0] or "/"
    trusted = ("root", st.owner if st is not None else "root")
    parts, done = path.split("/")[::-1], ""
    while parts:
        part = parts.pop()
        if part in ("", "."):
            continue
        if part == "..":
            done = done.rpartition("/")[0]
            continue
        here = "%s/%s" % (done, part)
        st = machine.stat(here)
        if st is None or st.type != "link":
            done = here
            continue
        if st.owner not in trusted:
            raise Fault(
                "StepFailed",
                "%s is a link to %s that %s has made there." % (here, machine.readlink(here), st.owner),
                path,
                "Look at it there: whoever may change that folder could have root write elsewhere. Put the file back, or make "
                "the link as root.",
            )
        target = machine.readlink(here)
        if target.startswith("/"):
            done = ""
        parts.extend(target.split("/")[::-1])
    return found


class Place:
    """One file that a step writes or removes."""

    __slots__ = ("data", "existed", "kept", "mode", "owned", "path", "staged")

    def __init__(self, path: str) -> None:
        self.path = path
        self.data: bytes | None = None
        self.staged = ""
        self.kept: list[str] = []
        self.existed = False
        self.owned = False
        """Whether the staged file has its owner already."""

    def undo(self) -> dict[str, Any]:
        return {
            "do": "file",
            "path": self.path,
            "staged": self.staged,
            "kept": self.kept,
            "existed": self.existed,
        }


class FileSteps:
    """Steps on files of one transaction."""

    def __init__(self, work: Worker) -> None:
        self.work = work
        self.machine = work.machine
        self._places: dict[int, Place] = {}
        self._expected: dict[str, str] = {}

    # -- before the first change ---------------------------------------------------------------------------

    def prepare(self, steps: list[Step]) -> None:
        """Refuse a stale plan, stage all new files, keep all originals.

        Raises:
            Fault, OSError: not possible; nothing but staged files is there to take back.
        """
        late_users = False
        for index, step in enumerate(steps):
            if step["kind"] in ("write-file", "remove-file"):
                self._places[index] = self._place(index, step)
        if not self._places:
            return
        self.work.doing = "writing the journal"
        self.work.log({"undo": {str(i): place.undo() for i, place in self._places.items()}}, sync=True)
        ready = {}
        seen: set[str] = set()
        for index, step in enumerate(steps):
            late_users = late_users or step["kind"] in ("install-packages", "run")
            place = self._places.get(index)
            if place is None:
                continue
            if place.data is not None:
                ready[str(index)] = self._stage(place, step, late_users)
            if place.existed and place.path not in seen:
                self._keep(place)
            seen.add(place.path)
        assert self.work.record is not None
        # Only now may a rename take an original's name away: its second one is on disk, too.
        self.machine.sync_folder(self.work.record.folder)
        self.work.doing = "writing the journal"
        self.work.log({"ready": ready}, sync=True)

    def _place(self, index: int, step: Step) -> Place:
        self.work.doing = "looking at " + step["path"]
        place = Place(self._target(step))
        st = self.machine.stat(place.path)
        if st is not None and st.type == "dir":
            raise Fault("StepFailed", "%s is a folder." % step["path"], step["path"])
        place.existed = st is not None
        if place.path not in self._expected:
            self._expected[place.path] = step["before"]
            self._check(place.path, st, "changed since the plan was made")
        self._name(place, index, step)
        if step["kind"] == "write-file":
            place.data = self.work.fill_in(step["content"]).encode("utf-8", "surrogateescape")
        return place

    def _name(self, place: Place, index: int, step: Step) -> None:
        assert self.work.record is not None
        record = self.work.record
        name = ".azdesk-%s-%d" % (record.transaction, index)
        beside = place.path.rpartition("/")[0]
        while beside and self.machine.stat(beside) is None:
            beside = beside.rpartition("/")[0]
        place.kept = ["%s/%d.old" % (record.folder, index), "%s/%s.old" % (beside, name)]
        if step["kind"] == "write-file":
            place.staged = "%s/%s.new" % (beside, name)

    def _target(self, step: Step) -> str:
        if step["kind"] == "write-file":
            return followed(self.machine, step["path"])
        folder, _, name = step["path"].rpartition("/")
        return "%s/%s" % (followed(self.machine, folder or "/").rstrip("/"), name)

    def _check(self, path: str, st: Stat | None, words: str) -> None:
        """Compare with what the plan was made from, or what an earlier step has left."""
        expected = self._expected.get(path)
        if expected is None:
            return
        if st is not None and st.type == "link":
            behind = self.machine.resolve(path)
            st = self.machine.stat(behind)
            path = behind
        now = self.machine.digest(path) if st is not None and st.type == "file" else ""
        if now != expected:
            raise Fault(
                "PlanStale", "%s was %s." % (path, words), path, "Look again and review the new plan."
            )

    def _stage(self, place: Place, step: Step, late_users: bool) -> list[int]:
        assert place.data is not None
        self.work.doing = "staging " + step["path"]
        self.machine.write_new(place.staged, place.data)
        try:
            self.machine.set_attributes(place.staged, step["mode"], step["owner"], step["group"])
            place.owned = True
        except LookupError:
            if not late_users:
                raise
        st = self.machine.stat(place.staged)
        return [st.device, st.inode] if st else [0, 0]

    def _keep(self, place: Place) -> None:
        """Give the original a second name, in the transaction's folder or else beside it."""
        self.work.doing = "keeping the original of " + place.path
        for kept in place.kept:
            try:
                self.machine.link(place.path, kept)
                return
            except OSError as error:
                if error.errno != _ELSEWHERE and error.errno not in _NO_LINKS:
                    raise
        st = self.machine.stat(place.path)
        if st is None or st.type != "file":
            raise Fault(
                "StepFailed", "%s is on storage that cannot keep its original." % place.path, place.path
            )
        part = place.kept[1] + ".part"
        self.machine.write_new(part, self.machine.read(place.path))
        self.machine.set_attributes(part, st.mode, st.owner, st.group)
        self.machine.set_mtime(part, st.mtime_ns)
        self.machine.replace(part, place.kept[1])

    # -- steps ---------------------------------------------------------------------------------------------

    def write_file(self, index: int, step: Step) -> str | None:
        place = self._places[index]
        self._before_change(index, step, place)
        assert place.data is not None
        self.work.doing = "writing " + step["path"]
        if not place.owned:
            self.machine.set_attributes(place.staged, step["mode"], step["owner"], step["group"])
        self.work.changed = True
        try:
            self.machine.replace(place.staged, place.path)
        except OSError as error:
            if error.errno != _ELSEWHERE:
                raise
            self._stage_again(index, step, place)
        self.work.unsynced.add(place.path.rpartition("/")[0] or "/")
        self._expected[place.path] = probes.digest(place.data)
        self._read_back(step, place)
        return None

    def _before_change(self, index: int, step: Step, place: Place) -> None:
        """The last look before the change: still what was planned for, and its original kept."""
        self.work.doing = "looking at " + step["path"]
        target = self._target(step)
        st = self.machine.stat(target)
        if not self.work.unaccountable:
            if target != place.path:
                raise Fault("PlanStale", "%s leads to another file now." % step["path"], step["path"])
            self._check(target, st, "changed by somebody else just now")
        if target == place.path and (st is not None) == place.existed:
            return
        if st is not None and st.type == "dir":
            raise Fault("StepFailed", "%s is a folder." % step["path"], step["path"])
        # An earlier step, such as installing a package, has put a file there or taken it away.
        old_staged = place.staged
        first_here = all(other is place or other.path != target for other in self._places.values())
        place.path = target
        place.existed = st is not None and first_here
        self._name(place, index, step)
        place.staged = old_staged
        self.work.plan_undo(index, place.undo())
        if place.existed:
            self._keep(place)

    def _stage_again(self, index: int, step: Step, place: Place) -> None:
        """What is in the place of a missing folder by now lies on another file system."""
        old = place.staged
        folder = place.path.rpartition("/")[0]
        place.staged = "%s/%s" % (folder, old.rpartition("/")[2])
        self.work.plan_undo(index, place.undo())
        ready = self._stage(place, step, late_users=False)
        self.work.log({"ready": {str(index): ready}}, sync=True)
        self.machine.remove(old)
        self.work.doing = "writing " + step["path"]
        self.machine.replace(place.staged, place.path)

    def _read_back(self, step: Step, place: Place) -> None:
        self.work.doing = "reading back " + step["path"]
        st = self.machine.stat(place.path)
        wrong = ""
        if st is None or st.type != "file":
            wrong = "it is not there"
        elif self.machine.digest(place.path) != self._expected[place.path]:
            wrong = "its content is another one"
        elif (st.mode, st.owner, st.group) != (step["mode"], step["owner"], step["group"]):
            wrong = "it has mode %o and belongs to %s:%s" % (st.mode, st.owner, st.group)
        if wrong:
            raise Fault(
                "StepFailed",
                "%s was written, but on reading it back %s." % (step["path"], wrong),
                step["path"],
                "See what else writes to this file, and what file system it is on.",
            )

    def remove_file(self, index: int, step: Step) -> str | None:
        place = self._places[index]
        self._before_change(index, step, place)
        if self.machine.stat(place.path) is None:
            return "It was not there."
        self.work.doing = "removing " + step["path"]
        self.work.changed = True
        self.machine.remove(place.path)
        self.work.unsynced.add(place.path.rpartition("/")[0] or "/")
        self._expected[place.path] = ""
        return None

    def make_folder(self, index: int, step: Step) -> str | None:
        self.work.doing = "making " + step["path"]
        path = followed(self.machine, step["path"])
        st = self.machine.stat(path)
        wanted = (step["mode"], step["owner"], step["group"])
        if st is not None and st.type != "dir":
            raise Fault("StepFailed", "%s exists and is no folder." % step["path"], step["path"])
        if st is not None and (st.mode, st.owner, st.group) == wanted:
            return "It was there already."
        made: list[str] = []
        here = path
        while self.machine.stat(here) is None:
            made.append(here)
            here = here.rpartition("/")[0] or "/"
        was = [st.mode, st.owner, st.group] if st is not None else None
        how = {"do": "folder", "path": path, "made": made, "was": was, "filled": bool(step.get("filled"))}
        self.work.plan_undo(index, how)
        self.work.doing = "making " + step["path"]
        for folder in reversed(made):
            self.machine.make_folder(folder)
            if folder != path:
                self.machine.set_attributes(folder, 0o755, "root", "root")
            self.work.unsynced.add(folder.rpartition("/")[0] or "/")
        self.machine.set_attributes(path, *wanted)
        return None

    def remove_folder(self, index: int, step: Step) -> str | None:
        self.work.doing = "removing " + step["path"]
        path = self._target(step).rstrip("/")
        st = self.machine.stat(path)
        if st is None:
            return "It was not there."
        if st.type != "dir":
            raise Fault("StepFailed", "%s is no folder." % path, path)
        if self.machine.names(path):
            return "It is not empty and was left alone."
        was = [st.mode, st.owner, st.group]
        self.work.plan_undo(index, {"do": "folder-again", "path": path, "was": was})
        self.work.doing = "removing " + step["path"]
        self.machine.remove_folder(path)
        self.work.unsynced.add(path.rpartition("/")[0] or "/")
        return None

    def purge(self, index: int, step: Step) -> str | None:
        self.work.doing = "emptying " + step["folder"]
        folder = followed(self.machine, step["folder"])
        if self.machine.stat(folder) is None:
            return "The folder does not exist."
        names = []
        for name in probes.matching(self.machine.names(folder), step["patterns"]):
            st = self.machine.stat(folder + "/" + name)
            if st is not None and (st.type != "dir" or step.get("folders")):
                names.append(name)
        if not names:
            return "There was nothing to remove."
        assert self.work.record is not None
        trash = "%s/.azdesk-%s-%d" % (folder, self.work.record.transaction, index)
        self.work.plan_undo(
            index,
            {"do": "purge", "folder": folder, "patterns": step["patterns"], "names": names, "trash": trash},
        )
        self.work.doing = "emptying " + step["folder"]
        # Inside the folder itself: nowhere else is sure to be on the same file system.
        self.machine.make_folder(trash)
        self.machine.sync_folder(folder)
        for name in names:
            self.machine.replace("%s/%s" % (folder, name), "%s/%s" % (trash, name))
            self._expected.pop("%s/%s" % (folder, name), None)
        self.machine.sync_folder(trash)
        self.work.unsynced.add(folder)
        return "%d file%s." % (len(names), "" if len(names) == 1 else "s")

    def keep_folder(self, index: int, step: Step) -> str | None:
        from azdesk.onhost import keeping

        return keeping.keep(self.work, index, step)

    def archive(self, index: int, step: Step) -> str | None:
        from azdesk.onhost import archives

        return archives.pack(self.work, index, step)

    def restore_archive(self, index: int, step: Step) -> str | None:
        from azdesk.onhost import archives

        return archives.unpack(self.work, index, step)
