"""The tables of a ledger and their columns."""

from collections.abc import Mapping

import polars as pl

from ledger.store.chain import CHAINED, LINK
from ledger.store.hashes import ROW_HASH
from ledger.tables import RATE, record_schema
from schemas import Claim, Decision, Document, Problem, Rate, Run

RECORDS: Mapping[str, Mapping[str, pl.DataType]] = {
    "documents": record_schema(Document),
    "claims": record_schema(Claim),
    "problems": record_schema(Problem),
    "decisions": record_schema(Decision),
    "rates": {**record_schema(Rate), "rate": RATE},
    "runs": record_schema(Run),
}
"""The tables of a ledger and the columns of their records; `runs` is made last: a ledger that has it is whole."""
SEALED = ("documents_hash", "claims_hash", "problems_hash", "decisions_hash", "rates_hash", "files_hash", "files_at")
SEALS: Mapping[str, pl.DataType] = {name: pl.String() for name in SEALED}
"""What a run says of its rows (`tree`), of the last decision and rate before it, and of the files then (`files`)."""
SCHEMAS: Mapping[str, Mapping[str, pl.DataType]] = {
    name: {**columns, **(LINK if name in CHAINED else {ROW_HASH: pl.String()}), **(SEALS if name == "runs" else {})}
    for name, columns in RECORDS.items()
}
"""The columns as stored: those of the records, and the hashes that prove them."""

PARTS = ("claims", "problems", "documents")
"""What a run writes and a sweep clears; documents last, since they show that something is left."""
