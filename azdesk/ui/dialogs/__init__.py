"""Dialogs: each a Designer form and a small class."""
