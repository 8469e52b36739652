"""Totals: commitments summed as intervals, by any columns, in any currency, with what was left out and why beside them."""

from ledger.total.convert import converted, unconverted
from ledger.total.sums import selected, totals

__all__ = ["converted", "selected", "totals", "unconverted"]
