"""Where batches are read: in this process, in a pool of processes, or on a Dask cluster; all by the same function."""

import os
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol, TypeVar

import pyarrow as pa

from ledger.engine.batch import ReadSettings, read_batch
from ledger.engine.guard import Guard
from ledger.errors import InputError
from ledger.options import Attributor

AHEAD = 4
"""Batches for each worker that wait for it or are being read, so that it need not wait for the driver."""
WORTH_A_POOL = {Attributor.FAST: 500_000, Attributor.ACCURATE: 50_000, Attributor.AUTO: 50_000}
"""Characters that take one process longer than several take to start."""
Tag = TypeVar("Tag")


class Pending(Protocol):
    """A batch that is being read."""

    def result(self) -> pa.RecordBatch:
        """What was read, as soon as it is there; raises InputError where nothing can be read at all."""


class Engine(Protocol):
    """Something that reads batches."""

    slots: int
    """How many batches are read at once."""

    def expect(self, characters: int, *, risky: bool) -> None:
        """Batches of so many characters come next; `risky` ones hold a document that ended a process before."""

    def submit(self, documents: pa.RecordBatch) -> Pending:
        """Have a batch of documents read."""

    def close(self) -> None:
        """End what was started, whatever it does."""


@dataclass(frozen=True)
class _Later:
    """A batch that this process reads when it is asked for."""

    documents: pa.RecordBatch
    settings: ReadSettings

    def result(self) -> pa.RecordBatch:
        return read_batch(self.documents, self.settings)


class Local:
    """Reads on this machine: a few documents in this process, many by `workers` processes once they are worth it.

    One worker is this process itself, unless a document is risky.
    """

    def __init__(self, settings: ReadSettings, workers: int | None = None) -> None:
        self.slots = max(1, os.cpu_count() or 1 if workers is None else workers)
        self._settings = settings
        self._pool: Pool | None = None

    def expect(self, characters: int, *, risky: bool) -> None:
        """Start the processes where so many characters are worth it."""
        worth = self.slots > 1 and characters >= WORTH_A_POOL[self._settings.attributor]
        if self._pool is None and (worth or risky):
            self._pool = Pool(self._settings, self.slots)

    def submit(self, documents: pa.RecordBatch) -> Pending:
        """A batch that the next free process reads, or this one when it is asked for."""
        return _Later(documents, self._settings) if self._pool is None else self._pool.submit(documents)

    def close(self) -> None:
        """End the processes."""
        if self._pool is not None:
            self._pool.close()


class Pool:
    """Reads in `workers` processes; one that ends is started anew, see `Guard`."""

    def __init__(self, settings: ReadSettings, workers: int) -> None:
        self.slots = workers
        self._settings = settings
        self._guards: list[Guard] = []
        self._own = threading.local()
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="reader", initializer=self._begin)

    def _begin(self) -> None:
        self._own.guard = Guard(self._settings)
        self._guards.append(self._own.guard)

    def _read(self, documents: pa.RecordBatch) -> pa.RecordBatch:
        guard: Guard = self._own.guard
        return guard.read(documents)

    def submit(self, documents: pa.RecordBatch) -> Pending:
        """A batch that the next free process reads."""
        return self._threads.submit(self._read, documents)

    def close(self) -> None:
        """End the processes."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        for guard in self._guards:
            guard.stop()
        self._threads.shutdown(wait=True)
        for guard in self._guards:
            guard.close()


class Cluster:
    """Reads on the Dask cluster at `address`, as "tcp://host:8786"; needs the extra `cluster` here and there.

    Each thread of its workers reads in a process beside it, so that no document ends a worker. Raises InputError where
    the package is missing or nobody answers.
    """

    def __init__(self, settings: ReadSettings, address: str) -> None:
        try:
            from distributed import Client  # noqa: PLC0415 - what only an extra installs
        except ModuleNotFoundError as error:
            raise InputError(f"a cluster needs {error.name}: pip install 'figures-ledger[cluster]'") from None
        try:
            self._client = Client(address, timeout=10)
        except (OSError, TimeoutError, ValueError) as error:
            raise InputError(
                f"{address}: no Dask scheduler answers ({error}); start one, or leave out --cluster"
            ) from error
        self.slots = sum(self._client.nthreads().values())
        if not self.slots:
            self._client.close()
            raise InputError(f"{address}: the cluster has no workers; start `dask worker {address}`")
        self._settings = settings

    def expect(self, characters: int, *, risky: bool) -> None:
        """Nothing: all batches are read apart."""

    def submit(self, documents: pa.RecordBatch) -> Pending:
        """A batch that the cluster reads."""
        pending: Pending = self._client.submit(read_beside, documents, self._settings, pure=False)
        return pending

    def close(self) -> None:
        """Leave the cluster; what it still reads is dropped."""
        self._client.close()


_beside = threading.local()


def read_beside(documents: pa.RecordBatch, settings: ReadSettings) -> pa.RecordBatch:
    """`read_batch` in a process that belongs to this thread: what runs on the workers of a cluster."""
    guards = _beside.__dict__.setdefault("guards", lru_cache(maxsize=1)(Guard))
    guard: Guard = guards(settings)
    return guard.read(documents)


def in_order(
    engine: Engine, batches: Iterable[tuple[Tag, pa.RecordBatch | None]]
) -> Iterator[tuple[Tag, pa.RecordBatch | None]]:
    """Each tag with what was read of its batch, in their order, null for none.

    Batches are taken a few ahead of what is done, so that no worker waits while results are used.
    """
    waiting: deque[tuple[Tag, Pending | None]] = deque()
    for tag, documents in batches:
        waiting.append((tag, None if documents is None else engine.submit(documents)))
        if len(waiting) >= engine.slots * AHEAD:
            yield _done(*waiting.popleft())
    for tag, pending in waiting:
        yield _done(tag, pending)


def _done(tag: Tag, pending: Pending | None) -> tuple[Tag, pa.RecordBatch | None]:
    return tag, None if pending is None else pending.result()


__all__ = ["Cluster", "Engine", "Local", "Pool", "in_order", "read_beside"]
