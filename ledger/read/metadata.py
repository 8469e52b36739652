"""Metadata that a text gives: its title, publisher, author and day of publication."""

import re
from dataclasses import dataclass
from datetime import date
from functools import cache

import re2

from ledger.lexicons import load

LONGEST_TITLE = 200
"""Code points of the longest title."""
LONGEST_LINE = 400
"""Longer lines are looked at up to here: a dateline stands at their start."""


FRONT_MATTER = re.compile(r"\s*---[ \t]*\n(?P<body>(?:[^\n]*\n){1,60}?)(?:---|\.\.\.)[ \t]*(?:\n|$)")
"""The block of "key: value" lines between rules at the head of a text (YAML front matter)."""
ENTRY = re.compile(r"(?P<key>[A-Za-z_-]{2,20}):[ \t]+(?P<value>\S.*)")


@dataclass(frozen=True)
class TextMetadata:
    """What a text says about itself; None where it does not."""

    title: str | None = None
    publisher: str | None = None
    author: str | None = None
    published: date | None = None


@cache
def _date_shapes() -> tuple[str, ...]:
    """The shapes of a full date, with named groups."""
    lexicon = load.toml("read")
    month = load.joined(lexicon["words"]["month"])
    return tuple(load.joined(rule["pattern"]).replace("{month}", month) for rule in lexicon["dates"])


def _unnamed(pattern: str) -> str:
    for name in ("day", "month", "year"):
        pattern = pattern.replace(f"(?P<{name}>", "(?:")
    return pattern


@cache
def _patterns(key: str) -> tuple[re2._Regexp, ...]:
    """The patterns of a table of the lexicon, filled in; those of days need not match to the end of their line."""
    words = load.toml("read")["words"]
    day = "|".join(_unnamed(shape) for shape in _date_shapes())
    end = "" if key == "published" else "$"
    month = load.joined(words["month"])
    filled = (
        load.joined(rule["pattern"]).replace("{place}", words["place"]).replace("{date}", f"(?P<date>{day})")
        for rule in load.toml("read")[key]
    )
    return tuple(re2.compile(f"(?i)^(?:{pattern.replace('{month}', month)}){end}") for pattern in filled)


@cache
def _date_patterns() -> tuple[re2._Regexp, ...]:
    return tuple(re2.compile(f"(?i)^(?:{shape})$") for shape in _date_shapes())


def date_of(words: str) -> date | None:
    """The day that `words` give in full, or null where they do not or where there is no such day.

    >>> date_of("Aug. 26, 2025")
    datetime.date(2025, 8, 26)
    """
    months = load.toml("read")["words"]["months"]
    for pattern in _date_patterns():
        found = pattern.search(words)
        if not found:
            continue
        said = found.group("month").lower()
        month = (
            int(said) if said.isdigit() else next(at for at, name in enumerate(months, 1) if name.startswith(said[:3]))
        )
        try:
            return date(int(found.group("year")), month, int(found.group("day")))
        except ValueError:
            return None
    return None


def _published(lines: list[str]) -> date | None:
    dated = [line for line in lines if "20" in line or "19" in line]
    for pattern in _patterns("published"):
        for line in dated:
            found = pattern.search(line)
            day = date_of(found.group("date")) if found else None
            if day is not None:
                return day
    return None


def _first(key: str, lines: list[str]) -> str | None:
    for pattern in _patterns(key):
        for line in lines:
            found = pattern.search(line)
            if found:
                return str(found.group(key)).strip()
    return None


def _title(lines: list[str]) -> str | None:
    """The first line that reads like a headline, or null where the text begins with a sentence."""
    for line in lines[:4]:
        marked = line.lstrip("#")
        words = marked.strip(" *_")
        if any(pattern.search(words) for pattern in _patterns("no_title")) or any(
            pattern.search(words) for pattern in _patterns("published")
        ):
            continue
        heading = marked != line and marked[:1] == " "
        return words if heading or (len(words) <= LONGEST_TITLE and not words.endswith((".", ";", ","))) else None
    return None


def _entries(block: str) -> dict[str, str]:
    """The entries of front matter by their keys in lower case, without quotes."""
    found = (ENTRY.match(line) for line in block.split("\n"))
    return {entry["key"].lower(): entry["value"].strip().strip("\"'[]").strip() for entry in found if entry}


def _given(entries: dict[str, str], key: str) -> str | None:
    """The first entry of those that the lexicon names for `key`, or null."""
    return next((entries[name] for name in load.toml("read")["front_matter"][key] if entries.get(name)), None)


def _given_day(entries: dict[str, str]) -> date | None:
    said = _given(entries, "published") or ""
    return date_of(said) or date_of(said[: len("2025-04-10")])


def text_metadata(text: str) -> TextMetadata:
    """Title, publisher, author and day of publication as far as the front matter, first and last lines say them.

    >>> text_metadata("Mill opens\\nLund, 3 May 2024 (Northwire)\\nIt cost $3 million.").published
    datetime.date(2024, 5, 3)
    """
    block = FRONT_MATTER.match(text)
    entries = _entries(block["body"]) if block is not None else {}
    below = _said_by_lines(text[block.end() :] if block is not None and entries else text)
    return TextMetadata(
        _given(entries, "title") or below.title,
        _given(entries, "publisher") or below.publisher,
        _given(entries, "author") or below.author,
        _given_day(entries) or below.published,
    )


def _said_by_lines(text: str) -> TextMetadata:
    limits = load.toml("read")["limits"]
    head, tail = text[: 40 * LONGEST_LINE].split("\n"), text[-2_000:].split("\n")
    top = [line.strip()[:LONGEST_LINE] for line in head if line.strip()][: limits["top"]]
    end = [line.strip()[:LONGEST_LINE] for line in tail if line.strip()][-limits["end"] :]
    return TextMetadata(
        _title(top), _first("publisher", [*top, *end]), _first("author", top), _published(top) or _published(end)
    )
