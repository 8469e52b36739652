"""Tables that fit: columns are dropped and shortened by importance, no word is broken, no amount is cut."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from ledger.lexicons.load import toml

GAP = 2
"""Blanks between two columns."""
WORD = 20
"""Characters of the longest word; what is longer, as a path, may be shortened."""
EASY = 16
"""Characters in which a name is easy to read."""
SOON = 3
"""Columns of this rank and above are dropped before a table gets crowded; the others only where nothing else fits."""
CUT = "…"


@dataclass(frozen=True)
class Style:
    """How a column is laid out; see `ledger/lexicons/listings.toml`."""

    rank: int
    lines: int
    whole: bool = False
    right: bool = False
    keep: str = "start"
    label: str = ""
    codes: str = ""


def style(heading: str) -> Style:
    """The style of the column with that heading."""
    words = toml("listings")
    return Style(**{**words["default"], **words["columns"].get(heading, {})})


@dataclass(frozen=True)
class Column:
    """A column with its cells as text, one a row."""

    name: str
    style: Style
    cells: Sequence[str]

    @property
    def heading(self) -> str:
        """What stands above it."""
        return self.style.label or self.name.replace("_", " ")

    @cached_property
    def full(self) -> int:
        """The characters of its longest cell in one line, and of the longest word of its heading."""
        return max(map(width_of, (*self.cells, *self.heading.split())), default=0)

    @cached_property
    def least(self) -> int:
        """The characters below which a word would be broken, or an amount cut."""
        if self.style.whole:
            return self.full
        words = [word for cell in self.cells for word in cell.split()]
        return max(
            *(width_of(word) for word in self.heading.split()), *(min(width_of(word), WORD) for word in words), 1
        )

    @property
    def easy(self) -> int:
        """The characters in which it is easy to read."""
        return max(self.least, min(self.full, EASY))


def table_lines(
    columns: Sequence[Column], width: int, total: Mapping[str, str] | None = None
) -> tuple[list[str], list[str]]:
    """The lines of a table that is `width` characters wide at most, and the names of the columns that it leaves out.

    `total` is a last row below a rule: column → text.
    """
    if total is not None:
        columns = [Column(one.name, one.style, [*one.cells, total.get(one.name, "")]) for one in columns]
    shown = _that_fit(columns, width)
    widths = _widths(shown, width)
    rows = [_row([one.cells[at] for one in shown], shown, widths) for at in range(len(columns[0].cells))]
    head = _head(shown, widths)
    rule = " " + "─" * (sum(widths) + GAP * (len(widths) - 1))
    lines = [*head, rule, *(line for row in (rows[:-1] if total is not None else rows) for line in row)]
    if total is not None:
        lines += [rule, *rows[-1]]
    return lines, [one.name for one in columns if one not in shown]


def _that_fit(columns: Sequence[Column], width: int) -> list[Column]:
    """The columns that there is room for."""
    shown = list(columns)
    while len(shown) > 1:
        room = width - 1 - GAP * (len(shown) - 1)
        last = max(shown, key=lambda one: (one.style.rank, columns.index(one)))
        crowded = sum(one.easy for one in shown) > room and last.style.rank >= SOON
        if not crowded and sum(one.least for one in shown) <= room:
            break
        shown.remove(last)
    return shown


def _widths(shown: Sequence[Column], width: int) -> list[int]:
    """What each column gets: what it needs, then by importance what makes it easy to read, then all."""
    widths = [one.least for one in shown]
    spare = width - 1 - GAP * (len(shown) - 1) - sum(widths)
    order = sorted(range(len(shown)), key=lambda at: (shown[at].style.rank, at))
    for wanted in ([one.easy for one in shown], [one.full for one in shown]):
        for at in order:
            more = max(0, min(spare, wanted[at] - widths[at]))
            widths[at] += more
            spare -= more
    return widths


def _head(shown: Sequence[Column], widths: Sequence[int]) -> list[str]:
    lines = [_wrapped(one.heading, width, 9, "start") for one, width in zip(shown, widths, strict=True)]
    height = max(map(len, lines))
    return _joined([[""] * (height - len(cell)) + cell for cell in lines], shown, widths)


def _row(cells: Sequence[str], shown: Sequence[Column], widths: Sequence[int]) -> list[str]:
    wrapped = [
        _wrapped(cell, width, one.style.lines, one.style.keep)
        for cell, one, width in zip(cells, shown, widths, strict=True)
    ]
    height = max(map(len, wrapped))
    return _joined([cell + [""] * (height - len(cell)) for cell in wrapped], shown, widths)


def _joined(cells: Sequence[Sequence[str]], shown: Sequence[Column], widths: Sequence[int]) -> list[str]:
    """The lines of one row of the table; each cell has as many."""
    lines = []
    for pieces in zip(*cells, strict=True):
        padded = (
            " " * (width - width_of(piece)) + piece if one.style.right else piece + " " * (width - width_of(piece))
            for piece, one, width in zip(pieces, shown, widths, strict=True)
        )
        lines.append((" " + (" " * GAP).join(padded)).rstrip())
    return lines


def _wrapped(text: str, width: int, most: int, keep: str) -> list[str]:
    """The words of a text in lines of `width` characters, at most so many; what is cut is marked."""
    lines = [""]
    for word in text.split():
        piece = word if width_of(word) <= width else _shortened(word, width, keep)
        joined = f"{lines[-1]} {piece}".lstrip()
        if width_of(joined) <= width:
            lines[-1] = joined
        else:
            lines.append(piece)
    if len(lines) <= most:
        return lines
    last = lines[most - 1].split()
    while last and width_of(" ".join((*last, CUT))) > width:
        last.pop()
    return [*lines[: most - 1], " ".join((*last, CUT))]


def wrapped(text: str, width: int) -> list[str]:
    """The words of a text in lines of `width` characters; a longer word has a line of its own.

    >>> wrapped("not counted: 3 of 5 claims", 16)
    ['not counted: 3', 'of 5 claims']
    """
    lines = [""]
    for word in text.split():
        joined = f"{lines[-1]} {word}".lstrip()
        if width_of(joined) <= width or not lines[-1]:
            lines[-1] = joined
        else:
            lines.append(word)
    return lines


def _shortened(word: str, width: int, keep: str) -> str:
    """What fits of a word that is longer than any, as a path is."""
    kept, pieces = 0, []
    for char in reversed(word) if keep == "end" else word:
        kept += width_of(char)
        if kept > width - 1:
            break
        pieces.append(char)
    return CUT + "".join(reversed(pieces)) if keep == "end" else "".join(pieces) + CUT


def width_of(text: str) -> int:
    """The cells of a terminal that a text takes; an East Asian character takes two."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len  # noqa: PLC0415 - few texts need it

    return cell_len(text)


def column(name: str, cells: Sequence[str], **changes: Any) -> Column:
    """A column of that heading; `changes` are of its style."""
    return Column(name, replace(style(name), **changes), cells)
