"""What stands below an article: what a company says of itself ("About Norlund"), and what readers say."""

import re
from functools import cache

from ledger.lexicons import load
from ledger.segment.lines import Line, LineKind
from schemas import Section

LEAST_BEFORE = 2
"""Paragraphs of an article that stand before what readers say of it."""
LONGEST_COMMENT = 4
"""Lines of a comment below its stamp; what goes on longer without another stamp is none."""
STAMP_WITHIN = 3
"""Lines below the heading of comments within which their order or the first stamp stands."""
MOST_ABOUT = 3
"""Paragraphs below a heading such as "About Norlund"."""


@cache
def end_pattern(name: str) -> re.Pattern[str]:
    """A pattern of the lexicon for what stands below an article."""
    return re.compile(load.joined(load.toml("segment")[name]["pattern"]))


def with_ends(text: str, lines: list[Line], sections: list[Section]) -> None:
    """Change the sections of the paragraphs about a company, and of readers' comments, to sections of their own."""
    if "About " in text or "ABOUT " in text:
        _mark_about(text, lines, sections)
    if "omment" in text or "COMMENT" in text:
        _mark_comments(text, lines, sections)


def _mark_about(text: str, lines: list[Line], sections: list[Section]) -> None:
    """Mark the paragraphs below "About Norlund", and those that begin with such a heading, behind the article."""
    behind = False
    left = 0
    for at, line in enumerate(lines):
        heading = line.kind in (LineKind.SHORT, LineKind.HEADING) and behind
        if heading and end_pattern("about_heading").fullmatch(text, line.body, line.end):
            left = MOST_ABOUT
        elif sections[at] is not Section.PARAGRAPH:
            left = left if sections[at] is Section.FURNITURE else 0
        elif left or (behind and end_pattern("about_opening").match(text, line.body, line.end)):
            sections[at] = Section.ABOUT
            left = max(0, left - 1)
        else:
            behind = True


def _mark_comments(text: str, lines: list[Line], sections: list[Section]) -> None:
    """Mark the lines below the heading of readers' comments, as far as stamps of readers go on."""
    paragraphs, last = 0, -1
    for at, line in enumerate(lines):
        if at <= last:
            continue
        paragraphs += sections[at] is Section.PARAGRAPH
        if paragraphs < LEAST_BEFORE or not _matches("comments_heading", text, line):
            continue
        last = _last_comment(text, lines, at)
        if last > at:
            sections[at] = Section.FURNITURE
        for below in range(at + 1, last + 1):
            if _matches("comment_stamp", text, lines[below]):
                sections[below] = Section.FURNITURE
            elif sections[below] is not Section.FURNITURE:
                sections[below] = Section.COMMENT


def _last_comment(text: str, lines: list[Line], heading: int) -> int:
    """The last line of the comments below a heading, or the heading itself where no reader's stamp follows."""
    last = stamp = heading
    for at in range(heading + 1, len(lines)):
        if _matches("comment_stamp", text, lines[at]):
            last = stamp = at
        elif lines[at].kind is LineKind.RELATED or at - stamp > (LONGEST_COMMENT if stamp > heading else STAMP_WITHIN):
            break
        elif stamp > heading:
            last = at
    return last


def _matches(name: str, text: str, line: Line) -> bool:
    return end_pattern(name).fullmatch(text, line.start, line.end) is not None
