"""Charts as SVG that keeps its text size at any width: places are per cent of the width, heights are pixels.

The drawing itself is in `templates/charts.html`; here are the numbers of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_UP, Decimal
from itertools import pairwise

STEPS = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))
HUNDRED = Decimal(100)
ROW = 46
"""Height of a bar with its label."""
PLOT = 200
"""Height of the columns' plot."""
NARROW = 24
"""Characters of a label on a narrow screen."""
LABELS, NARROW_LABELS = 12, 3
"""Periods that are named below the columns, on a wide and on a narrow screen."""


@dataclass(frozen=True)
class Amounts:
    """An interval with a label: what one bar shows. `high` is None where the upper end is open."""

    label: str
    words: str
    low: Decimal
    stated: Decimal
    high: Decimal | None


@dataclass(frozen=True)
class Bar:
    """A bar in per cent of the width: to `stated`, with a line from `low` to `high`."""

    label: str
    short: str
    words: str
    top: int
    low: str
    stated: str
    high: str
    open: bool


@dataclass(frozen=True)
class Tick:
    """A line of the scale."""

    at: str
    words: str
    anchor: str


@dataclass(frozen=True)
class BarChart:
    """Bars below one another, and their scale."""

    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    height: int


@dataclass(frozen=True)
class Piece:
    """A piece of a column: a stage, and its place in pixels."""

    kind: str
    y: str
    height: str


@dataclass(frozen=True)
class Column:
    """A column of the timeline: a period, and its pieces from the ground up."""

    label: str
    shown: bool
    narrow: bool
    """Whether its label is shown on a narrow screen too."""
    x: str
    width: str
    middle: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class ColumnChart:
    """Columns beside one another, and their scale from the ground up."""

    columns: tuple[Column, ...]
    ticks: tuple[Tick, ...]
    height: int


def nice_ticks(largest: Decimal, most: int = 5) -> tuple[Decimal, ...]:
    """Round numbers from 0 to the first that is not below `largest`, at most `most` steps.

    >>> [str(tick) for tick in nice_ticks(Decimal(43))]
    ['0', '10', '20', '30', '40', '50']
    """
    if largest <= 0:
        return (Decimal(0), Decimal(1))
    unit = Decimal(10) ** (largest / most).adjusted()
    step = next(unit * size for size in STEPS if unit * size * most >= largest)
    count = int((largest / step).to_integral_value(ROUND_UP))
    return tuple(step * place for place in range(count + 1))


def plain_number(value: Decimal) -> str:
    """A number of a scale, with separators and no needless zeros."""
    text = f"{value:,.6f}".rstrip("0").rstrip(".")
    return text or "0"


def bar_chart(rows: Sequence[Amounts], unit: Decimal) -> BarChart:
    """The chart of `rows`, the scale in multiples of `unit`; an open upper end goes to the edge."""
    largest = max([*(row.stated for row in rows), *(row.high for row in rows if row.high is not None)], default=unit)
    ticks = nice_ticks(largest / unit)
    full = ticks[-1] * unit
    bars = tuple(_bar(row, place, full) for place, row in enumerate(rows))
    height = ROW * len(bars) + 30
    return BarChart(bars, tuple(_tick(value, ticks[-1]) for value in ticks), height)


def _bar(row: Amounts, place: int, full: Decimal) -> Bar:
    high = full if row.high is None else row.high
    return Bar(
        label=row.label,
        short=row.label if len(row.label) <= NARROW else f"{row.label[: NARROW - 1].rstrip()}…",
        words=row.words,
        top=ROW * place,
        low=_percent(row.low, full),
        stated=_percent(row.stated, full),
        high=_percent(high, full),
        open=row.high is None,
    )


def _tick(value: Decimal, last: Decimal) -> Tick:
    anchor = "start" if value == 0 else "end" if value == last else "middle"
    return Tick(_percent(value, last), plain_number(value), anchor)


def _percent(part: Decimal, whole: Decimal) -> str:
    return f"{min(part / whole, Decimal(1)) * HUNDRED:.2f}%"


def column_chart(periods: Sequence[tuple[str, Sequence[tuple[str, Decimal]]]], unit: Decimal) -> ColumnChart:
    """The chart of `periods`: label, and its pieces from the ground up as kind and amount."""
    totals = [sum((amount for _, amount in pieces), Decimal(0)) for _, pieces in periods]
    ticks = nice_ticks(max(totals, default=unit) / unit, most=4)
    full = ticks[-1] * unit
    share = HUNDRED / max(1, len(periods))
    every, wider = (max(1, -(-len(periods) // most)) for most in (LABELS, NARROW_LABELS))
    columns = []
    for place, (label, pieces) in enumerate(periods):
        x = share * place + share / 8
        middle = share * place + share / 2
        shown, narrow = place % every == 0, place % wider == 0
        places = f"{x:.2f}%", f"{share * 3 / 4:.2f}%", f"{middle:.2f}%"
        columns.append(Column(label, shown or narrow, narrow, *places, _stack(pieces, full)))
    lines = tuple(
        Tick(f"{PLOT - value / ticks[-1] * (PLOT - 20):.1f}", plain_number(value), "start") for value in ticks
    )
    return ColumnChart(tuple(columns), lines, PLOT + 24)


def _stack(pieces: Sequence[tuple[str, Decimal]], full: Decimal) -> tuple[Piece, ...]:
    edges = [Decimal(0)]
    for _, amount in pieces:
        edges.append(edges[-1] + amount / full * (PLOT - 20))
    found = []
    for (kind, amount), (bottom, top) in zip(pieces, pairwise(edges), strict=True):
        if amount > 0:
            found.append(Piece(kind, f"{PLOT - top:.1f}", f"{top - bottom:.1f}"))
    return tuple(found)
