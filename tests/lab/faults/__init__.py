"""Real hosts in trouble: see docs/faults.md."""
