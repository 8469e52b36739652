"""The words of exports: marks that part articles, labels of what is said of each, days in several languages."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache

from ledger.lexicons import load

LONGEST_LABEL = 60
"""Code points of the longest label before its colon, and of the longest line that is only a day."""
ISO_DAY = re.compile(r"(?<!\d)((?:19|20)\d\d)-(\d\d)-(\d\d)(?!\d)")
DOTTED_DAY = re.compile(r"(?<!\d)(\d{1,2})\. ?(\d{1,2})\. ?((?:19|20)\d\d)(?!\d)")
EASTERN_DAY = re.compile(r"((?:19|20)\d\d) ?[年년] ?(\d{1,2}) ?[月월] ?(\d{1,2}) ?[日일]")
NUMBER = re.compile(r"\d[\d.,  ]*")


@cache
def _mark(name: str) -> re.Pattern[str]:
    entry = next(entry for entry in load.toml("databases")["mark"] if entry["name"] == name)
    return re.compile(load.joined(entry["pattern"]), re.IGNORECASE)


def mark(name: str, line: str) -> re.Match[str] | None:
    """The match of a whole line with the mark of that name, or null.

    >>> mark("nexis_start", "   3 of 40 DOCUMENTS")["number"]
    '3'
    """
    return _mark(name).fullmatch(line) if len(line) <= 400 else None


@cache
def labels(database: str, *, ends: bool | None = None) -> Mapping[str, str]:
    """Label in lower case → field, of one database; only those after the body with `ends`, only others without."""
    entries = [entry for entry in load.toml("databases")["label"] if entry["database"] == database]
    kept = [entry for entry in entries if ends is None or entry.get("ends", False) is ends]
    return {word.casefold(): entry["field"] for entry in kept for word in entry["words"]}


def tail_at(lines: Sequence[str], known: Mapping[str, str]) -> int:
    """Where the labels begin that follow a body: from there on no paragraph stands; the end where there are none."""
    start = len(lines)
    for at in reversed(range(len(lines))):
        line = lines[at].strip()
        if labelled(line, known) is not None:
            start = at
        elif line and ((at == 0 or not lines[at - 1].strip()) or (len(line) > LONGEST_LABEL and line.endswith("."))):
            break
    while start < len(lines) and _is_sentence(lines[start], known):
        start += 1
    return start


def _is_sentence(line: str, known: Mapping[str, str]) -> bool:
    """Whether a line with a label is text all the same: "Subject: a letter that asks for $40 million."."""
    said = labelled(line, known)
    return said is not None and said[1][:1].islower() and said[1].endswith((".", "!", "?"))


def labelled(line: str, known: Mapping[str, str]) -> tuple[str, str] | None:
    """The field and the value of a line "Label: value" whose label is among `known`, or null."""
    label, colon, value = line.lstrip().partition(":")
    if not colon or len(label) > LONGEST_LABEL:
        return None
    field = known.get(" ".join(label.casefold().split()))
    return None if field is None else (field, value.strip())


@cache
def _months() -> Mapping[str, int]:
    return {word: int(number) for number, words in load.toml("databases")["months"].items() for word in words}


@cache
def _named_days() -> tuple[re.Pattern[str], ...]:
    month = "|".join(sorted(map(re.escape, _months()), key=len, reverse=True))
    year = r"(?P<year>(?:19|20)\d\d)(?!\d)"
    shapes = (
        rf"(?<!\d)(?P<day>\d{{1,2}})(?:\.|º|er|st|nd|rd|th)?[ -](?:de |of )?(?P<month>{month})\b\.?,?[ -](?:del? )?"
        f"{year}",
        rf"\b(?P<month>{month})\b\.? (?P<day>\d{{1,2}})(?:st|nd|rd|th)?,? {year}",
    )
    return tuple(re.compile(shape, re.IGNORECASE) for shape in shapes)


def day_of(words: str) -> date | None:
    """The first full day that `words` name in any known language, or null.

    >>> day_of("Mittwoch 11. Januar 2012"), day_of("9 de enero de 2012"), day_of("January 2012")
    (datetime.date(2012, 1, 11), datetime.date(2012, 1, 9), None)
    """
    plain = " ".join(words.split())
    for shape in _named_days():
        found = shape.search(plain)
        if found is not None:
            return _day(int(found["year"]), _months()[found["month"].casefold()], int(found["day"]))
    for pattern, order in ((ISO_DAY, (0, 1, 2)), (DOTTED_DAY, (2, 1, 0)), (EASTERN_DAY, (0, 1, 2))):
        found = pattern.search(plain)
        if found is not None:
            parts = [int(part) for part in found.groups()]
            return _day(*(parts[place] for place in order))
    return None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def is_day_line(line: str) -> bool:
    """Whether a line says a day and hardly anything else."""
    return len(line.strip()) <= LONGEST_LABEL and day_of(line) is not None


def language_of(words: str | None) -> str | None:
    """The ISO 639-1 code of a language by any of its names ("ENGLISH", "Englisch; EN"), or null."""
    said = re.split(r"\s*[;,(/]", (words or "").strip().casefold())[0]
    return next((code for code, names in load.toml("databases")["languages"].items() if said in names), None)


def count_of(words: str | None) -> int | None:
    """The first whole number of `words`, whatever parts its thousands, or null."""
    found = NUMBER.search(words or "")
    digits = re.sub(r"\D", "", found.group()) if found is not None else ""
    return int(digits) if 0 < len(digits) < 8 else None


__all__ = ["count_of", "day_of", "is_day_line", "labelled", "labels", "language_of", "mark", "tail_at"]
