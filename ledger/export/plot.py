"""Totals as an Altair chart: a bar for what is stated, a line from the low to the high end."""

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl

from ledger.errors import InputError, LedgerError
from ledger.export.site.views import NOT_SAID, field_label, measure_label
from schemas import Stage

if TYPE_CHECKING:
    import altair as alt

SCALES = ((Decimal(10) ** 12, "trillion"), (Decimal(10) ** 9, "billion"), (Decimal(10) ** 6, "million"))
PERIODS = {"year": (1, "{}"), "quarter": (4, "{}-Q{}"), "month": (12, "{}-{:02}")}
"""Columns that are drawn along the time: parts of a year, and how one is written."""
LABELS = {"field": field_label, "measure": measure_label}
ENDS = ("low", "stated", "high")
MOST_COLUMNS = 2
"""Columns that a chart can be by: one along the axis, one as colour."""
LABEL = 240
"""Pixels of the longest label."""
WIDTH, HEIGHT, STEP = 420, 260, 24
"""Pixels of the plot; a period's is as wide as its bars."""
OPEN = "open"
BAR = "#4c78a8"
LINE = "#222222"


def totals_chart(totals: pl.DataFrame, by: Sequence[str], currency: str, most: int) -> "alt.LayerChart":
    """The chart of `ledger.total.totals` by one or two columns, of which the second is told by colour.

    Of many bars the `most` largest are drawn, and the subtitle tells of how many. Raises InputError where Altair is not
    installed, and LedgerError where `by` names no column, or more than two.
    """
    if not 1 <= len(by) <= MOST_COLUMNS:
        raise LedgerError('a chart is by one column or two; write by="field", or by=["year", "stage"]')
    try:
        import altair as alt  # noqa: PLC0415 - only charts need it
    except ImportError:
        raise InputError("a chart needs Altair: pip install 'figures-ledger[plot]'") from None
    drawn, number = _largest(totals, by, most)
    scale, unit = _scale(drawn)
    rows = _rows(drawn, by, scale)
    amount = f"{currency} {unit}".strip()
    title = alt.TitleParams(
        f"Commitments by {' and '.join(by)}", subtitle=_subtitle(rows, amount, number), anchor="start"
    )
    base = alt.Chart(rows)
    places = _places(alt, by, rows)
    parts = _parts(by, rows)
    colour = alt.Color("part:N", title=by[1].capitalize(), sort=parts) if by[1:] else alt.value(BAR)
    ends = {"x2": "high"} if by[0] not in PERIODS else {"y2": "high"}
    tips = [alt.Tooltip("label:N", title=by[0].capitalize())]
    tips += [alt.Tooltip("part:N", title=by[1].capitalize())] if by[1:] else []
    tips += [alt.Tooltip(f"{end}:Q", title=f"{end} ({amount})", format=",.3~f") for end in ("low", "stated")]
    tips += [alt.Tooltip("told:N", title=f"high ({amount})"), alt.Tooltip("commitments:Q")]
    bars = base.mark_bar().encode(**places(("stated", amount)), color=colour, tooltip=tips)
    lines = base.mark_rule(color=LINE, strokeWidth=2).encode(**places(("low", amount)), **ends, tooltip=tips)
    open_ends = base.transform_filter("datum.open_ended").mark_point(
        shape="triangle-right" if by[0] not in PERIODS else "triangle-up", color=LINE, filled=True, size=60
    )
    size = {"width": alt.Step(STEP), "height": HEIGHT} if by[0] in PERIODS else {"width": WIDTH}
    arrows = open_ends.encode(**places(("high", amount)), tooltip=tips)
    chart: alt.LayerChart = alt.layer(bars, lines, arrows).properties(title=title, **size)
    return chart


def _subtitle(rows: pl.DataFrame, amount: str, number: int) -> str:
    """What the amounts are in and the marks mean; of how many the largest are drawn."""
    if rows.is_empty():
        return "nothing counts; see `exclusions` for what does not, and why"
    told = [amount]
    if (rows["low"] < rows["high"]).any():
        told.append("black line: from the low to the high end")
    if rows["open_ended"].any():
        told.append("arrow: no upper end")
    if number > (drawn := rows["label"].n_unique()):
        told.append(f"the {drawn} largest of {number}")
    return "; ".join(told)


def _largest(totals: pl.DataFrame, by: Sequence[str], most: int) -> tuple[pl.DataFrame, int]:
    """The rows of the largest of the first column, all of a calendar's, and how many there are."""
    names = totals.group_by(by[0], maintain_order=True).agg(pl.col("stated").sum())
    if by[0] in PERIODS:
        return totals, names.height
    kept = names.sort("stated", descending=True, maintain_order=True).head(most)
    return totals.join(kept.select(by[0]), on=by[0], how="semi", nulls_equal=True, maintain_order="left"), names.height


def _scale(rows: pl.DataFrame) -> tuple[Decimal, str]:
    """The magnitude of the largest amount, and its name."""
    largest = max((amount for end in ENDS for amount in rows[end] if amount is not None), default=Decimal(0))
    return next(((size, name) for size, name in SCALES if largest >= size), (Decimal(1), ""))


def _rows(totals: pl.DataFrame, by: Sequence[str], scale: Decimal) -> pl.DataFrame:
    """label, part, low, stated, high in the scale; a high end that is open lies where the stated amount does.

    `told` is the high end in words.
    """
    names = {"label": by[0], **({"part": by[1]} if by[1:] else {})}
    words = [pl.Series(name, [_words(column, value) for value in totals[column]]) for name, column in names.items()]
    amounts = totals.select(
        *((pl.col(end).cast(pl.Float64) / float(scale)).alias(end) for end in ("low", "stated")),
        (pl.col("high").fill_null(pl.max_horizontal("low", "stated")).cast(pl.Float64) / float(scale)).alias("high"),
        "open_ended",
        "commitments",
    )
    told = [
        OPEN if is_open else f"{high:,.3f}".rstrip("0").rstrip(".")
        for high, is_open in amounts.select("high", "open_ended").rows()
    ]
    return amounts.with_columns(*words, pl.Series("told", told, dtype=pl.String))


def _words(column: str, value: object) -> str:
    """A value of a column for a person."""
    if value is None:
        return NOT_SAID
    return LABELS[column](str(value)) if column in LABELS else str(value)


def _parts(by: Sequence[str], rows: pl.DataFrame) -> list[str]:
    """The values of the second column in order: stages by firmness, times by time, others by size."""
    if not by[1:]:
        return []
    parts = list(dict.fromkeys(rows["part"]))
    if by[1] == "stage":
        return [stage for stage in Stage if stage in parts]
    return sorted(parts) if by[1] in PERIODS else parts


def _places(alt: Any, by: Sequence[str], rows: pl.DataFrame) -> Any:
    """Gives the two axes of a mark for the column of amounts that it stands at, and the title of its axis."""
    along_time = by[0] in PERIODS
    across, up, offset = (alt.X, alt.Y, alt.XOffset) if along_time else (alt.Y, alt.X, alt.YOffset)
    labels = periods(by[0], rows["label"].to_list()) if along_time else list(dict.fromkeys(rows["label"]))
    axis = alt.Axis(title=by[0].capitalize() if along_time else None, labelLimit=LABEL, labelOverlap=along_time)
    band = across("label:N", scale=alt.Scale(domain=labels), axis=axis)

    def places(of: tuple[str, str]) -> dict[str, Any]:
        column, words = of
        marks = [band, up(f"{column}:Q", axis=alt.Axis(format=",~g", title=words))]
        marks += [offset("part:N", sort=_parts(by, rows))] if by[1:] else []
        names = ("x", "y", "xOffset") if along_time else ("y", "x", "yOffset")
        return dict(zip(names, marks, strict=False))

    return places


def periods(column: str, known: Sequence[str]) -> list[str]:
    """Every period from the first to the last one that is known, so that a gap is seen; what is none comes last.

    >>> periods("quarter", ["2025-Q3", "2025-Q1", "(not said)"]), periods("month", ["2024-12", "2025-01"])
    (['2025-Q1', '2025-Q2', '2025-Q3', '(not said)'], ['2024-12', '2025-01'])
    """
    dated = sorted(period for period in set(known) if period != NOT_SAID)
    if not dated:
        return list(known)
    parts, form = PERIODS[column]
    first, last = (_number(period, parts) for period in (dated[0], dated[-1]))
    every = [form.format(number // parts, number % parts + 1) for number in range(first, last + 1)]
    return [*every, *({*known} - {*every})]


def _number(period: str, parts: int) -> int:
    """A period counted from the year 0."""
    year, _, part = period.partition("-")
    return int(year) * parts + (int(part.lstrip("Q")) - 1 if part else 0)


__all__ = ["totals_chart"]
