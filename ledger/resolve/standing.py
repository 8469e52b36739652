"""Which decisions stand: those that nobody took back, and that are what a decision has to be.

The tables may hold what an older version, another program or a hand wrote. Such a decision is left aside and told; it
never keeps the others from being replayed.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from ledger.corrections import CORRECTABLE
from ledger.resolve.described import DESCRIBABLE
from schemas import DecisionKind, Problem

NEEDS_OTHER = (DecisionKind.SAME, DecisionKind.DIFFERENT, DecisionKind.PART_OF, DecisionKind.ALIAS)
"""Kinds of decisions that are on two things."""
LONGEST_TEXT = 4_000
"""Characters that any column of a decision may hold."""
DECISION_STANDS = "decision_stands"
"""The rule that a decision breaks which is left aside."""
CHECKED = ("decision_id", "kind", "target", "other", "field", "value", "author", "note")


@dataclass(frozen=True)
class Standing:
    """Decisions by whether they are replayed."""

    in_force: pl.DataFrame
    """Those that are replayed: no undo among them, and none that was undone."""
    undone: Mapping[str, str]
    """decision_id of what was taken back → the undo that took it back."""
    faults: Mapping[str, str]
    """decision_id of what is left aside → why."""

    def problems(self) -> list[Problem]:
        """A problem for each decision that is left aside and was not taken back."""
        left = sorted((name, why) for name, why in self.faults.items() if name not in self.undone)
        return [Problem(where=f"decision {name}", rule=DECISION_STANDS, message=why) for name, why in left]

    def status(self, decision_id: str) -> str:
        """What became of a decision, in words."""
        if decision_id in self.undone:
            return f"undone by {self.undone[decision_id]}"
        if decision_id in self.faults:
            return f"left aside: {self.faults[decision_id]}"
        return "in force"


def standing(decisions: pl.DataFrame) -> Standing:
    """`decisions` (columns of the record Decision) by whether they are replayed, those in force in their order of time.

    An undo takes back the decision that it names; an undo that was itself taken back does nothing.
    """
    judged = decisions.sort("at", "decision_id", nulls_last=True).with_columns(_fault().alias("fault"))
    faults = dict(judged.filter(pl.col("fault").is_not_null()).select(_id(), "fault").iter_rows())
    sound = judged.filter(pl.col("fault").is_null()).drop("fault")
    is_undo = pl.col("kind") == DecisionKind.UNDO.value
    undone: dict[str, str] = {}
    for name, target in reversed(sound.filter(is_undo).select("decision_id", "target").rows()):
        if name not in undone:
            undone.setdefault(target, name)
    return Standing(sound.filter(~is_undo & ~pl.col("decision_id").is_in(list(undone))), undone, faults)


def _id() -> pl.Expr:
    return pl.col("decision_id").fill_null("without an id")


def _fault() -> pl.Expr:
    """Why a row is no decision, or null."""
    blank = {name: pl.col(name).is_null() | (pl.col(name).str.strip_chars() == "") for name in CHECKED}
    kind, on_two = pl.col("kind"), pl.col("kind").is_in([kind.value for kind in NEEDS_OTHER])
    correct, describe = kind == DecisionKind.CORRECT.value, kind == DecisionKind.DESCRIBE.value
    day = pl.when(pl.col("value").str.contains(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")).then("value")
    no_day = (pl.col("value") != "") & day.str.to_date("%Y-%m-%d", strict=False).is_null()
    undated = describe & (pl.col("field") == "published") & no_day
    longest = pl.max_horizontal(pl.col(name).str.len_chars().fill_null(0) for name in CHECKED)
    tests = (
        (blank["decision_id"], "it has no id"),
        (longest > LONGEST_TEXT, f"it holds a text of more than {LONGEST_TEXT} characters"),
        (blank["kind"] | ~kind.is_in([kind.value for kind in DecisionKind]), "its kind is unknown"),
        (pl.col("at").is_null(), "it has no time"),
        (blank["target"], "it names no target"),
        (on_two & blank["other"], "it names one thing where two are decided on"),
        (correct & ~pl.col("field").is_in(CORRECTABLE).fill_null(value=False), "it corrects what cannot be corrected"),
        (describe & ~pl.col("field").is_in(DESCRIBABLE).fill_null(value=False), "it sets what no document has"),
        ((correct | describe) & pl.col("value").is_null(), "it has no value"),
        (undated.fill_null(value=False), "its value is no day"),
    )
    fault = pl.lit(None, dtype=pl.String())
    for test, why in reversed(tests):
        fault = pl.when(test).then(pl.lit(why)).otherwise(fault)
    return fault


__all__ = ["NEEDS_OTHER", "Standing", "standing"]
