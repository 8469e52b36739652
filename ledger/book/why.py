"""From a total to its commitments, from a commitment to its claims, from a claim to the words it was read from."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ledger.book.html import quote_html, why_html

EVIDENCE = ("measure", "stage", "time_basis", "period")
AROUND = 40
SHOWN_ID = 8
"""Characters of an id that a short line shows."""


@dataclass(frozen=True)
class Mark:
    """Words of a document that say something of a claim; offsets count code points of the document's text."""

    label: str
    """What they say: figure, measure investment, actor Sony, field space …"""
    start: int
    end: int
    exact: str
    rule: str
    confidence: float


@dataclass(frozen=True)
class Quote:
    """A claim with its sentence, the words that say each of its attributes, and where it went."""

    row: Mapping[str, Any]
    """The claim's row (`ledger.rows.claim_rows`)."""
    sentence: str
    """The sentence that holds it."""
    marks: tuple[Mark, ...]
    """Every piece of evidence in the order of the text."""

    @property
    def inside(self) -> tuple[Mark, ...]:
        """The marks within the sentence."""
        return tuple(
            mark
            for mark in self.marks
            if self.row["sentence_start"] <= mark.start and mark.end <= self.row["sentence_end"]
        )

    @property
    def outside(self) -> tuple[Mark, ...]:
        """The marks elsewhere in the document."""
        inside = set(self.inside)
        return tuple(mark for mark in self.marks if mark not in inside)

    def __repr__(self) -> str:
        return f"Quote({self.row['exact']!r} in {self.row['source']!r})"

    def _repr_html_(self) -> str:
        """The sentence with its words marked, for a notebook."""
        return quote_html(self)

    def marked(self) -> str:
        """The sentence with its marks in numbered brackets, line breaks as blanks.

        The numbers are those of `inside`, from one on.
        """
        edges: list[tuple[int, int, int, str]] = []
        for number, mark in enumerate(self.inside, 1):
            start, end = mark.start - self.row["sentence_start"], mark.end - self.row["sentence_start"]
            edges += [(start, 1, -end, f"[{number} "), (end, 0, -start, "]")]
        pieces, at = [], 0
        for place, _, _, sign in sorted(edges):
            pieces += [self.sentence[at:place], sign]
            at = place
        return "".join([*pieces, self.sentence[at:]]).replace("\n", " ")


@dataclass(frozen=True)
class Why:
    """Why the ledger says something: the commitments (or none, for a lone claim) and the quotes behind them."""

    kind: str
    """claim, commitment or total."""
    id: str
    """What was asked about; empty for a total."""
    commitments: Sequence[Mapping[str, Any]]
    """Rows of `schemas.Commitment`, the largest first."""
    quotes: Sequence[Quote]
    """The claims behind them, earliest first."""

    @property
    def words(self) -> str:
        """What it is about and how much stands behind it: "commitment 985b45d1: 1 commitment, 2 quotes"."""
        about = f"{self.kind} {self.id[:SHOWN_ID]}" if self.id else self.kind
        counts = ((len(self.commitments), "commitment"), (len(self.quotes), "quote"))
        told = (f"{number:,} {name}{'' if number == 1 else 's'}" for number, name in counts)
        return f"{about}: {', '.join(told)}"

    def __repr__(self) -> str:
        return f"Why({self.words})"

    def _repr_html_(self) -> str:
        """The quotes with their words marked, for a notebook."""
        return why_html(self)

    def quotes_of(self, commitment_id: str) -> Sequence[Quote]:
        """The quotes of one commitment."""
        return [quote for quote in self.quotes if quote.row["commitment"] == commitment_id]

    def as_row(self) -> dict[str, Any]:
        """Everything as plain values, for JSON."""
        quotes = [
            {**quote.row, "sentence": quote.sentence, "marks": [vars(mark) for mark in quote.marks]}
            for quote in self.quotes
        ]
        return {"kind": self.kind, "id": self.id, "commitments": list(self.commitments), "claims": quotes}


def quote_of(row: Mapping[str, Any], text: str) -> Quote:
    """The quote of a claim's row in its document's text."""
    marks = tuple(sorted(_marks(row), key=lambda mark: (mark.start, -mark.end, mark.label)))
    return Quote(row, text[row["sentence_start"] : row["sentence_end"]], marks)


def _marks(row: Mapping[str, Any]) -> Iterator[Mark]:
    yield Mark("figure", row["start"], row["end"], row["exact"], ", ".join(row["rules"]), row["confidence"])
    for name in EVIDENCE:
        if (found := row[f"{name}_evidence"]) is not None:
            yield Mark(
                f"{name.replace('_', ' ')} {row[name]}",
                found["start"],
                found["end"],
                found["exact"],
                found["rule"],
                found["confidence"],
            )
    for role in ("actor", "recipient", "speaker"):
        said = row[f"{role}_said"]
        for name in said if isinstance(said, list) else [said] if said else []:
            yield Mark(
                f"{role} {name['name']}", name["start"], name["end"], name["said"], name["rule"], name["confidence"]
            )
    for tag in row["fields_said"]:
        yield Mark(f"field {tag['code']}", tag["start"], tag["end"], tag["exact"], tag["rule"], tag["confidence"])
