"""What a site is made of."""

from dataclasses import dataclass
from datetime import datetime

import polars as pl

from ledger.export.frames import Frames
from ledger.export.workbook.totals import LedgerTotals

QUOTE = 240
"""Characters of an article that one quote may have, unless a publisher says otherwise."""


@dataclass(frozen=True)
class Site:
    """What a publisher chooses."""

    title: str = "Figures ledger"
    contact: str | None = None
    quote: int = QUOTE
    currency: str = "USD"
    stage_floor: str = "pledged"
    allocation: str = "split"


@dataclass(frozen=True)
class SiteTables:
    """A ledger's tables, and what its totals are of what is published."""

    book: Frames
    """With the whole texts of the articles, of which only quotes are published."""
    totals: LedgerTotals
    counted: pl.DataFrame
    """The commitments that totals sum: commitment_id, low, stated, high, rate, rate_on, rate_source."""
    exclusions: pl.DataFrame
    """The claims that add nothing: claim_id, commitment_id, exclusion_reason, because."""
    changed: datetime | None
    """When the ledger was last changed; None for one that nothing was read into."""
