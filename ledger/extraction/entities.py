"""Entities: text in which a scraper left HTML entities ("&euro;40&nbsp;million") is read as if it had none."""

import html
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from schemas import Figure, FigureLink, Segment, Sentence

_ENTITY = re.compile(r"&(?:#\d{2,7}|#[xX][0-9a-fA-F]{2,6}|[a-zA-Z]{2,8}\d{0,2});")


@dataclass(frozen=True, slots=True)
class Unescaped:
    """A text without entities, and where its characters stand in the text with them."""

    text: str
    starts: tuple[int, ...]
    """Offsets in `text` behind each entity's character, ascending."""
    shifts: tuple[int, ...]
    """How much longer the text with entities is up to there, one for each of `starts`."""

    def outer(self, offset: int) -> int:
        """The offset in the text with entities."""
        at = bisect_right(self.starts, offset)
        return offset + self.shifts[at - 1] if at else offset


def unescaped(text: str) -> Unescaped | None:
    """`text` without entities, or None where it has none (nearly all texts)."""
    if "&" not in text or ";" not in text:
        return None
    parts: list[str] = []
    starts: list[int] = []
    shifts: list[int] = []
    last = length = shift = 0
    for match in _ENTITY.finditer(text):
        said = html.unescape(match.group())
        if len(said) != 1 or said == "\n":
            continue
        parts += [text[last : match.start()], said]
        length += match.start() - last + 1
        shift += len(match.group()) - 1
        starts.append(length)
        shifts.append(shift)
        last = match.end()
    return Unescaped("".join([*parts, text[last:]]), tuple(starts), tuple(shifts)) if starts else None


def inner_segments(segments: Sequence[Segment], plain: Unescaped) -> tuple[Segment, ...]:
    """The segments of the text with entities as they stand in the text without."""
    outer_starts = [start + shift for start, shift in zip(plain.starts, plain.shifts, strict=True)]

    def inner(offset: int) -> int:
        at = bisect_right(outer_starts, offset)
        return offset - plain.shifts[at - 1] if at else offset

    return tuple(
        part.model_copy(
            update={
                "start": inner(part.start),
                "end": inner(part.end),
                "sentences": tuple(
                    Sentence.trusted(start=inner(sentence.start), end=inner(sentence.end))
                    for sentence in part.sentences
                ),
            }
        )
        for part in segments
    )


def outer_figures(figures: Iterable[Figure], plain: Unescaped) -> Iterator[Figure]:
    """The figures of the text without entities as they stand in the text with them."""
    for figure in figures:
        moved: dict[str, object] = {
            name: plain.outer(getattr(figure, name))
            for name in ("start", "end", "sentence_start", "sentence_end", "period_start", "period_end")
            if getattr(figure, name) is not None
        }
        links = [
            FigureLink.trusted(kind=link.kind, start=plain.outer(link.start), rule=link.rule) for link in figure.links
        ]
        yield figure.model_copy(update={**moved, "links": tuple(links)})
