"""The stored side of an open ledger: its tables."""

from collections.abc import Mapping
from datetime import UTC, datetime, time
from os import fspath
from typing import Self

import polars as pl

from ledger.arguments import as_moment, checked
from ledger.errors import StoreError
from ledger.options import Moment, Source
from ledger.resolve import standing, with_facts
from ledger.store import Snapshot, Store


class StoredBook:
    """The tables of a ledger."""

    def __init__(self, store: Store) -> None:
        self.address = store.address
        self._store: Store | None = store

    @property
    def store(self) -> Store:
        """The store of the tables; raises StoreError once the ledger is closed."""
        if self._store is None:
            raise StoreError(f"{self.address}: is closed; ask within `with ledger.open(…) as book:`, or open it again")
        return self._store

    @classmethod
    @checked
    def open(
        cls,
        path: Source,
        *,
        create: bool = True,
        read_only: bool = False,
        storage_options: Mapping[str, str] | None = None,
    ) -> Self:
        """The ledger at `path`; see `ledger.open`."""
        return cls(Store.open(fspath(path), create=create, options=storage_options, read_only=read_only))

    @property
    def documents(self) -> pl.LazyFrame:
        """The documents, one row a text, with what people set of them (columns of `schemas.Document`)."""
        seen = self.store.snapshot()
        return with_facts(seen.documents, standing(seen.decisions).in_force)

    @property
    def claims(self) -> pl.LazyFrame:
        """The claims as extracted, one row a mention (columns of `schemas.Claim`)."""
        return self.store.snapshot().claims

    @property
    def problems(self) -> pl.LazyFrame:
        """What could not be read or kept (columns of `schemas.Problem`)."""
        return self.store.snapshot().problems

    @property
    def decisions(self) -> pl.DataFrame:
        """People's decisions in their order (columns of `schemas.Decision`)."""
        return self.snapshot().decisions

    @checked
    def snapshot(self, as_of: Moment = None) -> Snapshot:
        """All tables as they stand now, or as they stood at `as_of`; raises LedgerError for an unknown version."""
        when = as_moment(as_of)
        if when is None or isinstance(when, str | datetime):
            return self.store.snapshot(when)
        return self.store.snapshot(datetime.combine(when, time.max, UTC))

    @checked
    def history(self, as_of: Moment = None) -> pl.DataFrame:
        """The runs that made the ledger, earliest first (columns of `schemas.Run`), with the `version` that each made.

        A version is the numbers of runs, decisions and rates there were when the run was stored; see `Moment`.
        """
        return self.store.history_of(self.snapshot(as_of))
