"""The common base of every record: frozen, strict, closed to unknown keys."""

from decimal import Decimal
from hashlib import blake2b
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field


class Record(BaseModel):
    """A value that is passed between stages or stored; immutable once made."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", use_attribute_docstrings=True, ser_json_bytes="base64")


Amount = Annotated[Decimal, Field(allow_inf_nan=False, max_digits=38, decimal_places=6)]
"""An amount as Delta stores it: decimal(38,6)."""

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


__all__ = ["Amount", "Confidence", "Instant", "Offset", "Record", "stable_id"]
