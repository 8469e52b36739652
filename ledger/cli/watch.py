"""`ledger ingest --feed FILE`: what is new in watched sources, and what it changed in the totals."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from ledger.cli.app import open_book, progress
from ledger.cli.effects import CHANGE_COLUMNS
from ledger.cli.show import Cell, ListingFormat, counted, show
from ledger.errors import LedgerError

if TYPE_CHECKING:
    from ledger.book.watch import WatchedRun
    from ledger.read.watch import News

NEWS_COLUMNS: Mapping[str, Cell | None] = {
    "watched": None,
    "new": None,
    "known": lambda row: "unchanged" if row["unchanged"] else str(row["known"]),
    "problems": None,
}
NAMES = {"mapping": "map"}
"""What is given for a source → its option, where that has another name."""


def watch(ctx: typer.Context, file: Path, choices: Mapping[str, Any], *, allow_private: bool) -> "WatchedRun":
    """Read what is new in the sources that `file` lists."""
    from ledger.read.fetch import Fetcher  # noqa: PLC0415 - see open_book
    from ledger.read.watch import BETWEEN  # noqa: PLC0415 - see open_book

    book = open_book(ctx, create=True)
    fetcher = Fetcher(allow_private=allow_private, between=BETWEEN)
    with progress("reading") as tick:
        return book.watch(file, **choices, fetcher=fetcher, progress=tick)


def refuse_beside_feed(paths: Iterable[str] | None, given: Mapping[str, Any]) -> None:
    """Raise LedgerError where a file of sources is named beside what it says itself."""
    beside = ["PATH", *(f"--{NAMES.get(name, name).replace('_', '-')}" for name, value in given.items() if value)]
    beside = beside if paths else beside[1:]
    if beside:
        raise LedgerError(f"--feed names its sources and what is known of them; leave out {', '.join(beside)}")


def tell_watched(done: "WatchedRun", form: ListingFormat) -> None:
    """Print what came of each source and what changed in the totals; for other programs the changes alone."""
    import polars as pl  # noqa: PLC0415 - see open_book

    if form is ListingFormat.TABLE:
        rows = [_news(one) for one in done.news]
        show(pl.DataFrame(rows), form, columns=NEWS_COLUMNS, title="sources")
        if done.hinted:
            typer.echo(f"{counted(len(done.hinted), 'field')} set by hints; see `ledger decisions`")
        typer.echo()
    show(done.changes, form, columns=CHANGE_COLUMNS, title=f"what changed in the totals, in {done.currency}")


def _news(one: "News") -> dict[str, Any]:
    return {
        "watched": one.source,
        "new": len(one.new),
        "known": one.known,
        "unchanged": one.unchanged,
        "problems": one.problems,
    }


__all__ = ["refuse_beside_feed", "tell_watched", "watch"]
