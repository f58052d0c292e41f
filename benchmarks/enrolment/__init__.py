"""1,000 enrolment cards as PDF, eight a page: AZDesk against the usual way with qrcode and ReportLab. Whole processes, two cores.

All sides print the same codes (payloads in a file), a name, an account and a notice on each card.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks import measure

HERE = Path(__file__).parent
CARDS = 1000


def run(runs: int) -> str:
    """A Markdown section."""
    peers = measure.peers()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        people = place / "people.json"
        people.write_text(json.dumps(_people()))
        usual = [str(peers / "python"), str(HERE / "reportlab_side.py"), str(people)]
        sides = {
            "AZDesk": lambda _: [
                sys.executable, str(HERE / "azdesk_side.py"), str(people), str(place / "azdesk.pdf"),
            ],
            "qrcode's pictures in ReportLab": lambda _: [*usual, str(place / "pictures.pdf"), "pictures"],
            "qrcode's modules as areas in ReportLab": lambda _: [*usual, str(place / "areas.pdf"), "areas"],
        }  # fmt: skip
        environment = {"QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(Path.cwd())}
        figures = measure.in_turn(sides, runs=runs, environment=environment)
        sizes = {
            name: (place / f"{file}.pdf").stat().st_size / 1e6
            for name, file in zip(sides, ("azdesk", "pictures", "areas"), strict=True)
        }
        memory = {name: measure.peak_memory_mb(command(0), environment) for name, command in sides.items()}
        masks = subprocess.run(
            [sys.executable, str(HERE / "masks_side.py"), str(people)],
            capture_output=True, text=True, check=True, timeout=300, env={"PYTHONPATH": str(Path.cwd()), "PATH": "/usr/bin:/bin"},
        ).stdout.strip()  # fmt: skip
    rows = "\n".join(
        f"{figures[name].row(figures['AZDesk'])} {memory[name]:.0f} MB | {sizes[name]:.1f} MB |"
        for name in sides
    )
    head = (
        "| | wall, median | min–max | CPU here | ratio | memory, peak | PDF |\n|---|---|---|---|---|---|---|"
    )
    return (
        f"## enrolment: {CARDS:,} cards to PDF, eight a page, whole process\n\n{measure.machine()}\n\n{head}\n{rows}\n\n"
        f"Masks: {masks}\n"
    )


def _people() -> list[dict[str, str]]:
    return [
        {
            "name": f"Ängström Example {at}",
            "user": f"person.{at:04}",
            "number": str(680000 + at),
            "password": f"{at:08x}",
        }
        for at in range(CARDS)
    ]
