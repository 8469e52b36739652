"""Exports of ProQuest as plain text: articles between rules, each with labels ("Title: …", "Full text: …")."""

import re
from collections.abc import Iterator, Sequence

from ledger.read.article import Article, ReadProblem
from ledger.read.databases.entries import Entry, article_of, counted, paragraphs_of
from ledger.read.databases.words import count_of, day_of, labelled, labels, language_of, mark, tail_at

FACTS = ("title", "author", "publisher", "section", "number", "url")
INFO = re.compile(r"(?P<publisher>[^;\[]{2,100}?)\s*(?:;|\[|,?\s+\d{1,2} )")
"""What a line of publication info begins with: "Tessaly Times ; Tessaly [Tessaly]11 Jan 2025: 3."."""
NO_TEXT = re.compile(
    r"(?:not available|nicht verfügbar|non disponible|no disponible|non disponibile)\.?", re.IGNORECASE
)


def proquest_articles(lines: Sequence[str]) -> Iterator[Article | ReadProblem]:
    """The articles of an export of ProQuest; `lines` are without line ends."""
    chunks: list[list[str]] = [[]]
    for line in lines:
        if mark("proquest_rule", line):
            chunks.append([])
        else:
            chunks[-1].append(line)
    entries = [chunk for chunk in chunks if _is_entry(chunk)]
    announced = [int(found["count"]) for chunk in chunks for line in chunk if (found := mark("proquest_start", line))]
    for number, chunk in enumerate(entries, 1):
        yield from article_of(_entry(f"article {number} of {len(entries)}", chunk), "ProQuest")
    yield from counted(max(announced, default=None), len(entries))


def _is_entry(lines: Sequence[str]) -> bool:
    """Whether lines between two rules are an article and not a contents page, or the rights at the end."""
    known = labels("proquest")
    said = {found[0] for line in lines if (found := labelled(line, known))}
    return bool(said & {"body", "number"}) or len(said & {"title", "publisher", "published", "info"}) > 1


def _entry(place: str, lines: Sequence[str]) -> Entry:
    entry, known = Entry(place), labels("proquest")
    start = next((at for at, line in enumerate(lines) if (labelled(line, known) or ("",))[0] == "body"), len(lines))
    end = start + 1 + tail_at(lines[start + 1 :], known)
    head: list[str] = []
    for line in (*lines[:start], *lines[end:]):
        said = labelled(line, known)
        if said is not None:
            _take(entry, *said)
        elif line.strip() and mark("proquest_start", line) is None:
            head.append(line.strip())
    entry.title = entry.title or (head[0] if head else None)
    first = labelled(lines[start], known) if start < len(lines) else None
    text = paragraphs_of([first[1] if first else "", "", *lines[start + 1 : end]])
    entry.paragraphs = [] if len(text) == 1 and NO_TEXT.fullmatch(text[0]) else text
    return entry


def _take(entry: Entry, field: str, value: str) -> None:
    if field in FACTS and value and getattr(entry, field) is None:
        setattr(entry, field, value)
    elif field == "published":
        entry.published = day_of(value) or entry.published
    elif field == "language":
        entry.language = language_of(value)
    elif field == "length":
        entry.words = count_of(value)
    elif field == "info":
        entry.published = entry.published or day_of(value)
        found = INFO.match(value)
        entry.publisher = entry.publisher or (found["publisher"].strip() if found else None)


__all__ = ["proquest_articles"]
