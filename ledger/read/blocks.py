"""Blocks of an article to text in the house style that segmentation reads, with the place that each came from."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ledger.read.article import Part

SPACE = re.compile(r"[ \t\r\n\f\v\u2028\u2029\x85]+")
"""Space that says nothing; a space that does not break stays, for it may stand inside a number."""
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ufeff\ufffe\uffff\ud800-\udfff]")
BULLET = re.compile(
    r"^(?:[•●▪‣◦■□►▶➤✓✔»·\uf0b7\uf0a7\uf0fc]\s*|[-–—*]\s+|\(?[0-9]{1,2}[.)]\s+(?!\w+\.?\s+\d{4}\b)|\(?[a-h]\)\s+)(?=\S)"
)
"""What a writer puts before an item of a list; the number of a day is none ("25. Juli 2023")."""


class BlockKind(StrEnum):
    """What a block of an article is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    ROW = "row"


CLOSE = (BlockKind.ITEM, BlockKind.ROW)
"""Kinds whose blocks follow one another without an empty line."""


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, a paragraph, an item of a list or a row of a table; `pieces` are its words and where they stood."""

    kind: BlockKind
    pieces: tuple[tuple[str, str | None], ...]

    @property
    def text(self) -> str:
        """The words of all pieces."""
        return "".join(piece for piece, _ in self.pieces)


def block(kind: BlockKind, text: str, place: str | None = None) -> Block:
    """A block of one piece, in house style; its text may be empty.

    >>> block(BlockKind.ITEM, "•  a loan\\n of $3 million").text
    '- a loan of $3 million'
    """
    words = clean(text)
    if kind is BlockKind.ITEM:
        words = f"- {BULLET.sub('', words)}" if words else ""
    elif kind is BlockKind.HEADING:
        words = f"# {words.lstrip('# ')}" if words else ""
    return Block(kind, ((words, place),))


def row(cells: Sequence[str], place: str | None = None) -> Block:
    """A row of a table; a bar inside a cell becomes a slash, so that the cells stay apart.

    >>> row(["Quay", "$40m"]).text
    '| Quay | $40m |'
    """
    words = [clean(cell).replace("|", "/") for cell in cells]
    return Block(BlockKind.ROW, ((f"| {' | '.join(words)} |" if any(words) else "", place),))


def clean(text: str) -> str:
    """Words on one line, without control characters and without space at the ends."""
    return SPACE.sub(" ", CONTROL.sub("", text)).strip(" ")


def joined_blocks(blocks: Iterable[Block]) -> tuple[str, tuple[Part, ...]]:
    """The text of blocks in order, empty ones left out, and the places of its stretches as far as they are known.

    >>> joined_blocks([block(BlockKind.PARAGRAPH, "It holds:", "p. 1"), block(BlockKind.ITEM, "a loan", "p. 2")])
    ('It holds:\\n- a loan\\n', (Part(start=0, end=9, place='p. 1'), Part(start=10, end=18, place='p. 2')))
    """
    written: list[str] = []
    parts: list[Part] = []
    at = 0
    before: Block | None = None
    for here in blocks:
        if not here.text.strip():
            continue
        gap = "" if before is None else _gap(before, here)
        written.append(gap)
        at += len(gap)
        for piece, place in here.pieces:
            written.append(piece)
            if place is not None and piece:
                _add(parts, Part(at, at + len(piece), place))
            at += len(piece)
        before = here
    return "".join(written) + "\n" * bool(written), tuple(parts)


def _gap(before: Block, here: Block) -> str:
    """What stands between two blocks: no empty line inside a list or table, nor below the words that lead to it."""
    leads = here.kind in CLOSE and before.kind is BlockKind.PARAGRAPH and before.text.endswith(":")
    return "\n" if leads or (here.kind in CLOSE and before.kind is here.kind) else "\n\n"


def _add(parts: list[Part], part: Part) -> None:
    if parts and parts[-1].place == part.place:
        part = Part(parts.pop().start, part.end, part.place)
    parts.append(part)


__all__ = ["BULLET", "Block", "BlockKind", "block", "clean", "joined_blocks", "row"]
