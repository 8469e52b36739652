"""What the public functions are given, checked at their door: what does not fit is refused in one line that names it.

What fits is what the annotations say. So a new parameter is checked as soon as it has a type.
"""

import inspect
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache, wraps
from math import isfinite
from os import PathLike, fspath
from types import NoneType, UnionType
from typing import (
    Any,
    Literal,
    NamedTuple,
    ParamSpec,
    Protocol,
    TypeVar,
    Union,
    Unpack,
    get_args,
    get_origin,
    runtime_checkable,
)

from ledger.errors import InputError, meant

P = ParamSpec("P")
R = TypeVar("R")

SHOWN = 60
"""Characters of a wrong value that a message shows."""
DAY_LENGTH = len("2025-03-04")


@runtime_checkable
class AnyFrame(Protocol):
    """A table that gives itself as Arrow: a frame of polars or pandas, a table of pyarrow, a relation of DuckDB."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """The table as a stream (the PyCapsule interface of Arrow)."""


class Shape(NamedTuple):
    """What fits a type, or several together."""

    words: str
    """What to give, for a message."""
    fits: Callable[[Any], bool]


class Parameter(NamedTuple):
    """What a parameter takes."""

    shapes: tuple[Shape, ...]
    words: str
    """All that it takes."""

    def check(self, name: str, value: object) -> None:
        """Raise InputError where `value` does not fit."""
        if not any(shape.fits(value) for shape in self.shapes):
            raise InputError(f"{name}={shown(value)} is not valid; give {self.words}")


def shown(value: object) -> str:
    """A value for a message, in one line and not too long.

    >>> shown("a\\nb"), shown(5.0)
    ("'a\\\\nb'", '5.0')
    """
    words = " ".join(repr(value).split())
    return words if len(words) <= SHOWN else f"{words[: SHOWN - 1]}…"


# Days -----------------------------------------------------------------------------------------------------------------


def as_day(value: date | str | None) -> date | None:
    """The day that was given; raises ValueError where it is none.

    >>> as_day("2025-03-04"), as_day(None)
    (datetime.date(2025, 3, 4), None)
    """
    if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
        return value
    if not isinstance(value, str) or len(value) != DAY_LENGTH:
        raise ValueError(f"{value!r} is no day")
    return date.fromisoformat(value)


def as_moment(value: date | datetime | str | None) -> date | datetime | str | None:
    """The day or moment (UTC unless it says otherwise), or the version as it stands; raises ValueError for neither.

    >>> as_moment("2025-03-04"), as_moment("2025-03-04T12:00Z").isoformat(), as_moment("3.2.1")
    (datetime.date(2025, 3, 4), '2025-03-04T12:00:00+00:00', '3.2.1')
    """
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    if value is None or (isinstance(value, str) and value[4:5] != "-"):  # a version has a dot there, or nothing
        return value
    if not isinstance(value, str):
        return as_day(value)
    return as_day(value) if len(value) == DAY_LENGTH else as_moment(datetime.fromisoformat(value))


def _reads(read: Callable[[Any], object]) -> Callable[[object], bool]:
    """Whether a value can be read."""

    def fits(value: object) -> bool:
        try:
            return read(value) is not None
        except ValueError:
            return False

    return fits


# Shapes ---------------------------------------------------------------------------------------------------------------


def _is_path(value: object) -> bool:
    path = fspath(value) if isinstance(value, PathLike) else value
    return isinstance(path, str) and bool(path.strip()) and "\0" not in path


def _is_number(value: object) -> bool:
    if isinstance(value, Decimal):
        return value.is_finite()
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)


MOMENT = Shape("a day or moment such as '2025-03-04', or a version such as '3'", _reads(as_moment))
TOGETHER: tuple[tuple[frozenset[type], Shape], ...] = (
    (frozenset({str, PathLike}), Shape("a path, as text or a pathlib.Path", _is_path)),
    (frozenset({date, datetime, str}), MOMENT),
    (frozenset({date, str}), Shape("a day: a date, or text such as '2025-03-04'", _reads(as_day))),
    (frozenset({Decimal, float}), Shape("a number", _is_number)),
)
"""Types that mean one thing together; of two sets that are in a union the first one holds."""
ALONE: Mapping[type, Shape] = {
    bool: Shape("True or False", lambda value: isinstance(value, bool)),
    int: Shape("a whole number from 0", lambda value: type(value) is int and value >= 0),
    float: Shape("a number", _is_number),
    str: Shape("text", lambda value: isinstance(value, str)),
    bytes: Shape("bytes", lambda value: isinstance(value, bytes)),
    date: Shape("a date", lambda value: isinstance(value, date) and not isinstance(value, datetime)),
    datetime: Shape(
        "a datetime with its time zone, such as datetime.now(UTC)",
        lambda value: isinstance(value, datetime) and value.tzinfo is not None,
    ),
    AnyFrame: Shape("a frame of polars or pandas", lambda value: isinstance(value, AnyFrame)),
    NoneType: Shape("None", lambda value: value is None),
}


def _members(annotation: Any) -> list[Any]:
    """The members of a union, or the one type."""
    return list(get_args(annotation)) if get_origin(annotation) in (Union, UnionType) else [annotation]


@cache
def parameter(annotation: Any) -> Parameter:
    """What an annotation takes; raises TypeError for one that says nothing to check."""
    left = _members(annotation)
    shapes: list[Shape] = []
    for types, shape in TOGETHER:
        together = [member for member in left if (get_origin(member) or member) in types]
        if {get_origin(member) or member for member in together} == types:
            shapes.append(shape)
            left = [member for member in left if member not in together]
    shapes += [_shape(member) for member in left if member is not NoneType]
    words = " or ".join(dict.fromkeys(shape.words for shape in shapes))
    return Parameter((*shapes, ALONE[NoneType]) if NoneType in left else tuple(shapes), words)


def _shape(annotation: Any) -> Shape:
    origin = get_origin(annotation)
    if annotation in ALONE:
        return ALONE[annotation]
    if origin is Literal:
        choices = get_args(annotation)
        return Shape(" or ".join(map(repr, choices)), lambda value: isinstance(value, str) and value in choices)
    if origin is Callable:
        return Shape("a function", callable)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return _mapping(*map(parameter, get_args(annotation)))
    if isinstance(origin, type) and issubclass(origin, Iterable):
        return _several(origin, parameter(get_args(annotation)[0]))
    if isinstance(annotation, type):
        name = f"{'an' if annotation.__name__[0] in 'AEIOU' else 'a'} {annotation.__name__}"
        return Shape(name, lambda value: isinstance(value, annotation))
    raise TypeError(f"nothing tells what fits {annotation!r}")


def _mapping(key: Parameter, value: Parameter) -> Shape:
    def fits(given: object) -> bool:
        return isinstance(given, Mapping) and all(
            any(shape.fits(one) for shape in part.shapes)
            for item in given.items()
            for part, one in zip((key, value), item, strict=True)
        )

    return Shape(f"a mapping from {key.words} to {value.words}", fits)


def _several(origin: type, member: Parameter) -> Shape:
    """Several of what fits `member`; those of an iterator are checked when it is read."""

    def fits(given: object) -> bool:
        if not isinstance(given, origin) or isinstance(given, str | bytes | Mapping):
            return False
        return not isinstance(given, Collection) or all(
            any(shape.fits(one) for shape in member.shapes) for one in given
        )

    return Shape(f"several of them ({member.words})", fits)


# The door -------------------------------------------------------------------------------------------------------------


def checked(function: Callable[P, R]) -> Callable[P, R]:
    """The function, which first raises InputError for an argument that its annotations do not take."""
    return checked_but()(function)


def checked_but(*names: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """`checked`, but for the parameters `names`, which the function checks itself."""
    return lambda function: _with_door(function, names)


def _with_door(function: Callable[P, R], but: Collection[str]) -> Callable[P, R]:
    signature = inspect.signature(function)
    takes, keywords = _parameters(signature, but)

    @wraps(function)
    def door(*args: P.args, **kwargs: P.kwargs) -> R:
        unknown = [] if keywords is None else [name for name in kwargs if name not in keywords and name not in takes]
        if unknown:
            raise InputError(_no_argument(function.__name__, unknown[0], [*takes, *(keywords or ())]))
        try:
            given = signature.bind(*args, **kwargs).arguments
        except TypeError as error:
            raise InputError(_not_bound(function.__name__, str(error), takes)) from None
        for name, value in given.items():
            if name in takes:
                takes[name].check(name, value)
        for name, value in kwargs.items():
            if keywords is not None and name in keywords:
                keywords[name].check(name, value)
        return function(*args, **kwargs)

    return door


def _parameters(
    signature: inspect.Signature, but: Collection[str]
) -> tuple[dict[str, Parameter], dict[str, Parameter] | None]:
    """The parameters of a function, and those of its keyword arguments where it takes any that a record names."""
    takes: dict[str, Parameter] = {}
    keywords = None
    for name, one in signature.parameters.items():
        if get_origin(one.annotation) is Unpack:
            keywords = keywords_of(get_args(one.annotation)[0])
        elif name not in ("self", "cls", *but):
            takes[name] = parameter(one.annotation)
    return takes, keywords


@cache
def keywords_of(record: Any) -> dict[str, Parameter]:
    """The keyword arguments that a TypedDict names."""
    return {name: parameter(annotation) for name, annotation in record.__annotations__.items()}


def _not_bound(function: str, fault: str, takes: Iterable[str]) -> str:
    """The line for arguments that a function does not have, or lacks."""
    name = fault.partition("'")[2].partition("'")[0]
    if "unexpected keyword" in fault:
        return _no_argument(function, name, takes)
    if name:
        return f"{function}() lacks {name}; call it with {name}=…"
    return f"{function}() has {fault}; it takes {', '.join(takes)}"


def _no_argument(function: str, name: str, known: Iterable[str]) -> str:
    names = list(known)
    remedy = meant(name, names) or f"; choose from {', '.join(names)}"
    return f"{function}() has no argument {name!r}{remedy}"


__all__ = ["AnyFrame", "as_day", "as_moment", "checked", "checked_but", "keywords_of", "parameter", "shown"]
