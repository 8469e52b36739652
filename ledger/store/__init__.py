"""Keep documents, claims, problems, decisions and runs as append-only Delta tables."""

from ledger.store.kept import Kept
from ledger.store.migrate import SCHEMA_VERSION
from ledger.store.store import LEFTOVER_AGE, Batch, Snapshot, Store

__all__ = ["LEFTOVER_AGE", "SCHEMA_VERSION", "Batch", "Kept", "Snapshot", "Store"]
