"""Bring a ledger made by an older program to this one's schema; a new column needs no step, it reads as null."""

from collections.abc import Callable, Mapping

from ledger.errors import StoreError
from ledger.store.table import SCHEMA_PROPERTY, Table

SCHEMA_VERSION = 1

MIGRATIONS: Mapping[int, Callable[[Table], None]] = {}
"""Version → the step that brings one table to the next version.

A step may be run twice, since a kill may fall between two tables; the second run must change nothing.
"""


def schema_version(table: Table) -> int:
    """The schema version that a table was written for; raises StoreError for a Delta table that is not of a ledger."""
    said = table.handle().metadata().configuration.get(SCHEMA_PROPERTY)
    if said is None or not said.isdecimal():
        raise StoreError(f"{table.address}: this Delta table is not part of a ledger; choose another place")
    return int(said)


def migrate(tables: Mapping[str, Table]) -> None:
    """Migrate every table that is older than this program; `runs`, whose version is that of the ledger, comes last."""
    current = schema_version(tables["runs"])
    if current > SCHEMA_VERSION:
        raise StoreError(
            f"{tables['runs'].address}: made by a newer program (schema {current}, here {SCHEMA_VERSION}); "
            "update figures-ledger"
        )
    if current == SCHEMA_VERSION:
        return
    for table in tables.values():
        for version in range(schema_version(table), SCHEMA_VERSION):
            MIGRATIONS[version](table)
            table.handle().alter.set_table_properties({SCHEMA_PROPERTY: str(version + 1)}, raise_if_not_exists=False)
