"""Compiles the Designer forms in ``ui/`` to ``azdesk/ui/forms/``.

``python -m azdesk.ui.forms_build`` writes what is stale; ``--check`` writes nothing and exits 1, naming each stale form.
"""

from __future__ import annotations

import re
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]
SOURCES = _ROOT / "ui"
TARGETS = _ROOT / "azdesk" / "ui" / "forms"
_HEAD = "# Made from ui/{name} by python -m azdesk.ui.forms_build; edit that file with Qt Designer instead.\n"
_INSET = 9
"""Pixels, as in the style sheet's other fields."""
_PACKAGE = '"""Made from the Designer forms in ui/ by azdesk.ui.forms_build."""\n'


def compile_form(source: Path) -> str:
    """Python text for one form.

    Raises:
        RuntimeError: uic does not accept the form; the message says why.
    """
    run = subprocess.run(
        [sys.executable, "-c", "from PySide6.scripts.pyside_tool import uic; uic()", str(source)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    if run.returncode or not run.stdout.strip():
        raise RuntimeError(f"ui/{source.name}: {run.stderr.strip() or 'uic wrote nothing'}")
    lines = run.stdout.splitlines()
    # uic's own head names its version, which would make every form stale after an upgrade that changes nothing else.
    start = next(at for at, line in enumerate(lines) if line.startswith(("from ", "import ")))
    text = _only_used("\n".join(_inset(lines[start:])))
    return _HEAD.format(name=source.name) + "\n" + text.rstrip() + "\n"


def _inset(lines: list[str]) -> Iterator[str]:
    """Lines of a form whose spin boxes keep their text off the border: there Qt takes no padding from a style sheet."""
    for line in lines:
        yield line
        if made := re.match(r"( +self\.\w+) = Q(?:Double)?(?:SpinBox|DateEdit|TimeEdit)\(", line):
            yield f"{made.group(1)}.lineEdit().setTextMargins({_INSET}, 0, 0, 0)"


def _only_used(text: str) -> str:
    """Leave out names that uic imports in case: each Qt name costs up to a millisecond when it is first touched."""

    def shorten(found: re.Match[str]) -> str:
        names = [name.strip() for name in found.group(2).replace("\n", " ").split(",")]
        used = [name for name in names if re.search(rf"\b{name}\b", body)]
        return f"from {found.group(1)} import ({', '.join(used)})\n" if used else ""

    pattern = re.compile(r"^from (PySide6\.\w+) import \(([^)]*)\)\n", re.MULTILINE)
    body = pattern.sub("", text)
    return pattern.sub(shorten, text)


def stale(sources: Path = SOURCES, targets: Path = TARGETS) -> dict[Path, str]:
    """Files below `targets` that are missing or not what their form gives, with the text they should have."""
    wanted = {targets / "__init__.py": _PACKAGE}
    for source in sorted(sources.glob("*.ui")):
        wanted[targets / f"{source.stem}.py"] = compile_form(source)
    return {
        path: text
        for path, text in wanted.items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    }


def orphans(sources: Path = SOURCES, targets: Path = TARGETS) -> list[Path]:
    """Compiled files whose form is gone."""
    known = {source.stem for source in sources.glob("*.ui")} | {"__init__"}
    return [path for path in sorted(targets.glob("*.py")) if path.stem not in known]


def main(arguments: list[str] | None = None) -> int:
    """Returns the exit code."""
    parser = ArgumentParser(prog="python -m azdesk.ui.forms_build", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a form is stale")
    check = parser.parse_args(arguments).check
    old, gone = stale(), orphans()
    for path in [*old, *gone]:
        print(f"{'stale' if path in old else 'no form for'}: azdesk/ui/forms/{path.name}")
    if check:
        if old or gone:
            print("Run: make forms", file=sys.stderr)
        return 1 if old or gone else 0
    TARGETS.mkdir(parents=True, exist_ok=True)
    for path, text in old.items():
        path.write_text(text, encoding="utf-8")
    for path in gone:
        path.unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main())
