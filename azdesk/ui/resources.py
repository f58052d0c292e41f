"""Where the window's own files are, in a checkout and in an installed program."""

from __future__ import annotations

import sys
from pathlib import Path


def resource_root() -> Path:
    """The folder ``resources/``: beside the package in a checkout, inside the bundle when frozen.

    Where AZDesk was installed from a wheel it is inside the package, as ``azdesk/_resources``.
    """
    bundle = getattr(sys, "_MEIPASS", None)
    if bundle is not None:
        return Path(bundle) / "resources"
    package = Path(__file__).resolve().parents[1]
    installed = package / "_resources"
    return installed if installed.is_dir() else package.parent / "resources"


def icon_path(name: str) -> Path:
    """Path of one icon; the file must exist."""
    return resource_root() / "icons" / f"{name}.svg"
