"""Records as table columns: the column types are derived from the models, so that no column is typed twice."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

import polars as pl
import pyarrow as pa
from pydantic import AwareDatetime, BaseModel

from ledger.arguments import AnyFrame
from ledger.errors import InputError
from schemas import Record

R = TypeVar("R", bound=Record)

AMOUNT = pl.Decimal(38, 6)
"""An amount, in the major unit."""
RATE = pl.Decimal(38, 15)
"""A rate of exchange: fifteen decimals keep eleven digits of the rupiah's."""

SCALARS: dict[type, pl.DataType] = {
    str: pl.String(),
    int: pl.Int64(),
    float: pl.Float64(),
    bool: pl.Boolean(),
    Decimal: AMOUNT,
    datetime: pl.Datetime("us", "UTC"),
    AwareDatetime: pl.Datetime("us", "UTC"),
    date: pl.Date(),
}


def column_type(annotation: Any) -> pl.DataType:
    """The polars type of a model field's annotation; raises TypeError for one that no table holds."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return column_type(get_args(annotation)[0])
    if origin in (Union, UnionType):
        inner = [part for part in get_args(annotation) if part is not NoneType]
        if len(inner) == 1:
            return column_type(inner[0])
    if origin is tuple:
        return pl.List(column_type(get_args(annotation)[0]))
    if isinstance(annotation, type):
        if issubclass(annotation, BaseModel):
            return pl.Struct(record_schema(annotation))
        if issubclass(annotation, StrEnum):
            return pl.String()
        if annotation in SCALARS:
            return SCALARS[annotation]
    raise TypeError(f"no column type for {annotation!r}")


@cache
def record_schema(model: type[BaseModel]) -> dict[str, pl.DataType]:
    """Column name → polars type of a record, in the order of the model."""
    return {name: column_type(field.annotation) for name, field in model.model_fields.items()}


def frame_of(model: type[Record], records: Iterable[Record]) -> pl.DataFrame:
    """A DataFrame with one row a record and exactly the model's columns."""
    return pl.DataFrame([record.model_dump() for record in records], schema=record_schema(model), orient="row")


def records_of(model: type[R], frame: pl.DataFrame) -> Sequence[R]:
    """The rows of `frame` as records; columns that the model does not have are ignored."""
    columns = [name for name in frame.columns if name in model.model_fields]
    return [model.model_validate(row, strict=False) for row in frame.select(columns).iter_rows(named=True)]


def polars_frame(name: str, frame: AnyFrame) -> pl.DataFrame:
    """A frame of another package as one of polars; raises InputError, which names it `name`, where it has no columns.

    >>> polars_frame("frame", pl.DataFrame({"text": ["a"]})).rows()
    [('a',)]
    """
    if isinstance(frame, pl.DataFrame):
        return frame
    if hasattr(frame, "to_frame"):
        raise InputError(f"{name}: one column is no frame; give the frame that it stands in")
    try:
        return pl.DataFrame(frame)
    except (pl.exceptions.PolarsError, pa.ArrowException, TypeError, ValueError) as error:
        fault = " ".join(str(error).split())[:120]
        raise InputError(f"{name}: no frame whose columns each have one type ({fault}); convert it first") from None
