"""A folder as a host's root: nothing leads out of it, and owners need no root."""

from __future__ import annotations

from pathlib import Path

import pytest

from azdesk.practice import Faults
from azdesk.practice.files import Attributes, HostFiles


@pytest.fixture
def files(tmp_path: Path) -> HostFiles:
    return HostFiles(tmp_path / "root", Faults())


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ("{outside}", "/link/secret"),
        ("../../../../../../../../../../../../{outside}", "/link/secret"),
        ("{outside}/secret", "/link"),
        ("/", "/link/../../../{outside}/secret"),
    ],
)
def test_no_link_leads_out(files: HostFiles, tmp_path: Path, target: str, path: str) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret").write_text("not for the host")
    files.link("/link", target.format(outside=outside))
    assert files.text(path.format(outside=outside)) == ""
    assert not files.exists(path.format(outside=outside))
    files.write(path.format(outside=outside), "written")
    assert (outside / "secret").read_text() == "not for the host"


def test_parents_above_the_root_are_the_root(files: HostFiles) -> None:
    files.write("/etc/hosts", "here")
    assert files.text("/../../etc/hosts") == "here"
    assert files.resolve("/a/../../..") == "/"


def test_links_in_a_circle_are_an_error(files: HostFiles) -> None:
    files.link("/a", "/b")
    files.link("/b", "/a")
    with pytest.raises(OSError, match="Too many levels"):
        files.resolve("/a")


def test_links_inside_are_followed(files: HostFiles) -> None:
    files.write("/etc/default/ejabberd", "settings")
    files.link("/etc/ejabberd/ejabberdctl.cfg", "../default/ejabberd")
    assert files.text("/etc/ejabberd/ejabberdctl.cfg") == "settings"


def test_attributes_stay_with_the_file_and_go_with_it(files: HostFiles) -> None:
    mine = Attributes(mode=0o400, owner="ejabberd", group="ejabberd")
    files.write("/secret", "text", mine)
    files.write("/secret", "other text")
    assert files.attributes("/secret") == mine
    files.remove("/secret")
    files.write("/secret", "text")
    assert files.attributes("/secret") == Attributes(mode=0o644)


@pytest.mark.parametrize(
    ("mode", "owner", "group", "user", "want", "allowed"),
    [
        (0o600, "ejabberd", "ejabberd", "ejabberd", 4, True),
        (0o600, "root", "root", "ejabberd", 4, False),
        (0o640, "root", "ejabberd", "ejabberd", 4, True),
        (0o640, "root", "ejabberd", "ejabberd", 2, False),
        (0o604, "root", "ejabberd", "ejabberd", 4, False),
        (0o644, "root", "root", "ejabberd", 4, True),
        (0o000, "root", "root", "root", 6, True),
    ],
)
def test_who_may_do_what(
    files: HostFiles, mode: int, owner: str, group: str, user: str, want: int, allowed: bool
) -> None:
    files.write("/etc/file", "", Attributes(mode=mode, owner=owner, group=group))
    assert files.allows("/etc/file", user, frozenset({"ejabberd"}), want) is allowed


def test_a_closed_folder_above_hides_what_is_in_it(files: HostFiles) -> None:
    files.folder("/closed", Attributes(mode=0o700))
    files.write("/closed/file", "", Attributes(mode=0o644))
    assert not files.allows("/closed/file", "ejabberd", frozenset(), 4)


def test_a_full_disk_takes_what_was_freed(files: HostFiles) -> None:
    files.write("/old", "x" * 100)
    files.faults.disk_full = True
    with pytest.raises(OSError, match="No space left"):
        files.write("/new", "y")
    files.remove("/old")
    files.write("/new", "y" * 100)
    with pytest.raises(OSError, match="No space left"):
        files.append("/new", "y")


def test_a_read_only_folder_also_through_a_link(files: HostFiles) -> None:
    files.folder("/etc")
    files.link("/alias", "/etc")
    files.faults.read_only.add("/etc")
    for path in ("/etc/a", "/alias/a", "/var/../etc/a"):
        with pytest.raises(OSError, match="Read-only file system"):
            files.write(path, "")
    files.write("/etcetera", "")
