"""The rows of the workbook's sheets, worked out from a ledger's frames with the switches at their first setting.

What a live formula computes is worked out here too, in the floating-point numbers that spreadsheets have, so that a reader that does not
calculate shows the right figure. Amounts that are said stay decimals.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from ledger.export.amount import display, interval_words
from ledger.export.frames import Frames
from ledger.export.layout import FIRST_ROW, words
from ledger.export.safe import web_address
from schemas import Claim, Commitment, Stage, stable_id

RANKS = {**{stage.value: rank for rank, stage in enumerate(Stage) if stage is not Stage.CANCELLED}, Stage.CANCELLED.value: -1}
WAITING = ("rumoured", "cancelled", "unconverted", "part_of")
"""Exclusion reasons that a switch, a rate or the absence of the whole can lift; the others stand whatever is chosen."""
NO_WHOLE = -9
DIMENSIONS = {"actor": "A", "field": "F", "recipient": "R"}
TOTALS = ("low", "stated", "high", "open", "counts")
STAGES = tuple(stage.value for stage in Stage)


@dataclass(frozen=True)
class Switches:
    """First settings of the workbook's switches."""

    currency: str = "USD"
    floor: str = "pledged"
    end: str = "stated"
    allocation: str = "split"
    cancelled: str = "no"


@dataclass(frozen=True)
class Rows:
    """Prepared rows by sheet."""

    switches: Switches
    currencies: tuple[str, ...]
    commitments: pl.DataFrame
    shares: pl.DataFrame
    claims: pl.DataFrame
    documents: pl.DataFrame
    exclusions: pl.DataFrame
    by_actor: pl.DataFrame
    by_field: pl.DataFrame
    by_recipient: pl.DataFrame
    matrix: pl.DataFrame
    by_year: pl.DataFrame


def prepare(book: Frames, switches: Switches) -> Rows:
    """All rows of the workbook; names joined by "; ", links as row numbers."""
    currencies = _currencies(book.rates, switches.currency)
    lines = _lines(book, switches, currencies)
    claims = _claims(book, lines)
    lines = _linked(lines, claims)
    shares = _shares(lines, switches)
    totals = {dimension: _totals(shares, lines, dimension, switches) for dimension in DIMENSIONS}
    return Rows(
        switches=switches,
        currencies=currencies,
        commitments=lines,
        shares=shares,
        claims=claims,
        documents=_documents(book),
        exclusions=_exclusions(claims),
        by_actor=totals["actor"],
        by_field=totals["field"],
        by_recipient=totals["recipient"],
        matrix=_matrix(shares, lines, totals),
        by_year=_years(lines),
    )


def _currencies(rates: pl.DataFrame, currency: str) -> tuple[str, ...]:
    return tuple(sorted({currency, *rates["to"].to_list()}))


# ------------------------------------------------------------------------------------------------------------------------------ commitments


def _lines(book: Frames, switches: Switches, currencies: Sequence[str]) -> pl.DataFrame:
    lines = book.commitments.with_columns(
        pl.col("exclusion_reason").is_null().or_(pl.col("exclusion_reason").is_in(WAITING)).alias("can"),
        pl.col("stage").replace_strict(RANKS, return_dtype=pl.Int64).alias("rank"),
    )
    lines = _with_wholes(with_years(lines, book))
    lines = _with_rates(lines, book.rates, currencies, switches.currency)
    lines = lines.with_columns(pl.col(f"rate_{switches.currency}").fill_null(0.0).alias("rate"))
    return _counted(lines, switches).sort("stated", "value", "commitment_id", descending=[True, True, False])


def with_years(lines: pl.DataFrame, book: Frames) -> pl.DataFrame:
    """Add `year`, the one that a total sorts a commitment under: of the day that its rate is of, else of the first report, else of the ingestion."""
    days = book.rates.select("commitment_id", "day") if {"commitment_id", "day"} <= set(book.rates.columns) else _NO_DAYS
    taken = book.memberships.select("claim_id", "commitment_id").drop_nulls().join(book.claims.select("claim_id", "document_id"), on="claim_id")
    kept = taken.join(book.documents.select("document_id", "retrieved_at"), on="document_id")
    ingested = kept.group_by("commitment_id").agg(pl.col("retrieved_at").min().dt.date().alias("ingested"))
    told = lines.join(days.unique("commitment_id", keep="first", maintain_order=True), on="commitment_id", how="left", maintain_order="left")
    told = told.join(ingested, on="commitment_id", how="left", maintain_order="left")
    day = pl.coalesce("day", "first_reported", "ingested")
    return told.with_columns(day.dt.year().fill_null(0).cast(pl.Int64).alias("year")).drop("ingested")


_NO_DAYS = pl.DataFrame(schema={"commitment_id": pl.String, "day": pl.Date})


def _with_wholes(lines: pl.DataFrame) -> pl.DataFrame:
    """Add `whole_rank`: how firm the commitment is that each is a part of, where that one may count."""
    wholes = lines.filter("can").select(pl.col("commitment_id").alias("part_of"), pl.col("rank").alias("whole_rank"))
    return lines.join(wholes, on="part_of", how="left", maintain_order="left").with_columns(pl.col("whole_rank").fill_null(NO_WHOLE))


def _firm(rank: str, switches: Switches) -> pl.Expr:
    is_cancelled = pl.col(rank) == RANKS[Stage.CANCELLED.value]
    return pl.when(is_cancelled).then(pl.lit(switches.cancelled == "yes")).otherwise(pl.col(rank) >= RANKS[switches.floor])


def _counted(lines: pl.DataFrame, switches: Switches) -> pl.DataFrame:
    firm = _firm("rank", switches) & ~_firm("whole_rank", switches)
    money = {"low": "lower", "stated": "value", "high": "upper"}
    lines = lines.with_columns((pl.col("can") & (pl.col("rate") > 0) & firm).cast(pl.Int64).alias("counts"))
    lines = lines.with_columns(
        [(pl.col("counts") * pl.col("rate") * pl.col(source).cast(pl.Float64).fill_null(0.0)).alias(name) for name, source in money.items()]
    )
    return lines.with_columns(pl.when(pl.col("upper").is_null()).then(pl.col("counts")).otherwise(0).alias("open")).with_columns(
        _shown(switches.end).alias("shown")
    )


def _shown(end: str) -> pl.Expr:
    """The chosen end of the interval; where the upper one is open, the amount said stands in for it."""
    if end != "high":
        return pl.col(end)
    return pl.when(pl.col("open") > 0).then(pl.col("stated")).otherwise(pl.col("high"))


def _with_rates(lines: pl.DataFrame, rates: pl.DataFrame, currencies: Sequence[str], shown: str) -> pl.DataFrame:
    """Add a column rate_CODE for each currency, and the day and source of the rate to the currency shown."""
    for code in currencies:
        found = _rates_to(lines, rates.filter(pl.col("to") == code))
        one = pl.when(pl.col("unit") == code).then(pl.lit(1.0)).otherwise(pl.col("rate").cast(pl.Float64)).alias(f"rate_{code}")
        keep = [pl.col("commitment_id"), one]
        if code == shown:
            foreign = pl.col("unit") != code
            keep += [pl.when(foreign).then(pl.col("on")).alias("rate_on"), pl.when(foreign).then(pl.col("source")).alias("rate_source")]
        lines = lines.join(found.select(keep), on="commitment_id", how="left", maintain_order="left")
    return lines


def _rates_to(lines: pl.DataFrame, rates: pl.DataFrame) -> pl.DataFrame:
    wanted = lines.select("commitment_id", "unit", "first_reported")
    if "commitment_id" in rates.columns:
        own = rates.unique("commitment_id", keep="first", maintain_order=True).select("commitment_id", "rate", "on", "source")
        return wanted.join(own, on="commitment_id", how="left", maintain_order="left")
    # A pledge without a date takes the latest rate.
    latest = pl.col("first_reported").fill_null(pl.lit(rates["on"].max(), pl.Date)).alias("day")
    days = wanted.with_columns(latest).sort("day")
    steps = rates.select("unit", "rate", "on", "source").sort("on").with_columns(pl.col("on").alias("day"))
    return days.join_asof(steps, on="day", by="unit", strategy="backward", check_sortedness=False)


def _linked(lines: pl.DataFrame, claims: pl.DataFrame) -> pl.DataFrame:
    """Add the rows of each commitment's claims, and where its latest claim stands among the ledger's."""
    placed = claims.with_row_index("place", offset=FIRST_ROW).filter(pl.col("commitment_id").is_not_null())
    spans = placed.group_by("commitment_id").agg(
        pl.col("place").min().alias("first_place"),
        pl.col("place").max().alias("last_place"),
        pl.col("pick").last(),
    )
    return lines.join(spans, on="commitment_id", how="left", maintain_order="left")


# ----------------------------------------------------------------------------------------------------------------------------------- claims


def _claims(book: Frames, lines: pl.DataFrame) -> pl.DataFrame:
    """The order of the claims and where each went; `pick` is a claim's place in `book.claims`, whose other columns `details` adds."""
    order = lines.select("commitment_id").with_row_index("order", offset=FIRST_ROW)
    where = book.memberships.select("claim_id", "commitment_id", "counted", "exclusion_reason", "because").unique("claim_id", keep="first")
    days = book.documents.select("document_id", "published")
    return (
        book.claims.select("claim_id", "document_id", "start")
        .with_row_index("pick")
        .join(where, on="claim_id", how="left", maintain_order="left")
        .join(days, on="document_id", how="left", maintain_order="left")
        .join(order, on="commitment_id", how="left", maintain_order="left")
        .sort("order", "published", "document_id", "start", nulls_last=True, maintain_order=True)
        .drop("document_id", "start", "published")
    )


Detail = Callable[[pl.DataFrame], pl.DataFrame]
"""Adds columns to a block of rows: what is long is made block by block, so that memory stays small."""


def details(book: Frames) -> Detail:
    """Adds to rows with `pick` the claim's own columns, its article's, its sentence, its amount in words and its stamp."""
    said = book.documents.select("document_id", "source", "title", "publisher", "published", "url", "text").with_columns(
        pl.col("url").map_elements(web_address, pl.String)
    )

    def detail(block: pl.DataFrame) -> pl.DataFrame:
        picked = book.claims[block["pick"]] if block.height else book.claims.head(0)
        own = picked.with_columns(display(picked), pl.Series("stamp", stamps_of(Claim.__name__, picked), dtype=pl.String))
        rows = pl.concat([block.drop("claim_id", strict=False), own], how="horizontal")
        joined = rows.join(said, on="document_id", how="left", maintain_order="left")
        return joined.with_columns(_sentence().alias("sentence")).drop("text")

    return detail


def _sentence() -> pl.Expr:
    """The sentence of a claim, cut from its document's text; the quote alone where the document is not there."""
    length = pl.col("sentence_end") - pl.col("sentence_start")
    return pl.coalesce(pl.col("text").str.slice(pl.col("sentence_start"), length).str.strip_chars(), pl.col("exact"))


def quoted(book: Frames) -> Detail:
    """Adds to rows with `pick` (of a commitment's latest claim) its sentence as `quote`, its article's `url`, its amount in words, its stamp."""
    said = book.documents.select("document_id", "text", pl.col("url").map_elements(web_address, pl.String))
    places = book.claims.select("document_id", "sentence_start", "sentence_end", "exact").with_row_index("pick")

    def detail(block: pl.DataFrame) -> pl.DataFrame:
        rows = block.select("pick").join(places, on="pick", how="left", maintain_order="left")
        rows = rows.join(said, on="document_id", how="left", maintain_order="left")
        stamps = pl.Series("stamp", stamps_of(Commitment.__name__, block), dtype=pl.String)
        return block.with_columns(*rows.select(_sentence().alias("quote"), "url"), display(block), stamps)

    return detail


def stamps_of(kind: str, frame: pl.DataFrame) -> list[str]:
    """A fingerprint of each row of a frame of claims or commitments: what a reviewer saw and could correct."""
    keys = STAMPED[kind]
    return [stable_id(*(_plain(value) for value in row)) for row in frame.select(keys).iter_rows()]


STAMPED = {
    "Claim": ("claim_id", "exact", "kind", "unit", "value", "lower", "upper", "bound", "measure", "stage", "actor", "recipient", "fields"),
    "Commitment": ("commitment_id", "unit", "value", "lower", "upper", "bound", "measure", "stage", "actor", "recipient", "fields"),
}


def _plain(value: Any) -> str:
    """A value as text that is the same for equal values: names and codes alone stand for their structs."""
    if isinstance(value, list):
        return "; ".join(str(item.get("name", item.get("code"))) if isinstance(item, dict) else str(item) for item in value)
    return str(value)


def _exclusions(claims: pl.DataFrame) -> pl.DataFrame:
    out = claims.with_row_index("place", offset=FIRST_ROW).filter(pl.col("counted").is_null() | ~pl.col("counted"))
    return out.sort("exclusion_reason", "place", nulls_last=True)


def _documents(book: Frames) -> pl.DataFrame:
    counts = book.claims.group_by("document_id").agg(pl.len().cast(pl.Int64).alias("claims"))
    return (
        book.documents.with_columns(
            pl.col("text").str.len_chars().cast(pl.Int64).alias("characters"), pl.col("url").map_elements(web_address, pl.String).alias("link_url")
        )
        .drop("text")
        .join(counts, on="document_id", how="left", maintain_order="left")
        .with_columns(pl.col("claims").fill_null(0))
        .sort("published", "title", "document_id", nulls_last=True)
    )


# ----------------------------------------------------------------------------------------------------------------------------------- totals


def _shares(lines: pl.DataFrame, switches: Switches) -> pl.DataFrame:
    """One row for each commitment under each of its names, those of a name together; `place` is the commitment's row on its sheet."""
    named = lines.with_row_index("place", offset=FIRST_ROW)
    return pl.concat([_share(named, dimension, switches) for dimension in DIMENSIONS], rechunk=False)


def described(lines: pl.DataFrame) -> "Detail":
    """Adds to rows of shares what the commitment is, its fields between bars, and its id."""

    def detail(block: pl.DataFrame) -> pl.DataFrame:
        rows = lines[block["place"] - FIRST_ROW] if block.height else lines.head(0)
        what = pl.concat_str([_joined("actor"), pl.lit(" → "), _joined("recipient"), pl.lit(": "), _joined("fields")]).alias("what")
        keys = pl.concat_str([pl.lit("|"), _joined("fields", "|"), pl.lit("|")]).alias("field_keys")
        return block.with_columns(*rows.select(what, keys, "commitment_id"))

    return detail


def _joined(column: str, by: str = "; ") -> pl.Expr:
    nobody = words()["book"]["none"]
    distinct = pl.col(column).list.unique(maintain_order=True)
    return pl.when(pl.col(column).list.len() > 0).then(distinct.list.join(by)).otherwise(pl.lit(nobody))


def _share(named: pl.DataFrame, dimension: str, switches: Switches) -> pl.DataFrame:
    source = "fields" if dimension == "field" else dimension
    distinct = pl.col(source).list.unique(maintain_order=True)
    fields_of = pl.col("fields").list.unique().list.len().clip(1).cast(pl.Int64)
    long = named.select(
        "place",
        "stage",
        *TOTALS,
        "shown",
        fields_of.alias("fields_of"),
        distinct.alias("name"),
        distinct.list.len().clip(1).cast(pl.Int64).alias("of"),
    )
    long = long.explode("name", empty_as_null=True).with_columns(pl.col("name").fill_null(words()["book"]["none"]))
    long = long.with_columns(pl.lit(1.0).alias("share") if switches.allocation == "full" else (1.0 / pl.col("of")).alias("share"))
    long = long.with_columns([(pl.col(name) * pl.col("share")).alias(name) for name in ("low", "stated", "high", "shown")])
    per_field = pl.col("shown") if switches.allocation == "full" else pl.col("shown") / pl.col("fields_of")
    long = long.with_columns(per_field.alias("shown_per_field"), (pl.col("place") - FIRST_ROW + 1).alias("at"), pl.lit(dimension).alias("by"))
    ranks = long.group_by("name").agg(pl.col("stated").sum().alias("weight")).sort("weight", "name", descending=[True, False])
    ranks = ranks.with_row_index("name_rank", offset=1).with_columns(
        (pl.lit(DIMENSIONS[dimension]) + pl.col("name_rank").cast(pl.String)).alias("key")
    )
    return long.join(ranks.drop("weight"), on="name").sort("name_rank", "stated", "place", descending=[False, True, False])


def _totals(shares: pl.DataFrame, lines: pl.DataFrame, dimension: str, switches: Switches) -> pl.DataFrame:
    part = shares.with_row_index("share_place", offset=FIRST_ROW).filter(pl.col("by") == dimension)
    sums = part.group_by("name_rank", "name", "key").agg(
        *[pl.col(name).sum() for name in (*TOTALS, "shown") if name != "counts"],
        pl.col("counts").sum().alias("commitments"),
        pl.col("share_place").min().alias("first_place"),
        pl.col("share_place").max().alias("last_place"),
        *[pl.col("stated").filter(pl.col("stage") == stage).sum().alias(stage) for stage in STAGES],
    )
    sums = sums.sort("name_rank").join(_main(part, lines, dimension), on="name", how="left", maintain_order="left")
    shown = [
        interval_words(low, stated, high, ends, switches.currency)
        for low, stated, high, ends in sums.select("low", "stated", "high", "open").iter_rows()
    ]
    known = pl.when(pl.col("open") == 0).then(pl.col("high")).alias("high")
    return sums.with_columns(pl.Series("display", shown, dtype=pl.String), known)


def _main(part: pl.DataFrame, lines: pl.DataFrame, dimension: str) -> pl.DataFrame:
    """The field that most of an actor's money is for; the actor that most of a field's or recipient's comes from."""
    other = "fields" if dimension == "actor" else "actor"
    others = lines[other][part["place"] - FIRST_ROW].alias("main")
    long = part.select("name", (pl.col("stated") / others.list.len().clip(1)).alias("each"), others)
    sums = long.explode("main").drop_nulls("main").group_by("name", "main").agg(pl.col("each").sum())
    return sums.sort("each", "main", descending=[True, False]).group_by("name", maintain_order=True).agg(pl.col("main").first())


MATRIX_ROWS = 200
"""Actors on the sheet Actor by field."""


def _matrix(shares: pl.DataFrame, lines: pl.DataFrame, totals: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """Actors by fields, both most first; the first `MATRIX_ROWS` actors."""
    actors = totals["actor"].head(MATRIX_ROWS).select("name_rank", "name", "key", "shown").rename({"shown": "total"})
    cells = shares.filter((pl.col("by") == "actor") & (pl.col("name_rank") <= MATRIX_ROWS)).select("place", "name_rank", "shown_per_field")
    fields = lines["fields"][cells["place"] - FIRST_ROW].list.unique(maintain_order=True)
    nobody = pl.concat_list(pl.lit(words()["book"]["none"]))
    cells = cells.with_columns(fields).with_columns(pl.when(pl.col("fields").list.len() > 0).then(pl.col("fields")).otherwise(nobody))
    long = cells.explode("fields").group_by("name_rank", "fields").agg(pl.col("shown_per_field").sum())
    for code in totals["field"]["name"].to_list():
        own = long.filter(pl.col("fields") == code).select("name_rank", pl.col("shown_per_field").alias(code))
        actors = actors.join(own, on="name_rank", how="left", maintain_order="left").with_columns(pl.col(code).fill_null(0.0))
    return actors


def _years(lines: pl.DataFrame) -> pl.DataFrame:
    return (
        lines.group_by("year")
        .agg(
            pl.col("shown").sum().alias("total"),
            *[pl.col("shown").filter(pl.col("stage") == stage).sum().alias(stage) for stage in STAGES],
        )
        .sort("year")
        .rename({"year": "name"})
    )
