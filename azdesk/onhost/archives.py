"""Backups on the host: packing, unpacking, sending."""

from __future__ import annotations

from azdesk.onhost import probes
from azdesk.onhost.fault import Fault
from azdesk.onhost.files import followed
from azdesk.onhost.store import clear

TYPE_CHECKING = False
if TYPE_CHECKING:
    import tarfile
    from typing import Any

    from azdesk.onhost.machine import Machine
    from azdesk.onhost.store import Store
    from azdesk.onhost.worker import Step, Worker

PIECE_LIMIT = 8 << 20
"""Bytes of a backup in one answer, at most."""


def pack(work: Worker, index: int, step: Step) -> str:
    """The step `archive`."""
    import tarfile

    assert work.record is not None
    machine = work.machine
    name = "%s-%s.tar.gz" % (work.record.transaction, checked_name(step["name"]))
    place = "%s/%s" % (work.store.backups, name)
    work.doing = "looking at " + step["folder"]
    folder = machine.resolve(step["folder"])
    st = machine.stat(folder)
    chosen = _chosen(machine, folder, step["patterns"]) if st and st.type == "dir" else []
    had_changed = work.changed
    work.plan_undo(index, {"do": "part", "part": place + ".part"})
    work.changed = had_changed
    work.doing = "writing the backup " + place
    machine.note("write", place)
    count = 0
    with open(machine.real(place + ".part"), "xb", opener=private) as file:
        with tarfile.open(fileobj=file, mode="w:gz", compresslevel=6, format=tarfile.PAX_FORMAT) as tar:
            for path in below(machine, folder, chosen):
                work.control.check()
                count += add(machine, tar, folder, path)
        file.flush()
        machine.note("sync", place)
        machine.fsync(file.fileno())
        size = file.tell()
    machine.replace(place + ".part", place)
    machine.sync_folder(work.store.backups)
    work.log({"backup": name})
    return "%d files, %d KiB, in %s." % (count, (size + 1023) // 1024, place)


def checked_name(name: object) -> str:
    """A name that is safe as a part of a file name.

    Raises:
        Fault: it is not.
    """
    if not isinstance(name, str) or not name or name.startswith(".") or set(name) & set("/\\\0\n"):
        raise Fault("ProtocolError", "“%.80s” is no name for a backup." % (name,))
    return name


def private(path: str, flags: int) -> int:
    """Opener of files for root's eyes only."""
    import os

    return os.open(path, flags, 0o600)


def _chosen(machine: Machine, folder: str, patterns: list[str]) -> list[str]:
    """What to pack, relative to the folder: a pattern with a slash names one path below it."""
    paths = [pattern for pattern in patterns if "/" in pattern]
    found = probes.matching(machine.names(folder), [one for one in patterns if "/" not in one])
    return found + [path for path in paths if machine.stat("%s/%s" % (folder, path)) is not None]


def below(machine: Machine, folder: str, names: list[str]) -> list[str]:
    """All paths to pack, relative to the folder, each folder before what is in it."""
    found = []
    for name in names:
        found.append(name)
        st = machine.stat("%s/%s" % (folder, name))
        if st is not None and st.type == "dir":
            inside = machine.names("%s/%s" % (folder, name))
            found.extend(below(machine, folder, ["%s/%s" % (name, other) for other in inside]))
    return found


def add(machine: Machine, tar: tarfile.TarFile, folder: str, path: str) -> int:
    """Pack one path; returns how many files that was."""
    import tarfile

    whole = "%s/%s" % (folder, path)
    st = machine.stat(whole)
    if st is None or st.type == "other":
        return 0  # gone meanwhile, or a socket
    info = tarfile.TarInfo(path)
    info.mode, info.uname, info.gname, info.mtime = st.mode, st.owner, st.group, int(st.mtime)
    if st.type == "dir":
        info.type = tarfile.DIRTYPE
        tar.addfile(info)
        return 0
    if st.type == "link":
        info.type, info.linkname = tarfile.SYMTYPE, machine.readlink(whole)
        tar.addfile(info)
        return 1
    import os

    with open(_open_below(machine, folder, path), "rb") as file:
        found = os.fstat(file.fileno())
        if found.st_mode & 0o170000 != 0o100000:
            raise Fault("StepFailed", "%s became something else while it was packed." % whole, whole)
        info.mode, info.uname, info.gname = machine.attributes(found)
        # Of a file that grows meanwhile what was there at first is packed.
        info.size, info.mtime = found.st_size, int(found.st_mtime)
        tar.addfile(info, file)
    return 1


def _open_below(machine: Machine, folder: str, path: str) -> int:
    """Open a file for reading, part by part from the folder, through no link and waiting for no pipe.

    Who owns the folder, a service's user, could put a link in the place of a file or of a folder on the way at any
    moment, and have root pack any file of the host.
    """
    import os

    flags = os.O_RDONLY | getattr(os, "O_BINARY", 0)
    if os.open not in os.supports_dir_fd:
        return os.open(machine.real("%s/%s" % (folder, path)), flags)
    flags |= os.O_NOFOLLOW | os.O_CLOEXEC
    *folders, name = path.split("/")
    fd = os.open(machine.real(folder), flags | os.O_DIRECTORY)
    try:
        for part in folders:
            inner = os.open(part, flags | os.O_DIRECTORY, dir_fd=fd)
            os.close(fd)
            fd = inner
        return os.open(name, flags | os.O_NONBLOCK, dir_fd=fd)
    finally:
        os.close(fd)


def unpack(work: Worker, index: int, step: Step) -> str:
    """The step `restore-archive`: unpacks aside, then puts each file in its place."""
    import tarfile

    assert work.record is not None
    machine = work.machine
    place = "%s/%s" % (work.store.backups, checked_name(step["archive"]))
    if machine.stat(place) is None:
        raise Fault("StepFailed", "There is no backup %s on this host." % place, place)
    work.doing = "reading " + place
    folder = followed(machine, step["folder"])
    st = machine.stat(folder)
    if st is None or st.type != "dir":
        raise Fault("StepFailed", "There is no folder %s." % step["folder"], step["folder"])
    try:
        with tarfile.open(machine.real(place), "r:gz") as tar:
            members = [checked(member) for member in tar]
            beside = "%s/.azdesk-%s-%d" % (folder, work.record.transaction, index)
            how = _how(machine, folder, members, beside)
            work.plan_undo(index, how)
            work.unaccountable = True
            work.doing = "unpacking to " + folder
            machine.make_folder(how["unpacked"])
            machine.make_folder(how["trash"])
            placed = [(member, number) for number, member in enumerate(members) if not member.isdir()]
            for member, number in placed:
                work.control.check()
                extract(machine, tar, member, "%s/%d" % (how["unpacked"], number))
    except (tarfile.TarError, EOFError) as error:
        raise Fault("StepFailed", "The backup %s is damaged: %s." % (place, error), place) from error
    for member in members:
        if member.isdir() and machine.stat("%s/%s" % (folder, member.name)) is None:
            machine.make_folder("%s/%s" % (folder, member.name))
            give(machine, "%s/%s" % (folder, member.name), member)
    for member, number in placed:
        _put(machine, folder, member.name, number, how)
    work.unsynced.update({folder, *["%s/%s" % (folder, name) for name in how["made"]]})
    return "%d files." % len(placed)


def _how(machine: Machine, folder: str, members: list[tarfile.TarInfo], beside: str) -> dict[str, Any]:
    """How unpacking is taken back."""
    made, files = [], {}
    for number, member in enumerate(members):
        st = machine.stat("%s/%s" % (folder, member.name))
        if member.isdir():
            if st is None:
                made.append(member.name)
        elif st is not None and st.type == "dir":
            raise Fault(
                "StepFailed", "%s/%s is a folder, in the backup it is a file." % (folder, member.name)
            )
        else:
            files[member.name] = [number, st is not None]
    return {
        "do": "restore",
        "folder": folder,
        "made": made,
        "files": files,
        "unpacked": beside + ".new",
        "trash": beside + ".old",
    }


def checked(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """A member that stays below its folder.

    Raises:
        Fault: it does not.
    """
    parts = member.name.split("/")
    if (
        member.name.startswith("/")
        or ".." in parts
        or not (member.isreg() or member.isdir() or member.issym())
    ):
        raise Fault("StepFailed", "The backup has something that does not belong there: %s." % member.name)
    return member


def extract(machine: Machine, tar: tarfile.TarFile, member: tarfile.TarInfo, place: str) -> None:
    """Unpack a file or link to a place that must be free."""
    if member.issym():
        machine.make_link(place, member.linkname, member.uname or "root", member.gname or "root")
        return
    source = tar.extractfile(member)
    assert source is not None
    with source, machine.open_new(place) as file:
        while part := source.read(1 << 20):
            file.write(part)
        file.flush()
        machine.fsync(file.fileno())
    give(machine, place, member)
    machine.set_mtime(place, int(member.mtime) * 1_000_000_000)


def give(machine: Machine, place: str, member: tarfile.TarInfo) -> None:
    """Mode and owner as they were packed."""
    machine.set_attributes(place, member.mode, member.uname or "root", member.gname or "root")


def _put(machine: Machine, folder: str, name: str, number: int, how: dict[str, Any]) -> None:
    if how["files"][name][1]:
        machine.replace("%s/%s" % (folder, name), "%s/%d" % (how["trash"], number))
    machine.replace("%s/%d" % (how["unpacked"], number), "%s/%s" % (folder, name))


def take_back(machine: Machine, how: dict[str, Any]) -> None:
    """Undo of `unpack`; may run twice."""
    folder = how["folder"]
    if machine.stat(how["unpacked"]) is not None:
        for name, (number, existed) in how["files"].items():
            place, old = "%s/%s" % (folder, name), "%s/%d" % (how["trash"], number)
            if existed:
                if machine.stat(old) is not None:
                    machine.replace(old, place)
            elif machine.stat(how["trash"]) is not None and (
                machine.stat("%s/%d" % (how["unpacked"], number)) is None and machine.stat(place) is not None
            ):
                machine.remove(place)
        for name in sorted(how["made"], reverse=True):
            if machine.stat("%s/%s" % (folder, name)) is not None:
                clear(machine, "%s/%s" % (folder, name))
        machine.sync_folder(folder)
    clear(machine, how["trash"])
    clear(machine, how["unpacked"])


def fetch(store: Store, request: dict[str, Any]) -> dict[str, Any]:
    """A piece of a backup: ``{"data": base64, "total": bytes}``.

    Raises:
        Fault: there is no such backup.
    """
    name = checked_name(request.get("backup"))
    offset, size = request.get("offset", 0), request.get("size", 1 << 20)
    if not isinstance(offset, int) or not isinstance(size, int) or offset < 0 or size < 0:
        raise Fault("ProtocolError", "A piece of a backup needs offset and size.")
    place = "%s/%s" % (store.backups, name)
    st = store.machine.stat(place)
    if st is None or st.type != "file":
        raise Fault("ObserveError", "There is no backup %s on this host." % name, place)
    import binascii

    with open(store.machine.real(place), "rb") as file:
        file.seek(offset)
        data = file.read(min(size, PIECE_LIMIT))
    return {"data": binascii.b2a_base64(data, newline=False).decode(), "total": st.size}
