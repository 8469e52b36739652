"""The options that choose what is totalled, shared by every verb that sums, lists or exports commitments."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import StrEnum
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from ledger.errors import LedgerError
from schemas import FieldCode, Measure, Stage

PANEL = "What is totalled"


class Allocation(StrEnum):
    """How several actors or fields share an amount."""

    SPLIT = "split"
    FULL = "full"


class Parts(StrEnum):
    """Where the parts of a whole stand."""

    INSIDE = "inside"
    SHOWN = "shown"


class Basis(StrEnum):
    """What is summed."""

    COMMITMENTS = "commitments"
    CLAIMS = "claims"


def day(value: str) -> date:
    """A day written YYYY-MM-DD."""
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise typer.BadParameter(f"{value!r} is no day; write it like 2026-11-21") from error


def moment(value: str) -> date | datetime:
    """A day, or a moment with its offset from UTC: 2026-11-21, 2026-11-21T12:00:00+00:00."""
    try:
        return date.fromisoformat(value) if len(value) == len("2026-11-21") else datetime.fromisoformat(value)
    except ValueError as error:
        raise typer.BadParameter(
            f"{value!r} is no day and no moment; write 2026-11-21 or 2026-11-21T12:00:00+00:00"
        ) from error


def _option(*names: str, help: str, **more: Any) -> Any:  # noqa: A002 - Typer's own word
    return typer.Option(*names, help=help, rich_help_panel=PANEL, **more)


def rate_day(said: str) -> Literal["announcement", "year-average", "latest"] | date:
    """Which day's rate converts an amount, as `Book.totals` takes it."""
    match said:
        case "announcement" | "year-average" | "latest":
            return said
    try:
        return date.fromisoformat(said)
    except ValueError as error:
        raise LedgerError(
            f"--rate-date {said!r}: write announcement, year-average, latest or a day like 2026-11-21"
        ) from error


RateDateOption = Annotated[
    str,
    _option("--rate-date", metavar="DAY|announcement|year-average|latest", help="Which day's rate converts an amount."),
]


@dataclass(frozen=True)
class Query:
    """What `Book.totals` is asked for; a field is an option of the command line."""

    by: Annotated[
        list[str] | None,
        _option("--by", help="Column to sum by: actor, recipient, field, measure, stage, currency, year; repeatable."),
    ] = None
    currency: Annotated[str, _option("--currency", help="ISO 4217 code of the sums.")] = "USD"
    stage_floor: Annotated[Stage, _option("--stage-floor", help="Least firm stage that counts.")] = Stage.PLEDGED
    measure: Annotated[list[Measure] | None, _option("--measure", help="Only this kind of commitment. Repeat it.")] = (
        None
    )
    field: Annotated[
        list[FieldCode] | None, _option("--field", metavar="FIELD", help="Only this field, such as space. Repeat it.")
    ] = None
    actor: Annotated[list[str] | None, _option("--actor", help="Only this actor. Repeat it.")] = None
    recipient: Annotated[list[str] | None, _option("--recipient", help="Only this recipient. Repeat it.")] = None
    since: Annotated[
        date | None, _option("--since", parser=day, metavar="DAY", help="First reported on or after this day.")
    ] = None
    until: Annotated[
        date | None, _option("--until", parser=day, metavar="DAY", help="First reported on or before this day.")
    ] = None
    as_of: Annotated[
        datetime | None, _option("--as-of", parser=moment, metavar="WHEN", help="As the ledger stood after this day.")
    ] = None
    allocation: Annotated[
        Allocation, _option("--allocation", help="Several actors or fields share an amount, or each gets all of it.")
    ] = Allocation.SPLIT
    parts: Annotated[
        Parts, _option("--parts", help="A part stands inside its whole, or is shown in its own row and taken off it.")
    ] = Parts.INSIDE
    basis: Annotated[Basis, _option("--basis", help="Sum commitments, each once, or claims, each mention.")] = (
        Basis.COMMITMENTS
    )
    rate_date: RateDateOption = "announcement"
    deflators: Annotated[
        Path | None, _option("--deflators", metavar="CSV", help="Constant prices: columns year and index.")
    ] = None

    def options(self) -> dict[str, Any]:
        """The keyword arguments of `Book.totals`."""
        chosen = {part.name: getattr(self, part.name) for part in fields(self)}
        chosen["by"] = [column.strip() for columns in self.by or () for column in columns.split(",") if column.strip()]
        return {**chosen, "rate_date": rate_day(self.rate_date)}


DEFAULTS: Mapping[str, Any] = {part.name: part.default for part in fields(Query)}


def with_query(verb: Callable[..., None]) -> Callable[..., None]:
    """Give a verb the options of Query; it is called with them as one argument, `query`."""
    signature = inspect.signature(verb, eval_str=True)
    options = [
        inspect.Parameter(part.name, inspect.Parameter.KEYWORD_ONLY, default=part.default, annotation=part.type)
        for part in fields(Query)
    ]
    own = [
        parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY)
        for name, parameter in signature.parameters.items()
        if name != "query"
    ]

    @wraps(verb)
    def called(**given: Any) -> None:
        chosen: dict[str, Any] = {name: given.pop(name) or default for name, default in DEFAULTS.items()}
        verb(query=Query(**chosen), **given)

    parameters = [*own, *options]
    called.__dict__["__signature__"] = signature.replace(parameters=parameters)
    called.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return called
