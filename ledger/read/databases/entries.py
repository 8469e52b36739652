"""One article of an export: what is said of it, its paragraphs, and what of it does not fit."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from ledger.read.article import Article, Part, ReadProblem
from schemas import Severity

WIDEST = 140
"""Code points of the longest line of a text that was broken to a width; longer lines are paragraphs."""
LONGER = 50
"""One line in so many may be longer than the width."""
LEAST_SHARE = 0.5
"""Of the words that an article announces so many must be there."""
FEW = 40
"""An article of fewer announced words is not checked: headlines and captions count differently."""
SHOWN = 60
"""Code points of a title in a message."""
CELL = re.compile(r"\t| {3,}")


@dataclass
class Entry:
    """What an export says of one article; what it does not say is null."""

    place: str
    """Where it stands: "article 3"."""
    title: str | None = None
    publisher: str | None = None
    author: str | None = None
    published: date | None = None
    section: str | None = None
    words: int | None = None
    language: str | None = None
    number: str | None = None
    url: str | None = None
    paragraphs: list[str] = field(default_factory=list)

    @property
    def named(self) -> str:
        """The article for a message: its place, its number and its title."""
        number = f", {self.number}" if self.number else ""
        title = f" ({self.title[:SHOWN]!r})" if self.title else ""
        return f"{self.place}{number}{title}"


def article_of(entry: Entry, database: str) -> Iterator[Article | ReadProblem]:
    """The article of an entry with what it lacks, or the problem that it has no text."""
    if not entry.paragraphs:
        message = "has no full text in the export; export it again with full text, or save its page"
        yield ReadProblem(entry.named, "no_text", message)
        return
    body = "\n\n".join(entry.paragraphs)
    text = body if entry.title is None else f"{entry.title}\n\n{body}"
    said = [database, entry.number or entry.place]
    said += [f"section {entry.section}"] if entry.section else []
    said += [f"{entry.words} words"] if entry.words is not None else []
    yield Article(
        text=f"{text}\n",
        title=entry.title,
        publisher=entry.publisher,
        author=entry.author,
        published=entry.published,
        url=entry.url,
        language=entry.language,
        number=entry.number or entry.place.removeprefix("article "),
        parts=(Part(0, len(text), ", ".join(said)),),
    )
    yield from _lacks(entry, len(body.split()))


def _lacks(entry: Entry, words: int) -> Iterator[ReadProblem]:
    facts = {"title": entry.title, "publisher": entry.publisher, "day of publication": entry.published}
    missing = [name for name, value in facts.items() if value is None]
    if missing:
        message = f"gives no {' and no '.join(missing)}; say it by `ledger documents set`"
        yield ReadProblem(entry.named, "incomplete", message, Severity.WARNING)
    if entry.words is not None and entry.words >= FEW and words < entry.words * LEAST_SHARE:
        message = f"announces {entry.words:,} words and holds {words:,}; look at the export"
        yield ReadProblem(entry.named, "cut", message, Severity.WARNING)


def counted(announced: int | None, found: int, *, at_most: int | None = None) -> Iterator[ReadProblem]:
    """A problem where an export announces another number of articles than it holds.

    `at_most` is how many one export can hold: a larger number is that of a search.
    """
    if announced is None or announced == found or (at_most is not None and announced > at_most):
        return
    message = f"announces {announced:,} articles and holds {found:,}; export it again, or look for what parts them"
    yield ReadProblem(None, "count", message, Severity.ERROR if found < announced else Severity.WARNING)


def blocks_of(lines: Iterable[str]) -> Iterator[list[str]]:
    """Runs of lines without a blank one."""
    block: list[str] = []
    for line in lines:
        if line.strip():
            block.append(line)
        elif block:
            yield block
            block = []
    if block:
        yield block


def width_of(lines: Sequence[str]) -> int | None:
    """The width that the lines of an export were broken to, or null where a line is a paragraph.

    A few lines may be longer: an address, a title.
    """
    lengths = sorted(len(line.rstrip()) for line in lines if line.strip())
    longest = lengths[-1 - len(lengths) // LONGER] if lengths else 0
    return longest if longest <= WIDEST else None


def paragraphs_of(lines: Iterable[str], width: int | None = None) -> list[str]:
    """The paragraphs of a body; a line that was broken to `width` is joined with the next one."""
    found: list[str] = []
    for block in blocks_of(lines):
        joined, above = [block[0].strip()], block[0].rstrip()
        for line in block[1:]:
            if width is not None and _was_broken(above, line, width):
                joined[-1] = f"{joined[-1]} {line.strip()}"
            else:
                joined.append(line.strip())
            above = line.rstrip()
        found += ["\n".join(joined)] if width is not None or all(map(_is_row, joined)) else joined
    return found


def _was_broken(above: str, line: str, width: int) -> bool:
    """Whether a line ends only for want of room: the next word would not have fitted."""
    cells = CELL.search(above.strip()) or CELL.search(line.strip())
    return cells is None and len(above) + 1 + len(line.split(None, 1)[0]) > width


def _is_row(line: str) -> bool:
    return line.startswith(("|", "- "))


__all__ = ["Entry", "article_of", "blocks_of", "counted", "paragraphs_of", "width_of"]
