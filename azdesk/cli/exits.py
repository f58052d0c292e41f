"""Exit codes, the same for every command; documented in docs/manual/terminal.md."""

from __future__ import annotations

OK = 0
"""Done, or nothing to do."""
ERROR = 1
"""An error, or at least one host is not as it should be after the command."""
PENDING = 2
"""Changes are pending: what is shown was not carried out, because that was not asked for."""
STOPPED = 3
"""Not confirmed, or cancelled with Ctrl+C; each host is as it was, or changed and verified as a whole."""
