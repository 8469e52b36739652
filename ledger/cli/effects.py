"""What a decision changed, in lines: before, after, and the total."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ledger.cli.columns import name_cell
from ledger.cli.show import Cell, listed, one_line
from ledger.cli.table import wrapped
from ledger.lexicons.labels import label
from ledger.money.amounts import row_words, scaled

if TYPE_CHECKING:
    from ledger.book.effect import Seen

INDENT = " " * 8
CHANGE_COLUMNS: Mapping[str, Cell | None] = {
    "actor": lambda row: "all" if row["of"] == "all" else name_cell("actor")(row),
    "before": lambda row: scaled(row["before"]),
    "after": lambda row: scaled(row["after"]),
    "change": lambda row: signed(row["change"]),
    "commitments": lambda row: f"{row['commitments']:+,}",
}
"""The columns of a table of what changed in the totals (`ledger.book.effect.changes_between`)."""


def effect_lines(before: "Seen", after: "Seen", width: int) -> Iterator[str]:
    """What the decision is about before and after it, and what became of the total, in lines of `width` characters."""
    for when, seen in (("before", before), ("after", after)):
        told = [*map(pledge_line, seen.rows), *(f"{name}: {scaled(total)} USD in all" for name, total in seen.names)]
        for line in told or ["nothing that is told by a claim"]:
            for at, part in enumerate(wrapped(one_line(line), width - len(INDENT))):
                yield f"{INDENT if at else when.ljust(len(INDENT))}{part}"
    yield f"{'total'.ljust(len(INDENT))}{total_words(before.total, after.total)}"


def pledge_line(row: Mapping[str, Any]) -> str:
    """A claim or commitment in one line: its amount, kind, stage and parties, and whether it counts."""
    parts = [f"{row_words(row)} {label('measure', row['measure'])}", str(row["stage"] or "")]
    parts += [listed(row["actor"]), f"to {listed(row['recipient'])}" if row["recipient"] else ""]
    parts.append(listed(label("field", code) for code in row["fields"]))
    status = "counted" if row["counted"] else f"not counted: {label('exclusion_reason', row['exclusion_reason'])}"
    return f"{', '.join(part for part in parts if part)}; {status}"


def total_words(before: Decimal, after: Decimal) -> str:
    """A total before and after.

    >>> total_words(Decimal(2_900_000_000), Decimal(2_500_000_000))
    '2.9 bn → 2.5 bn USD (-400.0 m)'
    """
    if before == after:
        return f"{scaled(after)} USD, as before"
    return f"{scaled(before)} → {scaled(after)} USD ({signed(after - before)})"


def signed(change: Decimal) -> str:
    """A change with its sign."""
    return f"{'+' if change >= 0 else '-'}{scaled(abs(change))}"
