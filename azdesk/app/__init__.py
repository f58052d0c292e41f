"""Use cases: look, preview, apply, adopt, join, ask afterwards.

Blocking functions that know neither Qt nor the terminal; each takes a `Job` to report to and to be cancelled by.
"""
