"""An open ledger: what is read into it, decided about it, and derived from it."""

from collections.abc import Callable
from html import escape
from os import fspath
from types import TracebackType
from typing import Self

import polars as pl

from ledger.arguments import checked
from ledger.book import html
from ledger.book.bulk import Workforce
from ledger.book.describe import INGESTION
from ledger.book.exporting import ExportingBook
from ledger.book.progress import Progress
from ledger.book.proof import Proof, prove, prove_since
from ledger.book.repair import Repair, repair
from ledger.book.watch import WatchedRun, watch
from ledger.errors import LedgerError
from ledger.options import Source
from ledger.read.fetch import Fetcher
from schemas import Problem


class Book(ExportingBook):
    """An open ledger, as `ledger.open` gives it.

    Reading: `ingest`, `watch`, `describe`, `reextract`, `add_rates`; asking: `totals`, `rows`, `why`, `exclusions`,
    `selected`, `actors`, and the LazyFrames `claims`, `commitments`, `documents`, `problems`; deciding: `review`,
    `decide`, `undo`; reports: `recycled`, `delivery`, `scale`, `circular`; making: `plot`, `export`, `publish`;
    proving: `verify`, `prove`, `repair`. In a `with` statement the ledger is closed at the end.
    """

    def __enter__(self) -> Self:
        """The ledger itself."""
        _ = self.store
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the ledger; an error goes on."""
        self.close()

    @checked
    def close(self) -> None:
        """Let go of the open tables and of all that was worked out of them: the memory that a ledger takes.

        What is asked of it afterwards is refused with StoreError, for a book used past its end is most likely a slip,
        and one that opened itself again would hold its memory again. Frames that it gave stay as they are. All that was
        written is on disk at once, so that nothing is lost where nobody closes.
        """
        self._store = self._last = self._last_known = None

    def __repr__(self) -> str:
        return f"Book({self.address!r}{', closed' if self._store is None else ''})"

    def _repr_html_(self) -> str:
        """What the ledger holds, for a notebook; commitments are not worked out for it."""
        try:
            seen = self.snapshot()
        except LedgerError as error:
            return f"<p>{escape(str(error))}</p>"
        tables = {"documents": seen.documents, "claims": seen.claims, "problems": seen.problems}
        number = {name: rows.select(pl.len()).collect().item() for name, rows in tables.items()}
        last = max(seen.runs["ended"].to_list(), default=None)
        counts = [(name, f"{rows:,}") for name, rows in (*number.items(), ("decisions", seen.decisions.height))]
        return html.table([*counts, ("last run", last.isoformat(" ", "minutes") if last else "none")], self.address)

    @checked
    def verify(self) -> list[Problem]:
        """What in the ledger contradicts itself; an empty list proves that nothing does.

        Every row has the hash that was written with it, every quote stands at its offsets in its stored document, its
        text read again gives the same claims, every claim is counted or excluded with a reason, every value lies
        between its ends, every correction fits, and every commitment has the amount that its claims and decisions give.
        """
        return list(self.prove().problems)

    @checked
    def prove(
        self,
        head: str | None = None,
        *,
        since: str | None = None,
        reread: bool = True,
        progress: Callable[[int], None] | None = None,
    ) -> Proof:
        """`verify`, with what could not be proven and the head to note; `head` is one that was noted earlier.

        With `since`, the number or id of a run, only what came later is proven row by row; of what was there when that
        run was stored, that its files are the same. Without `reread` the texts are not read again, which takes as long
        as their ingestion. Raises LedgerError where `head` is not written as one, or for an unknown run.
        """
        tell = progress or (lambda _: None)
        if since is not None:
            return prove_since(self.store, since, head=head, again=reread, progress=tell)
        return prove(self.store, head=head, again=reread, progress=tell)

    @staticmethod
    @checked
    def repair(path: Source, *, dry_run: bool = True, attributor: str | None = None) -> Repair:
        """What is wrong with the ledger at `path` and how it is repaired; nothing is changed unless `dry_run` is false.

        What can still be read becomes a new ledger in its place, and the ledger as it was is kept beside it. Articles
        whose claims are lost are read again. Nobody else may write meanwhile. Raises StoreError where no ledger is, and
        OutputError where the folder cannot be moved.
        """
        return repair(fspath(path), dry_run=dry_run, attributor=attributor)

    @checked
    def watch(
        self,
        file: Source,
        *,
        names: Source | None = None,
        attributor: str | None = None,
        workers: int | None = None,
        cluster: str | None = None,
        progress: Progress | None = None,
        author: str = INGESTION,
        fetcher: Fetcher | None = None,
    ) -> WatchedRun:
        """Read what is new in the feeds, folders and pages that a TOML `file` lists, as one run; see docs/sources.md.

        Tells what came of each source, and what changed in the totals. `author` makes the corrections that hints of
        fields come to; `fetcher` gets what is fetched; `workers` or a `cluster` read as for `ingest`. Raises InputError
        where the file is not valid; a source that cannot be read becomes a Problem, and the others are read.
        """
        return watch(
            self,
            file,
            workforce=Workforce(workers, cluster),
            names=names,
            attributor=attributor,
            progress=progress,
            author=author,
            fetcher=fetcher,
        )
