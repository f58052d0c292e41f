"""What the tests install on the machine starts nothing there. Needs no lab."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lab.harness import requirements


def test_packages_start_no_services_meanwhile(tmp_path: Path) -> None:
    policy = tmp_path / "policy-rc.d"
    with pytest.raises(ZeroDivisionError), requirements._no_daemons(policy):
        assert policy.read_text().splitlines()[-1] == "exit 101"
        assert policy.stat().st_mode & 0o111
        raise ZeroDivisionError
    assert not policy.exists()
    policy.write_text("their own")
    with requirements._no_daemons(policy):
        assert policy.read_text() == "their own"
    assert policy.read_text() == "their own"
