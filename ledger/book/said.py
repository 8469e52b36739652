"""What a person means by the words of a correction, where they are no text that is kept as it stands.

Amounts and periods in words are read as those of articles are; a name gets the spelling that the ledger has for it.
"""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from ledger.book.cache import Derived
from ledger.book.names import Spellings
from ledger.corrections import AMOUNTS, NAMES, NEGATIVE, corrected_value, split_parts
from ledger.errors import LedgerError
from ledger.extraction import extract_figures
from ledger.extraction.times.find import periods
from ledger.lexicons.names import load_names
from ledger.money.amounts import plain
from schemas import Bound, Kind, Section, Segment

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
        """`said` in a form that `ledger.corrections.corrected_value` takes, or as it stands.

        Raises LedgerError for a name that is cut or written in a way that may be several.
        """
        if not isinstance(said, str) or (len(said) > LONGEST and field not in NAMES):
            return said
        if field in NAMES:
            return "; ".join(map(self.name, split_parts(said))) or said
        read = {"period": period_of, **dict.fromkeys(AMOUNTS, amount_of)}.get(field or "")
        return said if read is None or _is_taken(field, said, row) else read(said) or said

    def name(self, said: str) -> str:
        """A name as the ledger or the package spells it, or as it was written where neither knows it."""
        found = self._spellings.found(said)
        if found is not None:
            return found
        targets = load_names().get(said) or ()
        sure = [target.name for target in targets if target.rule == "gazetteer" and not target.weak]
        return sure[0] if len(targets) == 1 and sure else said


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
    if NEGATIVE.match(said):
        return None
    figures = extract_figures(said, (Segment(section=Section.PARAGRAPH, start=0, end=len(said)),))
    if len(figures) != 1 or (figures[0].start, figures[0].end) != (0, len(said)):
        return None
    (figure,) = figures
    if figure.bound is not Bound.EXACT:
        return None
    if figure.kind is Kind.COUNT:
        return plain(figure.value) if figure.unit == ANYTHING else None
    return f"{plain(figure.value)} {figure.unit}"


__all__ = ["Meaning", "amount_of", "period_of"]
