"""Totals: commitments summed as intervals, by any columns, in any currency, with what was left out and why."""

from ledger.total.convert import converted, unconverted
from ledger.total.selection import selected, stages_from
from ledger.total.sums import totals
from ledger.total.views import exclusions, recycling, self_audit, two_sided

__all__ = [
    "converted",
    "exclusions",
    "recycling",
    "selected",
    "self_audit",
    "stages_from",
    "totals",
    "two_sided",
    "unconverted",
]
