"""What hosts and files of an earlier run say may be anything."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from azdesk.app.journal import Entry, _entry
from azdesk.app.session import Awaited, AwaitedStore
from azdesk.core.errors import ProtocolError

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
FIELDS = ["transaction", "who", "title", "state", "started", "ended", "steps", "error", "left", "backups"]


@given(st.dictionaries(st.sampled_from(FIELDS), JSON))
def test_any_journal_entry(raw: dict[str, Any]) -> None:
    try:
        entry = _entry("a251", raw)
    except ProtocolError as error:
        assert error.where == "a251"
    else:
        assert isinstance(entry, Entry)
        assert all(isinstance(sentence, str) for sentence in entry.left)


@given(st.binary(max_size=100) | JSON.map(lambda value: json.dumps(value).encode()))
def test_any_list_of_awaited_outcomes(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "awaited.json"
        path.write_bytes(data)
        kept = AwaitedStore(path)
        assert isinstance(kept.all(), tuple)
        item = Awaited(host="a251", transaction="t1", title="join", since=1.0)
        kept.add(item)
        assert item in kept.all()
        kept.remove("t1")
        assert item not in kept.all()
