"""Totals by actor and field over ten million claims, against the same query in DuckDB over the same files.

python -m benchmarks.totals_scale [--claims 10000000] [--folder FOLDER]
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import polars as pl

from ledger.money.rates import bundled
from ledger.total import totals
from schemas import FieldCode

ACTORS = 5_000
FIELDS = [code.value for code in FieldCode][:10]
UNITS = ["USD", "USD", "USD", "EUR", "JPY"]
ROUNDS = 3
QUERY = """
with dated as (select document_id, published as day from read_parquet('{folder}/documents.parquet')),
 faces as (select m.commitment_id, d.day from read_parquet('{folder}/memberships.parquet') m
           join read_parquet('{folder}/claims.parquet') c using (claim_id) join dated d using (document_id)
           where m.counted),
 rows as (select k.commitment_id, k.claims, k.actor, k.fields, k.lower, k.upper, k.stage, k.value, r.rate
          from read_parquet('{folder}/commitments.parquet') k join faces f using (commitment_id)
          left join read_parquet('{folder}/rates.parquet') r on r.unit = k.unit and r.day = f.day
          where k.counted and k.stage in ('pledged', 'approved', 'committed', 'disbursed')),
 priced as (select commitment_id, claims, actor, fields, stage, upper is null as open,
            cast(coalesce(lower, 0) * rate as decimal(38, 6)) / (len(actor) * len(fields)) as low,
            cast(value * rate as decimal(38, 6)) / (len(actor) * len(fields)) as stated,
            cast(upper * rate as decimal(38, 6)) / (len(actor) * len(fields)) as high from rows),
 shared as (select commitment_id, claims, who as actor, field, stage, open, low, stated, high
            from priced, unnest(actor) as a(who), unnest(fields) as f(field)),
 sums as (select actor, field, sum(low) low, sum(stated) stated, sum(high) high, bool_or(open) open_ended,
          sum(stated) filter (stage = 'pledged') pledged, sum(stated) filter (stage = 'approved') approved,
          sum(stated) filter (stage = 'committed') committed, sum(stated) filter (stage = 'disbursed') disbursed,
          count(distinct commitment_id) commitments from shared group by all),
 behind as (select s.actor, s.field, count(distinct l.claim) claims, count(distinct c.document_id) documents
            from (select actor, field, unnest(claims) as claim from shared) l(actor, field, claim)
            join read_parquet('{folder}/claims.parquet') c on c.claim_id = l.claim,
            lateral (select l.actor, l.field) s group by all)
select * from sums join behind using (actor, field) order by stated desc
"""


def write(folder: Path, count: int) -> None:
    """Claims, documents, memberships and commitments (one for three claims) of `count` claims, as parquet files."""
    number = pl.int_range(0, count, eager=True).alias("n")
    base = pl.DataFrame(number).lazy()
    document = (pl.col("n") // 8).cast(pl.String)
    claim = pl.format("c{}", "n")
    base.select(claim.alias("claim_id"), document.alias("document_id")).sink_parquet(folder / "claims.parquet")
    commitment = pl.format("k{}", pl.col("n") // 3)
    counted = pl.col("n") % 3 == 0
    reason = pl.when(~counted).then(pl.lit("restated"))
    base.select(
        claim.alias("claim_id"),
        commitment.alias("commitment_id"),
        counted.alias("counted"),
        reason.alias("exclusion_reason"),
    ).sink_parquet(folder / "memberships.parquet")
    day = pl.date(2023, 1, 1) + pl.duration(days=pl.col("n") % 700)
    pl.DataFrame({"n": range(count // 8 + 1)}).lazy().select(
        pl.col("n").cast(pl.String).alias("document_id"),
        day.alias("published"),
        pl.lit(None, pl.Datetime("us", "UTC")).alias("retrieved_at"),
    ).sink_parquet(folder / "documents.parquet")
    write_commitments(folder, count)


def write_commitments(folder: Path, count: int) -> None:
    """Commitments of three claims each, with one or two actors."""
    mixed = pl.col("n").hash(1)

    def names(modulo: int) -> pl.Expr:
        return pl.format("actor {}", mixed % modulo)

    actor = (
        pl.when(mixed % 10 == 0)
        .then(pl.concat_list(names(ACTORS), pl.format("partner {}", mixed % 4_999)))
        .otherwise(pl.concat_list(names(ACTORS)))
    )
    field = (mixed % 10).cast(pl.Int64).replace_strict(dict(enumerate(FIELDS)), return_dtype=pl.String)
    unit = (mixed % 5).cast(pl.Int64).replace_strict(dict(enumerate(UNITS)), return_dtype=pl.String)
    value = ((mixed % 900 + 100) * 1_000_000).cast(pl.Decimal(38, 6))
    stage = (
        (mixed % 4)
        .cast(pl.Int64)
        .replace_strict(dict(enumerate(["pledged", "approved", "committed", "disbursed"])), return_dtype=pl.String)
    )
    pl.DataFrame({"n": range(count // 3)}).lazy().select(
        pl.format("k{}", "n").alias("commitment_id"),
        pl.concat_list(*(pl.format("c{}", pl.col("n") * 3 + step) for step in range(3))).alias("claims"),
        actor.alias("actor"),
        pl.concat_list(pl.lit("Japan")).alias("recipient"),
        pl.concat_list(field).alias("fields"),
        pl.lit("investment").alias("measure"),
        stage.alias("stage"),
        unit.alias("unit"),
        pl.lit(None, pl.String).alias("part_of"),
        pl.lit(None, pl.String).alias("exclusion_reason"),
        pl.lit(None, pl.Decimal(38, 6)).alias("not_itemised"),
        pl.lit(value=True).alias("counted"),
        value.alias("value"),
        value.alias("lower"),
        value.alias("upper"),
    ).sink_parquet(folder / "commitments.parquet")


def rate_table(folder: Path) -> None:
    """The rates that both need, for DuckDB as a file: it has no table of rates of its own."""
    days = pl.DataFrame({"day": pl.date_range(pl.date(2023, 1, 1), pl.date(2024, 12, 31), eager=True)})
    from ledger.money.rates import quotes  # noqa: PLC0415 - only here

    wanted = days.join(pl.DataFrame({"unit": ["USD", "EUR", "JPY"]}), how="cross").rename({"day": "on"})
    quotes(wanted, "USD").select("unit", pl.col("on").alias("day"), "rate").write_parquet(folder / "rates.parquet")


def queried(folder: Path) -> pl.DataFrame:
    """The totals by DuckDB."""
    query = duckdb.sql(QUERY.format(folder=folder))
    assert query is not None
    found: pl.DataFrame = query.pl()
    return found


def timed(run: Callable[[], pl.DataFrame]) -> tuple[float, pl.DataFrame]:
    """The best of a few runs, and its result."""
    best, rows = float("inf"), pl.DataFrame()
    for _ in range(ROUNDS):
        started = time.perf_counter()
        rows = run()
        best = min(best, time.perf_counter() - started)
    return best, rows


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--claims", type=int, default=10_000_000)
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = options.folder or Path(made)
        write(folder, options.claims)
        rate_table(folder)
        bundled()
        commitments, memberships, claims, documents = (
            pl.scan_parquet(folder / f"{name}.parquet")
            for name in ("commitments", "memberships", "claims", "documents")
        )
        ours, rows = timed(lambda: totals(commitments, memberships, claims, documents, by=["actor", "field"]))
        theirs, other = timed(lambda: queried(folder))
    assert rows.height == other.height
    assert abs(float(rows["stated"].sum()) / float(other["stated"].sum()) - 1) < 1e-9
    assert rows["commitments"].sum() == other["commitments"].sum()
    assert rows["documents"].sum() == other["documents"].sum()
    print(f"totals by actor and field, {options.claims:,} claims, {rows.height:,} rows")
    print(f"{ours:.2f} s, DuckDB {theirs:.2f} s, ratio {ours / theirs:.2f}")


if __name__ == "__main__":
    main()
