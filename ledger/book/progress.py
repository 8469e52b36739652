"""How far a job is, for whoever shows it."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Done:
    """How far a job is."""

    read: int
    """Articles that are done: read, there already, or left out."""
    total: int | None = None
    """How many there are as far as is known, each source that was not opened yet counted as one; null if unknown."""
    problems: int = 0
    """What could not be read or kept so far."""


Progress = Callable[[Done], None]
"""Called now and then while a job runs."""
