"""What people decide about an open ledger, and what of it deserves their look."""

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import polars as pl

from ledger.arguments import checked
from ledger.book.decide import DecisionDraft, decision_kind, decisions_of, undo_of
from ledger.book.ingest import after
from ledger.book.reports import ReportingBook
from ledger.book.review import agreement, review_queue
from ledger.book.reviewed import ImportedDecisions, taken_from
from ledger.options import Moment, Source
from ledger.resolve import facts_of, standing
from schemas import Decision, DecisionKind


class DecidingBook(ReportingBook):
    """Review, and people's decisions."""

    @checked
    def review(self, limit: int | None = None, *, second: str | None = None, as_of: Moment = None) -> pl.DataFrame:
        """The rows that most deserve a look, by `effect`: the money that counts, in US dollars, times the doubt.

        `weight` is the same whether the row counts or not; by it the rows without effect follow. What was decided on is
        left out. With `second`, a reviewer's name, the rows are those that others decided on and this one did not.
        """
        return review_queue(self.derived(as_of), limit, second=second)

    @checked
    def agreement(self, as_of: Moment = None) -> pl.DataFrame:
        """How far each two reviewers agree on what both decided on: reviewer, other, both, agree, share, kappa, differ.

        See `ledger.book.review.agreement`.
        """
        return agreement(self.derived(as_of))

    @checked
    def decide(
        self,
        kind: DecisionKind | str,
        target: str,
        other: str | None = None,
        *,
        author: str,
        field: str | None = None,
        value: str | Decimal | float | None = None,
        note: str = "",
    ) -> Decision:
        """Keep a decision on a claim, a commitment or a name; a repeat, with nothing else decided since, adds nothing.

        `target` and `other` are ids (a unique prefix is enough), or names for alias and different. Raises LedgerError
        for an unknown id or kind, or where a correction does not fit its field (see `ledger.corrections`).
        """
        if decision_kind(kind) is DecisionKind.UNDO and (other, field, value) == (None, None, None):
            return self.undo(target, author=author, note=note)
        draft = DecisionDraft(decision_kind(kind), target, other, field, value, note)
        return self.decide_all([draft], author=author, keep_repeats=True)[0]

    @checked
    def decide_all(
        self, drafts: Sequence[DecisionDraft], *, author: str, keep_repeats: bool = False
    ) -> Sequence[Decision]:
        """Keep many decisions in one commit; none is kept twice.

        With `keep_repeats` one that was made before is kept again where something else was decided since.
        """
        before = self.decisions if keep_repeats else None
        made = decisions_of(drafts, self.derived(), before, author=author, at=after(self.decisions))
        self.store.add_decisions(made)
        return made

    @checked
    def check(self, drafts: Sequence[DecisionDraft], *, author: str) -> None:
        """Raise LedgerError where `decide_all` would; nothing is kept."""
        decisions_of(drafts, self.derived(), None, author=author, at=after(self.decisions))

    @checked
    def undo(self, decision: str | int | None = None, *, author: str, note: str = "") -> Decision:
        """Take back a decision (its number, or a unique prefix of its id), or without one the latest that stands.

        Nothing but the table of decisions is read, so that no decision can keep another from being taken back; an
        article whose day was set is then read again. Raises LedgerError where there is none to take back.
        """
        self.store.require_writable()
        before = self.decisions
        made = undo_of(before, decision, author=author, at=after(before), note=note)
        self.store.add_decisions([made])
        was, now_set = (facts_of(standing(decisions).in_force) for decisions in (before, self.decisions))
        changed = pl.concat(
            [was.join(now_set, on=was.columns, how="anti"), now_set.join(was, on=was.columns, how="anti")]
        )
        self.read_again(changed.filter(field="published")["document_id"].unique().to_list())
        return made

    @checked
    def decisions_told(self, as_of: Moment = None) -> pl.DataFrame:
        """People's decisions in their order (columns of `schemas.Decision`), with `number`, from 1, and `status`."""
        made = self.snapshot(as_of).decisions
        known = standing(made)
        status = [known.status(decision or "without an id") for decision in made["decision_id"]]
        numbered = made.with_columns(pl.Series("status", status, dtype=pl.String())).with_row_index("number", 1)
        return numbered.with_columns(pl.col("number").cast(pl.Int64))

    @checked
    def import_decisions(self, workbook: Source, *, author: str) -> ImportedDecisions:
        """Keep what people wrote into the review columns of an exported workbook.

        Tells what was taken, and each cell that was refused and why. The same workbook again adds nothing. Raises
        InputError where the file is not a workbook of this ledger.
        """
        taken = taken_from(Path(workbook), self.derived(), author=author, at=after(self.decisions))
        self.store.add_decisions(taken.decisions)
        return taken
