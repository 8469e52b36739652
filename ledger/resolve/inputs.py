"""What the resolution of any claims takes beside them."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from ledger.money.rates import Rates
from ledger.resolve.copied import Copied
from ledger.resolve.decisions import ReplayedDecisions


@dataclass(frozen=True)
class Inputs:
    """What the resolution of any claims takes beside them."""

    documents: pl.LazyFrame
    replayed: ReplayedDecisions
    canonical: dict[str, str]
    """Name → canonical name, where they differ."""
    rates: Rates | None
    copied: Copied

    @property
    def left_out(self) -> list[str]:
        """The claims that are no mentions: those that a person rejected, and those that a later version left out."""
        return [*self.replayed.rejected, *self.gone]

    @property
    def gone(self) -> Mapping[str, str]:
        """claim_id → the later version without it, but for claims that a person accepted."""
        return {claim: by for claim, by in self.copied.gone.items() if claim not in self.replayed.accepted}


__all__ = ["Inputs"]
