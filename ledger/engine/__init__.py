"""Read batches of documents: one Arrow-to-Arrow function, in this process, in a pool of processes or on a cluster."""

from ledger.engine.batch import READING, OwnNames, ReadSettings, document_batch, read_batch, words_hash
from ledger.engine.engines import Cluster, Engine, Local, Pool, in_order
from ledger.engine.guard import Guard

__all__ = [
    "READING",
    "Cluster",
    "Engine",
    "Guard",
    "Local",
    "OwnNames",
    "Pool",
    "ReadSettings",
    "document_batch",
    "in_order",
    "read_batch",
    "words_hash",
]
