"""Bring a ledger made by an older program to this one's schema; a new column needs no step, it reads as null."""

from collections.abc import Callable, Mapping

from ledger.errors import StoreError
from ledger.store.table import SCHEMA_PROPERTY, Table

SCHEMA_VERSION = 2
"""1: a run holds the hash of its sorted rows, or none. 2: new runs hold the roots of trees, and older ones stay."""


def rows_stay(_: Table) -> None:
    """Nothing is rewritten: the version alone tells an older program that it cannot check the newer rows."""


MIGRATIONS: Mapping[int, Callable[[Table], None]] = {1: rows_stay}
"""Version → the step that brings one table to the next version.

A step may be run twice, since a kill may fall between two tables; the second run must change nothing.
"""


def schema_version(table: Table) -> int:
    """The schema version that a table was written for; raises StoreError for a Delta table that is not of a ledger."""
    said = table.handle().metadata().configuration.get(SCHEMA_PROPERTY)
    if said is None or not said.isdecimal():
        raise StoreError(f"{table.address}: this Delta table is not part of a ledger; choose another place")
    return int(said)


def migrate(tables: Mapping[str, Table], *, read_only: bool = False) -> None:
    """Migrate every table that is older than this program; `runs`, whose version is that of the ledger, comes last.

    With `read_only` nothing is changed; the tables of every version can be read. Raises StoreError where a newer
    program made them.
    """
    current = schema_version(tables["runs"])
    if current > SCHEMA_VERSION:
        raise StoreError(
            f"{tables['runs'].address}: made by a newer program (schema {current}, here {SCHEMA_VERSION}); "
            "update figures-ledger"
        )
    if current == SCHEMA_VERSION or read_only:
        return
    for table in tables.values():
        for version in range(schema_version(table), SCHEMA_VERSION):
            MIGRATIONS[version](table)
            table.set_property(SCHEMA_PROPERTY, str(version + 1))
