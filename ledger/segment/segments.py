"""Lines to segments: what a line is, said by its own look and by that of its neighbours."""

from ledger.segment.lines import Line, Look, lines_of
from ledger.segment.sentences import sentences_of
from schemas import Section, Segment, Sentence

WHOLE = (Section.HEADLINE, Section.HEADLINE_LIST, Section.TABLE_CELL)
"""Sections whose segments are one sentence each."""

LIST_RUN = 3
"""So many short lines on end are a list of headlines; fewer are subheads."""
ROW_RUN = 2
"""So many rows on end are a table."""
FIRST_HEADLINES = 2
"""A title and the line under it may both be headlines."""


def _run(lines: list[Line], at: int, looks: tuple[Look, ...], blanks: bool) -> int:
    """The index after the last line, from `at`, that looks like one of `looks`; `blanks`: empty lines may stand between."""
    end = at
    while end < len(lines) and lines[end].look in looks and (end == at or blanks or not lines[end].after_blank):
        end += 1
    return end


def _related(lines: list[Line], at: int, sections: list[Section]) -> int:
    """The heading at `at` and the headlines under it."""
    sections.append(Section.FURNITURE)
    end = _run(lines, at + 1, (Look.SHORT, Look.ITEM, Look.ROW, Look.PROSE), blanks=False) if at + 1 < len(lines) else at + 1
    sections += [Section.HEADLINE_LIST] * (end - at - 1)
    return end


def _shorts(lines: list[Line], at: int, sections: list[Section]) -> int:
    """Short lines on end: a list of headlines, or subheads and labels over what follows."""
    end = _run(lines, at, (Look.SHORT,), blanks=False)
    first = at == 0 or all(section is Section.FURNITURE for section in sections)
    if end - at >= LIST_RUN and not first:
        sections += [Section.HEADLINE_LIST] * (end - at)
    elif first:
        sections += [Section.HEADLINE] * (end - at) if end - at <= FIRST_HEADLINES else [Section.HEADLINE, *[Section.HEADLINE_LIST] * (end - at - 1)]
    else:
        sections += [Section.HEADLINE] * (end - at)
    return end


def _rows(lines: list[Line], at: int, sections: list[Section]) -> int:
    end = _run(lines, at, (Look.ROW,), blanks=False)
    sections += [Section.TABLE_CELL if end - at >= ROW_RUN else Section.PARAGRAPH] * (end - at)
    return end


SINGLE = {
    Look.FURNITURE: Section.FURNITURE,
    Look.CAPTION: Section.CAPTION,
    Look.ITEM: Section.LIST_ITEM,
    Look.HEADING: Section.HEADLINE,
    Look.PROSE: Section.PARAGRAPH,
}
RUNS = {Look.RELATED: _related, Look.SHORT: _shorts, Look.ROW: _rows}


def _sections(lines: list[Line]) -> list[Section]:
    sections: list[Section] = []
    at = 0
    while at < len(lines):
        look = lines[at].look
        if look in SINGLE:
            sections.append(SINGLE[look])
            at += 1
        else:
            at = RUNS[look](lines, at, sections)
    return sections


TIED = (Section.LIST_ITEM, Section.TABLE_CELL, Section.HEADLINE_LIST)


def _groups(lines: list[Line], sections: list[Section]) -> list[int]:
    """A number for each line, shared by the items of one list and the heading over it."""
    groups: list[int] = []
    group = -1
    for at, section in enumerate(sections):
        before = sections[at - 1] if at else None
        heading = before is Section.HEADLINE or (before is Section.FURNITURE and lines[at - 1].look is Look.RELATED)
        tied = section in TIED and (before is section or heading or (before is Section.PARAGRAPH and not lines[at].after_blank))
        group += not tied
        groups.append(group)
    return groups


def _sentences(text: str, line: Line, section: Section) -> tuple[Sentence, ...]:
    if section is Section.FURNITURE:
        return ()
    if section in WHOLE:
        return (Sentence(start=line.body, end=line.end),)
    at = line.body
    return tuple(Sentence(start=at + start, end=at + end) for start, end in sentences_of(text[at : line.end]))


def segment(text: str) -> tuple[Segment, ...]:
    """The parts of a text in order, each with its section, group and sentences; offsets in code points, never raises.

    >>> [(part.section.value, len(part.sentences)) for part in segment("Mill gets $2 billion\\n\\nIt opens in May. It is big.\\n\\n66")]
    [('headline', 1), ('paragraph', 2), ('furniture', 0)]
    """
    lines = lines_of(text)
    sections = _sections(lines)
    groups = _groups(lines, sections)
    return tuple(
        Segment(section=section, start=line.start, end=line.end, sentences=_sentences(text, line, section), group=group)
        for line, section, group in zip(lines, sections, groups, strict=True)
    )
