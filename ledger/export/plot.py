"""Totals as an Altair chart: a bar for what is stated, a line from the low to the high end."""

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl

from ledger.errors import InputError, LedgerError
from ledger.export.site.views import NOT_SAID, field_label, measure_label

if TYPE_CHECKING:
    import altair as alt

SCALES = ((Decimal(10) ** 12, "trillion"), (Decimal(10) ** 9, "billion"), (Decimal(10) ** 6, "million"))
CALENDAR = ("year", "quarter", "month")
"""Columns that are drawn along the time."""
LABELS = {"field": field_label, "measure": measure_label}
ENDS = ("low", "stated", "high")
MOST_COLUMNS = 2
"""Columns that a chart can be by: one along the axis, one as colour."""
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
    told = f"{amount}; black line: from the low to the high end; arrow: no upper end"
    if number > len(set(rows["label"])):
        told += f"; the {len(set(rows['label']))} largest of {number}"
    base = alt.Chart(rows, title=alt.TitleParams(f"Commitments by {' and '.join(by)}", subtitle=told, anchor="start"))
    places = _places(alt, by, rows)
    colour = alt.Color("part:N", title=by[1].capitalize()) if by[1:] else alt.value(BAR)
    ends = {"x2": "high"} if by[0] not in CALENDAR else {"y2": "high"}
    tips = [alt.Tooltip("label:N", title=by[0].capitalize())]
    tips += [alt.Tooltip("part:N", title=by[1].capitalize())] if by[1:] else []
    tips += [alt.Tooltip(f"{end}:Q", title=f"{end} ({amount})", format=",.3~f") for end in ENDS]
    tips.append(alt.Tooltip("commitments:Q"))
    bars = base.mark_bar().encode(**places(("stated", amount)), color=colour, tooltip=tips)
    lines = base.mark_rule(color=LINE, strokeWidth=2).encode(**places(("low", amount)), **ends, tooltip=tips)
    open_ends = base.transform_filter("datum.open_ended").mark_point(
        shape="triangle-right" if by[0] not in CALENDAR else "triangle-up", color=LINE, filled=True, size=60
    )
    chart: alt.LayerChart = alt.layer(bars, lines, open_ends.encode(**places(("high", amount)), tooltip=tips))
    return chart


def _largest(totals: pl.DataFrame, by: Sequence[str], most: int) -> tuple[pl.DataFrame, int]:
    """The rows of the largest of the first column, all of a calendar's, and how many there are."""
    names = totals.group_by(by[0], maintain_order=True).agg(pl.col("stated").sum())
    if by[0] in CALENDAR:
        return totals, names.height
    kept = names.sort("stated", descending=True, maintain_order=True).head(most)
    return totals.join(kept.select(by[0]), on=by[0], how="semi", nulls_equal=True, maintain_order="left"), names.height


def _scale(rows: pl.DataFrame) -> tuple[Decimal, str]:
    """The magnitude of the largest amount, and its name."""
    largest = max((amount for end in ENDS for amount in rows[end] if amount is not None), default=Decimal(0))
    return next(((size, name) for size, name in SCALES if largest >= size), (Decimal(1), ""))


def _rows(totals: pl.DataFrame, by: Sequence[str], scale: Decimal) -> pl.DataFrame:
    """label, part, low, stated, high in the scale; a high end that is open lies where the stated amount does."""
    names = {"label": by[0], **({"part": by[1]} if by[1:] else {})}
    words = [pl.Series(name, [_words(column, value) for value in totals[column]]) for name, column in names.items()]
    amounts = totals.select(
        *((pl.col(end).cast(pl.Float64) / float(scale)).alias(end) for end in ("low", "stated")),
        (pl.col("high").fill_null(pl.max_horizontal("low", "stated")).cast(pl.Float64) / float(scale)).alias("high"),
        "open_ended",
        "commitments",
    )
    return amounts.with_columns(words)


def _words(column: str, value: object) -> str:
    """A value of a column for a person."""
    if value is None:
        return NOT_SAID
    return LABELS[column](str(value)) if column in LABELS else str(value)


def _places(alt: Any, by: Sequence[str], rows: pl.DataFrame) -> Any:
    """Gives the two axes of a mark for the column of amounts that it stands at, and the title of its axis."""
    along_time = by[0] in CALENDAR
    order = sorted(set(rows["label"])) if along_time else list(dict.fromkeys(rows["label"]))
    title = None if not along_time else by[0].capitalize()

    def places(of: tuple[str, str]) -> dict[str, Any]:
        column, words = of
        size = alt.Axis(format=",~g", title=words)
        quantity = alt.Y(f"{column}:Q", axis=size) if along_time else alt.X(f"{column}:Q", axis=size)
        band = alt.X("label:O", sort=order, title=title) if along_time else alt.Y("label:N", sort=order, title=title)
        found = {"y": quantity, "x": band} if along_time else {"x": quantity, "y": band}
        if by[1:]:
            found["xOffset" if along_time else "yOffset"] = (
                alt.XOffset("part:N") if along_time else alt.YOffset("part:N")
            )
        return found

    return places


__all__ = ["totals_chart"]
