"""A value that must not be seen."""

from __future__ import annotations

import hmac
from typing import Never

MASK = "••••••"
"""What is shown where a secret stands; its length says nothing about the secret."""


class Secret:
    """Text that shows itself to nobody unless asked by name.

    Its `repr`, `str` and `format` are a mask; it refuses to be pickled; comparing takes the same time
    whether equal or not.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The text itself; call this only where it leaves for the place that needs it."""
        return self._value

    def __bool__(self) -> bool:
        return bool(self._value)

    def __repr__(self) -> str:
        return f"Secret({MASK})"

    def __str__(self) -> str:
        return MASK

    def __format__(self, spec: str) -> str:
        return MASK

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self._value.encode(), other._value.encode())

    def __hash__(self) -> int:
        return hash(self._value)

    def __reduce__(self) -> Never:
        raise TypeError("a secret is not written anywhere")
