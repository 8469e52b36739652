"""Bring a ledger made by an older program to this one's schema; a new column needs no step, it reads as null."""

from collections.abc import Callable, Mapping

from ledger.errors import StoreError
from ledger.store.table import SCHEMA_PROPERTY, Table

SCHEMA_VERSION = 1

MIGRATIONS: Mapping[int, Callable[[Table], None]] = {}
"""From version → what brings one table to the next version; each step must bear being run twice, since a kill may fall between two tables."""


def schema_version(table: Table) -> int:
    """The schema version that the table was written for; raises StoreError for a Delta table that is no part of a ledger."""
    said = table.handle().metadata().configuration.get(SCHEMA_PROPERTY)
    if said is None or not said.isdecimal():
        raise StoreError(f"{table.address}: this Delta table is no part of a ledger; name another place")
    return int(said)


def migrate(tables: Mapping[str, Table]) -> None:
    """Migrate every table that is older than this program; `runs`, which stands for the whole, comes last."""
    standing = schema_version(tables["runs"])
    if standing > SCHEMA_VERSION:
        raise StoreError(
            f"{tables['runs'].address}: made by a newer program (schema {standing}, here {SCHEMA_VERSION}); update figures-ledger"
        )
    if standing == SCHEMA_VERSION:
        return
    for table in tables.values():
        for version in range(schema_version(table), SCHEMA_VERSION):
            MIGRATIONS[version](table)
            table.handle().alter.set_table_properties({SCHEMA_PROPERTY: str(version + 1)}, raise_if_not_exists=False)
