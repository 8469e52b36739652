"""The small words of a sentence, from `ledger/lexicons/english/function_words.toml`."""

from collections.abc import Mapping
from functools import cache

from ledger.lexicons.load import toml


@cache
def function_words(name: str) -> frozenset[str]:
    """The words of a list, with those of the lists that belong to it.

    >>> "which" in function_words("clause_breaks"), "was" in function_words("clause_breaks")
    (True, False)
    """
    entry = toml("english/function_words")[name]
    return frozenset(entry["words"].split()).union(*[function_words(other) for other in entry.get("with", ())])


@cache
def tense_marks() -> Mapping[str, str]:
    """Word before a verb → the tense that it makes; "!" denies the verb."""
    return dict(toml("english/function_words")["tense_marks"])


__all__ = ["function_words", "tense_marks"]
