"""An open ledger: what is read into it, decided about it, and derived from it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time
from functools import partial
from os import PathLike, fspath
from pathlib import Path
from typing import Any, Literal, NoReturn, Self

import polars as pl

from ledger.book.cache import Derived, derive, derived_from_kept
from ledger.book.decide import Saying, make_decision
from ledger.book.ingest import SAID, Ingestion, Source, names_of, now, read_new, words_hash
from ledger.book.rows import claim_rows
from ledger.book.selection import Filters, frames_of, ledger_name
from ledger.book.verify import verify
from ledger.book.why import Why, quote_of
from ledger.errors import InputError, LedgerError
from ledger.export import Frames, Taken, export, import_decisions
from ledger.money.rates import RATE, RateDate, quotes, read_own
from ledger.options import attributor_of
from ledger.pipeline import Reading, reading_of
from ledger.read import read
from ledger.resolve import Resolution, proposed_aliases, replay_decisions
from ledger.store import LEFTOVER_AGE, Batch, Snapshot, Store
from ledger.tables import records_of
from ledger.total import converted, exclusions, recycling, selected, self_audit, totals, two_sided, unconverted
from ledger.validate.checks import currencies
from ledger.version import VERSION
from schemas import Claim, Decision, DecisionKind, Document, Problem

Wanted = str | Sequence[str] | None
Allocation = Literal["split", "full"]
Parts = Literal["inside", "shown"]
Basis = Literal["commitments", "claims"]
SHORTEST_ID = 4
"""Characters of an id that a person must write at least."""


class Book:
    """An open ledger."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._last: Derived | None = None

    @classmethod
    def open(cls, path: Source, *, create: bool = True, storage_options: Mapping[str, str] | None = None) -> Self:
        """The ledger at `path`; see `ledger.open`."""
        return cls(Store.open(fspath(path), create=create, options=storage_options))

    def __repr__(self) -> str:
        return f"Book({self.store.address!r})"

    @property
    def documents(self) -> pl.LazyFrame:
        """The documents, one row a text (columns of `schemas.Document`)."""
        return self.store.snapshot().documents

    @property
    def claims(self) -> pl.LazyFrame:
        """The claims as extracted, one row a mention (columns of `schemas.Claim`)."""
        return self.store.snapshot().claims

    @property
    def problems(self) -> pl.LazyFrame:
        """What could not be taken as it stood (columns of `schemas.Problem`)."""
        return self.store.snapshot().problems

    def ingest(
        self,
        sources: Source | Iterable[Source],
        *,
        metadata: Source | None = None,
        published: date | None = None,
        publisher: str | None = None,
        source_url: str | None = None,
        names: Source | None = None,
        attributor: str | None = None,
        progress: Callable[[Reading], None] | None = None,
    ) -> Ingestion:
        """Read `sources` (files, folders or "-"), and store what is new as one run, all or nothing; the same text again adds nothing.

        `metadata` is a CSV sidecar (columns file, title, publisher, published, url); the other options hold for all sources. `names` is a TOML file
        of the user's names. Raises InputError where a source does not exist or `names` is none; a file that cannot be read becomes a Problem and
        the rest goes on.
        """
        started, how = now(), (names_of(names), attributor_of(attributor))
        paths = [sources] if isinstance(sources, str | PathLike) else list(sources)
        entries = read(
            paths,
            retrieved_at=started,
            metadata=metadata,
            published=published,
            publisher=publisher,
            source_url=source_url,
        )
        columns = self.documents.select("document_id", "source", *SAID).collect()
        known = {row["document_id"]: row for row in columns.iter_rows(named=True)}
        return self.add(read_new(entries, known, *how), started, progress, words=words_hash(names))

    def reextract(
        self,
        *,
        names: Source | None = None,
        attributor: str | None = None,
        progress: Callable[[Reading], None] | None = None,
    ) -> Ingestion:
        """Read every stored document anew with this program; where its claims are others now they take the place of the earlier ones.

        `names` is a TOML file of the user's names, which is not kept: without it the documents are read without them. Decisions stay: they are
        found again by their quote. What was said before can still be seen `as_of` an earlier day.
        """
        started, how = now(), (names_of(names), attributor_of(attributor))
        stored = self.documents.sort("document_id").collect()
        documents = (records_of(Document, row)[0].model_copy(update={"run_id": None}) for row in stored.iter_slices(1))
        return self.add(
            (reading_of(document, *how) for document in documents),
            started,
            progress,
            anew=True,
            words=words_hash(names),
        )

    def add(
        self,
        readings: Iterable[Reading],
        started: datetime,
        progress: Callable[[Reading], None] | None = None,
        *,
        anew: bool = False,
        words: str | None = None,
    ) -> Ingestion:
        """Store readings as one run, all or nothing; with `anew` they are of documents that the ledger has.

        `words` is the hash of the words that they were read with, by default that of the lexicon files.
        """
        documents: list[Document] = []
        claims: list[Claim] = []
        problems: list[Problem] = []
        for reading in readings:
            documents += () if reading.document is None else (reading.document,)
            claims += reading.claims
            problems += reading.problems
            if progress is not None:
                progress(reading)
        batch = Batch.of(documents, claims, problems)
        run = self.store.add(
            batch, extractor_version=VERSION, lexicon_hash=words or words_hash(), started=started, clock=now, anew=anew
        )
        self.store.sweep(now() - LEFTOVER_AGE, ("documents",))
        return Ingestion(run, tuple(problems))

    def history(self) -> pl.DataFrame:
        """The runs that made the ledger, earliest first (columns of `schemas.Run`)."""
        return self.store.history()

    def verify(self) -> list[Problem]:
        """What in the ledger contradicts itself: an empty list proves that each quote stands at its offsets in its stored document."""
        snapshot = self.snapshot()
        return verify(snapshot, derive(snapshot).resolution.memberships)  # anew, whatever was worked out before

    def snapshot(self, as_of: date | datetime | None = None) -> Snapshot:
        """All tables as they stand now, or as they stood at the end of the day or at the moment `as_of` (UTC unless it says otherwise)."""
        if isinstance(as_of, datetime):
            return self.store.snapshot(as_of if as_of.tzinfo else as_of.replace(tzinfo=UTC))
        return self.store.snapshot(datetime.combine(as_of, time.max, UTC) if as_of else None)

    # Derived ------------------------------------------------------------------------------------------------------------------------------------

    def resolution(self, as_of: date | datetime | None = None) -> Resolution:
        """Commitments, memberships and actors that the claims and decisions lead to; computed once for each state of the ledger."""
        return self._derived(as_of).resolution

    def _derived(self, as_of: date | datetime | None = None) -> Derived:
        snapshot = self.snapshot(as_of)
        if self._last is not None and self._last.snapshot.state == snapshot.state:
            return self._last
        if self._last is None and as_of is None:
            self._last = derived_from_kept(self.store, snapshot)
        else:
            self._last = derive(snapshot, self._last.standing if self._last is not None else None)
        return self._last

    @property
    def commitments(self) -> pl.LazyFrame:
        """The commitments, each real-world pledge once (columns of `schemas.Commitment`)."""
        return self.resolution().commitments.lazy()

    def actors(self) -> pl.DataFrame:
        """The canonical names of actors and recipients, the words each was said in, and how many claims it acts and receives in."""
        return self.resolution().actors

    def proposed_aliases(self) -> pl.DataFrame:
        """Pairs of names that may be one, kept apart until a person says so: name, other, likeness (0 to 100)."""
        return proposed_aliases(self.actors())

    def rows(self, as_of: date | datetime | None = None) -> pl.DataFrame:
        """The claims as flat rows (`ledger.book.rows.claim_rows`) with people's corrections, their document and where each went."""
        known = self._derived(as_of)
        return claim_rows(known.claims.lazy(), known.documents.lazy(), known.resolution.memberships.lazy()).collect()

    def exclusions(self, as_of: date | datetime | None = None, *, currency: str = "USD") -> pl.DataFrame:
        """The rows of the claims that add nothing to a total in `currency`, each with its reason; what no rate converts is among them."""
        known = self._derived(as_of)
        left = exclusions(*known.frames, currency=_currency(currency), rates=known.rates).select(
            "claim_id", "exclusion_reason", "because"
        )
        rows = self.rows(as_of)
        told = rows.drop("exclusion_reason", "because").join(left, on="claim_id", maintain_order="left")
        return told.select(rows.columns)

    def two_sided(self) -> pl.DataFrame:
        """How payer and recipient each tell one deal; see `ledger.total.two_sided`."""
        known = self._derived()
        return two_sided(known.resolution.commitments, known.claims)

    def self_audit(self) -> pl.DataFrame:
        """Stated running totals and wholes against the sums of their parts; see `ledger.total.self_audit`."""
        return self_audit(self.resolution().commitments)

    def recycling(self, as_of: date | None = None) -> pl.DataFrame:
        """Pledges that are announced again and again; see `ledger.total.recycling`."""
        known = self._derived()
        return recycling(known.resolution.commitments, known.claims, known.documents, as_of=as_of)

    def totals(
        self,
        by: Sequence[str] | str = (),
        currency: str = "USD",
        *,
        stage_floor: str = "pledged",
        measure: Wanted = None,
        field: Wanted = None,
        actor: Wanted = None,
        recipient: Wanted = None,
        since: date | None = None,
        until: date | None = None,
        as_of: date | datetime | None = None,
        allocation: Allocation = "split",
        parts: Parts = "inside",
        basis: Basis = "commitments",
        rate_date: RateDate = "announcement",
        deflators: Source | pl.DataFrame | None = None,
    ) -> pl.DataFrame:
        """Low, stated and high of the commitments, each counted once, by any of actor, recipient, field, measure, stage, currency, year.

        See `ledger.total.totals` for the columns and the options; `as_of` totals what the ledger held at the end of that day, `deflators` (a CSV or
        frame with the columns year and index, 100 in the base year) gives constant prices.
        """
        known = self._derived(as_of)
        return totals(
            *known.frames,
            by=[by] if isinstance(by, str) else list(by),
            currency=_currency(currency),
            stage_floor=stage_floor,
            measure=measure,
            field=field,
            actor=actor,
            recipient=recipient,
            since=since,
            until=until,
            allocation=allocation,
            parts=parts,
            basis=basis,
            rates=known.rates,
            rate_date=rate_date,
            deflators=deflators
            if deflators is None or isinstance(deflators, pl.DataFrame)
            else _deflators(Path(deflators)),
        )

    def unconverted(
        self, currency: str = "USD", *, as_of: date | datetime | None = None, rate_date: RateDate = "announcement"
    ) -> pl.DataFrame:
        """The counted commitments that no rate converts into `currency`."""
        known = self._derived(as_of)
        return unconverted(*known.frames, currency=_currency(currency), rates=known.rates, rate_date=rate_date)

    def selected(
        self,
        currency: str = "USD",
        *,
        as_of: date | datetime | None = None,
        rate_date: RateDate = "announcement",
        **options: Any,
    ) -> pl.DataFrame:
        """The commitments that `totals` with these options sums, the largest first, each with its amounts in `currency` and the rate."""
        known = self._derived(as_of)
        rows = converted(*known.frames, currency=_currency(currency), rates=known.rates, rate_date=rate_date)
        wanted = {
            name: value for name, value in options.items() if name not in ("by", "allocation", "basis", "deflators")
        }
        columns = ("commitment_id", "low", "stated", "high", "rate", "rate_on", "rate_source", "currency")
        return (
            selected(rows, **wanted)
            .select(columns)
            .sort("stated", "commitment_id", descending=[True, False], nulls_last=True)
            .collect()
        )

    def find(self, id: str) -> tuple[str, str]:  # noqa: A002 - the user's word for it
        """What an id, or a beginning of one that fits no other, stands for: ("claim" or "commitment", the whole id).

        Raises LedgerError where it fits nothing or more than one thing.
        """
        memberships = self.resolution().memberships
        found = {
            kind: memberships.filter(pl.col(f"{kind}_id").str.starts_with(id))[f"{kind}_id"].unique().sort().to_list()
            for kind in ("claim", "commitment")
            if len(id) >= SHORTEST_ID
        }
        fits = [(kind, whole) for kind, ids in found.items() for whole in ids]
        if len(fits) == 1:
            return fits[0]
        exact = [fit for fit in fits if fit[1] == id]
        if exact:
            return exact[0]
        raise LedgerError(
            f"{id}: {f'fits {len(fits)} ids, write more of it' if fits else 'no claim or commitment has this id; see `ledger claims`'}"
        )

    def why(self, id: str) -> Why:  # noqa: A002 - the user's word for it
        """The quotes behind a claim or commitment; raises LedgerError for an unknown id."""
        kind, whole = self.find(id)
        resolution = self.resolution()
        if kind == "claim":
            return self._why(kind, whole, resolution.commitments.clear(), [whole])
        commitment = resolution.commitments.filter(pl.col("commitment_id") == whole)
        return self._why(
            kind,
            whole,
            commitment,
            resolution.memberships.filter(pl.col("commitment_id") == whole)["claim_id"].to_list(),
        )

    def why_total(self, **options: Any) -> Why:
        """The commitments that `totals` with these options sums, the largest first, with their quotes."""
        as_of = options.get("as_of")
        found = self.selected(**options)
        commitments = found.select("commitment_id").join(
            self.resolution(as_of).commitments, on="commitment_id", maintain_order="left"
        )
        return self._why("total", "", commitments, commitments["claims"].explode().to_list(), as_of)

    def _why(
        self,
        kind: str,
        id: str,  # noqa: A002 - the user's word for it
        commitments: pl.DataFrame,
        claim_ids: Sequence[str],
        as_of: date | datetime | None = None,
    ) -> Why:
        rows = self.rows(as_of).filter(pl.col("claim_id").is_in(list(claim_ids)))
        wanted = self._derived(as_of).documents.filter(
            pl.col("document_id").is_in(rows["document_id"].unique().to_list())
        )
        texts = dict(wanted.select("document_id", "text").iter_rows())
        quotes = [quote_of(row, texts[row["document_id"]]) for row in rows.iter_rows(named=True)]
        return Why(kind, id, commitments.rows(named=True), quotes)

    # People's words -----------------------------------------------------------------------------------------------------------------------------

    @property
    def decisions(self) -> pl.DataFrame:
        """The decisions in their order (columns of `schemas.Decision`)."""
        return self.snapshot().decisions

    def decide(
        self,
        kind: DecisionKind | str,
        target: str,
        other: str | None = None,
        *,
        author: str,
        field: str | None = None,
        value: str | None = None,
        note: str = "",
    ) -> Decision:
        """Keep a person's word on a claim, a commitment or a name; the same word again, with nothing else said since, adds nothing.

        `target` and `other` are ids (a beginning will do), or names for alias and different. Raises LedgerError for an unknown id or kind, or where
        a correction's value is none of its field's.
        """
        said = Saying(
            DecisionKind(kind) if kind in set(DecisionKind) else _unknown_kind(kind), target, other, field, value, note
        )
        return self.decide_all([said], author=author, again=True)[0]

    def decide_all(self, sayings: Sequence[Saying], *, author: str, again: bool = False) -> Sequence[Decision]:
        """Keep many decisions in one commit; what was said before is not kept twice, unless `again` and something else was said since."""
        standing = self.decisions
        made = [self._decision(saying, author, standing if again else None) for saying in sayings]
        self.store.say(made)
        return made

    def import_decisions(self, workbook: Source, *, author: str) -> Taken:
        """Keep what people wrote into the review columns of an exported workbook; tells what was taken and each cell that was refused, and why.

        Importing the same workbook again keeps nothing twice. Raises InputError where the file is no workbook of this ledger.
        """
        known = self._derived()
        frames = Frames(
            documents=known.documents,
            claims=known.claims,
            commitments=known.resolution.commitments,
            memberships=known.resolution.memberships,
            decisions=self.decisions,
            info=ledger_name(known.snapshot),
        )
        taken = import_decisions(Path(workbook), frames, author, now())
        self.store.say(taken.decisions)
        return taken

    def _decision(self, saying: Saying, author: str, standing: pl.DataFrame | None) -> Decision:
        target, other = self._whole(saying, saying.target), self._whole(saying, saying.other)
        claim = None
        if saying.kind is not DecisionKind.ALIAS:
            claim = next(self.claims.filter(pl.col("claim_id") == target).collect().iter_rows(named=True), None)
        words = partial(
            make_decision, replace(saying, target=target or "", other=other), author=author, at=now(), claim=claim
        )
        decision = words()
        if standing is None:
            return decision
        same = [
            pl.col(name).eq_missing(getattr(decision, name))
            for name in ("kind", "target", "other", "field", "value", "author", "note")
        ]
        before = standing.filter(same)
        latest = standing.filter(pl.col("target") == target).tail(1)
        if before.is_empty() or latest["decision_id"].to_list() == before.tail(1)["decision_id"].to_list():
            return decision if before.is_empty() else records_of(Decision, before.tail(1))[0]
        return words(repeated=before.height)

    def _whole(self, saying: Saying, id: str | None) -> str | None:  # noqa: A002
        """The whole id, or the name as it is where the decision may be about names."""
        if id is None or saying.kind is DecisionKind.ALIAS:
            return id
        try:
            return self.find(id)[1]
        except LedgerError:
            if saying.kind is DecisionKind.DIFFERENT:
                return id
            raise

    def review(self, limit: int | None = None) -> pl.DataFrame:
        """The rows that most deserve a person's look, the largest amount times the least confidence first; those decided on are left out.

        `weight` is that product in US dollars; a commitment that no rate converts has none and comes last.
        """
        known = self._derived()
        decided = self.decisions.filter(
            pl.col("kind").is_in([DecisionKind.ACCEPT, DecisionKind.REJECT, DecisionKind.CORRECT])
        )["target"].to_list()
        replayed = replay_decisions(self.decisions, known.claims)
        named = pl.col("claim_id").is_in([decision.claim_id for decision in replayed.of_commitments])
        settled = known.resolution.memberships.filter(named)["commitment_id"].unique()
        open_ = (
            pl.col("commitment").is_not_null()
            & ~pl.col("commitment").is_in(settled.implode())
            & ~pl.col("claim_id").is_in(decided)
        )
        rows = self.rows().filter(open_)
        day = pl.coalesce(pl.col("published"), pl.col("retrieved_at").dt.date()).alias("on")
        days = known.documents.select("document_id", day)
        rates = quotes(rows.join(days, on="document_id").select("unit", "on"), "USD", known.rates)
        priced = rows.join(days, on="document_id", how="left").join(
            rates.select("unit", "on", "rate"), on=["unit", "on"], how="left"
        )
        weight = pl.col("value").cast(pl.Float64) * pl.col("rate").cast(pl.Float64) * (1.0 - pl.col("confidence"))
        ranked = priced.with_columns(weight.alias("weight")).sort(
            "weight", "claim_id", descending=[True, False], nulls_last=True
        )
        return ranked.drop("on", "rate").head(limit if limit is not None else ranked.height)

    def add_rates(self, file: Source) -> int:
        """Keep a user's own rates (a CSV with the columns unit, to, on, rate and optionally source); how many were new."""
        return self.store.add_rates(read_own(Path(file)))

    def rates(
        self, currency: str = "USD", *, as_of: date | datetime | None = None, rate_date: RateDate = "announcement"
    ) -> pl.DataFrame:
        """The rates by which the ledger's commitments are converted into `currency`: unit, on, rate, rate_on, rate_source."""
        known = self._derived(as_of)
        rows = converted(*known.frames, currency=_currency(currency), rates=known.rates, rate_date=rate_date)
        wanted = rows.select(pl.col("currency").alias("unit"), pl.col("day").alias("on")).unique().collect()
        return quotes(wanted, _currency(currency), known.rates, rate_date)

    def export(
        self,
        path: Source,
        *,
        profile: str = "analyst",
        currency: str = "USD",
        stage_floor: str = "pledged",
        allocation: Allocation = "split",
        as_of: date | datetime | None = None,
        rate_date: RateDate = "announcement",
        contact: str | None = None,
        progress: Callable[[int], None] | None = None,
        **filters: Any,
    ) -> list[Path]:
        """Write the ledger in the format that the suffix of `path` says; returns the files made.

        `contact` stands on a workbook's cover: whom a reader may ask. `filters` (measure, field, actor, recipient, since, until) choose commitments
        as in `totals`.
        """
        known, wanted, code = self._derived(as_of), Filters(**filters), _currency(currency)
        frames = frames_of(
            self.snapshot(as_of),
            known.claims,
            known.documents,
            known.resolution,
            known.rates,
            filters=wanted,
            currency=code,
            rate_date=rate_date,
            info={"as_of": (as_of or now()).isoformat(), **({"contact": contact} if contact else {})},
        )
        # A filter by actor chooses whole commitments here, so that the totals to compare with are of these and not of that actor's shares.
        own = partial(
            totals,
            frames.commitments,
            frames.memberships,
            frames.claims,
            frames.documents,
            rates=known.rates,
            rate_date=rate_date,
        )
        options: dict[str, Any] = {
            "profile": profile,
            "currency": code,
            "stage_floor": stage_floor,
            "allocation": allocation,
        }
        if progress is not None:
            options["done"] = progress
        return export(frames, Path(path), totals=own, **options)


def _deflators(path: Path) -> pl.DataFrame:
    """A user's table of deflators; raises InputError where it is none."""
    try:
        return pl.read_csv(path, infer_schema=False).select(pl.col("year").cast(pl.Int32), pl.col("index").cast(RATE))
    except (OSError, pl.exceptions.PolarsError) as error:
        raise InputError(f"{path}: not a table of deflators (year, index): {str(error).splitlines()[0]}") from error


def _currency(code: str) -> str:
    """An ISO 4217 code in capitals; raises LedgerError for any other text."""
    known = code.strip().upper()
    if known not in currencies():
        raise LedgerError(f"{code!r} is no ISO 4217 code; write one like USD or EUR")
    return known


def _unknown_kind(kind: str) -> NoReturn:
    raise LedgerError(f"{kind!r} is no decision; write one of {', '.join(DecisionKind)}")
