"""Which sums lie inside which, by kind of cue: how many of the links told are right, and how many are found."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from training.corpus.annotated import Article

Row = Mapping[str, Any]
CUES = (
    ("adds up", re.compile(r"add:")),
    ("words: total, in all", re.compile(r"total")),
    ("words: including, of which", re.compile(r"includes|of_whole|of it|rest")),
    ("list, row or section", re.compile(r"row:|sec:|tb:|list")),
)
"""Kinds of cue, by the name of the feature that speaks loudest for a link; the first that fits is taken."""


def cue_of(rule: str) -> str:
    """The kind of cue of a link's rule.

    >>> cue_of("relate.>add:exact2"), cue_of("relate.>sec:headline/table_cell"), cue_of("part_of"), cue_of("relate.>r4")
    ('adds up', 'list, row or section', 'words: including, of which', 'other')
    """
    if rule == "part_of":
        return "words: including, of which"
    return next((name for name, pattern in CUES if pattern.search(rule)), "other")


def wholes_above(labels: Sequence[Mapping[str, Any]]) -> Mapping[str, frozenset[str]]:
    """For each pledge all those that it lies inside, by the annotation of one article."""
    direct: dict[str, str] = {label["commitment"]: label["part_of"] for label in labels if label.get("part_of")}
    found = {}
    for pledge, whole in direct.items():
        above: list[str] = []
        at: str | None = whole
        while at is not None and at not in above:
            above.append(at)
            at = direct.get(at)
        found[pledge] = frozenset(above)
    return found


def label_at(article: Article, row: Row) -> Mapping[str, Any] | None:
    """The label of the figure that a claim overlaps."""
    for figure, label in zip(article.figures, article.labels, strict=True):
        if figure.start < row["end"] and row["start"] < figure.end:
            return label
    return None


def links_of(article: Article, rows: Sequence[Row]) -> Iterator[tuple[str, bool]]:
    """For each part-of link of an article's claims its kind of cue, and whether it is right."""
    by_id = {row["claim_id"]: row for row in rows}
    above = wholes_above(article.labels)
    for row in rows:
        for relation in row["relations"] or ():
            if relation["kind"] == "part_of" and relation["claim_id"] in by_id:
                part, whole = label_at(article, row), label_at(article, by_id[relation["claim_id"]])
                if part is not None and whole is not None and not part["optional"]:
                    pledge = part.get("commitment")
                    yield cue_of(relation["rule"]), whole.get("commitment") in above.get(str(pledge), ())


def print_links(articles: Sequence[Article], rows: Sequence[Row]) -> None:
    """Print how many links are told and right by kind of cue, and how many of the annotated parts are linked."""
    by_article: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_article[Path(row["source"]).stem].append(row)
    told: Counter[str] = Counter()
    right: Counter[str] = Counter()
    parts = linked = 0
    for article in articles:
        some = by_article[article.id]
        for cue, is_right in links_of(article, some):
            told[cue] += 1
            right[cue] += is_right
        wanted, found = _parts(article, some)
        parts, linked = parts + wanted, linked + found
    print("part-of links: kind of cue, told, right, share right")
    for cue in sorted(told, key=lambda name: -told[name]):
        print(f"  {cue:<28}{told[cue]:>6}{right[cue]:>6}{100 * right[cue] / told[cue]:>7.1f}")
    print(f"  {'all':<28}{told.total():>6}{right.total():>6}{100 * right.total() / max(1, told.total()):>7.1f}")
    print(f"  annotated parts with their whole in the article: {parts}, linked {100 * linked / max(1, parts):.1f} %")


def _parts(article: Article, rows: Sequence[Row]) -> tuple[int, int]:
    """How many pledges lie inside one that the article tells too, and how many of them a claim links to it."""
    above = wholes_above(article.labels)
    told = {label["commitment"] for label in article.labels if label.get("commitment")}
    wanted = {pledge for pledge, wholes in above.items() if wholes & told}
    by_id = {row["claim_id"]: row for row in rows}
    found = set()
    for row in rows:
        part = label_at(article, row)
        for relation in row["relations"] or ():
            if part is not None and relation["kind"] == "part_of" and relation["claim_id"] in by_id:
                whole = label_at(article, by_id[relation["claim_id"]])
                if whole is not None and whole.get("commitment") in above.get(str(part.get("commitment")), ()):
                    found.add(part["commitment"])
    return len(wanted), len(wanted & found)
