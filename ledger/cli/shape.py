"""Which rows and columns of a listing are shown, and in which order."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.cli.show import Cell, ListingFormat, Notes, show
from ledger.errors import LedgerError, meant

if TYPE_CHECKING:
    import polars as pl

    from ledger.book.cache import Derived

HEADINGS: Mapping[str, tuple[str, ...]] = {
    "claim": ("claim_id",),
    "commitment": ("commitment_id",),
    "document": ("document_id",),
    "quote": ("exact",),
    "amount": ("unit", "value", "lower", "upper", "bound"),
    "reason": ("exclusion_reason",),
    "copy of": ("duplicate_of",),
    "replaced by": ("replaced_by",),
}
"""Heading of a table → the columns that it is of, where these have other names."""
AMOUNT = "amount"
PANEL = "What is shown"

LimitOption = Annotated[
    int | None, typer.Option("--limit", "-n", min=1, metavar="N", help="At most so many rows.", rich_help_panel=PANEL)
]
SortOption = Annotated[
    list[str] | None,
    typer.Option(
        "--sort",
        metavar="COLUMN",
        help="Sort by this column, numbers from the largest, words from A; -COLUMN the other way round. "
        "Repeat it for several.",
        rich_help_panel=PANEL,
    ),
]
ColumnsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--columns", metavar="NAME,…", help="Show these columns, in this order, and no others.", rich_help_panel=PANEL
    ),
]


@dataclass(frozen=True)
class Shape:
    """How a listing is cut and ordered."""

    limit: int | None = None
    sort: Sequence[str] = ()
    columns: Sequence[str] = ()

    @classmethod
    def of(cls, limit: int | None, sort: Sequence[str] | None, columns: Sequence[str] | None) -> "Shape":
        """The shape that the command line asks for; names are joined by commas, or given one by one."""
        return cls(limit, _names(sort), _names(columns))

    def rows(
        self, frame: "pl.DataFrame", amounts: Callable[["pl.DataFrame"], "pl.Series"] | None = None
    ) -> "pl.DataFrame":
        """The rows in their order, cut; `amounts` gives what "amount" sorts by. Raises LedgerError for a wrong name."""
        ordered = frame
        for said in reversed(self.sort):
            name = said.lstrip("-+").strip()
            key = (
                amounts(ordered)
                if name == AMOUNT and "unit" in ordered.columns and amounts is not None
                else ordered[_of_frame(name, ordered)[0]]
            )
            largest_first = key.dtype.is_numeric() != said.startswith("-")
            order = (
                key.to_frame("key")
                .with_row_index("at")
                .sort("key", descending=largest_first, nulls_last=True, maintain_order=True)
            )
            ordered = ordered[order["at"].to_list()]
        return ordered.head(self.limit) if self.limit is not None else ordered

    def shown(
        self, frame: "pl.DataFrame", form: ListingFormat, columns: Mapping[str, Cell | None]
    ) -> tuple["pl.DataFrame", Mapping[str, Cell | None]]:
        """The frame and the columns of its table that are shown. Raises LedgerError for a column that is not there."""
        if not self.columns:
            return frame, columns
        if form is not ListingFormat.TABLE:
            wanted = [part for name in self.columns for part in _of_frame(name, frame, columns)]
            return frame.select(list(dict.fromkeys(wanted))), columns
        for name in self.columns:
            _of_frame(name, frame, columns)
        back = {parts[0]: heading for heading, parts in HEADINGS.items() if len(parts) == 1 and heading in columns}
        return frame, {name: columns.get(back.get(name, name)) for name in self.columns}


def listing(
    frame: "pl.DataFrame",
    form: ListingFormat,
    columns: Mapping[str, Cell | None],
    shape: Shape,
    *,
    known: "Derived",
    output: Path | None,
    title: str,
) -> None:
    """Write the rows and columns that `shape` asks for; what it cuts is said below a table."""
    from ledger.book.query import in_dollars  # noqa: PLC0415 - polars loads when there are rows, not for --help

    rows = shape.rows(frame, partial(in_dollars, known))
    cut = [f"the first {rows.height:,} of {frame.height:,}"] if rows.height < frame.height else []
    shown, cells = shape.shown(rows, form, columns)
    show(shown, form, columns=cells, output=output, title=title, notes=Notes(None, cut, keep_empty=bool(shape.columns)))


def _names(said: Sequence[str] | None) -> list[str]:
    return [name.strip().replace(" ", "_") for part in said or () for name in part.split(",") if name.strip()]


def _of_frame(name: str, frame: "pl.DataFrame", columns: Mapping[str, Cell | None] | None = None) -> Sequence[str]:
    """The columns of the frame that a name stands for; raises LedgerError where it stands for none."""
    if name in frame.columns:
        return (name,)
    parts = [part for part in HEADINGS.get(name, ()) if part in frame.columns]
    if parts and (columns is None or name in columns):
        return parts
    headings = list(columns if columns is not None else HEADINGS)
    choices = f"; choose {', '.join(headings)}, or one of `--format jsonl`"
    raise LedgerError(f"no column {name!r}{meant(name, [*headings, *frame.columns]) or choices}")
