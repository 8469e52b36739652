"""The common base of every record: frozen, strict, closed to unknown keys."""

from decimal import Decimal
from hashlib import blake2b
from typing import Annotated, Any, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field


class Record(BaseModel):
    """A value that is passed between stages or stored; immutable once made."""

    model_config = ConfigDict(
        frozen=True, strict=True, extra="forbid", use_attribute_docstrings=True, ser_json_bytes="base64"
    )

    @classmethod
    def trusted(cls, **values: Any) -> Self:
        """The record of `values`, unchecked, at a tenth of the cost: for what the code itself counted out of a text.

        Fields are given in their order; one with a plain default may be left out. Tests hold the records so made
        against the checked ones.
        """
        record, fields = _new(cls), _ALL_FIELDS[cls]
        _set_values(record, values if len(values) == len(fields) else _with_defaults(cls, values))
        _set_given(record, fields)
        _set_extra(record, None)
        _set_private(record, None)
        return record


# The slots of every pydantic record; frozen ones refuse to be set by name.
_set_values, _set_given, _set_extra, _set_private = (
    BaseModel.__dict__[slot].__set__
    for slot in ("__dict__", "__pydantic_fields_set__", "__pydantic_extra__", "__pydantic_private__")
)


def _with_defaults(model: type[Record], values: dict[str, Any]) -> dict[str, Any]:
    """`values` with the defaults of the fields that are left out, all in the order of the model."""
    return {name: values.get(name, field.default) for name, field in model.model_fields.items()}


_new = object.__new__


class _Fields(dict[type[Record], set[str]]):
    """The names of a model's fields, one set for all of its trusted records."""

    def __missing__(self, model: type[Record]) -> set[str]:
        self[model] = names = set(model.model_fields)
        return names


_ALL_FIELDS = _Fields()


Amount = Annotated[Decimal, Field(allow_inf_nan=False, max_digits=38, decimal_places=6)]
"""An amount as Delta stores it: decimal(38,6)."""

LARGEST_AMOUNT = Decimal(10) ** 18
"""The largest amount of a figure, in the major unit: no pledge comes near it, and totals have room for it.

What is larger is not a figure but a Problem, and a correction to it is refused.
"""

Offset = Annotated[int, Field(ge=0)]
"""A position in `Document.text`, in Unicode code points."""

Confidence = Annotated[float, Field(ge=0.0, le=1.0)]
"""A probability: 0.9 is right nine times in ten."""

Instant = AwareDatetime
"""A moment in UTC."""


def stable_id(*parts: object) -> str:
    """A 16-character hexadecimal id of `parts`, the same on every machine and in every run.

    >>> stable_id("article", 3, 14)
    '3816d8bd417f21c5'
    """
    return blake2b("\x1f".join(str(part) for part in parts).encode(), digest_size=8).hexdigest()


__all__ = ["LARGEST_AMOUNT", "Amount", "Confidence", "Instant", "Offset", "Record", "stable_id"]
