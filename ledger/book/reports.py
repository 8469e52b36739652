"""The side of an open ledger that reports: what totals rest on, and what becomes of pledges."""

from os import PathLike
from pathlib import Path

import polars as pl

from ledger.arguments import AnyFrame, checked
from ledger.book import query
from ledger.book.asking import AskingBook
from ledger.options import Moment, Source
from ledger.total import circular, delivery, histories, plain_name, read_known, recycled, scale, self_audit, two_sided


class ReportingBook(AskingBook):
    """The reports of a ledger; each is a frame with the quotes that it rests on."""

    @checked
    def two_sided(self, as_of: Moment = None) -> pl.DataFrame:
        """How payer and recipient each tell one deal; see `ledger.total.two_sided`."""
        known = self.derived(as_of)
        return two_sided(known.resolution.commitments, known.claims)

    @checked
    def self_audit(self, as_of: Moment = None) -> pl.DataFrame:
        """Stated running totals and wholes against the sums of their parts; see `ledger.total.self_audit`."""
        return self_audit(self.derived(as_of).resolution.commitments)

    @checked
    def recycled(self, as_of: Moment = None) -> pl.DataFrame:
        """Pledges announced again as new; see `ledger.total.recycled.recycled`."""
        known = self.derived(as_of)
        return recycled(known.resolution.commitments, known.claims, known.documents, rates=known.rates)

    @checked
    def delivery(self, *, by_actor: bool = True, currency: str = "USD", as_of: Moment = None) -> pl.DataFrame:
        """What payers delivered of what they announced; without `by_actor` the history of each pledge.

        See `ledger.total.delivery`. Amounts are in `currency`.
        """
        known, code = self.derived(as_of), query.known_currency(currency)
        told = delivery if by_actor else histories
        return told(*known.frames, currency=code, rates=known.rates)

    @checked
    def scale(self, table: Source | AnyFrame, *, currency: str = "USD", as_of: Moment = None) -> pl.DataFrame:
        """The yearly money of each pledge over what its payer is known to have; see `ledger.total.scale.scale`.

        `table` is a CSV or frame with the columns name, measure (gdp, revenue or outward_fdi), value, unit and year.
        Raises InputError where it is not one.
        """
        known, code = self.derived(as_of), query.known_currency(currency)
        have = read_known(Path(table) if isinstance(table, str | PathLike) else table)
        words = known.resolution.actors.select("said", "name").explode("said").drop_nulls().sort("name", "said")
        called = {plain_name(said): name for said, name in words.iter_rows()}
        return scale(*known.frames, have, called=called, currency=code, rates=known.rates)

    @checked
    def circular(self, *, currency: str = "USD", as_of: Moment = None) -> pl.DataFrame:
        """Money that goes round: A pays B, and B pays A; see `ledger.total.circular.circular`."""
        known, code = self.derived(as_of), query.known_currency(currency)
        return circular(*known.frames, currency=code, rates=known.rates)
