"""Words that are shown while the mouse rests on something."""

from __future__ import annotations

import html


def hover(text: str) -> str:
    """A tip that shows others' words as they are.

    Qt takes a tip with a tag in it for HTML, and there pictures are fetched from wherever they say, another host's share included. Names of
    callers, people and files are anybody's words.
    """
    return f"<qt>{html.escape(text).replace(chr(10), '<br>')}</qt>" if "<" in text else text
