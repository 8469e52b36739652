"""An open ledger: what is read into it, decided about it, and derived from it."""

from collections.abc import Callable, Collection, Mapping, Sequence
from decimal import Decimal
from functools import partial
from os import fspath
from pathlib import Path
from typing import Any, Unpack

import polars as pl

from ledger.book import query
from ledger.book.bulk import Workforce
from ledger.book.cache import Derived, derive, derived_from_kept, known_on
from ledger.book.decide import DecisionDraft, decision_kind, decisions_of, undo_of
from ledger.book.describe import INGESTION
from ledger.book.inclusion import claim_proof, total_proof
from ledger.book.ingest import after
from ledger.book.names import with_names
from ledger.book.progress import Progress
from ledger.book.proof import Proof, prove, prove_since
from ledger.book.publish import publish
from ledger.book.repair import Repair, repair
from ledger.book.reports import ReportingBook
from ledger.book.review import agreement, review_queue
from ledger.book.reviewed import ImportedDecisions, taken_from
from ledger.book.selection import exported_frames
from ledger.book.watch import WatchedRun, watch
from ledger.book.why import Why
from ledger.errors import LedgerError
from ledger.export import QUOTE, Site, export
from ledger.options import Moment, RateDate, Source, TotalFilters, TotalOptions
from ledger.read.fetch import Fetcher
from ledger.resolve import Resolution, facts_of, proposed_aliases, standing
from ledger.store import Store, sums
from ledger.total import totals
from schemas import Decision, DecisionKind, Problem


class Book(ReportingBook):
    """An open ledger."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self._last: Derived | None = None
        self._last_known: Derived | None = None

    def verify(self) -> list[Problem]:
        """What in the ledger contradicts itself; an empty list proves that nothing does.

        Every row has the hash that was written with it, every quote stands at its offsets in its stored document, its
        text read again gives the same claims, every claim is counted or excluded with a reason, every value lies
        between its ends, every correction fits, and every commitment has the amount that its claims and decisions give.
        """
        return list(self.prove().problems)

    def prove(
        self,
        head: str | None = None,
        *,
        since: str | None = None,
        reread: bool = True,
        progress: Callable[[int], None] = lambda _: None,
    ) -> Proof:
        """`verify`, with what could not be proven and the head to note; `head` is one that was noted earlier.

        With `since`, the number or id of a run, only what came later is proven row by row; of what was there when that
        run was stored, that its files are the same. Without `reread` the texts are not read again, which takes as long
        as their ingestion. Raises LedgerError where `head` is not written as one, or for an unknown run.
        """
        if since is not None:
            return prove_since(self.store, since, head=head, again=reread, progress=progress)
        return prove(self.store, head=head, again=reread, progress=progress)

    @staticmethod
    def repair(path: Source, *, dry_run: bool = True, attributor: str | None = None) -> Repair:
        """What is wrong with the ledger at `path` and how it is repaired; nothing is changed unless `dry_run` is false.

        What can still be read becomes a new ledger in its place, and the ledger as it was is kept beside it. Articles
        whose claims are lost are read again. Nobody else may write meanwhile. Raises StoreError where no ledger is, and
        OutputError where the folder cannot be moved.
        """
        return repair(fspath(path), dry_run=dry_run, attributor=attributor)

    def watch(
        self,
        file: Source,
        *,
        names: Source | None = None,
        attributor: str | None = None,
        workers: int | None = None,
        cluster: str | None = None,
        progress: Progress | None = None,
        author: str = INGESTION,
        fetcher: Fetcher | None = None,
    ) -> WatchedRun:
        """Read what is new in the feeds, folders and pages that a TOML `file` lists, as one run; see docs/sources.md.

        Tells what came of each source, and what changed in the totals. `author` makes the corrections that hints of
        fields come to; `fetcher` gets what is fetched; `workers` or a `cluster` read as for `ingest`. Raises InputError
        where the file is not valid; a source that cannot be read becomes a Problem, and the others are read.
        """
        return watch(
            self,
            file,
            workforce=Workforce(workers, cluster),
            names=names,
            attributor=attributor,
            progress=progress,
            author=author,
            fetcher=fetcher,
        )

    # What it comes to -------------------------------------------------------------------------------------------------

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

    def derived_for(self, options: TotalOptions) -> Derived:
        """What the claims and decisions come to in the state of the ledger that `options` ask for."""
        if options.as_known_on is None:
            return self.derived(options.as_of).with_undecided(options.undecided)
        snapshot = known_on(self.snapshot(options.as_of), options.as_known_on)
        if self._last_known is None or self._last_known.snapshot.state != snapshot.state:
            self._last_known = derive(snapshot)
        return self._last_known.with_undecided(options.undecided)

    def asked(self, options: TotalOptions) -> tuple[Derived, TotalOptions]:
        """What the claims and decisions come to in the state that `options` ask for, and the options as they are meant.

        Names are found without regard to case, and by other words for them; fields and measures by their labels. Raises
        LedgerError for a name, a field, a measure or a currency that is unknown.
        """
        known = self.derived_for(options)
        earlier = None if options.as_of is None and options.as_known_on is None else self.derived
        return known, with_names(query.in_known_currency(options), known, earlier)

    def documents_told(self, as_of: Moment = None) -> pl.DataFrame:
        """The documents (columns of `schemas.Document` without the text), with `sources` and numbers of `claims`.

        `sources` are all that the same words came by; `duplicate_of` and `replaced_by` name near copies.
        """
        return query.document_rows(self.derived(as_of))

    def resolution(self, as_of: Moment = None) -> Resolution:
        """Commitments, memberships and actors that the claims and decisions lead to."""
        return self.derived(as_of).resolution

    @property
    def commitments(self) -> pl.LazyFrame:
        """The commitments, each real-world pledge once (columns of `schemas.Commitment`)."""
        return self.resolution().commitments.lazy()

    def actors(self, as_of: Moment = None) -> pl.DataFrame:
        """The canonical names of actors and recipients, the words used for each, and their numbers of claims."""
        return self.resolution(as_of).actors

    def proposed_aliases(self, as_of: Moment = None) -> pl.DataFrame:
        """Pairs of names that may be one, kept apart until a person decides: name, other, likeness (0 to 100)."""
        return proposed_aliases(self.actors(as_of))

    def rows(self, as_of: Moment = None) -> pl.DataFrame:
        """The claims as flat rows (`ledger.rows.claim_rows`), with people's corrections and where each went."""
        return query.rows_of(self.derived(as_of))

    def exclusions(self, as_of: Moment = None, *, currency: str = "USD") -> pl.DataFrame:
        """The rows of the claims that add nothing to a total in `currency`, each with its reason."""
        return query.excluded_rows(self.derived(as_of), currency)

    def totals(
        self, by: str | Collection[str] = (), currency: str = "USD", **options: Unpack[TotalFilters]
    ) -> pl.DataFrame:
        """Low, stated and high of the commitments, each counted once, by any columns.

        The options are those of `ledger.options.TotalOptions`; the columns of the result are those of
        `ledger.total.totals`.
        """
        return self.totals_of(TotalOptions.of(by=by, currency=currency, **options))

    def totals_of(self, options: TotalOptions) -> pl.DataFrame:
        """`totals` with its options as one record."""
        return query.summed(*self.asked(options))

    def unconverted(self, currency: str = "USD", **options: Unpack[TotalFilters]) -> pl.DataFrame:
        """The counted commitments that no rate converts into `currency`; see `ledger.total.unconverted`."""
        return query.without_rate(*self.asked(TotalOptions.of(currency=currency, **options)))

    def selected(self, currency: str = "USD", **options: Unpack[TotalFilters]) -> pl.DataFrame:
        """The commitments that `totals` with these options sums, the largest first, each with its amounts and rate."""
        return query.chosen_commitments(*self.asked(TotalOptions.of(currency=currency, **options)))

    def rates(
        self, currency: str = "USD", *, as_of: Moment = None, rate_date: RateDate = "announcement"
    ) -> pl.DataFrame:
        """The rates by which commitments are converted into `currency`: unit, on, rate, rate_on, rate_source."""
        return query.used_rates(self.derived(as_of), TotalOptions(currency=currency, rate_date=rate_date))

    def find(self, id: str) -> tuple[str, str]:  # noqa: A002 - the user's word for it
        """What an id, or a unique prefix of one, stands for: ("claim" or "commitment", the whole id).

        Raises LedgerError where it fits nothing or more than one thing.
        """
        return query.find(self.resolution(), id)

    def why(self, id: str, as_of: Moment = None) -> Why:  # noqa: A002 - the user's word for it
        """The quotes behind a claim or commitment; raises LedgerError for an unknown id."""
        return query.why_of_id(self.derived(as_of), id)

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

    def total_root(self, currency: str = "USD", **options: Unpack[TotalFilters]) -> str:
        """What stands for the total with these options and for each commitment in it: "SUM-HASH", to be published."""
        return self.total_root_of(TotalOptions.of(currency=currency, **options))

    def total_root_of(self, options: TotalOptions) -> str:
        """`total_root` with its options as one record."""
        return sums.root_of(query.summands(self.derived_for(options), options))

    def why_total(self, currency: str = "USD", **options: Unpack[TotalFilters]) -> Why:
        """The commitments that `totals` with these options sums, the largest first, with their quotes."""
        return self.why_total_of(TotalOptions.of(currency=currency, **options))

    def why_total_of(self, options: TotalOptions) -> Why:
        """`why_total` with its options as one record."""
        return query.why_of_total(*self.asked(options))

    # Decisions --------------------------------------------------------------------------------------------------------

    def review(self, limit: int | None = None, *, second: str | None = None, as_of: Moment = None) -> pl.DataFrame:
        """The rows that most deserve a look, by `effect`: the money that counts, in US dollars, times the doubt.

        `weight` is the same whether the row counts or not; by it the rows without effect follow. What was decided on is
        left out. With `second`, a reviewer's name, the rows are those that others decided on and this one did not.
        """
        return review_queue(self.derived(as_of), limit, second=second)

    def agreement(self, as_of: Moment = None) -> pl.DataFrame:
        """How far each two reviewers agree on what both decided on: reviewer, other, both, agree, share, kappa, differ.

        See `ledger.book.review.agreement`.
        """
        return agreement(self.derived(as_of))

    def decide(
        self,
        kind: DecisionKind | str,
        target: str,
        other: str | None = None,
        *,
        author: str,
        field: str | None = None,
        value: str | Decimal | float | None = None,
        note: str = "",
    ) -> Decision:
        """Keep a decision on a claim, a commitment or a name; a repeat, with nothing else decided since, adds nothing.

        `target` and `other` are ids (a unique prefix is enough), or names for alias and different. Raises LedgerError
        for an unknown id or kind, or where a correction does not fit its field (see `ledger.corrections`).
        """
        if decision_kind(kind) is DecisionKind.UNDO and (other, field, value) == (None, None, None):
            return self.undo(target, author=author, note=note)
        draft = DecisionDraft(decision_kind(kind), target, other, field, value, note)
        return self.decide_all([draft], author=author, keep_repeats=True)[0]

    def decide_all(
        self, drafts: Sequence[DecisionDraft], *, author: str, keep_repeats: bool = False
    ) -> Sequence[Decision]:
        """Keep many decisions in one commit; none is kept twice.

        With `keep_repeats` one that was made before is kept again where something else was decided since.
        """
        before = self.decisions if keep_repeats else None
        made = decisions_of(drafts, self.derived(), before, author=author, at=after(self.decisions))
        self.store.add_decisions(made)
        return made

    def check(self, drafts: Sequence[DecisionDraft], *, author: str) -> None:
        """Raise LedgerError where `decide_all` would; nothing is kept."""
        decisions_of(drafts, self.derived(), None, author=author, at=after(self.decisions))

    def undo(self, decision: str | int | None = None, *, author: str, note: str = "") -> Decision:
        """Take back a decision (its number, or a unique prefix of its id), or without one the latest that stands.

        Nothing but the table of decisions is read, so that no decision can keep another from being taken back; an
        article whose day was set is then read again. Raises LedgerError where there is none to take back.
        """
        self.store.require_writable()
        before = self.decisions
        made = undo_of(before, decision, author=author, at=after(before), note=note)
        self.store.add_decisions([made])
        was, now_set = (facts_of(standing(decisions).in_force) for decisions in (before, self.decisions))
        changed = pl.concat(
            [was.join(now_set, on=was.columns, how="anti"), now_set.join(was, on=was.columns, how="anti")]
        )
        self.read_again(changed.filter(field="published")["document_id"].unique().to_list())
        return made

    def decisions_told(self, as_of: Moment = None) -> pl.DataFrame:
        """People's decisions in their order (columns of `schemas.Decision`), with `number`, from 1, and `status`."""
        made = self.snapshot(as_of).decisions
        known = standing(made)
        status = [known.status(decision or "without an id") for decision in made["decision_id"]]
        numbered = made.with_columns(pl.Series("status", status, dtype=pl.String())).with_row_index("number", 1)
        return numbered.with_columns(pl.col("number").cast(pl.Int64))

    def import_decisions(self, workbook: Source, *, author: str) -> ImportedDecisions:
        """Keep what people wrote into the review columns of an exported workbook.

        Tells what was taken, and each cell that was refused and why. The same workbook again adds nothing. Raises
        InputError where the file is not a workbook of this ledger.
        """
        taken = taken_from(Path(workbook), self.derived(), author=author, at=after(self.decisions))
        self.store.add_decisions(taken.decisions)
        return taken

    # Export -----------------------------------------------------------------------------------------------------------

    def export(
        self,
        path: Source,
        *,
        profile: str = "analyst",
        currency: str = "USD",
        contact: str | None = None,
        progress: Callable[[int], None] | None = None,
        **options: Unpack[TotalFilters],
    ) -> list[Path]:
        """Write the ledger in the format that the suffix of `path` says; returns the files made.

        `contact` stands on a workbook's cover: whom a reader may ask. Filters choose commitments as in `totals`. Raises
        LedgerError for an option that no export has: basis, parts, deflators.
        """
        asked = TotalOptions.of(currency=currency, **options)
        return self.export_of(path, asked, profile=profile, contact=contact, progress=progress)

    def export_of(
        self,
        path: Source,
        options: TotalOptions,
        *,
        profile: str = "analyst",
        contact: str | None = None,
        progress: Callable[[int], None] | None = None,
    ) -> list[Path]:
        """`export` with its options as one record."""
        if wrong := options.changed("by", "basis", "parts", "deflators"):
            raise LedgerError(f"an export holds every commitment and its totals; leave out {', '.join(sorted(wrong))}")
        known, asked = self.asked(options)
        info = {"as_of": query.moment_of(known, asked.as_of).isoformat(), **({"contact": contact} if contact else {})}
        frames = exported_frames(known, asked, info)
        # A filter by actor chose whole commitments; the totals to compare with are of these, not of its shares.
        tables = (frames.commitments, frames.memberships, frames.claims, frames.documents)
        own = partial(totals, *tables, rates=known.rates, rate_date=asked.rate_date)
        return export(
            frames,
            Path(path),
            profile=profile,
            currency=asked.currency,
            stage_floor=asked.stage_floor,
            allocation=asked.allocation,
            totals=own,
            progress=progress or (lambda _: None),
        )

    def publish(
        self,
        folder: Source,
        *,
        title: str = "Figures ledger",
        contact: str | None = None,
        quote: int = QUOTE,
        currency: str = "USD",
        progress: Callable[[int], None] | None = None,
        **options: Unpack[TotalFilters],
    ) -> Path:
        """Write a static site of the ledger into `folder`, and return the folder.

        Of each article at most `quote` characters around a figure are published. Filters choose commitments as in
        `totals`. The folder is new, empty, or a site published before, which is replaced as a whole. Raises OutputError
        where it holds anything else or cannot be written, InputError for a `quote` that is no length, and LedgerError
        for an option that no site has: basis, parts, deflators.
        """
        asked = query.in_known_currency(TotalOptions.of(currency=currency, **options))
        site = Site(title, contact, quote, asked.currency, asked.stage_floor, asked.allocation)
        return self.publish_of(folder, asked, site, progress=progress)

    def publish_of(
        self,
        folder: Source,
        options: TotalOptions,
        site: Site,
        *,
        progress: Callable[[int], None] | None = None,
    ) -> Path:
        """`publish` with its options as records."""
        return publish(self.derived_for(options), options, site, Path(folder), progress or (lambda _: None))
