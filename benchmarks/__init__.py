"""Figures against peers, side by side: ``python -m benchmarks [fanout|startup|window|enrolment|directory] [--runs N]``."""
