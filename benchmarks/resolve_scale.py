"""Resolve a million generated claims of known clusters, then add one article: seconds, memory and B-cubed F1.

    python -m benchmarks.resolve_scale [--claims 1000000]

The claims are written to Parquet files by another process, and resolved from there. Up to 1.1 million claims have
20,000 payers; from there on payers and recipients grow with the claims, as more months and more countries name more.
"""

import argparse
import random
import resource
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from multiprocessing import get_context
from pathlib import Path

import polars as pl

from ledger.resolve import resolve, resolve_more
from ledger.tables import record_schema
from schemas import Claim, Document, FieldCode, stable_id

SYLLABLES = [
    "ka",
    "ro",
    "ven",
    "ti",
    "mar",
    "sol",
    "der",
    "lin",
    "pex",
    "ora",
    "quil",
    "bran",
    "sto",
    "zem",
    "hul",
    "fyr",
    "nax",
    "gol",
    "wis",
    "ume",
]
MEASURES = ["investment"] * 8 + ["procurement", "acquisition", "loan", "grant"]
FIELDS = [code.value for code in FieldCode][:8]
Pledge = tuple[str, str, Decimal, str, str, date]
"""Actor, recipient, amount, measure, field, day."""
PAYERS, OF_PLEDGES = 20_000, 17
"""There are at least so many payers, and one for so many pledges."""
RECIPIENTS = 1_000
"""As many recipients there are for 20,000 payers."""
PER_ARTICLE = 8
AT_ONCE = 200_000
"""Claims that are made at once: as columns of Python's objects they take many times their memory."""
HELD = 2_000_000
"""To so many claims an article is added: then all of them are held in memory."""
SAID = (
    *("claim_id", "document_id", "start", "end", "sentence_start", "sentence_end", "value", "exact"),
    *("measure", "code", "actor", "recipient", "unit", "bound"),
)
WRITTEN = ("document_id", "published", "text", "publisher")
CONSTANT = {
    "kind": "money",
    "stage": "pledged",
    "section": "paragraph",
    "currency_basis": "explicit",
    "prefix": "",
    "suffix": "",
    "confidence": 0.9,
    "attributor": "made",
    "extractor_version": "0",
}
"""What all claims have in common."""
RETRIEVED = datetime(2026, 1, 1, tzinfo=UTC)


def names(chance: random.Random, count: int) -> list[str]:
    """Made-up names, all different."""
    made: dict[str, None] = {}
    lengths = (2, 3, 3, 4) if count <= PAYERS else (3, 4, 4, 5)
    while len(made) < count:
        made["".join(chance.choices(SYLLABLES, k=chance.choice(lengths))).capitalize()] = None
    return list(made)


def pledges(chance: random.Random, count: int) -> list[Pledge]:
    """Real-world pledges."""
    payers = max(PAYERS, count // OF_PLEDGES)
    actors, recipients = names(chance, payers), names(chance, payers * RECIPIENTS // PAYERS)
    made = []
    for _ in range(count):
        digits = chance.choice((chance.randint(1, 9) * 100, chance.randint(10, 99) * 10, chance.randint(100, 999)))
        amount = Decimal(digits) * 10 ** chance.choice((4, 5, 6, 6, 7))
        actor = actors[int(len(actors) * chance.random() ** 2)]
        day = date(2023, 1, 1) + timedelta(days=chance.randrange(1000))
        made.append((actor, chance.choice(recipients), amount, chance.choice(MEASURES), chance.choice(FIELDS), day))
    return made


def mentions(chance: random.Random, claims: int) -> list[tuple[int, timedelta]]:
    """Pledge of every mention, and how long after the pledge it is: most are told a few times in a short while."""
    told: list[tuple[int, timedelta]] = []
    pledge = 0
    while len(told) < claims:
        times = 1 + int(chance.expovariate(0.4))
        told += [(pledge, timedelta(days=int(chance.expovariate(1 / 40)))) for _ in range(times)]
        pledge += 1
    return told[:claims]


def generated(claims: int, seed: int = 7) -> tuple[pl.DataFrame, pl.DataFrame, pl.Series]:
    """Claims and documents of `claims` mentions, and the pledge behind each claim."""
    claim_frames, document_frames, pledges_told = zip(*generated_parts(claims, seed), strict=True)
    return pl.concat(claim_frames), pl.concat(document_frames), pl.concat(pledges_told)


def generated_parts(claims: int, seed: int = 7) -> Iterator[tuple[pl.DataFrame, pl.DataFrame, pl.Series]]:
    """The same, `AT_ONCE` claims at a time."""
    chance = random.Random(seed)  # noqa: S311 - made-up data, no secret
    told = mentions(chance, claims)
    known = pledges(chance, told[-1][0] + 1)
    days = sorted(
        ((known[pledge][5] + later, pledge) for pledge, later in told), key=lambda pair: (pair[0], chance.random())
    )
    del told
    for first in range(0, len(days), AT_ONCE):
        some = days[first : first + AT_ONCE]
        yield *frames(chance, some, known, first // PER_ARTICLE), pl.Series("pledge", [pledge for _, pledge in some])


def write(folder: Path, claims: int) -> None:
    """Write what `generated_parts` gives to files of the folder."""
    for number, (said, documents, pledge) in enumerate(generated_parts(claims)):
        said.write_parquet(folder / f"claims-{number:03}.parquet")
        documents.write_parquet(folder / f"documents-{number:03}.parquet")
        said.select("claim_id", pledge).write_parquet(folder / f"pledges-{number:03}.parquet")


Columns = dict[str, list[object]]


def frames(
    chance: random.Random, told: Sequence[tuple[date, int]], known: Sequence[Pledge], number: int
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The claims and the documents of articles that tell `told`, numbered from `number` on."""
    columns: Columns = {name: [] for name in SAID}
    documents: Columns = {name: [] for name in WRITTEN}
    for place, first in enumerate(range(0, len(told), PER_ARTICLE)):
        article(chance, told[first : first + PER_ARTICLE], known, columns, documents, f"d{number + place:015d}")
    return claim_frame(columns), document_frame(documents)


def article(
    chance: random.Random,
    told: Sequence[tuple[date, int]],
    known: Sequence[Pledge],
    columns: Columns,
    documents: Columns,
    document_id: str,
) -> None:
    """One article that tells `told`, added to the columns."""
    text = ""
    for _, pledge in told:
        actor, recipient, amount, measure, code, _ = known[pledge]
        said = amount.quantize(Decimal(10) ** (amount.adjusted() - 1)) if chance.random() < 0.04 else amount
        quote = f"${said / 10**9:f} billion"
        lead = f"{actor} will give "
        sentence = f"{lead}{quote} to {recipient} for {code.replace('_', ' ')}. "
        start = len(text) + len(lead)
        row = {
            "claim_id": stable_id(document_id, start),
            "document_id": document_id,
            "start": start,
            "end": start + len(quote),
            "sentence_start": len(text),
            "sentence_end": len(text) + len(sentence) - 1,
            "value": said,
            "exact": quote,
            "measure": measure if chance.random() < 0.9 else chance.choice(MEASURES),
            "code": code,
            "unit": "USD",
            "actor": actor if chance.random() < 0.85 else None,
            "recipient": recipient if chance.random() < 0.8 else None,
            "bound": "exact" if chance.random() < 0.9 else "about",
        }
        for name, value in row.items():
            columns[name].append(value)
        text += sentence
    for name, value in (
        ("document_id", document_id),
        ("published", told[0][0]),
        ("text", text),
        ("publisher", f"paper {len(text) % 50}"),
    ):
        documents[name].append(value)


def claim_frame(columns: dict[str, list[object]]) -> pl.DataFrame:
    """The columns as a frame of the record Claim."""
    schema = record_schema(Claim)
    raw = pl.DataFrame(columns, schema_overrides={"value": pl.Decimal(38, 6)})
    evidence = pl.struct("start", "end", "exact", rule=pl.lit("made"), confidence=pl.lit(1.0))

    def named(role: str) -> pl.Expr:
        name = pl.col(role)
        made = pl.struct(
            name=name,
            id=name,
            said=name,
            type=pl.lit("company"),
            start="start",
            end="end",
            rule=pl.lit("made"),
            confidence=pl.lit(1.0),
        )
        return (
            pl.when(name.is_not_null()).then(pl.concat_list(made)).otherwise(pl.lit([], dtype=schema[role])).alias(role)
        )

    tag = pl.struct(code="code", start="start", end="end", exact="exact", rule=pl.lit("made"), confidence=pl.lit(1.0))
    filled = raw.with_columns(
        named("actor"),
        named("recipient"),
        pl.concat_list(tag).alias("fields"),
        evidence.alias("measure_evidence"),
        pl.col("value").alias("lower"),
        pl.col("value").alias("upper"),
        *(pl.lit(value).alias(name) for name, value in CONSTANT.items()),
    )
    empty = [name for name, kind in schema.items() if name not in filled.columns and isinstance(kind, pl.List)]
    none = [name for name in schema if name not in filled.columns and name not in empty]
    whole = filled.with_columns(
        *(pl.lit([], dtype=schema[name]).alias(name) for name in empty),
        *(pl.lit(None, schema[name]).alias(name) for name in none),
    )
    return whole.select(pl.col(name).cast(kind) for name, kind in schema.items())


def document_frame(columns: dict[str, list[object]]) -> pl.DataFrame:
    """The columns as a frame of the record Document."""
    schema = record_schema(Document)
    raw = pl.DataFrame(columns)
    more = {
        "source": pl.col("document_id"),
        "retrieved_at": pl.lit(RETRIEVED),
        "source_type": pl.lit("media"),
        "raw_sha256": pl.lit("0" * 64),
    }
    rest = [pl.lit(None, schema[name]).alias(name) for name in schema if name not in raw.columns and name not in more]
    return raw.with_columns(*(value.alias(name) for name, value in more.items()), *rest).select(
        pl.col(name).cast(kind) for name, kind in schema.items()
    )


def b_cubed(pairs: pl.DataFrame) -> float:
    """The F1 of B-cubed of the columns gold and said."""
    both = pairs.group_by("gold", "said").agg(pl.len().cast(pl.Float64).alias("both"))
    sizes = {name: both.group_by(name).agg(pl.col("both").sum().alias(f"of_{name}")) for name in ("gold", "said")}
    each = both.join(sizes["gold"], on="gold").join(sizes["said"], on="said")
    square = pl.col("both") ** 2
    precision, recall = (
        each.select((square / pl.col(f"of_{name}")).sum() / pairs.height).item() for name in ("said", "gold")
    )
    return float(2 * precision * recall / (precision + recall))


@dataclass(frozen=True, slots=True)
class Clock:
    """The time since it was made; on a machine with other work only the processor's time says what a step costs."""

    wall: float = field(default_factory=time.perf_counter)
    processor: float = field(default_factory=time.process_time)

    def __str__(self) -> str:
        wall, processor = time.perf_counter() - self.wall, time.process_time() - self.processor
        return f"{wall:.1f} s ({processor:.1f} s of processor time)"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--claims", type=int, default=1_000_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        with ProcessPoolExecutor(1, get_context("spawn")) as other:  # what making them takes is not to be measured
            other.submit(write, folder, asked.claims).result()
        measured(folder)


def measured(folder: Path) -> None:
    """Resolve the claims of a folder but for one article, then add that; print what it takes and gives."""
    claims, documents = (pl.scan_parquet(folder / f"{name}-*.parquet") for name in ("claims", "documents"))
    ids = documents.select("document_id").collect()["document_id"]
    of_new = pl.col("document_id") == ids[ids.len() // 2]
    new, known = claims.filter(of_new).select("claim_id").collect()["claim_id"], claims.filter(~of_new)
    pledged = pl.read_parquet(folder / "pledges-*.parquet")
    before, started = highest_memory(), Clock()
    found = resolve(known, documents.filter(~of_new))
    print(f"resolve: {pledged.height - new.len():,} claims, {pledged['pledge'].n_unique():,} pledges in {started}")
    print(f"{found.commitments.height:,} commitments found")
    print(f"memory: {highest_memory():.2f} GB at most, {before:.2f} GB before", flush=True)
    if pledged.height <= HELD:
        held, texts = claims.collect(), documents.collect()  # as an open ledger has them
        started = Clock()
        found = resolve_more(found, held, texts, new.to_list())
        print(f"add one article: {new.len()} claims in {started}, {found.commitments.height:,} commitments")
    placed = pledged.join(found.memberships.select("claim_id", "commitment_id"), on="claim_id")
    print(f"B-cubed F1 {100 * b_cubed(placed.select(gold='pledge', said='commitment_id')):.1f}")


def highest_memory() -> float:
    """The most gigabytes that this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


if __name__ == "__main__":
    main()
