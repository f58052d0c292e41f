"""Folders that a service changes by itself while steps run: kept as they were, to be put back with the service stopped."""

from __future__ import annotations

from azdesk.onhost import archives
from azdesk.onhost.fault import Fault
from azdesk.onhost.store import clear

TYPE_CHECKING = False
if TYPE_CHECKING:
    import tarfile
    from collections.abc import Callable
    from typing import Any

    from azdesk.onhost.machine import Machine
    from azdesk.onhost.worker import Step, Worker

LIMIT = 64 << 20
"""Bytes of all files; what is larger is data, no configuration, and takes an `Archive`."""


def keep(work: Worker, index: int, step: Step) -> str:
    """The step `keep-folder`."""
    import tarfile

    assert work.record is not None
    machine, unit = work.machine, str(step["unit"])
    work.doing = "looking at " + step["folder"]
    folder = machine.resolve(step["folder"])
    st = machine.stat(folder)
    if st is None or st.type != "dir":
        raise Fault("StepFailed", "There is no folder %s." % step["folder"], step["folder"])
    paths = archives.below(machine, folder, machine.names(folder))
    size = sum(found.size for path in paths if (found := machine.stat("%s/%s" % (folder, path))) is not None)
    if size > LIMIT:
        raise Fault("StepFailed", "%s is too large to keep (%d MiB)." % (step["folder"], size >> 20), folder)
    # In the transaction's own folder, which goes with it.
    place = "%s/kept-%d.tar" % (work.record.folder, index)
    work.doing = "writing " + place
    machine.note("write", place)
    with open(machine.real(place), "xb", opener=archives.private) as file:
        with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as tar:
            for path in paths:
                archives.add(machine, tar, folder, path)
        file.flush()
        machine.note("sync", place)
        machine.fsync(file.fileno())
    machine.sync_folder(work.record.folder)
    had_changed = work.changed
    active = machine.units([unit])[unit]["active"] == "active"
    work.plan_undo(
        index, {"do": "kept-folder", "folder": folder, "place": place, "unit": unit, "active": active}
    )
    work.changed = had_changed
    return "%d files." % len(paths)


def put_back(
    machine: Machine, how: dict[str, Any], stop: Callable[[str], None], start: Callable[[str], None]
) -> None:
    """Undo of `keep`; may run twice. The service is left alone where nothing has changed.

    Args:
        machine: the host.
        how: as `keep` has noted it.
        stop: stops a unit.
        start: starts it.
    """
    import tarfile

    folder, unit = how["folder"], how["unit"]
    if machine.stat(how["place"]) is None:
        return
    with tarfile.open(machine.real(how["place"]), "r:") as tar:
        members = [archives.checked(member) for member in tar]
        if _same(machine, tar, members, folder) and _runs(machine, unit) == how["active"]:
            return
        if machine.units([unit])[unit]["active"] != "inactive":
            stop(unit)
        for name in machine.names(folder):
            path = "%s/%s" % (folder, name)
            st = machine.stat(path)
            if st is not None and st.type == "dir":
                clear(machine, path)
            else:
                machine.remove(path)
        for member in members:
            place = "%s/%s" % (folder, member.name)
            if member.isdir():
                machine.make_folder(place)
                archives.give(machine, place, member)
            else:
                archives.extract(machine, tar, member, place)
        machine.sync_folder(folder)
    if how["active"]:
        start(unit)


def _runs(machine: Machine, unit: str) -> bool:
    return bool(machine.units([unit])[unit]["active"] == "active")


def _same(machine: Machine, tar: tarfile.TarFile, members: list[tarfile.TarInfo], folder: str) -> bool:
    """Whether the folder still has what was kept of it."""
    names = [member.name for member in members]
    if sorted(names) != sorted(archives.below(machine, folder, machine.names(folder))):
        return False
    for member in members:
        if not member.isreg():
            continue
        source = tar.extractfile(member)
        if source is None or machine.read("%s/%s" % (folder, member.name)) != source.read():
            return False
    return True
