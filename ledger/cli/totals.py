"""What a table of totals shows beside its rows: the whole, and what is left out and why."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ledger.cli.columns import name_cell, short_number
from ledger.cli.show import Cell, Notes, counted, text
from ledger.lexicons.labels import label
from ledger.options import TotalOptions

if TYPE_CHECKING:
    import polars as pl

    from ledger.book import Book

BESIDE = ("undecided", "not_itemised")
"""Columns of what the sums leave out."""
NAMED = frozenset({"actor", "recipient", "field", "measure", "stage"})
"""Columns of totals that hold names, which an article may leave unsaid, or codes."""


def total_columns(frame: "pl.DataFrame") -> Mapping[str, Cell | None]:
    """The columns of a table of totals: scaled amounts, and only the stages and left-out amounts that there are."""
    amounts = {name for name in frame.columns if name in ("low", "high", *BESIDE) or name.startswith("stated")}
    optional = {name for name in amounts if name in BESIDE or name.startswith("stated_")} | {"unconverted"}
    bare = {name for name in optional if not (frame[name] != 0).any()}
    shown = [name for name in frame.columns if name not in {*bare, "open_ended"}]
    return {
        name: short_number(name) if name in amounts else name_cell(name) if name in NAMED else None for name in shown
    }


def totals_notes(book: "Book", options: TotalOptions, frame: "pl.DataFrame") -> Notes:
    """The whole as a last row, where the totals are by anything, and what adds nothing to it."""
    whole = _whole_row(book, options, frame) if options.columns and frame.height else None
    if options.basis == "claims":
        return Notes(whole)
    return Notes(whole, _left_out(book, options))


def _whole_row(book: "Book", options: TotalOptions, frame: "pl.DataFrame") -> Mapping[str, str]:
    """Column → text: all of the selection, each commitment counted once, whoever shares it."""
    (row,) = book.totals_of(options.but(by=())).iter_rows(named=True)
    cells = {name: cell for name, cell in total_columns(frame).items() if name in row}
    told = {name: text(row[name]) if cell is None else cell(row) for name, cell in cells.items()}
    return {options.columns[0]: "Total", **{name: said for name, said in told.items() if name not in options.columns}}


def _left_out(book: "Book", options: TotalOptions) -> list[str]:
    from ledger.book.listing import left_out  # noqa: PLC0415 - polars loads when there are rows, not for --help

    *reasons, (_, every) = left_out(*book.asked(options)).rows()
    if not reasons:
        return []
    told = ", ".join(f"{number:,} {label('exclusion_reason', reason)}" for reason, number in reasons)
    number = sum(number for _, number in reasons)
    return [f"not counted: {number:,} of {counted(every, 'claim')} ({told}); `ledger exclusions` lists them"]
