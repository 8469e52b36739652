"""Plain sentences made from templates, as further lessons for roles beside the annotated articles."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from random import Random

from ledger.extraction import extract_figures
from ledger.segment import segment
from training.gold import Article

TEMPLATES = Path(__file__).with_suffix(".toml")
NAMES: Mapping[str, Sequence[str]] = {
    "ACD": (
        "Volvo",
        "Nokia",
        "Siemens",
        "Heineken",
        "Ericsson",
        "Bosch",
        "Enel",
        "Carlsberg",
        "Sanofi",
        "Equinor",
        "Unilever",
        "Philips",
        "Vestas",
    ),
    "GHK": (
        "Norway",
        "Kenya",
        "Portugal",
        "Ghana",
        "Denmark",
        "Peru",
        "Nepal",
        "Ireland",
        "Slovakia",
        "Morocco",
        "Sweden",
        "Jordan",
        "Chile",
        "Laos",
    ),
    "B": (
        "the World Bank",
        "the European Investment Bank",
        "the African Development Bank",
        "the Asian Development Bank",
        "the International Monetary Fund",
    ),
    "M": ("the US Department of Defense", "the European Commission", "the US Department of Energy", "NASA"),
    "P": ("Turin", "Lyon", "Gdansk", "Arequipa", "Monterrey"),
    "S": ("Reuters", "Barclays", "Deloitte", "Greenpeace", "Moody's"),
}
AMOUNTS = (
    "$500 million",
    "€1.2 billion",
    "$3 billion",
    "£40 million",
    "$75 million",
    "¥30 billion",
    "€900 million",
    "$12 million",
)
SLOT = re.compile(r"\{(\w)\}")


def template_articles(copies: int = 3) -> Iterator[Article]:
    """Every template with `copies` different fillings of its slots, each an article of its own, the same in every run."""
    draw = Random(7)  # noqa: S311 - a choice of words, no secret
    for number, entry in enumerate(tomllib.loads(TEMPLATES.read_text(encoding="utf-8"))["template"]):
        for place, text in enumerate(entry["texts"]):
            for copy in range(copies):
                yield _article(f"t-{number}-{place}-{copy}", entry, text, draw)


def _article(name: str, entry: Mapping[str, Sequence[str]], template: str, draw: Random) -> Article:
    names: dict[str, str] = {}
    for letters, pool in NAMES.items():
        names |= dict(zip(letters, draw.sample(pool, len(letters)), strict=True))
    filled = SLOT.sub(lambda slot: names[slot[1]] if slot[1] != "n" else draw.choice(AMOUNTS), template)
    filled = re.sub(r"(^|[.\n-] ?)the (?=\w)", lambda start: start[1] + "The ", filled)
    starts, text = [], ""
    for part in re.split("([«»])", filled):
        if part == "«":
            starts.append(len(text))
        elif part != "»":
            text += part
    roles = {role: [names[slot].removeprefix("the ") for slot in entry[role]] for role in ("actor", "recipient")}
    segments = segment(text)
    figures = extract_figures(text, segments)
    label = {"measure": entry["measures"][0], "stage": None, "fields": [], **roles}
    labels = tuple({**label, "kind": figure.kind.value, "optional": figure.start not in starts} for figure in figures)
    return Article(name, "template", None, text, segments, figures, labels)
