"""Pledges that are only late: "has delayed its $2 billion plant by two years" cancels nothing."""

from functools import cache
from typing import Any

import re2

from ledger.lexicons.load import joined, toml


@cache
def _pattern(name: str) -> Any:
    return re2.compile(joined(toml("frames")["late"][name]))


def is_only_late(sentence: str) -> bool:
    """Whether a sentence tells of a delay with its length or a new date, and of no cancellation.

    >>> is_only_late("Velora delayed its $2 billion plant by two years."), is_only_late("It delayed the plan.")
    (True, False)
    """
    said = sentence.lower()
    return _pattern("pattern").search(said) is not None and _pattern("not").search(said) is None


__all__ = ["is_only_late"]
