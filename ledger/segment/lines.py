"""Lines of a text and what each looks like by itself, before its neighbours are looked at."""

import re
from dataclasses import dataclass
from enum import Enum
from functools import cache

import re2

from ledger.lexicons import load

LONGEST_FURNITURE = 240
"""A line above this length is never furniture."""
LONGEST_HEADLINE = 180
"""A line above this length is never a headline."""

BULLET = re2.compile(r"^(?:[•●▪‣◦■□►▶➤✓✔*»>·]\s*|[-–—]\s+|--\s+|\(?[0-9]{1,2}[).]\s+|\(?[a-hA-H]\)\s+|\((?:i|ii|iii|iv|v|vi)\)\s+)+(\S.*)$")
HEADING_MARK = re2.compile(r"^#{1,6}\s+\S")
PROSE_END = re2.compile(r"[.!?;,…。！？][\"'”’)\]]*$|\b(?:and|of|the|to|in|for|with|a)$")
RULE_ROW = re2.compile(r"^[|:+ =-]{3,}$")
MONEY = re2.compile(r"[$€£¥₹₩₽%]")
DIGIT = re2.compile(r"[0-9]")
CUT = re.compile(r"\s*[|•·]\s*|\s{2,}|\s[/–—-]\s")
ROW_END = re2.compile(
    r"^[A-Za-zÀ-ž(][^.!?:]{0,60}?\s(?:[A-Z]{2,3}\s)?[-+±~]?[$€£¥₹]?[0-9][0-9.,]*\s?(?:%|bn|m|mn|tn|k|billion|million|trillion|crore|GW|MW)?"
    r"(?:\s[-+±]?[$€£¥₹]?[0-9][0-9.,]*\s?(?:%|bn|m|mn|tn|k)?)*$"
)


class Look(Enum):
    """What a line looks like by itself."""

    FURNITURE = "furniture"
    RELATED = "related"
    CAPTION = "caption"
    ITEM = "item"
    ROW = "row"
    SHORT = "short"
    HEADING = "heading"
    PROSE = "prose"


@dataclass(slots=True)
class Line:
    """A line or several lines joined, without the space around it."""

    start: int
    end: int
    body: int
    """Where the words begin after a bullet or number."""
    look: Look
    after_blank: bool
    """Whether an empty line or the start of the text stands before it."""


@cache
def _options() -> re2.Options:
    options = re2.Options()
    options.max_mem = 64 << 20
    options.log_errors = False
    return options


@cache
def _pattern(key: str) -> re2._Regexp:
    rules = "|".join(f"(?:{rule['pattern']})" for rule in load.toml("segment")[key])
    return re2.compile(f"(?i)^(?:{rules})$", _options())


@cache
def _exceptions() -> tuple[tuple[re2._Regexp, re2._Regexp], ...]:
    """Pattern and exception of the rules that have a `not`: a line that the first matches and the second finds is no furniture."""
    rules = [rule for rule in load.toml("segment")["furniture"] if "not" in rule]
    return tuple((re2.compile(f"(?i)^(?:{rule['pattern']})$"), re2.compile(f"(?i){rule['not']}")) for rule in rules)


def _is_piece(line: str) -> bool:
    if not _pattern("furniture").search(line):
        return False
    return not any(rule.search(line) and unless.search(line) for rule, unless in _exceptions())


def is_furniture(line: str) -> bool:
    """Whether a stripped line is page furniture: counts of shares, links, bylines, date lines, credits.

    A line cut by bars or dots is furniture when one piece is and the other pieces hold no digit.
    """
    if len(line) > LONGEST_FURNITURE or MONEY.search(line):
        return False
    if _is_piece(line):
        return True
    pieces = [piece.strip() for piece in CUT.split(line)]
    if len(pieces) == 1:
        return False
    marks = [_is_piece(piece) for piece in pieces]
    return any(marks) and all(mark or not DIGIT.search(piece) for mark, piece in zip(marks, pieces, strict=True))


def is_related(line: str) -> bool:
    """Whether a stripped line is the heading over a list of headlines that do not belong to the article."""
    return len(line) <= 60 and _pattern("related").search(line) is not None


def is_row(line: str) -> bool:
    """Whether a stripped line looks like a row of a table: two bars, a tab, or a label that ends in numbers."""
    return "\t" in line or line.count("|") >= 2 or line.count("  ") >= 2 or (len(line) <= 90 and ROW_END.search(line) is not None)


def look_of(line: str) -> tuple[Look, int]:
    """What a stripped line looks like, and how many code points its bullet takes."""
    size = len(line)
    if size <= LONGEST_FURNITURE:
        if RULE_ROW.search(line) or is_furniture(line):
            return Look.FURNITURE, 0
        if is_related(line):
            return Look.RELATED, 0
        if _pattern("caption").search(line):
            return Look.CAPTION, 0
    bullet = BULLET.search(line)
    if bullet:
        return Look.ITEM, int(bullet.start(1))
    if HEADING_MARK.search(line):
        return Look.HEADING, size - len(line.lstrip("# "))
    if is_row(line) and size <= 400:
        return Look.ROW, 0
    if size <= LONGEST_HEADLINE and not PROSE_END.search(line):
        return Look.SHORT, 0
    return Look.PROSE, 0


def lines_of(text: str) -> list[Line]:
    """The lines of a text that hold more than space, in order."""
    lines: list[Line] = []
    at, blank = 0, True
    for raw in text.split("\n"):
        line = raw.strip()
        if line:
            start = at + raw.index(line[0])
            look, bullet = look_of(line)
            lines.append(Line(start, start + len(line), start + bullet, look, blank))
            blank = False
        else:
            blank = True
        at += len(raw) + 1
    return lines
