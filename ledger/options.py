"""What a caller may choose; a module that imports nothing heavy, so that the command line names the choices at once."""

from collections.abc import Collection
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from enum import StrEnum
from os import PathLike, environ
from typing import Any, Literal, Self, TypedDict, Unpack, cast, get_args

from ledger.arguments import AnyFrame, as_day, as_moment, keywords_of
from ledger.errors import InputError

FAST, ACCURATE = "fast", "accurate"
"""The names of the attributors in their claims."""

Source = str | PathLike[str]
"""A path."""
Wanted = str | Collection[str] | None
"""One value, several of which any will do, or None for all."""
Day = date | str
"""A day: a date, or text such as "2025-03-04"."""
RateDate = Literal["announcement", "year-average", "latest"] | date
"""Which day's rate converts an amount: its own, the mean of its year, the last known, or a fixed day."""
Allocation = Literal["split", "full"]
Parts = Literal["inside", "shown"]
Basis = Literal["commitments", "claims"]
Undecided = Literal["list", "count"]


class Attributor(StrEnum):
    """Who decides measure, stage, roles and fields; auto is accurate where what it needs is installed."""

    FAST = FAST
    ACCURATE = ACCURATE
    AUTO = "auto"


def attributor_of(name: str | None) -> Attributor:
    """The attributor of a name; without one, that of the environment's LEDGER_ATTRIBUTOR, or auto.

    Raises InputError for any other word.
    """
    said = name or environ.get("LEDGER_ATTRIBUTOR") or Attributor.AUTO
    try:
        return Attributor(said)
    except ValueError:
        raise InputError(f"{said!r} is not a valid attributor; choose {', '.join(Attributor)}") from None


Moment = date | datetime | str | None
"""A day (its end), a moment (UTC unless it says otherwise), a version, or None for now.

A day or moment may be text in ISO 8601. A version is a number of runs ("3"), of runs, decisions and rates ("3.2.1"), or
a head, as `history` and `prove` give.
"""


@dataclass(frozen=True)
class TotalOptions:
    """What a total is of: which commitments, in which currency, by which columns."""

    by: str | Collection[str] = ()
    """Columns that the sums are by: actor, recipient, field, measure, stage, currency, year, quarter, month."""
    currency: str = "USD"
    """ISO 4217 code of the sums."""
    stage_floor: str = "pledged"
    """The least firm stage that counts; "cancelled" lets every stage count."""
    measure: Wanted = None
    """Kinds of commitment."""
    field: Wanted = None
    """Fields that the money is for."""
    actor: Wanted = None
    """Canonical names of those whose money it is."""
    recipient: Wanted = None
    """Canonical names of those it goes to."""
    since: date | None = None
    """First reported on or after this day."""
    until: date | None = None
    """First reported on or before this day."""
    as_of: Moment = None
    """The ledger as it stood at the end of this day, at this moment (UTC unless it says otherwise), or at a version."""
    as_known_on: date | None = None
    """Only what documents published by this day say; one without a day counts from the day of its reading."""
    allocation: Allocation = "split"
    """Whether several actors, recipients or fields share an amount equally, or each gets all of it."""
    parts: Parts = "inside"
    """Whether a part stands inside its whole, or in a row of its own and is taken off its whole."""
    basis: Basis = "commitments"
    """Whether commitments are summed, each once, or claims, each mention."""
    undecided: Undecided = "list"
    """Whether what may as well be a statistic is only listed, or counted."""
    rate_date: RateDate = "announcement"
    """Which day's rate converts an amount."""
    deflators: Source | AnyFrame | None = None
    """Constant prices: a CSV or frame with the columns year and index (100 in the base year)."""

    def __post_init__(self) -> None:
        """Read days and moments that are text; raises InputError for an option that does not fit."""
        for name, takes in keywords_of(TotalArguments).items():
            takes.check(name, getattr(self, name))
        moments = {name: as_day(getattr(self, name)) for name in ("since", "until", "as_known_on")}
        if self.rate_date not in get_args(get_args(RateDate)[0]):
            moments["rate_date"] = as_day(self.rate_date)
        for name, value in {**moments, "as_of": as_moment(self.as_of)}.items():
            object.__setattr__(self, name, value)

    @classmethod
    def of(cls, **given: "Unpack[TotalArguments]") -> Self:
        """The options `given`, the others as they are by default; raises InputError for one that does not fit."""
        return cls(**cast("dict[str, Any]", given))

    def but(self, **changes: "Unpack[TotalArguments]") -> Self:
        """These options with `changes`; raises InputError for one that does not fit."""
        return replace(self, **cast("dict[str, Any]", changes))

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of `by`, each once."""
        return tuple(dict.fromkeys([self.by] if isinstance(self.by, str) else self.by))

    def changed(self, *names: str) -> dict[str, Any]:
        """Those of `names` (all where none is given) that are not as they are by default."""
        default = TotalOptions()
        chosen = [part.name for part in fields(self) if not names or part.name in names]
        values = {name: getattr(self, name) for name in chosen}
        return {name: value for name, value in values.items() if not _alike(value, getattr(default, name))}


def _alike(value: object, other: object) -> bool:
    """Whether two options are the same; a frame, which compares cell by cell, is only like itself."""
    return value is other or (not isinstance(value, AnyFrame) and value == other)


FILTERS = ("measure", "field", "actor", "recipient", "since", "until")
"""The options that choose commitments."""


class TotalFilters(TypedDict, total=False):
    """The options of a total beside `by` and `currency`, as keyword arguments; see `TotalOptions`.

    Days may be text: "2025-03-04".
    """

    stage_floor: str
    measure: Wanted
    field: Wanted
    actor: Wanted
    recipient: Wanted
    since: Day | None
    until: Day | None
    as_of: Moment
    as_known_on: Day | None
    allocation: Allocation
    parts: Parts
    basis: Basis
    undecided: Undecided
    rate_date: RateDate | str
    deflators: Source | AnyFrame | None


class TotalArguments(TotalFilters, total=False):
    """All options of a total as keyword arguments; see `TotalOptions`."""

    by: str | Collection[str]
    currency: str
