"""Read annotated articles (one JSON file each) as documents, segments and labelled figures."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from ledger.segment import segment
from schemas import Bound, CurrencyBasis, Figure, Kind, Section, Segment

GOLD = Path(__file__).resolve().parents[2] / ".." / "shared" / "gold"


@dataclass(frozen=True, slots=True)
class Article:
    """One annotated article; `labels[i]` is the annotation of `figures[i]`, both in the order of the text."""

    id: str
    topic: str
    published: date | None
    text: str
    segments: tuple[Segment, ...]
    figures: tuple[Figure, ...]
    labels: tuple[dict[str, Any], ...]
    has_relations: bool = False
    """Whether the labels say which sums are one pledge (`commitment`) and which lie inside others (`part_of`)."""


def _offset(text: str, surface: str, occurrence: int) -> int:
    at = -1
    for _ in range(occurrence):
        at = text.index(surface, at + 1)
    return at


def _decimal(number: float | None) -> Decimal | None:
    return None if number is None else Decimal(str(number))


def _figure(label: dict[str, Any], segments: tuple[Segment, ...]) -> Figure:
    start, end = label["start"], label["start"] + len(label["surface"])
    home = next((s for s in segments if s.start <= start < s.end), None)
    sentence = next((s for s in home.sentences if s.start <= start < s.end), home) if home else None
    return Figure(
        start=start,
        end=end,
        sentence_start=sentence.start if sentence else start,
        sentence_end=max(end, sentence.end) if sentence else end,
        section=home.section if home else Section.PARAGRAPH,
        kind=Kind(label["kind"]),
        unit=label["unit"],
        value=Decimal(str(label["value"])),
        lower=_decimal(label["lower"]),
        upper=_decimal(label["upper"]),
        bound=Bound(label["bound"]),
        currency_basis=CurrencyBasis.EXPLICIT if label["kind"] == "money" else None,
        per=label["per"],
        period=label["period"],
        rules=("gold",),
    )


def read_article(path: Path) -> Article:
    """One annotated article with its figures located."""
    raw = json.loads(path.read_text(encoding="utf-8"))
    text = raw["text"]
    labels = sorted(
        ({**label, "start": _offset(text, label["surface"], label["occurrence"])} for label in raw["figures"]),
        key=lambda f: f["start"],
    )
    segments = segment(text)
    published = date.fromisoformat(raw["published"]) if raw.get("published") else None
    figures = tuple(_figure(label, segments) for label in labels)
    return Article(path.stem, raw["topic"], published, text, segments, figures, tuple(labels))


def articles(folder: Path) -> Iterator[Article]:
    """All annotated articles of a folder, by name."""
    for path in sorted(folder.glob("*.json")):
        yield read_article(path)
