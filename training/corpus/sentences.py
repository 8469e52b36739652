"""Read the sentences of `training/data/sentences.toml` as labelled articles of one sentence each."""

import re
import tomllib
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from schemas import Bound, Figure, Kind, Section, Segment, Sentence
from training.corpus.annotated import Article

PATH = Path(__file__).resolve().parents[1] / "data" / "sentences.toml"
MARK = re.compile(r"\[([^|\]]+)\|([a-z_]+)(?:/([a-z]+))?\]")
CURRENCIES = {"A$": "AUD", "€": "EUR", "$": "USD", "£": "GBP", "₹": "INR", "¥": "JPY"}
SCALES = {"million": 10**6, "billion": 10**9, "crore": 10**7}
QUANTITIES = {"tonne", "hectare", "kilometre", "year", "megawatt", "millimetre"}


def sentence_articles() -> Iterator[Article]:
    """One article for each line, with its figures and labels."""
    lines = tomllib.loads(PATH.read_text(encoding="utf-8"))["lines"].strip().splitlines()
    for number, line in enumerate(lines):
        yield _article(f"sentence-{number:03d}", line)


def _article(name: str, line: str) -> Article:
    text, at = "", 0
    found: list[tuple[int, re.Match[str]]] = []
    for match in MARK.finditer(line):
        text += line[at : match.start()]
        found.append((len(text), match))
        text += match.group(1)
        at = match.end()
    text += line[at:]
    figures = tuple(_figure(text, start, match.group(1)) for start, match in found)
    labels = tuple(_label(match, figure) for (_, match), figure in zip(found, figures, strict=True))
    segment = Segment(section=Section.PARAGRAPH, start=0, end=len(text), sentences=(Sentence(start=0, end=len(text)),))
    return Article(name, "sentences", None, text, (segment,), figures, labels)


def _label(match: re.Match[str], figure: Figure) -> dict[str, Any]:
    measure, stage = match.group(2, 3)
    return {"measure": measure, "stage": stage, "kind": figure.kind.value, "optional": False, "fields": []}


def _figure(text: str, start: int, said: str) -> Figure:
    noun = said.rsplit(maxsplit=1)[-1].removesuffix("s")
    sign = next((sign for sign in CURRENCIES if sign in said), "$" if said.endswith(tuple(SCALES)) else None)
    percent = "%" in said or "percent" in said
    kind = Kind.MONEY if sign else Kind.PERCENT if percent else Kind.QUANTITY if noun in QUANTITIES else Kind.COUNT
    unit = CURRENCIES[sign] if sign else "percent" if percent else {"people": "person"}.get(noun, noun)
    scale = next((value for word, value in SCALES.items() if word in said), 1)
    value = Decimal(re.sub(r"[^\d.]", "", said)) * scale
    return Figure(
        start=start,
        end=start + len(said),
        sentence_start=0,
        sentence_end=len(text),
        section=Section.PARAGRAPH,
        kind=kind,
        unit=unit,
        value=value,
        lower=value,
        upper=value,
        bound=Bound.EXACT,
        rules=("labelled",),
    )
