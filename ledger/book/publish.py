"""A site made from a ledger: what its pages and downloads are of."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from ledger.book import query
from ledger.book.cache import Derived
from ledger.book.selection import exported_frames
from ledger.errors import LedgerError
from ledger.export import Site, SiteTables, publish_site
from ledger.options import TotalOptions
from ledger.total import exclusions, totals


def publish(
    known: Derived, options: TotalOptions, site: Site, folder: Path, progress: Callable[[int], None] = lambda _: None
) -> Path:
    """Write the site of what `options` choose; see `ledger.book.Book.publish`.

    Nothing in it tells when it was made, so that the same ledger gives the same bytes.
    """
    asked = query.in_known_currency(options)
    if wrong := asked.changed("by", "basis", "parts", "deflators"):
        raise LedgerError(f"a site holds every commitment and its totals; leave out {', '.join(sorted(wrong))}")
    changed = last_changed(known)
    stamp = (changed or datetime(1970, 1, 1, tzinfo=UTC)).isoformat()
    book = exported_frames(known, asked, {"as_of": stamp, **({"contact": site.contact} if site.contact else {})})
    tables = (book.commitments, book.memberships, book.claims, book.documents)
    # The filters have chosen already.
    plain = TotalOptions(currency=asked.currency, stage_floor=asked.stage_floor, rate_date=asked.rate_date)
    left = exclusions(*tables, currency=asked.currency, rates=known.rates, rate_date=asked.rate_date)
    return publish_site(
        site,
        SiteTables(
            book=book,
            totals=partial(totals, *tables, rates=known.rates, rate_date=asked.rate_date),
            counted=query.summed_commitments(tables, known.rates, plain),
            exclusions=left,
            changed=changed,
        ),
        folder,
        progress,
    )


def last_changed(known: Derived) -> datetime | None:
    """When the last run was stored or the last decision made; None for an empty ledger."""
    seen = known.snapshot
    moments = [*seen.runs["ended"].to_list(), *seen.decisions["at"].to_list()]
    return max(moments, default=None)
