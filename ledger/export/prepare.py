"""The rows of the workbook's sheets, worked out from a ledger's frames with the switches at their first setting.

What a live formula computes is worked out here too, in the floating-point numbers that spreadsheets have, so that a reader that does not
calculate shows the right figure. Amounts that are said stay decimals. Sums are taken in the order of the rows, so that each time gives the same
last digit.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from ledger.export.display import display
from ledger.export.frames import Frames
from ledger.export.layout import FIRST_ROW, words
from ledger.export.safe import web_address
from ledger.money.amounts import interval_words
from schemas import Claim, Commitment, Stage, stable_id

RANKS = {
    **{stage.value: rank for rank, stage in enumerate(Stage) if stage is not Stage.CANCELLED},
    Stage.CANCELLED.value: -1,
}
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
    """Prepared rows by sheet: their order and what is worked out of them. The ledger's own columns are added block by block, as rows are written."""

    switches: Switches
    currencies: tuple[str, ...]
    articles: "Articles"
    commitments: pl.DataFrame
    shares: "Shares"
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
    shares = Shares.of(lines, switches)
    totals = {dimension: _totals(shares, dimension, switches.currency) for dimension in DIMENSIONS}
    return Rows(
        switches=switches,
        currencies=currencies,
        articles=Articles.of(book),
        commitments=lines,
        shares=shares,
        claims=claims,
        documents=_documents(book),
        exclusions=_exclusions(claims),
        by_actor=totals["actor"],
        by_field=totals["field"],
        by_recipient=totals["recipient"],
        matrix=_matrix(shares, totals),
        by_year=_years(lines),
    )


def _currencies(rates: pl.DataFrame, currency: str) -> tuple[str, ...]:
    return tuple(sorted({currency, *rates["to"].to_list()}))


# ------------------------------------------------------------------------------------------------------------------------------ commitments


WORKED = ("commitment_id", "unit", "value", "lower", "upper")
"""Columns of the commitments that amounts are worked out from."""
NAMED = ("stage", "actor", "recipient", "fields", "counted")
"""Columns of the commitments that shares, totals and checks need as well."""


def _lines(book: Frames, switches: Switches, currencies: Sequence[str]) -> pl.DataFrame:
    """The commitments in order, with what is worked out of them; `entry` is one's place in `book.commitments`, whose other columns `quoted` adds."""
    lines = book.commitments.select(
        *WORKED,
        "part_of",
        "first_reported",
        pl.col("exclusion_reason").is_null().or_(pl.col("exclusion_reason").is_in(WAITING)).alias("can"),
        pl.col("stage").replace_strict(RANKS, return_dtype=pl.Int64).alias("rank"),
    ).with_row_index("entry")
    lines = _with_wholes(with_years(lines, book)).drop("part_of")
    lines = _with_rates(lines, book.rates, currencies, switches.currency).drop("first_reported")
    lines = lines.with_columns(pl.col(f"rate_{switches.currency}").fill_null(0.0).alias("rate"))
    lines = _counted(lines, switches).sort("stated", "value", "commitment_id", descending=[True, True, False])
    return lines.hstack(_taken(book.commitments.select(NAMED), lines["entry"]))


def with_years(lines: pl.DataFrame, book: Frames) -> pl.DataFrame:
    """Add `year`, the one that a total sorts a commitment under: of the day that its rate is of, else of the first report, else of the ingestion."""
    days = (
        book.rates.select("commitment_id", "day") if {"commitment_id", "day"} <= set(book.rates.columns) else _NO_DAYS
    )
    taken = (
        book.memberships.select("claim_id", "commitment_id")
        .drop_nulls()
        .join(book.claims.select("claim_id", "document_id"), on="claim_id")
    )
    kept = taken.join(book.documents.select("document_id", "retrieved_at"), on="document_id")
    ingested = kept.group_by("commitment_id").agg(pl.col("retrieved_at").min().dt.date().alias("ingested"))
    told = lines.join(
        days.unique("commitment_id", keep="first", maintain_order=True),
        on="commitment_id",
        how="left",
        maintain_order="left",
    )
    told = told.join(ingested, on="commitment_id", how="left", maintain_order="left")
    day = pl.coalesce("day", "first_reported", "ingested")
    return told.with_columns(day.dt.year().fill_null(0).cast(pl.Int64).alias("year")).drop("ingested")


_NO_DAYS = pl.DataFrame(schema={"commitment_id": pl.String, "day": pl.Date})


def _with_wholes(lines: pl.DataFrame) -> pl.DataFrame:
    """Add `whole_rank`: how firm the commitment is that each is a part of, where that one may count."""
    wholes = lines.filter("can").select(pl.col("commitment_id").alias("part_of"), pl.col("rank").alias("whole_rank"))
    return lines.join(wholes, on="part_of", how="left", maintain_order="left").with_columns(
        pl.col("whole_rank").fill_null(NO_WHOLE)
    )


def _firm(rank: str, switches: Switches) -> pl.Expr:
    is_cancelled = pl.col(rank) == RANKS[Stage.CANCELLED.value]
    return (
        pl.when(is_cancelled).then(pl.lit(switches.cancelled == "yes")).otherwise(pl.col(rank) >= RANKS[switches.floor])
    )


def _counted(lines: pl.DataFrame, switches: Switches) -> pl.DataFrame:
    firm = _firm("rank", switches) & ~_firm("whole_rank", switches)
    money = {"low": "lower", "stated": "value", "high": "upper"}
    lines = lines.with_columns((pl.col("can") & (pl.col("rate") > 0) & firm).cast(pl.Int64).alias("counts"))
    lines = lines.with_columns(
        [
            (pl.col("counts") * pl.col("rate") * pl.col(source).cast(pl.Float64).fill_null(0.0)).alias(name)
            for name, source in money.items()
        ]
    )
    return lines.with_columns(
        pl.when(pl.col("upper").is_null()).then(pl.col("counts")).otherwise(0).alias("open")
    ).with_columns(_shown(switches.end).alias("shown"))


def _shown(end: str) -> pl.Expr:
    """The chosen end of the interval; where the upper one is open, the amount said stands in for it."""
    if end != "high":
        return pl.col(end)
    return pl.when(pl.col("open") > 0).then(pl.col("stated")).otherwise(pl.col("high"))


def _with_rates(lines: pl.DataFrame, rates: pl.DataFrame, currencies: Sequence[str], shown: str) -> pl.DataFrame:
    """Add a column rate_CODE for each currency, and the day and source of the rate to the currency shown."""
    for code in currencies:
        found = _rates_to(lines, rates.filter(pl.col("to") == code))
        one = (
            pl.when(pl.col("unit") == code)
            .then(pl.lit(1.0))
            .otherwise(pl.col("rate").cast(pl.Float64))
            .alias(f"rate_{code}")
        )
        keep = [pl.col("commitment_id"), one]
        if code == shown:
            foreign = pl.col("unit") != code
            keep += [
                pl.when(foreign).then(pl.col("on")).alias("rate_on"),
                pl.when(foreign).then(pl.col("source")).alias("rate_source"),
            ]
        lines = lines.join(found.select(keep), on="commitment_id", how="left", maintain_order="left")
    return lines


def _rates_to(lines: pl.DataFrame, rates: pl.DataFrame) -> pl.DataFrame:
    wanted = lines.select("commitment_id", "unit", "first_reported")
    if "commitment_id" in rates.columns:
        own = rates.unique("commitment_id", keep="first", maintain_order=True).select(
            "commitment_id", "rate", "on", "source"
        )
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
    return lines.hstack(
        lines.select("commitment_id")
        .join(spans, on="commitment_id", how="left", maintain_order="left")
        .drop("commitment_id")
    )


# ----------------------------------------------------------------------------------------------------------------------------------- claims


def _claims(book: Frames, lines: pl.DataFrame) -> pl.DataFrame:
    """The order of the claims and where each went; `pick` is a claim's place in `book.claims`, whose other columns `details` adds."""
    order = lines.select("commitment_id").with_row_index("order", offset=FIRST_ROW)
    where = book.memberships.select("claim_id", "commitment_id", "counted", "exclusion_reason", "because").unique(
        "claim_id", keep="first"
    )
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


@dataclass(frozen=True)
class Articles:
    """The articles that claims stand in: what rows show of them, and for each claim the place of its own among them."""

    said: pl.DataFrame
    at: pl.Series

    @classmethod
    def of(cls, book: Frames) -> "Articles":
        """The articles of `book`; an address that is no web address is none."""
        said = book.documents.select(
            "source", "title", "publisher", "published", pl.col("url").map_elements(web_address, pl.String), "text"
        )
        places = book.documents.select("document_id").with_row_index("at").unique("document_id", keep="first")
        return cls(
            said,
            book.claims.select("document_id").join(places, on="document_id", how="left", maintain_order="left")["at"],
        )

    def beside(self, claims: pl.DataFrame, picks: pl.Series) -> pl.DataFrame:
        """`claims` with their articles' columns and their `sentence`; `picks` are their places in the ledger's frame."""
        return (
            claims.hstack(_taken(self.said, self.at.gather(picks)))
            .with_columns(_sentence().alias("sentence"))
            .drop("text")
        )


def _sentence() -> pl.Expr:
    """The sentence of a claim, cut from its document's text; the quote alone where the document is not there."""
    length = pl.col("sentence_end") - pl.col("sentence_start")
    return pl.coalesce(pl.col("text").str.slice(pl.col("sentence_start"), length).str.strip_chars(), pl.col("exact"))


def details(book: Frames, articles: Articles) -> Detail:
    """Adds to rows with `pick` the claim's own columns, its article's, its sentence, its amount in words and its stamp."""

    def detail(block: pl.DataFrame) -> pl.DataFrame:
        own = _taken(book.claims, block["pick"])
        own = own.with_columns(display(own), pl.Series("stamp", stamps_of(Claim.__name__, own), dtype=pl.String))
        return articles.beside(pl.concat([block.drop("claim_id", strict=False), own], how="horizontal"), block["pick"])

    return detail


def quoted(book: Frames, articles: Articles) -> Detail:
    """Adds to rows of commitments their own columns, and of their latest claim (`pick`) the sentence as `quote` and its article's `url`; their amount
    in words and their stamp."""
    others = [name for name in book.commitments.columns if name not in (*WORKED, *NAMED)]

    def detail(block: pl.DataFrame) -> pl.DataFrame:
        rows = block.hstack(_taken(book.commitments.select(others), block["entry"]))
        claims = _taken(book.claims.select("sentence_start", "sentence_end", "exact"), block["pick"])
        latest = articles.beside(claims, block["pick"]).select(pl.col("sentence").alias("quote"), "url")
        return rows.with_columns(
            *latest, display(rows), pl.Series("stamp", stamps_of(Commitment.__name__, rows), dtype=pl.String)
        )

    return detail


def _taken(frame: pl.DataFrame, places: pl.Series) -> pl.DataFrame:
    """The rows of `frame` at `places`, nulls where one is null."""
    return frame.select(pl.all().gather(places))


def stamps_of(kind: str, frame: pl.DataFrame) -> list[str]:
    """A fingerprint of each row of a frame of claims or commitments: what a reviewer saw and could correct."""
    keys = STAMPED[kind]
    return [stable_id(*(_plain(value) for value in row)) for row in frame.select(keys).iter_rows()]


STAMPED = {
    "Claim": (
        "claim_id",
        "exact",
        "kind",
        "unit",
        "value",
        "lower",
        "upper",
        "bound",
        "measure",
        "stage",
        "actor",
        "recipient",
        "fields",
    ),
    "Commitment": (
        "commitment_id",
        "unit",
        "value",
        "lower",
        "upper",
        "bound",
        "measure",
        "stage",
        "actor",
        "recipient",
        "fields",
    ),
}


def _plain(value: Any) -> str:
    """A value as text that is the same for equal values: names and codes alone stand for their structs."""
    if isinstance(value, list):
        return "; ".join(
            str(item.get("name", item.get("code"))) if isinstance(item, dict) else str(item) for item in value
        )
    return str(value)


def _exclusions(claims: pl.DataFrame) -> pl.DataFrame:
    out = claims.with_row_index("place", offset=FIRST_ROW).filter(pl.col("counted").is_null() | ~pl.col("counted"))
    return out.sort("exclusion_reason", "place", nulls_last=True)


def _documents(book: Frames) -> pl.DataFrame:
    """The order of the articles and their number of claims; `pick` is one's place in `book.documents`, whose other columns `described` adds."""
    counts = book.claims.group_by("document_id").agg(pl.len().cast(pl.Int64).alias("claims"))
    return (
        book.documents.select("document_id", "published", "title")
        .with_row_index("pick")
        .join(counts, on="document_id", how="left", maintain_order="left")
        .with_columns(pl.col("claims").fill_null(0))
        .sort("published", "title", "document_id", nulls_last=True)
        .select("pick", "document_id", "claims")
    )


def described(book: Frames) -> Detail:
    """Adds to rows of articles their own columns but the text, its length, and `link_url`: the address where it is a web address."""
    length = pl.col("text").str.len_chars().cast(pl.Int64).alias("characters")
    link = pl.col("url").map_elements(web_address, pl.String).alias("link_url")

    def detail(block: pl.DataFrame) -> pl.DataFrame:
        return block.drop("document_id").hstack(
            _taken(book.documents, block["pick"]).with_columns(length, link).drop("text")
        )

    return detail


# ----------------------------------------------------------------------------------------------------------------------------------- totals


@dataclass(frozen=True)
class Shares:
    """One row for each commitment under each of its names, those of a name together.

    `frame` has `place`, the commitment's row on its sheet, `of`, the number of names that share it, and `name_at`, the place of the name in
    `names` (by, name, name_rank, key). Amounts are worked out for the rows wanted.
    """

    frame: pl.DataFrame
    names: pl.DataFrame
    lines: pl.DataFrame
    allocation: str

    @classmethod
    def of(cls, lines: pl.DataFrame, switches: Switches) -> "Shares":
        """The shares of the commitments `lines`."""
        frames, names, before = list[pl.DataFrame](), list[pl.DataFrame](), 0
        for dimension in DIMENSIONS:
            frame, known = _share(lines, dimension, switches.allocation)
            frames.append(frame.with_columns(pl.col("name_at") + before))
            names.append(known)
            before += known.height
        return cls(pl.concat(frames, rechunk=False), pl.concat(names), lines, switches.allocation)

    def part(self, dimension: str) -> pl.DataFrame:
        """The rows of one dimension, with `share_place`, their rows on the sheet, and their amounts."""
        wanted = self.names.with_row_index("name_at").filter(pl.col("by") == dimension)["name_at"]
        rows = self.frame.with_row_index("share_place", offset=FIRST_ROW)
        return self.with_amounts(rows.filter(pl.col("name_at").is_in(wanted.implode())))

    def with_amounts(self, rows: pl.DataFrame) -> pl.DataFrame:
        """`rows` with their names, and their part of the commitment's amounts."""
        lines = _taken(self.lines.select("stage", *TOTALS, "shown"), rows["place"] - FIRST_ROW)
        long = (
            rows.hstack(lines)
            .hstack(_taken(self.names, rows["name_at"]))
            .with_columns(_part_of(self.allocation).alias("share"))
        )
        return long.with_columns(
            [(pl.col(name) * pl.col("share")).alias(name) for name in ("low", "stated", "high", "shown")]
        )

    def per_field(self, rows: pl.DataFrame) -> pl.DataFrame:
        """`rows` with the number of their commitment's fields, and what of the amount shown falls to each."""
        count = pl.col("fields").list.unique().list.len().clip(1).cast(pl.Int64).alias("fields_of")
        counted = rows.hstack(_taken(self.lines.select("fields"), rows["place"] - FIRST_ROW).select(count))
        each = pl.col("shown") if self.allocation == "full" else pl.col("shown") / pl.col("fields_of")
        return counted.with_columns(each.alias("shown_per_field"))

    def described(self, block: pl.DataFrame) -> pl.DataFrame:
        """`block` with amounts, what the commitment is, its fields between bars, and its id."""
        rows = _taken(self.lines.select("actor", "recipient", "fields", "commitment_id"), block["place"] - FIRST_ROW)
        what = pl.concat_str(
            [_joined("actor"), pl.lit(" → "), _joined("recipient"), pl.lit(": "), _joined("fields")]
        ).alias("what")
        keys = pl.concat_str([pl.lit("|"), _joined("fields", "|"), pl.lit("|")]).alias("field_keys")
        at = (block["place"] - FIRST_ROW + 1).alias("at")
        return (
            self.per_field(self.with_amounts(block)).hstack(rows.select(what, keys, "commitment_id")).with_columns(at)
        )


def _part_of(allocation: str) -> pl.Expr:
    return pl.lit(1.0) if allocation == "full" else 1.0 / pl.col("of")


def _joined(column: str, by: str = "; ") -> pl.Expr:
    nobody = words()["book"]["none"]
    distinct = pl.col(column).list.unique(maintain_order=True)
    return pl.when(pl.col(column).list.len() > 0).then(distinct.list.join(by)).otherwise(pl.lit(nobody))


def _share(lines: pl.DataFrame, dimension: str, allocation: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The shares of a dimension, and its names, those with most first."""
    distinct = pl.col("fields" if dimension == "field" else dimension).list.unique(maintain_order=True)
    count = distinct.list.len().clip(1).cast(pl.Int64).alias("of")
    long = lines.with_row_index("place", offset=FIRST_ROW).select("place", "stated", count, distinct.alias("name"))
    long = long.explode("name", empty_as_null=True).with_columns(pl.col("name").fill_null(words()["book"]["none"]))
    long = long.with_columns(pl.col("stated") * _part_of(allocation))
    ranks = (
        long.group_by("name", maintain_order=True)
        .agg(pl.col("stated").sum().alias("weight"))
        .sort("weight", "name", descending=[True, False])
    )
    key = (pl.lit(DIMENSIONS[dimension]) + (pl.col("name_at") + 1).cast(pl.String)).alias("key")
    ranks = ranks.with_row_index("name_at")
    rows = long.join(ranks.select("name", "name_at"), on="name").sort(
        "name_at", "stated", "place", descending=[False, True, False]
    )
    return rows.select("place", "of", "name_at"), ranks.select(
        pl.lit(dimension).alias("by"), "name", (pl.col("name_at") + 1).alias("name_rank"), key
    )


def _totals(shares: Shares, dimension: str, currency: str) -> pl.DataFrame:
    part = shares.part(dimension)
    sums = part.group_by("name_rank", "name", "key", maintain_order=True).agg(
        *[pl.col(name).sum() for name in (*TOTALS, "shown") if name != "counts"],
        pl.col("counts").sum().alias("commitments"),
        pl.col("share_place").min().alias("first_place"),
        pl.col("share_place").max().alias("last_place"),
        *[pl.col("stated").filter(pl.col("stage") == stage).sum().alias(stage) for stage in STAGES],
    )
    sums = sums.sort("name_rank").join(
        _main(part, shares.lines, dimension), on="name", how="left", maintain_order="left"
    )
    shown = [
        interval_words(low, stated, high, ends, currency)
        for low, stated, high, ends in sums.select("low", "stated", "high", "open").iter_rows()
    ]
    known = pl.when(pl.col("open") == 0).then(pl.col("high")).alias("high")
    return sums.with_columns(pl.Series("display", shown, dtype=pl.String), known)


def _main(part: pl.DataFrame, lines: pl.DataFrame, dimension: str) -> pl.DataFrame:
    """The field that most of an actor's money is for; the actor that most of a field's or recipient's comes from."""
    other = "fields" if dimension == "actor" else "actor"
    others = lines[other][part["place"] - FIRST_ROW].alias("main")
    long = part.select("name", (pl.col("stated") / others.list.len().clip(1)).alias("each"), others)
    sums = (
        long.explode("main").drop_nulls("main").group_by("name", "main", maintain_order=True).agg(pl.col("each").sum())
    )
    return (
        sums.sort("each", "main", descending=[True, False])
        .group_by("name", maintain_order=True)
        .agg(pl.col("main").first())
    )


MATRIX_ROWS = 200
"""Actors on the sheet Actor by field."""


def _matrix(shares: Shares, totals: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """Actors by fields, both most first; the first `MATRIX_ROWS` actors."""
    actors = totals["actor"].head(MATRIX_ROWS).select("name_rank", "name", "key", "shown").rename({"shown": "total"})
    cells = shares.part("actor").filter(pl.col("name_rank") <= MATRIX_ROWS).select("place", "name_rank", "shown")
    cells = shares.per_field(cells).select("place", "name_rank", "shown_per_field")
    fields = shares.lines["fields"][cells["place"] - FIRST_ROW].list.unique(maintain_order=True)
    nobody = pl.concat_list(pl.lit(words()["book"]["none"]))
    cells = cells.with_columns(fields).with_columns(
        pl.when(pl.col("fields").list.len() > 0).then(pl.col("fields")).otherwise(nobody)
    )
    long = (
        cells.explode("fields")
        .group_by("name_rank", "fields", maintain_order=True)
        .agg(pl.col("shown_per_field").sum())
    )
    for code in totals["field"]["name"].to_list():
        own = long.filter(pl.col("fields") == code).select("name_rank", pl.col("shown_per_field").alias(code))
        actors = actors.join(own, on="name_rank", how="left", maintain_order="left").with_columns(
            pl.col(code).fill_null(0.0)
        )
    return actors


def _years(lines: pl.DataFrame) -> pl.DataFrame:
    return (
        lines.group_by("year", maintain_order=True)
        .agg(
            pl.col("shown").sum().alias("total"),
            *[pl.col("shown").filter(pl.col("stage") == stage).sum().alias(stage) for stage in STAGES],
        )
        .sort("year")
        .rename({"year": "name"})
    )
