"""What a person means by the words of a correction, where they are no text that is kept as it stands.

Amounts and periods in words are read as those of articles are; a name gets the spelling that the ledger has for it.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from ledger.book.cache import Derived
from ledger.book.names import Spellings
from ledger.corrections import AMOUNTS, NAMES, NEGATIVE, corrected_value, split_parts
from ledger.errors import LedgerError
from ledger.extraction import extract_figures
from ledger.extraction.times.find import periods
from ledger.lexicons.load import toml
from ledger.lexicons.names import load_names
from ledger.money.amounts import plain
from schemas import Bound, Figure, Kind, Section, Segment

LEADS = ("", "over ", "for ", "in ")
"""Words that may stand before a time in an article, one of which a cell leaves out: "a year", "6 months"."""
ANYTHING = "item"
"""The unit of a number that no noun follows."""
LONGEST = 80
"""Characters of a time or number that is read as the words of an article."""


class Meaning:
    """What words of corrections mean in one ledger."""

    def __init__(self, known: Derived) -> None:
        self._known = known

    @cached_property
    def _spellings(self) -> Spellings:
        return Spellings.of(self._known)

    def of(self, field: str | None, said: Any, row: Mapping[str, Any] | None) -> Any:
        """`said` in a form that `ledger.corrections.corrected_value` takes, or as it stands."""
        if not _is_words(said) or (len(said) > LONGEST and field not in NAMES):
            return said
        if field in NAMES:
            return "; ".join(map(self.name, split_parts(said))) or said
        read = {"period": period_of, **dict.fromkeys(AMOUNTS, amount_of)}.get(field or "")
        return said if read is None or _is_taken(field, said, row) else read(said.strip()) or said

    def parts(self, field: str | None, said: Any, row: Mapping[str, Any] | None) -> Sequence[tuple[str | None, Any]]:
        """The fields and values that a value of `field` sets: its own, or those of an amount with a bound."""
        if field != "value" or not _is_words(said) or _is_taken(field, self.of(field, said, row), row):
            return [(field, said)]
        return interval_of(said.strip()) or [(field, said)]

    def name(self, said: str) -> str:
        """A name as the ledger or the package spells it, or as it was written where neither knows it."""
        found = self._spellings.found(said)
        if found is not None:
            return found
        targets = load_names().get(said) or ()
        sure = [target.name for target in targets if target.rule == "gazetteer" and not target.weak]
        return sure[0] if len(targets) == 1 and sure else said


def _is_words(said: Any) -> bool:
    """Whether a value is a text that can be read as the words of an article."""
    return isinstance(said, str) and said.strip() != "" and said.isprintable()


def _is_taken(field: str | None, said: str, row: Mapping[str, Any] | None) -> bool:
    try:
        corrected_value(field, said, row)
    except LedgerError:
        return False
    return True


def period_of(said: str) -> str | None:
    """The ISO 8601 period that words say and nothing beside, or None; what only a day of publication dates is none.

    >>> period_of("by 2030"), period_of("2024-2027"), period_of("a year"), period_of("next year")
    ('/2030', '2024/2027', 'P1Y', None)
    """
    words = " ".join(said.split())
    for lead in LEADS:
        text = lead + words
        found = [time for time in periods(text, 0, len(text), None) if (time.start, time.end) == (0, len(text))]
        if found:
            return found[0].iso
    return None


def amount_of(said: str) -> str | None:
    """The number that words say and nothing beside, in digits with its unit, or None.

    >>> amount_of("fifty million"), amount_of("two and a half billion euros"), amount_of("about 3bn")
    ('50000000', '2500000000 EUR', None)
    """
    figure = _figure(said)
    if figure is None or figure.bound is not Bound.EXACT or (figure.start, figure.end) != (0, len(said)):
        return None
    return f"{plain(figure.value)}{_unit(figure)}"


def interval_of(said: str) -> Sequence[tuple[str, str]]:
    """The fields and values that make an amount what words say of its bound, in order; none for any other words.

    >>> interval_of("at least $50 million")
    [('bound', 'exact'), ('value', '50000000 USD'), ('bound', 'at_least')]
    >>> interval_of("45-50 million")
    [('bound', 'exact'), ('value', '47500000'), ('lower', '45000000'), ('upper', '50000000')]
    """
    figure = _figure(said)
    if figure is None or figure.bound is Bound.EXACT:
        return []
    before, after = said[: figure.start].strip(), said[figure.end :].strip()
    amount = [("bound", Bound.EXACT.value), ("value", f"{plain(figure.value)}{_unit(figure)}")]
    if figure.bound is not Bound.RANGE:
        return [*amount, ("bound", figure.bound.value)] if _say_bound(figure.bound, before, after) else []
    if before or after or figure.lower is None or figure.upper is None:
        return []
    return [*amount, ("lower", plain(figure.lower)), ("upper", plain(figure.upper))]


def _figure(said: str) -> Figure | None:
    """The only figure of a short text, if it is not negative and no number that something is counted by."""
    if NEGATIVE.match(said) or len(said) > LONGEST:
        return None
    figures = extract_figures(said, (Segment(section=Section.PARAGRAPH, start=0, end=len(said)),))
    if len(figures) != 1 or (figures[0].kind is Kind.COUNT and figures[0].unit != ANYTHING):
        return None
    return figures[0]


def _unit(figure: Figure) -> str:
    return "" if figure.kind is Kind.COUNT else f" {figure.unit}"


def _say_bound(bound: Bound, before: str, after: str) -> bool:
    """Whether words before a number, or those behind it, say a bound and nothing else."""
    entries = [entry for entry in toml("bounds")["bound"] if entry["bound"] == bound.value]
    side, words = ("before", before) if before else ("after", after)
    patterns = [pattern for entry in entries for pattern in entry.get(side, ())]
    return not (before and after) and any(re.fullmatch(pattern, words, re.IGNORECASE) for pattern in patterns)


__all__ = ["Meaning", "amount_of", "interval_of", "period_of"]
