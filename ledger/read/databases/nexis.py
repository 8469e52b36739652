"""Exports of Nexis: plain text with "3 of 40 DOCUMENTS" over each article, and those of Nexis Uni with a cover."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from ledger.read.article import Article, ReadProblem
from ledger.read.databases.entries import Entry, article_of, blocks_of, counted, paragraphs_of, width_of
from ledger.read.databases.words import count_of, day_of, is_day_line, labelled, labels, language_of, mark, tail_at

CENTRED = 8
"""Blanks before a line from which it stands in the middle: publisher, day, edition."""
LONG_TITLE = 250
"""Code points of the longest headline; longer blocks are paragraphs."""
LONG_HEAD = 6
"""Lines over an article among which its day stands."""
LISTED = re.compile(r"\s*(?:(?P<number>\d{1,4})\.|-)\s+(?P<title>\S.*)")
"""A title on the cover; readers of PDF and Word give the items of a list without their numbers."""
FACTS = ("title", "author", "section")
ANNOUNCED = "nexis_cover"
TAIL = ("tail", "language")


def nexis_articles(lines: Sequence[str]) -> Iterator[Article | ReadProblem]:
    """The articles of an export of Nexis as plain text; `lines` are without line ends."""
    starts = [(at, found) for at, line in enumerate(lines) if (found := mark("nexis_start", line))]
    width = width_of(lines[starts[0][0] :] if starts else lines)
    ends = [at for at, _ in starts[1:]] + [len(lines)]
    for (at, start), end in zip(starts, ends, strict=True):
        entry = _plain_entry(f"article {start['number']} of {start['count']}", lines[at + 1 : end], width)
        yield from article_of(entry, "Nexis")
    yield from counted(max((int(start["count"]) for _, start in starts), default=None), len(starts))


def _plain_entry(place: str, lines: Sequence[str], width: int | None) -> Entry:
    """The entry of the lines below one start."""
    entry, blocks = Entry(place), list(blocks_of(lines))
    known, ends = labels("nexis", ends=False), labels("nexis", ends=True)
    tail = _tail_of(blocks, ends)
    centred = any(_is_centred(line) for block in blocks[:3] for line in block)
    body: list[str] = []
    seen_label, in_body = False, False
    for block in blocks[:tail]:
        said = None if in_body else _label_of(block, known) or _label_of(block, ends)
        if said is not None:
            seen_label, in_body = True, said[0] == "body"
            body += [said[1], ""] if in_body else []
            _take(entry, *said)
        elif in_body or not (_is_rights(block) or _heads(entry, block, centred=centred, labels_seen=seen_label)):
            in_body = True
            body += [*block, ""]
    for block in blocks[tail:]:
        _take(entry, *(_label_of(block, ends) or ("", "")))
    entry.paragraphs = paragraphs_of(body, width)
    return entry


def _tail_of(blocks: Sequence[Sequence[str]], ends: Mapping[str, str]) -> int:
    """Where the labels and rights begin that follow the body: from there on stands no paragraph."""
    at = len(blocks)
    while at and (_label_of(blocks[at - 1], ends, capitals=True) or _is_centred(blocks[at - 1][0])):
        at -= 1
    return at


def _heads(entry: Entry, block: Sequence[str], *, centred: bool, labels_seen: bool) -> bool:
    """Whether a block without a label belongs to the head of an article: its publisher, day or title is then taken."""
    words = " ".join(" ".join(block).split())
    if _is_centred(block[0]) or (not centred and entry.published is None and is_day_line(block[0])):
        day = next((line for line in block if is_day_line(line)), None)
        if entry.published is None and day is not None:
            entry.published = day_of(day)
            above = " ".join(line.strip() for line in block[: list(block).index(day)])
            entry.publisher = entry.publisher or above or None
        elif entry.publisher is None:
            entry.publisher = words
        return True
    if not centred and entry.publisher is None and not labels_seen and len(block) == 1 and entry.published is None:
        entry.publisher = words
        return True
    if entry.title is not None or len(words) > LONG_TITLE or (labels_seen and words.endswith((".", ".”", '."'))):
        return False
    entry.title = words
    return True


def _is_centred(line: str) -> bool:
    return len(line) - len(line.lstrip()) >= CENTRED


def _is_rights(block: Sequence[str]) -> bool:
    return mark("rights", block[0]) is not None and len(" ".join(block)) <= LONG_TITLE


def _label_of(block: Sequence[str], known: Mapping[str, str], *, capitals: bool = False) -> tuple[str, str] | None:
    """The field and value of a block "LABEL: value" over one or more lines, or null."""
    said = labelled(block[0], known)
    if said is None or (capitals and not block[0].split(":")[0].isupper()):
        return None
    return said[0], " ".join([said[1], *(line.strip() for line in block[1:])]).strip()


def _take(entry: Entry, field: str, value: str) -> None:
    """Keep what a label says."""
    if field in FACTS and value and getattr(entry, field) is None:
        setattr(entry, field, value)
    elif field == "length":
        entry.words = count_of(value)
    elif field == "language":
        entry.language = language_of(value)


# Nexis Uni ------------------------------------------------------------------------------------------------------------


class _Cover(NamedTuple):
    """What stands before the first article."""

    announced: int | None
    titles: Sequence[str]
    lines: int
    """How many of the first lines are the cover."""


def nexis_uni_articles(lines: Sequence[str]) -> Iterator[Article | ReadProblem]:
    """The articles of an export of Nexis Uni as lines of text, whether it was Word, RTF or PDF."""
    kept = [line for line in lines if mark("page", line) is None]
    ends = [at for at, line in enumerate(kept) if mark("nexis_end", line)]
    cover = _cover(kept[: ends[0]] if ends else kept)
    starts = [cover.lines, *(at + 1 for at in ends)]
    for number, (start, end) in enumerate(zip(starts, ends, strict=False), 1):
        listed = cover.titles[number - 1] if number <= len(cover.titles) else None
        entry = _uni_entry(f"article {number} of {len(ends)}", kept[start:end], listed)
        yield from article_of(entry, "Nexis Uni")
    rest = [line for line in kept[starts[-1] :] if line.strip()]
    if any(labelled(line, labels("nexis")) for line in rest):
        message = "begins and never ends; export it again"
        yield ReadProblem(f"article {len(ends) + 1} ({rest[0].strip()[:60]!r})", "cut", message)
    yield from counted(cover.announced, len(ends))


def _cover(lines: Sequence[str]) -> _Cover:
    """The cover over the first article: how many it announces, and their titles."""
    at = next((place for place, line in enumerate(lines) if mark(ANNOUNCED, line)), None)
    found = mark(ANNOUNCED, lines[at]) if at is not None else None
    if at is None or found is None:
        return _Cover(None, (), _labels_end(lines, 0))
    announced = int(found["count"])
    titles: list[str] = []
    last, bare = at, True
    for place, line in enumerate(lines[at + 1 :], at + 1):
        listed, due = LISTED.fullmatch(line), len(titles) + 1
        if listed is not None and int(listed["number"] or due) == due <= announced and (listed["number"] or bare):
            titles.append(" ".join(listed["title"].split()))
            last = place
        elif line.strip() and not _is_of_cover(line):
            bare = False  # from here on the items of a list may be those of an article
    again = (place for place in range(last + 1, len(lines)) if titles and _same(lines[place], titles[0]))
    return _Cover(announced, titles, next(again, _labels_end(lines, last + 1)))


def _labels_end(lines: Sequence[str], start: int) -> int:
    """Where the labels of a cover end that stand from `start` on, with the blank lines between them."""
    end = start
    for at in range(start, len(lines)):
        if _is_of_cover(lines[at]):
            end = at + 1
        elif lines[at].strip():
            break
    return end


def _is_of_cover(line: str) -> bool:
    said = labelled(line, labels("nexis", ends=False))
    return said is not None and said[0] == "cover"


def _same(line: str, title: str) -> bool:
    words = " ".join(line.split()).casefold()
    return bool(words) and (title.casefold().startswith(words) or words.startswith(title.casefold()))


def _uni_entry(place: str, lines: Sequence[str], listed: str | None) -> Entry:
    """The entry of one article's lines; `listed` is its title on the cover."""
    entry = Entry(place)
    known = labels("nexis", ends=False)
    start = next((at for at, line in enumerate(lines) if _is_heading(line, "body")), None)
    head: list[str] = []
    labels_seen, below = False, len(lines)
    for at, line in enumerate(lines if start is None else lines[:start]):
        said = labelled(line, known)
        if said is not None and said[0] != "cover":
            labels_seen = True
            _take(entry, *said)
        elif mark("rights", line):
            labels_seen = True
        elif start is None and (labels_seen or len(head) > 1) and _is_body(line):
            below = at
            break
        elif line.strip():
            head.append(line.strip())
    left = _take_head(entry, head, listed)
    _take_body(entry, lines[below if start is None else start + 1 :])
    if start is None:  # nothing says where the body begins: short lines may be of it
        entry.paragraphs = [*left, *entry.paragraphs]
    return entry


def _take_body(entry: Entry, lines: Sequence[str]) -> None:
    """Paragraphs, and the labels below them."""
    ends = labels("nexis", ends=True)
    classes = next((place for place, line in enumerate(lines) if _is_heading(line, "tail")), None)
    end = tail_at(lines, ends) if classes is None else classes
    for line in lines[end:]:
        _take(entry, *(labelled(line, ends) or ("", "")))
    entry.paragraphs = paragraphs_of(lines[:end])


def _is_body(line: str) -> bool:
    """Whether a line below the labels is a paragraph: it is no day and reads like a sentence."""
    return not is_day_line(line) and len(line.strip()) > LONG_TITLE // 4


def _is_heading(line: str, field: str) -> bool:
    """Whether a line is the bare label of a section: Body, Classification."""
    word = line.strip(" :#").casefold()
    return labels("nexis").get(word) == field and (field == "body" or word.startswith(("class", "klass", "clas")))


def _take_head(entry: Entry, head: Sequence[str], listed: str | None) -> list[str]:
    """Take title, publisher and day from the lines without a label, in whatever order; returns the lines left."""
    day_at = next((at for at, line in enumerate(head[:LONG_HEAD]) if is_day_line(line)), None)
    said = [line for at, line in enumerate(head) if at != day_at]
    entry.published = day_of(head[day_at]) if day_at is not None else None
    if not said:
        entry.title = entry.title or listed
        return []
    title = 1
    if listed is not None:
        while (
            title < len(said)
            and len(" ".join(said[:title])) < len(listed)
            and _same(" ".join(said[: title + 1]), listed)
        ):
            title += 1
    elif day_at is not None and day_at > 1:
        title = day_at - 1
    if entry.title is None:
        entry.title, said = " ".join(said[:title]), said[title:]
    entry.publisher = said[0] if said else None
    return said[1:]


__all__ = ["nexis_articles", "nexis_uni_articles"]
