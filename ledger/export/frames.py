"""The input of an export: a ledger's tables as polars frames."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

import polars as pl

from ledger.tables import record_schema
from schemas import Claim, Commitment, Decision, Document, Membership, Problem, Rate, Record, Run


def _empty(model: type[Record]) -> pl.DataFrame:
    return pl.DataFrame(schema=record_schema(model))


MODELS: Mapping[str, type[Record]] = {
    "documents": Document,
    "claims": Claim,
    "commitments": Commitment,
    "memberships": Membership,
    "decisions": Decision,
    "problems": Problem,
    "runs": Run,
    "rates": Rate,
}
"""Frame name → the record of its rows, in the order in which they are made."""


@dataclass(frozen=True)
class Frames:
    """A ledger's tables, already filtered; columns as in `ledger.tables.record_schema` of each record.

    `rates` may have two more columns: `commitment_id`, the commitment that a rate is for (without it, a commitment
    takes the latest rate on or before the day of its first report), and `day`, the day that a total sorts it under.
    Its rates may have more decimals than the record's. `info` holds text for the cover: title, scope, filters, as_of,
    version, contact, and ledger (the ledger's id, compared when decisions are read back).
    """

    documents: pl.DataFrame = field(default_factory=partial(_empty, Document))
    claims: pl.DataFrame = field(default_factory=partial(_empty, Claim))
    commitments: pl.DataFrame = field(default_factory=partial(_empty, Commitment))
    memberships: pl.DataFrame = field(default_factory=partial(_empty, Membership))
    decisions: pl.DataFrame = field(default_factory=partial(_empty, Decision))
    problems: pl.DataFrame = field(default_factory=partial(_empty, Problem))
    runs: pl.DataFrame = field(default_factory=partial(_empty, Run))
    rates: pl.DataFrame = field(default_factory=partial(_empty, Rate))
    info: Mapping[str, str] = field(default_factory=dict)

    def frame(self, name: str) -> pl.DataFrame:
        """The frame called `name` with exactly its record's columns; each rate once."""
        frame: pl.DataFrame = getattr(self, name)
        rows = frame.select(list(record_schema(MODELS[name])))
        if name != "rates":
            return rows
        return rows.filter(pl.col("unit") != pl.col("to")).unique().sort("unit", "to", "on", "source")
