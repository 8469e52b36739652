"""Lines of a text and what each looks like by itself, before its neighbours are looked at."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import pairwise

import re2

from ledger.lexicons import load

LONGEST_FURNITURE = 240
"""A line above this length is never furniture."""
LONGEST_PIECE = 60
"""Code points above which a piece of a line cut by bars or dashes is a headline, not a name or a section."""
LONGEST_HEADLINE = 120
"""A line above this length is no headline, unless it is the first of its text."""
LONGEST_FIRST_LINE = 200
"""Code points of the longest first line that may be a headline."""
LONGEST_SENTENCES = 100
"""A headline may have a full stop inside ("Japan Inc. buys. Nobody sells") up to this length."""
LONGEST_ROW = 400
"""Code points of the longest row of a table."""

# Plain `re` where the pattern cannot backtrack far: a call costs a tenth of one to re2.
MONEY_SIGN = re.compile(r"[$€£¥₹₩₽%]")
DIGIT = re.compile(r"[0-9]")
NUMBERED_NAME = re.compile(r"[^0-9]{1,40} [0-9]{1,2}")
CUT = re.compile(r" *[|•·] *| {2,}| [/–—-] ")
BULLET_MARKS = "•●▪‣◦■□►▶➤✓✔»·"
BULLET = re.compile(
    rf"(?:[{BULLET_MARKS}] {{0,8}}|(?:[-–—*>]|--) {{1,8}}|\(?[0-9]{{1,2}}[).] {{1,8}}|\(?[a-h]\) {{1,8}}"
    r"|\((?:i|ii|iii|iv|v|vi)\) {1,8}){1,3}(?=\S)"
)
BULLET_FIRST = frozenset(BULLET_MARKS + "-–—*>(0123456789abcdefgh")
RULE_ROW = frozenset("|:+=-_ ")
INNER_STOP = re.compile(r"[a-z]{2}[.!?][\"'”’)]? +[\"'“‘(]?[A-Z($]")
NO_BREAK = "\u00a0"
OPEN_ENDS = frozenset(load.toml("segment")["headline"]["open_ends"])
TABLE_HEAD = re2.compile(f"(?i){load.joined(load.toml('segment')['table_head']['pattern'])}")
ROW_END = re2.compile(load.joined(load.toml("segment")["row"]["pattern"]))
ROW_TAIL = re.compile(r"[0-9][0-9.,]*\s?(?:%|[A-Za-z]{1,8})?$")
"""What each line ends in that `ROW_END` matches."""


class LineKind(StrEnum):
    """What a line looks like by itself."""

    FURNITURE = "furniture"
    RELATED = "related"
    RELATED_LINE = "related_line"
    CAPTION = "caption"
    ITEM = "item"
    ROW = "row"
    SHORT = "short"
    HEADING = "heading"
    PROSE = "prose"


# Python 3.11 looks a member up in its enum at six times the cost of a name, and every line asks often.
FURNITURE, ITEM, ROW, SHORT, HEADING, PROSE = (
    LineKind.FURNITURE,
    LineKind.ITEM,
    LineKind.ROW,
    LineKind.SHORT,
    LineKind.HEADING,
    LineKind.PROSE,
)

LEXICON_KINDS = ("furniture", "related", "related_line", "caption")
"""The kinds told by patterns of the lexicon, the first that fits deciding."""


@dataclass(slots=True)
class Line:
    """A line or several lines joined, without the space around it."""

    start: int
    end: int
    body: int
    """Where the words begin after a bullet or number."""
    kind: LineKind
    after_blank: bool
    """Whether an empty line or the start of the text stands before it."""
    first: bool = False
    """Whether nothing but furniture stands before it."""


@cache
def _rules(*, short: bool) -> tuple[re2.Set, tuple[tuple[str, re2._Regexp | None, bool], ...]]:
    """The patterns for short lines, or for long ones, as one automaton; for each its kind, exception and `money`."""
    options = re2.Options()
    options.max_mem = 128 << 20
    options.log_errors = False
    automaton = re2.Set.FullMatchSet(options)
    meanings: list[tuple[str, re2._Regexp | None, bool]] = []
    for kind in LEXICON_KINDS:
        for rule in load.toml("segment")[kind]:
            if rule.get("short") and not short:
                continue
            automaton.Add(f"(?i){load.joined(rule['pattern'])}")
            unless = re2.compile(load.joined(rule["not"])) if "not" in rule else None
            meanings.append((kind, unless, kind != "furniture" or bool(rule.get("money"))))
    automaton.Compile()
    return automaton, tuple(meanings)


def lexicon_line_kind(line: str, *, money: bool = False) -> str | None:
    """The first of `LEXICON_KINDS` of which a pattern matches the whole stripped line, or null.

    A line that says `money` is furniture only by the rules that may hold a price.
    """
    automaton, meanings = _rules(short=len(line) <= LONGEST_HEADLINE)
    found: list[int] = automaton.Match(line.replace(NO_BREAK, " "))
    for at in sorted(found) if found else ():
        kind, unless, priced = meanings[at]
        if (priced or not money) and (unless is None or not unless.search(line)):
            return kind
    return None


def _may_be_cut(line: str) -> bool:
    """Whether `CUT` may match, told at a tenth of its cost."""
    return (
        "|" in line
        or "  " in line
        or " - " in line
        or " – " in line
        or " — " in line
        or " / " in line
        or "•" in line
        or "·" in line
    )


def _cut_furniture(line: str) -> bool:
    """Whether a line cut by bars or dots has one piece that is furniture and no number in the others."""
    pieces = CUT.split(line)
    if len(pieces) == 1:
        return False
    cells = line.count("|") > 1
    marks = [
        lexicon_line_kind(piece.strip()) == "furniture" and not (cells and _is_number(pieces, at))
        for at, piece in enumerate(pieces)
    ]
    if not any(marks) or TABLE_HEAD.search(line) is not None:
        return False
    if any(len(piece) > LONGEST_PIECE and not mark for mark, piece in zip(marks, pieces, strict=True)):
        return False
    return all(
        mark or not DIGIT.search(piece) or NUMBERED_NAME.fullmatch(piece)
        for mark, piece in zip(marks, pieces, strict=True)
    )


def _is_number(pieces: Sequence[str], at: int) -> bool:
    """Whether a piece of a row is a number behind its label ("| Kenya | 18 |"), not that of a page."""
    return pieces[at].strip().isdecimal() and any(map(str.strip, pieces[:at]))


def _by_lexicon(line: str) -> LineKind | None:
    money = MONEY_SIGN.search(line) is not None
    kind = lexicon_line_kind(line, money=money)
    if kind is not None:
        return LineKind(kind)
    return FURNITURE if not money and _may_be_cut(line) and _cut_furniture(line) else None


def _is_row(line: str) -> bool:
    """Whether a line looks like a row of a table: two bars, a tab, wide gaps, or a label that ends in numbers."""
    if "\t" in line or line.count("|") >= 2 or line.count("  ") >= 2:
        return True
    return (
        len(line) <= 90
        and line[-1] not in ".!?:;,"
        and ROW_TAIL.search(line[-16:]) is not None
        and ROW_END.search(line) is not None
    )


def _is_short(line: str) -> bool:
    """Whether a line could be a headline: short and no finished sentence."""
    size = len(line)
    last = line.rstrip("\"'”’)]»")[-1:]
    if size > LONGEST_HEADLINE or last in ".!;,…。！" or (last == "?" and size > LONGEST_SENTENCES):
        return False
    if size > LONGEST_SENTENCES and (last == ":" or INNER_STOP.search(line)):
        return False
    return line.rpartition(" ")[2] not in OPEN_ENDS


def line_kind(line: str) -> tuple[LineKind, int]:
    """The kind of a stripped line, and how many code points its bullet or heading mark takes."""
    size, bullet, kind = len(line), 0, None
    if size <= LONGEST_FURNITURE:
        kind = FURNITURE if line[0] in RULE_ROW and RULE_ROW.issuperset(line) else _by_lexicon(line)
    if kind is None and line[0] in BULLET_FIRST:
        found = BULLET.match(line)
        kind, bullet = (ITEM, found.end()) if found else (None, 0)
    if kind is None and line[0] == "#" and line.lstrip("#")[:1] == " ":
        kind, bullet = HEADING, size - len(line.lstrip("# "))
    if kind is None:
        kind = ROW if size <= LONGEST_ROW and _is_row(line) else SHORT if _is_short(line) else PROSE
    return kind, bullet


def lines_of(text: str) -> list[Line]:
    """The lines of a text that hold more than space, in order; hard-wrapped ones joined."""
    lines: list[Line] = []
    blank = True
    for at, raw in _raw_lines(text):
        line = raw.strip()
        if line:
            start = at if raw[0] == line[0] else at + raw.index(line[0])
            kind, bullet = line_kind(line)
            lines.append(Line(start, start + len(line), start + bullet if bullet else start, kind, blank))
        blank = not line
    _front_matter(text, lines)
    _first_line(text, lines)
    return _unwrapped(text, lines)


FRONT_MATTER_LINES = 60
"""Lines of the longest front matter."""
TITLE_ENTRY = re.compile(r"(?:title|headline): *[\"']?(?=\S)", re.IGNORECASE)


def _front_matter(text: str, lines: list[Line]) -> None:
    """Make furniture of the "key: value" lines between two rules at the head of a text, and a headline of its title."""
    if not lines or text[lines[0].start : lines[0].end] != "---":
        return
    rules = ("---", "...")
    end = next((at for at in range(1, len(lines)) if text[lines[at].start : lines[at].end] in rules), len(lines))
    if end >= min(len(lines), FRONT_MATTER_LINES):
        return
    block = lines[1:end]
    if not all(FRONT_ENTRY.match(text, line.start, line.end) for line in block if line.kind is not ITEM):
        return
    for line in (*block, lines[end]):
        title = TITLE_ENTRY.match(text, line.start, line.end)
        line.kind, line.body = (HEADING, title.end()) if title else (FURNITURE, line.start)


FRONT_ENTRY = re.compile(r"[A-Za-z_-]{2,20}:(?:\s|$)")
"""A line of front matter: a key and its value."""


def _raw_lines(text: str) -> Iterator[tuple[int, str]]:
    """Start and words of each line, one at a time: all at once they would take several times the text."""
    start, end = 0, text.find("\n")
    while end >= 0:
        yield start, text[start:end]
        start = end + 1
        end = text.find("\n", start)
    yield start, text[start:]


def _first_line(text: str, lines: list[Line]) -> None:
    """The first line that is no furniture may be a longer headline than others."""
    first = next((line for line in lines if line.kind is not FURNITURE), None)
    if first is None:
        return
    first.first = True
    if first.kind is PROSE and first.end - first.start <= LONGEST_FIRST_LINE and text[first.end - 1] not in '.:;,"”':
        first.kind = SHORT


WRAP = range(45, 101)
"""Lengths of a line that an editor may have wrapped."""
WRAPPED_SHARE = 0.25
WRAPPED_LEAST = 3
"""A text is hard-wrapped where so many, and such a share, of its neighbouring lines are one cut sentence."""
JOINED = (PROSE, SHORT, ITEM)


def _is_wrap(text: str, line: Line, following: Line) -> bool:
    """Whether a line break cuts a sentence: the first line is full and open, the second goes on in lower case."""
    return (
        not following.after_blank
        and line.end - line.start in WRAP
        and text[line.end - 1] not in ".!?:;"
        and text[following.start].islower()
    )


def _unwrapped(text: str, lines: list[Line]) -> list[Line]:
    """Lines of a text that was wrapped at a column, joined to paragraphs; other texts as they are."""
    adjacent = sum([not following.after_blank for following in lines[1:]])
    wraps = (
        sum(_is_wrap(text, line, following) for line, following in pairwise(lines)) if adjacent >= WRAPPED_LEAST else 0
    )
    if wraps < WRAPPED_LEAST or wraps < WRAPPED_SHARE * adjacent:
        return lines
    width = max(line.end - line.start for line in lines if line.end - line.start in WRAP)
    joined = [lines[0]]
    for line, following in pairwise(lines):
        full = 0.6 * width <= line.end - line.start <= width
        if full and not following.after_blank and joined[-1].kind in JOINED and following.kind in (PROSE, SHORT, ROW):
            kind = ITEM if joined[-1].kind is ITEM else PROSE
            joined[-1] = Line(
                joined[-1].start, following.end, joined[-1].body, kind, joined[-1].after_blank, joined[-1].first
            )
        else:
            joined.append(following)
    return joined
