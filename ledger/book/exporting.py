"""What is made of an open ledger: workbooks, sites, charts and other formats."""

import warnings
from collections.abc import Callable, Collection
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from ledger.arguments import checked
from ledger.book import query
from ledger.book.deciding import DecidingBook
from ledger.book.groups import Groups, looked_up, unknown_names
from ledger.book.publish import publish
from ledger.book.selection import exported_frames
from ledger.errors import LedgerError
from ledger.export import QUOTE, GroupsOfActors, Site, export, totals_chart
from ledger.options import Moment, Source, TotalFilters, TotalOptions
from ledger.total import totals

if TYPE_CHECKING:
    import altair as alt

BEHIND_CHECKED = 3
"""Frames between a warning and the line that called the method: its own, and that of its check."""


class ExportingBook(DecidingBook):
    """Workbooks, sites, charts and other formats."""

    @checked
    def plot(
        self,
        by: str | Collection[str] = "field",
        currency: str = "USD",
        *,
        most: int = 20,
        **options: Unpack[TotalFilters],
    ) -> "alt.LayerChart":
        """The totals as an Altair chart, which a notebook shows, and `chart.save("chart.png")` keeps.

        Bars are what is stated, lines lead from the low to the high end, and an arrow stands where the high end is
        open. `by` is a column of `totals`, or two, of which the second is told by colour; of actors and the like the
        `most` largest are drawn. The options are those of `totals`. Raises InputError where Altair is not installed:
        pip install 'figures-ledger[plot]'.
        """
        asked = query.in_known_currency(TotalOptions.of(by=by, currency=currency, **options))
        return totals_chart(self.totals_of(asked), asked.columns, asked.currency, most)

    @checked
    def export(
        self,
        path: Source,
        *,
        profile: str = "analyst",
        currency: str = "USD",
        contact: str | None = None,
        groups: Groups | None = None,
        excel: bool = False,
        progress: Callable[[int], None] | None = None,
        **options: Unpack[TotalFilters],
    ) -> list[Path]:
        """Write the ledger in the format that the suffix of `path` says; returns the files made.

        `contact` stands on a workbook's cover: whom a reader may ask. `groups` of actors get totals of their own in a
        workbook: a TOML file, or name → names of actors; a name that fits no actor is warned of. `excel` begins a CSV
        with a byte order mark. Filters choose commitments as in `totals`. Raises LedgerError for an option that the
        export has not (basis, parts, deflators), and InputError for groups that are not valid.
        """
        asked = TotalOptions.of(currency=currency, **options)
        found = None if groups is None else self.groups(groups, as_of=asked.as_of)
        for line in [] if found is None else unknown_names(found, self.derived(asked.as_of)):
            warnings.warn(line, UserWarning, stacklevel=BEHIND_CHECKED)
        return self.export_of(
            path, asked, profile=profile, contact=contact, groups=found, excel=excel, progress=progress
        )

    @checked
    def groups(self, given: Groups, *, as_of: Moment = None) -> GroupsOfActors:
        """Groups of actors with the actor of the ledger that each name fits; raises InputError where not valid."""
        return looked_up(given, self.derived(as_of))

    @checked
    def export_of(
        self,
        path: Source,
        options: TotalOptions,
        *,
        profile: str = "analyst",
        contact: str | None = None,
        groups: GroupsOfActors | None = None,
        excel: bool = False,
        progress: Callable[[int], None] | None = None,
    ) -> list[Path]:
        """`export` with its options as one record."""
        if wrong := options.changed("by", "basis", "parts", "deflators"):
            raise LedgerError(f"an export holds every commitment and its totals; leave out {', '.join(sorted(wrong))}")
        known, asked = self.asked(options)
        info = {"as_of": query.moment_of(known, asked.as_of).isoformat(), **({"contact": contact} if contact else {})}
        frames = exported_frames(known, asked, info)
        # A filter by actor chose whole commitments; the totals to compare with are of these, not of its shares.
        tables = (frames.commitments, frames.memberships, frames.claims, frames.documents)
        own = partial(totals, *tables, rates=known.rates, rate_date=asked.rate_date)
        return export(
            frames,
            Path(path),
            profile=profile,
            currency=asked.currency,
            stage_floor=asked.stage_floor,
            allocation=asked.allocation,
            totals=own,
            groups=groups,
            excel=excel,
            progress=progress or (lambda _: None),
        )

    @checked
    def publish(
        self,
        folder: Source,
        *,
        title: str = "Figures ledger",
        contact: str | None = None,
        quote: int = QUOTE,
        currency: str = "USD",
        progress: Callable[[int], None] | None = None,
        **options: Unpack[TotalFilters],
    ) -> Path:
        """Write a static site of the ledger into `folder`, and return the folder.

        Of each article at most `quote` characters around a figure are published. Filters choose commitments as in
        `totals`. The folder is new, empty, or a site published before, which is replaced as a whole. Raises OutputError
        where it holds anything else or cannot be written, InputError for a `quote` that is no length, and LedgerError
        for an option that no site has: basis, parts, deflators.
        """
        asked = query.in_known_currency(TotalOptions.of(currency=currency, **options))
        site = Site(title, contact, quote, asked.currency, asked.stage_floor, asked.allocation)
        return self.publish_of(folder, asked, site, progress=progress)

    @checked
    def publish_of(
        self,
        folder: Source,
        options: TotalOptions,
        site: Site,
        *,
        progress: Callable[[int], None] | None = None,
    ) -> Path:
        """`publish` with its options as records."""
        return publish(self.derived_for(options), options, site, Path(folder), progress or (lambda _: None))
