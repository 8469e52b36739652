"""Totals: commitments summed as intervals, by any columns, in any currency, with what was left out and why."""

from ledger.total.circular import circular
from ledger.total.convert import converted, unconverted
from ledger.total.delivery import delivery, histories
from ledger.total.recycled import recycled
from ledger.total.scale import plain_name, read_known, scale
from ledger.total.selection import selected, stages_from
from ledger.total.sums import totals
from ledger.total.views import exclusions, self_audit, two_sided

__all__ = [
    "circular",
    "converted",
    "delivery",
    "exclusions",
    "histories",
    "plain_name",
    "read_known",
    "recycled",
    "scale",
    "selected",
    "self_audit",
    "stages_from",
    "totals",
    "two_sided",
    "unconverted",
]
