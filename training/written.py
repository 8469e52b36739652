"""Read the articles that were written and labelled for this project (`training/articles/*.txt`) as annotated articles.

    python -m training.written [FILE ...]     tell what does not fit in them

An article starts with `=== name | date | style`; its figures stand in braces, as
`{$3 billion|investment/pledged|Actor; Actor|Recipient; Place|field; field}`. Trailing empty parts may be left
off; `{five years|?}` is a figure that nobody is asked about.
"""

import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from ledger.attribute.names.mentions import mentions
from ledger.extraction import extract_figures
from ledger.segment import segment
from schemas import COMMITMENT_MEASURES, FieldCode, Figure, Measure, Stage
from training.gold import Article

FOLDER = Path(__file__).with_name("articles")
HEAD = re.compile(r"^=== (?P<name>[\w-]+) \| (?P<date>\d{4}-\d{2}-\d{2}) \| (?P<style>\w+)$", re.MULTILINE)
MARK = re.compile(r"\{([^{}|]+)\|([^{}]*)\}")


class MarkError(ValueError):
    """A mark that says something the guidelines do not know."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What an author says of the figure that stands at `start`."""

    start: int
    end: int
    label: dict[str, Any]


def written_articles(folder: Path = FOLDER) -> Iterator[Article]:
    """All written articles, by file and place."""
    for path in sorted(folder.glob("*.txt")):
        yield from (article for article, _ in read_file(path))


def read_file(path: Path) -> Iterator[tuple[Article, list[str]]]:
    """The articles of a file, each with what does not fit in it."""
    raw = path.read_text(encoding="utf-8")
    heads = list(HEAD.finditer(raw))
    for head, following in zip(heads, [*heads[1:], None], strict=True):
        body = raw[head.end() : following.start() if following else len(raw)].strip() + "\n"
        yield _article(f"w-{head['name']}", date.fromisoformat(head["date"]), body)


def _article(name: str, published: date, body: str) -> tuple[Article, list[str]]:
    text, marks, faults = _unmarked(body)
    segments = segment(text)
    figures = extract_figures(text, segments, published)
    by_place = {(mark.start, mark.end): mark.label for mark in marks}
    labels = [by_place.pop((figure.start, figure.end), None) for figure in figures]
    faults += [f"marked, but not found as a figure: {text[a:b]!r}" for a, b in by_place]
    faults += [
        f"found, but not marked: {text[f.start : f.end]!r}"
        for f, label in zip(figures, labels, strict=True)
        if label is None
    ]
    faults += _unknown_names([m.name for m in mentions(text, segments)], [label for label in labels if label])
    told = [label or _optional() for label in labels]
    full = tuple(
        {**label, "kind": figure.kind.value, "period": figure.period}
        for figure, label in zip(figures, told, strict=True)
    )
    return Article(name, name, published, text, segments, tuple(figures), full), faults


def _unmarked(body: str) -> tuple[str, list[Mark], list[str]]:
    """The text without its marks, and the marks at their places in it."""
    text, at, marks, faults = "", 0, [], []
    for match in MARK.finditer(body):
        text += body[at : match.start()]
        try:
            marks.append(Mark(len(text), len(text) + len(match[1]), _label(match[2])))
        except MarkError as fault:
            faults.append(f"{match[0]}: {fault}")
        text += match[1]
        at = match.end()
    text += body[at:]
    faults += [
        f"a brace is left: {text[max(0, m.start() - 30) : m.start() + 30]!r}" for m in re.finditer(r"[{}]", text)
    ]
    return text, marks, faults


def _optional() -> dict[str, Any]:
    return {"measure": "other", "stage": None, "actor": [], "recipient": [], "fields": [], "optional": True}


def _label(said: str) -> dict[str, Any]:
    if said.strip() == "?":
        return _optional()
    parts = [part.strip() for part in said.split("|")] + [""] * 4
    measure, _, stage = parts[0].partition("/")
    actor, recipient, fields = ([one.strip() for one in part.split(";") if one.strip()] for part in parts[1:4])
    if measure not in set(Measure):
        raise MarkError(f"no measure is called {measure!r}")
    if (Measure(measure) in COMMITMENT_MEASURES) != (stage in set(Stage)):
        raise MarkError(f"stage {stage!r} does not fit {measure}")
    unknown = [code for code in fields if code not in set(FieldCode)]
    if unknown or any(parts[4:]):
        raise MarkError(f"no field is called {', '.join(unknown or parts[4:])}")
    return {
        "measure": measure,
        "stage": stage or None,
        "actor": actor,
        "recipient": recipient,
        "fields": fields,
        "optional": False,
    }


def _words(name: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", name.lower())) - {"the", "of", "and"}


def _unknown_names(names: Sequence[str], labels: Sequence[dict[str, Any]]) -> list[str]:
    """Labelled names that no mention of the text stands for."""
    known = [_words(name) for name in names]
    said = {name for label in labels for role in ("actor", "recipient") for name in label[role]}
    return [
        f"no mention stands for {name!r}"
        for name in sorted(said)
        if not any(_words(name) <= k or k <= _words(name) for k in known if k)
    ]


def main() -> None:
    paths = [Path(argument) for argument in sys.argv[1:]] or sorted(FOLDER.glob("*.txt"))
    figures: list[Figure] = []
    for article, faults in (pair for path in paths for pair in read_file(path)):
        figures += article.figures
        for fault in faults:
            print(f"{article.id}: {fault}")
    print(f"{len(figures)} figures")


if __name__ == "__main__":
    main()
