"""Simulated Asterisk: its configuration files, manager interface and console, with the rules of the real one (22.10)."""
