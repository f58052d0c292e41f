"""Where AZDesk keeps its own files."""

from __future__ import annotations

from pathlib import Path

import pytest

from azdesk.core import places


@pytest.mark.parametrize("given", [None, "own"])
def test_apart_for_a_while(given: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if given is None:
        monkeypatch.delenv(places.VARIABLE, raising=False)
    else:
        monkeypatch.setenv(places.VARIABLE, str(tmp_path / given))
    before = places.data_folder()
    with pytest.raises(ZeroDivisionError), places.apart(tmp_path / "demo"):
        assert (places.data_folder(), places.state_folder()) == (tmp_path / "demo", tmp_path / "demo")
        raise ZeroDivisionError
    assert places.data_folder() == before
    assert (places.given() is None) == (given is None)
