"""Store documents, claims, problems, decisions, rates and runs as append-only Delta tables."""

from ledger.store.batch import Batch
from ledger.store.chain import Chain, head_of, holds, link_hashes
from ledger.store.columns import PARTS, SCHEMAS, SEALS
from ledger.store.derived import DerivedCache
from ledger.store.hashes import row_hashes, set_hash
from ledger.store.migrate import SCHEMA_VERSION
from ledger.store.place import repaired_folder
from ledger.store.salvage import Salvage
from ledger.store.snapshot import Snapshot
from ledger.store.store import LEFTOVER_AGE, OWN, Store
from ledger.store.watched import note_watched, watched

__all__ = [
    "LEFTOVER_AGE",
    "OWN",
    "PARTS",
    "SCHEMAS",
    "SCHEMA_VERSION",
    "SEALS",
    "Batch",
    "Chain",
    "DerivedCache",
    "Salvage",
    "Snapshot",
    "Store",
    "head_of",
    "holds",
    "link_hashes",
    "note_watched",
    "repaired_folder",
    "row_hashes",
    "set_hash",
    "watched",
]
