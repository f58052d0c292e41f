"""AZDesk's use cases from a terminal; for people and for scripts. Described in docs/manual/terminal.md."""
