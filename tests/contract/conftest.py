"""Backends: `backend` is each of them in turn, its hosts fresh."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.backends import Backend, LabBackend, PracticeBackend
from tests.lab.conftest import lab, lab_machine, pytest_collection_finish

__all__ = ["lab", "lab_machine", "pytest_collection_finish"]


@pytest.fixture(
    params=[
        pytest.param("practice", id="practice"),
        pytest.param("lab", id="lab", marks=[pytest.mark.lab, pytest.mark.timeout(300)]),
    ]
)
def backend(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Backend]:
    if request.param == "lab":
        on_lab = LabBackend(request.getfixturevalue("lab"), tmp_path)
        on_lab.fresh()
        yield on_lab
        return
    practice = PracticeBackend(tmp_path)
    yield practice
    practice.stop()
