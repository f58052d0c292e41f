"""AZDesk's window on a document, closed as soon as it can be used: ``azdesk_side.py DOCUMENT``."""

import os
import sys


def usable() -> None:
    # What comes after the first paint (connecting to hosts) is not part of becoming usable.
    os._exit(0)


from azdesk.ui.app import main  # noqa: E402

main([sys.argv[1]], ready=usable)
