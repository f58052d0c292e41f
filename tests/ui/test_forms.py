"""Compiled forms match their Designer files."""

from __future__ import annotations

import shutil

import pytest

from azdesk.ui import forms_build


def test_forms_are_fresh():
    assert [path.name for path in forms_build.stale()] == []
    assert forms_build.orphans() == []


def test_a_changed_form_is_named(tmp_path, monkeypatch, capsys):
    sources, targets = tmp_path / "ui", tmp_path / "forms"
    sources.mkdir()
    shutil.copy(forms_build.SOURCES / "crash_dialog.ui", sources)
    monkeypatch.setattr(forms_build, "SOURCES", sources)
    monkeypatch.setattr(forms_build, "TARGETS", targets)
    monkeypatch.setattr(forms_build, "stale", lambda: stale(sources, targets))
    monkeypatch.setattr(forms_build, "orphans", lambda: orphans(sources, targets))
    assert forms_build.main([]) == 0
    assert forms_build.main(["--check"]) == 0
    form = sources / "crash_dialog.ui"
    form.write_text(form.read_text().replace("AZDesk met a fault", "AZDesk met another fault"))
    capsys.readouterr()
    assert forms_build.main(["--check"]) == 1
    assert "stale: azdesk/ui/forms/crash_dialog.py" in capsys.readouterr().out
    form.unlink()
    assert forms_build.main(["--check"]) == 1
    assert "no form for: azdesk/ui/forms/crash_dialog.py" in capsys.readouterr().out


stale, orphans = forms_build.stale, forms_build.orphans


def test_a_broken_form_says_why(tmp_path):
    broken = tmp_path / "broken.ui"
    broken.write_text("<ui version='4.0'><class>X</class>")
    with pytest.raises(RuntimeError, match=r"broken\.ui"):
        forms_build.compile_form(broken)
