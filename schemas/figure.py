"""Figures: numbers of a text with their kind, unit, value and bound."""

from schemas.base import Amount, Offset, Record
from schemas.enums import Bound, CurrencyBasis, Kind, RelationKind, Section
from schemas.text import TextPosition


class FigureLink(Record):
    """How one figure stands to an earlier or later one of the same document."""

    kind: RelationKind
    """conversion: the same money in another currency; part_of: a part of the other; changed_from: the former value."""
    start: Offset
    """Start of the other figure."""
    rule: str
    """Name of the rule that ties them."""


class Quantity(Record):
    """A number as its sentence gives it, with its kind, unit and bound: what a figure and a claim share."""

    sentence_start: Offset
    """Start of its sentence."""
    sentence_end: Offset
    """End of its sentence."""
    section: Section
    """The part of the document it stands in."""
    kind: Kind
    """money, percent, quantity or count."""
    unit: str
    """ISO 4217 code, "percent", or a singular English unit or noun in snake case."""
    value: Amount
    """The number said, in units (not thousands or millions); the middle of a range."""
    lower: Amount | None
    """Lower end in units, or null where it is open."""
    upper: Amount | None
    """Upper end in units, or null where it is open."""
    bound: Bound
    """How the number said relates to the true one."""


class Figure(Quantity, TextPosition):
    """A number found in a text, before anything is said of who and what.

    `start` and `end` bound the number with its currency or unit, without bound words.
    """

    currency_basis: CurrencyBasis | None = None
    """For money: whether the text names the currency; null for other kinds."""
    per: str | None = None
    """"year", "share", "tonne" … where the figure is a rate."""
    period: str | None = None
    """ISO 8601 duration, year or interval over which the money flows or the number holds, or null."""
    period_start: Offset | None = None
    """Start of the words that say the period."""
    period_end: Offset | None = None
    """End of the words that say the period."""
    links: tuple[FigureLink, ...] = ()
    """How it stands to other figures of the document."""
    rules: tuple[str, ...]
    """Names of the rules that fired, in order."""
