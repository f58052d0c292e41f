"""Change sheets hold no secrets, and are for their owner alone."""

import os
from datetime import UTC, datetime

import pytest

from azdesk.app.planning import Preview
from azdesk.core.plan import HostPlan, Plan
from azdesk.core.secret import MASK
from azdesk.core.step import RemoveFile, WriteFile
from azdesk.fleet.model import Fleet
from azdesk.ui import exporting
from azdesk.ui.mapping import review as mapping

SECRET = "s3cr3t-of-the-admin"
OLD = f"host: db\nsql_password: {SECRET}\n"


def preview() -> Preview:
    steps = (
        WriteFile(title="Write it", path="/etc/x", content=OLD + "more: 1\n", before="0", before_text=OLD),
        WriteFile(title="Write new", path="/etc/y", content=OLD),
        RemoveFile(title="Remove it", path="/etc/z", before="0", before_text=OLD),
    )
    return Preview(plan=Plan(hosts=(HostPlan(host="a251", steps=steps),)), fleet=Fleet(), observations={})


def test_the_window_gets_no_secret_of_the_admins_own_files() -> None:
    model = mapping.review(mapping.approvable(preview()))
    diffs = [step.diff for host in model.hosts for step in host.steps]
    assert all(diff is not None and MASK in f"{diff.before}{diff.after}" for diff in diffs)
    assert SECRET not in repr(model)


def test_a_secret_that_becomes_another_one_still_shows() -> None:
    step = WriteFile(
        title="Write it", path="/etc/x", content="password: two\n", before="0", before_text="password: one\n"
    )
    made = Preview(plan=Plan(hosts=(HostPlan(host="a", steps=(step,)),)), fleet=Fleet(), observations={})
    diff = mapping.review(mapping.approvable(made)).hosts[0].steps[0].diff
    assert diff is not None
    lines = exporting.unified(diff)
    assert f"-password: {MASK}" in lines
    assert any(line.startswith(f"+password: {MASK} ") for line in lines)


@pytest.mark.parametrize(("kind", "name"), [("text", "p.txt"), ("json", "p.json"), ("pdf", "p.pdf")])
@pytest.mark.parametrize("there", [False, True])
def test_sheets_hold_no_secret_and_are_for_their_owner(qapp, tmp_path, kind, name, there) -> None:
    made = preview()
    model = mapping.review(mapping.approvable(made))
    path = tmp_path / name
    if there:
        path.write_text("x" * 9)
        path.chmod(0o644)
    exporting.write(path, kind, model, made, datetime.now(UTC))
    if os.name == "posix":
        assert path.stat().st_mode & 0o777 == 0o600
    content = path.read_bytes()
    assert len(content) > 100
    assert SECRET.encode() not in content
    assert SECRET not in exporting.as_html(model, made, datetime.now(UTC))
    if kind != "pdf":
        assert b"sql_password: " in content
