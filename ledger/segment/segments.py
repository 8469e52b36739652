"""Lines to segments: what a line is, told by its own shape and by its neighbours."""

import re

from ledger.segment.ends import with_ends
from ledger.segment.lines import LONGEST_HEADLINE, Line, LineKind, lines_of
from ledger.segment.sentences import LONGEST_SENTENCE, sentences_of
from schemas import Section, Segment, Sentence

WHOLE = (Section.HEADLINE, Section.HEADLINE_LIST, Section.TABLE_CELL)
"""Sections whose segments are one sentence each."""

LIST_RUN = 3
"""So many short lines on end are a list of headlines; fewer are subheads."""
ROW_RUN = 2
"""So many rows on end are a table."""
FACT_SHARE = 0.6
"""A run of short lines of which so many read "Label: words" is a list of facts."""
FACT = re.compile(r"[^:]{1,40}: \S")
RELATED_LINES = (LineKind.SHORT, LineKind.ITEM, LineKind.ROW, LineKind.PROSE, LineKind.RELATED_LINE)


def _run(lines: list[Line], at: int, kinds: tuple[LineKind, ...]) -> int:
    """The index after the run of lines from `at` that follow without an empty line and are of one of `kinds`."""
    end = at + 1
    while end < len(lines) and lines[end].kind in kinds and not lines[end].after_blank:
        end += 1
    return end


def _related(text: str, lines: list[Line], at: int) -> list[Section]:
    """The heading at `at` and the headlines under it, also those that empty lines part."""
    end = _run(lines, at, RELATED_LINES)
    if end > at + 1:
        return [Section.FURNITURE] + [Section.HEADLINE_LIST] * (end - at - 1)
    sections = [Section.FURNITURE]
    for line in lines[at + 1 :]:
        if _is_listed_headline(text, line):
            sections.append(Section.HEADLINE_LIST)
        elif line.kind is LineKind.FURNITURE and RULE_MARKS.issuperset(text[line.start : line.end]):
            sections.append(Section.FURNITURE)
        else:
            break
    while len(sections) > 1 and sections[-1] is Section.FURNITURE:
        sections.pop()
    return sections if sections.count(Section.HEADLINE_LIST) >= LISTED_LEAST else [Section.FURNITURE]


LISTED_LEAST = 2
"""Headlines under a heading that empty lines part from one another, from which on they are a list."""
RULE_MARKS = frozenset("-–—*•· ")
"""Marks that stand between the headlines of a list."""


def _is_listed_headline(text: str, line: Line) -> bool:
    """Whether a line is a headline of a list: short, an item, or cut off by dots."""
    if line.kind in (LineKind.SHORT, LineKind.ITEM, LineKind.ROW, LineKind.RELATED_LINE):
        return True
    cut_off = text[line.start : line.end].endswith(("...", "…"))
    return line.kind is LineKind.PROSE and line.end - line.start <= LONGEST_HEADLINE and cut_off


BYLINE_LINES = 8
"""Lines at the head of a text among which a name alone on its line is that of the author."""
NAME_LINE = re.compile(
    r"(?:[A-ZÀ-Ž][\w'’.-]*|[A-ZÀ-Ž]+)(?: (?:(?:de|van|von|bin|al|el|da|di) )?[A-ZÀ-Ž][\w'’.-]*){1,3}"
    r"(?:(?:,| and| &) [A-ZÀ-Ž][\w'’.-]*(?: [A-ZÀ-Ž][\w'’.-]*){1,3}){0,2}"
)
"""Two to four capitalised words, or several such names."""


def _with_bylines(text: str, lines: list[Line], sections: list[Section]) -> None:
    """Make furniture of names alone on their lines under the headline, where a byline or date stands beside them."""
    prose = next((at for at, line in enumerate(lines) if line.kind is LineKind.PROSE), len(lines))
    for at in range(1, min(prose, BYLINE_LINES)):
        beside = sections[at - 1] is Section.FURNITURE or (
            at + 1 < len(lines) and sections[at + 1] is Section.FURNITURE
        )
        if (
            beside
            and lines[at].kind is LineKind.SHORT
            and not lines[at].first
            and sections[at] in (Section.HEADLINE, Section.HEADLINE_LIST)
            and NAME_LINE.fullmatch(text, lines[at].start, lines[at].end)
        ):
            sections[at] = Section.FURNITURE


def _shorts(text: str, lines: list[Line], at: int) -> list[Section]:
    """Short lines on end: a list of headlines or of facts, or subheads over what follows."""
    end = _run(lines, at, (LineKind.SHORT,))
    run = lines[at:end]
    over = 1 if len(run) > 1 and text[run[0].end - 1] == ":" else 0
    listed = run[over:]
    facts = sum(FACT.match(text, line.start, line.end) is not None for line in listed)
    if len(listed) >= LIST_RUN - over and facts >= FACT_SHARE * len(listed):
        return [Section.HEADLINE] * over + [Section.LIST_ITEM] * len(listed)
    if over:
        return [Section.HEADLINE] + [Section.LIST_ITEM] * len(listed)
    if len(run) >= LIST_RUN:
        return [Section.HEADLINE if run[0].first else Section.HEADLINE_LIST] + [Section.HEADLINE_LIST] * (len(run) - 1)
    return [Section.HEADLINE] * len(run)


def _rows(text: str, lines: list[Line], at: int) -> list[Section]:
    size = _run(lines, at, (LineKind.ROW,)) - at
    if size < ROW_RUN and text.count("|", lines[at].start, lines[at].end) < ROW_RUN:
        return [Section.HEADLINE if lines[at].end - lines[at].start <= LONGEST_HEADLINE else Section.PARAGRAPH]
    return [Section.TABLE_CELL] * size


SINGLE_SECTIONS = {
    LineKind.FURNITURE: Section.FURNITURE,
    LineKind.RELATED_LINE: Section.HEADLINE_LIST,
    LineKind.CAPTION: Section.CAPTION,
    LineKind.ITEM: Section.LIST_ITEM,
    LineKind.HEADING: Section.HEADLINE,
    LineKind.PROSE: Section.PARAGRAPH,
}
RUN_READERS = {LineKind.RELATED: _related, LineKind.SHORT: _shorts, LineKind.ROW: _rows}


def _sections(text: str, lines: list[Line]) -> list[Section]:
    sections: list[Section] = []
    while len(sections) < len(lines):
        at = len(sections)
        kind = lines[at].kind
        sections += [SINGLE_SECTIONS[kind]] if kind in SINGLE_SECTIONS else RUN_READERS[kind](text, lines, at)
    _with_bylines(text, lines, sections)
    with_ends(text, lines, sections)
    return sections


FURNITURE, COMMENT = Section.FURNITURE, Section.COMMENT
HEADLINE, PARAGRAPH = Section.HEADLINE, Section.PARAGRAPH
TIED = (Section.LIST_ITEM, Section.TABLE_CELL, Section.HEADLINE_LIST)


def _groups(lines: list[Line], sections: list[Section]) -> list[int]:
    """A number for each line, shared by the items of one list and the heading over it."""
    groups: list[int] = []
    group = -1
    before: Section | None = None
    for at, section in enumerate(sections):
        subtitle = section is before is HEADLINE and not lines[at].after_blank
        group += not (subtitle or (section in TIED and (before is section or _is_over(lines, at, before))))
        groups.append(group)
        before = section
    return groups


def _is_over(lines: list[Line], at: int, before: Section | None) -> bool:
    """Whether the line before an item is the heading of its list or the sentence that leads to it."""
    if before is PARAGRAPH:
        return not lines[at].after_blank
    return before is HEADLINE or (before is FURNITURE and lines[at - 1].kind is LineKind.RELATED)


def _sentences(text: str, line: Line, section: Section) -> tuple[Sentence, ...]:
    if section is FURNITURE or section is COMMENT:
        return ()
    if section in WHOLE and line.end - line.body <= LONGEST_SENTENCE:
        return (Sentence.trusted(start=line.body, end=line.end),)
    at = line.body
    return tuple([Sentence.trusted(start=at + start, end=at + end) for start, end in sentences_of(text[at : line.end])])


def segment(text: str) -> tuple[Segment, ...]:
    """The parts of a text in order, each with its section, group and sentences; offsets in code points, never raises.

    >>> text = "Mill gets $2 billion\\n\\nIt opens in May. It is big.\\n\\n66"
    >>> [(part.section.value, len(part.sentences)) for part in segment(text)]
    [('headline', 1), ('paragraph', 2), ('furniture', 0)]
    """
    lines = lines_of(text)
    sections = _sections(text, lines)
    groups = _groups(lines, sections)
    return tuple(
        Segment.trusted(
            section=section, start=line.start, end=line.end, sentences=_sentences(text, line, section), group=group
        )
        for line, section, group in zip(lines, sections, groups, strict=True)
    )
