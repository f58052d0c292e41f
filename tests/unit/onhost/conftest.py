"""A small host for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.onhost.support import FolderMachine, InProcess, fill


@pytest.fixture
def machine(tmp_path: Path) -> FolderMachine:
    root = tmp_path / "root"
    root.mkdir()
    return FolderMachine(root, fill(root))


@pytest.fixture
def link(machine: FolderMachine) -> Iterator[InProcess]:
    link = InProcess(machine)
    yield link
    link.close()
