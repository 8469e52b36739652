"""Store documents, claims, problems, decisions, rates and runs as append-only Delta tables."""

from ledger.store import sums
from ledger.store.batch import Batch
from ledger.store.chain import Chain, head_hash, head_of, holds, link_hashes
from ledger.store.columns import PARTS, SCHEMAS, SEALS
from ledger.store.derived import DerivedCache
from ledger.store.files import files_unchanged
from ledger.store.hashes import canonical_row, row_hash, row_hashes
from ledger.store.migrate import SCHEMA_VERSION
from ledger.store.moment import IN_TIME, in_order
from ledger.store.place import repaired_folder
from ledger.store.salvage import Salvage
from ledger.store.snapshot import Snapshot
from ledger.store.store import OWN, Store
from ledger.store.tree import TREE, Step, climbed, path_to, root_of, stands_for
from ledger.store.upkeep import LEFTOVER_AGE
from ledger.store.watched import note_watched, watched

__all__ = [
    "IN_TIME",
    "LEFTOVER_AGE",
    "OWN",
    "PARTS",
    "SCHEMAS",
    "SCHEMA_VERSION",
    "SEALS",
    "TREE",
    "Batch",
    "Chain",
    "DerivedCache",
    "Salvage",
    "Snapshot",
    "Step",
    "Store",
    "canonical_row",
    "climbed",
    "files_unchanged",
    "head_hash",
    "head_of",
    "holds",
    "in_order",
    "link_hashes",
    "note_watched",
    "path_to",
    "repaired_folder",
    "root_of",
    "row_hash",
    "row_hashes",
    "stands_for",
    "sums",
    "watched",
]
