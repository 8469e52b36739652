"""Resolve a million generated claims of known clusters, then add one article: seconds, memory and B-cubed F1.

python -m benchmarks.resolve_scale [--claims 1000000]
"""

import argparse
import random
import resource
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

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
PER_ARTICLE = 8
AT_ONCE = 200_000
"""Claims that are made at once: as columns of Python's objects they take many times their memory."""
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
    while len(made) < count:
        made["".join(chance.choices(SYLLABLES, k=chance.choice((2, 3, 3, 4)))).capitalize()] = None
    return list(made)


def pledges(chance: random.Random, count: int) -> list[Pledge]:
    """Real-world pledges."""
    actors, recipients = names(chance, 20_000), names(chance, 1_000)
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
    chance = random.Random(seed)  # noqa: S311 - made-up data, no secret
    told = mentions(chance, claims)
    known = pledges(chance, told[-1][0] + 1)
    days = sorted(
        ((known[pledge][5] + later, pledge) for pledge, later in told), key=lambda pair: (pair[0], chance.random())
    )
    made = [
        frames(chance, days[first : first + AT_ONCE], known, first // PER_ARTICLE)
        for first in range(0, len(days), AT_ONCE)
    ]
    claim_frames, document_frames = zip(*made, strict=True)
    return pl.concat(claim_frames), pl.concat(document_frames), pl.Series("pledge", [pledge for _, pledge in days])


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


def b_cubed(gold: list[int], said: list[str]) -> float:
    """The F1 of B-cubed."""
    pairs = list(zip(gold, said, strict=True))
    of_gold, of_said, both = Counter(gold), Counter(said), Counter(pairs)
    precision = sum(both[pair] / of_said[pair[1]] for pair in pairs) / len(pairs)
    recall = sum(both[pair] / of_gold[pair[0]] for pair in pairs) / len(pairs)
    return 2 * precision * recall / (precision + recall)


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
    claims, documents, gold = generated(parser.parse_args().claims)
    (known, texts), (new, text) = parted(claims, documents)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = Clock()
    found = resolve(known, texts)
    print(f"resolve: {known.height:,} claims, {gold.n_unique():,} pledges in {started}")
    print(f"{found.commitments.height:,} commitments found")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"memory: {memory / 2**20:.2f} GB at most, {before / 2**20:.2f} GB of it with the input", flush=True)
    started = Clock()
    grown = resolve_more(found, pl.concat([known, new]), pl.concat([texts, text]), new["claim_id"].to_list())
    print(f"add one article: {new.height} claims in {started}, {grown.commitments.height:,} commitments")
    commitment = claims.select("claim_id").join(grown.memberships, on="claim_id", how="left", maintain_order="left")
    print(f"B-cubed F1 {100 * b_cubed(gold.to_list(), commitment['commitment_id'].to_list()):.1f}")


Frames = tuple[pl.DataFrame, pl.DataFrame]


def parted(claims: pl.DataFrame, documents: pl.DataFrame) -> tuple[Frames, Frames]:
    """The claims and documents without the article in their middle, and those of that; nothing is copied."""
    place = documents.height // 2
    first, last = place * PER_ARTICLE, (place + 1) * PER_ARTICLE
    known = pl.concat([claims[:first], claims[last:]]), pl.concat([documents[:place], documents[place + 1 :]])
    return known, (claims[first:last], documents[place : place + 1])


if __name__ == "__main__":
    main()
