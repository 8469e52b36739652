"""The options that choose what is totalled, shared by every verb that sums, lists or exports commitments."""

import inspect
from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime
from enum import StrEnum
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, get_args

import typer

from ledger.cli.completion import complete_actor, complete_by, complete_currency, complete_recipient
from ledger.cli.shape import ColumnsOption, LimitOption, Shape, SortOption
from ledger.errors import meant
from ledger.lexicons.labels import label
from ledger.options import FILTERS, Allocation, Basis, Moment, Parts, RateDate, TotalOptions, Undecided
from schemas import FieldCode, Measure, Stage

PANEL = "What is totalled"
STATES = ("as_of", "as_known_on")
"""Options that choose a state of the ledger."""
RATE_DAYS = ("announcement", "year-average", "latest")


def day(value: str) -> date:
    """A day written YYYY-MM-DD."""
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise typer.BadParameter(f"{value!r} is not a valid day; write it like 2026-11-21") from error


def moment(value: str) -> date | datetime:
    """A day, or a moment with its offset from UTC: 2026-11-21, 2026-11-21T12:00:00+00:00."""
    try:
        return date.fromisoformat(value) if len(value) == len("2026-11-21") else datetime.fromisoformat(value)
    except ValueError as error:
        raise typer.BadParameter(
            f"{value!r} is not a valid day or moment; write 2026-11-21 or 2026-11-21T12:00:00+00:00"
        ) from error


def rate_day(value: str) -> RateDate:
    """Which day's rate converts an amount: a word, or a day."""
    match value:
        case "announcement" | "year-average" | "latest":
            return value
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        choices = ", ".join(RATE_DAYS)
        raise typer.BadParameter(f"{value!r} is not a valid rate date; choose {choices} or a day") from error


def code(what: str, vocabulary: type[StrEnum]) -> Callable[[str], StrEnum]:
    """What turns a code, or its label, in capitals or not, into a member of the vocabulary."""

    def parsed(said: str) -> StrEnum:
        plain = "_".join(said.casefold().split())
        labels = {"_".join(label(what, member.value).casefold().split()): member for member in vocabulary}
        found = {member.value: member for member in vocabulary} | labels
        if plain not in found:
            known = [member.value for member in vocabulary]
            told = meant(plain, [*known, *labels]) or f"; choose {', '.join(known)}"
            raise typer.BadParameter(f"no {what} {said!r}{told}")
        return found[plain]

    parsed.__name__ = what
    return parsed


def codes(vocabulary: type[StrEnum]) -> Callable[[str], list[str]]:
    """What completes the codes of a vocabulary."""
    return lambda incomplete: [one.value for one in vocabulary if one.value.startswith(incomplete.casefold())]


def choice(name: str, literal: Any) -> Any:
    """The values of a Literal as an enum, which Typer takes for a choice."""
    return StrEnum(name, {value.upper(): value for value in get_args(literal)})


def option(kind: Any, *names: str, panel: str | None = PANEL, **more: Any) -> Any:
    """The annotation of an option of the command line."""
    return Annotated[kind, typer.Option(*names, rich_help_panel=panel, **more)]


RateDateOption = Annotated[
    Any,
    typer.Option(
        "--rate-date",
        parser=rate_day,
        metavar="DAY",
        help=f"Which day's rate converts an amount: a day, or {', '.join(RATE_DAYS)}.",
    ),
]
OPTIONS: Mapping[str, Any] = {
    "by": option(
        list[str] | None,
        "--by",
        autocompletion=complete_by,
        metavar="COLUMN",
        help="Column to sum by: actor, recipient, field, measure, stage, currency, year, quarter or month. "
        "Repeat it for several.",
    ),
    "currency": option(
        str,
        "--currency",
        autocompletion=complete_currency,
        metavar="CODE",
        help="Currency of the sums, as an ISO 4217 code.",
    ),
    "stage_floor": option(
        Stage,
        "--stage-floor",
        parser=code("stage", Stage),
        autocompletion=codes(Stage),
        metavar="STAGE",
        help="The least firm stage that counts: rumoured, pledged, approved, committed or disbursed; "
        "cancelled counts all.",
    ),
    "measure": option(
        list[Measure] | None,
        "--measure",
        parser=code("measure", Measure),
        autocompletion=codes(Measure),
        metavar="MEASURE",
        help="Only this kind, such as loan. Repeat it for several.",
    ),
    "field": option(
        list[FieldCode] | None,
        "--field",
        parser=code("field", FieldCode),
        autocompletion=codes(FieldCode),
        metavar="FIELD",
        help="Only this field, such as space. Repeat it for several.",
    ),
    "actor": option(
        list[str] | None,
        "--actor",
        autocompletion=complete_actor,
        metavar="NAME",
        help="Only this actor. Repeat it for several.",
    ),
    "recipient": option(
        list[str] | None,
        "--recipient",
        autocompletion=complete_recipient,
        metavar="NAME",
        help="Only this recipient. Repeat it for several.",
    ),
    "since": option(date | None, "--since", parser=day, metavar="DAY", help="First reported on or after this day."),
    "until": option(date | None, "--until", parser=day, metavar="DAY", help="First reported on or before this day."),
    "as_of": option(
        datetime | None, "--as-of", parser=moment, metavar="WHEN", help="The ledger as it stood after this day."
    ),
    "as_known_on": option(
        date | None,
        "--as-known-on",
        parser=day,
        metavar="DAY",
        help="Only what documents published by this day say, with the stages as they stood then.",
    ),
    "allocation": option(
        choice("AllocationChoice", Allocation),
        "--allocation",
        help="Whether several actors or fields share an amount (split), or each gets all of it (full).",
    ),
    "parts": option(
        choice("PartsChoice", Parts),
        "--parts",
        help="Whether a part stays inside its whole, or is shown in its own row and subtracted from its whole.",
    ),
    "basis": option(
        choice("BasisChoice", Basis),
        "--basis",
        help="Sum commitments, each once, or claims, each mention.",
    ),
    "undecided": option(
        choice("UndecidedChoice", Undecided),
        "--undecided",
        help="Whether what may as well be a statistic is only listed, or counted.",
    ),
    "rate_date": option(
        Any,
        "--rate-date",
        parser=rate_day,
        metavar="DAY",
        help=f"Which day's rate converts an amount: a day, or {', '.join(RATE_DAYS)}.",
    ),
    "deflators": option(
        Path | None,
        "--deflators",
        metavar="CSV",
        help="Show constant prices, by a CSV with the columns year and index.",
    ),
}
"""Option of `ledger.options.TotalOptions` → how it is written on the command line."""


VERSION = option(
    str | None,
    "--version",
    metavar="VERSION",
    help="The ledger at a version that `ledger history` shows, such as 3 or 3.2.1, or at a head.",
)
MOMENT = {"as_of": OPTIONS["as_of"], "version": VERSION}
"""The options that say of which moment of the ledger is asked."""


def with_moment(verb: Callable[..., None]) -> Callable[..., None]:
    """Give a verb the options `--as-of` and `--version`; it is called with either as `as_of`, or None for now."""

    def called(given: dict[str, Any]) -> None:
        verb(as_of=_moment({name: given.pop(name) for name in MOMENT}), **given)

    return _with_options(verb, called, {"as_of"}, MOMENT)


def with_total_options(verb: Callable[..., None]) -> Callable[..., None]:
    """Give a verb the options of a total; it is called with them as one record, `options`."""

    def called(given: dict[str, Any]) -> None:
        verb(options=_options(given, OPTIONS), **given)

    return _with_options(verb, called, {"options"}, {**OPTIONS, **MOMENT})


def with_listing_options(verb: Callable[..., None]) -> Callable[..., None]:
    """Give a verb the options that choose claims, commitments or documents, and those of a listing's shape.

    It is called with them as `options` and `shape`.
    """
    chosen = {name: OPTIONS[name] for name in (*FILTERS, *STATES)}
    of_shape = {"limit": LimitOption, "sort": SortOption, "columns": ColumnsOption}

    def called(given: dict[str, Any]) -> None:
        options, shape = _options(given, chosen), Shape.of(*(given.pop(name) for name in of_shape))
        verb(options=options, shape=shape, **given)

    return _with_options(verb, called, {"options", "shape"}, {**chosen, **MOMENT, **of_shape})


def _options(given: dict[str, Any], names: Collection[str]) -> TotalOptions:
    """The options of a total that were given, taken out of `given`."""
    moment = _moment({name: given.pop(name) for name in MOMENT})
    chosen = {name: value for name in names if name not in MOMENT and (value := given.pop(name))}
    if "by" in chosen:
        chosen["by"] = [name.strip() for names in chosen["by"] for name in names.split(",") if name.strip()]
    return TotalOptions(**chosen, as_of=moment)


def _moment(given: Mapping[str, Any]) -> Moment:
    """The day, moment or version asked for, or None."""
    asked = [given[name] for name in MOMENT if given.get(name) is not None]
    if len(asked) > 1:
        raise typer.BadParameter("--as-of and --version both say of which moment; leave one out")
    return asked[0] if asked else None


def _with_options(
    verb: Callable[..., None],
    called: Callable[[dict[str, Any]], None],
    instead_of: Collection[str],
    options: Mapping[str, Any],
) -> Callable[..., None]:
    """`verb` as Typer sees it: with `options` in the place of its parameters `instead_of`."""
    signature = inspect.signature(verb, eval_str=True)
    default = TotalOptions()
    kind = inspect.Parameter.KEYWORD_ONLY
    added = [
        inspect.Parameter(name, kind, default=getattr(default, name, None) or None, annotation=annotation)
        for name, annotation in options.items()
    ]
    own = [part.replace(kind=kind) for name, part in signature.parameters.items() if name not in instead_of]

    @wraps(verb)
    def with_options(**given: Any) -> None:
        called(given)

    parameters = [*own, *added]
    with_options.__dict__["__signature__"] = signature.replace(parameters=parameters)
    with_options.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return with_options
