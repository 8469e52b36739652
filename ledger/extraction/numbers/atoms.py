"""Atoms: one number of the text with what touches it, read from a match of the grammar."""

from dataclasses import dataclass
from decimal import Decimal

from ledger.extraction.numbers.grammar import Money
from schemas import Bound, Kind, RelationKind, Segment

ONE = Decimal(1)
# Python 3.11 looks a member up in its enum at six times the cost of a name, and every number asks often.
MONEY, PERCENT, QUANTITY, COUNT = Kind.MONEY, Kind.PERCENT, Kind.QUANTITY, Kind.COUNT
AS_SAID, RANGE = Bound.EXACT, Bound.RANGE
ASCII_LETTERS = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_")
DIGIT_BYTES = frozenset(b"0123456789")
WORD_BYTES = ASCII_LETTERS | DIGIT_BYTES


@dataclass(slots=True)
class SentenceSpan:
    """The sentence that an atom stands in."""

    start: int
    end: int
    segment: Segment


class Atom:
    """A number being read; the rules change it until it is a figure or refused."""

    __slots__ = (
        "attached",
        "bound",
        "digits",
        "end",
        "factor",
        "kind",
        "links",
        "lower",
        "money",
        "number_end",
        "number_start",
        "per",
        "raw",
        "rules",
        "sentence",
        "start",
        "tail",
        "unit",
        "upper",
        "value",
    )  # fmt: skip

    def __init__(self, start: int, sentence: SentenceSpan, parsed: "ParsedNumber") -> None:
        self.start = start + parsed.start
        self.end = start + parsed.end
        self.sentence = sentence
        self.number_start = start + parsed.number_start
        self.number_end = start + parsed.number_end
        self.digits = parsed.digits
        self.raw = parsed.raw
        self.factor = parsed.factor
        self.value: Decimal = parsed.value
        self.kind: Kind | None = parsed.kind
        self.unit = parsed.unit
        self.money: Money | None = parsed.money
        self.tail = parsed.tail
        self.attached = parsed.attached
        self.bound = Bound(parsed.hedge) if parsed.hedge else AS_SAID
        self.lower: Decimal | None = None
        self.upper: Decimal | None = None
        self.per: str | None = None
        self.links: tuple[tuple[RelationKind, Atom, str], ...] = ()
        self.rules = list(parsed.rules)


@dataclass(frozen=True, slots=True)
class ParsedNumber:
    """What the matched words alone say of a number; offsets count from the start of the match."""

    start: int
    end: int
    number_start: int
    number_end: int
    digits: str
    """The number as written in digits, or empty for one in words."""
    raw: Decimal
    """The number without its magnitude."""
    factor: Decimal
    value: Decimal
    kind: Kind | None
    unit: str
    money: Money | None
    tail: str
    """The words behind the number, folded."""
    attached: bool
    """Whether the tail touches the number without a space."""
    rules: tuple[str, ...]
    scale: str = ""
    """A magnitude that may be none in its context ("m", "t", "mm")."""
    hedge: str = ""
    """The bound that stands within the number: "about" in "$20-odd million", "at_least" in "20-plus million"."""
    spaced: bool = False
    """Whether the digits hold spaces that may part two numbers."""
    doubtful: bool = False
    """Whether what follows may make it another number."""
    unsettled: bool = False
    """Whether words around it may make it another currency or none."""
