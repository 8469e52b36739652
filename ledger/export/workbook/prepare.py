"""The rows of the workbook's sheets, worked out from a ledger's frames with the switches at their first setting.

What a live formula computes is worked out here too, in the floating-point numbers that spreadsheets have, so that a
program that does not calculate shows the right figure. Amounts as stated stay decimals. Sums are taken in the order of
the rows, so that the last digit is the same each time.
"""

from dataclasses import dataclass

import polars as pl

from ledger.export.frames import Frames
from ledger.export.groups import GroupsOfActors
from ledger.export.workbook.claim_rows import Articles, claim_order, document_order, exclusion_order
from ledger.export.workbook.commitment_rows import commitment_rows, with_claim_places
from ledger.export.workbook.layout import ANALYST
from ledger.export.workbook.shares import DIMENSIONS, GROUP, Shares
from ledger.export.workbook.switches import Switches
from ledger.export.workbook.totals import LedgerTotals, actor_by_field, timeline, totals_by, totals_by_year


@dataclass(frozen=True)
class WorkbookRows:
    """Prepared rows by sheet: their order and what is worked out of them.

    The ledger's own columns are added block by block while rows are written.
    """

    switches: Switches
    currencies: tuple[str, ...]
    articles: Articles
    commitments: pl.DataFrame
    shares: Shares
    claims: pl.DataFrame
    documents: pl.DataFrame
    exclusions: pl.DataFrame
    totals: dict[str, pl.DataFrame]
    """actor, field, recipient and group → the rows of their totals."""
    matrix: pl.DataFrame
    by_year: pl.DataFrame
    timeline: pl.DataFrame


@dataclass(frozen=True)
class WorkbookContext:
    """What every sheet is made from."""

    book: Frames
    rows: WorkbookRows
    profile: str
    ledger_totals: LedgerTotals | None
    groups: GroupsOfActors | None = None

    @property
    def live(self) -> bool:
        """Whether formulas, links and switches are written."""
        return self.profile == ANALYST


def prepare(book: Frames, switches: Switches, groups: GroupsOfActors | None = None) -> WorkbookRows:
    """All rows of the workbook."""
    currencies = tuple(sorted({switches.currency, *book.rates["to"].to_list()}))
    commitments = commitment_rows(book, switches, currencies)
    claims = claim_order(book, commitments)
    commitments = with_claim_places(commitments, claims)
    shares = Shares.of(commitments, switches, None if groups is None else groups.actors)
    wanted = (*DIMENSIONS, *(() if groups is None else (GROUP,)))
    totals = {dimension: totals_by(shares, dimension) for dimension in wanted}
    return WorkbookRows(
        switches=switches,
        currencies=currencies,
        articles=Articles.of(book),
        commitments=commitments,
        shares=shares,
        claims=claims,
        documents=document_order(book),
        exclusions=exclusion_order(claims),
        totals=totals,
        matrix=actor_by_field(shares, totals),
        by_year=totals_by_year(commitments),
        timeline=timeline(commitments),
    )
