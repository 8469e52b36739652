"""Sentences made from the templates of `training/data/role_templates.toml`, as further examples for roles."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from random import Random

from ledger.extraction import extract_figures
from ledger.segment import segment
from training.corpus.annotated import Article

TEMPLATES = Path(__file__).resolve().parents[1] / "data" / "role_templates.toml"
SLOT = re.compile(r"\{(\w)\}")
Pools = Mapping[str, Sequence[str]]
"""The names that may fill the slots of some letters."""


def template_articles(copies: int = 3) -> Iterator[Article]:
    """Every template with `copies` different fillings of its slots, each as an article; the same in every run."""
    data = tomllib.loads(TEMPLATES.read_text(encoding="utf-8"))
    draw = Random(7)  # noqa: S311 - a choice of words, no secret
    for number, entry in enumerate(data["template"]):
        for place, text in enumerate(entry["texts"]):
            for copy in range(copies):
                names = _drawn_names(data["names"], draw)
                filled = SLOT.sub(lambda slot: names.get(slot[1]) or draw.choice(data["amounts"]), text)  # noqa: B023
                yield _article(f"t-{number}-{place}-{copy}", entry, filled, names)


def _drawn_names(pools: Pools, draw: Random) -> dict[str, str]:
    names: dict[str, str] = {}
    for letters, pool in pools.items():
        names |= dict(zip(letters, draw.sample(pool, len(letters)), strict=True))
    return names


def _article(name: str, entry: Mapping[str, Sequence[str]], filled: str, names: Mapping[str, str]) -> Article:
    capitalised = re.sub(r"(^|[.\n-] ?)the (?=\w)", lambda start: start[1] + "The ", filled)
    starts, text = [], ""
    for part in re.split("([«»])", capitalised):
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
