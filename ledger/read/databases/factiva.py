"""Exports of Factiva as text: each article with field codes (HD, LP, TD …) or without, and "Document NUMBER" below."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import takewhile

from ledger.lexicons import load
from ledger.read.article import Article, ReadProblem
from ledger.read.databases.entries import Entry, article_of, counted, paragraphs_of
from ledger.read.databases.words import count_of, day_of, is_day_line, language_of, mark

MOST = 100
"""Articles in one export at most: a larger number of results is that of the search."""
CODED = re.compile(r"\|?\s*(?P<code>[A-Z]{2,3})(?:\s*\|\s*|\t\s*|\s{2,}|$)(?P<value>.*)")
LISTED = re.compile(r".{3,}(?:\.{3,}|\t)\s*\d{1,4}\s*")
"""A line of a table of contents."""
LONG_LISTED = 400
"""Code points of the longest such line."""
EDGE = " \t|"
"""What stands around the cells of a row."""
SOURCE_CODE = re.compile(r"[A-Z][A-Z0-9]{1,7}")
FACTS = ("title", "author", "published", "publisher", "section", "language", "words", "number")
HEAD_LINES = 25
"""Lines below the title in which the head of an article ends."""
LEAST_CODES = 3
"""Field codes from which an article is taken to be written with them."""
LONG_HEAD = 120
"""Code points of the longest line below the title that is no paragraph."""
SHORT = 30
"""Code points of the longest name of a section."""


@cache
def field_codes() -> Mapping[str, str]:
    """Field code → what it gives: title, author, body …"""
    said = load.toml("databases")["factiva"]
    return {code: field for field in (*FACTS, "body", "beside") for code in said[field]}


@cache
def _ends() -> frozenset[str]:
    return frozenset(load.toml("databases")["factiva"]["ends"])


def factiva_articles(lines: Sequence[str]) -> Iterator[Article | ReadProblem]:
    """The articles of an export of Factiva; `lines` are without line ends."""
    kept = [line.replace("\u00a0", " ") for line in lines if mark("page", line) is None]
    ends = [(at, found) for at, line in enumerate(kept) if (found := end_of(line))]
    starts = [_after_contents(kept[: ends[0][0]]) if ends else 0, *(at + 1 for at, _ in ends)]
    for number, (start, (end, found)) in enumerate(zip(starts, ends, strict=False), 1):
        entry = Entry(f"article {number} of {len(ends)}", number=found["number"])
        fill(entry, kept[start:end])
        yield from article_of(entry, "Factiva")
    rest = kept[starts[-1] :]
    if len(coded(rest)) >= LEAST_CODES:
        yield ReadProblem(f"article {len(ends) + 1}", "cut", "begins and never ends; export it again")
    results = next((found for line in rest if (found := mark("factiva_found", line))), None)
    yield from counted(count_of(results["count"]) if results else None, len(ends), at_most=MOST)


def end_of(line: str) -> re.Match[str] | None:
    """The match of a line that ends an article ("Document NWIR000020250303el330002b", also behind AN), or null."""
    said = CODED.fullmatch(line.rstrip(EDGE))
    behind = said["value"] if said is not None and field_codes().get(said["code"]) == "number" else line.strip(EDGE)
    return mark("factiva_end", behind)


def _after_contents(lines: Sequence[str]) -> int:
    """Where the first article starts: below the table of contents, if there is one."""
    return max(
        (at + 1 for at, line in enumerate(lines) if len(line) <= LONG_LISTED and LISTED.fullmatch(line)), default=0
    )


def fill(entry: Entry, lines: Sequence[str]) -> None:
    """Fill an entry from the lines of its article."""
    if len(fields := coded(lines)) >= LEAST_CODES:
        _from_codes(entry, fields)
    else:
        _from_lines(entry, lines)


def coded(lines: Sequence[str]) -> list[tuple[str, list[str]]]:
    """The fields of lines by their codes, each with its own lines; empty where the lines have no codes."""
    known, found, tail = field_codes(), list[tuple[str, list[str]]](), False
    seen: set[str] = set()
    for line in lines:
        said = CODED.fullmatch(line.rstrip(EDGE))
        code = said["code"] if said is not None else ""
        in_body = bool(found) and known[found[-1][0]] == "body"
        if said is not None and code in known and (not (in_body or tail) or code in _ends() or known[code] == "body"):
            found.append((code, [said["value"]]))
            tail = tail or code in _ends()
        elif said is not None and code in known and code not in seen:
            found.append((code, [said["value"]]))
        elif found:
            found[-1][1].append(line.strip(EDGE))
        seen.add(code)
    return found


def _from_codes(entry: Entry, fields: Sequence[tuple[str, list[str]]]) -> None:
    known = field_codes()
    for code, lines in fields:
        field = known[code]
        value = " ".join(" ".join(lines).split())
        if field == "body":
            entry.paragraphs += paragraphs_of(lines)
        elif field in FACTS and value:
            take(entry, field, value)


def take(entry: Entry, field: str, value: str) -> None:
    """Keep what is said of an article, once."""
    if field == "published":
        entry.published = entry.published or day_of(value)
    elif field == "words":
        entry.words = count_of(value)
    elif field == "language":
        entry.language = language_of(value)
    elif field == "number":
        entry.number = entry.number or value.rpartition(" ")[2]
    elif getattr(entry, field) is None:
        setattr(entry, field, value)


# Without field codes --------------------------------------------------------------------------------------------------


def _from_lines(entry: Entry, lines: Sequence[str]) -> None:
    """Fill an entry from lines without codes: headline, byline, words, day, source, its code, language, rights."""
    said = [line.strip() for line in lines]
    end = _head_end(said)
    head = [line for line in said[:end] if line]
    first = next((at for at, line in enumerate(head) if mark("words", line) or is_day_line(line)), len(head))
    _take_titles(entry, head[:first])
    below: list[str] = []
    for line in head[first:]:
        count = mark("words", line)
        if count is not None:
            entry.words = count_of(count["count"])
        elif is_day_line(line) and entry.published is None:
            entry.published = day_of(line)
        elif language_of(line) is not None and len(line) <= SHORT:
            entry.language = language_of(line)
        elif not (mark("clock", line) or mark("rights", line) or line.isdecimal()):
            below.append(line)
    if below and entry.publisher is None:
        entry.publisher = next((line for line in below if not SOURCE_CODE.fullmatch(line)), below[0])
    entry.paragraphs = paragraphs_of(said[end:])


def _head_end(lines: Sequence[str]) -> int:
    """Where the body begins: below the rights, or else below the last short line that is known to be of the head."""
    words = [at for at, line in enumerate(lines) if mark("words", line)]
    days = [at for at, line in enumerate(lines) if line and is_day_line(line)]
    first = min([*words[:1], *days[:1]], default=None)
    if first is None:
        return next((at + 1 for at, line in enumerate(lines) if line), 0)
    window = [at for at, line in enumerate(lines[: first + HEAD_LINES]) if at > first and line]
    short = list(takewhile(lambda at: len(lines[at]) <= LONG_HEAD, window))
    rights = next((at for at in short if mark("rights", lines[at])), None)
    if rights is not None:
        return rights + 1
    named = next((at for at in short if language_of(lines[at]) is not None), first)
    end = named + 1
    for at in (place for place in window if place > named):
        if not _is_of_head(lines[at], lines[first:at]):
            break
        end = at + 1
    return end


def _is_of_head(line: str, above: Sequence[str]) -> bool:
    """Whether a line below the number of words tells of the article and is not its text."""
    known = ("words", "clock")
    if any(mark(name, line) for name in known) or is_day_line(line) or SOURCE_CODE.fullmatch(line) or line.isdecimal():
        return True
    if language_of(line) is not None and len(line) <= SHORT:
        return True
    last = next((before for before in reversed(above) if before), "")
    return bool(mark("clock", last) or is_day_line(last) or mark("words", last)) and len(line) <= LONG_HEAD // 2


def _take_titles(entry: Entry, lines: Sequence[str]) -> None:
    """Section, title and byline from the lines over the number of words."""
    titles = list(lines)
    if len(titles) > 1 and entry.author is None and mark("byline", titles[-1]):
        entry.author = titles.pop()
    if len(titles) > 1 and entry.section is None and len(titles[0]) <= SHORT and len(titles[0]) < len(titles[1]) // 2:
        entry.section = titles.pop(0)
    if titles and entry.title is None:
        entry.title = " ".join(titles)


__all__ = ["FACTS", "coded", "end_of", "factiva_articles", "field_codes", "fill", "take"]
