"""What is asked of an open ledger: lists, totals, and the words behind them."""

from collections.abc import Collection, Mapping
from typing import Any, Unpack

import polars as pl
import polars.selectors as cs

from ledger.arguments import checked
from ledger.book import query
from ledger.book.cache import Derived, derive, derived_from_kept, known_on
from ledger.book.inclusion import claim_proof, total_proof
from ledger.book.names import with_names
from ledger.book.reading import ReadingBook
from ledger.book.why import Why
from ledger.errors import LedgerError
from ledger.options import Moment, RateDate, TotalFilters, TotalOptions
from ledger.resolve import Resolution, proposed_aliases
from ledger.store import Store, sums


class AskingBook(ReadingBook):
    """Lists, totals, and the words behind them."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self._last: Derived | None = None
        self._last_known: Derived | None = None

    @checked
    def derived(self, as_of: Moment = None) -> Derived:
        """What the claims and decisions come to; worked out once for each state of the ledger."""
        snapshot = self.snapshot(as_of)
        if self._last is not None and self._last.snapshot.state == snapshot.state:
            return self._last
        if self._last is None and as_of is None:
            self._last = derived_from_kept(self.store, snapshot)
        else:
            self._last = derive(snapshot, self._last.resolved if self._last is not None else None)
        return self._last

    @checked
    def derived_for(self, options: TotalOptions) -> Derived:
        """What the claims and decisions come to in the state of the ledger that `options` ask for."""
        if options.as_known_on is None:
            return self.derived(options.as_of).with_undecided(options.undecided)
        snapshot = known_on(self.snapshot(options.as_of), options.as_known_on)
        if self._last_known is None or self._last_known.snapshot.state != snapshot.state:
            self._last_known = derive(snapshot)
        return self._last_known.with_undecided(options.undecided)

    @checked
    def asked(self, options: TotalOptions) -> tuple[Derived, TotalOptions]:
        """What the claims and decisions come to in the state that `options` ask for, and the options as they are meant.

        Names are found without regard to case, and by other words for them; fields and measures by their labels. Raises
        LedgerError for a name, a field, a measure or a currency that is unknown.
        """
        known = self.derived_for(options)
        earlier = None if options.as_of is None and options.as_known_on is None else self.derived
        return known, with_names(query.in_known_currency(options), known, earlier)

    @checked
    def documents_told(self, as_of: Moment = None) -> pl.DataFrame:
        """The documents (columns of `schemas.Document` without the text), with `sources` and numbers of `claims`.

        `sources` are all that the same words came by; `duplicate_of` and `replaced_by` name near copies.
        """
        return query.document_rows(self.derived(as_of))

    @checked
    def resolution(self, as_of: Moment = None) -> Resolution:
        """Commitments, memberships and actors that the claims and decisions lead to."""
        return self.derived(as_of).resolution

    @property
    def commitments(self) -> pl.LazyFrame:
        """The commitments, each real-world pledge once (columns of `schemas.Commitment`)."""
        return self.resolution().commitments.lazy()

    @checked
    def actors(self, as_of: Moment = None) -> pl.DataFrame:
        """The canonical names of actors and recipients, the words used for each, and their numbers of claims."""
        return self.resolution(as_of).actors

    @checked
    def proposed_aliases(self, as_of: Moment = None) -> pl.DataFrame:
        """Pairs of names that may be one, kept apart until a person decides: name, other, likeness (0 to 100)."""
        return proposed_aliases(self.actors(as_of))

    @checked
    def rows(self, as_of: Moment = None) -> pl.DataFrame:
        """The claims as flat rows (`ledger.rows.claim_rows`), with people's corrections and where each went."""
        return query.rows_of(self.derived(as_of))

    @checked
    def exclusions(self, as_of: Moment = None, *, currency: str = "USD") -> pl.DataFrame:
        """The rows of the claims that add nothing to a total in `currency`, each with its reason."""
        return query.excluded_rows(self.derived(as_of), currency)

    @checked
    def totals(
        self,
        by: str | Collection[str] = (),
        currency: str = "USD",
        *,
        as_float: bool = False,
        **options: Unpack[TotalFilters],
    ) -> pl.DataFrame:
        """Low, stated and high of the commitments, each counted once, by any columns.

        `by` is any of actor, recipient, field, measure, stage, currency, year, quarter and month; by a time, the rows
        are in its order, else the largest comes first. The options are those of `ledger.options.TotalOptions`; the
        columns of the result are those of `ledger.total.totals`. Amounts are Decimal, or with `as_float` floats, which
        pandas plots after `.to_pandas()`.
        """
        sums = self.totals_of(TotalOptions.of(by=by, currency=currency, **options))
        return sums.with_columns(cs.decimal().cast(pl.Float64)) if as_float else sums

    @checked
    def totals_of(self, options: TotalOptions) -> pl.DataFrame:
        """`totals` with its options as one record."""
        return query.summed(*self.asked(options))

    @checked
    def unconverted(self, currency: str = "USD", **options: Unpack[TotalFilters]) -> pl.DataFrame:
        """The counted commitments that no rate converts into `currency`; see `ledger.total.unconverted`."""
        return query.without_rate(*self.asked(TotalOptions.of(currency=currency, **options)))

    @checked
    def selected(self, currency: str = "USD", **options: Unpack[TotalFilters]) -> pl.DataFrame:
        """The commitments that `totals` with these options sums, the largest first, each with its amounts and rate."""
        return query.chosen_commitments(*self.asked(TotalOptions.of(currency=currency, **options)))

    @checked
    def rates(
        self, currency: str = "USD", *, as_of: Moment = None, rate_date: RateDate | str = "announcement"
    ) -> pl.DataFrame:
        """The rates by which commitments are converted into `currency`: unit, on, rate, rate_on, rate_source."""
        return query.used_rates(self.derived(as_of), TotalOptions.of(currency=currency, rate_date=rate_date))

    @checked
    def find(self, id: str) -> tuple[str, str]:  # noqa: A002 - the user's word for it
        """What an id, or a unique prefix of one, stands for: ("claim" or "commitment", the whole id).

        Raises LedgerError where it fits nothing or more than one thing.
        """
        return query.find(self.resolution(), id)

    @checked
    def why(self, id: str, as_of: Moment = None) -> Why:  # noqa: A002 - the user's word for it
        """The quotes behind a claim or commitment; raises LedgerError for an unknown id."""
        return query.why_of_id(self.derived(as_of), id)

    @checked
    def proof_of(self, claim: str, options: TotalOptions | None = None) -> Mapping[str, Any]:
        """The proof that a claim stands in the ledger, to be checked without it; `claim` may be a prefix of its id.

        With the `options` of a total that adds it, also that it is in that sum (`total_root`).
        `ledger.book.inclusion.faults_of` checks it. Raises LedgerError for an unknown claim, or one of a run of an
        earlier version, which is only proven as a whole.
        """
        kind, whole = self.find(claim)
        if kind != "claim":
            raise LedgerError(f"{claim}: is a commitment; name one of its claims, see `ledger why {claim}`")
        known = self.derived() if options is None else self.derived_for(options)
        total = None if options is None else total_proof(query.summands(known, options), whole)
        return {**claim_proof(known.snapshot, whole), **({} if total is None else {"total": total})}

    @checked
    def total_root(self, currency: str = "USD", **options: Unpack[TotalFilters]) -> str:
        """What stands for the total with these options and for each commitment in it: "SUM-HASH", to be published."""
        return self.total_root_of(TotalOptions.of(currency=currency, **options))

    @checked
    def total_root_of(self, options: TotalOptions) -> str:
        """`total_root` with its options as one record."""
        return sums.root_of(query.summands(self.derived_for(options), options))

    @checked
    def why_total(self, currency: str = "USD", **options: Unpack[TotalFilters]) -> Why:
        """The commitments that `totals` with these options sums, the largest first, with their quotes."""
        return self.why_total_of(TotalOptions.of(currency=currency, **options))

    @checked
    def why_total_of(self, options: TotalOptions) -> Why:
        """`why_total` with its options as one record."""
        return query.why_of_total(*self.asked(options))
