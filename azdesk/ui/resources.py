"""Where the window's own files are, in a checkout and in an installed program."""

from __future__ import annotations

import sys
from pathlib import Path


def resource_root() -> Path:
    """The folder ``resources/``: beside the package in a checkout, inside the bundle when frozen."""
    bundle = getattr(sys, "_MEIPASS", None)
    if bundle is not None:
        return Path(bundle) / "resources"
    return Path(__file__).resolve().parents[2] / "resources"


def icon_path(name: str) -> Path:
    """Path of one icon; the file must exist."""
    return resource_root() / "icons" / f"{name}.svg"
