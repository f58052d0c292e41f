"""Figures against peers, side by side: ``python -m benchmarks [fanout|startup|window|directory] [--runs N]``."""
