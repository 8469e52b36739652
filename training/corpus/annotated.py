"""Read annotated articles: folders, given by argument, with one JSON file an article."""

import json
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from ledger.segment import segment
from schemas import Bound, CurrencyBasis, Figure, Kind, Section, Segment


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


def annotated_articles(folder: Path) -> Iterator[Article]:
    """All annotated articles of a folder, by name."""
    for path in sorted(folder.glob("*.json")):
        yield read_article(path)


@dataclass(frozen=True, slots=True)
class AnnotatedSet:
    """The articles of one folder, and how much each of them counts beside a written article in training."""

    name: str
    articles: tuple[Article, ...]
    weight: float


def read_sets(folders: Iterable[tuple[Path, float]]) -> list[AnnotatedSet]:
    """The annotated articles of folders with their weights; `SystemExit` where two articles have one name."""
    sets = [AnnotatedSet(path.name, tuple(annotated_articles(path)), weight) for path, weight in folders]
    names = [article.id for one in sets for article in one.articles]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise SystemExit(f"two annotated articles have one name: {', '.join(twice)}")
    return sets


def folder_with_weight(said: str) -> tuple[Path, float]:
    """A folder of annotated articles and its weight, as the argument `--gold` takes it.

    >>> folder_with_weight(f"{Path(__file__).parent}=40")[1]
    Traceback (most recent call last):
    argparse.ArgumentTypeError: ... holds no annotated articles (*.json)
    """
    name, _, weight = said.partition("=")
    try:
        number = float(weight or 1)
    except ValueError as error:
        raise ArgumentTypeError(f"{weight!r} is not a valid weight; write FOLDER=40") from error
    if not any(Path(name).glob("*.json")):
        raise ArgumentTypeError(f"{name} holds no annotated articles (*.json)")
    return Path(name), number


def add_gold(parser: ArgumentParser) -> None:
    """Add the argument `--gold`, which takes the folders of annotated articles."""
    parser.add_argument(
        "--gold",
        nargs="+",
        type=folder_with_weight,
        required=True,
        metavar="FOLDER[=WEIGHT]",
        help="folders of annotated articles, each article counted WEIGHT times in training (once by default)",
    )
