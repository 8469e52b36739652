"""A walk through claims: each with its words, one key for what a person may decide, `u` to take the last back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol

import typer

from ledger.cli.effects import pledge_line, total_words
from ledger.cli.explain import quote_lines
from ledger.cli.show import counted, listed, one_line, tell_fitted
from ledger.errors import LedgerError
from ledger.money.amounts import row_words
from schemas import DecisionKind, Stage

if TYPE_CHECKING:
    from ledger.book import Book
    from ledger.book.decide import DecisionDraft
    from ledger.book.review import Planted
    from schemas import Decision

KEYS = """\
[a] right        [n] not a pledge  [s] same as …  [p] part of …  [o] other payer
[t] other stage  [l] alias of …    [c] correct …  [k] skip       [u] undo
[q] quit"""
NOT_A_PLEDGE = "not a pledge"
SHOWN = 8
"""Claims that are named at most where some were skipped."""


class Ask(Protocol):
    """How a person is asked."""

    def __call__(self, words: str, *, key: bool = False) -> str:
        """The answer: one key, or a line, which is empty where the person only goes on."""


def ask_in_terminal(words: str, *, key: bool = False) -> str:
    """The key that a person presses, or the line that one types."""
    if not key:
        return str(typer.prompt(words, default="", show_default=False))
    typer.echo(words)
    try:
        pressed = typer.getchar()
    except EOFError:
        return "q"
    return "q" if pressed == "\x1b" else pressed


@dataclass
class Step:
    """What was done with one row of the walk."""

    row: Mapping[str, Any]
    planted: "Planted | None" = None
    decision: "Decision | None" = None
    draft: "DecisionDraft | None" = None
    """What the person decided; of a planted claim it is kept nowhere else."""

    @property
    def skipped(self) -> bool:
        """Whether nothing was decided."""
        return self.draft is None

    @property
    def caught(self) -> bool:
        """Whether a planted amount was found: the claim is no pledge, or its amount is corrected."""
        kind = self.draft.kind if self.draft is not None else None
        amount = self.draft is not None and self.draft.field in ("value", "lower", "upper", "unit")
        return kind is DecisionKind.REJECT or (kind is DecisionKind.CORRECT and amount)


@dataclass
class Walk:
    """One reviewer on the way through rows (`ledger.rows.claim_rows`), planted ones among them."""

    book: "Book"
    author: str
    ask: Ask
    tell: Callable[[str], None] = tell_fitted
    done: list[Step] = field(default_factory=list)

    def through(self, rows: Sequence[Mapping[str, Any]], planted: Mapping[int, "Planted"] | None = None) -> None:
        """Show each row in turn until there are no more or the person quits, and say what came of it.

        `planted` are claims with a wrong amount, by the row before which each is shown.
        """
        steps = [Step(row) for row in rows]
        for place, one in sorted((planted or {}).items(), reverse=True):
            steps.insert(place, Step(one.row, one))
        start = self._total()
        try:
            while len(self.done) < len(steps):
                if not self._one(replace(steps[len(self.done)]), f"{len(self.done) + 1} of {len(steps)}"):
                    break
        finally:
            self._sum_up(start, len(steps))

    def _total(self) -> Any:
        return self.book.totals()["stated"][0]

    def _one(self, step: Step, place: str) -> bool:
        """Show one row until something is decided of it; whether the walk goes on."""
        self.tell("")
        self.tell(place)
        for line in self._shown(step):
            self.tell(line)
        while True:
            pressed = (self.ask(KEYS, key=True).strip().casefold() or "k")[0]
            if pressed == "q":
                return False
            if pressed == "u":
                self._undo()
                return True
            if pressed == "k":
                self.done.append(step)
                return True
            if pressed not in MAKERS:
                self.tell(f"no key {pressed!r}")
                continue
            try:
                draft = MAKERS[pressed](self, step)
                if draft is None:
                    continue
                self._keep(step, draft)
            except LedgerError as error:
                self.tell(f"not kept: {error}")
                continue
            return True

    def _shown(self, step: Step) -> list[str]:
        (quote,) = self.book.why(step.row["claim_id"]).quotes
        if step.planted is None:
            return list(quote_lines(quote))
        amounts = {name: step.row[name] for name in ("value", "lower", "upper")}
        return list(quote_lines(replace(quote, row={**quote.row, **amounts})))

    def choose(self, lines: Sequence[str], words: str) -> int | str | None:
        """The place of the line that a person chooses by its number, what else one types, or None."""
        for number, line in enumerate(lines, 1):
            self.tell(one_line(f"  {number}  {line}"))
        said = self.ask(words).strip()
        if said.isdecimal() and 1 <= int(said) <= len(lines):
            return int(said) - 1
        return said or None

    def _keep(self, step: Step, draft: "DecisionDraft") -> None:
        """Keep a decision; one on a planted claim is checked in the same way, and not stored."""
        if step.planted is None:
            made = self.book.decide(
                draft.kind, draft.target, draft.other, field=draft.field, value=draft.value, note=draft.note,
                author=self.author,
            )  # fmt: skip
            step.decision = made
        else:
            self.book.check([draft], author=self.author)
        step.draft = draft
        self.done.append(step)
        what = " ".join(str(part) for part in (draft.kind, draft.field, draft.value or draft.other) if part)
        self.tell(one_line(f"kept: {what}"))

    def _undo(self) -> None:
        """Take back what was done with the row before."""
        if not self.done:
            self.tell("nothing to take back on this walk; see `ledger undo`")
            return
        last = self.done.pop()
        if last.decision is not None:
            self.book.undo(last.decision.decision_id, author=self.author, note="taken back on the walk")
        said = "skipped" if last.draft is None else str(last.draft.kind)
        self.tell(f"taken back: {said} {row_words(last.row)}")

    # What came of it --------------------------------------------------------------------------------------------------

    def _sum_up(self, start: Any, every: int) -> None:
        real = [step for step in self.done if step.planted is None]
        skipped = [step.row["claim_id"][:8] for step in real if step.skipped]
        kept, left = len(real) - len(skipped), every - len(self.done)
        told = f"{counted(len(self.done), 'claim')} seen: {counted(kept, 'decision')} kept, {len(skipped):,} skipped"
        self.tell("")
        self.tell(f"{told}{f', {left:,} not seen' if left else ''}")
        if skipped:
            more = ", …" if len(skipped) > SHOWN else ""
            self.tell(f"skipped: {', '.join(skipped[:SHOWN])}{more}; they come again")
        self.tell(f"total: {total_words(start, self._total())}")
        shown = [step for step in self.done if step.planted is not None]
        if shown:
            self._tell_planted(shown)

    def _tell_planted(self, shown: Sequence[Step]) -> None:
        caught = sum(step.caught for step in shown)
        right = sum(step.caught and _is_true(step) for step in shown)
        rate = f"{100 * caught / len(shown):.0f} %"
        self.tell(
            f"planted: {self.author} caught {caught} of {len(shown)} ({rate}), {right} with the right amount; "
            "nothing of them was stored"
        )
        for step in shown:
            if not step.caught and step.planted is not None:
                self.tell(one_line(f"  missed: “{step.row['exact']}” was shown as {row_words(step.row)}"))


def _is_true(step: Step) -> bool:
    """Whether the amount of a planted claim was corrected to its own."""
    from ledger.corrections import corrected_value  # noqa: PLC0415 - see open_book

    if step.draft is None or step.planted is None or step.draft.field != "value":
        return False
    return bool(float(corrected_value("value", step.draft.value)) == float(step.planted.true))


# What each key makes --------------------------------------------------------------------------------------------------


def _draft(step: Step, kind: DecisionKind, other: str | None = None, **more: Any) -> "DecisionDraft":
    from ledger.book.decide import DecisionDraft  # noqa: PLC0415 - see open_book

    return DecisionDraft(kind, more.pop("target", step.row["claim_id"]), other, **more)


def _accepted(_: Walk, step: Step) -> "DecisionDraft":
    return _draft(step, DecisionKind.ACCEPT)


def _no_pledge(_: Walk, step: Step) -> "DecisionDraft":
    return _draft(step, DecisionKind.REJECT, note=NOT_A_PLEDGE)


def _paired(kind: DecisionKind, words: str) -> Callable[[Walk, Step], "DecisionDraft | None"]:
    def made(walk: Walk, step: Step) -> "DecisionDraft | None":
        from ledger.book.review import alike  # noqa: PLC0415 - see open_book

        rows = alike(walk.book.derived(), step.row).rows(named=True)
        lines = [f"{row['commitment_id'][:8]}  {pledge_line(row)}" for row in rows]
        said = walk.choose(lines, f"{words} (number, or an id)")
        if said is None:
            return None
        return _draft(step, kind, rows[said]["commitment_id"] if isinstance(said, int) else said)

    return made


def _other_payer(walk: Walk, step: Step) -> "DecisionDraft | None":
    from ledger.book.review import names_near  # noqa: PLC0415 - see open_book

    names = names_near(walk.book.derived(), step.row)
    said = walk.choose(names, "whose money is it (number, or a name)")
    if said is None:
        return None
    return _draft(step, DecisionKind.CORRECT, field="actor", value=names[said] if isinstance(said, int) else said)


def _other_stage(walk: Walk, step: Step) -> "DecisionDraft | None":
    stages = [stage.value for stage in Stage]
    said = walk.choose(stages, "which stage (number)")
    if said is None:
        return None
    return _draft(step, DecisionKind.CORRECT, field="stage", value=stages[said] if isinstance(said, int) else said)


def _alias(walk: Walk, step: Step) -> "DecisionDraft | None":
    names = [*step.row["actor"], *step.row["recipient"]]
    if not names:
        walk.tell("the claim names nobody")
        return None
    said = 0 if len(names) == 1 else walk.choose(names, "which name is another's (number)")
    if not isinstance(said, int):
        return None
    other = walk.ask(f"{names[said]} is another name of")
    return _draft(step, DecisionKind.ALIAS, other.strip(), target=names[said]) if other.strip() else None


def _corrected(walk: Walk, step: Step) -> "DecisionDraft | None":
    from ledger.corrections import CORRECTABLE  # noqa: PLC0415 - see open_book

    attribute = walk.ask(f"which attribute ({listed(CORRECTABLE)})").strip()
    if not attribute:
        return None
    value = walk.ask("right value").strip()
    return _draft(step, DecisionKind.CORRECT, field=attribute, value=value, note=walk.ask("why (or nothing)").strip())


MAKERS: Mapping[str, Callable[[Walk, Step], "DecisionDraft | None"]] = {
    "a": _accepted,
    "n": _no_pledge,
    "s": _paired(DecisionKind.SAME, "the same as which"),
    "p": _paired(DecisionKind.PART_OF, "part of which"),
    "o": _other_payer,
    "t": _other_stage,
    "l": _alias,
    "c": _corrected,
}
"""Key → what makes the decision; None where the person thinks better of it."""
