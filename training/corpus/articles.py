"""Read the articles that were written and labelled for this project (`training/data/articles/*.txt`).

    python -m training.corpus.articles [FILE ...]     report every mark that does not fit

An article starts with `=== name | date | style`, and with `=== name | date | style | relations` where its marks also
say which sums are the same pledge and which lie inside others. `training.corpus.marks` tells the form of a mark.
"""

import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from ledger.attribute.names.mentions import mentions
from ledger.extraction import extract_figures
from ledger.segment import segment
from schemas import Figure
from training.corpus.annotated import Article
from training.corpus.marks import Mark, optional_label, relation_faults, unmarked, wholes_of

FOLDER = Path(__file__).resolve().parents[1] / "data" / "articles"
HEAD = re.compile(
    r"^=== (?P<name>[\w-]+) \| (?P<date>\d{4}-\d{2}-\d{2}) \| (?P<style>\w+)(?P<relations> \| relations)?$",
    re.MULTILINE,
)


def written_articles(folder: Path = FOLDER) -> Iterator[Article]:
    """All written articles, ordered by file and by place in it."""
    for path in sorted(folder.glob("*.txt")):
        yield from (article for article, _ in read_file(path))


def read_file(path: Path) -> Iterator[tuple[Article, list[str]]]:
    """The articles of a file, each with what does not fit in it."""
    for head, body in raw_articles(path.read_text(encoding="utf-8")):
        yield _article(head, body)


def raw_articles(raw: str) -> Iterator[tuple[re.Match[str], str]]:
    """The head of each article of a file, and its text with the marks in it."""
    heads = list(HEAD.finditer(raw))
    ends = [head.start() for head in heads[1:]] + [len(raw)]
    for head, end in zip(heads, ends, strict=True):
        yield head, raw[head.end() : end].strip() + "\n"


def _article(head: re.Match[str], body: str) -> tuple[Article, list[str]]:
    name, published = f"w-{head['name']}", date.fromisoformat(head["date"])
    text, marks, faults = unmarked(body)
    segments = segment(text)
    figures = extract_figures(text, segments, published)
    by_span = {(mark.start, mark.end): mark for mark in marks}
    found = [by_span.pop((figure.start, figure.end), None) for figure in figures]
    faults += relation_faults(marks)
    if not head["relations"] and any(mark.pledge for mark in marks):
        faults.append("marks have relations, but the head of the article does not say so")
    faults += [f"marked, but not found as a figure: {text[start:end]!r}" for start, end in by_span]
    faults += [
        f"found, but not marked: {text[figure.start : figure.end]!r}"
        for figure, mark in zip(figures, found, strict=True)
        if mark is None
    ]
    faults += _unknown_names([mention.name for mention in mentions(text, segments)], [m.label for m in found if m])
    labels = _labels(name, figures, found, wholes_of(marks) if head["relations"] else None)
    article = Article(name, name, published, text, segments, tuple(figures), labels, bool(head["relations"]))
    return article, faults


def _labels(
    article: str, figures: Sequence[Figure], marks: Sequence[Mark | None], wholes: Mapping[str, str] | None
) -> tuple[dict[str, Any], ...]:
    """One label a figure, with commitment and whole where `wholes` tells the relations of the article."""
    labels = []
    for number, (figure, mark) in enumerate(zip(figures, marks, strict=True)):
        commitment = part_of = None
        if wholes is not None and mark is not None and mark.is_commitment:
            commitment = f"{article}:{mark.pledge or f'#{number}'}"
            whole = wholes.get(mark.pledge) if mark.pledge is not None else None
            part_of = f"{article}:{whole}" if whole is not None else None
        known = {"kind": figure.kind.value, "period": figure.period, "per": figure.per}
        label = mark.label if mark is not None else optional_label()
        labels.append({**label, **known, "commitment": commitment, "part_of": part_of})
    return tuple(labels)


def _words(name: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", name.lower())) - {"the", "of", "and"}


def _unknown_names(names: Sequence[str], labels: Sequence[Mapping[str, Any]]) -> list[str]:
    """Labelled names that no mention in the text stands for."""
    known = [_words(name) for name in names]
    said = {name for label in labels for role in ("actor", "recipient") for name in label[role]}
    return [
        f"no mention stands for {name!r}"
        for name in sorted(said)
        if not any(_words(name) <= words or words <= _words(name) for words in known if words)
    ]


def main() -> None:
    paths = [Path(argument) for argument in sys.argv[1:]] or sorted(FOLDER.glob("*.txt"))
    count: Counter[str] = Counter()
    for article, faults in (pair for path in paths for pair in read_file(path)):
        count.update({"articles": 1, "figures": len(article.figures), "with relations": article.has_relations})
        count["parts"] += sum(label["part_of"] is not None for label in article.labels)
        for fault in faults:
            print(f"{article.id}: {fault}")
    print(", ".join(f"{what} {number:,}" for what, number in count.items()))


if __name__ == "__main__":
    main()
